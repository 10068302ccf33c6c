//! The list of all pages for programs: one JSON object a line.

use std::collections::HashMap;

use jiff::Timestamp;
use pagelift_model::{PageId, RelPath, Space, Totals};
use serde::Serialize;

use crate::run::{CHUNK, Export, ExportError};
use crate::store::{Branch, StoreError};

/// What a program should know of a page before it reads its file.
#[derive(Serialize)]
struct Page<'a> {
    id: &'a PageId,
    title: &'a str,
    path: &'a RelPath,
    url: Option<&'a str>,
    space: &'a str,
    parents: &'a [String],
    labels: &'a [String],
    author: Option<&'a str>,
    version: u32,
    created: Option<Timestamp>,
    updated: Option<Timestamp>,
    updated_by: Option<&'a str>,
    /// `null` where that is not known.
    restricted: Option<bool>,
}

impl Export<'_> {
    pub(super) fn write_page_list(&self, spaces: &[Space], totals: &mut Totals) -> Result<(), ExportError> {
        let by_id: HashMap<&str, &Space> = spaces.iter().map(|space| (space.id.as_str(), space)).collect();
        self.put_shown("manifest.jsonl", totals, &|take| self.each_page(&by_id, take))
    }

    fn each_page(&self, spaces: &HashMap<&str, &Space>, take: &mut super::Take<'_>) -> Result<(), ExportError> {
        let mut after = String::new();
        loop {
            let pages = self.store.written_after(&after, CHUNK)?;
            let Some(last) = pages.last() else { return Ok(()) };
            last.path.as_str().clone_into(&mut after);
            for Branch { id, path, .. } in pages {
                let Some(node) = self.store.node(&id)? else { continue };
                let Some(space) = spaces.get(node.space.as_str()) else { continue };
                let extras = self.store.extras(&node.id)?;
                let details = self.renderer.details(self.store, space, &node, extras.as_ref(), Vec::new())?;
                let page = Page {
                    id: &node.id,
                    title: &node.title,
                    path: &path,
                    url: details.url.as_deref(),
                    space: &details.space,
                    parents: &details.path,
                    labels: &details.labels,
                    author: details.author.as_deref(),
                    version: node.version,
                    created: node.created,
                    updated: node.modified,
                    updated_by: details.editor.as_deref(),
                    restricted: details.restricted,
                };
                take(&(serde_json::to_string(&page).map_err(StoreError::from)? + "\n"))?;
            }
        }
    }
}
