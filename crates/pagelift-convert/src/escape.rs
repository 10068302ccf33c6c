//! Escapes what would otherwise be read as markup, and nothing else.

use crate::brackets;
use crate::delims::{self, MOST_RUNS, Run};
use crate::line_start;

/// What a stretch of a laid-out block is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Text that must be read back as it is.
    Literal,
    /// Emphasis marks and link brackets, emitted on purpose.
    Delimiter,
    /// Code spans, HTML, destinations: nothing in it is a delimiter.
    Opaque,
}

/// A stretch of a block, up to where the next one begins.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Span {
    pub(crate) start: usize,
    pub(crate) kind: Kind,
    /// Inside the text of an emitted link or picture.
    pub(crate) in_link: bool,
}

/// The inline content of one block before escaping.
#[derive(Debug, Default)]
pub(crate) struct Laid {
    pub(crate) text: String,
    pub(crate) spans: Vec<Span>,
}

impl Laid {
    pub(crate) fn push(&mut self, text: &str, kind: Kind, in_link: bool) {
        if !text.is_empty() {
            self.spans.push(Span { start: self.text.len(), kind, in_link });
            self.text.push_str(text);
        }
    }
}

/// Where the inline content stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Block,
    /// The first paragraph of a list item.
    Item,
    /// Behind the box of a task.
    Task,
    Heading,
    Cell,
    /// In HTML, where Markdown means nothing.
    Html,
}

impl Place {
    /// Whether it can have several lines.
    pub(crate) fn is_block(self) -> bool {
        matches!(self, Self::Block | Self::Item | Self::Task)
    }
}

/// A character that may need an escape.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Special {
    pub(crate) pos: usize,
    pub(crate) byte: u8,
    pub(crate) kind: Kind,
    pub(crate) in_link: bool,
    pub(crate) marked: bool,
}

impl Special {
    pub(crate) fn literal(&self) -> bool {
        self.kind == Kind::Literal
    }
}

/// Unicode punctuation and symbols, as far as delimiter runs care.
pub(crate) fn is_punctuation(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_punctuation();
    }
    let circled = matches!(c, '\u{24b6}'..='\u{24e9}' | '\u{1f130}'..='\u{1f189}');
    let format = matches!(c,
        '\u{80}'..='\u{9f}' | '\u{ad}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}' | '\u{180e}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}' | '\u{e000}'..='\u{f8ff}' | '\u{e0000}'..='\u{10ffff}');
    circled
        || (!format && !c.is_alphanumeric() && !c.is_whitespace() && !unicode_normalization::char::is_combining_mark(c))
}

/// Whether a delimiter run between these neighbours can open and can close.
pub(crate) fn flanking(mark: char, before: Option<char>, after: Option<char>) -> (bool, bool) {
    let space = |c: Option<char>| c.is_none_or(char::is_whitespace);
    let punct = |c: Option<char>| c.is_some_and(is_punctuation);
    let left = !space(after) && (!punct(after) || space(before) || punct(before));
    let right = !space(before) && (!punct(before) || space(after) || punct(after));
    if mark == '_' { (left && (!right || punct(before)), right && (!left || punct(after))) } else { (left, right) }
}

/// Writes the block with the escapes it needs; none where an address would need one, unless it is wanted all the same.
/// A bare address never receives backslashes: it goes in angle brackets, and the block is laid out again.
pub(crate) fn finish(laid: Laid, place: Place, as_it_is: bool) -> Option<String> {
    let mut specials = specials(&laid, place);
    if place.is_block() {
        line_start::mark(&laid.text, &mut specials, place);
    }
    if !specials.iter().any(Special::literal) {
        return Some(laid.text);
    }
    let text = laid.text.as_str();
    mark_markup(text, place, &mut specials);
    if !as_it_is && holds_address(&laid, &specials) {
        return None;
    }
    if place == Place::Heading {
        heading_end(text, &mut specials);
    }
    Some(write(text, place, &specials))
}

fn mark_markup(text: &str, place: Place, specials: &mut [Special]) {
    whatever_can_pair(text, b'$', specials);
    backticks(specials);
    brackets::mark(text, place, specials);
    angles(text, specials);
    emphasis(text, specials);
}

