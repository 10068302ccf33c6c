//! Markdown as the preview frame shows it.

use std::borrow::Cow;
use std::collections::HashSet;

use pulldown_cmark::{CowStr, Event, LinkType, Options, Parser, Tag, TagEnd, html};

/// Renders `markdown` to the very HTML that the preview frame gets: `CommonMark` with tables, strikethrough, task lists,
/// footnotes and alerts, then sanitised. No script, style, form or frame survives, and no link that is not `http`, `https`,
/// `mailto` or relative. A picture from the web becomes a link to it, since the frame loads nothing from there.
pub fn preview_html(markdown: &str) -> String {
    preview_with_pictures(markdown, |_| None)
}

/// The same with the addresses that `picture` gives for those that stand in `markdown`.
pub fn preview_with_pictures(
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
    sanitised(&rendered, picture)
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

fn is_on_the_web(address: &CowStr<'_>) -> bool {
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
            ("img", "src") => Some(picture(value).map_or(Cow::Borrowed(value), Cow::Owned)),
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
