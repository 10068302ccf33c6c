//! Files of people, which no export may harm.

use pagelift_model::{Outcome, SkipReason};
use pagelift_tests::{ExportTest, SiteTest, SmallSite};

async fn site() -> SiteTest {
    SmallSite::new().page("Handbook", "<p>Welcome.</p>").page("Handbook/Plans", "<p>Grow.</p>").start().await
}

#[tokio::test]
async fn a_page_that_a_person_edited_is_kept_even_when_the_site_has_a_newer_one() {
    let site = site().await;
    let test = ExportTest::on(&site.server);
    let first = test.export().await;
    let path = first.item("Plans").path.clone().expect("a path");
    test.put(path.as_str(), "My own words.\n");

    site.edit("Handbook/Plans", "<p>Grow faster.</p>");
    let second = test.export().await;
    assert_eq!(second.outcome("Plans"), &Outcome::Skipped { reason: SkipReason::Edited });
    assert_eq!(second.counts(), [2, 0, 1, 1, 0]);
    assert_eq!(test.tree().text(path.as_str()), "My own words.\n");
}

#[tokio::test]
async fn a_file_that_is_not_ours_is_not_overwritten_and_the_page_takes_another_name() {
    let site = site().await;
    let elsewhere = ExportTest::on(&site.server);
    let path = elsewhere.export().await.item("Plans").path.clone().expect("a path");

    let test = ExportTest::on(&site.server);
    test.put(path.as_str(), "Shopping list\n");
    test.put("notes.txt", "Mine.\n");
    let run = test.export().await;
    assert_eq!(run.counts(), [2, 2, 0, 0, 0]);

    let tree = test.tree();
    assert_eq!(tree.text(path.as_str()), "Shopping list\n");
    assert_eq!(tree.text("notes.txt"), "Mine.\n");
    let other = run.item("Plans").path.clone().expect("a path");
    assert_ne!(other, path);
    assert!(tree.body(other.as_str()).contains("Grow."));
}
