//! From a folder to an archive. Equal folders make equal archives: entries are in the order of their names, and have the times of the
//! pages that they are made from.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufWriter, Write as _};
use std::path::Path;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use pagelift_export::disk::sync_folder;
use pagelift_export::{ASKED_PATH, DiskSink, MANIFEST_PATH, Store, StoreError};
use pagelift_model::{PageId, RelPath, Sink as _, SinkError};
use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::failed;
use crate::AppError;
use crate::files::{folder_of, persist, temporary_prefix};

/// What Pagelift keeps for itself in a destination; only its record, what was asked for and copies of a person's files go into an archive.
const OWN: &str = ".pagelift/";

/// Copies of files that a person changed.
const BACKUP: &str = ".pagelift/backup/";

/// Where files wait that a run could not bring to their places.
const MOVING: &str = ".pagelift/moving";

/// Files that packing makes no smaller.
const PACKED: [&str; 14] =
    ["7z", "avi", "docx", "gif", "gz", "jpeg", "jpg", "mov", "mp3", "mp4", "png", "pptx", "webp", "zip"];

/// Sizes from here on need the larger form of an entry.
const LARGE: u64 = u32::MAX as u64;

/// Puts an archive of everything in `sink` at `path`, unless `check` refuses once it is ready.
pub(super) fn pack(
    path: &Path,
    sink: &DiskSink,
    store: &Store,
    check: impl FnOnce() -> Result<(), AppError>,
) -> Result<(), AppError> {
    let times = Times::of(store)?;
    let mut builder = tempfile::Builder::new();
    let prefix = temporary_prefix(path);
    builder.prefix(&prefix);
    // As any file that a program makes: whoever may read it is up to the folder and the account.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let file = builder.tempfile_in(folder_of(path)).map_err(|error| failed(path, &error))?;
    let mut zip = ZipWriter::new(BufWriter::new(file.as_file()));
    for name in names(sink)? {
        add(&mut zip, &name, sink, &times).map_err(|error| error.into_app(path))?;
    }
    let rest = zip.finish().map_err(|error| PackError::from(error).into_app(path))?;
    rest.into_inner().map_err(|error| failed(path, &error.into_error()))?;
    file.as_file().sync_all().map_err(|error| failed(path, &error))?;
    check()?;
    let last = || {
        persist(file, path)?;
        sync_folder(folder_of(path))
    };
    last().map_err(|error| failed(path, &error).into())
}

enum PackError {
    Zip(ZipError),
    Sink(SinkError),
}

impl From<ZipError> for PackError {
    fn from(error: ZipError) -> Self {
        Self::Zip(error)
    }
}

impl From<io::Error> for PackError {
    fn from(error: io::Error) -> Self {
        Self::Zip(error.into())
    }
}

impl From<SinkError> for PackError {
    fn from(error: SinkError) -> Self {
        Self::Sink(error)
    }
}

impl PackError {
    fn into_app(self, path: &Path) -> AppError {
        match self {
            Self::Zip(ZipError::Io(error)) => failed(path, &error).into(),
            Self::Zip(error) => SinkError::Io { path: path.display().to_string(), detail: error.to_string() }.into(),
            Self::Sink(error) => error.into(),
        }
    }
}

fn add(zip: &mut ZipWriter<BufWriter<&File>>, path: &RelPath, sink: &DiskSink, times: &Times) -> Result<(), PackError> {
    let mut size = 0;
    sink.pieces(path, &mut |piece| {
        size += piece.len() as u64;
        size < LARGE
    })?;
    let ending = path.file_name().rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    let is_packed = ending.is_some_and(|ending| PACKED.contains(&ending.as_str()));
    let options = SimpleFileOptions::default()
        .compression_method(if is_packed { CompressionMethod::Stored } else { CompressionMethod::Deflated })
        .last_modified_time(times.at(path))
        .large_file(size >= LARGE)
        .unix_permissions(0o644);
    zip.start_file(path.as_str(), options)?;
    let mut ended = Ok(());
    sink.pieces(path, &mut |piece| {
        ended = zip.write_all(piece);
        ended.is_ok()
    })?;
    Ok(ended?)
}

/// Every file that belongs into the archive, in the order of their names.
fn names(sink: &DiskSink) -> Result<Vec<RelPath>, AppError> {
    let mut files = Vec::new();
    let mut waiting = vec![String::new()];
    while let Some(folder) = waiting.pop() {
        for name in sink.names_in(&folder)? {
            let path = if folder.is_empty() { name } else { format!("{folder}/{name}") };
            let belongs = [MANIFEST_PATH, ASKED_PATH, ".pagelift/backup"].contains(&path.as_str());
            // What waits there for a place of its own is found nowhere else.
            let belongs = belongs || path.starts_with(BACKUP) || path.starts_with(MOVING);
            if path.starts_with(OWN) && !belongs {
                continue;
            }
            let Ok(path) = RelPath::new(&path) else { continue };
            match sink.exists(&path) {
                Ok(true) => files.push(path),
                Ok(false) => {}
                Err(SinkError::Escapes { .. }) => waiting.push(path.as_str().to_owned()),
                Err(error) => return Err(error.into()),
            }
        }
    }
    files.sort();
    Ok(files)
}

/// When the pages were changed that files are made from.
struct Times {
    of_files: HashMap<RelPath, Timestamp>,
    /// The newest of them; the time of files that are made of many pages.
    newest: Timestamp,
}

impl Times {
    fn of(store: &Store) -> Result<Self, AppError> {
        let mut times = Self { of_files: HashMap::new(), newest: Timestamp::UNIX_EPOCH };
        store.each_record::<StoreError>(|record| {
            let page = record.page.clone().unwrap_or_else(|| PageId::from(record.id.as_str()));
            if let Some(time) = store.node(&page)?.and_then(|node| node.modified) {
                times.newest = times.newest.max(time);
                times.of_files.insert(record.path.clone(), time);
            }
            Ok(())
        })?;
        Ok(times)
    }

    fn at(&self, path: &RelPath) -> DateTime {
        let time = self.of_files.get(path).unwrap_or(&self.newest);
        in_archive(TimeZone::UTC.to_datetime(*time)).unwrap_or_default()
    }
}

/// The same time for an entry; `None` outside of the years that archives know, from 1980.
fn in_archive(time: jiff::civil::DateTime) -> Option<DateTime> {
    let part = |value: i8| u8::try_from(value).ok();
    DateTime::from_date_and_time(
        u16::try_from(time.year()).ok()?,
        part(time.month())?,
        part(time.day())?,
        part(time.hour())?,
        part(time.minute())?,
        part(time.second())?,
    )
    .ok()
}
