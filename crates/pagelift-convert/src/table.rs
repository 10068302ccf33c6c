//! Tables: their grid, and the two forms in which they are written.

mod cell;
mod html;

use crate::dialect::{Html, Style, Tables};
use crate::tree::{Block, Cell, Leaf, Piece};
use crate::writer::{Writer, put};
use crate::{HeaderlessTable, MergedCells, TableStyle};

pub(crate) use cell::cell_code;
pub(crate) use html::markup;

/// Writes a table.
pub(crate) fn write(writer: &Writer<'_>, rows: &[Vec<Cell>], prefix: &str, out: &mut String) {
    let style = writer.pen.style;
    if is_html(rows, style) {
        return put(&html::table(writer, rows, Some(out.len())), prefix, out);
    }
    let promoted = style.options.headerless_table == HeaderlessTable::PromoteFirstRow;
    let all = rows.first().is_some_and(|row| !row.is_empty() && row.iter().all(|cell| cell.header));
    let header = all || (promoted && rows.first().is_some_and(|row| !row.is_empty()));
    let merged = rows.iter().flatten().any(|cell| cell.colspan > 1 || cell.rowspan > 1);
    if merged || style.options.table_style == TableStyle::Aligned {
        return write_grid(writer, rows, (header, merged), prefix, out);
    }
    // Nothing depends on what stands in the other cells: each is written in its place at once.
    let start = out.len();
    let filled: Vec<&Vec<Cell>> = rows.iter().filter(|row| !row.is_empty()).collect();
    let width = filled.iter().map(|row| row.len()).max().unwrap_or(0);
    let mut lines = Lines { prefix, columns: Vec::new(), first: true };
    let whole = is_whole(rows, filled.len(), width);
    let mut row = |row: &[Cell], line: Option<u32>, out: &mut String| {
        writer.at_row(start, line.map_or(0, |line| line + 2 - u32::from(header)));
        let cell =
            |cell: &Cell, out: &mut String| cell::write(writer, &cell.blocks, cell.header && line.is_some(), out);
        lines.row(row, cell, if whole || line.is_none() { width } else { row.len() }, out);
        if line.is_none() {
            lines.delimiters(&delimiters(rows, width), out);
        }
    };
    if !header {
        row(&[], None, out);
    }
    for (line, cells) in (0..).zip(filled) {
        row(cells, Some(line).filter(|&line| line > 0 || !header), out);
    }
}

/// Writes a table of which all cells have to be known first.
fn write_grid(writer: &Writer<'_>, rows: &[Vec<Cell>], (header, merged): (bool, bool), prefix: &str, out: &mut String) {
    let start = out.len();
    let grid = if merged { merged_grid(writer, rows, header, start) } else { grid(writer, rows, header, start) };
    let width = grid.iter().map(Vec::len).max().unwrap_or(0);
    let delimiters = delimiters(rows, width);
    let whole = is_whole(rows, grid.len(), width);
    let columns = match writer.pen.style.options.table_style {
        TableStyle::Aligned if whole => columns(&grid, &delimiters),
        _ => Vec::new(),
    };
    let mut lines = Lines { prefix, columns, first: true };
    let mut body = grid.iter();
    let head = if header { body.next().map_or(&[][..], Vec::as_slice) } else { &[] };
    let cell = |cell: &String, out: &mut String| out.push_str(cell);
    lines.row(head, cell, width, out);
    lines.delimiters(&delimiters, out);
    for row in body {
        lines.row(row, cell, if whole { width } else { row.len() }, out);
    }
}

/// Whether all rows are filled up to the width of the table. A short row is read like one that is.
fn is_whole(rows: &[Vec<Cell>], height: usize, width: usize) -> bool {
    height.saturating_mul(width) <= LARGEST_GRID + 8 * rows.iter().map(Vec::len).sum::<usize>()
}

