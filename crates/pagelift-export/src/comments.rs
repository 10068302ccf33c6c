//! The comments of a page, behind its text or in a file beside it: a heading for each, in the order of the places that they
//! are about, and then by date.

use std::fmt::Write as _;

use pagelift_convert::{ConvertOptions, Document, convert};
use pagelift_model::{Body, BodyKind, Comment, ConvertWarning, PageId, RelPath, Remark};

use crate::dialect::Notation;
use crate::lookup::PageLookup;
use crate::names::fold;
use crate::options::Comments;
use crate::render::Renderer;
use crate::scheme::EXTENSION;
use crate::store::{Store, StoreError};

/// What the heading above all comments says.
const HEADING: &str = "<h2>Comments</h2>";

/// How many levels the headings inside a comment are lowered.
const LOWERED: u8 = 3;

/// The most levels by which headings can be lowered.
const LOWEST: u8 = 5;

/// The file of a page's comments, by the page's own.
pub(crate) fn file_beside(page: &RelPath) -> String {
    let path = page.as_str();
    format!("{}.comments{EXTENSION}", path.strip_suffix(EXTENSION).unwrap_or(path))
}

/// Markdown that is put together from several conversions.
#[derive(Debug, Default)]
pub(crate) struct Pieces {
    pub markdown: String,
    /// Lines count from the top of `markdown`.
    pub warnings: Vec<ConvertWarning>,
}

impl Pieces {
    fn add(&mut self, outline: bool, depth: usize, document: Document) {
        let Document { markdown, warnings, .. } = document;
        let markdown = if outline { indented(&markdown, depth) } else { markdown };
        self.append(if outline { "" } else { "\n" }, Self { markdown, warnings });
    }

    /// Adds more, with `gap` between what is there and what comes.
    pub fn append(&mut self, gap: &str, more: Self) {
        if more.markdown.is_empty() {
            return;
        }
        if !self.markdown.is_empty() {
            self.markdown.push_str(gap);
        }
        let above = self.markdown.matches('\n').count() as u32;
        let lowered = |warning: ConvertWarning| ConvertWarning {
            line: if warning.line == 0 { 0 } else { warning.line + above },
            ..warning
        };
        self.warnings.extend(more.warnings.into_iter().map(lowered));
        self.markdown.push_str(&more.markdown);
    }
}

impl Renderer {
    /// Whether everything is a bullet, and what is about something is below it.
    fn is_outline(&self) -> bool {
        self.scheme.dialect.notation == Notation::Properties
    }

    /// What stands between two blocks that are written after each other.
    pub(crate) fn gap(&self) -> &'static str {
        if self.is_outline() { "" } else { "\n" }
    }

    /// Whether a page's comments have a file of their own: no page has that place.
    pub(crate) fn comments_are_beside(&self, store: &Store, page: &RelPath) -> Result<bool, StoreError> {
        Ok(self.files.comments_beside && store.placed_at(&fold(&file_beside(page)))?.is_none())
    }

    /// The comments of a page that are wanted, in order.
    pub(crate) fn comments_of(&self, store: &Store, page: &PageId, body: &Body) -> Result<Vec<Comment>, StoreError> {
        if self.files.comments == Comments::None {
            return Ok(Vec::new());
        }
        let mut comments = store.comments(page)?;
        comments.retain(|comment| !comment.resolved || self.files.comments == Comments::All);
        comments.sort_by_cached_key(|comment| {
            let marker = comment.marked.as_ref().map(|marked| marked.marker.as_str());
            let place = marker.filter(|marker| !marker.is_empty()).and_then(|marker| body.text.find(marker));
            (place.unwrap_or(usize::MAX), comment.first.created, comment.id.clone())
        });
        Ok(comments)
    }

    /// The comments as Markdown.
    pub(crate) fn comments(
        &self,
        lookup: &PageLookup<'_>,
        comments: &[Comment],
        with_rule: bool,
    ) -> Result<Pieces, StoreError> {
        let mut pieces = Pieces::default();
        let plain = ConvertOptions { title: None, ..self.convert.clone() };
        let lowered = (self.convert.heading_offset + LOWERED).min(LOWEST);
        let options = ConvertOptions { heading_offset: lowered, ..plain.clone() };
        let outline = self.is_outline();
        let write = |pieces: &mut Pieces, depth: usize, body: &str| {
            pieces.add(outline, depth, convert(body, BodyKind::Storage, lookup, &plain));
        };
        let say = |pieces: &mut Pieces, depth: usize, remark: &Remark| {
            pieces.add(outline, depth, convert(&remark.body.text, remark.body.kind, lookup, &options));
        };
        write(&mut pieces, 0, &if with_rule && !outline { format!("<hr />{HEADING}") } else { HEADING.to_owned() });
        for comment in comments {
            let resolved = if comment.resolved { " (resolved)" } else { "" };
            let mut head = format!("<h3>{}{resolved}</h3>", who_and_when(lookup.store, &comment.first)?);
            if let Some(marked) = comment.marked.as_ref().filter(|marked| !marked.text.trim().is_empty()) {
                let _ = write!(head, "<blockquote><p>{}</p></blockquote>", escaped(&marked.text));
            }
            write(&mut pieces, 1, &head);
            say(&mut pieces, 2, &comment.first);
            for reply in &comment.replies {
                write(&mut pieces, 2, &format!("<h4>{}</h4>", who_and_when(lookup.store, reply)?));
                say(&mut pieces, 3, reply);
            }
        }
        Ok(pieces)
    }
}

/// `Jane Doe, 2026-07-02`, in storage format.
fn who_and_when(store: &Store, remark: &Remark) -> Result<String, StoreError> {
    let name = match &remark.author {
        Some(id) => store.person(id.as_str())?.unwrap_or_else(|| id.as_str().to_owned()),
        None => "Anonymous".to_owned(),
    };
    let day: String = remark.created.map(|created| created.to_string()).unwrap_or_default().chars().take(10).collect();
    Ok(escaped(&if day.is_empty() { name } else { format!("{name}, {day}") }))
}

/// The lines, so many levels further in.
fn indented(markdown: &str, depth: usize) -> String {
    let indent = " ".repeat(4 * depth);
    let line = |line: &str| if line.trim().is_empty() { "\n".to_owned() } else { format!("{indent}{line}\n") };
    markdown.lines().map(line).collect()
}

/// A text as it stands in storage format.
pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
