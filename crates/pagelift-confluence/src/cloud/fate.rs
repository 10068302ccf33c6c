//! What has become of pages that are not listed any more.

use std::collections::HashMap;

use pagelift_model::{Fate, NodeKind, PageId, SourceError};

use super::CloudSite;
use super::pages::IDS;
use crate::http::side_by_side;

impl CloudSite {
    /// Asks for the ids in whatever state they are: as pages, and what is no page as blog posts.
    pub(super) async fn fate_of(&self, ids: &[PageId]) -> Result<Vec<(PageId, Fate)>, SourceError> {
        let mut known: HashMap<PageId, Fate> = HashMap::new();
        let kinds =
            [(NodeKind::Page, "current,archived,trashed,deleted"), (NodeKind::BlogPost, "current,trashed,deleted")];
        for (kind, statuses) in kinds {
            let left: Vec<PageId> = ids.iter().filter(|id| !known.contains_key(id)).cloned().collect();
            let batches = left.chunks(IDS).map(|some| self.rows_in_state(some, kind, None, statuses)).collect();
            let rows = side_by_side(batches, self.http.limits.lists).await?;
            known.extend(rows.into_iter().flatten().map(|row| (row.page(), row.fate())));
        }
        let fate = |id: &PageId| (id.clone(), known.get(id).cloned().unwrap_or(Fate::Hidden));
        Ok(ids.iter().map(fate).collect())
    }
}
