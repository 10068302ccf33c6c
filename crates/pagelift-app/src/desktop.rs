//! Everything that the window can ask for. [`Desktop`] holds what belongs to one window: open sites and running exports.

mod media;
mod runs;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use pagelift_export::linked_file;
use pagelift_model::{Clock, ErrorCode, PageId, PageNode, RelPath, Secret, SiteAddress, Space, SpaceKey};
use url::Url;

use crate::files::short_name;
use crate::ipc::{
    AppInfo, Destination, ExportRequest, IpcError, Location, Output, OutputLayout, PagePreview, PreviewNote,
    ReportFilter, ReportPage, RunEvent, Settings, SiteSummary, SpaceSummary, TreeBatch, TreeNode,
};
use crate::library::{Library, PageInPlace};
use crate::report::{empty_report, read_report, report_path};
use crate::{AppError, OpenSite, PageAddress, SAMPLE, SignIn, SystemClock, settings, shelf, sites};

pub use crate::Folders;
pub use media::Media;
use runs::Runs;

type Answer<T> = Result<T, IpcError>;

/// The engine as the window sees it. Clones are the same engine; the last one that goes stops what still runs.
#[derive(Clone)]
pub struct Desktop(Arc<Inner>);

struct Inner {
    folders: Folders,
    clock: Arc<dyn Clock>,
    sites: Mutex<Vec<Arc<ShownSite>>>,
    runs: Runs,
}

/// An open site in the window.
struct ShownSite {
    summary: SiteSummary,
    site: OpenSite,
    library: Library,
}

impl From<AppError> for IpcError {
    fn from(error: AppError) -> Self {
        Self { code: error.code(), message: error.to_string() }
    }
}

impl Desktop {
    /// An engine without open sites.
    pub fn new(folders: Folders) -> Self {
        Self(Arc::new(Inner { folders, clock: Arc::new(SystemClock), sites: Mutex::default(), runs: Runs::default() }))
    }

    fn shown(&self) -> MutexGuard<'_, Vec<Arc<ShownSite>>> {
        self.0.sites.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn site(&self, id: &str) -> Answer<Arc<ShownSite>> {
        let found = self.shown().iter().find(|shown| shown.summary.id == id).cloned();
        found.ok_or_else(|| IpcError { code: ErrorCode::SignInNeeded, message: "the site is not open".to_owned() })
    }

    /// Stops every run, waits until they have ended, and closes all sites.
    pub fn close(&self) {
        self.0.runs.end();
        self.shown().clear();
    }

    // About the program.

    /// About the program.
    pub fn app_info(&self) -> AppInfo {
        AppInfo { version: env!("CARGO_PKG_VERSION").to_owned(), platform: std::env::consts::OS.to_owned() }
    }

    /// What the person chose.
    pub fn settings(&self) -> Answer<Settings> {
        Ok(settings::load_settings(&self.0.folders)?)
    }

    /// Keeps what the person chose.
    pub fn save_settings(&self, chosen: Settings) -> Answer<()> {
        Ok(settings::save_settings(&self.0.folders, chosen)?)
    }

    // Sites.

    /// The open sites, in the order in which they were opened.
    pub fn sites(&self) -> Vec<SiteSummary> {
        self.shown().iter().map(|shown| shown.summary.clone()).collect()
    }

    /// Opens the sample.
    pub fn open_sample(&self) -> Answer<SiteSummary> {
        let site = OpenSite::sample();
        let account = site.source().site().account;
        Ok(self.open(site, SAMPLE.to_owned(), "Sample".to_owned(), account)?)
    }

    /// Opens a site after making sure that it accepts the sign-in. Without an e-mail address, it is one of Data Center.
    pub async fn connect_site(&self, address: String, email: String, token: String) -> Answer<SiteSummary> {
        let token = Secret::new(token.trim().to_owned());
        let (address, email) = (sites::site_address(&address)?, email.trim().to_owned());
        if token.is_empty() {
            return Err(AppError::refused(ErrorCode::UsageInvalid, "the token is missing").into());
        }
        let sign_in = if email.is_empty() { SignIn::with_token_alone(token) } else { SignIn::new(email, token) };
        let site = OpenSite::connect(&address, &sign_in, Arc::clone(&self.0.clock))?;
        let account = site.source().check().await.map_err(AppError::from)?;
        let id = short_name(&[site.identity()]);
        let host = address.host();
        let name = host.strip_suffix(".atlassian.net").unwrap_or(&host).to_owned();
        Ok(self.open(site, id, name, Some(account))?)
    }

    /// Shows a site; one that was shown under this id before is replaced.
    fn open(&self, site: OpenSite, id: String, name: String, account: Option<String>) -> Result<SiteSummary, AppError> {
        let about = site.source().site();
        let summary = SiteSummary { id, name, host: about.address.host(), kind: about.kind, account };
        let library = Library::new(Arc::clone(site.source()))?;
        let new = Arc::new(ShownSite { summary: summary.clone(), site, library });
        let mut shown = self.shown();
        match shown.iter_mut().find(|known| known.summary.id == summary.id) {
            Some(known) => *known = new,
            None => shown.push(new),
        }
        Ok(summary)
    }

