//! How each thing that was selected ended, and the sums.

use serde::{Deserialize, Serialize};

use crate::{ErrorCode, Fate, PageId, RelPath};

/// How one page ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "outcome")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum Outcome {
    /// A file was created.
    Created,
    /// A file was replaced by new content.
    Updated,
    /// The file followed its page to another path, and is as it should be there.
    Moved {
        /// Where it was.
        from: RelPath,
    },
    /// The file was replaced though a person had changed it, as somebody chose.
    Replaced {
        /// Where the person's file is kept.
        backup: RelPath,
    },
    /// A person changed the file, which stays; what the site has now was put beside it, as somebody chose.
    Beside {
        /// The other file.
        beside: RelPath,
    },
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

impl Outcome {
    /// Whether a file was written or moved.
    pub fn is_written(&self) -> bool {
        matches!(self, Self::Created | Self::Updated | Self::Moved { .. } | Self::Replaced { .. } | Self::Beside { .. })
    }

    /// Whether a person had changed the file.
    pub fn is_edited(&self) -> bool {
        matches!(self, Self::Replaced { .. } | Self::Beside { .. } | Self::Skipped { reason: SkipReason::Edited })
    }
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
    /// Bytes of its file as the run has it; 0 where there is none.
    #[serde(default)]
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub size: u64,
}

/// What is done with the file of a page that is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum Removal {
    /// It stays.
    Kept,
    /// It went to the system's bin.
    Binned,
    /// It went to the backup in the destination.
    BackedUp,
    /// It stays, since a person changed it.
    Edited,
    /// It stays, since the site does not say that the page was removed: this account may only not see it any more.
    Unproven,
    /// It stays, since so many files would go that somebody has to confirm it.
    TooMany,
}

/// A page on record that its space has no longer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct GonePage {
    /// The page.
    pub id: PageId,
    /// Its title when it was exported last.
    pub title: String,
    /// Its file.
    pub path: RelPath,
    /// What became of it.
    #[serde(flatten)]
    pub fate: Fate,
    /// What became of its file.
    pub removal: Removal,
}

impl GonePage {
    /// Whether its file is not there any more.
    pub fn is_removed(&self) -> bool {
        matches!(self.removal, Removal::Binned | Removal::BackedUp)
    }
}

/// The sums of one run. `selected = written + unchanged + skipped + failed` holds for every finished run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Totals {
    /// Pages that the selection took in.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub selected: u64,
    /// Pages written: new, changed or moved.
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
    /// Of those written, the new ones.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub created: u64,
    /// Of those written, the ones whose file moved.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub moved: u64,
    /// Pages whose file a person had changed, whatever was done with it.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub edited: u64,
    /// Pages on record that their spaces have no longer. They are not among those selected.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub gone: u64,
    /// Of those gone, the ones whose file was removed.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub removed: u64,
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
        self.edited += u64::from(outcome.is_edited());
        match outcome {
            Outcome::Created => self.created += 1,
            Outcome::Moved { .. } => self.moved += 1,
            _ => {}
        }
        match outcome {
            Outcome::Created
            | Outcome::Updated
            | Outcome::Moved { .. }
            | Outcome::Replaced { .. }
            | Outcome::Beside { .. } => self.written += 1,
            Outcome::Unchanged => self.unchanged += 1,
            Outcome::Skipped { .. } => self.skipped += 1,
            Outcome::Failed { .. } => self.failed += 1,
        }
    }
}
