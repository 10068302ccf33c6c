//! The gateway to Forge apps, with Markdown Exporter, ApprovalFlow and an app that says what it was asked.

mod approvals;
mod archive;
mod exporter;
mod options;

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::oauth;
use crate::paging::Params;
use crate::routes::{answer, login_page};
use crate::server::{Server, Shared, Tenant};

use approvals::Approvals;
pub use archive::{ZipEntry, zip};
pub use options::{APPROVAL_APP, ECHO_APP, ECHO_SCOPE, EXPORTER_APP, ForgeFault, ForgeOptions};

const PRODUCT_SCOPE: &str = "read:forge-app:confluence";

/// By what the vendor of an app would find a failed call.
const TRACE: &str = "4f3c2b1a00000000deadbeef01234567";

/// What changes while the gateway is used.
#[derive(Debug, Default)]
pub(crate) struct Forge {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    faults: Vec<ForgeFault>,
    approvals: Approvals,
    exports: u64,
    /// Pages of each archive that was asked for.
    asked: Vec<usize>,
    is_off: BTreeSet<String>,
}

impl Forge {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Server {
    /// The next calls to apps meet these faults, one each.
    pub fn fail_forge_calls(&self, faults: &[ForgeFault]) {
        self.shared().forge.state().faults = faults.to_vec();
    }

    /// Switches App REST APIs of an app on or off, as an admin does.
    pub fn switch_app(&self, app: &str, is_on: bool) {
        let mut state = self.shared().forge.state();
        if is_on {
            state.is_off.remove(app)
        } else {
            state.is_off.insert(app.to_owned())
        };
    }

    /// Approves a page at its present version, or rejects it.
    pub fn decide_approval(&self, page: u64, is_approved: bool) {
        let version = self.shared().first.site().contents.get(&page).map_or(1, |page| page.version);
        self.shared().forge.state().approvals.decide(page, is_approved.then_some(version));
    }

    /// Pages of each archive that Markdown Exporter was asked for.
    pub fn bulk_exports(&self) -> Vec<usize> {
        self.shared().forge.state().asked.clone()
    }
}

/// A call to an app: the site, the app and the path there.
struct Called<'a> {
    tenant: &'a Tenant,
    app: String,
    path: String,
}

fn called<'a>(shared: &'a Shared, host: usize, path: &str) -> Option<Called<'a>> {
    let (tenant, rest) = match path.strip_prefix("/svc/confluence/") {
        Some(rest) if host == 0 => {
            let (cloud_id, rest) = rest.split_once("/apps/")?;
            (shared.tenants().find(|tenant| tenant.cloud_id == cloud_id)?, rest)
        }
        _ => (shared.tenants().nth(host)?, path.strip_prefix("/gateway/api/svc/confluence/apps/")?),
    };
    let (app, path) = rest.split_once('/').unwrap_or((rest, ""));
    Some(Called { tenant, app: app.to_owned(), path: path.to_owned() })
}

/// A refusal of the gateway.
fn refused(status: u16, message: &str) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    answer(status, &json!({"code": status.as_u16(), "message": message}))
}

/// A refusal of an app.
fn says(status: u16, error: &str) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    answer(status, &json!({"success": false, "error": error}))
}

/// Answers a call to an app; nothing when the request is for something else.
pub(crate) async fn respond(shared: &Shared, host: usize, parts: &Parts, body: &[u8]) -> Option<Response> {
    let options = shared.options.forge.as_ref()?;
    let called = called(shared, host, parts.uri.path())?;
    shared.count(&format!("{} {}/{}", parts.method, called.app, called.path));
    let holder = match scopes_of(shared, options, parts) {
        Ok(scopes) => scopes,
        Err(refusal) => return Some(*refusal),
    };
    if let Some(refusal) = gate(shared, options, &called.app, &holder) {
        return Some(refusal);
    }
    if !body.is_empty() && !is_json(parts) {
        return Some(refused(415, "Unsupported media type"));
    }
    let fault = {
        let mut state = shared.forge.state();
        if state.faults.is_empty() { None } else { Some(state.faults.remove(0)) }
    };
    let mut archive = None;
    match fault {
        Some(ForgeFault::Slow(millis)) => tokio::time::sleep(Duration::from_millis(millis)).await,
        Some(ForgeFault::BrokenBase64) => archive = Some("UEsDB*****".to_owned()),
        Some(ForgeFault::Archive(bytes)) => archive = Some(archive::base64(&bytes)),
        Some(fault) => return Some(spoiled(&fault)),
        None => {}
    }
    let call = Call {
        params: Params::of(parts),
        body: serde_json::from_slice(body).unwrap_or_default(),
        parts,
        scopes: &holder,
    };
    let path = called.path.as_str();
    Some(match called.app.as_str() {
        EXPORTER_APP => exporter::respond(shared, options, called.tenant, path, &call, archive),
        APPROVAL_APP => approvals::respond(shared, called.tenant, path, &call),
        _ => echo(path, &call),
    })
}

