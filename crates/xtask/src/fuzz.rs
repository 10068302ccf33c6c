//! `cargo xtask fuzz`: the conversion against bodies that a fuzzer makes.
//!
//! On demand: it takes a nightly compiler and `cargo-fuzz`, and no end of time.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail};

use crate::run::{output, program, root, run, target};

/// What is fuzzed, with the kind of body that it reads; one that makes its documents itself reads none.
const TARGETS: [(&str, Option<&str>); 3] = [("storage", Some("xml")), ("adf", Some("json")), ("writer", None)];

/// The targets' own workspace. Without a sanitizer: no crate of ours has unsafe code, and it would take most of the time.
const FOLDER: &str = "crates/pagelift-convert/fuzz";

/// Executions of a target when nobody says how many.
const RUNS: u64 = 100_000;

/// Longer bodies find little more, and take longer.
const LONGEST: u64 = 2048;

/// Fuzzes one target, or all: `[TARGET] [--runs N]`.
pub fn fuzz(arguments: &[&str]) -> Result<()> {
    let (wanted, runs) = parse(arguments)?;
    output(program("cargo").args(["+nightly", "fuzz", "--version"])).context(
        "fuzzing needs a nightly compiler (`rustup toolchain install nightly`) and `cargo install cargo-fuzz`",
    )?;
    for (name, kind) in TARGETS.iter().filter(|(name, _)| wanted.is_none_or(|wanted| wanted == *name)) {
        let corpus = target().join("fuzz-corpus").join(name);
        fs::create_dir_all(&corpus)?;
        if let Some(kind) = kind {
            seed(&root().join("../shared/corpus"), kind, &corpus)?;
        }
        run(program("cargo")
            .args(["+nightly", "fuzz", "run", "--sanitizer", "none", "--fuzz-dir", FOLDER, name])
            .arg(&corpus)
            .args([
                "--",
                &format!("-runs={runs}"),
                &format!("-max_len={LONGEST}"),
                "-timeout=20",
                "-print_final_stats=1",
            ])
            .env("CARGO_TARGET_DIR", target().join("fuzz")))?;
    }
    Ok(())
}

fn parse<'a>(arguments: &[&'a str]) -> Result<(Option<&'a str>, u64)> {
    let (mut wanted, mut runs) = (None, RUNS);
    let mut rest = arguments.iter().copied();
    while let Some(argument) = rest.next() {
        match argument {
            "--runs" => {
                let number = rest.next().context("`--runs` takes a number")?;
                runs = number.parse().with_context(|| format!("`{number}` is no number of runs"))?;
            }
            name if TARGETS.iter().any(|(known, _)| *known == name) => wanted = Some(name),
            other => bail!("there is no fuzz target `{other}`, only: {}", TARGETS.map(|(name, _)| name).join(", ")),
        }
    }
    Ok((wanted, runs))
}

/// Copies the bodies of real pages that are short enough, where there are any, to begin with.
fn seed(from: &Path, kind: &str, corpus: &Path) -> Result<()> {
    let Ok(folders) = fs::read_dir(from) else { return Ok(()) };
    for folder in folders.flatten().filter(|folder| folder.path().is_dir()) {
        for file in fs::read_dir(folder.path())?.flatten() {
            let path = file.path();
            let short = file.metadata().is_ok_and(|metadata| metadata.len() <= LONGEST);
            if short && path.extension().is_some_and(|ending| ending == kind) {
                let name = format!("{}-{}", folder.file_name().display(), file.file_name().display());
                fs::copy(&path, corpus.join(name))?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_and_a_number_of_runs_are_read_in_any_order() {
        assert_eq!(parse(&["--runs", "5", "adf"]).unwrap(), (Some("adf"), 5));
        assert_eq!(parse(&["adf", "--runs", "5"]).unwrap(), (Some("adf"), 5));
        assert_eq!(parse(&[]).unwrap(), (None, RUNS));
        assert!(parse(&["pdf"]).unwrap_err().to_string().contains("storage, adf, writer"));
    }
}
