//! What is written down when Pagelift itself is at fault. The text of a panic may be made from anything that was at hand, tokens and
//! bodies of pages too: only a text that stands in the program is shown.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::io::{self, Write as _};
use std::panic::{self, PanicHookInfo};

/// From now on panics are told without what they were made from. For the begin of a program.
pub fn hide_panic_texts() {
    panic::set_hook(Box::new(|info| {
        // Nobody may be there to read it.
        let _ = writeln!(io::stderr(), "{}", crash_text(info));
    }));
}

/// Where a panic was and, where that says nothing of what the program had at hand, why.
pub fn crash_text(info: &PanicHookInfo<'_>) -> String {
    let place = info.location().map(ToString::to_string).unwrap_or_default();
    let why = info.payload().downcast_ref::<&'static str>().copied();
    let why = why.unwrap_or("the text is left out, since it may hold what is secret");
    let trace = Backtrace::capture();
    let trace = if trace.status() == BacktraceStatus::Captured { format!("\n{trace}") } else { String::new() };
    format!("pagelift: a fault at {place}: {why}{trace}")
}
