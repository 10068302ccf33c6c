//! Installs what is missing: system packages on Debian and Ubuntu, npm packages everywhere. Elsewhere it names what is missing
//! and how to get it.
//!
//! The version of Rust needs no step here: cargo refuses a compiler older than the workspace's `rust-version`.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};

use crate::run::{is_installed, npm, output, program, root, run};

/// What is going to be done with the machine.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Building and running the app.
    Run,
    /// That, and testing it on a desktop of its own without a screen.
    Test,
}

/// To build and run the app. The last three are for folder dialogs and links to find their programs.
const RUN: &[&str] =
    &["build-essential", "pkg-config", "libwebkit2gtk-4.1-dev", "xdg-utils", "desktop-file-utils", "libglib2.0-bin"];

/// To test it: `tests/desktop-session` and what drives the app in it.
const TEST: &[&str] = &[
    "xvfb",
    "openbox",
    "dbus",
    "dbus-x11",
    "gnome-keyring",
    "libsecret-tools",
    "webkit2gtk-driver",
    "xdotool",
    "x11-utils",
    "imagemagick",
    "python3-xlib",
    "fonts-dejavu-core",
];

/// The browser that the tests sign in with, the first that is there: under `tests/e2e` the same names are looked for.
const BROWSERS: &[&str] = &["chromium", "google-chrome", "google-chrome-stable", "chromium-browser"];

/// The folders with npm packages: of the UI, and of the tests that drive the real app.
const NPM_FOLDERS: &[(&str, Purpose)] = &[("ui", Purpose::Run), ("tests/e2e", Purpose::Test)];

/// Oldest version of Node that the UI's tools run on.
const NODE: u32 = 20;

/// Installs what `purpose` needs, where it is missing.
pub fn setup(purpose: Purpose) -> Result<()> {
    let packages = [RUN, if purpose == Purpose::Test { TEST } else { &[] }].concat();
    if has_apt() {
        install(&packages)?;
    } else {
        name_what_is_missing(purpose)?;
    }
    if purpose == Purpose::Test && cfg!(target_os = "linux") {
        browser()?;
    }
    node()?;
    for (folder, wanted_for) in NPM_FOLDERS {
        if purpose == Purpose::Test || *wanted_for == Purpose::Run {
            npm_packages(folder)?;
        }
    }
    Ok(())
}

/// Installs those of these Debian packages that are missing.
pub fn install(packages: &[&str]) -> Result<()> {
    let missing = missing_packages(packages)?;
    if missing.is_empty() {
        return Ok(());
    }
    println!("Installing {} system packages with apt-get: {}", missing.len(), missing.join(" "));
    run(apt_get(&["update", "-q"])?.stdout(Stdio::null())).context("the list of packages cannot be read")?;
    let options = ["install", "-q", "-y", "--no-install-recommends"];
    run(apt_get(&[&options[..], &missing].concat())?.stdout(Stdio::null()))
        .context("if it was interrupted before, `dpkg --configure -a` and `apt-get --fix-broken install` repair it")
}

/// Whether this is Debian, Ubuntu or one of their children.
pub fn has_apt() -> bool {
    let release = fs::read_to_string("/etc/os-release").unwrap_or_default();
    let names = release.lines().filter_map(|line| line.strip_prefix("ID=").or_else(|| line.strip_prefix("ID_LIKE=")));
    let mut words = names.flat_map(|value| value.trim_matches('"').split(' '));
    words.any(|word| word == "debian" || word == "ubuntu") && is_installed("apt-get")
}

fn missing_packages<'a>(packages: &[&'a str]) -> Result<Vec<&'a str>> {
    let known = Command::new("dpkg-query")
        .args(["--show", "--showformat", "${binary:Package} ${db:Status-Abbrev}\n"])
        .args(packages)
        .output()
        .context("`dpkg-query` cannot be started")?;
    // It fails when it does not know one of them, and lists the others all the same.
    let known = String::from_utf8_lossy(&known.stdout).into_owned();
    let is_there = |package: &str| {
        known.lines().any(|line| {
            line.split_once(' ')
                .is_some_and(|(name, state)| name.split(':').next() == Some(package) && state.starts_with("ii"))
        })
    };
    Ok(packages.iter().copied().filter(|package| !is_there(package)).collect())
}

/// `apt-get`, as root and without questions. It unpacks in `/var/tmp`, since `/tmp` may be small or swept.
pub fn apt_get(arguments: &[&str]) -> Result<Command> {
    let environment = ["DEBIAN_FRONTEND=noninteractive", "TMPDIR=/var/tmp"];
    let mut command = if is_root()? {
        program("env")
    } else if is_installed("sudo") {
        let mut sudo = program("sudo");
        sudo.arg("env");
        sudo
    } else {
        bail!(
            "system packages can only be installed as root, and there is no sudo: run `apt-get {}`",
            arguments.join(" ")
        );
    };
    command.args(environment).arg("apt-get").args(arguments);
    Ok(command)
}

