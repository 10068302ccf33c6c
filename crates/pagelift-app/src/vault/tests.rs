//! What a vault keeps and what it shows.

mod damage;

use std::collections::BTreeSet;
use std::io::Write as _;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::MemoryStore;

const TOKEN: &str = "canary-eyJhbGciOiJSUzI1NiJ9.körper.\"quoted\\signature\"";

/// A keychain like that of Windows, which takes no more than 2,560 bytes, and which fails as a test wants.
#[derive(Default)]
struct Chain {
    kept: MemoryStore,
    failing: Mutex<Option<(Call, SecretStoreError)>>,
    calls: AtomicUsize,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Call {
    Get,
    Put,
    Delete,
}

impl Chain {
    fn fail(&self, call: Call, error: SecretStoreError) {
        *self.failing.lock().unwrap() = Some((call, error));
    }

    fn kept_names(&self) -> Vec<String> {
        self.kept.names()
    }

    /// The name of the only key.
    fn kept_name(&self) -> String {
        self.kept_names().pop().unwrap()
    }

    fn heal(&self) {
        *self.failing.lock().unwrap() = None;
    }

    fn pass(&self, call: Call) -> Result<&MemoryStore, SecretStoreError> {
        self.calls.fetch_add(1, Ordering::SeqCst);
        match *self.failing.lock().unwrap() {
            Some((failing, error)) if failing == call => Err(error),
            _ => Ok(&self.kept),
        }
    }
}

impl SecretStore for Chain {
    fn get(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, SecretStoreError> {
        self.pass(Call::Get)?.get(name)
    }

    fn put(&self, name: &str, bytes: &[u8]) -> Result<(), SecretStoreError> {
        let kept = self.pass(Call::Put)?;
        if bytes.len() > 2560 { Err(SecretStoreError::Failed) } else { kept.put(name, bytes) }
    }

    fn delete(&self, name: &str) -> Result<(), SecretStoreError> {
        self.pass(Call::Delete)?.delete(name)
    }
}

/// A computer with a keychain and folders of Pagelift's.
struct Desk {
    folder: tempfile::TempDir,
    chain: Arc<Chain>,
}

impl Desk {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), chain: Arc::default() }
    }

    /// A desk on which the vault was written three times: `token/a` is 3 and was 2 before.
    fn used() -> Self {
        let desk = Self::new();
        let vault = desk.start();
        for value in ["1", "2", "3"] {
            put(&vault, "token/a", value);
        }
        desk
    }

    /// Pagelift starts.
    fn start(&self) -> Vault {
        Vault::new(&Folders::below(self.folder.path()), Arc::clone(&self.chain) as Arc<dyn SecretStore>)
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn file(&self, name: &str) -> Vec<u8> {
        fs::read(self.data().join(name)).unwrap()
    }

    fn set(&self, name: &str, bytes: &[u8]) {
        File::create(self.data().join(name)).unwrap().write_all(bytes).unwrap();
    }

    fn files(&self) -> BTreeSet<String> {
        let Ok(entries) = fs::read_dir(self.data()) else { return BTreeSet::new() };
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    /// Whether any file holds the text, as it is or as something that is easily read.
    fn shows(&self, text: &str) -> bool {
        let forms = [text.as_bytes().to_vec(), STANDARD.encode(text).into(), hexadecimal(text)];
        self.files().iter().any(|name| {
            let bytes = self.file(name);
            forms.iter().any(|form| bytes.windows(form.len()).any(|window| window == form))
        })
    }
}

fn hexadecimal(text: &str) -> Vec<u8> {
    crate::files::hexadecimal_of(text.as_bytes()).into_bytes()
}

fn put(vault: &Vault, name: &str, value: &str) {
    vault.change(|secrets| secrets.put(name, Secret::new(value.to_owned()))).unwrap();
}

fn get(vault: &Vault, name: &str) -> Option<String> {
    read(vault, name).unwrap()
}

fn read(vault: &Vault, name: &str) -> Result<Option<String>, ErrorCode> {
    vault.get(name).map(|secret| secret.map(|secret| secret.expose().to_owned())).map_err(|error| error.code())
}

#[test]
fn secrets_of_any_size_are_there_again_at_the_next_start() {
    let desk = Desk::new();
    assert_eq!(get(&desk.start(), "grant/a"), None);
    assert!(desk.files().is_empty(), "nothing is written before something is kept");
    let values = [TOKEN.to_owned(), "J".repeat(8 << 10), format!("{}\n\"\\ü𝄞", "x".repeat(200_000)), String::new()];
    let vault = desk.start();
    for (number, value) in values.iter().enumerate() {
        put(&vault, &format!("grant/{number} \"ü"), value);
    }
    let next = desk.start();
    for (number, value) in values.iter().enumerate() {
        assert_eq!(get(&next, &format!("grant/{number} \"ü")).as_ref(), Some(value));
    }
    assert_eq!(next.state(), VaultState::Kept);
}

#[test]
fn no_file_and_no_message_shows_what_is_kept() {
    let desk = Desk::new();
    let vault = desk.start();
    put(&vault, "grant/a", TOKEN);
    put(&vault, "client/a", "canary-client-secret");
    let secrets = vault.change(|secrets| secrets.clone()).unwrap();
    for text in [TOKEN, "canary-client-secret", "canary"] {
        assert!(!desk.shows(text));
        assert!(!format!("{secrets:?}").contains(text));
    }
    let name = desk.chain.kept_name();
    let key = desk.chain.kept.get(&name).unwrap().unwrap();
    assert!(!desk.shows(std::str::from_utf8(&key).unwrap()), "the key lies in the keychain alone");
}

#[cfg(unix)]
#[test]
fn only_the_person_may_read_the_vault() {
    use std::os::unix::fs::PermissionsExt as _;

    let desk = Desk::used();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&desk.data()), 0o700);
    for name in ["vault", "vault.previous"] {
        assert_eq!(mode(&desk.data().join(name)), 0o600);
    }
}

