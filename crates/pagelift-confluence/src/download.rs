//! Brings the bytes of an attachment.
//!
//! Data Center hands files out itself. Cloud answers with the address of a media host, which is signed and must not be kept. It
//! gets no credentials, and is asked anew, through the site, when the bytes stop coming.

use std::sync::Arc;

use bytes::Bytes;
use futures::stream::{self, BoxStream, StreamExt as _};
use pagelift_model::{Attachment, SourceError};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::header::{CONTENT_RANGE, ETAG, HeaderName, HeaderValue, IF_RANGE, LOCATION, RANGE};
use reqwest::{Response, StatusCode, Url};

use crate::answer::{self, Place};
use crate::failure::{self, Failure, Kind, Retry};
use crate::http::{Ask, Http, Tries, is_loopback};
use crate::lane::Slot;
use crate::neighbours;
use crate::pacer::Sort;

/// Hosts that a download may be sent on to.
const HOPS: u32 = 5;

/// Times that a broken stream is taken up again without much progress in between.
const RESUMES: u32 = 3;

/// Bytes that count as progress.
const PROGRESS: u64 = 64 * 1024;

const WHAT: &str = "an attachment";

/// What is encoded in a file name: all that may mean something in an address.
const NAME: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A download under way.
struct Download {
    http: Arc<Http>,
    attachment: Attachment,
    response: Response,
    /// Bytes handed on so far.
    received: u64,
    /// Bytes of the present answer that were handed on before it began.
    skip: u64,
    /// Bytes in all, when known.
    total: Option<u64>,
    etag: Option<HeaderValue>,
    resumes: u32,
    /// Bytes that had been handed on when the stream was taken up last.
    resumed_at: u64,
    /// The right to download; given back before the stream is taken up again, which needs one of its own.
    slot: Option<Slot>,
}

/// Begins a download; once it has begun, its stream ends without an error only when all bytes came.
pub(crate) async fn download(
    http: Arc<Http>,
    attachment: Attachment,
) -> Result<BoxStream<'static, Result<Bytes, SourceError>>, SourceError> {
    let mut is_second = false;
    let download = loop {
        let (response, slot) = begin(&http, &attachment, 0, None).await?;
        let announced = response.content_length();
        let differs = announced.filter(|&announced| attachment.size > 0 && announced != attachment.size);
        let Some(received) = differs else {
            let etag = response.headers().get(ETAG).cloned();
            let total = announced.or(Some(attachment.size).filter(|&size| size > 0));
            break Download {
                http,
                attachment,
                response,
                received: 0,
                skip: 0,
                total,
                etag,
                resumes: 0,
                resumed_at: 0,
                slot: Some(slot),
            };
        };
        if is_second {
            let (name, expected) = (attachment.title, attachment.size);
            return Err(SourceError::DownloadIncomplete { name, expected, received });
        }
        // A part of a file can pass for the whole of it; not twice.
        is_second = true;
    };
    let stream = stream::try_unfold(download, |mut download| async move {
        let next = download.next().await?;
        Ok(next.map(|bytes| (bytes, download)))
    });
    Ok(stream.boxed())
}

/// Asks until the bytes from `offset` on begin to come.
async fn begin(
    http: &Http,
    attachment: &Attachment,
    offset: u64,
    etag: Option<&HeaderValue>,
) -> Result<(Response, Slot), SourceError> {
    let mut ask = Ask::get(path(http, attachment), WHAT).with("version", attachment.version.to_string());
    ask.sort = Sort::Download;
    let mut tries = Tries::default();
    let mut has_insisted = false;
    loop {
        let slot = http.enter(Sort::Download, &mut tries).await?;
        let failure = match follow(http, &ask, offset, etag).await {
            Ok(response) => match check(&response, attachment, http) {
                Ok(()) => {
                    http.pacer.succeeded(Sort::Download, false);
                    return Ok((response, slot));
                }
                Err(failure) => failure,
            },
            Err(failure) => failure,
        };
        drop(slot);
        if is_barred(&failure, http) && !has_insisted {
            // A sign-in page stands before the files of some sites, which stays away when this is said.
            ask = ask.with("os_authType", "basic");
            has_insisted = true;
            continue;
        }
        // Where another signature was of no use for one file, it is of none for the next.
        let failure = if http.bars_files() {
            failure
        } else {
            let Some(failure) = http.sign_anew(failure, &mut tries).await else { continue };
            failure
        };
        if is_barred(&failure, http) {
            if tries.is_signed_anew() {
                http.note_barred_files();
            }
            // The pages could be read, so that the sign-in is not what is wrong.
            let (site, request) = (http.site().to_owned(), WHAT.to_owned());
            return Err(SourceError::PermissionMissing { site, request });
        }
        if let Err(failure) = http.after(failure, &ask, &mut tries).await {
            // A media host that cannot be reached costs this file; the site itself has just answered.
            let is_elsewhere = failure.kind != Kind::Unsigned
                && matches!(&failure.error, SourceError::Unreachable { site, .. } if site != http.site());
            let is_gone = matches!(failure.kind, Kind::Missing | Kind::Refused);
            return Err(if is_gone || is_elsewhere {
                SourceError::AttachmentMissing { name: attachment.title.clone() }
            } else {
                failure.error
            });
        }
    }
}

