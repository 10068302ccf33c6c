//! What is told while a run goes on: to a person, or to a program.

use std::sync::Arc;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use pagelift_app::{Pace, SystemClock};
use pagelift_model::{EventSink, ExportEvent, Holdup, ItemOutcome, Outcome, Phase, SkipReason};

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
            Outcome::Created if self.is_dry => self.list(&format!("new      {path}")),
            Outcome::Updated if self.is_dry => self.list(&format!("changed  {path}")),
            Outcome::Skipped { reason: SkipReason::Edited } => {
                self.remark(&format!("Kept as it is, since it was edited here: {path}"));
            }
            Outcome::Failed { message, .. } => {
                self.complain(&format!("Failed: \"{title}\" (page {}): {message}", item.id));
            }
            Outcome::Created
            | Outcome::Updated
            | Outcome::Unchanged
            | Outcome::Skipped { reason: SkipReason::Stopped } => {}
        }
    }

    fn list(&self, words: &str) {
        if self.telling == Telling::All {
            // A reader that has gone is found out at the end.
            let _ = self.bar.suspend(|| line(words));
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
