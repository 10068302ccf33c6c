//! Folders, which no list has.

use std::collections::BTreeSet;

use pagelift_fake::{GeneratorOptions, Parent, ServerOptions, Site};
use pagelift_model::{NodeKind, PageId, PageNode, PageSource as _};

use crate::harness::{Fake, SMALL};

async fn known(fake: &Fake) -> Vec<PageNode> {
    let ids = fake.server.change(|site| site.folders.keys().copied().collect::<BTreeSet<u64>>());
    let ids: Vec<_> = ids.into_iter().map(|id| (PageId::from(id.to_string()), NodeKind::Folder)).collect();
    let nodes = fake.source.nodes(&ids).await.unwrap();
    assert_eq!(nodes.len(), ids.len());
    fake.server.reset_counters();
    nodes
}

#[tokio::test]
async fn each_folder_is_read_once_with_its_place_in_the_tree() {
    let fake = Fake::small().await;
    let inner = fake.server.change(|site| {
        site.folders.values().find(|folder| matches!(folder.parent, Parent::Folder(_))).unwrap().clone()
    });
    let id = PageId::from(inner.id.to_string());
    let ask = [(id.clone(), NodeKind::Folder), (id.clone(), NodeKind::Folder), (PageId::from("1"), NodeKind::Folder)];
    let found = fake.source.nodes(&ask).await.unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!((&found[0].id, found[0].kind, &found[0].title), (&id, NodeKind::Folder, &inner.title));
    assert_eq!(found[0].parent, inner.parent.id().map(|id| PageId::from(id.to_string())));
    assert_eq!(found[0].parent_kind, Some(NodeKind::Folder));
    assert!(found[0].web_url.as_ref().unwrap().ends_with(&format!("/wiki/spaces/DOCS/folder/{id}")));
}

#[tokio::test]
async fn many_unchanged_folders_cost_a_request_or_two() {
    let options = GeneratorOptions { pages: 2000, attachments: 0, seed: 1, depth: 4 };
    let fake = Fake::start(Site::generate(options), ServerOptions::default()).await;
    let known = known(&fake).await;
    assert!(known.len() > 60);
    assert_eq!(fake.source.changed_nodes(&known).await, Ok(Vec::new()));
    assert!(fake.server.requests() <= 2, "{:?}", fake.server.counters());
}

#[tokio::test]
async fn renamed_and_moved_folders_are_told_and_deleted_ones_are_left_out() {
    let fake = Fake::small().await;
    let known = known(&fake).await;
    let id = |at: usize| known[at].id.as_str().parse::<u64>().unwrap();
    fake.server.change(|site| {
        "Renamed".clone_into(&mut site.folders.get_mut(&id(0)).unwrap().title);
        site.folders.get_mut(&id(1)).unwrap().parent = Parent::None;
        site.folders.remove(&id(2));
    });
    let mut expected = vec![PageNode { title: "Renamed".to_owned(), ..known[0].clone() }];
    if known[1].parent.is_some() {
        expected.push(PageNode { parent: None, parent_kind: None, ..known[1].clone() });
    }
    assert_eq!(fake.source.changed_nodes(&known[..3]).await, Ok(expected));
}

#[tokio::test]
async fn a_folder_that_the_index_does_not_know_is_looked_up() {
    let fake = Fake::start(Site::generate(SMALL), ServerOptions::default()).await;
    let known = known(&fake).await;
    let id: u64 = known[0].id.as_str().parse().unwrap();
    fake.server.change(|site| site.unindexed.insert(id));
    assert_eq!(fake.source.changed_nodes(&known).await, Ok(vec![known[0].clone()]));
    assert_eq!(fake.count("GET /wiki/api/v2/folders"), 1);
}

#[tokio::test]
async fn where_only_folders_can_be_searched_the_others_are_looked_up() {
    let fake = Fake::small().await;
    let known = known(&fake).await;
    let board = PageNode { id: "77".into(), kind: NodeKind::Whiteboard, ..known[0].clone() };
    let mut both = known.clone();
    both.push(board);
    assert_eq!(fake.source.changed_nodes(&both).await, Ok(Vec::new()));
    assert_eq!(fake.count("GET /wiki/api/v2/folders"), 0);
}
