//! Standard input and standard output.

use std::io::{ErrorKind, Read as _, Write as _};

use crate::failure::Failure;

/// All of standard input.
pub fn standard_input() -> Result<String, Failure> {
    let mut bytes = Vec::new();
    std::io::stdin()
        .lock()
        .read_to_end(&mut bytes)
        .map_err(|error| Failure::system(format!("standard input cannot be read: {error}")))?;
    String::from_utf8(bytes)
        .map_err(|_| Failure::system("the input is not UTF-8 text; save it as UTF-8 and try again".to_owned()))
}

/// Prints `text`. A reader that has seen enough is no failure.
pub fn print(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Failure::system(format!("the result cannot be printed: {error}")))
        }
        _ => Ok(()),
    }
}

/// Prints one line.
pub fn line(text: &str) -> Result<(), Failure> {
    print(&format!("{text}\n"))
}

/// Tells a person something, in one line on standard error. Nobody there to hear it is no failure.
pub fn remark(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// So many of something: `1 page`, `2 pages`.
pub fn counted(count: u64, thing: &str) -> String {
    format!("{count} {thing}{}", if count == 1 { "" } else { "s" })
}

/// A title or name as one line of a table.
pub fn cell(text: &str) -> String {
    text.replace(|letter: char| letter.is_control(), " ")
}
