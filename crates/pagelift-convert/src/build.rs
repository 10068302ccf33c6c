//! Storage elements to the document tree.

use std::collections::{HashMap, HashSet};

use pagelift_model::{ConvertWarning, PageId, Severity, WarningCode};

use crate::anchors::Places;
pub(crate) use crate::flow::{Around, Flow};
use crate::storage::Xml;
use crate::tree::{Block, EM, KBD, Link, Piece, STRIKE, STRONG, SUB, SUP, UNDERLINE};
use crate::{Lookup, Reference};

pub(crate) struct Builder<'a> {
    pub(crate) xml: &'a Xml<'a>,
    pub(crate) context: &'a dyn Lookup,
    pub(crate) links: Vec<Link>,
    pub(crate) warnings: Vec<ConvertWarning>,
    pub(crate) references: Vec<Reference>,
    /// The ids of headings, and the headings' texts.
    pub(crate) heading_ids: Vec<(String, String)>,
    /// The heading above.
    pub(crate) heading: String,
    /// The fields of page-properties tables.
    pub(crate) properties: Vec<(String, String)>,
    pub(crate) property_counts: HashMap<String, usize>,
    /// Definitions for the end of the file.
    pub(crate) footnotes: Vec<Vec<Block>>,
    pub(crate) pages: HashMap<PageId, Places>,
    merged: HashMap<(WarningCode, String), usize>,
    referred: HashSet<Reference>,
    /// Whether the elements that were asked about hold text of their own.
    pub(crate) texts: HashMap<usize, bool>,
}

impl<'a> Builder<'a> {
    pub(crate) fn new(xml: &'a Xml<'a>, context: &'a dyn Lookup) -> Self {
        Self {
            xml,
            context,
            links: Vec::new(),
            warnings: Vec::new(),
            references: Vec::new(),
            heading_ids: Vec::new(),
            heading: String::new(),
            properties: Vec::new(),
            property_counts: HashMap::new(),
            footnotes: Vec::new(),
            pages: HashMap::new(),
            merged: HashMap::new(),
            referred: HashSet::new(),
            texts: HashMap::new(),
        }
    }

    pub(crate) fn warn(&mut self, code: WarningCode, name: &str, detail: &str) {
        if code.severity() == Severity::Info {
            let next = self.warnings.len();
            let at = *self.merged.entry((code, name.to_owned())).or_insert(next);
            if let Some(old) = self.warnings.get_mut(at) {
                old.count += 1;
                return;
            }
        }
        self.warnings.push(ConvertWarning {
            code,
            name: name.to_owned(),
            count: 1,
            line: 0,
            heading: self.heading.clone(),
            detail: detail.chars().take(300).collect(),
        });
    }

    pub(crate) fn refer(&mut self, reference: Reference) {
        if self.referred.insert(reference.clone()) {
            self.references.push(reference);
        }
    }

    /// The children of a node as blocks, in the link that is around them.
    pub(crate) fn linked_blocks(&mut self, id: usize, around: Around) -> Vec<Block> {
        let mut flow = Flow::default();
        self.children(id, Around { link: around.link, ..Around::default() }, &mut flow);
        flow.flush();
        flow.blocks
    }

    /// The children of a node as blocks.
    pub(crate) fn blocks(&mut self, id: usize) -> Vec<Block> {
        let mut flow = Flow::default();
        self.children(id, Around::default(), &mut flow);
        flow.flush();
        flow.blocks
    }

    pub(crate) fn children(&mut self, id: usize, around: Around, flow: &mut Flow) {
        let xml = self.xml;
        let mut items: Vec<usize> = Vec::new();
        for &child in &xml.node(id).children {
            let node = xml.node(child);
            let item = matches!(node.name.as_ref(), "li" | "ac:task");
            let same = items.first().is_none_or(|&first| xml.node(first).name == node.name);
            if item && same {
                items.push(child);
                continue;
            }
            if node.name.is_empty() && node.text.trim().is_empty() && !items.is_empty() {
                continue;
            }
            self.loose_items(&mut items, flow);
            if item {
                items.push(child);
            } else {
                self.node(child, around, flow);
            }
        }
        self.loose_items(&mut items, flow);
    }

    fn loose_items(&mut self, items: &mut Vec<usize>, flow: &mut Flow) {
        let Some(&first) = items.first() else { return };
        let ids = std::mem::take(items);
        let list = if self.xml.node(first).name == "li" { self.items(&ids) } else { self.tasks(&ids) };
        flow.list(None, list);
    }

