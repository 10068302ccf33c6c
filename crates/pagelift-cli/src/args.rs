//! What can be typed.

pub mod apps;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use pagelift_app::format_named;
use pagelift_app::ipc::{Output, Pkce};
use pagelift_model::{AttachmentChoice, BodyKind};

use crate::failure::Failure;

/// Takes Confluence pages to clean Markdown.
#[derive(Debug, Parser)]
#[command(name = "pagelift", version, arg_required_else_help = true, after_help = ENVIRONMENT)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Command,
}

const ENVIRONMENT: &str = "\
Sign-in for --url comes from the environment:
  PAGELIFT_TOKEN      API token of Confluence Cloud, or personal access token of Confluence Data Center
  PAGELIFT_EMAIL      e-mail address of the Atlassian account, for Cloud alone
  PAGELIFT_CLOUD_ID   cloud id of the site; requests then go through Atlassian's gateway, as tokens with scopes need
  PAGELIFT_APP_TOKEN  access token for the app at --base, of `forge` and `approvals`
Without it, a site that `pagelift site add` stored at that address is used.

Exit codes:
  0    all well
  1    finished, and some pages failed, or a check found something
  2    wrong usage
  3    sign-in needed
  4    could not start or continue (disk, network)
  130  stopped";

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Export the built-in sample site.
    Demo {
        /// The folder to write to; it is made when it is not there.
        #[arg(long, value_name = "DIR", default_value = "demo-export")]
        to: PathBuf,
    },
    /// Convert one page body from standard input to Markdown on standard output.
    Convert {
        /// The form of the body.
        #[arg(long, value_enum, default_value_t = From::Storage)]
        from: From,
        #[command(flatten)]
        way: Way,
        /// The page's title; it becomes the first heading.
        #[arg(long, value_name = "TEXT")]
        title: Option<String>,
        /// Write what had no full equivalent to this file, as JSON.
        #[arg(long, value_name = "FILE")]
        report: Option<PathBuf>,
    },
    /// Render Markdown from standard input to the HTML that the preview shows.
    Preview {
        #[arg(long, value_name = "NAME", help = FORMAT, default_value = "gfm")]
        format: String,
    },
    /// List the formats, and the options that --option takes with their values.
    Formats,
    /// Sign in to a site and keep the sign-in, list what is kept, sign out.
    #[command(subcommand)]
    Site(SiteCommand),
    /// List the spaces of a site: key, name, kind, state, with tabs in between.
    Spaces {
        #[command(flatten)]
        site: Site,
    },
    /// Show the page tree of a space: title, id, kind, with tabs in between.
    Tree {
        #[command(flatten)]
        site: Site,
        /// Key of the space.
        #[arg(long, value_name = "KEY")]
        space: String,
    },
    /// Call apps on the site that publish addresses of their own.
    #[command(subcommand)]
    Forge(apps::ForgeCommand),
    /// Read and change approvals of pages with ApprovalFlow.
    Approvals(apps::Approvals),
    /// Unpack a ZIP archive that an app made, unless it is not safe.
    Unpack(apps::Unpack),
    /// Export pages to a folder as Markdown. A second run writes only what changed.
    Export(Export),
    /// Check that a folder holds what was written into it: nothing missing, cut, changed or extra.
    Verify(Verify),
    /// Bring a folder or ZIP file up to date: what was exported into it before, in the same way.
    Update(Update),
}

const FORMAT: &str = "The flavour of Markdown: gfm (also called plain), obsidian, docusaurus, mkdocs, azure, github-wiki, \
    gitlab-wiki, hugo, jekyll, logseq, ai or commonmark";

/// How files are written.
#[derive(Debug, Clone, Args)]
pub struct Way {
    #[arg(long, value_name = "NAME", help = FORMAT, default_value = "gfm")]
    pub format: String,
    /// How something is written, in place of what is usual; `pagelift formats` lists the names and values. Can be repeated.
    #[arg(long = "option", value_name = "NAME=VALUE")]
    pub options: Vec<String>,
}

