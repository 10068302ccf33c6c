//! What a person types that must not be seen, and what they paste.

use std::io::{BufRead as _, IsTerminal as _, stdin};
use std::thread;

use pagelift_model::Secret;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::failure::Failure;

/// A secret: typed without being shown, or one line of standard input where that is no terminal.
pub fn ask(prompt: &str) -> Result<Secret, Failure> {
    let read = || {
        if stdin().is_terminal() {
            return rpassword::prompt_password(prompt);
        }
        let mut line = String::new();
        stdin().lock().read_line(&mut line).map(|_| line)
    };
    let line = Secret::new(read().map_err(|error| Failure::system(format!("standard input cannot be read: {error}")))?);
    Ok(Secret::new(line.expose().trim().to_owned()))
}

/// The lines that come from now on: from a terminal, or from wherever standard input comes when somebody says that there will be some.
pub fn lines(are_expected: bool) -> UnboundedReceiver<String> {
    let (sender, receiver) = unbounded_channel();
    if are_expected || stdin().is_terminal() {
        // Ends with the program: nothing else ends the wait for a line.
        thread::spawn(move || {
            for line in stdin().lock().lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
    }
    receiver
}
