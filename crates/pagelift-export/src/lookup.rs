//! What one page's conversion may ask, answered from the store and the places of this run.

use std::cell::RefCell;

use pagelift_convert::{
    AttachmentEntry, AttachmentTarget, ConvertOptions, FileTarget, Heading, Lookup, MacroCall, NoContext, PageDates,
    PageTarget, convert,
};
use pagelift_model::{Attachment, AttachmentChoice, Body, PageExtras, PageId, PageNode, RelPath, Space, SpaceKey};
use unicode_normalization::UnicodeNormalization;

use crate::attachments;
use crate::dialect::AttachmentFolder;
use crate::names::fold;
use crate::read::of_macro;
use crate::render::Renderer;
use crate::store::{RecordKind, Store, StoreError, Wanted};

/// The surroundings of the page that is being converted.
pub(crate) struct PageLookup<'a> {
    pub store: &'a Store,
    pub renderer: &'a Renderer,
    pub choice: AttachmentChoice,
    pub space: &'a Space,
    pub node: &'a PageNode,
    /// The page's own file.
    pub path: &'a RelPath,
    /// Labels and attachments of the page, where they are known.
    pub extras: Option<&'a PageExtras>,
    /// The files of the page's own attachments, in the order of `extras`; none where all pages share a folder.
    pub files: &'a [RelPath],
    /// The first thing that went wrong inside a question, which has no way to say so.
    pub failed: RefCell<Option<StoreError>>,
    /// Attachments that the page asked for.
    pub asked: RefCell<Vec<Wanted>>,
    /// Pages whose text was asked for and is not in the store.
    pub unread: RefCell<Vec<PageId>>,
}

/// How many pages' headings are kept.
const HEADINGS_KEPT: usize = 256;

