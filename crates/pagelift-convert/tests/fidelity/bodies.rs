//! Makes pages of every construct, in both body formats, with text that looks like markup.

use proptest::prelude::*;
use proptest::strategy::Union;
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
            Self::Text(text) if style.odd => {
                written(text, style).chars().map(|c| if c == '\u{a0}' { "&#160;".to_owned() } else { c.to_string() }).collect()
            }
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
                inner.iter().for_each(|span| span.adf(&[marks, &[mark.clone()]].concat(), out));
            }
            Self::Link(href, inner) => {
                let mark = json!({"type": "link", "attrs": {"href": href}});
                inner.iter().for_each(|span| span.adf(&[marks, &[mark.clone()]].concat(), out));
            }
            Self::Break => out.push(json!({"type": "hardBreak"})),
            Self::Emoji => out.push(json!({"type": "emoji", "attrs": {"shortName": ":rocket:", "text": "\u{1f680}"}, "marks": marks})),
            Self::Mention => out.push(json!({"type": "mention", "attrs": {"id": "42", "text": "@42"}, "marks": marks})),
            Self::Date => out.push(json!({"type": "date", "attrs": {"timestamp": "1782864000000"}, "marks": marks})),
            Self::Status(title) => out.push(json!({"type": "status", "attrs": {"text": title}, "marks": marks})),
            Self::Picture(_) | Self::Storage(_) => {}
        }
    }

    fn is_common(&self) -> bool {
        match self {
            Self::Picture(_) | Self::Storage(_) => false,
            Self::Marked(_, inner) | Self::Link(_, inner) => inner.iter().all(Self::is_common),
            _ => true,
        }
    }
}

fn spans(inner: &[Span], style: Style) -> String {
    inner.iter().map(|span| span.storage(style)).collect()
}

fn adf_spans(inner: &[Span]) -> Vec<Value> {
    let mut out = Vec::new();
    inner.iter().for_each(|span| span.adf(&[], &mut out));
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
        Block::Paragraph(spans) | Block::Heading(_, spans) => spans.iter().all(Span::is_common),
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
    items.iter().map(|item| format!("{before}{}{after}", write(item))).collect()
}

impl Block {
    fn storage(&self, style: Style) -> String {
        let blocks = |blocks: &Vec<Self>| storage(blocks, style);
        match self {
            Self::Paragraph(inner) if style.odd => format!("<p class=\"x\" local-id=\"9\">{}</p>", spans(inner, style)),
            Self::Paragraph(inner) => format!("<p>{}</p>", spans(inner, style)),
            Self::Heading(level, inner) => format!("<h{level}>{}</h{level}>", spans(inner, style)),
            Self::List(None, items) => format!("<ul>{}</ul>", each(items, "<li>", blocks, "</li>")),
            Self::List(Some(start), items) => format!("<ol start=\"{start}\">{}</ol>", each(items, "<li>", blocks, "</li>")),
            Self::Tasks(items) => {
                let task = |(done, text): &(bool, Vec<Span>)| {
                    let status = if *done { "complete" } else { "incomplete" };
                    format!("<ac:task-status>{status}</ac:task-status><ac:task-body>{}</ac:task-body>", spans(text, style))
                };
                format!("<ac:task-list>{}</ac:task-list>", each(items, "<ac:task><ac:task-id>5</ac:task-id>", task, "</ac:task>"))
            }
            Self::Decisions(items) => {
                let before = "<ac:adf-node type=\"decision-item\"><ac:adf-attribute key=\"state\">DECIDED</ac:adf-attribute><ac:adf-content>";
                let nodes = each(items, before, |text| spans(text, style), "</ac:adf-content></ac:adf-node>");
                format!("<ac:adf-extension><ac:adf-node type=\"decision-list\">{nodes}</ac:adf-node></ac:adf-extension>")
            }
            Self::Table(header, rows) => {
                let rows: String = rows.iter().enumerate().map(|(y, cells)| {
                    let name = if *header && y == 0 { "th" } else { "td" };
                    format!("<tr>{}</tr>", each(cells, &format!("<{name}>"), blocks, &format!("</{name}>")))
                }).collect();
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
                format!("<ac:structured-macro ac:name=\"{name}\"><ac:rich-text-body>{}</ac:rich-text-body></ac:structured-macro>", blocks(inner))
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
        let node = |kind: &str, attrs: Value, content: Vec<Value>| json!({"type": kind, "attrs": attrs, "content": content});
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
                    node("tableRow", json!({}), items(cells, if *header && y == 0 { "tableHeader" } else { "tableCell" }))
                };
                node("table", json!({}), rows.iter().enumerate().map(row).collect())
            }
            Self::Code(language, text) => {
                node("codeBlock", json!({"language": language}), vec![json!({"type": "text", "text": text})])
            }
            Self::Quote(inner) => node("blockquote", json!({}), adf_blocks(inner)),
            Self::Rule => json!({"type": "rule"}),
            Self::Panel(kind, inner) => node("panel", json!({"panelType": kind}), adf_blocks(inner)),
            Self::Expand(title, inner) => node("expand", json!({"title": title}), adf_blocks(inner)),
            Self::Columns(cells) => node("layoutSection", json!({}), items(cells, "layoutColumn")),
            Self::Picture(_) | Self::Storage(_) => json!({"type": "rule"}),
        }
    }
}

