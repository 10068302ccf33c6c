//! What must not come of a sign-in, whatever others send while it waits.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

use pagelift_app::ipc::{ReturnRoute, SignInEvent, SignInRequest};
use pagelift_fake::{OAuthOptions, TokenFault};
use pagelift_model::{ErrorCode, SiteKind};

use crate::person::{DEEP_LINK, Person, try_visit, visit};

async fn cloud() -> Person {
    Person::on_cloud(OAuthOptions::cloud()).await
}

/// `name` of the query of `address` with another value.
fn with(address: &str, name: &str, value: &str) -> String {
    let mut url = url::Url::parse(address).unwrap();
    let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    let changed = pairs.into_iter().map(|(key, old)| if key == name { (key, value.to_owned()) } else { (key, old) });
    let changed: Vec<_> = changed.collect();
    url.query_pairs_mut().clear().extend_pairs(changed);
    url.to_string()
}

/// Sends bytes to a port of this computer and answers what comes back.
async fn raw(port: u16, request: String) -> String {
    let send = move || {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        // Whoever is refused in the middle does not get to say the rest.
        let _ = stream.write_all(request.as_bytes());
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        String::from_utf8(answer).unwrap()
    };
    tokio::task::spawn_blocking(send).await.unwrap()
}

fn port(redirect: &str) -> u16 {
    url::Url::parse(redirect).unwrap().port().unwrap()
}

#[tokio::test]
async fn a_wrong_missing_or_repeated_state_costs_nothing() {
    let person = cloud().await;
    let mut attempt = person.begin(person.request()).await;
    let callback = attempt.callback().await;
    let state =
        url::Url::parse(&callback).unwrap().query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned();
    let redirect = &person.redirect;
    for hostile in [
        with(&callback, "state", "guess"),
        with(&callback, "state", ""),
        with(&callback, "state", &state[..state.len() - 1]),
        with(&callback, "state", &format!("{state}a")),
        with(&callback, "state", &state.to_uppercase()),
        format!("{redirect}?code=x"),
        format!("{redirect}?state={state}"),
        format!("{redirect}?code=x&state={state}&state={state}"),
        format!("{redirect}?code=x&code=y&state={state}"),
        format!("{redirect}?code=x&state={state}&error=access_denied"),
        format!("{redirect}?error=access_denied"),
        format!("{redirect}?error=access_denied&state=guess"),
        redirect.clone(),
    ] {
        let shown = visit(&hostile).await;
        assert_eq!(shown.status, 400, "{hostile}");
        assert!(!shown.text.contains("guess") && !shown.text.contains(&state));
    }
    assert!(attempt.is_quiet());
    assert_eq!(visit(&callback).await.status, 303, "and the right one is taken all the same");
    attempt.choice().await;
    assert_ne!(visit_or_closed(&callback).await, Some(303), "once");
    assert!(attempt.is_quiet());
    assert_eq!(person.server.oauth_log().code_reuses, 0);
}

/// The status of an answer; nothing where nobody listens.
async fn visit_or_closed(address: &str) -> Option<u16> {
    try_visit(address).await.map(|shown| shown.status)
}

#[tokio::test]
async fn the_newer_attempt_of_a_connection_takes_the_place_of_the_older() {
    let person = cloud().await;
    let mut older = person.begin(person.request()).await;
    let old = older.callback().await;
    let mut newer = person.begin(person.request()).await;
    assert_eq!(older.failure().await, ErrorCode::SignInCancelled);
    assert_eq!(visit(&old).await.status, 400, "the answer of the older one is nobody's");
    assert!(newer.is_quiet());
    newer.return_by_loopback().await;
    newer.choice().await;
    assert!(older.is_quiet());
}

#[tokio::test]
async fn an_answer_finishes_its_own_attempt_and_no_other() {
    let redirect = crate::person::loopback();
    let one = Person::at(SiteKind::DataCenter, OAuthOptions::data_center(), redirect.clone()).await;
    let two = Person::at(SiteKind::DataCenter, OAuthOptions::data_center(), redirect).await;
    // Both sites wait in one window, at one port.
    let mut first = one.begin(one.request()).await;
    let mut second = one.begin(SignInRequest { address: two.address(), ..two.request() }).await;
    let (of_first, of_second) = (first.callback().await, second.callback().await);
    let wrong = one.desktop.paste_callback(&second.started.attempt, &of_first).unwrap_err();
    assert_eq!(wrong.code, ErrorCode::SignInUnknown);
    assert!(first.is_quiet() && second.is_quiet());
    assert_eq!(visit(&of_second).await.status, 303);
    second.choice().await;
    assert!(first.is_quiet());
    assert_eq!(visit(&of_first).await.status, 303);
    first.choice().await;
    // Each code went to the server that its own attempt began with.
    assert_eq!((one.server.oauth_log().exchanges, two.server.oauth_log().exchanges), (1, 1));
    assert!(one.server.oauth_log().token_errors.is_empty() && two.server.oauth_log().token_errors.is_empty());
}

