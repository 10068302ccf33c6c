//! What was written stays: it is read and written again without a change, and no backslash in it is there in vain.

use pagelift_convert::{ConvertOptions, Format, NoContext, convert};
use pagelift_model::BodyKind;
use proptest::prelude::*;
use pulldown_cmark::{Event, Options, Parser, html};

use crate::bodies::{Span, Style, storage};
use crate::made::{plain_blocks, text};

fn converted(body: &str, format: Format) -> String {
    convert(body, BodyKind::Storage, &NoContext, &ConvertOptions { format, ..ConvertOptions::default() }).markdown
}

fn gfm(body: &str) -> String {
    converted(body, Format::Gfm)
}

const GFM: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_STRIKETHROUGH)
    .union(Options::ENABLE_TASKLISTS)
    .union(Options::ENABLE_FOOTNOTES);

/// The page that a parser makes of Markdown, as a body.
fn page(markdown: &str) -> String {
    let mut out = String::new();
    html::push_html(&mut out, Parser::new_ext(markdown, GFM));
    out
}

/// What a parser reads, pieces of text joined.
fn read(markdown: &str, options: Options) -> Vec<Event<'_>> {
    let mut events: Vec<Event<'_>> = Vec::new();
    for event in Parser::new_ext(markdown, options) {
        match (events.last_mut(), event) {
            (Some(Event::Text(before)), Event::Text(text)) => *before = format!("{before}{text}").into(),
            (_, event) => events.push(event),
        }
    }
    events
}

/// Characters that mean something in pairs: it takes the other of a pair for a backslash to change something.
const PAIRED: &str = "*_`";

/// Characters that parsers pair in different ways, or that are escaped before all that might follow.
const DISPUTED: &str = "~$[";

/// A backslash that changes nothing when it is gone, for paired characters together with all before that character.
fn idle_backslash(markdown: &str, options: Options) -> Option<String> {
    let whole = read(markdown, options);
    let mut escapes: Vec<usize> = Vec::new();
    for (at, _) in markdown.match_indices('\\') {
        let escapes_something = markdown[at + 1..].starts_with(|c: char| c.is_ascii_punctuation());
        // The second of two belongs to the first.
        if escapes_something && escapes.last().is_none_or(|&last| last + 1 < at) {
            escapes.push(at);
        }
    }
    let what = |at: usize| markdown.as_bytes()[at + 1];
    escapes.iter().copied().find_map(|at| {
        // Before another backslash it is a part of what that one escapes.
        if DISPUTED.as_bytes().contains(&what(at)) || (what(at) == b'\\' && escapes.contains(&(at + 2))) {
            return None;
        }
        let paired = PAIRED.as_bytes().contains(&what(at));
        let group = |other: usize| other == at || (paired && what(other) == what(at));
        let mut without = markdown.to_owned();
        escapes.iter().rev().filter(|&&other| group(other)).for_each(|&other| without.replace_range(other..=other, ""));
        (read(&without, options) == whole).then(|| format!("at {at}: {}", &markdown[at..]))
    })
}

/// Text, code, and text in marks or a link.
fn marked() -> impl Strategy<Value = Span> {
    let some = || prop::collection::vec(text(), 1..3);
    prop_oneof![
        4 => text(),
        1 => prop::sample::select(vec!["a", "b*", "`", "a`b"]).prop_map(|code| Span::Code(code.to_owned())),
        1 => (prop::sample::select(vec!["strong", "em", "strike"]), some()).prop_map(|(mark, inner)| Span::Marked(mark, inner)),
        1 => some().prop_map(|inner| Span::Link("u".to_owned(), inner)),
    ]
}

proptest! {
    #![proptest_config(crate::runs(256))]

    #[test]
    fn no_backslash_is_there_in_vain(line in prop::collection::vec(marked(), 1..5), cell in any::<bool>()) {
        let line: String = line.iter().map(|span| span.storage(Style::default())).collect();
        // An address that would end too late or too early is a link with a text of its own, and what could be a definition is never left to be one.
        prop_assume!(["www", "http", "]:"].iter().all(|piece| !line.contains(piece)));
        let body = if cell { format!("<table><tr><th>h</th></tr><tr><td>{line}</td></tr></table>") } else { format!("<p>{line}</p>") };
        for (format, options) in [(Format::Gfm, GFM), (Format::CommonMark, Options::empty())] {
            let found = converted(&body, format);
            prop_assert_eq!(idle_backslash(&found, options), None, "{}\n{}\n{}", format.name(), body, found);
        }
    }

    #[test]
    fn what_was_written_is_written_again(blocks in plain_blocks()) {
        let once = gfm(&storage(&blocks, Style::default()));
        prop_assert_eq!(gfm(&page(&once)), once);
    }
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
        "-",
        "1 2. 3",
    ] {
        let body = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        assert_eq!(gfm(&format!("<p>x {body} y</p>")), format!("x {text} y\n"));
    }
}
