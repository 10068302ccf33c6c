//! Nothing is lost on the way: what a Markdown parser reads is what the body says.

use std::fmt::Write as _;
use std::path::Path;

use pagelift_convert::{ConvertOptions, NoContext, convert};
use pagelift_model::BodyKind;
use proptest::prelude::*;
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};
use quick_xml::events::Event as Xml;

fn markdown(body: &str) -> String {
    convert(body, BodyKind::Storage, &NoContext, &ConvertOptions::default()).markdown
}

/// What a body says, or what is read from the Markdown.
#[derive(Debug, Default, Clone, PartialEq)]
struct Said {
    text: String,
    headings: Vec<usize>,
    items: usize,
    /// Rows and columns.
    tables: Vec<(usize, usize)>,
    code: Vec<(String, String)>,
    links: Vec<String>,
    pictures: usize,
}

impl Said {
    /// White space and the labels of callouts are no text of the author.
    fn words(&self) -> String {
        let words: String = self.text.chars().filter(|c| !c.is_whitespace()).collect();
        words.replace("[!NOTE]", "").replace("Info", "")
    }
}

fn read(markdown: &str) -> Said {
    let options =
        Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS | Options::ENABLE_FOOTNOTES;
    let mut said = Said::default();
    let mut block: Option<(String, String)> = None;
    for event in Parser::new_ext(markdown, options) {
        match event {
            Event::Start(Tag::Heading { level, .. }) => said.headings.push(level as usize),
            Event::Start(Tag::Item) => said.items += 1,
            Event::Start(Tag::Table(columns)) => said.tables.push((0, columns.len())),
            Event::Start(Tag::TableHead | Tag::TableRow) => {
                if let Some((rows, _)) = said.tables.last_mut() {
                    *rows += 1;
                }
            }
            Event::Start(Tag::Link { dest_url, .. }) => said.links.push(dest_url.into_string()),
            Event::Start(Tag::Image { .. }) => said.pictures += 1,
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(language))) => {
                block = Some((language.into_string(), String::new()));
            }
            Event::End(TagEnd::CodeBlock) => said.code.extend(block.take()),
            Event::Text(text) | Event::Code(text) => {
                if let Some((_, code)) = &mut block {
                    code.push_str(&text);
                }
                said.text.push_str(&text);
            }
            _ => {}
        }
    }
    said
}

/// A piece of a body with what it says.
#[derive(Debug, Clone, Default)]
struct Piece {
    xml: String,
    said: Said,
}

impl Piece {
    fn add(&mut self, other: &Self) {
        self.xml.push_str(&other.xml);
        let said = &other.said;
        self.said.text.push_str(&said.text);
        self.said.headings.extend(&said.headings);
        self.said.items += said.items;
        self.said.tables.extend(&said.tables);
        self.said.code.extend(said.code.iter().cloned());
        self.said.links.extend(said.links.iter().cloned());
        self.said.pictures += said.pictures;
    }

    fn all(pieces: &[Self]) -> Self {
        let mut whole = Self::default();
        for piece in pieces {
            whole.add(piece);
        }
        whole
    }

    fn within(mut self, before: &str, after: &str) -> Self {
        self.xml = format!("{before}{}{after}", self.xml);
        self
    }

