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

    /// The base of a Data Center site, of which this is the address or that of a page: what stands before the parts of a path that
    /// belong to Confluence, such as `/confluence` in `https://wiki.example.com/confluence/display/DOC`.
    #[must_use]
    pub fn with_data_center_context(&self) -> Self {
        const OWN: [&str; 14] = [
            "display",
            "spaces",
            "pages",
            "x",
            "rest",
            "download",
            "label",
            "labels",
            "plugins",
            "s",
            "users",
            "admin",
            "collector",
            "calendar",
        ];
        let parts = self.0.path().split('/').skip(1);
        let above = parts.take_while(|part| !OWN.contains(part) && !part.ends_with(".action"));
        let path: String = above.flat_map(|part| ["/", part]).collect();
        let mut url = self.0.clone();
        url.set_path(path.trim_end_matches('/'));
        Self(url)
    }

    /// Whether this is the address of a Cloud site, as far as its host tells.
    pub fn is_on_cloud(&self) -> bool {
        let host = self.0.host_str().unwrap_or_default();
        let is_below =
            |domain: &str| host == domain || host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'));
        ["atlassian.net", "jira.com", "api.atlassian.com"].into_iter().any(is_below)
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

    #[test]
    fn the_base_of_a_data_center_site_is_found_in_the_address_of_a_page() {
        let base =
            |text: &str| SiteAddress::parse(text).map(|site| site.with_data_center_context().as_str().to_owned());
        let paths =
            ["", "/", "/display/DOC/Home", "/spaces/DOC/pages/1/Home", "/pages/viewpage.action?pageId=1", "/x/AQ"];
        for path in paths.into_iter().chain(["/login.action?os_destination=%2F", "/rest/api/space"]) {
            let alone = base(&format!("https://wiki.example.com{path}"));
            assert_eq!(alone.as_deref(), Some("https://wiki.example.com"), "{path}");
            let inside = base(&format!("https://example.com:8443/tools/wiki{path}"));
            assert_eq!(inside.as_deref(), Some("https://example.com:8443/tools/wiki"), "{path}");
        }
    }

    #[test]
    fn a_cloud_site_is_known_by_its_host() {
        let is_on_cloud = |text: &str| SiteAddress::parse(text).is_some_and(|site| site.is_on_cloud());
        assert!(is_on_cloud("acme.atlassian.net/wiki") && is_on_cloud("https://acme.jira.com"));
        assert!(!is_on_cloud("https://wiki.example.com") && !is_on_cloud("https://notatlassian.net"));
    }
}
