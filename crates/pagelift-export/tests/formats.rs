//! Whole exports, one in every format.
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic, reason = "a failed expectation fails the test")]
#![allow(clippy::case_sensitive_file_extension_comparisons, reason = "every file of a page ends so")]

mod wiki;

use std::fmt::Write as _;

use pagelift_convert::Format;
use pagelift_export::linked_file;
use pagelift_model::{Body, BodyKind, Effect, FetchedPage, NodeKind, Reach, RelPath, Rule, SpaceSelection, Target};

use wiki::{Desk, Wiki, node};

/// Pages with titles that no format can take as they are, a folder, a blog post, pictures.
fn hostile() -> Wiki {
    let picture = "<ac:image><ri:attachment ri:filename=\"plan.png\" /></ac:image>";
    let link = |id: u32| format!("<p>See <ac:link><ri:content-entity ri:content-id=\"{id}\" /></ac:link>.</p>");
    let owner = "<ac:structured-macro ac:name=\"details\"><ac:rich-text-body><table><tbody><tr><th>Owner</th><td>Mara</td>\
        </tr></tbody></table></ac:rich-text-body></ac:structured-macro>";
    let mut wiki = Wiki::with(&[
        (1, "Docs: home", None, &link(2)),
        (2, "Q3 / Q4: [plan] #1?", Some(1), &format!("{picture}{owner}{}", link(3))),
        (3, "index", Some(2), &format!("{picture}{}", link(6))),
        (4, "Set-up 100%", Some(1), &link(2)),
    ]);
    let mut folder = node(5, "A \"folder\"", Some(1));
    folder.kind = NodeKind::Folder;
    wiki.pages.push(FetchedPage { node: folder, body: None });
    let mut inside = node(6, "set-up 100%", Some(5));
    inside.parent_kind = Some(NodeKind::Folder);
    let mut post = node(7, "News & views", None);
    post.kind = NodeKind::BlogPost;
    post.position = None;
    for (mut node, text) in [(inside, link(4)), (post, link(1))] {
        node.created = "2026-07-01T09:30:00Z".parse().ok();
        wiki.pages.push(FetchedPage { node, body: Some(Body { kind: BodyKind::Storage, text }) });
    }
    let page = &mut wiki.page(2).node;
    page.version = 12;
    page.created = "2026-07-01T09:30:00Z".parse().ok();
    page.modified = "2026-07-14T08:00:05Z".parse().ok();
    page.editor = Some("eve".into());
    wiki.attach("att1", 2, "plan.png", b"of two");
    wiki.attach("att2", 3, "plan.png", b"of three");
    wiki.labels.insert("2".to_owned(), vec!["release".to_owned(), "2026".to_owned()]);
    wiki
}

fn desk(format: Format) -> Desk {
    let mut desk = Desk::new();
    desk.options.convert.format = format;
    desk
}

/// Everything but the text of pages, which the conversion answers for.
fn shape(desk: &Desk) -> String {
    let mut shape = String::new();
    for path in desk.paths() {
        let text = desk.text(&path);
        let is_list = ["index.md", "home.md", "_Sidebar.md", "_sidebar.md"].contains(&path.as_str());
        let head = match text.strip_prefix("---\n").and_then(|rest| rest.split_once("\n---\n")) {
            Some((head, body)) => format!("---\n{head}\n---\n{}", title(body)),
            None if text.contains(":: ") => text.split_once("- ").map_or("", |(head, _)| head).to_owned(),
            None if !is_list && path.ends_with(".md") => title(&text).to_owned(),
            None => text.clone(),
        };
        writeln!(shape, "==> {path}\n{}\n", head.trim_end()).unwrap();
    }
    shape
}

/// The heading that a page begins with.
fn title(body: &str) -> &str {
    body.trim_start().lines().next().filter(|line| line.starts_with("# ")).unwrap_or_default()
}

#[test]
fn a_whole_export_in_every_format() {
    for &format in Format::ALL {
        let desk = desk(format);
        let (finished, _) = desk.run(&hostile());
        assert_eq!((finished.totals.written, finished.totals.attachments), (6, 2), "{}", format.name());
        insta::assert_snapshot!(format.name(), shape(&desk));
        let (again, _) = desk.run(&hostile());
        assert_eq!((again.totals.unchanged, again.totals.bytes), (6, 0), "{}", format.name());
    }
}