/// Text that a parser of Markdown, HTML or a template might take for its own.
const WORDS: &str = "word a 1. 2) # ## - + * ** _ __ ~ ~~ ` `` ``` [ ] [x] [ ]( (b) [a](b) ![ ! < > <b> </p> <div <!-- --> & &amp; &copy; \\ \
     \\* | \\| = == --- *** |--| :-: $ $x$ $$ snake_case a*b 5 3 設定 (必須) 。 「 」 é 🚀 [^1] [^1]: [x]: C:\\ {{x}} {% x %} {{< x >}} \" ' x<y { } \
     [[a]] ![[a]] %% ^id #tag ::: :::note !!! ??? === +++ https://x.y/a_b_c www.x.y me@x.y import export {/* @ : ; \u{a0} \u{ad} \
     1986. #1 <u> <br> <https://x.y> &#35; &#x22; [!NOTE] TODO DONE #+BEGIN ~a~ ==a== ^a^ {: .x} - [ ]";

fn word() -> impl Strategy<Value = String> {
    let words: Vec<String> = WORDS.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect();
    (prop::sample::select(words), any::<bool>()).prop_map(|(word, space)| word + if space { " " } else { "" })
}

pub fn text() -> impl Strategy<Value = Span> {
    prop::collection::vec(word(), 1..4).prop_map(|words| Span::Text(words.concat()))
}

/// What only storage format has, inline: its words are the converter's.
const INLINE: &[&str] = &[
    "<ac:structured-macro ac:name=\"anchor\"><ac:parameter ac:name=\"\">here</ac:parameter></ac:structured-macro>",
    "<ac:structured-macro ac:name=\"vote-box\"><ac:parameter ac:name=\"poll\">a -- b</ac:parameter></ac:structured-macro>",
    "<ac:structured-macro ac:name=\"jira\"><ac:parameter ac:name=\"key\">OPS-7</ac:parameter></ac:structured-macro>",
    "<ac:structured-macro ac:name=\"mathinline\"><ac:parameter ac:name=\"body\">a_1*b</ac:parameter></ac:structured-macro>",
    "<ac:placeholder>type here</ac:placeholder>",
    "<ac:link><ri:page ri:content-title=\"Some page\"/></ac:link>",
    "<ac:link ac:anchor=\"top\"><ac:plain-text-link-body><![CDATA[up *there*]]></ac:plain-text-link-body></ac:link>",
    "<ac:link><ri:attachment ri:filename=\"a (1).pdf\"/><ac:link-body>the <em>file</em></ac:link-body></ac:link>",
    "<ac:inline-comment-marker ac:ref=\"r\">said <b>so</b></ac:inline-comment-marker>",
    "<span style=\"color: red;\">red</span>",
    "<span style=\"background-color: rgb(1,2,3);\">note</span>",
    "<kbd>Ctrl</kbd>",
    "<q>said</q>",
    "<small>small</small>",
    "<ac:emoticon ac:name=\"blue-star\" ac:emoji-id=\"8131-x\" ac:emoji-shortname=\":acme:\"/>",
    "&rarr;&unknown; &#8364;",
];

