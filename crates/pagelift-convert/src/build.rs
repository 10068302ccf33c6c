//! Storage elements to the document tree.

use pagelift_model::{ConvertWarning, WarningCode};

use crate::storage::Xml;
use crate::tree::{Block, Cell, EM, Item, KBD, Leaf, Link, Piece, STRIKE, STRONG, SUB, SUP, UNDERLINE};
use crate::{Lookup, Reference, inline};

/// Marks, code and link around the place being read.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Around {
    pub(crate) marks: u16,
    pub(crate) code: bool,
    pub(crate) link: Option<usize>,
}

/// Blocks so far, and the paragraph that is still open.
#[derive(Debug, Default)]
pub(crate) struct Flow {
    pub(crate) blocks: Vec<Block>,
    pub(crate) cur: Vec<Leaf>,
}

impl Flow {
    pub(crate) fn flush(&mut self) {
        let cur = std::mem::take(&mut self.cur);
        self.blocks.extend(inline::paragraphs(&cur).into_iter().map(Block::Para));
    }

    pub(crate) fn block(&mut self, block: Block) {
        self.flush();
        self.blocks.push(block);
    }

    pub(crate) fn inline(&mut self, piece: Piece, around: Around) {
        self.cur.push(Leaf { piece, marks: around.marks, link: around.link });
    }
}

pub(crate) struct Builder<'a> {
    pub(crate) xml: &'a Xml,
    pub(crate) context: &'a dyn Lookup,
    pub(crate) links: Vec<Link>,
    pub(crate) warnings: Vec<ConvertWarning>,
    pub(crate) references: Vec<Reference>,
    pub(crate) heading: String,
}

