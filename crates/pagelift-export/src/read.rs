//! The first part of a run: everything that is needed from the site comes into the store, in as few requests as the site
//! allows.
//!
//! A space that is wanted whole and was never read comes with its bodies in one walk. Otherwise the walk brings metadata,
//! and only bodies whose version is not in the store are fetched by id. A quick run asks only for what changed since the last
//! one, and does not notice what was moved, archived or removed.

mod comments;
mod details;
mod views;

use std::collections::HashSet;

use futures::StreamExt as _;
use futures::stream::BoxStream;
use jiff::{SignedDuration, Timestamp};
use pagelift_model::{
    AccountId, ErrorCode, ExportEvent, FetchedPage, NodeKind, PageId, Phase, SourceError, Space, SpaceSelection, Want,
};

use crate::outline::{Outline, Picked, pick};
use crate::run::{Export, ExportError};
use crate::store::Reading;

use self::details::Details;
pub(crate) use self::views::of_macro;

/// Ids in one request for bodies.
const BATCH: u32 = 250;

/// What changed so shortly before the last reading is looked at again: clocks differ, and sites list changes late.
const MARGIN: SignedDuration = SignedDuration::from_hours(1);

/// Folders inside folders are looked up at most this often.
const MAX_LEVELS: usize = 100;

/// Counts what was read, over all spaces.
#[derive(Default)]
pub(crate) struct ReadCount(u64);

