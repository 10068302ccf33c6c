//! Content for flavours in which little may stand inside something else.

use super::Pen;
use crate::escape::{Place, Syntax};
use crate::links::attribute;
use crate::tree::{KBD, Leaf, Piece, UNDERLINE};

/// The content with what cannot stand in each other side by side; none where all can stay as it is.
pub(super) fn apart<'a>(leaves: &[Leaf<'a>], pen: Pen<'_>, place: Place) -> Option<Vec<Leaf<'a>>> {
    let syntax = Syntax::of(pen.style.dialect);
    if place == Place::Html || !(syntax.html_apart || syntax.pictures_apart) {
        return None;
    }
    let torn = |at: usize| syntax.html_apart && is_torn(leaves, at);
    let linked = |leaf: &Leaf| is_linked_picture(leaf, pen, syntax);
    let outside = |at: usize| syntax.html_apart && has_outside(leaves, at);
    if !leaves.iter().enumerate().any(|(at, leaf)| torn(at) || linked(leaf) || outside(at)) {
        return None;
    }
    let mut out = Vec::with_capacity(leaves.len() + 1);
    for (at, leaf) in leaves.iter().enumerate() {
        if linked(leaf) {
            out.extend(side_by_side(leaf));
        } else if outside(at) {
            out.extend(beside_link(leaves, at, pen, place));
        } else if torn(at) {
            out.extend(mended(leaves, at));
        } else {
            out.push(leaf.clone());
        }
    }
    Some(out)
}

/// Whether a picture is a link that the flavour would not follow: to a page, not to the web.
fn is_linked_picture(leaf: &Leaf, pen: Pen<'_>, syntax: &Syntax) -> bool {
    let link = leaf.link.and_then(|link| pen.links.get(link));
    syntax.pictures_apart
        && matches!(leaf.piece, Piece::Image(_))
        && link.is_some_and(|link| syntax.html_apart || !(link.href.contains("://") || link.href.starts_with('#')))
}

/// A linked picture as the picture and then the link.
fn side_by_side<'a>(leaf: &Leaf<'a>) -> [Leaf<'a>; 3] {
    let name = match &leaf.piece {
        Piece::Image(picture) if !picture.alt.trim().is_empty() => picture.alt.clone(),
        _ => "link".to_owned(),
    };
    let text = |text: String, link| Leaf { piece: Piece::Text(text.into()), marks: leaf.marks, link };
    [Leaf { link: None, ..leaf.clone() }, text(" ".to_owned(), None), text(name, leaf.link)]
}

/// Whether the text of a link has what would be read as something else there: backticks, which no backslash helps, or
/// brackets around all of it, which escaped are a formula.
fn has_outside(leaves: &[Leaf], at: usize) -> bool {
    let text = match leaves.get(at) {
        Some(Leaf { piece: Piece::Text(text), link: Some(_), .. }) => text.trim(),
        _ => return false,
    };
    let ticks = text.contains('`') && (is_alone(leaves, at) || text.chars().any(|c| c != '`'));
    let inner = text.strip_prefix('[').and_then(|tail| tail.strip_suffix(']'));
    ticks || (is_alone(leaves, at) && inner.is_some_and(|inner| !inner.contains(']')))
}

/// Whether a leaf is all that is in its link.
fn is_alone(leaves: &[Leaf], at: usize) -> bool {
    let link = |at: Option<usize>| at.and_then(|at| leaves.get(at)).and_then(|leaf| leaf.link);
    link(Some(at)) != link(at.checked_sub(1)) && link(Some(at)) != link(Some(at + 1))
}

