//! Headings, preformatted text, lists and tasks of storage format.

use std::collections::VecDeque;

use pagelift_model::WarningCode;

use crate::build::{Around, Builder, Flow};
use crate::elements::Tag;
use crate::inline;
use crate::tree::{Block, Definition, Item, Leaf, Piece, STRONG, text};

impl<'a> Builder<'a> {
    pub(crate) fn title(&mut self, level: u8, id: usize, around: Around, flow: &mut Flow<'a>) {
        let mut inner = Flow { cur: std::mem::take(&mut self.spare), one_line: true, ..Flow::default() };
        self.children(id, Around { link: around.link, ..Around::default() }, &mut inner);
        inner.flush();
        self.spare = inner.cur;
        if self.xml.attr(id, "style").is_some_and(|s| s.contains("text-align") || s.contains("margin-left")) {
            self.warn(WarningCode::StyleLayout, "", "");
        }
        flow.flush();
        for block in inner.blocks {
            match block {
                Block::Para(leaves) => self.title_line(level, leaves.into_leaves(), flow),
                other => flow.blocks.push(other),
            }
        }
        if let Some(name) = self.xml.attr(id, "id").filter(|name| !name.is_empty()) {
            self.heading_ids.push((name.to_owned(), self.heading.clone()));
        }
    }

    fn title_line(&mut self, level: u8, mut leaves: Vec<Leaf<'a>>, flow: &mut Flow<'a>) {
        let blank = |leaf: &Leaf| matches!(&leaf.piece, Piece::Text(text) if text.trim().is_empty());
        let mut visible = leaves.iter().filter(|leaf| !(leaf.piece.is_markup() || blank(leaf))).peekable();
        if visible.peek().is_some() && visible.all(|leaf| leaf.marks & STRONG != 0) {
            for leaf in &mut leaves {
                leaf.marks &= !STRONG;
            }
        }
        let leaves = inline::into_normal(leaves).into_leaves();
        let maths = |leaf: &Leaf| matches!(leaf.piece, Piece::Maths(_));
        if inline::plain(&leaves).trim().is_empty() && !leaves.iter().any(maths) {
            return flow.blocks.push(Block::para(leaves));
        }
        let anchor = |leaf: &Leaf| matches!(leaf.piece, Piece::Anchor(_));
        let (anchors, leaves): (Vec<_>, Vec<_>) = leaves.into_iter().partition(anchor);
        if !anchors.is_empty() {
            flow.blocks.push(Block::para(anchors));
        }
        let leaves = inline::into_normal(leaves);
        self.heading = inline::plain(&leaves);
        let level = level.saturating_add(self.style.options.heading_offset).min(6);
        flow.blocks.push(Block::Heading(level, leaves));
    }

    pub(crate) fn pre(&mut self, id: usize, around: Around, flow: &mut Flow<'a>) {
        let xml = self.xml;
        if xml.find(id, |at| xml.tag(at).is_ac() || xml.tag(at) == Tag::Img).is_some() {
            flow.flush();
            self.children(id, around, flow);
            return flow.flush();
        }
        let class = |id: usize| {
            let class = xml.attr(id, "class").unwrap_or("");
            class.split_whitespace().find_map(|c| c.strip_prefix("language-")).map(crate::language::info)
        };
        let language = class(id).or_else(|| xml.child(id, Tag::Code).and_then(class)).unwrap_or_default();
        let text = xml.all_text(id);
        if text.contains('\u{a0}') {
            self.warn(WarningCode::CodeNbsp, "", "");
        }
        if !text.trim().is_empty() {
            let text = text.strip_prefix('\n').unwrap_or(&text);
            flow.block(Block::code(&language, text.to_owned()));
        }
    }

    pub(crate) fn list(&mut self, id: usize, around: Around, flow: &mut Flow<'a>) {
        let xml = self.xml;
        if xml.attr(id, "style").is_some_and(|style| style.contains("list-style")) || xml.attr(id, "type").is_some() {
            self.warn(WarningCode::ListStyle, "", "");
        }
        let start = xml.attr(id, "start").and_then(|s| s.trim().parse().ok()).filter(|&n| n <= 999_999_999);
        let start = (xml.tag(id) == Tag::Ol).then(|| start.unwrap_or(1));
        let items = self.items_in(xml.children(id), around);
        flow.list(start, items);
    }

