//! Lays out inline content: marks in order, delimiters that really open and close.

use std::borrow::Cow;
use std::collections::HashSet;

use crate::delims::{MOST_RUNS, Run};
use crate::escape::{Kind, Laid, Place, Span, addresses, finish, flanking};
use crate::links::attribute;
use crate::table::html_text;
pub(crate) use crate::text::{normalise, paragraphs, plain};
use crate::tree::{EM, KBD, Leaf, Link, MARKS, Piece, STRIKE, STRONG, SUB, SUP, UNDERLINE};

#[derive(Debug)]
enum Tok<'a> {
    Lit(&'a str),
    Raw(Cow<'a, str>),
    /// Mark, whether it opens, pair number.
    Mark(u16, bool, usize),
    LinkOpen(usize),
    LinkClose(usize),
    /// Alternative text, destination, title.
    Image(&'a str, &'a str, &'a str),
}

/// Writes inline content for a place.
pub(crate) fn write<'a>(leaves: &'a [Leaf], links: &[Link], place: Place) -> Cow<'a, str> {
    if let [Leaf { piece: Piece::Text(text), marks: 0, link: None }] = leaves
        && is_harmless(text)
    {
        return Cow::Borrowed(text);
    }
    let leaves = normalise(leaves);
    if let Some(text) = finish(lay_out(&leaves, links, place), place, false) {
        return Cow::Owned(text);
    }
    let leaves: Vec<Leaf> = leaves.iter().cloned().flat_map(wrap_addresses).collect();
    Cow::Owned(finish(lay_out(&leaves, links, place), place, true).unwrap_or_default())
}

/// Whether a text means nothing but itself wherever it stands. Most do not; saying so at once is what makes them cheap.
fn is_harmless(text: &str) -> bool {
    let mut last = b' ';
    for byte in text.bytes() {
        let plain = match byte {
            b' ' => last != b' ',
            b',' | b'.' | b':' | b';' | b'\'' | b'"' | b'(' | b')' | b'/' | b'%' | b'?' => true,
            _ => byte.is_ascii_alphanumeric(),
        };
        if !plain {
            return false;
        }
        last = byte;
    }
    last != b' ' && text.starts_with(|c: char| c.is_ascii_alphabetic())
}

/// Writes inline content as HTML.
pub(crate) fn html(leaves: &[Leaf], links: &[Link]) -> String {
    let mut out = String::new();
    for tok in layout(&normalise(leaves), links, Place::Html) {
        match tok {
            Tok::Lit(text) => out.push_str(&html_text(text)),
            Tok::Raw(raw) => out.push_str(&raw),
            Tok::Mark(mark, open, _) => out.push_str(tag(mark, open)),
            Tok::LinkOpen(link) => {
                let href = links.get(link).map_or("", |link| &link.href);
                out.extend(["<a href=\"", &attribute(href), "\">"]);
            }
            Tok::LinkClose(_) => out.push_str("</a>"),
            Tok::Image(alt, href, _) => {
                out.extend(["<img src=\"", &attribute(href), "\" alt=\"", &attribute(alt), "\">"]);
            }
        }
    }
    out
}

/// Addresses with characters that could be markup, in angle brackets.
fn wrap_addresses(leaf: Leaf) -> Vec<Leaf> {
    let Piece::Text(text) = &leaf.piece else { return vec![leaf] };
    if leaf.link.is_some() || !text.contains("://") {
        return vec![leaf];
    }
    let mut out = Vec::new();
    let mut from = 0;
    let part = |piece: Piece| Leaf { piece, ..leaf.clone() };
    for (start, end) in addresses(text) {
        let address = text.get(start..end).unwrap_or("");
        if address.contains(['*', '_', '~', '`', '[', '$', '!', '\\']) {
            let before = text.get(from..start).unwrap_or("");
            out.extend((!before.is_empty()).then(|| part(Piece::Text(before.to_owned()))));
            out.push(part(Piece::Raw(format!("<{address}>"))));
            from = end;
        }
    }
    let rest = text.get(from..).unwrap_or("");
    out.extend((!rest.is_empty()).then(|| part(Piece::Text(rest.to_owned()))));
    out
}

