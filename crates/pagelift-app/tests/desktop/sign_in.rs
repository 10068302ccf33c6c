//! Signing in with the browser, and what is stored of it.

use std::fs;

use pagelift_app::ipc::{CardRequest, CardSecret, ReturnRoute, SignInMethod, SignInRequest, SignInState, TokenSignIn};
use pagelift_fake::{Client, OAuthOptions, Resources, ServerOptions, Site};
use pagelift_model::{ErrorCode, Secret, SiteKind};

use crate::person::{Attempt, DEEP_LINK, Person, accept, visit};
use crate::{Window, totals};

#[tokio::test]
async fn a_person_signs_in_to_cloud_chooses_and_exports_with_it_after_a_restart_too() {
    let person = Person::on_cloud(OAuthOptions::cloud()).await;
    let mut attempt = person.begin(person.request()).await;
    assert_eq!(attempt.started.route, ReturnRoute::Loopback);
    let back = visit(&attempt.callback().await).await;
    let done =
        visit(&format!("{}{}", &person.redirect[..person.redirect.rfind("/oauth").unwrap()], back.location())).await;
    assert_eq!((back.status, done.status), (303, 200));
    assert!(done.text.contains("pagelift://open") && back.text.is_empty());
    let (account, sites) = attempt.choice().await;
    assert_eq!(account.name, "Ada Example");
    assert!(person.desktop.sites().is_empty(), "nothing is kept before somebody has chosen");
    assert!(!person.own().join("config/sites.json").exists() && !person.own().join("data/vault").exists());
    assert!(sites[0].is_wanted && !sites[0].is_known && sites[0].missing.is_empty());
    let kept = person.desktop.finish_sign_in(&attempt.started.attempt, &[sites[0].id.clone()]).await.unwrap();
    assert_eq!((kept[0].kind, kept[0].account.as_deref()), (SiteKind::Cloud, Some("Ada Example")));

    let again = person.another_window();
    let (tokens, asked) = (person.server.oauth_log().token_calls, person.server.requests());
    assert_eq!(again.sites(), kept);
    assert_eq!(person.server.requests(), asked, "opening costs no request");
    let window = Window::on(person.home, again, kept[0].clone());
    let (sums, _) = totals(&window.export(&["DOCS"]).await.1);
    assert!(sums.written >= 12 && sums.failed == 0);
    assert_eq!(person.server.oauth_log().token_calls, tokens, "the sign-in is still good");
}

#[tokio::test]
async fn a_person_signs_in_to_data_center_below_a_path_with_a_deep_link() {
    let person = Person::at(SiteKind::DataCenter, OAuthOptions::data_center(), DEEP_LINK.to_owned()).await;
    let mut attempt = person.begin(person.request()).await;
    assert_eq!(attempt.started.route, ReturnRoute::DeepLink);
    let log = person.server.oauth_log();
    let link = attempt.callback().await;
    assert!(!person.desktop.deliver_callback("app.pagelift:/oauth/callback?code=x&state=y"));
    assert!(person.desktop.deliver_callback(&link));
    assert!(!person.desktop.deliver_callback(&link), "it is taken once");
    let (account, sites) = attempt.choice().await;
    assert_eq!((account.name.as_str(), sites.len()), ("Ada Example", 1));
    let kept = person.desktop.finish_sign_in(&attempt.started.attempt, &[sites[0].id.clone()]).await.unwrap();
    assert_eq!(log.exchanges + 1, person.server.oauth_log().exchanges);
    assert_eq!(person.server.oauth_log().latest_authorization["scope"], "READ");
    assert_eq!(person.server.oauth_log().latest_authorization["code_challenge_method"], "S256");
    let spaces = person.desktop.spaces(&kept[0].id).await.unwrap();
    assert!(spaces.iter().any(|space| space.key == "DOCS"));
}

