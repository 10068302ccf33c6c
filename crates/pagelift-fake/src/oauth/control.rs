//! What tests learn of the sign-in and do to it, in the same process and over `/__fake`.

use std::time::Duration;

use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::faults::ASTRAY;
use super::{Consent, OAuth, OAuthLog, TokenFault};
use crate::paging::Params;
use crate::routes::answer;
use crate::server::Server;

impl OAuth {
    /// Notes a request to the token endpoint, and takes the fault that it meets.
    pub(super) fn next_fault(&self, parts: &Parts) -> Option<TokenFault> {
        let mut grants = self.grants();
        grants.log.token_calls += 1;
        grants.log.token_queries += u64::from(parts.uri.query().is_some());
        if grants.faults.is_empty() { None } else { Some(grants.faults.remove(0)) }
    }
}

impl Server {
    /// What was asked of the OAuth endpoints; nothing on a server without them, as with everything below.
    pub fn oauth_log(&self) -> OAuthLog {
        self.oauth().map(|oauth| oauth.grants().log.clone()).unwrap_or_default()
    }

    /// Every code, token and session that was handed out so far, to be searched for where they must not be.
    pub fn issued_secrets(&self) -> Vec<String> {
        self.oauth().map(|oauth| oauth.grants().issued().to_vec()).unwrap_or_default()
    }

    /// Lets time pass for codes and tokens.
    pub fn advance_clock(&self, by: Duration) {
        if let Some(oauth) = self.oauth() {
            oauth.grants().advance(by);
        }
    }

    /// What becomes of the next authorization requests.
    pub fn set_consent(&self, consent: Consent) {
        if let Some(oauth) = self.oauth() {
            oauth.grants().consent = consent;
        }
    }

    /// The next requests to the token endpoint meet these faults, one each.
    pub fn fail_token_calls(&self, faults: &[TokenFault]) {
        if let Some(oauth) = self.oauth() {
            oauth.grants().faults = faults.to_vec();
        }
    }

    /// Takes back what the account at this place, or everybody, has consented to.
    pub fn revoke_grants(&self, account: Option<usize>) {
        if let Some(oauth) = self.oauth() {
            oauth.grants().revoke_all(account);
        }
    }

    /// Ends all access tokens at once; refresh tokens live on.
    pub fn end_access_tokens(&self) {
        if let Some(oauth) = self.oauth() {
            oauth.grants().end_access();
        }
    }
}

/// Answers a request to `/__fake`; nothing when it is for something else.
pub(crate) fn respond(oauth: &OAuth, parts: &Parts) -> Option<Response> {
    let path = parts.uri.path();
    let wish = path.strip_prefix("/__fake/")?;
    let params = Params::of(parts);
    let mut grants = oauth.grants();
    if path == ASTRAY {
        grants.log.astray += 1;
        return Some(StatusCode::NOT_FOUND.into_response());
    }
    let number = |name: &str| params.get(name).and_then(|text| text.parse::<u64>().ok());
    match (&parts.method, wish) {
        (&Method::GET, "log") => return Some(answer(StatusCode::OK, &json!(grants.log))),
        (&Method::GET, "issued") => return Some(answer(StatusCode::OK, &json!(grants.issued()))),
        (&Method::POST, "clock") => grants.advance(Duration::from_secs(number("advance").unwrap_or(0))),
        (&Method::POST, "revoke") => grants.revoke_all(number("account").map(|at| at as usize)),
        (&Method::POST, "end-access") => grants.end_access(),
        (&Method::POST, "consent") => match consent(&params) {
            Some(consent) => grants.consent = consent,
            None => return Some(StatusCode::BAD_REQUEST.into_response()),
        },
        (&Method::POST, "token-faults") => match faults(&params) {
            Some(faults) => grants.faults = faults,
            None => return Some(StatusCode::BAD_REQUEST.into_response()),
        },
        _ => return Some(StatusCode::NOT_FOUND.into_response()),
    }
    Some(StatusCode::NO_CONTENT.into_response())
}

/// `answer=ask|accept|cancel`, with `account` and `sites` for the second.
fn consent(params: &Params) -> Option<Consent> {
    Some(match params.get("answer")? {
        "ask" => Consent::Ask,
        "cancel" => Consent::Cancel,
        "accept" => Consent::Accept {
            account: params.get("account").map_or(Some(0), |text| text.parse().ok())?,
            sites: params.list("sites").unwrap_or_default().iter().filter_map(|text| text.parse().ok()).collect(),
        },
        _ => return None,
    })
}

/// `kinds=lost,html,slow`, with `millis` for the slow ones.
fn faults(params: &Params) -> Option<Vec<TokenFault>> {
    let millis = params.get("millis").and_then(|text| text.parse().ok()).unwrap_or(1000);
    let one = |kind: &&str| {
        Some(match *kind {
            "lost" => TokenFault::Lost,
            "truncated" => TokenFault::Truncated,
            "html" => TokenFault::Html,
            "huge" => TokenFault::Huge,
            "slow" => TokenFault::Slow(millis),
            "redirect" => TokenFault::Redirect,
            "throttled" => TokenFault::Throttled,
            "unavailable" => TokenFault::Unavailable,
            "failed" => TokenFault::Failed,
            "refused" => TokenFault::Refused,
            _ => return None,
        })
    };
    params.list("kinds")?.iter().map(one).collect()
}
