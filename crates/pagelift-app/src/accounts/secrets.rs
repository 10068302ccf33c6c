//! What the vault holds for stored sites: each secret together with the address that it may go to, since the list of sites is a file
//! that others may have edited.

use std::sync::Arc;

use jiff::Timestamp;
use pagelift_model::{ErrorCode, Secret};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::store::{KnownGrant, KnownServer, Unused};
use crate::AppError;
use crate::vault::{Secrets, Vault};

/// More bytes than any secret takes when it is written down.
const ROOM: usize = 64 << 10;

/// The tokens of a sign-in with the browser.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct GrantSecrets {
    /// Who hands out the tokens, and where they may go.
    pub(crate) server: KnownServer,
    /// Grows with every renewal and every sign-in.
    pub(crate) generation: u64,
    #[serde(with = "hidden")]
    pub(crate) access: Secret,
    /// Without one, the sign-in ends with the access token.
    #[serde(with = "hidden::optional")]
    pub(crate) refresh: Option<Secret>,
    /// The time of this computer when the tokens came.
    pub(crate) received: Timestamp,
    /// Seconds that the access token was said to last.
    pub(crate) lifetime: u64,
}

/// The secret of an organisation's integration.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct ClientSecret {
    pub(crate) server: KnownServer,
    #[serde(with = "hidden")]
    pub(crate) secret: Secret,
}

/// A token that a person made.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct TokenSecret {
    /// The base of the requests that it signs.
    pub(crate) to: String,
    /// The account, where the token is sent together with it.
    pub(crate) email: Option<String>,
    #[serde(with = "hidden")]
    pub(crate) token: Secret,
}

/// The vault, asked off the threads that serve requests: a keychain may wait for a person.
#[derive(Clone)]
pub(crate) struct SiteSecrets(Arc<Vault>);

impl SiteSecrets {
    pub(crate) fn new(vault: Arc<Vault>) -> Self {
        Self(vault)
    }

    pub(crate) fn vault(&self) -> &Arc<Vault> {
        &self.0
    }

    /// Does `work`, which may take as long as a person takes to unlock the keychain.
    pub(crate) async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Vault) -> Result<T, AppError> + Send + 'static,
    ) -> Result<T, AppError> {
        let vault = Arc::clone(&self.0);
        let done = tokio::task::spawn_blocking(move || work(&vault)).await;
        let ended = |_| AppError::refused(ErrorCode::Internal, "the sign-ins could not be read");
        done.map_err(ended)?
    }

    async fn get<T: DeserializeOwned>(&self, name: String) -> Result<Option<T>, AppError> {
        let kept = self.work(move |vault| vault.get(&name)).await?;
        Ok(kept.as_ref().and_then(read))
    }

    pub(crate) async fn grant(&self, id: &str) -> Result<Option<GrantSecrets>, AppError> {
        self.get(grant_name(id)).await
    }

    pub(crate) async fn client(&self, id: &str) -> Result<Option<ClientSecret>, AppError> {
        self.get(client_name(id)).await
    }

    pub(crate) async fn token(&self, site: &str) -> Result<Option<TokenSecret>, AppError> {
        self.get(token_name(site)).await
    }

    /// Puts new tokens in the place of those of `generation`. False when others are there by now, or none.
    pub(crate) async fn renew_grant(&self, id: &str, generation: u64, new: &GrantSecrets) -> Result<bool, AppError> {
        let (name, new) = (grant_name(id), hidden_json(new)?);
        self.work(move |vault| {
            vault.change(|entries| {
                let is_same = generation_in(entries.get(&name)) == Some(generation);
                if is_same {
                    entries.put(&name, new);
                }
                is_same
            })
        })
        .await
    }

    /// Removes the tokens of `generation`, and no others.
    pub(crate) async fn remove_grant(&self, id: &str, generation: u64) -> Result<(), AppError> {
        let name = grant_name(id);
        self.work(move |vault| {
            vault.change(|entries| {
                if generation_in(entries.get(&name)) == Some(generation) {
                    entries.remove(&name);
                }
            })
        })
        .await
    }

    /// Keeps a new sign-in and the secret of its integration. Its generation is above that of what was there, which is answered too.
    pub(crate) async fn keep_grant(
        &self,
        id: &str,
        mut grant: GrantSecrets,
        client: Option<ClientSecret>,
    ) -> Result<(GrantSecrets, Option<GrantSecrets>), AppError> {
        let (name, client_name) = (grant_name(id), client_name(id));
        let client = client.as_ref().map(hidden_json).transpose()?;
        self.work(move |vault| {
            vault.change(|entries| {
                let before: Option<GrantSecrets> = entries.get(&name).and_then(read);
                let generation = before.as_ref().map_or(0, |before| before.generation);
                grant.generation = grant.generation.max(generation + 1);
                if let Ok(text) = hidden_json(&grant) {
                    entries.put(&name, text);
                }
                match client {
                    Some(client) => entries.put(&client_name, client),
                    None => drop(entries.remove(&client_name)),
                }
                (grant, before)
            })
        })
        .await
    }

    pub(crate) async fn keep_token(&self, site: &str, token: &TokenSecret) -> Result<(), AppError> {
        let (name, text) = (token_name(site), hidden_json(token)?);
        self.work(move |vault| vault.change(|entries| entries.put(&name, text))).await
    }

    /// Removes the secrets of what is unused, and answers the grants that there were: where secrets are kept now, and those of `kept`
    /// in the vault itself.
    pub(crate) async fn forget(&self, unused: Unused, kept: Unused) -> Result<Vec<Forgotten>, AppError> {
        self.work(move |vault| {
            let mut gone = Vec::new();
            if vault.is_in_memory() && !kept.is_empty() {
                match vault.change_kept(|entries| take(entries, &kept)) {
                    Ok(taken) => gone = taken,
                    // Nobody can read it, nor will.
                    Err(error) if error.code() == ErrorCode::KeychainMissing => {}
                    Err(error) => return Err(error),
                }
            }
            if !unused.is_empty() {
                gone.extend(vault.change(|entries| take(entries, &unused))?);
            }
            Ok(gone)
        })
        .await
    }
}

