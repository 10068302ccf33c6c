//! Apps of a site that are connected: each with a client id and a consent of its own, so that it never takes anything from the
//! sign-in to the site.

mod sign_in;

use std::sync::Arc;

use pagelift_confluence::forge::{AppEnvironment, FORGE_SCOPE, ForgeAddress, KnownApp};
use pagelift_confluence::{Limits, detect};
use pagelift_model::{ErrorCode, Secret, SiteAddress, SiteKind};
use url::Url;

use crate::accounts::store::{Entries, KnownConnection, KnownGrant, KnownServer, KnownSite, Unused};
use crate::renewal::GrantSigner;
use crate::{Accounts, AppError};

pub use pagelift_confluence::forge::{ForgeAnswer, ForgeCause, ForgeClient, ForgeError, ForgeMethod, ForgeRequest};
pub use sign_in::ConnectionRequest;

/// An app of a stored site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppConnection {
    /// What commands call it.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// The stored site, by its id.
    pub site: String,
    /// Its base address.
    pub base: String,
    /// The permissions that were asked for.
    pub scopes: Vec<String>,
    /// Whether its sign-in is known to have ended.
    pub has_ended: bool,
}

impl AppConnection {
    /// Whether the permissions to change something were asked for.
    pub fn may_write(&self) -> bool {
        self.scopes.iter().any(|scope| scope.starts_with("write:") && scope.ends_with(":custom"))
    }
}

/// Which app, as a person says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AppChoice {
    /// A name of a known app, or `{app id}_{environment id}`.
    Named(String),
    /// A base address.
    At(ForgeAddress),
}

/// The way to an app's address.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Through {
    /// Atlassian's gateway, by the cloud id.
    #[default]
    Gateway,
    /// The site itself.
    Site,
}

impl AppChoice {
    /// Takes a name, a pair of ids or a base address.
    pub fn parse(text: &str) -> Self {
        ForgeAddress::parse(text).map_or_else(|| Self::Named(text.trim().to_owned()), Self::At)
    }
}

/// The name and the title of an app.
fn named(app: &AppEnvironment, given: Option<&str>) -> (String, String) {
    let known = given.and_then(KnownApp::named).or_else(|| KnownApp::named(&app.to_string()));
    if let Some(known) = known {
        return (known.word().to_owned(), known.title().to_owned());
    }
    let name = given.filter(|given| AppEnvironment::parse(given).is_none());
    let name = name.map_or_else(|| app.to_string(), str::to_owned);
    (name.clone(), name)
}

fn title_of(name: &str) -> String {
    KnownApp::named(name).map_or_else(|| name.to_owned(), |known| known.title().to_owned())
}

impl Accounts {
    /// The apps that are connected to a stored site, or to any.
    pub fn app_connections(&self, site: Option<&str>) -> Result<Vec<AppConnection>, AppError> {
        let entries = self.store().read()?;
        let of = |grant: &KnownGrant| connection(entries.sites.as_slice(), grant, grant.integration.app.as_ref()?);
        let all = entries.grants.iter().filter_map(of);
        Ok(all.filter(|connection| site.is_none_or(|site| connection.site == site)).collect())
    }

    /// A client of an app that is connected to a stored site.
    pub fn app(&self, site: &str, name: &str) -> Result<ForgeClient, AppError> {
        let entries = self.store().read()?;
        let known = entries.site(site).ok_or_else(super::accounts::site_gone)?;
        let (grant, app) = find(&entries, known, name).ok_or_else(|| {
            let message = format!(
                "{} is not connected to {}; connect it with `pagelift site connect-app`",
                title_of(name),
                known.name
            );
            AppError::refused(ErrorCode::AppNotConnected, message)
        })?;
        let KnownServer::Cloud { api, .. } = &grant.integration.server else { return Err(untrusted()) };
        let address =
            ForgeAddress::parse(&app.base).filter(|address| is_trusted(address, api)).ok_or_else(untrusted)?;
        let signer = GrantSigner::new(self.grant(grant), address.host());
        Ok(ForgeClient::new(address, &title_of(&app.name), Arc::new(signer), self.clock(), Limits::default())?)
    }

