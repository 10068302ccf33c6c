//! How marks, links, pictures and the rest are written in each flavour.

use std::borrow::Cow;

use super::Pen;
use super::layout::Tok;
use crate::ImageSize;
use crate::dialect::{Comments, Extra, HardBreak, Html, PictureSize, Strike};
use crate::escape::{Place, Syntax, calm};
use crate::links::attribute;
use crate::tree::{EM, HIGHLIGHT, KBD, Link, Picture, Piece, STRIKE, STRONG, SUB, SUP, UNDERLINE};

/// What the content of one place is written with.
#[derive(Clone, Copy)]
pub(super) struct Ink<'a> {
    pub(super) pen: Pen<'a>,
    pub(super) place: Place,
    pub(super) syntax: &'static Syntax,
}

impl<'a> Ink<'a> {
    fn in_html(self) -> bool {
        self.place == Place::Html
    }

    /// A bar ends a cell, whatever it stands in.
    fn bars<'t>(self, text: Cow<'t, str>, written: &str) -> Cow<'t, str> {
        if self.place == Place::Cell && text.contains('|') { Cow::Owned(text.replace('|', written)) } else { text }
    }

    /// A mark where Markdown has a sign for it.
    pub(super) fn delimiter(self, mark: u16, open: bool) -> Cow<'a, str> {
        let dialect = self.pen.style.dialect;
        match mark {
            STRONG => "**".into(),
            EM => "*".into(),
            STRIKE if dialect.strike == Strike::Tildes => "~~".into(),
            HIGHLIGHT if dialect.highlight => "==".into(),
            _ => self.tag(mark, open),
        }
    }

    /// A mark in HTML; nothing in a flavour that has none.
    pub(super) fn tag(self, mark: u16, open: bool) -> Cow<'a, str> {
        if self.pen.style.dialect.html == Html::None {
            return "".into();
        }
        if self.syntax.html_apart && !self.in_html() {
            return match (mark, open) {
                (UNDERLINE, true) => "<u>".into(),
                (UNDERLINE, false) => "</u>".into(),
                (KBD, true) => "<kbd>".into(),
                (KBD, false) => "</kbd>".into(),
                (SUB, true) => "_{".into(),
                (SUP, true) => "^{".into(),
                (SUB | SUP, false) => "}".into(),
                _ => "".into(),
            };
        }
        let name = match mark {
            STRONG => "strong",
            EM => "em",
            STRIKE => "del",
            // Its content would not be read as Markdown.
            UNDERLINE if self.syntax.raw_tags && !self.in_html() => "ins",
            KBD if self.syntax.raw_tags && !self.in_html() && open => "kbd markdown=\"span\"",
            UNDERLINE => "u",
            SUB => "sub",
            SUP => "sup",
            KBD => "kbd",
            HIGHLIGHT => "mark",
            _ => return "".into(),
        };
        format!("<{}{name}>", if open { "" } else { "/" }).into()
    }

    /// What is neither text nor a picture.
    pub(super) fn piece<'p>(self, piece: &'p Piece<'_>) -> Cow<'p, str> {
        match piece {
            Piece::Code(code) => Cow::Owned(self.code_form(code)),
            Piece::Status(status) => Cow::Owned(self.code_form(&status.0)),
            Piece::Anchor(name) => self.html(Cow::Owned(format!("<a id=\"{name}\"></a>"))),
            Piece::Note(number) => Cow::Owned(format!("[^{number}]")),
            Piece::Marker(says) => Cow::Owned(self.comment(says)),
            Piece::Html(tag) => self.html(Cow::Borrowed(tag)),
            Piece::Raw(raw) => self.bars(Cow::Borrowed(raw), "\\|"),
            Piece::Break => Cow::Borrowed(self.line_break()),
            Piece::Text(text) => Cow::Borrowed(text),
            Piece::Maths(body) => Cow::Borrowed(body),
            Piece::Image(picture) => Cow::Borrowed(&picture.alt),
        }
    }

    fn line_break(self) -> &'static str {
        let dialect = self.pen.style.dialect;
        match (self.place, dialect.hard_break) {
            (Place::Cell | Place::Html, _) if dialect.html == Html::Jsx => "<br />",
            (Place::Cell | Place::Html, _) => "<br>",
            (Place::Heading, _) => " ",
            (_, HardBreak::Backslash) => "\\\n",
            (_, HardBreak::TwoSpaces) => "  \n",
            (_, HardBreak::Newline) => "\n",
        }
    }

    /// Code, nearly all of which stands between single backticks as it is.
    pub(super) fn code(self, code: &str) -> Tok<'_> {
        let plain = |byte: u8| !matches!(byte, b'`' | b'|' | b'{' | b'\n' | b'\r' | 0xc2);
        let spaced = code.starts_with(' ') && code.ends_with(' ');
        if !self.in_html() && !spaced && code.bytes().all(plain) {
            return Tok::Ticked(code);
        }
        Tok::Raw(Cow::Owned(self.code_form(code)))
    }

    fn code_form(self, code: &str) -> String {
        let dialect = self.pen.style.dialect;
        if self.in_html() {
            return format!("<code>{}</code>", self.html_text(&code_line(code)));
        }
        // Some parsers show the backslash before a bar in code.
        let bar = match dialect.extra {
            Extra::PythonMarkdown => self.place == Place::Cell && code.contains(['|', '`']),
            // A line with a bar is a row even outside of tables.
            Extra::Jekyll => code.contains('|') || (self.place == Place::Cell && code.contains('`')),
            _ => false,
        };
        // Braces that mean something even in code can only be written in HTML.
        if bar || matches!(calm(Cow::Borrowed(code), dialect), Cow::Owned(_)) {
            let code = calm(Cow::Owned(crate::table::cell_code(&code_line(code))), dialect);
            return format!("<code>{code}</code>");
        }
        // A bar behind a backslash has no form in a code span of a cell.
        if self.place == Place::Cell && dialect.html == Html::None && code.contains("\\|") {
            // Nothing but the text is left, whose last sign would make a picture of a link.
            return crate::table::cell_code(&code_line(code)).replace('!', "&#33;");
        }
        code_span(code, self.place)
    }

    /// What stands between the dollars.
    pub(super) fn formula(self, body: &str) -> Cow<'_, str> {
        if self.in_html() { self.html_text(body) } else { self.bars(Cow::Borrowed(body), "\\|") }
    }

    /// A comment of ours as it may stand in the place.
    fn comment(self, says: &str) -> String {
        let comment = match self.pen.style.dialect.comments {
            Comments::Html => format!("<!-- pagelift: {says} -->"),
            Comments::Jsx => format!("{{/* pagelift: {} */}}", says.replace("*/", "*&#47;")),
            Comments::None => return String::new(),
        };
        self.bars(calm(Cow::Owned(comment), self.pen.style.dialect), "&#124;").into_owned()
    }

    /// HTML as it may stand in the place.
    fn html(self, html: Cow<'_, str>) -> Cow<'_, str> {
        let dialect = self.pen.style.dialect;
        let html = match dialect.html {
            Html::Jsx => jsx(html),
            _ if self.syntax.raw_tags && html == "<mark>" => Cow::Borrowed("<mark markdown=\"span\">"),
            _ => html,
        };
        self.bars(calm(html, dialect), "&#124;")
    }

    /// Text inside HTML.
    pub(super) fn html_text(self, text: &str) -> Cow<'_, str> {
        let dialect = self.pen.style.dialect;
        calm(Cow::Owned(crate::table::markup(text, self.pen.style)), dialect)
    }

    /// The opening tag of a link.
    pub(super) fn anchor(self, link: usize) -> String {
        let href = self.pen.links.get(link).map_or("", |link| &link.href);
        format!("<a href=\"{}\">", attribute(href))
    }

    /// A picture in HTML.
    pub(super) fn img(self, picture: &Picture) -> String {
        let size = match self.size(picture) {
            Some((name, pixels)) => format!(" {name}=\"{pixels}\""),
            None => String::new(),
        };
        let end = if self.pen.style.dialect.html == Html::Jsx { " />" } else { ">" };
        format!("<img src=\"{}\" alt=\"{}\"{size}{end}", attribute(&picture.href), attribute(&picture.alt))
    }

    /// The size to write, where the flavour has a way to say it.
    fn size(self, picture: &Picture) -> Option<(&'static str, u32)> {
        let style = self.pen.style;
        if style.options.image_size == ImageSize::Drop || style.dialect.picture_size == PictureSize::Nowhere {
            return None;
        }
        picture.width.map(|width| ("width", width)).or_else(|| picture.height.map(|height| ("height", height)))
    }

    /// A picture: in the form of a wiki, or in parts, for its text is escaped like all text.
    pub(super) fn image(self, picture: &Picture, in_link: bool) -> Tok<'_> {
        let Some(file) =
            picture.wiki.as_ref().filter(|_| self.pen.style.dialect.wiki_pictures && !in_link && !self.in_html())
        else {
            return Tok::Image(picture);
        };
        let embed = match self.size(picture) {
            Some(("width", width)) => format!("![[{file}|{width}]]"),
            _ => format!("![[{file}]]"),
        };
        Tok::Raw(Cow::Owned(self.bars(Cow::Owned(embed), "\\|").into_owned()))
    }

    /// What stands behind the text of a picture.
    pub(super) fn picture_end(self, picture: &Picture) -> String {
        let end = self.destination(&picture.href, &picture.title);
        let end = end.unwrap_or_else(|| ["](", &picture.href, ")"].concat());
        match (self.pen.style.dialect.picture_size, self.size(picture)) {
            (PictureSize::Alt, Some(("width", width))) => {
                format!("{}{end}", self.bars(Cow::Owned(format!("|{width}")), "\\|"))
            }
            (PictureSize::AttributeList, Some((name, pixels))) => format!("{end}{{ {name}=\"{pixels}\" }}"),
            (PictureSize::Kramdown, Some((name, pixels))) => format!("{end}{{: {name}=\"{pixels}\"}}"),
            (PictureSize::Destination, Some(("width", width))) => format!("]({} ={width}x)", picture.href),
            (PictureSize::Destination, Some((_, height))) => format!("]({} =x{height})", picture.href),
            _ => end,
        }
    }

    /// What stands behind the text of a link; none where that is the address as it is.
    pub(super) fn destination(self, href: &str, title: &str) -> Option<String> {
        // Where any two dollars pair, those of an address do; the name of a page is no address.
        let dollars = self.syntax.links_web_alone && self.pen.style.dialect.maths;
        let dollars = dollars && href.contains('$') && !href.starts_with("[[");
        if title.is_empty() && !dollars {
            return None;
        }
        let href = if dollars { Cow::Owned(href.replace('$', "%24")) } else { Cow::Borrowed(href) };
        if title.is_empty() {
            return Some(["](", &href, ")"].concat());
        }
        let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
        let title = title.replace('\\', "\\\\").replace('"', "\\\"").replace('&', "&amp;");
        let title = self.bars(calm(Cow::Owned(title), self.pen.style.dialect), "\\|");
        Some(format!("]({href} \"{title}\")"))
    }

    /// A link that is written without square brackets of its own: its text is its address, or it has the form of a wiki.
    pub(super) fn whole_link(self, link: &Link, text: &str, marked: bool) -> Option<String> {
        if let Some(file) = &link.wiki {
            let plain = !text.contains(['[', ']', '|']) && text.trim() == text;
            let form = if text == file { format!("[[{file}]]") } else { format!("[[{file}|{text}]]") };
            return plain.then(|| self.bars(Cow::Owned(form), "\\|").into_owned());
        }
        if link.href.strip_prefix("[[").and_then(|name| name.strip_suffix("]]")) == Some(text) {
            return Some(link.href.clone());
        }
        let fits = match link.href.strip_prefix("mailto:") {
            Some(address) => text == address && is_mail(text),
            None => {
                *text == link.href
                    && is_address(text, self.syntax)
                    && !(self.place == Place::Cell && text.contains('|'))
            }
        };
        let alone = !marked && link.title.is_empty() && self.pen.style.dialect.autolinks;
        (alone && fits).then(|| format!("<{text}>"))
    }
}

