//! What Confluence has made of a macro, where the context knows it: HTML as in its rendered view.

use pagelift_model::{Body, BodyKind, PageId, WarningCode};

use crate::build::{Around, Builder, Flow};
use crate::elements::Tag;
use crate::images::stem;
use crate::page_links::Way;
use crate::storage::Xml;
use crate::target::Target;
use crate::tree::{Block, Callout, Item, Piece, leaf, picture};
use crate::{MacroCall, Reference};

/// Classes of what is no content: icons, buttons, and texts for screen readers.
const CHROME: &[&str] = &["aui-icon", "hidden", "assistive", "aui-button", "aui-toolbar", "icon", "screenreader-only"];

/// A Jira issue as it is shown on a page.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Issue {
    pub(crate) address: String,
    pub(crate) summary: String,
    pub(crate) status: String,
    pub(crate) colour: &'static str,
}

impl<'a> Builder<'a> {
    fn answer(&self, id: usize) -> Option<&'a Xml<'a>> {
        let xml = self.xml;
        let own = |&child: &usize| matches!(xml.tag(child), Tag::AcParameter | Tag::AcDefaultParameter);
        let parameters = xml.children(id).filter(own);
        let parameters: Vec<(String, String)> =
            parameters.map(|child| (xml.attr(child, "name").unwrap_or("").to_owned(), self.value(child))).collect();
        let name = xml.attr(id, "name").unwrap_or("").trim();
        let macro_id = xml.attr(id, "macro-id").filter(|id| !id.is_empty());
        let call = MacroCall { page: None, id: macro_id, name, parameters: &parameters };
        let text = self.context.rendered(&call)?;
        self.shelf.read(Body { kind: BodyKind::Storage, text }, self.context)
    }

    /// Shows what Confluence has made of a macro, a mark before it; false where that is not known, or nothing.
    pub(crate) fn rendered(&mut self, id: usize, name: &str, around: Around, flow: &mut Flow<'a>) -> bool {
        let Some(xml) = self.answer(id).filter(|xml| self.fits(id, xml.height())) else { return false };
        let in_line = self.stands_in_text(id, around, flow);
        let mut inner = Flow { one_line: flow.one_line, ..Flow::default() };
        let context = self.context;
        self.elsewhere(id, xml, context, |builder| {
            builder.viewed = true;
            builder.children(0, if in_line { around } else { Around::default() }, &mut inner);
        });
        inner.flush();
        if inner.blocks.is_empty() {
            return false;
        }
        let marker = self.marker(id, name);
        if let (true, [Block::Para(line)]) = (in_line, inner.blocks.as_slice()) {
            flow.inline(Piece::Marker(marker), Around { marks: 0, ..around });
            flow.cur.extend_from_slice(line);
            return true;
        }
        flow.block(Block::para(vec![leaf(Piece::Marker(marker))]));
        flow.blocks.append(&mut inner.blocks);
        true
    }

    /// Whether an element of a rendered view is no content.
    pub(crate) fn is_chrome(&self, id: usize) -> bool {
        let xml = self.xml;
        let class = |class: &str| class.split_whitespace().any(|class| CHROME.contains(&class));
        let off = |style: &str| style.replace(' ', "").contains("display:none");
        let name = xml.name(id);
        matches!(name, "button" | "input" | "select" | "textarea" | "svg" | "script" | "style" | "noscript" | "iframe")
            || xml.attr(id, "class").is_some_and(class)
            || xml.attr(id, "style").is_some_and(off)
            || xml.attr(id, "hidden").is_some()
    }

    /// Links and pictures of a rendered view that say what they mean; false for all others.
    pub(crate) fn viewed_node(&mut self, id: usize, around: Around, flow: &mut Flow<'a>) -> bool {
        let xml = self.xml;
        match xml.tag(id) {
            Tag::A => self.viewed_link(id, around, flow),
            Tag::Img => self.viewed_picture(id, around, flow),
            Tag::Span if has_class(xml, id, "aui-lozenge") => {
                let status = (words(xml, id), lozenge_colour(xml, id).to_owned());
                if !status.0.is_empty() {
                    self.warn(WarningCode::StyleStatus, "", "");
                    flow.inline(Piece::Status(Box::new(status)), around);
                }
                true
            }
            Tag::Div if has_class(xml, id, "confluence-information-macro") => {
                let kind = xml.attr(id, "class").and_then(|class| class.split_once("confluence-information-macro-"));
                let kind = match kind.and_then(|(_, kind)| kind.split(' ').next()).unwrap_or("") {
                    "tip" => Callout::Tip,
                    "note" => Callout::Warning,
                    "warning" => Callout::Caution,
                    _ => Callout::Note,
                };
                let title = xml.children(id).find(|&child| has_class(xml, child, "title"));
                let mut body = Flow::default();
                for child in xml.children(id).filter(|&child| Some(child) != title) {
                    self.node(child, Around::default(), &mut body);
                }
                body.flush();
                let title = title.map(|title| words(xml, title)).unwrap_or_default();
                flow.block(Block::Callout(Some(kind), title, body.blocks));
                true
            }
            Tag::Ul if has_class(xml, id, "inline-task-list") => {
                let mut items = Vec::new();
                for child in xml.children(id).filter(|&child| !xml.is_blank(child)) {
                    let blocks = self.blocks(child);
                    let done = has_class(xml, child, "checked");
                    items.extend((!blocks.is_empty()).then_some(Item { task: Some(done), blocks }));
                }
                flow.list(None, items);
                true
            }
            Tag::Pre => self.viewed_code(id, flow),
            _ => false,
        }
    }

