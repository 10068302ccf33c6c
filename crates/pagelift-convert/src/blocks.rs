//! Headings, preformatted text, lists and tasks of storage format.

use pagelift_model::WarningCode;

use crate::build::{Around, Builder, Flow};
use crate::inline;
use crate::tree::{Block, Item, Leaf, Piece, STRONG, text};

impl Builder<'_> {
    pub(crate) fn title(&mut self, level: u8, id: usize, around: Around, flow: &mut Flow) {
        let mut inner = Flow { one_line: true, ..Flow::default() };
        self.children(id, Around { link: around.link, ..Around::default() }, &mut inner);
        inner.flush();
        if self.xml.attr(id, "style").is_some_and(|s| s.contains("text-align") || s.contains("margin-left")) {
            self.warn(WarningCode::StyleLayout, "", "");
        }
        flow.flush();
        for block in inner.blocks {
            match block {
                Block::Para(leaves) => self.title_line(level, leaves, flow),
                other => flow.blocks.push(other),
            }
        }
        if let Some(name) = self.xml.attr(id, "id").filter(|name| !name.is_empty()) {
            self.heading_ids.push((name.to_owned(), self.heading.clone()));
        }
    }

    fn title_line(&mut self, level: u8, mut leaves: Vec<Leaf>, flow: &mut Flow) {
        let mut visible = leaves.iter().filter(|leaf| !matches!(leaf.piece, Piece::Raw(_))).peekable();
        if visible.peek().is_some() && visible.all(|leaf| leaf.marks & STRONG != 0) {
            for leaf in &mut leaves {
                leaf.marks &= !STRONG;
            }
        }
        let leaves = inline::normalise(&leaves).into_owned();
        let maths = |leaf: &Leaf| matches!(&leaf.piece, Piece::Raw(raw) if raw.starts_with('$'));
        if inline::plain(&leaves).trim().is_empty() && !leaves.iter().any(maths) {
            return flow.blocks.push(Block::Para(leaves));
        }
        let anchor = |leaf: &Leaf| matches!(&leaf.piece, Piece::Raw(raw) if raw.starts_with("<a id"));
        let (anchors, leaves): (Vec<_>, Vec<_>) = leaves.into_iter().partition(anchor);
        if !anchors.is_empty() {
            flow.blocks.push(Block::Para(anchors));
        }
        let leaves = inline::normalise(&leaves).into_owned();
        self.heading = inline::plain(&leaves);
        flow.blocks.push(Block::Heading(level, leaves));
    }

    pub(crate) fn pre(&mut self, id: usize, around: Around, flow: &mut Flow) {
        let xml = self.xml;
        if xml.find(id, |node| node.name.starts_with("ac:") || node.name == "img").is_some() {
            flow.flush();
            self.children(id, around, flow);
            return flow.flush();
        }
        let class = |id: usize| {
            let class = xml.attr(id, "class").unwrap_or("");
            class.split_whitespace().find_map(|c| c.strip_prefix("language-")).map(crate::language::info)
        };
        let language = class(id).or_else(|| xml.child(id, "code").and_then(class)).unwrap_or_default();
        let text = xml.all_text(id);
        if text.contains('\u{a0}') {
            self.warn(WarningCode::CodeNbsp, "", "");
        }
        if !text.trim().is_empty() {
            let text = text.strip_prefix('\n').unwrap_or(&text);
            flow.block(Block::Code(language, text.to_owned()));
        }
    }

    pub(crate) fn list(&mut self, id: usize, around: Around, flow: &mut Flow) {
        let xml = self.xml;
        if xml.attr(id, "style").is_some_and(|style| style.contains("list-style")) || xml.attr(id, "type").is_some() {
            self.warn(WarningCode::ListStyle, "", "");
        }
        let start = xml.attr(id, "start").and_then(|s| s.trim().parse().ok()).filter(|&n| n <= 999_999_999);
        let start = (xml.node(id).name == "ol").then(|| start.unwrap_or(1));
        let items = self.items_in(&xml.node(id).children, around);
        flow.list(start, items);
    }

    pub(crate) fn items(&mut self, children: &[usize]) -> Vec<Item> {
        self.items_in(children, Around::default())
    }

    fn items_in(&mut self, children: &[usize], around: Around) -> Vec<Item> {
        let xml = self.xml;
        let mut items: Vec<Item> = Vec::new();
        for &child in children {
            let node = xml.node(child);
            if node.name.is_empty() && node.text.trim().is_empty() {
                continue;
            }
            if node.name == "li" {
                let blocks = self.linked_blocks(child, around);
                let bare =
                    xml.attr(child, "style").is_some_and(|s| s.replace(' ', "").contains("list-style-type:none"));
                if bare && blocks.iter().all(|block| matches!(block, Block::List(..))) {
                    belong(blocks, &mut items);
                } else if !blocks.is_empty() {
                    items.push(Item { task: None, blocks });
                }
                continue;
            }
            let mut flow = Flow::default();
            self.node(child, Around { link: around.link, ..Around::default() }, &mut flow);
            flow.flush();
            belong(flow.blocks, &mut items);
        }
        items
    }

    pub(crate) fn tasks(&mut self, children: &[usize]) -> Vec<Item> {
        let xml = self.xml;
        let mut items: Vec<Item> = Vec::new();
        for &child in children {
            match xml.node(child).name.as_ref() {
                "ac:task" => {
                    let status = xml.child(child, "ac:task-status").map(|s| xml.all_text(s)).unwrap_or_default();
                    let blocks = self.blocks(child);
                    if !blocks.is_empty() {
                        items.push(Item { task: Some(status.trim() == "complete"), blocks });
                    }
                }
                "ac:task-list" => {
                    let inner = self.tasks(&xml.node(child).children);
                    match items.last_mut() {
                        Some(last) if !inner.is_empty() => last.blocks.push(Block::List(None, inner)),
                        _ => items.extend(inner),
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

    /// Terms in bold, each followed by what it means.
    pub(crate) fn definitions(&mut self, id: usize, flow: &mut Flow) {
        let xml = self.xml;
        let mut items: Vec<Item> = Vec::new();
        let mut fresh = false;
        let mut ids: Vec<usize> = xml.node(id).children.iter().rev().copied().collect();
        while let Some(child) = ids.pop() {
            let node = xml.node(child);
            match node.name.as_ref() {
                "" if node.text.trim().is_empty() => {}
                "div" => ids.extend(node.children.iter().rev().copied()),
                "dt" => {
                    let mut inner = Flow { one_line: true, ..Flow::default() };
                    self.children(child, Around { marks: STRONG, ..Around::default() }, &mut inner);
                    inner.flush();
                    if !inner.blocks.is_empty() {
                        items.push(Item { task: None, blocks: inner.blocks });
                        fresh = true;
                    }
                }
                name => {
                    let mut inner = Flow::default();
                    if name == "dd" {
                        self.children(child, Around::default(), &mut inner);
                    } else {
                        self.node(child, Around::default(), &mut inner);
                    }
                    inner.flush();
                    let mut blocks = inner.blocks;
                    let Some(last) = items.last_mut() else {
                        items.extend((!blocks.is_empty()).then_some(Item { task: None, blocks }));
                        continue;
                    };
                    if std::mem::take(&mut fresh)
                        && let (Some(Block::Para(term)), Some(Block::Para(meaning))) =
                            (last.blocks.last_mut(), blocks.first_mut())
                    {
                        term.push(text(": ", 0));
                        term.append(meaning);
                        blocks.remove(0);
                    }
                    last.blocks.append(&mut blocks);
                }
            }
        }
        flow.list(None, items);
    }
}

/// Blocks between items belong to the item before; without one, the items of a list move up a level.
fn belong(blocks: Vec<Block>, items: &mut Vec<Item>) {
    if let Some(last) = items.last_mut() {
        return last.blocks.extend(blocks);
    }
    for block in blocks {
        match block {
            Block::List(_, inner) => items.extend(inner),
            other => items.push(Item { task: None, blocks: vec![other] }),
        }
    }
}
