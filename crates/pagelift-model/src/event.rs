//! What a run tells while it goes on.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{ErrorCode, GonePage, ItemOutcome, Totals};

/// The parts of a run, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum Phase {
    /// Listing spaces and pages, and fetching bodies.
    Reading,
    /// Deciding names and what changed.
    Planning,
    /// Converting and writing pages.
    Writing,
    /// Downloading pictures and attachments.
    Downloading,
}

/// Why a run stands still, to go on by itself when that is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum Holdup {
    /// A person let it pause.
    Paused,
    /// The site cannot be reached.
    NoNetwork,
    /// The site does not accept the sign-in any more.
    SignInEnded,
}

/// One thing that happened. Sinks may thin out [`ExportEvent::Progress`]; everything else arrives once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum ExportEvent {
    /// A part of the run began.
    PhaseStarted {
        /// Which.
        phase: Phase,
        /// How many items it has; `None` while unknown.
        total: Option<u64>,
    },
    /// So much of the current part is done.
    Progress {
        /// The part.
        phase: Phase,
        /// Items done.
        done: u64,
        /// Items in all; `None` while unknown.
        total: Option<u64>,
    },
    /// The site asked for a pause. This is not an error.
    Waiting {
        /// When work goes on.
        until: Timestamp,
    },
    /// The run stands still. This is not an error.
    HeldUp {
        /// Why.
        why: Holdup,
    },
    /// What held the run up is over.
    GoesOn,
    /// A page reached its end.
    PageDone(ItemOutcome),
    /// A page on record is gone from the site.
    PageGone(GonePage),
    /// An attachment could not be had.
    AttachmentFailed {
        /// File name.
        name: String,
        /// Title of the page it belongs to.
        page: String,
        /// Why.
        code: ErrorCode,
        /// The same in words.
        message: String,
    },
    /// The run is over.
    Finished {
        /// The sums.
        #[serde(flatten)]
        totals: Totals,
        /// Whether a person stopped it.
        stopped: bool,
    },
}
