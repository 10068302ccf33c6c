//! The worked examples of the conversion reference, compared byte for byte.

use std::collections::HashMap;
use std::path::Path;

use pagelift_convert::{ConvertOptions, NoContext, convert};
use pagelift_model::BodyKind;

const PASSING: &[&str] = &[
    "read-entities",
    "read-block-in-p",
    "ws-collapse",
    "esc-none",
    "esc-needed",
    "esc-break-lines",
    "esc-bang-link",
    "inline-trim",
    "inline-cjk",
    "inline-nest",
    "inline-colour",
    "block-headings",
    "block-layout",
    "block-pre",
    "list-nest",
    "list-code",
    "list-tasks",
    "table-basic",
    "table-rowhead",
    "table-span",
    "table-blocks",
    "table-nested",
    "code-fence",
    "code-noformat",
    "link-plain",
    "link-nocontext",
    "img-nocontext",
    "callouts",
    "expand",
    "macro-unknown",
    "macro-dynamic",
    "macro-toc",
    "macro-jira",
    "small-things",
    "math-diagram",
    "adf-ext",
];

/// Input and expected output by example id.
fn examples(text: &str) -> (HashMap<String, String>, HashMap<String, String>) {
    let (mut inputs, mut outputs) = (HashMap::new(), HashMap::new());
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let fence: String = line.chars().take_while(|&c| c == '`' || c == '~').collect();
        if fence.len() < 3 {
            continue;
        }
        let info = &line[fence.len()..];
        let body: String = lines.by_ref().take_while(|l| *l != fence).flat_map(|l| [l, "\n"]).collect();
        let words: Vec<&str> = info.split(' ').collect();
        let Some(id) = words.get(1).and_then(|w| w.strip_prefix("example=")) else { continue };
        if words.len() > 2 {
            continue;
        }
        match words[0] {
            "xml" => inputs.insert(id.to_owned(), body),
            "markdown" => outputs.insert(id.to_owned(), body),
            _ => None,
        };
    }
    (inputs, outputs)
}

#[test]
fn examples_match() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/reference/conversion.md");
    let Ok(text) = std::fs::read_to_string(&path) else {
        println!("skipped: no conversion reference");
        return;
    };
    let (inputs, outputs) = examples(&text);
    let mut failed = Vec::new();
    for id in PASSING {
        let (Some(input), Some(wanted)) = (inputs.get(*id), outputs.get(*id)) else {
            failed.push(format!("{id}: not in the reference"));
            continue;
        };
        let got = convert(input, BodyKind::Storage, &NoContext, &ConvertOptions::default()).markdown;
        if &got != wanted {
            failed.push(format!("{id}\n--- wanted\n{wanted}--- got\n{got}"));
        }
    }
    assert!(failed.is_empty(), "{} failed:\n{}", failed.len(), failed.join("\n"));
}
