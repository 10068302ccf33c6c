//! A destination on disk.
//!
//! A file is written to a temporary sibling, flushed, and renamed, so that under its final name stands the whole old or
//! the whole new content. Links below the destination are refused, and the destination itself is never made anew.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::hash::{BuildHasher, RandomState};
use std::io::{self, ErrorKind, Read, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use pagelift_model::{ContentHash, PendingFile, RelPath, Sink, SinkError};
use sha2::{Digest, Sha256};

use crate::room::Room;

/// How the name of every temporary file begins; 16 hexadecimal digits follow.
pub const TEMPORARY_PREFIX: &str = ".pagelift-tmp-";

/// Bytes that are read at a time.
const PIECE: usize = 64 * 1024;

/// How many taken temporary names are passed over before giving up.
const ATTEMPTS: u64 = 16;

/// A destination on disk.
#[derive(Debug, Clone)]
pub struct DiskSink {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    /// Absolute, links resolved.
    root: PathBuf,
    /// Folders whose entries changed since the last sync.
    changed: Mutex<BTreeSet<PathBuf>>,
    /// Device and number of the folder, where the system numbers folders.
    identity: Option<(u64, u64)>,
    room: Room,
}

/// What a file system refused, in words that need no system manual.
pub fn reason(error: &io::Error) -> String {
    let words = match error.kind() {
        ErrorKind::PermissionDenied => "this account may not write there",
        ErrorKind::ReadOnlyFilesystem => "the disk is read-only",
        ErrorKind::NotADirectory => "a file stands where a folder should be",
        ErrorKind::IsADirectory => "a folder stands where a file should be",
        ErrorKind::NotFound => "it is not there",
        ErrorKind::InvalidFilename => "the name is too long or not allowed on this disk",
        _ => return error.to_string(),
    };
    words.to_owned()
}

/// What tells one folder from another under the same path.
#[cfg(unix)]
#[allow(clippy::unnecessary_wraps, reason = "other systems have none")]
fn identity(data: &fs::Metadata) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt as _;
    Some((data.dev(), data.ino()))
}

/// What tells one folder from another under the same path.
#[cfg(not(unix))]
fn identity(_data: &fs::Metadata) -> Option<(u64, u64)> {
    None
}

/// What stands at a path.
enum Found {
    Nothing,
    File,
    Folder,
}

impl DiskSink {
    /// Takes an existing folder as the destination. It may be reached through links; what is below it may not.
    pub fn open(root: &Path) -> Result<Self, SinkError> {
        let missing = || SinkError::FolderMissing { folder: root.display().to_string() };
        let real = match fs::canonicalize(root) {
            Ok(real) => real,
            Err(error) if error.kind() == ErrorKind::PermissionDenied => {
                return Err(SinkError::Unwritable { path: root.display().to_string(), detail: reason(&error) });
            }
            Err(_) => return Err(missing()),
        };
        if !real.is_dir() {
            return Err(missing());
        }
        let identity = fs::symlink_metadata(&real).ok().as_ref().and_then(identity);
        let shared = Shared { root: real, changed: Mutex::default(), identity, room: Room::default() };
        Ok(Self { shared: Arc::new(shared) })
    }

    /// The folder, absolute and with links resolved.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.shared.root
    }
}

impl Shared {
    /// The folder must be the very one that was opened: below a drive that is gone lies another, empty one.
    fn check_root(&self) -> Result<(), SinkError> {
        if fs::symlink_metadata(&self.root).is_ok_and(|data| data.is_dir() && identity(&data) == self.identity) {
            Ok(())
        } else {
            Err(SinkError::FolderMissing { folder: self.root.display().to_string() })
        }
    }

