//! The ways back from the browser, and what is refused on them.

use pagelift_app::ipc::{Pkce, ReturnRoute, SignInRequest, TokenSignIn};
use pagelift_fake::{OAuthOptions, ServerOptions};
use pagelift_model::{ErrorCode, Secret, SiteKind};

use crate::person::{Person, accept, visit};

#[tokio::test]
async fn a_token_of_another_person_replaces_nobodys() {
    let person = Person::on_data_center(OAuthOptions::data_center()).await;
    let options = ServerOptions::default();
    let typed = |again: &str| TokenSignIn {
        address: person.address(),
        email: String::new(),
        token: Secret::new(options.token.clone()),
        name: String::new(),
        again: Some(again.to_owned()),
    };
    person.server.set_consent(accept(1));
    let other = person.signed_in().await.remove(0);
    let refused = person.desktop.connect_with_token(typed(&other.id)).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::SignInOfAnother, "{}", refused.message);
    assert_eq!(person.desktop.sites().len(), 1, "nothing was stored");
    person.server.set_consent(accept(0));
    let own = person.signed_in().await.remove(0);
    assert_eq!(person.desktop.connect_with_token(typed(&own.id)).await.unwrap().id, own.id);
}

#[tokio::test]
async fn a_port_that_is_taken_leaves_the_way_by_hand_to_whoever_signs_in_again() {
    let person = Person::on_data_center(OAuthOptions::data_center()).await;
    let site = person.signed_in().await.remove(0);
    let port = url::Url::parse(&person.redirect).unwrap().port().unwrap();
    let _other_program = std::net::TcpListener::bind(("127.0.0.1", port)).unwrap();
    let taken = person.desktop.begin_sign_in(person.again(&site), |_| {}).await.unwrap_err();
    assert_eq!(taken.code, ErrorCode::PortTaken);
    let mut attempt = person.begin(SignInRequest { by_hand: true, ..person.again(&site) }).await;
    assert_eq!(attempt.started.route, ReturnRoute::Paste);
    let back = visit(&attempt.started.address).await.location();
    person.desktop.paste_callback(&attempt.started.attempt, &back).unwrap();
    let (_, sites) = attempt.choice().await;
    assert_eq!(sites[0].id, site.id);
}

#[tokio::test]
async fn data_center_without_its_own_way_back_gets_an_address_of_the_site_itself() {
    let person = Person::on_data_center(OAuthOptions::data_center()).await;
    let base = "https://wiki.example.com/confluence";
    let guide = person.desktop.setup_guide(SiteKind::DataCenter, ReturnRoute::Paste, Some(base)).unwrap();
    assert_eq!(guide.callback, format!("{base}/oauth/callback"));
    assert!(guide.message.contains(&guide.callback));
}

#[tokio::test]
async fn an_integration_that_wants_no_hash_is_signed_in_to_as_it_wants() {
    for pkce in [Pkce::S256, Pkce::Plain, Pkce::None] {
        let person = Person::on_data_center(OAuthOptions::data_center()).await;
        let mut request = person.request();
        if let Some(integration) = &mut request.integration {
            integration.pkce = pkce;
        }
        let attempt = person.begin(request.clone()).await;
        let method = match pkce {
            Pkce::S256 => "code_challenge_method=S256",
            Pkce::Plain => "code_challenge_method=plain",
            Pkce::None => "client_id=",
        };
        assert!(attempt.started.address.contains(method), "{pkce:?}");
        assert_eq!(attempt.started.address.contains("code_challenge"), pkce != Pkce::None);
        person.desktop.cancel_sign_in(&attempt.started.attempt);
        let site = person.signed_in_by(request).await.remove(0);
        // What was chosen is known when somebody signs in again.
        let again = person.another_window();
        assert_eq!(again.sites(), std::slice::from_ref(&site));
        let again = again.begin_sign_in(person.again(&site), |_| {}).await.unwrap();
        assert!(again.address.contains(method), "{pkce:?}");
    }
}
