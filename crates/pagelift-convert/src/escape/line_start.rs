//! What a line may not begin with unless it is meant.

use super::syntax::Dollars;
use super::{Place, Specials, Syntax, extra, python};
use crate::dialect::Extra;

/// The elements whose tag at the start of a line begins a block of HTML.
const HTML_BLOCKS: &[&str] = &[
    "address",
    "article",
    "aside",
    "base",
    "basefont",
    "blockquote",
    "body",
    "caption",
    "center",
    "col",
    "colgroup",
    "dd",
    "details",
    "dialog",
    "dir",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "frame",
    "frameset",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hr",
    "html",
    "iframe",
    "legend",
    "li",
    "link",
    "main",
    "menu",
    "menuitem",
    "nav",
    "noframes",
    "ol",
    "optgroup",
    "option",
    "p",
    "param",
    "pre",
    "script",
    "search",
    "section",
    "style",
    "summary",
    "table",
    "tbody",
    "td",
    "textarea",
    "tfoot",
    "th",
    "thead",
    "title",
    "tr",
    "track",
    "ul",
];

/// Marks the characters at line starts that would begin another kind of block.
pub(super) fn mark(text: &str, specials: &mut Specials, place: Place, syntax: &Syntax) {
    let mut start = 0;
    while let Some(rest) = text.get(start..) {
        let line = memchr::memchr(b'\n', rest.as_bytes()).and_then(|end| rest.get(..end)).unwrap_or(rest);
        mark_line(Line { text: line, first: start == 0, place }, start, specials, syntax);
        start += line.len() + 1;
    }
}

fn mark_line(at: Line<'_>, start: usize, specials: &mut Specials, syntax: &Syntax) {
    let line = at.text;
    for (offset, entity) in offsets(at, syntax).into_iter().flatten() {
        let Some(&byte) = line.as_bytes().get(offset) else { continue };
        let known = specials.all.binary_search_by_key(&(start + offset), |s| s.pos).ok();
        let found = known.and_then(|at| specials.all.get(at));
        if syntax.extra == Extra::Jekyll && byte == b'[' && found.is_some_and(|s| !s.literal()) {
            // The text of a link would be the name of a definition.
            line.find("]:").into_iter().for_each(|at| specials.mark_at(start + at + 1, b':', false));
            continue;
        }
        specials.mark_at(start + offset, byte, entity);
        // What is left of a fence could begin a code span.
        let rest = line.bytes().enumerate().skip(offset + 1).take_while(|&(_, b)| b == byte && b == b'`');
        rest.for_each(|(at, b)| specials.mark_at(start + at, b, false));
    }
    if at.first && at.place == Place::Item && syntax.tasks {
        let ticked = ["[ ]", "[x]", "[X]"].iter().any(|t| line.strip_prefix(t).is_some_and(is_end));
        if ticked {
            specials.mark_at(0, b'[', false);
        }
    }
}

/// A line, whether it is the first of its block, and where that stands.
#[derive(Clone, Copy)]
pub(super) struct Line<'a> {
    pub(super) text: &'a str,
    pub(super) first: bool,
    pub(super) place: Place,
}

pub(super) fn is_end(tail: &str) -> bool {
    tail.is_empty() || tail.starts_with([' ', '\t'])
}

/// Whether a line is a rule, or an underline of three characters or more.
pub(super) fn is_bar(line: &str, c: char) -> bool {
    line.chars().all(|o| o == c || o == ' ') && line.chars().filter(|&o| o == c).count() >= 3
}

/// The offsets of the characters that must be escaped at the start of this line: in this flavour alone, and in all. Each
/// with whether a backslash would not do.
fn offsets(line: Line<'_>, syntax: &Syntax) -> [Option<(usize, bool)>; 2] {
    let own = match syntax.extra {
        Extra::PythonMarkdown => return [python::line_start(line).or_else(|| block_maths(line, syntax)), None],
        Extra::None | Extra::Obsidian | Extra::GithubWiki => None,
        extra => extra::line_start(line, extra),
    };
    // Most lines begin with a letter.
    let letter = line.text.bytes().next().is_none_or(|first| first.is_ascii_alphabetic() || !first.is_ascii());
    let behind_box = line.first && line.place == Place::Task;
    if letter || behind_box {
        return [own, None];
    }
    let common = common_mark(line, syntax).map(|offset| (offset, false));
    [own, common.or_else(|| block_maths(line, syntax))]
}

/// Two dollars begin a formula that ends wherever the next two stand.
fn block_maths(Line { text: line, .. }: Line<'_>, syntax: &Syntax) -> Option<(usize, bool)> {
    let maths = syntax.reads_maths() && line.starts_with("$$");
    // Where they begin one in a line as well, they do so even behind a backslash.
    maths.then_some((0, syntax.dollars == Dollars::Double))
}

fn common_mark(Line { text: line, first, .. }: Line<'_>, syntax: &Syntax) -> Option<usize> {
    let c = line.chars().next()?;
    let run = line.chars().take_while(|&other| other == c).count();
    let tail = line.get(run..).unwrap_or("");
    // An item without content does not interrupt a paragraph.
    let item = |tail: &str| if first { is_end(tail) } else { is_end(tail) && !tail.trim().is_empty() };
    let hit = match c {
        '>' => true,
        '#' => run <= 6 && is_end(tail),
        '-' => (run == 1 && item(tail)) || is_bar(line, '-') || (!first && tail.trim().is_empty()),
        '*' => (run == 1 && item(tail)) || is_bar(line, '*'),
        '+' => run == 1 && item(tail),
        '_' => is_bar(line, '_'),
        '=' => !first && tail.trim().is_empty(),
        '`' => run >= 3 && !tail.contains('`'),
        '~' => run >= 3,
        '<' => html_block(line.get(1..).unwrap_or("")),
        _ => false,
    };
    if hit || (!first && syntax.tables && delimiter_row(line)) {
        return Some(0);
    }
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let rest = line.get(digits..).unwrap_or("").strip_prefix(['.', ')'])?;
    let starts = (1..=9).contains(&digits) && item(rest) && (first || line.get(..digits) == Some("1"));
    starts.then_some(digits)
}

/// Whether a line below another one would make a table of both.
pub(super) fn delimiter_row(line: &str) -> bool {
    line.contains('-') && line.contains(['|', ':']) && line.chars().all(|c| matches!(c, '|' | '-' | ':' | ' '))
}

/// Whether a `<` before this, at the start of a line, begins a block of HTML.
fn html_block(tail: &str) -> bool {
    if tail.starts_with("!--") || tail.starts_with('?') || tail.starts_with("![CDATA[") {
        return true;
    }
    if tail.strip_prefix('!').is_some_and(|t| t.starts_with(|c: char| c.is_ascii_alphabetic())) {
        return true;
    }
    let body = tail.strip_prefix('/').unwrap_or(tail);
    let len = body.bytes().take_while(u8::is_ascii_alphanumeric).count();
    let (name, rest) = body.split_at_checked(len).unwrap_or(("", ""));
    let known = HTML_BLOCKS.binary_search(&name.to_ascii_lowercase().as_str()).is_ok();
    known && (is_end(rest) || rest.starts_with('>') || rest.starts_with("/>"))
}
