//! Comments: all of a page in one list, with their answers.

use pagelift_model::{Comment, PageId, SourceError};

use super::DataCenterSite;
use super::list::List;
use crate::http::Ask;
use crate::wire::comments::{EXPAND, WireComment, threads};

/// Rows of one list; each has a body.
const ROWS: usize = 100;

impl DataCenterSite {
    pub(super) async fn comments_on(&self, page: &PageId) -> Result<Vec<Comment>, SourceError> {
        self.signed_in().await?;
        let path = format!("rest/api/content/{page}/child/comment");
        let mut ask = Ask::get(path, "the comments of a page").with("depth", "all").with("expand", EXPAND);
        for location in ["footer", "inline", "resolved"] {
            ask = ask.with("location", location);
        }
        let rows: Vec<WireComment> = List::new(&self.http, ask, ROWS).all().await.map_err(|failure| failure.error)?;
        Ok(threads(rows))
    }
}
