//! Boxes, parts that open, and tabs.

use std::fmt::Write as _;

use super::{At, EXPAND, Writer, blank_line, indented, line_end, put, quoted};
use crate::dialect::{Boxes, Expand, Tabs};
use crate::escape::Place;
use crate::inline;
use crate::tree::{Block, Callout, Leaf, Piece, text};

impl Writer<'_> {
    pub(super) fn callout(&self, kind: Option<Callout>, title: &str, body: &[Block], at: At<'_>, out: &mut String) {
        let dialect = self.pen.style.dialect;
        let name = dialect.callouts.name(kind);
        match dialect.callouts.form {
            Boxes::Alert if at.top && kind.is_some() => quoted(at, out, |inner, out| {
                let _ = write!(out, "[!{name}]");
                if !title.is_empty() {
                    line_end(inner.prefix, out);
                    self.bold(title, inner.prefix, out);
                }
                self.below(body, title.is_empty(), inner, out);
            }),
            Boxes::Alert | Boxes::Quote => self.label_quote(kind, title, body, at, out),
            Boxes::Begin if !at.top => self.label_quote(kind, title, body, at, out),
            Boxes::Titled => self.titled(&format!("[!{name}]"), title, body, at, out),
            Boxes::Directive => {
                let fence = ":".repeat(3 + depth(body));
                let _ = write!(out, "{fence}{name}");
                if !title.is_empty() {
                    let _ = write!(out, "[{}]", bracketed(&self.words(title)));
                }
                blank_line(at.prefix, out);
                self.then_blank(body, At::inside(at.prefix), out);
                out.push_str(&fence);
            }
            Boxes::Admonition => {
                let _ = write!(out, "!!! {name}");
                // Without a title of its own, a box is headed by its kind; a panel has no heading.
                if !title.is_empty() || kind.is_none() {
                    let _ = write!(out, " \"{}\"", self.words(title));
                }
                indented(at, out, |at, out| self.blocks(body, at, out));
            }
            Boxes::Begin => {
                let _ = write!(out, "#+BEGIN_{name}");
                line_end(at.prefix, out);
                let begin = out.len();
                self.labelled(title, body, At::inside(at.prefix), out);
                if out.len() > begin {
                    line_end(at.prefix, out);
                }
                let _ = write!(out, "#+END_{name}");
            }
        }
    }

    /// A quote with a bold label.
    fn label_quote(&self, kind: Option<Callout>, title: &str, body: &[Block], at: At<'_>, out: &mut String) {
        let label = label(kind, title);
        if !self.pen.style.dialect.tables_in_quotes && crate::table::nested(body) {
            return self.labelled(&label, body, at, out);
        }
        quoted(at, out, |at, out| self.labelled(&label, body, at, out));
    }

    /// A bold label, then the body.
    fn labelled(&self, label: &str, body: &[Block], at: At<'_>, out: &mut String) {
        if label.is_empty() {
            return self.blocks(body, at, out);
        }
        self.bold(label, at.prefix, out);
        self.below(body, false, at, out);
    }

    /// A quote that begins with the mark of its kind and a title.
    fn titled(&self, mark: &str, title: &str, body: &[Block], at: At<'_>, out: &mut String) {
        quoted(at, out, |at, out| {
            out.push_str(mark);
            if !title.is_empty() {
                out.push(' ');
                out.push_str(&self.words(title));
            }
            self.below(body, true, at, out);
        });
    }

    /// A body below the first line of its box.
    fn below(&self, body: &[Block], close: bool, at: At<'_>, out: &mut String) {
        let before = out.len();
        // Only a paragraph can follow the line without a gap and still be read as what it is.
        let fits = matches!(body.first(), Some(Block::Para(leaves)) if !leaves.first().is_some_and(starts_oddly));
        if close && fits {
            line_end(at.prefix, out);
        } else {
            blank_line(at.prefix, out);
        }
        let begin = out.len();
        self.blocks(body, at, out);
        if out.len() == begin {
            out.truncate(before);
        }
    }

    /// A body, and a blank line below it.
    fn then_blank(&self, body: &[Block], at: At<'_>, out: &mut String) {
        let begin = out.len();
        self.blocks(body, at, out);
        if out.len() > begin {
            blank_line(at.prefix, out);
        }
    }

    /// A title behind something else in its line.
    fn words(&self, title: &str) -> String {
        inline::written(&vec![text(title, 0)].into(), self.pen, Place::Task)
    }

    pub(super) fn details(&self, title: &str, body: &[Block], at: At<'_>, out: &mut String) {
        let title = if title.trim().is_empty() { EXPAND } else { title.trim() };
        match self.pen.style.dialect.expand {
            Expand::Details(tag) => {
                let title = crate::table::markup(title, self.pen.style);
                put(&format!("{tag}\n<summary>{title}</summary>"), at.prefix, out);
                blank_line(at.prefix, out);
                self.then_blank(body, At { alternate: false, ..at }, out);
                out.push_str("</details>");
            }
            Expand::Admonition => {
                let _ = write!(out, "??? note \"{}\"", self.words(title));
                indented(at, out, |at, out| self.blocks(body, at, out));
            }
            Expand::Folded => self.titled("[!note]-", title, body, at, out),
            Expand::Bold => {
                self.bold(title, at.prefix, out);
                self.below(body, false, At { alternate: false, ..at }, out);
            }
        }
    }

    pub(super) fn tabs(&self, tabs: &[(String, Vec<Block>)], at: At<'_>, out: &mut String) {
        let form = self.pen.style.dialect.tabs;
        let start = out.len();
        if form == Tabs::Component {
            out.push_str("<Tabs>");
        }
        for (number, (title, body)) in (1..).zip(tabs) {
            let name = if title.is_empty() { format!("Tab {number}") } else { title.clone() };
            let before = out.len();
            match form {
                Tabs::Bold => {
                    if before > start {
                        blank_line(at.prefix, out);
                    }
                    let begin = out.len();
                    self.labelled(title, body, At { alternate: false, ..at }, out);
                    if out.len() == begin {
                        out.truncate(before);
                    }
                }
                Tabs::Tabbed => {
                    if before > start {
                        blank_line(at.prefix, out);
                    }
                    let first = if number == 1 && at.alternate { "!" } else { "" };
                    let _ = write!(out, "==={first} \"{}\"", self.words(&name));
                    indented(at, out, |at, out| self.blocks(body, at, out));
                }
                Tabs::Component => {
                    line_end(at.prefix, out);
                    let label = crate::links::attribute(&name);
                    let _ = write!(out, "<TabItem value=\"tab-{number}\" label=\"{label}\">");
                    blank_line(at.prefix, out);
                    self.then_blank(body, At::inside(at.prefix), out);
                    out.push_str("</TabItem>");
                }
            }
        }
        if form == Tabs::Component {
            line_end(at.prefix, out);
            out.push_str("</Tabs>");
        }
    }
}

