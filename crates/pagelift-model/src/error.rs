//! One closed list of error codes, and the errors that ports return.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{PageId, RelPath, SpaceKey};

/// What went wrong, for whoever has to choose words or an exit code. Extended only when a caller branches on the difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum ErrorCode {
    /// The command or request does not make sense as given.
    UsageInvalid,
    /// The address is not one of a Confluence site.
    AddressInvalid,
    /// No sign-in is known for the site.
    SignInNeeded,
    /// The site refused the name or token.
    SignInRejected,
    /// The sign-in has ended and cannot be renewed; the person has to sign in again.
    SignInEnded,
    /// The person did not agree in the browser, or gave up.
    SignInCancelled,
    /// Nobody came back from the browser in time.
    SignInTimedOut,
    /// What came back from the browser belongs to no sign-in that is under way.
    SignInUnknown,
    /// Somebody else signed in than the person whose sign-in was to be renewed.
    SignInOfAnother,
    /// The site does not accept the integration: its id, its secret or its return address.
    IntegrationRejected,
    /// The sign-in gives access to no Confluence site.
    SitesMissing,
    /// The port of the return address is taken by another program.
    PortTaken,
    /// No browser could be opened.
    BrowserMissing,
    /// The system has no keychain.
    KeychainMissing,
    /// The system's keychain is locked.
    KeychainLocked,
    /// The system's keychain refused.
    KeychainDenied,
    /// What was kept of the sign-ins cannot be read any more.
    VaultDamaged,
    /// The file is no connection card, or one of a newer Pagelift.
    CardInvalid,
    /// The passphrase does not open the connection card.
    PassphraseWrong,
    /// A passphrase for a connection card is too short to protect anything.
    PassphraseShort,
    /// The browser cannot come back to a return address in the way that was chosen.
    ReturnAddressInvalid,
    /// The sign-in works but lacks a permission for this request.
    PermissionMissing,
    /// No such space, or not visible to this account.
    SpaceUnknown,
    /// No such page, or not visible to this account.
    PageHidden,
    /// No connection to the site.
    SiteUnreachable,
    /// The site's certificate is not trusted by this computer.
    CertificateUntrusted,
    /// The site asked for a pause that is longer than a run waits.
    RateLimited,
    /// The site answered with an error of its own, again and again.
    SiteFailed,
    /// The site answered with something that is no Confluence answer.
    AnswerUnreadable,
    /// The answer is larger than Pagelift accepts.
    AnswerTooLarge,
    /// The page body could not be converted.
    ConversionFailed,
    /// The file is not, or no longer, on the site.
    AttachmentMissing,
    /// The bytes that came are not as many as announced.
    DownloadIncomplete,
    /// The destination folder is not there, or no folder.
    FolderMissing,
    /// The destination does not let us write.
    FolderUnwritable,
    /// The disk is full.
    DiskFull,
    /// Another run is writing to the same folder.
    FolderBusy,
    /// The folder's own record cannot be read.
    RecordDamaged,
    /// The app is not connected to the site in Pagelift.
    AppNotConnected,
    /// An admin has not switched on App REST APIs for the app and site.
    AppSwitchedOff,
    /// The sign-in lacks a permission of the app, or the one that every app needs.
    AppPermissionMissing,
    /// The app is not installed on the site.
    AppNotInstalled,
    /// The app is installed in another environment than the one asked.
    AppEnvironmentWrong,
    /// The app has no such address.
    AppRouteUnknown,
    /// The site has no active licence for the app.
    AppUnlicensed,
    /// The app did not accept what it was sent.
    AppRefused,
    /// More was sent to the app, or asked of it, than it can take.
    AppTooLarge,
    /// The app did not finish in time.
    AppTimedOut,
    /// The app broke down.
    AppFailed,
    /// The archive is damaged, or no archive.
    ArchiveDamaged,
    /// The archive would write where it must not, or more than is accepted.
    ArchiveUnsafe,
    /// A person stopped the run.
    Stopped,
    /// A bug in Pagelift.
    Internal,
}