/// What stands in the parentheses of links and pictures, and in the brackets of wiki links.
fn targets(text: &str) -> Vec<String> {
    let mut targets = Vec::new();
    for (from, to) in [("](", ")"), ("[[", "]]")] {
        for rest in text.split(from).skip(1) {
            let target = rest.split(to).next().unwrap_or_default();
            targets.push(target.split('|').next().unwrap_or_default().to_owned());
        }
    }
    targets.retain(|target| !target.starts_with("http") && !target.is_empty() && !target.contains("[["));
    targets
}

#[test]
fn every_link_in_every_format_leads_to_a_file_of_the_export() {
    for &format in Format::ALL {
        let desk = desk(format);
        desk.run(&hostile());
        let paths = desk.paths();
        for path in paths.iter().filter(|path| path.ends_with(".md")) {
            for target in targets(&desk.text(path)) {
                let found = leads_to(format, path, &target, &paths);
                assert!(found, "{}: {target} in {path}, among {paths:?}", format.name());
            }
        }
    }
}

/// Whether the program finds a file for a link.
fn leads_to(format: Format, from: &str, target: &str, paths: &[String]) -> bool {
    let is = |path: &str| paths.iter().any(|known| known == path || *known == format!("{path}.md"));
    let from = RelPath::new(from).unwrap();
    // A name that is in code already stands as it is in a link from the top.
    let raw = target.trim_start_matches('/');
    let decoded = linked_file(&from, target).map(|path| path.to_string()).unwrap_or_default();
    let bare = || {
        paths
            .iter()
            .filter(|path| path.rsplit('/').next().is_some_and(|name| name == target || name == format!("{target}.md")))
            .count()
            == 1
    };
    let by_code = |path: &str| {
        let plain = |text: &str| percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned();
        paths.iter().any(|known| plain(known.trim_end_matches(".md")) == plain(path))
    };
    match format {
        Format::Obsidian => is(&decoded) || is(raw) || bare(),
        // The address of a folder is that of its page.
        Format::Hugo => ["index", "_index"].iter().any(|page| is(&format!("{decoded}/{page}"))) || is(&decoded),
        Format::Azure => is(&decoded) || is(raw) || by_code(raw),
        Format::Logseq => is(&decoded) || by_code(&format!("pages/{}", raw.replace('/', "___"))),
        _ => is(&decoded),
    }
}

#[test]
fn another_format_moves_what_is_there_and_fetches_nothing_again() {
    for pair in [[Format::Gfm, Format::Hugo], [Format::Logseq, Format::Azure], [Format::Docusaurus, Format::GithubWiki]]
    {
        let mut moved = desk(pair[0]);
        moved.run(&hostile());
        moved.options.convert.format = pair[1];
        let (finished, _) = moved.run(&hostile());
        assert_eq!((finished.totals.attachments, finished.totals.failed, finished.totals.skipped), (0, 0, 0));
        let fresh = desk(pair[1]);
        fresh.run(&hostile());
        assert_eq!(moved.paths(), fresh.paths());
        assert_eq!(shape(&moved), shape(&fresh));
    }
}

#[test]
fn an_edited_page_without_details_follows_its_page_and_keeps_the_edit() {
    let (desk, mut wiki) = (desk(Format::Azure), hostile());
    desk.run(&wiki);
    desk.put("Docs/Q3-Q4%3A-[plan]-1%3F/index-(2).md", "mine");
    wiki.retitle(2, "Roadmap");
    let (finished, _) = desk.run(&wiki);
    assert_eq!(finished.totals.skipped, 1);
    assert_eq!(desk.text("Docs/Roadmap/index-(2).md"), "mine");
    assert!(desk.paths().iter().all(|path| !path.contains("Q3-Q4")), "{:?}", desk.paths());
}

#[test]
fn files_for_the_tree_follow_it_and_stay_when_a_person_changed_them() {
    let (desk, mut wiki) = (desk(Format::Docusaurus), hostile());
    desk.run(&wiki);
    desk.put("Docs/A 'folder'/_category_.json", "{}");
    wiki.retitle(2, "Roadmap");
    desk.run(&wiki);
    assert!(desk.text("Docs/Roadmap/_category_.json").contains("\"label\": \"Roadmap\""));
    assert!(desk.paths().iter().all(|path| !path.contains("Q3 - Q4")), "{:?}", desk.paths());
    assert_eq!(desk.text("Docs/A 'folder'/_category_.json"), "{}");
    wiki.pages.retain(|page| page.node.id.as_str() != "3");
    desk.run(&wiki);
    // The file of the page that is gone stays; that of the tree says what is there.
    assert!(desk.paths().contains(&"Docs/Roadmap.md".to_owned()), "{:?}", desk.paths());
    assert!(!desk.paths().contains(&"Docs/Roadmap/_category_.json".to_owned()));
}

