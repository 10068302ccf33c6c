//! To which site requests go, and as whom.

use base64::Engine as _;
use pagelift_model::{Secret, SiteAddress};
use url::Url;

/// The header that signs a request with nothing but a token; `None` without a token.
pub(crate) fn bearer(token: &Secret) -> Option<Secret> {
    let token = token.expose().trim();
    (!token.is_empty()).then(|| Secret::new(format!("Bearer {token}")))
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

    /// The header that signs a request.
    pub(crate) fn authorization(&self) -> Secret {
        let pair = Secret::new(format!("{}:{}", self.email.trim(), self.token.expose().trim()));
        let encoded = Secret::new(base64::engine::general_purpose::STANDARD.encode(pair.expose()));
        Secret::new(format!("Basic {}", encoded.expose()))
    }
}

impl Gateway {
    /// What the paths of requests are appended to.
    pub(crate) fn base(&self) -> Url {
        let mut base = self.api_origin.clone();
        base.set_query(None);
        base.set_fragment(None);
        if let Ok(mut steps) = base.path_segments_mut() {
            steps.pop_if_empty().extend(["ex", "confluence", self.cloud_id.as_str(), "wiki"]);
        }
        base
    }
}
