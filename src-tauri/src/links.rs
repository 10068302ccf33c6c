//! Links into the app, and links out of it.
//!
//! `pagelift://open?url=<Confluence address, percent-encoded>` shows a page of a connected site and can do nothing else. Anyone can make such a link, so
//! whatever is not exactly of this form is dropped, and the window stays where it is. The scheme `app.pagelift` belongs to
//! sign-in.

use std::sync::{Mutex, PoisonError};

use pagelift_app::ipc::IpcError;
use pagelift_model::ErrorCode;
use tauri::{AppHandle, Emitter as _, Manager as _};
use tauri_plugin_deep_link::DeepLinkExt as _;
use url::Url;

use crate::window;

/// The event that brings an address to a running UI. The payload is the Confluence address, a string.
pub const EVENT: &str = "open-link";

/// Longest address that is passed on, in bytes.
const LONGEST: usize = 4096;

/// An address that arrived before the UI asked for it.
#[derive(Default)]
pub struct OpenLinks(Mutex<Waiting>);

#[derive(Default)]
struct Waiting {
    address: Option<String>,
    ui_listens: bool,
}

impl OpenLinks {
    /// The waiting address. From this call on, addresses are sent as events.
    pub fn take(&self) -> Option<String> {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.ui_listens = true;
        waiting.address.take()
    }

    /// Keeps `address` for a UI that does not listen yet, the newest winning; answers it when the UI does.
    fn keep(&self, address: String) -> Option<String> {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.ui_listens {
            return Some(address);
        }
        waiting.address = Some(address);
        None
    }
}

/// Takes the link that the app was started with, and listens for later ones.
pub fn listen(app: &AppHandle) -> Result<(), tauri_plugin_deep_link::Error> {
    // An AppImage has no installed desktop entry that names the schemes.
    #[cfg(target_os = "linux")]
    if std::env::var_os("APPIMAGE").is_some() {
        app.deep_link().register_all()?;
    }
    let handle = app.clone();
    app.deep_link().on_open_url(move |event| arrived(&handle, &event.urls()));
    arrived(app, &app.deep_link().get_current()?.unwrap_or_default());
    Ok(())
}

/// A second start: its link, when it had one, has gone to [`listen`] already. Without arguments it asks for the window.
pub fn started_again(app: &AppHandle, arguments: &[String]) {
    if arguments.len() <= 1 {
        window::raise(app);
    }
}

fn arrived(app: &AppHandle, links: &[Url]) {
    for address in links.iter().filter_map(address_in) {
        window::raise(app);
        if let Some(address) = app.state::<OpenLinks>().keep(address) {
            // Fails only when the window is closing.
            drop(app.emit_to(window::LABEL, EVENT, address));
        }
    }
}

/// The address in a link of the form `pagelift://open?url=…`.
fn address_in(link: &Url) -> Option<String> {
    let exact = link.scheme() == "pagelift"
        && link.host_str() == Some("open")
        && matches!(link.path(), "" | "/")
        && link.username().is_empty()
        && link.password().is_none()
        && link.port().is_none()
        && link.fragment().is_none();
    let mut parameters = link.query_pairs();
    match (parameters.next(), parameters.next()) {
        (Some((name, address)), None) if exact && name == "url" => web_address(&address).ok(),
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

    fn opened(link: &str) -> Option<String> {
        Url::parse(link).ok().as_ref().and_then(address_in)
    }

    #[test]
    fn an_open_link_yields_the_confluence_address() {
        assert_eq!(
            opened("pagelift://open?url=https%3A%2F%2Facme.atlassian.net%2Fwiki%2Fspaces%2FDOC%2Fpages%2F1%2F%C3%9Cber%3Fa%3Db%26c").as_deref(),
            Some("https://acme.atlassian.net/wiki/spaces/DOC/pages/1/%C3%9Cber?a=b&c")
        );
        assert_eq!(opened("pagelift://open/?url=http://localhost:8090/x").as_deref(), Some("http://localhost:8090/x"));
    }

    #[test]
    fn any_other_link_is_dropped() {
        let long = format!("pagelift://open?url=https://a.example/{}", "x".repeat(LONGEST));
        for link in [
            "pagelift://open",
            "pagelift://open?",
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
            "app.pagelift://open?url=https://a.example/",
            "app.pagelift:/oauth/callback?code=x&state=y",
            "https://open?url=https://a.example/",
            &long,
        ] {
            assert_eq!(opened(link), None, "{link}");
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

    #[test]
    fn a_link_waits_for_the_ui_and_is_given_once() {
        let links = OpenLinks::default();
        assert_eq!(links.keep("https://a.example/".to_owned()), None);
        assert_eq!(links.keep("https://b.example/".to_owned()), None);
        assert_eq!(links.take().as_deref(), Some("https://b.example/"));
        assert_eq!(links.take(), None);
        assert_eq!(links.keep("https://c.example/".to_owned()).as_deref(), Some("https://c.example/"));
    }
}
