//! A destination that is about to be written: checked, locked, and with the store that belongs to it.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use directories::BaseDirs;
use pagelift_export::{DiskSink, Store, reason};
use pagelift_model::{ErrorCode, SinkError};

use crate::files::{lock, short_name};
use crate::sites::OpenSite;
use crate::{AppError, Folders};

/// A folder that this process alone writes to.
#[derive(Debug)]
pub(crate) struct LockedFolder {
    pub(crate) sink: DiskSink,
    /// Folders that were made for this run, outermost first.
    made: Vec<PathBuf>,
    _locks: Vec<File>,
}

impl LockedFolder {
    /// Takes the folder at `path`, making it when `make` says so. Nothing is written into it.
    pub(crate) fn open(path: &Path, folders: &Folders, make: bool) -> Result<Self, AppError> {
        let path = std::path::absolute(path).map_err(|error| unwritable(path, &error))?;
        check_choice(&path, folders)?;
        let absent = if make { missing(&path) } else { Vec::new() };
        match Self::prepared(&path, folders, make) {
            Ok((sink, locks)) => Ok(Self { sink, made: absent, _locks: locks }),
            Err(error) => {
                remove_empty(&absent);
                Err(error)
            }
        }
    }

    fn prepared(path: &Path, folders: &Folders, make: bool) -> Result<(DiskSink, Vec<File>), AppError> {
        if path.is_file() {
            let detail = "it is a file and no folder".to_owned();
            return Err(SinkError::Unwritable { path: path.display().to_string(), detail }.into());
        }
        if make {
            fs::create_dir_all(path).map_err(|error| unwritable(path, &error))?;
        }
        let sink = DiskSink::open(path)?;
        let root = sink.root().to_owned();
        check_choice(&root, folders)?;
        let locks = lock_folder(path, &root, folders)?;
        tempfile::tempfile_in(&root).map_err(|error| unwritable(path, &error))?;
        Ok((sink, locks))
    }

    /// Takes back the folders that were made for a run that wrote nothing.
    pub(crate) fn leave_as_found(&self) {
        remove_empty(&self.made);
    }
}

/// Keeps every run from the folder at `path` for as long as the files of the answer are open; `root` is the same with links resolved.
pub(crate) fn lock_folder(path: &Path, root: &Path, folders: &Folders) -> Result<Vec<File>, AppError> {
    let busy = || SinkError::Busy { folder: path.display().to_string() };
    let name = short_name(&[&root.to_string_lossy()]);
    let own = folders.stores()?.join(format!("{name}.lock"));
    let file = File::options().create(true).truncate(false).write(true).open(&own);
    let file = file.and_then(lock).map_err(|error| AppError::own_file(&own, &error))?;
    let mut locks = vec![file.ok_or_else(busy)?];
    // Reaches processes of other accounts too, where the system can lock a folder.
    #[cfg(unix)]
    if let Ok(folder) = File::open(root)
        && let Ok(locked) = lock(folder)
    {
        locks.push(locked.ok_or_else(busy)?);
    }
    Ok(locks)
}

/// Refuses folders in which an export would be scattered among other things.
pub(crate) fn check_choice(path: &Path, folders: &Folders) -> Result<(), AppError> {
    let refused = |why: &str| {
        let message = format!("`{}` is {why}; choose or make a folder for the export", path.display());
        Err(AppError::refused(ErrorCode::UsageInvalid, message))
    };
    if path.starts_with(folders.archives()) {
        return Ok(());
    }
    if path.parent().is_none() {
        return refused("the top of a drive");
    }
    if BaseDirs::new().is_some_and(|dirs| dirs.home_dir() == path) {
        return refused("your home folder itself");
    }
    if [&folders.config, &folders.data, &folders.cache].iter().any(|own| path.starts_with(own)) {
        return refused("a folder of Pagelift's own");
    }
    Ok(())
}

/// The store of a site and a destination; `root` is the destination with links resolved.
pub(crate) fn open_store(site: &OpenSite, root: &Path, folders: &Folders) -> Result<Store, AppError> {
    let path = store_path(site, root, folders)?;
    match Store::open(&path) {
        Ok(store) => Ok(store),
        Err(error) => {
            tracing::warn!(path = %path.display(), %error, "the store is set aside");
            set_aside(&path)?;
            Ok(Store::open(&path)?)
        }
    }
}

/// Where that store is.
pub(crate) fn store_path(site: &OpenSite, root: &Path, folders: &Folders) -> Result<PathBuf, AppError> {
    let name = short_name(&[site.identity(), &root.to_string_lossy()]);
    Ok(folders.stores()?.join(format!("{name}.sqlite")))
}

/// Puts a store that does not open out of the way. What it held comes from the site again.
#[allow(clippy::disallowed_methods, reason = "no file of a destination is concerned")]
fn set_aside(path: &Path) -> Result<(), AppError> {
    for ending in ["-wal", "-shm"] {
        // Without the main file these are worth nothing, and they may not be there.
        let _ = fs::remove_file(with_ending(path, ending));
    }
    fs::rename(path, with_ending(path, ".damaged")).map_err(|error| AppError::own_file(path, &error))
}

/// The path with `ending` behind its file name.
pub(crate) fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

fn unwritable(path: &Path, error: &std::io::Error) -> SinkError {
    SinkError::Unwritable { path: path.display().to_string(), detail: reason(error) }
}

/// The folders of `path` that are not there, outermost first.
fn missing(path: &Path) -> Vec<PathBuf> {
    let mut missing: Vec<PathBuf> =
        path.ancestors().take_while(|folder| fs::symlink_metadata(folder).is_err()).map(Path::to_owned).collect();
    missing.reverse();
    missing
}

fn remove_empty(made: &[PathBuf]) {
    for folder in made.iter().rev() {
        // One that holds something is not removed.
        if fs::remove_dir(folder).is_err() {
            break;
        }
    }
}
