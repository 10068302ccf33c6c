//! Macros whose content is on the page.

use pagelift_model::WarningCode;

use crate::{codes, here, macro_with, plain, rich};

#[test]
fn macros_that_only_hold_their_body_show_it() {
    for name in [
        "align",
        "center",
        "div",
        "span",
        "multiexcerpt",
        "multiexcerpt-macro",
        "ui-text-box",
        "legend",
        "shared-block",
        "scroll-landscape",
        "scroll-portrait",
        "div-inline",
        "SPAN",
    ] {
        let found = here(&macro_with(name, &[("class", "x")], &rich("<p>a <em>b</em></p>")));
        assert_eq!((found.markdown.as_str(), codes(&found)), ("a *b*\n", vec![]), "{name}");
    }
}

#[test]
fn filters_and_conditions_show_their_body_and_say_that_they_do_nothing() {
    for name in [
        "table-filter",
        "tableenhancer",
        "table-joiner",
        "pivot-table",
        "table-chart",
        "show-if",
        "hide-if",
        "scroll-only",
        "scroll-ignore",
        "scroll-ignore-inline",
        "sv-translation",
        "rw-search",
    ] {
        let found = here(&macro_with(name, &[], &rich("<p>a</p>")));
        assert_eq!(found.markdown, "a\n", "{name}");
        assert_eq!(codes(&found), [WarningCode::MacroEffectDropped], "{name}");
    }
}

#[test]
fn macros_that_are_nothing_on_paper_leave_a_mark() {
    for name in ["style", "css", "div", "loremipsum", "pagebreak", "scroll-pagebreak", "clear"] {
        let found = here(&macro_with(name, &[], ""));
        assert_eq!(found.markdown, format!("<!-- pagelift: macro name=\"{name}\" -->\n"));
        assert_eq!(codes(&found), [WarningCode::MacroEffectDropped]);
    }
    let found = here(&macro_with("style", &[], &plain("p { color: red }")));
    assert_eq!(found.markdown, "<!-- pagelift: macro name=\"style\" -->\n");
}

#[test]
fn tabs_are_titles_and_their_bodies() {
    for (group, tab, key) in [
        ("localtabgroup", "localtab", "title"),
        ("ui-tabs", "ui-tab", "title"),
        ("auihorizontalnav", "auihorizontalnavpage", "title"),
        ("deck", "card", "label"),
        ("tabs-group", "tab-pane", "name"),
    ] {
        let tab = |title: &str, body: &str| macro_with(tab, &[(key, title)], &rich(body));
        let inside = format!("{}<p>between</p>{}", tab("One", "<p>a</p>"), tab("Two", "<ul><li>b</li></ul>"));
        let found = here(&macro_with(group, &[], &rich(&inside)));
        assert_eq!(found.markdown, "**One**\n\na\n\nbetween\n\n**Two**\n\n- b\n", "{group}");
    }
}

#[test]
fn steps_are_numbered() {
    let step = |body: &str| macro_with("ui-step", &[], &rich(body));
    let steps = format!("{}{}", step("<p>one</p>"), step("<p>two</p><p>more</p>"));
    assert_eq!(here(&macro_with("ui-steps", &[], &rich(&steps))).markdown, "1. one\n2. two\n\n   more\n");
}

#[test]
fn tips_follow_their_text() {
    let tip = macro_with("tooltip", &[("text", "an aside")], &rich("<p>word</p>"));
    assert_eq!(here(&format!("<p>A {tip} here</p>")).markdown, "A word (an aside) here\n");
    let tip = macro_with("cfm-tooltip", &[("text", "an aside")], &rich("word"));
    assert_eq!(here(&format!("<p>A {tip} here</p>")).markdown, "A word (an aside) here\n");
}

#[test]
fn pages_from_elsewhere_are_links() {
    for name in
        ["markdown-from-url", "html-include", "iframe", "widget", "embed", "iframely", "rss", "lucidchart", "loom"]
    {
        for value in ["https://example.com/v?a=1", "<ri:url ri:value=\"https://example.com/v?a=1\" />"] {
            let found = here(&macro_with(name, &[("url", value), ("width", "600")], ""));
            assert_eq!(found.markdown, "<https://example.com/v?a=1>\n", "{name}");
            assert_eq!(codes(&found), [WarningCode::EmbedLinked], "{name}");
        }
    }
    let titled = macro_with("iframe", &[("src", "https://example.com"), ("title", "Board")], "");
    assert_eq!(here(&titled).markdown, "[Board](https://example.com)\n");
    assert_eq!(here(&format!("<p>See {titled}.</p>")).markdown, "See [Board](https://example.com).\n");
    let nothing = here(&macro_with("miro", &[], "")).markdown;
    assert!(nothing.starts_with("> **miro**: add-on content, not copied. [Open page]("), "{nothing}");
}

