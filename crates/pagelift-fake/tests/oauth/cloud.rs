//! Cloud: the authorization request and the token endpoint.

use std::time::Duration;

use pagelift_fake::{CLIENT_ID, CLIENT_SECRET, Client, OAuthOptions, Pkce};
use serde_json::json;

use crate::http::{
    ASKED, REDIRECT, SCOPES, ask, basic, cloud, consent, exchange, form, get, post, renew, send, signed_in, text,
};

const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const WRONG: &str = "wrong-wrong-wrong-wrong-wrong-wrong-wrong-wrong";
const S256: [(&str, &str); 2] = [("code_challenge", CHALLENGE), ("code_challenge_method", "S256")];

#[tokio::test]
async fn a_person_accepts_on_a_page_and_comes_back_with_a_code_and_the_state() {
    let server = cloud(OAuthOptions::cloud()).await;
    let page = ask(&server, &[]).await;
    assert_eq!((page.status, page.header("content-type").unwrap().as_str()), (200, "text/html; charset=utf-8"));
    for shown in ["Accept</button>", "Cancel</button>", "Ada Example (ada@example.com)", "read:page:confluence"] {
        assert!(page.text().contains(shown), "{shown}");
    }
    let request = page.hidden("request");
    let nothing = [("request", request.as_str()), ("account", "0"), ("answer", "accept")];
    assert!(post(&server, "/authorize", &nothing).await.text().contains("Choose a site."));
    let pairs = [("request", request.as_str()), ("account", "0"), ("site", "0"), ("answer", "accept")];
    let back = post(&server, "/authorize", &pairs).await;
    assert_eq!(back.status, 302);
    assert!(back.location().unwrap().starts_with(&format!("{REDIRECT}?code=")));
    assert_eq!(back.back("state").unwrap(), "a state & more");
    assert_eq!(post(&server, "/authorize", &pairs).await.status, 400, "the page can be answered once");
}

#[tokio::test]
async fn a_person_cancels_and_comes_back_with_an_error_and_the_state() {
    let server = cloud(OAuthOptions::cloud()).await;
    let request = ask(&server, &[]).await.hidden("request");
    let back = post(&server, "/authorize", &[("request", &request), ("account", "0"), ("answer", "cancel")]).await;
    assert_eq!(back.back("error").unwrap(), "access_denied");
    assert_eq!(back.back("state").unwrap(), "a state & more");
    assert_eq!(back.back("code"), None);
    assert_eq!(server.oauth_log().cancels, 1);
}

#[tokio::test]
async fn a_request_that_is_not_to_be_trusted_ends_on_a_page() {
    let server = cloud(OAuthOptions::cloud()).await;
    let wrong = [
        ("client_id", "another"),
        ("redirect_uri", "http://localhost:17894/oauth/callback"),
        ("redirect_uri", "http://127.0.0.1:17893/oauth/callback"),
        ("redirect_uri", "http://localhost:17893/oauth/callback/"),
        ("redirect_uri", ""),
        ("scope", "read:space:confluence read:everything:confluence"),
        ("scope", "offline_access"),
        ("scope", ""),
        ("scope", "export:markdown:custom"),
        ("audience", ""),
        ("audience", "api.example.com"),
        ("prompt", ""),
        ("state", ""),
    ];
    for change in wrong {
        let page = ask(&server, &[change]).await;
        assert_eq!((page.status, page.location()), (400, None), "{change:?}");
        assert!(page.header("content-type").unwrap().starts_with("text/html"));
    }
    let twice = format!("/authorize?{}&state=another", form(&ASKED));
    assert_eq!(send(server.url(), "GET", &twice, &[], "").await.status, 400);
    assert_eq!(server.oauth_log().refused_authorizations, wrong.len() as u64 + 1);
    assert_eq!(ask(&server, &[("response_type", "token")]).await.back("error").unwrap(), "unsupported_response_type");
}

