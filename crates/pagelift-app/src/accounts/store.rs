//! The stored sites and the sign-ins behind them, in `sites.json`. Nothing in it is a secret, and no secret is sent anywhere on
//! its word alone: whatever lies in the vault says itself where it may go.

#[cfg(test)]
mod tests;

use std::fs::{self, File};
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use pagelift_confluence::oauth::Pkce;
use pagelift_model::{ErrorCode, SiteAddress, SiteKind};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::files::{lock_within, make_private_folder};
use crate::ipc::SignInMethod;
use crate::{AppError, Folders, settings};

/// The layout of the file.
const LAYOUT: u64 = 1;

/// How long another process may take for a change.
const LOCK_LIMIT: Duration = Duration::from_secs(10);

/// A site and the person who reads it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KnownSite {
    /// Differs where address or account differ.
    pub(crate) id: String,
    /// What people call it.
    pub(crate) name: String,
    pub(crate) kind: SiteKind,
    pub(crate) address: String,
    pub(crate) method: SignInMethod,
    /// The cloud id, where requests go through Atlassian's gateway.
    #[serde(default)]
    pub(crate) cloud_id: Option<String>,
    /// The sign-in with the browser, shared by the sites that it opens.
    #[serde(default)]
    pub(crate) grant: Option<String>,
    pub(crate) account: KnownAccount,
    /// Permissions that were granted on this site.
    #[serde(default)]
    pub(crate) scopes: Vec<String>,
    /// Whether the site was seen to refuse the token.
    #[serde(default, skip_serializing_if = "is_false")]
    pub(crate) ended: bool,
    /// Kept in memory alone.
    #[serde(skip)]
    pub(crate) until_quit: bool,
    /// Entries of a newer Pagelift.
    #[serde(flatten)]
    pub(crate) more: Map<String, Value>,
}

/// Who is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KnownAccount {
    pub(crate) id: String,
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) email: Option<String>,
    /// A `data:` address.
    #[serde(default)]
    pub(crate) picture: Option<String>,
}

/// A sign-in with the browser, without its tokens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KnownGrant {
    pub(crate) id: String,
    pub(crate) integration: KnownIntegration,
    /// Who signed in.
    pub(crate) account: String,
    /// When somebody signed in.
    pub(crate) signed_in: Timestamp,
    /// About when the sign-in was renewed last.
    pub(crate) renewed: Timestamp,
    /// Whether the server was seen to refuse a renewal.
    #[serde(default, skip_serializing_if = "is_false")]
    pub(crate) ended: bool,
    /// Kept in memory alone.
    #[serde(skip)]
    pub(crate) until_quit: bool,
    /// Entries of a newer Pagelift.
    #[serde(flatten)]
    pub(crate) more: Map<String, Value>,
}

/// An organisation's integration, without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KnownIntegration {
    #[serde(flatten)]
    pub(crate) server: KnownServer,
    pub(crate) client_id: String,
    /// The return address that was registered.
    pub(crate) redirect: String,
    /// How Data Center ties a code to the attempt.
    #[serde(default, skip_serializing_if = "is_usual")]
    pub(crate) pkce: Pkce,
    /// The app of a site that it is for, where it opens no site.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) app: Option<KnownConnection>,
}

/// An app of a site, and how it is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KnownConnection {
    /// What commands call it.
    pub(crate) name: String,
    /// Its base address.
    pub(crate) base: String,
    /// The address of the site.
    pub(crate) site: String,
    /// What the consent names it by.
    pub(crate) sns: String,
    /// The permissions that are asked for.
    pub(crate) scopes: Vec<String>,
}

