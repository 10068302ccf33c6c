//! Characters that mean something in pairs: emphasis, maths, code spans.

use std::borrow::Borrow;
use std::collections::BTreeSet;
use std::ops::Range;

use super::delims::{MOST_RUNS, Pairs, Run};
use super::extra;
use super::syntax::Dollars;
use super::{Kind, Special, Syntax, after, before, mark_all, mark_literal};

/// A run of one byte: where its characters stand among the specials, and what it can do.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) at: Range<usize>,
    pub(super) run: Run,
}

/// Where emphasis is looked for. The next block uses the memory again.
#[derive(Debug, Default)]
pub(super) struct Room {
    found: Vec<Found>,
    pairs: Pairs,
}

/// An escaped character ends a run.
fn continues(prev: Special, next: Special) -> bool {
    prev.pos + 1 == next.pos && prev.byte == next.byte && prev.kind == next.kind && prev.marked == next.marked
}

/// Where the run ends that begins here.
fn run_end(specials: &[Special], start: usize) -> usize {
    let pairs = specials.get(start..).unwrap_or(&[]).windows(2);
    start + 1 + pairs.take_while(|pair| matches!(pair, [a, b] if continues(*a, *b))).count()
}

/// The runs of one byte, as stretches of the specials. Text and markup are separate runs.
fn runs(specials: &[Special], byte: u8) -> impl Iterator<Item = Range<usize>> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let start = from + specials.get(from..)?.iter().position(|s| s.byte == byte)?;
        from = run_end(specials, start);
        Some(start..from)
    })
}

/// A run that can open or close, as `ability` says of the characters before and after.
fn able(
    text: &str,
    specials: &[Special],
    at: Range<usize>,
    ability: impl Fn(usize, Option<char>, Option<char>) -> (bool, bool),
) -> Option<Found> {
    let first = specials.get(at.start).filter(|s| s.kind != Kind::Opaque && !s.marked)?;
    let (open, close) = ability(at.len(), before(text, first.pos), after(text, first.pos + at.len()));
    (open || close).then(|| Found { run: Run { byte: first.byte, len: at.len(), open, close, label: 0 }, at })
}

/// What characters of a pair that is neither emphasis nor maths can do: parsers differ in what they ask of the
/// neighbours.
fn beside_words(_: usize, before: Option<char>, after: Option<char>) -> (bool, bool) {
    let word = |c: Option<char>| c.is_some_and(|c| !c.is_whitespace());
    (word(after), word(before))
}

/// Marks the dollars that would begin and end a formula.
pub(super) fn maths(text: &str, specials: &mut [Special], syntax: &Syntax) {
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
    let found: Vec<Found> = runs(specials, b'$').filter_map(|at| dollars(text, specials, at, syntax)).collect();
    // Four are a pair by themselves.
    found.iter().filter(|found| found.run.len > 3).for_each(|found| mark_all(specials, found.at.clone()));
    whatever_can_pair(&found, specials);
}

/// Dollars that can begin or end a formula. Those in an address or in code can end one that begins before it.
fn dollars(text: &str, specials: &[Special], at: Range<usize>, syntax: &Syntax) -> Option<Found> {
    let word = |c: Option<char>| c.is_some_and(|c| !c.is_whitespace());
    let first = specials.get(at.start).filter(|s| !s.marked)?;
    let (before, after) = (before(text, first.pos), after(text, first.pos + at.len()));
    let (open, close) = match syntax.dollars {
        Dollars::Double => (at.len() > 1, at.len() > 1),
        Dollars::BesideWords | Dollars::BesideNumbers if at.len() > 1 => (true, true),
        Dollars::BesideWords => (word(after), word(before) && !after.is_some_and(|c| c.is_ascii_digit())),
        Dollars::BesideNumbers => (word(after), word(before)),
        Dollars::Any => (false, false),
    };
    let open = open && first.kind != Kind::Opaque;
    (open || close).then(|| Found { run: Run { byte: b'$', len: at.len(), open, close, label: 0 }, at })
}

/// Marks the runs of text that a parser would pair, with each other or with emitted ones.
pub(super) fn emphasis(text: &str, specials: &mut [Special], syntax: &Syntax, room: &mut Room) {
    // Between struck text, even a tilde that pairs with nothing keeps some parsers from finding the end.
    if specials.iter().any(|s| s.byte == b'~' && s.kind == Kind::Delimiter) {
        signs(text, specials, syntax, &mut room.found);
        room.found.iter().filter(|found| found.run.byte == b'~').for_each(|found| mark_all(specials, found.at.clone()));
    }
    if !syntax.anything_pairs && settle(text, specials, syntax, room) {
        return;
    }
    signs(text, specials, syntax, &mut room.found);
    for byte in *b"*_~" {
        let found: Vec<&Found> = room.found.iter().filter(|found| found.run.byte == byte).collect();
        whatever_can_pair(&found, specials);
    }
}

