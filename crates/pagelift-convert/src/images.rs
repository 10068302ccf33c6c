//! Pictures and files that stand in the text.

use pagelift_model::WarningCode;

use crate::address::{Meaning, encode, on_site};
use crate::build::{Around, Builder, Flow};
use crate::dialect::{Embeds, Html};
use crate::elements::Tag;
use crate::target::Target;
use crate::tree::{Block, EM, Leaf, Piece, picture};
use crate::{Reference, text};

/// Endings of files that a picture can be shown from.
pub(crate) const PICTURES: &[&str] = &[
    "png", "jpg", "jpeg", "gif", "svg", "webp", "bmp", "avif", "apng", "ico", "tif", "tiff", "heic", "jfif", "emf",
    "wmf",
];

/// The largest picture that may stay in its own address.
const LARGEST_INLINE: usize = 2048;

/// The name without its ending.
pub(crate) fn stem(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(stem, _)| if stem.is_empty() { name } else { stem })
}

/// Whether a file is one that a page can show as a picture; a name without an ending may be.
pub(crate) fn is_picture(name: &str) -> bool {
    let Some((_, ending)) = name.rsplit_once('.') else { return true };
    let file = (1..=5).contains(&ending.len()) && ending.chars().all(|c| c.is_ascii_alphanumeric());
    !file || PICTURES.contains(&ending.to_ascii_lowercase().as_str())
}

/// The whole pixels of a width or height.
fn pixels(value: Option<&str>) -> Option<u32> {
    let value = value?.trim();
    let digits = value.bytes().take_while(u8::is_ascii_digit).count();
    let unit = value.get(digits..)?.trim_start_matches(|c: char| c == '.' || c.is_ascii_digit());
    let number = value.get(..digits)?.parse().ok()?;
    (matches!(unit, "" | "px") && number > 0).then_some(number)
}

struct Source {
    name: String,
    /// None when there is nothing to show.
    target: Option<Target>,
    is_file: bool,
}

impl<'a> Builder<'a> {
    pub(crate) fn image(&mut self, id: usize, around: Around, flow: &mut Flow<'a>) {
        let xml = self.xml;
        let mut caption = Flow { one_line: true, ..Flow::default() };
        if let Some(id) = xml.child(id, Tag::AcCaption) {
            self.children(id, Around::default(), &mut caption);
            caption.flush();
        }
        let mut words: Vec<Leaf<'a>> = Vec::new();
        for block in caption.blocks {
            words.extend((!words.is_empty()).then(|| crate::tree::text(" ", EM)));
            let leaves = match block {
                Block::Para(leaves) => leaves.into_leaves(),
                other => vec![crate::tree::text(&crate::tree::plain(&[other]), 0)],
            };
            // Emphasis in what is emphasised already stands out by having none.
            words.extend(leaves.into_iter().map(|leaf| Leaf { marks: leaf.marks ^ EM, ..leaf }));
        }
        if matches!(xml.attr(id, "layout"), Some("wrap-left" | "wrap-right")) {
            self.warn(WarningCode::StyleLayout, "", "");
        }
        let source = self.source(id);
        let shown = text::plain(&words).trim().to_owned();
        let own = xml.attr(id, "alt").filter(|alt| !alt.trim().is_empty() && text::composed(alt) != source.name);
        let alt = own.unwrap_or(if shown.is_empty() { stem(&source.name) } else { &shown }).to_owned();
        let inline = xml.attr(id, "inline") == Some("true") || around.link.is_some() || flow.one_line;
        let alone = !inline && (!words.is_empty() || self.is_block_picture(id));
        if alone {
            flow.flush();
        }
        let around = match xml.attr(id, "href").filter(|href| around.link.is_none() && !href.trim().is_empty()) {
            Some(href) => Around { link: Some(self.add_link(encode(href.trim(), false), "", None)), ..around },
            None => around,
        };
        let title = xml.attr(id, "title").filter(|title| *title != alt).unwrap_or("").to_owned();
        match source.target {
            Some(target) if source.is_file => self.file(&source.name, target, around, flow),
            Some(target) => {
                let mut piece = picture(&alt, target, title);
                if let Piece::Image(picture) = &mut piece {
                    (picture.width, picture.height) = (pixels(xml.attr(id, "width")), pixels(xml.attr(id, "height")));
                }
                flow.inline(piece, around);
            }
            None => {
                let missing = format!("Missing picture: {}", source.name);
                flow.inline(Piece::Text(missing.into()), Around { marks: around.marks | EM, ..around });
            }
        }
        if xml.tag(id) == Tag::AcImage {
            self.stray_content(id, around, flow);
        }
        if !words.is_empty() {
            flow.line_break(Around { link: None, ..around });
            flow.cur.extend(words);
        }
        if alone {
            flow.flush();
        }
    }

