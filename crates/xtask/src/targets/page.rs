//! Pages as a tool made them, and what is read from their HTML.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use scraper::{Html, Selector};

use super::Finding;
use super::export::{Export, files_below};
use super::slug::Slugs;

/// How the links of rendered pages lead to files.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Leads {
    /// As in a browser: a folder means its `index.html`.
    Browser,
    /// From Markdown file to Markdown file, as the files lie.
    File,
    /// To Markdown files without their extension, which may be written too.
    Page,
    /// To pages by absolute path, in which a dash stands for a space and the rest is percent-encoded, in names of files as well.
    Title,
}

/// The pages of an export after a tool has been at them.
pub struct Rendered {
    /// Each page's HTML, by the Markdown file that it came from.
    pub pages: BTreeMap<String, Made>,
    /// All files that a link may lead to, relative and with `/`.
    pub files: BTreeSet<String>,
    /// What of a page is its content.
    pub content: &'static str,
    /// How links lead.
    pub leads: Leads,
    /// How anchors of headings are made where the HTML has none.
    pub slugs: Slugs,
}

/// One page.
pub struct Made {
    /// Where it is, relative to the folder that the files are in.
    pub path: String,
    /// The HTML.
    pub html: String,
}

impl Rendered {
    /// Pages of the export that the tool made nothing of.
    pub fn missing<'a>(&'a self, export: &'a Export) -> impl Iterator<Item = Finding> + 'a {
        let missing = export.pages.iter().filter(|page| !self.pages.contains_key(&page.path));
        missing.map(|page| Finding::new(&page.path, "no page was made of this file"))
    }
}

/// The pages of a site whose layout names, in a `meta` element, the file that each was made of.
pub fn by_source(site: &Path) -> Result<Rendered> {
    let files = files_below(site)?;
    let mut pages = BTreeMap::new();
    for path in files.iter().filter(|path| Path::new(path).extension().is_some_and(|extension| extension == "html")) {
        let html = fs::read_to_string(site.join(path)).with_context(|| format!("`{path}` cannot be read"))?;
        if let Some(source) = source(&Html::parse_document(&html)) {
            pages.insert(source, Made { path: path.clone(), html });
        }
    }
    let files = files.into_iter().collect();
    Ok(Rendered { pages, files, content: "main", leads: Leads::Browser, slugs: Slugs::None })
}

fn source(document: &Html) -> Option<String> {
    let named = Selector::parse("meta[name=source]").ok()?;
    document.select(&named).next()?.attr("content").filter(|source| !source.is_empty()).map(str::to_owned)
}
