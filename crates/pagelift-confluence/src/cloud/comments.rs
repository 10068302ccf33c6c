//! Comments: all of a page from the search, with their answers. The lists of version 2 tell answers only comment by comment.

use pagelift_model::{Comment, PageId, SourceError};

use super::CloudSite;
use crate::http::Ask;
use crate::paging::{Sizes, Walk};
use crate::wire::comments::{EXPAND, WireComment, threads};

/// Rows of one search; each has a body.
const ROWS: Sizes = Sizes { first: 100, most: 100 };

impl CloudSite {
    pub(super) async fn comments_on(&self, page: &PageId) -> Result<Vec<Comment>, SourceError> {
        let ask = Ask::get("rest/api/content/search", "the comments of a page")
            .with("cql", format!("container = {page} and type = comment"))
            .with("expand", EXPAND)
            .searching();
        let rows: Vec<WireComment> = Walk::new(&self.http, ask, ROWS).all().await.map_err(|failure| failure.error)?;
        Ok(threads(rows))
    }
}
