//! Wrong tokens, wrong addresses, wrong hosts.

use std::sync::Arc;

use pagelift_fake::{LoginPage, ServerOptions};
use pagelift_model::{PageSource as _, SiteKind, SourceError, Want};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::rustls::{self, ServerConfig};

use crate::harness::{Fake, NOTHING_THERE, Scripted, TOKEN, all, connection, json, quick, reply, source};

#[tokio::test]
async fn the_account_is_named_after_a_check() {
    let fake = Fake::small().await;
    assert_eq!(fake.source.site().account, None);
    assert_eq!(fake.source.check().await.unwrap(), "Ada Example");
    let site = fake.source.site();
    assert_eq!((site.kind, site.account.as_deref()), (SiteKind::Cloud, Some("Ada Example")));
    assert_eq!(site.address.as_str(), format!("{}/wiki", fake.server.url()));
}

#[tokio::test]
async fn any_address_on_the_site_will_do() {
    let fake = Fake::small().await;
    for path in ["", "/", "/wiki", "/wiki/spaces/DOCS/pages/1/Home?a=b#c", "/jira"] {
        let address = format!("{}{path}", fake.server.url());
        let client = source(connection(&address, TOKEN), quick());
        assert_eq!(client.check().await.unwrap(), "Ada Example", "{address}");
    }
}

#[tokio::test]
async fn a_wrong_token_is_refused_at_once_and_appears_nowhere() {
    for anonymous in [false, true] {
        let fake = Fake::with(ServerOptions { anonymous, ..ServerOptions::default() }).await;
        let client = source(connection(fake.server.url(), "wrong-token"), quick());
        let error = client.check().await.unwrap_err();
        assert!(matches!(error, SourceError::SignInRejected { .. }), "{error:?}");
        assert_eq!(client.requests(), 1);
        let shown = format!("{error} {error:?} {client:?}");
        assert!(!shown.contains("wrong-token") && !shown.contains("Basic"), "{shown}");
    }
}

#[tokio::test]
async fn a_missing_permission_is_told_from_a_wrong_token() {
    let body = r#"{"code":401,"message":"Unauthorized; scope does not match"}"#;
    let site = Scripted::start(move |_, _| reply("401 Unauthorized", "Content-Type: application/json\r\n", body)).await;
    let error = site.source().spaces().await.unwrap_err();
    let SourceError::PermissionMissing { request, .. } = error else { panic!("{error:?}") };
    assert_eq!(request, "the list of spaces");
}

#[tokio::test]
async fn a_closed_port_is_said_in_plain_words() {
    let error = source(connection(NOTHING_THERE, TOKEN), quick()).check().await.unwrap_err();
    let SourceError::Unreachable { site, detail } = error else { panic!("{error:?}") };
    assert_eq!(NOTHING_THERE, format!("http://{site}"));
    assert_eq!(detail, "nothing answers at this address");
}

/// The address of a site whose certificate nobody vouches for.
pub async fn untrusted_site() -> String {
    let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("https://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let acceptor = TlsAcceptor::from(Arc::new(config));
        while let Ok((stream, _)) = listener.accept().await {
            assert!(acceptor.accept(stream).await.is_err());
        }
    });
    address
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_is_refused() {
    let client = source(connection(&untrusted_site().await, TOKEN), quick());
    let error = client.check().await.unwrap_err();
    assert!(matches!(error, SourceError::CertificateUntrusted { .. }), "{error:?}");
    assert_eq!(client.requests(), 1);
}

#[tokio::test]
async fn a_name_that_does_not_exist_is_said_in_plain_words() {
    // Too long for a name, so that the question does not even leave this computer.
    let address = format!("http://{}.localhost", "x".repeat(64));
    let error = source(connection(&address, TOKEN), quick()).check().await.unwrap_err();
    let SourceError::Unreachable { detail, .. } = error else { panic!("{error:?}") };
    assert!(detail.contains("no such address"), "{detail}");
}

#[tokio::test]
async fn a_web_page_is_no_answer() {
    let fake = Fake::with(ServerOptions { login_page: LoginPage::Api, ..ServerOptions::default() }).await;
    let error = fake.source.check().await.unwrap_err();
    assert!(matches!(error, SourceError::AnswerUnreadable { .. }), "{error:?}");
    assert_eq!(fake.source.requests(), 1);
}

#[tokio::test]
async fn a_host_without_confluence_is_told() {
    let site =
        Scripted::start(|_, _| reply("404 Not Found", "Content-Type: text/html\r\n", "<h1>Not found</h1>")).await;
    let error = site.source().check().await.unwrap_err();
    let SourceError::AnswerUnreadable { detail, .. } = error else { panic!("{error:?}") };
    assert_eq!(detail, "there is no Confluence at this address");
}

#[tokio::test]
async fn a_redirect_of_a_list_is_not_followed() {
    let stranger = Scripted::start(|_, _| json("{}")).await;
    let location = format!("Location: {}/login\r\n", stranger.url);
    let site = Scripted::start(move |_, _| reply("302 Found", &location, "")).await;
    let error = site.source().check().await.unwrap_err();
    assert!(matches!(error, SourceError::AnswerUnreadable { .. }), "{error:?}");
    assert!(stranger.heads().is_empty());
}

#[tokio::test]
async fn requests_are_signed_and_say_who_asks() {
    let site = Scripted::start(|_, _| json(r#"{"type":"known","accountId":"1","displayName":"Ada"}"#)).await;
    site.source().check().await.unwrap();
    let head = site.heads().remove(0).to_ascii_lowercase();
    assert!(head.starts_with("get /wiki/rest/api/user/current http/1.1"), "{head}");
    assert!(head.contains("authorization: basic ywrhqgv4yw1wbguuy29tonnly3jldc10b2tlbg=="), "{head}");
    assert!(head.contains(concat!("user-agent: pagelift/", env!("CARGO_PKG_VERSION"))), "{head}");
    assert!(head.contains("accept-encoding: gzip"), "{head}");
    assert!(!head.contains("cookie"), "{head}");
}

#[tokio::test]
async fn a_next_page_on_another_host_is_asked_of_the_site_itself() {
    let stranger = Scripted::start(|_, _| json(r#"{"results":[]}"#)).await;
    let next = format!("{}/wiki/api/v2/spaces/1/pages?cursor=abc%3D", stranger.url);
    let site = Scripted::start(move |line, _| {
        if line.contains("cursor=abc%3D") {
            json(r#"{"results":[{"id":"2","title":"Two"}]}"#)
        } else {
            json(&format!(r#"{{"results":[{{"id":"1","title":"One"}}],"_links":{{"next":"{next}"}}}}"#))
        }
    })
    .await;
    let space = pagelift_model::Space {
        id: "1".into(),
        key: "DOCS".into(),
        name: "Docs".to_owned(),
        kind: pagelift_model::SpaceKind::Team,
        status: pagelift_model::SpaceStatus::Current,
        homepage: None,
    };
    let client = site.source();
    let pages = all(client.pages_in(&space, Want::Metadata)).await.unwrap();
    let titles: Vec<&str> = pages.iter().map(|page| page.node.title.as_str()).collect();
    assert_eq!(titles, ["One", "Two"]);
    assert!(stranger.heads().is_empty());
}
