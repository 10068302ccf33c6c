//! Titles that no file system takes as they are, and links that lead out of the destination. `cargo xtask names` runs the first
//! part a hundred thousand times.
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic, reason = "a failed expectation fails the test")]

mod wiki;

use std::collections::HashSet;

use pagelift_convert::Format;
use pagelift_export::FileOptions;
use pagelift_export::plan::{Previous, plan};
use pagelift_model::{NodeKind, PageNode, Space, SpaceKind, SpaceStatus};
use proptest::prelude::*;
use unicode_normalization::UnicodeNormalization as _;

/// Trees in the suite, with a thousand titles; the environment can ask for more.
const CASES: u32 = 150;

/// Devices of Windows, which take every file of that name, whatever its extension.
const DEVICES: &str = "CON PRN AUX NUL CONIN$ CONOUT$ COM0 COM1 COM2 COM3 COM4 COM5 COM6 COM7 COM8 COM9 COM¹ COM² COM³ \
    LPT0 LPT1 LPT2 LPT3 LPT4 LPT5 LPT6 LPT7 LPT8 LPT9 LPT¹ LPT² LPT³";

/// Pieces that titles are put together from.
const PIECES: [&str; 48] = [
    "CON",
    "nul",
    "Aux.",
    "COM1",
    "lpt¹",
    "conin$",
    ".",
    "..",
    "../",
    "..\\",
    "/",
    "\\",
    "C:",
    ":",
    "<",
    ">",
    "\"",
    "|",
    "?",
    "*",
    "\0",
    "\u{1}",
    "\t",
    "\n",
    "\u{7f}",
    "\u{85}",
    "\u{202e}",
    "\u{2066}",
    "\u{200b}",
    "\u{feff}",
    "\u{ad}",
    "\u{a0}",
    "\u{3000}",
    " ",
    "e\u{301}",
    "é",
    "É",
    "ß",
    "ẞ",
    "İ",
    "ı",
    "ﬁ",
    "日本語",
    "👩\u{200d}👩\u{200d}👧",
    "🚀",
    "\u{fffe}",
    "\u{e000}",
    "index",
];

fn title() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        8 => proptest::sample::select(&PIECES[..]).prop_map(str::to_owned),
        3 => "[aAbB]{1,2}",
        1 => any::<String>(),
    ];
    let pieces = proptest::collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat());
    prop_oneof![8 => pieces.clone(), 1 => pieces.prop_map(|pieces| pieces.repeat(200)), 1 => "[😀é]{900,1100}"]
}

fn trees() -> impl Strategy<Value = Vec<PageNode>> {
    proptest::collection::vec((title(), proptest::option::weighted(0.6, 1..14_u32), 0..6_u8), 0..14).prop_map(|nodes| {
        let node = |(id, (title, parent, kind)): (u32, (String, Option<u32>, u8))| PageNode {
            kind: if kind == 0 { NodeKind::Folder } else { NodeKind::Page },
            ..wiki::node(id, &title, parent)
        };
        (1..).zip(nodes).map(node).collect()
    })
}

/// Why a name is none on one of the systems.
fn fault(name: &str) -> Option<&'static str> {
    let is_hidden = |c: char| matches!(c, '\u{200b}' | '\u{2060}' | '\u{feff}' | '\u{ad}');
    let is_bidi =
        |c: char| matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let device = name.split('.').next().unwrap_or_default().trim_end().to_uppercase();
    match name {
        "" => Some("empty"),
        name if name.contains(['<', '>', ':', '"', '/', '\\', '|', '?', '*']) => Some("a character of the system's"),
        name if name.chars().any(char::is_control) => Some("a control character"),
        name if name.chars().any(|c| is_bidi(c) || is_hidden(c)) => Some("a character that hides what the name is"),
        name if name.starts_with(['.', ' ']) || name.ends_with(['.', ' ']) => Some("a dot or a space at an end"),
        name if name.len() > 255 || name.encode_utf16().count() > 255 => Some("too long"),
        name if !name.nfc().eq(name.chars()) => Some("not normal"),
        _ if DEVICES.split_whitespace().any(|one| one == device) => Some("a device"),
        _ => None,
    }
}

/// The name as systems see it that take no notice of case: every spelling that could be one file is one text.
fn seen(path: &str) -> String {
    path.nfc().collect::<String>().to_lowercase().to_uppercase().to_lowercase().nfc().collect()
}

