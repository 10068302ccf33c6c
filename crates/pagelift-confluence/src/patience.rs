//! Outlasting what is nobody's fault: a network that goes away, and a sign-in that ends, in the middle of a run.
//!
//! Who asks for a page to look at wants to know at once that there is no network. A run of ten thousand pages wants to go on where
//! it was. So this is said by whoever sends the requests: see [`patiently`].

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use pagelift_model::{Holdup, SourceError};
use tokio::sync::{Mutex, MutexGuard};
use tokio::time::{Instant, sleep};

use crate::failure::{Failure, Kind, Refusal};
use crate::http::{Http, Tries};

tokio::task_local! {
    static LIMIT: Duration;
}

/// Does `work`. Its requests wait for a network that is lost and for a sign-in that ended, for up to `limit` each time; also for
/// pauses that the site asks for. Requests to a site that has never answered do not.
pub async fn patiently<T>(limit: Duration, work: impl Future<Output = T>) -> T {
    LIMIT.scope(limit, work).await
}

/// How long the request at hand may be held up.
pub(crate) fn limit() -> Duration {
    LIMIT.try_with(|limit| *limit).unwrap_or_default()
}

/// What holds up the requests to one site.
#[derive(Debug, Default)]
pub(crate) struct Holdups {
    without_network: AtomicUsize,
    without_sign_in: AtomicUsize,
    /// Held by the one request that looks whether the network is back.
    probe: Mutex<()>,
}

impl Holdups {
    pub(crate) fn now(&self) -> Option<Holdup> {
        if self.without_sign_in.load(Ordering::Relaxed) > 0 {
            return Some(Holdup::SignInEnded);
        }
        (self.without_network.load(Ordering::Relaxed) > 0).then_some(Holdup::NoNetwork)
    }

    fn waiting(&self, why: Holdup) -> Waiting<'_> {
        let count = match why {
            Holdup::SignInEnded => &self.without_sign_in,
            Holdup::NoNetwork | Holdup::Paused => &self.without_network,
        };
        count.fetch_add(1, Ordering::Relaxed);
        Waiting(count)
    }
}

/// One request that is held up.
#[derive(Debug)]
struct Waiting<'a>(&'a AtomicUsize);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// What one request knows of being held up.
#[derive(Debug, Default)]
pub(crate) struct HeldUp<'a> {
    /// Since when, without an answer in between.
    since: Option<Instant>,
    /// Set for the request that looks whether the network is back.
    probe: Option<(MutexGuard<'a, ()>, Waiting<'a>)>,
    /// The signature that was refused last.
    pub(crate) refused: Option<Refusal>,
}

/// What a failure is held up by, where that may end by itself or by what a person does.
fn holdup(failure: &Failure) -> Option<Holdup> {
    match failure.error {
        SourceError::Unreachable { .. } => Some(Holdup::NoNetwork),
        SourceError::SignInRejected { .. } | SourceError::SignInEnded { .. } => Some(Holdup::SignInEnded),
        _ => None,
    }
}

impl Http {
    /// What holds up requests to the site.
    pub(crate) fn holdup(&self) -> Option<Holdup> {
        self.holdups.now()
    }

    /// Waits until the request may be sent once more; hands the failure back when there is nothing to wait for, or no time.
    pub(crate) async fn outlast<'a>(&'a self, failure: Failure, tries: &mut Tries<'a>) -> Result<(), Failure> {
        let Some(why) = holdup(&failure).filter(|_| !limit().is_zero() && self.pacer.has_succeeded()) else {
            return Err(failure);
        };
        let since = *tries.held_up.since.get_or_insert_with(Instant::now);
        let left = limit().saturating_sub(since.elapsed());
        if left.is_zero() {
            return Err(failure);
        }
        tracing::debug!(error = %failure.error, "held up");
        let goes_on = match why {
            Holdup::SignInEnded => self.outlast_sign_out(&failure, left, tries).await,
            Holdup::NoNetwork | Holdup::Paused => {
                self.outlast_outage(left, tries).await;
                true
            }
        };
        if !goes_on {
            return Err(failure);
        }
        tries.begin_anew();
        Ok(())
    }

    /// One request at a time looks whether the network is back; the others wait for what it finds.
    async fn outlast_outage<'a>(&'a self, left: Duration, tries: &mut Tries<'a>) {
        let pause = self.limits.probe_pause.min(left);
        if tries.held_up.probe.is_some() {
            return sleep(pause).await;
        }
        let waiting = self.holdups.waiting(Holdup::NoNetwork);
        let before = self.pacer.successes();
        let Ok(probe) = tokio::time::timeout(left, self.holdups.probe.lock()).await else { return };
        if self.pacer.successes() == before {
            tries.held_up.probe = Some((probe, waiting));
            sleep(pause).await;
        }
    }

    /// Waits until there is another signature. False when there will be none in time.
    async fn outlast_sign_out(&self, failure: &Failure, left: Duration, tries: &Tries<'_>) -> bool {
        if !self.signer.may_change() {
            return false;
        }
        let _waiting = self.holdups.waiting(Holdup::SignInEnded);
        let until = Instant::now() + left.min(Duration::from_hours(24 * 365));
        while Instant::now() < until {
            sleep(self.limits.sign_in_pause.min(until.saturating_duration_since(Instant::now()))).await;
            let is_another = match (failure.kind, tries.held_up.refused) {
                (Kind::Unsigned, _) | (_, None) => self.signer.signature().await.is_ok(),
                (_, Some(refused)) => matches!(self.signer.refused(refused.serial, refused.status).await, Ok(true)),
            };
            if is_another {
                return true;
            }
        }
        false
    }
}
