//! What a vault survives: lost keys, damaged files, writers that die.

use std::env;
use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use super::super::sealed::{FORMAT, header};
use super::*;

#[test]
fn a_vault_whose_key_is_in_another_keychain_waits_for_it() {
    let desk = Desk::used();
    let (name, files) = (desk.chain.kept_name(), desk.files());
    let key = desk.chain.kept.get(&name).unwrap().unwrap();
    desk.chain.kept.delete(&name).unwrap();
    let vault = desk.start();
    for _ in 0..2 {
        assert_eq!(read(&vault, "token/a"), Err(ErrorCode::KeychainLocked));
    }
    vault.change(|secrets| drop(secrets.remove("token/a"))).unwrap();
    assert_eq!((vault.state(), vault.retry()), (VaultState::Locked, VaultState::Locked));
    assert_eq!(desk.files(), files);
    desk.chain.kept.put(&name, &key).unwrap();
    assert_eq!((get(&vault, "token/a").as_deref(), vault.state()), (Some("3"), VaultState::Kept));
}

#[test]
fn a_new_sign_in_does_not_wait_for_a_key_that_is_gone() {
    let desk = Desk::used();
    desk.chain.kept.delete(&desk.chain.kept_name()).unwrap();
    let vault = desk.start();
    put(&vault, "token/b", "4");
    let aside = |name: &str| desk.files().iter().any(|file| file.starts_with(&format!("{name}.damaged-")));
    assert!(aside("vault") && aside("vault.previous"));
    let next = desk.start();
    assert_eq!((get(&next, "token/a"), get(&next, "token/b").as_deref()), (None, Some("4")));
}

#[test]
fn a_damaged_vault_is_put_aside_told_once_and_forgotten_after_the_next_sign_in() {
    let desk = Desk::used();
    for name in ["vault", "vault.previous"] {
        desk.set(name, b"no vault");
    }
    let vault = desk.start();
    assert_eq!(read(&vault, "token/a"), Err(ErrorCode::VaultDamaged));
    assert_eq!(read(&vault, "token/a"), Ok(None), "it is told once");
    assert_eq!(vault.state(), VaultState::Damaged);
    put(&vault, "token/a", "4");
    assert_eq!((get(&desk.start(), "token/a").as_deref(), vault.state()), (Some("4"), VaultState::Kept));
}

#[test]
fn a_locked_keychain_never_makes_a_vault_be_put_aside() {
    let desk = Desk::used();
    let before = desk.files();
    for error in [SecretStoreError::Locked, SecretStoreError::Missing, SecretStoreError::Denied] {
        desk.chain.fail(Call::Get, error);
        let vault = desk.start();
        assert_eq!(read(&vault, "token/a"), Err(error.code()));
        assert!(vault.change(|secrets| secrets.put("token/a", Secret::new("4".to_owned()))).is_err());
    }
    desk.chain.heal();
    assert_eq!((desk.files(), get(&desk.start(), "token/a").as_deref()), (before, Some("3")));
}

#[test]
fn a_key_that_is_none_opens_nothing() {
    for kept in ["", "no base64!", "c2hvcnQ=", &STANDARD.encode([7; 33]), &STANDARD.encode([7; 32])] {
        let desk = Desk::used();
        desk.chain.kept.put(&desk.chain.kept_name(), kept.as_bytes()).unwrap();
        assert_eq!(read(&desk.start(), "token/a"), Err(ErrorCode::VaultDamaged), "{kept}");
    }
}

#[test]
fn a_vault_of_a_newer_pagelift_stays_as_it_is() {
    let desk = Desk::used();
    let newer = [header(FORMAT + 1, &[7; 16]), b"what only a newer one can read".to_vec()].concat();
    desk.set("vault", &newer);
    let files = desk.files();
    let vault = desk.start();
    let message = vault.get("token/a").unwrap_err().to_string();
    assert!(message.contains("newer Pagelift"), "{message}");
    assert!(vault.change(|secrets| secrets.put("token/a", Secret::new("4".to_owned()))).is_err());
    assert_eq!((desk.file("vault"), desk.files()), (newer, files));
}

#[test]
fn two_hundred_damaged_vaults_do_no_harm() {
    let mut random = Draws(0x9e37_79b9_7f4a_7c15);
    let (mut newest, mut before, mut lost) = (0, 0, 0);
    let desk = Desk::used();
    let [vault, previous] = ["vault", "vault.previous"].map(|name| desk.file(name));
    for round in 0..200 {
        let names: &[&str] = [&["vault"][..], &["vault.previous"], &["vault", "vault.previous"]][round % 3];
        let is_swapped = round % 20 == 19;
        for (name, sound, other) in [("vault", &vault, &previous), ("vault.previous", &previous, &vault)] {
            match () {
                () if is_swapped => desk.set(name, other),
                () if names.contains(&name) => desk.set(name, &random.damage(sound.clone())),
                () => desk.set(name, sound),
            }
        }
        let vault = desk.start();
        match read(&vault, "token/a") {
            Ok(Some(value)) if value == "3" => newest += 1,
            Ok(Some(value)) if value == "2" => before += 1,
            Err(ErrorCode::VaultDamaged) if names.len() == 2 => lost += 1,
            other => panic!("round {round}: {other:?}"),
        }
        put(&vault, "token/b", TOKEN);
        assert_eq!(get(&desk.start(), "token/b").as_deref(), Some(TOKEN), "round {round}");
        assert!(!desk.shows("canary"), "round {round}");
    }
    assert!(newest > 40 && before > 40 && lost > 40, "{newest} {before} {lost}");
}

