//! Downloads: the redirect of the site, and the media host it leads to.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::faults;
use crate::paging::Params;
use crate::routes::{Call, answer, error_v1, login_page, unknown_route};
use crate::server::{LoginPage, Shared};
use crate::site::Site;

impl Call<'_> {
    pub(crate) fn download(&self, content: &str, attachment: &str) -> Response {
        let id = attachment.strip_prefix("att").and_then(|id| id.parse().ok());
        let found = id.and_then(|id: u64| self.site.attachments.get(&id));
        let Some(file) = found.filter(|file| file.content.to_string() == content) else {
            return error_v1(StatusCode::NOT_FOUND, "No attachment with that id");
        };
        if self.params.get("version").and_then(|text| text.parse().ok()).is_some_and(|asked: u64| asked > file.version)
        {
            return error_v1(StatusCode::BAD_REQUEST, "No such version");
        }
        let name: String = url::form_urlencoded::byte_serialize(file.title.as_bytes()).collect();
        let location = format!(
            "{}/media/file/{}/binary?token={}&client=fake-{}&name={name}",
            self.shared.media_origin,
            file.file_id,
            media_token(&file.file_id),
            file.id
        );
        (StatusCode::FOUND, [(header::LOCATION, location)]).into_response()
    }
}

fn media_token(file_id: &str) -> String {
    file_id.bytes().rev().map(char::from).filter(char::is_ascii_alphanumeric).collect()
}

/// Answers a request to the media host, which knows no `Authorization` header.
pub(crate) async fn media(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    shared.count("GET /media");
    if !shared.options.latency.is_zero() {
        tokio::time::sleep(shared.options.latency).await;
    }
    if parts.headers.contains_key(header::AUTHORIZATION) {
        return answer(StatusCode::UNAUTHORIZED, &json!({"error": {"code": "JwtAuthoriser:AuthorisationError"}}));
    }
    if shared.options.login_page == LoginPage::Files {
        return login_page();
    }
    let steps: Vec<&str> = parts.uri.path().split('/').skip(1).collect();
    let ["media", "file", file_id, "binary"] = steps.as_slice() else { return unknown_route() };
    let params = Params::of(&parts);
    if params.get("token") != Some(media_token(file_id).as_str()) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let id = params.get("client").and_then(|client| client.strip_prefix("fake-")?.parse().ok());
    let find =
        |site: &Site| id.and_then(|id: u64| site.attachments.get(&id)).filter(|file| file.file_id == *file_id).cloned();
    let Some(file) = shared.tenants().find_map(|tenant| find(&tenant.site())) else { return unknown_route() };
    let mut response = file_response(&shared, &parts, &file.bytes, &format!("\"{}-{}\"", file.id, file.version));
    if let Ok(kind) = file.media_type.parse() {
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
    }
    response
}

/// The whole file, or the rest of it where that is asked for; it may break off.
pub(crate) fn file_response(shared: &Shared, parts: &Parts, bytes: &[u8], etag: &str) -> Response {
    let from = range_start(&parts.headers, etag).filter(|from| *from < bytes.len() && !shared.options.whole_files_only);
    let wanted = bytes.get(from.unwrap_or(0)..).unwrap_or_default();
    if let Some(response) = faults::of_file(shared, bytes, etag) {
        return response;
    }
    let every = shared.options.cut_files_every;
    let is_cut = every > 0 && shared.count_file().is_multiple_of(every);
    let mut response = if is_cut {
        let half = Bytes::copy_from_slice(wanted.get(..wanted.len() / 2).unwrap_or_default());
        Body::from_stream(Broken::after(half)).into_response()
    } else {
        Body::from(wanted.to_vec()).into_response()
    };
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_LENGTH, wanted.len().into());
    if shared.options.whole_files_only {
        return response;
    }
    if let Ok(etag) = etag.parse() {
        headers.insert(header::ETAG, etag);
    }
    if let Some(from) = from
        && let Ok(range) = format!("bytes {from}-{}/{}", bytes.len() - 1, bytes.len()).parse()
    {
        headers.insert(header::CONTENT_RANGE, range);
        *response.status_mut() = StatusCode::PARTIAL_CONTENT;
    }
    response
}

/// A body that breaks off behind these bytes.
pub(crate) fn broken_after(bytes: Bytes) -> Body {
    Body::from_stream(Broken::after(bytes))
}

/// An answer that breaks off before its first byte.
pub(crate) fn broken_off() -> Response {
    let mut response = Body::from_stream(Broken::after(Bytes::new())).into_response();
    response.headers_mut().insert(header::CONTENT_LENGTH, 100.into());
    response
}

/// Where the wanted part begins, when the file is still the one that was begun.
fn range_start(headers: &HeaderMap, etag: &str) -> Option<usize> {
    let same = headers.get(header::IF_RANGE).is_none_or(|value| value == etag);
    let range = headers.get(header::RANGE)?.to_str().ok()?;
    range.strip_prefix("bytes=")?.strip_suffix('-')?.parse().ok().filter(|_| same)
}

/// A body that ends in an error.
enum Broken {
    Begins(Bytes),
    /// What came so far has to leave before the connection breaks.
    Flushes,
    Ends,
}

impl Broken {
    fn after(bytes: Bytes) -> Self {
        Self::Begins(bytes)
    }
}

impl futures::Stream for Broken {
    type Item = Result<Bytes, io::Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        match std::mem::replace(&mut *self, Self::Ends) {
            Self::Begins(bytes) => {
                *self = Self::Flushes;
                Poll::Ready(Some(Ok(bytes)))
            }
            Self::Flushes => {
                context.waker().wake_by_ref();
                Poll::Pending
            }
            Self::Ends => Poll::Ready(Some(Err(io::ErrorKind::ConnectionReset.into()))),
        }
    }
}
