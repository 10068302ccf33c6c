//! Boxes, parts that open, tabs, code, formulas and footnotes.

use pagelift_convert::Format::{
    Ai, Azure, CommonMark, Docusaurus, Gfm, GithubWiki, GitlabWiki, Hugo, Jekyll, Logseq, MkDocs, Obsidian,
};

use crate::{boxed, check, code, written};

#[test]
fn every_kind_of_box_has_its_name() {
    let kinds = ["info", "tip", "note", "warning"];
    let names: &[(_, [&str; 4])] = &[
        (Gfm, ["> [!NOTE]\n> x", "> [!TIP]\n> x", "> [!WARNING]\n> x", "> [!CAUTION]\n> x"]),
        (GithubWiki, ["> [!NOTE]\n> x", "> [!TIP]\n> x", "> [!WARNING]\n> x", "> [!CAUTION]\n> x"]),
        (GitlabWiki, ["> [!NOTE]\n> x", "> [!TIP]\n> x", "> [!WARNING]\n> x", "> [!CAUTION]\n> x"]),
        (Obsidian, ["> [!info]\n> x", "> [!tip]\n> x", "> [!warning]\n> x", "> [!danger]\n> x"]),
        (Docusaurus, [":::info\n\nx\n\n:::", ":::tip\n\nx\n\n:::", ":::warning\n\nx\n\n:::", ":::danger\n\nx\n\n:::"]),
        (MkDocs, ["!!! info\n\n    x", "!!! tip\n\n    x", "!!! warning\n\n    x", "!!! danger\n\n    x"]),
        (Hugo, ["> **Info**\n>\n> x", "> **Tip**\n>\n> x", "> **Warning**\n>\n> x", "> **Caution**\n>\n> x"]),
        (
            Logseq,
            [
                "- #+BEGIN_NOTE\n  x\n  #+END_NOTE",
                "- #+BEGIN_TIP\n  x\n  #+END_TIP",
                "- #+BEGIN_WARNING\n  x\n  #+END_WARNING",
                "- #+BEGIN_CAUTION\n  x\n  #+END_CAUTION",
            ],
        ),
    ];
    for (format, wanted) in names {
        for (kind, wanted) in kinds.iter().zip(wanted) {
            assert_eq!(written(*format, &boxed(kind, "", "<p>x</p>")), format!("{wanted}\n"), "{kind} in {format:?}");
        }
    }
}

#[test]
fn a_purple_note_is_not_a_yellow_one() {
    let body = r#"<ac:adf-extension><ac:adf-node type="panel"><ac:adf-attribute key="panel-type">note</ac:adf-attribute><ac:adf-content><p>x</p></ac:adf-content></ac:adf-node></ac:adf-extension>"#;
    check(
        body,
        &[
            (Obsidian, "> [!note]\n> x"),
            (Docusaurus, ":::note\n\nx\n\n:::"),
            (MkDocs, "!!! note\n\n    x"),
            (Azure, "> **Note**\n>\n> x"),
            (Logseq, "- #+BEGIN_IMPORTANT\n  x\n  #+END_IMPORTANT"),
        ],
    );
}

#[test]
fn a_panel_has_its_title_and_no_label() {
    check(
        &boxed("panel", "Box", "<p>x</p>"),
        &[
            (Gfm, "> **Box**\n>\n> x"),
            (Obsidian, "> [!quote] Box\n> x"),
            (Docusaurus, ":::note[Box]\n\nx\n\n:::"),
            (MkDocs, "!!! quote \"Box\"\n\n    x"),
            (Jekyll, "> **Box**\n>\n> x"),
            (Logseq, "- #+BEGIN_QUOTE\n  **Box**\n\n  x\n  #+END_QUOTE"),
        ],
    );
    check(&boxed("panel", "", "<p>x</p>"), &[(MkDocs, "!!! quote \"\"\n\n    x"), (Obsidian, "> [!quote]\n> x")]);
}

#[test]
fn titles_of_boxes_are_words_and_not_markup() {
    check(
        &boxed("info", "a [b", "<p>x</p>"),
        &[
            (Docusaurus, ":::info[a \\[b]\n\nx\n\n:::"),
            (Obsidian, "> [!info] a [b\n> x"),
            (MkDocs, "!!! info \"a [b\"\n\n    x"),
            (Ai, "> **Info: a [b**\n>\n> x"),
        ],
    );
}

#[test]
fn a_title_can_end_in_a_backslash() {
    check(&boxed("info", "a\\", "<p>x</p>"), &[(Docusaurus, ":::info[a\\\\]\n\nx\n\n:::")]);
}

