//! Nodes and marks of the text itself.

use pagelift_model::WarningCode;
use serde_json::{Value, json};

use crate::{codes, linked, markdown, marked, node, nodes, p, same, text};

#[test]
fn marks_are_those_of_storage_format() {
    same(
        "<p><strong>a</strong> <em>b</em> <u>c</u> <s>d</s> <code>e</code> H<sub>2</sub>O<sup>3</sup></p>",
        &json!([node(
            "paragraph",
            &[
                marked("a", &["strong"]),
                text(" "),
                marked("b", &["em"]),
                text(" "),
                marked("c", &["underline"]),
                text(" "),
                marked("d", &["strike"]),
                text(" "),
                marked("e", &["code"]),
                text(" H"),
                json!({"type": "text", "text": "2", "marks": [{"type": "subsup", "attrs": {"type": "sub"}}]}),
                text("O"),
                json!({"type": "text", "text": "3", "marks": [{"type": "subsup", "attrs": {"type": "sup"}}]}),
            ]
        )]),
    );
    same(
        "<p><strong>bold <em>both</em></strong><em> it</em> <strong><code>x</code></strong></p>",
        &json!([node(
            "paragraph",
            &[
                marked("bold ", &["strong"]),
                marked("both", &["em", "strong"]),
                marked(" it", &["em"]),
                text(" "),
                marked("x", &["code", "strong"]),
            ]
        )]),
    );
}

#[test]
fn split_text_nodes_are_one_run() {
    let whole = markdown(&json!([node("paragraph", &[linked("one two", "https://example.com", &["strong"])])]));
    let split = markdown(&json!([node(
        "paragraph",
        &[
            linked("one", "https://example.com", &["strong"]),
            linked(" t", "https://example.com", &["annotation", "strong"]),
            linked("wo", "https://example.com", &["strong"]),
        ]
    )]));
    assert_eq!(whole, "[**one two**](https://example.com)\n");
    assert_eq!(split, whole);
}

#[test]
fn neighbours_with_different_links_stay_apart() {
    let found = markdown(&json!([node(
        "paragraph",
        &[linked("a", "https://example.com/1", &[]), linked("b", "https://example.com/2", &["em"]), text("c"),]
    )]));
    assert_eq!(found, "[a](https://example.com/1)[*b*](https://example.com/2)c\n");
}

#[test]
fn colours_and_sizes_are_dropped_with_a_note() {
    let found = nodes(&json!([node(
        "paragraph",
        &[
            json!({"type": "text", "text": "a ", "marks": [{"type": "textColor", "attrs": {"color": "#f00"}}]}),
            json!({"type": "text", "text": "b", "marks": [{"type": "backgroundColor", "attrs": {"color": "#ff0"}}]}),
        ]
    )]));
    assert_eq!(found.markdown, "a b\n");
    assert_eq!(codes(&found), [WarningCode::StyleColour, WarningCode::StyleHighlight]);
}

#[test]
fn unknown_marks_keep_their_text() {
    assert_eq!(markdown(&json!([node("paragraph", &[marked("a", &["sparkle", "strong"])])])), "**a**\n");
    let odd = json!([{"type": "paragraph", "content": [{"type": "text", "text": "b", "marks": "strong"}]}]);
    assert_eq!(markdown(&odd), "b\n");
}

#[test]
fn headings_and_paragraphs_are_those_of_storage_format() {
    same(
        "<h2>A <em>b</em></h2><p>one<br/>two</p><p/><h6>deep</h6><hr/><blockquote><p>q</p><p>r</p></blockquote>",
        &json!([
            {"type": "heading", "attrs": {"level": 2}, "content": [text("A "), marked("b", &["em"])]},
            node("paragraph", &[text("one"), json!({"type": "hardBreak"}), text("two")]),
            {"type": "paragraph"},
            {"type": "heading", "attrs": {"level": "6"}, "content": [text("deep")]},
            {"type": "rule"},
            node("blockquote", &[p("q"), p("r")]),
        ]),
    );
}

