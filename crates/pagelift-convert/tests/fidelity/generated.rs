//! Made-up pages: each is read again whole, in both body formats and in every format of the output.

use pagelift_convert::{ConvertOptions, Format, NoContext, convert};
use pagelift_model::BodyKind;
use proptest::prelude::*;

use crate::bodies::{Style, adf, are_common, storage};
use crate::made::{block, blocks};
use crate::said::Said;
use crate::{adf as reading_of_adf, reading, storage as reading_of_storage};

fn converted(body: &str, kind: BodyKind, format: Format) -> String {
    convert(body, kind, &NoContext, &ConvertOptions { format, ..ConvertOptions::default() }).markdown
}

fn gfm(body: &str) -> String {
    converted(body, BodyKind::Storage, Format::Gfm)
}

fn check_storage(body: &str, format: Format) -> Result<(), String> {
    let root = reading_of_storage::elements(body).ok_or("the generator made no XML")?;
    let mut words = String::new();
    root.beside(&mut words);
    let found = converted(body, BodyKind::Storage, format);
    reading::agrees(format, Said::of(&root.part()), &found, &words).map_err(|error| format!("{error}\n{body}\n{found}"))
}

fn check_adf(body: &serde_json::Value, format: Format) -> Result<(), String> {
    let mut words = String::new();
    reading_of_adf::beside(body, &mut words);
    let found = converted(&body.to_string(), BodyKind::Adf, format);
    let wanted = Said::of(&reading_of_adf::part(body));
    reading::agrees(format, wanted, &found, &words).map_err(|error| format!("{error}\n{body}\n{found}"))
}

proptest! {
    #![proptest_config(crate::runs(64))]

    #[test]
    fn storage_bodies_are_read_again_whole(blocks in blocks()) {
        for &format in Format::ALL {
            let body = storage(&blocks, Style { tame: !reading::has_exact_text(format), ..Style::default() });
            prop_assert_eq!(check_storage(&body, format), Ok(()), "{}", format.name());
        }
    }

    #[test]
    fn adf_bodies_are_read_again_whole(blocks in blocks().prop_filter("both formats", |blocks| are_common(blocks))) {
        let body = adf(&blocks);
        for &format in Format::ALL.iter().filter(|&&format| reading::has_exact_text(format)) {
            prop_assert_eq!(check_adf(&body, format), Ok(()), "{}", format.name());
        }
    }

    #[test]
    fn both_body_formats_give_the_same(blocks in blocks().prop_filter("both formats", |blocks| are_common(blocks))) {
        for &format in Format::ALL {
            let from_storage = converted(&storage(&blocks, Style::default()), BodyKind::Storage, format);
            let from_adf = converted(&adf(&blocks).to_string(), BodyKind::Adf, format);
            prop_assert_eq!(from_adf, from_storage, "{}", format.name());
        }
    }

    #[test]
    fn how_a_body_is_written_does_not_matter(blocks in blocks()) {
        let plain = storage(&blocks, Style::default());
        let odd = storage(&blocks, Style { spread: true, odd: true, tame: false });
        let cell = format!(
            "<ac:layout><ac:layout-section ac:type=\"single\"><ac:layout-cell>{plain}</ac:layout-cell></ac:layout-section></ac:layout>"
        );
        for &format in Format::ALL {
            let wanted = converted(&plain, BodyKind::Storage, format);
            for other in [&plain, &odd, &cell] {
                prop_assert_eq!(&converted(other, BodyKind::Storage, format), &wanted, "{}", format.name());
            }
        }
    }

    #[test]
    fn what_stands_apart_is_converted_apart(before in block(), after in block()) {
        let (before, after) = (storage(&[before], Style::default()), storage(&[after], Style::default()));
        // A contents list shows the headings of the whole page.
        prop_assume!(!before.contains("\"toc\"") && !after.contains("\"toc\""));
        let whole = gfm(&format!("{before}<hr/>{after}"));
        let parts: Vec<String> = [gfm(&before), "---\n".to_owned(), gfm(&after)].into_iter().filter(|part| !part.is_empty()).collect();
        prop_assert_eq!(whole, parts.join("\n"));
    }
}
