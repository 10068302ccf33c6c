//! A run that writes nothing: the same engine, with a destination that only remembers what would be there, and with a copy
//! of the store.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;
use futures::StreamExt as _;
use futures::stream::{self, BoxStream};
use jiff::Timestamp;
use pagelift_export::{DiskSink, Export, Finished, Store, reason};
use pagelift_model::{
    AccountId, Attachment, Clock, Comment, ContentHash, EventSink, ExportEvent, Fate, FetchedPage, NodeKind,
    PageExtras, PageId, PageNode, PageSource, PendingFile, Person, RelPath, Sink, SinkError, SiteInfo, SourceError,
    Space, SpaceKey, Want,
};
use sha2::{Digest as _, Sha256};
use tokio_util::sync::CancellationToken;

use crate::archive::Archive;
use crate::destination::{LockedFolder, check_choice, open_store, store_path, with_ending};
use crate::files::hexadecimal;
use crate::run::RunOptions;
use crate::sites::OpenSite;
use crate::{AppError, Folders};

/// The name of the copied store.
const COPY: &str = "store.sqlite";

/// Goes through a run of `site` into the folder at `to`, which need not be there, and writes nothing to it. Attachments are
/// counted with the sizes that the site states for them.
pub async fn dry_run(
    site: &OpenSite,
    to: &Path,
    options: &RunOptions,
    folders: &Folders,
    events: &dyn EventSink,
    clock: &dyn Clock,
    stop: &CancellationToken,
) -> Result<Finished, AppError> {
    let to = std::path::absolute(to).map_err(|error| AppError::own_file(to, &error))?;
    let archive = Archive::named(&to, folders)?;
    let folder = archive.as_ref().map_or(to.as_path(), Archive::folder);
    let done = go_through(site, folder, options, folders, events, clock, stop).await;
    if let Some(archive) = archive {
        archive.leave_as_found();
    }
    done
}

async fn go_through(
    site: &OpenSite,
    to: &Path,
    options: &RunOptions,
    folders: &Folders,
    events: &dyn EventSink,
    clock: &dyn Clock,
    stop: &CancellationToken,
) -> Result<Finished, AppError> {
    check_choice(to, folders)?;
    let sink = Imagined::over(to)?;
    let scratch = tempfile::Builder::new().prefix("dry-run-").tempdir_in(folders.stores()?);
    let scratch = scratch.map_err(|error| AppError::own_file(&folders.cache, &error))?;
    let store = copied_store(site, &sink, scratch.path(), folders)?;
    let source = WithoutDownloads { source: site.source().as_ref(), bytes: AtomicU64::new(0) };
    let events = Announced { events, bytes: &source.bytes };
    let options = options.for_export();
    let mut finished = Export::new(&source, &sink, &store, &events, clock, stop, &options).run().await?;
    finished.totals.bytes += source.bytes.load(Ordering::Relaxed);
    drop(store);
    if let Some(disk) = &sink.disk
        && let Err(error) = keep_reading(site, disk.root(), scratch.path(), folders)
    {
        // The run that follows reads everything again.
        tracing::info!(%error, "what was read is not kept");
    }
    Ok(finished)
}

/// Keeps what was read for the run that follows, unless one is at work there.
fn keep_reading(site: &OpenSite, root: &Path, scratch: &Path, folders: &Folders) -> Result<(), AppError> {
    let folder = LockedFolder::open(root, folders, false)?;
    let store = open_store(site, folder.sink.root(), folders)?;
    Ok(store.take_reading_of(&scratch.join(COPY))?)
}

/// A copy of what earlier runs into this folder keep.
fn copied_store(site: &OpenSite, sink: &Imagined, scratch: &Path, folders: &Folders) -> Result<Store, AppError> {
    let copy = scratch.join(COPY);
    if let Some(disk) = &sink.disk {
        let original = store_path(site, disk.root(), folders)?;
        for ending in ["", "-wal"] {
            let from = with_ending(&original, ending);
            if from.is_file() {
                fs::copy(&from, with_ending(&copy, ending)).map_err(|error| AppError::own_file(&from, &error))?;
            }
        }
    }
    match Store::open(&copy) {
        Ok(store) => Ok(store),
        // A damaged store is read around here, and set aside by the next real run.
        Err(_) => Ok(Store::in_memory()?),
    }
}

/// What would be at a path.
#[derive(Debug, Clone)]
enum Entry {
    /// A new file with this content.
    New(ContentHash),
    /// The file that is at this other path now.
    From(RelPath),
    /// Nothing any more.
    Gone,
}

