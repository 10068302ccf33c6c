//! One run: read, plan, write, download, record.

use std::cell::{Cell, RefCell};
use std::pin::pin;
use std::time::Duration;

use jiff::Timestamp;
use pagelift_convert::ConvertOptions;
use pagelift_model::{
    AttachmentChoice, Bin, Clock, ErrorCode, EventSink, ExportEvent, Holdup, ItemOutcome, Outcome, PageId, PageSource,
    Phase, RelPath, RelPathError, Selection, Sink, SinkError, SiteAddress, SourceError, Space, SpaceId, SpaceKey,
    Totals,
};
use tokio_util::sync::CancellationToken;

use crate::disk::hash_of;
use crate::keep::Answers;
use crate::manifest::{self, ManifestError};
use crate::names::fold;
use crate::options::FileOptions;
use crate::outline::Outline;
use crate::pause::Pause;
use crate::plan::{Given, Names, plan_outline};
use crate::read::ReadCount;
use crate::render::Renderer;
use crate::scheme::Scheme;
use crate::store::{Placed, Record, RecordKind, Store, StoreError};

/// Rows taken from the store at a time.
pub(crate) const CHUNK: u32 = 200;

/// How often it is looked whether the site asked for a pause.
const LOOK: Duration = Duration::from_millis(200);

/// A plan is made anew at most this often because of files that are in the way.
const MAX_PLANS: usize = 20;

/// What a run is asked to do.
#[derive(Debug, Clone)]
#[allow(clippy::struct_excessive_bools, reason = "each is a choice of its own")]
pub struct ExportOptions {
    /// The pages.
    pub selection: Selection,
    /// The format, and how pages are converted to it.
    pub convert: ConvertOptions,
    /// How files are named, and what stands in them besides the page's content.
    pub files: FileOptions,
    /// The attachments.
    pub attachments: AttachmentChoice,
    /// Whether blog posts take part at all.
    pub blog_posts: bool,
    /// Whether only what changed since the last run is asked for. What was moved, archived or removed is not noticed then.
    pub quick: bool,
    /// Whether labels, restrictions and the lists of attachments of all pages are asked for again.
    pub refresh: bool,
    /// Whether the site is asked what it makes of macros that only it can work out.
    pub rendered: bool,
    /// What is done with files that a person changed, and with those of pages that are gone.
    pub answers: Answers,
    /// What is kept in the destination about what was asked for.
    pub asked: Option<Vec<u8>>,
}

impl ExportOptions {
    /// Everything that `selection` takes in, with default choices.
    pub fn new(selection: Selection) -> Self {
        Self {
            selection,
            convert: ConvertOptions::default(),
            files: FileOptions::default(),
            attachments: AttachmentChoice::default(),
            blog_posts: true,
            quick: false,
            refresh: false,
            rendered: false,
            answers: Answers::default(),
            asked: None,
        }
    }
}

/// Why a run could not begin or go on. Single pages and files that fail are outcomes, not errors.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The site.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The destination.
    #[error(transparent)]
    Sink(#[from] SinkError),
    /// The destination's own record.
    #[error("{0}")]
    Manifest(ManifestError),
    /// The store on this computer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A name of ours is no path: a bug.
    #[error(transparent)]
    Path(#[from] RelPathError),
    /// The sums do not account for every page: a bug.
    #[error("the totals of the run do not add up")]
    Unaccounted,
}

impl From<ManifestError> for ExportError {
    fn from(error: ManifestError) -> Self {
        match error {
            ManifestError::Sink(error) => Self::Sink(error),
            ManifestError::Store(error) => Self::Store(error),
            other => Self::Manifest(other),
        }
    }
}

impl ExportError {
    /// The code by which front ends choose words and exit codes.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Source(error) => error.code(),
            Self::Sink(error) => error.code(),
            Self::Manifest(ManifestError::OtherSite { .. }) => ErrorCode::UsageInvalid,
            Self::Manifest(_) => ErrorCode::RecordDamaged,
            Self::Store(error) => error.code(),
            Self::Path(_) | Self::Unaccounted => ErrorCode::Internal,
        }
    }
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Finished {
    /// The sums.
    pub totals: Totals,
    /// Whether a person stopped it. Pages it did not come to are counted as skipped.
    pub stopped: bool,
}

