//! What a conversion may ask about the world outside the body.

use pagelift_model::{Body, PageId, SpaceKey};

/// Where a link to a page leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageTarget {
    /// The page, where it is known.
    pub id: Option<PageId>,
    /// Its title.
    pub title: String,
    /// Its file, when it is exported.
    pub file: Option<FileTarget>,
    /// The page's web address, for pages that are not exported.
    pub web_url: Option<String>,
}

/// A file of the export, seen from the file of the page that is being converted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileTarget {
    /// The way to it, `/` between parts, not encoded: `../Install guide.md`.
    pub relative: String,
    /// Its place in the destination, not encoded: `Handbook/Install guide.md`.
    pub path: String,
    /// Whether no other file of the destination has the same name.
    pub unique: bool,
}

/// Where a link or picture that names an attachment leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AttachmentTarget {
    /// Copied.
    File(FileTarget),
    /// Not copied: its web address.
    Web(String),
    /// The page has no such attachment.
    Missing,
    /// Nothing is known about the page's attachments.
    Unknown,
}

/// A heading of a page, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// 1 to 6.
    pub level: u8,
    /// Its text, marks gone.
    pub text: String,
    /// Its slug in the output format, repeats numbered.
    pub slug: String,
}

/// An attachment in the list of a page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AttachmentEntry {
    /// File name.
    pub name: String,
    /// Media type, such as `image/png`; empty where it is not known.
    pub media_type: String,
    /// Size in bytes.
    pub size: u64,
    /// When this version was made, in any form that sorts as text; empty where it is not known.
    pub modified: String,
    /// The labels of the file.
    pub labels: Vec<String>,
}

/// When a page was made and changed, in any form that sorts as text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PageDates {
    /// When its first version was made.
    pub created: String,
    /// When its latest version was made.
    pub modified: String,
}

/// A macro whose content the server computes.
#[derive(Debug, Clone, Copy)]
pub struct MacroCall<'m> {
    /// The page that it is on; `None` for the page being converted.
    pub page: Option<&'m PageId>,
    /// The id of this macro, where the body says it.
    pub id: Option<&'m str>,
    /// Its name, as the body has it.
    pub name: &'m str,
    /// Its parameters in the order of the body; the default one has no name.
    pub parameters: &'m [(String, String)],
}

/// Read-only look-ups. Each may answer "unknown"; the converter never guesses a path of its own.
///
/// `space` is `None` for the space of the page being converted; `page` is `None` for that page itself.
pub trait Lookup {
    /// The page with this id.
    fn page_by_id(&self, id: &PageId) -> Option<PageTarget>;
    /// The page or, where there is none, the blog post of this title.
    fn page_by_title(&self, space: Option<&SpaceKey>, title: &str) -> Option<PageTarget>;
    /// The blog post of this title and day, written `2026/07/01`.
    fn blog_post(&self, space: Option<&SpaceKey>, title: &str, day: &str) -> Option<PageTarget>;
    /// The space's home page, or the space's own address.
    fn space(&self, key: &SpaceKey) -> Option<PageTarget>;
    /// The page being converted.
    fn this_page(&self) -> Option<PageTarget>;
    /// The page above it.
    fn parent_page(&self) -> Option<PageTarget>;
    /// The child pages of a page, in the order of the tree.
    fn children(&self, page: Option<&PageId>) -> Option<Vec<PageTarget>>;
    /// The headings of another page, for links into it.
    fn headings(&self, page: &PageId) -> Option<Vec<Heading>>;
    /// The attachment of this name, compared as the server does.
    fn attachment(&self, page: Option<&PageId>, name: &str) -> AttachmentTarget;
    /// The attachment with this media id (ADF), and its name.
    fn attachment_by_media_id(&self, media_id: &str) -> Option<(String, AttachmentTarget)>;
    /// A person's name by account id, user key or user name.
    fn person(&self, id: &str) -> Option<String>;
    /// The Jira site of an application link, without a closing slash.
    fn jira_base(&self, server_id: &str) -> Option<String>;
    /// The site's base address, without a closing slash: `https://acme.atlassian.net/wiki`.
    fn site_base(&self) -> Option<String>;
    /// The web address of the page being converted.
    fn page_url(&self) -> Option<String>;
    /// The attachment of another page by its media id (ADF), and its name.
    fn attachment_on(&self, _page: &PageId, _media_id: &str) -> Option<(String, AttachmentTarget)> {
        None
    }
    /// The body of a page that this one shows, whole or in part.
    fn included(&self, _page: &PageId) -> Option<Body> {
        None
    }
    /// The body of a synced block.
    fn synced(&self, _resource: &str) -> Option<Body> {
        None
    }
    /// What the server has made of a macro: HTML, as in its rendered view.
    fn rendered(&self, _call: &MacroCall<'_>) -> Option<String> {
        None
    }
    /// All attachments of a page, the latest first where their dates are known.
    fn attachments(&self, _page: Option<&PageId>) -> Option<Vec<AttachmentEntry>> {
        None
    }
    /// The content of an attachment that is text.
    fn attachment_text(&self, _page: Option<&PageId>, _name: &str) -> Option<String> {
        None
    }
    /// When a page was made and changed.
    fn dates(&self, _page: &PageId) -> Option<PageDates> {
        None
    }
    /// The pages of a space that have none above them, in the order of the tree.
    fn top_pages(&self, _space: Option<&SpaceKey>) -> Option<Vec<PageTarget>> {
        None
    }
}

/// Knows nothing, as when a body alone is converted.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoContext;

impl Lookup for NoContext {
    fn page_by_id(&self, _: &PageId) -> Option<PageTarget> {
        None
    }
    fn page_by_title(&self, _: Option<&SpaceKey>, _: &str) -> Option<PageTarget> {
        None
    }
    fn blog_post(&self, _: Option<&SpaceKey>, _: &str, _: &str) -> Option<PageTarget> {
        None
    }
    fn space(&self, _: &SpaceKey) -> Option<PageTarget> {
        None
    }
    fn this_page(&self) -> Option<PageTarget> {
        None
    }
    fn parent_page(&self) -> Option<PageTarget> {
        None
    }
    fn children(&self, _: Option<&PageId>) -> Option<Vec<PageTarget>> {
        None
    }
    fn headings(&self, _: &PageId) -> Option<Vec<Heading>> {
        None
    }
    fn attachment(&self, _: Option<&PageId>, _: &str) -> AttachmentTarget {
        AttachmentTarget::Unknown
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