impl Way {
    /// The same with names and values that are sure to exist.
    pub fn output(&self) -> Result<Output, Failure> {
        let mut output = Output { format: format_named(&self.format)?.name().to_owned(), ..Output::default() };
        for typed in &self.options {
            let (name, value) = typed
                .split_once('=')
                .ok_or_else(|| Failure::usage(format!("`{typed}` is no option; write --option NAME=VALUE")))?;
            output.set(name.trim(), value.trim())?;
        }
        Ok(output)
    }
}

/// Which site.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct Site {
    /// Address of a Confluence Cloud site, or of anything on it.
    #[arg(long, value_name = "URL")]
    pub url: Option<String>,
    /// Name of a stored site, or `sample` for the built-in one.
    #[arg(long, value_name = "NAME")]
    pub site: Option<String>,
}

/// What can be done with stored sites.
#[derive(Debug, Subcommand)]
pub enum SiteCommand {
    /// Sign in to a site, and keep the sign-in: tokens encrypted, the key in the system's keychain.
    Add(Add),
    /// List the stored sites: name, kind, address, account, way of signing in, state, id, with tabs in between.
    List,
    /// Sign out of a site, and forget it.
    Remove {
        /// Name or id of the site.
        name: String,
    },
    /// Connect an app to a stored site, with a client id and a consent of its own.
    ConnectApp(apps::ConnectApp),
    /// List the connected apps: site, app, base address, state, with tabs in between.
    Apps {
        /// Name or id of the site.
        name: Option<String>,
        /// Call each app, in a way that changes nothing.
        #[arg(long)]
        test: bool,
    },
    /// Forget an app and its sign-in.
    DisconnectApp {
        /// Name or id of the site.
        name: String,
        /// The app.
        #[arg(long, value_name = "APP")]
        app: String,
    },
    /// Ask a site, or all of them, who is signed in.
    Test {
        /// Name or id of the site.
        name: Option<String>,
    },
}

#[derive(Debug, Args)]
pub struct Add {
    /// How to sign in. The secret or token is asked for, or read as one line of standard input.
    #[arg(value_enum)]
    pub means: Means,
    /// Address of the site, or of anything on it.
    #[arg(long, value_name = "URL")]
    pub url: String,
    /// What the site is to be called.
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// Client id of your organisation's integration. Without one, somebody signs in again to a stored site.
    #[arg(long, value_name = "ID")]
    pub client_id: Option<String>,
    /// E-mail address of the Atlassian account, for an API token.
    #[arg(long, value_name = "E")]
    pub email: Option<String>,
    /// The way back from the browser; loopback where nothing is said.
    #[arg(long = "return", value_enum, value_name = "ROUTE")]
    pub route: Option<Return>,
    /// Return address that the integration was registered with, where it is not the usual one.
    #[arg(long, value_name = "URL", requires = "client_id")]
    pub callback: Option<String>,
    /// How Confluence Data Center ties a sign-in to this computer; another way for servers that refuse the usual one.
    #[arg(long, value_enum, default_value = "s256", requires = "client_id")]
    pub pkce: Tie,
    /// Print the sign-in address alone on a line, and open no browser.
    #[arg(long)]
    pub no_browser: bool,
}

/// How to sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Means {
    /// Confluence Cloud, with the browser.
    CloudOauth,
    /// Confluence Data Center, with the browser.
    DataCenterOauth,
    /// Confluence Cloud, with an API token.
    CloudToken,
    /// Confluence Data Center, with a personal access token.
    DataCenterToken,
}

/// How a sign-in is tied to this computer (PKCE).
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Tie {
    /// By a hash.
    S256,
    /// By the text itself.
    Plain,
    /// Not at all.
    None,
}

