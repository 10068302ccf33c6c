//! The time of this computer.

use jiff::Timestamp;
use pagelift_model::Clock;

/// The clock of the operating system.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods, reason = "this is the adapter that everybody else asks")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}
