//! What a conversion may ask about the world outside the body.

use pagelift_model::{PageId, SpaceKey};

/// Where a link to a page leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageTarget {
    /// The page, where it is known.
    pub id: Option<PageId>,
    /// Its title.
    pub title: String,
    /// What stands in the link, not encoded: the way from this file to the page's file when it is exported.
    pub relative_path: Option<String>,
    /// The page's web address, for pages that are not exported.
    pub web_url: Option<String>,
}

/// Where a link or picture that names an attachment leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AttachmentTarget {
    /// Copied beside the page: the way from this file to it, not encoded.
    File(String),
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