    pub(crate) fn node(&mut self, id: usize, around: Around, flow: &mut Flow) {
        let xml = self.xml;
        let node = xml.node(id);
        if node.name.is_empty() {
            if node.text.is_ascii() {
                let text = node.text.to_string();
                return flow.inline(if around.code { Piece::Code(text) } else { Piece::Text(text) }, around);
            }
            for (i, line) in node.text.split(['\u{2028}', '\u{2029}']).enumerate() {
                if i > 0 {
                    flow.line_break(around);
                }
                let text = line.to_owned();
                flow.inline(if around.code { Piece::Code(text) } else { Piece::Text(text) }, around);
            }
            return;
        }
        if !self.inline_node(id, around, flow) && !self.block_node(id, around, flow) {
            self.other_node(id, around, flow);
        }
    }

    fn inline_node(&mut self, id: usize, mut around: Around, flow: &mut Flow) -> bool {
        let xml = self.xml;
        let (outside, in_code) = (around.marks, around.code);
        match xml.node(id).name.as_ref() {
            "strong" | "b" => around.marks |= STRONG,
            "em" | "i" | "cite" | "dfn" | "var" => around.marks |= EM,
            "del" | "s" | "strike" => around.marks |= STRIKE,
            "u" | "ins" => around.marks |= UNDERLINE,
            "sub" => around.marks |= SUB,
            "sup" => around.marks |= SUP,
            "kbd" => around.marks |= KBD,
            "code" | "tt" | "samp" => around.code = true,
            "span" | "font" | "mark" => around.marks |= self.style(id),
            "small" | "big" => self.warn(WarningCode::StyleSize, "", ""),
            "bdi" | "bdo" | "ac:inline-comment-marker" | "ac:link-body" => {}
            "br" => {
                flow.line_break(around);
                return true;
            }
            "q" => {
                flow.inline(Piece::Text("“".to_owned()), around);
                self.children(id, around, flow);
                flow.inline(Piece::Text("”".to_owned()), around);
                return true;
            }
            "abbr" => return self.abbreviation(id, around, flow),
            "time" => {
                if xml.all_text(id).trim().is_empty() {
                    let date = xml.attr(id, "datetime").unwrap_or("").to_owned();
                    flow.inline(Piece::Text(date), around);
                    return true;
                }
            }
            "a" => {
                self.html_link(id, around, flow);
                return true;
            }
            "ac:link" => {
                self.link(id, around, flow);
                return true;
            }
            "ac:image" | "img" => {
                self.image(id, around, flow);
                return true;
            }
            "ac:emoticon" => {
                let text = self.emoticon(id);
                flow.inline(Piece::Text(text), around);
                return true;
            }
            _ => return false,
        }
        if in_code {
            around.marks = outside;
        }
        self.children(id, around, flow);
        true
    }

    fn abbreviation(&mut self, id: usize, around: Around, flow: &mut Flow) -> bool {
        let Some(title) = self.xml.attr(id, "title").filter(|title| !title.is_empty()) else { return false };
        if around.code || self.xml.all_text(id).trim().is_empty() {
            return false;
        }
        flow.inline(Piece::Raw(format!("<abbr title=\"{}\">", crate::links::attribute(title))), around);
        self.children(id, around, flow);
        flow.inline(Piece::Raw("</abbr>".to_owned()), around);
        true
    }

    fn style(&mut self, id: usize) -> u16 {
        let xml = self.xml;
        if xml.node(id).name == "mark" {
            self.warn(WarningCode::StyleHighlight, "", "");
        }
        let mut marks = 0;
        for part in xml.attr(id, "style").unwrap_or("").to_lowercase().split(';') {
            let Some((key, value)) = part.split_once(':') else { continue };
            let value = value.trim();
            match key.trim() {
                "font-weight" if value.starts_with("bold") || value.parse::<u32>().is_ok_and(|w| w >= 600) => {
                    marks |= STRONG;
                }
                "font-style" if value == "italic" => marks |= EM,
                "text-decoration" if value.contains("line-through") => marks |= STRIKE,
                "text-decoration" if value.contains("underline") => marks |= UNDERLINE,
                "color" => self.warn(WarningCode::StyleColour, "", ""),
                "background-color" => self.warn(WarningCode::StyleHighlight, "", ""),
                "font-size" => self.warn(WarningCode::StyleSize, "", ""),
                _ => {}
            }
        }
        marks
    }

