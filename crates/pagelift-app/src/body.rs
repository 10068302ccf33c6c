//! Converting one body by itself, without a site around it.

use pagelift_convert::{ConvertOptions, NoContext, Reference, convert};
use pagelift_model::{BodyKind, ConvertWarning, PageId, Severity, SpaceKey, WarningCode};
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
    /// The format it was converted to.
    pub format: &'static str,
    /// Notes about presentation only.
    pub info: usize,
    /// Content in a simpler form.
    pub simplified: usize,
    /// Content that is not there, with a mark in its place.
    pub lost: usize,
    /// Faults of the page itself.
    pub broken: usize,
    /// Every note, in page order.
    pub warnings: Vec<ReportedWarning>,
    /// What the Markdown points to, each once, in order of first mention.
    pub references: Vec<ReportedReference>,
}

/// One note, with everything a script needs to sort it.
#[derive(Debug, Clone, Serialize)]
pub struct ReportedWarning {
    /// What it is about.
    pub code: WarningCode,
    /// How much of the content it is about.
    pub severity: Severity,
    /// What sort of content: `macro`, `table`, `link`, `image`, `person`, `style` or `body`.
    pub construct: &'static str,
    /// The macro, attribute, file or address concerned; empty where none is.
    pub name: String,
    /// How often.
    pub count: u32,
    /// Line in the Markdown, from 1; 0 when the note is about the whole page.
    pub line: u32,
    /// The nearest heading above the place.
    pub heading: String,
    /// Parameters or the original text.
    pub detail: String,
}

/// Something that the Markdown points to.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum ReportedReference {
    /// A page by id.
    Page {
        /// Its id.
        id: PageId,
    },
    /// A page by title.
    PageTitle {
        /// The space; `null` for the page's own.
        space: Option<SpaceKey>,
        /// The title.
        title: String,
    },
    /// An attachment.
    Attachment {
        /// The page it is on; `null` for the page's own.
        page: Option<PageId>,
        /// File name.
        name: String,
    },
    /// A person.
    Person {
        /// Account id, user key or user name.
        id: String,
    },
    /// A picture on another host.
    Image {
        /// Its address.
        url: String,
    },
}

/// Converts `body` as it would be on a page of which nothing else is known: links to pages become `confluence:///…`
/// addresses, attachments their bare file names. A byte-order mark is dropped. Never fails: what cannot be read is kept as
/// text and reported.
pub fn convert_body(body: &str, kind: BodyKind, options: &ConvertOptions) -> ConvertedBody {
    let document = convert(body.trim_start_matches('\u{feff}'), kind, &NoContext, options);
    let warnings = document.warnings.into_iter().map(ReportedWarning::from).collect();
    let references = document.references.into_iter().map(ReportedReference::from).collect();
    ConvertedBody { markdown: document.markdown, report: ConversionReport::of(options, warnings, references) }
}

impl ConversionReport {
    fn of(options: &ConvertOptions, warnings: Vec<ReportedWarning>, references: Vec<ReportedReference>) -> Self {
        let count = |severity| warnings.iter().filter(|warning| warning.severity == severity).count();
        Self {
            format: options.format.name(),
            info: count(Severity::Info),
            simplified: count(Severity::Simplified),
            lost: count(Severity::Lost),
            broken: count(Severity::Broken),
            warnings,
            references,
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

impl From<ConvertWarning> for ReportedWarning {
    fn from(warning: ConvertWarning) -> Self {
        let ConvertWarning { code, name, count, line, heading, detail } = warning;
        let (severity, construct) = (code.severity(), code.construct());
        Self { code, severity, construct, name, count: count.max(1), line, heading, detail }
    }
}

impl From<Reference> for ReportedReference {
    fn from(reference: Reference) -> Self {
        match reference {
            Reference::Page(id) => Self::Page { id },
            Reference::PageTitle { space, title } => Self::PageTitle { space, title },
            Reference::Attachment { page, name } => Self::Attachment { page, name },
            Reference::Person(id) => Self::Person { id },
            Reference::Image(url) => Self::Image { url },
        }
    }
}
