//! Pictures and files that stand in the text.

use pagelift_model::WarningCode;

use crate::address::{Meaning, encode, on_site};
use crate::build::{Around, Builder, Flow};
use crate::tree::{Block, EM, Leaf, Piece, picture};
use crate::{Reference, text};

/// Endings of files that a picture can be shown from.
const PICTURES: &[&str] = &[
    "png", "jpg", "jpeg", "gif", "svg", "webp", "bmp", "avif", "apng", "ico", "tif", "tiff", "heic", "jfif", "emf",
    "wmf",
];

/// The largest picture that may stay in its own address.
const LARGEST_INLINE: usize = 2048;

/// The name without its ending.
pub(crate) fn stem(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(stem, _)| if stem.is_empty() { name } else { stem })
}

fn is_picture(name: &str) -> bool {
    let Some((_, ending)) = name.rsplit_once('.') else { return true };
    let file = (1..=5).contains(&ending.len()) && ending.chars().all(|c| c.is_ascii_alphanumeric());
    !file || PICTURES.contains(&ending.to_ascii_lowercase().as_str())
}

struct Source {
    name: String,
    /// None when there is nothing to show.
    href: Option<String>,
    is_file: bool,
}

impl Builder<'_> {
    pub(crate) fn image(&mut self, id: usize, around: Around, flow: &mut Flow) {
        let xml = self.xml;
        let mut caption = Flow { one_line: true, ..Flow::default() };
        if let Some(id) = xml.child(id, "ac:caption") {
            self.children(id, Around::default(), &mut caption);
            caption.flush();
        }
        let mut words: Vec<Leaf> = Vec::new();
        for block in caption.blocks {
            words.extend((!words.is_empty()).then(|| crate::tree::text(" ", 0)));
            let leaves = match block {
                Block::Para(leaves) => leaves,
                other => vec![crate::tree::text(&crate::tree::plain(&[other]), 0)],
            };
            // Emphasis in what is emphasised already stands out by having none.
            words.extend(leaves.into_iter().map(|leaf| Leaf { marks: leaf.marks ^ EM, ..leaf }));
        }
        let source = self.source(id);
        let shown = text::plain(&words).trim().to_owned();
        let own = xml.attr(id, "alt").filter(|alt| !alt.trim().is_empty() && *alt != source.name);
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
        match source.href {
            Some(href) if source.is_file => {
                let link = around.link.unwrap_or_else(|| self.add_link(href, "", None));
                flow.inline(Piece::Text(source.name), Around { link: Some(link), ..around });
            }
            Some(href) => flow.inline(picture(&alt, href, title), around),
            None => {
                let missing = format!("Missing picture: {}", source.name);
                flow.inline(Piece::Text(missing), Around { marks: around.marks | EM, ..around });
            }
        }
        if xml.node(id).name == "ac:image" {
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

    /// Whether a picture is a block of its own: not in a paragraph, with no text beside it.
    fn is_block_picture(&mut self, id: usize) -> bool {
        let xml = self.xml;
        let holder = xml.node(xml.node(id).parent).name.as_ref();
        let paragraph = holder == "p" || holder.starts_with('h') && holder.len() == 2;
        xml.node(id).name == "ac:image" && !paragraph && !self.in_text(id)
    }

    fn source(&mut self, id: usize) -> Source {
        let xml = self.xml;
        if let Some(file) = xml.child(id, "ri:attachment") {
            let name = text::composed(xml.attr(file, "filename").unwrap_or("")).into_owned();
            let is_file = !is_picture(&name);
            return Source { href: self.attachment_of(file), name, is_file };
        }
        let url = xml.child(id, "ri:url").and_then(|a| xml.attr(a, "value")).or_else(|| xml.attr(id, "src"));
        let Some(url) = url.map(str::trim).filter(|url| !url.is_empty()) else {
            let name = xml.attr(id, "alt").or_else(|| xml.attr(id, "title")).unwrap_or("unnamed").to_owned();
            self.warn(WarningCode::AttachmentMissing, &name, "");
            return Source { name, href: None, is_file: false };
        };
        if url.starts_with("data:") {
            let small = url.len() <= LARGEST_INLINE && url.starts_with("data:image/");
            if !small {
                self.warn(WarningCode::ImageDataUrl, "embedded picture", "");
            }
            return Source {
                name: "embedded picture".to_owned(),
                href: small.then(|| encode(url, false)),
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
            return Source { name: last, href: None, is_file: false };
        }
        let base = self.context.site_base();
        let found = on_site(url, base.as_deref());
        if let Some(Meaning::Attachment(page, name)) = found.as_ref().map(|found| &found.meaning)
            && let Some(href) = self.attachment(Some(page), name, false)
        {
            return Source { name: name.clone(), href: Some(href), is_file: false };
        }
        let href = found.and_then(|found| found.absolute).unwrap_or_else(|| url.to_owned());
        self.refer(Reference::Image(href.clone()));
        Source { name: last, href: Some(encode(&href, false)), is_file: false }
    }
}
