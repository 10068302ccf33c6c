//! What the UI can ask for: one function per method of its `Backend` interface, each one call into [`Desktop`].
//!
//! Arguments come from a page and are judged as if hostile, by `Desktop` or by [`crate::links`]; no command takes a free path to
//! read, a program to start or an address to fetch, and none returns a secret.

#![allow(clippy::needless_pass_by_value, reason = "Tauri hands over handles and state by value")]

use pagelift_app::desktop::Desktop;
use pagelift_app::ipc::{
    AppInfo, CardRequest, ConnectionCard, Destination, ExportRequest, FolderCheck, IpcError, Location, Output,
    OutputLayout, PagePreview, ReportFilter, ReportPage, ReturnRoute, RunEvent, Settings, SetupGuide, SignInEvent,
    SignInRequest, SignInStarted, SiteDetection, SiteSummary, SiteTest, SpaceSummary, StoredSite, TokenSignIn,
    TreeBatch, VaultState,
};
use pagelift_model::{ErrorCode, SiteKind};
use tauri::ipc::{Channel, IpcResponse};
use tauri::{AppHandle, State, command};
use tauri_plugin_dialog::DialogExt as _;
use tauri_plugin_opener::OpenerExt as _;

use crate::arrivals::Arrivals;
use crate::{browser, cards, media, window};

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
pub async fn detect_site(desktop: State<'_, Desktop>, address: String) -> Answer<SiteDetection> {
    desktop.detect_site(&address).await
}

#[command]
pub fn setup_guide(
    desktop: State<'_, Desktop>,
    kind: SiteKind,
    route: ReturnRoute,
    address: Option<&str>,
) -> Answer<SetupGuide> {
    desktop.setup_guide(kind, route, address)
}

/// Saves the message to an admin with the system's dialog; answers its path, `None` when it was cancelled.
#[command]
pub async fn save_guide(
    app: AppHandle,
    desktop: State<'_, Desktop>,
    kind: SiteKind,
    route: ReturnRoute,
    address: Option<String>,
) -> Answer<Option<String>> {
    let guide = desktop.setup_guide(kind, route, address.as_deref())?;
    cards::save(app, "Pagelift.txt".to_owned(), guide.message.into_bytes()).await
}

/// Begins a sign-in and opens its address in the system's browser, except where the person is going to paste.
#[command]
pub async fn begin_sign_in(
    app: AppHandle,
    desktop: State<'_, Desktop>,
    request: SignInRequest,
    channel: Channel<SignInEvent>,
) -> Answer<SignInStarted> {
    let started = desktop.begin_sign_in(request, forward(channel.clone())).await?;
    browser::sign_in(app, &started, channel);
    Ok(started)
}

#[command(async)]
pub fn paste_callback(desktop: State<'_, Desktop>, attempt: &str, address: &str) -> Answer<()> {
    desktop.paste_callback(attempt, address)
}

#[command]
pub fn cancel_sign_in(desktop: State<'_, Desktop>, attempt: &str) {
    desktop.cancel_sign_in(attempt);
}

#[command]
pub async fn finish_sign_in(
    desktop: State<'_, Desktop>,
    attempt: String,
    sites: Vec<String>,
) -> Answer<Vec<SiteSummary>> {
    desktop.finish_sign_in(&attempt, &sites).await
}

#[command]
pub async fn connect_with_token(desktop: State<'_, Desktop>, request: TokenSignIn) -> Answer<SiteSummary> {
    desktop.connect_with_token(request).await
}

#[command(async)]
pub fn stored_sites(desktop: State<'_, Desktop>) -> Answer<Vec<StoredSite>> {
    desktop.stored_sites()
}

#[command]
pub async fn test_site(desktop: State<'_, Desktop>, site: String) -> Answer<SiteTest> {
    desktop.test_site(&site).await
}

#[command(async)]
pub fn rename_site(desktop: State<'_, Desktop>, site: &str, name: &str) -> Answer<SiteSummary> {
    desktop.rename_site(site, name)
}

