//! The sample site: looking around, and exports that need no network.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

use serde_json::Value;

use crate::{Desk, code, counts, events, files, is_page, sentence, text};

const EXPORT: [&str; 3] = ["export", "--site", "sample"];

fn with<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&EXPORT, more].concat()
}

#[test]
fn the_demo_prints_totals_that_match_what_is_on_disk() {
    let desk = Desk::new();
    let output = desk.run(&["demo"]);
    assert_eq!(code(&output), 0, "{output:?}");
    let found = files(&desk.path("demo-export"));
    let (pages, attachments) = counts(&found);
    let bytes: usize = found.values().map(Vec::len).sum();
    assert!(pages >= 60 && attachments > 0);
    let printed = text(&output.stdout);
    assert!(
        printed.contains(&format!("{pages} pages: {pages} written, 0 unchanged, 0 skipped, 0 failed")),
        "{printed}"
    );
    assert!(printed.contains(&format!("{attachments} attachments written, 0 failed")), "{printed}");
    assert!(printed.contains(&format!("{bytes} bytes in demo-export")), "{printed}");
    assert!(!text(&output.stderr).contains('\u{1b}'), "no bar where there is no terminal");

    let again = desk.run(&["demo", "--to", "demo-export"]);
    assert_eq!(code(&again), 0);
    assert!(text(&again.stdout).contains(&format!("{pages} pages: 0 written, {pages} unchanged")), "{again:?}");
    assert_eq!(files(&desk.path("demo-export")), found);
}

#[test]
fn spaces_and_trees_are_listed() {
    let desk = Desk::new();
    let spaces = desk.run(&["spaces", "--site", "sample"]);
    assert!(text(&spaces.stdout).lines().any(|line| line.starts_with("DOCS\t") && line.ends_with("\tteam\tcurrent")));
    let tree = desk.run(&["tree", "--site", "sample", "--space", "DOCS"]);
    assert!(text(&tree.stdout).lines().any(|line| line.starts_with("  ") && line.ends_with("\tpage")), "{tree:?}");
    assert!(text(&tree.stdout).contains("\tfolder\n"));
    let unknown = desk.run(&["tree", "--site", "sample", "--space", "NOPE"]);
    assert_eq!(code(&unknown), 2);
    assert!(sentence(&unknown).contains("`NOPE`"));
    let site = desk.run(&["spaces", "--site", "acme"]);
    assert_eq!((code(&site), sentence(&site).contains("`acme`")), (2, true));
}

#[test]
fn json_is_one_object_a_line_and_the_last_has_the_totals() {
    let desk = Desk::new();
    let output = desk.run(&with(&["--all", "--blogs", "--to", "out", "--json"]));
    assert_eq!(code(&output), 0, "{output:?}");
    let events = events(&output);
    let last = events.last().unwrap();
    let (pages, attachments) = counts(&files(&desk.path("out")));
    assert_eq!(last["event"], "finished");
    for (name, value) in [
        ("selected", pages),
        ("written", pages),
        ("unchanged", 0),
        ("skipped", 0),
        ("failed", 0),
        ("attachments", attachments),
        ("requests", 0),
    ] {
        assert_eq!(last[name], value, "{name}");
    }
    assert!(last["bytes"].as_u64() > Some(0) && last["seconds"].is_f64() && last["stopped"] == false);
    assert_eq!(events.iter().filter(|event| event["event"] == "page-done").count() as u64, pages);
    assert!(events.iter().any(|event| event["event"] == "phase-started"));
}

#[test]
fn blog_posts_come_when_they_are_asked_for() {
    let desk = Desk::new();
    let space = desk.run(&["spaces", "--site", "sample"]);
    let keys: Vec<&str> = text(&space.stdout).lines().filter_map(|line| line.split('\t').next()).collect();
    let mut arguments = with(&["--to", "out", "--quiet", "--space"]);
    arguments.extend(&keys);
    let has_posts = |desk: &Desk| files(&desk.path("out")).keys().any(|name| name.contains("/blog/"));
    assert_eq!(code(&desk.run(&arguments)), 0);
    assert!(!has_posts(&desk));
    arguments.push("--blogs");
    let output = desk.run(&arguments);
    assert_eq!((code(&output), text(&output.stdout), text(&output.stderr)), (0, "", ""));
    assert!(has_posts(&desk));
}

