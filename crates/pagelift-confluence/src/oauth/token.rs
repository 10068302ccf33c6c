//! The calls to an authorization server: exchange, renew, take back.

use std::pin::Pin;
use std::sync::OnceLock;
use std::time::Duration;

use jiff::Timestamp;
use oauth2::basic::{BasicRevocationErrorResponse, BasicTokenIntrospectionResponse, BasicTokenType};
use oauth2::{
    AsyncHttpClient, AuthType, AuthorizationCode, Client, ClientId, ClientSecret, EndpointNotSet, EndpointSet,
    HttpRequest, HttpResponse, RedirectUrl, RefreshToken, RequestTokenError, StandardRevocableToken,
    TokenResponse as _, TokenUrl,
};
use pagelift_model::{Secret, SourceError};
use reqwest::StatusCode;
use reqwest::header::CONTENT_TYPE;
use url::form_urlencoded;

use super::error::known;
use super::{Attempt, Integration, OAuthError};
use crate::answer;
use crate::call::{Answer, Call};
use crate::limits::Limits;
use crate::signer::Signature;
use crate::wire::oauth::{TokenAnswer, TokenRefusal};

const WHAT: &str = "the sign-in";

/// How long an access token is good for where the server does not say.
const USUAL_LIFETIME: Duration = Duration::from_hours(1);

/// The longest life that is believed.
const LONGEST_LIFETIME: Duration = Duration::from_hours(365 * 24);

/// A sign-in.
#[derive(Debug, Clone)]
pub struct Tokens {
    /// Signs requests: `Bearer` and this.
    pub access: Secret,
    /// Brings the next tokens. Servers replace it with every renewal; where they do not, the one before stays good.
    pub refresh: Option<Secret>,
    /// How long `access` is good for, from the arrival of the answer on.
    pub lifetime: Duration,
    /// The permissions that were granted, where the server says so.
    pub scopes: Option<Vec<String>>,
    /// The clock of the server at its answer.
    pub server_time: Option<Timestamp>,
}

impl Tokens {
    /// What signs a request with these tokens.
    pub fn signature(&self, serial: u64) -> Signature {
        Signature { header: Secret::new(format!("Bearer {}", self.access.expose())), serial }
    }
}

/// What is waited for and read of an authorization server.
pub fn limits() -> Limits {
    Limits { answer_timeout: Duration::from_secs(30), largest_answer: 64 << 10, ..Limits::default() }
}

/// What is asked for; the same word means another thing for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Exchange,
    Renew,
}

type TokenClient = Client<
    TokenRefusal,
    TokenAnswer,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
>;

impl Integration {
    /// Exchanges the code that came back for tokens. A code works once and, on Data Center, for less than a minute.
    pub async fn exchange(&self, attempt: &Attempt, code: &Secret) -> Result<Tokens, OAuthError> {
        self.exchange_within(attempt, code, &limits()).await
    }

    /// The same with limits of one's own.
    pub async fn exchange_within(
        &self,
        attempt: &Attempt,
        code: &Secret,
        limits: &Limits,
    ) -> Result<Tokens, OAuthError> {
        let client = self.token_client()?;
        let line = self.line(limits)?;
        let mut request = client.exchange_code(AuthorizationCode::new(code.expose().to_owned()));
        if let Some(verifier) = attempt.verifier() {
            request = request.set_pkce_verifier(verifier);
        }
        let outcome = request.request_async(&line).await;
        self.tokens(outcome, &line, Step::Exchange)
    }

    /// Exchanges a refresh token for new tokens. With most servers that is the end of the old ones.
    pub async fn renew(&self, refresh: &Secret) -> Result<Tokens, OAuthError> {
        self.renew_within(refresh, &limits()).await
    }

    /// The same with limits of one's own.
    pub async fn renew_within(&self, refresh: &Secret, limits: &Limits) -> Result<Tokens, OAuthError> {
        let client = self.token_client()?;
        let line = self.line(limits)?;
        let refresh = RefreshToken::new(refresh.expose().to_owned());
        let mut request = client.exchange_refresh_token(&refresh);
        if !self.provider.is_cloud() {
            request = request.add_extra_param("redirect_uri", self.redirect.as_str());
        }
        let outcome = request.request_async(&line).await;
        self.tokens(outcome, &line, Step::Renew)
    }

