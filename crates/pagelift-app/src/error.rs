//! Why a use case could not do what it was asked.

use std::io;
use std::path::Path;

use pagelift_confluence::forge::ForgeError;
use pagelift_confluence::oauth::OAuthError;
use pagelift_export::{ArchiveError, ExportError, PlaceError, StoreError, reason};
use pagelift_model::{ErrorCode, SecretStoreError, SinkError, SourceError};

/// Why a use case could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// What was asked makes no sense, or cannot be done as it stands. The message says what to do.
    #[error("{message}")]
    Refused {
        /// What kind of refusal it is.
        code: ErrorCode,
        /// One sentence.
        message: String,
    },
    /// The site.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The destination.
    #[error(transparent)]
    Sink(#[from] SinkError),
    /// The store on this computer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Naming the files.
    #[error(transparent)]
    Place(#[from] PlaceError),
    /// The run.
    #[error(transparent)]
    Export(#[from] ExportError),
    /// Signing in with the browser.
    #[error(transparent)]
    OAuth(#[from] OAuthError),
    /// An app of the site.
    #[error(transparent)]
    Forge(#[from] ForgeError),
    /// An archive.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// The keychain.
    #[error(transparent)]
    Keychain(#[from] SecretStoreError),
    /// A file of Pagelift's own.
    #[error("`{path}` cannot be used: {detail}")]
    OwnFile {
        /// The file or folder.
        path: String,
        /// What the system said.
        detail: String,
    },
}

impl AppError {
    /// A refusal with these words.
    pub fn refused(code: ErrorCode, message: impl Into<String>) -> Self {
        Self::Refused { code, message: message.into() }
    }

    /// A file of Pagelift's own that the system does not let us use.
    pub fn own_file(path: &Path, error: &io::Error) -> Self {
        Self::OwnFile { path: path.display().to_string(), detail: reason(error) }
    }

    /// The code by which front ends choose words and exit codes.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Refused { code, .. } => *code,
            Self::Source(error) => error.code(),
            Self::Sink(error) => error.code(),
            Self::Export(error) => error.code(),
            Self::OAuth(error) => error.code(),
            Self::Forge(error) => error.code(),
            Self::Archive(error) => error.code(),
            Self::Keychain(error) => error.code(),
            Self::OwnFile { .. } => ErrorCode::FolderUnwritable,
            Self::Store(error) => error.code(),
            Self::Place(_) => ErrorCode::Internal,
        }
    }
}
