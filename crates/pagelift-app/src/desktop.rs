//! Everything that the window can ask for. [`Desktop`] holds what belongs to one window: open sites and running exports.

mod accounts;
mod check;
mod media;
mod reviews;
mod runs;
mod sign_in;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use pagelift_export::linked_file;
use pagelift_model::{Clock, ErrorCode, PageId, PageNode, RelPath, SiteAddress, Space, SpaceKey};
use url::Url;

use crate::ipc::{
    AppInfo, Destination, ExportRequest, IpcError, Location, Output, OutputLayout, PagePreview, PreviewNote,
    ReportFilter, ReportPage, RunEvent, Settings, SiteSummary, SpaceSummary, TreeBatch, TreeNode,
};
use crate::library::{Library, PageInPlace};
use crate::report::{empty_report, read_report, report_path};
use crate::{AppError, OpenSite, PageAddress, SAMPLE, SystemClock, settings, shelf};

pub use crate::Folders;
pub use crate::accounts::Accounts;
pub use media::Media;
use reviews::Reviews;
use runs::Runs;

type Answer<T> = Result<T, IpcError>;

/// The engine as the window sees it. Clones are the same engine; the last one that goes stops what still runs.
#[derive(Clone)]
pub struct Desktop(Arc<Inner>);

struct Inner {
    folders: Folders,
    clock: Arc<dyn Clock>,
    accounts: Accounts,
    sites: Mutex<Vec<Arc<ShownSite>>>,
    runs: Runs,
    reviews: Reviews,
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
    /// An engine that keeps sign-ins where the system does.
    pub fn new(folders: Folders) -> Self {
        let accounts = Accounts::new(&folders);
        Self::with(folders, accounts, Arc::new(SystemClock))
    }

    /// An engine with stored sites of its own.
    pub fn with(folders: Folders, accounts: Accounts, clock: Arc<dyn Clock>) -> Self {
        accounts.sweep_in_background();
        Self(Arc::new(Inner {
            folders,
            clock,
            accounts,
            sites: Mutex::default(),
            runs: Runs::default(),
            reviews: Reviews::default(),
        }))
    }

    fn shown(&self) -> MutexGuard<'_, Vec<Arc<ShownSite>>> {
        self.0.sites.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn site(&self, id: &str) -> Answer<Arc<ShownSite>> {
        let find = || self.shown().iter().find(|shown| shown.summary.id == id).cloned();
        let found = find().or_else(|| {
            self.bring_up_to_date();
            find()
        });
        found.ok_or_else(|| IpcError { code: ErrorCode::SignInNeeded, message: "the site is not open".to_owned() })
    }

    /// Stops every run, waits until they have ended, and closes all sites.
    pub fn close(&self) {
        self.0.runs.end();
        self.0.reviews.end();
        self.0.accounts.close();
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

    /// The open sites: those that are stored, and the sample where it was opened. Costs no request, and asks no keychain.
    pub fn sites(&self) -> Vec<SiteSummary> {
        self.bring_up_to_date();
        self.shown().iter().map(|shown| shown.summary.clone()).collect()
    }

    /// Opens the sites that are stored by now, and closes those that are stored no longer: the command may have changed that.
    fn bring_up_to_date(&self) {
        let stored = match self.0.accounts.sites() {
            Ok(stored) => stored,
            Err(error) => return tracing::warn!(%error, "the stored sites could not be listed"),
        };
        let is_there = |id: &str| id == SAMPLE || stored.iter().any(|site| site.id == id);
        self.shown().retain(|shown| is_there(&shown.summary.id));
        let shown: Vec<SiteSummary> = self.shown().iter().map(|shown| shown.summary.clone()).collect();
        for site in stored.iter().filter(|site| !shown.contains(site)) {
            if let Err(error) = self.open_stored(site) {
                tracing::warn!(%error, site = site.host, "a stored site could not be opened");
            }
        }
    }

    /// Shows a stored site.
    fn open_stored(&self, stored: &SiteSummary) -> Result<(), AppError> {
        let site = self.0.accounts.open(&stored.id)?;
        self.show(stored.clone(), site)
    }

    /// Opens the sample.
    pub fn open_sample(&self) -> Answer<SiteSummary> {
        let site = OpenSite::sample();
        let about = site.source().site();
        let summary = SiteSummary {
            id: SAMPLE.to_owned(),
            name: "Sample".to_owned(),
            host: about.address.host(),
            kind: about.kind,
            account: about.account,
        };
        self.show(summary.clone(), site)?;
        Ok(summary)
    }

    /// Shows a site; one that was shown under this id before is replaced.
    fn show(&self, summary: SiteSummary, site: OpenSite) -> Result<(), AppError> {
        let library = Library::new(Arc::clone(site.source()))?;
        let new = Arc::new(ShownSite { summary, site, library });
        let mut shown = self.shown();
        match shown.iter_mut().find(|known| known.summary.id == new.summary.id) {
            Some(known) => *known = new,
            None => shown.push(new),
        }
        Ok(())
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
        let begun = self.begun(request)?;
        Ok(self.0.runs.start(begun, Box::new(tell)).await?)
    }

    /// Finds out what a run would do, and writes nothing to the folder. Answers the name of the review, whose report is read like that
    /// of a run. Must be called inside a runtime, which has the connections to the site.
    pub fn start_review(
        &self,
        request: ExportRequest,
        tell: impl Fn(RunEvent) + Send + Sync + 'static,
    ) -> Answer<String> {
        let begun = self.begun(request)?;
        Ok(self.0.reviews.start(begun, Box::new(tell))?)
    }

    fn begun(&self, request: ExportRequest) -> Answer<runs::Begun> {
        let shown = self.site(&request.site)?;
        let to = shelf::destination_path(&self.0.folders, &request.destination)?;
        if request.selection.spaces.is_empty() {
            return Err(AppError::refused(ErrorCode::UsageInvalid, "nothing is selected; tick a page first").into());
        }
        let mut options = request.output.run_options(request.selection)?;
        options.answers = request.answers.into();
        Ok(runs::Begun {
            site: shown.site.clone(),
            site_id: request.site,
            to,
            options,
            folders: self.0.folders.clone(),
            clock: Arc::clone(&self.0.clock),
        })
    }

    /// Stops a run or a review. It ends with [`RunEvent::Finished`].
    pub fn stop_export(&self, run: &str) {
        self.0.runs.stop(run);
        self.0.reviews.stop(run);
    }

    /// Lets a run pause. Nothing is lost, and what is being written is written to its end.
    pub fn pause_export(&self, run: &str) {
        self.0.runs.pause(run, true);
    }

    /// Lets a run that pauses go on.
    pub fn resume_export(&self, run: &str) {
        self.0.runs.pause(run, false);
    }

    /// A part of the report of a run, also of one that still goes on or went on before this start.
    pub fn run_report(&self, run: &str, filter: ReportFilter, offset: u64, limit: u64) -> Answer<ReportPage> {
        let is_known = self.0.runs.flush(run) || self.0.reviews.flush(run);
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
        self.reviews.end();
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
