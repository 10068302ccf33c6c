//! Nothing is lost on the way: what a Markdown parser reads in the output is what the body says, by a reading of both that
//! shares nothing with the converter.

#![allow(clippy::unwrap_used, reason = "a reading that finds what it cannot read ends the test")]

mod adf;
mod bodies;
mod compare;
mod corpus;
mod damage;
mod generated;
mod made;
mod markdown;
#[path = "../shared/numbers.rs"]
mod numbers;
mod reading;
mod said;
#[path = "../shared/seed.rs"]
mod seed;
mod stable;
mod storage;

use seed::runs;