    fn failed(&self, path: &str, error: &io::Error) -> SinkError {
        let path = path.to_owned();
        match error.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => SinkError::DiskFull { path },
            ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
                SinkError::Unwritable { path, detail: reason(error) }
            }
            ErrorKind::NotFound if self.check_root().is_err() => {
                SinkError::FolderMissing { folder: self.root.display().to_string() }
            }
            _ => SinkError::Io { path, detail: reason(error) },
        }
    }

    /// Looks at one entry without following a link. A link or a special file is refused.
    fn look(&self, full: &Path, path: &RelPath) -> Result<Found, SinkError> {
        match fs::symlink_metadata(full) {
            Ok(data) if data.is_file() => Ok(Found::File),
            Ok(data) if data.is_dir() => Ok(Found::Folder),
            Ok(_) => Err(SinkError::Escapes { path: path.clone() }),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Found::Nothing),
            Err(error) => Err(self.failed(path.as_str(), &error)),
        }
    }

    /// The full path of the folder of `path`, every part of it looked at; `None` where it is not there and `make` is false.
    fn folder_of(&self, path: &RelPath, make: bool) -> Result<Option<PathBuf>, SinkError> {
        self.check_root()?;
        let mut full = self.root.clone();
        for part in path.folder().split('/').filter(|part| !part.is_empty()) {
            let above = full.clone();
            full.push(part);
            match self.look(&full, path)? {
                Found::Folder => {}
                Found::File => return Err(SinkError::Escapes { path: path.clone() }),
                Found::Nothing if !make => return Ok(None),
                Found::Nothing => {
                    match fs::create_dir(&full) {
                        Ok(()) => self.note(above),
                        Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                        Err(error) => return Err(self.failed(path.as_str(), &error)),
                    }
                    if !matches!(self.look(&full, path)?, Found::Folder) {
                        return Err(SinkError::Escapes { path: path.clone() });
                    }
                }
            }
        }
        Ok(Some(full))
    }

    /// The full path of an existing folder, or `None`; empty is the destination itself.
    fn folder(&self, folder: &str) -> Result<Option<PathBuf>, SinkError> {
        self.check_root()?;
        if folder.is_empty() {
            return Ok(Some(self.root.clone()));
        }
        let path = RelPath::new(folder)
            .map_err(|error| SinkError::Io { path: folder.to_owned(), detail: error.to_string() })?;
        let Some(above) = self.folder_of(&path, false)? else { return Ok(None) };
        let full = above.join(path.file_name());
        Ok(matches!(self.look(&full, &path)?, Found::Folder).then_some(full))
    }

    /// The full path of an existing file, or `None`.
    fn existing(&self, path: &RelPath) -> Result<Option<PathBuf>, SinkError> {
        let Some(folder) = self.folder_of(path, false)? else { return Ok(None) };
        let full = folder.join(path.file_name());
        match self.look(&full, path)? {
            Found::Nothing => Ok(None),
            Found::File => Ok(Some(full)),
            Found::Folder => Err(SinkError::Escapes { path: path.clone() }),
        }
    }

    /// The full folder and full path for a file that is about to be put at `path`.
    fn target(&self, path: &RelPath) -> Result<(PathBuf, PathBuf), SinkError> {
        let Some(folder) = self.folder_of(path, true)? else {
            return Err(SinkError::FolderMissing { folder: self.root.display().to_string() });
        };
        let full = folder.join(path.file_name());
        match self.look(&full, path)? {
            Found::Nothing | Found::File => Ok((folder, full)),
            Found::Folder => Err(SinkError::Escapes { path: path.clone() }),
        }
    }

    fn begin(self: &Arc<Self>, path: &RelPath) -> Result<DiskFile, SinkError> {
        let (folder, _) = self.target(path)?;
        for attempt in 0.. {
            let name = format!("{TEMPORARY_PREFIX}{:016x}", RandomState::new().hash_one((std::process::id(), attempt)));
            let temporary = folder.join(name);
            match File::options().write(true).create_new(true).open(&temporary) {
                Ok(file) => {
                    return Ok(DiskFile {
                        shared: Arc::clone(self),
                        path: path.clone(),
                        temporary: Some(temporary),
                        file: Some(file),
                        size: 0,
                        hasher: Sha256::new(),
                    });
                }
                Err(error) if error.kind() == ErrorKind::AlreadyExists && attempt < ATTEMPTS => {}
                Err(error) => return Err(self.failed(path.as_str(), &error)),
            }
        }
        Err(SinkError::Io { path: path.as_str().to_owned(), detail: "no temporary name is free".to_owned() })
    }

    #[allow(clippy::disallowed_methods, reason = "this is the one place that puts finished files under final names")]
    fn put(&self, from: &Path, to: &Path, path: &RelPath) -> Result<(), SinkError> {
        fs::rename(from, to).map_err(|error| self.failed(path.as_str(), &error))
    }

    fn note(&self, folder: PathBuf) {
        self.changed.lock().unwrap_or_else(PoisonError::into_inner).insert(folder);
    }
}

impl Sink for DiskSink {
    fn hash(&self, path: &RelPath) -> Result<Option<ContentHash>, SinkError> {
        let mut hasher = Sha256::new();
        let there = self.pieces(path, &mut |piece| {
            hasher.update(piece);
            true
        })?;
        Ok(there.then(|| finish(hasher)))
    }

    fn exists(&self, path: &RelPath) -> Result<bool, SinkError> {
        Ok(self.shared.existing(path)?.is_some())
    }

