//! Connecting an app: a consent of its own, in the browser.

use std::sync::Arc;

use pagelift_confluence::forge::KnownApp;
use pagelift_confluence::oauth::default_scopes;
use pagelift_model::{ErrorCode, SiteKind};
use serde_json::Map;

use super::{AppChoice, AppConnection, Through, connection, named, on_cloud, scopes_for};
use crate::accounts::secrets::{ClientSecret, GrantSecrets};
use crate::accounts::site_gone;
use crate::accounts::store::{Entries, KnownConnection, KnownGrant};
use crate::files::short_name;
use crate::ipc::{IntegrationInput, SignInEvent, SignInStarted};
use crate::sign_in::{Beginning, Granted, Wanted};
use crate::{Accounts, AppError};

/// An app to be connected.
pub struct ConnectionRequest {
    /// The stored site, by its id.
    pub site: String,
    /// The app.
    pub app: AppChoice,
    /// What commands are to call it, where Pagelift does not know it.
    pub name: Option<String>,
    /// The way to it, where no base address says it.
    pub through: Through,
    /// The integration; best one that is for apps alone.
    pub integration: IntegrationInput,
    /// Permissions of the app besides those that Pagelift knows it has.
    pub scopes: Vec<String>,
    /// Whether the permissions to change something are asked for.
    pub writes: bool,
    /// Whether a sign-in that can be renewed is asked for. Some integrations are refused then.
    pub lasting: bool,
}

impl Accounts {
    /// Begins to connect an app. What happens is told to `tell`; at [`SignInEvent::Choose`], it can be finished.
    pub async fn begin_app_connection(
        &self,
        request: ConnectionRequest,
        tell: impl Fn(SignInEvent) + Send + Sync + 'static,
    ) -> Result<SignInStarted, AppError> {
        let entries = self.store().read()?;
        let site = entries.site(&request.site).cloned().ok_or_else(site_gone)?;
        on_cloud(&site)?;
        let address = site.address().ok_or_else(site_gone)?;
        let base = self.app_address(&site, &request.app, request.through).await?;
        let sns = base.app().sns().ok_or_else(|| {
            let message = "the environment of the app is missing; paste the whole base address, or give APPID_ENVID";
            AppError::refused(ErrorCode::UsageInvalid, message)
        })?;
        let given = match (&request.name, &request.app) {
            (Some(name), _) | (None, AppChoice::Named(name)) => Some(name.as_str()),
            (None, AppChoice::At(_)) => None,
        };
        let (name, _) = named(base.app(), given);
        let known_app = KnownApp::named(&name);
        let mut scopes = scopes_for(known_app, &request.scopes, request.writes, request.lasting);
        if !scopes.iter().any(|scope| scope.ends_with(":custom")) {
            let message = "say at least one permission of the app with --scope; its name ends in :custom";
            return Err(AppError::refused(ErrorCode::UsageInvalid, message));
        }
        let (mut known, secret, route) = self.typed_integration(SiteKind::Cloud, &address, &request.integration)?;
        // A newer consent to the same client replaces what an older one permits.
        if is_of_a_site(&entries, &known.client_id) {
            let more = default_scopes(SiteKind::Cloud).into_iter().filter(|scope| !scopes.contains(scope));
            scopes.extend(more.collect::<Vec<_>>());
        }
        let app = KnownConnection {
            name,
            base: base.url().to_string(),
            site: site.address.clone(),
            sns: sns.clone(),
            scopes,
        };
        if let Some(other) = other_app_of(&entries, &known.client_id, &app) {
            let message = format!(
                "this client id serves {other} already, and a consent for another app would take that one's permissions away; \
                 use a client id of its own"
            );
            return Err(AppError::refused(ErrorCode::UsageInvalid, message));
        }
        known.app = Some(app);
        let unusable = || AppError::refused(ErrorCode::UsageInvalid, "the integration cannot be used");
        let integration = known.with_secret(secret).ok_or_else(unusable)?;
        let beginning = Beginning {
            connection: short_name(&[address.as_str(), "app", &sns]),
            integration,
            known,
            card: request.integration.card,
            route,
            wanted: Wanted { address, name: String::new(), again: None },
            entries,
            clock: self.clock(),
            underway: self.underway(),
            tell: Arc::new(tell),
        };
        self.attempts().begin(beginning).await
    }

