//! Whether something stands in a line of text or on its own.

use crate::build::Builder;
use crate::storage::Xml;

impl Builder<'_> {
    /// Whether a macro or a picture stands in a line of text, not on its own.
    pub(crate) fn in_text(&mut self, id: usize) -> bool {
        let xml = self.xml;
        let mut asked = Vec::new();
        let mut at = id;
        let answer = loop {
            let parent = xml.node(at).parent;
            if parent == at {
                break false;
            }
            if let Some(&known) = self.texts.get(&parent) {
                break known;
            }
            let name = xml.node(parent).name.as_ref();
            let line = is_inline(name) || matches!(name, "p" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6");
            if !line {
                break beside_text(xml, parent, at);
            }
            asked.push(parent);
            let text = xml.node(parent).children.iter().any(|&child| has_text(xml, child));
            if text || !is_inline(name) {
                break text;
            }
            at = parent;
        };
        self.texts.extend(asked.into_iter().map(|parent| (parent, answer)));
        answer
    }
}

/// Elements that stand in a line of text.
fn is_inline(name: &str) -> bool {
    matches!(
        name,
        "strong"
            | "b"
            | "em"
            | "i"
            | "cite"
            | "dfn"
            | "var"
            | "del"
            | "s"
            | "strike"
            | "u"
            | "ins"
            | "sub"
            | "sup"
            | "kbd"
            | "code"
            | "tt"
            | "samp"
            | "span"
            | "font"
            | "mark"
            | "small"
            | "big"
            | "bdi"
            | "bdo"
            | "q"
            | "abbr"
            | "time"
            | "a"
            | "ac:inline-comment-marker"
            | "ac:link-body"
            | "ac:link"
            | "ac:emoticon"
    )
}

/// Whether there is text beside an element of a container, with no block between them.
fn beside_text(xml: &Xml<'_>, parent: usize, id: usize) -> bool {
    let children = &xml.node(parent).children;
    let at = children.binary_search(&id).unwrap_or(0);
    let (before, after) = children.split_at_checked(at).unwrap_or((&[], &[]));
    let ends = |&&child: &&usize| {
        let name = xml.node(child).name.as_ref();
        name.is_empty() || name == "br" || is_inline(name) || has_text(xml, child)
    };
    let text = |&child: &usize| has_text(xml, child);
    before.iter().rev().take_while(ends).any(text) || after.iter().skip(1).take_while(ends).any(text)
}

/// Whether an element shows something in the line that it stands in.
fn has_text(xml: &Xml<'_>, id: usize) -> bool {
    let node = xml.node(id);
    match node.name.as_ref() {
        "" => crate::text::is_visible(&node.text),
        "ac:emoticon" | "@mention" => true,
        "time" => xml.attr(id, "datetime").is_some() || !node.children.is_empty(),
        "ac:structured-macro" => xml.attr(id, "name").is_some_and(|name| {
            matches!(name, "status" | "mathinline" | "eazy-math-inline" | "easy-math-inline" | "latex-inline")
        }),
        "ac:link" => xml.find(id, |n| n.name == "ac:image").is_none(),
        name if is_inline(name) => {
            let text = |n: &crate::storage::Node<'_>| !n.text.trim().is_empty() || n.name == "ac:emoticon";
            xml.find(id, text).is_some()
        }
        _ => false,
    }
}
