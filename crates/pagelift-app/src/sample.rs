//! The built-in sample site: the wiki of a made-up maker of bicycle lights, held in the program itself. It needs no network
//! and no sign-in, and between them its pages use every construct that a conversion has to deal with.
//!
//! The content lies in the folder `sample/` of this crate: `site.json` lists spaces, people and nodes; each body and each
//! attachment is a file of its own.

mod content;
mod files;

use std::collections::HashSet;

use async_trait::async_trait;
use bytes::Bytes;
use futures::StreamExt as _;
use futures::stream::{self, BoxStream};
use jiff::Timestamp;
use pagelift_model::{
    AccountId, Attachment, Comment, Fate, FetchedPage, NodeKind, PageExtras, PageId, PageNode, PageSource, PageStatus,
    Person, SiteInfo, SiteKind, SourceError, Space, SpaceKey, Want,
};

use content::{Content, Entry};

/// How many pages come at once, so that whoever reads the sample meets more than one batch.
const BATCH: usize = 50;

/// How many bytes of an attachment come at once.
const CHUNK: usize = 16 * 1024;

/// The sample site as a source of pages. Nothing in it ever changes, and nothing it is asked costs a request.
#[derive(Debug, Clone)]
pub struct SampleSite {
    content: Content,
}

impl SampleSite {
    /// Reads the sample that is part of the program.
    pub fn new() -> Self {
        Self { content: Content::embedded() }
    }

    /// The current nodes of a space that `wanted` accepts, in the order of ids, in batches.
    fn walk<'a>(
        &'a self,
        space: &Space,
        want: Want,
        wanted: fn(NodeKind) -> bool,
    ) -> BoxStream<'a, Result<Vec<FetchedPage>, SourceError>> {
        let found = self.content.current(&space.id).filter(|entry| wanted(entry.node.kind));
        batches(&found.map(|entry| entry.fetched(want)).collect::<Vec<_>>())
    }

    /// The nodes with these ids that `wanted` accepts, in the order asked for, each once.
    fn some(&self, ids: &[PageId], want: Want, wanted: fn(NodeKind) -> bool) -> Vec<FetchedPage> {
        let mut seen = HashSet::new();
        let fresh = ids.iter().filter(|id| seen.insert(*id));
        let found = fresh.filter_map(|id| self.content.entry(id)).filter(|entry| wanted(entry.node.kind));
        found.map(|entry| entry.fetched(want)).collect()
    }
}

impl Default for SampleSite {
    fn default() -> Self {
        Self::new()
    }
}

fn batches<'a, T: Clone + Send + 'a>(all: &[T]) -> BoxStream<'a, Result<Vec<T>, SourceError>> {
    let batches: Vec<_> = all.chunks(BATCH).map(|batch| Ok(batch.to_vec())).collect();
    stream::iter(batches).boxed()
}

fn is_page(kind: NodeKind) -> bool {
    matches!(kind, NodeKind::Page | NodeKind::LiveDoc)
}

fn is_blog_post(kind: NodeKind) -> bool {
    kind == NodeKind::BlogPost
}

#[async_trait]
impl PageSource for SampleSite {
    fn site(&self) -> SiteInfo {
        SiteInfo {
            kind: SiteKind::Sample,
            address: self.content.address.clone(),
            account: Some(self.content.account.clone()),
        }
    }

    async fn check(&self) -> Result<String, SourceError> {
        Ok(self.content.account.clone())
    }

    async fn spaces(&self) -> Result<Vec<Space>, SourceError> {
        Ok(self.content.spaces.clone())
    }

    async fn spaces_by_key(&self, keys: &[SpaceKey]) -> Result<Vec<Space>, SourceError> {
        let space = |key: &SpaceKey| self.content.spaces.iter().find(|space| space.key == *key).cloned();
        keys.iter().map(|key| space(key).ok_or_else(|| SourceError::SpaceUnknown { key: key.clone() })).collect()
    }

    fn pages_in<'a>(&'a self, space: &'a Space, want: Want) -> BoxStream<'a, Result<Vec<FetchedPage>, SourceError>> {
        self.walk(space, want, is_page)
    }

