//! From titles to the names that a format wants.

use std::fmt::Write as _;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::names::{MAX_BYTES, WORD_REACH, cut, head, stem, utf16, visible};

/// How a format makes a name of a title.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rule {
    /// The title as far as every system can have it.
    Title,
    /// The same without what Docusaurus hides, cannot load or takes for a number in front.
    Docusaurus,
    /// The same without what a wiki link cannot hold.
    Obsidian,
    /// Dashes for spaces, and codes for what no system can have.
    Azure,
    /// Dashes for spaces.
    Dashes,
    /// Letters and numbers in lower case, with dashes.
    Slug,
    /// Codes for what the program reserves.
    Logseq,
    /// The id in front of a short title.
    Numbered,
}

/// The most bytes of the title behind the id.
const SHORT_TITLE: usize = 60;

/// What Windows cannot have in a name and Azure `DevOps` writes in code, and the dash, which stands for a space there.
const AZURE_CODED: &str = "-:<>*?|\"";

/// What Logseq reserves in the name of a file.
const LOGSEQ_CODED: &str = "%:<>*?|\"#";

impl Rule {
    /// The stem of the file of the page `id`: 1 to [`MAX_BYTES`] bytes, and the same again when it is made of itself by
    /// [`stem`].
    pub fn stem(self, title: &str, id: &str) -> String {
        let name = match self {
            Self::Title => return stem(title),
            Self::Docusaurus => docusaurus(title),
            Self::Obsidian => stem(&title.replace(['#', '^', '[', ']'], "")),
            Self::Azure => coded(title, AZURE_CODED, &['#', '/', '\\']).replace(' ', "-"),
            Self::Dashes => stem(title).replace(' ', "-"),
            Self::Slug => slug(title, id),
            Self::Logseq => logseq(title),
            Self::Numbered => format!("{} {}", stem(id), cut(&stem(title), SHORT_TITLE, usize::MAX)),
        };
        self.finished(&name)
    }

    /// A name of which something was put together, as every system can have it.
    pub fn finished(self, name: &str) -> String {
        stem(&self.cut(name, MAX_BYTES, usize::MAX))
    }

    /// What stands between words.
    pub fn space(self) -> &'static str {
        match self {
            Self::Azure | Self::Dashes | Self::Slug => "-",
            _ => " ",
        }
    }

    /// Cuts a name to so many bytes and UTF-16 units.
    pub fn cut(self, name: &str, bytes: usize, units: usize) -> String {
        if name.len() <= bytes && utf16(name) <= units {
            return name.to_owned();
        }
        let cut = match self {
            Self::Slug => cut_slug(name, bytes, units),
            _ => cut(name, bytes, units),
        };
        match self {
            Self::Azure | Self::Logseq => whole_codes(&cut),
            _ => cut,
        }
    }

    /// A stem with a suffix such as ` (2)`, within so many bytes and UTF-16 units.
    pub fn component(self, stem: &str, suffix: &str, bytes: usize, units: usize) -> String {
        let stem = self.cut(stem, bytes.saturating_sub(suffix.len()), units.saturating_sub(utf16(suffix)));
        format!("{stem}{suffix}")
    }

    /// What sets a name apart from others: ` (2)`, or ` (Handbook)`.
    pub fn suffix(self, what: &str) -> String {
        match self {
            Self::Azure | Self::Dashes => format!("-({what})"),
            Self::Docusaurus | Self::Slug => format!("-{what}"),
            _ => format!(" ({what})"),
        }
    }

    /// Whether `name` is one that was made of `stem`, cut or not, with a suffix or without.
    pub fn made(self, name: &str, stem: &str) -> bool {
        let made = |base: &str| base == stem || self.is_cut(base, stem);
        if made(name) {
            return true;
        }
        match self {
            Self::Docusaurus | Self::Slug => name
                .rsplit_once('-')
                .is_some_and(|(base, number)| number.bytes().all(|byte| byte.is_ascii_digit()) && made(base)),
            // What opens the suffix can stand in the title too, and in the parent's.
            _ => {
                name.ends_with(')')
                    && name.match_indices('(').any(|(at, _)| {
                        let base = name.get(..at).and_then(|base| base.strip_suffix(self.space()));
                        base.is_some_and(made)
                    })
            }
        }
    }

    /// Whether `name` is what was left of `stem` when it was cut.
    fn is_cut(self, name: &str, stem: &str) -> bool {
        match self {
            Self::Slug => !name.is_empty() && stem.starts_with(name),
            _ => name.strip_suffix('…').is_some_and(|kept| stem.starts_with(kept)),
        }
    }

    /// The title that the program shows for a file of this name.
    pub fn shown(self, name: &str) -> String {
        let decoded = |text: &str| percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned();
        match self {
            Self::Azure => decoded(&name.replace('-', " ")),
            Self::Dashes => name.replace('-', " "),
            Self::Logseq => decoded(name.rsplit("___").next().unwrap_or(name)),
            _ => name.to_owned(),
        }
    }
}

