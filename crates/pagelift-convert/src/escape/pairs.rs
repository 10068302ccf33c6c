//! Characters that mean something in pairs: emphasis, maths, code spans.

use super::delims::{self, MOST_RUNS, Run};
use super::extra;
use super::syntax::Dollars;
use super::{Kind, Special, Syntax, after, before, mark_all, mark_literal};

/// A run of one byte: where its characters stand among the specials, and what it can do.
pub(super) struct Found {
    pub(super) at: std::ops::Range<usize>,
    pub(super) run: Run,
}

/// An escaped character ends a run.
fn continues(prev: Special, next: Special) -> bool {
    prev.pos + 1 == next.pos && prev.byte == next.byte && prev.kind == next.kind && prev.marked == next.marked
}

/// The runs of one byte, as stretches of the specials. Text and markup are separate runs.
fn runs(specials: &[Special], byte: u8) -> impl Iterator<Item = std::ops::Range<usize>> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let start = from + specials.get(from..)?.iter().position(|s| s.byte == byte)?;
        let tail = specials.get(start..)?;
        let len = 1 + tail.windows(2).take_while(|pair| matches!(pair, [a, b] if continues(*a, *b))).count();
        from = start + len;
        Some(start..from)
    })
}

fn has(specials: &[Special], bytes: &[u8]) -> bool {
    specials.iter().any(|s| s.literal() && bytes.contains(&s.byte))
}

/// The runs of a byte that can open or close, as `ability` says of the characters before and after.
fn able<'s>(
    text: &'s str,
    byte: u8,
    specials: &'s [Special],
    ability: impl Fn(usize, Option<char>, Option<char>) -> (bool, bool) + 's,
) -> impl Iterator<Item = Found> + 's {
    let found = move |at: std::ops::Range<usize>| {
        let first = specials.get(at.start).filter(|s| s.kind != Kind::Opaque && !s.marked)?;
        let (open, close) = ability(at.len(), before(text, first.pos), after(text, first.pos + at.len()));
        (open || close).then(|| Found { run: Run { byte, len: at.len(), open, close }, at })
    };
    runs(specials, byte).filter_map(found)
}

/// What characters of a pair that is neither emphasis nor maths can do: parsers differ in what they ask of the
/// neighbours.
fn beside_words(_: usize, before: Option<char>, after: Option<char>) -> (bool, bool) {
    let word = |c: Option<char>| c.is_some_and(|c| !c.is_whitespace());
    (word(after), word(before))
}

/// Marks the dollars that would begin and end a formula.
pub(super) fn maths(text: &str, specials: &mut [Special], syntax: &Syntax) {
    if !has(specials, b"$") {
        return;
    }
    let word = |c: Option<char>| c.is_some_and(|c| !c.is_whitespace());
    // Where any two will do, one of them can even stand in a code span.
    if syntax.dollars == Dollars::Any {
        let first = specials.iter().position(|s| s.byte == b'$').unwrap_or_default();
        let dollars = specials.iter().skip(first).enumerate().filter(|(_, s)| s.byte == b'$');
        let start = specials.get(first).map_or(0, |s| s.pos);
        let one_run = dollars.into_iter().all(|(at, special)| special.pos == start + at);
        if !one_run {
            extra::each(specials, |special, _| special.byte == b'$');
        }
        return;
    }
    let found = able(text, b'$', specials, |len, before, after| match syntax.dollars {
        Dollars::BesideWordsOrDouble if len > 1 => (true, true),
        Dollars::BesideWordsOrDouble => (word(after), word(before)),
        Dollars::BesideWords => (word(after), word(before) && !after.is_some_and(|c| c.is_ascii_digit())),
        Dollars::Double => (len > 1, len > 1),
        Dollars::Any => (false, false),
    });
    let found: Vec<Found> = found.collect();
    if syntax.dollars == Dollars::Double {
        // Four are a pair by themselves.
        found.iter().filter(|found| found.run.len > 3).for_each(|found| mark_all(specials, found.at.clone()));
    }
    whatever_can_pair(&found, specials);
}

