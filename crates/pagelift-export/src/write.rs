//! Pages become files: converted, compared with what lies there, written in small groups.

use std::collections::HashMap;

use pagelift_model::{
    ErrorCode, ExportEvent, ItemOutcome, Outcome, PageNode, Phase, RelPath, SkipReason, Space, Totals,
};

use crate::comments::file_beside;
use crate::disk::hash_of;
use crate::edited::Decided;
use crate::render::{NotRendered, RenderedPage};
use crate::run::{CHUNK, Export, ExportError, class};
use crate::store::{Placed, Record, RecordKind};

/// Pages that are written together: enough that the disk is flushed once for many, few enough that a stop is quick.
const GROUP_PAGES: usize = 32;

/// Bytes after which a group is written at once.
const GROUP_BYTES: usize = 4 << 20;

/// A page on its way to its file.
struct Ready {
    placed: Placed,
    item: ItemOutcome,
    /// The records to keep, once the file is there.
    records: Vec<Record>,
    /// Where the content goes: to the page's own place, or beside it.
    to: RelPath,
    /// What is to be written; `None` where the file stays as it is.
    content: Option<Vec<u8>>,
    /// Whether something is to be written.
    writes: bool,
    /// The file of the page's comments, where it has one.
    comments: Option<String>,
}

impl Ready {
    /// A page of which nothing is written.
    fn as_it_is(placed: Placed, item: ItemOutcome) -> Self {
        let to = placed.path.clone();
        Self { placed, item, records: Vec::new(), to, content: None, writes: false, comments: None }
    }
}

/// The file of a page's comments and what is to be in it; no text where it stays as it is, for the page was not read.
fn comments_of(ready: &mut Ready) -> Option<(String, Option<String>)> {
    let path = file_beside(&ready.placed.path);
    match (&ready.item.outcome, ready.comments.take()) {
        (Outcome::Failed { .. } | Outcome::Skipped { reason: SkipReason::Stopped }, None) => Some((path, None)),
        (_, Some(text)) => Some((path, Some(text))),
        _ => None,
    }
}