#[test]
fn single_pages_come_alone_or_with_what_is_below_them() {
    let desk = Desk::new();
    let tree = desk.run(&["tree", "--site", "sample", "--space", "DOCS"]);
    let rows: Vec<&str> = text(&tree.stdout).lines().collect();
    let above = rows.windows(2).find(|two| !two[0].starts_with(' ') && two[1].starts_with(' ')).expect("a parent")[0];
    let id = above.split('\t').nth(1).unwrap();
    let written = |to: &str, more: &[&str]| {
        let page = format!("https://sample.pagelift.app/wiki/spaces/DOCS/pages/{id}/Any+title");
        let output = desk.run(&with(&[&["--page", &page, "--to", to, "--json"], more].concat()));
        assert_eq!(code(&output), 0, "{output:?}");
        events(&output).last().unwrap()["written"].as_u64().unwrap()
    };
    assert_eq!(written("one", &[]), 1);
    assert!(written("all", &["--descendants"]) > 1);
    let missing = desk.run(&with(&["--page", "999999999999", "--to", "none"]));
    assert_eq!((code(&missing), desk.path("none").exists()), (2, false));
    let nonsense = desk.run(&with(&["--page", "home", "--to", "none"]));
    assert_eq!((code(&nonsense), sentence(&nonsense).contains("`home`")), (2, true));
}

#[test]
fn a_dry_run_says_what_would_be_written_and_writes_nothing() {
    let desk = Desk::new();
    let dry = desk.run(&with(&["--space", "HB", "--to", "out", "--dry-run"]));
    assert_eq!(code(&dry), 0, "{dry:?}");
    assert!(!desk.path("out").exists());
    let real = desk.run(&with(&["--space", "HB", "--to", "out", "--json"]));
    let found = files(&desk.path("out"));
    let (pages, attachments) = counts(&found);
    let out = text(&dry.stdout);
    let listed: Vec<&str> = out.lines().filter_map(|line| line.strip_prefix("new ")?.get(20..)).collect();
    assert_eq!(listed.len() as u64, pages);
    assert!(listed.iter().all(|path| found.contains_key(*path)));
    assert!(text(&dry.stdout).contains(&format!("{attachments} attachments to write")), "{dry:?}");
    // The record of the files differs by what only a download tells.
    let bytes = events(&real).last().unwrap()["bytes"].as_u64().unwrap();
    let said = text(&dry.stdout).lines().find_map(|line| line.split_once(" bytes")?.0.parse::<u64>().ok()).unwrap();
    assert!(said.abs_diff(bytes) < bytes / 100, "{said} instead of {bytes}");

    let changed = found.keys().find(|name| is_page(name)).unwrap();
    fs::remove_file(desk.path("out").join(changed)).unwrap();
    let before = files(&desk.path("out"));
    let dry = desk.run(&with(&["--space", "HB", "--to", "out", "--dry-run"]));
    assert!(text(&dry.stdout).lines().any(|line| line.starts_with("new ") && line.ends_with(changed)), "{dry:?}");
    assert!(text(&dry.stdout).contains(&format!("1 to write, {} unchanged", pages - 1)), "{dry:?}");
    assert_eq!(files(&desk.path("out")), before);
}