    /// Makes the smallest call to a connected app that changes nothing. An app that finds fault with it can be reached.
    pub async fn test_app(&self, site: &str, name: &str) -> Result<(), AppError> {
        let client = self.app(site, name)?;
        let request = match KnownApp::named(name) {
            Some(KnownApp::MarkdownExporter) => ForgeRequest::post("singleExport", serde_json::json!({})).repeatable(),
            Some(KnownApp::ApprovalFlow) => {
                ForgeRequest::new(ForgeMethod::Get, "changeSets").with_query("spaceId", "0")
            }
            None => ForgeRequest::new(ForgeMethod::Get, ""),
        };
        match client.call(&request).await?.error {
            None | Some(ForgeError::App { cause: ForgeCause::Refused, .. }) => Ok(()),
            Some(ForgeError::App { cause: ForgeCause::RouteUnknown, .. }) if KnownApp::named(name).is_none() => Ok(()),
            Some(error) => Err(error.into()),
        }
    }

    /// Forgets an app and its sign-in.
    pub async fn disconnect_app(&self, site: &str, name: &str) -> Result<(), AppError> {
        let known = self.store().read()?.site(site).cloned().ok_or_else(super::accounts::site_gone)?;
        let grants: Vec<KnownGrant> = self.store().change(|entries| {
            let is_it = |grant: &KnownGrant| grant.integration.app.as_ref().is_some_and(|app| is_of(app, &known, name));
            entries.grants.extract_if(.., |grant| is_it(grant)).collect()
        })?;
        if grants.is_empty() {
            let message = format!(
                "{} is not connected to {}; connect it with `pagelift site connect-app`",
                title_of(name),
                known.name
            );
            return Err(AppError::refused(ErrorCode::AppNotConnected, message));
        }
        self.forget_replaced(Unused { grants, tokens: Vec::new() }).await;
        Ok(())
    }

    /// Where an app of a site answers.
    async fn app_address(
        &self,
        site: &KnownSite,
        choice: &AppChoice,
        through: Through,
    ) -> Result<ForgeAddress, AppError> {
        let api = self.origins()?.api;
        let address = site.address().ok_or_else(super::accounts::site_gone)?;
        let app = match choice {
            AppChoice::Named(name) => KnownApp::named(name)
                .and_then(KnownApp::environment)
                .filter(|_| AppEnvironment::parse(name).is_none())
                .or_else(|| AppEnvironment::parse(name))
                .ok_or_else(|| no_address(name))?,
            AppChoice::At(given) => {
                let is_of_site = match (given.cloud_id(), given.site()) {
                    (Some(cloud_id), _) => {
                        given.url().origin() == api.origin() && self.cloud_id(site, &address).await? == cloud_id
                    }
                    (None, Some(other)) => other.url().origin() == address.url().origin(),
                    (None, None) => false,
                };
                if !is_of_site {
                    let message = format!("this base address belongs to another site than {}", site.name);
                    return Err(AppError::refused(ErrorCode::AddressInvalid, message));
                }
                return Ok(given.clone());
            }
        };
        let made = match through {
            Through::Gateway => ForgeAddress::at_gateway(&api, &self.cloud_id(site, &address).await?, app),
            Through::Site => ForgeAddress::at_site(&address, app),
        };
        if is_trusted(&made, api.as_str()) { Ok(made) } else { Err(untrusted()) }
    }

    /// The cloud id of a site: as it is stored, or as the site says. A sign-in to an app may not tell.
    async fn cloud_id(&self, site: &KnownSite, address: &SiteAddress) -> Result<String, AppError> {
        if let Some(known) = &site.cloud_id {
            return Ok(known.clone());
        }
        let detected = detect(address.as_str(), self.clock().as_ref()).await.ok();
        detected.and_then(|detected| detected.cloud_id).ok_or_else(|| {
            let message = format!("{} does not say its cloud id; paste the app's base address", site.name);
            AppError::refused(ErrorCode::AddressInvalid, message)
        })
    }
}

