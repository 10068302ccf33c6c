//! Lays out inline content: marks in order, delimiters that really open and close.

mod apart;
mod bare;
mod forms;
mod layout;
mod runs;
mod shown;

use std::borrow::Cow;
use std::cell::Cell;

use forms::Ink;
use layout::{Open, Tok, layout};

use crate::dialect::{Html, Style};
use crate::escape::{Kind, Laid, Place, Specials, Syntax, finish};
pub(crate) use crate::text::{into_normal, normalise, normalised, paragraphs, plain};
use crate::tree::{Inline, Leaf, Link, Piece};

/// What inline content is written with.
#[derive(Clone, Copy)]
pub(crate) struct Pen<'a> {
    pub(crate) links: &'a [Link],
    pub(crate) style: Style<'a>,
    pub(crate) desk: &'a Cell<Desk>,
}

/// What is laid out here for one block is cleared for the next, which needs no memory of its own then.
#[derive(Debug, Default)]
pub(crate) struct Desk {
    toks: Vec<Tok<'static>>,
    open: Vec<Open>,
    laid: Laid,
    specials: Specials,
}

/// Writes inline content for a place.
pub(crate) fn write(content: &Inline, pen: Pen<'_>, place: Place, out: &mut String) {
    let syntax = Syntax::of(pen.style.dialect);
    if let [Leaf { piece: Piece::Text(text), marks: 0, link: None }] = &**content
        && syntax.is_harmless(text)
    {
        return out.push_str(text);
    }
    let leaves = match shown::shown(content, pen, place) {
        Cow::Borrowed(_) => normalised(content),
        Cow::Owned(leaves) => Cow::Owned(normalise(&leaves).into_owned()),
    };
    let ink = Ink { pen, place, syntax };
    let mut desk = pen.desk.take();
    lay_out(&leaves, ink, &mut desk);
    if !finish(&desk.laid, &mut desk.specials, (place, syntax), false, out) {
        let leaves: Vec<Leaf> = leaves.iter().cloned().flat_map(|leaf| bare::wrapped(leaf, pen.style)).collect();
        lay_out(&leaves, ink, &mut desk);
        finish(&desk.laid, &mut desk.specials, (place, syntax), true, out);
    }
    pen.desk.set(desk);
}

/// Inline content on its own, for a place.
pub(crate) fn written(content: &Inline, pen: Pen<'_>, place: Place) -> String {
    let mut out = String::new();
    write(content, pen, place, &mut out);
    out
}

/// Writes inline content as HTML.
pub(crate) fn html(leaves: &[Leaf], pen: Pen<'_>) -> String {
    let shown = shown::shown(leaves, pen, Place::Html);
    let ink = Ink { pen, place: Place::Html, syntax: Syntax::of(pen.style.dialect) };
    // The name of a page is no address in HTML.
    let named = |link: usize| pen.links.get(link).is_some_and(|link| link.href.starts_with("[["));
    let mut out = String::new();
    let leaves = normalise(&shown);
    let mut toks = Vec::new();
    layout(&leaves, ink, &mut Vec::new(), &mut toks);
    for tok in toks {
        match tok {
            Tok::Lit(text) => out.push_str(&ink.html_text(text)),
            Tok::Raw(raw) => out.push_str(&raw),
            Tok::Ticked(code) => out.extend(["`", code, "`"]),
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

fn lay_out(leaves: &[Leaf], ink: Ink<'_>, desk: &mut Desk) {
    let laid = &mut desk.laid;
    laid.clear();
    if let [Leaf { piece: Piece::Text(text), marks: 0, link: None }] = leaves {
        return laid.push(text, Kind::Literal, false);
    }
    let mut toks = emptied(std::mem::take(&mut desk.toks));
    layout(leaves, ink, &mut desk.open, &mut toks);
    runs::html_where_needed(&mut toks, ink);
    let mut in_link = false;
    let mut rest = toks.iter().peekable();
    // Whether a line of ours has just begun.
    let mut parted = false;
    while let Some(tok) = rest.next() {
        match tok {
            Tok::Lit(text) if parted => laid.push(text.trim_start_matches(' '), Kind::Literal, in_link),
            Tok::Lit(text) => laid.push(text, Kind::Literal, in_link),
            Tok::Raw(text) => {
                let hides = hides_line(&laid.text, text, ink.place);
                laid.push(text, Kind::Opaque, in_link);
                if hides {
                    let broken = rest.next_if(|tok| matches!(tok, Tok::Raw(text) if text.ends_with('\n')));
                    parted = broken.or(rest.peek().copied()).is_some();
                    laid.push(if parted { "\n" } else { "" }, Kind::Opaque, in_link);
                    continue;
                }
            }
            Tok::Ticked(code) => laid.push_all(["`", code, "`"], Kind::Opaque, in_link),
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
                    match ink.destination(href, title) {
                        None => laid.push_all(["](", href, ")"], Kind::Opaque, false),
                        Some(end) => laid.push(&end, Kind::Opaque, false),
                    }
                }
            }
            Tok::Image(picture) => {
                laid.push("![", Kind::Opaque, in_link);
                laid.push(&picture.alt, Kind::Literal, true);
                laid.push(&ink.picture_end(picture), Kind::Opaque, in_link);
            }
        }
        parted = false;
    }
    desk.toks = emptied(toks);
}

/// Whether a comment begins a line, of which all that stands behind it would be HTML too.
fn hides_line(before: &str, raw: &str, place: Place) -> bool {
    let line = before.trim_end_matches(' ');
    raw.starts_with("<!--") && place.is_block() && (line.is_empty() || line.ends_with('\n'))
}

/// The memory of a list for another one; nothing in it is kept.
fn emptied<'a>(mut toks: Vec<Tok<'_>>) -> Vec<Tok<'a>> {
    toks.clear();
    toks.into_iter().map_while(|_| None).collect()
}

/// Whether HTML may stand in the text.
fn has_html(style: Style<'_>, place: Place) -> bool {
    style.dialect.html != Html::None && (place != Place::Cell || style.dialect.rich_cells)
}
