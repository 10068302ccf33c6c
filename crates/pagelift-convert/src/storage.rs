//! Reads storage format, however malformed, into an arena of elements.

use quick_xml::escape::resolve_html5_entity;

/// Deeper elements are read as if their tags were not there.
pub(crate) const MAX_DEPTH: usize = 500;

#[derive(Debug, Default)]
pub(crate) struct Node {
    /// Empty for text.
    pub(crate) name: String,
    pub(crate) attrs: Vec<(String, String)>,
    pub(crate) text: String,
    pub(crate) children: Vec<usize>,
}

#[derive(Debug, Default)]
pub(crate) struct Xml {
    nodes: Vec<Node>,
    pub(crate) malformed: bool,
    pub(crate) cut: bool,
    pub(crate) controls: bool,
    empty: Node,
}

impl Xml {
    pub(crate) fn node(&self, id: usize) -> &Node {
        self.nodes.get(id).unwrap_or(&self.empty)
    }

    /// The value of an attribute, with or without its prefix.
    pub(crate) fn attr(&self, id: usize, name: &str) -> Option<&str> {
        self.node(id)
            .attrs
            .iter()
            .find(|(key, _)| key == name || key.rsplit(':').next() == Some(name))
            .map(|(_, value)| value.as_str())
    }

    pub(crate) fn child(&self, id: usize, name: &str) -> Option<usize> {
        self.node(id).children.iter().copied().find(|&c| self.node(c).name == name)
    }

    /// The names of anchor macros and named anchors.
    pub(crate) fn anchors(&self) -> Vec<String> {
        let mut out = Vec::new();
        for (id, node) in self.nodes.iter().enumerate() {
            if node.name == "ac:structured-macro" && self.attr(id, "name") == Some("anchor") {
                let parameter = self.child(id, "ac:parameter");
                out.extend(parameter.map(|p| self.all_text(p)));
            } else if node.name == "a" && self.attr(id, "href").is_none() {
                out.extend(self.attr(id, "id").or_else(|| self.attr(id, "name")).map(str::to_owned));
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
}

struct Reader<'a> {
    src: &'a str,
    pos: usize,
    xml: Xml,
    stack: Vec<(usize, String)>,
    skipped: Vec<String>,
    /// After some tags without an end, no more long searches.
    strays: usize,
}

/// Reads a body. Node 0 is the root.
pub(crate) fn read(body: &str) -> Xml {
    let clean: String =
        body.chars().filter(|&c| !matches!(c, '\0'..='\u{1f}') || matches!(c, '\t' | '\n' | '\r')).collect();
    let clean = clean.replace(['\u{fffe}', '\u{ffff}'], "").replace("\r\n", "\n");
    let mut reader =
        Reader { src: &clean, pos: 0, xml: Xml::default(), stack: Vec::new(), skipped: Vec::new(), strays: 0 };
    reader.xml.controls = body
        .chars()
        .any(|c| matches!(c, '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}') && !matches!(c, '\t' | '\n' | '\r'));
    reader.xml.nodes.push(Node { name: "root".to_owned(), ..Node::default() });
    reader.stack.push((0, String::new()));
    reader.run();
    reader.xml
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        self.src.get(self.pos..).unwrap_or("")
    }

    fn run(&mut self) {
        while !self.rest().is_empty() {
            let rest = self.rest();
            if let Some(tail) = rest.strip_prefix("<![CDATA[") {
                let (len, text, closed) = match tail.find("]]>") {
                    Some(end) => (end + 12, tail.get(..end).unwrap_or("").to_owned(), true),
                    None => (rest.len(), tail.to_owned(), false),
                };
                self.xml.malformed |= !closed;
                self.pos += len;
                self.push_text(text);
            } else if rest.starts_with("<!--") {
                self.skip_to("-->");
            } else if rest.starts_with("<?") {
                self.skip_to("?>");
            } else if rest.starts_with("<!") {
                self.skip_to(">");
            } else if rest.starts_with('<') {
                self.tag();
            } else {
                let end = rest.find('<').unwrap_or(rest.len());
                let text = resolve(rest.get(..end).unwrap_or(""));
                self.pos += end;
                self.push_text(text);
            }
        }
        self.xml.malformed |= self.stack.len() > 1;
    }

    fn skip_to(&mut self, end: &str) {
        let found = self.rest().find(end).map(|at| at + end.len());
        self.xml.malformed |= found.is_none();
        self.pos += found.unwrap_or(self.rest().len());
    }

    fn push_text(&mut self, text: String) {
        let node = Node { text, ..Node::default() };
        self.attach(node);
    }

    fn attach(&mut self, node: Node) -> usize {
        let id = self.xml.nodes.len();
        self.xml.nodes.push(node);
        let parent = self.stack.last().map_or(0, |(id, _)| *id);
        if let Some(parent) = self.xml.nodes.get_mut(parent) {
            parent.children.push(id);
        }
        id
    }

    fn tag(&mut self) {
        let rest = self.rest();
        let closing = rest.starts_with("</");
        let start = if closing { 2 } else { 1 };
        let body = rest.get(start..).unwrap_or("");
        let name_len =
            body.find(|c: char| !(c.is_alphanumeric() || matches!(c, ':' | '-' | '_' | '.'))).unwrap_or(body.len());
        let name = body.get(..name_len).unwrap_or("").to_owned();
        let limit = if self.strays > 20 { 1000 } else { usize::MAX };
        let Some(end) = tag_end(body, limit) else {
            self.strays += 1;
            return self.stray();
        };
        if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return self.stray();
        }
        let inner = body.get(name_len..end).unwrap_or("").to_owned();
        self.pos += start + end + 1;
        let name = if name.contains(':') { name } else { name.to_ascii_lowercase() };
        if closing {
            return self.close(&name);
        }
        let void = inner.ends_with('/') || matches!(name.as_str(), "br" | "hr" | "img" | "col");
        let attrs = attributes(inner.trim_end_matches('/'));
        if self.stack.len() >= MAX_DEPTH && !void {
            self.xml.cut = true;
            self.skipped.push(name);
            return;
        }
        let id = self.attach(Node { name: name.clone(), attrs, ..Node::default() });
        if !void {
            self.stack.push((id, name));
        }
    }

