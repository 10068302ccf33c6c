//! Data Center: its login and consent pages and its token endpoint.

use std::time::Duration;

use pagelift_fake::{
    CLIENT_ID, CLIENT_SECRET, Client, DataCenterOptions, OAuthOptions, PASSWORD, Server, ServerOptions,
};
use serde_json::{Value, json};

use crate::http::{Answer, FORM, REDIRECT, form, get, post, post_json, send, site, text, with};

const AUTHORIZE: &str = "/confluence/rest/oauth2/latest/authorize";
const TOKEN: &str = "/confluence/rest/oauth2/latest/token";
const REVOKE: &str = "/confluence/rest/oauth2/latest/revoke";
const DEEP_LINK: &str = "app.pagelift:/oauth/callback";
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const WRONG: &str = "wrong-wrong-wrong-wrong-wrong-wrong-wrong-wrong";

async fn start(oauth: OAuthOptions, others: ServerOptions) -> Server {
    let data_center = Some(DataCenterOptions::default());
    Server::start(site(), ServerOptions { data_center, oauth: Some(oauth), ..others }).await.unwrap()
}

async fn data_center() -> Server {
    start(OAuthOptions::data_center(), ServerOptions::default()).await
}

async fn ask(server: &Server, changes: &[(&str, &str)]) -> Answer {
    let base = [
        ("client_id", CLIENT_ID),
        ("redirect_uri", REDIRECT),
        ("response_type", "code"),
        ("scope", "READ"),
        ("state", "a state & more"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    let query = form(&with(&base, changes));
    send(server.url(), "GET", &format!("{AUTHORIZE}?{query}"), &[], "").await
}

async fn visit(server: &Server, address: &str, cookie: &str) -> Answer {
    send(server.url(), "GET", address, &[("Cookie", cookie)], "").await
}

/// Logs in as `user`, and answers the cookie and the consent page.
async fn consent_page(server: &Server, user: &str, changes: &[(&str, &str)]) -> (String, Answer) {
    let consent = ask(server, changes).await.location().unwrap();
    let login = visit(server, &consent, "").await.location().unwrap();
    let destination = visit(server, &login, "").await.hidden("os_destination");
    let fields = [("os_username", user), ("os_password", PASSWORD), ("os_destination", &destination)];
    let inside = post(server, "/confluence/dologin.action", &fields).await;
    let cookie = inside.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
    let page = visit(server, &inside.location().unwrap(), &cookie).await;
    (cookie, page)
}

async fn press(server: &Server, cookie: &str, page: &Answer, answer: &str) -> Answer {
    let body = form(&[("request", &page.hidden("request")), ("answer", answer)]);
    let headers = [("Cookie", cookie), ("Content-Type", FORM)];
    send(server.url(), "POST", "/confluence/plugins/servlet/oauth2/consent", &headers, &body).await
}

async fn code(server: &Server, user: &str, changes: &[(&str, &str)]) -> String {
    let (cookie, page) = consent_page(server, user, changes).await;
    press(server, &cookie, &page, "allow").await.back("code").unwrap()
}

fn exchanging(code: &str) -> [(&str, &str); 6] {
    [
        ("grant_type", "authorization_code"),
        ("client_id", CLIENT_ID),
        ("client_secret", CLIENT_SECRET),
        ("redirect_uri", REDIRECT),
        ("code_verifier", VERIFIER),
        ("code", code),
    ]
}

async fn exchange(server: &Server, code: &str, changes: &[(&str, &str)]) -> Answer {
    post(server, TOKEN, &with(&exchanging(code), changes)).await
}

async fn renew(server: &Server, token: &str, changes: &[(&str, &str)]) -> Answer {
    let base = [
        ("grant_type", "refresh_token"),
        ("client_id", CLIENT_ID),
        ("client_secret", CLIENT_SECRET),
        ("redirect_uri", REDIRECT),
        ("refresh_token", token),
    ];
    post(server, TOKEN, &with(&base, changes)).await
}

async fn pair(server: &Server) -> Value {
    let code = code(server, "ada", &[]).await;
    exchange(server, &code, &[]).await.json()
}

async fn current(server: &Server, token: &str) -> Answer {
    get(server.url(), "/confluence/rest/api/user/current", token).await
}

fn refused(name: &str) -> (u16, String) {
    (400, name.to_owned())
}

#[tokio::test]
async fn a_person_logs_in_allows_and_comes_back_with_a_code_and_the_state() {
    let server = data_center().await;
    let (cookie, page) = consent_page(&server, "bo", &[]).await;
    assert!(page.text().contains("Bo Müller") && page.text().contains("READ"));
    let back = press(&server, &cookie, &page, "allow").await;
    assert_eq!(back.status, 302);
    assert!(back.location().unwrap().starts_with(&format!("{REDIRECT}?code=")));
    assert_eq!(back.back("state").unwrap(), "a state & more");
    let access = text(&exchange(&server, &back.back("code").unwrap(), &[]).await.json(), "access_token");
    let answer = current(&server, &access).await;
    assert_eq!((answer.header("x-ausername").unwrap().as_str(), &answer.json()["type"]), ("bo", &json!("known")));
    assert_eq!(answer.json()["displayName"], "Bo Müller");
    assert_eq!(press(&server, &cookie, &page, "allow").await.status, 400, "the page can be answered once");
}

#[tokio::test]
async fn a_person_denies_and_comes_back_with_an_error_and_the_state() {
    let server = data_center().await;
    let (cookie, page) = consent_page(&server, "ada", &[]).await;
    let back = press(&server, &cookie, &page, "deny").await;
    assert_eq!(back.back("error").unwrap(), "access_denied");
    assert_eq!(back.back("state").unwrap(), "a state & more");
}

#[tokio::test]
async fn a_wrong_password_and_a_foreign_destination_lead_nowhere() {
    let server = data_center().await;
    let fields = [("os_username", "ada"), ("os_password", "wrong"), ("os_destination", "/x")];
    let page = post(&server, "/confluence/dologin.action", &fields).await;
    assert_eq!((page.status, page.header("set-cookie")), (200, None));
    assert_eq!(page.hidden("os_destination"), "/x");
    let fields = [("os_username", "ada"), ("os_password", PASSWORD), ("os_destination", "//example.com")];
    assert_eq!(post(&server, "/confluence/dologin.action", &fields).await.location().unwrap(), "/confluence/");
    let (_, page) = consent_page(&server, "ada", &[]).await;
    assert_eq!(press(&server, "JSESSIONID=made-up", &page, "allow").await.status, 400, "without a session");
}

#[tokio::test]
async fn a_request_that_is_not_to_be_trusted_ends_on_a_page() {
    let server = data_center().await;
    let wrong = [
        ("client_id", "another"),
        ("redirect_uri", "http://localhost:17894/oauth/callback"),
        ("redirect_uri", DEEP_LINK),
        ("scope", "WRITE"),
        ("scope", "read"),
        ("scope", ""),
    ];
    for change in wrong {
        let page = ask(&server, &[change]).await;
        assert_eq!((page.status, page.location()), (400, None), "{change:?}");
        assert!(page.text().contains("Invalid authorization request"));
    }
    let unknown = ask(&server, &[("code_challenge_method", "sha256")]).await;
    assert_eq!(unknown.back("error").unwrap(), "invalid_request");
}

#[tokio::test]
async fn an_admin_can_register_localhost_and_schemes_but_not_the_number() {
    for (redirect, can) in [
        (REDIRECT, true),
        (DEEP_LINK, true),
        ("https://wiki.example.com/", true),
        ("http://127.0.0.1:17893/oauth/callback", false),
        ("http://[::1]:17893/oauth/callback", false),
        ("http://wiki.example.com/", false),
        ("https://wiki.example.com/#there", false),
        ("/oauth/callback", false),
    ] {
        let oauth = OAuthOptions::data_center().returning_to(redirect);
        let options = ServerOptions {
            data_center: Some(DataCenterOptions::default()),
            oauth: Some(oauth),
            ..ServerOptions::default()
        };
        assert_eq!(Server::start(site(), options).await.is_ok(), can, "{redirect}");
    }
    let oauth = OAuthOptions { refuses_localhost: true, ..OAuthOptions::data_center() };
    let data_center = Some(DataCenterOptions::default());
    let options = ServerOptions { data_center, oauth: Some(oauth), ..ServerOptions::default() };
    assert!(Server::start(site(), options).await.is_err());
}

#[tokio::test]
async fn a_code_comes_back_by_a_link_of_a_custom_scheme() {
    let server = start(OAuthOptions::data_center().returning_to(DEEP_LINK), ServerOptions::default()).await;
    let (cookie, page) = consent_page(&server, "ada", &[("redirect_uri", DEEP_LINK)]).await;
    let back = press(&server, &cookie, &page, "allow").await;
    assert!(back.location().unwrap().starts_with("app.pagelift:/oauth/callback?code="));
    let code = back.back("code").unwrap();
    assert_eq!(exchange(&server, &code, &[("redirect_uri", DEEP_LINK)]).await.status, 200);
}

#[tokio::test]
async fn tokens_come_for_a_form_in_the_body_alone() {
    let server = start(OAuthOptions::data_center(), ServerOptions { clock_off: -86_400, ..Default::default() }).await;
    let code = code(&server, "ada", &[]).await;
    let pairs = exchanging(&code);
    let in_query =
        send(server.url(), "POST", &format!("{TOKEN}?{}", form(&pairs)), &[("Content-Type", FORM)], "").await;
    assert_eq!(in_query.refusal(), refused("invalid_request"));
    assert_eq!(server.oauth_log().token_queries, 1);
    assert_eq!(post_json(&server, TOKEN, &pairs).await.refusal(), refused("invalid_request"));
    let answer = exchange(&server, &code, &[]).await;
    assert_eq!((answer.status, answer.header("pragma").unwrap().as_str()), (200, "no-cache"));
    let pair = answer.json();
    assert_eq!((&pair["token_type"], &pair["expires_in"]), (&json!("bearer"), &json!(3600)));
    assert!(pair.get("scope").is_none() && pair["refresh_token"].is_string());
    let date = jiff::fmt::rfc2822::parse(&answer.header("date").unwrap()).unwrap().timestamp().as_second();
    assert!((pair["created_at"].as_i64().unwrap() - date).abs() <= 1, "both tell the time of the server");
}

#[tokio::test]
async fn the_client_has_to_prove_itself_and_to_ask_for_what_there_is() {
    let server = data_center().await;
    let code = code(&server, "ada", &[]).await;
    for (change, name) in [
        (("client_secret", "wrong"), "invalid_client"),
        (("client_secret", ""), "invalid_client"),
        (("client_id", "another"), "invalid_client"),
        (("grant_type", "password"), "unsupported_grant_type"),
        (("grant_type", ""), "invalid_request"),
        (("code", ""), "invalid_request"),
        (("redirect_uri", ""), "invalid_request"),
    ] {
        assert_eq!(exchange(&server, &code, &[change]).await.refusal(), refused(name), "{change:?}");
    }
    assert_eq!(exchange(&server, &code, &[]).await.status, 200);
    let lax = OAuthOptions { checks_secret: false, ..OAuthOptions::data_center() };
    let server = start(lax, ServerOptions::default()).await;
    let code = self::code(&server, "ada", &[]).await;
    assert_eq!(exchange(&server, &code, &[("client_secret", "")]).await.status, 200);
}

#[tokio::test]
async fn a_code_is_good_once_for_a_minute_and_for_its_redirect() {
    let server = data_center().await;
    let used = code(&server, "ada", &[]).await;
    assert_eq!(exchange(&server, &used, &[]).await.status, 200);
    assert_eq!(exchange(&server, &used, &[]).await.refusal(), refused("invalid_grant"));
    let late = code(&server, "ada", &[]).await;
    server.advance_clock(Duration::from_mins(1));
    assert_eq!(exchange(&server, &late, &[]).await.refusal(), refused("invalid_grant"));
    let other = code(&server, "ada", &[]).await;
    let answer = exchange(&server, &other, &[("redirect_uri", "http://localhost:1/")]).await;
    assert_eq!(answer.refusal(), refused("invalid_grant"));
}

#[tokio::test]
async fn the_verifier_has_to_fit_whatever_the_case_of_the_method() {
    let server = data_center().await;
    let plain = [("code_challenge", VERIFIER), ("code_challenge_method", "PLAIN")];
    let none = [("code_challenge", ""), ("code_challenge_method", "")];
    for (asked, verifier, fits) in [
        (&[][..], VERIFIER, true),
        (&[("code_challenge_method", "s256")][..], VERIFIER, true),
        (&plain[..], VERIFIER, true),
        (&none[..], "", true),
        (&[][..], WRONG, false),
        (&[][..], "", false),
        (&plain[..], WRONG, false),
        (&none[..], VERIFIER, false),
        (&[("code_challenge", CHALLENGE), ("code_challenge_method", "")][..], VERIFIER, false),
    ] {
        let code = code(&server, "ada", asked).await;
        let answer = exchange(&server, &code, &[("code_verifier", verifier)]).await;
        assert_eq!(answer.status == 200, fits, "{asked:?} {verifier}");
        if !fits {
            assert_eq!(answer.refusal(), refused("invalid_grant"));
        }
    }
}

#[tokio::test]
async fn a_renewal_ends_both_old_tokens_at_once() {
    let server = data_center().await;
    let old = pair(&server).await;
    let (access, refresh) = (text(&old, "access_token"), text(&old, "refresh_token"));
    assert_eq!(current(&server, &access).await.status, 200);
    assert_eq!(renew(&server, &refresh, &[("redirect_uri", "")]).await.refusal(), refused("invalid_request"));
    let new = renew(&server, &refresh, &[]).await.json();
    assert_eq!(current(&server, &access).await.status, 401);
    assert_eq!(renew(&server, &refresh, &[]).await.refusal(), refused("invalid_grant"));
    assert_eq!(current(&server, &text(&new, "access_token")).await.status, 200);
    assert_eq!(renew(&server, &text(&new, "refresh_token"), &[]).await.status, 200);
    assert_eq!(server.oauth_log().reuses, 1);
}

#[tokio::test]
async fn a_refresh_token_is_its_clients_alone() {
    let mut options = OAuthOptions::data_center();
    let other = Client { id: "other".to_owned(), ..options.clients[0].clone() };
    options.clients.push(other);
    let server = start(options, ServerOptions::default()).await;
    let refresh = text(&pair(&server).await, "refresh_token");
    assert_eq!(renew(&server, &refresh, &[("client_id", "other")]).await.refusal(), refused("invalid_grant"));
    assert_eq!(renew(&server, &refresh, &[]).await.status, 200);
}

#[tokio::test]
async fn a_revoked_token_takes_the_other_with_it() {
    let server = data_center().await;
    let pair = pair(&server).await;
    let (access, refresh) = (text(&pair, "access_token"), text(&pair, "refresh_token"));
    let client = [("client_id", CLIENT_ID), ("client_secret", CLIENT_SECRET)];
    assert_eq!(post(&server, REVOKE, &client).await.refusal(), refused("invalid_request"));
    let asked = with(&client, &[("token", &refresh)]);
    let wrong = with(&asked, &[("client_secret", "wrong")]);
    assert_eq!(post(&server, REVOKE, &wrong).await.refusal(), refused("invalid_client"));
    let odd = with(&asked, &[("token_type_hint", "id_token")]);
    assert_eq!(post(&server, REVOKE, &odd).await.refusal(), refused("unsupported_token_type"));
    assert_eq!(current(&server, &access).await.status, 200);
    assert_eq!(post(&server, REVOKE, &asked).await.status, 200);
    assert_eq!(current(&server, &access).await.status, 401);
    assert_eq!(renew(&server, &refresh, &[]).await.refusal(), refused("invalid_grant"));
    assert_eq!(post(&server, REVOKE, &with(&asked, &[("token", "unknown")])).await.status, 200);
}

#[tokio::test]
async fn a_dead_token_is_nobody_where_everybody_may_look() {
    let server = start(OAuthOptions::data_center(), ServerOptions { anonymous: true, ..Default::default() }).await;
    let access = text(&pair(&server).await, "access_token");
    server.advance_clock(Duration::from_hours(1));
    let answer = current(&server, &access).await;
    assert_eq!((answer.status, answer.header("x-ausername").unwrap().as_str()), (200, "anonymous"));
    assert_eq!(current(&server, "secret-token").await.header("x-ausername").unwrap(), "ada");
}

#[tokio::test]
async fn everybody_is_told_that_it_runs_and_which_release_it_is() {
    let options = DataCenterOptions {
        version: "7.19.2".to_owned(),
        context: String::new(),
        tells_rate: true,
        ..Default::default()
    };
    let options = ServerOptions { data_center: Some(options), ..ServerOptions::default() };
    let server = Server::start(site(), options).await.unwrap();
    assert_eq!(send(server.url(), "GET", "/status", &[], "").await.json(), json!({"state": "RUNNING"}));
    let manifest = "/rest/applinks/1.0/manifest";
    let xml = send(server.url(), "GET", manifest, &[], "").await;
    assert!(xml.text().contains("<typeId>confluence</typeId><version>7.19.2</version>"));
    let value = send(server.url(), "GET", manifest, &[("Accept", "application/json")], "").await.json();
    assert_eq!((&value["typeId"], &value["version"]), (&json!("confluence"), &json!("7.19.2")));
    assert_eq!(send(server.url(), "GET", "/rest/api/space?limit=1", &[], "").await.status, 401);
    assert_eq!(send(server.url(), "GET", "/_edge/tenant_info", &[], "").await.status, 401, "that is Cloud's");
    let answer = get(server.url(), "/rest/api/space?limit=1", "secret-token").await;
    assert_eq!((answer.status, answer.header("retry-after").unwrap().as_str()), (200, "0"), "nothing is amiss");
}