#[tokio::test]
async fn an_answer_that_names_another_server_is_not_taken() {
    let person = cloud().await;
    let mut attempt = person.begin(person.request()).await;
    let callback = attempt.callback().await;
    let mixed_up = format!("{callback}&iss=https%3A%2F%2Fevil.example");
    assert_eq!(visit(&mixed_up).await.status, 400);
    let right = format!("{callback}&iss={}", person.server.url().replace(':', "%3A").replace('/', "%2F"));
    assert_eq!(visit(&right).await.status, 303);
    attempt.choice().await;
}

#[tokio::test]
async fn a_port_that_is_taken_is_said_to_be_and_pasting_still_works() {
    let person = cloud().await;
    let squatter = TcpListener::bind(("127.0.0.1", port(&person.redirect))).unwrap();
    let refused = person.desktop.begin_sign_in(person.request(), |_| {}).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::PortTaken);
    let mut request = person.request();
    if let Some(integration) = &mut request.integration {
        integration.route = ReturnRoute::Paste;
    }
    let mut attempt = person.begin(request).await;
    let callback = attempt.callback().await;
    person.desktop.paste_callback(&attempt.started.attempt, &callback).unwrap();
    attempt.choice().await;
    drop(squatter);
    person.begin(person.request()).await;
}

#[tokio::test]
async fn a_second_listener_is_refused_on_either_address() {
    let person = cloud().await;
    let _attempt = person.begin(person.request()).await;
    let port = port(&person.redirect);
    for address in ["127.0.0.1", "::1"] {
        assert!(TcpListener::bind((address, port)).is_err(), "{address}");
    }
    let other = person.another_window().begin_sign_in(person.request(), |_| {}).await.unwrap_err();
    assert_eq!(other.code, ErrorCode::PortTaken);
}

#[tokio::test]
async fn the_listener_is_there_for_the_sign_in_alone() {
    let person = cloud().await;
    assert_eq!(visit_or_closed(&person.redirect).await, None);
    let attempt = person.begin(person.request()).await;
    assert_eq!(visit_or_closed(&person.redirect).await, Some(400));
    person.desktop.cancel_sign_in(&attempt.started.attempt);
    while visit_or_closed(&person.redirect).await.is_some() {}
    let mut attempt = person.begin(person.request()).await;
    let back = visit(&attempt.callback().await).await;
    let done = url::Url::parse(&person.redirect).unwrap().join(&back.location()).unwrap();
    attempt.choice().await;
    assert_eq!(visit(done.as_str()).await.status, 200);
    while visit_or_closed(&person.redirect).await.is_some() {}
}

#[tokio::test]
async fn another_host_path_method_or_size_gets_nothing() {
    let person = cloud().await;
    let mut attempt = person.begin(person.request()).await;
    let (callback, port) = (attempt.callback().await, port(&person.redirect));
    let target = &callback[callback.find("/oauth").unwrap()..];
    let host = format!("localhost:{port}");
    let get = |target: &str, host: &str| format!("GET {target} HTTP/1.1\r\nHost: {host}\r\n\r\n");
    for (request, status) in [
        (get(target, "evil.example"), "404"),
        (get(target, &format!("evil.example:{port}")), "404"),
        (get(target, &format!("127.0.0.1:{port}")), "404"),
        (get(target, "localhost"), "404"),
        (get(target, &format!("{host}.evil.example")), "404"),
        (format!("GET {target} HTTP/1.1\r\n\r\n"), "404"),
        (format!("GET {target} HTTP/1.1\r\nHost: {host}\r\nHost: {host}\r\n\r\n"), "404"),
        (get(&target.replace("/oauth/callback", "/oauth/callback/"), &host), "404"),
        (get(&target.replace("/oauth/callback", "/OAuth/callback"), &host), "404"),
        (get(&target.replace("/oauth/callback", "//oauth/callback"), &host), "404"),
        (get("/favicon.ico", &host), "404"),
        (get("/oauth/callback/done", &host), "404"),
        (get(&callback, &host), "404"),
        (get(target, &host).replace("GET", "POST"), "405"),
        (get(target, &host).replace("GET", "HEAD"), "405"),
        (get(target, &host).replace("GET", "OPTIONS"), "405"),
        (get(&format!("{target}&error_description={}", "x".repeat(9000)), &host), "431"),
        (format!("GET {target} HTTP/1.1\r\nHost: {host}\r\nX: {}\r\n\r\n", "y".repeat(9000)), "431"),
        ("\u{16}\u{3}\u{1} not http\r\n\r\n".to_owned(), "400"),
    ] {
        let answer = raw(port, request.clone()).await;
        let shown: String = request.chars().take(120).collect();
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{shown:?}: {answer}");
        assert!(!answer.contains("code=") && !answer.contains("evil"), "{answer}");
    }
    assert!(attempt.is_quiet());
    assert_eq!(visit(&callback).await.status, 303);
    attempt.choice().await;
}

