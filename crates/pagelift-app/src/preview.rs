//! Markdown as the preview frame shows it.

use std::borrow::Cow;
use std::collections::HashSet;

use pulldown_cmark::{CodeBlockKind, Event, LinkType, Options, Parser, Tag, TagEnd, html};

/// Elements in one another that the preview follows; a text that goes deeper is shown as it stands.
const DEEPEST: usize = 1000;

/// Elements that hold nothing.
const VOID: &[&str] = &["br", "col", "hr", "img", "input", "wbr"];

/// Elements inside which what looks like an end need not be one.
const OPAQUE: &[&str] = &[
    "iframe",
    "math",
    "noembed",
    "noframes",
    "noscript",
    "plaintext",
    "script",
    "style",
    "svg",
    "textarea",
    "title",
    "xmp",
];

/// Renders `markdown` to the very HTML that the preview frame gets: `CommonMark` with tables, strikethrough, task lists,
/// footnotes and alerts, then sanitised. No script, style, form or frame survives, and no link that is not `http`, `https`,
/// `mailto` or relative. A picture from the web becomes a link to it, since the frame loads nothing from there.
pub fn preview_html(markdown: &str) -> String {
    preview_with_pictures(markdown, |_| None)
}

/// The same with the addresses that `picture` gives for those that stand in `markdown`.
pub(crate) fn preview_with_pictures(
    markdown: &str,
    picture: impl Fn(&str) -> Option<String> + Send + Sync + 'static,
) -> String {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_GFM;
    let mut rendered = String::with_capacity(markdown.len() * 2);
    html::push_html(&mut rendered, without_web_pictures(Parser::new_ext(markdown, options)));
    if is_too_deep(&rendered) {
        rendered.clear();
        html::push_html(&mut rendered, plain(markdown).into_iter());
    }
    sanitised(&rendered, picture)
}

/// The text as it stands, in one block.
fn plain(markdown: &str) -> [Event<'_>; 3] {
    let block = CodeBlockKind::Indented;
    [Event::Start(Tag::CodeBlock(block)), Event::Text(markdown.into()), Event::End(TagEnd::CodeBlock)]
}

/// Whether elements lie in one another deeper than the sanitiser can be asked to follow: its time grows with the square of it.
/// An element counts as open until its own end comes, so that no text passes for flatter than it is.
fn is_too_deep(html: &str) -> bool {
    let mut open: Vec<&str> = Vec::new();
    let mut trusts_ends = true;
    let mut rest = html;
    while let Some((_, tag)) = rest.split_once('<') {
        let (is_end, inside) = tag.strip_prefix('/').map_or((false, tag), |inside| (true, inside));
        let name = inside.split(|c: char| c.is_ascii_whitespace() || "/>".contains(c)).next().unwrap_or_default();
        let is = |names: &[&str]| names.iter().any(|known| known.eq_ignore_ascii_case(name));
        let is_tag = name.starts_with(|c: char| c.is_ascii_alphabetic());
        rest = if is_tag { behind_tag(inside) } else { behind_remark(tag, is_end) };
        if !is_tag || is(VOID) {
            continue;
        }
        trusts_ends &= !is(OPAQUE);
        if !is_end {
            open.push(name);
        } else if trusts_ends && open.last().is_some_and(|last| last.eq_ignore_ascii_case(name)) {
            open.pop();
        }
        if open.len() > DEEPEST {
            return true;
        }
    }
    false
}

/// What follows a tag. A quoted value may hold anything.
fn behind_tag(tag: &str) -> &str {
    let mut quote = None;
    let end = tag.find(|c| match (quote, c) {
        (None, '>') => true,
        (None, '"' | '\'') => {
            quote = Some(c);
            false
        }
        _ => {
            quote = quote.filter(|open| *open != c);
            false
        }
    });
    end.and_then(|end| tag.get(end..)).unwrap_or_default()
}

/// What follows something that begins like a tag and is none: a comment, a declaration, or a bare `<`.
fn behind_remark(tag: &str, is_end: bool) -> &str {
    let after = |text: &str| tag.find(text).and_then(|end| tag.get(end..));
    match tag.strip_prefix("!--") {
        Some(inside) if inside.starts_with('>') || inside.starts_with("->") => inside,
        Some(_) => after("-->").into_iter().chain(after("--!>")).max_by_key(|rest| rest.len()).unwrap_or_default(),
        None if is_end || tag.starts_with(['!', '?']) => after(">").unwrap_or_default(),
        None => tag,
    }
}

