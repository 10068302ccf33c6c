//! Seeing the product: `cargo xtask demo` and `cargo xtask dev`.

use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

use crate::check;
use crate::run::{built, cargo, program, root, run, tauri};
use crate::setup::{self, Purpose};

/// Where the demo exports to.
const FOLDER: &str = "demo-export";

/// Sets up, builds, exports the sample site and opens the app.
pub fn demo() -> Result<()> {
    setup::setup(Purpose::Run)?;
    check::build_ui()?;
    run(cargo().args(["build", "--locked", "--package", "pagelift-desktop", "--package", "pagelift-cli"]))?;
    run(program(built("pagelift")).args(["demo", "--to", FOLDER]))?;
    println!("\nWritten to {FOLDER}/:");
    print_files(&root().join(FOLDER), 1)?;
    if has_display() {
        open_app()
    } else {
        println!("\nThere is no display here, so the app is not opened. On a desktop, run this command again.");
        Ok(())
    }
}

/// Runs the app with a UI that reloads itself.
pub fn dev() -> Result<()> {
    setup::setup(Purpose::Run)?;
    run(tauri().arg("dev"))
}

/// Starts the app and leaves it open. An app that ends at once with an error is an error.
fn open_app() -> Result<()> {
    println!("\nOpening the app.");
    let mut app = program(built("pagelift-desktop"))
        .stdin(Stdio::null())
        .spawn()
        .context("`pagelift-desktop` cannot be started")?;
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(3) {
        // Ending well means that an open window was brought to the front.
        match app.try_wait()? {
            Some(status) if status.success() => return Ok(()),
            Some(status) => bail!("`pagelift-desktop` ended ({status})"),
            None => std::thread::sleep(Duration::from_millis(100)),
        }
    }
    Ok(())
}

fn has_display() -> bool {
    let named = |variable| std::env::var_os(variable).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || named("DISPLAY") || named("WAYLAND_DISPLAY")
}

/// Prints the files below a folder, Pagelift's own record left out.
fn print_files(folder: &Path, depth: usize) -> Result<()> {
    let entries = fs::read_dir(folder).with_context(|| format!("`{}` cannot be read", folder.display()))?;
    let mut paths = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    paths.sort();
    for path in paths {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name == ".pagelift" {
            continue;
        }
        let indent = "  ".repeat(depth);
        if path.is_dir() {
            println!("{indent}{name}/");
            print_files(&path, depth + 1)?;
        } else {
            println!("{indent}{name}  ({} bytes)", path.metadata()?.len());
        }
    }
    Ok(())
}