/// Removes a code that was cut.
fn whole_codes(name: &str) -> String {
    let (kept, mark) = name.strip_suffix('…').map_or((name, ""), |kept| (kept, "…"));
    let from = kept.len().saturating_sub(2);
    match kept.as_bytes().iter().skip(from).position(|byte| *byte == b'%') {
        Some(at) => format!("{}{mark}", kept.get(..from + at).unwrap_or(kept).trim_end_matches(['-', ' ', '.', '_'])),
        None => name.to_owned(),
    }
}

/// The title with codes for the characters of `codes`, and without those of `removed`.
fn coded(title: &str, codes: &str, removed: &[char]) -> String {
    let is_code = |c: char| (STAND_INS..STAND_INS + codes.len() as u32).contains(&u32::from(c));
    let kept: String = title.nfc().filter_map(visible).filter(|c| !removed.contains(c) && !is_code(*c)).collect();
    let spaced = kept.split_whitespace().collect::<Vec<_>>().join(" ");
    let spaced = spaced.strip_suffix(" -").unwrap_or(&spaced);
    // The rules of every name, with stand-ins for what they would replace.
    let hidden: String = spaced.chars().map(|c| stand_in(codes, c)).collect();
    let mut name = String::new();
    for c in stem(&hidden).chars() {
        match codes.chars().nth(u32::from(c).wrapping_sub(STAND_INS) as usize) {
            Some(code) => {
                let _ = write!(name, "%{:02X}", u32::from(code));
            }
            None => name.push(c),
        }
    }
    name
}

/// Private characters that no title of a site holds.
const STAND_INS: u32 = 0x10_fe00;

fn stand_in(codes: &str, c: char) -> char {
    let at = codes.chars().position(|code| code == c);
    at.and_then(|at| char::from_u32(STAND_INS + at as u32)).unwrap_or(c)
}

fn slug(title: &str, id: &str) -> String {
    let lower: String = title.nfc().flat_map(char::to_lowercase).nfc().collect();
    let mut name = String::new();
    for c in lower.chars() {
        // A mark that belongs to no letter would not be seen.
        if c.is_alphanumeric() || (is_combining_mark(c) && !name.is_empty() && !name.ends_with('-')) {
            name.push(c);
        } else if !name.is_empty() && !name.ends_with('-') {
            name.push('-');
        }
    }
    let name = match name.trim_end_matches('-') {
        "" => id.to_lowercase().replace(|c: char| !c.is_alphanumeric(), "-"),
        name => name.to_owned(),
    };
    head(&stem(&name), MAX_BYTES, usize::MAX).trim_end_matches(['-', '…']).to_owned()
}

/// Cuts a slug, at a dash where one is near.
fn cut_slug(name: &str, bytes: usize, units: usize) -> String {
    let kept = head(name, bytes, units);
    let at_word = kept.rfind('-').filter(|at| *at > 0 && kept.len() - at <= WORD_REACH);
    let kept = at_word.and_then(|at| kept.get(..at)).unwrap_or(kept).trim_end_matches('-');
    if kept.is_empty() { "x".to_owned() } else { kept.to_owned() }
}

/// A name in Docusaurus. It hides a file with `_` in front, cannot load one with `!`, `#` or `%`, finds no address for one with
/// brackets or `^`, and shows no page for an address with parentheses, which are a pattern there. A number and a dash in front
/// are not in the address, so that "2025 - Plan" and "2026 - Plan" would be one page.
fn docusaurus(title: &str) -> String {
    let kept = stem(title).replace(['!', '#', '%', '^', '(', ')', '[', ']'], "");
    let name = stem(kept.trim_start_matches(['_', ' ']));
    let rest = name.trim_start_matches(|c: char| c.is_ascii_digit());
    let (number, after) = (name.strip_suffix(rest).unwrap_or_default(), rest.trim_start());
    let title = after.trim_start_matches(['-', '_', '.', ' ']);
    // A date or a version is no number in front.
    let is_date = rest.starts_with(['-', '_', '.']) && rest.chars().nth(1).is_some_and(|c| c.is_ascii_digit());
    if number.is_empty() || title.is_empty() || is_date || !after.starts_with(['-', '_', '.']) {
        return name;
    }
    stem(&format!("{number} {title}"))
}

