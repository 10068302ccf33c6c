//! Options that work in every format.

use pagelift_convert::Format::{Ai, Docusaurus, Gfm, Logseq, Obsidian};
use pagelift_convert::NoContext;
use pagelift_model::WarningCode;

use crate::{document, written_with};

const UNKNOWN: &str = "<h2>A</h2><p>a</p><ac:structured-macro ac:name=\"radar\"/><h2>B</h2>\
                       <table><tbody><tr><th>T</th></tr><tr><td>x <ac:structured-macro ac:name=\"vote\"/></td></tr></tbody></table>";

#[test]
fn a_warning_has_its_line_without_any_comment() {
    for format in [Gfm, Docusaurus, Ai] {
        for options in [&[][..], &[("markers", "none")]] {
            let got = document(format, options, UNKNOWN, &NoContext);
            let lines: Vec<&str> = got.markdown.lines().collect();
            for (name, shown, heading) in [("radar", "> **radar**", "A"), ("vote", "| x *vote", "B")] {
                let warning = got.warnings.iter().find(|warning| warning.name == name).unwrap();
                let line = lines[warning.line as usize - 1];
                assert!(line.starts_with(shown), "{format:?}: {name} is on line {}: {line}", warning.line);
                assert_eq!(warning.heading, heading);
            }
        }
    }
}

#[test]
fn hidden_content_can_be_shown_or_left_out() {
    let body = r#"<ac:structured-macro ac:name="excerpt"><ac:parameter ac:name="hidden">true</ac:parameter><ac:rich-text-body><h2>a -- b</h2></ac:rich-text-body></ac:structured-macro><p>x</p>"#;
    let with = |format, value| written_with(format, &[("hidden_content", value)], body);
    assert_eq!(with(Gfm, "comment"), "<!-- pagelift: hidden name=\"excerpt\"\n## a -&#45; b\n-->\n\nx\n");
    assert_eq!(with(Docusaurus, "comment"), "{/* pagelift: hidden name=\"excerpt\"\n## a -- b\n*/}\n\nx\n");
    assert_eq!(with(Gfm, "show"), "## a -- b\n\nx\n");
    assert_eq!(with(Gfm, "drop"), "x\n");
    assert_eq!(with(Ai, "comment"), "x\n");
    let got = document(Gfm, &[], body, &NoContext);
    let warning = got.warnings.iter().find(|warning| warning.code == WarningCode::HiddenContent).unwrap();
    assert_eq!((warning.line, got.headings.len()), (1, 0));
}

#[test]
fn links_to_pages_outside_can_be_text() {
    let body = "<p>See <ac:link><ri:page ri:content-title=\"Far\" ri:space-key=\"X\"/><ac:link-body>the <em>far</em> one</ac:link-body></ac:link>, \
                <a href=\"https://example.com\">web</a>.</p>";
    let with = |format, value| written_with(format, &[("outside_links", value)], body);
    assert_eq!(with(Gfm, "web"), "See [the *far* one](confluence:///X/Far), [web](https://example.com).\n");
    assert_eq!(with(Gfm, "text"), "See the *far* one, [web](https://example.com).\n");
    let marked =
        "See the *far* one<!-- pagelift: outside href=\"confluence:///X/Far\" -->, [web](https://example.com).\n";
    assert_eq!(with(Obsidian, "mark"), marked);
}

#[test]
fn marks_that_a_format_cannot_write_are_plain_text() {
    let body = "<p>H<sub>2</sub>O <u>a</u> <del>b</del> <kbd>c</kbd></p>";
    assert_eq!(written_with(Ai, &[], body), "H2O a b c\n");
    assert_eq!(written_with(Gfm, &[("underline", "drop")], body), "H<sub>2</sub>O a ~~b~~ <kbd>c</kbd>\n");
}

#[test]
fn the_contents_of_a_titled_page_are_below_its_title() {
    let body = r#"<ac:structured-macro ac:name="toc"/><h1>A</h1>"#;
    let options =
        pagelift_convert::ConvertOptions { title: Some("T".to_owned()), ..pagelift_convert::ConvertOptions::default() };
    let got = pagelift_convert::convert(body, pagelift_model::BodyKind::Storage, &NoContext, &options).markdown;
    assert_eq!(got, "# T\n\n- [A](#a)\n\n# A\n");
}

#[test]
fn links_to_places_that_are_not_written_are_said_to_be_lost() {
    let body = r##"<p><a href="#here">x</a> <a id="here"></a>y</p>"##;
    // Where there can be no such place, the text stands alone.
    for (format, options, wanted) in
        [(Ai, &[][..], "x y\n"), (Logseq, &[], "- x y\n"), (Gfm, &[("anchors", "none")], "[x](#here) y\n")]
    {
        let got = document(format, options, body, &NoContext);
        assert_eq!(got.markdown, wanted);
        assert!(got.warnings.iter().any(|warning| warning.code == WarningCode::AnchorUnresolved), "{format:?}");
    }
    assert_eq!(document(Gfm, &[], body, &NoContext).warnings, []);
}
