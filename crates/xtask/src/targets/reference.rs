//! What the pages of the sites say: the golden ones by their storage bodies, the others by the plain format.

use std::collections::BTreeMap;
use std::fs;

use anyhow::{Context as _, Result};
use roxmltree::{Document, Node};
use scraper::Html;
use serde_json::Value;

use super::content;
use super::export::Export;
use super::page::Rendered;
use super::text::{Around, Known, Typography, differences, words};
use super::{Finding, cmark, material};

/// The pages of the golden site that have nothing but text, panels and code, and the files with their bodies.
const BY_SOURCE: &[&str] = &["paragraphs.xml", "items.xml", "cells.xml", "elsewhere.xml", "scripts.xml"];

/// The text of every page of both sites.
pub struct References(BTreeMap<(&'static str, String), Reference>);

struct Reference {
    title: String,
    text: String,
    known: Known,
    headings: String,
    notes: Vec<String>,
    pictures: Vec<String>,
}

const HEADINGS: &str = "h1, h2, h3, h4, h5, h6";

impl References {
    /// Reads the bodies of the golden site, and the rest from exports in the plain format.
    pub fn new(plain: &[Export]) -> Result<Self> {
        let bodies = bodies()?;
        let mut references = BTreeMap::new();
        for export in plain {
            let rendered = cmark::gfm(export)?.rendered.context("the plain format has no pages")?;
            for page in &export.pages {
                let title = title(&export.read(&page.path)?);
                let Some(made) = rendered.pages.get(&page.path) else { continue };
                let html = Html::parse_document(&made.html);
                let headings = content::text(&html, HEADINGS);
                let body = bodies.get(&title).filter(|_| export.site == "golden");
                let (text, known) = match body {
                    Some(file) => (format!("{title} {}", visible(&read(file)?)?), Known::Exactly),
                    None => (content::text(&html, rendered.content), Known::ButForMaths),
                };
                let (notes, pictures) = (content::notes(&html), content::pictures(&html));
                let reference = Reference { title, text, known, headings, notes, pictures };
                references.insert((export.site, page.id.clone()), reference);
            }
        }
        Ok(Self(references))
    }

    /// Where the text of the rendered pages is not that of their sources.
    pub fn compare(&self, rendered: &Rendered, export: &Export) -> Result<Vec<Finding>> {
        let mut findings = Vec::new();
        let typography =
            if matches!(export.format, "hugo" | "jekyll") { Typography::Improved } else { Typography::Kept };
        for page in &export.pages {
            let reference = self.0.get(&(export.site, page.id.clone())).context("the plain format lacks a page")?;
            let Some(made) = rendered.pages.get(&page.path) else { continue };
            let html = Html::parse_document(&made.html);
            let words = |text: &str| words(text, typography);
            let title = words(&reference.title);
            let [source, shown] = [&reference.text, &content::text(&html, rendered.content)].map(|text| {
                let words = words(text);
                words.strip_prefix(title.as_slice()).map(<[String]>::to_vec).unwrap_or(words)
            });
            let around = Around {
                known: reference.known,
                headings: [&reference.headings, &content::text(&html, HEADINGS)]
                    .into_iter()
                    .flat_map(|text| words(text))
                    .collect(),
                notes: reference.notes.iter().map(|note| words(note)).collect(),
                pictures: reference.pictures.iter().map(|picture| words(picture)).collect(),
                is_plain: matches!(export.format, "ai" | "jekyll" | "logseq"),
                has_tabs: content::has_tabs(&html),
            };
            let told = differences(&source, &shown, &around);
            findings.extend(told.into_iter().map(|what| Finding::new(&page.path, what)));
        }
        Ok(findings)
    }
}

/// The body files that are compared by their own text, by the title of their page.
fn bodies() -> Result<BTreeMap<String, String>> {
    let list =
        fs::read_to_string(material("site").join("site.json")).context("the golden site has no list of pages")?;
    let list: Value = serde_json::from_str(&list)?;
    let mut bodies = BTreeMap::new();
    for page in list["spaces"].as_array().into_iter().flatten().filter_map(|space| space["pages"].as_array()).flatten()
    {
        if let (Some(title), Some(body)) = (page["title"].as_str(), page["body"].as_str())
            && BY_SOURCE.contains(&body)
        {
            bodies.insert(title.to_owned(), body.to_owned());
        }
    }
    Ok(bodies)
}

/// A file of the golden site.
fn read(file: &str) -> Result<String> {
    fs::read_to_string(material("site").join(file)).with_context(|| format!("`{file}` cannot be read"))
}

/// The title in the page details of a file.
fn title(markdown: &str) -> String {
    let line = markdown.lines().find_map(|line| line.strip_prefix("title: ")).unwrap_or_default();
    // A quoted title in YAML is one in JSON, for the characters that titles have.
    serde_json::from_str(line).unwrap_or_else(|_| line.to_owned())
}

/// The text that somebody sees of a storage body.
fn visible(body: &str) -> Result<String> {
    let body = format!(r#"<body xmlns:ac="ac" xmlns:ri="ri">{body}</body>"#);
    let document = Document::parse(&body).context("a body of the golden site is no XML")?;
    let mut text = String::new();
    collect(document.root_element(), &mut text);
    Ok(text)
}

const INLINE: &[&str] = &["a", "code", "del", "em", "emoticon", "span", "strong", "sub", "sup", "u"];

fn collect(element: Node, text: &mut String) {
    for child in element.children() {
        if let Some(piece) = child.text().filter(|_| child.is_text()) {
            text.push_str(piece);
            continue;
        }
        let name = child.tag_name().name();
        match name {
            "parameter" if child.attributes().all(|attribute| attribute.value() != "title") => continue,
            "emoticon" => text.push_str(emoji(child)),
            _ => {}
        }
        let is_inline = INLINE.contains(&name);
        if !is_inline {
            text.push(' ');
        }
        collect(child, text);
        if !is_inline {
            text.push(' ');
        }
    }
}

fn emoji<'a>(element: Node<'a, '_>) -> &'a str {
    let fallback = element.attributes().find(|attribute| attribute.name() == "emoji-fallback");
    fallback.map_or("✅", |attribute| attribute.value())
}