    fn text(text: &str) -> Self {
        let said = Said { text: text.to_owned(), ..Said::default() };
        Self { xml: text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;"), said }
    }
}

fn word() -> impl Strategy<Value = Piece> {
    let words = prop::sample::select(vec![
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
        "---",
        "***",
        "|--|",
        ":-:",
        "$",
        "$x$",
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
        "\"",
        "'",
        "x<y",
    ]);
    (words, prop::bool::ANY).prop_map(|(word, space)| {
        let mut piece = Piece::text(word);
        piece.xml.push_str(if space { " " } else { "" });
        piece
    })
}

fn inline() -> impl Strategy<Value = Piece> {
    let leaf = prop_oneof![
        8 => word(),
        1 => Just(Piece { xml: "<br/>".to_owned(), said: Said::default() }),
        1 => word().prop_map(|piece| piece.within("<code>", "</code>")),
        1 => Just(Piece {
            xml: r#"<ac:image><ri:attachment ri:filename="p q.png"/></ac:image>"#.to_owned(),
            said: Said { pictures: 1, text: "pq".to_owned(), ..Said::default() },
        }),
    ];
    leaf.prop_recursive(3, 24, 6, |inner| {
        let marks = prop::sample::select(vec!["strong", "em", "del", "u", "sub"]);
        (marks, prop::collection::vec(inner, 1..6)).prop_map(|(mark, pieces)| {
            Piece::all(&pieces).within(&format!("<{mark}>w"), &format!("w</{mark}>")).marked("w")
        })
    })
}

impl Piece {
    /// A letter at both ends, so that no mark is around nothing.
    fn marked(mut self, letter: &str) -> Self {
        self.said.text = format!("{letter}{}{letter}", self.said.text);
        self
    }
}

fn line() -> impl Strategy<Value = Piece> {
    prop::collection::vec(inline(), 1..8).prop_map(|pieces| Piece::all(&pieces))
}

fn link() -> impl Strategy<Value = Piece> {
    prop::collection::vec(word(), 1..4).prop_map(|words| {
        let mut piece = Piece::all(&words).within("<a href=\"https://x.y/z\">w", "w</a>").marked("w");
        piece.said.links.push("https://x.y/z".to_owned());
        piece
    })
}

fn code() -> impl Strategy<Value = Piece> {
    (prop::sample::select(vec!["", "python", "c#"]), "c[ -~\n]{0,40}").prop_map(|(language, code)| {
        let info = if language == "c#" { "csharp" } else { language };
        let content = if code.ends_with('\n') { code.clone() } else { format!("{code}\n") };
        let split = code.replace("]]>", "]]]]><![CDATA[>");
        Piece {
            xml: format!(
                "<ac:structured-macro ac:name=\"code\"><ac:parameter ac:name=\"language\">{language}</ac:parameter>\
                 <ac:plain-text-body><![CDATA[{split}]]></ac:plain-text-body></ac:structured-macro>"
            ),
            said: Said { text: content.clone(), code: vec![(info.to_owned(), content)], ..Said::default() },
        }
    })
}

fn table() -> impl Strategy<Value = Piece> {
    (1..4_usize, 1..4_usize, prop::collection::vec(line(), 9)).prop_map(|(rows, columns, lines)| {
        let mut whole = Piece::default();
        whole.xml.push_str("<table>");
        for row in 0..rows {
            whole.xml.push_str("<tr>");
            let tag = if row == 0 { "th" } else { "td" };
            for cell in lines.iter().cycle().skip(row * columns).take(columns) {
                whole.add(&cell.clone().within(&format!("<{tag}>c"), &format!("</{tag}>")).lettered("c"));
            }
            whole.xml.push_str("</tr>");
        }
        whole.xml.push_str("</table>");
        whole.said.tables.push((rows, columns));
        whole
    })
}

impl Piece {
    fn lettered(mut self, letter: &str) -> Self {
        self.said.text.insert_str(0, letter);
        self
    }
}

fn block() -> impl Strategy<Value = Piece> {
    let heading = (1..7_usize, line()).prop_map(|(level, line)| {
        let mut piece = line.within(&format!("<h{level}>h"), &format!("</h{level}>")).lettered("h");
        piece.said.headings.push(level);
        piece
    });
    let leaf = prop_oneof![
        4 => line().prop_map(|line| line.within("<p>", "</p>")),
        1 => link().prop_map(|link| link.within("<p>", "</p>")),
        2 => heading,
        1 => code(),
        1 => table(),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        let item = prop::collection::vec(inner.clone(), 1..3).prop_map(|blocks| {
            let mut piece = Piece::all(&blocks).within("<li><p>i</p>", "</li>").lettered("i");
            piece.said.items += 1;
            piece
        });
        let list = (prop::sample::select(vec!["ul", "ol"]), prop::collection::vec(item, 1..4));
        let frames = prop::sample::select(vec!["info", "expand", "panel"]);
        prop_oneof![
            2 => list.prop_map(|(tag, items)| Piece::all(&items).within(&format!("<{tag}>"), &format!("</{tag}>"))),
            1 => inner.clone().prop_map(|piece| piece.within("<blockquote>", "</blockquote>")),
            1 => (frames, prop::collection::vec(inner, 1..3)).prop_map(|(name, blocks)| {
                let open = format!("<ac:structured-macro ac:name=\"{name}\"><ac:rich-text-body>");
                Piece::all(&blocks).within(&open, "</ac:rich-text-body></ac:structured-macro>")
            }),
        ]
    })
}

