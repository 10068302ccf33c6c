//! Bare addresses that become links of ours, so that nothing that stands in or behind them belongs to them by mistake.

use crate::address::encode;
use crate::dialect::Style;
use crate::escape::{Address, Syntax, addresses, can_wrap};
use crate::tree::{Leaf, Piece};

/// A leaf with the addresses in it as links.
pub(super) fn wrapped<'a>(leaf: Leaf<'a>, style: Style<'_>) -> Vec<Leaf<'a>> {
    let Piece::Text(text) = &leaf.piece else { return vec![leaf] };
    if leaf.link.is_some() || !(text.contains("://") || text.contains("www.")) {
        return vec![leaf];
    }
    let syntax = Syntax::of(style.dialect);
    let part = |piece| Leaf { piece, marks: leaf.marks, link: leaf.link };
    let mut out = Vec::new();
    let mut from = 0;
    for Address { start, end, .. } in addresses(text, syntax) {
        let address = text.get(start..end).unwrap_or("");
        let at_space = text.get(end..).is_some_and(|tail| tail.starts_with(char::is_whitespace));
        if at_space && !address.contains(can_mean) {
            continue;
        }
        let before = text.get(from..start).unwrap_or("");
        out.extend((!before.is_empty()).then(|| part(Piece::Text(before.to_owned().into()))));
        out.push(part(Piece::Raw(link(address, style, syntax).into())));
        from = end;
    }
    let rest = text.get(from..).unwrap_or("");
    out.extend((!rest.is_empty()).then(|| part(Piece::Text(rest.to_owned().into()))));
    out
}

/// Whether a character of an address could be read as markup.
fn can_mean(c: char) -> bool {
    c.is_ascii_punctuation() && !matches!(c, ':' | '/' | '.' | '-' | '?' | '=' | '&' | '%')
}

/// An address as a link to itself: in angle brackets where it can stand there.
fn link(address: &str, style: Style<'_>, syntax: &Syntax) -> String {
    let whole = can_wrap(address, syntax);
    let scheme = if address.starts_with("www.") { "http://" } else { "" };
    if whole && scheme.is_empty() && style.dialect.autolinks && !syntax.html_apart {
        return format!("<{address}>");
    }
    let mut text = String::new();
    for c in address.chars() {
        match c {
            '|' if syntax.entities => text.push_str("&#124;"),
            '&' if syntax.entities && !whole => text.push_str("&amp;"),
            c if can_mean(c) && c != ';' && syntax.escapes(c) => text.extend(['\\', c]),
            c => text.push(c),
        }
    }
    format!("[{text}]({scheme}{})", encode(address, false))
}
