//! Lays out inline content: marks in order, delimiters that really open and close.

mod apart;
mod bare;
mod forms;
mod layout;
mod runs;
mod shown;

use std::borrow::Cow;

use forms::Ink;
use layout::{Tok, layout};

use crate::dialect::{Html, Style};
use crate::escape::{Kind, Laid, Place, Span, Syntax, finish};
pub(crate) use crate::text::{normalise, paragraphs, plain};
use crate::tree::{Leaf, Link, Piece};

/// What inline content is written with.
#[derive(Clone, Copy)]
pub(crate) struct Pen<'a> {
    pub(crate) links: &'a [Link],
    pub(crate) style: Style<'a>,
}

/// Writes inline content for a place.
pub(crate) fn write<'a>(leaves: &'a [Leaf], pen: Pen<'_>, place: Place) -> Cow<'a, str> {
    let syntax = Syntax::of(pen.style.dialect);
    if let [Leaf { piece: Piece::Text(text), marks: 0, link: None }] = leaves
        && syntax.is_harmless(text)
    {
        return Cow::Borrowed(text);
    }
    let shown = shown::shown(leaves, pen, place);
    let leaves = normalise(&shown);
    let ink = Ink { pen, place, syntax };
    if let Some(text) = finish(lay_out(&leaves, ink), place, syntax, false) {
        return Cow::Owned(text);
    }
    let leaves: Vec<Leaf> = leaves.iter().cloned().flat_map(|leaf| bare::wrapped(leaf, pen.style)).collect();
    Cow::Owned(finish(lay_out(&leaves, ink), place, syntax, true).unwrap_or_default())
}

/// Writes inline content as HTML.
pub(crate) fn html(leaves: &[Leaf], pen: Pen<'_>) -> String {
    let shown = shown::shown(leaves, pen, Place::Html);
    let ink = Ink { pen, place: Place::Html, syntax: Syntax::of(pen.style.dialect) };
    // The name of a page is no address in HTML.
    let named = |link: usize| pen.links.get(link).is_some_and(|link| link.href.starts_with("[["));
    let mut out = String::new();
    for tok in layout(&normalise(&shown), ink) {
        match tok {
            Tok::Lit(text) => out.push_str(&ink.html_text(text)),
            Tok::Raw(raw) => out.push_str(&raw),
            Tok::Maths(body) => out.extend([pen.style.dialect.dollars, &body, pen.style.dialect.dollars]),
            Tok::Mark(mark, open, _) => out.push_str(&ink.tag(mark, open)),
            Tok::LinkOpen(number) | Tok::LinkClose(number) if named(number) => {}
            Tok::LinkOpen(number) => out.push_str(&ink.anchor(number)),
            Tok::LinkClose(_) => out.push_str("</a>"),
            Tok::Image(picture) => out.push_str(&ink.img(picture)),
        }
    }
    out
}

fn lay_out(leaves: &[Leaf], ink: Ink<'_>) -> Laid {
    if let [Leaf { piece: Piece::Text(text), marks: 0, link: None }] = leaves {
        return Laid { text: text.to_string(), spans: vec![Span { start: 0, kind: Kind::Literal, in_link: false }] };
    }
    let mut toks = layout(leaves, ink);
    runs::html_where_needed(&mut toks, ink);
    let texts = toks.iter().map(|tok| match tok {
        Tok::Lit(text) => text.len(),
        Tok::Raw(text) => text.len(),
        _ => 16,
    });
    let mut laid = Laid { text: String::with_capacity(texts.sum()), spans: Vec::with_capacity(toks.len()) };
    let mut in_link = false;
    for tok in &toks {
        match tok {
            Tok::Lit(text) => laid.push(text, Kind::Literal, in_link),
            Tok::Raw(text) => laid.push(text, Kind::Opaque, in_link),
            Tok::Maths(body) => {
                let dollars = ink.pen.style.dialect.dollars;
                laid.push(dollars, Kind::Delimiter, in_link);
                laid.push(body, Kind::Opaque, in_link);
                laid.push(dollars, Kind::Delimiter, in_link);
            }
            Tok::Mark(mark, open, _) => {
                let kind = if runs::is_delimiter(*mark, ink) { Kind::Delimiter } else { Kind::Opaque };
                laid.push(&ink.delimiter(*mark, *open), kind, in_link);
            }
            Tok::LinkOpen(_) => {
                laid.push("[", Kind::Delimiter, false);
                in_link = true;
            }
            Tok::LinkClose(number) => {
                in_link = false;
                if let Some(Link { href, title, .. }) = ink.pen.links.get(*number) {
                    laid.push(&ink.destination(href, title), Kind::Opaque, false);
                }
            }
            Tok::Image(picture) => {
                laid.push("![", Kind::Opaque, in_link);
                laid.push(&picture.alt, Kind::Literal, true);
                laid.push(&ink.picture_end(picture), Kind::Opaque, in_link);
            }
        }
    }
    laid
}

/// Whether HTML may stand in the text.
fn has_html(style: Style<'_>, place: Place) -> bool {
    style.dialect.html != Html::None && (place != Place::Cell || style.dialect.rich_cells)
}
