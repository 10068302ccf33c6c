//! Signing in with the browser, from what a person typed to what is stored.

use std::sync::Arc;

use pagelift_confluence::oauth::{self, Integration, Origins, Provider};
use pagelift_model::{ErrorCode, Secret, SiteAddress, SiteKind};
use serde_json::Map;

use super::marks::Kind;
use super::secrets::{ClientSecret, GrantSecrets};
use super::store::{Entries, KnownGrant, KnownIntegration, KnownServer, KnownSite, Unused};
use super::{Accounts, no_integration, put_named, site_gone};
use crate::files::short_name;
use crate::ipc::{IntegrationInput, ReturnRoute, SignInEvent, SignInMethod, SignInRequest, SignInStarted, SiteSummary};
use crate::setup_guide::usual_callback;
use crate::sign_in::{Beginning, Granted, Place, Wanted, route_of};
use crate::{AppError, site_address};

impl Accounts {
    /// Begins a sign-in. The newer one of a connection takes the place of an older one. What happens is told to `tell`.
    pub async fn begin_sign_in(
        &self,
        request: SignInRequest,
        tell: impl Fn(SignInEvent) + Send + Sync + 'static,
    ) -> Result<SignInStarted, AppError> {
        let entries = self.store().read()?;
        let again = match &request.again {
            Some(id) => Some(entries.site(id).cloned().ok_or_else(site_gone)?),
            None => None,
        };
        let address = match &again {
            Some(site) => site.address().ok_or_else(site_gone)?,
            None => base_address(request.kind, &request.address)?,
        };
        let kind = again.as_ref().map_or(request.kind, |site| site.kind);
        let (known, secret, route) = match (&request.integration, &again) {
            (Some(input), _) => self.typed_integration(kind, &address, input)?,
            (None, Some(site)) => {
                let (known, secret) = self.stored_integration(&entries, site).await?;
                let route = route_of(&known.redirect);
                (known, secret, route)
            }
            (None, None) => return Err(AppError::refused(ErrorCode::UsageInvalid, "the integration is missing")),
        };
        let unusable = || AppError::refused(ErrorCode::UsageInvalid, "the integration cannot be used");
        let integration = known.with_secret(secret).ok_or_else(unusable)?;
        let route = if request.by_hand { ReturnRoute::Paste } else { route };
        let connection = short_name(&[address.as_str(), request.again.as_deref().unwrap_or_default()]);
        let wanted = Wanted { address, name: request.name.trim().to_owned(), again };
        let (clock, tell) = (self.clock(), Arc::new(tell));
        let card = request.integration.and_then(|input| input.card);
        let underway = Arc::clone(&self.0.around.underway);
        let beginning =
            Beginning { connection, integration, known, card, route, wanted, entries, clock, underway, tell };
        self.0.attempts.begin(beginning).await
    }

    /// Finishes a sign-in with the address that a person copied from the browser.
    pub fn paste_callback(&self, attempt: &str, address: &str) -> Result<(), AppError> {
        self.0.attempts.paste(attempt, address)
    }

    /// Takes an address by which the system was asked to open Pagelift. True when a sign-in waited for it.
    pub fn deliver_callback(&self, address: &str) -> bool {
        self.0.attempts.deliver(address)
    }

    /// Gives a sign-in up. Nothing of it is kept.
    pub fn cancel_sign_in(&self, attempt: &str) {
        self.0.attempts.cancel(attempt);
    }

    /// Keeps a sign-in for the sites that were chosen, and answers them.
    pub async fn finish_sign_in(&self, attempt: &str, sites: &[String]) -> Result<Vec<SiteSummary>, AppError> {
        let (pending, granted) = self.0.attempts.take(attempt)?;
        let kept = self.keep_sign_in(&granted, sites).await;
        match &kept {
            Ok(_) => pending.card().into_iter().for_each(|card| self.0.cards.close(card)),
            Err(_) => self.0.attempts.put_back(pending),
        }
        kept
    }

