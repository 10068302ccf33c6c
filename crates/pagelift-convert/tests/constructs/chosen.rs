//! Options that decide what is read out of a body.

use pagelift_convert::PropertyValue;
use pagelift_model::WarningCode;

use crate::{codes, macro_with, plain, rich, with};

#[test]
fn colours_are_kept_where_that_is_wanted() {
    let body = "<p>a <span style=\"color: rgb(255,0,0);\">red</span> <mark>new</mark> \
                <span style=\"background-color: #ff0;\">old</span></p>";
    let found = with(&[("colours", "html")], body);
    assert_eq!(found.markdown, "a <span style=\"color: rgb(255,0,0);\">red</span> <mark>new</mark> <mark>old</mark>\n");
    assert_eq!(codes(&found), []);
    let found = with(&[], body);
    assert_eq!(found.markdown, "a red new old\n");
    assert_eq!(codes(&found), [WarningCode::StyleColour, WarningCode::StyleHighlight]);
}

#[test]
fn a_colour_around_blocks_or_nothing_is_dropped() {
    let body = "<span style=\"color: red;\"><p>a</p><p>b</p></span><p>c<span style=\"color: red;\"> </span>d</p>";
    assert_eq!(with(&[("colours", "html")], body).markdown, "a\n\nb\n\nc d\n");
    let bad = "<p><span style=\"color: &quot;&gt;&lt;script&gt;\">x</span></p>";
    assert_eq!(with(&[("colours", "html")], bad).markdown, "x\n");
}

#[test]
fn underlining_can_be_dropped() {
    let body = "<p><u>a</u> <span style=\"text-decoration: underline;\">b</span> <a href=\"https://x.y\"><span \
                style=\"text-decoration: underline;\">c</span></a></p>";
    assert_eq!(with(&[], body).markdown, "<u>a</u> <u>b</u> [c](https://x.y)\n");
    assert_eq!(with(&[("underline", "drop")], body).markdown, "a b [c](https://x.y)\n");
}

#[test]
fn html_macros_can_be_passed_through() {
    let body = macro_with("html", &[], &plain("<div>\n<b>x</b>\n</div>"));
    let found = with(&[("html_macro", "raw")], &body);
    assert_eq!((found.markdown.as_str(), codes(&found)), ("<div>\n<b>x</b>\n</div>\n", vec![]));
    let found = with(&[], &body);
    assert_eq!(found.markdown, "```html\n<div>\n<b>x</b>\n</div>\n```\n");
    assert_eq!(codes(&found), [WarningCode::HtmlMacro]);
}

#[test]
fn hidden_content_is_shown_kept_or_dropped() {
    let body = macro_with("excerpt", &[("hidden", "true")], &rich("<p>secret</p>")) + "<p>x</p>";
    let found = with(&[], &body);
    assert_eq!(found.markdown, "<!-- pagelift: hidden name=\"excerpt\"\nsecret\n-->\n\nx\n");
    assert_eq!(codes(&found), [WarningCode::HiddenContent]);
    let found = with(&[("hidden_content", "show")], &body);
    assert_eq!((found.markdown.as_str(), codes(&found)), ("secret\n\nx\n", vec![]));
    let found = with(&[("hidden_content", "drop")], &body);
    assert_eq!((found.markdown.as_str(), codes(&found)), ("x\n", vec![WarningCode::HiddenContent]));
}

#[test]
fn page_properties_are_a_table_fields_or_both() {
    let table = "<table><tr><th>Owner</th><td>Mara</td></tr></table>";
    let body = macro_with("details", &[], &rich(&format!("{table}<p>More</p>")));
    let fields = [("Owner".to_owned(), PropertyValue::Text("Mara".to_owned()))];
    let found = with(&[], &body);
    assert!(found.markdown.contains("| **Owner** | Mara |") && found.properties == fields, "{}", found.markdown);
    let found = with(&[("page_properties", "details")], &body);
    assert_eq!((found.markdown.as_str(), found.properties.as_slice()), ("More\n", fields.as_slice()));
    let found = with(&[("page_properties", "table")], &body);
    assert!(found.markdown.contains("| **Owner** | Mara |") && found.properties.is_empty(), "{}", found.markdown);
}

#[test]
fn named_places_can_be_left_out() {
    let body = macro_with("anchor", &[("", "here")], "") + "<p>x <a id=\"there\">y</a></p>";
    assert_eq!(with(&[], &body).markdown, "<a id=\"here\"></a>\n\nx <a id=\"there\"></a>y\n");
    assert_eq!(with(&[("anchors", "none")], &body).markdown, "x y\n");
}

#[test]
fn fixed_spaces_can_stay() {
    let body = "<p>5\u{a0}kg <strong>a\u{a0}b</strong></p><p>\u{a0}</p><p>c</p>";
    assert_eq!(with(&[], body).markdown, "5 kg **a b**\n\nc\n");
    assert_eq!(with(&[("nbsp", "keep")], body).markdown, "5\u{a0}kg **a\u{a0}b**\n\nc\n");
}

#[test]
fn footnotes_stand_in_brackets_where_there_are_none() {
    let note = macro_with("footnote", &[], &rich("<p>see <em>this</em></p>"));
    let body = format!("<p>Text{note}.</p>");
    assert_eq!(with(&[], &body).markdown, "Text[^1].\n\n[^1]: see *this*\n");
    let format = pagelift_convert::Format::CommonMark;
    let options = pagelift_convert::ConvertOptions { format, ..pagelift_convert::ConvertOptions::default() };
    let found = pagelift_convert::convert(&body, pagelift_model::BodyKind::Storage, &crate::World, &options);
    assert_eq!(found.markdown, "Text (see *this*).\n");
}
