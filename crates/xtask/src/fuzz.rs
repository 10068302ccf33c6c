//! `cargo xtask fuzz`: the conversion against bodies that a fuzzer makes.
//!
//! On demand: it takes a nightly compiler, and no end of time.

use std::fs;
use std::time::Instant;

use anyhow::{Context as _, Result, bail};

use crate::fuzz_seeds::{dictionary, put, seed};
use crate::run::{output, program, run, target};

/// What is fuzzed, with the kind of body that it reads; one that makes its documents itself reads none.
const TARGETS: [(&str, Option<&str>); 4] =
    [("storage", Some("xml")), ("adf", Some("json")), ("writer", None), ("mutate", None)];

/// The targets' own workspace.
const FOLDER: &str = "crates/pagelift-convert/fuzz";

/// What tells the fuzzer which code was reached. In the converter alone, for what the checks reach says nothing about it, and
/// without comparisons, for each would take longer than what it compares. No sanitizer: no crate of ours has unsafe code.
const WATCHED: &str = "profile.release.package.pagelift-convert.rustflags = [\
    '-Cpasses=sancov-module', '-Cllvm-args=-sanitizer-coverage-level=3', '-Cllvm-args=-sanitizer-coverage-inline-8bit-counters', \
    '-Cllvm-args=-sanitizer-coverage-pc-table', '-Cllvm-args=-simplifycfg-branch-fold-threshold=0']";

/// Executions of a target when nobody says how many.
const RUNS: u64 = 100_000;

/// How long bodies get, and one in how many of the executions is for them: longer ones find little more, and take longer. What a
/// document is made from is shorter.
const LENGTHS: [(u64, u64); 2] = [(512, 1), (4096, 20)];

/// Fuzzes one target, or all: `[TARGET] [--runs N]`.
pub fn fuzz(arguments: &[&str]) -> Result<()> {
    let (wanted, runs) = parse(arguments)?;
    output(program("cargo").args(["+nightly", "--version"]))
        .context("fuzzing needs a nightly compiler (`rustup toolchain install nightly`)")?;
    run(program("cargo")
        .args(["+nightly", "build", "--release", "-Zprofile-rustflags", "--config", WATCHED])
        .args(["--manifest-path", &format!("{FOLDER}/Cargo.toml")])
        .env("CARGO_TARGET_DIR", target().join("fuzz")))?;
    let findings = target().join("fuzz-findings");
    fs::create_dir_all(&findings)?;
    for (name, kind) in TARGETS.iter().filter(|(name, _)| wanted.is_none_or(|wanted| wanted == *name)) {
        let corpus = target().join("fuzz-corpus").join(name);
        fs::create_dir_all(&corpus)?;
        let words = corpus.with_extension("dict");
        if let Some(kind) = kind {
            seed(kind, &corpus)?;
            put(&words, dictionary(kind)?)?;
        }
        let began = Instant::now();
        for (longest, share) in LENGTHS {
            let longest = if kind.is_some() { longest } else { longest / 4 };
            run(program(target().join("fuzz/release").join(name))
                .arg(&corpus)
                .arg(format!("-runs={}", runs / share))
                .arg(format!("-max_len={longest}"))
                .args(kind.map(|_| format!("-dict={}", words.display())))
                .arg(format!("-artifact_prefix={}", findings.join(format!("{name}-")).display()))
                .args(["-timeout=20", "-reload=0", "-print_final_stats=1"]))?;
        }
        println!("{}", report(name, runs, began.elapsed().as_secs_f64()));
    }
    Ok(())
}

/// What a target has done without a finding.
fn report(name: &str, runs: u64, seconds: f64) -> String {
    let all: u64 = LENGTHS.iter().map(|(_, share)| runs / share).sum();
    format!("{name}: {all} executions in {seconds:.0} s, {:.0} a second, no finding", all as f64 / seconds.max(0.001))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_and_a_number_of_runs_are_read_in_any_order() {
        assert_eq!(parse(&["--runs", "5", "adf"]).unwrap(), (Some("adf"), 5));
        assert_eq!(parse(&["adf", "--runs", "5"]).unwrap(), (Some("adf"), 5));
        assert_eq!(parse(&[]).unwrap(), (None, RUNS));
        assert!(parse(&["pdf"]).unwrap_err().to_string().contains("storage, adf, writer, mutate"));
    }

    #[test]
    fn the_report_counts_short_and_long_bodies() {
        assert_eq!(report("adf", 1000, 2.0), "adf: 1050 executions in 2 s, 525 a second, no finding");
    }
}
