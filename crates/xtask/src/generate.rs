//! The generated files, which are committed: the UI's IPC types and the sizes of the icon.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use crate::run::{cargo, root, run, target, tauri};
use crate::setup::{self, Purpose};

/// Where the IPC types of `pagelift-app` go, one file each.
const TYPES: &str = "ui/src/lib/backend/types";

const ICONS: &str = "icons";

/// The one source of the icon.
const ICON: &str = "icons/pagelift.svg";

/// The sizes that bundles and windows use, of the many that the Tauri CLI makes.
const SIZES: &[&str] = &["32x32.png", "64x64.png", "128x128.png", "128x128@2x.png", "icon.png", "icon.ico"];

/// Made from the same drawings, but with its members in another order each time.
const MAC_ICON: &str = "icon.icns";

/// Writes all generated files.
pub fn generate() -> Result<()> {
    setup::setup(Purpose::Run)?;
    write()
}

/// Writes all generated files and fails when that changed one.
pub fn unchanged() -> Result<()> {
    let before = files()?;
    write()?;
    let after = files()?;
    let changed: Vec<String> = before
        .keys()
        .chain(after.keys().filter(|path| !before.contains_key(*path)))
        .filter(|path| before.get(*path) != after.get(*path))
        .map(|path| path.display().to_string())
        .collect();
    if changed.is_empty() {
        return Ok(());
    }
    bail!("generated files were not up to date; they are now, so commit them: {}", changed.join(", "))
}

fn write() -> Result<()> {
    types()?;
    icons()
}

/// The types come from a test of `pagelift-app`. The features are those of the whole workspace, so that nothing has to be
/// compiled again for the other tests.
fn types() -> Result<()> {
    let folder = root().join(TYPES);
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("{TYPES} cannot be emptied"))?;
    }
    run(cargo().args(["test", "--quiet", "--workspace", "--lib", "--locked", "export_types"]))?;
    if !folder.is_dir() {
        bail!("no test of `pagelift-app` wrote types to {TYPES}");
    }
    Ok(())
}

fn icons() -> Result<()> {
    let made = target().join(ICONS);
    run(tauri().args(["icon", ICON, "--output"]).arg(&made).stderr(std::process::Stdio::null()))?;
    let mut changed = !root().join(ICONS).join(MAC_ICON).exists();
    for name in SIZES {
        let (from, to) = (made.join(name), root().join(ICONS).join(name));
        if fs::read(&from).ok() != fs::read(&to).ok() {
            copy(&from, &to)?;
            changed = true;
        }
    }
    if changed { copy(&made.join(MAC_ICON), &root().join(ICONS).join(MAC_ICON)) } else { Ok(()) }
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::copy(from, to).map(drop).with_context(|| format!("`{}` cannot be copied", from.display()))
}

/// The generated files as they are, by path.
fn files() -> Result<BTreeMap<PathBuf, Vec<u8>>> {
    let mut files = BTreeMap::new();
    for folder in [TYPES, ICONS] {
        let Ok(entries) = fs::read_dir(root().join(folder)) else { continue };
        for entry in entries {
            let path = entry?.path();
            if path.is_file() {
                let bytes = fs::read(&path)?;
                files.insert(path.strip_prefix(root()).unwrap_or(&path).to_path_buf(), bytes);
            }
        }
    }
    Ok(files)
}