impl PageLookup<'_> {
    fn sound<T>(&self, answer: Result<Option<T>, StoreError>) -> Option<T> {
        answer.unwrap_or_else(|error| {
            self.failed.borrow_mut().get_or_insert(error);
            None
        })
    }

    /// The text of another page.
    fn body(&self, page: &PageId) -> Option<Body> {
        let body = self.sound(self.store.body(page)).map(|(_, body)| body);
        if body.is_none() {
            self.unread.borrow_mut().push(page.clone());
        }
        body
    }

    fn target(&self, id: &PageId) -> Option<PageTarget> {
        let node = self.sound(self.store.node(id))?;
        let path = self.sound(self.store.place(id));
        let space = self.sound(self.store.space(&node.space));
        Some(PageTarget {
            file: path.map(|path| self.seen(&path, id.as_str(), true)),
            id: Some(node.id),
            title: node.title,
            web_url: node.web_url.or_else(|| Some(self.renderer.site.page_url(&space?.key, id))),
        })
    }

    /// A file of the destination as this page links to it. `id` is what is in it; `known` where every file that could have the
    /// same name is.
    fn seen(&self, path: &RelPath, id: &str, known: bool) -> FileTarget {
        let unique = known && self.sound(self.store.is_only_name(id, path).map(Some)).unwrap_or_default();
        FileTarget { relative: self.path.relative_to(path), path: path.to_string(), unique }
    }

    fn space_of(&self, key: Option<&SpaceKey>) -> Option<Space> {
        match key {
            None => Some(self.space.clone()),
            Some(key) if *key == self.space.key => Some(self.space.clone()),
            Some(key) => self.sound(self.store.space_by_key(key)),
        }
    }

    /// A page of which the site may know more than we do, by the address that finds it there.
    fn elsewhere(&self, key: &SpaceKey, title: &str) -> PageTarget {
        let encoded = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        PageTarget {
            id: None,
            title: title.to_owned(),
            file: None,
            web_url: Some(self.renderer.site.join(&format!("/display/{}/{}", key.as_str(), encoded(title)))),
        }
    }

    fn own_or_stored(&self, page: Option<&PageId>) -> Option<PageExtras> {
        match page {
            Some(id) if *id != self.node.id => self.sound(self.store.extras(id)),
            _ => self.extras.cloned(),
        }
    }

    /// The file of an attachment, which is wanted from here on.
    pub fn file_of(&self, attachment: &Attachment) -> AttachmentTarget {
        if self.choice == AttachmentChoice::None {
            let name = url::form_urlencoded::byte_serialize(attachment.title.as_bytes())
                .collect::<String>()
                .replace('+', "%20");
            return AttachmentTarget::Web(
                self.renderer.site.join(&format!("/download/attachments/{}/{name}", attachment.page)),
            );
        }
        let path = match self.sound(self.store.wanted_path(attachment.id.as_str())) {
            Some(path) => path,
            None => match self.new_file_of(attachment) {
                Some(path) => path,
                None => return AttachmentTarget::Unknown,
            },
        };
        self.asked.borrow_mut().push(Wanted {
            attachment: attachment.clone(),
            page: self.node.id.clone(),
            path: path.clone(),
        });
        // A number can be that of one of two files of a page, which are named when the page is.
        let known = !path.file_name().contains(" (") && self.sound(self.store.place(&attachment.page)).is_some();
        AttachmentTarget::File(self.seen(&path, attachment.id.as_str(), known))
    }

    /// The file of an attachment that no page asked for before: with the page that owns it when that one is exported, else
    /// with this page.
    fn new_file_of(&self, attachment: &Attachment) -> Option<RelPath> {
        if let AttachmentFolder::Shared(folder) = self.renderer.scheme.dialect.attachments {
            return self.shared_file(folder, attachment);
        }
        let place = self.renderer.scheme.dialect.attachments;
        let index = |extras: &PageExtras| extras.attachments.iter().position(|known| known.id == attachment.id);
        if attachment.page == self.node.id {
            return self.files.get(index(self.extras?)?).cloned();
        }
        if let Some(owner) = self.sound(self.store.place(&attachment.page)) {
            let extras = self.sound(self.store.extras(&attachment.page))?;
            let foreign = self.foreign_beside(&owner);
            return attachments::files(place, &owner, &extras.attachments, &foreign).get(index(&extras)?).cloned();
        }
        let asked = self.asked.borrow();
        if let Some(before) = asked.iter().find(|wanted| wanted.attachment.id == attachment.id) {
            return Some(before.path.clone());
        }
        let taken: Vec<&RelPath> = self.files.iter().chain(asked.iter().map(|wanted| &wanted.path)).collect();
        attachments::guest_file(place, self.path, attachment, &taken, &self.foreign_beside(self.path))
    }

    fn foreign_beside(&self, page: &RelPath) -> Vec<String> {
        self.sound(self.renderer.foreign_beside(self.store, page).map(Some)).unwrap_or_default()
    }

    /// The file of an attachment in a folder that all pages share.
    fn shared_file(&self, folder: &str, attachment: &Attachment) -> Option<RelPath> {
        let foreign = self.sound(self.store.foreign_names(folder).map(Some)).unwrap_or_default();
        let owner = self.sound(self.store.place(&attachment.page)).and(self.sound(self.store.node(&attachment.page)));
        let title = owner.map_or_else(|| self.node.title.clone(), |owner| owner.title);
        let known = self.sound(self.store.record(RecordKind::Attachment, attachment.id.as_str()));
        let asked = self.asked.borrow();
        if let Some(before) = asked.iter().find(|wanted| wanted.attachment.id == attachment.id) {
            return Some(before.path.clone());
        }
        let free = |path: &RelPath| {
            let another = self.store.is_of_another(attachment.id.as_str(), path.as_str());
            let name = fold(path.as_str());
            !self.sound(another.map(Some)).unwrap_or_default()
                && !foreign.contains(&fold(path.file_name()))
                && asked.iter().all(|wanted| fold(wanted.path.as_str()) != name)
        };
        attachments::shared_file(folder, &title, attachment, known.as_ref().map(|known| &known.path), free)
    }
}

/// What two attachment names must share to be the same name for the server.
fn same_name(a: &str, b: &str) -> bool {
    a == b || a.nfc().eq(b.nfc()) || a.replace('+', " ") == b
}

