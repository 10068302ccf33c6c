//! Bodies of real pages, where there are any.

use std::path::Path;

use pagelift_convert::{ConvertOptions, Format, NoContext, convert};
use pagelift_model::BodyKind;
use serde_json::Value;

use crate::said::Said;
use crate::{adf, reading, storage};

/// Each body, its kind, and where it comes from.
fn bodies() -> Vec<(String, BodyKind, String)> {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus");
    let index = std::fs::read_to_string(corpus.join("index.jsonl")).unwrap_or_default();
    let bodies = index.lines().map(|line| {
        let entry: Value = serde_json::from_str(line).unwrap();
        let file = entry["file"].as_str().unwrap().to_owned();
        let kind = if entry["kind"] == "adf" { BodyKind::Adf } else { BodyKind::Storage };
        let bytes = std::fs::read(corpus.join(&file)).unwrap();
        (file, kind, String::from_utf8_lossy(&bytes).into_owned())
    });
    bodies.collect()
}

fn check(kind: BodyKind, body: &str, format: Format) -> Result<(), String> {
    let options = ConvertOptions { format, ..ConvertOptions::default() };
    let found = convert(body, kind, &NoContext, &options).markdown;
    let mut words = String::new();
    let wanted = match kind {
        BodyKind::Storage => {
            let Some(root) = storage::elements(body) else { return Ok(()) };
            root.beside(&mut words);
            root.part()
        }
        BodyKind::Adf => {
            let root: Value = serde_json::from_str(body).unwrap();
            adf::beside(&root, &mut words);
            adf::part(&root)
        }
    };
    reading::agrees(format, Said::of(&wanted), &found, &words).map_err(|error| format!("{error}\n{found}"))
}

#[test]
fn bodies_of_real_pages_are_read_again_whole() {
    let bodies = bodies();
    if bodies.is_empty() {
        println!("skipped: no corpus");
    }
    let mut failed = Vec::new();
    for (file, kind, body) in &bodies {
        for &format in Format::ALL {
            if let Err(error) = check(*kind, body, format) {
                failed.push(format!("{file} as {}: {error}", format.name()));
            }
        }
    }
    assert!(failed.is_empty(), "{} failed:\n{}", failed.len(), failed.join("\n\n"));
}
