//! Documents that a fuzzer makes.

use arbitrary::{Arbitrary, Result, Unstructured};
use serde_json::{Value, json};

/// A document of both body formats.
#[derive(Debug)]
pub struct Document(Vec<Block>);

#[derive(Debug)]
enum Block {
    Paragraph(Vec<Span>),
    Heading(u8, Vec<Span>),
    List(bool, Vec<Vec<Block>>),
    Tasks(Vec<(bool, Vec<Span>)>),
    Table(bool, Vec<Vec<Vec<Block>>>),
    Code(String),
    Quote(Vec<Block>),
    Panel(Vec<Block>),
    Expand(Vec<Block>),
    Rule,
}

#[derive(Debug)]
struct Span {
    text: String,
    marks: u8,
    form: Form,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Arbitrary)]
enum Form {
    Text,
    Code,
    Link,
    Break,
    Status,
}

const MARKS: [(&str, &str); 5] =
    [("strong", "strong"), ("em", "em"), ("del", "strike"), ("u", "underline"), ("sub", "subsup")];

/// What stands in texts most of the time: what a parser might take for its own.
const PIECES: [&str; 62] = [
    "word",
    " ",
    "a",
    "1.",
    "2)",
    "#",
    "-",
    "+",
    "*",
    "**",
    "_",
    "__",
    "~",
    "~~",
    "`",
    "``",
    "```",
    "[",
    "]",
    "[x]",
    "[ ]",
    "](",
    "(b)",
    "![",
    "!",
    "<",
    ">",
    "<b>",
    "</p>",
    "<!--",
    "-->",
    "&",
    "&amp;",
    "&copy;",
    "\\",
    "\\*",
    "|",
    "=",
    "---",
    "***",
    "|--|",
    "snake_case",
    "a*b",
    "設定",
    "(必須)",
    "。",
    "é",
    "🚀",
    "[^1]",
    "[^1]:",
    "[x]:",
    "{{x}}",
    "{%",
    "{{<",
    "[[a]]",
    "==",
    ":::",
    "!!!",
    "https://x.y/a_b",
    "www.x.y",
    "m@x.y",
    ".",
];

impl<'a> Arbitrary<'a> for Document {
    fn arbitrary(input: &mut Unstructured<'a>) -> Result<Self> {
        Ok(Self(blocks(input, 0, 4)?))
    }
}

fn several<'a, T>(
    input: &mut Unstructured<'a>,
    most: usize,
    one: impl Fn(&mut Unstructured<'a>) -> Result<T>,
) -> Result<Vec<T>> {
    let count = input.int_in_range(1..=most)?;
    (0..count).map(|_| one(input)).collect()
}

fn blocks(input: &mut Unstructured<'_>, depth: u8, most: usize) -> Result<Vec<Block>> {
    several(input, most, |input| block(input, depth))
}

fn block(input: &mut Unstructured<'_>, depth: u8) -> Result<Block> {
    let last = if depth < 3 { 9 } else { 3 };
    Ok(match input.int_in_range(0..=last)? {
        0 => Block::Paragraph(line(input)?),
        1 => Block::Heading(input.int_in_range(1..=6)?, line(input)?),
        2 => Block::Code(format!("c{}", text(input)?)),
        3 => Block::Rule,
        4 => Block::List(input.arbitrary()?, several(input, 3, |input| blocks(input, depth + 1, 2))?),
        5 => Block::Tasks(several(input, 3, |input| Ok((input.arbitrary()?, line(input)?)))?),
        6 => {
            let columns = input.int_in_range(1..=3)?;
            let cell = |input: &mut Unstructured<'_>| blocks(input, depth + 1, 2);
            let row = |input: &mut Unstructured<'_>| (0..columns).map(|_| cell(input)).collect::<Result<Vec<_>>>();
            Block::Table(input.arbitrary()?, several(input, 3, row)?)
        }
        7 => Block::Quote(blocks(input, depth + 1, 2)?),
        8 => Block::Panel(blocks(input, depth + 1, 2)?),
        _ => Block::Expand(blocks(input, depth + 1, 2)?),
    })
}

