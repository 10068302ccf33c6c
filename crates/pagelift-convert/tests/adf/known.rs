//! A world of one person, some files and one page.

use pagelift_convert::{AttachmentTarget, ConvertOptions, Document, FileTarget, Lookup, PageTarget, convert};
use pagelift_model::{BodyKind, PageId, SpaceKey};
use serde_json::{Value, json};

fn file(relative: &str) -> FileTarget {
    FileTarget { relative: relative.to_owned(), path: relative.to_owned(), unique: true }
}

/// Knows one person, one file and one page.
pub(crate) struct Known;

impl Lookup for Known {
    fn page_by_id(&self, _: &PageId) -> Option<PageTarget> {
        None
    }
    fn page_by_title(&self, space: Option<&SpaceKey>, title: &str) -> Option<PageTarget> {
        (space.is_none_or(|key| key.as_str() == "DOC") && title == "FAQ").then(|| PageTarget {
            id: None,
            title: title.to_owned(),
            file: Some(file("FAQ.md")),
            web_url: None,
        })
    }
    fn blog_post(&self, _: Option<&SpaceKey>, _: &str, _: &str) -> Option<PageTarget> {
        None
    }
    fn space(&self, _: &SpaceKey) -> Option<PageTarget> {
        None
    }
    fn this_page(&self) -> Option<PageTarget> {
        None
    }
    fn parent_page(&self) -> Option<PageTarget> {
        None
    }
    fn children(&self, _: Option<&PageId>) -> Option<Vec<PageTarget>> {
        None
    }
    fn headings(&self, _: &PageId) -> Option<Vec<pagelift_convert::Heading>> {
        None
    }
    fn attachment(&self, _: Option<&PageId>, name: &str) -> AttachmentTarget {
        match name {
            "flow chart.png" | "report.pdf" | "sketch" => AttachmentTarget::File(file(&format!("attachments/{name}"))),
            _ => AttachmentTarget::Missing,
        }
    }
    fn attachment_by_media_id(&self, media_id: &str) -> Option<(String, AttachmentTarget)> {
        let name = match media_id {
            "m-1" => "flow chart.png",
            "m-2" => "report.pdf",
            _ => return None,
        };
        Some((name.to_owned(), AttachmentTarget::File(file(&format!("attachments/{name}")))))
    }
    fn person(&self, id: &str) -> Option<String> {
        (id == "42").then(|| "Jane Doe".to_owned())
    }
    fn jira_base(&self, _: &str) -> Option<String> {
        None
    }
    fn site_base(&self) -> Option<String> {
        None
    }
    fn page_url(&self) -> Option<String> {
        None
    }
}

pub(crate) fn known(content: &Value) -> Document {
    let body = json!({"type": "doc", "content": content}).to_string();
    convert(&body, BodyKind::Adf, &Known, &ConvertOptions::default())
}

pub(crate) fn media(id: &str) -> Value {
    json!({"type": "media", "attrs": {"type": "file", "id": id, "collection": "c"}})
}
