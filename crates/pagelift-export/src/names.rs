//! One name: from any title to a file name that is valid on Windows, macOS and Linux.

use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

/// The most bytes that one path component may have, with extension and suffix.
pub const MAX_BYTES: usize = 140;

/// What stands where a title leaves nothing to name a file by.
const UNTITLED: &str = "Untitled";

/// The mark that a name was cut.
const ELLIPSIS: char = '…';

/// How far before the cut a space may be to be preferred to cutting inside a word, in bytes.
pub(crate) const WORD_REACH: usize = 20;

/// Makes a file name stem of a title: 1 to [`MAX_BYTES`] bytes, NFC, without anything that a system or a person could
/// stumble over. `stem(stem(t)) == stem(t)` for every title.
#[must_use]
pub fn stem(title: &str) -> String {
    let normal: String = title.nfc().collect();
    let visible: Vec<char> = normal.chars().filter_map(visible).collect();
    let mut replaced = String::with_capacity(normal.len());
    for (i, &c) in visible.iter().enumerate() {
        match c {
            ':' if visible.get(i + 1).is_none_or(|next| next.is_whitespace()) => replaced.push_str(" -"),
            ':' | '/' | '\\' | '|' => replaced.push('-'),
            '"' => replaced.push('\''),
            '<' => replaced.push('('),
            '>' => replaced.push(')'),
            '?' | '*' => {}
            other => replaced.push(other),
        }
    }
    // What was removed may have stood between a letter and its mark.
    let normal: String = replaced.nfc().collect();
    let spaced = normal.split_whitespace().collect::<Vec<_>>().join(" ");
    let trimmed = trim_ends(&spaced);
    if trimmed.is_empty() {
        return UNTITLED.to_owned();
    }
    cut(&without_device(trimmed), MAX_BYTES, usize::MAX)
}

/// Splits an attachment's title into its stem, made by [`stem`], and its extension as written.
///
/// A file that a file manager acts on as soon as it lists it gets `txt` behind its whole name.
///
/// The extension is what follows the last dot, if that is 1 to 10 letters or digits; otherwise there is none, and none
/// is invented.
#[must_use]
pub fn attachment_parts(title: &str) -> (String, Option<&str>) {
    if is_acted_on(title) {
        return (stem(title), Some("txt"));
    }
    match title.rsplit_once('.') {
        Some((name, extension)) if is_extension(extension) => (stem(name), Some(extension)),
        _ => (stem(title), None),
    }
}

/// The file name of an attachment: [`attachment_parts`] put together again, at most [`MAX_BYTES`] bytes.
#[must_use]
pub fn attachment_name(title: &str) -> String {
    let (stem, extension) = attachment_parts(title);
    match extension {
        Some(extension) => component(&stem, "", &format!(".{extension}"), MAX_BYTES),
        None => stem,
    }
}

/// Puts a stem, a suffix such as ` (2)` and an extension with its dot together, the stem cut so that the whole has at most
/// [`MAX_BYTES`] bytes and `units` UTF-16 units.
#[must_use]
pub fn component(stem: &str, suffix: &str, extension: &str, units: usize) -> String {
    let bytes = MAX_BYTES.saturating_sub(suffix.len() + extension.len());
    let units = units.saturating_sub(utf16(suffix) + utf16(extension));
    format!("{}{suffix}{extension}", cut(stem, bytes, units))
}

/// The suffix of the `number`th name in a clash; the first has none.
#[must_use]
pub fn suffix(number: usize) -> String {
    if number < 2 { String::new() } else { format!(" ({number})") }
}

/// The form under which two names clash: NFC and simple case folding. `İ` and `ı` stay apart from `i`.
#[must_use]
pub fn fold(name: &str) -> String {
    name.nfc().map(fold_char).nfc().collect()
}