    pub(crate) fn items(&mut self, children: impl IntoIterator<Item = usize>) -> Vec<Item<'a>> {
        self.items_in(children, Around::default())
    }

    fn items_in(&mut self, children: impl IntoIterator<Item = usize>, around: Around) -> Vec<Item<'a>> {
        let xml = self.xml;
        let mut items: Vec<Item<'a>> = Vec::new();
        for child in children {
            if xml.is_blank(child) {
                continue;
            }
            if xml.tag(child) == Tag::Li {
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

    pub(crate) fn tasks(&mut self, children: impl IntoIterator<Item = usize>) -> Vec<Item<'a>> {
        let xml = self.xml;
        let mut items: Vec<Item<'a>> = Vec::new();
        for child in children {
            match xml.tag(child) {
                Tag::AcTask => {
                    let status = xml.child(child, Tag::AcTaskStatus).map(|s| xml.all_text(s)).unwrap_or_default();
                    let blocks = self.blocks(child);
                    if !blocks.is_empty() {
                        items.push(Item { task: Some(status.trim() == "complete"), blocks });
                    }
                }
                Tag::AcTaskList => {
                    let inner = self.tasks(xml.children(child));
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

    /// Terms and what they mean: as they are where the format has such lists, else as items that begin with the term.
    /// No format that has them reads them at the start of an item.
    pub(crate) fn definitions(&mut self, id: usize, flow: &mut Flow<'a>) {
        let own = self.style.dialect.definition_lists && !self.in_item(id);
        let terms = self.terms(id, if own { 0 } else { STRONG });
        if own && terms.iter().all(|(term, _)| matches!(term.as_slice(), [Block::Para(_)])) {
            let defined = terms.into_iter().filter_map(|(mut term, meanings)| match term.pop() {
                Some(Block::Para(term)) => Some(Definition { term, meanings }),
                _ => None,
            });
            return flow.block(Block::Definitions(defined.collect()));
        }
        flow.list(None, terms.into_iter().map(|(term, meanings)| defined(term, meanings)).collect());
    }

    fn in_item(&self, id: usize) -> bool {
        let above = |&at: &usize| Some(self.xml.parent(at)).filter(|&parent| parent != at);
        let mut around = std::iter::successors(Some(id), above);
        around.any(|at| matches!(self.xml.tag(at), Tag::Li | Tag::AcTaskBody))
    }

    fn terms(&mut self, id: usize, marks: u16) -> Vec<(Vec<Block<'a>>, Vec<Vec<Block<'a>>>)> {
        let xml = self.xml;
        let mut terms: Vec<(Vec<Block<'a>>, Vec<Vec<Block<'a>>>)> = Vec::new();
        let mut ids: VecDeque<usize> = xml.children(id).collect();
        while let Some(child) = ids.pop_front() {
            let mut inner = Flow::default();
            match xml.tag(child) {
                Tag::Text if xml.is_blank(child) => continue,
                Tag::Div => {
                    let inner: Vec<usize> = xml.children(child).collect();
                    inner.into_iter().rev().for_each(|inner| ids.push_front(inner));
                    continue;
                }
                Tag::Dt => {
                    inner.one_line = true;
                    self.children(child, Around { marks, ..Around::default() }, &mut inner);
                    inner.flush();
                    terms.extend((!inner.blocks.is_empty()).then_some((inner.blocks, Vec::new())));
                    continue;
                }
                Tag::Dd => self.children(child, Around::default(), &mut inner),
                _ => self.node(child, Around::default(), &mut inner),
            }
            inner.flush();
            match terms.last_mut() {
                _ if inner.blocks.is_empty() => {}
                Some((_, meanings)) => meanings.push(inner.blocks),
                None => terms.push((inner.blocks, Vec::new())),
            }
        }
        terms
    }
}

/// A term in bold, followed by what it means.
fn defined<'a>(term: Vec<Block<'a>>, meanings: Vec<Vec<Block<'a>>>) -> Item<'a> {
    let mut blocks = term;
    let mut meanings = meanings.into_iter();
    if let Some(mut first) = meanings.next() {
        if let (Some(Block::Para(term)), Some(Block::Para(meaning))) = (blocks.last_mut(), first.first_mut()) {
            let term = term.change();
            term.push(text(": ", 0));
            term.append(meaning.change());
            first.remove(0);
        }
        blocks.append(&mut first);
    }
    blocks.extend(meanings.flatten());
    Item { task: None, blocks }
}

/// Blocks between items belong to the item before; without one, the items of a list move up a level.
fn belong<'a>(blocks: Vec<Block<'a>>, items: &mut Vec<Item<'a>>) {
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
