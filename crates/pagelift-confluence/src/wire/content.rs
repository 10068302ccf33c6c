//! Version 2: pages, blog posts, folders and the like, attachments, labels.

use jiff::Timestamp;
use pagelift_model::{
    AccountId, Attachment, AttachmentId, Body, BodyKind, Fate, FetchedPage, NodeKind, PageId, PageNode, SiteAddress,
    SpaceId, Want,
};
use serde::Deserialize;

use super::{lenient, node_kind, page_status};
use crate::paging::Listed;

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct WireVersion {
    #[serde(deserialize_with = "lenient::number")]
    number: Option<i64>,
    #[serde(deserialize_with = "lenient::text")]
    author_id: Option<String>,
    #[serde(deserialize_with = "lenient::time")]
    created_at: Option<Timestamp>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct WireBody {
    #[serde(deserialize_with = "lenient::or_default")]
    storage: Representation,
    #[serde(deserialize_with = "lenient::or_default")]
    atlas_doc_format: Representation,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Representation {
    value: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct WireLinks {
    #[serde(deserialize_with = "lenient::text")]
    webui: Option<String>,
}

/// A page, a blog post, a folder, a whiteboard, a database or an embed.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WireNode {
    #[serde(deserialize_with = "lenient::id")]
    id: String,
    #[serde(default, deserialize_with = "lenient::text")]
    status: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    title: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    space_id: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    parent_id: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    parent_type: Option<String>,
    #[serde(default, deserialize_with = "lenient::number")]
    position: Option<i64>,
    #[serde(default, deserialize_with = "lenient::text")]
    author_id: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    subtype: Option<String>,
    #[serde(default, deserialize_with = "lenient::time")]
    created_at: Option<Timestamp>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    version: WireVersion,
    #[serde(default)]
    body: Option<WireBody>,
    #[serde(default, rename = "_links", deserialize_with = "lenient::or_default")]
    links: WireLinks,
}

impl Listed for WireNode {
    fn id(&self) -> &str {
        &self.id
    }
}

impl WireNode {
    /// The body in the form asked for, when it has any text.
    pub(crate) fn take_body(&mut self, kind: BodyKind) -> Option<String> {
        let body = self.body.take()?;
        let text = match kind {
            BodyKind::Storage => body.storage.value,
            BodyKind::Adf => body.atlas_doc_format.value,
        };
        text.filter(|text| !text.trim().is_empty())
    }

    pub(crate) fn page(&self) -> PageId {
        PageId::from(self.id.as_str())
    }

    /// The state it is in.
    pub(crate) fn fate(self) -> Fate {
        super::fate(self.status.as_deref(), self.space_id)
    }

    /// The node; `kind` is what was asked for, which an answer about a live doc makes more precise.
    pub(crate) fn into_node(self, kind: NodeKind, site: &SiteAddress) -> PageNode {
        let is_live = kind == NodeKind::Page && self.subtype.as_deref() == Some("live");
        let parent = self.parent_id.filter(|id| !id.is_empty() && kind != NodeKind::BlogPost);
        let parent_kind = parent.as_ref().and(self.parent_type.as_deref()).and_then(node_kind);
        PageNode {
            id: PageId::from(self.id),
            space: SpaceId::from(self.space_id.unwrap_or_default()),
            kind: if is_live { NodeKind::LiveDoc } else { kind },
            title: self.title.unwrap_or_default(),
            parent: parent.map(PageId::from),
            parent_kind,
            position: self.position.filter(|_| kind != NodeKind::BlogPost),
            status: page_status(self.status.as_deref().unwrap_or_default()),
            version: self.version.number.and_then(|number| u32::try_from(number).ok()).unwrap_or(1),
            created: self.created_at,
            modified: self.version.created_at,
            author: self.author_id.map(AccountId::from),
            editor: self.version.author_id.map(AccountId::from),
            web_url: self.links.webui.filter(|path| path.starts_with('/')).map(|path| site.join(&path)),
            restricted: None,
        }
    }

    /// The page and whatever storage body came along.
    pub(crate) fn into_page(mut self, kind: NodeKind, want: Want, site: &SiteAddress) -> FetchedPage {
        let text = self.take_body(BodyKind::Storage).unwrap_or_default();
        let body = (want == Want::Bodies).then_some(Body { kind: BodyKind::Storage, text });
        FetchedPage { node: self.into_node(kind, site), body }
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WireAttachment {
    #[serde(deserialize_with = "lenient::id")]
    id: String,
    #[serde(default, deserialize_with = "lenient::text")]
    status: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    title: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    media_type: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    file_id: Option<String>,
    #[serde(default, deserialize_with = "lenient::number")]
    file_size: Option<i64>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    version: WireVersion,
}

impl Listed for WireAttachment {
    fn id(&self) -> &str {
        &self.id
    }
}

impl WireAttachment {
    pub(crate) fn is_current(&self) -> bool {
        self.status.as_deref().is_none_or(|status| status == "current")
    }

    pub(crate) fn into_attachment(self, page: &PageId) -> Attachment {
        Attachment {
            id: AttachmentId::from(self.id),
            page: page.clone(),
            title: self.title.unwrap_or_default(),
            media_type: self.media_type.unwrap_or_default(),
            size: self.file_size.and_then(|size| u64::try_from(size).ok()).unwrap_or(0),
            version: self.version.number.and_then(|number| u32::try_from(number).ok()).unwrap_or(1),
            file_id: self.file_id,
        }
    }
}

#[derive(Debug, Deserialize)]
pub(crate) struct WireLabel {
    #[serde(deserialize_with = "lenient::id")]
    id: String,
    name: String,
    #[serde(default, deserialize_with = "lenient::text")]
    prefix: Option<String>,
}

impl Listed for WireLabel {
    fn id(&self) -> &str {
        &self.id
    }
}

impl WireLabel {
    /// The name, unless the label is a private mark of one person.
    pub(crate) fn into_name(self) -> Option<String> {
        (self.prefix.as_deref() != Some("my")).then_some(self.name)
    }
}
