//! What a second export does after people worked on the site.

use pagelift_model::Outcome;
use pagelift_tests::{ExportTest, SiteTest, SmallSite};

const LINK: &str = r#"<p>See <ac:link><ri:page ri:content-title="Plans" /></ac:link>.</p>"#;
const LINK_BY_NEW_TITLE: &str = r#"<p>See <ac:link><ri:page ri:content-title="Goals" /></ac:link>.</p>"#;

async fn site() -> SiteTest {
    SmallSite::new()
        .page("Handbook", LINK)
        .page("Handbook/Plans", "<p>Grow.</p>")
        .page("Handbook/Plans/Budget", "<p>None.</p>")
        .page("Handbook/Pay", "<p>Fair.</p>")
        .start()
        .await
}

#[tokio::test]
async fn an_unchanged_site_writes_nothing() {
    let site = site().await;
    let test = ExportTest::on(&site.server);
    assert_eq!(test.export().await.counts(), [4, 4, 0, 0, 0]);
    let before = test.tree();

    let second = test.export().await;
    assert_eq!(second.counts(), [4, 0, 4, 0, 0]);
    assert_eq!(second.totals().bytes, 0, "not even the record is written again");
    test.tree().assert_same(&before);
}

#[tokio::test]
async fn only_an_edited_page_is_written() {
    let site = site().await;
    let test = ExportTest::on(&site.server);
    test.export().await;

    site.edit("Handbook/Pay", "<p>Fairer.</p>");
    let second = test.export().await;
    assert_eq!(second.counts(), [4, 1, 3, 0, 0]);
    assert_eq!(second.outcome("Pay"), &Outcome::Updated);
    let path = second.item("Pay").path.clone().expect("a path");
    assert!(test.tree().body(path.as_str()).contains("Fairer."));
}

#[tokio::test]
async fn a_renamed_page_moves_with_what_is_below_it_and_links_follow() {
    let site = site().await;
    let test = ExportTest::on(&site.server);
    test.export().await;

    // Confluence rewrites links when it renames a page, which makes a new version of the page that has them.
    site.rename("Handbook/Plans", "Goals");
    site.edit("Handbook", LINK_BY_NEW_TITLE);
    let second = test.export().await;
    assert_eq!(second.counts()[4], 0);

    let tree = test.tree();
    let names = tree.paths();
    assert!(names.iter().all(|path| !path.contains("Plans")), "the old file is gone: {names:?}");
    assert!(names.iter().any(|path| path.ends_with("Goals/Budget.md")), "{names:?}");
    let home = second.item("Handbook").path.clone().expect("a path");
    assert!(tree.body(home.as_str()).contains("Goals.md)"), "{}", tree.body(home.as_str()));

    let fresh = ExportTest::on(&site.server);
    fresh.export().await;
    tree.assert_same(&fresh.tree());
}

#[tokio::test]
async fn a_page_moved_below_another_one_leads_to_the_same_files_as_a_fresh_export() {
    let site = site().await;
    let test = ExportTest::on(&site.server);
    test.export().await;

    site.move_below("Handbook/Pay", Some("Handbook/Plans"));
    test.export().await;
    let fresh = ExportTest::on(&site.server);
    fresh.export().await;
    test.tree().assert_same(&fresh.tree());
}
