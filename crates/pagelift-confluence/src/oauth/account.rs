//! Who signed in, and to what.

use pagelift_model::{AccountId, Secret, SiteAddress, SourceError};
use reqwest::StatusCode;
use reqwest::header::{ACCEPT, AUTHORIZATION};
use serde::de::DeserializeOwned;
use url::Url;

use super::{OAuthError, Origins, limits};
use crate::answer::{self, Place};
use crate::call::{Answer, Call, below, host};
use crate::connection::{Gateway, bearer};
use crate::limits::Limits;
use crate::signer::Signature;
use crate::wire::data_center::WireUser;
use crate::wire::oauth::{WireProfile, WireResource};
use crate::wire::site::WirePerson;

const SITES: &str = "the sites of the sign-in";
const ACCOUNT: &str = "the account";

/// A site that a sign-in opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessibleSite {
    /// Names the site at the gateway.
    pub cloud_id: String,
    /// What people call it.
    pub name: String,
    /// Its address.
    pub address: SiteAddress,
    /// The permissions that were granted there.
    pub scopes: Vec<String>,
    /// Its picture.
    pub picture: Option<Url>,
}

/// Who signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The account id of Cloud, or the user key of Data Center.
    pub id: AccountId,
    /// What people call them.
    pub name: String,
    /// Their e-mail address.
    pub email: Option<String>,
    /// Their picture.
    pub picture: Option<Url>,
}

/// The Confluence sites that a sign-in to Cloud opens, each once.
pub async fn accessible_sites(origins: &Origins, access: &Secret) -> Result<Vec<AccessibleSite>, OAuthError> {
    let rows: Vec<WireResource> = ask(origins.api_at("oauth/token/accessible-resources"), SITES, access).await?;
    let mut sites: Vec<AccessibleSite> = Vec::new();
    for row in rows {
        // A site is there once for each of its products.
        if !row.scopes.iter().any(|scope| is_of_confluence(scope)) {
            continue;
        }
        if let Some(known) = sites.iter_mut().find(|site| site.cloud_id == row.id) {
            let new = row.scopes.into_iter().filter(|scope| !known.scopes.contains(scope)).collect::<Vec<_>>();
            known.scopes.extend(new);
            continue;
        }
        let Some(address) = row.url.as_deref().and_then(SiteAddress::parse) else { continue };
        sites.push(AccessibleSite {
            cloud_id: row.id,
            name: row.name.filter(|name| !name.trim().is_empty()).unwrap_or_else(|| address.host()),
            address: address.with_cloud_context(),
            scopes: row.scopes,
            picture: row.avatar_url.as_deref().and_then(|picture| Url::parse(picture).ok()),
        });
    }
    Ok(sites)
}

fn is_of_confluence(scope: &str) -> bool {
    scope.ends_with(":confluence") || scope.contains(":confluence-")
}

/// Who signed in to Cloud. Where the profile may not be read, one of the sites says who it is.
pub async fn cloud_account(origins: &Origins, cloud_id: Option<&str>, access: &Secret) -> Result<Account, OAuthError> {
    let denied = match ask::<WireProfile>(origins.api_at("me"), ACCOUNT, access).await {
        Ok(profile) => return Ok(profile.into()),
        Err(error) => error,
    };
    let may_be_elsewhere = matches!(
        denied,
        OAuthError::Site {
            error: SourceError::PermissionMissing { .. }
                | SourceError::SignInRejected { .. }
                | SourceError::AnswerUnreadable { .. },
            ..
        }
    );
    let Some(cloud_id) = cloud_id.filter(|_| may_be_elsewhere) else { return Err(denied) };
    let gateway = Gateway { api_origin: origins.api.clone(), cloud_id: cloud_id.to_owned() };
    let url = below(&gateway.base(), "rest/api/user/current");
    let site = host(&url);
    let person: WirePerson = ask(url, ACCOUNT, access).await?;
    let rejected = || OAuthError::of_site(SourceError::SignInRejected { site });
    if person.is_anonymous() {
        return Err(rejected());
    }
    let email = person.email();
    let person = person.into_person().ok_or_else(rejected)?;
    Ok(Account { id: person.id, name: person.name, email, picture: None })
}

