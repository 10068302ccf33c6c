//! Characters that mean something in one flavour and nothing in GitHub's.

use super::line_start::{Line, is_end};
use super::{Kind, Place, Special, Syntax, before, kramdown, liquid, mark_literal, outline, pairs, python};
use crate::dialect::Extra;

/// Marks what the flavour would read in the text.
pub(super) fn mark(text: &str, place: Place, specials: &mut [Special], syntax: &Syntax) {
    match syntax.extra {
        Extra::None => {}
        Extra::Obsidian => {
            pairs::doubled(text, b'=', specials);
            each(specials, |special, _| {
                special.byte == b'%' && text.get(special.pos + 1..).is_some_and(|t| t.starts_with('%'))
            });
            double_brackets(text, specials, |_| true);
            tags(text, specials, joins_word, outline::is_obsidian_tag);
            outline::carets(text, specials);
        }
        Extra::Mdx => {
            each(specials, |special, _| matches!(special.byte, b'{' | b'}' | b'<'));
            let end = text.rfind(']');
            each(specials, |special, _| {
                special.byte == b':' && end > Some(special.pos) && is_directive(text, special.pos)
            });
        }
        Extra::PythonMarkdown => python::mark(text, place, specials),
        Extra::Azure => {
            tags(text, specials, joins_word, |tag| tag.starts_with(|c: char| c.is_ascii_digit()));
            double_brackets(text, specials, |inner| inner.starts_with("_TO"));
        }
        Extra::GithubWiki | Extra::GitlabWiki => double_brackets(text, specials, |_| true),
        Extra::Hugo => {
            liquid::shortcodes(text, specials);
            heading_attributes(text, place, specials);
            if place == Place::Item {
                boxes(text, specials);
            }
        }
        Extra::Jekyll => {
            liquid::outputs(text, specials);
            heading_attributes(text, place, specials);
            kramdown::mark(text, place, specials);
        }
        Extra::Logseq => {
            pairs::doubled(text, b'=', specials);
            pairs::doubled(text, b'^', specials);
            double_brackets(text, specials, |_| true);
            tags(text, specials, |_| false, outline::is_logseq_tag);
            outline::references(text, specials);
            label_starts(specials);
            outline::brackets_in_labels(specials);
        }
    }
}

/// Marks the boxes of tasks: the first one in an item makes it a task, wherever it stands.
fn boxes(text: &str, specials: &mut [Special]) {
    let is_box = |at: usize| {
        let tail = text.get(at..).unwrap_or("");
        ["[ ]", "[x]", "[X]"].iter().any(|mark| tail.starts_with(mark))
    };
    // Without the bracket of a box, an earlier one would begin a definition.
    let defines = ["[ ]:", "[x]:", "[X]:"].iter().any(|mark| text.contains(mark));
    each(specials, |special, _| match special.byte {
        b'[' => is_box(special.pos) || (special.pos == 0 && defines),
        // In the text of a link, what stays must pair.
        b']' => special.in_link && special.pos.checked_sub(2).is_some_and(is_box),
        _ => false,
    });
}

/// Marks every literal character that is meant.
pub(super) fn each(specials: &mut [Special], meant: impl Fn(&Special, usize) -> bool) {
    for (at, special) in specials.iter_mut().enumerate() {
        if special.literal() && !special.marked && meant(special, at) {
            special.marked = true;
        }
    }
}

/// Marks the second of two brackets that would begin a link in wiki form. The first one alone would not do everywhere:
/// some look for two in a row before anything else is read.
fn double_brackets(text: &str, specials: &mut [Special], meant: impl Fn(&str) -> bool) {
    let end = text.rfind("]]");
    for at in 1..specials.len() {
        let (Some(&first), Some(&second)) = (specials.get(at - 1), specials.get(at)) else { break };
        let pair = first.byte == b'[' && second.byte == b'[' && first.pos + 1 == second.pos;
        let open = |s: &Special| s.kind != Kind::Opaque && !s.marked;
        if !pair || !open(&first) || !open(&second) || !(first.literal() || second.literal()) {
            continue;
        }
        let inner = text.get(second.pos + 1..).unwrap_or("");
        if end <= Some(second.pos) || !meant(inner) {
            continue;
        }
        let marked = if second.literal() { at } else { at - 1 };
        // In the text of a link, what stays must pair.
        if specials.get(marked).is_some_and(|s| s.in_link)
            && let Some(close) = partner(specials, marked)
        {
            mark_literal(specials, close);
        }
        mark_literal(specials, marked);
    }
}

