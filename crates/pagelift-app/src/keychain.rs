//! The keychain of the system: Keychain on macOS, Credential Manager on Windows, the Secret Service elsewhere.
//!
//! Its calls may wait for a person. They are made on one thread of their own, and nobody waits for them for longer than half a minute.

mod system;
#[cfg(test)]
pub(crate) mod tests;

use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, TryRecvError, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use pagelift_model::{SecretStore, SecretStoreError};
use zeroize::Zeroizing;

use crate::sealing::random;
use system::SystemStore;

/// How long a call may take: a person has to find a window and type a password.
const PATIENCE: Duration = Duration::from_secs(30);

/// The name of the entry that is written and removed to see whether the keychain keeps what it is given.
const PROBE: &str = "probe";

type Answer = Result<Option<Zeroizing<Vec<u8>>>, SecretStoreError>;

/// The keychain of the system.
///
/// What it says is not simply believed. A locked one can look like one without entries, and one that forgets like one that keeps: so
/// "no entry" counts only once an entry could be written and read, and whatever is put there is read back.
pub struct Keychain {
    store: Arc<dyn SecretStore>,
    patience: Duration,
    line: Mutex<Line>,
}

/// The way to the thread. Whoever holds it is the only one who asks.
#[derive(Default)]
struct Line {
    calls: Option<Sender<(Call, Sender<Answer>)>>,
    /// The answer that did not come in time.
    overdue: Option<Receiver<Answer>>,
}

enum Call {
    Get(String),
    Put(String, Zeroizing<Vec<u8>>),
    Delete(String),
}

impl Keychain {
    /// The keychain of this system. Nothing is asked of it yet.
    pub fn new() -> Self {
        Self::over(Arc::new(SystemStore::default()), PATIENCE)
    }

    fn over(store: Arc<dyn SecretStore>, patience: Duration) -> Self {
        Self { store, patience, line: Mutex::default() }
    }

    fn ask(&self, call: Call) -> Answer {
        let mut line = self.line.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(overdue) = line.overdue.take()
            && matches!(overdue.try_recv(), Err(TryRecvError::Empty))
        {
            // The thread still waits for the person, as does whoever asks now.
            line.overdue = Some(overdue);
            return Err(SecretStoreError::Locked);
        }
        let (reply, answer) = channel();
        let calls = match line.calls.take() {
            Some(calls) => calls,
            None => self.start()?,
        };
        if calls.send((call, reply)).is_err() {
            return Err(SecretStoreError::Failed);
        }
        match answer.recv_timeout(self.patience) {
            Ok(answer) => {
                line.calls = Some(calls);
                answer
            }
            Err(RecvTimeoutError::Timeout) => {
                line.calls = Some(calls);
                line.overdue = Some(answer);
                Err(SecretStoreError::Locked)
            }
            // The thread died. The next call starts another.
            Err(RecvTimeoutError::Disconnected) => Err(SecretStoreError::Failed),
        }
    }

    /// Starts the thread. It ends with this keychain.
    fn start(&self) -> Result<Sender<(Call, Sender<Answer>)>, SecretStoreError> {
        let (calls, waiting) = channel::<(Call, Sender<Answer>)>();
        let store = Arc::clone(&self.store);
        let work = move || {
            for (call, reply) in waiting {
                // Nobody listens any more when the answer comes too late.
                let _ = reply.send(answer(&*store, call));
            }
        };
        thread::Builder::new().name("keychain".to_owned()).spawn(work).map_err(|_| SecretStoreError::Failed)?;
        Ok(calls)
    }
}

impl Default for Keychain {
    fn default() -> Self {
        Self::new()
    }
}

impl SecretStore for Keychain {
    fn get(&self, name: &str) -> Answer {
        self.ask(Call::Get(name.to_owned()))
    }

    fn put(&self, name: &str, bytes: &[u8]) -> Result<(), SecretStoreError> {
        self.ask(Call::Put(name.to_owned(), Zeroizing::new(bytes.to_vec()))).map(drop)
    }

    fn delete(&self, name: &str) -> Result<(), SecretStoreError> {
        self.ask(Call::Delete(name.to_owned())).map(drop)
    }
}

fn answer(store: &dyn SecretStore, call: Call) -> Answer {
    match call {
        Call::Get(name) => {
            if let Some(bytes) = store.get(&name)? {
                return Ok(Some(bytes));
            }
            probe(store)?;
            // Writing may have unlocked what hid the entry.
            store.get(&name)
        }
        Call::Put(name, bytes) => put(store, &name, &bytes).map(|()| None),
        Call::Delete(name) => store.delete(&name).map(|()| None),
    }
}

/// Sees whether the keychain can be written to.
fn probe(store: &dyn SecretStore) -> Result<(), SecretStoreError> {
    // Another Pagelift may be probing too.
    let name = format!("{PROBE}/{}", std::process::id());
    let mark: [u8; 16] = random().map_err(|_| SecretStoreError::Failed)?;
    put(store, &name, crate::files::hexadecimal_of(&mark).as_bytes())?;
    store.delete(&name)
}

/// Puts bytes there and sees whether they are.
fn put(store: &dyn SecretStore, name: &str, bytes: &[u8]) -> Result<(), SecretStoreError> {
    store.put(name, bytes)?;
    if store.get(name)?.is_some_and(|kept| *kept == bytes) {
        return Ok(());
    }
    tracing::warn!("the keychain did not keep what it was given");
    Err(SecretStoreError::Failed)
}

/// A keychain that forgets everything when Pagelift ends.
#[derive(Default)]
pub struct MemoryStore(Mutex<BTreeMap<String, Zeroizing<Vec<u8>>>>);

impl MemoryStore {
    fn entries(&self) -> MutexGuard<'_, BTreeMap<String, Zeroizing<Vec<u8>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
impl MemoryStore {
    /// The names of all entries.
    pub(crate) fn names(&self) -> Vec<String> {
        self.entries().keys().cloned().collect()
    }
}

impl SecretStore for MemoryStore {
    fn get(&self, name: &str) -> Answer {
        Ok(self.entries().get(name).cloned())
    }

    fn put(&self, name: &str, bytes: &[u8]) -> Result<(), SecretStoreError> {
        self.entries().insert(name.to_owned(), Zeroizing::new(bytes.to_vec()));
        Ok(())
    }

    fn delete(&self, name: &str) -> Result<(), SecretStoreError> {
        self.entries().remove(name);
        Ok(())
    }
}
