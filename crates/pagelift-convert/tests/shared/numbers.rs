//! Formulas before numbers, which the parser of the tests reads and those of the formats do not.

use std::ops::Range;

use pulldown_cmark::{Event, Options, Parser};

/// The same Markdown where this parser lets no formula end before a number, as those of the formats do not.
pub fn before_numbers(markdown: &str, options: Options) -> String {
    let mut markdown = markdown.to_owned();
    let begin = |(event, at): (Event<'_>, Range<usize>), markdown: &str| {
        let number = markdown[at.end..].starts_with(|c: char| c.is_ascii_digit());
        (number && matches!(event, Event::InlineMath(_))).then_some(at.start)
    };
    while let Some(at) =
        Parser::new_ext(&markdown, options).into_offset_iter().find_map(|event| begin(event, &markdown))
    {
        markdown.insert(at, '\\');
    }
    markdown
}