fn connection(sites: &[KnownSite], grant: &KnownGrant, app: &KnownConnection) -> Option<AppConnection> {
    let site = sites.iter().find(|site| site.address == app.site)?;
    Some(AppConnection {
        name: app.name.clone(),
        title: title_of(&app.name),
        site: site.id.clone(),
        base: app.base.clone(),
        scopes: app.scopes.clone(),
        has_ended: grant.ended,
    })
}

fn is_of(app: &KnownConnection, site: &KnownSite, name: &str) -> bool {
    let is_named = app.name == name
        || KnownApp::named(name).is_some_and(|known| known.word() == app.name)
        || AppEnvironment::parse(name).and_then(|pair| pair.sns()).is_some_and(|sns| sns == app.sns);
    app.site == site.address && is_named
}

fn find<'a>(entries: &'a Entries, site: &KnownSite, name: &str) -> Option<(&'a KnownGrant, &'a KnownConnection)> {
    let apps = entries.grants.iter().filter_map(|grant| Some((grant, grant.integration.app.as_ref()?)));
    apps.into_iter().find(|(_, app)| is_of(app, site, name))
}

/// Whether a token of the server may go to this address. The list of sites is a file that others may have edited.
fn is_trusted(address: &ForgeAddress, api: &str) -> bool {
    let Ok(api) = Url::parse(api) else { return false };
    let is_near = |url: &Url| url.scheme() == "http";
    match address.site() {
        None => address.url().origin() == api.origin(),
        // Plain `http` is of this computer alone, as SiteAddress sees to.
        Some(site) => site.is_on_cloud() || (is_near(site.url()) && is_near(&api)),
    }
}

fn untrusted() -> AppError {
    let message =
        "the app's address is neither at Atlassian's gateway nor on a site of Confluence Cloud; connect it again";
    AppError::refused(ErrorCode::AddressInvalid, message)
}

fn no_address(name: &str) -> AppError {
    let message = format!(
        "`{}` does not say where the app is; paste the base address that Atlassian Administration shows under App REST APIs",
        name.escape_debug()
    );
    AppError::refused(ErrorCode::AddressInvalid, message)
}

/// A client of the app at a base address, with an access token from elsewhere: for scheduled jobs.
pub fn app_with_token(
    base: &str,
    token: &Secret,
    api: Option<&str>,
    accounts: &Accounts,
) -> Result<ForgeClient, AppError> {
    let address = ForgeAddress::parse(base).ok_or_else(|| no_address(base))?;
    let api = match api {
        Some(api) => api.to_owned(),
        None => accounts.origins()?.api.to_string(),
    };
    if !is_trusted(&address, &api) {
        return Err(untrusted());
    }
    let (_, title) = named(address.app(), None);
    Ok(ForgeClient::with_token(address, &title, token, accounts.clock(), Limits::default())?)
}

/// The permissions to ask for.
fn scopes_for(known: Option<KnownApp>, more: &[String], writes: bool, lasting: bool) -> Vec<String> {
    let mut scopes = vec![FORGE_SCOPE.to_owned()];
    if let Some(known) = known {
        scopes.extend(known.scopes().iter().map(|scope| (*scope).to_owned()));
        let writing = known.write_scopes().iter().filter(|_| writes);
        scopes.extend(writing.map(|scope| (*scope).to_owned()));
    }
    scopes.extend(more.iter().cloned());
    if lasting {
        scopes.push(pagelift_confluence::oauth::OFFLINE_ACCESS.to_owned());
    }
    let mut seen = std::collections::BTreeSet::new();
    scopes.retain(|scope| seen.insert(scope.clone()));
    scopes
}

/// Apps are on Cloud alone.
fn on_cloud(site: &KnownSite) -> Result<(), AppError> {
    if site.kind == SiteKind::Cloud {
        return Ok(());
    }
    let message = format!("{} is no site of Confluence Cloud, and apps answer there alone", site.name);
    Err(AppError::refused(ErrorCode::UsageInvalid, message))
}
