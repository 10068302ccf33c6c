//! Where pages go in every format and layout.
#![allow(clippy::expect_used, reason = "a failed expectation fails the test")]
#![allow(clippy::case_sensitive_file_extension_comparisons, reason = "every file of a page ends so")]

use std::collections::{BTreeMap, HashSet};

use pagelift_convert::Format;
use pagelift_export::names::{MAX_BYTES, fold, stem, utf16};
use pagelift_export::plan::{Plan, Previous, plan};
use pagelift_export::{FileOptions, Layout, SpaceFolder};
use pagelift_model::{NodeKind, PageId, PageNode, PageStatus, RelPath, Space, SpaceKind, SpaceStatus};
use proptest::prelude::*;

fn page(id: u32, title: &str, parent: Option<u32>) -> PageNode {
    PageNode {
        id: PageId::from(id.to_string()),
        space: "1".into(),
        kind: NodeKind::Page,
        title: title.to_owned(),
        parent: parent.map(|parent| PageId::from(parent.to_string())),
        parent_kind: None,
        position: Some(i64::from(id)),
        status: PageStatus::Current,
        version: 1,
        created: "2026-07-01T10:00:00Z".parse().ok(),
        modified: None,
        author: None,
        editor: None,
        web_url: None,
        restricted: None,
    }
}

fn of_kind(kind: NodeKind, page: PageNode) -> PageNode {
    PageNode { kind, ..page }
}

fn docs() -> Space {
    Space {
        id: "1".into(),
        key: "DOC".into(),
        name: "Team: Docs".to_owned(),
        kind: SpaceKind::Team,
        status: SpaceStatus::Current,
        homepage: Some("1".into()),
    }
}

fn planned(format: Format, options: &FileOptions, tree: &[PageNode], previous: &Previous) -> Plan {
    plan(tree, &[docs()], previous, format, options).expect("a plan")
}

fn paths(plan: &Plan) -> BTreeMap<PageId, RelPath> {
    plan.pages.iter().map(|page| (page.id.clone(), page.path.clone())).collect()
}

/// The paths of pages, folders left out.
fn files(plan: &Plan) -> Vec<&str> {
    plan.pages.iter().map(|page| page.path.as_str()).filter(|path| path.ends_with(".md")).collect()
}

fn small() -> Vec<PageNode> {
    vec![
        page(1, "Home page", None),
        page(2, "Guide: A-Z [new] #1?", Some(1)),
        page(3, "Setup / 100%", Some(2)),
        of_kind(NodeKind::Folder, page(4, "Drafts", Some(1))),
        page(5, "Setup / 100%", Some(4)),
        of_kind(NodeKind::BlogPost, page(6, "Größe & 日本語", None)),
        page(7, "_hidden", Some(1)),
        page(8, "???", Some(1)),
        page(9, "Home", Some(1)),
    ]
}