impl Tie {
    /// The same as sign-ins call it.
    pub fn pkce(self) -> Pkce {
        match self {
            Self::S256 => Pkce::S256,
            Self::Plain => Pkce::Plain,
            Self::None => Pkce::None,
        }
    }
}

/// The way back from the browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Return {
    /// The command listens at an address of this computer.
    Loopback,
    /// A link opens the desktop app; no command can be opened so.
    DeepLink,
    /// You paste the address at which the browser ends.
    Paste,
}

#[derive(Debug, Args)]
#[allow(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
#[command(group = clap::ArgGroup::new("pages").required(true))]
#[command(group = clap::ArgGroup::new("of_approvals").args(["change_set", "approved_only"]).multiple(true))]
pub struct Export {
    #[command(flatten)]
    pub site: Site,
    /// Whole spaces, by key.
    #[arg(long, value_name = "KEY", num_args = 1.., group = "pages")]
    pub space: Vec<String>,
    /// Single pages, by id or address.
    #[arg(long, value_name = "ID", num_args = 1.., group = "pages")]
    pub page: Vec<String>,
    /// Everything that the account can see.
    #[arg(long, group = "pages")]
    pub all: bool,
    /// The pages of a change set of ApprovalFlow, by its id.
    #[arg(long, value_name = "ID", group = "pages")]
    pub change_set: Option<String>,
    /// With --space: only pages that ApprovalFlow has approved at their present version.
    #[arg(long, requires = "space")]
    pub approved_only: bool,
    /// ApprovalFlow's base address, with an access token from `PAGELIFT_APP_TOKEN`, where the app is not connected to a stored site.
    #[arg(long, value_name = "URL", requires = "of_approvals")]
    pub approvals: Option<String>,
    /// With --page: what is below the pages too.
    #[arg(long, conflicts_with_all = ["space", "all", "change_set"])]
    pub descendants: bool,
    /// Leave out these pages and what is below them, by id or address.
    #[arg(long, value_name = "ID", num_args = 1..)]
    pub exclude: Vec<String>,
    /// The folder to write to, which is made when it is not there; or a file whose name ends in .zip.
    #[arg(long, value_name = "DIR")]
    pub to: PathBuf,
    #[command(flatten)]
    pub way: Way,
    /// Which attachments are copied.
    #[arg(long, value_enum, default_value_t = Attachments::Used)]
    pub attachments: Attachments,
    /// Which comments come with a page; short for --option comments=…
    #[arg(long, value_enum)]
    pub comments: Option<Comments>,
    /// What is done with files that you edited since the last export: they stay, the new ones come beside them, or the new ones
    /// take their places and yours go to .pagelift/backup.
    #[arg(long, value_enum, default_value_t = Edited::Keep)]
    pub edited: Edited,
    /// What is done with files of pages that are gone from the site: they stay, or go to the bin; where they are many, only with
    /// remove-many.
    #[arg(long, value_enum, default_value_t = Gone::Keep)]
    pub gone: Gone,
    /// Blog posts of the spaces too.
    #[arg(long)]
    pub blogs: bool,
    /// Ask the site only for what changed since the last export; what was moved or removed there is not noticed.
    #[arg(long)]
    pub quick: bool,
    /// Read the labels, restrictions and attachment lists of all pages again, also where a space is large.
    #[arg(long, conflicts_with = "quick")]
    pub refresh: bool,
    /// Ask the site what it makes of macros that only it can work out, such as lists of Jira issues and add-ons.
    #[arg(long)]
    pub rendered: bool,
    #[command(flatten)]
    pub telling: RunFlags,
}

#[derive(Debug, Args)]
pub struct Update {
    /// The folder or ZIP file.
    #[arg(value_name = "DIR")]
    pub to: PathBuf,
    /// Address of the site, where it is not stored; the sign-in comes from the environment.
    #[arg(long, value_name = "URL", conflicts_with = "site")]
    pub url: Option<String>,
    /// Name of a stored site, where several are stored at the address that was exported from.
    #[arg(long, value_name = "NAME")]
    pub site: Option<String>,
    #[command(flatten)]
    pub telling: RunFlags,
}