#[command]
pub async fn sign_out(desktop: State<'_, Desktop>, site: String) -> Answer<()> {
    desktop.sign_out(&site).await
}

#[command(async)]
pub fn vault_state(desktop: State<'_, Desktop>) -> VaultState {
    desktop.vault_state()
}

#[command]
pub async fn keep_until_quit(desktop: State<'_, Desktop>) -> Answer<()> {
    desktop.keep_until_quit().await
}

#[command]
pub async fn retry_vault(desktop: State<'_, Desktop>) -> Answer<VaultState> {
    desktop.retry_vault().await
}

/// Saves a connection card with the system's dialog; answers its path, `None` when it was cancelled.
#[command]
pub async fn save_card(app: AppHandle, desktop: State<'_, Desktop>, request: CardRequest) -> Answer<Option<String>> {
    let (name, bytes) = desktop.make_card(request).await?;
    cards::save(app, name, bytes).await
}

/// Opens a connection card of the system's dialog; `None` when it was cancelled.
#[command(async)]
pub fn open_card(app: AppHandle, desktop: State<'_, Desktop>) -> Answer<Option<ConnectionCard>> {
    cards::pick(&app)?.map(|bytes| desktop.open_card(&bytes)).transpose()
}

#[command]
pub async fn unlock_card(desktop: State<'_, Desktop>, card: String, passphrase: String) -> Answer<ConnectionCard> {
    desktop.unlock_card(card, passphrase).await
}

/// The card that was double-clicked or dropped on the window last, once.
#[command(async)]
pub fn take_card(desktop: State<'_, Desktop>, arrivals: State<'_, Arrivals>) -> Answer<Option<ConnectionCard>> {
    arrivals.take_card().map(|file| desktop.open_card(&cards::read(&file)?)).transpose()
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

#[command(async)]
pub fn start_review(desktop: State<'_, Desktop>, request: ExportRequest, channel: Channel<RunEvent>) -> Answer<String> {
    desktop.start_review(request, forward(channel))
}

#[command]
pub fn stop_export(desktop: State<'_, Desktop>, run: &str) {
    desktop.stop_export(run);
}

#[command]
pub fn pause_export(desktop: State<'_, Desktop>, run: &str) {
    desktop.pause_export(run);
}

#[command]
pub fn resume_export(desktop: State<'_, Desktop>, run: &str) {
    desktop.resume_export(run);
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

/// Saves the report of a run with the system's dialog; the ending of the name says as what: `.csv`, `.json`, and a page to read else.
#[command]
pub async fn save_report(
    app: AppHandle,
    desktop: State<'_, Desktop>,
    run: String,
    about: String,
) -> Answer<Option<String>> {
    let desktop = desktop.inner().clone();
    cards::save_with(app, "Report.html".to_owned(), move |path| desktop.save_report(&run, &about, path)).await
}

/// Reads the files of a folder of the shelf again, on a thread of its own, since that blocks on the disk.
#[command]
pub async fn check_folder(desktop: State<'_, Desktop>, destination: String, with_site: bool) -> Answer<FolderCheck> {
    let desktop = desktop.inner().clone();
    let checked = tauri::async_runtime::spawn_blocking(move || {
        tauri::async_runtime::block_on(desktop.check_folder(&destination, with_site))
    });
    checked.await.map_err(|error| IpcError { code: ErrorCode::Internal, message: error.to_string() })?
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
    browser::open(&app, url)
}

#[command]
pub async fn locate(desktop: State<'_, Desktop>, url: String) -> Answer<Option<Location>> {
    Ok(desktop.locate(&url).await)
}

/// The address that the app was started with. From then on, links arrive as an event.
#[command]
pub fn take_open_link(arrivals: State<'_, Arrivals>) -> Option<String> {
    arrivals.take_address()
}

/// Hands everything it is given to the page; what comes after the page is gone is dropped.
fn forward<T: IpcResponse + Send + Sync + 'static>(channel: Channel<T>) -> impl Fn(T) + Send + Sync + 'static {
    move |message| drop(channel.send(message))
}
