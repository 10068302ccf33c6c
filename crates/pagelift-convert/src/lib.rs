//! Turns one page body into Markdown, the references it makes, and warnings about what had no equivalent.
//!
//! Pure and synchronous: no network, disk, clock or randomness, and no panics on any input. Everything about the world
//! outside the body comes in through [`Lookup`].

mod address;
mod adf;
mod adf_extension;
mod anchors;
mod blocks;
mod brackets;
mod build;
mod context;
mod delims;
mod diagrams;
mod document;
mod emoji;
mod entities;
mod escape;
mod flow;
mod gfm;
mod grid;
mod images;
mod inline;
mod language;
mod line_start;
mod links;
mod macro_parts;
mod macros;
mod placement;
mod site_macros;
mod slug;
mod storage;
mod table;
mod tags;
mod text;
mod tree;
mod warning_lines;

pub use address::short_link;
pub use context::{AttachmentTarget, Heading, Lookup, NoContext, PageTarget};
pub use document::{ConvertOptions, Document, Format, Reference};

use pagelift_model::{BodyKind, ConvertWarning, WarningCode};

/// Converts one page body.
///
/// The result depends on the arguments alone. Whatever the body holds, there is a result; what could not be carried
/// over is in its warnings.
pub fn convert(body: &str, kind: BodyKind, context: &dyn Lookup, options: &ConvertOptions) -> Document {
    let Format::Gfm = options.format;
    match kind {
        BodyKind::Storage => {
            let (clean, controls) = storage::clean(body);
            if is_wiki(&clean) {
                return wiki_document(&clean);
            }
            document(&storage::read(&clean), adf::Found { controls, unread: None }, context, options)
        }
        BodyKind::Adf => adf::read(body, context, |xml, found| document(xml, found, context, options)),
    }
}

/// The document of a body as elements; what could not be read stands after it.
fn document(xml: &storage::Xml<'_>, found: adf::Found, context: &dyn Lookup, options: &ConvertOptions) -> Document {
    let mut builder = build::Builder::new(xml, context);
    for (so, code) in [
        (xml.malformed, WarningCode::MalformedBody),
        (found.controls, WarningCode::ControlCharacters),
        (xml.cut, WarningCode::DepthCut),
    ] {
        if so {
            builder.warn(code, "", "");
        }
    }
    let mut blocks = builder.blocks(0);
    blocks.extend(found.unread);
    let footnotes = std::mem::take(&mut builder.footnotes);
    blocks.extend(footnotes.into_iter().enumerate().map(|(i, text)| tree::Block::Footnote(i + 1, text)));
    if let Some(title) = &options.title {
        blocks.insert(0, tree::Block::Heading(1, vec![tree::text(title, 0)]));
    }
    let headings = gfm::headings(&blocks);
    let title = context.this_page().map(|page| page.title).or_else(|| options.title.clone()).unwrap_or_default();
    let places = anchors::Places::new(&title, &headings, xml.anchors()).with_ids(&builder.heading_ids);
    let mut links = std::mem::take(&mut builder.links);
    for lost in anchors::resolve(&mut links, &places) {
        builder.warn(WarningCode::AnchorUnresolved, &lost, "");
    }
    let writer = gfm::Writer { links: &links, headings: &headings, blanked: std::cell::Cell::new(0) };
    let mut markdown = writer.page(&blocks);
    if !markdown.is_empty() {
        markdown.push('\n');
    }
    for _ in 0..writer.blanked.get() {
        builder.warn(WarningCode::TableSpanBlank, "table", "");
    }
    let build::Builder { mut warnings, references, properties, .. } = builder;
    warning_lines::fill(&mut warnings, &markdown);
    Document { markdown, references, warnings, headings, properties }
}

/// A body of Confluence 3, which is no markup of elements at all, as it is.
fn wiki_document(body: &str) -> Document {
    let warning = ConvertWarning {
        code: WarningCode::WikiMarkup,
        name: String::new(),
        count: 1,
        line: 0,
        heading: String::new(),
        detail: String::new(),
    };
    let markdown = gfm::fence("confluence-wiki", body.trim_matches('\n')) + "\n";
    Document { markdown, warnings: vec![warning], ..Document::default() }
}

/// Whether a body is wiki markup: no element in it, and a line that begins as only wiki markup does.
fn is_wiki(body: &str) -> bool {
    let opens = |line: &str| {
        let heading = line.strip_prefix('h').and_then(|l| l.strip_prefix(['1', '2', '3', '4', '5', '6']));
        let names =
            ["{code", "{noformat", "{panel", "{info", "{note", "{warning", "{tip", "{toc", "{section", "{quote"];
        heading.is_some_and(|rest| rest.starts_with(". "))
            || names.iter().any(|name| line.strip_prefix(name).is_some_and(|rest| rest.starts_with([':', '}'])))
            || (line.starts_with("||") && line.trim_end().ends_with("||") && line.len() > 4)
    };
    !body.contains('<') && body.lines().any(opens)
}
