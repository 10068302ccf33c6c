//! Documents made at random, written in both formats: the Markdown must be the same and hold all of the text.

use pagelift_convert::{ConvertOptions, NoContext, convert};
use pagelift_model::BodyKind;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use serde_json::{Value, json};

use crate::robust::{shown, squeezed, visible};

/// The marks of both formats: the element and the mark.
const MARKS: [(&str, &str); 5] =
    [("strong", "strong"), ("em", "em"), ("s", "strike"), ("u", "underline"), ("code", "code")];
const PANELS: [(&str, &str); 4] = [("info", "info"), ("tip", "success"), ("note", "warning"), ("warning", "error")];

#[derive(Debug, Clone)]
enum Inline {
    /// Text, the marks by their bits, a link by its number.
    Text(String, u8, Option<u8>),
    Break,
    Status(String),
    Emoji,
    /// A day of July.
    Date(u8),
    /// An account nobody knows.
    Mention(u8),
    Card(u8),
    /// A name and a parameter.
    Macro(String, String),
    /// Text with a colour, or with a comment.
    Coloured(String, bool),
    Commented(String, u8),
    /// Text below or above the line.
    Script(String, bool),
    Placeholder(String),
}

#[derive(Debug, Clone)]
enum Block {
    Paragraph(Vec<Inline>),
    Heading(u8, Vec<Inline>),
    List(Option<u8>, Vec<Vec<Block>>),
    Tasks(Vec<(bool, Vec<Inline>)>),
    Quote(Vec<Block>),
    Panel(usize, Vec<Block>),
    Expand(String, Vec<Block>),
    Code(String),
    Rule,
    Table(Vec<Vec<(bool, Vec<Block>)>>),
    /// Columns.
    Layout(Vec<Vec<Block>>),
    Decisions(Vec<(bool, Vec<Inline>)>),
    Picture(u8, String),
    /// A macro with or without a body.
    Macro(String, Option<Vec<Block>>),
    Purple(Vec<Block>),
    Card(u8),
}

fn words() -> impl Strategy<Value = String> {
    "[a-zé設 *_~`#<>&|\\[\\]().0-9\\\\-]{1,12}"
}

/// The name of a macro that is not known.
fn name() -> impl Strategy<Value = String> {
    "[a-z]{3,6}-box"
}

fn line() -> impl Strategy<Value = Vec<Inline>> {
    let text = (words(), 0..32_u8, proptest::option::weighted(0.2, 0..3_u8));
    prop::collection::vec(
        prop_oneof![
            8 => text.prop_map(|(text, marks, link)| Inline::Text(text, marks, link)),
            1 => Just(Inline::Break),
            1 => "[A-Z ]{1,6}".prop_map(Inline::Status),
            1 => Just(Inline::Emoji),
            1 => (1..29_u8).prop_map(Inline::Date),
            1 => (0..4_u8).prop_map(Inline::Mention),
            1 => (0..3_u8).prop_map(Inline::Card),
            1 => (name(), words()).prop_map(|(name, value)| Inline::Macro(name, value)),
            1 => (words(), any::<bool>()).prop_map(|(text, back)| Inline::Coloured(text, back)),
            1 => (words(), 0..3_u8).prop_map(|(text, comment)| Inline::Commented(text, comment)),
            1 => (words(), any::<bool>()).prop_map(|(text, below)| Inline::Script(text, below)),
            1 => words().prop_map(Inline::Placeholder),
        ],
        0..6,
    )
}

