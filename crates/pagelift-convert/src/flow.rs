//! Blocks and lines while they are being read.

use std::borrow::Cow;

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
pub(crate) struct Flow<'a> {
    pub(crate) blocks: Vec<Block<'a>>,
    pub(crate) cur: Vec<Leaf<'a>>,
    /// What is read becomes one line: breaks are spaces.
    pub(crate) one_line: bool,
}

impl<'a> Flow<'a> {
    pub(crate) fn flush(&mut self) {
        if self.cur.is_empty() {
            return;
        }
        for line in inline::paragraphs(&mut self.cur).filter(|line| !line.iter().all(is_fixed_space)) {
            if self.blocks.is_empty() {
                // Nearly all cells and items hold one block.
                self.blocks.reserve_exact(1);
            }
            self.blocks.push(Block::Para(line));
        }
    }

    pub(crate) fn block(&mut self, block: Block<'a>) {
        self.flush();
        self.blocks.push(block);
    }

    pub(crate) fn list(&mut self, start: Option<u32>, items: Vec<Item<'a>>) {
        self.flush();
        if !items.is_empty() {
            self.blocks.push(Block::List(start, items));
        }
    }

    pub(crate) fn details(&mut self, title: &str, body: Vec<Block<'a>>) {
        let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
        self.block(Block::Details(title, body));
    }

    pub(crate) fn inline(&mut self, piece: Piece<'a>, around: Around) {
        self.cur.push(Leaf { piece, marks: around.marks, link: around.link });
    }

    /// Text, which is code where there is code around it.
    pub(crate) fn words(&mut self, text: impl Into<Cow<'a, str>>, around: Around) {
        let text = text.into();
        self.inline(if around.code { Piece::Code(text) } else { Piece::Text(text) }, around);
    }

    /// A link is never broken over two lines.
    pub(crate) fn line_break(&mut self, around: Around) {
        if self.one_line || around.link.is_some() {
            return self.inline(Piece::Text(" ".into()), around);
        }
        self.inline(Piece::Break, Around::default());
    }

    /// Takes off the marks around what the line got since, where nothing of it is shown: named places alone.
    pub(crate) fn unmark_places(&mut self, begin: usize, outside: u16) {
        let leaves = self.cur.get_mut(begin..).unwrap_or_default();
        let shows_nothing = |leaf: &Leaf| match &leaf.piece {
            Piece::Text(text) => text.trim().is_empty(),
            piece => matches!(piece, Piece::Anchor(_)),
        };
        if leaves.iter().all(shows_nothing) && leaves.iter().any(|leaf| matches!(leaf.piece, Piece::Anchor(_))) {
            for leaf in leaves {
                leaf.marks = outside;
            }
        }
    }

    /// A comment of ours where the text stands; on its own at the start of a line, whose text it would hide.
    pub(crate) fn comment(&mut self, comment: String, around: Around) {
        let blank = |text: &str| text.chars().all(|c| c.is_whitespace() || matches!(c, '\u{200b}' | '\u{feff}'));
        let text = |leaf: &Leaf| match &leaf.piece {
            Piece::Text(text) | Piece::Code(text) => (!blank(text)).then_some(true),
            Piece::Break => Some(false),
            _ => Some(true),
        };
        let fresh = !self.cur.iter().rev().find_map(text).unwrap_or(false);
        if fresh && !self.one_line && around.link.is_none() {
            return self.block(Block::para(vec![crate::tree::leaf(Piece::Marker(comment))]));
        }
        self.inline(Piece::Marker(comment), around);
    }
}

/// Whether a piece is a space that stays as it is.
fn is_fixed_space(leaf: &Leaf) -> bool {
    match &leaf.piece {
        Piece::Raw(raw) => raw == "\u{a0}",
        Piece::Text(text) => text.trim().is_empty(),
        _ => false,
    }
}
