//! Comments on pages.
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic, reason = "a failed expectation fails the test")]

mod wiki;

use pagelift_convert::Format;
use pagelift_model::{Body, BodyKind, Comment, Marked, Remark};

use wiki::{Desk, Wiki, small};

fn remark(author: &str, day: &str, text: &str) -> Remark {
    let created = format!("2026-07-{day}T09:30:00Z").parse().ok();
    Remark { author: Some(author.into()), created, body: Body { kind: BodyKind::Storage, text: text.to_owned() } }
}

fn comment(id: &str, first: Remark) -> Comment {
    Comment { id: id.to_owned(), first, marked: None, resolved: false, replies: Vec::new() }
}

fn discussed() -> Wiki {
    let mut wiki = small();
    let in_page = |name: &str, text: &str| {
        format!("<ac:inline-comment-marker ac:ref=\"{name}\">{text}</ac:inline-comment-marker>")
    };
    wiki.edit(3, &format!("<p>{} and {}</p>", in_page("m-one", "first"), in_page("m-two", "second *")));
    let marked = |name: &str, text: &str| Some(Marked { marker: name.to_owned(), text: text.to_owned() });
    let link = "<ac:link><ri:page ri:content-title=\"Teardown\" /></ac:link>";
    let mut whole = comment("10", remark("eve", "03", "<h1>Why?</h1><p>Not <strong>so</strong>.</p>"));
    whole.replies = vec![remark("ada", "04", &format!("<p>See {link}</p>"))];
    let late = Comment { marked: marked("m-two", "second *"), ..comment("11", remark("ada", "01", "<p>Late</p>")) };
    let early = Comment { marked: marked("m-one", "first"), ..comment("12", remark("ada", "02", "<p>Early</p>")) };
    let done = Comment { resolved: true, ..comment("13", remark("eve", "01", "<p>Done</p>")) };
    wiki.comments.insert("3".to_owned(), vec![whole, late, early, done]);
    wiki
}

fn desk(set: &[(&str, &str)]) -> Desk {
    let mut desk = Desk::new();
    for (name, value) in set {
        desk.options.files.set(name, value).unwrap();
    }
    desk
}

const OPEN: &str = "## Comments

### Name of ada, 2026-07-02

> first

Early

### Name of ada, 2026-07-01

> second *

Late

### Name of eve, 2026-07-03

#### Why?

Not **so**.

#### Name of ada, 2026-07-04

See [Teardown](Teardown.md)
";

#[test]
fn comments_stand_at_the_end_of_the_page_when_they_are_asked_for() {
    let wiki = discussed();
    let desk_without = desk(&[]);
    desk_without.run(&wiki);
    assert!(!desk_without.text("Docs/Guide/Setup.md").contains("Comments"));

    let desk_open = desk(&[("comments", "open")]);
    desk_open.run(&wiki);
    let text = desk_open.text("Docs/Guide/Setup.md");
    assert!(text.ends_with(&format!("first and second *\n\n---\n\n{OPEN}")), "{text}");
    assert!(!desk_open.text("Docs/Guide.md").contains("Comments"), "nobody said anything there");

    let desk_all = desk(&[("comments", "all")]);
    desk_all.run(&wiki);
    let text = desk_all.text("Docs/Guide/Setup.md");
    assert!(text.contains("### Name of eve, 2026-07-01 (resolved)\n\nDone\n"), "{text}");
}

#[test]
fn comments_can_have_a_file_of_their_own_that_follows_the_page_and_goes_with_the_last_comment() {
    let (desk, mut wiki) = (desk(&[("comments", "open"), ("comment_place", "file")]), discussed());
    desk.run(&wiki);
    let text = desk.text("Docs/Guide/Setup.comments.md");
    assert!(text.starts_with("---\ntitle: Setup\nid: \"3\"\n") && text.ends_with(&format!("---\n\n{OPEN}")), "{text}");
    assert!(!desk.text("Docs/Guide/Setup.md").contains("Comments"));
    let (again, _) = desk.run(&wiki);
    assert_eq!(again.totals.bytes, 0);

    wiki.retitle(3, "Assembly");
    desk.run(&wiki);
    let names = ["Assembly", "Setup"].map(|name| desk.paths().contains(&format!("Docs/Guide/{name}.comments.md")));
    assert_eq!(names, [true, false], "{:?}", desk.paths());
    wiki.hidden.insert("3".to_owned());
    wiki.page(3).node.version += 1;
    desk.run(&wiki);
    assert!(desk.paths().contains(&"Docs/Guide/Assembly.comments.md".to_owned()), "the page could not be read");
    wiki.hidden.clear();
    wiki.comments.clear();
    desk.run(&wiki);
    assert!(!desk.paths().contains(&"Docs/Guide/Assembly.comments.md".to_owned()));
}

#[test]
fn comments_are_bullets_where_everything_is_one() {
    let mut desk = desk(&[("comments", "open"), ("space_folder", "none")]);
    desk.options.convert.format = Format::Logseq;
    desk.run(&discussed());
    let text = desk.text("pages/Guide___Setup.md");
    let blocks = text.split_once("\n\n").map(|(_, blocks)| blocks).unwrap_or_default();
    assert!(blocks.lines().all(|line| line.starts_with("- ") || line.starts_with([' ', '\t'])), "{blocks}");
    let under = "\n- ## Comments\n    - ### Name of ada, 2026-07-02\n        - > first\n        - Early\n";
    assert!(blocks.contains(under), "{blocks}");
    assert!(blocks.contains("\n        - #### Name of ada, 2026-07-04\n            - See "), "{blocks}");
}
