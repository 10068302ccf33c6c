//! The listener at which a browser comes back. It is open while a sign-in waits, on this computer alone, and hands on what comes to
//! the exact return address; whatever else comes costs nothing and changes nothing.

use std::collections::{HashMap, VecDeque};
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::{AbortHandle, JoinHandle};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use url::Url;

use super::answer::{Answer, DONE};

/// Longest request that is read, in bytes.
const LONGEST: usize = 8 * 1024;

/// How long one caller may take for its request.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long a caller may go on sending that has its answer.
const DRAIN: Duration = Duration::from_secs(1);

/// How long a browser that came back may take for its answer before the program ends without it.
const ANSWER: Duration = Duration::from_secs(1);

/// How long the last page is there for a browser that was sent on to it.
const FAREWELL: Duration = Duration::from_secs(10);

/// Callers at a time. The browser must not wait behind others that say nothing: one more, and the one that came first has to go.
const CALLERS: usize = 64;

/// Takes the address at which a browser came back, and answers whether a sign-in waited for it.
pub(super) type Deliver = Arc<dyn Fn(&str) -> bool + Send + Sync>;

/// Every open listener, by port.
#[derive(Default)]
pub(super) struct Listeners(tokio::sync::Mutex<HashMap<u16, Open>>);

/// An open listener, and what ends once nobody owns it.
type Open = (Weak<Listener>, JoinHandle<()>);

/// A port of this computer that is listened at until the last owner has gone.
pub(super) struct Listener {
    door: Arc<Door>,
    stop: CancellationToken,
}

/// What a listener knows about its callers.
struct Door {
    port: u16,
    /// The return addresses that are waited for here.
    expected: Mutex<Vec<Url>>,
    deliver: Deliver,
    /// Whether somebody was sent on to the last page.
    farewell: AtomicBool,
    /// The browser that came back was sent on.
    taken: Notify,
    /// The last page was shown.
    shown: Notify,
}

impl Listeners {
    /// Listens at `redirect`, which is a plain `http` address of this computer with a port. `None` when another program has it.
    pub(super) async fn open(&self, redirect: &Url, deliver: &Deliver) -> io::Result<Option<Arc<Listener>>> {
        let Some(port) = redirect.port() else { return Err(io::ErrorKind::InvalidInput.into()) };
        let mut open = self.0.lock().await;
        if let Some(listener) = open.get(&port).and_then(|(listener, _)| listener.upgrade()) {
            listener.door.expect(redirect);
            return Ok(Some(listener));
        }
        if let Some((_, ending)) = open.remove(&port) {
            // Nobody owns it any more, so that it ends at once; the port is free afterwards. Whether it failed is all the same.
            let _ = ending.await;
        }
        let sockets = match bind(port).await {
            Ok(sockets) => sockets,
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => return Ok(None),
            Err(error) => return Err(error),
        };
        let door = Arc::new(Door {
            port,
            expected: Mutex::new(vec![redirect.clone()]),
            deliver: Arc::clone(deliver),
            farewell: AtomicBool::new(false),
            taken: Notify::new(),
            shown: Notify::new(),
        });
        let stop = CancellationToken::new();
        let task = tokio::spawn(listen(sockets, Arc::clone(&door), stop.clone()));
        let listener = Arc::new(Listener { door, stop });
        open.insert(port, (Arc::downgrade(&listener), task));
        Ok(Some(listener))
    }
}

impl Listener {
    /// Waits until the browser that came back has its answer.
    pub(super) async fn answered(&self) {
        // What was pasted came without a browser.
        let _ = timeout(ANSWER, self.door.taken.notified()).await;
    }

