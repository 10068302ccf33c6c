//! How often progress is told.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use pagelift_model::{Clock, Phase};

/// The time between two tellings: ten a second are all that anybody can read.
const PAUSE: SignedDuration = SignedDuration::from_millis(100);

/// Thins out progress. The beginning and the end of a part are always told.
pub struct Pace {
    clock: Arc<dyn Clock>,
    told: Mutex<Option<(Phase, Timestamp)>>,
}

impl Pace {
    /// A pace by this clock.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, told: Mutex::default() }
    }

    /// Whether this much progress is to be told now.
    pub fn is_due(&self, phase: Phase, done: u64, total: Option<u64>) -> bool {
        let now = self.clock.now();
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let recent = told.is_some_and(|(of, at)| of == phase && now.duration_since(at).abs() < PAUSE);
        if recent && Some(done) != total {
            return false;
        }
        *told = Some((phase, now));
        true
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, Ordering};

    use super::*;

    struct Hand(AtomicI64);

    impl Clock for Hand {
        fn now(&self) -> Timestamp {
            Timestamp::from_millisecond(self.0.load(Ordering::Relaxed)).unwrap()
        }
    }

    #[test]
    fn progress_is_told_ten_times_a_second_and_at_both_ends_of_each_part() {
        let hand = Arc::new(Hand(AtomicI64::new(0)));
        let pace = Pace::new(hand.clone());
        let told = |phase, total: u64| {
            (0..=total)
                .filter(|&done| {
                    hand.0.fetch_add(1, Ordering::Relaxed);
                    pace.is_due(phase, done, Some(total))
                })
                .collect::<Vec<_>>()
        };
        assert_eq!(told(Phase::Reading, 250), [0, 100, 200, 250]);
        assert_eq!(told(Phase::Writing, 50), [0, 50]);
    }
}