#[test]
fn a_line_break_in_text_is_a_hard_break() {
    assert_eq!(markdown(&json!([p("one\ntwo")])), "one\\\ntwo\n");
}

#[test]
fn lists_are_those_of_storage_format() {
    same(
        "<ol start=\"4\"><li><p>First</p><ul><li><p>a</p></li><li><p>b</p></li></ul></li><li><p>Second</p><p>More</p>\
         </li></ol><ul><li><p>[ ] c</p></li></ul>",
        &json!([
            {"type": "orderedList", "attrs": {"order": 4}, "content": [
                node("listItem", &[p("First"), node("bulletList", &[
                    node("listItem", &[p("a")]),
                    node("listItem", &[p("b")]),
                ])]),
                node("listItem", &[p("Second"), p("More")]),
            ]},
            node("bulletList", &[node("listItem", &[p("[ ] c")])]),
        ]),
    );
}

#[test]
fn tasks_are_those_of_storage_format() {
    let task =
        |state: &str, words: &str| json!({"type": "taskItem", "attrs": {"state": state}, "content": [text(words)]});
    same(
        "<ac:task-list><ac:task><ac:task-status>complete</ac:task-status><ac:task-body>one</ac:task-body></ac:task>\
         <ac:task-list><ac:task><ac:task-status>incomplete</ac:task-status><ac:task-body>two</ac:task-body></ac:task>\
         </ac:task-list><ac:task><ac:task-status>incomplete</ac:task-status><ac:task-body>three</ac:task-body>\
         </ac:task></ac:task-list>",
        &json!([node(
            "taskList",
            &[task("DONE", "one"), node("taskList", &[task("TODO", "two")]), task("TODO", "three"),]
        )]),
    );
    let block = json!([node(
        "taskList",
        &[json!({"type": "blockTaskItem", "attrs": {"state": "TODO"}, "content": [
            p("a"), {"type": "codeBlock", "content": [text("b")]},
        ]})]
    )]);
    assert_eq!(markdown(&block), "- [ ] a\n\n  ```\n  b\n  ```\n");
    assert_eq!(markdown(&json!([task("DONE", "alone")])), "- [x] alone\n");
}

#[test]
fn decisions_say_what_they_are() {
    let item = |state: &str| json!({"type": "decisionItem", "attrs": {"state": state}, "content": [text("Use Rust")]});
    let found =
        markdown(&json!([node("decisionList", &[item("DECIDED"), item("OPEN"), json!({"type": "decisionItem"})])]));
    assert_eq!(found, "- **Decision:** Use Rust\n- **Open decision:** Use Rust\n");
}

#[test]
fn code_is_kept_to_the_byte() {
    same(
        "<ac:structured-macro ac:name=\"code\"><ac:parameter ac:name=\"language\">c#</ac:parameter>\
         <ac:plain-text-body><![CDATA[a  <b>\n\tc *d*  \n```]]></ac:plain-text-body></ac:structured-macro>",
        &json!([{"type": "codeBlock", "attrs": {"language": "c#"}, "content": [text("a  <b>\n\tc"), text(" *d*  \n```")]}]),
    );
    let leading = json!([{"type": "codeBlock", "content": [text("\n\nx\n")]}]);
    assert_eq!(markdown(&leading), "```\n\n\nx\n```\n");
    assert_eq!(codes(&nodes(&json!([{"type": "codeBlock"}]))), [WarningCode::MacroEmpty]);
}

#[test]
fn every_panel_has_its_callout() {
    let panel = |kind: &str| markdown(&json!([{"type": "panel", "attrs": {"panelType": kind}, "content": [p("x")]}]));
    for (kind, mark) in [
        ("info", "[!NOTE]"),
        ("success", "[!TIP]"),
        ("tip", "[!TIP]"),
        ("note", "[!IMPORTANT]"),
        ("warning", "[!WARNING]"),
        ("error", "[!CAUTION]"),
    ] {
        assert_eq!(panel(kind), format!("> {mark}\n> x\n"));
    }
    assert_eq!(panel("custom"), "> x\n");
    assert_eq!(panel("someday"), "> x\n");
}