#[test]
fn pages_that_fail_are_listed_in_words_and_the_others_are_written() {
    let desk = Desk::new();
    fs::create_dir_all(desk.path("out/Handbook")).unwrap();
    pagelift_app::write_whole(&desk.path("out/Handbook/Formatting tour"), b"a file of mine").unwrap();
    let output = desk.run(&with(&["--space", "HB", "--to", "out", "--quiet"]));
    assert_eq!((code(&output), text(&output.stdout)), (1, ""), "{output:?}");
    let listed: Vec<&str> = text(&output.stderr).lines().collect();
    assert!(
        listed.iter().any(|line| line.starts_with("Failed: \"Tables\" (page ") && line.contains("Formatting tour"))
    );
    let found = files(&desk.path("out"));
    assert_eq!(found["Handbook/Formatting tour"], b"a file of mine");
    assert!(found.contains_key("Handbook/Working here.md"));
    let events = events(&desk.run(&with(&["--space", "HB", "--to", "out", "--json"])));
    let failed = events.iter().filter(|event| event["outcome"] == "failed").count();
    assert!(failed > 0 && events.last().unwrap()["failed"] == failed);
}

#[test]
fn an_edited_page_is_kept_and_told() {
    let desk = Desk::new();
    desk.run(&with(&["--space", "HB", "--to", "out"]));
    let page = files(&desk.path("out")).into_keys().find(|name| is_page(name)).unwrap();
    pagelift_app::write_whole(&desk.path("out").join(&page), b"mine").unwrap();
    let output = desk.run(&with(&["--space", "HB", "--to", "out"]));
    assert_eq!(code(&output), 0);
    assert!(text(&output.stderr).contains(&format!("edited here: {page}")), "{output:?}");
    assert!(text(&output.stdout).contains("1 skipped"));
    assert_eq!(fs::read(desk.path("out").join(page)).unwrap(), b"mine");
}

#[test]
fn a_folder_that_cannot_be_written_ends_the_command_before_anything_is_read() {
    let desk = Desk::new();
    pagelift_app::write_whole(&desk.path("file"), b"x").unwrap();
    for to in ["file", "file/below"] {
        for dry in [&["--dry-run"] as &[&str], &[]] {
            let output = desk.run(&with(&[&["--space", "HB", "--to", to], dry].concat()));
            assert_eq!(code(&output), 4, "{to}: {output:?}");
            assert!(sentence(&output).contains("file") && sentence(&output).contains("--to"), "{output:?}");
        }
    }
    assert_eq!(files(&desk.path("")).len(), 1);
    assert_eq!(code(&desk.run(&with(&["--space", "HB", "--to", "/"]))), 2);
}

#[test]
fn an_unknown_space_leaves_no_folder_behind() {
    let desk = Desk::new();
    let output = desk.run(&with(&["--space", "NOPE", "--to", "deep/down", "--json"]));
    assert_eq!(code(&output), 2, "{output:?}");
    assert!(sentence(&output).contains("`NOPE`"));
    let last = events(&output).pop().unwrap();
    assert_eq!((&last["event"], &last["code"]), (&Value::from("failed"), &Value::from("space-unknown")));
    assert!(!desk.path("deep").exists());
}

#[test]
fn a_folder_with_the_export_of_another_site_is_left_alone() {
    let desk = Desk::new();
    desk.run(&with(&["--space", "HB", "--to", "out", "--quiet"]));
    let manifest = desk.path("out/.pagelift/manifest.jsonl");
    let other = fs::read_to_string(&manifest).unwrap().replace("sample.pagelift.app", "other.example");
    pagelift_app::write_whole(&manifest, other.as_bytes()).unwrap();
    let before = files(&desk.path("out"));
    let output = desk.run(&with(&["--space", "DOCS", "--to", "out"]));
    assert_eq!((code(&output), sentence(&output).contains("other.example")), (2, true), "{output:?}");
    assert_eq!(files(&desk.path("out")), before);
}

#[test]
fn only_what_makes_sense_can_be_typed() {
    let desk = Desk::new();
    for arguments in [
        &["export", "--site", "sample", "--to", "out"] as &[&str],
        &["export", "--all", "--to", "out"],
        &["export", "--site", "sample", "--all"],
        &["export", "--site", "sample", "--url", "https://a.example", "--all", "--to", "out"],
        &["export", "--site", "sample", "--all", "--space", "HB", "--to", "out"],
        &["export", "--site", "sample", "--space", "HB", "--descendants", "--to", "out"],
        &["export", "--site", "sample", "--all", "--to", "out", "--attachments", "some"],
        &["export", "--site", "sample", "--all", "--to", "out", "--comments", "some"],
    ] {
        let output = desk.run(arguments);
        assert_eq!(code(&output), 2, "{arguments:?}");
        assert!(!desk.path("out").exists());
    }
}

