//! Links, people, pictures, and the texts that comments are about.

use pagelift_convert::CommentMark;
use pagelift_model::WarningCode;

use crate::{codes, here};

fn line(body: &str) -> String {
    here(&format!("<p>{body}</p>")).markdown.trim_end().to_owned()
}

#[test]
fn addresses_of_the_site_lead_to_the_files() {
    for address in [
        "https://acme.example.com/wiki/spaces/DOC/pages/11/Basics?focusedCommentId=3",
        "https://acme.example.com/wiki/spaces/DOC/pages/11",
        "https://acme.example.com/wiki/spaces/DOC/pages/edit-v2/11",
        "https://ACME.example.com/wiki/spaces/DOC/blog/2026/07/01/11/x",
        "/wiki/pages/viewpage.action?pageId=11",
        "/wiki/pages/releaseview.action?pageId=11",
        "/wiki/rest/api/content/11",
        "/wiki/display/DOC/Basics",
        "/wiki/pages/viewpage.action?spaceKey=DOC&amp;title=Basics",
        "/wiki/x/CwAAAAAAAAA",
        "/wiki/x/Cw",
        "/wiki/spaces/DOC/folder/11",
        "/wiki/spaces/DOC/whiteboard/11",
    ] {
        assert_eq!(line(&format!("<a href=\"{address}\">x</a>")), "[x](Guide/Basics.md)", "{address}");
    }
    for address in [
        "/wiki/download/attachments/10/a.png?version=1&amp;api=v2",
        "/wiki/download/thumbnails/10/a.png",
        "/wiki/spaces/DOC/pages/10?preview=/10/99/a.png",
        "/wiki/spaces/DOC/pages/10?preview=%2F10%2F99%2Fa.png",
    ] {
        assert_eq!(line(&format!("<a href=\"{address}\">x</a>")), "[x](files/10/a.png)", "{address}");
    }
    for address in ["/wiki/spaces/DOC", "/wiki/spaces/DOC/overview", "/wiki/display/DOC"] {
        assert_eq!(line(&format!("<a href=\"{address}\">x</a>")), "[x](../Home.md)", "{address}");
    }
    assert_eq!(line("<a href=\"/wiki/admin/x?a=1\">x</a>"), "[x](https://acme.example.com/wiki/admin/x?a=1)");
}

#[test]
fn titles_with_a_sign_before_them_mean_a_page_nearby() {
    let link = |title: &str| line(&format!("<ac:link><ri:page ri:content-title=\"{title}\" /></ac:link>"));
    assert_eq!(link("@home"), "[Home](../Home.md)");
    assert_eq!(link("@parent"), "[Home](../Home.md)");
    assert_eq!(link("@self"), "[Guide](Guide.md)");
    let own = "<ac:link><ri:page ri:space-key=\"currentSpace()\" ri:content-title=\"Basics\" /></ac:link>";
    assert_eq!(line(own), "[Basics](Guide/Basics.md)");
    assert_eq!(line("<ac:link><ri:space ri:space-key=\"DOC\" /></ac:link>"), "[Home](../Home.md)");
    assert_eq!(line("<ac:link><ri:content-entity ri:content-id=\"11\" /></ac:link>"), "[Basics](Guide/Basics.md)");
}

#[test]
fn links_keep_what_their_author_wrote() {
    let page = "<ri:page ri:content-title=\"Basics\" />";
    let body = |body: &str| line(&format!("<ac:link ac:tooltip=\"Tip\">{page}{body}</ac:link>"));
    assert_eq!(body("<ac:link-body>the <em>basics</em></ac:link-body>"), "[the *basics*](Guide/Basics.md \"Tip\")");
    assert_eq!(
        body("<ac:plain-text-link-body><![CDATA[the\nbasics]]></ac:plain-text-link-body>"),
        "[the basics](Guide/Basics.md \"Tip\")"
    );
    assert_eq!(body("<ac:link-body> </ac:link-body>"), "[Basics](Guide/Basics.md \"Tip\")");
    assert_eq!(
        line("<ac:link><ri:user ri:username=\"jane\" /><ac:link-body>the boss</ac:link-body></ac:link>"),
        "the boss"
    );
    assert_eq!(line("<ac:link><ri:shortcut ri:key=\"jira\" ri:parameter=\"X-1\" /></ac:link>"), "X-1@jira");
    let broken = here("<p>a <ac:link><ac:link-body>lost</ac:link-body></ac:link></p>");
    assert_eq!((broken.markdown.as_str(), codes(&broken)), ("a lost\n", vec![WarningCode::LinkBroken]));
}

#[test]
fn a_place_on_the_page_itself_is_no_link_to_its_file() {
    let body =
        "<h2>Next steps</h2><p><ac:link ac:anchor=\"Next steps\"><ri:page ri:content-title=\"Guide\" /></ac:link></p>";
    assert_eq!(here(body).markdown, "## Next steps\n\n[Guide](#next-steps)\n");
}

#[test]
fn texts_that_comments_are_about_are_noted() {
    let body = "<p>a <ac:inline-comment-marker ac:ref=\"r1\">one </ac:inline-comment-marker><strong>\
                <ac:inline-comment-marker ac:ref=\"r1\">two <ac:inline-comment-marker ac:ref=\"r2\">in\
                </ac:inline-comment-marker></ac:inline-comment-marker></strong></p><p><ac:inline-comment-marker \
                ac:ref=\"r1\">three</ac:inline-comment-marker></p>";
    let found = here(body);
    assert_eq!(found.markdown, "a one **two in**\n\nthree\n");
    let mark = |reference: &str, text: &str| CommentMark { reference: reference.to_owned(), text: text.to_owned() };
    assert_eq!(found.comment_marks, [mark("r1", "one two in three"), mark("r2", "in")]);
    let around = "<ac:inline-comment-marker ac:ref=\"r\"><p>a</p><ac:structured-macro ac:name=\"status\"><ac:parameter \
                  ac:name=\"title\">OK</ac:parameter><ac:parameter ac:name=\"colour\">Green</ac:parameter>\
                  </ac:structured-macro></ac:inline-comment-marker>";
    assert_eq!(here(around).comment_marks, [mark("r", "aOK")]);
}

#[test]
fn emoji_are_found_by_what_says_most() {
    let emoji = |attrs: &str| line(&format!("<ac:emoticon {attrs} />"));
    assert_eq!(
        emoji("ac:name=\"blue-star\" ac:emoji-shortname=\":acme:\" ac:emoji-id=\"u-1\" ac:emoji-fallback=\":acme:\""),
        ":acme:"
    );
    assert_eq!(emoji("ac:name=\"tick\" ac:emoji-shortname=\":unheard:\" ac:emoji-fallback=\":unheard:\""), "✅");
    assert_eq!(emoji("ac:name=\"blue-star\" ac:emoji-fallback=\":é:\" ac:emoji-id=\"1f680\""), "🚀");
    assert_eq!(emoji("ac:name=\"light-on\""), "💡");
    assert_eq!(emoji("ac:emoji-id=\"1f1e9-1f1ea\""), "🇩🇪");
}