fn block() -> impl Strategy<Value = Block> {
    let leaf = prop_oneof![
        6 => line().prop_map(Block::Paragraph),
        1 => (1..7_u8, line()).prop_map(|(level, line)| Block::Heading(level, line)),
        1 => "[a-z`\n \t<&*]{1,20}".prop_map(Block::Code),
        1 => Just(Block::Rule),
        1 => prop::collection::vec((any::<bool>(), line()), 1..4).prop_map(Block::Tasks),
        1 => prop::collection::vec((any::<bool>(), line()), 1..4).prop_map(Block::Decisions),
        1 => (0..3_u8, words()).prop_map(|(picture, alt)| Block::Picture(picture, alt)),
        1 => name().prop_map(|name| Block::Macro(name, None)),
        1 => (0..3_u8).prop_map(Block::Card),
    ];
    leaf.prop_recursive(3, 40, 4, |inner| {
        let blocks = prop::collection::vec(inner, 1..4);
        let row = prop::collection::vec((any::<bool>(), blocks.clone()), 2..=2);
        prop_oneof![
            (proptest::option::of(0..20_u8), prop::collection::vec(blocks.clone(), 1..4))
                .prop_map(|(start, items)| Block::List(start, items)),
            blocks.clone().prop_map(Block::Quote),
            (0..4_usize, blocks.clone()).prop_map(|(kind, body)| Block::Panel(kind, body)),
            (words(), blocks.clone()).prop_map(|(title, body)| Block::Expand(title, body)),
            prop::collection::vec(row, 1..4).prop_map(Block::Table),
            prop::collection::vec(blocks.clone(), 1..4).prop_map(Block::Layout),
            (name(), blocks.clone()).prop_map(|(name, body)| Block::Macro(name, Some(body))),
            blocks.prop_map(Block::Purple),
        ]
    })
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn storage_line(content: &[Inline]) -> String {
    let mut out = String::new();
    let mut open: Option<u8> = None;
    for inline in content {
        let link = if let Inline::Text(_, _, link) = inline { *link } else { None };
        if link != open {
            out.push_str(if open.is_some() { "</a>" } else { "" });
            out.push_str(&link.map_or(String::new(), |link| format!("<a href=\"https://example.com/{link}\">")));
            open = link;
        }
        match inline {
            Inline::Text(text, bits, _) => {
                let marks = MARKS.iter().enumerate().filter(|(i, _)| bits & (1 << i) != 0).map(|(_, (name, _))| name);
                let marks: Vec<&&str> = marks.collect();
                out.extend(marks.iter().map(|name| format!("<{name}>")));
                out.push_str(&escaped(text));
                out.extend(marks.iter().rev().map(|name| format!("</{name}>")));
            }
            Inline::Break => out.push_str("<br/>"),
            Inline::Status(title) => out.push_str(&macro_("status", &[("title", title)], "")),
            Inline::Emoji => out.push_str("<ac:emoticon ac:emoji-fallback=\"🚀\" />"),
            Inline::Date(day) => out.extend([format!("<time datetime=\"2026-07-{day:02}\" />")]),
            Inline::Mention(who) => {
                out.extend([format!("<ac:link><ri:user ri:account-id=\"{who}:x\" /></ac:link>")]);
            }
            Inline::Card(card) => out.push_str(&storage_card(*card, "inline")),
            Inline::Macro(name, value) => out.push_str(&macro_(name, &[("value", value)], "")),
            Inline::Coloured(text, back) => {
                let property = if *back { "background-color" } else { "color" };
                out.extend([format!("<span style=\"{property}: red\">{}</span>", escaped(text))]);
            }
            Inline::Commented(text, comment) => out.extend([format!(
                "<ac:inline-comment-marker ac:ref=\"{comment}\">{}</ac:inline-comment-marker>",
                escaped(text)
            )]),
            Inline::Script(text, below) => {
                let name = if *below { "sub" } else { "sup" };
                out.extend([format!("<{name}>{}</{name}>", escaped(text))]);
            }
            Inline::Placeholder(text) => {
                out.extend([format!("<ac:placeholder>{}</ac:placeholder>", escaped(text))]);
            }
        }
    }
    out.push_str(if open.is_some() { "</a>" } else { "" });
    out
}

fn storage_card(card: u8, appearance: &str) -> String {
    let url = format!("https://example.com/card/{card}");
    format!("<a data-card-appearance=\"{appearance}\" href=\"{url}\">{url}</a>")
}

fn macro_(name: &str, parameters: &[(&str, &str)], body: &str) -> String {
    let parameter =
        |(name, value): &(&str, &str)| format!("<ac:parameter ac:name=\"{name}\">{}</ac:parameter>", escaped(value));
    let parameters: String = parameters.iter().map(parameter).collect();
    format!("<ac:structured-macro ac:name=\"{name}\">{parameters}{body}</ac:structured-macro>")
}

fn rich(blocks: &[Block]) -> String {
    format!("<ac:rich-text-body>{}</ac:rich-text-body>", storage(blocks))
}

fn storage(blocks: &[Block]) -> String {
    blocks.iter().map(storage_block).collect()
}

fn storage_block(block: &Block) -> String {
    match block {
        Block::Paragraph(line) => format!("<p>{}</p>", storage_line(line)),
        Block::Heading(level, line) => format!("<h{level}>{}</h{level}>", storage_line(line)),
        Block::List(start, items) => {
            let items = items.iter().flat_map(|item| ["<li>".to_owned(), storage(item), "</li>".to_owned()]);
            let items: String = items.collect();
            match start {
                Some(start) => format!("<ol start=\"{start}\">{items}</ol>"),
                None => format!("<ul>{items}</ul>"),
            }
        }
        Block::Tasks(tasks) => {
            let task = |(done, line): &(bool, Vec<Inline>)| {
                let state = if *done { "complete" } else { "incomplete" };
                let line = storage_line(line);
                format!(
                    "<ac:task><ac:task-status>{state}</ac:task-status><ac:task-body>{line}</ac:task-body></ac:task>"
                )
            };
            format!("<ac:task-list>{}</ac:task-list>", tasks.iter().map(task).collect::<String>())
        }
        Block::Quote(body) => format!("<blockquote>{}</blockquote>", storage(body)),
        Block::Panel(kind, body) => macro_(PANELS[*kind].0, &[], &rich(body)),
        Block::Expand(title, body) => macro_("expand", &[("title", title)], &rich(body)),
        Block::Code(code) => {
            let first = if code.starts_with('\n') { "\n" } else { "" };
            let body = format!("<ac:plain-text-body><![CDATA[{first}{code}]]></ac:plain-text-body>");
            macro_("code", &[], &body)
        }
        Block::Rule => "<hr/>".to_owned(),
        Block::Table(rows) => {
            let cell = |(head, body): &(bool, Vec<Block>)| {
                let name = if *head { "th" } else { "td" };
                format!("<{name}>{}</{name}>", storage(body))
            };
            let row = |row: &Vec<_>| format!("<tr>{}</tr>", row.iter().map(cell).collect::<String>());
            format!("<table><tbody>{}</tbody></table>", rows.iter().map(row).collect::<String>())
        }
        Block::Layout(columns) => {
            let cell = |body: &Vec<Block>| format!("<ac:layout-cell>{}</ac:layout-cell>", storage(body));
            let cells: String = columns.iter().map(cell).collect();
            format!("<ac:layout-section ac:type=\"two_equal\">{cells}</ac:layout-section>")
        }
        Block::Decisions(items) => {
            let item = |(decided, line): &(bool, Vec<Inline>)| {
                let state = if *decided { "DECIDED" } else { "UNDECIDED" };
                format!(
                    "<ac:adf-node type=\"decision-item\"><ac:adf-attribute key=\"state\">{state}</ac:adf-attribute>\
                     <ac:adf-content>{}</ac:adf-content></ac:adf-node>",
                    storage_line(line)
                )
            };
            let items: String = items.iter().map(item).collect();
            format!("<ac:adf-extension><ac:adf-node type=\"decision-list\">{items}</ac:adf-node></ac:adf-extension>")
        }
        Block::Picture(picture, alt) => format!(
            "<ac:image ac:layout=\"center\" ac:alt=\"{}\"><ri:url ri:value=\"https://example.com/{picture}.png\" /></ac:image>",
            escaped(alt)
        ),
        Block::Macro(name, None) => macro_(name, &[("view", "wide")], ""),
        Block::Macro(name, Some(body)) => macro_(name, &[("view", "wide")], &rich(body)),
        Block::Purple(body) => format!(
            "<ac:adf-extension><ac:adf-node type=\"panel\"><ac:adf-attribute key=\"panel-type\">note</ac:adf-attribute>\
             <ac:adf-content>{0}</ac:adf-content></ac:adf-node><ac:adf-fallback><div>{0}</div></ac:adf-fallback>\
             </ac:adf-extension>",
            storage(body)
        ),
        Block::Card(card) => storage_card(*card, "block"),
    }
}

fn adf_line(content: &[Inline]) -> Vec<Value> {
    let inline = |inline: &Inline| match inline {
        Inline::Text(text, bits, link) => {
            // Another order than in storage format: it must not matter.
            let marks = MARKS.iter().enumerate().rev().filter(|(i, _)| bits & (1 << i) != 0);
            let mut marks: Vec<Value> = marks.map(|(_, (_, name))| json!({"type": name})).collect();
            marks.extend(
                link.map(|link| json!({"type": "link", "attrs": {"href": format!("https://example.com/{link}")}})),
            );
            json!({"type": "text", "text": text, "marks": marks})
        }
        Inline::Break => json!({"type": "hardBreak"}),
        Inline::Status(title) => json!({"type": "status", "attrs": {"text": title}}),
        Inline::Emoji => json!({"type": "emoji", "attrs": {"text": "🚀"}}),
        Inline::Date(day) => {
            let first: i64 = 1_782_864_000_000;
            json!({"type": "date", "attrs": {"timestamp": (first + i64::from(day - 1) * 86_400_000).to_string()}})
        }
        Inline::Mention(who) => json!({"type": "mention", "attrs": {"id": format!("{who}:x")}}),
        Inline::Card(card) => {
            json!({"type": "inlineCard", "attrs": {"url": format!("https://example.com/card/{card}")}})
        }
        Inline::Macro(name, value) => crate::extension("inlineExtension", name, &json!({"value": {"value": value}})),
        Inline::Coloured(text, back) => {
            let kind = if *back { "backgroundColor" } else { "textColor" };
            json!({"type": "text", "text": text, "marks": [{"type": kind, "attrs": {"color": "red"}}]})
        }
        Inline::Commented(text, comment) => {
            json!({"type": "text", "text": text, "marks": [{"type": "annotation", "attrs": {"id": comment.to_string()}}]})
        }
        Inline::Script(text, below) => {
            let kind = if *below { "sub" } else { "sup" };
            json!({"type": "text", "text": text, "marks": [{"type": "subsup", "attrs": {"type": kind}}]})
        }
        Inline::Placeholder(text) => json!({"type": "placeholder", "attrs": {"text": text}}),
    };
    content.iter().map(inline).collect()
}

fn adf(blocks: &[Block]) -> Vec<Value> {
    blocks.iter().map(adf_block).collect()
}

fn adf_block(block: &Block) -> Value {
    match block {
        Block::Paragraph(line) => json!({"type": "paragraph", "content": adf_line(line)}),
        Block::Heading(level, line) => {
            json!({"type": "heading", "attrs": {"level": level}, "content": adf_line(line)})
        }
        Block::List(start, items) => {
            let items: Vec<Value> =
                items.iter().map(|item| json!({"type": "listItem", "content": adf(item)})).collect();
            match start {
                Some(start) => json!({"type": "orderedList", "attrs": {"order": start}, "content": items}),
                None => json!({"type": "bulletList", "content": items}),
            }
        }
        Block::Tasks(tasks) => {
            let task = |(done, line): &(bool, Vec<Inline>)| {
                let state = if *done { "DONE" } else { "TODO" };
                json!({"type": "taskItem", "attrs": {"state": state}, "content": adf_line(line)})
            };
            json!({"type": "taskList", "content": tasks.iter().map(task).collect::<Vec<_>>()})
        }
        Block::Quote(body) => json!({"type": "blockquote", "content": adf(body)}),
        Block::Panel(kind, body) => {
            json!({"type": "panel", "attrs": {"panelType": PANELS[*kind].1}, "content": adf(body)})
        }
        Block::Expand(title, body) => json!({"type": "expand", "attrs": {"title": title}, "content": adf(body)}),
        Block::Code(code) => json!({"type": "codeBlock", "content": [{"type": "text", "text": code}]}),
        Block::Rule => json!({"type": "rule"}),
        Block::Table(rows) => {
            let cell = |(head, body): &(bool, Vec<Block>)| json!({"type": if *head { "tableHeader" } else { "tableCell" }, "content": adf(body)});
            let row = |row: &Vec<_>| json!({"type": "tableRow", "content": row.iter().map(cell).collect::<Vec<_>>()});
            json!({"type": "table", "content": rows.iter().map(row).collect::<Vec<_>>()})
        }
        Block::Layout(columns) => {
            let cell =
                |body: &Vec<Block>| json!({"type": "layoutColumn", "attrs": {"width": 50}, "content": adf(body)});
            json!({"type": "layoutSection", "content": columns.iter().map(cell).collect::<Vec<_>>()})
        }
        Block::Decisions(items) => {
            let item = |(decided, line): &(bool, Vec<Inline>)| {
                let state = if *decided { "DECIDED" } else { "UNDECIDED" };
                json!({"type": "decisionItem", "attrs": {"state": state}, "content": adf_line(line)})
            };
            json!({"type": "decisionList", "content": items.iter().map(item).collect::<Vec<_>>()})
        }
        Block::Picture(picture, alt) => json!({"type": "mediaSingle", "content": [
            {"type": "media", "attrs": {"type": "external", "url": format!("https://example.com/{picture}.png"), "alt": alt}},
        ]}),
        Block::Macro(name, None) => crate::extension("extension", name, &json!({"view": {"value": "wide"}})),
        Block::Macro(name, Some(body)) => {
            let mut node = crate::extension("bodiedExtension", name, &json!({"view": {"value": "wide"}}));
            node["content"] = json!(adf(body));
            node
        }
        Block::Purple(body) => json!({"type": "panel", "attrs": {"panelType": "note"}, "content": adf(body)}),
        Block::Card(card) => json!({"type": "blockCard", "attrs": {"url": format!("https://example.com/card/{card}")}}),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, rng_seed: RngSeed::Fixed(7), ..ProptestConfig::default() })]

    #[test]
    fn both_formats_give_the_same(blocks in prop::collection::vec(block(), 1..5)) {
        let body = json!({"type": "doc", "content": adf(&blocks)});
        let options = ConvertOptions::default();
        let from_adf = convert(&body.to_string(), BodyKind::Adf, &NoContext, &options);
        let from_storage = convert(&storage(&blocks), BodyKind::Storage, &NoContext, &options);
        prop_assert_eq!(&from_adf.markdown, &from_storage.markdown);
        prop_assert_eq!(&from_adf.headings, &from_storage.headings);
        prop_assert_eq!(&from_adf.comment_marks, &from_storage.comment_marks);
        let codes = |found: &pagelift_convert::Document| found.warnings.iter().map(|w| w.code).collect::<Vec<_>>();
        prop_assert_eq!(codes(&from_adf), codes(&from_storage));
        let mut words = Vec::new();
        visible(&body, &mut words);
        let seen = squeezed(&shown(&from_adf.markdown));
        let mut seen = seen.chars();
        for c in squeezed(&words.concat()).chars() {
            prop_assert!(seen.any(|next| next == c), "{:?} is lost\n{}", c, from_adf.markdown);
        }
    }
}
