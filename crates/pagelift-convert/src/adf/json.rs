//! Reads JSON of any depth and in any state, without recursion.

use std::borrow::Cow;

/// No value.
const NONE: u32 = u32::MAX;

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Null,
    Bool,
    Number,
    String,
    Array,
    Object,
}

#[derive(Debug, Clone, Copy, Default)]
struct Span {
    start: u32,
    end: u32,
}

#[derive(Debug)]
struct Value {
    kind: Kind,
    /// The name in the object it is in, without quotes and not decoded.
    key: Span,
    /// Its text, of a string without quotes.
    span: Span,
    /// The first value in it.
    first: u32,
    /// The value after it in the same array or object.
    next: u32,
}

/// A value of a [`Json`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Id(u32);

/// What could be read of a text.
#[derive(Debug)]
pub(crate) struct Json<'a> {
    src: &'a str,
    values: Vec<Value>,
    /// From where on the text is no JSON; empty when all of it is.
    pub(crate) rest: &'a str,
    /// Whether the text ends in the middle of a value.
    pub(crate) truncated: bool,
}

impl<'a> Json<'a> {
    /// Reads a text up to its end or the first character that cannot be JSON. What is open there counts as closed.
    pub(crate) fn read(src: &'a str) -> Self {
        let json = Self { src, values: Vec::new(), rest: "", truncated: false };
        let mut reader = Reader { json, at: 0, open: Vec::new() };
        reader.run();
        reader.json
    }

    /// The outermost value.
    pub(crate) fn root(&self) -> Option<Id> {
        (!self.values.is_empty()).then_some(Id(0))
    }

    fn value(&self, id: Id) -> Option<&Value> {
        self.values.get(id.0 as usize)
    }

    fn slice(&self, span: Span) -> &'a str {
        self.src.get(span.start as usize..span.end as usize).unwrap_or("")
    }

    pub(crate) fn kind(&self, id: Id) -> Kind {
        self.value(id).map_or(Kind::Null, |value| value.kind)
    }

    /// The values in an array or object, in order.
    pub(crate) fn items(&self, id: Id) -> impl Iterator<Item = Id> {
        let link = |id: u32| (id != NONE).then_some(Id(id));
        let first = self.value(id).and_then(|value| link(value.first));
        std::iter::successors(first, move |&at| self.value(at).and_then(|value| link(value.next)))
    }

    /// The name of a value in its object.
    pub(crate) fn key(&self, id: Id) -> Cow<'a, str> {
        decode(self.value(id).map_or("", |value| self.slice(value.key)))
    }

    /// The value of this name in an object; none where it is null.
    pub(crate) fn get(&self, id: Id, name: &str) -> Option<Id> {
        if self.kind(id) != Kind::Object {
            return None;
        }
        self.items(id).find(|&item| self.key(item) == name).filter(|&item| self.kind(item) != Kind::Null)
    }

    /// The texts of all strings of this name, by their values.
    pub(crate) fn texts(&self, name: &str) -> impl Iterator<Item = (Id, String)> {
        let ids = (0..self.values.len() as u32).map(Id);
        let strings = ids.filter(move |&id| self.kind(id) == Kind::String && self.key(id) == name);
        strings.map(|id| (id, self.text(id).into_owned()))
    }

    /// A string's text; the JSON of any other value, nothing for null.
    pub(crate) fn text(&self, id: Id) -> Cow<'a, str> {
        match self.value(id) {
            Some(value) if value.kind == Kind::String => decode(self.slice(value.span)),
            Some(value) if value.kind != Kind::Null => Cow::Borrowed(self.slice(value.span)),
            _ => Cow::Borrowed(""),
        }
    }
}

struct Open {
    id: u32,
    last: u32,
}

struct Reader<'a> {
    json: Json<'a>,
    at: usize,
    open: Vec<Open>,
}

