//! `verify`, as a person or a script runs it.
#![allow(clippy::disallowed_methods, reason = "what happens to files is not done by Pagelift")]

use std::fs;

use crate::{Desk, code, events, sentence, text};

fn demo() -> Desk {
    let desk = Desk::new();
    assert_eq!(code(&desk.run(&["demo", "--to", "out"])), 0);
    desk
}

#[test]
fn a_folder_as_it_was_written_is_said_to_be_so() {
    let desk = demo();
    let output = desk.run(&["verify", "out"]);
    assert_eq!(code(&output), 0, "{output:?}");
    assert!(text(&output.stdout).ends_with(" files checked, all as they were written\n"), "{output:?}");
    let remote = desk.run(&["verify", "out", "--remote"]);
    assert_eq!(code(&remote), 0, "{remote:?}");
    assert!(text(&remote.stdout).ends_with("and as new as the site\n"), "{remote:?}");
}

#[test]
fn findings_are_printed_and_decide_the_exit_code() {
    let desk = demo();
    fs::write(desk.path("out/index.md"), "mine").unwrap();
    fs::write(desk.path("out/other.txt"), "mine").unwrap();
    let output = desk.run(&["verify", "out"]);
    assert_eq!(code(&output), 1);
    let lines: Vec<&str> = text(&output.stdout).lines().collect();
    assert_eq!(lines[..2], ["changed\tindex.md", "extra\tother.txt"]);
    assert!(lines[2].ends_with("2 findings"), "{lines:?}");

    let json = desk.run(&["verify", "out", "--json"]);
    assert_eq!(code(&json), 1);
    let told = events(&json);
    assert_eq!(told[0]["fault"], "changed");
    assert_eq!(told[1]["path"], "other.txt");
    assert_eq!((&told[2]["event"], &told[2]["findings"]), (&"verified".into(), &2.into()));
    assert_eq!(fs::read(desk.path("out/index.md")).unwrap(), b"mine", "nothing is mended");
}

#[test]
fn what_is_no_export_is_refused_in_plain_words() {
    let desk = demo();
    fs::create_dir(desk.path("empty")).unwrap();
    for (folder, expected, words) in
        [("empty", 2, "nothing was exported"), ("none", 4, "`none` is not there"), ("out/index.md", 2, "is a file")]
    {
        let output = desk.run(&["verify", folder]);
        assert_eq!((code(&output), sentence(&output).contains(words)), (expected, true), "{output:?}");
        assert!(!sentence(&output).contains("--to"), "{output:?}");
    }
    let record = desk.path("out/.pagelift/manifest.jsonl");
    let whole = fs::read(&record).unwrap();
    fs::write(&record, &whole[..whole.len() / 2]).unwrap();
    let output = desk.run(&["verify", "out"]);
    assert_eq!((code(&output), sentence(&output).contains("manifest.jsonl")), (4, true), "{output:?}");
}
