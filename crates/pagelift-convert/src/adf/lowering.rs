//! The work of turning a document into elements: what is left to do, and where it goes.

use std::borrow::Cow;
use std::collections::HashMap;

use super::json::{Id, Json, Kind};
use crate::Lookup;
use crate::elements::Tag;
use crate::storage::{self, MAX_DEPTH, Xml};

/// An element to put content in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    element: usize,
    pub(super) depth: usize,
}

enum Work {
    Node(Id, Place),
    /// Neighbours with one link around them.
    Linked(Vec<Id>, Place),
    /// A node whose link is around it already.
    InLink(Id, Place),
}

/// The elements of a document.
pub(super) struct Lowered<'a> {
    pub(super) xml: Xml<'a>,
    /// Whether it held characters that no text can have.
    pub(super) controls: bool,
    /// Whether anything in it is more than structure.
    pub(super) shows: bool,
}

/// Turns a document into elements.
pub(super) struct Lowering<'a, 'c> {
    pub(super) json: &'a Json<'a>,
    pub(super) context: &'c dyn Lookup,
    /// The storage bodies in the document, by the strings they stand in.
    bodies: &'a HashMap<Id, String>,
    pub(super) xml: Xml<'a>,
    controls: bool,
    shows: bool,
    /// What is left to do, the next thing last.
    work: Vec<Work>,
}

impl<'a, 'c> Lowering<'a, 'c> {
    pub(super) fn new(json: &'a Json<'a>, context: &'c dyn Lookup, bodies: &'a HashMap<Id, String>) -> Self {
        Self { json, context, bodies, xml: Xml::new("", 0), controls: false, shows: false, work: Vec::new() }
    }

