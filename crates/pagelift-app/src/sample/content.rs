//! What `sample/site.json` holds, read once and joined with the files it names.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use pagelift_model::{
    AccountId, Attachment, AttachmentId, Body, BodyKind, Comment, Marked, NodeKind, PageId, PageNode, PageStatus,
    Person, Remark, SiteAddress, Space, SpaceId, SpaceKey,
};
use serde::Deserialize;

use super::files;

/// The sample, ready to be asked.
#[derive(Debug, Clone)]
pub(super) struct Content {
    pub(super) address: SiteAddress,
    /// The name of the account that reads the sample.
    pub(super) account: String,
    pub(super) people: Vec<Person>,
    /// In the order of their names.
    pub(super) spaces: Vec<Space>,
    /// In the order of ids.
    entries: BTreeMap<PageId, Entry>,
}

/// A node with all that belongs to it.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) node: PageNode,
    pub(super) body: Option<Body>,
    pub(super) labels: Vec<String>,
    /// Each attachment and its bytes.
    pub(super) attachments: Vec<(Attachment, &'static [u8])>,
    pub(super) comments: Vec<Comment>,
}

impl Content {
    /// The content that is part of the program.
    #[expect(clippy::expect_used, reason = "the data is compiled in, and a test reads all of it")]
    pub(super) fn embedded() -> Self {
        let listed: Listed = serde_json::from_str(files::SITE).expect("site.json is well formed");
        let address = SiteAddress::parse(&listed.address).expect("site.json holds the address of a site");
        Self::joined(listed, address)
    }

    fn joined(listed: Listed, address: SiteAddress) -> Self {
        let mut spaces = listed.spaces;
        spaces.sort_by(|a, b| a.name.cmp(&b.name));
        let kinds: HashMap<PageId, NodeKind> = listed.nodes.iter().map(|node| (node.id.clone(), node.kind)).collect();
        let entries = listed.nodes.into_iter().filter_map(|node| {
            let space = spaces.iter().find(|space| space.key == node.space)?;
            Some((node.id.clone(), node.entry(space, &address, &kinds)))
        });
        let entries = entries.collect();
        Self { address, account: listed.account, people: listed.people, spaces, entries }
    }

    /// The node with this id, unless it is a draft or in the trash: those are nobody's to read.
    pub(super) fn entry(&self, id: &PageId) -> Option<&Entry> {
        let published = |entry: &&Entry| matches!(entry.node.status, PageStatus::Current | PageStatus::Archived);
        self.entries.get(id).filter(published)
    }

    /// The current nodes of a space, in the order of ids.
    pub(super) fn current(&self, space: &SpaceId) -> impl Iterator<Item = &Entry> {
        let current = self.entries.values().filter(|entry| entry.node.status == PageStatus::Current);
        current.filter(move |entry| entry.node.space == *space)
    }

    /// The bytes of an attachment of a page.
    pub(super) fn attachment_bytes(&self, page: &PageId, id: &AttachmentId) -> Option<&'static [u8]> {
        let attachments = &self.entry(page)?.attachments;
        attachments.iter().find(|(attachment, _)| attachment.id == *id).map(|(_, bytes)| *bytes)
    }
}

/// `site.json` as it is written.
#[derive(Deserialize)]
struct Listed {
    address: String,
    account: String,
    people: Vec<Person>,
    spaces: Vec<Space>,
    nodes: Vec<ListedNode>,
}

#[derive(Deserialize)]
struct ListedNode {
    id: PageId,
    space: SpaceKey,
    parent: Option<PageId>,
    #[serde(default = "page")]
    kind: NodeKind,
    title: String,
    position: Option<i64>,
    #[serde(default = "current")]
    status: PageStatus,
    version: u32,
    created: Timestamp,
    modified: Timestamp,
    author: AccountId,
    editor: AccountId,
    #[serde(default)]
    labels: Vec<String>,
    #[serde(default)]
    restricted: bool,
    /// Path of the body file; `.json` holds the document format, anything else storage format.
    body: Option<String>,
    #[serde(default)]
    attachments: Vec<ListedAttachment>,
    #[serde(default)]
    comments: Vec<ListedComment>,
}