/// What only storage format has, as blocks.
const BLOCKS: &[&str] = &[
    "<ac:structured-macro ac:name=\"team-radar\"><ac:parameter ac:name=\"view\">wide</ac:parameter></ac:structured-macro>",
    "<ac:structured-macro ac:name=\"fancy-box\"><ac:rich-text-body><p>Kept <em>text</em></p></ac:rich-text-body></ac:structured-macro>",
    "<ac:structured-macro ac:name=\"data-set\"><ac:plain-text-body><![CDATA[a;b\n1;2]]></ac:plain-text-body></ac:structured-macro>",
    "<ac:structured-macro ac:name=\"noformat\"><ac:plain-text-body><![CDATA[  two  spaces\n*raw*]]></ac:plain-text-body></ac:structured-macro>",
    "<ac:structured-macro ac:name=\"panel\"><ac:parameter ac:name=\"title\">A *box*</ac:parameter><ac:rich-text-body><p>Grey</p></ac:rich-text-body></ac:structured-macro>",
    "<ac:structured-macro ac:name=\"tip\"><ac:parameter ac:name=\"title\">Heads [up]</ac:parameter><ac:rich-text-body><p>Read</p></ac:rich-text-body></ac:structured-macro>",
    "<ac:structured-macro ac:name=\"toc\"/>",
    "<ac:structured-macro ac:name=\"plantuml\"><ac:plain-text-body><![CDATA[A -> B]]></ac:plain-text-body></ac:structured-macro>",
    "<ac:structured-macro ac:name=\"recently-updated\"/>",
    "<pre>if a &lt; b:\n    go()</pre>",
    "<dl><dt>Term</dt><dd>Meaning</dd></dl>",
    "<table><tbody><tr><th>k</th><td colspan=\"2\">v</td></tr><tr><td rowspan=\"2\">w</td><td>x</td><td>y</td></tr><tr><td>z</td><td/></tr></tbody></table>",
    "<table><caption>All</caption><thead><tr><td>h</td></tr></thead><tbody><tr><td style=\"text-align: right;\">1</td></tr></tbody></table>",
    "<table><tbody><tr><td>a<table><tbody><tr><td>in</td></tr></tbody></table></td></tr></tbody></table>",
    "<ac:adf-extension><ac:adf-node type=\"panel\"><ac:adf-attribute key=\"panel-type\">note</ac:adf-attribute><ac:adf-content><p>Purple</p></ac:adf-content></ac:adf-node><ac:adf-fallback><p>Purple</p></ac:adf-fallback></ac:adf-extension>",
    "<p>&nbsp;</p><p/>",
    "<p>Before <ac:structured-macro ac:name=\"code\"><ac:plain-text-body><![CDATA[x]]></ac:plain-text-body></ac:structured-macro> after</p>",
    "<ul><ul><li>lone</li></ul><li>a<ul><li>b</li></ul></li></ul>",
    "<div>loose text</div>",
];

const LINKS: &[&str] = &["https://x.y/z", "https://x.y/a_b(c)?d=1&e=2", "https://x.y/a b*c_", "http://é.y/設"];
const PICTURES: &[&str] = &["https://x.y/ok.png", "https://x.y/a_(b).png"];
const MARKS: &[&str] = &["strong", "em", "strike", "underline", "sub", "sup"];

pub fn span() -> impl Strategy<Value = Span> {
    let leaf = prop_oneof![
        12 => text(),
        1 => prop::collection::vec(word(), 1..3).prop_map(|words| Span::Code(words.concat())),
        1 => Just(Span::Break),
        1 => prop::sample::select(PICTURES).prop_map(Span::Picture),
        1 => prop::sample::select(vec![Span::Emoji, Span::Mention, Span::Date]),
        1 => word().prop_map(|word| Span::Status(format!("s{word}"))),
        2 => prop::sample::select(INLINE).prop_map(Span::Storage),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        let inner = prop::collection::vec(inner, 1..4);
        prop_oneof![
            3 => (prop::sample::select(MARKS), inner).prop_map(|(mark, inner)| Span::Marked(mark, inner)),
            1 => (prop::sample::select(LINKS), any::<u16>(), prop::collection::vec(text(), 1..3))
                .prop_map(|(href, number, inner)| Span::Link(format!("{href}{number}"), inner)),
        ]
    })
}

pub fn line() -> impl Strategy<Value = Vec<Span>> {
    prop::collection::vec(span(), 1..6)
}

