//! Tables as HTML, and what stands in them.

use std::fmt::Write as _;

use crate::dialect::{Extra, Html, Style};
use crate::inline;
use crate::tree::{Block, Callout, Cell, Code, Item};
use crate::writer::{EXPAND, Writer};
use crate::{HiddenContent, TocStyle};

/// Text inside HTML.
fn html_text(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Text inside HTML of a format. Where Markdown works in HTML too, nothing in it may be Markdown.
pub(crate) fn markup(text: &str, style: Style<'_>) -> String {
    if style.dialect.html == Html::Jsx {
        return super::cell_code(text).replace("<br>", "&#10;");
    }
    let text = html_text(text);
    let templates = matches!(style.dialect.extra, Extra::Jekyll | Extra::Hugo) && text.contains('{');
    if templates { text.replace("{{", "&#123;{").replace("{%", "&#123;%") } else { text }
}

/// A table in one stretch, without a blank line: on its own at a place of the page, or on one line.
pub(super) fn table(writer: &Writer<'_>, rows: &[Vec<Cell>], place: Option<usize>) -> String {
    let jsx = writer.pen.style.dialect.html == Html::Jsx;
    let newline = if place.is_some() { "\n" } else { "" };
    // In JSX a row cannot stand in a table but in its body.
    let body = if jsx { format!("<tbody>{newline}") } else { String::new() };
    let mut out = format!("<table>{newline}{body}");
    for (line, row) in (1 + u32::from(jsx)..).zip(rows) {
        if let Some(place) = place {
            writer.at_row(place, line);
        }
        out.push_str("<tr>");
        for cell in row {
            let name = if cell.header { "th" } else { "td" };
            let _ = write!(out, "<{name}");
            for (attribute, span) in [("colspan", cell.colspan), ("rowspan", cell.rowspan)] {
                if span > 1 && jsx {
                    let _ = write!(out, " {}={{{span}}}", attribute.replace("span", "Span"));
                } else if span > 1 {
                    let _ = write!(out, " {attribute}=\"{span}\"");
                }
            }
            let _ = write!(out, ">{}</{name}>", blocks(writer, &cell.blocks));
        }
        let _ = write!(out, "</tr>{newline}");
    }
    if jsx {
        let _ = write!(out, "</tbody>{newline}");
    }
    out + "</table>"
}

fn blocks(writer: &Writer<'_>, blocks: &[Block]) -> String {
    let single = blocks.len() == 1;
    let parts: String = blocks.iter().map(|block| self::block(writer, block, single)).collect();
    if parts.contains('\n') { parts.replace('\n', " ") } else { parts }
}

fn block(writer: &Writer<'_>, block: &Block, single: bool) -> String {
    let style = writer.pen.style;
    let inside = |inner: &[Block]| blocks(writer, inner);
    match block {
        Block::Para(leaves) | Block::Placeholder(leaves) => {
            writer.see_in_row(leaves);
            let line = inline::html(leaves, writer.pen);
            if single { line } else { format!("<p>{line}</p>") }
        }
        Block::Heading(_, leaves) => format!("<p><strong>{}</strong></p>", inline::html(leaves, writer.pen)),
        Block::Quote(inner) => format!("<blockquote>{}</blockquote>", inside(inner)),
        Block::Maths(body) if style.dialect.maths => markup(&format!("$${body}$$"), style),
        Block::Maths(body) => format!("<pre><code>{}</code></pre>", code_text(body, style)),
        Block::Code(code) => self::code(code, style),
        Block::Rule => style.tag("hr"),
        Block::List(start, items) => list(writer, *start, items),
        Block::Table(rows) => table(writer, rows, None),
        Block::Callout(kind, title, body) => {
            let label = if title.is_empty() { kind.map_or("", Callout::label) } else { title.as_str() };
            format!("{}{}", bold(label, style), inside(body))
        }
        Block::Details(title, body) => {
            let title = if title.is_empty() { EXPAND } else { title.as_str() };
            format!("<details><summary>{}</summary>{}</details>", markup(title, style), inside(body))
        }
        Block::Tabs(tabs) => tabs.iter().map(|(title, body)| bold(title, style) + &inside(body)).collect(),
        Block::Definitions(terms) => {
            let mut out = "<dl>".to_owned();
            for term in terms {
                let _ = write!(out, "<dt>{}</dt>", inline::html(&term.term, writer.pen));
                for meaning in &term.meanings {
                    let _ = write!(out, "<dd>{}</dd>", inside(meaning));
                }
            }
            out + "</dl>"
        }
        Block::Raw(raw) => markup(raw, style),
        Block::Hidden(_, inner) if style.options.hidden_content == HiddenContent::Show => inside(inner),
        Block::Hidden(..) => writer.one_block(block),
        Block::Footnote(..) => String::new(),
        Block::Toc { marker, .. } if style.contents() == TocStyle::Omit => {
            let leaf = crate::tree::leaf(crate::tree::Piece::Marker(marker.clone()));
            inline::html(&[leaf], writer.pen)
        }
        Block::Toc { .. } => {
            let link = |slug: &str, text: &str| {
                format!("<a href=\"#{}\">{}</a>", crate::links::attribute(slug), markup(text, style))
            };
            let links: Vec<String> = writer.toc_headings(block).into_iter().map(|h| link(&h.slug, &h.text)).collect();
            links.join(&style.tag("br"))
        }
    }
}

/// A title before what it is the title of.
fn bold(title: &str, style: Style<'_>) -> String {
    if title.is_empty() { String::new() } else { format!("<p><strong>{}</strong></p>", markup(title, style)) }
}

fn code(code: &Code, style: Style<'_>) -> String {
    let name = if style.dialect.html == Html::Jsx { "className" } else { "class" };
    let class = match code.language.as_str() {
        "" => String::new(),
        language => format!(" {name}=\"language-{language}\""),
    };
    let text = code_text(code.text.trim_end_matches('\n'), style);
    format!("{}<pre><code{class}>{text}</code></pre>", bold(&code.title, style))
}

fn code_text(code: &str, style: Style<'_>) -> String {
    markup(code, style).replace('\n', "&#10;")
}

fn list(writer: &Writer<'_>, start: Option<u32>, items: &[Item]) -> String {
    let jsx = writer.pen.style.dialect.html == Html::Jsx;
    let open = match start {
        None => "<ul>".to_owned(),
        Some(1) => "<ol>".to_owned(),
        Some(n) if jsx => format!("<ol start={{{n}}}>"),
        Some(n) => format!("<ol start=\"{n}\">"),
    };
    let items = items.iter().map(|item| {
        let mark = item.task.map_or("", |done| if done { "☑ " } else { "☐ " });
        format!("<li>{mark}{}</li>", blocks(writer, &item.blocks))
    });
    format!("{open}{}</{}>", items.collect::<String>(), if start.is_some() { "ol" } else { "ul" })
}
