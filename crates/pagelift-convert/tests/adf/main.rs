//! Bodies in Atlassian Document Format: the same Markdown as from storage format, nothing lost, nothing that breaks.

mod known;
mod nodes;
mod outside;
mod pairs;
mod robust;
mod schema;

use pagelift_convert::{ConvertOptions, Document, NoContext, convert};
use pagelift_model::{BodyKind, WarningCode};
use serde_json::{Value, json};

fn document(body: &str) -> Document {
    convert(body, BodyKind::Adf, &NoContext, &ConvertOptions::default())
}

/// The document of these nodes.
fn nodes(content: &Value) -> Document {
    document(&json!({"version": 1, "type": "doc", "content": content}).to_string())
}

fn markdown(content: &Value) -> String {
    nodes(content).markdown
}

fn codes(found: &Document) -> Vec<WarningCode> {
    found.warnings.iter().map(|warning| warning.code).collect()
}

fn text(text: &str) -> Value {
    json!({"type": "text", "text": text})
}

fn marked(text: &str, marks: &[&str]) -> Value {
    let marks: Vec<Value> = marks.iter().map(|mark| json!({"type": mark})).collect();
    json!({"type": "text", "text": text, "marks": marks})
}

fn linked(text: &str, href: &str, marks: &[&str]) -> Value {
    let mut marks: Vec<Value> = marks.iter().map(|mark| json!({"type": mark})).collect();
    marks.push(json!({"type": "link", "attrs": {"href": href}}));
    json!({"type": "text", "text": text, "marks": marks})
}

fn node(kind: &str, content: &[Value]) -> Value {
    json!({"type": kind, "content": content})
}

fn p(content: &str) -> Value {
    node("paragraph", &[text(content)])
}

/// Both forms of the same content give the same Markdown, which is not empty.
fn same(storage: &str, content: &Value) {
    let wanted = convert(storage, BodyKind::Storage, &NoContext, &ConvertOptions::default()).markdown;
    assert!(!wanted.is_empty(), "{storage}");
    assert_eq!(markdown(content), wanted, "{storage}");
}

fn extension(kind: &str, name: &str, parameters: &Value) -> Value {
    json!({"type": kind, "attrs": {"extensionType": "com.atlassian.confluence.macro.core", "extensionKey": name,
        "parameters": {"macroParams": parameters, "macroMetadata": {"macroId": {"value": "1"}}}}})
}
