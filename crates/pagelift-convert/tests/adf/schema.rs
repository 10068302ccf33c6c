//! Every node and mark of the published schema, and what Confluence has sent beside it.

use pagelift_convert::{ConvertOptions, Document, Format, NoContext, convert};
use pagelift_model::{BodyKind, WarningCode};
use serde_json::{Value, json};

use crate::{codes, markdown, node, nodes, p, same, text};

fn with_mark(mark: &Value) -> Value {
    json!([node("paragraph", &[json!({"type": "text", "text": "x", "marks": [mark]})])])
}

/// Both forms give the same Markdown and the same notes.
fn alike(storage: &str, content: &Value) -> Document {
    same(storage, content);
    let wanted = convert(storage, BodyKind::Storage, &NoContext, &ConvertOptions::default());
    let found = nodes(content);
    assert_eq!(codes(&found), codes(&wanted), "{storage}");
    assert_eq!(found.comment_marks, wanted.comment_marks, "{storage}");
    found
}

#[test]
fn marks_that_mean_nothing_on_paper_are_dropped_without_a_word() {
    for mark in [
        json!({"type": "breakout", "attrs": {"mode": "wide", "width": 900}}),
        json!({"type": "border", "attrs": {"size": 2, "color": "#091e42"}}),
        json!({"type": "fragment", "attrs": {"localId": "a", "name": "Table 1"}}),
        json!({"type": "dataConsumer", "attrs": {"sources": ["a"]}}),
        json!({"type": "typeAheadQuery", "attrs": {"trigger": "@"}}),
        json!({"type": "confluenceInlineComment", "attrs": {"reference": "r"}}),
        json!({"type": "unsupportedMark", "attrs": {}}),
        json!({"type": "unsupportedNodeAttribute"}),
        json!({"type": "sparkle"}),
        json!("strong"),
        json!(null),
    ] {
        let found = nodes(&with_mark(&mark));
        assert_eq!((found.markdown.as_str(), codes(&found)), ("x\n", vec![]), "{mark}");
    }
}

#[test]
fn looks_are_noted_as_in_storage_format() {
    alike(
        "<p><span style=\"color: #f00\">x</span></p>",
        &with_mark(&json!({"type": "textColor", "attrs": {"color": "#f00"}})),
    );
    alike(
        "<p><span style=\"background-color: #ff0\">x</span></p>",
        &with_mark(&json!({"type": "backgroundColor", "attrs": {"color": "#ff0"}})),
    );
    alike("<p><small>x</small></p>", &with_mark(&json!({"type": "fontSize", "attrs": {"fontSize": "small"}})));
    let aligned = json!([{"type": "paragraph", "content": [text("x")], "marks": [{"type": "alignment", "attrs": {"align": "end"}}]}]);
    alike("<p style=\"text-align: right;\">x</p>", &aligned);
    let deeper = json!([{"type": "heading", "attrs": {"level": 3}, "content": [text("x")], "marks": [{"type": "indentation", "attrs": {"level": 2}}]}]);
    alike("<h3 style=\"margin-left: 60.0px;\">x</h3>", &deeper);
    let old =
        json!([node("paragraph", &[json!({"type": "textColor", "attrs": {"color": "#f00"}, "content": [text("x")]})])]);
    alike("<p><span style=\"color: #f00\">x</span></p>", &old);
}

#[test]
fn what_comments_are_about_is_noted_as_in_storage_format() {
    let mark = |words: &str, more: &[&str]| {
        let mut marks: Vec<Value> = more.iter().map(|mark| json!({"type": mark})).collect();
        marks.push(json!({"type": "annotation", "attrs": {"id": "r", "annotationType": "inlineComment"}}));
        json!({"type": "text", "text": words, "marks": marks})
    };
    let found = alike(
        "<p>a <ac:inline-comment-marker ac:ref=\"r\">one </ac:inline-comment-marker><strong><ac:inline-comment-marker \
         ac:ref=\"r\">two</ac:inline-comment-marker></strong></p>",
        &json!([node("paragraph", &[text("a "), mark("one ", &[]), mark("two", &["strong"])])]),
    );
    assert_eq!(found.comment_marks[0].text, "one two");
}

