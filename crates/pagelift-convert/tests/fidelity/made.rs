//! Makes pages of every construct, with text that looks like markup.

use proptest::prelude::*;
use proptest::strategy::Union;

use crate::bodies::{Block, Span};

/// Text that a parser of Markdown, HTML or a template might take for its own.
const WORDS: &str = "word a 1. 2) # ## - + * ** _ __ ~ ~~ ` `` ``` [ ] [x] [ ]( (b) [a](b) ![ ! < > <b> </p> <div <!-- --> & &amp; &copy; \\ \
     \\* | \\| = == --- *** |--| :-: snake_case a*b 5 3 設定 (必須) 。 「 」 é 🚀 [^1] [^1]: [x]: C:\\ {{x}} {% x %} {{< x >}} \" ' x<y { } \
     [[a]] ![[a]] $ $$ $x$ $5 %% ^id #tag ::: :::note !!! ??? === +++ https://x.y/a_b_c www.x.y me@x.y import export {/* @ : ; \u{a0} \u{ad} \
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
    "<ac:structured-macro ac:name=\"mathinline\"><ac:parameter ac:name=\"body\">a_1*b</ac:parameter></ac:structured-macro>.",
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
        for row in &mut rows {
            row.resize(columns, Vec::new());
        }
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
        self::text().prop_filter(
            "no address",
            |span| !matches!(span, Span::Text(text) if text.contains("https") || text.contains("www")),
        )
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
