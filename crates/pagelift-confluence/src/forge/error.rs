//! Why an app gave nothing, and which step cures it. Atlassian does not publish what its gateway answers: the status is believed
//! first, and what the text says helps to tell apart what has the same status.

use std::fmt;

use pagelift_model::{ErrorCode, SourceError};
use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use serde_json::Value;

/// Most letters of what an app said that are repeated.
const LONGEST: usize = 200;

/// Why a call to an app came to nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ForgeError {
    /// The way there.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The call cannot be made as it stands.
    #[error("{detail}")]
    Invalid {
        /// What is wrong with it.
        detail: String,
    },
    /// The gateway or the app refused, or failed.
    #[error("{app}: {cause}{}{}", said.as_ref().map(|said| format!(" (“{said}”)")).unwrap_or_default(), trace.as_ref().map(|trace| format!(", trace id {trace}")).unwrap_or_default())]
    App {
        /// What people call the app.
        app: String,
        /// What stands in the way.
        cause: ForgeCause,
        /// The HTTP status.
        status: u16,
        /// What the answer said about it, shortened.
        said: Option<String>,
        /// By what the app's vendor finds the call.
        trace: Option<String>,
    },
}

/// What stands in the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ForgeCause {
    /// An admin has not switched on App REST APIs, or has switched them off.
    SwitchedOff,
    /// The sign-in lacks `read:forge-app:confluence` or a permission of the app.
    ScopeMissing,
    /// The app is not on this site.
    NotInstalled,
    /// The app is there, in another environment.
    EnvironmentWrong,
    /// The app has no such address, or takes another method there.
    RouteUnknown,
    /// The site has no licence for the app.
    Unlicensed,
    /// The app did not accept what it was sent.
    Refused,
    /// More was sent, or asked for, than the app can take.
    TooLarge,
    /// The app took too long.
    TimedOut,
    /// The app broke down.
    Failed,
}

impl fmt::Display for ForgeCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SwitchedOff => "App REST APIs are switched off for this app and site",
            Self::ScopeMissing => "the sign-in lacks a permission for this call",
            Self::NotInstalled => "the app is not installed on this site",
            Self::EnvironmentWrong => "the app is not installed in this environment",
            Self::RouteUnknown => "the app has no such address",
            Self::Unlicensed => "the site has no active licence for the app",
            Self::Refused => "the app did not accept the request",
            Self::TooLarge => "the request is larger than the app takes",
            Self::TimedOut => "the app did not finish in time",
            Self::Failed => "the app failed",
        })
    }
}

impl ForgeCause {
    /// The code by which front ends choose words and exit codes.
    pub fn code(self) -> ErrorCode {
        match self {
            Self::SwitchedOff => ErrorCode::AppSwitchedOff,
            Self::ScopeMissing => ErrorCode::AppPermissionMissing,
            Self::NotInstalled => ErrorCode::AppNotInstalled,
            Self::EnvironmentWrong => ErrorCode::AppEnvironmentWrong,
            Self::RouteUnknown => ErrorCode::AppRouteUnknown,
            Self::Unlicensed => ErrorCode::AppUnlicensed,
            Self::Refused => ErrorCode::AppRefused,
            Self::TooLarge => ErrorCode::AppTooLarge,
            Self::TimedOut => ErrorCode::AppTimedOut,
            Self::Failed => ErrorCode::AppFailed,
        }
    }
}

impl ForgeError {
    /// The code by which front ends choose words and exit codes.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Source(error) => error.code(),
            Self::Invalid { .. } => ErrorCode::UsageInvalid,
            Self::App { cause, .. } => cause.code(),
        }
    }

    /// Whether less at a time may work.
    pub fn is_too_much(&self) -> bool {
        match self {
            Self::App { cause, .. } => {
                matches!(cause, ForgeCause::TimedOut | ForgeCause::TooLarge | ForgeCause::Failed)
            }
            Self::Source(error) => {
                matches!(error, SourceError::AnswerTooLarge { .. } | SourceError::Unreachable { .. })
            }
            Self::Invalid { .. } => false,
        }
    }

    /// Whether every later call would meet the same fate.
    pub fn ends_run(&self) -> bool {
        match self {
            Self::Source(error) => error.ends_run(),
            Self::Invalid { .. } => false,
            Self::App { cause, .. } => match cause {
                ForgeCause::SwitchedOff
                | ForgeCause::ScopeMissing
                | ForgeCause::NotInstalled
                | ForgeCause::EnvironmentWrong
                | ForgeCause::RouteUnknown
                | ForgeCause::Unlicensed => true,
                ForgeCause::Refused | ForgeCause::TooLarge | ForgeCause::TimedOut | ForgeCause::Failed => false,
            },
        }
    }
}

/// What an answer says of a failure.
pub(super) struct Said {
    /// The text of its own.
    pub(super) text: Option<String>,
    /// Whether it is in the form that apps have and the gateway has not.
    pub(super) is_of_app: bool,
    pub(super) trace: Option<String>,
}

