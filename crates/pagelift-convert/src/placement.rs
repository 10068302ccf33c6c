//! Whether something stands in a line of text or on its own.

use crate::build::Builder;
use crate::elements::Tag;
use crate::storage::Xml;

impl Builder<'_> {
    /// Whether a macro or a picture stands in a line of text, not on its own.
    pub(crate) fn in_text(&mut self, id: usize) -> bool {
        let xml = self.xml;
        let mut asked = Vec::new();
        let mut at = id;
        let answer = loop {
            let parent = xml.parent(at);
            if parent == at {
                break false;
            }
            if let Some(&known) = self.texts.get(&parent) {
                break known;
            }
            let tag = xml.tag(parent);
            if !(tag.is_inline() || tag == Tag::P || tag.level().is_some()) {
                break beside_text(xml, at);
            }
            asked.push(parent);
            let text = xml.children(parent).any(|child| has_text(xml, child));
            if text || !tag.is_inline() {
                break text;
            }
            at = parent;
        };
        self.texts.extend(asked.into_iter().map(|parent| (parent, answer)));
        answer
    }
}

/// Whether there is text beside an element of a container, with no block between them.
fn beside_text(xml: &Xml<'_>, id: usize) -> bool {
    let in_line = |&beside: &usize| {
        let tag = xml.tag(beside);
        !is_block_card(xml, beside) && (matches!(tag, Tag::Text | Tag::Br) || tag.is_inline() || has_text(xml, beside))
    };
    let text = |beside: usize| has_text(xml, beside);
    xml.before(id).take_while(in_line).any(text) || xml.after(id).take_while(in_line).any(text)
}

/// Whether a link is shown as a block of its own.
fn is_block_card(xml: &Xml<'_>, id: usize) -> bool {
    let appearance = match xml.tag(id) {
        Tag::A => xml.attr(id, "data-card-appearance"),
        Tag::AcLink => xml.attr(id, "card-appearance"),
        _ => None,
    };
    matches!(appearance, Some("block" | "embed"))
}

/// Whether an element shows something in the line that it stands in.
fn has_text(xml: &Xml<'_>, id: usize) -> bool {
    if is_block_card(xml, id) {
        return false;
    }
    match xml.tag(id) {
        Tag::Text => crate::text::is_visible(xml.text(id)),
        Tag::AcEmoticon | Tag::AdfMention => true,
        Tag::Time => xml.attr(id, "datetime").is_some() || xml.last_child(id).is_some(),
        Tag::AcStructuredMacro => xml.attr(id, "name").is_some_and(|name| {
            matches!(name, "status" | "mathinline" | "eazy-math-inline" | "easy-math-inline" | "latex-inline")
        }),
        Tag::AcLink => xml.find(id, |at| xml.tag(at) == Tag::AcImage).is_none(),
        tag if tag.is_inline() => {
            xml.find(id, |at| xml.tag(at) == Tag::AcEmoticon || !xml.text(at).trim_start().is_empty()).is_some()
        }
        _ => false,
    }
}