#[test]
fn a_reader_that_has_seen_enough_is_no_failure() {
    let desk = Desk::new();
    let mut child =
        desk.command(&["tree", "--site", "sample", "--space", "DOCS"]).stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn an_export_is_written_in_the_format_and_with_the_options_that_were_typed() {
    let desk = Desk::new();
    let export = |to: &str, more: &[&str]| {
        let output = desk.run(&with(&[&["--space", "DOCS", "--to", to, "--quiet"], more].concat()));
        assert_eq!(code(&output), 0, "{output:?}");
        files(&desk.path(to))
    };
    let site = export("site", &["--format", "docusaurus"]);
    let text_of = |name: &str| String::from_utf8_lossy(&site[name]).into_owned();
    let order = site.keys().find(|name| name.ends_with("_category_.json")).expect("the order of a folder");
    assert!(text_of(order).contains("\"label\""));
    assert!(site.keys().any(|name| is_page(name) && text_of(name).lines().any(|line| line.starts_with(":::"))));

    let bare = export("bare", &["--format", "docusaurus", "--option", "navigation=no", "--option", "field.url=off"]);
    assert!(!bare.keys().any(|name| name.ends_with("_category_.json")));
    let index = "Product Docs/index.md";
    assert!(text_of(index).contains("\nurl: https://") && !String::from_utf8_lossy(&bare[index]).contains("\nurl: "));

    let wrong = desk.run(&with(&["--space", "DOCS", "--to", "none", "--option", "layout=round"]));
    assert_eq!((code(&wrong), sentence(&wrong).contains("folder-note")), (2, true), "{wrong:?}");
    assert!(!desk.path("none").exists());
}

#[test]
fn comments_come_when_they_are_asked_for() {
    let desk = Desk::new();
    let page = "Handbook/Policies/Money/Expenses.md";
    let written = |to: &str, more: &[&str]| {
        assert_eq!(code(&desk.run(&with(&[&["--space", "HB", "--to", to, "--quiet"], more].concat()))), 0);
        files(&desk.path(to)).remove(page).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap()
    };
    assert!(!written("none", &[]).contains("## Comments"));
    let open = written("open", &["--comments", "open"]);
    assert!(open.contains("## Comments") && open.contains("Amélie Duret") && !open.contains("(resolved)"), "{open}");
    assert!(written("all", &["--comments", "all"]).contains("(resolved)"));
}

#[test]
fn a_report_is_written_as_what_its_name_says() {
    let desk = Desk::new();
    let output = desk.run(&with(&["--space", "DOCS", "--to", "out", "--report", "report.csv", "--json"]));
    assert_eq!(code(&output), 0, "{output:?}");
    let last = events(&output).pop().unwrap();
    let table = fs::read_to_string(desk.path("report.csv")).unwrap();
    let pages = table.lines().filter(|line| line.starts_with("page,")).count() as u64;
    assert_eq!(last["selected"].as_u64(), Some(pages));
    let page = desk.run(&with(&["--space", "DOCS", "--to", "out", "--report", "report.html"]));
    assert_eq!(code(&page), 0, "{page:?}");
    let text = fs::read_to_string(desk.path("report.html")).unwrap();
    assert!(text.contains(&format!("{pages} selected = 0 written + {pages} unchanged")), "{text}");
    let unknown = desk.run(&with(&["--space", "DOCS", "--to", "other", "--report", "report.doc"]));
    assert_eq!((code(&unknown), sentence(&unknown).contains(".csv")), (2, true), "{unknown:?}");
    assert!(!desk.path("other").exists());
}
