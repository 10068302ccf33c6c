//! Pages, and parts of pages, that are shown in this one.

use std::fmt::Write as _;
use std::rc::Rc;

use pagelift_model::{PageId, SpaceKey, WarningCode};

use crate::build::{Around, Builder, Flow, comment_value};
use crate::elements::Tag;
use crate::guest::Guest;
use crate::storage::{MAX_DEPTH, Xml};
use crate::tree::{Block, Leaf, Piece, STRONG, leaf, text};
use crate::{Anchors, Includes, Lookup, PageTarget};

/// How far pages are followed that are shown in pages that are shown here.
pub(crate) const DEEPEST: usize = 5;

/// How much of other pages one page shows, in bytes of their bodies.
pub(crate) const LARGEST: usize = 16 << 20;

/// What an included page is called, by the macros that include.
const PAGE: [&str; 5] = ["", "page", "PageWithExcerpt", "pageTitle", "page-title"];

/// A page that is shown here, as it was read.
#[derive(Clone)]
pub(crate) struct Opened<'a> {
    xml: &'a Xml<'a>,
    context: &'a Guest<'a>,
    /// How many elements are in each other at most.
    height: usize,
    /// The parts that other pages can show alone.
    parts: Rc<[Part]>,
}

/// A part of a page that other pages can show.
struct Part {
    kind: &'static [&'static str],
    /// Its name in small letters; empty where it has none.
    name: String,
    body: usize,
}

/// The macros that are such parts, by the macros that show them; and the parameters that name them.
const PARTS: [(&[&str], &[&str]); 3] = [
    (&["excerpt"], &["name"]),
    (&["shared-block"], &["shared-block-key", "key", ""]),
    (&["multiexcerpt", "multiexcerpt-macro"], &["MultiExcerptName", "name", "contentKey", ""]),
];

/// Whether a page can be shown here.
enum Access<'a> {
    Open(Opened<'a>),
    /// It would show itself, or others without end.
    Cycle,
    Closed,
}

impl<'a> Builder<'a> {
    pub(crate) fn include(&mut self, id: usize, name: &str, around: Around, flow: &mut Flow<'a>) {
        let target = PAGE.iter().find_map(|n| self.parameter_node(id, n)).and_then(|node| self.resource(node));
        let target = target.or_else(|| self.resource(id));
        let named = self.first_of(id, &PAGE);
        let page = match target {
            Some(target) => self.page_of(target),
            None => self.page_named(&named),
        };
        let mut reason = WarningCode::IncludeLinked;
        if let Some(page) = page.as_ref().filter(|_| self.style.options.includes == Includes::Inline) {
            match self.access(id, page) {
                Access::Open(opened) if self.show(id, name, page, &opened, around, flow) => return,
                Access::Cycle => reason = WarningCode::IncludeCycle,
                _ => {}
            }
        }
        let (title, link) = match (target, page) {
            (Some(target), _) => {
                let (title, target) = self.target(target, None);
                (title, target.map(|target| self.add_link(target, "", None)))
            }
            (None, Some(page)) => {
                let link = self.page_link(&page);
                (page.title, link)
            }
            (None, None) => (named, None),
        };
        let key = self.first_of(id, &["shared-block-key", "key"]);
        let title = if title.is_empty() { key } else { title };
        self.warn(reason, name, &title);
        let label = if name == "include" { "Included page: " } else { "Excerpt: " };
        self.quoted_link(label, &title, link, (id, name), around, flow);
    }