    fn viewed_link(&mut self, id: usize, around: Around, flow: &mut Flow<'a>) -> bool {
        let xml = self.xml;
        let person = ["data-account-id", "data-username", "data-userkey"];
        if let Some(person) = person.iter().find_map(|key| xml.attr(id, key)).filter(|key| !key.is_empty()) {
            let known = self.context.person(person);
            let shown = known.unwrap_or_else(|| words(xml, id).trim_start_matches('@').to_owned());
            let shown = if shown.is_empty() { person.to_owned() } else { shown };
            self.refer(Reference::Person(person.to_owned()));
            flow.inline(Piece::Text(format!("@{shown}").into()), around);
            return true;
        }
        let Some(target) = self.viewed_target(id) else { return false };
        let link = Some(self.add_link(target, "", None));
        let alias = xml.attr(id, "data-linked-resource-default-alias").unwrap_or("").to_owned();
        self.link_body(xml.children(id), &alias, Around { link, ..around }, flow);
        true
    }

    fn viewed_picture(&mut self, id: usize, around: Around, flow: &mut Flow<'a>) -> bool {
        let xml = self.xml;
        if has_class(xml, id, "emoticon") || has_class(xml, id, "emoji") {
            let emoji = self.emoticon(id);
            flow.inline(Piece::Text(emoji.into()), around);
            return true;
        }
        let name = xml.attr(id, "data-linked-resource-default-alias").unwrap_or("").to_owned();
        let Some(target) = self.viewed_target(id).filter(|_| !name.is_empty()) else { return false };
        let alt = xml.attr(id, "alt").filter(|alt| !alt.is_empty() && *alt != name);
        flow.inline(picture(alt.unwrap_or_else(|| stem(&name)), target, String::new()), around);
        true
    }

    /// A code block of the rendered view says its language among other settings.
    fn viewed_code(&mut self, id: usize, flow: &mut Flow<'a>) -> bool {
        let xml = self.xml;
        let Some(settings) = xml.attr(id, "data-syntaxhighlighter-params") else { return false };
        let brush = settings.split(';').find_map(|part| part.trim().strip_prefix("brush:")).unwrap_or("");
        let text = xml.all_text(id);
        if !text.trim().is_empty() {
            flow.block(Block::code(&crate::language::info(brush.trim()), text.into_owned()));
        }
        true
    }

    /// What an element of a rendered view is linked to.
    pub(crate) fn viewed_target(&mut self, id: usize) -> Option<Target> {
        let xml = self.xml;
        let resource = xml.attr(id, "data-linked-resource-id").filter(|id| !id.is_empty())?;
        match xml.attr(id, "data-linked-resource-type").unwrap_or("page") {
            "attachment" => {
                let name = xml.attr(id, "data-linked-resource-default-alias")?;
                let holder = xml.attr(id, "data-linked-resource-container-id").map(PageId::new);
                self.attachment(holder.as_ref(), name, false)
            }
            "page" | "blogpost" | "whiteboard" | "database" | "embed" | "folder" => {
                let page = PageId::new(resource);
                self.refer(Reference::Page(page.clone()));
                let found = self.context.page_by_id(&page);
                let anchor = xml.attr(id, "href").and_then(|href| href.split_once('#')).map(|(_, anchor)| anchor);
                Some(self.page_href(found.as_ref(), resource, Way::Page(None, resource), anchor))
            }
            _ => None,
        }
    }

    /// The issue that a Jira macro shows, where the context knows it.
    pub(crate) fn issue(&self, id: usize) -> Option<Issue> {
        let xml = self.answer(id)?;
        let summary = xml.ids().find(|&id| has_class(xml, id, "summary")).map(|id| words(xml, id)).unwrap_or_default();
        let status = xml.ids().find(|&id| has_class(xml, id, "aui-lozenge") || has_class(xml, id, "jira-status"));
        let link = xml.ids().find(|&id| xml.tag(id) == Tag::A && xml.attr(id, "href").is_some());
        let issue = Issue {
            address: link.and_then(|link| xml.attr(link, "href")).unwrap_or("").to_owned(),
            summary,
            status: status.map(|id| words(xml, id)).unwrap_or_default(),
            colour: status.map_or("", |id| lozenge_colour(xml, id)),
        };
        (!issue.summary.is_empty() || !issue.status.is_empty()).then_some(issue)
    }
}

fn has_class(xml: &Xml<'_>, id: usize, wanted: &str) -> bool {
    xml.attr(id, "class").is_some_and(|class| class.split_whitespace().any(|class| class == wanted))
}

/// The text of an element on one line.
fn words(xml: &Xml<'_>, id: usize) -> String {
    xml.all_text(id).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The colour of a status by the name that a body has for it.
fn lozenge_colour(xml: &Xml<'_>, id: usize) -> &'static str {
    let colours = [
        ("aui-lozenge-success", "Green"),
        ("aui-lozenge-current", "Yellow"),
        ("aui-lozenge-moved", "Yellow"),
        ("aui-lozenge-error", "Red"),
        ("aui-lozenge-complete", "Blue"),
    ];
    colours.iter().find(|(name, _)| has_class(xml, id, name)).map_or("", |(_, colour)| *colour)
}
