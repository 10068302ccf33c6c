//! Document-format nodes that storage format carries as extensions.

use pagelift_model::WarningCode;

use crate::build::{Around, Builder, Flow, comment_value};
use crate::tree::{Block, Callout, Item, Piece, STRONG, leaf};

impl Builder<'_> {
    pub(crate) fn adf_extension(&mut self, id: usize, flow: &mut Flow) {
        let xml = self.xml;
        let Some(node) = xml.child(id, "ac:adf-node") else {
            return self.children(id, Around::default(), flow);
        };
        let content = xml
            .node(node)
            .children
            .iter()
            .any(|&c| matches!(xml.node(c).name.as_ref(), "ac:adf-content" | "ac:adf-node"));
        match xml.child(id, "ac:adf-fallback") {
            Some(fallback) if !content => {
                let blocks = self.blocks(fallback);
                flow.flush();
                flow.blocks.extend(blocks);
            }
            _ => self.adf_node(node, flow),
        }
    }

    fn adf_node(&mut self, id: usize, flow: &mut Flow) {
        let xml = self.xml;
        let attr = |name: &str| {
            let found = xml
                .node(id)
                .children
                .iter()
                .find(|&&c| xml.node(c).name == "ac:adf-attribute" && xml.attr(c, "key") == Some(name));
            found.map(|&c| xml.all_text(c)).unwrap_or_default()
        };
        let kind = xml.attr(id, "type").unwrap_or("");
        let mut inner = Flow::default();
        for &child in &xml.node(id).children {
            match xml.node(child).name.as_ref() {
                "ac:adf-node" => self.adf_node(child, &mut inner),
                "ac:adf-content" => self.children(child, Around::default(), &mut inner),
                _ => self.node(child, Around::default(), &mut inner),
            }
        }
        inner.flush();
        flow.flush();
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
                    Some(Block::Para(leaves)) => drop(leaves.splice(0..0, lead)),
                    _ => blocks.insert(0, Block::Para(lead.to_vec())),
                }
                flow.blocks.push(Block::List(None, vec![Item { task: None, blocks }]));
            }
            "decision-list" => {
                let items = inner.blocks.into_iter().flat_map(|block| match block {
                    Block::List(_, items) => items,
                    other => vec![Item { task: None, blocks: vec![other] }],
                });
                flow.list(None, items.collect());
            }
            "expand" | "nested-expand" => flow.blocks.push(Block::Details(attr("title"), inner.blocks)),
            "extension" | "inline-extension" | "bodied-extension" | "multi-bodied-extension" => {
                self.extension(id, &attr("extension-key"), inner.blocks, flow);
            }
            "sync-block" | "bodied-sync-block" => self.sync_block(&attr("resource-id"), inner.blocks, flow),
            "extension-frame" => flow.blocks.extend(inner.blocks),
            _ => {
                self.warn(WarningCode::NodeUnknown, kind, "");
                let note = format!("<!-- pagelift: macro name=\"{}\" -->", comment_value(kind));
                flow.blocks.push(Block::Para(vec![leaf(Piece::Raw(note))]));
                flow.blocks.extend(inner.blocks);
            }
        }
    }

    /// An extension of an app, by the title that the app gave it.
    fn extension(&mut self, id: usize, key: &str, content: Vec<Block>, flow: &mut Flow) {
        let xml = self.xml;
        let marker = leaf(Piece::Raw(format!("<!-- pagelift: macro name=\"{}\" -->", comment_value(key))));
        if !content.is_empty() {
            self.warn(WarningCode::MacroUnknownBodyKept, key, "");
            flow.blocks.push(Block::Para(vec![marker]));
            return flow.blocks.extend(content);
        }
        let titled = |node: &crate::storage::Node<'_>| {
            node.name == "ac:adf-parameter" && node.attrs.iter().any(|(_, value)| *value == "extension-title")
        };
        let title = xml.find(id, titled).map(|node| xml.all_text(node).trim().to_owned()).filter(|t| !t.is_empty());
        let title = title.unwrap_or_else(|| key.rsplit('/').next().unwrap_or(key).to_owned());
        self.warn(WarningCode::MacroUnknown, key, "");
        let what = crate::tree::text(": add-on content, not copied. ", 0);
        flow.blocks.push(Block::Placeholder(vec![crate::tree::text(&title, STRONG), what, marker]));
    }
}
