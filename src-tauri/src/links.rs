//! Links into the app, and links out of it.
//!
//! Anyone can make a link, so whatever is not exactly of these forms is dropped, and the window stays where it is:
//! `pagelift://open?url=<Confluence address, percent-encoded>` shows a page of a connected site, `pagelift://open` alone
//! brings the window to the front, and neither can do anything else. `app.pagelift:…` is the end of a sign-in; the engine
//! alone knows whether one is waiting for it.

use pagelift_app::ipc::IpcError;
use pagelift_model::{APP_ID, ErrorCode};
use url::Url;

/// The schemes that the system is to hand over, as in `tauri.conf.json`.
pub const SCHEMES: [&str; 2] = [OPEN, SIGN_IN];

const OPEN: &str = "pagelift";
/// The scheme of the end of a sign-in.
pub const SIGN_IN: &str = APP_ID;

/// Longest address that is passed on, in bytes.
const LONGEST: usize = 4096;

/// Longest link that is looked at: [`LONGEST`] with every byte percent-encoded, and the rest of it.
const LONGEST_LINK: usize = 3 * LONGEST + 64;

/// What a link asks for.
#[derive(Debug, PartialEq, Eq)]
pub enum Link<'a> {
    /// The page of this address is to be shown.
    Page(String),
    /// The window is to come to the front.
    Front,
    /// This came back from a browser at the end of a sign-in.
    Callback(&'a str),
}

/// What `text` asks for; `None` when it is no link of ours.
pub fn link(text: &str) -> Option<Link<'_>> {
    if text.len() > LONGEST_LINK {
        return None;
    }
    let link = Url::parse(text).ok()?;
    match link.scheme() {
        SIGN_IN => Some(Link::Callback(text)),
        OPEN => opened(&link),
        _ => None,
    }
}

/// What a link of the form `pagelift://open` or `pagelift://open?url=…` asks for.
fn opened(link: &Url) -> Option<Link<'static>> {
    let exact = link.host_str() == Some("open")
        && matches!(link.path(), "" | "/")
        && link.username().is_empty()
        && link.password().is_none()
        && link.port().is_none()
        && link.fragment().is_none();
    if !exact {
        return None;
    }
    let mut parameters = link.query_pairs();
    match (parameters.next(), parameters.next()) {
        (None, None) => Some(Link::Front),
        (Some((name, address)), None) if name == "url" => web_address(&address).ok().map(Link::Page),
        _ => None,
    }
}