/// A name in Logseq, which sees a level of the tree in three underscores.
fn logseq(title: &str) -> String {
    let title = title.replace('[', "(").replace(']', ")").replace(['/', '\\'], "-");
    let name = coded(&title, LOGSEQ_CODED, &[]).replace("___", "%5F%5F%5F");
    let first = name.strip_prefix('_').map(|rest| format!("%5F{rest}")).unwrap_or(name);
    first.strip_suffix('_').map(|rest| format!("{rest}%5F")).unwrap_or(first)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ALL: [Rule; 8] = [
        Rule::Title,
        Rule::Docusaurus,
        Rule::Obsidian,
        Rule::Azure,
        Rule::Dashes,
        Rule::Slug,
        Rule::Logseq,
        Rule::Numbered,
    ];

    #[test]
    fn every_rule_has_its_names() {
        let names = |title: &str| ALL.map(|rule| rule.stem(title, "77"));
        assert_eq!(
            names("_Q3: plan - \"A/B\" #1 [x]"),
            [
                "_Q3 - plan - 'A-B' #1 [x]",
                "Q3 - plan - 'A-B' 1 x",
                "_Q3 - plan - 'A-B' 1 x",
                "_Q3%3A-plan-%2D-%22AB%22-1-[x]",
                "_Q3---plan---'A-B'-#1-[x]",
                "q3-plan-a-b-1-x",
                "%5FQ3%3A plan - %22A-B%22 %231 (x)",
                "77 _Q3 - plan - 'A-B' #1 [x]",
            ]
        );
        assert_eq!(Rule::Slug.stem("⚙️ Größe & İstanbul", "77"), "größe-i\u{307}stanbul");
        assert_eq!(Rule::Slug.stem("CON", "77"), "con_");
        assert_eq!(Rule::Slug.stem("?!", "77"), "77");
        assert_eq!(Rule::Docusaurus.stem("__", "77"), "Untitled");
        assert_eq!(Rule::Docusaurus.stem("100% done!", "77"), "100 done");
        assert_eq!(Rule::Docusaurus.stem("2026 - Plan", "77"), "2026 Plan");
        assert_eq!(Rule::Docusaurus.stem("2026-07-01 - Plan", "77"), "2026-07-01 - Plan");
        assert_eq!(Rule::Logseq.stem("a___b_", "77"), "a%5F%5F%5Fb%5F");
        assert_eq!(Rule::Azure.stem("What? -", "77"), "What%3F");
    }

    #[test]
    fn names_that_a_program_shows_are_the_titles_again() {
        for title in ["Set-up: A? | B", "C# \"x\"", "<b> * 5", "日本語 - 2"] {
            assert_eq!(Rule::Logseq.shown(&format!("Docs___{}", Rule::Logseq.stem(title, ""))), title);
        }
        assert_eq!(Rule::Azure.shown(&Rule::Azure.stem("Set-up: A? | B", "")), "Set-up: A? | B");
        assert_eq!(Rule::Dashes.shown(&Rule::Dashes.stem("Set up", "")), "Set up");
    }

    #[test]
    fn a_cut_name_ends_in_no_half_of_a_code() {
        let title = format!("{}{}", "x".repeat(130), ":".repeat(20));
        for end in 0..6 {
            let name = Rule::Azure.stem(title.get(end..).unwrap_or_default(), "");
            let kept = name.trim_end_matches('…');
            assert!(kept.len() <= MAX_BYTES && (kept.ends_with('x') || kept.ends_with("%3A")), "{name}");
        }
        assert_eq!(Rule::Slug.cut("getting-started-with-it", 20, 99), "getting-started");
    }

    #[test]
    fn a_name_is_known_by_the_stem_that_it_was_made_of() {
        for (rule, name, stem, made) in [
            (Rule::Title, "A (2)", "A", true),
            (Rule::Title, "A (x) (2)", "A (x)", true),
            (Rule::Title, "A-(2)", "A", false),
            (Rule::Title, "Ab…", "Abcdef", true),
            (Rule::Title, "Ab… (2)", "Abcdef", true),
            (Rule::Title, "B", "A", false),
            (Rule::Dashes, "A-(Guide-(x))", "A", true),
            (Rule::Slug, "a-2", "a", true),
            (Rule::Slug, "a-b", "a", false),
        ] {
            assert_eq!(rule.made(name, stem), made, "{name} of {stem}");
        }
    }

    fn titles() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            any::<String>(),
            "[ .:/?*<>\"|\\\\#_-]{0,60}",
            "(CON|con|Aux|COM1|LPT²|NUL)[ .]{0,3}",
            "[a-z -]{0,160}",
            "\\PC{0,60}",
        ];
        proptest::collection::vec(piece, 0..4).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn every_name_of_every_rule_is_valid_and_known_again(title in titles(), parent in titles(), room in 24..140_usize) {
            for rule in ALL {
                let own = rule.stem(&title, "77");
                prop_assert!((1..=MAX_BYTES).contains(&own.len()));
                prop_assert_eq!(&stem(&own), &own);
                let parent = rule.stem(&parent, "78");
                for suffix in [String::new(), rule.suffix("2"), rule.suffix("13")] {
                    let name = rule.component(&own, &suffix, room, room);
                    prop_assert!(name.len() <= room, "{} {}", name, room);
                    prop_assert_eq!(&stem(&name), &name);
                    prop_assert!(rule.made(&name, &own), "{} of {}", name, own);
                }
                let named = format!("{own}{}", rule.suffix(&parent));
                // The formats of these two have no layout in which a name gets its parent's.
                let alone = matches!(rule, Rule::Docusaurus | Rule::Slug);
                prop_assert!(alone || rule.made(&named, &own), "{} of {}", named, own);
            }
        }
    }
}
