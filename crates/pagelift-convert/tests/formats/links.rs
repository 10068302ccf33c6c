//! Links to files of the export, and pictures.

use pagelift_convert::Format::{
    self, Ai, Azure, CommonMark, Docusaurus, Gfm, GithubWiki, GitlabWiki, Hugo, Jekyll, Logseq, MkDocs, Obsidian,
};

use crate::document;
use crate::site::Site;

fn written(format: Format, unique: bool, body: &str) -> String {
    document(format, &[], body, &Site { format, unique }).markdown
}

fn check(body: &str, wanted: &[(Format, &str)]) {
    for (format, wanted) in wanted {
        assert_eq!(written(*format, false, body), format!("{wanted}\n"), "{}", format.name());
    }
}

fn link(title: &str, anchor: &str, text: &str) -> String {
    format!(
        r#"<ac:link ac:anchor="{anchor}"><ri:page ri:content-title="{title}"/><ac:link-body>{text}</ac:link-body></ac:link>"#
    )
}

#[test]
fn links_to_pages_have_the_form_of_the_format() {
    check(
        &format!("<p>{}</p>", link("Set-up guide", "", "how")),
        &[
            (Gfm, "[how](Set-up%20guide.md)"),
            (CommonMark, "[how](Set-up%20guide.md)"),
            (Hugo, "[how](../Set-up%20guide/)"),
            (Jekyll, "[how](Set-up%20guide.md)"),
            (MkDocs, "[how](Set-up%20guide.md)"),
            (Docusaurus, "[how](./Set-up%20guide.md)"),
            (GithubWiki, "[how](Set-up-guide)"),
            (GitlabWiki, "[how](set-up-guide)"),
            (Azure, "[how](/Docs/Set%2Dup-guide)"),
            (Obsidian, "[[Docs/Set-up guide|how]]"),
            (Logseq, "- [how]([[Docs/Set-up guide]])"),
            (Ai, "[how](https://acme.example/wiki/pages/2)"),
        ],
    );
}

#[test]
fn links_to_headings_of_other_pages_are_found() {
    check(
        &format!("<p>{} {}</p>", link("Set-up guide", "First-steps", "go"), link("News", "", "n")),
        &[
            (Gfm, "[go](Set-up%20guide.md#first-steps) [n](../blog/News.md)"),
            (Docusaurus, "[go](./Set-up%20guide.md#first-steps) [n](../blog/News.md)"),
            (Azure, "[go](/Docs/Set%2Dup-guide#first-steps) [n](/blog/News)"),
            (Obsidian, "[[Docs/Set-up guide#First steps|go]] [[blog/News|n]]"),
            (Logseq, "- [go]([[Docs/Set-up guide]]) [n]([[News]])"),
        ],
    );
}

#[test]
fn obsidian_links_lead_to_headings_alone() {
    check(
        &format!("<p>{}</p>", link("Set-up guide", "a named place", "go")),
        &[
            (Obsidian, "[[Docs/Set-up guide|go]]"),
            (Gfm, "[go](Set-up%20guide.md#a-named-place)"),
            (Logseq, "- [go]([[Docs/Set-up guide]])"),
        ],
    );
}

#[test]
fn names_of_pages_in_logseq_are_not_encoded() {
    check(&format!("<p>{}</p>", link("100% of $5", "", "go")), &[(Logseq, "- [go]([[100% of $5]])")]);
}

#[test]
fn obsidian_links_are_as_short_as_they_can_be() {
    let body = format!("<p>{} {}</p>", link("Set-up guide", "", "how"), link("Set-up guide", "", "Set-up guide"));
    assert_eq!(written(Obsidian, true, &body), "[[Set-up guide|how]] [[Set-up guide]]\n");
}

#[test]
fn names_that_obsidian_cannot_link_get_a_markdown_link() {
    check(&format!("<p>{}</p>", link("#1 [draft]", "", "x")), &[(Obsidian, "[x](%231%20%5Bdraft%5D.md)")]);
}

#[test]
fn marks_inside_a_link_are_kept() {
    check(
        &format!("<p>{} <strong>{}</strong></p>", link("Set-up guide", "", "a <em>b</em>"), link("News", "", "n")),
        &[(Obsidian, "[a *b*](Set-up%20guide.md) **[[blog/News|n]]**")],
    );
}

#[test]
fn bars_of_links_are_escaped_in_tables() {
    check(
        &format!("<table><tbody><tr><th>A</th></tr><tr><td>{}</td></tr></tbody></table>", link("News", "", "n")),
        &[(Obsidian, "| A |\n| --- |\n| [[blog/News\\|n]] |")],
    );
}

