//! A destination in memory, for tests and previews.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use pagelift_model::{ContentHash, PendingFile, RelPath, Sink, SinkError};

use crate::disk::hash_of;

type Files = BTreeMap<String, Vec<u8>>;

/// A destination that lives in memory. Clones share their files.
#[derive(Debug, Clone, Default)]
pub struct MemorySink {
    files: Arc<Mutex<Files>>,
}

impl MemorySink {
    /// An empty destination.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// All files with their contents, in the order of their paths.
    #[must_use]
    pub fn files(&self) -> BTreeMap<String, Vec<u8>> {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Files> {
        self.files.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether some file lies below `folder`.
fn is_folder(files: &Files, folder: &str) -> bool {
    let prefix = format!("{folder}/");
    files.range(prefix.clone()..).next().is_some_and(|(path, _)| path.starts_with(&prefix))
}

/// Refuses a path where a folder stands at it or a file above it.
fn check(files: &Files, path: &RelPath) -> Result<(), SinkError> {
    let text = path.as_str();
    let file_above =
        text.match_indices('/').any(|(at, _)| text.get(..at).is_some_and(|above| files.contains_key(above)));
    if file_above || is_folder(files, text) { Err(SinkError::Escapes { path: path.clone() }) } else { Ok(()) }
}

impl Sink for MemorySink {
    fn hash(&self, path: &RelPath) -> Result<Option<ContentHash>, SinkError> {
        Ok(self.read(path)?.map(|bytes| hash_of(&bytes)))
    }

    fn read(&self, path: &RelPath) -> Result<Option<Vec<u8>>, SinkError> {
        let files = self.lock();
        check(&files, path)?;
        Ok(files.get(path.as_str()).cloned())
    }

    fn write(&self, path: &RelPath, bytes: &[u8]) -> Result<(), SinkError> {
        let mut files = self.lock();
        check(&files, path)?;
        files.insert(path.as_str().to_owned(), bytes.to_vec());
        Ok(())
    }

    fn begin(&self, path: &RelPath) -> Result<Box<dyn PendingFile>, SinkError> {
        check(&self.lock(), path)?;
        Ok(Box::new(Pending { sink: self.clone(), path: path.clone(), bytes: Vec::new() }))
    }

    fn rename(&self, from: &RelPath, to: &RelPath) -> Result<(), SinkError> {
        let mut files = self.lock();
        check(&files, from)?;
        let Some(bytes) = files.remove(from.as_str()) else {
            return Err(SinkError::Io { path: from.as_str().to_owned(), detail: "no such file".to_owned() });
        };
        if let Err(error) = check(&files, to) {
            files.insert(from.as_str().to_owned(), bytes);
            return Err(error);
        }
        files.insert(to.as_str().to_owned(), bytes);
        Ok(())
    }

    fn remove(&self, path: &RelPath) -> Result<(), SinkError> {
        let mut files = self.lock();
        check(&files, path)?;
        files.remove(path.as_str());
        Ok(())
    }

    fn names_in(&self, folder: &str) -> Result<Vec<String>, SinkError> {
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let files = self.lock();
        let mut names: Vec<String> = files
            .keys()
            .filter_map(|path| path.strip_prefix(&prefix))
            .filter_map(|rest| rest.split('/').next())
            .map(str::to_owned)
            .collect();
        names.sort();
        names.dedup();
        Ok(names)
    }

    fn sync(&self) -> Result<(), SinkError> {
        Ok(())
    }
}

struct Pending {
    sink: MemorySink,
    path: RelPath,
    bytes: Vec<u8>,
}

impl PendingFile for Pending {
    fn write(&mut self, bytes: &[u8]) -> Result<(), SinkError> {
        self.bytes.extend_from_slice(bytes);
        Ok(())
    }

    fn commit(self: Box<Self>) -> Result<(u64, ContentHash), SinkError> {
        self.sink.write(&self.path, &self.bytes)?;
        Ok((self.bytes.len() as u64, hash_of(&self.bytes)))
    }
}
