//! Entries in the keychain of the system, and what its errors mean.

use std::sync::{Arc, Mutex, PoisonError};

use keyring_core::{CredentialStore, Entry, Error};
use pagelift_model::{APP_ID, SecretStore, SecretStoreError};
use zeroize::Zeroizing;

/// Under which name people see Pagelift's entries.
const SERVICE: &str = APP_ID;

/// The keychain itself. It is opened when something is wanted of it, and anew after it failed: it may have been started since.
#[derive(Default)]
pub(super) struct SystemStore(Mutex<Option<Arc<CredentialStore>>>);

impl SystemStore {
    /// Does something with an entry. `None` when there is none.
    fn with<T>(
        &self,
        name: &str,
        work: impl FnOnce(&Entry) -> keyring_core::Result<T>,
    ) -> Result<Option<T>, SecretStoreError> {
        let mut store = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let open = match store.take() {
            Some(open) => open,
            None => open().map_err(|error| unopened(&error))?,
        };
        let done = open.build(SERVICE, name, None).and_then(|entry| work(&entry));
        if !matches!(done, Err(Error::PlatformFailure(_))) {
            *store = Some(open);
        }
        match done {
            Ok(done) => Ok(Some(done)),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(failed(&error)),
        }
    }
}

impl SecretStore for SystemStore {
    fn get(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, SecretStoreError> {
        Ok(self.with(name, Entry::get_secret)?.map(Zeroizing::new))
    }

    fn put(&self, name: &str, bytes: &[u8]) -> Result<(), SecretStoreError> {
        self.with(name, |entry| entry.set_secret(bytes))?.ok_or(SecretStoreError::Failed)
    }

    fn delete(&self, name: &str) -> Result<(), SecretStoreError> {
        self.with(name, Entry::delete_credential).map(drop)
    }
}

#[cfg(target_os = "macos")]
fn open() -> keyring_core::Result<Arc<CredentialStore>> {
    Ok(apple_native_keyring_store::keychain::Store::new()?)
}

#[cfg(windows)]
fn open() -> keyring_core::Result<Arc<CredentialStore>> {
    Ok(windows_native_keyring_store::Store::new()?)
}

#[cfg(all(unix, not(target_os = "macos")))]
fn open() -> keyring_core::Result<Arc<CredentialStore>> {
    Ok(zbus_secret_service_keyring_store::Store::new()?)
}

/// What it means that the keychain could not be opened at all: no session bus, or nothing on it that keeps secrets.
fn unopened(error: &Error) -> SecretStoreError {
    tracing::warn!(kind = kind(error), "the keychain could not be opened");
    SecretStoreError::Missing
}

/// What an error means. Its text stays out of the log: it may hold what an entry holds.
fn failed(error: &Error) -> SecretStoreError {
    tracing::warn!(kind = kind(error), "the keychain did not do what it was asked");
    match error {
        Error::PlatformFailure(cause) => of_platform(&**cause).unwrap_or(SecretStoreError::Failed),
        Error::NoStorageAccess(cause) => of_platform(&**cause).unwrap_or(SecretStoreError::Denied),
        Error::NoDefaultStore => SecretStoreError::Missing,
        _ => SecretStoreError::Failed,
    }
}

/// The sort of an error, in a word.
fn kind(error: &Error) -> &'static str {
    match error {
        Error::PlatformFailure(_) => "platform failure",
        Error::NoStorageAccess(_) => "no access",
        Error::TooLong(..) => "too long",
        Error::Ambiguous(_) => "ambiguous",
        Error::BadEncoding(_) | Error::BadDataFormat(..) | Error::BadStoreFormat(_) => "bad format",
        Error::NoDefaultStore => "no store",
        _ => "other",
    }
}

type Cause = dyn std::error::Error + Send + Sync;

#[cfg(all(unix, not(target_os = "macos")))]
fn of_platform(cause: &Cause) -> Option<SecretStoreError> {
    use secret_service::Error as Cause;
    Some(match cause.downcast_ref()? {
        Cause::Locked | Cause::Prompt | Cause::PromptDisconnected => SecretStoreError::Locked,
        // There is a keychain but no default collection in it to put anything into.
        Cause::NoResult | Cause::Unavailable => SecretStoreError::Missing,
        _ => return None,
    })
}

#[cfg(target_os = "macos")]
fn of_platform(cause: &Cause) -> Option<SecretStoreError> {
    let error: &security_framework::base::Error = cause.downcast_ref()?;
    Some(match error.code() {
        // errSecInteractionNotAllowed, errSecInteractionRequired
        -25308 | -25315 => SecretStoreError::Locked,
        // errSecAuthFailed, errSecUserCanceled
        -25293 | -128 => SecretStoreError::Denied,
        // errSecNotAvailable, errSecNoSuchKeychain, errSecNoDefaultKeychain
        -25291 | -25294 | -25307 => SecretStoreError::Missing,
        _ => return None,
    })
}

/// Windows has one that is open whenever somebody is logged on: without a log-on there is no access to one.
#[cfg(windows)]
fn of_platform(_cause: &Cause) -> Option<SecretStoreError> {
    None
}
