//! Heading slugs.

use std::collections::HashMap;

/// The slug of one heading, repeats not counted.
pub(crate) fn slug(text: &str) -> String {
    text.to_lowercase()
        .chars()
        .filter_map(|c| match c {
            ' ' => Some('-'),
            '_' | '-' => Some(c),
            c if c.is_alphanumeric() || unicode_normalization::char::is_combining_mark(c) => Some(c),
            _ => None,
        })
        .collect()
}

/// Numbers repeated slugs.
#[derive(Default)]
pub(crate) struct Slugs(HashMap<String, usize>);

impl Slugs {
    pub(crate) fn next(&mut self, text: &str) -> String {
        let base = slug(text);
        let mut name = base.clone();
        while self.0.contains_key(&name) {
            let count = self.0.entry(base.clone()).or_insert(0);
            *count += 1;
            name = format!("{base}-{count}");
        }
        self.0.insert(name.clone(), 0);
        name
    }
}

/// Letters and digits only, case folded.
pub(crate) fn fold(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
