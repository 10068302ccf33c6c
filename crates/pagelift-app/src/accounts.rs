//! Stored sites and their sign-ins: the same for the window and for the command.

mod browser;
mod cards;
mod listing;
mod marks;
pub(crate) mod secrets;
pub(crate) mod store;
mod tokens;

use std::collections::HashMap;
use std::env;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use pagelift_confluence::oauth::{Integration, Origins};
use pagelift_confluence::{CloudSite, DataCenterSite, Gateway, Signer};
use pagelift_model::{Clock, ErrorCode, PageSource, SecretStore, SiteAddress, SiteKind};

use crate::ipc::{SignInMethod, SiteSummary, VaultState};
use crate::renewal::{Grant, GrantSigner, Surroundings, TokenSigner, Underway};
use crate::sign_in::{Attempts, revoke};
use crate::vault::Vault;
use crate::{AppError, Folders, Keychain, OpenSite, SystemClock};

use cards::Cards;
pub(crate) use listing::missing;
use secrets::{Forgotten, GrantSecrets, SiteSecrets};
use store::{Entries, KnownGrant, KnownServer, KnownSite, SiteStore, Unused};

/// The stored sites of this computer's user, and how they are signed in to. Clones are the same. Nothing is read, and no keychain
/// asked, before somebody wants to know.
#[derive(Clone)]
pub struct Accounts(Arc<Inner>);

struct Inner {
    around: Surroundings,
    grants: Mutex<HashMap<String, Arc<Grant>>>,
    attempts: Attempts,
    cards: Cards,
    /// Where Atlassian's services are; `None` where somebody chose addresses that are none.
    origins: Option<Origins>,
}

impl Accounts {
    /// Those of this system's user.
    pub fn new(folders: &Folders) -> Self {
        Self::with(folders, Arc::new(Keychain::new()), Arc::new(SystemClock), |name| env::var(name).ok())
    }

    /// Those whose key lies in `keychain`. The variables `PAGELIFT_AUTH_ORIGIN` and `PAGELIFT_API_ORIGIN` say where Atlassian's
    /// services are, where that is not the usual place.
    pub fn with(
        folders: &Folders,
        keychain: Arc<dyn SecretStore>,
        clock: Arc<dyn Clock>,
        variable: impl Fn(&str) -> Option<String>,
    ) -> Self {
        let around = Surroundings {
            secrets: SiteSecrets::new(Arc::new(Vault::new(folders, keychain))),
            store: Arc::new(SiteStore::new(folders)),
            clock,
            locks: folders.locks(),
            underway: Arc::new(Underway::default()),
        };
        let (grants, attempts, cards) = (Mutex::default(), Attempts::default(), Cards::default());
        Self(Arc::new(Inner { around, grants, attempts, cards, origins: origins(variable) }))
    }

    pub(crate) fn origins(&self) -> Result<Origins, AppError> {
        self.0.origins.clone().ok_or_else(|| {
            let message = "PAGELIFT_AUTH_ORIGIN and PAGELIFT_API_ORIGIN must begin with https://";
            AppError::refused(ErrorCode::AddressInvalid, message)
        })
    }

    pub(crate) fn store(&self) -> &SiteStore {
        &self.0.around.store
    }

    pub(crate) fn secrets(&self) -> &SiteSecrets {
        &self.0.around.secrets
    }

    pub(crate) fn vault(&self) -> &Vault {
        self.secrets().vault()
    }

    pub(crate) fn clock(&self) -> Arc<dyn Clock> {
        Arc::clone(&self.0.around.clock)
    }

    pub(crate) fn attempts(&self) -> &Attempts {
        &self.0.attempts
    }

    pub(crate) fn underway(&self) -> Arc<Underway> {
        Arc::clone(&self.0.around.underway)
    }

    fn grants(&self) -> MutexGuard<'_, HashMap<String, Arc<Grant>>> {
        self.0.grants.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until no sign-in is in the middle of being renewed, but not for ever. Blocks; for the end of the program.
    pub fn settle(&self) {
        self.0.around.underway.settle();
    }

