//! What is found at addresses that people paste.

use jiff::Timestamp;
use pagelift_confluence::{Detection, Limits, detect, detect_within};
use pagelift_fake::{DataCenterOptions, GeneratorOptions, Server, ServerOptions, Site};
use pagelift_model::{CheckOutcome, Clock, SiteCheck, SiteCheckKind, SiteKind};

use crate::harness::{Fixed, NOTHING_THERE, SMALL, Scripted, json, reply};
use crate::sign_in::untrusted_site;

const TINY: GeneratorOptions = GeneratorOptions { pages: 3, ..SMALL };

/// The clock of this computer, which the fake's is compared with.
struct Now;

impl Clock for Now {
    #[expect(clippy::disallowed_methods, reason = "the fake tells the time of this computer")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

async fn look(text: &str) -> Detection {
    detect(text, &Now).await.unwrap()
}

fn check(detection: &Detection, what: SiteCheckKind) -> Option<&SiteCheck> {
    detection.checks.iter().find(|check| check.what == what)
}

fn outcome(detection: &Detection, what: SiteCheckKind) -> Option<CheckOutcome> {
    check(detection, what).map(|check| check.outcome)
}

fn detail(detection: &Detection, what: SiteCheckKind) -> Option<&str> {
    check(detection, what)?.detail.as_deref()
}

#[tokio::test]
async fn a_cloud_site_is_found_from_any_of_its_addresses() {
    use SiteCheckKind::{Clock, Confluence, Encrypted, Reachable};
    let server = Server::start(Site::generate(TINY), ServerOptions::default()).await.unwrap();
    for path in ["", "/", "/wiki", "/wiki/spaces/DOCS/pages/1/Home?a=b#c", "/jira/projects"] {
        let found = look(&format!(" {}{path} ", server.url())).await;
        assert_eq!((found.kind, found.cloud_id.as_deref()), (SiteKind::Cloud, Some(server.cloud_id())), "{path}");
        assert_eq!(found.address.as_str(), format!("{}/wiki", server.url()));
        assert!(found.is_usable() && found.version.is_none());
        let kinds: Vec<SiteCheckKind> = found.checks.iter().map(|check| check.what).collect();
        assert_eq!(kinds, [Reachable, Encrypted, Confluence, Clock]);
        assert_eq!(outcome(&found, Encrypted), Some(CheckOutcome::Doubtful), "plain http is not called encrypted");
    }
}

#[tokio::test]
async fn a_data_center_site_is_found_with_its_context_path_from_any_of_its_addresses() {
    for context in ["", "/confluence", "/tools/wiki"] {
        let data_center = DataCenterOptions { context: context.to_owned(), ..DataCenterOptions::default() };
        let options = ServerOptions { data_center: Some(data_center), ..ServerOptions::default() };
        let server = Server::start(Site::generate(TINY), options).await.unwrap();
        for path in ["", "/", "/display/DOCS/Home", "/pages/viewpage.action?pageId=1", "/some/other/page"] {
            let found = look(&format!("{}{context}{path}", server.url())).await;
            assert_eq!((found.kind, &found.cloud_id), (SiteKind::DataCenter, &None), "{context}{path}");
            assert_eq!(found.address.as_str(), format!("{}{context}", server.url()), "{context}{path}");
            assert_eq!(outcome(&found, SiteCheckKind::Version), Some(CheckOutcome::Good), "{found:?}");
            assert_eq!(detail(&found, SiteCheckKind::Version), found.version.as_deref());
            assert!(found.is_usable());
        }
    }
}

#[tokio::test]
async fn a_usual_context_path_is_tried_where_none_was_given() {
    let data_center = DataCenterOptions { context: "/confluence".to_owned(), ..DataCenterOptions::default() };
    let options = ServerOptions { data_center: Some(data_center), ..ServerOptions::default() };
    let server = Server::start(Site::generate(TINY), options).await.unwrap();
    let found = look(server.url()).await;
    assert_eq!(found.address.as_str(), format!("{}/confluence", server.url()));
}

#[tokio::test]
async fn nobody_who_is_asked_gets_credentials() {
    let site = Scripted::start(|_, _| reply("404 Not Found", "", "")).await;
    let found = look(&format!("http://me:secret@{}/a/b/c", site.url.trim_start_matches("http://"))).await;
    assert_eq!(outcome(&found, SiteCheckKind::Confluence), Some(CheckOutcome::Bad));
    assert!(!found.is_usable());
    for head in site.heads() {
        let head = head.to_ascii_lowercase();
        assert!(head.starts_with("get ") && !head.contains("authorization") && !head.contains("cookie"), "{head}");
    }
    // The first question, and three at each of six places.
    assert_eq!(site.heads().len(), 1 + 3 * 6);
}

#[tokio::test]
async fn a_clock_that_differs_is_told_in_minutes() {
    for (clock_off, expected, minutes) in
        [(0, CheckOutcome::Good, None), (-240, CheckOutcome::Good, None), (7300, CheckOutcome::Doubtful, Some("121"))]
    {
        let options = ServerOptions { clock_off, ..ServerOptions::default() };
        let server = Server::start(Site::generate(TINY), options).await.unwrap();
        let found = look(server.url()).await;
        assert_eq!(outcome(&found, SiteCheckKind::Clock), Some(expected), "{clock_off}: {found:?}");
        assert_eq!(detail(&found, SiteCheckKind::Clock), minutes, "{clock_off}");
        assert!(found.is_usable());
    }
}

#[tokio::test]
async fn nothing_at_all_is_said_in_plain_words() {
    let found = look(&format!("{NOTHING_THERE}/wiki")).await;
    let expected = SiteCheck {
        what: SiteCheckKind::Reachable,
        outcome: CheckOutcome::Bad,
        detail: Some("nothing answers at this address".to_owned()),
    };
    assert_eq!(found.checks, [expected]);
    assert!(!found.is_usable());
}

#[tokio::test]
async fn a_host_that_says_nothing_is_given_up() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let limits = Limits { answer_timeout: std::time::Duration::from_millis(20), ..Limits::default() };
    let address = format!("http://{}", listener.local_addr().unwrap());
    let found = detect_within(&address, &Fixed, &limits).await.unwrap();
    assert_eq!(detail(&found, SiteCheckKind::Reachable), Some("it did not answer in time"));
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_is_told() {
    let found = look(&untrusted_site().await).await;
    assert_eq!(outcome(&found, SiteCheckKind::Reachable), Some(CheckOutcome::Good));
    assert_eq!(outcome(&found, SiteCheckKind::Certificate), Some(CheckOutcome::Bad));
    assert!(!found.is_usable());
}

#[tokio::test]
async fn an_address_of_a_site_that_is_none_is_refused() {
    for text in ["", "  ", "two words", "ftp://wiki.example.com", "ada@example.com"] {
        let error = detect(text, &Fixed).await.unwrap_err();
        assert_eq!(error.code(), pagelift_model::ErrorCode::AddressInvalid, "{text}");
    }
}

#[tokio::test]
async fn another_product_is_told_by_its_name() {
    let site = Scripted::start(|line, _| match line {
        _ if line.contains("/manifest") => json(r#"{"typeId":"jira","version":"9.12.1"}"#),
        _ if line.contains("/status") => json(r#"{"state":"RUNNING"}"#),
        _ => reply("404 Not Found", "", ""),
    })
    .await;
    let found = look(&site.url).await;
    assert_eq!(outcome(&found, SiteCheckKind::Confluence), Some(CheckOutcome::Bad));
    assert_eq!(detail(&found, SiteCheckKind::Confluence), Some("jira"));
}

#[tokio::test]
async fn a_site_that_tells_nothing_of_its_release_is_known_by_how_it_refuses() {
    let site = Scripted::start(|line, _| match line {
        _ if line.contains("/rest/api/space") => reply("401 Unauthorized", "X-Seraph-LoginReason: OUT\r\n", ""),
        _ => reply("403 Forbidden", "", ""),
    })
    .await;
    let found = look(&site.url).await;
    assert_eq!(outcome(&found, SiteCheckKind::Confluence), Some(CheckOutcome::Good));
    assert_eq!(outcome(&found, SiteCheckKind::Version), Some(CheckOutcome::Unknown));
    assert!(found.is_usable());
}

#[tokio::test]
async fn a_sign_in_page_that_stands_before_everything_is_told_by_its_host() {
    let page = Scripted::start(|_, _| reply("200 OK", "Content-Type: text/html\r\n", "<form>")).await;
    let location = format!("Location: {}/login?next=x\r\n", page.url);
    let site = Scripted::start(move |_, _| reply("302 Found", &location, "")).await;
    let found = look(&site.url).await;
    assert_eq!(outcome(&found, SiteCheckKind::Confluence), Some(CheckOutcome::Bad));
    assert_eq!(detail(&found, SiteCheckKind::Confluence), Some(page.url.trim_start_matches("http://")));
    assert!(page.heads().is_empty());
}

#[tokio::test]
async fn a_site_that_moved_is_looked_at_where_it_is_now() {
    let data_center = DataCenterOptions { context: "/wiki".to_owned(), ..DataCenterOptions::default() };
    let options = ServerOptions { data_center: Some(data_center), ..ServerOptions::default() };
    let server = Server::start(Site::generate(TINY), options).await.unwrap();
    let now = format!("{}/wiki", server.url());
    let to = now.clone();
    let old = Scripted::start(move |line, _| {
        let path = line.split(' ').nth(1).unwrap();
        reply("301 Moved Permanently", &format!("Location: {to}{path}\r\n"), "")
    })
    .await;
    assert_eq!(look(&old.url).await.address.as_str(), now);
}
