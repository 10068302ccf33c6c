//! One export, from a wish to a report: the same for the window and for the command.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use pagelift_confluence::patiently;
use pagelift_convert::ConvertOptions;
use pagelift_export::{ASKED_PATH, Answers, Export, ExportError, ExportOptions, FileOptions, Finished, Pause, Store};
use pagelift_model::{AttachmentChoice, Clock, EventSink, RelPath, Selection, Sink as _};
use tokio_util::sync::CancellationToken;

use crate::archive::Archive;
use crate::bin::SystemBin;
use crate::destination::{LockedFolder, open_store};
use crate::ipc::Output;
use crate::recipe::Recipe;
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
    /// Whether the destination is to know of it, for updates that ask for nothing. A choice that has to be made anew each time, such as
    /// of what is approved, is not kept.
    pub remembered: bool,
    /// What is done with files that a person changed, and with those of pages that are gone.
    pub answers: Answers,
    /// The same format, options and attachments by their names, as they are kept in the destination.
    pub output: Output,
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
            remembered: true,
            answers: Answers::default(),
            output: Output::default(),
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
            answers: self.answers.clone(),
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
    /// What the folder is packed into at the end.
    archive: Option<Archive>,
    pause: Pause,
    patience: Duration,
}

impl Run {
    /// Prepares a run of `site` into the folder at `to`, which is made when `make` says so, or into a ZIP file where `to` names one.
    /// Sends nothing.
    pub fn prepare(
        site: OpenSite,
        to: &Path,
        make: bool,
        folders: &Folders,
        clock: &dyn Clock,
    ) -> Result<Self, AppError> {
        let archive = Archive::named(to, folders)?;
        let folder = match &archive {
            Some(archive) => LockedFolder::open(archive.folder(), folders, true)?,
            None => LockedFolder::open(to, folders, make)?,
        };
        let begun = open_store(&site, folder.sink.root(), folders)
            .and_then(|store| Ok((store, Arc::new(ReportFile::begin(folders, clock)?))));
        match begun {
            Ok((store, report)) => {
                let (pause, patience) = (Pause::default(), Duration::ZERO);
                Ok(Self { site, folder, store, report, archive, pause, patience })
            }
            Err(error) => {
                folder.leave_as_found();
                if let Some(archive) = &archive {
                    archive.leave_as_found();
                }
                Err(error)
            }
        }
    }

    /// What the destination is to say of itself afterwards.
    fn recipe(&self, options: &RunOptions) -> Result<Vec<u8>, AppError> {
        let path = RelPath::new(ASKED_PATH).map_err(ExportError::from)?;
        let before = self.folder.sink.read(&path)?;
        Recipe::after(before.as_deref(), self.site.source().site().address.as_str(), options).bytes()
    }

    /// The same run, which pauses when `pause` says so.
    #[must_use]
    pub fn pausing(self, pause: Pause) -> Self {
        Self { pause, ..self }
    }

    /// The same run, which waits for up to `patience` where a network is lost or a sign-in ends in its midst.
    #[must_use]
    pub fn patient(self, patience: Duration) -> Self {
        Self { patience, ..self }
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
        let source = self.site.source().as_ref();
        let asked = if options.remembered { Some(self.recipe(options)?) } else { None };
        let options = ExportOptions { asked, ..options.for_export() };
        let export = Export::new(source, &self.folder.sink, &self.store, &events, clock, stop, &options);
        // What is unpacked for a while is nothing that people would look for in their bin.
        let export = if self.archive.is_none() { export.with_bin(&SystemBin) } else { export };
        let export = export.named(self.report.run()).pausing(self.pause);
        let ended = patiently(self.patience, export.run()).await;
        self.report.end();
        let wrote = ended.as_ref().is_ok_and(|finished| finished.totals.selected > 0 || finished.totals.removed > 0);
        if !wrote {
            self.folder.leave_as_found();
        }
        let finished = ended?;
        match &self.archive {
            Some(archive) if !wrote => archive.leave_as_found(),
            // What was written waits in the folder for the next run.
            Some(_) if finished.stopped => {}
            Some(archive) => archive.pack(&self.folder.sink, &self.store)?,
            None => {}
        }
        Ok(finished)
    }
}
