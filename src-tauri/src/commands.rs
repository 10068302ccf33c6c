//! What the UI can ask for: one function per method of its `Backend` interface, each one call into [`Desktop`].
//!
//! Arguments come from a page and are judged as if hostile, by `Desktop` or by [`crate::links`]; no command takes a free path to
//! read, a program to start or an address to fetch, and none returns a secret.

#![allow(clippy::needless_pass_by_value, reason = "Tauri hands over handles and state by value")]

use pagelift_app::desktop::Desktop;
use pagelift_app::ipc::{
    AppInfo, Destination, ExportRequest, IpcError, Location, Output, OutputLayout, PagePreview, ReportFilter,
    ReportPage, RunEvent, Settings, SiteSummary, SpaceSummary, TreeBatch,
};
use pagelift_model::ErrorCode;
use tauri::ipc::{Channel, IpcResponse};
use tauri::{AppHandle, State, command};
use tauri_plugin_dialog::DialogExt as _;
use tauri_plugin_opener::OpenerExt as _;

use crate::links::{self, OpenLinks};
use crate::{media, window};

type Answer<T> = Result<T, IpcError>;

#[command]
pub fn app_info(desktop: State<'_, Desktop>) -> AppInfo {
    desktop.app_info()
}

#[command(async)]
pub fn settings(desktop: State<'_, Desktop>) -> Answer<Settings> {
    desktop.settings()
}

#[command(async)]
pub fn save_settings(app: AppHandle, desktop: State<'_, Desktop>, settings: Settings) -> Answer<()> {
    window::wear(&app, settings.theme);
    desktop.save_settings(settings)
}

#[command]
pub fn sites(desktop: State<'_, Desktop>) -> Vec<SiteSummary> {
    desktop.sites()
}

#[command(async)]
pub fn open_sample(desktop: State<'_, Desktop>) -> Answer<SiteSummary> {
    desktop.open_sample()
}

#[command]
pub async fn connect_site(
    desktop: State<'_, Desktop>,
    address: String,
    email: String,
    token: String,
) -> Answer<SiteSummary> {
    desktop.connect_site(address, email, token).await
}

#[command]
pub fn disconnect_site(desktop: State<'_, Desktop>, site: &str) {
    desktop.disconnect_site(site);
}

#[command]
pub async fn spaces(desktop: State<'_, Desktop>, site: String) -> Answer<Vec<SpaceSummary>> {
    desktop.spaces(&site).await
}

#[command]
pub async fn load_tree(
    desktop: State<'_, Desktop>,
    site: String,
    space: String,
    channel: Channel<TreeBatch>,
) -> Answer<()> {
    desktop.load_tree(&site, &space, forward(channel)).await
}

#[command]
pub async fn preview(
    desktop: State<'_, Desktop>,
    site: String,
    space: String,
    page: String,
    output: Output,
) -> Answer<PagePreview> {
    desktop.preview(&site, &space, &page, &output, media::BASE).await
}

#[command]
pub async fn layout(
    desktop: State<'_, Desktop>,
    site: String,
    space: String,
    page: Option<String>,
    output: Output,
) -> Answer<OutputLayout> {
    desktop.layout(&site, &space, page.as_deref(), &output).await
}

#[command(async)]
pub fn destinations(desktop: State<'_, Desktop>) -> Answer<Vec<Destination>> {
    desktop.destinations()
}

#[command(async)]
pub fn output(desktop: State<'_, Desktop>) -> Answer<Output> {
    desktop.output()
}

#[command(async)]
pub fn keep_output(desktop: State<'_, Desktop>, output: Output, destination: Option<&str>) -> Answer<()> {
    desktop.keep_output(&output, destination)
}

/// Shows the system's folder dialog; `None` when it was cancelled.
#[command(async)]
pub fn pick_folder(app: AppHandle) -> Option<String> {
    let picked = app.dialog().file().set_parent(&window::main(&app)?).blocking_pick_folder()?;
    Some(picked.to_string())
}

#[command(async)]
pub fn add_destination(desktop: State<'_, Desktop>, path: &str) -> Answer<Destination> {
    desktop.add_destination(path)
}

#[command(async)]
pub fn remove_destination(desktop: State<'_, Desktop>, id: &str) -> Answer<()> {
    desktop.remove_destination(id)
}

#[command]
pub async fn start_export(
    desktop: State<'_, Desktop>,
    request: ExportRequest,
    channel: Channel<RunEvent>,
) -> Answer<String> {
    desktop.start_export(request, forward(channel)).await
}

#[command]
pub fn stop_export(desktop: State<'_, Desktop>, run: &str) {
    desktop.stop_export(run);
}

#[command(async)]
pub fn run_report(
    desktop: State<'_, Desktop>,
    run: &str,
    filter: ReportFilter,
    offset: u64,
    limit: u64,
) -> Answer<ReportPage> {
    desktop.run_report(run, filter, offset, limit)
}

/// Shows a folder of the shelf in the system's file manager.
#[command(async)]
pub fn open_folder(app: AppHandle, desktop: State<'_, Desktop>, destination: &str) -> Answer<()> {
    let folder = desktop.destination_path(destination)?;
    app.opener()
        .open_path(folder.to_string_lossy(), None::<&str>)
        .map_err(|error| IpcError { code: ErrorCode::FolderMissing, message: error.to_string() })
}

/// Opens an address in the system's browser; only `http` and `https`.
#[command(async)]
pub fn open_in_browser(app: AppHandle, url: &str) -> Answer<()> {
    let address = links::web_address(url)?;
    app.opener()
        .open_url(address, None::<&str>)
        .map_err(|error| IpcError { code: ErrorCode::Internal, message: error.to_string() })
}

#[command]
pub async fn locate(desktop: State<'_, Desktop>, url: String) -> Answer<Option<Location>> {
    Ok(desktop.locate(&url).await)
}

/// The address that the app was started with. From then on, links arrive as the event [`links::EVENT`].
#[command]
pub fn take_open_link(links: State<'_, OpenLinks>) -> Option<String> {
    links.take()
}

/// Hands everything it is given to the page; what comes after the page is gone is dropped.
fn forward<T: IpcResponse + Send + Sync + 'static>(channel: Channel<T>) -> impl Fn(T) + Send + Sync + 'static {
    move |message| drop(channel.send(message))
}
