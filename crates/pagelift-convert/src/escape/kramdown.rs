//! What kramdown reads in text.

use super::extra::{each, label_starts, partner};
use super::{Place, Special, mark_all};

/// Whether a run can open and can close: kramdown asks for less than `CommonMark` does.
pub(super) fn flanking(mark: char, len: usize, before: Option<char>, after: Option<char>) -> (bool, bool) {
    // One character of a run is the neighbour of the next.
    let word = |c: Option<char>| len > 1 || c.is_some_and(|c| !c.is_whitespace());
    let inside = mark == '_' && len == 1 && before.is_some_and(|c| c.is_alphabetic() || c == '-');
    let (open, close) = (word(after) && !inside, word(before));
    if mark == '_' { (open, close && (len > 1 || !after.is_some_and(char::is_alphanumeric))) } else { (open, close) }
}

/// Marks bars that would make a table, and the braces of attribute lists.
pub(super) fn mark(text: &str, place: Place, specials: &mut [Special]) {
    let follows = |special: &Special, next: char| text.get(special.pos + 1..).is_some_and(|t| t.starts_with(next));
    each(specials, |special, _| special.byte == b'{' && follows(special, ':'));
    label_starts(specials);
    notes_in_labels(text, specials);
    if place.is_block() {
        let first = text.find('\n').unwrap_or(text.len());
        let table = specials.iter().any(|s| s.byte == b'|' && s.pos < first);
        each(specials, |special, _| table && special.byte == b'|');
    }
}

/// Marks both brackets of what would be a note in the text of a link.
fn notes_in_labels(text: &str, specials: &mut [Special]) {
    for at in 0..specials.len() {
        let note = |s: &&Special| {
            s.in_link && s.byte == b'[' && text.get(s.pos + 1..).is_some_and(|tail| tail.starts_with('^'))
        };
        if specials.get(at).filter(note).is_some_and(Special::literal) {
            let close = partner(specials, at);
            mark_all(specials, close.into_iter().chain([at]));
        }
    }
}

/// Whether a row of such cells would part the head of a table from its body, or its body from its foot.
pub(super) fn parts_rows(cell: &str) -> bool {
    !cell.is_empty() && cell.bytes().all(|b| matches!(b, b'-' | b'=' | b':' | b'+' | b' '))
}

/// Whether a line begins another kind of block: a definition, the meaning of an abbreviation, or an end.
pub(super) fn begins(line: &str) -> bool {
    let tail = |mark| line.strip_prefix(mark);
    let bullet = line.starts_with(['+', '*', '-']) && line.get(1..).is_some_and(super::line_start::is_end);
    bullet
        || tail(":").is_some_and(super::line_start::is_end)
        || tail("[").is_some_and(|t| t.contains("]:"))
        || tail("*[").is_some_and(|t| t.contains("]:"))
        || line.trim_end() == "^"
}
