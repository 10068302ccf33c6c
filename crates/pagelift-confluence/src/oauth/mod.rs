//! Signing in with the browser: OAuth 2.0 of Confluence Cloud (3LO) and of Confluence Data Center.
//!
//! An [`Integration`] is what an organisation registered. An [`Attempt`] has the address for the browser; [`callback()`] reads the
//! address at which the browser ends; [`Integration::exchange`] and [`Integration::renew`] bring [`Tokens`]. Nothing here is tried
//! twice and nothing is kept: both are for whoever knows what a lost answer means.

mod account;
mod attempt;
mod callback;
mod error;
mod picture;
mod token;

use std::fmt;

use pagelift_model::{Secret, SiteAddress, SiteKind};
use serde::{Deserialize, Serialize};
use url::Url;

use crate::call::{below, host};

pub use account::{AccessibleSite, Account, accessible_sites, cloud_account, data_center_account};
pub use attempt::Attempt;
pub use callback::{Callback, CallbackAnswer, callback};
pub use error::OAuthError;
pub use picture::{Picture, picture};
pub use token::{Tokens, limits};

/// The permissions that an integration of Cloud has to have. Each is asked for by its own name, and none lets anything be written.
pub const CLOUD_SCOPES: [&str; 9] = [
    "read:space:confluence",
    "read:page:confluence",
    "read:hierarchical-content:confluence",
    "read:folder:confluence",
    "read:attachment:confluence",
    "read:comment:confluence",
    "read:label:confluence",
    "read:user:confluence",
    "read:content-details:confluence",
];

/// The permissions of Cloud that some pages want, and the person's own profile.
pub const OPTIONAL_CLOUD_SCOPES: [&str; 4] =
    ["read:database:confluence", "read:whiteboard:confluence", "read:embed:confluence", "read:me"];

/// Asks Cloud for a sign-in that can be renewed. No admin has to tick it.
pub const OFFLINE_ACCESS: &str = "offline_access";

/// The permission that an incoming link of Data Center has to have.
pub const DATA_CENTER_SCOPES: [&str; 1] = ["READ"];

/// The return address at which Pagelift listens while somebody signs in.
pub const LOOPBACK_CALLBACK: &str = "http://localhost:17893/oauth/callback";

/// The return address that the system hands to Pagelift.
pub const DEEP_LINK_CALLBACK: &str = "app.pagelift:/oauth/callback";

/// What is asked for where nobody chose. Cloud grants what the admin has ticked of it, and a sign-in that can be renewed.
pub fn default_scopes(kind: SiteKind) -> Vec<String> {
    match kind {
        SiteKind::DataCenter => DATA_CENTER_SCOPES.map(str::to_owned).into(),
        SiteKind::Cloud | SiteKind::Sample => {
            let all = CLOUD_SCOPES.into_iter().chain(OPTIONAL_CLOUD_SCOPES).chain([OFFLINE_ACCESS]);
            all.map(str::to_owned).collect()
        }
    }
}

/// What an organisation registered for Pagelift.
#[derive(Clone)]
pub struct Integration {
    /// Who asks the person to agree.
    pub provider: Provider,
    /// The client id.
    pub client_id: String,
    /// The secret. Both products want one by default.
    pub client_secret: Option<Secret>,
    /// The return address, byte by byte as it was registered.
    pub redirect: String,
    /// The permissions to ask for.
    pub scopes: Vec<String>,
    /// The app and environment whose own permissions are among `scopes`: `{app id}.{environment id}`, on Cloud.
    pub sns: Option<String>,
}

/// An authorization server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Provider {
    /// Atlassian's, for all of Cloud.
    Cloud(Origins),
    /// A Data Center site itself.
    DataCenter {
        /// The base address of the site, with its context path.
        base: SiteAddress,
        /// How an answer is tied to the attempt.
        pkce: Pkce,
    },
}

/// How a code is tied to the attempt that it was issued for (RFC 7636).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Pkce {
    /// By a hash.
    #[default]
    S256,
    /// By the text itself, for servers that know no better.
    Plain,
    /// Not at all.
    None,
}

/// Where Atlassian's services are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origins {
    /// Where people agree: `https://auth.atlassian.com`.
    pub auth: Url,
    /// Where requests go: `https://api.atlassian.com`. Its host is the audience of a sign-in.
    pub api: Url,
}

impl Origins {
    /// Addresses of one's own, such as those of Government Cloud. `None` where one of them is neither encrypted nor on this computer.
    pub fn parse(auth: &str, api: &str) -> Option<Self> {
        let origin = |text: &str| SiteAddress::parse(text).map(|address| address.url().clone());
        Some(Self { auth: origin(auth)?, api: origin(api)? })
    }

    /// Those of the Atlassian that everybody uses.
    pub fn atlassian() -> Option<Self> {
        Self::parse("https://auth.atlassian.com", "https://api.atlassian.com")
    }

    /// `api` with a path behind it.
    pub(crate) fn api_at(&self, path: &str) -> Url {
        below(&self.api, path)
    }
}

impl Provider {
    fn is_cloud(&self) -> bool {
        matches!(self, Self::Cloud(_))
    }

    fn pkce(&self) -> Pkce {
        match self {
            Self::Cloud(_) => Pkce::S256,
            Self::DataCenter { pkce, .. } => *pkce,
        }
    }

    fn authorize_address(&self) -> Url {
        match self {
            Self::Cloud(origins) => below(&origins.auth, "authorize"),
            Self::DataCenter { base, .. } => below(base.url(), "rest/oauth2/latest/authorize"),
        }
    }

    fn token_address(&self) -> Url {
        match self {
            Self::Cloud(origins) => below(&origins.auth, "oauth/token"),
            Self::DataCenter { base, .. } => below(base.url(), "rest/oauth2/latest/token"),
        }
    }

    /// Where a sign-in is taken back; Cloud has no such address.
    fn revoke_address(&self) -> Option<Url> {
        match self {
            Self::Cloud(_) => None,
            Self::DataCenter { base, .. } => Some(below(base.url(), "rest/oauth2/latest/revoke")),
        }
    }

    /// Host and port, for messages.
    fn site(&self) -> String {
        host(&self.token_address())
    }
}

impl fmt::Debug for Integration {
    /// Shows whom it is registered with, and nothing that belongs to it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Integration").field("provider", &self.provider).finish_non_exhaustive()
    }
}
