//! Signing in with the browser at servers that are as strict as the real ones.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use pagelift_confluence::oauth::{
    self, Account, Attempt, Callback, CallbackAnswer, DEEP_LINK_CALLBACK, Integration, LOOPBACK_CALLBACK, OAuthError,
    Origins, Pkce, Provider, Tokens, accessible_sites, callback, cloud_account, data_center_account, default_scopes,
    picture,
};
use pagelift_confluence::{CloudSite, DataCenterSite, Gateway, Limits, Signature, Signer};
use pagelift_fake::{
    CLIENT_ID, CLIENT_SECRET, Consent, DataCenterOptions, GeneratorOptions, OAuthOptions, Resources, Server,
    ServerOptions, Site, TokenFault,
};
use pagelift_model::{ErrorCode, PageSource, Secret, SiteAddress, SiteKind, SourceError};
use url::Url;

use crate::harness::{Fixed, NOTHING_THERE, SMALL, Scripted, quick, reply};

/// The sites of Cloud need few pages here.
const TINY: GeneratorOptions = GeneratorOptions { pages: 3, ..SMALL };

fn accept(sites: &[usize]) -> Consent {
    Consent::Accept { account: 0, sites: sites.to_vec() }
}

async fn cloud(options: OAuthOptions) -> Server {
    let options = ServerOptions { oauth: Some(options), ..ServerOptions::default() };
    Server::start(Site::generate(TINY), options).await.unwrap()
}

async fn data_center(context: &str, options: OAuthOptions) -> Server {
    let data_center = DataCenterOptions { context: context.to_owned(), ..DataCenterOptions::default() };
    let options = ServerOptions { oauth: Some(options), data_center: Some(data_center), ..ServerOptions::default() };
    Server::start(Site::generate(TINY), options).await.unwrap()
}

fn origins(server: &Server) -> Origins {
    Origins::parse(server.url(), server.gateway_url()).unwrap()
}

fn of_cloud(server: &Server) -> Integration {
    Integration {
        provider: Provider::Cloud(origins(server)),
        client_id: CLIENT_ID.to_owned(),
        client_secret: Some(Secret::new(CLIENT_SECRET.to_owned())),
        redirect: LOOPBACK_CALLBACK.to_owned(),
        scopes: default_scopes(SiteKind::Cloud),
        sns: None,
    }
}

fn base(server: &Server, context: &str) -> SiteAddress {
    SiteAddress::parse(&format!("{}{context}", server.url())).unwrap()
}

fn of_data_center(server: &Server, context: &str, pkce: Pkce) -> Integration {
    Integration {
        provider: Provider::DataCenter { base: base(server, context), pkce },
        scopes: default_scopes(SiteKind::DataCenter),
        ..of_cloud(server)
    }
}

/// What the browser comes back with, when it is sent to the address of an attempt.
async fn browse(attempt: &Attempt, redirect: &str) -> Callback {
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build().unwrap();
    let answer = client.get(attempt.address().clone()).send().await.unwrap();
    let location = answer.headers().get("location").unwrap().to_str().unwrap().to_owned();
    let back = callback(&location, redirect).unwrap();
    assert!(attempt.is_answered_by(&back));
    back
}

async fn code(attempt: &Attempt, redirect: &str) -> Secret {
    match browse(attempt, redirect).await.answer {
        CallbackAnswer::Code(code) => code,
        CallbackAnswer::Error { code } => panic!("{code}"),
    }
}

async fn sign_in(integration: &Integration) -> Result<Tokens, OAuthError> {
    let attempt = Attempt::begin(integration)?;
    let code = code(&attempt, &integration.redirect).await;
    integration.exchange(&attempt, &code).await
}

/// Makes sure that nothing that was handed out shows.
fn shows_nothing(server: &Server, shown: &str) {
    for secret in server.issued_secrets().iter().map(String::as_str).chain([CLIENT_SECRET]) {
        assert!(!shown.contains(secret), "{shown}");
    }
}

