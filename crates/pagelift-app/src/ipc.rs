//! What crosses between the window and the engine. TypeScript types are made from these, see `export_types`.

mod review;
mod sign_in;

use std::collections::BTreeMap;

use pagelift_convert::Format;
use pagelift_model::{
    AttachmentChoice, ErrorCode, FileFinding, GonePage, Holdup, ItemOutcome, NodeKind, PageStatus, Phase, Selection,
    Severity, SiteKind, SpaceKind, SpaceStatus, Totals,
};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

pub use review::RunAnswers;
pub use sign_in::{
    AccountSummary, CardInput, CardRequest, CardSecret, ConnectionCard, GrantedSite, IntegrationInput, Pkce,
    ReturnRoute, SetupGuide, SignInEvent, SignInMethod, SignInRequest, SignInStarted, SignInState, SiteDetection,
    SiteTest, StoredSite, TokenSignIn, VaultState,
};

/// Why a command failed. The window turns the code into words; the message is for people who want to know more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct IpcError {
    /// What went wrong.
    pub code: ErrorCode,
    /// The same in one English sentence, without secrets.
    pub message: String,
}

/// About the program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct AppInfo {
    /// Its version.
    pub version: String,
    /// `linux`, `macos` or `windows`.
    pub platform: String,
}

/// A site that is open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct SiteSummary {
    /// Names the site in other commands.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Host and port.
    pub host: String,
    /// Cloud, Data Center or the sample.
    pub kind: SiteKind,
    /// Who is signed in.
    pub account: Option<String>,
}

/// A space in the sidebar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct SpaceSummary {
    /// Its id.
    pub id: String,
    /// Its key, by which commands name it.
    pub key: String,
    /// Its name.
    pub name: String,
    /// Team or personal.
    pub kind: SpaceKind,
    /// Current or archived.
    pub status: SpaceStatus,
}

/// A row of the tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct TreeNode {
    /// Content id.
    pub id: String,
    /// The node above; it may come in a later batch, or never.
    pub parent: Option<String>,
    /// What sort of thing it is.
    pub kind: NodeKind,
    /// Its title.
    pub title: String,
    /// Order among siblings.
    #[ts(type = "number | null")]
    pub position: Option<i64>,
    /// Whether it is in use.
    pub status: PageStatus,
    /// Whether reading is limited; `null` when not known.
    pub restricted: Option<bool>,
    /// When its version was made, ISO 8601.
    pub modified: Option<String>,
    /// Its web address.
    pub url: Option<String>,
}

/// Some rows of the tree, in any order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct TreeBatch {
    /// The rows.
    pub nodes: Vec<TreeNode>,
}

/// One thing that has no full equivalent in Markdown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct PreviewNote {
    /// The stable name, such as `macro-unknown`.
    pub code: String,
    /// How much of the content it is about.
    pub severity: Severity,
    /// The macro, attribute or file concerned.
    pub name: String,
    /// Line in the Markdown, from 1; 0 for the whole page.
    pub line: u32,
    /// The heading above the place.
    pub heading: String,
    /// How often.
    pub count: u32,
}

/// A page as it will look.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct PagePreview {
    /// Its title.
    pub title: String,
    /// Where its file would be, relative to the destination.
    pub path: String,
    /// The whole file.
    pub markdown: String,
    /// Sanitised HTML; pictures point to the app's own protocol.
    pub html: String,
    /// Its labels.
    pub labels: Vec<String>,
    /// What was not carried over fully.
    pub notes: Vec<PreviewNote>,
    /// Its web address.
    pub url: Option<String>,
    /// When its version was made, ISO 8601.
    pub modified: Option<String>,
    /// Who made that version.
    pub editor: Option<String>,
}

/// A folder on the shelf.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct Destination {
    /// Names it in other commands.
    pub id: String,
    /// The folder's own name.
    pub name: String,
    /// Its full path.
    pub path: String,
    /// Whether it is there right now.
    pub exists: bool,
    /// How files are written there.
    pub output: Output,
}

/// How files are written: a format, and what was chosen in place of what is usual in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct Output {
    /// The name of the format.
    #[ts(type = "import('./options').FormatName")]
    pub format: String,
    /// Values of options, by name.
    #[ts(type = "Partial<Record<import('./options').OptionName | import('./options').FieldOption, string>>")]
    pub options: BTreeMap<String, String>,
    /// The attachments.
    pub attachments: AttachmentChoice,
}

impl Default for Output {
    fn default() -> Self {
        Self {
            format: Format::default().name().to_owned(),
            options: BTreeMap::new(),
            attachments: AttachmentChoice::default(),
        }
    }
}

/// Where the files of a space would lie in an empty folder.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, TS)]
pub struct OutputLayout {
    /// The first files in the order of the tree, and those of the page that was asked for.
    pub paths: Vec<String>,
    /// How many pages there are besides.
    #[ts(type = "number")]
    pub more: u64,
}

