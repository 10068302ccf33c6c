//! Text is read back as the same text, with its marks, by the parser of each format, and nothing is escaped in vain.

mod flavours;
#[path = "../shared/numbers.rs"]
mod numbers;
mod odd;
mod read_back;
#[path = "../shared/seed.rs"]
mod seed;

use pagelift_convert::{ConvertOptions, Format, NoContext, convert};
use pagelift_model::BodyKind;

fn converted(body: &str, format: Format) -> String {
    convert(body, BodyKind::Storage, &NoContext, &ConvertOptions { format, ..ConvertOptions::default() }).markdown
}

fn xml(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// A text, and what stands for it in a paragraph.
type Case = (&'static str, &'static str);

fn check(format: Format, cases: &[Case]) {
    let mut failed = Vec::new();
    for (text, wanted) in cases {
        let body = format!("<p>{}</p>", xml(text).replace('\n', "<br/>"));
        let found = converted(&body, format);
        let found = found.trim_end();
        let found = if format == Format::Logseq { found.trim_start_matches("- ") } else { found };
        if found != *wanted {
            failed.push(format!("{text}\n--- wanted\n{wanted}\n--- got\n{found}"));
        }
    }
    assert!(failed.is_empty(), "{}: {} failed:\n{}", format.name(), failed.len(), failed.join("\n"));
}
