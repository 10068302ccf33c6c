//! What later exports ask the site, and what they notice.

use pagelift_fake::{Content, GeneratorOptions, Label, ServerOptions, Site};
use pagelift_model::{AttachmentChoice, Outcome};
use pagelift_tests::{ExportTest, SiteTest, SmallSite, serve};

/// A time shortly before these tests run, as far as the site is concerned.
const LATELY: &str = "2999-01-01T00:00:00.000Z";

const PICTURE: &str = r#"<ac:image><ri:attachment ri:filename="chart.png" /></ac:image>"#;

async fn handbook() -> SiteTest {
    SmallSite::new()
        .page("Handbook", PICTURE)
        .file("Handbook", "chart.png", b"\x89PNG one")
        .page("Handbook/Plans", "<p>Grow.</p>")
        .page("Handbook/Pay", "<p>Fair.</p>")
        .label("Handbook/Pay", "draft")
        .start()
        .await
}

fn quick(mut test: ExportTest) -> ExportTest {
    test.options.quick = true;
    test
}

fn change(site: &SiteTest, path: &str, change: impl FnOnce(&mut Content)) {
    let id = site.page_id(path);
    site.server.change(|site| change(site.contents.get_mut(&id).expect("a page")));
}

fn edit_lately(site: &SiteTest, path: &str, body: &str) {
    site.edit(path, body);
    change(site, path, |content| LATELY.clone_into(&mut content.modified));
}

#[tokio::test]
async fn ten_thousand_pages_take_a_hundred_requests_again_forty_five_and_quickly_five() {
    let server = serve(Site::plain(10_000), ServerOptions::default()).await;
    let mut test = ExportTest::of(&server, "BIG").with_attachments(AttachmentChoice::None);
    let first = test.export().await;
    assert_eq!(first.totals().written, 10_000);
    assert!(server.requests() <= 100, "{}: {:#?}", server.requests(), server.counters());

    server.reset_counters();
    let second = test.export().await;
    assert_eq!(second.totals().unchanged, 10_000);
    assert!(server.requests() <= 45, "{}: {:#?}", server.requests(), server.counters());

    server.reset_counters();
    test.options.quick = true;
    let third = test.export().await;
    assert_eq!(third.totals().unchanged, 10_000);
    assert!(server.requests() <= 5, "{}: {:#?}", server.requests(), server.counters());
}

#[tokio::test]
async fn a_quick_export_brings_what_was_edited_added_and_attached_and_leaves_the_rest() {
    let site = handbook().await;
    let test = quick(ExportTest::on(&site.server));
    assert_eq!(test.export().await.counts(), [3, 3, 0, 0, 0], "where nothing is known, everything is read");

    edit_lately(&site, "Handbook/Pay", "<p>Fairer.</p>");
    site.server.change(|site| {
        let file = site.attachments.values_mut().next().expect("a file");
        (file.version, file.bytes) = (2, b"\x89PNG two, and more".to_vec());
        LATELY.clone_into(&mut file.created);
        let mut page = site.contents.values().next_back().expect("a page").clone();
        (page.id, page.title) = (page.id + 1, "New".to_owned());
        site.contents.insert(page.id, page);
    });
    site.server.reset_counters();
    let run = test.export().await;
    assert_eq!(run.outcome("Pay"), &Outcome::Updated);
    assert_eq!(run.outcome("New"), &Outcome::Created);
    assert_eq!((run.counts(), run.totals().attachments), ([4, 2, 2, 0, 0], 1));
    let tree = test.tree();
    let picture = tree.paths().into_iter().find(|path| path.ends_with("chart.png")).expect("the picture");
    assert_eq!(tree.bytes(picture), b"\x89PNG two, and more");
    assert_eq!(site.server.counters().get("GET /wiki/api/v2/pages").copied(), Some(1), "bodies by id, together");

    // A page that was removed is noticed by an export that reads the whole tree.
    site.hide("Handbook/Plans");
    assert_eq!(test.export().await.counts()[0], 4);
    let mut whole = test;
    whole.options.quick = false;
    assert_eq!(whole.export().await.counts()[0], 3);
}

#[tokio::test]
async fn a_label_and_a_deleted_attachment_are_noticed_when_the_page_is_listed_again() {
    let site = handbook().await;
    let mut test = quick(ExportTest::on(&site.server).with_attachments(AttachmentChoice::All));
    test.export().await;
    change(&site, "Handbook/Plans", |content| content.labels.push(Label { id: 7, name: "later".to_owned() }));
    let page = site.page_id("Handbook");
    site.server.change(|site| {
        let files = site.files.remove(&page).expect("files");
        site.attachments.remove(&files[0]);
    });
    assert_eq!(test.export().await.counts(), [3, 0, 3, 0, 0], "nothing shows that this changed");
    test.options.refresh = true;
    assert_eq!(test.export().await.outcome("Plans"), &Outcome::Updated);
    let paths = test.tree();
    assert!(paths.body(paths.paths().into_iter().find(|path| path.ends_with("Plans.md")).expect("the page")).len() > 1);

    let fresh = ExportTest::on(&site.server).with_attachments(AttachmentChoice::All);
    fresh.export().await;
    let details = |test: &ExportTest| test.tree().to_text().matches("later").count();
    assert_eq!(details(&test), details(&fresh));
}

