//! That links of [`links::SCHEMES`] come to this app.
//!
//! An installed package names them in its desktop entry, its installer in the registry, a macOS bundle in its `Info.plist`. What
//! was not installed, such as an `AppImage` or a build of one's own, says it to the system when it runs.

use tauri::{AppHandle, Builder, Wry};

use crate::links;

/// Adds the plug-in, where the system lets a running app claim schemes.
pub fn plugged_in(builder: Builder<Wry>) -> Builder<Wry> {
    #[cfg(not(target_os = "macos"))]
    let builder = builder.plugin(tauri_plugin_deep_link::init());
    builder
}

/// Claims all schemes, while the window is opening. Without them the app works all the same: there are other ways back from a
/// browser.
pub fn claim_in_background(app: &AppHandle) {
    let app = app.clone();
    drop(tauri::async_runtime::spawn_blocking(move || {
        for scheme in links::SCHEMES {
            if let Err(why) = claim(&app, scheme) {
                eprintln!("pagelift-desktop: links of the scheme {scheme} do not come here: {why}");
            }
        }
    }));
}

/// Claims the scheme of the end of a sign-in. The error says why its links may go elsewhere.
pub fn claim_sign_in(app: &AppHandle) -> Result<(), String> {
    claim(app, links::SIGN_IN)
}

/// Claims a scheme unless it is ours already.
#[cfg(not(target_os = "macos"))]
fn claim(app: &AppHandle, scheme: &str) -> Result<(), String> {
    match system::claim(app, scheme) {
        Ok(true) => Ok(()),
        Ok(false) => Err("another program has it".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

/// What a bundle names in its `Info.plist` is all that counts here.
#[cfg(target_os = "macos")]
fn claim(_app: &AppHandle, _scheme: &str) -> Result<(), String> {
    Ok(())
}

#[cfg(windows)]
mod system {
    use tauri::AppHandle;
    use tauri_plugin_deep_link::{DeepLinkExt as _, Result};

    /// Whether it is ours afterwards.
    pub fn claim(app: &AppHandle, scheme: &str) -> Result<bool> {
        if !app.deep_link().is_registered(scheme)? {
            app.deep_link().register(scheme)?;
        }
        app.deep_link().is_registered(scheme)
    }
}

#[cfg(target_os = "linux")]
mod system {
    use std::process::Command;

    use tauri::AppHandle;
    use tauri_plugin_deep_link::{DeepLinkExt as _, Result};

    /// The desktop entry of an installed package, named after the product.
    const PACKAGED: &str = "Pagelift.desktop";

    /// Whether it is ours afterwards. An entry that was made at run time is written anew: the app may have moved.
    pub fn claim(app: &AppHandle, scheme: &str) -> Result<bool> {
        let kind = format!("x-scheme-handler/{scheme}");
        let answer = Command::new("xdg-mime").args(["query", "default", &kind]).output()?;
        let entry = String::from_utf8_lossy(&answer.stdout);
        if entry.lines().next().map(str::trim) == Some(PACKAGED) {
            return Ok(true);
        }
        app.deep_link().register(scheme)?;
        app.deep_link().is_registered(scheme)
    }
}
