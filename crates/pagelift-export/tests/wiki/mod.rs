//! A site in memory, and a desk to export it to.
#![allow(
    dead_code,
    missing_docs,
    clippy::must_use_candidate,
    reason = "shared by several test programs, each of which uses a part"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use bytes::Bytes;
use futures::StreamExt as _;
use futures::stream::{self, BoxStream};
use jiff::Timestamp;
use pagelift_export::{Export, ExportError, ExportOptions, Finished, MANIFEST_PATH, MemorySink, Store};
use pagelift_model::{
    AccountId, Attachment, Body, BodyKind, Clock, Comment, EventSink, ExportEvent, Fate, FetchedPage, GonePage,
    NodeKind, Outcome, PageExtras, PageId, PageNode, PageSource, PageStatus, Person, RelPath, Selection, Sink,
    SiteAddress, SiteInfo, SiteKind, SourceError, Space, SpaceKey, SpaceKind, SpaceSelection, SpaceStatus, Want,
};
use tokio_util::sync::CancellationToken;

pub const SITE: &str = "https://wiki.example.com/wiki";

/// A site that is a list of pages. Its tree, bodies and files can be changed between runs.
#[derive(Default)]
pub struct Wiki {
    pub pages: Vec<FetchedPage>,
    /// Pages that are listed and whose body is never handed out.
    pub hidden: BTreeSet<String>,
    pub files: Vec<(Attachment, Vec<u8>)>,
    /// Attachments whose download breaks off.
    pub broken: BTreeSet<String>,
    pub labels: BTreeMap<String, Vec<String>>,
    pub comments: BTreeMap<String, Vec<Comment>>,
    pub requests: AtomicU64,
    pub unreachable: bool,
    /// What is public is shown to whoever signs in wrongly.
    pub stale_token: bool,
    /// Pages that are not in the tree and can be had by id: archived ones.
    pub aside: Vec<FetchedPage>,
    /// Pages in one answer of a walk; 2 where nothing else is said.
    pub batch: usize,
    /// Pages that make every answer useless that they are in.
    pub poison: BTreeSet<String>,
    /// What the site says of pages that are gone.
    pub fates: BTreeMap<String, Fate>,
}

pub fn node(id: u32, title: &str, parent: Option<u32>) -> PageNode {
    PageNode {
        id: id.to_string().into(),
        space: "1".into(),
        kind: NodeKind::Page,
        title: title.to_owned(),
        parent: parent.map(|parent| PageId::from(parent.to_string())),
        parent_kind: parent.map(|_| NodeKind::Page),
        position: Some(i64::from(id)),
        status: PageStatus::Current,
        version: 1,
        created: None,
        modified: None,
        author: Some("ada".into()),
        editor: None,
        web_url: None,
        restricted: None,
    }
}

impl Wiki {
    pub fn with(pages: &[(u32, &str, Option<u32>, &str)]) -> Self {
        let pages = pages
            .iter()
            .map(|&(id, title, parent, body)| FetchedPage {
                node: node(id, title, parent),
                body: Some(Body { kind: BodyKind::Storage, text: body.to_owned() }),
            })
            .collect();
        Self { pages, ..Self::default() }
    }

    /// Takes a page out of the lists.
    pub fn lose(&mut self, id: u32, fate: Fate) {
        self.pages.retain(|page| page.node.id.as_str() != id.to_string());
        self.fates.insert(id.to_string(), fate);
    }

    pub fn page(&mut self, id: u32) -> &mut FetchedPage {
        let id = PageId::from(id.to_string());
        self.pages.iter_mut().find(|page| page.node.id == id).expect("a page of the wiki")
    }

    pub fn edit(&mut self, id: u32, body: &str) {
        let page = self.page(id);
        page.node.version += 1;
        page.body = Some(Body { kind: BodyKind::Storage, text: body.to_owned() });
    }

    pub fn retitle(&mut self, id: u32, title: &str) {
        let page = self.page(id);
        page.node.version += 1;
        title.clone_into(&mut page.node.title);
    }