fn line(input: &mut Unstructured<'_>) -> Result<Vec<Span>> {
    several(input, 5, |input| {
        let form = input.arbitrary()?;
        Ok(Span { text: text(input)?, marks: input.arbitrary::<u8>()? & input.arbitrary::<u8>()? & 31, form })
    })
}

fn text(input: &mut Unstructured<'_>) -> Result<String> {
    let pieces = several(input, 4, |input| input.choose(&PIECES).copied())?;
    Ok(pieces.concat())
}

/// The text, or its letters and digits alone.
fn shown(text: &str, exact: bool) -> String {
    if exact { text.to_owned() } else { format!("w{}", text.replace(|c: char| !c.is_ascii_alphanumeric(), "")) }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

impl Span {
    fn marks(&self) -> impl DoubleEndedIterator<Item = &'static (&'static str, &'static str)> {
        MARKS.iter().enumerate().filter(|(at, _)| self.marks & (1 << at) != 0).map(|(_, mark)| mark)
    }

    /// Each link leads elsewhere: two of one address next to each other are one in the other format.
    fn address(number: usize) -> String {
        format!("https://x.y/{number}")
    }

    fn storage(&self, number: usize, exact: bool) -> String {
        let text = escaped(&shown(&self.text, exact));
        let inner = match self.form {
            Form::Break => return "<br/>".to_owned(),
            Form::Status => format!(
                "<ac:structured-macro ac:name=\"status\"><ac:parameter ac:name=\"title\">s{text}</ac:parameter></ac:structured-macro>"
            ),
            Form::Code => format!("<code>{text}</code>"),
            Form::Text | Form::Link => text,
        };
        let marked = self.marks().rev().fold(inner, |inner, (name, _)| format!("<{name}>{inner}</{name}>"));
        match self.form {
            Form::Link => format!("<a href=\"{}\">{marked}</a>", Self::address(number)),
            _ => marked,
        }
    }

    fn adf(&self, number: usize, exact: bool) -> Value {
        let mut marks: Vec<Value> =
            self.marks().map(|(_, name)| json!({"type": name, "attrs": {"type": "sub"}})).collect();
        match self.form {
            Form::Break => return json!({"type": "hardBreak"}),
            Form::Status => {
                return json!({"type": "status", "attrs": {"text": format!("s{}", shown(&self.text, exact))}, "marks": marks});
            }
            Form::Code => marks.push(json!({"type": "code"})),
            Form::Link => marks.insert(0, json!({"type": "link", "attrs": {"href": Self::address(number)}})),
            Form::Text => {}
        }
        json!({"type": "text", "text": shown(&self.text, exact), "marks": marks})
    }
}

fn line_storage(line: &[Span], exact: bool) -> String {
    line.iter().enumerate().map(|(number, span)| span.storage(number, exact)).collect()
}

fn line_adf(line: &[Span], exact: bool) -> Vec<Value> {
    line.iter().enumerate().map(|(number, span)| span.adf(number, exact)).collect()
}

impl Block {
    fn storage(&self, exact: bool) -> String {
        let all = |blocks: &[Self]| blocks.iter().map(|block| block.storage(exact)).collect::<String>();
        let body = |blocks: &[Self]| format!("<ac:rich-text-body>{}</ac:rich-text-body>", all(blocks));
        match self {
            Self::Paragraph(line) => format!("<p>{}</p>", line_storage(line, exact)),
            Self::Heading(level, line) => format!("<h{level}>{}</h{level}>", line_storage(line, exact)),
            Self::List(numbered, items) => {
                let name = if *numbered { "ol" } else { "ul" };
                let items: String = items.iter().map(|item| format!("<li>{}</li>", all(item))).collect();
                format!("<{name}>{items}</{name}>")
            }
            Self::Tasks(tasks) => {
                let task = |(done, line): &(bool, Vec<Span>)| {
                    let status = if *done { "complete" } else { "incomplete" };
                    format!(
                        "<ac:task><ac:task-status>{status}</ac:task-status><ac:task-body>{}</ac:task-body></ac:task>",
                        line_storage(line, exact)
                    )
                };
                format!("<ac:task-list>{}</ac:task-list>", tasks.iter().map(task).collect::<String>())
            }
            Self::Table(header, rows) => {
                let row = |(y, cells): (usize, &Vec<Vec<Self>>)| {
                    let name = if *header && y == 0 { "th" } else { "td" };
                    let cells: String = cells.iter().map(|cell| format!("<{name}>{}</{name}>", all(cell))).collect();
                    format!("<tr>{cells}</tr>")
                };
                format!("<table><tbody>{}</tbody></table>", rows.iter().enumerate().map(row).collect::<String>())
            }
            Self::Code(text) => format!(
                "<ac:structured-macro ac:name=\"code\"><ac:plain-text-body><![CDATA[{}]]></ac:plain-text-body></ac:structured-macro>",
                text.replace("]]>", "]]]]><![CDATA[>")
            ),
            Self::Quote(inner) => format!("<blockquote>{}</blockquote>", all(inner)),
            Self::Panel(inner) => {
                format!("<ac:structured-macro ac:name=\"info\">{}</ac:structured-macro>", body(inner))
            }
            Self::Expand(inner) => format!(
                "<ac:structured-macro ac:name=\"expand\"><ac:parameter ac:name=\"title\">more</ac:parameter>{}</ac:structured-macro>",
                body(inner)
            ),
            Self::Rule => "<hr/>".to_owned(),
        }
    }

