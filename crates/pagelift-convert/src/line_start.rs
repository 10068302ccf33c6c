//! What a line may not begin with unless it is meant.

use crate::escape::{Place, Special, mark_at};

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
pub(crate) fn mark(text: &str, specials: &mut Vec<Special>, place: Place) {
    let mut start = 0;
    for (number, line) in text.split('\n').enumerate() {
        if !(number == 0 && place == Place::Task)
            && let Some(offset) = offset(line, number == 0)
            && let Some(&byte) = line.as_bytes().get(offset)
        {
            mark_at(specials, start + offset, byte);
            // What is left of a fence could begin a code span.
            let rest = line.bytes().enumerate().skip(offset + 1).take_while(|&(_, b)| b == byte && b == b'`');
            rest.for_each(|(at, b)| mark_at(specials, start + at, b));
        }
        let ticked = ["[ ]", "[x]", "[X]"].iter().any(|t| line.strip_prefix(t).is_some_and(is_end));
        if number == 0 && place == Place::Item && ticked {
            mark_at(specials, 0, b'[');
        }
        start += line.len() + 1;
    }
}

fn is_end(tail: &str) -> bool {
    tail.is_empty() || tail.starts_with([' ', '\t'])
}

/// The offset of the character that must be escaped at the start of this line.
fn offset(line: &str, first: bool) -> Option<usize> {
    let c = line.chars().next().filter(char::is_ascii)?;
    let run = line.chars().take_while(|&other| other == c).count();
    let tail = line.get(run..).unwrap_or("");
    // An item without content does not interrupt a paragraph.
    let item = |tail: &str| if first { is_end(tail) } else { is_end(tail) && !tail.trim().is_empty() };
    let bar = |c: char| line.chars().all(|o| o == c || o == ' ') && line.chars().filter(|&o| o == c).count() >= 3;
    let hit = match c {
        '>' => true,
        '#' => run <= 6 && is_end(tail),
        '-' => (run == 1 && item(tail)) || bar('-') || (!first && tail.trim().is_empty()),
        '*' => (run == 1 && item(tail)) || bar('*'),
        '+' => run == 1 && item(tail),
        '_' => bar('_'),
        '=' => !first && tail.trim().is_empty(),
        '`' => run >= 3 && !tail.contains('`'),
        '~' => run >= 3,
        '<' => html_block(line.get(1..).unwrap_or("")),
        _ => false,
    };
    if hit || (!first && delimiter_row(line)) {
        return Some(0);
    }
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let rest = line.get(digits..).unwrap_or("").strip_prefix(['.', ')'])?;
    let starts = (1..=9).contains(&digits) && item(rest) && (first || line.get(..digits) == Some("1"));
    starts.then_some(digits)
}

/// Whether a line below another one would make a table of both.
fn delimiter_row(line: &str) -> bool {
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
