//! What a site says about its limits in the headers of an answer.

use std::time::Duration;

use jiff::Timestamp;
use reqwest::header::{HeaderMap, RETRY_AFTER};

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok().map(str::trim)
}

/// The time from `now` to `then`, nothing when it is over.
fn until(then: Timestamp, now: Timestamp) -> Duration {
    Duration::try_from(then.duration_since(now)).unwrap_or_default()
}

fn seconds(text: &str) -> Option<Duration> {
    let seconds: f64 = text.parse().ok()?;
    Duration::try_from_secs_f64(seconds.max(0.0)).ok()
}

/// `Retry-After`, which any error may carry.
pub(crate) fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    text(headers, RETRY_AFTER.as_str()).and_then(|text| seconds_or_date(text, now))
}

/// Seconds or a date.
fn seconds_or_date(text: &str, now: Timestamp) -> Option<Duration> {
    if let Some(pause) = seconds(text) {
        return Some(pause);
    }
    let date = jiff::fmt::rfc2822::parse(text).ok()?;
    Some(until(date.timestamp(), now))
}

/// `X-RateLimit-Reset`: a time in ISO 8601, also seen without seconds; some gateways send seconds, since 1970 or from now.
fn reset(text: &str, now: Timestamp) -> Option<Duration> {
    const LONG_AGO: u64 = 1_000_000_000;
    if let Some(pause) = seconds(text) {
        let since_epoch = i64::try_from(pause.as_secs()).ok().filter(|_| pause.as_secs() > LONG_AGO);
        return match since_epoch {
            Some(seconds) => Some(until(Timestamp::from_second(seconds).ok()?, now)),
            None => Some(pause),
        };
    }
    Some(until(text.parse().ok()?, now))
}

/// The values of one key in a structured header such as `"global-app-quota";r=0;t=600`.
fn entries<'a>(header: &'a str, key: &'a str) -> impl Iterator<Item = u64> + 'a {
    header
        .split([',', ';'])
        .filter_map(move |part| part.trim().strip_prefix(key)?.strip_prefix('=')?.trim().parse().ok())
}

/// How long the site wants to be left alone, when an answer about its limits says so.
pub(crate) fn pause(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    if let Some(pause) = retry_after(headers, now) {
        return Some(pause);
    }
    if let Some(pause) = text(headers, "x-ratelimit-reset").and_then(|text| reset(text, now)) {
        return Some(pause);
    }
    let limit = text(headers, "ratelimit")?;
    entries(limit, "t").max().map(Duration::from_secs)
}

/// Whether a Data Center site says that it took whoever asks for nobody.
pub(crate) fn is_anonymous(headers: &HeaderMap) -> bool {
    text(headers, "x-ausername").is_some_and(|name| name.eq_ignore_ascii_case("anonymous"))
}

/// Whether the answer says that little is left of the present allowance.
pub(crate) fn is_near_limit(headers: &HeaderMap) -> bool {
    if text(headers, "x-ratelimit-nearlimit").is_some_and(|value| value.eq_ignore_ascii_case("true")) {
        return true;
    }
    // Data Center tells what is left at every answer.
    if text(headers, "x-ratelimit-remaining") == Some("0") {
        return true;
    }
    // What is left is told only when it is less than a fifth.
    text(headers, "ratelimit").is_some_and(|limit| entries(limit, "r").next().is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(name: &'static str, value: &'static str) -> Option<u64> {
        let now: Timestamp = "2026-03-26T15:50:00Z".parse().expect("a time");
        let headers = HeaderMap::from_iter([(name.parse().expect("a name"), value.parse().expect("a value"))]);
        pause(&headers, now).map(|pause| pause.as_secs())
    }

    #[test]
    fn a_pause_is_understood_in_every_notation() {
        assert_eq!(asked("retry-after", "7"), Some(7));
        assert_eq!(asked("retry-after", "Thu, 26 Mar 2026 15:52:00 GMT"), Some(120));
        assert_eq!(asked("retry-after", "Thu, 26 Mar 2026 15:00:00 GMT"), Some(0));
        assert_eq!(asked("x-ratelimit-reset", "2026-03-26T16:00Z"), Some(600));
        assert_eq!(asked("x-ratelimit-reset", "2026-03-26T15:50:30Z"), Some(30));
        assert_eq!(asked("x-ratelimit-reset", "1774540260"), Some(60));
        assert_eq!(asked("x-ratelimit-reset", "12"), Some(12));
        assert_eq!(asked("ratelimit", "\"global-app-quota\";r=0;t=600, \"burst\";r=0;t=2"), Some(600));
        assert_eq!(asked("retry-after", "soon"), None);
        assert_eq!(asked("retry-after", "-3"), Some(0));
    }

    #[test]
    fn little_left_is_noticed() {
        let near = |name: &'static str, value: &'static str| {
            let pair = (name.parse().expect("a name"), value.parse().expect("a value"));
            is_near_limit(&HeaderMap::from_iter([pair]))
        };
        assert!(near("x-ratelimit-nearlimit", "true"));
        assert!(near("ratelimit", "\"global-app-quota\";r=11000;t=600"));
        assert!(near("x-ratelimit-remaining", "0"));
        assert!(!near("x-ratelimit-remaining", "10"));
        assert!(!near("x-ratelimit-nearlimit", "false"));
        assert!(!near("ratelimit", "\"global-app-quota\";t=600"));
    }
}
