//! Reads storage format without any of the converter: what each element shows, as the reference has it.

use quick_xml::Reader;
use quick_xml::escape::resolve_html5_entity;
use quick_xml::events::{BytesStart, Event};

use crate::said::{Kind, Mark, Part};

/// An element of a body.
#[derive(Debug, Default)]
pub struct Element {
    name: String,
    attributes: Vec<(String, String)>,
    content: Vec<Content>,
}

#[derive(Debug)]
enum Content {
    Text(String),
    Element(Element),
}

const VOID: &[&str] = &["br", "hr", "img", "col", "input"];

/// The elements of a body; none where it is not well formed.
pub fn elements(body: &str) -> Option<Element> {
    let mut reader = Reader::from_str(body);
    reader.config_mut().check_end_names = false;
    let mut stack = vec![Element::default()];
    loop {
        match reader.read_event().ok()? {
            Event::Eof => break,
            Event::Start(tag) => {
                let element = element(&tag)?;
                if VOID.contains(&element.name.as_str()) {
                    stack.last_mut()?.content.push(Content::Element(element));
                } else {
                    stack.push(element);
                }
            }
            Event::Empty(tag) => {
                let element = element(&tag)?;
                stack.last_mut()?.content.push(Content::Element(element));
            }
            Event::End(tag) => {
                let done = stack.pop()?;
                if done.name != tag.name().as_ref().to_ascii_lowercase() {
                    return None;
                }
                stack.last_mut()?.content.push(Content::Element(done));
            }
            Event::Text(text) => text_in(&mut stack, &text)?,
            Event::CData(text) => text_in(&mut stack, &text)?,
            Event::GeneralRef(name) => text_in(&mut stack, &resolved(&name)?)?,
            Event::DocType(_) => return None,
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
        }
    }
    let root = stack.pop()?;
    stack.is_empty().then_some(root)
}

fn text_in(stack: &mut [Element], text: &str) -> Option<()> {
    stack.last_mut()?.content.push(Content::Text(text.replace("\r\n", "\n")));
    Some(())
}

fn resolved(name: &str) -> Option<String> {
    if let Some(number) = name.strip_prefix('#') {
        let hex = number.strip_prefix(['x', 'X']);
        let code = hex.map_or_else(|| number.parse().ok(), |hex| u32::from_str_radix(hex, 16).ok())?;
        return char::from_u32(code).map(String::from);
    }
    Some(resolve_html5_entity(name).map_or_else(|| format!("&{name};"), str::to_owned))
}

fn element(tag: &BytesStart<'_>) -> Option<Element> {
    let mut attributes = Vec::new();
    for attribute in tag.attributes() {
        let attribute = attribute.ok()?;
        let name = attribute.key.as_ref();
        let value = quick_xml::escape::unescape_with(&attribute.value, resolve_html5_entity).ok()?;
        attributes.push((name.rsplit(':').next().unwrap_or(name).to_owned(), value.into_owned()));
    }
    Some(Element { name: tag.name().as_ref().to_ascii_lowercase(), attributes, content: Vec::new() })
}

impl Element {
    fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    fn children(&self) -> impl Iterator<Item = &Self> {
        self.content.iter().filter_map(|content| match content {
            Content::Element(element) => Some(element),
            Content::Text(_) => None,
        })
    }

    fn child(&self, name: &str) -> Option<&Self> {
        self.children().find(|child| child.name == name)
    }

    fn parameter(&self, name: &str) -> Option<String> {
        let parameter = self.children().find(|child| {
            (child.name == "ac:parameter" && child.attribute("name") == Some(name))
                || (child.name == "ac:default-parameter" && name.is_empty())
        });
        parameter.map(Self::all_text)
    }

    fn all_text(&self) -> String {
        let texts = self.content.iter().map(|content| match content {
            Content::Text(text) => text.clone(),
            Content::Element(element) if element.name == "br" => "\n".to_owned(),
            Content::Element(element) => element.all_text(),
        });
        texts.collect()
    }

    /// Everything in attributes and parameters, which the converter may show.
    pub fn beside(&self, out: &mut String) {
        for (_, value) in &self.attributes {
            out.push(' ');
            out.push_str(value);
        }
        // A contents list repeats the headings.
        if self.attributes.iter().any(|(_, value)| value.contains("math")) {
            out.push_str(" $ ");
        }
        let repeated = ["ac:parameter", "ac:link-body", "ac:plain-text-link-body", "h1", "h2", "h3", "h4", "h5", "h6"];
        if repeated.contains(&self.name.as_str()) {
            self.texts(out);
        }
        self.children().for_each(|child| child.beside(out));
    }

    fn texts(&self, out: &mut String) {
        for content in &self.content {
            match content {
                Content::Text(text) => {
                    out.push(' ');
                    out.push_str(text);
                }
                Content::Element(element) => element.texts(out),
            }
        }
    }

