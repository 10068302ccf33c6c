//! What a person has in the destination besides our files, as far as links by a bare name could lead there.

use pagelift_model::{RelPath, SinkError};

use crate::run::{Export, ExportError};

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
}
