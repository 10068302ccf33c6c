//! The reference parsers of `CommonMark` and of GitHub's Markdown, which share no code with ours. For the wikis of GitHub and
//! GitLab, which cannot be run apart from their sites, they parse the pages and our own rules follow the links.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Result;

use super::export::Export;
use super::page::{Leads, Made, Rendered};
use super::slug::Slugs;
use super::{Outcome, folder, tools, write_scratch};
use crate::run::{output, program};

/// GitHub's extensions. The filter of tags is left out: it would hide what the other checks look for.
const GITHUB: &[&str] = &[
    "--unsafe",
    "--extension",
    "table",
    "--extension",
    "strikethrough",
    "--extension",
    "autolink",
    "--extension",
    "tasklist",
    "--extension",
    "footnotes",
];

/// Installs both parsers.
pub fn prepare() -> Result<()> {
    tools::debian(&["cmark", "cmark-gfm"], &["cmark", "cmark-gfm"])
}

/// The plain format.
pub fn gfm(export: &Export) -> Result<Outcome> {
    render(export, "cmark-gfm", GITHUB, Leads::File, Slugs::GitHub)
}

/// Pure `CommonMark`, by a parser that knows nothing else.
pub fn commonmark(export: &Export) -> Result<Outcome> {
    render(export, "cmark", &["--unsafe"], Leads::File, Slugs::GitHub)
}

/// One folder of pages that name each other without an extension.
pub fn github_wiki(export: &Export) -> Result<Outcome> {
    render(export, "cmark-gfm", GITHUB, Leads::Page, Slugs::GitHub)
}

/// Folders of pages that name each other without an extension.
pub fn gitlab_wiki(export: &Export) -> Result<Outcome> {
    let mut outcome = render(export, "cmark-gfm", GITHUB, Leads::Page, Slugs::GitLab)?;
    // The wiki's own mark for a contents list, which stands alone.
    for made in outcome.rendered.iter_mut().flat_map(|rendered| rendered.pages.values_mut()) {
        made.html = made.html.replace("<p>[[<em>TOC</em>]]</p>", "<nav></nav>");
    }
    Ok(outcome)
}

fn render(export: &Export, parser: &str, options: &[&str], leads: Leads, slugs: Slugs) -> Result<Outcome> {
    let files = export.files()?;
    let mut pages = BTreeMap::new();
    for path in files.iter().filter(|path| Path::new(path).extension().is_some_and(|extension| extension == "md")) {
        let markdown = export.read(path)?;
        let html = html(parser, options, without_front_matter(&markdown))?;
        pages.insert(path.clone(), Made { path: path.clone(), html });
    }
    let rendered = Rendered { pages, files: files.into_iter().collect(), content: "body", leads, slugs };
    Ok(Outcome { findings: Vec::new(), rendered: Some(rendered) })
}

fn html(parser: &str, options: &[&str], markdown: &str) -> Result<String> {
    let scratch = folder().join("page.md");
    write_scratch(&scratch, markdown)?;
    output(program(parser).args(options).arg(&scratch))
}

/// A file's text after its page details.
pub fn without_front_matter(markdown: &str) -> &str {
    let rest = markdown.strip_prefix("---\n").and_then(|rest| rest.split_once("\n---\n"));
    rest.map_or(markdown, |(_, rest)| rest)
}
