//! What is done with the file of a page: it is made, replaced, left as it is; and where a person changed it, what was chosen.

use pagelift_model::{ContentHash, Outcome, PageId, PageNode, RelPath, SkipReason};

use crate::keep::Edited;
use crate::names::{component, utf16};
use crate::run::{Export, ExportError};
use crate::scheme::EXTENSION;
use crate::store::{Placed, Record, RecordKind};

/// What a file beside a page's own has behind the name.
const BESIDE: &str = "Confluence";

/// Numbers that a place beside a page's file is looked for under.
const NUMBERS: std::ops::Range<usize> = 1..1000;

/// The longest path of a file beside another, in UTF-16 units, where the folder leaves that much room.
const MAX_UNITS: usize = 200;

/// No name is cut below this.
const SHORTEST: usize = 24;

/// What is done with the file of one page.
pub(crate) struct Decided {
    pub outcome: Outcome,
    /// What is on record afterwards.
    pub records: Vec<Record>,
    /// Where the content goes.
    pub to: RelPath,
    /// Whether it is written there.
    pub writes: bool,
}

impl Export<'_> {
    /// What is to be done with the file of a page, and the record of it afterwards. A file that a person changed stays, unless
    /// something else was chosen.
    pub(crate) fn disposition(
        &self,
        placed: &Placed,
        node: Option<&PageNode>,
        version: u32,
        hash: ContentHash,
    ) -> Result<Decided, ExportError> {
        let there = self.sink.hash(&placed.path)?;
        let known = self.store.record(RecordKind::Page, placed.id.as_str())?;
        let moved = self.store.moved_from(&placed.id)?;
        let moved = |otherwise| moved.map_or(otherwise, |from| Outcome::Moved { from });
        let (outcome, writes) = match there {
            None => (Outcome::Created, true),
            Some(there) if there == hash => (moved(Outcome::Unchanged), false),
            // The very content that we wrote for this page is ours wherever it lies.
            Some(there)
                if known.as_ref().and_then(|known| known.hash.as_ref()) == Some(&there)
                    || self.store.intended(&placed.path, &there)? =>
            {
                (moved(Outcome::Updated), true)
            }
            Some(_) => match known {
                Some(known) => return self.edited(placed, node, known, version, hash),
                None => return Ok(kept(placed, Vec::new())),
            },
        };
        let records = vec![page_record(placed, node, version, hash)];
        Ok(Decided { outcome, records, to: placed.path.clone(), writes })
    }

    fn edited(
        &self,
        placed: &Placed,
        node: Option<&PageNode>,
        known: Record,
        version: u32,
        hash: ContentHash,
    ) -> Result<Decided, ExportError> {
        let known = Record { path: placed.path.clone(), ..known };
        match self.options.answers.edited(&placed.id) {
            Edited::Keep => Ok(kept(placed, vec![known])),
            Edited::Replace => {
                let backup = self.backup_of(&placed.path)?;
                // The copy lies there whole before the file is touched.
                self.copy(&placed.path, &backup)?;
                let records = vec![page_record(placed, node, version, hash)];
                Ok(Decided { outcome: Outcome::Replaced { backup }, records, to: placed.path.clone(), writes: true })
            }
            Edited::Beside => {
                let Some(beside) = self.place_beside(&placed.id, &placed.path)? else {
                    return Ok(kept(placed, vec![known]));
                };
                let is_there = self.sink.hash(&beside)?.as_ref() == Some(&hash);
                let record = Record {
                    kind: RecordKind::Beside,
                    page: Some(placed.id.clone()),
                    ..page_record(&Placed { path: beside.clone(), ..placed.clone() }, node, version, hash)
                };
                let outcome = if is_there {
                    Outcome::Skipped { reason: SkipReason::Edited }
                } else {
                    Outcome::Beside { beside: beside.clone() }
                };
                Ok(Decided { outcome, records: vec![known, record], to: beside, writes: !is_there })
            }
        }
    }

    /// Copies a file to a place that nothing is at.
    pub(crate) fn copy(&self, from: &RelPath, to: &RelPath) -> Result<(), ExportError> {
        let mut file = self.sink.begin(to)?;
        let mut written = Ok(());
        self.sink.pieces(from, &mut |piece| {
            written = file.write(piece);
            written.is_ok()
        })?;
        written?;
        file.commit()?;
        Ok(())
    }

    /// A place beside a page's file: the one on record, where that file is as we wrote it, or else one that nobody has.
    fn place_beside(&self, page: &PageId, path: &RelPath) -> Result<Option<RelPath>, ExportError> {
        let known = self.store.record(RecordKind::Beside, page.as_str())?;
        for number in NUMBERS {
            let Some(place) = beside(path, number) else { return Ok(None) };
            let there = self.sink.hash(&place)?;
            if let Some(known) = known.as_ref().filter(|known| known.path == place) {
                if there.is_none() || there == known.hash {
                    return Ok(Some(place));
                }
                continue;
            }
            if there.is_none() && self.store.is_free(&place)? {
                // It follows its page, unless a person changed it.
                if let Some(known) = &known
                    && known.hash.is_some()
                    && self.sink.hash(&known.path)? == known.hash
                {
                    self.sink.rename(&known.path, &place)?;
                    self.sink.prune(known.path.folder())?;
                }
                return Ok(Some(place));
            }
        }
        Ok(None)
    }
}

fn kept(placed: &Placed, records: Vec<Record>) -> Decided {
    let outcome = Outcome::Skipped { reason: SkipReason::Edited };
    Decided { outcome, records, to: placed.path.clone(), writes: false }
}

fn page_record(placed: &Placed, node: Option<&PageNode>, version: u32, hash: ContentHash) -> Record {
    Record {
        kind: RecordKind::Page,
        id: placed.id.as_str().to_owned(),
        page: None,
        path: placed.path.clone(),
        stem: Some(placed.stem.clone()),
        title: node.map(|node| node.title.clone()).filter(|title| *title != placed.stem),
        space: node.map(|node| node.space.clone()),
        version: Some(version),
        size: None,
        hash: Some(hash),
    }
}

/// The `number`th place beside a file.
fn beside(path: &RelPath, number: usize) -> Option<RelPath> {
    let stem = path.file_name().strip_suffix(EXTENSION).unwrap_or(path.file_name());
    let suffix = if number == 1 { format!(" ({BESIDE})") } else { format!(" ({BESIDE} {number})") };
    let folder = path.folder();
    let units = MAX_UNITS.saturating_sub(utf16(folder) + 1).max(SHORTEST);
    let name = component(stem, &suffix, EXTENSION, units);
    RelPath::new(&if folder.is_empty() { name } else { format!("{folder}/{name}") }).ok()
}
