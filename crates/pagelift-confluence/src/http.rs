//! Sends requests: signed, counted, paced, tried again.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use futures::stream::{self, StreamExt as _, TryStreamExt as _};
use pagelift_model::{Clock, SiteKind, SourceError};
use reqwest::header::{ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode, Url};
use serde::de::DeserializeOwned;
use tokio::time::Instant;

use crate::answer;
use crate::failure::{self, Failure, Kind, Refusal, Retry};
use crate::limits::Limits;
use crate::neighbours::FarNames;
use crate::pacer::{Pacer, Sort, TooLong};
use crate::patience::{self, HeldUp, Holdups};
use crate::signer::Signer;

/// Pauses that a site may ask for before one request is given up.
const THROTTLED_ATTEMPTS: u32 = 20;

/// Tries before a site that has never answered counts as unreachable.
const FIRST_CONTACTS: u32 = 2;

/// One request, as often as it has to be sent.
#[derive(Debug, Clone)]
pub(crate) struct Ask {
    /// The path behind the base, without a slash at its beginning.
    pub(crate) path: String,
    pub(crate) query: Vec<(&'static str, String)>,
    /// What is posted; nothing for reading.
    pub(crate) body: Option<serde_json::Value>,
    pub(crate) sort: Sort,
    /// What is asked for, in words: `the page list`.
    pub(crate) what: &'static str,
    /// Whether the caller can ask for less, so that the very same request need not be tried again and again.
    pub(crate) shrinks: bool,
}

impl Ask {
    pub(crate) fn get(path: impl Into<String>, what: &'static str) -> Self {
        Self { path: path.into(), query: Vec::new(), body: None, sort: Sort::List, what, shrinks: false }
    }

    #[must_use]
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.query.push((name, value.into()));
        self
    }

    #[must_use]
    pub(crate) fn searching(mut self) -> Self {
        self.sort = Sort::Search;
        self
    }
}

/// The way to one site.
pub(crate) struct Http {
    api: Client,
    /// For hosts that get no credentials. Takes bytes as they are, so that their number can be compared.
    unsigned: Client,
    base: Url,
    pub(crate) signer: Arc<dyn Signer>,
    site: String,
    kind: SiteKind,
    pub(crate) limits: Limits,
    pub(crate) pacer: Pacer,
    pub(crate) holdups: Holdups,
    sent: AtomicU64,
    /// Whether the site's files were refused to a signature made a moment before.
    bars_files: AtomicBool,
}

impl Http {
    /// The way to `base`, with requests that `signer` signs.
    pub(crate) fn new(
        base: Url,
        signer: Arc<dyn Signer>,
        site: String,
        kind: SiteKind,
        clock: Arc<dyn Clock>,
        limits: Limits,
    ) -> Result<Self, SourceError> {
        let build = |for_api: bool| {
            let mut builder = Client::builder()
                .user_agent(concat!("Pagelift/", env!("CARGO_PKG_VERSION")))
                .redirect(reqwest::redirect::Policy::none())
                .referer(false)
                .gzip(for_api)
                .connect_timeout(limits.connect_timeout);
            if is_loopback(&base) {
                builder = builder.no_proxy();
            } else if !for_api {
                builder = builder.dns_resolver(Arc::new(FarNames));
            }
            builder.build().map_err(|_| SourceError::Unreachable {
                site: site.clone(),
                detail: "this computer's network settings or certificates cannot be read".to_owned(),
            })
        };
        let api = build(true)?;
        let unsigned = build(false)?;
        let pacer = Pacer::new(clock, limits.clone());
        let sent = AtomicU64::new(0);
        let (holdups, bars_files) = (Holdups::default(), AtomicBool::new(false));
        Ok(Self { api, unsigned, base, signer, site, kind, limits, pacer, holdups, sent, bars_files })
    }

    /// Host and port of the site, for messages.
    pub(crate) fn site(&self) -> &str {
        &self.site
    }

