//! Markdown Exporter for Confluence: pages as Markdown that the app made, one at a time or as an archive.

use std::borrow::Cow;
use std::io::Write;

use base64::engine::general_purpose::STANDARD;
use base64::read::DecoderReader;
use pagelift_model::{PageId, SpaceKey};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{ForgeClient, ForgeError, ForgeRequest};

/// The app, through a client of it.
pub struct MarkdownExporter<'a>(pub &'a ForgeClient);

/// What a bulk export is to hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BulkWish {
    /// What is exported.
    pub what: BulkScope,
    /// Most pages of the archive. The app takes no more than [`BulkWish::MOST_PAGES`].
    pub max_pages: u32,
    /// Whether attachments come too.
    pub attachments: bool,
}

/// What a bulk export begins with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BulkScope {
    /// A whole space.
    Space(SpaceKey),
    /// One page, with everything below it or without.
    Page {
        /// The page.
        id: PageId,
        /// Whether what is below comes too.
        descendants: bool,
    },
}

impl BulkWish {
    /// What the app takes at most.
    pub const MOST_PAGES: u32 = 100;

    fn body(&self) -> Value {
        let mut body = json!({"maxPages": self.max_pages, "includeAttachments": self.attachments});
        match &self.what {
            BulkScope::Space(key) => body["spaceKey"] = json!(key.as_str()),
            BulkScope::Page { id, descendants } => {
                body["pageId"] = json!(id.as_str());
                body["bulkExport"] = json!(descendants);
            }
        }
        body
    }
}

/// What a bulk export brought, besides the archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BulkExport {
    /// By what the app's own history knows it.
    pub export_id: String,
    /// Pages in the archive.
    pub pages: u32,
    /// Bytes of the archive.
    pub bytes: u64,
}

impl BulkExport {
    /// Whether there may be more pages than came: the app does not say when it stops at the limit.
    pub fn may_be_cut(&self, wish: &BulkWish) -> bool {
        self.pages >= wish.max_pages
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireBulk<'a> {
    #[serde(default)]
    export_id: Option<String>,
    #[serde(default)]
    page_count: u32,
    #[serde(borrow)]
    zip_base64: Option<Cow<'a, str>>,
}

impl MarkdownExporter<'_> {
    const SINGLE: &'static str = "singleExport";
    const BULK: &'static str = "bulkExport";

    /// One page as the app converts it.
    pub async fn single(&self, page: &PageId) -> Result<String, ForgeError> {
        let request = ForgeRequest::post(Self::SINGLE, json!({"pageId": page.as_str()})).repeatable();
        let body = self.0.body(&request).await?;
        let text = String::from_utf8(body).map_err(|_| self.unreadable(&request, "it is no text"))?;
        // Nothing is published of the form but an example that keeps the answer as it is.
        match serde_json::from_str::<Value>(&text) {
            Ok(value) => match ["markdown", "content", "body"].iter().find_map(|name| value.get(name)?.as_str()) {
                Some(markdown) => Ok(markdown.to_owned()),
                None => Ok(value.as_str().map_or(text, str::to_owned)),
            },
            Err(_) => Ok(text),
        }
    }

    /// An archive of many pages, which is written to `to` piece by piece. Not tried twice: each export stands in the app's history.
    pub async fn bulk(&self, wish: &BulkWish, to: &mut (dyn Write + Send)) -> Result<BulkExport, ForgeError> {
        let request = ForgeRequest::post(Self::BULK, wish.body());
        let body = self.0.body(&request).await?;
        let answer: WireBulk<'_> =
            serde_json::from_slice(&body).map_err(|_| self.unreadable(&request, "it has another shape"))?;
        let zip = answer.zip_base64.as_deref().ok_or_else(|| self.unreadable(&request, "the archive is missing"))?;
        let bytes =
            std::io::copy(&mut DecoderReader::new(zip.trim().as_bytes(), &STANDARD), to).map_err(
                |error| match error.kind() {
                    std::io::ErrorKind::InvalidData => self.unreadable(&request, "the archive is no Base64"),
                    _ => ForgeError::invalid(format!("the archive cannot be kept on this computer: {error}")),
                },
            )?;
        let export_id = answer.export_id.unwrap_or_default();
        Ok(BulkExport { export_id, pages: answer.page_count, bytes })
    }

    fn unreadable(&self, request: &ForgeRequest, detail: &str) -> ForgeError {
        ForgeError::unreadable(&self.0.address().host(), &request.words(), detail)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wish_is_sent_as_the_app_wants_it() {
        let page =
            BulkWish { what: BulkScope::Page { id: "7".into(), descendants: true }, max_pages: 25, attachments: true };
        let expected = json!({"pageId": "7", "bulkExport": true, "maxPages": 25, "includeAttachments": true});
        assert_eq!(page.body(), expected);
        let space = BulkWish { what: BulkScope::Space("DOCS".into()), max_pages: 100, attachments: false };
        assert_eq!(space.body(), json!({"spaceKey": "DOCS", "maxPages": 100, "includeAttachments": false}));
    }
}
