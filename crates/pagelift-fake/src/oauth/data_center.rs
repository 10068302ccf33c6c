//! Data Center: its OAuth 2.0 provider, with the login and consent pages of the site.

use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::authorize::{self, Objection};
use super::grants::{Exchange, Pair, Refusal};
use super::options::Client;
use super::{Account, Consent, OAuth, body_params, faults, pages, token_answer, token_error};
use crate::paging::Params;
use crate::server::Shared;

const CANCELLED: &str = "The resource owner denied the request";

/// Answers a request for the sign-in; nothing when it is for something else. `path` is below the context.
pub(crate) async fn respond(
    shared: &Shared,
    oauth: &OAuth,
    parts: &Parts,
    path: &str,
    body: &[u8],
) -> Option<Response> {
    let context = shared.context();
    Some(match (&parts.method, path) {
        (&Method::GET, "/rest/oauth2/latest/authorize") => start(shared, oauth, parts),
        (&Method::GET, "/plugins/servlet/oauth2/consent") => ask(shared, oauth, parts),
        (&Method::POST, "/plugins/servlet/oauth2/consent") => decide(oauth, parts, body),
        (&Method::GET, "/login.action") => {
            pages::login(context, Params::of(parts).get("os_destination").unwrap_or("/"), None)
        }
        (&Method::POST, "/dologin.action") => log_in(oauth, context, body),
        (&Method::POST, "/rest/oauth2/latest/token") => token(shared, oauth, parts, body).await,
        (&Method::POST, "/rest/oauth2/latest/revoke") => revoke(oauth, parts, body),
        _ => return None,
    })
}

/// The authorization request leads on to the consent page, with the same parameters.
fn start(shared: &Shared, oauth: &OAuth, parts: &Parts) -> Response {
    let params = Params::of(parts);
    let consent = authorize::note(oauth, &params);
    let asked = match authorize::check(oauth, &params, &[]) {
        Ok(asked) => asked,
        Err(objection) => return objection.into_response(oauth),
    };
    match consent {
        Consent::Accept { account, .. } => authorize::accept(oauth, asked, account, &[]),
        Consent::Cancel => authorize::cancel(oauth, &asked, CANCELLED),
        Consent::Ask => {
            let query = parts.uri.query().unwrap_or_default();
            authorize::go(&format!("{}/plugins/servlet/oauth2/consent?{query}", shared.context()))
        }
    }
}

fn session(parts: &Parts) -> Option<&str> {
    let cookies = parts.headers.get(header::COOKIE)?.to_str().ok()?;
    cookies.split(';').find_map(|cookie| cookie.trim().strip_prefix("JSESSIONID="))
}

fn ask(shared: &Shared, oauth: &OAuth, parts: &Parts) -> Response {
    let asked = match authorize::check(oauth, &Params::of(parts), &[]) {
        Ok(asked) => asked,
        Err(objection) => return objection.into_response(oauth),
    };
    let context = shared.context();
    let here = format!("/plugins/servlet/oauth2/consent?{}", parts.uri.query().unwrap_or_default());
    let here: String = url::form_urlencoded::byte_serialize(here.as_bytes()).collect();
    let login = format!("{context}/login.action?os_destination={here}");
    let Some(at) = session(parts).and_then(|name| oauth.grants().session(name)) else { return authorize::go(&login) };
    let email = oauth.options.accounts.get(at).map(String::as_str).unwrap_or_default();
    let account = Account::of(&shared.first.site(), at, email);
    let request = oauth.grants().keep(asked.clone());
    pages::data_center_consent(context, &request, &asked, &account, &login)
}

/// Destinations are paths below the context, so that nobody is led away by a login page.
fn log_in(oauth: &OAuth, context: &str, body: &[u8]) -> Response {
    let params = Params::of_form(body);
    let field = |name| params.get(name).unwrap_or_default();
    let destination = field("os_destination");
    let destination = if destination.starts_with('/') && !destination.starts_with("//") { destination } else { "/" };
    let Some(account) = oauth.account_of_login(field("os_username"), field("os_password")) else {
        let alert = Some("Sorry, your username and password are incorrect.");
        return pages::login(context, destination, alert);
    };
    let session = oauth.grants().log_in(account);
    let mut response = authorize::go(&format!("{context}{destination}"));
    let path = if context.is_empty() { "/" } else { context };
    if let Ok(cookie) = HeaderValue::from_str(&format!("JSESSIONID={session}; Path={path}; HttpOnly; SameSite=Lax")) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}

