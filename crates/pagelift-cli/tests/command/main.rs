//! The installed command, as a person or a script runs it.
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic, reason = "a failed expectation fails the test")]

mod archive;
mod bodies;
mod cloud;
mod data_center;
mod forge;
mod keyring;
#[cfg(target_os = "linux")]
mod kills;
mod sample;
mod site;
mod update;
mod verify;

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

fn pagelift(arguments: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_pagelift"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command starts");
    // A command that ends before it reads everything closes the pipe; what it printed is judged then.
    let _ = child.stdin.take().expect("a pipe").write_all(input);
    child.wait_with_output().expect("the command ends")
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("UTF-8")
}

/// A computer of its own: folders of Pagelift's, and one to work in.
struct Desk(TempDir);

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("work")).unwrap();
        Self(folder)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join("work").join(name)
    }

    /// The command, with nothing of the surroundings but what is given.
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pagelift"));
        command.args(arguments).current_dir(self.0.path().join("work")).stdin(Stdio::null());
        for name in ["CONFIG_DIR", "DATA_DIR", "CACHE_DIR"] {
            command.env(format!("PAGELIFT_{name}"), self.0.path().join("own").join(name));
        }
        for name in ["EMAIL", "TOKEN", "CLOUD_ID", "API_ORIGIN", "AUTH_ORIGIN", "APP_TOKEN"] {
            command.env_remove(format!("PAGELIFT_{name}"));
        }
        // The keychain of whoever runs the tests is none of their business.
        command.env_remove("DBUS_SESSION_BUS_ADDRESS").env("XDG_RUNTIME_DIR", self.0.path().join("run"));
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("the command runs")
    }
}

/// Every file below a folder, with its content.
fn files(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
                files.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    files
}

/// Whether a file is a page's, and not the list of all of them.
fn is_page(name: &str) -> bool {
    name != "index.md" && Path::new(name).extension().is_some_and(|extension| extension == "md")
}

/// How many of them are pages, and how many attachments.
fn counts(files: &BTreeMap<String, Vec<u8>>) -> (u64, u64) {
    let own = files.keys().filter(|name| name.starts_with(".pagelift/") || *name == "index.md").count();
    let pages = files.keys().filter(|name| is_page(name)).count();
    (pages as u64, (files.len() - pages - own) as u64)
}

/// The events that a run with `--json` printed.
fn events(output: &Output) -> Vec<Value> {
    text(&output.stdout).lines().map(|line| serde_json::from_str(line).expect("one object a line")).collect()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap_or_else(|| panic!("no exit code: {output:?}"))
}

/// The one sentence of a command that failed.
fn sentence(output: &Output) -> &str {
    let sentence = text(&output.stderr).lines().last().unwrap_or_default();
    assert!(sentence.starts_with("pagelift: "), "{output:?}");
    sentence
}
