//! Storage elements to the document tree.

use std::collections::{HashMap, HashSet};

use pagelift_model::{ConvertWarning, PageId, Severity, WarningCode};

use crate::anchors::Places;
use crate::dialect::Style;
use crate::elements::Tag;
pub(crate) use crate::flow::{Around, Flow};
use crate::includes::Opened;
use crate::shelf::Shelf;
use crate::storage::Xml;
use crate::tree::{Block, EM, KBD, Leaf, Link, Piece, STRIKE, STRONG, SUB, SUP};
use crate::{Anchors, CommentMark, Lookup, Nbsp, PropertyValue, Reference};

pub(crate) struct Builder<'a> {
    /// The body that is being read: the page's own, or one that is shown in it.
    pub(crate) xml: &'a Xml<'a>,
    /// The context as that body sees it.
    pub(crate) context: &'a dyn Lookup,
    /// The context of the page that is being converted.
    pub(crate) host: &'a dyn Lookup,
    pub(crate) shelf: &'a Shelf<'a>,
    /// The pages that are shown in each other here.
    pub(crate) guests: Vec<PageId>,
    /// Those that were asked for, where they can be shown.
    pub(crate) opened: HashMap<PageId, Option<Opened<'a>>>,
    /// How much of other bodies was shown so far, in bytes.
    pub(crate) included: usize,
    /// How many pages and files were listed so far.
    pub(crate) listed: usize,
    /// How many elements of other bodies are around this one.
    pub(crate) depth: usize,
    /// The names of places in the bodies that are read.
    pub(crate) anchors: Vec<String>,
    /// Whether a cell of a table is being read.
    pub(crate) in_cell: bool,
    /// Whether the body is a rendered view, not one that somebody wrote.
    pub(crate) viewed: bool,
    /// Code blocks that a macro draws as diagrams.
    pub(crate) mermaid: HashSet<usize>,
    pub(crate) style: Style<'a>,
    pub(crate) links: Vec<Link>,
    pub(crate) warnings: Vec<ConvertWarning>,
    pub(crate) references: Vec<Reference>,
    /// The ids of headings, and the headings' texts.
    pub(crate) heading_ids: Vec<(String, String)>,
    /// The heading above.
    pub(crate) heading: String,
    /// The fields of page-properties tables.
    pub(crate) properties: Vec<(String, PropertyValue)>,
    pub(crate) property_counts: HashMap<String, usize>,
    /// The texts that comments are about.
    pub(crate) comment_marks: Vec<CommentMark>,
    /// Where the text of a comment is among them, and the block that it was last in.
    pub(crate) comment_refs: HashMap<String, (usize, usize)>,
    /// Definitions for the end of the file.
    pub(crate) footnotes: Vec<Vec<Block<'a>>>,
    pub(crate) pages: HashMap<PageId, Places>,
    /// Where the warnings are that are counted instead of repeated, by code and name.
    merged: HashMap<WarningCode, HashMap<String, usize>>,
    referred: HashSet<Reference>,
    /// An empty list that was used before.
    pub(crate) spare: Vec<Leaf<'a>>,
    /// Whether the elements that were asked about hold text of their own.
    pub(crate) texts: HashMap<usize, bool>,
}

impl<'a> Builder<'a> {
    pub(crate) fn new(xml: &'a Xml<'a>, context: &'a dyn Lookup, style: Style<'a>, shelf: &'a Shelf<'a>) -> Self {
        Self {
            xml,
            context,
            host: context,
            shelf,
            guests: Vec::new(),
            opened: HashMap::new(),
            included: 0,
            listed: 0,
            depth: 0,
            in_cell: false,
            viewed: false,
            anchors: if style.options.anchors == Anchors::None { Vec::new() } else { xml.anchors() },
            mermaid: crate::mermaid::drawn(xml),
            style,
            links: Vec::new(),
            warnings: Vec::new(),
            references: Vec::new(),
            heading_ids: Vec::new(),
            heading: String::new(),
            properties: Vec::new(),
            property_counts: HashMap::new(),
            comment_marks: Vec::new(),
            comment_refs: HashMap::new(),
            footnotes: Vec::new(),
            pages: HashMap::new(),
            merged: HashMap::new(),
            referred: HashSet::new(),
            spare: Vec::new(),
            texts: HashMap::new(),
        }
    }

    pub(crate) fn warn(&mut self, code: WarningCode, name: &str, detail: &str) {
        if code.severity() == Severity::Info {
            let next = self.warnings.len();
            let known = self.merged.entry(code).or_default();
            if let Some(old) = known.get(name).and_then(|&at| self.warnings.get_mut(at)) {
                old.count += 1;
                return;
            }
            known.insert(name.to_owned(), next);
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
        if !self.referred.contains(&reference) {
            self.references.push(reference.clone());
            self.referred.insert(reference);
        }
    }

    /// The children of a node as blocks, in the link that is around them.
    pub(crate) fn linked_blocks(&mut self, id: usize, around: Around) -> Vec<Block<'a>> {
        let mut flow = Flow { cur: std::mem::take(&mut self.spare), ..Flow::default() };
        self.children(id, Around { link: around.link, ..Around::default() }, &mut flow);
        flow.flush();
        self.spare = flow.cur;
        flow.blocks
    }