    pub fn attach(&mut self, id: &str, page: u32, title: &str, bytes: &[u8]) {
        self.files.retain(|(attachment, _)| attachment.id.as_str() != id);
        let attachment = Attachment {
            id: id.into(),
            page: page.to_string().into(),
            title: title.to_owned(),
            media_type: "image/png".to_owned(),
            size: bytes.len() as u64,
            version: u32::try_from(bytes.len()).expect("small"),
            file_id: None,
        };
        self.files.push((attachment, bytes.to_vec()));
    }

    fn asked(&self) -> Result<(), SourceError> {
        self.requests.fetch_add(1, Ordering::Relaxed);
        if self.unreachable {
            return Err(SourceError::Unreachable { site: "wiki.example.com".into(), detail: "refused".into() });
        }
        Ok(())
    }

    fn fetched(&self, page: &FetchedPage, want: Want) -> FetchedPage {
        let body = (want == Want::Bodies && !self.hidden.contains(page.node.id.as_str())).then(|| page.body.clone());
        FetchedPage { node: page.node.clone(), body: body.flatten() }
    }

    fn walk(&self, blog: bool, want: Want) -> BoxStream<'_, Result<Vec<FetchedPage>, SourceError>> {
        let pages: Vec<FetchedPage> = self
            .pages
            .iter()
            .filter(|page| page.node.kind.has_body() && (page.node.kind == NodeKind::BlogPost) == blog)
            .map(|page| self.fetched(page, want))
            .collect();
        let batches: Vec<_> =
            pages.chunks(if self.batch == 0 { 2 } else { self.batch }).map(<[FetchedPage]>::to_vec).collect();
        stream::iter(batches).map(|batch| self.asked().map(|()| batch)).boxed()
    }

    fn extras_of(&self, id: &PageId) -> PageExtras {
        PageExtras {
            page: id.clone(),
            labels: self.labels.get(id.as_str()).cloned().unwrap_or_default(),
            attachments: self.files.iter().map(|(file, _)| file).filter(|file| file.page == *id).cloned().collect(),
            restricted: None,
            version: None,
        }
    }
}

#[async_trait]
impl PageSource for Wiki {
    fn site(&self) -> SiteInfo {
        SiteInfo { kind: SiteKind::Cloud, address: SiteAddress::parse(SITE).expect("an address"), account: None }
    }

    async fn check(&self) -> Result<String, SourceError> {
        if self.stale_token {
            return Err(SourceError::SignInRejected { site: "wiki.example.com".into() });
        }
        Ok("Ada".to_owned())
    }

    async fn spaces(&self) -> Result<Vec<Space>, SourceError> {
        self.asked()?;
        Ok(vec![Space {
            id: "1".into(),
            key: "DOC".into(),
            name: "Docs".to_owned(),
            kind: SpaceKind::Team,
            status: SpaceStatus::Current,
            homepage: Some("1".into()),
        }])
    }

    async fn spaces_by_key(&self, keys: &[SpaceKey]) -> Result<Vec<Space>, SourceError> {
        match keys.iter().find(|key| key.as_str() != "DOC") {
            Some(key) => Err(SourceError::SpaceUnknown { key: key.clone() }),
            None => self.spaces().await,
        }
    }

    fn pages_in<'a>(&'a self, _: &'a Space, want: Want) -> BoxStream<'a, Result<Vec<FetchedPage>, SourceError>> {
        self.walk(false, want)
    }

    fn blog_posts_in<'a>(&'a self, _: &'a Space, want: Want) -> BoxStream<'a, Result<Vec<FetchedPage>, SourceError>> {
        self.walk(true, want)
    }

