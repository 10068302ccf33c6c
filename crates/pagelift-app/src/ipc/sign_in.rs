//! What crosses between the window and the engine when somebody signs in. Nothing that is sent to the window is a secret.

pub use pagelift_confluence::oauth::Pkce;
use pagelift_model::{ErrorCode, Secret, SiteCheck, SiteKind};
use serde::{Deserialize, Deserializer, Serialize};
use ts_rs::TS;

use super::{IpcError, SiteSummary};

/// The way back from the browser to Pagelift.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum ReturnRoute {
    /// The browser opens an address on this computer, at which Pagelift listens.
    Loopback,
    /// The browser opens a link that the system hands to Pagelift.
    DeepLink,
    /// The person copies the address of the page at which the browser ended.
    Paste,
}

/// What was found at an address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct SiteDetection {
    /// Cloud or Data Center.
    pub kind: SiteKind,
    /// The base address of the site.
    pub address: String,
    /// Host and port.
    pub host: String,
    /// The release of a Data Center site, such as `8.5.3`, where it tells.
    pub version: Option<String>,
    /// What was looked at, in the order in which it is shown.
    pub checks: Vec<SiteCheck>,
    /// Whether a sign-in can be tried: no check failed that makes it hopeless.
    pub is_usable: bool,
}

/// What an admin needs to set up an integration. Made from the same constants that a sign-in uses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct SetupGuide {
    /// Cloud or Data Center.
    pub kind: SiteKind,
    /// The return address to register.
    pub callback: String,
    /// The name to give the integration.
    pub name: String,
    /// Permissions to tick, as the admin sees them.
    pub permissions: Vec<String>,
    /// Permissions that more features need.
    pub optional_permissions: Vec<String>,
    /// Where the admin begins, in a browser.
    pub console: String,
    /// The whole as a message to send to an admin.
    pub message: String,
}

/// An organisation's integration, as the person typed it or a connection card has it.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct IntegrationInput {
    /// Its client id.
    pub client_id: String,
    /// Its secret. Empty where it has none, or where `card` has it.
    #[serde(deserialize_with = "hidden")]
    #[ts(type = "string")]
    pub client_secret: Secret,
    /// The connection card that holds the secret, by the name that [`ConnectionCard::id`] gave it.
    pub card: Option<String>,
    /// The way back that was registered.
    pub route: ReturnRoute,
    /// The return address that was registered, where it is not the usual one of the way.
    pub callback: Option<String>,
    /// How Data Center ties a code to the attempt.
    #[ts(type = "\"s256\" | \"plain\" | \"none\"")]
    pub pkce: Pkce,
}

/// A sign-in with the browser.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct SignInRequest {
    /// Cloud or Data Center.
    pub kind: SiteKind,
    /// The address of the site.
    pub address: String,
    /// What people call it; empty for a name made from the address.
    pub name: String,
    /// The integration; `None` to sign in again with that of `again`.
    pub integration: Option<IntegrationInput>,
    /// The site of which the sign-in ended, where it is to be renewed for the same person.
    pub again: Option<String>,
    /// Whether the person brings the address back by hand, whatever way was registered.
    pub by_hand: bool,
}

/// A sign-in that has begun.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct SignInStarted {
    /// Names the attempt in other commands. It is not the `state` of the protocol.
    pub attempt: String,
    /// The address for the browser. It holds no code and no secret; of use to whoever opens it in another browser of this computer.
    pub address: String,
    /// The way back.
    pub route: ReturnRoute,
    /// Seconds until the attempt is given up.
    #[ts(type = "number")]
    pub patience: u64,
}

/// What the window is told while somebody signs in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum SignInEvent {
    /// Something keeps sending answers that belong to another sign-in; pasting the address helps.
    Disturbed,
    /// The browser came back; the site is being asked for a sign-in.
    Exchanging,
    /// The sign-in is there. Nothing is kept before somebody has chosen.
    Choose {
        /// Who signed in.
        account: AccountSummary,
        /// The sites that it opens.
        sites: Vec<GrantedSite>,
    },
    /// It did not work.
    Failed {
        /// Why.
        error: IpcError,
    },
}

/// Who is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct AccountSummary {
    /// The name.
    pub name: String,
    /// The e-mail address, where it is known.
    pub email: Option<String>,
    /// A picture as a `data:` address, where there is one.
    pub picture: Option<String>,
}

/// A site that a sign-in opens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct GrantedSite {
    /// Names it when sites are chosen.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Host and port.
    pub host: String,
    /// Whether this very site was asked for.
    pub is_wanted: bool,
    /// Whether it is stored already for this person.
    pub is_known: bool,
    /// Permissions that were wanted and not granted there.
    pub missing: Vec<String>,
}