/// Everything one run works with. The caller holds the lock of the destination.
pub struct Export<'a> {
    pub(crate) source: &'a dyn PageSource,
    pub(crate) sink: &'a dyn Sink,
    pub(crate) store: &'a Store,
    pub(crate) events: &'a dyn EventSink,
    pub(crate) clock: &'a dyn Clock,
    pub(crate) stop: &'a CancellationToken,
    pub(crate) options: &'a ExportOptions,
    pub(crate) site: SiteAddress,
    waiting: Cell<Option<Timestamp>>,
    pause: Pause,
    held_up: Cell<Option<Holdup>>,
    pub(crate) renderer: Renderer,
    pub(crate) bin: Option<&'a dyn Bin>,
    /// The name of the run: the time when it began.
    pub(crate) run: String,
}

impl<'a> Export<'a> {
    /// Prepares a run.
    pub fn new(
        source: &'a dyn PageSource,
        sink: &'a dyn Sink,
        store: &'a Store,
        events: &'a dyn EventSink,
        clock: &'a dyn Clock,
        stop: &'a CancellationToken,
        options: &'a ExportOptions,
    ) -> Self {
        Self {
            source,
            sink,
            store,
            events,
            clock,
            stop,
            options,
            site: source.site().address,
            waiting: Cell::new(None),
            pause: Pause::default(),
            held_up: Cell::new(None),
            renderer: Renderer::with(source.site().address, options.convert.clone(), options.files.clone()),
            bin: None,
            run: clock.now().strftime("%Y%m%dT%H%M%SZ").to_string(),
        }
    }

    /// Gives files that are removed to this bin; without one they go to the backup in the destination.
    #[must_use]
    pub fn with_bin(self, bin: &'a dyn Bin) -> Self {
        Self { bin: Some(bin), ..self }
    }

    /// Gives the run a name that others know it by.
    #[must_use]
    pub fn named(self, run: &str) -> Self {
        Self { run: run.to_owned(), ..self }
    }

    /// The same run, which pauses when `pause` says so.
    #[must_use]
    pub fn pausing(self, pause: Pause) -> Self {
        Self { pause, ..self }
    }

    /// Runs to the end. Blocks on the disk while it works: give it a thread of its own.
    ///
    /// Pages that a person edited are left alone; files that are not ours are never touched. After a stop, and after an error
    /// that ends the run in its midst, the record of what was written is kept.
    pub async fn run(self) -> Result<Finished, ExportError> {
        let started = self.clock.now();
        let requests = self.source.requests();
        let mut totals = Totals::default();
        manifest::load(self.sink, self.store, self.site.as_str())?;
        self.store.clear_run()?;
        let done = self.work(&mut totals).await;
        let has_changed = totals.selected > 0 || totals.removed > 0;
        let kept = if has_changed { self.keep_record(&mut totals) } else { Ok(()) };
        // The first error is the one to tell.
        done.and(kept)?;
        totals.requests = self.source.requests() - requests;
        totals.seconds = self.clock.now().duration_since(started).as_secs_f64();
        if !totals.add_up() {
            return Err(ExportError::Unaccounted);
        }
        let stopped = self.stop.is_cancelled();
        self.tell(ExportEvent::Finished { totals, stopped });
        Ok(Finished { totals, stopped })
    }

    async fn work(&self, totals: &mut Totals) -> Result<(), ExportError> {
        self.tell(ExportEvent::PhaseStarted { phase: Phase::Reading, total: None });
        match self.attend(self.source.check()).await {
            None => return Ok(()),
            // Some sites show what is public to whoever signs in wrongly, and the rest would seem to be gone.
            Some(Err(error)) if error.ends_run() => return Err(error.into()),
            // A token need not have the permission to see whose it is; what else is wrong shows in what follows.
            Some(Ok(_) | Err(_)) => {}
        }
        let keys: Vec<SpaceKey> = self.options.selection.spaces.iter().map(|one| one.space.clone()).collect();
        let Some(spaces) = self.attend(self.source.spaces_by_key(&keys)).await else {
            return Ok(());
        };
        let spaces = spaces?;
        let mut count = ReadCount::default();
        for (space, selection) in spaces.iter().zip(&self.options.selection.spaces) {
            if self.read_space(space, selection, &mut count).await?.is_none() {
                return Ok(());
            }
        }
        if self.read_people().await?.is_none() {
            return Ok(());
        }
        self.tell(ExportEvent::PhaseStarted { phase: Phase::Planning, total: None });
        self.place(&spaces)?;
        let unplaced = self.store.unplaced()?;
        totals.selected = self.store.places()? + unplaced.len() as u64;
        self.store.together(|| self.note_foreign())?;
        if self.options.attachments != AttachmentChoice::None {
            self.store.together(|| self.note_foreign_beside())?;
        }
        self.move_pages()?;
        self.tell(ExportEvent::PhaseStarted { phase: Phase::Writing, total: Some(totals.selected) });
        for (id, code, message) in unplaced {
            let outcome = Outcome::Failed { code, message };
            let item = ItemOutcome { title: id.to_string(), id, path: None, outcome, warnings: 0, size: 0 };
            totals.count(&item.outcome);
            self.store.put_outcome(class(&item.outcome), &item)?;
            self.tell(ExportEvent::PageDone(item));
        }
        self.write_pages(&spaces, totals).await?;
        if !self.stop.is_cancelled() {
            self.write_navigation(totals)?;
        }
        if self.options.attachments != AttachmentChoice::None && !self.stop.is_cancelled() {
            self.tell(ExportEvent::PhaseStarted { phase: Phase::Downloading, total: Some(self.store.wanted_count()?) });
            self.move_attachments(totals)?;
            self.download(totals).await?;
        }
        if !self.stop.is_cancelled() {
            self.settle_gone(&spaces, totals).await?;
        }
        Ok(())
    }