/// The words in bold that a box begins with where the format has no boxes.
pub(super) fn label(kind: Option<Callout>, title: &str) -> String {
    match kind.map(Callout::label) {
        Some(label) if title.is_empty() => label.to_owned(),
        Some(label) => format!("{label}: {title}"),
        None => title.to_owned(),
    }
}

/// How many boxes are in each other.
fn depth(blocks: &[Block]) -> usize {
    let below =
        |block: &Block| usize::from(matches!(block, Block::Callout(..))) + block.inner().map(depth).max().unwrap_or(0);
    blocks.iter().map(below).max().unwrap_or(0)
}

/// Text in square brackets: those in it stand in pairs or are escaped.
fn bracketed(text: &str) -> String {
    let mut open = 0_usize;
    let pairs = text.chars().all(|c| match c {
        '[' => {
            open += 1;
            true
        }
        ']' => {
            let opened = open > 0;
            open = open.saturating_sub(1);
            opened
        }
        _ => true,
    });
    let pairs = pairs && open == 0;
    let mut out = String::with_capacity(text.len() + 2);
    for c in text.chars() {
        if !pairs && matches!(c, '[' | ']') && !out.ends_with('\\') {
            out.push('\\');
        }
        out.push(c);
    }
    // A backslash would take its meaning from the bracket that follows.
    if out.bytes().rev().take_while(|&byte| byte == b'\\').count() % 2 == 1 {
        out.push('\\');
    }
    out
}

/// Whether a line that begins like this means something else below another line.
fn starts_oddly(leaf: &Leaf) -> bool {
    match &leaf.piece {
        Piece::Text(text) => text.starts_with('='),
        Piece::Anchor(_) | Piece::Marker(_) | Piece::Html(_) => true,
        Piece::Raw(raw) => raw.starts_with('<'),
        _ => false,
    }
}