/// Why a source could not deliver. An error is final: waiting and trying again have already happened below the port.
///
/// Messages name the thing concerned and never hold a token or a page body.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SourceError {
    /// Name or token refused.
    #[error("`{site}` did not accept the sign-in")]
    SignInRejected {
        /// Host of the site.
        site: String,
    },
    /// The sign-in has ended and cannot be renewed.
    #[error("the sign-in for `{site}` has ended; sign in again")]
    SignInEnded {
        /// Host of the site.
        site: String,
    },
    /// The sign-in is stored where it cannot be read now.
    #[error("the sign-in for `{site}` cannot be read: {detail}")]
    SignInUnreadable {
        /// Host of the site.
        site: String,
        /// What stands in the way.
        code: ErrorCode,
        /// The same in words.
        detail: String,
    },
    /// The sign-in lacks a permission.
    #[error("the sign-in for `{site}` lacks the permission for {request}")]
    PermissionMissing {
        /// Host of the site.
        site: String,
        /// What was asked for, in words: `the page list`.
        request: String,
    },
    /// The space is missing or not visible.
    #[error("space `{key}` is not there or not visible to this account")]
    SpaceUnknown {
        /// The key asked for.
        key: SpaceKey,
    },
    /// The page is missing or not visible.
    #[error("page `{id}` is not there or not visible to this account")]
    PageHidden {
        /// The id asked for.
        id: PageId,
    },
    /// The attachment's bytes are not to be had.
    #[error("attachment `{name}` cannot be downloaded")]
    AttachmentMissing {
        /// File name.
        name: String,
    },
    /// Fewer or more bytes than announced.
    #[error("attachment `{name}` arrived with {received} bytes instead of {expected}")]
    DownloadIncomplete {
        /// File name.
        name: String,
        /// Bytes announced.
        expected: u64,
        /// Bytes received.
        received: u64,
    },
    /// No connection.
    #[error("`{site}` cannot be reached: {detail}")]
    Unreachable {
        /// Host of the site.
        site: String,
        /// What the connection failed with.
        detail: String,
    },
    /// The certificate chain is not trusted.
    #[error("this computer does not trust the certificate of `{site}`")]
    CertificateUntrusted {
        /// Host of the site.
        site: String,
    },
    /// The pause asked for is too long to wait.
    #[error("`{site}` asked for a pause{}", until.map(|t| format!(" until {}", t.strftime("%Y-%m-%d %H:%M:%S UTC"))).unwrap_or_default())]
    RateLimited {
        /// Host of the site.
        site: String,
        /// When it may be tried again, where the site said so.
        until: Option<Timestamp>,
    },
    /// Error answers that did not heal.
    #[error("`{site}` keeps answering with status {status} for {request}")]
    SiteFailed {
        /// Host of the site.
        site: String,
        /// HTTP status of the last answer.
        status: u16,
        /// What was asked for, in words.
        request: String,
    },
    /// An answer that cannot be read.
    #[error("`{site}` gave an answer for {request} that is not one of Confluence: {detail}")]
    AnswerUnreadable {
        /// Host of the site.
        site: String,
        /// What was asked for, in words.
        request: String,
        /// What is wrong with it; never the answer itself.
        detail: String,
    },
    /// An answer above the accepted size.
    #[error("the answer of `{site}` for {request} is larger than {limit} bytes")]
    AnswerTooLarge {
        /// Host of the site.
        site: String,
        /// What was asked for, in words.
        request: String,
        /// The accepted size.
        limit: u64,
    },
}