    /// Makes what was written last, and then its record.
    fn keep_record(&self, totals: &mut Totals) -> Result<(), ExportError> {
        self.sink.sync()?;
        totals.bytes += manifest::save(self.sink, self.store, self.site.as_str())?;
        if let Some(asked) = &self.options.asked {
            let path = RelPath::new(manifest::ASKED_PATH)?;
            if self.sink.hash(&path)? != Some(hash_of(asked)) {
                self.sink.write(&path, asked)?;
                totals.bytes += asked.len() as u64;
            }
        }
        self.sink.sync()?;
        self.store.clear_intents()?;
        Ok(())
    }

    pub(crate) fn tell(&self, event: ExportEvent) {
        self.events.send(event);
    }

    /// Waits for `work`, and tells of pauses that the site asks for in the meantime. `None` when the run is stopped.
    pub(crate) async fn attend<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        self.pass().await;
        let mut work = pin!(self.stop.run_until_cancelled(work));
        loop {
            let done = tokio::time::timeout(LOOK, &mut work).await;
            self.tell_waiting();
            self.tell_held_up();
            if let Ok(done) = done {
                return done;
            }
        }
    }

    /// Waits here while the run is to pause. A stop ends the wait.
    pub(crate) async fn pass(&self) {
        if self.pause.is_set() {
            self.tell_held_up();
            self.stop.run_until_cancelled(self.pause.over()).await;
            self.tell_held_up();
        }
    }

    /// Tells what the run is held up by, once, and when that is over.
    fn tell_held_up(&self) {
        let why = if self.pause.is_set() { Some(Holdup::Paused) } else { self.source.holdup() };
        if why != self.held_up.replace(why) {
            self.tell(why.map_or(ExportEvent::GoesOn, |why| ExportEvent::HeldUp { why }));
        }
    }

    /// Tells of a pause that the site asked for, once.
    fn tell_waiting(&self) {
        let until = self.source.waiting_until();
        if until != self.waiting.replace(until)
            && let Some(until) = until
        {
            self.tell(ExportEvent::Waiting { until });
        }
    }

    // Planning.

    /// Names every page and keeps the places in the store.
    fn place(&self, spaces: &[Space]) -> Result<(), ExportError> {
        let mut tree = Outline::default();
        for space in spaces {
            self.store.outline(&space.id, true, &mut tree)?;
        }
        tree.settle();
        let names = Recorded { store: self.store, in_the_way: RefCell::default(), failed: RefCell::default() };
        for _ in 0..MAX_PLANS {
            let folders = self.put_places(&tree, spaces, &names)?;
            let in_the_way = self.in_the_way()?;
            if in_the_way.is_empty() {
                return self.store.together(|| self.record_folders(spaces, folders));
            }
            names.in_the_way.borrow_mut().extend(in_the_way);
        }
        let folders = self.put_places(&tree, spaces, &names)?;
        self.store.together(|| self.record_folders(spaces, folders))
    }

    fn put_places(
        &self,
        tree: &Outline,
        spaces: &[Space],
        names: &Recorded<'_>,
    ) -> Result<Vec<(SpaceId, Given)>, ExportError> {
        self.store.together(|| {
            self.store.clear_places()?;
            let scheme = Scheme::new(self.options.convert.format, &self.options.files);
            let folders = plan_outline(tree, spaces, names, scheme, |page| {
                let taken = self.store.is_taken(&page.id)?;
                self.store.put_place(&Placed { id: page.id, path: page.path, stem: page.stem }, taken)?;
                Ok::<(), ExportError>(())
            })?;
            names.failed.take().map_or(Ok(folders), |error| Err(error.into()))
        })
    }

    /// Keeps the names of folders, so that the next plan gives the same.
    fn record_folders(&self, spaces: &[Space], folders: Vec<(SpaceId, Given)>) -> Result<(), ExportError> {
        for space in spaces {
            self.store.drop_record(RecordKind::Space, space.id.as_str())?;
        }
        for (id, given) in folders {
            self.store.put_record(&Record {
                kind: RecordKind::Space,
                id: id.as_str().to_owned(),
                page: None,
                path: given.path,
                stem: Some(given.stem),
                title: None,
                space: None,
                version: None,
                size: None,
                hash: None,
            })?;
        }
        Ok(self.store.record_untaken()?)
    }

    /// Folded paths of the plan where a file stands that is not ours. Temporary files of a run that died are gone afterwards.
    fn in_the_way(&self) -> Result<Vec<String>, ExportError> {
        self.sink.sweep(".pagelift")?;
        let mut found = Vec::new();
        let mut after: Option<String> = None;
        loop {
            let folders = self.store.folders_after(after.as_deref(), CHUNK)?;
            let Some(last) = folders.last() else { return Ok(found) };
            after = Some(last.clone());
            for folder in folders {
                let names = match self.sink.sweep(&folder).and_then(|()| self.sink.names_in(&folder)) {
                    Ok(names) => names,
                    // A file stands where the folder would be; every page in it fails with its own words.
                    Err(SinkError::Escapes { .. }) => continue,
                    Err(error) => return Err(error.into()),
                };
                for name in names {
                    let there = if folder.is_empty() { name } else { format!("{folder}/{name}") };
                    let folded = fold(&there);
                    let Some(id) = self.store.placed_at(&folded)? else { continue };
                    let ours = match RelPath::new(&there) {
                        Ok(there) => self.is_ours(&id, &there)?,
                        Err(_) => false,
                    };
                    if !ours {
                        found.push(folded);
                    }
                }
            }
        }
    }

    /// Whether the file at `path` was written by us: it is on record, a run that did not end was about to put it there, or it
    /// says itself that it is this very page and that page is nowhere else, as after a record was lost.
    fn is_ours(&self, id: &PageId, path: &RelPath) -> Result<bool, ExportError> {
        if self.store.is_left_alone(path)? {
            return Ok(false);
        }
        if self.store.is_recorded(path)? {
            return Ok(true);
        }
        let Ok(Some(bytes)) = self.sink.read(path) else { return Ok(false) };
        if self.store.intended(path, &hash_of(&bytes))? {
            return Ok(true);
        }
        if self.renderer.id_in(&String::from_utf8_lossy(&bytes)).as_deref() != Some(id.as_str()) {
            return Ok(false);
        }
        match self.store.record(RecordKind::Page, id.as_str())? {
            Some(record) => Ok(!self.holds(&record)?),
            None => Ok(true),
        }
    }
}