#[test]
#[allow(clippy::too_many_lines, reason = "one table")]
fn every_format_has_its_own_places_and_names() {
    let expected: &[(Format, [&str; 8])] = &[
        (
            Format::Obsidian,
            [
                "Team - Docs/Home page.md",
                "Team - Docs/Guide - A-Z new 1.md",
                "Team - Docs/Guide - A-Z new 1/Setup - 100%.md",
                "Team - Docs/Drafts/Setup - 100%.md",
                "Team - Docs/blog/2026/07/Größe & 日本語.md",
                "Team - Docs/_hidden.md",
                "Team - Docs/Untitled.md",
                "Team - Docs/Home (2).md",
            ],
        ),
        (
            Format::Docusaurus,
            [
                "Team - Docs/index.md",
                "Team - Docs/Guide - A-Z new 1/index.md",
                "Team - Docs/Guide - A-Z new 1/Setup - 100.md",
                "Team - Docs/Drafts/Setup - 100.md",
                "Team - Docs/blog/2026/07/Größe & 日本語.md",
                "Team - Docs/hidden.md",
                "Team - Docs/Untitled.md",
                "Team - Docs/Home-2.md",
            ],
        ),
        (
            Format::MkDocs,
            [
                "Team - Docs/index.md",
                "Team - Docs/Guide - A-Z [new] #1/index.md",
                "Team - Docs/Guide - A-Z [new] #1/Setup - 100%.md",
                "Team - Docs/Drafts/Setup - 100%.md",
                "Team - Docs/blog/2026/07/Größe & 日本語.md",
                "Team - Docs/_hidden.md",
                "Team - Docs/Untitled.md",
                "Team - Docs/Home (2).md",
            ],
        ),
        (
            Format::Azure,
            [
                "Team%3A-Docs/Home-page.md",
                "Team%3A-Docs/Guide%3A-A%2DZ-[new]-1%3F.md",
                "Team%3A-Docs/Guide%3A-A%2DZ-[new]-1%3F/Setup-100%.md",
                "Team%3A-Docs/Drafts/Setup-100%.md",
                "Team%3A-Docs/blog/2026/07/Größe-&-日本語.md",
                "Team%3A-Docs/_hidden.md",
                "Team%3A-Docs/%3F%3F%3F.md",
                "Team%3A-Docs/Home-(2).md",
            ],
        ),
        (
            Format::GithubWiki,
            [
                "Home.md",
                "Guide---A-Z-[new]-#1.md",
                "Setup---100%.md",
                "Setup---100%-(Drafts).md",
                "Größe-&-日本語.md",
                "_hidden.md",
                "Untitled.md",
                "Home-(Home-page).md",
            ],
        ),
        (
            Format::GitlabWiki,
            [
                "team-docs/home.md",
                "team-docs/guide-a-z-new-1.md",
                "team-docs/guide-a-z-new-1/setup-100.md",
                "team-docs/drafts/setup-100.md",
                "team-docs/blog/2026/07/größe-日本語.md",
                "team-docs/hidden.md",
                "team-docs/8.md",
                "team-docs/home-2.md",
            ],
        ),
        (
            Format::Hugo,
            [
                "team-docs/_index.md",
                "team-docs/guide-a-z-new-1/_index.md",
                "team-docs/guide-a-z-new-1/setup-100/index.md",
                "team-docs/drafts/setup-100/index.md",
                "team-docs/blog/2026/07/größe-日本語/index.md",
                "team-docs/hidden/index.md",
                "team-docs/8/index.md",
                "team-docs/home-2/index.md",
            ],
        ),
        (
            Format::Jekyll,
            [
                "team-docs/index.md",
                "team-docs/guide-a-z-new-1/index.md",
                "team-docs/guide-a-z-new-1/setup-100.md",
                "team-docs/drafts/setup-100.md",
                "team-docs/_posts/2026-07-01-größe-日本語.md",
                "team-docs/hidden.md",
                "team-docs/8.md",
                "team-docs/home-2.md",
            ],
        ),
        (
            Format::Logseq,
            [
                "pages/Team%3A Docs___Home page.md",
                "pages/Team%3A Docs___Guide%3A A-Z (new) %231%3F.md",
                "pages/Team%3A Docs___Guide%3A A-Z (new) %231%3F___Setup - 100%25.md",
                "pages/Team%3A Docs___Drafts___Setup - 100%25.md",
                "pages/Team%3A Docs___blog___2026___07___Größe & 日本語.md",
                "pages/Team%3A Docs___%5Fhidden.md",
                "pages/Team%3A Docs___%3F%3F%3F.md",
                "pages/Team%3A Docs___Home (2).md",
            ],
        ),
        (
            Format::Ai,
            [
                "Team - Docs/1 Home page.md",
                "Team - Docs/2 Guide - A-Z [new] #1.md",
                "Team - Docs/2 Guide - A-Z [new] #1/3 Setup - 100%.md",
                "Team - Docs/4 Drafts/5 Setup - 100%.md",
                "Team - Docs/blog/2026/07/6 Größe & 日本語.md",
                "Team - Docs/7 _hidden.md",
                "Team - Docs/8 Untitled.md",
                "Team - Docs/9 Home.md",
            ],
        ),
    ];
    for (format, expected) in expected {
        let plan = planned(*format, &FileOptions::default(), &small(), &Previous::default());
        assert_eq!(files(&plan), expected, "{}", format.name());
    }
}

#[test]
fn layouts_and_numbers_can_be_chosen() {
    let with = |format, set: &[(&str, &str)]| {
        let mut options = FileOptions::default();
        for (name, value) in set {
            options.set(name, value).expect("an option");
        }
        let tree = [
            page(1, "Home page", None),
            page(2, "Guide", Some(1)),
            page(3, "Setup", Some(2)),
            PageNode { position: Some(0), ..page(4, "FAQ", Some(1)) },
        ];
        files(&planned(format, &options, &tree, &Previous::default())).join(" ")
    };
    let no_space = ("space_folder", "none");
    assert_eq!(
        with(Format::Obsidian, &[("layout", "folder-note"), no_space]),
        "Home page.md Guide/Guide.md Guide/Setup.md FAQ.md"
    );
    assert_eq!(with(Format::Gfm, &[("layout", "flat"), no_space]), "Home page.md Guide.md Setup.md FAQ.md");
    assert_eq!(
        with(Format::MkDocs, &[("folders", "yes"), ("slugs", "yes"), no_space]),
        "index.md guide/index.md guide/setup/index.md faq/index.md"
    );
    assert_eq!(
        with(Format::Docusaurus, &[("numbered", "yes"), no_space]),
        "index.md 02 Guide/index.md 02 Guide/01 Setup.md 01 FAQ.md"
    );
    assert_eq!(with(Format::GithubWiki, &[("layout", "sibling")]), "Home.md Guide.md Setup.md FAQ.md");
    assert_eq!(
        with(Format::Logseq, &[no_space]),
        "pages/Home page.md pages/Guide.md pages/Guide___Setup.md pages/FAQ.md"
    );
}

