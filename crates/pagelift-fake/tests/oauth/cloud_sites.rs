//! Cloud: sites, accounts and scopes of a grant, and the gateway.

use std::time::Duration;

use pagelift_fake::{GeneratorOptions, OAuthOptions, Resources, Server, Site};
use serde_json::{Value, json};

use crate::http::{Answer, cloud, consent, exchange, get, renew, send, signed_in, text};

const SECOND: GeneratorOptions = GeneratorOptions { pages: 9, attachments: 4, seed: 8, depth: 2 };

async fn two_sites(options: OAuthOptions) -> Server {
    cloud(OAuthOptions { second_site: Some(Site::generate(SECOND)), ..options }).await
}

async fn token(server: &Server, account: &str, sites: &[&str], changes: &[(&str, &str)]) -> String {
    let code = consent(server, account, sites, changes).await;
    text(&exchange(server, &code, &[]).await.json(), "access_token")
}

async fn behind_gateway(server: &Server, cloud_id: &str, path: &str, token: &str) -> Answer {
    get(server.url(), &format!("/ex/confluence/{cloud_id}/wiki/{path}"), token).await
}

async fn resources(server: &Server, token: &str) -> Value {
    get(server.url(), "/oauth/token/accessible-resources", token).await.json()
}

fn ids(rows: &Value) -> Vec<&str> {
    rows.as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn the_gateway_takes_a_token_for_the_scopes_that_it_has() {
    let server = cloud(OAuthOptions::cloud()).await;
    let access = token(&server, "0", &["0"], &[("scope", "read:space:confluence")]).await;
    let id = server.cloud_id();
    assert_eq!(behind_gateway(&server, id, "api/v2/spaces", &access).await.status, 200);
    for path in ["api/v2/pages", "rest/api/content/search?cql=type=page", "rest/api/user/current", "api/v2/folders/1"] {
        let answer = behind_gateway(&server, id, path, &access).await;
        assert_eq!(answer.status, 401, "{path}");
        assert_eq!(answer.json()["message"], "Unauthorized; scope does not match");
    }
    assert_eq!(server.oauth_log().scope_mismatches, 4);
    let dead = behind_gateway(&server, id, "api/v2/spaces", "another").await;
    assert_eq!((dead.status, dead.json()["message"].as_str()), (401, Some("Unauthorized")));
    assert_eq!(get(server.url(), "/wiki/api/v2/spaces", &access).await.status, 401, "not at the site itself");
}

#[tokio::test]
async fn a_dead_token_may_be_answered_as_if_nothing_were_there() {
    let server = cloud(OAuthOptions { expired_status: 404, ..OAuthOptions::cloud() }).await;
    let (access, refresh) = signed_in(&server).await;
    server.advance_clock(Duration::from_hours(1));
    assert_eq!(behind_gateway(&server, server.cloud_id(), "api/v2/spaces", &access).await.status, 404);
    let fresh = text(&renew(&server, &refresh).await.json(), "access_token");
    assert_eq!(behind_gateway(&server, server.cloud_id(), "api/v2/spaces", &fresh).await.status, 200);
    server.end_access_tokens();
    assert_eq!(behind_gateway(&server, server.cloud_id(), "api/v2/spaces", &fresh).await.status, 404);
    assert_eq!(server.oauth_log().dead_tokens, 2);
}

#[tokio::test]
async fn a_consent_adds_its_sites_to_the_grant_and_replaces_the_scopes() {
    let server = two_sites(OAuthOptions::cloud()).await;
    let (address, second) = server.second_site().unwrap();
    let old = token(&server, "0", &["0"], &[]).await;
    assert_eq!(ids(&resources(&server, &old).await), [server.cloud_id()]);
    assert_eq!(behind_gateway(&server, second, "api/v2/spaces", &old).await.status, 403);

    let new = token(&server, "0", &["1"], &[("scope", "read:space:confluence")]).await;
    let rows = resources(&server, &new).await;
    assert_eq!(ids(&rows), [server.cloud_id(), second]);
    assert_eq!((&rows[1]["url"], &rows[1]["scopes"]), (&json!(address), &json!(["read:space:confluence"])));
    assert_eq!(behind_gateway(&server, second, "api/v2/spaces", &old).await.status, 200, "older tokens reach it too");
    assert_eq!(behind_gateway(&server, second, "api/v2/pages", &old).await.status, 401, "and can do less");
}

#[tokio::test]
async fn one_consent_may_be_for_several_sites_and_the_list_may_be_odd() {
    let scope = [("scope", "read:space:confluence read:jira-work")];
    for (odd, count) in [(Resources::Granted, 2), (Resources::Doubled, 4), (Resources::None, 0)] {
        let server = two_sites(OAuthOptions { resources: odd, ..OAuthOptions::cloud() }).await;
        let access = token(&server, "0", &["0", "1"], &scope).await;
        let rows = resources(&server, &access).await;
        assert_eq!(rows.as_array().unwrap().len(), count);
        let of_confluence =
            rows.as_array().unwrap().iter().filter(|row| row["scopes"] == json!(["read:space:confluence"]));
        assert_eq!(of_confluence.count(), count.min(2));
    }
}

#[tokio::test]
async fn the_second_site_has_an_address_and_pages_of_its_own() {
    let server = two_sites(OAuthOptions::cloud()).await;
    let (address, second) = server.second_site().unwrap();
    for (address, id) in [(server.url(), server.cloud_id()), (address, second)] {
        let told = send(address, "GET", "/_edge/tenant_info", &[], "").await.json();
        assert_eq!(told, json!({"cloudId": id}));
    }
    let access = token(&server, "0", &["0", "1"], &[]).await;
    let first = behind_gateway(&server, server.cloud_id(), "api/v2/pages?limit=250", &access).await.json();
    let other = behind_gateway(&server, second, "api/v2/pages?limit=250", &access).await.json();
    assert!(other["results"].as_array().unwrap().len() > first["results"].as_array().unwrap().len());
    assert_eq!(other["_links"]["base"], format!("{address}/wiki"));
}

#[tokio::test]
async fn two_accounts_on_one_site_are_two_people() {
    let server = cloud(OAuthOptions::cloud()).await;
    let mut people = Vec::new();
    for account in ["0", "1"] {
        let access = token(&server, account, &["0"], &[]).await;
        let profile = get(server.url(), "/me", &access).await.json();
        let current = behind_gateway(&server, server.cloud_id(), "rest/api/user/current", &access).await.json();
        assert_eq!(profile["account_id"], current["accountId"]);
        let picture = text(&profile, "picture");
        let picture = send(server.url(), "GET", picture.strip_prefix(server.url()).unwrap(), &[], "").await;
        assert_eq!(picture.header("content-type").unwrap(), "image/png");
        people.push((text(&profile, "account_id"), text(&profile, "email"), picture.body));
    }
    assert_eq!(people[0].1, "ada@example.com");
    assert!(people[0].0 != people[1].0 && people[0].1 != people[1].1 && people[0].2 != people[1].2);
}

#[tokio::test]
async fn the_profile_needs_its_scope() {
    let server = cloud(OAuthOptions::cloud()).await;
    let access = token(&server, "0", &["0"], &[("scope", "read:space:confluence")]).await;
    assert_eq!(get(server.url(), "/me", &access).await.status, 403);
    assert_eq!(get(server.url(), "/me", "another").await.status, 401);
}

#[tokio::test]
async fn what_a_person_takes_back_is_over_at_once() {
    let server = cloud(OAuthOptions::cloud()).await;
    let (access, refresh) = signed_in(&server).await;
    let other = token(&server, "1", &["0"], &[]).await;
    server.revoke_grants(Some(0));
    assert_eq!(get(server.url(), "/me", &access).await.status, 401);
    assert_eq!(renew(&server, &refresh).await.refusal(), (403, "invalid_grant".to_owned()));
    assert_eq!(get(server.url(), "/me", &other).await.status, 200);
}
