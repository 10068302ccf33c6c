//! Blocks and lines while they are being read.

use crate::inline;
use crate::tree::{Block, Item, Leaf, Piece};

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
    /// What is read becomes one line: breaks are spaces.
    pub(crate) one_line: bool,
}

impl Flow {
    pub(crate) fn flush(&mut self) {
        if !self.cur.is_empty() {
            let cur = std::mem::take(&mut self.cur);
            self.blocks.extend(inline::paragraphs(cur).into_iter().map(Block::Para));
        }
    }

    pub(crate) fn block(&mut self, block: Block) {
        self.flush();
        self.blocks.push(block);
    }

    pub(crate) fn list(&mut self, start: Option<u32>, items: Vec<Item>) {
        self.flush();
        if !items.is_empty() {
            self.blocks.push(Block::List(start, items));
        }
    }

    pub(crate) fn details(&mut self, title: &str, body: Vec<Block>) {
        let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
        self.block(Block::Details(title, body));
    }

    pub(crate) fn inline(&mut self, piece: Piece, around: Around) {
        self.cur.push(Leaf { piece, marks: around.marks, link: around.link });
    }

    /// A link is never broken over two lines.
    pub(crate) fn line_break(&mut self, around: Around) {
        if self.one_line || around.link.is_some() {
            return self.inline(Piece::Text(" ".to_owned()), around);
        }
        self.inline(Piece::Break, Around::default());
    }

    /// A comment where the text stands; on its own at the start of a line, whose text it would hide.
    pub(crate) fn comment(&mut self, comment: String, around: Around) {
        let text = |leaf: &Leaf| match &leaf.piece {
            Piece::Text(text) => Some(!text.trim().is_empty()),
            Piece::Break => Some(false),
            _ => Some(true),
        };
        let fresh = !self.cur.iter().rev().find_map(text).unwrap_or(false);
        if fresh && !self.one_line && around.link.is_none() {
            return self.block(Block::Para(vec![crate::tree::leaf(Piece::Raw(comment))]));
        }
        self.inline(Piece::Raw(comment), around);
    }
}
