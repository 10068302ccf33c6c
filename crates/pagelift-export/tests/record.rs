//! What the record of a destination is for: pages that moved, pages that are gone, files that a person changed, files that are
//! not ours.
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic, reason = "a failed expectation fails the test")]

mod wiki;

use pagelift_convert::Format;
use pagelift_export::{Edited, Gone};
use pagelift_model::{
    AttachmentChoice, Effect, Fate, GonePage, NodeKind, Outcome, PageId, Reach, RelPath, Removal, Rule, SkipReason,
    SpaceSelection, Target,
};

use wiki::{Desk, Wiki, gone, outcomes, small};

fn path(text: &str) -> RelPath {
    RelPath::new(text).unwrap()
}

fn many(count: u32) -> Wiki {
    let titles: Vec<String> = (1..=count).map(|id| format!("Page {id}")).collect();
    let pages: Vec<_> = (1..).zip(&titles).map(|(id, title)| (id, title.as_str(), None, "<p>Text</p>")).collect();
    Wiki { batch: 100, ..Wiki::with(&pages) }
}

#[test]
fn a_page_that_moved_is_told_as_moved_with_the_place_where_it_was() {
    let (desk, mut wiki) = (Desk::new(), small());
    desk.run(&wiki);
    wiki.retitle(4, "Take down");
    let (finished, events) = desk.run(&wiki);
    assert_eq!(outcomes(&events).get("4"), Some(&Outcome::Moved { from: path("Docs/Guide/Teardown.md") }));
    assert_eq!((finished.totals.moved, finished.totals.written, finished.totals.created), (1, 1, 0));
    let (again, _) = desk.run(&wiki);
    assert_eq!((again.totals.moved, again.totals.unchanged), (0, 4));
}

#[test]
fn a_page_that_is_gone_is_listed_with_its_title_its_file_and_why_and_stays() {
    let (desk, mut wiki) = (Desk::new(), small());
    wiki.retitle(4, "Tear: down?");
    desk.run(&wiki);
    wiki.lose(4, Fate::Trashed);
    for _ in 0..2 {
        let (finished, events) = desk.run(&wiki);
        let expected = GonePage {
            id: "4".into(),
            title: "Tear: down?".to_owned(),
            path: path("Docs/Guide/Tear - down.md"),
            fate: Fate::Trashed,
            removal: Removal::Kept,
        };
        assert_eq!(gone(&events), [expected]);
        assert_eq!((finished.totals.selected, finished.totals.gone, finished.totals.removed), (3, 1, 0));
        assert!(desk.text("Docs/Guide/Tear - down.md").contains("Down"));
    }
}

#[test]
fn nothing_is_gone_without_proof() {
    let (mut desk, mut wiki) = (Desk::new(), small());
    let mut post = wiki.page(4).clone();
    post.node.kind = NodeKind::BlogPost;
    (post.node.id, post.node.parent) = ("7".into(), None);
    wiki.pages.push(post);
    desk.run(&wiki);
    // Lists that were not complete.
    wiki.lose(4, Fate::Current { space: Some("1".into()) });
    wiki.lose(3, Fate::Current { space: None });
    assert_eq!(gone(&desk.run(&wiki).1), []);
    // Posts that take no part, and pages outside a narrower selection.
    desk.options.blog_posts = false;
    assert_eq!(gone(&desk.run(&wiki).1), []);
    let rule = Rule { target: Target::Node("1".into()), reach: Reach::Node, effect: Effect::Include };
    desk.options.selection.spaces = vec![SpaceSelection { space: "DOC".into(), rules: vec![rule] }];
    assert_eq!(gone(&desk.run(&wiki).1), []);
    // In another space it is gone from here.
    wiki.fates.insert("4".to_owned(), Fate::Current { space: Some("2".into()) });
    assert_eq!(gone(&desk.run(&wiki).1).len(), 1);
}

#[test]
fn files_of_pages_that_are_gone_go_to_the_backup_when_that_was_chosen_unless_they_were_edited() {
    let (mut desk, mut wiki) = (Desk::new(), small());
    wiki.pages.extend(Wiki::with(&[(8, "Out of sight", Some(1), "")]).pages);
    desk.options.attachments = AttachmentChoice::All;
    wiki.attach("att4", 4, "crane.png", b"crane");
    desk.run(&wiki);
    wiki.lose(4, Fate::Deleted);
    wiki.lose(3, Fate::Archived);
    wiki.lose(8, Fate::Hidden);
    desk.put("Docs/Guide/Setup.md", "mine");
    desk.options.answers.gone = Gone::Remove;
    let (finished, events) = desk.run(&wiki);
    let removals: Vec<Removal> = gone(&events).iter().map(|page| page.removal).collect();
    assert_eq!(removals, [Removal::Edited, Removal::BackedUp, Removal::Unproven]);
    assert_eq!((finished.totals.gone, finished.totals.removed), (3, 1));
    assert_eq!(desk.text("Docs/Guide/Setup.md"), "mine");
    let backup = ".pagelift/backup/20260701T120000Z/Docs/Guide";
    assert!(desk.text(&format!("{backup}/Teardown.md")).contains("Down"));
    assert_eq!(desk.text(&format!("{backup}/attachments/Teardown/crane.png")), "crane");
    assert!(!desk.paths().contains(&"Docs/Guide/Teardown.md".to_owned()));
    assert_eq!(desk.run(&wiki).0.totals.gone, 2, "what was removed is not on record any more");
}

