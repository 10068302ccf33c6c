//! Macros whose content is on the page.

use pagelift_model::WarningCode;

use crate::build::{Around, Builder, Flow};
use crate::dialect::Html;
use crate::elements::Tag;
use crate::page_parts::{TAB_GROUPS, TABS};
use crate::tree::{Block, Callout, Code, Leaf, Piece, STRONG, leaf, text};
use crate::{Anchors, HtmlMacro};

/// Macros that are their body, and nothing else on paper.
const TRANSPARENT: &[&str] = &[
    "align",
    "center",
    "div",
    "span",
    "multiexcerpt",
    "multiexcerpt-macro",
    "ui-text-box",
    "legend",
    "shared-block",
    "scroll-landscape",
    "scroll-portrait",
    "ui-step",
];

/// Macros that filter, choose or translate their body.
const EFFECTS: &[&str] = &[
    "table-filter",
    "tableenhancer",
    "table-joiner",
    "pivot-table",
    "table-chart",
    "show-if",
    "hide-if",
    "scroll-only",
    "scroll-ignore",
    "sv-translation",
];

impl<'a> Builder<'a> {
    pub(crate) fn macro_node(&mut self, id: usize, around: Around, flow: &mut Flow<'a>) {
        let name = self.xml.attr(id, "name").unwrap_or("").trim().to_owned();
        let lower = name.to_lowercase();
        let done = self.text_macro(id, &lower, around, flow)
            || self.body_macro(id, &lower, around, flow)
            || self.diagram_macro(id, &lower, around, flow)
            || self.link_macro(id, &lower, around, flow)
            || self.site_macro(id, &lower, around, flow);
        if !done {
            self.other_macro(id, &name, around, flow);
        }
        self.stray_content(id, around, flow);
    }

    /// What a broken body has put in an element beside the parts that belong there.
    pub(crate) fn stray_content(&mut self, id: usize, around: Around, flow: &mut Flow<'a>) {
        let xml = self.xml;
        let body = self.rich_node(id);
        for child in xml.children(id) {
            let tag = xml.tag(child);
            let other = match tag {
                Tag::AcStructuredMacro | Tag::AcMacro | Tag::AcTaskList | Tag::AcLink | Tag::AcImage => true,
                Tag::AcRichTextBody => body != Some(child),
                _ => !(tag.is_ac() || tag.is_ri() || tag.is_adf()),
            };
            if other && !xml.is_blank(child) {
                self.node(child, around, flow);
            }
        }
    }

    fn text_macro(&mut self, id: usize, name: &str, around: Around, flow: &mut Flow<'a>) -> bool {
        match name {
            "code" | "noformat" => self.code_macro(id, name, flow),
            "paste-code-macro" | "codeblock" | "code-block" | "snippet" if self.plain_body(id).is_some() => {
                self.code_macro(id, name, flow);
            }
            "info" => self.callout(id, Some(Callout::Note), flow),
            "tip" | "success" => self.callout(id, Some(Callout::Tip), flow),
            "note" => self.callout(id, Some(Callout::Warning), flow),
            "warning" | "error" => self.callout(id, Some(Callout::Caution), flow),
            "panel" => self.callout(id, None, flow),
            "auimessage" | "alert" | "ui-message" => {
                let kind = match self.parameter(id, "type").to_lowercase().as_str() {
                    "success" | "hint" => Some(Callout::Tip),
                    "warning" => Some(Callout::Warning),
                    "error" => Some(Callout::Caution),
                    "info" => Some(Callout::Note),
                    _ => None,
                };
                self.callout(id, kind, flow);
            }
            "toc" => {
                let toc = self.toc(id, name);
                flow.block(toc);
            }
            "anchor" => self.anchor(&self.parameter(id, ""), around, flow),
            "status" => self.status(id, around, flow),
            "unmigrated-wiki-markup" | "unmigrated-inline-wiki-markup" => {
                self.warn(WarningCode::WikiMarkup, name, "");
                let body = self.plain_body(id).unwrap_or_default();
                flow.block(Block::code("confluence-wiki", body));
            }
            "markdown" | "mohamicorp-markdown" | "markdown-macro" => {
                let Some(body) = self.plain_body(id) else { return false };
                let body = body.trim_matches('\n').replace("<ac:", "&lt;ac:").replace("<ri:", "&lt;ri:");
                if !body.trim().is_empty() {
                    flow.block(Block::Raw(body));
                }
            }
            "html" | "html-bobswift" | "html-macro" => {
                let Some(body) = self.plain_body(id).filter(|body| !body.trim().is_empty()) else { return false };
                let raw = self.style.options.html_macro == HtmlMacro::Raw && self.style.dialect.html != Html::None;
                if raw {
                    flow.block(Block::Raw(body.trim_matches('\n').to_owned()));
                } else {
                    self.warn(WarningCode::HtmlMacro, name, "");
                    flow.block(Block::code("html", body));
                }
            }
            "swagger-open-api" | "open-api" | "json" | "csv" | "yaml" => {
                let Some(body) = self.plain_body(id) else { return false };
                let api = if body.trim_start().starts_with('{') { "json" } else { "yaml" };
                let language = if name.ends_with("open-api") { api } else { name };
                flow.block(Block::code(language, body));
            }
            _ => return false,
        }
        true
    }

