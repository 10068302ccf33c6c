//! The one pacer of a site, shared by all who ask it something.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use pagelift_model::Clock;
use tokio::time::Instant;

use crate::lane::{Lane, Slot};
use crate::limits::Limits;

/// The sorts of requests that are bounded each for itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sort {
    /// Lists and single things.
    List,
    /// Searches.
    Search,
    /// Attachments.
    Download,
}

/// The site wants to be left alone for longer than anybody waits.
#[derive(Debug)]
pub(crate) struct TooLong(pub(crate) Timestamp);

/// A pause of the whole site: when it is over, by both clocks.
#[derive(Debug, Clone, Copy)]
struct Pause {
    over: Instant,
    until: Timestamp,
}

pub(crate) struct Pacer {
    lists: Arc<Lane>,
    searches: Arc<Lane>,
    downloads: Arc<Lane>,
    pause: Mutex<Option<Pause>>,
    failures_in_row: AtomicU32,
    successes: AtomicU32,
    clock: Arc<dyn Clock>,
    limits: Limits,
}

impl Pacer {
    pub(crate) fn new(clock: Arc<dyn Clock>, limits: Limits) -> Self {
        Self {
            lists: Lane::new(limits.lists),
            searches: Lane::new(limits.searches),
            downloads: Lane::new(limits.downloads),
            pause: Mutex::default(),
            failures_in_row: AtomicU32::new(0),
            successes: AtomicU32::new(0),
            clock,
            limits,
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    fn lane(&self, sort: Sort) -> &Arc<Lane> {
        match sort {
            Sort::List => &self.lists,
            Sort::Search => &self.searches,
            Sort::Download => &self.downloads,
        }
    }

    fn pause(&self) -> Option<Pause> {
        let pause = *self.pause.lock().unwrap_or_else(PoisonError::into_inner);
        pause.filter(|pause| pause.over > Instant::now())
    }

    /// Until when the whole site is left alone.
    pub(crate) fn waiting_until(&self) -> Option<Timestamp> {
        self.pause().map(|pause| pause.until)
    }

    /// Leaves the whole site alone for `length`, or longer where that was agreed before.
    pub(crate) fn hold(&self, length: Duration) -> Timestamp {
        let until = self.now().saturating_add(SignedDuration::try_from(length).unwrap_or(SignedDuration::MAX));
        let until = until.unwrap_or(Timestamp::MAX);
        // A pause of centuries would be more than the clock can hold.
        let over = Instant::now() + length.min(Duration::from_hours(30 * 24));
        let mut pause = self.pause.lock().unwrap_or_else(PoisonError::into_inner);
        if pause.is_none_or(|pause| pause.over < over) {
            *pause = Some(Pause { over, until });
        }
        until
    }

    /// Waits until a request of this sort may be sent. `waited` counts what the request has spent on pauses.
    pub(crate) async fn enter(&self, sort: Sort, waited: &mut Duration, longest: Duration) -> Result<Slot, TooLong> {
        loop {
            if let Some(pause) = self.pause() {
                let left = pause.over.saturating_duration_since(Instant::now());
                if *waited + left > longest {
                    return Err(TooLong(pause.until));
                }
                *waited += left;
                tokio::time::sleep_until(pause.over).await;
                continue;
            }
            let slot = self.lane(sort).enter().await;
            if self.pause().is_none() {
                return Ok(slot);
            }
        }
    }

    /// Notes an answer that was of use.
    pub(crate) fn succeeded(&self, sort: Sort, is_near_limit: bool) {
        self.failures_in_row.store(0, Ordering::Relaxed);
        self.successes.fetch_add(1, Ordering::Relaxed);
        if is_near_limit {
            self.lane(sort).slow_down();
        } else {
            self.lane(sort).succeeded();
        }
    }

    /// Notes that a request failed in a way that may heal.
    pub(crate) fn failed(&self) {
        self.failures_in_row.fetch_add(1, Ordering::Relaxed);
    }

    /// Notes that the site has had too much.
    pub(crate) fn throttled(&self, sort: Sort) {
        self.lane(sort).slow_down();
    }

    /// How many answers were of use.
    pub(crate) fn successes(&self) -> u32 {
        self.successes.load(Ordering::Relaxed)
    }

    /// Whether anything has ever worked here.
    pub(crate) fn has_succeeded(&self) -> bool {
        self.successes.load(Ordering::Relaxed) > 0
    }

    /// Whether trying again is still polite.
    pub(crate) fn is_patient(&self) -> bool {
        self.failures_in_row.load(Ordering::Relaxed) < self.limits.patience
    }

    /// The pause before another try: between the shortest and three times the last one, by chance, so that requests which failed
    /// together do not come back together.
    pub(crate) fn backoff(&self, last: Duration) -> Duration {
        let shortest = self.limits.first_pause.as_secs_f64();
        let longest = (last.as_secs_f64() * 3.0).max(shortest * 1.5);
        let chosen = Duration::from_secs_f64(shortest + fastrand::f64() * (longest - shortest));
        chosen.min(self.limits.longest_pause)
    }

    /// A pause that the site asked for, and up to a tenth more.
    pub(crate) fn asked(length: Duration) -> Duration {
        length + length.min(Duration::from_mins(10)).mul_f64(fastrand::f64() * 0.1)
    }
}
