//! Reads an answer, or says what is wrong with it.

use bytes::{Bytes, BytesMut};
use pagelift_model::SourceError;
use reqwest::header::{CONTENT_TYPE, HeaderMap};
use reqwest::{Response, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::failure::{self, Failure, Kind, Retry};
use crate::http::Http;

/// Where a request went and for what, for messages.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'a> {
    pub(crate) site: &'a str,
    pub(crate) what: &'a str,
}

impl Place<'_> {
    pub(crate) fn unreadable(&self, detail: &str) -> SourceError {
        let (site, request) = (self.site.to_owned(), self.what.to_owned());
        SourceError::AnswerUnreadable { site, request, detail: detail.to_owned() }
    }

    fn failed(&self, status: StatusCode) -> SourceError {
        let (site, request) = (self.site.to_owned(), self.what.to_owned());
        SourceError::SiteFailed { site, status: status.as_u16(), request }
    }

    fn rejected(&self) -> SourceError {
        SourceError::SignInRejected { site: self.site.to_owned() }
    }

    fn not_permitted(&self) -> SourceError {
        SourceError::PermissionMissing { site: self.site.to_owned(), request: self.what.to_owned() }
    }
}

/// Lets an answer of success pass; every other one becomes a failure.
pub(crate) async fn accept(response: Response, place: &Place<'_>, http: &Http) -> Result<Response, Failure> {
    let status = response.status();
    if status.is_success() {
        return Ok(response);
    }
    if status.is_redirection() {
        let detail = "it sends requests elsewhere, as a page for signing in does";
        return Err(Failure::lasting(place.unreadable(detail)));
    }
    let now = http.pacer.now();
    let retry_after = crate::headers::retry_after(response.headers(), now);
    let error = place.failed(status);
    let refusal = http.refusal(&response);
    Err(match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => denied(response, place, http).await,
        StatusCode::NOT_FOUND => Failure::new(Kind::Missing, Retry::Once, error).refusing(refusal),
        StatusCode::TOO_MANY_REQUESTS => {
            let pause = crate::headers::pause(response.headers(), now);
            Failure::new(Kind::Other, Retry::Throttled(pause), error)
        }
        StatusCode::SERVICE_UNAVAILABLE if retry_after.is_some() => {
            Failure::new(Kind::Other, Retry::Throttled(retry_after), error)
        }
        StatusCode::REQUEST_TIMEOUT => Failure::new(Kind::Heavy, Retry::Later, error),
        _ if status.is_server_error() => Failure::new(Kind::Heavy, Retry::Later, error),
        _ => Failure::new(Kind::Refused, Retry::Never, error),
    })
}

/// The bodies with which a request is denied. Nothing but these texts tells one reason from another.
#[derive(Debug, Default, Deserialize)]
struct Denial {
    #[serde(default)]
    message: String,
}

impl Denial {
    fn read(bytes: &[u8]) -> Self {
        serde_json::from_slice(bytes).unwrap_or_default()
    }

    fn lacks_scope(&self) -> bool {
        self.message.contains("scope does not match")
    }
}

/// Whether a request is denied because the sign-in lacks a permission, which no other signature has either.
pub(crate) fn lacks_scope(body: &[u8]) -> bool {
    Denial::read(body).lacks_scope()
}

/// Tells a sign-in that is not accepted from one that lacks a permission.
async fn denied(response: Response, place: &Place<'_>, http: &Http) -> Failure {
    let (status, refusal) = (response.status(), http.refusal(&response));
    let bytes = read(response, place, http).await.unwrap_or_default();
    let denial = Denial::read(&bytes);
    if status == StatusCode::UNAUTHORIZED {
        if denial.lacks_scope() {
            return Failure::lasting(place.not_permitted());
        }
        return Failure::lasting(place.rejected()).refusing(refusal);
    }
    // Who is not let in at the first request is not let in at all. Later, load is a likelier reason than a lost right.
    if !http.pacer.has_succeeded() {
        return Failure::lasting(place.rejected()).refusing(refusal);
    }
    let is_locked_out = denial.message.contains("not permitted to use Confluence");
    let error = if is_locked_out { place.rejected() } else { place.not_permitted() };
    Failure::new(Kind::Other, Retry::Once, error).refusing(refusal)
}

/// Reads an answer to its end, unless it is too long or stalls.
pub(crate) async fn read(mut response: Response, place: &Place<'_>, http: &Http) -> Result<Bytes, Failure> {
    let limit = http.limits.largest_answer;
    let mut bytes = BytesMut::new();
    loop {
        let chunk = match tokio::time::timeout(http.limits.idle_timeout, response.chunk()).await {
            Ok(Ok(Some(chunk))) => chunk,
            Ok(Ok(None)) => return Ok(bytes.freeze()),
            Ok(Err(error)) => return Err(failure::of_connection(&error, place.site)),
            Err(_) => return Err(failure::silence(place.site)),
        };
        if (bytes.len() + chunk.len()) as u64 > limit {
            let (site, request) = (place.site.to_owned(), place.what.to_owned());
            let error = SourceError::AnswerTooLarge { site, request, limit };
            return Err(Failure::new(Kind::Heavy, Retry::Never, error));
        }
        bytes.extend_from_slice(&chunk);
    }
}

/// Whether the headers announce a web page.
pub(crate) fn is_web_page(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("text/html") || kind.eq_ignore_ascii_case("application/xhtml+xml")
}

/// Parses an answer.
pub(crate) fn parse<T: DeserializeOwned>(bytes: &[u8], headers: &HeaderMap, place: &Place<'_>) -> Result<T, Failure> {
    if is_web_page(headers) {
        let detail = "a web page came, as when a page for signing in stands between";
        return Err(Failure::lasting(place.unreadable(detail)));
    }
    serde_json::from_slice(bytes).map_err(|error| {
        // A text that breaks off may come whole the next time; one of another shape will not change.
        let (retry, detail) = match error.classify() {
            serde_json::error::Category::Data => (Retry::Never, "it has another shape"),
            serde_json::error::Category::Io
            | serde_json::error::Category::Syntax
            | serde_json::error::Category::Eof => (Retry::Later, "it is no JSON"),
        };
        Failure::new(Kind::Other, retry, place.unreadable(detail))
    })
}