#[tokio::test]
async fn one_sign_in_to_cloud_opens_every_site_that_was_agreed_to_and_is_renewed() {
    let second_site = Some(Site::generate(TINY));
    let server = cloud(OAuthOptions { consent: accept(&[0, 1]), second_site, ..OAuthOptions::cloud() }).await;
    let integration = of_cloud(&server);
    let tokens = sign_in(&integration).await.unwrap();
    assert_eq!(tokens.lifetime, Duration::from_hours(1));
    assert_eq!(tokens.scopes.as_ref().unwrap().len(), integration.scopes.len());

    let sites = accessible_sites(&origins(&server), &tokens.access).await.unwrap();
    let (second, second_id) = server.second_site().unwrap();
    let found: Vec<_> = sites.iter().map(|site| (site.address.as_str(), site.cloud_id.as_str())).collect();
    let first = format!("{}/wiki", server.url());
    assert_eq!(found, [(first.as_str(), server.cloud_id()), (format!("{second}/wiki").as_str(), second_id)]);

    let renewed = integration.renew(tokens.refresh.as_ref().unwrap()).await.unwrap();
    assert_ne!(renewed.access.expose(), tokens.access.expose());
    assert!(renewed.refresh.is_some());
    let log = server.oauth_log();
    assert_eq!((log.exchanges, log.renewals, log.token_queries), (1, 1, 0));
    shows_nothing(&server, &format!("{tokens:?} {renewed:?} {integration:?}"));
}

#[tokio::test]
async fn a_site_that_is_listed_for_each_of_its_products_is_one_site() {
    for (resources, count) in [(Resources::Doubled, 1), (Resources::None, 0)] {
        let server = cloud(OAuthOptions { consent: accept(&[]), resources, ..OAuthOptions::cloud() }).await;
        let tokens = sign_in(&of_cloud(&server)).await.unwrap();
        let sites = accessible_sites(&origins(&server), &tokens.access).await.unwrap();
        assert_eq!(sites.len(), count, "{resources:?}");
        for site in sites {
            assert!(site.scopes.iter().any(|scope| scope == "read:page:confluence"), "{site:?}");
        }
    }
}

#[tokio::test]
async fn the_account_is_known_with_and_without_the_permission_for_its_profile() {
    let server = cloud(OAuthOptions { consent: accept(&[]), ..OAuthOptions::cloud() }).await;
    let mut integration = of_cloud(&server);
    let mut accounts: Vec<Account> = Vec::new();
    for _ in 0..2 {
        let tokens = sign_in(&integration).await.unwrap();
        let account = cloud_account(&origins(&server), Some(server.cloud_id()), &tokens.access).await.unwrap();
        accounts.push(account);
        integration.scopes.push("read:me".to_owned());
    }
    assert_eq!((accounts[0].name.as_str(), &accounts[0].id), ("Ada Example", &accounts[1].id));
    assert_eq!(accounts[1].email.as_deref(), Some("ada@example.com"));
    assert!(accounts[1].picture.is_some());

    let error = cloud_account(&origins(&server), None, &Secret::new("dead".to_owned())).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::SignInRejected);
}

#[tokio::test]
async fn data_center_is_signed_in_to_below_every_context_path() {
    for (context, pkce) in [("", Pkce::S256), ("/confluence", Pkce::Plain), ("/tools/wiki", Pkce::None)] {
        let options = OAuthOptions { consent: accept(&[]), ..OAuthOptions::data_center() };
        let server = data_center(context, options.returning_to(DEEP_LINK_CALLBACK)).await;
        let integration =
            Integration { redirect: DEEP_LINK_CALLBACK.to_owned(), ..of_data_center(&server, context, pkce) };
        let tokens = sign_in(&integration).await.unwrap();
        let account = data_center_account(&base(&server, context), &tokens.access).await.unwrap();
        assert_eq!(account.name, "Ada Example");

        let spent = tokens.refresh.unwrap();
        let renewed = integration.renew(&spent).await.unwrap();
        let error = integration.renew(&spent).await.unwrap_err();
        assert!(error.ends_grant() && !error.is_ambiguous(), "{error:?}");
        assert_eq!(error.code(), ErrorCode::SignInEnded);
        shows_nothing(&server, &format!("{error} {error:?} {renewed:?}"));

        let error = data_center_account(&base(&server, context), &tokens.access).await.unwrap_err();
        assert_eq!(error.code(), ErrorCode::SignInRejected);
    }
}