#[tokio::test]
async fn an_index_that_is_behind_does_not_hide_what_a_page_has() {
    let site = handbook().await;
    let test = ExportTest::on(&site.server);
    test.export().await;
    let page = site.page_id("Handbook/Pay");
    site.server.change(|site| {
        let before = site.contents[&page].clone();
        site.behind.insert(page, before);
    });
    edit_lately(&site, "Handbook/Pay", "<p>Fairer.</p>");
    change(&site, "Handbook/Pay", |content| content.labels = vec![Label { id: 8, name: "settled".to_owned() }]);
    test.export().await;
    let found = test.tree().to_text();
    assert!(found.contains("settled") && !found.contains("draft"), "{found}");
}

#[tokio::test]
async fn comments_of_a_space_come_together() {
    let mut small = SmallSite::new();
    for number in 0..40 {
        small = small.page(&format!("Page {number}"), "<p>Text.</p>");
    }
    let site = small.start().await;
    let page = site.page_id("Page 7");
    let said = |id, parent, body: &str, resolved| pagelift_fake::Comment {
        id,
        parent,
        author: "557058:ada".to_owned(),
        created: "2025-01-02T03:04:05.000Z".to_owned(),
        body: format!("<p>{body}</p>"),
        marked: None,
        resolved,
    };
    site.server.change(|site| {
        let all = vec![
            said(900, None, "What of it?", false),
            said(901, Some(900), "Nothing.", false),
            said(902, None, "Done with.", true),
        ];
        site.comments.insert(page, all);
    });
    let mut test = ExportTest::on(&site.server);
    test.options.files.set("comments", "all").expect("an option");
    site.server.reset_counters();
    test.export().await;
    let searches = site.server.counters().get("GET /wiki/rest/api/content/search").copied();
    assert_eq!(searches, Some(2), "one for labels, one for comments: {:?}", site.server.counters());
    let found = test.tree().to_text();
    for said in ["What of it?", "Nothing.", "Done with.", "(resolved)"] {
        assert!(found.contains(said), "{said}: {found}");
    }

    test.options.quick = true;
    site.server.change(|site| {
        let mut later = said(903, None, "And now?", false);
        LATELY.clone_into(&mut later.created);
        site.comments.entry(page).or_default().push(later);
    });
    test.export().await;
    assert!(test.tree().to_text().contains("And now?"));
}

#[tokio::test]
async fn what_the_site_makes_of_an_add_on_comes_when_it_is_asked_for() {
    let macro_call = r#"<ac:structured-macro ac:name="some-add-on" ac:macro-id="m-1" />"#;
    let site = SmallSite::new().page("Board", macro_call).page("Plain", "<p>No macro.</p>").start().await;
    let page = site.page_id("Board");
    let view = r#"<p>Frame</p><div class="conf-macro" data-macro-id="m-1"><p>Seven open orders</p></div>"#;
    site.server.change(|site| site.views.insert(page, view.to_owned()));
    let mut test = ExportTest::on(&site.server);
    test.export().await;
    assert!(!test.tree().to_text().contains("Seven open orders"));
    test.options.rendered = true;
    site.server.reset_counters();
    test.export().await;
    let found = test.tree().to_text();
    assert!(found.contains("Seven open orders") && !found.contains("Frame"), "{found}");
    let searches = site.server.counters().get("GET /wiki/rest/api/content/search").copied();
    assert_eq!(searches, Some(2), "one for labels, one for the one page that needs it");
}

#[tokio::test]
async fn a_thousand_pages_with_two_thousand_files_take_ninety_requests_besides_the_downloads() {
    let options = GeneratorOptions { pages: 1_000, attachments: 2_000, seed: 2, depth: 3 };
    let server = serve(Site::generate(options), ServerOptions::default()).await;
    let test = ExportTest::of(&server, "DOCS").with_attachments(AttachmentChoice::All);
    let run = test.export().await;
    assert!(run.totals().attachments > 1_800, "{:?}", run.totals());
    let counters = server.counters();
    let counted = counters.iter().filter(|(route, _)| !route.contains("/download") && !route.contains("/media"));
    let requests: u64 = counted.map(|(_, count)| count).sum();
    assert!(requests <= 90, "{requests}: {counters:#?}");
}
