//! Jekyll, with Liquid in its strict mode and a layout that prints nothing but the page.

use anyhow::Result;

use super::export::Export;
use super::page::by_source;
use super::{Finding, Outcome, folder, tools};
use crate::run::program;

const PROJECT: &str = "jekyll";

/// Installs Jekyll.
pub fn prepare() -> Result<()> {
    tools::debian(&["jekyll", "ruby-jekyll-relative-links"], &["jekyll"])
}

/// Builds a copy of the export as the source of a site.
pub fn render(export: &Export) -> Result<Outcome> {
    let source = folder().join("jekyll-sources").join(export.site);
    let site = folder().join("jekyll-sites").join(export.site);
    for stale in [&source, &site] {
        tools::remove(stale)?;
    }
    tools::copy_folder(&tools::project(PROJECT)?, &source)?;
    tools::copy_folder(&export.root, &source)?;
    let mut build = program("jekyll");
    build.args(["build", "--strict_front_matter", "--trace", "--source"]).arg(&source).arg("--destination").arg(&site);
    build.env("LANG", "C.UTF-8").current_dir(&source);
    let said = tools::listen(&mut build)?;
    let is_bad = |line: &&String| {
        ["Error", "ERROR", "Warning", "Conflict", "error:", "Exception", "warning"]
            .iter()
            .any(|word| line.contains(word))
    };
    let findings = said.lines.iter().filter(is_bad).map(|line| Finding::new("jekyll", line.trim())).collect();
    let rendered = if said.is_success { Some(by_source(&site)?) } else { None };
    Ok(Outcome { findings, rendered })
}
