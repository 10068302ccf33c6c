//! A Data Center site over HTTP, with a personal access token alone.

use pagelift_fake::{DataCenterOptions, GeneratorOptions, Kind, ServerOptions};

use crate::cloud::Cloud;
use crate::{Desk, code, counts, events, files, sentence, text};

fn wiki(content: GeneratorOptions) -> Cloud {
    Cloud::start(content, ServerOptions { data_center: Some(DataCenterOptions::default()), ..ServerOptions::default() })
}

/// The command with any address on the site, and the token.
fn command(wiki: &Cloud, desk: &Desk, arguments: &[&str]) -> std::process::Command {
    let mut command = desk.command(arguments);
    command.args(["--url", &format!("{}/confluence/display/DOCS/Home", wiki.server.url())]);
    command.env("PAGELIFT_TOKEN", ServerOptions::default().token);
    command
}

#[test]
fn a_space_takes_few_requests_and_a_second_run_fewer_and_writes_nothing() {
    let content = GeneratorOptions { pages: 1000, attachments: 700, ..GeneratorOptions::default() };
    let (wiki, desk) = (wiki(content), Desk::new());
    let export = ["export", "--space", "DOCS", "--to", "out", "--blogs", "--attachments", "all", "--json"];
    let first = command(&wiki, &desk, &export).output().unwrap();
    assert_eq!(code(&first), 0, "{}", text(&first.stderr));
    assert!(wiki.budgeted() <= 80, "{:?}", wiki.server.counters());
    let last = events(&first).pop().unwrap();
    let found = files(&desk.path("out"));
    let (pages, attachments) = counts(&found);
    assert!(pages >= 1000 && attachments > 650, "{pages} pages, {attachments} attachments");
    assert_eq!((&last["written"], &last["attachments"]), (&pages.into(), &attachments.into()));
    assert_eq!((&last["failed"], &last["requests"]), (&0.into(), &wiki.server.requests().into()));
    // Mentions have names in place of keys.
    assert!(found.values().all(|bytes| !text_contains(bytes, "8a7f808a6a1b2c3d")));

    wiki.server.reset_counters();
    let second = command(&wiki, &desk, &export).output().unwrap();
    assert_eq!(code(&second), 0, "{}", text(&second.stderr));
    assert!(wiki.server.requests() <= 25, "{:?}", wiki.server.counters());
    let last = events(&second).pop().unwrap();
    assert_eq!((&last["written"], &last["unchanged"], &last["bytes"]), (&0.into(), &pages.into(), &0.into()));
    assert_eq!(files(&desk.path("out")), found);

    let unchanged = wiki.server.requests();
    wiki.server.reset_counters();
    wiki.server.change(|site| {
        let edited: Vec<u64> = site.ids("DOCS", Kind::Page).into_iter().take(30).collect();
        assert!(edited.into_iter().all(|id| site.edit(id, "2026-02-03T04:05:06.000Z")));
    });
    let third = command(&wiki, &desk, &export).output().unwrap();
    assert_eq!(events(&third).pop().unwrap()["written"], 30, "{}", text(&third.stderr));
    assert_eq!(wiki.server.requests(), unchanged + 1, "changed bodies come together");
}

fn text_contains(bytes: &[u8], part: &str) -> bool {
    std::str::from_utf8(bytes).is_ok_and(|text| text.contains(part))
}

#[test]
fn spaces_and_trees_are_listed_with_a_token_alone() {
    let (wiki, desk) = (wiki(GeneratorOptions { pages: 30, ..GeneratorOptions::default() }), Desk::new());
    let spaces = command(&wiki, &desk, &["spaces"]).output().unwrap();
    assert!(text(&spaces.stdout).lines().any(|line| line.starts_with("DOCS\t")), "{spaces:?}");
    let tree = command(&wiki, &desk, &["tree", "--space", "DOCS"]).output().unwrap();
    assert_eq!(text(&tree.stdout).lines().filter(|line| line.ends_with("\tpage")).count(), 30, "{tree:?}");
    let as_on_cloud = command(&wiki, &desk, &["spaces"]).env("PAGELIFT_EMAIL", "a@b.example").output().unwrap();
    assert!(sentence(&as_on_cloud).contains("not for Data Center"), "{as_on_cloud:?}");
}

#[test]
fn a_token_that_is_not_accepted_is_told_even_where_everybody_may_read() {
    let options =
        ServerOptions { data_center: Some(DataCenterOptions::default()), anonymous: true, ..ServerOptions::default() };
    let (wiki, desk) = (Cloud::start(GeneratorOptions::default(), options), Desk::new());
    for arguments in [&["spaces"] as &[&str], &["export", "--space", "DOCS", "--to", "out"]] {
        let output = command(&wiki, &desk, arguments).env("PAGELIFT_TOKEN", "stale-token").output().unwrap();
        assert_eq!((code(&output), sentence(&output).contains("PAGELIFT_TOKEN")), (3, true), "{output:?}");
        assert!(!text(&output.stderr).contains("stale-token") && !desk.path("out").exists());
    }
}
