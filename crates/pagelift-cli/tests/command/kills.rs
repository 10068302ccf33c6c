//! Runs that end like a power cut, at any moment: the next run finishes the very same folder.
//!
//! `cargo xtask kills` does the same many more times.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant, SystemTime};

use pagelift_fake::{GeneratorOptions, ServerOptions};

use crate::cloud::Cloud;
use crate::{Desk, code, events, files, text};

/// How often a run is killed, unless `PAGELIFT_TEST_KILLS` says otherwise.
const KILLS: u64 = 20;

/// When a run ends.
#[derive(Debug, Clone, Copy)]
enum Moment {
    /// Before this step by which it would change a file.
    Step(u64),
    /// At a time that may be in the middle of anything.
    Time(Duration),
}

/// What an undisturbed run is like.
struct Whole {
    files: BTreeMap<String, Vec<u8>>,
    requests: u64,
    steps: u64,
    time: Duration,
}

/// A site, and the library that counts and ends.
struct Trial {
    cloud: Cloud,
    interrupt: PathBuf,
}

impl Trial {
    fn export(&self, desk: &Desk) -> Command {
        let mut command = self.cloud.command(desk, &["export", "--space", "DOCS", "--to", "out", "--json"]);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    fn whole(&self) -> Whole {
        let desk = Desk::new();
        let count = desk.path("count");
        let began = Instant::now();
        let run =
            self.export(&desk).env("LD_PRELOAD", &self.interrupt).env("INTERRUPT_COUNT", &count).output().unwrap();
        let time = began.elapsed();
        assert_eq!(code(&run), 0, "{}", text(&run.stderr));
        let steps = fs::read_to_string(count).unwrap().parse().unwrap();
        Whole { files: files(&desk.path("out")), requests: self.cloud.server.requests(), steps, time }
    }

    /// Whether the run was killed before its end.
    fn kill(&self, desk: &Desk, moment: Moment) -> bool {
        let mut command = self.export(desk);
        if let Moment::Step(step) = moment {
            command.env("LD_PRELOAD", &self.interrupt).env("INTERRUPT_AT", step.to_string());
        }
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        if let Moment::Time(time) = moment {
            std::thread::sleep(time);
            child.kill().unwrap();
        }
        !child.wait().unwrap().success()
    }

    /// Kills a run, lets the next one finish its work, and answers whether there was something to kill.
    fn survive(&self, moment: Moment, whole: &Whole) -> bool {
        let desk = Desk::new();
        self.cloud.server.reset_counters();
        let was_killed = self.kill(&desk, moment);
        assert_no_torn_file(&desk.path("out"), &whole.files, moment);
        let resumed = self.export(&desk).output().unwrap();
        assert_eq!(code(&resumed), 0, "{moment:?}: {}", text(&resumed.stderr));
        let requests = self.cloud.server.requests();
        assert!(requests <= 2 * whole.requests, "{moment:?}: {requests} requests, {} undisturbed", whole.requests);
        assert_same(&files(&desk.path("out")), &whole.files, moment);

        let before = times(&desk.path("out"));
        let third = self.export(&desk).output().unwrap();
        let end = events(&third).pop().unwrap();
        assert_eq!((end["written"].as_u64(), end["bytes"].as_u64()), (Some(0), Some(0)), "{moment:?}: {end}");
        assert_eq!(times(&desk.path("out")), before, "{moment:?}: a run with nothing to do writes nothing");
        was_killed
    }
}

/// What stands under a final name is whole. Temporary files may be there, and folders.
fn assert_no_torn_file(folder: &Path, whole: &BTreeMap<String, Vec<u8>>, moment: Moment) {
    if !folder.exists() {
        return;
    }
    for (name, bytes) in files(folder) {
        if !name.contains(".pagelift-tmp-") {
            assert!(whole.get(&name).is_some_and(|whole| *whole == bytes), "{moment:?}: `{name}` is not whole");
        }
    }
}

fn assert_same(found: &BTreeMap<String, Vec<u8>>, whole: &BTreeMap<String, Vec<u8>>, moment: Moment) {
    let names = |files: &BTreeMap<String, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(found), names(whole), "{moment:?}");
    let differing: Vec<&String> =
        found.iter().filter(|(name, bytes)| whole[*name] != **bytes).map(|(n, _)| n).collect();
    assert!(differing.is_empty(), "{moment:?}: {differing:?} differ");
}

fn times(folder: &Path) -> BTreeMap<String, SystemTime> {
    let time = |name: &String| fs::metadata(folder.join(name)).unwrap().modified().unwrap();
    files(folder).keys().map(|name| (name.clone(), time(name))).collect()
}

/// The library, made by the C compiler that the build needs anyway.
fn interrupt(desk: &Desk) -> PathBuf {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/kills/interrupt.c");
    let library = desk.path("interrupt.so");
    let made = Command::new("cc").args(["-shared", "-fPIC", "-O1", "-o"]).arg(&library).arg(source).status();
    assert!(made.expect("there is a C compiler").success());
    library
}

#[test]
fn a_run_that_is_killed_anywhere_is_finished_by_the_next_one() {
    let tools = Desk::new();
    let content = GeneratorOptions { pages: 60, attachments: 20, ..GeneratorOptions::default() };
    let trial = Trial { cloud: Cloud::start(content, ServerOptions::default()), interrupt: interrupt(&tools) };
    let whole = trial.whole();
    let asked = std::env::var("PAGELIFT_TEST_KILLS").ok().and_then(|number| number.parse().ok());
    let kills = asked.unwrap_or(KILLS).max(4);
    let (by_step, by_time) = (kills - kills / 4, kills / 4);
    // Steps lie evenly over the run, so that each part of it is met; more kills meet every one.
    let steps =
        (0..by_step).map(|number| Moment::Step(1 + number * whole.steps.saturating_sub(1) / (by_step - 1).max(1)));
    let times = (1..=by_time).map(|number| Moment::Time(whole.time.mul_f64(number as f64 / (by_time + 1) as f64)));
    let killed = steps.chain(times).filter(|moment| trial.survive(*moment, &whole)).count() as u64;
    println!("{kills} runs, {killed} killed before their end; an undisturbed one has {} steps", whole.steps);
    // The last steps come after the work is done, and a quick run may end before its time has come.
    assert!(killed >= by_step * 3 / 4, "{killed} of {kills}");
}
