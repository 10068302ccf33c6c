//! From the code that the browser brought to a person and the sites that are open to them. Nothing of it is kept here.

use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use pagelift_confluence::oauth::{
    AccessibleSite, Account, Attempt, Integration, OAuthError, Provider, Tokens, accessible_sites, cloud_account,
    data_center_account, picture,
};
use pagelift_model::{AccountId, Clock, ErrorCode, Secret, SiteAddress, SiteKind};
use url::Url;

use super::Wanted;
use crate::AppError;
use crate::accounts::missing;
use crate::accounts::store::{Entries, KnownAccount, KnownIntegration, KnownSite};
use crate::files::short_name;
use crate::ipc::{AccountSummary, GrantedSite, SignInEvent};

/// The largest picture that goes into the list of sites, in bytes.
const LARGEST_PICTURE: usize = 32 << 10;

/// How often a code is sent anew when the server could not be reached.
const TRIES: u32 = 2;

/// What an exchange needs besides the code.
pub(super) struct Asked {
    pub(super) integration: Integration,
    pub(super) known: KnownIntegration,
    pub(super) wanted: Wanted,
    pub(super) entries: Entries,
    pub(super) clock: Arc<dyn Clock>,
}

/// A sign-in that nobody has chosen from yet.
pub(crate) struct Granted {
    pub(crate) integration: Integration,
    pub(crate) known: KnownIntegration,
    pub(crate) tokens: Tokens,
    pub(crate) received: Timestamp,
    pub(crate) account: KnownAccount,
    pub(crate) places: Vec<Place>,
}

/// A site that a sign-in opens.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    /// The id of the stored site that it is or becomes.
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) address: SiteAddress,
    pub(crate) cloud_id: Option<String>,
    pub(crate) scopes: Vec<String>,
    is_wanted: bool,
    is_known: bool,
}

/// Exchanges the code, and asks who signed in and to what.
pub(super) async fn exchange(asked: Asked, attempt: &Attempt, code: &Secret) -> Result<Granted, AppError> {
    let Asked { integration, known, wanted, entries, clock } = asked;
    let received = clock.now();
    let tokens = tokens(&integration, attempt, code).await?;
    let (account, sites) = match identify(&integration.provider, known.app.is_some(), &wanted, &tokens).await {
        Ok(identified) => identified,
        Err(error) => {
            revoke(&integration, tokens.refresh.as_ref().unwrap_or(&tokens.access)).await;
            return Err(error);
        }
    };
    let account = KnownAccount {
        id: account.id.to_string(),
        picture: match &account.picture {
            Some(url) => picture_data(url, &integration.provider, &tokens.access).await,
            None => None,
        },
        name: account.name,
        email: account.email,
    };
    let place = |site: Site| {
        let id = known_id(&entries, &site, &account.id).unwrap_or_else(|| site_id(&site.address, &account.id));
        let is_wanted = site.address.url().origin() == wanted.address.url().origin();
        let stored = entries.site(&id);
        let name = match stored {
            _ if is_wanted && !wanted.name.is_empty() => wanted.name.clone(),
            Some(stored) => stored.name.clone(),
            None => site.name,
        };
        let is_known = stored.is_some();
        Place { id, name, address: site.address, cloud_id: site.cloud_id, scopes: site.scopes, is_wanted, is_known }
    };
    let places: Vec<Place> = sites.into_iter().map(place).collect();
    let granted = Granted { integration, known, tokens, received, account, places };
    match check(&granted, wanted.again.as_ref()) {
        Ok(()) => Ok(granted),
        Err(error) => {
            granted.revoke().await;
            Err(error)
        }
    }
}

/// The id of a stored site of Cloud that goes by another address now.
fn known_id(entries: &Entries, site: &Site, account: &str) -> Option<String> {
    let is_it =
        |known: &&KnownSite| known.grant.is_some() && known.account.id == account && known.cloud_id == site.cloud_id;
    site.cloud_id.as_ref().and_then(|_| entries.sites.iter().find(is_it)).map(|known| known.id.clone())
}

/// Sends the code, and once more when it cannot have arrived. It is spent at its first arrival.
async fn tokens(integration: &Integration, attempt: &Attempt, code: &Secret) -> Result<Tokens, OAuthError> {
    let mut tries = 1;
    loop {
        match integration.exchange(attempt, code).await {
            Err(error) if tries < TRIES && !error.is_ambiguous() && error.code() == ErrorCode::SiteUnreachable => {
                tries += 1;
            }
            outcome => return outcome,
        }
    }
}

struct Site {
    name: String,
    address: SiteAddress,
    cloud_id: Option<String>,
    scopes: Vec<String>,
}

