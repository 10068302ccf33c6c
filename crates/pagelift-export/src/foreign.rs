//! What a person has in the destination besides our files: as far as links by a bare name could lead there, and where
//! attachments go.

use std::collections::HashSet;

use pagelift_model::{PageId, RelPath, SinkError};
use sha2::{Digest as _, Sha256};

use crate::attachments;
use crate::dialect::AttachmentFolder;
use crate::disk::finish;
use crate::names::{attachment_name, fold};
use crate::run::{CHUNK, Export, ExportError};

impl Export<'_> {
    /// Remembers the names of files that are not ours, in formats that link by a bare name.
    pub(crate) fn note_foreign(&self) -> Result<(), ExportError> {
        if !self.renderer.scheme.dialect.bare_links {
            return Ok(());
        }
        let mut folders = vec![(String::new(), self.sink.names_in("")?)];
        while let Some((folder, names)) = folders.pop() {
            // Programs keep what is theirs in hidden folders.
            for name in names.into_iter().filter(|name| !name.starts_with('.')) {
                let path = if folder.is_empty() { name } else { format!("{folder}/{name}") };
                match self.sink.names_in(&path) {
                    Ok(inside) if !inside.is_empty() => folders.push((path, inside)),
                    Ok(_) | Err(SinkError::Escapes { .. }) => self.note_if_foreign(&path)?,
                    Err(error) if error.ends_run() => return Err(error.into()),
                    // What cannot be read is no file that a link leads to.
                    Err(_) => {}
                }
            }
        }
        Ok(())
    }

    fn note_if_foreign(&self, path: &str) -> Result<(), ExportError> {
        let Ok(path) = RelPath::new(path) else { return Ok(()) };
        if !self.store.is_known_path(&path)? {
            self.store.note_foreign(&path)?;
        }
        Ok(())
    }

    /// Remembers the names of files that are not ours where attachments go, so that ours get other names.
    pub(crate) fn note_foreign_beside(&self) -> Result<(), ExportError> {
        let place = self.renderer.scheme.dialect.attachments;
        // Which page a file in a shared folder would be of is known from the record alone. Where that was lost, downloads find out.
        if matches!(place, AttachmentFolder::Shared(_)) && self.store.files_on_record()? == 0 {
            return Ok(());
        }
        let mut seen: HashSet<String> = HashSet::new();
        let mut after = String::new();
        loop {
            let pages = self.store.places_after(&after, CHUNK)?;
            let Some(last) = pages.last() else { return Ok(()) };
            last.path.as_str().clone_into(&mut after);
            for page in &pages {
                for folder in attachments::folders(place, &page.path) {
                    if seen.contains(&folder) {
                        continue;
                    }
                    let names = match self.sink.names_in(&folder) {
                        Ok(names) => names,
                        // A file stands where the folder would be; every attachment in it fails with its own words.
                        Err(error) if !error.ends_run() => continue,
                        Err(error) => return Err(error.into()),
                    };
                    for name in &names {
                        let Ok(path) = RelPath::new(&format!("{folder}/{name}")) else { continue };
                        if self.is_foreign_file(&page.id, &path)? {
                            self.store.note_foreign_name(&path)?;
                        }
                    }
                    if !names.is_empty() {
                        seen.insert(folder);
                    }
                }
            }
        }
    }

    /// Whether a file in a folder of attachments is not ours. One that is not on record and as large as the page's attachment of
    /// that name is taken for it, as after a record was lost: the download finds out.
    fn is_foreign_file(&self, page: &PageId, path: &RelPath) -> Result<bool, ExportError> {
        if self.store.is_known_path(path)? {
            return Ok(false);
        }
        let (mut size, mut hasher) = (0, Sha256::new());
        match self.sink.pieces(path, &mut |piece| {
            size += piece.len() as u64;
            hasher.update(piece);
            true
        }) {
            Ok(true) => {}
            Err(error) if error.ends_run() => return Err(error.into()),
            // A folder, or what cannot be read.
            Ok(false) | Err(_) => return Ok(false),
        }
        // What we wrote is ours wherever it lies: a run that died may have brought it here.
        if self.store.is_content_on_record(&finish(hasher))? {
            return Ok(false);
        }
        if self.store.is_in_the_way(path)? {
            return Ok(true);
        }
        let extras = self.store.extras(page)?;
        let same = |title: &str| fold(&attachment_name(title)) == fold(path.file_name());
        let own = extras.iter().flat_map(|extras| &extras.attachments);
        Ok(!own.into_iter().any(|one| one.size == size && same(&one.title)))
    }
}
