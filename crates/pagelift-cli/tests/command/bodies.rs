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
    let body = br#"<h2>Skills</h2><ac:structured-macro ac:name="team-radar"/>
        <p><ac:link><ri:page ri:content-title="FAQ"/></ac:link></p>"#;
    let output = pagelift(&["convert", "--report", report.to_str().expect("UTF-8")], body);
    assert!(text(&output.stdout).contains("<!-- pagelift: macro name=\"team-radar\""));
    assert!(text(&output.stderr).starts_with("Parts of the page: 1 not copied"), "{output:?}");
    let report: serde_json::Value = serde_json::from_slice(&std::fs::read(report).expect("the report")).expect("JSON");
    assert_eq!(report["lost"], 1);
    assert_eq!(report["warnings"][0]["code"], "macro-unknown");
    let warning = &report["warnings"][0];
    assert_eq!((&warning["name"], &warning["count"]), (&"team-radar".into(), &1.into()));
    assert_eq!((&warning["heading"], warning["line"].as_u64() > Some(1)), (&"Skills".into(), true));
    assert!(warning["detail"].is_string());
    let page = serde_json::json!({ "kind": "page-title", "space": null, "title": "FAQ" });
    assert_eq!(report["references"], serde_json::json!([page]));
    assert_eq!((&warning["severity"], &warning["construct"]), (&"lost".into(), &"macro".into()));
}

#[test]
fn a_report_that_cannot_be_written_says_so_and_prints_nothing() {
    let output = pagelift(&["convert", "--report", "/no/such/folder/report.json"], b"<p>x</p>");
    assert_eq!(output.status.code(), Some(4));
    assert_eq!(text(&output.stdout), "");
    assert!(text(&output.stderr).contains("`/no/such/folder/report.json` cannot be written"));
}

#[test]
fn a_title_becomes_the_first_heading_and_an_option_changes_what_is_written() {
    let output = pagelift(&["convert", "--title", "Plan", "--option", "underline=drop"], b"<p>some <u>words</u></p>");
    assert_eq!(text(&output.stdout), "# Plan\n\nsome words\n");
}

#[test]
fn every_format_is_listed_and_converts() {
    let listed = pagelift(&["formats"], b"");
    let help = pagelift(&["convert", "--help"], b"");
    for format in pagelift_convert::Format::ALL {
        let name = format.name();
        assert!(text(&listed.stdout).contains(&format!("  {name} ")) && text(&help.stdout).contains(name), "{name}");
        let output = pagelift(&["convert", "--format", name], b"<h1>Plan</h1><p>Some text</p>");
        assert!(text(&output.stdout).contains("Some text"), "{name}: {output:?}");
    }
    for option in pagelift_app::named_options() {
        assert!(text(&listed.stdout).contains(option.name), "{}", option.name);
    }
}

#[test]
fn a_wrong_name_or_value_is_told_in_one_sentence_with_the_right_ones() {
    for (arguments, right) in [
        (["--format", "word"], "obsidian"),
        (["--option", "tables=html"], "merged_cells"),
        (["--option", "merged_cells=join"], "repeat, html, blank"),
        (["--option", "merged_cells"], "NAME=VALUE"),
    ] {
        let output = pagelift(&[&["convert"], arguments.as_slice()].concat(), b"<p>x</p>");
        assert_eq!((output.status.code(), text(&output.stdout)), (Some(2), ""), "{arguments:?}");
        let said = text(&output.stderr);
        assert!(said.starts_with("pagelift: ") && said.lines().count() == 1 && said.contains(right), "{said}");
    }
    assert_eq!(pagelift(&["preview", "--format", "word"], b"").status.code(), Some(2));
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

#[test]
fn the_guide_names_every_format_and_every_option() {
    let guide = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/guide.md");
    let guide = std::fs::read_to_string(guide).expect("the guide");
    for format in pagelift_convert::Format::ALL {
        assert!(guide.contains(&format!("(`{}`", format.name())), "{}", format.name());
    }
    for option in pagelift_app::named_options() {
        let row = format!("| `{}` |", option.name);
        let row = guide.lines().find(|line| line.starts_with(&row)).unwrap_or_else(|| panic!("{row}"));
        let told = |value: &str| row.contains(&format!("`{value}`")) || option.name == "heading_offset";
        assert!(option.values.iter().all(|value| told(value)), "{row}");
    }
}
