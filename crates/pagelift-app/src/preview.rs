//! Markdown as the preview frame shows it.

use std::collections::HashSet;

use pulldown_cmark::{Options, Parser, html};

/// Renders `markdown` to the very HTML that the preview frame gets: `CommonMark` with tables, strikethrough, task lists,
/// footnotes and alerts, then sanitised. No script, style, form or frame survives, and no link that is not `http`, `https`,
/// `mailto` or relative.
pub fn preview_html(markdown: &str) -> String {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_GFM;
    let mut rendered = String::with_capacity(markdown.len() * 2);
    html::push_html(&mut rendered, Parser::new_ext(markdown, options));
    sanitised(&rendered)
}

fn sanitised(rendered: &str) -> String {
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
}
