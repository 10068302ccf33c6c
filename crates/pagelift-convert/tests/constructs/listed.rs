//! Lists that the context can make, and what the server has made of a macro.

use pagelift_model::WarningCode;

use crate::{codes, here, macro_with};

#[test]
fn child_pages_are_listed_as_they_are_wanted() {
    let list = |name: &str, parameters: &[(&str, &str)]| {
        let found = here(&macro_with(name, parameters, "")).markdown;
        found.split_once("-->\n\n").map_or(found.clone(), |(_, list)| list.to_owned())
    };
    assert_eq!(list("children", &[]), "- [Basics](Guide/Basics.md)\n- [Advanced](Guide/Advanced.md)\n");
    assert_eq!(list("children", &[("sort", "title"), ("first", "1")]), "- [Advanced](Guide/Advanced.md)\n");
    let by = |order: &str, reverse: &str| list("children", &[("sort", order), ("reverse", reverse), ("first", "1")]);
    assert_eq!(by("creation", "false"), "- [Advanced](Guide/Advanced.md)\n");
    assert_eq!(by("modified", "false"), "- [Basics](Guide/Basics.md)\n");
    assert_eq!(by("modified", "true"), "- [Advanced](Guide/Advanced.md)\n");
    let below = "- [Basics](Guide/Basics.md)\n  - [Advanced](Guide/Advanced.md)\n";
    assert_ne!(list("pagetree", &[("root", "@home")]), below);
    assert!(
        list("pagetree", &[("root", "@none")])
            .starts_with("- [Home](../Home.md)\n  - [Guide](Guide.md)\n    - [Basics]")
    );
    assert!(list("pagetree", &[("root", "@home")]).starts_with("- [Guide](Guide.md)\n  - [Basics](Guide/Basics.md)\n"));
    assert_eq!(list("pagetree", &[("root", "Guide")]), list("children", &[("all", "true")]));
}

#[test]
fn files_are_listed_as_they_are_wanted() {
    let list = |parameters: &[(&str, &str)]| {
        let found = here(&macro_with("attachments", parameters, "")).markdown;
        let names = found.lines().filter_map(|line| line.strip_prefix("- [")?.split(']').next());
        names.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(list(&[]), "c.pdf b.jpg a.png");
    assert_eq!(list(&[("patterns", "*.png, .*jpg")]), "b.jpg a.png");
    assert_eq!(list(&[("sortBy", "name")]), "a.png b.jpg c.pdf");
    assert_eq!(list(&[("sortBy", "size"), ("sortOrder", "descending")]), "b.jpg a.png c.pdf");
    assert_eq!(list(&[("labels", "final")]), "b.jpg");
    let found = here(&macro_with("attachments", &[("patterns", "c.pdf")], ""));
    assert_eq!(
        found.markdown,
        "<!-- pagelift: macro name=\"attachments\" patterns=\"c.pdf\" -->\n\n- [c.pdf](files/10/c.pdf)\n"
    );
    assert_eq!(codes(&found), []);
}

#[test]
fn galleries_show_their_pictures() {
    let found = here(&macro_with("gallery", &[("title", "Trip"), ("sort", "name")], "")).markdown;
    assert!(found.ends_with("-->\n\n**Trip**\n\n![a](files/10/a.png)\n\n![b](files/10/b.jpg)\n"), "{found}");
    let found = here(&macro_with("gallery", &[("exclude", "a.png")], "")).markdown;
    assert!(found.ends_with("-->\n\n![b](files/10/b.jpg)\n"), "{found}");
}

#[test]
fn results_of_the_server_are_read_as_content() {
    let found = here(&macro_with("contentbylabel", &[("cql", "label = \"x\"")], ""));
    assert_eq!(
        found.markdown,
        "<!-- pagelift: macro name=\"contentbylabel\" cql=\"label = &quot;x&quot;\" -->\n\n\
         - [Rules](../Rules.md) by @Jane Doe\n"
    );
    assert_eq!(codes(&found), []);
    let found = here(&macro_with("detailssummary", &[], "")).markdown;
    assert!(found.ends_with("| Title | Owner |\n| --- | --- |\n| [Basics](Guide/Basics.md) | Mara |\n"), "{found}");
}

#[test]
fn a_result_that_shows_nothing_is_none() {
    let found = here(&macro_with("recently-updated", &[], ""));
    assert!(found.markdown.starts_with("> **Recently updated**: list made by Confluence, not copied."));
    assert_eq!(codes(&found), [WarningCode::MacroDynamic]);
}

#[test]
fn issues_say_what_they_are_and_how_they_stand() {
    let issue = macro_with("jira", &[("key", "OPS-7")], "");
    assert_eq!(
        here(&format!("<p>Fix {issue} now</p>")).markdown,
        "Fix [OPS-7: Fix the | pump](https://jira.example.com/browse/OPS-7) `Done` now\n"
    );
    let quiet = macro_with("jira", &[("key", "OPS-7"), ("showSummary", "false")], "");
    assert_eq!(here(&quiet).markdown, "[OPS-7](https://jira.example.com/browse/OPS-7) `Done`\n");
    let count = macro_with("jiraissues", &[("jqlQuery", "x"), ("count", "true")], "");
    assert_eq!(
        here(&format!("<p>There are {count}.</p>")).markdown,
        "There are <!-- pagelift: macro name=\"jiraissues\" jqlQuery=\"x\" count=\"true\" -->\
         [12 issues](https://jira.example.com/issues/?jql=x).\n"
    );
}

#[test]
fn what_a_rendered_view_means_is_what_a_page_would_say() {
    let found = here(&macro_with("tasks-report-macro", &[], ""));
    assert_eq!(
        found.markdown.split_once("-->\n\n").expect("a mark").1,
        "- [x] Done\n- [ ] Open\n\n> [!TIP]\n> **T**\n>\n> Body `LATE` ✅\n\n```java\nint i;\n```\n\n![a](files/10/a.png)\n"
    );
}

#[test]
fn add_ons_are_shown_as_the_server_shows_them() {
    let found = here(&macro_with("orbit-box", &[], ""));
    assert_eq!(found.markdown, "<!-- pagelift: macro name=\"orbit-box\" -->\n\nshown by an **add-on**\n");
    assert_eq!(codes(&found), []);
    let inside = format!("<p>It is {} here</p>", macro_with("orbit-box", &[], ""));
    assert_eq!(
        here(&inside).markdown,
        "It is <!-- pagelift: macro name=\"orbit-box\" -->shown by an **add-on** here\n"
    );
}

#[test]
fn macros_without_a_result_take_their_short_form_in_cells() {
    let cell = format!("<table><tr><th>{}</th></tr></table>", macro_with("cheese", &[], ""));
    let found = here(&cell).markdown;
    assert_eq!(found, "| *Cheese: not copied*<!-- pagelift: macro name=\"cheese\" --> |\n| --- |\n");
}
