//! The places of headings.

use pagelift_convert::Format::{self, Azure, Docusaurus, Gfm, GitlabWiki, Hugo, Jekyll, Logseq, MkDocs, Obsidian};
use pagelift_convert::NoContext;

use crate::{check, document};

fn slugs(format: Format, headings: &[&str]) -> Vec<String> {
    let body = format!("<h2>{}</h2>", headings.join("</h2><h2>"));
    document(format, &[], &body, &NoContext).headings.into_iter().map(|heading| heading.slug).collect()
}

#[test]
fn headings_are_named_as_the_format_names_them() {
    let headings = ["A &amp; B", "1. Über -- C++!", "Steps", "Steps", "🚀 Go_x", "日本: x"];
    for format in [Gfm, Docusaurus, Hugo, Azure, Jekyll] {
        assert_eq!(slugs(format, &headings), ["a--b", "1-über----c", "steps", "steps-1", "-go_x", "日本-x"]);
    }
    assert_eq!(slugs(GitlabWiki, &headings), ["a-b", "1-über-c", "steps", "steps-1", "-go_x", "日本-x"]);
    assert_eq!(slugs(MkDocs, &headings), ["a-b", "1-uber-c", "steps", "steps_1", "go_x", "x"]);
    for format in [Obsidian, Logseq] {
        let wanted = ["A & B", "1. Über -- C++!", "Steps", "Steps", "🚀 Go_x", "日本 x"];
        assert_eq!(slugs(format, &headings), wanted);
    }
}

#[test]
fn names_that_are_taken_are_counted_on() {
    assert_eq!(slugs(Gfm, &["A", "A", "A-1", "A"]), ["a", "a-1", "a-1-1", "a-2"]);
    assert_eq!(slugs(MkDocs, &["A", "A", "A_1", "日", "本"]), ["a", "a_1", "a_2", "_1", "_2"]);
}

#[test]
fn links_on_the_page_find_their_heading() {
    let body = "<p><a href=\"#A-%26-B\">up</a></p><h2>A &amp; B</h2>";
    check(
        body,
        &[(Gfm, "[up](#a--b)\n\n## A & B"), (GitlabWiki, "[up](#a-b)\n\n## A & B"), (MkDocs, "[up](#a-b)\n\n## A & B")],
    );
}
