use pagelift_model::{Secret, SiteKind};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use super::*;
use pagelift_confluence::oauth::Pkce;

use crate::SystemClock;
use crate::accounts::store::KnownServer;

const REDIRECT: &str = "app.pagelift:/oauth/callback";

fn beginning(site: &str) -> (Beginning, UnboundedReceiver<SignInEvent>) {
    let base = SiteAddress::parse(site).unwrap();
    let known = KnownIntegration {
        app: None,
        server: KnownServer::DataCenter { base: base.to_string() },
        client_id: "client".to_owned(),
        redirect: REDIRECT.to_owned(),
        pkce: Pkce::default(),
    };
    let (sender, events) = unbounded_channel();
    let beginning = Beginning {
        connection: site.to_owned(),
        integration: known.with_secret(Some(Secret::new("secret".to_owned()))).unwrap(),
        known,
        card: None,
        route: ReturnRoute::DeepLink,
        wanted: Wanted { address: base, name: String::new(), again: None },
        entries: Entries::default(),
        clock: Arc::new(SystemClock),
        underway: Arc::default(),
        tell: Arc::new(move |event| drop(sender.send(event))),
    };
    (beginning, events)
}

fn failure(event: Option<SignInEvent>) -> ErrorCode {
    match event {
        Some(SignInEvent::Failed { error }) => error.code,
        other => panic!("it did not fail: {other:?}"),
    }
}

fn state(started: &SignInStarted) -> String {
    let address = Url::parse(&started.address).unwrap();
    address.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned()
}

#[tokio::test]
async fn nobody_who_comes_back_too_late_is_let_in() {
    let attempts = Attempts::with_patience(Duration::from_millis(1));
    let (beginning, mut events) = beginning("https://wiki.example.com");
    let started = attempts.begin(beginning).await.unwrap();
    assert_eq!(failure(events.recv().await), ErrorCode::SignInTimedOut);
    assert!(!attempts.deliver(&format!("{REDIRECT}?code=x&state={}", state(&started))));
    assert_eq!(events.recv().await, None);
    let late = attempts.paste(&started.attempt, &format!("{REDIRECT}?code=x&state={}", state(&started)));
    assert_eq!(late.unwrap_err().code(), ErrorCode::SignInTimedOut);
}

fn granted(beginning: &Beginning) -> Phase {
    let tokens = pagelift_confluence::oauth::Tokens {
        access: Secret::new("access".to_owned()),
        refresh: None,
        lifetime: Duration::from_hours(1),
        scopes: None,
        server_time: None,
    };
    let account = crate::accounts::store::KnownAccount {
        id: "ada".to_owned(),
        name: "Ada".to_owned(),
        email: None,
        picture: None,
    };
    let (integration, known) = (beginning.integration.clone(), beginning.known.clone());
    let received = beginning.clock.now();
    Phase::Choosing(Arc::new(Granted { integration, known, tokens, received, account, places: Vec::new() }))
}

#[tokio::test]
async fn a_choice_that_nobody_makes_is_given_up_as_well() {
    for is_choosing in [true, false] {
        let attempts = Attempts::with_patience(Duration::from_millis(20));
        // Nobody listens there: what is taken back costs nothing.
        let (beginning, mut events) = beginning("http://127.0.0.1:9");
        let phase = if is_choosing { granted(&beginning) } else { Phase::Exchanging };
        attempts.begin(beginning).await.unwrap();
        attempts.pending()[0].phase = phase;
        assert_eq!(failure(events.recv().await), ErrorCode::SignInTimedOut);
        assert!(attempts.pending().is_empty());
    }
}

#[tokio::test]
async fn a_newer_attempt_does_not_end_one_that_is_being_kept() {
    let attempts = Attempts::default();
    let (first, mut events) = beginning("http://127.0.0.1:9");
    let (phase, name) = (granted(&first), attempts.begin(first).await.unwrap().attempt);
    attempts.pending()[0].phase = phase;
    let (pending, _) = attempts.take(&name).unwrap();
    let (newer, _other_events) = beginning("http://127.0.0.1:9");
    attempts.begin(newer).await.unwrap();
    attempts.cancel(&name);
    assert!(events.try_recv().is_err(), "nothing was told");
    attempts.put_back(pending);
    assert!(attempts.take(&name).is_ok(), "what could not be kept at once can be chosen again");
}

#[tokio::test]
async fn what_is_cancelled_is_gone_and_tells_nothing_more() {
    let attempts = Attempts::default();
    let (beginning, mut events) = beginning("https://wiki.example.com");
    let started = attempts.begin(beginning).await.unwrap();
    attempts.cancel(&started.attempt);
    assert!(!attempts.deliver(&format!("{REDIRECT}?error=access_denied&state={}", state(&started))));
    assert_eq!(events.recv().await, None);
    attempts.cancel("nothing of this name");
}

#[tokio::test]
async fn each_attempt_has_a_state_and_a_name_of_its_own() {
    let attempts = Attempts::default();
    let (first, mut events) = beginning("https://wiki.example.com");
    let (second, _other_events) = beginning("https://other.example.com");
    let (first, second) = (attempts.begin(first).await.unwrap(), attempts.begin(second).await.unwrap());
    assert!(state(&first) != state(&second) && first.attempt != second.attempt);
    assert!(state(&first).len() >= 43, "256 bits");
    assert!(!first.address.contains("secret") && !first.address.contains(&first.attempt));
    assert!(attempts.deliver(&format!("{REDIRECT}?error=access_denied&state={}", state(&first))));
    assert_eq!(failure(events.recv().await), ErrorCode::SignInCancelled);
    assert_eq!(attempts.pending().len(), 1, "the other one waits on");
}

#[test]
fn a_return_address_says_by_which_way_it_leads_back() {
    for (redirect, route) in [
        (REDIRECT, ReturnRoute::DeepLink),
        ("http://localhost:17893/oauth/callback", ReturnRoute::Loopback),
        ("http://127.0.0.1:17893/x", ReturnRoute::Loopback),
        ("http://[::1]:17893/x", ReturnRoute::Loopback),
        ("http://localhost/x", ReturnRoute::Paste),
        ("http://example.com:17893/x", ReturnRoute::Paste),
        ("https://wiki.example.com", ReturnRoute::Paste),
    ] {
        assert_eq!(route_of(redirect), route, "{redirect}");
    }
    assert_eq!(crate::setup_guide::usual_callback(SiteKind::DataCenter, ReturnRoute::DeepLink, None), REDIRECT);
}