#[test]
fn files_in_a_view_are_links_to_them() {
    let file = "<ri:attachment ri:filename=\"c.pdf\" />";
    for name in ["view-file", "viewpdf", "viewdoc", "viewxls", "viewppt", "multimedia"] {
        assert_eq!(here(&macro_with(name, &[("name", file)], "")).markdown, "[c.pdf](files/10/c.pdf)\n", "{name}");
        assert_eq!(here(&macro_with(name, &[("name", "c.pdf")], "")).markdown, "[c.pdf](files/10/c.pdf)\n", "{name}");
    }
    let page = "<ac:link><ri:page ri:content-title=\"Basics\" /></ac:link>";
    for page in [page, "Basics", "DOC:Basics"] {
        let found = here(&macro_with("view-file", &[("name", "plan.pdf"), ("page", page)], ""));
        assert_eq!(found.markdown, "[plan.pdf](files/11/plan.pdf)\n", "{page}");
    }
    let gone = here(&macro_with("viewpdf", &[("name", "gone.pdf")], ""));
    assert!(gone.markdown.starts_with("gone.pdf\n\n<!-- pagelift: macro name=\"viewpdf\""), "{}", gone.markdown);
    assert_eq!(codes(&gone), [WarningCode::AttachmentMissing]);
}

#[test]
fn diagrams_are_their_picture_and_a_link_to_their_source() {
    let found = here(&macro_with("drawio", &[("diagramName", "flow"), ("pageId", "11")], ""));
    assert_eq!(found.markdown, "![flow](files/10/flow.svg)\n\n[flow (diagram source)](files/10/flow)\n");
    let found = here(&macro_with("gliffy", &[("name", "lost"), ("macroId", "1")], ""));
    assert_eq!(found.markdown, "*Missing picture: lost.png*\n");
    assert_eq!(codes(&found), [WarningCode::DiagramPictureMissing, WarningCode::AttachmentMissing]);
    let found = here(&macro_with("mermaid-cloud", &[("filename", "chart.mmd"), ("revision", "1")], ""));
    assert_eq!(found.markdown, "```mermaid\ngraph TD\n  A --> B\n```\n");
    let found = here(&macro_with("plantumlcloud", &[("data", "!!"), ("filename", "lost.svg")], ""));
    assert_eq!(codes(&found), [WarningCode::DiagramPictureMissing]);
    assert_eq!(found.markdown, "*Missing picture: lost.svg*\n");
}

#[test]
fn a_viewer_of_diagrams_makes_a_code_block_one() {
    let code = |body: &str| macro_with("code", &[], &plain(body));
    let viewer = |index: &str| {
        format!(
            "<ac:adf-extension><ac:adf-node type=\"extension\"><ac:adf-attribute key=\"extension-key\">a/b/static/mermaid-diagram\
             </ac:adf-attribute><ac:adf-attribute key=\"parameters\"><ac:adf-parameter key=\"guest-params\"><ac:adf-parameter \
             key=\"index\"><ac:adf-parameter-value>{index}</ac:adf-parameter-value></ac:adf-parameter></ac:adf-parameter>\
             </ac:adf-attribute></ac:adf-node></ac:adf-extension>"
        )
    };
    let body = code("ls") + &code("graph TD; a-->b") + &viewer("1");
    assert_eq!(here(&body).markdown, "```\nls\n```\n\n```mermaid\ngraph TD; a-->b\n```\n");
    let body = viewer("0") + &code("ls") + &code("graph TD; a-->b");
    assert_eq!(here(&body).markdown, "```\nls\n```\n\n```mermaid\ngraph TD; a-->b\n```\n");
    assert_eq!(codes(&here(&body)), []);
}

