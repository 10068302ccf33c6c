//! How each thing that was selected ended, and the sums.

use serde::{Deserialize, Serialize};

use crate::{ErrorCode, PageId, RelPath};

/// How one page ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "outcome")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum Outcome {
    /// A file was created.
    Created,
    /// A file was replaced by new content.
    Updated,
    /// The file was already as it should be.
    Unchanged,
    /// Left alone on purpose; `reason` says why.
    Skipped {
        /// Why.
        reason: SkipReason,
    },
    /// Not exported; `code` says why.
    Failed {
        /// Why.
        code: ErrorCode,
        /// The same in words, naming the thing.
        message: String,
    },
}

/// Why a page was left alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum SkipReason {
    /// A person changed the file since the last run.
    Edited,
    /// The run was stopped before it came to this page.
    Stopped,
}

/// One line of a report: a page and its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ItemOutcome {
    /// The page.
    pub id: PageId,
    /// Its title.
    pub title: String,
    /// Its file; `None` where none was planned.
    pub path: Option<RelPath>,
    /// How it ended.
    #[serde(flatten)]
    pub outcome: Outcome,
    /// How many notes its conversion left.
    pub warnings: u32,
}

/// The sums of one run. `selected = written + unchanged + skipped + failed` holds for every finished run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Totals {
    /// Pages that the selection took in.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub selected: u64,
    /// Pages written, new or changed.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub written: u64,
    /// Pages whose file was already right.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub unchanged: u64,
    /// Pages left alone on purpose.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub skipped: u64,
    /// Pages that could not be exported.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub failed: u64,
    /// Attachment files written.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub attachments: u64,
    /// Attachment files that could not be had.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub attachments_failed: u64,
    /// Requests sent to the site, downloads among them.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub requests: u64,
    /// Bytes written.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub bytes: u64,
    /// Length of the run.
    pub seconds: f64,
}

impl Totals {
    /// Whether the sums account for every selected page.
    pub fn add_up(&self) -> bool {
        self.selected == self.written + self.unchanged + self.skipped + self.failed
    }

    /// Counts one page's end.
    pub fn count(&mut self, outcome: &Outcome) {
        match outcome {
            Outcome::Created | Outcome::Updated => self.written += 1,
            Outcome::Unchanged => self.unchanged += 1,
            Outcome::Skipped { .. } => self.skipped += 1,
            Outcome::Failed { .. } => self.failed += 1,
        }
    }
}
