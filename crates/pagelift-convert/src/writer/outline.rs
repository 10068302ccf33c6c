//! Pages of which every block is an item of an outline.

use super::callouts::label;
use super::{At, EXPAND, Writer, line_end, put, quoted};
use crate::dialect::Contents;
use crate::escape::Place;
use crate::tree::{Block, Inline, Item};
use crate::{HiddenContent, TocStyle, inline};

/// What makes an item one of a numbered list.
const NUMBERED: &str = "logseq.order-list-type:: number";

/// How far an item stands behind the one it belongs to.
const STEP: usize = 4;

impl Writer<'_> {
    pub(super) fn outline_page(&self, blocks: &[Block], titled: bool, out: &mut String) {
        let (title, body) = blocks.split_at_checked(usize::from(titled)).unwrap_or((&[], blocks));
        for title in title {
            self.bullet(title, 0, out);
        }
        self.outline(body, 0, out);
    }

    /// Blocks as items of an outline. What follows a heading belongs to it, as a list does to the paragraph before it.
    fn outline(&self, blocks: &[Block], depth: usize, out: &mut String) {
        let mut above: Vec<u8> = Vec::new();
        let mut leads = false;
        for block in blocks {
            if let Block::Heading(level, _) = block {
                above.truncate(above.iter().position(|open| open >= level).unwrap_or(above.len()));
            }
            let here = depth + above.len();
            let before = out.len();
            match block {
                Block::List(start, items) => self.outline_list(*start, items, here + usize::from(leads), out),
                Block::Details(title, body) => {
                    let title = if title.trim().is_empty() { EXPAND } else { title.trim() };
                    self.outline_part(title, body, here, out);
                }
                Block::Quote(inner) if !is_prose(inner) => self.outline_quote(inner, here, out),
                Block::Callout(kind, title, body) if !is_prose(body) => {
                    self.outline_part(&label(*kind, title), body, here, out);
                }
                Block::Tabs(tabs) => tabs.iter().for_each(|(title, body)| self.outline_part(title, body, here, out)),
                Block::Hidden(_, body) if self.pen.style.options.hidden_content == HiddenContent::Show => {
                    self.outline(body, here, out);
                }
                Block::Toc { flat: false, .. } if self.generates() => {
                    for (level, link) in self.toc_items(block) {
                        begin(here + level, out);
                        out.push_str(&link);
                    }
                }
                _ => self.bullet(block, here, out),
            }
            if out.len() == before {
                continue;
            }
            if let Block::Heading(level, _) = block {
                above.push(*level);
            }
            leads = matches!(block, Block::Para(_));
        }
    }

    /// A quote of which not everything can stand in a quote.
    fn outline_quote(&self, inner: &[Block], depth: usize, out: &mut String) {
        let prefix = " ".repeat(STEP * depth + 2);
        for block in inner {
            if !is_prose(std::slice::from_ref(block)) {
                self.outline(std::slice::from_ref(block), depth, out);
                continue;
            }
            let before = out.len();
            begin(depth, out);
            let begin = out.len();
            quoted(At::inside(&prefix), out, |at, out| self.block(block, at, out));
            if out.len() == begin {
                out.truncate(before);
            }
        }
    }

    fn generates(&self) -> bool {
        let style = self.pen.style;
        match style.contents() {
            TocStyle::Generate => true,
            TocStyle::Native => !matches!(style.dialect.contents, Contents::Native(_)),
            TocStyle::Omit => false,
        }
    }

    /// One block as an item.
    fn bullet(&self, block: &Block, depth: usize, out: &mut String) {
        let before = out.len();
        begin(depth, out);
        if !self.first(block, &" ".repeat(STEP * depth + 2), out) {
            out.truncate(before);
        }
    }

    /// The first block of an item; false where it shows nothing.
    fn first(&self, block: &Block, prefix: &str, out: &mut String) -> bool {
        // Behind the bullet these would be text.
        if matches!(block, Block::Table(_) | Block::Rule) {
            line_end(prefix, out);
        }
        let begin = out.len();
        self.block(block, At { top: true, ..At::inside(prefix) }, out);
        out.len() > begin
    }

    /// A bold title with what belongs to it below.
    fn outline_part(&self, title: &str, body: &[Block], depth: usize, out: &mut String) {
        if title.is_empty() {
            return self.outline(body, depth, out);
        }
        begin(depth, out);
        self.bold(title, &" ".repeat(STEP * depth + 2), out);
        self.outline(body, depth + 1, out);
    }

    fn outline_list(&self, start: Option<u32>, items: &[Item], depth: usize, out: &mut String) {
        let numbered = start.is_some();
        let prefix = " ".repeat(STEP * depth + 2);
        for item in items {
            let before = out.len();
            begin(depth, out);
            out.push_str(match item.task {
                Some(true) => "DONE ",
                Some(false) => "TODO ",
                None => "",
            });
            let (shown, rest) = match item.blocks.split_first() {
                Some((Block::Para(leaves), rest)) => {
                    let place = if item.task.is_some() { Place::Task } else { Place::Item };
                    (self.item_line(leaves, place, numbered, &prefix, out), rest)
                }
                Some((first, rest)) if item.task.is_none() && stays(first) => {
                    if numbered {
                        out.push_str(NUMBERED);
                        line_end(&prefix, out);
                    }
                    (self.first(first, &prefix, out), rest)
                }
                _ => {
                    if numbered {
                        out.push_str(NUMBERED);
                    }
                    (false, item.blocks.as_slice())
                }
            };
            let begin = out.len();
            self.outline(rest, depth + 1, out);
            if !shown && out.len() == begin {
                out.truncate(before);
            }
        }
    }

    /// The first paragraph of an item; false where it shows nothing.
    fn item_line(&self, leaves: &Inline, place: Place, numbered: bool, prefix: &str, out: &mut String) -> bool {
        self.see(leaves, out);
        let text = inline::written(leaves, self.pen, place);
        if !numbered {
            put(&text, prefix, out);
            return !text.is_empty();
        }
        // A property stands below the first line.
        let (line, more) = text.split_once('\n').map_or((text.as_str(), None), |(line, more)| (line, Some(more)));
        out.push_str(line);
        line_end(prefix, out);
        out.push_str(NUMBERED);
        if let Some(more) = more {
            line_end(prefix, out);
            put(more, prefix, out);
        }
        !text.is_empty()
    }
}

/// Begins an item.
fn begin(depth: usize, out: &mut String) {
    if !out.is_empty() {
        line_end("", out);
    }
    out.extend(std::iter::repeat_n(' ', STEP * depth));
    out.push_str("- ");
}

/// Whether blocks are paragraphs and lists of them, which is all that a quote or a box can hold.
fn is_prose(blocks: &[Block]) -> bool {
    blocks.iter().all(|block| match block {
        Block::Para(_) | Block::Placeholder(_) => true,
        Block::Quote(_) | Block::Callout(..) | Block::List(..) => block.inner().all(is_prose),
        _ => false,
    })
}

/// Whether a block can be the first of an item; others are items below it.
fn stays(block: &Block) -> bool {
    match block {
        Block::List(..) | Block::Details(..) | Block::Tabs(_) | Block::Toc { .. } | Block::Hidden(..) => false,
        Block::Quote(inner) | Block::Callout(_, _, inner) => is_prose(inner),
        _ => true,
    }
}
