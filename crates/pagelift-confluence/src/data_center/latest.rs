//! What the search can tell at once: what changed lately in a space, its comments, and pages as the server renders them.

use futures::stream::{self, BoxStream, StreamExt as _};
use jiff::Timestamp;
use pagelift_model::{Attachment, Comment, FetchedPage, NodeKind, PageExtras, PageId, SourceError, Space, Want};

use super::DataCenterSite;
use super::extras::Told;
use super::list::List;
use super::walk::{DETAILS, expand, type_name};
use crate::http::Ask;
use crate::wire::comments::{EXPAND, WireComment, threads_by_page};
use crate::wire::data_center::Row;
use crate::wire::search::{Hit, View, changed_files_cql, comments_cql, cql_day, quoted};

/// Rows with expansions, and rows with bodies.
const ROWS: usize = 200;
const WITH_BODIES: usize = 50;

fn search(what: &'static str, cql: String, expand: impl Into<String>) -> Ask {
    Ask::get("rest/api/content/search", what).with("cql", cql).with("expand", expand).searching()
}

impl DataCenterSite {
    pub(super) fn walk_latest<'a>(
        &'a self,
        space: &'a Space,
        kind: NodeKind,
        since: Timestamp,
    ) -> BoxStream<'a, Result<Vec<FetchedPage>, SourceError>> {
        let (key, name, day) = (quoted(&space.key), type_name(kind), cql_day(since));
        let cql = format!("space = {key} and type = {name} and lastmodified >= \"{day}\" order by lastmodified desc");
        let list = List::new(&self.http, search("pages that changed", cql, expand(Want::Metadata)), ROWS);
        stream::try_unfold(list, move |mut list| async move {
            self.signed_in().await?;
            let Some(rows) = list.next::<Row>().await? else { return Ok(None) };
            self.note_people(rows.iter().flat_map(Row::people));
            let pages = rows.into_iter().map(|row| row.into_page(Some(&space.id), Want::Metadata, &self.address));
            Ok(Some((pages.collect(), list)))
        })
        .boxed()
    }

    /// What the index knows of these pages.
    pub(super) async fn extras_from_index(&self, ids: &[(PageId, NodeKind)]) -> Result<Vec<PageExtras>, SourceError> {
        self.signed_in().await?;
        let mut found = Vec::new();
        for some in ids.chunks(ROWS) {
            let asked: Vec<&str> = some.iter().map(|(id, _)| id.as_str()).collect();
            let ask = search("labels and attachments", format!("id in ({})", asked.join(",")), DETAILS);
            let rows: Vec<Hit> = List::new(&self.http, ask, ROWS).all().await?;
            let told = rows.into_iter().map(|mut hit| Told::of(&mut hit)).collect();
            found.extend(self.complete(told).await?);
        }
        Ok(found)
    }

    pub(super) async fn files_since(&self, space: &Space, since: Timestamp) -> Result<Vec<Attachment>, SourceError> {
        self.signed_in().await?;
        let cql = changed_files_cql(&space.key, since);
        let list = List::new(&self.http, search("attachments that changed", cql, "version,container"), ROWS);
        let hits: Vec<Hit> = list.all().await?;
        Ok(hits.into_iter().filter_map(|hit| hit.container().and_then(|page| hit.into_attachment(page))).collect())
    }

    pub(super) async fn all_comments(
        &self,
        space: &Space,
        since: Option<Timestamp>,
    ) -> Result<Vec<(PageId, Vec<Comment>)>, SourceError> {
        self.signed_in().await?;
        let ask = search("the comments of a space", comments_cql(&space.key, since), format!("{EXPAND},container"));
        let rows: Vec<WireComment> = List::new(&self.http, ask, WITH_BODIES).all().await?;
        Ok(threads_by_page(rows))
    }

    pub(super) async fn views_of(&self, ids: &[PageId]) -> Result<Vec<(PageId, String)>, SourceError> {
        self.signed_in().await?;
        let mut views = Vec::new();
        for some in ids.chunks(WITH_BODIES) {
            let asked: Vec<&str> = some.iter().map(PageId::as_str).collect();
            let ask = search("rendered pages", format!("id in ({})", asked.join(",")), "body.export_view");
            let rows: Vec<View> = List::new(&self.http, ask, some.len()).all().await?;
            views.extend(rows.into_iter().filter_map(View::into_html));
        }
        Ok(views)
    }
}
