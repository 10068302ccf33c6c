//! Pages and blog posts by id.

use std::collections::HashSet;

use pagelift_model::{FetchedPage, NodeKind, PageId, SourceError, Want};

use super::DataCenterSite;
use super::list::List;
use super::walk::expand;
use crate::failure::{Failure, Kind};
use crate::http::{Ask, side_by_side};
use crate::paging::Listed as _;
use crate::wire::data_center::Row;

/// Ids in one search: so many rows come at a time, with and without bodies.
fn ids_at_once(want: Want) -> usize {
    match want {
        Want::Metadata => 200,
        Want::Bodies => 50,
    }
}

impl DataCenterSite {
    pub(super) async fn pages_by_id(
        &self,
        ids: &[PageId],
        kind: NodeKind,
        want: Want,
    ) -> Result<Vec<FetchedPage>, SourceError> {
        self.signed_in().await?;
        let mut seen = HashSet::new();
        // An id that is no number would have all others refused.
        let is_number = |id: &&PageId| id.as_str().bytes().all(|byte| byte.is_ascii_digit());
        let wanted: Vec<&PageId> = ids.iter().filter(is_number).filter(|id| seen.insert(*id)).collect();
        let batches = wanted.chunks(ids_at_once(want)).map(|some| self.batch(some, want)).collect();
        let rows = side_by_side(batches, self.http.limits.lists).await?;
        let rows = rows.into_iter().flatten().filter(|row| row.hit.kind() == kind);
        Ok(rows.map(|row| row.into_page(None, want, &self.address)).collect())
    }

    /// The rows of one search, and those that it left out one by one: its index lags behind, and may have holes.
    async fn batch(&self, ids: &[&PageId], want: Want) -> Result<Vec<Row>, SourceError> {
        let mut rows = match ids {
            [_] => Vec::new(),
            _ => self.search(ids, want).await?,
        };
        let found: HashSet<PageId> = rows.iter().map(|row| row.hit.page()).collect();
        let rest = ids.iter().filter(|id| !found.contains(**id));
        let singles = side_by_side(rest.map(|id| self.single(id, want)).collect(), self.http.limits.lists).await?;
        rows.extend(singles.into_iter().flatten());
        self.note_people(rows.iter().flat_map(Row::people));
        Ok(rows)
    }

    /// What the index knows; nothing when it cannot be asked.
    async fn search(&self, ids: &[&PageId], want: Want) -> Result<Vec<Row>, SourceError> {
        let joined: Vec<&str> = ids.iter().map(|id| id.as_str()).collect();
        let ask = Ask::get("rest/api/content/search", "pages by their ids")
            .with("cql", format!("id in ({})", joined.join(",")))
            .with("expand", format!("{},space", expand(want)))
            .searching();
        let mut list = List::new(&self.http, ask, ids.len());
        let mut rows: Vec<Row> = Vec::new();
        while rows.len() < ids.len() {
            match list.next::<Row>().await {
                Ok(Some(some)) => rows.extend(some),
                Ok(None) => break,
                Err(failure) if self.is_of_these_pages(&failure) => break,
                Err(failure) => return Err(failure.error),
            }
        }
        let asked: HashSet<&str> = joined.into_iter().collect();
        rows.retain(|row| asked.contains(row.id()));
        Ok(rows)
    }

    /// One page from the database; `None` when it is not there, or more than the site can deliver.
    async fn single(&self, id: &PageId, want: Want) -> Result<Option<Row>, SourceError> {
        let ask =
            Ask::get(format!("rest/api/content/{id}"), "a page").with("expand", format!("{},space", expand(want)));
        match self.http.json::<Row>(&ask).await {
            Ok(row) => Ok(Some(row)),
            Err(failure) if self.is_of_these_pages(&failure) => {
                tracing::warn!(%id, error = %failure.error, "a page cannot be read");
                Ok(None)
            }
            Err(failure) => Err(failure.error),
        }
    }

    /// Whether a failure says something about what was asked for, and not about the site.
    fn is_of_these_pages(&self, failure: &Failure) -> bool {
        let is_small = matches!(failure.kind, Kind::Missing | Kind::Refused);
        let is_heavy = failure.kind == Kind::Heavy && self.http.pacer.is_patient();
        let is_barred = matches!(failure.error, SourceError::PermissionMissing { .. });
        (is_small || is_heavy || is_barred) && !failure.error.ends_run()
    }
}