#[test]
fn cards_are_links_that_say_where_they_lead() {
    let url = "https://example.com/x";
    let card = |kind: &str| json!({"type": kind, "attrs": {"url": url, "layout": "center", "width": 50}});
    alike(
        "<p>a <a data-card-appearance=\"inline\" href=\"https://example.com/x\">https://example.com/x</a></p>",
        &json!([node("paragraph", &[text("a "), card("inlineCard")])]),
    );
    alike(
        "<a data-card-appearance=\"block\" href=\"https://example.com/x\">https://example.com/x</a>",
        &json!([card("blockCard")]),
    );
    let found = nodes(&json!([card("embedCard")]));
    assert_eq!((found.markdown.as_str(), codes(&found)), ("<https://example.com/x>\n", vec![WarningCode::EmbedLinked]));
    let data =
        |data: Value| markdown(&json!([node("paragraph", &[json!({"type": "inlineCard", "attrs": {"data": data}})])]));
    assert_eq!(data(json!({"@type": "Object", "url": url, "name": "A name"})), "[A name](https://example.com/x)\n");
    assert_eq!(data(json!({"@id": url})), "<https://example.com/x>\n");
    let source = json!([{"type": "blockCard", "attrs": {"url": "https://j.example.com/issues/?jql=a", "datasource":
        {"id": "d", "parameters": {"cloudId": "c", "jql": "project = A"}, "views": []}}}]);
    let found = nodes(&source);
    assert!(
        found.markdown.starts_with("> Jira issues: [project = A](https://j.example.com/issues/?jql=a)"),
        "{}",
        found.markdown
    );
    assert_eq!(codes(&found), [WarningCode::MacroDynamic]);
}

#[test]
fn pictures_keep_their_width_and_say_when_text_flows_around_them() {
    let picture = json!([{"type": "mediaSingle", "attrs": {"layout": "wrap-left", "width": 300, "widthType": "pixel"}, "content": [
        {"type": "media", "attrs": {"type": "external", "url": "https://example.com/a.png", "alt": "a"}},
    ]}]);
    let storage = "<ac:image ac:layout=\"wrap-left\" ac:width=\"300\" ac:alt=\"a\"><ri:url ri:value=\"https://example.com/a.png\" /></ac:image>";
    let found = alike(storage, &picture);
    assert_eq!(codes(&found), [WarningCode::StyleLayout]);
    let options = ConvertOptions { format: Format::MkDocs, ..ConvertOptions::default() };
    let body = json!({"type": "doc", "content": picture}).to_string();
    let wide = convert(&body, BodyKind::Adf, &NoContext, &options).markdown;
    assert_eq!(wide, convert(storage, BodyKind::Storage, &NoContext, &options).markdown);
    assert!(wide.contains("300"), "{wide}");
}

#[test]
fn tables_are_alike_in_what_is_lost() {
    let cell = json!({"type": "tableCell", "attrs": {"background": "#fff", "colwidth": [90], "valign": "top"}, "content": [p("x")]});
    let table = json!([{"type": "table", "attrs": {"layout": "full-width", "width": 1800, "displayMode": "fixed", "localId": "t"},
        "content": [node("tableRow", &[cell])]}]);
    alike(
        "<table data-layout=\"full-width\" data-table-width=\"1800\"><colgroup><col style=\"width: 90px;\" /></colgroup><tbody>\
         <tr><td data-highlight-colour=\"#fff\"><p>x</p></td></tr></tbody></table>",
        &table,
    );
}

#[test]
fn blocks_of_other_stages_keep_their_content() {
    assert_eq!(markdown(&json!([{"type": "bodiedRule", "content": [p("a")]}])), "---\n\na\n");
    let section = json!([{"type": "layoutSection", "content": [{"type": "layoutColumn", "attrs": {"width": 100}, "content": [p("a")]}]}]);
    assert_eq!(markdown(&section), "a\n");
    let frames = json!([{"type": "multiBodiedExtension", "attrs": {"extensionType": "com.atlassian.confluence.macro.core",
        "extensionKey": "fancy-tabs", "parameters": {}}, "content": [
        {"type": "extensionFrame", "content": [p("one")]}, {"type": "extensionFrame", "content": [p("two")]},
    ]}]);
    assert_eq!(markdown(&frames), "<!-- pagelift: macro name=\"fancy-tabs\" -->\n\none\n\ntwo\n");
    let nested = json!([node(
        "table",
        &[node(
            "tableRow",
            &[node(
                "tableCell",
                &[json!({"type": "nestedExpand",
        "attrs": {"title": "T"}, "content": [p("x")]})]
            )]
        )]
    )]);
    assert!(markdown(&nested).contains("<details><summary>T</summary>x</details>"));
    let panel = json!([{"type": "panel_c1", "attrs": {"panelType": "custom", "panelColor": "#123456"}, "content": [
        {"type": "codeBlock", "content": [text("x")]},
    ]}]);
    assert_eq!(markdown(&panel), "> ```\n> x\n> ```\n");
}

