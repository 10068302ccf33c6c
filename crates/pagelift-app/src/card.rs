//! Connection cards: small files by which an admin hands on how to reach a site. They hold nobody's sign-in, and the secret of the
//! integration only under a passphrase.

#[cfg(test)]
mod tests;

use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use pagelift_confluence::oauth::DEEP_LINK_CALLBACK;
use pagelift_model::{ErrorCode, Secret, SiteAddress, SiteKind};
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization as _;
use url::Url;
use zeroize::Zeroizing;

use crate::AppError;
use crate::ipc::ReturnRoute;
use crate::sealing::{self, KEY, Key, NONCE, TAG, random};

/// What file names of cards end in.
pub(crate) const ENDING: &str = ".pagelift-site";

/// The layout of this Pagelift.
const LAYOUT: u64 = 1;

/// No card is larger.
const SIZE_LIMIT: usize = 64 << 10;

/// What turning a passphrase into a key costs: 64 MiB and three passes, the second choice of RFC 9106.
const COST: Cost = Cost { memory: 64 << 10, passes: 3, lanes: 1 };

/// What a card of somebody else may make this computer do.
const COST_LIMIT: Cost = Cost { memory: 256 << 10, passes: 10, lanes: 8 };

/// The fewest letters of a passphrase for a new card: whoever has the file may try as many as they like.
const SHORTEST_PASSPHRASE: usize = 12;

/// A connection card.
#[derive(Debug, Clone)]
pub(crate) struct Card {
    /// Cloud or Data Center.
    pub(crate) kind: SiteKind,
    /// The address of the site.
    pub(crate) address: SiteAddress,
    /// What people call the site.
    pub(crate) name: String,
    /// The client id of the integration.
    pub(crate) client_id: String,
    /// The way back from the browser.
    pub(crate) route: ReturnRoute,
    /// The return address that was registered.
    pub(crate) callback: String,
    /// The secret of the integration, as long as it is closed. Only a card that was read has one.
    pub(crate) sealed: Option<SealedSecret>,
}

/// The secret of an integration under a passphrase.
#[derive(Debug, Clone)]
pub(crate) struct SealedSecret {
    layout: SecretLayout,
    /// Everything else of the card. When any of it has changed, the secret does not open.
    associated: Vec<u8>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct CardLayout {
    #[serde(rename = "pagelift-site")]
    layout: u64,
    kind: SiteKind,
    address: String,
    name: String,
    client_id: String,
    route: ReturnRoute,
    callback: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    secret: Option<SecretLayout>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct SecretLayout {
    kdf: String,
    #[serde(flatten)]
    cost: Cost,
    salt: String,
    nonce: String,
    ciphertext: String,
}

/// What Argon2id is told. Memory is in KiB.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Cost {
    memory: u32,
    passes: u32,
    lanes: u32,
}

/// Reads a card, which may come from anybody.
pub(crate) fn read_card(bytes: &[u8]) -> Result<Card, AppError> {
    #[derive(Deserialize)]
    struct Head {
        #[serde(rename = "pagelift-site")]
        layout: u64,
    }

    if bytes.len() > SIZE_LIMIT {
        return Err(invalid("it is larger than any connection card"));
    }
    let unreadable = |_| invalid("it is no connection card");
    let head: Head = serde_json::from_slice(bytes).map_err(unreadable)?;
    match head.layout {
        LAYOUT => {}
        0 => return Err(invalid("it is no connection card")),
        _ => return Err(invalid("a newer Pagelift wrote it; update this one")),
    }
    let layout: CardLayout = serde_json::from_slice(bytes).map_err(unreadable)?;
    layout.judge()?;
    let address = SiteAddress::parse(&layout.address)
        .filter(|_| layout.address.len() <= 2048)
        .ok_or_else(|| invalid("its address is none that begins with https://"))?;
    let associated = layout.associated()?;
    let CardLayout { kind, name, client_id, route, callback, secret, .. } = layout;
    let sealed = secret.map(|layout| SealedSecret { layout, associated });
    Ok(Card { kind, address, name, client_id, route, callback, sealed })
}

/// Writes a card. The secret goes in only together with a passphrase.
pub(crate) fn write_card(
    card: &Card,
    secret: Option<&Secret>,
    passphrase: Option<&Secret>,
) -> Result<Vec<u8>, AppError> {
    let mut layout = CardLayout {
        layout: LAYOUT,
        kind: card.kind,
        address: card.address.as_str().to_owned(),
        name: card.name.clone(),
        client_id: card.client_id.clone(),
        route: card.route,
        callback: card.callback.clone(),
        secret: None,
    };
    let given = |secret: &&Secret| !secret.is_empty();
    if let (Some(secret), Some(passphrase)) = (secret.filter(given), passphrase.filter(given)) {
        check_length(passphrase)?;
        layout.secret = Some(SecretLayout::seal(secret, passphrase, &layout.associated()?, COST)?);
    }
    let mut bytes = serde_json::to_vec_pretty(&layout).map_err(|_| invalid("it cannot be written down"))?;
    bytes.push(b'\n');
    // Nobody gets a card that Pagelift would not take.
    read_card(&bytes)?;
    Ok(bytes)
}

fn check_length(passphrase: &Secret) -> Result<(), AppError> {
    if passphrase.expose().nfc().count() < SHORTEST_PASSPHRASE {
        let message =
            format!("the passphrase is too short; take {SHORTEST_PASSPHRASE} letters or more, such as four words");
        return Err(AppError::refused(ErrorCode::PassphraseShort, message));
    }
    Ok(())
}

impl SealedSecret {
    /// Opens the secret. Takes about as long as it takes to blink, and a good deal of memory.
    pub(crate) fn open(&self, passphrase: &Secret) -> Result<Secret, AppError> {
        let SecretLayout { cost, salt, nonce, ciphertext, .. } = &self.layout;
        let bytes = |text: &str| STANDARD.decode(text).map_err(|_| invalid("its secret is damaged"));
        let nonce: [u8; NONCE] = bytes(nonce)?.try_into().map_err(|_| invalid("its secret is damaged"))?;
        let key = cost.key(passphrase, &bytes(salt)?)?;
        let wrong =
            || AppError::refused(ErrorCode::PassphraseWrong, "the passphrase does not open this connection card");
        let plain = sealing::open(&key, &nonce, &self.associated, &bytes(ciphertext)?).ok_or_else(wrong)?;
        let text = std::str::from_utf8(&plain).map_err(|_| invalid("its secret is damaged"))?;
        Ok(Secret::new(text.to_owned()))
    }
}

impl SecretLayout {
    fn seal(secret: &Secret, passphrase: &Secret, associated: &[u8], cost: Cost) -> Result<Self, AppError> {
        let salt: [u8; 16] = random()?;
        let key = cost.key(passphrase, &salt)?;
        let text = secret.expose().as_bytes();
        let mut plain = Zeroizing::new(Vec::with_capacity(text.len() + TAG));
        plain.extend_from_slice(text);
        let (nonce, sealed) = sealing::seal(&key, associated, plain)?;
        Ok(Self {
            kdf: Algorithm::Argon2id.as_str().to_owned(),
            cost,
            salt: STANDARD.encode(salt),
            nonce: STANDARD.encode(nonce),
            ciphertext: STANDARD.encode(sealed),
        })
    }

