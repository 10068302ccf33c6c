//! Tables: the grid, cells on one line, and the HTML form.

use std::fmt::Write as _;

use crate::escape::Place;
use crate::gfm::Writer;
use crate::inline;
use crate::tree::{Block, Cell, Item, Leaf, MARKS, Piece, STRONG};

/// Writes a table.
pub(crate) fn table(writer: &Writer<'_>, rows: &[Vec<Cell>]) -> String {
    if rows.iter().flatten().any(|cell| nested(&cell.blocks)) {
        return html(writer, rows, "\n");
    }
    let header = rows.first().is_some_and(|row| row.iter().all(|cell| cell.header));
    let grid = grid(writer, rows, header);
    let width = grid.iter().map(Vec::len).max().unwrap_or(0);
    let aligns: Vec<&str> = (0..width).map(|column| delimiter(rows, column)).collect();
    let line = |cells: &[String]| {
        let cell = |i: usize| cells.get(i).map_or("", String::as_str);
        format!("| {} |", (0..width).map(cell).collect::<Vec<_>>().join(" | "))
    };
    let mut lines = Vec::new();
    if !header {
        lines.push(line(&[]));
    }
    lines.extend(grid.iter().map(|row| line(row)));
    lines.insert(1, format!("| {} |", aligns.join(" | ")));
    lines.join("\n")
}

fn nested(blocks: &[Block]) -> bool {
    blocks.iter().any(|block| match block {
        Block::Table(_) => true,
        Block::Quote(inner) | Block::Callout(_, _, inner) | Block::Details(_, inner) => nested(inner),
        Block::List(_, items) => items.iter().any(|item| nested(&item.blocks)),
        _ => false,
    })
}

fn delimiter(rows: &[Vec<Cell>], column: usize) -> &'static str {
    let plain = rows.iter().flatten().all(|cell| cell.colspan == 1 && cell.rowspan == 1);
    let mut cells = rows.iter().filter_map(|row| row.get(column)).filter(|cell| !cell.blocks.is_empty());
    let first = cells.next().and_then(|cell| cell.align);
    match first {
        Some(align) if plain && cells.all(|cell| cell.align == Some(align)) => match align {
            'l' => ":---",
            'c' => ":---:",
            _ => "---:",
        },
        _ => "---",
    }
}

fn grid(writer: &Writer<'_>, rows: &[Vec<Cell>], header: bool) -> Vec<Vec<String>> {
    let mut grid: Vec<Vec<Option<String>>> = vec![Vec::new(); rows.len()];
    for (y, row) in rows.iter().enumerate() {
        let mut x = 0;
        for cell in row {
            while grid.get(y).and_then(|r| r.get(x)).is_some_and(Option::is_some) {
                x += 1;
            }
            let bold = cell.header && !(header && y == 0);
            let text = cell_text(writer, &cell.blocks, bold);
            let once = text.chars().count() > 120 || text.contains("![") || text.contains("<a id");
            for dy in 0..cell.rowspan.min(rows.len() - y) {
                for dx in 0..cell.colspan {
                    let Some(target) = grid.get_mut(y + dy) else { continue };
                    if target.len() <= x + dx {
                        target.resize(x + dx + 1, None);
                    }
                    let value = if once && (dx, dy) != (0, 0) { String::new() } else { text.clone() };
                    if let Some(slot) = target.get_mut(x + dx) {
                        *slot = Some(value);
                    }
                }
            }
            x += cell.colspan;
        }
    }
    grid.into_iter().map(|row| row.into_iter().map(Option::unwrap_or_default).collect()).collect()
}

fn cell_text(writer: &Writer<'_>, blocks: &[Block], bold: bool) -> String {
    let parts = blocks.iter().map(|block| cell_block(writer, block, bold)).filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join("<br>").replace('\n', " ")
}

fn marked(leaves: &[Leaf], bold: bool) -> Vec<Leaf> {
    let add = |leaf: &Leaf| Leaf { marks: leaf.marks | if bold { STRONG } else { 0 }, ..leaf.clone() };
    leaves.iter().map(add).collect()
}

