//! The context as a page sees it that is shown in another one: what it calls its own is its own, the way to every file
//! is that from the page that shows it.

use pagelift_model::{Body, PageId, SpaceKey};

use crate::{AttachmentEntry, AttachmentTarget, Heading, Lookup, MacroCall, PageDates, PageTarget};

/// A page that is shown in another one.
pub(crate) struct Guest<'a> {
    /// The context of the page that is being converted.
    pub(crate) host: &'a dyn Lookup,
    pub(crate) page: PageTarget,
    pub(crate) id: PageId,
    /// The space it is in, where that is known.
    pub(crate) space: Option<SpaceKey>,
}

impl Guest<'_> {
    fn space<'s>(&'s self, space: Option<&'s SpaceKey>) -> Option<&'s SpaceKey> {
        space.or(self.space.as_ref())
    }

    fn page<'s>(&'s self, page: Option<&'s PageId>) -> &'s PageId {
        page.unwrap_or(&self.id)
    }
}

impl Lookup for Guest<'_> {
    fn page_by_id(&self, id: &PageId) -> Option<PageTarget> {
        self.host.page_by_id(id)
    }
    fn page_by_title(&self, space: Option<&SpaceKey>, title: &str) -> Option<PageTarget> {
        self.host.page_by_title(self.space(space), title)
    }
    fn blog_post(&self, space: Option<&SpaceKey>, title: &str, day: &str) -> Option<PageTarget> {
        self.host.blog_post(self.space(space), title, day)
    }
    fn space(&self, key: &SpaceKey) -> Option<PageTarget> {
        self.host.space(key)
    }
    fn this_page(&self) -> Option<PageTarget> {
        Some(self.page.clone())
    }
    fn parent_page(&self) -> Option<PageTarget> {
        None
    }
    fn children(&self, page: Option<&PageId>) -> Option<Vec<PageTarget>> {
        self.host.children(Some(self.page(page)))
    }
    fn headings(&self, page: &PageId) -> Option<Vec<Heading>> {
        self.host.headings(page)
    }
    fn attachment(&self, page: Option<&PageId>, name: &str) -> AttachmentTarget {
        self.host.attachment(Some(self.page(page)), name)
    }
    fn attachment_by_media_id(&self, media_id: &str) -> Option<(String, AttachmentTarget)> {
        self.host.attachment_on(&self.id, media_id)
    }
    fn attachment_on(&self, page: &PageId, media_id: &str) -> Option<(String, AttachmentTarget)> {
        self.host.attachment_on(page, media_id)
    }
    fn person(&self, id: &str) -> Option<String> {
        self.host.person(id)
    }
    fn jira_base(&self, server_id: &str) -> Option<String> {
        self.host.jira_base(server_id)
    }
    fn site_base(&self) -> Option<String> {
        self.host.site_base()
    }
    fn page_url(&self) -> Option<String> {
        self.page.web_url.clone()
    }
    fn included(&self, page: &PageId) -> Option<Body> {
        self.host.included(page)
    }
    fn synced(&self, resource: &str) -> Option<Body> {
        self.host.synced(resource)
    }
    fn rendered(&self, call: &MacroCall<'_>) -> Option<String> {
        self.host.rendered(&MacroCall { page: Some(self.page(call.page)), ..*call })
    }
    fn attachments(&self, page: Option<&PageId>) -> Option<Vec<AttachmentEntry>> {
        self.host.attachments(Some(self.page(page)))
    }
    fn attachment_text(&self, page: Option<&PageId>, name: &str) -> Option<String> {
        self.host.attachment_text(Some(self.page(page)), name)
    }
    fn dates(&self, page: &PageId) -> Option<PageDates> {
        self.host.dates(page)
    }
    fn top_pages(&self, space: Option<&SpaceKey>) -> Option<Vec<PageTarget>> {
        self.host.top_pages(self.space(space))
    }
}
