//! The vault: whatever is secret of the sign-ins, in a file that only the key in the system's keychain opens.
//!
//! Several processes share it. It is read anew each time, written whole under a lock, and what stood there before stays beside it
//! until the next time. Calls may wait for a person to unlock the keychain: they belong on a thread that may wait.

mod sealed;
mod secrets;
#[cfg(test)]
mod tests;

use std::fs::{self, File};
use std::io::{ErrorKind, Read as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use pagelift_export::disk::sync_folder;
use pagelift_model::{Clock as _, ErrorCode, Secret, SecretStore, SecretStoreError};
use zeroize::Zeroizing;

use crate::destination::with_ending;
use crate::files::{lock_within, make_private_folder, sweep_beside, write_whole};
use crate::ipc::VaultState;
use crate::sealing::{KEY, Key, random};
use crate::{AppError, Folders, SystemClock};
use sealed::{Installation, Sealed, Unreadable, key_name, seal};
pub(crate) use secrets::Secrets;

/// How long the keychain is left in peace after it refused, unless the person acts: each question may put a window before them.
const PEACE: Duration = Duration::from_mins(1);

/// How long another Pagelift may hold the vault. It does so for a moment, or for as long as its person is asked to unlock the keychain.
const LOCK_LIMIT: Duration = Duration::from_secs(40);

/// No vault is this large.
const SIZE_LIMIT: u64 = 16 << 20;

/// The vault. Nothing is touched before the first use.
pub(crate) struct Vault {
    path: PathBuf,
    keychain: Arc<dyn SecretStore>,
    peace: Duration,
    work: Mutex<Work>,
    /// Apart from the rest, so that it can be looked at while a person is asked something.
    shown: Mutex<Shown>,
}

/// What only one call at a time uses.
#[derive(Default)]
struct Work {
    /// The key that fitted last.
    key: Option<(Installation, Key)>,
    /// The secrets, when the person chose to keep them in memory only.
    memory: Option<Secrets>,
}

#[derive(Default)]
struct Shown {
    refusal: Option<(Instant, SecretStoreError)>,
    in_memory: bool,
    damaged: bool,
    key_missing: bool,
}

/// What a vault held when it was read.
#[derive(Default)]
struct Opened {
    /// `None` where there is no vault yet.
    owner: Option<(Installation, Key)>,
    /// The file as it is.
    bytes: Vec<u8>,
    generation: u64,
    secrets: Secrets,
}

/// Why a vault could not be read.
enum Closed {
    /// What is there cannot be opened with what the keychain has.
    Damaged,
    /// The keychain has no key for it. That of another desktop or session may.
    KeyMissing,
    /// It may be as it should, but now it cannot be read.
    Refused(AppError),
}

impl From<AppError> for Closed {
    fn from(error: AppError) -> Self {
        Self::Refused(error)
    }
}

impl Vault {
    /// The vault in Pagelift's own folders.
    pub(crate) fn new(folders: &Folders, keychain: Arc<dyn SecretStore>) -> Self {
        let (work, shown) = (Mutex::default(), Mutex::default());
        Self { path: folders.vault(), keychain, peace: PEACE, work, shown }
    }

    /// How it stood when it was last used. Asks nobody.
    pub(crate) fn state(&self) -> VaultState {
        let shown = self.shown();
        match shown.refusal {
            _ if shown.in_memory => VaultState::UntilQuit,
            Some((_, error)) => error.code().into(),
            None if shown.key_missing => VaultState::Locked,
            None if shown.damaged => VaultState::Damaged,
            None => VaultState::Kept,
        }
    }

    /// The secret of this name. [`ErrorCode::VaultDamaged`] is answered once; from then on there is an empty vault.
    pub(crate) fn get(&self, name: &str) -> Result<Option<Secret>, AppError> {
        let mut work = self.work();
        if let Some(memory) = &work.memory {
            return Ok(memory.get(name).cloned());
        }
        match self.read(&mut work) {
            Ok(opened) => Ok(opened.secrets.get(name).cloned()),
            Err(Closed::Refused(error)) => Err(error),
            Err(Closed::KeyMissing) => Err(key_missing()),
            Err(Closed::Damaged) => {
                let _lock = self.lock()?;
                // Another process may have put it right while this one waited.
                match self.read(&mut work) {
                    Ok(opened) => Ok(opened.secrets.get(name).cloned()),
                    Err(Closed::Refused(error)) => Err(error),
                    Err(Closed::KeyMissing) => Err(key_missing()),
                    Err(Closed::Damaged) => Err(self.set_aside(&mut work)?),
                }
            }
        }
    }

    /// Changes what is there, and answers once it is on the disk. `edit` sees what the last change of any process left; it must not
    /// use the vault. A damaged vault is set aside and counts as empty.
    pub(crate) fn change<T>(&self, edit: impl FnOnce(&mut Secrets) -> T) -> Result<T, AppError> {
        let mut work = self.work();
        match &mut work.memory {
            Some(memory) => Ok(edit(memory)),
            None => self.change_file(&mut work, edit),
        }
    }

    /// Changes what was kept for good, also while secrets stay in memory only: whoever signs out means that as well.
    pub(crate) fn change_kept<T>(&self, edit: impl FnOnce(&mut Secrets) -> T) -> Result<T, AppError> {
        self.change_file(&mut self.work(), edit)
    }

    /// Whether the person chose to keep secrets in memory only.
    pub(crate) fn is_in_memory(&self) -> bool {
        self.shown().in_memory
    }

    /// From now on keeps secrets in memory only, as the person chose. What the vault has stays there, out of reach.
    pub(crate) fn keep_in_memory(&self) {
        self.work().memory.get_or_insert_default();
        self.shown().in_memory = true;
    }

    /// Asks the keychain again, because the person wants it. What was in memory only is kept from then on, where that works.
    pub(crate) fn retry(&self) -> VaultState {
        let mut work = self.work();
        *self.shown() = Shown { in_memory: work.memory.is_some(), ..Shown::default() };
        let memory = work.memory.clone().unwrap_or_default();
        let done = self.change_file(&mut work, |secrets| secrets.extend(&memory)).and_then(|()| match &work.key {
            Some(_) => Ok(()),
            // An empty vault needs no key, so nothing has been asked yet.
            None => self.ask(|keychain| keychain.get("vault")).map(drop),
        });
        match done {
            Ok(()) => {
                work.memory = None;
                self.shown().in_memory = false;
            }
            Err(error) => tracing::warn!(%error, "the vault is still closed"),
        }
        drop(work);
        self.state()
    }

    fn change_file<T>(&self, work: &mut Work, edit: impl FnOnce(&mut Secrets) -> T) -> Result<T, AppError> {
        let _lock = self.lock()?;
        let (mut opened, is_in_the_way) = match self.read(work) {
            Ok(opened) => (opened, false),
            Err(Closed::Refused(error)) => return Err(error),
            Err(Closed::KeyMissing) => (Opened::default(), true),
            Err(Closed::Damaged) => {
                self.set_aside(work)?;
                (Opened::default(), false)
            }
        };
        let answer = edit(&mut opened.secrets);
        if opened.secrets.is_changed && is_in_the_way {
            // The key may still come back, but a new sign-in is worth more.
            self.set_aside(work)?;
        }
        if opened.secrets.is_changed && opened.secrets.is_empty() {
            self.clear(work, &opened)?;
        } else if opened.secrets.is_changed {
            self.write(work, &opened)?;
        }
        Ok(answer)
    }

    fn read(&self, work: &mut Work) -> Result<Opened, Closed> {
        let read = self.read_either(work);
        self.shown().key_missing = matches!(read, Err(Closed::KeyMissing));
        read
    }

    fn read_either(&self, work: &mut Work) -> Result<Opened, Closed> {
        let newest = self.read_one(work, &self.path);
        if matches!(newest, Ok(Some(_)) | Err(Closed::Refused(_))) {
            return newest.map(Option::unwrap_or_default);
        }
        match self.read_one(work, &self.previous())? {
            Some(opened) => {
                tracing::warn!(generation = opened.generation, "the vault cannot be read; the one before it is used");
                Ok(opened)
            }
            None => newest.map(Option::unwrap_or_default),
        }
    }

    /// What is in one of the two files. `None` where there is no such file.
    fn read_one(&self, work: &mut Work, path: &Path) -> Result<Option<Opened>, Closed> {
        let Some(bytes) = bytes_of(path)? else { return Ok(None) };
        let sealed = Sealed::read(&bytes).map_err(|unreadable| closed(unreadable, path))?;
        let installation = sealed.installation;
        let key = match &work.key {
            Some((known, key)) if *known == installation => key.clone(),
            _ => self.kept_key(&installation)?,
        };
        let (generation, secrets) = sealed.open(&key).map_err(|unreadable| closed(unreadable, path))?;
        work.key = Some((installation, key.clone()));
        Ok(Some(Opened { owner: Some((installation, key)), generation, secrets, bytes }))
    }

    /// The key that the keychain has.
    fn kept_key(&self, installation: &Installation) -> Result<Key, Closed> {
        let text = self.ask(|keychain| keychain.get(&key_name(installation)))?.ok_or(Closed::KeyMissing)?;
        let mut key = Key::empty();
        let length = STANDARD.decode_slice(text.as_slice(), key.bytes_mut());
        if length == Ok(KEY) { Ok(key) } else { Err(Closed::Damaged) }
    }

    /// A key that the keychain has from now on.
    fn new_key(&self) -> Result<(Installation, Key), AppError> {
        let (installation, key) = (random()?, Key::new()?);
        // Some keychains take text only.
        let text = Zeroizing::new(STANDARD.encode(key.bytes()));
        self.ask(|keychain| keychain.put(&key_name(&installation), text.as_bytes()))?;
        Ok((installation, key))
    }

    /// Asks the keychain, unless it refused a moment ago.
    fn ask<T>(&self, question: impl FnOnce(&dyn SecretStore) -> Result<T, SecretStoreError>) -> Result<T, AppError> {
        if let Some((when, error)) = self.shown().refusal
            && when.elapsed() < self.peace
        {
            return Err(error.into());
        }
        let answer = question(&*self.keychain);
        self.shown().refusal = answer.as_ref().err().map(|error| (Instant::now(), *error));
        Ok(answer?)
    }

    fn write(&self, work: &mut Work, before: &Opened) -> Result<(), AppError> {
        let owner = match &before.owner {
            Some(owner) => owner.clone(),
            None => self.new_key()?,
        };
        let (installation, key) = &owner;
        let bytes = seal(installation, key, before.generation + 1, &before.secrets)?;
        sweep_beside(&self.path);
        sweep_beside(&self.previous());
        if !before.bytes.is_empty() {
            put(&self.previous(), &before.bytes)?;
        }
        put(&self.path, &bytes)?;
        if before.secrets.is_reduced {
            put(&self.previous(), &bytes)?;
        }
        work.key = Some(owner);
        // What was lost was told, and what is kept now can be read.
        let mut shown = self.shown();
        (shown.damaged, shown.key_missing) = (false, false);
        Ok(())
    }

    /// Leaves nothing behind, here and in the keychain, once nothing is kept any more.
    fn clear(&self, work: &mut Work, before: &Opened) -> Result<(), AppError> {
        // In this order: alone, the one before would come back.
        for path in [self.previous(), self.path.clone()] {
            removed(&path)?;
        }
        work.key = None;
        if let Some((installation, _)) = &before.owner
            && let Err(error) = self.ask(|keychain| keychain.delete(&key_name(installation)))
        {
            tracing::warn!(%error, "a key that opens nothing stays in the keychain");
        }
        Ok(())
    }

    /// Moves what cannot be opened out of the way, and answers what to tell.
    fn set_aside(&self, work: &mut Work) -> Result<AppError, AppError> {
        let now = SystemClock.now().strftime(".damaged-%Y%m%d-%H%M%S-%f").to_string();
        for path in [self.path.clone(), self.previous()] {
            moved(&path, &with_ending(&path, &now))?;
        }
        tracing::warn!(vault = %self.path.display(), ending = now, "the vault cannot be read and was put aside");
        work.key = None;
        self.shown().damaged = true;
        let message = "what was kept of the sign-ins cannot be read any more and was put aside; sign in again";
        Ok(AppError::refused(ErrorCode::VaultDamaged, message))
    }

    fn lock(&self) -> Result<File, AppError> {
        let path = with_ending(&self.path, ".lock");
        let failed = |error| AppError::own_file(&path, &error);
        if let Some(folder) = path.parent() {
            make_private_folder(folder).map_err(failed)?;
        }
        lock_within(&path, LOCK_LIMIT).map_err(failed)?.ok_or_else(|| {
            AppError::refused(ErrorCode::FolderBusy, "another Pagelift is using the vault; try again in a moment")
        })
    }

    fn previous(&self) -> PathBuf {
        with_ending(&self.path, ".previous")
    }

    fn work(&self) -> MutexGuard<'_, Work> {
        self.work.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn shown(&self) -> MutexGuard<'_, Shown> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn key_missing() -> AppError {
    let message =
        "this keychain does not have the key to the sign-ins that are kept; open the one that has it, or sign in again";
    AppError::refused(ErrorCode::KeychainLocked, message)
}

fn closed(unreadable: Unreadable, path: &Path) -> Closed {
    match unreadable {
        Unreadable::Damaged => Closed::Damaged,
        Unreadable::Newer => Closed::Refused(AppError::refused(
            ErrorCode::VaultDamaged,
            format!("`{}` was written by a newer Pagelift and stays as it is; update this one", path.display()),
        )),
    }
}

/// The bytes of a vault. `None` where there is none.
fn bytes_of(path: &Path) -> Result<Option<Vec<u8>>, Closed> {
    let mut bytes = Vec::new();
    match File::open(path).and_then(|file| file.take(SIZE_LIMIT + 1).read_to_end(&mut bytes)) {
        Ok(length) if length as u64 > SIZE_LIMIT => Err(Closed::Damaged),
        Ok(_) => Ok(Some(bytes)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(AppError::own_file(path, &error).into()),
    }
}

fn put(path: &Path, bytes: &[u8]) -> Result<(), AppError> {
    write_whole(path, bytes).map_err(|error| AppError::own_file(path, &error))
}

fn removed(path: &Path) -> Result<(), AppError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(AppError::own_file(path, &error)),
        _ => path.parent().map_or(Ok(()), sync_folder).map_err(|error| AppError::own_file(path, &error)),
    }
}

#[allow(clippy::disallowed_methods, reason = "a whole file gets another name")]
fn moved(from: &Path, to: &Path) -> Result<(), AppError> {
    match fs::rename(from, to) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(AppError::own_file(from, &error)),
        _ => Ok(()),
    }
}
