//! What is at an address that somebody pasted: which product, where it begins, and what may stand in the way of signing in.

mod probe;

use std::time::Duration;

use jiff::Timestamp;
use pagelift_model::{CheckOutcome, Clock, ErrorCode, SiteAddress, SiteCheck, SiteCheckKind, SiteKind, SourceError};
use url::Url;

use crate::limits::Limits;
use probe::{Probe, Seen, Tenant};

/// The release of Data Center from which on it offers signing in with the browser, and tokens.
const BROWSER_SINCE: (u32, u32) = (7, 17);
const TOKENS_SINCE: (u32, u32) = (7, 9);

/// What the clocks of this computer and of the site may differ by.
const CLOCK_DIFFERENCE: Duration = Duration::from_mins(5);

/// Context paths that are tried where the address has none.
const USUAL_CONTEXTS: [&str; 2] = ["/confluence", "/wiki"];

/// Parts of a path that are tried as a context path.
const DEEPEST: usize = 4;

/// What was found at an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detection {
    /// Cloud or Data Center; a guess by the address where no Confluence was found.
    pub kind: SiteKind,
    /// The base address of the site.
    pub address: SiteAddress,
    /// What names the site at the gateway, on Cloud.
    pub cloud_id: Option<String>,
    /// The release of a Data Center site, where it tells.
    pub version: Option<String>,
    /// What was looked at, in the order in which it is shown.
    pub checks: Vec<SiteCheck>,
}

/// What was pasted is no address of a site. It is not repeated: people also paste what is secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("this is not the address of a site")]
pub struct NotAnAddress;

impl NotAnAddress {
    /// The code by which front ends choose words and exit codes.
    pub fn code(&self) -> ErrorCode {
        ErrorCode::AddressInvalid
    }
}

impl Detection {
    /// Whether nothing was found that makes signing in hopeless.
    pub fn is_usable(&self) -> bool {
        self.checks.iter().all(|check| check.outcome != CheckOutcome::Bad)
    }
}

/// Looks at the address of a site, or of anything on it. Sends no credentials.
pub async fn detect(text: &str, clock: &dyn Clock) -> Result<Detection, NotAnAddress> {
    let limits = Limits {
        connect_timeout: Duration::from_secs(5),
        answer_timeout: Duration::from_secs(5),
        largest_answer: 1 << 20,
        ..Limits::default()
    };
    detect_within(text, clock, &limits).await
}

/// The same with limits of one's own.
pub async fn detect_within(text: &str, clock: &dyn Clock, limits: &Limits) -> Result<Detection, NotAnAddress> {
    let address = encrypted(text).ok_or(NotAnAddress)?;
    let was_plain = SiteAddress::parse(text).is_none();
    let is_on_cloud = address.is_on_cloud();
    let guess = Detection {
        kind: if is_on_cloud { SiteKind::Cloud } else { SiteKind::DataCenter },
        address: if is_on_cloud { address.with_cloud_context() } else { address.with_data_center_context() },
        cloud_id: None,
        version: None,
        checks: Vec::new(),
    };
    let (probe, tenant) = match ask(&address, limits).await {
        Ok(answered) => answered,
        Err(error) => return Ok(Detection { checks: unreachable(&error, was_plain), ..guess }),
    };
    let clocks = compare_clocks(tenant.server_time, clock.now());
    let mut detection = if let Some(cloud_id) = tenant.cloud_id {
        let checks = vec![SiteCheck::new(SiteCheckKind::Confluence, CheckOutcome::Good, None)];
        let (kind, address) = (SiteKind::Cloud, address.with_cloud_context());
        Detection { kind, address, cloud_id: Some(cloud_id), version: None, checks }
    } else if is_on_cloud {
        let checks = vec![SiteCheck::new(SiteCheckKind::Confluence, CheckOutcome::Bad, None)];
        Detection { checks, ..guess }
    } else {
        data_center(&probe, guess, limits).await
    };
    detection.checks.splice(0..0, reached(&address));
    detection.checks.push(clocks);
    Ok(detection)
}

