//! What holds for every body. The fuzz targets make the bodies.
//!
//! What a body says and what its Markdown says is read by the modules of the tests, which share nothing with the converter.

// Written for tests, where a broken expectation may end the process: so may it here.
#[path = "../../tests/fidelity/compare.rs"]
mod compare;
pub mod document;
#[path = "../../tests/fidelity/markdown.rs"]
mod markdown;
pub mod pieces;
#[path = "../../tests/fidelity/reading.rs"]
mod reading;
#[path = "../../tests/fidelity/said.rs"]
mod said;
#[path = "../../tests/fidelity/storage.rs"]
mod storage;

use pagelift_convert::{ConvertOptions, Format, NoContext, convert};
use pagelift_model::BodyKind;

use crate::said::Said;

/// The format that a body is converted to: another for each length, so that all are met and a finding is found again.
pub fn format_for(body: &str) -> Format {
    Format::ALL[body.len() % Format::ALL.len()]
}

/// Converts a body: in proportion, and always to the same.
fn converted(body: &str, kind: BodyKind, format: Format) -> String {
    let options = ConvertOptions { format, ..ConvertOptions::default() };
    let found = convert(body, kind, &NoContext, &options);
    assert!(
        found.markdown.len() <= 256 * body.len() + (1 << 20),
        "{} bytes became {}",
        body.len(),
        found.markdown.len()
    );
    if is_chosen(body) {
        assert_eq!(convert(body, kind, &NoContext, &options), found, "twice the same body, two results");
    }
    found.markdown
}

/// Converts a body and checks what comes out, apart from its text.
pub fn checked(body: &str, kind: BodyKind, format: Format) -> String {
    let found = converted(body, kind, format);
    // The source of a formula may hold what another parser takes for a tag.
    let plain = body.replace(char::is_control, "");
    let formula = ["math", "tex"].iter().any(|name| plain.contains(name));
    if let Err(error) = reading::is_clean(format, &found)
        && !formula
    {
        panic!("as {}: {error}", format.name());
    }
    found
}

/// One body in some, always the same ones: what all of them have in common, such as the order of a map, these have too.
fn is_chosen(body: &str) -> bool {
    body.bytes().fold(0_u8, u8::wrapping_add).is_multiple_of(16)
}

/// A body of any text at all, in storage format.
pub fn storage(body: &str) {
    checked(body, BodyKind::Storage, format_for(body));
}

/// Any text at all as Atlassian Document Format. Every text node of what is valid has to be shown.
pub fn adf(body: &str) {
    let format = format_for(body);
    checked(body, BodyKind::Adf, format);
    let Ok(value) = serde_json::from_str::<serde_json::Value>(body) else { return };
    if value["type"] != "doc" {
        return;
    }
    // Written again, for which of two members of one name counts is nobody's business.
    let found = checked(&value.to_string(), BodyKind::Adf, format);
    let read = Said::of(&markdown::read(format, &reading::plain(format, &found)));
    let shown: String = read.tokens.concat();
    let mut from = 0;
    for text in document::texts(&value) {
        for word in text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| word.len() > 2) {
            let at = shown[from..].find(word);
            let Some(at) = at else { panic!("as {}: `{word}` is lost\n{found}", format.name()) };
            from += at + word.len();
        }
    }
}

/// A document that both body formats can say: it is read again whole, and both give the same.
pub fn written(document: &document::Document) {
    let format = format_for(&document.storage(true));
    let exact = reading::has_exact_text(format);
    let storage = document.storage(exact);
    let found = converted(&storage, BodyKind::Storage, format);
    // Other parsers than this one's kind read what is nested in their own ways.
    let read = if exact {
        let root = storage::elements(&storage).expect("the document is written as XML");
        let mut words = String::new();
        root.beside(&mut words);
        reading::agrees(format, Said::of(&root.part()), &found, &words)
    } else {
        reading::is_clean(format, &found)
    };
    if let Err(error) = read {
        panic!("as {}: {error}\n{storage}\n{found}", format.name());
    }
    let adf = serde_json::to_string(&document.adf(exact)).expect("a value is JSON");
    assert_eq!(converted(&adf, BodyKind::Adf, format), found, "as {}\n{storage}\n{adf}", format.name());
}

/// A body that is broken or odd: its words are all there.
pub fn changed(changed: &pieces::Changed) {
    let format = format_for(&changed.body);
    let found = checked(&changed.body, BodyKind::Storage, format);
    let shown: String = Said::of(&markdown::read(format, &reading::plain(format, &found))).tokens.concat();
    if let Some(word) = changed.words.iter().find(|word| !shown.contains(word.as_str())) {
        panic!("as {}: `{word}` is lost\n{}\n{found}", format.name(), changed.body);
    }
}
