//! Document-format nodes that storage format carries as extensions.

use std::fmt::Write as _;

use pagelift_model::WarningCode;

use crate::build::{Around, Builder, Flow, comment_value};
use crate::elements::Tag;
use crate::links::encode;
use crate::macro_parts::{is_secret, mark_key};
use crate::target::Target;
use crate::tree::{Block, Callout, Item, Piece, STRONG, leaf};

impl<'a> Builder<'a> {
    pub(crate) fn adf_extension(&mut self, id: usize, around: Around, flow: &mut Flow<'a>) {
        let xml = self.xml;
        let Some(node) = xml.child(id, Tag::AcAdfNode) else {
            return self.children(id, around, flow);
        };
        let content = xml.children(node).any(|c| matches!(xml.tag(c), Tag::AcAdfContent | Tag::AcAdfNode));
        match xml.child(id, Tag::AcAdfFallback) {
            Some(fallback) if !content => {
                let blocks = self.blocks(fallback);
                flow.flush();
                flow.blocks.extend(blocks);
            }
            _ => self.adf_node(node, id, around, flow),
        }
    }

    /// A node; `place` is the element that stands where it is.
    fn adf_node(&mut self, id: usize, place: usize, around: Around, flow: &mut Flow<'a>) {
        let xml = self.xml;
        let attr = |name: &str| {
            let named = |c: &usize| xml.tag(*c) == Tag::AcAdfAttribute && xml.attr(*c, "key") == Some(name);
            xml.children(id).find(named).map(|c| xml.all_text(c)).unwrap_or_default().into_owned()
        };
        let kind = xml.attr(id, "type").unwrap_or("");
        let mut inner = Flow::default();
        for child in xml.children(id) {
            match xml.tag(child) {
                Tag::AcAdfNode => self.adf_node(child, child, Around::default(), &mut inner),
                Tag::AcAdfContent => self.children(child, Around::default(), &mut inner),
                _ => self.node(child, Around::default(), &mut inner),
            }
        }
        inner.flush();
        let empty = inner.blocks.is_empty();
        match kind {
            "inline-extension" | "extension" if empty => {
                return self.extension((id, place), &attr("extension-key"), around, flow);
            }
            "inline-card" | "block-card" | "embed-card" if empty => return self.card(kind, &attr("url"), around, flow),
            _ => flow.flush(),
        }
        match kind {
            "panel" => {
                let callout = match attr("panel-type").as_str() {
                    "info" => Some(Callout::Note),
                    "success" | "tip" => Some(Callout::Tip),
                    "note" => Some(Callout::Important),
                    "warning" => Some(Callout::Warning),
                    "error" => Some(Callout::Caution),
                    _ => None,
                };
                if inner.blocks.is_empty() {
                    return self.warn(WarningCode::MacroEmpty, "panel", "");
                }
                if callout.is_none()
                    && let Some(icon) = crate::macros::icon(attr("panel-icon-text"), &attr("panel-icon"))
                {
                    crate::macros::begin_with(&icon, &mut inner.blocks);
                }
                flow.blocks.push(Block::Callout(callout, String::new(), inner.blocks));
            }
            "decision-item" => {
                let label = if attr("state") == "DECIDED" { "Decision:" } else { "Open decision:" };
                let mut blocks = inner.blocks;
                if blocks.is_empty() {
                    return;
                }
                let lead = [crate::tree::text(label, STRONG), crate::tree::text(" ", 0)];
                match blocks.first_mut() {
                    Some(Block::Para(leaves)) => drop(leaves.change().splice(0..0, lead)),
                    _ => blocks.insert(0, Block::para(lead.to_vec())),
                }
                flow.blocks.push(Block::List(None, vec![Item { task: None, blocks }]));
            }
            "task-item" | "block-task-item" => {
                if !empty {
                    let task = Some(attr("state") == "DONE");
                    flow.blocks.push(Block::List(None, vec![Item { task, blocks: inner.blocks }]));
                }
            }
            "rule" => flow.blocks.push(Block::Rule),
            "decision-list" | "task-list" => {
                let items = inner.blocks.into_iter().flat_map(|block| match block {
                    Block::List(_, items) => items,
                    other => vec![Item { task: None, blocks: vec![other] }],
                });
                flow.list(None, items.collect());
            }
            "expand" | "nested-expand" => flow.blocks.push(Block::Details(attr("title"), inner.blocks)),
            "extension" | "inline-extension" | "bodied-extension" | "multi-bodied-extension" if !empty => {
                let key = attr("extension-key");
                self.warn(WarningCode::MacroUnknownBodyKept, &key, "");
                let marker = self.extension_marker(id, &key).0;
                flow.blocks.push(Block::para(vec![leaf(Piece::Marker(marker))]));
                flow.blocks.extend(inner.blocks);
            }
            "bodied-extension" | "multi-bodied-extension" => {
                self.extension((id, place), &attr("extension-key"), around, flow);
            }
            "sync-block" | "bodied-sync-block" => self.sync_block(id, &attr("resource-id"), inner.blocks, flow),
            "extension-frame" => flow.blocks.extend(inner.blocks),
            _ => {
                self.warn(WarningCode::NodeUnknown, kind, "");
                if empty {
                    return self.absent_node(place, kind, around, flow);
                }
                let note = format!("node name=\"{}\"", comment_value(kind));
                flow.blocks.push(Block::para(vec![leaf(Piece::Marker(note))]));
                flow.blocks.extend(inner.blocks);
            }
        }
    }

