//! White space and runs of inline content, before any layout.

use std::borrow::Cow;

pub(crate) use crate::letters::composed;
use crate::letters::{is_settled, settled};
use crate::tree::{Inline, Leaf, Piece};

/// Collapses white space, drops it at edges and around breaks, and merges equal runs.
pub(crate) fn normalise<'s, 'a>(leaves: &'s [Leaf<'a>]) -> Cow<'s, [Leaf<'a>]> {
    if leaves.is_empty() || is_normal(leaves) {
        Cow::Borrowed(leaves)
    } else {
        Cow::Owned(normal(&mut leaves.to_vec()).into_leaves())
    }
}

/// The same for what is not needed as it was.
pub(crate) fn into_normal(mut leaves: Vec<Leaf<'_>>) -> Inline<'_> {
    if leaves.is_empty() || is_normal(&leaves) { Inline::normal(leaves) } else { normal(&mut leaves) }
}

/// Content as it is written: normalised, whether or not it was before.
pub(crate) fn normalised<'s, 'a>(content: &'s Inline<'a>) -> Cow<'s, [Leaf<'a>]> {
    if content.is_normal() { Cow::Borrowed(content) } else { normalise(content) }
}

/// Whether normalising would change nothing.
fn is_normal(leaves: &[Leaf]) -> bool {
    let mut after_space = true;
    let mut previous: Option<&Leaf> = None;
    for leaf in leaves {
        // A space alone has the marks that both its neighbours share, and no others.
        let blank = previous.filter(|last| matches!(&last.piece, Piece::Text(text) if text == " "));
        if blank
            .is_some_and(|blank| blank.marks & !leaf.marks != 0 || (blank.link.is_some() && blank.link != leaf.link))
        {
            return false;
        }
        match &leaf.piece {
            Piece::Text(text) => {
                let (lead, trail) = (text.starts_with(' '), text.ends_with(' '));
                let marked = leaf.marks != 0 || leaf.link.is_some();
                let loose = (lead || trail) && marked && text != " ";
                let same = previous.is_some_and(|last| last.marks == leaf.marks && last.link == leaf.link);
                let merges =
                    same && previous.is_some_and(|last| matches!(&last.piece, Piece::Text(last) if last != " "));
                if text.is_empty() || loose || merges || (lead && after_space) || !is_tidy(text) {
                    return false;
                }
                after_space = trail;
            }
            Piece::Break if after_space || (leaf.marks == 0 && previous.is_some_and(|last| last.marks != 0)) => {
                return false;
            }
            Piece::Break => after_space = true,
            Piece::Code(code) => {
                let last = previous.filter(|last| last.marks == leaf.marks && last.link == leaf.link);
                let touches = previous.is_some_and(|last| matches!(last.piece, Piece::Status(_)));
                if code.trim().is_empty() || touches || last.is_some_and(|last| matches!(last.piece, Piece::Code(_))) {
                    return false;
                }
                after_space = false;
            }
            Piece::Status(_)
                if previous.is_some_and(|last| matches!(last.piece, Piece::Code(_) | Piece::Status(_))) =>
            {
                return false;
            }
            _ => after_space = false,
        }
        previous = Some(leaf);
    }
    !after_space
}

/// Whether a text has single plain spaces and composed letters only.
pub(crate) fn is_tidy(text: &str) -> bool {
    let mut sure = true;
    let mut at = 0;
    loop {
        at += settled(text.as_bytes(), at);
        let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) else { break };
        if is_space(c) || is_zero(c) {
            return false;
        }
        sure &= is_settled(c);
        at += c.len_utf8();
    }
    sure || matches!(composed(text), Cow::Borrowed(_))
}

/// A space that is to be written when something follows it.
#[derive(Clone, Copy)]
struct Space<'a> {
    marks: u16,
    link: Option<usize>,
    /// What the body has where the last text and the space after it stand.
    whole: Option<&'a str>,
}

/// Normalises content, which is gone from the list then. It is flagged as normal where doing so again would change nothing: two texts that became one can
/// hold what neither of them did, a letter and its accent or a space behind one without a width.
fn normal<'a>(leaves: &mut Vec<Leaf<'a>>) -> Inline<'a> {
    let mut out: Vec<Leaf<'a>> = Vec::with_capacity(leaves.len());
    let mut space: Option<Space<'a>> = None;
    let mut fresh = true;
    let mut sure = true;
    for leaf in leaves.drain(..) {
        let (marks, link) = (leaf.marks, leaf.link);
        match leaf.piece {
            Piece::Text(text) => {
                let words = collapse(text, fresh || space.is_some());
                sure &= words.sure;
                if words.lead && space.is_none() {
                    space = Some(Space { marks, link, whole: None });
                }
                if words.body.is_empty() {
                    continue;
                }
                let spaced = words.whole.filter(|_| words.lead).and_then(|whole| whole.get(..=words.body.len()));
                let next = Leaf { piece: Piece::Text(words.body), marks, link };
                push_after(&mut out, space.take().filter(|_| !fresh), next, spaced);
                fresh = false;
                space = words.trail.then_some(Space { marks, link, whole: words.whole });
            }
            Piece::Code(code) if code.trim().is_empty() => {
                if !code.is_empty() && space.is_none() {
                    space = Some(Space { marks, link, whole: None });
                }
            }
            Piece::Break => {
                space = None;
                fresh = true;
                out.push(Leaf { piece: Piece::Break, marks: 0, link: None });
            }
            piece => {
                push_after(&mut out, space.take().filter(|_| !fresh), Leaf { piece, marks, link }, None);
                fresh = false;
            }
        }
    }
    trim_breaks(&mut out);
    if sure { Inline::normal(out) } else { Inline::from(out) }
}

