//! What single constructs become: each case was once wrong, here or elsewhere.

use pagelift_convert::{ConvertOptions, Document, Markers, NoContext, PropertyValue, convert};
use pagelift_model::BodyKind;

fn document(body: &str) -> Document {
    convert(body, BodyKind::Storage, &NoContext, &ConvertOptions::default())
}

type Case = (&'static str, &'static str, &'static str);

fn check(cases: &[Case]) {
    let mut failed = Vec::new();
    for (name, body, wanted) in cases {
        let got = document(body).markdown;
        if got.strip_suffix('\n').unwrap_or(&got) != *wanted {
            failed.push(format!("{name}\n--- wanted\n{wanted}\n--- got\n{got}"));
        }
    }
    assert!(failed.is_empty(), "{} of {} failed:\n{}", failed.len(), cases.len(), failed.join("\n"));
}

#[test]
fn inline_content() {
    check(&[
        ("a code span has no marks in it", "<p><code>a<strong>b</strong>c</code></p>", "`abc`"),
        ("a break splits a code span", "<p><code>a<br/>b</code></p>", "`a`\\\n`b`"),
        ("a link in a code span", r#"<p><code>a<a href="https://x.y">b</a></code></p>"#, "`a`[`b`](https://x.y)"),
        ("backticks next to code", "<p>`<code>x</code></p>", "\\``x`"),
        (
            "a comment never hides the text behind it",
            "<p><ac:placeholder>hint</ac:placeholder> <strong>b</strong></p>",
            "<!-- pagelift: placeholder text=\"hint\" -->\n\n**b**",
        ),
        ("marks around a space alone", "<p><b>a</b><b> </b><b>b</b></p>", "**a b**"),
        (
            "marks around a named place alone",
            "<p><strong><em><ac:structured-macro ac:name=\"anchor\"><ac:parameter ac:name=\"\">x</ac:parameter>\
             </ac:structured-macro></em> </strong>a <strong><a id=\"y\"></a>b</strong></p>",
            "<a id=\"x\"></a> a **<a id=\"y\"></a>b**",
        ),
        (
            "nor the text behind it that begins with a blank piece of code",
            "<p><code> <ac:x>a</ac:x></code></p><p>b<strong> </strong><ac:x>c</ac:x></p>",
            "<!-- pagelift: element name=\"ac:x\" -->\n\n`a`\n\nb <!-- pagelift: element name=\"ac:x\" -->c",
        ),
        (
            "the name of a picture stays on its line",
            "<h2>a <ac:image><ri:attachment ri:filename=\"b&#10;c.png\"/></ac:image></h2>",
            "## a ![b c](b%0Ac.png)",
        ),
        ("a link over a break is one link", r#"<p><a href="https://x.y">a<br/>b</a></p>"#, "[a b](https://x.y)"),
        (
            "marks never split a link",
            r#"<p><em>a <a href="https://x.y">b</a></em><a href="https://x.y">c</a></p>"#,
            "*a [b](https://x.y)*[c](https://x.y)",
        ),
        ("line separators are breaks", "<p>a\u{2028}b</p>", "a\\\nb"),
        ("decomposed letters are composed", "<p>Cafe\u{301}</p>", "Caf\u{e9}"),
        ("zero-width spaces at edges go", "<p>\u{200b}a \u{200b}b\u{200b}c</p>", "a b\u{200b}c"),
        ("an abbreviation", r#"<p><abbr title="a &amp; b">x</abbr></p>"#, "<abbr title=\"a &amp; b\">x</abbr>"),
        ("an emoji by its short name", r#"<p><ac:emoticon ac:emoji-shortname=":rocket:"/></p>"#, "🚀"),
        ("dates", r#"<p><time datetime="2026-07-01"/> <time>soon</time></p>"#, "2026-07-01 soon"),
        (
            "a status without a title shows its colour, an empty one nothing",
            r#"<p><ac:structured-macro ac:name="status"><ac:parameter ac:name="colour">Red</ac:parameter></ac:structured-macro><ac:structured-macro ac:name="status"/></p>"#,
            "`Red`",
        ),
    ]);
}

#[test]
fn escapes() {
    check(&[
        (
            "an address gets brackets, not backslashes",
            "<p>see https://x.y/_a_b_ now</p>",
            "see <https://x.y/_a_b_> now",
        ),
        ("an address that needs nothing", "<p>see https://x.y/a_b, *x</p>", "see https://x.y/a_b, *x"),
        ("brackets that would make a link", "<p>[ [a](b) and x[1][2] (c)</p>", "\\[ \\[a](b) and x[1][2] (c)"),
        ("brackets in a link", r#"<p><a href="https://x.y">a [b](c)</a></p>"#, "[a \\[b\\](c)](https://x.y)"),
        ("only tags", "<p>a &lt;b&gt; if x&lt;y &amp;&amp; z&gt;w, &lt;3 &gt;</p>", "a \\<b> if x<y && z>w, <3 >"),
        ("a block of HTML", "<p>&lt;div is a tag</p>", "\\<div is a tag"),
        ("prices are not maths", "<p>$5 and $10, but $a$</p>", "\\$5 and \\$10, but \\$a\\$"),
        ("ranges are not struck", "<p>1~2, 3~4</p>", "1\\~2, 3\\~4"),
        ("a table that is none", "<p>a|b<br/>-|-</p>", "a|b\\\n\\-|-"),
        ("a setext underline", "<p>a<br/>---</p>", "a\\\n\\---"),
        ("a footnote that is none", "<p>[^1]: x</p>", "\\[^1]: x"),
        ("a backslash before a break", "<p>C:\\<br/>D:\\</p>", "C:\\\\\\\nD:\\"),
        ("a tilde in struck text", "<p><del>a ~b</del></p>", "~~a \\~b~~"),
        ("backslash and bar in a cell", "<table><tr><th>a\\|b</th></tr></table>", "| a\\\\&#124;b |\n| --- |"),
        (
            "paragraphs of a cell do not pair",
            "<table><tr><th><p>*a</p><p>b*</p></th></tr></table>",
            "| \\*a<br>b\\* |\n| --- |",
        ),
    ]);
}

#[test]
fn lists_and_blocks() {
    check(&[
        ("two lists in a row", "<ul><li>a</li></ul><p/><ul><li>b</li></ul>", "- a\n\n* b"),
        (
            "a contents list does not join the list before it",
            r#"<ul><li>a</li></ul><ac:structured-macro ac:name="toc"/><h2>H</h2>"#,
            "- a\n\n* [H](#h)\n\n## H",
        ),
        ("an item that begins with a list", "<ul><li><ul><li>a</li></ul></li></ul>", "-\n  - a"),
        (
            "an item without a marker",
            r#"<ul><li>a</li><li style="list-style-type: none;"><ul><li>b</li></ul></li></ul>"#,
            "- a\n  - b",
        ),
        ("a rule in an item", "<ul><li><hr/></li></ul>", "- ___"),
        (
            "a list after a table in an item",
            "<ul><li><table><tr><th>h</th></tr></table><ul><li>x</li></ul></li></ul>",
            "- | h |\n  | --- |\n\n  - x",
        ),
        (
            "lists side by side in an item are tight",
            r#"<ol><li><p>a</p><ul><li>b</li></ul><ol start="3"><li>c</li></ol><ol><li>d</li></ol></li></ol>"#,
            "1. a\n   - b\n   3. c\n   1) d",
        ),
        ("a list from three on", r#"<ul><li>a<ol start="3"><li>b</li></ol></li></ul>"#, "- a\n\n  3. b"),
        ("definitions", "<dl><dt>T</dt><dd>M</dd><dd>N</dd></dl>", "- **T**: M\n\n  N"),
        ("items without ends", "<ul><li>a<li>b</ul>", "- a\n- b"),
        (
            "a list that opens a callout",
            r#"<ac:structured-macro ac:name="info"><ac:rich-text-body><ol start="2"><li>a</li></ol></ac:rich-text-body></ac:structured-macro>"#,
            "> [!NOTE]\n>\n> 2. a",
        ),
        (
            "a heading in a panel",
            r#"<ac:structured-macro ac:name="panel"><ac:rich-text-body><h2>H</h2></ac:rich-text-body></ac:structured-macro>"#,
            "> ## H",
        ),
        ("a heading is one line", "<h2>A<br/><br/>B</h2>", "## A B"),
        ("a heading in a link", r#"<a href="https://x.y"><h2>H</h2></a>"#, "## [H](https://x.y)"),
        ("a heading by its id", r##"<h2 id="rel">Notes</h2><p><a href="#rel">x</a></p>"##, "## Notes\n\n[x](#notes)"),
        ("wiki markup", "h1. Title\n* a", "```confluence-wiki\nh1. Title\n* a\n```"),
    ]);
}

#[test]
fn tables() {
    check(&[
        (
            "tasks",
            "<table><tr><th>h</th></tr><tr><td><ac:task-list><ac:task><ac:task-status>complete</ac:task-status><ac:task-body>a</ac:task-body></ac:task><ac:task><ac:task-body>b</ac:task-body></ac:task></ac:task-list></td></tr></table>",
            "| h |\n| --- |\n| ☑ a<br>☐ b |",
        ),
        (
            "an expand",
            r#"<table><tr><th><ac:structured-macro ac:name="expand"><ac:parameter ac:name="title">T|x</ac:parameter><ac:rich-text-body><p>a</p></ac:rich-text-body></ac:structured-macro></th></tr></table>"#,
            "| <details><summary>T\\|x</summary>a</details> |\n| --- |",
        ),
        (
            "spans in two directions",
            r#"<table><tr><th rowspan="2">A</th><th colspan="2">B</th></tr><tr><td>1</td><td>2</td></tr></table>"#,
            "| A | B | B |\n| --- | --- | --- |\n| A | 1 | 2 |",
        ),
        (
            "a spanned row without cells",
            r#"<table><tr><td rowspan="2">a</td></tr><tr></tr><tr><td>b</td></tr></table>"#,
            "|  |\n| --- |\n| a |\n| a |\n| b |",
        ),
        (
            "a table in a cell writes each link and mark once",
            r#"<table><tr><td><p><a href="https://x.y">a <strong>b</strong></a> <em>c <code>d&nbsp;e</code></em></p><table><tr><td>&lt;f&gt;</td></tr></table></td></tr></table>"#,
            "<table>\n<tr><td><p><a href=\"https://x.y\">a <strong>b</strong></a> <em>c <code>d e</code></em></p><table><tr><td>&lt;f&gt;</td></tr></table></td></tr>\n</table>",
        ),
        (
            "a formula is text where HTML stands",
            r#"<table><tr><td><ac:structured-macro ac:name="mathinline"><ac:parameter ac:name="body">a&lt;b</ac:parameter></ac:structured-macro> x<table><tr><td>f</td></tr></table></td></tr></table>"#,
            "<table>\n<tr><td><p>$a&lt;b$ x</p><table><tr><td>f</td></tr></table></td></tr>\n</table>",
        ),
        (
            "nothing is escaped that means nothing in a cell",
            "<table><tr><th>C:\\dir\\</th><th>[a]: b</th></tr></table>",
            "| C:\\dir\\ | [a]: b |\n| --- | --- |",
        ),
        ("cells without ends", "<table><tr><td>a<td>b<tr><td>c</table>", "|  |  |\n| --- | --- |\n| a | b |\n| c |  |"),
        ("an end tag in a cell", "<p><table><tr><th>a</p></th></tr></table>", "| a |\n| --- |"),
    ]);
}

#[test]
fn links_and_pictures() {
    check(&[
        (
            "a picture alone in a heading",
            r#"<h2><ac:image><ri:attachment ri:filename="a.png"/></ac:image></h2>"#,
            "![a](a.png)",
        ),
        (
            "pictures in a row",
            r#"<ac:image><ri:attachment ri:filename="a.png"/></ac:image><ac:image><ri:attachment ri:filename="b.png"/></ac:image>"#,
            "![a](a.png)\n\n![b](b.png)",
        ),
        (
            "a picture in a sentence",
            r#"<p>x <ac:image ac:layout="center"><ri:attachment ri:filename="a.png"/></ac:image> y</p>"#,
            "x ![a](a.png) y",
        ),
        (
            "a picture with a link",
            r#"<ac:image ac:href="https://x.y"><ri:url ri:value="https://x.y/p.png"/></ac:image>"#,
            "[![p](https://x.y/p.png)](https://x.y)",
        ),
        ("a film", r#"<ac:image><ri:attachment ri:filename="a.mp4"/></ac:image>"#, "[a.mp4](a.mp4)"),
        (
            "alternative text is text",
            r#"<ac:image ac:alt="a*b* [c] &amp;amp;"><ri:attachment ri:filename="a.png"/></ac:image>"#,
            "![a\\*b\\* [c] &amp;amp;](a.png)",
        ),
        (
            "a page by id",
            r#"<p><ac:link><ri:content-entity ri:content-id="12"/></ac:link></p>"#,
            "[12](confluence:///12)",
        ),
        ("an address on the site", r#"<p><a href="/wiki/spaces/AB/pages/77/T">t</a></p>"#, "[t](confluence:///77)"),
        ("a short link", r#"<p><a href="/wiki/x/e4AD">t</a></p>"#, "[t](confluence:///229499)"),
        (
            "a slash in a title",
            r#"<p><ac:link><ri:page ri:content-title="A/B" ri:space-key="X"/></ac:link> <ac:link><ri:page ri:content-title="A/B"/></ac:link></p>"#,
            "[A/B](confluence:///X/A%2FB) [A/B](confluence:///A%2FB)",
        ),
        ("a broken link", "<p><ac:link>gone</ac:link></p>", "gone"),
        ("a shortcut", r#"<p><ac:link><ri:shortcut ri:key="jira" ri:parameter="X-1"/></ac:link></p>"#, "X-1@jira"),
        (
            "other prefixes",
            r#"<x:link xmlns:x="http://atlassian.com/content" xmlns:y="http://atlassian.com/resource/identifier"><y:page y:content-title="T"/></x:link>"#,
            "[T](confluence:///T)",
        ),
    ]);
}

#[test]
fn macros() {
    check(&[
        (
            "a tip stands behind the last words it is about",
            r#"<ac:structured-macro ac:name="tooltip"><ac:parameter ac:name="text">h</ac:parameter><ac:rich-text-body><p>t</p></ac:rich-text-body></ac:structured-macro>"#,
            "t (h)",
        ),
        (
            "a macro of its own does not join the text before it",
            r#"<ac:structured-macro ac:name="tooltip"><ac:parameter ac:name="text">h</ac:parameter><ac:rich-text-body>t</ac:rich-text-body></ac:structured-macro><ac:structured-macro ac:name="box"><ac:rich-text-body><p>a</p></ac:rich-text-body></ac:structured-macro>"#,
            "t (h)\n\n<!-- pagelift: macro name=\"box\" -->\n\na",
        ),
        (
            "an icon of a panel of the new editor",
            r#"<ac:adf-extension><ac:adf-node type="panel"><ac:adf-attribute key="panel-type">custom</ac:adf-attribute><ac:adf-attribute key="panel-icon-text">🚀</ac:adf-attribute><ac:adf-content><p>a</p></ac:adf-content></ac:adf-node></ac:adf-extension>"#,
            "> 🚀 a",
        ),
        (
            "a synced block of the new editor",
            r#"<ac:adf-extension><ac:adf-node type="bodied-sync-block"><ac:adf-attribute key="resource-id">r1</ac:adf-attribute><ac:adf-content><p>a</p></ac:adf-content></ac:adf-node></ac:adf-extension>"#,
            "<!-- pagelift: sync-block resource=\"r1\" -->\n\na",
        ),
        (
            "in a sentence",
            r#"<p><ac:structured-macro ac:name="poll"/> b</p>"#,
            "*poll: not copied*<!-- pagelift: macro name=\"poll\" --> b",
        ),
        (
            "hidden text",
            r#"<ac:structured-macro ac:name="excerpt"><ac:parameter ac:name="hidden">true</ac:parameter><ac:rich-text-body><p>a -- b</p></ac:rich-text-body></ac:structured-macro>"#,
            "<!-- pagelift: hidden name=\"excerpt\"\na -&#45; b\n-->",
        ),
        (
            "a footnote",
            r#"<p>a<ac:structured-macro ac:name="footnote"><ac:rich-text-body><p>n</p></ac:rich-text-body></ac:structured-macro> b</p><p>c</p>"#,
            "a[^1] b\n\nc\n\n[^1]: n",
        ),
        (
            "a tab",
            r#"<ac:structured-macro ac:name="ui-tab"><ac:parameter ac:name="title">T</ac:parameter><ac:rich-text-body><p>x</p></ac:rich-text-body></ac:structured-macro>"#,
            "**T**\n\nx",
        ),
        (
            "an embedded page",
            r#"<ac:structured-macro ac:name="iframe"><ac:parameter ac:name="src"><ri:url ri:value="https://x.y/z"/></ac:parameter></ac:structured-macro>"#,
            "<https://x.y/z>",
        ),
        (
            "Markdown",
            r#"<ac:structured-macro ac:name="markdown"><ac:plain-text-body><![CDATA[# a *b*]]></ac:plain-text-body></ac:structured-macro>"#,
            "# a *b*",
        ),
        (
            "a road map",
            r#"<ac:structured-macro ac:name="roadmap"><ac:parameter ac:name="source">%7B%22title%22%3A%22R%22%2C%22lanes%22%3A%5B%7B%22title%22%3A%22L%22%2C%22bars%22%3A%5B%7B%22title%22%3A%22B%22%2C%22startDate%22%3A%222026-01-01%2000%3A00%3A00%22%2C%22duration%22%3A2%7D%5D%7D%5D%7D</ac:parameter></ac:structured-macro>"#,
            "**R**\n\n- L\n  - B (2026-01-01, 2 months)",
        ),
        (
            "a packed diagram",
            r#"<ac:structured-macro ac:name="plantumlcloud"><ac:parameter ac:name="data">QSAtPiBC</ac:parameter></ac:structured-macro>"#,
            "```plantuml\nA -> B\n```",
        ),
    ]);
}

#[test]
fn malformed_bodies() {
    check(&[
        (
            "entities of the body's own",
            "<!DOCTYPE x [<!ENTITY who \"Mara\">]><p>&who; &amp; &nope;</p>",
            "Mara & &nope;",
        ),
        ("scripts", "<p>a</p><script>if (a < b) { \"<p>x</p>\" }</script><p>b</p>", "a\n\nb"),
        ("a comment without an end", "<p>a</p><!-- <p>b</p>", "a\n\nb"),
        ("a cut tag", "<p>a</p><p", "a\n\n\\<p"),
    ]);
}

#[test]
fn page_properties_are_read_from_their_table() {
    let body = r#"<ac:structured-macro ac:name="details"><ac:rich-text-body><table><tr><th>Owner</th><td>Mara</td></tr>
        <tr><th>Owner</th><td><ul><li>a</li><li>b</li></ul></td></tr></table></ac:rich-text-body></ac:structured-macro>"#;
    let list = PropertyValue::List(vec!["a".to_owned(), "b".to_owned()]);
    let wanted = [("Owner".to_owned(), "Mara".to_owned().into()), ("Owner_2".to_owned(), list)];
    assert_eq!(document(body).properties, wanted);
}

#[test]
fn secrets_in_parameters_are_masked() {
    let body = r#"<ac:structured-macro ac:name="feed"><ac:parameter ac:name="apiToken">abc</ac:parameter></ac:structured-macro>"#;
    let found = document(body).markdown;
    assert!(found.contains("apiToken=\"***\"") && !found.contains("abc"), "{found}");
}

#[test]
fn a_warning_says_where_its_mark_is() {
    let body = r#"<p>a</p><ac:structured-macro ac:name="poll"/><p>b</p><ac:structured-macro ac:name="poll"/>"#;
    let lines: Vec<u32> = document(body).warnings.iter().map(|warning| warning.line).collect();
    assert_eq!(lines, [3, 7]);
}

#[test]
fn without_tags_a_mark_that_would_show_its_stars_goes() {
    let options = ConvertOptions { format: pagelift_convert::Format::Ai, ..ConvertOptions::default() };
    for (body, wanted) in [
        ("<p><strong>1.</strong><em>two</em></p>", "1.two\n"),
        ("<p><del><code>a</code></del><strong><code>b</code>1.</strong>c</p>", "`a` `b`1.c\n"),
    ] {
        assert_eq!(convert(body, BodyKind::Storage, &NoContext, &options).markdown, wanted);
    }
}

#[test]
fn a_contents_list_of_nothing_leaves_its_cell_empty() {
    let body = "<table><tr><td><ac:structured-macro ac:name=\"toc\"/></td></tr></table>";
    for &format in pagelift_convert::Format::ALL {
        let options = ConvertOptions { format, markers: Some(Markers::None), ..ConvertOptions::default() };
        let found = convert(body, BodyKind::Storage, &NoContext, &options).markdown;
        assert!(found.is_empty() || !found.contains(['&', '#']), "{}: {found}", format.name());
    }
}

#[test]
fn colons_in_a_box_never_end_it() {
    let options = ConvertOptions { format: pagelift_convert::Format::Docusaurus, ..ConvertOptions::default() };
    let body = "<ac:structured-macro ac:name=\"info\"><ac:rich-text-body><p>:::</p><p>a<br/>::::</p></ac:rich-text-body>\
                </ac:structured-macro>";
    let found = convert(body, BodyKind::Storage, &NoContext, &options).markdown;
    assert_eq!(found, ":::info\n\n\\:::\n\na\\\n\\::::\n\n:::\n");
}