/// `text` as an address for a browser: `http` or `https` with a host, and no user name or password.
pub fn web_address(text: &str) -> Result<String, IpcError> {
    let refused = || IpcError { code: ErrorCode::AddressInvalid, message: "this is no web address".to_owned() };
    let address = Url::parse(text).map_err(|_| refused())?;
    let plain = matches!(address.scheme(), "http" | "https")
        && address.host_str().is_some_and(|host| !host.is_empty())
        && address.username().is_empty()
        && address.password().is_none()
        && address.as_str().len() <= LONGEST;
    if plain { Ok(address.into()) } else { Err(refused()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(link: &str) -> Option<String> {
        match super::link(link)? {
            Link::Page(address) => Some(address),
            other => panic!("{link} asks for {other:?}"),
        }
    }

    #[test]
    fn an_open_link_yields_the_confluence_address() {
        assert_eq!(
            page("pagelift://open?url=https%3A%2F%2Facme.atlassian.net%2Fwiki%2Fspaces%2FDOC%2Fpages%2F1%2F%C3%9Cber%3Fa%3Db%26c").as_deref(),
            Some("https://acme.atlassian.net/wiki/spaces/DOC/pages/1/%C3%9Cber?a=b&c")
        );
        assert_eq!(page("pagelift://open/?url=http://localhost:8090/x").as_deref(), Some("http://localhost:8090/x"));
    }

    #[test]
    fn an_open_link_alone_asks_for_the_window() {
        for text in ["pagelift://open", "pagelift://open/", "pagelift://open?", "PAGELIFT://open"] {
            assert_eq!(link(text), Some(Link::Front), "{text}");
        }
    }

    #[test]
    fn a_sign_in_link_goes_to_the_engine_as_it_came_and_is_never_a_page() {
        for text in [
            "app.pagelift:/oauth/callback?code=x&state=y",
            "app.pagelift://oauth/callback?code=x&state=y",
            "app.pagelift:/oauth/callback?code=%78&state=y#",
            "app.pagelift://open?url=https://a.example/",
            "app.pagelift:",
        ] {
            assert_eq!(link(text), Some(Link::Callback(text)));
        }
        assert_eq!(link(&format!("app.pagelift:/oauth/callback?code={}", "x".repeat(LONGEST_LINK))), None);
    }

    #[test]
    fn any_other_link_is_dropped() {
        let long = format!("pagelift://open?url=https://a.example/{}", "x".repeat(LONGEST));
        for text in [
            "",
            "open",
            "pagelift",
            "pagelift:",
            "pagelift:open",
            "pagelift:/open",
            "pagelift:///open",
            "pagelift://open#x",
            "pagelift://open:1",
            "pagelift://me@open",
            "pagelift://open/now",
            "pagelift://opened",
            "pagelift://open?x",
            "pagelift://open?url",
            "pagelift://open?url=",
            "pagelift://oauth/callback?code=x&state=y",
            "pagelift:/oauth/callback?code=x&state=y",
            "app-pagelift:/oauth/callback?code=x&state=y",
            "pagelift.app:/oauth/callback?code=x&state=y",
            "x-app.pagelift:/oauth/callback?code=x&state=y",
            "--app.pagelift:/oauth/callback?code=x&state=y",
            "app.pagelift/oauth/callback?code=x&state=y",
            "http://localhost:17893/oauth/callback?code=x&state=y",
            "file:///app.pagelift:/oauth/callback?code=x&state=y",
            "pagelift:open?url=https://a.example/",
            "pagelift:///open?url=https://a.example/",
            "pagelift://export?url=https://a.example/",
            "pagelift://open/now?url=https://a.example/",
            "pagelift://open.example?url=https://a.example/",
            "pagelift://open:1?url=https://a.example/",
            "pagelift://me@open?url=https://a.example/",
            "pagelift://open?url=https://a.example/#x",
            "pagelift://open?url=https://a.example/&url=https://b.example/",
            "pagelift://open?url=https://a.example/&to=/etc",
            "pagelift://open?to=https://a.example/",
            "pagelift://open?url=file:///etc/passwd",
            "pagelift://open?url=javascript:alert(1)",
            "pagelift://open?url=pagelift://open",
            "pagelift://open?url=app.pagelift:/oauth/callback",
            "https://open?url=https://a.example/",
            &long,
        ] {
            assert_eq!(link(text), None, "{text}");
        }
    }

    #[test]
    fn only_web_addresses_go_to_the_browser() {
        for text in ["https://acme.atlassian.net/wiki/x", "http://127.0.0.1:8090/confluence", "HTTPS://ACME.example"] {
            assert!(web_address(text).is_ok(), "{text}");
        }
        for text in [
            "",
            "acme.atlassian.net",
            "//acme.example/x",
            "/etc/passwd",
            "C:\\Windows\\System32\\calc.exe",
            "\\\\server\\share",
            "file:///etc/passwd",
            "file://server/share",
            " file:///etc/passwd",
            "smb://server/share",
            "ftp://server/x",
            "javascript:alert(1)",
            "java\tscript:alert(1)",
            "data:text/html,x",
            "blob:https://a.example/1",
            "view-source:https://a.example",
            "about:blank",
            "mailto:a@a.example",
            "ms-msdt:/id PCWDiagnostic",
            "search-ms:query=x",
            "vbscript:x",
            "intent://x#Intent;end",
            "tauri://localhost/",
            "media://localhost/x",
            "pagelift://open?url=https://a.example/",
            "app.pagelift:/oauth/callback",
            "x-apple.systempreferences:x",
            "ssh://host",
            "-https://a.example",
            "--version",
            "https://",
            "https://user:pass@a.example/",
            "https://acme.atlassian.net@evil.example/",
        ] {
            assert!(web_address(text).is_err(), "{text}");
        }
    }
}