/// The names on record in the store, and the paths of files whose pages take no part in this run or that are not ours.
struct Recorded<'a> {
    store: &'a Store,
    in_the_way: RefCell<Vec<String>>,
    /// The first thing that went wrong inside a question, which has no way to say so.
    failed: RefCell<Option<StoreError>>,
}

impl Recorded<'_> {
    fn sound<T: Default>(&self, answer: Result<T, StoreError>) -> T {
        answer.unwrap_or_else(|error| {
            self.failed.borrow_mut().get_or_insert(error);
            T::default()
        })
    }
}

impl Names for Recorded<'_> {
    fn page(&self, id: &str) -> Option<Given> {
        self.sound(self.store.given(id)).map(|(path, stem)| Given { path, stem })
    }

    fn space(&self, id: &SpaceId) -> Option<Given> {
        let record = self.sound(self.store.record(RecordKind::Space, id.as_str()))?;
        Some(Given { path: record.path, stem: record.stem? })
    }

    fn each_occupied(&self, see: &mut dyn FnMut(&str)) {
        self.in_the_way.borrow().iter().for_each(|path| see(path));
        self.sound(self.store.each_occupied(|path| see(&fold(path))));
    }
}

/// The word by which a report is filtered.
pub(crate) fn class(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Created
        | Outcome::Updated
        | Outcome::Moved { .. }
        | Outcome::Replaced { .. }
        | Outcome::Beside { .. } => "written",
        Outcome::Unchanged => "unchanged",
        Outcome::Skipped { .. } => "skipped",
        Outcome::Failed { .. } => "failed",
    }
}
