//! What a window can do, with the sample site and with one over HTTP.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failed expectation fails the test")]

mod archive;
mod attacks;
mod cloud;
mod person;
mod renewal;
mod review;
mod secrets;
mod sign_in;
mod ways;

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::path::Path;
use std::sync::Arc;

use pagelift_app::MemoryStore;
use pagelift_app::desktop::Desktop;
use pagelift_app::ipc::{
    Destination, ExportRequest, Location, Output, ReportFilter, RunAnswers, RunEvent, SiteSummary, TokenSignIn,
    TreeNode,
};
use pagelift_convert::Format;
use pagelift_model::{
    ErrorCode, NodeKind, Outcome, Secret, SecretStore, Selection, SiteKind, SkipReason, SpaceSelection, Totals,
};
use std::sync::Mutex;
use tempfile::TempDir;
use tokio::sync::mpsc;

const MEDIA: &str = "media://localhost";

/// A window with the sample open and a folder on its shelf.
struct Window {
    home: TempDir,
    desktop: Desktop,
    site: SiteSummary,
    folder: Destination,
}

impl Window {
    fn open() -> Self {
        let (home, desktop) = Self::empty();
        let site = desktop.open_sample().unwrap();
        Self::on(home, desktop, site)
    }

    fn empty() -> (TempDir, Desktop) {
        let home = tempfile::tempdir().unwrap();
        let desktop = Self::another(&home);
        (home, desktop)
    }

    /// A second Pagelift on the same computer, with a keychain of its own.
    fn another(home: &TempDir) -> Desktop {
        let keychain: Arc<dyn SecretStore> = Arc::new(MemoryStore::default());
        person::window(&home.path().join("own"), &keychain, &Arc::default(), "")
    }

    fn on(home: TempDir, desktop: Desktop, site: SiteSummary) -> Self {
        let folder = home.path().join("Wiki");
        fs::create_dir(&folder).unwrap();
        let folder = desktop.add_destination(folder.to_str().unwrap()).unwrap();
        Self { home, desktop, site, folder }
    }

    async fn tree(&self, space: &str) -> Vec<TreeNode> {
        let nodes = Arc::new(Mutex::new(Vec::new()));
        let into = Arc::clone(&nodes);
        let take = move |batch: pagelift_app::ipc::TreeBatch| into.lock().unwrap().extend(batch.nodes);
        self.desktop.load_tree(&self.site.id, space, take).await.unwrap();
        let nodes = nodes.lock().unwrap();
        nodes.clone()
    }

    fn request(&self, spaces: &[&str]) -> ExportRequest {
        self.request_as(spaces, Output::default())
    }

    fn request_as(&self, spaces: &[&str], output: Output) -> ExportRequest {
        ExportRequest {
            site: self.site.id.clone(),
            destination: self.folder.id.clone(),
            selection: Selection { spaces: spaces.iter().map(|key| SpaceSelection::whole((*key).into())).collect() },
            output,
            answers: RunAnswers::default(),
        }
    }

    /// Runs to the end and answers the run's name and everything that was told.
    async fn export(&self, spaces: &[&str]) -> (String, Vec<RunEvent>) {
        self.export_as(spaces, Output::default()).await
    }

    async fn export_as(&self, spaces: &[&str], output: Output) -> (String, Vec<RunEvent>) {
        let (sender, mut receiver) = mpsc::unbounded_channel();
        let run = self
            .desktop
            .start_export(self.request_as(spaces, output), move |event| drop(sender.send(event)))
            .await
            .unwrap();
        let mut events = Vec::new();
        while let Some(event) = receiver.recv().await {
            events.push(event);
        }
        (run, events)
    }

    fn files(&self) -> BTreeMap<String, Vec<u8>> {
        fn walk(folder: &Path, root: &Path, files: &mut BTreeMap<String, Vec<u8>>) {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    walk(&path, root, files);
                } else {
                    let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
                    files.insert(name, fs::read(&path).unwrap());
                }
            }
        }
        let root = self.home.path().join("Wiki");
        let mut files = BTreeMap::new();
        walk(&root, &root, &mut files);
        files.retain(|name, _| !name.starts_with(".pagelift/"));
        files
    }
}

/// What somebody types who has a token.
fn token(address: &str, email: &str, token: &str) -> TokenSignIn {
    let token = Secret::new(token.to_owned());
    TokenSignIn { address: address.to_owned(), email: email.to_owned(), token, name: String::new(), again: None }
}

