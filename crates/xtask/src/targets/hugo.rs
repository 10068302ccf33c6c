//! Hugo, with layouts that print nothing but the page.

use anyhow::Result;

use super::export::Export;
use super::page::by_source;
use super::{Finding, Outcome, folder, tools};
use crate::run::program;

const PROJECT: &str = "hugo";

/// Installs Hugo.
pub fn prepare() -> Result<()> {
    tools::debian(&["hugo"], &["hugo"])
}

/// Builds the export as the content of a site.
pub fn render(export: &Export) -> Result<Outcome> {
    let project = tools::project(PROJECT)?;
    let site = folder().join("hugo-sites").join(export.site);
    tools::remove(&site)?;
    let mut build = program("hugo");
    build.arg("--source").arg(&project).arg("--contentDir").arg(&export.root).arg("--destination").arg(&site);
    build.args(["--printPathWarnings", "--noBuildLock"]);
    let said = tools::listen(&mut build)?;
    let is_bad = |line: &&String| ["ERROR", "WARN", "Error", "panic"].iter().any(|word| line.contains(word));
    let findings = said.lines.iter().filter(is_bad).map(|line| Finding::new("hugo", line.trim())).collect();
    let rendered = if said.is_success { Some(by_source(&site)?) } else { None };
    Ok(Outcome { findings, rendered })
}