/// What an app gets to see.
struct Call<'a> {
    params: Params,
    body: Value,
    parts: &'a Parts,
    scopes: &'a BTreeSet<String>,
}

impl Call<'_> {
    /// A text of the body or, where there is none, of the query.
    fn text(&self, name: &str) -> Option<String> {
        let in_body = self.body.get(name).and_then(Value::as_str);
        in_body.or_else(|| self.params.get(name)).filter(|text| !text.is_empty()).map(str::to_owned)
    }

    /// The refusal of a call whose sign-in lacks a permission.
    fn lacks(&self, scope: &str) -> Option<Response> {
        (!self.scopes.contains(scope)).then(|| refused(403, &format!("Forbidden: the scope {scope} is missing")))
    }
}

fn is_json(parts: &Parts) -> bool {
    let kind = parts.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    kind.split(';').next().is_some_and(|kind| kind.trim() == "application/json")
}

/// The permissions of whoever asks.
fn scopes_of(shared: &Shared, options: &ForgeOptions, parts: &Parts) -> Result<BTreeSet<String>, Box<Response>> {
    let unknown = || Box::new(refused(401, "Unauthorized"));
    let token = oauth::bearer(parts).ok_or_else(unknown)?;
    if let Some(scopes) = options.tokens.get(token) {
        return Ok(scopes.split_whitespace().map(str::to_owned).collect());
    }
    let holder = shared.oauth.as_ref().and_then(|oauth| oauth.holder(token)).ok_or_else(unknown)?;
    Ok(holder.scopes)
}

/// What stands between a call and its app.
fn gate(shared: &Shared, options: &ForgeOptions, app: &str, scopes: &BTreeSet<String>) -> Option<Response> {
    let known = [EXPORTER_APP, APPROVAL_APP, ECHO_APP];
    if !known.contains(&app) {
        let id = app.split('_').next().unwrap_or_default();
        let is_there = known.iter().any(|known| known.starts_with(id));
        let message = if is_there {
            "The app environment is not installed here"
        } else {
            "The app is not installed on this site"
        };
        return Some(refused(404, message));
    }
    if options.switched_off.iter().any(|off| off == app) || shared.forge.state().is_off.contains(app) {
        return Some(refused(403, "App REST APIs are disabled for this app"));
    }
    if !scopes.contains(PRODUCT_SCOPE) {
        return Some(refused(403, "Forbidden: the scope read:forge-app:confluence is missing"));
    }
    options.unlicensed.iter().any(|one| one == app).then(|| says(403, "License is not active"))
}

fn spoiled(fault: &ForgeFault) -> Response {
    match fault {
        ForgeFault::Crash => {
            let body = json!({"code": 424, "message": "Invocation failed", "traceId": TRACE});
            answer(StatusCode::FAILED_DEPENDENCY, &body)
        }
        ForgeFault::TimeOut => refused(504, "The function did not finish within 25 seconds"),
        ForgeFault::Throttled(after) => {
            let mut response = refused(429, "Too many invocations");
            if let Some(value) = after.and_then(|after| after.to_string().parse().ok()) {
                response.headers_mut().insert(header::RETRY_AFTER, value);
            }
            response
        }
        ForgeFault::TooLarge => refused(413, "Payload too large"),
        ForgeFault::Html => login_page(),
        ForgeFault::Says(status, text) => says(*status, text),
        ForgeFault::Gateway(status, text) => refused(*status, text),
        ForgeFault::BrokenBase64 | ForgeFault::Archive(_) | ForgeFault::Slow(_) => refused(500, "no such fault"),
    }
}

/// The app that says what it was asked.
fn echo(path: &str, call: &Call<'_>) -> Response {
    if let Some(refusal) = call.lacks(ECHO_SCOPE) {
        return refusal;
    }
    let steps: Vec<&str> = path.split('/').collect();
    let route = match steps.as_slice() {
        ["echo"] => "/echo",
        ["one", _] => "/one/*",
        ["deep", _, ..] => "/deep/**",
        ["created"] => return (StatusCode::CREATED, [("x-made", "yes")], "made").into_response(),
        _ => return refused(404, "No route matches this path"),
    };
    let headers: Vec<(String, String)> = call
        .parts
        .headers
        .iter()
        .filter(|(name, _)| *name != header::AUTHORIZATION)
        .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
        .collect();
    let query: Vec<&(String, String)> = call.params.pairs().collect();
    let body = json!({
        "route": route, "method": call.parts.method.as_str(), "path": path, "query": query, "headers": headers, "body": call.body,
    });
    answer(StatusCode::OK, &body)
}
