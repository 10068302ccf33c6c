//! The page's details at the head of its file, in the notation of the format: keys in a fixed order, a key without a value
//! left out.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use jiff::Timestamp;
use pagelift_convert::PropertyValue;
use pagelift_model::{NodeKind, PageNode, PageStatus};

use crate::dialect::{Dialect, Notation};
use crate::options::{FileOptions, PropertyFields};
use crate::yaml::{Value, Yaml};

/// Every detail there is.
pub(crate) const FIELDS: &[&str] = &[
    "title",
    "aliases",
    "layout",
    "id",
    "type",
    "space",
    "space_name",
    "url",
    "status",
    "author",
    "created",
    "updated_by",
    "updated",
    "version",
    "labels",
    "parent",
    "parent_id",
    "path",
    "position",
    "restricted",
    "properties",
];

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
    pub properties: Vec<(String, PropertyValue)>,
    /// Whether the file's name is not the title.
    pub is_renamed: bool,
}

/// What stands at the head of a page's file, up to the text and with the blank line between them; empty where the format has
/// no details.
pub(crate) fn head(node: &PageNode, details: &PageDetails, dialect: &Dialect, options: &FileOptions) -> String {
    let entries = if options.details { entries(node, details, dialect, options) } else { Vec::new() };
    match dialect.notation {
        Notation::Yaml if !entries.is_empty() => format!("---\n{}---\n\n", yaml(&entries)),
        Notation::Properties if !entries.is_empty() => format!("{}\n", properties(&entries)),
        _ => String::new(),
    }
}

fn yaml(entries: &[(String, Value)]) -> String {
    let mut yaml = Yaml::default();
    let mut open = "";
    for (key, value) in entries {
        let (map, key) = key.split_once('.').unwrap_or(("", key));
        if open != map && !map.is_empty() {
            yaml.scalar(map);
            yaml.0.push_str(":\n");
        }
        open = map;
        yaml.entry(usize::from(!map.is_empty()), key, value);
    }
    yaml.0
}

/// `key:: value` lines. What the program would take for a link or a tag stands in quotes.
fn properties(entries: &[(String, Value)]) -> String {
    let line = |text: &str| {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let read = ["[[", "((", "{{", "#", ",", "::"].iter().any(|mark| text.contains(mark)) || text.starts_with('"');
        if read { format!("\"{}\"", text.replace('"', "'")) } else { text }
    };
    let mut lines = String::new();
    for (key, value) in entries {
        let value = match value {
            Value::Text(text) => line(text),
            Value::Plain(text) => text.clone(),
            Value::List(items) => items.iter().map(|item| line(item)).collect::<Vec<_>>().join(", "),
            Value::Map(_) => continue,
        };
        let _ = writeln!(lines, "{key}:: {value}");
    }
    lines
}

/// The details by the keys that they have in the file, in order.
fn entries(node: &PageNode, details: &PageDetails, dialect: &Dialect, options: &FileOptions) -> Vec<(String, Value)> {
    let mut entries: Vec<(String, Value)> = Vec::new();
    for (field, usual) in dialect.details {
        let key = match options.fields.get(*field) {
            None => (*usual).to_owned(),
            Some(None) => continue,
            Some(Some(name)) => match usual.rsplit_once('.') {
                Some((map, _)) => format!("{map}.{name}"),
                None => name.clone(),
            },
        };
        let flat = options.properties == PropertyFields::Fields || dialect.notation == Notation::Properties;
        if *field == "properties" && flat {
            let map = key.rsplit_once('.').map_or("", |(map, _)| map);
            add_fields(&mut entries, map, details, dialect);
        } else if let Some(value) = value(field, usual, node, details) {
            entries.push((key, value));
        }
    }
    entries
}

/// Adds the fields of page-properties tables among the other details; a key that is there already gets a number.
fn add_fields(entries: &mut Vec<(String, Value)>, map: &str, details: &PageDetails, dialect: &Dialect) {
    let mut taken: BTreeSet<String> = entries.iter().map(|(key, _)| key.clone()).collect();
    // Where a dot stands before a key inside a map, none can stand in a key.
    let plain = |key: &str| match dialect.notation {
        Notation::Properties => {
            let words: Vec<String> = key.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase).collect();
            words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join("-")
        }
        _ => key.replace('.', "_"),
    };
    for (key, value) in &details.properties {
        let name = plain(key);
        if name.is_empty() {
            continue;
        }
        let name = if map.is_empty() { name } else { format!("{map}.{name}") };
        let numbered = (2..).map(|number| format!("{name}_{number}"));
        let key = std::iter::once(name.clone()).chain(numbered).find(|key| !taken.contains(key));
        if let Some(key) = key {
            taken.insert(key.clone());
            entries.push((key, property(value)));
        }
    }
}

