//! Who may ask a Cloud site, directly or through the gateway.

use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use crate::oauth::{self, Account};
use crate::routes::{answer, login_page};
use crate::server::{LoginPage, Shared, Tenant};

/// The site that a request means, and the path there.
#[derive(Debug, Clone)]
pub(crate) struct Target<'a> {
    pub(crate) tenant: &'a Tenant,
    /// The site's place among those of the server.
    at: usize,
    pub(crate) path: String,
    is_gateway: bool,
}

impl<'a> Target<'a> {
    /// `host` is the site at whose address the request came in; the gateway has the address of the first.
    pub(crate) fn of(shared: &'a Shared, host: usize, path: &str) -> Self {
        for (at, tenant) in shared.tenants().enumerate() {
            let inner = path.strip_prefix("/ex/confluence/").and_then(|rest| rest.strip_prefix(tenant.cloud_id));
            if let Some(inner) = inner.filter(|inner| host == 0 && inner.starts_with("/wiki/")) {
                return Self { tenant, at, path: inner.to_owned(), is_gateway: true };
            }
        }
        let tenant = shared.tenants().nth(host).unwrap_or(&shared.first);
        Self { tenant, at: host, path: path.to_owned(), is_gateway: false }
    }
}

fn has_token(shared: &Shared, parts: &Parts) -> bool {
    let sent = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let pair = sent.and_then(|value| value.strip_prefix("Basic ")).and_then(|text| STANDARD.decode(text.trim()).ok());
    pair.is_some_and(|pair| pair == format!("{}:{}", shared.options.email, shared.options.token).into_bytes())
}

/// Who asks, or what stands between the request and its answer because of that.
pub(crate) fn asker(shared: &Shared, parts: &Parts, target: &Target<'_>) -> Result<Account, Box<Response>> {
    if shared.options.login_page == LoginPage::Api {
        return Err(login_page().into());
    }
    if target.path.starts_with("/wiki/download/") {
        let realm = format!("OAuth realm=\"{}\"", target.tenant.origin);
        return Err((StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, realm)]).into_response().into());
    }
    if oauth::bearer(parts).is_some() {
        return bearer(shared, parts, target);
    }
    let is_permitted = has_token(shared, parts);
    if shared.options.gateway_only && !target.is_gateway {
        return Err(StatusCode::UNAUTHORIZED.into_response().into());
    }
    if is_permitted {
        return Ok(Account::of(&target.tenant.site(), 0, &shared.options.email));
    }
    if shared.options.anonymous {
        let nobody = json!({"type": "anonymous", "displayName": "Anonymous", "profilePicture": null});
        if target.path == "/wiki/rest/api/user/current" {
            return Err(answer(StatusCode::OK, &nobody).into());
        }
        return Ok(Account::of(&target.tenant.site(), 0, ""));
    }
    let body = json!({"message": "Current user not permitted to use Confluence", "statusCode": 403});
    Err(answer(StatusCode::FORBIDDEN, &body).into())
}

/// Access tokens are good at the gateway alone.
fn bearer(shared: &Shared, parts: &Parts, target: &Target<'_>) -> Result<Account, Box<Response>> {
    let Some(server) = shared.oauth.as_ref().filter(|_| target.is_gateway) else {
        return Err(StatusCode::UNAUTHORIZED.into_response().into());
    };
    let holder = oauth::cloud::signed_by(server, parts)?;
    if let Some(refusal) = oauth::cloud::refusal(server, &holder, target.at, &target.path) {
        return Err(refusal.into());
    }
    let email = server.options.accounts.get(holder.account).map(String::as_str).unwrap_or_default();
    Ok(Account::of(&shared.first.site(), holder.account, email))
}