impl From<WireProfile> for Account {
    fn from(profile: WireProfile) -> Self {
        let email = profile.email.filter(|email| !email.is_empty());
        let names = [profile.name, profile.nickname, email.clone()];
        let name = names.into_iter().flatten().find(|name| !name.trim().is_empty());
        Self {
            name: name.unwrap_or_else(|| profile.account_id.clone()),
            id: AccountId::from(profile.account_id),
            email,
            picture: profile.picture.as_deref().and_then(|picture| Url::parse(picture).ok()),
        }
    }
}

/// Who signed in to a Data Center site.
pub async fn data_center_account(base: &SiteAddress, access: &Secret) -> Result<Account, OAuthError> {
    let user: WireUser = ask(below(base.url(), "rest/api/user/current"), ACCOUNT, access).await?;
    let rejected = || OAuthError::of_site(SourceError::SignInRejected { site: base.host() });
    if user.is_anonymous() {
        return Err(rejected());
    }
    let picture = user.picture().and_then(|path| picture_address(base, path));
    let person = user.person().ok_or_else(rejected)?;
    Ok(Account { id: person.id, name: person.name, email: None, picture })
}

/// The address of a picture, whose path may or may not have the context path of the site.
fn picture_address(base: &SiteAddress, path: &str) -> Option<Url> {
    if let Ok(url) = Url::parse(path) {
        return Some(url);
    }
    let context = base.url().path().trim_end_matches('/');
    let has_context = path.strip_prefix(context).is_some_and(|rest| rest.starts_with('/'));
    if has_context { base.url().join(path).ok() } else { base.url().join(&format!("{context}{path}")).ok() }
}

/// Asks with a sign-in that was just made.
async fn ask<T: DeserializeOwned>(url: Url, what: &'static str, access: &Secret) -> Result<T, OAuthError> {
    let site = host(&url);
    let place = Place { site: &site, what };
    let rejected = || OAuthError::of_site(SourceError::SignInRejected { site: site.clone() });
    let call = Call::to(&url, what, &Limits { largest_answer: 1 << 20, ..limits() })?;
    let header = bearer(access).and_then(|header| Signature { header, serial: 0 }.value()).ok_or_else(rejected)?;
    let answer = call.send(call.get(url).header(AUTHORIZATION, header).header(ACCEPT, "application/json")).await?;
    let Answer { status, headers, body } = &answer;
    if crate::headers::is_anonymous(headers) {
        return Err(rejected());
    }
    if status.is_success() {
        return answer::parse(body, headers, &place).map_err(|failure| OAuthError::of_site(failure.error));
    }
    Err(OAuthError::of_site(match *status {
        StatusCode::UNAUTHORIZED if !answer::lacks_scope(body) => SourceError::SignInRejected { site },
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
            SourceError::PermissionMissing { site, request: what.to_owned() }
        }
        StatusCode::TOO_MANY_REQUESTS => SourceError::RateLimited { site, until: None },
        status if status.is_server_error() => {
            SourceError::SiteFailed { site, status: status.as_u16(), request: what.to_owned() }
        }
        status => place.unreadable(&format!("status {}", status.as_u16())),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn permissions_of_confluence_are_told_from_those_of_other_products() {
        for scope in ["read:page:confluence", "search:confluence", "read:confluence-content.all"] {
            assert!(is_of_confluence(scope), "{scope}");
        }
        for scope in ["read:jira-work", "read:me", "offline_access", "export:markdown:custom", "confluence"] {
            assert!(!is_of_confluence(scope), "{scope}");
        }
    }

    #[test]
    fn a_picture_lies_below_the_context_path_once() {
        let address = |base: &str, path: &str| {
            picture_address(&SiteAddress::parse(base).unwrap(), path).map(|url| url.to_string())
        };
        let inside = Some("https://example.com/wiki/images/a.png".to_owned());
        assert_eq!(address("https://example.com/wiki", "/wiki/images/a.png"), inside);
        assert_eq!(address("https://example.com/wiki", "/images/a.png"), inside);
        let alone = Some("https://example.com/images/a.png".to_owned());
        assert_eq!(address("https://example.com", "/images/a.png"), alone);
        let elsewhere = "https://cdn.example.com/a.png";
        assert_eq!(address("https://example.com", elsewhere).as_deref(), Some(elsewhere));
    }
}
