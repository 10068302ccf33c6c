//! What a person answers before a run.

use std::collections::BTreeMap;

use pagelift_export::{Answers, Edited, Gone};
use pagelift_model::PageId;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What is done with files that stand in the way of a plain update. Where nothing is said, they stay.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct RunAnswers {
    /// For every file that a person changed.
    #[ts(type = "'keep' | 'beside' | 'replace'")]
    pub edited: Edited,
    /// For those of single pages, by their ids.
    #[ts(type = "Record<string, 'keep' | 'beside' | 'replace'>")]
    pub edited_pages: BTreeMap<String, Edited>,
    /// For those of pages that are gone.
    #[ts(type = "'keep' | 'remove' | 'remove-many'")]
    pub gone: Gone,
}

impl From<RunAnswers> for Answers {
    fn from(answers: RunAnswers) -> Self {
        let RunAnswers { edited, edited_pages, gone } = answers;
        let edited_pages = edited_pages.into_iter().map(|(id, edited)| (PageId::from(id), edited)).collect();
        Self { edited, edited_pages, gone }
    }
}
