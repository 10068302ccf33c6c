//! Somebody who signs in: a window, a server with sign-in, and a browser that is a plain HTTP client.

use std::path::PathBuf;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;
use pagelift_app::desktop::{Accounts, Desktop, Folders};
use pagelift_app::ipc::{
    AccountSummary, GrantedSite, IntegrationInput, Pkce, ReturnRoute, SignInEvent, SignInRequest, SignInStarted,
    SiteSummary,
};
use pagelift_app::{MemoryStore, SystemClock};
use pagelift_fake::{
    CLIENT_ID, CLIENT_SECRET, Consent, DataCenterOptions, GeneratorOptions, OAuthOptions, Server, ServerOptions, Site,
    free_port,
};
use pagelift_model::{Clock, ErrorCode, Secret, SecretStore, SiteKind};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

/// A clock that a test puts forward and back.
#[derive(Default)]
pub struct Hand(AtomicI64);

impl Hand {
    pub fn turn(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }
}

impl Clock for Hand {
    fn now(&self) -> Timestamp {
        SystemClock.now() + jiff::SignedDuration::from_secs(self.0.load(Ordering::SeqCst))
    }
}

pub fn loopback() -> String {
    format!("http://localhost:{}/oauth/callback", free_port())
}

pub const DEEP_LINK: &str = "app.pagelift:/oauth/callback";

/// What a browser was shown.
pub struct Shown {
    pub status: u16,
    headers: Vec<(String, String)>,
    pub text: String,
}

impl Shown {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    pub fn location(&self) -> String {
        self.header("location").unwrap().to_owned()
    }
}

/// Opens one address, as a browser does that follows nothing by itself. `None` where nobody listens.
pub async fn try_visit(address: &str) -> Option<Shown> {
    let url = url::Url::parse(address).unwrap();
    let place = (url.host_str().unwrap(), url.port().unwrap());
    let mut stream = TcpStream::connect(place).await.ok()?;
    let target = &address[address.find(&url.path()[1..]).map_or(address.len(), |at| at - 1)..];
    let request = format!("GET {target} HTTP/1.1\r\nHost: {}:{}\r\nConnection: close\r\n\r\n", place.0, place.1);
    stream.write_all(request.as_bytes()).await.ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.ok()?;
    let (head, text) = answer.split_once("\r\n\r\n")?;
    let mut lines = head.lines();
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let header = |line: &str| line.split_once(": ").map(|(name, value)| (name.to_owned(), value.to_owned()));
    Some(Shown { status, headers: lines.filter_map(header).collect(), text: text.to_owned() })
}

/// The same where somebody listens.
pub async fn visit(address: &str) -> Shown {
    try_visit(address).await.unwrap()
}

/// One computer, and one server.
pub struct Person {
    pub home: TempDir,
    pub keychain: Arc<dyn SecretStore>,
    pub clock: Arc<Hand>,
    pub server: Server,
    pub desktop: Desktop,
    pub kind: SiteKind,
    pub redirect: String,
    /// Everything that was told so far.
    pub told: Arc<Mutex<Vec<String>>>,
}

/// A sign-in under way.
pub struct Attempt {
    pub started: SignInStarted,
    pub events: UnboundedReceiver<SignInEvent>,
}

pub fn accept(account: usize) -> Consent {
    Consent::Accept { account, sites: Vec::new() }
}

impl Person {
    pub async fn on_cloud(options: OAuthOptions) -> Self {
        Self::at(SiteKind::Cloud, options, loopback()).await
    }

    pub async fn on_data_center(options: OAuthOptions) -> Self {
        Self::at(SiteKind::DataCenter, options, loopback()).await
    }

    pub async fn at(kind: SiteKind, options: OAuthOptions, redirect: String) -> Self {
        let is_asked = options.consent == Consent::Ask;
        let consent = if is_asked { accept(0) } else { options.consent.clone() };
        let oauth = OAuthOptions { consent, ..options }.returning_to(&redirect);
        let data_center = (kind == SiteKind::DataCenter).then(DataCenterOptions::default);
        let options = ServerOptions { oauth: Some(oauth), data_center, ..ServerOptions::default() };
        let site = Site::generate(GeneratorOptions { pages: 12, attachments: 3, ..GeneratorOptions::default() });
        let server = Server::start(site, options).await.unwrap();
        let home = tempfile::tempdir().unwrap();
        let keychain: Arc<dyn SecretStore> = Arc::new(MemoryStore::default());
        Self::beside(home, keychain, server, kind, redirect)
    }

    pub fn beside(
        home: TempDir,
        keychain: Arc<dyn SecretStore>,
        server: Server,
        kind: SiteKind,
        redirect: String,
    ) -> Self {
        let clock = Arc::new(Hand::default());
        let desktop = window(&home.path().join("own"), &keychain, &clock, server.url());
        Self { home, keychain, clock, server, desktop, kind, redirect, told: Arc::default() }
    }

