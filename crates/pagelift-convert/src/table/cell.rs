//! The content of a cell on its one line.

use std::borrow::Cow;
use std::fmt::Write as _;

use crate::dialect::{Html, Style};
use crate::escape::Place;
use crate::tree::{self, Block, Callout, Code, Item, Leaf, Piece, STRONG};
use crate::writer::{EXPAND, Writer};
use crate::{CellLists, HiddenContent, TocStyle, inline};

/// What stands before a nested bullet, for each level.
const INDENT: &str = "\u{a0}\u{a0}";

/// Writes a cell. It is laid out as a whole: what stands in one paragraph or item could otherwise pair with what stands
/// in another.
pub(super) fn write(writer: &Writer<'_>, blocks: &[Block], bold: bool, out: &mut String) {
    let begin = out.len();
    match blocks {
        [] => {}
        [Block::Para(content)] if !bold => {
            writer.see_in_row(content);
            inline::write(content, writer.pen, Place::Cell, out);
        }
        _ => {
            let style = writer.pen.style;
            let mut line = Line { writer, style, leaves: Vec::new(), bold, level: 0 };
            line.blocks(blocks);
            writer.see_in_row(&line.leaves);
            inline::write(&line.leaves.into(), writer.pen, Place::Cell, out);
        }
    }
    if memchr::memchr(b'\n', out.as_bytes().get(begin..).unwrap_or(&[])).is_some() {
        let cell = out.split_off(begin);
        out.push_str(&cell.replace('\n', " "));
    }
}

/// A cell on its own.
pub(super) fn text(writer: &Writer<'_>, blocks: &[Block], bold: bool) -> String {
    let mut out = String::new();
    write(writer, blocks, bold, &mut out);
    out
}

struct Line<'w, 'a> {
    writer: &'w Writer<'w>,
    style: Style<'w>,
    leaves: Vec<Leaf<'a>>,
    bold: bool,
    /// How many bulleted lists are around.
    level: usize,
}

