//! Pictures and files.

use std::borrow::Cow;

use pagelift_model::PageId;

use super::json::Id;
use super::lowering::{Lowering, Place};
use crate::AttachmentTarget;

const PICTURES: &[&str] =
    &["png", "jpg", "jpeg", "gif", "svg", "webp", "bmp", "tif", "tiff", "ico", "avif", "heic", "apng"];

/// What a media node shows.
enum Source {
    /// An attachment by name, and the page it is on if that is another one.
    File(String, Option<String>),
    Address(String),
    /// Nothing that can be found, by the name that says most.
    Missing(String),
}

/// How a picture is placed.
struct Frame<'a> {
    layout: &'static str,
    width: Cow<'a, str>,
}

impl Default for Frame<'_> {
    fn default() -> Self {
        Self { layout: "center", width: Cow::Borrowed("") }
    }
}

/// The ending of a file name.
fn ending(name: &str) -> Option<&str> {
    let (stem, ending) = name.rsplit_once('.')?;
    let plain = (2..=5).contains(&ending.len()) && ending.bytes().all(|b| b.is_ascii_alphanumeric());
    (plain && !stem.trim().is_empty()).then_some(ending)
}

impl<'a> Lowering<'a, '_> {
    pub(super) fn media_node(&mut self, id: Id, kind: &str, at: Place) -> bool {
        match kind {
            "mediaSingle" => self.single(id, at),
            "mediaGroup" => self.group(id, at),
            "media" => self.show(id, None, self.link_mark(id).map(|_| id), Frame::default(), at),
            "mediaInline" => self.inline_media(id, at),
            "image" => {
                let (alt, url) = (self.attr_text(id, "alt"), self.attr_text(id, "src"));
                let image = self.element_with(at, "ac:image", [("ac:alt", alt)]);
                self.element_with(image, "ri:url", [("ri:value", url)]);
            }
            "caption" => {
                let paragraph = self.element(at, "p");
                let emphasis = self.element(paragraph, "em");
                self.fill(id, emphasis);
            }
            _ => return false,
        }
        true
    }

    /// Where a picture stands beside text, and how wide it is where somebody said so.
    fn frame(&self, id: Id) -> Frame<'a> {
        let layout = match self.attr_text(id, "layout").as_ref() {
            "wrap-left" => "wrap-left",
            "wrap-right" => "wrap-right",
            _ => "center",
        };
        let pixels = self.attr_text(id, "widthType") == "pixel";
        Frame { layout, width: if pixels { self.attr_text(id, "width") } else { Cow::Borrowed("") } }
    }

    fn single(&mut self, id: Id, at: Place) {
        let content = self.content(id);
        let (media, rest): (Vec<Id>, Vec<Id>) = content.into_iter().partition(|&node| self.kind(node) == "media");
        let caption = rest.iter().copied().find(|&node| self.kind(node) == "caption");
        let Some((&last, first)) = media.split_last() else { return self.put(&rest, at) };
        let rest: Vec<Id> = rest.into_iter().filter(|&node| Some(node) != caption).collect();
        self.put(&rest, at);
        let link = |media: Id| [id, media].into_iter().find(|&node| self.link_mark(node).is_some());
        let links: Vec<Option<Id>> = media.iter().map(|&media| link(media)).collect();
        for (&media, link) in first.iter().zip(links.iter().copied()) {
            self.show(media, None, link, self.frame(id), at);
        }
        self.show(last, caption, links.last().copied().flatten(), self.frame(id), at);
    }

    /// A picture or file as a block of its own; `link` is the node whose link is around it.
    fn show(&mut self, id: Id, caption: Option<Id>, link: Option<Id>, frame: Frame<'a>, at: Place) {
        let source = self.source(id);
        let picture = match &source {
            Source::File(name, _) => self.is_picture(id, name).unwrap_or(true),
            Source::Address(_) | Source::Missing(_) => true,
        };
        let around = match link {
            Some(node) => {
                let paragraph = self.element(at, "p");
                self.link(node, paragraph)
            }
            None if picture => at,
            None => self.element(at, "p"),
        };
        if picture {
            let image = self.image(id, source, ("ac:layout", frame.layout), frame.width, around);
            if let Some(caption) = caption {
                let element = self.element(image, "ac:caption");
                self.fill(caption, element);
            }
            return;
        }
        self.file(source, around);
        if let Some(caption) = caption {
            self.element(around, "br");
            let emphasis = self.element(around, "em");
            self.fill(caption, emphasis);
        }
    }

    fn group(&mut self, id: Id, at: Place) {
        let content = self.content(id);
        if let [only] = content.as_slice()
            && self.kind(*only) == "media"
            && let Source::File(name, _) = self.source(*only)
            && self.is_picture(*only, &name) == Some(true)
        {
            return self.show(*only, None, self.link_mark(*only).map(|_| *only), Frame::default(), at);
        }
        let list = self.element(at, "ul");
        for node in content {
            let item = self.element(list, "li");
            if self.kind(node) == "media" {
                let source = self.source(node);
                self.file(source, item);
            } else {
                self.put(&[node], item);
            }
        }
    }

    fn inline_media(&mut self, id: Id, at: Place) {
        let at = self.marked(id, at, false).0;
        let source = self.source(id);
        let picture = self.attr_text(id, "type") == "image"
            || matches!(&source, Source::File(name, _) if self.is_picture(id, name) == Some(true));
        if picture {
            self.image(id, source, ("ac:inline", "true"), Cow::Borrowed(""), at);
        } else {
            self.file(source, at);
        }
    }

    fn image(
        &mut self,
        id: Id,
        source: Source,
        how: (&'static str, &'static str),
        width: Cow<'a, str>,
        at: Place,
    ) -> Place {
        let alt = match &source {
            Source::Missing(name) => name.clone().into(),
            _ => self.attr_text(id, "alt"),
        };
        let image = self.element_with(at, "ac:image", [(how.0, how.1.into()), ("ac:alt", alt), ("ac:width", width)]);
        match source {
            Source::Address(url) => drop(self.element_with(image, "ri:url", [("ri:value", url.into())])),
            Source::File(name, page) => self.attachment(name, page, image),
            Source::Missing(_) => {}
        }
        image
    }

    fn file(&mut self, source: Source, at: Place) {
        match source {
            Source::File(name, page) => {
                let link = self.element(at, "ac:link");
                self.attachment(name, page, link);
            }
            Source::Address(url) => {
                let link = self.element_with(at, "a", [("href", url.clone().into())]);
                self.text(link, url);
            }
            Source::Missing(name) => {
                self.element_with(at, "ac:image", [("ac:alt", name.into())]);
            }
        }
    }

    fn attachment(&mut self, name: String, page: Option<String>, at: Place) {
        let file = self.element_with(at, "ri:attachment", [("ri:filename", name.into())]);
        if let Some(page) = page {
            self.element_with(file, "ri:content-entity", [("ri:content-id", page.into())]);
        }
    }

    fn source(&self, id: Id) -> Source {
        let [kind, url, media, file, alt] =
            ["type", "url", "id", "__fileName", "alt"].map(|name| self.attr_text(id, name).trim().to_owned());
        if !url.is_empty() && (kind == "external" || media.is_empty()) {
            return Source::Address(url);
        }
        if !media.is_empty()
            && let Some((name, _)) = self.context.attachment_by_media_id(&media)
        {
            return Source::File(name, None);
        }
        let holder = self.attr_text(id, "collection").strip_prefix("contentId-").map(str::to_owned);
        for name in [&file, &alt].into_iter().filter(|name| !name.is_empty()) {
            let found = |page: Option<&PageId>| {
                let target = self.context.attachment(page, name);
                matches!(target, AttachmentTarget::File(_) | AttachmentTarget::Web(_))
            };
            let here = found(None);
            if let Some(page) = holder.as_ref().filter(|page| !here && found(Some(&PageId::new(page.as_str())))) {
                return Source::File(name.clone(), Some(page.clone()));
            }
            if here || *name == file || ending(name).is_some() {
                return Source::File(name.clone(), None);
            }
        }
        if !url.is_empty() {
            return Source::Address(url);
        }
        let names = [alt, media, "unnamed".to_owned()];
        Source::Missing(names.into_iter().find(|name| !name.is_empty()).unwrap_or_default())
    }

    /// Whether a file is a picture; `None` when its name does not say.
    fn is_picture(&self, id: Id, name: &str) -> Option<bool> {
        let media_type = self.attr_text(id, "__fileMimeType");
        if !media_type.is_empty() {
            return Some(media_type.starts_with("image/"));
        }
        ending(name).map(|ending| PICTURES.iter().any(|known| known.eq_ignore_ascii_case(ending)))
    }
}