async fn ask(address: &SiteAddress, limits: &Limits) -> Result<(Probe, Tenant), SourceError> {
    let probe = Probe::new(address, limits)?;
    let tenant = probe.tenant(address).await?;
    Ok((probe, tenant))
}

/// The address that is looked at: what was pasted, or the same encrypted.
fn encrypted(text: &str) -> Option<SiteAddress> {
    // An e-mail address is a host with a name before it, but nobody means that.
    if !text.contains("://") && text.split('/').next().is_some_and(|host| host.contains('@')) {
        return None;
    }
    SiteAddress::parse(text).or_else(|| {
        let mut url = Url::parse(text.trim()).ok().filter(|url| url.scheme() == "http")?;
        url.set_scheme("https").ok()?;
        SiteAddress::parse(url.as_str())
    })
}

/// Looks for a Data Center site from the longest possible context path to the shortest, and then at the usual ones. Where there is
/// none, the first thing that answers otherwise is told.
async fn data_center(probe: &Probe, guess: Detection, limits: &Limits) -> Detection {
    let mut other = None;
    for mut address in candidates(&guess.address) {
        let mut seen = probe.data_center(&address).await;
        if let Seen::Moved(to) = seen {
            // The site has another name; whether it is a site at all shows there.
            let Ok(probe) = Probe::new(&to, limits) else { continue };
            address = to;
            seen = probe.data_center(&address).await;
        }
        match seen {
            Seen::Confluence { version } => {
                let confluence = SiteCheck::new(SiteCheckKind::Confluence, CheckOutcome::Good, None);
                let checks = vec![confluence, release(version.clone())];
                return Detection { address, version, checks, ..guess };
            }
            Seen::Likely => {
                let confluence = SiteCheck::new(SiteCheckKind::Confluence, CheckOutcome::Doubtful, None);
                return Detection { address, checks: vec![confluence, release(None)], ..guess };
            }
            Seen::Other(name) | Seen::Elsewhere(name) => other = other.or(Some(name)),
            Seen::Moved(_) | Seen::Nothing => {}
            Seen::Silence => break,
        }
    }
    let checks = vec![SiteCheck::new(SiteCheckKind::Confluence, CheckOutcome::Bad, other)];
    Detection { checks, ..guess }
}

fn compare_clocks(server: Option<Timestamp>, now: Timestamp) -> SiteCheck {
    let difference = server.map(|server| server.duration_since(now).unsigned_abs());
    let (outcome, detail) = match difference {
        None => (CheckOutcome::Unknown, None),
        Some(difference) if difference <= CLOCK_DIFFERENCE => (CheckOutcome::Good, None),
        Some(difference) => (CheckOutcome::Doubtful, Some((difference.as_secs() / 60).to_string())),
    };
    SiteCheck::new(SiteCheckKind::Clock, outcome, detail)
}

/// The addresses at which a Data Center site may begin.
fn candidates(base: &SiteAddress) -> Vec<SiteAddress> {
    let path = base.url().path().trim_end_matches('/');
    let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
    let mut paths: Vec<&str> = ends.filter_map(|end| path.get(..end)).take(DEEPEST + 1).collect();
    paths.reverse();
    paths.extend(USUAL_CONTEXTS);
    let mut found: Vec<SiteAddress> = Vec::new();
    for path in paths {
        let mut url = base.url().clone();
        url.set_path(path);
        found.extend(SiteAddress::parse(url.as_str()).filter(|address| !found.contains(address)));
    }
    found
}

/// What is known when something answered.
fn reached(address: &SiteAddress) -> Vec<SiteCheck> {
    let good = |what| SiteCheck::new(what, CheckOutcome::Good, None);
    if address.url().scheme() == "https" {
        return vec![good(SiteCheckKind::Reachable), good(SiteCheckKind::Encrypted), good(SiteCheckKind::Certificate)];
    }
    // Plain `http` is asked on this computer alone.
    let plain = SiteCheck::new(SiteCheckKind::Encrypted, CheckOutcome::Doubtful, None);
    vec![good(SiteCheckKind::Reachable), plain]
}