#[tokio::test]
async fn scopes_that_were_not_ticked_in_the_console_are_not_granted() {
    let mut options = OAuthOptions::cloud();
    options.clients[0].scopes = vec!["read:space:confluence".to_owned()];
    let server = cloud(options).await;
    let code = consent(&server, "0", &["0"], &[]).await;
    assert_eq!(exchange(&server, &code, &[]).await.json()["scope"], "offline_access read:space:confluence");
    assert_eq!(ask(&server, &[("scope", "read:me offline_access")]).await.status, 400);
}

#[tokio::test]
async fn a_code_is_exchanged_by_form_and_by_json() {
    let server = cloud(OAuthOptions::cloud()).await;
    for is_form in [true, false] {
        let code = consent(&server, "0", &["0"], &[]).await;
        let pairs = [
            ("grant_type", "authorization_code"),
            ("client_id", CLIENT_ID),
            ("client_secret", CLIENT_SECRET),
            ("redirect_uri", REDIRECT),
            ("code", code.as_str()),
        ];
        let answer =
            if is_form { post(&server, "/oauth/token", &pairs).await } else { exchange(&server, &code, &[]).await };
        assert_eq!((answer.status, answer.header("cache-control").unwrap().as_str()), (200, "no-store"));
        let pair = answer.json();
        assert_eq!((&pair["token_type"], &pair["expires_in"]), (&json!("Bearer"), &json!(3600)));
        let mut scopes: Vec<&str> = SCOPES.split(' ').collect();
        scopes.sort_unstable();
        assert_eq!(pair["scope"], scopes.join(" "));
        assert!(pair["access_token"].is_string() && pair["refresh_token"].is_string());
    }
    let answer = send(server.url(), "POST", "/oauth/token", &[("Content-Type", "text/plain")], "grant_type=x").await;
    assert_eq!(answer.refusal(), (400, "invalid_request".to_owned()));
}

#[tokio::test]
async fn the_secret_counts_in_the_body_alone() {
    let server = cloud(OAuthOptions::cloud()).await;
    let code = consent(&server, "0", &["0"], &S256).await;
    for secret in ["", "wrong"] {
        let answer = exchange(&server, &code, &[("client_secret", secret), ("code_verifier", VERIFIER)]).await;
        assert_eq!(answer.status, 401);
        assert_eq!(answer.json(), json!({"error": "access_denied", "error_description": "Unauthorized"}));
    }
    let pairs = [("grant_type", "authorization_code"), ("client_id", CLIENT_ID), ("redirect_uri", REDIRECT)];
    let body = format!("{}&code={code}", form(&pairs));
    let auth = basic(CLIENT_ID, CLIENT_SECRET);
    let headers = [("Content-Type", crate::http::FORM), ("Authorization", auth.as_str())];
    assert_eq!(send(server.url(), "POST", "/oauth/token", &headers, &body).await.status, 401);
    assert_eq!(server.oauth_log().token_errors["access_denied"], 3);
    assert_eq!(exchange(&server, &code, &[]).await.status, 200, "the code was not spent on them");
}

#[tokio::test]
async fn a_code_is_good_once_and_its_second_use_ends_the_tokens() {
    let server = cloud(OAuthOptions::cloud()).await;
    let code = consent(&server, "0", &["0"], &[]).await;
    let access = text(&exchange(&server, &code, &[]).await.json(), "access_token");
    assert_eq!(get(server.url(), "/me", &access).await.status, 200);
    assert_eq!(exchange(&server, &code, &[]).await.refusal(), (403, "invalid_grant".to_owned()));
    assert_eq!(get(server.url(), "/me", &access).await.status, 401);
    assert_eq!(server.oauth_log().code_reuses, 1);
}

#[tokio::test]
async fn a_code_is_bound_to_its_redirect_and_its_client_and_ends_soon() {
    let mut options = OAuthOptions::cloud();
    let other = Client { id: "other".to_owned(), ..options.clients[0].clone() };
    options.clients.push(other);
    let server = cloud(options).await;
    let code = consent(&server, "0", &["0"], &[]).await;
    let answer = exchange(&server, &code, &[("client_id", "other")]).await;
    assert_eq!(answer.refusal(), (403, "invalid_grant".to_owned()));
    let answer = exchange(&server, &code, &[("redirect_uri", "http://localhost:1/oauth/callback")]).await;
    assert_eq!(answer.refusal(), (403, "invalid_grant".to_owned()));
    assert_eq!(exchange(&server, &code, &[]).await.status, 403, "a failed exchange spends it");

    let late = consent(&server, "0", &["0"], &[]).await;
    server.advance_clock(Duration::from_mins(1));
    assert_eq!(exchange(&server, &late, &[]).await.refusal(), (403, "invalid_grant".to_owned()));
}

