//! One run: read, plan, write, download, record.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use jiff::Timestamp;
use pagelift_convert::Format;
use pagelift_model::{
    AttachmentChoice, Clock, ErrorCode, EventSink, ExportEvent, ItemOutcome, Outcome, PageId, PageNode, PageSource,
    Phase, RelPath, RelPathError, Selection, Sink, SinkError, SiteAddress, SkipReason, SourceError, Space, SpaceKey,
    Totals,
};
use tokio_util::sync::CancellationToken;

use crate::disk::hash_of;
use crate::front_matter::id_in;
use crate::manifest::{self, ManifestError};
use crate::names::fold;
use crate::plan::{Given, Plan, PlanOptions, Previous, plan};
use crate::read::{ReadCount, ReadSpace};
use crate::render::{NotRendered, Renderer};
use crate::store::{Placed, Record, RecordKind, Store, StoreError};

/// Pages taken from the store at a time.
const CHUNK: u32 = 200;

/// A plan is made anew at most this often because of files that are in the way.
const MAX_PLANS: usize = 20;

/// What a run is asked to do.
#[derive(Debug, Clone)]
pub struct ExportOptions {
    /// The pages.
    pub selection: Selection,
    /// The Markdown flavour.
    pub format: Format,
    /// The attachments.
    pub attachments: AttachmentChoice,
    /// How files are named.
    pub names: PlanOptions,
}

impl ExportOptions {
    /// Everything that `selection` takes in, with default choices.
    pub fn new(selection: Selection) -> Self {
        Self {
            selection,
            format: Format::default(),
            attachments: AttachmentChoice::default(),
            names: PlanOptions::default(),
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
            Self::Store(_) | Self::Path(_) | Self::Unaccounted => ErrorCode::Internal,
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
    renderer: Renderer,
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
            renderer: Renderer::new(source.site().address, options.format),
        }
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
        if matches!(done, Ok(()) | Err(ExportError::Source(_))) && totals.selected > 0 {
            self.sink.sync()?;
            totals.bytes += manifest::save(self.sink, self.store, self.site.as_str())?;
            self.sink.sync()?;
            self.store.clear_intents()?;
        }
        done?;
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
        let keys: Vec<SpaceKey> = self.options.selection.spaces.iter().map(|one| one.space.clone()).collect();
        let Some(spaces) = self.stop.run_until_cancelled(self.source.spaces_by_key(&keys)).await else {
            return Ok(());
        };
        let spaces = spaces?;
        let mut read = Vec::new();
        let mut count = ReadCount::default();
        for (space, selection) in spaces.iter().zip(&self.options.selection.spaces) {
            let Some(one) = self.read_space(space, selection, &mut count).await? else { return Ok(()) };
            read.push(one);
        }
        if self.read_people().await?.is_none() {
            return Ok(());
        }
        self.tell(ExportEvent::PhaseStarted { phase: Phase::Planning, total: None });
        self.place(read)?;
        totals.selected = self.store.places()?;
        self.move_files()?;
        self.tell(ExportEvent::PhaseStarted { phase: Phase::Writing, total: Some(totals.selected) });
        self.write_pages(&spaces, totals)?;
        if self.options.attachments != AttachmentChoice::None {
            self.tell(ExportEvent::PhaseStarted { phase: Phase::Downloading, total: Some(self.store.wanted_count()?) });
            self.download(totals).await?;
        }
        Ok(())
    }

    pub(crate) fn tell(&self, event: ExportEvent) {
        self.events.send(event);
    }

    /// Tells of a pause that the site asked for, once.
    pub(crate) fn tell_waiting(&self) {
        let until = self.source.waiting_until();
        if until != self.waiting.replace(until)
            && let Some(until) = until
        {
            self.tell(ExportEvent::Waiting { until });
        }
    }

    // Planning.

    /// Names every page and keeps the places in the store.
    fn place(&self, read: Vec<ReadSpace>) -> Result<(), ExportError> {
        let mut spaces: Vec<Space> = Vec::new();
        let mut nodes: Vec<PageNode> = Vec::new();
        let mut taken: HashSet<PageId> = HashSet::new();
        for one in read {
            spaces.push(one.space);
            nodes.extend(one.nodes);
            taken.extend(one.taken);
        }
        let mut previous = self.previous(&taken)?;
        let mut made = plan(&nodes, &spaces, &previous, &self.options.names)?;
        for _ in 0..MAX_PLANS {
            let in_the_way = self.in_the_way(&made, &taken)?;
            if in_the_way.is_empty() {
                break;
            }
            previous.occupied.extend(in_the_way);
            made = plan(&nodes, &spaces, &previous, &self.options.names)?;
        }
        self.store.together(|| {
            for (id, given) in made.spaces {
                self.store.put_record(&Record {
                    kind: RecordKind::Space,
                    id: id.as_str().to_owned(),
                    page: None,
                    path: given.path,
                    stem: Some(given.stem),
                    version: None,
                    size: None,
                    hash: None,
                })?;
            }
            for page in made.pages {
                let is_taken = taken.contains(&page.id);
                if !is_taken {
                    self.store.put_record(&Record {
                        kind: RecordKind::Folder,
                        id: page.id.as_str().to_owned(),
                        page: None,
                        path: page.path.clone(),
                        stem: Some(page.stem.clone()),
                        version: None,
                        size: None,
                        hash: None,
                    })?;
                }
                self.store.put_place(&Placed { id: page.id, path: page.path, stem: page.stem }, is_taken)?;
            }
            Ok(())
        })
    }