/// Finds the runs of emphasis that can open or close.
fn signs(text: &str, specials: &[Special], syntax: &Syntax, out: &mut Vec<Found>) {
    out.clear();
    let (mut start, mut links) = (0, 0);
    while let Some(&Special { byte, kind, in_link, .. }) = specials.get(start) {
        if !matches!(byte, b'*' | b'_' | b'~') {
            links += usize::from(byte == b'[' && kind != Kind::Literal && !in_link);
            start += 1;
            continue;
        }
        let at = start..run_end(specials, start);
        start = at.end;
        let found = if byte == b'~' {
            able(text, specials, at, beside_words).filter(|found| found.run.len <= 2)
        } else {
            able(text, specials, at, |len, before, after| (syntax.flanking)(char::from(byte), len, before, after))
        };
        let label = if in_link { links } else { 0 };
        out.extend(found.map(|found| Found { run: Run { label, ..found.run }, ..found }));
    }
}

/// Marks the runs that pair until none is left that does; false where that takes too long.
fn settle(text: &str, specials: &mut [Special], syntax: &Syntax, room: &mut Room) -> bool {
    let Room { found: all, pairs } = room;
    for _ in 0..8 {
        signs(text, specials, syntax, all);
        let in_text = |found: &Found| specials.get(found.at.start).is_some_and(Special::literal);
        if all.len() < 2 || !all.iter().any(in_text) {
            return true;
        }
        if all.len() > MOST_RUNS {
            return false;
        }
        let mut changed = false;
        for &(opener, closer, _) in pairs.of(all, |found| &found.run) {
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
fn whatever_can_pair<F: Borrow<Found>>(found: &[F], specials: &mut [Special]) {
    let last_close = found.iter().rposition(|found| found.borrow().run.close);
    let first_open = found.iter().position(|found| found.borrow().run.open);
    for (i, found) in found.iter().enumerate() {
        let Found { at, run } = found.borrow();
        let pairs = (run.open && last_close.is_some_and(|j| j > i)) || (run.close && first_open.is_some_and(|j| j < i));
        if pairs {
            mark_all(specials, at.clone());
        }
    }
}

/// Marks characters that mean something only next to their like, such as `==`.
pub(super) fn doubled(text: &str, byte: u8, specials: &mut [Special]) {
    if !specials.iter().any(|s| s.literal() && s.byte == byte) {
        return;
    }
    let ability = |len, before, after| if len > 2 { (true, true) } else { beside_words(len, before, after) };
    let found = runs(specials, byte).filter_map(|at| able(text, specials, at, ability));
    // One of them alone means nothing.
    let but_last = |found: Found| Found { at: found.at.start..found.at.end - 1, ..found };
    let found: Vec<Found> = found.filter(|found| found.run.len >= 2).map(but_last).collect();
    whatever_can_pair(&found, specials);
}

/// Marks the backticks that would begin and end a code span, and those that would begin one that an emitted run ends.
pub(super) fn backticks(specials: &mut [Special], syntax: &Syntax) {
    let found: Vec<Range<usize>> = runs(specials, b'`').collect();
    if syntax.loose_ticks {
        if found.len() > 1 {
            mark_all(specials, found.into_iter().flatten());
        }
        return;
    }
    let literal = |run: &Range<usize>| specials.get(run.start).is_some_and(|s| s.literal() && !s.marked);
    let mut lengths: Vec<usize> = found.iter().filter(|run| literal(run)).map(ExactSizeIterator::len).collect();
    lengths.sort_unstable();
    let paired = |run: &&Range<usize>| {
        lengths.partition_point(|&len| len <= run.len()) > lengths.partition_point(|&len| len < run.len()) + 1
    };
    found.iter().filter(paired).for_each(|run| mark_all(specials, run.clone()));
    // The lengths of the runs behind, as a parser counts them that looks for the end of a code span: there a backslash does
    // nothing but part them.
    let mut behind = BTreeSet::new();
    let mut next: Option<(usize, usize)> = None;
    for run in found.into_iter().rev() {
        let Some(&first) = specials.get(run.start) else { continue };
        let before = run.start.checked_sub(1).and_then(|at| specials.get(at));
        let begun = before.is_some_and(|s| s.byte == b'`' && s.kind != Kind::Literal && s.pos + 1 == first.pos);
        let joined = next.filter(|&(pos, _)| pos == first.pos + run.len()).map_or(0, |(_, count)| count);
        let mut marked = first.marked;
        if first.literal() && (begun || joined > 0 || behind.contains(&run.len())) {
            mark_all(specials, run.clone());
            marked = true;
        }
        if marked {
            behind.extend([1, 1 + joined]);
            next = None;
        } else {
            behind.insert(run.len() + joined);
            next = Some((first.pos, run.len() + joined));
        }
    }
}