/// The value of one detail, where there is one. `key` is its usual name in the format, which can ask for another form.
fn value(field: &str, key: &str, node: &PageNode, details: &PageDetails) -> Option<Value> {
    let text = |text: &str| Some(Value::Text(text.to_owned())).filter(|_| !text.is_empty());
    let maybe = |value: &Option<String>| value.as_deref().and_then(text);
    let list = |values: Vec<String>| Some(values).filter(|values| !values.is_empty()).map(Value::List);
    let plain = |value: String| Some(Value::Plain(value));
    match field {
        // A page without a title has an empty one.
        "title" => Some(Value::Text(node.title.clone())),
        "aliases" => list(vec![node.title.clone()]).filter(|_| details.is_renamed),
        "layout" => text(if node.kind == NodeKind::BlogPost { "post" } else { "page" }),
        "id" => text(node.id.as_str()),
        "type" => text(kind_word(node.kind)),
        "space" => text(&details.space),
        "space_name" => text(&details.space_name),
        "url" => maybe(&details.url),
        "status" => text(status_word(node.status)),
        "author" => maybe(&details.author),
        "created" => time(node.created),
        "updated_by" => maybe(&details.editor),
        "updated" => time(node.modified),
        "version" => plain(node.version.to_string()),
        "labels" if key == "tags" => list(details.labels.iter().map(|label| label.replace(' ', "-")).collect()),
        "labels" => list(details.labels.clone()),
        "parent" => node.parent.as_ref().and(details.path.last()).and_then(|title| text(title)),
        "parent_id" => node.parent.as_ref().filter(|_| !details.path.is_empty()).and_then(|id| text(id.as_str())),
        "path" => list(details.path.clone()),
        // A weight of nothing stands behind all others.
        "position" if key == "weight" => plain((node.position?.max(0) + 1).to_string()),
        "position" => plain(node.position?.to_string()),
        "restricted" => plain(details.restricted?.to_string()),
        "properties" if details.properties.is_empty() => None,
        "properties" => {
            Some(Value::Map(details.properties.iter().map(|(key, value)| (key.clone(), property(value))).collect()))
        }
        _ => None,
    }
}

fn property(value: &PropertyValue) -> Value {
    match value {
        PropertyValue::List(items) if !items.is_empty() => Value::List(items.clone()),
        PropertyValue::List(_) => Value::Text(String::new()),
        PropertyValue::Text(text) => Value::Text(text.clone()),
    }
}

fn time(value: Option<Timestamp>) -> Option<Value> {
    let value = value?;
    Some(Value::Plain(Timestamp::from_second(value.as_second()).unwrap_or(value).to_string()))
}

/// The content id at the head of a file of ours, in whatever format and under the name `key` too, where there is one.
pub(crate) fn id_in<'a>(file: &'a str, key: Option<&str>) -> Option<&'a str> {
    let (inside, mark) = match file.strip_prefix("---\n") {
        Some(inside) => (inside.get(..inside.find("\n---\n")?)?, ": "),
        None => (file.get(..file.find("\n\n")?)?, ":: "),
    };
    let mut in_map = false;
    inside.lines().find_map(|line| {
        let (name, value) = line.split_once(mark).unwrap_or((line, ""));
        in_map = if line.starts_with("  ") { in_map } else { line == "params:" };
        let name = name.strip_prefix("  ").filter(|_| in_map).unwrap_or(name);
        let known = matches!(name, "id" | "confluence_id" | "confluence-id") || Some(name) == key;
        Some(value.trim_matches('"')).filter(|value| known && !value.is_empty())
    })
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

fn status_word(status: PageStatus) -> &'static str {
    match status {
        PageStatus::Current => "",
        PageStatus::Archived => "archived",
        PageStatus::Draft => "draft",
        PageStatus::Trashed => "trashed",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::is_plain;
    use pagelift_convert::Format;
    use unicode_normalization::UnicodeNormalization as _;

    fn front_matter(node: &PageNode, details: &PageDetails) -> String {
        head_in(Format::Gfm, node, details, &FileOptions::default())
    }

    fn head_in(format: Format, node: &PageNode, details: &PageDetails, options: &FileOptions) -> String {
        head(node, details, Dialect::of(format), options)
    }

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
            properties: vec![
                ("Owner".to_owned(), "Mara".to_owned().into()),
                ("Due".to_owned(), "2026-07-31".to_owned().into()),
                ("Team".to_owned(), PropertyValue::List(vec!["Ann".to_owned(), "1".to_owned()])),
            ],
            ..PageDetails::default()
        };
        let text = front_matter(&node("Plan: Q3 #1"), &details);
        assert_eq!(
            text,
            "---\ntitle: \"Plan: Q3 #1\"\nid: \"229499\"\ntype: page\nspace: DOC\nspace_name: Docs\nurl: \
             https://acme.example/wiki/spaces/DOC/pages/229499\nauthor: Jane Doe\ncreated: 2026-07-01T09:30:00Z\nupdated: \
             2026-07-14T08:00:05Z\nversion: 12\nlabels:\n  - release\n  - \"2026\"\nparent: Handbook\nparent_id: \
             \"229400\"\npath:\n  - Handbook\nproperties:\n  Owner: Mara\n  Due: \"2026-07-31\"\n  Team:\n    - Ann\n    - \"1\"\n---\n\n"
        );
        assert_eq!(id_in(&text, None), Some("229499"));
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
                properties: vec![(text.to_owned(), text.to_owned().into())],
                ..PageDetails::default()
            };
            let written = front_matter(&node(text), &details);
            let yaml = written.strip_prefix("---\n").and_then(|rest| rest.strip_suffix("---\n\n")).expect("two lines");
            let read: serde_json::Value =
                serde_saphyr::from_str(yaml).unwrap_or_else(|error| panic!("{text:?}: {error}\n{yaml}"));
            let normal: String = text.nfc().collect();
            let expected = serde_json::Value::String(normal.clone());
            for value in [&read["title"], &read["labels"][0], &read["path"][0], &read["properties"][normal.as_str()]] {
                assert_eq!(*value, expected, "{yaml}");
            }
            assert_eq!(read["id"], "229499");
            assert_eq!(id_in(&written, None), Some("229499"));
        }
    }
}