    fn body_macro(&mut self, id: usize, name: &str, around: Around, flow: &mut Flow<'a>) -> bool {
        let has_body = self.rich_node(id).is_some();
        match name {
            "expand" | "ui-expand" => {
                let title = self.parameter(id, "title");
                let body = self.rich_body(id);
                flow.details(&title, body);
            }
            "excerpt" | "details" if has_body => self.part(id, name, around, flow),
            "toc-zone" if has_body => {
                let place = self.parameter(id, "location");
                let toc = self.toc(id, name);
                flow.flush();
                flow.blocks.extend((place != "bottom").then(|| toc.clone()));
                self.body_as_it_is(id, around, flow);
                flow.flush();
                flow.blocks.extend((place == "bottom" || place == "both").then_some(toc));
            }
            "section" | "column" if has_body => {
                let body = self.rich_node(id).unwrap_or(id);
                let column = |&child: &usize| self.xml.attr(child, "name") == Some("column");
                if name == "section" && self.xml.children(body).filter(column).count() > 1 {
                    self.warn(WarningCode::LayoutFlattened, "", "");
                }
                flow.flush();
                self.children(body, around, flow);
                flow.flush();
            }
            _ if has_body && TAB_GROUPS.contains(&name) => self.tab_group(id, flow),
            _ if has_body && TABS.contains(&name) => {
                let tab = self.tab(id);
                flow.block(Block::Tabs(vec![tab]));
            }
            "ui-steps" if has_body => self.steps(id, flow),
            "footnote" | "cfm-footnote" | "cite" => self.footnote(id, around, flow),
            "tooltip" | "cfm-tooltip" => self.tooltip(id, around, flow),
            "chart" if has_body => {
                let title = self.title_of(id);
                self.warn(WarningCode::MacroEffectDropped, name, "");
                flow.flush();
                flow.blocks.extend((!title.is_empty()).then(|| Block::para(vec![text(&title, STRONG)])));
                let body = self.rich_body(id);
                flow.blocks.extend(body);
                flow.block(Block::para(vec![leaf(Piece::Marker(self.marker(id, name)))]));
            }
            _ if has_body && is_effect(name) => {
                if !TRANSPARENT.contains(&name.trim_end_matches("-inline")) {
                    self.warn(WarningCode::MacroEffectDropped, name, "");
                }
                self.body_as_it_is(id, around, flow);
            }
            "style" | "css" | "loremipsum" | "pagebreak" | "scroll-pagebreak" | "clear" => {
                self.effect(id, name, around, flow);
            }
            _ if self.plain_body(id).is_none() && is_effect(name) => self.effect(id, name, around, flow),
            _ => return false,
        }
        true
    }

    fn code_macro(&mut self, id: usize, name: &str, flow: &mut Flow<'a>) {
        let body = self.plain_body(id).or_else(|| self.rich_node(id).map(|body| self.xml.all_text(body).into_owned()));
        let body = body.unwrap_or_default();
        if body.is_empty() {
            return self.warn(WarningCode::MacroEmpty, name, "");
        }
        if body.contains('\u{a0}') {
            self.warn(WarningCode::CodeNbsp, "", "");
        }
        let title = self.title_of(id);
        flow.flush();
        let names = ["language", "lang", ""];
        let language = names.iter().map(|n| self.parameter(id, n)).find(|l| !l.is_empty()).unwrap_or_default();
        let language = if name == "noformat" { String::new() } else { crate::language::info(&language) };
        let language = if self.mermaid.contains(&id) { "mermaid".to_owned() } else { language };
        flow.blocks.push(Block::Code(Code { language, text: body, title }));
    }