fn is_mail(text: &str) -> bool {
    let word = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || "._%+-".contains(c));
    text.split_once('@').is_some_and(|(name, host)| word(name) && word(host) && !host.contains(['_', '%', '+']))
}

fn is_address(text: &str, syntax: &Syntax) -> bool {
    let scheme = text.split_once("://").map_or("", |(scheme, _)| scheme);
    (2..=32).contains(&scheme.len())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+.-".contains(c))
        && (!syntax.links_web_alone || matches!(scheme, "http" | "https" | "ftp"))
        && !text.contains(|c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '\\'))
}

/// HTML as JSX has it: every tag ends, and attributes have the names and values of JavaScript.
fn jsx(html: Cow<'_, str>) -> Cow<'_, str> {
    const STYLE: &str = "<span style=\"color: ";
    if let Some(colour) = html.strip_prefix(STYLE).and_then(|tail| tail.strip_suffix("\">")) {
        return Cow::Owned(format!("<span style={{{{color: '{}'}}}}>", colour.trim_end_matches(';')));
    }
    let open = ["<br>", "<hr>", " class=\""];
    if !open.iter().any(|part| html.contains(part)) {
        return html;
    }
    Cow::Owned(html.replace("<br>", "<br />").replace("<hr>", "<hr />").replace(" class=\"", " className=\""))
}

/// A code span around any text.
fn code_span(code: &str, place: Place) -> String {
    let code = code_line(code);
    let fence = match memchr::memchr(b'`', code.as_bytes()) {
        None => Cow::Borrowed("`"),
        Some(_) => Cow::Owned("`".repeat(longest_run(&code) + 1)),
    };
    let spaces = code.starts_with(' ') && code.ends_with(' ') && !code.trim().is_empty();
    let pad = if code.starts_with('`') || code.ends_with('`') || spaces { " " } else { "" };
    if place == Place::Cell {
        if code.contains("\\|") {
            return format!("<code>{}</code>", crate::table::cell_code(&code));
        }
        return [&fence, pad, &code.replace('|', "\\|"), pad, &fence].concat();
    }
    [&fence, pad, &code, pad, &fence].concat()
}

fn code_line(code: &str) -> Cow<'_, str> {
    let space = ['\n', '\r', '\u{a0}'];
    if code.contains(space) { Cow::Owned(code.replace(space, " ")) } else { Cow::Borrowed(code) }
}

fn longest_run(code: &str) -> usize {
    code.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}
