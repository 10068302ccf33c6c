//! Places on a page: which heading or anchor a fragment means.

use std::collections::HashMap;

use crate::Heading;
use crate::dialect::Style;
use crate::slug::fold;
use crate::target::Target;
use crate::tree::Link;

/// A heading or a named anchor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    /// The slug of the heading, or the name of the anchor.
    pub(crate) name: String,
    pub(crate) heading: bool,
}

/// The id of a named anchor: its name, in which no space may stand.
pub(crate) fn id(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join("-")
}

/// The headings and named anchors of a page, by their letters and digits.
#[derive(Debug, Default)]
pub(crate) struct Places {
    anchors: HashMap<String, String>,
    headings: HashMap<String, Vec<String>>,
    /// The text of a heading by the id that its element has.
    ids: HashMap<String, String>,
    title: String,
}

impl Places {
    pub(crate) fn new(title: &str, headings: &[Heading], anchors: Vec<String>) -> Self {
        let mut places = Self { title: fold(title), ..Self::default() };
        for heading in headings {
            places.headings.entry(fold(&heading.text)).or_default().push(heading.slug.clone());
        }
        for anchor in anchors {
            places.anchors.entry(fold(&anchor)).or_insert_with(|| id(&anchor));
        }
        places
    }

    pub(crate) fn with_ids(mut self, ids: &[(String, String)]) -> Self {
        for (id, heading) in ids {
            self.ids.entry(fold(id)).or_insert_with(|| fold(heading));
        }
        self
    }

    /// The slug of the heading, or the name of the anchor, that a fragment means: as a person wrote it, or as
    /// Confluence makes it on Cloud (dashes for spaces) and on Data Center (the page's title in front).
    pub(crate) fn find(&self, fragment: &str) -> Option<Found> {
        let name = decode(fragment);
        let own = |name: &str, skip: usize| {
            let found = |name: &String, heading| Found { name: name.clone(), heading };
            let anchor = self.anchors.get(name).filter(|_| skip == 0).map(|name| found(name, false));
            anchor.or_else(|| Some(found(self.headings.get(name)?.get(skip)?, true)))
        };
        let with_title = |name: &str, skip: usize| {
            let bare = name.strip_prefix(&self.title).filter(|bare| !bare.is_empty() && !self.title.is_empty());
            own(name, skip).or_else(|| own(bare?, skip))
        };
        let whole = fold(&name);
        if whole.is_empty() {
            return None;
        }
        with_title(&whole, 0)
            .or_else(|| {
                let (name, number) = name.rsplit_once('.')?;
                with_title(&fold(name), number.parse().ok()?)
            })
            .or_else(|| {
                let (name, number) = name.rsplit_once('-')?;
                own(&fold(name), number.parse().ok()?)
            })
            .or_else(|| own(self.ids.get(&whole)?, 0))
    }
}

/// Fills in the links to places on this page, and leaves out those to no place of the format; the fragments that mean nothing are returned.
pub(crate) fn resolve(links: &mut [Link], places: &Places, style: Style<'_>) -> Vec<String> {
    let mut lost = Vec::new();
    for link in links {
        let Some(anchor) = &link.anchor else { continue };
        let place = places.find(anchor).unwrap_or_else(|| {
            lost.push(anchor.clone());
            Found { name: style.slug(&decode(anchor)), heading: false }
        });
        let reached = place.heading || style.has_places();
        let target = if reached { Target::place(&place.name, place.heading, style) } else { Target::default() };
        (link.href, link.wiki) = (target.href, target.wiki);
    }
    lost
}

/// A fragment without its percent-encoding.
pub(crate) fn decode(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len());
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let hex = bytes.get(at + 1..at + 3).and_then(|hex| std::str::from_utf8(hex).ok());
        if let Some(value) = hex.filter(|_| byte == b'%').and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            out.push(value);
            at += 3;
        } else {
            out.push(byte);
            at += 1;
        }
    }
    String::from_utf8(out).unwrap_or_else(|_| text.to_owned())
}
