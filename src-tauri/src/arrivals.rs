//! What the system hands over while the app runs or as the reason to start it: links, and connection cards.
//!
//! Both come as the only argument of a start; a second start hands its argument to the app that runs. On macOS they come as an
//! event instead. Nothing here goes through the plug-in for deep links: it would tell every page of the window too, and what
//! comes back from a sign-in is for the engine alone.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use pagelift_app::desktop::Desktop;
use tauri::{AppHandle, Emitter as _, Manager as _, RunEvent};
use url::Url;

use crate::links::{self, Link};
use crate::{cards, window};

/// The event that brings an address to a running UI. The payload is the Confluence address, a string.
const LINK: &str = "open-link";

/// The event that tells a running UI of a card to take. It has no payload.
const CARD: &str = "open-card";

/// What arrived and was not fetched by the UI yet; of each kind the newest.
#[derive(Default)]
pub struct Arrivals(Mutex<Waiting>);

#[derive(Default)]
struct Waiting {
    address: Option<String>,
    ui_listens: bool,
    card: Option<PathBuf>,
}

impl Arrivals {
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The waiting address. From this call on, addresses are sent as events.
    pub fn take_address(&self) -> Option<String> {
        let mut waiting = self.waiting();
        waiting.ui_listens = true;
        waiting.address.take()
    }

    /// Keeps `address` for a UI that does not listen yet; answers it when the UI does.
    fn keep_address(&self, address: String) -> Option<String> {
        let mut waiting = self.waiting();
        if waiting.ui_listens {
            return Some(address);
        }
        waiting.address = Some(address);
        None
    }

    /// The file of the waiting card.
    pub fn take_card(&self) -> Option<PathBuf> {
        self.waiting().card.take()
    }
}

/// Takes the argument that the app was started with.
pub fn started(app: &AppHandle) {
    let arguments: Vec<String> = std::env::args_os().map(|argument| argument.to_string_lossy().into_owned()).collect();
    if let [_, argument] = &arguments[..] {
        arrived(app, argument, &std::env::current_dir().unwrap_or_default());
    }
}

/// A second start, with its arguments and the folder that it was in. Without arguments it asks for the window.
pub fn started_again(app: &AppHandle, arguments: &[String], folder: &Path) {
    match arguments {
        [] | [_] => window::raise(app),
        [_, argument] => arrived(app, argument, folder),
        _ => {}
    }
}

/// Takes what macOS hands over.
pub fn heard(app: &AppHandle, event: &RunEvent) {
    #[cfg(target_os = "macos")]
    if let RunEvent::Opened { urls } = event {
        for address in urls {
            arrived(app, address.as_str(), Path::new("/"));
        }
    }
    #[cfg(not(target_os = "macos"))]
    let _ = (app, event);
}

/// A link or the name of a file; a relative one is below `folder`.
fn arrived(app: &AppHandle, text: &str, folder: &Path) {
    match links::link(text) {
        Some(Link::Front) => window::raise(app),
        Some(Link::Page(address)) => {
            window::raise(app);
            if let Some(address) = app.state::<Arrivals>().keep_address(address) {
                // Fails only when the window is closing.
                drop(app.emit_to(window::LABEL, LINK, address));
            }
        }
        // Only for a sign-in that waits: anyone can make a browser open such a link.
        Some(Link::Callback(address)) => {
            if app.state::<Desktop>().deliver_callback(address) {
                window::raise(app);
            }
        }
        None => {
            if let Some(file) = file(text, folder) {
                card(app, file);
            }
        }
    }
}

/// Files that were dropped on the window. More than one, or anything but a card, is left alone.
pub fn dropped(app: &AppHandle, files: &[PathBuf]) {
    if let [file] = files {
        card(app, file.clone());
    }
}

fn card(app: &AppHandle, file: PathBuf) {
    if cards::is_card(&file) {
        window::raise(app);
        app.state::<Arrivals>().waiting().card = Some(file);
        // Fails only when the window is closing.
        drop(app.emit_to(window::LABEL, CARD, ()));
    }
}

/// The file that an argument names. File managers hand over a path or a `file` address; other addresses, such as links of ours
/// that mean nothing, are no paths. A scheme of one letter is a drive of Windows.
fn file(argument: &str, folder: &Path) -> Option<PathBuf> {
    match Url::parse(argument) {
        Ok(address) if address.scheme() == "file" => address.to_file_path().ok(),
        Ok(address) if address.scheme().len() > 1 => None,
        _ => Some(folder.join(argument)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_waits_for_the_ui_and_is_given_once() {
        let arrivals = Arrivals::default();
        assert_eq!(arrivals.keep_address("https://a.example/".to_owned()), None);
        assert_eq!(arrivals.keep_address("https://b.example/".to_owned()), None);
        assert_eq!(arrivals.take_address().as_deref(), Some("https://b.example/"));
        assert_eq!(arrivals.take_address(), None);
        assert_eq!(arrivals.keep_address("https://c.example/".to_owned()).as_deref(), Some("https://c.example/"));
    }

    #[cfg(unix)]
    #[test]
    fn a_file_is_named_by_its_path_or_its_address() {
        let named = |argument| file(argument, Path::new("/home/ada")).unwrap();
        assert_eq!(named("acme.pagelift-site"), Path::new("/home/ada/acme.pagelift-site"));
        assert_eq!(named("/srv/acme.pagelift-site"), Path::new("/srv/acme.pagelift-site"));
        assert_eq!(named("file:///srv/acme%20%C3%A9.pagelift-site"), Path::new("/srv/acme é.pagelift-site"));
        for address in [
            "file://server/share/acme.pagelift-site",
            "pagelift://open/../../acme.pagelift-site",
            "app.pagelift:/srv/acme.pagelift-site",
            "https://acme.example/acme.pagelift-site",
        ] {
            assert_eq!(file(address, Path::new("/")), None, "{address}");
        }
    }
}
