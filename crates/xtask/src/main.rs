//! The developer commands: `cargo xtask check` and `cargo xtask test`.

use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};

const USAGE: &str = "usage: cargo xtask check|test
  check   formatting, lints and seams
  test    check, then every test";

/// Crates a library crate must not reach, and why.
const SEAMS: &[(&str, &[&str])] = &[
    ("pagelift-model", &["tokio", "reqwest", "tauri", "rusqlite"]),
    ("pagelift-convert", &["tokio", "reqwest", "tauri", "rusqlite"]),
];

fn main() -> ExitCode {
    let command = std::env::args().nth(1);
    let done = match command.as_deref() {
        Some("check") => check(),
        Some("test") => check().and_then(|()| test()),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn check() -> Result<()> {
    cargo(&["fmt", "--all", "--check"])?;
    cargo(&["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"])?;
    for (name, forbidden) in SEAMS {
        let tree = Command::new("cargo")
            .args(["tree", "--package", name, "--edges", "normal", "--prefix", "none", "--format", "{p}"])
            .output()
            .context("cargo tree")?;
        if !tree.status.success() {
            bail!("cargo tree failed for `{name}`");
        }
        let tree = String::from_utf8_lossy(&tree.stdout);
        let reached = tree.lines().filter_map(|line| line.split(' ').next()).find(|krate| forbidden.contains(krate));
        if let Some(krate) = reached {
            bail!("`{name}` must not reach `{krate}` (see the seams in ARCHITECTURE.md)");
        }
    }
    Ok(())
}

fn test() -> Result<()> {
    cargo(&["test", "--workspace", "--locked"])
}

fn cargo(args: &[&str]) -> Result<()> {
    println!("cargo {}", args.join(" "));
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let status = Command::new("cargo").args(args).current_dir(root).status().context("cargo cannot be started")?;
    if !status.success() {
        bail!("`cargo {}` failed", args.join(" "));
    }
    Ok(())
}
