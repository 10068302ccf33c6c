//! Links and mentions.

use pagelift_model::{PageId, SpaceKey, WarningCode};

pub(crate) use crate::address::encode;
use crate::address::{Meaning, OnSite, on_site};
use crate::anchors::{Places, decode};
use crate::build::{Around, Builder, Flow, comment_value};
use crate::dialect::FileLinks;
use crate::elements::Tag;
use crate::target::Target;
use crate::tree::{Block, Link, Piece, leaf, text};
use crate::{PageTarget, Reference, inline};

impl<'a> Builder<'a> {
    pub(crate) fn add_link(&mut self, target: impl Into<Target>, title: &str, anchor: Option<String>) -> usize {
        let Target { href, wiki, outside, place, .. } = target.into();
        let anchor = anchor.or(place);
        self.links.push(Link { href, title: title.to_owned(), anchor, wiki, outside });
        self.links.len() - 1
    }

    pub(crate) fn html_link(&mut self, id: usize, around: Around, flow: &mut Flow<'a>) {
        let xml = self.xml;
        let name = xml.attr(id, "id").or_else(|| xml.attr(id, "name")).filter(|name| !name.is_empty());
        let Some(href) = xml.attr(id, "href").map(str::trim).filter(|h| !h.is_empty()) else {
            if let Some(name) = name {
                self.anchor(name, around, flow);
            }
            return self.children(id, around, flow);
        };
        if xml.attr(id, "data-datasource").is_some() {
            return self.datasource(id, href, flow);
        }
        if !self.is_linkable(href) {
            return self.children(id, around, flow);
        }
        let (shown, link) = self.html_target(href);
        if let Some(link) = self.links.get_mut(link) {
            let title = xml.attr(id, "title").unwrap_or("");
            if !title.is_empty() && title != link.href && title != href && title != xml.all_text(id).trim() {
                title.clone_into(&mut link.title);
            }
        }
        let alone = matches!(xml.attr(id, "data-card-appearance"), Some("block" | "embed"));
        if alone {
            flow.flush();
        }
        let inside = Around { link: Some(link), ..around };
        let smart = xml.attr(id, "data-card-appearance").is_some() && xml.all_text(id).trim() == href;
        match shown.filter(|_| smart) {
            Some(title) => flow.inline(Piece::Text(title.into()), inside),
            None => self.link_body(xml.children(id), href, inside, flow),
        }
        if alone {
            flow.flush();
        }
    }

    /// What stands in a link, or the given text where nothing does.
    pub(crate) fn link_body(
        &mut self,
        bodies: impl IntoIterator<Item = usize>,
        or: &str,
        around: Around,
        flow: &mut Flow<'a>,
    ) {
        let mut inner = Flow { one_line: flow.one_line, ..Flow::default() };
        for body in bodies {
            self.node(body, around, &mut inner);
        }
        let blank = |leaf: &crate::tree::Leaf| matches!(leaf.piece, Piece::Anchor(_));
        let shows =
            |leaf: &crate::tree::Leaf| matches!(&leaf.piece, Piece::Text(text) if crate::text::is_visible(text));
        if inner.blocks.is_empty() && !inner.cur.iter().any(shows) && inline::normalise(&inner.cur).iter().all(blank) {
            inner.inline(Piece::Text(or.to_owned().into()), around);
        }
        join(flow, inner);
    }

