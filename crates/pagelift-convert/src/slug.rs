//! Heading slugs.

use std::collections::HashMap;

use unicode_normalization::UnicodeNormalization as _;

use crate::dialect::SlugRule;

/// The slug of one heading, repeats not counted.
pub(crate) fn slug(text: &str, rule: SlugRule) -> String {
    match rule {
        SlugRule::Github => dashed(text),
        SlugRule::Gitlab => {
            let mut chars: Vec<char> = dashed(text).chars().collect();
            chars.dedup_by(|a, b| *a == '-' && *b == '-');
            chars.into_iter().collect()
        }
        SlugRule::PythonMarkdown => python(text),
        SlugRule::Text => {
            let text = text.replace("[[", " ").replace("]]", " ").replace(['#', '^', '|', ':'], " ");
            text.split_whitespace().collect::<Vec<_>>().join(" ")
        }
    }
}

fn dashed(text: &str) -> String {
    let kept = |c: char| match c {
        ' ' => Some('-'),
        '_' | '-' => Some(c),
        c if c.is_alphanumeric() || unicode_normalization::char::is_combining_mark(c) => Some(c),
        _ => None,
    };
    let mut out = String::with_capacity(text.len());
    out.extend(text.to_lowercase().chars().filter_map(kept));
    out
}

/// ASCII letters, digits and underscores, with one dash for any run of spaces and dashes.
fn python(text: &str) -> String {
    let kept = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | ' ');
    let plain: String = text.nfkd().filter(char::is_ascii).filter(kept).collect();
    let mut out = String::with_capacity(plain.len());
    for c in plain.trim().chars() {
        let dash = matches!(c, ' ' | '-');
        if !(dash && out.ends_with('-')) {
            out.push(if dash { '-' } else { c.to_ascii_lowercase() });
        }
    }
    out
}

/// Numbers repeated slugs.
pub(crate) struct Slugs {
    rule: SlugRule,
    used: HashMap<String, usize>,
}

impl Slugs {
    pub(crate) fn new(rule: SlugRule) -> Self {
        Self { rule, used: HashMap::new() }
    }

    pub(crate) fn next(&mut self, text: &str) -> String {
        let base = slug(text, self.rule);
        match self.rule {
            SlugRule::Text => return base,
            SlugRule::PythonMarkdown => return self.counted(base),
            _ => {}
        }
        let mut name = base.clone();
        while self.used.contains_key(&name) {
            let count = self.used.entry(base.clone()).or_insert(0);
            *count += 1;
            name = format!("{base}-{count}");
        }
        self.used.insert(name.clone(), 0);
        name
    }

    /// A number at the end is counted up; without one, the first repeat is `_1`.
    fn counted(&mut self, mut name: String) -> String {
        while name.is_empty() || self.used.contains_key(&name) {
            let numbered = name.rsplit_once('_').and_then(|(stem, n)| Some((stem, n.parse::<usize>().ok()?)));
            let (stem, number) = match numbered {
                Some((stem, number)) => (stem.to_owned(), number.max(self.used.get(stem).copied().unwrap_or(0)) + 1),
                None => (name.clone(), self.used.get(&name).copied().unwrap_or(0) + 1),
            };
            self.used.entry(stem.clone()).and_modify(|last| *last = number);
            name = format!("{stem}_{number}");
        }
        self.used.insert(name.clone(), 0);
        name
    }
}

/// Letters and digits only, case folded.
pub(crate) fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    out.extend(text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase));
    out
}
