//! Deterministic content from a seed.

mod plain;

use std::fmt::Write as _;

use crate::bytes;
use crate::site::{Attachment, Content, Folder, Kind, Label, Parent, Site, Space, User};

/// What to generate.
#[derive(Debug, Clone, Copy)]
pub struct GeneratorOptions {
    /// Pages of the space `DOCS`. A small space `TEAM`, an empty personal space and a few blog posts come on top.
    pub pages: usize,
    /// Attachments of the whole site.
    pub attachments: usize,
    /// The same seed gives the same bytes.
    pub seed: u64,
    /// The deepest level of nesting; 0 leaves all pages at the top level.
    pub depth: usize,
}

impl Default for GeneratorOptions {
    fn default() -> Self {
        Self { pages: 100, attachments: 50, seed: 1, depth: 4 }
    }
}

struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        if limit == 0 { 0 } else { (self.next() % limit as u64) as usize }
    }

    fn pick<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words.get(self.below(words.len())).copied().unwrap_or("word")
    }

    fn time(&mut self, year: u32) -> String {
        format!(
            "{year}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
            self.below(12) + 1,
            self.below(28) + 1,
            self.below(24),
            self.below(60),
            self.below(60),
            self.below(1000)
        )
    }
}

const ADJECTIVES: &[&str] =
    &["Quick", "Internal", "Draft", "Public", "Größere", "Old", "Release", "Daily", "Été", "Shared"];
const NOUNS: &[&str] = &[
    "guide",
    "runbook",
    "meeting notes",
    "C/C++ rules",
    "roadmap: Q3",
    "onboarding",
    "API & errors",
    "設計メモ",
    "checklist",
    "FAQ?",
];
const WORDS: &[&str] = &[
    "the",
    "service",
    "answers",
    "within",
    "two",
    "seconds",
    "and",
    "each",
    "team",
    "keeps",
    "a",
    "copy",
    "of",
    "naïve",
    "settings",
    "before",
    "release",
    "&nbsp;",
    "R&amp;D",
    "&lt;tag&gt;",
    "we",
    "write",
    "notes",
    "— then",
    "check",
    "again",
    "日本語",
    "😀",
];
const LABELS: &[&str] = &["howto", "draft", "release", "team-a", "meeting", "décision", "api"];

struct Generator {
    random: Random,
    site: Site,
    next_id: u64,
}

/// Makes the site; see [`Site::generate`].
fn generate(options: GeneratorOptions) -> Site {
    let mut generator = Generator { random: Random(options.seed), site: Site::default(), next_id: 65_536 };
    for (at, name) in ["Ada Example", "Bo Müller", "Chi Nguyễn", "Dana O'Neil", "Former user"].iter().enumerate() {
        let account = format!("557058:{:08x}-0000-4000-8000-{at:012x}", generator.random.next() as u32);
        generator.site.users.push(User { account, name: (*name).to_owned() });
    }
    generator.space("DOCS", "Documentation & guides", "global", options.pages, options.depth);
    generator.space("TEAM", "Team", "collaboration", 3, 1);
    generator.space("~557058ada", "Ada Example", "personal", 0, 0);
    generator.attachments(options.attachments);
    generator.bodies();
    generator.site
}

impl Site {
    /// Makes a site; the same options give the same bytes.
    pub fn generate(options: GeneratorOptions) -> Self {
        generate(options)
    }
}

impl Generator {
    fn id(&mut self) -> u64 {
        self.next_id += 1 + self.random.next() % 37;
        self.next_id
    }

    fn user(&mut self) -> String {
        let at = self.random.below(self.site.users.len());
        self.site.users.get(at).map(|user| user.account.clone()).unwrap_or_default()
    }

