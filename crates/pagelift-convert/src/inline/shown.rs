//! What inline content becomes where a flavour has no form for it, or a person wants another one.

use std::borrow::Cow;

use super::{Pen, has_html};
use crate::dialect::Style;
use crate::escape::{Place, Syntax};
use crate::tree::{KBD, Leaf, Piece, STRONG, UNDERLINE};
use crate::{Anchors, StatusStyle};

/// The content as the flavour shows it.
pub(super) fn shown<'s, 'a>(leaves: &'s [Leaf<'a>], pen: Pen<'_>, place: Place) -> Cow<'s, [Leaf<'a>]> {
    let apart = Syntax::of(pen.style.dialect).html_apart && place != Place::Html;
    let torn = |at: usize| apart && is_torn(leaves, at);
    let ticked = |leaf: &Leaf| apart && matches!(&leaf.piece, Piece::Code(code) if code.contains('`'));
    if !leaves.iter().enumerate().any(|(at, leaf)| changes(&leaf.piece, pen.style, place) || torn(at) || ticked(leaf)) {
        return Cow::Borrowed(leaves);
    }
    let mut out: Vec<Leaf<'a>> = Vec::with_capacity(leaves.len());
    let mut after_status = false;
    for (at, leaf) in leaves.iter().enumerate() {
        let status = matches!(leaf.piece, Piece::Status(_));
        if status && after_status {
            out.push(crate::tree::text(" ", 0));
        }
        after_status = status;
        let Some((piece, more)) = piece(leaf, pen.style, place) else { continue };
        // Where HTML stands apart, a code span ends at the first backtick.
        let piece = match piece {
            Piece::Code(code) if ticked(leaf) => Piece::Text(code),
            piece => piece,
        };
        let lost = if torn(at) { UNDERLINE | KBD } else { 0 };
        out.push(Leaf { piece, marks: leaf.marks & !lost | more, link: leaf.link });
    }
    Cow::Owned(out)
}

/// Whether a leaf has marks that need HTML where HTML is read only behind a space, and nothing in it.
fn is_torn(leaves: &[Leaf], at: usize) -> bool {
    let Some(leaf) = leaves.get(at).filter(|leaf| leaf.marks & (UNDERLINE | KBD) != 0) else { return false };
    let simple = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '.' | ',' | '-');
    let fits = matches!(&leaf.piece, Piece::Text(text) if text.chars().all(simple));
    let before = at.checked_sub(1).and_then(|at| leaves.get(at)).map(|leaf| &leaf.piece);
    let behind_space = match before {
        None | Some(Piece::Break) => true,
        Some(Piece::Text(text)) => text.ends_with(char::is_whitespace),
        Some(_) => false,
    };
    !(fits && behind_space && leaf.link.is_none())
}

fn changes(piece: &Piece, style: Style<'_>, place: Place) -> bool {
    match piece {
        Piece::Status(_) => style.status() != StatusStyle::Code,
        Piece::Maths(_) => !style.dialect.maths,
        Piece::Anchor(_) => style.options.anchors == Anchors::None || !has_html(style, place),
        Piece::Marker(_) => !style.markers() || !has_html(style, place),
        Piece::Html(_) => !has_html(style, place),
        Piece::Break => place == Place::Cell && !has_html(style, place),
        _ => false,
    }
}

/// What a piece becomes, and the marks that it gains; nothing where it is left out.
fn piece<'a>(leaf: &Leaf<'a>, style: Style<'_>, place: Place) -> Option<(Piece<'a>, u16)> {
    if !changes(&leaf.piece, style, place) {
        return Some((leaf.piece.clone(), 0));
    }
    match &leaf.piece {
        Piece::Status(status) => {
            let marks = if style.status() == StatusStyle::Bold { STRONG } else { 0 };
            Some((Piece::Text(style.status_words(status).into()), marks))
        }
        Piece::Maths(body) => Some((Piece::Code(body.clone().into()), 0)),
        Piece::Break => Some((Piece::Text("; ".into()), 0)),
        Piece::Html(tag) if place == Place::Cell && tag == "<br>" => Some((Piece::Text("; ".into()), 0)),
        _ => None,
    }
}
