//! What Python-Markdown reads in text. It is no `CommonMark` parser: it searches with patterns, one after another.

use super::extra::each;
use super::line_start::{Line, delimiter_row, is_bar, is_end};
use super::{Place, Special, before};

/// Whether a run can open and can close: all can but those that stand alone, and underscores inside a word.
pub(super) fn flanking(mark: char, _: usize, before: Option<char>, after: Option<char>) -> (bool, bool) {
    let space = |c: Option<char>| c.is_none_or(char::is_whitespace);
    if space(before) && space(after) {
        return (false, false);
    }
    let word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    if mark == '_' { (!word(before), !word(after)) } else { (true, true) }
}

/// Marks what begins a tag, an entity or a list of attributes.
pub(super) fn mark(text: &str, place: Place, specials: &mut [Special]) {
    // What is alone in an element becomes a contents list, a backslash before it or none.
    for special in specials.iter_mut().filter(|s| s.literal() && s.byte == b'[') {
        if text.get(special.pos + 1..).is_some_and(|tail| tail.starts_with("TOC]")) {
            special.marked = true;
            special.entity = true;
        }
    }
    each(specials, |special, _| {
        let before = special.pos.checked_sub(4).and_then(|at| text.get(at..special.pos));
        // In the text of a link, what stays must pair.
        special.byte == b']' && special.in_link && before == Some("[TOC")
    });
    beside_breaks(text, specials);
    let brace = text.rfind('}');
    each(specials, |special, _| {
        let tail = text.get(special.pos + 1..).unwrap_or("");
        match special.byte {
            // A number needs no semicolon behind it.
            b'&' => tail.strip_prefix('#').is_some_and(|t| t.starts_with(|c: char| c.is_ascii_digit() || c == 'x')),
            b'<' => tail.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?')),
            b'{' => brace > Some(special.pos) && is_attributes(text, special.pos, place),
            _ => false,
        }
    });
}

/// Whether a brace would begin a list of attributes: right behind something that has any, or at the end of its block.
fn is_attributes(text: &str, pos: usize, place: Place) -> bool {
    match before(text, pos) {
        Some('\n') => {
            let line = text.get(pos..).unwrap_or("").split('\n').next().unwrap_or("");
            line.trim_end().ends_with('}')
        }
        None | Some(' ') => place == Place::Cell || (place == Place::Heading && text.trim_end().ends_with('}')),
        Some(c) => matches!(c, ')' | '*' | '`' | '>' | '~'),
    }
}

/// Marks the runs right before and behind a break, which is read before emphasis is, and is no space then.
fn beside_breaks(text: &str, specials: &mut [Special]) {
    let sign = |c: char| c == '*' || c == '_';
    for (at, found) in text.match_indices("  \n") {
        let (head, tail) = (text.get(..at).unwrap_or(""), text.get(at + found.len()..).unwrap_or(""));
        let from = head.trim_end_matches(sign).len();
        let to = text.len() - tail.trim_start_matches(sign).len();
        let first = specials.partition_point(|s| s.pos < from);
        let inside = specials.iter_mut().skip(first).take_while(|s| s.pos < to);
        inside.filter(|s| s.literal() && sign(char::from(s.byte))).for_each(|s| s.marked = true);
    }
}

/// The offset of what begins a block, and whether a backslash would not do.
pub(super) fn line_start(Line { text: line, first, .. }: Line<'_>) -> Option<(usize, bool)> {
    let c = line.chars().next()?;
    let tail = line.get(1..).unwrap_or("");
    let hit = match c {
        '#' | '>' => true,
        '-' => is_end(tail) || is_bar(line, '-') || (!first && line.trim_end().bytes().all(|b| b == b'-')),
        '*' => is_end(tail) || is_bar(line, '*'),
        '+' | ':' => is_end(tail),
        '_' => is_bar(line, '_'),
        '`' | '~' => line.chars().take_while(|&other| other == c).count() >= 3,
        '<' => tail.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?')),
        '!' => line.starts_with("!!!"),
        '?' => line.starts_with("???"),
        '=' => {
            (line.starts_with("===") && line.contains('"')) || (!first && line.trim_end().bytes().all(|b| b == b'='))
        }
        '[' => line.contains("]:"),
        '|' => !first && delimiter_row(line),
        '0'..='9' => {
            let digits = line.bytes().take_while(u8::is_ascii_digit).count();
            let item = line.get(digits..).and_then(|rest| rest.strip_prefix('.')).is_some_and(is_end);
            return item.then_some((digits, false));
        }
        _ => false,
    };
    hit.then_some((0, false))
}
