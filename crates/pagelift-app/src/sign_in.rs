//! Signing in with the browser. An attempt begins with an address for the browser and waits for the address at which that ends; it may
//! come back in three ways, all of which end in [`Attempts::deliver`] or [`Attempts::paste`]. What belongs to no attempt changes nothing.

mod answer;
mod exchange;
mod loopback;
#[cfg(test)]
mod tests;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use pagelift_confluence::oauth::{Attempt, CallbackAnswer, Integration, OAuthError, callback};
use pagelift_model::{APP_ID, Clock, ErrorCode, SiteAddress};
use tokio::runtime::Handle;
use tokio_util::sync::{CancellationToken, DropGuard};
use url::Url;

use crate::AppError;
use crate::accounts::store::{Entries, KnownIntegration, KnownSite};
use crate::card::fits;
use crate::files::hexadecimal_of;
use crate::ipc::{IpcError, ReturnRoute, SignInEvent, SignInStarted};
use crate::renewal::Underway;
use crate::sealing::random;

use exchange::{Asked, exchange};
pub(crate) use exchange::{Granted, Place, default_name, revoke, site_id};
use loopback::{Deliver, Listener, Listeners};

/// How long an attempt waits for the browser.
const PATIENCE: Duration = Duration::from_mins(10);

/// After so many answers that belong to no attempt, something interferes.
const STRAYS: u32 = 20;

/// Takes what happens in an attempt.
pub(crate) type Tell = Arc<dyn Fn(SignInEvent) + Send + Sync>;

/// Every attempt that is under way.
#[derive(Clone)]
pub(crate) struct Attempts(Arc<Inner>);

struct Inner {
    pending: Mutex<Vec<Pending>>,
    listeners: Listeners,
    patience: Duration,
}

/// What an attempt begins with.
pub(crate) struct Beginning {
    /// Whom the person signs in to. The newest attempt of a connection is the only one.
    pub(crate) connection: String,
    pub(crate) integration: Integration,
    pub(crate) known: KnownIntegration,
    /// The connection card that the integration came from.
    pub(crate) card: Option<String>,
    pub(crate) route: ReturnRoute,
    pub(crate) wanted: Wanted,
    /// What is stored already.
    pub(crate) entries: Entries,
    pub(crate) clock: Arc<dyn Clock>,
    /// What the program waits for before it ends.
    pub(crate) underway: Arc<Underway>,
    pub(crate) tell: Tell,
}

/// What a person wants to sign in to.
#[derive(Clone)]
pub(crate) struct Wanted {
    pub(crate) address: SiteAddress,
    /// What the site is to be called; empty for a name made from its address.
    pub(crate) name: String,
    /// The site of which the sign-in is to be renewed, for the same person.
    pub(crate) again: Option<KnownSite>,
}

/// An attempt that is under way.
pub(crate) struct Pending {
    name: String,
    begun: Beginning,
    phase: Phase,
    listener: Option<Arc<Listener>>,
    /// Answers at the return address that belonged to no attempt.
    strays: u32,
    /// The browser may come back on a thread that knows no runtime.
    runtime: Handle,
    _end: DropGuard,
}

enum Phase {
    Waiting(Attempt),
    Exchanging,
    Choosing(Arc<Granted>),
}

impl Default for Attempts {
    fn default() -> Self {
        Self::with_patience(PATIENCE)
    }
}

impl Attempts {
    fn with_patience(patience: Duration) -> Self {
        Self(Arc::new(Inner { pending: Mutex::default(), listeners: Listeners::default(), patience }))
    }

    fn pending(&self) -> MutexGuard<'_, Vec<Pending>> {
        self.0.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins an attempt, in place of an older one of the same connection. Listens before it answers.
    pub(crate) async fn begin(&self, begun: Beginning) -> Result<SignInStarted, AppError> {
        check_redirect(&begun)?;
        let attempt = Attempt::begin(&begun.integration)?;
        let listener = match begun.route {
            ReturnRoute::Loopback => Some(self.listen(&begun.integration.redirect).await?),
            ReturnRoute::DeepLink | ReturnRoute::Paste => None,
        };
        let name = random_name()?;
        let patience = self.0.patience;
        let started = SignInStarted {
            attempt: name.clone(),
            address: attempt.address().to_string(),
            route: begun.route,
            patience: patience.as_secs(),
        };
        let end = CancellationToken::new();
        let (attempts, ended, timed) = (Arc::downgrade(&self.0), end.clone(), name.clone());
        tokio::spawn(async move {
            // Once for the browser, and once for what comes after it.
            for is_last in [false, true] {
                let is_over = tokio::time::timeout(patience, ended.cancelled()).await.is_err();
                match attempts.upgrade() {
                    Some(inner) if is_over => Self(inner).time_out(&timed, is_last),
                    _ => return,
                }
            }
        });
        self.supersede(&begun.connection);
        let runtime = Handle::current();
        let phase = Phase::Waiting(attempt);
        self.pending().push(Pending { name, begun, phase, listener, strays: 0, runtime, _end: end.drop_guard() });
        Ok(started)
    }