    fn parts(&self) -> Vec<Part> {
        let parts = self.content.iter().map(|content| match content {
            Content::Text(text) => Part::text(text.clone()),
            Content::Element(element) => element.part(),
        });
        parts.collect()
    }

    /// What it shows.
    pub fn part(&self) -> Part {
        let block = |kind| Part::new(kind, self.parts());
        match self.name.as_str() {
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => block(Kind::Heading(self.name.as_bytes()[1] - b'0')),
            "ul" | "ol" => {
                Part::new(Kind::List, self.items(if self.name == "ol" { Mark::Number } else { Mark::Bullet }))
            }
            "dl" => Part::new(Kind::List, self.definitions()),
            "table" => Part::new(Kind::Block, self.table()),
            "thead" | "tbody" | "tfoot" => Part::new(Kind::Block, self.rows(self.name == "thead")),
            "td" | "th" => block(self.cell()),
            "br" | "p" | "div" | "blockquote" | "section" | "details" | "summary" | "caption" | "center" => {
                block(Kind::Block)
            }
            "pre" if self.children().all(|child| !child.name.starts_with("ac:")) => self.preformatted(),
            "a" => self.address(),
            "img" => block(Kind::Picture),
            "time" if self.content.is_empty() => Part::text(self.attribute("datetime").unwrap_or("")),
            "script"
            | "style"
            | "colgroup"
            | "col"
            | "at:declarations"
            | "ac:parameter"
            | "ac:default-parameter"
            | "ac:task-id"
            | "ac:task-uuid"
            | "ac:task-status"
            | "ac:adf-attribute"
            | "ac:adf-mark"
            | "input" => block(Kind::Gone),
            "ac:placeholder" => block(Kind::Unseen),
            "hr" | "ac:emoticon" | "at:var" => block(Kind::Shown),
            _ if self.name.starts_with("ac:") => self.confluence(),
            _ => block(Kind::Inline),
        }
    }

    fn confluence(&self) -> Part {
        match self.name.as_str() {
            "ac:structured-macro" | "ac:macro" => self.macro_part(),
            "ac:link" => self.link(),
            "ac:image" => {
                let caption = self.child("ac:caption").map(|caption| Part::new(Kind::Block, caption.parts()));
                let picture = Part::new(Kind::Picture, Vec::new());
                Part::new(Kind::Block, std::iter::once(picture).chain(caption).collect())
            }
            "ac:task-list" => Part::new(Kind::List, self.items(Mark::Bullet)),
            "ac:task" => {
                let status = self.child("ac:task-status").map(Self::all_text);
                let done = status.is_some_and(|status| status.trim() == "complete");
                Part::new(Kind::Item(Mark::Task(done)), self.parts())
            }
            "ac:adf-node" => match self.attribute("type") {
                Some("decision-list") => Part::new(Kind::List, self.parts()),
                Some("decision-item") => Part::new(Kind::Item(Mark::Bullet), self.parts()),
                _ => Part::new(Kind::Block, self.parts()),
            },
            "ac:adf-extension" => {
                let parts = self.children().filter(|child| child.name != "ac:adf-fallback").map(Self::part).collect();
                Part::new(Kind::Block, parts)
            }
            "ac:inline-comment-marker" | "ac:link-body" | "ac:plain-text-link-body" | "ac:task-body" => {
                Part::new(Kind::Inline, self.parts())
            }
            _ => Part::new(Kind::Block, self.parts()),
        }
    }

    /// A list directly in a list belongs to the item before it.
    fn items(&self, mark: Mark) -> Vec<Part> {
        let mut out: Vec<Part> = Vec::new();
        for child in self.children() {
            match child.name.as_str() {
                "li" => out.push(Part::new(Kind::Item(mark), child.parts())),
                "ul" | "ol" | "ac:task-list" => match out.last_mut() {
                    Some(item) => item.parts.push(child.part()),
                    None => out.push(child.part()),
                },
                _ => out.push(child.part()),
            }
        }
        out
    }

    fn definitions(&self) -> Vec<Part> {
        let mut out: Vec<Part> = Vec::new();
        for child in self.children() {
            let part = Part::new(Kind::Block, child.parts());
            match out.last_mut().filter(|_| child.name == "dd") {
                Some(item) => item.parts.push(part),
                None => out.push(Part::new(Kind::Item(Mark::Bullet), vec![part])),
            }
        }
        out
    }

    /// The caption stands before its table.
    fn table(&self) -> Vec<Part> {
        let caption = self.child("caption").map(Self::part);
        let rows = self.rows(false);
        caption.into_iter().chain([Part::new(Kind::Table, rows)]).collect()
    }

    fn rows(&self, head: bool) -> Vec<Part> {
        let rows = self.children().filter(|child| child.name != "caption");
        rows.map(|row| if row.name == "tr" { Part::new(Kind::Row { head }, row.parts()) } else { row.part() }).collect()
    }

