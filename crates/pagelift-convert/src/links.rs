//! Links, pictures, mentions, emoticons.

use pagelift_model::{PageId, SpaceKey, WarningCode};

use crate::build::{Around, Builder, Flow};
use crate::tree::{EM, Link, Piece};
use crate::{AttachmentTarget, PageTarget, Reference, inline};

/// Percent-encodes a destination.
pub(crate) fn encode(address: &str, relative: bool) -> String {
    use std::fmt::Write as _;
    let balanced = {
        let mut depth = 0_i32;
        let ok = address.chars().all(|c| {
            depth += i32::from(c == '(') - i32::from(c == ')');
            depth >= 0
        });
        ok && depth == 0
    };
    let mut out = String::with_capacity(address.len());
    for c in address.chars() {
        let always = c.is_whitespace() || c.is_control() || "\"<>\\^`{|}".contains(c);
        let here = if relative { "%#?()*[]".contains(c) } else { !balanced && "()".contains(c) };
        if always || here {
            let mut buffer = [0; 4];
            for byte in c.encode_utf8(&mut buffer).bytes() {
                let _ = write!(out, "%{byte:02X}");
            }
        } else {
            out.push(c);
        }
    }
    out
}

fn stem(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(stem, _)| if stem.is_empty() { name } else { stem })
}

