//! Reads storage format, however malformed, into an arena of elements.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::entities::{self, Entities};

/// Deeper elements are read as if their tags were not there.
pub(crate) const MAX_DEPTH: usize = 500;

/// Elements that never have content.
const VOID: &[&str] =
    &["br", "hr", "img", "col", "wbr", "meta", "link", "input", "area", "base", "embed", "param", "source", "track"];

#[derive(Debug, Default)]
pub(crate) struct Node<'a> {
    /// Empty for text.
    pub(crate) name: Cow<'a, str>,
    pub(crate) attrs: Vec<(&'a str, Cow<'a, str>)>,
    pub(crate) text: Cow<'a, str>,
    pub(crate) children: Vec<usize>,
    pub(crate) parent: usize,
}

#[derive(Debug, Default)]
pub(crate) struct Xml<'a> {
    nodes: Vec<Node<'a>>,
    pub(crate) malformed: bool,
    pub(crate) cut: bool,
    empty: Node<'a>,
}

impl<'a> Xml<'a> {
    pub(crate) fn node(&self, id: usize) -> &Node<'a> {
        self.nodes.get(id).unwrap_or(&self.empty)
    }

    /// The value of an attribute, with or without its prefix.
    pub(crate) fn attr(&self, id: usize, name: &str) -> Option<&str> {
        let local = |key: &str| {
            let (prefix, tail) = key.len().checked_sub(name.len()).and_then(|at| key.split_at_checked(at))?;
            Some((prefix.is_empty() || prefix.ends_with(':')) && tail.eq_ignore_ascii_case(name))
        };
        self.node(id)
            .attrs
            .iter()
            .find(|(key, _)| *key == name || local(key) == Some(true))
            .map(|(_, value)| value.as_ref())
    }

    pub(crate) fn child(&self, id: usize, name: &str) -> Option<usize> {
        self.node(id).children.iter().copied().find(|&c| self.node(c).name == name)
    }

    /// Appends a node to another, and returns its number. The first node of all is the root.
    pub(crate) fn add(&mut self, parent: usize, node: Node<'a>) -> usize {
        let id = self.nodes.len();
        self.nodes.push(Node { parent, ..node });
        if id != parent
            && let Some(parent) = self.nodes.get_mut(parent)
        {
            parent.children.push(id);
        }
        id
    }

    /// The names of anchor macros and named anchors.
    pub(crate) fn anchors(&self) -> Vec<String> {
        let mut out = Vec::new();
        for (id, node) in self.nodes.iter().enumerate() {
            match node.name.as_ref() {
                "ac:structured-macro" if self.attr(id, "name") == Some("anchor") => {
                    let parameter = self.child(id, "ac:parameter");
                    out.extend(parameter.map(|p| self.all_text(p)));
                }
                "a" if self.attr(id, "href").is_none() => {
                    out.extend(self.attr(id, "id").or_else(|| self.attr(id, "name")).map(str::to_owned));
                }
                _ => {}
            }
        }
        out
    }

    /// All text below a node.
    pub(crate) fn all_text(&self, id: usize) -> String {
        let mut out = String::new();
        let mut stack = vec![id];
        while let Some(at) = stack.pop() {
            let node = self.node(at);
            out.push_str(&node.text);
            if node.name == "br" {
                out.push('\n');
            }
            stack.extend(node.children.iter().rev().copied());
        }
        out
    }

    /// The first node below, or at, `id` that `wanted` accepts.
    pub(crate) fn find(&self, id: usize, wanted: impl Fn(&Node<'a>) -> bool) -> Option<usize> {
        let mut stack = vec![id];
        while let Some(at) = stack.pop() {
            let node = self.node(at);
            if wanted(node) {
                return Some(at);
            }
            stack.extend(node.children.iter().rev().copied());
        }
        None
    }
}

fn is_control(c: char) -> bool {
    matches!(c, '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}') && !matches!(c, '\t' | '\n' | '\r')
}

/// The body without what XML forbids, lines ended by LF; and whether anything was forbidden.
pub(crate) fn clean(body: &str) -> (Cow<'_, str>, bool) {
    let body = body.strip_prefix('\u{feff}').unwrap_or(body);
    // Whole chunks at a time, without a way out in between: that is many times as fast.
    let suspect = |b: u8| matches!(b, 0..=0x08 | 0x0b..=0x1f | 0xef);
    let mut chunks = body.as_bytes().chunks(1024);
    if !chunks.any(|chunk| chunk.iter().fold(false, |found, &b| found | suspect(b))) {
        return (Cow::Borrowed(body), false);
    }
    let controls = body.chars().any(is_control);
    let text = if controls { Cow::Owned(body.replace(is_control, "")) } else { Cow::Borrowed(body) };
    if text.contains('\r') {
        return (Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n")), controls);
    }
    (text, controls)
}

struct Reader<'a> {
    src: &'a str,
    pos: usize,
    xml: Xml<'a>,
    stack: Vec<usize>,
    skipped: Vec<Cow<'a, str>>,
    entities: Entities,
    /// Prefixes that the body declares for Confluence's namespaces.
    prefixes: HashMap<&'a str, &'static str>,
    /// After some tags without an end, no more long searches.
    strays: usize,
}

