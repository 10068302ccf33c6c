//! Writes the document tree.

mod callouts;
mod contents;
mod lists;
mod marks;
mod outline;

use std::cell::{Cell, RefCell};
use std::fmt::Write as _;

use crate::dialect::{Apart, Boxes, Comments, Extra, Tabs};
use crate::escape::Place;
use crate::inline::{self, Pen};
use crate::tree::{Block, Code, Definition, Inline, Leaf, Piece, STRONG, leaf, text};
use crate::{Heading, HiddenContent};

pub(crate) use contents::headings;
use lists::next_to;
use marks::Marks;

/// The title that Confluence gives to an expand without one.
pub(crate) const EXPAND: &str = "Click here to expand…";

/// What Docusaurus needs before the first tab of a page.
const TAB_IMPORTS: &str = "import Tabs from '@theme/Tabs';\nimport TabItem from '@theme/TabItem';\n\n";

pub(crate) struct Writer<'a> {
    pub(crate) pen: Pen<'a>,
    /// The headings that a contents list can name.
    headings: &'a [Heading],
    /// How many merged values stand only once.
    blanked: Cell<usize>,
    marks: RefCell<Marks>,
    /// Whether the format's own mark of a contents list was written; only the first one works.
    listed: Cell<bool>,
}

/// A written page.
pub(crate) struct Page {
    pub(crate) markdown: String,
    /// How many merged values stand only once.
    pub(crate) blanked: usize,
    pub(crate) marks: Marks,
}

/// Where a block is written.
#[derive(Clone, Copy)]
pub(crate) struct At<'a> {
    /// What every line but the first begins with.
    pub(crate) prefix: &'a str,
    /// Whether callouts may be alerts.
    top: bool,
    /// Whether a list takes the other marker, to stay apart from the list before it.
    alternate: bool,
}

impl<'a> At<'a> {
    fn inside(prefix: &'a str) -> Self {
        Self { prefix, top: false, alternate: false }
    }
}

/// Everything is written in its final place, once: the content of a hundred lists in lists is not copied for each.
impl<'a> Writer<'a> {
    pub(crate) fn new(pen: Pen<'a>, headings: &'a [Heading]) -> Self {
        Self { pen, headings, blanked: Cell::new(0), marks: RefCell::default(), listed: Cell::new(false) }
    }

    /// The blocks of a page; `titled` where the first of them is its title.
    pub(crate) fn page(self, blocks: &[Block], titled: bool) -> Page {
        let mut out = String::new();
        let imports = self.pen.style.dialect.tabs == Tabs::Component && tabbed(blocks);
        if imports {
            out.push_str(TAB_IMPORTS);
        }
        if self.pen.style.dialect.outline {
            self.outline_page(blocks, titled, &mut out);
        } else {
            self.blocks(blocks, At { prefix: "", top: true, alternate: false }, &mut out);
        }
        if !out.is_empty() {
            out.push('\n');
        }
        Page { markdown: out, blanked: self.blanked.get(), marks: self.marks.into_inner() }
    }

    /// A block on its own.
    pub(crate) fn one_block(&self, block: &Block) -> String {
        let mut out = String::new();
        let before = self.marks.replace(Marks::default());
        self.block(block, At::inside(""), &mut out);
        let inner = self.marks.replace(before);
        self.marks.borrow_mut().take_in_row(inner);
        out
    }

    /// Notes that a merged value stands only once.
    pub(crate) fn blank(&self) {
        self.blanked.set(self.blanked.get() + 1);
    }

    /// Notes the marks among leaves that are about to be written.
    pub(crate) fn see(&self, leaves: &[Leaf], out: &str) {
        if leaves.iter().any(|leaf| matches!(leaf.piece, Piece::Marker(_))) {
            self.marks.borrow_mut().see(leaves, out.len());
        }
    }

    /// Says on which line of a table, which begins at this place, what is seen next stands.
    pub(crate) fn at_row(&self, start: usize, line: u32) {
        self.marks.borrow_mut().row = (start, line);
    }