/// The alternative texts of pictures are read as text.
fn same_words(found: &Said, wanted: &Said) -> Result<(), TestCaseError> {
    prop_assert_eq!(found.words(), wanted.words());
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_a_line_says_is_read_again(line in line()) {
        same_words(&read(&markdown(&format!("<p>{}</p>", line.xml))), &line.said)?;
    }

    #[test]
    fn what_blocks_say_is_read_again(blocks in prop::collection::vec(block(), 1..4)) {
        let whole = Piece::all(&blocks);
        let found = read(&markdown(&whole.xml));
        same_words(&found, &whole.said)?;
        prop_assert_eq!(found.headings, whole.said.headings);
        prop_assert_eq!(found.items, whole.said.items);
        prop_assert_eq!(found.tables, whole.said.tables);
        prop_assert_eq!(found.code, whole.said.code);
        prop_assert_eq!(found.links.len(), whole.said.links.len());
        prop_assert_eq!(found.pictures, whole.said.pictures);
    }

    #[test]
    fn any_text_is_a_body(body in "\\PC*|[<>&;a-z/!\\[\\]CDATA\"'= :\\-]{0,200}") {
        prop_assert_eq!(is_clean(&markdown(&body)), Ok(()));
    }

    #[test]
    fn damaged_bodies_are_bodies(
        blocks in prop::collection::vec(block(), 1..3),
        cuts in prop::collection::vec((any::<prop::sample::Index>(), "[<>/\"&p]{0,2}", 0..4_usize), 1..6),
    ) {
        let mut body: Vec<char> = Piece::all(&blocks).xml.chars().collect();
        for (at, with, remove) in cuts {
            let at = at.index(body.len() + 1);
            let end = (at + remove).min(body.len());
            body.splice(at..end, with.chars());
        }
        let body: String = body.into_iter().collect();
        let found = markdown(&body);
        prop_assert_eq!(is_clean(&found), Ok(()));
        prop_assert_eq!(&markdown(&body), &found);
    }
}

/// Nothing of Confluence's own markup, no trailing space and no gap outside code.
fn is_clean(markdown: &str) -> Result<(), String> {
    if markdown.contains('\r') || (!markdown.is_empty() && !markdown.ends_with('\n')) {
        return Err(format!("line ends: {markdown:?}"));
    }
    let mut prose = String::new();
    let mut code = 0;
    for (event, range) in Parser::new_ext(markdown, Options::ENABLE_TABLES).into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(_)) => code += 1,
            Event::End(TagEnd::CodeBlock) => code -= 1,
            Event::Html(html) | Event::InlineHtml(html) if code == 0 => prose.push_str(&html),
            Event::Text(_) if code == 0 && markdown[range.clone()].ends_with(" \n") => {
                return Err(format!("trailing space: {markdown:?}"));
            }
            _ => {}
        }
    }
    let leaked = ["<ac:", "<ri:", "<at:", "<![CDATA["].iter().find(|mark| prose.contains(*mark));
    leaked.map_or(Ok(()), |mark| Err(format!("{mark} in {markdown:?}")))
}