/// Whether a sign right behind this is part of a word or an address.
fn joins_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '/' | '&' | '#' | '_' | '-' | '=' | '?' | '.')
}

/// Marks the caret at the start of a link's text, which would make a note of it.
pub(super) fn label_starts(specials: &mut [Special]) {
    let mut start = None;
    for special in specials {
        special.marked |= start == Some(special.pos) && special.byte == b'^' && special.literal();
        start = (special.byte == b'[' && special.kind == Kind::Delimiter).then_some(special.pos + 1);
    }
}

/// More signs than this between two brackets, and they are not looked for.
const MOST_INSIDE: usize = 1_000;

/// The bracket that closes the one at `open`.
pub(super) fn partner(specials: &[Special], open: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, special) in specials.iter().enumerate().skip(open + 1).take(MOST_INSIDE) {
        match special.byte {
            b'[' if special.literal() && !special.marked => depth += 1,
            b']' if special.literal() && !special.marked => match depth.checked_sub(1) {
                Some(less) => depth = less,
                None => return Some(at),
            },
            _ => {}
        }
    }
    None
}

/// Marks the signs that would begin a tag.
fn tags(text: &str, specials: &mut [Special], joins: impl Fn(char) -> bool, is_tag: impl Fn(&str) -> bool) {
    each(specials, |special, _| {
        special.byte == b'#'
            && !before(text, special.pos).is_some_and(&joins)
            && is_tag(text.get(special.pos + 1..).unwrap_or(""))
    });
}

/// Whether a colon would begin a directive with a label: a name, then brackets.
fn is_directive(text: &str, pos: usize) -> bool {
    let tail = text.get(pos + 1..).unwrap_or("");
    let name = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
    let rest = tail.trim_start_matches(name);
    tail.starts_with(char::is_alphabetic) && rest.starts_with('[')
}

/// Marks the brace that would begin attributes at the end of a heading.
fn heading_attributes(text: &str, place: Place, specials: &mut [Special]) {
    if place == Place::Heading
        && text.ends_with('}')
        && let Some(open) = text.rfind('{')
    {
        each(specials, |special, _| special.pos == open);
    }
}

/// The offset of what begins another kind of block in this flavour alone, and whether a backslash would not do.
pub(super) fn line_start(line: Line<'_>, extra: Extra) -> Option<(usize, bool)> {
    let (text, at_margin) = (line.text, line.place == Place::Block);
    let hit = match extra {
        Extra::Mdx if at_margin && may_begin(text, extra) => return Some((0, true)),
        Extra::Mdx => {
            let name = text.strip_prefix("::").unwrap_or("").trim_start_matches(':');
            // Without a name it ends the box around it.
            let ends = text.starts_with(":::") && name.trim().is_empty();
            text.starts_with("::") && (ends || name.starts_with(|c: char| c.is_alphabetic()))
        }
        Extra::Azure => text.starts_with(":::"),
        Extra::GitlabWiki => text.starts_with(":::") || text == "[TOC]",
        Extra::Hugo => text.strip_prefix(':').is_some_and(is_end),
        Extra::Jekyll => kramdown::begins(text),
        Extra::Logseq => return outline::line_start(line),
        _ => false,
    };
    hit.then_some((0, false))
}

/// Whether a line that begins with a letter could begin another kind of block.
pub(super) fn may_begin(text: &str, extra: Extra) -> bool {
    match extra {
        Extra::Mdx => ["import ", "export "].iter().any(|word| text.starts_with(word)),
        Extra::Logseq => outline::is_task(text),
        _ => false,
    }
}
