//! A keychain of its own for a test: a session bus with a Secret Service, gone with the test.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

/// Starts the keychain, tells the address of its bus, and ends when the test does.
const SCRIPT: &str = r#"
echo | gnome-keyring-daemon --unlock --components=secrets --foreground >/dev/null 2>&1 &
daemon=$!
until dbus-send --session --print-reply --dest=org.freedesktop.DBus / org.freedesktop.DBus.NameHasOwner \
    string:org.freedesktop.secrets 2>/dev/null | grep -q true; do sleep 0.05; done
echo "$DBUS_SESSION_BUS_ADDRESS"
cat >/dev/null
kill "$daemon"
"#;

/// A keychain that is open.
pub struct Keyring {
    process: Child,
    pub bus: String,
    home: TempDir,
}

impl Keyring {
    /// `None` where this system has not what it takes.
    pub fn start() -> Option<Self> {
        let home = tempfile::tempdir().unwrap();
        let run = home.path().join("run");
        fs::create_dir(&run).unwrap();
        #[cfg(unix)]
        fs::set_permissions(&run, std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
        let is_there = |program: &str| {
            let mut asked = Command::new(program);
            asked.arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok()
        };
        if !["dbus-run-session", "dbus-send", "gnome-keyring-daemon"].into_iter().all(is_there) {
            eprintln!("skipped: there is no gnome-keyring to test with; `cargo xtask setup` installs it");
            return None;
        }
        let mut process = Command::new("dbus-run-session")
            .args(["--", "sh", "-euc", SCRIPT])
            .env("XDG_RUNTIME_DIR", &run)
            .env("XDG_DATA_HOME", home.path().join("data"))
            .env("HOME", home.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut bus = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut bus).unwrap();
        assert!(bus.starts_with("unix:"), "{bus}");
        Some(Self { process, bus: bus.trim().to_owned(), home })
    }

    /// Lets a command use it.
    pub fn lend(&self, command: &mut Command) {
        command.env("DBUS_SESSION_BUS_ADDRESS", &self.bus).env("XDG_RUNTIME_DIR", self.home.path().join("run"));
    }
}

impl Drop for Keyring {
    fn drop(&mut self) {
        // The end of its input is the end of the session.
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}