/// Whether a table is written as HTML.
pub(crate) fn is_html(rows: &[Vec<Cell>], style: Style<'_>) -> bool {
    let mut cells = rows.iter().flatten();
    style.dialect.html != Html::None
        && (style.dialect.tables == Tables::Html
            || (!style.dialect.rich_cells && cells.clone().any(|cell| barred(&cell.blocks)))
            || (style.merged_as_html() && cells.clone().any(|cell| cell.colspan > 1 || cell.rowspan > 1))
            || cells.any(|cell| nested(&cell.blocks)))
}

/// Whether there is a bar in the text of blocks.
fn barred(blocks: &[Block]) -> bool {
    let leaf = |leaf: &Leaf| match &leaf.piece {
        Piece::Text(text) | Piece::Code(text) | Piece::Raw(text) => text.contains('|'),
        Piece::Maths(text) => text.contains('|'),
        Piece::Status(status) => status.0.contains('|'),
        _ => false,
    };
    blocks.iter().any(|block| match block {
        Block::Para(leaves) | Block::Heading(_, leaves) | Block::Placeholder(leaves) => leaves.iter().any(leaf),
        Block::Code(code) => code.text.contains('|') || code.title.contains('|'),
        Block::Callout(_, text, _) | Block::Details(text, _) | Block::Maths(text) | Block::Raw(text) => {
            text.contains('|') || block.inner().any(barred)
        }
        _ => block.inner().any(barred),
    })
}

/// Whether there is a table among the blocks, or in them.
pub(crate) fn nested(blocks: &[Block]) -> bool {
    blocks.iter().any(|block| matches!(block, Block::Table(_)) || block.inner().any(nested))
}

/// The lines of a table.
struct Lines<'a> {
    prefix: &'a str,
    /// How wide each column is; empty where that does not matter.
    columns: Vec<usize>,
    first: bool,
}

impl Lines<'_> {
    fn begin(&mut self, out: &mut String) {
        if !std::mem::take(&mut self.first) {
            out.push('\n');
            out.push_str(self.prefix);
        }
        out.push('|');
    }

    /// Writes a row, filled up to a width.
    fn row<C>(&mut self, cells: &[C], write: impl Fn(&C, &mut String), width: usize, out: &mut String) {
        self.begin(out);
        for column in 0..width {
            out.push(' ');
            let begin = out.len();
            if let Some(cell) = cells.get(column) {
                write(cell, out);
            }
            if let Some(wide) = self.columns.get(column) {
                let more = wide.saturating_sub(shown(out.get(begin..).unwrap_or("")));
                out.extend(std::iter::repeat_n(' ', more));
            }
            out.push_str(" |");
        }
    }

    fn delimiters(&mut self, delimiters: &[&str], out: &mut String) {
        self.begin(out);
        for (column, delimiter) in delimiters.iter().enumerate() {
            let more = self.columns.get(column).copied().unwrap_or(0).saturating_sub(delimiter.len());
            let (before, after) = delimiter.split_at_checked(1).unwrap_or((delimiter, ""));
            out.extend([" ", before]);
            out.extend(std::iter::repeat_n('-', more));
            out.extend([after, " |"]);
        }
    }
}

/// How wide the columns are whose values stand below each other.
fn columns(grid: &[Vec<String>], delimiters: &[&str]) -> Vec<usize> {
    let widest = |column: usize| grid.iter().filter_map(|row| row.get(column)).map(|cell| shown(cell)).max();
    let fits = |at| widest(at).unwrap_or(0).min(WIDEST);
    delimiters.iter().enumerate().map(|(at, mark)| fits(at).max(mark.len())).collect()
}

/// How many columns of a fixed-width font a text takes.
fn shown(text: &str) -> usize {
    if text.is_ascii() {
        return text.len();
    }
    let wide = |c: char| {
        matches!(c, '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{303e}' | '\u{3041}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}'
            | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe6f}' | '\u{ff00}'..='\u{ff60}' | '\u{ffe0}'..='\u{ffe6}'
            | '\u{1f300}'..='\u{1f64f}' | '\u{1f680}'..='\u{1f6ff}' | '\u{1f900}'..='\u{1f9ff}' | '\u{20000}'..='\u{3fffd}')
    };
    let none = |c: char| {
        unicode_normalization::char::is_combining_mark(c)
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{fe0e}' | '\u{fe0f}')
    };
    text.chars().map(|c| if none(c) { 0 } else { 1 + usize::from(wide(c)) }).sum()
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