#[test]
fn more_than_a_fifth_of_a_destination_is_not_removed_without_asking() {
    for (lost, removal) in [(19, Removal::BackedUp), (21, Removal::TooMany)] {
        // A hundred files: the pages and the list of them.
        let (mut desk, mut wiki) = (Desk::new(), many(99));
        desk.run(&wiki);
        for id in 1..=lost {
            wiki.lose(id, Fate::Deleted);
        }
        desk.options.answers.gone = Gone::Remove;
        let (finished, events) = desk.run(&wiki);
        assert!(gone(&events).iter().all(|page| page.removal == removal), "{lost}");
        assert_eq!(finished.totals.gone, u64::from(lost));
        assert_eq!(finished.totals.removed > 0, removal == Removal::BackedUp);
        desk.options.answers.gone = Gone::RemoveMany;
        desk.run(&wiki);
        assert!(desk.paths().iter().all(|path| path.starts_with(".pagelift/") || !path.ends_with("Page 1.md")));
    }
}

#[test]
fn an_edited_file_can_have_the_new_one_beside_it() {
    let (mut desk, mut wiki) = (Desk::new(), small());
    desk.run(&wiki);
    let mine = desk.text("Docs/Guide/Setup.md") + "mine";
    desk.put("Docs/Guide/Setup.md", &mine);
    desk.put("Docs/Guide/Setup (Confluence).md", "not ours");
    wiki.edit(3, "<p>New</p>");
    desk.options.answers.edited = Edited::Beside;
    let (finished, events) = desk.run(&wiki);
    let beside = path("Docs/Guide/Setup (Confluence 2).md");
    assert_eq!(outcomes(&events).get("3"), Some(&Outcome::Beside { beside: beside.clone() }));
    assert_eq!((finished.totals.edited, finished.totals.written), (1, 1));
    assert_eq!(desk.text("Docs/Guide/Setup.md"), mine);
    assert_eq!(desk.text("Docs/Guide/Setup (Confluence).md"), "not ours");
    assert!(desk.text(beside.as_str()).contains("New"));
    let (_, events) = desk.run(&wiki);
    assert_eq!(outcomes(&events).get("3"), Some(&Outcome::Skipped { reason: SkipReason::Edited }));
    wiki.edit(3, "<p>Newer</p>");
    desk.run(&wiki);
    assert!(desk.text(beside.as_str()).contains("Newer"));
    wiki.retitle(2, "Manual");
    desk.run(&wiki);
    assert!(desk.text("Docs/Manual/Setup (Confluence).md").contains("Newer"), "it follows its page");
    assert!(!desk.paths().contains(&beside.to_string()));
}

#[test]
fn an_edited_file_can_be_replaced_and_is_kept_in_the_backup() {
    let (mut desk, wiki) = (Desk::new(), small());
    desk.run(&wiki);
    let before = desk.text("Docs/Guide/Setup.md");
    desk.put("Docs/Guide/Setup.md", "mine");
    desk.put("Docs/Guide/Teardown.md", "mine too");
    desk.options.answers.edited_pages.insert(PageId::from("3"), Edited::Replace);
    let (finished, events) = desk.run(&wiki);
    let backup = path(".pagelift/backup/20260701T120000Z/Docs/Guide/Setup.md");
    assert_eq!(outcomes(&events).get("3"), Some(&Outcome::Replaced { backup: backup.clone() }));
    assert_eq!((finished.totals.edited, finished.totals.skipped), (2, 1));
    assert_eq!((desk.text("Docs/Guide/Setup.md"), desk.text(backup.as_str())), (before, "mine".to_owned()));
    assert_eq!(desk.text("Docs/Guide/Teardown.md"), "mine too");
}

#[test]
fn a_file_that_is_not_ours_where_an_attachment_goes_stays_and_links_lead_to_ours() {
    for format in ["gfm", "gitlab-wiki", "hugo"] {
        let (mut desk, wiki) = (Desk::new(), small());
        desk.options.convert.format = Format::from_name(format).expect("a format");
        desk.run(&wiki);
        let ours = desk.paths().into_iter().find(|path| path.ends_with("plan.png")).expect("the picture");
        let (mut other, foreign) = (Desk::new(), "not ours at all");
        other.options = desk.options.clone();
        // In a shared folder something of ours has been before.
        if format == "gitlab-wiki" {
            other.options.attachments = AttachmentChoice::None;
            other.run(&wiki);
            other.options.attachments = AttachmentChoice::Used;
        }
        other.put(&ours, foreign);
        for _ in 0..2 {
            let (finished, _) = other.run(&wiki);
            assert_eq!(finished.totals.attachments_failed, 0, "{format}");
            assert_eq!(other.text(&ours), foreign);
        }
        let second = ours.replace(".png", " (2).png");
        assert_eq!(other.text(&second), "picture", "{format}: {:?}", other.paths());
        let guide = other.paths().into_iter().find(|path| {
            other.text(path).contains("plan%20(2).png")
                || other.text(path).contains("plan%20%282%29.png")
                || other.text(path).contains("plan (2).png")
        });
        assert!(guide.is_some(), "{format}: a page links to the new name");
    }
}

#[test]
fn a_file_as_large_as_the_attachment_that_is_another_one_costs_one_run() {
    let (desk, wiki) = (Desk::new(), small());
    desk.put("Docs/attachments/Guide/plan.png", "PICTURE");
    let (first, _) = desk.run(&wiki);
    assert_eq!(first.totals.attachments_failed, 1);
    let (second, _) = desk.run(&wiki);
    assert_eq!(second.totals.attachments_failed, 0);
    assert_eq!(desk.text("Docs/attachments/Guide/plan.png"), "PICTURE");
    assert_eq!(desk.text("Docs/attachments/Guide/plan (2).png"), "picture");
    assert!(
        desk.text("Docs/Guide.md").contains("plan%20(2).png")
            || desk.text("Docs/Guide.md").contains("plan%20%282%29.png")
    );
}
