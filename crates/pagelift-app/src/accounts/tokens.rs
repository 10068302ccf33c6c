//! Signing in with a token that a person made.

use std::sync::Arc;

use pagelift_confluence::oauth::data_center_account;
use pagelift_confluence::{Gateway, detect};
use pagelift_model::{ErrorCode, Secret, SiteAddress, SiteKind, SourceError};
use serde_json::Map;

use super::marks::Kind;
use super::secrets::TokenSecret;
use super::store::{KnownAccount, KnownSite, Unused};
use super::{Accounts, put_named, site_gone};
use crate::ipc::{SignInMethod, SiteSummary, TokenSignIn};
use crate::sign_in::{default_name, site_id};
use crate::{AppError, OpenSite, SignIn, site_address};

/// The base of the requests to a site, which says where its token may go.
pub(super) fn base_of(address: &SiteAddress, gateway: Option<&Gateway>) -> String {
    match gateway {
        Some(Gateway { api_origin, cloud_id }) => {
            format!("{}/ex/confluence/{cloud_id}", api_origin.as_str().trim_end_matches('/'))
        }
        None => address.as_str().to_owned(),
    }
}

/// A site that accepted a token.
struct Accepted {
    kind: SiteKind,
    address: SiteAddress,
    gateway: Option<Gateway>,
    account: KnownAccount,
}

impl Accounts {
    /// Keeps a site and the token for it, once the site has accepted it. Without an e-mail address, it is one of Data Center.
    pub async fn connect_with_token(&self, typed: TokenSignIn) -> Result<SiteSummary, AppError> {
        let token = Secret::new(typed.token.expose().trim().to_owned());
        if token.is_empty() {
            return Err(AppError::refused(ErrorCode::UsageInvalid, "the token is missing"));
        }
        let address = site_address(&typed.address)?;
        let email = Some(typed.email.trim().to_owned()).filter(|email| !email.is_empty());
        let accepted = match &email {
            Some(email) => self.try_cloud(&address, email, &token).await?,
            None => self.try_data_center(&address, &token).await?,
        };
        let Accepted { kind, address, gateway, account } = accepted;
        let id = site_id(&address, &account.id);
        if let Some(again) = &typed.again {
            self.check_again(again, &address, &account)?;
        }
        let _mark = self.mark(Kind::Token, &id)?;
        let secret = TokenSecret { to: base_of(&address, gateway.as_ref()), email, token };
        self.secrets().keep_token(&id, &secret).await?;
        let name = typed.name.trim();
        let site = KnownSite {
            id: id.clone(),
            name: if name.is_empty() { default_name(&address) } else { name.to_owned() },
            kind,
            address: address.as_str().to_owned(),
            method: if kind == SiteKind::DataCenter { SignInMethod::PersonalToken } else { SignInMethod::ApiToken },
            cloud_id: gateway.map(|gateway| gateway.cloud_id),
            grant: None,
            account,
            scopes: Vec::new(),
            ended: false,
            until_quit: self.vault().is_in_memory(),
            more: Map::new(),
        };
        let listed = self.store().change(|entries| {
            let summary = put_named(entries, site);
            (summary, Unused { grants: entries.drop_unused_grants(), tokens: Vec::new() })
        });
        match listed {
            Ok((summary, unused)) => {
                self.forget_replaced(unused).await;
                Ok(summary)
            }
            Err(error) => {
                // What nobody lists, nobody could take out again.
                let is_listed = self.store().read().is_ok_and(|entries| !entries.token_sites(&[&id]).is_empty());
                let tokens = if is_listed { Vec::new() } else { vec![id] };
                self.forget_replaced(Unused { grants: Vec::new(), tokens }).await;
                Err(error)
            }
        }
    }

