//! The listeners: the site, its media host, and the second site where there is one.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard};
use std::time::Duration;

use axum::Router;
use jiff::{SignedDuration, Timestamp};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::data_center::DataCenterOptions;
use crate::faults::Fault;
use crate::forge::{Forge, ForgeOptions};
use crate::oauth::{OAuth, OAuthOptions};
use crate::site::Site;
use crate::{entry, media};

/// The cloud id of every first site.
const CLOUD_ID: &str = "11111111-2222-4333-8444-555555555555";

/// The cloud id of every second site.
const SECOND_CLOUD_ID: &str = "66666666-7777-4888-9999-aaaaaaaaaaaa";

/// When a list ends with an empty page that still has `next`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum EmptyTail {
    /// Never.
    Never,
    /// When the last page with rows is full; `next` of the empty page leads to a last, empty page without `next`.
    #[default]
    WhenFull,
    /// After every list with rows.
    Always,
    /// After every list with rows, and after each empty page another one.
    Endless,
    /// The last page comes again and again, always with a new `next`.
    Repeating,
}

/// Where a web page for signing in comes with status 200 in place of the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LoginPage {
    /// Nowhere.
    #[default]
    Never,
    /// At every API request.
    Api,
    /// At every file.
    Files,
}

/// How the server behaves.
#[derive(Debug, Clone)]
pub struct ServerOptions {
    /// Waited before each answer.
    pub latency: Duration,
    /// The user of Basic auth.
    pub email: String,
    /// The API token of Basic auth.
    pub token: String,
    /// Most rows of one search answer; the `limit` of the request is echoed all the same.
    pub search_page_limit: usize,
    /// Port of the site's listener; 0 for any free one.
    pub port: u16,
    /// Empty pages at the end of lists.
    pub empty_tail: EmptyTail,
    /// Each n-th API request answers 429; 0 for never.
    pub throttle_every: u64,
    /// The `Retry-After` of those answers, when they have one.
    pub retry_after: Option<String>,
    /// More headers of those answers, such as `X-RateLimit-Reset`.
    pub throttle_headers: Vec<(&'static str, String)>,
    /// Each n-th API request answers 404 although the thing exists, unless its address was denied before; 0 for never.
    pub flaky_every: u64,
    /// Each n-th API request answers 503; 0 for never.
    pub failing_every: u64,
    /// Each n-th API request is answered with half a document; 0 for never.
    pub cut_every: u64,
    /// Lists have at most so many rows, whatever was asked for; 0 for as many as asked for.
    pub list_page_limit: usize,
    /// A wrong token is taken for nobody instead of being refused.
    pub anonymous: bool,
    /// Only the gateway takes the token, as with tokens that have scopes.
    pub gateway_only: bool,
    /// What stands in the way of API requests, downloads or both.
    pub login_page: LoginPage,
    /// Each n-th file breaks off in the middle; 0 for never.
    pub cut_files_every: u64,
    /// The media host knows no ranges and no `ETag`.
    pub whole_files_only: bool,
    /// Page lists with a larger `limit` answer 504; 0 for never.
    pub timeout_above: usize,
    /// A Data Center site in place of a Cloud one, which takes the token alone.
    pub data_center: Option<DataCenterOptions>,
    /// Sign-in in the browser, besides the token.
    pub oauth: Option<OAuthOptions>,
    /// Apps behind the gateway of a Cloud site.
    pub forge: Option<ForgeOptions>,
    /// How many seconds the server's clock is ahead.
    pub clock_off: i64,
    /// What goes wrong besides.
    pub faults: Vec<Fault>,
}

impl Default for ServerOptions {
    fn default() -> Self {
        Self {
            latency: Duration::ZERO,
            email: "ada@example.com".to_owned(),
            token: "secret-token".to_owned(),
            search_page_limit: 200,
            port: 0,
            empty_tail: EmptyTail::default(),
            throttle_every: 0,
            retry_after: Some("1".to_owned()),
            throttle_headers: Vec::new(),
            flaky_every: 0,
            failing_every: 0,
            cut_every: 0,
            list_page_limit: 0,
            anonymous: false,
            gateway_only: false,
            login_page: LoginPage::default(),
            cut_files_every: 0,
            whole_files_only: false,
            timeout_above: 0,
            data_center: None,
            oauth: None,
            forge: None,
            clock_off: 0,
            faults: Vec::new(),
        }
    }
}

/// One of the sites of a server.
#[derive(Debug)]
pub(crate) struct Tenant {
    pub(crate) cloud_id: &'static str,
    pub(crate) name: &'static str,
    pub(crate) origin: String,
    site: RwLock<Site>,
}

impl Tenant {
    pub(crate) fn site(&self) -> RwLockReadGuard<'_, Site> {
        self.site.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn change<T>(&self, change: impl FnOnce(&mut Site) -> T) -> T {
        change(&mut self.site.write().unwrap_or_else(PoisonError::into_inner))
    }
}

/// What the handlers share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) first: Tenant,
    second: Option<Tenant>,
    pub(crate) oauth: Option<OAuth>,
    pub(crate) forge: Forge,
    pub(crate) options: ServerOptions,
    pub(crate) counters: Mutex<BTreeMap<String, u64>>,
    denied: Mutex<BTreeSet<String>>,
    files: AtomicU64,
    met_files: AtomicU64,
    pub(crate) is_healed: AtomicBool,
    pub(crate) media_origin: String,
}

impl Shared {
    pub(crate) fn tenants(&self) -> impl Iterator<Item = &Tenant> {
        std::iter::once(&self.first).chain(&self.second)
    }