#[tokio::test]
async fn proof_keys_are_ignored_unless_they_are_to_be_checked() {
    let server = cloud(OAuthOptions::cloud()).await;
    let code = consent(&server, "0", &["0"], &S256).await;
    assert_eq!(exchange(&server, &code, &[("code_verifier", WRONG)]).await.status, 200);

    let server = cloud(OAuthOptions { pkce: Pkce::Required, ..OAuthOptions::cloud() }).await;
    assert_eq!(ask(&server, &[]).await.back("error").unwrap(), "invalid_request");
    for (verifier, status) in [(VERIFIER, 200), (WRONG, 403), ("", 403)] {
        let code = consent(&server, "0", &["0"], &S256).await;
        assert_eq!(exchange(&server, &code, &[("code_verifier", verifier)]).await.status, status, "{verifier}");
    }
}

#[tokio::test]
async fn a_refresh_token_may_come_again_for_ten_minutes_and_then_ends_everything() {
    let server = cloud(OAuthOptions::cloud()).await;
    let (_, first) = signed_in(&server).await;
    let second = text(&renew(&server, &first).await.json(), "refresh_token");
    assert_ne!(first, second);
    server.advance_clock(Duration::from_secs(599));
    assert_eq!(renew(&server, &first).await.status, 200, "the answer may have been lost");
    assert_eq!((server.oauth_log().leeway_uses, server.oauth_log().reuses), (1, 0));

    server.advance_clock(Duration::from_secs(2));
    let reused = renew(&server, &first).await;
    assert_eq!(reused.status, 403);
    assert_eq!(reused.json(), json!({"error": "unauthorized_client", "error_description": "refresh_token is invalid"}));
    assert_eq!(server.oauth_log().reuses, 1);
    let ended = renew(&server, &second).await;
    assert_eq!(ended.status, 403);
    assert_eq!(
        ended.json(),
        json!({"error": "invalid_grant", "error_description": "Unknown or invalid refresh token."})
    );
    assert_eq!(renew(&server, "unknown").await.refusal(), (403, "unauthorized_client".to_owned()));
}

#[tokio::test]
async fn a_refresh_token_comes_only_when_asked_for_and_ends_when_it_is_not_used() {
    let server = cloud(OAuthOptions::cloud()).await;
    let code = consent(&server, "0", &["0"], &[("scope", "read:space:confluence")]).await;
    assert!(exchange(&server, &code, &[]).await.json().get("refresh_token").is_none());
    let (_, refresh) = signed_in(&server).await;
    server.advance_clock(Duration::from_hours(90 * 24));
    assert_eq!(renew(&server, &refresh).await.refusal(), (403, "invalid_grant".to_owned()));
}

#[tokio::test]
async fn tokens_are_as_large_and_answers_as_bare_as_asked_for() {
    let options = OAuthOptions {
        token_size: 8192,
        without_token_type: true,
        expires_in: Duration::from_secs(7),
        ..OAuthOptions::cloud()
    };
    let server = cloud(options).await;
    let code = consent(&server, "0", &["0"], &[]).await;
    let pair = exchange(&server, &code, &[]).await.json();
    assert!(pair.get("token_type").is_none());
    assert_eq!(pair["expires_in"], 7);
    let access = text(&pair, "access_token");
    assert_eq!((access.len(), access.split('.').count()), (8192, 3));
    assert_eq!(get(server.url(), "/me", &access).await.status, 200);
    server.advance_clock(Duration::from_secs(7));
    assert_eq!(get(server.url(), "/me", &access).await.status, 401);
}
