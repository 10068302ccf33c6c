//! Compares a destination with its record: every file is read again, and every folder looked through.

use std::collections::HashSet;
use std::fs;

use pagelift_model::{FileFault, FileFinding, PageId, RelPath, Sink as _, SinkError};
use sha2::{Digest as _, Sha256};
use unicode_normalization::UnicodeNormalization as _;

use crate::disk::{DiskSink, finish, reason};
use crate::manifest::{self, ManifestError, Stated};
use crate::store::{Record, RecordKind};

/// The folder of the record itself.
const OWN: &str = ".pagelift";

/// What systems put into folders by themselves.
const OF_THE_SYSTEM: [&str; 3] = [".DS_Store", "Thumbs.db", "desktop.ini"];

/// A page on record, with the version that its file was made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedPage {
    /// The page.
    pub id: PageId,
    /// Its file.
    pub path: RelPath,
    /// The version.
    pub version: Option<u32>,
}

/// What a destination is, as far as its record says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// Base address of the site that was exported.
    pub site: String,
    /// Files on record.
    pub files: u64,
    /// Bytes that were read.
    pub bytes: u64,
    /// The pages on record, in the order of their paths.
    pub pages: Vec<RecordedPage>,
}

/// Reads every file on record again and looks for those that are not. What is wrong is told to `see`, until that answers false.
///
/// `None` where the destination has no record. What belongs to other programs is passed over: folders whose names begin with a dot
/// and in which nothing is on record, and what systems put into folders by themselves.
pub fn verify(sink: &DiskSink, see: &mut dyn FnMut(FileFinding) -> bool) -> Result<Option<Verified>, ManifestError> {
    let mut verified = Verified { site: String::new(), files: 0, bytes: 0, pages: Vec::new() };
    let mut known = Known::default();
    let mut goes_on = true;
    let there = manifest::read(sink, |stated| {
        let record = match stated {
            Stated::Site(site) => {
                verified.site = site;
                return Ok(());
            }
            Stated::Record(record) => record,
        };
        if matches!(record.kind, RecordKind::Space | RecordKind::Folder) {
            return Ok(());
        }
        known.add(&record.path);
        verified.files += 1;
        if goes_on && let Some(fault) = compare(sink, &record, &mut verified.bytes)? {
            let page =
                if record.kind == RecordKind::Page { Some(record.id.as_str().into()) } else { record.page.clone() };
            goes_on = see(FileFinding { path: record.path.to_string(), fault, page });
        }
        if record.kind == RecordKind::Page {
            verified.pages.push(RecordedPage { id: record.id.into(), path: record.path, version: record.version });
        }
        Ok(())
    })?;
    if !there {
        return Ok(None);
    }
    if goes_on {
        look_for_others(sink, &known, see)?;
    }
    Ok(Some(verified))
}

/// What is wrong with a file on record.
fn compare(sink: &DiskSink, record: &Record, bytes: &mut u64) -> Result<Option<FileFault>, SinkError> {
    let (mut hasher, mut size) = (Sha256::new(), 0);
    let read = sink.pieces(&record.path, &mut |piece| {
        hasher.update(piece);
        size += piece.len() as u64;
        true
    });
    *bytes += size;
    let is_other = |hash| record.hash.as_ref().is_some_and(|known| *known != hash);
    match read {
        Ok(false) => Ok(Some(FileFault::Missing)),
        Ok(true) if is_other(finish(hasher)) => {
            let is_cut = size == 0 || record.size.is_some_and(|known| size < known);
            Ok(Some(if is_cut { FileFault::Cut } else { FileFault::Changed }))
        }
        Ok(true) => Ok(None),
        Err(SinkError::Escapes { .. }) => Ok(Some(FileFault::Replaced)),
        Err(SinkError::Unwritable { .. } | SinkError::Io { .. }) => Ok(Some(FileFault::Unreadable)),
        Err(error) => Err(error),
    }
}

/// Paths on record, and the folders above them, in the form that some systems put names into.
#[derive(Default)]
struct Known {
    files: HashSet<String>,
    folders: HashSet<String>,
}

impl Known {
    fn add(&mut self, path: &RelPath) {
        let path: String = path.as_str().nfc().collect();
        let mut above = path.as_str();
        while let Some((folder, _)) = above.rsplit_once('/') {
            if !self.folders.insert(folder.to_owned()) {
                break;
            }
            above = folder;
        }
        self.files.insert(path);
    }
}

/// Tells of the files that are not on record.
fn look_for_others(sink: &DiskSink, known: &Known, see: &mut dyn FnMut(FileFinding) -> bool) -> Result<(), SinkError> {
    let mut folders = vec![String::new()];
    while let Some(folder) = folders.pop() {
        let failed = |error: std::io::Error| SinkError::Unwritable { path: folder.clone(), detail: reason(&error) };
        let mut entries = Vec::new();
        match fs::read_dir(sink.root().join(&folder)) {
            Ok(found) => {
                for entry in found {
                    let entry = entry.map_err(failed)?;
                    let is_folder = entry.file_type().map_err(failed)?.is_dir();
                    entries.push((entry.file_name().to_string_lossy().into_owned(), is_folder));
                }
            }
            Err(_) if !folder.is_empty() => {
                if !see(FileFinding { path: folder.clone(), fault: FileFault::Unreadable, page: None }) {
                    return Ok(());
                }
            }
            Err(error) => return Err(failed(error)),
        }
        entries.sort();
        for (name, is_folder) in &entries {
            let path = if folder.is_empty() { name.clone() } else { format!("{folder}/{name}") };
            let plain: String = path.nfc().collect();
            if *is_folder {
                let is_of_others = name.starts_with('.') && !known.folders.contains(&plain);
                if !is_of_others && plain != OWN {
                    folders.push(path);
                }
            } else if !known.files.contains(&plain)
                && !OF_THE_SYSTEM.contains(&name.as_str())
                && !see(FileFinding { path, fault: FileFault::Extra, page: None })
            {
                return Ok(());
            }
        }
    }
    Ok(())
}
