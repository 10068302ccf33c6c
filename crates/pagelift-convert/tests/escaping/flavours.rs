//! What the parser of each flavour reads in text, and what it does not.

use pagelift_convert::Format;

use crate::{check, converted, xml};

#[test]
fn github_needs_these_escapes_and_no_others() {
    check(
        Format::Gfm,
        &[
            ("==a== %%b%% [[c]] #d ^e {f} {{g}} ::: h", "==a== %%b%% [[c]] #d ^e {f} {{g}} ::: h"),
            ("import a", "import a"),
            ("~~a~~ $x$", "\\~\\~a\\~\\~ \\$x\\$"),
            ("$$\nb", "\\$$\\\nb"),
            // An address that a parser looks for goes on to the next space, through backslashes and markup alike.
            ("https://x.y/a\nb", "<https://x.y/a>\\\nb"),
            ("www.x.y\nb", "[www.x.y](http://www.x.y)\\\nb"),
            ("www.x.y/_a_ b", "[www.x.y/\\_a\\_](http://www.x.y/_a_) b"),
            ("https://x.y/a_b and www.x.y.", "https://x.y/a_b and www.x.y."),
        ],
    );
}

#[test]
fn a_dollar_never_begins_a_formula_with_another() {
    const FORMULA: &str = "<ac:structured-macro ac:name=\"mathinline\"><ac:parameter ac:name=\"body\">a_1*b</ac:parameter></ac:structured-macro>";
    for (body, wanted) in [
        ("<a href=\"u\">$$</a>word $$", "[\\$\\$](u)word \\$\\$"),
        ("<b>$$</b> word $$", "**\\$\\$** word \\$\\$"),
        ("$https://x.y/a_b$word", "\\$<https://x.y/a_b$word>"),
        ("$5 <code>a$</code> $6", "\\$5 `a$` $6"),
        ("a $$$$ b", "a \\$\\$\\$\\$ b"),
        ("a$$ b, $5 and $6", "a$$ b, $5 and $6"),
        ("$5-$6", "$5-$6"),
        ("$5 and $6", "$5 and $6"),
        ("a $$ b", "a $$ b"),
    ] {
        assert_eq!(converted(&format!("<p>{body}</p>"), Format::Gfm), format!("{wanted}\n"));
    }
    let beside = |text: &str| converted(&format!("<p><a href=\"u\">{text}</a><u>{FORMULA}</u></p>"), Format::Obsidian);
    assert_eq!(beside("$"), "[\\$](u)<u>$a_1*b$</u>\n");
    assert_eq!(beside("$ 5"), "[$ 5](u)<u>$a_1*b$</u>\n");
}

#[test]
fn marks_beside_a_tilde_pair_with_none_but_their_own() {
    let body = "<p><strong><em>a</em></strong><em><code>c</code>~</em><strong><em>🚀</em></strong></p>";
    assert_eq!(converted(body, Format::Gfm), "<em>**a**`c`~<strong>🚀</strong></em>\n");
}

#[test]
fn a_bracket_opens_no_link_that_code_ends() {
    let body = "<p>[[](word<br/>](word<code>-1.\\(b)</code></p>";
    assert_eq!(converted(body, Format::Gfm), "\\[[](word\\\n](word`-1.\\(b)`\n");
}

#[test]
fn an_address_of_mail_in_angle_brackets_keeps_them_whatever_it_begins_with() {
    check(
        Format::Gfm,
        &[
            ("<1@x.y> <5", "\\<1@x.y> <5"),
            ("<!--m@x.y>", "\\<!--m@x.y>"),
            ("<#m@x.y> 1 <- 2 > 1", "\\<#m@x.y> 1 <- 2 > 1"),
        ],
    );
    let cell = "<table><tr><th>![&lt;!--m@x.y></th></tr></table>";
    assert_eq!(converted(cell, Format::Gfm), "| ![\\<!--m@x.y> |\n| --- |\n");
}

#[test]
fn a_bracket_before_a_note_defines_nothing() {
    check(Format::Gfm, &[("[\n[^1]: a", "\\[\\\n\\[^1]: a"), ("a [\n[^1]: b", "a [\\\n\\[^1]: b")]);
}

#[test]
fn a_plain_parser_needs_fewer() {
    check(
        Format::CommonMark,
        &[("~~a~~ $x$", "~~a~~ $x$"), ("a|b\n-|-", "a|b\\\n-|-"), ("*a* [b](c)", "\\*a\\* \\[b](c)")],
    );
}

