//! Pages on record that their spaces have no longer. Nothing is taken for gone because it was not seen: the site is asked what
//! became of each, and what it does not say is not gone.

use std::collections::HashMap;

use pagelift_model::{ExportEvent, Fate, GonePage, PageId, RelPath, Removal, Space, SpaceId, Totals};

use crate::keep::Gone;
use crate::manifest::BACKUP;
use crate::run::{CHUNK, Export, ExportError};
use crate::store::Record;

/// A page that is gone, and what is on record of it.
struct Lost {
    page: GonePage,
    record: Record,
    belongings: Vec<Record>,
}

impl Export<'_> {
    /// Tells which pages are gone, and removes their files where that was chosen.
    pub(crate) async fn settle_gone(&self, spaces: &[Space], totals: &mut Totals) -> Result<(), ExportError> {
        let Some(mut all) = self.find_gone(spaces).await? else { return Ok(()) };
        let going = all.iter().filter(|lost| lost.page.fate != Fate::Hidden);
        let files: u64 = going.map(|lost| 1 + lost.belongings.len() as u64).sum();
        let may_go = self.options.answers.gone.allows(files, self.store.files_on_record()?);
        for lost in &mut all {
            lost.page.removal = match self.options.answers.gone {
                Gone::Keep => Removal::Kept,
                _ if lost.page.fate == Fate::Hidden => Removal::Unproven,
                _ if may_go => self.remove_gone(lost)?,
                _ => Removal::TooMany,
            };
            totals.gone += 1;
            totals.removed += u64::from(lost.page.is_removed());
            self.tell(ExportEvent::PageGone(lost.page.clone()));
        }
        Ok(())
    }

    /// The pages that are gone for certain. `None` when the run was stopped.
    async fn find_gone(&self, spaces: &[Space]) -> Result<Option<Vec<Lost>>, ExportError> {
        let ids: Vec<SpaceId> = spaces.iter().map(|space| space.id.clone()).collect();
        let mut gone = Vec::new();
        let mut after = String::new();
        loop {
            let records = self.store.vanished_after(&ids, &after, CHUNK)?;
            let Some(last) = records.last() else { return Ok(Some(gone)) };
            last.id.clone_into(&mut after);
            let pages: Vec<PageId> = records.iter().map(|record| PageId::from(record.id.as_str())).collect();
            let Some(fates) = self.attend(self.source.fate(&pages)).await else { return Ok(None) };
            let fates: HashMap<PageId, Fate> = match fates {
                Ok(fates) => fates.into_iter().collect(),
                Err(error) if error.ends_run() => return Err(error.into()),
                // Without proof nothing is gone.
                Err(_) => continue,
            };
            for record in records {
                let id = PageId::from(record.id.as_str());
                let fate = match fates.get(&id) {
                    // It has come since the space was read, takes no part in this run, or is somewhere.
                    Some(Fate::Current { space }) if space.as_ref().is_none_or(|space| ids.contains(space)) => continue,
                    Some(fate) => fate.clone(),
                    None => continue,
                };
                let title = record.title.clone().or_else(|| record.stem.clone()).unwrap_or_else(|| id.to_string());
                let belongings = self.store.belongings(&id)?;
                let page = GonePage { id, title, path: record.path.clone(), fate, removal: Removal::Kept };
                gone.push(Lost { page, record, belongings });
            }
        }
    }

    /// Removes the files of one page, unless a person changed them.
    fn remove_gone(&self, lost: &Lost) -> Result<Removal, ExportError> {
        let removal = self.remove_ours(&lost.record)?;
        if matches!(removal, Removal::Binned | Removal::BackedUp) {
            for record in &lost.belongings {
                self.remove_ours(record)?;
            }
        }
        Ok(removal)
    }

    /// Removes one file if it is as we wrote it, and forgets it. A file that is not there is forgotten as well.
    fn remove_ours(&self, record: &Record) -> Result<Removal, ExportError> {
        let there = match self.sink.hash(&record.path) {
            Err(error) if !error.ends_run() => return Ok(Removal::Edited),
            there => there?,
        };
        if there.is_some() && there != record.hash {
            return Ok(Removal::Edited);
        }
        let mut removal = Removal::BackedUp;
        if there.is_some() {
            let full = self.sink.full_path(&record.path)?;
            if full.zip(self.bin).is_some_and(|(full, bin)| bin.take(&full)) {
                removal = Removal::Binned;
            } else {
                self.sink.rename(&record.path, &self.backup_of(&record.path)?)?;
            }
            self.sink.prune(record.path.folder())?;
        }
        self.store.drop_record(record.kind, &record.id)?;
        Ok(removal)
    }

    /// Where this run keeps what stood at `path`.
    pub(crate) fn backup_of(&self, path: &RelPath) -> Result<RelPath, ExportError> {
        Ok(RelPath::new(&format!("{}/{}/{path}", BACKUP, self.run))?)
    }
}
