//! Sends calls to one app on one site.

use std::sync::Arc;
use std::time::Duration;

use pagelift_model::{Clock, Secret, SourceError};
use reqwest::StatusCode;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::allowance::Allowance;
use super::error::Said;
use super::{ForgeAddress, ForgeCause, ForgeError, ForgeRequest};
use crate::answer::is_web_page;
use crate::call::{Answer, Call, CallError};
use crate::headers;
use crate::limits::Limits;
use crate::signer::{Fixed, Signer};

/// How often a call that changes nothing is tried.
const TRIES: u32 = 3;

/// The pause after a limit was met, where none was said.
const PAUSE: Duration = Duration::from_secs(5);

/// A way to one app. Tokens go to the origin of its address alone: nothing is followed.
pub struct ForgeClient {
    address: ForgeAddress,
    name: String,
    call: Call,
    signer: Arc<dyn Signer>,
    clock: Arc<dyn Clock>,
    limits: Limits,
    allowance: Allowance,
}

/// What an app answered.
#[derive(Debug, Clone)]
pub struct ForgeAnswer {
    /// The HTTP status.
    pub status: u16,
    /// The headers, in the order in which they came.
    pub headers: Vec<(String, String)>,
    /// The body, whatever it is.
    pub body: Vec<u8>,
    /// What is wrong, where the status is not one of success.
    pub error: Option<ForgeError>,
}

/// What every answer of the apps that Pagelift knows begins with.
#[derive(Deserialize)]
struct Outcome {
    success: Option<bool>,
}

impl ForgeClient {
    /// A client that has its calls signed. `name` is what people call the app.
    pub fn new(
        address: ForgeAddress,
        name: &str,
        signer: Arc<dyn Signer>,
        clock: Arc<dyn Clock>,
        limits: Limits,
    ) -> Result<Self, ForgeError> {
        let call = Call::to(address.url(), "the app", &limits).map_err(|failed| failed.error)?;
        Ok(Self { address, name: name.to_owned(), call, signer, clock, limits, allowance: Allowance::default() })
    }

    /// The same with an access token that nobody renews.
    pub fn with_token(
        address: ForgeAddress,
        name: &str,
        token: &Secret,
        clock: Arc<dyn Clock>,
        limits: Limits,
    ) -> Result<Self, ForgeError> {
        let site = address.host();
        let header = Secret::new(format!("Bearer {}", token.expose().trim()));
        let signer = Fixed::new(header).ok_or(SourceError::SignInRejected { site })?;
        Self::new(address, name, Arc::new(signer), clock, limits)
    }

    /// Where the app answers.
    pub fn address(&self) -> &ForgeAddress {
        &self.address
    }

    /// What people call the app.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Sends a call and answers whatever comes. What makes no difference to try again is tried again: any call that met a limit, and
    /// one that changes nothing after a failure.
    pub async fn call(&self, request: &ForgeRequest) -> Result<ForgeAnswer, ForgeError> {
        let (mut tried, mut waited) = (1, Duration::ZERO);
        let mut pause = self.limits.first_pause;
        loop {
            let outcome = self.signed(request).await;
            let wait = match &outcome {
                Ok(answer) if answer.status == StatusCode::TOO_MANY_REQUESTS => {
                    let asked = headers::pause(&answer.headers, self.clock.now());
                    let wait = asked.unwrap_or(PAUSE.min(self.limits.longest_pause));
                    if tried == self.limits.attempts.max(TRIES) || waited + wait > self.limits.longest_wait {
                        return Err(self.limited(wait));
                    }
                    Some(wait)
                }
                Ok(answer) => is_broken(answer.status).then_some(pause),
                Err(CallError { error: SourceError::Unreachable { .. }, was_sent }) => {
                    (request.is_repeatable || !was_sent).then_some(pause)
                }
                Err(_) => None,
            };
            let may_repeat = match &outcome {
                Ok(answer) if answer.status != StatusCode::TOO_MANY_REQUESTS => request.is_repeatable && tried < TRIES,
                Ok(_) => true,
                Err(_) => tried < TRIES,
            };
            match (outcome, wait.filter(|_| may_repeat)) {
                (_, Some(wait)) => {
                    tokio::time::sleep(wait).await;
                    (tried, waited) = (tried + 1, waited + wait);
                    pause = (pause * 2).min(self.limits.longest_pause);
                }
                (Ok(answer), None) => return Ok(self.read(answer)),
                (Err(failed), None) => return Err(self.unanswered(failed)),
            }
        }
    }

    /// Sends a call, and answers the JSON of a success. An app that says `success: false` has failed, whatever the status.
    pub async fn ask<T: DeserializeOwned>(&self, request: &ForgeRequest) -> Result<T, ForgeError> {
        let body = self.body(request).await?;
        serde_json::from_slice(&body)
            .map_err(|_| ForgeError::unreadable(&self.address.host(), &request.words(), "it has another shape"))
    }