/// A destination as it would be.
#[derive(Debug, Clone)]
struct Imagined {
    /// The folder as it is, when there is one.
    disk: Option<DiskSink>,
    entries: Arc<Mutex<BTreeMap<RelPath, Entry>>>,
}

impl Imagined {
    fn over(path: &Path) -> Result<Self, AppError> {
        let disk = match fs::symlink_metadata(path) {
            Ok(_) => Some(DiskSink::open(path)?),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            Err(error) => {
                return Err(SinkError::Unwritable { path: path.display().to_string(), detail: reason(&error) }.into());
            }
        };
        Ok(Self { disk, entries: Arc::default() })
    }

    fn entries(&self) -> MutexGuard<'_, BTreeMap<RelPath, Entry>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn entry(&self, path: &RelPath) -> Option<Entry> {
        self.entries().get(path).cloned()
    }

    fn on_disk<T>(
        &self,
        path: &RelPath,
        ask: impl FnOnce(&DiskSink, &RelPath) -> Result<Option<T>, SinkError>,
    ) -> Result<Option<T>, SinkError> {
        match &self.disk {
            Some(disk) => ask(disk, path),
            None => Ok(None),
        }
    }
}

impl Sink for Imagined {
    fn hash(&self, path: &RelPath) -> Result<Option<ContentHash>, SinkError> {
        match self.entry(path) {
            Some(Entry::New(hash)) => Ok(Some(hash)),
            Some(Entry::From(other)) => self.on_disk(&other, Sink::hash),
            Some(Entry::Gone) => Ok(None),
            None => self.on_disk(path, Sink::hash),
        }
    }

    fn read(&self, path: &RelPath) -> Result<Option<Vec<u8>>, SinkError> {
        match self.entry(path) {
            Some(Entry::New(_)) => {
                Err(SinkError::Io { path: path.to_string(), detail: "it is not written in a dry run".to_owned() })
            }
            Some(Entry::From(other)) => self.on_disk(&other, Sink::read),
            Some(Entry::Gone) => Ok(None),
            None => self.on_disk(path, Sink::read),
        }
    }

    fn write(&self, path: &RelPath, bytes: &[u8]) -> Result<(), SinkError> {
        let mut file = self.begin(path)?;
        file.write(bytes)?;
        file.commit().map(drop)
    }

    fn begin(&self, path: &RelPath) -> Result<Box<dyn PendingFile>, SinkError> {
        // Finds out whether something is in the way.
        self.hash(path)?;
        Ok(Box::new(Pending { sink: self.clone(), path: path.clone(), size: 0, hasher: Sha256::new() }))
    }

    fn rename(&self, from: &RelPath, to: &RelPath) -> Result<(), SinkError> {
        if self.hash(from)?.is_none() {
            return Err(SinkError::Io { path: from.to_string(), detail: "no such file".to_owned() });
        }
        let mut entries = self.entries();
        let entry = match entries.insert(from.clone(), Entry::Gone) {
            None => Entry::From(from.clone()),
            Some(entry) => entry,
        };
        entries.insert(to.clone(), entry);
        Ok(())
    }

    fn remove(&self, path: &RelPath) -> Result<(), SinkError> {
        if self.hash(path)?.is_some() {
            self.entries().insert(path.clone(), Entry::Gone);
        }
        Ok(())
    }

    fn names_in(&self, folder: &str) -> Result<Vec<String>, SinkError> {
        let mut names: BTreeSet<String> = match &self.disk {
            Some(disk) => disk.names_in(folder)?.into_iter().collect(),
            None => BTreeSet::new(),
        };
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        for (path, entry) in self.entries().iter() {
            let Some(rest) = path.as_str().strip_prefix(&prefix) else { continue };
            match (rest.split_once('/'), entry) {
                (Some((above, _)), _) => names.insert(above.to_owned()),
                (None, Entry::Gone) => names.remove(rest),
                (None, _) => names.insert(rest.to_owned()),
            };
        }
        Ok(names.into_iter().collect())
    }

    fn sync(&self) -> Result<(), SinkError> {
        Ok(())
    }
}

struct Pending {
    sink: Imagined,
    path: RelPath,
    size: u64,
    hasher: Sha256,
}

impl PendingFile for Pending {
    fn write(&mut self, bytes: &[u8]) -> Result<(), SinkError> {
        self.hasher.update(bytes);
        self.size += bytes.len() as u64;
        Ok(())
    }

    fn commit(self: Box<Self>) -> Result<(u64, ContentHash), SinkError> {
        let hash = ContentHash(hexadecimal(self.hasher));
        self.sink.entries().insert(self.path, Entry::New(hash.clone()));
        Ok((self.size, hash))
    }
}