/// Breaks at the edges are dropped; the others have the marks that both sides share.
fn trim_breaks(out: &mut Vec<Leaf<'_>>) {
    while out.last().is_some_and(|leaf| leaf.piece == Piece::Break) {
        out.pop();
    }
    let lead = out.iter().take_while(|leaf| leaf.piece == Piece::Break).count();
    out.drain(..lead);
    for at in 1..out.len() {
        let shared = |a: usize, b: usize| Some(out.get(a)?.marks & out.get(b)?.marks);
        let marks = shared(at - 1, at + 1).unwrap_or(0);
        if let Some(leaf) = out.get_mut(at).filter(|leaf| leaf.piece == Piece::Break) {
            leaf.marks = marks;
        }
    }
}

/// A text without the spaces around it.
#[derive(Default)]
struct Words<'a> {
    lead: bool,
    body: Cow<'a, str>,
    trail: bool,
    /// Whether it holds nothing that depends on what stands beside it.
    sure: bool,
    /// All of it, where the body has it with single spaces.
    whole: Option<&'a str>,
}

fn collapse(text: Cow<'_, str>, after_space: bool) -> Words<'_> {
    let mut words = Squeezed::default();
    let mut sure = true;
    let (mut from, mut at) = (0, 0);
    loop {
        at += settled(text.as_bytes(), at);
        let rest = text.get(at..).unwrap_or("");
        let Some(c) = rest.chars().next() else { break };
        if is_space(c) {
            words.push(text.get(from..at).unwrap_or(""), text.len());
            words.gap = true;
            at += c.len_utf8();
            from = at;
        } else if is_zero(c) {
            words.push(text.get(from..at).unwrap_or(""), text.len());
            let tail = rest.trim_start_matches(is_zero);
            at = text.len() - tail.len();
            from = at;
            sure = false;
            let start = words.body.is_empty() && after_space;
            if !(start || words.gap || tail.starts_with(is_space)) {
                let run = rest.get(..rest.len() - tail.len()).unwrap_or("");
                words.push(&run.replace('\u{feff}', ""), text.len());
            }
        } else {
            sure &= is_settled(c);
            at += c.len_utf8();
        }
    }
    if from == 0 && (sure || matches!(composed(&text), Cow::Borrowed(_))) {
        return Words { sure, ..tidy(text) };
    }
    words.push(text.get(from..).unwrap_or(""), text.len());
    let Squeezed { body, lead, gap } = words;
    let lead = if body.is_empty() { gap } else { lead };
    let body = match if sure { Cow::Borrowed("") } else { composed(&body) } {
        Cow::Owned(composed) => composed,
        Cow::Borrowed(_) => body,
    };
    Words { lead, body: Cow::Owned(body), trail: gap, sure, whole: None }
}

/// The same for a text with single plain spaces only.
fn tidy(text: Cow<'_, str>) -> Words<'_> {
    let (lead, trail) = (text.starts_with(' '), text.ends_with(' '));
    let (from, to) = (usize::from(lead), text.len() - usize::from(trail));
    match text {
        Cow::Borrowed(text) => {
            let body = Cow::Borrowed(text.get(from..to).unwrap_or(""));
            Words { lead, body, trail, whole: Some(text), ..Words::default() }
        }
        Cow::Owned(text) if !(lead || trail) => Words { body: Cow::Owned(text), ..Words::default() },
        Cow::Owned(text) => {
            let body = text.get(from..to).unwrap_or("").to_owned();
            Words { lead, body: Cow::Owned(body), trail, ..Words::default() }
        }
    }
}

/// Words so far.
#[derive(Default)]
struct Squeezed {
    body: String,
    /// Whether there was a space before them.
    lead: bool,
    /// Whether there was a space since.
    gap: bool,
}

impl Squeezed {
    /// Adds words with single spaces between them, and perhaps around them; there will be so many bytes at most.
    fn push(&mut self, words: &str, most: usize) {
        let inner = words.strip_prefix(' ').unwrap_or(words);
        self.gap |= inner.len() < words.len();
        let words = inner.strip_suffix(' ').unwrap_or(inner);
        if !words.is_empty() {
            if self.body.is_empty() {
                self.body.reserve(most);
                self.lead = self.gap;
            } else if self.gap {
                self.body.push(' ');
            }
            self.body.push_str(words);
            self.gap = false;
        }
        self.gap |= words.len() < inner.len();
    }
}

/// Whether a text shows anything.
pub(crate) fn is_visible(text: &str) -> bool {
    text.chars().any(|c| !is_space(c) && !is_zero(c))
}

/// Spaces without a width, and byte-order marks.
fn is_zero(c: char) -> bool {
    matches!(c, '\u{200b}' | '\u{feff}')
}

fn is_space(c: char) -> bool {
    c == ' ' || c == '\n' || (c.is_whitespace() && c != '\u{85}')
}

/// Puts a leaf behind another, with the space between them, which has the marks both share. `spaced` is the text of the
/// leaf with the space before it.
fn push_after<'a>(out: &mut Vec<Leaf<'a>>, space: Option<Space<'a>>, mut next: Leaf<'a>, spaced: Option<&'a str>) {
    let Some(Space { mut marks, mut link, whole }) = space else { return push(out, next) };
    if let Some(last) = out.last_mut() {
        marks &= last.marks & next.marks;
        link = link.filter(|_| last.link == next.link && link == last.link);
        if last.marks == marks
            && last.link == link
            && let (Piece::Text(Cow::Borrowed(last)), Some(whole)) = (&mut last.piece, whole)
            && let Some(longer) = (whole.len() - 1).checked_sub(last.len()).and_then(|from| whole.get(from..))
        {
            *last = longer;
            return push(out, next);
        }
        let merges = last.marks == marks && last.link == link && matches!(last.piece, Piece::Text(_));
        if (next.marks, next.link) == (0, None)
            && !merges
            && let (Piece::Text(text), Some(spaced)) = (&mut next.piece, spaced)
        {
            *text = Cow::Borrowed(spaced);
            return push(out, next);
        }
    }
    push(out, Leaf { piece: Piece::Text(" ".into()), marks, link });
    push(out, next);
}

fn push<'a>(out: &mut Vec<Leaf<'a>>, next: Leaf<'a>) {
    if let Some(last) = out.last_mut()
        && last.marks == next.marks
        && last.link == next.link
        // A marked run that begins where another one ends does not begin with the space between them.
        && ((next.marks == 0 && next.link.is_none()) || !matches!(&last.piece, Piece::Text(text) if text == " "))
    {
        match (&mut last.piece, &next.piece) {
            (Piece::Text(a), Piece::Text(b)) | (Piece::Code(a), Piece::Code(b)) => return join(a, b),
            _ => {}
        }
    }
    // Two code spans that touch would be read as one.
    let last = out.last().map(|last| &last.piece);
    let touches = match &next.piece {
        Piece::Code(_) => matches!(last, Some(Piece::Status(_))),
        Piece::Status(_) => matches!(last, Some(Piece::Code(_) | Piece::Status(_))),
        _ => false,
    };
    if touches {
        out.push(Leaf { piece: Piece::Text(" ".into()), marks: 0, link: None });
    }
    out.push(next);
}