    /// Takes a refresh token back, and what came of it. Nothing happens on Cloud, where only the person can do that.
    pub async fn revoke(&self, token: &Secret) -> Result<(), OAuthError> {
        let Some(address) = self.provider.revoke_address() else { return Ok(()) };
        let site = self.provider.site();
        let call = Call::to(&address, WHAT, &limits())?;
        let secret = self.client_secret.as_ref().map(|secret| ("client_secret", secret.expose()));
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs([("token", token.expose()), ("token_type_hint", "refresh_token")])
            .extend_pairs([("client_id", self.client_id.as_str())])
            .extend_pairs(secret)
            .finish();
        let request = call.post(address).header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(body);
        let answer = carried(call.send(request).await?, &site)?;
        if answer.status.is_success() {
            return Ok(());
        }
        let refusal: TokenRefusal = serde_json::from_slice(&answer.body).unwrap_or_default();
        Err(match refusal.error {
            Some(word) => OAuthError::IntegrationRejected { site, word: known(&word) },
            None => wordless(&site, answer.status),
        })
    }

    fn token_client(&self) -> Result<TokenClient, OAuthError> {
        let invalid = |_| {
            let detail = "its return address is no address";
            OAuthError::IntegrationInvalid { site: self.provider.site(), detail }
        };
        let redirect = RedirectUrl::new(self.redirect.clone()).map_err(invalid)?;
        let client = Client::new(ClientId::new(self.client_id.clone()))
            .set_token_uri(TokenUrl::from_url(self.provider.token_address()))
            .set_redirect_uri(redirect)
            .set_auth_type(AuthType::RequestBody);
        Ok(match &self.client_secret {
            Some(secret) => client.set_client_secret(ClientSecret::new(secret.expose().to_owned())),
            None => client,
        })
    }

    fn line(&self, limits: &Limits) -> Result<Line, OAuthError> {
        let call = Call::to(&self.provider.token_address(), WHAT, limits)?;
        Ok(Line { call, site: self.provider.site(), seen: OnceLock::new() })
    }

    /// What came of a request. Nothing of an answer that cannot be read gets into the error: there may be tokens in it.
    fn tokens(
        &self,
        outcome: Result<TokenAnswer, RequestTokenError<OAuthError, TokenRefusal>>,
        line: &Line,
        step: Step,
    ) -> Result<Tokens, OAuthError> {
        let (status, server_time) = line.seen.get().copied().unwrap_or_default();
        match outcome {
            Ok(answer) => self.granted(&answer, server_time, step),
            Err(RequestTokenError::Request(error)) => Err(error),
            Err(RequestTokenError::ServerResponse(refusal)) => Err(refused(&line.site, &refusal, status, step)),
            Err(RequestTokenError::Parse(..) | RequestTokenError::Other(_)) => Err(wordless(&line.site, status)),
        }
    }

    fn granted(&self, answer: &TokenAnswer, server_time: Option<Timestamp>, step: Step) -> Result<Tokens, OAuthError> {
        let site = self.provider.site();
        if *answer.token_type() != BasicTokenType::Bearer {
            return Err(OAuthError::unreadable(&site, WHAT, "the token is not one that signs requests by itself"));
        }
        let scopes: Option<Vec<String>> =
            answer.scopes().map(|scopes| scopes.iter().map(|scope| scope.to_string()).collect());
        // A renewal spends the old token, and grants what the person agreed to: perhaps at the wish of another version.
        if step == Step::Exchange && scopes.iter().flatten().any(|scope| !self.scopes.contains(scope)) {
            return Err(OAuthError::ScopesTooWide { site });
        }
        let tokens = Tokens {
            access: Secret::new(answer.access_token().secret().clone()),
            refresh: answer.refresh_token().map(|token| Secret::new(token.secret().clone())),
            lifetime: answer.expires_in().unwrap_or(USUAL_LIFETIME).min(LONGEST_LIFETIME),
            scopes,
            server_time,
        };
        if tokens.access.is_empty() || tokens.signature(0).value().is_none() {
            return Err(OAuthError::unreadable(&site, WHAT, "the token cannot be sent"));
        }
        Ok(tokens)
    }
}

