//! Why a command ends without having done its work: a sentence for a person and a code for a script.

use std::process::ExitCode;

use pagelift_app::AppError;
use pagelift_app::ipc::IpcError;
use pagelift_model::ErrorCode;
use serde_json::json;

use crate::output;

/// Why a command could not do its work.
#[derive(Debug)]
pub struct Failure {
    code: ErrorCode,
    message: String,
    advice: &'static str,
}

impl Failure {
    /// The command does not make sense as it was typed.
    pub fn usage(message: String) -> Self {
        Self { code: ErrorCode::UsageInvalid, message, advice: "" }
    }

    /// The system refused something, with what to do about it in the message.
    pub fn system(message: String) -> Self {
        Self { code: ErrorCode::FolderUnwritable, message, advice: "" }
    }

    /// A person stopped the command.
    pub fn stopped() -> Self {
        Self { code: ErrorCode::Stopped, message: "stopped".to_owned(), advice: "" }
    }

    /// What went wrong, with this advice.
    pub fn advised(error: &AppError, advice: &'static str) -> Self {
        Self { code: error.code(), message: error.to_string(), advice }
    }

    /// What went wrong and what to do, in one line.
    pub fn sentence(&self) -> String {
        let line = output::cell(&self.message);
        if self.advice.is_empty() { line } else { format!("{line}; {}", self.advice) }
    }

    /// The last line of a run that prints JSON.
    pub fn print_event(&self) {
        let event = json!({ "event": "failed", "code": self.code, "message": self.sentence() });
        // Whoever reads has gone; the exit code says the rest.
        let _ = output::line(&event.to_string());
    }

    /// The exit code for a script.
    pub fn exit_code(&self) -> ExitCode {
        ExitCode::from(match self.code {
            ErrorCode::UsageInvalid
            | ErrorCode::AddressInvalid
            | ErrorCode::ReturnAddressInvalid
            | ErrorCode::SpaceUnknown
            | ErrorCode::PageHidden
            | ErrorCode::AppRouteUnknown
            | ErrorCode::AppRefused => 2,
            ErrorCode::SignInNeeded
            | ErrorCode::SignInRejected
            | ErrorCode::SignInEnded
            | ErrorCode::SignInCancelled
            | ErrorCode::SignInTimedOut
            | ErrorCode::SignInUnknown
            | ErrorCode::SignInOfAnother
            | ErrorCode::IntegrationRejected
            | ErrorCode::SitesMissing
            | ErrorCode::PermissionMissing
            | ErrorCode::AppNotConnected
            | ErrorCode::AppPermissionMissing => 3,
            ErrorCode::Stopped => 130,
            ErrorCode::SiteUnreachable
            | ErrorCode::CertificateUntrusted
            | ErrorCode::RateLimited
            | ErrorCode::SiteFailed
            | ErrorCode::AnswerUnreadable
            | ErrorCode::AnswerTooLarge
            | ErrorCode::ConversionFailed
            | ErrorCode::AttachmentMissing
            | ErrorCode::DownloadIncomplete
            | ErrorCode::FolderMissing
            | ErrorCode::FolderUnwritable
            | ErrorCode::DiskFull
            | ErrorCode::FolderBusy
            | ErrorCode::RecordDamaged
            | ErrorCode::PortTaken
            | ErrorCode::BrowserMissing
            | ErrorCode::KeychainMissing
            | ErrorCode::KeychainLocked
            | ErrorCode::KeychainDenied
            | ErrorCode::VaultDamaged
            | ErrorCode::CardInvalid
            | ErrorCode::PassphraseWrong
            | ErrorCode::PassphraseShort
            | ErrorCode::AppSwitchedOff
            | ErrorCode::AppNotInstalled
            | ErrorCode::AppEnvironmentWrong
            | ErrorCode::AppUnlicensed
            | ErrorCode::AppTooLarge
            | ErrorCode::AppTimedOut
            | ErrorCode::AppFailed
            | ErrorCode::ArchiveDamaged
            | ErrorCode::ArchiveUnsafe
            | ErrorCode::Internal => 4,
        })
    }
}

impl From<AppError> for Failure {
    fn from(error: AppError) -> Self {
        let advice = match &error {
            AppError::Refused { code: code @ ErrorCode::ReturnAddressInvalid, .. } => advice(*code),
            AppError::Refused { .. } => "",
            AppError::OwnFile { .. } if error.code() == ErrorCode::DiskFull => advice(ErrorCode::DiskFull),
            AppError::OwnFile { .. } => "check PAGELIFT_CONFIG_DIR, PAGELIFT_DATA_DIR and PAGELIFT_CACHE_DIR",
            AppError::Source(_)
            | AppError::Sink(_)
            | AppError::Store(_)
            | AppError::Place(_)
            | AppError::Export(_)
            | AppError::OAuth(_)
            | AppError::Forge(_)
            | AppError::Archive(_)
            | AppError::Keychain(_) => advice(error.code()),
        };
        Self { code: error.code(), message: error.to_string(), advice }
    }
}

