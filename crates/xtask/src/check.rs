//! Formatting, generated files, lints and seams.

use anyhow::Result;

pub use crate::seams::seams;

use crate::generate;
use crate::run::{cargo, npm, run};
use crate::setup::{self, Purpose};

/// Runs all checks.
pub fn check() -> Result<()> {
    setup::setup(Purpose::Run)?;
    build_ui()?;
    formatting()?;
    seams()?;
    generate::unchanged()?;
    lints()
}

/// Builds the UI into `ui/dist`, which the shell takes in when it is compiled.
pub fn build_ui() -> Result<()> {
    run(npm("ui").args(["run", "build"]))
}

/// Fails when `cargo fmt` would change anything.
pub fn formatting() -> Result<()> {
    run(cargo().args(["fmt", "--all", "--check"]))
}

/// Lints of Rust and of the UI.
pub fn lints() -> Result<()> {
    run(npm("ui").args(["run", "lint"]))?;
    run(npm("ui").args(["run", "check"]))?;
    run(cargo().args(["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"]))
}