#[test]
fn roadmaps_are_read() {
    let source = "%7B%22title%22%3A%22Plan%22%2C%22lanes%22%3A%5B%7B%22title%22%3A%22Web%22%2C%22bars%22%3A%5B%7B%22title\
                  %22%3A%22Shop%22%2C%22startDate%22%3A%222026-01-01%2000%3A00%3A00%22%2C%22duration%22%3A3%7D%5D%7D%5D%7D";
    let found = here(&macro_with("roadmap", &[("source", source)], ""));
    assert_eq!(found.markdown, "**Plan**\n\n- Web\n  - Shop (2026-01-01, 3 months)\n");
    let broken = here(&macro_with("roadmap", &[("source", "%7B")], ""));
    assert_eq!(codes(&broken), [WarningCode::MacroDynamic]);
}

#[test]
fn charts_keep_their_tables() {
    let table = "<table><tr><th>a</th></tr><tr><td>1</td></tr></table>";
    let found = here(&macro_with("chart", &[("type", "pie"), ("title", "Share")], &rich(table)));
    assert_eq!(
        found.markdown,
        "**Share**\n\n| a |\n| --- |\n| 1 |\n\n<!-- pagelift: macro name=\"chart\" type=\"pie\" title=\"Share\" -->\n"
    );
    assert_eq!(codes(&found), [WarningCode::MacroEffectDropped]);
}

#[test]
fn redirects_and_profiles_say_where_they_lead() {
    let page = "<ac:link><ri:page ri:content-title=\"Basics\" /></ac:link>";
    for location in [page, "Basics"] {
        let found = here(&macro_with("redirect", &[("location", location)], "")).markdown;
        assert!(found.starts_with("> Redirects to [Basics](Guide/Basics.md) <!-- pagelift: macro"), "{found}");
    }
    let found = here(&macro_with("profile", &[("user", "<ri:user ri:username=\"jane\" />")], ""));
    assert_eq!((found.markdown.as_str(), codes(&found)), ("@Jane Doe\n", vec![WarningCode::MacroEffectDropped]));
}

#[test]
fn lists_of_the_server_have_the_names_that_people_know() {
    for (name, shown) in [
        ("contributors", "Contributors"),
        ("livesearch", "Live search"),
        ("userlister", "Users"),
        ("create-from-template", "Create from template (New plan)"),
        ("popular-labels", "Popular labels"),
        ("Content-Report-Table", "Content report"),
    ] {
        let found = here(&macro_with(name, &[("buttonLabel", if shown.contains('(') { "New plan" } else { "" })], ""));
        let start = format!("> **{shown}**: list made by Confluence, not copied. [Open page](https://");
        assert!(found.markdown.starts_with(&start), "{}", found.markdown);
        assert_eq!(codes(&found), [WarningCode::MacroDynamic]);
    }
}

#[test]
fn marks_hide_secrets_and_cut_what_is_long() {
    let long = "x".repeat(300);
    let found =
        here(&macro_with("gadget", &[("my key!", "1"), ("ApiToken", "abc"), ("url", &long), ("a--b", "-->")], ""));
    let mark = found.markdown.split_once("<!-- ").expect("a mark").1;
    let wanted = format!("my_key_=\"1\" ApiToken=\"***\" url=\"{}\" a__b=\"-&#45;>\" -->\n", "x".repeat(200));
    assert!(mark.ends_with(&wanted), "{mark}");
    let detail = &found.warnings[0].detail;
    assert!(
        detail.contains("ApiToken=\"***\"") && !detail.contains("abc") && detail.chars().count() <= 300,
        "{detail}"
    );
}

#[test]
fn addresses_among_the_parameters_stay_links() {
    let found =
        here(&macro_with("gadget", &[("url", "https://example.com/g"), ("secret", "https://example.com/s")], ""));
    assert!(found.markdown.contains(" not copied. <https://example.com/g> [Open page]("), "{}", found.markdown);
    assert!(!found.markdown.contains("example.com/s"), "{}", found.markdown);
}

#[test]
fn old_forms_are_those_of_today() {
    let old = "<ac:macro ac:name=\"info\"><ac:rich-text-body><p>x</p></ac:rich-text-body></ac:macro><ac:macro \
               ac:name=\"code\"><ac:default-parameter>java</ac:default-parameter><ac:plain-text-body><![CDATA[int i;]]>\
               </ac:plain-text-body></ac:macro>";
    assert_eq!(here(old).markdown, "> [!NOTE]\n> x\n\n```java\nint i;\n```\n");
}
