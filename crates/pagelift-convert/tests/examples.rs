//! The worked examples of the conversion reference, compared byte for byte.

use std::collections::HashMap;
use std::path::Path;

use pagelift_convert::{AttachmentTarget, ConvertOptions, Format, Heading, Lookup, NoContext, PageTarget, convert};
use pagelift_model::{BodyKind, PageId, SpaceKey};

/// The site that the examples marked `ctx` stand on.
struct Acme;

const PAGES: &[(&str, &str, &str)] = &[
    ("1001", "Release notes", "Release notes.md"),
    ("1002", "Install guide", "Install guide.md"),
    ("1003", "FAQ", "FAQ.md"),
    ("1004", "Summer news", "../blog/2026/07/Summer news.md"),
];

fn page(index: usize) -> PageTarget {
    let (id, title, path) = PAGES[index];
    PageTarget {
        id: Some(PageId::new(id)),
        title: title.to_owned(),
        relative_path: Some(path.to_owned()),
        web_url: Some(format!("https://acme.atlassian.net/wiki/spaces/DOC/pages/{id}")),
    }
}

fn runbook() -> PageTarget {
    PageTarget {
        id: Some(PageId::new("2001")),
        title: "Runbook".to_owned(),
        relative_path: None,
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
        let heading = |text: &str, slug: &str| Heading { level: 2, text: text.to_owned(), slug: slug.to_owned() };
        let steps =
            [heading("Before you start", "before-you-start"), heading("Steps", "steps"), heading("Steps", "steps-1")];
        matches!(page.as_str(), "1002" | "1003").then(|| steps.into())
    }
    fn attachment(&self, page: Option<&PageId>, name: &str) -> AttachmentTarget {
        let own = page.is_none_or(|page| page.as_str() == "1001");
        let known = ["diagram.png", "data sheet.pdf", "flow", "flow.png", "demo.mp4"].contains(&name);
        if own && known {
            return AttachmentTarget::File(format!("attachments/Release notes/{name}"));
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

struct Example {
    id: String,
    kind: BodyKind,
    in_context: bool,
    input: String,
    output: String,
}

/// The examples of the base format, those of both body formats.
fn examples(text: &str) -> Vec<Example> {
    let mut inputs = Vec::new();
    let mut outputs: HashMap<String, String> = HashMap::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let fence: String = line.chars().take_while(|&c| c == '`' || c == '~').collect();
        if fence.len() < 3 {
            continue;
        }
        let body: String = lines.by_ref().take_while(|l| *l != fence).flat_map(|l| [l, "\n"]).collect();
        let words: Vec<&str> = line[fence.len()..].split(' ').collect();
        let Some(id) = words.get(1).and_then(|w| w.strip_prefix("example=")) else { continue };
        if words.iter().any(|word| word.starts_with("format=")) {
            continue;
        }
        let in_context = words.contains(&"ctx");
        match words[0] {
            "xml" => inputs.push((id.to_owned(), BodyKind::Storage, in_context, body)),
            "json" => inputs.push((id.to_owned(), BodyKind::Adf, in_context, body)),
            "markdown" => drop(outputs.insert(id.to_owned(), body)),
            _ => {}
        }
    }
    let found = inputs.into_iter().filter_map(|(id, kind, in_context, input)| {
        let output = outputs.remove(&id)?;
        Some(Example { id, kind, in_context, input, output })
    });
    found.collect()
}

#[test]
fn examples_match() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/reference/conversion.md");
    let Ok(text) = std::fs::read_to_string(&path) else {
        println!("skipped: no conversion reference");
        return;
    };
    let examples = examples(&text);
    assert!(examples.len() > 35, "only {} examples were found", examples.len());
    let options = ConvertOptions { format: Format::Gfm, title: None };
    let mut failed = Vec::new();
    for Example { id, kind, in_context, input, output } in &examples {
        let context: &dyn Lookup = if *in_context { &Acme } else { &NoContext };
        let got = convert(input, *kind, context, &options).markdown;
        if &got != output {
            failed.push(format!("{id}\n--- wanted\n{output}--- got\n{got}"));
        }
    }
    assert!(failed.is_empty(), "{} of {} failed:\n{}", failed.len(), examples.len(), failed.join("\n"));
}
