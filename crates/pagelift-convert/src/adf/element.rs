//! Elements that storage format does not have, to the document tree.

use pagelift_model::WarningCode;

use crate::Reference;
use crate::build::{Around, Builder, Flow, comment_value};
use crate::tree::{Block, EM, Piece, STRONG, leaf, text};

impl Builder<'_> {
    /// An element whose name begins with `@`.
    pub(crate) fn adf_element(&mut self, id: usize, around: Around, flow: &mut Flow) {
        match self.xml.node(id).name.as_ref() {
            "@mention" => self.mention(id, around, flow),
            "@embed" => self.warn(WarningCode::EmbedLinked, "", ""),
            "@extension" => self.app_extension(id, around, flow),
            "@sync-block" => {
                let resource = self.adf_attr(id, "resource");
                let body = self.linked_blocks(id, around);
                self.sync_block(&resource, body, flow);
            }
            _ => self.unknown_node(id, around, flow),
        }
    }

    fn adf_attr(&self, id: usize, name: &str) -> String {
        self.xml.attr(id, name).unwrap_or("").to_owned()
    }

    fn mention(&mut self, id: usize, around: Around, flow: &mut Flow) {
        let (key, shown) = (self.adf_attr(id, "id"), self.adf_attr(id, "text"));
        let group = matches!(key.as_str(), "" | "all" | "here");
        if !group {
            self.refer(Reference::Person(key.clone()));
        }
        let known = if group { None } else { self.context.person(&key) };
        let shown = shown.trim().trim_start_matches('@');
        let name = known.unwrap_or_else(|| if shown.is_empty() { key.clone() } else { shown.to_owned() });
        if name.is_empty() {
            return;
        }
        if name == key && !group {
            self.warn(WarningCode::PersonUnknown, &key, "");
        }
        flow.inline(Piece::Text(format!("@{name}")), around);
    }

    /// An extension of an app, by the title that the app gave it.
    fn app_extension(&mut self, id: usize, around: Around, flow: &mut Flow) {
        let (name, title) = (self.adf_attr(id, "name"), self.adf_attr(id, "title"));
        if self.rich_node(id).is_some() {
            return self.other_macro(id, &name, around, flow);
        }
        self.warn(WarningCode::MacroUnknown, &name, "");
        self.placeholder(id, &title, "add-on content", around, flow);
    }

    /// A block that several pages share, and what it holds here.
    pub(crate) fn sync_block(&mut self, resource: &str, body: Vec<Block>, flow: &mut Flow) {
        let marker = format!("<!-- pagelift: sync-block resource=\"{}\" -->", comment_value(resource));
        if !body.is_empty() {
            flow.block(Block::Para(vec![leaf(Piece::Raw(marker))]));
            return flow.blocks.extend(body);
        }
        self.warn(WarningCode::MacroDynamic, "Synced block", resource);
        flow.block(Block::Placeholder(vec![
            text("Synced block", STRONG),
            text(": content of another page, not copied. ", 0),
            leaf(Piece::Raw(marker)),
        ]));
    }

    fn unknown_node(&mut self, id: usize, around: Around, flow: &mut Flow) {
        let name = self.adf_attr(id, "name");
        self.warn(WarningCode::NodeUnknown, &name, "");
        let marker = format!("<!-- pagelift: node name=\"{}\" -->", comment_value(&name));
        if !self.xml.node(id).children.is_empty() {
            flow.comment(marker, around);
            return self.children(id, around, flow);
        }
        let shown = if name.is_empty() { "unnamed node" } else { &name };
        if flow.one_line || around.link.is_some() || self.in_text(id) {
            let emphasis = Around { marks: around.marks | EM, ..around };
            flow.inline(Piece::Text(format!("{shown}: not copied")), emphasis);
            return flow.inline(Piece::Raw(marker), around);
        }
        flow.block(Block::Placeholder(vec![text(shown, STRONG), text(": not copied. ", 0), leaf(Piece::Raw(marker))]));
    }
}
