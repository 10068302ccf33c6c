//! What a window shows before a run.

use std::fs;

use pagelift_app::ipc::{ExportRequest, ReportFilter, RunAnswers, RunEvent};
use pagelift_app::{Edited, Gone};
use pagelift_model::Outcome;
use tokio::sync::mpsc;

use crate::{Window, is_page, totals};

async fn review(window: &Window, request: ExportRequest) -> (String, Vec<RunEvent>) {
    let (sender, mut receiver) = mpsc::unbounded_channel();
    let told = move |event| drop(sender.send(event));
    let run = window.desktop.start_review(request, told).unwrap();
    let mut events = Vec::new();
    while let Some(event) = receiver.recv().await {
        events.push(event);
    }
    (run, events)
}

#[tokio::test]
async fn a_review_lists_what_a_run_would_do_and_writes_nothing() {
    let window = Window::open();
    let (name, events) = review(&window, window.request(&["HB"])).await;
    let (planned, _) = totals(&events);
    assert!(window.files().is_empty() && !window.home.path().join("Wiki/.pagelift").exists());
    let page = window.desktop.run_report(&name, ReportFilter::Created, 0, 1000).unwrap();
    assert_eq!((page.count, planned.created), (planned.selected, planned.selected));
    assert!(page.items.iter().all(|item| item.size > 0 && item.path.is_some()));
    let (_, events) = window.export(&["HB"]).await;
    let (done, _) = totals(&events);
    assert_eq!((done.written, done.attachments), (planned.written, planned.attachments));

    let before = window.files();
    let edited = before.keys().find(|name| is_page(name)).unwrap().clone();
    pagelift_app::write_whole(&window.home.path().join("Wiki").join(&edited), b"mine").unwrap();
    let (name, events) = review(&window, window.request(&["HB"])).await;
    assert_eq!((totals(&events).0.edited, totals(&events).0.unchanged), (1, planned.selected - 1));
    let item = window.desktop.run_report(&name, ReportFilter::Edited, 0, 10).unwrap().items.remove(0);
    assert_eq!(item.path.as_ref().map(ToString::to_string), Some(edited.clone()));

    // What was answered is done, for this file alone.
    let edited_pages = [(item.id.to_string(), Edited::Replace)].into();
    let answers = RunAnswers { edited: Edited::Keep, edited_pages, gone: Gone::Keep };
    let (sender, mut receiver) = mpsc::unbounded_channel();
    let request = ExportRequest { answers, ..window.request(&["HB"]) };
    let run = window.desktop.start_export(request, move |event| drop(sender.send(event))).await.unwrap();
    while receiver.recv().await.is_some() {}
    let item = window.desktop.run_report(&run, ReportFilter::Edited, 0, 10).unwrap().items.remove(0);
    let Outcome::Replaced { backup } = item.outcome else { panic!("{item:?}") };
    assert_eq!(fs::read(window.home.path().join("Wiki").join(backup.as_str())).unwrap(), b"mine");
    assert_eq!(window.files(), before);
}

#[tokio::test]
async fn a_name_that_no_review_has_is_refused() {
    let window = Window::open();
    for name in ["review-", "review-../../x", "review-20200101T000000Z"] {
        assert!(window.desktop.run_report(name, ReportFilter::All, 0, 1).is_err(), "{name}");
    }
}
