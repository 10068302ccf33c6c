//! The elements of a body and the text in them.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::iter::successors;
use std::ops::Range;

use memchr::memmem;

use crate::elements::Tag;
use crate::entities::Entities;

/// The separators of lines and paragraphs.
pub(crate) const SEPARATORS: [&str; 2] = ["\u{2028}", "\u{2029}"];

/// A name, a text or a value: where it stands in the body or, counted on from its end, among what was made.
#[derive(Debug, Clone, Copy, Default)]
struct Word {
    start: u32,
    end: u32,
}

/// An element or a text. The root comes first, so 0 is no node below another.
#[derive(Debug, Clone, Copy, Default)]
struct Node {
    tag: Tag,
    /// The text, or the name of an element that has no tag of its own.
    word: Word,
    /// Which of all attributes are its own.
    attrs: Word,
    parent: u32,
    first: u32,
    last: u32,
    before: u32,
    after: u32,
}

static NOTHING: Node = Node {
    tag: Tag::Text,
    word: Word { start: 0, end: 0 },
    attrs: Word { start: 0, end: 0 },
    parent: 0,
    first: 0,
    last: 0,
    before: 0,
    after: 0,
};

/// The elements of a body, numbered. Names, texts and values stay in the body as far as it has them as they are.
#[derive(Debug)]
pub(crate) struct Xml<'a> {
    src: &'a str,
    made: String,
    nodes: Vec<Node>,
    attrs: Vec<(Word, Word)>,
    separated: OnceCell<bool>,
    pub(crate) malformed: bool,
    pub(crate) cut: bool,
}

