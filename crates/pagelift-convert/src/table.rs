//! Tables: the grid, cells on one line, and the HTML form.

use std::fmt::Write as _;

use crate::escape::Place;
use crate::gfm::Writer;
use crate::inline;
use crate::tree::{self, Block, Callout, Cell, Item, Leaf, Piece, STRONG};

/// Writes a table.
pub(crate) fn table(writer: &Writer<'_>, rows: &[Vec<Cell>]) -> String {
    if rows.iter().flatten().any(|cell| nested(&cell.blocks)) {
        return html(writer, rows, "\n");
    }
    let header = rows.first().is_some_and(|row| !row.is_empty() && row.iter().all(|cell| cell.header));
    let grid = grid(writer, rows, header);
    let width = grid.iter().map(Vec::len).max().unwrap_or(0);
    let mut body = grid.iter();
    let mut out = String::new();
    let head = if header { body.next().map_or(&[][..], Vec::as_slice) } else { &[] };
    line(head.iter().map(String::as_str), width, &mut out);
    out.push('\n');
    line(delimiters(rows, width).into_iter(), width, &mut out);
    for row in body {
        out.push('\n');
        line(row.iter().map(String::as_str), width, &mut out);
    }
    out
}

/// Writes a row, short ones filled up.
fn line<'a>(cells: impl Iterator<Item = &'a str>, width: usize, out: &mut String) {
    out.push('|');
    for cell in cells.chain(std::iter::repeat("")).take(width) {
        out.extend([" ", cell, " |"]);
    }
}

/// Whether there is a table among the blocks, or in them.
pub(crate) fn nested(blocks: &[Block]) -> bool {
    blocks.iter().any(|block| match block {
        Block::Table(_) => true,
        Block::Quote(inner) | Block::Callout(_, _, inner) | Block::Details(_, inner) => nested(inner),
        Block::List(_, items) => items.iter().any(|item| nested(&item.blocks)),
        _ => false,
    })
}

fn delimiters(rows: &[Vec<Cell>], width: usize) -> Vec<&'static str> {
    let plain = rows.iter().flatten().all(|cell| cell.colspan == 1 && cell.rowspan == 1);
    let aligned = rows.iter().flatten().any(|cell| cell.align.is_some());
    (0..width).map(|column| if plain && aligned { delimiter(rows, column) } else { "---" }).collect()
}

fn delimiter(rows: &[Vec<Cell>], column: usize) -> &'static str {
    let mut cells = rows.iter().filter_map(|row| row.get(column)).filter(|cell| !cell.blocks.is_empty());
    let first = cells.next().and_then(|cell| cell.align);
    match first {
        Some(align) if cells.all(|cell| cell.align == Some(align)) => match align {
            'l' => ":---",
            'c' => ":---:",
            _ => "---:",
        },
        _ => "---",
    }
}

/// More positions than this, merged values are not repeated.
const LARGEST_GRID: usize = 200_000;

type Grid = Vec<Vec<Option<String>>>;

/// The cells in their positions, each merged value in all that it covers.
fn grid(writer: &Writer<'_>, rows: &[Vec<Cell>], header: bool) -> Vec<Vec<String>> {
    let mut grid: Grid = vec![Vec::new(); rows.len()];
    let mut room = LARGEST_GRID;
    for (y, row) in rows.iter().enumerate() {
        let mut x = 0;
        for cell in row {
            while grid.get(y).and_then(|r| r.get(x)).is_some_and(Option::is_some) {
                x += 1;
            }
            let bold = cell.header && !(header && y == 0);
            let text = cell_text(writer, &cell.blocks, bold);
            let (across, down) = (cell.colspan, cell.rowspan.min(rows.len() - y));
            let large = across * down > room;
            let (across, down) = if large { (1, 1) } else { (across, down) };
            room = room.saturating_sub(across * down - 1);
            place(&mut grid, (x, y), (across, down), text, writer);
            x += across;
        }
    }
    let filled = |row: &Vec<Option<String>>| row.iter().any(Option::is_some);
    let rows = grid.into_iter().filter(filled);
    rows.map(|row| row.into_iter().map(Option::unwrap_or_default).collect()).collect()
}