    /// Waits until the browser has seen the last page, or does not come for it.
    pub(super) async fn farewell(&self) {
        // A browser that never comes back for it is no failure.
        let _ = timeout(FAREWELL, self.door.shown.notified()).await;
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

impl Door {
    fn expected(&self) -> MutexGuard<'_, Vec<Url>> {
        self.expected.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn expect(&self, redirect: &Url) {
        let mut expected = self.expected();
        if !expected.contains(redirect) {
            expected.push(redirect.clone());
        }
    }

    /// The return address that a request to `host` and `path` is about.
    fn redirect(&self, host: &str, path: &str) -> Option<Url> {
        let is_it = |known: &&Url| {
            let name = known.host_str().unwrap_or_default();
            known.path() == path && host.eq_ignore_ascii_case(&format!("{name}:{}", self.port))
        };
        self.expected().iter().find(is_it).cloned()
    }

    /// Somebody was sent away for want of room: as disturbing as an answer that nobody waits for.
    fn crowded(&self) {
        let expected = self.expected().clone();
        for redirect in expected {
            (self.deliver)(redirect.as_str());
        }
    }

    /// What a request is answered with, and the path of the return address that it is about.
    fn answer(&self, request: &httparse::Request<'_, '_>) -> (Answer, String) {
        let nothing = (Answer::Nothing, String::new());
        if request.method != Some("GET") {
            return (Answer::OtherMethod, String::new());
        }
        let target = request.path.unwrap_or_default();
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let Some(host) = host(request) else { return nothing };
        if let Some(before) = path.strip_suffix(DONE)
            && self.farewell.load(Ordering::Relaxed)
            && self.redirect(host, before).is_some()
        {
            return (Answer::Done, String::new());
        }
        let Some(redirect) = self.redirect(host, path) else { return nothing };
        let mut address = redirect.clone();
        address.set_query(Some(query));
        if (self.deliver)(address.as_str()) {
            self.farewell.store(true, Ordering::Relaxed);
            return (Answer::Taken, redirect.path().to_owned());
        }
        (Answer::Foreign, String::new())
    }

    async fn serve(&self, mut stream: TcpStream) {
        let mut bytes = Vec::with_capacity(2048);
        // Who says nothing gets no answer.
        let Ok(Ok(Some((answer, path)))) = timeout(PATIENCE, self.read(&mut stream, &mut bytes)).await else { return };
        let answered = timeout(DRAIN, async {
            stream.write_all(&answer.bytes(&path)).await?;
            stream.shutdown().await?;
            if answer == Answer::Taken {
                self.taken.notify_one();
            }
            // What is not read when the connection closes would take the answer away with it.
            let mut rest = [0; 4096];
            while stream.read(&mut rest).await? > 0 {}
            io::Result::Ok(())
        });
        // A caller that has gone is no failure.
        let _ = answered.await;
        if answer == Answer::Done {
            self.shown.notify_one();
        }
    }

    /// Reads a request up to the end of its headers. `None` when the caller went away before.
    async fn read(&self, stream: &mut TcpStream, bytes: &mut Vec<u8>) -> io::Result<Option<(Answer, String)>> {
        loop {
            if bytes.len() > LONGEST {
                return Ok(Some((Answer::TooLarge, String::new())));
            }
            if stream.read_buf(bytes).await? == 0 {
                return Ok(None);
            }
            let mut headers = [httparse::EMPTY_HEADER; 64];
            let mut request = httparse::Request::new(&mut headers);
            match request.parse(bytes) {
                Ok(httparse::Status::Complete(length)) if length > LONGEST => {
                    return Ok(Some((Answer::TooLarge, String::new())));
                }
                Ok(httparse::Status::Complete(_)) => return Ok(Some(self.answer(&request))),
                Ok(httparse::Status::Partial) => {}
                Err(httparse::Error::TooManyHeaders) => return Ok(Some((Answer::TooLarge, String::new()))),
                Err(_) => return Ok(Some((Answer::Unreadable, String::new()))),
            }
        }
    }
}

/// The one `Host` of a request.
fn host<'a>(request: &httparse::Request<'_, 'a>) -> Option<&'a str> {
    let mut hosts = request.headers.iter().filter(|header| header.name.eq_ignore_ascii_case("host"));
    match (hosts.next(), hosts.next()) {
        (Some(host), None) => std::str::from_utf8(host.value).ok(),
        _ => None,
    }
}

/// Both of this computer's own addresses, since `localhost` may mean either.
async fn bind(port: u16) -> io::Result<Vec<TcpListener>> {
    let four = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).await;
    let six = TcpListener::bind(SocketAddr::from((Ipv6Addr::LOCALHOST, port))).await;
    match (four, six) {
        (Ok(four), Ok(six)) => Ok(vec![four, six]),
        // A computer may do without one of the two; a port that is taken on one is taken.
        (Ok(one), Err(error)) | (Err(error), Ok(one)) if error.kind() != io::ErrorKind::AddrInUse => Ok(vec![one]),
        (Err(error), _) | (_, Err(error)) => Err(error),
    }
}

async fn listen(sockets: Vec<TcpListener>, door: Arc<Door>, stop: CancellationToken) {
    let callers = Mutex::new(VecDeque::new());
    let each = sockets.iter().map(|socket| async {
        loop {
            match socket.accept().await {
                Ok((stream, _)) => {
                    let serving = Arc::clone(&door);
                    let caller = tokio::spawn(async move { serving.serve(stream).await }).abort_handle();
                    if let Some(oldest) = one_too_many(&callers, caller) {
                        oldest.abort();
                        door.crowded();
                    }
                }
                // A caller that went away before it was let in, or no room for one more just now.
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        }
    });
    tokio::select! {
        _ = futures::future::join_all(each) => {}
        () = stop.cancelled() => {}
    }
}

/// Notes a new caller, and answers the one that has to go for it.
fn one_too_many(callers: &Mutex<VecDeque<AbortHandle>>, new: AbortHandle) -> Option<AbortHandle> {
    let mut callers = callers.lock().unwrap_or_else(PoisonError::into_inner);
    callers.retain(|caller| !caller.is_finished());
    callers.push_back(new);
    if callers.len() > CALLERS { callers.pop_front() } else { None }
}