    /// Closes a site. Its runs stop.
    pub fn disconnect_site(&self, site: &str) {
        self.0.runs.stop_site(site);
        self.shown().retain(|shown| shown.summary.id != site);
    }

    // Looking around.

    /// The spaces of a site, asked for anew.
    pub async fn spaces(&self, site: &str) -> Answer<Vec<SpaceSummary>> {
        let spaces = self.site(site)?.library.reload().await?;
        Ok(spaces.iter().map(space_summary).collect())
    }

    /// The whole tree of a space, in batches as they come.
    pub async fn load_tree(
        &self,
        site: &str,
        space: &str,
        take: impl Fn(TreeBatch) + Send + Sync + 'static,
    ) -> Answer<()> {
        let shown = self.site(site)?;
        let space = shown.library.space(&space.into()).await?;
        let address = shown.site.source().site().address;
        let row = |node: &PageNode| tree_node(node, &address, &space.key);
        shown.library.tree(&space, |nodes| take(TreeBatch { nodes: nodes.iter().map(row).collect() })).await?;
        Ok(())
    }

    /// A page as its file will be when it is written so. Its pictures have addresses that begin with `media_base` and that [`Desktop::media`] answers.
    pub async fn preview(
        &self,
        site: &str,
        space: &str,
        page: &str,
        output: &Output,
        media_base: &str,
    ) -> Answer<PagePreview> {
        let shown = self.site(site)?;
        let space = shown.library.space(&space.into()).await?;
        let page = shown.library.page(&space, &page.into(), output).await?;
        let address = shown.site.source().site().address;
        Ok(page_preview(page, &address, &space.key, &format!("{media_base}/{}", shown.summary.id)))
    }

    /// Where the files of a space would lie, `page` and its pictures among them.
    pub async fn layout(&self, site: &str, space: &str, page: Option<&str>, output: &Output) -> Answer<OutputLayout> {
        let shown = self.site(site)?;
        let space = shown.library.space(&space.into()).await?;
        Ok(shown.library.layout(&space, page.map(PageId::from).as_ref(), output).await?)
    }

    /// A picture of a page that was previewed; `path` is what stands behind the base in its address.
    pub async fn media(&self, path: &str) -> Answer<Media> {
        let place = media::place(path)?;
        let shown = self.site(&place.site)?;
        Ok(media::fetch(&shown.library, &place).await?)
    }

    /// Where an address of an open site leads; `None` where it leads nowhere that can be shown.
    pub async fn locate(&self, url: &str) -> Option<Location> {
        let address = Url::parse(url.trim()).ok()?;
        let open: Vec<Arc<ShownSite>> = self.shown().clone();
        for shown in open {
            let site = shown.site.source().site().address;
            if !same_host(site.url(), &address) {
                continue;
            }
            let Some(named) = PageAddress::parse(&address, site.url().path().trim_end_matches('/')) else { continue };
            match locate_in(&shown, named).await {
                Ok(Some(location)) => return Some(location),
                Ok(None) => {}
                Err(error) => tracing::warn!(%error, "an address could not be followed"),
            }
        }
        None
    }

    // The shelf.

    /// The folders on the shelf.
    pub fn destinations(&self) -> Answer<Vec<Destination>> {
        Ok(shelf::destinations(&self.0.folders)?)
    }

    /// Puts a folder on the shelf.
    pub fn add_destination(&self, path: &str) -> Answer<Destination> {
        Ok(shelf::add_destination(&self.0.folders, path)?)
    }

    /// Takes a folder off the shelf.
    pub fn remove_destination(&self, id: &str) -> Answer<()> {
        Ok(shelf::remove_destination(&self.0.folders, id)?)
    }

    /// The path of a folder on the shelf.
    pub fn destination_path(&self, id: &str) -> Answer<PathBuf> {
        Ok(shelf::destination_path(&self.0.folders, id)?)
    }

    /// How files were written when that was last chosen, here or for a folder.
    pub fn output(&self) -> Answer<Output> {
        Ok(settings::load_output(&self.0.folders)?)
    }

    /// Keeps how files are written: to this folder of the shelf, and to those that are added later.
    pub fn keep_output(&self, output: &Output, destination: Option<&str>) -> Answer<()> {
        output.way()?;
        if let Some(destination) = destination {
            shelf::keep_output(&self.0.folders, destination, output)?;
        }
        Ok(settings::save_output(&self.0.folders, output)?)
    }

    // Runs.

