//! What the note-takers Obsidian and Logseq read in text.

use super::extra::each;
use super::line_start::{Line, is_end};
use super::{Kind, Special};

/// The characters that a tag goes on with.
fn tag_length(tail: &str, more: &str) -> usize {
    let goes_on = |c: char| c.is_alphanumeric() || !c.is_ascii() && !c.is_whitespace() || more.contains(c);
    tail.find(|c: char| !goes_on(c)).unwrap_or(tail.len())
}

/// Whether `#` before this begins a tag: letters, or digits that are not alone.
pub(super) fn is_obsidian_tag(tail: &str) -> bool {
    let tag = tail.get(..tag_length(tail, "_-/")).unwrap_or("");
    !tag.bytes().all(|b| b.is_ascii_digit())
}

pub(super) fn is_logseq_tag(tail: &str) -> bool {
    tail.starts_with(|c: char| !c.is_whitespace())
}

/// Marks the carets of inline notes and of a block's name at its end.
pub(super) fn carets(text: &str, specials: &mut [Special]) {
    let name = text.rsplit([' ', '\n']).next().unwrap_or("");
    let word = |name: &str| !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let named = name.strip_prefix('^').is_some_and(word).then(|| text.len() - name.len());
    let end = text.rfind(']');
    each(specials, |special, _| {
        let note = || end > Some(special.pos) && text.get(special.pos + 1..).is_some_and(|tail| tail.starts_with('['));
        special.byte == b'^' && (named == Some(special.pos) || note())
    });
}

/// Marks the references and macros of Logseq: `((block))`, `{{macro}}`, notes and dates.
pub(super) fn references(text: &str, specials: &mut [Special]) {
    // Emphasis ends even in an address.
    let last = |byte: u8| specials.iter().rev().find(|s| s.byte == byte && s.kind == Kind::Opaque).map(|s| s.pos);
    let ends = [(b'*', last(b'*')), (b'_', last(b'_'))];
    each(specials, |special, _| ends.iter().any(|(byte, end)| special.byte == *byte && *end > Some(special.pos)));
    let [parens, brace, braces, bracket, angle] = ["))", "}", "}}", "]", ">"].map(|mark| text.rfind(mark));
    each(specials, |special, _| {
        let tail = text.get(special.pos + 1..).unwrap_or("");
        let ends = |end: Option<usize>| end > Some(special.pos);
        match special.byte {
            b'(' => tail.starts_with('(') && ends(parens),
            b'^' | b'_' => tail.starts_with('{') && ends(brace),
            b'{' => tail.starts_with('{') && ends(braces),
            b'[' => tail.starts_with(':') || (tail.starts_with('^') && ends(bracket)),
            b'<' => tail.starts_with(|c: char| c.is_ascii_digit()) && ends(angle),
            _ => false,
        }
    });
}

/// Marks the brackets in each other in the text of a link: all of them, or none.
pub(super) fn brackets_in_labels(specials: &mut [Special]) {
    let bracket = |s: &Special| s.in_link && s.literal() && matches!(s.byte, b'[' | b']');
    let mut depth = 0_usize;
    let same = |one: &Special, next: &Special| {
        depth = match one.byte {
            _ if !one.in_link => 0,
            b'[' if one.literal() => depth + 1,
            b']' if one.literal() => depth.saturating_sub(1),
            _ => depth,
        };
        one.in_link == next.in_link && depth > 0
    };
    for group in specials.chunk_by_mut(same) {
        if group.iter().any(|s| bracket(s) && s.marked) {
            group.iter_mut().filter(|s| bracket(s)).for_each(|s| s.marked = true);
        }
    }
}

/// Whether a run can open and can close in Logseq.
pub(super) fn flanking(mark: char, len: usize, before: Option<char>, after: Option<char>) -> (bool, bool) {
    // One character of a run is the neighbour of the next.
    let word = |c: Option<char>| len > 1 || c.is_some_and(|c| !c.is_whitespace());
    let (open, close) = (word(after), word(before));
    let inside = |c: Option<char>| mark == '_' && c.is_some_and(char::is_alphanumeric);
    (open && (len > 1 || !inside(before)), close && (len > 1 || !inside(after)))
}

/// What makes a block of Logseq a task, in its first word.
const TASKS: [&str; 10] =
    ["TODO", "DOING", "DONE", "LATER", "NOW", "WAITING", "WAIT", "CANCELED", "CANCELLED", "IN-PROGRESS"];

/// The offset of what begins a task, a directive or a drawer.
pub(super) fn line_start(line: Line<'_>) -> Option<(usize, bool)> {
    let text = line.text;
    if line.first
        && let Some(space) = text.find(' ').filter(|_| is_task(text))
    {
        // No escape would do, but a space that does not end the word.
        return Some((space, true));
    }
    let meaning = !line.first && text.strip_prefix(':').is_some_and(is_end);
    let row = text.starts_with('|') && text.ends_with('|');
    let hit = row || meaning || text.starts_with("#+") || (line.first && text.starts_with("[#"));
    hit.then_some(0).or_else(|| property(text)).or_else(|| item(line)).map(|offset| (offset, false))
}

pub(super) fn is_task(text: &str) -> bool {
    TASKS.iter().any(|word| text.strip_prefix(word).is_some_and(is_end))
}

/// Where the second colon of `key:: value` stands.
fn property(line: &str) -> Option<usize> {
    let at = line.find("::")?;
    let (key, value) = line.split_at_checked(at)?;
    (!key.contains(' ') && value.get(2..).is_some_and(is_end)).then_some(at + 1)
}

/// Where an item of a list begins below a line of text; elsewhere that takes a blank line, or the number one.
fn item(line: Line<'_>) -> Option<usize> {
    let digits = line.text.bytes().take_while(u8::is_ascii_digit).count();
    let rest = line.text.get(digits..)?.strip_prefix('.')?;
    (digits > 0 && is_end(rest)).then_some(digits)
}
