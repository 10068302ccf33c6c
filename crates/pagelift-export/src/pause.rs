//! Letting a run pause.

use std::sync::Arc;

use tokio::sync::watch;

/// Lets runs pause and go on. Clones are the same switch.
#[derive(Debug, Clone)]
pub struct Pause(Arc<watch::Sender<bool>>);

impl Default for Pause {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(false)))
    }
}

impl Pause {
    /// Nothing new begins from now on; what is being written is written to its end.
    pub fn pause(&self) {
        self.0.send_replace(true);
    }

    /// Work goes on.
    pub fn resume(&self) {
        self.0.send_replace(false);
    }

    /// Whether runs are to pause.
    pub fn is_set(&self) -> bool {
        *self.0.borrow()
    }

    /// Waits until work may go on.
    pub(crate) async fn over(&self) {
        // The sender is `self`, so that it cannot be gone.
        let _ = self.0.subscribe().wait_for(|is_set| !is_set).await;
    }
}
