//! The installers, and the proof that one of them works.

use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};

use crate::check;
use crate::run::{cargo, program, root, run, target, tauri};
use crate::setup::{self, Purpose};

/// What the Tauri CLI packs here. All of these are made without the network.
const KINDS: &str = if cfg!(target_os = "macos") {
    "app,dmg"
} else if cfg!(windows) {
    "nsis"
} else {
    "deb,rpm"
};

/// Builds both programs for release and packs them.
pub fn bundle() -> Result<()> {
    setup::setup(Purpose::Run)?;
    check::build_ui()?;
    run(cargo().args([
        "build",
        "--release",
        "--locked",
        "--package",
        "pagelift-desktop",
        "--package",
        "pagelift-cli",
    ]))?;
    // The packages take the command from where this build put it.
    let files = serde_json::json!({ "/usr/bin/pagelift": target().join("release/pagelift") });
    let config = serde_json::json!({ "bundle": { "linux": { "deb": { "files": files }, "rpm": { "files": files } } } });
    run(tauri().args(["bundle", "--bundles", KINDS, "--config"]).arg(config.to_string()))
}

/// Installs the newest `.deb`, uses it and removes it again.
pub fn bundle_check() -> Result<()> {
    setup::setup(Purpose::Test)?;
    let package = newest_deb()?;
    run(program(root().join("tests/bundle-check")).arg(package))
}

fn newest_deb() -> Result<PathBuf> {
    let folder = target().join("release/bundle/deb");
    let mut newest = None;
    for entry in std::fs::read_dir(&folder).context("there is no bundle yet: run `cargo xtask bundle`")? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "deb") {
            newest = newest.max(Some((path.metadata()?.modified()?, path)));
        }
    }
    match newest {
        Some((_, path)) => Ok(path),
        None => bail!("there is no .deb in `{}`: run `cargo xtask bundle`", folder.display()),
    }
}
