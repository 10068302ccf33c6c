//! Lays out inline content: merged runs, marks in order, delimiters that really open and close.

use crate::escape::{Ch, Place, finish, flanking};
use crate::tree::{EM, KBD, Leaf, Link, MARKS, Piece, STRIKE, STRONG, SUB, SUP, UNDERLINE};

#[derive(Debug)]
enum Tok {
    Lit(String),
    Raw(String),
    /// Mark, whether it opens, pair number.
    Mark(u16, bool, usize),
    LinkOpen,
    LinkClose(usize),
}

/// Collapses white space, drops it at edges and around breaks, and merges equal runs.
pub(crate) fn normalise(leaves: &[Leaf]) -> Vec<Leaf> {
    let mut out: Vec<Leaf> = Vec::new();
    let mut space: Option<(u16, Option<usize>)> = None;
    let mut fresh = true;
    for leaf in leaves {
        let Piece::Text(text) = &leaf.piece else {
            if let Piece::Code(code) = &leaf.piece
                && code.is_empty()
            {
                continue;
            }
            if leaf.piece == Piece::Break {
                space = None;
                fresh = true;
            } else {
                push_space(&mut out, space.take(), fresh, leaf);
                fresh = false;
            }
            push(&mut out, leaf.clone());
            continue;
        };
        for (i, word) in text.split(is_space).enumerate() {
            if i > 0 && space.is_none() {
                space = Some((leaf.marks, leaf.link));
            }
            let word: String = word.chars().filter(|&c| c != '\u{feff}').collect();
            if word.is_empty() || word.chars().all(|c| c == '\u{200b}') {
                continue;
            }
            let word = unicode_normalization::UnicodeNormalization::nfc(word.as_str()).collect();
            let next = Leaf { piece: Piece::Text(word), ..leaf.clone() };
            push_space(&mut out, space.take(), fresh, &next);
            fresh = false;
            push(&mut out, next);
        }
    }
    while out.last().is_some_and(|leaf| leaf.piece == Piece::Break) {
        out.pop();
    }
    let lead = out.iter().take_while(|leaf| leaf.piece == Piece::Break).count();
    out.drain(..lead);
    out
}

fn is_space(c: char) -> bool {
    c.is_whitespace() && c != '\u{85}'
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
        && last.piece != Piece::Text(" ".to_owned())
    {
        match (&mut last.piece, &next.piece) {
            (Piece::Text(a), Piece::Text(b)) | (Piece::Code(a), Piece::Code(b)) => return a.push_str(b),
            _ => {}
        }
    }
    out.push(next);
}