    async fn keep_sign_in(&self, granted: &Granted, sites: &[String]) -> Result<Vec<SiteSummary>, AppError> {
        let chosen: Vec<&Place> = granted.places.iter().filter(|place| sites.contains(&place.id)).collect();
        if chosen.is_empty() || sites.iter().any(|id| !chosen.iter().any(|place| place.id == *id)) {
            return Err(AppError::refused(ErrorCode::UsageInvalid, "no site is chosen; tick at least one"));
        }
        let id = short_name(&[granted.known.server.issuer(), &granted.known.client_id, &granted.account.id]);
        let now = self.clock().now();
        let tokens = GrantSecrets {
            server: granted.known.server.clone(),
            generation: u64::try_from(now.as_millisecond()).unwrap_or_default(),
            access: granted.tokens.access.clone(),
            refresh: granted.tokens.refresh.clone(),
            received: granted.received,
            lifetime: granted.tokens.lifetime.as_secs(),
        };
        let server = granted.known.server.clone();
        let client = granted.integration.client_secret.clone().map(|secret| ClientSecret { server, secret });
        let _mark = self.mark(Kind::Grant, &id)?;
        let (kept, before) = self.secrets().keep_grant(&id, tokens, client).await?;
        let until_quit = self.vault().is_in_memory();
        let grant = KnownGrant {
            id: id.clone(),
            integration: granted.known.clone(),
            account: granted.account.id.clone(),
            signed_in: now,
            renewed: now,
            ended: false,
            until_quit,
            more: Map::new(),
        };
        let ids: Vec<&str> = chosen.iter().map(|place| place.id.as_str()).collect();
        let listed = self.store().change(|entries| {
            let tokens = entries.token_sites(&ids);
            entries.put_grant(grant.clone());
            refresh_sites(entries, &id, granted);
            let new = chosen.iter().map(|place| granted.site(place, &id, until_quit));
            let summaries = new.map(|site| put_named(entries, site)).collect();
            (summaries, Unused { grants: entries.drop_unused_grants(), tokens })
        });
        let (summaries, unused) = match listed {
            Ok(listed) => listed,
            Err(error) => {
                // What nobody lists, nobody could take out again.
                let unused = if before.is_none() { vec![grant] } else { Vec::new() };
                self.forget_replaced(Unused { grants: unused, tokens: Vec::new() }).await;
                return Err(error);
            }
        };
        self.grant(&grant).take_up(kept);
        if let Some(before) = before.filter(|before| before.server == grant.integration.server) {
            self.take_back(granted.integration.clone(), &before);
        }
        self.forget_replaced(unused).await;
        Ok(summaries)
    }

    /// Deletes the secrets of what a new sign-in takes the place of. That one is kept, whatever becomes of these.
    pub(crate) async fn forget_replaced(&self, unused: Unused) {
        if let Err(error) = self.forget(unused, Unused::default()).await {
            tracing::warn!(%error, "what a newer sign-in takes the place of could not be deleted");
        }
    }

    /// The integration that somebody typed, its secret, and the way back.
    pub(crate) fn typed_integration(
        &self,
        kind: SiteKind,
        address: &SiteAddress,
        input: &IntegrationInput,
    ) -> Result<(KnownIntegration, Option<Secret>, ReturnRoute), AppError> {
        let typed = Secret::new(input.client_secret.expose().trim().to_owned());
        let callback = input.callback.as_deref().map(str::trim).filter(|callback| !callback.is_empty());
        let known = KnownIntegration {
            server: self.server_of(kind, address)?,
            client_id: input.client_id.trim().to_owned(),
            redirect: callback.map_or_else(|| usual_callback(kind, input.route, Some(address)), str::to_owned),
            pkce: input.pkce,
            app: None,
        };
        let secret = match &input.card {
            Some(card) if typed.is_empty() => self.0.cards.secret(card, &known)?,
            _ => Some(typed).filter(|secret| !secret.is_empty()),
        };
        Ok((known, secret, input.route))
    }

