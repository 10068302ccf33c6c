//! Turns one page body into Markdown, the references it makes, and warnings about what had no equivalent.
//!
//! Pure and synchronous: no network, disk, clock or randomness, and no panics on any input. Everything about the world
//! outside the body comes in through [`Lookup`].

mod address;
mod adf;
mod adf_extension;
mod anchors;
mod blocks;
mod build;
mod clean;
mod comment_marks;
mod context;
mod diagrams;
mod dialect;
mod document;
mod elements;
mod emoji;
mod entities;
mod escape;
mod flow;
mod grid;
mod guest;
mod images;
mod includes;
mod inline;
mod language;
mod letters;
mod links;
mod listings;
mod looks;
mod macro_parts;
mod macros;
mod mermaid;
mod options;
mod outside;
mod page_links;
mod page_parts;
mod placement;
mod rendered;
mod resources;
mod shelf;
mod site_macros;
mod slug;
mod storage;
mod table;
mod target;
mod text;
mod tree;
mod writer;
mod xml;

pub use address::short_link;
pub use context::{
    AttachmentEntry, AttachmentTarget, FileTarget, Heading, Lookup, MacroCall, NoContext, PageDates, PageTarget,
};
pub use document::{CommentMark, Document, PropertyValue, Reference};
pub use options::{
    Anchors, BadOption, CellLists, Colours, ConvertOptions, Format, HeaderlessTable, HiddenContent, HtmlMacro,
    ImageSize, Includes, Markers, MergedCells, Nbsp, OptionInfo, OutsideLinks, PageProperties, StatusStyle, TableStyle,
    TocStyle, Underline,
};

use pagelift_model::{BodyKind, ConvertWarning, WarningCode};

/// Converts one page body.
///
/// The result depends on the arguments alone. Whatever the body holds, there is a result; what could not be carried
/// over is in its warnings.
pub fn convert(body: &str, kind: BodyKind, context: &dyn Lookup, options: &ConvertOptions) -> Document {
    let shelf = shelf::Shelf::default();
    match kind {
        BodyKind::Storage => {
            let (clean, controls) = shelf.clean(body);
            if is_wiki(clean) {
                return wiki_document(clean);
            }
            document(&storage::read(clean), adf::Found { controls, unread: None }, context, options, &shelf)
        }
        BodyKind::Adf => {
            let (xml, found) = adf::read(body, context, &shelf);
            document(&xml, found, context, options, &shelf)
        }
    }
}

/// The document of a body as elements; what could not be read stands after it.
fn document<'a>(
    xml: &'a storage::Xml<'a>,
    found: adf::Found,
    context: &'a dyn Lookup,
    options: &'a ConvertOptions,
    shelf: &'a shelf::Shelf<'a>,
) -> Document {
    let style = dialect::Style::new(options);
    let mut builder = build::Builder::new(xml, context, style, shelf);
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
        blocks.insert(0, tree::Block::Heading(1, vec![tree::text(title, 0)].into()));
    }
    if options.outside_links != OutsideLinks::Web {
        outside::unlink(&mut blocks, &builder.links, options.outside_links == OutsideLinks::Mark);
    }
    let headings = writer::headings(&blocks, style);
    let title = context.this_page().map(|page| page.title).or_else(|| options.title.clone()).unwrap_or_default();
    let named = std::mem::take(&mut builder.anchors);
    let named = if style.anchors() { named } else { Vec::new() };
    let mut links = std::mem::take(&mut builder.links);
    if links.iter().any(|link| link.anchor.is_some()) {
        let places = anchors::Places::new(&title, &headings, named).with_ids(&builder.heading_ids);
        for lost in anchors::resolve(&mut links, &places, style) {
            builder.warn(WarningCode::AnchorUnresolved, &lost, "");
        }
    }
    let desk = std::cell::Cell::default();
    let pen = inline::Pen { links: &links, style, desk: &desk };
    // A contents list names the headings below the title of the page.
    let titled = options.title.is_some();
    let listed = headings.get(usize::from(titled)..).unwrap_or_default();
    let writer::Page { markdown, blanked, marks } = writer::Writer::new(pen, listed).page(&blocks, titled);
    for _ in 0..blanked {
        builder.warn(WarningCode::TableSpanBlank, "table", "");
    }
    let build::Builder { mut warnings, references, properties, comment_marks, .. } = builder;
    let comment_marks = comment_marks::tidy(comment_marks);
    marks.fill(&mut warnings, &markdown);
    Document { markdown, references, warnings, headings, properties, comment_marks }
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
    let markdown = writer::fence("confluence-wiki", body.trim_matches('\n')) + "\n";
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
