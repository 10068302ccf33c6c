//! The `pagelift` command. It reads arguments, calls one use case of `pagelift-app`, and prints the answer.
//!
//! Exit codes: 0 all well, 2 wrong usage, 4 could not read or write.

use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};
use pagelift_convert::Format;
use pagelift_model::BodyKind;

/// Takes Confluence pages to clean Markdown.
#[derive(Parser)]
#[command(name = "pagelift", version, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Convert one page body from standard input to Markdown on standard output.
    Convert {
        /// The form of the body.
        #[arg(long, value_enum, default_value_t = From::Storage)]
        from: From,
        /// The flavour of Markdown: gfm (also called plain).
        #[arg(long, value_parser = format, default_value = "gfm")]
        format: Format,
        /// Write what had no full equivalent to this file, as JSON.
        #[arg(long, value_name = "FILE")]
        report: Option<PathBuf>,
    },
    /// Render Markdown from standard input to the HTML that the preview shows.
    Preview {
        /// The flavour of Markdown: gfm (also called plain).
        #[arg(long, value_parser = format, default_value = "gfm")]
        format: Format,
    },
}

#[derive(Clone, Copy, ValueEnum)]
enum From {
    /// Storage format: XHTML with ac: and ri: elements.
    Storage,
}

fn format(name: &str) -> Result<Format, String> {
    Format::from_name(name).ok_or_else(|| {
        let names: Vec<&str> = Format::ALL.iter().map(|format| format.name()).collect();
        format!("there is no format of this name; use one of: {}", names.join(", "))
    })
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(&arguments.command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("pagelift: {message}");
            ExitCode::from(4)
        }
    }
}

fn run(command: &Command) -> Result<(), String> {
    match command {
        Command::Convert { from: From::Storage, format, report } => {
            let converted = pagelift_app::convert_body(&standard_input()?, BodyKind::Storage, *format);
            if let Some(path) = report {
                let json = serde_json::to_vec_pretty(&converted.report).map_err(|error| error.to_string())?;
                write_whole(path, &json)?;
            }
            print(&converted.markdown)?;
            if let Some(summary) = converted.report.summary() {
                eprintln!("{summary}");
            }
            Ok(())
        }
        Command::Preview { format: Format::Gfm } => print(&pagelift_app::preview_html(&standard_input()?)),
    }
}

fn standard_input() -> Result<String, String> {
    let mut bytes = Vec::new();
    std::io::stdin()
        .lock()
        .read_to_end(&mut bytes)
        .map_err(|error| format!("standard input cannot be read: {error}"))?;
    String::from_utf8(bytes).map_err(|_| "the input is not UTF-8 text; save it as UTF-8 and try again".to_owned())
}

fn print(text: &str) -> Result<(), String> {
    std::io::stdout()
        .lock()
        .write_all(text.as_bytes())
        .map_err(|error| format!("the result cannot be printed: {error}"))
}

/// Puts `bytes` at `path` in one step, so that no half file is left behind.
fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), String> {
    let refused = |error: &dyn std::fmt::Display| {
        format!("`{}` cannot be written: {error}; choose another place with --report", path.display())
    };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(|error| refused(&error))?;
    file.write_all(bytes).map_err(|error| refused(&error))?;
    file.as_file().sync_all().map_err(|error| refused(&error))?;
    file.persist(path).map(drop).map_err(|error| refused(&error.error))
}
