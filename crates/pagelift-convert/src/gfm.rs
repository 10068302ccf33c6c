//! Writes the document tree as GitHub Markdown.

use std::fmt::Write as _;

use crate::Heading;
use crate::escape::Place;
use crate::inline;
use crate::slug::Slugs;
use crate::tree::{Block, Callout, Item, Link, Piece, STRONG, text};

/// The title that Confluence gives to an expand without one.
pub(crate) const EXPAND: &str = "Click here to expand…";

pub(crate) struct Writer<'a> {
    pub(crate) links: &'a [Link],
    pub(crate) headings: &'a [Heading],
    /// How many merged values stand only once.
    pub(crate) blanked: std::cell::Cell<usize>,
}

/// The headings outside tables, in order.
pub(crate) fn headings(blocks: &[Block]) -> Vec<Heading> {
    let mut out = Vec::new();
    collect(blocks, &mut Slugs::default(), &mut out);
    out
}

fn collect(blocks: &[Block], slugs: &mut Slugs, out: &mut Vec<Heading>) {
    for block in blocks {
        match block {
            Block::Heading(level, leaves) => {
                let text = inline::plain(&inline::normalise(leaves));
                let slug = slugs.next(&text);
                out.push(Heading { level: *level, text, slug });
            }
            Block::Quote(inner) | Block::Callout(_, _, inner) | Block::Details(_, inner) => {
                collect(inner, slugs, out);
            }
            Block::List(_, items) => items.iter().for_each(|item| collect(&item.blocks, slugs, out)),
            _ => {}
        }
    }
}

/// Where a block is written.
#[derive(Clone, Copy)]
struct At<'a> {
    /// What every line but the first begins with.
    prefix: &'a str,
    /// Whether callouts may be alerts.
    top: bool,
    /// Whether a list takes the other marker, to stay apart from the list before it.
    alternate: bool,
}