    /// The elements of a document, or of an array of nodes.
    pub(super) fn document(mut self, id: Id) -> Lowered<'a> {
        self.work.push(Work::Node(id, Place { element: 0, depth: 0 }));
        while let Some(work) = self.work.pop() {
            match work {
                Work::Node(id, at) => self.node(id, at, false),
                Work::InLink(id, at) => self.node(id, at, true),
                Work::Linked(ids, at) => {
                    let Some(&first) = ids.first() else { continue };
                    let inner = self.link(first, at);
                    self.work.extend(ids.into_iter().rev().map(|id| Work::InLink(id, inner)));
                }
            }
        }
        Lowered { xml: self.xml, controls: self.controls, shows: self.shows }
    }

    /// Puts an element without attributes in another.
    pub(super) fn element(&mut self, at: Place, name: &'static str) -> Place {
        self.element_with(at, name, [])
    }

    /// Puts an element in another. An empty attribute is none.
    pub(super) fn element_with<const N: usize>(
        &mut self,
        at: Place,
        name: &'static str,
        attrs: [(&'static str, Cow<'a, str>); N],
    ) -> Place {
        let first = self.xml.attr_count();
        for (key, value) in attrs.into_iter().filter(|(_, value)| !value.is_empty()) {
            let value = self.clean(value);
            self.xml.add_attr(key, &value);
            self.shows = true;
        }
        let element = self.xml.add_element(at.element, Tag::of(name), name, first..self.xml.attr_count());
        Place { element, depth: at.depth + 1 }
    }

    pub(super) fn text(&mut self, at: Place, text: impl Into<Cow<'a, str>>) {
        let text = self.clean(text.into());
        if !text.is_empty() {
            self.shows |= !text.trim().is_empty();
            self.xml.add_text(at.element, &text);
        }
    }

    /// Text without what no text can have, lines ended by LF.
    pub(super) fn clean(&mut self, text: Cow<'a, str>) -> Cow<'a, str> {
        match crate::clean::clean(&text) {
            (Cow::Borrowed(clean), false) if clean.len() == text.len() => text,
            (clean, controls) => {
                self.controls |= controls;
                Cow::Owned(clean.into_owned())
            }
        }
    }

    /// Puts an element in another, and has the content of a node put in it.
    pub(super) fn filled(&mut self, id: Id, at: Place, name: &'static str) {
        let element = self.element(at, name);
        self.fill(id, element);
    }

    pub(super) fn macro_element(&mut self, at: Place, name: impl Into<Cow<'a, str>>) -> Place {
        self.element_with(at, "ac:structured-macro", [("ac:name", name.into())])
    }

    /// A parameter of a macro; an empty value is none.
    pub(super) fn parameter(&mut self, at: Place, name: impl Into<Cow<'a, str>>, value: impl Into<Cow<'a, str>>) {
        let value = value.into();
        if !value.is_empty() {
            let parameter = self.element_with(at, "ac:parameter", [("ac:name", name.into())]);
            self.text(parameter, value);
        }
    }

    /// The text of a macro that is no rich text. Its first line break belongs to the format, not to the text.
    pub(super) fn plain_body(&mut self, at: Place, text: Cow<'a, str>) {
        let body = self.element(at, "ac:plain-text-body");
        if text.starts_with(['\n', '\r']) {
            self.text(body, "\n");
        }
        self.text(body, text);
    }

    /// A named value among the attributes of a node.
    pub(super) fn attr(&self, id: Id, name: &str) -> Option<Id> {
        self.json.get(id, "attrs").and_then(|attrs| self.json.get(attrs, name))
    }

    /// The same as text; empty where there is none.
    pub(super) fn attr_text(&self, id: Id, name: &str) -> Cow<'a, str> {
        self.attr(id, name).map_or(Cow::Borrowed(""), |value| self.json.text(value))
    }

    /// The same as a whole number, however it is written.
    pub(super) fn attr_number(&self, id: Id, name: &str) -> Option<u32> {
        self.attr_text(id, name).trim().split('.').next()?.parse().ok()
    }

    pub(super) fn kind(&self, id: Id) -> Cow<'a, str> {
        self.json.get(id, "type").map_or(Cow::Borrowed(""), |kind| self.json.text(kind))
    }

    /// The nodes in a node; content that is no array is one node.
    pub(super) fn content(&self, id: Id) -> Vec<Id> {
        match self.json.get(id, "content") {
            Some(content) if self.json.kind(content) == Kind::Array => self.json.items(content).collect(),
            content => content.into_iter().collect(),
        }
    }

    /// Has the content of a node put in an element.
    pub(super) fn fill(&mut self, id: Id, at: Place) {
        let content = self.content(id);
        self.put(&content, at);
    }

    /// Has nodes put in an element, neighbours with the same link in one link.
    pub(super) fn put(&mut self, ids: &[Id], at: Place) {
        let mut work = Vec::with_capacity(ids.len());
        let mut open: Option<(Cow<'a, str>, Vec<Id>)> = None;
        for &id in ids {
            let target = self.link_target(id);
            if let (Some(target), Some((same, linked))) = (&target, &mut open)
                && target == same
            {
                linked.push(id);
                continue;
            }
            work.extend(open.take().map(|(_, linked)| Work::Linked(linked, at)));
            match target {
                Some(target) => open = Some((target, vec![id])),
                None => work.push(Work::Node(id, at)),
            }
        }
        work.extend(open.map(|(_, linked)| Work::Linked(linked, at)));
        self.work.extend(work.into_iter().rev());
    }

    /// Has the content of a node put in an element without a link around any of it.
    pub(super) fn spill(&mut self, id: Id, at: Place) {
        let content = self.content(id);
        self.work.extend(content.into_iter().rev().map(|id| Work::Node(id, at)));
    }

    /// The text of a node and all nodes in it.
    pub(super) fn all_text(&self, id: Id) -> String {
        let mut out = String::new();
        let mut stack = vec![id];
        while let Some(at) = stack.pop() {
            match self.json.kind(at) {
                Kind::Array => {
                    let items: Vec<Id> = self.json.items(at).collect();
                    stack.extend(items.into_iter().rev());
                    continue;
                }
                Kind::Object => {}
                _ => {
                    out.push_str(&self.json.text(at));
                    continue;
                }
            }
            if self.kind(at) == "hardBreak" {
                out.push('\n');
            }
            if let Some(text) = self.json.get(at, "text") {
                out.push_str(&self.json.text(text));
            }
            stack.extend(self.json.get(at, "content"));
        }
        out
    }

    /// Whether the last thing in an element is white space.
    pub(super) fn ends_blank(&self, at: Place) -> bool {
        self.xml.last_child(at.element).is_some_and(|last| self.xml.is_blank(last))
    }

    pub(super) fn inside(&self, at: Place) -> Tag {
        self.xml.tag(at.element)
    }

    /// Puts the elements of a storage body, the value of this attribute, in an element.
    pub(super) fn storage(&mut self, value: Id, at: Place) {
        let Some(body) = self.bodies.get(&value) else { return };
        let other = storage::read(body);
        self.xml.malformed |= other.malformed;
        self.xml.cut |= other.cut;
        self.shows = true;
        // Where each node of the other body went; the root first.
        let mut places = vec![at];
        for id in other.all(0).skip(1) {
            let at = places.get(other.parent(id)).copied().unwrap_or(at);
            let place = if at.depth < MAX_DEPTH || other.tag(id) == Tag::Text {
                Place { element: self.xml.add_copy(at.element, &other, id), depth: at.depth + 1 }
            } else {
                self.xml.cut = true;
                at
            };
            places.push(place);
        }
    }
}