    /// The path below which a Data Center site lies.
    pub(crate) fn context(&self) -> &str {
        self.options.data_center.as_ref().map(|options| options.context.as_str()).unwrap_or_default()
    }

    /// What the server takes the time to be.
    #[allow(clippy::disallowed_methods, reason = "a server has a clock of its own")]
    pub(crate) fn time(&self) -> Timestamp {
        let now = Timestamp::now();
        now.checked_add(SignedDuration::from_secs(self.options.clock_off)).unwrap_or(now)
    }

    pub(crate) fn counters(&self) -> MutexGuard<'_, BTreeMap<String, u64>> {
        self.counters.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts the request and gives the number of all requests so far.
    pub(crate) fn count(&self, route: &str) -> u64 {
        let mut counters = self.counters();
        *counters.entry(route.to_owned()).or_default() += 1;
        counters.values().sum()
    }

    /// Whether this address is denied for the first time.
    pub(crate) fn denies_anew(&self, address: String) -> bool {
        self.denied.lock().unwrap_or_else(PoisonError::into_inner).insert(address)
    }

    /// Counts a file and gives the number of all files so far.
    pub(crate) fn count_file(&self) -> u64 {
        self.files.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Counts a file for the faults that were planned, and gives the number of all so far.
    pub(crate) fn count_met_file(&self) -> u64 {
        self.met_files.fetch_add(1, Ordering::Relaxed) + 1
    }
}

/// A running server; dropping it stops its listeners.
#[derive(Debug)]
pub struct Server {
    shared: Arc<Shared>,
    stop: Vec<oneshot::Sender<()>>,
}

async fn bind(port: u16) -> io::Result<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}

fn serve(listener: TcpListener, router: Router) -> oneshot::Sender<()> {
    let (stop, stopped) = oneshot::channel::<()>();
    tokio::spawn(async move {
        let signal = async move { _ = stopped.await };
        _ = axum::serve(listener, router).with_graceful_shutdown(signal).await;
    });
    stop
}

impl Server {
    /// Starts the listeners on `127.0.0.1` in the current Tokio runtime.
    pub async fn start(site: Site, options: ServerOptions) -> io::Result<Self> {
        let mut options = options;
        let is_cloud = options.data_center.is_none();
        let mut oauth = options.oauth.take().map(|oauth| OAuth::new(oauth, is_cloud)).transpose()?;
        let second_site = oauth.as_mut().and_then(|oauth| oauth.options.second_site.take()).filter(|_| is_cloud);
        let (listener, address) = bind(options.port).await?;
        let (media_listener, media_address) = bind(0).await?;
        let tenant = |cloud_id, name, address: SocketAddr, site| Tenant {
            cloud_id,
            name,
            origin: format!("http://{address}"),
            site: RwLock::new(site),
        };
        let mut second = None;
        let mut second_listener = None;
        if let Some(site) = second_site {
            let (listener, address) = bind(0).await?;
            second = Some(tenant(SECOND_CLOUD_ID, "Second wiki", address, site));
            second_listener = Some(listener);
        }
        let shared = Arc::new(Shared {
            first: tenant(CLOUD_ID, "First wiki", address, site),
            second,
            oauth,
            forge: Forge::default(),
            options,
            counters: Mutex::default(),
            denied: Mutex::default(),
            files: AtomicU64::new(0),
            met_files: AtomicU64::new(0),
            is_healed: AtomicBool::new(false),
            media_origin: format!("http://{media_address}"),
        });
        let router = Router::new().fallback(entry::first).with_state(Arc::clone(&shared));
        let media_router = Router::new().fallback(media::media).with_state(Arc::clone(&shared));
        let mut stop = vec![serve(listener, router), serve(media_listener, media_router)];
        if let Some(listener) = second_listener {
            stop.push(serve(listener, Router::new().fallback(entry::second).with_state(Arc::clone(&shared))));
        }
        Ok(Self { shared, stop })
    }

    /// Address of the site without `/wiki`.
    pub fn url(&self) -> &str {
        &self.shared.first.origin
    }

    /// Address of the gateway, behind which the site is found by its cloud id.
    pub fn gateway_url(&self) -> &str {
        &self.shared.first.origin
    }

    /// The cloud id of the site.
    pub fn cloud_id(&self) -> &'static str {
        CLOUD_ID
    }

    /// Address and cloud id of the second site, where there is one.
    pub fn second_site(&self) -> Option<(&str, &'static str)> {
        self.shared.second.as_ref().map(|tenant| (tenant.origin.as_str(), tenant.cloud_id))
    }

    pub(crate) fn shared(&self) -> &Shared {
        &self.shared
    }

    pub(crate) fn oauth(&self) -> Option<&OAuth> {
        self.shared.oauth.as_ref()
    }

    /// Address of the media host, which is another origin.
    pub fn media_url(&self) -> &str {
        &self.shared.media_origin
    }

    /// Requests per route, such as `GET /wiki/api/v2/spaces/{id}/pages`; those to the media host are `GET /media`.
    pub fn counters(&self) -> BTreeMap<String, u64> {
        self.shared.counters().clone()
    }

    /// All requests, those to the media host included.
    pub fn requests(&self) -> u64 {
        self.shared.counters().values().sum()
    }

    /// Sets all counters to zero.
    pub fn reset_counters(&self) {
        self.shared.counters().clear();
    }

    /// Ends what went wrong by [`ServerOptions::faults`].
    pub fn heal(&self) {
        self.shared.is_healed.store(true, Ordering::Relaxed);
    }

    /// Changes the site while it is served.
    pub fn change<T>(&self, change: impl FnOnce(&mut Site) -> T) -> T {
        self.shared.first.change(change)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        for stop in self.stop.drain(..) {
            _ = stop.send(());
        }
    }
}
