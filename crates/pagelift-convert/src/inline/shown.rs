//! What inline content becomes where a flavour has no form for it, or a person wants another one.

use std::borrow::Cow;

use super::{Pen, has_html};
use crate::dialect::Style;
use crate::escape::Place;
use crate::tree::{Leaf, Link, Piece, STRONG};
use crate::{Anchors, StatusStyle};

/// The content as the flavour shows it.
pub(super) fn shown<'s, 'a>(leaves: &'s [Leaf<'a>], pen: Pen<'_>, place: Place) -> Cow<'s, [Leaf<'a>]> {
    if let Some(apart) = super::apart::apart(leaves, pen, place) {
        return Cow::Owned(shown(&apart, pen, place).into_owned());
    }
    let dead = |leaf: &Leaf| leaf.link.and_then(|link| pen.links.get(link)).is_some_and(Link::leads_nowhere);
    if !leaves.iter().any(|leaf| dead(leaf) || changes(&leaf.piece, pen.style, place)) {
        return Cow::Borrowed(leaves);
    }
    let mut out: Vec<Leaf<'a>> = Vec::with_capacity(leaves.len());
    let mut after_status = false;
    for leaf in leaves {
        let status = matches!(leaf.piece, Piece::Status(_));
        if status && after_status {
            out.push(crate::tree::text(" ", 0));
        }
        after_status = status;
        let Some((piece, more)) = piece(leaf, pen.style, place) else { continue };
        out.push(Leaf { piece, marks: leaf.marks | more, link: leaf.link.filter(|_| !dead(leaf)) });
    }
    Cow::Owned(out)
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