/// The bytes that can mean something wherever they stand.
const MARKUP: [bool; 256] = {
    let mut table = [false; 256];
    let mut rest: &[u8] = b"*_~`[]<>&\\!$";
    while let [byte, tail @ ..] = rest {
        table[*byte as usize] = true;
        rest = tail;
    }
    table
};

/// The characters of the block that can mean something, in order.
fn specials(laid: &Laid, place: Place) -> Vec<Special> {
    let mut out = Vec::new();
    let here = match place {
        Place::Cell => b'|',
        Place::Heading => b'#',
        _ => b'*',
    };
    for (i, span) in laid.spans.iter().enumerate() {
        let end = laid.spans.get(i + 1).map_or(laid.text.len(), |next| next.start);
        let bytes = laid.text.as_bytes().get(span.start..end).unwrap_or(&[]);
        for (at, &byte) in bytes.iter().enumerate() {
            if byte == here || MARKUP.get(usize::from(byte)) == Some(&true) {
                let Span { kind, in_link, .. } = *span;
                out.push(Special { pos: span.start + at, byte, kind, in_link, marked: false });
            }
        }
    }
    out
}

fn before(text: &str, pos: usize) -> Option<char> {
    text.get(..pos).and_then(|t| t.chars().next_back())
}

fn after(text: &str, pos: usize) -> Option<char> {
    text.get(pos..).and_then(|t| t.chars().next())
}

/// An escaped character ends a run.
fn continues(prev: Special, next: Special) -> bool {
    prev.pos + 1 == next.pos && prev.kind == next.kind && prev.marked == next.marked
}

/// The runs of one byte: index of the first special, position, length. Text and markup are separate runs.
fn runs(specials: &[Special], byte: u8) -> Vec<Vec<usize>> {
    let mut out: Vec<Vec<usize>> = Vec::new();
    let mut last: Option<Special> = None;
    for (i, special) in specials.iter().enumerate().filter(|(_, s)| s.byte == byte) {
        match (out.last_mut(), last) {
            (Some(run), Some(prev)) if continues(prev, *special) => run.push(i),
            _ => out.push(vec![i]),
        }
        last = Some(*special);
    }
    out
}

/// The runs of a byte that can open or close.
fn able(text: &str, byte: u8, specials: &[Special]) -> Vec<(Vec<usize>, Run)> {
    let found = runs(specials, byte).into_iter().filter(|at| byte != b'~' || at.len() <= 2);
    let run = |at: Vec<usize>| {
        let first = specials.get(*at.first()?).filter(|s| s.kind != Kind::Opaque && !s.marked)?;
        let (before, after) = (before(text, first.pos), after(text, first.pos + at.len()));
        let (open, close) = if byte == b'$' {
            let close = before.is_some_and(|c| !c.is_whitespace()) && !after.is_some_and(|c| c.is_ascii_digit());
            (after.is_some_and(|c| !c.is_whitespace()), close)
        } else if byte == b'~' {
            // Parsers differ in what they ask of the neighbours of a tilde.
            let word = |c: Option<char>| c.is_some_and(|c| !c.is_whitespace());
            (word(after), word(before))
        } else {
            flanking(char::from(byte), before, after)
        };
        let len = at.len();
        Some((at, Run { byte, len, open, close }))
    };
    found.filter_map(run).filter(|(_, run)| run.open || run.close).collect()
}

/// Marks the runs of text that a parser would pair, with each other or with emitted ones.
fn emphasis(text: &str, specials: &mut [Special]) {
    let literal = |s: &Special| s.literal() && matches!(s.byte, b'*' | b'_' | b'~');
    if !specials.iter().any(literal) {
        return;
    }
    // Between struck text, even a tilde that pairs with nothing keeps some parsers from finding the end.
    if specials.iter().any(|s| s.byte == b'~' && s.kind == Kind::Delimiter) {
        for (at, _) in able(text, b'~', specials) {
            mark_all(specials, at.iter().copied());
        }
    }
    for _ in 0..8 {
        let mut found: Vec<(Vec<usize>, Run)> = b"*_~".iter().flat_map(|&byte| able(text, byte, specials)).collect();
        if found.len() > MOST_RUNS {
            break;
        }
        found.sort_by_key(|(at, _)| at.first().copied());
        let runs: Vec<Run> = found.iter().map(|(_, run)| run.clone()).collect();
        let mut changed = false;
        for (opener, closer, _) in delims::pairs(&runs) {
            for at in [opener, closer].iter().filter_map(|&i| found.get(i)).flat_map(|(at, _)| at) {
                changed |= specials.get(*at).is_some_and(|s| s.literal() && !s.marked);
                mark_literal(specials, *at);
            }
        }
        if !changed {
            return;
        }
    }
    for byte in *b"*_~" {
        whatever_can_pair(text, byte, specials);
    }
}