fn narrow(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

fn wide(at: u32) -> usize {
    at as usize
}

fn link(at: u32) -> Option<usize> {
    (at != 0).then_some(at as usize)
}

impl<'a> Xml<'a> {
    /// A root alone, with room for as many nodes.
    pub(crate) fn new(src: &'a str, room: usize) -> Self {
        let mut nodes = Vec::with_capacity(room + 1);
        nodes.push(Node { tag: Tag::Root, ..Node::default() });
        Self {
            src,
            made: String::new(),
            nodes,
            attrs: Vec::new(),
            separated: OnceCell::new(),
            malformed: false,
            cut: false,
        }
    }

    fn node(&self, id: usize) -> &Node {
        self.nodes.get(id).unwrap_or(&NOTHING)
    }

    fn word(&self, word: Word) -> &str {
        let (start, end) = (wide(word.start), wide(word.end));
        let found = match start.checked_sub(self.src.len()) {
            Some(start) => self.made.get(start..end - self.src.len()),
            None => self.src.get(start..end),
        };
        found.unwrap_or("")
    }

    pub(crate) fn tag(&self, id: usize) -> Tag {
        self.node(id).tag
    }

    /// The name of an element; empty for text.
    pub(crate) fn name(&self, id: usize) -> &str {
        let node = self.node(id);
        if node.tag.is_other() { self.word(node.word) } else { node.tag.name() }
    }

    /// A text; empty for elements.
    pub(crate) fn text(&self, id: usize) -> &str {
        let node = self.node(id);
        if node.tag == Tag::Text { self.word(node.word) } else { "" }
    }

    /// Whether a node is a text of white space alone.
    pub(crate) fn is_blank(&self, id: usize) -> bool {
        self.tag(id) == Tag::Text && self.text(id).trim_start().is_empty()
    }

    /// Whether Unicode's separators of lines and paragraphs are anywhere in the body. Few bodies have any.
    pub(crate) fn has_separators(&self) -> bool {
        *self.separated.get_or_init(|| {
            let texts = [self.src.as_bytes(), self.made.as_bytes()];
            texts.iter().any(|text| SEPARATORS.iter().any(|mark| memmem::find(text, mark.as_bytes()).is_some()))
        })
    }

    pub(crate) fn parent(&self, id: usize) -> usize {
        wide(self.node(id).parent)
    }

    /// Every node but the root, in the order of the body.
    pub(crate) fn ids(&self) -> Range<usize> {
        1..self.nodes.len()
    }

    /// How many nodes are around a node.
    pub(crate) fn depth(&self, id: usize) -> usize {
        successors(link(self.node(id).parent), |&at| link(self.node(at).parent)).count() + usize::from(id != 0)
    }

    /// How many nodes are in each other at most.
    pub(crate) fn height(&self) -> usize {
        let mut depths = vec![0_usize; self.nodes.len()];
        for id in self.ids() {
            let above = depths.get(self.parent(id)).copied().unwrap_or(0);
            if let Some(depth) = depths.get_mut(id) {
                *depth = above + 1;
            }
        }
        depths.into_iter().max().unwrap_or(0)
    }

    pub(crate) fn children(&self, id: usize) -> impl Iterator<Item = usize> + Clone + use<'_, 'a> {
        successors(link(self.node(id).first), |&at| link(self.node(at).after))
    }

    pub(crate) fn last_child(&self, id: usize) -> Option<usize> {
        link(self.node(id).last)
    }

    /// The nodes beside a node that come before it, the nearest first.
    pub(crate) fn before(&self, id: usize) -> impl Iterator<Item = usize> + use<'_, 'a> {
        successors(link(self.node(id).before), |&at| link(self.node(at).before))
    }

    /// The nodes beside a node that come after it.
    pub(crate) fn after(&self, id: usize) -> impl Iterator<Item = usize> + use<'_, 'a> {
        successors(link(self.node(id).after), |&at| link(self.node(at).after))
    }

    /// A node and everything in it, in order.
    pub(crate) fn all(&self, id: usize) -> impl Iterator<Item = usize> + use<'_, 'a> {
        successors(Some(id), move |&at| self.next(at, id))
    }

    /// What comes after a node inside another, in order.
    pub(crate) fn next(&self, at: usize, top: usize) -> Option<usize> {
        link(self.node(at).first).or_else(|| self.beyond(at, top))
    }

    /// The same, but nothing that is in the node itself.
    pub(crate) fn beyond(&self, at: usize, top: usize) -> Option<usize> {
        let mut at = at;
        while at != top && at != 0 {
            let node = self.node(at);
            if node.after != 0 {
                return link(node.after);
            }
            at = wide(node.parent);
        }
        None
    }

    pub(crate) fn child(&self, id: usize, tag: Tag) -> Option<usize> {
        self.children(id).find(|&child| self.tag(child) == tag)
    }

    /// The first node below, or at, `id` that `wanted` accepts.
    pub(crate) fn find(&self, id: usize, wanted: impl Fn(usize) -> bool) -> Option<usize> {
        self.all(id).find(|&at| wanted(at))
    }

    /// The value of an attribute, with or without its prefix.
    pub(crate) fn attr(&self, id: usize, name: &str) -> Option<&str> {
        self.attrs(id).find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// The attributes of an element, their names without prefixes.
    pub(crate) fn attrs(&self, id: usize) -> impl Iterator<Item = (&str, &str)> {
        let Word { start, end } = self.node(id).attrs;
        let own = self.attrs.get(wide(start)..wide(end)).unwrap_or(&[]);
        own.iter().map(|(key, value)| (self.word(*key), self.word(*value)))
    }

    /// All text in a node.
    pub(crate) fn all_text(&self, id: usize) -> Cow<'_, str> {
        let mut out = Cow::Borrowed("");
        for at in self.all(id) {
            let text = if self.tag(at) == Tag::Br { "\n" } else { self.text(at) };
            if out.is_empty() {
                out = Cow::Borrowed(text);
            } else if !text.is_empty() {
                out.to_mut().push_str(text);
            }
        }
        out
    }

    /// The names of anchor macros and named anchors.
    pub(crate) fn anchors(&self) -> Vec<String> {
        let mut out = Vec::new();
        for (id, node) in self.nodes.iter().enumerate() {
            match node.tag {
                Tag::AcStructuredMacro | Tag::AcMacro
                    if self.attr(id, "name").is_some_and(|name| name.eq_ignore_ascii_case("anchor")) =>
                {
                    let default = |&child: &usize| match self.tag(child) {
                        Tag::AcDefaultParameter => true,
                        Tag::AcParameter => self.attr(child, "name").unwrap_or("").is_empty(),
                        _ => false,
                    };
                    out.extend(self.children(id).find(default).map(|p| self.all_text(p).trim().to_owned()));
                }
                Tag::A if self.attr(id, "href").is_none() => {
                    out.extend(self.attr(id, "id").or_else(|| self.attr(id, "name")).map(str::to_owned));
                }
                _ => {}
            }
        }
        out
    }

    /// Where a text stands in the body; what does not is kept as it is.
    fn keep(&mut self, text: &str) -> Word {
        let found = (text.as_ptr() as usize).checked_sub(self.src.as_ptr() as usize);
        if let Some(start) = found.filter(|start| start + text.len() <= self.src.len()) {
            return Word { start: narrow(start), end: narrow(start + text.len()) };
        }
        let start = self.made.len();
        self.made.push_str(text);
        self.made_from(start)
    }

    fn made_from(&self, start: usize) -> Word {
        Word { start: narrow(self.src.len() + start), end: narrow(self.src.len() + self.made.len()) }
    }

    /// The same for a text with references, the first of which is not before `first`.
    fn resolve(&mut self, text: &str, first: usize, entities: &mut Entities) -> Word {
        let start = self.made.len();
        self.malformed |= entities.resolve(text, first, &mut self.made);
        self.made_from(start)
    }

    /// How many attributes there are so far.
    pub(crate) fn attr_count(&self) -> usize {
        self.attrs.len()
    }

    /// Takes back the attributes from this number on.
    pub(crate) fn drop_attrs(&mut self, first: usize) {
        self.attrs.truncate(first);
    }

    /// An attribute of the next element.
    pub(crate) fn add_attr(&mut self, name: &str, value: &str) {
        let attr = (self.keep(local(name)), self.keep(value));
        self.attrs.push(attr);
    }

    /// The same, for a value with references.
    pub(crate) fn read_attr(&mut self, name: &str, value: &str, entities: &mut Entities) {
        let name = self.keep(local(name));
        let value = match memchr::memchr(b'&', value.as_bytes()) {
            Some(first) => self.resolve(value, first, entities),
            None => self.keep(value),
        };
        self.attrs.push((name, value));
    }

    /// The value of an attribute, by its number.
    pub(crate) fn attr_value(&self, number: usize) -> &str {
        self.attrs.get(number).map_or("", |(_, value)| self.word(*value))
    }

    /// Puts an element in another; its attributes are those of these numbers.
    pub(crate) fn add_element(&mut self, parent: usize, tag: Tag, name: &str, attrs: Range<usize>) -> usize {
        let word = if tag.is_other() { self.keep(name) } else { Word::default() };
        let attrs = Word { start: narrow(attrs.start), end: narrow(attrs.end) };
        self.add(parent, Node { tag, word, attrs, ..Node::default() })
    }

    /// Puts a text in an element; none where it is empty.
    pub(crate) fn add_text(&mut self, parent: usize, text: &str) {
        let word = self.keep(text);
        self.add_word(parent, word);
    }

    /// The same, for a text with references, the first of which is not before `first`.
    pub(crate) fn read_text(&mut self, parent: usize, text: &str, first: usize, entities: &mut Entities) {
        let word = self.resolve(text, first, entities);
        self.add_word(parent, word);
    }

    fn add_word(&mut self, parent: usize, word: Word) {
        if word.start < word.end {
            self.add(parent, Node { word, ..Node::default() });
        }
    }

    /// Puts a copy of a node of another body in an element, without what is in it.
    pub(crate) fn add_copy(&mut self, parent: usize, other: &Xml<'_>, id: usize) -> usize {
        let tag = other.tag(id);
        if tag == Tag::Text {
            let word = self.keep(other.text(id));
            return self.add(parent, Node { word, ..Node::default() });
        }
        let first = self.attrs.len();
        for (key, value) in other.attrs(id) {
            self.add_attr(key, value);
        }
        self.add_element(parent, tag, other.name(id), first..self.attrs.len())
    }

    fn add(&mut self, parent: usize, node: Node) -> usize {
        let id = self.nodes.len();
        let number = narrow(id);
        let mut before = 0;
        if let Some(parent) = self.nodes.get_mut(parent) {
            before = std::mem::replace(&mut parent.last, number);
            if before == 0 {
                parent.first = number;
            }
        }
        if before != 0
            && let Some(before) = self.nodes.get_mut(wide(before))
        {
            before.after = number;
        }
        self.nodes.push(Node { parent: narrow(parent), before, ..node });
        id
    }
}

/// A name without its prefix.
fn local(name: &str) -> &str {
    let prefix = name.bytes().rposition(|byte| byte == b':').map_or(0, |at| at + 1);
    name.get(prefix..).unwrap_or("")
}