/// A table has no more positions than this and a few for each of its cells; what is larger stays as short as it was.
const LARGEST_GRID: usize = 40_000;

/// How much text merged cells add to a table by being repeated.
const MOST_REPEATED: usize = 200_000;

/// A column is not made wider than this to have its values below each other.
const WIDEST: usize = 80;

/// Longer than this, a merged value stands only once.
const LONGEST_REPEAT: usize = 120;

type Grid = Vec<Vec<Option<String>>>;

/// The cells of a table, those of the header not in bold.
fn grid(writer: &Writer<'_>, rows: &[Vec<Cell>], header: bool, start: usize) -> Vec<Vec<String>> {
    let filled = rows.iter().filter(|row| !row.is_empty());
    let texts = (0_u32..).zip(filled).map(|(line, row)| {
        let head = header && line == 0;
        writer.at_row(start, line + if head { 0 } else { 2 - u32::from(header) });
        row.iter().map(|cell| cell::text(writer, &cell.blocks, cell.header && !head)).collect()
    });
    texts.collect()
}

/// The cells in their positions, each merged value in all that it covers.
fn merged_grid(writer: &Writer<'_>, rows: &[Vec<Cell>], header: bool, start: usize) -> Vec<Vec<String>> {
    let mut grid: Grid = vec![Vec::new(); rows.len()];
    let mut room = LARGEST_GRID + 4 * rows.iter().map(Vec::len).sum::<usize>();
    let mut more = MOST_REPEATED;
    let mut line = 0;
    for (y, row) in rows.iter().enumerate() {
        let mut x = 0;
        writer.at_row(start, line + if header && y == 0 { 0 } else { 2 - u32::from(header) });
        for cell in row {
            while grid.get(y).and_then(|r| r.get(x)).is_some_and(Option::is_some) {
                x += 1;
            }
            let bold = cell.header && !(header && y == 0);
            let text = cell::text(writer, &cell.blocks, bold);
            let (across, down) = (cell.colspan, cell.rowspan.min(rows.len() - y));
            let large = across * down > room;
            let (across, down) = if large { (1, 1) } else { (across, down) };
            room = room.saturating_sub(across * down - 1);
            let merged = (across, down) != (1, 1);
            let blank = merged && writer.pen.style.options.merged_cells == MergedCells::Blank;
            let added = text.len() * (across * down - 1);
            let long = || added > more || text.chars().nth(LONGEST_REPEAT).is_some();
            let once = blank || (merged && (long() || heavy(&cell.blocks)));
            if !once {
                more -= added;
            }
            if once && !blank {
                writer.blank();
            }
            place(&mut grid, (x, y), (across, down), text, once);
            x += across;
        }
        line += u32::from(grid.get(y).is_some_and(|row| row.iter().any(Option::is_some)));
    }
    let filled = |row: &Vec<Option<String>>| row.iter().any(Option::is_some);
    let rows = grid.into_iter().filter(filled);
    rows.map(|row| row.into_iter().map(Option::unwrap_or_default).collect()).collect()
}

/// Whether a cell holds a picture, an anchor or the mark of something that was not carried over.
fn heavy(blocks: &[Block]) -> bool {
    let leaf = |leaf: &Leaf| matches!(leaf.piece, Piece::Image(_) | Piece::Anchor(_) | Piece::Marker(_));
    blocks.iter().any(|block| match block {
        Block::Para(leaves) | Block::Heading(_, leaves) | Block::Placeholder(leaves) => leaves.iter().any(leaf),
        Block::Hidden(..) => true,
        _ => block.inner().any(heavy),
    })
}

fn place(grid: &mut Grid, (x, y): (usize, usize), (across, down): (usize, usize), text: String, once: bool) {
    if (across, down) == (1, 1) {
        let Some(row) = grid.get_mut(y) else { return };
        row.resize(row.len().max(x + 1), None);
        if let Some(slot) = row.get_mut(x) {
            *slot = Some(text);
        }
        return;
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
