//! Reads Markdown with a parser that has nothing to do with the converter.

use std::borrow::Cow;

use pagelift_convert::Format;
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use crate::numbers::before_numbers;
use crate::said::{Kind, Mark, Part};
use crate::storage;

/// What a format has beyond `CommonMark`.
pub fn options(format: Format) -> Options {
    if format == Format::CommonMark {
        return Options::empty();
    }
    // There, one dollar is a dollar.
    let maths = if format == Format::Jekyll { Options::empty() } else { Options::ENABLE_MATH };
    maths
        | Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_FOOTNOTES
}

/// What a reader of the Markdown sees.
pub fn read(format: Format, markdown: &str) -> Part {
    let mut stack = vec![Part::new(Kind::Block, Vec::new())];
    let mut html: Option<String> = None;
    // The marks of the lists that are open.
    let mut marks = Vec::new();
    let options = options(format);
    let markdown =
        if markdown.contains('$') { before_numbers(markdown, options).into() } else { Cow::Borrowed(markdown) };
    for event in Parser::new_ext(&markdown, options) {
        match event {
            Event::Start(Tag::HtmlBlock) => html = Some(String::new()),
            Event::End(TagEnd::HtmlBlock) => push(&mut stack, html_block(&html.take().unwrap_or_default())),
            Event::Start(tag) => {
                if let Tag::List(start) = &tag {
                    marks.push(if start.is_some() { Mark::Number } else { Mark::Bullet });
                }
                if let Tag::CodeBlock(CodeBlockKind::Fenced(info)) = &tag
                    && let Some((_, title)) = info.split_once(" title=\"")
                {
                    let title = Part::text(title.trim_end_matches('"').replace("\\\"", "\""));
                    push(&mut stack, Part::new(Kind::Block, vec![title]));
                }
                let kind = kind(&tag, marks.last().copied());
                stack.push(Part::new(kind, Vec::new()));
            }
            Event::End(tag) => {
                if matches!(tag, TagEnd::List(_)) {
                    marks.pop();
                }
                let done = stack.pop().unwrap();
                push(&mut stack, done);
            }
            Event::Text(text) => push_text(&mut stack, &text),
            Event::Code(text) => push(&mut stack, Part::new(Kind::Inline, vec![Part::text(text.into_string())])),
            // Which dollars make maths, each parser decides in its own way; what stands between them is text as it is.
            Event::InlineMath(text) => push_text(&mut stack, &format!("${text}$")),
            Event::DisplayMath(text) => push_text(&mut stack, &format!("$${text}$$")),
            Event::Html(text) => html.get_or_insert_default().push_str(&text),
            Event::InlineHtml(tag) => push(&mut stack, inline_html(&tag)),
            Event::TaskListMarker(done) => {
                if let Some(item) = stack.iter_mut().rev().find(|part| matches!(part.kind, Kind::Item(_))) {
                    item.kind = Kind::Item(Mark::Task(done));
                }
            }
            Event::SoftBreak | Event::HardBreak => push(&mut stack, Part::new(Kind::Block, Vec::new())),
            Event::Rule => push(&mut stack, Part::new(Kind::Shown, Vec::new())),
            Event::FootnoteReference(_) => {}
        }
    }
    stack.swap_remove(0)
}

fn push(stack: &mut [Part], part: Part) {
    stack.last_mut().unwrap().parts.push(part);
}

/// The language that an info string begins with; a title needs one before it.
fn language(info: &str) -> &str {
    match info.split_once(' ') {
        Some(("text", _)) => "",
        Some((language, _)) => language,
        None => info,
    }
}

/// Pieces of text that follow each other are one text.
fn push_text(stack: &mut [Part], text: &str) {
    let parts = &mut stack.last_mut().unwrap().parts;
    match parts.last_mut().filter(|part| part.kind == Kind::Inline && part.parts.is_empty()) {
        Some(part) => part.text.push_str(text),
        None => parts.push(Part::text(text)),
    }
}