    /// The names on record, and the paths of files whose pages take no part in this run.
    fn previous(&self, taken: &HashSet<PageId>) -> Result<Previous, ExportError> {
        let mut previous = Previous::default();
        self.store.each_record::<ExportError>(|record| {
            let Some(stem) = record.stem.clone() else { return Ok(()) };
            let given = Given { path: record.path.clone(), stem };
            match record.kind {
                RecordKind::Space => {
                    previous.spaces.insert(record.id.as_str().into(), given);
                }
                RecordKind::Folder => {
                    previous.pages.entry(record.id.as_str().into()).or_insert(given);
                }
                RecordKind::Page => {
                    let id = PageId::from(record.id.as_str());
                    if !taken.contains(&id) {
                        previous.occupied.insert(fold(record.path.as_str()));
                    }
                    previous.pages.insert(id, given);
                }
                RecordKind::Attachment => {}
            }
            Ok(())
        })?;
        Ok(previous)
    }

    /// Folded paths of the plan where a file stands that is not ours.
    fn in_the_way(&self, made: &Plan, taken: &HashSet<PageId>) -> Result<Vec<String>, ExportError> {
        let mut by_folder: BTreeMap<&str, Vec<(&PageId, &RelPath)>> = BTreeMap::new();
        for page in made.pages.iter().filter(|page| taken.contains(&page.id)) {
            by_folder.entry(page.path.folder()).or_default().push((&page.id, &page.path));
        }
        let mut found = Vec::new();
        for (folder, pages) in by_folder {
            let names = match self.sink.names_in(folder) {
                Ok(names) => names,
                // A file stands where the folder would be; every page in it fails with its own words.
                Err(SinkError::Escapes { .. }) => continue,
                Err(error) => return Err(error.into()),
            };
            let mut existing: HashMap<String, Vec<String>> = HashMap::new();
            for name in names {
                existing.entry(fold(&name)).or_default().push(name);
            }
            for (id, path) in pages {
                for name in existing.get(&fold(path.file_name())).into_iter().flatten() {
                    let there = if folder.is_empty() { name.clone() } else { format!("{folder}/{name}") };
                    let ours = match RelPath::new(&there) {
                        Ok(there) => self.is_ours(id, &there)?,
                        Err(_) => false,
                    };
                    if !ours {
                        found.push(fold(path.as_str()));
                    }
                }
            }
        }
        Ok(found)
    }

    /// Whether the file at `path` was written by us: it is on record, a run that did not end was about to put it there, or it
    /// says itself that it is this very page.
    fn is_ours(&self, id: &PageId, path: &RelPath) -> Result<bool, ExportError> {
        if self.store.is_recorded(path)? {
            return Ok(true);
        }
        let Ok(Some(bytes)) = self.sink.read(path) else { return Ok(false) };
        if self.store.intended(path)? == Some(hash_of(&bytes)) {
            return Ok(true);
        }
        Ok(id_in(&String::from_utf8_lossy(&bytes)) == Some(id.as_str()))
    }

    /// Moves files of ours whose place changed: a new title, another parent. Where one takes the place of another, all of those
    /// go through names that nobody has.
    fn move_files(&self) -> Result<(), ExportError> {
        let mut moves = Vec::new();
        for (record, to) in self.store.moved_pages()? {
            if self.sink.hash(&record.path)?.is_some() {
                moves.push((record, to));
            }
        }
        let from: HashSet<String> = moves.iter().map(|(record, _)| fold(record.path.as_str())).collect();
        let crossing: BTreeSet<usize> = (0..moves.len())
            .filter(|&i| moves.get(i).is_some_and(|(_, to)| from.contains(&fold(to.as_str()))))
            .collect();
        let mut from_where: Vec<RelPath> = moves.iter().map(|(record, _)| record.path.clone()).collect();
        if !crossing.is_empty() {
            // Whoever stands where another goes has to step aside as well.
            for ((record, _), at) in moves.iter().zip(&mut from_where) {
                let aside = RelPath::new(&format!(".pagelift/moving/{}", record.id))?;
                self.sink.rename(at, &aside)?;
                *at = aside;
            }
        }
        for ((mut record, to), at) in moves.into_iter().zip(from_where) {
            if let Some(hash) = &record.hash {
                self.store.intend(&to, hash)?;
            }
            self.sink.rename(&at, &to)?;
            record.path = to;
            self.store.put_record(&record)?;
        }
        Ok(())
    }

