//! `cargo xtask bench`: figures that hold on any computer, because each is a ratio of two measurements of one run.
//!
//! How much memory an export of 20,000 pages takes beside one of 2,000; `conversion.rs` measures the conversion.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::conversion::conversion;
use crate::run::{cargo, program, run, target};

/// Optimised like a release, compiled in less time.
pub const PROFILE: &str = "perf";

/// Pages of the two sites, and how much more memory the larger may take.
const PAGES: [u32; 2] = [2_000, 20_000];
const MOST_MEMORY: f64 = 1.5;

/// Where the kernel can be asked for a process's memory.
const PROC: &str = "/proc/self/status";

/// Runs all benchmarks.
pub fn bench() -> Result<()> {
    conversion()?;
    if Path::new(PROC).exists() {
        return memory();
    }
    println!("The memory of a process is measured on Linux only.");
    Ok(())
}

fn memory() -> Result<()> {
    run(cargo().args(["build", "--profile", PROFILE, "--locked"]).args([
        "--package",
        "pagelift-cli",
        "--package",
        "pagelift-fake",
    ]))?;
    let folder = target().join("bench-export");
    let mut peaks = Vec::new();
    for pages in PAGES {
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        peaks.push(export(pages, &folder)?);
    }
    fs::remove_dir_all(&folder)?;
    let [small, large] = peaks.as_slice() else { bail!("two exports were to be measured") };
    let ratio = *large / *small;
    println!("Ten times the pages take {ratio:.2} times the memory.");
    if ratio > MOST_MEMORY {
        bail!(
            "the memory of an export grows with the number of pages: {ratio:.2} times, where {MOST_MEMORY} is allowed"
        );
    }
    Ok(())
}

/// Exports a generated site of so many pages and answers the exporter's peak memory in MB.
fn export(pages: u32, folder: &Path) -> Result<f64> {
    let (site, address) = serve(pages)?;
    let mut command = program(built("pagelift"));
    command
        .args(["export", "--url", &address, "--space", "DOCS", "--json", "--to"])
        .arg(folder.join("pages"))
        .env("PAGELIFT_EMAIL", "ada@example.com")
        .env("PAGELIFT_TOKEN", "secret-token")
        .env("PAGELIFT_CONFIG_DIR", folder.join("config"))
        .env("PAGELIFT_DATA_DIR", folder.join("data"))
        .env("PAGELIFT_CACHE_DIR", folder.join("cache"))
        .stdout(Stdio::piped());
    let start = Instant::now();
    let (peak, last_event) = watch(&mut command)?;
    drop(site);
    let totals: Value = serde_json::from_str(&last_event).context("the export printed no totals")?;
    let number = |name: &str| totals.get(name).and_then(Value::as_u64).unwrap_or_default();
    if number("written") != u64::from(pages) {
        bail!("of {pages} pages {} were written: {totals}", number("written"));
    }
    println!(
        "{pages} pages, {} attachments: {peak:.1} MB at most, {} requests, {:.1} s.",
        number("attachments"),
        number("requests"),
        start.elapsed().as_secs_f32()
    );
    Ok(peak)
}

/// A fake site that ends with this value.
struct Site(Child);

impl Drop for Site {
    fn drop(&mut self) {
        // Both fail only when it has ended already.
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

fn serve(pages: u32) -> Result<(Site, String)> {
    let mut child = program(built("pagelift-fake"))
        .args(["--pages", &pages.to_string(), "--attachments", &(pages / 4).to_string()])
        .stdout(Stdio::piped())
        .spawn()
        .context("`pagelift-fake` cannot be started")?;
    let out = child.stdout.take();
    let site = Site(child);
    let mut address = String::new();
    BufReader::new(out.context("`pagelift-fake` has no output")?).read_line(&mut address)?;
    Ok((site, address.trim().to_owned()))
}

/// Runs a command to its end; its peak memory in MB and the last line it printed.
///
/// The kernel's own high-water mark is asked again and again while it runs, since it is gone with the process. It never falls, so
/// that only growth in the last few milliseconds can be missed.
fn watch(command: &mut Command) -> Result<(f64, String)> {
    let mut child = command.spawn().context("`pagelift` cannot be started")?;
    let out = child.stdout.take().context("`pagelift` has no output")?;
    let lines = thread::spawn(move || BufReader::new(out).lines().map_while(Result::ok).last());
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0.0;
    let ended = loop {
        if let Some(mark) = fs::read_to_string(&status).ok().as_deref().and_then(high_water_mark) {
            peak = mark;
        }
        if let Some(ended) = child.try_wait()? {
            break ended;
        }
        thread::sleep(Duration::from_millis(5));
    };
    if !ended.success() {
        bail!("`pagelift export` failed ({ended})");
    }
    let last = lines.join().ok().flatten();
    Ok((peak, last.context("the export printed nothing")?))
}

/// `VmHWM` of a `/proc/…/status`, in MB.
fn high_water_mark(status: &str) -> Option<f64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes / 1024.0)
}

fn built(name: &str) -> std::path::PathBuf {
    target().join(PROFILE).join(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_high_water_mark_is_read_in_megabytes() {
        assert_eq!(high_water_mark("Name:\tpagelift\nVmPeak:\t  9999 kB\nVmHWM:\t   20480 kB\n"), Some(20.0));
        assert_eq!(high_water_mark("Name:\tpagelift\nState:\tZ (zombie)\n"), None);
    }
}
