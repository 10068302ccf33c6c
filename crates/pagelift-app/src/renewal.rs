//! Renews sign-ins with the browser: by the clock, one renewal at a time, and no token is used before it is kept.

mod held;
mod signers;
mod underway;

use std::fs::{File, TryLockError};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures::FutureExt as _;
use futures::future::{BoxFuture, Shared};
use jiff::{SignedDuration, Timestamp};
use pagelift_confluence::oauth::Integration;
use pagelift_model::Clock;
use tokio::time::{Instant, sleep};

use crate::AppError;
use crate::accounts::secrets::{GrantSecrets, SiteSecrets};
use crate::accounts::store::{Entries, KnownGrant, KnownIntegration, SiteStore};
use crate::files::{make_private_folder, short_name};
use crate::sign_in::revoke;

use held::Held;
use signers::Unsigned;
pub(crate) use signers::{GrantSigner, TokenSigner};
pub(crate) use underway::Underway;

/// Tokens that are younger, came after a refusal, and are refused too, will not be better after one more renewal.
const NEW: Duration = Duration::from_secs(30);

/// The pauses before a renewal with an unknown end is tried once more, with the same refresh token.
const AGAIN: [Duration; 2] = [Duration::ZERO, Duration::from_secs(5)];

/// The pauses before new tokens are put into the vault once more.
const WRITE_AGAIN: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(3)];

/// How long tokens that could not be put into the vault wait for the next try.
const TRY_AGAIN: SignedDuration = SignedDuration::from_secs(10);

/// How long another process may take for a renewal.
const OTHER_PROCESS: Duration = Duration::from_mins(2);

/// How much the time in the list of sites may lag behind.
const A_DAY: SignedDuration = SignedDuration::from_hours(24);

/// A clock that was put back by more than this says nothing about the age of a token.
const AN_HOUR: SignedDuration = SignedDuration::from_hours(1);

/// Older than any access token.
const A_YEAR: Duration = Duration::from_hours(365 * 24);

type Outcome = Result<Held, Unsigned>;
type Flight = Shared<BoxFuture<'static, Outcome>>;

/// What every sign-in needs for its renewal.
#[derive(Clone)]
pub(crate) struct Surroundings {
    pub(crate) secrets: SiteSecrets,
    pub(crate) store: Arc<SiteStore>,
    pub(crate) clock: Arc<dyn Clock>,
    /// The folder of lock files.
    pub(crate) locks: PathBuf,
    pub(crate) underway: Arc<Underway>,
}

/// A sign-in with the browser: its tokens, shared by everything that uses it.
pub(crate) struct Grant {
    id: String,
    integration: KnownIntegration,
    around: Surroundings,
    state: Mutex<State>,
}

impl Surroundings {
    /// Brings the list of sites up to date, which may have to wait for another process.
    async fn note(&self, change: impl FnOnce(&mut Entries) + Send + 'static) {
        let store = Arc::clone(&self.store);
        let noted = tokio::task::spawn_blocking(move || store.change(change)).await;
        if let Ok(Err(error)) = noted {
            tracing::warn!(%error, "the list of sites could not be brought up to date");
        }
    }
}

#[derive(Default)]
struct State {
    held: Option<Held>,
    /// When it was tried last to put tokens into the vault that could not be put there.
    tried: Option<Timestamp>,
    /// The renewal that is under way, for everybody who waits for it.
    flight: Option<Flight>,
}

impl Grant {
    /// Touches nothing yet.
    pub(crate) fn new(id: String, integration: KnownIntegration, around: Surroundings) -> Self {
        Self { id, integration, around, state: Mutex::default() }
    }

