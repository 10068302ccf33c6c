//! Walks the fake over real HTTP.
#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests may fail loudly")]

use std::collections::BTreeSet;

use base64::Engine as _;
use pagelift_fake::{GeneratorOptions, Kind, Server, ServerOptions, Site};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

const OPTIONS: GeneratorOptions = GeneratorOptions { pages: 130, attachments: 70, seed: 7, depth: 4 };

struct Answer {
    status: u16,
    head: String,
    body: Vec<u8>,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    fn location(&self) -> String {
        let line = self.head.lines().find(|line| line.to_ascii_lowercase().starts_with("location:")).unwrap();
        line.split_once(':').unwrap().1.trim().to_owned()
    }
}

async fn send(address: &str, method: &str, path: &str, token: Option<&str>, body: &str) -> Answer {
    let host = address.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(host).await.unwrap();
    let auth = token.map_or(String::new(), |token| {
        let pair = base64::engine::general_purpose::STANDARD.encode(format!("ada@example.com:{token}"));
        format!("Authorization: Basic {pair}\r\n")
    });
    let length = body.len();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: {host}\r\n{auth}Connection: close\r\nContent-Length: {length}\r\n\r\n{body}"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.unwrap();
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Answer { status, head, body: bytes[end + 4..].to_vec() }
}

async fn get(server: &Server, path: &str) -> Answer {
    send(server.url(), "GET", path, Some("secret-token"), "").await
}

async fn start() -> Server {
    Server::start(Site::generate(OPTIONS), ServerOptions::default()).await.unwrap()
}

fn next(value: &Value) -> Option<String> {
    value["_links"]["next"].as_str().map(str::to_owned)
}

#[tokio::test]
async fn a_walk_by_cursor_finds_every_page_once() {
    let server = start().await;
    let spaces = get(&server, "/wiki/api/v2/spaces?keys=DOCS").await.json();
    let space = spaces["results"][0]["id"].as_str().unwrap().to_owned();
    for limit in [7, 13, 250] {
        let mut path = format!("/wiki/api/v2/spaces/{space}/pages?limit={limit}&body-format=storage&sort=id");
        let mut found = Vec::new();
        loop {
            let answer = get(&server, &path).await;
            assert_eq!(answer.status, 200);
            let value = answer.json();
            for row in value["results"].as_array().unwrap() {
                assert!(!row["body"]["storage"]["value"].as_str().unwrap().is_empty());
                found.push(row["id"].as_str().unwrap().parse::<u64>().unwrap());
            }
            let Some(following) = next(&value) else { break };
            assert!(following.starts_with("/wiki/api/v2/") && following.contains('='));
            path = following;
        }
        assert_eq!(found, server.change(|site| site.ids("DOCS", Kind::Page)), "limit {limit}");
        assert_eq!(found.len(), OPTIONS.pages);
    }
}

#[tokio::test]
async fn a_full_last_page_is_followed_by_an_empty_one_with_next() {
    let server = start().await;
    let space = server.change(|site| site.space("DOCS").unwrap().id);
    let first = get(&server, &format!("/wiki/api/v2/spaces/{space}/pages?limit=130")).await.json();
    assert_eq!(first["results"].as_array().unwrap().len(), 130);
    let second = get(&server, &next(&first).unwrap()).await.json();
    assert!(second["results"].as_array().unwrap().is_empty());
    let third = get(&server, &next(&second).unwrap()).await.json();
    assert_eq!(next(&third), None);
}