fn without_web_pictures<'a>(events: impl Iterator<Item = Event<'a>>) -> impl Iterator<Item = Event<'a>> {
    let mut open = Vec::new();
    events.map(move |event| match event {
        Event::Start(Tag::Image { dest_url, title, id, .. }) if is_on_the_web(&dest_url) => {
            open.push(true);
            Event::Start(Tag::Link { link_type: LinkType::Inline, dest_url, title, id })
        }
        Event::Start(Tag::Image { .. }) => {
            open.push(false);
            event
        }
        Event::End(TagEnd::Image) if open.pop() == Some(true) => Event::End(TagEnd::Link),
        event => event,
    })
}

fn is_on_the_web(address: &str) -> bool {
    let scheme = address.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
    address.starts_with("//") || matches!(scheme.as_deref(), Some("http" | "https"))
}

fn sanitised(rendered: &str, picture: impl Fn(&str) -> Option<String> + Send + Sync + 'static) -> String {
    ammonia::Builder::default()
        .add_tags(["input", "details", "summary"])
        .add_tag_attributes("input", ["checked", "disabled"])
        .add_tag_attribute_values("input", "type", ["checkbox"])
        .add_tag_attributes("details", ["open"])
        .add_tag_attributes("a", ["id"])
        .add_allowed_classes(
            "blockquote",
            [
                "markdown-alert-note",
                "markdown-alert-tip",
                "markdown-alert-important",
                "markdown-alert-warning",
                "markdown-alert-caution",
            ],
        )
        .url_schemes(HashSet::from(["http", "https", "mailto"]))
        .id_prefix(Some("page-"))
        .link_rel(Some("noopener noreferrer"))
        .attribute_filter(move |element, attribute, value| match (element, attribute) {
            ("img", "src") => picture(value)
                .map(Cow::Owned)
                .or_else(|| (!is_on_the_web(value.trim_start())).then_some(Cow::Borrowed(value))),
            _ => Some(Cow::Borrowed(value)),
        })
        .clean(rendered)
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::preview_html;

    #[test]
    fn scripts_handlers_and_dangerous_addresses_do_not_survive() {
        let html = preview_html(
            "<script>alert(1)</script>\n\nsee <img src=x onerror=alert(2)> [go](javascript:alert(3))\n\n<iframe src=\"https://example.com\"></iframe>\n",
        );
        for trace in ["script", "onerror", "javascript", "iframe"] {
            assert!(!html.contains(trace), "{trace} in {html}");
        }
        assert!(html.contains("go"));
    }

    #[test]
    fn tables_tasks_alerts_and_details_are_shown() {
        let html = preview_html(
            "| a |\n| --- |\n| b |\n\n- [x] done\n\n> [!WARNING]\n> Yellow\n\n<details>\n<summary>More</summary>\n\ninside\n\n</details>\n",
        );
        for part in ["<td>b</td>", "type=\"checkbox\"", "markdown-alert-warning", "<summary>More</summary>"] {
            assert!(html.contains(part), "{part} not in {html}");
        }
    }

    #[test]
    fn no_picture_is_loaded_from_the_web() {
        for address in
            ["https://example.com/x.png", "HTTP://example.com/x.png", "//example.com/x.png", " //example.com"]
        {
            let html = preview_html(&format!("before <img src=\"{address}\" alt=\"Lamp\"> after"));
            assert!(!html.contains("example.com") && html.contains("Lamp"), "{html}");
        }
    }

    #[test]
    fn a_text_that_nests_without_end_is_shown_as_it_stands() {
        for (one, levels) in [(">", 100_000), ("<div>", 50_000), ("<b><i></b>", 20_000), ("- ", 3_000)] {
            let html = preview_html(&format!("{} last words", one.repeat(levels)));
            assert!(html.contains("last words"), "{one}");
        }
        for disguised in [
            "<div title='</div>'>",
            "<div x=\">\" y=\"</div>\">",
            "<div><!--</div>-->",
            "<div></div<p>",
            "<svg><![CDATA[></svg>",
        ] {
            assert!(super::is_too_deep(&disguised.repeat(1001)), "{disguised}");
        }
        assert!(!super::is_too_deep(&"<p>a <b>b</b><br><img alt=\"it's\"> <!-- c --></p>".repeat(2000)));
    }

    #[test]
    fn a_picture_comes_from_the_app_or_becomes_a_link() {
        let html = super::preview_with_pictures(
            "![Lamp](attachments/Start/lamp.png)\n\n![Beam](https://example.com/beam.png)\n\n<img src=\"attachments/Start/lamp.png\" width=\"40\">\n",
            |link| link.ends_with("lamp.png").then(|| "media://localhost/s/1/att1".to_owned()),
        );
        assert_eq!(html.matches("src=\"media://localhost/s/1/att1\"").count(), 2, "{html}");
        assert!(!html.contains("src=\"https:"), "{html}");
        assert!(html.contains("href=\"https://example.com/beam.png\""), "{html}");
        assert!(html.contains("Beam</a>"), "{html}");
    }
}
