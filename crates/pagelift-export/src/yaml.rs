//! YAML that every parser reads back as it was, line by line.

use std::fmt::Write as _;

use unicode_normalization::UnicodeNormalization;

/// What stands behind a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value {
    Text(String),
    /// A number, a time, `true` or `false`.
    Plain(String),
    List(Vec<String>),
    Map(Vec<(String, Self)>),
}

/// A document under construction.
#[derive(Debug, Default)]
pub(crate) struct Yaml(pub String);

impl Yaml {
    /// One key with its value, `depth` maps deep.
    pub fn entry(&mut self, depth: usize, key: &str, value: &Value) {
        self.indent(depth);
        self.scalar(key);
        self.0.push(':');
        match value {
            Value::Text(text) => {
                self.0.push(' ');
                self.scalar(text);
            }
            Value::Plain(text) => {
                self.0.push(' ');
                self.0.push_str(text);
            }
            Value::List(items) => {
                for item in items {
                    self.0.push('\n');
                    self.indent(depth + 1);
                    self.0.push_str("- ");
                    self.scalar(item);
                }
            }
            Value::Map(entries) => {
                self.0.push('\n');
                return entries.iter().for_each(|(key, value)| self.entry(depth + 1, key, value));
            }
        }
        self.0.push('\n');
    }

    fn indent(&mut self, depth: usize) {
        for _ in 0..depth {
            self.0.push_str("  ");
        }
    }

    /// A text as one value.
    pub fn scalar(&mut self, value: &str) {
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
pub(crate) fn is_plain(value: &str) -> bool {
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
