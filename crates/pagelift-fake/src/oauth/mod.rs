//! Sign-in with the browser: the authorization servers of Cloud and of Data Center.
//!
//! Both are as strict as the real ones are known to be, so that what passes here is not sent back there.

pub(crate) mod authorize;
pub(crate) mod cloud;
pub(crate) mod control;
pub(crate) mod data_center;
mod faults;
mod grants;
mod log;
mod options;
mod pages;
mod pkce;
pub(crate) mod scopes;
mod tokens;

use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::Response;
use serde_json::{Value, json};

pub(crate) use grants::Holder;
pub use log::OAuthLog;
pub use options::{CLIENT_ID, CLIENT_SECRET, Client, Consent, OAuthOptions, PASSWORD, Pkce, Resources, TokenFault};

use crate::paging::Params;
use crate::routes::answer;
use crate::site::Site;
use grants::{Grants, Rules};

/// The authorization server of a site.
#[derive(Debug)]
pub(crate) struct OAuth {
    pub(crate) options: OAuthOptions,
    pub(crate) is_cloud: bool,
    grants: Mutex<Grants>,
}

impl OAuth {
    pub(crate) fn new(options: OAuthOptions, is_cloud: bool) -> io::Result<Self> {
        options.check(is_cloud)?;
        let grants = Mutex::new(Grants::new(Rules::of(&options, is_cloud), options.consent.clone()));
        Ok(Self { options, is_cloud, grants })
    }

    pub(crate) fn grants(&self) -> MutexGuard<'_, Grants> {
        self.grants.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn client(&self, id: &str) -> Option<&Client> {
        self.options.clients.iter().find(|client| client.id == id)
    }

    /// Who is known by this user name and [`PASSWORD`].
    fn account_of_login(&self, name: &str, password: &str) -> Option<usize> {
        let found = self.options.accounts.iter().position(|email| login(email) == name);
        found.filter(|_| password == PASSWORD)
    }

    /// Who signs the request; nobody when its token is dead.
    pub(crate) fn holder(&self, token: &str) -> Option<Holder> {
        let mut grants = self.grants();
        let holder = grants.holder(token);
        grants.log.dead_tokens += u64::from(holder.is_none());
        holder
    }
}

/// The user name of an account: its e-mail address up to the `@`.
pub(crate) fn login(email: &str) -> &str {
    email.split('@').next().unwrap_or(email)
}

/// A person as both products tell of one.
#[derive(Debug, Clone)]
pub(crate) struct Account {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) email: String,
}

impl Account {
    /// The user at this place of the site; one who is not there has a name all the same.
    pub(crate) fn of(site: &Site, at: usize, email: &str) -> Self {
        let user = site.users.get(at);
        let id = user.map_or_else(|| format!("557058:00000000-0000-4000-9000-{at:012x}"), |user| user.account.clone());
        let name = user.map_or_else(|| login(email).to_owned(), |user| user.name.clone());
        Self { id, name, email: email.to_owned() }
    }
}

/// The bearer token of a request.
pub(crate) fn bearer(parts: &Parts) -> Option<&str> {
    parts.headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")
}

/// The answer of a token endpoint: never kept by anybody on the way.
fn token_answer(status: StatusCode, body: &Value) -> Response {
    let mut response = answer(status, body);
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
    headers.insert(header::PRAGMA, header::HeaderValue::from_static("no-cache"));
    response
}

/// A refusal of a token endpoint, which is counted by its name.
fn token_error(oauth: &OAuth, status: StatusCode, name: &str, description: &str) -> Response {
    *oauth.grants().log.token_errors.entry(name.to_owned()).or_default() += 1;
    token_answer(status, &json!({"error": name, "error_description": description}))
}

/// The parameters in the body of a token request; nothing when it is of another kind or says a thing twice.
fn body_params(parts: &Parts, body: &[u8], takes_json: bool) -> Option<Params> {
    let kind = parts.headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    let kind = kind.split(';').next().unwrap_or_default().trim();
    if kind.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        return Some(Params::of_form(body)).filter(|params| params.repeated().is_none());
    }
    if !takes_json || !kind.eq_ignore_ascii_case("application/json") {
        return None;
    }
    let value: Value = serde_json::from_slice(body).ok()?;
    let text = |(key, value): (&String, &Value)| Some((key.clone(), value.as_str()?.to_owned()));
    value.as_object()?.iter().map(text).collect::<Option<Vec<_>>>().map(Params::of_pairs)
}
