//! The reviews of a window: what a run would do, found out on a thread of its own, and kept as a report until newer ones are.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

use pagelift_export::Finished;
use pagelift_model::ErrorCode;
use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;

use super::runs::{Begun, Tell, Thinned};
use crate::ipc::{IpcError, RunEvent};
use crate::report::{Both, ReportFile};
use crate::{AppError, dry_run};

/// All reviews since the window opened.
#[derive(Default)]
pub(super) struct Reviews {
    by_name: Mutex<HashMap<String, UnderWay>>,
    stop: CancellationToken,
}

struct UnderWay {
    stop: CancellationToken,
    report: Arc<ReportFile>,
    thread: JoinHandle<()>,
}

impl Reviews {
    fn all(&self) -> MutexGuard<'_, HashMap<String, UnderWay>> {
        self.by_name.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins a review and answers its name, by which its report is read.
    pub(super) fn start(&self, begun: Begun, tell: Tell) -> Result<String, AppError> {
        let report = Arc::new(ReportFile::begin_review(&begun.folders, begun.clock.as_ref())?);
        let stop = self.stop.child_token();
        // Requests of the site go through connections that live in the caller's runtime.
        let runtime = Handle::current();
        let (stopped, kept) = (stop.clone(), Arc::clone(&report));
        let work = move || look(&begun, &runtime, &stopped, &kept, tell);
        let thread = thread::Builder::new().name("review".to_owned()).spawn(work);
        let thread = thread.map_err(|_| AppError::refused(ErrorCode::Internal, "the review could not begin"))?;
        let run = report.run().to_owned();
        let mut all = self.all();
        all.retain(|_, known| !known.thread.is_finished());
        all.insert(run.clone(), UnderWay { stop, report, thread });
        Ok(run)
    }

    pub(super) fn stop(&self, run: &str) {
        if let Some(known) = self.all().get(run) {
            known.stop.cancel();
        }
    }

    /// Makes what a review told so far readable. Answers whether it goes on.
    pub(super) fn flush(&self, run: &str) -> bool {
        let all = self.all();
        let known = all.get(run);
        if let Some(known) = known {
            known.report.flush();
        }
        known.is_some()
    }

    /// Stops all reviews and waits until they have ended.
    pub(super) fn end(&self) {
        self.stop.cancel();
        let all: Vec<UnderWay> = self.all().drain().map(|(_, known)| known).collect();
        for known in all.into_iter().filter(|known| known.thread.thread().id() != thread::current().id()) {
            // One that panicked has nothing to say any more.
            let _ = known.thread.join();
        }
    }
}

/// The thread of a review.
fn look(begun: &Begun, runtime: &Handle, stop: &CancellationToken, report: &ReportFile, tell: Tell) {
    let events = Thinned::new(tell, Arc::clone(&begun.clock));
    let both = Both(report, &events);
    let Begun { site, to, options, folders, clock, .. } = begun;
    let ended = runtime.block_on(dry_run(site, to, options, folders, &both, clock.as_ref(), stop));
    report.flush();
    events.tell(match ended {
        Ok(Finished { totals, stopped }) => RunEvent::Finished { totals, stopped },
        Err(error) => RunEvent::Failed { error: IpcError::from(error) },
    });
}
