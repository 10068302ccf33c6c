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
        let bytes = text.as_bytes();
        let (mut from, mut at) = (0, first);
        let mut stray = false;
        while let Some(start) = bytes.get(at..).and_then(|rest| memchr(b'&', rest)).map(|found| at + found) {
            let tail = bytes.get(start + 1..).unwrap_or(&[]);
            // Nearly all are one of these.
            let common = match tail {
                _ if !self.own.is_empty() => None,
                [b'n', b'b', b's', b'p', b';', ..] => Some(('\u{a0}', 5)),
                [b'a', b'm', b'p', b';', ..] => Some(('&', 4)),
                [b'l', b't', b';', ..] => Some(('<', 3)),
                [b'g', b't', b';', ..] => Some(('>', 3)),
                [b'q', b'u', b'o', b't', b';', ..] => Some(('"', 5)),
                _ => None,
            };
            out.push_str(text.get(from..start).unwrap_or(""));
            from = start;
            at = start + 1;
            if let Some((value, len)) = common {
                out.push(value);
                from = at + len;
            } else if let Some(name) = name(text.get(at..).unwrap_or("")) {
                if self.put(name, out) {
                    from = at + name.len() + 1;
                }
            } else {
                stray = true;
            }
            at = at.max(from);
        }
        out.push_str(text.get(from..).unwrap_or(""));
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

/// The name of the entity that a text begins with, up to the semicolon.
fn name(text: &str) -> Option<&str> {
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