impl Builder<'_> {
    pub(crate) fn add_link(&mut self, href: String, title: &str, anchor: Option<String>) -> usize {
        self.links.push(Link { href, title: title.to_owned(), anchor });
        self.links.len() - 1
    }

    pub(crate) fn html_link(&mut self, id: usize, around: Around, flow: &mut Flow) {
        let xml = self.xml;
        let Some(href) = xml.attr(id, "href").map(str::trim).filter(|h| !h.is_empty()) else {
            if let Some(name) = xml.attr(id, "id").or_else(|| xml.attr(id, "name")) {
                flow.inline(Piece::Raw(format!("<a id=\"{}\"></a>", attribute(name))), around);
            }
            return self.children(id, around, flow);
        };
        let scheme = href.split_once(':').map(|(s, rest)| (s.to_ascii_lowercase(), rest.starts_with("//")));
        let scheme =
            scheme.filter(|(s, _)| !s.is_empty() && s.chars().all(|c| c.is_ascii_alphanumeric() || "+.-".contains(c)));
        if let Some((name, slashes)) = scheme {
            let known = ["http", "https", "ftp", "mailto", "tel", "sms", "file", "smb"].contains(&name.as_str());
            let bad = ["javascript", "vbscript", "data"].contains(&name.as_str());
            if bad || (!known && !slashes) {
                self.warn(WarningCode::LinkScheme, &name, href);
                return self.children(id, around, flow);
            }
        }
        let link = if let Some(anchor) = href.strip_prefix('#') {
            self.add_link(String::new(), "", Some(anchor.to_owned()))
        } else {
            let title = xml.attr(id, "title").filter(|t| *t != xml.all_text(id)).unwrap_or("");
            self.add_link(encode(href, false), title, None)
        };
        let mut inner = Flow::default();
        self.children(id, Around { link: Some(link), ..around }, &mut inner);
        if inner.blocks.is_empty() && inline::normalise(&inner.cur).is_empty() {
            inner.cur.clear();
            inner.inline(Piece::Text(href.to_owned()), Around { link: Some(link), ..around });
        }
        join(flow, inner);
    }

    pub(crate) fn link(&mut self, id: usize, around: Around, flow: &mut Flow) {
        let xml = self.xml;
        let target = xml.node(id).children.iter().copied().find(|&c| xml.node(c).name.starts_with("ri:"));
        let anchor = xml.attr(id, "anchor").filter(|a| !a.is_empty());
        let (text, link) = match target {
            Some(target) if xml.node(target).name == "ri:user" => {
                let name = self.person(target);
                flow.inline(Piece::Text(format!("@{name}")), around);
                return;
            }
            Some(target) => {
                let (text, href) = self.target(target, anchor);
                (text, Some(self.add_link(href, xml.attr(id, "tooltip").unwrap_or(""), None)))
            }
            None => {
                if let Some(anchor) = anchor {
                    (anchor.replace('-', " "), Some(self.add_link(String::new(), "", Some(anchor.to_owned()))))
                } else {
                    self.warn(WarningCode::LinkBroken, "", "");
                    (String::new(), None)
                }
            }
        };
        let around = Around { link, ..around };
        let mut inner = Flow::default();
        for name in ["ac:link-body", "ac:plain-text-link-body"] {
            if let Some(body) = xml.child(id, name) {
                self.children(body, around, &mut inner);
            }
        }
        if inner.blocks.is_empty() && inline::normalise(&inner.cur).is_empty() {
            inner.cur.clear();
            inner.inline(Piece::Text(text), around);
        }
        join(flow, inner);
    }

    /// The text and the address of a link target.
    pub(crate) fn target(&mut self, id: usize, anchor: Option<&str>) -> (String, String) {
        let xml = self.xml;
        let space = xml.attr(id, "space-key").filter(|k| !k.is_empty() && *k != "currentSpace()");
        let title = xml.attr(id, "content-title").unwrap_or("").to_owned();
        let key = space.map(SpaceKey::new);
        let page_id = xml.attr(id, "content-id").map(PageId::new);
        match xml.node(id).name.as_str() {
            "ri:attachment" => {
                let name = xml.attr(id, "filename").unwrap_or("").to_owned();
                let href = self.attachment(&name).unwrap_or_else(|| encode(&name, true));
                (name, href)
            }
            "ri:url" => {
                let value = xml.attr(id, "value").unwrap_or("");
                (value.to_owned(), encode(value, false))
            }
            "ri:space" => {
                let text = space.unwrap_or("").to_owned();
                let found = key.and_then(|k| self.context.space(&k));
                (text.clone(), self.page_href(found.as_ref(), &text, anchor))
            }
            kind => {
                let found = if let Some(page) = &page_id {
                    self.refer(Reference::Page(page.clone()));
                    self.context.page_by_id(page)
                } else {
                    self.refer(Reference::PageTitle { space: key.clone(), title: title.clone() });
                    match title.as_str() {
                        "@self" => self.context.this_page(),
                        "@parent" => self.context.parent_page(),
                        _ if kind == "ri:blog-post" => {
                            self.context.blog_post(key.as_ref(), &title, xml.attr(id, "posting-day").unwrap_or(""))
                        }
                        _ => self.context.page_by_title(key.as_ref(), &title),
                    }
                };
                let fallback = match xml.attr(id, "content-id") {
                    Some(id) => id.to_owned(),
                    None => space.map_or_else(|| title.clone(), |space| format!("{space}/{title}")),
                };
                let text = match (&found, title.is_empty() || title.starts_with('@')) {
                    (Some(page), true) => page.title.clone(),
                    (None, true) => fallback.clone(),
                    _ => title,
                };
                (text, self.page_href(found.as_ref(), &fallback, anchor))
            }
        }
    }

    fn page_href(&mut self, page: Option<&PageTarget>, fallback: &str, anchor: Option<&str>) -> String {
        let slug = |anchor: &str| {
            let headings = page.and_then(|p| p.id.as_ref()).and_then(|id| self.context.headings(id));
            crate::gfm::resolve_anchor(anchor, &headings.unwrap_or_default())
                .unwrap_or_else(|| crate::slug::slug(anchor))
        };
        let fragment = anchor.map(|a| format!("#{}", slug(a))).unwrap_or_default();
        if let Some(path) = page.and_then(|p| p.relative_path.as_deref()) {
            return format!("{}{fragment}", encode(path, true));
        }
        if let Some(url) = page.and_then(|p| p.web_url.as_deref()) {
            self.warn(WarningCode::LinkOutside, "", "");
            return format!("{}{fragment}", encode(url, false));
        }
        self.warn(WarningCode::LinkUnresolved, fallback, "");
        format!("confluence:///{}{fragment}", encode(fallback, true))
    }

    /// The destination of an attachment; none when it is missing.
    fn attachment(&mut self, name: &str) -> Option<String> {
        self.refer(Reference::Attachment { page: None, name: name.to_owned() });
        match self.context.attachment(None, name) {
            AttachmentTarget::File(path) => Some(encode(&path, true)),
            AttachmentTarget::Web(url) => Some(encode(&url, false)),
            AttachmentTarget::Unknown => {
                self.warn(WarningCode::LinkUnresolved, name, "");
                Some(encode(name, true))
            }
            AttachmentTarget::Missing => {
                self.warn(WarningCode::AttachmentMissing, name, "");
                None
            }
        }
    }

    fn person(&mut self, id: usize) -> String {
        let xml = self.xml;
        let keys = ["account-id", "userkey", "username"];
        let key = keys.iter().find_map(|k| xml.attr(id, k)).unwrap_or("").to_owned();
        self.refer(Reference::Person(key.clone()));
        if let Some(name) = self.context.person(&key) {
            return name;
        }
        self.warn(WarningCode::PersonUnknown, &key, "");
        key
    }

    pub(crate) fn image(&mut self, id: usize, around: Around, flow: &mut Flow) {
        let xml = self.xml;
        let caption = xml.child(id, "ac:caption");
        let mut caption_flow = Flow::default();
        if let Some(caption) = caption {
            self.children(caption, Around { marks: EM, ..Around::default() }, &mut caption_flow);
            caption_flow.flush();
        }
        let caption_text = caption.map(|c| xml.all_text(c).trim().to_owned()).unwrap_or_default();
        let file = xml.child(id, "ri:attachment").and_then(|a| xml.attr(a, "filename"));
        let url = xml.child(id, "ri:url").and_then(|a| xml.attr(a, "value")).or_else(|| xml.attr(id, "src"));
        let (name, href) = match (file, url) {
            (Some(file), _) => (file.to_owned(), self.attachment(file)),
            (None, Some(url)) => {
                self.refer(Reference::Image(url.to_owned()));
                let large = url.starts_with("data:") && url.len() > 2048;
                if large {
                    self.warn(WarningCode::ImageDataUrl, "", "");
                }
                let last = url.rsplit('/').next().unwrap_or("");
                let name = if large { "embedded picture" } else { last };
                (name.to_owned(), (!large).then(|| encode(url, false)))
            }
            _ => (String::new(), None),
        };
        let own = xml.attr(id, "alt").filter(|alt| !alt.trim().is_empty() && *alt != name);
        let alt = own.unwrap_or(if caption_text.is_empty() { stem(&name) } else { &caption_text }).to_owned();
        let block = xml.attr(id, "inline") != Some("true")
            && (xml.attr(id, "layout").is_some() || caption.is_some())
            && around.link.is_none();
        if block {
            flow.flush();
        }
        match href {
            Some(href) => {
                let title = xml.attr(id, "title").filter(|t| *t != alt).unwrap_or("").to_owned();
                flow.inline(Piece::Image(alt, href, title), around);
            }
            None => flow.inline(Piece::Text(format!("Missing picture: {name}")), Around { marks: EM, ..around }),
        }
        let mut first = true;
        for part in caption_flow.blocks {
            if let crate::tree::Block::Para(leaves) = part {
                let lead = if first { Piece::Break } else { Piece::Text(" ".to_owned()) };
                flow.inline(lead, Around::default());
                first = false;
                flow.cur.extend(leaves);
            }
        }
        if block {
            flow.flush();
        }
    }

    pub(crate) fn emoticon(&mut self, id: usize) -> String {
        let xml = self.xml;
        if let Some(text) = xml.attr(id, "emoji-fallback").filter(|t| !t.is_ascii()) {
            return text.to_owned();
        }
        if let Some(emoji) = xml.attr(id, "emoji-id") {
            let points: Option<String> =
                emoji.split('-').map(|p| u32::from_str_radix(p, 16).ok().and_then(char::from_u32)).collect();
            if let Some(text) = points.filter(|t| !t.is_ascii()) {
                return text;
            }
            if let Some(known) = emoji.strip_prefix("atlassian-").and_then(old_emoji) {
                return known.to_owned();
            }
        }
        let short = xml.attr(id, "emoji-shortname").unwrap_or("");
        if short.is_empty() {
            let name = xml.attr(id, "name").unwrap_or("");
            if let Some(known) = old_emoji(name) {
                return known.to_owned();
            }
            self.warn(WarningCode::EmojiCustom, name, "");
            return format!(":{name}:");
        }
        if let Some(known) = old_emoji(short.trim_matches(':')) {
            return known.to_owned();
        }
        self.warn(WarningCode::EmojiCustom, short, "");
        short.to_owned()
    }
}

