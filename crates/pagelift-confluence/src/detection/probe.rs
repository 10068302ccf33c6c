//! The questions that tell what is at an address. Anybody may ask them.

use jiff::Timestamp;
use pagelift_model::{SiteAddress, SourceError};
use reqwest::StatusCode;
use reqwest::header::{ACCEPT, LOCATION};
use serde::Deserialize;
use url::Url;

use crate::call::{Answer, Call, CallError, below, host};
use crate::limits::Limits;
use crate::neighbours::leads_near;
use crate::wire::lenient;

const WHAT: &str = "the kind of site";

const MANIFEST: &str = "rest/applinks/1.0/manifest";
const SPACES: &str = "rest/api/space";
const STATUS: &str = "status";

/// Asks one host.
pub(super) struct Probe {
    call: Call,
}

/// What a host says about itself as a site of Cloud.
pub(super) struct Tenant {
    pub(super) cloud_id: Option<String>,
    pub(super) server_time: Option<Timestamp>,
}

/// What is at an address, as far as Data Center is concerned.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Seen {
    /// Confluence.
    Confluence {
        /// Its release.
        version: Option<String>,
    },
    /// One of several products, of which nothing but a sign of life can be seen.
    Likely,
    /// Another product, by its name.
    Other(String),
    /// The same under another address.
    Moved(SiteAddress),
    /// A host that requests are sent on to, as to a page for signing in.
    Elsewhere(String),
    /// Nothing of the kind.
    Nothing,
    /// Nothing, not even an answer.
    Silence,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct WireTenant {
    #[serde(deserialize_with = "lenient::text")]
    cloud_id: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct WireManifest {
    #[serde(deserialize_with = "lenient::text")]
    type_id: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    version: Option<String>,
}

#[derive(Debug, Deserialize)]
struct WireState {
    #[serde(deserialize_with = "lenient::id")]
    #[expect(dead_code, reason = "that there is one says all")]
    state: String,
}

#[derive(Debug, Deserialize)]
struct WireSpaces {
    #[expect(dead_code, reason = "that there is one says all")]
    results: Vec<serde_json::Value>,
}

impl Probe {
    pub(super) fn new(address: &SiteAddress, limits: &Limits) -> Result<Self, SourceError> {
        let call = Call::to(address.url(), WHAT, limits).map_err(|failed| failed.error)?;
        Ok(Self { call })
    }

    /// Asks for what every Cloud site tells, and no other.
    pub(super) async fn tenant(&self, address: &SiteAddress) -> Result<Tenant, SourceError> {
        let mut url = address.url().clone();
        url.set_path("_edge/tenant_info");
        match self.get(url).await {
            Ok(answer) => {
                let tenant: WireTenant = parse(&answer).unwrap_or_default();
                let cloud_id = tenant.cloud_id.filter(|id| !id.is_empty() && !id.contains('/'));
                Ok(Tenant { cloud_id, server_time: answer.server_time() })
            }
            // Whatever it is, it answers.
            Err(CallError { error: SourceError::AnswerTooLarge { .. }, .. }) => {
                Ok(Tenant { cloud_id: None, server_time: None })
            }
            Err(failed) => Err(failed.error),
        }
    }

    /// Asks for what Data Center sites tell.
    pub(super) async fn data_center(&self, base: &SiteAddress) -> Seen {
        let below = |path: &str| below(base.url(), path);
        let mut spaces = below(SPACES);
        spaces.set_query(Some("limit=1"));
        let (manifest, spaces, status) =
            futures::join!(self.get(below(MANIFEST)), self.get(spaces), self.get(below(STATUS)));
        if manifest.is_err() && spaces.is_err() && status.is_err() {
            return Seen::Silence;
        }
        let product = manifest.as_ref().ok().and_then(parse::<WireManifest>).unwrap_or_default();
        let is_confluence = spaces.as_ref().is_ok_and(lists_spaces);
        match product.type_id.as_deref() {
            Some("confluence") => return Seen::Confluence { version: product.version },
            Some(other) if !other.is_empty() => return Seen::Other(other.chars().take(40).collect()),
            _ if is_confluence => return Seen::Confluence { version: None },
            _ => {}
        }
        if status.as_ref().ok().and_then(parse::<WireState>).is_some() {
            return Seen::Likely;
        }
        let moved = [(manifest, MANIFEST), (spaces, SPACES), (status, STATUS)];
        moved.into_iter().find_map(|(answer, path)| moved_to(base, &answer.ok()?, path)).unwrap_or(Seen::Nothing)
    }

    async fn get(&self, url: Url) -> Result<Answer, CallError> {
        self.call.send(self.call.get(url).header(ACCEPT, "application/json")).await
    }
}

/// An answer of success in the expected shape.
fn parse<T: serde::de::DeserializeOwned>(answer: &Answer) -> Option<T> {
    let is_page = crate::answer::is_web_page(&answer.headers);
    (answer.status == StatusCode::OK && !is_page).then(|| serde_json::from_slice(&answer.body).ok())?
}

/// Whether it is Confluence that lists its spaces, or refuses to.
fn lists_spaces(answer: &Answer) -> bool {
    let is_refused = matches!(answer.status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN);
    let signs = ["x-confluence-request-time", "x-ausername", "x-seraph-loginreason"];
    let is_signed = signs.into_iter().any(|name| answer.headers.contains_key(name));
    is_refused && is_signed || parse::<WireSpaces>(answer).is_some()
}

/// Where a question was sent on to.
fn moved_to(base: &SiteAddress, answer: &Answer, path: &str) -> Option<Seen> {
    let location = answer.headers.get(LOCATION).filter(|_| answer.status.is_redirection())?.to_str().ok()?;
    let to = base.url().join(location).ok()?;
    let context = to.path().strip_suffix(path).map(str::to_owned);
    let Some(context) = context else { return Some(Seen::Elsewhere(host(&to))) };
    let mut address = to;
    address.set_path(&context);
    let address = SiteAddress::parse(address.as_str())?;
    if leads_near(address.url()) && !leads_near(base.url()) {
        // Whoever answers from afar does not choose what is asked of this computer and its neighbours.
        return Some(Seen::Elsewhere(host(address.url())));
    }
    (address != *base).then_some(Seen::Moved(address))
}

#[cfg(test)]
mod tests {
    use reqwest::header::{HeaderMap, HeaderValue};

    use super::*;

    #[test]
    fn no_site_from_afar_sends_questions_to_this_computer_or_its_neighbours() {
        let moved = |base: &str, location: &'static str| {
            let headers = HeaderMap::from_iter([(LOCATION, HeaderValue::from_static(location))]);
            let answer = Answer { status: StatusCode::MOVED_PERMANENTLY, headers, body: Vec::new() };
            moved_to(&SiteAddress::parse(base).unwrap(), &answer, "/rest/api/space").unwrap()
        };
        let site = |text: &str| Seen::Moved(SiteAddress::parse(text).unwrap());
        let far = "https://wiki.example.com";
        for near in [
            "http://127.0.0.1:8080/rest/api/space",
            "http://localhost:8080/rest/api/space",
            "https://10.0.0.1/rest/api/space",
            "https://[fd00::1]/rest/api/space",
        ] {
            assert!(matches!(moved(far, near), Seen::Elsewhere(_)), "{near}");
        }
        let other = "https://docs.example.com/rest/api/space";
        assert_eq!(moved(far, other), site("https://docs.example.com"));
        assert_eq!(
            moved("http://localhost:8090", "http://127.0.0.1:8080/rest/api/space"),
            site("http://127.0.0.1:8080")
        );
    }
}