fn place(grid: &mut Grid, (x, y): (usize, usize), (across, down): (usize, usize), text: String, writer: &Writer<'_>) {
    if (across, down) == (1, 1) {
        let Some(row) = grid.get_mut(y) else { return };
        row.resize(row.len().max(x + 1), None);
        if let Some(slot) = row.get_mut(x) {
            *slot = Some(text);
        }
        return;
    }
    let heavy = || ["![", "<a id", "<!-- pagelift"].iter().any(|mark| text.contains(mark));
    let once = (across > 1 || down > 1) && (text.chars().nth(120).is_some() || heavy());
    if once {
        writer.blanked.set(writer.blanked.get() + 1);
    }
    for dy in 0..down {
        let Some(target) = grid.get_mut(y + dy) else { continue };
        if target.len() < x + across {
            target.resize(x + across, None);
        }
        for (dx, slot) in target.iter_mut().skip(x).take(across).enumerate() {
            *slot = Some(if once && (dx, dy) != (0, 0) { String::new() } else { text.clone() });
        }
    }
}

/// The content of a cell on its one line. It is laid out as a whole: what stands in one paragraph or item could
/// otherwise pair with what stands in another.
fn cell_text(writer: &Writer<'_>, blocks: &[Block], bold: bool) -> String {
    let mut line = Line { writer, leaves: Vec::new(), bold };
    let leaves = match blocks {
        [] => return String::new(),
        [Block::Para(leaves)] if !bold => leaves,
        _ => {
            line.blocks(blocks);
            &line.leaves
        }
    };
    let text = inline::write(leaves, writer.links, Place::Cell);
    if text.contains('\n') { text.replace('\n', " ") } else { text.into_owned() }
}

struct Line<'a> {
    writer: &'a Writer<'a>,
    leaves: Vec<Leaf>,
    bold: bool,
}

impl Line<'_> {
    fn raw(&mut self, html: &str) {
        self.leaves.push(tree::leaf(Piece::Raw(html.to_owned())));
    }

    fn text(&mut self, leaves: &[Leaf], bold: bool) {
        let marks = if bold { STRONG } else { 0 };
        self.leaves.extend(leaves.iter().map(|leaf| Leaf { marks: leaf.marks | marks, ..leaf.clone() }));
    }

    /// Blocks with a break between those that show something.
    fn blocks(&mut self, blocks: &[Block]) {
        let start = self.leaves.len();
        for block in blocks {
            let before = self.leaves.len();
            if before > start {
                self.raw("<br>");
            }
            let filled = self.leaves.len();
            self.block(block);
            if self.leaves.len() == filled {
                self.leaves.truncate(before);
            }
        }
    }

    fn block(&mut self, block: &Block) {
        let bold = self.bold;
        match block {
            Block::Para(inner) | Block::Placeholder(inner) => self.text(inner, bold),
            Block::Heading(_, inner) => self.text(inner, true),
            Block::Quote(inner) => self.blocks(inner),
            Block::Rule => self.raw("<hr>"),
            Block::Raw(raw) => self.raw(raw),
            Block::Code(_, code) => {
                let code = code.trim_end_matches('\n');
                if code.contains('\n') {
                    self.raw(&format!("<pre><code>{}</code></pre>", cell_code(code)));
                } else if !code.trim().is_empty() {
                    self.leaves.push(tree::leaf(Piece::Code(code.to_owned())));
                }
            }
            Block::List(start, items) => self.list(*start, items),
            Block::Callout(kind, title, body) => {
                let label = if title.is_empty() { kind.map_or("", Callout::label) } else { title.as_str() };
                if !label.is_empty() {
                    self.text(&[tree::text(label, 0)], true);
                    if !body.is_empty() {
                        self.raw("<br>");
                    }
                }
                self.blocks(body);
            }
            Block::Details(title, body) => {
                self.raw("<details><summary>");
                let title = if title.is_empty() { crate::gfm::EXPAND } else { title.as_str() };
                self.text(&[tree::text(title, 0)], false);
                self.raw("</summary>");
                self.blocks(body);
                self.raw("</details>");
            }
            Block::Table(rows) => {
                let html = html(self.writer, rows, "");
                self.raw(&html);
            }
            Block::Hidden(..) => {
                let comment = self.writer.one_block(block);
                self.raw(&comment);
            }
            Block::Footnote(..) => {}
            Block::Toc { .. } => {
                let links = self.writer.toc_links(block, Place::Cell);
                let links: Vec<String> = links.into_iter().map(|(_, link)| link).collect();
                if !links.is_empty() {
                    self.raw(&links.join("<br>"));
                }
            }
        }
    }

    fn list(&mut self, start: Option<u32>, items: &[Item]) {
        if !items.is_empty() && items.iter().all(|item| item.task.is_some()) {
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    self.raw("<br>");
                }
                let mark = if item.task == Some(true) { "☑ " } else { "☐ " };
                self.text(&[tree::text(mark, 0)], false);
                self.blocks(&item.blocks);
            }
            return;
        }
        self.raw(&match start {
            None => "<ul>".to_owned(),
            Some(1) => "<ol>".to_owned(),
            Some(n) => format!("<ol start=\"{n}\">"),
        });
        for item in items {
            self.raw("<li>");
            let start = self.leaves.len();
            for block in &item.blocks {
                let bare = matches!(block, Block::List(_, items) if items.iter().any(|item| item.task.is_none()));
                if self.leaves.len() > start && !bare {
                    self.raw("<br>");
                }
                self.block(block);
            }
            self.raw("</li>");
        }
        self.raw(if start.is_some() { "</ol>" } else { "</ul>" });
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