/// Whether a file is a page's, and not the list of all of them.
fn is_page(name: &str) -> bool {
    name != "index.md" && Path::new(name).extension().is_some_and(|extension| extension == "md")
}

fn totals(events: &[RunEvent]) -> (Totals, bool) {
    match events.last() {
        Some(RunEvent::Finished { totals, stopped }) => (*totals, *stopped),
        other => panic!("the run ended with {other:?}"),
    }
}

#[tokio::test]
async fn the_sample_opens_once_and_shows_its_spaces() {
    let window = Window::open();
    assert_eq!((window.site.kind, window.site.account.as_deref()), (SiteKind::Sample, Some("Sample reader")));
    window.desktop.open_sample().unwrap();
    assert_eq!(window.desktop.sites(), std::slice::from_ref(&window.site));
    let spaces = window.desktop.spaces(&window.site.id).await.unwrap();
    assert!(spaces.iter().any(|space| space.key == "DOCS"));
    window.desktop.sign_out(&window.site.id).await.unwrap();
    assert_eq!(window.desktop.spaces(&window.site.id).await.unwrap_err().code, ErrorCode::SignInNeeded);
}

#[tokio::test]
async fn a_tree_comes_whole_and_the_same_when_it_is_asked_for_again() {
    let window = Window::open();
    let first = window.tree("DOCS").await;
    let ids: HashSet<&str> = first.iter().map(|node| node.id.as_str()).collect();
    assert_eq!(ids.len(), first.len());
    assert!(first.iter().all(|node| node.parent.as_deref().is_none_or(|parent| ids.contains(parent))));
    assert!(first.iter().any(|node| node.kind == NodeKind::Folder));
    assert_eq!(window.tree("DOCS").await, first);
    let unknown = window.desktop.load_tree(&window.site.id, "NOPE", |_| {}).await.unwrap_err();
    assert_eq!(unknown.code, ErrorCode::SpaceUnknown);
}

fn output(format: &str, options: &[(&str, &str)]) -> Output {
    let mut output = Output { format: format.to_owned(), ..Output::default() };
    for (name, value) in options {
        output.set(name, value).unwrap();
    }
    output
}

/// Fails unless every page of DOCS is previewed as it was written. Answers how many pictures the previews showed.
async fn assert_previews_match(window: &Window, output: &Output) -> usize {
    let files = window.files();
    let mut pictures = 0;
    for node in window.tree("DOCS").await {
        let preview = window.desktop.preview(&window.site.id, "DOCS", &node.id, output, MEDIA).await;
        if matches!(node.kind, NodeKind::Folder | NodeKind::Whiteboard | NodeKind::Database | NodeKind::Embed) {
            assert_eq!(preview.unwrap_err().code, ErrorCode::PageHidden);
            continue;
        }
        let preview = preview.unwrap();
        assert_eq!(preview.title, node.title);
        let written = files.get(&preview.path).unwrap_or_else(|| panic!("{} is not written", preview.path));
        assert_eq!(preview.markdown, String::from_utf8_lossy(written), "{}", preview.path);
        for note in preview.notes.iter().filter(|note| note.line > 0) {
            assert!(note.line as usize <= preview.markdown.lines().count(), "{note:?}");
        }
        for address in preview.html.split("src=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            if let Some(path) = address.strip_prefix("media://localhost/") {
                let media = window.desktop.media(path).await.unwrap();
                assert!(!media.bytes.is_empty() && media.media_type.starts_with("image/"), "{address}");
                pictures += 1;
            }
        }
    }
    pictures
}

#[tokio::test]
async fn a_preview_shows_the_very_file_that_an_export_writes_in_every_format_and_its_pictures_load() {
    for format in Format::ALL {
        let window = Window::open();
        let output = output(format.name(), &[]);
        window.export_as(&["DOCS"], output.clone()).await;
        let pictures = assert_previews_match(&window, &output).await;
        assert!(pictures > 3, "{}: {pictures}", format.name());
    }
}

#[tokio::test]
async fn a_preview_follows_the_options_and_goes_from_one_format_to_another_and_back() {
    let window = Window::open();
    let (plain, other) = (Output::default(), output("obsidian", &[("layout", "folder-note"), ("details", "no")]));
    window.export_as(&["DOCS"], other.clone()).await;
    let page = window.tree("DOCS").await.into_iter().find(|node| node.kind == NodeKind::Page).unwrap();
    let before = window.desktop.preview(&window.site.id, "DOCS", &page.id, &plain, MEDIA).await.unwrap();
    assert_previews_match(&window, &other).await;
    assert_eq!(window.desktop.preview(&window.site.id, "DOCS", &page.id, &plain, MEDIA).await.unwrap(), before);
}

