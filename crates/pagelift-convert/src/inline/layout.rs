//! Marks and links in order, from the outermost to the innermost.

use std::borrow::Cow;

use super::forms::Ink;
use crate::escape::Place;
use crate::tree::{Leaf, MARKS, Picture, Piece};

#[derive(Debug)]
pub(super) enum Tok<'a> {
    Lit(&'a str),
    Raw(Cow<'a, str>),
    /// Code between single backticks.
    Ticked(&'a str),
    /// A formula, without the dollars around it.
    Maths(Cow<'a, str>),
    /// Mark, whether it opens, pair number.
    Mark(u16, bool, usize),
    LinkOpen(usize),
    LinkClose(usize),
    Image(&'a Picture),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wrap {
    Link(usize),
    Mark(u16),
}

/// What is open, and the number of the pair that it is one half of.
pub(super) type Open = (Wrap, usize);

impl Wrap {
    fn open(self, pair: usize) -> Tok<'static> {
        match self {
            Self::Link(link) => Tok::LinkOpen(link),
            Self::Mark(mark) => Tok::Mark(mark, true, pair),
        }
    }

    fn close(self, pair: usize) -> Tok<'static> {
        match self {
            Self::Link(link) => Tok::LinkClose(link),
            Self::Mark(mark) => Tok::Mark(mark, false, pair),
        }
    }

    fn is_on(self, leaf: &Leaf) -> bool {
        match self {
            Self::Link(link) => leaf.link == Some(link),
            Self::Mark(mark) => leaf.marks & mark != 0,
        }
    }
}

pub(super) fn layout<'a>(leaves: &'a [Leaf], ink: Ink<'_>, open: &mut Vec<Open>, toks: &mut Vec<Tok<'a>>) {
    open.clear();
    let mut pair = 0;
    for (at, leaf) in leaves.iter().enumerate() {
        let blank = matches!(&leaf.piece, Piece::Text(text) if text == " ") || leaf.piece == Piece::Break;
        let whole = if blank { None } else { whole_link(leaves, at, ink) };
        if !open.is_empty() {
            let keep = open.iter().position(|(wrap, _)| !wrap.is_on(leaf)).unwrap_or(open.len());
            // Where nothing stands around HTML, nothing stands around a break either.
            let keep = if ink.syntax.html_apart && leaf.piece == Piece::Break { 0 } else { keep };
            let keep = keep.min(around_link(leaves, at, open));
            toks.extend(open.drain(keep..).rev().map(|(wrap, number)| wrap.close(number)));
        }
        if !blank && (leaf.marks != 0 || leaf.link.is_some()) {
            for &wrap in to_open(leaves, at, open, ink).get() {
                if whole.is_some() && matches!(wrap, Wrap::Link(_)) {
                    continue;
                }
                pair += 1;
                open.push((wrap, pair));
                toks.push(wrap.open(pair));
            }
        }
        toks.push(match (whole, &leaf.piece) {
            (Some(whole), _) => Tok::Raw(Cow::Owned(whole)),
            (None, Piece::Text(text)) => Tok::Lit(text),
            (None, Piece::Image(picture)) => ink.image(picture, leaf.link.is_some()),
            (None, Piece::Maths(body)) => Tok::Maths(ink.formula(body)),
            (None, Piece::Code(code)) => ink.code(code),
            (None, piece) => Tok::Raw(ink.piece(piece)),
        });
    }
    toks.extend(open.drain(..).rev().map(|(wrap, number)| wrap.close(number)));
}

/// How many of the open wraps reach to the end of the link that begins here. A link is never split, so the others end
/// before it and begin again inside.
fn around_link(leaves: &[Leaf], at: usize, open: &[(Wrap, usize)]) -> usize {
    let Some(link) = leaves.get(at).and_then(|leaf| leaf.link) else { return open.len() };
    if open.is_empty() || open.iter().any(|(wrap, _)| *wrap == Wrap::Link(link)) {
        return open.len();
    }
    let shared = leaves.iter().skip(at).take_while(|leaf| leaf.link == Some(link)).fold(u16::MAX, |m, l| m & l.marks);
    let reaches = |wrap: Wrap| matches!(wrap, Wrap::Mark(mark) if shared & mark != 0);
    open.iter().position(|(wrap, _)| !reaches(*wrap)).unwrap_or(open.len())
}

/// What opens at one place: a link and every mark at most.
struct Wraps {
    all: [Wrap; MARKS.len() + 1],
    len: usize,
}

impl Wraps {
    fn push(&mut self, wrap: Wrap) {
        if let Some(place) = self.all.get_mut(self.len) {
            *place = wrap;
            self.len += 1;
        }
    }

    fn get(&self) -> &[Wrap] {
        self.all.get(..self.len).unwrap_or(&[])
    }
}

/// What must open at a leaf, the longest first.
fn to_open(leaves: &[Leaf], at: usize, open: &[Open], ink: Ink<'_>) -> Wraps {
    let mut wraps = Wraps { all: [Wrap::Mark(0); MARKS.len() + 1], len: 0 };
    let Some(leaf) = leaves.get(at) else { return wraps };
    let linked = leaf.link.map(Wrap::Link);
    let marks = MARKS.iter().filter(|&&mark| leaf.marks & mark != 0).map(|&mark| Wrap::Mark(mark));
    let is_new = |wrap: &Wrap| open.iter().all(|(other, _)| other != wrap);
    if ink.syntax.html_apart {
        // No mark is read inside of a link.
        marks.rev().chain(linked).filter(is_new).for_each(|wrap| wraps.push(wrap));
    } else {
        linked.into_iter().chain(marks).filter(is_new).for_each(|wrap| wraps.push(wrap));
    }
    if wraps.len > 1 {
        let extent = |wrap: Wrap| leaves.iter().skip(at).take(64).take_while(|leaf| wrap.is_on(leaf)).count();
        let all = wraps.all.get_mut(..wraps.len).unwrap_or_default();
        all.sort_by_key(|&wrap| std::cmp::Reverse(extent(wrap)));
    }
    wraps
}

/// A link that has a form of its own for a text without marks, as far as this leaf is all of it.
fn whole_link(leaves: &[Leaf], at: usize, ink: Ink<'_>) -> Option<String> {
    let leaf = leaves.get(at)?;
    let number = leaf.link?;
    let Piece::Text(text) = &leaf.piece else { return None };
    let same = |other: Option<&Leaf>| other.is_some_and(|other| other.link == Some(number));
    if ink.place == Place::Html || same(at.checked_sub(1).and_then(|i| leaves.get(i))) || same(leaves.get(at + 1)) {
        return None;
    }
    let before = at.checked_sub(1).and_then(|at| leaves.get(at)).map(|leaf| &leaf.piece);
    let joined = match before {
        Some(Piece::Text(text)) => !text.ends_with(char::is_whitespace),
        piece => piece.is_some_and(|piece| *piece != Piece::Break),
    };
    ink.whole_link(ink.pen.links.get(number)?, text, leaf.marks != 0 || (joined && ink.syntax.html_apart))
}
