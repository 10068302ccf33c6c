//! Whole runs against a site in memory.
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic, reason = "a failed expectation fails the test")]

mod wiki;

use std::collections::BTreeSet;

use pagelift_export::MANIFEST_PATH;
use pagelift_model::{AttachmentChoice, ErrorCode, ExportEvent, Outcome, SkipReason, SpaceSelection};
use tokio_util::sync::CancellationToken;

use wiki::{Desk, Told, Wiki, outcomes, small};

#[test]
fn a_first_run_writes_pages_pictures_links_names_and_labels() {
    let (desk, wiki) = (Desk::new(), small());
    let (finished, _) = desk.run(&wiki);
    assert_eq!((finished.totals.selected, finished.totals.written, finished.totals.attachments), (4, 4, 1));
    let home = desk.paths().into_iter().find(|path| desk.text(path).contains("title: Home")).expect("the home page");
    assert_eq!(
        desk.paths(),
        [
            "Docs/Guide.md",
            "Docs/Guide/Setup.md",
            "Docs/Guide/Teardown.md",
            "Docs/attachments/Guide/plan.png",
            "index.md",
            home.as_str()
        ]
        .into_iter()
        .map(str::to_owned)
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect::<Vec<_>>()
    );
    assert!(desk.text("Docs/Guide.md").contains("](attachments/Guide/plan.png)"));
    assert!(desk.text(&home).contains("[Guide](Guide.md)"), "{}", desk.text(&home));
    let setup = desk.text("Docs/Guide/Setup.md");
    assert!(setup.contains("Name of eve") && setup.contains("how-to") && setup.contains("Name of ada"), "{setup}");
    assert_eq!(
        desk.sink.files().get("Docs/attachments/Guide/plan.png").map(Vec::as_slice),
        Some(b"picture".as_slice())
    );
    let written: u64 = desk.sink.files().values().map(|bytes| bytes.len() as u64).sum();
    assert_eq!(finished.totals.bytes, written, "the sum of bytes is what lies in the folder");
}

#[test]
fn a_page_tree_of_the_whole_space_lists_the_pages_at_its_top() {
    let tree = "<ac:structured-macro ac:name=\"pagetree\"><ac:parameter ac:name=\"root\"><ac:link><ri:page \
        ri:content-title=\"@none\"/></ac:link></ac:parameter></ac:structured-macro>";
    let (desk, wiki) = (
        Desk::new(),
        Wiki::with(&[(1, "Start", None, tree), (2, "Second", None, "<p>b</p>"), (3, "Below", Some(2), "<p>c</p>")]),
    );
    desk.run(&wiki);
    let start = desk.text(desk.paths().iter().find(|path| path.ends_with("Start.md")).expect("the page"));
    let listed: Vec<&str> = start.lines().filter_map(|line| line.trim().strip_prefix("- ")).collect();
    assert!(listed.iter().any(|line| line.starts_with("[Second](Second.md)")), "{start}");
}

#[test]
fn a_second_run_asks_for_no_body_and_writes_nothing() {
    let (desk, wiki) = (Desk::new(), small());
    desk.run(&wiki);
    let before = desk.sink.files();
    let (finished, _) = desk.run(&wiki);
    assert_eq!((finished.totals.unchanged, finished.totals.written, finished.totals.attachments), (4, 0, 0));
    assert_eq!(finished.totals.bytes, 0);
    assert_eq!(desk.sink.files(), before);
}

#[test]
fn another_computer_goes_on_from_the_folder_alone() {
    let (desk, wiki) = (Desk::new(), small());
    desk.run(&wiki);
    let other = Desk { sink: desk.sink.clone(), ..Desk::new() };
    let (finished, _) = other.run(&wiki);
    assert_eq!((finished.totals.unchanged, finished.totals.written, finished.totals.bytes), (4, 0, 0));
}

#[test]
fn only_what_changed_on_the_site_is_written_again() {
    let (desk, mut wiki) = (Desk::new(), small());
    desk.run(&wiki);
    wiki.edit(4, "<p>Down and out</p>");
    wiki.attach("att1", 2, "plan.png", b"better picture");
    let (finished, events) = desk.run(&wiki);
    assert_eq!((finished.totals.written, finished.totals.unchanged, finished.totals.attachments), (1, 3, 1));
    assert_eq!(outcomes(&events).get("4"), Some(&Outcome::Updated));
    assert!(desk.text("Docs/Guide/Teardown.md").contains("Down and out"));
    assert_eq!(desk.text("Docs/attachments/Guide/plan.png"), "better picture");
}

#[test]
fn what_a_person_wrote_is_never_overwritten() {
    let (desk, mut wiki) = (Desk::new(), small());
    desk.put("Docs/Guide.md", "my own notes");
    let (first, _) = desk.run(&wiki);
    assert_eq!((first.totals.written, desk.text("Docs/Guide.md").as_str()), (4, "my own notes"));
    assert!(desk.text("Docs/Guide (2).md").contains("Guide"));
    desk.put("Docs/Guide (2)/Setup.md", "edited by hand");
    wiki.edit(3, "<p>New</p>");
    let (second, events) = desk.run(&wiki);
    assert_eq!((second.totals.skipped, second.totals.unchanged), (1, 3));
    assert_eq!(outcomes(&events).get("3"), Some(&Outcome::Skipped { reason: SkipReason::Edited }));
    assert_eq!(desk.text("Docs/Guide (2)/Setup.md"), "edited by hand");
}

