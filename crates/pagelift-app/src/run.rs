//! One export, from a wish to a report: the same for the window and for the command.

use std::path::Path;
use std::sync::Arc;

use pagelift_convert::ConvertOptions;
use pagelift_export::{Export, ExportOptions, FileOptions, Finished, Store};
use pagelift_model::{AttachmentChoice, Clock, EventSink, Selection};
use tokio_util::sync::CancellationToken;

use crate::destination::{LockedFolder, open_store};
use crate::report::{Both, ReportFile};
use crate::sites::OpenSite;
use crate::{AppError, Folders};

/// What a run is to export and how.
#[derive(Debug, Clone)]
#[allow(clippy::struct_excessive_bools, reason = "each is a choice of its own")]
pub struct RunOptions {
    /// The pages.
    pub selection: Selection,
    /// The format, and how pages are converted to it.
    pub convert: ConvertOptions,
    /// How files are named, and what stands in them besides the page's content.
    pub files: FileOptions,
    /// The attachments.
    pub attachments: AttachmentChoice,
    /// Whether blog posts of the selection come too.
    pub blog_posts: bool,
    /// Whether only what changed since the last run is asked for. What was moved, archived or removed is not noticed then.
    pub quick: bool,
    /// Whether labels, restrictions and the lists of attachments of all pages are asked for again.
    pub refresh: bool,
    /// Whether the site is asked what it makes of macros that only it can work out.
    pub rendered: bool,
}

impl RunOptions {
    /// Everything that `selection` takes in, with default choices.
    pub fn new(selection: Selection) -> Self {
        Self {
            selection,
            convert: ConvertOptions::default(),
            files: FileOptions::default(),
            attachments: AttachmentChoice::default(),
            blog_posts: true,
            quick: false,
            refresh: false,
            rendered: false,
        }
    }

    pub(crate) fn for_export(&self) -> ExportOptions {
        ExportOptions {
            convert: self.convert.clone(),
            files: self.files.clone(),
            attachments: self.attachments,
            blog_posts: self.blog_posts,
            quick: self.quick,
            refresh: self.refresh,
            rendered: self.rendered,
            ..ExportOptions::new(self.selection.clone())
        }
    }
}

/// A run that is ready to begin: nobody else writes to its folder, and its report is begun.
#[derive(Debug)]
pub struct Run {
    site: OpenSite,
    folder: LockedFolder,
    store: Store,
    report: Arc<ReportFile>,
}

impl Run {
    /// Prepares a run of `site` into the folder at `to`, which is made when `make` says so. Sends nothing.
    pub fn prepare(
        site: OpenSite,
        to: &Path,
        make: bool,
        folders: &Folders,
        clock: &dyn Clock,
    ) -> Result<Self, AppError> {
        let folder = LockedFolder::open(to, folders, make)?;
        let begun = open_store(&site, folder.sink.root(), folders)
            .and_then(|store| Ok((store, Arc::new(ReportFile::begin(folders, clock)?))));
        match begun {
            Ok((store, report)) => Ok(Self { site, folder, store, report }),
            Err(error) => {
                folder.leave_as_found();
                Err(error)
            }
        }
    }

    /// The run's report.
    pub fn report(&self) -> &Arc<ReportFile> {
        &self.report
    }

    /// Runs to the end. Blocks on the disk while it works: give it a thread of its own. A folder that was made for a run that
    /// wrote nothing is gone afterwards.
    pub async fn export(
        self,
        options: &RunOptions,
        events: &dyn EventSink,
        clock: &dyn Clock,
        stop: &CancellationToken,
    ) -> Result<Finished, AppError> {
        let events = Both(self.report.as_ref(), events);
        let options = options.for_export();
        let source = self.site.source().as_ref();
        let export = Export::new(source, &self.folder.sink, &self.store, &events, clock, stop, &options);
        let ended = export.run().await;
        self.report.end();
        if !ended.as_ref().is_ok_and(|finished| finished.totals.selected > 0) {
            self.folder.leave_as_found();
        }
        Ok(ended?)
    }
}