impl Lookup for PageLookup<'_> {
    fn page_by_id(&self, id: &PageId) -> Option<PageTarget> {
        self.target(id).or_else(|| {
            Some(PageTarget {
                id: Some(id.clone()),
                title: id.to_string(),
                file: None,
                web_url: Some(self.renderer.site.join(&format!("/pages/viewpage.action?pageId={id}"))),
            })
        })
    }

    fn page_by_title(&self, space: Option<&SpaceKey>, title: &str) -> Option<PageTarget> {
        let known = self.space_of(space);
        if title == "@home" {
            return self.target(&known?.homepage?);
        }
        let found = known.and_then(|space| self.sound(self.store.page_by_title(&space.id, title, None)));
        found.and_then(|id| self.target(&id)).or_else(|| Some(self.elsewhere(space.unwrap_or(&self.space.key), title)))
    }

    fn blog_post(&self, space: Option<&SpaceKey>, title: &str, day: &str) -> Option<PageTarget> {
        let found =
            self.space_of(space).and_then(|space| self.sound(self.store.page_by_title(&space.id, title, Some(day))));
        found.and_then(|id| self.target(&id)).or_else(|| {
            let key = space.unwrap_or(&self.space.key);
            let mut target = self.elsewhere(key, title);
            if !day.is_empty() {
                let plain = format!("/display/{}/", key.as_str());
                let dated = format!("{plain}{day}/");
                target.web_url = target.web_url.map(|url| url.replacen(&plain, &dated, 1));
            }
            Some(target)
        })
    }

    fn space(&self, key: &SpaceKey) -> Option<PageTarget> {
        let home = self.space_of(Some(key)).and_then(|space| self.target(&space.homepage?));
        match home {
            Some(home) if home.file.is_some() => Some(home),
            _ => Some(PageTarget {
                id: None,
                title: key.to_string(),
                file: None,
                web_url: Some(self.renderer.site.join(&format!("/spaces/{key}"))),
            }),
        }
    }

    fn this_page(&self) -> Option<PageTarget> {
        self.target(&self.node.id)
    }

    fn parent_page(&self) -> Option<PageTarget> {
        self.target(self.node.parent.as_ref()?)
    }

    fn children(&self, page: Option<&PageId>) -> Option<Vec<PageTarget>> {
        let ids = self.sound(self.store.children(page.unwrap_or(&self.node.id)).map(Some))?;
        Some(ids.iter().filter_map(|id| self.target(id)).collect())
    }

    fn headings(&self, page: &PageId) -> Option<Vec<Heading>> {
        if let Some(known) = self.renderer.headings.borrow().get(page) {
            return Some(known.clone());
        }
        let node = self.sound(self.store.node(page))?;
        let body = self.body(page)?;
        let title = match self.sound(self.store.place(page)) {
            Some(path) => self.renderer.title_heading(&node.title, &path),
            None => Some(node.title),
        };
        let options = ConvertOptions { title, ..self.renderer.convert.clone() };
        let headings = convert(&body.text, body.kind, &NoContext, &options).headings;
        let mut kept = self.renderer.headings.borrow_mut();
        if kept.len() >= HEADINGS_KEPT {
            kept.clear();
        }
        kept.insert(page.clone(), headings.clone());
        Some(headings)
    }

    fn attachment(&self, page: Option<&PageId>, name: &str) -> AttachmentTarget {
        let Some(extras) = self.own_or_stored(page) else { return AttachmentTarget::Unknown };
        match extras.attachments.iter().find(|known| same_name(&known.title, name)) {
            Some(attachment) => self.file_of(attachment),
            None => AttachmentTarget::Missing,
        }
    }

    fn attachment_by_media_id(&self, media_id: &str) -> Option<(String, AttachmentTarget)> {
        let extras = self.extras?;
        let found = extras.attachments.iter().find(|known| known.file_id.as_deref() == Some(media_id))?;
        Some((found.title.clone(), self.file_of(found)))
    }

    fn person(&self, id: &str) -> Option<String> {
        self.sound(self.store.person(id))
    }

    fn jira_base(&self, _: &str) -> Option<String> {
        None
    }

    fn site_base(&self) -> Option<String> {
        Some(self.renderer.site.as_str().to_owned())
    }

    fn page_url(&self) -> Option<String> {
        self.node.web_url.clone().or_else(|| Some(self.renderer.site.page_url(&self.space.key, &self.node.id)))
    }

    fn attachment_on(&self, page: &PageId, media_id: &str) -> Option<(String, AttachmentTarget)> {
        let extras = self.own_or_stored(Some(page))?;
        let found = extras.attachments.iter().find(|known| known.file_id.as_deref() == Some(media_id))?;
        Some((found.title.clone(), self.file_of(found)))
    }

    fn included(&self, page: &PageId) -> Option<Body> {
        self.body(page)
    }

    fn rendered(&self, call: &MacroCall<'_>) -> Option<String> {
        let html = self.sound(self.store.view(call.page.unwrap_or(&self.node.id)))?;
        of_macro(&html, call.id?).map(str::to_owned)
    }

    fn attachments(&self, page: Option<&PageId>) -> Option<Vec<AttachmentEntry>> {
        let entry = |file: Attachment| AttachmentEntry {
            name: file.title,
            media_type: file.media_type,
            size: file.size,
            ..AttachmentEntry::default()
        };
        self.own_or_stored(page).map(|extras| extras.attachments.into_iter().map(entry).collect())
    }

    fn top_pages(&self, space: Option<&SpaceKey>) -> Option<Vec<PageTarget>> {
        let space = self.space_of(space)?;
        let ids = self.sound(self.store.top_nodes(&space.id).map(Some))?;
        Some(ids.iter().filter_map(|id| self.target(id)).collect())
    }

    fn dates(&self, page: &PageId) -> Option<PageDates> {
        let node = self.sound(self.store.node(page))?;
        let day = |time: Option<jiff::Timestamp>| time.map(|time| time.to_string()).unwrap_or_default();
        Some(PageDates { created: day(node.created), modified: day(node.modified) })
    }
}
