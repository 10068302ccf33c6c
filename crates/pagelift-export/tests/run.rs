//! Whole runs against a site in memory.
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic, reason = "a failed expectation fails the test")]

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
    AccountId, Attachment, AttachmentChoice, Body, BodyKind, Clock, ErrorCode, EventSink, ExportEvent, FetchedPage,
    NodeKind, Outcome, PageExtras, PageId, PageNode, PageSource, PageStatus, Person, RelPath, Selection, Sink as _,
    SiteAddress, SiteInfo, SiteKind, SkipReason, SourceError, Space, SpaceKey, SpaceKind, SpaceSelection, SpaceStatus,
    Want,
};
use tokio_util::sync::CancellationToken;

const SITE: &str = "https://wiki.example.com/wiki";

/// A site that is a list of pages. Its tree, bodies and files can be changed between runs.
#[derive(Default)]
struct Wiki {
    pages: Vec<FetchedPage>,
    /// Pages that are listed and whose body is never handed out.
    hidden: BTreeSet<String>,
    files: Vec<(Attachment, Vec<u8>)>,
    /// Attachments whose download breaks off.
    broken: BTreeSet<String>,
    labels: BTreeMap<String, Vec<String>>,
    requests: AtomicU64,
    unreachable: bool,
}

fn node(id: u32, title: &str, parent: Option<u32>) -> PageNode {
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
    fn with(pages: &[(u32, &str, Option<u32>, &str)]) -> Self {
        let pages = pages
            .iter()
            .map(|&(id, title, parent, body)| FetchedPage {
                node: node(id, title, parent),
                body: Some(Body { kind: BodyKind::Storage, text: body.to_owned() }),
            })
            .collect();
        Self { pages, ..Self::default() }
    }

    fn page(&mut self, id: u32) -> &mut FetchedPage {
        let id = PageId::from(id.to_string());
        self.pages.iter_mut().find(|page| page.node.id == id).expect("a page of the wiki")
    }

    fn edit(&mut self, id: u32, body: &str) {
        let page = self.page(id);
        page.node.version += 1;
        page.body = Some(Body { kind: BodyKind::Storage, text: body.to_owned() });
    }

    fn retitle(&mut self, id: u32, title: &str) {
        let page = self.page(id);
        page.node.version += 1;
        title.clone_into(&mut page.node.title);
    }

    fn attach(&mut self, id: &str, page: u32, title: &str, bytes: &[u8]) {
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
        let batches: Vec<_> = pages.chunks(2).map(<[FetchedPage]>::to_vec).collect();
        stream::iter(batches).map(|batch| self.asked().map(|()| batch)).boxed()
    }

    fn extras_of(&self, id: &PageId) -> PageExtras {
        PageExtras {
            page: id.clone(),
            labels: self.labels.get(id.as_str()).cloned().unwrap_or_default(),
            attachments: self.files.iter().map(|(file, _)| file).filter(|file| file.page == *id).cloned().collect(),
            restricted: None,
        }
    }
}

#[async_trait]
impl PageSource for Wiki {
    fn site(&self) -> SiteInfo {
        SiteInfo { kind: SiteKind::Cloud, address: SiteAddress::parse(SITE).expect("an address"), account: None }
    }

    async fn check(&self) -> Result<String, SourceError> {
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
        Ok(self.pages.iter().filter(|page| ids.contains(&page.node.id)).map(|page| self.fetched(page, want)).collect())
    }