#[test]
fn expands_and_layouts_are_those_of_storage_format() {
    same(
        "<ac:structured-macro ac:name=\"expand\"><ac:parameter ac:name=\"title\">More &lt;b&gt;</ac:parameter>\
         <ac:rich-text-body><p>x</p></ac:rich-text-body></ac:structured-macro>",
        &json!([{"type": "expand", "attrs": {"title": "More <b>"}, "content": [p("x")]}]),
    );
    same(
        "<ac:layout><ac:layout-section ac:type=\"two_equal\"><ac:layout-cell><p>Left</p></ac:layout-cell>\
         <ac:layout-cell><h2>Right</h2></ac:layout-cell></ac:layout-section></ac:layout>",
        &json!([node(
            "layoutSection",
            &[
                node("layoutColumn", &[p("Left")]),
                node("layoutColumn", &[json!({"type": "heading", "attrs": {"level": 2}, "content": [text("Right")]})]),
            ]
        )]),
    );
    let nested = json!([{"type": "expand", "attrs": {"title": "A"}, "content": [
        {"type": "nestedExpand", "content": [p("x")]},
    ]}]);
    assert_eq!(
        markdown(&nested),
        "<details>\n<summary>A</summary>\n\n<details>\n<summary>Click here to expand…</summary>\n\nx\n\n</details>\n\n\
         </details>\n"
    );
}

#[test]
fn tables_are_those_of_storage_format() {
    let cell = |kind: &str, attrs: Value, content: &[Value]| json!({"type": kind, "attrs": attrs, "content": content});
    same(
        "<table><tbody><tr><th><p>Env</p></th><th><p>Branch</p></th><th><p>Cluster</p></th></tr><tr><td><p>Stage</p>\
         </td><td><p>a|b</p><p>c</p></td><td rowspan=\"2\"><p>A</p></td></tr><tr><td colspan=\"2\"><ul><li><p>x</p></li>\
         </ul></td></tr></tbody></table>",
        &json!([{"type": "table", "attrs": {"layout": "wide"}, "content": [
            node("tableRow", &[
                cell("tableHeader", json!({"colwidth": [100]}), &[p("Env")]),
                cell("tableHeader", json!({}), &[p("Branch")]),
                cell("tableHeader", json!(null), &[p("Cluster")]),
            ]),
            node("tableRow", &[
                cell("tableCell", json!({"colspan": 0}), &[p("Stage")]),
                cell("tableCell", json!({}), &[p("a|b"), p("c")]),
                cell("tableCell", json!({"rowspan": 2.0}), &[p("A")]),
            ]),
            node("tableRow", &[cell("tableCell", json!({"colspan": "2"}), &[
                node("bulletList", &[node("listItem", &[p("x")])]),
            ])]),
        ]}]),
    );
    let aligned = json!([node(
        "table",
        &[
            node("tableRow", &[cell("tableHeader", json!({}), &[p("n")])]),
            node(
                "tableRow",
                &[cell(
                    "tableCell",
                    json!({}),
                    &[json!({"type": "paragraph", "content": [text("1")], "marks":
            [{"type": "alignment", "attrs": {"align": "end"}}]})]
                )]
            ),
        ]
    )]);
    assert!(markdown(&aligned).contains("| 1 |"));
}

#[test]
fn numbered_rows_have_their_numbers() {
    let row = |kind: &str, words: &str| node("tableRow", &[node(kind, &[p(words)])]);
    let found = markdown(&json!([{"type": "table", "attrs": {"isNumberColumnEnabled": true}, "content": [
        row("tableHeader", "Task"), row("tableCell", "a"), row("tableCell", "b"),
    ]}]));
    assert_eq!(found, "|  | Task |\n| --- | --- |\n| 1 | a |\n| 2 | b |\n");
}