#[tokio::test]
async fn a_sign_in_that_was_taken_back_cannot_be_renewed() {
    let options = OAuthOptions { consent: accept(&[]), ..OAuthOptions::data_center() };
    let server = data_center("/confluence", options).await;
    let integration = of_data_center(&server, "/confluence", Pkce::S256);
    let refresh = sign_in(&integration).await.unwrap().refresh.unwrap();
    integration.revoke(&refresh).await.unwrap();
    assert_eq!(server.oauth_log().revocations, 1);
    assert!(integration.renew(&refresh).await.unwrap_err().ends_grant());
}

#[tokio::test]
async fn a_code_works_once_and_for_its_own_attempt() {
    let options = OAuthOptions { consent: accept(&[]), ..OAuthOptions::data_center() };
    let server = data_center("", options).await;
    let integration = of_data_center(&server, "", Pkce::S256);
    let (first, second) = (Attempt::begin(&integration).unwrap(), Attempt::begin(&integration).unwrap());
    let stolen = code(&first, LOOPBACK_CALLBACK).await;
    let error = integration.exchange(&second, &stolen).await.unwrap_err();
    assert_eq!((error.code(), error.ends_grant()), (ErrorCode::SignInTimedOut, false));

    let good = code(&second, LOOPBACK_CALLBACK).await;
    integration.exchange(&second, &good).await.unwrap();
    assert!(matches!(integration.exchange(&second, &good).await, Err(OAuthError::CodeRejected { .. })));

    let late = code(&first, LOOPBACK_CALLBACK).await;
    server.advance_clock(Duration::from_mins(2));
    let error = integration.exchange(&first, &late).await.unwrap_err();
    assert!(matches!(error, OAuthError::CodeRejected { word: "invalid_grant", .. }), "{error:?}");
    shows_nothing(&server, &format!("{error} {error:?}"));
}

#[tokio::test]
async fn who_does_not_agree_is_told_from_an_integration_that_is_wrong() {
    let server = cloud(OAuthOptions { consent: Consent::Cancel, ..OAuthOptions::cloud() }).await;
    let attempt = Attempt::begin(&of_cloud(&server)).unwrap();
    let CallbackAnswer::Error { code } = browse(&attempt, LOOPBACK_CALLBACK).await.answer else { panic!("a code") };
    assert_eq!(OAuthError::declined(&attempt.site(), code).code(), ErrorCode::SignInCancelled);
}

#[tokio::test]
async fn a_wrong_secret_is_the_integration_s_fault_and_keeps_the_sign_in() {
    let on_cloud = cloud(OAuthOptions { consent: accept(&[]), ..OAuthOptions::cloud() }).await;
    let own = data_center("", OAuthOptions { consent: accept(&[]), ..OAuthOptions::data_center() }).await;
    for integration in [of_cloud(&on_cloud), of_data_center(&own, "", Pkce::S256)] {
        let refresh = sign_in(&integration).await.unwrap().refresh.unwrap();
        for client_secret in [None, Some(Secret::new("wrong".to_owned()))] {
            let wrong = Integration { client_secret, ..integration.clone() };
            for error in [sign_in(&wrong).await.unwrap_err(), wrong.renew(&refresh).await.unwrap_err()] {
                assert!(matches!(error, OAuthError::IntegrationRejected { .. }), "{error:?}");
                assert!(!error.ends_grant() && !error.is_ambiguous());
                assert_eq!(error.code(), ErrorCode::IntegrationRejected);
            }
        }
        integration.renew(&refresh).await.unwrap();
    }
}