    pub fn own(&self) -> PathBuf {
        self.home.path().join("own")
    }

    /// Pagelift on the same computer, started anew or a second time.
    pub fn another_window(&self) -> Desktop {
        window(&self.own(), &self.keychain, &self.clock, self.server.url())
    }

    pub fn address(&self) -> String {
        let path = if self.kind == SiteKind::DataCenter { "/confluence/display/DOCS" } else { "/wiki/spaces/DOCS" };
        format!("{}{path}", self.server.url())
    }

    pub fn route(&self) -> ReturnRoute {
        if self.redirect.starts_with("http") { ReturnRoute::Loopback } else { ReturnRoute::DeepLink }
    }

    pub fn request(&self) -> SignInRequest {
        let integration = IntegrationInput {
            client_id: CLIENT_ID.to_owned(),
            client_secret: Secret::new(CLIENT_SECRET.to_owned()),
            card: None,
            route: self.route(),
            callback: Some(self.redirect.clone()),
            pkce: Pkce::S256,
        };
        SignInRequest {
            kind: self.kind,
            address: self.address(),
            name: String::new(),
            integration: Some(integration),
            again: None,
            by_hand: false,
        }
    }

    pub fn again(&self, site: &SiteSummary) -> SignInRequest {
        SignInRequest { integration: None, again: Some(site.id.clone()), ..self.request() }
    }

    pub async fn begin(&self, request: SignInRequest) -> Attempt {
        let (sender, events) = unbounded_channel();
        let told = Arc::clone(&self.told);
        let tell = move |event: SignInEvent| {
            told.lock().unwrap().push(serde_json::to_string(&event).unwrap());
            drop(sender.send(event));
        };
        let started = self.desktop.begin_sign_in(request, tell).await.unwrap();
        Attempt { started, events }
    }

    /// Signs in with the browser up to the choice.
    pub async fn granted(&self, request: SignInRequest) -> (Attempt, AccountSummary, Vec<GrantedSite>) {
        let mut attempt = self.begin(request).await;
        attempt.return_by_loopback().await;
        let (account, sites) = attempt.choice().await;
        (attempt, account, sites)
    }

    /// Signs in and keeps every site.
    pub async fn signed_in(&self) -> Vec<SiteSummary> {
        self.signed_in_by(self.request()).await
    }

    pub async fn signed_in_by(&self, request: SignInRequest) -> Vec<SiteSummary> {
        let (attempt, _, sites) = self.granted(request).await;
        let ids: Vec<String> = sites.into_iter().map(|site| site.id).collect();
        self.desktop.finish_sign_in(&attempt.started.attempt, &ids).await.unwrap()
    }
}

pub fn window(own: &std::path::Path, keychain: &Arc<dyn SecretStore>, clock: &Arc<Hand>, server: &str) -> Desktop {
    let folders = Folders::below(own);
    let clock: Arc<dyn Clock> = Arc::clone(clock) as Arc<dyn Clock>;
    let origin = |name: &str| name.ends_with("_ORIGIN").then(|| server.to_owned());
    let accounts = Accounts::with(&folders, Arc::clone(keychain), Arc::clone(&clock), origin);
    Desktop::with(folders, accounts, clock)
}

impl Attempt {
    /// The address at which the browser ends when the person agrees, or does not.
    pub async fn callback(&self) -> String {
        let shown = visit(&self.started.address).await;
        assert_eq!(shown.status, 302, "{}", shown.text);
        shown.location()
    }

    /// Comes back as a browser does, up to the page that is shown in the end.
    pub async fn return_by_loopback(&self) {
        let callback = url::Url::parse(&self.callback().await).unwrap();
        let back = visit(callback.as_str()).await;
        assert_eq!(back.status, 303);
        assert_eq!(visit(callback.join(&back.location()).unwrap().as_str()).await.status, 200);
    }

    pub async fn next(&mut self) -> SignInEvent {
        let waiting = tokio::time::timeout(Duration::from_mins(1), self.events.recv());
        waiting.await.expect("something happens").expect("the sign-in is under way")
    }

    /// What the person is asked, when the browser has come back.
    pub async fn choice(&mut self) -> (AccountSummary, Vec<GrantedSite>) {
        assert_eq!(self.next().await, SignInEvent::Exchanging);
        match self.next().await {
            SignInEvent::Choose { account, sites } => (account, sites),
            other => panic!("not asked, but {other:?}"),
        }
    }

    /// Why it did not work.
    pub async fn failure(&mut self) -> ErrorCode {
        loop {
            match self.next().await {
                SignInEvent::Failed { error } => return error.code,
                SignInEvent::Exchanging | SignInEvent::Disturbed => {}
                other @ SignInEvent::Choose { .. } => panic!("it worked: {other:?}"),
            }
        }
    }

    /// Nothing was told.
    pub fn is_quiet(&mut self) -> bool {
        self.events.is_empty()
    }
}