/// Who hands out the tokens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub(crate) enum KnownServer {
    /// Atlassian.
    Cloud {
        /// Where people sign in.
        auth: String,
        /// Where requests go.
        api: String,
    },
    /// A site of its own.
    DataCenter {
        /// Its base address.
        base: String,
    },
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
fn is_false(flag: &bool) -> bool {
    !*flag
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
fn is_usual(pkce: &Pkce) -> bool {
    *pkce == Pkce::default()
}

impl KnownServer {
    /// Where tokens and the integration's secret are sent.
    pub(crate) fn issuer(&self) -> &str {
        match self {
            Self::Cloud { auth, .. } => auth,
            Self::DataCenter { base } => base,
        }
    }

    pub(crate) fn kind(&self) -> SiteKind {
        match self {
            Self::Cloud { .. } => SiteKind::Cloud,
            Self::DataCenter { .. } => SiteKind::DataCenter,
        }
    }
}

impl KnownSite {
    /// The address, when it is one; the file may have been edited.
    pub(crate) fn address(&self) -> Option<SiteAddress> {
        SiteAddress::parse(&self.address)
    }
}

/// Everything that is stored.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Entries {
    /// In the order in which they were added.
    pub(crate) sites: Vec<KnownSite>,
    pub(crate) grants: Vec<KnownGrant>,
}

impl Entries {
    pub(crate) fn site(&self, id: &str) -> Option<&KnownSite> {
        self.sites.iter().find(|site| site.id == id)
    }

    pub(crate) fn grant(&self, id: &str) -> Option<&KnownGrant> {
        self.grants.iter().find(|grant| grant.id == id)
    }

    pub(crate) fn grant_mut(&mut self, id: &str) -> Option<&mut KnownGrant> {
        self.grants.iter_mut().find(|grant| grant.id == id)
    }

    /// Puts a site in the place of the one with its id, or at the end.
    pub(crate) fn put_site(&mut self, new: KnownSite) {
        match self.sites.iter_mut().find(|site| site.id == new.id) {
            Some(known) => *known = new,
            None => self.sites.push(new),
        }
    }

    /// Puts a grant in the place of the one with its id, or at the end.
    pub(crate) fn put_grant(&mut self, new: KnownGrant) {
        match self.grants.iter_mut().find(|grant| grant.id == new.id) {
            Some(known) => *known = new,
            None => self.grants.push(new),
        }
    }

    /// The same with `others`, which take the place of those with the same ids.
    fn with(mut self, others: Self) -> Self {
        others.sites.into_iter().for_each(|site| self.put_site(site));
        others.grants.into_iter().for_each(|grant| self.put_grant(grant));
        self
    }

    /// Takes out what is kept in memory alone, and answers it. What `kept` has under the same ids comes to stand in its place: it is
    /// still there when Pagelift ends.
    fn split_off(&mut self, kept: Self) -> Self {
        let memory = Self {
            sites: self.sites.iter().filter(|site| site.until_quit).cloned().collect(),
            grants: self.grants.iter().filter(|grant| grant.until_quit).cloned().collect(),
        };
        let sites: Vec<KnownSite> = kept.sites.into_iter().filter(|site| memory.site(&site.id).is_some()).collect();
        let is_used = |id: &str| sites.iter().any(|site| site.grant.as_deref() == Some(id));
        kept.grants
            .into_iter()
            .filter(|grant| memory.grant(&grant.id).is_some() || is_used(&grant.id))
            .for_each(|grant| self.put_grant(grant));
        for site in sites {
            self.put_site(site);
        }
        self.sites.retain(|site| !site.until_quit);
        self.grants.retain(|grant| !grant.until_quit);
        memory
    }

    /// Takes a site out, and answers what was kept for it alone.
    pub(crate) fn drop_site(&mut self, id: &str) -> Unused {
        let tokens = self.token_sites(&[id]);
        self.sites.retain(|site| site.id != id);
        Unused { grants: self.drop_unused_grants(), tokens }
    }

    /// Those of these sites that are signed in to with a token.
    pub(crate) fn token_sites(&self, ids: &[&str]) -> Vec<String> {
        let has_token = |id: &&&str| self.site(id).is_some_and(|site| site.method != SignInMethod::Browser);
        ids.iter().filter(has_token).map(|id| (*id).to_owned()).collect()
    }

    /// Takes out the grants that open no site any more, and answers them.
    pub(crate) fn drop_unused_grants(&mut self) -> Vec<KnownGrant> {
        let sites = &self.sites;
        let is_used = |grant: &KnownGrant| match &grant.integration.app {
            Some(app) => sites.iter().any(|site| site.address == app.site),
            None => sites.iter().any(|site| site.grant.as_deref() == Some(grant.id.as_str())),
        };
        self.grants.extract_if(.., |grant| !is_used(grant)).collect()
    }
}