/// The simple rule: a run that can open with a later one that can close, and the reverse.
fn whatever_can_pair(text: &str, byte: u8, specials: &mut [Special]) {
    if !specials.iter().any(|s| s.byte == byte && s.literal()) {
        return;
    }
    let found = able(text, byte, specials);
    let last_close = found.iter().rposition(|(_, run)| run.close);
    let first_open = found.iter().position(|(_, run)| run.open);
    for (i, (at, run)) in found.iter().enumerate() {
        let pairs = (run.open && last_close.is_some_and(|j| j > i)) || (run.close && first_open.is_some_and(|j| j < i));
        if pairs {
            mark_all(specials, at.iter().copied());
        }
    }
}

pub(crate) fn mark_all(specials: &mut [Special], all: impl IntoIterator<Item = usize>) {
    for at in all {
        mark_literal(specials, at);
    }
}

pub(crate) fn mark_literal(specials: &mut [Special], at: usize) {
    if let Some(special) = specials.get_mut(at).filter(|s| s.literal()) {
        special.marked = true;
    }
}

fn backticks(specials: &mut [Special]) {
    let found = runs(specials, b'`');
    let mut lengths: Vec<usize> = found.iter().map(Vec::len).collect();
    lengths.sort_unstable();
    let mut widest = usize::from(specials.iter().any(|s| s.byte == b'`' && s.marked));
    for run in &found {
        let len = run.len();
        let count = lengths.partition_point(|&l| l <= len) - lengths.partition_point(|&l| l < len);
        let touches = |at: Option<usize>, pos: usize| {
            at.and_then(|at| specials.get(at)).is_some_and(|s| s.byte == b'`' && s.pos == pos)
        };
        let (Some(&first), Some(&last)) = (run.first(), run.last()) else { continue };
        let pos = |at: usize| specials.get(at).map_or(0, |s| s.pos);
        let touching =
            touches(first.checked_sub(1), pos(first).wrapping_sub(1)) || touches(Some(last + 1), pos(last) + 1);
        if count > 1 || touching {
            widest = widest.max(if touching { usize::MAX } else { 1 });
            for &at in run {
                mark_literal(specials, at);
            }
        }
    }
    // An escaped backtick still ends a code span, alone or together with the fence it touches.
    for run in found.iter().filter(|run| run.len() <= widest) {
        for &at in run {
            mark_literal(specials, at);
        }
    }
}

fn angles(text: &str, specials: &mut [Special]) {
    let ends: Vec<usize> = specials.iter().filter(|s| s.byte == b'>').map(|s| s.pos).collect();
    for special in specials.iter_mut().filter(|s| s.literal()) {
        let tail = text.get(special.pos + 1..).unwrap_or("");
        match special.byte {
            b'<' if ends.last().is_some_and(|&end| end > special.pos) => special.marked |= crate::tags::follows(tail),
            b'&' => special.marked |= entity_follows(tail),
            _ => {}
        }
    }
}

fn entity_follows(tail: &str) -> bool {
    let len = tail.bytes().take(40).take_while(|b| b.is_ascii_alphanumeric() || *b == b'#').count();
    let (name, rest) = tail.split_at_checked(len).unwrap_or(("", ""));
    if !rest.starts_with(';') || name.is_empty() {
        return false;
    }
    match name.strip_prefix('#') {
        Some(number) => match number.strip_prefix(['x', 'X']) {
            Some(hex) => (1..=6).contains(&hex.len()) && hex.bytes().all(|b| b.is_ascii_hexdigit()),
            None => (1..=7).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit()),
        },
        None => crate::entities::entity(name).is_some(),
    }
}