impl Export<'_> {
    pub(crate) async fn write_pages(&self, spaces: &[Space], totals: &mut Totals) -> Result<(), ExportError> {
        let spaces: HashMap<&str, &Space> = spaces.iter().map(|space| (space.id.as_str(), space)).collect();
        let mut after = String::new();
        let mut done = totals.failed;
        loop {
            let chunk = self.store.places_after(&after, CHUNK)?;
            let Some(last) = chunk.last() else { return Ok(()) };
            last.path.as_str().clone_into(&mut after);
            let mut waiting = chunk.into_iter();
            loop {
                self.pass().await;
                let group = self.store.together(|| self.next_group(&mut waiting, &spaces))?;
                if group.is_empty() {
                    break;
                }
                for item in self.write_group(group, totals)? {
                    done += 1;
                    self.tell(ExportEvent::PageDone(item));
                    self.tell(ExportEvent::Progress { phase: Phase::Writing, done, total: Some(totals.selected) });
                }
            }
        }
    }

    /// Converts the next pages, and says in the store what is about to be written.
    fn next_group(
        &self,
        waiting: &mut impl Iterator<Item = Placed>,
        spaces: &HashMap<&str, &Space>,
    ) -> Result<Vec<Ready>, ExportError> {
        let mut group = Vec::new();
        let mut bytes = 0;
        while group.len() < GROUP_PAGES && bytes < GROUP_BYTES {
            let Some(placed) = waiting.next() else { break };
            let ready = self.ready(placed, spaces)?;
            if let Some(content) = &ready.content {
                bytes += content.len();
                self.store.intend(&ready.to, &hash_of(content))?;
            }
            group.push(ready);
        }
        Ok(group)
    }

    /// Writes a group of files and keeps how each page ended. An error is one that no later page could survive; what was
    /// written before it is on record.
    fn write_group(&self, mut group: Vec<Ready>, totals: &mut Totals) -> Result<Vec<ItemOutcome>, ExportError> {
        let files: Vec<(RelPath, Vec<u8>)> =
            group.iter_mut().filter_map(|ready| Some((ready.to.clone(), ready.content.take()?))).collect();
        let mut written = self.sink.write_all(&files).into_iter();
        let mut sizes = files.iter().map(|(_, content)| content.len() as u64);
        let comments: Vec<(String, Option<String>)> = group.iter_mut().filter_map(comments_of).collect();
        let mut ending = None;
        let mut items = Vec::with_capacity(group.len());
        self.store.together(|| {
            for ready in group {
                let Ready { placed, mut item, mut records, writes, .. } = ready;
                if writes {
                    match (written.next(), sizes.next()) {
                        (Some(Ok(())), Some(size)) => totals.bytes += size,
                        (Some(Err(error)), _) => {
                            item.outcome = Outcome::Failed { code: error.code(), message: error.to_string() };
                            records.clear();
                            if error.ends_run() {
                                ending.get_or_insert(error);
                            }
                        }
                        _ => {}
                    }
                }
                for record in records {
                    self.store.put_record(&record)?;
                    self.store.drop_record(RecordKind::Folder, placed.id.as_str())?;
                }
                totals.count(&item.outcome);
                self.store.put_outcome(class(&item.outcome), &item)?;
                items.push(item);
            }
            Ok::<(), ExportError>(())
        })?;
        if let Some(error) = ending {
            return Err(error.into());
        }
        for (path, text) in comments {
            match text {
                Some(text) => self.put_shown(&path, totals, &|take| take(&text))?,
                None => self.store.note_shown(&RelPath::new(&path)?)?,
            }
        }
        Ok(items)
    }

    /// Converts one page and compares it with what lies in its place.
    fn ready(&self, placed: Placed, spaces: &HashMap<&str, &Space>) -> Result<Ready, ExportError> {
        let mut item = ItemOutcome {
            id: placed.id.clone(),
            title: placed.stem.clone(),
            path: Some(placed.path.clone()),
            outcome: Outcome::Skipped { reason: SkipReason::Stopped },
            warnings: 0,
            size: 0,
        };
        let node = self.store.node(&placed.id)?;
        if let Some(node) = &node {
            node.title.clone_into(&mut item.title);
        }
        if self.stop.is_cancelled() {
            return Ok(Ready::as_it_is(placed, item));
        }
        let page = match self.rendered(&placed, node.as_ref(), spaces)? {
            Ok(page) => page,
            Err(outcome) => {
                item.outcome = outcome;
                return Ok(Ready::as_it_is(placed, item));
            }
        };
        item.warnings = page.warnings.iter().map(|warning| warning.count.max(1)).sum();
        for wanted in &page.wanted {
            self.store.want(wanted)?;
        }
        let comments = page.comments;
        let content = page.content.into_bytes();
        item.size = content.len() as u64;
        let hash = hash_of(&content);
        let decided = match self.disposition(&placed, node.as_ref(), page.version, hash) {
            Err(ExportError::Sink(error)) if !error.ends_run() => {
                item.outcome = Outcome::Failed { code: error.code(), message: error.to_string() };
                return Ok(Ready { comments, ..Ready::as_it_is(placed, item) });
            }
            decided => decided?,
        };
        item.outcome = decided.outcome;
        let content = decided.writes.then_some(content);
        let Decided { records, to, writes, .. } = decided;
        Ok(Ready { placed, item, records, to, content, writes, comments })
    }

    fn rendered(
        &self,
        placed: &Placed,
        node: Option<&PageNode>,
        spaces: &HashMap<&str, &Space>,
    ) -> Result<Result<RenderedPage, Outcome>, ExportError> {
        let failed = |code: ErrorCode, message: &str| Ok(Err(Outcome::Failed { code, message: message.to_owned() }));
        if let Some((code, message)) = self.store.unread(&placed.id)? {
            return failed(code, &message);
        }
        let space = node.and_then(|node| spaces.get(node.space.as_str()).copied());
        let rendered = match (node, space) {
            (Some(node), Some(space)) => {
                self.renderer.page(self.store, space, node, placed, self.options.attachments)?
            }
            _ => Err(NotRendered::NoBody),
        };
        match rendered {
            Ok(page) => Ok(Ok(page)),
            Err(NotRendered::NoBody) => {
                failed(ErrorCode::PageHidden, "the site did not hand out the content of this page")
            }
            Err(NotRendered::Panicked) => failed(ErrorCode::ConversionFailed, "the page could not be converted"),
        }
    }
}
