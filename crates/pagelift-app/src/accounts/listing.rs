//! Stored sites as they are shown, and whether they can be read.

use jiff::{SignedDuration, Timestamp};
use pagelift_confluence::Signer as _;
use pagelift_confluence::oauth::{CLOUD_SCOPES, Provider, accessible_sites};
use pagelift_model::{ErrorCode, Secret, SiteAddress, SiteKind};

use super::store::{Entries, KnownGrant, KnownSite};
use super::{Accounts, no_integration, site_gone};
use crate::AppError;
use crate::ipc::{IpcError, SignInMethod, SignInState, SiteSummary, SiteTest, StoredSite, VaultState};
use crate::renewal::GrantSigner;

/// A sign-in that is not used for so long ends.
const IDLE: SignedDuration = SignedDuration::from_hours(90 * 24);

/// A sign-in to Cloud lasts so long at the most.
const LONGEST: SignedDuration = SignedDuration::from_hours(365 * 24);

/// From so many days on, the end is near.
const NEAR: i64 = 14;

/// Permissions that some feature wants, and that are not among those granted.
pub(crate) fn missing(kind: SiteKind, granted: &[String]) -> Vec<String> {
    let wanted: &[&str] = if kind == SiteKind::Cloud { &CLOUD_SCOPES } else { &[] };
    let is_missing = |scope: &&&str| !granted.iter().any(|granted| granted == **scope);
    wanted.iter().filter(is_missing).map(|scope| (*scope).to_owned()).collect()
}

impl KnownSite {
    pub(crate) fn summary(&self) -> SiteSummary {
        SiteSummary {
            id: self.id.clone(),
            name: self.name.clone(),
            host: self.address().map(|address| address.host()).unwrap_or_default(),
            kind: self.kind,
            account: Some(self.account.name.clone()),
        }
    }

    /// Permissions that are missing. What a token may do, nobody tells.
    fn missing(&self) -> Vec<String> {
        match self.method {
            SignInMethod::Browser => missing(self.kind, &self.scopes),
            SignInMethod::ApiToken | SignInMethod::PersonalToken => Vec::new(),
        }
    }
}

impl KnownGrant {
    /// Days until it ends by itself, where they are few.
    fn days_left(&self, now: Timestamp) -> Option<u32> {
        let idle = IDLE - now.duration_since(self.renewed);
        let whole = match self.integration.server.kind() {
            SiteKind::Cloud => LONGEST - now.duration_since(self.signed_in),
            SiteKind::DataCenter | SiteKind::Sample => idle,
        };
        let days = idle.min(whole).as_hours() / 24;
        if days <= NEAR { u32::try_from(days.max(0)).ok() } else { None }
    }
}

impl Accounts {
    /// The stored sites, in the order in which they were added. Costs no request, and asks no keychain.
    pub fn sites(&self) -> Result<Vec<SiteSummary>, AppError> {
        Ok(self.store().read()?.sites.iter().map(KnownSite::summary).collect())
    }

    /// The same, as the settings show them.
    pub fn stored_sites(&self) -> Result<Vec<StoredSite>, AppError> {
        let entries = self.store().read()?;
        Ok(entries.sites.iter().map(|site| self.stored(&entries, site)).collect())
    }

    fn stored(&self, entries: &Entries, site: &KnownSite) -> StoredSite {
        let grant = site.grant.as_deref().and_then(|id| entries.grant(id));
        let state = self.state_of(site, grant);
        let days_left =
            grant.filter(|_| state == SignInState::Ready).and_then(|grant| grant.days_left(self.clock().now()));
        StoredSite {
            site: site.summary(),
            address: site.address.clone(),
            method: site.method,
            account: site.account.summary(),
            state,
            until_quit: site.until_quit,
            permissions: site.scopes.clone(),
            missing: site.missing(),
            days_left,
        }
    }

    fn state_of(&self, site: &KnownSite, grant: Option<&KnownGrant>) -> SignInState {
        let is_browser = site.method == SignInMethod::Browser;
        if site.ended || (is_browser && grant.is_none_or(|grant| grant.ended)) {
            return SignInState::Ended;
        }
        match self.vault_state() {
            VaultState::UntilQuit if site.until_quit => SignInState::Ready,
            VaultState::UntilQuit | VaultState::Missing | VaultState::Locked | VaultState::Denied => {
                SignInState::Locked
            }
            // What a damaged vault has lost is found out site by site.
            VaultState::Kept | VaultState::Damaged => SignInState::Ready,
        }
    }

    /// The id of the stored site that a person means: by name, id, or address where only one is stored there.
    pub fn find(&self, named: &str) -> Result<String, AppError> {
        let sites = self.store().read()?.sites;
        let matches = |is_it: &dyn Fn(&KnownSite) -> bool| -> Vec<String> {
            sites.iter().filter(|site| is_it(site)).map(|site| site.id.clone()).collect()
        };
        let mut found = matches(&|site| site.id == named);
        if found.is_empty() {
            found = matches(&|site| site.name == named);
        }
        match found.as_slice() {
            [one] => Ok(one.clone()),
            [] => Err(AppError::refused(
                ErrorCode::UsageInvalid,
                format!("there is no site `{named}`; `pagelift site list` shows those that are stored"),
            )),
            _ => Err(AppError::refused(
                ErrorCode::UsageInvalid,
                format!("more than one site is called `{named}`; give its id, which `pagelift site list` shows"),
            )),
        }
    }

