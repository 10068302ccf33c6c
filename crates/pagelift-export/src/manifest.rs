//! The record that lies in the destination itself: `.pagelift/manifest.jsonl`, one JSON object a line. The first line says
//! what the file is and which site it is about; every other line is one space, folder, page or attachment.
//!
//! It is written last and whole. Lines are sorted, so that equal destinations have equal manifests.

use pagelift_model::{ContentHash, PageId, RelPath, RelPathError, Sink, SinkError, SpaceId};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::disk::finish;
use crate::store::{Record, RecordKind, Store, StoreError};

/// The layout of the manifest.
const LAYOUT: u32 = 1;

/// Where the manifest is.
pub const PATH: &str = ".pagelift/manifest.jsonl";

/// Where files are kept that a run replaced or removed: in a folder for each run.
pub(crate) const BACKUP: &str = ".pagelift/backup";
/// Where it stands what runs were asked for, in words of whoever asked.
pub const ASKED_PATH: &str = ".pagelift/asked.json";

/// Why a manifest could not be used.
#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    /// It is no manifest of a known layout, or cut.
    #[error("line {line} of `{PATH}` cannot be read: {detail}")]
    Damaged {
        /// The line, from 1.
        line: usize,
        /// What is wrong.
        detail: String,
    },
    /// It is about another site.
    #[error("the folder holds an export of {site}")]
    OtherSite {
        /// The site's base address.
        site: String,
    },
    /// The destination failed.
    #[error(transparent)]
    Sink(#[from] SinkError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A path of ours is none.
    #[error(transparent)]
    Path(#[from] RelPathError),
}

#[derive(Serialize, Deserialize)]
struct Head {
    pagelift: u32,
    site: String,
}

#[derive(Serialize, Deserialize)]
struct Line {
    kind: String,
    id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    page: Option<PageId>,
    path: RelPath,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    stem: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    space: Option<SpaceId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    version: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    size: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    hash: Option<ContentHash>,
}

/// Takes the manifest of the destination into the store's records, line by line. Without a manifest there are none.
pub fn load(sink: &dyn Sink, store: &Store, site: &str) -> Result<(), ManifestError> {
    store.together(|| {
        store.clear_records()?;
        read(sink, |stated| match stated {
            Stated::Site(stated) if stated != site => Err(ManifestError::OtherSite { site: stated }),
            Stated::Site(_) => Ok(()),
            Stated::Record(record) => Ok(store.put_record(&record)?),
        })?;
        Ok(())
    })
}

/// What one line of a manifest says.
pub(crate) enum Stated {
    /// The first line: the site's base address.
    Site(String),
    /// Every other one.
    Record(Record),
}

/// Shows what the manifest of the destination says, line by line. Answers whether there is one.
pub(crate) fn read(
    sink: &dyn Sink,
    mut see: impl FnMut(Stated) -> Result<(), ManifestError>,
) -> Result<bool, ManifestError> {
    let mut lines = Lines { see: &mut see, number: 0, rest: Vec::new() };
    let mut ended = Ok(());
    let there = sink.pieces(&RelPath::new(PATH)?, &mut |piece| {
        ended = lines.take(piece);
        ended.is_ok()
    })?;
    ended?;
    if there {
        lines.end()?;
    }
    Ok(there)
}

/// The lines of a manifest that arrives in pieces.
struct Lines<'a> {
    see: &'a mut dyn FnMut(Stated) -> Result<(), ManifestError>,
    /// Lines that were seen whole.
    number: usize,
    rest: Vec<u8>,
}

impl Lines<'_> {
    fn damaged(&self, detail: &dyn std::fmt::Display) -> ManifestError {
        ManifestError::Damaged { line: self.number + 1, detail: detail.to_string() }
    }

    fn take(&mut self, piece: &[u8]) -> Result<(), ManifestError> {
        let mut piece = piece;
        while let Some(end) = piece.iter().position(|&byte| byte == b'\n') {
            let (line, behind) = piece.split_at(end);
            self.rest.extend_from_slice(line);
            let line = std::mem::take(&mut self.rest);
            self.line(&line)?;
            self.number += 1;
            self.rest = line;
            self.rest.clear();
            piece = behind.get(1..).unwrap_or_default();
        }
        self.rest.extend_from_slice(piece);
        Ok(())
    }

    fn line(&mut self, line: &[u8]) -> Result<(), ManifestError> {
        if self.number == 0 {
            return self.head(line);
        }
        let line: Line = serde_json::from_slice(line).map_err(|error| self.damaged(&error))?;
        let Some(kind) = RecordKind::from_name(&line.kind) else {
            return Err(self.damaged(&format!("`{}` is no kind of record", line.kind)));
        };
        let Line { id, page, path, stem, title, space, version, size, hash, .. } = line;
        (self.see)(Stated::Record(Record { kind, id, page, path, stem, title, space, version, size, hash }))
    }

    fn head(&mut self, line: &[u8]) -> Result<(), ManifestError> {
        let head: Head = serde_json::from_slice(line).map_err(|error| self.damaged(&error))?;
        if head.pagelift != LAYOUT {
            return Err(self.damaged(&format!("layout {} is not known to this version", head.pagelift)));
        }
        (self.see)(Stated::Site(head.site))
    }

    fn end(&self) -> Result<(), ManifestError> {
        match self.number {
            _ if !self.rest.is_empty() => Err(self.damaged(&"it ends in the middle of a line")),
            0 => Err(self.damaged(&"it is empty")),
            _ => Ok(()),
        }
    }
}

/// Writes the manifest from the store's records, unless the destination has this very one. Answers how many bytes were written.
pub fn save(sink: &dyn Sink, store: &Store, site: &str) -> Result<u64, ManifestError> {
    let path = RelPath::new(PATH)?;
    let mut hasher = Sha256::new();
    each_line(store, site, |line| {
        hasher.update(line.as_bytes());
        Ok(())
    })?;
    if sink.hash(&path)? == Some(finish(hasher)) {
        return Ok(0);
    }
    let mut file = sink.begin(&path)?;
    each_line(store, site, |line| Ok(file.write(line.as_bytes())?))?;
    Ok(file.commit()?.0)
}

fn each_line(
    store: &Store,
    site: &str,
    mut see: impl FnMut(&str) -> Result<(), ManifestError>,
) -> Result<(), ManifestError> {
    let json = |line: serde_json::Result<String>| line.map(|line| line + "\n").map_err(StoreError::from);
    see(&json(serde_json::to_string(&Head { pagelift: LAYOUT, site: site.to_owned() }))?)?;
    store.each_record(|record| {
        let Record { kind, id, page, path, stem, title, space, version, size, hash } = record.clone();
        let line = Line { kind: kind.name().to_owned(), id, page, path, stem, title, space, version, size, hash };
        see(&json(serde_json::to_string(&line))?)
    })
}