    /// Gives up every sign-in that is under way, and settles.
    pub fn close(&self) {
        self.0.attempts.cancel_all();
        self.settle();
    }

    // Stored sites.

    /// Opens a stored site. Sends nothing, and asks no keychain.
    pub fn open(&self, id: &str) -> Result<OpenSite, AppError> {
        let entries = self.store().read()?;
        let site = entries.site(id).ok_or_else(site_gone)?;
        self.open_known(&entries, site)
    }

    fn open_known(&self, entries: &Entries, site: &KnownSite) -> Result<OpenSite, AppError> {
        let address = site.address().ok_or_else(site_gone)?;
        let (signer, gateway): (Arc<dyn Signer>, _) = match site.method {
            SignInMethod::Browser => {
                let grant = site.grant.as_deref().and_then(|id| entries.grant(id)).ok_or_else(no_integration)?;
                let gateway = gateway(site, &grant.integration.server)?;
                (Arc::new(GrantSigner::new(self.grant(grant), address.host())), gateway)
            }
            SignInMethod::ApiToken | SignInMethod::PersonalToken => {
                let gateway = match &site.cloud_id {
                    Some(cloud_id) => Some(Gateway { api_origin: self.origins()?.api, cloud_id: cloud_id.clone() }),
                    None => None,
                };
                let to = tokens::base_of(&address, gateway.as_ref());
                let signer = TokenSigner::new(site.id.clone(), to, address.host(), self.0.around.clone());
                (Arc::new(signer), gateway)
            }
        };
        let identity = format!("{address} {}", site.account.id);
        let source: Arc<dyn PageSource> = match site.kind {
            SiteKind::DataCenter => Arc::new(DataCenterSite::signed(&address, signer, self.clock())?),
            SiteKind::Cloud | SiteKind::Sample => {
                Arc::new(CloudSite::signed(&address, gateway.as_ref(), signer, self.clock())?)
            }
        };
        Ok(OpenSite::new(source, identity))
    }

    /// The sign-in of this id: one for all who use it.
    pub(crate) fn grant(&self, known: &KnownGrant) -> Arc<Grant> {
        let mut grants = self.grants();
        match grants.get(&known.id) {
            Some(grant) if *grant.integration() == known.integration => Arc::clone(grant),
            _ => {
                let new = Grant::new(known.id.clone(), known.integration.clone(), self.0.around.clone());
                let new = Arc::new(new);
                grants.insert(known.id.clone(), Arc::clone(&new));
                new
            }
        }
    }

    /// Calls a stored site by another name.
    pub fn rename(&self, id: &str, name: &str) -> Result<SiteSummary, AppError> {
        let name = name.trim();
        if name.is_empty() || name.chars().count() > 200 || name.chars().any(char::is_control) {
            return Err(AppError::refused(
                ErrorCode::UsageInvalid,
                "the name is empty, too long or has unusual characters",
            ));
        }
        let renamed = self.store().change(|entries| {
            let site = entries.sites.iter_mut().find(|site| site.id == id)?;
            name.clone_into(&mut site.name);
            Some(site.summary())
        })?;
        renamed.ok_or_else(site_gone)
    }

    /// Signs out of a site: deletes what is kept, and has the server forget the sign-in where it can and no other site uses it.
    pub async fn sign_out(&self, id: &str) -> Result<(), AppError> {
        let kept = self.store().kept()?.drop_site(id);
        let unused = self.store().read()?.drop_site(id);
        match self.forget(unused, kept).await {
            // Without the keychain, nobody can read what is left.
            Err(error) if error.code() != ErrorCode::KeychainMissing => return Err(error),
            _ => {}
        }
        self.store().change(|entries| drop(entries.drop_site(id)))
    }