fn lay_out(leaves: &[Leaf], links: &[Link], place: Place) -> Laid {
    if let [Leaf { piece: Piece::Text(text), marks: 0, link: None }] = leaves {
        return Laid { text: text.clone(), spans: vec![Span { start: 0, kind: Kind::Literal, in_link: false }] };
    }
    let mut toks = layout(leaves, links, place);
    html_where_needed(&mut toks);
    let mut laid = Laid { text: String::with_capacity(toks.len() * 16), spans: Vec::with_capacity(toks.len()) };
    let mut in_link = false;
    for tok in &toks {
        match tok {
            Tok::Lit(text) => laid.push(text, Kind::Literal, in_link),
            Tok::Raw(text) => laid.push(text, Kind::Opaque, in_link),
            Tok::Mark(mark, open, _) => {
                let kind = if *mark & (STRONG | EM | STRIKE) == 0 { Kind::Opaque } else { Kind::Delimiter };
                laid.push(delimiter(*mark, *open), kind, in_link);
            }
            Tok::LinkOpen(_) => {
                laid.push("[", Kind::Delimiter, false);
                in_link = true;
            }
            Tok::LinkClose(link) => {
                in_link = false;
                if let Some(link) = links.get(*link) {
                    laid.push(&destination(&link.href, &link.title, place), Kind::Opaque, false);
                }
            }
            Tok::Image(alt, href, title) => {
                laid.push("![", Kind::Opaque, in_link);
                laid.push(alt, Kind::Literal, true);
                laid.push(&destination(href, title, place), Kind::Opaque, in_link);
            }
        }
    }
    laid
}

fn destination(href: &str, title: &str, place: Place) -> String {
    if title.is_empty() {
        return format!("]({href})");
    }
    let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
    let title = title.replace('\\', "\\\\").replace('"', "\\\"").replace('&', "&amp;");
    let title = if place == Place::Cell { title.replace('|', "\\|") } else { title };
    format!("]({href} \"{title}\")")
}

fn delimiter(mark: u16, open: bool) -> &'static str {
    match (mark, open) {
        (STRONG, _) => "**",
        (EM, _) => "*",
        (STRIKE, _) => "~~",
        _ => tag(mark, open),
    }
}

fn tag(mark: u16, open: bool) -> &'static str {
    match (mark, open) {
        (STRONG, true) => "<strong>",
        (STRONG, false) => "</strong>",
        (EM, true) => "<em>",
        (EM, false) => "</em>",
        (STRIKE, true) => "<del>",
        (STRIKE, false) => "</del>",
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

fn layout<'a>(leaves: &'a [Leaf], links: &[Link], place: Place) -> Vec<Tok<'a>> {
    let mut toks = Vec::with_capacity(leaves.len() * 2 + 4);
    let mut open: Vec<(Wrap, usize)> = Vec::new();
    let mut pair = 0;
    let mut at = 0;
    while let Some(leaf) = leaves.get(at) {
        let blank = matches!(&leaf.piece, Piece::Text(text) if text == " ") || leaf.piece == Piece::Break;
        let keep = open.iter().position(|(wrap, _)| !has(leaf, *wrap)).unwrap_or(open.len());
        let keep = keep.min(around_link(leaves, at, &open));
        for (wrap, number) in open.drain(keep..).rev() {
            toks.push(match wrap {
                Wrap::Link(link) => Tok::LinkClose(link),
                Wrap::Mark(mark) => Tok::Mark(mark, false, number),
            });
        }
        if !blank {
            if let Some((auto, len)) = autolink(leaves, at, links, &open, place) {
                toks.push(Tok::Raw(Cow::Owned(auto)));
                at += len;
                continue;
            }
            for wrap in to_open(leaves, at, &open) {
                pair += 1;
                open.push((wrap, pair));
                toks.push(match wrap {
                    Wrap::Link(link) => Tok::LinkOpen(link),
                    Wrap::Mark(mark) => Tok::Mark(mark, true, pair),
                });
            }
        }
        toks.push(piece(&leaf.piece, place));
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

/// How many of the open wraps reach to the end of the link that begins here. A link is never split, so the others end
/// before it and begin again inside.
fn around_link(leaves: &[Leaf], at: usize, open: &[(Wrap, usize)]) -> usize {
    let Some(link) = leaves.get(at).and_then(|leaf| leaf.link) else { return open.len() };
    if open.is_empty() || open.iter().any(|(wrap, _)| *wrap == Wrap::Link(link)) {
        return open.len();
    }
    let shared = leaves.iter().skip(at).take_while(|leaf| leaf.link == Some(link)).fold(u16::MAX, |m, l| m & l.marks);
    let reaches = |wrap: Wrap| matches!(wrap, Wrap::Mark(mark) if shared & mark != 0);
    open.iter().position(|(wrap, _)| !reaches(*wrap)).unwrap_or(open.len())
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
fn autolink(
    leaves: &[Leaf],
    at: usize,
    links: &[Link],
    open: &[(Wrap, usize)],
    place: Place,
) -> Option<(String, usize)> {
    let leaf = leaves.get(at)?;
    let number = leaf.link?;
    let link = links.get(number)?;
    let Piece::Text(text) = &leaf.piece else { return None };
    let before = at.checked_sub(1).and_then(|i| leaves.get(i)).is_some_and(|last| last.link == Some(number));
    let after = leaves.get(at + 1).is_some_and(|next| next.link == Some(number));
    let alone = !before && !after && leaf.marks == 0 && open.is_empty() && place != Place::Html;
    let fits = match link.href.strip_prefix("mailto:") {
        Some(address) => text == address && is_mail(text),
        None => *text == link.href && is_address(text) && !(place == Place::Cell && text.contains('|')),
    };
    (alone && fits && link.title.is_empty()).then(|| (format!("<{text}>"), 1))
}

fn is_mail(text: &str) -> bool {
    let word = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || "._%+-".contains(c));
    text.split_once('@').is_some_and(|(name, host)| word(name) && word(host) && !host.contains(['_', '%', '+']))
}

fn is_address(text: &str) -> bool {
    let scheme = text.split_once("://").map_or("", |(scheme, _)| scheme);
    (2..=32).contains(&scheme.len())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+.-".contains(c))
        && !text.contains(|c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '\\'))
}

