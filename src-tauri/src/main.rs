//! The desktop shell: it opens the window, forwards each command of the UI to [`pagelift_app::desktop::Desktop`] and
//! lends it what only the system has: folder dialogs, the browser, links that open the app. It decides nothing.
//!
//! What the webview may do is small on purpose: the commands of the list below, one event to listen to, and pictures
//! through the `media` protocol. It has no network, no files and no shell; `tauri.conf.json` holds the content policy and
//! `capabilities/main.json` the permissions.

// A release build on Windows opens no console window.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod arrivals;
mod browser;
mod cards;
mod commands;
mod links;
mod media;
mod schemes;
mod window;

use std::path::Path;
use std::process::ExitCode;

use pagelift_app::desktop::{Desktop, Folders};

fn main() -> ExitCode {
    pagelift_app::hide_panic_texts();
    let builder = tauri::Builder::default()
        // First, so that a second start hands over its arguments before anything else runs.
        .plugin(tauri_plugin_single_instance::init(|app, arguments, folder| {
            arrivals::started_again(app, &arguments, Path::new(&folder));
        }));
    let app = schemes::plugged_in(builder)
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_opener::Builder::new().open_js_links_on_click(false).build())
        .plugin(window::remembered())
        .manage(Desktop::new(Folders::from_env()))
        .manage(arrivals::Arrivals::default())
        .on_window_event(window::happened)
        .register_asynchronous_uri_scheme_protocol("media", media::serve)
        .invoke_handler(tauri::generate_handler![
            commands::app_info,
            commands::settings,
            commands::save_settings,
            commands::sites,
            commands::open_sample,
            commands::detect_site,
            commands::setup_guide,
            commands::save_guide,
            commands::begin_sign_in,
            commands::paste_callback,
            commands::cancel_sign_in,
            commands::finish_sign_in,
            commands::connect_with_token,
            commands::stored_sites,
            commands::test_site,
            commands::rename_site,
            commands::sign_out,
            commands::vault_state,
            commands::keep_until_quit,
            commands::retry_vault,
            commands::save_card,
            commands::open_card,
            commands::unlock_card,
            commands::take_card,
            commands::spaces,
            commands::load_tree,
            commands::preview,
            commands::layout,
            commands::destinations,
            commands::output,
            commands::keep_output,
            commands::pick_folder,
            commands::add_destination,
            commands::remove_destination,
            commands::start_export,
            commands::start_review,
            commands::stop_export,
            commands::pause_export,
            commands::resume_export,
            commands::run_report,
            commands::save_report,
            commands::check_folder,
            commands::open_folder,
            commands::open_in_browser,
            commands::locate,
            commands::take_open_link,
        ])
        .setup(|app| {
            schemes::claim_in_background(app.handle());
            arrivals::started(app.handle());
            window::open(app.handle())?;
            Ok(())
        })
        .build(tauri::generate_context!());
    match app {
        Ok(app) => {
            app.run(|app, event| arrivals::heard(app, &event));
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("pagelift-desktop: {error}");
            ExitCode::FAILURE
        }
    }
}
