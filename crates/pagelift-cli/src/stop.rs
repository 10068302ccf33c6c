//! Ending before the end: Ctrl+C, or the system's wish.

use std::process;

use tokio_util::sync::CancellationToken;

use crate::failure::Failure;
use crate::output::remark;

/// Does `work` until somebody stops it. What must not be cut short is waited for at the end of the program; the second Ctrl+C does
/// not wait.
pub async fn stoppable<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    tokio::select! {
        done = work => done,
        () = wait_for_signal() => {
            tokio::spawn(async {
                wait_for_signal().await;
                process::exit(130);
            });
            Err(Failure::stopped())
        }
    }
}

/// Ctrl+C, or the system's wish to end, stops the run in good order. The second Ctrl+C ends it at once.
pub fn stop_on_signal(stop: CancellationToken) {
    tokio::spawn(async move {
        wait_for_signal().await;
        stop.cancel();
        remark("Stopping. Press Ctrl+C again to end at once.");
        wait_for_signal().await;
        std::process::exit(130);
    });
}

async fn wait_for_signal() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    // Where no signals can be had, none are waited for.
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