    fn space(&mut self, key: &str, name: &str, kind: &str, pages: usize, depth: usize) {
        let id = self.id();
        let created = self.random.time(2022);
        let space =
            Space { id, key: key.to_owned(), name: name.to_owned(), kind: kind.to_owned(), homepage: None, created };
        self.site.spaces.insert(id, space);
        // Places that can take children, with the level of those children.
        let mut places: Vec<(Parent, usize)> = Vec::new();
        for at in 0..pages {
            let (parent, level) = self.place(at, &places);
            if at % 40 == 4 && depth > 0 {
                let (above, level) = if level < depth { (parent, level) } else { (Parent::None, 0) };
                let folder = self.folder(id, above, at);
                places.push((Parent::Folder(folder), level + 1));
                if level + 1 < depth && at > 40 {
                    let inner = self.folder(id, Parent::Folder(folder), at + 1);
                    places.push((Parent::Folder(inner), level + 2));
                }
            }
            let title = if at == 0 { format!("{name} home") } else { self.title(at) };
            let page = self.content(id, Kind::Page, title, parent, at as u64);
            if at == 0
                && let Some(space) = self.site.spaces.get_mut(&id)
            {
                space.homepage = Some(page);
            }
            if level < depth {
                places.push((Parent::Page(page), level + 1));
            }
        }
        if pages > 0 {
            for at in 0..=(pages / 50) {
                let title = format!("News {at}: {}", self.random.pick(NOUNS));
                self.content(id, Kind::BlogPost, title, Parent::None, 0);
            }
        }
    }

    fn place(&mut self, at: usize, places: &[(Parent, usize)]) -> (Parent, usize) {
        if at == 0 || self.random.below(33) == 0 {
            return (Parent::None, 0);
        }
        // Recent places more often, so that the tree grows deep.
        let from = if self.random.below(2) == 0 { places.len().saturating_sub(20) } else { 0 };
        let chosen = from + self.random.below(places.len() - from);
        places.get(chosen).copied().unwrap_or((Parent::None, 0))
    }

    fn title(&mut self, at: usize) -> String {
        format!("{} {} {at}", self.random.pick(ADJECTIVES), self.random.pick(NOUNS))
    }

    fn folder(&mut self, space: u64, parent: Parent, at: usize) -> u64 {
        let id = self.id();
        let (author, created) = (self.user(), self.random.time(2023));
        let title = format!("Folder {at}");
        self.site.folders.insert(id, Folder { id, space, title, parent, author, created });
        id
    }

    fn content(&mut self, space: u64, kind: Kind, title: String, parent: Parent, position: u64) -> u64 {
        let id = self.id();
        let mut labels = Vec::new();
        for (at, name) in LABELS.iter().enumerate() {
            if self.random.below(6) == 0 {
                labels.push(Label { id: 900 + at as u64, name: (*name).to_owned() });
            }
        }
        let content = Content {
            id,
            kind,
            space,
            title,
            parent,
            position,
            author: self.user(),
            editor: self.user(),
            created: self.random.time(2023),
            modified: self.random.time(2025),
            version: self.random.next() % 20 + 1,
            body: String::new(),
            labels,
        };
        self.site.contents.insert(id, content);
        id
    }

    /// Up to ten pages get 30 files each, the others share the rest.
    fn attachments(&mut self, count: usize) {
        let mut owners: Vec<u64> = self.site.contents.keys().copied().collect();
        if owners.is_empty() {
            return;
        }
        let heavy = (count / 60).min(10).min(owners.len().saturating_sub(1));
        let rest = owners.split_off(heavy);
        for at in 0..count {
            let owner = if at < heavy * 30 {
                owners.get(at / 30)
            } else {
                // A prime step spreads few files over the whole space.
                rest.get((at * 7919) % rest.len())
            };
            if let Some(owner) = owner.copied() {
                self.attachment(owner, at);
            }
        }
    }

    fn attachment(&mut self, content: u64, at: usize) {
        let id = self.id();
        let seed = self.random.next();
        let (title, media_type, bytes) = if at % 3 == 2 {
            (format!("data {at}.csv"), "text/csv", bytes::text(seed))
        } else if at % 7 == 3 {
            (format!("übersicht-{at}.png"), "image/png", bytes::png(seed))
        } else {
            (format!("diagram-{at}.png"), "image/png", bytes::png(seed))
        };
        let tail = self.random.next() & 0xFFFF_FFFF_FFFF;
        let file_id = format!("{:08x}-{:04x}-4000-8000-{tail:012x}", seed as u32, (seed >> 32) as u16);
        let attachment = Attachment {
            id,
            content,
            title,
            media_type: media_type.to_owned(),
            file_id,
            version: self.random.next() % 3 + 1,
            author: self.user(),
            created: self.random.time(2024),
            bytes,
        };
        self.site.attachments.insert(id, attachment);
        self.site.files.entry(content).or_default().push(id);
    }