    /// A file that is no picture: shown where the format can, else a link.
    pub(crate) fn file(&mut self, name: &str, target: Target, around: Around, flow: &mut Flow<'a>) {
        let dialect = self.style.dialect;
        let alone = around.link.is_none();
        let film = name
            .rsplit_once('.')
            .is_some_and(|(_, ending)| ["mp4", "webm"].iter().any(|known| known.eq_ignore_ascii_case(ending)));
        match (dialect.embeds, &target.file) {
            (Embeds::Wiki, _) if alone && target.wiki.is_some() => {
                flow.inline(picture(name, target, String::new()), around);
            }
            (Embeds::Video, Some(path)) if alone && film => {
                // In JSX an address is no way to a file; it has to be asked for.
                let source = if dialect.html == Html::Jsx {
                    let path = if path.starts_with("../") { path.clone() } else { format!("./{path}") };
                    format!("{{require('{}').default}}", path.replace('\\', "\\\\").replace('\'', "\\'"))
                } else {
                    format!("\"{}\"", crate::links::attribute(&target.href))
                };
                flow.inline(Piece::Html(format!("<video controls src={source}></video>").into()), around);
            }
            _ => {
                let link = around.link.unwrap_or_else(|| self.add_link(target, "", None));
                flow.inline(Piece::Text(name.to_owned().into()), Around { link: Some(link), ..around });
            }
        }
    }

    /// Whether a picture is a block of its own: not in a paragraph, with no text beside it.
    fn is_block_picture(&mut self, id: usize) -> bool {
        let xml = self.xml;
        let holder = xml.tag(xml.parent(id));
        let paragraph = holder == Tag::P || holder.level().is_some();
        xml.tag(id) == Tag::AcImage && !paragraph && !self.in_text(id)
    }

    fn source(&mut self, id: usize) -> Source {
        let xml = self.xml;
        let named = |file: usize| xml.attr(file, "filename").filter(|name| !name.trim().is_empty());
        if let Some((file, name)) = xml.child(id, Tag::RiAttachment).and_then(|file| Some((file, named(file)?))) {
            let name = text::composed(name).into_owned();
            let is_file = !is_picture(&name);
            return Source { target: self.attachment_of(file), name, is_file };
        }
        let url = xml.child(id, Tag::RiUrl).and_then(|a| xml.attr(a, "value")).or_else(|| xml.attr(id, "src"));
        let Some(url) = url.map(str::trim).filter(|url| !url.is_empty()) else {
            let name = xml.attr(id, "alt").or_else(|| xml.attr(id, "title")).unwrap_or("unnamed").to_owned();
            self.warn(WarningCode::AttachmentMissing, &name, "");
            return Source { name, target: None, is_file: false };
        };
        if url.starts_with("data:") {
            let small = url.len() <= LARGEST_INLINE && url.starts_with("data:image/");
            if !small {
                self.warn(WarningCode::ImageDataUrl, "embedded picture", "");
            }
            return Source {
                name: "embedded picture".to_owned(),
                target: small.then(|| encode(url, false).into()),
                is_file: false,
            };
        }
        self.remote(url)
    }

    fn remote(&mut self, url: &str) -> Source {
        let path = url.split(['?', '#']).next().unwrap_or(url);
        let last = crate::anchors::decode(path.trim_end_matches('/').rsplit('/').next().unwrap_or(""));
        if url.contains("/placeholder/unknown-attachment") {
            self.warn(WarningCode::AttachmentMissing, &last, url);
            return Source { name: last, target: None, is_file: false };
        }
        let base = self.context.site_base();
        let found = on_site(url, base.as_deref());
        if let Some(Meaning::Attachment(page, name)) = found.as_ref().map(|found| &found.meaning)
            && let Some(target) = self.attachment(Some(page), name, false)
        {
            return Source { name: name.clone(), target: Some(target), is_file: false };
        }
        let href = found.and_then(|found| found.absolute).unwrap_or_else(|| url.to_owned());
        self.refer(Reference::Image(href.clone()));
        Source { name: last, target: Some(encode(&href, false).into()), is_file: false }
    }
}