    fn block_node(&mut self, id: usize, around: Around, flow: &mut Flow) -> bool {
        let xml = self.xml;
        let name = xml.node(id).name.as_ref();
        match name {
            "h1" => self.title(1, id, around, flow),
            "h2" => self.title(2, id, around, flow),
            "h3" => self.title(3, id, around, flow),
            "h4" => self.title(4, id, around, flow),
            "h5" => self.title(5, id, around, flow),
            "h6" => self.title(6, id, around, flow),
            "hr" => flow.block(Block::Rule),
            "blockquote" => {
                let blocks = self.linked_blocks(id, around);
                if !blocks.is_empty() {
                    flow.block(Block::Quote(blocks));
                }
            }
            "pre" => self.pre(id, around, flow),
            "ul" | "ol" => self.list(id, around, flow),
            "dl" => self.definitions(id, flow),
            "ac:task-list" => {
                let items = self.tasks(&xml.node(id).children);
                flow.list(None, items);
            }
            "table" => self.table(id, flow),
            "details" => {
                let title = xml.child(id, "summary").map(|s| xml.all_text(s)).unwrap_or_default();
                let body = self.blocks(id);
                flow.details(&title, body);
            }
            "script" | "style" => self.warn(WarningCode::ScriptDropped, name, ""),
            "summary" if xml.node(xml.node(id).parent).name == "details" => {}
            "ac:parameter"
            | "ac:default-parameter"
            | "at:declarations"
            | "ac:adf-mark"
            | "ac:adf-fragment-mark"
            | "ac:adf-attribute"
            | "ac:task-id"
            | "ac:task-uuid"
            | "ac:task-status" => {}
            _ if BLOCKS.contains(&name) => {
                if xml.attr(id, "style").is_some_and(|s| s.contains("text-align") || s.contains("margin-left")) {
                    self.warn(WarningCode::StyleLayout, "", "");
                }
                flow.flush();
                self.children(id, around, flow);
                flow.flush();
            }
            _ => return false,
        }
        true
    }

    fn other_node(&mut self, id: usize, around: Around, flow: &mut Flow) {
        let xml = self.xml;
        let name = xml.node(id).name.as_ref();
        match name {
            "ac:structured-macro" | "ac:macro" => return self.macro_node(id, around, flow),
            "ac:adf-extension" => return self.adf_extension(id, flow),
            _ if name.starts_with('@') => return self.adf_element(id, around, flow),
            "ac:placeholder" => {
                let text = comment_value(&xml.all_text(id));
                return flow.comment(format!("<!-- pagelift: placeholder text=\"{text}\" -->"), around);
            }
            "at:var" => {
                let var = xml.attr(id, "name").unwrap_or("").to_owned();
                self.warn(WarningCode::TemplateVariable, &var, "");
                return flow.inline(Piece::Text(format!("{{{var}}}")), around);
            }
            "ac:layout" | "ac:layout-section" | "ac:layout-cell" => {
                let filled = |&&cell: &&usize| {
                    let content = |n: &crate::storage::Node<'_>| !n.text.trim().is_empty() || n.name.starts_with("ri:");
                    xml.node(cell).name == "ac:layout-cell" && xml.find(cell, content).is_some()
                };
                if name == "ac:layout-section" && xml.node(id).children.iter().filter(filled).nth(1).is_some() {
                    self.warn(WarningCode::LayoutFlattened, "", "");
                }
                flow.flush();
                self.children(id, around, flow);
                return flow.flush();
            }
            "ac:confluence"
            | "ac:rich-text-body"
            | "ac:adf-content"
            | "ac:adf-node"
            | "ac:adf-fallback"
            | "ac:plain-text-body"
            | "ac:plain-text-link-body"
            | "ac:task-body"
            | "ac:caption" => {}
            _ if name.starts_with("ac:") || name.starts_with("ri:") => {
                self.warn(WarningCode::ElementUnknown, name, "");
                flow.comment(format!("<!-- pagelift: element name=\"{}\" -->", comment_value(name)), around);
            }
            _ => {}
        }
        self.children(id, around, flow);
    }
}

/// Elements of HTML that begin and end a paragraph.
const BLOCKS: &[&str] = &[
    "p",
    "div",
    "section",
    "article",
    "center",
    "address",
    "figure",
    "figcaption",
    "header",
    "footer",
    "nav",
    "main",
    "aside",
    "fieldset",
    "form",
    "legend",
    "body",
    "html",
    "hgroup",
    "summary",
    "dt",
    "dd",
    "caption",
    "dialog",
    "noscript",
];

/// A value inside a comment.
pub(crate) fn comment_value(value: &str) -> String {
    let cut: String = value.chars().take(200).collect();
    let words = cut.split_whitespace().collect::<Vec<_>>().join(" ");
    let safe = words.replace('&', "&amp;").replace('"', "&quot;").replace("--", "-&#45;").replace("--", "-&#45;");
    safe.replace("<ac:", "&lt;ac:")
        .replace("<ri:", "&lt;ri:")
        .replace("<at:", "&lt;at:")
        .replace("<![CDATA[", "&lt;![CDATA[")
}