#[test]
fn links_on_the_page_are_wiki_links_in_obsidian() {
    check(
        r##"<p><a href="#A-b">up</a></p><h1>A: b</h1>"##,
        &[(Obsidian, "[[#A b|up]]\n\n# A: b"), (Gfm, "[up](#a-b)\n\n# A: b")],
    );
}

#[test]
fn lists_of_pages_have_the_same_links() {
    let body = r#"<ac:structured-macro ac:name="children"/>"#;
    for (format, wanted) in [
        (Gfm, "- [Set-up guide](Set-up%20guide.md)\n"),
        (Obsidian, "- [[Docs/Set-up guide|Set-up guide]]\n"),
        (Azure, "- [Set-up guide](/Docs/Set%2Dup-guide)\n"),
        (Ai, "- [Set-up guide](https://acme.example/wiki/pages/2)\n"),
    ] {
        let got = written(format, false, body);
        assert!(got.ends_with(wanted), "{}: {got}", format.name());
    }
}

const PICTURE: &str = r#"<p>See <ac:image ac:width="427"><ri:attachment ri:filename="my pic.png"/></ac:image></p>"#;

#[test]
fn pictures_say_their_size_where_the_format_has_a_way() {
    check(
        PICTURE,
        &[
            (Gfm, "See ![my pic](attachments/Here/my%20pic.png)"),
            (Docusaurus, "See ![my pic](./img/Here/my%20pic.png)"),
            (Obsidian, "See ![[Docs/attachments/Here/my pic.png|427]]"),
            (MkDocs, "See ![my pic](attachments/Here/my%20pic.png){ width=\"427\" }"),
            (Jekyll, "See ![my pic](attachments/Here/my%20pic.png){: width=\"427\"}"),
            (Azure, "See ![my pic](/.attachments/Here%20-%20my%20pic.png =427x)"),
            (Logseq, "- See ![my pic](../assets/Here%20-%20my%20pic.png)"),
            (Ai, "See ![my pic](attachments/Here/my%20pic.png)"),
        ],
    );
    let got = document(MkDocs, &[("image_size", "drop")], PICTURE, &Site { format: MkDocs, unique: false }).markdown;
    assert_eq!(got, "See ![my pic](attachments/Here/my%20pic.png)\n");
}

#[test]
fn a_linked_picture_is_a_markdown_picture() {
    let picture = r#"<ac:image><ri:attachment ri:filename="p.png"/></ac:image>"#;
    check(
        &format!("<p>{}</p>", link("News", "", picture)),
        &[(Obsidian, "[![p](attachments/Here/p.png)](../blog/News.md)")],
    );
}

#[test]
fn files_are_shown_in_the_page_where_that_is_possible() {
    let file = |name: &str| format!(r#"<ac:image><ri:attachment ri:filename="{name}"/></ac:image>"#);
    check(
        &format!("<p>See {} {}</p>", file("it's.mp4"), file("data.pdf")),
        &[
            (Gfm, "See [it's.mp4](attachments/Here/it's.mp4) [data.pdf](attachments/Here/data.pdf)"),
            (Obsidian, "See ![[Docs/attachments/Here/it's.mp4]] ![[Docs/attachments/Here/data.pdf]]"),
            (
                MkDocs,
                "See <video controls src=\"attachments/Here/it's.mp4\"></video> [data.pdf](attachments/Here/data.pdf)",
            ),
            (
                Docusaurus,
                "See <video controls src={require('./img/Here/it\\'s.mp4').default}></video> [data.pdf](./img/Here/data.pdf)",
            ),
        ],
    );
    let body = r#"<ac:structured-macro ac:name="view-file"><ac:parameter ac:name="name"><ri:attachment ri:filename="data.pdf"/></ac:parameter></ac:structured-macro>"#;
    check(body, &[(Obsidian, "![[Docs/attachments/Here/data.pdf]]"), (Gfm, "[data.pdf](attachments/Here/data.pdf)")]);
}

#[test]
fn a_link_to_a_heading_of_its_own_page_is_its_place_alone() {
    check(
        &format!("<p>{}</p><h1>First: steps</h1>", link("Here", "First-steps", "go")),
        &[(Hugo, "[go](#first-steps)\n\n# First: steps"), (Ai, "[go](#first-steps)\n\n# First: steps")],
    );
}

#[test]
fn named_places_have_no_spaces() {
    check(
        r##"<p><a href="#deep%20link">x</a> <a id="deep link"></a>y</p>"##,
        &[(Gfm, "[x](#deep-link) <a id=\"deep-link\"></a>y")],
    );
}
