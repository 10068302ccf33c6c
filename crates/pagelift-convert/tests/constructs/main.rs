//! Constructs of both body formats, one by one, with and without a context that knows more.

mod chosen;
mod included;
mod listed;
mod macros;
mod pointed;
mod small;
mod world;

use pagelift_convert::{ConvertOptions, Document, convert};
use pagelift_model::{BodyKind, WarningCode};
use world::World;

/// What a body becomes in the world, with options by name and value.
fn with(options: &[(&str, &str)], body: &str) -> Document {
    let mut chosen = ConvertOptions::default();
    for (name, value) in options {
        assert_eq!(chosen.set(name, value), Ok(()));
    }
    convert(body, BodyKind::Storage, &World, &chosen)
}

/// What a body becomes in the world.
fn here(body: &str) -> Document {
    with(&[], body)
}

fn codes(found: &Document) -> Vec<WarningCode> {
    found.warnings.iter().map(|warning| warning.code).collect()
}

/// A macro with parameters, and what is in it.
fn macro_with(name: &str, parameters: &[(&str, &str)], inside: &str) -> String {
    let parameter = |(name, value): &(&str, &str)| format!("<ac:parameter ac:name=\"{name}\">{value}</ac:parameter>");
    let parameters: String = parameters.iter().map(parameter).collect();
    format!("<ac:structured-macro ac:name=\"{name}\">{parameters}{inside}</ac:structured-macro>")
}

fn rich(body: &str) -> String {
    format!("<ac:rich-text-body>{body}</ac:rich-text-body>")
}

fn plain(body: &str) -> String {
    format!("<ac:plain-text-body><![CDATA[{body}]]></ac:plain-text-body>")
}
