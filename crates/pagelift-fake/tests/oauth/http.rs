//! A browser and an app, as far as these tests need them.

use base64::Engine as _;
use pagelift_fake::{CLIENT_ID, CLIENT_SECRET, GeneratorOptions, OAuthOptions, Server, ServerOptions, Site};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use url::Url;
use url::form_urlencoded::Serializer;

pub const REDIRECT: &str = "http://localhost:17893/oauth/callback";
pub const FORM: &str = "application/x-www-form-urlencoded";
pub const SCOPES: &str =
    "read:space:confluence read:page:confluence read:content-details:confluence read:me offline_access";

pub fn site() -> Site {
    Site::generate(GeneratorOptions { pages: 5, attachments: 2, seed: 7, depth: 1 })
}

pub async fn cloud(oauth: OAuthOptions) -> Server {
    Server::start(site(), ServerOptions { oauth: Some(oauth), ..ServerOptions::default() }).await.unwrap()
}

pub struct Answer {
    pub status: u16,
    head: String,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("{} {}", self.status, self.text()))
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn header(&self, name: &str) -> Option<String> {
        let lines = self.head.lines().filter_map(|line| line.split_once(':'));
        lines.into_iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim().to_owned())
    }

    pub fn location(&self) -> Option<String> {
        self.header("location")
    }

    /// Parameter of the address that the browser is sent to.
    pub fn back(&self, name: &str) -> Option<String> {
        let url = Url::parse(&self.location()?).unwrap();
        url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    }

    /// Status and `error` of a refusal.
    pub fn refusal(&self) -> (u16, String) {
        (self.status, self.json()["error"].as_str().unwrap().to_owned())
    }

    /// Value of a hidden field of the page.
    pub fn hidden(&self, name: &str) -> String {
        let (text, start) = (self.text(), format!("name=\"{name}\" value=\""));
        let (_, rest) = text.split_once(&start).unwrap_or_else(|| panic!("no field {name} in {text}"));
        rest.split_once('"').unwrap().0.replace("&amp;", "&")
    }
}

pub async fn send(address: &str, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    let host = address.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(host).await.unwrap();
    let headers: String = headers.iter().flat_map(|(name, value)| [*name, ": ", *value, "\r\n"]).collect();
    let length = body.len();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: {host}\r\n{headers}Connection: close\r\nContent-Length: {length}\r\n\r\n{body}"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut bytes = Vec::new();
    // A connection that breaks off has said what it had to say.
    _ = stream.read_to_end(&mut bytes).await;
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Answer { status, head, body: bytes[end + 4..].to_vec() }
}

pub fn form(pairs: &[(&str, &str)]) -> String {
    Serializer::new(String::new()).extend_pairs(pairs).finish()
}

/// The same with some values replaced; an empty value leaves the name out.
pub fn with<'a>(base: &[(&'a str, &'a str)], changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let is_kept = |name: &str| !changes.iter().any(|(changed, _)| *changed == name);
    let kept = base.iter().filter(|(name, _)| is_kept(name));
    kept.chain(changes.iter().filter(|(_, value)| !value.is_empty())).copied().collect()
}

pub async fn post(server: &Server, path: &str, pairs: &[(&str, &str)]) -> Answer {
    send(server.url(), "POST", path, &[("Content-Type", FORM)], &form(pairs)).await
}

pub async fn post_json(server: &Server, path: &str, pairs: &[(&str, &str)]) -> Answer {
    let body: serde_json::Map<String, Value> =
        pairs.iter().map(|(name, value)| ((*name).to_owned(), Value::from(*value))).collect();
    send(server.url(), "POST", path, &[("Content-Type", "application/json")], &Value::from(body).to_string()).await
}

pub async fn get(address: &str, path: &str, token: &str) -> Answer {
    let value = format!("Bearer {token}");
    send(address, "GET", path, &[("Authorization", &value)], "").await
}

pub fn basic(user: &str, password: &str) -> String {
    format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(format!("{user}:{password}")))
}

/// What an app asks of Cloud.
pub const ASKED: [(&str, &str); 7] = [
    ("audience", "api.atlassian.com"),
    ("client_id", CLIENT_ID),
    ("scope", SCOPES),
    ("redirect_uri", REDIRECT),
    ("state", "a state & more"),
    ("response_type", "code"),
    ("prompt", "consent"),
];

pub async fn ask(server: &Server, changes: &[(&str, &str)]) -> Answer {
    let query = form(&with(&ASKED, changes));
    send(server.url(), "GET", &format!("/authorize?{query}"), &[], "").await
}

/// The code of a person who accepts on the page, for these sites.
pub async fn consent(server: &Server, account: &str, sites: &[&str], changes: &[(&str, &str)]) -> String {
    let page = ask(server, changes).await;
    assert_eq!(page.status, 200, "{}", page.text());
    let request = page.hidden("request");
    let mut pairs = vec![("request", request.as_str()), ("account", account), ("answer", "accept")];
    pairs.extend(sites.iter().map(|site| ("site", *site)));
    post(server, "/authorize", &pairs).await.back("code").unwrap()
}

/// Sends a code to the token endpoint of Cloud.
pub async fn exchange(server: &Server, code: &str, changes: &[(&str, &str)]) -> Answer {
    let base = [
        ("grant_type", "authorization_code"),
        ("client_id", CLIENT_ID),
        ("client_secret", CLIENT_SECRET),
        ("redirect_uri", REDIRECT),
        ("code", code),
    ];
    post_json(server, "/oauth/token", &with(&base, changes)).await
}

/// Sends a refresh token to the token endpoint of Cloud.
pub async fn renew(server: &Server, token: &str) -> Answer {
    let pairs = [
        ("grant_type", "refresh_token"),
        ("client_id", CLIENT_ID),
        ("client_secret", CLIENT_SECRET),
        ("refresh_token", token),
    ];
    post(server, "/oauth/token", &pairs).await
}

pub fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_else(|| panic!("no {name} in {value}")).to_owned()
}

/// Access and refresh token of a person who accepts everything asked for, for the first site.
pub async fn signed_in(server: &Server) -> (String, String) {
    let code = consent(server, "0", &["0"], &[]).await;
    let pair = exchange(server, &code, &[]).await.json();
    (text(&pair, "access_token"), text(&pair, "refresh_token"))
}
