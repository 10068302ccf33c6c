//! Escapes what would otherwise be read as markup, and nothing else.

/// One character of a block: literal text or markup that was emitted on purpose.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ch {
    pub(crate) c: char,
    pub(crate) literal: bool,
    /// Inside the text of an emitted link.
    pub(crate) in_link: bool,
}

/// Where the inline content stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Block,
    Item,
    Heading,
    Cell,
}

/// Unicode punctuation and symbols, as far as delimiter runs care.
pub(crate) fn is_punctuation(c: char) -> bool {
    c.is_ascii_punctuation()
        || (!c.is_ascii()
            && !c.is_alphanumeric()
            && !c.is_whitespace()
            && !unicode_normalization::char::is_combining_mark(c)
            && !matches!(c, '\u{200c}' | '\u{200d}' | '\u{ad}' | '\u{2060}'))
}

/// Whether a delimiter run between these neighbours can open and can close.
pub(crate) fn flanking(mark: char, before: Option<char>, after: Option<char>) -> (bool, bool) {
    let space = |c: Option<char>| c.is_none_or(char::is_whitespace);
    let punct = |c: Option<char>| c.is_some_and(is_punctuation);
    let left = !space(after) && (!punct(after) || space(before) || punct(before));
    let right = !space(before) && (!punct(before) || space(after) || punct(after));
    if mark == '_' { (left && (!right || punct(before)), right && (!left || punct(after))) } else { (left, right) }
}

fn at(text: &[Ch], index: usize) -> Option<char> {
    text.get(index).map(|ch| ch.c)
}

/// Writes the characters with the escapes they need.
pub(crate) fn finish(text: &[Ch], place: Place) -> String {
    let mut marks = vec![false; text.len()];
    for mark in ['*', '_', '~'] {
        delimiters(text, mark, &mut marks);
    }
    backticks(text, &mut marks);
    brackets(text, &mut marks);
    angles(text, &mut marks);
    if place == Place::Block || place == Place::Item {
        line_starts(text, place, &mut marks);
    }
    if place == Place::Heading {
        heading_end(text, &mut marks);
    }
    addresses(text, &mut marks);
    write(text, place, &mut marks)
}

fn write(text: &[Ch], place: Place, marks: &mut [bool]) -> String {
    let mut out = String::with_capacity(text.len());
    for (i, ch) in text.iter().enumerate() {
        let next = at(text, i + 1);
        let marked = marks.get(i).copied().unwrap_or(false);
        let escaped = match ch.c {
            '\\' if ch.literal => match next {
                Some('|') if place == Place::Cell => false,
                Some(c) => c.is_ascii_punctuation() || c == '\n',
                None => true,
            },
            '|' if ch.literal && place == Place::Cell => {
                if i > 0 && at(text, i - 1) == Some('\\') {
                    out.push_str("&#124;");
                    continue;
                }
                true
            }
            '&' if marked => {
                out.push_str("&amp;");
                continue;
            }
            _ => marked,
        };
        if escaped {
            out.push('\\');
        }
        out.push(ch.c);
    }
    out
}

fn set(marks: &mut [bool], index: usize) {
    if let Some(mark) = marks.get_mut(index) {
        *mark = true;
    }
}

/// The runs of one character: start, length.
fn runs(text: &[Ch], c: char) -> Vec<(usize, usize)> {
    let mut out: Vec<(usize, usize)> = Vec::new();
    for (i, ch) in text.iter().enumerate() {
        if ch.c != c {
            continue;
        }
        match out.last_mut() {
            Some((start, len)) if *start + *len == i => *len += 1,
            _ => out.push((i, 1)),
        }
    }
    out
}

fn delimiters(text: &[Ch], mark: char, marks: &mut [bool]) {
    let found: Vec<(usize, usize, bool, bool)> = runs(text, mark)
        .into_iter()
        .filter(|&(_, len)| mark != '~' || len <= 2)
        .map(|(start, len)| {
            let before = start.checked_sub(1).and_then(|i| at(text, i));
            let (open, close) = flanking(mark, before, at(text, start + len));
            (start, len, open, close)
        })
        .collect();
    let last_close = found.iter().rposition(|run| run.3);
    let first_open = found.iter().position(|run| run.2);
    for (i, &(start, len, open, close)) in found.iter().enumerate() {
        let pairs = (open && last_close.is_some_and(|j| j > i)) || (close && first_open.is_some_and(|j| j < i));
        if pairs {
            (start..start + len).filter(|&j| text.get(j).is_some_and(|ch| ch.literal)).for_each(|j| set(marks, j));
        }
    }
}

fn backticks(text: &[Ch], marks: &mut [bool]) {
    let found = runs(text, '`');
    let mut lengths: Vec<usize> = found.iter().map(|run| run.1).collect();
    lengths.sort_unstable();
    for (start, len) in found {
        let count = lengths.partition_point(|&l| l <= len) - lengths.partition_point(|&l| l < len);
        if count > 1 && text.get(start).is_some_and(|ch| ch.literal) {
            (start..start + len).for_each(|j| set(marks, j));
        }
    }
}

