//! The developer commands. `cargo xtask demo` and `cargo xtask test` are all that a fresh machine needs.

mod bench;
mod bundle;
mod check;
mod conversion;
mod demo;
mod fuzz;
mod fuzz_seeds;
mod generate;
mod kills;
mod run;
mod seams;
mod setup;
mod targets;
mod test;
mod windows;

use std::process::ExitCode;

use crate::setup::Purpose;

const USAGE: &str = "usage: cargo xtask COMMAND
  demo            set up, build, export the sample site to demo-export/, open the app
  test            set up, build and run every test
  test-targets    export in every format and prove each in the program it is for; FORMATs after it choose some
  setup           install what building and testing need
  check           formatting, generated files, lints and seams; a part of test
  gen             write the files that are generated: the UI's IPC types and the sizes of the icon
  dev             run the app with a UI that reloads itself
  bench           measure the speed of conversion and the memory of an export
  kills           kill exports at any moment and finish them: [--runs N], 200 where nothing is said (Linux)
  fuzz            convert bodies that a fuzzer makes: [storage|adf|writer|mutate] [--runs N]; needs nightly
  names           give names to the titles of a hundred thousand made-up trees
  bundle          build the installers for this system
  bundle-check    install the .deb, use the app from its desktop entry, remove it (Debian and Ubuntu)
  check-windows   type-check every crate for Windows (Debian and Ubuntu)";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let (command, rest) = match words.as_slice() {
        [command @ ("test-targets" | "fuzz" | "kills"), rest @ ..] => (*command, rest),
        [command] => (*command, &[][..]),
        _ => ("", &[][..]),
    };
    let done = match command {
        "demo" => demo::demo(),
        "test" => test::test(),
        "test-targets" => targets::test_targets(rest),
        "setup" => setup::setup(Purpose::Test),
        "check" => check::check(),
        "gen" => generate::generate(),
        "dev" => demo::dev(),
        "bench" => bench::bench(),
        "kills" => kills::kills(rest),
        "fuzz" => fuzz::fuzz(rest),
        "names" => test::names(),
        "bundle" => bundle::bundle(),
        "bundle-check" => bundle::bundle_check(),
        "check-windows" => windows::check_windows(),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}
