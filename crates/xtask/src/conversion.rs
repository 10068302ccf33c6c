//! How long converting takes: beside merely parsing, beside other converters, and as bodies grow.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::bench::PROFILE;
use crate::run::{cargo, is_installed, program, run, target};

/// How fast converting is at least: a fraction of the speed of a loop that parses and looks at nothing, and multiples of the
/// speed of other converters.
const LOOP: f64 = 0.25;
const HTMD: f64 = 5.0;
const PANDOC: f64 = 200.0;

/// How much longer a body of twice the size may take.
const TWICE: f64 = 2.3;

/// Sizes in MB, each with one of twice the size.
const DOUBLED: [(u32, u32); 5] = [(1, 2), (2, 4), (4, 8), (16, 32), (25, 50)];

/// Programs that convert HTML, by what starts them: their own, or a Python package's.
const OTHERS: [(&str, &[&str], Option<f64>); 2] = [
    ("pandoc", &["pandoc", "--from=html", "--to=gfm"], Some(PANDOC)),
    (
        "markdownify",
        &["python3", "-c", "import sys, markdownify; sys.stdout.write(markdownify.markdownify(sys.stdin.read()))"],
        None,
    ),
];

/// Measures, prints, and fails when a goal is missed.
pub fn conversion() -> Result<()> {
    let body = target().join("bench-body.xml");
    let results = Results(target().join("criterion"));
    // What an earlier run measured, with other bodies or on another day, is no baseline of this one.
    if results.0.exists() {
        fs::remove_dir_all(&results.0)?;
    }
    bench("shapes", &mut cargo())?;
    bench("storage", cargo().env("CRITERION_HOME", &results.0).env("PAGELIFT_BENCH_BODY", &body))?;
    let mut goals = Goals::default();
    let size = fs::metadata(&body)?.len() as f64;
    let convert = results.shortest("storage/convert")?;
    println!("\nA storage body of 1 MB, converted {}:", at(size, convert));
    against_loop("storage", &results, &mut goals)?;
    let htmd = results.shortest("storage/htmd")?;
    goals.least(&format!("htmd {}", at(size, htmd)), htmd / convert, Some(HTMD));
    for (name, words, goal) in OTHERS {
        other(name, words, goal, &body, convert, &mut goals)?;
    }
    if results.0.join("corpus").exists() {
        println!("Bodies of real pages:");
        against_loop("corpus", &results, &mut goals)?;
    }
    println!("As bodies grow:");
    for (small, large) in DOUBLED {
        let [before, after] = [small, large].map(|size| results.shortest(&format!("growing/{size}")));
        goals.most(&format!("{small} MB and {large} MB"), after? / before?, TWICE);
    }
    goals.met()
}

fn bench(name: &str, cargo: &mut Command) -> Result<()> {
    run(cargo.args(["bench", "--profile", PROFILE, "--locked", "--package", "pagelift-convert"]).args([
        "--features",
        "compare",
        "--bench",
        name,
    ]))
}

fn against_loop(group: &str, results: &Results, goals: &mut Goals) -> Result<()> {
    let [parsing, converting] = ["quick-xml", "convert"].map(|name| results.shortest(&format!("{group}/{name}")));
    let (parsing, converting) = (parsing?, converting?);
    goals.least(&format!("a bare quick-xml loop ({:.2} ms)", parsing * 1e3), parsing / converting, Some(LOOP));
    Ok(())
}

/// Measures a program, if it is installed. The time it takes to start is not counted: it converts nothing first.
fn other(name: &str, words: &[&str], goal: Option<f64>, body: &Path, convert: f64, goals: &mut Goals) -> Result<()> {
    let [first, arguments @ ..] = words else { bail!("{name} has no command") };
    let run = |input| time(program(first).args(arguments), input);
    if !is_installed(first) || run(Stdio::null()).is_err() {
        println!("  {name} is not installed");
        return Ok(());
    }
    let starting = run(Stdio::null())?;
    let whole = run(fs::File::open(body)?.into())?;
    let taken = (whole - starting).max(0.0);
    let size = fs::metadata(body)?.len() as f64;
    goals.least(&format!("{name} {} after {starting:.2} s to start", at(size, taken)), taken / convert, goal);
    Ok(())
}

/// The seconds a program takes with this as its input.
fn time(command: &mut Command, input: Stdio) -> Result<f64> {
    let start = Instant::now();
    let status = command.stdin(input).stdout(Stdio::null()).stderr(Stdio::null()).status()?;
    if !status.success() {
        bail!("it failed ({status})");
    }
    Ok(start.elapsed().as_secs_f64())
}

fn at(bytes: f64, seconds: f64) -> String {
    format!("in {:.1} ms, {:.1} MB/s", seconds * 1e3, bytes / seconds / 1e6)
}

/// What criterion wrote down.
struct Results(PathBuf);

impl Results {
    /// The shortest time of one iteration, in seconds: whatever else runs can only make one longer.
    fn shortest(&self, bench: &str) -> Result<f64> {
        let path = self.0.join(bench).join("new/sample.json");
        let text = fs::read_to_string(&path).with_context(|| format!("`{}` cannot be read", path.display()))?;
        let sample: Value = serde_json::from_str(&text)?;
        shortest(&sample).with_context(|| format!("`{}` holds no times", path.display()))
    }
}

fn shortest(sample: &Value) -> Option<f64> {
    let numbers = |key: &str| sample.get(key)?.as_array()?.iter().map(Value::as_f64).collect::<Option<Vec<f64>>>();
    let times = numbers("times")?.into_iter().zip(numbers("iters")?).map(|(time, count)| time / count / 1e9);
    times.min_by(f64::total_cmp)
}

fn speed(ratio: f64) -> String {
    if ratio < 1.0 { format!("{:.0} % of", ratio * 100.0) } else { format!("{ratio:.1} times") }
}

/// The goals that were missed.
#[derive(Default)]
struct Goals(Vec<String>);

impl Goals {
    /// Prints how fast converting is beside something, and notes when it ought to be faster.
    fn least(&mut self, beside: &str, ratio: f64, least: Option<f64>) {
        let line = format!("{} the speed of {beside}", speed(ratio));
        println!("  {line}");
        if let Some(least) = least.filter(|&least| ratio < least) {
            self.0.push(format!("{line}, {} wanted", speed(least)));
        }
    }

    /// Prints how much longer something takes, and notes when that is too long.
    fn most(&mut self, what: &str, ratio: f64, most: f64) {
        println!("  {what}: {ratio:.2} times as long");
        if ratio > most {
            self.0.push(format!("{what}: {ratio:.2} times as long, at most {most} wanted"));
        }
    }

    fn met(self) -> Result<()> {
        if self.0.is_empty() {
            return Ok(());
        }
        bail!("conversion is slower than wanted:\n  - {}", self.0.join("\n  - "))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_shortest_iteration_of_a_sample_counts() {
        let sample = json!({"sampling_mode": "Linear", "iters": [1.0, 2.0, 4.0], "times": [3e9, 4e9, 12e9]});
        assert_eq!(shortest(&sample), Some(2.0));
        assert_eq!(shortest(&json!({"iters": [], "times": []})), None);
    }
}
