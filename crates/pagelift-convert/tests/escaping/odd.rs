//! Bodies that nobody would write: each was once read or written wrong.

use pagelift_convert::Format;

use crate::converted;

#[test]
fn a_comment_in_a_link_to_nowhere_hides_no_text() {
    let body = "<p><ac:link><ri:attachment /><ac:x>&gt;<em>o</em></ac:x></ac:link></p>";
    assert_eq!(converted(body, Format::Gfm), "<!-- pagelift: element name=\"ac:x\" -->\n\\>*o*\n");
    let tag = "<p><ac:link><ri:attachment /><ac:x> &lt;p</ac:x></ac:link></p>";
    assert_eq!(converted(tag, Format::Gfm), "<!-- pagelift: element name=\"ac:x\" -->\n\\<p\n");
    let broken = "<p><ac:link><ri:attachment /><ac:x>a<br/>b</ac:x></ac:link></p>";
    assert_eq!(converted(broken, Format::Gfm), "<!-- pagelift: element name=\"ac:x\" -->\na b\n");
}

#[test]
fn a_rule_at_the_start_of_an_item_stays_in_the_list_though_its_quote_goes() {
    let body = "<ul><li><p>a</p></li><li><blockquote><hr/><table><tr><td>b</td></tr></table></blockquote></li></ul>";
    assert_eq!(converted(body, Format::Azure), "- a\n- ___\n\n  |  |\n  | --- |\n  | b |\n");
}

#[test]
fn dashes_behind_a_bullet_are_no_rule() {
    let list = |name: &str, text: &str| format!("<{name}><li>a</li><li>{text}</li></{name}>");
    for (body, wanted) in [
        (list("ul", "--"), "- a\n- \\--\n"),
        (list("ul", "- -"), "- a\n- \\- -\n"),
        (list("ul", "**"), "- a\n- **\n"),
        (list("ul", "-"), "- a\n- \\-\n"),
        (list("ul", "<ul><li><ul><li>b</li></ul></li></ul>"), "- a\n-\n  -\n    - b\n"),
        (list("ol", "--"), "1. a\n2. --\n"),
        (list("ol", "<hr/>"), "1. a\n2. ___\n"),
        (list("ul", "b") + &list("ul", "**"), "- a\n- b\n\n* a\n* \\**\n"),
    ] {
        assert_eq!(converted(&body, Format::Gfm), wanted, "{body}");
    }
}

#[test]
fn a_link_at_the_start_of_a_quote_is_no_callout_and_stays_a_link() {
    let body = "<blockquote><p><a href=\"https://x.y/0\">!a]</a>b</p></blockquote>";
    assert_eq!(converted(body, Format::Obsidian), "> [\\!a\\]](https://x.y/0)b\n");
}

#[test]
fn code_without_a_form_in_a_cell_makes_no_picture_of_the_link_behind_it() {
    let body = "<table><tr><th>h</th></tr><tr><td><code>\\|!</code><a href=\"https://x.y/4\">w</a></td></tr></table>";
    assert_eq!(converted(body, Format::Ai), "| h |\n| --- |\n| &#92;&#124;&#33;[w](https://x.y/4) |\n");
}

#[test]
fn what_a_broken_macro_holds_beside_its_body_is_shown() {
    let info = |inner: &str| {
        format!(
            "<ac:structured-macro ac:name=\"info\"><ac:rich-text-body>{inner}</ac:rich-text-body></ac:structured-macro>"
        )
    };
    let twice = info("<p>a</p></ac:rich-text-body><ac:rich-text-body><p>b</p>");
    assert_eq!(converted(&twice, Format::Gfm), "> [!NOTE]\n> a\n\nb\n");
    let nested = info(&format!("<p>a</p></ac:rich-text-body>{}<ac:rich-text-body>", info("<p>b</p>")));
    assert_eq!(converted(&nested, Format::Gfm), "> [!NOTE]\n> a\n\n> [!NOTE]\n> b\n");
    let tasks = "<ac:task-list><ac:task><ac:task-body>b</ac:task-body></ac:task></ac:task-list>";
    let tasks = info(&format!("<p>a</p></ac:rich-text-body>{tasks}<ac:rich-text-body>"));
    assert_eq!(converted(&tasks, Format::Gfm), "> [!NOTE]\n> a\n\n- [ ] b\n");
}
