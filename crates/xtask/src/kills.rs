//! `cargo xtask kills`: exports that end like a power cut, many times over.

use anyhow::{Context as _, Result, bail};

use crate::run::{cargo, run};

/// Runs that are killed, where nothing is said.
const RUNS: u32 = 200;

/// Kills runs of the real command at their every step and at any time, and has each finished by a later one.
pub fn kills(arguments: &[&str]) -> Result<()> {
    let runs = match arguments {
        [] => RUNS,
        ["--runs", number] => number.parse().with_context(|| format!("`{number}` is no number of runs"))?,
        _ => bail!("usage: cargo xtask kills [--runs N]"),
    };
    if !cfg!(target_os = "linux") {
        println!("Runs are killed at their steps on Linux only.");
        return Ok(());
    }
    let test = ["test", "--locked", "--package", "pagelift-cli", "--test", "command", "--", "--nocapture", "kills::"];
    run(cargo().args(test).env("PAGELIFT_TEST_KILLS", runs.to_string()))
}
