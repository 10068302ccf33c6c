//! The page's details at the head of its file: YAML between two `---` lines, keys in a fixed order, a key without a value
//! left out.

use std::fmt::Write as _;

use jiff::Timestamp;
use pagelift_model::{NodeKind, PageNode, PageStatus};
use unicode_normalization::UnicodeNormalization;

/// What is known of a page besides its node.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PageDetails {
    /// Key of the space.
    pub space: String,
    /// Name of the space.
    pub space_name: String,
    /// Absolute web address.
    pub url: Option<String>,
    /// Name of who made it.
    pub author: Option<String>,
    /// Name of who changed it last.
    pub editor: Option<String>,
    /// Labels, in the server's order.
    pub labels: Vec<String>,
    /// Titles from the top of the space down to the node above.
    pub path: Vec<String>,
    /// Whether reading is limited; `None` when not known.
    pub restricted: Option<bool>,
    /// The fields of page-properties tables.
    pub properties: Vec<(String, String)>,
}

/// The front matter of a page, with both `---` lines and a closing newline.
pub fn front_matter(node: &PageNode, details: &PageDetails) -> String {
    let mut yaml = Yaml(String::from("---\n"));
    yaml.text("title", &node.title);
    yaml.text("id", node.id.as_str());
    yaml.text("type", kind_word(node.kind));
    yaml.text("space", &details.space);
    yaml.text("space_name", &details.space_name);
    yaml.maybe("url", details.url.as_deref());
    match node.status {
        PageStatus::Current => {}
        PageStatus::Archived => yaml.text("status", "archived"),
        PageStatus::Draft => yaml.text("status", "draft"),
        PageStatus::Trashed => yaml.text("status", "trashed"),
    }
    yaml.maybe("author", details.author.as_deref());
    yaml.time("created", node.created);
    yaml.maybe("updated_by", details.editor.as_deref());
    yaml.time("updated", node.modified);
    yaml.plain("version", &node.version.to_string());
    yaml.list("labels", &details.labels);
    if let (Some(title), Some(id)) = (details.path.last(), &node.parent) {
        yaml.text("parent", title);
        yaml.text("parent_id", id.as_str());
    }
    yaml.list("path", &details.path);
    if let Some(position) = node.position {
        yaml.plain("position", &position.to_string());
    }
    if let Some(restricted) = details.restricted {
        yaml.plain("restricted", if restricted { "true" } else { "false" });
    }
    if !details.properties.is_empty() {
        yaml.0.push_str("properties:\n");
        for (key, value) in &details.properties {
            yaml.0.push_str("  ");
            yaml.scalar(key);
            yaml.0.push_str(": ");
            yaml.scalar(value);
            yaml.0.push('\n');
        }
    }
    yaml.0.push_str("---\n");
    yaml.0
}

/// The content id in the front matter at the head of a file of ours, where there is one.
pub fn id_in(file: &str) -> Option<&str> {
    let inside = file.strip_prefix("---\n")?;
    let inside = inside.get(..inside.find("\n---\n")?)?;
    let line = inside.lines().find_map(|line| line.strip_prefix("id: "))?;
    Some(line.trim_matches('"'))
}

fn kind_word(kind: NodeKind) -> &'static str {
    match kind {
        NodeKind::Page => "page",
        NodeKind::BlogPost => "blogpost",
        NodeKind::LiveDoc => "live",
        NodeKind::Folder => "folder",
        NodeKind::Whiteboard => "whiteboard",
        NodeKind::Database => "database",
        NodeKind::Embed => "embed",
    }
}

struct Yaml(String);

impl Yaml {
    fn plain(&mut self, key: &str, value: &str) {
        for part in [key, ": ", value, "\n"] {
            self.0.push_str(part);
        }
    }

    fn text(&mut self, key: &str, value: &str) {
        self.0.push_str(key);
        self.0.push_str(": ");
        self.scalar(value);
        self.0.push('\n');
    }

    fn maybe(&mut self, key: &str, value: Option<&str>) {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            self.text(key, value);
        }
    }

    fn list(&mut self, key: &str, values: &[String]) {
        if values.is_empty() {
            return;
        }
        self.0.push_str(key);
        self.0.push_str(":\n");
        for value in values {
            self.0.push_str("  - ");
            self.scalar(value);
            self.0.push('\n');
        }
    }

    fn time(&mut self, key: &str, value: Option<Timestamp>) {
        if let Some(value) = value {
            let value = Timestamp::from_second(value.as_second()).unwrap_or(value);
            self.plain(key, &value.to_string());
        }
    }

    fn scalar(&mut self, value: &str) {
        let value: String = value.nfc().collect();
        if is_plain(&value) {
            self.0.push_str(&value);
            return;
        }
        self.0.push('"');
        for c in value.chars() {
            match c {
                '"' => self.0.push_str("\\\""),
                '\\' => self.0.push_str("\\\\"),
                '\n' => self.0.push_str("\\n"),
                '\t' => self.0.push_str("\\t"),
                c if c.is_control() && u32::from(c) < 0x100 => {
                    let _ = write!(self.0, "\\x{:02x}", u32::from(c));
                }
                '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}' => {
                    let _ = write!(self.0, "\\u{:04x}", u32::from(c));
                }
                c => self.0.push(c),
            }
        }
        self.0.push('"');
    }
}