#[test]
fn plain_prose_has_no_backslashes() {
    for text in [
        "snake_case_name and in__it files",
        "2 * 3 * 4",
        "C:\\Users\\me",
        "AT&T & co",
        "[draft] [1] a[i][j]",
        "x < 5 > 3",
        "#42 C#",
        "a|b",
        "1.5 GB",
        "~5 items",
        "Hello! (see [1])",
        "100% + 5 - 3 = 102",
        "f(x) = y[0]",
        "don't \"quote\"",
        "2021-07-01",
        "a -> b <- c",
        "50 $ or 60 $",
        "what? yes!",
        "key: value",
        "a/b\\c",
        "e-mail me@x.org",
        "(c) {x}",
        "https://x.y/a_b?c=d&e=f#g",
        "*note",
        "note*",
        "a_b*c~d",
        "`tick",
        "i < j && k",
        "- ",
        "1 2. 3",
    ] {
        let text = text.trim();
        let body = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        let found = markdown(&format!("<p>x {body} y</p>"));
        assert_eq!(found, format!("x {text} y\n"));
    }
}

#[test]
fn megabytes_are_no_trouble() {
    let text = "some words and *stars* _lines_ `ticks` [brackets](x) &lt;tags&gt; ".repeat(20_000);
    let rows = "<tr><td>a|b</td><td><p>c</p><p>d</p></td></tr>".repeat(20_000);
    let mut anchors = String::new();
    for i in 0..5_000 {
        let _ = write!(anchors, "<h2>Head {i}</h2><p><ac:link ac:anchor=\"Head {i}\"/></p>");
    }
    for body in [format!("<p>{text}</p>"), format!("<table>{rows}</table>"), anchors, "<p>*a **b</p>".repeat(50_000)] {
        assert!(markdown(&body).len() > body.len() / 8);
    }
}

fn bodies(folder: &Path, found: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            bodies(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "xml") {
            found.push(path);
        }
    }
}

/// The words a body shows, read without any of the converter: no parameters, no ids and states of tasks.
fn shown_words(body: &str) -> Vec<String> {
    let hidden =
        ["ac:parameter", "ac:task-id", "ac:task-uuid", "ac:task-status", "ac:adf-attribute", "ac:adf-fallback"];
    let mut reader = quick_xml::Reader::from_str(body);
    reader.config_mut().check_end_names = false;
    reader.config_mut().allow_unmatched_ends = true;
    let (mut text, mut depth) = (String::new(), 0);
    loop {
        match reader.read_event() {
            Ok(Xml::Eof) | Err(_) => break,
            Ok(Xml::Start(tag)) => {
                depth += usize::from(depth > 0 || hidden.contains(&tag.name().as_ref()));
                text.push(' ');
            }
            Ok(Xml::End(_)) => {
                depth -= usize::from(depth > 0);
                text.push(' ');
            }
            Ok(Xml::Text(part)) if depth == 0 => text.push_str(&part),
            Ok(Xml::CData(part)) if depth == 0 => text.push_str(&part),
            Ok(_) => text.push(' '),
        }
    }
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

#[test]
fn every_word_of_the_corpus_is_there_in_order() {
    let mut files = Vec::new();
    bodies(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus"), &mut files);
    if files.is_empty() {
        println!("skipped: no corpus");
    }
    for file in files {
        let Ok(bytes) = std::fs::read(&file) else { continue };
        let body = String::from_utf8_lossy(&bytes);
        let found = markdown(&body);
        let mut rest = found.as_str();
        for word in shown_words(&body) {
            let Some(at) = rest.find(&word) else { panic!("`{word}` is not in order in {}\n{found}", file.display()) };
            rest = &rest[at + word.len()..];
        }
        assert_eq!(is_clean(&found), Ok(()), "{}", file.display());
    }
}