/// Marks the runs of text that a parser would pair, with each other or with emitted ones.
pub(super) fn emphasis(text: &str, specials: &mut [Special], syntax: &Syntax) {
    if !has(specials, b"*_~") {
        return;
    }
    let find = |specials: &[Special], byte: u8, out: &mut Vec<Found>| {
        if byte == b'~' {
            return out.extend(able(text, byte, specials, beside_words).filter(|found| found.run.len <= 2));
        }
        let ability = |len, before, after| (syntax.flanking)(char::from(byte), len, before, after);
        out.extend(able(text, byte, specials, ability));
    };
    let found = |specials: &[Special], byte: u8| {
        let mut out = Vec::new();
        find(specials, byte, &mut out);
        out
    };
    // Between struck text, even a tilde that pairs with nothing keeps some parsers from finding the end.
    if specials.iter().any(|s| s.byte == b'~' && s.kind == Kind::Delimiter) {
        for found in found(specials, b'~') {
            mark_all(specials, found.at);
        }
    }
    if syntax.anything_pairs {
        return b"*_~".iter().for_each(|&byte| whatever_can_pair(&found(specials, byte), specials));
    }
    if settle(specials, find) {
        return;
    }
    for byte in *b"*_~" {
        whatever_can_pair(&found(specials, byte), specials);
    }
}

/// Marks the runs that pair until none is left that does; false where that takes too long.
fn settle(specials: &mut [Special], find: impl Fn(&[Special], u8, &mut Vec<Found>)) -> bool {
    let mut all: Vec<Found> = Vec::new();
    for _ in 0..8 {
        all.clear();
        b"*_~".iter().for_each(|&byte| find(specials, byte, &mut all));
        let text = |found: &Found| specials.get(found.at.start).is_some_and(Special::literal);
        if all.len() < 2 || !all.iter().any(text) {
            return true;
        }
        if all.len() > MOST_RUNS {
            return false;
        }
        all.sort_by_key(|found| found.at.start);
        let mut changed = false;
        for (opener, closer, _) in delims::pairs(&all, |found| &found.run) {
            for at in [opener, closer].iter().filter_map(|&i| all.get(i)).flat_map(|found| found.at.clone()) {
                changed |= specials.get(at).is_some_and(|s| s.literal() && !s.marked);
                mark_literal(specials, at);
            }
        }
        if !changed {
            return true;
        }
    }
    false
}

/// The simple rule: a run that can open with a later one that can close, and the reverse.
fn whatever_can_pair(found: &[Found], specials: &mut [Special]) {
    let last_close = found.iter().rposition(|found| found.run.close);
    let first_open = found.iter().position(|found| found.run.open);
    for (i, Found { at, run }) in found.iter().enumerate() {
        let pairs = (run.open && last_close.is_some_and(|j| j > i)) || (run.close && first_open.is_some_and(|j| j < i));
        if pairs {
            mark_all(specials, at.clone());
        }
    }
}

/// Marks characters that mean something only next to their like, such as `==`.
pub(super) fn doubled(text: &str, byte: u8, specials: &mut [Special]) {
    if !has(specials, &[byte]) {
        return;
    }
    let found = able(
        text,
        byte,
        specials,
        |len, before, after| {
            if len > 2 { (true, true) } else { beside_words(len, before, after) }
        },
    );
    // One of them alone means nothing.
    let but_last = |found: Found| Found { at: found.at.start..found.at.end - 1, ..found };
    let found: Vec<Found> = found.filter(|found| found.run.len >= 2).map(but_last).collect();
    whatever_can_pair(&found, specials);
}

/// Marks the backticks that would begin and end a code span.
pub(super) fn backticks(specials: &mut [Special], syntax: &Syntax) {
    if !has(specials, b"`") {
        return;
    }
    let found: Vec<std::ops::Range<usize>> = runs(specials, b'`').collect();
    if syntax.loose_ticks {
        if found.len() > 1 {
            mark_all(specials, found.into_iter().flatten());
        }
        return;
    }
    let mut lengths: Vec<usize> = found.iter().map(ExactSizeIterator::len).collect();
    lengths.sort_unstable();
    let mut widest = usize::from(specials.iter().any(|s| s.byte == b'`' && s.marked));
    for run in &found {
        let len = run.len();
        let count = lengths.partition_point(|&l| l <= len) - lengths.partition_point(|&l| l < len);
        let tick = |at: Option<usize>, pos: Option<usize>| {
            let special = at.and_then(|at| specials.get(at)).filter(|s| s.byte == b'`');
            special.is_some_and(|special| Some(special.pos) == pos)
        };
        let pos = |at: usize| specials.get(at).map(|s| s.pos);
        let touching = tick(run.start.checked_sub(1), pos(run.start).and_then(|pos| pos.checked_sub(1)))
            || tick(Some(run.end), pos(run.end - 1).map(|pos| pos + 1));
        if count > 1 || touching {
            widest = widest.max(if touching { usize::MAX } else { 1 });
            mark_all(specials, run.clone());
        }
    }
    // An escaped backtick still ends a code span, alone or together with the fence it touches.
    for run in found.into_iter().filter(|run| run.len() <= widest) {
        mark_all(specials, run);
    }
}