    /// Notes the marks among leaves of a cell.
    pub(crate) fn see_in_row(&self, leaves: &[Leaf]) {
        if leaves.iter().any(|leaf| matches!(leaf.piece, Piece::Marker(_))) {
            self.marks.borrow_mut().see_in_row(leaves);
        }
    }

    /// Blocks one after another, a blank line between those that show something.
    fn blocks(&self, blocks: &[Block], at: At<'_>, out: &mut String) {
        let start = out.len();
        let mut alternate = false;
        let mut previous: Option<&Block> = None;
        for block in blocks {
            let flip = next_to(previous, block, self.pen.style.dialect.lists)
                && (!alternate || matches!(block, Block::Tabs(_)));
            let before = out.len();
            if before > start {
                blank_line(at.prefix, out);
            }
            let flip = self.apart(block, flip, at.prefix, out);
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

    /// Writes what must stand between two lists; whether the second one takes the other marker instead.
    fn apart(&self, block: &Block, flip: bool, prefix: &str, out: &mut String) -> bool {
        let comment = self.pen.style.dialect.lists == Apart::Comment && !matches!(block, Block::Tabs(_));
        if flip && comment {
            out.push_str("<!-- -->");
            blank_line(prefix, out);
        }
        flip && !comment
    }

    fn block(&self, block: &Block, at: At<'_>, out: &mut String) {
        match block {
            Block::Heading(level, leaves) => {
                out.push_str("######".get(..usize::from(*level)).unwrap_or("######"));
                out.push(' ');
                self.leaves(leaves, Place::Heading, at.prefix, out);
            }
            Block::Para(leaves) => self.leaves(leaves, Place::Block, at.prefix, out),
            Block::Quote(inner) => self.quote(inner, at, out),
            Block::Placeholder(leaves) => {
                quoted(at, out, |at, out| self.leaves(leaves, Place::Block, at.prefix, out));
            }
            Block::Code(code) => self.code(code, at, out),
            Block::Maths(body) => self.maths(body, at, out),
            Block::Rule => out.push_str("---"),
            Block::List(start, items) => self.list(*start, items, at, out),
            Block::Table(rows) => crate::table::write(self, rows, at.prefix, out),
            Block::Callout(kind, title, body) => self.callout(*kind, title, body, at, out),
            Block::Details(title, body) => self.details(title, body, at, out),
            Block::Tabs(tabs) => self.tabs(tabs, at, out),
            Block::Definitions(terms) => self.definitions(terms, at, out),
            Block::Toc { .. } => self.toc(block, at, out),
            Block::Raw(raw) => put(raw, at.prefix, out),
            Block::Hidden(name, inner) => self.hidden(name, inner, at, out),
            Block::Footnote(number, inner) => {
                let _ = write!(out, "[^{number}]: ");
                self.blocks(inner, At::inside(&format!("{}    ", at.prefix)), out);
            }
        }
    }

    /// Inline content.
    fn leaves(&self, leaves: &Inline, place: Place, prefix: &str, out: &mut String) {
        self.see(leaves, out);
        let begin = out.len();
        inline::write(leaves, self.pen, place, out);
        put_in_place(begin, prefix, out);
    }

    /// A line of bold text.
    fn bold(&self, words: &str, prefix: &str, out: &mut String) {
        self.leaves(&vec![text(words, STRONG)].into(), Place::Block, prefix, out);
    }

    fn quote(&self, inner: &[Block], at: At<'_>, out: &mut String) {
        if !self.pen.style.dialect.tables_in_quotes && crate::table::nested(inner) {
            return self.blocks(inner, at, out);
        }
        let start = out.len() + 2;
        quoted(at, out, |at, out| self.blocks(inner, at, out));
        let quote = out.get(start..).unwrap_or("");
        if self.begins_alert(quote) {
            // A bracket that is escaped stands in the text of a link, to which the first one belongs.
            let linked = quote.split(']').next().is_some_and(|name| name.ends_with('\\'));
            out.insert(start + usize::from(linked), '\\');
        }
    }

    /// Whether a quote would be read as a callout.
    fn begins_alert(&self, quote: &str) -> bool {
        let Some((name, rest)) = quote.strip_prefix("[!").and_then(|tail| tail.split_once(']')) else { return false };
        let line = rest.split('\n').next().unwrap_or("").trim_end_matches([' ', '\\']);
        let dialect = self.pen.style.dialect;
        match dialect.callouts.form {
            Boxes::Alert => dialect.callouts.has_name(name) && (line.is_empty() || dialect.extra == Extra::GitlabWiki),
            Boxes::Titled => !name.is_empty() && !name.contains(['[', '\n']) && !line.starts_with(['(', '[']),
            _ => false,
        }
    }

    fn code(&self, code: &Code, at: At<'_>, out: &mut String) {
        let dialect = self.pen.style.dialect;
        let mut info = code.language.clone();
        if !code.title.is_empty() {
            if dialect.code_titles {
                // A title needs a language before it, and ends at its own quotation mark.
                let language = if info.is_empty() { "text" } else { info.as_str() };
                info = format!("{language} title=\"{}\"", code.title.replace(['"', '`'], "'"));
            } else {
                self.bold(&code.title, at.prefix, out);
                blank_line(at.prefix, out);
            }
        }
        if dialect.mermaid_container && code.language == "mermaid" {
            let newline = if code.text.ends_with('\n') { "" } else { "\n" };
            return put(&format!("::: mermaid\n{}{newline}:::", code.text), at.prefix, out);
        }
        // In an outline the first fence of any length ends the code.
        if dialect.outline && code.text.lines().any(|line| line.trim_start().starts_with("```")) {
            let newline = if code.text.ends_with('\n') { "" } else { "\n" };
            let space = if info.is_empty() { "" } else { " " };
            return put(&format!("#+BEGIN_SRC{space}{info}\n{}{newline}#+END_SRC", code.text), at.prefix, out);
        }
        self.verbatim(&fence(&info, &code.text), at, out);
    }

    fn maths(&self, body: &str, at: At<'_>, out: &mut String) {
        if self.pen.style.dialect.maths {
            self.verbatim(&format!("$$\n{body}\n$$"), at, out);
        } else {
            self.verbatim(&fence("math", body), at, out);
        }
    }

    /// Writes a block in which templates of the format must not work.
    fn verbatim(&self, block: &str, at: At<'_>, out: &mut String) {
        match self.pen.style.dialect.extra {
            Extra::Jekyll if block.contains("{{") || block.contains("{%") => {
                // Behind the marker of an item, an empty line would change how far the block is indented.
                let first = out.rsplit('\n').next() != Some(at.prefix);
                let line_end = if first { "" } else { "\n" };
                put(&format!("{{% raw %}}{line_end}{}\n{{% endraw %}}", raw(block)), at.prefix, out);
            }
            Extra::Hugo if block.contains("{{<") || block.contains("{{%") => {
                put(&shortcodes_as_text(block), at.prefix, out);
            }
            _ => put(block, at.prefix, out),
        }
    }

    fn definitions(&self, terms: &[Definition], at: At<'_>, out: &mut String) {
        let start = out.len();
        let prefix = format!("{}    ", at.prefix);
        for Definition { term, meanings } in terms {
            if out.len() > start {
                blank_line(at.prefix, out);
            }
            self.leaves(term, Place::Block, at.prefix, out);
            for meaning in meanings {
                line_end(at.prefix, out);
                out.push_str(":   ");
                self.blocks(meaning, At::inside(&prefix), out);
            }
        }
    }

    fn hidden(&self, name: &str, inner: &[Block], at: At<'_>, out: &mut String) {
        let style = self.pen.style;
        match style.options.hidden_content {
            HiddenContent::Show => return self.blocks(inner, at, out),
            HiddenContent::Comment if style.markers() => {}
            _ => return,
        }
        let mut text = String::new();
        let before = self.marks.replace(Marks::default());
        self.blocks(inner, At::inside(""), &mut text);
        let inside = self.marks.replace(before);
        self.marks.borrow_mut().hide(name, inside, out.len());
        let name = crate::build::comment_value(name);
        let comment = if style.dialect.comments == Comments::Jsx {
            format!("{{/* pagelift: hidden name=\"{name}\"\n{}\n*/}}", text.replace("*/", "*&#47;"))
        } else {
            let text = text.replace("--", "-&#45;").replace("--", "-&#45;");
            format!("<!-- pagelift: hidden name=\"{name}\"\n{text}\n-->")
        };
        put(&comment, at.prefix, out);
    }

    /// A comment of ours on its own.
    fn marker(&self, says: &str, at: At<'_>, out: &mut String) {
        self.leaves(&vec![leaf(Piece::Marker(says.to_owned()))].into(), Place::Block, at.prefix, out);
    }
}

/// Whether tabs are among the blocks, or in them.
fn tabbed(blocks: &[Block]) -> bool {
    blocks.iter().any(|block| matches!(block, Block::Tabs(_)) || block.inner().any(tabbed))
}

/// Text between the tags of Liquid that let nothing run: the second one may not stand in it.
fn raw(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (number, part) in text.split("{%").enumerate() {
        let ends = part.strip_prefix('-').unwrap_or(part).trim_start().starts_with("endraw");
        match number {
            0 => {}
            _ if ends => out.push_str("{% endraw %}{{ \"{\" }}{% raw %}%"),
            _ => out.push_str("{%"),
        }
        out.push_str(part);
    }
    out
}

/// Shortcodes in code, as Hugo shows them instead of running them.
fn shortcodes_as_text(code: &str) -> String {
    let mut out = String::with_capacity(code.len());
    let mut rest = code;
    while let Some(at) = ["{{<", "{{%"].iter().filter_map(|open| rest.find(open)).min() {
        let (before, tail) = rest.split_at_checked(at).unwrap_or((rest, ""));
        let (open, inner) = tail.split_at_checked(3).unwrap_or((tail, ""));
        let close = if open.ends_with('<') { ">}}" } else { "%}}" };
        out.push_str(before);
        out.push_str(open);
        let Some((inside, after)) = inner.split_once(close) else {
            rest = inner;
            continue;
        };
        let _ = write!(out, "/*{inside}*/{close}");
        rest = after;
    }
    out + rest
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

/// Puts what was written from a place on behind the prefix of its lines.
fn put_in_place(begin: usize, prefix: &str, out: &mut String) {
    let written = out.get(begin..).unwrap_or("");
    if !prefix.is_empty() && memchr::memchr(b'\n', written.as_bytes()).is_some() {
        let written = written.to_owned();
        out.truncate(begin);
        put(&written, prefix, out);
    }
}

/// Writes text of more than one line in its place.
pub(crate) fn put(text: &str, prefix: &str, out: &mut String) {
    if prefix.is_empty() || !text.contains('\n') {
        return out.push_str(text);
    }
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
    content(At::inside(&format!("{}> ", at.prefix)), out);
    if out.len() == begin {
        out.truncate(before);
    }
}

/// Writes on lines that are indented by four spaces, below a line that is there already.
fn indented(at: At<'_>, out: &mut String, content: impl FnOnce(At<'_>, &mut String)) {
    let before = out.len();
    let prefix = format!("{}    ", at.prefix);
    blank_line(&prefix, out);
    let begin = out.len();
    content(At::inside(&prefix), out);
    if out.len() == begin {
        out.truncate(before);
    }
}

/// A fenced block.
pub(crate) fn fence(language: &str, text: &str) -> String {
    let ticks = |line: &str| line.trim_start().bytes().take_while(|&byte| byte == b'`').count();
    let longest = if text.contains('`') { text.lines().map(ticks).max() } else { None };
    let fence = "`".repeat((longest.unwrap_or(0) + 1).max(3));
    let newline = if text.ends_with('\n') { "" } else { "\n" };
    format!("{fence}{language}\n{text}{newline}{fence}")
}