/// Everything is written in its final place, once: the content of a hundred lists in lists is not copied for each.
impl Writer<'_> {
    /// The blocks of a page.
    pub(crate) fn page(&self, blocks: &[Block]) -> String {
        let mut out = String::new();
        self.blocks(blocks, At { prefix: "", top: true, alternate: false }, &mut out);
        out
    }

    /// A block on its own.
    pub(crate) fn one_block(&self, block: &Block) -> String {
        let mut out = String::new();
        self.block(block, At { prefix: "", top: false, alternate: false }, &mut out);
        out
    }

    /// Blocks one after another, a blank line between those that show something.
    fn blocks(&self, blocks: &[Block], at: At<'_>, out: &mut String) {
        let start = out.len();
        let mut alternate = false;
        let mut previous: Option<&Block> = None;
        for block in blocks {
            let flip = next_to(previous, block) && !alternate;
            let before = out.len();
            if before > start {
                blank_line(at.prefix, out);
            }
            let begin = out.len();
            self.block(block, At { alternate: flip, ..at }, out);
            if out.len() == begin {
                out.truncate(before);
                continue;
            }
            alternate = flip;
            previous = Some(block);
        }
    }

    fn block(&self, block: &Block, at: At<'_>, out: &mut String) {
        match block {
            Block::Heading(level, leaves) => {
                out.push_str("######".get(..usize::from(*level)).unwrap_or("######"));
                out.push(' ');
                out.push_str(&inline::write(leaves, self.links, Place::Heading));
            }
            Block::Para(leaves) => put(&inline::write(leaves, self.links, Place::Block), at.prefix, out),
            Block::Quote(inner) => quoted(at, out, |at, out| self.blocks(inner, at, out)),
            Block::Placeholder(leaves) => quoted(at, out, |at, out| {
                put(&inline::write(leaves, self.links, Place::Block), at.prefix, out);
            }),
            Block::Code(language, text) => put(&fence(language, text), at.prefix, out),
            Block::Rule => out.push_str("---"),
            Block::List(start, items) => self.list(*start, items, at, out),
            Block::Table(rows) => put(&crate::table::table(self, rows), at.prefix, out),
            Block::Callout(kind, title, body) => {
                quoted(at, out, |inner, out| self.callout(*kind, title, body, At { top: at.top, ..inner }, out));
            }
            Block::Details(title, body) => self.details(title, body, at, out),
            Block::Toc { flat, .. } => put(&self.toc(block, *flat, at.alternate), at.prefix, out),
            Block::Raw(raw) => put(raw, at.prefix, out),
            Block::Hidden(name, inner) => {
                let mut text = String::new();
                self.blocks(inner, At { prefix: "", top: false, alternate: false }, &mut text);
                let text = text.replace("--", "-&#45;").replace("--", "-&#45;");
                let name = crate::build::comment_value(name);
                put(&format!("<!-- pagelift: hidden name=\"{name}\"\n{text}\n-->"), at.prefix, out);
            }
            Block::Footnote(number, inner) => {
                let _ = write!(out, "[^{number}]: ");
                self.blocks(inner, At { prefix: &format!("{}    ", at.prefix), top: false, alternate: false }, out);
            }
        }
    }

    fn callout(&self, kind: Option<Callout>, title: &str, body: &[Block], at: At<'_>, out: &mut String) {
        let start = out.len();
        let inner = At { top: false, ..at };
        let strong = |words: &str| inline::write(&[text(words, STRONG)], self.links, Place::Block).into_owned();
        match kind {
            Some(kind) if at.top => {
                out.push_str(kind.alert());
                if !title.is_empty() {
                    line_end(at.prefix, out);
                    out.push_str(&strong(title));
                }
            }
            Some(kind) if title.is_empty() => out.push_str(&strong(kind.label())),
            Some(kind) => out.push_str(&strong(&format!("{}: {title}", kind.label()))),
            None if title.is_empty() => {}
            None => out.push_str(&strong(title)),
        }
        let before = out.len();
        let alert = kind.is_some() && at.top && title.is_empty();
        // Only a paragraph can follow the label without a gap and still be read as what it is.
        let follows =
            alert && matches!(body.first(), Some(Block::Para(leaves)) if !leaves.first().is_some_and(starts_oddly));
        if follows {
            line_end(at.prefix, out);
        } else if before > start {
            blank_line(at.prefix, out);
        }
        let begin = out.len();
        self.blocks(body, inner, out);
        if out.len() == begin {
            out.truncate(before);
        }
    }

    fn details(&self, title: &str, body: &[Block], at: At<'_>, out: &mut String) {
        let title = if title.trim().is_empty() { EXPAND } else { title.trim() };
        let head = format!("<details>\n<summary>{}</summary>", crate::table::html_text(title));
        put(&head, at.prefix, out);
        blank_line(at.prefix, out);
        let begin = out.len();
        self.blocks(body, at, out);
        if out.len() > begin {
            blank_line(at.prefix, out);
        }
        out.push_str("</details>");
    }

    /// The links of a contents list, with the level of each below the highest one.
    pub(crate) fn toc_links(&self, toc: &Block, place: Place) -> Vec<(usize, String)> {
        let Block::Toc { min, max, include, exclude, .. } = toc else { return Vec::new() };
        let pattern = |text: &Option<String>| regex_lite::Regex::new(&format!("^(?:{})$", text.as_ref()?)).ok();
        let (include, exclude) = (pattern(include), pattern(exclude));
        let wanted = |h: &&Heading| {
            (*min..=*max).contains(&h.level)
                && include.as_ref().is_none_or(|pattern| pattern.is_match(&h.text))
                && !exclude.as_ref().is_some_and(|pattern| pattern.is_match(&h.text))
        };
        let shown: Vec<&Heading> = self.headings.iter().filter(wanted).collect();
        let base = shown.iter().map(|h| h.level).min().unwrap_or(1);
        let link = |h: &Heading| {
            let links = [Link { href: format!("#{}", h.slug), ..Link::default() }];
            let leaf = crate::tree::Leaf { link: Some(0), ..text(&h.text, 0) };
            inline::write(&[leaf], &links, place).into_owned()
        };
        shown.into_iter().map(|h| (usize::from(h.level - base), link(h))).collect()
    }

    fn toc(&self, toc: &Block, flat: bool, alternate: bool) -> String {
        let place = if flat { Place::Block } else { Place::Item };
        let links = self.toc_links(toc, place);
        if flat {
            return links.into_iter().map(|(_, link)| link).collect::<Vec<_>>().join(" | ");
        }
        let mut rows = Vec::new();
        let mut depth = 0;
        for (wanted, link) in links {
            depth = if rows.is_empty() { 0 } else { wanted.min(depth + 1) };
            let marker = if alternate { '*' } else { '-' };
            rows.push(format!("{}{marker} {link}", "  ".repeat(depth)));
        }
        rows.join("\n")
    }

    fn list(&self, start: Option<u32>, items: &[Item], at: At<'_>, out: &mut String) {
        let begin = out.len();
        let mut number = start.unwrap_or(1);
        for item in items {
            let before = out.len();
            if before > begin {
                line_end(at.prefix, out);
            }
            let marker = match (start.is_some(), at.alternate) {
                (true, false) => format!("{number}. "),
                (true, true) => format!("{number}) "),
                (false, false) => "- ".to_owned(),
                (false, true) => "* ".to_owned(),
            };
            out.push_str(&marker);
            let prefix = format!("{}{}", at.prefix, " ".repeat(marker.len()));
            if self.item(item, &prefix, out) {
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
        }
        let mut previous: Option<&Block> = None;
        let mut alternate = false;
        for block in &item.blocks {
            let flip = next_to(previous, block) && !alternate;
            let before = out.len();
            let list = matches!(block, Block::List(..));
            if previous.is_some() {
                if joins(previous, block) { line_end(prefix, out) } else { blank_line(prefix, out) }
            } else if list {
                // The marker stands alone on its line.
                line_end(prefix, out);
            } else if item.task.is_some() && !matches!(block, Block::Para(_)) {
                // A box needs text beside it, and a block needs a line of its own.
                blank_line(prefix, out);
            }
            let begin = out.len();
            match block {
                Block::Para(leaves) if previous.is_none() => {
                    let place = if item.task.is_some() { Place::Task } else { Place::Item };
                    put(&inline::write(leaves, self.links, place), prefix, out);
                }
                // Three dashes behind a bullet would be a rule around the list.
                Block::Rule if previous.is_none() && item.task.is_none() => out.push_str("___"),
                _ => self.block(block, At { prefix, top: false, alternate: flip }, out),
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
}

/// Whether two lists would be read as one.
fn next_to(previous: Option<&Block>, block: &Block) -> bool {
    let kind = |block: &Block| match block {
        Block::List(start, _) => Some(start.is_some()),
        Block::Toc { flat: false, .. } => Some(false),
        _ => None,
    };
    previous.and_then(kind).is_some_and(|ordered| kind(block) == Some(ordered))
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
            let html = matches!(leaves.as_slice(), [leaf] if matches!(leaf.piece, Piece::Raw(_)));
            !html && matches!(start, None | Some(1))
        }
        Some(Block::List(..)) => true,
        _ => false,
    };
    fits && !items.first().is_some_and(is_bare)
}

/// Whether a line that begins like this means something else below another line.
fn starts_oddly(leaf: &crate::tree::Leaf) -> bool {
    match &leaf.piece {
        Piece::Text(text) => text.starts_with('='),
        Piece::Raw(raw) => raw.starts_with('<'),
        _ => false,
    }
}

/// Ends a line; nothing stands at its end that shows nothing.
fn line_end(prefix: &str, out: &mut String) {
    while out.ends_with(' ') {
        out.pop();
    }
    out.push('\n');
    out.push_str(prefix);
}

fn blank_line(prefix: &str, out: &mut String) {
    line_end(prefix.trim_end(), out);
    out.push('\n');
    out.push_str(prefix);
}

/// Writes text of more than one line in its place.
fn put(text: &str, prefix: &str, out: &mut String) {
    for (i, line) in text.split('\n').enumerate() {
        if i > 0 {
            out.push('\n');
            out.push_str(if line.is_empty() { prefix.trim_end() } else { prefix });
        }
        out.push_str(line);
    }
}

/// Writes in a quote; nothing where nothing is written.
fn quoted(at: At<'_>, out: &mut String, content: impl FnOnce(At<'_>, &mut String)) {
    let before = out.len();
    out.push_str("> ");
    let begin = out.len();
    content(At { prefix: &format!("{}> ", at.prefix), top: false, alternate: false }, out);
    if out.len() == begin {
        out.truncate(before);
    }
}

/// A fenced block.
pub(crate) fn fence(language: &str, text: &str) -> String {
    let longest = text.lines().map(|line| line.trim_start().chars().take_while(|&c| c == '`').count()).max();
    let fence = "`".repeat((longest.unwrap_or(0) + 1).max(3));
    let newline = if text.ends_with('\n') { "" } else { "\n" };
    format!("{fence}{language}\n{text}{newline}{fence}")
}