/// Puts a text behind another, with room for more: what is joined once is often joined again.
fn join(first: &mut Cow<'_, str>, second: &str) {
    if let Cow::Borrowed(text) = *first {
        let mut joined = String::with_capacity((text.len() + second.len()) * 2);
        joined.push_str(text);
        *first = Cow::Owned(joined);
    }
    first.to_mut().push_str(second);
}

/// Normalises content and splits it at two or more breaks in a row; the list is empty then.
pub(crate) fn paragraphs<'a>(leaves: &mut Vec<Leaf<'a>>) -> impl Iterator<Item = Inline<'a>> {
    let flat = normal(leaves);
    let double = |pair: &[Leaf<'a>]| pair.iter().all(|leaf| leaf.piece == Piece::Break);
    // Nearly always there is one: it needs no list of its own.
    let (one, more) =
        if flat.windows(2).any(double) { (None, split(flat.into_leaves())) } else { (Some(flat), Vec::new()) };
    one.into_iter().chain(more.into_iter().map(Inline::from)).filter(|part| !part.is_empty())
}

fn split(flat: Vec<Leaf<'_>>) -> Vec<Vec<Leaf<'_>>> {
    let mut out = vec![Vec::new()];
    let mut breaks = 0;
    for leaf in flat {
        if leaf.piece == Piece::Break {
            breaks += 1;
            continue;
        }
        if breaks > 1 {
            out.push(Vec::new());
        }
        if let Some(last) = out.last_mut() {
            if breaks == 1 {
                last.push(crate::tree::leaf(Piece::Break));
            }
            last.push(leaf);
        }
        breaks = 0;
    }
    out
}

/// The text without marks.
pub(crate) fn plain(leaves: &[Leaf]) -> String {
    let len = |leaf: &Leaf| if let Piece::Text(text) | Piece::Code(text) = &leaf.piece { text.len() } else { 1 };
    let mut out = String::with_capacity(leaves.iter().map(len).sum());
    for leaf in leaves {
        match &leaf.piece {
            Piece::Text(text) | Piece::Code(text) => out.push_str(text),
            Piece::Break => out.push(' '),
            Piece::Status(status) => out.push_str(&status.0),
            _ => {}
        }
    }
    out
}