    fn cell(&self) -> Kind {
        let span = |name| self.attribute(name).and_then(|value| value.trim().parse().ok()).unwrap_or(1).clamp(1, 1000);
        Kind::Cell { header: self.name == "th", across: span("colspan"), down: span("rowspan") }
    }

    fn preformatted(&self) -> Part {
        let code = self.child("code");
        let class = self.attribute("class").or_else(|| code.and_then(|code| code.attribute("class"))).unwrap_or("");
        let language = class.split(' ').find_map(|class| class.strip_prefix("language-")).unwrap_or("");
        Part::new(Kind::Code(info(language)), vec![Part::text(self.all_text())])
    }

    /// Without a text of its own, a link shows where it leads.
    fn address(&self) -> Part {
        let parts = self.parts();
        let Some(href) = self.attribute("href") else { return Part::new(Kind::Inline, parts) };
        let shown = parts.iter().any(Part::is_shown);
        Part::new(Kind::Link(href.trim().to_owned()), if shown { parts } else { vec![Part::text(href)] })
    }

    fn link(&self) -> Part {
        let body = self.children().find(|child| child.name.ends_with("link-body"));
        let parts = body.map(Self::parts).unwrap_or_default();
        if parts.iter().any(Part::is_shown) {
            return Part::new(Kind::Inline, parts);
        }
        let target = self.children().find(|child| child.name.starts_with("ri:"));
        let named = target.and_then(|target| match target.name.as_str() {
            "ri:page" | "ri:blog-post" => target.attribute("content-title").map(str::to_owned),
            "ri:attachment" => target.attribute("filename").map(str::to_owned),
            "ri:user" => ["account-id", "userkey", "username"]
                .iter()
                .find_map(|key| target.attribute(key))
                .map(|id| format!("@{id}")),
            _ => None,
        });
        match named {
            Some(text) => Part::new(Kind::Inline, vec![Part::text(text)]),
            None if target.is_none() && self.attribute("anchor").is_none() => Part::new(Kind::Gone, Vec::new()),
            None => Part::new(Kind::Shown, Vec::new()),
        }
    }

    fn macro_part(&self) -> Part {
        let name = self.attribute("name").unwrap_or("").to_ascii_lowercase();
        let title = || self.parameter("title").map(|title| Part::new(Kind::Block, vec![Part::text(title)]));
        let rich = || self.child("ac:rich-text-body").map(|body| Part::new(Kind::Block, body.parts()));
        let plain = self.child("ac:plain-text-body").map(Self::all_text);
        let code = |language: &str| {
            // One break directly behind the opening mark belongs to the markup.
            let text = plain.as_deref().map(|text| text.strip_prefix('\n').unwrap_or(text));
            Part::new(Kind::Code(language.to_owned()), text.map(Part::text).into_iter().collect())
        };
        let whole = |parts: Vec<Part>| Part::new(Kind::Block, parts);
        match name.as_str() {
            "code" => {
                let named = ["language", "lang", ""].iter().find_map(|name| self.parameter(name));
                let language = named.map(|language| info(&language)).unwrap_or_default();
                let code = code(&language);
                whole(title().filter(|_| code.is_shown()).into_iter().chain([code]).collect())
            }
            "noformat" => code(""),
            "plantuml" | "mermaid" => code(&name),
            "info" | "tip" | "note" | "warning" | "panel" | "expand" => {
                whole(title().into_iter().chain(rich()).collect())
            }
            "status" => Part::text(self.parameter("title").unwrap_or_default()),
            "excerpt" if self.parameter("hidden").as_deref() == Some("true") => whole(Vec::new()),
            "jira" if self.parameter("key").is_some() => Part::text(self.parameter("key").unwrap_or_default()),
            "toc" => Part::new(Kind::Contents, Vec::new()),
            "anchor" => Part::new(Kind::Unseen, Vec::new()),
            "mathinline" | "eazy-math-inline" | "easy-math-inline" => {
                Part::text(self.parameter("body").or(plain).unwrap_or_default())
            }
            "mathblock" | "easy-math-block" => {
                whole(vec![Part::text(self.parameter("body").or(plain).unwrap_or_default())])
            }
            _ => match (rich(), &plain) {
                (Some(body), _) => body,
                (None, Some(_)) => code(""),
                (None, None) => Part::new(Kind::Shown, Vec::new()),
            },
        }
    }
}

/// The info string of the languages that bodies here name.
pub fn info(language: &str) -> String {
    let name = language.trim().to_ascii_lowercase();
    let known = match name.as_str() {
        "none" | "text" | "plain" | "plaintext" | "plain text" => "",
        "c#" => "csharp",
        "c++" => "cpp",
        "js" => "javascript",
        "sh" | "shell" | "zsh" => "bash",
        "py" => "python",
        "html/xml" => "xml",
        "yml" => "yaml",
        other if other.contains(|c: char| !(c.is_ascii_alphanumeric() || "+#_.-".contains(c))) => "",
        other => other,
    };
    known.to_owned()
}
