//! White space and runs of inline content, before any layout.

use std::borrow::Cow;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use crate::tree::{Leaf, Piece};

/// The text in composed form.
pub(crate) fn composed(text: &str) -> Cow<'_, str> {
    if text.is_ascii() || text.chars().all(is_settled) || is_nfc_quick(text.chars()) == IsNormalized::Yes {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.nfc().collect())
    }
}

/// Letters of the commonest scripts that composing never changes, whatever stands beside them. Asking the tables about
/// each of them would be slow.
fn is_settled(c: char) -> bool {
    matches!(c, '\0'..='\u{2ff}' | '\u{400}'..='\u{482}' | '\u{48a}'..='\u{52f}' | '\u{2010}'..='\u{2027}'
        | '\u{3001}'..='\u{3029}' | '\u{3041}'..='\u{3096}' | '\u{30a0}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}')
}

/// Collapses white space, drops it at edges and around breaks, and merges equal runs.
pub(crate) fn normalise(leaves: &[Leaf]) -> Cow<'_, [Leaf]> {
    if is_normal(leaves) { Cow::Borrowed(leaves) } else { Cow::Owned(normal(leaves.to_vec())) }
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
                if code.trim().is_empty() || last.is_some_and(|last| matches!(last.piece, Piece::Code(_))) {
                    return false;
                }
                after_space = false;
            }
            Piece::Raw(_) | Piece::Image(..) => after_space = false,
        }
        previous = Some(leaf);
    }
    !after_space
}

/// Whether a text has single plain spaces and composed letters only.
fn is_tidy(text: &str) -> bool {
    let mut last = 0;
    for byte in text.bytes() {
        if byte < b' ' || (byte == b' ' && last == b' ') {
            return false;
        }
        last = byte;
    }
    // Below U+00A1 stand the spaces and controls beyond ASCII.
    text.is_ascii()
        || text.chars().all(|c| c.is_ascii() || (c > '\u{a0}' && is_settled(c)))
        || (!text.contains(|c: char| matches!(c, '\u{200b}' | '\u{feff}') || (c != ' ' && is_space(c)))
            && matches!(composed(text), Cow::Borrowed(_)))
}

fn normal(leaves: Vec<Leaf>) -> Vec<Leaf> {
    let mut out: Vec<Leaf> = Vec::with_capacity(leaves.len());
    let mut space: Option<(u16, Option<usize>)> = None;
    let mut fresh = true;
    for leaf in leaves {
        let (marks, link) = (leaf.marks, leaf.link);
        match leaf.piece {
            Piece::Text(text) => {
                let words = collapse(text, fresh || space.is_some());
                if words.lead && space.is_none() {
                    space = Some((marks, link));
                }
                if words.body.is_empty() {
                    continue;
                }
                let next = Leaf { piece: Piece::Text(words.body), marks, link };
                push_space(&mut out, space.take(), fresh, &next);
                push(&mut out, next);
                fresh = false;
                space = words.trail.then_some((marks, link));
            }
            Piece::Code(code) if code.trim().is_empty() => {
                if !code.is_empty() && space.is_none() {
                    space = Some((marks, link));
                }
            }
            Piece::Break => {
                space = None;
                fresh = true;
                out.push(Leaf { piece: Piece::Break, marks: 0, link: None });
            }
            piece => {
                let next = Leaf { piece, marks, link };
                push_space(&mut out, space.take(), fresh, &next);
                push(&mut out, next);
                fresh = false;
            }
        }
    }
    trim_breaks(&mut out);
    out
}

