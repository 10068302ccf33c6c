//! The programs that cannot be run without a screen or a site: Obsidian and Azure DevOps by a Markdown parser with their own marks
//! added, Logseq by the parser that Logseq itself uses. `tests/targets/render` turns the pages into HTML.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use super::export::Export;
use super::page::{Leads, Made, Rendered};
use super::slug::Slugs;
use super::{Finding, Outcome, tools};
use crate::run::program;

const PROJECT: &str = "render";

/// Installs the parsers.
pub fn prepare() -> Result<()> {
    tools::npm_project(PROJECT).map(drop)
}

/// A vault.
pub fn obsidian(export: &Export) -> Result<Outcome> {
    render(export, Leads::File, Slugs::Text)
}

/// A graph.
pub fn logseq(export: &Export) -> Result<Outcome> {
    render(export, Leads::File, Slugs::Text)
}

/// A wiki, whose folders list their pages in order.
pub fn azure(export: &Export) -> Result<Outcome> {
    let mut outcome = render(export, Leads::Title, Slugs::GitHub)?;
    outcome.findings.extend(orders(export)?);
    outcome.findings.extend(paths(export));
    Ok(outcome)
}

fn render(export: &Export, leads: Leads, slugs: Slugs) -> Result<Outcome> {
    let project = tools::project(PROJECT)?;
    let mut node = program("node");
    node.arg(project.join("render.mjs")).arg(export.format).arg(&export.root);
    let said = tools::listen(&mut node)?;
    if !said.is_success {
        bail!("the pages cannot be rendered: {}", said.lines.join("\n"));
    }
    let mut findings = Vec::new();
    let mut pages = BTreeMap::new();
    for line in said.lines.iter().filter(|line| line.starts_with('{')) {
        let value: Value = serde_json::from_str(line)?;
        let path = value["path"].as_str().context("a page without a path")?;
        let html = value["html"].as_str().context("a page without HTML")?;
        let problems = value["problems"].as_array().into_iter().flatten().filter_map(Value::as_str);
        findings.extend(problems.map(|problem| Finding::new(path, problem)));
        pages.insert(path.to_owned(), Made { path: path.to_owned(), html: html.to_owned() });
    }
    let files = export.files()?.into_iter().collect();
    Ok(Outcome { findings, rendered: Some(Rendered { pages, files, content: "body", leads, slugs }) })
}

/// Every name in an `.order` file is a page of that folder, and every page is named in one.
fn orders(export: &Export) -> Result<Vec<Finding>> {
    let files = export.files()?;
    let mut unnamed: BTreeSet<&str> =
        files.iter().filter(|file| !file.starts_with('.')).filter_map(|file| file.strip_suffix(".md")).collect();
    let mut findings = Vec::new();
    for file in files.iter().filter(|file| file.as_str() == ".order" || file.ends_with("/.order")) {
        let folder = file.strip_suffix(".order").unwrap_or_default();
        let mut named = BTreeSet::new();
        for name in export.read(file)?.lines() {
            let path = format!("{folder}{name}");
            let is_page = unnamed.remove(path.as_str());
            // A folder of Confluence is one without a page.
            if !(is_page || files.iter().any(|file| file.starts_with(&format!("{path}/"))))
                || !named.insert(name.to_owned())
            {
                findings.push(Finding::new(file, format!("`{name}` is no page of this folder, or is in it twice")));
            }
        }
    }
    findings.extend(unnamed.into_iter().map(|page| Finding::new(format!("{page}.md"), "no `.order` names this page")));
    Ok(findings)
}

/// What Azure DevOps refuses in the path of a page.
fn paths(export: &Export) -> Vec<Finding> {
    const LONGEST: usize = 235;
    let mut findings = Vec::new();
    for page in &export.pages {
        if page.path.encode_utf16().count() > LONGEST {
            findings.push(Finding::new(&page.path, format!("the path is longer than {LONGEST} units")));
        }
        if let Some(letter) = page.path.chars().find(|letter| " #:<>*?|\"\\".contains(*letter)) {
            findings.push(Finding::new(&page.path, format!("`{letter}` cannot stand in the path of a page")));
        }
    }
    findings
}
