//! Lists and tasks.

use std::fmt::Write as _;

use super::{At, Writer, blank_line, line_end};
use crate::dialect::Apart;
use crate::escape::Place;
use crate::tree::{Block, Item};

impl Writer<'_> {
    pub(super) fn list(&self, start: Option<u32>, items: &[Item], at: At<'_>, out: &mut String) {
        let begin = out.len();
        let dialect = self.pen.style.dialect;
        // In an outline a dash would begin another of its blocks.
        let (usual, other) = if dialect.outline { ('*', '+') } else { ('-', '*') };
        let mut number = start.unwrap_or(1);
        let mut last = begin;
        let mut prefix = String::new();
        for item in items {
            let before = out.len();
            if before > begin {
                // Where an item has paragraphs, some parsers take the next marker for text of the last of them.
                let loose = dialect.wide_items && has_gap(out.get(last..).unwrap_or(""), at.prefix);
                if loose { blank_line(at.prefix, out) } else { line_end(at.prefix, out) }
            }
            last = out.len();
            match (start.is_some(), at.alternate) {
                (true, false) => drop(write!(out, "{number}. ")),
                (true, true) => drop(write!(out, "{number}) ")),
                (false, false) => out.extend([usual, ' ']),
                (false, true) => out.extend([other, ' ']),
            }
            let indent = if dialect.wide_items { 4 } else { out.len() - last };
            if prefix.len() != at.prefix.len() + indent {
                prefix = format!("{}{:indent$}", at.prefix, "");
            }
            let text = out.len();
            if self.item(item, &prefix, out) {
                if item.task.is_none() {
                    let bullet = if at.alternate { other } else { usual };
                    part_rule(text, bullet, start.is_none(), out);
                }
                number = (number + 1).min(999_999_999);
            } else {
                out.truncate(before);
            }
        }
    }

    /// Writes an item behind its marker; false where it shows nothing.
    fn item(&self, item: &Item, prefix: &str, out: &mut String) -> bool {
        if let Some(done) = item.task {
            out.push_str(if done { "[x] " } else { "[ ] " });
        } else if self.pen.style.dialect.wide_items && matches!(item.blocks.first(), Some(Block::Code(_))) {
            // Code behind a marker is not found there.
            out.push_str("&nbsp;");
            blank_line(prefix, out);
        }
        let mut previous: Option<&Block> = None;
        let mut alternate = false;
        for block in &item.blocks {
            let flip = next_to(previous, block, self.pen.style.dialect.lists) && !alternate;
            let before = out.len();
            self.gap(item, previous, block, prefix, out);
            let flip = self.apart(block, flip, prefix, out);
            let begin = out.len();
            match block {
                Block::Para(leaves) if previous.is_none() => {
                    let place = if item.task.is_some() { Place::Task } else { Place::Item };
                    self.leaves(leaves, place, prefix, out);
                }
                _ => self.block(block, At { alternate: flip, ..At::inside(prefix) }, out),
            }
            if out.len() == begin {
                out.truncate(before);
                continue;
            }
            alternate = flip;
            previous = Some(block);
        }
        previous.is_some()
    }

    /// What stands between an item's marker or last block and its next block.
    fn gap(&self, item: &Item, previous: Option<&Block>, block: &Block, prefix: &str, out: &mut String) {
        let apart = self.pen.style.dialect.lists;
        let comment = apart == Apart::Comment && next_to(previous, block, apart);
        if previous.is_some() {
            if !comment && joins(previous, block) { line_end(prefix, out) } else { blank_line(prefix, out) }
        } else if matches!(block, Block::List(..)) {
            // The marker stands alone on its line.
            line_end(prefix, out);
        } else if item.task.is_some() && !matches!(block, Block::Para(_)) {
            // A box needs text beside it, and a block needs a line of its own.
            blank_line(prefix, out);
        }
    }
}

/// Whether two lists, or two groups of tabs, would be read as one. Where another marker begins no other list, neither
/// does another kind of marker.
pub(super) fn next_to(previous: Option<&Block>, block: &Block, apart: Apart) -> bool {
    let kind = |block: &Block| match block {
        Block::List(start, _) => Some(start.is_some() && apart == Apart::Marker),
        Block::Toc { flat: false, .. } => Some(false),
        _ => None,
    };
    let tabs = matches!((previous, block), (Some(Block::Tabs(_)), Block::Tabs(_)));
    tabs || previous.and_then(kind).is_some_and(|ordered| kind(block) == Some(ordered))
}

/// Keeps the first line of an item from being a rule around the list, together with the bullet before it.
fn part_rule(text: usize, bullet: char, bulleted: bool, out: &mut String) {
    let (before, written) = out.split_at_checked(text).unwrap_or_default();
    let line = written.lines().next().filter(|_| before.ends_with(' ')).unwrap_or("");
    if line == "---" {
        out.replace_range(text..text + 3, "___");
    } else if bulleted && line.len() > 1 && line.chars().all(|c| c == bullet || c == ' ') {
        out.insert(text, '\\');
    }
}

/// Whether there is an empty line in what was written.
fn has_gap(written: &str, prefix: &str) -> bool {
    written.split('\n').skip(1).any(|line| line.trim_end() == prefix.trim_end())
}

/// Whether an item begins with a list: its marker stands alone.
fn is_bare(item: &Item) -> bool {
    item.task.is_none() && matches!(item.blocks.first(), Some(Block::List(..)))
}

/// Whether a list may follow what its item holds without a gap and still be read as a list.
fn joins(previous: Option<&Block>, block: &Block) -> bool {
    let Block::List(start, items) = block else { return false };
    let fits = match previous {
        Some(Block::Para(leaves)) => {
            let html = matches!(**leaves, [ref leaf] if leaf.piece.is_markup());
            !html && matches!(start, None | Some(1))
        }
        Some(Block::List(..)) => true,
        _ => false,
    };
    fits && !items.first().is_some_and(is_bare)
}