    fn pieces(&self, path: &RelPath, see: &mut dyn FnMut(&[u8]) -> bool) -> Result<bool, SinkError> {
        let Some(full) = self.shared.existing(path)? else { return Ok(false) };
        let failed = |error: io::Error| self.shared.failed(path.as_str(), &error);
        let mut file = File::open(full).map_err(failed)?;
        let mut buffer = vec![0; PIECE];
        loop {
            match file.read(&mut buffer) {
                Ok(0) => return Ok(true),
                Ok(count) if see(buffer.get(..count).unwrap_or_default()) => {}
                Ok(_) => return Ok(true),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(failed(error)),
            }
        }
    }

    fn read(&self, path: &RelPath) -> Result<Option<Vec<u8>>, SinkError> {
        let Some(full) = self.shared.existing(path)? else { return Ok(None) };
        fs::read(full).map(Some).map_err(|error| self.shared.failed(path.as_str(), &error))
    }

    fn write(&self, path: &RelPath, bytes: &[u8]) -> Result<(), SinkError> {
        let mut pending = self.shared.begin(path)?;
        pending.write(bytes)?;
        pending.finish()?;
        Ok(())
    }

    /// All temporary files are written before the first is flushed: the file system then flushes most of them at once.
    fn write_all(&self, files: &[(RelPath, Vec<u8>)]) -> Vec<Result<(), SinkError>> {
        let begun: Vec<Result<DiskFile, SinkError>> = files
            .iter()
            .map(|(path, bytes)| {
                let mut pending = self.shared.begin(path)?;
                pending.write(bytes)?;
                Ok(pending)
            })
            .collect();
        let flushed: Vec<Result<DiskFile, SinkError>> = begun
            .into_iter()
            .map(|begun| {
                let mut pending = begun?;
                pending.flush()?;
                Ok(pending)
            })
            .collect();
        flushed.into_iter().map(|flushed| flushed?.finish().map(|_| ())).collect()
    }

    fn begin(&self, path: &RelPath) -> Result<Box<dyn PendingFile>, SinkError> {
        Ok(Box::new(self.shared.begin(path)?))
    }

    fn rename(&self, from: &RelPath, to: &RelPath) -> Result<(), SinkError> {
        let Some(source) = self.shared.existing(from)? else {
            return Err(SinkError::Io { path: from.as_str().to_owned(), detail: "no such file".to_owned() });
        };
        let (folder, target) = self.shared.target(to)?;
        self.shared.put(&source, &target, to)?;
        self.shared.note(folder);
        if let Some(folder) = source.parent() {
            self.shared.note(folder.to_owned());
        }
        Ok(())
    }

    fn remove(&self, path: &RelPath) -> Result<(), SinkError> {
        let Some(full) = self.shared.existing(path)? else { return Ok(()) };
        fs::remove_file(&full).map_err(|error| self.shared.failed(path.as_str(), &error))?;
        if let Some(folder) = full.parent() {
            self.shared.note(folder.to_owned());
        }
        Ok(())
    }

    /// Temporary files of a run are not among the names.
    fn names_in(&self, folder: &str) -> Result<Vec<String>, SinkError> {
        let Some(full) = self.shared.folder(folder)? else { return Ok(Vec::new()) };
        let failed = |error: io::Error| self.shared.failed(folder, &error);
        let mut names = Vec::new();
        for entry in fs::read_dir(full).map_err(failed)? {
            let name = entry.map_err(failed)?.file_name().to_string_lossy().into_owned();
            if !is_temporary(&name) {
                names.push(name);
            }
        }
        names.sort();
        Ok(names)
    }

    fn prune(&self, folder: &str) -> Result<(), SinkError> {
        let mut folder = folder;
        while !folder.is_empty() {
            let Some(full) = self.shared.folder(folder)? else { return Ok(()) };
            // A folder with something in it is not removed by this call, on any system.
            if fs::remove_dir(&full).is_err() {
                return Ok(());
            }
            if let Some(above) = full.parent() {
                self.shared.note(above.to_owned());
            }
            folder = folder.rsplit_once('/').map_or("", |(above, _)| above);
        }
        Ok(())
    }