    /// Keeps an app that somebody agreed to.
    pub async fn finish_app_connection(&self, attempt: &str) -> Result<AppConnection, AppError> {
        let (pending, granted) = self.attempts().take(attempt)?;
        let kept = self.keep_app(&granted).await;
        if kept.is_err() {
            self.attempts().put_back(pending);
        }
        kept
    }

    async fn keep_app(&self, granted: &Granted) -> Result<AppConnection, AppError> {
        let unknown = || AppError::refused(ErrorCode::UsageInvalid, "this sign-in is for a site and not for an app");
        let app = granted.known.app.clone().ok_or_else(unknown)?;
        let missing: Vec<&String> = match &granted.tokens.scopes {
            Some(scopes) => app.scopes.iter().filter(|scope| is_needed(scope) && !scopes.contains(scope)).collect(),
            None => Vec::new(),
        };
        if !missing.is_empty() {
            let words: Vec<&str> = missing.iter().map(|scope| scope.as_str()).collect();
            let message = format!("these permissions were not granted: {}", words.join(", "));
            return Err(AppError::refused(ErrorCode::AppPermissionMissing, message));
        }
        let server = granted.known.server.clone();
        let id = short_name(&[server.issuer(), &granted.known.client_id, &app.sns, &app.site]);
        let now = self.clock().now();
        let tokens = GrantSecrets {
            server: server.clone(),
            generation: u64::try_from(now.as_millisecond()).unwrap_or_default(),
            access: granted.tokens.access.clone(),
            refresh: granted.tokens.refresh.clone(),
            received: granted.received,
            lifetime: granted.tokens.lifetime.as_secs(),
        };
        let client = granted.integration.client_secret.clone().map(|secret| ClientSecret { server, secret });
        let (kept, _) = self.secrets().keep_grant(&id, tokens, client).await?;
        let grant = KnownGrant {
            id,
            integration: granted.known.clone(),
            account: granted.account.id.clone(),
            signed_in: now,
            renewed: now,
            ended: false,
            until_quit: self.vault().is_in_memory(),
            more: Map::new(),
        };
        let sites = self.store().change(|entries| {
            // A consent with another client takes the place of an older one of the same app.
            entries.grants.retain(|other| other.id == grant.id || !is_same(other, &app));
            entries.put_grant(grant.clone());
            entries.sites.clone()
        })?;
        self.grant(&grant).take_up(kept);
        connection(&sites, &grant, &app).ok_or_else(site_gone)
    }
}

/// Whether Pagelift can do nothing with the app without it.
fn is_needed(scope: &str) -> bool {
    scope.ends_with(":custom") || scope == pagelift_confluence::forge::FORGE_SCOPE
}

fn is_same(grant: &KnownGrant, app: &KnownConnection) -> bool {
    grant.integration.app.as_ref().is_some_and(|other| other.sns == app.sns && other.site == app.site)
}

/// The app for which the client is used already, where that is another one: a consent names one app alone.
fn other_app_of<'a>(entries: &'a Entries, client_id: &str, app: &KnownConnection) -> Option<&'a str> {
    let of_client = entries.grants.iter().filter(|grant| grant.integration.client_id == client_id);
    let others = of_client.filter(|grant| !is_same(grant, app)).filter_map(|grant| grant.integration.app.as_ref());
    others.map(|other| other.name.as_str()).next()
}

fn is_of_a_site(entries: &Entries, client_id: &str) -> bool {
    entries.grants.iter().any(|grant| grant.integration.app.is_none() && grant.integration.client_id == client_id)
}
