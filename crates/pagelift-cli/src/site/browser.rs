//! The browser of the system.

use std::env;
use std::process::Stdio;

use crate::output::remark;

/// What a person set for Pagelift alone.
const OWN: [&str; 2] = ["PAGELIFT_TOKEN", "PAGELIFT_EMAIL"];

/// Opens an address in the browser, and says it as well, for a browser that this command cannot open.
pub fn open(address: &str) {
    let is_open = has_screen()
        && open::commands(address).iter_mut().any(|command| {
            for name in OWN {
                command.env_remove(name);
            }
            command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().is_ok()
        });
    remark(if is_open { "Opening the browser at this address:" } else { "Open this address in a browser:" });
    remark(address);
}

/// Whether there is something that a browser can show itself on.
fn has_screen() -> bool {
    let is_set = |name: &str| env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || is_set("DISPLAY") || is_set("WAYLAND_DISPLAY")
}