    pub(crate) fn is_data_center(&self) -> bool {
        self.kind == SiteKind::DataCenter
    }

    pub(crate) fn requests(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }

    /// Whether it is known that another signature does not bring the site's files.
    pub(crate) fn bars_files(&self) -> bool {
        self.bars_files.load(Ordering::Relaxed)
    }

    pub(crate) fn note_barred_files(&self) {
        self.bars_files.store(true, Ordering::Relaxed);
    }

    /// Asks until there is an answer that can be read, or no hope of one.
    pub(crate) async fn json<T: DeserializeOwned>(&self, ask: &Ask) -> Result<T, Failure> {
        self.timed(ask).await.map(|(answer, _)| answer)
    }

    /// The same, with the time that the answer took.
    pub(crate) async fn timed<T: DeserializeOwned>(&self, ask: &Ask) -> Result<(T, Duration), Failure> {
        let mut tries = Tries::default();
        loop {
            let slot = self.enter(ask.sort, &mut tries).await?;
            let began = Instant::now();
            let outcome = self.try_json(ask).await;
            drop(slot);
            match outcome {
                Ok((answer, headers)) => {
                    self.pacer.succeeded(ask.sort, crate::headers::is_near_limit(&headers));
                    return Ok((answer, began.elapsed()));
                }
                Err(failure) => self.after(failure, ask, &mut tries).await?,
            }
        }
    }

    /// Waits for the right to send a request.
    pub(crate) async fn enter(&self, sort: Sort, tries: &mut Tries<'_>) -> Result<crate::lane::Slot, Failure> {
        self.pacer.enter(sort, &mut tries.waited, self.longest_wait()).await.map_err(|TooLong(until)| {
            Failure::lasting(SourceError::RateLimited { site: self.site.clone(), until: Some(until) })
        })
    }