impl Builder<'_> {
    pub(crate) fn warn(&mut self, code: WarningCode, name: &str, detail: &str) {
        let merged = code.severity() == pagelift_model::Severity::Info;
        if merged && let Some(old) = self.warnings.iter_mut().find(|w| w.code == code && w.name == name) {
            old.count += 1;
            return;
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
        if !self.references.contains(&reference) {
            self.references.push(reference);
        }
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
            if xml.node(child).name == "li" {
                items.push(child);
                continue;
            }
            self.loose_items(&mut items, flow);
            self.node(child, around, flow);
        }
        self.loose_items(&mut items, flow);
    }

    fn loose_items(&mut self, items: &mut Vec<usize>, flow: &mut Flow) {
        if !items.is_empty() {
            let list = self.items(&std::mem::take(items));
            flow.block(Block::List(None, list));
        }
    }

    fn node(&mut self, id: usize, around: Around, flow: &mut Flow) {
        let xml = self.xml;
        let node = xml.node(id);
        if node.name.is_empty() {
            let text = node.text.replace(['\u{2028}', '\u{2029}'], " ");
            flow.inline(if around.code { Piece::Code(text) } else { Piece::Text(text) }, around);
            return;
        }
        if !self.inline_node(id, around, flow) && !self.block_node(id, around, flow) {
            self.other_node(id, around, flow);
        }
    }

    fn inline_node(&mut self, id: usize, mut around: Around, flow: &mut Flow) -> bool {
        let xml = self.xml;
        match xml.node(id).name.as_str() {
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
                flow.inline(Piece::Break, Around::default());
                return true;
            }
            "q" => {
                flow.inline(Piece::Text("“".to_owned()), around);
                self.children(id, around, flow);
                flow.inline(Piece::Text("”".to_owned()), around);
                return true;
            }
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
        self.children(id, around, flow);
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
        match xml.node(id).name.as_str() {
            "p" | "div" | "section" | "article" | "center" => {
                flow.flush();
                self.children(id, around, flow);
                flow.flush();
            }
            "h1" => self.heading(1, id, flow),
            "h2" => self.heading(2, id, flow),
            "h3" => self.heading(3, id, flow),
            "h4" => self.heading(4, id, flow),
            "h5" => self.heading(5, id, flow),
            "h6" => self.heading(6, id, flow),
            "hr" => flow.block(Block::Rule),
            "blockquote" => {
                let blocks = self.blocks(id);
                if !blocks.is_empty() {
                    flow.block(Block::Quote(blocks));
                }
            }
            "pre" => self.pre(id, flow),
            "ul" => {
                let items = self.items(&xml.node(id).children);
                flow.block(Block::List(None, items));
            }
            "ol" => {
                let start = xml.attr(id, "start").and_then(|s| s.trim().parse().ok()).filter(|&n| n <= 999_999_999);
                let items = self.items(&xml.node(id).children);
                flow.block(Block::List(Some(start.unwrap_or(1)), items));
            }
            "ac:task-list" => {
                let items = self.tasks(id);
                flow.block(Block::List(None, items));
            }
            "table" => self.table(id, flow),
            "details" => {
                let title = xml.child(id, "summary").map(|s| xml.all_text(s)).unwrap_or_default();
                let body = self.blocks(id);
                flow.block(Block::Details(title, body));
            }
            "summary"
            | "script"
            | "style"
            | "ac:parameter"
            | "at:declarations"
            | "ac:adf-mark"
            | "ac:adf-fragment-mark"
            | "ac:adf-attribute"
            | "ac:task-id"
            | "ac:task-uuid"
            | "ac:task-status" => {
                if matches!(xml.node(id).name.as_str(), "script" | "style") {
                    self.warn(WarningCode::ScriptDropped, &xml.node(id).name, "");
                }
            }
            _ => return false,
        }
        true
    }

    fn other_node(&mut self, id: usize, around: Around, flow: &mut Flow) {
        let xml = self.xml;
        let name = xml.node(id).name.as_str();
        match name {
            "ac:structured-macro" | "ac:macro" => return self.macro_node(id, around, flow),
            "ac:adf-extension" => return self.adf_extension(id, flow),
            "ac:placeholder" => {
                let text = comment_value(&xml.all_text(id));
                flow.inline(Piece::Raw(format!("<!-- pagelift: placeholder text=\"{text}\" -->")), around);
                return;
            }
            "at:var" => {
                let var = xml.attr(id, "name").unwrap_or("").to_owned();
                self.warn(WarningCode::TemplateVariable, &var, "");
                flow.inline(Piece::Text(format!("{{{var}}}")), around);
                return;
            }
            "ac:layout" | "ac:layout-section" | "ac:layout-cell" => {
                if xml.node(id).children.iter().filter(|&&c| xml.node(c).name == "ac:layout-cell").count() > 1 {
                    self.warn(WarningCode::LayoutFlattened, "", "");
                }
                flow.flush();
                self.children(id, around, flow);
                return flow.flush();
            }
            "ac:confluence" | "ac:rich-text-body" | "ac:adf-content" | "ac:adf-node" | "ac:adf-fallback" => {}
            _ if name.starts_with("ac:") || name.starts_with("ri:") => {
                self.warn(WarningCode::ElementUnknown, name, "");
            }
            _ => {}
        }
        self.children(id, around, flow);
    }

    fn heading(&mut self, level: u8, id: usize, flow: &mut Flow) {
        let mut inner = Flow::default();
        self.children(id, Around::default(), &mut inner);
        flow.flush();
        let mut leaves = inline::normalise(&inner.cur);
        let visible: Vec<_> = leaves.iter().filter(|l| !matches!(&l.piece, Piece::Raw(_))).collect();
        let text = !inline::plain(&leaves).trim().is_empty();
        if !visible.is_empty() && visible.iter().all(|l| l.marks & STRONG != 0) {
            for l in &mut leaves {
                l.marks &= !STRONG;
            }
        }
        if text {
            let (anchors, leaves): (Vec<_>, Vec<_>) =
                leaves.into_iter().partition(|l| matches!(&l.piece, Piece::Raw(raw) if raw.starts_with("<a id")));
            if !anchors.is_empty() {
                flow.blocks.push(Block::Para(anchors));
            }
            self.heading = inline::plain(&leaves);
            flow.blocks.push(Block::Heading(level, leaves));
        } else if !leaves.is_empty() {
            flow.blocks.push(Block::Para(leaves));
        }
        for block in inner.blocks {
            match block {
                Block::Para(leaves) => flow.blocks.push(Block::Heading(level, leaves)),
                other => flow.blocks.push(other),
            }
        }
    }

    fn pre(&mut self, id: usize, flow: &mut Flow) {
        let xml = self.xml;
        let code = xml.child(id, "code");
        let class = |id: usize| {
            let class = xml.attr(id, "class").unwrap_or("");
            class.split_whitespace().find_map(|c| c.strip_prefix("language-")).map(crate::language::info)
        };
        let lang = class(id).or_else(|| code.and_then(class)).unwrap_or_default();
        let text = xml.all_text(id);
        if text.trim().is_empty() {
            return self.children(id, Around::default(), flow);
        }
        flow.block(Block::Code(lang, text));
    }

    fn items(&mut self, children: &[usize]) -> Vec<Item> {
        let xml = self.xml;
        let mut items: Vec<Item> = Vec::new();
        for &child in children {
            let node = xml.node(child);
            if node.name.is_empty() && node.text.trim().is_empty() {
                continue;
            }
            if node.name == "li" {
                let blocks = self.blocks(child);
                if !blocks.is_empty() {
                    items.push(Item { task: None, blocks });
                }
                continue;
            }
            let mut flow = Flow::default();
            self.node(child, Around::default(), &mut flow);
            flow.flush();
            match items.last_mut() {
                Some(last) => last.blocks.extend(flow.blocks),
                None => {
                    for block in flow.blocks {
                        match block {
                            Block::List(_, inner) => items.extend(inner),
                            other => items.push(Item { task: None, blocks: vec![other] }),
                        }
                    }
                }
            }
        }
        items
    }

    fn tasks(&mut self, id: usize) -> Vec<Item> {
        let xml = self.xml;
        let mut items: Vec<Item> = Vec::new();
        for &child in &xml.node(id).children {
            match xml.node(child).name.as_str() {
                "ac:task" => {
                    let status = xml.child(child, "ac:task-status").map(|s| xml.all_text(s)).unwrap_or_default();
                    let blocks = xml.child(child, "ac:task-body").map(|b| self.blocks(b)).unwrap_or_default();
                    if !blocks.is_empty() {
                        items.push(Item { task: Some(status.trim() == "complete"), blocks });
                    }
                }
                "ac:task-list" => {
                    let inner = self.tasks(child);
                    match items.last_mut() {
                        Some(last) => last.blocks.push(Block::List(None, inner)),
                        None => items.extend(inner),
                    }
                }
                _ => {
                    let mut flow = Flow::default();
                    self.node(child, Around::default(), &mut flow);
                    flow.flush();
                    if !flow.blocks.is_empty() {
                        items.push(Item { task: None, blocks: flow.blocks });
                    }
                }
            }
        }
        items
    }

    /// Content of a table that is in no cell stands before the table.
    fn strays(&mut self, id: usize, known: &[&str], flow: &mut Flow) {
        let xml = self.xml;
        for &child in &xml.node(id).children {
            if !known.contains(&xml.node(child).name.as_str()) {
                self.node(child, Around::default(), flow);
            }
        }
        flow.flush();
    }

    fn table(&mut self, id: usize, flow: &mut Flow) {
        let xml = self.xml;
        flow.flush();
        if let Some(caption) = xml.child(id, "caption") {
            let mut inner = Flow::default();
            self.children(caption, Around { marks: EM, ..Around::default() }, &mut inner);
            inner.flush();
            flow.blocks.extend(inner.blocks);
        }
        let mut rows = Vec::new();
        let mut row_ids: Vec<(usize, bool)> = Vec::new();
        for &child in &xml.node(id).children {
            match xml.node(child).name.as_str() {
                "tr" => row_ids.push((child, false)),
                group @ ("thead" | "tbody" | "tfoot") => {
                    let trs = xml.node(child).children.iter().filter(|&&c| xml.node(c).name == "tr");
                    row_ids.extend(trs.map(|&c| (c, group == "thead")));
                    self.strays(child, &["tr"], flow);
                }
                _ => {}
            }
        }
        self.strays(id, &["tr", "thead", "tbody", "tfoot", "caption", "colgroup", "col"], flow);
        for (row, head) in row_ids {
            self.strays(row, &["td", "th"], flow);
            let mut cells = Vec::new();
            for &cell in &xml.node(row).children {
                let name = xml.node(cell).name.as_str();
                if name != "td" && name != "th" {
                    continue;
                }
                let span = |key| xml.attr(cell, key).and_then(|v| v.trim().parse().ok()).unwrap_or(1).clamp(1, 1000);
                cells.push(Cell {
                    header: head || name == "th",
                    colspan: span("colspan"),
                    rowspan: span("rowspan"),
                    align: align(xml, cell),
                    blocks: self.blocks(cell),
                });
            }
            rows.push(cells);
        }
        if rows.iter().flatten().all(|cell| cell.blocks.is_empty()) {
            return self.warn(WarningCode::TableEmpty, "table", "");
        }
        if rows.iter().flatten().any(|cell| cell.colspan > 1 || cell.rowspan > 1) {
            self.warn(WarningCode::TableSpan, "", "");
        }
        if rows.iter().flatten().any(|cell| cell.blocks.iter().any(|b| matches!(b, Block::Table(_)))) {
            self.warn(WarningCode::TableHtml, "table", "");
        }
        flow.blocks.push(Block::Table(rows));
    }
}

fn align(xml: &Xml, cell: usize) -> Option<char> {
    let mut found = None;
    for id in std::iter::once(cell).chain(xml.node(cell).children.iter().copied()) {
        let style = xml.attr(id, "style").unwrap_or("").replace(' ', "");
        for (value, mark) in [("left", 'l'), ("center", 'c'), ("right", 'r')] {
            if style.contains(&format!("text-align:{value}")) {
                found = Some(mark);
            }
        }
    }
    found
}

/// A value inside a comment.
pub(crate) fn comment_value(value: &str) -> String {
    let cut: String = value.chars().take(200).collect();
    let words = cut.split_whitespace().collect::<Vec<_>>().join(" ");
    let safe = words.replace('&', "&amp;").replace('"', "&quot;").replace("--", "-&#45;");
    safe.replace("--", "-&#45;").replace("<ac:", "&lt;ac:").replace("<ri:", "&lt;ri:")
}
