//! The client against a fake Confluence over real HTTP, and against servers that are worse.
#![allow(clippy::unwrap_used, clippy::panic, reason = "what a test cannot do without may fail loudly")]

mod budget;
mod comments;
mod data_center;
mod detection;
mod downloads;
mod extras;
mod fate;
mod faults;
mod folders;
mod forge;
mod harness;
mod latest;
mod oauth;
mod reading;
mod sign_in;
mod signing;
mod token_answers;
