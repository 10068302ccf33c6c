//! One small body per construct, without any context.

use pagelift_convert::{ConvertOptions, Document, NoContext, convert};
use pagelift_model::{BodyKind, WarningCode};

fn document(body: &str) -> Document {
    convert(body, BodyKind::Storage, &NoContext, &ConvertOptions::default())
}

fn markdown(body: &str) -> String {
    document(body).markdown
}

#[test]
fn empty_bodies_give_nothing() {
    assert_eq!(markdown(""), "");
    assert_eq!(markdown("<p>&nbsp;</p><p/><p><br/></p>"), "");
}

#[test]
fn marks_and_headings() {
    assert_eq!(markdown("<h2>A <em>b</em></h2><p><s>x</s> <kbd>k</kbd></p>"), "## A *b*\n\n~~x~~ <kbd>k</kbd>\n");
}

#[test]
fn upper_case_tags_and_entities() {
    assert_eq!(markdown("<P>caf&eacute; <B>x</B></P>"), "café **x**\n");
}

#[test]
fn unclosed_and_crossed_tags_keep_their_text() {
    let found = document("<p>a <strong>b <em>c</strong> d</em> & e < f");
    assert_eq!(found.markdown, "a **b *c*** d & e < f\n");
    assert!(found.warnings.iter().any(|w| w.code == WarningCode::MalformedBody));
}

#[test]
fn lists_directly_in_lists() {
    assert_eq!(markdown("<ul><li>a</li><ul><li>b</li></ul></ul>"), "- a\n  - b\n");
}

#[test]
fn loose_items_are_one_list() {
    assert_eq!(markdown("<li>a</li><li>b</li>"), "- a\n- b\n");
}

#[test]
fn callout_in_a_list_has_a_label() {
    let body = "<ul><li>a<ac:structured-macro ac:name=\"info\"><ac:rich-text-body><p>b</p></ac:rich-text-body>\
                </ac:structured-macro></li></ul>";
    assert_eq!(markdown(body), "- a\n\n  > **Info**\n  >\n  > b\n");
}

#[test]
fn links_that_run_scripts_are_text() {
    let found = document("<p><a href=\" JavaScript:alert(1)\">x</a></p>");
    assert_eq!(found.markdown, "x\n");
    assert_eq!(found.warnings.first().map(|w| w.code), Some(WarningCode::LinkScheme));
}

#[test]
fn attachment_links_use_the_file_name() {
    let body = "<p><ac:link><ri:attachment ri:filename=\"a b.pdf\"/></ac:link></p>";
    assert_eq!(markdown(body), "[a b.pdf](a%20b.pdf)\n");
}

#[test]
fn bars_in_cells_are_escaped() {
    let body = "<table><tr><th>a|b</th></tr><tr><td><code>c|d</code></td></tr></table>";
    assert_eq!(markdown(body), "| a\\|b |\n| --- |\n| `c\\|d` |\n");
}

#[test]
fn empty_tables_are_dropped_with_a_warning() {
    let found = document("<table><tr><td><p/></td></tr></table>");
    assert_eq!(found.markdown, "");
    assert_eq!(found.warnings.first().map(|w| w.code), Some(WarningCode::TableEmpty));
}

#[test]
fn parameters_never_leak() {
    let body = "<ac:structured-macro ac:name=\"info\"><ac:parameter ac:name=\"icon\">false</ac:parameter>\
                <ac:rich-text-body><p>x</p></ac:rich-text-body></ac:structured-macro>";
    assert_eq!(markdown(body), "> [!NOTE]\n> x\n");
}

#[test]
fn headings_are_listed_with_slugs() {
    let found = document("<h1>A &amp; B</h1><h2>A &amp; B</h2>");
    let slugs: Vec<&str> = found.headings.iter().map(|h| h.slug.as_str()).collect();
    assert_eq!(slugs, ["a--b", "a--b-1"]);
}

#[test]
fn a_picture_without_a_file_is_named_by_its_words_and_leads_nowhere() {
    let body =
        r#"<p><ac:image ac:alt="Plan" ac:title="A b" ac:width="200"><ri:attachment ri:filename=" "/></ac:image></p>"#;
    let found = document(body);
    assert_eq!(found.markdown, "*Missing picture: Plan*\n");
    assert!(found.warnings.iter().any(|warning| warning.code == WarningCode::AttachmentMissing));
}
