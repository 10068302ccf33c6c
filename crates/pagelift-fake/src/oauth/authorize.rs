//! The authorization request, as far as both products judge it alike, and the way back to the client.

use std::collections::BTreeSet;

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::grants::Asked;
use super::options::{Client, Consent, Pkce};
use super::pkce::Challenge;
use super::{OAuth, pages, scopes};
use crate::paging::Params;

/// What is wrong with an authorization request.
#[derive(Debug)]
pub(crate) enum Objection {
    /// Told on a page of the server: the way back is not to be trusted.
    Page(&'static str, &'static str),
    /// Told to the client.
    Back(Box<Asked>, &'static str, &'static str),
}

/// Judges an authorization request. `audience` are the names that Cloud's audience may have.
pub(crate) fn check(oauth: &OAuth, params: &Params, audience: &[&str]) -> Result<Asked, Objection> {
    if params.repeated().is_some() {
        return Err(Objection::Page("invalid_request", "A parameter was sent twice."));
    }
    let Some(client) = params.get("client_id").and_then(|id| oauth.client(id)) else {
        return Err(Objection::Page("invalid_client", "There is no app with this client_id."));
    };
    if params.get("redirect_uri") != Some(client.redirect.as_str()) {
        return Err(Objection::Page("invalid_redirect", "The redirect_uri is not the callback URL of the app."));
    }
    let asked = params.get("scope").unwrap_or_default().split(' ').filter(|scope| !scope.is_empty());
    let scopes = if oauth.is_cloud {
        check_cloud(params, audience)?;
        cloud_scopes(client, asked, params.get("sns").is_some())?
    } else {
        data_center_scopes(client, asked)?
    };
    let state = params.get("state").filter(|state| !state.is_empty()).map(str::to_owned);
    let mut asked =
        Asked { client: client.id.clone(), redirect: client.redirect.clone(), scopes, state, challenge: None };
    if params.get("response_type") != Some("code") {
        return Err(Objection::Back(Box::new(asked), "unsupported_response_type", "Only code is supported."));
    }
    if let Some(value) = params.get("code_challenge") {
        asked.challenge = Challenge::of(value, params.get("code_challenge_method"));
        if asked.challenge.is_none() {
            return Err(Objection::Back(Box::new(asked), "invalid_request", "Unknown code_challenge_method."));
        }
    } else if oauth.options.pkce == Pkce::Required {
        return Err(Objection::Back(Box::new(asked), "invalid_request", "A code_challenge is required."));
    }
    Ok(asked)
}

/// What Cloud asks for beyond the standard.
fn check_cloud(params: &Params, audience: &[&str]) -> Result<(), Objection> {
    if !params.get("audience").is_some_and(|named| audience.contains(&named)) {
        return Err(Objection::Page("invalid_request", "The audience is missing or unknown."));
    }
    if params.get("prompt") != Some("consent") {
        return Err(Objection::Page("invalid_request", "The prompt has to be consent."));
    }
    if params.get("state").is_none_or(str::is_empty) {
        return Err(Objection::Page("invalid_request", "The state is missing."));
    }
    Ok(())
}

/// Scopes that were not ticked in the console fall away; those of Forge apps need an app to belong to.
fn cloud_scopes<'a>(
    client: &Client,
    asked: impl Iterator<Item = &'a str>,
    has_app: bool,
) -> Result<BTreeSet<String>, Objection> {
    let mut granted = BTreeSet::new();
    for scope in asked {
        let is_of_app = has_app && scope.ends_with(":custom");
        if !is_of_app && !scopes::CLOUD.contains(&scope) {
            return Err(Objection::Page("invalid_scope", "There is no such scope."));
        }
        let is_lasting = scope == "offline_access";
        if is_of_app || is_lasting || client.scopes.iter().any(|one| one == scope) {
            granted.insert(scope.to_owned());
        }
    }
    if granted.iter().all(|scope| scope == "offline_access") {
        return Err(Objection::Page("invalid_scope", "No supported Atlassian scopes."));
    }
    Ok(granted)
}

/// One scope, which the link has to permit.
fn data_center_scopes<'a>(
    client: &Client,
    asked: impl Iterator<Item = &'a str>,
) -> Result<BTreeSet<String>, Objection> {
    let most = client.scopes.iter().filter_map(|scope| scopes::rank(scope)).max();
    let granted: BTreeSet<String> = asked.map(str::to_owned).collect();
    let is_permitted = |scope: &String| scopes::rank(scope).is_some_and(|rank| Some(rank) <= most);
    if granted.is_empty() || !granted.iter().all(is_permitted) {
        return Err(Objection::Page("invalid_scope", "The requested scope is invalid or not permitted."));
    }
    Ok(granted)
}

impl Objection {
    pub(crate) fn into_response(self, oauth: &OAuth) -> Response {
        match self {
            Self::Page(name, description) => {
                oauth.grants().log.refused_authorizations += 1;
                pages::failure(oauth.is_cloud, name, description)
            }
            Self::Back(asked, name, description) => refuse(&asked, name, description),
        }
    }
}

/// Notes the request, and answers it where no person is to be asked.
pub(crate) fn note(oauth: &OAuth, params: &Params) -> Consent {
    let mut grants = oauth.grants();
    grants.log.authorizations += 1;
    grants.log.latest_authorization = params.pairs().cloned().collect();
    grants.consent.clone()
}

/// Sends the browser back with a code.
pub(crate) fn accept(oauth: &OAuth, asked: Asked, account: usize, sites: &[usize]) -> Response {
    let (redirect, state) = (asked.redirect.clone(), asked.state.clone());
    let code = oauth.grants().accept(asked, account, sites);
    send_back(&redirect, &[("code", Some(code.as_str())), ("state", state.as_deref())])
}

/// Sends the browser back because the person said no.
pub(crate) fn cancel(oauth: &OAuth, asked: &Asked, description: &str) -> Response {
    oauth.grants().log.cancels += 1;
    refuse(asked, "access_denied", description)
}

fn refuse(asked: &Asked, name: &str, description: &str) -> Response {
    let state = asked.state.as_deref();
    send_back(&asked.redirect, &[("error", Some(name)), ("error_description", Some(description)), ("state", state)])
}

fn send_back(redirect: &str, pairs: &[(&str, Option<&str>)]) -> Response {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in pairs {
        if let Some(value) = value {
            query.append_pair(name, value);
        }
    }
    let mark = if redirect.contains('?') { '&' } else { '?' };
    go(&format!("{redirect}{mark}{}", query.finish()))
}

/// 302 to an address.
pub(crate) fn go(address: &str) -> Response {
    (StatusCode::FOUND, [(header::LOCATION, address), (header::CACHE_CONTROL, "no-store")]).into_response()
}
