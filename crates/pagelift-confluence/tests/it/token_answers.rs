//! Every answer of a token endpoint that has been seen, and some that nobody wants to see.

use std::time::Duration;

use pagelift_confluence::oauth::{
    Attempt, Integration, LOOPBACK_CALLBACK, OAuthError, Origins, Pkce, Provider, Tokens, accessible_sites,
    cloud_account,
};
use pagelift_model::{ErrorCode, Secret, SiteAddress};

use crate::harness::{Scripted, json, reply};

const SECRETS: [&str; 4] = ["the-secret", "the-code", "the-refresh", "the-access"];

fn secret(text: &str) -> Secret {
    Secret::new(text.to_owned())
}

fn integration(provider: Provider) -> Integration {
    Integration {
        provider,
        client_id: "the-id".to_owned(),
        client_secret: Some(secret("the-secret")),
        redirect: LOOPBACK_CALLBACK.to_owned(),
        scopes: vec!["READ".to_owned(), "offline_access".to_owned()],
        sns: None,
    }
}

fn cloud(server: &Scripted) -> Integration {
    integration(Provider::Cloud(Origins::parse(&server.url, &server.url).unwrap()))
}

fn data_center(server: &Scripted) -> Integration {
    let base = SiteAddress::parse(&format!("{}/wiki", server.url)).unwrap();
    integration(Provider::DataCenter { base, pkce: Pkce::S256 })
}

/// What an exchange and a renewal come to, with one and the same answer.
async fn both(status: &str, headers: &str, body: &str) -> [Result<Tokens, OAuthError>; 2] {
    let answer = reply(status, headers, body);
    let server = Scripted::start(move |_, _| answer.clone()).await;
    let integration = cloud(&server);
    let attempt = Attempt::begin(&integration).unwrap();
    let exchanged = integration.exchange(&attempt, &secret("the-code")).await;
    let renewed = integration.renew(&secret("the-refresh")).await;
    assert_eq!(server.heads().len(), 2, "nothing is tried twice");
    for error in [&exchanged, &renewed].into_iter().filter_map(|outcome| outcome.as_ref().err()) {
        let shown = format!("{error} {error:?}");
        assert!(!SECRETS.iter().any(|secret| shown.contains(secret)), "{shown}");
        assert!(!shown.contains("SCAM"), "{shown}");
    }
    [exchanged, renewed]
}

const JSON: &str = "Content-Type: application/json\r\n";
const HTML: &str = "Content-Type: text/html; charset=utf-8\r\n";