#[test]
fn obsidian_reads_highlights_comments_links_and_tags() {
    check(
        Format::Obsidian,
        &[
            ("==a== b", "\\==a\\== b"),
            ("a == b and c == d", "a == b and c == d"),
            ("100%% of", "100\\%% of"),
            ("50% of 20%", "50% of 20%"),
            ("[[a]] and ![[b]]", "[\\[a]] and ![\\[b]]"),
            ("a[[0]", "a[[0]"),
            ("#tag, C#, #42, (#x) https://x.y/#z", "\\#tag, C#, #42, (\\#x) https://x.y/#z"),
            ("see ^id", "see \\^id"),
            ("a ^id b", "a ^id b"),
            ("x^[n]", "x\\^[n]"),
        ],
    );
}

#[test]
fn mdx_reads_braces_angles_modules_and_directives() {
    check(
        Format::Docusaurus,
        &[
            ("{a} < b", "\\{a\\} \\< b"),
            ("import a", "&#105;mport a"),
            ("exports and imports", "exports and imports"),
            (":::note", "\\:::note"),
            ("10:30 or a:b", "10:30 or a:b"),
            ("a:b[c]", "a\\:b[c]"),
            ("$5 or $ 6", "\\$5 or \\$ 6"),
            ("$5", "$5"),
            ("$$ a", "\\$$ a"),
            ("https://x.y/{id} a", "[https://x.y/\\{id\\}](https://x.y/%7Bid%7D) a"),
        ],
    );
}

#[test]
fn python_markdown_knows_few_backslashes() {
    check(
        Format::MkDocs,
        &[
            ("<b> x < 5", "&lt;b> x < 5"),
            ("#42", "\\#42"),
            ("a\n- b", "a  \n\\- b"),
            ("1) a", "1) a"),
            ("!!! note", "\\!!! note"),
            ("??? note", "&#63;?? note"),
            ("=== \"a\"", "&#61;== \"a\""),
            (": a", "&#58; a"),
            ("[TOC]", "&#91;TOC]"),
            ("a* b*", "a\\* b\\*"),
            ("2 * 3 * 4 snake_case_name", "2 * 3 * 4 snake_case_name"),
            ("C:\\Users\\me \\* \\\"", "C:\\Users\\me \\\\* \\\""),
            ("a {x} {{y}}", "a {x} {{y}}"),
            ("\\ a\\ b\\c", "\\\\ a\\\\ b\\c"),
        ],
    );
    let found = converted("<p><strong>a <em>b</em></strong>{x}</p>", Format::MkDocs);
    assert_eq!(found, "**a <em>b</em>**\\{x}\n");
}

#[test]
fn templates_are_broken_up_everywhere() {
    check(Format::Hugo, &[("{{< a >}} {{% b %}} {{ c }}", "{\\{< a >}} {\\{% b %}} {{ c }}"), (": a", "\\: a")]);
    let item = "<ul><li>[<strong>w[x]:w</strong></li></ul>";
    assert_eq!(converted(item, Format::Hugo), "- \\[**w\\[x]:w**\n");
    check(
        Format::Jekyll,
        &[
            ("{{ a }} {% b %} {c}", "&#123;{ a }} &#123;% b %} {c}"),
            ("{: .a}", "\\{: .a}"),
            ("a|b", "a\\|b"),
            ("$x$ $$y$$", "$x$ \\$\\$y\\$\\$"),
            ("*[a]: b", "\\*[a]: b"),
            ("<a> &copy; 5^", "\\<a> &amp;copy; 5^"),
        ],
    );
    let code = "<p><code>{{ a }}</code></p>";
    assert_eq!(converted(code, Format::Jekyll), "<code>&#123;&#123; a &#125;&#125;</code>\n");
    assert_eq!(converted(code, Format::Hugo), "`{{ a }}`\n");
    assert_eq!(
        converted("<p><code>{{&lt; a &gt;}}</code></p>", Format::Hugo),
        "<code>&#123;&#123;&lt; a &gt;&#125;&#125;</code>\n"
    );
}

#[test]
fn logseq_reads_tags_references_properties_and_tasks() {
    check(
        Format::Logseq,
        &[
            ("#tag #42 C# a", "\\#tag \\#42 C# a"),
            ("[[a]] ((b)) {{c}}", "[\\[a]] \\((b)) \\{{c}}"),
            ("key:: value", "key:\\: value"),
            ("a key:: value", "a key:: value"),
            ("TODO x", "TODO\u{a0}x"),
            ("a TODO x", "a TODO x"),
            ("C:\\Users &copy;", "C:\\\\Users &copy;"),
            ("a\nb", "a\n  b"),
            ("==a== ^^b^^", "\\==a\\== \\^^b\\^^"),
            ("[:div] [^1]", "\\[:div] \\[^1]"),
        ],
    );
    let found = converted("<p>H<sub>2</sub>O, <u>yes</u> a<u>b</u></p>", Format::Logseq);
    assert_eq!(found, "- H_{2}O, <u>yes</u> ab\n");
}