/// The length of a text in UTF-16 units.
#[must_use]
pub fn utf16(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

/// Cuts `stem` between grapheme clusters, so that with the closing `…` it has at most `bytes` bytes and `units` UTF-16 units.
#[must_use]
pub fn cut(stem: &str, bytes: usize, units: usize) -> String {
    if stem.len() <= bytes && utf16(stem) <= units {
        return stem.to_owned();
    }
    let kept = head(stem, bytes.saturating_sub(ELLIPSIS.len_utf8()), units.saturating_sub(ELLIPSIS.len_utf16()));
    let at_word = match kept.rfind(' ') {
        Some(space) if space > 0 && kept.len() - space <= WORD_REACH => kept.get(..space).unwrap_or(kept),
        _ => kept,
    };
    let closed = [' ', '.', '-', ELLIPSIS];
    let mut text = at_word.trim_end_matches(closed);
    if text.is_empty() {
        text = kept.trim_end_matches(closed);
    }
    if text.is_empty() { ELLIPSIS.to_string() } else { format!("{text}{ELLIPSIS}") }
}

/// The beginning of `stem` that has at most `bytes` bytes and `units` UTF-16 units, cut between grapheme clusters.
pub(crate) fn head(stem: &str, bytes: usize, units: usize) -> &str {
    let mut end = fitting(stem.graphemes(true), bytes, units);
    if end == 0 {
        // One cluster longer than a name: a letter under a pile of marks.
        end = fitting(stem.char_indices().filter_map(|(i, c)| stem.get(i..i + c.len_utf8())), bytes, units);
    }
    stem.get(..end).unwrap_or_default()
}

/// How many bytes of the leading `parts` fit.
fn fitting<'a>(parts: impl Iterator<Item = &'a str>, bytes: usize, units: usize) -> usize {
    let (mut end, mut used) = (0, 0);
    for part in parts {
        used += utf16(part);
        if end + part.len() > bytes || used > units {
            break;
        }
        end += part.len();
    }
    end
}

/// The character as it goes on, or `None` for one that a name must not hold.
pub(crate) fn visible(c: char) -> Option<char> {
    match c {
        '\t' | '\r' | '\n' | '\u{2028}' | '\u{2029}' => Some(' '),
        '\u{061c}'
        | '\u{200e}'
        | '\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2066}'..='\u{2069}'
        | '\u{200b}'
        | '\u{2060}'
        | '\u{feff}'
        | '\u{00ad}'
        | '\u{fdd0}'..='\u{fdef}' => None,
        c if c.is_control() || u32::from(c) & 0xfffe == 0xfffe => None,
        c => Some(c),
    }
}

/// Removes dots and spaces at both ends and ` -` at the end.
fn trim_ends(text: &str) -> &str {
    let mut text = text.trim_start_matches([' ', '.']);
    loop {
        let shorter = text.trim_end_matches([' ', '.']);
        let shorter = shorter.strip_suffix(" -").unwrap_or(shorter);
        if shorter.len() == text.len() {
            return text;
        }
        text = shorter;
    }
}

/// Puts `_` behind a device name of Windows, which would not be a file there whatever follows its first dot.
fn without_device(text: &str) -> String {
    let (head, tail) = text.split_at(text.find('.').unwrap_or(text.len()));
    let name = head.trim_end_matches(' ');
    if is_device(name) {
        let spaces = head.get(name.len()..).unwrap_or_default();
        format!("{name}_{spaces}{tail}")
    } else {
        text.to_owned()
    }
}

/// Whether Windows takes `name` for a device.
#[must_use]
pub fn is_device(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    if matches!(name.as_str(), "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$" | "CLOCK$") {
        return true;
    }
    let Some(port) = name.strip_prefix("COM").or_else(|| name.strip_prefix("LPT")) else { return false };
    let mut chars = port.chars();
    matches!((chars.next(), chars.next()), (Some('0'..='9' | '¹' | '²' | '³'), None))
}

/// Whether a file manager acts on a file of this name by itself: fetches what it names, or runs it.
fn is_acted_on(title: &str) -> bool {
    let endings = [".lnk", ".url", ".scf", ".library-ms", ".search-ms", ".searchconnector-ms", ".theme"];
    let lower = title.trim_end_matches([' ', '.']).to_ascii_lowercase();
    endings.iter().any(|ending| lower.ends_with(ending))
}

fn is_extension(text: &str) -> bool {
    (1..=10).contains(&text.chars().count()) && text.chars().all(char::is_alphanumeric)
}

/// Simple case folding, from the simple case mappings: every pair that Unicode folds with status C or S meets here.
fn fold_char(c: char) -> char {
    match c {
        'ı' => c,
        '\u{fb05}' => '\u{fb06}',
        _ => {
            let upper = single(c, c.to_uppercase());
            single(upper, upper.to_lowercase())
        }
    }
}

