//! Reads storage format, however malformed, into elements.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use memchr::{memchr, memchr2, memmem};

use crate::elements::Tag;
use crate::entities::Entities;
pub(crate) use crate::xml::Xml;

/// Deeper elements are read as if their tags were not there.
pub(crate) const MAX_DEPTH: usize = 500;

/// After so many tags without an end, no more long searches.
const MOST_STRAYS: usize = 20;

/// The name of an element: its tag and, where it has none of its own, the name itself.
#[derive(PartialEq, Eq)]
struct Name<'a> {
    tag: Tag,
    other: Cow<'a, str>,
}

struct Reader<'a> {
    src: &'a str,
    pos: usize,
    xml: Xml<'a>,
    stack: Vec<usize>,
    skipped: Vec<Name<'a>>,
    entities: Entities,
    /// Prefixes that the body declares for Confluence's namespaces.
    prefixes: HashMap<&'a str, &'static str>,
    /// How many tags had no end.
    strays: usize,
}

/// Reads a clean body. Node 0 is the root.
pub(crate) fn read(src: &str) -> Xml<'_> {
    let mut reader = Reader {
        src,
        pos: 0,
        // About one node for each tag: opening tags and the texts between.
        xml: Xml::new(src, memchr::memchr_iter(b'<', src.as_bytes()).count() + 1),
        stack: vec![0],
        skipped: Vec::new(),
        entities: Entities::new(src.len()),
        prefixes: HashMap::new(),
        strays: 0,
    };
    reader.run();
    reader.xml
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        self.src.get(self.pos..).unwrap_or("")
    }

    /// The element that is open.
    fn here(&self) -> usize {
        self.stack.last().copied().unwrap_or(0)
    }

    fn run(&mut self) {
        let bytes = self.src.as_bytes();
        while let Some(&byte) = bytes.get(self.pos) {
            if byte == b'<' {
                self.markup();
                continue;
            }
            self.text();
        }
        self.xml.malformed |= self.stack.len() > 1;
    }

    fn text(&mut self) {
        let rest = self.rest();
        let first = memchr2(b'<', b'&', rest.as_bytes()).unwrap_or(rest.len());
        let tail = rest.as_bytes().get(first..).unwrap_or(&[]);
        if !tail.starts_with(b"&") {
            self.pos += first;
            return self.xml.add_text(self.here(), rest.get(..first).unwrap_or(""));
        }
        let end = memchr(b'<', tail).map_or(rest.len(), |at| first + at);
        self.pos += end;
        self.xml.read_text(self.here(), rest.get(..end).unwrap_or(""), first, &mut self.entities);
    }

    fn markup(&mut self) {
        match self.src.as_bytes().get(self.pos + 1) {
            Some(b'!') => {}
            Some(b'?') => return self.skip_to("?>", 2),
            Some(b'/') => return self.end_tag(),
            _ => return self.tag(1),
        }
        let rest = self.rest();
        if let Some(tail) = rest.strip_prefix("<![CDATA[") {
            let end = memmem::find(tail.as_bytes(), b"]]>");
            self.xml.malformed |= end.is_none();
            self.pos += end.map_or(rest.len(), |end| end + 12);
            self.xml.add_text(self.here(), tail.get(..end.unwrap_or(tail.len())).unwrap_or(""));
        } else if rest.starts_with("<!--") {
            self.skip_to("-->", 4);
        } else if rest.get(..9).is_some_and(|head| head.eq_ignore_ascii_case("<!doctype")) {
            self.doctype();
        } else {
            self.stray();
        }
    }

    /// Without an end, only the mark itself is dropped: the text behind it is content.
    fn skip_to(&mut self, end: &str, mark: usize) {
        let rest = self.rest();
        let found = self.search(|| memmem::find(rest.as_bytes(), end.as_bytes()));
        self.xml.malformed |= found.is_none();
        self.pos += found.map_or(mark, |at| at + end.len());
    }

    /// Searches for an end, unless too many were missing.
    fn search(&mut self, find: impl FnOnce() -> Option<usize>) -> Option<usize> {
        let found = if self.strays > MOST_STRAYS { None } else { find() };
        self.strays += usize::from(found.is_none());
        found
    }

    fn doctype(&mut self) {
        let rest = self.rest();
        let Some(plain) = self.search(|| memchr(b'>', rest.as_bytes())) else { return self.stray() };
        let Some(open) = rest.get(..plain).and_then(|head| head.find('[')) else {
            self.pos += plain + 1;
            return;
        };
        let inner = rest.get(open + 1..).unwrap_or("");
        let close = self.search(|| inner.find("]>")).or_else(|| self.search(|| inner.find(']'))).unwrap_or(0);
        self.entities.declare(inner.get(..close).unwrap_or(""));
        let tail = inner.get(close..).unwrap_or("");
        self.pos += open + 1 + close + tail.find('>').map_or(0, |at| at + 1);
    }

    fn end_tag(&mut self) {
        // Nearly all end what is open, and are written in the shortest way.
        let name = self.xml.name(self.here());
        let start = self.pos + 2;
        let tail = self.src.as_bytes().get(start..).and_then(|bytes| bytes.strip_prefix(name.as_bytes()));
        let ends = !name.is_empty() && tail.is_some_and(|tail| tail.starts_with(b">"));
        if ends && self.skipped.is_empty() && self.prefixes.is_empty() {
            self.pos = start + name.len() + 1;
            self.stack.pop();
            return;
        }
        self.tag(2);
    }

    /// A tag whose name stands so many bytes ahead.
    fn tag(&mut self, ahead: usize) {
        let start = self.pos + ahead;
        let Some(bytes) =
            self.src.as_bytes().get(start..).filter(|bytes| bytes.first().is_some_and(u8::is_ascii_alphabetic))
        else {
            return self.stray();
        };
        let len = ascii_name(bytes);
        let first = self.xml.attr_count();
        let Some((end, closed)) = self.usual_attributes(start + len) else {
            self.xml.drop_attrs(first);
            return self.odd_tag(start, ahead == 2);
        };
        let name = self.src.get(start..start + len).unwrap_or("");
        self.pos = end + 1;
        if ahead == 2 { self.end(name) } else { self.open(name, first..self.xml.attr_count(), closed) }
    }

    /// Reads the attributes of a tag that is written as nearly all are, up to where it ends, and whether it has no
    /// content; nothing where it is written otherwise.
    fn usual_attributes(&mut self, from: usize) -> Option<(usize, bool)> {
        let src = self.src;
        let bytes = src.as_bytes();
        let mut at = from;
        loop {
            let space = bytes.get(at..)?.iter().take_while(|b| b.is_ascii_whitespace()).count();
            at += space;
            match bytes.get(at..)? {
                [b'>', ..] => return Some((at, false)),
                [b'/', b'>', ..] => return Some((at + 1, true)),
                _ if space == 0 => return None,
                _ => {}
            }
            let len = ascii_name(bytes.get(at..)?);
            let Some([b'=', quote @ (b'"' | b'\'')]) = bytes.get(at + len..at + len + 2) else { return None };
            let value = at + len + 2;
            let end = value + memchr(*quote, bytes.get(value..)?)?;
            self.attribute(src.get(at..at + len)?, src.get(value..end)?);
            at = end + 1;
        }
    }

    fn attribute(&mut self, name: &'a str, value: &'a str) {
        let number = self.xml.attr_count();
        self.xml.read_attr(name, value, &mut self.entities);
        if let Some(prefix) = name.strip_prefix("xmlns:") {
            self.declare(prefix, number);
        }
    }

    /// A tag that is written in another way.
    fn odd_tag(&mut self, start: usize, closing: bool) {
        let body = self.src.get(start..).unwrap_or("");
        let in_name = |c: char| c.is_alphanumeric() || matches!(c, ':' | '-' | '_' | '.');
        let len = body.find(|c: char| !in_name(c)).unwrap_or(body.len());
        let limit = if self.strays > MOST_STRAYS { 1000 } else { usize::MAX };
        let Some(end) = tag_end(body, limit) else {
            self.strays += 1;
            return self.stray();
        };
        let (name, inner) = (body.get(..len).unwrap_or(""), body.get(len..end).unwrap_or(""));
        if !inner.is_empty() && !inner.starts_with(|c: char| c.is_whitespace() || c == '/') {
            return self.stray();
        }
        self.pos = start + end + 1;
        if closing {
            return self.end(name);
        }
        let attrs = self.attributes(inner.trim_end_matches('/'));
        self.open(name, attrs, inner.ends_with('/'));
    }

    /// Reads the attributes of a tag; and returns their numbers.
    fn attributes(&mut self, inner: &'a str) -> Range<usize> {
        let first = self.xml.attr_count();
        let mut rest = inner.trim_start();
        while !rest.is_empty() {
            let len = rest.find(|c: char| c == '=' || c.is_whitespace()).unwrap_or(rest.len());
            let (name, tail) = rest.split_at(len);
            let tail = tail.trim_start();
            let Some(tail) = tail.strip_prefix('=') else {
                rest = tail;
                continue;
            };
            let tail = tail.trim_start();
            let (value, tail) = match tail.as_bytes().first() {
                Some(&quote @ (b'"' | b'\'')) => {
                    let inner = tail.get(1..).unwrap_or("");
                    let end = memchr(quote, inner.as_bytes()).unwrap_or(inner.len());
                    (inner.get(..end).unwrap_or(""), inner.get(end + 1..).unwrap_or(""))
                }
                _ => tail.split_at(tail.find(char::is_whitespace).unwrap_or(tail.len())),
            };
            self.attribute(name, value);
            rest = tail.trim_start();
        }
        first..self.xml.attr_count()
    }

    fn open(&mut self, written: &'a str, attrs: Range<usize>, closed: bool) {
        let tag = Tag::of(written);
        let known = !tag.is_other() && self.prefixes.is_empty();
        let name = if known { Name { tag, other: Cow::Borrowed("") } } else { self.name(written) };
        let void = closed || name.tag.is_void();
        if !void {
            self.imply(name.tag);
        }
        if self.stack.len() >= MAX_DEPTH && !void {
            self.xml.cut = true;
            self.skipped.push(name);
            return;
        }
        let id = self.xml.add_element(self.here(), name.tag, &name.other, attrs);
        match name.tag {
            _ if void => {}
            Tag::Script => self.raw_text("</script"),
            Tag::Style => self.raw_text("</style"),
            _ => self.stack.push(id),
        }
    }

    /// A script is not markup: it ends at its end tag, whatever it holds.
    fn raw_text(&mut self, end: &str) {
        let rest = self.rest();
        let is_end = |window: &[u8]| window.eq_ignore_ascii_case(end.as_bytes());
        let Some(at) = self.search(|| rest.as_bytes().windows(end.len()).position(is_end)) else {
            self.xml.malformed = true;
            return;
        };
        let tail = rest.get(at..).unwrap_or("");
        self.pos += at + tail.find('>').map_or(tail.len(), |n| n + 1);
    }

    /// Names in lower case, prefixes as Confluence writes them.
    fn name(&self, written: &'a str) -> Name<'a> {
        let known = || {
            let (prefix, local) = written.split_once(':')?;
            Some(format!("{}:{}", self.prefixes.get(prefix)?, local.to_ascii_lowercase()))
        };
        let mut name = Cow::Borrowed(written);
        let mut tag = Tag::of(written);
        if !self.prefixes.is_empty()
            && let Some(known) = known()
        {
            tag = Tag::of(&known);
            name = Cow::Owned(known);
        } else if tag.is_other() && written.bytes().any(|b| b.is_ascii_uppercase()) {
            name = Cow::Owned(written.to_ascii_lowercase());
            tag = Tag::of(&name);
        }
        Name { tag, other: if tag.is_other() { name } else { Cow::Borrowed("") } }
    }

    /// Notes a prefix for a namespace, the value of the attribute with this number.
    fn declare(&mut self, prefix: &'a str, number: usize) {
        let known = match self.xml.attr_value(number).trim_end_matches('/') {
            "http://atlassian.com/content" => "ac",
            "http://atlassian.com/resource/identifier" => "ri",
            "http://atlassian.com/template" => "at",
            uri if uri.contains("confluence") && uri.ends_with("/ac") => "ac",
            uri if uri.contains("confluence") && uri.ends_with("/ri") => "ri",
            uri if uri.contains("confluence") && uri.ends_with("/at") => "at",
            _ => return,
        };
        if prefix != known && self.prefixes.len() < 16 {
            self.prefixes.insert(prefix, known);
        }
    }

    fn stray(&mut self) {
        self.xml.malformed = true;
        self.xml.add_text(self.here(), self.rest().get(..1).unwrap_or(""));
        self.pos += 1;
    }

    fn open_tag(&self, at: usize) -> Tag {
        self.stack.get(at).map_or(Tag::Text, |&id| self.xml.tag(id))
    }

    fn is_open(&self, at: usize, name: &Name<'a>) -> bool {
        self.open_tag(at) == name.tag
            && (!name.tag.is_other() || self.stack.get(at).is_some_and(|&id| self.xml.name(id) == name.other))
    }

    fn end(&mut self, written: &'a str) {
        if self.skipped.is_empty() && self.prefixes.is_empty() && self.xml.name(self.here()) == written {
            self.stack.pop();
            return;
        }
        let name = self.name(written);
        self.close(&name);
    }

    fn close(&mut self, name: &Name<'a>) {
        if self.skipped.last().is_some_and(|open| open == name) {
            self.skipped.pop();
            return;
        }
        if name.tag.is_void() {
            return;
        }
        let top = self.stack.len() - 1;
        let mut at = top;
        while at > 0 && !self.is_open(at, name) {
            // An end tag in a cell or a body never ends what is around it, unless it ends a frame itself.
            if self.open_tag(at).is_frame() && !name.tag.is_frame() {
                at = 0;
                break;
            }
            at -= 1;
        }
        if at == 0 {
            self.xml.malformed = true;
            return;
        }
        self.xml.malformed |= at != top;
        self.stack.truncate(at);
        self.skipped.clear();
    }

    /// Ends the item or cell before, as HTML does, when its end tag is missing.
    fn imply(&mut self, tag: Tag) {
        let closes: &[Tag] = match tag {
            Tag::Li => &[Tag::Li],
            Tag::Td | Tag::Th => &[Tag::Td, Tag::Th],
            Tag::Tr => &[Tag::Tr],
            Tag::Dt | Tag::Dd => &[Tag::Dt, Tag::Dd],
            _ => return,
        };
        for at in (1..self.stack.len()).rev() {
            let open = self.open_tag(at);
            if closes.contains(&open) {
                self.stack.truncate(at);
                self.xml.malformed = true;
                return;
            }
            let cell = tag == Tag::Tr && matches!(open, Tag::Td | Tag::Th);
            let list = matches!(open, Tag::Ul | Tag::Ol | Tag::Dl);
            if list || (tag != Tag::Tr && open == Tag::Tr) || (open.is_frame() && !cell) {
                return;
            }
        }
    }
}

/// What names are made of, as far as it is ASCII.
const IN_NAME: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        table[byte as usize] = byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'-' | b'_' | b'.');
        byte += 1;
    }
    table
};

/// How long the name is that a tag or an attribute begins with, if it is of ASCII.
fn ascii_name(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|&&byte| IN_NAME.get(usize::from(byte)) == Some(&true)).count()
}

/// The end of a tag, quotes respected; none when another tag begins first.
fn tag_end(body: &str, limit: usize) -> Option<usize> {
    let mut quote = None;
    for (at, b) in body.bytes().enumerate() {
        match (quote, b) {
            (Some(q), _) if q == b => quote = None,
            (None, b'"' | b'\'') => quote = Some(b),
            (None, b'>') => return Some(at),
            (None, b'<') => return None,
            _ if at > limit => return None,
            _ => {}
        }
    }
    None
}
