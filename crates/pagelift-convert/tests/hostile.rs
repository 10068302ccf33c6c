//! Bodies made to break a reader: endless, bottomless, or small and swelling.

#[path = "../benches/shapes/bodies.rs"]
mod bodies;

use std::fmt::Write as _;

use pagelift_convert::{ConvertOptions, Document, Format, NoContext, convert};
use pagelift_model::{BodyKind, WarningCode};

fn document(body: &str) -> Document {
    convert(body, BodyKind::Storage, &NoContext, &ConvertOptions::default())
}

fn has(found: &Document, code: WarningCode) -> bool {
    found.warnings.iter().any(|warning| warning.code == code)
}

/// Escapes, entities for characters in cells, and marker comments make text longer, but only so much.
fn assert_in_proportion(name: &str, body: &str, markdown: &str) {
    let most = 64 * body.len() + (1 << 18);
    assert!(markdown.len() <= most, "{name}: {} bytes became {}", body.len(), markdown.len());
}

#[test]
fn a_body_that_repeats_itself_grows_in_proportion_in_every_format() {
    for shape in bodies::SHAPES {
        let body = bodies::body(shape, 4096);
        for &format in Format::ALL {
            let options = ConvertOptions { format, ..ConvertOptions::default() };
            let found = convert(&body, BodyKind::Storage, &NoContext, &options);
            assert_in_proportion(shape.0, &body, &found.markdown);
        }
    }
}

/// With a search to the end of the body for each, these would take minutes.
#[test]
fn what_never_ends_is_searched_for_once() {
    for piece in ["<!DOCTYPE x [", "<script>", "<style>", "<!-- ", "<![CDATA[", "<?x ", "<a b=\"", "<a "] {
        let body = piece.repeat(100_000);
        assert_in_proportion(piece, &body, &document(&body).markdown);
    }
    for piece in ["[a](", "[a][b", "![", "https://x.y/_a_ ", "&lt;a b='", "` a `` ", "*a_ "] {
        let body = format!("<p>{}</p>", piece.repeat(40_000));
        assert_in_proportion(piece, &body, &document(&body).markdown);
    }
}

#[test]
fn entities_that_name_each_other_do_not_multiply() {
    let mut declared = "<!DOCTYPE x [<!ENTITY e0 \"ha\">".to_owned();
    for level in 1..12 {
        let inner = format!("&e{};", level - 1).repeat(10);
        let _ = write!(declared, "<!ENTITY e{level} \"{inner}\">");
    }
    let body = format!("{declared}]><p>before &e11; after</p>");
    let found = document(&body);
    assert!(found.markdown.contains("before") && found.markdown.contains("after"), "{}", found.markdown);
    assert_in_proportion("nested", &body, &found.markdown);
}

#[test]
fn a_long_entity_does_not_multiply() {
    let body = format!("<!DOCTYPE x [<!ENTITY a \"{}\">]><p>{} end</p>", "b".repeat(20_000), "&a;".repeat(10_000));
    let found = document(&body);
    assert!(found.markdown.ends_with("end\n"));
    assert_in_proportion("long", &body, &found.markdown);
}

#[test]
fn cells_that_span_a_thousand_columns_do_not_multiply() {
    let wide = "<tr><td colspan=\"1000\">a</td></tr>".repeat(4000);
    let many = format!("<tr>{}</tr>", "<td colspan=\"1000\" rowspan=\"1000\">a</td>".repeat(50)).repeat(20);
    let tall = format!("<tr><td colspan=\"1000\" rowspan=\"1000\">a</td></tr>{}", "<tr><td>b</td></tr>".repeat(1000));
    let huge = "<tr><td colspan=\"4294967296\" rowspan=\"99999999999999999999\">a</td><td>b</td></tr>".to_owned();
    for rows in [wide, many, tall, huge] {
        let body = format!("<table>{rows}</table>");
        let found = document(&body);
        assert!(found.markdown.contains('a'));
        assert_in_proportion("spans", &body, &found.markdown);
    }
}

#[test]
fn one_long_row_does_not_make_every_row_long() {
    let body = format!("<table><tr>{}</tr>{}</table>", "<td>a</td>".repeat(3000), "<tr><td>b</td></tr>".repeat(3000));
    let found = document(&body);
    assert_eq!(found.markdown.matches('b').count(), 3000);
    assert_in_proportion("rows", &body, &found.markdown);
}

#[test]
fn control_characters_everywhere_are_dropped() {
    let body = "\0<\0p\0>\0a\0&\0lt\0;\0b\0<\0/p>\0".repeat(10_000);
    let found = document(&body);
    assert!(!found.markdown.contains('\0') && has(&found, WarningCode::ControlCharacters));
}

#[test]
fn fifty_megabytes_of_text_come_through_whole() {
    const PIECE: &str = "a few words, some *stars* and a_name ";
    let count = 50_000_000 / PIECE.len();
    let found = document(&format!("<p>{}</p>", PIECE.repeat(count)));
    assert_eq!(found.markdown.matches("words").count(), count);
}

#[test]
fn elements_with_a_hundred_thousand_attributes_keep_their_text() {
    let (mut attributes, mut members) = (String::new(), String::new());
    for at in 0..100_000 {
        let _ = write!(attributes, "a{at}='b' ");
        let _ = write!(members, "\"k{at}\":1,");
    }
    let found = document(&format!("<p {attributes}>one</p><td {attributes}>two</td>"));
    assert_eq!(found.markdown, "one\n\ntwo\n");
    let body = format!(
        "{{\"type\":\"doc\",{members}\"content\":[{{\"type\":\"panel\",\"attrs\":{{{members}\"panelType\":\"info\"}},\
         \"content\":[{{\"type\":\"text\",\"text\":\"in\"}}]}}]}}"
    );
    let found = convert(&body, BodyKind::Adf, &NoContext, &ConvertOptions::default());
    assert_eq!(found.markdown, "> [!NOTE]\n> in\n");
}

#[test]
fn bottomless_bodies_are_cut_in_every_format() {
    let pieces =
        ["<div>", "<ul><li>", "<blockquote>", "<table><tr><td>", "<strong>", "<ac:task-list><ac:task><ac:task-body>"];
    let storage = pieces.map(|piece| (BodyKind::Storage, format!("{}deepest", piece.repeat(2000))));
    let quote = r#"{"type":"blockquote","content":["#;
    let adf = format!("{}\"deepest\"{}", quote.repeat(2000), "]}".repeat(2000));
    for (kind, body) in storage.into_iter().chain([(BodyKind::Adf, adf)]) {
        for &format in Format::ALL {
            let options = ConvertOptions { format, ..ConvertOptions::default() };
            let found = convert(&body, kind, &NoContext, &options);
            let start: String = body.chars().take(40).collect();
            assert!(found.markdown.contains("deepest"), "{start} in {}", format.name());
            assert!(has(&found, WarningCode::DepthCut), "{start} in {}", format.name());
        }
    }
}
