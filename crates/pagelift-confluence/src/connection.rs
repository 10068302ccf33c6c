//! To which site requests go, and as whom.

use base64::Engine as _;
use pagelift_model::{Secret, SiteAddress};
use reqwest::header::HeaderValue;
use url::Url;

/// The header that signs a request with nothing but a token; `None` when the token cannot be sent.
pub(crate) fn bearer(token: &Secret) -> Option<HeaderValue> {
    let token = token.expose().trim();
    if token.is_empty() {
        return None;
    }
    let text = Secret::new(format!("Bearer {token}"));
    let mut header = HeaderValue::from_str(text.expose()).ok()?;
    header.set_sensitive(true);
    Some(header)
}

/// A site and the API token to sign in with.
#[derive(Debug, Clone)]
pub struct Connection {
    /// The address of the site or of anything on it.
    pub address: SiteAddress,
    /// The e-mail address of the account.
    pub email: String,
    /// The API token.
    pub token: Secret,
    /// The gateway through which tokens with scopes work; without one, requests go to the site itself.
    pub gateway: Option<Gateway>,
}

/// Atlassian's gateway to a site.
#[derive(Debug, Clone)]
pub struct Gateway {
    /// Where the gateway answers: `https://api.atlassian.com`.
    pub api_origin: Url,
    /// The cloud id of the site.
    pub cloud_id: String,
}

impl Connection {
    /// A connection to the site's own address.
    pub fn new(address: SiteAddress, email: impl Into<String>, token: Secret) -> Self {
        Self { address, email: email.into(), token, gateway: None }
    }

    /// The same through the gateway.
    #[must_use]
    pub fn through(mut self, gateway: Gateway) -> Self {
        self.gateway = Some(gateway);
        self
    }

    /// The base of page addresses: always on the site, whichever way requests go.
    pub(crate) fn web_address(&self) -> SiteAddress {
        self.address.with_cloud_context()
    }

    /// What the paths of requests are appended to.
    pub(crate) fn api_base(&self) -> Url {
        let Some(gateway) = &self.gateway else { return self.web_address().url().clone() };
        let mut base = gateway.api_origin.clone();
        base.set_query(None);
        base.set_fragment(None);
        if let Ok(mut steps) = base.path_segments_mut() {
            steps.pop_if_empty().extend(["ex", "confluence", gateway.cloud_id.as_str(), "wiki"]);
        }
        base
    }

    /// The header that signs a request; `None` when the e-mail address cannot be sent.
    pub(crate) fn authorization(&self) -> Option<HeaderValue> {
        let pair = Secret::new(format!("{}:{}", self.email.trim(), self.token.expose().trim()));
        let encoded = Secret::new(base64::engine::general_purpose::STANDARD.encode(pair.expose()));
        let text = Secret::new(format!("Basic {}", encoded.expose()));
        let mut header = HeaderValue::from_str(text.expose()).ok()?;
        header.set_sensitive(true);
        Some(header)
    }
}
