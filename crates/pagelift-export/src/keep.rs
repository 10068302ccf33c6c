//! What is done with files that stand in the way of a plain update: those that a person changed, and those of pages that are
//! gone. The answers that lose nothing are the usual ones.

use std::collections::BTreeMap;

use pagelift_model::PageId;
use serde::{Deserialize, Serialize};

/// What is done with a page whose file a person changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Edited {
    /// The file stays.
    #[default]
    Keep,
    /// The file stays, and what the site has comes into a file beside it.
    Beside,
    /// What the site has takes its place; the person's file goes to the backup.
    Replace,
}

/// What is done with the files of pages that are gone.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Gone {
    /// They stay.
    #[default]
    Keep,
    /// They go to the bin, unless they are so many that somebody has to confirm it.
    Remove,
    /// They go to the bin, however many they are.
    RemoveMany,
}

/// More files than this are many, where they are also more than [`MANY_PERCENT`].
const MANY: u64 = 10;

/// More of a hundred files on record than this are many.
const MANY_PERCENT: u64 = 20;

impl Gone {
    /// Whether so many files of so many on record may go.
    pub(crate) fn allows(self, files: u64, on_record: u64) -> bool {
        match self {
            Self::Keep => false,
            Self::Remove => files <= MANY || files * 100 <= on_record * MANY_PERCENT,
            Self::RemoveMany => true,
        }
    }
}

/// The answers for one run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answers {
    /// For every page whose file a person changed.
    pub edited: Edited,
    /// For single pages, in place of [`Answers::edited`].
    pub edited_pages: BTreeMap<PageId, Edited>,
    /// For pages that are gone.
    pub gone: Gone,
}

impl Answers {
    /// What is done with the file of this page, when a person changed it.
    pub(crate) fn edited(&self, page: &PageId) -> Edited {
        self.edited_pages.get(page).copied().unwrap_or(self.edited)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_than_ten_files_and_more_than_a_fifth_have_to_be_confirmed() {
        assert!(Gone::Remove.allows(19, 100));
        assert!(Gone::Remove.allows(20, 100));
        assert!(!Gone::Remove.allows(21, 100));
        assert!(Gone::Remove.allows(10, 12), "few files are not many");
        assert!(!Gone::Remove.allows(11, 12));
        assert!(Gone::RemoveMany.allows(100, 100));
        assert!(!Gone::Keep.allows(1, 100));
    }
}
