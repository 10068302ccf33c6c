//! Tokens in use, and how old they are.

use std::time::Duration;

use jiff::Timestamp;
use pagelift_confluence::Signature;
use pagelift_confluence::oauth::Tokens;
use pagelift_model::Secret;
use tokio::time::Instant;

use crate::accounts::secrets::GrantSecrets;

/// How long before its end an access token is renewed, at least.
const MARGIN: Duration = Duration::from_mins(1);

/// What is believed of a lifetime, at least.
const SHORTEST: Duration = Duration::from_secs(5);

/// Tokens in use.
#[derive(Debug, Clone)]
pub(super) struct Held {
    pub(super) secrets: GrantSecrets,
    /// When they were taken up, by a clock that nobody sets.
    pub(super) since: Instant,
    /// How old they were then.
    pub(super) age: Duration,
    /// The generation that the vault has: an older one where these could not be put there.
    pub(super) kept: u64,
    /// Whether they came because the ones before were refused.
    pub(super) is_second_try: bool,
}

impl Held {
    /// How old the tokens are. The clock of the wall goes on while a computer sleeps, and the other one is never set.
    pub(super) fn age(&self, now: Timestamp) -> Duration {
        let by_wall = Duration::try_from(now.duration_since(self.secrets.received)).unwrap_or_default();
        by_wall.max(self.age + self.since.elapsed())
    }

    pub(super) fn lifetime(&self) -> Duration {
        Duration::from_secs(self.secrets.lifetime).max(SHORTEST)
    }

    /// Whether the vault has them.
    pub(super) fn is_kept(&self) -> bool {
        self.kept == self.secrets.generation
    }

    /// Whether they are to be renewed before use.
    pub(super) fn is_stale(&self, now: Timestamp) -> bool {
        let lifetime = self.lifetime();
        self.age(now) + MARGIN.max(lifetime / 10).min(lifetime / 2) >= lifetime
    }

    /// Whether an answer of the site may mean that they have ended.
    pub(super) fn is_near_end(&self, now: Timestamp) -> bool {
        self.age(now) + 2 * MARGIN.max(self.lifetime() / 10) >= self.lifetime()
    }

    /// The tokens that came in place of these, at `received`.
    pub(super) fn followed_by(self, tokens: Tokens, received: Timestamp) -> Self {
        let secrets = GrantSecrets {
            generation: self.secrets.generation + 1,
            access: tokens.access,
            refresh: tokens.refresh.or(self.secrets.refresh),
            received,
            lifetime: tokens.lifetime.as_secs(),
            server: self.secrets.server,
        };
        Self { secrets, age: Duration::ZERO, ..self }
    }

    pub(super) fn signature(&self) -> Signature {
        let header = Secret::new(format!("Bearer {}", self.secrets.access.expose()));
        Signature { header, serial: self.secrets.generation }
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;
    use crate::accounts::store::KnownServer;

    fn held(lifetime: u64, age: u64) -> (Held, Timestamp) {
        let received = Timestamp::UNIX_EPOCH;
        let secrets = GrantSecrets {
            server: KnownServer::DataCenter { base: String::new() },
            generation: 1,
            access: Secret::new("a".to_owned()),
            refresh: None,
            received,
            lifetime,
        };
        let held = Held { secrets, since: Instant::now(), age: Duration::ZERO, kept: 1, is_second_try: false };
        (held, received + SignedDuration::from_secs(i64::try_from(age).unwrap()))
    }

    #[test]
    fn tokens_are_renewed_a_tenth_before_their_end_and_a_minute_at_least() {
        for (lifetime, last, first) in [(3600, 3239, 3240), (300, 239, 240), (60, 28, 30), (0, 1, 3)] {
            let is_stale = |age| {
                let (held, now) = held(lifetime, age);
                held.is_stale(now)
            };
            assert!(!is_stale(last) && is_stale(first), "{lifetime}");
        }
    }

    #[test]
    fn a_clock_that_is_put_back_makes_nothing_younger() {
        let (mut held, now) = held(3600, 0);
        held.age = Duration::from_secs(3500);
        assert!(held.is_stale(now - SignedDuration::from_hours(48)));
        assert!(held.is_near_end(now));
    }
}