#[tokio::test]
async fn every_answer_page_is_static_and_may_do_nothing() {
    let person = cloud().await;
    let attempt = person.begin(person.request()).await;
    let callback = attempt.callback().await;
    let foreign = visit(&with(&callback, "state", "<script>alert(1)</script>")).await;
    let nothing = visit(&callback.replace("/oauth/callback", "/nothing")).await;
    let back = visit(&callback).await;
    let location = back.location();
    assert!(!location.contains('?') && back.text.is_empty());
    let done = visit(url::Url::parse(&callback).unwrap().join(&location).unwrap().as_str()).await;
    for shown in [&foreign, &nothing, &back, &done] {
        let header = |name: &str| shown.header(name).unwrap().to_owned();
        assert!(header("content-security-policy").starts_with("default-src 'none'; style-src 'sha256-"));
        assert!(!header("content-security-policy").contains("unsafe"));
        assert_eq!(header("cache-control"), "no-store");
        assert_eq!(header("referrer-policy"), "no-referrer");
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert_eq!(header("connection"), "close");
        assert_eq!(header("content-type"), "text/html; charset=utf-8");
        assert!(!shown.text.contains("<script") && !shown.text.contains("alert"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_stray_requests_disturb_and_do_not_end_the_sign_in() {
    let person = cloud().await;
    let mut attempt = person.begin(person.request()).await;
    let callback = attempt.callback().await;
    let stray = with(&callback, "state", "stray");
    for _ in 0..20 {
        let batch = (0..50).map(|_| visit_or_closed(&stray));
        let statuses = futures::future::join_all(batch).await;
        assert!(statuses.iter().all(|status| *status == Some(400)), "{statuses:?}");
    }
    assert_eq!(attempt.next().await, SignInEvent::Disturbed);
    assert!(attempt.is_quiet(), "it is said once");
    assert_eq!(visit(&callback).await.status, 303);
    attempt.choice().await;
}

#[tokio::test]
async fn callers_that_say_nothing_do_not_keep_the_browser_waiting() {
    let person = cloud().await;
    let mut attempt = person.begin(person.request()).await;
    let (callback, port) = (attempt.callback().await, port(&person.redirect));
    let mut idle = Vec::new();
    for _ in 0..400 {
        idle.push(tokio::net::TcpStream::connect(("127.0.0.1", port)).await.unwrap());
    }
    // Those that came first have been sent away for the others.
    assert_eq!(visit(&callback).await.status, 303);
    assert_eq!(attempt.next().await, SignInEvent::Disturbed);
    attempt.choice().await;
    drop(idle);
}

#[tokio::test]
async fn every_error_of_the_standard_counts_with_the_right_state_alone() {
    let codes = [
        ("access_denied", ErrorCode::SignInCancelled),
        ("invalid_request", ErrorCode::IntegrationRejected),
        ("unauthorized_client", ErrorCode::IntegrationRejected),
        ("unsupported_response_type", ErrorCode::IntegrationRejected),
        ("invalid_scope", ErrorCode::IntegrationRejected),
        ("server_error", ErrorCode::SiteFailed),
        ("temporarily_unavailable", ErrorCode::SiteFailed),
        ("<b>made up</b>", ErrorCode::IntegrationRejected),
    ];
    let person = cloud().await;
    for (word, code) in codes {
        let mut attempt = person.begin(person.request()).await;
        let callback = attempt.callback().await;
        let state =
            url::Url::parse(&callback).unwrap().query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned();
        let error = |state: &str| {
            let mut url = url::Url::parse(&person.redirect).unwrap();
            url.query_pairs_mut().append_pair("error", word).append_pair("error_description", "<i>why</i>");
            url.query_pairs_mut().append_pair("state", state);
            url.to_string()
        };
        assert_eq!(visit(&error("wrong")).await.status, 400);
        assert!(attempt.is_quiet());
        assert_eq!(visit(&error(&state)).await.status, 303);
        let SignInEvent::Failed { error } = attempt.next().await else { panic!("{word}") };
        assert_eq!(error.code, code, "{word}");
        assert!(!error.message.contains("why") && !error.message.contains('<'));
    }
    assert!(person.desktop.sites().is_empty());
}

#[tokio::test]
async fn a_code_from_elsewhere_is_not_taken_through_the_deep_link() {
    let person = Person::at(SiteKind::DataCenter, OAuthOptions::data_center(), DEEP_LINK.to_owned()).await;
    let mut attempt = person.begin(person.request()).await;
    let callback = attempt.callback().await;
    let state =
        url::Url::parse(&callback).unwrap().query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned();
    for hostile in [
        with(&callback, "state", "guess"),
        callback.replace("app.pagelift:", "pagelift:"),
        callback.replace("app.pagelift:", "app.pagelift.evil:"),
        callback.replace("/oauth/callback", "/oauth/callback/more"),
        callback.replace("app.pagelift:/oauth/callback", "app.pagelift://evil/oauth/callback"),
        callback.replace("app.pagelift:/oauth/callback", "http://localhost:17893/oauth/callback"),
        format!("{callback}&state={state}"),
        format!("{callback}&error_uri={}", "x".repeat(9000)),
        format!("{DEEP_LINK}?error=access_denied"),
        "pagelift://open".to_owned(),
        String::new(),
    ] {
        assert!(!person.desktop.deliver_callback(&hostile), "{hostile}");
    }
    assert!(attempt.is_quiet());
    assert!(person.desktop.deliver_callback(&callback.replace("app.pagelift:/oauth", "app.pagelift://oauth")));
    attempt.choice().await;
}

#[tokio::test]
async fn token_answers_that_are_none_end_the_attempt_and_keep_nothing() {
    let person = cloud().await;
    let faults = [
        (TokenFault::Html, ErrorCode::AnswerUnreadable),
        (TokenFault::Truncated, ErrorCode::AnswerUnreadable),
        (TokenFault::Huge, ErrorCode::AnswerTooLarge),
        (TokenFault::Redirect, ErrorCode::AnswerUnreadable),
        (TokenFault::Throttled, ErrorCode::RateLimited),
        (TokenFault::Unavailable, ErrorCode::SiteFailed),
        (TokenFault::Lost, ErrorCode::SiteUnreachable),
    ];
    for (fault, code) in faults {
        person.server.fail_token_calls(&[fault]);
        let calls = person.server.oauth_log().token_calls;
        let mut attempt = person.begin(person.request()).await;
        attempt.return_by_loopback().await;
        assert_eq!(attempt.failure().await, code, "{fault:?}");
        assert_eq!(person.server.oauth_log().token_calls - calls, 1, "a code is sent once: {fault:?}");
    }
    assert_eq!(person.server.oauth_log().astray, 0, "no redirect is followed with a secret");
    assert!(person.desktop.sites().is_empty() && !person.own().join("data/vault").exists());
    person.signed_in().await;
}

#[tokio::test]
async fn a_slow_token_answer_can_be_cancelled_and_changes_nothing_afterwards() {
    let person = cloud().await;
    person.server.fail_token_calls(&[TokenFault::Slow(200)]);
    let mut attempt = person.begin(person.request()).await;
    attempt.return_by_loopback().await;
    assert_eq!(attempt.next().await, SignInEvent::Exchanging);
    person.desktop.cancel_sign_in(&attempt.started.attempt);
    while person.server.oauth_log().profiles == 0 {
        tokio::task::yield_now().await;
    }
    let name = &attempt.started.attempt;
    assert_eq!(person.desktop.finish_sign_in(name, &[]).await.unwrap_err().code, ErrorCode::SignInTimedOut);
    assert!(attempt.is_quiet() && person.desktop.sites().is_empty());
}

#[tokio::test]
async fn a_return_address_that_does_not_fit_the_way_is_refused() {
    let person = cloud().await;
    for (route, callback) in [
        (ReturnRoute::Loopback, "http://example.com:1234/x"),
        (ReturnRoute::Loopback, "http://localhost/oauth/callback"),
        (ReturnRoute::Loopback, "https://localhost:1234/x"),
        (ReturnRoute::Loopback, DEEP_LINK),
        (ReturnRoute::DeepLink, "http://localhost:1234/x"),
        (ReturnRoute::DeepLink, "pagelift:/oauth/callback"),
        (ReturnRoute::Paste, "not an address"),
        (ReturnRoute::Paste, "http://wiki.example/"),
        (ReturnRoute::Paste, "javascript:alert(1)"),
        (ReturnRoute::Paste, "https://ada:word@wiki.example/"),
    ] {
        let mut request = person.request();
        if let Some(integration) = &mut request.integration {
            integration.route = route;
            integration.callback = Some(callback.to_owned());
        }
        let refused = person.desktop.begin_sign_in(request, |_| {}).await.unwrap_err();
        assert_eq!(refused.code, ErrorCode::ReturnAddressInvalid, "{callback}");
    }
}
