//! How the OAuth endpoints behave.

use std::io;
use std::time::Duration;

use url::Url;

use super::scopes;
use crate::site::Site;

/// The client that is registered when no other is.
pub const CLIENT_ID: &str = "fake-client-id";

/// The secret of [`CLIENT_ID`].
pub const CLIENT_SECRET: &str = "fake-client-secret";

/// The password of everybody at the login page of Data Center; the user name is the e-mail address up to its `@`.
pub const PASSWORD: &str = "open sesame";

/// The redirect that is registered when no other is.
const REDIRECT: &str = "http://localhost:17893/oauth/callback";

/// Longest redirect that Data Center takes.
const REDIRECT_LENGTH: usize = 450;

/// A registered client: an integration of Cloud's console, or an incoming link of Data Center.
#[derive(Debug, Clone)]
pub struct Client {
    /// The client id.
    pub id: String,
    /// The client secret.
    pub secret: String,
    /// The one redirect; it is compared letter by letter.
    pub redirect: String,
    /// Cloud: the scopes that were ticked in the console. Data Center: the permission of the link.
    pub scopes: Vec<String>,
}

/// What becomes of an authorization request that is in order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Consent {
    /// Pages ask the person.
    #[default]
    Ask,
    /// It is accepted at once, by this account and for these sites; none stands for all.
    Accept {
        /// Place in [`OAuthOptions::accounts`].
        account: usize,
        /// 0 for the first site, 1 for the second.
        sites: Vec<usize>,
    },
    /// It is refused at once.
    Cancel,
}

/// What is done about proof keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pkce {
    /// They are taken and never looked at.
    Ignored,
    /// A verifier has to come, and to fit, where a challenge came, and only there.
    Checked,
    /// The same, and nothing goes without a challenge.
    Required,
}

/// What Cloud answers when it is asked for the sites of a grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Resources {
    /// Those that were granted.
    #[default]
    Granted,
    /// None.
    None,
    /// Each a second time, with scopes of another product.
    Doubled,
}

/// What goes wrong at the token endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenFault {
    /// The request is carried out, and the answer is lost on its way.
    Lost,
    /// The request is carried out, and half of the answer comes as if it were all.
    Truncated,
    /// The request is carried out, and a web page comes in place of the answer.
    Html,
    /// The request is carried out, and the answer comes with a million letters more.
    Huge,
    /// The request is carried out, and the answer waits for so many milliseconds.
    Slow(u64),
    /// Nothing is carried out: 307 to another address.
    Redirect,
    /// Nothing is carried out: 429.
    Throttled,
    /// Nothing is carried out: 503.
    Unavailable,
    /// Nothing is carried out, which nobody can know: 502.
    Failed,
    /// Nothing is carried out: the secret of the client is said to be wrong.
    Refused,
}

/// How the OAuth endpoints behave. What is for one product alone is of no account with the other.
#[derive(Debug, Clone)]
pub struct OAuthOptions {
    /// The registered clients.
    pub clients: Vec<Client>,
    /// The e-mail addresses of those who can sign in: the first is the first user of the site, and so on.
    pub accounts: Vec<String>,
    /// Cloud: another site, with an address of its own.
    pub second_site: Option<Site>,
    /// What becomes of an authorization request that is in order.
    pub consent: Consent,
    /// What is done about proof keys.
    pub pkce: Pkce,
    /// How long a code is good.
    pub code_lifetime: Duration,
    /// How long an access token is good.
    pub expires_in: Duration,
    /// How long a refresh token is good when it is not used.
    pub refresh_lifetime: Duration,
    /// How long a refresh token that was replaced may come again.
    pub leeway: Duration,
    /// Cloud: the length of tokens.
    pub token_size: usize,
    /// Cloud: answers of the token endpoint have no `token_type`.
    pub without_token_type: bool,
    /// Cloud: which sites a grant is said to have.
    pub resources: Resources,
    /// Cloud: the status of answers to dead access tokens.
    pub expired_status: u16,
    /// Data Center: the client secret has to be right.
    pub checks_secret: bool,
    /// Data Center: not even `http://localhost` can be registered.
    pub refuses_localhost: bool,
}

impl OAuthOptions {
    fn new(scopes: Vec<String>, pkce: Pkce, leeway: Duration) -> Self {
        let client = Client {
            id: CLIENT_ID.to_owned(),
            secret: CLIENT_SECRET.to_owned(),
            redirect: REDIRECT.to_owned(),
            scopes,
        };
        Self {
            clients: vec![client],
            accounts: vec!["ada@example.com".to_owned(), "bo@example.com".to_owned()],
            second_site: None,
            consent: Consent::default(),
            pkce,
            code_lifetime: Duration::from_mins(1),
            expires_in: Duration::from_hours(1),
            refresh_lifetime: Duration::from_hours(90 * 24),
            leeway,
            token_size: 1500,
            without_token_type: false,
            resources: Resources::default(),
            expired_status: 401,
            checks_secret: true,
            refuses_localhost: false,
        }
    }

    /// As Cloud is: proof keys are ignored, and a refresh token may come again for ten minutes.
    pub fn cloud() -> Self {
        let scopes = scopes::CLOUD.iter().map(|scope| (*scope).to_owned()).collect();
        Self::new(scopes, Pkce::Ignored, Duration::from_mins(10))
    }

    /// As Data Center is: proof keys are checked, and a refresh token is good once. The link permits reading.
    pub fn data_center() -> Self {
        Self::new(vec!["READ".to_owned()], Pkce::Checked, Duration::ZERO)
    }

    /// The same with this redirect for every client.
    #[must_use]
    pub fn returning_to(mut self, redirect: &str) -> Self {
        for client in &mut self.clients {
            redirect.clone_into(&mut client.redirect);
        }
        self
    }

    /// Whether an admin could have registered the clients.
    pub(crate) fn check(&self, is_cloud: bool) -> io::Result<()> {
        for client in &self.clients {
            if let Some(why) = self.objection(&client.redirect, is_cloud) {
                let message = format!("the redirect {} cannot be registered: {why}", client.redirect);
                return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
            }
        }
        Ok(())
    }

    fn objection(&self, redirect: &str, is_cloud: bool) -> Option<&'static str> {
        let Ok(url) = Url::parse(redirect) else { return Some("it is no absolute address") };
        if url.fragment().is_some() {
            return Some("it has a fragment");
        }
        if is_cloud {
            let is_loopback = matches!(url.host_str(), Some("localhost" | "127.0.0.1"));
            return (url.scheme() == "http" && !is_loopback).then_some("it is plain http");
        }
        if redirect.len() > REDIRECT_LENGTH {
            return Some("it is longer than 450 characters");
        }
        let is_allowed = url.host_str() == Some("localhost") && !self.refuses_localhost;
        (url.scheme() == "http" && !is_allowed).then_some("plain http is for localhost alone")
    }
}
