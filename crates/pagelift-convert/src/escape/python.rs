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
    each(specials, |special, _| {
        let tail = text.get(special.pos + 1..).unwrap_or("");
        match special.byte {
            // A break is read before emphasis is, and is no space then.
            b'*' | b'_' => {
                let head = text.get(..special.pos).unwrap_or("");
                let other = |c: char| c == char::from(special.byte);
                tail.trim_start_matches(other).starts_with("  \n") || head.trim_end_matches(other).ends_with('\n')
            }
            // A number needs no semicolon behind it.
            b'&' => tail.strip_prefix('#').is_some_and(|t| t.starts_with(|c: char| c.is_ascii_digit() || c == 'x')),
            b'[' => special.pos == 0 && tail == "TOC]",
            b'<' => tail.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?')),
            b'{' => is_attributes(text, special.pos, place),
            _ => false,
        }
    });
}

/// Whether a brace would begin a list of attributes: right behind something that has any, or at the end of its block.
fn is_attributes(text: &str, pos: usize, place: Place) -> bool {
    let line = text.get(pos..).unwrap_or("").split('\n').next().unwrap_or("");
    let at_end = line.trim_end().ends_with('}');
    line.contains('}')
        && match before(text, pos) {
            Some('\n') => at_end,
            None | Some(' ') => place == Place::Cell || (at_end && place == Place::Heading),
            Some(c) => matches!(c, ')' | '*' | '`' | '>' | '~'),
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
        '+' => is_end(tail),
        '_' => is_bar(line, '_'),
        '`' | '~' => line.chars().take_while(|&other| other == c).count() >= 3,
        '<' => tail.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?')),
        '!' => line.starts_with("!!!"),
        '?' => line.starts_with("???"),
        '=' => (line.starts_with("===") && line.contains('"')) || (!first && line.trim_end().bytes().all(|b| b == b'=')),
        ':' => is_end(tail),
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
