//! Signing in with the browser, as a person and as an app, over real HTTP.
#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests may fail loudly")]

mod cloud;
mod cloud_sites;
mod control;
mod data_center;
mod http;
