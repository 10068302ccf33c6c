//! The number of requests for a whole space.

use std::collections::BTreeSet;

use pagelift_fake::{GeneratorOptions, ServerOptions, Site};
use pagelift_model::{AccountId, FetchedPage, NodeKind, PageId, PageNode, PageSource as _, Want};

use crate::harness::{Fake, all};

async fn pages(fake: &Fake, want: Want) -> Vec<FetchedPage> {
    let space = fake.space().await;
    let mut pages = all(fake.source.pages_in(&space, want)).await.unwrap();
    pages.extend(all(fake.source.blog_posts_in(&space, want)).await.unwrap());
    pages
}

fn parents(pages: &[FetchedPage]) -> Vec<(PageId, NodeKind)> {
    let parents = pages.iter().filter_map(|page| Some((page.node.parent.clone()?, page.node.parent_kind?)));
    let folders: BTreeSet<PageId> =
        parents.filter(|(_, kind)| *kind == NodeKind::Folder).map(|(parent, _)| parent).collect();
    folders.into_iter().map(|id| (id, NodeKind::Folder)).collect()
}

async fn first(fake: &Fake) -> Vec<PageNode> {
    fake.source.check().await.unwrap();
    let pages = pages(fake, Want::Bodies).await;
    let extras = all(fake.source.extras_in(&fake.space().await)).await.unwrap();
    assert_eq!(extras.len(), pages.len());
    let authors: BTreeSet<AccountId> = pages.iter().filter_map(|page| page.node.author.clone()).collect();
    fake.source.people(&authors.into_iter().collect::<Vec<_>>()).await.unwrap();
    fake.source.nodes(&parents(&pages)).await.unwrap()
}

#[tokio::test]
async fn two_thousand_pages_take_few_requests_and_a_second_look_fewer() {
    for attachments in [0, 50, 2000] {
        let options = GeneratorOptions { pages: 2000, attachments, seed: 1, depth: 4 };
        let fake = Fake::start(Site::generate(options), ServerOptions::default()).await;
        let folders = first(&fake).await;
        let besides_folders = fake.server.requests() - fake.count("GET /wiki/api/v2/folders");
        assert!(besides_folders <= 60, "{besides_folders} requests: {:?}", fake.server.counters());
        assert_eq!(fake.source.requests(), fake.server.requests());

        fake.server.reset_counters();
        fake.source.check().await.unwrap();
        pages(&fake, Want::Metadata).await;
        assert_eq!(fake.source.changed_nodes(&folders).await, Ok(Vec::new()));
        all(fake.source.extras_in(&fake.space().await)).await.unwrap();
        // The harness asks for the space each time; an export does so once.
        let requests = fake.server.requests() - 1;
        assert!(requests <= 25, "{requests} requests: {:?}", fake.server.counters());
    }
}
