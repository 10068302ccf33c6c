//! Code blocks of a page that a macro without content of its own draws as diagrams.

use std::collections::HashSet;

use crate::elements::Tag;
use crate::storage::Xml;

/// What the first line of a diagram begins with that is no comment.
const DIAGRAMS: &[&str] = &[
    "graph",
    "flowchart",
    "sequencediagram",
    "classdiagram",
    "statediagram",
    "statediagram-v2",
    "erdiagram",
    "journey",
    "gantt",
    "pie",
    "gitgraph",
    "mindmap",
    "timeline",
    "xychart-beta",
    "block-beta",
    "quadrantchart",
    "requirementdiagram",
    "c4context",
    "c4container",
    "c4component",
    "c4dynamic",
    "c4deployment",
    "sankey-beta",
    "zenuml",
    "packet-beta",
    "architecture-beta",
    "kanban",
];

/// The code blocks of a body that are drawn, by the places that the macros give.
pub(crate) fn drawn(xml: &Xml<'_>) -> HashSet<usize> {
    let viewers: Vec<usize> = xml.ids().filter(|&id| draws(xml, id)).collect();
    if viewers.is_empty() {
        return HashSet::new();
    }
    let code = |&id: &usize| {
        xml.tag(id) == Tag::AcStructuredMacro
            && xml.attr(id, "name").is_some_and(|name| name.eq_ignore_ascii_case("code"))
    };
    let all: Vec<usize> = xml.ids().filter(code).collect();
    let likely: Vec<usize> = all.iter().copied().filter(|&id| is_diagram(xml, id)).collect();
    let sure: HashSet<usize> = likely.iter().copied().collect();
    let mut next = 0;
    let mut found = HashSet::new();
    for viewer in viewers {
        let index = place(xml, viewer).unwrap_or_else(|| {
            next += 1;
            next - 1
        });
        // The app counted all code blocks at first, and those that look like diagrams later on.
        let named = all.get(index).copied();
        let fits = named.filter(|id| sure.contains(id));
        found.extend(fits.or_else(|| likely.get(index).copied()).or(named));
    }
    found
}

/// Whether an element draws a code block of the page.
fn draws(xml: &Xml<'_>, id: usize) -> bool {
    match xml.tag(id) {
        Tag::AdfExtension => xml.attr(id, "name").is_some_and(is_viewer),
        Tag::AcStructuredMacro => {
            xml.attr(id, "name") == Some("mermaid-diagram") && xml.child(id, Tag::AcPlainTextBody).is_none()
        }
        Tag::AcAdfNode => xml.children(id).any(|child| {
            xml.tag(child) == Tag::AcAdfAttribute
                && xml.attr(child, "key") == Some("extension-key")
                && is_viewer(xml.all_text(child).trim())
        }),
        _ => false,
    }
}

/// The place of the code block that an element draws, counted from 0, if it says one.
fn place(xml: &Xml<'_>, id: usize) -> Option<usize> {
    let index = |at| {
        matches!(xml.tag(at), Tag::AcParameter | Tag::AcAdfParameter)
            && xml.attrs(at).any(|(_, value)| value == "index")
    };
    xml.find(id, index).and_then(|parameter| xml.all_text(parameter).trim().parse().ok())
}

/// Whether an extension of an app draws code blocks.
pub(crate) fn is_viewer(key: &str) -> bool {
    key.rsplit('/').next() == Some("mermaid-diagram")
}

fn is_diagram(xml: &Xml<'_>, id: usize) -> bool {
    let Some(body) = xml.child(id, Tag::AcPlainTextBody) else { return false };
    let text = xml.all_text(body);
    let line = text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with("%%")).unwrap_or("");
    let word = line.split([' ', ';', '\t']).next().unwrap_or("").to_ascii_lowercase();
    DIAGRAMS.contains(&word.as_str())
}
