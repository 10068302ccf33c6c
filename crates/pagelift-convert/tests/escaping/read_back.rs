//! Random lines, read back by a parser.

use std::collections::BTreeSet;

use pagelift_convert::Format;
use proptest::prelude::*;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use crate::numbers::before_numbers;
use crate::seed::runs;
use crate::{converted, xml};

/// A character that is no space, and what it is marked with.
type Read = (char, BTreeSet<&'static str>);

/// What a `CommonMark` parser reads; HTML of ours has the marks that it stands for.
fn read(markdown: &str, format: Format) -> Vec<Read> {
    let options = if format == Format::CommonMark {
        Options::empty()
    } else {
        Options::ENABLE_TABLES
            | Options::ENABLE_STRIKETHROUGH
            | Options::ENABLE_TASKLISTS
            | Options::ENABLE_FOOTNOTES
            | Options::ENABLE_MATH
    };
    let markdown = before_numbers(markdown, options);
    let (mut out, mut marks) = (Vec::new(), Vec::new());
    for event in Parser::new_ext(&markdown, options) {
        let tag = |tag: &str| match tag.trim_matches(['<', '>', '/']) {
            "strong" => Some("strong"),
            "em" => Some("em"),
            "del" => Some("del"),
            "code" => Some("code"),
            _ => None,
        };
        match event {
            Event::Start(Tag::Strong) => marks.push("strong"),
            Event::Start(Tag::Emphasis) => marks.push("em"),
            Event::Start(Tag::Strikethrough) => marks.push("del"),
            Event::End(TagEnd::Strong | TagEnd::Emphasis | TagEnd::Strikethrough) => drop(marks.pop()),
            Event::InlineHtml(html) if html.starts_with("</") => drop(tag(&html).and_then(|_| marks.pop())),
            Event::InlineHtml(html) => marks.extend(tag(&html)),
            Event::Text(text) => out.extend(marked(&text, &marks)),
            Event::Code(code) => {
                let marks: Vec<&'static str> = marks.iter().copied().chain(["code"]).collect();
                out.extend(marked(&code, &marks));
            }
            Event::Start(Tag::Paragraph | Tag::Item | Tag::List(_) | Tag::Link { .. })
            | Event::End(_)
            | Event::SoftBreak
            | Event::HardBreak => {}
            other => out.push(('\u{fffd}', BTreeSet::from([Box::leak(format!("{other:?}").into_boxed_str()) as &str]))),
        }
    }
    out
}

fn marked(text: &str, marks: &[&'static str]) -> Vec<Read> {
    let marks: BTreeSet<&'static str> = marks.iter().copied().collect();
    text.chars().filter(|c| !c.is_whitespace()).map(|c| (c, marks.clone())).collect()
}

/// A piece of a line, and what is to be read.
#[derive(Debug, Clone, Default)]
struct Piece {
    xml: String,
    read: Vec<Read>,
}

impl Piece {
    fn text(text: &str) -> Self {
        Self { xml: xml(text), read: marked(text, &[]) }
    }

    fn all(pieces: Vec<Self>) -> Self {
        pieces.into_iter().fold(Self::default(), |mut whole, piece| {
            whole.xml.push_str(&piece.xml);
            whole.read.extend(piece.read);
            whole
        })
    }

    fn within(self, mark: &'static str) -> Self {
        let letter = || Self::text("w");
        let mut whole = Self::all(vec![letter(), self, letter()]);
        whole.xml = format!("<{mark}>{}</{mark}>", whole.xml);
        for (_, marks) in &mut whole.read {
            marks.insert(mark);
        }
        whole
    }
}

fn word() -> impl Strategy<Value = Piece> {
    let words = [
        "word",
        "a",
        "1.",
        "2)",
        "#",
        "##",
        "-",
        "+",
        "*",
        "**",
        "***",
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
        "[a](b)",
        "![",
        "!",
        "<",
        ">",
        "<b>",
        "</p>",
        "<div",
        "<!--",
        "-->",
        "&",
        "&amp;",
        "&copy;",
        "\\",
        "\\*",
        "|",
        "\\|",
        "=",
        "==",
        "===",
        "---",
        "|--|",
        ":-:",
        "$",
        "$$",
        "$x$",
        "$5",
        "https://x.y/$a",
        "snake_case",
        "a*b",
        "5 * 3",
        "設定",
        "(必須)",
        "。",
        "é",
        "🚀",
        "[^1]",
        "[^1]:",
        "[x]:",
        "C:\\",
        "{{x}}",
        "{",
        "}",
        "{{< a >}}",
        "{% b %}",
        "\"",
        "'",
        "x<y",
        "#tag",
        "#42",
        "%%",
        "[[x]]",
        "::",
        ":::note",
        ":a[b]",
        "^",
        "^^",
        "^[n]",
        "import x",
        "https://x.y/_a_",
        "https://x.y/a",
        "www.x.y",
        "TODO",
        "a==b",
        "1.5",
    ];
    let piece = |(word, space): (&str, bool)| {
        let mut piece = Piece::text(word);
        piece.xml.push_str(if space { " " } else { "" });
        piece
    };
    (prop::sample::select(words.to_vec()), any::<bool>()).prop_map(piece)
}

fn line() -> impl Strategy<Value = Piece> {
    let code = word().prop_map(|word| {
        let mut piece = Piece { xml: format!("<code>{}</code>", word.xml.trim_end()), read: word.read };
        piece.read.iter_mut().for_each(|(_, marks)| {
            marks.insert("code");
        });
        piece
    });
    let leaf = prop_oneof![
        8 => word(),
        1 => Just(Piece { xml: "<br/>".to_owned(), read: Vec::new() }),
        1 => code,
    ];
    let part = leaf.prop_recursive(2, 16, 5, |inner| {
        let mark = prop::sample::select(vec!["strong", "em", "del"]);
        (mark, prop::collection::vec(inner, 1..5)).prop_map(|(mark, pieces)| Piece::all(pieces).within(mark))
    });
    prop::collection::vec(part, 1..7).prop_map(Piece::all)
}

/// The formats that a `CommonMark` parser reads, as far as text goes. The others are held to their own parsers elsewhere.
const COMMON: &[Format] = &[
    Format::Gfm,
    Format::CommonMark,
    Format::Obsidian,
    Format::Docusaurus,
    Format::Azure,
    Format::GithubWiki,
    Format::GitlabWiki,
    Format::Hugo,
];

proptest! {
    #![proptest_config(runs(400))]

    #[test]
    fn every_character_is_read_with_its_marks(line in line(), item in any::<bool>()) {
        let body = if item { format!("<ul><li>{}</li></ul>", line.xml) } else { format!("<p>{}</p>", line.xml) };
        for &format in COMMON {
            let found = converted(&body, format);
            prop_assert_eq!(read(&found, format), line.read.clone(), "{}\n{}\n{}", format.name(), body, found);
        }
    }
}