/// Numbers that look drawn by chance, the same ones in each run.
struct Draws(u64);

impl Draws {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit as u64).unwrap()
    }

    fn damage(&mut self, mut bytes: Vec<u8>) -> Vec<u8> {
        let place = self.below(bytes.len());
        match self.below(6) {
            0 | 1 => bytes[place] ^= 1 << self.below(8),
            2 => bytes.truncate(place),
            3 => drop(bytes.drain(..=place)),
            4 => bytes.insert(place, bytes[place].wrapping_add(1)),
            _ => bytes[place..].iter_mut().for_each(|byte| *byte = !*byte),
        }
        bytes
    }
}

#[test]
fn a_file_that_is_far_too_large_is_not_read() {
    let desk = Desk::used();
    File::options().write(true).open(desk.data().join("vault")).unwrap().set_len(1 << 40).unwrap();
    assert_eq!(get(&desk.start(), "token/a").as_deref(), Some("2"));
}

#[test]
fn whatever_a_write_leaves_when_it_is_cut_off_can_be_read() {
    let desk = Desk::used();
    let [vault, previous] = ["vault", "vault.previous"].map(|name| desk.file(name));
    put(&desk.start(), "token/a", "4");
    let written = desk.file("vault");
    assert_eq!(desk.file("vault.previous"), vault);
    // In the order of a write: what lies under each name, and what is unfinished beside it.
    let part = |bytes: &[u8]| bytes[..bytes.len() / 2].to_vec();
    let states = [
        (&vault, &previous, "vault.previous", Vec::new(), "3"),
        (&vault, &previous, "vault.previous", part(&vault), "3"),
        (&vault, &previous, "vault.previous", vault.clone(), "3"),
        (&vault, &vault, "vault", Vec::new(), "3"),
        (&vault, &vault, "vault", part(&written), "3"),
        (&vault, &vault, "vault", written.clone(), "3"),
        (&written, &vault, "", Vec::new(), "4"),
    ];
    for (number, (at, before, unfinished, bytes, value)) in states.into_iter().enumerate() {
        desk.set("vault", at);
        desk.set("vault.previous", before);
        if !unfinished.is_empty() {
            desk.set(&format!(".pagelift-tmp-{unfinished}-x{number}"), &bytes);
        }
        let next = desk.start();
        assert_eq!(get(&next, "token/a").as_deref(), Some(value), "state {number}");
        put(&next, "token/b", "5");
        assert!(!desk.files().iter().any(|name| name.starts_with('.')), "state {number}");
    }
}

#[test]
fn a_vault_of_which_only_the_one_before_is_left_opens() {
    let desk = Desk::used();
    fs::remove_file(desk.data().join("vault")).unwrap();
    assert_eq!(get(&desk.start(), "token/a").as_deref(), Some("2"));
}

/// A keychain in files, which two processes see.
struct FolderChain(PathBuf);

impl SecretStore for FolderChain {
    fn get(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, SecretStoreError> {
        Ok(fs::read(self.0.join(name.replace('/', "-"))).ok().map(Zeroizing::new))
    }

    fn put(&self, name: &str, bytes: &[u8]) -> Result<(), SecretStoreError> {
        write_whole(&self.0.join(name.replace('/', "-")), bytes).map_err(|_| SecretStoreError::Failed)
    }

    fn delete(&self, name: &str) -> Result<(), SecretStoreError> {
        fs::remove_file(self.0.join(name.replace('/', "-"))).map_err(|_| SecretStoreError::Failed)
    }
}

const WRITER: &str = "VAULT_TEST_WRITER";

fn in_folder(folder: &Path) -> Vault {
    Vault::new(&Folders::below(folder), Arc::new(FolderChain(folder.to_owned())))
}

/// Not a test of its own: what the next one kills.
#[test]
fn the_writer_writes_for_as_long_as_it_lives() {
    let Some(folder) = env::var_os(WRITER) else { return };
    let vault = in_folder(Path::new(&folder));
    let begin = get(&vault, "count").map_or(0, |count| count.parse().unwrap());
    for count in begin + 1..begin + 1_000_000_u32 {
        put(&vault, "count", &count.to_string());
        println!("\nwritten {count}");
    }
}

#[test]
fn a_process_that_is_killed_while_it_writes_loses_nothing_that_it_had_written() {
    let folder = tempfile::tempdir().unwrap();
    let mut last = 0;
    for round in 0..20_u32 {
        let mut writer = Command::new(env::current_exe().unwrap())
            .args(["--exact", "vault::tests::damage::the_writer_writes_for_as_long_as_it_lives", "--nocapture"])
            .env(WRITER, folder.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(writer.stdout.take().unwrap()).lines();
        let written =
            lines.filter_map(|line| line.unwrap().strip_prefix("written ").map(|n| n.parse::<u32>().unwrap()));
        let acknowledged = written.take(1 + round as usize % 4).last().unwrap();
        writer.kill().unwrap();
        writer.wait().unwrap();
        assert!(acknowledged > last);
        last = get(&in_folder(folder.path()), "count").unwrap().parse().unwrap();
        assert!(last >= acknowledged, "{last} after {acknowledged}");
    }
}
