//! Tables.

use super::json::Id;
use super::lowering::{Lowering, Place};

impl Lowering<'_, '_> {
    pub(super) fn table(&mut self, id: Id, at: Place) {
        let table = self.element_with(at, "table", [("data-layout", self.attr_text(id, "layout"))]);
        let body = self.element(table, "tbody");
        let on = |name: &str| self.attr_text(id, name) == "true";
        let numbered = on("isNumberColumnEnabled");
        let heads = on("isHeaderRowEnabled") || on("isHeaderRow");
        let first_heads = on("isHeaderColumnEnabled") || on("isHeaderColumn");
        let mut number = 0;
        let mut strays = Vec::new();
        for (y, row) in self.content(id).into_iter().enumerate() {
            if self.kind(row) != "tableRow" {
                strays.push(row);
                continue;
            }
            let cells = self.content(row);
            let head =
                |x: usize, cell: Id| self.kind(cell) == "tableHeader" || (heads && y == 0) || (first_heads && x == 0);
            let names: Vec<&'static str> =
                cells.iter().enumerate().map(|(x, &cell)| if head(x, cell) { "th" } else { "td" }).collect();
            let header = names.iter().all(|name| *name == "th");
            let tr = self.element(body, "tr");
            if numbered {
                let cell = self.element(tr, if header { "th" } else { "td" });
                if !header {
                    number += 1;
                    self.text(cell, number.to_string());
                }
            }
            for (cell, name) in cells.into_iter().zip(names) {
                self.cell(cell, name, tr, &mut strays);
            }
        }
        self.put(&strays, table);
    }

    fn cell(&mut self, id: Id, name: &'static str, row: Place, strays: &mut Vec<Id>) {
        if !matches!(self.kind(id).as_ref(), "tableCell" | "tableHeader") {
            return strays.push(id);
        }
        let span = |name: &str| {
            let span = self.attr_number(id, name).filter(|&span| span > 1);
            span.map_or(String::new(), |span| span.to_string())
        };
        let attrs = [
            ("colspan", span("colspan").into()),
            ("rowspan", span("rowspan").into()),
            ("data-highlight-colour", self.attr_text(id, "background")),
        ];
        let cell = self.element_with(row, name, attrs);
        self.fill(id, cell);
    }
}
