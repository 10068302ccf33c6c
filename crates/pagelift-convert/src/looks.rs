//! How text looks: marks that styles stand for, and colours where they are kept.

use std::borrow::Cow;

use pagelift_model::WarningCode;

use crate::Colours;
use crate::Underline;
use crate::build::{Around, Builder, Flow};
use crate::dialect::Html;
use crate::elements::Tag;
use crate::tree::{EM, HIGHLIGHT, Piece, STRIKE, STRONG, UNDERLINE};

/// A line is never made of more elements.
const MOST: usize = 1_000;

/// What a `span` does to its text.
#[derive(Default)]
struct Looks {
    marks: u16,
    /// Tags around it, the outermost first.
    tags: Vec<String>,
}

impl<'a> Builder<'a> {
    /// The mark of underlined text, where that is wanted.
    pub(crate) fn underline(&self) -> u16 {
        if self.style.options.underline == Underline::Drop { 0 } else { UNDERLINE }
    }

    /// An element that only says how its text looks.
    pub(crate) fn styled(&mut self, id: usize, around: Around, flow: &mut Flow<'a>) {
        let keeps = self.style.options.colours == Colours::Html
            && self.style.dialect.html != Html::None
            && !(around.code || self.holds_block(id));
        let looks = self.looks(id, keeps, around.link.is_some());
        let around =
            if around.code { around } else { Around { marks: self.style.kept(around.marks | looks.marks), ..around } };
        for tag in &looks.tags {
            flow.inline(Piece::Html(tag.clone().into()), around);
        }
        self.children(id, around, flow);
        for tag in looks.tags.iter().rev() {
            let end = if tag.starts_with("<mark") { "</mark>" } else { "</span>" };
            flow.inline(Piece::Html(end.into()), around);
        }
    }

    fn looks(&mut self, id: usize, keeps: bool, linked: bool) -> Looks {
        let xml = self.xml;
        let mut looks = Looks::default();
        if xml.tag(id) == Tag::Mark {
            self.highlight(keeps, &mut looks);
        }
        if let Some(colour) = xml.attr(id, "color").filter(|_| xml.tag(id) == Tag::Font) {
            self.colour(colour, keeps, &mut looks);
        }
        if xml.tag(id) == Tag::Font && xml.attr(id, "size").is_some() {
            self.warn(WarningCode::StyleSize, "", "");
        }
        let style = xml.attr(id, "style").unwrap_or("");
        let lower = style.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase());
        let style = if lower { Cow::Borrowed(style) } else { Cow::Owned(style.to_lowercase()) };
        for part in style.split(';') {
            let Some((key, value)) = part.split_once(':') else { continue };
            let value = value.trim();
            match key.trim() {
                "font-weight" if value.starts_with("bold") || value.parse::<u32>().is_ok_and(|w| w >= 600) => {
                    looks.marks |= STRONG;
                }
                "font-style" if value == "italic" || value == "oblique" => looks.marks |= EM,
                "text-decoration" | "text-decoration-line" => {
                    if value.contains("line-through") {
                        looks.marks |= STRIKE;
                    }
                    // A link is underlined anyway.
                    if value.contains("underline") && !linked {
                        looks.marks |= self.underline();
                    }
                }
                "color" => self.colour(value, keeps, &mut looks),
                "background-color" | "background" if !matches!(value, "transparent" | "none" | "inherit") => {
                    self.highlight(keeps, &mut looks);
                }
                "font-size" | "font-family" | "font" => self.warn(WarningCode::StyleSize, "", ""),
                _ => {}
            }
        }
        looks
    }

    fn highlight(&mut self, keeps: bool, looks: &mut Looks) {
        if self.style.dialect.highlight {
            looks.marks |= HIGHLIGHT;
        } else if keeps {
            looks.tags.push("<mark>".to_owned());
        } else {
            self.warn(WarningCode::StyleHighlight, "", "");
        }
    }

    fn colour(&mut self, value: &str, keeps: bool, looks: &mut Looks) {
        let known = |c: char| c.is_ascii_alphanumeric() || "#(),.% -".contains(c);
        if matches!(value, "" | "inherit" | "initial" | "unset") {
            return;
        }
        if keeps && value.len() < 60 && value.chars().all(known) {
            looks.tags.push(format!("<span style=\"color: {value};\">"));
        } else {
            self.warn(WarningCode::StyleColour, "", "");
        }
    }

    /// Whether there is more in an element than one line of text, or none. A tag around that would be torn apart.
    fn holds_block(&self, id: usize) -> bool {
        let xml = self.xml;
        let in_line = |at: usize| {
            let tag = xml.tag(at);
            tag == Tag::Text || tag.is_inline() || matches!(tag, Tag::AcParameter | Tag::RiUser | Tag::RiPage)
        };
        let mut visible = false;
        for (seen, at) in xml.all(id).enumerate() {
            if seen > MOST || !in_line(at) {
                return true;
            }
            visible |= crate::text::is_visible(xml.text(at));
        }
        !visible
    }
}
