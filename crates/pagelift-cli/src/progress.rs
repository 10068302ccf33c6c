//! What is told while a run goes on: to a person, or to a program.

use std::sync::Arc;

use indicatif::{HumanBytes, ProgressBar, ProgressDrawTarget, ProgressStyle};
use pagelift_app::{Pace, SystemClock};
use pagelift_model::{
    EventSink, ExportEvent, Fate, GonePage, Holdup, ItemOutcome, Outcome, Phase, Removal, SkipReason,
};

use crate::output::{cell, counted, line, remark};

/// How much a person is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Telling {
    /// Everything.
    All,
    /// What went wrong.
    Failures,
}

/// Tells a person: a bar on a terminal, plain lines elsewhere. What goes wrong is told on standard error.
pub struct Words {
    telling: Telling,
    is_dry: bool,
    bar: ProgressBar,
}

impl Words {
    /// `is_dry` when nothing is written, so that what would be is listed.
    pub fn new(telling: Telling, is_dry: bool) -> Self {
        // Hidden where standard error is no terminal.
        let target = match telling {
            Telling::All => ProgressDrawTarget::stderr(),
            Telling::Failures => ProgressDrawTarget::hidden(),
        };
        Self { telling, is_dry, bar: ProgressBar::with_draw_target(None, target) }
    }

    /// How much is told.
    pub fn telling(&self) -> Telling {
        self.telling
    }

    /// Whether nothing is written.
    pub fn is_dry(&self) -> bool {
        self.is_dry
    }

    fn begin(&self, phase: Phase, total: Option<u64>) {
        let words = match (phase, total) {
            (Phase::Reading, _) => "Reading the site".to_owned(),
            (Phase::Planning, _) => "Choosing file names".to_owned(),
            (Phase::Writing, Some(total)) if self.is_dry => format!("Comparing {}", counted(total, "page")),
            (Phase::Writing, Some(total)) => format!("Writing {}", counted(total, "page")),
            (Phase::Writing, None) => "Writing pages".to_owned(),
            (Phase::Downloading, Some(total)) if self.is_dry => format!("Comparing {}", counted(total, "attachment")),
            (Phase::Downloading, Some(total)) => format!("Downloading {}", counted(total, "attachment")),
            (Phase::Downloading, None) => "Downloading attachments".to_owned(),
        };
        if self.bar.is_hidden() {
            self.remark(&words);
            return;
        }
        let template = if total.is_some() { "{msg} {wide_bar} {pos}/{len}" } else { "{msg} {spinner} {pos}" };
        if let Ok(style) = ProgressStyle::with_template(template) {
            self.bar.set_style(style);
        }
        self.bar.set_message(words);
        match total {
            Some(total) => self.bar.set_length(total),
            None => self.bar.unset_length(),
        }
        self.bar.set_position(0);
    }

    /// A line that is left out when only failures are wanted.
    fn remark(&self, words: &str) {
        if self.telling == Telling::All {
            self.complain(words);
        }
    }

    fn complain(&self, words: &str) {
        self.bar.suspend(|| remark(words));
    }

    fn done(&self, item: &ItemOutcome) {
        let title = cell(&item.title);
        let path = item.path.as_ref().map(ToString::to_string).unwrap_or_default();
        match &item.outcome {
            Outcome::Failed { message, .. } => {
                if self.is_dry {
                    self.list("unreadable", &title, 0);
                }
                self.complain(&format!("Failed: \"{title}\" (page {}): {message}", item.id));
            }
            Outcome::Skipped { reason: SkipReason::Edited } if self.is_dry => self.list("edited", &path, item.size),
            Outcome::Skipped { reason: SkipReason::Edited } => {
                self.remark(&format!("Kept as it is, since it was edited here: {path}"));
            }
            Outcome::Created if self.is_dry => self.list("new", &path, item.size),
            Outcome::Updated if self.is_dry => self.list("changed", &path, item.size),
            Outcome::Moved { from } if self.is_dry => self.list("moved", &format!("{path}, from {from}"), item.size),
            Outcome::Beside { beside } if self.is_dry => {
                self.list("edited", &format!("{path}, the new one in {beside}"), item.size);
            }
            Outcome::Replaced { backup } if self.is_dry => {
                self.list("edited", &format!("{path}, replaced, yours goes to {backup}"), item.size);
            }
            Outcome::Beside { beside } => {
                self.remark(&format!("Kept as it is, since it was edited here: {path}. The new one is in {beside}"));
            }
            Outcome::Replaced { backup } => {
                self.remark(&format!("Replaced, though it was edited here: {path}. Yours is in {backup}"));
            }
            Outcome::Created
            | Outcome::Updated
            | Outcome::Moved { .. }
            | Outcome::Unchanged
            | Outcome::Skipped { reason: SkipReason::Stopped } => {}
        }
    }