fn is_root() -> Result<bool> {
    Ok(output(program("id").arg("-u"))?.trim() == "0")
}

/// On systems without apt: fails with a list of what is missing.
fn name_what_is_missing(purpose: Purpose) -> Result<()> {
    let mut missing = Vec::new();
    if cfg!(target_os = "macos") {
        if output(program("xcode-select").arg("-p")).is_err() {
            missing.push("the command line tools of Xcode: run `xcode-select --install`".to_owned());
        }
    } else if cfg!(target_os = "linux") {
        if output(program("pkg-config").args(["--exists", "webkit2gtk-4.1"])).is_err() {
            missing.push(
                "a C compiler, pkg-config and the development files of WebKitGTK 4.1: \
                 `dnf install @c-development webkit2gtk4.1-devel` (Fedora), \
                 `pacman -S base-devel webkit2gtk-4.1` (Arch), \
                 `zypper install -t pattern devel_C_C++` and `zypper install webkit2gtk3-devel` (openSUSE)"
                    .to_owned(),
            );
        }
        if purpose == Purpose::Test {
            let programs = [
                "Xvfb",
                "openbox",
                "dbus-run-session",
                "gnome-keyring-daemon",
                "secret-tool",
                "WebKitWebDriver",
                "xdotool",
                "import",
            ];
            missing.extend(programs.iter().filter(|name| !is_installed(name)).map(|name| {
                format!(
                    "the program `{name}`, from your system's packages (Debian has it in one of: {})",
                    TEST.join(" ")
                )
            }));
        }
    }
    refuse(&missing)
}

fn refuse(missing: &[String]) -> Result<()> {
    if missing.is_empty() {
        return Ok(());
    }
    bail!("this is missing:\n  - {}", missing.join("\n  - "))
}

/// The version of a Debian package that could be installed, in the words of `apt-cache policy`.
fn candidate(package: &str) -> Result<Option<String>> {
    let offered = output(program("apt-cache").args(["policy", package]))?;
    let version = offered.lines().find_map(|line| line.trim().strip_prefix("Candidate: "));
    Ok(version.filter(|version| *version != "(none)").map(str::to_owned))
}

/// Installs the browser where the system has it as a package.
fn browser() -> Result<()> {
    if BROWSERS.iter().any(|name| is_installed(name)) {
        return Ok(());
    }
    if has_apt() && candidate("chromium")?.is_some() {
        return install(&["chromium"]);
    }
    refuse(&["a browser to sign in with in the tests: Chromium from your system's packages (`dnf install chromium` on Fedora, \
              `pacman -S chromium` on Arch), or on Ubuntu, whose Chromium is a snap that cannot see the tests' folders, the \
              .deb of Google Chrome from https://www.google.com/chrome/"
        .to_owned()])
}

fn node() -> Result<()> {
    if !is_installed("node") && has_apt() {
        let offered = candidate("nodejs")?.as_deref().and_then(major);
        if offered.is_some_and(|version| version >= NODE) {
            install(&["nodejs"])?;
            if !is_installed("npm") {
                install(&["npm"])?;
            }
        }
    }
    let where_from =
        format!("Node {NODE} or later with npm is needed: take it from https://nodejs.org or your system's packages");
    let version = output(program("node").arg("--version")).with_context(|| where_from.clone())?;
    if major(version.trim().trim_start_matches('v')).is_none_or(|version| version < NODE) {
        bail!("{where_from}; this is {}", version.trim());
    }
    output(npm(".").arg("--version")).context(where_from)?;
    Ok(())
}

/// The first number of a version.
fn major(version: &str) -> Option<u32> {
    version.split(|letter: char| !letter.is_ascii_digit()).next()?.parse().ok()
}

/// Installs a folder's npm packages when its lock file is newer than what is installed.
fn npm_packages(folder: &str) -> Result<()> {
    let changed = |file: &str| fs::metadata(root().join(folder).join(file)).and_then(|file| file.modified());
    let locked = changed("package-lock.json")
        .with_context(|| format!("{} cannot be read", Path::new(folder).join("package-lock.json").display()))?;
    if changed("node_modules/.package-lock.json").is_ok_and(|installed| installed >= locked) {
        return Ok(());
    }
    println!("Installing the npm packages of {folder}/");
    run(npm(folder).args(["ci", "--no-audit", "--no-fund", "--loglevel", "error"]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_number_of_a_version_is_read() {
        assert_eq!(major("20.20.2"), Some(20));
        assert_eq!(major("18.13.0+dfsg1-1"), Some(18));
        assert_eq!(major("(none)"), None);
    }
}
