//! What leads out of the text: pictures, people, links, macros, and nodes nobody knows.

use pagelift_convert::{ConvertOptions, convert};
use pagelift_model::{BodyKind, WarningCode};
use serde_json::{Value, json};

use crate::known::{Known, known, media};
use crate::{codes, extension, linked, markdown, marked, node, nodes, p, same, text};

#[test]
fn pictures_are_found_by_media_id() {
    let picture = json!([{"type": "mediaSingle", "attrs": {"layout": "center"}, "content": [
        media("m-1"), node("caption", &[text("The "), marked("big", &["em"]), text(" picture")]),
    ]}]);
    let storage = "<ac:image ac:layout=\"center\"><ri:attachment ri:filename=\"flow chart.png\" /><ac:caption><p>The \
                   <em>big</em> picture</p></ac:caption></ac:image>";
    let wanted = convert(storage, BodyKind::Storage, &Known, &ConvertOptions::default()).markdown;
    assert!(wanted.starts_with("![The big picture](attachments/flow%20chart.png)\\\n"), "{wanted}");
    assert_eq!(known(&picture).markdown, wanted);
    let linked = json!([{"type": "mediaSingle", "content": [media("m-1")], "marks": [
        {"type": "link", "attrs": {"href": "https://example.com/x"}},
    ]}]);
    assert_eq!(known(&linked).markdown, "[![flow chart](attachments/flow%20chart.png)](https://example.com/x)\n");
    let both = json!([{"type": "mediaSingle", "content": [media("m-1"), node("caption", &[text("Big")])], "marks": [
        {"type": "link", "attrs": {"href": "https://example.com/x"}},
    ]}]);
    assert_eq!(known(&both).markdown, "[![Big](attachments/flow%20chart.png)](https://example.com/x)\\\n*Big*\n");
    let named = json!([node("mediaSingle", &[json!({"type": "media", "attrs": {"id": "?", "alt": "sketch"}})])]);
    assert_eq!(known(&named).markdown, "![sketch](attachments/sketch)\n");
}

#[test]
fn a_picture_that_is_nowhere_is_named() {
    let found = known(&json!([node("mediaSingle", &[media("m-9"), node("caption", &[text("Old")])])]));
    assert!(found.markdown.starts_with("*Missing picture: m-9"), "{}", found.markdown);
    assert!(found.markdown.ends_with("\\\nOld*\n") || found.markdown.ends_with("\\\n*Old*\n"), "{}", found.markdown);
    assert_eq!(codes(&found), [WarningCode::AttachmentMissing]);
}

#[test]
fn other_files_are_links() {
    assert_eq!(
        known(&json!([node("mediaSingle", &[media("m-2")])])).markdown,
        "[report.pdf](attachments/report.pdf)\n"
    );
    let group = json!([node("mediaGroup", &[media("m-2"), media("m-1")])]);
    assert_eq!(
        known(&group).markdown,
        "- [report.pdf](attachments/report.pdf)\n- [flow chart.png](attachments/flow%20chart.png)\n"
    );
    let single = json!([node("mediaGroup", &[media("m-1")])]);
    assert_eq!(known(&single).markdown, "![flow chart](attachments/flow%20chart.png)\n");
    let inline = json!([node(
        "paragraph",
        &[
            text("See "),
            json!({"type": "mediaInline", "attrs": {"id": "m-2"}}),
            text(" and "),
            json!({"type": "mediaInline", "attrs": {"id": "m-1", "type": "image"}}),
            text("."),
        ]
    )]);
    assert_eq!(
        known(&inline).markdown,
        "See [report.pdf](attachments/report.pdf) and ![flow chart](attachments/flow%20chart.png).\n"
    );
}

#[test]
fn outside_pictures_are_those_of_storage_format() {
    same(
        "<ac:image ac:layout=\"center\" ac:alt=\"ok\"><ri:url ri:value=\"https://example.com/ok.png\" /></ac:image>",
        &json!([node(
            "mediaSingle",
            &[json!({"type": "media", "attrs": {
                "type": "external", "url": "https://example.com/ok.png", "alt": "ok",
            }})]
        )]),
    );
    same(
        "<ac:image ac:layout=\"center\"><ri:attachment ri:filename=\"my file (1).png\" /></ac:image>",
        &json!([node(
            "mediaSingle",
            &[json!({"type": "media", "attrs": {"type": "file", "id": "u", "alt": "my file (1).png"}})]
        )]),
    );
}

#[test]
fn mentions_are_people_and_known_by_id_first() {
    let mention = |id: &str, text: &str| {
        known(&json!([node("paragraph", &[json!({"type": "mention", "attrs": {"id": id, "text": text}}),])]))
    };
    assert_eq!(mention("42", "@Old Name").markdown, "@Jane Doe\n");
    assert_eq!(mention("43", "@Mara").markdown, "@Mara\n");
    assert_eq!(mention("all", "@all").markdown, "@all\n");
    let unknown = mention("44", "");
    assert_eq!(unknown.markdown, "@44\n");
    assert_eq!(codes(&unknown), [WarningCode::PersonUnknown]);
    assert_eq!(unknown.references, [pagelift_convert::Reference::Person("44".to_owned())]);
}

