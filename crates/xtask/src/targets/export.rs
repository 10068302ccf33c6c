//! Exports of both sites, made by our own command.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use super::{folder, material};
use crate::run::{built, cargo, output, program, run};

/// The sign-in of the fake site.
const EMAIL: &str = "ada@example.com";
const TOKEN: &str = "secret-token";

/// One site, exported in one format.
pub struct Export {
    /// The format.
    pub format: &'static str,
    /// `sample` or `golden`.
    pub site: &'static str,
    /// The folder of the export.
    pub root: PathBuf,
    /// All pages, in the order of the manifest.
    pub pages: Vec<Page>,
}

/// One page of an export.
pub struct Page {
    /// The content id.
    pub id: String,
    /// The file, relative to the folder of the export.
    pub path: String,
}

impl Export {
    /// The text of a file of the export.
    pub fn read(&self, path: &str) -> Result<String> {
        fs::read_to_string(self.root.join(path)).with_context(|| format!("`{path}` cannot be read"))
    }

    /// All files of the export but Pagelift's own record, relative and with `/`.
    pub fn files(&self) -> Result<Vec<String>> {
        let mut files = files_below(&self.root)?;
        files.retain(|file| !file.starts_with(".pagelift/"));
        Ok(files)
    }
}

/// The files below a folder, relative to it and with `/`, sorted.
pub fn files_below(folder: &Path) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let mut waiting = vec![folder.to_path_buf()];
    while let Some(next) = waiting.pop() {
        for entry in fs::read_dir(&next).with_context(|| format!("`{}` cannot be read", next.display()))? {
            let path = entry?.path();
            if path.is_dir() {
                waiting.push(path);
            } else if let Ok(relative) = path.strip_prefix(folder) {
                found.push(relative.to_string_lossy().replace('\\', "/"));
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Names a `pagelift` to prove in place of the one that is built here, such as an installed one.
const COMMAND: &str = "PAGELIFT_CLI";

/// Builds the command and the fake.
pub fn build() -> Result<()> {
    let own = std::env::var_os(COMMAND).is_none().then_some(["--package", "pagelift-cli"]);
    run(cargo().args(["build", "--locked", "--package", "pagelift-fake"]).args(own.iter().flatten()))
}

fn pagelift() -> PathBuf {
    std::env::var_os(COMMAND).map_or_else(|| built("pagelift"), PathBuf::from)
}

/// Exports both sites in a format, each into a folder of its own that is emptied first.
pub fn export(format: &'static str) -> Result<Vec<Export>> {
    let sample = folder().join("exports").join(format).join("sample");
    take(format, &sample, &["--site", "sample"])?;
    let golden = folder().join("exports").join(format).join("golden");
    let fake = Fake::start()?;
    take(format, &golden, &["--url", &fake.address])?;
    Ok(vec![read(format, "sample", sample)?, read(format, "golden", golden)?])
}

fn take(format: &str, to: &Path, source: &[&str]) -> Result<()> {
    if to.exists() {
        fs::remove_dir_all(to).with_context(|| format!("`{}` cannot be emptied", to.display()))?;
    }
    let mut command = program(pagelift());
    command.arg("export").args(source).args(["--all", "--blogs", "--quiet", "--format", format, "--to"]).arg(to);
    // A cache of its own: the pages of the fake have the same ids and versions in every run, whatever they say.
    let own = folder().join("cache");
    if own.exists() {
        fs::remove_dir_all(&own).with_context(|| format!("`{}` cannot be emptied", own.display()))?;
    }
    for name in ["PAGELIFT_CACHE_DIR", "PAGELIFT_CONFIG_DIR", "PAGELIFT_DATA_DIR"] {
        command.env(name, &own);
    }
    command.env("PAGELIFT_EMAIL", EMAIL).env("PAGELIFT_TOKEN", TOKEN);
    output(&mut command).map(drop)
}

fn read(format: &'static str, site: &'static str, root: PathBuf) -> Result<Export> {
    let manifest = root.join(".pagelift/manifest.jsonl");
    let lines = fs::read_to_string(&manifest).with_context(|| format!("`{}` cannot be read", manifest.display()))?;
    let mut pages = Vec::new();
    for line in lines.lines() {
        let line: Value = serde_json::from_str(line)?;
        if let (Some("page"), Some(id), Some(path)) =
            (line["kind"].as_str(), line["id"].as_str(), line["path"].as_str())
        {
            pages.push(Page { id: id.to_owned(), path: path.to_owned() });
        }
    }
    if pages.is_empty() {
        bail!("the export of {site} as {format} has no pages");
    }
    Ok(Export { format, site, root, pages })
}

/// The fake Confluence with the site of `tests/targets/site`; ends when dropped.
struct Fake {
    child: Child,
    address: String,
}

impl Fake {
    fn start() -> Result<Self> {
        let mut command = program(built("pagelift-fake"));
        command.arg("--site").arg(material("site")).args(["--email", EMAIL, "--token", TOKEN]);
        let mut child = command.stdout(Stdio::piped()).spawn().context("`pagelift-fake` cannot be started")?;
        let mut address = String::new();
        if let Some(out) = child.stdout.take() {
            BufReader::new(out).read_line(&mut address)?;
        }
        let fake = Self { child, address: address.trim().to_owned() };
        if fake.address.is_empty() {
            bail!("`pagelift-fake` ended at once");
        }
        Ok(fake)
    }
}

impl Drop for Fake {
    fn drop(&mut self) {
        // It has ended by itself when this fails.
        _ = self.child.kill();
        _ = self.child.wait();
    }
}
