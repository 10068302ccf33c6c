//! `cargo xtask test`: everything, in an order in which nothing is compiled twice.
//!
//! The UI is built first because the shell takes it in when it is compiled. Cargo builds all targets of the whole workspace at
//! once, so that the tests, the app and the command share one set of crates; the tests that drive the real app use that build.

use std::time::{Duration, Instant};

use anyhow::Result;

use crate::run::{built, cargo, npm, program, root, run};
use crate::setup::{self, Purpose};
use crate::{check, generate};

/// Sets up and runs every test.
pub fn test() -> Result<()> {
    let mut stages = Stages::default();
    let done = all(&mut stages);
    stages.print();
    done
}

fn all(stages: &mut Stages) -> Result<()> {
    stages.run("set-up", || setup::setup(Purpose::Test))?;
    stages.run("UI build", check::build_ui)?;
    stages.run("formatting", check::formatting)?;
    stages.run("seams", check::seams)?;
    stages.run("generated files", generate::unchanged)?;
    stages.run("lints", check::lints)?;
    stages.run("UI tests", || run(npm("ui").args(["run", "test"])))?;
    stages.run("build", || run(cargo().args(["build", "--workspace", "--all-targets", "--locked"])))?;
    stages.run("Rust tests", || run(cargo().args(["test", "--workspace", "--locked"])))?;
    stages.run("keychain tests", keychain_tests)?;
    stages.run("app tests", app_tests)
}

/// The tests that need the keychain of a session, run on a desktop of its own.
fn keychain_tests() -> Result<()> {
    if !cfg!(target_os = "linux") {
        println!("The tests that use the keychain run on Linux only.");
        return Ok(());
    }
    let tests = ["test", "--workspace", "--locked", "--lib", "--", "--ignored", "the_secret_service_of_a_session"];
    run(program(root().join("tests/desktop-session")).arg("cargo").args(tests).current_dir(root()))
}

/// The tests that drive the real app, run on a desktop of its own. Only on Linux does the webview of an app have a driver.
fn app_tests() -> Result<()> {
    if !cfg!(target_os = "linux") {
        println!("The tests that drive the app run on Linux only.");
        return Ok(());
    }
    // One file after the other: a second app on the same desktop would only bring the first to the front.
    run(program(root().join("tests/desktop-session"))
        .args(["node", "--test", "--test-concurrency=1"])
        .current_dir(root().join("tests/e2e"))
        .env("PAGELIFT_APP", built("pagelift-desktop"))
        .env("PAGELIFT_CLI", built("pagelift"))
        .env("PAGELIFT_FAKE", built("pagelift-fake")))
}

/// The stages that ran, and how long each took.
#[derive(Default)]
struct Stages(Vec<(&'static str, Duration)>);

impl Stages {
    fn run(&mut self, name: &'static str, stage: impl FnOnce() -> Result<()>) -> Result<()> {
        println!("\n=== {name}");
        let start = Instant::now();
        let done = stage();
        self.0.push((name, start.elapsed()));
        println!("=== {name}: {:.1} s", start.elapsed().as_secs_f32());
        done
    }

    fn print(&self) {
        let total: Duration = self.0.iter().map(|(_, time)| *time).sum();
        println!("\nTimes:");
        for (name, time) in self.0.iter().copied().chain([("together", total)]) {
            println!("{:>9.1} s  {name}", time.as_secs_f32());
        }
    }
}

/// The titles of a hundred thousand made-up trees, in the fast build.
pub fn names() -> Result<()> {
    let every_title =
        ["test", "--release", "--locked", "--package", "pagelift-export", "--test", "hostile", "every_title"];
    run(cargo().args(every_title).env("PAGELIFT_CASES", "100000"))
}