/// A comment, with its text in storage format.
#[derive(Deserialize)]
struct ListedComment {
    id: String,
    #[serde(flatten)]
    first: ListedRemark,
    marked: Option<Marked>,
    #[serde(default)]
    resolved: bool,
    #[serde(default)]
    replies: Vec<ListedRemark>,
}

#[derive(Deserialize)]
struct ListedRemark {
    author: AccountId,
    created: Timestamp,
    body: String,
}

#[derive(Deserialize)]
struct ListedAttachment {
    id: AttachmentId,
    title: String,
    media_type: String,
    version: u32,
    file_id: Option<String>,
    /// Path of the file with the bytes; two attachments may share one.
    file: String,
}

fn page() -> NodeKind {
    NodeKind::Page
}

fn current() -> PageStatus {
    PageStatus::Current
}

impl ListedNode {
    fn entry(self, space: &Space, address: &SiteAddress, kinds: &HashMap<PageId, NodeKind>) -> Entry {
        let web_url = address.join(&format!("/spaces/{}/{}", space.key, self.address_path()));
        let attachments = self.attachments.into_iter();
        let attachments = attachments.filter_map(|attachment| attachment.with_bytes(&self.id)).collect();
        Entry {
            body: self.body.as_deref().and_then(body),
            labels: self.labels,
            attachments,
            comments: self.comments.into_iter().map(Comment::from).collect(),
            node: PageNode {
                space: space.id.clone(),
                kind: self.kind,
                title: self.title,
                parent_kind: self.parent.as_ref().and_then(|parent| kinds.get(parent).copied()),
                parent: self.parent,
                position: self.position,
                status: self.status,
                version: self.version,
                created: Some(self.created),
                modified: Some(self.modified),
                author: Some(self.author),
                editor: Some(self.editor),
                web_url: Some(web_url),
                restricted: Some(self.restricted),
                id: self.id,
            },
        }
    }

    /// The part of the web address after the space key.
    fn address_path(&self) -> String {
        let folder = match self.kind {
            NodeKind::Page | NodeKind::LiveDoc => "pages".to_owned(),
            NodeKind::BlogPost => format!("blog/{}", self.created.strftime("%Y/%m/%d")),
            NodeKind::Folder => "folder".to_owned(),
            NodeKind::Whiteboard => "whiteboard".to_owned(),
            NodeKind::Database => "database".to_owned(),
            NodeKind::Embed => "embed".to_owned(),
        };
        format!("{folder}/{}", self.id)
    }
}

impl From<ListedComment> for Comment {
    fn from(listed: ListedComment) -> Self {
        Self {
            id: listed.id,
            first: listed.first.into(),
            marked: listed.marked,
            resolved: listed.resolved,
            replies: listed.replies.into_iter().map(Remark::from).collect(),
        }
    }
}

impl From<ListedRemark> for Remark {
    fn from(listed: ListedRemark) -> Self {
        let body = Body { kind: BodyKind::Storage, text: listed.body };
        Self { author: Some(listed.author), created: Some(listed.created), body }
    }
}

impl ListedAttachment {
    fn with_bytes(self, page: &PageId) -> Option<(Attachment, &'static [u8])> {
        let bytes = files::bytes(&self.file)?;
        let attachment = Attachment {
            id: self.id,
            page: page.clone(),
            title: self.title,
            media_type: self.media_type,
            size: bytes.len() as u64,
            version: self.version,
            file_id: self.file_id,
        };
        Some((attachment, bytes))
    }
}

fn body(path: &str) -> Option<Body> {
    let is_json = path.rsplit_once('.').is_some_and(|(_, extension)| extension == "json");
    let kind = if is_json { BodyKind::Adf } else { BodyKind::Storage };
    let text = std::str::from_utf8(files::bytes(path)?).ok()?.to_owned();
    Some(Body { kind, text })
}
