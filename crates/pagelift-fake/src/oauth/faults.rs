//! What goes wrong at the token endpoint.

use std::time::Duration;

use axum::body::to_bytes;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::options::TokenFault;
use crate::entry::half;
use crate::media;
use crate::routes::login_page;

/// Where a token request is led to when it is led astray.
pub(crate) const ASTRAY: &str = "/__fake/astray";

/// More letters than any token answer has.
const HUGE: usize = 1 << 20;

/// The answer in place of carrying the request out.
pub(crate) fn instead(fault: TokenFault) -> Option<Response> {
    match fault {
        TokenFault::Redirect => Some((StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, ASTRAY)]).into_response()),
        TokenFault::Throttled => Some((StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, "1")]).into_response()),
        TokenFault::Unavailable => Some((StatusCode::SERVICE_UNAVAILABLE, "upstream connect error").into_response()),
        TokenFault::Failed => Some((StatusCode::BAD_GATEWAY, "upstream connect error").into_response()),
        TokenFault::Refused => {
            let body = r#"{"error":"access_denied","error_description":"Unauthorized"}"#;
            Some((StatusCode::UNAUTHORIZED, [(header::CONTENT_TYPE, "application/json")], body).into_response())
        }
        TokenFault::Lost | TokenFault::Truncated | TokenFault::Html | TokenFault::Huge | TokenFault::Slow(_) => None,
    }
}

/// What is left of an answer.
pub(crate) async fn spoil(fault: TokenFault, response: Response) -> Response {
    match fault {
        TokenFault::Lost => media::broken_off(),
        TokenFault::Truncated => half(response).await,
        TokenFault::Html => login_page(),
        TokenFault::Huge => {
            let (mut parts, body) = response.into_parts();
            parts.headers.remove(header::CONTENT_LENGTH);
            let mut bytes = to_bytes(body, usize::MAX).await.unwrap_or_default().to_vec();
            bytes.resize(bytes.len() + HUGE, b' ');
            Response::from_parts(parts, bytes.into())
        }
        TokenFault::Slow(millis) => {
            tokio::time::sleep(Duration::from_millis(millis)).await;
            response
        }
        TokenFault::Redirect
        | TokenFault::Throttled
        | TokenFault::Unavailable
        | TokenFault::Failed
        | TokenFault::Refused => response,
    }
}