#[tokio::test]
async fn search_pages_and_caps_inline_attachments() {
    let server = start().await;
    let mut path = "/rest/api/content/search?cql=space%3D%22DOCS%22%20and%20type%20in%20(page,blogpost)&limit=40&expand=metadata.labels,children.attachment".to_owned();
    let (mut ids, mut capped) = (BTreeSet::new(), 0);
    loop {
        let value = get(&server, &format!("/wiki{path}")).await.json();
        for row in value["results"].as_array().unwrap() {
            assert!(ids.insert(row["id"].as_str().unwrap().to_owned()));
            assert!(row["metadata"]["labels"]["results"].is_array());
            let files = &row["children"]["attachment"];
            assert!(files["results"].as_array().unwrap().len() <= 25);
            capped += usize::from(files["_links"]["next"].is_string());
        }
        let Some(following) = next(&value) else { break };
        assert!(following.starts_with("/rest/api/content/search?"));
        path = following;
    }
    let expected = server.change(|site| site.ids("DOCS", Kind::Page).len() + site.ids("DOCS", Kind::BlogPost).len());
    assert_eq!(ids.len(), expected);
    assert_eq!(capped, 1);

    let files = get(&server, "/wiki/rest/api/search?cql=type%20%3D%20attachment&limit=1").await.json();
    assert_eq!(files["totalSize"], 70);
    let id = ids.first().unwrap();
    let one = get(&server, &format!("/wiki/rest/api/content/search?cql=id%20in%20({id})")).await.json();
    assert_eq!(one["results"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_download_redirects_to_another_origin_that_refuses_credentials() {
    let server = start().await;
    let file = server.change(|site| site.attachments.values().next().unwrap().clone());
    let path = format!("/wiki/rest/api/content/{}/child/attachment/att{}/download", file.content, file.id);
    let answer = get(&server, &path).await;
    assert_eq!(answer.status, 302);
    let location = answer.location();
    let path = location.strip_prefix(server.media_url()).unwrap();
    assert_eq!(send(server.media_url(), "GET", path, Some("secret-token"), "").await.status, 401);
    let answer = send(server.media_url(), "GET", path, None, "").await;
    assert_eq!((answer.status, answer.body), (200, file.bytes));
    assert_eq!(get(&server, "/wiki/download/attachments/1/x.png").await.status, 401);
}

#[tokio::test]
async fn a_wrong_token_is_refused() {
    let server = start().await;
    for token in [None, Some("wrong")] {
        let answer = send(server.url(), "GET", "/wiki/rest/api/user/current", token, "").await;
        assert_eq!(answer.status, 403);
        assert_eq!(answer.json()["message"], "Current user not permitted to use Confluence");
    }
    assert_eq!(get(&server, "/wiki/rest/api/user/current").await.status, 200);
}

#[tokio::test]
async fn errors_counters_users_and_folders() {
    let server = start().await;
    let answer = get(&server, "/wiki/api/v2/pages?cursor=broken").await;
    assert_eq!((answer.status, &answer.json()["errors"][0]["code"]), (400, &Value::from("INVALID_REQUEST_PARAMETER")));
    assert_eq!(
        get(&server, "/wiki/api/v2/pages/1").await.json()["errors"][0]["title"],
        "Cannot find a page with id [1]"
    );
    let folder = server.change(|site| *site.folders.keys().next().unwrap());
    assert_eq!(get(&server, &format!("/wiki/api/v2/folders/{folder}")).await.json()["type"], "folder");
    let account = server.change(|site| site.users[0].account.clone());
    let body = format!("{{\"accountIds\":[\"{account}\",\"unknown\"]}}");
    let users = send(server.url(), "POST", "/wiki/api/v2/users-bulk", Some("secret-token"), &body).await.json();
    assert_eq!(users["results"].as_array().unwrap().len(), 1);
    let counters = send(server.url(), "GET", "/_counters", None, "").await.json();
    assert_eq!(counters["GET /wiki/api/v2/folders/{id}"], 1);
    assert_eq!(counters["POST /wiki/api/v2/users-bulk"], 1);
}

#[tokio::test]
async fn faults_come_when_asked_for() {
    let options = ServerOptions {
        throttle_every: 2,
        retry_after: None,
        throttle_headers: vec![("x-ratelimit-reset", "2026-03-26T16:00Z".to_owned())],
        flaky_every: 3,
        timeout_above: 100,
        ..ServerOptions::default()
    };
    let server = Server::start(Site::generate(OPTIONS), options).await.unwrap();
    let mut statuses = Vec::new();
    for path in ["pages?limit=101", "spaces", "spaces", "spaces", "spaces"] {
        let answer = get(&server, &format!("/wiki/api/v2/{path}")).await;
        assert_eq!(answer.head.contains("x-ratelimit-reset: 2026-03-26T16:00Z"), answer.status == 429);
        assert!(!answer.head.contains("retry-after"));
        statuses.push(answer.status);
    }
    assert_eq!(statuses, [504, 429, 404, 429, 200]);
    assert_eq!(server.requests(), 5);
}

#[tokio::test]
async fn changes_show_while_the_site_is_served() {
    let server = start().await;
    let ids = server.change(|site| site.ids("DOCS", Kind::Page));
    assert!(server.change(|site| site.edit(ids[5], "2026-06-01T10:00:00.000Z")));
    assert!(server.change(|site| site.remove(ids[6])));
    let path = "/wiki/rest/api/content/search?cql=lastmodified%20%3E%3D%20%222026-05-31%2009:30%22&expand=version";
    let value = get(&server, path).await.json();
    assert_eq!(value["results"].as_array().unwrap().len(), 1);
    assert_eq!(value["results"][0]["id"], ids[5].to_string());
    assert_eq!(get(&server, &format!("/wiki/api/v2/pages/{}", ids[6])).await.status, 404);
}

#[tokio::test]
async fn dropping_the_server_closes_its_port() {
    let server = start().await;
    let host = server.url().strip_prefix("http://").unwrap().to_owned();
    drop(server);
    for _ in 0..100 {
        if TcpStream::connect(&host).await.is_err() {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("still listening");
}

#[test]
fn the_same_seed_gives_the_same_site() {
    let make = |seed| format!("{:?}", Site::generate(GeneratorOptions { seed, ..OPTIONS }));
    assert_eq!(make(7), make(7));
    assert_ne!(make(7), make(8));
}

#[test]
fn titles_are_unique_in_a_space() {
    let site = Site::generate(OPTIONS);
    let titles: BTreeSet<_> = site.contents.values().map(|one| (one.space, &one.title)).collect();
    assert_eq!(titles.len(), site.contents.len());
    assert_eq!(site.attachments.len(), OPTIONS.attachments);
}