    // Writing.

    fn write_pages(&self, spaces: &[Space], totals: &mut Totals) -> Result<(), ExportError> {
        let spaces: HashMap<&str, &Space> = spaces.iter().map(|space| (space.id.as_str(), space)).collect();
        let mut after = String::new();
        let mut done = 0;
        loop {
            let chunk = self.store.places_after(&after, CHUNK)?;
            let Some(last) = chunk.last() else { return Ok(()) };
            last.path.as_str().clone_into(&mut after);
            for placed in chunk {
                let item = self.write_page(&placed, &spaces, totals)?;
                totals.count(&item.outcome);
                self.store.put_outcome(class(&item.outcome), &item)?;
                done += 1;
                self.tell(ExportEvent::PageDone(item));
                self.tell(ExportEvent::Progress { phase: Phase::Writing, done, total: Some(totals.selected) });
            }
        }
    }

    /// Converts and writes one page. Only what no later page could survive is an error.
    fn write_page(
        &self,
        placed: &Placed,
        spaces: &HashMap<&str, &Space>,
        totals: &mut Totals,
    ) -> Result<ItemOutcome, ExportError> {
        let mut item = ItemOutcome {
            id: placed.id.clone(),
            title: placed.stem.clone(),
            path: Some(placed.path.clone()),
            outcome: Outcome::Skipped { reason: SkipReason::Stopped },
            warnings: 0,
        };
        let failed = |code: ErrorCode, message: String| Outcome::Failed { code, message };
        let node = self.store.node(&placed.id)?;
        if let Some(node) = &node {
            node.title.clone_into(&mut item.title);
        }
        if self.stop.is_cancelled() {
            return Ok(item);
        }
        let space = node.as_ref().and_then(|node| spaces.get(node.space.as_str()).copied());
        let rendered = match (&node, space) {
            (Some(node), Some(space)) => {
                self.renderer.page(self.store, space, node, placed, self.options.attachments)?
            }
            _ => Err(NotRendered::NoBody),
        };
        let page = match rendered {
            Ok(page) => page,
            Err(NotRendered::NoBody) => {
                let message = "the site did not hand out the content of this page".to_owned();
                item.outcome = failed(ErrorCode::PageHidden, message);
                return Ok(item);
            }
            Err(NotRendered::Panicked) => {
                let message = "the page could not be converted".to_owned();
                item.outcome = failed(ErrorCode::ConversionFailed, message);
                return Ok(item);
            }
        };
        item.warnings = page.warnings.iter().map(|warning| warning.count.max(1)).sum();
        for wanted in &page.wanted {
            self.store.want(wanted)?;
        }
        item.outcome = match self.put_page(placed, page.version, page.content.as_bytes()) {
            Ok(outcome) => outcome,
            Err(ExportError::Sink(error)) if !error.ends_run() => failed(error.code(), error.to_string()),
            Err(error) => return Err(error),
        };
        if matches!(item.outcome, Outcome::Created | Outcome::Updated) {
            totals.bytes += page.content.len() as u64;
        }
        Ok(item)
    }

    /// Puts the content of a page where it belongs, unless it is there already or a person changed the file.
    fn put_page(&self, placed: &Placed, version: u32, content: &[u8]) -> Result<Outcome, ExportError> {
        let hash = hash_of(content);
        let there = self.sink.hash(&placed.path)?;
        let record = self.store.record(RecordKind::Page, placed.id.as_str())?;
        let outcome = match there {
            None => Outcome::Created,
            Some(there) if there == hash => Outcome::Unchanged,
            Some(there) => {
                let recorded = record.filter(|record| record.path == placed.path).and_then(|record| record.hash);
                if recorded == Some(there.clone()) || self.store.intended(&placed.path)? == Some(there) {
                    Outcome::Updated
                } else {
                    return Ok(Outcome::Skipped { reason: SkipReason::Edited });
                }
            }
        };
        if outcome != Outcome::Unchanged {
            self.store.intend(&placed.path, &hash)?;
            self.sink.write(&placed.path, content)?;
        }
        self.store.put_record(&Record {
            kind: RecordKind::Page,
            id: placed.id.as_str().to_owned(),
            page: None,
            path: placed.path.clone(),
            stem: Some(placed.stem.clone()),
            version: Some(version),
            size: None,
            hash: Some(hash),
        })?;
        self.store.drop_record(RecordKind::Folder, placed.id.as_str())?;
        Ok(outcome)
    }
}

/// The word by which a report is filtered.
fn class(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Created | Outcome::Updated => "written",
        Outcome::Unchanged => "unchanged",
        Outcome::Skipped { .. } => "skipped",
        Outcome::Failed { .. } => "failed",
    }
}
