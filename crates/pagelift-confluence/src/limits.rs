//! Every number by which the client is polite, patient or careful.

use std::time::Duration;

/// How much is asked at a time, how long is waited, and how large an answer may be.
///
/// The defaults are right for real sites; tests shorten the waits.
#[derive(Debug, Clone)]
pub struct Limits {
    /// List requests under way at the same time.
    pub lists: usize,
    /// Searches under way at the same time. Sites protect their search more than the rest.
    pub searches: usize,
    /// Downloads under way at the same time.
    pub downloads: usize,
    /// Tries of one request that fails in a way that may heal, the first included.
    pub attempts: u32,
    /// Failures in a row, over all requests, after which nothing is tried twice any more until something succeeds.
    pub patience: u32,
    /// The shortest pause before another try.
    pub first_pause: Duration,
    /// The longest pause before another try, where the site names none.
    pub longest_pause: Duration,
    /// The longest time that one request waits because the site asked for it, all pauses together. Hourly allowances are given out
    /// anew at the full hour.
    pub longest_wait: Duration,
    /// The pause between two looks whether a network that was lost is back.
    pub probe_pause: Duration,
    /// The pause between two looks whether somebody has signed in again.
    pub sign_in_pause: Duration,
    /// The time in which a connection must stand.
    pub connect_timeout: Duration,
    /// The time in which an answer must begin.
    pub answer_timeout: Duration,
    /// The longest silence inside an answer.
    pub idle_timeout: Duration,
    /// An answer that came faster than this lets the next request ask for more.
    pub fast_answer: Duration,
    /// The largest answer in bytes, decompressed; downloads have no limit.
    pub largest_answer: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            lists: 4,
            searches: 1,
            downloads: 6,
            attempts: 6,
            patience: 20,
            first_pause: Duration::from_millis(500),
            longest_pause: Duration::from_mins(1),
            longest_wait: Duration::from_mins(75),
            probe_pause: Duration::from_secs(15),
            sign_in_pause: Duration::from_secs(3),
            connect_timeout: Duration::from_secs(10),
            answer_timeout: Duration::from_mins(1),
            idle_timeout: Duration::from_secs(30),
            fast_answer: Duration::from_secs(4),
            largest_answer: 64 << 20,
        }
    }
}
