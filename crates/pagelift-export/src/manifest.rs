//! The record that lies in the destination itself: `.pagelift/manifest.jsonl`, one JSON object a line. The first line says
//! what the file is and which site it is about; every other line is one space, folder, page or attachment.
//!
//! It is written last and whole. Lines are sorted, so that equal destinations have equal manifests.

use pagelift_model::{ContentHash, PageId, RelPath, RelPathError, Sink, SinkError};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::disk::finish;
use crate::store::{Record, RecordKind, Store, StoreError};

/// The layout of the manifest.
const LAYOUT: u32 = 1;

/// Where the manifest is.
pub const PATH: &str = ".pagelift/manifest.jsonl";

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
    version: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    size: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    hash: Option<ContentHash>,
}

/// Takes the manifest of the destination into the store's records. Without a manifest there are none.
pub fn load(sink: &dyn Sink, store: &Store, site: &str) -> Result<(), ManifestError> {
    store.clear_records()?;
    let Some(bytes) = sink.read(&RelPath::new(PATH)?)? else { return Ok(()) };
    let text = String::from_utf8(bytes)
        .map_err(|_| ManifestError::Damaged { line: 1, detail: "it is no UTF-8 text".to_owned() })?;
    let damaged = |line: usize, detail: String| ManifestError::Damaged { line: line + 1, detail };
    if !text.ends_with('\n') {
        return Err(damaged(text.lines().count().saturating_sub(1), "it ends in the middle of a line".to_owned()));
    }
    let mut lines = text.lines().enumerate();
    let (_, first) = lines.next().unwrap_or((0, ""));
    let head: Head = serde_json::from_str(first).map_err(|error| damaged(0, error.to_string()))?;
    if head.pagelift != LAYOUT {
        return Err(damaged(0, format!("layout {} is not known to this version", head.pagelift)));
    }
    if head.site != site {
        return Err(ManifestError::OtherSite { site: head.site });
    }
    store.together(|| {
        for (number, text) in lines {
            let line: Line = serde_json::from_str(text).map_err(|error| damaged(number, error.to_string()))?;
            let Some(kind) = RecordKind::from_name(&line.kind) else {
                return Err(damaged(number, format!("`{}` is no kind of record", line.kind)));
            };
            let Line { id, page, path, stem, version, size, hash, .. } = line;
            store.put_record(&Record { kind, id, page, path, stem, version, size, hash })?;
        }
        Ok(())
    })
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
        let Record { kind, id, page, path, stem, version, size, hash } = record.clone();
        let line = Line { kind: kind.name().to_owned(), id, page, path, stem, version, size, hash };
        see(&json(serde_json::to_string(&line))?)
    })
}
