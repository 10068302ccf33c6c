//! What a first export leaves in the folder.

use pagelift_model::{AttachmentChoice, Effect, Reach, Rule, Selection, SpaceSelection, Target};
use pagelift_tests::{ExportTest, SPACE, SiteTest, SmallSite};

const LINK_TO_PLANS: &str =
    r#"<p>See <ac:link><ri:page ri:content-title="Plans" /><ac:link-body>our plans</ac:link-body></ac:link>.</p>"#;
const PICTURE: &str = r#"<ac:image><ri:attachment ri:filename="chart.png" /></ac:image>"#;

async fn handbook() -> SiteTest {
    SmallSite::new()
        .page("Handbook", LINK_TO_PLANS)
        .page("Handbook/Plans", &format!("<h2>This year</h2><p>Growth:</p>{PICTURE}"))
        .file("Handbook/Plans", "chart.png", b"\x89PNG chart")
        .file("Handbook/Plans", "figures.csv", b"year;growth\n2026;4\n")
        .label("Handbook/Plans", "draft")
        .folder("Archive")
        .page("Archive/Old: plans?", "<p>Nobody <em>reads</em> this.</p>")
        .blog_post("We moved", "<p>To a larger house.</p>")
        .start()
        .await
}

#[tokio::test]
async fn a_space_becomes_a_tree_of_files() {
    let site = handbook().await;
    let test = ExportTest::on(&site.server);
    let run = test.export().await;

    assert_eq!(run.counts(), [4, 4, 0, 0, 0]);
    assert_eq!(run.totals().attachments, 1);
    insta::assert_snapshot!(test.tree().to_text());
}

#[tokio::test]
async fn all_attachments_come_when_they_are_asked_for_and_none_when_not() {
    let site = handbook().await;
    let all = ExportTest::on(&site.server).with_attachments(AttachmentChoice::All);
    assert_eq!(all.export().await.totals().attachments, 2);
    let figures = all.tree().paths().into_iter().find(|path| path.ends_with("figures.csv")).map(str::to_owned);
    assert_eq!(all.tree().bytes(&figures.expect("the file")), b"year;growth\n2026;4\n");

    let none = ExportTest::on(&site.server).with_attachments(AttachmentChoice::None);
    assert_eq!(none.export().await.totals().attachments, 0);
    assert!(none.tree().paths().iter().all(|path| path.ends_with(".md")), "{:?}", none.tree().paths());
}

#[tokio::test]
async fn a_link_to_a_page_that_was_not_ticked_stays_a_web_address() {
    let site = handbook().await;
    let mut test = ExportTest::on(&site.server);
    let home = Target::Node(site.page_id("Handbook").to_string().into());
    let rules = vec![Rule { target: home, reach: Reach::Node, effect: Effect::Include }];
    test.options.selection = Selection { spaces: vec![SpaceSelection { space: SPACE.into(), rules }] };

    assert_eq!(test.export().await.counts(), [1, 1, 0, 0, 0]);
    let tree = test.tree();
    let [path] = tree.paths()[..] else { panic!("one page: {:?}", tree.paths()) };
    let address = format!("[our plans](http://site/wiki/spaces/{SPACE}/pages/{}", site.page_id("Handbook/Plans"));
    assert!(tree.body(path).contains(&address), "{}", tree.body(path));
}