pub fn block() -> impl Strategy<Value = Block> {
    let languages = prop::sample::select(vec!["", "python", "c#"]);
    let leaf = prop_oneof![
        6 => line().prop_map(Block::Paragraph),
        2 => (1..7_u8, line()).prop_map(|(level, line)| Block::Heading(level, line)),
        1 => (languages, "[!-~][ -~\n\t\u{a0}]{0,30}").prop_map(|(language, text)| Block::Code(language, text)),
        1 => Just(Block::Rule),
        1 => prop::sample::select(PICTURES).prop_map(Block::Picture),
        1 => prop::collection::vec((any::<bool>(), line()), 1..3).prop_map(Block::Tasks),
        1 => prop::collection::vec(line(), 1..3).prop_map(Block::Decisions),
        2 => prop::sample::select(BLOCKS).prop_map(Block::Storage),
    ];
    leaf.prop_recursive(3, 20, 4, |inner| {
        let some = || prop::collection::vec(inner.clone(), 1..3);
        let several = || prop::collection::vec(some(), 1..4);
        let panels = prop::sample::select(vec!["info", "success", "warning", "error"]);
        Union::new_weighted(vec![
            (2, (prop::option::of(0..12_u32), several()).prop_map(|(start, items)| Block::List(start, items)).boxed()),
            (2, table(inner.clone()).boxed()),
            (1, some().prop_map(Block::Quote).boxed()),
            (1, (panels, some()).prop_map(|(kind, inner)| Block::Panel(kind, inner)).boxed()),
            (1, (word(), some()).prop_map(|(title, inner)| Block::Expand(format!("t{title}"), inner)).boxed()),
            (1, several().prop_map(Block::Columns).boxed()),
        ])
    })
}

fn table(inner: impl Strategy<Value = Block> + Clone) -> impl Strategy<Value = Block> {
    let cell = prop::collection::vec(inner, 0..2);
    (any::<bool>(), 1..4_usize, prop::collection::vec(cell, 1..9)).prop_map(|(header, columns, cells)| {
        let mut rows: Vec<Vec<Vec<Block>>> = cells.chunks(columns).map(<[_]>::to_vec).collect();
        rows.iter_mut().for_each(|row| row.resize(columns, Vec::new()));
        Block::Table(header, rows)
    })
}

pub fn blocks() -> impl Strategy<Value = Vec<Block>> {
    prop::collection::vec(block(), 1..5)
}

/// Blocks of which HTML says as much as storage format does.
pub fn plain_blocks() -> impl Strategy<Value = Vec<Block>> {
    // A bare address is a link once it is read.
    fn text() -> impl Strategy<Value = Span> {
        self::text().prop_filter("no address", |span| !matches!(span, Span::Text(text) if text.contains("https") || text.contains("www")))
    }
    let span = prop_oneof![
        8 => text(),
        1 => prop::collection::vec(word(), 1..3).prop_map(|words| Span::Code(words.concat())),
        1 => Just(Span::Break),
    ];
    let span = span.prop_recursive(3, 12, 4, |inner| {
        let marks = prop::sample::select(vec!["strong", "em", "strike"]);
        let links = (Just("https://x.y/"), any::<u16>(), prop::collection::vec(text(), 1..3));
        prop_oneof![
            2 => (marks, prop::collection::vec(inner, 1..4)).prop_map(|(mark, inner)| Span::Marked(mark, inner)),
            1 => links.prop_map(|(href, number, inner)| Span::Link(format!("{href}{number}"), inner)),
        ]
    });
    let line = prop::collection::vec(span, 1..5);
    let leaf = prop_oneof![
        4 => line.clone().prop_map(Block::Paragraph),
        2 => (1..7_u8, line.clone()).prop_map(|(level, line)| Block::Heading(level, line)),
        1 => "[!-~][ -~\n]{0,30}".prop_map(|text| Block::Code("python", text)),
        1 => Just(Block::Rule),
    ];
    let block = leaf.prop_recursive(3, 12, 3, |inner| {
        let some = || prop::collection::vec(inner.clone(), 1..3);
        let items = prop::collection::vec(some(), 1..3);
        prop_oneof![
            2 => (prop::option::of(1..12_u32), items).prop_map(|(start, items)| Block::List(start, items)),
            1 => some().prop_map(Block::Quote),
            1 => prop::collection::vec(prop::collection::vec(text(), 1..3), 1..4)
                .prop_map(|cells| Block::Table(true, cells.into_iter().map(|cell| vec![vec![Block::Paragraph(cell)]]).collect())),
        ]
    });
    prop::collection::vec(block, 1..4)
}