    /// Deletes the secrets of what no site needs any more; of `kept` also where secrets stay in memory only.
    async fn forget(&self, unused: Unused, kept: Unused) -> Result<(), AppError> {
        let grants: Vec<KnownGrant> = unused.grants.iter().chain(&kept.grants).cloned().collect();
        for grant in &unused.grants {
            if let Some(held) = self.grants().remove(&grant.id) {
                held.let_go();
            }
        }
        for Forgotten { id, secrets, client } in self.secrets().forget(unused, kept).await? {
            let known = grants.iter().find(|known| known.id == id && known.integration.server == secrets.server);
            let client = client.filter(|client| client.server == secrets.server).map(|client| client.secret);
            let Some(integration) = known.and_then(|known| known.integration.with_secret(client)) else { continue };
            self.take_back(integration, &secrets);
        }
        Ok(())
    }

    /// Has a server that can do so forget a sign-in, which nobody waits for.
    fn take_back(&self, integration: Integration, secrets: &GrantSecrets) {
        let underway = self.0.around.underway.begin();
        let token = secrets.refresh.as_ref().unwrap_or(&secrets.access).clone();
        tokio::spawn(async move {
            revoke(&integration, &token).await;
            drop(underway);
        });
    }

    // Where sign-ins are kept.

    /// Where sign-ins are kept, as far as is known.
    pub fn vault_state(&self) -> VaultState {
        self.vault().state()
    }

    /// From now on keeps sign-ins in memory only, as the person chose.
    pub async fn keep_until_quit(&self) -> Result<(), AppError> {
        let keep = |vault: &Vault| {
            vault.keep_in_memory();
            Ok(())
        };
        self.secrets().work(keep).await
    }

    /// Asks the keychain again. What was kept in memory is kept for good from then on, where that works.
    pub async fn retry_vault(&self) -> Result<VaultState, AppError> {
        let state = self.secrets().work(|vault| Ok(vault.retry())).await?;
        if state == VaultState::Kept {
            self.store().change(|entries| {
                entries.sites.iter_mut().for_each(|site| site.until_quit = false);
                entries.grants.iter_mut().for_each(|grant| grant.until_quit = false);
            })?;
        }
        Ok(state)
    }
}

/// Where Atlassian's services are: where the variables say, or Atlassian's own place.
fn origins(variable: impl Fn(&str) -> Option<String>) -> Option<Origins> {
    let usual = Origins::atlassian()?;
    let given = |name: &str, usual: &url::Url| {
        let value = variable(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty());
        value.unwrap_or_else(|| usual.to_string())
    };
    Origins::parse(&given("PAGELIFT_AUTH_ORIGIN", &usual.auth), &given("PAGELIFT_API_ORIGIN", &usual.api))
}

/// The gateway that the requests to a site go through. The list of sites alone does not say where a sign-in may be used.
fn gateway(site: &KnownSite, server: &KnownServer) -> Result<Option<Gateway>, AppError> {
    match (server, &site.cloud_id) {
        (KnownServer::Cloud { api, .. }, Some(cloud_id)) => {
            let api = SiteAddress::parse(api).ok_or_else(no_integration)?;
            Ok(Some(Gateway { api_origin: api.url().clone(), cloud_id: cloud_id.clone() }))
        }
        (KnownServer::DataCenter { base }, None) if *base == site.address => Ok(None),
        _ => Err(no_integration()),
    }
}

/// Puts a site into the list, under a name that no other one has.
fn put_named(entries: &mut Entries, mut site: KnownSite) -> SiteSummary {
    let is_taken = |name: &str| entries.sites.iter().any(|other| other.id != site.id && other.name == name);
    if is_taken(&site.name) {
        let wanted = format!("{} ({})", site.name, site.account.name);
        let numbered = (2..).map(|number| format!("{wanted} {number}"));
        let free = std::iter::once(wanted.clone()).chain(numbered).find(|name| !is_taken(name));
        site.name = free.unwrap_or(wanted);
    }
    if let Some(known) = entries.site(&site.id) {
        site.more.clone_from(&known.more);
    }
    let summary = site.summary();
    entries.put_site(site);
    summary
}

pub(crate) fn site_gone() -> AppError {
    AppError::refused(ErrorCode::SignInNeeded, "this site is not stored any more; add it again")
}

fn no_integration() -> AppError {
    AppError::refused(ErrorCode::SignInNeeded, "nothing is kept of the sign-in for this site; sign in again")
}
