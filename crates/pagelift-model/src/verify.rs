//! What is found when a destination is compared with its record, and with the site.

use serde::{Deserialize, Serialize};

use crate::PageId;

/// Something that is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct FileFinding {
    /// The file, below the destination.
    pub path: String,
    /// What is wrong with it.
    pub fault: FileFault,
    /// The page whose file it is, or that it belongs to.
    pub page: Option<PageId>,
}

/// What is wrong with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum FileFault {
    /// It is on record and not there.
    Missing,
    /// It is shorter than it was written: empty, or an attachment with fewer bytes.
    Cut,
    /// Its content is another than was written.
    Changed,
    /// A folder or a link stands in its place.
    Replaced,
    /// The system does not let us read it.
    Unreadable,
    /// It is there and not on record.
    Extra,
    /// The site has a newer version of the page.
    Behind,
    /// The site has the page no longer, or does not show it to this account.
    Gone,
}

impl FileFault {
    /// The name that is stable for scripts.
    pub fn name(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Cut => "cut",
            Self::Changed => "changed",
            Self::Replaced => "replaced",
            Self::Unreadable => "unreadable",
            Self::Extra => "extra",
            Self::Behind => "behind",
            Self::Gone => "gone",
        }
    }
}
