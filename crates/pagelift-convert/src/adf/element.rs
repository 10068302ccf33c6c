//! Elements that storage format does not have, to the document tree.

use pagelift_model::{PageId, WarningCode};

use crate::Reference;
use crate::build::{Around, Builder, Flow, comment_value};
use crate::elements::Tag;
use crate::tree::{Block, EM, Piece, STRONG, leaf, text};

impl<'a> Builder<'a> {
    /// An element whose name begins with `@`.
    pub(crate) fn adf_element(&mut self, id: usize, around: Around, flow: &mut Flow<'a>) {
        match self.xml.tag(id) {
            Tag::AdfMention => self.mention(id, around, flow),
            Tag::AdfEmbed => self.warn(WarningCode::EmbedLinked, "", ""),
            Tag::AdfExtension => self.app_extension(id, around, flow),
            Tag::AdfSyncBlock => {
                let resource = self.adf_attr(id, "resource");
                let body = self.linked_blocks(id, around);
                self.sync_block(id, &resource, body, flow);
            }
            _ => self.unknown_node(id, around, flow),
        }
    }

    fn adf_attr(&self, id: usize, name: &str) -> String {
        self.xml.attr(id, name).unwrap_or("").to_owned()
    }

    fn mention(&mut self, id: usize, around: Around, flow: &mut Flow<'a>) {
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
        flow.inline(Piece::Text(format!("@{name}").into()), around);
    }

    /// An extension of an app, by the title that the app gave it.
    fn app_extension(&mut self, id: usize, around: Around, flow: &mut Flow<'a>) {
        let (name, title) = (self.adf_attr(id, "name"), self.adf_attr(id, "title"));
        if crate::mermaid::is_viewer(&name) && !self.mermaid.is_empty() {
            return;
        }
        if self.rich_node(id).is_some() {
            return self.other_macro(id, &name, around, flow);
        }
        self.unknown_macro(id, &name, &title, around, flow);
    }

    /// A block that several pages share, and what it holds here.
    pub(crate) fn sync_block(&mut self, id: usize, resource: &str, body: Vec<Block<'a>>, flow: &mut Flow<'a>) {
        let marker = format!("sync-block resource=\"{}\"", comment_value(resource));
        let body = if body.is_empty() { self.synced(id, resource) } else { body };
        if !body.is_empty() {
            flow.block(Block::para(vec![leaf(Piece::Marker(marker))]));
            return flow.blocks.extend(body);
        }
        self.warn(WarningCode::MacroDynamic, "Synced block", resource);
        flow.block(Block::Placeholder(
            vec![
                text("Synced block", STRONG),
                text(": content of another page, not copied. ", 0),
                leaf(Piece::Marker(marker)),
            ]
            .into(),
        ));
    }

    /// What a block holds that another page has; a block in itself holds nothing.
    fn synced(&mut self, id: usize, resource: &str) -> Vec<Block<'a>> {
        let guest = PageId::new(format!("sync-block {resource}"));
        if resource.is_empty() || self.guests.contains(&guest) || self.guests.len() >= crate::includes::DEEPEST {
            return Vec::new();
        }
        let Some(body) = self.host.synced(resource) else { return Vec::new() };
        let context = self.context;
        self.included += body.text.len();
        let xml = self.shelf.read(body, context);
        let Some(xml) = xml.filter(|xml| self.included <= crate::includes::LARGEST && self.fits(id, xml.height()))
        else {
            return Vec::new();
        };
        self.guests.push(guest);
        let blocks = self.elsewhere(id, xml, context, |builder| builder.blocks(0));
        self.guests.pop();
        blocks
    }

    fn unknown_node(&mut self, id: usize, around: Around, flow: &mut Flow<'a>) {
        let name = self.adf_attr(id, "name");
        self.warn(WarningCode::NodeUnknown, &name, "");
        let marker = format!("node name=\"{}\"", comment_value(&name));
        if self.xml.last_child(id).is_some() {
            flow.comment(marker, around);
            return self.children(id, around, flow);
        }
        self.absent_node(id, &name, around, flow);
    }

    /// What stands where a node is that nobody knows, and that holds nothing.
    pub(crate) fn absent_node(&mut self, id: usize, name: &str, around: Around, flow: &mut Flow<'a>) {
        let marker = format!("node name=\"{}\"", comment_value(name));
        let shown = if name.is_empty() { "unnamed node" } else { name };
        if self.stands_in_text(id, around, flow) {
            let emphasis = Around { marks: around.marks | EM, ..around };
            flow.inline(Piece::Text(format!("{shown}: not copied").into()), emphasis);
            return flow.inline(Piece::Marker(marker), around);
        }
        flow.block(Block::Placeholder(
            vec![text(shown, STRONG), text(": not copied. ", 0), leaf(Piece::Marker(marker))].into(),
        ));
    }
}
