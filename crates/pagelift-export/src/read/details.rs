//! Labels, restrictions and lists of attachments.
//!
//! A change of them leaves no mark on the page. Attachments that were added or changed can be asked for by date; for everything
//! else all pages have to be asked again. That is done at each run where it takes few requests, and else once a week, when it is
//! asked for, and for each page that changed.

use futures::StreamExt as _;
use jiff::{SignedDuration, Timestamp};
use pagelift_model::{Attachment, AttachmentChoice, NodeKind, PageId, SourceError, Space};

use super::is_of_one_page;
use crate::run::{Export, ExportError};

/// Pages whose labels come with one request.
const A_REQUEST: u32 = 200;

/// So many pages are asked again at each run.
const AT_EACH_RUN: u64 = 2_000;

/// So long larger spaces can do without being asked again.
const LASTING: SignedDuration = SignedDuration::from_hours(7 * 24);

/// So few pages are asked for one by one.
const FEW: usize = 3;

/// What a reading knows when it comes to the details.
pub(super) struct Details {
    pub(super) walk: i64,
    /// From when on changes may not be known.
    pub(super) since: Option<Timestamp>,
    pub(super) is_quick: bool,
    /// When all pages were asked.
    pub(super) last: Option<Timestamp>,
}

/// What was asked for as a whole.
pub(super) struct Anew {
    /// Labels, restrictions and lists of attachments of all pages.
    pub(super) details: bool,
    /// The attachments that changed.
    pub(super) files: bool,
}

impl Export<'_> {
    pub(super) async fn read_details(&self, space: &Space, details: &Details) -> Result<Option<Anew>, ExportError> {
        let (all, taken) = self.store.picked(&space.id)?;
        let mut is_anew = self.are_due(details, taken);
        let mut has_files = is_anew;
        // Where no attachments are wanted, it can wait what became of them.
        let is_asked = !is_anew && self.options.attachments != AttachmentChoice::None;
        if let Some(since) = details.since.filter(|_| is_asked) {
            match self.attend(self.source.attachments_since(space, since)).await {
                None => return Ok(None),
                Some(Ok(Some(changed))) => {
                    self.merge(changed)?;
                    has_files = true;
                }
                Some(Err(error)) if error.ends_run() => return Err(error.into()),
                // A source that cannot tell what changed is asked for everything.
                Some(Ok(None) | Err(_)) => is_anew = !details.is_quick,
            }
        }
        let walks = is_anew && (self.source.brings_extras() || taken * 2 >= all);
        if walks && self.walk_details(space, details.walk).await?.is_none() {
            return Ok(None);
        }
        let seen = is_anew.then_some(details.walk);
        if !walks && self.read_missing_details(space, details.walk, seen, true).await?.is_none() {
            return Ok(None);
        }
        let done = self.read_missing_details(space, details.walk, seen, false).await?;
        Ok(done.map(|()| Anew { details: is_anew, files: has_files || is_anew }))
    }

    fn are_due(&self, details: &Details, taken: u64) -> bool {
        let Some(last) = details.last else { return !details.is_quick || details.since.is_none() };
        let is_old = self.clock.now().duration_since(last) > LASTING;
        let is_cheap = taken <= AT_EACH_RUN || self.source.brings_extras();
        self.options.refresh || (!details.is_quick && (is_cheap || is_old))
    }

    fn merge(&self, changed: Vec<Attachment>) -> Result<(), ExportError> {
        self.store.together(|| Ok(self.store.merge_attachments(changed)?))
    }

    async fn walk_details(&self, space: &Space, walk: i64) -> Result<Option<()>, ExportError> {
        let mut batches = self.source.extras_in(space);
        loop {
            match self.attend(batches.next()).await {
                None => return Ok(None),
                Some(None) => return Ok(Some(())),
                // The index is a convenience; the pages themselves know better.
                Some(Some(Err(error))) if !error.ends_run() => return Ok(Some(())),
                Some(Some(batch)) => {
                    let batch = batch?;
                    self.store.together::<_, ExportError>(|| {
                        batch.iter().try_for_each(|extras| Ok(self.store.put_extras(extras, walk)?))
                    })?;
                }
            }
        }
    }

    /// Reads the details of pages of which they are not known for the present version: from the index, many at a time, or from
    /// the database.
    async fn read_missing_details(
        &self,
        space: &Space,
        walk: i64,
        seen: Option<i64>,
        is_indexed: bool,
    ) -> Result<Option<()>, ExportError> {
        let mut after = String::new();
        loop {
            let missing = self.store.without_extras(&space.id, seen, &after, A_REQUEST)?;
            let Some((last, _)) = missing.last() else { return Ok(Some(())) };
            last.as_str().clone_into(&mut after);
            let done = match is_indexed {
                true if missing.len() <= FEW => Some(()),
                true => self.fetch_indexed(&missing, walk).await?,
                false => self.fetch_details(&missing, walk).await?,
            };
            if done.is_none() {
                return Ok(None);
            }
        }
    }

    async fn fetch_indexed(&self, pages: &[(PageId, NodeKind)], walk: i64) -> Result<Option<()>, ExportError> {
        let Some(found) = self.attend(self.source.indexed_extras(pages)).await else { return Ok(None) };
        match found {
            Ok(found) => self.store.together::<_, ExportError>(|| {
                found.iter().try_for_each(|extras| Ok(self.store.put_extras(extras, walk)?))
            })?,
            Err(error) if error.ends_run() => return Err(error.into()),
            Err(_) => {}
        }
        Ok(Some(()))
    }

    async fn fetch_details(&self, pages: &[(PageId, NodeKind)], walk: i64) -> Result<Option<()>, ExportError> {
        let mut waiting = vec![pages];
        while let Some(some) = waiting.pop() {
            let Some(batch) = self.attend(self.source.extras(some)).await else {
                return Ok(None);
            };
            match batch {
                Ok(batch) => {
                    for mut extras in batch {
                        // The database tells what there is now, whichever version the page has.
                        extras.version = None;
                        self.store.put_extras(&extras, walk)?;
                    }
                }
                Err(error) if error.ends_run() => return Err(error.into()),
                Err(error) if some.len() > 1 && is_of_one_page(&error) => {
                    let (first, second) = some.split_at(some.len() / 2);
                    waiting.extend([second, first]);
                }
                // Without its list of files a page would be written as if it had none.
                Err(error) => self.leave_unread(some, &error)?,
            }
        }
        Ok(Some(()))
    }

    fn leave_unread(&self, pages: &[(PageId, NodeKind)], error: &SourceError) -> Result<(), ExportError> {
        for (id, _) in pages {
            self.store.put_unread(id, error.code(), &error.to_string())?;
        }
        Ok(())
    }
}