fn cases() -> u32 {
    std::env::var("PAGELIFT_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(CASES)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn every_title_gets_a_name_that_every_system_takes_and_that_nobody_else_has(tree in trees(), format in 0..Format::ALL.len()) {
        let space = Space {
            id: "1".into(),
            key: "DOC".into(),
            name: tree.first().map_or_else(String::new, |node| node.title.clone()),
            kind: SpaceKind::Team,
            status: SpaceStatus::Current,
            homepage: None,
        };
        let format = Format::ALL[format];
        let options = FileOptions::default();
        let made = |tree: &[PageNode], before: &Previous| {
            plan(tree, std::slice::from_ref(&space), before, format, &options).expect("a plan")
        };
        let first = made(&tree, &Previous::default());
        prop_assert_eq!(first.pages.len(), tree.len());
        let mut names = HashSet::new();
        let is_file = |id: &str| tree.iter().any(|node| node.id.as_str() == id && node.kind == NodeKind::Page);
        for page in first.pages.iter().filter(|page| is_file(page.id.as_str())) {
            let path = page.path.as_str();
            for part in page.path.components() {
                prop_assert_eq!(fault(part), None, "{:?} of {:?}", part, format);
            }
            prop_assert!(path.encode_utf16().count() <= 240, "{}", path);
            prop_assert!(names.insert(seen(path)), "{} twice", path);
        }
        // No file stands where a folder is.
        for page in first.pages.iter().filter(|page| is_file(page.id.as_str())) {
            for (at, _) in page.path.as_str().match_indices('/') {
                prop_assert!(!names.contains(&seen(&page.path.as_str()[..at])), "{}", page.path);
            }
        }
        let reversed: Vec<PageNode> = tree.iter().rev().cloned().collect();
        prop_assert_eq!(&made(&reversed, &Previous::default()), &first);
        prop_assert_eq!(&made(&tree, &first.names()).names(), &first.names());
    }
}

#[cfg(unix)]
mod links {
    use std::collections::{BTreeMap, BTreeSet};
    use std::fs;
    use std::os::unix::fs::symlink;
    use std::path::Path;

    use pagelift_export::{DiskSink, Edited, Gone};
    use pagelift_model::AttachmentChoice;

    use super::wiki::{Desk, Told, small};

    /// Everything below a folder, links not followed.
    fn walk(folder: &Path, above: &str, found: &mut BTreeMap<String, Vec<u8>>) {
        for entry in fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let name = format!("{above}{}", entry.file_name().to_string_lossy());
            if entry.file_type().unwrap().is_dir() {
                found.insert(format!("{name}/"), Vec::new());
                walk(&entry.path(), &format!("{name}/"), found);
            } else if entry.file_type().unwrap().is_file() {
                found.insert(name, fs::read(entry.path()).unwrap());
            }
        }
    }

    fn all(folder: &Path) -> BTreeMap<String, Vec<u8>> {
        let mut found = BTreeMap::new();
        walk(folder, "", &mut found);
        found
    }

    fn desk() -> Desk {
        let mut desk = Desk::new();
        desk.options.attachments = AttachmentChoice::All;
        desk.options.answers.edited = Edited::Replace;
        desk.options.answers.gone = Gone::RemoveMany;
        desk
    }

    #[test]
    fn nothing_is_written_through_a_link_at_any_path_of_a_run() {
        let plain = tempfile::tempdir().unwrap();
        desk().try_run_into(&DiskSink::open(plain.path()).unwrap(), &small(), &Told::default()).unwrap();
        let mut paths: BTreeSet<String> =
            all(plain.path()).into_keys().map(|path| path.trim_end_matches('/').to_owned()).collect();
        paths.extend([".pagelift/backup", ".pagelift/moving"].map(str::to_owned));
        for path in paths {
            for target in ["folder", "folder/canary.md", "missing"] {
                let home = tempfile::tempdir().unwrap();
                let (inside, outside) = (home.path().join("out"), home.path().join("out-evil"));
                fs::create_dir_all(outside.join("folder")).unwrap();
                pagelift_write(&outside.join("folder/canary.md"));
                let before = all(&outside);
                let link = inside.join(&path);
                fs::create_dir_all(link.parent().unwrap()).unwrap();
                symlink(outside.join(target), &link).unwrap();
                let sink = DiskSink::open(&inside).unwrap();
                let (desk, mut wiki) = (desk(), small());
                // Some of these end with an error, which is as good.
                let _ = desk.try_run_into(&sink, &wiki, &Told::default());
                wiki.edit(3, "<p>New</p>");
                wiki.retitle(4, "Other");
                let _ = desk.try_run_into(&sink, &wiki, &Told::default());
                assert_eq!(all(&outside), before, "{path} led to {target}");
                assert!(fs::symlink_metadata(&link).unwrap().is_symlink(), "the link at {path} is not ours");
            }
        }
    }

    fn pagelift_write(path: &Path) {
        use std::io::Write as _;
        fs::File::create_new(path).unwrap().write_all(b"canary").unwrap();
    }
}
