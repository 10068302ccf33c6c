//! Where secrets must not be: in files, log lines, and what crosses to the window.

use std::collections::BTreeMap;
use std::fmt::{Debug, Write as _};
use std::path::Path;
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

use pagelift_app::ipc::{CardRequest, SignInEvent};
use pagelift_fake::{CLIENT_SECRET, OAuthOptions, ServerOptions, TokenFault};
use pagelift_model::{ErrorCode, Secret};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use crate::person::{Person, accept};
use crate::{Window, token, totals};

/// Everything that is logged by any part of the program, at any level.
struct Log(Mutex<String>);

static LOG: LazyLock<Arc<Log>> = LazyLock::new(|| {
    let log = Arc::new(Log(Mutex::default()));
    tracing::subscriber::set_global_default(Arc::clone(&log)).unwrap();
    log
});

struct Line<'a>(&'a mut String);

impl Visit for Line<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let _ = write!(self.0, "{field}={value:?} ");
    }
}

impl Subscriber for Log {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        span.record(&mut Line(&mut self.0.lock().unwrap()));
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        values.record(&mut Line(&mut self.0.lock().unwrap()));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        event.record(&mut Line(&mut self.0.lock().unwrap()));
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

fn all_files(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let (mut files, mut folders) = (BTreeMap::new(), vec![root.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.insert(path.display().to_string(), std::fs::read(&path).unwrap());
            }
        }
    }
    files
}

/// Asserts that none of the secrets is in any file below the folders, in the log or in what the window was told.
fn assert_hidden(folders: &[&Path], secrets: &[String], shown: &str) {
    let log = LOG.0.lock().unwrap().clone();
    assert!(log.contains("message="), "something was logged");
    let files: Vec<(String, Vec<u8>)> = folders.iter().flat_map(|folder| all_files(folder)).collect();
    assert!(files.iter().any(|(name, _)| name.ends_with("data/vault")));
    for secret in secrets {
        assert!(!log.contains(secret), "a secret is in the log");
        assert!(!shown.contains(secret), "a secret was shown");
        for (name, bytes) in &files {
            assert!(!String::from_utf8_lossy(bytes).contains(secret), "a secret is in {name}");
        }
    }
}

/// A fault in a task that holds secrets and makes its text from them.
async fn assert_panic_is_hidden(secrets: Vec<String>) {
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        LOG.0.lock().unwrap().push_str(&pagelift_app::crash_text(info));
        before(info);
    }));
    let holding = tokio::spawn(async move { assert!(secrets.is_empty(), "held: {secrets:?}") });
    assert!(holding.await.unwrap_err().is_panic());
    assert!(LOG.0.lock().unwrap().contains("secrets.rs:"), "the place is told");
}

#[tokio::test]
async fn no_code_token_or_secret_is_in_any_file_log_line_or_message() {
    LazyLock::force(&LOG);
    // As large as they get.
    let person = Person::on_cloud(OAuthOptions { token_size: 8192, ..OAuthOptions::cloud() }).await;
    let mut shown = String::new();
    let mut show = |thing: &dyn Debug| {
        let _ = writeln!(shown, "{thing:?}");
    };

    let (attempt, account, sites) = person.granted(person.request()).await;
    assert!(account.picture.is_some_and(|picture| picture.starts_with("data:image/png;base64,")));
    let name = attempt.started.attempt.clone();
    let site = person.desktop.finish_sign_in(&name, &[sites[0].id.clone()]).await.unwrap().remove(0);
    // What goes wrong is told and logged as well.
    person.clock.turn(3600);
    person.server.advance_clock(Duration::from_hours(1));
    person.server.fail_token_calls(&[TokenFault::Html, TokenFault::Truncated]);
    show(&person.desktop.spaces(&site.id).await);
    person.server.set_consent(accept(1));
    let mut other = person.begin(person.again(&site)).await;
    other.return_by_loopback().await;
    show(&other.next().await);
    let SignInEvent::Failed { error } = other.next().await else { panic!("another person signed in") };
    assert_eq!(error.code, ErrorCode::SignInOfAnother);
    show(&error);
    let options = ServerOptions::default();
    let typed = token(&person.address(), &options.email, &options.token);
    show(&typed);
    show(&person.request());
    show(&person.desktop.connect_with_token(typed).await);
    show(&person.desktop.test_site(&site.id).await);
    show(&(person.desktop.stored_sites(), person.desktop.sites(), person.desktop.vault_state()));
    let window = Window::on(tempfile::tempdir().unwrap(), person.desktop.clone(), site.clone());
    let (_, events) = window.export(&["DOCS"]).await;
    assert_eq!(totals(&events).0.failed, 0);
    show(&events);
    let card = CardRequest {
        site: Some(site.id.clone()),
        typed: None,
        passphrase: Some(Secret::new("correct horse".to_owned())),
    };
    let (_, card) = person.desktop.make_card(card).await.unwrap();
    show(&String::from_utf8(card.clone()));
    let card = person.desktop.open_card(&card).unwrap();
    show(&card);
    show(&person.desktop.unlock_card(card.id.clone(), "correct horse".to_owned()).await);
    show(&person.told.lock().unwrap().clone());
    show(&person.desktop.retry_vault().await);

    let mut secrets = person.server.issued_secrets();
    assert!(secrets.iter().filter(|secret| secret.len() > 8000).count() >= 3, "tokens of the largest size");
    secrets.extend([CLIENT_SECRET.to_owned(), options.token, "correct horse".to_owned()]);
    assert_panic_is_hidden(secrets.clone()).await;
    // The state of an attempt is in the address for the browser, which the window may have; nothing else is.
    assert_hidden(&[person.home.path(), window.home.path()], &secrets, &shown);
}