impl<'a> Line<'_, 'a> {
    fn html(&mut self, html: impl Into<Cow<'a, str>>) {
        self.leaves.push(tree::leaf(Piece::Html(html.into())));
    }

    fn raw(&mut self, raw: impl Into<Cow<'a, str>>) {
        self.leaves.push(tree::leaf(Piece::Raw(raw.into())));
    }

    /// What stands between two blocks.
    fn gap(&mut self) {
        if self.style.dialect.rich_cells { self.html(self.style.tag("br")) } else { self.raw("; ") }
    }

    fn words(&mut self, words: &str) {
        self.leaves.push(tree::text(words, 0));
    }

    fn text(&mut self, leaves: &[Leaf<'a>], bold: bool) {
        let marks = if bold { STRONG } else { 0 };
        self.leaves.extend(leaves.iter().map(|leaf| Leaf { marks: leaf.marks | marks, ..leaf.clone() }));
    }

    /// Blocks with a gap between those that show something.
    fn blocks(&mut self, blocks: &[Block<'a>]) {
        let start = self.leaves.len();
        for block in blocks {
            let before = self.leaves.len();
            if before > start {
                self.gap();
            }
            let filled = self.leaves.len();
            self.block(block);
            if self.leaves.len() == filled {
                self.leaves.truncate(before);
            }
        }
    }

    fn block(&mut self, block: &Block<'a>) {
        match block {
            Block::Para(inner) | Block::Placeholder(inner) => self.text(inner, self.bold),
            Block::Heading(_, inner) => self.text(inner, true),
            Block::Quote(inner) => self.blocks(inner),
            Block::Rule if !self.style.dialect.blocks_in_lines => self.words("—"),
            Block::Rule => self.html(self.style.tag("hr")),
            Block::Raw(raw) => self.raw(raw.clone()),
            Block::Maths(body) => self.leaves.push(tree::leaf(Piece::Maths(body.replace('\n', " ")))),
            Block::Code(code) => self.code(code),
            Block::List(start, items) => self.list(*start, items),
            Block::Callout(kind, title, body) => {
                let label = if title.is_empty() { kind.map_or("", Callout::label) } else { title.as_str() };
                self.titled(label, body);
            }
            Block::Details(title, body) => self.details(title, body),
            Block::Tabs(tabs) => self.each(tabs, |line, (title, body)| line.titled(title, body)),
            Block::Definitions(terms) => self.each(terms, |line, term| {
                line.text(&term.term, true);
                line.words(": ");
                line.each(&term.meanings, |line, meaning| line.blocks(meaning));
            }),
            Block::Table(rows) => self.table(rows),
            Block::Hidden(_, inner) if self.style.options.hidden_content == HiddenContent::Show => self.blocks(inner),
            Block::Hidden(..) => {
                let comment = self.writer.one_block(block);
                if !comment.is_empty() {
                    self.raw(comment);
                }
            }
            Block::Footnote(..) => {}
            Block::Toc { marker, .. } => {
                if self.style.contents() == TocStyle::Omit {
                    return self.leaves.push(tree::leaf(Piece::Marker(marker.clone())));
                }
                let links = self.writer.toc_links(block, Place::Cell);
                self.each(&links, |line, (_, link)| line.raw(link.clone()));
            }
        }
    }

    /// Several things with a gap between them.
    fn each<T>(&mut self, things: &[T], write: impl Fn(&mut Self, &T)) {
        for (i, thing) in things.iter().enumerate() {
            if i > 0 {
                self.gap();
            }
            write(self, thing);
        }
    }

    /// A bold title, then a body.
    fn titled(&mut self, title: &str, body: &[Block<'a>]) {
        if !title.is_empty() {
            self.text(&[tree::text(title, 0)], true);
            if !body.is_empty() {
                self.gap();
            }
        }
        self.blocks(body);
    }

    fn code(&mut self, code: &Code) {
        if !code.title.is_empty() {
            self.text(&[tree::text(&code.title, 0)], true);
            self.gap();
        }
        let text = code.text.trim_end_matches('\n');
        let span = |line: &str| tree::leaf(Piece::Code(Cow::Owned(line.to_owned())));
        if !text.contains('\n') {
            self.leaves.extend((!text.trim().is_empty()).then(|| span(text)));
        } else if !self.style.dialect.blocks_in_lines {
            let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
            self.each(&lines, |line, code| line.leaves.push(span(code)));
        } else {
            let text = cell_code(text);
            self.html(format!("<pre><code>{}</code></pre>", text.replace("<br>", &self.style.tag("br"))));
        }
    }

    fn details(&mut self, title: &str, body: &[Block<'a>]) {
        let title = if title.is_empty() { EXPAND } else { title };
        if !self.style.dialect.blocks_in_lines {
            return self.titled(title, body);
        }
        self.html("<details><summary>");
        self.words(title);
        self.html("</summary>");
        self.blocks(body);
        self.html("</details>");
    }

    /// A table in a cell: as HTML, or its values one after another.
    fn table(&mut self, rows: &[Vec<tree::Cell<'a>>]) {
        if self.style.dialect.html != Html::None {
            let html = super::html::table(self.writer, rows, None);
            return self.html(html);
        }
        self.each(rows, |line, row| {
            let filled: Vec<&tree::Cell<'a>> = row.iter().filter(|cell| !cell.blocks.is_empty()).collect();
            for (i, cell) in filled.iter().enumerate() {
                if i > 0 {
                    line.words(", ");
                }
                let outer = std::mem::replace(&mut line.bold, cell.header);
                line.blocks(&cell.blocks);
                line.bold = outer;
            }
        });
    }

    fn list(&mut self, start: Option<u32>, items: &[Item<'a>]) {
        let tasks = !items.is_empty() && items.iter().all(|item| item.task.is_some());
        if tasks || self.style.cell_lists() == CellLists::Bullets {
            return self.bullets(start, items);
        }
        self.html(match start {
            None => "<ul>".to_owned(),
            Some(1) => "<ol>".to_owned(),
            Some(n) if self.style.dialect.html == Html::Jsx => format!("<ol start={{{n}}}>"),
            Some(n) => format!("<ol start=\"{n}\">"),
        });
        for item in items {
            self.html("<li>");
            let begin = self.leaves.len();
            for block in &item.blocks {
                let bare = matches!(block, Block::List(_, items) if items.iter().any(|item| item.task.is_none()));
                if self.leaves.len() > begin && !bare {
                    self.gap();
                }
                self.block(block);
            }
            self.html("</li>");
        }
        self.html(if start.is_some() { "</ol>" } else { "</ul>" });
    }

    /// A list whose items stand one after another, each behind its own sign.
    fn bullets(&mut self, start: Option<u32>, items: &[Item<'a>]) {
        let numbered: Vec<(u32, &Item<'a>)> = (start.unwrap_or(1)..).zip(items).collect();
        let indent = INDENT.repeat(self.level);
        self.level += 1;
        self.each(&numbered, |line, (number, item)| {
            if !indent.is_empty() {
                line.raw(indent.clone());
            }
            match (item.task, start) {
                (Some(true), _) => line.words("☑ "),
                (Some(false), _) => line.words("☐ "),
                (None, None) => line.words("• "),
                (None, Some(_)) => line.words(&format!("{number}. ")),
            }
            line.blocks(&item.blocks);
        });
        self.level -= 1;
    }
}

/// Code in HTML in a cell, as it stands in Markdown.
pub(crate) fn cell_code(code: &str) -> String {
    let mut out = String::new();
    let mut space = false;
    for c in code.chars() {
        match c {
            '\n' => out.push_str("<br>"),
            '\t' => out.push_str("&#9;"),
            ' ' if space => out.push_str("&#32;"),
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '*' | '_' | '~' | '[' | ']' | '{' | '}' | '\\' | '`' | '|' | '$' => {
                let _ = write!(out, "&#{};", u32::from(c));
            }
            c => out.push(c),
        }
        space = c == ' ';
    }
    out
}
