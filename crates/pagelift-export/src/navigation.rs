//! The files by which a program shows the tree: made anew at the end of every run, and gone when nothing is left to show.
//!
//! They are files of the record like those of pages: one that a person changed stays as it is, and one that is not ours is
//! never touched.

mod chunks;
mod folders;
mod lists;
mod pages;

use std::collections::BTreeSet;

use pagelift_convert::Format;
use pagelift_model::{ContentHash, RelPath, SinkError, Totals};
use sha2::{Digest as _, Sha256};

use crate::dialect::{Dialect, Navigation};
use crate::disk::finish;
use crate::names::fold;
use crate::options::FileOptions;
use crate::run::{Export, ExportError};
use crate::store::{Record, RecordKind};

/// A file up to this size is kept in memory while it is made; a larger one is made twice instead.
const KEPT: usize = 1 << 20;

/// What the posts of a space are in.
const POSTS: &str = "blog";

/// Takes the next piece of a file.
type Take<'a> = dyn FnMut(&str) -> Result<(), ExportError> + 'a;

/// Makes a file, piece by piece, the same each time.
type Make<'a> = dyn Fn(&mut Take<'_>) -> Result<(), ExportError> + 'a;

impl Export<'_> {
    /// Writes the files for the tree, and removes those that nothing is left of.
    pub(crate) fn write_navigation(&self, totals: &mut Totals) -> Result<(), ExportError> {
        let pages = self.store.list_written()?;
        let spaces = &self.store.listed_spaces()?;
        if self.options.files.navigation {
            match self.renderer.scheme.dialect.navigation {
                Navigation::None => {}
                // One page needs no list to be found.
                Navigation::Lists(_) if pages < 2 => {}
                Navigation::Lists(lists) => {
                    for (name, title) in lists {
                        self.write_list(spaces, name, *title, totals)?;
                    }
                }
                Navigation::Nav => self.write_nav(spaces, totals)?,
                Navigation::Categories => self.write_categories(spaces, totals)?,
                Navigation::Orders => self.write_orders(spaces, totals)?,
                Navigation::Manifest => {
                    self.write_page_list(spaces, totals)?;
                    if self.options.files.chunks {
                        self.write_chunks(spaces, totals)?;
                    }
                }
            }
        }
        while let Some(path) = self.store.no_longer_shown()? {
            self.remove_shown(&path)?;
        }
        Ok(())
    }

    fn remove_shown(&self, path: &str) -> Result<(), ExportError> {
        let record = self.store.record(RecordKind::Derived, path)?;
        if let Some(record) = record
            && record.hash.is_some()
            && self.sink.hash(&record.path).unwrap_or_default() == record.hash
        {
            self.sink.remove(&record.path)?;
            self.sink.prune(record.path.folder())?;
        }
        Ok(self.store.drop_record(RecordKind::Derived, path)?)
    }

    /// Puts one file for the tree, or with comments, in its place, unless a page is there, or something that is not ours.
    pub(crate) fn put_shown(&self, path: &str, totals: &mut Totals, make: &Make<'_>) -> Result<(), ExportError> {
        let path = RelPath::new(path)?;
        if self.store.placed_at(&fold(path.as_str()))?.is_some() {
            return Ok(());
        }
        let mut draft = Draft { hasher: Sha256::new(), kept: Some(Vec::new()) };
        make(&mut |piece| {
            draft.take(piece);
            Ok(())
        })?;
        let Draft { hasher, kept } = draft;
        let hash = finish(hasher);
        self.store.note_shown(&path)?;
        match self.keeps_shown(&path, &hash) {
            Ok(true) => {}
            // What stands in its way is not ours, and its absence is no reason to end a run.
            Ok(false) => return Ok(()),
            Err(ExportError::Sink(error)) if !error.ends_run() => return Ok(()),
            Err(error) => return Err(error),
        }
        if self.sink.hash(&path)?.as_ref() != Some(&hash) {
            self.store.intend(&path, &hash)?;
            totals.bytes += self.write_shown(&path, kept, make)?;
        }
        self.store.put_record(&Record {
            kind: RecordKind::Derived,
            id: path.as_str().to_owned(),
            page: None,
            path,
            stem: None,
            title: None,
            space: None,
            version: None,
            size: None,
            hash: Some(hash),
        })?;
        Ok(())
    }

    /// Whether the file at `path` is ours to be as `hash` says.
    fn keeps_shown(&self, path: &RelPath, hash: &ContentHash) -> Result<bool, ExportError> {
        let Some(there) = self.sink.hash(path)? else { return Ok(true) };
        let known = self.store.record(RecordKind::Derived, path.as_str())?;
        let recorded = known.as_ref().and_then(|known| known.hash.as_ref());
        Ok(there == *hash || recorded == Some(&there) || self.store.intended(path, &there)?)
    }

    fn write_shown(&self, path: &RelPath, kept: Option<Vec<u8>>, make: &Make<'_>) -> Result<u64, ExportError> {
        if let Some(content) = kept {
            let bytes = content.len() as u64;
            let written = self.sink.write_all(&[(path.clone(), content)]);
            let error: Option<SinkError> = written.into_iter().find_map(Result::err);
            return error.map_or(Ok(bytes), |error| Err(error.into()));
        }
        let mut file = self.sink.begin(path)?;
        make(&mut |piece| Ok(file.write(piece.as_bytes())?))?;
        Ok(file.commit()?.0)
    }
}

/// Where the files for the tree would be, by where pages are: what a person is shown before a run.
pub fn navigation_files<'p>(
    format: Format,
    options: &FileOptions,
    pages: impl Iterator<Item = &'p RelPath>,
) -> BTreeSet<String> {
    let in_folders = |name: &str, has_posts: bool| {
        let folders: BTreeSet<&str> = pages.map(RelPath::folder).filter(|folder| !folder.is_empty()).collect();
        let is_post = |folder: &str| folder.split('/').nth(1) == Some(POSTS);
        let folders = folders.into_iter().filter(|folder| has_posts || !is_post(folder));
        folders.map(|folder| format!("{folder}/{name}")).collect()
    };
    if !options.navigation {
        return BTreeSet::new();
    }
    match Dialect::of(format).navigation {
        Navigation::None => BTreeSet::new(),
        Navigation::Lists(lists) => lists.iter().map(|(name, _)| format!("{name}.md")).collect(),
        Navigation::Nav => ["nav.yml".to_owned()].into(),
        Navigation::Manifest if options.chunks => ["chunks.jsonl", "manifest.jsonl"].map(str::to_owned).into(),
        Navigation::Manifest => ["manifest.jsonl".to_owned()].into(),
        Navigation::Categories => in_folders("_category_.json", false),
        Navigation::Orders => {
            let mut files: BTreeSet<String> = in_folders(".order", true);
            files.insert(".order".to_owned());
            files
        }
    }
}

/// A file while it is made.
struct Draft {
    hasher: Sha256,
    /// All of it, while that is little.
    kept: Option<Vec<u8>>,
}

impl Draft {
    fn take(&mut self, piece: &str) {
        self.hasher.update(piece.as_bytes());
        if let Some(kept) = &mut self.kept {
            kept.extend_from_slice(piece.as_bytes());
        }
        self.kept.take_if(|kept| kept.len() > KEPT);
    }
}
