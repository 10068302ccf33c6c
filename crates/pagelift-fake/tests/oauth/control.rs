//! What tests learn of the sign-in and do to it.

use pagelift_fake::{Consent, OAuthOptions, Server, TokenFault};

use crate::http::{Answer, ask, cloud, consent, exchange, get, renew, send, signed_in, text};

async fn control(server: &Server, method: &str, wish: &str) -> Answer {
    send(server.url(), method, &format!("/__fake/{wish}"), &[], "").await
}

#[tokio::test]
async fn faults_of_the_token_endpoint_come_in_their_order_and_after_the_deed() {
    let server = cloud(OAuthOptions::cloud()).await;
    let (_, refresh) = signed_in(&server).await;
    server.fail_token_calls(&[TokenFault::Unavailable, TokenFault::Throttled, TokenFault::Redirect]);
    let mut statuses = Vec::new();
    for _ in 0..3 {
        statuses.push(renew(&server, &refresh).await.status);
    }
    assert_eq!((statuses, server.oauth_log().renewals), (vec![503, 429, 307], 0));

    server.fail_token_calls(&[
        TokenFault::Lost,
        TokenFault::Html,
        TokenFault::Truncated,
        TokenFault::Huge,
        TokenFault::Slow(1),
    ]);
    let lost = renew(&server, &refresh).await;
    assert!(lost.body.is_empty() && lost.header("content-length").unwrap() == "100");
    assert!(renew(&server, &refresh).await.header("content-type").unwrap().starts_with("text/html"));
    let cut = renew(&server, &refresh).await;
    assert!(cut.status == 200 && serde_json::from_slice::<serde_json::Value>(&cut.body).is_err());
    assert!(renew(&server, &refresh).await.body.len() > 1 << 20);
    assert_eq!(renew(&server, &refresh).await.status, 200);
    assert_eq!((server.oauth_log().renewals, server.oauth_log().leeway_uses), (5, 4));
}

#[tokio::test]
async fn a_person_who_is_not_asked_answers_at_once() {
    let server = cloud(OAuthOptions::cloud()).await;
    server.set_consent(Consent::Accept { account: 1, sites: vec![0] });
    let code = ask(&server, &[]).await.back("code").unwrap();
    let access = text(&exchange(&server, &code, &[]).await.json(), "access_token");
    assert_eq!(get(server.url(), "/me", &access).await.json()["email"], "bo@example.com");
    assert_eq!(ask(&server, &[("client_id", "another")]).await.status, 400, "rules are rules");
    server.set_consent(Consent::Cancel);
    assert_eq!(ask(&server, &[]).await.back("error").unwrap(), "access_denied");
}

#[tokio::test]
async fn everything_is_to_be_had_over_http_as_well() {
    let server = cloud(OAuthOptions::cloud()).await;
    let code = consent(&server, "0", &["0"], &[("sns", "app.env")]).await;
    let pair = exchange(&server, &code, &[]).await.json();
    let (access, refresh) = (text(&pair, "access_token"), text(&pair, "refresh_token"));
    let issued = control(&server, "GET", "issued").await.json();
    assert_eq!(issued, serde_json::json!([code, access, refresh]));
    assert_eq!(server.issued_secrets(), [code, access.clone(), refresh.clone()]);
    let log = control(&server, "GET", "log").await.json();
    assert_eq!((&log["exchanges"], &log["latest_authorization"]["sns"]), (&1.into(), &"app.env".into()));

    assert_eq!(control(&server, "POST", "clock?advance=3600").await.status, 204);
    assert_eq!(get(server.url(), "/me", &access).await.status, 401);
    let fresh = text(&renew(&server, &refresh).await.json(), "access_token");
    assert_eq!(control(&server, "POST", "end-access").await.status, 204);
    assert_eq!(get(server.url(), "/me", &fresh).await.status, 401);
    assert_eq!(control(&server, "POST", "token-faults?kinds=unavailable").await.status, 204);
    assert_eq!(renew(&server, &refresh).await.status, 503);
    assert_eq!(control(&server, "POST", "revoke?account=0").await.status, 204);
    assert_eq!(renew(&server, &refresh).await.status, 403);
    assert_eq!(control(&server, "POST", "consent?answer=accept&account=1&sites=0").await.status, 204);
    assert!(ask(&server, &[]).await.back("code").is_some());
    for wish in ["consent?answer=maybe", "token-faults?kinds=other"] {
        assert_eq!(control(&server, "POST", wish).await.status, 400);
    }
}