    fn callout(&mut self, id: usize, kind: Option<Callout>, flow: &mut Flow<'a>) {
        let title = self.title_of(id);
        let mut body = match self.plain_body(id) {
            Some(plain) if self.rich_node(id).is_none() => vec![Block::para(vec![text(&plain, 0)])],
            _ => self.rich_body(id),
        };
        let icon = self.panel_icon(id);
        if title.is_empty() && body.is_empty() {
            return self.warn(WarningCode::MacroEmpty, "panel", "");
        }
        if ["bgColor", "borderColor", "titleBGColor", "titleColor"].iter().any(|n| !self.parameter(id, n).is_empty()) {
            self.warn(WarningCode::StyleColour, "", "");
        }
        let title = match icon {
            Some(icon) if title.is_empty() => {
                begin_with(&icon, &mut body);
                title
            }
            Some(icon) => format!("{icon} {title}"),
            None => title,
        };
        flow.block(Block::Callout(kind, title, body));
    }

    fn panel_icon(&self, id: usize) -> Option<String> {
        icon(self.parameter(id, "panelIconText"), &self.parameter(id, "panelIcon"))
    }

    fn toc(&self, id: usize, name: &str) -> Block<'a> {
        let level = |name: &str, or: u8| self.parameter(id, name).parse().unwrap_or(or);
        let pattern = |name: &str| Some(self.parameter(id, name)).filter(|pattern| !pattern.is_empty());
        Block::Toc {
            min: level("minLevel", 1),
            max: level("maxLevel", 7),
            flat: self.parameter(id, "type") == "flat",
            include: pattern("include"),
            exclude: pattern("exclude"),
            marker: self.marker(id, name),
        }
    }

    fn status(&mut self, id: usize, around: Around, flow: &mut Flow<'a>) {
        let title = self.title_of(id);
        let title = if title.is_empty() { self.parameter(id, "colour") } else { title };
        if title.is_empty() {
            return;
        }
        self.warn(WarningCode::StyleStatus, "", "");
        if matches!(flow.cur.last(), Some(Leaf { piece: Piece::Code(_) | Piece::Status(_), .. })) {
            flow.inline(Piece::Text(" ".into()), Around::default());
        }
        let colour = self.parameter(id, "colour");
        flow.inline(Piece::Status(Box::new((title, colour))), around);
    }

    /// A macro that is nothing on paper.
    fn effect(&mut self, id: usize, name: &str, around: Around, flow: &mut Flow<'a>) {
        self.warn(WarningCode::MacroEffectDropped, name, "");
        flow.comment(self.marker(id, name), around);
    }

    /// A named place.
    pub(crate) fn anchor(&mut self, name: &str, around: Around, flow: &mut Flow<'a>) {
        let name = crate::links::attribute(&crate::anchors::id(name));
        if !name.is_empty() && self.style.options.anchors != Anchors::None {
            flow.inline(Piece::Anchor(name), around);
        }
    }

    fn tooltip(&mut self, id: usize, around: Around, flow: &mut Flow<'a>) {
        let before = flow.blocks.len();
        self.body_as_it_is(id, around, flow);
        let tip = self.first_of(id, &["text", "tooltip", "tooltipText", ""]);
        let tip = if tip.is_empty() { tip } else { format!(" ({tip})") };
        match flow.blocks.get_mut(before..).and_then(<[Block]>::last_mut) {
            Some(Block::Para(leaves)) if flow.cur.is_empty() => leaves.change().push(text(&tip, around.marks)),
            _ => flow.words(tip, around),
        }
    }
}

/// Whether a macro is its body and nothing else.
fn is_effect(name: &str) -> bool {
    let plain = name.trim_end_matches("-inline");
    EFFECTS.contains(&plain) || TRANSPARENT.contains(&plain) || name.starts_with("rw-")
}

/// The icon of a panel, by its text or else its short name.
pub(crate) fn icon(text: String, name: &str) -> Option<String> {
    if !text.is_empty() && !text.is_ascii() {
        return Some(text);
    }
    emojis::get_by_shortcode(name.trim_matches(':')).map(|emoji| emoji.as_str().to_owned())
}

/// Puts an icon before the first text.
pub(crate) fn begin_with(icon: &str, body: &mut Vec<Block<'_>>) {
    let lead = text(&format!("{icon} "), 0);
    match body.first_mut() {
        Some(Block::Para(leaves)) => leaves.change().insert(0, lead),
        _ => body.insert(0, Block::para(vec![lead])),
    }
}
