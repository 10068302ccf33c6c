//! `formats`: what `--format` and `--option` take.

use std::fmt::Write as _;
use std::process::ExitCode;

use pagelift_app::{FileOptions, named_options};
use pagelift_convert::Format;

use crate::failure::Failure;
use crate::output::print;

/// Lists the formats and the options.
pub fn formats() -> Result<ExitCode, Failure> {
    let mut text = "Formats, for --format NAME:\n".to_owned();
    for format in Format::ALL {
        // Writing to a text cannot fail.
        let _ = writeln!(text, "  {:<18}  {}", format.name(), purpose(*format));
    }
    text += "\nOptions, for --option NAME=VALUE, with * at what is usual:\n";
    for option in named_options() {
        let mark = |value: &&str| if Some(*value) == option.usual { format!("*{value}") } else { (*value).to_owned() };
        let values: Vec<String> = option.values.iter().map(mark).collect();
        let depends = if option.usual.is_none() { " (usual: as the format has it)" } else { "" };
        let _ = writeln!(text, "  {:<18}  {}{depends}", option.name, values.join(", "));
    }
    let _ = writeln!(text, "  {:<18}  on, off, or the name in the file; for NAME one of:", "field.NAME");
    let _ = writeln!(text, "  {:<18}  {}", "", FileOptions::fields().join(", "));
    print(&text)?;
    Ok(ExitCode::SUCCESS)
}

/// What a format is for, in one line.
fn purpose(format: Format) -> &'static str {
    match format {
        Format::Gfm => "plain Markdown as GitHub and most editors read it; also called plain",
        Format::Obsidian => "an Obsidian vault, with its links and callouts",
        Format::Docusaurus => "a Docusaurus site",
        Format::MkDocs => "an MkDocs site with the Material theme",
        Format::Azure => "an Azure DevOps wiki",
        Format::GithubWiki => "a GitHub wiki",
        Format::GitlabWiki => "a GitLab wiki",
        Format::Hugo => "a Hugo site",
        Format::Jekyll => "a Jekyll site",
        Format::Logseq => "a Logseq graph, with every block as a bullet",
        Format::Ai => "plain text for language models and search",
        Format::CommonMark => "Markdown that every CommonMark parser reads",
    }
}
