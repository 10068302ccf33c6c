//! A Cloud site over HTTP.

use std::time::Duration;

use pagelift_app::ipc::{Output, ReportFilter, RunEvent};
use pagelift_fake::{DataCenterOptions, GeneratorOptions, Kind, Server, ServerOptions, Site};
use pagelift_model::{ErrorCode, NodeKind, Outcome, SiteKind, SkipReason};
use tokio::sync::mpsc;

use crate::{MEDIA, Window, is_page, token, totals};

async fn server(content: GeneratorOptions, latency: Duration) -> Server {
    Server::start(Site::generate(content), ServerOptions { latency, ..ServerOptions::default() }).await.unwrap()
}

async fn connected(server: &Server) -> Window {
    let options = ServerOptions::default();
    let (home, desktop) = Window::empty();
    let site = desktop.connect_with_token(token(server.url(), &options.email, &options.token)).await.unwrap();
    Window::on(home, desktop, site)
}

#[tokio::test]
async fn only_a_site_that_accepts_the_sign_in_is_opened() {
    let server = server(GeneratorOptions { pages: 5, ..GeneratorOptions::default() }, Duration::ZERO).await;
    let (_home, desktop) = Window::empty();
    let email = ServerOptions::default().email;
    let refused = desktop.connect_with_token(token(server.url(), &email, "wrong")).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::SignInRejected);
    assert!(!refused.message.contains("wrong") && desktop.sites().is_empty());
    let window = connected(&server).await;
    assert_eq!(window.site.kind, SiteKind::Cloud);
    assert!(window.site.account.as_deref().is_some_and(|name| !name.is_empty()));
    assert_eq!(window.desktop.sites().len(), 1);
}

#[tokio::test]
async fn a_token_alone_opens_a_data_center_site() {
    let data_center = Some(DataCenterOptions::default());
    let options = ServerOptions { data_center, ..ServerOptions::default() };
    let content = GeneratorOptions { pages: 20, ..GeneratorOptions::default() };
    let server = Server::start(Site::generate(content), options.clone()).await.unwrap();
    let (home, desktop) = Window::empty();
    let address = format!("{}/confluence/display/DOCS", server.url());
    let site = desktop.connect_with_token(token(&address, "", &options.token)).await.unwrap();
    assert_eq!((site.kind, site.account.as_deref()), (SiteKind::DataCenter, Some("Ada Example")));
    let refused = desktop.connect_with_token(token(&address, "", "wrong")).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::SignInRejected);
    let window = Window::on(home, desktop, site);
    let tree = window.tree("DOCS").await;
    assert_eq!(tree.iter().filter(|node| node.kind == NodeKind::Page).count(), 20);
    let (sums, _) = totals(&window.export(&["DOCS"]).await.1);
    assert_eq!((sums.written, sums.failed), (tree.len() as u64, 0));
    // Addresses of the site lead to its pages, below its own path.
    let url = tree[0].url.clone().unwrap();
    assert_eq!(window.desktop.locate(&url).await.and_then(|place| place.page), Some(tree[0].id.clone()));
}

#[tokio::test]
async fn a_site_is_looked_around_previewed_and_exported() {
    let content = GeneratorOptions { pages: 40, attachments: 60, ..GeneratorOptions::default() };
    let server = server(content, Duration::ZERO).await;
    let window = connected(&server).await;
    let spaces = window.desktop.spaces(&window.site.id).await.unwrap();
    assert!(spaces.iter().any(|space| space.key == "DOCS"));
    let tree = window.tree("DOCS").await;
    assert_eq!(tree.iter().filter(|node| node.kind == NodeKind::Page).count(), 40);
    let requests = server.requests();
    assert_eq!(window.tree("DOCS").await, tree);
    assert_eq!(server.requests(), requests, "a known tree costs nothing");

    let (run, events) = window.export(&["DOCS"]).await;
    assert_eq!(totals(&events).0.failed, 0);
    let files = window.files();
    let all = window.desktop.run_report(&run, ReportFilter::All, 0, 1000).unwrap();
    assert_eq!(all.count, files.keys().filter(|name| is_page(name)).count() as u64);

    let mut pictures = 0;
    for node in tree.iter().filter(|node| node.kind == NodeKind::Page) {
        let preview =
            window.desktop.preview(&window.site.id, "DOCS", &node.id, &Output::default(), MEDIA).await.unwrap();
        assert!(files.contains_key(&preview.path), "{}", preview.path);
        let sources = preview.html.split("src=\"media://localhost/").skip(1).filter_map(|rest| rest.split('"').next());
        for path in sources {
            assert!(!window.desktop.media(path).await.unwrap().bytes.is_empty());
            pictures += 1;
        }
    }
    assert!(pictures > 0);
}

#[tokio::test]
async fn a_page_that_is_wanted_twice_at_once_has_its_pictures_both_times() {
    let content = GeneratorOptions { pages: 20, attachments: 40, ..GeneratorOptions::default() };
    let server = server(content, Duration::from_millis(20)).await;
    let window = connected(&server).await;
    let tree = window.tree("DOCS").await;
    let mut pictures = 0;
    for node in tree.iter().filter(|node| node.kind == NodeKind::Page) {
        let plain = Output::default();
        let preview = || window.desktop.preview(&window.site.id, "DOCS", &node.id, &plain, MEDIA);
        let (one, other) = tokio::join!(preview(), preview());
        assert_eq!(one.as_ref().unwrap().html, other.unwrap().html);
        pictures += one.unwrap().html.matches(MEDIA).count();
    }
    assert!(pictures > 0);
}

#[tokio::test]
async fn an_address_is_followed_before_its_space_was_looked_at() {
    let server = server(GeneratorOptions { pages: 5, ..GeneratorOptions::default() }, Duration::ZERO).await;
    let window = connected(&server).await;
    let page = server.change(|site| site.ids("DOCS", Kind::Page)[0]);
    let address = format!("{}/wiki/pages/viewpage.action?pageId={page}", server.url());
    let location = window.desktop.locate(&address).await.unwrap();
    assert_eq!((location.space.as_str(), location.page), ("DOCS", Some(page.to_string())));
    let missing = format!("{}/wiki/pages/viewpage.action?pageId=999", server.url());
    assert_eq!(window.desktop.locate(&missing).await, None);
}

#[tokio::test]
async fn a_run_that_is_stopped_says_so_and_accounts_for_every_page() {
    let content = GeneratorOptions { pages: 40, attachments: 200, ..GeneratorOptions::default() };
    let server = server(content, Duration::from_millis(100)).await;
    let window = connected(&server).await;
    let (sender, mut receiver) = mpsc::unbounded_channel();
    let request = window.request(&["DOCS"]);
    let run = window.desktop.start_export(request, move |event| drop(sender.send(event))).await.unwrap();
    let mut events: Vec<RunEvent> = Vec::new();
    while let Some(event) = receiver.recv().await {
        if matches!(event, RunEvent::Progress { .. }) {
            window.desktop.stop_export(&run);
        }
        events.push(event);
    }
    let (totals, stopped) = totals(&events);
    assert!(stopped && totals.add_up());
    let report = window.desktop.run_report(&run, ReportFilter::Skipped, 0, 1000).unwrap();
    assert_eq!(report.count, totals.skipped);
    assert!(report.items.iter().all(|item| item.outcome == Outcome::Skipped { reason: SkipReason::Stopped }));
}