    fn is_sound(&self) -> bool {
        self.kdf == Algorithm::Argon2id.as_str()
            && self.cost.memory <= COST_LIMIT.memory
            && self.cost.passes <= COST_LIMIT.passes
            && self.cost.lanes <= COST_LIMIT.lanes
            && self.cost.params().is_ok()
    }
}

impl Cost {
    fn params(self) -> argon2::Result<Params> {
        Params::new(self.memory, self.passes, self.lanes, Some(KEY))
    }

    /// The key that a passphrase stands for. The same letters are the same passphrase, however a keyboard composes them.
    fn key(self, passphrase: &Secret, salt: &[u8]) -> Result<Key, AppError> {
        let text = passphrase.expose();
        // Composing makes a text three times as long at most, so that it never moves.
        let mut composed = Zeroizing::new(String::with_capacity(3 * text.len()));
        composed.extend(text.nfc());
        let mut key = Key::empty();
        self.params()
            .map(|params| Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
            .and_then(|argon| argon.hash_password_into(composed.as_bytes(), salt, key.bytes_mut()))
            .map_err(|error| invalid(&format!("its passphrase cannot be tried: {error}")))?;
        Ok(key)
    }
}

impl CardLayout {
    /// Everything but the secret.
    fn associated(&self) -> Result<Vec<u8>, AppError> {
        let Self { layout, kind, address, name, client_id, route, callback, secret: _ } = self;
        serde_json::to_vec(&(layout, kind, address, name, client_id, route, callback))
            .map_err(|_| invalid("it cannot be written down"))
    }

    /// Refuses what no admin would have meant.
    fn judge(&self) -> Result<(), AppError> {
        let is_site = matches!(self.kind, SiteKind::Cloud | SiteKind::DataCenter);
        let is_client =
            (1..=255).contains(&self.client_id.len()) && self.client_id.bytes().all(|b| b.is_ascii_graphic());
        let refused = [
            (!is_site, "it is of no site that can be signed in to"),
            (!is_name(&self.name), "its name is too long or cannot be shown"),
            (!is_client, "its client id is none"),
            (!fits(&self.callback, self.route), "its return address does not fit the way back from the browser"),
            (
                self.secret.as_ref().is_some_and(|secret| !secret.is_sound()),
                "its secret is protected in an unknown way",
            ),
        ];
        let fault = refused.into_iter().find(|(is_so, _)| *is_so);
        fault.map_or(Ok(()), |(_, words)| Err(invalid(words)))
    }
}

/// Whether a name can be shown in one line, in the direction in which it is written.
fn is_name(name: &str) -> bool {
    let turns = |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    name.chars().count() <= 200 && !name.chars().any(|c| c.is_control() || turns(c))
}

/// Whether a return address leads back by this way. Plain `http` never leaves this computer.
pub(crate) fn fits(callback: &str, route: ReturnRoute) -> bool {
    let Ok(url) = Url::parse(callback) else { return false };
    let is_bare = url.fragment().is_none() && url.username().is_empty() && url.password().is_none();
    let is_local = url.scheme() == "http" && SiteAddress::parse(callback).is_some();
    let is_deep = DEEP_LINK_CALLBACK.split(':').next() == Some(url.scheme());
    let leads_back = match route {
        ReturnRoute::Loopback => is_local,
        ReturnRoute::DeepLink => is_deep,
        ReturnRoute::Paste => is_local || is_deep || url.scheme() == "https",
    };
    callback.len() <= 2048 && is_bare && leads_back
}

fn invalid(fault: &str) -> AppError {
    AppError::refused(ErrorCode::CardInvalid, format!("the connection card cannot be used: {fault}"))
}
