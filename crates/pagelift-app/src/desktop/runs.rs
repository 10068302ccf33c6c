//! The runs of a window: each on a thread of its own, since a run blocks on the disk.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use pagelift_export::Finished;
use pagelift_model::{Clock, ErrorCode, EventSink, ExportEvent, Phase};
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

use crate::ipc::{IpcError, RunEvent};
use crate::report::ReportFile;
use crate::{AppError, Folders, OpenSite, Pace, Pause, Run, RunOptions};

/// How long a run waits for a network or a sign-in, while its window shows that it does: longer than anybody does.
const PATIENCE: Duration = Duration::from_hours(30 * 24);

/// Takes what happens in a run.
pub(super) type Tell = Box<dyn Fn(RunEvent) + Send + Sync>;

/// What a run begins with.
pub(super) struct Begun {
    pub(super) site: OpenSite,
    pub(super) site_id: String,
    pub(super) to: PathBuf,
    pub(super) options: RunOptions,
    pub(super) folders: Folders,
    pub(super) clock: Arc<dyn Clock>,
}

/// All runs since the window opened.
#[derive(Default)]
pub(super) struct Runs {
    by_name: Mutex<HashMap<String, Running>>,
    /// Stops every run, those too that have no name yet.
    stop: CancellationToken,
}

struct Running {
    site: String,
    stop: CancellationToken,
    report: Arc<ReportFile>,
    pause: Pause,
    thread: Option<JoinHandle<()>>,
}

impl Runs {
    fn all(&self) -> MutexGuard<'_, HashMap<String, Running>> {
        self.by_name.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins a run and answers its name, or why it cannot begin.
    pub(super) async fn start(&self, begun: Begun, tell: Tell) -> Result<String, AppError> {
        let stop = self.stop.child_token();
        let (ready, answer) = oneshot::channel();
        // Requests of the site go through connections that live in the caller's runtime.
        let runtime = Handle::current();
        let (site, stopped) = (begun.site_id.clone(), stop.clone());
        let pause = Pause::default();
        let switch = pause.clone();
        let thread = thread::Builder::new()
            .name("run".to_owned())
            .spawn(move || work(begun, &runtime, &stopped, switch, ready, tell));
        let gone = || AppError::refused(ErrorCode::Internal, "the run could not begin");
        let thread = thread.map_err(|_| gone())?;
        let report: Arc<ReportFile> = answer.await.map_err(|_| gone())??;
        let run = report.run().to_owned();
        self.all().insert(run.clone(), Running { site, stop, report, pause, thread: Some(thread) });
        Ok(run)
    }

    pub(super) fn stop(&self, run: &str) {
        if let Some(running) = self.all().get(run) {
            running.stop.cancel();
        }
    }

    /// Lets a run pause, or go on.
    pub(super) fn pause(&self, run: &str, is_paused: bool) {
        if let Some(running) = self.all().get(run) {
            if is_paused { running.pause.pause() } else { running.pause.resume() }
        }
    }

    pub(super) fn stop_site(&self, site: &str) {
        for running in self.all().values().filter(|running| running.site == site) {
            running.stop.cancel();
        }
    }

    /// Makes what a run told so far readable. Answers whether there was such a run since the window opened.
    pub(super) fn flush(&self, run: &str) -> bool {
        let all = self.all();
        let known = all.get(run);
        if let Some(running) = known {
            running.report.flush();
        }
        known.is_some()
    }

    /// Stops all runs and waits until they have ended. One that begins later stops at once.
    pub(super) fn end(&self) {
        self.stop.cancel();
        let all: Vec<Running> = self.all().drain().map(|(_, running)| running).collect();
        for thread in all.into_iter().filter_map(|mut running| running.thread.take()) {
            // A run that ends the window from within cannot wait for itself; one that panicked has told so.
            if thread.thread().id() != thread::current().id() {
                let _ = thread.join();
            }
        }
    }
}

/// The thread of a run.
fn work(
    begun: Begun,
    runtime: &Handle,
    stop: &CancellationToken,
    pause: Pause,
    ready: oneshot::Sender<Result<Arc<ReportFile>, AppError>>,
    tell: Tell,
) {
    let Begun { site, to, options, folders, clock, .. } = begun;
    let run = match Run::prepare(site, &to, false, &folders, clock.as_ref()) {
        Ok(run) => run.pausing(pause).patient(PATIENCE),
        Err(error) => {
            // Nobody waits any more when the window is closing.
            let _ = ready.send(Err(error));
            return;
        }
    };
    if ready.send(Ok(Arc::clone(run.report()))).is_err() {
        return;
    }
    let events = Thinned::new(tell, Arc::clone(&clock));
    let export = AssertUnwindSafe(|| runtime.block_on(run.export(&options, &events, clock.as_ref(), stop)));
    let ended = catch_unwind(export)
        .unwrap_or_else(|_| Err(AppError::refused(ErrorCode::Internal, "the run ended by a fault of Pagelift")));
    events.tell(match ended {
        Ok(Finished { totals, stopped }) => RunEvent::Finished { totals, stopped },
        Err(error) => RunEvent::Failed { error: IpcError::from(error) },
    });
}

/// Tells the window what it shows, and not more often than it can show it.
pub(super) struct Thinned {
    tell: Tell,
    pace: Pace,
    /// What was done last.
    title: Mutex<Option<String>>,
}

impl Thinned {
    pub(super) fn new(tell: Tell, clock: Arc<dyn Clock>) -> Self {
        Self { tell, pace: Pace::new(clock), title: Mutex::default() }
    }

    /// Tells one thing as it is.
    pub(super) fn tell(&self, event: RunEvent) {
        (self.tell)(event);
    }

    fn title(&self) -> MutexGuard<'_, Option<String>> {
        self.title.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn progress(&self, phase: Phase, done: u64, total: Option<u64>) {
        if self.pace.is_due(phase, done, total) {
            let title = self.title().clone();
            (self.tell)(RunEvent::Progress { phase, done, total, title });
        }
    }
}

impl EventSink for Thinned {
    fn send(&self, event: ExportEvent) {
        match event {
            ExportEvent::PhaseStarted { phase, total } => {
                *self.title() = None;
                self.progress(phase, 0, total);
            }
            ExportEvent::Progress { phase, done, total } => self.progress(phase, done, total),
            ExportEvent::Waiting { until } => (self.tell)(RunEvent::Waiting { until: until.to_string() }),
            ExportEvent::HeldUp { why } => (self.tell)(RunEvent::HeldUp { why }),
            ExportEvent::GoesOn => (self.tell)(RunEvent::GoesOn),
            ExportEvent::PageDone(item) => *self.title() = Some(item.title),
            // The report has it, and the end of the run is told by its thread.
            ExportEvent::PageGone(_) | ExportEvent::AttachmentFailed { .. } | ExportEvent::Finished { .. } => {}
        }
    }
}