#[test]
fn what_confluence_could_not_carry_over_is_read_where_it_can_be() {
    let inline = json!([node(
        "paragraph",
        &[
            text("a "),
            json!({"type": "confluenceUnsupportedInline", "attrs": {"cxhtml":
        "<strong>b</strong>"}}),
            text(" c")
        ]
    )]);
    assert_eq!(markdown(&inline), "a **b** c\n");
    let original = json!([{"type": "confluenceUnsupportedBlock", "attrs": {"originalValue": {"type": "paragraph", "content": [text("kept")]}}}]);
    assert_eq!(markdown(&original), "kept\n");
    let children = json!([{"type": "unsupportedBlock", "content": [p("kept")]}]);
    assert!(markdown(&children).ends_with("kept\n"));
    let nothing = nodes(&json!([{"type": "unsupportedBlock", "attrs": {}}]));
    assert!(nothing.markdown.starts_with("> **unsupportedBlock**: not copied."), "{}", nothing.markdown);
    assert_eq!(codes(&nothing), [WarningCode::NodeUnknown]);
    let issue = json!([node("paragraph", &[json!({"type": "confluenceJiraIssue", "attrs": {"issueKey": "OPS-7"}})])]);
    assert_eq!(markdown(&issue), "OPS-7\n");
}

#[test]
fn extensions_that_hold_a_source_are_diagrams() {
    let extension = |key: &str, settings: Value| {
        markdown(&json!([{"type": "extension", "attrs": {"extensionType": "com.atlassian.ecosystem", "extensionKey":
            format!("a/b/static/{key}"), "parameters": {"extensionTitle": "T", "guestParams": settings}}}]))
    };
    assert_eq!(extension("mermaid-macro", json!({"source": "graph TD"})), "```mermaid\ngraph TD\n```\n");
    assert_eq!(extension("mermaid", json!({"theme": "x", "code": "graph TD"})), "```mermaid\ngraph TD\n```\n");
    assert_eq!(extension("plantuml", json!({"source": "A -> B"})), "```plantuml\nA -> B\n```\n");
    assert_eq!(extension("latex-inline", json!({"body": "x^2"})), "$x^2$\n");
    assert_eq!(extension("mathblock", json!({"body": "x^2"})), "$$\nx^2\n$$\n");
    assert!(extension("mermaid", json!({"theme": "x"})).starts_with("> **T**: add-on content, not copied."));
    let viewer = json!([
        {"type": "codeBlock", "content": [text("ls")]},
        {"type": "codeBlock", "content": [text("graph TD")]},
        {"type": "extension", "attrs": {"extensionType": "com.atlassian.ecosystem", "extensionKey": "a/b/static/mermaid-diagram",
            "parameters": {"guestParams": {"index": 1}}}},
    ]);
    let found = nodes(&viewer);
    assert_eq!((found.markdown.as_str(), codes(&found)), ("```\nls\n```\n\n```mermaid\ngraph TD\n```\n", vec![]));
}

#[test]
fn extensions_of_apps_say_their_settings_in_both_formats() {
    let content = json!([{"type": "extension", "attrs": {"extensionType": "com.atlassian.ecosystem", "extensionKey": "a/static/poll",
        "parameters": {"extensionTitle": "Poll", "guestParams": {"apiToken": "s", "page": "https://example.com/p"}}}}]);
    alike(
        "<ac:adf-extension><ac:adf-node type=\"extension\"><ac:adf-attribute key=\"extension-key\">a/static/poll</ac:adf-attribute>\
         <ac:adf-attribute key=\"parameters\"><ac:adf-parameter key=\"extension-title\">Poll</ac:adf-parameter><ac:adf-parameter \
         key=\"guest-params\"><ac:adf-parameter key=\"apiToken\">s</ac:adf-parameter><ac:adf-parameter key=\"page\">\
         https://example.com/p</ac:adf-parameter></ac:adf-parameter></ac:adf-attribute></ac:adf-node></ac:adf-extension>",
        &content,
    );
}

#[test]
fn nodes_that_nobody_knows_leave_the_same_mark_in_both_formats() {
    alike(
        "<p>a</p><ac:adf-extension><ac:adf-node type=\"hologram\"></ac:adf-node></ac:adf-extension>",
        &json!([p("a"), {"type": "hologram"}]),
    );
    alike(
        "<ac:adf-extension><ac:adf-node type=\"hologram\"><ac:adf-content><p>x</p></ac:adf-content></ac:adf-node></ac:adf-extension>",
        &json!([{"type": "hologram", "content": [p("x")]}]),
    );
}