/// The person pressed a button of the consent page.
fn decide(oauth: &OAuth, parts: &Parts, body: &[u8]) -> Response {
    let params = Params::of_form(body);
    let account = session(parts).and_then(|name| oauth.grants().session(name));
    let asked = oauth.grants().take(params.get("request").unwrap_or_default());
    match (asked, account, params.get("answer")) {
        (Some(asked), Some(account), Some("allow")) => authorize::accept(oauth, asked, account, &[]),
        (Some(asked), Some(_), Some("deny")) => authorize::cancel(oauth, &asked, CANCELLED),
        _ => Objection::Page("invalid_request", "The request is unknown or was answered before.").into_response(oauth),
    }
}

async fn token(shared: &Shared, oauth: &OAuth, parts: &Parts, body: &[u8]) -> Response {
    let fault = oauth.next_fault(parts);
    if let Some(response) = fault.and_then(faults::instead) {
        return response;
    }
    let response = match exchange(oauth, parts, body) {
        Ok(pair) => token_answer(StatusCode::OK, &pair_body(shared, &pair)),
        Err((name, description)) => token_error(oauth, StatusCode::BAD_REQUEST, name, &description),
    };
    match fault {
        Some(fault) => faults::spoil(fault, response).await,
        None => response,
    }
}

type Told = (&'static str, String);

fn required<'a>(params: &'a Params, name: &str) -> Result<&'a str, Told> {
    let value = params.get(name).filter(|value| !value.is_empty());
    value.ok_or_else(|| ("invalid_request", format!("Missing parameter: {name}")))
}

/// The client that the request is from.
fn client<'a>(oauth: &'a OAuth, params: &Params) -> Result<&'a Client, Told> {
    let id = required(params, "client_id")?;
    let client = oauth.client(id).ok_or_else(|| ("invalid_client", "Client not found".to_owned()))?;
    let is_right = params.get("client_secret") == Some(client.secret.as_str());
    if oauth.options.checks_secret && !is_right {
        return Err(("invalid_client", "Client authentication failed".to_owned()));
    }
    Ok(client)
}

fn fields(parts: &Parts, body: &[u8]) -> Result<Params, Told> {
    body_params(parts, body, false).ok_or_else(|| ("invalid_request", "A form is expected in the body".to_owned()))
}

fn exchange(oauth: &OAuth, parts: &Parts, body: &[u8]) -> Result<Pair, Told> {
    let params = fields(parts, body)?;
    let grant_type = required(&params, "grant_type")?;
    if !["authorization_code", "refresh_token"].contains(&grant_type) {
        return Err(("unsupported_grant_type", "Unsupported grant type".to_owned()));
    }
    let client = client(oauth, &params)?;
    let redirect = required(&params, "redirect_uri")?;
    let result = if grant_type == "authorization_code" {
        let code = required(&params, "code")?;
        let exchange = Exchange { client: &client.id, code, redirect, verifier: params.get("code_verifier") };
        oauth.grants().redeem(exchange)
    } else {
        let token = required(&params, "refresh_token")?;
        oauth.grants().renew(&client.id, token, Some(redirect))
    };
    result.map_err(|refusal| ("invalid_grant", told(refusal).to_owned()))
}

fn told(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::Code => "Authorization code is invalid or has expired",
        Refusal::Redirect => "The redirect URI does not match",
        Refusal::Verifier => "The code verifier does not match the code challenge",
        Refusal::Unknown | Refusal::Ended => "Refresh token is invalid or has expired",
    }
}

fn pair_body(shared: &Shared, pair: &Pair) -> Value {
    json!({
        "access_token": pair.access, "token_type": "bearer", "expires_in": pair.expires_in,
        "refresh_token": pair.refresh, "created_at": shared.time().as_second(),
    })
}

/// Unknown tokens are revoked as well as known ones.
fn revoke(oauth: &OAuth, parts: &Parts, body: &[u8]) -> Response {
    let result = fields(parts, body).and_then(|params| {
        let client = client(oauth, &params)?;
        let token = required(&params, "token")?;
        let hint = params.get("token_type_hint").unwrap_or("access_token");
        if !["access_token", "refresh_token"].contains(&hint) {
            return Err(("unsupported_token_type", "Unsupported token type".to_owned()));
        }
        oauth.grants().revoke(&client.id, token);
        Ok(())
    });
    match result {
        Ok(()) => StatusCode::OK.into_response(),
        Err((name, description)) => token_error(oauth, StatusCode::BAD_REQUEST, name, &description),
    }
}