    /// Begins a run and answers its name. What happens is told to `tell`, from a thread of the run's own.
    pub async fn start_export(
        &self,
        request: ExportRequest,
        tell: impl Fn(RunEvent) + Send + Sync + 'static,
    ) -> Answer<String> {
        let shown = self.site(&request.site)?;
        let to = shelf::destination_path(&self.0.folders, &request.destination)?;
        if request.selection.spaces.is_empty() {
            return Err(AppError::refused(ErrorCode::UsageInvalid, "nothing is selected; tick a page first").into());
        }
        let options = request.output.run_options(request.selection)?;
        let begun = runs::Begun {
            site: shown.site.clone(),
            site_id: request.site,
            to,
            options,
            folders: self.0.folders.clone(),
            clock: Arc::clone(&self.0.clock),
        };
        Ok(self.0.runs.start(begun, Box::new(tell)).await?)
    }

    /// Stops a run. It ends with [`RunEvent::Finished`].
    pub fn stop_export(&self, run: &str) {
        self.0.runs.stop(run);
    }

    /// A part of the report of a run, also of one that still goes on or went on before this start.
    pub fn run_report(&self, run: &str, filter: ReportFilter, offset: u64, limit: u64) -> Answer<ReportPage> {
        let is_known = self.0.runs.flush(run);
        match report_path(&self.0.folders, run)? {
            Some(path) => Ok(read_report(&path, filter, offset, limit)?),
            None if is_known => Ok(empty_report()),
            None => Err(AppError::refused(ErrorCode::UsageInvalid, "there is no report of this run").into()),
        }
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.runs.end();
    }
}

fn space_summary(space: &Space) -> SpaceSummary {
    SpaceSummary {
        id: space.id.to_string(),
        key: space.key.to_string(),
        name: space.name.clone(),
        kind: space.kind,
        status: space.status,
    }
}

fn web_url(node: &PageNode, address: &SiteAddress, space: &SpaceKey) -> Option<String> {
    let made = || node.kind.has_body().then(|| address.page_url(space, &node.id));
    node.web_url.clone().or_else(made)
}

fn tree_node(node: &PageNode, address: &SiteAddress, space: &SpaceKey) -> TreeNode {
    TreeNode {
        id: node.id.to_string(),
        parent: node.parent.as_ref().map(PageId::to_string),
        kind: node.kind,
        title: node.title.clone(),
        position: node.position,
        status: node.status,
        restricted: node.restricted,
        modified: node.modified.map(|time| time.to_string()),
        url: web_url(node, address, space),
    }
}

fn page_preview(shown: PageInPlace, address: &SiteAddress, space: &SpaceKey, media: &str) -> PagePreview {
    let PageInPlace { node, path, page, readable, editor } = shown;
    let readable = readable.as_ref().unwrap_or(&page);
    let pictures: HashMap<RelPath, String> =
        readable.wanted.iter().map(|one| (one.path.clone(), media::address(media, &one.attachment))).collect();
    let from = path.clone();
    let picture = move |link: &str| pictures.get(&linked_file(&from, link)?).cloned();
    let html = crate::preview::preview_with_pictures(&readable.markdown, picture);
    // Notes count lines from the top of the text, and the file begins with the page details.
    let above = page.content.strip_suffix(page.markdown.as_str()).map_or(0, |above| above.matches('\n').count());
    let notes = page.warnings.iter().map(|warning| PreviewNote {
        code: warning.code.to_string(),
        severity: warning.code.severity(),
        name: warning.name.clone(),
        line: if warning.line == 0 { 0 } else { warning.line + above as u32 },
        heading: warning.heading.clone(),
        count: warning.count.max(1),
    });
    PagePreview {
        notes: notes.collect(),
        url: web_url(&node, address, space),
        title: node.title,
        path: path.to_string(),
        html,
        labels: page.labels,
        modified: node.modified.map(|time| time.to_string()),
        editor,
        markdown: page.content,
    }
}

fn same_host(a: &Url, b: &Url) -> bool {
    a.host_str() == b.host_str() && a.port_or_known_default() == b.port_or_known_default()
}

async fn locate_in(shown: &ShownSite, named: PageAddress) -> Result<Option<Location>, AppError> {
    let library = &shown.library;
    let (key, page) = match named {
        PageAddress::Space(key) => (key, None),
        PageAddress::Page { space: Some(key), id } => (key, Some(id)),
        PageAddress::Page { space: None, id } => match library.space_of(&id).await? {
            Some(key) => (key, Some(id)),
            None => return Ok(None),
        },
        PageAddress::Title { space, title } => {
            let known = library.space(&space).await?;
            match library.page_by_title(&known, &title).await? {
                Some(id) => (space, Some(id)),
                None => return Ok(None),
            }
        }
    };
    let space = library.space(&key).await?;
    Ok(Some(Location {
        site: shown.summary.id.clone(),
        space: space.key.to_string(),
        page: page.map(|id| id.to_string()),
    }))
}
