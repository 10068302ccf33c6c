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
            .any(|&c| matches!(xml.node(c).name.as_str(), "ac:adf-content" | "ac:adf-node"));
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
            match xml.node(child).name.as_str() {
                "ac:adf-node" => self.adf_node(child, &mut inner),
                "ac:adf-content" => self.children(child, Around::default(), &mut inner),
                _ => {}
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
                flow.blocks.push(Block::Callout(callout, String::new(), inner.blocks));
            }
            "decision-item" => {
                let label = if attr("state") == "DECIDED" { "Decision:" } else { "Open decision:" };
                let mut blocks = inner.blocks;
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
                flow.blocks.push(Block::List(None, items.collect()));
            }
            "expand" => flow.blocks.push(Block::Details(attr("title"), inner.blocks)),
            _ => {
                self.warn(WarningCode::NodeUnknown, kind, "");
                let note = format!("<!-- pagelift: macro name=\"{}\" -->", comment_value(kind));
                flow.blocks.push(Block::Para(vec![leaf(Piece::Raw(note))]));
                flow.blocks.extend(inner.blocks);
            }
        }
    }
}