#[test]
fn what_cannot_stand_inside_stands_beside() {
    let picture = "<a href=\"p.md\"><ac:image ac:alt=\"x\"><ri:url ri:value=\"https://x.y/a.png\"/></ac:image></a>";
    let apart = "![x](https://x.y/a.png) [x](p.md)";
    assert_eq!(converted(&format!("<p>{picture}</p>"), Format::Logseq), format!("- {apart}\n"));
    assert_eq!(converted(&format!("<p>{picture}</p>"), Format::Jekyll), format!("{apart}\n"));
    assert_eq!(converted(&format!("<p>{picture}</p>"), Format::Gfm), "[![x](https://x.y/a.png)](p.md)\n");
    let marks = "<p><a href=\"https://x.y\"><strong>a <em>b</em></strong></a></p>";
    assert_eq!(converted(marks, Format::Logseq), "- **[a b](https://x.y)**\n");
    assert_eq!(converted(marks, Format::Gfm), "[**a *b***](https://x.y)\n");
    let keys = "<p><u>a_b_ _</u> <kbd>*</kbd></p>";
    assert_eq!(converted(keys, Format::Jekyll), "<ins>a_b_ _</ins> <kbd markdown=\"span\">*</kbd>\n");
    let cell = "<table><tr><th>h</th></tr><tr><td>`a <code>b|c</code></td></tr></table>";
    assert_eq!(converted(cell, Format::MkDocs), "| h |\n| --- |\n| &#96;a <code>b&#124;c</code> |\n");
}

/// A link of which the text is this.
fn linked(text: &str, format: Format) -> String {
    let found = converted(&format!("<p><a href=\"https://x.y\">{}</a> b</p>", xml(text)), format);
    found.trim_start_matches("- ").trim_end().replace("(https://x.y)", "()")
}

#[test]
fn the_text_of_a_link_is_no_note_definition_or_contents_list() {
    assert_eq!(linked("[^1]", Format::Jekyll), "[\\[^1\\]]() b");
    assert_eq!(linked("[x]: y", Format::Jekyll), "[[x]\\: y]() b");
    assert_eq!(linked("[TOC]", Format::MkDocs), "[&#91;TOC\\]]() b");
}

#[test]
fn the_text_of_a_link_in_logseq_has_no_formulas_pages_or_code() {
    for (text, wanted) in [
        ("[x] a", "[[x] a]() b"),
        ("[x]", "[\\[x]()] b"),
        ("[[x]] a", "[\\[\\[x\\]\\] a]() b"),
        ("[^1]: a", "[\\[^1\\]: a]() b"),
        ("a`b` c", "[a]()\\`[b]()\\` [c]() b"),
        ("``", "<a href=\"https://x.y\">&#96;&#96;</a> b"),
    ] {
        assert_eq!(linked(text, Format::Logseq), wanted);
    }
}

#[test]
fn what_looks_like_a_tag_is_no_html_in_a_row_of_kramdown() {
    let cell = "<table><tr><th>h</th></tr><tr><td>&lt;b> &lt;3</td></tr></table>";
    assert_eq!(converted(cell, Format::Jekyll), "| h |\n| --- |\n| &lt;b> <3 |\n");
}

#[test]
fn a_quote_is_no_callout() {
    let quote = |text: &str, format| converted(&format!("<blockquote><p>{text}</p></blockquote>"), format);
    for (text, format, wanted) in [
        ("[!NOTE]<br/>a", Format::Gfm, "> \\[!NOTE]\\\n> a\n"),
        ("[!tip]", Format::GithubWiki, "> \\[!tip]\n"),
        ("[!NOTE] a", Format::Gfm, "> [!NOTE] a\n"),
        ("[!todo]", Format::Gfm, "> [!todo]\n"),
        ("[!NOTE] a", Format::GitlabWiki, "> \\[!NOTE] a\n"),
        ("[!todo] a", Format::Obsidian, "> \\[!todo] a\n"),
        ("[!NOTE]", Format::Hugo, "> [!NOTE]\n"),
    ] {
        assert_eq!(quote(text, format), wanted, "{}", format.name());
    }
    assert_eq!(converted("<p>[!NOTE]</p>", Format::Gfm), "[!NOTE]\n");
}

#[test]
fn wikis_read_links_and_numbers() {
    check(
        Format::Azure,
        &[("#42 a#1 C# [[_TOC_]] [[a]]", "\\#42 a#1 C# [\\[\\_TOC\\_]] [[a]]"), ("::: mermaid", "\\::: mermaid")],
    );
    check(Format::GithubWiki, &[("[[a]] #42", "[\\[a]] #42")]);
    check(Format::GitlabWiki, &[("[[a]] @b !1", "[\\[a]] @b !1"), ("[TOC]", "\\[TOC]"), (":::a", "\\:::a")]);
}
