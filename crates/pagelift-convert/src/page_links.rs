//! Links to pages: what the body calls them, and where they are.

use std::borrow::Cow;

use pagelift_model::{PageId, SpaceKey, WarningCode};

use crate::address::{encode, encode_to};
use crate::anchors::{Places, decode};
use crate::build::Builder;
use crate::dialect::FileLinks;
use crate::elements::Tag;
use crate::target::Target;
use crate::{PageTarget, Reference};

impl Builder<'_> {
    pub(crate) fn page_target(&mut self, id: usize, anchor: Option<&str>) -> (String, Option<Target>) {
        let xml = self.xml;
        let title = crate::text::composed(xml.attr(id, "content-title").unwrap_or(""));
        let found = self.page_of(id);
        let space = xml.attr(id, "space-key").filter(|k| !k.is_empty() && *k != "currentSpace()");
        let page_id = xml.attr(id, "content-id").filter(|id| !id.is_empty());
        let fallback = match (page_id, space) {
            (Some(id), _) if title.is_empty() => Cow::Borrowed(id),
            (_, Some(space)) => Cow::Owned([space, "/", &title].concat()),
            _ => title.clone(),
        };
        let key = space.map(Cow::Borrowed).or_else(|| self.own_space().map(Cow::Owned));
        let way = match (page_id, key.as_deref()) {
            (Some(id), key) => Way::Page(key, id),
            (None, Some(key)) => Way::Title(key, &title),
            (None, None) => Way::Unknown,
        };
        let href = self.page_href(found.as_ref(), &fallback, way, anchor);
        let text = match (found, title.is_empty() || title.starts_with('@')) {
            (Some(page), true) => page.title,
            (None, true) => fallback.into_owned(),
            _ => title.into_owned(),
        };
        (text, Some(href))
    }

    /// The page that an `ri:` element names.
    pub(crate) fn page_of(&mut self, id: usize) -> Option<PageTarget> {
        let xml = self.xml;
        let space = xml.attr(id, "space-key").filter(|k| !k.is_empty() && *k != "currentSpace()").map(SpaceKey::new);
        if let Some(page) = xml.attr(id, "content-id").filter(|id| !id.is_empty()).map(PageId::new) {
            self.refer(Reference::Page(page.clone()));
            return self.context.page_by_id(&page);
        }
        let title = xml.attr(id, "content-title").unwrap_or("");
        let title = crate::text::composed(title).into_owned();
        match title.as_str() {
            "@self" => return self.context.this_page(),
            "@parent" => return self.context.parent_page(),
            "@home" => {
                let key = space.or_else(|| self.own_space().map(SpaceKey::new))?;
                return self.context.space(&key);
            }
            _ => {}
        }
        self.refer(Reference::PageTitle { space: space.clone(), title: title.clone() });
        if xml.tag(id) == Tag::RiBlogPost {
            return self.context.blog_post(space.as_ref(), &title, xml.attr(id, "posting-day").unwrap_or(""));
        }
        self.context.page_by_title(space.as_ref(), &title)
    }

    /// The key of the space that the page is in, as its address has it.
    pub(crate) fn own_space(&self) -> Option<String> {
        self.context.page_url().as_deref().and_then(space_of)
    }

    /// A page of the export as a target; none where the format links to its address on the web.
    pub(crate) fn exported(&mut self, page: &PageTarget, anchor: Option<&str>) -> Option<Target> {
        page.file.as_ref()?;
        let own = || page.id.is_some() && self.host.this_page().is_some_and(|own| own.id == page.id);
        if let Some(anchor) = anchor.filter(|_| own()) {
            return Some(Target { place: Some(anchor.to_owned()), ..Target::default() });
        }
        let target = Target::page(page, None, self.style)?;
        let Some(anchor) = anchor else { return Some(target) };
        let place = page.id.as_ref().and_then(|id| {
            let context = self.context;
            let headings = || context.headings(id).unwrap_or_default();
            let places =
                self.pages.entry(id.clone()).or_insert_with(|| Places::new(&page.title, &headings(), Vec::new()));
            places.find(anchor)
        });
        if place.is_none() {
            self.warn(WarningCode::AnchorUnresolved, anchor, "");
        }
        // A link in wiki form finds headings alone.
        if place.is_none() && self.style.dialect.file_links == FileLinks::Wiki {
            return Some(target);
        }
        let place = place.map_or_else(|| self.style.slug(&decode(anchor)), |place| place.name);
        Target::page(page, Some(&place), self.style)
    }

    /// The fragment for a place on a page that is not known.
    pub(crate) fn unknown_place(&self, anchor: &str) -> String {
        format!("#{}", encode(&self.style.slug(&decode(anchor)), true))
    }

    pub(crate) fn page_href(
        &mut self,
        page: Option<&PageTarget>,
        fallback: &str,
        way: Way<'_>,
        anchor: Option<&str>,
    ) -> Target {
        if let Some(target) = page.and_then(|page| self.exported(page, anchor)) {
            return target;
        }
        let exported = page.is_some_and(|page| page.file.is_some());
        let web = page.and_then(|p| p.web_url.clone()).or_else(|| way.below(&self.context.site_base()?));
        if let Some(url) = web {
            if !exported {
                self.warn(WarningCode::LinkOutside, "", "");
            }
            let fragment = anchor.map(|anchor| format!("#{}", anchor.replace(' ', "-"))).unwrap_or_default();
            return Target::web(encode(&format!("{url}{fragment}"), false), !exported);
        }
        self.warn(WarningCode::LinkUnresolved, fallback, "");
        let mut href = unresolved(fallback, way != Way::Unknown);
        if let Some(anchor) = anchor {
            href.push_str(&self.unknown_place(anchor));
        }
        Target::web(href, true)
    }
}

/// The way to a page below the address of its site, as far as the body says it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way<'s> {
    Unknown,
    /// The home page of a space, by its key.
    Space(&'s str),
    /// A page by the key of its space, where that is known, and its number.
    Page(Option<&'s str>, &'s str),
    /// A page by the key of its space and its title.
    Title(&'s str, &'s str),
}

impl Way<'_> {
    fn below(self, base: &str) -> Option<String> {
        Some(match self {
            Self::Unknown => return None,
            Self::Space(key) => format!("{base}/spaces/{key}"),
            Self::Page(Some(key), id) => format!("{base}/spaces/{key}/pages/{id}"),
            Self::Page(None, id) => format!("{base}/pages/viewpage.action?pageId={id}"),
            Self::Title(key, title) => format!("{base}/display/{key}/{}", title.replace('/', "%2F")),
        })
    }
}

/// The key of the space that the page of an address is in.
pub(crate) fn space_of(url: &str) -> Option<String> {
    let (_, tail) = url.split_once("/spaces/").or_else(|| url.split_once("/display/"))?;
    tail.split(['/', '?', '#']).next().filter(|key| !key.is_empty()).map(str::to_owned)
}

/// The address of a page whose real one is not known, by its name: the key of the space, where there is one, then the
/// title.
pub(crate) fn unresolved(name: &str, has_space: bool) -> String {
    let mut out = String::with_capacity(name.len() + 24);
    out.push_str("confluence:///");
    let part = |part: &str, out: &mut String| {
        let start = out.len();
        encode_to(part, true, out);
        if part.contains('/') {
            let whole = out.split_off(start).replace('/', "%2F");
            out.push_str(&whole);
        }
    };
    match name.split_once('/').filter(|_| has_space) {
        Some((space, title)) => {
            part(space, &mut out);
            out.push('/');
            part(title, &mut out);
        }
        None => part(name, &mut out),
    }
    out
}