    /// A page as `Title` or `KEY:Title`.
    pub(crate) fn page_named(&self, name: &str) -> Option<PageTarget> {
        if name.is_empty() {
            return None;
        }
        let key = |key: &str| !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || "~_-.".contains(c));
        let in_space = name.split_once(':').filter(|(space, title)| key(space) && !title.trim().is_empty());
        let found = in_space.and_then(|(space, title)| {
            self.context.page_by_title(Some(&SpaceKey::new(space)), title.trim()).filter(|page| page.id.is_some())
        });
        found.or_else(|| self.context.page_by_title(None, name))
    }

    fn access(&mut self, at: usize, page: &PageTarget) -> Access<'a> {
        let Some(id) = &page.id else { return Access::Closed };
        let own = self.host.this_page().and_then(|page| page.id);
        if own.as_ref() == Some(id) || self.guests.contains(id) || self.guests.len() >= DEEPEST {
            return Access::Cycle;
        }
        let opened = self.opened.get(id).cloned().unwrap_or_else(|| {
            let opened = self.open(id, page);
            self.opened.insert(id.clone(), opened.clone());
            opened
        });
        let Some(opened) = opened else { return Access::Closed };
        if self.included > LARGEST || !self.fits(at, opened.height) {
            return Access::Closed;
        }
        Access::Open(opened)
    }

    fn open(&mut self, id: &PageId, page: &PageTarget) -> Option<Opened<'a>> {
        let body = self.host.included(id)?;
        let space = page.web_url.as_deref().and_then(crate::page_links::space_of).map(SpaceKey::new);
        let guest = Guest { host: self.host, page: page.clone(), id: id.clone(), space };
        let context = self.shelf.guest(guest);
        let xml = self.shelf.read(body, context)?;
        if xml.malformed {
            self.warn(WarningCode::MalformedBody, &page.title, "");
        }
        if self.style.options.anchors != Anchors::None {
            self.anchors.extend(xml.anchors());
        }
        Some(Opened { xml, context, height: xml.height(), parts: parts(xml).into() })
    }

    /// Whether elements in each other this high can be read at this place.
    pub(crate) fn fits(&self, at: usize, height: usize) -> bool {
        self.depth + self.xml.depth(at) + height <= MAX_DEPTH
    }

    /// Reads elements of another body at the place of an element of this one.
    pub(crate) fn elsewhere<T>(
        &mut self,
        at: usize,
        xml: &'a Xml<'a>,
        context: &'a dyn Lookup,
        read: impl FnOnce(&mut Self) -> T,
    ) -> T {
        let depth = self.xml.depth(at);
        self.depth += depth;
        let outer = (std::mem::replace(&mut self.xml, xml), std::mem::replace(&mut self.context, context));
        let texts = std::mem::take(&mut self.texts);
        let mermaid = std::mem::replace(&mut self.mermaid, crate::mermaid::drawn(xml));
        let viewed = std::mem::replace(&mut self.viewed, false);
        let result = read(self);
        self.viewed = viewed;
        (self.xml, self.context) = outer;
        (self.texts, self.mermaid) = (texts, mermaid);
        self.depth -= depth;
        result
    }

    /// Shows a page or the part of it that the macro asks for; false where it has no such part.
    fn show(
        &mut self,
        id: usize,
        name: &str,
        page: &PageTarget,
        opened: &Opened<'a>,
        around: Around,
        flow: &mut Flow<'a>,
    ) -> bool {
        let (from, part) = if name == "include" {
            (Some(0), String::new())
        } else {
            let wanted = self.first_of(id, &["name", "MultiExcerptName", "shared-block-key", "contentKey", "key"]);
            (opened.part(name, &wanted), wanted)
        };
        let Some(from) = from else { return false };
        self.included += opened.xml.all(from).map(|at| opened.xml.text(at).len() + 8).sum::<usize>();
        let in_line = self.parameter(id, "inline") == "true" || self.stands_in_text(id, around, flow);
        let mut inner = Flow { one_line: flow.one_line, ..Flow::default() };
        if let Some(id) = &page.id {
            self.guests.push(id.clone());
        }
        self.elsewhere(id, opened.xml, opened.context, |builder| {
            builder.children(from, if in_line { around } else { Around::default() }, &mut inner);
        });
        self.guests.pop();
        let mut begin = format!("include page=\"{}\"", comment_value(&page.title));
        if !part.is_empty() {
            let _ = write!(begin, " excerpt=\"{}\"", comment_value(&part));
        }
        let end = "include-end".to_owned();
        inner.flush();
        if let (true, [Block::Para(line)]) = (in_line, inner.blocks.as_slice()) {
            flow.inline(Piece::Marker(begin), Around { marks: 0, ..around });
            flow.cur.extend_from_slice(line);
            flow.inline(Piece::Marker(end), Around { marks: 0, ..around });
            return true;
        }
        let alone = |marker| Block::para(vec![leaf(Piece::Marker(marker))]);
        flow.block(alone(begin));
        if name == "excerpt-include" && !in_line && self.parameter(id, "nopanel") != "true" {
            flow.blocks.push(Block::para(vec![text(&page.title, STRONG)]));
        }
        flow.blocks.append(&mut inner.blocks);
        flow.blocks.push(alone(end));
        true
    }

    /// A line that leads to what is not copied: a quote, or a part of the line that it stands in.
    pub(crate) fn quoted_link(
        &mut self,
        label: &str,
        shown: &str,
        link: Option<usize>,
        (id, name): (usize, &str),
        around: Around,
        flow: &mut Flow<'a>,
    ) {
        let marker = leaf(Piece::Marker(self.marker(id, name)));
        if self.stands_in_text(id, around, flow) {
            flow.inline(Piece::Text(label.to_owned().into()), around);
            flow.inline(Piece::Text(shown.to_owned().into()), Around { link: around.link.or(link), ..around });
            return flow.cur.push(marker);
        }
        let shown = Leaf { link, ..text(shown, 0) };
        flow.block(Block::Placeholder(vec![text(label, 0), shown, text(" ", 0), marker].into()));
    }

    /// Whether what a macro stands for has to be part of a line.
    pub(crate) fn stands_in_text(&mut self, id: usize, around: Around, flow: &Flow<'a>) -> bool {
        flow.one_line || around.link.is_some() || self.in_text(id)
    }
}

impl Opened<'_> {
    /// The body of the part that a macro of this name asks for.
    fn part(&self, includer: &str, wanted: &str) -> Option<usize> {
        let [excerpt, block, multi] = PARTS;
        let (kind, _) = match includer {
            "excerpt-include" => excerpt,
            "include-shared-block" => block,
            _ => multi,
        };
        let wanted = wanted.to_lowercase();
        let mut parts = self.parts.iter().filter(|part| part.kind == kind);
        let found = if wanted.is_empty() {
            parts.clone().find(|part| part.name.is_empty()).or_else(|| parts.next())
        } else {
            parts.find(|part| part.name == wanted)
        };
        found.map(|part| part.body)
    }
}

/// The parts of a page that other pages can show.
fn parts(xml: &Xml<'_>) -> Vec<Part> {
    let part = |id: usize| {
        let macro_ = matches!(xml.tag(id), Tag::AcStructuredMacro | Tag::AcMacro);
        let called = xml.attr(id, "name").filter(|_| macro_)?.trim().to_lowercase();
        let called = called.trim_end_matches("-inline");
        let (kind, keys) = PARTS.into_iter().find(|(kind, _)| kind.contains(&called))?;
        let body = xml.child(id, Tag::AcRichTextBody)?;
        let named = |key: &&str| {
            xml.children(id)
                .find(|&child| xml.tag(child) == Tag::AcParameter && xml.attr(child, "name").unwrap_or("") == *key)
        };
        let name = keys.iter().find_map(named).map(|parameter| xml.all_text(parameter).trim().to_lowercase());
        Some(Part { kind, name: name.unwrap_or_default(), body })
    };
    xml.ids().filter_map(part).collect()
}