fn join(flow: &mut Flow, inner: Flow) {
    if !inner.blocks.is_empty() {
        flow.flush();
        flow.blocks.extend(inner.blocks);
    }
    flow.cur.extend(inner.cur);
}

/// Text as the value of an HTML attribute.
pub(crate) fn attribute(value: &str) -> String {
    value.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;").replace('>', "&gt;")
}

fn old_emoji(name: &str) -> Option<&'static str> {
    Some(match name.replace('_', "-").as_str() {
        "smile" => "🙂",
        "sad" => "🙁",
        "cheeky" => "😛",
        "laugh" => "😀",
        "wink" => "😉",
        "thumbs-up" => "👍",
        "thumbs-down" => "👎",
        "information" | "info" => "ℹ️",
        "tick" | "check-mark" => "✅",
        "cross" | "cross-mark" => "❌",
        "warning" => "⚠️",
        "plus" => "➕",
        "minus" => "➖",
        "question" | "question-mark" => "❓",
        "heart" | "red-star" => "❤️",
        "light-on" | "light-bulb-on" => "💡",
        "light-off" | "light-bulb-off" => "🚫",
        "yellow-star" => "⭐",
        "green-star" => "💚",
        "blue-star" => "💙",
        "broken-heart" => "💔",
        _ => return None,
    })
}
