//! Later runs: what moved, what is gone, what is refused, and what a person put into the folder.
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic, reason = "a failed expectation fails the test")]

mod wiki;

use pagelift_export::{DiskSink, MANIFEST_PATH};
use pagelift_model::{
    AttachmentChoice, Body, BodyKind, Effect, ErrorCode, FetchedPage, Outcome, PageStatus, Reach, RelPath, Rule,
    Sink as _, SpaceSelection, Target,
};

use wiki::{Desk, Told, Wiki, node, outcomes, small};

const PICTURE: &str = "<ac:image><ri:attachment ri:filename=\"plan.png\" /></ac:image>";

#[test]
fn swapped_titles_swap_files_and_pictures_without_a_download() {
    let mut wiki = Wiki::with(&[(1, "Home page", None, ""), (2, "A", Some(1), PICTURE), (3, "B", Some(1), PICTURE)]);
    wiki.attach("att2", 2, "plan.png", b"of two");
    wiki.attach("att3", 3, "plan.png", b"of three");
    let desk = Desk::new();
    desk.run(&wiki);
    wiki.retitle(2, "B");
    wiki.retitle(3, "A");
    let (finished, _) = desk.run(&wiki);
    assert_eq!((finished.totals.attachments, finished.totals.attachments_failed), (0, 0));
    assert_eq!((desk.text("Docs/attachments/B/plan.png"), desk.text("Docs/attachments/A/plan.png")).0, "of two");
    assert_eq!(desk.text("Docs/attachments/A/plan.png"), "of three");
    assert!(desk.text("Docs/B.md").contains("id: \"2\""));
    assert!(desk.paths().iter().all(|path| !path.starts_with(".pagelift/moving")), "{:?}", desk.paths());
}

#[test]
fn links_from_pages_that_did_not_change_follow_a_renamed_page() {
    let (desk, mut wiki) = (Desk::new(), small());
    wiki.edit(4, "<p><ac:link><ri:page ri:content-title=\"Guide\" /></ac:link></p>");
    desk.run(&wiki);
    wiki.page(2).node.title = "Manual".to_owned();
    wiki.page(2).node.version += 1;
    // The server rewrites links by title in bodies without a new version; what is in the store speaks of the old title.
    wiki.edit(4, "<p><ac:link><ri:page ri:content-title=\"Manual\" /></ac:link></p>");
    let (finished, _) = desk.run(&wiki);
    assert_eq!(finished.totals.failed, 0);
    assert!(
        desk.text("Docs/Manual/Teardown.md").contains("](../Manual.md)"),
        "{}",
        desk.text("Docs/Manual/Teardown.md")
    );
}

#[test]
fn a_title_that_changes_its_case_alone_renames_the_file() {
    let (desk, mut wiki) = (Desk::new(), small());
    desk.run(&wiki);
    wiki.retitle(4, "TEARDOWN");
    desk.run(&wiki);
    assert!(desk.paths().contains(&"Docs/Guide/TEARDOWN.md".to_owned()), "{:?}", desk.paths());
    assert!(!desk.paths().contains(&"Docs/Guide/Teardown.md".to_owned()));
}

#[test]
fn the_file_of_a_page_that_is_gone_stays_and_keeps_its_name() {
    let (desk, mut wiki) = (Desk::new(), small());
    desk.run(&wiki);
    let before = desk.text("Docs/Guide/Teardown.md");
    wiki.pages.retain(|page| page.node.id.as_str() != "4");
    let (finished, _) = desk.run(&wiki);
    assert_eq!((finished.totals.selected, finished.totals.unchanged), (3, 3));
    assert_eq!(desk.text("Docs/Guide/Teardown.md"), before);
    // Another page of this title does not take the place of the file that stayed.
    wiki.pages.push(FetchedPage {
        node: node(9, "Teardown", Some(2)),
        body: Some(Body { kind: BodyKind::Storage, text: "<p>Other</p>".to_owned() }),
    });
    desk.run(&wiki);
    assert_eq!(desk.text("Docs/Guide/Teardown.md"), before);
    assert!(desk.text("Docs/Guide/Teardown (2).md").contains("Other"));
}

#[test]
fn a_copy_that_a_person_made_of_a_page_is_not_overwritten_when_the_page_takes_its_name() {
    let (desk, mut wiki) = (Desk::new(), small());
    desk.run(&wiki);
    let copy = desk.text("Docs/Guide.md") + "my notes";
    desk.put("Docs/Manual.md", &copy);
    wiki.retitle(2, "Manual");
    desk.run(&wiki);
    assert_eq!(desk.text("Docs/Manual.md"), copy);
    assert!(desk.text("Docs/Manual (2).md").contains("title: Manual"));
}

