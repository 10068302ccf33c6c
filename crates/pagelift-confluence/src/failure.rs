//! Why one request came to nothing, and whether another try makes sense.

use std::error::Error as _;
use std::io;
use std::time::Duration;

use pagelift_model::SourceError;

/// What a caller does about a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The thing is not there, or not visible.
    Missing,
    /// The request is not understood: a parameter or a cursor.
    Refused,
    /// Too much was asked at once: less may work.
    Heavy,
    /// It could not be signed, for a reason that lies with the signer and not with the site.
    Unsigned,
    /// Nothing in particular.
    Other,
}

/// A signature that the site may not have accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) serial: u64,
    pub(crate) status: u16,
}

/// When to try again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Retry {
    /// Not at all.
    Never,
    /// One more time: under load, sites have denied things that exist.
    Once,
    /// Some times, with growing pauses.
    Later,
    /// When the whole site has had its pause, of the length it asked for where it said so.
    Throttled(Option<Duration>),
}

/// A request that came to nothing. The error is the one to show when nobody can do better.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) kind: Kind,
    pub(crate) retry: Retry,
    pub(crate) error: SourceError,
    /// Set where another signature may help.
    pub(crate) refusal: Option<Refusal>,
}

impl Failure {
    pub(crate) fn new(kind: Kind, retry: Retry, error: SourceError) -> Self {
        Self { kind, retry, error, refusal: None }
    }

    /// What kept a request from being signed. Only a connection that broke may come back.
    pub(crate) fn unsigned(error: SourceError) -> Self {
        let may_heal = matches!(error, SourceError::Unreachable { .. } | SourceError::SiteFailed { .. });
        Self::new(Kind::Unsigned, if may_heal { Retry::Later } else { Retry::Never }, error)
    }

    /// The same, with the signature that the site may not have accepted.
    #[must_use]
    pub(crate) fn refusing(self, refusal: Option<Refusal>) -> Self {
        Self { refusal, ..self }
    }

    /// A failure that stays.
    pub(crate) fn lasting(error: SourceError) -> Self {
        Self::new(Kind::Other, Retry::Never, error)
    }

    pub(crate) fn is_missing(&self) -> bool {
        self.kind == Kind::Missing
    }
}

impl From<Failure> for SourceError {
    fn from(failure: Failure) -> Self {
        failure.error
    }
}

/// The error at the root of a failed connection, of one of two types that tell more than text.
enum Root<'a> {
    Io(io::ErrorKind),
    Tls(&'a rustls::Error),
    Other,
}

fn root(error: &reqwest::Error) -> Root<'_> {
    let mut found = Root::Other;
    let mut cause = error.source();
    while let Some(inner) = cause {
        if let Some(tls) = inner.downcast_ref::<rustls::Error>() {
            return Root::Tls(tls);
        }
        cause = match inner.downcast_ref::<io::Error>() {
            Some(io) => {
                found = Root::Io(io.kind());
                // An error inside an `io::Error` is no source of it: its source is skipped to.
                io.get_ref().map(|inner| inner as &(dyn std::error::Error + 'static))
            }
            None => inner.source(),
        };
    }
    found
}

/// Puts a connection that did not come about, or broke, into words.
pub(crate) fn of_connection(error: &reqwest::Error, site: &str) -> Failure {
    let unreachable = |detail: &str| SourceError::Unreachable { site: site.to_owned(), detail: detail.to_owned() };
    if error.is_timeout() {
        return Failure::new(Kind::Heavy, Retry::Later, unreachable("it did not answer in time"));
    }
    if error.is_dns() {
        let detail = "there is no such address, or this computer is offline";
        return Failure::new(Kind::Other, Retry::Later, unreachable(detail));
    }
    let detail = match root(error) {
        Root::Tls(rustls::Error::InvalidCertificate(_)) => {
            return Failure::lasting(SourceError::CertificateUntrusted { site: site.to_owned() });
        }
        Root::Tls(_) => "no secure connection could be agreed on",
        Root::Io(io::ErrorKind::ConnectionRefused) => "nothing answers at this address",
        Root::Io(io::ErrorKind::NetworkUnreachable | io::ErrorKind::NetworkDown) => "this computer is offline",
        Root::Io(io::ErrorKind::HostUnreachable) => "there is no way to this address",
        Root::Io(io::ErrorKind::TimedOut) => "it did not answer in time",
        Root::Io(_) | Root::Other if error.is_connect() => "no connection could be made",
        Root::Io(_) | Root::Other => "the connection broke off",
    };
    Failure::new(Kind::Other, Retry::Later, unreachable(detail))
}

/// The failure of a host that says nothing.
pub(crate) fn silence(site: &str) -> Failure {
    let detail = "it did not answer in time".to_owned();
    Failure::new(Kind::Heavy, Retry::Later, SourceError::Unreachable { site: site.to_owned(), detail })
}