fn brackets(text: &[Ch], marks: &mut [bool]) {
    let mut open: Vec<usize> = Vec::new();
    let mut in_link = false;
    for (i, ch) in text.iter().enumerate() {
        if ch.in_link != in_link {
            if in_link {
                open.drain(..).for_each(|j| set(marks, j));
            }
            open.clear();
            in_link = ch.in_link;
        }
        if !ch.literal {
            if ch.c == '[' && i > 0 && at(text, i - 1) == Some('!') && text.get(i - 1).is_some_and(|p| p.literal) {
                set(marks, i - 1);
            }
            continue;
        }
        match ch.c {
            '[' => open.push(i),
            ']' => match open.pop() {
                Some(start) => {
                    let first = start == 0 && at(text, i + 1) == Some(':');
                    if first || matches!(at(text, i + 1), Some('(' | '[')) {
                        set(marks, start);
                    }
                }
                None if in_link => set(marks, i),
                None => {}
            },
            _ => {}
        }
    }
    if in_link {
        for j in open {
            set(marks, j);
        }
    }
}

fn angles(text: &[Ch], marks: &mut [bool]) {
    let last = text.iter().rposition(|ch| ch.c == '>');
    for (i, ch) in text.iter().enumerate().filter(|(_, ch)| ch.literal) {
        if ch.c == '<' {
            let tag = at(text, i + 1).is_some_and(|c| c.is_ascii_alphabetic() || "/!?".contains(c));
            if tag && last.is_some_and(|j| j > i) {
                set(marks, i);
            }
        } else if ch.c == '&' {
            let tail: String = text.iter().skip(i + 1).take(40).map(|ch| ch.c).collect();
            let name = tail.split_once(';').map_or("", |(name, _)| name);
            let number = name.strip_prefix('#').is_some_and(|n| {
                let hex = n.strip_prefix(['x', 'X']);
                hex.map_or(!n.is_empty() && n.chars().all(|c| c.is_ascii_digit()), |h| {
                    !h.is_empty() && h.chars().all(|c| c.is_ascii_hexdigit())
                })
            });
            if number || (!name.is_empty() && crate::storage::entity(name).is_some()) {
                set(marks, i);
            }
        }
    }
}

fn line_starts(text: &[Ch], place: Place, marks: &mut [bool]) {
    let mut start = 0;
    while start < text.len() {
        let end = text.iter().skip(start).position(|ch| ch.c == '\n').map_or(text.len(), |n| start + n);
        let line: String = text.get(start..end).unwrap_or(&[]).iter().map(|ch| ch.c).collect();
        let line = if end < text.len() { line.strip_suffix('\\').unwrap_or(&line) } else { &line };
        if text.get(start).is_some_and(|ch| ch.literal)
            && let Some(offset) = line_start(line, start == 0)
        {
            set(marks, start + offset);
        }
        let task = ["[ ]", "[x]", "[X]"].iter().any(|t| line.strip_prefix(t).is_some_and(|r| r.starts_with(' ')));
        if start == 0 && place == Place::Item && task && text.first().is_some_and(|ch| ch.literal) {
            set(marks, 0);
        }
        start = end + 1;
    }
}

/// The offset of the character that must be escaped at the start of this line.
fn line_start(line: &str, first: bool) -> Option<usize> {
    let c = line.chars().next()?;
    let run = line.chars().take_while(|&other| other == c).count();
    let tail = line.get(run..).unwrap_or("");
    let ends = |tail: &str| tail.is_empty() || tail.starts_with(' ');
    let bar = |c: char| line.chars().all(|o| o == c || o == ' ') && line.chars().filter(|&o| o == c).count() >= 3;
    let hit = match c {
        '>' => true,
        '#' => run <= 6 && ends(tail),
        '-' => (run == 1 && ends(tail)) || bar('-') || (!first && tail.trim().is_empty()),
        '*' => (run == 1 && ends(tail)) || bar('*'),
        '+' => run == 1 && ends(tail),
        '_' => bar('_'),
        '=' => !first && tail.trim().is_empty(),
        '`' => run >= 3 && !tail.contains('`'),
        '~' => run >= 3,
        _ => false,
    };
    if hit {
        return Some(0);
    }
    let digits = line.chars().take_while(char::is_ascii_digit).count();
    let tail = line.get(digits..).unwrap_or("");
    let rest = tail.strip_prefix(['.', ')'])?;
    let starts = digits > 0 && digits <= 9 && ends(rest) && (first || line.get(..digits) == Some("1"));
    starts.then_some(digits)
}

fn heading_end(text: &[Ch], marks: &mut [bool]) {
    let hashes = text.iter().rev().take_while(|ch| ch.c == '#' && ch.literal).count();
    let start = text.len() - hashes;
    if hashes > 0 && (start == 0 || at(text, start - 1) == Some(' ')) {
        set(marks, start);
    }
}

/// Bare addresses never receive backslashes.
fn addresses(text: &[Ch], marks: &mut [bool]) {
    let mut i = 0;
    while i < text.len() {
        let head = text.get(i..).unwrap_or(&[]);
        let starts = |p: &str| head.len() > p.len() && p.chars().zip(head).all(|(c, ch)| ch.literal && ch.c == c);
        if at(text, i) == Some('h') && (starts("http://") || starts("https://")) {
            let len = head.iter().take_while(|ch| ch.literal && ch.c != ' ' && ch.c != '<' && ch.c != '\n').count();
            marks.iter_mut().skip(i).take(len).for_each(|mark| *mark = false);
            i += len;
        }
        i += 1;
    }
}