/// The only character of `mapped`, or `c` where there are several.
fn single(c: char, mut mapped: impl Iterator<Item = char>) -> char {
    match (mapped.next(), mapped.next()) {
        (Some(one), None) => one,
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_title_of_the_specification() {
        let vectors = [
            ("Release notes", "Release notes"),
            ("Plan: Q3 / Q4", "Plan - Q3 - Q4"),
            ("A:B", "A-B"),
            ("What? Why*", "What Why"),
            ("\"Quoted\" <tag>", "'Quoted' (tag)"),
            ("C:\\Temp", "C--Temp"),
            (".NET guide", "NET guide"),
            ("...", "Untitled"),
            ("", "Untitled"),
            ("???", "Untitled"),
            ("CON", "CON_"),
            ("con.sole", "con_.sole"),
            ("aux.notes", "aux_.notes"),
            ("Com1", "Com1_"),
            ("LPT\u{b9}", "LPT\u{b9}_"),
            ("Nul ", "Nul_"),
            ("CONSOLE", "CONSOLE"),
            ("v1.2.", "v1.2"),
            ("Trailing dots...", "Trailing dots"),
            ("  spaced\u{a0} out  ", "spaced out"),
            ("Cafe\u{301}", "Caf\u{e9}"),
            ("日本語のページ", "日本語のページ"),
            ("🚀 Launch", "🚀 Launch"),
            ("👩\u{200d}👩\u{200d}👧 family", "👩\u{200d}👩\u{200d}👧 family"),
            ("\u{202e}evil\u{202c} txt", "evil txt"),
            ("مرحبا", "مرحبا"),
            ("../../etc/passwd", "-..-etc-passwd"),
            ("tab\there", "tab here"),
            ("a|b", "a-b"),
            ("#1 [draft] ^x", "#1 [draft] ^x"),
            ("100% & more", "100% & more"),
            ("Ends with colon:", "Ends with colon"),
        ];
        for (title, expected) in vectors {
            assert_eq!(stem(title), expected, "{title:?}");
        }
    }

    #[test]
    fn attachments_keep_their_extension_as_written() {
        assert_eq!(attachment_name("Plan: A.PDF"), "Plan - A.PDF");
        assert_eq!(attachment_name("archive.tar.gz"), "archive.tar.gz");
        assert_eq!(attachment_name("no extension"), "no extension");
        assert_eq!(attachment_name("v1. final draft"), "v1. final draft");
        assert_eq!(attachment_name(".png"), "Untitled.png");
        assert_eq!(attachment_name("con.txt"), "con_.txt");
        assert_eq!(attachment_name("Wiki.URL"), "Wiki.URL.txt");
        assert_eq!(attachment_name("a.library-ms"), "a.library-ms.txt");
        let long = attachment_name(&format!("{}.drawio", "x".repeat(300)));
        assert!(long.len() == MAX_BYTES && long.ends_with("….drawio"), "{long}");
    }

    #[test]
    fn long_names_are_cut_between_clusters_and_at_a_word() {
        let family = "👩\u{200d}👩\u{200d}👧";
        let cut_family = stem(&family.repeat(12));
        assert!(cut_family.len() <= MAX_BYTES);
        assert_eq!(cut_family, format!("{}…", family.repeat(7)));
        let words = stem(&format!("{} bbbbbbbbbb cccc", "a".repeat(130)));
        assert_eq!(words, format!("{}…", "a".repeat(130)));
        let marks = stem(&format!("e{}", "\u{323}\u{334}".repeat(200)));
        assert!(marks.len() <= MAX_BYTES && marks.len() > 100);
        assert_eq!(stem(&"-".repeat(200)), "…");
    }

    #[test]
    fn names_fold_as_windows_and_macos_do() {
        for (a, b) in [("README", "readme"), ("Straße", "STRAßE"), ("ΣΑΣ", "σας"), ("É", "e\u{301}"), ("\u{212a}", "k")]
        {
            assert_eq!(fold(a), fold(b), "{a} {b}");
        }
        for (a, b) in [("İ", "i"), ("ı", "i"), ("ß", "ss"), ("a", "á")] {
            assert_ne!(fold(a), fold(b), "{a} {b}");
        }
    }

    fn titles() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            any::<String>(),
            "[ .:/?*<>\"|\\\\-]{0,6}",
            "(CON|con|Aux|COM1|LPT²|NUL)[ .]{0,3}",
            "[a-z ]{0,160}",
            "\\PC{0,60}",
            Just("e\u{200b}\u{301}".to_owned()),
        ];
        proptest::collection::vec(piece, 0..4).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn every_stem_is_valid_and_final(title in titles()) {
            let name = stem(&title);
            prop_assert!((1..=MAX_BYTES).contains(&name.len()));
            prop_assert_eq!(name.nfc().collect::<String>(), name.clone());
            prop_assert!(!name.contains(['<', '>', ':', '"', '/', '\\', '|', '?', '*']));
            prop_assert!(name.chars().all(|c| visible(c) == Some(c)));
            prop_assert!(!name.starts_with([' ', '.']) && !name.ends_with([' ', '.']));
            prop_assert!(!is_device(name.split('.').next().unwrap_or_default().trim_end()));
            prop_assert_eq!(stem(&name), name.clone());
            prop_assert_eq!(fold(&fold(&name)), fold(&name));
        }

        #[test]
        fn every_attachment_name_fits(title in titles()) {
            let name = attachment_name(&title);
            prop_assert!((1..=MAX_BYTES).contains(&name.len()));
            prop_assert!(!name.contains(['/', '\\', ':']));
        }
    }
}