    /// The same as bytes.
    pub(super) async fn body(&self, request: &ForgeRequest) -> Result<Vec<u8>, ForgeError> {
        let answer = self.call(request).await?;
        if let Some(error) = answer.error {
            return Err(error);
        }
        let outcome = serde_json::from_slice::<Outcome>(&answer.body);
        if outcome.is_ok_and(|outcome| outcome.success == Some(false)) {
            let said = Said::read(&HeaderMap::new(), &answer.body);
            return Err(self.failed(said, ForgeCause::Refused, answer.status));
        }
        Ok(answer.body)
    }

    /// One try, and another one with a new signature where the old one is over.
    async fn signed(&self, request: &ForgeRequest) -> Result<Answer, CallError> {
        let answer = self.once(request).await?;
        let (status, serial) = (answer.0.status, answer.1);
        if status == StatusCode::UNAUTHORIZED && !crate::answer::lacks_scope(&answer.0.body) {
            let unsent = |error| CallError { error, was_sent: false };
            if self.signer.refused(serial, status.as_u16()).await.map_err(unsent)? {
                return self.once(request).await.map(|(answer, _)| answer);
            }
        }
        Ok(answer.0)
    }

    async fn once(&self, request: &ForgeRequest) -> Result<(Answer, u64), CallError> {
        let unsent = |error: SourceError| CallError { error, was_sent: false };
        let site = self.address.host();
        let unusable = |error: ForgeError| match error {
            ForgeError::Source(error) => unsent(error),
            other => unsent(SourceError::AnswerUnreadable {
                site: site.clone(),
                request: request.words(),
                detail: other.to_string(),
            }),
        };
        let url = request.url(&self.address).map_err(unusable)?;
        let headers = request.header_map().map_err(unusable)?;
        let signature = self.signer.signature().await.map_err(unsent)?;
        let value =
            signature.value().ok_or_else(|| unsent(SourceError::SignInRejected { site: self.address.host() }))?;
        let mut built = self.call.request(request.method.wire(), url).headers(headers).header(AUTHORIZATION, value);
        if !request.headers.iter().any(|(name, _)| name.trim().eq_ignore_ascii_case("accept")) {
            built = built.header(ACCEPT, "application/json, text/plain;q=0.9, */*;q=0.5");
        }
        if let Some(body) = &request.body {
            built = built.header(CONTENT_TYPE, "application/json").body(body.to_string());
        }
        self.allowance.take().await;
        self.call.send(built).await.map(|answer| (answer, signature.serial))
    }

    fn read(&self, answer: Answer) -> ForgeAnswer {
        let Answer { status, headers, body } = answer;
        let error = self.error_of(status, &headers, &body);
        let text = |(name, value): (&reqwest::header::HeaderName, &reqwest::header::HeaderValue)| {
            (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned())
        };
        ForgeAnswer { status: status.as_u16(), headers: headers.iter().map(text).collect(), body, error }
    }

    fn error_of(&self, status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Option<ForgeError> {
        if status.is_success() && !is_web_page(headers) {
            return None;
        }
        let site = self.address.host();
        if status.is_success() || status.is_redirection() {
            let detail =
                "a web page came, or requests are sent elsewhere, as when a page for signing in stands between";
            return Some(ForgeError::unreadable(&site, "the app", detail));
        }
        let said = Said::read(headers, body);
        let cause = said.cause(status);
        // A token that is over is refused without a reason.
        if status == StatusCode::UNAUTHORIZED && cause == ForgeCause::SwitchedOff {
            return Some(SourceError::SignInRejected { site }.into());
        }
        Some(self.failed(said, cause, status.as_u16()))
    }

    fn failed(&self, said: Said, cause: ForgeCause, status: u16) -> ForgeError {
        ForgeError::App { app: self.name.clone(), cause, status, said: said.text, trace: said.trace }
    }

    /// No answer came. A silence is the app's: the gateway waits for it.
    fn unanswered(&self, failed: CallError) -> ForgeError {
        match failed.error {
            SourceError::Unreachable { detail, .. } if failed.was_sent && detail.contains("in time") => {
                ForgeError::App {
                    app: self.name.clone(),
                    cause: ForgeCause::TimedOut,
                    status: 0,
                    said: None,
                    trace: None,
                }
            }
            error => error.into(),
        }
    }

    fn limited(&self, wait: Duration) -> ForgeError {
        let until = self.clock.now().checked_add(wait).ok();
        SourceError::RateLimited { site: self.address.host(), until }.into()
    }

    /// Whether a call could be sent as it stands.
    pub fn check(&self, request: &ForgeRequest) -> Result<(), ForgeError> {
        request.url(&self.address)?;
        request.header_map().map(drop)
    }
}

/// Whether the gateway or the app broke down, which may not happen again.
fn is_broken(status: StatusCode) -> bool {
    status.is_server_error() || status == StatusCode::FAILED_DEPENDENCY || status == StatusCode::REQUEST_TIMEOUT
}