#[test]
fn a_list_of_the_tree_takes_no_place_of_a_person_s_own_page() {
    let mut desk = desk(Format::Gfm);
    desk.put("index.md", "my own");
    desk.run(&hostile());
    assert_eq!(desk.text("index.md"), "my own");
    desk.options.convert.format = Format::GitlabWiki;
    desk.run(&hostile());
    assert!(desk.text("_sidebar.md").contains("[Set-up 100%]("));
    desk.options.files.navigation = false;
    desk.run(&hostile());
    let names = ["_sidebar.md", "home.md", "index.md"].map(|name| desk.paths().contains(&name.to_owned()));
    assert_eq!(names, [false, false, true]);
}

#[test]
fn pieces_of_all_pages_come_when_they_are_asked_for() {
    let mut desk = desk(Format::Ai);
    desk.options.files.set("chunks", "yes").unwrap();
    desk.run(&hostile());
    let chunks = desk.text("chunks.jsonl");
    let first: serde_json::Value = serde_json::from_str(chunks.lines().nth(1).unwrap()).unwrap();
    assert_eq!((&first["page"], &first["title"]), (&"2".into(), &"Q3 / Q4: [plan] #1?".into()));
    assert!(first["text"].as_str().unwrap().contains("Mara") && chunks.lines().count() == 6, "{chunks}");
    let (again, _) = desk.run(&hostile());
    assert_eq!(again.totals.bytes, 0);
}

#[test]
fn chosen_details_are_the_ones_in_the_file() {
    let mut desk = desk(Format::Hugo);
    for (name, value) in [
        ("field.labels", "topics"),
        ("field.url", "source"),
        ("field.space_name", "off"),
        ("field.path", "off"),
        ("property_fields", "fields"),
        ("title_heading", "yes"),
    ] {
        desk.options.files.set(name, value).unwrap();
    }
    desk.run(&hostile());
    let text = desk.text("docs/q3-q4-plan-1/_index.md");
    assert!(text.contains("\ntopics:\n  - release\n"), "{text}");
    assert!(text.contains("\n  source: https://") && text.contains("\n  Owner: Mara\n"), "{text}");
    assert!(!text.contains("space_name") && !text.contains("  path:"), "{text}");
    assert!(text.contains("\n---\n\n# Q3 / Q4"), "{text}");
    desk.options.files.set("details", "no").unwrap();
    desk.run(&hostile());
    assert!(desk.text("docs/q3-q4-plan-1/_index.md").starts_with("# Q3 / Q4"));
}

#[test]
fn only_a_name_that_one_file_has_is_said_to_be_enough() {
    let (desk, mut wiki) = (desk(Format::Obsidian), hostile());
    wiki.attach("att3", 4, "only.png", b"one");
    wiki.edit(4, "<ac:image><ri:attachment ri:filename=\"only.png\" /></ac:image>");
    desk.run(&wiki);
    let is_only = |id: &str, path: &str| desk.store.is_only_name(id, &RelPath::new(path).unwrap()).unwrap();
    assert!(is_only("1", "Docs/Docs - home.md"));
    assert!(!is_only("4", "Docs/Set-up 100%.md"), "the other differs in case");
    assert!(is_only("att3", "Docs/attachments/Set-up 100%/only.png"));
    assert!(!is_only("att1", "Docs/attachments/Q3 - Q4 - plan 1/plan.png"));
    // A person's own note of that name would be what the link leads to.
    desk.put("Notes/Docs - Home.md", "mine");
    desk.run(&wiki);
    assert!(!is_only("1", "Docs/Docs - home.md"));
    // The file of a page that is gone is still there.
    wiki.pages.retain(|page| page.node.id.as_str() != "6");
    desk.run(&wiki);
    assert!(!is_only("4", "Docs/Set-up 100%.md"));
}

#[test]
fn a_page_stays_where_it_is_when_the_page_above_is_not_asked_for_any_more() {
    for format in [Format::Gfm, Format::MkDocs, Format::Logseq] {
        let mut desk = desk(format);
        desk.run(&hostile());
        let before = desk.paths();
        let rule = Rule { target: Target::Node("3".into()), reach: Reach::Node, effect: Effect::Include };
        desk.options.selection.spaces = vec![SpaceSelection { space: "DOC".into(), rules: vec![rule] }];
        desk.run(&hostile());
        assert_eq!(desk.paths(), before, "{}", format.name());
        // The list of the tree is about what is in the folder, and not about what was asked for last.
        assert!(format != Format::Gfm || desk.text("index.md").contains("[Set-up 100%]("));
    }
}
