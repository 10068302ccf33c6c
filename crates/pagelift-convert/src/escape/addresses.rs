//! Bare addresses in text, which parsers of GitHub's kind make links of.

use super::{Kind, Laid, Special, Syntax, before, entity_follows};

/// A bare address.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Address {
    pub(crate) start: usize,
    /// Where it ends as a person reads it.
    pub(crate) end: usize,
    /// How far parsers look for its end: they stop at nothing but white space and `<`.
    reach: usize,
}

/// No end is looked for farther away than this.
const LONGEST: usize = 2_000;

/// The bare addresses of a text.
pub(crate) fn addresses<'t>(text: &'t str, syntax: &'t Syntax) -> impl Iterator<Item = Address> + 't {
    let mut from = 0;
    text.match_indices(['h', 'w']).filter_map(move |(start, _)| {
        let tail = text.get(start..).filter(|_| start >= from)?;
        let web = tail.strip_prefix("http").is_some_and(|tail| tail.starts_with("://") || tail.starts_with("s://"));
        let bare = tail.strip_prefix("www.").is_some_and(|tail| tail.starts_with(|c: char| c.is_alphanumeric()));
        let fresh = match before(text, start) {
            None => true,
            Some(c) if web => !c.is_ascii_alphabetic(),
            Some(c) => c.is_whitespace() || matches!(c, '*' | '_' | '~' | '(' | '[' | ']'),
        };
        if !(web || bare) || !fresh {
            return None;
        }
        let ends = |&(_, c): &(usize, char)| c.is_whitespace() || c == '<';
        let len = tail.char_indices().take(LONGEST).find(ends).map_or(tail.len(), |(at, _)| at);
        let whole = tail.get(..len)?;
        let cut = |c: char| matches!(c, '>' | '\\') || (c == '{' && syntax.templates);
        let shown = whole.split(cut).next()?;
        let shown = shown.trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', '"', ')', '`', '\\']);
        from = start + shown.len().max(1);
        Some(Address { start, end: start + shown.len(), reach: start + len })
    })
}

/// Whether an address in angle brackets reads as it stands.
pub(crate) fn can_wrap(address: &str, syntax: &Syntax) -> bool {
    let brackets = syntax.links_web_alone && address.contains(['[', ']']);
    let entity = |(at, _): (usize, &str)| address.get(at + 1..).is_some_and(entity_follows);
    !(brackets || address.contains('|') || address.match_indices('&').any(entity))
}

/// Whether there can be an address in a text.
fn may_hold(text: &str) -> bool {
    let bytes = text.as_bytes();
    let signs = memchr::memchr2_iter(b':', b'.', bytes);
    signs.filter_map(|at| Some((at, *bytes.get(at)?))).any(|(at, byte)| begins(bytes, at, byte))
}

/// Whether a colon or a dot is part of what addresses begin with: `://`, `www.`
pub(super) fn begins(text: &[u8], at: usize, byte: u8) -> bool {
    match byte {
        b':' => matches!(text.get(at + 1..at + 3), Some(b"//")),
        _ => at.checked_sub(3).is_some_and(|from| text.get(from..at) == Some(b"www")),
    }
}

/// Whether an escape or markup falls into what a parser would take for an address.
pub(super) fn hold_marks(laid: &Laid, specials: &[Special], syntax: &Syntax) -> bool {
    let literal = |kind| kind == Kind::Literal;
    laid.stretches().filter(|(span, text)| literal(span.kind) && !span.in_link && may_hold(text)).any(|(span, text)| {
        addresses(text, syntax).any(|Address { start, reach, .. }| {
            let end = span.start + reach;
            let first = specials.partition_point(|s| s.pos < span.start + start);
            let at = |pos: usize| laid.text.get(pos..).and_then(|tail| tail.chars().next());
            let next = || at(end);
            // The backslash before a `<` stands where the address ends.
            let mut inside =
                specials.iter().skip(first).take_while(|s| s.pos < end || (s.pos == end && s.byte == b'<'));
            let doubled = |s: &Special| s.byte == b'\\' && at(s.pos + 1).is_some_and(|c| c.is_ascii_punctuation());
            inside.any(|s| s.marked || doubled(s))
                || (syntax.bare_links
                    && reach == text.len()
                    && next().is_some_and(|c| !(c.is_whitespace() || c == '<')))
        })
    })
}
