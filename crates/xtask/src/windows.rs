//! Type-checking for Windows on Debian and Ubuntu.
//!
//! Debian's own compiler comes with the source of the matching standard library, from which cargo builds the library for Windows.
//! The toolchain of the workspace has no such source, so Debian's compiler is used for this alone.

use anyhow::{Result, bail};

use crate::check;
use crate::run::{cargo, run, target};
use crate::setup::{self, Purpose};

const PACKAGES: &[&str] =
    &["rustc-web", "libstd-rust-web-dev", "rust-web-src", "gcc-mingw-w64-x86-64-posix", "g++-mingw-w64-x86-64-posix"];

/// Type-checks every crate for Windows, in a build folder of its own.
pub fn check_windows() -> Result<()> {
    if !setup::has_apt() {
        bail!(
            "check-windows needs Debian's `rustc-web` and mingw packages; on Windows itself run `cargo check --workspace`"
        );
    }
    setup::setup(Purpose::Run)?;
    setup::install(PACKAGES)?;
    check::build_ui()?;
    run(cargo()
        .args(["check", "-Zbuild-std=std,panic_abort", "--target", "x86_64-pc-windows-gnu", "--workspace", "--locked"])
        .env("RUSTC", "/usr/bin/rustc")
        .env("RUSTC_BOOTSTRAP", "1")
        .env("CARGO_TARGET_DIR", target().join("windows")))
}
