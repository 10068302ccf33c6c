//! What is looked at before somebody signs in to a site.

use serde::{Deserialize, Serialize};

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct SiteCheck {
    /// What was looked at.
    pub what: SiteCheckKind,
    /// How it went.
    pub outcome: CheckOutcome,
    /// A value for the sentence: a release, a number of minutes, a name.
    pub detail: Option<String>,
}

impl SiteCheck {
    /// A check and how it went.
    pub fn new(what: SiteCheckKind, outcome: CheckOutcome, detail: Option<String>) -> Self {
        Self { what, outcome, detail }
    }
}

/// What is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum SiteCheckKind {
    /// Something answers at the address. The detail says what keeps it from that.
    Reachable,
    /// It is `https`, or on this computer.
    Encrypted,
    /// The certificate is trusted by this computer.
    Certificate,
    /// What answers is Confluence. The detail is what answers instead, or where requests are sent on to.
    Confluence,
    /// The release is one that Pagelift can sign in to: 7.17 or later with the browser, 7.9 or later with a token. The detail is the
    /// release.
    Version,
    /// The clock of this computer and that of the site differ by less than five minutes. The detail is the difference in minutes.
    Clock,
}

/// How a check went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum CheckOutcome {
    /// As it should be.
    Good,
    /// It may go wrong.
    Doubtful,
    /// It will not work like this.
    Bad,
    /// It could not be told.
    Unknown,
}