/// Adds the sizes of attachments, which nobody downloads, to the sums.
struct Announced<'a> {
    events: &'a dyn EventSink,
    bytes: &'a AtomicU64,
}

impl EventSink for Announced<'_> {
    fn send(&self, mut event: ExportEvent) {
        if let ExportEvent::Finished { totals, .. } = &mut event {
            totals.bytes += self.bytes.load(Ordering::Relaxed);
        }
        self.events.send(event);
    }
}

/// A source whose attachments are all empty, and which adds up how large they would be.
struct WithoutDownloads<'a> {
    source: &'a dyn PageSource,
    bytes: AtomicU64,
}

#[async_trait]
impl PageSource for WithoutDownloads<'_> {
    fn site(&self) -> SiteInfo {
        self.source.site()
    }

    async fn check(&self) -> Result<String, SourceError> {
        self.source.check().await
    }

    async fn spaces(&self) -> Result<Vec<Space>, SourceError> {
        self.source.spaces().await
    }

    async fn spaces_by_key(&self, keys: &[SpaceKey]) -> Result<Vec<Space>, SourceError> {
        self.source.spaces_by_key(keys).await
    }

    fn pages_in<'a>(&'a self, space: &'a Space, want: Want) -> BoxStream<'a, Result<Vec<FetchedPage>, SourceError>> {
        self.source.pages_in(space, want)
    }

    fn blog_posts_in<'a>(
        &'a self,
        space: &'a Space,
        want: Want,
    ) -> BoxStream<'a, Result<Vec<FetchedPage>, SourceError>> {
        self.source.blog_posts_in(space, want)
    }

    async fn pages(&self, ids: &[PageId], want: Want) -> Result<Vec<FetchedPage>, SourceError> {
        self.source.pages(ids, want).await
    }

    async fn blog_posts(&self, ids: &[PageId], want: Want) -> Result<Vec<FetchedPage>, SourceError> {
        self.source.blog_posts(ids, want).await
    }

    fn extras_in<'a>(&'a self, space: &'a Space) -> BoxStream<'a, Result<Vec<PageExtras>, SourceError>> {
        self.source.extras_in(space)
    }

    async fn extras(&self, ids: &[(PageId, NodeKind)]) -> Result<Vec<PageExtras>, SourceError> {
        self.source.extras(ids).await
    }

    fn brings_extras(&self) -> bool {
        self.source.brings_extras()
    }

    fn latest_in<'a>(
        &'a self,
        space: &'a Space,
        kind: NodeKind,
        since: Timestamp,
    ) -> BoxStream<'a, Result<Vec<FetchedPage>, SourceError>> {
        self.source.latest_in(space, kind, since)
    }

    async fn indexed_extras(&self, ids: &[(PageId, NodeKind)]) -> Result<Vec<PageExtras>, SourceError> {
        self.source.indexed_extras(ids).await
    }

    async fn attachments_since(&self, space: &Space, since: Timestamp) -> Result<Option<Vec<Attachment>>, SourceError> {
        self.source.attachments_since(space, since).await
    }

    async fn comments_in(
        &self,
        space: &Space,
        since: Option<Timestamp>,
    ) -> Result<Option<Vec<(PageId, Vec<Comment>)>>, SourceError> {
        self.source.comments_in(space, since).await
    }

    async fn rendered(&self, ids: &[PageId]) -> Result<Vec<(PageId, String)>, SourceError> {
        self.source.rendered(ids).await
    }

    async fn nodes(&self, ids: &[(PageId, NodeKind)]) -> Result<Vec<PageNode>, SourceError> {
        self.source.nodes(ids).await
    }

    async fn changed_nodes(&self, known: &[PageNode]) -> Result<Vec<PageNode>, SourceError> {
        self.source.changed_nodes(known).await
    }

    async fn comments(&self, page: &PageId) -> Result<Vec<Comment>, SourceError> {
        self.source.comments(page).await
    }

    async fn fate(&self, ids: &[PageId]) -> Result<Vec<(PageId, Fate)>, SourceError> {
        self.source.fate(ids).await
    }

    async fn people(&self, ids: &[AccountId]) -> Result<Vec<Person>, SourceError> {
        self.source.people(ids).await
    }

    async fn download(
        &self,
        attachment: &Attachment,
    ) -> Result<BoxStream<'static, Result<Bytes, SourceError>>, SourceError> {
        self.bytes.fetch_add(attachment.size, Ordering::Relaxed);
        Ok(stream::empty().boxed())
    }

    fn requests(&self) -> u64 {
        self.source.requests()
    }

    fn waiting_until(&self) -> Option<Timestamp> {
        self.source.waiting_until()
    }
}