/// What to export, and where to.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, TS)]
pub struct ExportRequest {
    /// The site.
    pub site: String,
    /// The folder.
    pub destination: String,
    /// The pages.
    pub selection: Selection,
    /// How files are written.
    pub output: Output,
    /// What is done with files that stand in the way of a plain update.
    #[serde(default)]
    pub answers: RunAnswers,
}

/// What the window is told while a run goes on.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum RunEvent {
    /// So much of a part is done. Thinned out.
    Progress {
        /// The part.
        phase: Phase,
        /// Items done.
        #[ts(type = "number")]
        done: u64,
        /// Items in all.
        #[ts(type = "number | null")]
        total: Option<u64>,
        /// The page or file that was just done.
        title: Option<String>,
    },
    /// The site asked for a pause.
    Waiting {
        /// When work goes on, ISO 8601.
        until: String,
    },
    /// The run stands still, and goes on by itself when that is over.
    HeldUp {
        /// Why.
        why: Holdup,
    },
    /// What held the run up is over.
    GoesOn,
    /// The run is over.
    Finished {
        /// The sums.
        totals: Totals,
        /// Whether a person stopped it.
        stopped: bool,
    },
    /// The run could not begin or go on.
    Failed {
        /// Why.
        error: IpcError,
    },
}

/// Which lines of a report to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum ReportFilter {
    /// Every page.
    All,
    /// Pages that were written.
    Written,
    /// Of those, the new ones.
    Created,
    /// Of those, the ones whose file was there and has changed.
    Updated,
    /// Of those, the ones whose file moved.
    Moved,
    /// Pages whose file a person had changed.
    Edited,
    /// Pages whose file was already right.
    Unchanged,
    /// Pages left alone.
    Skipped,
    /// Pages that could not be exported.
    Failed,
    /// Pages whose conversion left notes.
    Notes,
}

/// An attachment that could not be had.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AttachmentFailure {
    /// File name.
    pub name: String,
    /// Title of the page.
    pub page: String,
    /// Why.
    pub code: ErrorCode,
    /// The same in words.
    pub message: String,
}

/// A part of a report.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct ReportPage {
    /// The sums of the run.
    pub totals: Totals,
    /// Lines from the offset that was asked for.
    pub items: Vec<ItemOutcome>,
    /// How many lines match the filter.
    #[ts(type = "number")]
    pub count: u64,
    /// Pages on record that the site has no longer, at most a thousand.
    pub gone: Vec<GonePage>,
    /// Attachments that could not be had, at most a thousand.
    pub attachments_failed: Vec<AttachmentFailure>,
}

/// What was found when a folder was checked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, TS)]
pub struct FolderCheck {
    /// Files on record.
    #[ts(type = "number")]
    pub files: u64,
    /// What is not as it was written, or not as the site has it; at most a thousand.
    pub findings: Vec<FileFinding>,
    /// How many there are.
    #[ts(type = "number")]
    pub count: u64,
    /// The open site that the folder was exported from, where it is open.
    pub site: Option<String>,
}

/// Light, dark, or what the system has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum Theme {
    /// What the system has.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// What a person chose for the program.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct Settings {
    /// The look.
    pub theme: Theme,
    /// Whether a run begins at once when its review finds nothing that needs a decision.
    pub skip_review: bool,
}

/// Where an address leads among the open sites.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct Location {
    /// The site.
    pub site: String,
    /// Key of the space.
    pub space: String,
    /// The page, where the address names one.
    pub page: Option<String>,
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use ts_rs::{Config, TS};

    use super::*;

    /// Also writes the types: the window is compiled against what this leaves in its source folder.
    #[test]
    fn export_types_to_the_window() {
        let folder: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ui/src/lib/backend/types");
        let config = Config::new().with_out_dir(&folder).with_large_int("number");
        let exports = [
            IpcError::export_all,
            AppInfo::export_all,
            SiteSummary::export_all,
            SpaceSummary::export_all,
            TreeBatch::export_all,
            PagePreview::export_all,
            Destination::export_all,
            Output::export_all,
            OutputLayout::export_all,
            ExportRequest::export_all,
            RunEvent::export_all,
            ReportFilter::export_all,
            ReportPage::export_all,
            FolderCheck::export_all,
            Settings::export_all,
            Location::export_all,
            SiteDetection::export_all,
            SetupGuide::export_all,
            SignInRequest::export_all,
            SignInStarted::export_all,
            SignInEvent::export_all,
            TokenSignIn::export_all,
            StoredSite::export_all,
            SiteTest::export_all,
            VaultState::export_all,
            ConnectionCard::export_all,
            CardRequest::export_all,
        ];
        for export in exports {
            export(&config).unwrap();
        }
        crate::write_whole(&folder.join("options.ts"), crate::output_names::typescript().as_bytes()).unwrap();
        for name in ["ErrorCode", "Selection", "Rule", "ItemOutcome", "TreeNode"] {
            assert!(folder.join(format!("{name}.ts")).is_file(), "{name}");
        }
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            assert!(!std::fs::read_to_string(&path).unwrap().contains("bigint"), "{}", path.display());
        }
    }
}
