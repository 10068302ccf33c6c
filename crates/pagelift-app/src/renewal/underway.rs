//! What the program waits for before it ends.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How long the end of the program waits.
const LAST_WAIT: Duration = Duration::from_secs(10);

/// Renewals that are under way. The program ends after them, so that none is lost between answer and vault.
#[derive(Default)]
pub(crate) struct Underway {
    count: Mutex<usize>,
    ended: Condvar,
}

impl Underway {
    fn count(&self) -> MutexGuard<'_, usize> {
        self.count.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts until the answer is dropped.
    pub(crate) fn begin(self: &Arc<Self>) -> OneUnderway {
        *self.count() += 1;
        OneUnderway(Arc::clone(self))
    }

    /// Waits for them, but not for ever. Blocks.
    pub(crate) fn settle(&self) {
        let waiting = self.ended.wait_timeout_while(self.count(), LAST_WAIT, |count| *count > 0);
        drop(waiting.unwrap_or_else(PoisonError::into_inner));
    }
}

/// Something that the end of the program waits for.
pub(crate) struct OneUnderway(Arc<Underway>);

impl Drop for OneUnderway {
    fn drop(&mut self) {
        *self.0.count() -= 1;
        self.0.ended.notify_all();
    }
}
