//! Destinations that are brought up to date from what they say of themselves.

use std::fs;

use pagelift_app::write_whole;

use crate::{Desk, code, counts, events, files, is_page, sentence, text};

const EXPORT: [&str; 11] = [
    "export",
    "--site",
    "sample",
    "--quiet",
    "--blogs",
    "--format",
    "obsidian",
    "--option",
    "merged_cells=html",
    "--space",
    "DOCS",
];

fn export(desk: &Desk, to: &str) {
    let output = desk.run(&[&EXPORT[..], &["--to", to]].concat());
    assert_eq!(code(&output), 0, "{output:?}");
}

#[test]
fn an_update_needs_no_choices_and_writes_what_is_missing_in_the_same_way() {
    let desk = Desk::new();
    export(&desk, "out");
    let before = files(&desk.path("out"));
    let page = before.keys().find(|name| is_page(name) && name.contains('/')).unwrap();
    fs::remove_file(desk.path("out").join(page)).unwrap();
    let dry = desk.run(&["update", "out", "--dry-run"]);
    assert!(text(&dry.stdout).lines().any(|line| line.starts_with("new ") && line.ends_with(page)), "{dry:?}");
    assert!(!desk.path("out").join(page).exists());
    let updated = desk.run(&["update", "out", "--json"]);
    assert_eq!(code(&updated), 0, "{updated:?}");
    assert_eq!(events(&updated).last().unwrap()["written"], 1);
    assert_eq!(files(&desk.path("out")), before);
}

#[test]
fn an_update_takes_in_every_space_that_was_exported_into_a_folder() {
    let desk = Desk::new();
    export(&desk, "out");
    let other = desk.run(&["export", "--site", "sample", "--space", "HB", "--to", "out", "--quiet"]);
    assert_eq!(code(&other), 0, "{other:?}");
    let (pages, _) = counts(&files(&desk.path("out")));
    let updated = desk.run(&["update", "out", "--json"]);
    let last = events(&updated).pop().unwrap();
    assert!(last["selected"].as_u64().unwrap() > 0 && code(&updated) == 0, "{updated:?}");
    assert_eq!(counts(&files(&desk.path("out"))).0, pages);
}

#[test]
fn an_archive_is_brought_up_to_date_too() {
    let desk = Desk::new();
    export(&desk, "out.zip");
    let before = fs::read(desk.path("out.zip")).unwrap();
    let updated = desk.run(&["update", "out.zip", "--json"]);
    assert_eq!((code(&updated), events(&updated).last().unwrap()["written"].as_u64()), (0, Some(0)), "{updated:?}");
    assert!(before == fs::read(desk.path("out.zip")).unwrap());
}

#[test]
fn what_is_missing_or_damaged_is_said_and_nothing_is_written() {
    let desk = Desk::new();
    let nothing = desk.run(&["update", "none"]);
    assert_eq!((code(&nothing), desk.path("none").exists()), (4, false), "{nothing:?}");
    fs::create_dir(desk.path("empty")).unwrap();
    let empty = desk.run(&["update", "empty"]);
    assert_eq!((code(&empty), sentence(&empty).contains("pagelift export")), (2, true), "{empty:?}");
    assert_eq!(code(&desk.run(&["update", "none.zip"])), 4);
    export(&desk, "out");
    let asked = desk.path("out/.pagelift/asked.json");
    let sound = fs::read_to_string(&asked).unwrap();
    write_whole(&asked, &sound.as_bytes()[..sound.len() / 2]).unwrap();
    let damaged = desk.run(&["update", "out"]);
    assert_eq!((code(&damaged), sentence(&damaged).contains("asked.json")), (4, true), "{damaged:?}");
}

/// Whoever gives somebody a folder must not learn their token by it.
#[test]
fn no_sign_in_goes_to_an_address_that_only_the_folder_names() {
    let desk = Desk::new();
    export(&desk, "out");
    let asked = desk.path("out/.pagelift/asked.json");
    let other = fs::read_to_string(&asked).unwrap().replace("sample.pagelift.app", "wiki.example");
    write_whole(&asked, other.as_bytes()).unwrap();
    let mut command = desk.command(&["update", "out"]);
    let output = command.env("PAGELIFT_TOKEN", "secret").env("PAGELIFT_EMAIL", "me@example.com").output().unwrap();
    assert_eq!((code(&output), sentence(&output).contains("wiki.example")), (3, true), "{output:?}");
}
