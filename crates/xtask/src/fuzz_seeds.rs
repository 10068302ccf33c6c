//! What a fuzzer begins with: pieces of bodies, and words.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;
use serde_json::{Value, json};

use crate::run::root;

/// Seeds are no longer.
const LONGEST: usize = 400;

/// Bodies of real pages, where there are any.
const PAGES: &str = "../shared/corpus";

/// One small body per construct, in the source of the tests.
const CONSTRUCTS: &str = "crates/pagelift-convert/tests/constructs";

const CONVERTER: &str = "crates/pagelift-convert/src";

/// What means something in Markdown, and what bodies are made of.
const SIGNS: &str = "** __ ~~ ``` [x] [^1] ]( ![ $ $$ {{ {% == :: ::: %% [[ ]] \\\\ \\n \\n\\n # - | &amp; &#0; &nbsp; <br/> <!-- --> <![CDATA[ ]]> \
     https://x.y/a_b www.x.y";

/// Writes pieces of bodies of a kind to a folder.
pub fn seed(kind: &str, corpus: &Path) -> Result<()> {
    let mut pieces = BTreeSet::new();
    for path in files(&root().join(PAGES), kind) {
        let body = String::from_utf8_lossy(&fs::read(path)?).into_owned();
        match kind {
            "json" => nodes(&serde_json::from_str(&body).unwrap_or_default(), &mut pieces),
            _ => pieces.extend(parts(&body)),
        }
    }
    for path in files(&root().join(CONSTRUCTS), "rs").into_iter().filter(|_| kind == "xml") {
        pieces.extend(written(&fs::read_to_string(path)?));
    }
    for (number, piece) in pieces.iter().enumerate() {
        put(&corpus.join(format!("seed-{number}")), piece)?;
    }
    Ok(())
}

/// Writes a file for the fuzzer.
#[allow(clippy::disallowed_methods, reason = "scratch files of this command; nobody reads them while they are written")]
pub fn put(path: &Path, content: impl AsRef<[u8]>) -> Result<()> {
    Ok(fs::write(path, content)?)
}

/// The files of a folder and the folders in it whose names end so; none where there is no folder.
fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut out = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            out.extend(files(&path, ending));
        } else if path.extension().is_some_and(|own| own == ending) {
            out.push(path);
        }
    }
    out
}

/// A body cut between tags.
fn parts(body: &str) -> Vec<String> {
    let mut out = vec![String::new()];
    for piece in body.split_inclusive('>') {
        if out.last().is_some_and(|last| last.len() + piece.len() > LONGEST) {
            out.push(String::new());
        }
        if let Some(last) = out.last_mut().filter(|_| piece.len() <= LONGEST) {
            last.push_str(piece);
        }
    }
    out.retain(|part| !part.trim().is_empty());
    out
}

/// The bodies in the source of a test, as far as each stands in a line.
fn written(source: &str) -> Vec<String> {
    let joined = source.split("\\\n").map(str::trim_start).collect::<String>().replace("\\\"", "\"");
    let body = |line: &str| line.get(line.find('<')?..=line.rfind('>')?).map(str::to_owned);
    joined.lines().filter_map(body).filter(|body| (3..=LONGEST).contains(&body.len())).collect()
}

/// Every node of a document that is short enough, as a document.
fn nodes(value: &Value, out: &mut BTreeSet<String>) {
    if value["type"].is_string() && value["type"] != "doc" {
        let document = json!({"type": "doc", "version": 1, "content": [value]}).to_string();
        if document.len() <= LONGEST {
            out.insert(document);
        }
    }
    value["content"].as_array().into_iter().flatten().for_each(|inner| nodes(inner, out));
}

/// The names of elements, macros and nodes in the converter's own lists, and what else means something.
pub fn dictionary(kind: &str) -> Result<String> {
    let mut words: BTreeSet<String> = SIGNS.split(' ').map(str::to_owned).collect();
    let is_name = |word: &&str| {
        (2..=30).contains(&word.len())
            && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b":-_@".contains(&byte))
    };
    for path in files(&root().join(CONVERTER), "rs") {
        let source = fs::read_to_string(&path)?;
        let names = source.lines().flat_map(|line| line.split('"').skip(1).step_by(2)).filter(is_name);
        if path.ends_with("elements.rs") && kind == "xml" {
            words.extend(names.flat_map(|name| [format!("<{name}>"), format!("</{name}>")]));
        } else {
            words.extend(names.map(str::to_owned));
        }
    }
    let mut out = String::new();
    for word in words {
        let quoted = word.replace("\\n", "\\x0A").replace('"', "\\\"");
        let _ = writeln!(out, "\"{quoted}\"");
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_body_is_cut_between_tags() {
        let body = format!("<p>{}</p><hr/>", "a<br/>".repeat(100));
        let cut = parts(&body);
        assert_eq!(cut.concat(), body);
        assert!(cut.len() > 1 && cut.iter().all(|part| part.len() <= LONGEST && part.ends_with('>')));
    }

    #[test]
    fn bodies_are_found_in_the_source_of_tests() {
        let source = "let body = \"<p a=\\\"b\\\">\\\n        x</p>\";\nassert!(true);\n";
        assert_eq!(written(source), ["<p a=\"b\">x</p>"]);
    }

    #[test]
    fn the_dictionary_has_elements_and_macros() {
        let words = dictionary("xml").unwrap();
        for word in ["\"<blockquote>\"", "\"expand\"", "\"$$\"", "\"\\x0A\""] {
            assert!(words.lines().any(|line| line == word), "{word}");
        }
    }
}
