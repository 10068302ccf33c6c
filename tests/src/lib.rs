//! The harness of the feature tests: a small site is written down and served over real HTTP, exports run as both front ends run
//! them, and what lies in the folder afterwards is compared.
//!
//! A failed expectation panics with the reason, since only tests call this.
#![allow(clippy::panic, clippy::missing_panics_doc, reason = "a failed expectation fails the test")]

mod export;
mod site;
pub mod source_contract;
mod tree;

pub use export::{ExportTest, RunTest};
pub use site::{SPACE, SiteTest, SmallSite, serve};
pub use tree::Tree;
