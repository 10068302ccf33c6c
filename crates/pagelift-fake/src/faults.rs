//! Plans of what goes wrong, written down as data: where, how often, and what.

use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures::stream;
use serde_json::Value;

use crate::media::{broken_after, broken_off};
use crate::routes::login_page;
use crate::server::Shared;

/// Pieces in which a slow body comes.
const PIECES: usize = 8;

/// Which requests are counted, and meet the fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Those to the API.
    Api,
    /// Those for the bytes of a file.
    Files,
}

/// What such a request meets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// 429, with these seconds as `Retry-After` or without.
    Throttled(Option<u64>),
    /// This status and no body of Confluence.
    Status(u16),
    /// The connection breaks before the first byte of the body.
    Reset,
    /// The connection breaks after so many sixteenths of the body.
    Cut(u8),
    /// Half the body, as if it were all: for JSON half a document, for a file a length that is not the listed one.
    Half,
    /// More bytes than there are.
    Padded,
    /// So long a pause before the answer begins.
    Late(Duration),
    /// A body in pieces with this pause between.
    Trickle(Duration),
    /// A page for signing in, with status 200.
    LoginPage,
    /// The rows of a list in another order.
    Reversed,
    /// A page gets a new version before the answer is made: its title and its body name the version.
    Edited,
    /// For a file: another `ETag` than the last time.
    OtherTag,
}

/// One thing that goes wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    place: Place,
    first: u64,
    every: u64,
    times: u64,
    trouble: Trouble,
}

impl Fault {
    /// Meets each `every`-th request to `place`.
    pub fn every(every: u64, place: Place, trouble: Trouble) -> Self {
        Self { place, first: every, every, times: u64::MAX, trouble }
    }

    /// Meets `times` requests to `place` in a row, of which the first is number `first`.
    pub fn burst(first: u64, times: u64, place: Place, trouble: Trouble) -> Self {
        Self { place, first, every: 1, times, trouble }
    }

    fn comes(&self, place: Place, number: u64) -> bool {
        let Some(since) = number.checked_sub(self.first) else { return false };
        self.place == place && since.is_multiple_of(self.every) && since / self.every < self.times
    }
}

fn met(shared: &Shared, place: Place, number: u64) -> Option<&Trouble> {
    if shared.is_healed.load(Ordering::Relaxed) {
        return None;
    }
    shared.options.faults.iter().find(|fault| fault.comes(place, number)).map(|fault| &fault.trouble)
}

/// What a request to the API meets in place of its answer.
pub(crate) async fn before(shared: &Shared, number: u64) -> Option<Response> {
    match met(shared, Place::Api, number)? {
        Trouble::Late(pause) => {
            tokio::time::sleep(*pause).await;
            None
        }
        Trouble::Edited => {
            edit_a_page(shared, number);
            None
        }
        trouble => refusal(trouble),
    }
}

/// What becomes of the answer to a request to the API.
pub(crate) async fn after(shared: &Shared, number: u64, response: Response) -> Response {
    let Some(trouble) = met(shared, Place::Api, number) else { return response };
    let (mut parts, body) = response.into_parts();
    let mut bytes = to_bytes(body, usize::MAX).await.unwrap_or_default();
    if *trouble == Trouble::Reversed {
        bytes = reversed(&bytes).unwrap_or(bytes);
    }
    parts.headers.remove(header::CONTENT_LENGTH);
    let length = bytes.len();
    let mut response = Response::from_parts(parts, marred(trouble, bytes));
    if matches!(trouble, Trouble::Cut(_)) {
        response.headers_mut().insert(header::CONTENT_LENGTH, length.into());
    }
    response
}

/// What a request for the bytes of a file meets, and the tag that it has.
pub(crate) fn of_file(shared: &Shared, bytes: &[u8], tag: &str) -> Option<Response> {
    let number = shared.count_met_file();
    let trouble = met(shared, Place::Files, number)?;
    if let Some(response) = refusal(trouble).filter(|_| *trouble != Trouble::Reset) {
        return Some(response);
    }
    let length = bytes.len();
    let mut response = marred(trouble, Bytes::copy_from_slice(bytes)).into_response();
    let tag = if *trouble == Trouble::OtherTag { format!("\"other-{number}\"") } else { tag.to_owned() };
    if let Ok(tag) = tag.parse() {
        response.headers_mut().insert(header::ETAG, tag);
    }
    if matches!(trouble, Trouble::Reset | Trouble::Cut(_) | Trouble::OtherTag) {
        response.headers_mut().insert(header::CONTENT_LENGTH, length.into());
    }
    Some(response)
}

/// An answer that has nothing of the real one.
fn refusal(trouble: &Trouble) -> Option<Response> {
    match trouble {
        Trouble::Throttled(seconds) => {
            let mut response = StatusCode::TOO_MANY_REQUESTS.into_response();
            if let Some(seconds) = seconds {
                response.headers_mut().insert(header::RETRY_AFTER, (*seconds).into());
            }
            Some(response)
        }
        Trouble::Status(status) => {
            let status = StatusCode::from_u16(*status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            Some((status, "upstream connect error").into_response())
        }
        Trouble::Reset => Some(broken_off()),
        Trouble::LoginPage => Some(login_page()),
        _ => None,
    }
}

/// The body as it arrives.
fn marred(trouble: &Trouble, bytes: Bytes) -> Body {
    match trouble {
        Trouble::Cut(sixteenths) => broken_after(bytes.slice(..bytes.len() * usize::from(*sixteenths).min(15) / 16)),
        Trouble::Reset => broken_after(Bytes::new()),
        Trouble::OtherTag => broken_after(bytes.slice(..bytes.len() / 2)),
        Trouble::Half => bytes.slice(..bytes.len() / 2).into(),
        Trouble::Padded => [bytes.as_ref(), b" and more"].concat().into(),
        Trouble::Trickle(pause) => in_pieces(bytes, *pause),
        _ => bytes.into(),
    }
}

fn in_pieces(bytes: Bytes, pause: Duration) -> Body {
    let piece = bytes.len().div_ceil(PIECES).max(1);
    Body::from_stream(stream::unfold(bytes, move |mut rest| async move {
        if rest.is_empty() {
            return None;
        }
        tokio::time::sleep(pause).await;
        let now = rest.split_to(piece.min(rest.len()));
        Some((Ok::<_, std::io::Error>(now), rest))
    }))
}

/// The same list with its rows in another order; `None` where it is no list.
fn reversed(bytes: &[u8]) -> Option<Bytes> {
    let mut list: Value = serde_json::from_slice(bytes).ok()?;
    list.get_mut("results")?.as_array_mut()?.reverse();
    Some(list.to_string().into())
}

/// Some page is edited, each time another one.
fn edit_a_page(shared: &Shared, number: u64) {
    shared.first.change(|site| {
        let count = site.contents.len().max(1);
        let chosen = (number as usize).wrapping_mul(7) % count;
        if let Some(page) = site.contents.values_mut().nth(chosen) {
            page.version += 1;
            "2026-02-03T04:05:06.000Z".clone_into(&mut page.modified);
            page.body = format!("<p>This is version {}.</p>", page.version);
        }
    });
}
