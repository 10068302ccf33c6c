//! Feature tests: a small site goes in, a tree of files comes out.