/// The path of a file. Data Center finds it by its name.
fn path(http: &Http, attachment: &Attachment) -> String {
    if !http.is_data_center() {
        return format!("rest/api/content/{}/child/attachment/{}/download", attachment.page, attachment.id);
    }
    format!("download/attachments/{}/{}", attachment.page, utf8_percent_encode(&attachment.title, NAME))
}

/// Whether something stands between a signed request and the file, as it does on some Data Center sites.
fn is_barred(failure: &Failure, http: &Http) -> bool {
    let is_denial = matches!(
        failure.error,
        SourceError::SignInRejected { .. }
            | SourceError::PermissionMissing { .. }
            | SourceError::AnswerUnreadable { .. }
    );
    is_denial && failure.kind != Kind::Unsigned && http.is_data_center()
}

/// Sends the signed request and follows where it leads, with credentials only at the site itself.
async fn follow(http: &Http, ask: &Ask, offset: u64, etag: Option<&HeaderValue>) -> Result<Response, Failure> {
    let place = Place { site: http.site(), what: WHAT };
    let mut response = if http.is_data_center() {
        http.send_for_file(http.url(ask), &range(offset, etag)).await?
    } else {
        http.send(ask).await?
    };
    for hops in 0..=HOPS {
        if hops > 0 && is_refused(response.status()) {
            // The signature has run out, or the file is gone there: this says nothing about the sign-in.
            let error = SourceError::AttachmentMissing { name: String::new() };
            return Err(Failure::new(Kind::Missing, Retry::Once, error).refusing(http.refusal(&response)));
        }
        if !response.status().is_redirection() {
            return answer::accept(response, &place, http).await;
        }
        if hops == HOPS {
            break;
        }
        let location = response.headers().get(LOCATION).and_then(|value| value.to_str().ok());
        let next = location.and_then(|location| response.url().join(location).ok());
        let next = next.filter(|next| next != response.url() && may_follow(next, http));
        let Some(next) = next else {
            return Err(Failure::lasting(place.unreadable("it leads to an address that is not safe to follow")));
        };
        if is_for_signing_in(&next) {
            return Err(Failure::lasting(place.unreadable("it leads to a page for signing in")));
        }
        response = go_on(http, next, &range(offset, etag)).await?;
    }
    Err(Failure::lasting(place.unreadable("it leads from one address to the next without an end")))
}

/// Asks where a redirect leads. Such an address carries its own permission on Cloud; at the site itself, credentials may be
/// added where that was not enough.
async fn go_on(http: &Http, url: Url, headers: &[(HeaderName, HeaderValue)]) -> Result<Response, Failure> {
    let is_own = http.is_own(&url);
    if !(is_own && http.is_data_center()) {
        let response = http.send_bare(url.clone(), headers).await?;
        if !(is_own && is_refused(response.status())) {
            return Ok(response);
        }
    }
    http.send_for_file(url, headers).await
}

/// Whether an address is one where a browser would sign in, by the names that such pages go by.
fn is_for_signing_in(url: &Url) -> bool {
    let names = ["authorize", "dologin", "login", "saml", "signin", "sso"];
    url.path().split(['/', '.']).any(|part| names.iter().any(|name| part.eq_ignore_ascii_case(name)))
}

/// Whether a media host does not hand the file out.
fn is_refused(status: StatusCode) -> bool {
    matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::NOT_FOUND | StatusCode::GONE)
}