fn take(entries: &mut Secrets, unused: &Unused) -> Vec<Forgotten> {
    let mut gone = Vec::new();
    for KnownGrant { id, .. } in &unused.grants {
        let secrets = entries.remove(&grant_name(id)).as_ref().and_then(read);
        let client = entries.remove(&client_name(id)).as_ref().and_then(read);
        gone.extend(secrets.map(|secrets| Forgotten { id: id.clone(), secrets, client }));
    }
    for site in &unused.tokens {
        entries.remove(&token_name(site));
    }
    gone
}

/// A grant that the vault has no longer.
pub(crate) struct Forgotten {
    pub(crate) id: String,
    pub(crate) secrets: GrantSecrets,
    pub(crate) client: Option<ClientSecret>,
}

pub(super) fn grant_name(id: &str) -> String {
    format!("grant/{id}")
}

pub(super) fn client_name(id: &str) -> String {
    format!("client/{id}")
}

pub(super) fn token_name(site: &str) -> String {
    format!("token/{site}")
}

fn read<T: DeserializeOwned>(kept: &Secret) -> Option<T> {
    serde_json::from_str(kept.expose()).ok()
}

fn generation_in(kept: Option<&Secret>) -> Option<u64> {
    kept.and_then(read::<GrantSecrets>).map(|grant| grant.generation)
}

fn hidden_json<T: Serialize>(value: &T) -> Result<Secret, AppError> {
    // Written in place: a buffer that grows leaves copies behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(ROOM));
    let written = serde_json::to_writer(&mut *bytes, value).ok().and_then(|()| std::str::from_utf8(&bytes).ok());
    written
        .map(|text| Secret::new(text.to_owned()))
        .ok_or_else(|| AppError::refused(ErrorCode::Internal, "the sign-in cannot be written down"))
}

/// The one place where the text of a secret is written down, for the vault alone.
mod hidden {
    use pagelift_model::Secret;
    use serde::{Deserialize as _, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(secret: &Secret, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(secret.expose())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Secret, D::Error> {
        String::deserialize(from).map(Secret::new)
    }

    pub(super) mod optional {
        use pagelift_model::Secret;
        use serde::{Deserialize as _, Deserializer, Serialize as _, Serializer};

        #[allow(clippy::ref_option, reason = "serde hands over a reference")]
        pub(in super::super) fn serialize<S: Serializer>(secret: &Option<Secret>, to: S) -> Result<S::Ok, S::Error> {
            secret.as_ref().map(Secret::expose).serialize(to)
        }

        pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Secret>, D::Error> {
            Ok(Option::<String>::deserialize(from)?.map(Secret::new))
        }
    }
}
