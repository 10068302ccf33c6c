//! Why a sign-in did not come about, or did not go on.

use pagelift_model::{ErrorCode, SourceError};

use crate::call::CallError;

/// Why an authorization server gave nothing. Of what it said, messages repeat its error word alone, and only where it is one of those
/// that the standards know.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OAuthError {
    /// The person did not agree, or the server did not let it come to that: an error that came back with the browser.
    #[error("`{site}` ended the sign-in in the browser: {word}")]
    Declined {
        /// Host of the server.
        site: String,
        /// The server's word.
        word: &'static str,
    },
    /// The id, the secret, the return address or the permissions of the integration are not what the server knows.
    #[error("`{site}` does not accept the integration: {word}")]
    IntegrationRejected {
        /// Host of the server.
        site: String,
        /// The server's word.
        word: &'static str,
    },
    /// The integration cannot be right, whatever a server says.
    #[error("the integration for `{site}` cannot be used: {detail}")]
    IntegrationInvalid {
        /// Host of the server.
        site: String,
        /// What is wrong.
        detail: &'static str,
    },
    /// The code was used before, came too late or belongs to another return address.
    #[error("`{site}` does not accept the answer of the browser: {word}")]
    CodeRejected {
        /// Host of the server.
        site: String,
        /// The server's word.
        word: &'static str,
    },
    /// The sign-in cannot be renewed any more.
    #[error("`{site}` has ended the sign-in: {word}")]
    GrantEnded {
        /// Host of the server.
        site: String,
        /// The server's word.
        word: &'static str,
    },
    /// More was granted than asked for.
    #[error("`{site}` granted more than Pagelift asked for")]
    ScopesTooWide {
        /// Host of the server.
        site: String,
    },
    /// The way there failed, or the answer is none.
    #[error("{error}")]
    Site {
        /// What happened.
        error: SourceError,
        /// Whether the request may have had its effect.
        was_sent: bool,
    },
}

impl OAuthError {
    /// The error that an answer of the browser means. `word` is that of [`super::CallbackAnswer::Error`].
    pub fn declined(site: &str, word: &str) -> Self {
        Self::Declined { site: site.to_owned(), word: known(word) }
    }

    /// An answer that makes no sense.
    pub(super) fn unreadable(site: &str, what: &str, detail: &str) -> Self {
        let (site, request, detail) = (site.to_owned(), what.to_owned(), detail.to_owned());
        Self::Site { error: SourceError::AnswerUnreadable { site, request, detail }, was_sent: true }
    }

    /// An error of the site, which had no effect.
    pub(super) fn of_site(error: SourceError) -> Self {
        Self::Site { error, was_sent: false }
    }

    /// The code by which front ends choose words and exit codes.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Declined { word: "access_denied", .. } => ErrorCode::SignInCancelled,
            Self::Declined { word: "server_error" | "temporarily_unavailable", .. } => ErrorCode::SiteFailed,
            Self::Declined { .. }
            | Self::IntegrationRejected { .. }
            | Self::IntegrationInvalid { .. }
            | Self::ScopesTooWide { .. } => ErrorCode::IntegrationRejected,
            // Nothing that anybody typed is wrong: the answer came too late, or once more.
            Self::CodeRejected { .. } => ErrorCode::SignInTimedOut,
            Self::GrantEnded { .. } => ErrorCode::SignInEnded,
            Self::Site { error, .. } => error.code(),
        }
    }

    /// Whether the server may have done what it was asked, although no answer came that says so: a refresh token may be spent.
    pub fn is_ambiguous(&self) -> bool {
        matches!(self, Self::Site { was_sent: true, .. })
    }

    /// Whether the refresh token is of no use any more.
    pub fn ends_grant(&self) -> bool {
        matches!(self, Self::GrantEnded { .. })
    }
}

impl From<CallError> for OAuthError {
    fn from(failed: CallError) -> Self {
        Self::Site { error: failed.error, was_sent: failed.was_sent }
    }
}

/// The words of RFC 6749, RFC 7009 and RFC 6750 for what went wrong; every other one is `other`, since it may say anything.
pub(super) fn known(word: &str) -> &'static str {
    const WORDS: [&str; 12] = [
        "access_denied",
        "invalid_client",
        "invalid_grant",
        "invalid_request",
        "invalid_scope",
        "invalid_token",
        "server_error",
        "temporarily_unavailable",
        "unauthorized_client",
        "unsupported_grant_type",
        "unsupported_response_type",
        "unsupported_token_type",
    ];
    WORDS.into_iter().find(|known| *known == word).unwrap_or("other")
}