#[test]
fn cards_are_links() {
    let card = |kind: &str, attrs: Value| json!({"type": kind, "attrs": attrs});
    let url = "https://example.com/x";
    let inline = json!([node("paragraph", &[text("See "), card("inlineCard", json!({"url": url}))])]);
    assert_eq!(markdown(&inline), "See <https://example.com/x>\n");
    let data = json!([node("paragraph", &[card("inlineCard", json!({"data": {"url": url, "name": "X"}}))])]);
    assert_eq!(markdown(&data), "[X](https://example.com/x)\n");
    let blocks = nodes(&json!([card("blockCard", json!({"url": url})), card("embedCard", json!({"url": url}))]));
    assert_eq!(blocks.markdown, "<https://example.com/x>\n\n<https://example.com/x>\n");
    assert!(codes(&blocks).contains(&WarningCode::EmbedLinked));
    let list = json!([card(
        "blockCard",
        json!({"url": "https://acme.atlassian.net/issues/?jql=a", "datasource":
        {"id": "d", "parameters": {"cloudId": "c", "jql": "project = \"OPS\""}}})
    )]);
    assert_eq!(codes(&nodes(&list)), [WarningCode::MacroDynamic]);
    same(
        "<a href=\"https://acme.atlassian.net/issues/?jql=a\" data-card-appearance=\"block\" data-datasource=\"\
         {&quot;id&quot;:&quot;d&quot;,&quot;parameters&quot;:{&quot;cloudId&quot;:&quot;c&quot;,&quot;jql&quot;:&quot;\
         project = \\&quot;OPS\\&quot;&quot;}}\">https://acme.atlassian.net/issues/?jql=a</a>",
        &list,
    );
}

#[test]
fn macros_are_those_of_storage_format() {
    same(
        "<ac:structured-macro ac:name=\"toc\"><ac:parameter ac:name=\"maxLevel\">1</ac:parameter></ac:structured-macro>\
         <h1>A</h1><h2>B</h2>",
        &json!([
            extension("extension", "toc", &json!({"maxLevel": {"value": "1"}})),
            {"type": "heading", "attrs": {"level": 1}, "content": [text("A")]},
            {"type": "heading", "attrs": {"level": 2}, "content": [text("B")]},
        ]),
    );
    same(
        "<p>Call <ac:structured-macro ac:name=\"vote-box\"><ac:parameter ac:name=\"apiToken\">abc</ac:parameter>\
         <ac:parameter ac:name=\"poll\">Q3 -- plan</ac:parameter></ac:structured-macro> now</p>",
        &json!([node(
            "paragraph",
            &[
                text("Call "),
                extension("inlineExtension", "vote-box", &json!({"apiToken": "abc", "poll": {"value": "Q3 -- plan"}})),
                text(" now"),
            ]
        )]),
    );
    same(
        "<ac:structured-macro ac:name=\"data-set\"><ac:plain-text-body><![CDATA[a;b\n1;2]]></ac:plain-text-body>\
         </ac:structured-macro>",
        &json!([extension("extension", "data-set", &json!({"__bodyContent": {"value": "a;b\n1;2"}}))]),
    );
    same(
        "<ac:structured-macro ac:name=\"include\"><ac:parameter ac:name=\"\"><ac:link><ri:page ri:space-key=\"DOC\" \
         ri:content-title=\"FAQ: all\" /></ac:link></ac:parameter></ac:structured-macro>",
        &json!([extension("extension", "include", &json!({"": {"value": "DOC:FAQ: all"}}))]),
    );
    let mut box_ = extension("bodiedExtension", "fancy-box", &json!({}));
    box_["content"] = json!([p("Kept")]);
    same(
        "<ac:structured-macro ac:name=\"fancy-box\"><ac:rich-text-body><p>Kept</p></ac:rich-text-body>\
         </ac:structured-macro>",
        &json!([box_]),
    );
}

#[test]
fn links_to_anchors_of_macros_work() {
    let found = nodes(&json!([
        node("paragraph", &[linked("up", "#here", &[])]),
        node(
            "paragraph",
            &[
                extension(
                    "inlineExtension",
                    "anchor",
                    &json!({"legacyAnchorId": {"value": "x"}, "": {"value": "here"}})
                ),
                text("Text"),
            ]
        ),
    ]));
    assert_eq!(found.markdown, "[up](#here)\n\n<a id=\"here\"></a>Text\n");
    assert_eq!(codes(&found), []);
}