    /// Whether an address may be linked to; scripts may not.
    pub(crate) fn is_linkable(&mut self, href: &str) -> bool {
        let Some((scheme, rest)) = href.split_once(':') else { return true };
        if matches!(scheme, "http" | "https" | "mailto") {
            return true;
        }
        let clean: String = scheme.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect();
        let scheme = clean.to_ascii_lowercase();
        if scheme.is_empty() || !scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+.-".contains(c)) {
            return true;
        }
        let known = ["http", "https", "ftp", "mailto", "tel", "sms", "file", "smb"].contains(&scheme.as_str());
        let bad = ["javascript", "vbscript", "data"].contains(&scheme.as_str());
        if bad || !(known || rest.starts_with("//")) {
            self.warn(WarningCode::LinkScheme, &scheme, href);
            return false;
        }
        true
    }

    /// The title of the page that an address means, where it is known, and the link.
    pub(crate) fn html_target(&mut self, href: &str) -> (Option<String>, usize) {
        if let Some(anchor) = href.strip_prefix('#') {
            return (None, self.add_link(String::new(), "", Some(anchor.to_owned())));
        }
        let base = self.context.site_base();
        let Some(found) = on_site(href, base.as_deref()) else {
            return (None, self.add_link(encode(href, false), "", None));
        };
        let (title, target) = self.site_target(href, &found);
        (title, self.add_link(target, "", None))
    }

    fn site_target(&mut self, href: &str, found: &OnSite) -> (Option<String>, Target) {
        let fragment = found.fragment.as_deref();
        let (page, fallback) = match &found.meaning {
            Meaning::Page(id) => {
                self.refer(Reference::Page(id.clone()));
                (self.context.page_by_id(id), id.as_str().to_owned())
            }
            Meaning::Title(key, title) => {
                self.refer(Reference::PageTitle { space: Some(key.clone()), title: title.clone() });
                (self.context.page_by_title(Some(key), title), format!("{}/{title}", key.as_str()))
            }
            Meaning::Blog(key, title, day) => {
                self.refer(Reference::PageTitle { space: Some(key.clone()), title: title.clone() });
                (self.context.blog_post(Some(key), title, day), format!("{}/{title}", key.as_str()))
            }
            Meaning::Space(key) => (self.context.space(key), key.as_str().to_owned()),
            Meaning::Attachment(page, name) => {
                let file = self.attachment(Some(page), name, false);
                if let Some(file) = file {
                    return (None, file);
                }
                (None, name.clone())
            }
            Meaning::Other => (None, String::new()),
        };
        if let Some(target) = page.as_ref().and_then(|page| self.exported(page, fragment)) {
            return (page.map(|page| page.title), target);
        }
        let exported = page.as_ref().is_some_and(|page| page.file.is_some());
        let title = page.map(|page| page.title);
        if let Some(absolute) = &found.absolute {
            if !exported {
                self.warn(WarningCode::LinkOutside, "", "");
            }
            let outside = !exported && found.meaning != Meaning::Other;
            return (title, Target::web(encode(absolute, false), outside));
        }
        self.warn(WarningCode::LinkUnresolved, href, "");
        if fallback.is_empty() {
            return (title, encode(href, false).into());
        }
        let fragment = fragment.map(|f| self.unknown_place(f)).unwrap_or_default();
        let href = format!("confluence:///{}{fragment}", unresolved(&fallback, true));
        (title, Target::web(href, true))
    }

    /// A list that another system makes behind an address.
    fn datasource(&mut self, id: usize, href: &str, flow: &mut Flow<'a>) {
        let source = self.xml.attr(id, "data-datasource").unwrap_or("");
        let source: serde_json::Value = serde_json::from_str(source).unwrap_or_default();
        let query = source.pointer("/parameters/jql").and_then(serde_json::Value::as_str);
        let label = if query.is_some() || href.contains("jql=") { "Jira issues: " } else { "List: " };
        let shown = query.unwrap_or(href).to_owned();
        self.warn(WarningCode::MacroDynamic, "datasource", &shown);
        let link = self.is_linkable(href).then(|| self.add_link(encode(href, false), "", None));
        let marker = format!("macro name=\"datasource\" url=\"{}\"", comment_value(href));
        flow.block(Block::Placeholder(vec![
            text(label, 0),
            crate::tree::Leaf { link, ..text(&shown, 0) },
            text(" ", 0),
            leaf(Piece::Marker(marker)),
        ]));
    }

    pub(crate) fn link(&mut self, id: usize, around: Around, flow: &mut Flow<'a>) {
        let xml = self.xml;
        let target = xml.children(id).find(|&c| xml.tag(c).is_ri());
        let anchor = xml.attr(id, "anchor").filter(|a| !a.is_empty());
        let bodies = xml.children(id).filter(|&c| Some(c) != target);
        let (text, link) = match target {
            Some(target) if xml.tag(target) == Tag::RiUser => {
                let name = format!("@{}", self.person(target));
                return self.link_body(bodies, &name, around, flow);
            }
            Some(target) if anchor.is_some() && self.is_here(target) => {
                let title = xml.attr(target, "content-title").unwrap_or("").to_owned();
                (title, Some(self.add_link(String::new(), "", anchor.map(str::to_owned))))
            }
            Some(target) => {
                let (text, href) = self.target(target, anchor);
                let tooltip = xml.attr(id, "tooltip").filter(|tip| *tip != text).unwrap_or("");
                let missing = href.is_none();
                let link = href.map(|href| self.add_link(href, tooltip, None));
                if missing && xml.tag(target) == Tag::RiAttachment {
                    let mark = format!("attachment-missing name=\"{}\"", comment_value(&text));
                    self.link_body(bodies, &text, around, flow);
                    return flow.comment(mark, around);
                }
                (text, link)
            }
            None => {
                if let Some(anchor) = anchor {
                    (decode(anchor).replace('-', " "), Some(self.add_link(String::new(), "", Some(anchor.to_owned()))))
                } else {
                    self.warn(WarningCode::LinkBroken, "", &xml.all_text(id));
                    (String::new(), None)
                }
            }
        };
        let around = Around { link: link.or(around.link), ..around };
        let alone = matches!(xml.attr(id, "card-appearance"), Some("block" | "embed"));
        if alone {
            flow.flush();
        }
        self.link_body(bodies, &text, around, flow);
        if alone {
            flow.flush();
        }
    }

    /// Whether an element names the page that it is on.
    fn is_here(&mut self, target: usize) -> bool {
        let named = matches!(self.xml.tag(target), Tag::RiPage | Tag::RiContentEntity | Tag::RiBlogPost);
        let here = self.context.this_page().and_then(|page| page.id).filter(|_| named);
        here.is_some() && self.page_of(target).and_then(|page| page.id) == here
    }

    /// The text and the address of a link target; no address where there is nothing to link to.
    pub(crate) fn target(&mut self, id: usize, anchor: Option<&str>) -> (String, Option<Target>) {
        let xml = self.xml;
        match xml.tag(id) {
            Tag::RiAttachment => {
                let name = xml.attr(id, "filename").unwrap_or("").to_owned();
                let target = self.attachment_of(id);
                (name, target)
            }
            Tag::RiUrl => {
                let value = xml.attr(id, "value").unwrap_or("");
                if !self.is_linkable(value) {
                    return (value.to_owned(), None);
                }
                let base = self.context.site_base();
                let target = match on_site(value, base.as_deref()) {
                    Some(found) => self.site_target(value, &found).1,
                    None => encode(value, false).into(),
                };
                (value.to_owned(), Some(target))
            }
            Tag::RiShortcut => {
                let (key, value) = (xml.attr(id, "key").unwrap_or(""), xml.attr(id, "parameter").unwrap_or(""));
                (format!("{value}@{key}"), None)
            }
            Tag::RiSpace => {
                let key = xml.attr(id, "space-key").filter(|key| *key != "currentSpace()").map(str::to_owned);
                let key = key.or_else(|| self.own_space()).unwrap_or_default();
                let found = self.context.space(&SpaceKey::new(key.as_str()));
                let text = found.as_ref().map_or_else(|| key.clone(), |space| space.title.clone());
                let href = self.page_href(found.as_ref(), &key, &format!("/spaces/{key}"), anchor);
                (text, Some(href))
            }
            _ => self.page_target(id, anchor),
        }
    }

    fn page_target(&mut self, id: usize, anchor: Option<&str>) -> (String, Option<Target>) {
        let xml = self.xml;
        let title = crate::text::composed(xml.attr(id, "content-title").unwrap_or("")).into_owned();
        let found = self.page_of(id);
        let space = xml.attr(id, "space-key").filter(|k| !k.is_empty() && *k != "currentSpace()");
        let page_id = xml.attr(id, "content-id").filter(|id| !id.is_empty());
        let fallback = match (page_id, space) {
            (Some(id), _) if title.is_empty() => id.to_owned(),
            (_, Some(space)) => format!("{space}/{title}"),
            _ => title.clone(),
        };
        let key = space.map(str::to_owned).or_else(|| self.own_space());
        let path = match (page_id, key) {
            (Some(id), Some(key)) => format!("/spaces/{key}/pages/{id}"),
            (Some(id), None) => format!("/pages/viewpage.action?pageId={id}"),
            (None, Some(key)) => format!("/display/{key}/{}", title.replace('/', "%2F")),
            (None, None) => String::new(),
        };
        let text = match (&found, title.is_empty() || title.starts_with('@')) {
            (Some(page), true) => page.title.clone(),
            (None, true) => fallback.clone(),
            _ => title,
        };
        let href = self.page_href(found.as_ref(), &fallback, &path, anchor);
        (text, Some(href))
    }

    /// The page that an `ri:` element names.
    pub(crate) fn page_of(&mut self, id: usize) -> Option<PageTarget> {
        let xml = self.xml;
        let space = xml.attr(id, "space-key").filter(|k| !k.is_empty() && *k != "currentSpace()").map(SpaceKey::new);
        if let Some(page) = xml.attr(id, "content-id").filter(|id| !id.is_empty()).map(PageId::new) {
            self.refer(Reference::Page(page.clone()));
            return self.context.page_by_id(&page);
        }
        let title = xml.attr(id, "content-title").unwrap_or("");
        let title = crate::text::composed(title).into_owned();
        match title.as_str() {
            "@self" => return self.context.this_page(),
            "@parent" => return self.context.parent_page(),
            "@home" => {
                let key = space.or_else(|| self.own_space().map(SpaceKey::new))?;
                return self.context.space(&key);
            }
            _ => {}
        }
        self.refer(Reference::PageTitle { space: space.clone(), title: title.clone() });
        if xml.tag(id) == Tag::RiBlogPost {
            return self.context.blog_post(space.as_ref(), &title, xml.attr(id, "posting-day").unwrap_or(""));
        }
        self.context.page_by_title(space.as_ref(), &title)
    }

    /// The key of the space that the page is in, as its address has it.
    pub(crate) fn own_space(&self) -> Option<String> {
        self.context.page_url().as_deref().and_then(space_of)
    }

    /// A page of the export as a target; none where the format links to its address on the web.
    fn exported(&mut self, page: &PageTarget, anchor: Option<&str>) -> Option<Target> {
        page.file.as_ref()?;
        let own = || page.id.is_some() && self.host.this_page().is_some_and(|own| own.id == page.id);
        if let Some(anchor) = anchor.filter(|_| own()) {
            return Some(Target { place: Some(anchor.to_owned()), ..Target::default() });
        }
        let target = Target::page(page, None, self.style)?;
        let Some(anchor) = anchor else { return Some(target) };
        let place = page.id.as_ref().and_then(|id| {
            let context = self.context;
            let headings = || context.headings(id).unwrap_or_default();
            let places =
                self.pages.entry(id.clone()).or_insert_with(|| Places::new(&page.title, &headings(), Vec::new()));
            places.find(anchor)
        });
        if place.is_none() {
            self.warn(WarningCode::AnchorUnresolved, anchor, "");
        }
        // A link in wiki form finds headings alone.
        if place.is_none() && self.style.dialect.file_links == FileLinks::Wiki {
            return Some(target);
        }
        let place = place.map_or_else(|| self.style.slug(&decode(anchor)), |place| place.name);
        Target::page(page, Some(&place), self.style)
    }

    /// The fragment for a place on a page that is not known.
    fn unknown_place(&self, anchor: &str) -> String {
        format!("#{}", encode(&self.style.slug(&decode(anchor)), true))
    }

    pub(crate) fn page_href(
        &mut self,
        page: Option<&PageTarget>,
        fallback: &str,
        path: &str,
        anchor: Option<&str>,
    ) -> Target {
        if let Some(target) = page.and_then(|page| self.exported(page, anchor)) {
            return target;
        }
        let exported = page.is_some_and(|page| page.file.is_some());
        let web = page.and_then(|p| p.web_url.clone());
        let web =
            web.or_else(|| self.context.site_base().filter(|_| !path.is_empty()).map(|base| format!("{base}{path}")));
        if let Some(url) = web {
            if !exported {
                self.warn(WarningCode::LinkOutside, "", "");
            }
            let fragment = anchor.map(|anchor| format!("#{}", anchor.replace(' ', "-"))).unwrap_or_default();
            return Target::web(encode(&format!("{url}{fragment}"), false), !exported);
        }
        self.warn(WarningCode::LinkUnresolved, fallback, "");
        let fragment = anchor.map(|anchor| self.unknown_place(anchor)).unwrap_or_default();
        let name = unresolved(fallback, fallback.contains('/') && !path.is_empty());
        let href = ["confluence:///", &name, &fragment].concat();
        Target::web(href, true)
    }
}

/// The key of the space that the page of an address is in.
pub(crate) fn space_of(url: &str) -> Option<String> {
    let (_, tail) = url.split_once("/spaces/").or_else(|| url.split_once("/display/"))?;
    tail.split(['/', '?', '#']).next().filter(|key| !key.is_empty()).map(str::to_owned)
}

/// A page as it is named, when its address is not known: the key of the space, where there is one, then the title.
fn unresolved(name: &str, has_space: bool) -> String {
    let part = |part: &str| {
        let part = encode(part, true);
        if part.contains('/') { part.replace('/', "%2F") } else { part }
    };
    match name.split_once('/').filter(|_| has_space) {
        Some((space, title)) => [part(space), part(title)].join("/"),
        None => part(name),
    }
}

pub(crate) fn join<'a>(flow: &mut Flow<'a>, inner: Flow<'a>) {
    if !inner.blocks.is_empty() {
        flow.flush();
        flow.blocks.extend(inner.blocks);
    }
    flow.cur.extend(inner.cur);
}

/// Text as the value of an HTML attribute.
pub(crate) fn attribute(value: &str) -> String {
    let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
    value.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;").replace('>', "&gt;")
}
