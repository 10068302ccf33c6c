//! Comments of the pages that are exported: all of a space at once, or page by page where that takes fewer requests.

use std::collections::HashMap;

use jiff::Timestamp;
use pagelift_model::{AccountId, Comment, PageId, Space};

use super::people_in;
use crate::options::Comments;
use crate::run::{CHUNK, Export, ExportError};

/// So few pages are asked one by one.
const FEW: u64 = 10;

impl Export<'_> {
    /// A quick reading asks only about pages where somebody said something since.
    pub(super) async fn read_comments(
        &self,
        space: &Space,
        quickly: Option<Timestamp>,
    ) -> Result<Option<()>, ExportError> {
        if self.options.files.comments == Comments::None {
            return Ok(Some(()));
        }
        let (_, taken) = self.store.picked(&space.id)?;
        let mut known: Option<HashMap<PageId, Vec<Comment>>> = None;
        if taken > FEW || quickly.is_some() {
            match self.attend(self.source.comments_in(space, quickly)).await {
                None => return Ok(None),
                Some(Ok(found)) => known = found.map(HashMap::from_iter),
                Some(Err(error)) if error.ends_run() => return Err(error.into()),
                // Asked one by one, the pages may tell more.
                Some(Err(_)) => {}
            }
        }
        let mut after = String::new();
        loop {
            let pages = self.store.taken_after(&space.id, &after, CHUNK)?;
            let Some(last) = pages.last() else { return Ok(Some(())) };
            last.as_str().clone_into(&mut after);
            let done = match &mut known {
                Some(known) if quickly.is_some() => {
                    let spoken_of: Vec<PageId> = pages.into_iter().filter(|page| known.contains_key(page)).collect();
                    self.ask_for_comments(&spoken_of).await?
                }
                Some(known) => {
                    let keep = |page: &PageId| self.keep_comments(page, &known.remove(page).unwrap_or_default());
                    Some(self.store.together(|| pages.iter().try_for_each(keep))?)
                }
                None => self.ask_for_comments(&pages).await?,
            };
            if done.is_none() {
                return Ok(None);
            }
        }
    }

    async fn ask_for_comments(&self, pages: &[PageId]) -> Result<Option<()>, ExportError> {
        for page in pages {
            let Some(comments) = self.attend(self.source.comments(page)).await else { return Ok(None) };
            match comments {
                Ok(comments) => self.keep_comments(page, &comments)?,
                Err(error) if error.ends_run() => return Err(error.into()),
                // Without them a page would be written as if nobody had said anything.
                Err(error) => self.store.put_unread(page, error.code(), &error.to_string())?,
            }
        }
        Ok(Some(()))
    }

    fn keep_comments(&self, page: &PageId, comments: &[Comment]) -> Result<(), ExportError> {
        self.store.put_comments(page, comments)?;
        for remark in comments.iter().flat_map(|comment| std::iter::once(&comment.first).chain(&comment.replies)) {
            let mentioned = people_in(&remark.body.text).map(AccountId::from);
            for person in remark.author.iter().cloned().chain(mentioned) {
                self.store.note_person(&person)?;
            }
        }
        Ok(())
    }
}
