//! The bundle for language models: no tool reads it, so its promises are checked one by one.

use std::collections::BTreeSet;

use anyhow::Result;
use scraper::{Html, Selector};
use serde_json::Value;

use super::export::Export;
use super::{Finding, Outcome, cmark};

/// What lists the pages of a bundle.
const MANIFEST: &str = "manifest.jsonl";

/// Pages without HTML whose links lead somewhere, and a list that names each of them.
pub fn ai(export: &Export) -> Result<Outcome> {
    let mut outcome = cmark::gfm(export)?;
    for page in &export.pages {
        let Some(made) = outcome.rendered.as_ref().and_then(|rendered| rendered.pages.get(&page.path)) else {
            continue;
        };
        outcome.findings.extend(raw_html(&page.path, &made.html));
    }
    outcome.findings.extend(list(export)?);
    Ok(outcome)
}

/// Elements that Markdown has no mark for, so that they can only come from HTML in the file.
fn raw_html(path: &str, html: &str) -> Option<Finding> {
    let ours = "u, sub, sup:not(.footnote-ref), kbd, abbr, details, summary, span, div, mark, ins, table table, video, audio, \
        td ul, td ol, td pre, td br, th br, font, figure, dl, a[id]:not([href]), iframe";
    let found = Selector::parse(ours).ok().and_then(|ours| {
        Html::parse_fragment(html).select(&ours).next().map(|element| element.value().name().to_owned())
    });
    let comment = html.contains("<!--").then(|| "<!-- -->".to_owned());
    found.or(comment).map(|name| Finding::new(path, format!("the page has HTML: `{name}`")))
}

/// Every line is a page that is there, and every page has a line.
fn list(export: &Export) -> Result<Vec<Finding>> {
    let files: BTreeSet<String> = export.files()?.into_iter().collect();
    if !files.contains(MANIFEST) {
        return Ok(vec![Finding::new(MANIFEST, "it is not there")]);
    }
    let mut findings = Vec::new();
    let mut listed = BTreeSet::new();
    for (at, line) in export.read(MANIFEST)?.lines().enumerate() {
        let place = format!("{MANIFEST}:{}", at + 1);
        let Ok(value) = serde_json::from_str::<Value>(line) else {
            findings.push(Finding::new(place, "the line is no JSON"));
            continue;
        };
        match value["path"].as_str() {
            Some(path) if files.contains(path) => _ = listed.insert(path.to_owned()),
            Some(path) => findings.push(Finding::new(place, format!("there is no file `{path}`"))),
            None => findings.push(Finding::new(place, "the line has no `path`")),
        }
    }
    let missing = export.pages.iter().filter(|page| !listed.contains(&page.path));
    findings.extend(missing.map(|page| Finding::new(MANIFEST, format!("`{}` is not in it", page.path))));
    Ok(findings)
}