fn piece(piece: &Piece, place: Place) -> Tok<'_> {
    match piece {
        Piece::Text(text) => Tok::Lit(text),
        Piece::Code(code) if place == Place::Html => {
            Tok::Raw(Cow::Owned(format!("<code>{}</code>", html_text(&code_line(code)))))
        }
        Piece::Code(code) => Tok::Raw(Cow::Owned(code_span(code, place))),
        Piece::Raw(raw) if place == Place::Cell && raw.contains('|') => {
            Tok::Raw(Cow::Owned(raw.replace('|', if raw.starts_with('<') { "&#124;" } else { "\\|" })))
        }
        // Formulas and notes are text there.
        Piece::Raw(raw) if place == Place::Html && !raw.starts_with('<') => Tok::Lit(raw),
        Piece::Raw(raw) => Tok::Raw(Cow::Borrowed(raw)),
        Piece::Break => Tok::Raw(Cow::Borrowed(match place {
            Place::Cell | Place::Html => "<br>",
            Place::Heading => " ",
            _ => "\\\n",
        })),
        Piece::Image(image) => Tok::Image(&image.alt, &image.href, &image.title),
    }
}

/// A code span around any text.
pub(crate) fn code_span(code: &str, place: Place) -> String {
    let code = code_line(code);
    let fence = "`".repeat(longest_run(&code) + 1);
    let spaces = code.starts_with(' ') && code.ends_with(' ') && !code.trim().is_empty();
    let pad = if code.starts_with('`') || code.ends_with('`') || spaces { " " } else { "" };
    if place == Place::Cell {
        if code.contains("\\|") {
            return format!("<code>{}</code>", crate::table::cell_code(&code));
        }
        return format!("{fence}{pad}{}{pad}{fence}", code.replace('|', "\\|"));
    }
    format!("{fence}{pad}{code}{pad}{fence}")
}

fn code_line(code: &str) -> String {
    code.replace(['\n', '\r', '\u{a0}'], " ")
}