#[test]
fn an_edited_file_follows_its_page_and_keeps_the_edit() {
    let (desk, mut wiki) = (Desk::new(), small());
    desk.run(&wiki);
    let edited = desk.text("Docs/Guide/Setup.md") + "mine";
    desk.put("Docs/Guide/Setup.md", &edited);
    wiki.retitle(2, "Manual");
    for _ in 0..2 {
        let (finished, _) = desk.run(&wiki);
        assert_eq!(finished.totals.skipped, 1);
        assert_eq!(desk.text("Docs/Manual/Setup.md"), edited);
        assert!(!desk.paths().contains(&"Docs/Guide/Setup.md".to_owned()));
    }
}

#[test]
fn pages_asked_for_by_name_are_exported_when_archived_and_reported_when_hidden() {
    let (mut desk, mut wiki) = (Desk::new(), small());
    let mut old = FetchedPage {
        node: node(70, "Old", None),
        body: Some(Body { kind: BodyKind::Storage, text: "<p>Long ago</p>".to_owned() }),
    };
    old.node.status = PageStatus::Archived;
    wiki.aside.push(old);
    let rule = |id: &str| Rule { target: Target::Node(id.into()), reach: Reach::Node, effect: Effect::Include };
    desk.options.selection.spaces =
        vec![SpaceSelection { space: "DOC".into(), rules: vec![rule("4"), rule("70"), rule("99")] }];
    for _ in 0..2 {
        let (finished, events) = desk.run(&wiki);
        assert_eq!((finished.totals.selected, finished.totals.failed), (3, 1));
        assert!(matches!(outcomes(&events).get("99"), Some(Outcome::Failed { code: ErrorCode::PageHidden, .. })));
        assert!(desk.text("Docs/Old.md").contains("status: archived"));
    }
}

#[test]
fn one_body_that_cannot_be_had_costs_one_page() {
    let (desk, mut wiki) = (Desk::new(), small());
    desk.run(&wiki);
    for id in 1..=4 {
        wiki.edit(id, "<p>New</p>");
    }
    wiki.poison.insert("3".to_owned());
    let (finished, events) = desk.run(&wiki);
    assert_eq!((finished.totals.written, finished.totals.failed), (3, 1));
    assert!(matches!(outcomes(&events).get("3"), Some(Outcome::Failed { code: ErrorCode::AnswerTooLarge, .. })));
    assert!(desk.text("Docs/Guide/Setup.md").contains("Set up by"), "the old text stays under the old details");
}

#[test]
fn an_unchanged_space_of_two_thousand_pages_costs_few_requests() {
    let titles: Vec<String> = (1..=2000).map(|id| format!("Page {id}")).collect();
    let pages: Vec<_> = (1..).zip(&titles).map(|(id, title)| (id, title.as_str(), None, "<p>Text</p>")).collect();
    let (desk, mut wiki) = (Desk::new(), Wiki::with(&pages));
    wiki.batch = 250;
    desk.run(&wiki);
    let (finished, _) = desk.run(&wiki);
    assert_eq!((finished.totals.unchanged, finished.totals.bytes), (2000, 0));
    // Nine walks of metadata, one of blog posts, one of extras (ten requests on a real site) and the space itself.
    assert!(finished.totals.requests <= 12, "{}", finished.totals.requests);
}

#[test]
fn a_moved_page_leaves_no_empty_folder_behind() {
    let folder = tempfile::tempdir().unwrap();
    let sink = DiskSink::open(folder.path()).unwrap();
    let (mut desk, mut wiki) = (Desk::new(), small());
    desk.options.attachments = AttachmentChoice::All;
    desk.try_run_into(&sink, &wiki, &Told::default()).unwrap();
    let left = folder.path().join("Docs/Guide/.pagelift-tmp-0123456789abcdef");
    std::fs::File::create(&left).unwrap();
    std::fs::File::create(folder.path().join("Docs/.pagelift-tmp-notes")).unwrap();
    desk.try_run_into(&sink, &wiki, &Told::default()).unwrap();
    assert!(!left.exists(), "what a dead run left is swept");
    assert!(folder.path().join("Docs/.pagelift-tmp-notes").exists(), "and nothing else");
    wiki.retitle(2, "Manual");
    desk.try_run_into(&sink, &wiki, &Told::default()).unwrap();
    assert!(!folder.path().join("Docs/Guide").exists());
    assert!(!folder.path().join("Docs/attachments/Guide").exists());
    assert!(!folder.path().join(".pagelift/moving").exists());
    assert_eq!(sink.read(&RelPath::new("Docs/attachments/Manual/plan.png").unwrap()), Ok(Some(b"picture".to_vec())));
    assert!(sink.exists(&RelPath::new(MANIFEST_PATH).unwrap()).unwrap());
}