    fn server_of(&self, kind: SiteKind, address: &SiteAddress) -> Result<KnownServer, AppError> {
        Ok(match kind {
            SiteKind::DataCenter => KnownServer::DataCenter { base: address.as_str().to_owned() },
            SiteKind::Cloud | SiteKind::Sample => {
                let text = |url: &url::Url| url.as_str().trim_end_matches('/').to_owned();
                let Origins { auth, api } = self.origins()?;
                KnownServer::Cloud { auth: text(&auth), api: text(&api) }
            }
        })
    }

    /// The integration of a stored site, and its secret.
    pub(super) async fn stored_integration(
        &self,
        entries: &Entries,
        site: &KnownSite,
    ) -> Result<(KnownIntegration, Option<Secret>), AppError> {
        let grant = site.grant.as_deref().and_then(|id| entries.grant(id)).ok_or_else(no_integration)?;
        let client = self.secrets().client(&grant.id).await?;
        let known = grant.integration.clone();
        let secret = client.filter(|client| client.server == known.server).map(|client| client.secret);
        if secret.is_none() && self.vault().is_in_memory() && !grant.until_quit {
            let message =
                "the secret of the integration is out of reach while nothing is kept; give the integration again";
            return Err(AppError::refused(ErrorCode::SignInNeeded, message));
        }
        Ok((known, secret))
    }
}

/// The base address of a site of this kind, from any address on it.
pub(super) fn base_address(kind: SiteKind, text: &str) -> Result<SiteAddress, AppError> {
    let address = site_address(text)?;
    Ok(match kind {
        SiteKind::DataCenter => address.with_data_center_context(),
        SiteKind::Cloud | SiteKind::Sample => address.with_cloud_context(),
    })
}

impl KnownIntegration {
    /// The same with its secret, ready for use. `None` where the list of sites was edited to make no sense.
    pub(crate) fn with_secret(&self, client_secret: Option<Secret>) -> Option<Integration> {
        let provider = match &self.server {
            KnownServer::Cloud { auth, api } => Provider::Cloud(Origins::parse(auth, api)?),
            KnownServer::DataCenter { base } => {
                Provider::DataCenter { base: SiteAddress::parse(base)?, pkce: self.pkce }
            }
        };
        Some(Integration {
            provider,
            client_id: self.client_id.clone(),
            client_secret,
            redirect: self.redirect.clone(),
            scopes: self
                .app
                .as_ref()
                .map_or_else(|| oauth::default_scopes(self.server.kind()), |app| app.scopes.clone()),
            sns: self.app.as_ref().map(|app| app.sns.clone()),
        })
    }
}

impl Granted {
    /// What is stored of a site that was chosen.
    fn site(&self, place: &Place, grant: &str, until_quit: bool) -> KnownSite {
        KnownSite {
            id: place.id.clone(),
            name: place.name.clone(),
            kind: self.kind(),
            address: place.address.as_str().to_owned(),
            method: SignInMethod::Browser,
            cloud_id: place.cloud_id.clone(),
            grant: Some(grant.to_owned()),
            account: self.account.clone(),
            scopes: place.scopes.clone(),
            ended: false,
            until_quit,
            more: Map::new(),
        }
    }
}

/// A newer consent replaces the permissions of an older one, on every site that it opens.
fn refresh_sites(entries: &mut Entries, grant: &str, granted: &Granted) {
    for site in entries.sites.iter_mut().filter(|site| site.grant.as_deref() == Some(grant)) {
        if let Some(place) = granted.places.iter().find(|place| place.cloud_id == site.cloud_id) {
            site.scopes.clone_from(&place.scopes);
            site.ended = false;
        }
        site.account.clone_from(&granted.account);
    }
}
