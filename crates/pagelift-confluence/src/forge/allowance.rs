//! How many calls a person may have made to an app on one site.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// What Atlassian allows one person on one installation in a window.
const MOST: u32 = 1200;

/// The window of that.
const WINDOW: Duration = Duration::from_mins(1);

/// Holds calls back before Atlassian has to.
#[derive(Debug)]
pub(super) struct Allowance {
    most: u32,
    window: Duration,
    spent: Mutex<Option<(Instant, u32)>>,
}

impl Default for Allowance {
    fn default() -> Self {
        Self { most: MOST, window: WINDOW, spent: Mutex::default() }
    }
}

impl Allowance {
    /// Takes one call from the present window, or waits for the next.
    pub(super) async fn take(&self) {
        while let Some(next) = self.try_take(Instant::now()) {
            sleep_until(next).await;
        }
    }

    /// When to ask again; `None` when a call was taken.
    fn try_take(&self, now: Instant) -> Option<Instant> {
        let mut spent = self.spent.lock().unwrap_or_else(PoisonError::into_inner);
        match spent.as_mut() {
            Some((begun, count)) if now < *begun + self.window => {
                if *count >= self.most {
                    return Some(*begun + self.window);
                }
                *count += 1;
            }
            _ => *spent = Some((now, 1)),
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_that_is_spent_has_to_end_first() {
        let allowance = Allowance { most: 2, ..Allowance::default() };
        let begin = Instant::now();
        assert_eq!(allowance.try_take(begin), None);
        assert_eq!(allowance.try_take(begin + WINDOW / 2), None);
        assert_eq!(allowance.try_take(begin + WINDOW / 2), Some(begin + WINDOW));
        assert_eq!(allowance.try_take(begin + WINDOW), None);
    }
}