    fn adf(&self, exact: bool) -> Value {
        let all = |blocks: &[Self]| blocks.iter().map(|block| block.adf(exact)).collect::<Vec<_>>();
        match self {
            Self::Paragraph(line) => node("paragraph", json!({}), line_adf(line, exact)),
            Self::Heading(level, line) => node("heading", json!({"level": level}), line_adf(line, exact)),
            Self::List(numbered, items) => {
                let kind = if *numbered { "orderedList" } else { "bulletList" };
                let items = items.iter().map(|item| node("listItem", json!({}), all(item)));
                node(kind, json!({}), items.collect())
            }
            Self::Tasks(tasks) => {
                let task = |(done, line): &(bool, Vec<Span>)| {
                    node("taskItem", json!({"state": if *done { "DONE" } else { "TODO" }}), line_adf(line, exact))
                };
                node("taskList", json!({}), tasks.iter().map(task).collect())
            }
            Self::Table(header, rows) => {
                let row = |(y, cells): (usize, &Vec<Vec<Self>>)| {
                    let kind = if *header && y == 0 { "tableHeader" } else { "tableCell" };
                    let cells = cells.iter().map(|cell| node(kind, json!({}), all(cell)));
                    node("tableRow", json!({}), cells.collect())
                };
                node("table", json!({}), rows.iter().enumerate().map(row).collect())
            }
            Self::Code(text) => node("codeBlock", json!({}), vec![json!({"type": "text", "text": text})]),
            Self::Quote(inner) => node("blockquote", json!({}), all(inner)),
            Self::Panel(inner) => node("panel", json!({"panelType": "info"}), all(inner)),
            Self::Expand(inner) => node("expand", json!({"title": "more"}), all(inner)),
            Self::Rule => json!({"type": "rule"}),
        }
    }
}

/// A node; `json!` would copy its content.
fn node(kind: &str, attrs: Value, content: Vec<Value>) -> Value {
    let members = [("type", kind.into()), ("attrs", attrs), ("content", Value::Array(content))];
    Value::Object(members.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
}

impl Document {
    /// As a storage body; `exact` is false where only letters and digits are compared.
    pub fn storage(&self, exact: bool) -> String {
        self.0.iter().map(|block| block.storage(exact)).collect()
    }

    /// In Atlassian Document Format.
    pub fn adf(&self, exact: bool) -> Value {
        node("doc", json!({}), self.0.iter().map(|block| block.adf(exact)).collect())
    }
}

/// The texts that stand in paragraphs of a document's own level, which nothing may hide.
pub fn texts(document: &Value) -> Vec<String> {
    let own = |node: &Value| node["content"].as_array().cloned().unwrap_or_default();
    let paragraphs = own(document).into_iter().filter(|node| node["type"] == "paragraph");
    let texts = paragraphs.flat_map(|node| own(&node)).filter(|node| node["type"] == "text");
    texts.filter_map(|node| node["text"].as_str().map(str::to_owned)).collect()
}