#[test]
fn home_pages_of_several_spaces_in_one_folder_have_their_titles() {
    let mut other = Space { id: "2".into(), homepage: Some("4".into()), ..docs() };
    other.name = "Other".to_owned();
    let there = |page: PageNode| PageNode { space: "2".into(), ..page };
    let tree = [
        page(1, "Start", None),
        page(2, "FAQ", Some(1)),
        there(page(4, "Start", None)),
        there(page(5, "FAQ", Some(4))),
    ];
    let plan = |format| {
        let plan = plan(&tree, &[docs(), other.clone()], &Previous::default(), format, &FileOptions::default());
        files(&plan.expect("a plan")).join(" ")
    };
    assert_eq!(plan(Format::GithubWiki), "Start.md FAQ.md Start-(2).md FAQ-(Start).md");
    assert_eq!(plan(Format::GitlabWiki), "team-docs/home.md team-docs/faq.md other/home.md other/faq.md");
}

#[test]
fn a_leaf_that_gets_children_moves_into_its_folder_and_back() {
    let options = FileOptions::default();
    let leaf = [page(1, "Home page", None), page(2, "Guide", Some(1))];
    let parent = [leaf[0].clone(), leaf[1].clone(), page(3, "Setup", Some(2))];
    let first = planned(Format::MkDocs, &options, &leaf, &Previous::default());
    assert_eq!(files(&first), ["Team - Docs/index.md", "Team - Docs/Guide.md"]);
    let second = planned(Format::MkDocs, &options, &parent, &first.names());
    assert_eq!(files(&second), ["Team - Docs/index.md", "Team - Docs/Guide/index.md", "Team - Docs/Guide/Setup.md"]);
    assert_eq!(paths(&planned(Format::MkDocs, &options, &leaf, &second.names())), paths(&first));
}

#[test]
fn a_file_that_is_in_the_way_of_a_folder_s_page_gives_the_page_another_folder() {
    let tree = [page(1, "Home page", None), page(2, "Guide", Some(1)), page(3, "Setup", Some(2))];
    let mut previous = Previous::default();
    previous.occupied.extend(["team - docs/guide/index.md", "team - docs/index.md"].map(str::to_owned));
    let plan = planned(Format::MkDocs, &FileOptions::default(), &tree, &previous);
    assert_eq!(
        files(&plan),
        ["Team - Docs/Home page.md", "Team - Docs/Guide (2)/index.md", "Team - Docs/Guide (2)/Setup.md"]
    );
}

#[test]
fn a_name_once_given_stays_when_pages_of_the_same_name_come_and_go() {
    for &format in Format::ALL {
        let options = FileOptions::default();
        let one = |id| page(id, "Same: name", Some(1));
        let home = page(1, "Home page", None);
        let folder = of_kind(NodeKind::Folder, page(5, "Same: name", Some(1)));
        let first = planned(format, &options, &[home.clone(), one(3), one(4), folder.clone()], &Previous::default());
        let later = planned(format, &options, &[home, one(2), one(4), folder], &first.names());
        for id in ["4", "5"] {
            let of = |plan: &Plan| paths(plan).get(&PageId::from(id)).cloned();
            assert_eq!(of(&later), of(&first), "{}", format.name());
        }
    }
}