    async fn listen(&self, redirect: &str) -> Result<Arc<Listener>, AppError> {
        let url = Url::parse(redirect).map_err(|_| redirect_invalid(redirect))?;
        let attempts = Arc::downgrade(&self.0);
        let deliver: Deliver =
            Arc::new(move |address| attempts.upgrade().is_some_and(|inner| Self(inner).deliver(address)));
        let port = url.port().unwrap_or_default();
        let taken =
            |why: String| AppError::refused(ErrorCode::PortTaken, format!("port {port} of this computer {why}"));
        match self.0.listeners.open(&url, &deliver).await {
            Ok(Some(listener)) => Ok(listener),
            Ok(None) => Err(taken("is taken by another program".to_owned())),
            Err(error) => Err(taken(format!("cannot be listened at: {}", pagelift_export::reason(&error)))),
        }
    }

    /// Ends the attempts of a connection, for which a newer one begins.
    fn supersede(&self, connection: &str) {
        let older: Vec<Pending> =
            self.pending().extract_if(.., |pending| pending.begun.connection == connection).collect();
        for pending in older {
            let error = AppError::refused(ErrorCode::SignInCancelled, "a newer sign-in takes the place of this one");
            pending.fail(error);
        }
    }

    fn time_out(&self, name: &str, is_last: bool) {
        let is_late =
            |pending: &mut Pending| pending.name == name && (is_last || matches!(pending.phase, Phase::Waiting(_)));
        let late = self.pending().extract_if(.., is_late).next();
        if let Some(pending) = late {
            let message = match pending.phase {
                Phase::Waiting(_) => "nobody came back from the browser in time",
                Phase::Exchanging | Phase::Choosing(_) => "the sign-in was not finished in time",
            };
            pending.fail(AppError::refused(ErrorCode::SignInTimedOut, message));
        }
    }

    /// Takes the address at which a browser ended, from a listener or from the system. False when no attempt waits for it.
    pub(crate) fn deliver(&self, address: &str) -> bool {
        if self.answer(address, None) {
            return true;
        }
        self.count_stray(address);
        false
    }

    /// Takes the address that a person copied, for this attempt alone.
    pub(crate) fn paste(&self, name: &str, address: &str) -> Result<(), AppError> {
        let address = address.trim().trim_matches(['<', '>', '"', '\'']).trim();
        if self.answer(address, Some(name)) {
            return Ok(());
        }
        let redirect = self.find(name, |pending| pending.begun.integration.redirect.clone()).ok_or_else(gone)?;
        Err(match callback(address, &redirect) {
            Some(_) => AppError::refused(ErrorCode::SignInUnknown, "this address belongs to another sign-in"),
            None => AppError::refused(
                ErrorCode::AddressInvalid,
                format!("this is not the address at which the browser ended; that begins with {redirect}"),
            ),
        })
    }

    /// Hands an answer to the attempt that it belongs to. `only` names the one that may get it.
    fn answer(&self, address: &str, only: Option<&str>) -> bool {
        let mut all = self.pending();
        let found = all.iter_mut().filter(|pending| only.is_none_or(|name| name == pending.name)).find_map(|pending| {
            let callback = callback(address, &pending.begun.integration.redirect)?;
            let is_ours = matches!(&pending.phase, Phase::Waiting(attempt) if attempt.is_answered_by(&callback));
            is_ours.then_some((pending, callback))
        });
        let Some((pending, callback)) = found else { return false };
        let Phase::Waiting(attempt) = std::mem::replace(&mut pending.phase, Phase::Exchanging) else { return false };
        let (name, runtime, tell) = (pending.name.clone(), pending.runtime.clone(), Arc::clone(&pending.begun.tell));
        if let Some(listener) = pending.listener.take() {
            let underway = pending.begun.underway.begin();
            runtime.spawn(async move {
                listener.answered().await;
                drop(underway);
                listener.farewell().await;
            });
        }
        let asked = pending.begun.asked();
        drop(all);
        match callback.answer {
            CallbackAnswer::Error { code } => self.fail(&name, OAuthError::declined(&attempt.site(), code).into()),
            CallbackAnswer::Code(code) => {
                tell(SignInEvent::Exchanging);
                let attempts = self.clone();
                runtime.spawn(async move {
                    let work = tokio::spawn(async move { exchange(asked, &attempt, &code).await });
                    let broken = |_| AppError::refused(ErrorCode::Internal, "the sign-in came to grief");
                    let outcome = work.await.map_err(broken).flatten();
                    attempts.exchanged(&name, outcome).await;
                });
            }
        }
        true
    }

