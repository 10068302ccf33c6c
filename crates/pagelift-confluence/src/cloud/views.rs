//! Pages as the server itself renders them, macros executed.

use pagelift_model::{PageId, SourceError};

use super::CloudSite;
use crate::http::Ask;
use crate::paging::{Sizes, Walk};
use crate::wire::search::View;

/// Rendered rows in one answer: the documented limit.
const ROWS: usize = 25;

impl CloudSite {
    pub(super) async fn views_of(&self, ids: &[PageId]) -> Result<Vec<(PageId, String)>, SourceError> {
        let mut views = Vec::new();
        for some in ids.chunks(ROWS) {
            let asked: Vec<&str> = some.iter().map(PageId::as_str).collect();
            let ask = Ask::get("rest/api/content/search", "rendered pages")
                .with("cql", format!("id in ({})", asked.join(",")))
                .with("expand", "body.export_view")
                .searching();
            let sizes = Sizes { first: ROWS, most: ROWS };
            let rows: Vec<View> = Walk::new(&self.http, ask, sizes).at_most(some.len()).await?;
            views.extend(rows.into_iter().filter_map(View::into_html));
        }
        Ok(views)
    }
}
