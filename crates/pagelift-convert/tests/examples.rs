//! The worked examples of the conversion reference, compared byte for byte.

#![allow(clippy::panic, reason = "a reference that contradicts itself ends the test")]

use std::collections::HashMap;
use std::path::Path;

use pagelift_convert::{
    AttachmentTarget, ConvertOptions, FileTarget, Format, Heading, Lookup, NoContext, PageTarget, convert,
};
use pagelift_model::{BodyKind, PageId, SpaceKey};

/// The site that the examples marked `ctx` stand on, as an export in one format sees it.
struct Acme(Format);

const PAGES: &[(&str, &str, &str)] = &[
    ("1001", "Release notes", "Release notes.md"),
    ("1002", "Install guide", "Install guide.md"),
    ("1003", "FAQ", "FAQ.md"),
    ("1004", "Summer news", "../blog/2026/07/Summer news.md"),
];

/// A file by the way to it from a page in `folder`, of which the destination has others of the same name.
fn file(relative: &str, folder: &str) -> FileTarget {
    let path = relative.strip_prefix("../").map_or_else(|| format!("{folder}/{relative}"), str::to_owned);
    FileTarget { relative: relative.to_owned(), path, unique: false }
}

fn page(index: usize) -> PageTarget {
    let (id, title, path) = PAGES[index];
    PageTarget {
        id: Some(PageId::new(id)),
        title: title.to_owned(),
        file: Some(file(path, "Handbook")),
        web_url: Some(format!("https://acme.atlassian.net/wiki/spaces/DOC/pages/{id}")),
    }
}

fn runbook() -> PageTarget {
    PageTarget {
        id: Some(PageId::new("2001")),
        title: "Runbook".to_owned(),
        file: None,
        web_url: Some("https://acme.atlassian.net/wiki/spaces/OPS/pages/2001".to_owned()),
    }
}

impl Lookup for Acme {
    fn page_by_id(&self, id: &PageId) -> Option<PageTarget> {
        let index = PAGES.iter().position(|(known, ..)| *known == id.as_str());
        index.map(page).or_else(|| (id.as_str() == "2001").then(runbook))
    }
    fn page_by_title(&self, space: Option<&SpaceKey>, title: &str) -> Option<PageTarget> {
        match space.map_or("DOC", SpaceKey::as_str) {
            "DOC" => PAGES.iter().position(|(_, known, _)| *known == title).map(page),
            "OPS" if title == "Runbook" => Some(runbook()),
            _ => None,
        }
    }
    fn blog_post(&self, _: Option<&SpaceKey>, title: &str, day: &str) -> Option<PageTarget> {
        (title == "Summer news" && day == "2026/07/01").then(|| page(3))
    }
    fn space(&self, _: &SpaceKey) -> Option<PageTarget> {
        None
    }
    fn this_page(&self) -> Option<PageTarget> {
        Some(page(0))
    }
    fn parent_page(&self) -> Option<PageTarget> {
        None
    }
    fn children(&self, _: Option<&PageId>) -> Option<Vec<PageTarget>> {
        None
    }
    fn headings(&self, page: &PageId) -> Option<Vec<Heading>> {
        let slugs = match self.0 {
            Format::Obsidian | Format::Logseq => ["Before you start", "Steps", "Steps"],
            Format::MkDocs => ["before-you-start", "steps", "steps_1"],
            _ => ["before-you-start", "steps", "steps-1"],
        };
        let headings = ["Before you start", "Steps", "Steps"].iter().zip(slugs).map(|(text, slug)| Heading {
            level: 2,
            text: (*text).to_owned(),
            slug: slug.to_owned(),
        });
        matches!(page.as_str(), "1002" | "1003").then(|| headings.collect())
    }
    fn attachment(&self, page: Option<&PageId>, name: &str) -> AttachmentTarget {
        let own = page.is_none_or(|page| page.as_str() == "1001");
        let known = ["diagram.png", "data sheet.pdf", "flow", "flow.png", "demo.mp4"].contains(&name);
        if own && known {
            return AttachmentTarget::File(file(&format!("attachments/Release notes/{name}"), "Handbook"));
        }
        AttachmentTarget::Missing
    }
    fn attachment_by_media_id(&self, _: &str) -> Option<(String, AttachmentTarget)> {
        None
    }
    fn person(&self, id: &str) -> Option<String> {
        ["557058:aa", "8a8080aa"].contains(&id).then(|| "Jane Doe".to_owned())
    }
    fn jira_base(&self, server_id: &str) -> Option<String> {
        (server_id == "a1b2").then(|| "https://acme.atlassian.net".to_owned())
    }
    fn site_base(&self) -> Option<String> {
        Some("https://acme.atlassian.net/wiki".to_owned())
    }
    fn page_url(&self) -> Option<String> {
        None
    }
}

struct Input {
    kind: BodyKind,
    in_context: bool,
    body: String,
}

struct Output {
    id: String,
    format: Format,
    markdown: String,
}

/// The inputs by name, and what each becomes in one format or several.
fn examples(text: &str) -> (HashMap<String, Input>, Vec<Output>) {
    let (mut inputs, mut outputs) = (HashMap::new(), Vec::new());
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let fence: String = line.chars().take_while(|&c| c == '`' || c == '~').collect();
        if fence.len() < 3 {
            continue;
        }
        let body: String = lines.by_ref().take_while(|l| *l != fence).flat_map(|l| [l, "\n"]).collect();
        let words: Vec<&str> = line[fence.len()..].split(' ').collect();
        let Some(id) = words.get(1).and_then(|w| w.strip_prefix("example=")) else { continue };
        let format = words.iter().find_map(|word| word.strip_prefix("format=")).unwrap_or("gfm");
        let kind = match words[0] {
            "xml" => BodyKind::Storage,
            "json" => BodyKind::Adf,
            _ => {
                let format = Format::from_name(format).unwrap_or_else(|| panic!("there is no format {format}"));
                outputs.push(Output { id: id.to_owned(), format, markdown: body });
                continue;
            }
        };
        inputs.insert(id.to_owned(), Input { kind, in_context: words.contains(&"ctx"), body });
    }
    (inputs, outputs)
}

#[test]
fn examples_match() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/reference/conversion.md");
    let Ok(text) = std::fs::read_to_string(&path) else {
        println!("skipped: no conversion reference");
        return;
    };
    let (inputs, outputs) = examples(&text);
    assert!(inputs.len() > 35 && outputs.len() > inputs.len(), "only {} examples were found", outputs.len());
    let mut failed = Vec::new();
    for Output { id, format, markdown } in &outputs {
        let input = inputs.get(id).unwrap_or_else(|| panic!("{id} has no input"));
        let options = ConvertOptions { format: *format, ..ConvertOptions::default() };
        let site = Acme(*format);
        let context: &dyn Lookup = if input.in_context { &site } else { &NoContext };
        let got = convert(&input.body, input.kind, context, &options).markdown;
        if &got != markdown {
            failed.push(format!("{id}, {}\n--- wanted\n{markdown}--- got\n{got}", format.name()));
        }
    }
    assert!(failed.is_empty(), "{} of {} failed:\n{}", failed.len(), outputs.len(), failed.join("\n"));
}