    /// Waits when it makes sense to try again; otherwise hands the failure back.
    pub(crate) async fn after<'a>(&'a self, failure: Failure, ask: &Ask, tries: &mut Tries<'a>) -> Result<(), Failure> {
        let Some(mut failure) = self.sign_anew(failure, tries).await else { return Ok(()) };
        let is_rejected = matches!(failure.error, SourceError::SignInRejected { .. });
        if is_rejected && tries.is_signed_anew() && ask.sort != Sort::Download {
            // A signature that was made a moment ago is of no use either.
            failure.error = SourceError::SignInEnded { site: self.site.clone() };
        }
        let is_last = match failure.retry {
            Retry::Never => true,
            Retry::Once => std::mem::replace(&mut tries.denied, true),
            Retry::Later => {
                self.pacer.failed();
                tries.failed += 1;
                let never_answered = !self.pacer.has_succeeded();
                let most = match failure.error {
                    SourceError::Unreachable { .. } if never_answered => FIRST_CONTACTS,
                    _ => self.limits.attempts,
                };
                if ask.shrinks && failure.kind == Kind::Heavy {
                    return Err(failure);
                }
                tries.failed >= most || !self.pacer.is_patient()
            }
            Retry::Throttled(asked) => return self.after_throttling(&failure, asked, ask.sort, tries),
        };
        if is_last {
            return self.outlast(failure, tries).await;
        }
        tracing::debug!(request = ask.what, error = %failure.error, "trying again");
        self.breathe(tries).await;
        Ok(())
    }

    /// Asks, once for each request, for another signature where the site may not have accepted the one it saw. Nothing is left of a
    /// failure that another signature may heal.
    pub(crate) async fn sign_anew(&self, mut failure: Failure, tries: &mut Tries<'_>) -> Option<Failure> {
        let Some(refusal) = failure.refusal.take() else { return Some(failure) };
        tries.held_up.refused = Some(refusal);
        if tries.signing != Signing::Unquestioned {
            return Some(failure);
        }
        match self.signer.refused(refusal.serial, refusal.status).await {
            Ok(true) => {
                tracing::debug!(site = self.site, status = refusal.status, "signing anew");
                tries.signing = Signing::Anew;
                None
            }
            Ok(false) => {
                tries.signing = Signing::AsBefore;
                Some(failure)
            }
            Err(error) => Some(Failure::unsigned(error)),
        }
    }

    /// The longest time that the request at hand waits because the site asks for it.
    fn longest_wait(&self) -> Duration {
        self.limits.longest_wait.max(patience::limit())
    }

    /// A pause of this one caller.
    pub(crate) async fn breathe(&self, tries: &mut Tries<'_>) {
        tries.pause = self.pacer.backoff(tries.pause);
        tokio::time::sleep(tries.pause).await;
    }

    /// Has the whole site left alone; the wait itself comes before the next request.
    fn after_throttling(
        &self,
        failure: &Failure,
        asked: Option<Duration>,
        sort: Sort,
        tries: &mut Tries<'_>,
    ) -> Result<(), Failure> {
        self.pacer.throttled(sort);
        let pause = asked.map_or_else(
            || {
                tries.pause = self.pacer.backoff(tries.pause);
                tries.pause
            },
            |asked| Pacer::asked(asked).max(self.limits.first_pause),
        );
        let until = self.pacer.hold(pause);
        tries.throttled += 1;
        if tries.waited + pause > self.longest_wait() || tries.throttled >= THROTTLED_ATTEMPTS {
            let error = SourceError::RateLimited { site: self.site.clone(), until: Some(until) };
            return Err(Failure::new(failure.kind, Retry::Never, error));
        }
        Ok(())
    }

    async fn try_json<T: DeserializeOwned>(&self, ask: &Ask) -> Result<(T, HeaderMap), Failure> {
        let response = self.send(ask).await?;
        let place = answer::Place { site: &self.site, what: ask.what };
        let headers = response.headers().clone();
        if self.is_data_center() && crate::headers::is_anonymous(&headers) {
            let failure = Failure::lasting(SourceError::SignInRejected { site: self.site.clone() });
            return Err(failure.refusing(self.refusal(&response)));
        }
        let response = answer::accept(response, &place, self).await?;
        let bytes = answer::read(response, &place, self).await?;
        Ok((answer::parse(&bytes, &headers, &place)?, headers))
    }

    /// The failure of an answer that makes no sense.
    pub(crate) fn unreadable(&self, ask: &Ask, detail: &'static str) -> Failure {
        Failure::lasting(answer::Place { site: &self.site, what: ask.what }.unreadable(detail))
    }

    /// The address that a request goes to.
    pub(crate) fn url(&self, ask: &Ask) -> Url {
        let mut url = self.base.clone();
        let path = format!("{}/{}", url.path().trim_end_matches('/'), ask.path);
        url.set_path(&path);
        if !ask.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&ask.query);
        }
        url
    }

    /// Sends a signed request for a file, at an address of the site, once. Its bytes come as they are, so that their number can be compared.
    pub(crate) async fn send_for_file(
        &self,
        url: Url,
        headers: &[(HeaderName, HeaderValue)],
    ) -> Result<Response, Failure> {
        let mut request = self.api.get(url).header(ACCEPT_ENCODING, "identity");
        for (name, value) in headers {
            request = request.header(name, value);
        }
        self.signed(request).await
    }

    /// Sends a signed request once.
    pub(crate) async fn send(&self, ask: &Ask) -> Result<Response, Failure> {
        let url = self.url(ask);
        let method = if ask.body.is_some() { Method::POST } else { Method::GET };
        let request = self.api.request(method, url).header(ACCEPT, "application/json");
        let mut request = request.header("x-atlassian-token", "no-check");
        if let Some(body) = &ask.body {
            request = request.json(body);
        }
        self.signed(request).await
    }

    /// Signs a request and sends it. Its answer carries the serial of the signature along.
    async fn signed(&self, request: RequestBuilder) -> Result<Response, Failure> {
        let signature = self.signer.signature().await.map_err(Failure::unsigned)?;
        let Some(value) = signature.value() else {
            return Err(Failure::unsigned(SourceError::SignInRejected { site: self.site.clone() }));
        };
        self.sent.fetch_add(1, Ordering::Relaxed);
        let mut response = self.answered(request.header(AUTHORIZATION, value), &self.site).await?;
        response.extensions_mut().insert(Serial(signature.serial));
        Ok(response)
    }

    /// Sends a request without credentials to another host. It is no request to Confluence, and not counted as one.
    pub(crate) async fn send_bare(&self, url: Url, headers: &[(HeaderName, HeaderValue)]) -> Result<Response, Failure> {
        let host = url.host_str().unwrap_or_default().to_owned();
        let mut request = self.unsigned.get(url);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        self.answered(request, &host).await
    }

    /// The signature of the request that was answered so, where the site may not have accepted it. Near the end of a sign-in, Cloud
    /// denies that things exist; a Data Center site may take whoever asks for nobody.
    pub(crate) fn refusal(&self, response: &Response) -> Option<Refusal> {
        let Serial(serial) = *response.extensions().get()?;
        let status = match response.status() {
            StatusCode::UNAUTHORIZED => StatusCode::UNAUTHORIZED,
            _ if self.is_data_center() && crate::headers::is_anonymous(response.headers()) => StatusCode::UNAUTHORIZED,
            status @ (StatusCode::FORBIDDEN | StatusCode::NOT_FOUND) if !self.is_data_center() => status,
            _ => return None,
        };
        Some(Refusal { serial, status: status.as_u16() })
    }

    async fn answered(&self, request: RequestBuilder, host: &str) -> Result<Response, Failure> {
        match tokio::time::timeout(self.limits.answer_timeout, request.send()).await {
            Ok(Ok(response)) => Ok(response),
            Ok(Err(error)) => Err(failure::of_connection(&error, host)),
            Err(_) => Err(failure::silence(host)),
        }
    }

    /// Whether `url` may get the credentials.
    pub(crate) fn is_own(&self, url: &Url) -> bool {
        url.origin() == self.base.origin()
    }

    /// Whether the site is on this computer, where other ports of it may be asked too.
    pub(crate) fn is_local(&self) -> bool {
        is_loopback(&self.base)
    }
}