fn longest_run(code: &str) -> usize {
    code.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

fn edge(tok: &Tok<'_>, first: bool) -> Option<char> {
    let pick = |text: &str| if first { text.chars().next() } else { text.chars().next_back() };
    match tok {
        Tok::Lit(text) => pick(text),
        Tok::Raw(text) => pick(text),
        Tok::Image(..) => Some(if first { '!' } else { ')' }),
        Tok::Mark(mark, open, _) => pick(delimiter(*mark, *open)),
        Tok::LinkOpen(_) => Some('['),
        Tok::LinkClose(_) => Some(if first { ']' } else { ')' }),
    }
}

fn star(tok: &Tok<'_>) -> Option<(char, bool, usize)> {
    match tok {
        Tok::Mark(STRONG | EM, open, pair) => Some(('*', *open, *pair)),
        Tok::Mark(STRIKE, open, pair) => Some(('~', *open, *pair)),
        _ => None,
    }
}

/// Replaces delimiters that would not open or close, or not with each other, by HTML.
fn html_where_needed(toks: &mut [Tok<'_>]) {
    if !toks.iter().any(|tok| star(tok).is_some()) {
        return;
    }
    for round in 0..10 {
        let bad = failing(toks);
        if bad.is_empty() {
            return;
        }
        for tok in toks.iter_mut() {
            if let Tok::Mark(mark, open, pair) = tok
                && *mark & (STRONG | EM | STRIKE) != 0
                && (bad.contains(pair) || round > 8)
            {
                *tok = Tok::Raw(Cow::Borrowed(tag(*mark, *open)));
            }
        }
    }
}

/// A run of emitted delimiters: the pair and the width of each, and what the run can do.
struct Emitted {
    marks: Vec<(usize, usize)>,
    run: Run,
}

/// The pairs that would not be read as they are meant.
fn failing(toks: &[Tok<'_>]) -> HashSet<usize> {
    let mut bad = HashSet::new();
    let mut runs: Vec<Emitted> = Vec::new();
    let mut at = 0;
    while at < toks.len() {
        let Some((c, opens, _)) = toks.get(at).and_then(star) else {
            at += 1;
            continue;
        };
        let same = |tok: &Tok<'_>| star(tok).filter(|(other, ..)| *other == c);
        let run: Vec<(char, bool, usize)> = toks.iter().skip(at).map_while(same).collect();
        let end = at + run.len();
        let before = at.checked_sub(1).and_then(|i| toks.get(i)).and_then(|tok| edge(tok, false));
        let after = toks.get(end).and_then(|tok| edge(tok, true));
        let (open, close) = flanking(c, before, after);
        if let Some((_, _, other)) = run.iter().find(|(_, open, _)| *open != opens) {
            bad.insert(*other);
        } else if !(if opens { open } else { close }) || before == Some(c) || after == Some(c) {
            bad.extend(run.iter().map(|(_, _, pair)| *pair));
        }
        let width = |tok: &Tok<'_>| if matches!(tok, Tok::Mark(EM, ..)) { 1 } else { 2 };
        let widths = toks.iter().skip(at).map(width);
        let marks: Vec<(usize, usize)> = run.iter().map(|(_, _, pair)| *pair).zip(widths).collect();
        let len = marks.iter().map(|(_, width)| width).sum();
        runs.push(Emitted { marks, run: Run { byte: if c == '*' { b'*' } else { b'~' }, len, open, close } });
        at = end;
    }
    if bad.is_empty() && runs.len() <= MOST_RUNS {
        bad = crossed(runs);
    }
    bad
}

/// The pairs that a parser would make otherwise.
fn crossed(mut runs: Vec<Emitted>) -> HashSet<usize> {
    let plain: Vec<Run> = runs.iter().map(|emitted| emitted.run.clone()).collect();
    for (opener, closer, used) in crate::delims::pairs(&plain) {
        // The inner marks pair first: the last ones of the opening run, the first ones of the closing run.
        let inner = runs.get_mut(opener).and_then(|emitted| emitted.marks.pop());
        let other = runs.get_mut(closer).and_then(|e| if e.marks.is_empty() { None } else { Some(e.marks.remove(0)) });
        if inner != other || inner.is_none_or(|(_, width)| width != used) {
            return inner.into_iter().chain(other).map(|(pair, _)| pair).collect();
        }
    }
    runs.into_iter().flat_map(|emitted| emitted.marks).map(|(pair, _)| pair).collect()
}
