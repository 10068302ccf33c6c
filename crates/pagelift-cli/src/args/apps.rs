//! What can be typed about apps of a site.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

/// Which app on which site.
#[derive(Debug, Args)]
pub struct App {
    /// Name of the stored site to which the app is connected.
    #[arg(long, value_name = "NAME", required_unless_present = "base", conflicts_with = "base")]
    pub site: Option<String>,
    /// The app's base address, with an access token from `PAGELIFT_APP_TOKEN`, in place of a stored site.
    #[arg(long, value_name = "URL")]
    pub base: Option<String>,
}

/// Calls to apps.
#[derive(Debug, Subcommand)]
pub enum ForgeCommand {
    /// Call an app, and print the body of its answer, whatever it is.
    Call(ForgeCall),
    /// Export a space as Markdown Exporter converts it, in as many archives as that takes; prints folder, export id and pages of each.
    Export(AppExport),
}

#[derive(Debug, Args)]
pub struct ForgeCall {
    #[command(flatten)]
    pub at: App,
    /// The connected app: markdown-exporter, approvalflow, the name that it was connected by, or `APPID_ENVID`.
    #[arg(long, value_name = "NAME", required_unless_present = "base", conflicts_with = "base")]
    pub app: Option<String>,
    /// GET, POST, PUT, PATCH or DELETE; POST where there is a body, else GET.
    #[arg(short = 'X', long, value_name = "METHOD")]
    pub method: Option<String>,
    /// A header. Can be repeated.
    #[arg(short = 'H', long = "header", value_name = "NAME:VALUE")]
    pub headers: Vec<String>,
    /// A query parameter. Can be repeated.
    #[arg(long = "query", value_name = "NAME=VALUE")]
    pub query: Vec<String>,
    /// The body, as JSON; @FILE takes it from a file, and @- from standard input.
    #[arg(long, value_name = "JSON")]
    pub data: Option<String>,
    /// Print the status and the headers of the answer before its body.
    #[arg(short = 'i', long)]
    pub include: bool,
    /// The path below the app's base address.
    pub path: String,
}

/// An export through Markdown Exporter.
#[derive(Debug, Args)]
pub struct AppExport {
    #[command(flatten)]
    pub site: super::Site,
    /// The app's base address, with an access token from `PAGELIFT_APP_TOKEN`, where the app is not connected to a stored site.
    #[arg(long, value_name = "URL")]
    pub base: Option<String>,
    /// Key of the space.
    #[arg(long, value_name = "KEY")]
    pub space: String,
    /// The folder to write to; it is made when it is not there. Nothing is written over.
    #[arg(long, value_name = "DIR")]
    pub to: PathBuf,
    /// Attachments too.
    #[arg(long)]
    pub attachments: bool,
}

/// Change sets and approvals.
#[derive(Debug, Args)]
pub struct Approvals {
    #[command(flatten)]
    pub at: App,
    /// Print JSON.
    #[arg(long, global = true)]
    pub json: bool,
    #[command(subcommand)]
    pub command: ApprovalsCommand,
}

/// Which space.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct InSpace {
    /// Key of the space, with --site.
    #[arg(long, value_name = "KEY")]
    pub space: Option<String>,
    /// Number of the space.
    #[arg(long, value_name = "ID")]
    pub space_id: Option<String>,
}

/// A change set, or a page alone.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct Submitted {
    /// Id of the change set.
    pub change_set: Option<String>,
    /// Id of a page.
    #[arg(long, value_name = "ID")]
    pub page: Option<String>,
}

#[derive(Debug, Subcommand)]
pub enum ApprovalsCommand {
    /// List the change sets of a space: id, state, status, pages, title, with tabs in between.
    List {
        #[command(flatten)]
        space: InSpace,
    },
    /// List the pages of the change sets of a space: id, approval, approved version, change sets, with tabs in between.
    Pages {
        #[command(flatten)]
        space: InSpace,
    },
    /// Show a change set and where its pages stand.
    Show {
        /// Id of the change set.
        change_set: String,
    },
    /// Say what would become of a submission. Changes nothing.
    Preflight(Submitted),
    /// Make a change set.
    Create {
        #[command(flatten)]
        space: InSpace,
        /// Its title.
        #[arg(long)]
        title: String,
        /// Ids of its pages.
        #[arg(long = "page", value_name = "ID", num_args = 1.., required = true)]
        pages: Vec<String>,
        #[command(flatten)]
        more: About,
    },
    /// Change a change set. What is not named stays.
    Update {
        /// Id of the change set.
        change_set: String,
        /// Its title from now on.
        #[arg(long)]
        title: Option<String>,
        /// Ids of all of its pages from now on.
        #[arg(long = "page", value_name = "ID", num_args = 1..)]
        pages: Vec<String>,
        #[command(flatten)]
        more: About,
    },
    /// Submit a change set, or a page, for approval.
    Submit(Submitted),
    /// Put a change set away for good.
    Archive {
        /// Id of the change set.
        change_set: String,
    },
}

/// What stands in a change set besides its pages.
#[derive(Debug, Args)]
pub struct About {
    /// What it is about.
    #[arg(long, value_name = "TEXT")]
    pub summary: Option<String>,
    /// Where more stands about it.
    #[arg(long, value_name = "URL")]
    pub reference: Option<String>,
}

/// An app to be connected.
#[derive(Debug, Args)]
pub struct ConnectApp {
    /// Name or id of the stored site.
    pub site: String,
    /// The app: markdown-exporter, `APPID_ENVID`, or the base address that Atlassian Administration shows under App REST APIs.
    #[arg(long, value_name = "APP")]
    pub app: String,
    /// What commands are to call the app; `approvalflow` says that it is that one.
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// The way to the app, where --app is no base address.
    #[arg(long, value_enum, default_value = "gateway")]
    pub through: Way,
    /// Client id of an integration that has the app's permissions; best one that is for apps alone.
    #[arg(long, value_name = "ID")]
    pub client_id: String,
    /// A permission of the app, where Pagelift does not know it. Can be repeated.
    #[arg(long = "scope", value_name = "NAME:custom")]
    pub scopes: Vec<String>,
    /// Ask for the permissions to create, change and submit as well.
    #[arg(long)]
    pub write: bool,
    /// Ask for a sign-in of one hour that cannot be renewed, where the browser says that no supported permissions were requested.
    #[arg(long)]
    pub without_refresh: bool,
    /// The way back from the browser; loopback where nothing is said.
    #[arg(long = "return", value_enum, value_name = "ROUTE")]
    pub route: Option<super::Return>,
    /// Return address that the integration was registered with, where it is not the usual one.
    #[arg(long, value_name = "URL")]
    pub callback: Option<String>,
    /// Print the sign-in address alone on a line, and open no browser.
    #[arg(long)]
    pub no_browser: bool,
}

/// The way to an app.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Way {
    /// Atlassian's gateway.
    Gateway,
    /// The site itself.
    Site,
}

/// An archive.
#[derive(Debug, Args)]
pub struct Unpack {
    /// The ZIP archive.
    pub archive: PathBuf,
    /// The folder to write to; it is made when it is not there.
    #[arg(long, value_name = "DIR")]
    pub to: PathBuf,
}
