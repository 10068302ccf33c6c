//! The desktop shell: it opens the window, forwards each command of the UI to [`pagelift_app::desktop::Desktop`] and
//! lends it what only the system has: folder dialogs, the browser, links that open the app. It decides nothing.
//!
//! What the webview may do is small on purpose: the commands of the list below, one event to listen to, and pictures
//! through the `media` protocol. It has no network, no files and no shell; `tauri.conf.json` holds the content policy and
//! `capabilities/main.json` the permissions.

// A release build on Windows opens no console window.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod commands;
mod links;
mod media;
mod window;

use std::process::ExitCode;

use pagelift_app::desktop::{Desktop, Folders};

fn main() -> ExitCode {
    let app = tauri::Builder::default()
        // First, so that a second start hands over its arguments before anything else runs.
        .plugin(tauri_plugin_single_instance::init(|app, arguments, _| links::started_again(app, &arguments)))
        .plugin(tauri_plugin_deep_link::init())
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_opener::Builder::new().open_js_links_on_click(false).build())
        .plugin(window::remembered())
        .manage(Desktop::new(Folders::from_env()))
        .manage(links::OpenLinks::default())
        .on_window_event(window::closed)
        .register_asynchronous_uri_scheme_protocol("media", media::serve)
        .invoke_handler(tauri::generate_handler![
            commands::app_info,
            commands::settings,
            commands::save_settings,
            commands::sites,
            commands::open_sample,
            commands::connect_site,
            commands::disconnect_site,
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
            commands::stop_export,
            commands::run_report,
            commands::open_folder,
            commands::open_in_browser,
            commands::locate,
            commands::take_open_link,
        ])
        .setup(|app| {
            links::listen(app.handle())?;
            window::open(app.handle())?;
            Ok(())
        })
        .run(tauri::generate_context!());
    match app {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("pagelift-desktop: {error}");
            ExitCode::FAILURE
        }
    }
}
