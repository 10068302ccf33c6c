//! One request and the whole of its answer, outside of any reading of pages: nothing is paced, followed or tried again.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use pagelift_model::SourceError;
use reqwest::header::{DATE, HeaderMap};
use reqwest::{Client, Method, Request, RequestBuilder, Response, StatusCode, Url};

use crate::answer::Place;
use crate::failure;
use crate::http::is_loopback;
use crate::limits::Limits;
use crate::neighbours::FarNames;

/// A way to one origin.
pub(crate) struct Call {
    client: Client,
    /// Host and port, for messages.
    site: String,
    /// What is asked for, in words.
    what: &'static str,
    within: Duration,
    largest: u64,
}

/// An answer, whatever its status.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

/// Why there is no answer.
#[derive(Debug)]
pub(crate) struct CallError {
    pub(crate) error: SourceError,
    /// Whether the request may have arrived.
    pub(crate) was_sent: bool,
}

impl Call {
    /// A way to where `url` leads. It is encrypted, or stays on this computer.
    pub(crate) fn to(url: &Url, what: &'static str, limits: &Limits) -> Result<Self, CallError> {
        Self::with(url, what, limits, false)
    }

    /// The same to an address that somebody else chose, which must not be near.
    pub(crate) fn far(url: &Url, what: &'static str, limits: &Limits) -> Result<Self, CallError> {
        Self::with(url, what, limits, true)
    }

    fn with(url: &Url, what: &'static str, limits: &Limits, is_far: bool) -> Result<Self, CallError> {
        let unsent = |detail: &str| {
            let error = SourceError::Unreachable { site: host(url), detail: detail.to_owned() };
            CallError { error, was_sent: false }
        };
        let is_local = is_loopback(url);
        if url.scheme() != "https" && !(url.scheme() == "http" && is_local) {
            return Err(unsent("its address does not begin with https://"));
        }
        let mut builder = Client::builder()
            .user_agent(concat!("Pagelift/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .connect_timeout(limits.connect_timeout);
        if is_far {
            builder = builder.dns_resolver(Arc::new(FarNames));
        } else if is_local {
            builder = builder.no_proxy();
        }
        let client =
            builder.build().map_err(|_| unsent("this computer's network settings or certificates cannot be read"))?;
        Ok(Self { client, site: host(url), what, within: limits.answer_timeout, largest: limits.largest_answer })
    }

    pub(crate) fn get(&self, url: Url) -> RequestBuilder {
        self.client.get(url)
    }

    pub(crate) fn post(&self, url: Url) -> RequestBuilder {
        self.client.post(url)
    }

    pub(crate) fn request(&self, method: Method, url: Url) -> RequestBuilder {
        self.client.request(method, url)
    }

    /// Sends a request and reads its answer, all within the time for an answer.
    pub(crate) async fn send(&self, request: RequestBuilder) -> Result<Answer, CallError> {
        let unsendable = |_| {
            let error = Place { site: &self.site, what: self.what }.unreadable("the request cannot be sent");
            CallError { error, was_sent: false }
        };
        self.execute(request.build().map_err(unsendable)?).await
    }

    /// The same with a request that is complete.
    pub(crate) async fn execute(&self, request: Request) -> Result<Answer, CallError> {
        let whole = async {
            let response = self.client.execute(request).await.map_err(|error| self.broken(&error))?;
            self.read(response).await
        };
        let silence = || CallError { error: failure::silence(&self.site).error, was_sent: true };
        tokio::time::timeout(self.within, whole).await.unwrap_or_else(|_| Err(silence()))
    }

    async fn read(&self, mut response: Response) -> Result<Answer, CallError> {
        let (status, headers) = (response.status(), response.headers().clone());
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| self.broken(&error))? {
            if (body.len() + chunk.len()) as u64 > self.largest {
                let (site, request) = (self.site.clone(), self.what.to_owned());
                let error = SourceError::AnswerTooLarge { site, request, limit: self.largest };
                return Err(CallError { error, was_sent: true });
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer { status, headers, body })
    }

    fn broken(&self, error: &reqwest::Error) -> CallError {
        // A connection that did not come about has carried nothing.
        CallError { error: failure::of_connection(error, &self.site).error, was_sent: !error.is_connect() }
    }
}

impl Answer {
    /// What the clock of the server says.
    pub(crate) fn server_time(&self) -> Option<Timestamp> {
        let date = self.headers.get(DATE)?.to_str().ok()?;
        Some(jiff::fmt::rfc2822::parse(date).ok()?.timestamp())
    }
}

/// Host and port, for messages.
pub(crate) fn host(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// `base` with `path` behind its own, and nothing else.
pub(crate) fn below(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    url.set_path(&format!("{}/{path}", base.path().trim_end_matches('/')));
    url.set_query(None);
    url.set_fragment(None);
    url
}
