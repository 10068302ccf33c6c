//! The `media` protocol: pictures of a page for the preview, and nothing but pictures.
//!
//! Whatever a custom protocol serves counts as part of the app, so an answer is one of a fixed list of picture types, never to
//! be guessed at, and cannot run even when it is opened by itself.

use pagelift_app::desktop::{Desktop, Media};
use tauri::http::{Method, Request, Response, StatusCode, header};
use tauri::{Manager as _, Runtime, UriSchemeContext, UriSchemeResponder};

/// What the addresses of pictures in a preview begin with.
pub const BASE: &str = if cfg!(windows) { "http://media.localhost" } else { "media://localhost" };

const PICTURES: &[&str] = &[
    "image/png",
    "image/jpeg",
    "image/gif",
    "image/webp",
    "image/avif",
    "image/bmp",
    "image/svg+xml",
    "image/x-icon",
    "image/vnd.microsoft.icon",
];

/// Answers one request of the webview. The path goes to [`Desktop::media`] as it is in the address, still percent-encoded,
/// without its first slash.
#[allow(clippy::needless_pass_by_value, reason = "the signature is Tauri's")]
pub fn serve<R: Runtime>(context: UriSchemeContext<'_, R>, request: Request<Vec<u8>>, responder: UriSchemeResponder) {
    let desktop = context.app_handle().state::<Desktop>().inner().clone();
    tauri::async_runtime::spawn(async move {
        let path = request.uri().path().trim_start_matches('/');
        let answer = match *request.method() {
            Method::GET => desktop.media(path).await.map_or_else(|_| empty(StatusCode::NOT_FOUND), picture),
            _ => empty(StatusCode::METHOD_NOT_ALLOWED),
        };
        responder.respond(answer);
    });
}

fn picture(media: Media) -> Response<Vec<u8>> {
    let Some(media_type) = PICTURES.iter().find(|known| media.media_type.eq_ignore_ascii_case(known)) else {
        return empty(StatusCode::UNSUPPORTED_MEDIA_TYPE);
    };
    let mut answer = Response::new(media.bytes);
    harden(&mut answer);
    answer.headers_mut().insert(header::CONTENT_TYPE, header::HeaderValue::from_static(media_type));
    answer
}

fn empty(status: StatusCode) -> Response<Vec<u8>> {
    let mut answer = Response::new(Vec::new());
    *answer.status_mut() = status;
    harden(&mut answer);
    answer
}

fn harden(answer: &mut Response<Vec<u8>>) {
    let headers = answer.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, header::HeaderValue::from_static("nosniff"));
    // A drawing may style itself; it may not run, load or be framed.
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        header::HeaderValue::from_static(
            "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
        ),
    );
    headers.insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn served(media_type: &str) -> Response<Vec<u8>> {
        picture(Media { bytes: b"bytes".to_vec(), media_type: media_type.to_owned() })
    }

    #[test]
    fn pictures_are_served_with_their_type_and_cannot_run() {
        for (given, sent) in [("image/png", "image/png"), ("IMAGE/SVG+XML", "image/svg+xml")] {
            let answer = served(given);
            assert_eq!(answer.status(), StatusCode::OK);
            assert_eq!(answer.headers()[header::CONTENT_TYPE], sent);
            assert_eq!(answer.headers()[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
            let policy = answer.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
            assert!(policy.starts_with("sandbox; default-src 'none'") && !policy.contains("script"), "{policy}");
            assert_eq!(answer.body(), b"bytes");
        }
    }

    #[test]
    fn anything_else_is_refused_without_its_bytes() {
        for media_type in
            ["text/html", "application/xhtml+xml", "text/xml", "", "image/png; x", "image/svg+xml\r\nX: y"]
        {
            let answer = served(media_type);
            assert_eq!(answer.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE, "{media_type}");
            assert!(answer.body().is_empty() && !answer.headers().contains_key(header::CONTENT_TYPE), "{media_type}");
        }
    }
}
