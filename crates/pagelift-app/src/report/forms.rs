//! A report as a file: a page to read, a table for a spreadsheet, or data for a program.

use std::fmt::Write as _;
use std::path::Path;

use pagelift_model::{ExportEvent, GonePage, ItemOutcome, Outcome, SkipReason, Totals};
use serde_json::{Value, json};

use super::each_event;
use crate::ipc::AttachmentFailure;
use crate::{AppError, write_whole};

/// What a report is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReportForm {
    /// One page that needs nothing else, and in which nothing runs.
    Html,
    /// Comma-separated values (RFC 4180), in UTF-8 with the mark by which spreadsheets know it.
    Csv,
    /// One object.
    Json,
}

impl ReportForm {
    /// The form that the name of a file asks for.
    pub fn of(path: &Path) -> Option<Self> {
        let ending = path.extension()?.to_str()?.to_ascii_lowercase();
        match ending.as_str() {
            "html" | "htm" => Some(Self::Html),
            "csv" => Some(Self::Csv),
            "json" => Some(Self::Json),
            _ => None,
        }
    }
}

/// Writes the report at `from` to the file at `to`, in one step. `about` is what it is called.
pub fn write_report(from: &Path, form: ReportForm, to: &Path, about: &str) -> Result<(), AppError> {
    let text = report_text(from, form, about)?;
    write_whole(to, text.as_bytes()).map_err(|error| AppError::own_file(to, &error))
}

/// The same without a file.
fn report_text(from: &Path, form: ReportForm, about: &str) -> Result<String, AppError> {
    let whole = Whole::read(from)?;
    Ok(match form {
        ReportForm::Html => whole.html(about),
        ReportForm::Csv => whole.csv(),
        ReportForm::Json => whole.json(about).to_string() + "\n",
    })
}

/// Everything that a report tells.
#[derive(Default)]
struct Whole {
    totals: Totals,
    stopped: bool,
    items: Vec<ItemOutcome>,
    gone: Vec<GonePage>,
    attachments: Vec<AttachmentFailure>,
}

impl Whole {
    fn read(path: &Path) -> Result<Self, AppError> {
        let mut whole = Self::default();
        let mut finished = None;
        each_event(path, |event| match event {
            ExportEvent::PageDone(item) => {
                whole.totals.selected += 1;
                whole.totals.count(&item.outcome);
                whole.items.push(item);
            }
            ExportEvent::PageGone(page) => {
                whole.totals.gone += 1;
                whole.totals.removed += u64::from(page.is_removed());
                whole.gone.push(page);
            }
            ExportEvent::AttachmentFailed { name, page, code, message } => {
                whole.totals.attachments_failed += 1;
                whole.attachments.push(AttachmentFailure { name, page, code, message });
            }
            ExportEvent::Finished { totals, stopped } => finished = Some((totals, stopped)),
            _ => {}
        })?;
        if let Some((totals, stopped)) = finished {
            (whole.totals, whole.stopped) = (totals, stopped);
        }
        Ok(whole)
    }

    fn json(&self, about: &str) -> Value {
        json!({
            "about": about, "totals": self.totals, "stopped": self.stopped, "pages": self.items,
            "gone": self.gone, "attachments_failed": self.attachments,
        })
    }

    fn csv(&self) -> String {
        let mut text = String::from("\u{feff}kind,title,path,outcome,detail,notes,bytes,id\r\n");
        for item in &self.items {
            let path = item.path.as_ref().map_or("", |path| path.as_str());
            let (notes, size) = (item.warnings.to_string(), item.size.to_string());
            let (outcome, detail) = (name_of(&item.outcome), detail(&item.outcome));
            row(&mut text, &["page", &item.title, path, &outcome, &detail, &notes, &size, item.id.as_str()]);
        }
        for page in &self.gone {
            let removed = if page.is_removed() { "file removed" } else { "file kept" };
            row(&mut text, &["page", &page.title, page.path.as_str(), "gone", removed, "", "", page.id.as_str()]);
        }
        for file in &self.attachments {
            row(&mut text, &["attachment", &file.name, &file.page, "failed", &file.message, "", "", ""]);
        }
        text
    }

