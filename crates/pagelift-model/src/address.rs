//! The base address of a site.

use std::fmt;

use url::Url;

use crate::{PageId, SpaceKey};

/// The base address of a site, without a closing slash: `https://acme.atlassian.net/wiki`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct SiteAddress(Url);

impl SiteAddress {
    /// Takes the address of a Confluence site or of anything on a Cloud site.
    ///
    /// `https` is required, except for loopback hosts, where plain `http` is accepted. User names, queries and fragments
    /// are dropped. Answers `None` when `text` is not such an address.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let with_scheme = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
        let mut url = Url::parse(&with_scheme).ok()?;
        let host = url.host()?;
        let loopback = match &host {
            url::Host::Domain(name) => *name == "localhost" || name.ends_with(".localhost"),
            url::Host::Ipv4(ip) => ip.is_loopback(),
            url::Host::Ipv6(ip) => ip.is_loopback(),
        };
        match url.scheme() {
            "https" => {}
            "http" if loopback => {}
            _ => return None,
        }
        url.set_query(None);
        url.set_fragment(None);
        url.set_username("").ok()?;
        url.set_password(None).ok()?;
        let path = url.path().trim_end_matches('/').to_owned();
        url.set_path(&path);
        Some(Self(url))
    }

    /// The same site with the path that every Confluence Cloud call and page address begins with.
    #[must_use]
    pub fn with_cloud_context(&self) -> Self {
        let mut url = self.0.clone();
        url.set_path("/wiki");
        Self(url)
    }

    /// The address without a closing slash.
    pub fn as_str(&self) -> &str {
        self.0.as_str().trim_end_matches('/')
    }

    /// Host and port, for showing to people.
    pub fn host(&self) -> String {
        let host = self.0.host_str().unwrap_or_default();
        self.0.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
    }

    /// The address as a URL.
    pub fn url(&self) -> &Url {
        &self.0
    }

    /// Makes an absolute address of `path`, which begins with a slash and is relative to this base.
    pub fn join(&self, path: &str) -> String {
        format!("{}{path}", self.as_str())
    }

    /// The address of a page whose id is known.
    pub fn page_url(&self, space: &SpaceKey, page: &PageId) -> String {
        self.join(&format!("/spaces/{space}/pages/{page}"))
    }
}

impl fmt::Display for SiteAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for SiteAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SiteAddress({})", self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_is_for_loopback_only() {
        assert!(SiteAddress::parse("http://127.0.0.1:8090/wiki").is_some());
        assert!(SiteAddress::parse("http://localhost:8090").is_some());
        assert!(SiteAddress::parse("http://acme.example").is_none());
        assert!(SiteAddress::parse("ftp://acme.example").is_none());
        assert!(SiteAddress::parse("not an address").is_none());
    }

    #[test]
    fn what_is_not_the_base_is_dropped() {
        let site = SiteAddress::parse(" https://me:secret@acme.atlassian.net/wiki/?a=b#c ").expect("an address");
        assert_eq!(site.as_str(), "https://acme.atlassian.net/wiki");
        let bare = SiteAddress::parse("acme.atlassian.net").expect("an address");
        assert_eq!(bare.with_cloud_context().as_str(), "https://acme.atlassian.net/wiki");
    }
}