/// The headers that ask for the rest of a file, as long as it is the same file.
fn range(offset: u64, etag: Option<&HeaderValue>) -> Vec<(HeaderName, HeaderValue)> {
    let Some(etag) = etag.filter(|_| offset > 0) else { return Vec::new() };
    let Ok(range) = HeaderValue::from_str(&format!("bytes={offset}-")) else { return Vec::new() };
    vec![(RANGE, range), (IF_RANGE, etag.clone())]
}

/// Whether a download may go on at `url`: encrypted, and from a site on the network never to this computer or its
/// neighbours.
fn may_follow(url: &Url, http: &Http) -> bool {
    if !url.username().is_empty() || url.password().is_some() {
        return false;
    }
    if http.is_local() {
        return url.scheme() == "https" || (url.scheme() == "http" && is_loopback(url));
    }
    neighbours::is_far(url)
}

/// Refuses a web page that came in place of a file.
fn check(response: &Response, attachment: &Attachment, http: &Http) -> Result<(), Failure> {
    let is_expected = attachment.media_type.contains("html") || attachment.media_type.is_empty();
    if is_expected || !answer::is_web_page(response.headers()) {
        return Ok(());
    }
    // Some files of other types are announced as web pages; those have the length that is listed.
    if attachment.size > 0 && response.content_length() == Some(attachment.size) {
        return Ok(());
    }
    let place = Place { site: http.site(), what: WHAT };
    let error = place.unreadable("a web page came, as when a page for signing in stands between");
    Err(Failure::new(Kind::Other, Retry::Once, error))
}

impl Download {
    /// The next bytes; `None` when all have come.
    async fn next(&mut self) -> Result<Option<Bytes>, SourceError> {
        loop {
            let silence = self.http.limits.idle_timeout;
            let failure = match tokio::time::timeout(silence, self.response.chunk()).await {
                Ok(Ok(Some(bytes))) => match self.take(bytes)? {
                    Some(bytes) => return Ok(Some(bytes)),
                    None => continue,
                },
                Ok(Ok(None)) if self.total.is_none_or(|total| total == self.received) => return Ok(None),
                Ok(Ok(None)) => Failure::new(Kind::Other, Retry::Later, self.incomplete()),
                Ok(Err(error)) => failure::of_connection(&error, self.http.site()),
                Err(_) => failure::silence(self.http.site()),
            };
            self.resume(failure).await?;
        }
    }

    /// Leaves out what was handed on before the stream was taken up again.
    fn take(&mut self, mut bytes: Bytes) -> Result<Option<Bytes>, SourceError> {
        let known = self.skip.min(bytes.len() as u64);
        self.skip -= known;
        let bytes = bytes.split_off(usize::try_from(known).unwrap_or(bytes.len()));
        self.received += bytes.len() as u64;
        if self.total.is_some_and(|total| self.received > total) {
            return Err(self.incomplete());
        }
        Ok(Some(bytes).filter(|bytes| !bytes.is_empty()))
    }

    fn incomplete(&self) -> SourceError {
        let expected = self.total.unwrap_or(self.attachment.size);
        SourceError::DownloadIncomplete { name: self.attachment.title.clone(), expected, received: self.received }
    }

    /// Takes a broken stream up again where it ended.
    async fn resume(&mut self, failure: Failure) -> Result<(), SourceError> {
        if self.received - self.resumed_at >= PROGRESS {
            self.resumes = 0;
        }
        self.resumed_at = self.received;
        if self.resumes >= RESUMES {
            return Err(match failure.error {
                SourceError::Unreachable { .. } | SourceError::DownloadIncomplete { .. } => self.incomplete(),
                error => error,
            });
        }
        self.resumes += 1;
        self.slot = None;
        tokio::time::sleep(self.http.pacer.backoff(std::time::Duration::ZERO)).await;
        let (response, slot) = begin(&self.http, &self.attachment, self.received, self.etag.as_ref()).await?;
        self.skip = if continues(&response, self.received) { 0 } else { self.received };
        let is_other = self.etag.is_some() && response.headers().get(ETAG) != self.etag.as_ref();
        if is_other {
            return Err(self.incomplete());
        }
        self.response = response;
        self.slot = Some(slot);
        Ok(())
    }
}

/// Whether the answer begins at `offset`, as asked for.
fn continues(response: &Response, offset: u64) -> bool {
    let range = response.headers().get(CONTENT_RANGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    response.status() == StatusCode::PARTIAL_CONTENT && range.starts_with(&format!("bytes {offset}-"))
}
