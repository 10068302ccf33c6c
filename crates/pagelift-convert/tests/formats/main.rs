//! What each flavour of Markdown does in its own way.

mod blocks;
mod links;
mod lists;
mod options;
mod outline;
mod site;
mod slugs;
mod tables;

use pagelift_convert::{ConvertOptions, Document, Format, Lookup, NoContext, convert};
use pagelift_model::BodyKind;

/// A body in a format, with options as they stand in settings.
fn document(format: Format, options: &[(&str, &str)], body: &str, context: &dyn Lookup) -> Document {
    let mut chosen = ConvertOptions { format, ..ConvertOptions::default() };
    for (name, value) in options {
        assert_eq!(chosen.set(name, value), Ok(()));
    }
    convert(body, BodyKind::Storage, context, &chosen)
}

/// The Markdown of a body that stands alone.
fn written(format: Format, body: &str) -> String {
    document(format, &[], body, &NoContext).markdown
}

fn written_with(format: Format, options: &[(&str, &str)], body: &str) -> String {
    document(format, options, body, &NoContext).markdown
}

/// A macro with a body.
fn boxed(name: &str, title: &str, body: &str) -> String {
    let title = if title.is_empty() {
        String::new()
    } else {
        format!(r#"<ac:parameter ac:name="title">{title}</ac:parameter>"#)
    };
    format!(
        r#"<ac:structured-macro ac:name="{name}">{title}<ac:rich-text-body>{body}</ac:rich-text-body></ac:structured-macro>"#
    )
}

/// A code macro.
fn code(language: &str, title: &str, text: &str) -> String {
    let parameter = |name: &str, value: &str| {
        if value.is_empty() {
            String::new()
        } else {
            format!(r#"<ac:parameter ac:name="{name}">{value}</ac:parameter>"#)
        }
    };
    format!(
        r#"<ac:structured-macro ac:name="code">{}{}<ac:plain-text-body><![CDATA[{text}]]></ac:plain-text-body></ac:structured-macro>"#,
        parameter("language", language),
        parameter("title", title)
    )
}

/// Compares what every named format makes of a body.
fn check(body: &str, wanted: &[(Format, &str)]) {
    let mut failed = Vec::new();
    for (format, wanted) in wanted {
        let got = written(*format, body);
        if got.strip_suffix('\n').unwrap_or(&got) != *wanted {
            failed.push(format!("{}\n--- wanted\n{wanted}\n--- got\n{got}", format.name()));
        }
    }
    assert!(failed.is_empty(), "{} of {} failed:\n{}", failed.len(), wanted.len(), failed.join("\n"));
}