/// What holds for every path of a format.
fn sound(format: Format, plan: &Plan, tree: &[PageNode]) {
    let folders: HashSet<&PageId> =
        tree.iter().filter(|node| node.kind == NodeKind::Folder).map(|node| &node.id).collect();
    let (flat, most) = (format == Format::GithubWiki, if format == Format::Azure { 235 } else { 200 });
    let mut seen = HashSet::new();
    for page in &plan.pages {
        let path = page.path.as_str();
        assert!(utf16(path) <= most, "{path}");
        // A folder has no place of its own where all pages are in one.
        let is_folder = folders.contains(&page.id);
        assert!((flat && is_folder) || seen.insert(fold(path.trim_end_matches(".md"))), "{path} is there twice");
        for part in page.path.components() {
            let inside = part.strip_suffix(".md").unwrap_or(part);
            assert!(part.len() <= MAX_BYTES && stem(part) == part && stem(inside) == inside, "{part:?}");
        }
        let name = page.path.file_name();
        match format {
            Format::Obsidian => assert!(!path.contains(['#', '^', '[', ']']), "{path}"),
            Format::Azure => assert!(!path.contains([' ', '#']) && !path.contains("%…"), "{path}"),
            Format::GithubWiki => assert!(!path.contains([' ', '/']), "{path}"),
            Format::GitlabWiki | Format::Hugo | Format::Jekyll => {
                assert!(!path.contains([' ', '(', '\'', '…']) && path.to_lowercase() == path, "{path}");
            }
            Format::Logseq => assert!(path.starts_with("pages/") && !name.contains(['#', '[']), "{path}"),
            Format::Docusaurus => assert!(!name.starts_with('_'), "{path}"),
            _ => {}
        }
    }
}

fn trees() -> impl Strategy<Value = Vec<PageNode>> {
    let title = prop_oneof![
        4 => "[aAbBiİ/: _-]{1,3}( \\([23]\\))?",
        1 => "(index|blog|CON|attachments|Home|_index|uploads|a-2)",
        1 => "[ab](.md){1,2}",
        1 => "[a-c: -]{20,200}",
        1 => "[#?*_\\[\\]]{1,60}",
        1 => any::<String>(),
    ];
    let kinds = prop_oneof![
        6 => Just(NodeKind::Page),
        1 => Just(NodeKind::Folder),
        1 => Just(NodeKind::BlogPost),
        1 => Just(NodeKind::Database),
    ];
    proptest::collection::vec((title, kinds, proptest::option::weighted(0.8, 1..30_u32), 0..8_u8), 0..30).prop_map(
        |nodes| {
            (1..)
                .zip(nodes)
                .map(|(id, (title, kind, parent, space))| {
                    let mut node = of_kind(kind, page(id, &title, parent));
                    if space == 0 {
                        node.space = "2".into();
                    }
                    node
                })
                .collect()
        },
    )
}

fn formats() -> impl Strategy<Value = Format> {
    proptest::sample::select(Format::ALL.to_vec())
}

fn choices() -> impl Strategy<Value = FileOptions> {
    let layouts = [None, Some(Layout::Sibling), Some(Layout::Index), Some(Layout::FolderNote), Some(Layout::Flat)];
    (proptest::sample::select(layouts.to_vec()), any::<[bool; 4]>()).prop_map(
        |(layout, [slugs, numbered, folders, bare])| FileOptions {
            layout,
            slugs,
            numbered,
            folders: folders.then_some(true),
            space_folder: if bare { SpaceFolder::None } else { SpaceFolder::Name },
            ..FileOptions::default()
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn every_plan_of_every_format_is_sound_stable_and_free_of_order(
        format in formats(), tree in trees(), seed in any::<u64>()
    ) {
        let options = FileOptions::default();
        let first = planned(format, &options, &tree, &Previous::default());
        prop_assert_eq!(first.pages.len(), tree.len());
        sound(format, &first, &tree);
        let mut other = tree.clone();
        other.sort_by_key(|node| node.id.as_str().parse::<u64>().unwrap_or(0).wrapping_mul(seed | 1).rotate_left(17));
        prop_assert_eq!(&planned(format, &options, &other, &Previous::default()), &first);
        prop_assert_eq!(paths(&planned(format, &options, &tree, &first.names())), paths(&first));
    }

    #[test]
    fn a_later_plan_in_another_format_with_other_choices_is_sound_and_stays(
        formats in (formats(), formats()), choices in (choices(), choices()), before in trees(), after in trees()
    ) {
        let first = planned(formats.0, &choices.0, &before, &Previous::default());
        let second = planned(formats.1, &choices.1, &after, &first.names());
        prop_assert_eq!(second.pages.len(), after.len());
        let paths_of = |plan: &Plan| paths(plan);
        let third = planned(formats.1, &choices.1, &after, &second.names());
        prop_assert_eq!(paths_of(&third), paths_of(&second));
        let mut seen = HashSet::new();
        let folders: HashSet<&PageId> =
            after.iter().filter(|node| node.kind == NodeKind::Folder).map(|node| &node.id).collect();
        for page in second.pages.iter().filter(|page| !folders.contains(&page.id)) {
            prop_assert!(seen.insert(fold(page.path.as_str())), "{} is there twice", page.path);
        }
    }
}
