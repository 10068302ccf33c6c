//! Named and numeric character references.

use std::borrow::Cow;
use std::collections::HashMap;

use memchr::memchr;
use quick_xml::escape::resolve_html5_entity;

/// The entities that a body's own DOCTYPE defines.
#[derive(Debug)]
pub(crate) struct Entities {
    own: HashMap<String, String>,
    /// How much all their uses together may still add to the body.
    room: usize,
}

impl Entities {
    /// None yet, for a body of this size.
    pub(crate) fn new(size: usize) -> Self {
        Self { own: HashMap::new(), room: size.saturating_mul(8).saturating_add(1 << 16) }
    }

    /// Reads the definitions of an internal subset. Their values are text: they are not expanded again.
    pub(crate) fn declare(&mut self, subset: &str) {
        for part in subset.split("<!ENTITY").skip(1) {
            let Some((name, tail)) = part.trim_start().split_once(char::is_whitespace) else { continue };
            let tail = tail.trim_start();
            let Some(quote) = tail.chars().next().filter(|c| matches!(c, '"' | '\'')) else { continue };
            if let Some((value, _)) = tail.get(1..).unwrap_or("").split_once(quote) {
                let mut text = String::new();
                Self::new(0).resolve(value, 0, &mut text);
                self.own.insert(name.to_owned(), text);
            }
        }
    }

    /// Writes a text with its references replaced, the first of which is not before `first`; and says whether there
    /// was a `&` that begins none.
    pub(crate) fn resolve(&mut self, text: &str, first: usize, out: &mut String) -> bool {
        let (mut rest, mut from) = (text, first);
        let mut stray = false;
        while let Some(at) = rest.as_bytes().get(from..).and_then(|bytes| memchr(b'&', bytes)) {
            let (before, tail) = rest.split_at_checked(from + at).unwrap_or((rest, ""));
            out.push_str(before);
            let used = if let Some((value, len)) = common(tail.as_bytes()).filter(|_| self.own.is_empty()) {
                out.push(value);
                len
            } else if let Some(name) = name(tail.get(1..).unwrap_or("")) {
                if self.put(name, out) { name.len() + 2 } else { 0 }
            } else {
                stray = true;
                0
            };
            rest = tail.get(used..).unwrap_or("");
            // What is no reference stays, and is not looked at again.
            from = usize::from(used == 0);
        }
        out.push_str(rest);
        stray
    }

    /// Writes the value of an entity; false where it has none.
    fn put(&mut self, name: &str, out: &mut String) -> bool {
        if !self.own.is_empty()
            && let Some(value) = self.own.get(name)
        {
            let fits = value.len() <= self.room;
            self.room = self.room.saturating_sub(value.len());
            if fits {
                out.push_str(value);
            }
            return fits;
        }
        let value = entity(name);
        out.push_str(value.as_deref().unwrap_or(""));
        value.is_some()
    }
}

/// The value and the length of the reference that a text begins with, if it is one of these. Nearly all are.
fn common(text: &[u8]) -> Option<(char, usize)> {
    Some(match text {
        [_, b'n', b'b', b's', b'p', b';', ..] => ('\u{a0}', 6),
        [_, b'a', b'm', b'p', b';', ..] => ('&', 5),
        [_, b'l', b't', b';', ..] => ('<', 4),
        [_, b'g', b't', b';', ..] => ('>', 4),
        [_, b'q', b'u', b'o', b't', b';', ..] => ('"', 6),
        _ => return None,
    })
}

/// The name of the entity that a text begins with, up to the semicolon.
fn name(text: &str) -> Option<&str> {
    let plain = text.bytes().take_while(u8::is_ascii_alphanumeric).count();
    if plain > 0 && text.as_bytes().get(plain) == Some(&b';') {
        return text.get(..plain);
    }
    let in_name = |c: char| c.is_alphanumeric() || matches!(c, '#' | '_' | '-' | '.');
    let (name, _) = text.split_at_checked(text.find(|c: char| !in_name(c))?)?;
    (!name.is_empty() && text.as_bytes().get(name.len()) == Some(&b';')).then_some(name)
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