#[test]
fn boxes_in_boxes_stay_apart() {
    check(
        &boxed("info", "", &format!("<p>a</p>{}<p>c</p>", boxed("tip", "", "<p>b</p>"))),
        &[
            (Gfm, "> [!NOTE]\n> a\n>\n> > **Tip**\n> >\n> > b\n>\n> c"),
            (Obsidian, "> [!info]\n> a\n>\n> > [!tip]\n> > b\n>\n> c"),
            (Docusaurus, "::::info\n\na\n\n:::tip\n\nb\n\n:::\n\nc\n\n::::"),
            (MkDocs, "!!! info\n\n    a\n\n    !!! tip\n\n        b\n\n    c"),
            // The first end of a box would be that of the one around it.
            (Logseq, "- #+BEGIN_NOTE\n  a\n\n  > **Tip**\n  >\n  > b\n\n  c\n  #+END_NOTE"),
        ],
    );
}

#[test]
fn boxes_in_items_are_indented() {
    check(
        &format!("<ul><li><p>a</p>{}</li></ul>", boxed("info", "", "<p>b</p>")),
        &[
            (Gfm, "- a\n\n  > **Info**\n  >\n  > b"),
            (Obsidian, "- a\n\n  > [!info]\n  > b"),
            (Docusaurus, "- a\n\n  :::info\n\n  b\n\n  :::"),
            (MkDocs, "- a\n\n    !!! info\n\n        b"),
            (Logseq, "- a\n    - #+BEGIN_NOTE\n      b\n      #+END_NOTE"),
        ],
    );
}

#[test]
fn a_quote_in_azure_never_holds_a_table() {
    let table = "<table><tbody><tr><th>A</th></tr><tr><td>1</td></tr></tbody></table>";
    check(
        &boxed("warning", "Mind", table),
        &[
            (Azure, "**Caution: Mind**\n\n| A |\n| --- |\n| 1 |"),
            (Hugo, "> **Caution: Mind**\n>\n> | A |\n> | --- |\n> | 1 |"),
        ],
    );
    check(&format!("<blockquote>{table}</blockquote>"), &[(Azure, "| A |\n| --- |\n| 1 |")]);
}

#[test]
fn parts_that_open_are_what_the_format_has_for_them() {
    check(
        &boxed("expand", "More", "<p>a</p><p>b</p>"),
        &[
            (Gfm, "<details>\n<summary>More</summary>\n\na\n\nb\n\n</details>"),
            (Docusaurus, "<details>\n<summary>More</summary>\n\na\n\nb\n\n</details>"),
            (Jekyll, "<details markdown=\"1\">\n<summary>More</summary>\n\na\n\nb\n\n</details>"),
            (Obsidian, "> [!note]- More\n> a\n>\n> b"),
            (MkDocs, "??? note \"More\"\n\n    a\n\n    b"),
            (Azure, "**More**\n\na\n\nb"),
            (Ai, "**More**\n\na\n\nb"),
            (Logseq, "- **More**\n    - a\n    - b"),
        ],
    );
}

#[test]
fn a_summary_in_mdx_has_no_markdown_in_it() {
    check(
        &boxed("expand", "a *b* {c} &lt;d&gt;", "<p>x</p>"),
        &[(Docusaurus, "<details>\n<summary>a &#42;b&#42; &#123;c&#125; &lt;d&gt;</summary>\n\nx\n\n</details>")],
    );
}

#[test]
fn tabs_are_tabs_where_there_are_such() {
    let body =
        boxed("ui-tabs", "", &format!("{}{}", boxed("ui-tab", "A", "<p>a</p>"), boxed("ui-tab", "B", "<p>b</p>")));
    check(
        &body,
        &[
            (Gfm, "**A**\n\na\n\n**B**\n\nb"),
            (MkDocs, "=== \"A\"\n\n    a\n\n=== \"B\"\n\n    b"),
            (
                Docusaurus,
                "import Tabs from '@theme/Tabs';\nimport TabItem from '@theme/TabItem';\n\n<Tabs>\n\
                 <TabItem value=\"tab-1\" label=\"A\">\n\na\n\n</TabItem>\n\
                 <TabItem value=\"tab-2\" label=\"B\">\n\nb\n\n</TabItem>\n</Tabs>",
            ),
            (Logseq, "- **A**\n    - a\n- **B**\n    - b"),
        ],
    );
    let twice = format!("{body}{body}");
    assert!(written(MkDocs, &twice).contains("\n\n===! \"A\"\n"), "{}", written(MkDocs, &twice));
}

