//! Getting the tools, and running them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};

use super::{folder, material};
use crate::run::{program, run};
use crate::setup;

/// Installs Debian packages, or says which programs are missing.
pub fn debian(packages: &[&str], programs: &[&str]) -> Result<()> {
    if setup::has_apt() {
        return setup::install(packages);
    }
    let missing: Vec<&str> = programs.iter().copied().filter(|name| !crate::run::is_installed(name)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    bail!("this system has no apt-get: install {} yourself", missing.join(" and "))
}

/// Copies the project files of a tool to the target folder and installs the npm packages that they name.
pub fn npm_project(name: &str) -> Result<PathBuf> {
    let project = project(name)?;
    let locked = fs::read(project.join("package-lock.json")).context("package-lock.json cannot be read")?;
    let mark = project.join("node_modules/.installed");
    if fs::read(&mark).ok().as_deref() != Some(&locked) {
        let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
        let mut install = program(npm);
        install.args(["ci", "--no-audit", "--no-fund", "--loglevel", "error"]).current_dir(&project);
        run(&mut install)?;
        copy(&project.join("package-lock.json"), &mark)?;
    }
    Ok(project)
}

/// Copies the project files of a tool to the target folder.
pub fn project(name: &str) -> Result<PathBuf> {
    let to = folder().join(name);
    copy_folder(&material(name), &to)?;
    Ok(to)
}

/// Copies a folder with everything in it, over what is there.
pub fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).with_context(|| format!("`{}` cannot be made", to.display()))?;
    for entry in fs::read_dir(from).with_context(|| format!("`{}` cannot be read", from.display()))? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            copy(&entry.path(), &target)?;
        }
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::copy(from, to).map(drop).with_context(|| format!("`{}` cannot be copied", from.display()))
}

/// Removes a folder of an earlier run.
pub fn remove(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("`{}` cannot be removed", folder.display()))?;
    }
    Ok(())
}

/// How a tool ended.
pub struct Said {
    /// Whether it said that all was well.
    pub is_success: bool,
    /// All that it printed, without colours.
    pub lines: Vec<String>,
}

/// Runs a tool to its end and answers what it printed.
pub fn listen(command: &mut Command) -> Result<Said> {
    let name = Path::new(command.get_program()).file_name().unwrap_or_default().to_string_lossy().into_owned();
    println!("> {name}");
    let done = command.stdin(Stdio::null()).output().with_context(|| format!("`{name}` cannot be started"))?;
    let text = [done.stdout, done.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).join("\n");
    let lines = text.lines().map(without_colours).collect();
    Ok(Said { is_success: done.status.success(), lines })
}

/// A line without the sequences that colour it.
fn without_colours(line: &str) -> String {
    let mut out = String::new();
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        if letter == '\u{1b}' {
            letters.by_ref().find(char::is_ascii_alphabetic);
        } else {
            out.push(letter);
        }
    }
    out.trim_end().to_owned()
}