/// Who signed in, and the sites that are open to them.
async fn identify(
    provider: &Provider,
    is_of_app: bool,
    wanted: &Wanted,
    tokens: &Tokens,
) -> Result<(Account, Vec<Site>), AppError> {
    match provider {
        Provider::Cloud(_) if is_of_app => {
            // Such a sign-in may open nothing but the app, and not even say whose it is.
            let account = Account { id: AccountId::from("app"), name: String::new(), email: None, picture: None };
            let scopes = tokens.scopes.clone().unwrap_or_default();
            let name = default_name(&wanted.address);
            Ok((account, vec![Site { name, address: wanted.address.clone(), cloud_id: None, scopes }]))
        }
        Provider::Cloud(origins) => {
            let mut sites = accessible_sites(origins, &tokens.access).await?;
            // The person is asked for at the site that they wanted, where that is among them.
            sites.sort_by_key(|site| site.address.url().origin() != wanted.address.url().origin());
            let Some(first) = sites.first() else {
                return Err(AppError::refused(ErrorCode::SitesMissing, "the sign-in opens no site with Confluence"));
            };
            let account = cloud_account(origins, Some(&first.cloud_id), &tokens.access).await?;
            let site = |AccessibleSite { cloud_id, name, address, scopes, .. }| Site {
                name,
                address,
                cloud_id: Some(cloud_id),
                scopes,
            };
            Ok((account, sites.into_iter().map(site).collect()))
        }
        Provider::DataCenter { base, .. } => {
            let account = data_center_account(base, &tokens.access).await?;
            let scopes = tokens.scopes.clone().unwrap_or_default();
            let site = Site { name: default_name(base), address: base.clone(), cloud_id: None, scopes };
            Ok((account, vec![site]))
        }
    }
}

/// Whether the same person signed in again, to the same site.
fn check(granted: &Granted, again: Option<&KnownSite>) -> Result<(), AppError> {
    let Some(again) = again else { return Ok(()) };
    if again.account.id != granted.account.id {
        let message = format!("this sign-in belongs to {}, and another person signed in", again.account.name);
        return Err(AppError::refused(ErrorCode::SignInOfAnother, message));
    }
    if !granted.places.iter().any(|place| place.id == again.id) {
        let message = format!("the sign-in does not open `{}`; choose that site in the browser", again.name);
        return Err(AppError::refused(ErrorCode::SitesMissing, message));
    }
    Ok(())
}

impl Granted {
    /// The kind of its sites.
    pub(crate) fn kind(&self) -> SiteKind {
        self.known.server.kind()
    }

    /// What the person is asked.
    pub(super) fn choice(&self) -> SignInEvent {
        let site = |place: &Place| GrantedSite {
            id: place.id.clone(),
            name: place.name.clone(),
            host: place.address.host(),
            is_wanted: place.is_wanted,
            is_known: place.is_known,
            missing: missing(self.kind(), &place.scopes),
        };
        SignInEvent::Choose { account: self.account.summary(), sites: self.places.iter().map(site).collect() }
    }

    /// Has the server forget it, where it can.
    pub(crate) async fn revoke(&self) {
        revoke(&self.integration, self.tokens.refresh.as_ref().unwrap_or(&self.tokens.access)).await;
    }
}

/// Has the server forget a sign-in, where it can. What does not work is over with its time.
pub(crate) async fn revoke(integration: &Integration, token: &Secret) {
    if let Provider::DataCenter { .. } = integration.provider
        && let Err(error) = integration.revoke(token).await
    {
        tracing::warn!(%error, "the server could not be told of the end of a sign-in");
    }
}

impl KnownAccount {
    pub(crate) fn summary(&self) -> AccountSummary {
        AccountSummary { name: self.name.clone(), email: self.email.clone(), picture: self.picture.clone() }
    }
}

impl fmt::Debug for Granted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Granted").field("places", &self.places).finish_non_exhaustive()
    }
}

/// The id of a stored site: differs where address or account differ.
pub(crate) fn site_id(address: &SiteAddress, account: &str) -> String {
    short_name(&[address.as_str(), account])
}

/// What people may call a site, made from its address.
pub(crate) fn default_name(address: &SiteAddress) -> String {
    let host = address.host();
    host.strip_suffix(".atlassian.net").unwrap_or(&host).to_owned()
}

/// A small picture as a `data:` address.
async fn picture_data(url: &Url, provider: &Provider, access: &Secret) -> Option<String> {
    let site = match provider {
        Provider::Cloud(origins) => SiteAddress::parse(origins.api.as_str())?,
        Provider::DataCenter { base, .. } => base.clone(),
    };
    let picture = picture(url, &site, access).await?;
    (picture.bytes.len() <= LARGEST_PICTURE)
        .then(|| format!("data:{};base64,{}", picture.media_type, STANDARD.encode(&picture.bytes)))
}
