//! Pages, and parts of them, that are shown in another one.

use pagelift_model::WarningCode;

use crate::{codes, here, macro_with, with};

fn page(title: &str) -> String {
    format!("<ac:link><ri:page ri:content-title=\"{title}\" /></ac:link>")
}

fn include(title: &str) -> String {
    macro_with("include", &[("", &page(title))], "")
}

#[test]
fn an_included_page_stands_between_its_marks_with_links_from_here() {
    let found = here(&format!("<h2>Start</h2>{}<p>after</p>", include("Basics")));
    assert_eq!(
        found.markdown,
        "## Start\n\n<!-- pagelift: include page=\"Basics\" -->\n\n## Start\n\nSee [Rules](../Rules.md), \
         [plan.pdf](files/11/plan.pdf) and [above](#start).[^1]\n\n<!-- pagelift: include-end -->\n\nafter\n\n\
         [^1]: Small\n"
    );
    assert_eq!(codes(&found), []);
    let slugs: Vec<&str> = found.headings.iter().map(|heading| heading.slug.as_str()).collect();
    assert_eq!(slugs, ["start", "start-1"]);
}

#[test]
fn an_excerpt_is_the_part_that_is_asked_for() {
    let excerpt = |parameters: &[(&str, &str)]| {
        let page = page("Advanced");
        let mut all = vec![("", page.as_str())];
        all.extend(parameters);
        here(&macro_with("excerpt-include", &all, "")).markdown
    };
    let between = |inside: &str, mark: &str| {
        format!("<!-- pagelift: include page=\"Advanced\"{mark} -->\n\n{inside}\n\n<!-- pagelift: include-end -->\n")
    };
    assert_eq!(excerpt(&[]), between("**Advanced**\n\nThe *first* part", ""));
    assert_eq!(excerpt(&[("nopanel", "true")]), between("The *first* part", ""));
    assert_eq!(excerpt(&[("name", "Second"), ("nopanel", "true")]), between("One\n\nTwo", " excerpt=\"Second\""));
    let lost = excerpt(&[("name", "third")]);
    assert!(lost.starts_with("> Excerpt: [Advanced](Guide/Advanced.md) <!-- pagelift: macro"), "{lost}");
}

#[test]
fn an_excerpt_in_a_line_stays_in_it() {
    let excerpt = macro_with("excerpt-include", &[("", &page("Advanced")), ("nopanel", "true")], "");
    assert_eq!(
        here(&format!("<p>So: {excerpt}!</p>")).markdown,
        "So: <!-- pagelift: include page=\"Advanced\" -->The *first* part<!-- pagelift: include-end -->!\n"
    );
}

#[test]
fn other_macros_that_include_find_their_parts() {
    let steps = macro_with(
        "multiexcerpt-include-macro",
        &[("MultiExcerptName", "steps"), ("PageWithExcerpt", &page("Advanced"))],
        "",
    );
    assert!(here(&steps).markdown.contains("-->\n\n1. go\n\n<!-- pagelift: include-end -->"));
    let block = macro_with("include-shared-block", &[("page", "Advanced"), ("shared-block-key", "legal")], "");
    assert!(here(&block).markdown.contains("-->\n\nFine print\n\n<!-- pagelift: include-end -->"));
}

#[test]
fn pages_in_the_other_format_are_included_too() {
    assert_eq!(
        here(&include("Rules")).markdown,
        "<!-- pagelift: include page=\"Rules\" -->\n\nFrom **ADF**\n\n![p](files/13/p.png)\n\n<!-- pagelift: include-end -->\n"
    );
}

#[test]
fn pages_that_include_each_other_end_in_a_link() {
    let found = here(&include("Loop"));
    assert!(found.markdown.contains("\n\na\n\n") && found.markdown.contains("\n\nb\n\n"), "{}", found.markdown);
    assert!(found.markdown.contains("> Included page: [Loop](../Loop.md) <!-- pagelift: macro name=\"include\""));
    assert_eq!(codes(&found), [WarningCode::IncludeCycle]);
    assert_eq!(codes(&here(&include("Guide"))), [WarningCode::IncludeCycle]);
}

#[test]
fn includes_are_followed_five_pages_deep() {
    let found = here(&include("Chain 1"));
    assert_eq!(found.markdown.matches("pagelift: include page=").count(), 5, "{}", found.markdown);
    assert!(found.markdown.contains("> Included page: [Chain 6](../c6.md)"), "{}", found.markdown);
    assert_eq!(codes(&found), [WarningCode::IncludeCycle]);
    assert!(here(&include("Chain 2")).markdown.contains("\n\nend\n\n"));
}

#[test]
fn includes_are_links_where_that_is_wanted_or_nothing_else_is_possible() {
    let found = with(&[("includes", "link")], &include("Basics"));
    assert_eq!(
        found.markdown,
        "> Included page: [Basics](Guide/Basics.md) <!-- pagelift: macro name=\"include\" page=\"Basics\" -->\n"
    );
    assert_eq!(codes(&found), [WarningCode::IncludeLinked]);
    assert_eq!(codes(&here(&include("Home"))), [WarningCode::IncludeLinked]);
    let inside = with(&[("includes", "link")], &format!("<p>See {} now</p>", include("Basics"))).markdown;
    assert!(inside.starts_with("See Included page: [Basics](Guide/Basics.md)<!-- pagelift: macro"), "{inside}");
}

#[test]
fn synced_blocks_hold_what_the_other_page_has() {
    let body = r#"{"type":"doc","content":[{"type":"syncBlock","attrs":{"resourceId":"block"}}]}"#;
    let found = pagelift_convert::convert(
        body,
        pagelift_model::BodyKind::Adf,
        &crate::World,
        &pagelift_convert::ConvertOptions::default(),
    );
    assert_eq!(found.markdown, "<!-- pagelift: sync-block resource=\"block\" -->\n\nIn *sync*\n");
    assert_eq!(codes(&found), []);
}

#[test]
fn what_is_included_deep_inside_is_a_link() {
    let deep = format!("{}{}{}", "<div>".repeat(496), include("Basics"), "</div>".repeat(496));
    assert_eq!(codes(&here(&deep)), [WarningCode::IncludeLinked]);
}

#[test]
fn fields_of_an_included_page_are_not_those_of_this_one() {
    let found = here(&include("Fields"));
    assert!(found.markdown.contains("| **Owner** | Mara |"), "{}", found.markdown);
    assert_eq!(found.properties, []);
}