    fn blog_posts_in<'a>(
        &'a self,
        space: &'a Space,
        want: Want,
    ) -> BoxStream<'a, Result<Vec<FetchedPage>, SourceError>> {
        self.walk(space, want, is_blog_post)
    }

    /// An archived page is in no walk of its space and is answered here, with its status.
    async fn pages(&self, ids: &[PageId], want: Want) -> Result<Vec<FetchedPage>, SourceError> {
        Ok(self.some(ids, want, is_page))
    }

    async fn blog_posts(&self, ids: &[PageId], want: Want) -> Result<Vec<FetchedPage>, SourceError> {
        Ok(self.some(ids, want, is_blog_post))
    }

    fn extras_in<'a>(&'a self, space: &'a Space) -> BoxStream<'a, Result<Vec<PageExtras>, SourceError>> {
        let found = self.content.current(&space.id).filter(|entry| entry.node.kind.has_body());
        batches(&found.map(Entry::extras).collect::<Vec<_>>())
    }

    async fn extras(&self, ids: &[(PageId, NodeKind)]) -> Result<Vec<PageExtras>, SourceError> {
        let found = ids.iter().filter_map(|(id, _)| self.content.entry(id));
        Ok(found.filter(|entry| entry.node.kind.has_body()).map(Entry::extras).collect())
    }

    async fn comments(&self, page: &PageId) -> Result<Vec<Comment>, SourceError> {
        Ok(self.content.entry(page).map(|entry| entry.comments.clone()).unwrap_or_default())
    }

    async fn nodes(&self, ids: &[(PageId, NodeKind)]) -> Result<Vec<PageNode>, SourceError> {
        let same_kind = |(id, kind): &(PageId, NodeKind)| {
            self.content.entry(id).filter(|entry| entry.node.kind == *kind && !kind.has_body())
        };
        Ok(ids.iter().filter_map(same_kind).map(|entry| entry.node.clone()).collect())
    }

    async fn changed_nodes(&self, known: &[PageNode]) -> Result<Vec<PageNode>, SourceError> {
        let changed = |known: &PageNode| {
            let now = &self.content.entry(&known.id)?.node;
            let same = now.title == known.title && now.version == known.version && now.parent == known.parent;
            (!same).then(|| now.clone())
        };
        Ok(known.iter().filter_map(changed).collect())
    }

    async fn fate(&self, ids: &[PageId]) -> Result<Vec<(PageId, Fate)>, SourceError> {
        let fate = |id: &PageId| {
            let node = self.content.entry(id).map(|entry| &entry.node).filter(|node| node.kind.has_body());
            match node {
                Some(node) if node.status == PageStatus::Archived => Fate::Archived,
                Some(node) => Fate::Current { space: Some(node.space.clone()) },
                None => Fate::Hidden,
            }
        };
        Ok(ids.iter().map(|id| (id.clone(), fate(id))).collect())
    }

    async fn people(&self, ids: &[AccountId]) -> Result<Vec<Person>, SourceError> {
        let person = |id: &AccountId| self.content.people.iter().find(|person| person.id == *id).cloned();
        Ok(ids.iter().filter_map(person).collect())
    }

    async fn download(
        &self,
        attachment: &Attachment,
    ) -> Result<BoxStream<'static, Result<Bytes, SourceError>>, SourceError> {
        let missing = || SourceError::AttachmentMissing { name: attachment.title.clone() };
        let bytes = self.content.attachment_bytes(&attachment.page, &attachment.id).ok_or_else(missing)?;
        Ok(stream::iter(bytes.chunks(CHUNK).map(|chunk| Ok(Bytes::from_static(chunk)))).boxed())
    }

    fn requests(&self) -> u64 {
        0
    }

    fn waiting_until(&self) -> Option<Timestamp> {
        None
    }
}

impl Entry {
    fn fetched(&self, want: Want) -> FetchedPage {
        let body = self.body.as_ref().filter(|_| want == Want::Bodies);
        FetchedPage { node: self.node.clone(), body: body.cloned() }
    }

    fn extras(&self) -> PageExtras {
        PageExtras {
            page: self.node.id.clone(),
            labels: self.labels.clone(),
            attachments: self.attachments.iter().map(|(attachment, _)| attachment.clone()).collect(),
            restricted: self.node.restricted,
        }
    }
}