    async fn pages(&self, ids: &[PageId], want: Want) -> Result<Vec<FetchedPage>, SourceError> {
        self.asked()?;
        if ids.iter().any(|id| self.poison.contains(id.as_str())) {
            let (site, request) = ("wiki.example.com".to_owned(), "pages by id".to_owned());
            return Err(SourceError::AnswerTooLarge { site, request, limit: 1 });
        }
        let all = self.pages.iter().chain(&self.aside).filter(|page| page.node.kind != NodeKind::BlogPost);
        Ok(all.filter(|page| ids.contains(&page.node.id)).map(|page| self.fetched(page, want)).collect())
    }

    async fn blog_posts(&self, ids: &[PageId], want: Want) -> Result<Vec<FetchedPage>, SourceError> {
        self.asked()?;
        let all = self.pages.iter().filter(|page| page.node.kind == NodeKind::BlogPost);
        Ok(all.filter(|page| ids.contains(&page.node.id)).map(|page| self.fetched(page, want)).collect())
    }

    fn extras_in<'a>(&'a self, _: &'a Space) -> BoxStream<'a, Result<Vec<PageExtras>, SourceError>> {
        let batch = self.pages.iter().map(|page| self.extras_of(&page.node.id)).collect();
        stream::iter([self.asked().map(|()| batch)]).boxed()
    }

    async fn extras(&self, ids: &[(PageId, NodeKind)]) -> Result<Vec<PageExtras>, SourceError> {
        self.asked()?;
        Ok(ids.iter().map(|(id, _)| self.extras_of(id)).collect())
    }

    async fn nodes(&self, ids: &[(PageId, NodeKind)]) -> Result<Vec<PageNode>, SourceError> {
        self.asked()?;
        Ok(self
            .pages
            .iter()
            .map(|page| &page.node)
            .filter(|node| ids.iter().any(|(id, _)| *id == node.id))
            .cloned()
            .collect())
    }

    async fn changed_nodes(&self, known: &[PageNode]) -> Result<Vec<PageNode>, SourceError> {
        Ok(self
            .pages
            .iter()
            .map(|page| &page.node)
            .filter(|node| known.iter().any(|one| one.id == node.id))
            .cloned()
            .collect())
    }

    async fn fate(&self, ids: &[PageId]) -> Result<Vec<(PageId, Fate)>, SourceError> {
        self.asked()?;
        let fate = |id: &PageId| {
            let mut all = self.pages.iter().chain(&self.aside);
            match all.find(|page| page.node.id == *id).map(|page| &page.node) {
                Some(node) if node.status == PageStatus::Archived => Fate::Archived,
                Some(node) => Fate::Current { space: Some(node.space.clone()) },
                None => self.fates.get(id.as_str()).cloned().unwrap_or(Fate::Hidden),
            }
        };
        Ok(ids.iter().map(|id| (id.clone(), fate(id))).collect())
    }

    async fn comments(&self, page: &PageId) -> Result<Vec<Comment>, SourceError> {
        Ok(self.comments.get(page.as_str()).cloned().unwrap_or_default())
    }

    async fn people(&self, ids: &[AccountId]) -> Result<Vec<Person>, SourceError> {
        self.asked()?;
        Ok(ids.iter().map(|id| Person { id: id.clone(), name: format!("Name of {id}") }).collect())
    }

    async fn download(
        &self,
        attachment: &Attachment,
    ) -> Result<BoxStream<'static, Result<Bytes, SourceError>>, SourceError> {
        self.asked()?;
        let name = attachment.title.clone();
        let Some((_, bytes)) = self.files.iter().find(|(file, _)| file.id == attachment.id) else {
            return Err(SourceError::AttachmentMissing { name });
        };
        let (head, tail) = bytes.split_at(bytes.len() / 2);
        let mut parts = vec![Ok(Bytes::copy_from_slice(head))];
        if self.broken.contains(attachment.id.as_str()) {
            let (expected, received) = (bytes.len() as u64, head.len() as u64);
            parts.push(Err(SourceError::DownloadIncomplete { name, expected, received }));
        } else {
            parts.push(Ok(Bytes::copy_from_slice(tail)));
        }
        Ok(stream::iter(parts).boxed())
    }

    fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    fn waiting_until(&self) -> Option<Timestamp> {
        None
    }
}

