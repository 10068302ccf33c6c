//! Pages of which every block is an item of an outline.

use pagelift_convert::{ConvertOptions, Format, NoContext, convert};
use pagelift_model::BodyKind;

use crate::{boxed, check, code};

#[test]
fn what_follows_a_heading_belongs_to_it() {
    check(
        "<p>x</p><h1>A</h1><p>a</p><h3>B</h3><p>b</p><h2>C</h2><p>c</p><h1>D</h1>",
        &[(Format::Logseq, "- x\n- # A\n    - a\n    - ### B\n        - b\n    - ## C\n        - c\n- # D")],
    );
}

#[test]
fn a_list_belongs_to_the_paragraph_before_it() {
    check(
        "<p>x</p><ul><li><p>a</p><p>more</p><ol><li>one</li></ol></li><li><ul><li>b</li></ul></li></ul><p>y</p>",
        &[(
            Format::Logseq,
            "- x\n    - a\n        - more\n            - one\n              logseq.order-list-type:: number\n    -\n        - b\n- y",
        )],
    );
}

#[test]
fn further_lines_stand_below_the_first() {
    let table = "<table><tbody><tr><th>A</th></tr><tr><td>1</td></tr></tbody></table>";
    let quote = "<blockquote><p>q</p><p>r</p></blockquote>";
    check(
        &format!("<p>x<br/>y</p>{}{table}{quote}<hr/>", code("sh", "", "ls\n\n-l")),
        &[(
            Format::Logseq,
            "- x\n  y\n- ```bash\n  ls\n\n  -l\n  ```\n-\n  | A |\n  | --- |\n  | 1 |\n- > q\n  >\n  > r\n-\n  ---",
        )],
    );
}

#[test]
fn lists_in_boxes_are_no_items_of_the_outline() {
    check(
        &boxed("info", "", "<ul><li>a<ul><li>b</li></ul></li></ul>"),
        &[(Format::Logseq, "- #+BEGIN_NOTE\n  * a\n    * b\n  #+END_NOTE")],
    );
}

#[test]
fn the_title_of_the_page_holds_nothing() {
    let options = ConvertOptions { format: Format::Logseq, title: Some("T".to_owned()), ..ConvertOptions::default() };
    let got = convert("<p>x</p><h2>A</h2><p>y</p>", BodyKind::Storage, &NoContext, &options).markdown;
    assert_eq!(got, "- # T\n- x\n- ## A\n    - y\n");
}

#[test]
fn numbered_items_have_a_property() {
    check(
        &format!("<ol><li>a<br/>b</li><li>{}<p>c</p></li></ol>", code("", "", "x")),
        &[(
            Format::Logseq,
            "- a\n  logseq.order-list-type:: number\n  b\n\
             - logseq.order-list-type:: number\n  ```\n  x\n  ```\n    - c",
        )],
    );
}

#[test]
fn code_that_holds_a_fence_stands_in_a_block_of_source() {
    check(&code("sh", "", "```\nx"), &[(Format::Logseq, "- #+BEGIN_SRC bash\n  ```\n  x\n  #+END_SRC")]);
}

#[test]
fn pages_are_no_addresses_in_html() {
    let body = "<table><tbody><tr><th>a|b</th></tr><tr><td><ac:link><ri:page ri:content-title=\"News\"/></ac:link></td></tr></tbody></table>";
    let got = crate::document(Format::Logseq, &[], body, &crate::site::Site { format: Format::Logseq, unique: true });
    assert!(got.markdown.contains("<tr><td>News</td></tr>"), "{}", got.markdown);
}

#[test]
fn a_table_with_a_bar_is_html() {
    check(
        "<table><tbody><tr><th>A</th></tr><tr><td>a|b</td></tr></tbody></table>",
        &[(Format::Logseq, "-\n  <table>\n  <tr><th>A</th></tr>\n  <tr><td>a|b</td></tr>\n  </table>")],
    );
}

#[test]
fn quotes_and_boxes_hold_prose_alone() {
    let inner = format!("<p>a</p><h2>B</h2>{}<p>c</p>", code("", "", "x"));
    check(
        &boxed("info", "T", &inner),
        &[(
            Format::Logseq,
            "- **Info: T**\n    - a\n    - ## B\n        - ```\n          x\n          ```\n        - c",
        )],
    );
    check(&format!("<blockquote>{inner}</blockquote>"), &[(Format::Logseq, "- > a\n- ## B\n- ```\n  x\n  ```\n- > c")]);
}