#[tokio::test]
async fn comments_come_with_a_page_when_they_are_asked_for() {
    let window = Window::open();
    let expenses = window.tree("HB").await.into_iter().find(|node| node.title == "Expenses").unwrap();
    let shown = async |options: &[(&str, &str)]| {
        let output = output("gfm", options);
        window.desktop.preview(&window.site.id, "HB", &expenses.id, &output, MEDIA).await.unwrap().markdown
    };
    assert!(!shown(&[]).await.contains("Amélie Duret"));
    let open = shown(&[("comments", "open")]).await;
    assert!(open.contains("### Amélie Duret, 2026-02-12") && open.contains("Mara Lindqvist"), "{open}");
    assert!(!open.contains("The form has moved"));
    assert!(shown(&[("comments", "all")]).await.contains("The form has moved"));

    window.export_as(&["HB"], output("gfm", &[("comments", "open")])).await;
    assert!(window.files().values().any(|bytes| *bytes == open.as_bytes()));
}

#[tokio::test]
async fn a_layout_lists_files_that_an_export_writes_the_shown_page_and_its_pictures_among_them() {
    for format in Format::ALL {
        let window = Window::open();
        let output = output(format.name(), &[]);
        window.export_as(&["TEAM"], output.clone()).await;
        let files = window.files();
        let mut shown = HashSet::new();
        for node in window.tree("TEAM").await.into_iter().filter(|node| node.kind == NodeKind::Page) {
            let page = window.desktop.preview(&window.site.id, "TEAM", &node.id, &output, MEDIA).await.unwrap();
            let layout = window.desktop.layout(&window.site.id, "TEAM", Some(&node.id), &output).await.unwrap();
            assert!(layout.paths.contains(&page.path), "{}", page.path);
            shown.extend(layout.paths);
        }
        for path in &shown {
            assert!(files.contains_key(path), "{}: {path}", format.name());
        }
        let missing: Vec<&String> = files.keys().filter(|path| !shown.contains(*path)).collect();
        assert!(missing.len() * 4 < files.len(), "{}: {missing:?}", format.name());
    }
}

#[tokio::test]
async fn how_files_are_written_is_kept_for_a_folder_and_holds_for_the_next_one() {
    let window = Window::open();
    assert_eq!(window.desktop.output().unwrap(), Output::default());
    let chosen = output("hugo", &[("underline", "drop"), ("field.author", "off")]);
    window.desktop.keep_output(&chosen, Some(&window.folder.id)).unwrap();
    let again = Window::another(&window.home);
    assert_eq!((again.output().unwrap(), &again.destinations().unwrap()[0].output), (chosen.clone(), &chosen));
    let next = window.home.path().join("Next");
    fs::create_dir(&next).unwrap();
    assert_eq!(again.add_destination(next.to_str().unwrap()).unwrap().output, chosen);
    again.keep_output(&Output::default(), None).unwrap();
    assert_eq!(again.destinations().unwrap()[0].output, chosen);

    let wrong = Output { format: "word".to_owned(), ..Output::default() };
    assert_eq!(again.keep_output(&wrong, None).unwrap_err().code, ErrorCode::UsageInvalid);
    let refused = window.desktop.start_export(window.request_as(&["HB"], wrong), |_| {}).await;
    assert_eq!(refused.unwrap_err().code, ErrorCode::UsageInvalid);
}

#[tokio::test]
async fn only_pictures_of_pages_that_were_looked_at_are_handed_out() {
    let window = Window::open();
    for path in ["", "sample", "sample/1/2", "other/1/2", "sample/../x", "sample/%ff/1", "a/b/c/d"] {
        assert!(window.desktop.media(path).await.is_err(), "{path}");
    }
}

#[tokio::test]
async fn a_run_tells_progress_and_ends_with_a_report_that_adds_up() {
    let window = Window::open();
    let (run, events) = window.export(&["DOCS", "HB"]).await;
    let (totals, stopped) = totals(&events);
    assert!(totals.add_up() && !stopped && totals.failed == 0, "{totals:?}");
    assert!(events.iter().any(|event| matches!(event, RunEvent::Progress { .. })));
    let files = window.files();
    let pages = files.keys().filter(|name| is_page(name)).count() as u64;
    assert_eq!((totals.written, totals.attachments), (pages, files.len() as u64 - pages - 1));

    let part = |filter, offset, limit| window.desktop.run_report(&run, filter, offset, limit).unwrap();
    let all = part(ReportFilter::All, 0, 1000);
    // The length of the run goes through decimal digits.
    let read = Totals { seconds: totals.seconds, ..all.totals };
    assert_eq!((all.count, all.items.len() as u64, read), (pages, pages, totals));
    let second = part(ReportFilter::Written, 10, 5);
    assert_eq!((second.count, second.items.as_slice()), (pages, &all.items[10..15]));
    let notes = part(ReportFilter::Notes, 0, 1000);
    assert!(notes.count > 0 && notes.items.iter().all(|item| item.warnings > 0));
    assert_eq!(part(ReportFilter::Failed, 0, 10).count, 0);
}