#[test]
fn the_keychain_is_asked_once_in_a_start() {
    let desk = Desk::used();
    let vault = desk.start();
    let before = desk.chain.calls.load(Ordering::SeqCst);
    for value in ["4", "5"] {
        put(&vault, "token/a", value);
        assert_eq!(get(&vault, "token/a").as_deref(), Some(value));
    }
    assert_eq!(desk.chain.calls.load(Ordering::SeqCst) - before, 1);
}

#[test]
fn whatever_the_keychain_says_at_whichever_call_nothing_breaks_and_nothing_is_lost() {
    let errors =
        [SecretStoreError::Missing, SecretStoreError::Locked, SecretStoreError::Denied, SecretStoreError::Failed];
    for (call, error) in [Call::Get, Call::Put, Call::Delete].into_iter().flat_map(|call| errors.map(|e| (call, e))) {
        for desk in [Desk::new(), Desk::used()] {
            let is_used = !desk.files().is_empty();
            desk.chain.fail(call, error);
            let vault = desk.start();
            let asked = read(&vault, "token/a");
            let added = vault.change(|secrets| secrets.put("token/b", Secret::new(TOKEN.to_owned())));
            let is_hit = if is_used { call == Call::Get } else { call == Call::Put };
            assert_eq!(added.is_err(), is_hit, "{call:?} {error:?} {is_used}");
            if is_hit {
                assert_eq!(added.unwrap_err().code(), error.code());
                assert_eq!(vault.state(), error.code().into());
                assert_eq!(asked.is_err(), is_used);
            }
            assert!(!desk.shows(TOKEN));
            desk.chain.heal();
            assert_eq!(vault.retry(), VaultState::Kept);
            assert_eq!(get(&vault, "token/a").as_deref(), is_used.then_some("3"));
            put(&vault, "token/b", TOKEN);
            assert_eq!(get(&desk.start(), "token/b").as_deref(), Some(TOKEN));
        }
    }
}

#[test]
fn a_person_who_said_no_is_not_asked_again_before_they_act_or_a_minute_is_over() {
    let desk = Desk::used();
    desk.chain.fail(Call::Get, SecretStoreError::Denied);
    let mut vault = desk.start();
    let before = desk.chain.calls.load(Ordering::SeqCst);
    let asked = || desk.chain.calls.load(Ordering::SeqCst) - before;
    for _ in 0..3 {
        assert_eq!(read(&vault, "token/a"), Err(ErrorCode::KeychainDenied));
    }
    assert_eq!(asked(), 1);
    assert_eq!(vault.retry(), VaultState::Denied);
    assert_eq!(asked(), 2);
    vault.peace = Duration::ZERO;
    assert_eq!(read(&vault, "token/a"), Err(ErrorCode::KeychainDenied));
    assert_eq!(asked(), 3);
    desk.chain.heal();
    assert_eq!(read(&vault, "token/a"), Ok(Some("3".to_owned())));
    assert_eq!(vault.state(), VaultState::Kept);
}

#[test]
fn trying_again_before_anything_is_kept_asks_the_keychain_too() {
    let desk = Desk::new();
    desk.chain.fail(Call::Get, SecretStoreError::Locked);
    assert_eq!(desk.start().retry(), VaultState::Locked);
}

#[test]
fn without_a_keychain_secrets_last_until_pagelift_ends_and_move_in_once_there_is_one() {
    let desk = Desk::new();
    desk.chain.fail(Call::Put, SecretStoreError::Missing);
    let vault = desk.start();
    assert!(vault.change(|secrets| secrets.put("token/a", Secret::new(TOKEN.to_owned()))).is_err());
    vault.keep_in_memory();
    put(&vault, "token/a", TOKEN);
    assert_eq!((get(&vault, "token/a").as_deref(), vault.state()), (Some(TOKEN), VaultState::UntilQuit));
    assert!(!desk.files().contains("vault"));
    assert_eq!(get(&desk.start(), "token/a"), None);
    assert_eq!(vault.retry(), VaultState::UntilQuit);
    assert_eq!(get(&vault, "token/a").as_deref(), Some(TOKEN));
    desk.chain.heal();
    assert_eq!(vault.retry(), VaultState::Kept);
    assert_eq!(get(&desk.start(), "token/a").as_deref(), Some(TOKEN));
}