/// A sign-in with a token.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct TokenSignIn {
    /// The address of the site.
    pub address: String,
    /// The e-mail address, for Cloud alone.
    pub email: String,
    /// The API token or personal access token.
    #[serde(deserialize_with = "hidden")]
    #[ts(type = "string")]
    pub token: Secret,
    /// What people call the site; empty for a name made from the address.
    pub name: String,
    /// The site of which the token ended, where it is to be replaced for the same person.
    pub again: Option<String>,
}

/// How a stored site is signed in to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum SignInMethod {
    /// With the browser, through an integration.
    Browser,
    /// With an API token of Cloud.
    ApiToken,
    /// With a personal access token of Data Center.
    PersonalToken,
}

/// Whether a stored site can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum SignInState {
    /// Signed in.
    Ready,
    /// The sign-in has ended.
    Ended,
    /// The keychain that holds the sign-in cannot be read.
    Locked,
}

/// A stored site, as the settings show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct StoredSite {
    /// The site, as other commands know it.
    pub site: SiteSummary,
    /// The base address of the site.
    pub address: String,
    /// How it is signed in to.
    pub method: SignInMethod,
    /// Who is signed in.
    pub account: AccountSummary,
    /// Whether it can be read.
    pub state: SignInState,
    /// Whether it is forgotten when Pagelift ends.
    pub until_quit: bool,
    /// Permissions that were granted, in words of the site.
    pub permissions: Vec<String>,
    /// Permissions that some feature wants and that were not granted.
    pub missing: Vec<String>,
    /// Days until the sign-in ends by itself, where that is known and near.
    #[ts(type = "number | null")]
    pub days_left: Option<u32>,
}

/// What a test of a stored site found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct SiteTest {
    /// Who the site says is signed in; `None` where it failed.
    pub account: Option<String>,
    /// Why it failed.
    pub error: Option<IpcError>,
    /// Permissions that some feature wants and that were not granted.
    pub missing: Vec<String>,
}

/// Where sign-ins are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum VaultState {
    /// Encrypted, with the key in the system's keychain.
    Kept,
    /// In memory, until Pagelift ends, as the person chose.
    UntilQuit,
    /// Nowhere: there is no keychain, and nobody has chosen yet to do without.
    Missing,
    /// The keychain is locked.
    Locked,
    /// The keychain refused.
    Denied,
    /// What was kept could not be read and was put aside.
    Damaged,
}

impl From<ErrorCode> for VaultState {
    fn from(code: ErrorCode) -> Self {
        match code {
            ErrorCode::KeychainLocked => Self::Locked,
            ErrorCode::KeychainDenied => Self::Denied,
            ErrorCode::VaultDamaged => Self::Damaged,
            _ => Self::Missing,
        }
    }
}

/// A connection card that was opened: what fills the wizard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct ConnectionCard {
    /// Names the card in other commands, for as long as Pagelift runs.
    pub id: String,
    /// Cloud or Data Center.
    pub kind: SiteKind,
    /// The address of the site.
    pub address: String,
    /// What people call it.
    pub name: String,
    /// The client id of the integration.
    pub client_id: String,
    /// The way back.
    pub route: ReturnRoute,
    /// The return address that was registered.
    pub callback: String,
    /// The secret of the integration.
    pub secret: CardSecret,
}

/// What a card has of the integration's secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum CardSecret {
    /// Nothing.
    None,
    /// It is there, and a passphrase opens it.
    Sealed,
    /// It was opened, and Pagelift holds it.
    Open,
}

/// A connection card to be saved.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct CardRequest {
    /// The stored site whose integration goes into the card, or
    pub site: Option<String>,
    /// what is typed in the wizard.
    pub typed: Option<CardInput>,
    /// Protects the secret; without one, the secret stays out.
    #[serde(default, deserialize_with = "hidden_or_none")]
    #[ts(type = "string | null")]
    pub passphrase: Option<Secret>,
}

/// What is typed in the wizard, for a card.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct CardInput {
    /// Cloud or Data Center.
    pub kind: SiteKind,
    /// The address of the site.
    pub address: String,
    /// What people call it.
    pub name: String,
    /// The integration.
    pub integration: IntegrationInput,
}

/// Takes what a person typed that must not be seen.
fn hidden<'de, D: Deserializer<'de>>(from: D) -> Result<Secret, D::Error> {
    String::deserialize(from).map(Secret::new)
}

fn hidden_or_none<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Secret>, D::Error> {
    Ok(Option::<String>::deserialize(from)?.map(Secret::new))
}