/// Runs requests side by side, as many as `at_once`, and keeps their order. The first that fails ends them all.
pub(crate) async fn side_by_side<T, E, F>(requests: Vec<F>, at_once: usize) -> Result<Vec<T>, E>
where
    F: Future<Output = Result<T, E>>,
{
    stream::iter(requests).buffered(at_once).try_collect().await
}

/// What one request has been through so far.
#[derive(Debug, Default)]
pub(crate) struct Tries<'a> {
    failed: u32,
    throttled: u32,
    denied: bool,
    signing: Signing,
    /// The last pause of its own.
    pause: Duration,
    /// The time spent on pauses that the site asked for.
    waited: Duration,
    pub(crate) held_up: HeldUp<'a>,
}

impl Tries<'_> {
    /// After a hold-up, a request has all its tries again.
    pub(crate) fn begin_anew(&mut self) {
        (self.failed, self.denied, self.signing) = (0, false, Signing::Unquestioned);
    }

    pub(crate) fn is_signed_anew(&self) -> bool {
        self.signing == Signing::Anew
    }
}

/// The serial of the signature of a request, at its answer.
#[derive(Clone, Copy)]
struct Serial(u64);

/// What became of the signature of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Signing {
    /// No answer has put it in question.
    #[default]
    Unquestioned,
    /// There is no other.
    AsBefore,
    /// There is another, which is used from here on.
    Anew,
}

pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}
