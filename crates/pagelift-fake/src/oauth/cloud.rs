//! Cloud: `auth.atlassian.com` and the parts of `api.atlassian.com` that belong to the sign-in, at one address.

use std::collections::BTreeSet;

use axum::http::request::Parts;
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::authorize::{self, Objection};
use super::grants::{Exchange, Pair, Refusal};
use super::{
    Account, Consent, Holder, OAuth, Resources, bearer, body_params, faults, pages, scopes, token_answer, token_error,
};
use crate::bytes;
use crate::paging::Params;
use crate::routes::answer;
use crate::server::{Shared, Tenant};

const CANCELLED: &str = "User did not authorize the request";

/// Answers a request for the sign-in; nothing when it is for something else.
pub(crate) async fn respond(shared: &Shared, oauth: &OAuth, parts: &Parts, body: &[u8]) -> Option<Response> {
    let path = parts.uri.path();
    Some(match (&parts.method, path) {
        (&Method::GET, "/authorize") => ask(shared, oauth, parts),
        (&Method::POST, "/authorize") => decide(shared, oauth, body),
        (&Method::POST, "/oauth/token") => token(oauth, parts, body).await,
        (&Method::GET, "/oauth/token/accessible-resources") => resources(shared, oauth, parts),
        (&Method::GET, "/me") => profile(shared, oauth, parts),
        (&Method::GET, _) if path.starts_with("/avatars/") => picture(oauth, parts),
        (_, "/authorize" | "/oauth/token" | "/oauth/token/accessible-resources" | "/me") => {
            StatusCode::METHOD_NOT_ALLOWED.into_response()
        }
        _ => return None,
    })
}

fn accounts(shared: &Shared, oauth: &OAuth) -> Vec<Account> {
    let site = shared.first.site();
    oauth.options.accounts.iter().enumerate().map(|(at, email)| Account::of(&site, at, email)).collect()
}

fn sites(shared: &Shared) -> Vec<(String, String)> {
    shared.tenants().map(|tenant| (tenant.name.to_owned(), tenant.origin.clone())).collect()
}

fn ask(shared: &Shared, oauth: &OAuth, parts: &Parts) -> Response {
    let params = Params::of(parts);
    let consent = authorize::note(oauth, &params);
    let host = shared.first.origin.trim_start_matches("http://");
    let name = host.split(':').next().unwrap_or(host);
    let asked = match authorize::check(oauth, &params, &["api.atlassian.com", "localhost", name, host]) {
        Ok(asked) => asked,
        Err(objection) => return objection.into_response(oauth),
    };
    match consent {
        Consent::Accept { account, sites } => {
            let all: Vec<usize> = (0..shared.tenants().count()).collect();
            authorize::accept(oauth, asked, account, if sites.is_empty() { &all } else { &sites })
        }
        Consent::Cancel => authorize::cancel(oauth, &asked, CANCELLED),
        Consent::Ask => {
            let request = oauth.grants().keep(asked.clone());
            pages::cloud_consent(&request, &asked, &accounts(shared, oauth), &sites(shared), None)
        }
    }
}

/// The person pressed a button of the consent page.
fn decide(shared: &Shared, oauth: &OAuth, body: &[u8]) -> Response {
    let params = Params::of_form(body);
    let request = params.get("request").unwrap_or_default();
    let Some(asked) = oauth.grants().pending(request).cloned() else {
        return Objection::Page("invalid_request", "The request is unknown or was answered before.")
            .into_response(oauth);
    };
    let picked: Vec<usize> = params.all("site").filter_map(|at| at.parse().ok()).collect();
    let count = shared.tenants().count();
    let account = params.get("account").and_then(|at| at.parse().ok()).filter(|at| *at < oauth.options.accounts.len());
    match (params.get("answer"), account) {
        (Some("cancel"), _) => {
            oauth.grants().take(request);
            authorize::cancel(oauth, &asked, CANCELLED)
        }
        (Some("accept"), Some(account)) if !picked.is_empty() && picked.iter().all(|at| *at < count) => {
            oauth.grants().take(request);
            authorize::accept(oauth, asked, account, &picked)
        }
        _ => {
            let alert = Some("Choose a site.");
            pages::cloud_consent(request, &asked, &accounts(shared, oauth), &sites(shared), alert)
        }
    }
}

async fn token(oauth: &OAuth, parts: &Parts, body: &[u8]) -> Response {
    let fault = oauth.next_fault(parts);
    if let Some(response) = fault.and_then(faults::instead) {
        return response;
    }
    let response = exchange(oauth, parts, body);
    match fault {
        Some(fault) => faults::spoil(fault, response).await,
        None => response,
    }
}

/// The secret counts in the body alone; what comes with Basic is not looked at.
fn exchange(oauth: &OAuth, parts: &Parts, body: &[u8]) -> Response {
    let Some(params) = body_params(parts, body, true) else {
        return token_error(oauth, StatusCode::BAD_REQUEST, "invalid_request", "Malformed request body");
    };
    let client = params.get("client_id").and_then(|id| oauth.client(id));
    let client = client.filter(|client| params.get("client_secret") == Some(client.secret.as_str()));
    let Some(client) = client else {
        return token_error(oauth, StatusCode::UNAUTHORIZED, "access_denied", "Unauthorized");
    };
    let missing = |name: &str| {
        let description = format!("Missing required parameter: {name}");
        token_error(oauth, StatusCode::BAD_REQUEST, "invalid_request", &description)
    };
    let result = match params.get("grant_type") {
        Some("authorization_code") => {
            let Some(code) = params.get("code") else { return missing("code") };
            let Some(redirect) = params.get("redirect_uri") else { return missing("redirect_uri") };
            let exchange = Exchange { client: &client.id, code, redirect, verifier: params.get("code_verifier") };
            oauth.grants().redeem(exchange)
        }
        Some("refresh_token") => {
            let Some(token) = params.get("refresh_token") else { return missing("refresh_token") };
            oauth.grants().renew(&client.id, token, None)
        }
        Some(_) => {
            return token_error(oauth, StatusCode::BAD_REQUEST, "unsupported_grant_type", "Unsupported grant type");
        }
        None => return missing("grant_type"),
    };
    match result {
        Ok(pair) => token_answer(StatusCode::OK, &pair_body(oauth, &pair)),
        Err(refusal) => {
            let (name, description) = told(refusal);
            token_error(oauth, StatusCode::FORBIDDEN, name, description)
        }
    }
}

