//! The system's browser.

use pagelift_app::ipc::{IpcError, ReturnRoute, SignInEvent, SignInStarted};
use pagelift_model::ErrorCode;
use tauri::AppHandle;
use tauri::ipc::Channel;
use tauri_plugin_opener::OpenerExt as _;

use crate::{links, schemes};

/// Opens an address; only `http` and `https`.
pub fn open(app: &AppHandle, address: &str) -> Result<(), IpcError> {
    let address = links::web_address(address)?;
    app.opener()
        .open_url(address, None::<&str>)
        .map_err(|error| IpcError { code: ErrorCode::BrowserMissing, message: error.to_string() })
}

/// Opens the address of a sign-in, unless the person is going to do that; tells the window when it fails.
pub fn sign_in(app: AppHandle, started: &SignInStarted, channel: Channel<SignInEvent>) {
    let (address, route) = (started.address.clone(), started.route);
    if route == ReturnRoute::Paste {
        return;
    }
    tauri::async_runtime::spawn_blocking(move || {
        // Another program may have claimed the scheme since the start. It would get the answer in place of this one.
        let is_ours = if route == ReturnRoute::DeepLink { schemes::claim_sign_in(&app) } else { Ok(()) };
        let not_ours = |why| {
            let message = format!("links at the end of a sign-in do not come to Pagelift: {why}");
            IpcError { code: ErrorCode::PortTaken, message }
        };
        if let Err(error) = is_ours.map_err(not_ours).and_then(|()| open(&app, &address)) {
            // Fails only when the window is closing.
            drop(channel.send(SignInEvent::Failed { error }));
        }
    });
}
