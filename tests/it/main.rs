//! Feature tests: a small site goes in, a tree of files comes out.
#![allow(clippy::expect_used, clippy::panic, reason = "a failed expectation fails the test")]
#![allow(clippy::case_sensitive_file_extension_comparisons, reason = "Pagelift writes lower-case extensions alone")]

mod changes;
mod faults;
mod first_export;
mod incremental;
mod left_alone;
mod outages;
mod plans;
mod scale;
mod sources;
mod stopping;
mod verify;