    fn stray(&mut self) {
        self.xml.malformed = true;
        self.pos += 1;
        self.push_text("<".to_owned());
    }

    fn close(&mut self, name: &str) {
        if self.skipped.last().is_some_and(|open| open == name) {
            self.skipped.pop();
            return;
        }
        match self.stack.iter().rposition(|(_, open)| open == name) {
            Some(at) if at > 0 => {
                self.xml.malformed |= at + 1 != self.stack.len();
                self.stack.truncate(at);
                self.skipped.clear();
            }
            _ => self.xml.malformed = true,
        }
    }
}

/// The end of a tag, quotes respected; none when another tag begins first.
fn tag_end(body: &str, limit: usize) -> Option<usize> {
    let mut quote = None;
    for (at, c) in body.char_indices() {
        match (quote, c) {
            (Some(q), _) if q == c => quote = None,
            (None, '"' | '\'') => quote = Some(c),
            (None, '>') => return Some(at),
            (None, '<') => return None,
            _ if at > limit => return None,
            _ => {}
        }
    }
    None
}

fn attributes(inner: &str) -> Vec<(String, String)> {
    let mut out = Vec::new();
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
        out.push((name.to_owned(), resolve(value)));
        rest = tail.trim_start();
    }
    out
}

/// The value of an entity without `&` and `;`.
pub(crate) fn entity(name: &str) -> Option<String> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(code).filter(|c| *c >= ' ' || matches!(c, '\t' | '\n')).map(String::from);
    }
    resolve_html5_entity(name).map(str::to_owned)
}

fn resolve(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(rest.get(..at).unwrap_or(""));
        let tail = rest.get(at + 1..).unwrap_or("");
        let len = tail.find(|c: char| !(c.is_ascii_alphanumeric() || c == '#')).unwrap_or(tail.len());
        let name = tail.get(..len).unwrap_or("");
        let value = if tail.get(len..).is_some_and(|t| t.starts_with(';')) { entity(name) } else { None };
        if let Some(value) = value {
            out.push_str(&value);
            rest = tail.get(len + 1..).unwrap_or("");
        } else {
            out.push('&');
            rest = tail;
        }
    }
    out.push_str(rest);
    out
}