    /// Refuses a token for another site or person than the one whose token it is to replace. Cloud knows people with tokens by their
    /// e-mail address alone.
    fn check_again(&self, again: &str, address: &SiteAddress, account: &KnownAccount) -> Result<(), AppError> {
        let entries = self.store().read()?;
        let known = entries.site(again).ok_or_else(site_gone)?;
        if known.address().is_none_or(|known| known.url().origin() != address.url().origin()) {
            let message = format!("this token is of another site than `{}`", known.name);
            return Err(AppError::refused(ErrorCode::AddressInvalid, message));
        }
        let is_same = match (known.method, known.kind) {
            (SignInMethod::Browser, SiteKind::Cloud) => {
                known.account.email.as_ref().is_none_or(|email| email.to_lowercase() == account.id)
            }
            _ => known.account.id == account.id,
        };
        if !is_same {
            let message = format!("this sign-in belongs to {}, and the token is of another person", known.account.name);
            return Err(AppError::refused(ErrorCode::SignInOfAnother, message));
        }
        Ok(())
    }

    /// Tries an API token at the site itself, and then at the gateway: tokens with scopes work there alone. A host that is not
    /// Atlassian's gets to see none, since a token may open the whole account.
    async fn try_cloud(&self, address: &SiteAddress, email: &str, token: &Secret) -> Result<Accepted, AppError> {
        let sign_in = SignIn::new(email.to_owned(), token.clone());
        let address = address.with_cloud_context();
        // Plain `http` is of this computer alone.
        let (checked, gateway) = if address.is_on_cloud() || address.url().scheme() == "http" {
            self.check_both(&address, sign_in).await?
        } else {
            let gateway = self.gateway_to(&address).await.ok_or_else(no_cloud)?;
            (self.check(&address, &sign_in.through(gateway.clone())).await?, Some(gateway))
        };
        let id = email.to_lowercase();
        let account = KnownAccount { id, name: checked, email: Some(email.to_owned()), picture: None };
        Ok(Accepted { kind: SiteKind::Cloud, address, gateway, account })
    }

    async fn check_both(&self, address: &SiteAddress, sign_in: SignIn) -> Result<(String, Option<Gateway>), AppError> {
        match self.check(address, &sign_in).await {
            Err(AppError::Source(rejected @ SourceError::SignInRejected { .. })) => {
                let gateway = self.gateway_to(address).await.ok_or_else(|| AppError::from(rejected.clone()))?;
                let checked = self.check(address, &sign_in.through(gateway.clone())).await;
                // What the site itself said is the better answer when neither takes the token.
                Ok((checked.map_err(|_| AppError::from(rejected))?, Some(gateway)))
            }
            checked => Ok((checked?, None)),
        }
    }

    async fn try_data_center(&self, address: &SiteAddress, token: &Secret) -> Result<Accepted, AppError> {
        let site = OpenSite::connect(address, &SignIn::with_token_alone(token.clone()), self.clock())?;
        let name = site.source().check().await?;
        let address = site.source().site().address;
        let account = data_center_account(&address, token).await?;
        let account = KnownAccount { id: account.id.to_string(), name, email: account.email, picture: None };
        Ok(Accepted { kind: SiteKind::DataCenter, address, gateway: None, account })
    }

    /// The name of the account that a site knows.
    async fn check(&self, address: &SiteAddress, sign_in: &SignIn) -> Result<String, AppError> {
        let site = OpenSite::connect(address, sign_in, Arc::clone(&self.clock()))?;
        Ok(site.source().check().await?)
    }

    /// The gateway to a site that says where it stands there.
    async fn gateway_to(&self, address: &SiteAddress) -> Option<Gateway> {
        let cloud_id = detect(address.as_str(), self.clock().as_ref()).await.ok()?.cloud_id?;
        Some(Gateway { api_origin: self.origins().ok()?.api, cloud_id })
    }
}

fn no_cloud() -> AppError {
    let message = "this is no site of Confluence Cloud, and an API token is sent nowhere else; for a token of Data Center, leave the \
                   e-mail address empty";
    AppError::refused(ErrorCode::AddressInvalid, message)
}
