//! `convert` and `preview`: one body in, one answer out.

use crate::{pagelift, text};

#[test]
fn a_body_becomes_markdown() {
    let output = pagelift(&["convert"], b"<h1>Plan</h1><p>Some <strong>bold</strong> text</p>");
    assert_eq!(text(&output.stdout), "# Plan\n\nSome **bold** text\n");
    assert_eq!(text(&output.stderr), "");
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn an_unknown_macro_is_marked_and_reported() {
    let folder = tempfile::tempdir().expect("a folder");
    let report = folder.path().join("report.json");
    let body = br#"<ac:structured-macro ac:name="team-radar"/>"#;
    let output = pagelift(&["convert", "--report", report.to_str().expect("UTF-8")], body);
    assert!(text(&output.stdout).contains("<!-- pagelift: macro name=\"team-radar\""));
    assert_eq!(text(&output.stderr), "Parts of the page: 1 not copied.\n");
    let report: serde_json::Value = serde_json::from_slice(&std::fs::read(report).expect("the report")).expect("JSON");
    assert_eq!(report["lost"], 1);
    assert_eq!(report["warnings"][0]["code"], "macro-unknown");
    assert_eq!(report["warnings"][0]["name"], "team-radar");
}

#[test]
fn a_report_that_cannot_be_written_says_so_and_prints_nothing() {
    let output = pagelift(&["convert", "--report", "/no/such/folder/report.json"], b"<p>x</p>");
    assert_eq!(output.status.code(), Some(4));
    assert_eq!(text(&output.stdout), "");
    assert!(text(&output.stderr).contains("`/no/such/folder/report.json` cannot be written"));
}

#[test]
fn wrong_usage_and_unreadable_input_have_their_own_exit_codes() {
    assert_eq!(pagelift(&["convert", "--format", "word"], b"").status.code(), Some(2));
    assert_eq!(pagelift(&["lift"], b"").status.code(), Some(2));
    let binary = pagelift(&["convert"], &[0xff, 0xfe, 0x00]);
    assert_eq!(binary.status.code(), Some(4));
    assert!(text(&binary.stderr).contains("not UTF-8"));
}

#[test]
fn the_preview_is_rendered_and_safe() {
    let output = pagelift(&["preview"], b"# Plan\n\n<script>alert(1)</script>\n\n~~old~~\n");
    assert!(text(&output.stdout).contains("<h1>Plan</h1>"));
    assert!(text(&output.stdout).contains("<del>old</del>"));
    assert!(!text(&output.stdout).contains("script"));
}