#[test]
fn new_titles_and_swapped_titles_move_files() {
    let (desk, mut wiki) = (Desk::new(), small());
    desk.run(&wiki);
    wiki.retitle(2, "Manual");
    wiki.retitle(3, "Teardown");
    wiki.retitle(4, "Setup");
    let (finished, _) = desk.run(&wiki);
    assert_eq!(finished.totals.failed, 0);
    assert!(desk.text("Docs/Manual/Teardown.md").contains("Set up by"));
    assert!(desk.text("Docs/Manual/Setup.md").contains("Down"));
    assert!(desk.text("Docs/Manual.md").contains("](attachments/Manual/plan.png)"));
    assert_eq!(desk.text("Docs/attachments/Manual/plan.png"), "picture");
    assert!(desk.paths().iter().all(|path| !path.contains("Guide") && !path.contains("moving")), "{:?}", desk.paths());
    let (again, _) = desk.run(&wiki);
    assert_eq!(again.totals.unchanged, 4);
}

#[test]
fn pages_without_content_and_broken_downloads_are_told_and_the_rest_is_written() {
    let (desk, mut wiki) = (Desk::new(), small());
    wiki.hidden.insert("4".to_owned());
    wiki.broken.insert("att1".to_owned());
    let (finished, events) = desk.run(&wiki);
    assert_eq!((finished.totals.written, finished.totals.failed, finished.totals.attachments_failed), (3, 1, 1));
    assert!(matches!(outcomes(&events).get("4"), Some(Outcome::Failed { code: ErrorCode::PageHidden, .. })));
    assert!(events.iter().any(|event| matches!(
        event,
        ExportEvent::AttachmentFailed { name, page, code: ErrorCode::DownloadIncomplete, .. }
            if name == "plan.png" && page == "Guide"
    )));
    assert!(!desk.paths().iter().any(|path| path.ends_with("plan.png")), "no half file");
    wiki.hidden.clear();
    wiki.broken.clear();
    let (next, _) = desk.run(&wiki);
    assert_eq!((next.totals.written, next.totals.unchanged, next.totals.attachments), (1, 3, 1));
}

#[test]
fn a_stopped_run_accounts_for_every_page_and_the_next_one_goes_on() {
    let titles: Vec<String> = (1..=100).map(|id| format!("Page {id}")).collect();
    let pages: Vec<_> = (1..).zip(&titles).map(|(id, title)| (id, title.as_str(), None, "<p>Text</p>")).collect();
    let (desk, wiki) = (Desk::new(), Wiki::with(&pages));
    let told = Told { stop_after: Some((2, CancellationToken::new())), ..Told::default() };
    let stopped = desk.try_run(&wiki, &told).expect("a stopped run ends well");
    assert!(stopped.stopped && stopped.totals.add_up());
    assert!(stopped.totals.written >= 2 && stopped.totals.skipped > 0, "{:?}", stopped.totals);
    let (rest, _) = desk.run(&wiki);
    assert_eq!((rest.totals.written, rest.totals.unchanged), (stopped.totals.skipped, stopped.totals.written));
    assert!(!rest.stopped);
}

#[test]
fn an_unknown_space_or_an_unreachable_site_leaves_the_folder_as_it_was() {
    let (mut desk, mut wiki) = (Desk::new(), small());
    desk.options.selection.spaces = vec![SpaceSelection::whole("NOPE".into())];
    let error = desk.try_run(&wiki, &Told::default()).expect_err("no such space");
    assert_eq!(error.code(), ErrorCode::SpaceUnknown);
    desk.options.selection.spaces = vec![SpaceSelection::whole("DOC".into())];
    wiki.unreachable = true;
    let error = desk.try_run(&wiki, &Told::default()).expect_err("no connection");
    assert_eq!(error.code(), ErrorCode::SiteUnreachable);
    assert!(desk.sink.files().is_empty());
}

#[test]
fn a_sign_in_that_ran_out_is_told_even_where_the_site_goes_on_answering() {
    let (desk, mut wiki) = (Desk::new(), small());
    wiki.stale_token = true;
    let error = desk.try_run(&wiki, &Told::default()).expect_err("nobody is signed in");
    assert_eq!(error.code(), ErrorCode::SignInRejected);
    assert!(desk.sink.files().is_empty());
}

#[test]
fn a_damaged_record_or_one_of_another_site_is_refused_before_anything_is_written() {
    for (manifest, code) in [
        ("not json\n", ErrorCode::RecordDamaged),
        ("{\"pagelift\":1,\"site\":\"https://other.example.com/wiki\"}\n", ErrorCode::UsageInvalid),
    ] {
        let desk = Desk::new();
        desk.put(MANIFEST_PATH, manifest);
        let error = desk.try_run(&small(), &Told::default()).expect_err("a record that cannot be used");
        assert_eq!(error.code(), code);
        assert_eq!(desk.paths(), Vec::<String>::new());
        assert_eq!(desk.text(MANIFEST_PATH), manifest);
    }
}

#[test]
fn attachments_can_be_left_out() {
    let (mut desk, wiki) = (Desk::new(), small());
    desk.options.attachments = AttachmentChoice::None;
    let (finished, _) = desk.run(&wiki);
    assert_eq!((finished.totals.written, finished.totals.attachments), (4, 0));
    assert!(!desk.paths().iter().any(|path| path.ends_with("plan.png")));
    assert!(desk.text("Docs/Guide.md").contains("plan.png"), "the picture is still spoken of");
}
