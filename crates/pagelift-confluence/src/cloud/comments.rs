//! Comments: all of a page or a space from the search, with their answers. The lists of version 2 tell answers only comment by comment.

use jiff::Timestamp;
use pagelift_model::{Comment, PageId, SourceError, Space};

use super::CloudSite;
use crate::http::Ask;
use crate::paging::{Sizes, Walk};
use crate::wire::comments::{EXPAND, WireComment, threads, threads_by_page};
use crate::wire::search::comments_cql;

/// Rows of one search; each has a body.
const ROWS: Sizes = Sizes { first: 100, most: 100 };

impl CloudSite {
    pub(super) async fn all_comments(
        &self,
        space: &Space,
        since: Option<Timestamp>,
    ) -> Result<Vec<(PageId, Vec<Comment>)>, SourceError> {
        let ask = Ask::get("rest/api/content/search", "the comments of a space")
            .with("cql", comments_cql(&space.key, since))
            .with("expand", format!("{EXPAND},container"))
            .searching();
        let rows: Vec<WireComment> = Walk::new(&self.http, ask, ROWS).all().await?;
        Ok(threads_by_page(rows))
    }

    pub(super) async fn comments_on(&self, page: &PageId) -> Result<Vec<Comment>, SourceError> {
        let ask = Ask::get("rest/api/content/search", "the comments of a page")
            .with("cql", format!("container = {page} and type = comment"))
            .with("expand", EXPAND)
            .searching();
        let rows: Vec<WireComment> = Walk::new(&self.http, ask, ROWS).all().await.map_err(|failure| failure.error)?;
        Ok(threads(rows))
    }
}