/// What is known when nothing answered, or nothing that can be trusted.
fn unreachable(error: &SourceError, was_plain: bool) -> Vec<SiteCheck> {
    let check = |what, outcome| SiteCheck::new(what, outcome, None);
    match error {
        SourceError::CertificateUntrusted { .. } => vec![
            check(SiteCheckKind::Reachable, CheckOutcome::Good),
            check(SiteCheckKind::Encrypted, CheckOutcome::Good),
            check(SiteCheckKind::Certificate, CheckOutcome::Bad),
        ],
        error => {
            let detail = if let SourceError::Unreachable { detail, .. } = error { Some(detail.clone()) } else { None };
            let mut checks = vec![SiteCheck::new(SiteCheckKind::Reachable, CheckOutcome::Bad, detail)];
            if was_plain {
                checks.push(check(SiteCheckKind::Encrypted, CheckOutcome::Bad));
            }
            checks
        }
    }
}

fn release(version: Option<String>) -> SiteCheck {
    let outcome = match version.as_deref().and_then(number) {
        None => CheckOutcome::Unknown,
        Some(number) if number >= BROWSER_SINCE => CheckOutcome::Good,
        Some(number) if number >= TOKENS_SINCE => CheckOutcome::Doubtful,
        Some(_) => CheckOutcome::Bad,
    };
    SiteCheck::new(SiteCheckKind::Version, outcome, version)
}

/// The first two numbers of a release.
fn number(version: &str) -> Option<(u32, u32)> {
    let mut parts = version.split(['.', '-']);
    Some((parts.next()?.parse().ok()?, parts.next().and_then(|part| part.parse().ok()).unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_context_path_is_looked_for_from_the_longest_to_the_shortest_path() {
        let paths = |text: &str| {
            let base = encrypted(text).unwrap().with_data_center_context();
            candidates(&base).iter().map(|address| address.url().path().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(paths("https://wiki.example.com/display/DOC/Home"), ["/", "/confluence", "/wiki"]);
        assert_eq!(paths("https://example.com/wiki/x/AbC"), ["/wiki", "/", "/confluence"]);
        assert_eq!(
            paths("https://example.com/a/b/pages/viewpage.action?pageId=1"),
            ["/a/b", "/a", "/", "/confluence", "/wiki"]
        );
        assert_eq!(paths("https://example.com/1/2/3/4/5/6/7").len(), DEEPEST + 3);
    }

    #[test]
    fn plain_http_is_looked_at_encrypted() {
        let address = |text: &str| encrypted(text).map(|address| address.as_str().to_owned());
        assert_eq!(address("http://wiki.example.com/x").as_deref(), Some("https://wiki.example.com/x"));
        assert_eq!(address(" http://wiki.example.com:80/ ").as_deref(), Some("https://wiki.example.com"));
        assert_eq!(address("http://127.0.0.1:8090/x").as_deref(), Some("http://127.0.0.1:8090/x"));
        for text in ["", "two words", "ftp://wiki.example.com", "ada@example.com", "javascript:alert(1)"] {
            assert_eq!(address(text), None, "{text}");
        }
    }

    #[test]
    fn a_release_is_judged_by_what_it_can_be_signed_in_to_with() {
        let outcome = |version: &str| release(Some(version.to_owned())).outcome;
        for version in ["7.17.0", "7.19.30", "8.5.3", "9.2", "10.0.3", "10"] {
            assert_eq!(outcome(version), CheckOutcome::Good, "{version}");
        }
        assert_eq!(outcome("7.16.5"), CheckOutcome::Doubtful);
        assert_eq!(outcome("7.9.0-m1"), CheckOutcome::Doubtful);
        assert_eq!(outcome("7.8.3"), CheckOutcome::Bad);
        assert_eq!(outcome("next"), CheckOutcome::Unknown);
    }
}
