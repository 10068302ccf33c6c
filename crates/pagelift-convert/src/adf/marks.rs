//! Marks and links.

use std::borrow::Cow;

use super::json::Id;
use super::lowering::{Lowering, Place};

/// More marks on one node are left out.
const MOST: usize = 16;

impl<'a> Lowering<'a, '_> {
    fn marks(&self, id: Id) -> Vec<Id> {
        let marks = self.json.get(id, "marks");
        marks.into_iter().flat_map(|marks| self.json.items(marks)).take(MOST).collect()
    }

    pub(super) fn link_mark(&self, id: Id) -> Option<Id> {
        self.marks(id).into_iter().find(|&mark| self.kind(mark) == "link" && !self.href(mark).is_empty())
    }

    pub(super) fn href(&self, mark: Id) -> Cow<'a, str> {
        self.attr_text(mark, "href")
    }

    /// What tells the link of inline content from another one.
    pub(super) fn link_target(&self, id: Id) -> Option<Cow<'a, str>> {
        let kind = self.kind(id);
        if kind.starts_with("media") || kind.ends_with("Card") {
            return None;
        }
        let mark = self.link_mark(id)?;
        self.json.get(mark, "attrs").map(|attrs| self.json.text(attrs))
    }

    /// The link around a node, by its mark.
    pub(super) fn link(&mut self, id: Id, at: Place) -> Place {
        let Some(mark) = self.link_mark(id) else { return at };
        let href = self.href(mark);
        if let Some(page) = self.page_link(mark, &href, at) {
            return page;
        }
        let title = self.attr_text(mark, "title");
        self.element_with(at, "a", [("href", href), ("title", title)])
    }

    /// A link that names its page by title. An id in the address says more.
    fn page_link(&mut self, mark: Id, href: &str, at: Place) -> Option<Place> {
        let meta = self.attr(mark, "__confluenceMetadata")?;
        let field =
            |name: &str| self.json.get(meta, name).map(|value| self.json.text(value)).filter(|text| !text.is_empty());
        let title = field("contentTitle")?;
        let by_id = href.contains("/pages/") || href.contains("pageId=");
        if by_id || field("linkType").is_some_and(|kind| kind != "page") {
            return None;
        }
        let space = field("spaceKey");
        let anchor = href.split_once('#').map_or("", |(_, anchor)| anchor).to_owned();
        let link = self.element_with(at, "ac:link", [("ac:anchor", anchor.into())]);
        let page = [("ri:content-title", title), ("ri:space-key", space.unwrap_or_default())];
        self.element_with(link, "ri:page", page);
        Some(self.element(link, "ac:link-body"))
    }

    /// The element inside all marks of a node, and whether one of them is code.
    pub(super) fn marked(&mut self, id: Id, at: Place, linked: bool) -> (Place, bool) {
        let mut at = if linked { at } else { self.link(id, at) };
        let mut code = false;
        for mark in self.marks(id) {
            let kind = self.kind(mark);
            let name = match kind.as_ref() {
                "strong" => "strong",
                "em" => "em",
                "underline" => "u",
                "strike" => "s",
                "code" => {
                    code = true;
                    continue;
                }
                "subsup" if self.attr_text(mark, "type") == "sub" => "sub",
                "subsup" => "sup",
                "fontSize" => "small",
                "textColor" | "backgroundColor" => {
                    let property = if kind == "textColor" { "color" } else { "background-color" };
                    let style = format!("{property}: {}", self.attr_text(mark, "color").replace(';', ""));
                    at = self.element_with(at, "span", [("style", style.into())]);
                    continue;
                }
                "annotation" => {
                    let comment = self.attr_text(mark, "id");
                    at = self.element_with(at, "ac:inline-comment-marker", [("ac:ref", comment)]);
                    continue;
                }
                _ => continue,
            };
            at = self.element(at, name);
        }
        // Innermost, since marks inside code are not shown.
        (if code { self.element(at, "code") } else { at }, code)
    }

    /// Alignment and indentation of a paragraph or heading, as a style.
    pub(super) fn block_style(&self, id: Id) -> String {
        let mut style = Vec::new();
        for mark in self.marks(id) {
            match self.kind(mark).as_ref() {
                "alignment" => style.push(match self.attr_text(mark, "align").as_ref() {
                    "center" => "text-align: center;".to_owned(),
                    "end" | "right" => "text-align: right;".to_owned(),
                    _ => continue,
                }),
                "indentation" => {
                    let level: f64 = self.attr_text(mark, "level").parse().unwrap_or(1.0);
                    style.push(format!("margin-left: {:.1}px;", level * 30.0));
                }
                _ => {}
            }
        }
        style.join(" ")
    }

    /// A link that shows what it leads to.
    pub(super) fn card(&mut self, id: Id, appearance: &'static str, at: Place) {
        let data = self.attr(id, "data");
        let field = |name: &str| {
            let value = data.and_then(|data| self.json.get(data, name));
            value.map(|value| self.json.text(value)).filter(|text| !text.is_empty())
        };
        let url = Some(self.attr_text(id, "url")).filter(|url| !url.is_empty()).or_else(|| field("url"));
        let url = url.or_else(|| field("@id")).unwrap_or_default();
        let text = field("name").unwrap_or_else(|| url.clone());
        if text.is_empty() {
            return;
        }
        let link = if url.is_empty() {
            at
        } else {
            self.element_with(at, "a", [("href", url), ("data-card-appearance", appearance.into())])
        };
        self.text(link, text);
    }
}
