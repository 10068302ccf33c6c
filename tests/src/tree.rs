//! What lies in a folder, in a form that can be compared and read.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::{fs, str};

/// Pagelift's own record, which holds times and is no part of what people asked for.
const RECORD: &str = ".pagelift";

/// The files below a folder by their paths. Pagelift's own record is left out.
#[derive(Clone, PartialEq, Eq)]
pub struct Tree(BTreeMap<String, Vec<u8>>);

impl Tree {
    /// Reads the files below `folder`; the site's address, which differs from run to run, becomes `http://site`.
    pub fn of(folder: &Path, origin: &str) -> Self {
        let mut files = BTreeMap::new();
        read(folder, "", &mut files);
        for bytes in files.values_mut() {
            if let Ok(text) = str::from_utf8(bytes) {
                *bytes = text.replace(origin, "http://site").into_bytes();
            }
        }
        Self(files)
    }

    /// The paths, in order.
    pub fn paths(&self) -> Vec<&str> {
        self.0.keys().map(String::as_str).collect()
    }

    /// The text of one file.
    pub fn text(&self, path: &str) -> &str {
        let bytes = self.0.get(path).unwrap_or_else(|| panic!("there is no `{path}` in {:#?}", self.paths()));
        str::from_utf8(bytes).unwrap_or_else(|_| panic!("`{path}` is no text"))
    }

    /// The text of one page without its front matter.
    pub fn body(&self, path: &str) -> &str {
        let text = self.text(path);
        let front = text.strip_prefix("---\n").and_then(|inside| inside.split_once("\n---\n"));
        front.map_or(text, |(_, body)| body).trim_start_matches('\n')
    }

    /// The bytes of one file.
    pub fn bytes(&self, path: &str) -> &[u8] {
        self.0.get(path).unwrap_or_else(|| panic!("there is no `{path}` in {:#?}", self.paths()))
    }

    /// Everything in one text, for a snapshot: each path, and below it the content.
    pub fn to_text(&self) -> String {
        let mut out = String::new();
        for (path, bytes) in &self.0 {
            let _ = writeln!(out, "=== {path}");
            match str::from_utf8(bytes) {
                Ok(text) => out.push_str(text),
                Err(_) => _ = writeln!(out, "({} bytes)", bytes.len()),
            }
        }
        out
    }

    /// Fails when the two differ, and says where.
    #[track_caller]
    pub fn assert_same(&self, expected: &Self) {
        let missing: Vec<&str> =
            expected.0.keys().filter(|path| !self.0.contains_key(*path)).map(String::as_str).collect();
        let extra: Vec<&str> =
            self.0.keys().filter(|path| !expected.0.contains_key(*path)).map(String::as_str).collect();
        assert!(missing.is_empty() && extra.is_empty(), "missing: {missing:#?}\nnot expected: {extra:#?}");
        for (path, bytes) in &self.0 {
            let wanted = expected.bytes(path);
            assert!(bytes == wanted, "`{path}` differs:\n{}", first_difference(bytes, wanted));
        }
    }
}

fn read(folder: &Path, prefix: &str, files: &mut BTreeMap<String, Vec<u8>>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if prefix.is_empty() && name == RECORD {
            continue;
        }
        let path = format!("{prefix}{name}");
        if entry.path().is_dir() {
            read(&entry.path(), &format!("{path}/"), files);
        } else {
            let bytes = fs::read(entry.path()).unwrap_or_else(|error| panic!("`{path}`: {error}"));
            files.insert(path, bytes);
        }
    }
}

fn first_difference(found: &[u8], wanted: &[u8]) -> String {
    let (found, wanted) = (String::from_utf8_lossy(found), String::from_utf8_lossy(wanted));
    let mut lines = (1..).zip(found.lines().zip(wanted.lines()));
    match lines.find(|(_, (found, wanted))| found != wanted) {
        Some((number, (found, wanted))) => format!("line {number} is\n  {found}\ninstead of\n  {wanted}"),
        None => format!("{} bytes instead of {}", found.len(), wanted.len()),
    }
}
