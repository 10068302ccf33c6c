//! Where Pagelift keeps what is its own.

use std::env;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use directories::ProjectDirs;

use crate::AppError;
use crate::files::make_private_folder;

/// The three folders of Pagelift's own. They come into being when something is put there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folders {
    /// Choices of the person: small, worth keeping.
    pub config: PathBuf,
    /// Reports of runs: worth keeping.
    pub data: PathBuf,
    /// Raw bodies and other things that the site can give again.
    pub cache: PathBuf,
}

impl Folders {
    /// The folders that `PAGELIFT_CONFIG_DIR`, `PAGELIFT_DATA_DIR` and `PAGELIFT_CACHE_DIR` name, and otherwise those that the
    /// system has for such things.
    pub fn from_env() -> Self {
        let usual = ProjectDirs::from("app", "", "Pagelift");
        let or_temporary = |usual: Option<PathBuf>| usual.unwrap_or_else(|| temporary().to_owned());
        let folder = |name: &str, usual: Option<PathBuf>| {
            let named = env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
            let folder = named.unwrap_or_else(|| or_temporary(usual));
            std::path::absolute(&folder).unwrap_or(folder)
        };
        Self {
            config: folder("PAGELIFT_CONFIG_DIR", usual.as_ref().map(|dirs| dirs.config_dir().to_owned())),
            data: folder("PAGELIFT_DATA_DIR", usual.as_ref().map(|dirs| dirs.data_dir().to_owned())),
            cache: folder("PAGELIFT_CACHE_DIR", usual.as_ref().map(|dirs| dirs.cache_dir().to_owned())),
        }
    }

    /// Three folders below one, for a Pagelift that keeps to itself.
    pub fn below(folder: &Path) -> Self {
        Self { config: folder.join("config"), data: folder.join("data"), cache: folder.join("cache") }
    }

    /// The file of settings.
    pub(crate) fn settings(&self) -> PathBuf {
        self.config.join("settings.json")
    }

    /// The file of the shelf.
    pub(crate) fn shelf(&self) -> PathBuf {
        self.config.join("destinations.json")
    }

    /// The file of stored sites.
    pub(crate) fn sites(&self) -> PathBuf {
        self.config.join("sites.json")
    }

    /// The vault.
    pub(crate) fn vault(&self) -> PathBuf {
        self.data.join("vault")
    }

    /// The folder of lock files.
    pub(crate) fn locks(&self) -> PathBuf {
        self.data.join("locks")
    }

    /// The folder of reports, which is there afterwards.
    pub(crate) fn reports(&self) -> Result<PathBuf, AppError> {
        made(self.data.join("runs"))
    }

    /// The folder of what reviews found, which is there afterwards.
    pub(crate) fn reviews(&self) -> Result<PathBuf, AppError> {
        made(self.cache.join("reviews"))
    }

    /// The folder of stores, which is there afterwards.
    pub(crate) fn stores(&self) -> Result<PathBuf, AppError> {
        made(self.cache.join("stores"))
    }

    /// The folder in which archives are made ready.
    pub(crate) fn archives(&self) -> PathBuf {
        self.cache.join("archives")
    }
}

/// A folder for this start alone, of somebody who has no home. Its name cannot be known before, so that nobody else of the computer can
/// have put anything there.
fn temporary() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let made = tempfile::Builder::new().prefix("pagelift-").tempdir();
        // Where that cannot be made, nothing below can, and whoever wants to write there is told.
        made.map_or_else(|_| env::temp_dir().join("pagelift-none/none"), tempfile::TempDir::keep)
    })
}

fn made(folder: PathBuf) -> Result<PathBuf, AppError> {
    make_private_folder(&folder).map_err(|error| AppError::own_file(&folder, &error))?;
    Ok(folder)
}