    async fn blog_posts(&self, ids: &[PageId], want: Want) -> Result<Vec<FetchedPage>, SourceError> {
        self.pages(ids, want).await
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
struct Told {
    events: Mutex<Vec<ExportEvent>>,
    /// Stops the run when so many pages have ended.
    stop_after: Option<(usize, CancellationToken)>,
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

struct Noon;

impl Clock for Noon {
    fn now(&self) -> Timestamp {
        "2026-07-01T12:00:00Z".parse().unwrap()
    }
}

/// A destination with everything a computer keeps beside it.
struct Desk {
    sink: MemorySink,
    store: Store,
    options: ExportOptions,
}

impl Desk {
    fn new() -> Self {
        let spaces = vec![SpaceSelection::whole("DOC".into())];
        Self {
            sink: MemorySink::new(),
            store: Store::in_memory().unwrap(),
            options: ExportOptions::new(Selection { spaces }),
        }
    }

    fn try_run(&self, wiki: &Wiki, told: &Told) -> Result<Finished, ExportError> {
        let stop = told.stop_after.as_ref().map_or_else(CancellationToken::new, |(_, stop)| stop.clone());
        let export = Export::new(wiki, &self.sink, &self.store, told, &Noon, &stop, &self.options);
        tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(export.run())
    }

    fn run(&self, wiki: &Wiki) -> (Finished, Vec<ExportEvent>) {
        let told = Told::default();
        let finished = self.try_run(wiki, &told).expect("a run that ends well");
        assert!(finished.totals.add_up());
        (finished, told.events.into_inner().unwrap())
    }

    fn text(&self, path: &str) -> String {
        let bytes = self.sink.files().remove(path);
        String::from_utf8(bytes.unwrap_or_else(|| panic!("no {path} among {:?}", self.paths()))).unwrap()
    }

    /// Every file but the manifest.
    fn paths(&self) -> Vec<String> {
        self.sink.files().into_keys().filter(|path| path != MANIFEST_PATH).collect()
    }

    fn put(&self, path: &str, text: &str) {
        self.sink.write(&RelPath::new(path).unwrap(), text.as_bytes()).unwrap();
    }
}

fn small() -> Wiki {
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

fn outcomes(events: &[ExportEvent]) -> BTreeMap<String, Outcome> {
    events
        .iter()
        .filter_map(|event| match event {
            ExportEvent::PageDone(item) => Some((item.id.to_string(), item.outcome.clone())),
            _ => None,
        })
        .collect()
}

#[test]
fn a_first_run_writes_pages_pictures_links_names_and_labels() {
    let (desk, wiki) = (Desk::new(), small());
    let (finished, _) = desk.run(&wiki);
    assert_eq!((finished.totals.selected, finished.totals.written, finished.totals.attachments), (4, 4, 1));
    let home = desk.paths().into_iter().find(|path| desk.text(path).contains("title: Home")).expect("the home page");
    assert_eq!(
        desk.paths(),
        [
            "Docs/Guide.md",
            "Docs/Guide/Setup.md",
            "Docs/Guide/Teardown.md",
            "Docs/attachments/Guide/plan.png",
            home.as_str()
        ]
        .into_iter()
        .map(str::to_owned)
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect::<Vec<_>>()
    );
    assert!(desk.text("Docs/Guide.md").contains("](attachments/Guide/plan.png)"));
    assert!(desk.text(&home).contains("[Guide](Guide.md)"), "{}", desk.text(&home));
    let setup = desk.text("Docs/Guide/Setup.md");
    assert!(setup.contains("Name of eve") && setup.contains("how-to") && setup.contains("Name of ada"), "{setup}");
    assert_eq!(
        desk.sink.files().get("Docs/attachments/Guide/plan.png").map(Vec::as_slice),
        Some(b"picture".as_slice())
    );
    let written: u64 = desk.sink.files().values().map(|bytes| bytes.len() as u64).sum();
    assert_eq!(finished.totals.bytes, written, "the sum of bytes is what lies in the folder");
}

#[test]
fn a_second_run_asks_for_no_body_and_writes_nothing() {
    let (desk, wiki) = (Desk::new(), small());
    desk.run(&wiki);
    let before = desk.sink.files();
    let (finished, _) = desk.run(&wiki);
    assert_eq!((finished.totals.unchanged, finished.totals.written, finished.totals.attachments), (4, 0, 0));
    assert_eq!(finished.totals.bytes, 0);
    assert_eq!(desk.sink.files(), before);
}

#[test]
fn another_computer_goes_on_from_the_folder_alone() {
    let (desk, wiki) = (Desk::new(), small());
    desk.run(&wiki);
    let other = Desk { sink: desk.sink.clone(), ..Desk::new() };
    let (finished, _) = other.run(&wiki);
    assert_eq!((finished.totals.unchanged, finished.totals.written, finished.totals.bytes), (4, 0, 0));
}

#[test]
fn only_what_changed_on_the_site_is_written_again() {
    let (desk, mut wiki) = (Desk::new(), small());
    desk.run(&wiki);
    wiki.edit(4, "<p>Down and out</p>");
    wiki.attach("att1", 2, "plan.png", b"better picture");
    let (finished, events) = desk.run(&wiki);
    assert_eq!((finished.totals.written, finished.totals.unchanged, finished.totals.attachments), (1, 3, 1));
    assert_eq!(outcomes(&events).get("4"), Some(&Outcome::Updated));
    assert!(desk.text("Docs/Guide/Teardown.md").contains("Down and out"));
    assert_eq!(desk.text("Docs/attachments/Guide/plan.png"), "better picture");
}

#[test]
fn what_a_person_wrote_is_never_overwritten() {
    let (desk, mut wiki) = (Desk::new(), small());
    desk.put("Docs/Guide.md", "my own notes");
    let (first, _) = desk.run(&wiki);
    assert_eq!((first.totals.written, desk.text("Docs/Guide.md").as_str()), (4, "my own notes"));
    assert!(desk.text("Docs/Guide (2).md").contains("Guide"));
    desk.put("Docs/Guide (2)/Setup.md", "edited by hand");
    wiki.edit(3, "<p>New</p>");
    let (second, events) = desk.run(&wiki);
    assert_eq!((second.totals.skipped, second.totals.unchanged), (1, 3));
    assert_eq!(outcomes(&events).get("3"), Some(&Outcome::Skipped { reason: SkipReason::Edited }));
    assert_eq!(desk.text("Docs/Guide (2)/Setup.md"), "edited by hand");
}

#[test]
fn new_titles_and_swapped_titles_move_files() {
    let (desk, mut wiki) = (Desk::new(), small());
    desk.run(&wiki);
    wiki.retitle(2, "Manual");
    wiki.retitle(3, "Teardown");
    wiki.retitle(4, "Setup");
    let (finished, _) = desk.run(&wiki);
    assert_eq!(finished.totals.failed, 0);
    assert!(desk.text("Docs/Manual/Teardown.md").contains("Set up by"));
    assert!(desk.text("Docs/Manual/Setup.md").contains("Down"));
    assert!(desk.text("Docs/Manual.md").contains("](attachments/Manual/plan.png)"));
    assert_eq!(desk.text("Docs/attachments/Manual/plan.png"), "picture");
    assert!(desk.paths().iter().all(|path| !path.contains("Guide") && !path.contains("moving")), "{:?}", desk.paths());
    let (again, _) = desk.run(&wiki);
    assert_eq!(again.totals.unchanged, 4);
}

#[test]
fn pages_without_content_and_broken_downloads_are_told_and_the_rest_is_written() {
    let (desk, mut wiki) = (Desk::new(), small());
    wiki.hidden.insert("4".to_owned());
    wiki.broken.insert("att1".to_owned());
    let (finished, events) = desk.run(&wiki);
    assert_eq!((finished.totals.written, finished.totals.failed, finished.totals.attachments_failed), (3, 1, 1));
    assert!(matches!(outcomes(&events).get("4"), Some(Outcome::Failed { code: ErrorCode::PageHidden, .. })));
    assert!(events.iter().any(|event| matches!(
        event,
        ExportEvent::AttachmentFailed { name, page, code: ErrorCode::DownloadIncomplete, .. }
            if name == "plan.png" && page == "Guide"
    )));
    assert!(!desk.paths().iter().any(|path| path.ends_with("plan.png")), "no half file");
    wiki.hidden.clear();
    wiki.broken.clear();
    let (next, _) = desk.run(&wiki);
    assert_eq!((next.totals.written, next.totals.unchanged, next.totals.attachments), (1, 3, 1));
}

#[test]
fn a_stopped_run_accounts_for_every_page_and_the_next_one_goes_on() {
    let (desk, wiki) = (Desk::new(), small());
    let told = Told { stop_after: Some((2, CancellationToken::new())), ..Told::default() };
    let stopped = desk.try_run(&wiki, &told).expect("a stopped run ends well");
    assert!(stopped.stopped && stopped.totals.add_up());
    assert_eq!((stopped.totals.written, stopped.totals.skipped), (2, 2));
    let (rest, _) = desk.run(&wiki);
    assert_eq!((rest.totals.written, rest.totals.unchanged, rest.stopped), (2, 2, false));
}

#[test]
fn an_unknown_space_or_an_unreachable_site_leaves_the_folder_as_it_was() {
    let (mut desk, mut wiki) = (Desk::new(), small());
    desk.options.selection.spaces = vec![SpaceSelection::whole("NOPE".into())];
    let error = desk.try_run(&wiki, &Told::default()).expect_err("no such space");
    assert_eq!(error.code(), ErrorCode::SpaceUnknown);
    desk.options.selection.spaces = vec![SpaceSelection::whole("DOC".into())];
    wiki.unreachable = true;
    let error = desk.try_run(&wiki, &Told::default()).expect_err("no connection");
    assert_eq!(error.code(), ErrorCode::SiteUnreachable);
    assert!(desk.sink.files().is_empty());
}

#[test]
fn a_damaged_record_or_one_of_another_site_is_refused_before_anything_is_written() {
    for (manifest, code) in [
        ("not json\n", ErrorCode::RecordDamaged),
        ("{\"pagelift\":1,\"site\":\"https://other.example.com/wiki\"}\n", ErrorCode::UsageInvalid),
    ] {
        let desk = Desk::new();
        desk.put(MANIFEST_PATH, manifest);
        let error = desk.try_run(&small(), &Told::default()).expect_err("a record that cannot be used");
        assert_eq!(error.code(), code);
        assert_eq!(desk.paths(), Vec::<String>::new());
        assert_eq!(desk.text(MANIFEST_PATH), manifest);
    }
}

#[test]
fn attachments_can_be_left_out() {
    let (mut desk, wiki) = (Desk::new(), small());
    desk.options.attachments = AttachmentChoice::None;
    let (finished, _) = desk.run(&wiki);
    assert_eq!((finished.totals.written, finished.totals.attachments), (4, 0));
    assert!(!desk.paths().iter().any(|path| path.ends_with("plan.png")));
    assert!(desk.text("Docs/Guide.md").contains("plan.png"), "the picture is still spoken of");
}
