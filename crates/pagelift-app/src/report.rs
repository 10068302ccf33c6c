//! The report of a run: one JSON object a line, kept with Pagelift's own data, written while the run goes on.

mod forms;

use std::fs::File;
use std::io::{BufRead as _, BufReader, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use pagelift_model::{Clock, EventSink, ExportEvent, ItemOutcome, Outcome, Totals};

use crate::ipc::{AttachmentFailure, ReportFilter, ReportPage};
use crate::{AppError, Folders};

pub use forms::{ReportForm, write_report};

/// Reports that are kept: those of a year, where one run goes every day.
const KEPT: usize = 365;

/// How the names of reviews begin.
const REVIEW: &str = "review-";

/// Reviews that are kept, so that more than one sheet can show its own.
const REVIEWS_KEPT: usize = 10;

/// Most attachments, and most pages that are gone, that a part of a report lists.
const MAX_FAILURES: usize = 1000;

/// The report of a run that goes on. It keeps how every page ended, the attachments that failed, and the sums.
#[derive(Debug)]
pub struct ReportFile {
    run: String,
    path: PathBuf,
    file: Mutex<BufWriter<File>>,
    is_empty: AtomicBool,
}

impl ReportFile {
    /// Begins the report of a new run, which is named after the time.
    pub(crate) fn begin(folders: &Folders, clock: &dyn Clock) -> Result<Self, AppError> {
        Self::begin_in(&folders.reports()?, "", KEPT, clock)
    }

    /// Begins the report of a review, which is named after the time as well.
    pub(crate) fn begin_review(folders: &Folders, clock: &dyn Clock) -> Result<Self, AppError> {
        Self::begin_in(&folders.reviews()?, REVIEW, REVIEWS_KEPT, clock)
    }

    fn begin_in(folder: &Path, prefix: &str, kept: usize, clock: &dyn Clock) -> Result<Self, AppError> {
        remove_oldest(folder, kept);
        let time = format!("{prefix}{}", clock.now().strftime("%Y%m%dT%H%M%SZ"));
        let mut number = 1;
        loop {
            let run = if number == 1 { time.clone() } else { format!("{time}-{number}") };
            let path = path_of(folder, &run);
            match File::options().write(true).create_new(true).open(&path) {
                Ok(file) => {
                    let file = Mutex::new(BufWriter::new(file));
                    return Ok(Self { run, path, file, is_empty: AtomicBool::new(true) });
                }
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => number += 1,
                Err(error) => return Err(AppError::own_file(&path, &error)),
            }
        }
    }

    /// The name of the run.
    pub fn run(&self) -> &str {
        &self.run
    }

    /// Where the report is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Makes what was told so far readable.
    pub(crate) fn flush(&self) {
        if let Err(error) = self.file.lock().unwrap_or_else(PoisonError::into_inner).flush() {
            tracing::warn!(path = %self.path.display(), %error, "the report is not complete");
        }
    }

    /// Ends the report. One of a run that came to nothing is not kept.
    pub(crate) fn end(&self) {
        self.flush();
        if self.is_empty.load(Ordering::Relaxed) {
            // What cannot be removed is empty and does no harm.
            let _ = std::fs::remove_file(&self.path);
        }
    }

    fn append(&self, event: &ExportEvent) -> std::io::Result<()> {
        let mut line = serde_json::to_vec(event)?;
        line.push(b'\n');
        self.file.lock().unwrap_or_else(PoisonError::into_inner).write_all(&line)
    }
}

impl EventSink for ReportFile {
    fn send(&self, event: ExportEvent) {
        match &event {
            ExportEvent::PageDone(_)
            | ExportEvent::PageGone(_)
            | ExportEvent::AttachmentFailed { .. }
            | ExportEvent::Finished { .. } => {}
            ExportEvent::PhaseStarted { .. }
            | ExportEvent::Progress { .. }
            | ExportEvent::Waiting { .. }
            | ExportEvent::HeldUp { .. }
            | ExportEvent::GoesOn => return,
        }
        self.is_empty.store(false, Ordering::Relaxed);
        // A report that cannot be written is no reason to lose the export.
        if let Err(error) = self.append(&event) {
            tracing::warn!(path = %self.path.display(), %error, "the report is not complete");
        }
        if matches!(event, ExportEvent::Finished { .. }) {
            self.flush();
        }
    }
}

/// Makes room for one more report. Their names are in the order of time.
fn remove_oldest(folder: &Path, kept: usize) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let paths = entries.flatten().map(|entry| entry.path());
    let mut reports: Vec<PathBuf> = paths.filter(|path| path.extension().is_some_and(|end| end == "jsonl")).collect();
    reports.sort();
    for path in reports.iter().take((reports.len() + 1).saturating_sub(kept)) {
        // One that cannot be removed stays.
        let _ = std::fs::remove_file(path);
    }
}