/// Carries the requests of `oauth2`, and keeps what it throws away of an answer.
struct Line {
    call: Call,
    site: String,
    seen: OnceLock<(StatusCode, Option<Timestamp>)>,
}

impl<'c> AsyncHttpClient<'c> for Line {
    type Error = OAuthError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, OAuthError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(async move {
            let unsendable = |_| OAuthError::IntegrationInvalid {
                site: self.site.clone(),
                detail: "the address of the server cannot be asked",
            };
            let request = reqwest::Request::try_from(request).map_err(unsendable)?;
            let answer = carried(self.call.execute(request).await?, &self.site)?;
            let _ = self.seen.set((answer.status, answer.server_time()));
            // Without the kind of content: some servers call JSON something else.
            let mut response = HttpResponse::new(answer.body);
            *response.status_mut() = answer.status;
            Ok(response)
        })
    }
}

/// Lets an answer pass that an authorization server may have given; every other one becomes an error.
fn carried(answer: Answer, site: &str) -> Result<Answer, OAuthError> {
    let status = answer.status;
    let elsewhere = |detail: &str| {
        let (site, request) = (site.to_owned(), WHAT.to_owned());
        OAuthError::of_site(SourceError::AnswerUnreadable { site, request, detail: detail.to_owned() })
    };
    if status.is_redirection() {
        return Err(elsewhere("it sends the request elsewhere, where no secret may follow"));
    }
    if status == StatusCode::TOO_MANY_REQUESTS {
        let until = answer.server_time().and_then(|now| {
            let pause = crate::headers::pause(&answer.headers, now)?;
            now.saturating_add(jiff::SignedDuration::try_from(pause).ok()?).ok()
        });
        return Err(OAuthError::of_site(SourceError::RateLimited { site: site.to_owned(), until }));
    }
    if status.is_server_error() {
        let error =
            SourceError::SiteFailed { site: site.to_owned(), status: status.as_u16(), request: WHAT.to_owned() };
        // Who is not there has done nothing; who stumbles may have.
        return Err(OAuthError::Site { error, was_sent: status != StatusCode::SERVICE_UNAVAILABLE });
    }
    if status == StatusCode::NOT_FOUND {
        return Err(elsewhere("it does not offer signing in with the browser"));
    }
    if answer::is_web_page(&answer.headers) {
        let detail = "a web page came, as when a page for signing in stands between";
        return Err(if status.is_success() { OAuthError::unreadable(site, WHAT, detail) } else { elsewhere(detail) });
    }
    Ok(answer)
}

/// What an error word means. `access_denied` is the person's in the browser, but the server's here: a secret that is wrong or missing.
fn refused(site: &str, refusal: &TokenRefusal, status: StatusCode, step: Step) -> OAuthError {
    let Some(word) = refusal.error.as_deref().map(known) else { return wordless(site, status) };
    let site = site.to_owned();
    match (word, step) {
        ("invalid_grant", Step::Exchange) => OAuthError::CodeRejected { site, word },
        ("invalid_grant", Step::Renew) => OAuthError::GrantEnded { site, word },
        ("unauthorized_client", Step::Renew)
            if status == StatusCode::FORBIDDEN || refusal.speaks_of_refresh_token() =>
        {
            OAuthError::GrantEnded { site, word }
        }
        ("server_error" | "temporarily_unavailable", _) => {
            let error = SourceError::SiteFailed { site, status: status.as_u16(), request: WHAT.to_owned() };
            OAuthError::Site { error, was_sent: true }
        }
        _ => OAuthError::IntegrationRejected { site, word },
    }
}

/// The error of an answer that gives no reason.
fn wordless(site: &str, status: StatusCode) -> OAuthError {
    if status.is_success() {
        return OAuthError::unreadable(site, WHAT, "it is no JSON of a sign-in, or breaks off");
    }
    let detail = format!("status {} without a reason", status.as_u16());
    let (site, request) = (site.to_owned(), WHAT.to_owned());
    OAuthError::of_site(SourceError::AnswerUnreadable { site, request, detail })
}
