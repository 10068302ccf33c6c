//! Whether two texts are the same, by words.

use std::collections::BTreeSet;

use similar::{Algorithm, DiffOp, capture_diff_slices};

/// What a target may show otherwise without a loss.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Typography {
    /// Nothing.
    Kept,
    /// Quotes, dashes and dots in print's form.
    Improved,
}

/// Names of panels that formats print, and that others draw as an icon.
const LABELS: &[&str] =
    &["info", "tip", "note", "warning", "caution", "danger", "quote", "important", "success", "abstract"];

/// GitHub's marks of panels, which a parser without them shows as text.
const ALERTS: &[&str] = &["[!NOTE]", "[!TIP]", "[!IMPORTANT]", "[!WARNING]", "[!CAUTION]"];

/// Signs of formulas that a parser without maths takes for its own.
const MATHS: &[char] = &['$', '\\', '*', '_', '{', '}', '(', ')', '[', ']'];

/// The words of a text.
pub fn words(text: &str, typography: Typography) -> Vec<String> {
    let text: String = text.chars().filter(|letter| !matches!(letter, '\u{200b}' | '\u{feff}' | '\u{ad}')).collect();
    let words = text.split_whitespace().filter(|word| !ALERTS.contains(word));
    match typography {
        Typography::Kept => words.map(str::to_owned).collect(),
        Typography::Improved => words.map(as_typed).collect(),
    }
}

/// A word with the signs that Markdown's typography rules write as they are typed, whichever form it has.
fn as_typed(word: &str) -> String {
    let mut out = word.to_owned();
    for (printed, typed) in [
        ("—", "---"),
        ("–", "--"),
        ("…", "..."),
        ("«", "<<"),
        ("»", ">>"),
        ("“", "\""),
        ("”", "\""),
        ("‘", "'"),
        ("’", "'"),
    ] {
        out = out.replace(printed, typed);
    }
    out
}

/// How exactly a text is known.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// By the source.
    Exactly,
    /// By the plain format, whose parser does not know maths and reads it as any other text.
    ButForMaths,
}

/// What is known of a page beside its words.
pub struct Around {
    /// How exactly the text is known.
    pub known: Known,
    /// The words of headings, which a contents list may repeat or leave out.
    pub headings: BTreeSet<String>,
    /// The words of each footnote, which may stand at the end or in brackets in the text.
    pub notes: Vec<Vec<String>>,
    /// The words of each picture, which are text where a picture cannot be a link and has one behind it.
    pub pictures: Vec<Vec<String>>,
    /// Whether the format does without what others have: lines of a cell are joined by signs, and pictures are no links.
    pub is_plain: bool,
    /// Whether there are tabs, whose titles may stand in a row before them.
    pub has_tabs: bool,
}

/// Where the words of a page are not those of its source.
pub fn differences(source: &[String], page: &[String], around: &Around) -> Vec<String> {
    let mut changes = Vec::new();
    for operation in capture_diff_slices(Algorithm::Patience, source, page) {
        let (old, new) = (operation.old_range(), operation.new_range());
        if !matches!(operation, DiffOp::Equal { .. }) {
            let before = source.get(old.start.saturating_sub(4)..old.start).unwrap_or_default().join(" ");
            changes.push((before, source.get(old).unwrap_or_default(), page.get(new).unwrap_or_default()));
        }
    }
    let moved = |gone: &[String], come: &[String]| {
        around.has_tabs && changes.iter().any(|(_, other_gone, other_come)| *other_gone == come && *other_come == gone)
    };
    let bad = changes.iter().filter(|(_, gone, come)| !around.allows(gone, come) && !moved(gone, come));
    let told = |(before, gone, come): &(String, &[String], &[String])| {
        format!("text: after `{before}` it should say `{}` and says `{}`", cut(gone), cut(come))
    };
    bad.map(told).collect()
}

/// The beginning of a run of words.
fn cut(words: &[String]) -> String {
    const WORDS: usize = 25;
    let shown = words.get(..WORDS.min(words.len())).unwrap_or_default().join(" ");
    if words.len() > WORDS { format!("{shown} …") } else { shown }
}

impl Around {
    fn allows(&self, gone: &[String], come: &[String]) -> bool {
        let is_list = |words: &[String]| words.iter().all(|word| word == "|" || self.headings.contains(word));
        if is_list(gone) && is_list(come) {
            return true;
        }
        let (gone, come) = (self.plain(gone), self.plain(come));
        let is_note = |words: &[String]| self.notes.iter().any(|note| self.plain(note) == words);
        let is_picture = |words: &[String]| [words, &gone].concat().concat() == come.concat();
        let is_linked = self.is_plain && self.pictures.iter().any(|words| is_picture(&self.plain(words)));
        gone == come || is_linked || (come.is_empty() && is_note(&gone)) || (gone.is_empty() && is_note(&come))
    }

    /// Words without the names of panels and, where maths is not known, without the signs of formulas, tasks and brackets.
    fn plain(&self, words: &[String]) -> Vec<String> {
        let known = words.iter().map(|word| match self.known {
            Known::Exactly => word.to_lowercase(),
            Known::ButForMaths if word == "[x]" => String::new(),
            Known::ButForMaths => word.replace(MATHS, "").to_lowercase(),
        });
        let joins: &[char] = if self.is_plain { &[':', ';', ',', '•'] } else { &[':'] };
        let plain = known.map(|word| word.trim_end_matches(joins).to_owned());
        let is_number = |word: &str| word.strip_suffix('.').is_some_and(|number| number.parse::<u32>().is_ok());
        let plain = plain.filter(|word| !(self.is_plain && is_number(word)));
        plain.filter(|word| !word.is_empty() && !LABELS.contains(&word.as_str())).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compared(source: &str, page: &str) -> usize {
        let [source, page] = [source, page].map(|text| words(text, Typography::Kept));
        let headings = BTreeSet::from(["Steps".to_owned()]);
        let notes = vec![words("a note", Typography::Kept)];
        differences(
            &source,
            &page,
            &Around {
                known: Known::ButForMaths,
                headings,
                notes,
                pictures: Vec::new(),
                is_plain: false,
                has_tabs: true,
            },
        )
        .len()
    }

    #[test]
    fn lost_and_changed_words_are_told_and_labels_are_not() {
        assert_eq!(compared("one two three", "one three"), 1);
        assert_eq!(compared("one ~~two~~ three", "one two three"), 1);
        assert_eq!(compared("Heads up", "Info: Heads up"), 0);
        assert_eq!(compared("Steps one", "one"), 0);
        assert_eq!(compared("one two a note", "one (a note) two"), 0);
        assert_eq!(compared("npm run yarn add", "npm yarn run add"), 0);
    }
}