/// Reads a clean body. Node 0 is the root.
pub(crate) fn read(src: &str) -> Xml<'_> {
    let mut reader = Reader {
        src,
        pos: 0,
        xml: Xml::default(),
        stack: Vec::new(),
        skipped: Vec::new(),
        entities: Entities::default(),
        prefixes: HashMap::new(),
        strays: 0,
    };
    // About one node for each tag: opening tags and the texts between.
    reader.xml.nodes.reserve(src.bytes().filter(|&b| b == b'<').count() + 2);
    reader.xml.nodes.push(Node { name: Cow::Borrowed("root"), ..Node::default() });
    reader.stack.push(0);
    reader.run();
    reader.xml
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        self.src.get(self.pos..).unwrap_or("")
    }

    fn run(&mut self) {
        while !self.rest().is_empty() {
            let rest = self.rest();
            if !rest.starts_with('<') {
                let end = rest.find('<').unwrap_or(rest.len());
                let (text, stray) = entities::resolve(rest.get(..end).unwrap_or(""), &self.entities);
                self.xml.malformed |= stray;
                self.pos += end;
                self.push_text(text);
            } else if let Some(tail) = rest.strip_prefix("<![CDATA[") {
                let end = tail.find("]]>");
                self.xml.malformed |= end.is_none();
                self.pos += end.map_or(rest.len(), |end| end + 12);
                self.push_text(Cow::Borrowed(tail.get(..end.unwrap_or(tail.len())).unwrap_or("")));
            } else if rest.starts_with("<!--") {
                self.skip_to("-->", 4);
            } else if rest.starts_with("<?") {
                self.skip_to("?>", 2);
            } else if rest.get(..9).is_some_and(|head| head.eq_ignore_ascii_case("<!doctype")) {
                self.doctype();
            } else {
                self.tag();
            }
        }
        self.xml.malformed |= self.stack.len() > 1;
    }

    /// Without an end, only the mark itself is dropped: the text behind it is content.
    fn skip_to(&mut self, end: &str, mark: usize) {
        let found = if self.strays > 20 { None } else { self.rest().find(end).map(|at| at + end.len()) };
        if found.is_none() {
            self.xml.malformed = true;
            self.strays += 1;
        }
        self.pos += found.unwrap_or(mark);
    }

    fn doctype(&mut self) {
        let rest = self.rest();
        let plain = rest.find('>').unwrap_or(rest.len());
        let end = match rest.get(..plain).and_then(|head| head.find('[')) {
            Some(open) => {
                let inner = rest.get(open + 1..).unwrap_or("");
                let close = inner.find("]>").or_else(|| inner.find(']')).unwrap_or(0);
                self.entities.declare(inner.get(..close).unwrap_or(""));
                let tail = inner.get(close..).unwrap_or("");
                open + 1 + close + tail.find('>').map_or(0, |at| at + 1)
            }
            None => (plain + 1).min(rest.len()),
        };
        self.pos += end;
    }

    fn push_text(&mut self, text: Cow<'a, str>) {
        if !text.is_empty() {
            self.attach(Node { text, ..Node::default() });
        }
    }

    fn attach(&mut self, node: Node<'a>) -> usize {
        let parent = self.stack.last().copied().unwrap_or(0);
        self.xml.add(parent, node)
    }

    fn tag(&mut self) {
        let rest = self.rest();
        let closing = rest.starts_with("</");
        let start = if closing { 2 } else { 1 };
        let body = rest.get(start..).unwrap_or("");
        if !body.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return self.stray();
        }
        let name_len =
            body.find(|c: char| !(c.is_alphanumeric() || matches!(c, ':' | '-' | '_' | '.'))).unwrap_or(body.len());
        let limit = if self.strays > 20 { 1000 } else { usize::MAX };
        let Some(end) = tag_end(body, limit) else {
            self.strays += 1;
            return self.stray();
        };
        let inner = body.get(name_len..end).unwrap_or("");
        if !inner.is_empty() && !inner.starts_with(|c: char| c.is_whitespace() || c == '/') {
            return self.stray();
        }
        self.pos += start + end + 1;
        let written = body.get(..name_len).unwrap_or("");
        if closing {
            let name = self.name(written);
            return self.close(&name);
        }
        let (attrs, stray) = attributes(inner.trim_end_matches('/'), &self.entities);
        self.xml.malformed |= stray;
        self.open(written, attrs, inner.ends_with('/'));
    }

    fn open(&mut self, written: &'a str, attrs: Vec<(&'a str, Cow<'a, str>)>, closed: bool) {
        for (key, value) in &attrs {
            if let Some(prefix) = key.strip_prefix("xmlns:") {
                self.declare(prefix, value);
            }
        }
        let name = self.name(written);
        let void = closed || VOID.contains(&name.as_ref());
        if !void {
            self.imply(&name);
        }
        if self.stack.len() >= MAX_DEPTH && !void {
            self.xml.cut = true;
            self.skipped.push(name);
            return;
        }
        let raw = !void && matches!(name.as_ref(), "script" | "style");
        let id = self.attach(Node { name, attrs, ..Node::default() });
        if raw {
            self.raw_text(if self.xml.node(id).name == "script" { "</script" } else { "</style" });
        } else if !void {
            self.stack.push(id);
        }
    }

    /// A script is not markup: it ends at its end tag, whatever it holds.
    fn raw_text(&mut self, end: &str) {
        let rest = self.rest();
        let found = rest.as_bytes().windows(end.len()).position(|w| w.eq_ignore_ascii_case(end.as_bytes()));
        let Some(at) = found else {
            self.xml.malformed = true;
            return;
        };
        let tail = rest.get(at..).unwrap_or("");
        self.pos += at + tail.find('>').map_or(tail.len(), |n| n + 1);
    }

    /// Names in lower case, prefixes as Confluence writes them.
    fn name(&self, written: &'a str) -> Cow<'a, str> {
        let lower = |text: &'a str| {
            if text.bytes().any(|b| b.is_ascii_uppercase()) {
                Cow::Owned(text.to_ascii_lowercase())
            } else {
                Cow::Borrowed(text)
            }
        };
        if !self.prefixes.is_empty()
            && let Some((prefix, local)) = written.split_once(':')
            && let Some(known) = self.prefixes.get(prefix)
        {
            return Cow::Owned(format!("{known}:{}", local.to_ascii_lowercase()));
        }
        lower(written)
    }

    fn declare(&mut self, prefix: &'a str, uri: &str) {
        let known = match uri.trim_end_matches('/') {
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
        self.pos += 1;
        self.push_text(Cow::Borrowed("<"));
    }

    fn open_name(&self, at: usize) -> &str {
        self.stack.get(at).map_or("", |&id| &self.xml.node(id).name)
    }

    fn close(&mut self, name: &str) {
        if self.skipped.last().is_some_and(|open| open == name) {
            self.skipped.pop();
            return;
        }
        if VOID.contains(&name) {
            return;
        }
        let top = self.stack.len() - 1;
        let mut at = top;
        while at > 0 && self.open_name(at) != name {
            // An end tag in a cell or a body never ends what is around it, unless it ends a frame itself.
            if is_frame(self.open_name(at)) && !is_frame(name) {
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
    fn imply(&mut self, name: &str) {
        let closes: &[&str] = match name {
            "li" => &["li"],
            "td" | "th" => &["td", "th"],
            "tr" => &["tr"],
            "dt" | "dd" => &["dt", "dd"],
            _ => return,
        };
        for at in (1..self.stack.len()).rev() {
            let open = self.open_name(at);
            if closes.contains(&open) {
                self.stack.truncate(at);
                self.xml.malformed = true;
                return;
            }
            let cell = name == "tr" && matches!(open, "td" | "th");
            if matches!(open, "ul" | "ol" | "dl") || (name != "tr" && open == "tr") || (is_frame(open) && !cell) {
                return;
            }
        }
    }
}

fn is_frame(name: &str) -> bool {
    matches!(name, "table" | "td" | "th") || (name.starts_with("ac:") && name != "ac:inline-comment-marker")
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

type Attributes<'a> = Vec<(&'a str, Cow<'a, str>)>;

/// The attributes of a tag, and whether one of them held a stray `&`.
fn attributes<'a>(inner: &'a str, entities: &Entities) -> (Attributes<'a>, bool) {
    let mut out = Vec::new();
    let mut malformed = false;
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
        let quote = tail.chars().next().filter(|c| matches!(c, '"' | '\''));
        let (value, tail) = if let Some(q) = quote {
            let inner = tail.get(1..).unwrap_or("");
            inner.split_once(q).unwrap_or((inner, ""))
        } else {
            tail.split_at(tail.find(char::is_whitespace).unwrap_or(tail.len()))
        };
        let (value, stray) = entities::resolve(value, entities);
        malformed |= stray;
        out.push((name, value));
        rest = tail.trim_start();
    }
    (out, malformed)
}