    fn bodies(&mut self) {
        let titles: Vec<String> = self.site.contents.values().map(|one| one.title.clone()).collect();
        let ids: Vec<u64> = self.site.contents.keys().copied().collect();
        for id in ids {
            let files: Vec<(String, bool)> = self
                .site
                .attachments_of(id)
                .iter()
                .map(|file| (file.title.clone(), file.media_type == "image/png"))
                .collect();
            let mut body = String::new();
            let blocks = 3 + self.random.below(9);
            for _ in 0..blocks {
                self.block(&mut body, &titles);
            }
            for (title, picture) in files {
                if picture {
                    body.push_str(&image(&title));
                } else {
                    body.push_str(&file_link(&title));
                }
            }
            if let Some(content) = self.site.contents.get_mut(&id) {
                content.body = body;
            }
        }
    }

    fn sentence(&mut self) -> String {
        let mut out = String::new();
        for at in 0..(4 + self.random.below(18)) {
            if at > 0 {
                out.push(' ');
            }
            let word = self.random.pick(WORDS);
            match self.random.below(12) {
                0 => _ = write!(out, "<strong>{word}</strong>"),
                1 => _ = write!(out, "<em>{word}</em>"),
                2 => _ = write!(out, "<code>{word}</code>"),
                _ => out.push_str(word),
            }
        }
        out.push('.');
        out
    }

    fn block(&mut self, out: &mut String, titles: &[String]) {
        let text = self.sentence();
        match self.random.below(12) {
            0 => _ = write!(out, "<h2>{text}</h2>"),
            1 => _ = write!(out, "<ul><li><p>{text}</p><ul><li><p>{}</p></li></ul></li></ul>", self.sentence()),
            2 => {
                _ = write!(
                    out,
                    "<table data-layout=\"default\"><tbody><tr><th><p>Name</p></th><th><p>Value</p></th></tr><tr><td><p>{text}</p></td><td><p>{}</p></td></tr></tbody></table>",
                    self.sentence()
                );
            }
            3 => {
                out.push_str("<ac:structured-macro ac:name=\"code\" ac:schema-version=\"1\"><ac:parameter ac:name=\"language\">rust</ac:parameter><ac:plain-text-body><![CDATA[fn main() {\n    println!(\"<a & b>\");\n}]]></ac:plain-text-body></ac:structured-macro>");
            }
            4 => {
                _ = write!(
                    out,
                    "<ac:structured-macro ac:name=\"info\" ac:schema-version=\"1\"><ac:rich-text-body><p>{text}</p></ac:rich-text-body></ac:structured-macro>"
                );
            }
            5 => {
                let title = titles.get(self.random.below(titles.len())).map_or("Missing", String::as_str);
                _ = write!(
                    out,
                    "<p>{text} <ac:link><ri:page ri:content-title=\"{}\" /><ac:link-body>see there</ac:link-body></ac:link></p>",
                    escape(title)
                );
            }
            6 => {
                _ = write!(
                    out,
                    "<ac:task-list><ac:task><ac:task-id>1</ac:task-id><ac:task-status>incomplete</ac:task-status><ac:task-body><span>{text}</span></ac:task-body></ac:task></ac:task-list>"
                );
            }
            7 => {
                let user = self.user();
                _ = write!(out, "<p><ac:link><ri:user ri:account-id=\"{user}\" /></ac:link> {text}</p>");
            }
            8 => out.push_str("<ac:structured-macro ac:name=\"toc\" ac:schema-version=\"1\" />"),
            9 => {
                _ = write!(
                    out,
                    "<p>{text} <a href=\"https://example.com/?a=1&amp;b=2\">example</a> <time datetime=\"2025-01-31\" /></p>"
                );
            }
            _ => _ = write!(out, "<p>{text}</p>"),
        }
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

fn image(title: &str) -> String {
    format!(
        "<ac:image ac:align=\"center\" ac:width=\"320\"><ri:attachment ri:filename=\"{}\" ri:version-at-save=\"1\" /></ac:image>",
        escape(title)
    )
}

fn file_link(title: &str) -> String {
    format!("<p><ac:link><ri:attachment ri:filename=\"{}\" /></ac:link></p>", escape(title))
}
