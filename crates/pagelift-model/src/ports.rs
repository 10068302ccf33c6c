//! The ports: what the engine asks of its surroundings. Each has a real adapter and one in memory, and both pass the same
//! contract tests.

use std::path::{Path, PathBuf};

use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::BoxStream;
use jiff::Timestamp;
use zeroize::Zeroizing;

use crate::{
    AccountId, Attachment, Comment, ContentHash, ExportEvent, Fate, FetchedPage, Holdup, NodeKind, PageExtras, PageId,
    PageNode, Person, RelPath, SecretStoreError, SinkError, SiteInfo, SourceError, Space, SpaceKey, Want,
};

/// Where pages come from. An error is final: waiting, pacing and trying again have already happened below this trait.
///
/// Every operation speaks in batches, since one request can carry hundreds of pages. Nothing is reported twice inside one
/// walk. Pages that the account may not see are left out, as the server does.
#[async_trait]
pub trait PageSource: Send + Sync {
    /// What the site is. Costs no request.
    fn site(&self) -> SiteInfo;

    /// Checks that the sign-in works and answers the account's name.
    async fn check(&self) -> Result<String, SourceError>;

    /// All spaces the account can see, team and personal, current and archived, in the order of their names.
    async fn spaces(&self) -> Result<Vec<Space>, SourceError>;

    /// The spaces with these keys, in the same order. A key that is unknown or not visible is
    /// [`SourceError::SpaceUnknown`].
    async fn spaces_by_key(&self, keys: &[SpaceKey]) -> Result<Vec<Space>, SourceError>;

    /// Every current page of a space, live docs too, in batches, in the order of ids. Folders and other nodes without a body
    /// are not among them: see [`PageSource::nodes`].
    fn pages_in<'a>(&'a self, space: &'a Space, want: Want) -> BoxStream<'a, Result<Vec<FetchedPage>, SourceError>>;

    /// Every current blog post of a space, in batches.
    fn blog_posts_in<'a>(
        &'a self,
        space: &'a Space,
        want: Want,
    ) -> BoxStream<'a, Result<Vec<FetchedPage>, SourceError>>;

    /// Pages by id, any number of them, bodies included when wanted. Ids that are missing or not visible are left out of the
    /// answer; whoever asked notices.
    async fn pages(&self, ids: &[PageId], want: Want) -> Result<Vec<FetchedPage>, SourceError>;

    /// Blog posts by id, as [`PageSource::pages`].
    async fn blog_posts(&self, ids: &[PageId], want: Want) -> Result<Vec<FetchedPage>, SourceError>;

    /// Labels and attachments of every page and blog post of a space, in batches. Served from a search index, so that very
    /// new pages may be missing from it.
    fn extras_in<'a>(&'a self, space: &'a Space) -> BoxStream<'a, Result<Vec<PageExtras>, SourceError>>;

    /// Whether the walk through the pages of a space brings their labels and attachments along, so that
    /// [`PageSource::extras_in`] after it costs next to nothing.
    fn brings_extras(&self) -> bool {
        false
    }

    /// Pages or blog posts of a space that changed since, without bodies, the latest change first. More may come than changed;
    /// what was moved, archived or removed need not be told.
    fn latest_in<'a>(
        &'a self,
        space: &'a Space,
        kind: NodeKind,
        _since: Timestamp,
    ) -> BoxStream<'a, Result<Vec<FetchedPage>, SourceError>> {
        match kind {
            NodeKind::BlogPost => self.blog_posts_in(space, Want::Metadata),
            _ => self.pages_in(space, Want::Metadata),
        }
    }

    /// Labels and attachments of many pages, as cheaply as the site allows: from its index, which may know an older version or
    /// leave pages out.
    async fn indexed_extras(&self, ids: &[(PageId, NodeKind)]) -> Result<Vec<PageExtras>, SourceError> {
        self.extras(ids).await
    }

    /// Attachments of a space that were added or changed since; more may come than changed. `None` when the source cannot tell
    /// without reading everything. From a search index, so that the very last changes may be missing.
    async fn attachments_since(
        &self,
        _space: &Space,
        _since: Timestamp,
    ) -> Result<Option<Vec<Attachment>>, SourceError> {
        Ok(None)
    }

    /// Labels and attachments of single pages, from the database and not the index.
    async fn extras(&self, ids: &[(PageId, NodeKind)]) -> Result<Vec<PageExtras>, SourceError>;

    /// Folders, whiteboards, databases and embeds by id and kind. Ids that cannot be read are left out of the answer.
    async fn nodes(&self, ids: &[(PageId, NodeKind)]) -> Result<Vec<PageNode>, SourceError>;

    /// Of these known folders and the like, those that changed since (title, version or parent), and those that cannot be
    /// told cheaply. What the answer leaves out is as it was.
    async fn changed_nodes(&self, known: &[PageNode]) -> Result<Vec<PageNode>, SourceError>;

    /// What has become of these pages and blog posts, which were known and are not listed any more: one answer for each id, in the
    /// same order, from the database and never from a search index alone. When the site cannot be asked, that is an error and
    /// not a fate: no page counts as removed because a request failed.
    async fn fate(&self, ids: &[PageId]) -> Result<Vec<(PageId, Fate)>, SourceError>;

    /// The comments of a page or blog post, resolved ones too. A source that has none to give answers none.
    async fn comments(&self, _page: &PageId) -> Result<Vec<Comment>, SourceError> {
        Ok(Vec::new())
    }

    /// The comments of all pages and blog posts of a space in few requests, by page, or those of them that were made or changed
    /// since; pages without any are left out. `None` when
    /// the source can only be asked page by page. From a search index, so that the very last ones may be missing.
    async fn comments_in(
        &self,
        _space: &Space,
        _since: Option<Timestamp>,
    ) -> Result<Option<Vec<(PageId, Vec<Comment>)>>, SourceError> {
        Ok(None)
    }

    /// The views that the server itself makes of these pages, as HTML. Pages of which it makes none are left out.
    async fn rendered(&self, _ids: &[PageId]) -> Result<Vec<(PageId, String)>, SourceError> {
        Ok(Vec::new())
    }

    /// The people with these account ids. Unknown ids are left out of the answer.
    async fn people(&self, ids: &[AccountId]) -> Result<Vec<Person>, SourceError>;

    /// The bytes of an attachment. A stream that ends without an error delivered the whole file.
    async fn download(
        &self,
        attachment: &Attachment,
    ) -> Result<BoxStream<'static, Result<Bytes, SourceError>>, SourceError>;

    /// How many requests have been sent so far, downloads among them.
    fn requests(&self) -> u64;

    /// Until when the site asked us to wait, when it did and the time is not over.
    fn waiting_until(&self) -> Option<Timestamp>;

    /// What requests are held up by at the moment, where the source waits for its end.
    fn holdup(&self) -> Option<Holdup> {
        None
    }
}

