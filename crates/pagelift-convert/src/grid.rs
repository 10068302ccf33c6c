//! Tables of storage format.

use pagelift_model::WarningCode;

use crate::build::{Around, Builder, Flow};
use crate::elements::Tag;
use crate::storage::Xml;
use crate::tree::{Block, Cell, EM};

impl<'a> Builder<'a> {
    /// Content of a table that is in no cell stands before the table.
    fn strays(&mut self, id: usize, known: &[Tag], flow: &mut Flow<'a>) {
        let xml = self.xml;
        for child in xml.children(id) {
            if !known.contains(&xml.tag(child)) {
                self.node(child, Around::default(), flow);
            }
        }
        flow.flush();
    }

    /// What a table looks like beyond its cells.
    fn table_style(&mut self, id: usize) {
        let layout = self.xml.attr(id, "data-layout").or_else(|| self.xml.attr(id, "layout")).unwrap_or("default");
        if !matches!(layout, "default" | "align-start" | "center") {
            self.warn(WarningCode::StyleLayout, "", "");
        }
    }

    fn cell(&mut self, id: usize) -> Vec<Block<'a>> {
        let coloured = ["data-highlight-colour", "bgcolor", "background"];
        let painted = self.xml.attr(id, "style").is_some_and(|style| style.contains("background"));
        if painted || coloured.iter().any(|name| self.xml.attr(id, name).is_some_and(|value| !value.is_empty())) {
            self.warn(WarningCode::StyleColour, "", "");
        }
        let outside = std::mem::replace(&mut self.in_cell, true);
        let blocks = self.blocks(id);
        self.in_cell = outside;
        blocks
    }

    pub(crate) fn table(&mut self, id: usize, flow: &mut Flow<'a>) {
        let xml = self.xml;
        flow.flush();
        if let Some(caption) = xml.child(id, Tag::Caption) {
            let mut inner = Flow::default();
            self.children(caption, Around { marks: EM, ..Around::default() }, &mut inner);
            inner.flush();
            flow.blocks.extend(inner.blocks);
        }
        self.table_style(id);
        let mut rows = Vec::new();
        let mut row_ids: Vec<(usize, bool)> = Vec::new();
        for child in xml.children(id) {
            match xml.tag(child) {
                Tag::Tr => row_ids.push((child, false)),
                group @ (Tag::Thead | Tag::Tbody | Tag::Tfoot) => {
                    let trs = xml.children(child).filter(|&c| xml.tag(c) == Tag::Tr);
                    row_ids.extend(trs.map(|c| (c, group == Tag::Thead)));
                    self.strays(child, &[Tag::Tr], flow);
                }
                _ => {}
            }
        }
        let parts = [Tag::Tr, Tag::Thead, Tag::Tbody, Tag::Tfoot, Tag::Caption, Tag::Colgroup, Tag::Col];
        self.strays(id, &parts, flow);
        for (row, head) in row_ids {
            self.strays(row, &[Tag::Td, Tag::Th], flow);
            let mut cells = Vec::new();
            for cell in xml.children(row) {
                let tag = xml.tag(cell);
                if tag != Tag::Td && tag != Tag::Th {
                    continue;
                }
                let span = |key| xml.attr(cell, key).and_then(|v| v.trim().parse().ok()).unwrap_or(1).clamp(1, 1000);
                cells.push(Cell {
                    header: head || tag == Tag::Th,
                    colspan: span("colspan"),
                    rowspan: span("rowspan"),
                    align: align(xml, cell),
                    blocks: self.cell(cell),
                });
            }
            // A row without cells still counts for those that span it.
            if !cells.is_empty() || !rows.is_empty() {
                rows.push(cells);
            }
        }
        if rows.iter().flatten().all(|cell| cell.blocks.is_empty()) {
            return self.warn(WarningCode::TableEmpty, "table", "");
        }
        if rows.iter().flatten().any(|cell| cell.colspan > 1 || cell.rowspan > 1) {
            self.warn(WarningCode::TableSpan, "", "");
        }
        if crate::table::is_html(&rows, self.style) {
            self.warn(WarningCode::TableHtml, "table", "");
        }
        flow.blocks.push(Block::Table(rows));
    }
}

fn align(xml: &Xml<'_>, cell: usize) -> Option<char> {
    let mut found = None;
    for id in std::iter::once(cell).chain(xml.children(cell)) {
        let style = xml.attr(id, "style").and_then(|style| style.split_once("text-align")).map(|(_, value)| value);
        let value = style.or_else(|| xml.attr(id, "align")).unwrap_or("").trim_start_matches([':', ' ']);
        match value.get(..4) {
            Some("left") => found = Some('l'),
            Some("cent") => found = Some('c'),
            Some("righ") => found = Some('r'),
            _ => {}
        }
    }
    found
}