    fn sweep(&self, folder: &str) -> Result<(), SinkError> {
        let Some(full) = self.shared.folder(folder)? else { return Ok(()) };
        let failed = |error: io::Error| self.shared.failed(folder, &error);
        for entry in fs::read_dir(full).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
            if is_file && is_temporary(&entry.file_name().to_string_lossy()) {
                fs::remove_file(entry.path()).map_err(failed)?;
            }
        }
        Ok(())
    }

    fn full_path(&self, path: &RelPath) -> Result<Option<PathBuf>, SinkError> {
        self.shared.existing(path)
    }

    fn sync(&self) -> Result<(), SinkError> {
        self.shared.check_root()?;
        let folders = std::mem::take(&mut *self.shared.changed.lock().unwrap_or_else(PoisonError::into_inner));
        for folder in folders {
            if let Err(error) = sync_folder(&folder) {
                let shown = folder.strip_prefix(&self.shared.root).unwrap_or(&folder).display().to_string();
                self.shared.note(folder);
                return Err(self.shared.failed(&shown, &error));
            }
        }
        Ok(())
    }
}

/// Makes the names in `folder` survive a power cut, as far as its file system can.
#[cfg(unix)]
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    let synced = File::open(folder).and_then(|folder| folder.sync_all());
    match synced {
        // Some file systems know no flush of a folder, and a folder may be gone by now.
        Err(error)
            if matches!(error.kind(), ErrorKind::Unsupported | ErrorKind::InvalidInput | ErrorKind::NotFound) =>
        {
            Ok(())
        }
        other => other,
    }
}

/// Makes the names in `folder` survive a power cut, as far as its file system can.
#[cfg(not(unix))]
#[allow(clippy::unnecessary_wraps, reason = "the other form can fail")]
pub fn sync_folder(_folder: &Path) -> io::Result<()> {
    Ok(())
}

/// Whether a name is one that [`Shared::begin`] makes.
fn is_temporary(name: &str) -> bool {
    name.strip_prefix(TEMPORARY_PREFIX)
        .is_some_and(|rest| rest.len() == 16 && rest.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// A temporary file that becomes the final one.
struct DiskFile {
    shared: Arc<Shared>,
    path: RelPath,
    /// `None` once renamed.
    temporary: Option<PathBuf>,
    file: Option<File>,
    size: u64,
    hasher: Sha256,
}

impl DiskFile {
    /// Makes the content last and closes the file, which is still a temporary one.
    fn flush(&mut self) -> Result<(), SinkError> {
        let Some(file) = self.file.take() else { return Ok(()) };
        let failed = |error: io::Error| self.shared.failed(self.path.as_str(), &error);
        file.sync_all().map_err(failed)?;
        let length = file.metadata().map_err(failed)?.len();
        if length == self.size {
            return Ok(());
        }
        let detail = format!("{length} bytes arrived on the disk instead of {}", self.size);
        Err(SinkError::Io { path: self.path.as_str().to_owned(), detail })
    }

    fn finish(mut self) -> Result<(u64, ContentHash), SinkError> {
        self.flush()?;
        let (folder, target) = self.shared.target(&self.path)?;
        if let Some(temporary) = &self.temporary {
            self.shared.put(temporary, &target, &self.path)?;
        }
        self.temporary = None;
        self.shared.note(folder);
        Ok((self.size, finish(std::mem::take(&mut self.hasher))))
    }
}

impl PendingFile for DiskFile {
    fn write(&mut self, bytes: &[u8]) -> Result<(), SinkError> {
        // The record of what was written is small, and has to be kept where the rest has no room.
        let is_record = self.path.as_str().starts_with(".pagelift/");
        if !is_record && !self.shared.room.has(&self.shared.root, bytes.len() as u64) {
            return Err(SinkError::DiskFull { path: self.path.as_str().to_owned() });
        }
        if let Some(file) = &mut self.file {
            file.write_all(bytes).map_err(|error| self.shared.failed(self.path.as_str(), &error))?;
        }
        self.hasher.update(bytes);
        self.size += bytes.len() as u64;
        Ok(())
    }

    fn commit(self: Box<Self>) -> Result<(u64, ContentHash), SinkError> {
        self.finish()
    }
}

impl Drop for DiskFile {
    fn drop(&mut self) {
        // Closed first: some systems do not remove an open file.
        self.file = None;
        if let Some(temporary) = &self.temporary {
            // A file that cannot be removed now is swept at the next start.
            let _ = fs::remove_file(temporary);
        }
    }
}

/// The hash of bytes in memory.
pub(crate) fn hash_of(bytes: &[u8]) -> ContentHash {
    finish(Sha256::new_with_prefix(bytes))
}

pub(crate) fn finish(hasher: Sha256) -> ContentHash {
    ContentHash(hasher.finalize().iter().fold(String::with_capacity(64), |mut text, byte| {
        // Writing to a text cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    }))
}
