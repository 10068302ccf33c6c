//! Parts of a page that are shown in a way of their own, or not at all: tabs, steps, footnotes, hidden parts, fields.

use pagelift_model::WarningCode;

use crate::build::{Around, Builder, Flow};
use crate::elements::Tag;
use crate::tree::{Block, Cell, Item, Piece, text};
use crate::{HiddenContent, PageProperties, PropertyValue};

/// Macros whose parts are seen one at a time, and those parts.
pub(crate) const TAB_GROUPS: &[&str] = &["localtabgroup", "ui-tabs", "auihorizontalnav", "deck", "tabs-group"];
pub(crate) const TABS: &[&str] = &["localtab", "ui-tab", "auihorizontalnavpage", "card", "tab-pane"];

impl<'a> Builder<'a> {
    /// The parts of a macro of which one is seen at a time. What stands between them stays where it is.
    pub(crate) fn tab_group(&mut self, id: usize, flow: &mut Flow<'a>) {
        let xml = self.xml;
        let body = self.rich_node(id).unwrap_or(id);
        let mut tabs = Vec::new();
        flow.flush();
        let mut between = Flow::default();
        for child in xml.children(body) {
            let name = xml.attr(child, "name").unwrap_or("").trim().to_lowercase();
            let macro_ = matches!(xml.tag(child), Tag::AcStructuredMacro | Tag::AcMacro);
            if macro_ && TABS.contains(&name.as_str()) && self.rich_node(child).is_some() {
                tabs.push(self.tab(child));
                continue;
            }
            self.node(child, Around::default(), &mut between);
            between.flush();
            if !between.blocks.is_empty() {
                flow.blocks.extend((!tabs.is_empty()).then(|| Block::Tabs(std::mem::take(&mut tabs))));
                flow.blocks.append(&mut between.blocks);
            }
        }
        flow.blocks.extend((!tabs.is_empty()).then_some(Block::Tabs(tabs)));
    }

    pub(crate) fn tab(&mut self, id: usize) -> (String, Vec<Block<'a>>) {
        let title = self.first_of(id, &["title", "label", "name", ""]);
        (title.split_whitespace().collect::<Vec<_>>().join(" "), self.rich_body(id))
    }

    /// A part of the page that other pages can show; where it is hidden here, it is kept in a comment.
    pub(crate) fn part(&mut self, id: usize, name: &str, around: Around, flow: &mut Flow<'a>) {
        let hidden = self.parameter(id, "hidden") == "true";
        let show = !hidden || self.style.options.hidden_content == HiddenContent::Show;
        if name == "excerpt" && show {
            return self.body_as_it_is(id, around, flow);
        }
        let mut body = self.rich_body(id);
        if name == "details" {
            self.properties_of(&mut body);
        }
        flow.flush();
        if show {
            return flow.blocks.append(&mut body);
        }
        if !body.is_empty() {
            self.warn(WarningCode::HiddenContent, name, "");
            if self.style.options.hidden_content == HiddenContent::Comment {
                flow.blocks.push(Block::Hidden(name.to_owned(), body));
            }
        }
    }

    /// Takes the fields out of the tables of a page-properties macro, or notes them.
    pub(crate) fn properties_of(&mut self, body: &mut Vec<Block<'a>>) {
        let wanted = self.style.options.page_properties;
        // What another page says about itself is not said about this one.
        if wanted != PageProperties::Table && self.guests.is_empty() {
            self.collect_properties(body);
        }
        if wanted == PageProperties::Details && self.guests.is_empty() {
            let fields = |rows: &Vec<Vec<Cell>>| rows.iter().all(|row| row.len() == 2);
            body.retain(|block| !matches!(block, Block::Table(rows) if fields(rows)));
        }
    }

    pub(crate) fn collect_properties(&mut self, body: &[Block]) {
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
                self.properties.push((key, field(&value.blocks)));
            }
        }
    }

    pub(crate) fn steps(&mut self, id: usize, flow: &mut Flow<'a>) {
        let xml = self.xml;
        let body = self.rich_node(id).unwrap_or(id);
        let mut items: Vec<Item<'a>> = Vec::new();
        for child in xml.children(body) {
            let step = xml.tag(child) == Tag::AcStructuredMacro && xml.attr(child, "name") == Some("ui-step");
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

    pub(crate) fn footnote(&mut self, id: usize, around: Around, flow: &mut Flow<'a>) {
        let mut body = self.rich_body(id);
        if body.is_empty() {
            let words = self.plain_body(id).unwrap_or_else(|| self.first_of(id, &["text", "footnote", ""]));
            body = crate::inline::paragraphs(&mut vec![text(&words, 0)]).map(Block::Para).collect();
        }
        if body.is_empty() {
            return self.warn(WarningCode::MacroEmpty, "footnote", "");
        }
        if self.style.dialect.footnotes {
            self.footnotes.push(body);
            return flow.inline(Piece::Note(self.footnotes.len()), around);
        }
        flow.words(" (", around);
        match body.as_mut_slice() {
            [Block::Para(leaves)] => flow.cur.append(leaves.change()),
            _ => flow.words(crate::tree::plain(&body), around),
        }
        flow.words(")", around);
    }
}

/// The value of a field: a list where its cell is one, else its text.
fn field(blocks: &[Block]) -> PropertyValue {
    match blocks {
        [Block::List(_, items)] => {
            let items = items.iter().map(|item| crate::tree::plain(&item.blocks));
            PropertyValue::List(items.filter(|item| !item.is_empty()).collect())
        }
        _ => PropertyValue::Text(crate::tree::plain(blocks)),
    }
}