#[tokio::test]
async fn what_the_server_may_have_done_is_told_from_what_it_has_not() {
    let server = cloud(OAuthOptions { consent: accept(&[]), ..OAuthOptions::cloud() }).await;
    let integration = of_cloud(&server);
    let mut refresh = sign_in(&integration).await.unwrap().refresh.unwrap();
    let limits = Limits { answer_timeout: Duration::from_millis(300), ..oauth::limits() };
    for (fault, code, may_be_done) in [
        (TokenFault::Lost, ErrorCode::SiteUnreachable, true),
        (TokenFault::Truncated, ErrorCode::AnswerUnreadable, true),
        (TokenFault::Html, ErrorCode::AnswerUnreadable, true),
        (TokenFault::Huge, ErrorCode::AnswerTooLarge, true),
        (TokenFault::Slow(60_000), ErrorCode::SiteUnreachable, true),
        (TokenFault::Redirect, ErrorCode::AnswerUnreadable, false),
        (TokenFault::Throttled, ErrorCode::RateLimited, false),
        (TokenFault::Unavailable, ErrorCode::SiteFailed, false),
    ] {
        server.fail_token_calls(&[fault]);
        let error = integration.renew_within(&refresh, &limits).await.unwrap_err();
        assert_eq!((error.code(), error.is_ambiguous()), (code, may_be_done), "{fault:?}: {error}");
        assert!(!error.ends_grant());
        shows_nothing(&server, &format!("{error} {error:?}"));
        // The same refresh token again.
        refresh = integration.renew(&refresh).await.unwrap().refresh.unwrap();
    }
    let log = server.oauth_log();
    assert_eq!((log.astray, log.reuses), (0, 0));
}

#[tokio::test]
async fn a_server_that_is_not_there_has_done_nothing() {
    let integration = Integration {
        provider: Provider::DataCenter { base: SiteAddress::parse(NOTHING_THERE).unwrap(), pkce: Pkce::S256 },
        client_id: "id".to_owned(),
        client_secret: None,
        redirect: LOOPBACK_CALLBACK.to_owned(),
        scopes: Vec::new(),
        sns: None,
    };
    let error = integration.renew(&Secret::new("r".to_owned())).await.unwrap_err();
    assert_eq!((error.code(), error.is_ambiguous()), (ErrorCode::SiteUnreachable, false));
}

#[tokio::test]
async fn a_secret_is_never_sent_in_the_clear() {
    let provider = Provider::Cloud(Origins {
        auth: Url::parse("http://auth.example.com").unwrap(),
        api: Url::parse("http://api.example.com").unwrap(),
    });
    let integration = Integration {
        provider,
        client_id: "id".to_owned(),
        client_secret: Some(Secret::new("hush".to_owned())),
        redirect: LOOPBACK_CALLBACK.to_owned(),
        scopes: Vec::new(),
        sns: None,
    };
    let error = integration.renew(&Secret::new("r".to_owned())).await.unwrap_err();
    assert_eq!((error.code(), error.is_ambiguous()), (ErrorCode::SiteUnreachable, false), "{error}");
    assert!(Origins::parse("http://auth.example.com", "https://api.example.com").is_none());
}

/// A signer that renews when it is told that it has to.
struct Renewing {
    integration: Integration,
    tokens: tokio::sync::Mutex<(u64, Tokens)>,
}

#[async_trait]
impl Signer for Renewing {
    async fn signature(&self) -> Result<Signature, SourceError> {
        let tokens = self.tokens.lock().await;
        Ok(tokens.1.signature(tokens.0))
    }

    async fn refused(&self, used: u64, _: u16) -> Result<bool, SourceError> {
        let mut tokens = self.tokens.lock().await;
        if tokens.0 == used {
            let refresh = tokens.1.refresh.clone().unwrap();
            let ended = |_| SourceError::SignInEnded { site: "the site".to_owned() };
            *tokens = (used + 1, self.integration.renew(&refresh).await.map_err(ended)?);
        }
        Ok(true)
    }
}

async fn renewing(integration: Integration) -> Arc<Renewing> {
    let tokens = sign_in(&integration).await.unwrap();
    Arc::new(Renewing { integration, tokens: tokio::sync::Mutex::new((0, tokens)) })
}