    /// The id of the one stored site at an address, or at one that the address belongs to; `None` where there is none, or several.
    pub fn at(&self, address: &SiteAddress, method: Option<SignInMethod>) -> Result<Option<String>, AppError> {
        let is_there = |site: &&KnownSite| {
            let is_meant = method.is_none_or(|method| method == site.method);
            let base = match site.kind {
                SiteKind::DataCenter => address.with_data_center_context(),
                SiteKind::Cloud | SiteKind::Sample => address.with_cloud_context(),
            };
            is_meant && site.address() == Some(base)
        };
        let sites = self.store().read()?.sites;
        let mut found = sites.iter().filter(is_there);
        Ok(match (found.next(), found.next()) {
            (Some(one), None) => Some(one.id.clone()),
            _ => None,
        })
    }

    /// Asks a stored site who is signed in, and what the sign-in may do.
    pub async fn test(&self, id: &str) -> Result<SiteTest, AppError> {
        let entries = self.store().read()?;
        let site = entries.site(id).ok_or_else(site_gone)?;
        let tested = self.tried(&entries, site).await;
        let ended = match &tested {
            Ok(_) => Some(false),
            Err(error) if error.code() == ErrorCode::SignInRejected => Some(true),
            // Unless it is only out of reach.
            Err(error) if error.code() == ErrorCode::SignInEnded && !self.vault().is_in_memory() => Some(true),
            Err(_) => None,
        };
        let (account, scopes, error) = match tested {
            Ok((account, scopes)) => (Some(account), scopes, None),
            Err(error) => (None, None, Some(IpcError::from(error))),
        };
        let missing = self.store().change(|entries| {
            let site = entries.sites.iter_mut().find(|site| site.id == id)?;
            site.ended = ended.unwrap_or(site.ended);
            site.scopes = scopes.unwrap_or_else(|| site.scopes.clone());
            let (missing, grant) = (site.missing(), site.grant.clone());
            if let Some(grant) = grant.and_then(|id| entries.grant_mut(&id)) {
                grant.ended &= ended != Some(false);
            }
            Some(missing)
        })?;
        Ok(SiteTest { account, error, missing: missing.unwrap_or_default() })
    }

    /// Who a site says is signed in, and the permissions that it says were granted.
    async fn tried(&self, entries: &Entries, site: &KnownSite) -> Result<(String, Option<Vec<String>>), AppError> {
        let account = self.open_known(entries, site)?.source().check().await?;
        let (Some(cloud_id), SignInMethod::Browser) = (&site.cloud_id, site.method) else { return Ok((account, None)) };
        let known = site.grant.as_deref().and_then(|id| entries.grant(id)).ok_or_else(no_integration)?;
        let Some(Provider::Cloud(origins)) =
            known.integration.with_secret(None).map(|integration| integration.provider)
        else {
            return Ok((account, None));
        };
        let signer = GrantSigner::new(self.grant(known), site.summary().host);
        let signature = signer.signature().await?;
        let access = signature.header.expose().strip_prefix("Bearer ").unwrap_or_default();
        let sites = accessible_sites(&origins, &Secret::new(access.to_owned())).await?;
        let granted = sites.into_iter().find(|other| other.cloud_id == *cloud_id).map(|other| other.scopes);
        Ok((account, granted))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Map;

    use super::*;
    use pagelift_confluence::oauth::Pkce;

    use crate::accounts::store::{KnownIntegration, KnownServer};

    #[test]
    fn the_end_of_a_sign_in_is_told_when_it_is_near() {
        let cloud =
            KnownServer::Cloud { auth: "https://auth.example".to_owned(), api: "https://api.example".to_owned() };
        let server = KnownServer::DataCenter { base: "https://wiki.example.com".to_owned() };
        let left = |server: &KnownServer, signed_in: i64, renewed: i64| {
            let ago = |days: i64| Timestamp::UNIX_EPOCH - SignedDuration::from_hours(24 * days);
            let grant = KnownGrant {
                id: String::new(),
                integration: KnownIntegration {
                    app: None,
                    server: server.clone(),
                    client_id: String::new(),
                    redirect: String::new(),
                    pkce: Pkce::default(),
                },
                account: String::new(),
                signed_in: ago(signed_in),
                renewed: ago(renewed),
                ended: false,
                until_quit: false,
                more: Map::new(),
            };
            grant.days_left(Timestamp::UNIX_EPOCH)
        };
        assert_eq!(left(&cloud, 100, 1), None);
        assert_eq!(left(&cloud, 355, 1), Some(10));
        assert_eq!(left(&cloud, 400, 1), Some(0));
        assert_eq!(left(&cloud, 100, 80), Some(10));
        assert_eq!(left(&server, 400, 1), None);
        assert_eq!(left(&server, 400, 89), Some(1));
    }

    #[test]
    fn only_permissions_that_somebody_can_grant_are_missing() {
        assert_eq!(missing(SiteKind::Cloud, &[]).len(), CLOUD_SCOPES.len());
        assert!(missing(SiteKind::Cloud, &CLOUD_SCOPES.map(str::to_owned)).is_empty());
        assert!(missing(SiteKind::DataCenter, &[]).is_empty());
    }
}