#[tokio::test]
async fn a_pasted_address_finishes_any_sign_in() {
    for kind in [SiteKind::Cloud, SiteKind::DataCenter] {
        let options = if kind == SiteKind::Cloud { OAuthOptions::cloud() } else { OAuthOptions::data_center() };
        let person = Person::at(kind, options, "https://wiki.example.com/home".to_owned()).await;
        let mut request = person.request();
        if let Some(integration) = &mut request.integration {
            integration.route = ReturnRoute::Paste;
        }
        let mut attempt = person.begin(request).await;
        let name = attempt.started.attempt.clone();
        let paste = |text: &str| person.desktop.paste_callback(&name, text).map_err(|error| error.code);
        assert_eq!(paste("what is this").unwrap_err(), ErrorCode::AddressInvalid);
        assert_eq!(paste("https://wiki.example.com/other?code=a&state=b").unwrap_err(), ErrorCode::AddressInvalid);
        assert_eq!(paste("https://wiki.example.com/home?code=a&state=b").unwrap_err(), ErrorCode::SignInUnknown);
        let callback = attempt.callback().await;
        paste(&format!(" <{callback}>\n")).unwrap();
        assert_eq!(paste(&callback).unwrap_err(), ErrorCode::SignInUnknown, "it is taken once");
        let (_, sites) = attempt.choice().await;
        person.desktop.finish_sign_in(&name, &[sites[0].id.clone()]).await.unwrap();
        assert_eq!(paste(&callback).unwrap_err(), ErrorCode::SignInTimedOut, "it is over");
    }
}

fn second_site() -> OAuthOptions {
    let second = Site::generate(pagelift_fake::GeneratorOptions { pages: 5, ..Default::default() });
    OAuthOptions { second_site: Some(second), ..OAuthOptions::cloud() }
}

#[tokio::test]
async fn several_sites_of_one_consent_are_ticked_one_by_one_and_share_the_sign_in_to_the_last() {
    let person = Person::on_cloud(second_site()).await;
    let (attempt, _, sites) = person.granted(person.request()).await;
    assert_eq!(sites.iter().map(|site| site.is_wanted).collect::<Vec<_>>(), [true, false]);
    let name = &attempt.started.attempt;
    for wrong in [vec![], vec!["stranger".to_owned()], vec![sites[0].id.clone(), "stranger".to_owned()]] {
        assert_eq!(person.desktop.finish_sign_in(name, &wrong).await.unwrap_err().code, ErrorCode::UsageInvalid);
    }
    let kept = person.desktop.finish_sign_in(name, &[sites[1].id.clone()]).await.unwrap();
    assert_eq!((kept.len(), person.desktop.sites().len()), (1, 1));
    let (_, _, sites) = {
        let (attempt, account, sites) = person.granted(person.request()).await;
        assert_eq!(sites.iter().map(|site| site.is_known).collect::<Vec<_>>(), [false, true]);
        let ids = [sites[0].id.clone()];
        person.desktop.finish_sign_in(&attempt.started.attempt, &ids).await.unwrap();
        (attempt, account, sites)
    };
    assert_eq!(person.desktop.sites().len(), 2);
    for site in &sites {
        assert!(!person.desktop.spaces(&site.id).await.unwrap().is_empty());
    }
    let listed = fs::read_to_string(person.own().join("config/sites.json")).unwrap();
    assert_eq!(listed.matches("\"signed_in\"").count(), 1, "one sign-in for both");
    person.desktop.sign_out(&sites[1].id).await.unwrap();
    assert!(!person.desktop.spaces(&sites[0].id).await.unwrap().is_empty());
    person.desktop.sign_out(&sites[0].id).await.unwrap();
    assert!(!person.own().join("data/vault").exists(), "nothing secret is left");
    assert!(person.desktop.sites().is_empty());
}

#[tokio::test]
async fn two_people_on_one_site_are_two_sites_side_by_side() {
    let person = Person::on_cloud(OAuthOptions::cloud()).await;
    let ada = person.signed_in().await.remove(0);
    person.server.set_consent(accept(1));
    let bo = person.signed_in().await.remove(0);
    assert_ne!(ada.id, bo.id);
    assert_ne!(ada.name, bo.name, "they can be told apart");
    assert_eq!(person.desktop.sites(), [ada.clone(), bo.clone()]);
    let test = person.desktop.test_site(&bo.id).await.unwrap();
    assert_eq!((test.account, test.error), (bo.account.clone(), None));
    person.desktop.sign_out(&bo.id).await.unwrap();
    assert!(!person.desktop.spaces(&ada.id).await.unwrap().is_empty());
}