    fn gone(&self, page: &GonePage) {
        let why = match &page.fate {
            Fate::Current { .. } => "in another space now",
            Fate::Archived => "archived",
            Fate::Trashed => "in the trash of the site",
            Fate::Deleted => "deleted",
            Fate::Hidden => "deleted, or not visible to this account any more",
        };
        let then = match page.removal {
            Removal::Kept => "the file stays",
            Removal::Unproven => "the file stays, since the page may still be there",
            Removal::Edited => "the file stays, since it was edited here",
            Removal::TooMany => "the file stays, since more than a fifth of all would go; use --gone remove-many",
            Removal::Binned | Removal::BackedUp if self.is_dry => "the file would be removed",
            Removal::Binned => "the file is in the bin",
            Removal::BackedUp => "the file is in .pagelift/backup",
        };
        let words = format!("{} (\"{}\" is {why}; {then})", page.path, cell(&page.title));
        if self.is_dry {
            self.list("gone", &words, 0);
        } else {
            self.remark(&format!("Gone from the site: {words}"));
        }
    }

    /// One line of what would be done.
    fn list(&self, what: &str, path: &str, size: u64) {
        if self.telling == Telling::All {
            let size = if size == 0 { String::new() } else { HumanBytes(size).to_string() };
            // A reader that has gone is found out at the end.
            let _ = self.bar.suspend(|| line(&format!("{what:<11}{size:>11}  {path}")));
        }
    }
}

impl EventSink for Words {
    fn send(&self, event: ExportEvent) {
        match event {
            ExportEvent::PhaseStarted { phase, total } => self.begin(phase, total),
            ExportEvent::Progress { done, .. } => self.bar.set_position(done),
            ExportEvent::Waiting { until } => {
                let time = until.strftime("%H:%M:%S UTC");
                self.remark(&format!("The site asked for a pause. It goes on at {time}."));
            }
            ExportEvent::HeldUp { why } => self.remark(match why {
                Holdup::NoNetwork => "The site cannot be reached. It goes on by itself.",
                Holdup::SignInEnded => "The sign-in has ended. Sign in again with `pagelift site add`, and it goes on.",
                Holdup::Paused => "Paused.",
            }),
            ExportEvent::GoesOn => self.remark("It goes on."),
            ExportEvent::PageDone(item) => self.done(&item),
            ExportEvent::PageGone(page) => self.gone(&page),
            ExportEvent::AttachmentFailed { name, page, message, .. } => {
                let (name, page) = (cell(&name), cell(&page));
                self.complain(&format!("Failed: attachment \"{name}\" of \"{page}\": {message}"));
            }
            ExportEvent::Finished { .. } => self.bar.finish_and_clear(),
        }
    }
}

/// Tells a program: one JSON object a line on standard output.
pub struct JsonLines {
    pace: Pace,
}

impl JsonLines {
    /// Progress comes ten times a second, everything else once.
    pub fn new() -> Self {
        Self { pace: Pace::new(Arc::new(SystemClock)) }
    }
}

impl EventSink for JsonLines {
    fn send(&self, event: ExportEvent) {
        if let ExportEvent::Progress { phase, done, total } = event
            && !self.pace.is_due(phase, done, total)
        {
            return;
        }
        if let Ok(json) = serde_json::to_string(&event) {
            // A program that has gone does not stop the export.
            let _ = line(&json);
        }
    }
}
