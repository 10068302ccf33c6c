//! Links and mentions.

use pagelift_model::{PageId, SpaceKey, WarningCode};

pub(crate) use crate::address::encode;
use crate::address::{Meaning, OnSite, on_site};
use crate::anchors::{Places, decode};
use crate::build::{Around, Builder, Flow, comment_value};
use crate::tree::{Block, Link, Piece, leaf, text};
use crate::{AttachmentTarget, PageTarget, Reference, inline};

impl Builder<'_> {
    pub(crate) fn add_link(&mut self, href: String, title: &str, anchor: Option<String>) -> usize {
        self.links.push(Link { href, title: title.to_owned(), anchor });
        self.links.len() - 1
    }

    pub(crate) fn html_link(&mut self, id: usize, around: Around, flow: &mut Flow) {
        let xml = self.xml;
        let name = xml.attr(id, "id").or_else(|| xml.attr(id, "name")).filter(|name| !name.is_empty());
        let Some(href) = xml.attr(id, "href").map(str::trim).filter(|h| !h.is_empty()) else {
            if let Some(name) = name {
                flow.inline(Piece::Raw(format!("<a id=\"{}\"></a>", attribute(name))), around);
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
            Some(title) => flow.inline(Piece::Text(title), inside),
            None => self.link_body(&xml.node(id).children, href, inside, flow),
        }
        if alone {
            flow.flush();
        }
    }

    /// What stands in a link, or the given text where nothing does.
    fn link_body(&mut self, bodies: &[usize], or: &str, around: Around, flow: &mut Flow) {
        let mut inner = Flow { one_line: flow.one_line, ..Flow::default() };
        for &body in bodies {
            self.node(body, around, &mut inner);
        }
        let blank = |leaf: &crate::tree::Leaf| matches!(&leaf.piece, Piece::Raw(raw) if raw.starts_with("<a id"));
        if inner.blocks.is_empty() && inline::normalise(&inner.cur).iter().all(blank) {
            inner.inline(Piece::Text(or.to_owned()), around);
        }
        join(flow, inner);
    }

    /// Whether an address may be linked to; scripts may not.
    fn is_linkable(&mut self, href: &str) -> bool {
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
    fn html_target(&mut self, href: &str) -> (Option<String>, usize) {
        if let Some(anchor) = href.strip_prefix('#') {
            return (None, self.add_link(String::new(), "", Some(anchor.to_owned())));
        }
        let base = self.context.site_base();
        let Some(found) = on_site(href, base.as_deref()) else {
            return (None, self.add_link(encode(href, false), "", None));
        };
        let (title, href) = self.site_href(href, &found);
        (title, self.add_link(href, "", None))
    }

    fn site_href(&mut self, href: &str, found: &OnSite) -> (Option<String>, String) {
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
                if let Some(path) = file {
                    return (None, path);
                }
                (None, name.clone())
            }
            Meaning::Other => (None, String::new()),
        };
        if let Some(path) = page.as_ref().and_then(|page| page.relative_path.as_deref()) {
            let fragment = fragment.map(|f| self.fragment(page.as_ref(), f)).unwrap_or_default();
            return (page.as_ref().map(|page| page.title.clone()), format!("{}{fragment}", encode(path, true)));
        }
        let title = page.map(|page| page.title);
        if let Some(absolute) = &found.absolute {
            self.warn(WarningCode::LinkOutside, "", "");
            return (title, encode(absolute, false));
        }
        self.warn(WarningCode::LinkUnresolved, href, "");
        if fallback.is_empty() {
            return (title, encode(href, false));
        }
        let fragment = fragment.map(|f| self.fragment(None, f)).unwrap_or_default();
        (title, format!("confluence:///{}{fragment}", unresolved(&fallback, true)))
    }

    /// A list that another system makes behind an address.
    fn datasource(&mut self, id: usize, href: &str, flow: &mut Flow) {
        let source = self.xml.attr(id, "data-datasource").unwrap_or("");
        let source: serde_json::Value = serde_json::from_str(source).unwrap_or_default();
        let query = source.pointer("/parameters/jql").and_then(serde_json::Value::as_str);
        let label = if query.is_some() || href.contains("jql=") { "Jira issues: " } else { "List: " };
        let shown = query.unwrap_or(href).to_owned();
        self.warn(WarningCode::MacroDynamic, "datasource", &shown);
        let link = self.is_linkable(href).then(|| self.add_link(encode(href, false), "", None));
        let marker = format!("<!-- pagelift: macro name=\"datasource\" url=\"{}\" -->", comment_value(href));
        flow.block(Block::Placeholder(vec![
            text(label, 0),
            crate::tree::Leaf { link, ..text(&shown, 0) },
            text(" ", 0),
            leaf(Piece::Raw(marker)),
        ]));
    }

    pub(crate) fn link(&mut self, id: usize, around: Around, flow: &mut Flow) {
        let xml = self.xml;
        let target = xml.node(id).children.iter().copied().find(|&c| xml.node(c).name.starts_with("ri:"));
        let anchor = xml.attr(id, "anchor").filter(|a| !a.is_empty());
        let bodies: Vec<usize> = xml.node(id).children.iter().copied().filter(|&c| Some(c) != target).collect();
        let (text, link) = match target {
            Some(target) if xml.node(target).name == "ri:user" => {
                let name = self.person(target);
                flow.inline(Piece::Text(format!("@{name}")), around);
                return;
            }
            Some(target) => {
                let (text, href) = self.target(target, anchor);
                let tooltip = xml.attr(id, "tooltip").filter(|tip| *tip != text).unwrap_or("");
                let missing = href.is_none();
                let link = href.map(|href| self.add_link(href, tooltip, None));
                if missing && xml.node(target).name == "ri:attachment" {
                    let mark = format!("<!-- pagelift: attachment-missing name=\"{}\" -->", comment_value(&text));
                    self.link_body(&bodies, &text, around, flow);
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
        self.link_body(&bodies, &text, around, flow);
        if alone {
            flow.flush();
        }
    }

    /// The text and the address of a link target; no address where there is nothing to link to.
    pub(crate) fn target(&mut self, id: usize, anchor: Option<&str>) -> (String, Option<String>) {
        let xml = self.xml;
        match xml.node(id).name.as_ref() {
            "ri:attachment" => {
                let name = xml.attr(id, "filename").unwrap_or("").to_owned();
                let href = self.attachment_of(id);
                (name, href)
            }
            "ri:url" => {
                let value = xml.attr(id, "value").unwrap_or("");
                if !self.is_linkable(value) {
                    return (value.to_owned(), None);
                }
                let (_, link) = self.html_target(value);
                let href = self.links.get(link).map(|link| link.href.clone()).filter(|href| !href.is_empty());
                (value.to_owned(), href.or_else(|| Some(encode(value, false))))
            }
            "ri:shortcut" => {
                let (key, value) = (xml.attr(id, "key").unwrap_or(""), xml.attr(id, "parameter").unwrap_or(""));
                (format!("{value}@{key}"), None)
            }
            "ri:space" => {
                let key = xml.attr(id, "space-key").filter(|key| *key != "currentSpace()").map(str::to_owned);
                let key = key.or_else(|| self.own_space()).unwrap_or_default();
                let found = self.context.space(&SpaceKey::new(key.as_str()));
                let text = found.as_ref().map_or_else(|| key.clone(), |space| space.title.clone());
                let href = self.page_href(found.as_ref(), &key, &format!("/spaces/{key}"), anchor);
                (text, Some(href))
            }
            kind => self.page_target(id, kind, anchor),
        }
    }

    fn page_target(&mut self, id: usize, kind: &str, anchor: Option<&str>) -> (String, Option<String>) {
        let xml = self.xml;
        let title = xml.attr(id, "content-title").unwrap_or("").to_owned();
        let title = crate::text::composed(&title).into_owned();
        let found = self.page_of(id, kind);
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
    pub(crate) fn page_of(&mut self, id: usize, kind: &str) -> Option<PageTarget> {
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
        if kind == "ri:blog-post" {
            return self.context.blog_post(space.as_ref(), &title, xml.attr(id, "posting-day").unwrap_or(""));
        }
        self.context.page_by_title(space.as_ref(), &title)
    }

    /// The key of the space that the page is in, as its address has it.
    fn own_space(&self) -> Option<String> {
        let url = self.context.page_url()?;
        let (_, tail) = url.split_once("/spaces/").or_else(|| url.split_once("/display/"))?;
        tail.split(['/', '?', '#']).next().filter(|key| !key.is_empty()).map(str::to_owned)
    }

    fn fragment(&mut self, page: Option<&PageTarget>, anchor: &str) -> String {
        let place = page.and_then(|page| Some((page.id.as_ref()?, page.title.as_str()))).and_then(|(id, title)| {
            let context = self.context;
            let places = self
                .pages
                .entry(id.clone())
                .or_insert_with(|| Places::new(title, &context.headings(id).unwrap_or_default(), Vec::new()));
            places.find(anchor)
        });
        if place.is_none() && page.is_some_and(|page| page.relative_path.is_some()) {
            self.warn(WarningCode::AnchorUnresolved, anchor, "");
        }
        let place = place.unwrap_or_else(|| crate::slug::slug(&decode(anchor)));
        format!("#{}", encode(&place, true))
    }

    fn page_href(&mut self, page: Option<&PageTarget>, fallback: &str, path: &str, anchor: Option<&str>) -> String {
        if let Some(path) = page.and_then(|p| p.relative_path.as_deref()) {
            let fragment = anchor.map(|anchor| self.fragment(page, anchor)).unwrap_or_default();
            return format!("{}{fragment}", encode(path, true));
        }
        let web = page.and_then(|p| p.web_url.clone());
        let web =
            web.or_else(|| self.context.site_base().filter(|_| !path.is_empty()).map(|base| format!("{base}{path}")));
        if let Some(url) = web {
            self.warn(WarningCode::LinkOutside, "", "");
            let fragment = anchor.map(|anchor| format!("#{}", anchor.replace(' ', "-"))).unwrap_or_default();
            return encode(&format!("{url}{fragment}"), false);
        }
        self.warn(WarningCode::LinkUnresolved, fallback, "");
        let fragment = anchor.map(|anchor| self.fragment(None, anchor)).unwrap_or_default();
        format!("confluence:///{}{fragment}", unresolved(fallback, fallback.contains('/') && !path.is_empty()))
    }

    /// The destination of the attachment that an `ri:attachment` names; none when it is missing.
    pub(crate) fn attachment_of(&mut self, id: usize) -> Option<String> {
        let xml = self.xml;
        let name = xml.attr(id, "filename").unwrap_or("").to_owned();
        let holder = xml.node(id).children.iter().copied().find(|&c| xml.node(c).name.starts_with("ri:"));
        let Some(holder) = holder else { return self.attachment(None, &name, true) };
        let page = self.page_of(holder, xml.node(holder).name.as_ref());
        if let Some(page) = page.and_then(|page| page.id) {
            self.attachment(Some(&page), &name, true)
        } else {
            self.warn(WarningCode::LinkUnresolved, &name, "");
            Some(encode(&name, true))
        }
    }

    /// The destination of an attachment; none when it is missing, or unknown and no name may be guessed.
    pub(crate) fn attachment(&mut self, page: Option<&PageId>, name: &str, guess: bool) -> Option<String> {
        let name = crate::text::composed(name).into_owned();
        self.refer(Reference::Attachment { page: page.cloned(), name: name.clone() });
        match self.context.attachment(page, &name) {
            AttachmentTarget::File(path) => Some(encode(&path, true)),
            AttachmentTarget::Web(url) => Some(encode(&url, false)),
            AttachmentTarget::Unknown if guess => {
                self.warn(WarningCode::LinkUnresolved, &name, "");
                Some(encode(&name, true))
            }
            AttachmentTarget::Unknown => None,
            AttachmentTarget::Missing => {
                if guess {
                    self.warn(WarningCode::AttachmentMissing, &name, "");
                }
                None
            }
        }
    }

    pub(crate) fn person(&mut self, id: usize) -> String {
        let xml = self.xml;
        let keys = ["account-id", "userkey", "username"];
        let key = keys.iter().find_map(|k| xml.attr(id, k)).unwrap_or("").to_owned();
        if key.is_empty() {
            self.warn(WarningCode::PersonUnknown, "", "");
            return "unknown".to_owned();
        }
        self.refer(Reference::Person(key.clone()));
        if let Some(name) = self.context.person(&key) {
            return name;
        }
        self.warn(WarningCode::PersonUnknown, &key, "");
        key
    }
}

/// A page as it is named, when its address is not known: the key of the space, where there is one, then the title.
fn unresolved(name: &str, has_space: bool) -> String {
    let part = |part: &str| encode(part, true).replace('/', "%2F");
    match name.split_once('/').filter(|_| has_space) {
        Some((space, title)) => format!("{}/{}", part(space), part(title)),
        None => part(name),
    }
}

pub(crate) fn join(flow: &mut Flow, inner: Flow) {
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
