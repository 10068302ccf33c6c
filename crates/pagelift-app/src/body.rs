//! Converting one body by itself, without a site around it.

use pagelift_convert::{ConvertOptions, Format, NoContext, convert};
use pagelift_model::{BodyKind, ConvertWarning, Severity};
use serde::Serialize;

/// A converted body and what is to be said about it.
#[derive(Debug, Clone)]
pub struct ConvertedBody {
    /// The Markdown.
    pub markdown: String,
    /// What had no full equivalent.
    pub report: ConversionReport,
}

/// The fidelity report of one body.
#[derive(Debug, Clone, Serialize)]
pub struct ConversionReport {
    /// Notes about presentation only.
    pub info: usize,
    /// Content in a simpler form.
    pub simplified: usize,
    /// Content that is not there, with a mark in its place.
    pub lost: usize,
    /// Faults of the page itself.
    pub broken: usize,
    /// Every note, in page order.
    pub warnings: Vec<ConvertWarning>,
}

/// Converts `body` as it would be on a page of which nothing else is known: links to pages become `confluence:///…`
/// addresses, attachments their bare file names. A byte-order mark is dropped. Never fails: what cannot be read is kept as
/// text and reported.
pub fn convert_body(body: &str, kind: BodyKind, format: Format) -> ConvertedBody {
    let document =
        convert(body.trim_start_matches('\u{feff}'), kind, &NoContext, &ConvertOptions { format, title: None });
    ConvertedBody { markdown: document.markdown, report: ConversionReport::of(document.warnings) }
}

impl ConversionReport {
    fn of(warnings: Vec<ConvertWarning>) -> Self {
        let count = |severity| warnings.iter().filter(|warning| warning.code.severity() == severity).count();
        Self {
            info: count(Severity::Info),
            simplified: count(Severity::Simplified),
            lost: count(Severity::Lost),
            broken: count(Severity::Broken),
            warnings,
        }
    }

    /// One sentence for a person, or `None` when everything was converted fully.
    pub fn summary(&self) -> Option<String> {
        let parts: Vec<String> =
            [(self.lost, "not copied"), (self.broken, "broken on the page"), (self.simplified, "simplified")]
                .iter()
                .filter(|(count, _)| *count > 0)
                .map(|(count, what)| format!("{count} {what}"))
                .collect();
        if parts.is_empty() { None } else { Some(format!("Parts of the page: {}.", parts.join(", "))) }
    }
}
