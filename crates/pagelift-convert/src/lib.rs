//! Turns one page body into Markdown, the references it makes, and warnings about what had no equivalent.
//!
//! Pure and synchronous: no network, disk, clock or randomness, and no panics on any input. Everything about the world
//! outside the body comes in through [`Lookup`].

mod adf_extension;
mod build;
mod context;
mod document;
mod escape;
mod gfm;
mod inline;
mod language;
mod links;
mod macros;
mod slug;
mod storage;
mod table;
mod tree;

pub use context::{AttachmentTarget, Heading, Lookup, NoContext, PageTarget};
pub use document::{ConvertOptions, Document, Format, Reference};

use pagelift_model::{BodyKind, WarningCode};

/// Converts one page body.
///
/// The result depends on the arguments alone. Whatever the body holds, there is a result; what could not be carried
/// over is in its warnings.
pub fn convert(body: &str, kind: BodyKind, context: &dyn Lookup, options: &ConvertOptions) -> Document {
    let Format::Gfm = options.format;
    match kind {
        BodyKind::Storage => storage_document(body, context, options),
        BodyKind::Adf => adf_document(body, context, options),
    }
}

fn builder<'a>(xml: &'a storage::Xml, context: &'a dyn Lookup) -> build::Builder<'a> {
    build::Builder {
        xml,
        context,
        links: Vec::new(),
        warnings: Vec::new(),
        references: Vec::new(),
        heading: String::new(),
    }
}

fn storage_document(body: &str, context: &dyn Lookup, options: &ConvertOptions) -> Document {
    let xml = storage::read(body);
    let mut builder = builder(&xml, context);
    for (found, code) in [
        (xml.malformed, WarningCode::MalformedBody),
        (xml.controls, WarningCode::ControlCharacters),
        (xml.cut, WarningCode::DepthCut),
    ] {
        if found {
            builder.warn(code, "", "");
        }
    }
    let mut blocks = builder.blocks(0);
    if let Some(title) = &options.title {
        blocks.insert(0, tree::Block::Heading(1, vec![tree::text(title, 0)]));
    }
    let headings = gfm::headings(&blocks);
    let anchors: Vec<String> = xml.anchors();
    let mut links = std::mem::take(&mut builder.links);
    for lost in gfm::resolve_links(&mut links, &headings, &anchors) {
        builder.warn(WarningCode::AnchorUnresolved, &lost, "");
    }
    let mut markdown = gfm::Writer { links: &links, headings: &headings }.blocks(&blocks, true);
    if !markdown.is_empty() {
        markdown.push('\n');
    }
    let build::Builder { warnings, references, .. } = builder;
    Document { markdown, references, warnings, headings, properties: Vec::new() }
}

fn adf_document(body: &str, context: &dyn Lookup, options: &ConvertOptions) -> Document {
    let xml = storage::Xml::default();
    let mut builder = builder(&xml, context);
    builder.warn(WarningCode::NodeUnknown, "doc", "");
    let title: Vec<_> = options.title.iter().map(|title| tree::Block::Heading(1, vec![tree::text(title, 0)])).collect();
    let mut markdown = gfm::Writer { links: &[], headings: &[] }.blocks(&title, true);
    if !markdown.is_empty() {
        markdown.push_str("\n\n");
    }
    markdown.push_str(&gfm::fence("json", body));
    markdown.push('\n');
    Document { markdown, warnings: builder.warnings, ..Document::default() }
}
