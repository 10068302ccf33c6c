//! `MkDocs` with the theme Material, in strict mode: a link or anchor that leads nowhere fails the build.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result};

use super::export::{Export, files_below};
use super::page::{Leads, Made, Rendered};
use super::slug::Slugs;
use super::{Finding, Outcome, folder, tools};
use crate::run::{program, run};

const PROJECT: &str = "mkdocs";

fn environment() -> PathBuf {
    folder().join("python")
}

fn python() -> PathBuf {
    environment().join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" })
}

/// Installs `MkDocs` in an environment of its own.
pub fn prepare() -> Result<()> {
    let project = tools::project(PROJECT)?;
    if !python().exists() {
        tools::debian(&["python3-venv"], &["python3"])?;
        run(program("python3").args(["-m", "venv"]).arg(environment()))?;
    }
    let wanted = project.join("requirements.txt");
    let install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"];
    run(program(python()).args(install).arg(wanted))
}

/// Builds the export as the pages of a site.
pub fn render(export: &Export) -> Result<Outcome> {
    let site = folder().join(PROJECT).join("site").join(export.site);
    tools::remove(&site)?;
    let mut build = program(python());
    build.args(["-m", "mkdocs", "build", "--strict", "--config-file"]).arg(folder().join(PROJECT).join("mkdocs.yml"));
    build.env("PAGES", &export.root).env("SITE", &site).env("NO_MKDOCS_2_WARNING", "1");
    let said = tools::listen(&mut build)?;
    let told = said.lines.iter().filter(|line| !line.starts_with("INFO") && !line.trim().is_empty());
    let mut findings: Vec<Finding> = told.map(|line| Finding::new("mkdocs", line.trim())).collect();
    if !said.is_success && findings.is_empty() {
        findings.push(Finding::new("mkdocs", "it failed and did not say why"));
    }
    let rendered = if site.exists() { Some(rendered(export, &site)?) } else { None };
    Ok(Outcome { findings, rendered })
}

fn rendered(export: &Export, site: &std::path::Path) -> Result<Rendered> {
    let mut pages = BTreeMap::new();
    for page in &export.pages {
        let stem = page.path.strip_suffix(".md").unwrap_or(&page.path);
        let folder = stem.strip_suffix("index").filter(|folder| folder.is_empty() || folder.ends_with('/'));
        let path = folder.map_or_else(|| format!("{stem}/index.html"), |folder| format!("{folder}index.html"));
        if site.join(&path).exists() {
            let html = fs::read_to_string(site.join(&path)).with_context(|| format!("`{path}` cannot be read"))?;
            pages.insert(page.path.clone(), Made { path, html });
        }
    }
    let files = files_below(site)?.into_iter().collect();
    Ok(Rendered { pages, files, content: "article", leads: Leads::Browser, slugs: Slugs::None })
}