impl Export<'_> {
    /// Reads one space, and leaves in the store what of it is exported. Answers `None` when the run was stopped.
    pub(crate) async fn read_space(
        &self,
        space: &Space,
        selection: &SpaceSelection,
        count: &mut ReadCount,
    ) -> Result<Option<()>, ExportError> {
        let store = self.store;
        store.put_space(space)?;
        let began = self.clock.now();
        let before = store.reading(&space.id)?;
        let margin = |time: Timestamp| time.saturating_sub(MARGIN).unwrap_or(Timestamp::MIN);
        let quickly = before.tree.map(margin).filter(|_| self.options.quick);
        let walk = store.next_walk()?;
        let all_bodies = quickly.is_none() && selection.takes_whole_space() && !store.is_whole(&space.id)?;
        let Some(()) = self.read_tree(space, walk, quickly, all_bodies, count).await? else { return Ok(None) };
        let missing = self.pick_of(space, selection)?;
        if !missing.is_empty() && self.read_missing(space, &missing, walk).await?.is_none() {
            return Ok(None);
        }
        self.pick_of(space, selection)?;
        let Some(()) = self.read_bodies(space, walk).await? else { return Ok(None) };
        if all_bodies {
            store.set_whole(&space.id)?;
        }
        let since = before.files.map(margin);
        let details = Details { walk, since, is_quick: quickly.is_some(), last: before.details };
        let Some(anew) = self.read_details(space, &details).await? else { return Ok(None) };
        let Some(()) = self.read_comments(space, quickly).await? else { return Ok(None) };
        let Some(()) = self.read_views(space, quickly.is_some()).await? else { return Ok(None) };
        // What changed between the walk and the fetching by id.
        self.pick_of(space, selection)?;
        let now_or = |is_anew: bool, before: Option<Timestamp>| if is_anew { Some(began) } else { before };
        let (details, files) = (now_or(anew.details, before.details), now_or(anew.files, before.files));
        store.put_reading(&space.id, Reading { tree: Some(began), details, files })?;
        Ok(Some(()))
    }

    /// Reads the tree: as a whole, so that what is not in it any more is noticed, or only what changed since.
    async fn read_tree(
        &self,
        space: &Space,
        walk: i64,
        quickly: Option<Timestamp>,
        all_bodies: bool,
        count: &mut ReadCount,
    ) -> Result<Option<()>, ExportError> {
        let want = if all_bodies { Want::Bodies } else { Want::Metadata };
        for kind in [NodeKind::Page, NodeKind::BlogPost] {
            let is_blog = kind == NodeKind::BlogPost;
            if is_blog && !self.options.blog_posts {
                continue;
            }
            let batches = match quickly {
                Some(since) => self.source.latest_in(space, kind, since),
                None if is_blog => self.source.blog_posts_in(space, want),
                None => self.source.pages_in(space, want),
            };
            if self.take_pages(batches, walk, count).await?.is_none() {
                return Ok(None);
            }
        }
        if self.read_folders(space, walk, quickly.is_some()).await?.is_none() {
            return Ok(None);
        }
        if quickly.is_none() {
            self.store.forget_unseen(&space.id, walk)?;
        }
        Ok(Some(()))
    }

    /// Decides what is exported. Answers the nodes that the selection names and that are not in the tree.
    fn pick_of(&self, space: &Space, selection: &SpaceSelection) -> Result<Vec<PageId>, ExportError> {
        let mut tree = Outline::default();
        self.store.outline(&space.id, false, &mut tree)?;
        tree.settle();
        let Picked { taken, kept, missing } = pick(&tree, selection);
        self.store.together::<_, ExportError>(|| {
            let picks = taken.into_iter().zip(kept).enumerate().filter(|(_, (_, kept))| *kept);
            Ok(self.store.pick(&space.id, picks.map(|(i, (taken, _))| (tree.id(i), taken)))?)
        })?;
        Ok(missing)
    }

    /// Pages that were asked for by name and are not in the tree: archived ones and drafts are exported all the same, for the
    /// others there will be no file, and the report says so.
    async fn read_missing(&self, space: &Space, ids: &[PageId], walk: i64) -> Result<Option<()>, ExportError> {
        let mut left: Vec<PageId> = ids.to_vec();
        for blog in [false, true] {
            if left.is_empty() {
                return Ok(Some(()));
            }
            let fetch =
                if blog { self.source.blog_posts(&left, Want::Bodies) } else { self.source.pages(&left, Want::Bodies) };
            let Some(found) = self.attend(fetch).await else { return Ok(None) };
            match found {
                Ok(mut found) => {
                    left.retain(|id| found.iter().all(|page| page.node.id != *id));
                    for page in &found {
                        if page.node.space != space.id {
                            let message = format!("page `{}` is in another space now", page.node.title);
                            self.store.put_unread(&page.node.id, ErrorCode::PageHidden, &message)?;
                        }
                    }
                    found.retain(|page| page.node.space == space.id);
                    self.keep(&found, walk)?;
                }
                Err(error) if error.ends_run() => return Err(error.into()),
                Err(error) => {
                    for id in left.drain(..) {
                        self.store.put_unread(&id, error.code(), &error.to_string())?;
                    }
                }
            }
        }
        // A folder that nothing is in any more holds nothing to export, and is no loss.
        let folders: Vec<(PageId, NodeKind)> = left.iter().map(|id| (id.clone(), NodeKind::Folder)).collect();
        if !folders.is_empty() {
            let Some(found) = self.attend(self.source.nodes(&folders)).await else {
                return Ok(None);
            };
            match found {
                Ok(found) => left.retain(|id| found.iter().all(|node| node.id != *id)),
                Err(error) if error.ends_run() => return Err(error.into()),
                Err(_) => {}
            }
        }
        for id in left {
            let error = SourceError::PageHidden { id: id.clone() };
            self.store.put_unread(&id, error.code(), &error.to_string())?;
        }
        Ok(Some(()))
    }

    async fn next<T>(
        &self,
        batches: &mut BoxStream<'_, Result<Vec<T>, SourceError>>,
    ) -> Option<Option<Result<Vec<T>, SourceError>>> {
        self.attend(batches.next()).await
    }

    async fn take_pages(
        &self,
        mut batches: BoxStream<'_, Result<Vec<FetchedPage>, SourceError>>,
        walk: i64,
        count: &mut ReadCount,
    ) -> Result<Option<()>, ExportError> {
        loop {
            match self.next(&mut batches).await {
                None => return Ok(None),
                Some(None) => return Ok(Some(())),
                Some(Some(batch)) => {
                    let batch = batch?;
                    self.keep(&batch, walk)?;
                    count.0 += batch.len() as u64;
                    self.tell(ExportEvent::Progress { phase: Phase::Reading, done: count.0, total: None });
                }
            }
        }
    }

    fn keep(&self, batch: &[FetchedPage], walk: i64) -> Result<(), ExportError> {
        self.store.together(|| {
            for page in batch {
                self.store.put_page(page, walk)?;
                for person in page.node.author.iter().chain(&page.node.editor) {
                    self.store.note_person(person)?;
                }
                if let Some(body) = &page.body {
                    for person in people_in(&body.text) {
                        self.store.note_person(&AccountId::from(person))?;
                    }
                }
            }
            Ok(())
        })
    }

    /// Looks up the folders that pages are in, and the folders that those are in.
    async fn read_folders(&self, space: &Space, walk: i64, is_quick: bool) -> Result<Option<()>, ExportError> {
        let known = if is_quick { Vec::new() } else { self.store.bodiless(&space.id)? };
        if !known.is_empty() {
            let Some(changed) = self.attend(self.source.changed_nodes(&known)).await else {
                return Ok(None);
            };
            for node in &known {
                self.store.touch_node(&node.id, walk)?;
            }
            for node in changed? {
                self.store.put_node(&node, walk)?;
            }
        }
        let mut asked: HashSet<PageId> = HashSet::new();
        for _ in 0..MAX_LEVELS {
            let mut missing = self.store.missing_parents(&space.id)?;
            missing.retain(|(id, _)| asked.insert(id.clone()));
            if missing.is_empty() {
                break;
            }
            let Some(found) = self.attend(self.source.nodes(&missing)).await else {
                return Ok(None);
            };
            for mut node in found? {
                node.space = space.id.clone();
                self.store.put_node(&node, walk)?;
            }
        }
        Ok(Some(()))
    }

    /// Fetches the bodies of selected pages that are not in the store in their current version.
    async fn read_bodies(&self, space: &Space, walk: i64) -> Result<Option<()>, ExportError> {
        for blog in [false, true] {
            let mut after = String::new();
            loop {
                let ids = self.store.without_body(&space.id, blog, &after, BATCH)?;
                let Some(last) = ids.last() else { break };
                last.as_str().clone_into(&mut after);
                if self.fetch_bodies(&ids, blog, walk).await?.is_none() {
                    return Ok(None);
                }
            }
        }
        Ok(Some(()))
    }

    /// Fetches bodies by id. Where one body makes the whole answer useless, the others are fetched without it.
    async fn fetch_bodies(&self, ids: &[PageId], blog: bool, walk: i64) -> Result<Option<()>, ExportError> {
        let mut waiting = vec![ids];
        while let Some(some) = waiting.pop() {
            let fetch =
                if blog { self.source.blog_posts(some, Want::Bodies) } else { self.source.pages(some, Want::Bodies) };
            let Some(batch) = self.attend(fetch).await else { return Ok(None) };
            match batch {
                Ok(batch) => self.keep(&batch, walk)?,
                Err(error) if error.ends_run() => return Err(error.into()),
                Err(error) if some.len() > 1 && is_of_one_page(&error) => {
                    let (first, second) = some.split_at(some.len() / 2);
                    waiting.extend([second, first]);
                }
                Err(error) => {
                    for id in some {
                        self.store.put_unread(id, error.code(), &error.to_string())?;
                    }
                }
            }
        }
        Ok(Some(()))
    }

    /// Asks for the names of people that occur and are not known yet.
    pub(crate) async fn read_people(&self) -> Result<Option<()>, ExportError> {
        let ids = self.store.people_to_ask()?;
        for some in ids.chunks(BATCH as usize) {
            let Some(found) = self.attend(self.source.people(some)).await else { return Ok(None) };
            let found = match found {
                Ok(found) => found,
                Err(error) if error.ends_run() => return Err(error.into()),
                // Names are left to the next run; ids stand in their place.
                Err(_) => continue,
            };
            self.store.together::<_, ExportError>(|| {
                for id in some {
                    let name = found.iter().find(|person| person.id == *id).map(|person| person.name.as_str());
                    self.store.put_person(id, name)?;
                }
                Ok(())
            })?;
        }
        Ok(Some(()))
    }
}

/// Whether a smaller request can do without what failed. A site that fails as a whole is not asked page by page.
fn is_of_one_page(error: &SourceError) -> bool {
    matches!(
        error,
        SourceError::AnswerTooLarge { .. }
            | SourceError::AnswerUnreadable { .. }
            | SourceError::PageHidden { .. }
            | SourceError::PermissionMissing { .. }
    )
}

/// Ids of people that a body in storage format mentions.
pub fn people_in(body: &str) -> impl Iterator<Item = &str> {
    ["ri:account-id=\"", "ri:userkey=\""].into_iter().flat_map(move |attribute| {
        body.split(attribute).skip(1).filter_map(|rest| rest.split_once('"')).map(|(id, _)| id)
    })
}

#[cfg(test)]
mod tests {
    use super::people_in;

    #[test]
    fn mentioned_people_are_found_in_both_notations() {
        let body = r#"<ri:user ri:account-id="42:x" /> <ri:user ri:userkey="8a" /><ri:user ri:account-id="43"/>"#;
        assert_eq!(people_in(body).collect::<Vec<_>>(), ["42:x", "43", "8a"]);
    }
}