/// Whether a run writes, and what is told of it.
#[derive(Debug, Args)]
pub struct RunFlags {
    /// Say what would be written and write nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// How long the export waits where the network or the sign-in is lost in its midst; 0 for not at all.
    #[arg(long, value_name = "MINUTES", default_value_t = 10)]
    pub wait: u32,
    /// Write the report to this file too; its ending says as what: .html, .csv or .json.
    #[arg(long, value_name = "FILE", conflicts_with = "dry_run")]
    pub report: Option<PathBuf>,
    /// Print one JSON object per event; the last one has the totals.
    #[arg(long)]
    pub json: bool,
    /// Print only what went wrong.
    #[arg(long, conflicts_with = "json")]
    pub quiet: bool,
}

#[derive(Debug, Args)]
pub struct Verify {
    /// The folder of an export.
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
    /// Compare the pages with those of the site too: which are behind, and which are gone.
    #[arg(long)]
    pub remote: bool,
    /// Address of the site; the folder knows it where nothing is said.
    #[arg(long, value_name = "URL", requires = "remote", conflicts_with = "site")]
    pub url: Option<String>,
    /// Name of a stored site.
    #[arg(long, value_name = "NAME", requires = "remote")]
    pub site: Option<String>,
    /// Print one JSON object per finding; the last one has the sums.
    #[arg(long)]
    pub json: bool,
}

/// The form of a body.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum From {
    /// Storage format: XHTML with ac: and ri: elements.
    Storage,
    /// Atlassian Document Format: JSON.
    Adf,
}

impl std::convert::From<From> for BodyKind {
    fn from(from: From) -> Self {
        match from {
            From::Storage => Self::Storage,
            From::Adf => Self::Adf,
        }
    }
}

/// What is done with files that a person changed.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Edited {
    /// They stay as they are.
    Keep,
    /// They stay, and the new ones come beside them.
    Beside,
    /// The new ones take their places; the others go to .pagelift/backup.
    Replace,
}

impl std::convert::From<Edited> for pagelift_app::Edited {
    fn from(edited: Edited) -> Self {
        match edited {
            Edited::Keep => Self::Keep,
            Edited::Beside => Self::Beside,
            Edited::Replace => Self::Replace,
        }
    }
}

/// What is done with files of pages that are gone.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Gone {
    /// They stay.
    Keep,
    /// They go to the bin, unless they are more than 10 and more than a fifth of all.
    Remove,
    /// They go to the bin, however many they are.
    RemoveMany,
}

impl std::convert::From<Gone> for pagelift_app::Gone {
    fn from(gone: Gone) -> Self {
        match gone {
            Gone::Keep => Self::Keep,
            Gone::Remove => Self::Remove,
            Gone::RemoveMany => Self::RemoveMany,
        }
    }
}

/// Which comments come with a page.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Comments {
    /// None.
    None,
    /// Those that nobody resolved.
    Open,
    /// All of them.
    All,
}

impl Comments {
    /// Its word in options.
    pub fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Open => "open",
            Self::All => "all",
        }
    }
}

/// Which attachments are copied.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Attachments {
    /// Those that an exported page refers to.
    Used,
    /// All of every exported page.
    All,
    /// None; references become web addresses.
    None,
}

impl std::convert::From<Attachments> for AttachmentChoice {
    fn from(attachments: Attachments) -> Self {
        match attachments {
            Attachments::Used => Self::Used,
            Attachments::All => Self::All,
            Attachments::None => Self::None,
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn the_arguments_are_consistent() {
        super::Arguments::command().debug_assert();
    }

    #[test]
    fn the_help_names_every_format() {
        for format in pagelift_convert::Format::ALL {
            assert!(super::FORMAT.contains(format.name()), "{}", format.name());
        }
    }
}