impl SourceError {
    /// The code by which front ends choose words and exit codes.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::SignInRejected { .. } => ErrorCode::SignInRejected,
            Self::SignInEnded { .. } => ErrorCode::SignInEnded,
            Self::SignInUnreadable { code, .. } => *code,
            Self::PermissionMissing { .. } => ErrorCode::PermissionMissing,
            Self::SpaceUnknown { .. } => ErrorCode::SpaceUnknown,
            Self::PageHidden { .. } => ErrorCode::PageHidden,
            Self::AttachmentMissing { .. } => ErrorCode::AttachmentMissing,
            Self::DownloadIncomplete { .. } => ErrorCode::DownloadIncomplete,
            Self::Unreachable { .. } => ErrorCode::SiteUnreachable,
            Self::CertificateUntrusted { .. } => ErrorCode::CertificateUntrusted,
            Self::RateLimited { .. } => ErrorCode::RateLimited,
            Self::SiteFailed { .. } => ErrorCode::SiteFailed,
            Self::AnswerUnreadable { .. } => ErrorCode::AnswerUnreadable,
            Self::AnswerTooLarge { .. } => ErrorCode::AnswerTooLarge,
        }
    }

    /// Whether every later request would meet the same fate, so that the run has to stop.
    pub fn ends_run(&self) -> bool {
        match self {
            Self::SignInRejected { .. }
            | Self::SignInEnded { .. }
            | Self::SignInUnreadable { .. }
            | Self::Unreachable { .. }
            | Self::CertificateUntrusted { .. }
            | Self::RateLimited { .. } => true,
            Self::PermissionMissing { .. }
            | Self::SpaceUnknown { .. }
            | Self::PageHidden { .. }
            | Self::AttachmentMissing { .. }
            | Self::DownloadIncomplete { .. }
            | Self::SiteFailed { .. }
            | Self::AnswerUnreadable { .. }
            | Self::AnswerTooLarge { .. } => false,
        }
    }
}

/// Why the system's keychain did not do what it was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SecretStoreError {
    /// There is none on this system, or none is running.
    #[error("this system has no keychain")]
    Missing,
    /// It is locked, and nobody could be asked to unlock it.
    #[error("the keychain is locked")]
    Locked,
    /// The person or the system refused.
    #[error("the keychain refused")]
    Denied,
    /// It failed in another way, such as a value that is too long for it.
    #[error("the keychain failed")]
    Failed,
}

impl SecretStoreError {
    /// The code by which front ends choose words and exit codes.
    pub fn code(self) -> ErrorCode {
        match self {
            Self::Missing => ErrorCode::KeychainMissing,
            Self::Locked => ErrorCode::KeychainLocked,
            Self::Denied | Self::Failed => ErrorCode::KeychainDenied,
        }
    }
}

/// Why a destination could not be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SinkError {
    /// The destination is gone or was never there.
    #[error("the folder `{folder}` is not there")]
    FolderMissing {
        /// The destination.
        folder: String,
    },
    /// No permission, or a read-only file system.
    #[error("`{path}` cannot be written: {detail}")]
    Unwritable {
        /// The path, relative to the destination or the destination itself.
        path: String,
        /// What the system said.
        detail: String,
    },
    /// No room.
    #[error("there is no room left for `{path}`")]
    DiskFull {
        /// The path that did not fit.
        path: String,
    },
    /// A link or a special file stands where a file or folder of ours would go.
    #[error(
        "something stands in the way of `{path}`: a link, or a file or folder that is not of this export; move it away"
    )]
    Escapes {
        /// The path.
        path: RelPath,
    },
    /// Another process holds the destination.
    #[error("another run is writing to `{folder}`")]
    Busy {
        /// The destination.
        folder: String,
    },
    /// Reading or renaming failed.
    #[error("`{path}`: {detail}")]
    Io {
        /// The path.
        path: String,
        /// What the system said.
        detail: String,
    },
}

impl SinkError {
    /// The code by which front ends choose words and exit codes.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::FolderMissing { .. } => ErrorCode::FolderMissing,
            Self::Unwritable { .. } | Self::Escapes { .. } | Self::Io { .. } => ErrorCode::FolderUnwritable,
            Self::DiskFull { .. } => ErrorCode::DiskFull,
            Self::Busy { .. } => ErrorCode::FolderBusy,
        }
    }

    /// Whether every later write would meet the same fate, so that the run has to stop.
    pub fn ends_run(&self) -> bool {
        match self {
            Self::FolderMissing { .. } | Self::DiskFull { .. } | Self::Busy { .. } => true,
            Self::Unwritable { .. } | Self::Escapes { .. } | Self::Io { .. } => false,
        }
    }
}