#[tokio::test]
async fn reading_goes_on_when_a_sign_in_ends_in_the_middle() {
    let cloud_statuses = [401, 403, 404].map(Some);
    for expired_status in cloud_statuses.into_iter().chain([None]) {
        let (server, source): (Server, Box<dyn PageSource>) = if let Some(expired_status) = expired_status {
            let options = OAuthOptions { consent: accept(&[]), expired_status, ..OAuthOptions::cloud() };
            let server = cloud(options).await;
            let signer = renewing(of_cloud(&server)).await;
            let cloud_id = server.cloud_id().to_owned();
            let gateway = Gateway { api_origin: server.gateway_url().parse().unwrap(), cloud_id };
            let site =
                CloudSite::signed_with_limits(&base(&server, ""), Some(&gateway), signer, Arc::new(Fixed), quick());
            (server, Box::new(site.unwrap()))
        } else {
            let server =
                data_center("/wiki", OAuthOptions { consent: accept(&[]), ..OAuthOptions::data_center() }).await;
            let signer = renewing(of_data_center(&server, "/wiki", Pkce::S256)).await;
            let site = DataCenterSite::signed_with_limits(&base(&server, "/wiki"), signer, Arc::new(Fixed), quick());
            (server, Box::new(site.unwrap()))
        };
        let before = source.spaces().await.unwrap();
        server.end_access_tokens();
        assert_eq!(source.spaces().await.unwrap(), before, "{expired_status:?}");
        assert_eq!(server.oauth_log().renewals, 1, "{expired_status:?}");

        server.revoke_grants(None);
        let error = source.spaces().await.unwrap_err();
        assert!(matches!(error, SourceError::SignInEnded { .. }), "{expired_status:?}: {error:?}");
        shows_nothing(&server, &format!("{error} {error:?}"));
    }
}

const PNG: &str = "\u{89}PNG\r\n\u{1a}\n and so on";

fn png() -> Vec<u8> {
    let body: Vec<u8> = PNG.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap()).collect();
    let head = format!("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {}\r\n\r\n", body.len());
    [head.into_bytes(), body].concat()
}

#[tokio::test]
async fn a_picture_comes_without_credentials_from_anywhere_but_the_site() {
    let elsewhere = Scripted::start(|_, _| png()).await;
    let location = format!("Location: {}/p.png\r\n", elsewhere.url);
    let site =
        Scripted::start(move |line, _| if line.contains("moved") { reply("302 Found", &location, "") } else { png() })
            .await;
    let address = SiteAddress::parse(&site.url).unwrap();
    let access = Secret::new("hush".to_owned());
    for path in ["own.png", "moved.png"] {
        let url = Url::parse(&format!("{}/{path}", site.url)).unwrap();
        let found = picture(&url, &address, &access).await.unwrap();
        assert_eq!(found.media_type, "image/png");
    }
    assert!(site.heads().iter().all(|head| head.to_ascii_lowercase().contains("authorization: bearer hush")));
    assert_eq!(elsewhere.heads().len(), 1);
    assert!(!elsewhere.heads()[0].to_ascii_lowercase().contains("authorization"));
}

#[tokio::test]
async fn a_picture_that_is_none_or_lies_where_nobody_should_look_is_left_out() {
    let drawing = "<svg xmlns='http://www.w3.org/2000/svg'/>";
    let site = Scripted::start(move |line, _| {
        let large = format!("\u{7f}{}", "x".repeat(300 << 10));
        let body = if line.contains("large") { large.as_str() } else { drawing };
        reply("200 OK", "Content-Type: image/png\r\n", body)
    })
    .await;
    let address = SiteAddress::parse(&site.url).unwrap();
    let access = Secret::new("hush".to_owned());
    for path in ["drawing", "large"] {
        let url = Url::parse(&format!("{}/{path}", site.url)).unwrap();
        assert_eq!(picture(&url, &address, &access).await, None, "{path}");
    }
    // From a site on the network, nobody is sent to this computer or its neighbours.
    let far = SiteAddress::parse("https://wiki.example.com").unwrap();
    for url in [format!("{}/p.png", site.url), "https://169.254.169.254/".into(), "http://cdn.example.com/p.png".into()]
    {
        assert_eq!(picture(&Url::parse(&url).unwrap(), &far, &access).await, None, "{url}");
    }
    assert_eq!(site.heads().len(), 2);
}
