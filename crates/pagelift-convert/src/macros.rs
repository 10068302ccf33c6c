//! Macros whose content is on the page.

use pagelift_model::WarningCode;

use crate::build::{Around, Builder, Flow};
use crate::tree::{Block, Callout, Item, Leaf, Piece, STRONG, leaf, text};

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
    "localtabgroup",
    "ui-tabs",
    "auihorizontalnav",
    "deck",
    "tabs-group",
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

impl Builder<'_> {
    pub(crate) fn macro_node(&mut self, id: usize, around: Around, flow: &mut Flow) {
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
    pub(crate) fn stray_content(&mut self, id: usize, around: Around, flow: &mut Flow) {
        let xml = self.xml;
        for &child in &xml.node(id).children {
            let node = xml.node(child);
            let part = node.name.starts_with("ac:") || node.name.starts_with("ri:") || node.name.starts_with('@');
            let blank = node.name.is_empty() && node.text.trim().is_empty();
            if !(part || blank) {
                self.node(child, around, flow);
            }
        }
    }

    fn text_macro(&mut self, id: usize, name: &str, around: Around, flow: &mut Flow) -> bool {
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
                let toc = self.toc(id);
                flow.block(toc);
            }
            "anchor" => {
                let name = crate::links::attribute(&self.parameter(id, ""));
                flow.inline(Piece::Raw(format!("<a id=\"{name}\"></a>")), around);
            }
            "status" => self.status(id, around, flow),
            "unmigrated-wiki-markup" | "unmigrated-inline-wiki-markup" => {
                self.warn(WarningCode::WikiMarkup, name, "");
                let body = self.plain_body(id).unwrap_or_default();
                flow.block(Block::Code("confluence-wiki".to_owned(), body));
            }
            "markdown" | "mohamicorp-markdown" | "markdown-macro" => {
                let Some(body) = self.plain_body(id) else { return false };
                let body = body.trim_matches('\n').replace("<ac:", "&lt;ac:").replace("<ri:", "&lt;ri:");
                if !body.trim().is_empty() {
                    flow.block(Block::Raw(body));
                }
            }
            "html" | "html-bobswift" | "html-macro" if self.plain_body(id).is_some() => {
                self.warn(WarningCode::HtmlMacro, name, "");
                let body = self.plain_body(id).unwrap_or_default();
                flow.block(Block::Code("html".to_owned(), body));
            }
            "swagger-open-api" | "open-api" | "json" | "csv" | "yaml" => {
                let Some(body) = self.plain_body(id) else { return false };
                let api = if body.trim_start().starts_with('{') { "json" } else { "yaml" };
                let language = if name.ends_with("open-api") { api } else { name };
                flow.block(Block::Code(language.to_owned(), body));
            }
            _ => return false,
        }
        true
    }

    fn body_macro(&mut self, id: usize, name: &str, around: Around, flow: &mut Flow) -> bool {
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
                let toc = self.toc(id);
                flow.flush();
                flow.blocks.extend((place != "bottom").then(|| toc.clone()));
                self.body_as_it_is(id, around, flow);
                flow.flush();
                flow.blocks.extend((place == "bottom" || place == "both").then_some(toc));
            }
            "section" | "column" if has_body => {
                let body = self.rich_node(id).unwrap_or(id);
                let column = |&&child: &&usize| self.xml.attr(child, "name") == Some("column");
                if name == "section" && self.xml.node(body).children.iter().filter(column).count() > 1 {
                    self.warn(WarningCode::LayoutFlattened, "", "");
                }
                flow.flush();
                self.children(body, around, flow);
                flow.flush();
            }
            "localtab" | "ui-tab" | "card" | "tab-pane" | "auihorizontalnavpage" if has_body => {
                let title = self.first_of(id, &["title", "label", "name", ""]);
                let body = self.rich_body(id);
                flow.flush();
                flow.blocks.extend((!title.is_empty()).then(|| Block::Para(vec![text(&title, STRONG)])));
                flow.blocks.extend(body);
            }
            "ui-steps" if has_body => self.steps(id, flow),
            "footnote" | "cfm-footnote" | "cite" => self.footnote(id, around, flow),
            "tooltip" | "cfm-tooltip" if has_body => {
                let before = flow.blocks.len();
                self.body_as_it_is(id, around, flow);
                let tip = self.first_of(id, &["text", "tooltip", ""]);
                let tip = if tip.is_empty() { tip } else { format!(" ({tip})") };
                match flow.blocks.get_mut(before..).and_then(<[Block]>::last_mut) {
                    Some(Block::Para(leaves)) if flow.cur.is_empty() => leaves.push(text(&tip, around.marks)),
                    _ => flow.inline(Piece::Text(tip), around),
                }
            }
            "chart" if has_body => {
                let title = self.title_of(id);
                self.warn(WarningCode::MacroEffectDropped, name, "");
                flow.flush();
                flow.blocks.extend((!title.is_empty()).then(|| Block::Para(vec![text(&title, STRONG)])));
                let body = self.rich_body(id);
                flow.blocks.extend(body);
                flow.block(Block::Para(vec![leaf(Piece::Raw(self.marker(id, name)))]));
            }
            _ if has_body && (EFFECTS.contains(&name.trim_end_matches("-inline")) || name.starts_with("rw-")) => {
                self.warn(WarningCode::MacroEffectDropped, name, "");
                self.body_as_it_is(id, around, flow);
            }
            _ if has_body && TRANSPARENT.contains(&name.trim_end_matches("-inline")) => {
                self.body_as_it_is(id, around, flow);
            }
            "style" | "css" | "div" | "loremipsum" | "pagebreak" | "scroll-pagebreak" | "clear" => {
                self.warn(WarningCode::MacroEffectDropped, name, "");
                flow.comment(self.marker(id, name), around);
            }
            _ => return false,
        }
        true
    }

    fn code_macro(&mut self, id: usize, name: &str, flow: &mut Flow) {
        let body = self.plain_body(id).or_else(|| self.rich_node(id).map(|body| self.xml.all_text(body)));
        let body = body.unwrap_or_default();
        if body.is_empty() {
            return self.warn(WarningCode::MacroEmpty, name, "");
        }
        if body.contains('\u{a0}') {
            self.warn(WarningCode::CodeNbsp, "", "");
        }
        let title = self.title_of(id);
        flow.flush();
        if !title.is_empty() {
            flow.blocks.push(Block::Para(vec![text(&title, STRONG)]));
        }
        let names = ["language", "lang", ""];
        let language = names.iter().map(|n| self.parameter(id, n)).find(|l| !l.is_empty()).unwrap_or_default();
        let language = if name == "noformat" { String::new() } else { crate::language::info(&language) };
        flow.blocks.push(Block::Code(language, body));
    }

    fn callout(&mut self, id: usize, kind: Option<Callout>, flow: &mut Flow) {
        let title = self.title_of(id);
        let mut body = match self.plain_body(id) {
            Some(plain) if self.rich_node(id).is_none() => vec![Block::Para(vec![text(&plain, 0)])],
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

    fn toc(&self, id: usize) -> Block {
        let level = |name: &str, or: u8| self.parameter(id, name).parse().unwrap_or(or);
        let pattern = |name: &str| Some(self.parameter(id, name)).filter(|pattern| !pattern.is_empty());
        Block::Toc {
            min: level("minLevel", 1),
            max: level("maxLevel", 7),
            flat: self.parameter(id, "type") == "flat",
            include: pattern("include"),
            exclude: pattern("exclude"),
        }
    }

    fn status(&mut self, id: usize, around: Around, flow: &mut Flow) {
        let title = self.title_of(id);
        let title = if title.is_empty() { self.parameter(id, "colour") } else { title };
        if title.is_empty() {
            return;
        }
        self.warn(WarningCode::StyleStatus, "", "");
        if matches!(flow.cur.last(), Some(Leaf { piece: Piece::Code(_), .. })) {
            flow.inline(Piece::Text(" ".to_owned()), Around::default());
        }
        flow.inline(Piece::Code(title), around);
    }

    /// A part of the page that other pages can show; where it is hidden here, it is kept in a comment.
    fn part(&mut self, id: usize, name: &str, around: Around, flow: &mut Flow) {
        let hidden = self.parameter(id, "hidden") == "true";
        if name == "excerpt" && !hidden {
            return self.body_as_it_is(id, around, flow);
        }
        let body = self.rich_body(id);
        if name == "details" {
            self.collect_properties(&body);
        }
        flow.flush();
        if !hidden {
            return flow.blocks.extend(body);
        }
        if !body.is_empty() {
            self.warn(WarningCode::HiddenContent, name, "");
            flow.blocks.push(Block::Hidden(name.to_owned(), body));
        }
    }

    fn collect_properties(&mut self, body: &[Block]) {
        for block in body {
            let Block::Table(rows) = block else { continue };
            for row in rows {
                let [key, value] = row.as_slice() else { continue };
                let key = crate::tree::plain(&key.blocks);
                if key.is_empty() {
                    continue;
                }
                let count = self.property_counts.entry(key.clone()).or_insert(0);
                *count += 1;
                let key = if *count == 1 { key } else { format!("{key}_{count}") };
                self.properties.push((key, crate::tree::plain(&value.blocks)));
            }
        }
    }

    fn steps(&mut self, id: usize, flow: &mut Flow) {
        let xml = self.xml;
        let body = self.rich_node(id).unwrap_or(id);
        let mut items: Vec<Item> = Vec::new();
        for &child in &xml.node(body).children {
            let step = xml.node(child).name == "ac:structured-macro" && xml.attr(child, "name") == Some("ui-step");
            let blocks = if step {
                self.rich_body(child)
            } else {
                let mut inner = Flow::default();
                self.node(child, Around::default(), &mut inner);
                inner.flush();
                inner.blocks
            };
            match items.last_mut() {
                Some(last) if !step => last.blocks.extend(blocks),
                _ if blocks.is_empty() => {}
                _ => items.push(Item { task: None, blocks }),
            }
        }
        flow.list(Some(1), items);
    }

    fn footnote(&mut self, id: usize, around: Around, flow: &mut Flow) {
        let mut body = self.rich_body(id);
        if body.is_empty() {
            let words = self.plain_body(id).unwrap_or_else(|| self.first_of(id, &["text", "footnote", ""]));
            body = crate::inline::paragraphs(vec![text(&words, 0)]).into_iter().map(Block::Para).collect();
        }
        if body.is_empty() {
            return self.warn(WarningCode::MacroEmpty, "footnote", "");
        }
        self.footnotes.push(body);
        flow.inline(Piece::Raw(format!("[^{}]", self.footnotes.len())), around);
    }
}

/// The icon of a panel, by its text or else its short name.
pub(crate) fn icon(text: String, name: &str) -> Option<String> {
    if !text.is_empty() && !text.is_ascii() {
        return Some(text);
    }
    emojis::get_by_shortcode(name.trim_matches(':')).map(|emoji| emoji.as_str().to_owned())
}

/// Puts an icon before the first text.
pub(crate) fn begin_with(icon: &str, body: &mut Vec<Block>) {
    let lead = text(&format!("{icon} "), 0);
    match body.first_mut() {
        Some(Block::Para(leaves)) => leaves.insert(0, lead),
        _ => body.insert(0, Block::Para(vec![lead])),
    }
}
