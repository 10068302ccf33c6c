//! Square brackets in text.

use super::{Kind, Place, Special, mark_all, mark_literal};

/// More brackets in the address of a link than this, and no parser takes it for one.
const MOST_NESTED: usize = 32;

/// Marks the brackets that would make a link, a note or a definition, and those that would end a link too early.
pub(super) fn mark(text: &str, place: Place, specials: &mut [Special]) {
    if !specials.iter().any(|special| matters(text, special)) {
        return;
    }
    let mut outside: Vec<usize> = Vec::new();
    let mut inside: Vec<usize> = Vec::new();
    for i in 0..specials.len() {
        let Some(&special) = specials.get(i) else { break };
        if !special.in_link {
            mark_all(specials, inside.drain(..));
        }
        let own = match special.kind {
            Kind::Literal => false,
            Kind::Delimiter => true,
            // A note of ours is no link.
            Kind::Opaque => !text.get(special.pos + 1..).is_some_and(|tail| tail.starts_with('^')),
        };
        if own && special.byte == b'[' {
            let bang = |s: &&mut Special| s.byte == b'!' && s.pos + 1 == special.pos && s.literal();
            if let Some(before) = i.checked_sub(1).and_then(|i| specials.get_mut(i)).filter(|s| bang(s)) {
                before.marked = true;
            }
        }
        let open = if special.in_link { &mut inside } else { &mut outside };
        match special.byte {
            b'[' if special.literal() => open.push(i),
            b']' if special.literal() => close(text, place, specials, i, open),
            _ => {}
        }
    }
    mark_all(specials, inside);
}

/// Whether a character of text can be part of a link: it is in the text of one, or what is read as one follows.
fn matters(text: &str, special: &Special) -> bool {
    let follows = || matches!(text.as_bytes().get(special.pos + 1), Some(b'(' | b':'));
    match special.byte {
        b'!' => special.literal(),
        b'[' => special.literal() && special.in_link,
        b']' => special.literal() && (special.in_link || follows()),
        _ => false,
    }
}

/// A closing bracket, and the brackets that are open before it.
fn close(text: &str, place: Place, specials: &mut [Special], at: usize, open: &mut Vec<usize>) {
    let Some(&special) = specials.get(at) else { return };
    let Some(start) = open.pop() else {
        if special.in_link {
            mark_literal(specials, at);
        }
        return;
    };
    let tail = text.get(special.pos + 1..).unwrap_or("");
    if place.is_block() && tail.starts_with(':') {
        // Without the innermost bracket, the one before it would be the next to begin a definition.
        let mut begins = Some(start);
        while let Some(at) = begins.filter(|&at| may_define(text, specials, at)) {
            mark_literal(specials, at);
            begins = open.pop();
        }
        open.extend(begins.filter(|&at| at != start));
    }
    if link_follows(tail) {
        // Each bracket before it would be the next to make a link; in a link, that is the link's own.
        mark_literal(specials, start);
        mark_all(specials, open.drain(..));
        if special.in_link {
            mark_literal(specials, at);
        }
    }
}

/// Whether a bracket stands where the name of a definition begins, or of a note.
fn may_define(text: &str, specials: &[Special], at: usize) -> bool {
    let pos = specials.get(at).map_or(0, |special| special.pos);
    let note = || {
        text.get(..pos).is_some_and(|t| t.ends_with('\n')) && text.get(pos + 1..).is_some_and(|t| t.starts_with('^'))
    };
    pos == 0 || note()
}

/// Whether what follows a closing bracket makes a link of it.
fn link_follows(tail: &str) -> bool {
    let Some(inner) = tail.strip_prefix('(') else { return false };
    let inner = inner.trim_start();
    if inner.starts_with('<') {
        return true;
    }
    let mut depth = 0_usize;
    let mut before = ' ';
    for (at, c) in inner.char_indices() {
        match c {
            // In code, which a parser takes for an address if it must, the backslash takes its meaning.
            '(' if before == '\\' => {}
            '(' if depth == MOST_NESTED => return false,
            '(' => depth += 1,
            ')' if depth == 0 => return true,
            ')' => depth -= 1,
            c if c.is_whitespace() => {
                let title = inner.get(at..).unwrap_or("").trim_start();
                return title.starts_with(['"', '\'', '(', ')']);
            }
            _ => {}
        }
        before = c;
    }
    false
}
