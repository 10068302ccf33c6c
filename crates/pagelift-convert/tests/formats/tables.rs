//! Tables in each format, and the options that they have.

use pagelift_convert::Format::{Ai, CommonMark, Docusaurus, Gfm, Jekyll, Logseq, MkDocs, Obsidian};
use pagelift_convert::NoContext;
use pagelift_model::WarningCode;

use crate::{check, code, document, written_with};

const LISTS: &str = "<table><tbody><tr><th>A</th><th>B</th></tr><tr><td><ul><li>x<ol><li>y</li><li>z</li></ol></li></ul></td>\
                     <td><p>1</p><p>2</p></td></tr></tbody></table>";

#[test]
fn values_of_several_lines_stand_on_one() {
    check(
        LISTS,
        &[
            (Gfm, "| A | B |\n| --- | --- |\n| <ul><li>x<ol><li>y</li><li>z</li></ol></li></ul> | 1<br>2 |"),
            (Docusaurus, "| A | B |\n| --- | --- |\n| <ul><li>x<ol><li>y</li><li>z</li></ol></li></ul> | 1<br />2 |"),
            (Ai, "| A | B |\n| --- | --- |\n| • x; \u{a0}\u{a0}1. y; \u{a0}\u{a0}2. z | 1; 2 |"),
            (Logseq, "-\n  | A | B |\n  | --- | --- |\n  | • x; \u{a0}\u{a0}1. y; \u{a0}\u{a0}2. z | 1; 2 |"),
        ],
    );
    let bullets = written_with(Gfm, &[("cell_lists", "bullets")], LISTS);
    assert_eq!(bullets, "| A | B |\n| --- | --- |\n| • x<br>\u{a0}\u{a0}1. y<br>\u{a0}\u{a0}2. z | 1<br>2 |\n");
}

#[test]
fn common_mark_has_no_tables_but_html() {
    let got = document(
        CommonMark,
        &[],
        "<table><tbody><tr><th>A</th></tr><tr><td>a &amp; *b*</td></tr></tbody></table>",
        &NoContext,
    );
    assert_eq!(got.markdown, "<table>\n<tr><th>A</th></tr>\n<tr><td>a &amp; *b*</td></tr>\n</table>\n");
    assert!(got.warnings.iter().any(|warning| warning.code == WarningCode::TableHtml));
}

#[test]
fn tables_in_mdx_are_jsx() {
    let inner = format!(
        "<table><tbody><tr><td colspan=\"2\">a *b* {{c}}</td></tr></tbody></table>{}",
        code("java", "", "x {}\ny")
    );
    check(
        &format!("<table><tbody><tr><td>{inner}</td></tr></tbody></table>"),
        &[(
            Docusaurus,
            "<table>\n<tbody>\n<tr><td><table><tbody><tr><td colSpan={2}>a &#42;b&#42; &#123;c&#125;</td></tr></tbody></table>\
             <pre><code className=\"language-java\">x &#123;&#125;&#10;y</code></pre></td></tr>\n</tbody>\n</table>",
        )],
    );
}

#[test]
fn without_html_a_table_in_a_cell_is_its_values() {
    check(
        "<table><tbody><tr><th>A</th></tr><tr><td><table><tbody><tr><th>k</th><td>v</td></tr><tr><td>1</td><td>2</td></tr></tbody></table></td></tr></tbody></table>",
        &[(Ai, "| A |\n| --- |\n| **k**, v; 1, 2 |")],
    );
}

#[test]
fn code_in_cells_keeps_its_lines_where_html_can() {
    let body = format!("<table><tbody><tr><th>A</th></tr><tr><td>{}</td></tr></tbody></table>", code("", "", "a\nb"));
    check(
        &body,
        &[
            (Gfm, "| A |\n| --- |\n| <pre><code>a<br>b</code></pre> |"),
            (Docusaurus, "| A |\n| --- |\n| <pre><code>a<br />b</code></pre> |"),
            (Ai, "| A |\n| --- |\n| `a`; `b` |"),
        ],
    );
}

const MERGED: &str = "<table><tbody><tr><th>A</th><th>B</th></tr><tr><td colspan=\"2\">x</td></tr></tbody></table>";

#[test]
fn merged_cells_are_repeated_left_blank_or_kept() {
    let with = |value| written_with(Gfm, &[("merged_cells", value)], MERGED);
    assert_eq!(with("repeat"), "| A | B |\n| --- | --- |\n| x | x |\n");
    assert_eq!(with("blank"), "| A | B |\n| --- | --- |\n| x |  |\n");
    assert_eq!(with("html"), "<table>\n<tr><th>A</th><th>B</th></tr>\n<tr><td colspan=\"2\">x</td></tr>\n</table>\n");
    let ai = written_with(Ai, &[("merged_cells", "html")], MERGED);
    assert_eq!(ai, "| A | B |\n| --- | --- |\n| x | x |\n");
}

#[test]
fn a_table_without_a_header_may_use_its_first_row() {
    let body = "<table><tbody><tr><td>a</td><th>b</th></tr><tr><td>c</td><td>d</td></tr></tbody></table>";
    assert_eq!(written_with(Gfm, &[], body), "|  |  |\n| --- | --- |\n| a | **b** |\n| c | d |\n");
    let promoted = written_with(Gfm, &[("headerless_table", "promote-first-row")], body);
    assert_eq!(promoted, "| a | b |\n| --- | --- |\n| c | d |\n");
}

#[test]
fn columns_can_stand_below_each_other() {
    let body = "<table><tbody><tr><th>A</th><th>Name</th></tr><tr><td>設定</td><td style=\"text-align: right;\">x</td></tr></tbody></table>";
    let got = written_with(Obsidian, &[("table_style", "aligned")], body);
    assert_eq!(got, "| A    | Name |\n| ---- | ---- |\n| 設定 | x    |\n");
    let body = "<table><tbody><tr><th style=\"text-align: right;\">Name</th></tr><tr><td style=\"text-align: right;\">x</td></tr></tbody></table>";
    assert_eq!(written_with(MkDocs, &[("table_style", "aligned")], body), "| Name |\n| ---: |\n| x    |\n");
}

#[test]
fn kramdown_has_no_blocks_in_a_line() {
    let code = code("", "", "a|b\nc");
    let open = crate::boxed("expand", "More", "<p>x</p>");
    check(
        &format!(
            "<table><tbody><tr><th>A</th></tr><tr><td><ul><li>x</li><li>y</li></ul>{code}{open}</td></tr></tbody></table>"
        ),
        &[(Jekyll, "| A |\n| --- |\n| • x<br>• y<br><code>a&#124;b</code><br>`c`<br>**More**<br>x |")],
    );
}

#[test]
fn a_rule_is_the_value_of_a_cell() {
    let body = "<table><tbody><tr><td><hr/></td></tr></tbody></table>";
    check(
        body,
        &[(Gfm, "|  |\n| --- |\n| <hr> |"), (Docusaurus, "|  |\n| --- |\n| <hr /> |"), (Ai, "|  |\n| --- |\n| — |")],
    );
}

#[test]
fn code_that_no_cell_can_hold_is_text_where_there_is_no_html() {
    let body = "<table><tbody><tr><th>A</th></tr><tr><td><code>a\\|b</code></td></tr></tbody></table>";
    check(body, &[(Gfm, "| A |\n| --- |\n| <code>a&#92;&#124;b</code> |"), (Ai, "| A |\n| --- |\n| a&#92;&#124;b |")]);
}