    pub(crate) fn integration(&self) -> &KnownIntegration {
        &self.integration
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> Timestamp {
        self.around.clock.now()
    }

    fn held(&self) -> Option<Held> {
        self.state().held.clone()
    }

    /// Takes up tokens that the vault has.
    pub(crate) fn take_up(&self, secrets: GrantSecrets) {
        let age = Duration::try_from(self.now().duration_since(secrets.received)).unwrap_or_default();
        let kept = secrets.generation;
        self.state().held = Some(Held { secrets, since: Instant::now(), age, kept, is_second_try: false });
    }

    /// Lets go of the tokens.
    pub(crate) fn let_go(&self) {
        self.state().held = None;
    }

    /// Tokens that can be used now.
    async fn fresh(self: &Arc<Self>) -> Outcome {
        let held = self.held();
        if let Some(held) = held.as_ref().filter(|held| !held.is_stale(self.now()))
            && (held.is_kept() || !self.is_due_again())
        {
            return Ok(held.clone());
        }
        match (self.flight(None).await, held) {
            (Ok(new), _) => Ok(new),
            // What is not over yet is good enough when the server or the vault is not to be had for a while.
            (Err(why), Some(held)) if !matches!(why, Unsigned::Ended) && held.age(self.now()) < held.lifetime() => {
                Ok(held)
            }
            (Err(why), _) => Err(self.noted(why).await),
        }
    }

    /// Whether tokens that could not be put into the vault are to be put there once more.
    fn is_due_again(&self) -> bool {
        let now = self.now();
        let mut state = self.state();
        let is_due = state.tried.is_none_or(|tried| now.duration_since(tried).abs() > TRY_AGAIN);
        if is_due {
            state.tried = Some(now);
        }
        is_due
    }

    /// The same, which the list of sites knows from now on when it is for good.
    async fn noted(&self, why: Unsigned) -> Unsigned {
        if why.is_of_integration() {
            self.note(|grant| grant.ended = true).await;
        }
        why
    }

    /// Other tokens than those of the generation that was refused.
    async fn others(self: &Arc<Self>, used: u64, status: u16) -> Result<bool, Unsigned> {
        if let Some(held) = self.held() {
            if held.secrets.generation != used {
                return Ok(true);
            }
            let now = self.now();
            let is_new = held.is_second_try && held.age(now) < NEW;
            if is_new && status == 401 {
                // New tokens are refused as the ones before: that is no matter of their age.
                self.note(|grant| grant.ended = true).await;
                return Err(Unsigned::Ended);
            }
            if is_new || (status != 401 && !held.is_near_end(now)) {
                return Ok(false);
            }
        }
        let mut flown = self.flight(Some(used)).await;
        if matches!(&flown, Ok(held) if held.secrets.generation == used) {
            // That one was under way already, and did not know of the refusal.
            flown = self.flight(Some(used)).await;
        }
        match flown {
            Ok(held) => Ok(held.secrets.generation != used),
            Err(why) => Err(self.noted(why).await),
        }
    }

    /// The renewal that is under way, or a new one. It goes on when nobody waits for it any more.
    fn flight(self: &Arc<Self>, used: Option<u64>) -> Flight {
        let mut state = self.state();
        // One that has an answer already did not land: it came to grief.
        if let Some(flight) = state.flight.as_ref().filter(|flight| flight.peek().is_none()) {
            return flight.clone();
        }
        let (grant, underway) = (Arc::clone(self), self.around.underway.begin());
        let work = tokio::spawn(async move {
            let outcome = grant.obtain(used).await;
            grant.landed(&outcome);
            drop(underway);
            outcome
        });
        let flight = async move { work.await.unwrap_or(Err(Unsigned::Broken)) }.boxed().shared();
        state.flight = Some(flight.clone());
        flight
    }

    fn landed(&self, outcome: &Outcome) {
        let mut state = self.state();
        state.flight = None;
        if let Ok(held) = outcome {
            state.held = Some(held.clone());
        }
    }

    /// Takes up what the vault has; renews when that is stale or was refused.
    async fn obtain(&self, used: Option<u64>) -> Outcome {
        let _lock = self.lock().await?;
        let Some(known) = self.newest().await? else { return Err(Unsigned::Ended) };
        if !known.is_stale(self.now()) && used != Some(known.secrets.generation) {
            return Ok(self.kept_at_last(known).await);
        }
        self.renew(known, used.is_some()).await
    }

    /// The newest tokens, of the vault or those that could not be put there. None that are meant for another server.
    async fn newest(&self) -> Result<Option<Held>, Unsigned> {
        let kept = self.around.secrets.grant(&self.id).await.map_err(|error| Unsigned::Vault(Arc::new(error)))?;
        // Unless it is out of reach only because the person chose to keep nothing.
        if kept.is_none() && !self.around.secrets.vault().is_in_memory() {
            // Another process that did not know of tokens which could not be put there may have given the sign-in up.
            let unkept = self.held().filter(|held| held.kept != held.secrets.generation);
            if unkept.is_some() && self.around.store.read().is_ok_and(|entries| entries.grant(&self.id).is_some()) {
                return Ok(unkept);
            }
            self.note(|grant| grant.ended = true).await;
        }
        let Some(secrets) = kept.filter(|kept| kept.server == self.integration.server) else { return Ok(None) };
        if let Some(held) = self.held().filter(|held| held.kept == secrets.generation) {
            return Ok(Some(held));
        }
        let kept = secrets.generation;
        let age = self.now().duration_since(secrets.received);
        let age = Duration::try_from(age).unwrap_or(if age < -AN_HOUR { A_YEAR } else { Duration::ZERO });
        Ok(Some(Held { secrets, since: Instant::now(), age, kept, is_second_try: false }))
    }

    async fn renew(&self, known: Held, is_second_try: bool) -> Outcome {
        let Some(refresh) = known.secrets.refresh.clone() else { return self.lost(&known).await };
        let client = self.around.secrets.client(&self.id).await.map_err(|error| Unsigned::Vault(Arc::new(error)))?;
        let secret = client.filter(|client| client.server == self.integration.server).map(|client| client.secret);
        let integration = self.integration.with_secret(secret).ok_or(Unsigned::Ended)?;
        let mut pauses = AGAIN.into_iter();
        loop {
            let (received, since) = (self.now(), Instant::now());
            match integration.renew(&refresh).await {
                Ok(tokens) => {
                    let new = Held { since, is_second_try, ..known.followed_by(tokens, received) };
                    return self.keep(new, &integration).await;
                }
                Err(error) if error.ends_grant() => return self.lost(&known).await,
                Err(error) if error.is_ambiguous() => {
                    let Some(pause) = pauses.next() else {
                        // A token that is spent for good is called so by the server, whenever it comes again.
                        tracing::warn!(%error, "a sign-in could not be renewed, and nobody knows whether its server did");
                        return Err(Unsigned::Server(Arc::new(error)));
                    };
                    sleep(pause).await;
                }
                Err(error) => return Err(Unsigned::Server(Arc::new(error))),
            }
        }
    }

    /// Puts new tokens into the vault, and only then into use.
    async fn keep(&self, new: Held, integration: &Integration) -> Outcome {
        let kept = match self.put(new.kept, &new.secrets).await {
            Ok(true) => new.secrets.generation,
            Ok(false) => return self.overtaken(new, integration).await,
            Err(error) => {
                tracing::warn!(%error, "a renewed sign-in could not be kept, and is lost when Pagelift ends");
                new.kept
            }
        };
        self.note_renewal(new.secrets.received).await;
        Ok(Held { kept, ..new })
    }

    /// The same tokens, put into the vault if that was not possible before.
    async fn kept_at_last(&self, held: Held) -> Held {
        if held.is_kept() {
            return held;
        }
        match self.around.secrets.renew_grant(&self.id, held.kept, &held.secrets).await {
            Ok(true) => Held { kept: held.secrets.generation, ..held },
            Ok(false) | Err(_) => held,
        }
    }

    /// Somebody signed in anew while the tokens were on their way, or out: then the server is to forget them.
    async fn overtaken(&self, new: Held, integration: &Integration) -> Outcome {
        if let Some(newest) = self.newest().await? {
            return Ok(newest);
        }
        revoke(integration, new.secrets.refresh.as_ref().unwrap_or(&new.secrets.access)).await;
        Err(Unsigned::Ended)
    }

    /// Puts new tokens into the vault, in place of those of `generation`. A disk that is full may not be so in a moment.
    async fn put(&self, generation: u64, secrets: &GrantSecrets) -> Result<bool, AppError> {
        let mut pauses = WRITE_AGAIN.into_iter();
        loop {
            match (self.around.secrets.renew_grant(&self.id, generation, secrets).await, pauses.next()) {
                (Err(_), Some(pause)) => sleep(pause).await,
                (outcome, _) => return outcome,
            }
        }
    }

    /// The server knows the refresh token no longer. Whoever was faster may have put a newer one into the vault.
    async fn lost(&self, known: &Held) -> Outcome {
        if let Some(newest) = self.newest().await?
            && newest.secrets.generation != known.secrets.generation
            && !newest.is_stale(self.now())
        {
            return Ok(newest);
        }
        let removed = self.around.secrets.remove_grant(&self.id, known.kept).await;
        removed.map_err(|error| Unsigned::Vault(Arc::new(error)))?;
        self.let_go();
        self.note(|grant| grant.ended = true).await;
        Err(Unsigned::Ended)
    }

    /// Remembers about when the sign-in was renewed, which says how long it lasts when it is not used.
    async fn note_renewal(&self, at: Timestamp) {
        let note = move |grant: &mut KnownGrant| {
            grant.ended = false;
            if at.duration_since(grant.renewed).abs() > A_DAY {
                grant.renewed = at;
            }
        };
        self.note(note).await;
    }

    async fn note(&self, change: impl FnOnce(&mut KnownGrant) + Send + 'static) {
        let id = self.id.clone();
        let note = move |entries: &mut Entries| {
            if let Some(grant) = entries.grant_mut(&id) {
                change(grant);
            }
        };
        self.around.note(note).await;
    }

    /// Keeps other processes from renewing at the same time.
    async fn lock(&self) -> Result<File, Unsigned> {
        let open = || {
            make_private_folder(&self.around.locks)?;
            // The id is from a file that others may have edited.
            let path = self.around.locks.join(format!("{}.lock", short_name(&[&self.id])));
            File::options().create(true).truncate(false).write(true).open(path)
        };
        let failed = |error: std::io::Error| Unsigned::Vault(Arc::new(AppError::own_file(&self.around.locks, &error)));
        let file = open().map_err(failed)?;
        let began = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(file),
                Err(TryLockError::Error(error)) => return Err(failed(error)),
                Err(TryLockError::WouldBlock) if began.elapsed() > OTHER_PROCESS => return Err(Unsigned::Busy),
                Err(TryLockError::WouldBlock) => sleep(Duration::from_millis(20)).await,
            }
        }
    }
}