#[tokio::test]
async fn a_second_run_writes_only_what_changed_and_keeps_what_a_person_edited() {
    let window = Window::open();
    window.export(&["HB"]).await;
    let before = window.files();
    let edited = before.keys().find(|name| is_page(name)).unwrap().clone();
    let path = window.home.path().join("Wiki").join(&edited);
    pagelift_app::write_whole(&path, b"mine").unwrap();
    let (run, events) = window.export(&["HB"]).await;
    let (totals, _) = totals(&events);
    assert_eq!((totals.written, totals.skipped, totals.attachments), (0, 1, 0));
    let skipped = window.desktop.run_report(&run, ReportFilter::Skipped, 0, 10).unwrap();
    assert_eq!(skipped.items[0].outcome, Outcome::Skipped { reason: SkipReason::Edited });
    assert_eq!(window.files()[&edited], b"mine");
}

#[tokio::test]
async fn a_damaged_store_is_set_aside_and_everything_is_read_anew() {
    let window = Window::open();
    window.export(&["HB"]).await;
    let before = window.files();
    let stores = window.home.path().join("own/cache/stores");
    let store = fs::read_dir(&stores).unwrap().map(|entry| entry.unwrap().path());
    let store = store.into_iter().find(|path| path.extension().is_some_and(|ending| ending == "sqlite")).unwrap();
    pagelift_app::write_whole(&store, &[b'?'; 4096]).unwrap();
    let (_, events) = window.export(&["HB"]).await;
    let (totals, _) = totals(&events);
    assert_eq!((totals.written, totals.failed, totals.unchanged), (0, 0, totals.selected));
    assert_eq!(window.files(), before);
    assert!(fs::read_dir(&stores).unwrap().any(|entry| entry.unwrap().path().to_string_lossy().ends_with(".damaged")));
}

#[tokio::test]
async fn a_run_that_cannot_begin_says_why() {
    let window = Window::open();
    let code = |result: Result<String, pagelift_app::ipc::IpcError>| result.unwrap_err().code;
    let nothing = window.desktop.start_export(window.request(&[]), |_| {}).await;
    assert_eq!(code(nothing), ErrorCode::UsageInvalid);
    let mut elsewhere = window.request(&["HB"]);
    elsewhere.destination = "gone".to_owned();
    assert_eq!(code(window.desktop.start_export(elsewhere, |_| {}).await), ErrorCode::FolderMissing);
    fs::remove_dir(window.home.path().join("Wiki")).unwrap();
    let missing = window.desktop.start_export(window.request(&["HB"]), |_| {}).await;
    assert_eq!(code(missing), ErrorCode::FolderMissing);
    assert!(!window.home.path().join("Wiki").exists(), "a folder that vanished is not made anew");
    assert!(window.desktop.run_report("../../etc/passwd", ReportFilter::All, 0, 1).is_err());
}

#[tokio::test]
async fn an_unknown_space_ends_the_run_with_its_code_and_writes_nothing() {
    let window = Window::open();
    let (run, events) = window.export(&["NOPE"]).await;
    let Some(RunEvent::Failed { error }) = events.last() else { panic!("{events:?}") };
    assert_eq!(error.code, ErrorCode::SpaceUnknown);
    assert_eq!(fs::read_dir(window.home.path().join("Wiki")).unwrap().count(), 0);
    assert_eq!(window.desktop.run_report(&run, ReportFilter::All, 0, 10).unwrap().totals, Totals::default());
}

#[tokio::test]
async fn trees_and_previews_that_are_wanted_at_the_same_time_do_not_disturb_each_other() {
    let window = Window::open();
    let page = Window::open().tree("DOCS").await.into_iter().find(|node| node.kind == NodeKind::Page).unwrap();
    let plain = Output::default();
    let preview = || window.desktop.preview(&window.site.id, "DOCS", &page.id, &plain, MEDIA);
    let (first, tree, second, again) = tokio::join!(preview(), window.tree("DOCS"), preview(), window.tree("DOCS"));
    assert_eq!((first.unwrap(), tree), (second.unwrap(), again));
}