#[tokio::test]
async fn each_refusal_means_what_it_means_at_its_own_step() {
    use ErrorCode::{AnswerUnreadable, IntegrationRejected, RateLimited, SignInEnded, SignInTimedOut, SiteFailed};
    let cases = [
        (
            "401 Unauthorized",
            r#"{"error":"access_denied","error_description":"Unauthorized"}"#,
            [IntegrationRejected; 2],
        ),
        (
            "403 Forbidden",
            r#"{"error":"unauthorized_client","error_description":"refresh_token is invalid"}"#,
            [IntegrationRejected, SignInEnded],
        ),
        (
            "403 Forbidden",
            r#"{"error":"invalid_grant","error_description":"Unknown or invalid refresh token."}"#,
            [SignInTimedOut, SignInEnded],
        ),
        (
            "400 Bad Request",
            r#"{"error":"invalid_grant","error_description":"SCAM the-code"}"#,
            [SignInTimedOut, SignInEnded],
        ),
        ("400 Bad Request", r#"{"error":"invalid_grant","error_description":{"a":1}}"#, [SignInTimedOut, SignInEnded]),
        ("400 Bad Request", r#"{"error":"invalid_client"}"#, [IntegrationRejected; 2]),
        ("400 Bad Request", r#"{"error":"unauthorized_client"}"#, [IntegrationRejected; 2]),
        ("400 Bad Request", r#"{"error":"invalid_request"}"#, [IntegrationRejected; 2]),
        ("400 Bad Request", r#"{"error":"invalid_scope"}"#, [IntegrationRejected; 2]),
        ("400 Bad Request", r#"{"error":"unsupported_grant_type"}"#, [IntegrationRejected; 2]),
        ("400 Bad Request", r#"{"error":"call 0800 SCAM"}"#, [IntegrationRejected; 2]),
        ("400 Bad Request", r#"{"error":"temporarily_unavailable"}"#, [SiteFailed; 2]),
        ("400 Bad Request", r#"{"message":"SCAM"}"#, [AnswerUnreadable; 2]),
        ("401 Unauthorized", "", [AnswerUnreadable; 2]),
        ("404 Not Found", "{}", [AnswerUnreadable; 2]),
        ("429 Too Many Requests", r#"{"error":"too_many"}"#, [RateLimited; 2]),
        ("500 Internal Server Error", r#"{"error":"invalid_grant"}"#, [SiteFailed; 2]),
        ("503 Service Unavailable", "", [SiteFailed; 2]),
    ];
    for (status, body, codes) in cases {
        let errors = both(status, JSON, body).await.map(Result::unwrap_err);
        assert_eq!(errors.each_ref().map(OAuthError::code), codes, "{status} {body}");
        let [exchanged, renewed] = errors;
        assert!(!exchanged.ends_grant(), "{status} {body}");
        assert_eq!(renewed.ends_grant(), codes[1] == SignInEnded, "{status} {body}");
    }
}

#[tokio::test]
async fn what_is_no_answer_of_an_authorization_server_is_told() {
    for (status, headers, body) in [
        ("200 OK", HTML, "<html>the-access</html>"),
        ("403 Forbidden", HTML, "<html>Blocked. SCAM</html>"),
        ("200 OK", JSON, r#"{"access_token":"the-access","token_type":"be"#),
        ("200 OK", JSON, r#"{"refresh_token":"the-refresh"}"#),
        ("200 OK", JSON, r#"{"access_token":""}"#),
        ("200 OK", JSON, r#"{"access_token":"the-access\nX-Evil: SCAM"}"#),
        ("200 OK", JSON, r#"{"access_token":"the-access","token_type":"mac"}"#),
        ("200 OK", JSON, r#"{"access_token":{"the-access":1}}"#),
        ("200 OK", JSON, ""),
        ("200 OK", JSON, "[]"),
        ("204 No Content", JSON, ""),
        ("302 Found", "Location: http://127.0.0.1:1/the-code\r\n", ""),
        ("307 Temporary Redirect", "Location: /elsewhere\r\n", ""),
    ] {
        for error in both(status, headers, body).await.map(Result::unwrap_err) {
            assert_eq!(error.code(), ErrorCode::AnswerUnreadable, "{status} {body}: {error}");
            assert_eq!(error.is_ambiguous(), status.starts_with('2'), "{status} {body}");
        }
    }
    let huge = format!(r#"{{"access_token":"{}"}}"#, "x".repeat(65 << 10));
    for error in both("200 OK", JSON, &huge).await.map(Result::unwrap_err) {
        assert_eq!((error.code(), error.is_ambiguous()), (ErrorCode::AnswerTooLarge, true));
    }
}

#[tokio::test]
async fn a_sign_in_is_read_in_every_notation() {
    let hour = Duration::from_hours(1);
    for (headers, body, lifetime) in [
        (JSON, r#"{"access_token":"the-access"}"#, hour),
        (JSON, r#"{"access_token":"the-access","token_type":"bearer","expires_in":7200}"#, 2 * hour),
        (JSON, r#"{"access_token":"the-access","token_type":"BEARER","expires_in":"7200"}"#, 2 * hour),
        (JSON, r#"{"access_token":"the-access","token_type":null,"expires_in":"soon"}"#, hour),
        (JSON, r#"{"access_token":"the-access","expires_in":-5,"created_at":1}"#, hour),
        (JSON, r#"{"access_token":"the-access","expires_in":0,"refresh_token":null}"#, hour),
        (JSON, r#"{"access_token":"the-access","expires_in":9e99,"refresh_token":""}"#, hour),
        (JSON, r#"{"access_token":"the-access","expires_in":9223372036854775807}"#, 365 * 24 * hour),
        ("Content-Type: text/plain\r\n", r#"{"access_token":"the-access"}"#, hour),
        ("", r#"{"access_token":"the-access","scope":""}"#, hour),
    ] {
        for tokens in both("200 OK", headers, body).await.map(Result::unwrap) {
            assert_eq!((tokens.access.expose(), tokens.lifetime), ("the-access", lifetime), "{body}");
            assert!(tokens.refresh.is_none() && tokens.scopes.is_none(), "{body}");
        }
    }
}

#[tokio::test]
async fn the_clock_of_the_server_comes_along() {
    let headers = format!("{JSON}Date: Wed, 25 Nov 2026 03:00:00 GMT\r\n");
    for tokens in both("200 OK", &headers, r#"{"access_token":"a"}"#).await.map(Result::unwrap) {
        assert_eq!(tokens.server_time, Some("2026-11-25T03:00:00Z".parse().unwrap()));
    }
}

#[tokio::test]
async fn more_than_was_asked_for_is_not_taken() {
    for (scope, is_taken) in [
        (r#""READ""#, true),
        (r#""offline_access READ""#, true),
        (r#"["READ"]"#, true),
        (r#""READ WRITE""#, false),
        (r#""ADMIN""#, false),
        (r#"["READ","WRITE"]"#, false),
    ] {
        let body = format!(r#"{{"access_token":"the-access","scope":{scope}}}"#);
        let [exchanged, renewed] = both("200 OK", JSON, &body).await;
        assert_eq!(exchanged.is_ok(), is_taken, "{scope}");
        if let Err(error) = exchanged {
            assert!(matches!(error, OAuthError::ScopesTooWide { .. }), "{error:?}");
            assert_eq!(error.code(), ErrorCode::IntegrationRejected);
        }
        // By then the old token is spent: what comes is kept, whatever another version asked for.
        assert!(renewed.is_ok(), "{scope}");
    }
}

#[tokio::test]
async fn secrets_go_into_the_body_and_nowhere_else() {
    let server = Scripted::start(|_, _| json(r#"{"access_token":"a"}"#)).await;
    for integration in [cloud(&server), data_center(&server)] {
        let attempt = Attempt::begin(&integration).unwrap();
        integration.exchange(&attempt, &secret("the-code")).await.unwrap();
        integration.renew(&secret("the-refresh")).await.unwrap();
        integration.revoke(&secret("the-refresh")).await.unwrap();
    }
    let requests = server.heads();
    let lines: Vec<&str> = requests.iter().filter_map(|request| request.lines().next()).collect();
    let (cloud, own) = ("POST /oauth/token HTTP/1.1", "POST /wiki/rest/oauth2/latest/token HTTP/1.1");
    assert_eq!(lines, [cloud, cloud, own, own, "POST /wiki/rest/oauth2/latest/revoke HTTP/1.1"]);
    for request in &requests {
        let (head, body) = request.split_once("\r\n\r\n").unwrap();
        assert!(!head.to_ascii_lowercase().contains("authorization"), "{head}");
        assert!(head.to_ascii_lowercase().contains("content-type: application/x-www-form-urlencoded"), "{head}");
        assert!(body.contains("client_id=the-id") && body.contains("client_secret=the-secret"), "{body}");
    }
    let back = "redirect_uri=http%3A%2F%2Flocalhost%3A17893%2Foauth%2Fcallback";
    let has = |at: usize, text: &str| requests[at].contains(text);
    assert!(
        has(0, "grant_type=authorization_code") && has(0, "code=the-code") && has(0, "code_verifier=") && has(0, back)
    );
    assert!(has(1, "grant_type=refresh_token") && has(1, "refresh_token=the-refresh") && !has(1, "redirect_uri"));
    assert!(has(3, "grant_type=refresh_token") && has(3, back));
    assert!(has(4, "token=the-refresh"));
}

#[tokio::test]
async fn lists_of_sites_with_holes_are_read_as_far_as_they_go() {
    let body = r#"[
        {"id":"c1","name":"","url":"https://one.atlassian.net","scopes":["read:page:confluence"],"avatarUrl":"not an address"},
        {"id":"c1","name":"One","url":"https://one.atlassian.net","scopes":["read:space:confluence","read:page:confluence"]},
        {"id":"c1","name":"One","url":"https://one.atlassian.net","scopes":["read:jira-work"]},
        {"id":"c2","name":"Plain","url":"http://two.atlassian.net","scopes":["search:confluence"]},
        {"id":"c3","name":"Jira","url":"https://three.atlassian.net","scopes":["read:jira-work"]},
        {"id":"c4","name":"Nothing","url":"https://four.atlassian.net"},
        {"id":"c5","name":"Nowhere","scopes":["search:confluence"]}
    ]"#;
    let server = Scripted::start(move |_, _| json(body)).await;
    let origins = Origins::parse(&server.url, &server.url).unwrap();
    let sites = accessible_sites(&origins, &secret("the-access")).await.unwrap();
    assert_eq!(sites.len(), 1);
    assert_eq!((sites[0].name.as_str(), sites[0].scopes.len()), ("one.atlassian.net", 2));
    assert_eq!(sites[0].address.as_str(), "https://one.atlassian.net/wiki");
}

#[tokio::test]
async fn a_profile_that_is_not_to_be_had_is_told_by_its_reason() {
    for (status, body, code) in [
        ("401 Unauthorized", r#"{"message":"Unauthorized"}"#, ErrorCode::SignInRejected),
        ("401 Unauthorized", r#"{"message":"Unauthorized; scope does not match"}"#, ErrorCode::PermissionMissing),
        ("403 Forbidden", "", ErrorCode::PermissionMissing),
        ("404 Not Found", "", ErrorCode::AnswerUnreadable),
        ("429 Too Many Requests", "", ErrorCode::RateLimited),
        ("502 Bad Gateway", "", ErrorCode::SiteFailed),
        ("302 Found", "", ErrorCode::AnswerUnreadable),
        ("200 OK", "<html>", ErrorCode::AnswerUnreadable),
    ] {
        let server = Scripted::start(move |_, _| reply(status, JSON, body)).await;
        let origins = Origins::parse(&server.url, &server.url).unwrap();
        let error = cloud_account(&origins, None, &secret("the-access")).await.unwrap_err();
        assert_eq!(error.code(), code, "{status}");
        assert!(!format!("{error} {error:?}").contains("the-access"));
    }
}
