//! Where pages go.
#![allow(clippy::expect_used, reason = "a failed expectation fails the test")]

use std::collections::{BTreeMap, HashSet};

use pagelift_convert::Format;
use pagelift_export::names::{MAX_BYTES, fold, stem, utf16};
use pagelift_export::plan::{Plan, Previous, plan};
use pagelift_export::{FileOptions, Renamed, SpaceFolder};
use pagelift_model::{NodeKind, PageId, PageNode, PageStatus, Space, SpaceKind, SpaceStatus};
use proptest::prelude::*;

fn page(id: u32, title: &str, parent: Option<u32>) -> PageNode {
    PageNode {
        id: PageId::from(id.to_string()),
        space: "1".into(),
        kind: NodeKind::Page,
        title: title.to_owned(),
        parent: parent.map(|parent| PageId::from(parent.to_string())),
        parent_kind: None,
        position: None,
        status: PageStatus::Current,
        version: 1,
        created: None,
        modified: None,
        author: None,
        editor: None,
        web_url: None,
        restricted: None,
    }
}

fn kind(kind: NodeKind, page: PageNode) -> PageNode {
    PageNode { kind, ..page }
}

fn space(id: &str, name: &str, homepage: Option<u32>) -> Space {
    Space {
        id: id.into(),
        key: "DOC".into(),
        name: name.to_owned(),
        kind: SpaceKind::Team,
        status: SpaceStatus::Current,
        homepage: homepage.map(|id| PageId::from(id.to_string())),
    }
}

fn planned(tree: &[PageNode], previous: &Previous) -> Plan {
    plan(tree, &[space("1", "Docs", Some(1))], previous, Format::Gfm, &FileOptions::default()).expect("a plan")
}

fn paths(plan: &Plan) -> BTreeMap<&str, &str> {
    plan.pages.iter().map(|page| (page.id.as_str(), page.path.as_str())).collect()
}

#[test]
fn pages_stand_beside_their_folders() {
    let mut post = kind(NodeKind::BlogPost, page(6, "News", None));
    post.created = Some("2026-07-01T10:00:00Z".parse().expect("a time"));
    let tree = [
        page(1, "Home page", None),
        page(2, "Guide", Some(1)),
        page(3, "Install", Some(2)),
        kind(NodeKind::Folder, page(4, "Drafts", Some(1))),
        page(5, "One", Some(4)),
        post,
        page(7, "Lost", Some(99)),
        page(8, "blog", Some(1)),
        page(9, "Index", Some(2)),
        kind(NodeKind::Whiteboard, page(10, "Board", Some(2))),
    ];
    let plan = planned(&tree, &Previous::default());
    let expected = [
        ("1", "Docs/Home page.md"),
        ("2", "Docs/Guide.md"),
        ("3", "Docs/Guide/Install.md"),
        ("4", "Docs/Drafts"),
        ("5", "Docs/Drafts/One.md"),
        ("6", "Docs/blog/2026/07/News.md"),
        ("7", "Docs/Lost.md"),
        ("8", "Docs/blog (2).md"),
        ("9", "Docs/Guide/Index (2).md"),
        ("10", "Docs/Guide/Board.md"),
    ];
    assert_eq!(paths(&plan), expected.into_iter().collect());
}

#[test]
fn claims_are_served_in_order() {
    let tree = [page(2, "a/b", None), page(3, "A-B", None), page(4, "a-b", None), page(5, "a-b (2)", None)];
    let first = planned(&tree, &Previous::default());
    let expected =
        [("2", "Docs/a-b (3).md"), ("3", "Docs/A-B.md"), ("4", "Docs/a-b (2).md"), ("5", "Docs/a-b (2) (2).md")];
    assert_eq!(paths(&first), expected.into_iter().collect());
    // The one with the plain name is gone, and a new one comes: nobody else moves.
    let later = [page(1, "a-b", None), page(2, "a/b", None), page(4, "a-b", None)];
    let second = planned(&later, &first.names());
    let expected = [("1", "Docs/a-b.md"), ("2", "Docs/a-b (3).md"), ("4", "Docs/a-b (2).md")];
    assert_eq!(paths(&second), expected.into_iter().collect());
}

#[test]
fn a_page_that_moves_in_displaces_nobody() {
    let before = [page(1, "Home page", None), page(2, "Guide", Some(1)), page(3, "A", Some(2)), page(5, "A", Some(1))];
    let first = planned(&before, &Previous::default());
    for parent in [Some(1), None] {
        let after =
            [page(1, "Home page", None), page(2, "Guide", Some(1)), page(3, "A", parent), page(5, "A", Some(1))];
        let second = planned(&after, &first.names());
        assert_eq!(paths(&second)["3"], "Docs/A (2).md");
        assert_eq!(paths(&second)["5"], "Docs/A.md");
    }
}

#[test]
fn a_new_title_moves_the_subtree_or_keeps_the_name() {
    let first = planned(&[page(2, "Old", None), page(3, "Child", Some(2))], &Previous::default());
    let tree = [page(2, "New", None), page(3, "Child", Some(2))];
    let followed = planned(&tree, &first.names());
    assert_eq!(paths(&followed), [("2", "Docs/New.md"), ("3", "Docs/New/Child.md")].into_iter().collect());
    let options = FileOptions { renamed: Renamed::Keep, ..FileOptions::default() };
    let kept = plan(&tree, &[space("1", "Docs", None)], &first.names(), Format::Gfm, &options).expect("a plan");
    assert_eq!(paths(&kept), paths(&first));
}