#[tokio::test]
async fn closing_the_window_stops_its_runs_and_leaves_whole_files() {
    let window = Window::open();
    let spaces = window.desktop.spaces(&window.site.id).await.unwrap();
    let keys: Vec<&str> = spaces.iter().map(|space| space.key.as_str()).collect();
    let (sender, mut receiver) = mpsc::unbounded_channel();
    window.desktop.start_export(window.request(&keys), move |event| drop(sender.send(event))).await.unwrap();
    let desktop = window.desktop.clone();
    tokio::task::spawn_blocking(move || desktop.close()).await.unwrap();
    let mut events = Vec::new();
    while let Some(event) = receiver.recv().await {
        events.push(event);
    }
    assert!(totals(&events).0.add_up());
    assert!(window.desktop.sites().is_empty());
    assert!(window.files().keys().all(|name| !name.contains(".pagelift-tmp-")));
}

#[tokio::test]
async fn a_run_that_begins_while_the_window_closes_stops_at_once() {
    let window = Window::open();
    window.desktop.close();
    window.desktop.open_sample().unwrap();
    let (_, events) = window.export(&["DOCS"]).await;
    assert!(totals(&events).1, "{events:?}");
}

#[tokio::test]
async fn two_runs_never_write_to_one_folder_at_the_same_time() {
    let window = Window::open();
    let other = Window::another(&window.home);
    other.open_sample().unwrap();
    let (release, gate) = std::sync::mpsc::channel::<()>();
    let gate = Mutex::new(gate);
    let (sender, mut events) = mpsc::unbounded_channel();
    let wait = move |event: RunEvent| {
        let _ = sender.send(event);
        let _ = gate.lock().unwrap().recv();
    };
    window.desktop.start_export(window.request(&["HB"]), wait).await.unwrap();
    events.recv().await.unwrap();
    let busy = other.start_export(window.request(&["HB"]), |_| {}).await.unwrap_err();
    assert_eq!(busy.code, ErrorCode::FolderBusy);
    drop(release);
    while events.recv().await.is_some() {}
}

#[tokio::test]
async fn addresses_of_the_site_lead_to_pages_in_every_form() {
    let window = Window::open();
    let base = "https://sample.pagelift.app/wiki";
    let page = window.tree("HB").await.into_iter().find(|node| node.kind == NodeKind::Page).unwrap();
    let found = Some(Location { site: window.site.id.clone(), space: "HB".to_owned(), page: Some(page.id.clone()) });
    let title: String = url::form_urlencoded::byte_serialize(page.title.as_bytes()).collect();
    for address in [
        format!("{base}/spaces/HB/pages/{}/Anything", page.id),
        format!("{base}/pages/viewpage.action?pageId={}", page.id),
        format!("{base}/display/HB/{title}"),
        page.url.clone().unwrap(),
    ] {
        assert_eq!(window.desktop.locate(&address).await, found, "{address}");
    }
    let space = window.desktop.locate(&format!("{base}/spaces/HB/overview")).await.unwrap();
    assert_eq!((space.space.as_str(), space.page), ("HB", None));
    for address in ["https://elsewhere.example/wiki/spaces/HB", "nonsense", &format!("{base}/spaces/NOPE")] {
        assert_eq!(window.desktop.locate(address).await, None, "{address}");
    }
}

#[tokio::test]
async fn what_the_window_asks_for_can_be_awaited_on_any_thread() {
    let window = Window::open();
    let (desktop, site) = (window.desktop.clone(), window.site.id.clone());
    let asked = tokio::spawn(async move {
        desktop.load_tree(&site, "HB", |_| {}).await?;
        desktop.locate("https://sample.pagelift.app/wiki/x/AQ").await;
        desktop.preview(&site, "HB", "0", &Output::default(), MEDIA).await
    });
    assert_eq!(asked.await.unwrap().unwrap_err().code, ErrorCode::PageHidden);
    let refused = window.desktop.connect_with_token(token("http://wiki.example.com", "a@b.c", "t")).await;
    assert_eq!(refused.unwrap_err().code, ErrorCode::AddressInvalid);
    let refused = window.desktop.connect_with_token(token("https://acme.atlassian.net", " ", "t")).await;
    assert_eq!(refused.unwrap_err().code, ErrorCode::UsageInvalid);
}
