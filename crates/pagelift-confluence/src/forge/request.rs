//! One call to an app, whatever app it is.

use pagelift_model::SourceError;
use reqwest::Method;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;
use url::Url;

use super::{ForgeAddress, ForgeError};

/// What an app may be asked to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ForgeMethod {
    /// Read.
    Get,
    /// Ask for something that has a body.
    Post,
    /// Replace.
    Put,
    /// Change.
    Patch,
    /// Remove.
    Delete,
}

impl ForgeMethod {
    /// The one of this name.
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text.trim().to_ascii_uppercase().as_str() {
            "GET" => Self::Get,
            "POST" => Self::Post,
            "PUT" => Self::Put,
            "PATCH" => Self::Patch,
            "DELETE" => Self::Delete,
            _ => return None,
        })
    }

    pub(super) fn wire(self) -> Method {
        match self {
            Self::Get => Method::GET,
            Self::Post => Method::POST,
            Self::Put => Method::PUT,
            Self::Patch => Method::PATCH,
            Self::Delete => Method::DELETE,
        }
    }
}

/// One call.
#[derive(Debug, Clone)]
pub struct ForgeRequest {
    /// What is asked.
    pub method: ForgeMethod,
    /// The path below the app's base address, as the app declared it: exact, or with whatever stands in place of a star.
    pub path: String,
    /// Query parameters, in this order.
    pub query: Vec<(String, String)>,
    /// Headers besides those of every request.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Option<Value>,
    /// Whether asking twice does no harm, so that a failure may be tried again.
    pub is_repeatable: bool,
}

/// Headers that are not the caller's to choose: they sign a request, or say how it is carried.
const OWN: [&str; 14] = [
    "authorization",
    "connection",
    "content-length",
    "content-type",
    "cookie",
    "expect",
    "forwarded",
    "host",
    "keep-alive",
    "proxy-authorization",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

impl ForgeRequest {
    /// A call without a body. Reading may be tried again.
    pub fn new(method: ForgeMethod, path: &str) -> Self {
        let is_repeatable = method == ForgeMethod::Get;
        Self { method, path: path.to_owned(), query: Vec::new(), headers: Vec::new(), body: None, is_repeatable }
    }

    /// A call with a body, which is tried once.
    pub fn post(path: &str, body: Value) -> Self {
        Self { body: Some(body), ..Self::new(ForgeMethod::Post, path) }
    }

    /// The same with a query parameter more.
    #[must_use]
    pub fn with_query(mut self, name: &str, value: &str) -> Self {
        self.query.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same, of which it is known that it changes nothing.
    #[must_use]
    pub fn repeatable(self) -> Self {
        Self { is_repeatable: true, ..self }
    }

    /// Where it goes. A path cannot leave the app.
    pub(super) fn url(&self, address: &ForgeAddress) -> Result<Url, ForgeError> {
        let (path, query) =
            self.path.split_once('?').map_or((self.path.as_str(), None), |(path, query)| (path, Some(query)));
        if path.contains('#') {
            return Err(ForgeError::invalid("the path has a #; write it as %23"));
        }
        let base = address.url().path().trim_end_matches('/');
        let path = path.trim_start_matches('/');
        let mut url = address.url().clone();
        url.set_path(&if path.is_empty() { base.to_owned() } else { format!("{base}/{path}") });
        // What dots lead to is the path that remains.
        let steps = path.split('/').filter(|step| !step.is_empty()).count();
        let left = url.path().strip_prefix(base).map(|rest| rest.split('/').filter(|step| !step.is_empty()).count());
        if left != Some(steps) || path.contains('\\') {
            return Err(ForgeError::invalid("the path must not have the steps `.` and `..`, nor a backslash"));
        }
        url.set_query(query.filter(|query| !query.is_empty()));
        if !self.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&self.query);
        }
        Ok(url)
    }

    /// The headers, of which none is one of ours.
    pub(super) fn header_map(&self) -> Result<HeaderMap, ForgeError> {
        let mut headers = HeaderMap::new();
        for (name, value) in &self.headers {
            let unusable = || ForgeError::invalid(format!("`{}` is no header that can be sent", name.escape_debug()));
            let name = HeaderName::from_bytes(name.trim().as_bytes()).map_err(|_| unusable())?;
            if OWN.contains(&name.as_str()) {
                return Err(ForgeError::invalid(format!("the header `{name}` is set by Pagelift")));
            }
            headers.append(name.clone(), HeaderValue::from_str(value.trim()).map_err(|_| unusable())?);
        }
        Ok(headers)
    }

    /// What is asked for, in words.
    pub(super) fn words(&self) -> String {
        let path = self.path.split('?').next().unwrap_or_default();
        format!("`{} /{}`", self.method.wire(), path.trim_start_matches('/'))
    }
}

impl ForgeError {
    pub(super) fn invalid(detail: impl Into<String>) -> Self {
        Self::Invalid { detail: detail.into() }
    }

    pub(super) fn unreadable(site: &str, request: &str, detail: &str) -> Self {
        let (site, request, detail) = (site.to_owned(), request.to_owned(), detail.to_owned());
        Self::Source(SourceError::AnswerUnreadable { site, request, detail })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: &str = "https://api.atlassian.com/svc/confluence/c/apps/11111111-2222-4333-8444-555555555555";

    fn url(path: &str) -> Result<String, ForgeError> {
        let request = ForgeRequest::new(ForgeMethod::Get, path).with_query("q", "a b&c");
        request.url(&ForgeAddress::parse(BASE).unwrap()).map(|url| url.as_str().replace(BASE, ""))
    }

    #[test]
    fn a_path_is_sent_as_it_is_and_never_leaves_the_app() {
        assert_eq!(url("changeSets").unwrap(), "/changeSets?q=a+b%26c");
        assert_eq!(url("/files/a/b c/%2Fd").unwrap(), "/files/a/b%20c/%2Fd?q=a+b%26c");
        assert_eq!(url("/x?one=1").unwrap(), "/x?one=1&q=a+b%26c");
        for path in ["../other", "a/../../..", "a/%2e%2e/b", "./a", "a\\..\\b", "a#b"] {
            assert!(url(path).is_err(), "{path}");
        }
    }

    #[test]
    fn headers_of_ours_cannot_be_chosen() {
        let with = |name: &str, value: &str| {
            let headers = vec![(name.to_owned(), value.to_owned())];
            ForgeRequest { headers, ..ForgeRequest::new(ForgeMethod::Get, "x") }.header_map()
        };
        assert!(with("X-Mine", " yes ").is_ok_and(|headers| headers["x-mine"] == "yes"));
        for (name, value) in [("Authorization", "x"), ("HOST", "x"), ("Cookie", "x"), ("a b", "x"), ("x", "a\nb")] {
            assert!(with(name, value).is_err(), "{name}");
        }
    }
}