/// Splits at two or more breaks in a row.
pub(crate) fn paragraphs(leaves: &[Leaf]) -> Vec<Vec<Leaf>> {
    let mut out = vec![Vec::new()];
    let flat = normalise(leaves);
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

/// Writes inline content for a place.
pub(crate) fn write(leaves: &[Leaf], links: &[Link], place: Place) -> String {
    let leaves = normalise(leaves);
    let mut toks = layout(&leaves, links, place);
    html_where_needed(&mut toks);
    let mut chars: Vec<Ch> = Vec::new();
    let mut in_link = false;
    for tok in &toks {
        let (text, literal) = match tok {
            Tok::Lit(text) => (text.clone(), true),
            Tok::Raw(text) => (text.clone(), false),
            Tok::Mark(mark, open, _) => (delimiter(*mark, *open).to_owned(), false),
            Tok::LinkOpen => ("[".to_owned(), false),
            Tok::LinkClose(link) => {
                in_link = false;
                (links.get(*link).map(destination).unwrap_or_default(), false)
            }
        };
        chars.extend(text.chars().map(|c| Ch { c, literal, in_link }));
        in_link |= matches!(tok, Tok::LinkOpen);
    }
    finish(&chars, place)
}

fn destination(link: &Link) -> String {
    let title = if link.title.is_empty() {
        String::new()
    } else {
        format!(" \"{}\"", link.title.replace('\\', "\\\\").replace('"', "\\\""))
    };
    format!("]({}{title})", link.href)
}

fn delimiter(mark: u16, open: bool) -> &'static str {
    match (mark, open) {
        (STRONG, _) => "**",
        (EM, _) => "*",
        (STRIKE, _) => "~~",
        (UNDERLINE, true) => "<u>",
        (UNDERLINE, false) => "</u>",
        (SUB, true) => "<sub>",
        (SUB, false) => "</sub>",
        (SUP, true) => "<sup>",
        (SUP, false) => "</sup>",
        (KBD, true) => "<kbd>",
        (KBD, false) => "</kbd>",
        _ => "",
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Wrap {
    Link(usize),
    Mark(u16),
}

fn has(leaf: &Leaf, wrap: Wrap) -> bool {
    match wrap {
        Wrap::Link(link) => leaf.link == Some(link),
        Wrap::Mark(mark) => leaf.marks & mark != 0,
    }
}

fn layout(leaves: &[Leaf], links: &[Link], place: Place) -> Vec<Tok> {
    let mut toks = Vec::new();
    let mut open: Vec<(Wrap, usize)> = Vec::new();
    let mut pair = 0;
    let mut at = 0;
    while let Some(leaf) = leaves.get(at) {
        let blank = matches!(&leaf.piece, Piece::Text(text) if text == " ") || leaf.piece == Piece::Break;
        let keep = open.iter().position(|(wrap, _)| !has(leaf, *wrap)).unwrap_or(open.len());
        for (wrap, number) in open.drain(keep..).rev() {
            toks.push(match wrap {
                Wrap::Link(link) => Tok::LinkClose(link),
                Wrap::Mark(mark) => Tok::Mark(mark, false, number),
            });
        }
        if !blank {
            if let Some((auto, len)) = autolink(leaves, at, links, &open) {
                toks.push(Tok::Raw(auto));
                at += len;
                continue;
            }
            for wrap in to_open(leaves, at, &open) {
                pair += 1;
                open.push((wrap, pair));
                toks.push(match wrap {
                    Wrap::Link(_) => Tok::LinkOpen,
                    Wrap::Mark(mark) => Tok::Mark(mark, true, pair),
                });
            }
        }
        toks.push(piece(&leaf.piece, place, leaf.link.is_some()));
        at += 1;
    }
    for (wrap, number) in open.drain(..).rev() {
        toks.push(match wrap {
            Wrap::Link(link) => Tok::LinkClose(link),
            Wrap::Mark(mark) => Tok::Mark(mark, false, number),
        });
    }
    toks
}

/// What must open here, the longest first.
fn to_open(leaves: &[Leaf], at: usize, open: &[(Wrap, usize)]) -> Vec<Wrap> {
    let Some(leaf) = leaves.get(at) else { return Vec::new() };
    let mut wraps: Vec<Wrap> = leaf.link.map(Wrap::Link).into_iter().collect();
    wraps.extend(MARKS.iter().filter(|&&mark| leaf.marks & mark != 0).map(|&mark| Wrap::Mark(mark)));
    wraps.retain(|wrap| open.iter().all(|(other, _)| other != wrap));
    if wraps.len() > 1 {
        let extent = |wrap: Wrap| leaves.iter().skip(at).take(64).take_while(|leaf| has(leaf, wrap)).count();
        wraps.sort_by_key(|&wrap| std::cmp::Reverse(extent(wrap)));
    }
    wraps
}

/// A link whose text is its address.
fn autolink(leaves: &[Leaf], at: usize, links: &[Link], open: &[(Wrap, usize)]) -> Option<(String, usize)> {
    let leaf = leaves.get(at)?;
    let number = leaf.link?;
    let link = links.get(number)?;
    let Piece::Text(text) = &leaf.piece else { return None };
    let alone = leaves.get(at + 1).is_none_or(|next| next.link != Some(number)) && leaf.marks == 0 && open.is_empty();
    let address = link.href.strip_prefix("mailto:").unwrap_or(&link.href);
    let scheme = link.href.starts_with("mailto:") || link.href.contains("://");
    let clean = !text.contains(|c: char| c.is_whitespace() || c == '<' || c == '>');
    (alone && scheme && clean && text == address && link.title.is_empty()).then(|| (format!("<{text}>"), 1))
}

fn piece(piece: &Piece, place: Place, in_link: bool) -> Tok {
    match piece {
        Piece::Text(text) => Tok::Lit(text.clone()),
        Piece::Code(code) => Tok::Raw(code_span(code, place)),
        Piece::Raw(raw) => Tok::Raw(raw.clone()),
        Piece::Break => Tok::Raw(
            match place {
                Place::Cell => "<br>",
                Place::Heading => " ",
                _ if in_link => " ",
                _ => "\\\n",
            }
            .to_owned(),
        ),
        Piece::Image(alt, href, title) => {
            let link = Link { href: href.clone(), title: title.clone(), anchor: None };
            Tok::Raw(format!("![{}{}", alt_text(alt), destination(&link)))
        }
    }
}

fn alt_text(alt: &str) -> String {
    let mut depth = 0_i32;
    let mut balanced = true;
    for c in alt.chars() {
        depth += i32::from(c == '[') - i32::from(c == ']');
        balanced &= depth >= 0;
    }
    let alt = alt.replace('\\', "\\\\").replace(['\n', '\r'], " ");
    if balanced && depth == 0 { alt } else { alt.replace('[', "\\[").replace(']', "\\]") }
}

/// A code span around any text.
pub(crate) fn code_span(code: &str, place: Place) -> String {
    let code = code.replace(['\n', '\u{a0}'], " ");
    let fence = "`".repeat(longest_run(&code) + 1);
    let spaces = code.starts_with(' ') && code.ends_with(' ') && !code.trim().is_empty();
    let pad = if code.starts_with('`') || code.ends_with('`') || spaces { " " } else { "" };
    if place == Place::Cell {
        if code.contains("\\|") {
            let inner = code.replace('&', "&amp;").replace('<', "&lt;").replace("\\|", "&#92;&#124;");
            return format!("<code>{}</code>", inner.replace('|', "&#124;"));
        }
        return format!("{fence}{pad}{}{pad}{fence}", code.replace('|', "\\|"));
    }
    format!("{fence}{pad}{code}{pad}{fence}")
}

fn longest_run(code: &str) -> usize {
    code.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

fn edge(tok: &Tok, first: bool) -> Option<char> {
    let pick = |text: &str| if first { text.chars().next() } else { text.chars().next_back() };
    match tok {
        Tok::Lit(text) | Tok::Raw(text) => pick(text),
        Tok::Mark(mark, open, _) => pick(delimiter(*mark, *open)),
        Tok::LinkOpen => Some('['),
        Tok::LinkClose(_) => Some(if first { ']' } else { ')' }),
    }
}

fn star(tok: &Tok) -> Option<(char, bool, usize)> {
    match tok {
        Tok::Mark(STRONG | EM, open, pair) => Some(('*', *open, *pair)),
        Tok::Mark(STRIKE, open, pair) => Some(('~', *open, *pair)),
        _ => None,
    }
}

/// Replaces delimiters that would not open or close by HTML.
fn html_where_needed(toks: &mut [Tok]) {
    for _ in 0..8 {
        let bad = failing(toks);
        if bad.is_empty() {
            return;
        }
        for tok in toks.iter_mut() {
            if let Tok::Mark(mark, open, pair) = tok
                && bad.contains(pair)
            {
                let name = match *mark {
                    STRONG => "strong",
                    EM => "em",
                    STRIKE => "del",
                    _ => continue,
                };
                *tok = Tok::Raw(if *open { format!("<{name}>") } else { format!("</{name}>") });
            }
        }
    }
}

fn failing(toks: &[Tok]) -> std::collections::HashSet<usize> {
    let mut bad = std::collections::HashSet::new();
    let mut at = 0;
    while at < toks.len() {
        let Some((c, opens, pair)) = toks.get(at).and_then(star) else {
            at += 1;
            continue;
        };
        let mut end = at + 1;
        let mut mixed = None;
        while let Some((other, open, number)) = toks.get(end).and_then(star) {
            if other != c {
                break;
            }
            if open != opens {
                mixed = Some(number);
            }
            end += 1;
        }
        let before = at.checked_sub(1).and_then(|i| toks.get(i)).and_then(|tok| edge(tok, false));
        let after = toks.get(end).and_then(|tok| edge(tok, true));
        let (can_open, can_close) = flanking(c, before, after);
        let fits = if opens { can_open } else { can_close };
        if let Some(number) = mixed {
            bad.insert(number);
        } else if !fits || before == Some(c) || after == Some(c) {
            bad.extend(toks.iter().take(end).skip(at).filter_map(star).map(|mark| mark.2));
            bad.insert(pair);
        }
        at = end;
    }
    bad
}