#[test]
fn circles_open_at_their_smallest_id() {
    let tree = [page(4, "D", Some(3)), page(3, "C", Some(2)), page(2, "B", Some(4)), page(5, "E", Some(4))];
    let plan = planned(&tree, &Previous::default());
    let expected = [("2", "Docs/B.md"), ("3", "Docs/B/C.md"), ("4", "Docs/B/C/D.md"), ("5", "Docs/B/C/D/E.md")];
    assert_eq!(paths(&plan), expected.into_iter().collect());
    let alone = planned(&[page(2, "B", Some(2))], &Previous::default());
    assert_eq!(paths(&alone), [("2", "Docs/B.md")].into_iter().collect());
}

#[test]
fn spaces_are_named_by_name_key_or_not_at_all() {
    let tree = [page(2, "A", None)];
    let with = |folder, spaces: &[Space]| {
        let options = FileOptions { space_folder: folder, ..FileOptions::default() };
        let plan = plan(&tree, spaces, &Previous::default(), Format::Gfm, &options).expect("a plan");
        paths(&plan)["2"].to_owned()
    };
    let two = [space("0", "docs", None), space("1", "Docs", None)];
    assert_eq!(with(SpaceFolder::None, &two[1..]), "A.md");
    assert_eq!(with(SpaceFolder::Key, &two[1..]), "DOC/A.md");
    assert_eq!(with(SpaceFolder::None, &two), "Docs (2)/A.md");
}

#[test]
fn long_paths_shorten_the_page_first_then_the_nearest_folder() {
    let title = |letter: &str| letter.repeat(90);
    let tree = [page(2, &title("a"), None), page(3, &title("b"), Some(2)), page(4, &title("c"), Some(3))];
    let plan = planned(&tree, &Previous::default());
    let path = paths(&plan)["4"];
    let lengths: Vec<usize> = path.split('/').map(utf16).collect();
    assert_eq!(utf16(path), 200, "{path}");
    assert_eq!(lengths, [4, 90, 76, 27]);
    assert_eq!(planned(&tree, &plan.names()), plan);
}

#[test]
fn a_very_deep_tree_is_lifted_and_nothing_is_lost() {
    let tree: Vec<PageNode> = (2..5_002).map(|id| page(id, "Chapter", (id > 2).then(|| id - 1))).collect();
    let plan = planned(&tree, &Previous::default());
    assert_eq!(plan.pages.len(), tree.len());
    assert!(plan.pages.iter().any(|page| page.lifted));
    sound(&plan);
    assert_eq!(paths(&planned(&tree, &plan.names())), paths(&plan));
}

fn sound(plan: &Plan) {
    let mut seen = HashSet::new();
    let mut checked = HashSet::new();
    for page in &plan.pages {
        let path = page.path.as_str();
        assert!(utf16(path) <= 200, "{path}");
        assert!(seen.insert(fold(path.trim_end_matches(".md"))), "{path} is there twice");
        for part in page.path.components().filter(|part| checked.insert(*part)) {
            assert!(part.len() <= MAX_BYTES && stem(part) == part, "{part}");
        }
    }
}

fn trees() -> impl Strategy<Value = Vec<PageNode>> {
    let title = prop_oneof![
        4 => "[aAbBiİ/:]{1,2}( \\([23]\\))?",
        1 => "(index|blog|CON|attachments|Home)",
        1 => "[ab](.md){1,2}",
        1 => "[a-c ]{20,200}",
        1 => any::<String>(),
    ];
    let kinds = prop_oneof![
        6 => Just(NodeKind::Page),
        1 => Just(NodeKind::Folder),
        1 => Just(NodeKind::BlogPost),
        1 => Just(NodeKind::Database),
    ];
    proptest::collection::vec((title, kinds, proptest::option::weighted(0.8, 1..45_u32), 0..8_u8), 0..40).prop_map(
        |nodes| {
            (1..)
                .zip(nodes)
                .map(|(id, (title, of, parent, space))| {
                    let mut node = kind(of, page(id, &title, parent));
                    if space == 0 {
                        node.space = "2".into();
                    }
                    node
                })
                .collect()
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn every_plan_is_sound_stable_and_free_of_order(tree in trees(), seed in any::<u64>()) {
        let first = planned(&tree, &Previous::default());
        prop_assert_eq!(first.pages.len(), tree.len());
        sound(&first);
        let mut other = tree.clone();
        other.sort_by_key(|node| node.id.as_str().parse::<u64>().unwrap_or(0).wrapping_mul(seed | 1).rotate_left(17));
        prop_assert_eq!(&planned(&other, &Previous::default()), &first);
        let again = planned(&tree, &first.names());
        prop_assert_eq!(paths(&again), paths(&first));
    }

    #[test]
    fn a_later_plan_is_sound(before in trees(), after in trees()) {
        let first = planned(&before, &Previous::default());
        let second = planned(&after, &first.names());
        prop_assert_eq!(second.pages.len(), after.len());
        sound(&second);
        let third = planned(&after, &second.names());
        prop_assert_eq!(paths(&third), paths(&second));
    }
}
