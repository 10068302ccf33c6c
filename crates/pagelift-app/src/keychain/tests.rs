//! What a keychain may do to Pagelift, and what Pagelift makes of it.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;

/// A keychain of which each call is given by the test.
#[derive(Default)]
struct Odd {
    kept: MemoryStore,
    /// Answers nothing before this sends something.
    gate: Option<Mutex<Receiver<()>>>,
    looks_empty: Mutex<bool>,
    put: Option<SecretStoreError>,
    forgets: bool,
    dies: Mutex<bool>,
    gets: AtomicUsize,
}

impl SecretStore for Odd {
    fn get(&self, name: &str) -> Answer {
        self.gets.fetch_add(1, Ordering::SeqCst);
        let dies = std::mem::take(&mut *self.dies.lock().unwrap());
        assert!(!dies, "the thread of the keychain dies, as the test wants");
        if let Some(gate) = &self.gate {
            gate.lock().unwrap().recv().ok();
        }
        if *self.looks_empty.lock().unwrap() { Ok(None) } else { self.kept.get(name) }
    }

    fn put(&self, name: &str, bytes: &[u8]) -> Result<(), SecretStoreError> {
        if let Some(error) = self.put {
            return Err(error);
        }
        *self.looks_empty.lock().unwrap() = false;
        if self.forgets { Ok(()) } else { self.kept.put(name, bytes) }
    }

    fn delete(&self, name: &str) -> Result<(), SecretStoreError> {
        self.kept.delete(name)
    }
}

fn keychain(odd: Odd) -> (Keychain, Arc<Odd>) {
    let odd = Arc::new(odd);
    (Keychain::over(Arc::clone(&odd) as Arc<dyn SecretStore>, PATIENCE), odd)
}

/// What every [`SecretStore`] does.
pub(crate) fn keeps_its_word(store: &dyn SecretStore) {
    let name = format!("test/{}", std::process::id());
    store.delete(&name).unwrap();
    assert_eq!(store.get(&name), Ok(None));
    for bytes in [b"0123".as_slice(), &[b'x'; 2560], "schlüssel".as_bytes()] {
        store.put(&name, bytes).unwrap();
        assert_eq!(**store.get(&name).unwrap().as_ref().unwrap(), *bytes);
    }
    assert_eq!(store.get("test/another"), Ok(None));
    store.delete(&name).unwrap();
    assert_eq!(store.get(&name), Ok(None));
}

#[test]
fn what_is_put_there_is_there_again_and_asking_leaves_nothing_behind() {
    keeps_its_word(&MemoryStore::default());
    let (keychain, odd) = keychain(Odd::default());
    keeps_its_word(&keychain);
    assert!(odd.kept.entries().is_empty());
}

#[test]
fn a_locked_keychain_is_not_taken_for_one_that_was_never_used() {
    for error in [SecretStoreError::Locked, SecretStoreError::Missing, SecretStoreError::Denied] {
        let locked = Odd { looks_empty: Mutex::new(true), put: Some(error), ..Odd::default() };
        locked.kept.put("key", b"0123").unwrap();
        assert_eq!(keychain(locked).0.get("key"), Err(error));
    }
}

#[test]
fn an_entry_that_shows_once_the_keychain_is_unlocked_is_found() {
    let locked = Odd { looks_empty: Mutex::new(true), ..Odd::default() };
    locked.kept.put("key", b"0123").unwrap();
    assert_eq!(**keychain(locked).0.get("key").unwrap().as_ref().unwrap(), b"0123");
}

#[test]
fn a_keychain_that_forgets_what_it_is_given_is_found_out() {
    let (keychain, _) = keychain(Odd { forgets: true, ..Odd::default() });
    assert_eq!(keychain.put("key", b"0123"), Err(SecretStoreError::Failed));
    assert_eq!(keychain.get("key"), Err(SecretStoreError::Failed));
}

#[test]
fn nobody_waits_for_a_prompt_that_nobody_answers_and_a_late_answer_is_no_hindrance() {
    let (open, gate) = channel();
    let odd = Arc::new(Odd { gate: Some(Mutex::new(gate)), ..Odd::default() });
    odd.kept.put("key", b"0123").unwrap();
    let keychain = Keychain::over(Arc::clone(&odd) as Arc<dyn SecretStore>, Duration::from_millis(20));
    assert_eq!(keychain.get("key"), Err(SecretStoreError::Locked));
    // The keychain is not asked a second time while the first question is open.
    assert_eq!(keychain.get("key"), Err(SecretStoreError::Locked));
    assert!(odd.gets.load(Ordering::SeqCst) <= 1);
    drop(open);
    let late = loop {
        if let Ok(late) = keychain.get("key") {
            break late;
        }
    };
    assert_eq!(**late.as_ref().unwrap(), b"0123");
}

#[test]
fn a_keychain_that_breaks_down_is_asked_anew() {
    let (keychain, odd) = keychain(Odd { dies: Mutex::new(true), ..Odd::default() });
    odd.kept.put("key", b"0123").unwrap();
    assert_eq!(keychain.get("key"), Err(SecretStoreError::Failed));
    assert_eq!(**keychain.get("key").unwrap().as_ref().unwrap(), b"0123");
}