/// Breaks at the edges are dropped; the others have the marks that both sides share.
fn trim_breaks(out: &mut Vec<Leaf>) {
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

struct Words {
    lead: bool,
    body: String,
    trail: bool,
}

fn collapse(text: String, after_space: bool) -> Words {
    let (lead, trail) = (text.starts_with(' '), text.ends_with(' '));
    let inner = text.strip_prefix(' ').unwrap_or(&text);
    let inner = inner.strip_suffix(' ').unwrap_or(inner);
    if !inner.is_empty() && !inner.starts_with(' ') && !inner.ends_with(' ') && is_tidy(inner) {
        let body = if lead || trail { inner.to_owned() } else { text };
        return Words { lead, body, trail };
    }
    let text = text.as_str();
    let mut words = Words { lead: false, body: String::with_capacity(text.len()), trail: false };
    for (i, word) in text.split(is_space).enumerate() {
        words.trail |= i > 0;
        if word.is_empty() {
            continue;
        }
        let gap = words.trail;
        let word = visible(word, i > 0 || after_space, text);
        if word.is_empty() {
            continue;
        }
        if words.body.is_empty() {
            words.lead = gap;
        } else if gap {
            words.body.push(' ');
        }
        words.trail = false;
        words.body.push_str(&composed(&word));
    }
    if words.body.is_empty() {
        words.lead = words.trail;
    }
    words
}

/// A word without byte-order marks, and without the zero-width spaces that stand beside other spaces.
fn visible<'a>(word: &'a str, after_space: bool, text: &str) -> Cow<'a, str> {
    if word.is_ascii() {
        return Cow::Borrowed(word);
    }
    let zero = |c: char| c == '\u{200b}' || c == '\u{feff}';
    let mut word = if after_space { word.trim_start_matches(zero) } else { word };
    if !text.ends_with(word) {
        word = word.trim_end_matches(zero);
    }
    if word.contains('\u{feff}') { Cow::Owned(word.replace('\u{feff}', "")) } else { Cow::Borrowed(word) }
}

/// Whether a text shows anything.
pub(crate) fn is_visible(text: &str) -> bool {
    text.chars().any(|c| !is_space(c) && !matches!(c, '\u{200b}' | '\u{feff}'))
}

fn is_space(c: char) -> bool {
    c == ' ' || c == '\n' || (c.is_whitespace() && c != '\u{85}')
}

/// A space between two runs has the marks both share.
fn push_space(out: &mut Vec<Leaf>, space: Option<(u16, Option<usize>)>, fresh: bool, next: &Leaf) {
    let Some((marks, link)) = space else { return };
    if fresh {
        return;
    }
    let (marks, link) = match out.last() {
        Some(last) => {
            let same = last.link == next.link && link == last.link;
            (last.marks & next.marks & marks, if same { last.link } else { None })
        }
        None => (marks, link),
    };
    push(out, Leaf { piece: Piece::Text(" ".to_owned()), marks, link });
}

fn push(out: &mut Vec<Leaf>, next: Leaf) {
    if let Some(last) = out.last_mut()
        && last.marks == next.marks
        && last.link == next.link
        // A marked run that begins where another one ends does not begin with the space between them.
        && ((next.marks == 0 && next.link.is_none()) || !matches!(&last.piece, Piece::Text(text) if text == " "))
    {
        match (&mut last.piece, &next.piece) {
            (Piece::Text(a), Piece::Text(b)) | (Piece::Code(a), Piece::Code(b)) => return a.push_str(b),
            _ => {}
        }
    }
    out.push(next);
}

/// Splits at two or more breaks in a row.
pub(crate) fn paragraphs(leaves: Vec<Leaf>) -> Vec<Vec<Leaf>> {
    let flat = if is_normal(&leaves) { leaves } else { normal(leaves) };
    if !flat.windows(2).any(|pair| matches!(pair, [a, b] if a.piece == Piece::Break && b.piece == Piece::Break)) {
        return if flat.is_empty() { Vec::new() } else { vec![flat] };
    }
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
    out.retain(|part| !part.is_empty());
    out
}

/// The text without marks.
pub(crate) fn plain(leaves: &[Leaf]) -> String {
    let mut out = String::new();
    for leaf in leaves {
        match &leaf.piece {
            Piece::Text(text) | Piece::Code(text) => out.push_str(text),
            Piece::Break => out.push(' '),
            Piece::Raw(_) | Piece::Image(..) => {}
        }
    }
    out
}
