//! Nodes and the elements they stand for.

use std::borrow::Cow;

use super::json::{Id, Kind};
use super::lowering::{Lowering, Place};
use crate::elements::Tag;
use crate::storage::MAX_DEPTH;

/// Deeper nodes give their text only, so that the elements of one node never pass the limit halfway.
const DEEPEST: usize = MAX_DEPTH - 40;

impl<'a> Lowering<'a, '_> {
    pub(super) fn node(&mut self, id: Id, at: Place, linked: bool) {
        match self.json.kind(id) {
            Kind::Object => {}
            Kind::Null => return,
            Kind::Array => {
                let items: Vec<Id> = self.json.items(id).collect();
                return self.put(&items, at);
            }
            _ => return self.text(at, self.json.text(id)),
        }
        let kind = self.kind(id);
        let deep = at.depth > DEEPEST;
        // What is neither a decision nor the content of a decision list is lost.
        let at = match self.inside(at) {
            Tag::AcAdfNode if deep || kind != "decisionItem" => self.element(at, "ac:adf-content"),
            _ => at,
        };
        if deep {
            return self.flat(id, at);
        }
        if !self.inline_node(id, &kind, at, linked) && !self.block_node(id, &kind, at) {
            self.unknown(id, kind, at);
        }
    }

    /// Too deep: the text, a space in place of every boundary.
    fn flat(&mut self, id: Id, at: Place) {
        self.xml.cut = true;
        if self.kind(id) != "text" && !self.ends_blank(at) {
            self.text(at, " ");
        }
        let text = self.json.get(id, "text").map(|text| self.json.text(text));
        let text = text.unwrap_or_else(|| self.attr_text(id, "text"));
        self.text(at, text);
        self.spill(id, at);
    }

    fn inline_node(&mut self, id: Id, kind: &str, at: Place, linked: bool) -> bool {
        let at = match kind {
            "text" => return self.text_node(id, at, linked),
            "hardBreak" | "mention" | "emoji" | "date" | "status" | "placeholder" | "inlineCard" => {
                self.marked(id, at, linked).0
            }
            _ => return false,
        };
        let attr = |name: &str| self.attr_text(id, name);
        match kind {
            "hardBreak" => {
                self.element(at, "br");
            }
            "mention" => {
                let attrs = [("id", attr("id")), ("text", attr("text"))];
                self.element_with(at, "@mention", attrs);
            }
            "emoji" => {
                let (text, short) = (attr("text"), attr("shortName"));
                let short = if short.is_empty() { text.clone() } else { short };
                let attrs = [("ac:emoji-fallback", text), ("ac:emoji-id", attr("id")), ("ac:emoji-shortname", short)];
                self.element_with(at, "ac:emoticon", attrs);
            }
            "date" => {
                let attrs = [("datetime", day(attr("timestamp")))];
                self.element_with(at, "time", attrs);
            }
            "status" => {
                let (title, colour) = (attr("text"), colour(&attr("color")));
                let status = self.macro_element(at, "status");
                self.parameter(status, "title", title);
                self.parameter(status, "colour", colour);
            }
            "placeholder" => {
                let text = attr("text");
                let placeholder = self.element(at, "ac:placeholder");
                self.text(placeholder, text);
            }
            _ => self.card(id, "inline", at),
        }
        true
    }

    fn text_node(&mut self, id: Id, at: Place, linked: bool) -> bool {
        let text = self.json.get(id, "text").map_or(Cow::Borrowed(""), |text| self.json.text(text));
        let text = self.clean(text);
        if text.is_empty() {
            return true;
        }
        let (at, code) = self.marked(id, at, linked);
        if code || !text.contains('\n') {
            self.text(at, text);
            return true;
        }
        for (i, line) in text.split('\n').enumerate() {
            if i > 0 {
                self.element(at, "br");
            }
            self.text(at, line.to_owned());
        }
        true
    }

    fn block_node(&mut self, id: Id, kind: &str, at: Place) -> bool {
        match kind {
            "doc" | "extensionFrame" | "tableRow" | "tableCell" | "tableHeader" => self.fill(id, at),
            "blockquote" => self.filled(id, at, "blockquote"),
            "bulletList" => self.filled(id, at, "ul"),
            "listItem" => self.filled(id, at, "li"),
            "layoutSection" => self.filled(id, at, "ac:layout-section"),
            "layoutColumn" => self.filled(id, at, "ac:layout-cell"),
            "taskList" => self.filled(id, at, "ac:task-list"),
            "textColor" => {
                let style = format!("color: {}", self.attr_text(id, "color").replace(';', ""));
                let span = self.element_with(at, "span", [("style", style.into())]);
                self.fill(id, span);
            }
            "paragraph" | "heading" => {
                let level = self.attr_number(id, "level").unwrap_or(1).clamp(1, 6) as usize;
                let names = ["h1", "h2", "h3", "h4", "h5", "h6"];
                let name = if kind == "heading" { names.get(level - 1).copied() } else { None };
                let style = self.block_style(id);
                let element = self.element_with(at, name.unwrap_or("p"), [("style", style.into())]);
                self.fill(id, element);
            }
            "orderedList" => {
                let start = self.attr_number(id, "order").map_or(String::new(), |start| start.to_string());
                let element = self.element_with(at, "ol", [("start", start.into())]);
                self.fill(id, element);
            }
            "rule" | "bodiedRule" => {
                self.element(at, "hr");
                self.fill(id, at);
            }
            "taskItem" | "blockTaskItem" => self.task(id, at),
            "decisionList" | "decisionItem" => self.decision(id, kind, at),
            "codeBlock" => {
                let code = self.json.get(id, "content").map(|content| self.all_text(content)).unwrap_or_default();
                let element = self.macro_element(at, "code");
                self.parameter(element, "language", self.attr_text(id, "language"));
                self.plain_body(element, code.into());
            }
            "panel" | "panel_c1" => self.panel(id, at),
            "expand" | "nestedExpand" => {
                let element = self.macro_element(at, "expand");
                self.parameter(element, "title", self.attr_text(id, "title"));
                self.filled(id, element, "ac:rich-text-body");
            }
            "table" => self.table(id, at),
            _ => return self.media_node(id, kind, at) || self.extension_node(id, kind, at),
        }
        true
    }

    fn task(&mut self, id: Id, at: Place) {
        let list = if self.inside(at) == Tag::AcTaskList { at } else { self.element(at, "ac:task-list") };
        let task = self.element(list, "ac:task");
        let status = self.element(task, "ac:task-status");
        self.text(status, if self.attr_text(id, "state") == "DONE" { "complete" } else { "incomplete" });
        self.filled(id, task, "ac:task-body");
    }

    fn decision(&mut self, id: Id, kind: &str, at: Place) {
        if self.content(id).is_empty() {
            return;
        }
        let nested = kind == "decisionItem" && self.inside(at) == Tag::AcAdfNode;
        let at = if nested { at } else { self.element(at, "ac:adf-extension") };
        if kind == "decisionList" {
            let list = self.element_with(at, "ac:adf-node", [("type", "decision-list".into())]);
            return self.fill(id, list);
        }
        let state = self.attr_text(id, "state");
        let item = self.element_with(at, "ac:adf-node", [("type", "decision-item".into())]);
        self.attribute(item, "state", if state.is_empty() { "DECIDED".into() } else { state });
        self.filled(id, item, "ac:adf-content");
    }

    fn attribute(&mut self, at: Place, key: &'static str, value: Cow<'a, str>) {
        let attribute = self.element_with(at, "ac:adf-attribute", [("key", key.into())]);
        self.text(attribute, value);
    }

    fn panel(&mut self, id: Id, at: Place) {
        let title = self.attr_text(id, "title");
        let name = match self.attr_text(id, "panelType").as_ref() {
            "info" => "info",
            "success" | "tip" => "tip",
            "warning" => "note",
            "error" => "warning",
            "note" => {
                let extension = self.element(at, "ac:adf-extension");
                let node = self.element_with(extension, "ac:adf-node", [("type", "panel".into())]);
                self.attribute(node, "panel-type", "note".into());
                let content = self.element(node, "ac:adf-content");
                let paragraph = self.element(content, "p");
                let strong = self.element(paragraph, "strong");
                self.text(strong, title);
                return self.fill(id, content);
            }
            _ => "panel",
        };
        let element = self.macro_element(at, name);
        self.parameter(element, "title", title);
        if name == "panel" {
            self.parameter(element, "panelIcon", self.attr_text(id, "panelIcon"));
            self.parameter(element, "panelIconText", self.attr_text(id, "panelIconText"));
            self.parameter(element, "bgColor", self.attr_text(id, "panelColor"));
        }
        self.filled(id, element, "ac:rich-text-body");
    }

    fn unknown(&mut self, id: Id, kind: Cow<'a, str>, at: Place) {
        if self.json.items(id).next().is_none() {
            return;
        }
        let content = self.content(id);
        let own = self.json.get(id, "text").map(|text| self.json.text(text)).filter(|text| !text.is_empty());
        let named = ["text", "title", "url"].iter().map(|name| self.attr_text(id, name)).find(|t| !t.is_empty());
        let text = own.or(if content.is_empty() { named } else { None }).unwrap_or_default();
        let element = self.element_with(at, "@unknown", [("name", kind)]);
        self.text(element, text);
        self.put(&content, element);
    }
}

/// The day of a time in milliseconds; what is no time stays as it is.
fn day(milliseconds: Cow<'_, str>) -> Cow<'_, str> {
    let time = milliseconds.trim().parse().ok().and_then(|ms| jiff::Timestamp::from_millisecond(ms).ok());
    time.map_or(milliseconds, |time| jiff::tz::Offset::UTC.to_datetime(time).date().to_string().into())
}

/// A status colour by the name that storage format has for it.
fn colour(name: &str) -> String {
    let name = if name == "neutral" { "grey" } else { name };
    let mut chars = name.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
