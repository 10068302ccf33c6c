//! Exporting a site in a test, the way both front ends do.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use pagelift_app::{
    AppError, Folders, OpenSite, Pause, Run, RunOptions, SignIn, SystemClock, compare_with_site, site_address,
    verify_folder,
};
use pagelift_export::Finished;
use pagelift_fake::{Server, ServerOptions};
use pagelift_model::{
    AttachmentChoice, ErrorCode, EventSink, ExportEvent, FileFault, FileFinding, ItemOutcome, Outcome, PageId, Phase,
    Secret, Selection, SpaceSelection, Totals,
};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

use crate::site::SPACE;
use crate::tree::Tree;

/// Exports of one site into one folder. The folder and Pagelift's own ones are gone when the test ends.
#[derive(Debug)]
pub struct ExportTest {
    site: OpenSite,
    origin: String,
    temporary: TempDir,
    /// What the next export is asked to do.
    pub options: RunOptions,
    patience: Duration,
    /// Lets exports pause.
    pub pause: Pause,
}

impl ExportTest {
    /// Exports of the space `DOC`, with default choices.
    pub fn on(server: &Server) -> Self {
        Self::of(server, SPACE)
    }

    /// Exports of the space with this key.
    pub fn of(server: &Server, space: &str) -> Self {
        let defaults = ServerOptions::default();
        Self::over(open(server, &SignIn::new(defaults.email, Secret::new(defaults.token))), server, space)
    }

    /// Exports of a site that was opened in another way.
    pub fn over(site: OpenSite, server: &Server, space: &str) -> Self {
        Self {
            site,
            origin: server.url().to_owned(),
            temporary: tempfile::tempdir().unwrap_or_else(|error| panic!("no temporary folder: {error}")),
            patience: Duration::ZERO,
            pause: Pause::default(),
            options: RunOptions::new(Selection { spaces: vec![SpaceSelection::whole(space.into())] }),
        }
    }

    /// Exports that wait so long for a network or a sign-in.
    #[must_use]
    pub fn patient(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// The same folder at a later start of Pagelift.
    #[must_use]
    pub fn reopened(self, site: OpenSite) -> Self {
        Self { site, ..self }
    }

    /// Signs in with another token.
    #[must_use]
    pub fn with_token(mut self, server: &Server, token: &str) -> Self {
        self.site = open(server, &SignIn::new(ServerOptions::default().email, Secret::new(token.to_owned())));
        self
    }

    /// Chooses the attachments.
    #[must_use]
    pub fn with_attachments(mut self, choice: AttachmentChoice) -> Self {
        self.options.attachments = choice;
        self
    }

    /// Where the files go.
    pub fn folder(&self) -> PathBuf {
        self.temporary.path().join("export")
    }

    /// The path of one file there.
    pub fn file(&self, path: &str) -> PathBuf {
        self.folder().join(path)
    }

    /// Every file there.
    pub fn tree(&self) -> Tree {
        Tree::of(&self.folder(), &self.origin)
    }

    /// Puts a file there, as a person would.
    pub fn put(&self, path: &str, content: &str) {
        let path = self.file(path);
        std::fs::create_dir_all(path.parent().unwrap_or(Path::new(""))).unwrap_or_else(|error| panic!("{error}"));
        write(&path, content);
    }

    /// What is not in the folder as it was written: file and fault, in the order of paths.
    pub fn verify(&self) -> Vec<(String, FileFault)> {
        let mut found = Vec::new();
        let folders = Folders::below(&self.temporary.path().join("own"));
        let verified = verify_folder(&self.folder(), &folders, &mut |finding| {
            found.push((finding.path, finding.fault));
            true
        });
        verified.unwrap_or_else(|error| panic!("{error}"));
        found.sort();
        found
    }

    /// What the site has in another way than the folder: file and fault, in the order of paths.
    pub async fn compare(&self) -> Vec<(String, FileFault)> {
        let mut found = Vec::new();
        let folders = Folders::below(&self.temporary.path().join("own"));
        let verified = verify_folder(&self.folder(), &folders, &mut |_| true).unwrap_or_else(|error| panic!("{error}"));
        let mut see = |finding: FileFinding| {
            found.push((finding.path, finding.fault));
            true
        };
        let compared = compare_with_site(&self.site, &verified, &mut see).await;
        compared.unwrap_or_else(|error| panic!("{error}"));
        found.sort();
        found
    }

    /// One export to its end.
    pub async fn export(&self) -> RunTest {
        self.export_while(|_, _| {}).await
    }

    /// One export that a person stops when `pages` pages are done.
    pub async fn export_stopped_after(&self, pages: usize) -> RunTest {
        let done = AtomicUsize::new(0);
        self.export_while(|event, stop| {
            if matches!(event, ExportEvent::PageDone(_)) && done.fetch_add(1, Ordering::Relaxed) + 1 == pages {
                stop.cancel();
            }
        })
        .await
    }

    /// One export that a person stops when this part of it begins.
    pub async fn export_stopped_in(&self, part: Phase) -> RunTest {
        self.export_while(|event, stop| {
            if matches!(event, ExportEvent::PhaseStarted { phase, .. } if *phase == part) {
                stop.cancel();
            }
        })
        .await
    }

    /// One export, and what happens in the world at each of its events.
    pub async fn export_while(&self, happens: impl Fn(&ExportEvent, &CancellationToken) + Send + Sync) -> RunTest {
        let observer = Observer { events: Mutex::default(), stop: CancellationToken::new(), happens };
        let folders = Folders::below(&self.temporary.path().join("own"));
        let ended = match Run::prepare(self.site.clone(), &self.folder(), true, &folders, &SystemClock) {
            Ok(run) => {
                let run = run.pausing(self.pause.clone()).patient(self.patience);
                run.export(&self.options, &observer, &SystemClock, &observer.stop).await
            }
            Err(error) => Err(error),
        };
        let events = observer.events.into_inner().unwrap_or_else(PoisonError::into_inner);
        RunTest { ended, events }
    }
}

fn open(server: &Server, sign_in: &SignIn) -> OpenSite {
    let address = site_address(server.url()).unwrap_or_else(|error| panic!("{error}"));
    OpenSite::connect(&address, sign_in, Arc::new(SystemClock)).unwrap_or_else(|error| panic!("{error}"))
}

#[allow(clippy::disallowed_methods, reason = "a person's editor does not write as Pagelift does")]
fn write(path: &Path, content: &str) {
    std::fs::write(path, content).unwrap_or_else(|error| panic!("`{}`: {error}", path.display()));
}

/// Keeps all events, and lets the world move on at each.
struct Observer<F> {
    events: Mutex<Vec<ExportEvent>>,
    stop: CancellationToken,
    happens: F,
}

impl<F: Fn(&ExportEvent, &CancellationToken) + Send + Sync> EventSink for Observer<F> {
    fn send(&self, event: ExportEvent) {
        (self.happens)(&event, &self.stop);
        self.events.lock().unwrap_or_else(PoisonError::into_inner).push(event);
    }
}

/// How one export ended, and what it told on the way.
#[derive(Debug)]
pub struct RunTest {
    /// The end.
    pub ended: Result<Finished, AppError>,
    /// Everything it told.
    pub events: Vec<ExportEvent>,
}

impl RunTest {
    /// How it finished.
    pub fn finished(&self) -> Finished {
        match &self.ended {
            Ok(finished) => *finished,
            Err(error) => panic!("the export failed: {error}"),
        }
    }

