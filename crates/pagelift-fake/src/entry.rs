//! What every request passes before it is answered: who asks, and which fault it meets.

use std::sync::Arc;

use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::fmt::rfc2822::DateTimePrinter;
use serde_json::json;

use crate::access::{self, Target};
use crate::routes::{answer, bad_parameter, dispatch, not_found, unknown_route};
use crate::server::Shared;
use crate::{data_center, faults, forge, oauth};

const BODY_LIMIT: usize = 1 << 20;

/// The route's name for the counters: ids become placeholders.
fn route_name(method: &Method, path: &str) -> String {
    let mut out = method.to_string();
    out.push(' ');
    if let Some((context, _)) = path.split_once("/download/attachments/") {
        return format!("{out}{context}/download/attachments/{{id}}/{{file}}");
    }
    for part in path.split('/').skip(1) {
        out.push('/');
        let digits = part.strip_prefix("att").unwrap_or(part);
        let is_id = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        out.push_str(match (is_id, digits.len() < part.len()) {
            (true, true) => "{att}",
            (true, false) => "{id}",
            (false, _) => part,
        });
    }
    out
}

/// Answers a request to the first site, to the gateway or to the authorization server, which all have the same address.
pub(crate) async fn first(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    dated(&shared, site(&shared, 0, request).await)
}

/// Answers a request to the second site.
pub(crate) async fn second(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    dated(&shared, site(&shared, 1, request).await)
}

/// The answer of a server whose clock is off.
fn dated(shared: &Shared, mut response: Response) -> Response {
    let time = DateTimePrinter::new().timestamp_to_rfc9110_string(&shared.time());
    if shared.options.clock_off != 0
        && let Ok(value) = time.unwrap_or_default().parse()
    {
        response.headers_mut().insert(header::DATE, value);
    }
    response
}

/// `host` is the site at whose address the request came in.
async fn site(shared: &Shared, host: usize, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, BODY_LIMIT).await else {
        return bad_parameter("The body is too large");
    };
    if parts.uri.path() == "/_counters" {
        return answer(StatusCode::OK, &json!(*shared.counters()));
    }
    if let Some(oauth) = &shared.oauth
        && let Some(response) = oauth::control::respond(oauth, &parts)
    {
        return response;
    }
    let target = Target::of(shared, host, parts.uri.path());
    let data_center = shared.options.data_center.as_ref();
    if data_center.is_none() && parts.uri.path() == "/_edge/tenant_info" {
        return answer(StatusCode::OK, &json!({"cloudId": target.tenant.cloud_id}));
    }
    if let Some(response) = sign_in(shared, host, &parts, &body).await {
        return response;
    }
    if let Some(response) = forge::respond(shared, host, &parts, &body).await {
        return response;
    }
    let number = shared.count(&route_name(&parts.method, &target.path));
    if !shared.options.latency.is_zero() {
        tokio::time::sleep(shared.options.latency).await;
    }
    let asker = match data_center {
        None => access::asker(shared, &parts, &target).map(Some),
        Some(_) => Ok(None),
    };
    let asker = match asker {
        Ok(asker) => asker,
        Err(refusal) => return *refusal,
    };
    if let Some(fault) = fault(shared, &parts, number) {
        return fault;
    }
    let is_file = target.path.contains("/download/attachments/");
    if !is_file && let Some(fault) = faults::before(shared, number).await {
        return fault;
    }
    let response = match (data_center, asker) {
        (Some(options), _) => data_center::respond(shared, options, &parts),
        (None, Some(asker)) => dispatch(shared, &target, &asker, &parts, &body),
        (None, None) => unknown_route(),
    };
    let every = shared.options.cut_every;
    let response = if every > 0 && number.is_multiple_of(every) { half(response).await } else { response };
    if is_file { response } else { faults::after(shared, number, response).await }
}

/// The answer to a request that belongs to a sign-in in the browser.
async fn sign_in(shared: &Shared, host: usize, parts: &Parts, body: &[u8]) -> Option<Response> {
    let server = shared.oauth.as_ref().filter(|_| host == 0)?;
    if server.is_cloud {
        return oauth::cloud::respond(shared, server, parts, body).await;
    }
    let path = parts.uri.path().strip_prefix(shared.context())?;
    oauth::data_center::respond(shared, server, parts, path, body).await
}

/// The fault that this request meets.
fn fault(shared: &Shared, parts: &Parts, number: u64) -> Option<Response> {
    let options = &shared.options;
    let comes = |every: u64| every > 0 && number.is_multiple_of(every);
    if comes(options.throttle_every) {
        let mut response = StatusCode::TOO_MANY_REQUESTS.into_response();
        if let Some(value) = options.retry_after.as_ref().and_then(|text| text.parse().ok()) {
            response.headers_mut().insert(header::RETRY_AFTER, value);
        }
        for (name, value) in &options.throttle_headers {
            if let Ok(value) = value.parse() {
                response.headers_mut().insert(*name, value);
            }
        }
        return Some(response);
    }
    if comes(options.failing_every) {
        return Some((StatusCode::SERVICE_UNAVAILABLE, "upstream connect error").into_response());
    }
    if comes(options.flaky_every) && shared.denies_anew(parts.uri.to_string()) {
        return Some(not_found("thing", "0"));
    }
    None
}

/// The first half of an answer.
pub(crate) async fn half(response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    let bytes = to_bytes(body, usize::MAX).await.unwrap_or_default();
    Response::from_parts(parts, bytes.slice(..bytes.len() / 2).into())
}
