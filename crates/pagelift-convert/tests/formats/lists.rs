//! Lists and contents lists.

use pagelift_convert::Format::{Ai, Azure, Docusaurus, Gfm, GitlabWiki, Jekyll, Logseq, MkDocs, Obsidian};

use crate::{check, code, written_with};

#[test]
fn what_stands_in_an_item_is_indented_as_the_format_wants_it() {
    let body = format!("<ol><li>a<ul><li>b</li></ul></li><li><p>c</p>{}</li></ol>", code("sh", "", "ls\n  -l"));
    check(
        &body,
        &[
            (Gfm, "1. a\n   - b\n2. c\n\n   ```bash\n   ls\n     -l\n   ```"),
            (MkDocs, "1. a\n    - b\n2. c\n\n    ```bash\n    ls\n      -l\n    ```"),
            (Azure, "1. a\n   - b\n2. c\n\n   ```bash\n   ls\n     -l\n   ```"),
        ],
    );
}

#[test]
fn neighbouring_lists_stay_two_lists() {
    let body = "<ul><li>a</li></ul><ul><li>b</li></ul><ol><li>c</li></ol><ol><li>d</li></ol>";
    check(
        body,
        &[
            (Gfm, "- a\n\n* b\n\n1. c\n\n1) d"),
            // Neither parser begins a list for another marker, nor knows a bracket behind a number.
            (MkDocs, "- a\n\n<!-- -->\n\n- b\n\n<!-- -->\n\n1. c\n\n<!-- -->\n\n1. d"),
            (Jekyll, "- a\n\n<!-- -->\n\n- b\n\n<!-- -->\n\n1. c\n\n<!-- -->\n\n1. d"),
        ],
    );
    check(
        "<ul><li>x<ul><li>a</li></ul><p /><ul><li>b</li></ul></li></ul>",
        &[(MkDocs, "- x\n    - a\n\n    <!-- -->\n\n    - b")],
    );
}

#[test]
fn code_in_mkdocs_never_begins_behind_a_bullet() {
    check(&format!("<ul><li>{}</li></ul>", code("", "", "x")), &[(MkDocs, "- &nbsp;\n\n    ```\n    x\n    ```")]);
}

#[test]
fn tasks_are_what_the_format_calls_them() {
    check(
        "<ac:task-list><ac:task><ac:task-status>complete</ac:task-status><ac:task-body>a</ac:task-body></ac:task>\
         <ac:task><ac:task-status>incomplete</ac:task-status><ac:task-body>b</ac:task-body></ac:task></ac:task-list>",
        &[(Gfm, "- [x] a\n- [ ] b"), (Ai, "- [x] a\n- [ ] b"), (Logseq, "- DONE a\n- TODO b")],
    );
}

const TOC: &str = r#"<ac:structured-macro ac:name="toc"><ac:parameter ac:name="maxLevel">2</ac:parameter></ac:structured-macro><h1>A</h1><h2>B b</h2><h3>C</h3>"#;

#[test]
fn contents_lists_are_generated_native_or_left_out() {
    let headings = "# A\n\n## B b\n\n### C";
    let generated = "- [A](#a)\n  - [B b](#b-b)";
    let marker = "<!-- pagelift: macro name=\"toc\" maxLevel=\"2\" -->";
    check(
        TOC,
        &[
            (Gfm, &format!("{generated}\n\n{headings}")),
            (Obsidian, &format!("{marker}\n\n{headings}")),
            (MkDocs, &format!("[TOC]\n\n{headings}")),
            (Azure, &format!("[[_TOC_]]\n\n{headings}")),
            (GitlabWiki, &format!("[[_TOC_]]\n\n{headings}")),
            (Jekyll, &format!("* TOC\n{{:toc}}\n\n{headings}")),
        ],
    );
    let twice = format!("{TOC}{TOC}");
    assert_eq!(written_with(Jekyll, &[], &twice).matches("{:toc}").count(), 1);
    let chosen = |format, value| written_with(format, &[("toc", value)], TOC);
    assert_eq!(chosen(MkDocs, "generate"), format!("- [A](#a)\n    - [B b](#b-b)\n\n{headings}\n"));
    assert_eq!(chosen(Gfm, "omit"), format!("{marker}\n\n{headings}\n"));
    assert_eq!(chosen(Gfm, "native"), format!("{generated}\n\n{headings}\n"));
    assert_eq!(chosen(Docusaurus, "generate"), format!("{generated}\n\n{headings}\n"));
    assert_eq!(written_with(Gfm, &[("toc", "omit"), ("markers", "none")], TOC), format!("{headings}\n"));
}

#[test]
fn lowered_headings_are_listed_all_the_same() {
    let got = written_with(Gfm, &[("heading_offset", "2")], TOC);
    assert_eq!(got, "- [A](#a)\n  - [B b](#b-b)\n\n### A\n\n#### B b\n\n##### C\n");
    assert_eq!(written_with(Gfm, &[("heading_offset", "5")], "<h1>A</h1><h3>C</h3>"), "###### A\n\n###### C\n");
}

#[test]
fn in_mkdocs_an_item_after_one_with_paragraphs_begins_behind_a_gap() {
    check(
        "<ul><li>x<ul><li><p>a</p><p>b</p></li></ul></li><li>y</li><li>z</li></ul>",
        &[(MkDocs, "- x\n    - a\n\n        b\n\n- y\n- z"), (Gfm, "- x\n  - a\n\n    b\n- y\n- z")],
    );
}