impl Said {
    pub(super) fn read(headers: &HeaderMap, body: &[u8]) -> Self {
        let value: Value = serde_json::from_slice(body).unwrap_or_default();
        let field = |names: &[&str]| names.iter().find_map(|name| value.get(name)?.as_str()).map(str::to_owned);
        let text = field(&["error", "message", "errorMessage", "reason"]).map(|text| shortened(&text));
        let in_headers = ["atl-traceid", "x-trace-id", "x-b3-traceid"]
            .into_iter()
            .find_map(|name| Some(headers.get(name)?.to_str().ok()?.to_owned()));
        let trace = in_headers.or_else(|| field(&["traceId", "trace_id"])).filter(|trace| is_trace(trace));
        Self { text: text.filter(|text| !text.is_empty()), is_of_app: value.get("success").is_some(), trace }
    }

    fn speaks_of(&self, words: &[&str]) -> bool {
        let text = self.text.as_deref().unwrap_or_default().to_ascii_lowercase();
        words.iter().any(|word| text.contains(word))
    }

    /// What stands in the way, by the status and by these words.
    pub(super) fn cause(&self, status: StatusCode) -> ForgeCause {
        match status.as_u16() {
            401 | 403 if self.speaks_of(&["licen"]) => ForgeCause::Unlicensed,
            401 | 403 if self.speaks_of(&["scope"]) => ForgeCause::ScopeMissing,
            // What an app itself says of permissions is about a page, and no consent cures it.
            403 | 404 if self.is_of_app => ForgeCause::Refused,
            401 | 403 if self.speaks_of(&["permission"]) => ForgeCause::ScopeMissing,
            403 if self.speaks_of(&["not installed"]) => ForgeCause::NotInstalled,
            401 | 403 => ForgeCause::SwitchedOff,
            404 if self.speaks_of(&["environment"]) => ForgeCause::EnvironmentWrong,
            404 if self.speaks_of(&["route", "path", "endpoint"]) => ForgeCause::RouteUnknown,
            404 => ForgeCause::NotInstalled,
            405 | 415 => ForgeCause::RouteUnknown,
            413 => ForgeCause::TooLarge,
            408 | 504 => ForgeCause::TimedOut,
            status if status >= 500 && self.speaks_of(&["timed out", "timeout", "time limit"]) => ForgeCause::TimedOut,
            424 | 500.. => ForgeCause::Failed,
            _ => ForgeCause::Refused,
        }
    }
}

fn is_trace(text: &str) -> bool {
    (8..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// The text on one line, without what could be a token.
fn shortened(text: &str) -> String {
    let words =
        text.split(|letter: char| letter.is_whitespace() || letter.is_control()).filter(|word| !word.is_empty());
    let line = words.map(|word| if word.len() > 60 { "…" } else { word }).collect::<Vec<_>>().join(" ");
    let mut short: String = line.chars().take(LONGEST).collect();
    if short.len() < line.len() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cause(status: u16, body: &str) -> ForgeCause {
        Said::read(&HeaderMap::new(), body.as_bytes()).cause(StatusCode::from_u16(status).unwrap())
    }

    #[test]
    fn each_answer_leads_to_the_step_that_cures_it() {
        for (status, body, expected) in [
            (403, r#"{"code":403,"message":"App REST APIs are disabled"}"#, ForgeCause::SwitchedOff),
            (403, "", ForgeCause::SwitchedOff),
            (403, r#"{"message":"scope does not match"}"#, ForgeCause::ScopeMissing),
            (401, r#"{"message":"Unauthorized; scope does not match"}"#, ForgeCause::ScopeMissing),
            (403, r#"{"success":false,"error":"License is not active"}"#, ForgeCause::Unlicensed),
            (403, r#"{"success":false,"error":"You may not do that"}"#, ForgeCause::Refused),
            (404, r#"{"message":"The app is not installed"}"#, ForgeCause::NotInstalled),
            (404, r#"{"message":"App environment not found"}"#, ForgeCause::EnvironmentWrong),
            (404, r#"{"message":"No route matches"}"#, ForgeCause::RouteUnknown),
            (404, r#"{"success":false,"error":"No such change set"}"#, ForgeCause::Refused),
            (405, "", ForgeCause::RouteUnknown),
            (413, "", ForgeCause::TooLarge),
            (400, r#"{"success":false,"error":"spaceId is required"}"#, ForgeCause::Refused),
            (504, "<html>", ForgeCause::TimedOut),
            (424, r#"{"message":"Invocation failed"}"#, ForgeCause::Failed),
            (500, r#"{"message":"Function timed out"}"#, ForgeCause::TimedOut),
            (502, "", ForgeCause::Failed),
        ] {
            assert_eq!(cause(status, body), expected, "{status} {body}");
        }
    }

    #[test]
    fn what_is_repeated_is_short_and_holds_no_token() {
        let token = "eyJ".repeat(40);
        let body = format!(r#"{{"error":"a\nb {token} {}","traceId":"abcdef12-3456"}}"#, "word ".repeat(200));
        let said = Said::read(&HeaderMap::new(), body.as_bytes());
        let text = said.text.unwrap();
        assert!(text.starts_with("a b … word") && !text.contains("eyJeyJ") && text.chars().count() <= LONGEST + 1);
        assert_eq!(said.trace.as_deref(), Some("abcdef12-3456"));
        let odd = Said::read(&HeaderMap::new(), br#"{"traceId":"a b; rm"}"#);
        assert_eq!(odd.trace, None);
    }
}
