//! Any text is a body, and any damage to one leaves a body.

use pagelift_convert::{ConvertOptions, Format, NoContext, convert};
use pagelift_model::BodyKind;
use proptest::prelude::*;
use proptest::sample::Index;

use crate::bodies::{Style, adf, storage};
use crate::made::blocks;
use crate::reading::is_clean;

/// Converts in every format, twice; what comes out is clean and the same.
fn check(body: &str, kind: BodyKind) -> Result<(), TestCaseError> {
    for &format in Format::ALL {
        let options = ConvertOptions { format, ..ConvertOptions::default() };
        let found = convert(body, kind, &NoContext, &options);
        prop_assert_eq!(is_clean(format, &found.markdown), Ok(()), "{}: {}", format.name(), body);
        prop_assert_eq!(&convert(body, kind, &NoContext, &options), &found, "{}", format.name());
    }
    Ok(())
}

/// Cuts, insertions and removals.
fn damaged(body: &str, cuts: Vec<(Index, String, usize)>) -> String {
    let mut letters: Vec<char> = body.chars().collect();
    for (at, with, remove) in cuts {
        let at = at.index(letters.len() + 1);
        let end = (at + remove).min(letters.len());
        letters.splice(at..end, with.chars());
    }
    letters.into_iter().collect()
}

proptest! {
    #![proptest_config(crate::runs(48))]

    #[test]
    fn any_text_is_a_body(body in "\\PC*|[<>&;a-z/!\\[\\]CDATA\"'= :\\-]{0,200}") {
        check(&body, BodyKind::Storage)?;
        check(&body, BodyKind::Adf)?;
    }

    #[test]
    fn damaged_bodies_are_bodies(
        blocks in blocks(),
        cuts in prop::collection::vec((any::<Index>(), "[<>/\"&p{}\\[\\]:,]{0,2}", 0..4_usize), 1..6),
    ) {
        check(&damaged(&storage(&blocks, Style::default()), cuts.clone()), BodyKind::Storage)?;
        check(&damaged(&adf(&blocks).to_string(), cuts), BodyKind::Adf)?;
    }
}