/// Tells two sinks the same.
pub(crate) struct Both<'a>(pub(crate) &'a dyn EventSink, pub(crate) &'a dyn EventSink);

impl EventSink for Both<'_> {
    fn send(&self, event: ExportEvent) {
        self.0.send(event.clone());
        self.1.send(event);
    }
}

fn path_of(folder: &Path, run: &str) -> PathBuf {
    folder.join(format!("{run}.jsonl"))
}

/// The path of the report of a run; `None` for a name that no run has.
pub(crate) fn report_path(folders: &Folders, run: &str) -> Result<Option<PathBuf>, AppError> {
    let sound = !run.is_empty() && run.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let folder = if run.starts_with(REVIEW) { folders.reviews()? } else { folders.reports()? };
    let path = path_of(&folder, run);
    Ok((sound && path.is_file()).then_some(path))
}

fn matches(filter: ReportFilter, item: &ItemOutcome) -> bool {
    match filter {
        ReportFilter::All => true,
        ReportFilter::Written => item.outcome.is_written(),
        ReportFilter::Created => item.outcome == Outcome::Created,
        ReportFilter::Updated => item.outcome == Outcome::Updated,
        ReportFilter::Moved => matches!(item.outcome, Outcome::Moved { .. }),
        ReportFilter::Edited => item.outcome.is_edited(),
        ReportFilter::Unchanged => item.outcome == Outcome::Unchanged,
        ReportFilter::Skipped => matches!(item.outcome, Outcome::Skipped { .. }),
        ReportFilter::Failed => matches!(item.outcome, Outcome::Failed { .. }),
        ReportFilter::Notes => item.warnings > 0,
    }
}

/// The report of a run that came to nothing.
pub(crate) fn empty_report() -> ReportPage {
    ReportPage {
        totals: Totals::default(),
        items: Vec::new(),
        count: 0,
        gone: Vec::new(),
        attachments_failed: Vec::new(),
    }
}

/// Shows what is in the report at `path`, in order.
fn each_event(path: &Path, mut see: impl FnMut(ExportEvent)) -> Result<(), AppError> {
    let file = File::open(path).map_err(|error| AppError::own_file(path, &error))?;
    for line in BufReader::new(file).lines() {
        let line = line.map_err(|error| AppError::own_file(path, &error))?;
        // The last line of a run that was killed may be a part.
        let Ok(event) = serde_json::from_str(&line) else { break };
        see(event);
    }
    Ok(())
}

/// Lines `offset..offset + limit` of those that `filter` lets through, and the sums: those of the whole run, or so far while it
/// goes on.
pub(crate) fn read_report(path: &Path, filter: ReportFilter, offset: u64, limit: u64) -> Result<ReportPage, AppError> {
    let mut page = empty_report();
    let mut counted = Totals::default();
    let mut finished = None;
    each_event(path, |event| match event {
        ExportEvent::PageDone(item) => {
            counted.selected += 1;
            counted.count(&item.outcome);
            if matches(filter, &item) {
                if page.count >= offset && (page.items.len() as u64) < limit {
                    page.items.push(item);
                }
                page.count += 1;
            }
        }
        ExportEvent::AttachmentFailed { name, page: title, code, message } => {
            counted.attachments_failed += 1;
            if page.attachments_failed.len() < MAX_FAILURES {
                page.attachments_failed.push(AttachmentFailure { name, page: title, code, message });
            }
        }
        ExportEvent::PageGone(gone) => {
            counted.gone += 1;
            counted.removed += u64::from(gone.is_removed());
            if page.gone.len() < MAX_FAILURES {
                page.gone.push(gone);
            }
        }
        ExportEvent::Finished { totals, .. } => finished = Some(totals),
        ExportEvent::PhaseStarted { .. }
        | ExportEvent::Progress { .. }
        | ExportEvent::Waiting { .. }
        | ExportEvent::HeldUp { .. }
        | ExportEvent::GoesOn => {}
    })?;
    page.totals = finished.unwrap_or(counted);
    Ok(page)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SystemClock;

    #[test]
    fn reports_do_not_pile_up_without_end() {
        let home = tempfile::tempdir().unwrap();
        let folders = Folders::below(home.path());
        let folder = folders.reports().unwrap();
        for day in 0..KEPT {
            File::create(path_of(&folder, &format!("2020{day:04}T000000Z"))).unwrap();
        }
        let report = ReportFile::begin(&folders, &SystemClock).unwrap();
        assert!(report.path().is_file());
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), KEPT);
        assert!(!path_of(&folder, "20200000T000000Z").exists());
    }
}
