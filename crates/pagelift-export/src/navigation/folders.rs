//! One file in every folder: `_category_.json` says what a folder is called, `.order` what is in it in what order.

use pagelift_model::{NodeKind, Space, Totals};
use serde::Serialize;

use crate::plan::Given;
use crate::run::{CHUNK, Export, ExportError};
use crate::store::{Branch, RecordKind, StoreError};

/// What Docusaurus shows of a folder.
#[derive(Serialize)]
struct Category<'a> {
    label: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    position: Option<i64>,
    /// A page that the program makes, where the folder has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<Link>,
}

#[derive(Serialize)]
struct Link {
    #[serde(rename = "type")]
    kind: &'static str,
}

impl Export<'_> {
    /// The path of a file of this name in a folder.
    fn in_folder(folder: &str, name: &str) -> String {
        if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
    }

    pub(super) fn write_categories(&self, spaces: &[Space], totals: &mut Totals) -> Result<(), ExportError> {
        for space in spaces {
            let Some(record) = self.store.record(RecordKind::Space, space.id.as_str())? else { continue };
            let home = space.homepage.as_ref().map(|home| self.store.branch(home)).transpose()?.flatten();
            let has_page = home.is_some_and(|home| home.written);
            self.write_category(record.path.as_str(), &space.name, None, has_page, totals)?;
        }
        let mut after = String::new();
        loop {
            let parents = self.store.parents_after(&after, CHUNK)?;
            let Some(last) = parents.last() else { return Ok(()) };
            last.path.as_str().clone_into(&mut after);
            for Branch { id, title, kind, position, path, written } in parents {
                if spaces.iter().any(|space| space.homepage.as_ref() == Some(&id)) {
                    continue;
                }
                let folder = match kind {
                    NodeKind::Folder => path.as_str().to_owned(),
                    _ => self.renderer.scheme.folder_of(&Given { path, stem: String::new() }),
                };
                self.write_category(&folder, &title, position, written, totals)?;
            }
        }
    }

    fn write_category(
        &self,
        folder: &str,
        label: &str,
        position: Option<i64>,
        has_page: bool,
        totals: &mut Totals,
    ) -> Result<(), ExportError> {
        let category = Category { label, position, link: (!has_page).then_some(Link { kind: "generated-index" }) };
        let json = serde_json::to_string_pretty(&category).map_err(StoreError::from)? + "\n";
        self.put_shown(&Self::in_folder(folder, "_category_.json"), totals, &|take| take(&json))
    }

    pub(super) fn write_orders(&self, spaces: &[Space], totals: &mut Totals) -> Result<(), ExportError> {
        let folders = self.space_folders(spaces)?;
        if !folders.is_empty() {
            self.put_shown(".order", totals, &|take| {
                folders.iter().try_for_each(|folder| take(&format!("{folder}\n")))
            })?;
        }
        let mut after: Option<String> = None;
        loop {
            let folders = self.store.listed_folders_after(after.as_deref(), CHUNK)?;
            let Some(last) = folders.last() else { return Ok(()) };
            after = Some(last.clone());
            for folder in folders {
                self.put_shown(&Self::in_folder(&folder, ".order"), totals, &|take| self.order_of(&folder, take))?;
            }
        }
    }

    /// The names of the folders of spaces, in the order of the spaces' names.
    fn space_folders(&self, spaces: &[Space]) -> Result<Vec<String>, ExportError> {
        let mut folders = Vec::new();
        for space in spaces {
            folders
                .extend(self.store.record(RecordKind::Space, space.id.as_str())?.map(|record| record.path.to_string()));
        }
        Ok(folders)
    }

    fn order_of(&self, folder: &str, take: &mut super::Take<'_>) -> Result<(), ExportError> {
        let mut done = Ok(());
        self.store.each_in(folder, |branch| {
            if done.is_ok() {
                let name = branch.path.file_name();
                done = take(&format!("{}\n", name.strip_suffix(".md").unwrap_or(name)));
            }
        })?;
        done
    }
}
