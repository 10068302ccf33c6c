//! Envelopes, bodies that are broken, deep or large, and bodies of real pages.

use std::path::Path;

use pagelift_model::WarningCode;
use pulldown_cmark::{Event, Options, Parser};
use serde_json::{Value, json};

use crate::{codes, document, extension, markdown, node, p};

#[test]
fn envelopes_are_opened() {
    let doc = json!({"type": "doc", "content": [p("é \"x\"")]});
    let string = doc.to_string();
    for body in [
        string.clone(),
        format!("\u{feff}{string}"),
        json!(string).to_string(),
        json!({"value": string, "representation": "atlas_doc_format"}).to_string(),
        json!({"value": doc}).to_string(),
        json!({"id": "1", "type": "page", "body": {"atlas_doc_format": {"value": string}}}).to_string(),
        json!([p("é \"x\"")]).to_string(),
        p("é \"x\"").to_string(),
        serde_json::to_string_pretty(&doc).unwrap().replace('\n', "\r\n"),
    ] {
        let found = document(&body);
        assert_eq!((found.markdown.as_str(), codes(&found)), ("é \"x\"\n", vec![]), "{body}");
    }
}

#[test]
fn empty_bodies_give_nothing() {
    for body in ["", "  \n", "null", "\"\"", "[]", "{\"type\":\"doc\"}", "{\"type\":\"doc\",\"content\":null}"] {
        let found = document(body);
        assert_eq!((found.markdown.as_str(), codes(&found)), ("", vec![]), "{body}");
    }
}

#[test]
fn what_is_no_document_is_shown_as_it_is() {
    for (body, shown) in [
        ("{}", "```json\n{}\n```\n"),
        ("<p>hello</p>", "```\n<p>hello</p>\n```\n"),
        ("\"hello\"", "```\nhello\n```\n"),
        ("{\"a\": 1} more", "```json\n{\"a\": 1}\nmore\n```\n"),
        ("17", "```\n17\n```\n"),
        ("{\"type\":\"doc\",\"content\":[{\"ty", "```json\n{\"type\":\"doc\",\"content\":[{\"ty\n```\n"),
    ] {
        let found = document(body);
        assert_eq!((found.markdown.as_str(), codes(&found)), (shown, vec![WarningCode::MalformedBody]), "{body}");
    }
}

#[test]
fn wrong_types_are_read_as_well_as_they_can() {
    let body = r#"{"type":"doc","version":"x","content":{"type":"paragraph","attrs":[],"marks":{"a":1},"content":[
        {"type":"text","text":17},{"type":"text","text":{"a":"b"}},{"type":"text"},null,true," s",
        {"type":["x"],"content":[{"type":"text","text":" y"}]},{"type":"heading","attrs":{"level":"big"},"content":"z"}]}}"#;
    let found = document(body).markdown;
    for words in ["17", "{\"a\":\"b\"}", "true s", "y", "# z"] {
        assert!(found.contains(words), "{words}\n{found}");
    }
}

#[test]
fn a_body_that_breaks_off_keeps_what_came_before() {
    let whole = json!({"type": "doc", "content": [
        {"type": "panel", "attrs": {"panelType": "info"}, "content": [p("first")]},
        {"type": "table", "content": [node("tableRow", &[node("tableCell", &[p("zweites ü \" \u{1f680}")])])]},
        extension("extension", "code", &json!({"__bodyContent": {"value": "x"}})),
    ]});
    for body in [whole.to_string(), json!({"value": whole.to_string()}).to_string()] {
        for end in (0..body.len()).filter(|&end| body.is_char_boundary(end)) {
            let found = document(&body[..end]);
            assert_eq!(codes(&found).contains(&WarningCode::MalformedBody), end > 0, "{}", &body[..end]);
            if body[..end].contains("first") {
                assert!(found.markdown.contains("first"), "{}\n{}", &body[..end], found.markdown);
            }
            let _ = document(&body[end..]);
        }
    }
}

#[test]
fn what_follows_an_error_is_shown_as_it_is() {
    let body =
        r#"{"type":"doc","content":[{"type":"paragraph","content":[{"type":"text","text":"good"}]}, oops "bad"]}"#;
    let found = document(body);
    assert_eq!(found.markdown, "good\n\n```\noops \"bad\"]}\n```\n");
    assert_eq!(codes(&found), [WarningCode::MalformedBody]);
}

#[test]
fn what_could_not_be_read_is_clean_text() {
    let found = document("{\"type\":\"doc\",\"content\":[\"a\"]}\r\rlost\u{2}\r\nmore");
    assert_eq!(found.markdown, "a\n\n```\nlost\nmore\n```\n");
    assert_eq!(codes(&found), [WarningCode::MalformedBody, WarningCode::ControlCharacters]);
}