#[test]
fn extensions_of_apps_leave_a_mark() {
    let poll = json!({"type": "extension", "attrs": {"extensionType": "com.atlassian.ecosystem", "extensionKey":
        "ari/app/static/poll", "parameters": {"extensionTitle": "Poll", "guestParams": {"apiToken": "abc",
        "page": "https://example.com/p"}}}});
    let found = nodes(&json!([poll]));
    assert_eq!(
        found.markdown,
        "> **Poll**: add-on content, not copied. <https://example.com/p> <!-- pagelift: macro \
         name=\"ari/app/static/poll\" apiToken=\"***\" page=\"https://example.com/p\" -->\n"
    );
    assert_eq!(codes(&found), [WarningCode::MacroUnknown]);
    let frames = json!({"type": "multiBodiedExtension", "attrs": {"extensionType": "com.example", "extensionKey": "tabs"},
        "content": [node("extensionFrame", &[p("one")]), node("extensionFrame", &[p("two")])]});
    let found = nodes(&json!([frames]));
    assert_eq!(found.markdown, "<!-- pagelift: macro name=\"tabs\" -->\n\none\n\ntwo\n");
    assert_eq!(codes(&found), [WarningCode::MacroUnknownBodyKept]);
}

#[test]
fn storage_format_inside_is_converted() {
    let storage = "<p>a &amp; <strong>b</strong></p><ac:structured-macro ac:name=\"info\"><ac:rich-text-body><p>c</p>\
                   </ac:rich-text-body></ac:structured-macro>";
    for body in [
        json!({"type": "extension", "attrs": {"extensionType": "com.atlassian.confluence.migration",
            "extensionKey": "legacy-content", "parameters": {"cxhtml": storage}}}),
        json!({"type": "confluenceUnsupportedBlock", "attrs": {"cxhtml": storage}}),
    ] {
        assert_eq!(markdown(&json!([p("x"), body])), "x\n\na & **b**\n\n> [!NOTE]\n> c\n");
    }
    let original = json!([{"type": "unsupportedBlock", "attrs": {"originalValue": p("kept")}}]);
    assert_eq!(markdown(&original), "kept\n");
}

#[test]
fn synced_blocks_are_shown_or_marked() {
    let bodied = json!([{"type": "bodiedSyncBlock", "attrs": {"resourceId": "r"}, "content": [p("x")]}]);
    assert_eq!(markdown(&bodied), "<!-- pagelift: sync-block resource=\"r\" -->\n\nx\n");
    let found = nodes(&json!([{"type": "syncBlock", "attrs": {"resourceId": "r"}}]));
    assert_eq!(
        found.markdown,
        "> **Synced block**: content of another page, not copied. <!-- pagelift: sync-block resource=\"r\" -->\n"
    );
    assert_eq!(codes(&found), [WarningCode::MacroDynamic]);
}

#[test]
fn unknown_nodes_keep_their_text_and_leave_a_mark() {
    let found = nodes(&json!([
        p("a"),
        {"type": "hologram", "content": [p("b"), {"type": "deeper", "text": "c"}]},
        node("paragraph", &[text("d "), json!({"type": "glow", "attrs": {"text": "e"}}), text(" f")]),
        {"type": "void"},
    ]));
    assert_eq!(
        found.markdown,
        "a\n\n<!-- pagelift: node name=\"hologram\" -->\n\nb\n\n<!-- pagelift: node name=\"deeper\" -->\n\nc\n\n\
         d <!-- pagelift: node name=\"glow\" -->e f\n\n> **void**: not copied. <!-- pagelift: node name=\"void\" -->\n"
    );
    assert_eq!(codes(&found), [WarningCode::NodeUnknown; 4]);
}

#[test]
fn links_may_name_their_page() {
    let link = |href: &str| {
        known(&json!([node(
            "paragraph",
            &[json!({"type": "text", "text": "ask", "marks": [{"type":
        "link", "attrs": {"href": href, "__confluenceMetadata": {"linkType": "page", "contentTitle": "FAQ",
        "spaceKey": "DOC"}}}]})]
        )]))
    };
    assert_eq!(link("/wiki/display/DOC/FAQ").markdown, "[ask](FAQ.md)\n");
}

#[test]
fn extensions_inside_storage_format_leave_the_same_mark() {
    same(
        "<ac:adf-extension><ac:adf-node type=\"extension\"><ac:adf-attribute key=\"extension-key\">ari/app/static/poll\
         </ac:adf-attribute><ac:adf-attribute key=\"extension-type\">com.atlassian.ecosystem</ac:adf-attribute>\
         <ac:adf-attribute key=\"parameters\"><ac:adf-parameter key=\"extension-title\">Poll</ac:adf-parameter>\
         </ac:adf-attribute></ac:adf-node></ac:adf-extension>",
        &json!([{"type": "extension", "attrs": {"extensionType": "com.atlassian.ecosystem", "extensionKey":
            "ari/app/static/poll", "parameters": {"extensionTitle": "Poll"}}}]),
    );
}