#[tokio::test]
async fn signing_in_again_keeps_the_site_and_refuses_another_person() {
    let person = Person::on_cloud(OAuthOptions::cloud()).await;
    let site = person.signed_in().await.remove(0);
    person.desktop.rename_site(&site.id, "Our wiki").unwrap();
    person.server.revoke_grants(Some(0));
    assert_eq!(person.desktop.spaces(&site.id).await.unwrap_err().code, ErrorCode::SignInEnded);
    assert_eq!(person.desktop.stored_sites().unwrap()[0].state, SignInState::Ended);
    person.server.set_consent(accept(1));
    let mut attempt = person.begin(person.again(&site)).await;
    attempt.return_by_loopback().await;
    assert_eq!(attempt.failure().await, ErrorCode::SignInOfAnother);
    assert_eq!(person.desktop.spaces(&site.id).await.unwrap_err().code, ErrorCode::SignInEnded);
    person.server.set_consent(accept(0));
    let again = person.signed_in_by(person.again(&site)).await.remove(0);
    assert_eq!((again.id.as_str(), again.name.as_str()), (site.id.as_str(), "Our wiki"));
    assert!(!person.desktop.spaces(&site.id).await.unwrap().is_empty());
    assert_eq!(person.desktop.stored_sites().unwrap()[0].state, SignInState::Ready);
    assert_eq!(person.desktop.sites().len(), 1);
}

