//! What changed lately, asked for in few requests.

use std::sync::Arc;

use jiff::Timestamp;
use pagelift_confluence::DataCenterSite;
use pagelift_fake::{Comment, DataCenterOptions, GeneratorOptions, Kind, Server, ServerOptions, Site};
use pagelift_model::{NodeKind, PageId, PageSource, Secret, SiteAddress, Space};

use crate::harness::{Fake, Fixed, SMALL, TOKEN, all, quick};

const SINCE: &str = "2026-06-15T12:00:00Z";

/// A site where one page, one post and one file changed, and somebody said something about the page.
fn site() -> (Site, u64, u64) {
    let mut site = Site::generate(SMALL);
    let (page, post) = (site.ids("DOCS", Kind::Page)[17], site.ids("DOCS", Kind::BlogPost)[0]);
    let after = "2026-07-01T00:00:00.000Z";
    site.edit(page, after);
    site.edit(post, after);
    let file = site.attachments.values_mut().next().unwrap();
    after.clone_into(&mut file.created);
    let said =
        |id, created: &str| Comment { id, created: created.to_owned(), body: "<p>x</p>".into(), ..Comment::default() };
    site.comments.insert(page, vec![said(5_000_001, "2026-01-01T00:00:00.000Z"), said(5_000_002, after)]);
    (site, page, post)
}

async fn tells_what_changed(source: &dyn PageSource, space: &Space, page: u64, post: u64) {
    let since: Timestamp = SINCE.parse().unwrap();
    for (kind, id) in [(NodeKind::Page, page), (NodeKind::BlogPost, post)] {
        let latest = all(source.latest_in(space, kind, since)).await.unwrap();
        let ids: Vec<&str> = latest.iter().map(|page| page.node.id.as_str()).collect();
        assert_eq!(ids, [id.to_string()]);
        assert!(latest[0].body.is_none());
    }
    let files = source.attachments_since(space, since).await.unwrap().unwrap();
    assert_eq!(files.len(), 1, "{files:?}");
    let owner = (files[0].page.clone(), NodeKind::Page);
    let extras = source.extras(std::slice::from_ref(&owner)).await.unwrap();
    assert!(extras[0].attachments.contains(&files[0]), "{extras:?}");
    let indexed = source.indexed_extras(&[owner]).await.unwrap();
    assert_eq!((&indexed[0].labels, &indexed[0].attachments), (&extras[0].labels, &extras[0].attachments));
    let page = PageId::from(page.to_string());
    for since in [None, Some(since)] {
        let comments = source.comments_in(space, since).await.unwrap().unwrap();
        let [(on, said)] = comments.as_slice() else { panic!("{comments:?}") };
        assert_eq!((on, said.len()), (&page, if since.is_some() { 1 } else { 2 }));
    }
    let views = source.rendered(std::slice::from_ref(&page)).await.unwrap();
    assert!(views[0].0 == page && !views[0].1.is_empty());
}

async fn data_center(site: Site) -> (Server, DataCenterSite) {
    let options = ServerOptions { data_center: Some(DataCenterOptions::default()), ..ServerOptions::default() };
    let server = Server::start(site, options).await.unwrap();
    let address = SiteAddress::parse(&format!("{}/confluence", server.url())).unwrap();
    let token = Secret::new(TOKEN.to_owned());
    let source = DataCenterSite::with_limits(&address, &token, Arc::new(Fixed), quick()).unwrap();
    (server, source)
}

#[tokio::test]
async fn what_changed_is_told_by_both_products() {
    let (cloud, page, post) = site();
    let fake = Fake::start(cloud, ServerOptions::default()).await;
    tells_what_changed(&fake.source, &fake.space().await, page, post).await;
    let (site, page, post) = site();
    let (_server, source) = data_center(site).await;
    let space = source.spaces_by_key(&["DOCS".into()]).await.unwrap().remove(0);
    tells_what_changed(&source, &space, page, post).await;
}

#[tokio::test]
async fn a_thousand_pages_of_data_center_take_eighty_requests() {
    let options = GeneratorOptions { pages: 1_000, attachments: 2_000, seed: 2, depth: 3 };
    let (server, source) = data_center(Site::generate(options)).await;
    source.check().await.unwrap();
    let space = source.spaces_by_key(&["DOCS".into()]).await.unwrap().remove(0);
    let mut pages = all(source.pages_in(&space, pagelift_model::Want::Bodies)).await.unwrap();
    pages.extend(all(source.blog_posts_in(&space, pagelift_model::Want::Bodies)).await.unwrap());
    let extras = all(source.extras_in(&space)).await.unwrap();
    assert_eq!(extras.len(), pages.len());
    let people: Vec<_> = pages.iter().filter_map(|page| page.node.author.clone()).collect();
    source.people(&people).await.unwrap();
    assert!(server.requests() <= 80, "{}: {:#?}", server.requests(), server.counters());
}

#[tokio::test]
async fn many_folders_are_looked_up_together_and_as_they_are_one_by_one() {
    let options = GeneratorOptions { pages: 600, attachments: 0, seed: 3, depth: 4 };
    let fake = Fake::start(Site::generate(options), ServerOptions::default()).await;
    let ids: Vec<(PageId, NodeKind)> = fake
        .server
        .change(|site| site.folders.keys().map(|id| (PageId::from(id.to_string()), NodeKind::Folder)).collect());
    assert!(ids.len() > 10);
    let mut together = fake.source.nodes(&ids).await.unwrap();
    assert_eq!(fake.server.requests(), 1, "{:?}", fake.server.counters());
    let mut single = Vec::new();
    for id in &ids {
        single.extend(fake.source.nodes(std::slice::from_ref(id)).await.unwrap());
    }
    together.sort_by(|a, b| a.id.cmp(&b.id));
    single.sort_by(|a, b| a.id.cmp(&b.id));
    assert_eq!(together, single);
}
