//! Signs the requests of stored sites.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use pagelift_confluence::oauth::OAuthError;
use pagelift_confluence::{Signature, Signer};
use pagelift_model::{Secret, SourceError};

use super::{Grant, Surroundings};
use crate::AppError;
use crate::accounts::secrets::TokenSecret;
use crate::accounts::store::Entries;

/// Why there is no signature.
#[derive(Debug, Clone)]
pub(super) enum Unsigned {
    /// The sign-in is over.
    Ended,
    /// The vault cannot be read.
    Vault(Arc<AppError>),
    /// The server did not renew.
    Server(Arc<OAuthError>),
    /// Another process renews and does not come to an end.
    Busy,
    /// The renewal was given up with the program.
    Broken,
}

impl Unsigned {
    /// Whether the server wants nothing to do with the integration any more, so that only signing in again helps.
    pub(super) fn is_of_integration(&self) -> bool {
        matches!(self, Self::Server(error) if !matches!(&**error, OAuthError::Site { .. }))
    }

    /// The same as what a request of `site` ends with.
    pub(super) fn of(&self, site: &str) -> SourceError {
        let site = site.to_owned();
        let unreachable = |detail: &str| SourceError::Unreachable { site: site.clone(), detail: detail.to_owned() };
        match self {
            Self::Ended => SourceError::SignInEnded { site },
            Self::Vault(error) => SourceError::SignInUnreadable { site, code: error.code(), detail: error.to_string() },
            Self::Server(error) => match &**error {
                OAuthError::Site { error, .. } => error.clone(),
                // The integration was changed or taken away: whoever signs in again is told what is wrong with it.
                _ => SourceError::SignInEnded { site },
            },
            Self::Busy => unreachable("another Pagelift is renewing the sign-in"),
            Self::Broken => unreachable("the sign-in could not be renewed before Pagelift ended"),
        }
    }
}

/// Signs the requests to one of the sites that a sign-in with the browser opens.
pub(crate) struct GrantSigner {
    grant: Arc<Grant>,
    /// Host of the site, for messages.
    site: String,
}

impl GrantSigner {
    pub(crate) fn new(grant: Arc<Grant>, site: String) -> Self {
        Self { grant, site }
    }
}

#[async_trait]
impl Signer for GrantSigner {
    async fn signature(&self) -> Result<Signature, SourceError> {
        self.grant.fresh().await.map(|held| held.signature()).map_err(|why| why.of(&self.site))
    }

    async fn refused(&self, used: u64, status: u16) -> Result<bool, SourceError> {
        self.grant.others(used, status).await.map_err(|why| why.of(&self.site))
    }
}

/// Signs with a stored token, which is read when it is needed first.
pub(crate) struct TokenSigner {
    id: String,
    /// The base of the requests.
    to: String,
    /// Host of the site, for messages.
    site: String,
    around: Surroundings,
    held: Mutex<Option<Signature>>,
}

impl TokenSigner {
    pub(crate) fn new(id: String, to: String, site: String, around: Surroundings) -> Self {
        Self { id, to, site, around, held: Mutex::default() }
    }

    fn held(&self) -> MutexGuard<'_, Option<Signature>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the vault has, under another serial than what is held where it differs.
    async fn read(&self) -> Result<Signature, SourceError> {
        let unreadable = |error: AppError| Unsigned::Vault(Arc::new(error)).of(&self.site);
        let kept = self.around.secrets.token(&self.id).await.map_err(unreadable)?;
        if kept.is_none() && !self.around.secrets.vault().is_in_memory() {
            self.note_end().await;
        }
        let Some(kept) = kept.filter(|kept| kept.to == self.to) else { return Err(Unsigned::Ended.of(&self.site)) };
        let header = kept.header();
        let mut held = self.held();
        let serial = match held.as_ref() {
            Some(known) if known.header.expose() == header.expose() => known.serial,
            Some(known) => known.serial + 1,
            None => 0,
        };
        let signature = Signature { header, serial };
        *held = Some(signature.clone());
        Ok(signature)
    }

    async fn note_end(&self) {
        let id = self.id.clone();
        let note = move |entries: &mut Entries| {
            entries.sites.iter_mut().filter(|site| site.id == id).for_each(|site| site.ended = true);
        };
        self.around.note(note).await;
    }
}

impl TokenSecret {
    /// The value of the `Authorization` header.
    pub(crate) fn header(&self) -> Secret {
        let token = self.token.expose();
        match &self.email {
            None => Secret::new(format!("Bearer {token}")),
            Some(email) => {
                let pair = Secret::new(format!("{email}:{token}"));
                let encoded = Secret::new(STANDARD.encode(pair.expose()));
                Secret::new(format!("Basic {}", encoded.expose()))
            }
        }
    }
}

#[async_trait]
impl Signer for TokenSigner {
    async fn signature(&self) -> Result<Signature, SourceError> {
        let held = self.held().clone();
        match held {
            Some(held) => Ok(held),
            None => self.read().await,
        }
    }

    async fn refused(&self, used: u64, status: u16) -> Result<bool, SourceError> {
        // Somebody may have stored a new token meanwhile, in another window or with the command.
        if status != 401 {
            return Ok(false);
        }
        let is_another = self.read().await?.serial != used;
        if !is_another {
            self.note_end().await;
        }
        Ok(is_another)
    }
}