/// Text inside HTML.
pub(crate) fn html_text(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn html(writer: &Writer<'_>, rows: &[Vec<Cell>], newline: &str) -> String {
    let mut out = format!("<table>{newline}");
    for row in rows {
        out.push_str("<tr>");
        for cell in row {
            let name = if cell.header { "th" } else { "td" };
            let _ = write!(out, "<{name}");
            if cell.colspan > 1 {
                let _ = write!(out, " colspan=\"{}\"", cell.colspan);
            }
            if cell.rowspan > 1 {
                let _ = write!(out, " rowspan=\"{}\"", cell.rowspan);
            }
            let _ = write!(out, ">{}</{name}>", html_blocks(writer, &cell.blocks));
        }
        let _ = write!(out, "</tr>{newline}");
    }
    out + "</table>"
}

fn html_blocks(writer: &Writer<'_>, blocks: &[Block]) -> String {
    let single = blocks.len() == 1;
    let mut out = String::new();
    for block in blocks {
        let part = match block {
            Block::Para(leaves) | Block::Placeholder(leaves) if single => inline::html(leaves, writer.links),
            Block::Para(leaves) | Block::Placeholder(leaves) => {
                format!("<p>{}</p>", inline::html(leaves, writer.links))
            }
            Block::Heading(_, leaves) => format!("<p><strong>{}</strong></p>", inline::html(leaves, writer.links)),
            Block::Quote(inner) => format!("<blockquote>{}</blockquote>", html_blocks(writer, inner)),
            Block::Code(language, code) => {
                let class = if language.is_empty() { String::new() } else { format!(" class=\"language-{language}\"") };
                let code = html_text(code.trim_end_matches('\n')).replace('\n', "&#10;");
                format!("<pre><code{class}>{code}</code></pre>")
            }
            Block::Rule => "<hr>".to_owned(),
            Block::List(start, items) => {
                let name = if start.is_some() { "ol" } else { "ul" };
                let items = items.iter().map(|item| {
                    let mark = item.task.map_or("", |done| if done { "☑ " } else { "☐ " });
                    format!("<li>{mark}{}</li>", html_blocks(writer, &item.blocks))
                });
                format!("<{name}>{}</{name}>", items.collect::<String>())
            }
            Block::Table(rows) => html(writer, rows, ""),
            Block::Callout(kind, title, body) => {
                let label = if title.is_empty() { kind.map_or("", Callout::label) } else { title.as_str() };
                let label = match label {
                    "" => String::new(),
                    label => format!("<p><strong>{}</strong></p>", html_text(label)),
                };
                format!("{label}{}", html_blocks(writer, body))
            }
            Block::Details(title, body) => {
                let title = if title.is_empty() { crate::gfm::EXPAND } else { title.as_str() };
                format!("<details><summary>{}</summary>{}</details>", html_text(title), html_blocks(writer, body))
            }
            Block::Raw(raw) => html_text(raw),
            Block::Hidden(..) => writer.one_block(block),
            Block::Footnote(..) => String::new(),
            Block::Toc { .. } => {
                let shown =
                    writer.headings.iter().map(|h| format!("<a href=\"#{}\">{}</a>", h.slug, html_text(&h.text)));
                shown.collect::<Vec<_>>().join("<br>")
            }
        };
        out.push_str(&part);
    }
    out.replace('\n', " ")
}