fn cell_block(writer: &Writer<'_>, block: &Block, bold: bool) -> String {
    let leaves = |leaves: &[Leaf], bold: bool| inline::write(&marked(leaves, bold), writer.links, Place::Cell);
    match block {
        Block::Para(inner) | Block::Placeholder(inner) => leaves(inner, bold),
        Block::Heading(_, inner) => leaves(inner, true),
        Block::Quote(inner) => cell_text(writer, inner, bold),
        Block::Rule => "<hr>".to_owned(),
        Block::Raw(raw) => raw.replace('|', "\\|"),
        Block::Code(_, code) if !code.trim_end_matches('\n').contains('\n') => {
            inline::code_span(code.trim_end_matches('\n'), Place::Cell)
        }
        Block::Code(_, code) => format!("<pre><code>{}</code></pre>", cell_code(code.trim_end_matches('\n'))),
        Block::List(start, items) => cell_list(writer, *start, items, bold),
        Block::Callout(kind, title, body) => {
            let label = if title.is_empty() { kind.map_or("", crate::tree::Callout::label) } else { title.as_str() };
            let label = if label.is_empty() { String::new() } else { leaves(&[crate::tree::text(label, 0)], true) };
            let parts = [label, cell_text(writer, body, bold)];
            parts.into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join("<br>")
        }
        Block::Details(title, body) => {
            let body = cell_text(writer, body, bold);
            format!("<details><summary>{}</summary>{body}</details>", html_text(title).replace('|', "&#124;"))
        }
        Block::Table(rows) => html(writer, rows, ""),
        Block::Toc { .. } => String::new(),
    }
}

fn cell_list(writer: &Writer<'_>, start: Option<u32>, items: &[Item], bold: bool) -> String {
    if items.iter().all(|item| item.task.is_some()) && !items.is_empty() {
        let task = |item: &Item| {
            let mark = if item.task == Some(true) { "☑ " } else { "☐ " };
            format!("{mark}{}", cell_text(writer, &item.blocks, bold))
        };
        return items.iter().map(task).collect::<Vec<_>>().join("<br>");
    }
    let mut out = match start {
        None => "<ul>".to_owned(),
        Some(1) => "<ol>".to_owned(),
        Some(n) => format!("<ol start=\"{n}\">"),
    };
    for item in items {
        let mut body = String::new();
        for block in &item.blocks {
            let part = cell_block(writer, block, bold);
            if !body.is_empty() && !part.is_empty() && !matches!(block, Block::List(..)) {
                body.push_str("<br>");
            }
            body.push_str(&part);
        }
        out.push_str("<li>");
        out.push_str(&body);
        out.push_str("</li>");
    }
    out.push_str(if start.is_some() { "</ol>" } else { "</ul>" });
    out
}

fn cell_code(code: &str) -> String {
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
            Block::Para(leaves) | Block::Placeholder(leaves) if single => html_inline(writer, leaves),
            Block::Para(leaves) | Block::Placeholder(leaves) => format!("<p>{}</p>", html_inline(writer, leaves)),
            Block::Heading(_, leaves) => format!("<p><strong>{}</strong></p>", html_inline(writer, leaves)),
            Block::Quote(inner) => format!("<blockquote>{}</blockquote>", html_blocks(writer, inner)),
            Block::Code(_, code) => {
                format!("<pre><code>{}</code></pre>", html_text(code).replace('\n', "&#10;"))
            }
            Block::Rule => "<hr>".to_owned(),
            Block::List(start, items) => {
                let name = if start.is_some() { "ol" } else { "ul" };
                let items = items.iter().map(|item| format!("<li>{}</li>", html_blocks(writer, &item.blocks)));
                format!("<{name}>{}</{name}>", items.collect::<String>())
            }
            Block::Table(rows) => html(writer, rows, ""),
            Block::Callout(_, title, body) => {
                format!("<p><strong>{}</strong></p>{}", html_text(title), html_blocks(writer, body))
            }
            Block::Details(title, body) => {
                format!("<details><summary>{}</summary>{}</details>", html_text(title), html_blocks(writer, body))
            }
            Block::Raw(raw) => html_text(raw),
            Block::Toc { .. } => String::new(),
        };
        out.push_str(&part);
    }
    out.replace('\n', " ")
}

fn html_inline(writer: &Writer<'_>, leaves: &[Leaf]) -> String {
    let mut out = String::new();
    for leaf in inline::normalise(leaves) {
        let mut text = match &leaf.piece {
            Piece::Text(text) => html_text(text),
            Piece::Code(code) => format!("<code>{}</code>", html_text(code)),
            Piece::Raw(raw) => raw.clone(),
            Piece::Break => "<br>".to_owned(),
            Piece::Image(alt, href, _) => {
                format!("<img src=\"{href}\" alt=\"{}\">", crate::links::attribute(alt))
            }
        };
        for (mark, name) in MARKS.iter().zip(["strong", "em", "del", "u", "sub", "sup", "kbd"]).rev() {
            if leaf.marks & mark != 0 {
                text = format!("<{name}>{text}</{name}>");
            }
        }
        if let Some(link) = leaf.link.and_then(|link| writer.links.get(link)) {
            text = format!("<a href=\"{}\">{text}</a>", crate::links::attribute(&link.href));
        }
        out.push_str(&text);
    }
    out
}