    fn html(&self, about: &str) -> String {
        let mut page = String::new();
        let Totals { selected, written, unchanged, skipped, failed, gone, attachments, attachments_failed, .. } =
            self.totals;
        let title = inert(about);
        // Writing to a text cannot fail.
        let _ = write!(page, "{HEAD}<title>{title}</title>\n<h1>{title}</h1>\n");
        let _ = write!(
            page,
            "<p class=\"sum\">{selected} selected = {written} written + {unchanged} unchanged + {skipped} left alone + {failed} \
             not readable</p>\n<p>{attachments} attachments written, {attachments_failed} could not be had; {gone} pages are gone \
             from Confluence.</p>\n"
        );
        if self.stopped {
            page.push_str("<p>The run was stopped before its end.</p>\n");
        }
        let needs = |item: &&ItemOutcome| matches!(item.outcome, Outcome::Failed { .. } | Outcome::Skipped { .. });
        let mut attention: Vec<[String; 3]> = self.items.iter().filter(needs).map(line).collect();
        attention.extend(
            self.attachments
                .iter()
                .map(|file| [file.name.clone(), format!("attachment of {}", file.page), file.message.clone()]),
        );
        attention.extend(self.gone.iter().map(|page| {
            let kept = if page.is_removed() { "gone; its file was removed" } else { "gone; its file was kept" };
            [page.title.clone(), page.path.to_string(), kept.to_owned()]
        }));
        section(&mut page, "Needs attention", &attention);
        let moved = self.items.iter().filter(|item| matches!(item.outcome, Outcome::Moved { .. }));
        section(&mut page, "Moved files", &moved.map(line).collect::<Vec<_>>());
        let simplified = self.items.iter().filter(|item| item.warnings > 0).map(|item| {
            let notes = format!("{} {}", item.warnings, if item.warnings == 1 { "note" } else { "notes" });
            [item.title.clone(), shown_path(item), notes]
        });
        section(&mut page, "Pages with simplified content", &simplified.collect::<Vec<_>>());
        section(&mut page, "All pages", &self.items.iter().map(line).collect::<Vec<_>>());
        page.push_str("</html>\n");
        page
    }
}

const HEAD: &str = "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
    <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
    <meta name=\"viewport\" content=\"width=device-width\">\n<style>\n\
    :root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }\n\
    body { max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }\n\
    .sum { font-size: 1.2em; font-weight: 600; }\n\
    table { width: 100%; border-collapse: collapse; }\n\
    td, th { padding: 0.3rem 0.6rem; border-bottom: 1px solid #8886; text-align: start; vertical-align: top; \
    overflow-wrap: anywhere; }\n\
    td:last-child { white-space: pre-line; }\n\
    @media print { body { margin: 0; } tr { break-inside: avoid; } }\n</style>\n";

fn section(page: &mut String, title: &str, lines: &[[String; 3]]) {
    if lines.is_empty() {
        return;
    }
    // Writing to a text cannot fail.
    let _ = write!(page, "<h2>{title} ({})</h2>\n<table>\n<tr><th>Title<th>File<th>What happened\n", lines.len());
    for [name, path, end] in lines {
        let _ = writeln!(page, "<tr><td>{}<td>{}<td>{}", inert(name), inert(path), inert(end));
    }
    page.push_str("</table>\n");
}

fn line(item: &ItemOutcome) -> [String; 3] {
    let (name, detail) = (name_of(&item.outcome), detail(&item.outcome));
    let end = if detail.is_empty() { name } else { format!("{name}: {detail}") };
    [item.title.clone(), shown_path(item), end]
}

fn shown_path(item: &ItemOutcome) -> String {
    item.path.as_ref().map(ToString::to_string).unwrap_or_default()
}

/// The stable name of an end.
fn name_of(outcome: &Outcome) -> String {
    let name = serde_json::to_value(outcome).ok().and_then(|value| Some(value.get("outcome")?.as_str()?.to_owned()));
    name.unwrap_or_default()
}

/// What there is to say besides.
fn detail(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Created | Outcome::Updated | Outcome::Unchanged => String::new(),
        Outcome::Moved { from } => format!("from {from}"),
        Outcome::Replaced { backup } => format!("your file is kept at {backup}"),
        Outcome::Beside { beside } => format!("your file stays; the new one is {beside}"),
        Outcome::Skipped { reason: SkipReason::Edited } => "you changed the file, which stays".to_owned(),
        Outcome::Skipped { reason: SkipReason::Stopped } => "the run was stopped before".to_owned(),
        Outcome::Failed { message, .. } => message.clone(),
    }
}

/// Text as text in HTML.
fn inert(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// One line of a table. What a spreadsheet would take for a formula is marked as text.
fn row(text: &mut String, cells: &[&str]) {
    for (at, cell) in cells.iter().enumerate() {
        if at > 0 {
            text.push(',');
        }
        let mark = if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
        if mark.is_empty() && !cell.contains([',', '"', '\n', '\r']) {
            text.push_str(cell);
        } else {
            // Writing to a text cannot fail.
            let _ = write!(text, "\"{mark}{}\"", cell.replace('"', "\"\""));
        }
    }
    text.push_str("\r\n");
}

#[cfg(test)]
#[path = "forms_tests.rs"]
mod tests;