fn kind(tag: &Tag<'_>, mark: Option<Mark>) -> Kind {
    match tag {
        Tag::Heading { level, .. } => Kind::Heading(*level as u8),
        Tag::CodeBlock(CodeBlockKind::Fenced(info)) => Kind::Code(language(info).to_owned()),
        Tag::CodeBlock(CodeBlockKind::Indented) => Kind::Code("(indented)".to_owned()),
        Tag::List(_) => Kind::List,
        Tag::Item => Kind::Item(mark.unwrap_or(Mark::Bullet)),
        Tag::Table(_) => Kind::Table,
        Tag::TableHead => Kind::Row { head: true },
        Tag::TableRow => Kind::Row { head: false },
        Tag::TableCell => Kind::Cell { header: false, across: 1, down: 1 },
        Tag::Link { dest_url, .. } => Kind::Link(dest_url.to_string()),
        Tag::Image { .. } => Kind::Picture,
        Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Subscript | Tag::Superscript => Kind::Inline,
        _ => Kind::Block,
    }
}

/// A tag in text: what it shows by itself.
fn inline_html(tag: &str) -> Part {
    let name: String = tag.trim_start_matches(['<', '/']).chars().take_while(char::is_ascii_alphanumeric).collect();
    match name.as_str() {
        "img" => Part::new(Kind::Picture, Vec::new()),
        "hr" => Part::new(Kind::Shown, Vec::new()),
        "a" => Part::new(Kind::Unseen, Vec::new()),
        _ if tag.starts_with("<!--") => Part::new(Kind::Unseen, Vec::new()),
        "br" | "li" | "ul" | "ol" | "pre" | "details" | "summary" | "p" => Part::new(Kind::Block, Vec::new()),
        _ => Part::new(Kind::Inline, vec![Part::default()]),
    }
}

/// HTML between blocks: a whole table, or a tag that opens or closes something.
fn html_block(html: &str) -> Part {
    if html.starts_with("<table")
        && let Some(table) = storage::elements(html)
    {
        return table.part();
    }
    let text: String = without_comments(html)
        .split('<')
        .enumerate()
        .map(|(at, piece)| if at == 0 { piece } else { piece.split_once('>').map_or("", |(_, text)| text) })
        .collect();
    let shown = quick_xml::escape::unescape(&text).map_or_else(|_| text.clone(), std::borrow::Cow::into_owned);
    let pictures = html.matches("<img").map(|_| Part::new(Kind::Picture, Vec::new()));
    let comment = html.starts_with("<!-- pagelift").then(|| Part::new(Kind::Unseen, Vec::new()));
    Part::new(Kind::Block, pictures.chain(comment).chain([Part::text(shown)]).collect())
}

pub fn without_comments(html: &str) -> String {
    let mut out = String::new();
    let mut rest = html;
    while let Some((before, after)) = rest.split_once("<!--") {
        out.push_str(before);
        rest = after.split_once("-->").map_or("", |(_, rest)| rest);
    }
    out.push_str(rest);
    out
}

/// All HTML of a document, in order, without comments.
pub fn html(markdown: &str, options: Options) -> String {
    let pieces = Parser::new_ext(markdown, options).filter_map(|event| match event {
        // The parser takes `<![CDATA[x]>` for a section, though `]]>` alone ends one.
        Event::InlineHtml(html) if html.starts_with("<![CDATA[") && !html.ends_with("]]>") => None,
        Event::Html(html) | Event::InlineHtml(html) => Some(html.into_string()),
        _ => None,
    });
    without_comments(&pieces.collect::<String>())
}

const VOID: &[&str] = &["br", "hr", "img", "input", "col"];

/// No tag of Confluence's, and every tag that is opened is closed. Which dollars make maths, and so hide a tag, each parser decides
/// in its own way: either will do.
pub fn clean_html(format: Format, markdown: &str) -> Result<(), String> {
    let options = options(format);
    is_closed(&html(markdown, options))
        .or_else(|_| is_closed(&html(markdown, options.difference(Options::ENABLE_MATH))))
}

fn is_closed(html: &str) -> Result<(), String> {
    let mut open: Vec<&str> = Vec::new();
    for piece in html.split('<').skip(1) {
        let (tag, _) = piece.split_once('>').ok_or_else(|| format!("<{piece} does not end"))?;
        let name = tag.trim_start_matches('/').split(|c: char| c.is_whitespace() || c == '/').next().unwrap_or("");
        if name.contains(':') || name.starts_with('!') {
            return Err(format!("<{tag}> is left over"));
        }
        if tag.starts_with('/') {
            if open.pop() != Some(name) {
                return Err(format!("<{tag}> closes nothing"));
            }
        } else if !VOID.contains(&name) && !tag.ends_with('/') {
            open.push(name);
        }
    }
    if open.is_empty() { Ok(()) } else { Err(format!("<{}> is not closed", open.join("> <"))) }
}
