//! Every link and picture of a rendered page leads to a file that is there, and every fragment to a place in it.

use std::collections::{BTreeMap, BTreeSet};

use percent_encoding::percent_decode_str;
use scraper::Html;

use super::Finding;
use super::content::{addresses, anchors};
use super::export::Export;
use super::page::{Leads, Rendered};

/// The links of all pages that lead nowhere.
pub fn check(rendered: &Rendered, export: &Export) -> Vec<Finding> {
    let mut known = BTreeMap::new();
    let mut links = Vec::new();
    for (source, made) in &rendered.pages {
        let document = Html::parse_document(&made.html);
        known.insert(made.path.as_str(), anchors(&document, rendered.slugs));
        links.push((source, made.path.as_str(), addresses(&document, rendered.content)));
    }
    let own: BTreeSet<&str> = export.pages.iter().map(|page| page.path.as_str()).collect();
    let mut findings = Vec::new();
    for (source, path, addresses) in links {
        // What a tool makes besides the pages, such as lists of tags, is its own affair.
        if !own.contains(source.as_str()) {
            continue;
        }
        let broken = addresses.iter().filter_map(|address| broken(rendered, &known, path, address));
        findings.extend(broken.map(|what| Finding::new(source, what)));
    }
    findings
}

/// Why an address on the page at `path` leads nowhere.
fn broken(rendered: &Rendered, known: &BTreeMap<&str, BTreeSet<String>>, path: &str, address: &str) -> Option<String> {
    if let Some(scheme) = scheme(address) {
        let is_outside = ["http", "https", "mailto", "tel", "ftp", "data", "sms", "file"].contains(&scheme);
        return (!is_outside).then(|| format!("the address `{address}` has a scheme that no browser knows"));
    }
    if address.starts_with("//") {
        return None;
    }
    let (file, fragment) = address.split_once('#').unwrap_or((address, ""));
    let file = file.split_once('?').map_or(file, |(file, _)| file);
    let found = if file.is_empty() {
        path.to_owned()
    } else {
        let known =
            candidates(rendered.leads, path, file).into_iter().find(|candidate| rendered.files.contains(candidate));
        let Some(found) = known.or_else(|| by_title(rendered, file)) else {
            return Some(format!("the link `{address}` leads to no file"));
        };
        found
    };
    let fragment = percent_decode_str(fragment).decode_utf8_lossy().into_owned();
    if fragment.is_empty() || fragment == "top" {
        return None;
    }
    let places = known.get(found.as_str())?;
    (!places.contains(&fragment)).then(|| format!("the link `{address}` leads to no place in `{found}`"))
}

/// The part of an address before the colon, when that is a scheme.
fn scheme(address: &str) -> Option<&str> {
    let (scheme, _) = address.split_once(':')?;
    let is_scheme = scheme.starts_with(|letter: char| letter.is_ascii_alphabetic())
        && scheme.chars().all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '+' | '-' | '.'));
    is_scheme.then_some(scheme)
}

/// The files that a relative address may mean, the likeliest first.
fn candidates(leads: Leads, path: &str, file: &str) -> Vec<String> {
    let decoded = percent_decode_str(file).decode_utf8_lossy().into_owned();
    let plain = resolve(path, &decoded);
    match leads {
        Leads::Browser => {
            let folder = format!("{}/index.html", plain.trim_end_matches('/'));
            vec![plain.clone(), folder.trim_start_matches('/').to_owned(), format!("{plain}.html")]
        }
        Leads::File | Leads::Title => vec![plain],
        Leads::Page => vec![plain.clone(), format!("{plain}.md")],
    }
}

/// The page whose title and place an address means, where a dash in both stands for a space.
fn by_title(rendered: &Rendered, file: &str) -> Option<String> {
    if rendered.leads != Leads::Title {
        return None;
    }
    let title = |path: &str| percent_decode_str(&path.replace('-', " ")).decode_utf8_lossy().into_owned();
    let wanted = title(file.trim_start_matches('/'));
    rendered.files.iter().find(|file| file.strip_suffix(".md").is_some_and(|page| title(page) == wanted)).cloned()
}

/// A relative address as seen from a page.
fn resolve(path: &str, file: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    if !file.starts_with('/') {
        parts.extend(path.split('/'));
        parts.pop();
    }
    for part in file.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_relative_address_is_seen_from_its_page() {
        assert_eq!(resolve("a/b.html", "../c.html"), "c.html");
        assert_eq!(resolve("a/b/index.html", "../c/"), "a/c");
        assert_eq!(resolve("a/b.html", "/c"), "c");
        assert_eq!(scheme("mailto:x"), Some("mailto"));
        assert_eq!(scheme("a b: c.md"), None);
    }
}
