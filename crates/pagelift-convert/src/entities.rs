//! Named and numeric character references.

use std::borrow::Cow;
use std::collections::HashMap;

use quick_xml::escape::resolve_html5_entity;

/// The entities that a body's own DOCTYPE defines.
#[derive(Debug, Default)]
pub(crate) struct Entities(HashMap<String, String>);

impl Entities {
    /// Reads the definitions of an internal subset. Their values are text: they are not expanded again.
    pub(crate) fn declare(&mut self, subset: &str) {
        for part in subset.split("<!ENTITY").skip(1) {
            let Some((name, tail)) = part.trim_start().split_once(char::is_whitespace) else { continue };
            let tail = tail.trim_start();
            let Some(quote) = tail.chars().next().filter(|c| matches!(c, '"' | '\'')) else { continue };
            if let Some((value, _)) = tail.get(1..).unwrap_or("").split_once(quote) {
                let (value, _) = resolve(value, &Self::default());
                self.0.insert(name.to_owned(), value.into_owned());
            }
        }
    }
}

/// The value of an entity without `&` and `;`.
pub(crate) fn entity(name: &str) -> Option<Cow<'static, str>> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        let c = char::from_u32(code).filter(|c| *c >= ' ' || matches!(c, '\t' | '\n'))?;
        return Some(Cow::Owned(c.to_string()));
    }
    resolve_html5_entity(name).map(Cow::Borrowed)
}

/// The text with its references replaced, and whether there was a `&` that begins none.
pub(crate) fn resolve<'a>(text: &'a str, own: &Entities) -> (Cow<'a, str>, bool) {
    let Some(first) = text.find('&') else { return (Cow::Borrowed(text), false) };
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut next = Some(first);
    let mut stray = false;
    while let Some(at) = next {
        out.push_str(rest.get(..at).unwrap_or(""));
        let tail = rest.get(at + 1..).unwrap_or("");
        let len =
            tail.find(|c: char| !(c.is_alphanumeric() || matches!(c, '#' | '_' | '-' | '.'))).unwrap_or(tail.len());
        let name = tail.get(..len).unwrap_or("");
        let ended = tail.get(len..).is_some_and(|t| t.starts_with(';')) && !name.is_empty();
        stray |= !ended;
        let value = match own.0.get(name) {
            Some(value) if ended => Some(Cow::Owned(value.clone())),
            _ if ended => entity(name),
            _ => None,
        };
        if let Some(value) = value {
            out.push_str(&value);
            rest = tail.get(len + 1..).unwrap_or("");
        } else {
            out.push('&');
            rest = tail;
        }
        next = rest.find('&');
    }
    out.push_str(rest);
    (Cow::Owned(out), stray)
}
