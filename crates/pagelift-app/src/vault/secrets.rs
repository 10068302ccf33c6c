//! What lies in the vault: secrets by their names.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use pagelift_model::Secret;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::sealing::TAG;

/// Secrets by their names. A name is no secret.
#[derive(Debug, Clone, Default)]
pub(crate) struct Secrets {
    by_name: BTreeMap<String, Secret>,
    /// Whether this is no longer what was read.
    pub(super) is_changed: bool,
    /// Whether something was taken out, of which nothing must stay.
    pub(super) is_reduced: bool,
}

impl Secrets {
    /// The secret of this name.
    pub(crate) fn get(&self, name: &str) -> Option<&Secret> {
        self.by_name.get(name)
    }

    /// Puts a secret under this name, in place of what was there.
    pub(crate) fn put(&mut self, name: &str, secret: Secret) {
        self.is_changed = true;
        self.by_name.insert(name.to_owned(), secret);
    }

    /// Takes a secret out.
    pub(crate) fn remove(&mut self, name: &str) -> Option<Secret> {
        let removed = self.by_name.remove(name)?;
        (self.is_changed, self.is_reduced) = (true, true);
        Some(removed)
    }

    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.by_name.is_empty()
    }

    /// Puts all of `others` here.
    pub(super) fn extend(&mut self, others: &Self) {
        for (name, secret) in &others.by_name {
            self.put(name, secret.clone());
        }
    }
}

/// The layout inside. A value is Base64, so that reading it never goes through a buffer of the parser, which nobody would overwrite.
#[derive(Serialize, Deserialize)]
struct Inside<Name: Ord, Text> {
    /// How often the vault was written.
    generation: u64,
    secrets: BTreeMap<Name, Text>,
}

/// The bytes to seal. They have room for the seal.
pub(super) fn to_bytes(generation: u64, secrets: &Secrets) -> serde_json::Result<Zeroizing<Vec<u8>>> {
    let encoded = |secret: &Secret| Zeroizing::new(STANDARD.encode(secret.expose()));
    let secrets: BTreeMap<&str, _> = secrets.by_name.iter().map(|(name, secret)| (&**name, encoded(secret))).collect();
    // A name takes six times its length at most, should each of its characters need an escape.
    let length = |(name, text): (&&str, &Zeroizing<String>)| 6 * name.len() + text.len() + 8;
    let room = secrets.iter().map(length).sum::<usize>() + 64 + TAG;
    let mut bytes = Zeroizing::new(Vec::with_capacity(room));
    let secrets = secrets.iter().map(|(name, text)| (*name, text.as_str())).collect();
    serde_json::to_writer(&mut *bytes, &Inside::<&str, &str> { generation, secrets })?;
    Ok(bytes)
}

/// What was sealed: the generation and the secrets.
pub(super) fn from_bytes(bytes: &[u8]) -> Option<(u64, Secrets)> {
    let inside: Inside<String, &str> = serde_json::from_slice(bytes).ok()?;
    let mut secrets = Secrets::default();
    for (name, text) in inside.secrets {
        let bytes = Zeroizing::new(STANDARD.decode(text).ok()?);
        let text = std::str::from_utf8(&bytes).ok()?.to_owned();
        secrets.by_name.insert(name, Secret::new(text));
    }
    Some((inside.generation, secrets))
}