#[derive(Default)]
pub struct Told {
    pub events: Mutex<Vec<ExportEvent>>,
    /// Stops the run when so many pages have ended.
    pub stop_after: Option<(usize, CancellationToken)>,
}

impl EventSink for Told {
    fn send(&self, event: ExportEvent) {
        let mut events = self.events.lock().unwrap();
        events.push(event);
        let done = events.iter().filter(|event| matches!(event, ExportEvent::PageDone(_))).count();
        if let Some((limit, stop)) = &self.stop_after
            && done >= *limit
        {
            stop.cancel();
        }
    }
}

pub struct Noon;

impl Clock for Noon {
    fn now(&self) -> Timestamp {
        "2026-07-01T12:00:00Z".parse().unwrap()
    }
}

/// A destination with everything a computer keeps beside it.
pub struct Desk {
    pub sink: MemorySink,
    pub store: Store,
    pub options: ExportOptions,
}

impl Desk {
    pub fn new() -> Self {
        let spaces = vec![SpaceSelection::whole("DOC".into())];
        Self {
            sink: MemorySink::new(),
            store: Store::in_memory().unwrap(),
            options: ExportOptions::new(Selection { spaces }),
        }
    }

    pub fn try_run(&self, wiki: &Wiki, told: &Told) -> Result<Finished, ExportError> {
        self.try_run_into(&self.sink, wiki, told)
    }

    pub fn try_run_into(&self, sink: &dyn Sink, wiki: &Wiki, told: &Told) -> Result<Finished, ExportError> {
        let stop = told.stop_after.as_ref().map_or_else(CancellationToken::new, |(_, stop)| stop.clone());
        let export = Export::new(wiki, sink, &self.store, told, &Noon, &stop, &self.options);
        tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(export.run())
    }

    pub fn run(&self, wiki: &Wiki) -> (Finished, Vec<ExportEvent>) {
        let told = Told::default();
        let finished = self.try_run(wiki, &told).expect("a run that ends well");
        assert!(finished.totals.add_up());
        (finished, told.events.into_inner().unwrap())
    }

    pub fn text(&self, path: &str) -> String {
        let bytes = self.sink.files().remove(path);
        String::from_utf8(bytes.unwrap_or_else(|| panic!("no {path} among {:?}", self.paths()))).unwrap()
    }

    /// Every file but the manifest.
    pub fn paths(&self) -> Vec<String> {
        self.sink.files().into_keys().filter(|path| path != MANIFEST_PATH).collect()
    }

    pub fn put(&self, path: &str, text: &str) {
        self.sink.write(&RelPath::new(path).unwrap(), text.as_bytes()).unwrap();
    }
}

pub fn small() -> Wiki {
    let mut wiki = Wiki::with(&[
        (1, "Home", None, "<p>See <ac:link><ri:page ri:content-title=\"Guide\" /></ac:link>.</p>"),
        (2, "Guide", Some(1), "<p>Guide</p><ac:image><ri:attachment ri:filename=\"plan.png\" /></ac:image>"),
        (3, "Setup", Some(2), "<p>Set up by <ac:link><ri:user ri:account-id=\"eve\" /></ac:link></p>"),
        (4, "Teardown", Some(2), "<p>Down</p>"),
    ]);
    wiki.attach("att1", 2, "plan.png", b"picture");
    wiki.labels.insert("3".to_owned(), vec!["how-to".to_owned()]);
    wiki
}

pub fn gone(events: &[ExportEvent]) -> Vec<GonePage> {
    let page = |event: &ExportEvent| match event {
        ExportEvent::PageGone(page) => Some(page.clone()),
        _ => None,
    };
    events.iter().filter_map(page).collect()
}

pub fn outcomes(events: &[ExportEvent]) -> BTreeMap<String, Outcome> {
    events
        .iter()
        .filter_map(|event| match event {
            ExportEvent::PageDone(item) => Some((item.id.to_string(), item.outcome.clone())),
            _ => None,
        })
        .collect()
}