impl From<IpcError> for Failure {
    fn from(error: IpcError) -> Self {
        let advice = match error.code {
            ErrorCode::SignInRejected => "sign in again with `pagelift site add`",
            code => advice(code),
        };
        Self { advice, code: error.code, message: error.message }
    }
}

/// What a person can do about it.
fn advice(code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::SignInRejected => {
            "check PAGELIFT_TOKEN, and for Confluence Cloud PAGELIFT_EMAIL; or sign in again with `pagelift site add`"
        }
        ErrorCode::SignInEnded | ErrorCode::SignInTimedOut | ErrorCode::SignInUnknown => {
            "sign in again with `pagelift site add`"
        }
        ErrorCode::SignInOfAnother => "sign in as the person who did before, or add the site under another name",
        ErrorCode::IntegrationRejected => "check the client id, the secret and the return address with your admin",
        ErrorCode::SitesMissing => "choose a site with Confluence in the browser",
        ErrorCode::ReturnAddressInvalid => {
            "give the address that was registered with --callback, or another way back with --return"
        }
        ErrorCode::PortTaken => "close the program that has it, or use --return paste",
        ErrorCode::BrowserMissing => "use --no-browser and open the address yourself",
        ErrorCode::KeychainMissing => {
            "set PAGELIFT_TOKEN in place of a stored sign-in, or install a keychain such as GNOME Keyring"
        }
        ErrorCode::KeychainLocked | ErrorCode::KeychainDenied => "unlock the keychain and run the command again",
        ErrorCode::VaultDamaged => "sign in again with `pagelift site add`; the damaged file was put aside",
        ErrorCode::PermissionMissing => "use an account or a token that has it",
        ErrorCode::SpaceUnknown => "check the key with `pagelift spaces`",
        ErrorCode::PageHidden => "check the id with `pagelift tree`",
        ErrorCode::SiteUnreachable => "check the address and the network",
        ErrorCode::CertificateUntrusted => "have it added to the certificates of the system",
        ErrorCode::RateLimited | ErrorCode::SiteFailed => "run the command again later; it goes on where it stopped",
        ErrorCode::AnswerUnreadable => {
            "check the address; PAGELIFT_EMAIL must be set for Confluence Cloud and not for Data Center"
        }
        ErrorCode::FolderMissing | ErrorCode::FolderUnwritable | ErrorCode::UsageInvalid => {
            "choose another folder with --to"
        }
        ErrorCode::DiskFull => "make room and run the command again",
        ErrorCode::FolderBusy => "wait until it has ended",
        ErrorCode::RecordDamaged => "remove that file, or choose another folder with --to",
        ErrorCode::Internal => "this is a fault of Pagelift; run the command again, and report it when it comes back",
        ErrorCode::AppNotConnected => "connect it with `pagelift site connect-app`",
        ErrorCode::AppSwitchedOff => {
            "ask an organisation admin to open Atlassian Administration, Apps, Sites, the site, Connected apps, the app, View app \
             details, Details, and to enable App REST APIs; if they are on, check that read:forge-app:confluence and the app's own \
             permissions were ticked, and that the licence is active"
        }
        ErrorCode::AppPermissionMissing => {
            "add read:forge-app:confluence and the app's own permissions to the integration in the developer console, then connect \
             the app again with `pagelift site connect-app`"
        }
        ErrorCode::AppNotInstalled => "have it installed on this site, or check the app's id",
        ErrorCode::AppEnvironmentWrong => {
            "copy the base address anew from the app's details in Atlassian Administration"
        }
        ErrorCode::AppRouteUnknown => "check the method and the path with the app's documentation",
        ErrorCode::AppUnlicensed => "ask the site's admin to renew the app's licence",
        ErrorCode::AppTooLarge | ErrorCode::AppTimedOut => "ask for less at a time",
        ErrorCode::AppFailed => "try again; if it stays so, give the trace id to the app's vendor",
        ErrorCode::ArchiveDamaged => "fetch the archive again",
        ErrorCode::ArchiveUnsafe => "nothing was written; ask whoever made the archive",
        ErrorCode::AddressInvalid
        | ErrorCode::AppRefused
        | ErrorCode::SignInNeeded
        | ErrorCode::SignInCancelled
        | ErrorCode::CardInvalid
        | ErrorCode::PassphraseWrong
        | ErrorCode::PassphraseShort
        | ErrorCode::AnswerTooLarge
        | ErrorCode::ConversionFailed
        | ErrorCode::AttachmentMissing
        | ErrorCode::DownloadIncomplete
        | ErrorCode::Stopped => "",
    }
}