#[test]
fn text_outside_cells_and_items_is_kept() {
    let found = markdown(&json!([
        node("table", &[p("stray"), node("tableRow", &[p("loose"), node("tableCell", &[p("cell")])])]),
        node("bulletList", &[p("no item"), text("bare")]),
        node("tableCell", &[p("lone cell")]),
        node("listItem", &[p("lone item")]),
        node("decisionList", &[p("no decision")]),
        "just a string",
        [p("in an array")],
    ]));
    for words in
        ["stray", "loose", "cell", "no item", "bare", "lone cell", "lone item", "no decision", "just a string", "array"]
    {
        assert!(found.contains(words), "{words}\n{found}");
    }
}

#[test]
fn small_inline_things_are_those_of_storage_format() {
    same(
        "<p><ac:emoticon ac:name=\"blue-star\" ac:emoji-shortname=\":rocket:\" ac:emoji-id=\"1f680\" \
         ac:emoji-fallback=\"🚀\" /> <ac:emoticon ac:name=\"blue-star\" ac:emoji-id=\"8131cbc6-728f\" \
         ac:emoji-shortname=\":acme:\" ac:emoji-fallback=\":acme:\" /> <time datetime=\"2026-07-01\" /> \
         <ac:structured-macro ac:name=\"status\"><ac:parameter ac:name=\"title\">OK</ac:parameter><ac:parameter \
         ac:name=\"colour\">Green</ac:parameter></ac:structured-macro><ac:structured-macro ac:name=\"status\">\
         <ac:parameter ac:name=\"colour\">Grey</ac:parameter></ac:structured-macro></p>",
        &json!([node(
            "paragraph",
            &[
                json!({"type": "emoji", "attrs": {"shortName": ":rocket:", "id": "1f680", "text": "🚀"}}),
                text(" "),
                json!({"type": "emoji", "attrs": {"shortName": ":acme:", "id": "8131cbc6-728f", "text": ":acme:"}}),
                text(" "),
                json!({"type": "date", "attrs": {"timestamp": "1782864000000"}}),
                text(" "),
                json!({"type": "status", "attrs": {"text": "OK", "color": "green"}}),
                json!({"type": "status", "attrs": {"text": "", "color": "neutral"}}),
            ]
        )]),
    );
    let date =
        |time: Value| markdown(&json!([node("paragraph", &[json!({"type": "date", "attrs": {"timestamp": time}})])]));
    assert_eq!(date(json!(-86_400_000)), "1969-12-31\n");
    assert_eq!(date(json!("soon")), "soon\n");
    assert_eq!(date(json!("99999999999999999999")), "99999999999999999999\n");
}

#[test]
fn placeholders_are_not_shown() {
    same(
        "<p>a<ac:placeholder>Type here</ac:placeholder></p>",
        &json!([node("paragraph", &[text("a"), json!({"type": "placeholder", "attrs": {"text": "Type here"}})])]),
    );
}

#[test]
fn empty_panels_and_tables_are_dropped_with_a_note() {
    for kind in ["info", "note"] {
        let found =
            nodes(&json!([{"type": "panel", "attrs": {"panelType": kind}, "content": [{"type": "paragraph"}]}]));
        assert_eq!((found.markdown.as_str(), codes(&found)), ("", vec![WarningCode::MacroEmpty]), "{kind}");
    }
    let cell = json!({"type": "tableCell", "content": [{"type": "paragraph"}]});
    let found = nodes(&json!([node("table", &[node("tableRow", &[cell])])]));
    assert_eq!((found.markdown.as_str(), codes(&found)), ("", vec![WarningCode::TableEmpty]));
}

#[test]
fn panels_of_ones_own_keep_their_emoji() {
    same(
        "<ac:structured-macro ac:name=\"panel\"><ac:parameter ac:name=\"panelIcon\">:rocket:</ac:parameter>\
         <ac:parameter ac:name=\"panelIconText\">🚀</ac:parameter><ac:rich-text-body><p>x</p></ac:rich-text-body>\
         </ac:structured-macro>",
        &json!([{"type": "panel", "attrs": {"panelType": "custom", "panelIcon": ":rocket:", "panelIconText": "🚀",
            "panelColor": "#eee"}, "content": [p("x")]}]),
    );
}