    /// Counts an answer that nobody waits for against the attempts that wait at its address.
    fn count_stray(&self, address: &str) {
        let place = address.split('?').next().unwrap_or_default();
        let mut disturbed = Vec::new();
        for pending in self.pending().iter_mut().filter(|pending| pending.begun.integration.redirect == place) {
            pending.strays = pending.strays.saturating_add(1);
            if pending.strays == STRAYS {
                disturbed.push(Arc::clone(&pending.begun.tell));
            }
        }
        for tell in disturbed {
            tell(SignInEvent::Disturbed);
        }
    }

    async fn exchanged(&self, name: &str, outcome: Result<Granted, AppError>) {
        let granted = match outcome {
            Ok(granted) => Arc::new(granted),
            Err(error) => return self.fail(name, error),
        };
        let told = {
            let mut all = self.pending();
            all.iter_mut().find(|pending| pending.name == name).map(|pending| {
                pending.phase = Phase::Choosing(Arc::clone(&granted));
                Arc::clone(&pending.begun.tell)
            })
        };
        match told {
            Some(tell) => tell(granted.choice()),
            // Cancelled meanwhile.
            None => granted.revoke().await,
        }
    }

    fn fail(&self, name: &str, error: AppError) {
        let failed = self.remove(name);
        if let Some(pending) = failed {
            pending.fail(error);
        }
    }

    fn remove(&self, name: &str) -> Option<Pending> {
        self.pending().extract_if(.., |pending| pending.name == name).next()
    }

    fn find<T>(&self, name: &str, look: impl FnOnce(&Pending) -> T) -> Option<T> {
        self.pending().iter().find(|pending| pending.name == name).map(look)
    }

    /// Takes out an attempt of which a person has chosen, and what it came to. While that is kept, nothing else ends it.
    pub(crate) fn take(&self, name: &str) -> Result<(Pending, Arc<Granted>), AppError> {
        let mut all = self.pending();
        let found = all.iter().enumerate().find_map(|(at, pending)| match &pending.phase {
            Phase::Choosing(granted) if pending.name == name => Some((at, Arc::clone(granted))),
            _ => None,
        });
        let (at, granted) = found.ok_or_else(gone)?;
        Ok((all.remove(at), granted))
    }

    /// Puts an attempt back that could not be kept yet.
    pub(crate) fn put_back(&self, pending: Pending) {
        self.pending().push(pending);
    }

    /// Gives an attempt up. Nothing of it is kept, and nothing more is told.
    pub(crate) fn cancel(&self, name: &str) {
        if let Some(pending) = self.remove(name) {
            pending.take_back();
        }
    }

    /// Gives every attempt up.
    pub(crate) fn cancel_all(&self) {
        let all: Vec<Pending> = self.pending().drain(..).collect();
        all.into_iter().for_each(Pending::take_back);
    }
}

impl Beginning {
    fn asked(&self) -> Asked {
        Asked {
            integration: self.integration.clone(),
            known: self.known.clone(),
            wanted: self.wanted.clone(),
            entries: self.entries.clone(),
            clock: Arc::clone(&self.clock),
        }
    }
}

impl Pending {
    /// The connection card that it began with.
    pub(crate) fn card(&self) -> Option<&str> {
        self.begun.card.as_deref()
    }

    fn fail(self, error: AppError) {
        let tell = Arc::clone(&self.begun.tell);
        self.take_back();
        tell(SignInEvent::Failed { error: IpcError::from(error) });
    }

    /// Has a server that can do so forget what nobody chose.
    fn take_back(self) {
        if let Phase::Choosing(granted) = self.phase {
            self.runtime.spawn(async move { granted.revoke().await });
        }
    }
}

fn gone() -> AppError {
    AppError::refused(ErrorCode::SignInTimedOut, "this sign-in is no longer under way; begin it again")
}

/// A name that nobody can guess.
pub(crate) fn random_name() -> Result<String, AppError> {
    Ok(hexadecimal_of(&random::<16>()?))
}

/// The way back to which a return address belongs.
pub(crate) fn route_of(redirect: &str) -> ReturnRoute {
    match Url::parse(redirect) {
        Ok(url) if url.scheme() == APP_ID => ReturnRoute::DeepLink,
        Ok(url) if is_loopback(&url) => ReturnRoute::Loopback,
        _ => ReturnRoute::Paste,
    }
}

fn is_loopback(url: &Url) -> bool {
    url.scheme() == "http" && url.port().is_some() && SiteAddress::parse(url.as_str()).is_some()
}

/// Whether the browser can come back in the way that was chosen.
fn check_redirect(begun: &Beginning) -> Result<(), AppError> {
    let redirect = &begun.integration.redirect;
    let is_possible =
        fits(redirect, begun.route) && (begun.route == ReturnRoute::Paste || route_of(redirect) == begun.route);
    if is_possible { Ok(()) } else { Err(redirect_invalid(redirect)) }
}

fn redirect_invalid(redirect: &str) -> AppError {
    let message = format!("the browser cannot come back to `{redirect}` in this way");
    AppError::refused(ErrorCode::ReturnAddressInvalid, message)
}