#[test]
fn the_title_of_code_stands_where_the_format_shows_it() {
    check(
        &code("java", "Main \"A\"", "x;"),
        &[
            (Gfm, "**Main \"A\"**\n\n```java\nx;\n```"),
            (Docusaurus, "```java title=\"Main 'A'\"\nx;\n```"),
            (MkDocs, "```java title=\"Main 'A'\"\nx;\n```"),
        ],
    );
    check(&code("", "T", "x"), &[(Docusaurus, "```text title=\"T\"\nx\n```")]);
}

#[test]
fn mermaid_in_azure_is_a_container() {
    check(
        &code("mermaid", "", "graph TD\nA-->B"),
        &[(Azure, "::: mermaid\ngraph TD\nA-->B\n:::"), (Gfm, "```mermaid\ngraph TD\nA-->B\n```")],
    );
}

#[test]
fn templates_in_code_do_not_run() {
    check(
        &code("", "", "{{ x }} {{< y >}} {{< open"),
        &[
            (Jekyll, "{% raw %}\n```\n{{ x }} {{< y >}} {{< open\n```\n{% endraw %}"),
            (Hugo, "```\n{{ x }} {{</* y */>}} {{< open\n```"),
            (Gfm, "```\n{{ x }} {{< y >}} {{< open\n```"),
        ],
    );
    check(
        &code("", "", "{%-endraw %}"),
        &[(Jekyll, "{% raw %}\n```\n{% endraw %}{{ \"{\" }}{% raw %}%-endraw %}\n```\n{% endraw %}")],
    );
    check(
        &format!("<ul><li>{}</li></ul>", code("", "", "{{ x }}")),
        &[(Jekyll, "- {% raw %}```\n  {{ x }}\n  ```\n  {% endraw %}")],
    );
    check(
        &boxed("expand", "{{ x }}", ""),
        &[(Jekyll, "<details markdown=\"1\">\n<summary>&#123;{ x }}</summary>\n\n</details>")],
    );
}

#[test]
fn formulas_are_code_where_there_are_none() {
    let body = r#"<ac:structured-macro ac:name="mathblock"><ac:plain-text-body><![CDATA[a_1*b]]></ac:plain-text-body></ac:structured-macro>"#;
    check(body, &[(Gfm, "$$\na_1*b\n$$"), (CommonMark, "```math\na_1*b\n```"), (Azure, "$$\na_1*b\n$$")]);
}

#[test]
fn a_formula_ends_before_a_number_too() {
    const FORMULA: &str = "<ac:structured-macro ac:name=\"mathinline\"><ac:parameter ac:name=\"body\">2a</ac:parameter></ac:structured-macro>";
    let apart = "$2a$&#50;026 $2a$ 7 $2a$b";
    check(
        &format!("<p>{FORMULA}2026 {FORMULA} 7 {FORMULA}b</p>"),
        &[
            (Gfm, apart),
            (Obsidian, apart),
            (Azure, apart),
            (GithubWiki, apart),
            (GitlabWiki, apart),
            (Hugo, apart),
            (MkDocs, "$2a$2026 $2a$ 7 $2a$b"),
            (Jekyll, "$$2a$$2026 $$2a$$ 7 $$2a$$b"),
        ],
    );
    let cell = format!("<table><tr><th><p>h</p></th></tr><tr><td><p>{FORMULA}7</p></td></tr></table>");
    check(&cell, &[(Gfm, "| h |\n| --- |\n| $2a$&#55; |")]);
}

#[test]
fn footnotes_stand_in_brackets_where_there_are_none() {
    check(
        &format!("<p>a{} b</p>", boxed("footnote", "", "<p>the <em>note</em></p>")),
        &[
            (Gfm, "a[^1] b\n\n[^1]: the *note*"),
            (CommonMark, "a (the *note*) b"),
            (Azure, "a (the *note*) b"),
            (Logseq, "- a[^1] b\n- [^1]: the *note*"),
        ],
    );
}

#[test]
fn definitions_are_a_list_of_their_own_in_mkdocs() {
    check(
        "<dl><dt>A</dt><dd>one</dd><dd><p>two</p><p>more</p></dd><dt>B</dt><dd>x</dd></dl>",
        &[
            (MkDocs, "A\n:   one\n:   two\n\n    more\n\nB\n:   x"),
            (Gfm, "- **A**: one\n\n  two\n\n  more\n- **B**: x"),
        ],
    );
}

#[test]
fn definitions_in_an_item_are_items() {
    check(
        "<ul><li><dl><dt>A</dt><dd>one</dd></dl></li></ul>",
        &[(MkDocs, "-\n    - **A**: one"), (Gfm, "-\n  - **A**: one")],
    );
}
