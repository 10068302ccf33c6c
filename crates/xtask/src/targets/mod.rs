//! `cargo xtask test-targets`: every format, in the program that it is for.
//!
//! Two sites are exported in every format: the sample, which has every construct, and the one in `tests/targets/site`, whose text
//! and titles look like markup of some kind. The real tool of a format then builds or reads the export, and what it makes is
//! checked by rules of our own: every page is there, every link leads somewhere, and the text is the text of the source.
//!
//! It is no part of `cargo xtask test`: the tools are large and need minutes. All of it happens below the target folder.

mod bundle;
mod cmark;
mod content;
mod docusaurus;
mod export;
mod hugo;
mod jekyll;
mod links;
mod mkdocs;
mod node;
mod page;
mod reference;
mod slug;
mod text;
mod tools;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

use crate::run::{root, target};
use export::Export;
use page::Rendered;
use reference::References;

/// A format and what proves it.
struct Target {
    format: &'static str,
    tool: &'static str,
    /// Installs the tool.
    prepare: fn() -> Result<()>,
    /// Runs the tool over one export and answers what it made.
    render: fn(&Export) -> Result<Outcome>,
}

/// What a tool made of an export.
#[derive(Default)]
struct Outcome {
    /// What the tool said, or what its own rules found.
    findings: Vec<Finding>,
    /// The pages it made, for the checks that all targets share. Without any these are left out.
    rendered: Option<Rendered>,
}

/// Something wrong with one file.
struct Finding {
    file: String,
    what: String,
}

impl Finding {
    fn new(file: impl Into<String>, what: impl Into<String>) -> Self {
        Self { file: file.into(), what: what.into() }
    }
}

const TARGETS: &[Target] = &[
    Target { format: "gfm", tool: "cmark-gfm", prepare: cmark::prepare, render: cmark::gfm },
    Target { format: "commonmark", tool: "cmark", prepare: cmark::prepare, render: cmark::commonmark },
    Target { format: "github-wiki", tool: "cmark-gfm", prepare: cmark::prepare, render: cmark::github_wiki },
    Target { format: "gitlab-wiki", tool: "cmark-gfm", prepare: cmark::prepare, render: cmark::gitlab_wiki },
    Target { format: "hugo", tool: "hugo", prepare: hugo::prepare, render: hugo::render },
    Target { format: "jekyll", tool: "jekyll", prepare: jekyll::prepare, render: jekyll::render },
    Target { format: "mkdocs", tool: "mkdocs-material", prepare: mkdocs::prepare, render: mkdocs::render },
    Target { format: "docusaurus", tool: "docusaurus", prepare: docusaurus::prepare, render: docusaurus::render },
    Target { format: "azure", tool: "markdown-it", prepare: node::prepare, render: node::azure },
    Target { format: "obsidian", tool: "markdown-it", prepare: node::prepare, render: node::obsidian },
    Target { format: "logseq", tool: "mldoc", prepare: node::prepare, render: node::logseq },
    Target { format: "ai", tool: "cmark-gfm", prepare: cmark::prepare, render: bundle::ai },
];

/// Findings of a site that are printed; the report file has them all.
const PRINTED: usize = 20;

/// Where everything lies that this command makes.
fn folder() -> PathBuf {
    target().join("targets")
}

/// The files in the repository that the tools need.
fn material(name: &str) -> PathBuf {
    root().join("tests/targets").join(name)
}

/// Exports in these formats, or in all, and runs the tools over them.
pub fn test_targets(formats: &[&str]) -> Result<()> {
    let chosen = choose(formats)?;
    export::build()?;
    cmark::prepare()?;
    let folder = folder();
    fs::create_dir_all(&folder).with_context(|| format!("`{}` cannot be made", folder.display()))?;
    let references = References::new(&export::export("gfm")?)?;
    let mut rows = Vec::new();
    let mut report = Vec::new();
    for target in chosen {
        println!("\n=== {} in {}", target.format, target.tool);
        let start = Instant::now();
        let found = check(target, &references, &mut report);
        if let Err(error) = &found {
            println!("{error:#}");
            report.push(format!("{}: {error:#}", target.format));
        }
        rows.push(Row { target, found: found.ok(), time: start.elapsed() });
    }
    let file = folder.join("findings.txt");
    write_scratch(&file, &report.join("\n"))?;
    finish(&rows, &file)
}

fn choose(formats: &[&str]) -> Result<Vec<&'static Target>> {
    if let Some(unknown) = formats.iter().find(|name| !TARGETS.iter().any(|target| target.format == **name)) {
        let known: Vec<&str> = TARGETS.iter().map(|target| target.format).collect();
        bail!("`{unknown}` is no format; these are: {}", known.join(", "));
    }
    Ok(TARGETS.iter().filter(|target| formats.is_empty() || formats.contains(&target.format)).collect())
}

/// The number of findings of one target, each of which goes to the report.
fn check(target: &Target, references: &References, report: &mut Vec<String>) -> Result<usize> {
    (target.prepare)()
        .with_context(|| format!("`{}` cannot be had, so {} is not proven", target.tool, target.format))?;
    let mut count = 0;
    for export in export::export(target.format)? {
        let mut outcome = (target.render)(&export)?;
        if outcome.rendered.is_none() && outcome.findings.is_empty() {
            outcome.findings.push(Finding::new(target.tool, "it made no pages and did not say why"));
        }
        if let Some(rendered) = &outcome.rendered {
            outcome.findings.extend(rendered.missing(&export));
            outcome.findings.extend(links::check(rendered, &export));
            outcome.findings.extend(references.compare(rendered, &export)?);
        }
        count += outcome.findings.len();
        println!("{}: {} pages, {} findings", export.site, export.pages.len(), outcome.findings.len());
        for (at, Finding { file, what }) in outcome.findings.iter().enumerate() {
            if at < PRINTED {
                println!("  {file}: {what}");
            }
            report.push(format!("{}, {}: {file}: {what}", target.format, export.site));
        }
    }
    Ok(count)
}

/// A target that was run.
struct Row {
    target: &'static Target,
    /// How much was found, when it ran to its end.
    found: Option<usize>,
    time: Duration,
}

fn finish(rows: &[Row], report: &Path) -> Result<()> {
    println!("\nTargets:");
    for Row { target, found, time } in rows {
        let said = match found {
            Some(0) => "good".to_owned(),
            Some(count) => format!("{count} findings"),
            None => "not run to its end".to_owned(),
        };
        println!("{:>9.1} s  {:<12} {:<16} {said}", time.as_secs_f32(), target.format, target.tool);
    }
    let failed: Vec<&str> = rows.iter().filter(|row| row.found != Some(0)).map(|row| row.target.format).collect();
    if failed.is_empty() {
        return Ok(());
    }
    bail!("not as they should be: {} (all findings are in `{}`)", failed.join(", "), report.display())
}

/// Writes a file below the target folder, where no program waits for it.
#[allow(clippy::disallowed_methods, reason = "scratch files of this command; nobody reads them while they are written")]
fn write_scratch(path: &Path, content: &str) -> Result<()> {
    fs::write(path, content).with_context(|| format!("`{}` cannot be written", path.display()))
}