/// What no stored site needs any more.
#[derive(Debug, Clone, Default)]
pub(crate) struct Unused {
    pub(crate) grants: Vec<KnownGrant>,
    /// The sites that had a token.
    pub(crate) tokens: Vec<String>,
}

impl Unused {
    pub(crate) fn is_empty(&self) -> bool {
        self.grants.is_empty() && self.tokens.is_empty()
    }
}

/// The file, and what is kept in memory besides.
pub(crate) struct SiteStore {
    path: PathBuf,
    lock: PathBuf,
    until_quit: Mutex<Entries>,
}

impl SiteStore {
    pub(crate) fn new(folders: &Folders) -> Self {
        Self { path: folders.sites(), lock: folders.locks().join("sites.lock"), until_quit: Mutex::default() }
    }

    fn in_memory(&self) -> MutexGuard<'_, Entries> {
        self.until_quit.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Everything that is stored now.
    pub(crate) fn read(&self) -> Result<Entries, AppError> {
        Ok(self.kept()?.with(self.in_memory().clone()))
    }

    /// What is stored for good.
    pub(crate) fn kept(&self) -> Result<Entries, AppError> {
        let (kept, _) = in_file(&mut settings::read(&self.path)?);
        Ok(kept)
    }

    /// Changes what is stored. Other processes wait, and see the result.
    pub(crate) fn change<T>(&self, change: impl FnOnce(&mut Entries) -> T) -> Result<T, AppError> {
        let _held = self.hold()?;
        self.put_damaged_aside();
        let mut file = settings::read(&self.path)?;
        let (kept, [more_sites, more_grants]) = in_file(&mut file);
        let before = kept.clone().with(self.in_memory().clone());
        let mut entries = before.clone();
        let answer = change(&mut entries);
        if entries == before {
            return Ok(answer);
        }
        let memory = entries.split_off(kept);
        file.entry("version").or_insert(LAYOUT.into());
        file.insert("sites".to_owned(), with(json!(entries.sites), more_sites));
        file.insert("grants".to_owned(), with(json!(entries.grants), more_grants));
        settings::write(&self.path, &Value::Object(file))?;
        *self.in_memory() = memory;
        Ok(answer)
    }

    fn hold(&self) -> Result<File, AppError> {
        let failed = |error| AppError::own_file(&self.lock, &error);
        if let Some(folder) = self.lock.parent() {
            make_private_folder(folder).map_err(failed)?;
        }
        lock_within(&self.lock, LOCK_LIMIT).map_err(failed)?.ok_or_else(|| {
            AppError::refused(
                ErrorCode::FolderBusy,
                "another Pagelift is changing the list of sites; try again in a moment",
            )
        })
    }

    /// Keeps a copy of a file that cannot be read, before it is written over.
    fn put_damaged_aside(&self) {
        let is_damaged =
            fs::read(&self.path).is_ok_and(|bytes| serde_json::from_slice::<Map<String, Value>>(&bytes).is_err());
        if is_damaged && let Err(error) = fs::copy(&self.path, self.path.with_extension("damaged.json")) {
            tracing::warn!(%error, "a damaged file could not be put aside");
        }
    }
}

/// What the file has, which it has no longer afterwards; and what of it is not understood, and has to stay in it.
fn in_file(file: &mut Map<String, Value>) -> (Entries, [Vec<Value>; 2]) {
    let (sites, more_sites) = understood(file.remove("sites"));
    let (grants, more_grants) = understood(file.remove("grants"));
    (Entries { sites, grants }, [more_sites, more_grants])
}

/// The entries of a list that can be read, and the others as they are.
fn understood<T: DeserializeOwned>(list: Option<Value>) -> (Vec<T>, Vec<Value>) {
    let Some(Value::Array(list)) = list else { return (Vec::new(), Vec::new()) };
    let (mut known, mut other) = (Vec::new(), Vec::new());
    for entry in list {
        match serde_json::from_value(entry.clone()) {
            Ok(entry) => known.push(entry),
            Err(_) => other.push(entry),
        }
    }
    (known, other)
}

fn with(list: Value, more: Vec<Value>) -> Value {
    match list {
        Value::Array(mut list) => {
            list.extend(more);
            Value::Array(list)
        }
        other => other,
    }
}