/// Where files go. Paths are relative to one destination, and no call writes outside of it.
///
/// A file under its final name is always whole: the old content or the new one, never a part.
pub trait Sink: Send + Sync {
    /// The hash of the file at `path`, or `None` when there is none.
    fn hash(&self, path: &RelPath) -> Result<Option<ContentHash>, SinkError>;

    /// The content of the file at `path`, or `None` when there is none.
    fn read(&self, path: &RelPath) -> Result<Option<Vec<u8>>, SinkError>;

    /// Puts `bytes` at `path`, making folders as needed.
    fn write(&self, path: &RelPath, bytes: &[u8]) -> Result<(), SinkError>;

    /// Puts several files in their places, and answers how it went for each, in the same order. One that fails does not keep the
    /// others from being written.
    fn write_all(&self, files: &[(RelPath, Vec<u8>)]) -> Vec<Result<(), SinkError>> {
        files.iter().map(|(path, bytes)| self.write(path, bytes)).collect()
    }

    /// Whether a file is at `path`.
    fn exists(&self, path: &RelPath) -> Result<bool, SinkError> {
        Ok(self.hash(path)?.is_some())
    }

    /// Shows the content of the file at `path` piece by piece, for as long as `see` answers true. False when there is no file.
    fn pieces(&self, path: &RelPath, see: &mut dyn FnMut(&[u8]) -> bool) -> Result<bool, SinkError> {
        let content = self.read(path)?;
        Ok(content.is_some_and(|content| {
            see(&content);
            true
        }))
    }

    /// Begins a file that arrives piece by piece. Nothing is at `path` before [`PendingFile::commit`].
    fn begin(&self, path: &RelPath) -> Result<Box<dyn PendingFile>, SinkError>;

    /// Moves a file of ours, making folders as needed. An existing file at `to` is replaced. A change of letter case alone
    /// works on every file system.
    fn rename(&self, from: &RelPath, to: &RelPath) -> Result<(), SinkError>;

    /// Removes a file of ours. Nothing happens where there is none.
    fn remove(&self, path: &RelPath) -> Result<(), SinkError>;

    /// The names of the files and folders directly in `folder` (empty: the destination itself), ours or not; none when there is
    /// no such folder.
    fn names_in(&self, folder: &str) -> Result<Vec<String>, SinkError>;

    /// Removes `folder` and the folders above it as far as nothing is in them.
    fn prune(&self, _folder: &str) -> Result<(), SinkError> {
        Ok(())
    }

    /// Removes from `folder` what writers that died have left of unfinished files. Only for whoever knows that no other writer
    /// is at work.
    fn sweep(&self, _folder: &str) -> Result<(), SinkError> {
        Ok(())
    }

    /// Where the file at `path` lies on this computer, after every part of the way was looked at; `None` where there is no file,
    /// or none on a disk.
    fn full_path(&self, _path: &RelPath) -> Result<Option<PathBuf>, SinkError> {
        Ok(None)
    }

    /// Makes everything written so far survive a power cut.
    fn sync(&self) -> Result<(), SinkError>;
}

/// A file that is being written. Dropped without [`PendingFile::commit`], it leaves nothing behind.
pub trait PendingFile: Send {
    /// Appends `bytes`.
    fn write(&mut self, bytes: &[u8]) -> Result<(), SinkError>;

    /// Puts the finished file under its final name and answers its size and hash.
    fn commit(self: Box<Self>) -> Result<(u64, ContentHash), SinkError>;
}

/// The system's bin.
pub trait Bin: Send + Sync {
    /// Takes a file. False where the system has no bin for it, and then the file is where it was.
    fn take(&self, file: &Path) -> bool;
}

/// Who is told what happens. Must not block.
pub trait EventSink: Send + Sync {
    /// Takes one event.
    fn send(&self, event: ExportEvent);
}

/// The system's keychain, or what stands in for it. Calls may block for as long as the person is asked something.
pub trait SecretStore: Send + Sync {
    /// The bytes under this name, or `None` when there are none.
    fn get(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, SecretStoreError>;

    /// Puts bytes under this name, in place of what was there. Some systems hold no more than 2,560 bytes.
    fn put(&self, name: &str, bytes: &[u8]) -> Result<(), SecretStoreError>;

    /// Removes what is under this name. Nothing happens where there is nothing.
    fn delete(&self, name: &str) -> Result<(), SecretStoreError>;
}

/// The time.
pub trait Clock: Send + Sync {
    /// Now, by the wall clock.
    fn now(&self) -> Timestamp;
}
