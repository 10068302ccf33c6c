//! An export in each format, as a page in it sees it.

use pagelift_convert::{AttachmentTarget, FileTarget, Format, Heading, Lookup, PageTarget};
use pagelift_model::{PageId, SpaceKey};

/// The export in one format; `unique` where no two files of it have the same name.
pub struct Site {
    pub format: Format,
    pub unique: bool,
}

impl Site {
    fn file(&self, relative: &str) -> FileTarget {
        let folder = match self.format {
            Format::Logseq => "pages",
            Format::GithubWiki => "",
            _ => "Docs",
        };
        let path = match relative.strip_prefix("../") {
            Some(path) => path.to_owned(),
            None if folder.is_empty() => relative.to_owned(),
            None => format!("{folder}/{relative}"),
        };
        FileTarget { relative: relative.to_owned(), path, unique: self.unique }
    }

    fn page(&self, title: &str) -> Option<PageTarget> {
        let (id, name) = match (title, self.format) {
            ("Set-up guide", Format::Azure) => ("2", "Set%2Dup-guide.md"),
            ("Set-up guide", Format::GithubWiki) => ("2", "Set-up-guide.md"),
            ("Set-up guide", Format::GitlabWiki) => ("2", "set-up-guide.md"),
            ("Set-up guide", Format::Hugo) => ("2", "../Set-up guide/index.md"),
            ("Set-up guide", Format::Logseq) => ("2", "Docs___Set-up guide.md"),
            ("Set-up guide", _) => ("2", "Set-up guide.md"),
            ("#1 [draft]", _) => ("3", "#1 [draft].md"),
            ("Here", _) => ("1", "Here.md"),
            ("News", _) => ("4", "../blog/News.md"),
            ("100% of $5", _) => ("5", "100% of $5.md"),
            _ => return None,
        };
        let web_url = Some(format!("https://acme.example/wiki/pages/{id}"));
        Some(PageTarget { id: Some(PageId::new(id)), title: title.to_owned(), file: Some(self.file(name)), web_url })
    }
}

impl Lookup for Site {
    fn page_by_id(&self, _: &PageId) -> Option<PageTarget> {
        None
    }
    fn page_by_title(&self, _: Option<&SpaceKey>, title: &str) -> Option<PageTarget> {
        self.page(title)
    }
    fn blog_post(&self, _: Option<&SpaceKey>, _: &str, _: &str) -> Option<PageTarget> {
        None
    }
    fn space(&self, _: &SpaceKey) -> Option<PageTarget> {
        None
    }
    fn this_page(&self) -> Option<PageTarget> {
        self.page("Here")
    }
    fn parent_page(&self) -> Option<PageTarget> {
        None
    }
    fn children(&self, page: Option<&PageId>) -> Option<Vec<PageTarget>> {
        Some(if page.is_none() { vec![self.page("Set-up guide")?] } else { Vec::new() })
    }
    fn headings(&self, _: &PageId) -> Option<Vec<Heading>> {
        let slug = match self.format {
            Format::Obsidian | Format::Logseq => "First steps",
            _ => "first-steps",
        };
        Some(vec![Heading { level: 1, text: "First: steps".to_owned(), slug: slug.to_owned() }])
    }
    fn attachment(&self, _: Option<&PageId>, name: &str) -> AttachmentTarget {
        let folder = match self.format {
            Format::Docusaurus => "img/Here/",
            Format::Azure => "../.attachments/Here - ",
            Format::Logseq => "../assets/Here - ",
            _ => "attachments/Here/",
        };
        AttachmentTarget::File(self.file(&format!("{folder}{name}")))
    }
    fn attachment_by_media_id(&self, _: &str) -> Option<(String, AttachmentTarget)> {
        None
    }
    fn person(&self, _: &str) -> Option<String> {
        None
    }
    fn jira_base(&self, _: &str) -> Option<String> {
        None
    }
    fn site_base(&self) -> Option<String> {
        None
    }
    fn page_url(&self) -> Option<String> {
        None
    }
}
