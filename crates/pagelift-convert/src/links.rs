//! Links and mentions.

use pagelift_model::{SpaceKey, WarningCode};

pub(crate) use crate::address::encode;
use crate::address::{Meaning, OnSite, on_site};
use crate::anchors::decode;
use crate::build::{Around, Builder, Flow, comment_value};
use crate::elements::Tag;
use crate::page_links::{Way, unresolved};
use crate::target::Target;
use crate::tree::{Block, Link, Piece, leaf, text};
use crate::{Reference, inline};

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
        let mut bodies = bodies.into_iter().peekable();
        if bodies.peek().is_none() {
            return flow.inline(Piece::Text(or.to_owned().into()), around);
        }
        let cur = std::mem::take(&mut self.spare);
        let mut inner = Flow { cur, one_line: flow.one_line, ..Flow::default() };
        for body in bodies {
            self.node(body, around, &mut inner);
        }
        let blank = |leaf: &crate::tree::Leaf| matches!(leaf.piece, Piece::Anchor(_));
        let shows =
            |leaf: &crate::tree::Leaf| matches!(&leaf.piece, Piece::Text(text) if crate::text::is_visible(text));
        if inner.blocks.is_empty() && !inner.cur.iter().any(shows) && inline::normalise(&inner.cur).iter().all(blank) {
            inner.inline(Piece::Text(or.to_owned().into()), around);
        }
        if !inner.blocks.is_empty() {
            flow.flush();
            flow.blocks.append(&mut inner.blocks);
        }
        flow.cur.append(&mut inner.cur);
        self.spare = inner.cur;
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
        let href = unresolved(&fallback, true) + &fragment;
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
        flow.block(Block::Placeholder(
            vec![
                text(label, 0),
                crate::tree::Leaf { link, ..text(&shown, 0) },
                text(" ", 0),
                leaf(Piece::Marker(marker)),
            ]
            .into(),
        ));
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
                let href = self.page_href(found.as_ref(), &key, Way::Space(&key), anchor);
                (text, Some(href))
            }
            _ => self.page_target(id, anchor),
        }
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