/// The text of a link with some of it beside the link.
fn beside_link<'a>(leaves: &[Leaf<'a>], at: usize, pen: Pen<'_>, place: Place) -> Vec<Leaf<'a>> {
    let Some(leaf @ Leaf { piece: Piece::Text(text), marks, link: Some(link) }) = leaves.get(at) else {
        return Vec::new();
    };
    let part = |text: &str, link| Leaf { piece: Piece::Text(text.to_owned().into()), marks: *marks, link };
    if !text.contains('`') {
        let (inner, behind) = text.split_at_checked(text.trim_end().len().saturating_sub(1)).unwrap_or((text, ""));
        return vec![part(inner, leaf.link), part(behind, None)];
    }
    if text.trim().chars().any(|c| c != '`') {
        let pieces = text.split_inclusive('`').flat_map(|piece| match piece.strip_suffix('`') {
            Some(before) => [part(before, leaf.link), part("`", None)],
            None => [part(piece, leaf.link), part("", None)],
        });
        return pieces.filter(|leaf| !matches!(&leaf.piece, Piece::Text(text) if text.is_empty())).collect();
    }
    let href = pen.links.get(*link).map_or("", |link| &link.href);
    if place != Place::Cell && is_behind_space(leaves, at) && !href.starts_with("[[") && !href.is_empty() {
        let shown = text.replace('`', "&#96;");
        let html = format!("<a href=\"{}\">{shown}</a>", attribute(href));
        return vec![Leaf { piece: Piece::Raw(html.into()), marks: 0, link: None }];
    }
    vec![part(text, None), part(" ", None), part("link", leaf.link)]
}

/// Whether a leaf has marks or a form that would be shown as they are written: HTML is read only behind a space and
/// nothing in it, no mark in the text of a link, and a code span ends at the first backtick.
fn is_torn(leaves: &[Leaf], at: usize) -> bool {
    let Some(leaf) = leaves.get(at) else { return false };
    match &leaf.piece {
        Piece::Code(code) if code.contains('`') => return true,
        Piece::Anchor(_) => return true,
        Piece::Marker(_) => return !is_behind_space(leaves, at),
        _ => {}
    }
    let simple = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '.' | ',' | '-');
    let plain = matches!(&leaf.piece, Piece::Text(text) if text.chars().all(simple));
    let html = leaf.marks & (UNDERLINE | KBD) != 0;
    (html && !(plain && is_behind_space(leaves, at) && leaf.link.is_none())) || leaf.marks & !shared(leaves, at) != 0
}

fn is_behind_space(leaves: &[Leaf], at: usize) -> bool {
    match at.checked_sub(1).and_then(|at| leaves.get(at)).map(|leaf| &leaf.piece) {
        None | Some(Piece::Break) => true,
        Some(Piece::Text(text)) => text.ends_with(char::is_whitespace),
        Some(_) => false,
    }
}

/// The marks that all of a link has; every mark outside of links.
fn shared(leaves: &[Leaf], at: usize) -> u16 {
    let Some(link) = leaves.get(at).and_then(|leaf| leaf.link) else { return u16::MAX };
    let (before, after) = leaves.split_at_checked(at).unwrap_or((leaves, &[]));
    let same = |leaf: &&Leaf| leaf.link == Some(link);
    let all = before.iter().rev().take_while(same).chain(after.iter().take_while(same));
    all.fold(u16::MAX, |marks, leaf| marks & leaf.marks)
}

/// A leaf without what could not stand there.
fn mended<'a>(leaves: &[Leaf<'a>], at: usize) -> Vec<Leaf<'a>> {
    let Some(leaf) = leaves.get(at) else { return Vec::new() };
    let marks = leaf.marks & shared(leaves, at) & !(UNDERLINE | KBD);
    match &leaf.piece {
        Piece::Code(code) if code.contains('`') => {
            vec![Leaf { piece: Piece::Text(code.clone()), marks, link: leaf.link }]
        }
        Piece::Anchor(_) => Vec::new(),
        Piece::Marker(_) => vec![crate::tree::text(" ", 0), leaf.clone()],
        _ => vec![Leaf { marks, ..leaf.clone() }],
    }
}
