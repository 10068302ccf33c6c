//! Links to pages that are not exported, where they are not wanted.

use crate::build::comment_value;
use crate::tree::{Block, Inline, Leaf, Link, Piece, leaf};

/// Takes the links out; `mark` leaves the address in a comment behind the text.
pub(crate) fn unlink(blocks: &mut [Block], links: &[Link], mark: bool) {
    for block in blocks {
        match block {
            Block::Para(leaves) | Block::Heading(_, leaves) | Block::Placeholder(leaves) => line(leaves, links, mark),
            Block::Quote(inner)
            | Block::Callout(_, _, inner)
            | Block::Details(_, inner)
            | Block::Hidden(_, inner)
            | Block::Footnote(_, inner) => unlink(inner, links, mark),
            Block::List(_, items) => items.iter_mut().for_each(|item| unlink(&mut item.blocks, links, mark)),
            Block::Table(rows) => rows.iter_mut().flatten().for_each(|cell| unlink(&mut cell.blocks, links, mark)),
            Block::Tabs(tabs) => tabs.iter_mut().for_each(|(_, body)| unlink(body, links, mark)),
            Block::Definitions(terms) => terms.iter_mut().for_each(|term| {
                line(&mut term.term, links, mark);
                term.meanings.iter_mut().for_each(|meaning| unlink(meaning, links, mark));
            }),
            Block::Code(_) | Block::Maths(_) | Block::Rule | Block::Toc { .. } | Block::Raw(_) => {}
        }
    }
}

fn line(content: &mut Inline<'_>, links: &[Link], mark: bool) {
    let outside = |leaf: &Leaf| leaf.link.filter(|&link| links.get(link).is_some_and(|link| link.outside));
    if !content.iter().any(|leaf| outside(leaf).is_some()) {
        return;
    }
    let leaves = content.change();
    let mut out = Vec::with_capacity(leaves.len() + 2);
    let mut from = std::mem::take(leaves).into_iter().peekable();
    while let Some(mut next) = from.next() {
        let Some(link) = outside(&next) else {
            out.push(next);
            continue;
        };
        next.link = None;
        out.push(next);
        let ends = from.peek().is_none_or(|after| after.link != Some(link));
        if let Some(link) = links.get(link).filter(|_| mark && ends) {
            out.push(leaf(Piece::Marker(format!("outside href=\"{}\"", comment_value(&link.href)))));
        }
    }
    *leaves = out;
}