    /// An extension of an app, by the title that the app gave it.
    fn extension(&mut self, (id, place): (usize, usize), key: &str, around: Around, flow: &mut Flow<'a>) {
        let xml = self.xml;
        if crate::mermaid::is_viewer(key) && !self.mermaid.is_empty() {
            return;
        }
        let titled = |at: usize| {
            xml.tag(at) == Tag::AcAdfParameter && xml.attrs(at).any(|(_, value)| value == "extension-title")
        };
        let title = xml.find(id, titled).map(|node| xml.all_text(node).trim().to_owned()).filter(|t| !t.is_empty());
        let title = title.unwrap_or_else(|| key.rsplit('/').next().unwrap_or(key).to_owned());
        let (marker, targets) = self.extension_marker(id, key);
        let detail = marker.split_once("\" ").map_or("", |(_, parameters)| parameters);
        self.warn(WarningCode::MacroUnknown, key, detail);
        self.stand_in(place, &title, "add-on content", marker, targets, around, flow);
    }

    /// The mark of an extension with its settings, and the addresses among those.
    fn extension_marker(&self, id: usize, key: &str) -> (String, Vec<(String, Option<Target>)>) {
        let xml = self.xml;
        let mut marker = format!("macro name=\"{}\"", comment_value(key));
        let mut targets = Vec::new();
        let guest = |at: usize| xml.tag(at) == Tag::AcAdfParameter && xml.attr(at, "key") == Some("guest-params");
        let settings = xml.find(id, guest).into_iter().flat_map(|settings| xml.children(settings));
        for setting in settings.filter(|&setting| xml.tag(setting) == Tag::AcAdfParameter) {
            let name = xml.attr(setting, "key").unwrap_or("");
            let value = xml.all_text(setting);
            let value = value.trim();
            if is_secret(name) {
                let _ = write!(marker, " {}=\"***\"", mark_key(name));
                continue;
            }
            let _ = write!(marker, " {}=\"{}\"", mark_key(name), comment_value(value));
            let web = value.starts_with("https://") || value.starts_with("http://");
            if web && !value.contains(char::is_whitespace) {
                targets.push((value.to_owned(), Some(encode(value, false).into())));
            }
        }
        (marker, targets)
    }

    /// A link that shows what it leads to.
    fn card(&mut self, kind: &str, url: &str, around: Around, flow: &mut Flow<'a>) {
        let alone = kind != "inline-card";
        if alone {
            flow.flush();
        }
        if kind == "embed-card" {
            self.warn(WarningCode::EmbedLinked, "", "");
        }
        if !url.is_empty() && self.is_linkable(url) {
            let (title, link) = self.html_target(url);
            let shown = title.unwrap_or_else(|| url.to_owned());
            flow.inline(Piece::Text(shown.into()), Around { link: around.link.or(Some(link)), ..around });
        } else {
            flow.words(url.to_owned(), around);
        }
        if alone {
            flow.flush();
        }
    }
}
