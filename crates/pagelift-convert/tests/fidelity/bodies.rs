//! Pages of every construct, written in both body formats.

use serde_json::{Value, json};

/// Inline content.
#[derive(Debug, Clone)]
pub enum Span {
    Text(String),
    Marked(&'static str, Vec<Span>),
    Code(String),
    Break,
    Link(String, Vec<Span>),
    Picture(&'static str),
    Emoji,
    Mention,
    Date,
    Status(String),
    /// Storage format only.
    Storage(&'static str),
}

/// A block.
#[derive(Debug, Clone)]
pub enum Block {
    Paragraph(Vec<Span>),
    Heading(u8, Vec<Span>),
    List(Option<u32>, Vec<Vec<Block>>),
    Tasks(Vec<(bool, Vec<Span>)>),
    Decisions(Vec<Vec<Span>>),
    /// Whether its first row is a header; rows of cells.
    Table(bool, Vec<Vec<Vec<Block>>>),
    Code(&'static str, String),
    Quote(Vec<Block>),
    Rule,
    Panel(&'static str, Vec<Block>),
    Expand(String, Vec<Block>),
    Columns(Vec<Vec<Block>>),
    Picture(&'static str),
    /// Storage format only.
    Storage(&'static str),
}

/// How the same body is written.
#[derive(Debug, Clone, Copy, Default)]
pub struct Style {
    /// White space between blocks.
    pub spread: bool,
    /// The other names of elements, identifiers, numbers for entities, sections of CDATA, other order of attributes.
    pub odd: bool,
    /// Only the letters and digits of the text, for formats whose parser is not the one that reads them here.
    pub tame: bool,
}

fn written(text: &str, style: Style) -> String {
    let plain = || text.chars().filter(|c| c.is_ascii_alphanumeric() || *c == ' ').collect::<String>();
    if style.tame { format!("w{}", plain()) } else { escaped(text) }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn cdata(text: &str, style: Style) -> String {
    let split = text.replace("]]>", "]]]]><![CDATA[>");
    match split.char_indices().nth(split.chars().count() / 2).filter(|_| style.odd && !split.contains("]]")) {
        Some((at, _)) => format!("<![CDATA[{}]]><![CDATA[{}]]>", &split[..at], &split[at..]),
        None => format!("<![CDATA[{split}]]>"),
    }
}

impl Span {
    pub fn storage(&self, style: Style) -> String {
        match self {
            Self::Text(text) if style.odd => written(text, style)
                .chars()
                .map(|c| if c == '\u{a0}' { "&#160;".to_owned() } else { c.to_string() })
                .collect(),
            Self::Text(text) => written(text, style).replace('\u{a0}', "&nbsp;"),
            Self::Marked(mark, inner) => {
                let name = match (*mark, style.odd) {
                    ("strong", true) => "b",
                    ("em", true) => "i",
                    ("strike", true) => "s",
                    ("strike", false) => "del",
                    ("underline", _) => "u",
                    (name, _) => name,
                };
                format!("<{name}>{}</{name}>", spans(inner, style))
            }
            Self::Code(text) => format!("<code>{}</code>", written(text, style)),
            Self::Break => "<br/>".to_owned(),
            Self::Link(href, inner) => format!("<a href=\"{}\">{}</a>", escaped(href), spans(inner, style)),
            Self::Picture(source) if style.odd => {
                format!("<ac:image ac:border=\"true\" ac:alt=\"pic\" ><ri:url ri:value='{source}' /></ac:image>")
            }
            Self::Picture(source) => {
                format!("<ac:image ac:alt=\"pic\" ac:border=\"true\"><ri:url ri:value=\"{source}\"/></ac:image>")
            }
            Self::Emoji => "<ac:emoticon ac:name=\"tick\" ac:emoji-fallback=\"\u{1f680}\"/>".to_owned(),
            Self::Mention => "<ac:link><ri:user ri:account-id=\"42\"/></ac:link>".to_owned(),
            Self::Date => "<time datetime=\"2026-07-01\"/>".to_owned(),
            Self::Status(title) => format!(
                "<ac:structured-macro ac:name=\"status\"{}><ac:parameter ac:name=\"title\">{}</ac:parameter></ac:structured-macro>",
                if style.odd { " ac:macro-id=\"17\" ac:schema-version=\"1\"" } else { "" },
                written(title, style)
            ),
            Self::Storage(xml) => (*xml).to_owned(),
        }
    }

    /// The nodes with these marks around them.
    fn adf(&self, marks: &[Value], out: &mut Vec<Value>) {
        let mut text = |text: &str, marks: &[Value]| {
            if !text.is_empty() {
                out.push(json!({"type": "text", "text": text, "marks": marks}));
            }
        };
        match self {
            Self::Text(content) => text(content, marks),
            Self::Code(content) => text(content, &[marks, &[json!({"type": "code"})]].concat()),
            Self::Marked(mark, inner) => {
                let mark = match *mark {
                    "sub" | "sup" => json!({"type": "subsup", "attrs": {"type": mark}}),
                    mark => json!({"type": mark}),
                };
                let marks = [marks, &[mark]].concat();
                for span in inner {
                    span.adf(&marks, out);
                }
            }
            Self::Link(href, inner) => {
                let mark = json!({"type": "link", "attrs": {"href": href}});
                let marks = [marks, &[mark]].concat();
                for span in inner {
                    span.adf(&marks, out);
                }
            }
            Self::Break => out.push(json!({"type": "hardBreak"})),
            Self::Emoji => out.push(
                json!({"type": "emoji", "attrs": {"shortName": ":rocket:", "text": "\u{1f680}"}, "marks": marks}),
            ),
            Self::Mention => out.push(json!({"type": "mention", "attrs": {"id": "42", "text": "@42"}, "marks": marks})),
            Self::Date => out.push(json!({"type": "date", "attrs": {"timestamp": "1782864000000"}, "marks": marks})),
            Self::Status(title) => out.push(json!({"type": "status", "attrs": {"text": title}, "marks": marks})),
            Self::Picture(_) | Self::Storage(_) => {}
        }
    }

    fn has_break(&self) -> bool {
        match self {
            Self::Break => true,
            Self::Marked(_, inner) | Self::Link(_, inner) => inner.iter().any(Self::has_break),
            _ => false,
        }
    }

    fn is_common(&self) -> bool {
        match self {
            Self::Picture(_) | Self::Storage(_) => false,
            Self::Marked(_, inner) => inner.iter().all(Self::is_common),
            // A link without a text of its own is marked in storage format alone.
            Self::Link(_, inner) => {
                inner.iter().any(|span| matches!(span, Self::Text(text) if !text.trim().is_empty()))
            }
            _ => true,
        }
    }
}

fn spans(inner: &[Span], style: Style) -> String {
    inner.iter().map(|span| span.storage(style)).collect()
}

fn adf_spans(inner: &[Span]) -> Vec<Value> {
    let mut out = Vec::new();
    for span in inner {
        span.adf(&[], &mut out);
    }
    out
}

/// A storage body of these blocks.
pub fn storage(blocks: &[Block], style: Style) -> String {
    let space = if style.spread { "\r\n  " } else { "" };
    blocks.iter().map(|block| block.storage(style) + space).collect()
}

/// An ADF body of these blocks.
pub fn adf(blocks: &[Block]) -> Value {
    json!({"type": "doc", "version": 1, "content": adf_blocks(blocks)})
}

fn adf_blocks(blocks: &[Block]) -> Vec<Value> {
    blocks.iter().map(Block::adf).collect()
}

/// Whether both formats can say all of it in the same way.
pub fn are_common(blocks: &[Block]) -> bool {
    blocks.iter().all(|block| match block {
        Block::Paragraph(spans) => spans.iter().all(Span::is_common),
        // A break is a space there, which has marks in storage format alone.
        Block::Heading(_, spans) => spans.iter().all(Span::is_common) && !spans.iter().any(Span::has_break),
        Block::Tasks(items) => items.iter().all(|(_, spans)| spans.iter().all(Span::is_common)),
        Block::Decisions(items) => items.iter().flatten().all(Span::is_common),
        Block::List(_, items) | Block::Columns(items) => items.iter().all(|blocks| are_common(blocks)),
        Block::Table(_, rows) => rows.iter().flatten().all(|blocks| are_common(blocks)),
        Block::Quote(inner) | Block::Panel(_, inner) | Block::Expand(_, inner) => are_common(inner),
        Block::Picture(_) | Block::Storage(_) => false,
        Block::Code(..) | Block::Rule => true,
    })
}

fn each<T>(items: &[T], before: &str, write: impl Fn(&T) -> String, after: &str) -> String {
    items.iter().flat_map(|item| [before.to_owned(), write(item), after.to_owned()]).collect()
}

impl Block {
    fn storage(&self, style: Style) -> String {
        let blocks = |blocks: &Vec<Self>| storage(blocks, style);
        match self {
            Self::Paragraph(inner) if style.odd => format!("<p class=\"x\" local-id=\"9\">{}</p>", spans(inner, style)),
            Self::Paragraph(inner) => format!("<p>{}</p>", spans(inner, style)),
            Self::Heading(level, inner) => format!("<h{level}>{}</h{level}>", spans(inner, style)),
            Self::List(None, items) => format!("<ul>{}</ul>", each(items, "<li>", blocks, "</li>")),
            Self::List(Some(start), items) => {
                format!("<ol start=\"{start}\">{}</ol>", each(items, "<li>", blocks, "</li>"))
            }
            Self::Tasks(items) => {
                let task = |(done, text): &(bool, Vec<Span>)| {
                    let status = if *done { "complete" } else { "incomplete" };
                    format!(
                        "<ac:task-status>{status}</ac:task-status><ac:task-body>{}</ac:task-body>",
                        spans(text, style)
                    )
                };
                format!(
                    "<ac:task-list>{}</ac:task-list>",
                    each(items, "<ac:task><ac:task-id>5</ac:task-id>", task, "</ac:task>")
                )
            }
            Self::Decisions(items) => {
                let before = "<ac:adf-node type=\"decision-item\"><ac:adf-attribute key=\"state\">DECIDED</ac:adf-attribute><ac:adf-content>";
                let nodes = each(items, before, |text| spans(text, style), "</ac:adf-content></ac:adf-node>");
                format!(
                    "<ac:adf-extension><ac:adf-node type=\"decision-list\">{nodes}</ac:adf-node></ac:adf-extension>"
                )
            }
            Self::Table(header, rows) => {
                let row = |(y, cells): (usize, &Vec<Vec<Self>>)| {
                    let name = if *header && y == 0 { "th" } else { "td" };
                    let cells = each(cells, &format!("<{name}>"), blocks, &format!("</{name}>"));
                    ["<tr>".to_owned(), cells, "</tr>".to_owned()]
                };
                let rows: String = rows.iter().enumerate().flat_map(row).collect();
                format!("<table><tbody>{rows}</tbody></table>")
            }
            Self::Code(language, text) => format!(
                "<ac:structured-macro ac:name=\"code\"{}><ac:parameter ac:name=\"language\">{language}</ac:parameter>\
                 <ac:plain-text-body>{}</ac:plain-text-body></ac:structured-macro>",
                if style.odd { " ac:macro-id=\"18\"" } else { "" },
                cdata(text, style)
            ),
            Self::Quote(inner) => format!("<blockquote>{}</blockquote>", blocks(inner)),
            Self::Rule => "<hr/>".to_owned(),
            Self::Panel(kind, inner) => {
                let name = match *kind {
                    "success" => "tip",
                    "warning" => "note",
                    "error" => "warning",
                    _ => "info",
                };
                format!(
                    "<ac:structured-macro ac:name=\"{name}\"><ac:rich-text-body>{}</ac:rich-text-body></ac:structured-macro>",
                    blocks(inner)
                )
            }
            Self::Expand(title, inner) => format!(
                "<ac:structured-macro ac:name=\"expand\"><ac:parameter ac:name=\"title\">{}</ac:parameter>\
                 <ac:rich-text-body>{}</ac:rich-text-body></ac:structured-macro>",
                written(title, style),
                blocks(inner)
            ),
            Self::Columns(cells) => format!(
                "<ac:layout><ac:layout-section ac:type=\"two_equal\">{}</ac:layout-section></ac:layout>",
                each(cells, "<ac:layout-cell>", blocks, "</ac:layout-cell>")
            ),
            Self::Picture(source) => Span::Picture(source).storage(style),
            Self::Storage(xml) => (*xml).to_owned(),
        }
    }

    fn adf(&self) -> Value {
        let node =
            |kind: &str, attrs: Value, content: Vec<Value>| json!({"type": kind, "attrs": attrs, "content": content});
        let items = |items: &[Vec<Self>], kind: &str| -> Vec<Value> {
            items.iter().map(|blocks| node(kind, json!({}), adf_blocks(blocks))).collect()
        };
        match self {
            Self::Paragraph(inner) => node("paragraph", json!({}), adf_spans(inner)),
            Self::Heading(level, inner) => node("heading", json!({"level": level}), adf_spans(inner)),
            Self::List(None, inner) => node("bulletList", json!({}), items(inner, "listItem")),
            Self::List(Some(start), inner) => node("orderedList", json!({"order": start}), items(inner, "listItem")),
            Self::Tasks(tasks) => {
                let task = |(done, text): &(bool, Vec<Span>)| {
                    node("taskItem", json!({"state": if *done { "DONE" } else { "TODO" }}), adf_spans(text))
                };
                node("taskList", json!({}), tasks.iter().map(task).collect())
            }
            Self::Decisions(decisions) => {
                let decision = |text: &Vec<Span>| node("decisionItem", json!({"state": "DECIDED"}), adf_spans(text));
                node("decisionList", json!({}), decisions.iter().map(decision).collect())
            }
            Self::Table(header, rows) => {
                let row = |(y, cells): (usize, &Vec<Vec<Self>>)| {
                    node(
                        "tableRow",
                        json!({}),
                        items(cells, if *header && y == 0 { "tableHeader" } else { "tableCell" }),
                    )
                };
                node("table", json!({}), rows.iter().enumerate().map(row).collect())
            }
            Self::Code(language, text) => {
                node("codeBlock", json!({"language": language}), vec![json!({"type": "text", "text": text})])
            }
            Self::Quote(inner) => node("blockquote", json!({}), adf_blocks(inner)),
            Self::Panel(kind, inner) => node("panel", json!({"panelType": kind}), adf_blocks(inner)),
            Self::Expand(title, inner) => node("expand", json!({"title": title}), adf_blocks(inner)),
            Self::Columns(cells) => node("layoutSection", json!({}), items(cells, "layoutColumn")),
            // What has no form of its own here stands for itself: such bodies are not compared.
            Self::Rule | Self::Picture(_) | Self::Storage(_) => json!({"type": "rule"}),
        }
    }
}
