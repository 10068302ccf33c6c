//! A site that refuses, hesitates or loses things.

use std::sync::Once;

use pagelift_fake::ServerOptions;
use pagelift_model::{ErrorCode, ExportEvent, Phase};
use pagelift_tests::{ExportTest, SmallSite};

fn several_pages() -> SmallSite {
    (1..=30)
        .fold(SmallSite::new(), |site, number| site.page(&format!("Page {number}"), &format!("<p>Text {number}.</p>")))
}

#[tokio::test]
async fn a_wrong_token_is_refused_and_leaves_no_folder() {
    let site = several_pages().start().await;
    let test = ExportTest::on(&site.server).with_token(&site.server, "wrong");
    let run = test.export().await;
    assert_eq!(run.error(), ErrorCode::SignInRejected);
    let message = run.ended.unwrap_err().to_string();
    assert!(!message.contains("wrong"), "no token in a message: {message}");
    assert!(!test.folder().exists());
}

#[tokio::test]
async fn an_unknown_space_is_named_and_leaves_no_folder() {
    let site = several_pages().start().await;
    let test = ExportTest::of(&site.server, "NOPE");
    let run = test.export().await;
    assert_eq!(run.error(), ErrorCode::SpaceUnknown);
    assert!(run.ended.unwrap_err().to_string().contains("NOPE"));
    assert!(!test.folder().exists());
}

#[tokio::test]
async fn a_site_that_is_not_there_is_told_as_such() {
    let site = several_pages().start().await;
    let test = ExportTest::on(&site.server);
    drop(site);
    assert_eq!(test.export().await.error(), ErrorCode::SiteUnreachable);
    assert!(!test.folder().exists());
}

#[tokio::test]
async fn a_flaky_site_leads_to_the_same_files() {
    let calm = several_pages().start().await;
    let expected = ExportTest::on(&calm.server);
    expected.export().await;

    let flaky = several_pages().start_with(ServerOptions { flaky_every: 3, ..ServerOptions::default() }).await;
    let test = ExportTest::on(&flaky.server);
    let run = test.export().await;
    assert_eq!(run.counts(), [30, 30, 0, 0, 0]);
    test.tree().assert_same(&expected.tree());
}

#[tokio::test]
async fn a_site_that_asks_for_a_pause_is_waited_for() {
    let site = several_pages().start_with(ServerOptions { throttle_every: 2, ..ServerOptions::default() }).await;
    let run = ExportTest::on(&site.server).export().await;
    assert_eq!(run.counts(), [30, 30, 0, 0, 0]);
    assert!(run.events.iter().any(|event| matches!(event, ExportEvent::Waiting { .. })), "the person is told");
}

#[tokio::test]
async fn a_page_that_disappears_while_the_site_is_read_is_reported_and_its_siblings_are_written() {
    let site = several_pages().start().await;
    let test = ExportTest::on(&site.server);
    test.export().await;

    // This time the pages are listed first, and only those that changed are fetched.
    site.edit("Page 7", "<p>New.</p>");
    site.edit("Page 8", "<p>New.</p>");
    let hidden = Once::new();
    let run = test
        .export_while(|event, _| {
            if matches!(event, ExportEvent::Progress { phase: Phase::Reading, .. }) {
                hidden.call_once(|| site.hide("Page 7"));
            }
        })
        .await;
    assert_eq!(run.failure("Page 7"), ErrorCode::PageHidden);
    assert_eq!(run.counts(), [30, 1, 28, 0, 1]);
}

#[tokio::test]
async fn an_attachment_that_disappears_is_reported_and_everything_else_is_written() {
    let picture = |name: &str| format!(r#"<ac:image><ri:attachment ri:filename="{name}" /></ac:image>"#);
    let site = SmallSite::new()
        .page("Handbook", &(picture("lost.png") + &picture("found.png")))
        .file("Handbook", "lost.png", b"gone")
        .file("Handbook", "found.png", b"\x89PNG found")
        .start()
        .await;
    let test = ExportTest::on(&site.server);
    let run = test
        .export_while(|event, _| {
            if matches!(event, ExportEvent::PhaseStarted { phase: Phase::Downloading, .. }) {
                site.lose_file("lost.png");
            }
        })
        .await;

    assert_eq!(run.counts(), [1, 1, 0, 0, 0]);
    assert_eq!(run.missing_attachments(), [("lost.png", "Handbook", ErrorCode::AttachmentMissing)]);
    assert_eq!((run.totals().attachments, run.totals().attachments_failed), (1, 1));
    let tree = test.tree();
    let found = tree.paths().into_iter().find(|path| path.ends_with("found.png")).expect("the other picture");
    assert_eq!(tree.bytes(found), b"\x89PNG found");
    assert!(tree.paths().iter().all(|path| !path.ends_with("lost.png")), "nothing half-written: {:?}", tree.paths());
}
