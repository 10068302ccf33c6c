//! What a `<` in flowing text begins, as a `CommonMark` parser reads it.

use std::cell::OnceCell;

use memchr::memmem;

/// Where the last marks of a text stand that end a comment, a CDATA section, an instruction and a tag. Each is looked
/// for when it is asked for.
pub(super) struct Ends<'t> {
    text: &'t str,
    last: [OnceCell<Option<usize>>; 4],
}

impl<'t> Ends<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        Self { text, last: Default::default() }
    }

    fn after(&self, mark: usize, pos: usize) -> bool {
        let (Some(last), Some(sign)) = (self.last.get(mark), ["-->", "]]>", "?>", ">"].get(mark)) else { return false };
        last.get_or_init(|| memmem::rfind(self.text.as_bytes(), sign.as_bytes())).is_some_and(|end| end >= pos)
    }
}

/// Whether the `<` at `pos` begins a tag, a comment or an address.
pub(super) fn follows(text: &str, pos: usize, ends: &Ends<'_>) -> bool {
    let tail = text.get(pos + 1..).unwrap_or("");
    if !ends.after(3, pos) {
        return false;
    }
    // The name in an address of mail may begin with nearly any sign.
    if is_address(tail) {
        return true;
    }
    if let Some(rest) = tail.strip_prefix('!') {
        return match rest.strip_prefix("--") {
            Some(comment) => ends.after(0, pos + 4) || comment.starts_with('>') || comment.starts_with("->"),
            None if rest.starts_with("[CDATA[") => ends.after(1, pos + 9),
            None => rest.starts_with(|c: char| c.is_ascii_alphabetic()),
        };
    }
    if tail.starts_with('?') {
        return ends.after(2, pos + 2);
    }
    if let Some(rest) = tail.strip_prefix('/') {
        return name(rest).is_some_and(|rest| rest.trim_start().starts_with('>'));
    }
    name(tail).is_some_and(is_open_tag)
}

/// What stands behind the name of a tag.
fn name(text: &str) -> Option<&str> {
    let len = text.bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'-').count();
    text.get(len..).filter(|_| text.starts_with(|c: char| c.is_ascii_alphabetic()))
}

fn is_open_tag(mut rest: &str) -> bool {
    loop {
        let trimmed = rest.trim_start();
        if trimmed.starts_with('>') || trimmed.starts_with("/>") {
            return true;
        }
        let starts = trimmed.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_' || c == ':');
        if trimmed.len() == rest.len() || !starts {
            return false;
        }
        let len = trimmed.bytes().take_while(|b| b.is_ascii_alphanumeric() || b"_.:-".contains(b)).count();
        rest = trimmed.get(len..).unwrap_or("");
        let Some(value) = rest.trim_start().strip_prefix('=').map(str::trim_start) else { continue };
        let end = if let Some(quote @ ('"' | '\'')) = value.chars().next() {
            value.get(1..).and_then(|v| v.find(quote)).map(|at| at + 2)
        } else {
            let end = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '=' | '<' | '>' | '`');
            Some(value.find(end).unwrap_or(value.len())).filter(|&len| len > 0)
        };
        let Some(end) = end else { return false };
        rest = value.get(end..).unwrap_or("");
    }
}

fn is_address(tail: &str) -> bool {
    let Some(end) = tail.find(|c: char| c == '>' || c == '<' || c.is_whitespace() || c.is_control()) else {
        return false;
    };
    let (inner, rest) = tail.split_at_checked(end).unwrap_or(("", ""));
    if !rest.starts_with('>') {
        return false;
    }
    if inner.contains('@') && inner.is_ascii() {
        return true;
    }
    let scheme = inner.split_once(':').map_or("", |(scheme, _)| scheme);
    (2..=32).contains(&scheme.len())
        && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+.-".contains(c))
}