#[tokio::test]
async fn a_site_that_was_given_another_address_is_signed_in_to_again_as_the_same() {
    let person = Person::on_cloud(OAuthOptions::cloud()).await;
    let site = person.signed_in().await.remove(0);
    let path = person.own().join("config/sites.json");
    let old = format!("\"address\": \"{}", person.server.url());
    let listed = fs::read_to_string(&path).unwrap();
    assert!(listed.contains(&old));
    let moved = listed.replace(&old, "\"address\": \"https://former.example.com");
    pagelift_app::write_whole(&path, moved.as_bytes()).unwrap();
    let again = person.signed_in_by(person.again(&site)).await;
    assert_eq!((again.len(), again[0].id.as_str(), person.desktop.sites().len()), (1, site.id.as_str(), 1));
    assert!(!person.desktop.spaces(&site.id).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_run_whose_sign_in_ended_says_so_and_goes_on_after_signing_in_again() {
    let person = Person::on_cloud(OAuthOptions::cloud()).await;
    let site = person.signed_in().await.remove(0);
    person.server.revoke_grants(None);
    let desktop = person.desktop.clone();
    let home = tempfile::tempdir().unwrap();
    let window = Window::on(home, desktop, site.clone());
    let (_, events) = window.export(&["DOCS"]).await;
    let Some(pagelift_app::ipc::RunEvent::Failed { error }) = events.last() else { panic!("{events:?}") };
    assert_eq!(error.code, ErrorCode::SignInEnded);
    person.signed_in_by(person.again(&site)).await;
    let (sums, _) = totals(&window.export(&["DOCS"]).await.1);
    assert!(sums.written >= 12 && sums.failed == 0);
}

#[tokio::test]
async fn signing_out_of_data_center_takes_the_sign_in_back_on_the_server() {
    let person = Person::on_data_center(OAuthOptions::data_center()).await;
    let site = person.signed_in().await.remove(0);
    person.desktop.sign_out(&site.id).await.unwrap();
    let desktop = person.desktop.clone();
    tokio::task::spawn_blocking(move || desktop.close()).await.unwrap();
    assert_eq!(person.server.oauth_log().revocations, 1);
    assert!(person.desktop.sites().is_empty() && !person.own().join("data/vault").exists());
    assert_eq!(person.desktop.spaces(&site.id).await.unwrap_err().code, ErrorCode::SignInNeeded);
}

#[tokio::test]
async fn what_the_person_or_the_server_refuses_has_its_own_code() {
    let person = Person::on_cloud(OAuthOptions::cloud()).await;
    let failed = async |request: SignInRequest| {
        let mut attempt: Attempt = person.begin(request).await;
        let back = visit(&attempt.callback().await).await;
        assert_eq!(back.status, 303);
        attempt.failure().await
    };
    person.server.set_consent(pagelift_fake::Consent::Cancel);
    assert_eq!(failed(person.request()).await, ErrorCode::SignInCancelled);
    person.server.set_consent(accept(0));
    let mut wrong = person.request();
    if let Some(integration) = &mut wrong.integration {
        integration.client_secret = Secret::new("not the secret".to_owned());
    }
    assert_eq!(failed(wrong).await, ErrorCode::IntegrationRejected);
    assert!(person.desktop.sites().is_empty());
    let nowhere = Person::on_cloud(OAuthOptions { resources: Resources::None, ..OAuthOptions::cloud() }).await;
    let mut attempt = nowhere.begin(nowhere.request()).await;
    attempt.return_by_loopback().await;
    assert_eq!(attempt.failure().await, ErrorCode::SitesMissing);
}

#[tokio::test]
async fn permissions_that_were_not_granted_are_named() {
    let mut options = OAuthOptions::cloud();
    let most = options.clients[0].scopes.iter().filter(|scope| !scope.contains("comment")).cloned().collect();
    options.clients = vec![Client { scopes: most, ..options.clients[0].clone() }];
    let person = Person::on_cloud(options).await;
    let (attempt, _, sites) = person.granted(person.request()).await;
    assert_eq!(sites[0].missing, ["read:comment:confluence"]);
    person.desktop.finish_sign_in(&attempt.started.attempt, &[sites[0].id.clone()]).await.unwrap();
    let stored = person.desktop.stored_sites().unwrap().remove(0);
    assert_eq!(
        (stored.method, stored.missing.as_slice()),
        (SignInMethod::Browser, &["read:comment:confluence".to_owned()][..])
    );
    assert!(stored.permissions.iter().any(|scope| scope == "read:page:confluence"));
    let test = person.desktop.test_site(&stored.site.id).await.unwrap();
    assert_eq!((test.error, test.missing), (None, vec!["read:comment:confluence".to_owned()]));
}

#[tokio::test]
async fn a_token_is_stored_once_the_site_took_it_and_is_read_when_it_is_needed() {
    for kind in [SiteKind::Cloud, SiteKind::DataCenter] {
        let person = Person::at(
            kind,
            if kind == SiteKind::Cloud { OAuthOptions::cloud() } else { OAuthOptions::data_center() },
            DEEP_LINK.replace("app.pagelift:", "https://x.example"),
        )
        .await;
        let options = ServerOptions::default();
        let email = if kind == SiteKind::Cloud { options.email } else { String::new() };
        let typed = |token: &str| TokenSignIn {
            address: person.address(),
            email: email.clone(),
            token: Secret::new(token.to_owned()),
            name: "Mine".to_owned(),
            again: None,
        };
        let refused = person.desktop.connect_with_token(typed("wrong")).await.unwrap_err();
        assert_eq!(refused.code, ErrorCode::SignInRejected);
        assert!(person.desktop.sites().is_empty() && !person.own().join("data/vault").exists());
        let site = person.desktop.connect_with_token(typed(&options.token)).await.unwrap();
        assert_eq!((site.name.as_str(), site.account.as_deref(), site.kind), ("Mine", Some("Ada Example"), kind));
        let again = person.another_window();
        assert_eq!(again.sites(), std::slice::from_ref(&site));
        assert!(!again.spaces(&site.id).await.unwrap().is_empty());
        assert_eq!(again.test_site(&site.id).await.unwrap().account, site.account);
        again.sign_out(&site.id).await.unwrap();
        assert!(person.desktop.sites().is_empty(), "other windows see it go");
        assert!(!person.own().join("data/vault").exists(), "nothing secret is left");
    }
}

#[tokio::test]
async fn an_api_token_goes_to_no_host_that_is_not_atlassians() {
    let person = Person::on_cloud(OAuthOptions::cloud()).await;
    let port = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = format!("https://localhost:{}/wiki", port.local_addr().unwrap().port());
    drop(port);
    let token = Secret::new("canary".to_owned());
    let typed = TokenSignIn { address, email: "ada@example.com".to_owned(), token, name: String::new(), again: None };
    let refused = person.desktop.connect_with_token(typed).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::AddressInvalid, "{}", refused.message);
}

#[tokio::test]
async fn what_cannot_be_listed_leaves_nothing_secret_behind() {
    let person = Person::on_cloud(OAuthOptions::cloud()).await;
    let (attempt, _, sites) = person.granted(person.request()).await;
    // In the way of whoever wants to change the list.
    let lock = person.own().join("data/locks/sites.lock");
    fs::create_dir_all(&lock).unwrap();
    let (name, ids) = (&attempt.started.attempt, [sites[0].id.clone()]);
    assert!(person.desktop.finish_sign_in(name, &ids).await.is_err());
    let options = ServerOptions::default();
    let typed = TokenSignIn {
        address: person.address(),
        email: options.email,
        token: Secret::new(options.token),
        name: String::new(),
        again: None,
    };
    assert!(person.desktop.connect_with_token(typed).await.is_err());
    assert!(!person.own().join("data/vault").exists(), "nobody could take it out again");
    fs::remove_dir(&lock).unwrap();
    let kept = person.desktop.finish_sign_in(name, &ids).await.unwrap();
    assert!(!person.another_window().spaces(&kept[0].id).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_data_center_sign_in_that_comes_to_nothing_is_taken_back_on_the_server() {
    let person = Person::on_data_center(OAuthOptions::data_center()).await;
    person.signed_in().await;
    person.signed_in().await;
    let desktop = person.desktop.clone();
    tokio::task::spawn_blocking(move || desktop.close()).await.unwrap();
    assert_eq!(person.server.oauth_log().revocations, 1, "the one that the second took the place of");
}

#[tokio::test]
async fn a_token_with_scopes_works_through_the_gateway() {
    let options = ServerOptions { gateway_only: true, oauth: Some(OAuthOptions::cloud()), ..ServerOptions::default() };
    let content = pagelift_fake::GeneratorOptions { pages: 5, ..Default::default() };
    let server = pagelift_fake::Server::start(Site::generate(content), options.clone()).await.unwrap();
    let keychain: std::sync::Arc<dyn pagelift_model::SecretStore> =
        std::sync::Arc::new(pagelift_app::MemoryStore::default());
    let person = Person::beside(tempfile::tempdir().unwrap(), keychain, server, SiteKind::Cloud, String::new());
    let typed = TokenSignIn {
        address: person.address(),
        email: options.email,
        token: Secret::new(options.token),
        name: String::new(),
        again: None,
    };
    let site = person.desktop.connect_with_token(typed).await.unwrap();
    assert!(!person.another_window().spaces(&site.id).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_connection_card_signs_in_without_anybody_typing_the_secret() {
    let person = Person::on_cloud(OAuthOptions::cloud()).await;
    let site = person.signed_in().await.remove(0);
    let passphrase = || Some(Secret::new("correct horse".to_owned()));
    let request = |passphrase| CardRequest { site: Some(site.id.clone()), typed: None, passphrase };
    let (name, sealed) = person.desktop.make_card(request(passphrase())).await.unwrap();
    assert!(std::path::Path::new(&name).extension().is_some_and(|ending| ending == "pagelift-site"), "{name}");
    let (_, bare) = person.desktop.make_card(request(None)).await.unwrap();
    let card = person.desktop.open_card(&sealed).unwrap();
    assert_eq!(
        (card.secret, card.kind, card.callback.as_str()),
        (CardSecret::Sealed, SiteKind::Cloud, person.redirect.as_str())
    );
    assert_eq!(person.desktop.open_card(&bare).unwrap().secret, CardSecret::None);
    let by_card = || {
        let mut request = person.request();
        if let Some(integration) = &mut request.integration {
            integration.client_secret = Secret::new(String::new());
            integration.card = Some(card.id.clone());
        }
        request
    };
    let closed = person.desktop.begin_sign_in(by_card(), |_| {}).await.unwrap_err();
    assert_eq!(closed.code, ErrorCode::UsageInvalid);
    let wrong = person.desktop.unlock_card(card.id.clone(), "wrong".to_owned()).await.unwrap_err();
    assert_eq!(wrong.code, ErrorCode::PassphraseWrong);
    let opened = person.desktop.unlock_card(card.id.clone(), "correct horse".to_owned()).await.unwrap();
    assert_eq!(opened.secret, CardSecret::Open);
    let mut other_client = by_card();
    if let Some(integration) = &mut other_client.integration {
        "another".clone_into(&mut integration.client_id);
    }
    let other_site =
        SignInRequest { kind: SiteKind::DataCenter, address: "https://evil.example".to_owned(), ..by_card() };
    for misused in [other_client, other_site] {
        let refused = person.desktop.begin_sign_in(misused, |_| {}).await.unwrap_err();
        assert_eq!(refused.code, ErrorCode::UsageInvalid, "the secret is for the card's own site alone");
    }
    assert_eq!(person.signed_in_by(by_card()).await.len(), 1);
    let spent = person.desktop.begin_sign_in(by_card(), |_| {}).await.unwrap_err();
    assert_eq!(spent.code, ErrorCode::CardInvalid, "the secret is let go of once it is kept");
    assert_eq!(person.desktop.open_card(b"no card").unwrap_err().code, ErrorCode::CardInvalid);
}

#[tokio::test]
async fn the_secret_of_a_card_of_one_server_goes_to_no_other() {
    let person = Person::on_data_center(OAuthOptions::data_center()).await;
    let site = person.signed_in().await.remove(0);
    let passphrase = Some(Secret::new("correct horse".to_owned()));
    let card = CardRequest { site: Some(site.id), typed: None, passphrase };
    let (_, sealed) = person.desktop.make_card(card).await.unwrap();
    let card = person.desktop.open_card(&sealed).unwrap();
    person.desktop.unlock_card(card.id.clone(), "correct horse".to_owned()).await.unwrap();
    let stranger = Person::on_data_center(OAuthOptions::data_center()).await;
    let by_card = |address: String| {
        let mut request = SignInRequest { address, ..person.request() };
        if let Some(integration) = &mut request.integration {
            integration.client_secret = Secret::new(String::new());
            integration.card = Some(card.id.clone());
        }
        request
    };
    let refused = person.desktop.begin_sign_in(by_card(stranger.address()), |_| {}).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::UsageInvalid);
    person.signed_in_by(by_card(person.address())).await;
}

#[tokio::test]
async fn an_address_is_looked_at_and_an_admin_is_told_what_to_register() {
    let cloud = Person::on_cloud(OAuthOptions::cloud()).await;
    let found = cloud.desktop.detect_site(&cloud.address()).await.unwrap();
    assert_eq!((found.kind, found.is_usable), (SiteKind::Cloud, true));
    assert_eq!(found.address, format!("{}/wiki", cloud.server.url()));
    let guide = cloud.desktop.setup_guide(found.kind, ReturnRoute::Loopback, Some(&found.address)).unwrap();
    assert!(guide.message.contains(&found.host) && guide.message.contains(&guide.callback));
    let server = Person::on_data_center(OAuthOptions::data_center()).await;
    let found = server.desktop.detect_site(&server.address()).await.unwrap();
    assert_eq!((found.kind, found.is_usable), (SiteKind::DataCenter, true));
    assert_eq!(found.address, format!("{}/confluence", server.server.url()));
    assert_eq!(cloud.desktop.detect_site("no address").await.unwrap_err().code, ErrorCode::AddressInvalid);
}