fn heading_end(text: &str, specials: &mut [Special]) {
    let hashes = text.bytes().rev().take_while(|&b| b == b'#').count();
    let start = text.len() - hashes;
    if hashes > 0 && (start == 0 || before(text, start) == Some(' ')) {
        for special in specials.iter_mut().filter(|s| s.literal() && s.pos == start) {
            special.marked = true;
        }
    }
}

/// Where the bare addresses of a text begin and end.
pub(crate) fn addresses(text: &str) -> impl Iterator<Item = (usize, usize)> {
    let mut from = 0;
    text.match_indices("http").filter_map(move |(start, _)| {
        let tail = text.get(start..)?;
        let web = tail.starts_with("http://") || tail.starts_with("https://");
        if !web || start < from || before(text, start).is_some_and(char::is_alphanumeric) {
            return None;
        }
        let len = tail.find(|c: char| c.is_whitespace() || c == '<' || c == '>').unwrap_or(tail.len());
        let shown = tail.get(..len)?.trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', '"', ')', '`', '\\']);
        from = start + shown.len();
        Some((start, from)).filter(|_| can_wrap(shown))
    })
}

/// Whether an address in angle brackets reads as it stands.
fn can_wrap(address: &str) -> bool {
    !address.contains(|c: char| c.is_control() || c == '|')
        && !address.match_indices('&').any(|(at, _)| address.get(at + 1..).is_some_and(entity_follows))
}

/// Whether an escape falls into an address of the text.
fn holds_address(laid: &Laid, specials: &[Special]) -> bool {
    if !laid.text.contains("://") || !specials.iter().any(|s| s.marked) {
        return false;
    }
    laid.spans.iter().enumerate().filter(|(_, span)| span.kind == Kind::Literal && !span.in_link).any(|(i, span)| {
        let end = laid.spans.get(i + 1).map_or(laid.text.len(), |next| next.start);
        let text = laid.text.get(span.start..end).unwrap_or("");
        addresses(text).any(|(from, to)| {
            let first = specials.partition_point(|s| s.pos < span.start + from);
            specials.iter().skip(first).take_while(|s| s.pos < span.start + to).any(|s| s.marked)
        })
    })
}

fn write(text: &str, place: Place, specials: &[Special]) -> String {
    let mut out = String::with_capacity(text.len() + specials.len());
    let mut from = 0;
    for special in specials {
        let Some(written) = escaped(text, place, special) else { continue };
        out.push_str(text.get(from..special.pos).unwrap_or(""));
        out.push_str(written);
        from = special.pos + 1;
    }
    out.push_str(text.get(from..).unwrap_or(""));
    out
}

/// What stands for a character; none where it stands for itself.
fn escaped(text: &str, place: Place, special: &Special) -> Option<&'static str> {
    let next = after(text, special.pos + 1);
    Some(match special.byte {
        b'\\' if special.literal() => match next {
            Some(c) if c.is_ascii_punctuation() || c == '\n' => "\\\\",
            _ => return None,
        },
        b'|' if place == Place::Cell && special.literal() => {
            if before(text, special.pos) == Some('\\') {
                "&#124;"
            } else {
                "\\|"
            }
        }
        b'&' if special.marked => "&amp;",
        byte if special.marked => match byte {
            b'*' => "\\*",
            b'_' => "\\_",
            b'~' => "\\~",
            b'`' => "\\`",
            b'[' => "\\[",
            b']' => "\\]",
            b'<' => "\\<",
            b'>' => "\\>",
            b'!' => "\\!",
            b'#' => "\\#",
            b'-' => "\\-",
            b'+' => "\\+",
            b'=' => "\\=",
            b'.' => "\\.",
            b')' => "\\)",
            b'$' => "\\$",
            b':' => "\\:",
            b'|' => "\\|",
            _ => return None,
        },
        _ => return None,
    })
}

/// Marks the literal character at `pos`, which need not be among the specials yet.
pub(crate) fn mark_at(specials: &mut Vec<Special>, pos: usize, byte: u8) {
    let at = specials.partition_point(|s| s.pos < pos);
    match specials.get_mut(at).filter(|s| s.pos == pos) {
        Some(special) if special.literal() => special.marked = true,
        Some(_) => {}
        None => {
            let kind = Kind::Literal;
            specials.insert(at, Special { pos, byte, kind, in_link: false, marked: true });
        }
    }
}
