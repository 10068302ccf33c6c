//! A site to ask, with waits that do not slow a test down, and a server that answers whatever a test says.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::TryStreamExt as _;
use futures::stream::BoxStream;
use jiff::Timestamp;
use pagelift_confluence::{CloudSite, Connection, Gateway, Limits};
use pagelift_fake::{GeneratorOptions, Server, ServerOptions, Site};
use pagelift_model::{Clock, PageSource as _, Secret, SiteAddress, SourceError, Space, SpaceKey};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

pub const EMAIL: &str = "ada@example.com";
pub const TOKEN: &str = "secret-token";

/// The content most tests walk over: folders in folders, blog posts, one page with thirty files.
pub const SMALL: GeneratorOptions = GeneratorOptions { pages: 130, attachments: 70, seed: 7, depth: 4 };

/// A time after everything that the generator dates.
pub struct Fixed;

impl Clock for Fixed {
    fn now(&self) -> Timestamp {
        "2026-11-01T12:00:00Z".parse().unwrap()
    }
}

/// The limits of a patient client in a hurry.
pub fn quick() -> Limits {
    Limits {
        first_pause: Duration::from_millis(1),
        longest_pause: Duration::from_millis(4),
        longest_wait: Duration::from_secs(20),
        ..Limits::default()
    }
}

pub fn connection(address: &str, token: &str) -> Connection {
    Connection::new(SiteAddress::parse(address).unwrap(), EMAIL, Secret::new(token.to_owned()))
}

pub fn source(connection: Connection, limits: Limits) -> CloudSite {
    CloudSite::with_limits(connection, Arc::new(Fixed), limits).unwrap()
}

/// A fake site and a client of it.
pub struct Fake {
    pub server: Server,
    pub source: CloudSite,
}

impl Fake {
    pub async fn start(site: Site, options: ServerOptions) -> Self {
        let server = Server::start(site, options).await.unwrap();
        let source = source(connection(server.url(), TOKEN), quick());
        Self { server, source }
    }

    pub async fn small() -> Self {
        Self::start(Site::generate(SMALL), ServerOptions::default()).await
    }

    pub async fn with(options: ServerOptions) -> Self {
        Self::start(Site::generate(SMALL), options).await
    }

    /// A client that goes through the gateway.
    pub fn through_gateway(&self) -> CloudSite {
        let gateway =
            Gateway { api_origin: self.server.gateway_url().parse().unwrap(), cloud_id: self.server.cloud_id().into() };
        source(connection(self.server.url(), TOKEN).through(gateway), quick())
    }

    pub async fn space(&self) -> Space {
        space(&self.source).await
    }

    /// Requests to routes that begin so.
    pub fn count(&self, route: &str) -> u64 {
        let counters = self.server.counters();
        counters.iter().filter(|(name, _)| name.starts_with(route)).map(|(_, count)| count).sum()
    }
}

pub async fn space(source: &CloudSite) -> Space {
    source.spaces_by_key(&[SpaceKey::from("DOCS")]).await.unwrap().remove(0)
}

pub async fn all<T>(walk: BoxStream<'_, Result<Vec<T>, SourceError>>) -> Result<Vec<T>, SourceError> {
    let batches: Vec<Vec<T>> = walk.try_collect().await?;
    Ok(batches.into_iter().flatten().collect())
}

/// Where nothing answers: no server of a test is given this port.
pub const NOTHING_THERE: &str = "http://127.0.0.1:1";

/// A server that answers each request as the script says, and remembers requests.
pub struct Scripted {
    pub url: String,
    heads: Arc<Mutex<Vec<String>>>,
}

impl Scripted {
    /// The script gets the first line of the request and its number, from 1.
    pub async fn start(script: impl Fn(&str, usize) -> Vec<u8> + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let heads = Arc::new(Mutex::new(Vec::new()));
        let noted = Arc::clone(&heads);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut bytes = Vec::new();
                while !bytes.windows(4).any(|four| four == b"\r\n\r\n") {
                    if !matches!(stream.read_buf(&mut bytes).await, Ok(read) if read > 0) {
                        break;
                    }
                }
                let head = String::from_utf8_lossy(&bytes).into_owned();
                let whole = head.find("\r\n\r\n").map_or(0, |end| end + 4 + body_length(&head));
                while bytes.len() < whole && matches!(stream.read_buf(&mut bytes).await, Ok(read) if read > 0) {}
                let head = String::from_utf8_lossy(&bytes).into_owned();
                let number = {
                    let mut heads = noted.lock().unwrap();
                    heads.push(head.clone());
                    heads.len()
                };
                let answer = script(head.lines().next().unwrap_or_default(), number);
                _ = stream.write_all(&answer).await;
            }
        });
        Self { url, heads }
    }

    /// Heads of requests, with the bodies that came along.
    pub fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }

    pub fn source(&self) -> CloudSite {
        source(connection(&self.url, TOKEN), quick())
    }
}

fn body_length(head: &str) -> usize {
    let head = head.to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
    length.map_or(0, |length| length.trim().parse().unwrap())
}

/// An answer with a body, after which the connection is closed.
pub fn reply(status: &str, headers: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n{body}").into_bytes()
}

pub fn json(body: &str) -> Vec<u8> {
    reply("200 OK", "Content-Type: application/json\r\n", body)
}
