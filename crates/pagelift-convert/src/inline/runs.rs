//! Emphasis that a parser would not read as it is meant, and becomes HTML.

use std::borrow::Cow;
use std::collections::HashSet;

use super::forms::Ink;
use super::layout::Tok;
use crate::dialect::Strike;
use crate::escape::Nesting;
use crate::escape::delims::{MOST_RUNS, Pairs, Run};
use crate::tree::{EM, HIGHLIGHT, STRIKE, STRONG};

/// Whether a mark is written with signs of Markdown.
pub(super) fn is_delimiter(mark: u16, ink: Ink<'_>) -> bool {
    match mark {
        STRONG | EM => true,
        STRIKE => ink.pen.style.dialect.strike == Strike::Tildes,
        HIGHLIGHT => ink.delimiter(mark, true) == "==",
        _ => false,
    }
}

/// The sign, whether it opens, the pair.
fn sign(tok: &Tok<'_>, ink: Ink<'_>) -> Option<(char, bool, usize)> {
    let Tok::Mark(mark, open, pair) = *tok else { return None };
    is_delimiter(mark, ink).then(|| {
        let sign = match mark {
            STRIKE => '~',
            HIGHLIGHT => '=',
            _ => '*',
        };
        (sign, open, pair)
    })
}

/// Replaces delimiters that would not open or close, or not with each other, by HTML.
pub(super) fn html_where_needed<'a>(toks: &mut Vec<Tok<'a>>, ink: Ink<'a>) {
    if is_plain(toks, ink) {
        return;
    }
    for round in 0..10 {
        let mut bad = failing(toks, ink);
        if ink.syntax.nesting != Nesting::Free {
            nested(toks, ink, &mut bad);
        }
        if bad.is_empty() {
            return;
        }
        for tok in toks.iter_mut() {
            if let Tok::Mark(mark, open, pair) = tok
                && is_delimiter(*mark, ink)
                && (bad.contains(pair) || round > 8)
            {
                *tok = Tok::Raw(ink.tag(*mark, *open));
            }
        }
        close_gaps(toks);
    }
}

/// Where there are no tags, what a tag kept apart now touches; code spans may not.
fn close_gaps(toks: &mut Vec<Tok<'_>>) {
    let before = toks.len();
    toks.retain(|tok| !matches!(tok, Tok::Raw(text) if text.is_empty()));
    if toks.len() == before {
        return;
    }
    let code = |tok: Option<&Tok<'_>>| match tok {
        Some(Tok::Raw(text)) => text.starts_with('`') && text.ends_with('`'),
        tok => matches!(tok, Some(Tok::Ticked(_))),
    };
    let mut at = 1;
    while at < toks.len() {
        if code(toks.get(at - 1)) && code(toks.get(at)) {
            toks.insert(at, Tok::Raw(Cow::Borrowed(" ")));
        }
        at += 1;
    }
}

/// What decides whether a run of signs can open and can close.
struct Ability<'t> {
    before: Option<&'t Tok<'t>>,
    after: Option<&'t Tok<'t>>,
    sign: char,
    len: usize,
}

impl Ability<'_> {
    fn neighbours(&self, ink: Ink<'_>) -> (Option<char>, Option<char>) {
        (self.before.and_then(|tok| edge(tok, false, ink)), self.after.and_then(|tok| edge(tok, true, ink)))
    }

    /// By the rules, and as GitHub's parser has it, which looks past tildes of text.
    fn get(&self, ink: Ink<'_>) -> [(bool, bool); 2] {
        let (before, after) = self.neighbours(ink);
        let usual = (ink.syntax.emitted)(self.sign, self.len, before, after);
        let tilde = |tok: Option<&Tok<'_>>, c: Option<char>| c == Some('~') && matches!(tok, Some(Tok::Lit(_)));
        if !(tilde(self.before, before) || tilde(self.after, after)) {
            return [usual, usual];
        }
        let past = |tok: Option<&Tok<'_>>, first: bool| match tok {
            Some(Tok::Lit(text)) if first => text.trim_start_matches('~').chars().next(),
            Some(Tok::Lit(text)) => text.trim_end_matches('~').chars().next_back(),
            tok => tok.and_then(|tok| edge(tok, first, ink)),
        };
        [usual, (ink.syntax.emitted)(self.sign, self.len, past(self.before, false), past(self.after, true))]
    }

    /// Whether the run opens, or closes, in every parser.
    fn does(&self, opens: bool, ink: Ink<'_>) -> bool {
        self.get(ink).iter().all(|&(open, close)| if opens { open } else { close })
    }
}

/// How many characters a sign has.
fn width(tok: &Tok<'_>) -> usize {
    if matches!(tok, Tok::Mark(EM, ..)) { 1 } else { 2 }
}