impl Reader<'_> {
    fn run(&mut self) {
        if u32::try_from(self.json.src.len()).is_err() {
            self.json.rest = self.json.src;
            return;
        }
        while let Some(byte) = self.next_byte() {
            let start = self.at;
            if !self.step(byte) {
                self.json.rest = self.json.src.get(start..).unwrap_or("");
                break;
            }
        }
        self.json.truncated |= self.json.rest.is_empty() && (!self.open.is_empty() || self.json.values.is_empty());
        while self.close() {}
    }

    /// The next character that means something; commas only separate and are not missed.
    fn next_byte(&mut self) -> Option<u8> {
        let inside = !self.open.is_empty();
        let bytes = self.json.src.as_bytes().get(self.at..).unwrap_or(&[]);
        let skip = bytes.iter().position(|b| !(b.is_ascii_whitespace() || (inside && *b == b',')));
        self.at += skip.unwrap_or(bytes.len());
        skip.and_then(|skip| bytes.get(skip)).copied()
    }

    /// Reads one value, member or closing bracket; says whether it was one.
    fn step(&mut self, byte: u8) -> bool {
        let Some(top) = self.open.last() else {
            return self.json.values.is_empty() && self.value(byte, Span::default());
        };
        let object = self.json.kind(Id(top.id)) == Kind::Object;
        match (byte, object) {
            (b'}', true) | (b']', false) => {
                self.at += 1;
                self.close()
            }
            (b'"', true) => self.member(),
            (_, true) => false,
            (_, false) => self.value(byte, Span::default()),
        }
    }

    fn member(&mut self) -> bool {
        let key = self.string();
        match self.next_byte() {
            Some(b':') => self.at += 1,
            found => return found.is_none(),
        }
        match self.next_byte() {
            Some(byte) => self.value(byte, key),
            None => true,
        }
    }

    fn value(&mut self, byte: u8, key: Span) -> bool {
        let start = self.at as u32;
        let (kind, span) = match byte {
            b'{' | b'[' => {
                self.at += 1;
                let kind = if byte == b'{' { Kind::Object } else { Kind::Array };
                (kind, Span { start, end: start })
            }
            b'"' => (Kind::String, self.string()),
            _ => match self.word() {
                Some(found) => found,
                None => return false,
            },
        };
        let id = self.json.values.len() as u32;
        self.json.values.push(Value { kind, key, span, first: NONE, next: NONE });
        if let Some(top) = self.open.last_mut() {
            let last = std::mem::replace(&mut top.last, id);
            let before = if last == NONE { top.id } else { last };
            if let Some(before) = self.json.values.get_mut(before as usize) {
                *if last == NONE { &mut before.first } else { &mut before.next } = id;
            }
        }
        if matches!(kind, Kind::Array | Kind::Object) {
            self.open.push(Open { id, last: NONE });
        }
        true
    }

    /// A number, `true`, `false` or `null`.
    fn word(&mut self) -> Option<(Kind, Span)> {
        let rest = self.json.src.get(self.at..)?;
        let len = rest.find(|c: char| !(c.is_ascii_alphanumeric() || "+-.".contains(c))).unwrap_or(rest.len());
        let word = rest.get(..len)?;
        let kind = match word {
            "true" | "false" => Kind::Bool,
            "null" => Kind::Null,
            _ if word.parse::<f64>().is_ok() && word.starts_with(|c: char| c == '-' || c.is_ascii_digit()) => {
                Kind::Number
            }
            _ if len == rest.len() && ["true", "false", "null"].iter().any(|known| known.starts_with(word)) => {
                self.json.truncated = true;
                Kind::Null
            }
            _ => return None,
        };
        let start = self.at as u32;
        self.at += len;
        Some((kind, Span { start, end: self.at as u32 }))
    }

    /// A string, up to the end of the text if nothing closes it.
    fn string(&mut self) -> Span {
        let start = self.at + 1;
        let mut end = start;
        let bytes = self.json.src.as_bytes();
        loop {
            match bytes.get(end) {
                Some(b'"') => {
                    self.at = end + 1;
                    break;
                }
                Some(b'\\') => end += 2,
                Some(_) => end += 1,
                None => {
                    end = bytes.len();
                    self.at = end;
                    self.json.truncated = true;
                    break;
                }
            }
        }
        Span { start: start as u32, end: end as u32 }
    }

    fn close(&mut self) -> bool {
        let Some(top) = self.open.pop() else { return false };
        if let Some(value) = self.json.values.get_mut(top.id as usize) {
            value.span.end = self.at as u32;
        }
        true
    }
}

fn decode(raw: &str) -> Cow<'_, str> {
    if !raw.contains('\\') {
        return Cow::Borrowed(raw);
    }
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        let mut chars = after.chars();
        let escape = chars.next();
        rest = chars.as_str();
        match escape {
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some('r') => out.push('\r'),
            Some('b') => out.push('\u{8}'),
            Some('f') => out.push('\u{c}'),
            Some('u') => out.push(code_point(&mut rest)),
            Some(c) => out.push(c),
            None => {}
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// The character whose hexadecimal digits come next; half of a pair alone is none.
fn code_point(rest: &mut &str) -> char {
    let unit = |text: &str| text.get(..4).and_then(|hex| u32::from_str_radix(hex, 16).ok());
    let Some(first) = unit(rest) else { return char::REPLACEMENT_CHARACTER };
    *rest = rest.get(4..).unwrap_or("");
    if !(0xd800..0xdc00).contains(&first) {
        return char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER);
    }
    let second = rest.strip_prefix("\\u").and_then(unit).filter(|unit| (0xdc00..0xe000).contains(unit));
    let Some(second) = second else { return char::REPLACEMENT_CHARACTER };
    *rest = rest.get(6..).unwrap_or("");
    char::from_u32(0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00)).unwrap_or(char::REPLACEMENT_CHARACTER)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(src: &str) -> (String, String, bool) {
        let json = Json::read(src);
        let text = json.root().and_then(|root| json.get(root, "a")).map(|id| json.text(id).into_owned());
        (text.unwrap_or_default(), json.rest.to_owned(), json.truncated)
    }

    #[test]
    fn strings_are_decoded() {
        let (text, rest, truncated) = read(r#"{"\u0061" : "x\n\"\/\ud83d\ude80 \ud83d \udc00é"} "#);
        assert_eq!(text, "x\n\"/🚀 \u{fffd} \u{fffd}é");
        assert_eq!((rest.as_str(), truncated), ("", false));
    }

    #[test]
    fn what_is_cut_off_is_read_up_to_the_cut() {
        assert_eq!(read(r#"{"a": "hel"#), ("hel".to_owned(), String::new(), true));
        assert_eq!(read(r#"{"a": [1, {"b": tr"#), (r#"[1, {"b": tr"#.to_owned(), String::new(), true));
        assert_eq!(read(r#"{"a": "x\"#), ("x".to_owned(), String::new(), true));
        assert_eq!(read(""), (String::new(), String::new(), true));
    }

    #[test]
    fn what_is_no_json_is_the_rest() {
        assert_eq!(read(r#"{"a": 1} more"#), ("1".to_owned(), "more".to_owned(), false));
        assert_eq!(read(r#"{"a": 1, <b>"#), ("1".to_owned(), "<b>".to_owned(), false));
        assert_eq!(read("{\"a\": [1}, 2]"), ("[1".to_owned(), "}, 2]".to_owned(), false));
        assert_eq!(read("hello"), (String::new(), "hello".to_owned(), false));
    }
}
