//! Renewing a sign-in: by the clock, once for everybody, and never at the cost of the sign-in.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures::future::join_all;
use pagelift_app::ipc::{SignInState, SiteSummary, VaultState};
use pagelift_fake::{OAuthOptions, TokenFault};
use pagelift_model::{ErrorCode, SecretStore, SecretStoreError};
use zeroize::Zeroizing;

use crate::person::{Hand, Person, window};

const AN_HOUR: Duration = Duration::from_hours(1);

async fn cloud() -> (Person, SiteSummary) {
    let person = Person::on_cloud(OAuthOptions::cloud()).await;
    let site = person.signed_in().await.remove(0);
    (person, site)
}

/// A server that takes each refresh token once and never again.
fn strict() -> OAuthOptions {
    OAuthOptions { leeway: Duration::ZERO, ..OAuthOptions::cloud() }
}

impl Person {
    /// Lets an hour pass, for everybody.
    fn an_hour_passes(&self) {
        self.clock.turn(3600);
        self.server.advance_clock(AN_HOUR);
    }

    fn renewals(&self) -> u64 {
        self.server.oauth_log().renewals
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_requests_at_expiry_cause_one_renewal() {
    let (person, site) = cloud().await;
    person.desktop.spaces(&site.id).await.unwrap();
    person.an_hour_passes();
    let calls = person.server.oauth_log().token_calls;
    let asked = (0..50).map(|_| person.desktop.spaces(&site.id));
    assert!(join_all(asked).await.iter().all(Result::is_ok));
    let log = person.server.oauth_log();
    assert_eq!((log.token_calls - calls, log.dead_tokens), (1, 0), "renewed before use, once");
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_early_refusals_cause_one_renewal_too() {
    let (person, site) = cloud().await;
    person.desktop.spaces(&site.id).await.unwrap();
    person.clock.turn(300);
    person.server.end_access_tokens();
    let asked = (0..50).map(|_| person.desktop.spaces(&site.id));
    assert!(join_all(asked).await.iter().all(Result::is_ok));
    assert_eq!(person.renewals(), 1);
}

#[tokio::test]
async fn a_dead_token_that_is_answered_with_404_is_renewed_as_well() {
    let options = OAuthOptions { expired_status: 404, ..OAuthOptions::cloud() };
    let person = Person::on_cloud(options).await;
    let site = person.signed_in().await.remove(0);
    // The clock of this computer lags behind: the server is the first to say that the hour is over.
    person.clock.turn(3400);
    person.server.end_access_tokens();
    person.desktop.spaces(&site.id).await.unwrap();
    assert_eq!(person.renewals(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn several_processes_renew_in_turn_without_using_a_token_twice() {
    let person = Person::on_cloud(strict()).await;
    let site = person.signed_in().await.remove(0);
    // A window of its own has all of a process but its memory: locks and the vault are files.
    let others: Vec<_> = (0..4).map(|_| person.another_window()).collect();
    for round in 1..=25 {
        person.an_hour_passes();
        let asked = others.iter().map(|window| window.spaces(&site.id));
        assert!(join_all(asked).await.iter().all(Result::is_ok));
        let log = person.server.oauth_log();
        assert_eq!((log.renewals, log.reuses), (round, 0));
    }
}

#[tokio::test]
async fn an_answer_that_is_lost_is_asked_for_again_with_the_same_token() {
    let (person, site) = cloud().await;
    for fault in [TokenFault::Lost, TokenFault::Truncated, TokenFault::Html, TokenFault::Huge] {
        person.an_hour_passes();
        person.server.fail_token_calls(&[fault]);
        let calls = person.server.oauth_log().token_calls;
        person.desktop.spaces(&site.id).await.unwrap_or_else(|error| panic!("{fault:?}: {error:?}"));
        assert_eq!(person.server.oauth_log().token_calls - calls, 2, "{fault:?}");
    }
    assert_eq!(person.another_window().spaces(&site.id).await.map(|spaces| spaces.is_empty()), Ok(false));
}

#[tokio::test]
async fn a_lost_answer_of_a_server_without_mercy_ends_in_signing_in_again() {
    let person = Person::on_cloud(strict()).await;
    let site = person.signed_in().await.remove(0);
    person.an_hour_passes();
    person.server.fail_token_calls(&[TokenFault::Lost]);
    let calls = person.server.oauth_log().token_calls;
    assert_eq!(person.desktop.spaces(&site.id).await.unwrap_err().code, ErrorCode::SignInEnded);
    assert!(person.server.oauth_log().token_calls - calls <= 3);
    assert_eq!(person.desktop.stored_sites().unwrap()[0].state, SignInState::Ended);
    person.signed_in_by(person.again(&site)).await;
    person.desktop.spaces(&site.id).await.unwrap();
}

#[tokio::test]
async fn a_server_that_is_not_to_be_had_does_not_end_the_sign_in() {
    let (person, site) = cloud().await;
    for fault in [TokenFault::Redirect, TokenFault::Throttled, TokenFault::Unavailable] {
        person.an_hour_passes();
        person.server.fail_token_calls(&[fault; 100]);
        let failed = person.desktop.spaces(&site.id).await.unwrap_err();
        assert_ne!(failed.code, ErrorCode::SignInEnded, "{fault:?}");
        person.server.fail_token_calls(&[]);
        person.desktop.spaces(&site.id).await.unwrap();
    }
    let log = person.server.oauth_log();
    assert_eq!((log.astray, log.token_queries), (0, 0));
    // Close to the end but not over it, the token that there is does while the server is away.
    person.clock.turn(3500);
    person.server.fail_token_calls(&[TokenFault::Unavailable; 100]);
    person.desktop.spaces(&site.id).await.unwrap();
}

#[tokio::test]
async fn a_server_that_stumbles_over_and_over_does_not_end_the_sign_in_either() {
    let (person, site) = cloud().await;
    person.clock.turn(3500);
    person.server.fail_token_calls(&[TokenFault::Failed; 100]);
    person.desktop.spaces(&site.id).await.unwrap();
    person.clock.turn(100);
    person.server.advance_clock(AN_HOUR);
    let failed = person.desktop.spaces(&site.id).await.unwrap_err();
    assert_eq!(failed.code, ErrorCode::SiteFailed);
    assert_eq!(person.desktop.stored_sites().unwrap()[0].state, SignInState::Ready);
    person.server.fail_token_calls(&[]);
    person.desktop.spaces(&site.id).await.unwrap();
}

#[tokio::test]
async fn a_sign_in_that_the_server_ends_right_after_a_renewal_is_said_to_have_ended() {
    let (person, site) = cloud().await;
    person.server.end_access_tokens();
    person.desktop.spaces(&site.id).await.unwrap();
    assert_eq!(person.renewals(), 1);
    person.server.end_access_tokens();
    assert_eq!(person.desktop.spaces(&site.id).await.unwrap_err().code, ErrorCode::SignInEnded);
    assert_eq!(person.desktop.stored_sites().unwrap()[0].state, SignInState::Ended);
    assert_eq!(person.renewals(), 1, "one more renewal would bring nothing better");
}

#[tokio::test]
async fn an_integration_that_the_server_refuses_at_a_renewal_is_listed_as_ended() {
    let (person, site) = cloud().await;
    person.an_hour_passes();
    person.server.fail_token_calls(&[TokenFault::Refused]);
    assert_eq!(person.desktop.spaces(&site.id).await.unwrap_err().code, ErrorCode::SignInEnded);
    assert_eq!(person.desktop.stored_sites().unwrap()[0].state, SignInState::Ended);
}

#[tokio::test]
async fn tokens_that_could_not_be_kept_at_first_are_kept_once_that_works() {
    let person = Person::on_cloud(strict()).await;
    let site = person.signed_in().await.remove(0);
    person.an_hour_passes();
    // In the way of whoever wants to write.
    let lock = person.own().join("data/vault.lock");
    std::fs::remove_file(&lock).unwrap();
    std::fs::create_dir(&lock).unwrap();
    person.desktop.spaces(&site.id).await.unwrap();
    std::fs::remove_dir(&lock).unwrap();
    person.clock.turn(60);
    person.desktop.spaces(&site.id).await.unwrap();
    let again = person.another_window();
    again.spaces(&site.id).await.unwrap();
    person.an_hour_passes();
    again.spaces(&site.id).await.unwrap();
    assert_eq!((person.renewals(), person.server.oauth_log().reuses), (2, 0));
}

#[tokio::test]
async fn a_renewal_goes_on_when_whoever_asked_for_it_has_gone() {
    let (person, site) = cloud().await;
    person.an_hour_passes();
    person.server.fail_token_calls(&[TokenFault::Slow(300)]);
    let desktop = person.desktop.clone();
    let asking = tokio::spawn(async move { desktop.spaces(&site.id).await });
    while person.renewals() == 0 {
        tokio::task::yield_now().await;
    }
    asking.abort();
    let desktop = person.desktop.clone();
    tokio::task::spawn_blocking(move || desktop.close()).await.unwrap();
    assert_eq!(person.renewals(), 1);
    let again = person.another_window();
    let site = again.sites().remove(0);
    again.spaces(&site.id).await.unwrap();
    let log = person.server.oauth_log();
    assert_eq!((log.renewals, log.leeway_uses), (1, 0), "the new token was kept before the end");
}

#[tokio::test]
async fn wrong_clocks_cost_one_renewal_at_most() {
    for off in [48 * 3600, -48 * 3600] {
        let (person, site) = cloud().await;
        person.desktop.spaces(&site.id).await.unwrap();
        person.clock.turn(off);
        for _ in 0..5 {
            person.desktop.spaces(&site.id).await.unwrap();
        }
        assert!(person.renewals() <= 1, "{}", person.renewals());
        let again = person.another_window();
        again.spaces(&site.id).await.unwrap();
        assert!(person.renewals() <= 2, "{}", person.renewals());
    }
}

#[tokio::test]
async fn a_lifetime_that_is_a_lie_costs_one_renewal_for_each_real_one() {
    let options = OAuthOptions { expires_in: Duration::from_secs(100_000_000), ..OAuthOptions::cloud() };
    let person = Person::on_cloud(options).await;
    let site = person.signed_in().await.remove(0);
    for round in 1..=3 {
        person.clock.turn(3600);
        person.server.end_access_tokens();
        for _ in 0..3 {
            person.desktop.spaces(&site.id).await.unwrap();
        }
        assert_eq!(person.renewals(), round);
    }
}

/// A keychain that somebody locks.
struct Lockable(pagelift_app::MemoryStore, std::sync::Mutex<Option<SecretStoreError>>, AtomicU64);

impl Lockable {
    fn refusing(error: Option<SecretStoreError>) -> Arc<Self> {
        Arc::new(Self(pagelift_app::MemoryStore::default(), std::sync::Mutex::new(error), AtomicU64::new(0)))
    }

    fn set(&self, error: Option<SecretStoreError>) {
        *self.1.lock().unwrap() = error;
    }

    /// How often it was asked.
    fn asked(&self) -> u64 {
        self.2.load(Ordering::SeqCst)
    }

    fn open(&self) -> Result<&pagelift_app::MemoryStore, SecretStoreError> {
        self.2.fetch_add(1, Ordering::SeqCst);
        self.1.lock().unwrap().map_or(Ok(&self.0), Err)
    }
}

impl SecretStore for Lockable {
    fn get(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, SecretStoreError> {
        self.open()?.get(name)
    }

    fn put(&self, name: &str, bytes: &[u8]) -> Result<(), SecretStoreError> {
        self.open()?.put(name, bytes)
    }

    fn delete(&self, name: &str) -> Result<(), SecretStoreError> {
        self.open()?.delete(name)
    }
}

#[tokio::test]
async fn a_locked_keychain_is_said_to_be_locked_and_ends_nothing() {
    let mut person = Person::on_cloud(OAuthOptions::cloud()).await;
    let keychain = Lockable::refusing(None);
    person.keychain = keychain.clone();
    person.desktop = person.another_window();
    let site = person.signed_in().await.remove(0);
    for (error, code, state) in [
        (SecretStoreError::Locked, ErrorCode::KeychainLocked, VaultState::Locked),
        (SecretStoreError::Denied, ErrorCode::KeychainDenied, VaultState::Denied),
        (SecretStoreError::Missing, ErrorCode::KeychainMissing, VaultState::Missing),
    ] {
        keychain.set(Some(error));
        let (again, asked) = (person.another_window(), keychain.asked());
        assert_eq!(again.sites(), std::slice::from_ref(&site));
        assert_eq!((again.stored_sites().unwrap().len(), keychain.asked()), (1, asked), "listed without asking");
        assert_eq!(again.spaces(&site.id).await.unwrap_err().code, code);
        assert_eq!(again.vault_state(), state);
        assert_eq!(again.stored_sites().unwrap()[0].state, SignInState::Locked);
        keychain.set(None);
        assert_eq!(again.retry_vault().await.unwrap(), VaultState::Kept);
        again.spaces(&site.id).await.unwrap();
        assert_eq!(again.stored_sites().unwrap()[0].state, SignInState::Ready);
    }
}

#[tokio::test]
async fn without_a_keychain_a_sign_in_lasts_until_the_end_if_the_person_says_so() {
    let mut person = Person::on_cloud(OAuthOptions::cloud()).await;
    let keychain = Lockable::refusing(Some(SecretStoreError::Missing));
    person.keychain = keychain.clone();
    person.desktop = person.another_window();
    let (attempt, _, sites) = person.granted(person.request()).await;
    let (name, ids) = (&attempt.started.attempt, [sites[0].id.clone()]);
    assert_eq!(person.desktop.finish_sign_in(name, &ids).await.unwrap_err().code, ErrorCode::KeychainMissing);
    assert!(person.desktop.sites().is_empty());
    person.desktop.keep_until_quit().await.unwrap();
    let site = person.desktop.finish_sign_in(name, &ids).await.unwrap().remove(0);
    person.an_hour_passes();
    person.desktop.spaces(&site.id).await.unwrap();
    let stored = person.desktop.stored_sites().unwrap().remove(0);
    assert!(stored.until_quit && stored.state == SignInState::Ready);
    assert!(person.another_window().sites().is_empty(), "nothing was written down");
    keychain.set(None);
    assert_eq!(person.desktop.retry_vault().await.unwrap(), VaultState::Kept);
    assert_eq!(person.another_window().sites(), std::slice::from_ref(&site), "from now on it is kept");
    person.another_window().spaces(&site.id).await.unwrap();
}

#[tokio::test]
async fn a_person_whose_keychain_locks_goes_on_until_the_end_and_loses_nothing_of_what_was_kept() {
    let mut person = Person::on_cloud(OAuthOptions::cloud()).await;
    let keychain = Lockable::refusing(None);
    person.keychain = keychain.clone();
    person.desktop = person.another_window();
    let site = person.signed_in().await.remove(0);
    keychain.set(Some(SecretStoreError::Locked));
    person.desktop = person.another_window();
    let (attempt, _, sites) = person.granted(person.request()).await;
    let (name, ids) = (&attempt.started.attempt, [sites[0].id.clone()]);
    assert_eq!(person.desktop.finish_sign_in(name, &ids).await.unwrap_err().code, ErrorCode::KeychainLocked);
    person.desktop.keep_until_quit().await.unwrap();
    // The secret of the integration is as far away as the tokens.
    let bare = person.desktop.begin_sign_in(person.again(&site), |_| {}).await.unwrap_err();
    assert_eq!(bare.code, ErrorCode::SignInNeeded);
    let asked = keychain.asked();
    let again = person.desktop.finish_sign_in(name, &ids).await.unwrap().remove(0);
    person.an_hour_passes();
    person.desktop.spaces(&again.id).await.unwrap();
    assert_eq!(keychain.asked(), asked, "nobody is asked to unlock it any more");
    let next = person.another_window();
    assert_eq!(next.sites(), std::slice::from_ref(&site), "what was kept is still there");
    assert_eq!(person.desktop.sign_out(&again.id).await.unwrap_err().code, ErrorCode::KeychainLocked);
    keychain.set(None);
    assert_eq!(person.desktop.retry_vault().await.unwrap(), VaultState::Kept);
    person.desktop.spaces(&again.id).await.unwrap();
    person.desktop.sign_out(&again.id).await.unwrap();
    assert!(!person.own().join("data/vault").exists() && next.sites().is_empty());
}

#[tokio::test]
async fn an_edited_list_of_sites_leads_no_secret_astray() {
    let (person, site) = cloud().await;
    person.an_hour_passes();
    let stranger = Person::on_cloud(OAuthOptions::cloud()).await;
    let path = person.own().join("config/sites.json");
    let list = std::fs::read_to_string(&path).unwrap().replace(person.server.url(), stranger.server.url());
    pagelift_app::write_whole(&path, list.as_bytes()).unwrap();
    let again = window(&person.own(), &person.keychain, &Arc::new(Hand::default()), stranger.server.url());
    assert_eq!(again.spaces(&site.id).await.unwrap_err().code, ErrorCode::SignInEnded);
    assert_eq!((stranger.server.requests(), stranger.server.oauth_log().token_calls), (0, 0));
}

#[tokio::test]
async fn signing_out_during_a_renewal_leaves_nothing_behind() {
    let person = Person::on_data_center(OAuthOptions::data_center()).await;
    let site = person.signed_in().await.remove(0);
    person.an_hour_passes();
    person.server.fail_token_calls(&[TokenFault::Slow(300)]);
    let (desktop, id) = (person.desktop.clone(), site.id.clone());
    let asking = tokio::spawn(async move { desktop.spaces(&id).await });
    while person.renewals() == 0 {
        tokio::task::yield_now().await;
    }
    person.desktop.sign_out(&site.id).await.unwrap();
    assert_eq!(asking.await.unwrap().unwrap_err().code, ErrorCode::SignInEnded);
    let desktop = person.desktop.clone();
    tokio::task::spawn_blocking(move || desktop.close()).await.unwrap();
    assert!(!person.own().join("data/vault").exists() && person.another_window().sites().is_empty());
    assert_eq!(person.server.oauth_log().revocations, 2, "the old token and the new one");
}
