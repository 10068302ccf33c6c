//! The first part of a run: everything that is needed from the site comes into the store, in as few requests as the site
//! allows.
//!
//! A space that is wanted whole and was never read comes with its bodies in one walk. Otherwise the walk brings metadata,
//! and only bodies whose version is not in the store are fetched by id.

use std::collections::{HashMap, HashSet};

use futures::StreamExt as _;
use futures::stream::BoxStream;
use pagelift_model::{
    AccountId, ExportEvent, FetchedPage, NodeKind, PageId, PageNode, Phase, SourceError, Space, SpaceSelection, Want,
};

use crate::run::{Export, ExportError};

/// Ids in one request for bodies.
const BATCH: usize = 250;

/// Pages whose labels come with one request of the walk.
const EXTRAS_A_REQUEST: usize = 200;

/// Folders inside folders are looked up at most this often.
const MAX_LEVELS: usize = 100;

/// One space as it stands in the store after reading.
pub(crate) struct ReadSpace {
    pub space: Space,
    /// Selected pages and everything above them.
    pub nodes: Vec<PageNode>,
    /// The pages among them that are exported.
    pub taken: HashSet<PageId>,
}

/// Counts what was read, over all spaces.
#[derive(Default)]
pub(crate) struct ReadCount(u64);

impl Export<'_> {
    /// Reads one space. Answers `None` when the run was stopped.
    pub(crate) async fn read_space(
        &self,
        space: &Space,
        selection: &SpaceSelection,
        count: &mut ReadCount,
    ) -> Result<Option<ReadSpace>, ExportError> {
        let store = self.store;
        store.put_space(space)?;
        let walk = store.next_walk()?;
        let all_bodies = selection.takes_whole_space() && !store.is_whole(&space.id)?;
        let want = if all_bodies { Want::Bodies } else { Want::Metadata };
        for blog in [false, true] {
            let batches = if blog { self.source.blog_posts_in(space, want) } else { self.source.pages_in(space, want) };
            if self.take_pages(batches, walk, count).await?.is_none() {
                return Ok(None);
            }
        }
        if self.read_folders(space, walk).await?.is_none() {
            return Ok(None);
        }
        store.forget_unseen(&space.id, walk)?;
        let read = select(space, store.tree(&space.id)?, selection);
        let Some(()) = self.read_bodies(&read, walk).await? else { return Ok(None) };
        if all_bodies {
            store.set_whole(&space.id)?;
        }
        let Some(()) = self.read_extras(&read, walk).await? else { return Ok(None) };
        // What changed between the walk and the fetching by id.
        Ok(Some(select(space, store.tree(&space.id)?, selection)))
    }

    async fn next<T>(
        &self,
        batches: &mut BoxStream<'_, Result<Vec<T>, SourceError>>,
    ) -> Option<Option<Result<Vec<T>, SourceError>>> {
        let next = self.stop.run_until_cancelled(batches.next()).await;
        self.tell_waiting();
        next
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
    async fn read_folders(&self, space: &Space, walk: i64) -> Result<Option<()>, ExportError> {
        let known = self.store.bodiless(&space.id)?;
        if !known.is_empty() {
            let Some(changed) = self.stop.run_until_cancelled(self.source.changed_nodes(&known)).await else {
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
            let Some(found) = self.stop.run_until_cancelled(self.source.nodes(&missing)).await else {
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
    async fn read_bodies(&self, read: &ReadSpace, walk: i64) -> Result<Option<()>, ExportError> {
        let mut pages = Vec::new();
        let mut posts = Vec::new();
        for node in read.nodes.iter().filter(|node| read.taken.contains(&node.id)) {
            if !self.store.has_body(&node.id, node.version)? {
                let list = if node.kind == NodeKind::BlogPost { &mut posts } else { &mut pages };
                list.push(node.id.clone());
            }
        }
        for (ids, blog) in [(pages, false), (posts, true)] {
            for some in ids.chunks(BATCH) {
                let fetch = if blog {
                    self.source.blog_posts(some, Want::Bodies)
                } else {
                    self.source.pages(some, Want::Bodies)
                };
                let Some(batch) = self.stop.run_until_cancelled(fetch).await else { return Ok(None) };
                self.tell_waiting();
                self.keep(&batch?, walk)?;
            }
        }
        Ok(Some(()))
    }

    /// Labels and attachments: one walk through the space, or page by page where that takes fewer requests or the walk left a
    /// page out.
    async fn read_extras(&self, read: &ReadSpace, walk: i64) -> Result<Option<()>, ExportError> {
        let pages_of_walk = read.nodes.len().div_ceil(EXTRAS_A_REQUEST);
        if read.taken.len() * 2 > pages_of_walk {
            let mut batches = self.source.extras_in(&read.space);
            loop {
                match self.next(&mut batches).await {
                    None => return Ok(None),
                    Some(None) => break,
                    // The index is a convenience; the pages themselves know better.
                    Some(Some(Err(error))) if !error.ends_run() => break,
                    Some(Some(batch)) => {
                        let batch = batch?;
                        self.store.together::<_, ExportError>(|| {
                            batch.iter().try_for_each(|extras| Ok(self.store.put_extras(extras, walk)?))
                        })?;
                    }
                }
            }
        }
        let mut missing = Vec::new();
        for node in read.nodes.iter().filter(|node| read.taken.contains(&node.id)) {
            if !self.store.has_extras(&node.id, walk)? {
                missing.push((node.id.clone(), node.kind));
            }
        }
        for some in missing.chunks(EXTRAS_A_REQUEST) {
            let Some(batch) = self.stop.run_until_cancelled(self.source.extras(some)).await else { return Ok(None) };
            self.tell_waiting();
            for extras in batch? {
                self.store.put_extras(&extras, walk)?;
            }
        }
        Ok(Some(()))
    }

    /// Asks for the names of people that occur and are not known yet.
    pub(crate) async fn read_people(&self) -> Result<Option<()>, ExportError> {
        let ids = self.store.people_to_ask()?;
        for some in ids.chunks(BATCH) {
            let Some(found) = self.stop.run_until_cancelled(self.source.people(some)).await else { return Ok(None) };
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

/// Decides which nodes are exported, and keeps those and what is above them.
fn select(space: &Space, tree: Vec<PageNode>, selection: &SpaceSelection) -> ReadSpace {
    let index: HashMap<&PageId, usize> = tree.iter().enumerate().map(|(i, node)| (&node.id, i)).collect();
    let above = |i: usize| -> Option<usize> { index.get(tree.get(i)?.parent.as_ref()?).copied() };
    let mut taken = HashSet::new();
    let mut kept = vec![false; tree.len()];
    for (i, node) in tree.iter().enumerate() {
        if !node.kind.has_body() {
            continue;
        }
        // A circle of parents ends at the node it began with.
        let mut way = vec![i];
        let mut seen = HashSet::from([i]);
        let mut at = above(i);
        while let Some(next) = at.filter(|&next| seen.insert(next)) {
            way.push(next);
            at = above(next);
        }
        if selection.decide(way.iter().rev().filter_map(|&step| tree.get(step)).map(|node| &node.id)) {
            taken.insert(node.id.clone());
            for step in way {
                if let Some(kept) = kept.get_mut(step) {
                    *kept = true;
                }
            }
        }
    }
    drop(index);
    let nodes = tree.into_iter().zip(kept).filter(|(_, kept)| *kept).map(|(node, _)| node).collect();
    ReadSpace { space: space.clone(), nodes, taken }
}

/// Ids of people that a body in storage format mentions.
fn people_in(body: &str) -> impl Iterator<Item = &str> {
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
