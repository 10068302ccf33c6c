//! Pages and blog posts with their bodies.

use std::collections::HashMap;

use futures::stream::{self, BoxStream, StreamExt as _};
use pagelift_model::{Body, BodyKind, FetchedPage, NodeKind, PageId, SourceError, Space, Want};
use serde_json::Value;

use super::CloudSite;
use crate::failure::Failure;
use crate::http::{Ask, side_by_side};
use crate::paging::{MOST, Sizes, Walk};
use crate::wire::content::WireNode;

/// Ids in one request: about three kilobytes of address.
pub(super) const IDS: usize = 250;

const STORAGE: &str = "storage";
const ADF: &str = "atlas_doc_format";

fn sizes(want: Want) -> Sizes {
    match want {
        Want::Metadata => Sizes { first: MOST, most: MOST },
        // Whether a site can bear the largest number of bodies shows at the first answer.
        Want::Bodies => Sizes { first: 100, most: MOST },
    }
}

fn what(kind: NodeKind) -> &'static str {
    if kind == NodeKind::BlogPost { "the list of blog posts" } else { "the page list" }
}

fn list_path(kind: NodeKind) -> &'static str {
    if kind == NodeKind::BlogPost { "blogposts" } else { "pages" }
}

impl CloudSite {
    pub(super) fn walk_pages<'a>(
        &'a self,
        space: &'a Space,
        kind: NodeKind,
        want: Want,
    ) -> BoxStream<'a, Result<Vec<FetchedPage>, SourceError>> {
        let mut ask = Ask::get(format!("api/v2/spaces/{}/{}", space.id, list_path(kind)), what(kind))
            .with("status", "current")
            .with("sort", "id");
        if want == Want::Bodies {
            ask = ask.with("body-format", STORAGE);
        }
        let walk = Walk::new(&self.http, ask, sizes(want));
        let key = &space.key;
        stream::try_unfold(walk, move |mut walk| async move {
            let rows = walk.next::<WireNode>().await.map_err(|failure| {
                if failure.is_missing() { SourceError::SpaceUnknown { key: key.clone() } } else { failure.error }
            })?;
            let Some(rows) = rows else { return Ok(None) };
            let pages = self.with_bodies(rows, kind, want).await?;
            Ok(Some((pages, walk)))
        })
        .boxed()
    }

    pub(super) async fn pages_by_id(
        &self,
        ids: &[PageId],
        kind: NodeKind,
        want: Want,
    ) -> Result<Vec<FetchedPage>, SourceError> {
        let format = (want == Want::Bodies).then_some(STORAGE);
        let batch = async |some| {
            let rows = self.rows_by_id(some, kind, format).await?;
            self.with_bodies(rows, kind, want).await
        };
        let batches = side_by_side(ids.chunks(IDS).map(batch).collect(), self.http.limits.lists).await?;
        Ok(batches.into_iter().flatten().collect())
    }

    /// The rows for at most as many ids as one request can carry.
    async fn rows_by_id(
        &self,
        ids: &[PageId],
        kind: NodeKind,
        format: Option<&'static str>,
    ) -> Result<Vec<WireNode>, Failure> {
        let statuses = if kind == NodeKind::BlogPost { "current" } else { "current,archived" };
        self.rows_in_state(ids, kind, format, statuses).await
    }

    /// The same for content in one of these states.
    pub(super) async fn rows_in_state(
        &self,
        ids: &[PageId],
        kind: NodeKind,
        format: Option<&'static str>,
        statuses: &'static str,
    ) -> Result<Vec<WireNode>, Failure> {
        // An id that is no number would have all others refused.
        let numbers = ids.iter().map(PageId::as_str).filter(|id| id.bytes().all(|byte| byte.is_ascii_digit()));
        let joined = numbers.collect::<Vec<_>>().join(",");
        if joined.is_empty() {
            return Ok(Vec::new());
        }
        let mut ask = Ask::get(format!("api/v2/{}", list_path(kind)), what(kind)).with("id", joined);
        ask = ask.with("status", statuses);
        if let Some(format) = format {
            ask = ask.with("body-format", format);
        }
        Walk::new(&self.http, ask, Sizes { first: MOST, most: MOST }).at_most(ids.len()).await
    }

    /// The pages; those whose storage body is empty get another chance in the other format, since the cloud editor has been seen
    /// to leave it empty.
    async fn with_bodies(
        &self,
        rows: Vec<WireNode>,
        kind: NodeKind,
        want: Want,
    ) -> Result<Vec<FetchedPage>, SourceError> {
        let mut pages: Vec<FetchedPage> =
            rows.into_iter().map(|row| row.into_page(kind, want, &self.address)).collect();
        let is_empty = |page: &&FetchedPage| page.body.as_ref().is_some_and(|body| body.text.is_empty());
        let empty: Vec<PageId> = pages.iter().filter(is_empty).map(|page| page.node.id.clone()).collect();
        let mut documents: HashMap<PageId, FetchedPage> = HashMap::new();
        for some in empty.chunks(IDS) {
            for mut row in self.rows_by_id(some, kind, Some(ADF)).await? {
                if let Some(text) = row.take_body(BodyKind::Adf).filter(|text| has_content(text)) {
                    let node = row.into_node(kind, &self.address);
                    let page = FetchedPage { node, body: Some(Body { kind: BodyKind::Adf, text }) };
                    documents.insert(page.node.id.clone(), page);
                }
            }
        }
        for page in &mut pages {
            if let Some(found) = documents.remove(&page.node.id) {
                // As a whole: between the two requests the page may have changed.
                *page = found;
            }
        }
        Ok(pages)
    }
}

/// Whether a document in ADF holds anything; a blank page has no or only empty paragraphs.
fn has_content(text: &str) -> bool {
    #[derive(serde::Deserialize)]
    struct Document {
        #[serde(default)]
        content: Vec<Block>,
    }
    #[derive(serde::Deserialize)]
    struct Block {
        #[serde(default, rename = "type")]
        kind: String,
        #[serde(default)]
        content: Vec<serde::de::IgnoredAny>,
    }
    match serde_json::from_str::<Document>(text) {
        Ok(document) => document.content.iter().any(|block| block.kind != "paragraph" || !block.content.is_empty()),
        // Not understood here; the conversion says what is wrong with it.
        Err(_) => serde_json::from_str::<Value>(text).is_ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::has_content;

    #[test]
    fn blank_documents_are_told_from_others() {
        assert!(!has_content(r#"{"type":"doc","version":1,"content":[]}"#));
        assert!(!has_content(r#"{"type":"doc","version":1,"content":[{"type":"paragraph"}]}"#));
        assert!(has_content(r#"{"type":"doc","content":[{"type":"paragraph","content":[{"type":"text"}]}]}"#));
        assert!(has_content(r#"{"type":"doc","content":[{"type":"rule"}]}"#));
        assert!(!has_content("nothing"));
    }
}