/// Whether YAML 1.1 and 1.2 both read `value` without quotes as the same text.
fn is_plain(value: &str) -> bool {
    let Some(first) = value.chars().next() else { return false };
    let words = ["true", "false", "yes", "no", "on", "off", "y", "n", "null", "~", "<<", "=", ".nan", ".inf"];
    let lower = value.to_lowercase();
    !(value.trim() != value
        || "-?:,[]{}#&*!|>'\"%@`=".contains(first)
        || value.contains(": ")
        || value.contains(" #")
        || value.ends_with(':')
        || words.contains(&lower.as_str())
        // Numbers in every notation, dates, times and base 60 begin with a digit, a sign or a point.
        || first.is_ascii_digit()
        || "+.".contains(first)
        || value.chars().any(|c| c.is_control() || ('\u{e000}'..='\u{f8ff}').contains(&c) || "\u{2028}\u{2029}\u{feff}\u{fffe}\u{ffff}\u{85}".contains(c)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(title: &str) -> PageNode {
        PageNode {
            id: "229499".into(),
            space: "1".into(),
            kind: NodeKind::Page,
            title: title.to_owned(),
            parent: Some("229400".into()),
            parent_kind: Some(NodeKind::Page),
            position: None,
            status: PageStatus::Current,
            version: 12,
            created: "2026-07-01T09:30:00Z".parse().ok(),
            modified: "2026-07-14T08:00:05.123Z".parse().ok(),
            author: None,
            editor: None,
            web_url: None,
            restricted: None,
        }
    }

    #[test]
    fn details_stand_in_a_fixed_order_and_hold_what_could_be_misread_in_quotes() {
        let details = PageDetails {
            space: "DOC".to_owned(),
            space_name: "Docs".to_owned(),
            url: Some("https://acme.example/wiki/spaces/DOC/pages/229499".to_owned()),
            author: Some("Jane Doe".to_owned()),
            labels: vec!["release".to_owned(), "2026".to_owned()],
            path: vec!["Handbook".to_owned()],
            properties: vec![("Owner".to_owned(), "Mara".to_owned()), ("Due".to_owned(), "2026-07-31".to_owned())],
            ..PageDetails::default()
        };
        let text = front_matter(&node("Plan: Q3 #1"), &details);
        assert_eq!(
            text,
            "---\ntitle: \"Plan: Q3 #1\"\nid: \"229499\"\ntype: page\nspace: DOC\nspace_name: Docs\nurl: \
             https://acme.example/wiki/spaces/DOC/pages/229499\nauthor: Jane Doe\ncreated: 2026-07-01T09:30:00Z\nupdated: \
             2026-07-14T08:00:05Z\nversion: 12\nlabels:\n  - release\n  - \"2026\"\nparent: Handbook\nparent_id: \
             \"229400\"\npath:\n  - Handbook\nproperties:\n  Owner: Mara\n  Due: \"2026-07-31\"\n---\n"
        );
        assert_eq!(id_in(&text), Some("229499"));
    }

    #[test]
    fn text_that_yaml_would_take_for_something_else_is_quoted() {
        for title in
            ["", " a", "no", "Yes", "~", "1e3", "0x1f", "12:30", "- a", "a: b", "a #b", "a:", "@me", "*x", ".5"]
        {
            assert!(!is_plain(title), "{title:?}");
        }
        for title in ["C# guide", "a:b", "Größe", "日本語", "x - y", "nothing"] {
            assert!(is_plain(title), "{title:?}");
        }
        assert!(front_matter(&node("a\"b\\c\nd"), &PageDetails::default()).contains("title: \"a\\\"b\\\\c\\nd\"\n"));
    }

    #[test]
    fn a_yaml_parser_reads_back_every_hostile_text_as_it_was() {
        let texts = [
            "a: b",
            "a:",
            ":",
            "- a",
            "-",
            "? x",
            "[x",
            "{x}",
            "#x",
            "a #b",
            "a#b",
            "&a",
            "*a",
            "!x",
            "|",
            ">",
            "'x'",
            "\"x\"",
            "%x",
            "@x",
            "`x`",
            "=",
            "<<",
            "~",
            "null",
            "True",
            "YES",
            "off",
            "n",
            "0",
            "1_000",
            "0x1F",
            "1e3",
            "-1",
            "+1",
            ".5",
            ".NaN",
            "2026-07-01",
            "12:30:45",
            "---",
            "...",
            "--- x",
            " lead",
            "trail ",
            "\ttab",
            "a\nb",
            "a\r\nb",
            "a\\b",
            "\u{85}",
            "\u{7f}",
            "\u{2028}x",
            "\u{feff}x",
            "\u{e000}",
            "\u{fffe}",
            "\u{0}",
            "\u{1b}[0m",
            "\u{a0}",
            "\u{a0}x",
            "\u{3000}",
            "🚀 a",
            "日本: 語",
            "مرحبا",
            "a\u{202e}b",
            "Ünï: cödé",
            "x, y",
            "x]",
            "x}",
            "'",
            "\"",
            "''",
            "a 'b' \"c\"",
            "%YAML 1.1",
        ];
        for text in texts {
            let details = PageDetails {
                labels: vec![text.to_owned(), "plain".to_owned()],
                path: vec![text.to_owned()],
                properties: vec![(text.to_owned(), text.to_owned())],
                ..PageDetails::default()
            };
            let written = front_matter(&node(text), &details);
            let yaml = written.strip_prefix("---\n").and_then(|rest| rest.strip_suffix("---\n")).expect("two lines");
            let read: serde_json::Value =
                serde_saphyr::from_str(yaml).unwrap_or_else(|error| panic!("{text:?}: {error}\n{yaml}"));
            let normal: String = text.nfc().collect();
            let expected = serde_json::Value::String(normal.clone());
            for value in [&read["title"], &read["labels"][0], &read["path"][0], &read["properties"][normal.as_str()]] {
                assert_eq!(*value, expected, "{yaml}");
            }
            assert_eq!(read["id"], "229499");
            assert_eq!(id_in(&written), Some("229499"));
        }
    }
}