#[test]
fn who_signs_out_while_secrets_stay_in_memory_signs_out_of_what_was_kept_too() {
    let desk = Desk::used();
    let vault = desk.start();
    put(&vault, "token/b", "4");
    vault.keep_in_memory();
    assert_eq!(get(&vault, "token/a"), None);
    vault.change_kept(|secrets| drop(secrets.remove("token/a"))).unwrap();
    let next = desk.start();
    assert_eq!((get(&next, "token/a"), get(&next, "token/b").as_deref()), (None, Some("4")));
}

#[test]
fn what_is_taken_out_is_in_no_file_any_more() {
    let desk = Desk::new();
    let vault = desk.start();
    put(&vault, "token/a", "1");
    put(&vault, "token/b", "2");
    vault.change(|secrets| drop(secrets.remove("token/a"))).unwrap();
    assert_eq!(desk.file("vault"), desk.file("vault.previous"));
    assert_eq!(get(&desk.start(), "token/a"), None);
    vault.change(|secrets| drop(secrets.remove("token/b"))).unwrap();
    assert_eq!(desk.files(), BTreeSet::from(["vault.lock".to_owned()]));
    assert!(desk.chain.kept_names().is_empty(), "the key is of no use any more");
    put(&vault, "token/c", "3");
    assert_eq!(get(&desk.start(), "token/c").as_deref(), Some("3"));
}

#[test]
fn a_change_that_changes_nothing_writes_nothing() {
    let desk = Desk::used();
    let before = desk.file("vault");
    desk.start().change(|secrets| drop(secrets.remove("token/unknown"))).unwrap();
    assert_eq!(desk.file("vault"), before);
}

#[test]
fn two_processes_lose_nothing_of_each_other() {
    let desk = Desk::new();
    let vaults = [desk.start(), desk.start()];
    thread_each(&vaults, |(who, vault)| {
        for number in 0..15 {
            put(vault, &format!("token/{who}-{number}"), TOKEN);
            let count = |secrets: &mut Secrets| {
                let before = secrets.get("count").map_or(0, |count| count.expose().parse().unwrap());
                secrets.put("count", Secret::new((before + 1_u32).to_string()));
            };
            vault.change(count).unwrap();
        }
    });
    let next = desk.start();
    assert_eq!(get(&next, "count").as_deref(), Some("30"));
    for name in (0..2).flat_map(|who| (0..15).map(move |number| format!("token/{who}-{number}"))) {
        assert_eq!(get(&next, &name).as_deref(), Some(TOKEN), "{name}");
    }
}

fn thread_each(vaults: &[Vault], work: impl Fn((usize, &Vault)) + Sync) {
    let work = &work;
    std::thread::scope(|scope| {
        for each in vaults.iter().enumerate() {
            scope.spawn(move || work(each));
        }
    });
}

#[cfg(target_os = "linux")]
#[test]
#[ignore = "needs the Secret Service of a session; `cargo xtask test` runs it on the desktop of the app tests"]
fn the_secret_service_of_a_session_opens_the_vault_at_the_next_start_and_not_while_it_is_locked() {
    use secret_service::EncryptionType;
    use secret_service::blocking::SecretService;

    crate::keychain::tests::keeps_its_word(&crate::Keychain::new());
    let folder = tempfile::tempdir().unwrap();
    let start = || Vault::new(&Folders::below(folder.path()), Arc::new(crate::Keychain::new()));
    let large = "J".repeat(8 << 10);
    assert_eq!(get(&start(), "grant/a"), None);
    put(&start(), "grant/a", &large);
    let next = start();
    assert_eq!(get(&next, "grant/a").as_deref(), Some(&*large));
    next.change(|secrets| drop(secrets.remove("grant/a"))).unwrap();
    put(&next, "grant/b", &large);
    assert_eq!((get(&start(), "grant/a"), get(&start(), "grant/b")), (None, Some(large.clone())));

    let service = SecretService::connect(EncryptionType::Dh).unwrap();
    service.get_default_collection().unwrap().lock().unwrap();
    let locked = start();
    assert_eq!(read(&locked, "grant/b"), Err(ErrorCode::KeychainLocked));
    assert_eq!(locked.retry(), VaultState::Locked);
    let elsewhere = Vault::new(&Folders::below(&folder.path().join("new")), Arc::new(crate::Keychain::new()));
    let refused = elsewhere.change(|secrets| secrets.put("grant/a", Secret::new(TOKEN.to_owned())));
    assert_eq!(refused.unwrap_err().code(), ErrorCode::KeychainLocked);
    assert_eq!(get(&next, "grant/b"), Some(large), "whoever has the key needs no keychain");
}