/// Whether each sign ends before another one begins, and reads as it is meant. Nearly all content is like that.
fn is_plain(toks: &[Tok<'_>], ink: Ink<'_>) -> bool {
    let mut around = None;
    for (at, tok) in toks.iter().enumerate() {
        let Some((c, opens, pair)) = sign(tok, ink) else { continue };
        let before = at.checked_sub(1).and_then(|at| toks.get(at));
        let next = toks.get(at + 1);
        if next.is_some_and(|next| sign(next, ink).is_some()) || (around == Some((c, pair))) == opens {
            return false;
        }
        let ability = Ability { before, after: next, sign: c, len: width(tok) };
        let (before, after) = ability.neighbours(ink);
        if !ability.does(opens, ink) || before == Some(c) || after == Some(c) {
            return false;
        }
        if opens && around.is_some() {
            return false;
        }
        around = opens.then_some((c, pair));
    }
    around.is_none()
}

/// A run of emitted delimiters: the pair and the width of each, and what the run can do.
struct Emitted {
    marks: Vec<(usize, usize)>,
    run: Run,
}

/// The pairs that would not be read as they are meant.
fn failing(toks: &[Tok<'_>], ink: Ink<'_>) -> HashSet<usize> {
    let mut bad = HashSet::new();
    let mut runs: Vec<[Emitted; 2]> = Vec::new();
    let mut at = 0;
    while at < toks.len() {
        let Some((c, opens, _)) = toks.get(at).and_then(|tok| sign(tok, ink)) else {
            at += 1;
            continue;
        };
        let same = |tok: &Tok<'_>| sign(tok, ink).filter(|(other, ..)| *other == c);
        let run: Vec<(char, bool, usize)> = toks.iter().skip(at).map_while(same).collect();
        let end = at + run.len();
        let widths = toks.iter().skip(at).take(run.len()).map(width);
        let len = widths.clone().sum();
        let ability =
            Ability { before: at.checked_sub(1).and_then(|i| toks.get(i)), after: toks.get(end), sign: c, len };
        let (before, after) = ability.neighbours(ink);
        if let Some((_, _, other)) = run.iter().find(|(_, open, _)| *open != opens) {
            bad.insert(*other);
        } else if !ability.does(opens, ink) || before == Some(c) || after == Some(c) {
            bad.extend(run.iter().map(|(_, _, pair)| *pair));
        }
        let marks: Vec<(usize, usize)> = run.iter().map(|(_, _, pair)| *pair).zip(widths).collect();
        let byte = u8::try_from(c).unwrap_or(b'*');
        runs.push(
            ability
                .get(ink)
                .map(|(open, close)| Emitted { marks: marks.clone(), run: Run { byte, len, open, close, label: 0 } }),
        );
        at = end;
    }
    if bad.is_empty() && runs.len() <= MOST_RUNS {
        let differ = runs.iter().any(|[usual, other]| usual.run != other.run);
        let (usual, other): (Vec<Emitted>, Vec<Emitted>) =
            runs.into_iter().map(|[usual, other]| (usual, other)).unzip();
        bad = crossed(usual);
        if bad.is_empty() && differ {
            bad = crossed(other);
        }
    }
    bad
}

/// Adds the pairs that may not stand inside others.
fn nested(toks: &[Tok<'_>], ink: Ink<'_>, bad: &mut HashSet<usize>) {
    let mut open: Vec<u16> = Vec::new();
    for (at, tok) in toks.iter().enumerate() {
        let Tok::Mark(mark, opens, pair) = *tok else { continue };
        if !is_delimiter(mark, ink) {
            continue;
        }
        if !opens {
            open.pop();
            continue;
        }
        let fits = match (open.last(), ink.syntax.nesting) {
            (None, _) => true,
            (Some(&outer), Nesting::InStrong) => {
                let plain = matches!(toks.get(at + 1), Some(Tok::Lit(_)));
                let alone = matches!(toks.get(at + 2), Some(Tok::Mark(_, false, other)) if *other == pair);
                plain && alone && !(outer == EM && mark == STRONG)
            }
            (Some(_), _) => !(matches!(mark, STRONG | EM) && open.iter().any(|outer| matches!(*outer, STRONG | EM))),
        };
        open.push(mark);
        if !fits {
            bad.insert(pair);
        }
    }
}

/// The pairs that a parser would make otherwise.
fn crossed(mut runs: Vec<Emitted>) -> HashSet<usize> {
    let mut pairs = Pairs::default();
    for &(opener, closer, used) in pairs.of(&runs, |emitted| &emitted.run) {
        // The inner marks pair first: the last ones of the opening run, the first ones of the closing run.
        let inner = runs.get_mut(opener).and_then(|emitted| emitted.marks.pop());
        let other = runs.get_mut(closer).and_then(|e| if e.marks.is_empty() { None } else { Some(e.marks.remove(0)) });
        if inner != other || inner.is_none_or(|(_, width)| width != used) {
            return inner.into_iter().chain(other).map(|(pair, _)| pair).collect();
        }
    }
    runs.into_iter().flat_map(|emitted| emitted.marks).map(|(pair, _)| pair).collect()
}

/// The first or last character of what is written.
fn edge(tok: &Tok<'_>, first: bool, ink: Ink<'_>) -> Option<char> {
    let pick = |text: &str| if first { text.chars().next() } else { text.chars().next_back() };
    match tok {
        Tok::Lit(text) => pick(text),
        Tok::Raw(text) => pick(text),
        Tok::Ticked(_) => Some('`'),
        Tok::Maths(_) => Some('$'),
        Tok::Image(_) if first => Some('!'),
        Tok::Image(picture) => pick(&ink.picture_end(picture)),
        Tok::Mark(mark, open, _) => pick(&ink.delimiter(*mark, *open)),
        Tok::LinkOpen(_) => Some('['),
        Tok::LinkClose(_) => Some(if first { ']' } else { ')' }),
    }
}
