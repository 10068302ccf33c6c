//! Files of ours follow their pages: a new title, another parent. Where one takes the place of another, the other steps aside
//! first, to a name that nobody has.

use std::collections::BTreeSet;

use pagelift_model::{RelPath, RelPathError, SinkError, Totals};

use crate::disk::hash_of;
use crate::names::fold;
use crate::run::{CHUNK, Export, ExportError};
use crate::store::{Move, Record, RecordKind};

/// Where files wait whose place is taken by one that moves as well.
const ASIDE: &str = ".pagelift/moving";

/// Tells that a file could not be moved.
type Fail<'a> = dyn FnMut(&Move, &SinkError) -> Result<(), ExportError> + 'a;

/// The waiting place of a file.
fn aside(record: &Record) -> Result<RelPath, RelPathError> {
    let name = hash_of(format!("{}:{}", record.kind.name(), record.id).as_bytes()).0;
    RelPath::new(&format!("{ASIDE}/{}", name.get(..32).unwrap_or(&name)))
}

impl Export<'_> {
    /// Moves the files of pages to their new places. A page whose file cannot be moved fails, and is not written a second time.
    pub(crate) fn move_pages(&self) -> Result<(), ExportError> {
        self.move_files(RecordKind::Page, &mut |one, error| {
            Ok(self.store.put_unread(&one.record.id.as_str().into(), error.code(), &error.to_string())?)
        })
    }

    /// Moves the files of attachments to their new places.
    pub(crate) fn move_attachments(&self, totals: &mut Totals) -> Result<(), ExportError> {
        self.move_files(RecordKind::Attachment, &mut |one, error| {
            totals.attachments_failed += 1;
            self.lose(&one.record.id, error)
        })
    }

    fn move_files(&self, kind: RecordKind, fail: &mut Fail<'_>) -> Result<(), ExportError> {
        self.bring_back(kind)?;
        if !self.store.list_moves(kind)? {
            return Ok(());
        }
        let mut left = BTreeSet::from([ASIDE.to_owned()]);
        // Whoever stands where another goes steps aside, and then every place is free.
        self.each_move(true, fail, |one| self.step_aside(one))?;
        self.each_move(false, fail, |one| self.move_file(one, &mut left))?;
        // The deepest first, so that folders in folders go as well.
        for folder in left.iter().rev() {
            self.sink.prune(folder)?;
        }
        Ok(())
    }

    /// Whether the file of a record is still the one that the record speaks of. After a run that died it can be another's.
    pub(crate) fn holds(&self, record: &Record) -> Result<bool, ExportError> {
        let Some(hash) = self.sink.hash(&record.path)? else { return Ok(false) };
        if record.hash.as_ref() == Some(&hash) {
            return Ok(true);
        }
        if record.kind != RecordKind::Page {
            return Ok(false);
        }
        // A person changed it, and it still says which page it is.
        let content = self.sink.read(&record.path)?.unwrap_or_default();
        match self.renderer.id_in(&String::from_utf8_lossy(&content)) {
            Some(id) => Ok(id == record.id),
            None if self.renderer.has_ids() => Ok(false),
            // Nothing in it could say so: it is this page's unless it is known to be of another.
            None => Ok(!self.store.intended(&record.path, &hash)? && !self.store.is_content_of_another(record, &hash)?),
        }
    }

    fn step_aside(&self, one: &Move) -> Result<(), ExportError> {
        if self.holds(&one.record)? {
            self.sink.rename(&one.record.path, &aside(&one.record)?)?;
        }
        Ok(())
    }

    fn move_file(&self, one: &Move, left: &mut BTreeSet<String>) -> Result<(), ExportError> {
        let (record, target) = (&one.record, &one.target);
        let waiting = aside(record)?;
        let from = if self.sink.exists(&waiting)? {
            &waiting
        } else if self.holds(record)? {
            &record.path
        } else {
            return Ok(());
        };
        if fold(from.as_str()) != fold(target.as_str()) && self.sink.exists(target)? {
            // It has come since the plan was made, or did not step aside. The file goes back, or waits for the next run.
            if *from != record.path && !self.sink.exists(&record.path)? {
                self.sink.rename(from, &record.path)?;
            }
            let detail = "the file could not be moved here, because another one is in the way".to_owned();
            return Err(SinkError::Io { path: target.as_str().to_owned(), detail }.into());
        }
        if let Some(hash) = &record.hash {
            self.store.intend(target, hash)?;
        }
        self.sink.rename(from, target)?;
        left.insert(record.path.folder().to_owned());
        Ok(self.store.put_record(&Record { path: target.clone(), ..record.clone() })?)
    }

    /// Does `step` for every move. Where one fails, its file stays.
    fn each_move(
        &self,
        in_the_way: bool,
        fail: &mut Fail<'_>,
        mut step: impl FnMut(&Move) -> Result<(), ExportError>,
    ) -> Result<(), ExportError> {
        let mut after = String::new();
        loop {
            let chunk = self.store.moves_after(&after, in_the_way, CHUNK)?;
            let Some(last) = chunk.last() else { return Ok(()) };
            last.record.id.clone_into(&mut after);
            for one in chunk {
                match step(&one) {
                    Err(ExportError::Sink(error)) if !error.ends_run() => {
                        fail(&one, &error)?;
                        self.store.drop_move(&one.record)?;
                    }
                    done => done?,
                }
            }
        }
    }

    /// Files that a run put aside before it died go where they belong now, or else where they were.
    fn bring_back(&self, kind: RecordKind) -> Result<(), ExportError> {
        let names: BTreeSet<String> = match self.sink.names_in(ASIDE) {
            Ok(names) => names.into_iter().collect(),
            Err(SinkError::Escapes { .. }) => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        if names.is_empty() {
            return Ok(());
        }
        let mut waiting = Vec::new();
        self.store.each_record::<ExportError>(|record| {
            let place = aside(record)?;
            if record.kind == kind && names.contains(place.file_name()) {
                waiting.push((record.clone(), place));
            }
            Ok(())
        })?;
        for (mut record, place) in waiting {
            let target = match kind {
                RecordKind::Attachment => self.store.wanted_path(&record.id)?,
                _ => self.store.place(&record.id.as_str().into())?,
            };
            let target = target.unwrap_or_else(|| record.path.clone());
            if self.sink.exists(&target)? {
                continue;
            }
            if let Some(hash) = &record.hash {
                self.store.intend(&target, hash)?;
            }
            self.sink.rename(&place, &target)?;
            record.path = target;
            self.store.put_record(&record)?;
        }
        self.sink.prune(ASIDE)?;
        Ok(())
    }
}
