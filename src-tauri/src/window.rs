//! The one window: how it opens without a flash, where it stays, and that it never leaves the app's own pages.

use pagelift_app::desktop::Desktop;
use pagelift_app::ipc::Theme;
use tauri::plugin::TauriPlugin;
use tauri::webview::{Color, NewWindowResponse, PageLoadEvent};
use tauri::{
    AppHandle, DragDropEvent, Manager as _, Runtime, Url, WebviewUrl, WebviewWindow, WebviewWindowBuilder, Window,
    WindowEvent,
};
use tauri_plugin_window_state::StateFlags;

use crate::arrivals;

/// The label by which `capabilities/main.json` knows the window.
pub const LABEL: &str = "main";

/// The window colour of each theme, as in the UI's tokens.
const LIGHT: Color = Color(0xF6, 0xF5, 0xF2, 0xFF);
const DARK: Color = Color(0x18, 0x19, 0x1B, 0xFF);

/// Keeps size and place between starts. Not whether the window is shown: [`open`] decides that.
pub fn remembered<R: Runtime>() -> TauriPlugin<R> {
    tauri_plugin_window_state::Builder::new()
        .with_state_flags(StateFlags::SIZE | StateFlags::POSITION | StateFlags::MAXIMIZED)
        .build()
}

/// Opens the window in the person's theme and shows it when the first page is there.
pub fn open(app: &AppHandle) -> tauri::Result<()> {
    WebviewWindowBuilder::new(app, LABEL, WebviewUrl::default())
        .title("Pagelift")
        .inner_size(1280.0, 800.0)
        .min_inner_size(900.0, 600.0)
        .visible(false)
        .on_navigation(is_own_page)
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .on_page_load(|window, page| {
            if page.event() == PageLoadEvent::Finished {
                // A window that cannot be shown has been closed.
                drop(window.show());
            }
        })
        .build()?;
    wear(app, app.state::<Desktop>().settings().map_or(Theme::System, |settings| settings.theme));
    Ok(())
}

/// Gives the window's frame and ground the colours of a theme.
pub fn wear(app: &AppHandle, theme: Theme) {
    let Some(window) = main(app) else { return };
    let chosen = match theme {
        Theme::System => None,
        Theme::Light => Some(tauri::Theme::Light),
        Theme::Dark => Some(tauri::Theme::Dark),
    };
    // Both fail only when the window is closing.
    drop(window.set_theme(chosen));
    let shown = chosen.or_else(|| window.theme().ok());
    drop(window.set_background_color(Some(if shown == Some(tauri::Theme::Dark) { DARK } else { LIGHT })));
}

/// Brings the window to the front.
pub fn raise(app: &AppHandle) {
    if let Some(window) = main(app) {
        // All three fail only when the window is closing.
        drop(window.unminimize());
        drop(window.show());
        drop(window.set_focus());
    }
}

/// Takes in what is dropped on the window, and ends its runs in good order when it is gone.
pub fn happened(window: &Window, event: &WindowEvent) {
    match event {
        WindowEvent::DragDrop(DragDropEvent::Drop { paths, .. }) => arrivals::dropped(window.app_handle(), paths),
        WindowEvent::Destroyed => window.state::<Desktop>().close(),
        _ => {}
    }
}

/// The window, unless it is closed.
pub fn main(app: &AppHandle) -> Option<WebviewWindow> {
    app.get_webview_window(LABEL)
}

/// Whether the window or a frame in it may go to `url`: the app's own pages and the preview's inline document.
fn is_own_page(url: &Url) -> bool {
    match (url.scheme(), url.host_str(), url.port()) {
        ("tauri", Some("localhost"), None) => true,
        ("http" | "https", Some("tauri.localhost"), None) => cfg!(windows),
        ("http", Some("localhost"), Some(5173)) => cfg!(not(feature = "embedded-ui")),
        ("about", _, _) => matches!(url.path(), "blank" | "srcdoc"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_stays_on_the_apps_own_pages() {
        let allowed = |url: &str| is_own_page(&Url::parse(url).unwrap());
        for url in ["tauri://localhost/", "tauri://localhost/index.html#x", "about:srcdoc", "about:blank"] {
            assert!(allowed(url), "{url}");
        }
        for url in [
            "https://acme.atlassian.net/wiki",
            "http://localhost:5173/",
            "http://localhost/",
            "tauri://localhost.evil.example/",
            "tauri://evil.example/",
            "media://localhost/site/page/1",
            "file:///etc/passwd",
            "data:text/html,x",
            "javascript:alert(1)",
            "blob:tauri://localhost/1",
            "about:config",
            "pagelift://open?url=https://a.example/",
        ] {
            assert!(!allowed(url), "{url}");
        }
    }
}
