//! Feature tests: a small site goes in, a tree of files comes out.

mod changes;
mod faults;
mod first_export;
mod left_alone;
mod scale;
mod sources;
mod stopping;
