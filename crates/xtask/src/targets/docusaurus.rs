//! Docusaurus, whole: a page that its MDX compiler refuses, or a link that leads nowhere, fails the build. Anchors are looked
//! for in what it makes.

use std::collections::BTreeMap;
use std::fs;

use anyhow::{Context as _, Result};
use serde_json::Value;

use super::export::{Export, files_below};
use super::page::{Leads, Made, Rendered};
use super::slug::Slugs;
use super::tools::{self, Said};
use super::{Finding, Outcome};
use crate::run::program;

const PROJECT: &str = "docusaurus";

/// Installs Docusaurus.
pub fn prepare() -> Result<()> {
    tools::npm_project(PROJECT).map(drop)
}

/// Builds the export as the pages of a site.
pub fn render(export: &Export) -> Result<Outcome> {
    let project = tools::project(PROJECT)?;
    let site = project.join("build").join(export.site);
    for stale in [&site, &project.join(".docusaurus")] {
        tools::remove(stale)?;
    }
    let mut build = program("node");
    build.arg(project.join("node_modules/@docusaurus/core/bin/docusaurus.mjs"));
    build.arg("build").arg("--out-dir").arg(&site).current_dir(&project);
    build.env("PAGES", &export.root).env("DOCUSAURUS_IGNORE_SSG_WARNINGS", "true").env("CI", "true");
    let said = tools::listen(&mut build)?;
    let mut outcome = Outcome { findings: complaints(&said), rendered: None };
    if said.is_success {
        outcome.rendered = Some(rendered(&project.join(".docusaurus"), &site)?);
    }
    Ok(outcome)
}

/// What the tool complains about: of a page that does not compile the place and the cause, and any other line as it is.
fn complaints(said: &Said) -> Vec<Finding> {
    let is_start = |line: &str| line.contains("[WARNING]") || line.contains("[ERROR]") || line.starts_with("Error:");
    let mut findings = Vec::new();
    let mut page: Option<(String, String)> = None;
    let mut address = "docusaurus";
    for line in said.lines.iter().map(|line| line.trim()).skip_while(|line| !is_start(line)) {
        if let Some(path) = line.strip_prefix("Error: MDX compilation failed for file \"") {
            page = Some((path.trim_end_matches('"').to_owned(), String::new()));
        } else if let Some((path, cause)) = &mut page {
            if let Some(told) = line.strip_prefix("Cause: ") {
                told.clone_into(cause);
            } else if let Some(place) = line.strip_prefix("\"name\": ") {
                let place = place.trim_matches(['"', ',']);
                findings.push(Finding::new(own_path(path), format!("at {place}: {cause}")));
                page = None;
            }
        } else if let Some(from) = line.strip_prefix("- Broken ").and_then(|line| line.split_once(" page path = ")) {
            address = from.1.trim_end_matches(':');
        } else if line.starts_with("-> linking to ") {
            findings.push(Finding::new(address, line));
        } else if !line.is_empty() && !line.starts_with("at ") && !line.starts_with(['{', '}', '"', '-']) {
            findings.push(Finding::new("docusaurus", line));
        }
    }
    if !said.is_success && findings.is_empty() {
        findings.push(Finding::new("docusaurus", said.lines.join(" ")));
    }
    findings
}

/// The path of a page inside its export.
fn own_path(path: &str) -> &str {
    let below = path.split_once("/exports/docusaurus/").map_or(path, |(_, rest)| rest);
    below.split_once('/').map_or(below, |(_, rest)| rest)
}

/// Reads which page became which address, as Docusaurus itself wrote it down.
fn rendered(record: &std::path::Path, site: &std::path::Path) -> Result<Rendered> {
    let files = files_below(site)?;
    let mut pages = BTreeMap::new();
    let folder = record.join("docusaurus-plugin-content-docs/default");
    for entry in fs::read_dir(&folder).with_context(|| format!("`{}` cannot be read", folder.display()))? {
        let path = entry?.path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let value: Value = serde_json::from_slice(&fs::read(&path)?).unwrap_or_default();
        let (Some(source), Some(address)) = (value["source"].as_str(), value["permalink"].as_str()) else { continue };
        let address = percent_encoding::percent_decode_str(address.trim_matches('/')).decode_utf8_lossy();
        let path = if address.is_empty() { "index.html".to_owned() } else { format!("{address}/index.html") };
        let Ok(html) = fs::read_to_string(site.join(&path)) else { continue };
        pages.insert(own_path(source).to_owned(), Made { path, html });
    }
    let files = files.into_iter().collect();
    Ok(Rendered { pages, files, content: ".theme-doc-markdown", leads: Leads::Browser, slugs: Slugs::None })
}
