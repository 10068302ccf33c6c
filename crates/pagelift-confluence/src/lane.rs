//! Bounded concurrency that gives way under pressure and comes back.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

/// Successes after which one more request may be under way.
const GROW_AFTER: u32 = 50;

/// Requests of one sort, of which only so many are under way at a time.
#[derive(Debug)]
pub(crate) struct Lane {
    most: usize,
    state: Mutex<State>,
    freed: Notify,
}

#[derive(Debug)]
struct State {
    allowed: usize,
    under_way: usize,
    good: u32,
}

/// The right to have one request under way; dropped when it is over.
#[derive(Debug)]
pub(crate) struct Slot(Arc<Lane>);

impl Lane {
    pub(crate) fn new(most: usize) -> Arc<Self> {
        let most = most.max(1);
        let state = Mutex::new(State { allowed: most, under_way: 0, good: 0 });
        Arc::new(Self { most, state, freed: Notify::new() })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for a free place.
    pub(crate) async fn enter(self: &Arc<Self>) -> Slot {
        loop {
            let freed = self.freed.notified();
            {
                let mut state = self.state();
                if state.under_way < state.allowed {
                    state.under_way += 1;
                    return Slot(Arc::clone(self));
                }
            }
            freed.await;
        }
    }

    /// Halves what may be under way.
    pub(crate) fn slow_down(&self) {
        let mut state = self.state();
        state.allowed = (state.allowed / 2).max(1);
        state.good = 0;
    }

    /// Counts a success; many of them give back what [`Lane::slow_down`] took.
    pub(crate) fn succeeded(&self) {
        let mut state = self.state();
        state.good += 1;
        if state.good >= GROW_AFTER {
            state.good = 0;
            if state.allowed < self.most {
                state.allowed += 1;
                self.freed.notify_one();
            }
        }
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.0.state().under_way -= 1;
        self.0.freed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt as _;

    use super::*;

    #[tokio::test]
    async fn pressure_halves_what_is_under_way_and_successes_give_it_back() {
        let lane = Lane::new(4);
        lane.slow_down();
        let first = lane.enter().await;
        let _second = lane.enter().await;
        assert!(lane.enter().now_or_never().is_none());
        for _ in 0..GROW_AFTER {
            lane.succeeded();
        }
        let _third = lane.enter().await;
        assert!(lane.enter().now_or_never().is_none());
        drop(first);
        assert!(lane.enter().now_or_never().is_some());
    }

    #[tokio::test]
    async fn one_request_may_always_be_under_way() {
        let lane = Lane::new(2);
        for _ in 0..5 {
            lane.slow_down();
        }
        assert!(lane.enter().now_or_never().is_some());
    }
}
