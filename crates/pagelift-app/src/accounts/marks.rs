//! Marks of sign-ins that are being kept. Secrets go into the vault before the list of sites names them; what a process that died in
//! between has left is found by its mark and taken out again. Without a mark, no keychain is asked.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::thread;

use super::Accounts;
use super::secrets::{client_name, grant_name, token_name};
use super::store::Entries;
use crate::AppError;
use crate::files::{lock, make_private_folder};
use crate::sign_in::random_name;

/// What a mark is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A sign-in with the browser.
    Grant,
    /// A token that a person made.
    Token,
}

/// A mark. It goes when it is dropped; it stays, and nobody holds it any more, when the process dies.
pub(super) struct Mark {
    path: PathBuf,
    _held: File,
}

impl Drop for Mark {
    fn drop(&mut self) {
        // What stays is taken for that of a process that died, and looked at in vain.
        let _ = fs::remove_file(&self.path);
    }
}

/// A mark that was found.
struct Known {
    kind: Kind,
    id: String,
    path: PathBuf,
    /// Whether a process is at work on it.
    is_held: bool,
}

impl Accounts {
    fn marks(&self) -> PathBuf {
        self.0.around.locks.join("keeping")
    }

    /// Marks that a sign-in is being kept, until the answer is dropped.
    pub(super) fn mark(&self, kind: Kind, id: &str) -> Result<Mark, AppError> {
        let folder = self.marks();
        let failed = |error| AppError::own_file(&folder, &error);
        make_private_folder(&folder).map_err(failed)?;
        let word = if kind == Kind::Grant { "grant" } else { "token" };
        let path = folder.join(format!("{word}-{id}-{}", random_name()?));
        let file = File::create_new(&path).map_err(failed)?;
        file.lock().map_err(failed)?;
        Ok(Mark { path, _held: file })
    }

    /// Takes secrets out of the vault that a process which died has put there and that no stored site names, on a thread that may wait
    /// for a person to unlock the keychain. Nobody is asked where no process died.
    pub fn sweep_in_background(&self) {
        if marks_in(&self.marks()).iter().all(|mark| mark.is_held) {
            return;
        }
        let (accounts, underway) = (self.clone(), self.0.around.underway.begin());
        thread::spawn(move || {
            if let Err(error) = accounts.sweep() {
                tracing::warn!(%error, "what a sign-in that broke off has left stays for now");
            }
            drop(underway);
        });
    }

    fn sweep(&self) -> Result<(), AppError> {
        self.vault()
            .change_kept(|secrets| {
                // In this order, under the lock of the vault: whoever begins later puts secrets there later, and whoever has ended before
                // is in the list.
                let (held, left): (Vec<Known>, Vec<Known>) =
                    marks_in(&self.marks()).into_iter().partition(|mark| mark.is_held);
                let entries = self.store().kept()?;
                let is_under_way =
                    |mark: &Known| held.iter().any(|other| (other.kind, &other.id) == (mark.kind, &mark.id));
                for mark in left.iter().filter(|mark| !is_under_way(mark)) {
                    for name in unnamed(&entries, mark.kind, &mark.id) {
                        secrets.remove(&name);
                    }
                }
                Ok(left)
            })?
            .map(|left| {
                for Known { path, .. } in left {
                    // What stays is looked at once more, which costs little.
                    let _ = fs::remove_file(path);
                }
            })
    }
}

/// The names of secrets that no stored site needs.
fn unnamed(entries: &Entries, kind: Kind, id: &str) -> Vec<String> {
    match kind {
        Kind::Grant if entries.grant(id).is_none() => vec![grant_name(id), client_name(id)],
        Kind::Token if entries.token_sites(&[id]).is_empty() => vec![token_name(id)],
        Kind::Grant | Kind::Token => Vec::new(),
    }
}

/// Every mark that is there.
fn marks_in(folder: &Path) -> Vec<Known> {
    let mark = |path: PathBuf| {
        let name = path.file_name()?.to_str()?;
        let (word, rest) = name.split_once('-')?;
        let (id, _) = rest.rsplit_once('-')?;
        let kind = match word {
            "grant" => Kind::Grant,
            "token" => Kind::Token,
            _ => return None,
        };
        let id = id.to_owned();
        let file = File::options().write(true).open(&path).ok()?;
        let is_held = !matches!(lock(file), Ok(Some(_)));
        Some(Known { kind, id, path, is_held })
    };
    fs::read_dir(folder).into_iter().flatten().flatten().filter_map(|entry| mark(entry.path())).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use pagelift_model::Secret;

    use super::*;
    use crate::{Folders, MemoryStore, SystemClock};

    fn accounts(folders: &Folders, keychain: &Arc<MemoryStore>) -> Accounts {
        Accounts::with(folders, keychain.clone(), Arc::new(SystemClock), |_| None)
    }

    /// As if the process had died: nobody holds the mark any more.
    fn die(accounts: &Accounts, kind: Kind, id: &str) {
        let Mark { path, .. } = &*std::mem::ManuallyDrop::new(accounts.mark(kind, id).unwrap());
        fs::copy(path, path.with_file_name(format!("{}0", path.file_name().unwrap().to_str().unwrap()))).unwrap();
        fs::remove_file(path).unwrap();
    }

    fn names(accounts: &Accounts) -> Vec<&'static str> {
        let all = ["grant/dead", "client/dead", "token/dead", "grant/alive", "token/alive"];
        all.into_iter().filter(|name| accounts.vault().get(name).unwrap().is_some()).collect()
    }

    #[test]
    fn what_a_process_that_died_has_left_in_the_vault_is_taken_out_and_nothing_else() {
        let home = tempfile::tempdir().unwrap();
        let folders = Folders::below(home.path());
        let keychain = Arc::new(MemoryStore::default());
        let (one, two) = (accounts(&folders, &keychain), accounts(&folders, &keychain));
        let put = |names: &[&str]| {
            let secret = || Secret::new("x".to_owned());
            one.vault().change(|secrets| names.iter().for_each(|name| secrets.put(name, secret()))).unwrap();
        };
        put(&["grant/dead", "client/dead", "token/dead", "grant/alive", "token/alive"]);
        two.sweep_in_background();
        two.settle();
        assert_eq!(names(&two).len(), 5, "without a mark, nothing is looked at");

        die(&one, Kind::Grant, "dead");
        die(&one, Kind::Token, "dead");
        die(&one, Kind::Grant, "alive");
        let under_way = one.mark(Kind::Grant, "alive").unwrap();
        two.sweep_in_background();
        two.settle();
        assert_eq!(names(&two), ["grant/alive", "token/alive"], "what another process is keeping stays");
        drop(under_way);
        assert_eq!(fs::read_dir(two.marks()).unwrap().count(), 0);
    }

    #[test]
    fn a_sign_in_that_is_kept_leaves_no_mark() {
        let home = tempfile::tempdir().unwrap();
        let one = accounts(&Folders::below(home.path()), &Arc::default());
        drop(one.mark(Kind::Token, "0123456789abcdef").unwrap());
        assert!(marks_in(&one.marks()).is_empty());
    }
}
