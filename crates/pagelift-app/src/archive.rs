//! A ZIP file as a destination: the same tree as in a folder, in one file.
//!
//! A run writes to a folder of Pagelift's own, which holds what the archive holds, and at the end that folder is packed. So an archive
//! is ours, edited and up to date in the same sense as a folder is. It is replaced in one step and only when the run came to its end;
//! what an ended run has left in the folder, the next one goes on with.

mod pack;
mod unpack;

use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::time::Duration;

use pagelift_export::{DiskSink, Store, reason};
use pagelift_model::{ErrorCode, SinkError};

use crate::destination::with_ending;
use crate::files::{folder_of, lock_within, make_private_folder, short_name, sweep_beside, write_whole};
use crate::{AppError, Folders};

/// Whether a path names an archive, and not a folder.
pub(crate) fn is_meant(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("zip")) && !path.is_dir()
}

/// A small file in the archive at `path`; `None` where it holds no such file.
pub(crate) fn read(path: &Path, name: &str) -> Result<Option<Vec<u8>>, AppError> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let message = format!("`{}` is not there", path.display());
            return Err(AppError::refused(ErrorCode::FolderMissing, message));
        }
        Err(error) => return Err(failed(path, &error).into()),
    };
    unpack::read(file, path, name)
}

/// An archive that this process alone writes to, and the folder that is packed into it.
#[derive(Debug)]
pub(crate) struct Archive {
    path: PathBuf,
    folder: PathBuf,
    /// Whether the folder was filled just now, and holds nothing of a run.
    is_fresh: bool,
    _lock: File,
}

impl Archive {
    /// The archive that `path` names, made ready to be written; `None` where it names a folder. An archive that is there must be one
    /// of Pagelift's: any other is refused and stays as it is.
    pub(crate) fn named(path: &Path, folders: &Folders) -> Result<Option<Self>, AppError> {
        if !is_meant(path) {
            return Ok(None);
        }
        let path = std::path::absolute(path).map_err(|error| AppError::own_file(path, &error))?;
        let above = folder_of(&path);
        let above =
            above.canonicalize().map_err(|_| SinkError::FolderMissing { folder: above.display().to_string() })?;
        if [&folders.config, &folders.data, &folders.cache].iter().any(|own| above.starts_with(own)) {
            let message = format!("`{}` is in a folder of Pagelift's own; choose another place", path.display());
            return Err(AppError::refused(ErrorCode::UsageInvalid, message));
        }
        let path = above.join(path.file_name().unwrap_or_default());
        make_private_folder(&folders.archives()).map_err(|error| AppError::own_file(&folders.archives(), &error))?;
        let folder = folders.archives().join(short_name(&[&path.to_string_lossy()]));
        let lock_path = with_ending(&folder, ".lock");
        let lock = lock_within(&lock_path, Duration::ZERO).map_err(|error| AppError::own_file(&lock_path, &error))?;
        let lock = lock.ok_or_else(|| SinkError::Busy { folder: path.display().to_string() })?;
        sweep_beside(&path);
        tempfile::tempfile_in(&above).map_err(|error| failed(&path, &error))?;
        let archive = Self { path, folder, is_fresh: false, _lock: lock };
        let is_fresh = archive.make_ready()?;
        Ok(Some(Self { is_fresh, ..archive }))
    }

    /// The folder that is packed at the end.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Packs the folder, which `sink` writes to and whose record is in `store`, and puts the archive in its place. The folder is gone
    /// afterwards. An archive that somebody changed in the meantime stays, and so does the folder.
    pub(crate) fn pack(&self, sink: &DiskSink, store: &Store) -> Result<(), AppError> {
        pack::pack(&self.path, sink, store, || self.check_unchanged())?;
        self.clear()
    }

    fn check_unchanged(&self) -> Result<(), AppError> {
        let now = self.state()?;
        if fs::read_to_string(self.marker()).is_ok_and(|seen| seen == now) {
            return Ok(());
        }
        let shown = self.path.display();
        let message = format!(
            "`{shown}` was changed while the export went on, and stays as it is; export again to go on from it"
        );
        Err(AppError::refused(ErrorCode::UsageInvalid, message))
    }

    /// Takes back what was made ready for a run that wrote nothing.
    pub(crate) fn leave_as_found(&self) {
        if self.is_fresh
            && let Err(error) = self.clear()
        {
            tracing::warn!(folder = %self.folder.display(), %error, "what was unpacked stays");
        }
    }

    /// Fills the folder with what the archive holds, unless a run that did not come to its end has begun with the very same.
    /// Answers whether it did.
    fn make_ready(&self) -> Result<bool, AppError> {
        let state = self.state()?;
        if fs::read_to_string(self.marker()).is_ok_and(|seen| seen == state) && self.folder.is_dir() {
            return Ok(false);
        }
        self.clear()?;
        make_private_folder(&self.folder).map_err(|error| AppError::own_file(&self.folder, &error))?;
        let there = match File::open(&self.path) {
            Ok(file) => Some(file),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => return Err(failed(&self.path, &error).into()),
        };
        if let Some(file) = there
            && let Err(error) = unpack::unpack(file, &self.path, &DiskSink::open(&self.folder)?)
        {
            self.clear()?;
            return Err(error);
        }
        write_whole(&self.marker(), state.as_bytes()).map_err(|error| AppError::own_file(&self.marker(), &error))?;
        Ok(true)
    }

    /// What tells the archive of now from that of another time.
    fn state(&self) -> Result<String, AppError> {
        match fs::metadata(&self.path) {
            Ok(data) => Ok(format!("{} {:?}", data.len(), data.modified().ok())),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok("none".to_owned()),
            Err(error) => Err(failed(&self.path, &error).into()),
        }
    }

    /// The file that says which archive the folder was filled from.
    fn marker(&self) -> PathBuf {
        with_ending(&self.folder, ".from")
    }

    /// Removes the folder. The marker goes first: a folder of which a part is gone counts for nothing.
    fn clear(&self) -> Result<(), AppError> {
        removed(fs::remove_file(self.marker()), &self.marker())?;
        removed(fs::remove_dir_all(&self.folder), &self.folder)
    }
}

fn removed(done: io::Result<()>, path: &Path) -> Result<(), AppError> {
    match done {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(AppError::own_file(path, &error)),
        _ => Ok(()),
    }
}

/// What kept an archive from being read or written.
fn failed(path: &Path, error: &io::Error) -> SinkError {
    let path = path.display().to_string();
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => SinkError::DiskFull { path },
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            SinkError::Unwritable { path, detail: reason(error) }
        }
        _ => SinkError::Io { path, detail: reason(error) },
    }
}

#[cfg(test)]
mod tests;