#[test]
fn control_characters_are_dropped_with_a_note() {
    let found = document(r#"{"type":"doc","content":[{"type":"text","text":"a\u0000\u0002b\r\nc"}]}"#);
    assert_eq!(found.markdown, "ab\\\nc\n");
    assert_eq!(codes(&found), [WarningCode::ControlCharacters]);
}

#[test]
fn the_order_of_members_does_not_matter() {
    let sorted =
        r#"{"content":[{"attrs":{"level":2},"content":[{"text":"A","type":"text"}],"type":"heading"}],"type":"doc"}"#;
    let typed =
        r#"{"type":"doc","content":[{"type":"heading","content":[{"type":"text","text":"A"}],"attrs":{"level":2}}]}"#;
    assert_eq!(document(sorted), document(typed));
    assert_eq!(document(sorted).markdown, "## A\n");
}

/// What closes the brackets that a piece of JSON leaves open.
fn closing(open: &str) -> String {
    let mut close = String::new();
    for c in open.chars() {
        match c {
            '{' => close.insert(0, '}'),
            '[' => close.insert(0, ']'),
            '}' | ']' => drop(close.remove(0)),
            _ => {}
        }
    }
    close
}

#[test]
fn deep_nesting_is_cut_and_keeps_its_text() {
    let depth = 20_000;
    for open in [
        r#"{"type":"blockquote","content":["#,
        r#"{"type":"bulletList","content":[{"type":"listItem","content":["#,
        r#"{"type":"panel","attrs":{"panelType":"info"},"content":["#,
        r#"{"type":"panel","attrs":{"panelType":"note"},"content":["#,
        r#"{"type":"expand","content":["#,
        r#"{"type":"table","content":[{"type":"tableRow","content":[{"type":"tableCell","content":["#,
        r#"{"type":"taskList","content":[{"type":"taskItem","content":["#,
        r#"{"type":"decisionList","content":[{"type":"decisionItem","content":["#,
        r#"{"type":"layoutSection","content":[{"type":"layoutColumn","content":["#,
        r#"{"type":"bodiedExtension","attrs":{"extensionKey":"x","extensionType":"y"},"content":["#,
        r#"{"type":"bodiedExtension","attrs":{"extensionKey":"x","parameters":{"macroParams":{}}},"content":["#,
        r#"{"type":"paragraph","content":["#,
        r#"{"type":"heading","content":["#,
        r#"{"type":"odd","content":["#,
        r#"{"type":"mediaSingle","content":[{"type":"media"},{"type":"caption","content":["#,
    ] {
        let inner = r#"{"type":"text","text":"deepest"}"#;
        let close = closing(open);
        let body = open.repeat(depth) + inner + &close.repeat(depth);
        let found = document(&body);
        assert!(found.markdown.contains("deepest"), "{open}");
        assert_eq!(codes(&found).iter().filter(|&&code| code == WarningCode::DepthCut).count(), 1, "{open}");
        assert!(!codes(&found).contains(&WarningCode::MalformedBody), "{open}");
        let _ = document(&open.repeat(depth));
    }
    for body in
        ["[".repeat(depth), "{\"value\":".repeat(depth), "{\"a\":[".repeat(depth), "[{\"content\":".repeat(depth)]
    {
        let _ = document(&body);
    }
    let depth = 100_000;
    let quotes = r#"{"type":"blockquote","content":["#.repeat(depth) + "\"deepest\"" + &"]}".repeat(depth);
    assert!(document(&quotes).markdown.contains("deepest"));
    let array = "[".repeat(depth) + "\"deepest\"" + &"]".repeat(depth);
    assert_eq!(document(&array).markdown, "deepest\n");
}

#[test]
fn many_marks_on_one_text_do_no_harm() {
    let marks = vec![json!({"type": "annotation"}); 10_000];
    let body = json!([node("paragraph", &[json!({"type": "text", "text": "a", "marks": marks})])]);
    assert_eq!(markdown(&body), "a\n");
}

/// The text of every text node, mention and status, in order.
pub(crate) fn visible(value: &Value, out: &mut Vec<String>) {
    let Value::Object(map) = value else {
        return value.as_array().into_iter().flatten().for_each(|item| visible(item, out));
    };
    match map.get("type").and_then(Value::as_str) {
        Some("text") => out.extend(map.get("text").and_then(Value::as_str).map(str::to_owned)),
        Some("mention" | "status") => {
            out.extend(value["attrs"]["text"].as_str().map(|text| text.trim_start_matches('@').to_owned()));
        }
        _ => {}
    }
    map.get("content").into_iter().for_each(|content| visible(content, out));
}

/// What a reader of the Markdown sees.
pub(crate) fn shown(markdown: &str) -> String {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let mut out = String::new();
    for event in Parser::new_ext(markdown, options) {
        match event {
            Event::Text(text) | Event::Code(text) => out.push_str(&text),
            Event::Html(html) | Event::InlineHtml(html) => {
                let parts = html.split('<').enumerate();
                let text: String = parts
                    .map(|(i, part)| if i == 0 { part } else { part.split_once('>').map_or("", |p| p.1) })
                    .collect();
                out.push_str(&text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"));
            }
            _ => {}
        }
    }
    out
}

pub(crate) fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

#[test]
fn corpus_bodies_keep_all_their_text() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus");
    let Ok(index) = std::fs::read_to_string(corpus.join("index.jsonl")) else {
        println!("skipped: no corpus");
        return;
    };
    let mut count = 0;
    for line in index.lines() {
        let entry: Value = serde_json::from_str(line).unwrap();
        if entry["kind"] != "adf" {
            continue;
        }
        let body = std::fs::read_to_string(corpus.join(entry["file"].as_str().unwrap())).unwrap();
        let mut wanted = Vec::new();
        visible(&serde_json::from_str(&body).unwrap(), &mut wanted);
        let found = document(&body).markdown;
        let seen = squeezed(&shown(&found));
        let mut rest = seen.as_str();
        for text in wanted {
            let text = squeezed(&text);
            let Some((_, after)) = rest.split_once(text.as_str()) else {
                panic!("{}: {text:?} is lost\n{found}", entry["file"]);
            };
            rest = after;
        }
        count += 1;
    }
    assert!(count > 0);
}