    /// Its sums.
    pub fn totals(&self) -> Totals {
        self.finished().totals
    }

    /// Selected, written, unchanged, skipped and failed pages.
    pub fn counts(&self) -> [u64; 5] {
        let Totals { selected, written, unchanged, skipped, failed, .. } = self.totals();
        [selected, written, unchanged, skipped, failed]
    }

    /// Why it could not go on.
    pub fn error(&self) -> ErrorCode {
        match &self.ended {
            Ok(finished) => panic!("the export finished: {finished:?}"),
            Err(error) => error.code(),
        }
    }

    /// The line of its report about a page.
    pub fn item(&self, title: &str) -> &ItemOutcome {
        let items = self.events.iter().filter_map(|event| match event {
            ExportEvent::PageDone(item) => Some(item),
            _ => None,
        });
        let mut found = items.filter(|item| item.title == title);
        match (found.next(), found.next()) {
            (Some(item), None) => item,
            (item, _) => {
                panic!("the report has {} about `{title}`", if item.is_none() { "no line" } else { "two lines" })
            }
        }
    }

    /// How a page ended.
    pub fn outcome(&self, title: &str) -> &Outcome {
        &self.item(title).outcome
    }

    /// Why a page could not be exported.
    pub fn failure(&self, title: &str) -> ErrorCode {
        match self.outcome(title) {
            Outcome::Failed { code, .. } => *code,
            other => panic!("`{title}` did not fail: {other:?}"),
        }
    }

    /// The ids of the pages that were written.
    pub fn written(&self) -> Vec<&PageId> {
        let written = self.events.iter().filter_map(|event| match event {
            ExportEvent::PageDone(item) if matches!(item.outcome, Outcome::Created | Outcome::Updated) => {
                Some(&item.id)
            }
            _ => None,
        });
        written.collect()
    }

    /// The attachments that could not be had: file name, page and why.
    pub fn missing_attachments(&self) -> Vec<(&str, &str, ErrorCode)> {
        let missing = self.events.iter().filter_map(|event| match event {
            ExportEvent::AttachmentFailed { name, page, code, .. } => Some((name.as_str(), page.as_str(), *code)),
            _ => None,
        });
        missing.collect()
    }
}