fn told(refusal: Refusal) -> (&'static str, &'static str) {
    match refusal {
        Refusal::Code => ("invalid_grant", "Invalid authorization code"),
        Refusal::Redirect => ("invalid_grant", "The redirect_uri does not match"),
        Refusal::Verifier => ("invalid_grant", "Failed to verify code verifier"),
        Refusal::Unknown => ("unauthorized_client", "refresh_token is invalid"),
        Refusal::Ended => ("invalid_grant", "Unknown or invalid refresh token."),
    }
}

fn joined(scopes: &BTreeSet<String>) -> String {
    scopes.iter().map(String::as_str).collect::<Vec<_>>().join(" ")
}

fn pair_body(oauth: &OAuth, pair: &Pair) -> Value {
    let mut value = json!({"access_token": pair.access, "expires_in": pair.expires_in, "scope": joined(&pair.scopes)});
    if !oauth.options.without_token_type {
        value["token_type"] = json!("Bearer");
    }
    if let Some(refresh) = &pair.refresh {
        value["refresh_token"] = json!(refresh);
    }
    value
}

/// Who asks the gateway, or that nobody does.
pub(crate) fn signed_by(oauth: &OAuth, parts: &Parts) -> Result<Holder, Box<Response>> {
    bearer(parts).and_then(|token| oauth.holder(token)).ok_or_else(|| {
        let status = StatusCode::from_u16(oauth.options.expired_status).unwrap_or(StatusCode::UNAUTHORIZED);
        answer(status, &json!({"code": status.as_u16(), "message": "Unauthorized"})).into()
    })
}

/// Whether a request to a site behind the gateway may pass.
pub(crate) fn refusal(oauth: &OAuth, holder: &Holder, at: usize, path: &str) -> Option<Response> {
    if !holder.sites.contains(&at) {
        let body = json!({"code": 403, "message": "The app is not installed on this instance"});
        return Some(answer(StatusCode::FORBIDDEN, &body));
    }
    let needed = scopes::needed(path);
    if needed.is_empty() || needed.iter().any(|scope| holder.scopes.contains(*scope)) {
        return None;
    }
    oauth.grants().log.scope_mismatches += 1;
    let body = json!({"code": 401, "message": "Unauthorized; scope does not match"});
    Some(answer(StatusCode::UNAUTHORIZED, &body))
}

fn resources(shared: &Shared, oauth: &OAuth, parts: &Parts) -> Response {
    oauth.grants().log.resources += 1;
    let holder = match signed_by(oauth, parts) {
        Ok(holder) => holder,
        Err(refusal) => return *refusal,
    };
    let of_confluence: Vec<&String> = holder.scopes.iter().filter(|scope| scopes::is_confluence(scope)).collect();
    let entry = |tenant: &Tenant, scopes: Value| {
        json!({"id": tenant.cloud_id, "name": tenant.name, "url": tenant.origin, "scopes": scopes,
            "avatarUrl": format!("{}/avatars/site.png", shared.first.origin)})
    };
    let mut rows = Vec::new();
    let granted = shared.tenants().enumerate().filter(|(at, _)| holder.sites.contains(at));
    for (_, tenant) in granted.filter(|_| oauth.options.resources != Resources::None) {
        if oauth.options.resources == Resources::Doubled {
            rows.push(entry(tenant, json!(["read:jira-work"])));
        }
        if !of_confluence.is_empty() {
            rows.push(entry(tenant, json!(of_confluence)));
        }
    }
    answer(StatusCode::OK, &json!(rows))
}

fn profile(shared: &Shared, oauth: &OAuth, parts: &Parts) -> Response {
    oauth.grants().log.profiles += 1;
    let holder = match signed_by(oauth, parts) {
        Ok(holder) => holder,
        Err(refusal) => return *refusal,
    };
    if !holder.scopes.contains("read:me") {
        return answer(StatusCode::FORBIDDEN, &json!({"code": 403, "message": "Forbidden"}));
    }
    let email = oauth.options.accounts.get(holder.account).map(String::as_str).unwrap_or_default();
    let account = Account::of(&shared.first.site(), holder.account, email);
    answer(
        StatusCode::OK,
        &json!({
            "account_type": "atlassian", "account_id": account.id, "email": account.email, "name": account.name,
            "picture": format!("{}/avatars/{}.png", shared.first.origin, holder.account), "account_status": "active",
            "nickname": super::login(&account.email), "zoneinfo": "Europe/Berlin", "locale": "en-US",
            "extended_profile": {"job_title": "Writer"},
        }),
    )
}

/// A small picture, which is another one for each name.
fn picture(oauth: &OAuth, parts: &Parts) -> Response {
    if parts.headers.contains_key(header::AUTHORIZATION) {
        oauth.grants().log.pictures_with_credentials += 1;
    }
    let seed = parts.uri.path().bytes().fold(7, |seed: u64, byte| seed.wrapping_mul(31).wrapping_add(byte.into()));
    ([(header::CONTENT_TYPE, "image/png")], bytes::png(seed)).into_response()
}