    /// The children of a node as blocks.
    pub(crate) fn blocks(&mut self, id: usize) -> Vec<Block<'a>> {
        self.linked_blocks(id, Around::default())
    }

    pub(crate) fn children(&mut self, id: usize, around: Around, flow: &mut Flow<'a>) {
        let xml = self.xml;
        let mut items: Vec<usize> = Vec::new();
        for child in xml.children(id) {
            let tag = xml.tag(child);
            let item = matches!(tag, Tag::Li | Tag::AcTask);
            let same = items.first().is_none_or(|&first| xml.tag(first) == tag);
            if item && same {
                items.push(child);
                continue;
            }
            if !items.is_empty() && xml.is_blank(child) {
                continue;
            }
            if !items.is_empty() {
                self.loose_items(&mut items, flow);
            }
            if item {
                items.push(child);
            } else {
                self.node(child, around, flow);
            }
        }
        self.loose_items(&mut items, flow);
    }

    fn loose_items(&mut self, items: &mut Vec<usize>, flow: &mut Flow<'a>) {
        let Some(&first) = items.first() else { return };
        let ids = std::mem::take(items);
        let list = if self.xml.tag(first) == Tag::Li { self.items(ids) } else { self.tasks(ids) };
        flow.list(None, list);
    }

    pub(crate) fn node(&mut self, id: usize, around: Around, flow: &mut Flow<'a>) {
        let xml = self.xml;
        if xml.tag(id) == Tag::Text {
            let text = xml.text(id);
            let keeps = self.style.options.nbsp == Nbsp::Keep && !around.code;
            if !keeps && !xml.has_separators() {
                return flow.words(text, around);
            }
            for (i, line) in text.split(['\u{2028}', '\u{2029}']).enumerate() {
                if i > 0 {
                    flow.line_break(around);
                }
                if !keeps {
                    flow.words(line, around);
                    continue;
                }
                for (i, part) in line.split('\u{a0}').enumerate() {
                    if i > 0 {
                        flow.inline(Piece::Raw("\u{a0}".into()), around);
                    }
                    flow.words(part, around);
                }
            }
            return;
        }
        if self.viewed && (self.is_chrome(id) || self.viewed_node(id, around, flow)) {
            return;
        }
        if !self.inline_node(id, around, flow) && !self.block_node(id, around, flow) {
            self.other_node(id, around, flow);
        }
    }

    fn inline_node(&mut self, id: usize, mut around: Around, flow: &mut Flow<'a>) -> bool {
        let xml = self.xml;
        let (outside, in_code) = (around.marks, around.code);
        match xml.tag(id) {
            Tag::Strong | Tag::B => around.marks |= STRONG,
            Tag::Em | Tag::I | Tag::Cite | Tag::Dfn | Tag::Var => around.marks |= EM,
            Tag::Del | Tag::S | Tag::Strike => around.marks |= STRIKE,
            Tag::U | Tag::Ins => around.marks |= self.underline(),
            Tag::Sub => around.marks |= SUB,
            Tag::Sup => around.marks |= SUP,
            Tag::Kbd => around.marks |= KBD,
            Tag::Code | Tag::Tt | Tag::Samp => around.code = true,
            Tag::Span | Tag::Font | Tag::Mark => {
                self.styled(id, around, flow);
                return true;
            }
            Tag::Small | Tag::Big => self.warn(WarningCode::StyleSize, "", ""),
            Tag::AcInlineCommentMarker => self.comment_mark(id),
            Tag::Bdi | Tag::Bdo | Tag::AcLinkBody => {}
            Tag::Br => {
                flow.line_break(around);
                return true;
            }
            Tag::Q => {
                flow.words("“", around);
                self.children(id, around, flow);
                flow.words("”", around);
                return true;
            }
            Tag::Abbr => return self.abbreviation(id, around, flow),
            Tag::Time => {
                if xml.all_text(id).trim().is_empty() {
                    let date = xml.attr(id, "datetime").unwrap_or("").to_owned();
                    flow.inline(Piece::Text(date.into()), around);
                    return true;
                }
            }
            Tag::A => {
                self.html_link(id, around, flow);
                return true;
            }
            Tag::AcLink => {
                self.link(id, around, flow);
                return true;
            }
            Tag::AcImage | Tag::Img => {
                self.image(id, around, flow);
                return true;
            }
            Tag::AcEmoticon => {
                let text = self.emoticon(id);
                flow.inline(Piece::Text(text.into()), around);
                return true;
            }
            _ => return false,
        }
        around.marks = if in_code { outside } else { self.style.kept(around.marks) };
        let begin = flow.cur.len();
        self.children(id, around, flow);
        flow.unmark_places(begin, outside);
        true
    }

    fn abbreviation(&mut self, id: usize, around: Around, flow: &mut Flow<'a>) -> bool {
        let Some(title) = self.xml.attr(id, "title").filter(|title| !title.is_empty()) else { return false };
        if around.code || self.xml.all_text(id).trim().is_empty() {
            return false;
        }
        flow.inline(Piece::Html(format!("<abbr title=\"{}\">", crate::links::attribute(title)).into()), around);
        self.children(id, around, flow);
        flow.inline(Piece::Html("</abbr>".into()), around);
        true
    }

    fn block_node(&mut self, id: usize, around: Around, flow: &mut Flow<'a>) -> bool {
        let xml = self.xml;
        match xml.tag(id) {
            Tag::H1 => self.title(1, id, around, flow),
            Tag::H2 => self.title(2, id, around, flow),
            Tag::H3 => self.title(3, id, around, flow),
            Tag::H4 => self.title(4, id, around, flow),
            Tag::H5 => self.title(5, id, around, flow),
            Tag::H6 => self.title(6, id, around, flow),
            Tag::Hr => flow.block(Block::Rule),
            Tag::Blockquote => {
                let blocks = self.linked_blocks(id, around);
                if !blocks.is_empty() {
                    flow.block(Block::Quote(blocks));
                }
            }
            Tag::Pre => self.pre(id, around, flow),
            Tag::Ul | Tag::Ol => self.list(id, around, flow),
            Tag::Dl => self.definitions(id, flow),
            Tag::AcTaskList => {
                let items = self.tasks(xml.children(id));
                flow.list(None, items);
            }
            Tag::Table => self.table(id, flow),
            Tag::Details => {
                let title = xml.child(id, Tag::Summary).map(|s| xml.all_text(s)).unwrap_or_default();
                let body = self.blocks(id);
                flow.details(&title, body);
            }
            Tag::Script | Tag::Style => self.warn(WarningCode::ScriptDropped, xml.name(id), ""),
            Tag::Summary if xml.tag(xml.parent(id)) == Tag::Details => {}
            Tag::AcParameter
            | Tag::AcDefaultParameter
            | Tag::AtDeclarations
            | Tag::AcAdfMark
            | Tag::AcAdfFragmentMark
            | Tag::AcAdfAttribute
            | Tag::AcTaskId
            | Tag::AcTaskUuid
            | Tag::AcTaskStatus => {}
            tag if tag.is_block() => {
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

    /// Columns, one below the other.
    fn layout_section(&mut self, id: usize, around: Around, flow: &mut Flow<'a>) {
        let xml = self.xml;
        flow.flush();
        let mut filled = 0;
        for child in xml.children(id) {
            let before = flow.blocks.len();
            self.node(child, around, flow);
            flow.flush();
            filled += usize::from(xml.tag(child) == Tag::AcLayoutCell && flow.blocks.len() > before);
        }
        if filled > 1 {
            self.warn(WarningCode::LayoutFlattened, "", "");
        }
    }

    fn other_node(&mut self, id: usize, around: Around, flow: &mut Flow<'a>) {
        let xml = self.xml;
        let tag = xml.tag(id);
        match tag {
            Tag::AcStructuredMacro | Tag::AcMacro => return self.macro_node(id, around, flow),
            Tag::AcAdfExtension => return self.adf_extension(id, around, flow),
            _ if tag.is_adf() => return self.adf_element(id, around, flow),
            Tag::AcPlaceholder => {
                let text = comment_value(&xml.all_text(id));
                if !text.is_empty() {
                    flow.comment(format!("placeholder text=\"{text}\""), around);
                }
                return;
            }
            Tag::AtVar => {
                let var = xml.attr(id, "name").unwrap_or("").to_owned();
                self.warn(WarningCode::TemplateVariable, &var, "");
                return flow.inline(Piece::Text(format!("{{{var}}}").into()), around);
            }
            Tag::AcLayoutSection => return self.layout_section(id, around, flow),
            Tag::AcLayout | Tag::AcLayoutCell => {
                flow.flush();
                self.children(id, around, flow);
                return flow.flush();
            }
            Tag::AcConfluence
            | Tag::AcRichTextBody
            | Tag::AcAdfContent
            | Tag::AcAdfNode
            | Tag::AcAdfFallback
            | Tag::AcPlainTextBody
            | Tag::AcPlainTextLinkBody
            | Tag::AcTaskBody
            | Tag::AcCaption => {}
            _ if tag.is_ac() || tag.is_ri() => {
                let name = xml.name(id);
                self.warn(WarningCode::ElementUnknown, name, "");
                flow.comment(format!("element name=\"{}\"", comment_value(name)), around);
            }
            _ => {}
        }
        self.children(id, around, flow);
    }
}

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
