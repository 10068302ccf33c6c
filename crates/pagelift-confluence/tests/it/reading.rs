//! Spaces, pages, blog posts, people.

use pagelift_fake::{EmptyTail, Kind, ServerOptions, Site};
use pagelift_model::{
    AccountId, BodyKind, FetchedPage, NodeKind, PageId, PageSource as _, PageStatus, SourceError, SpaceKey,
    SpaceStatus, Want,
};

use crate::harness::{Fake, SMALL, all, space};

fn ids(pages: &[FetchedPage]) -> Vec<u64> {
    pages.iter().map(|page| page.node.id.as_str().parse().unwrap()).collect()
}

fn page_id(id: u64) -> PageId {
    PageId::from(id.to_string())
}

async fn finds_every_page(fake: &Fake) {
    let space = fake.space().await;
    let expected = fake.server.change(|site| site.ids("DOCS", Kind::Page));
    let pages = all(fake.source.pages_in(&space, Want::Bodies)).await.unwrap();
    assert_eq!(ids(&pages), expected);
    assert!(pages.iter().all(|page| page.body.as_ref().is_some_and(|body| !body.text.is_empty())));
    let bare = all(fake.source.pages_in(&space, Want::Metadata)).await.unwrap();
    assert_eq!(ids(&bare), expected);
    let posts = all(fake.source.blog_posts_in(&space, Want::Bodies)).await.unwrap();
    assert_eq!(ids(&posts), fake.server.change(|site| site.ids("DOCS", Kind::BlogPost)));
}

#[tokio::test]
async fn every_page_comes_once_however_the_list_ends() {
    for tail in [EmptyTail::Never, EmptyTail::WhenFull, EmptyTail::Always, EmptyTail::Endless, EmptyTail::Repeating] {
        finds_every_page(&Fake::with(ServerOptions { empty_tail: tail, ..ServerOptions::default() }).await).await;
    }
}

#[tokio::test]
async fn every_page_comes_although_the_site_lowers_the_limit_without_a_word() {
    finds_every_page(&Fake::with(ServerOptions { list_page_limit: 7, ..ServerOptions::default() }).await).await;
}

#[tokio::test]
async fn a_page_is_told_as_the_site_has_it() {
    let fake = Fake::small().await;
    let space = fake.space().await;
    let truth = fake.server.change(|site| {
        let id = site.ids("DOCS", Kind::Page)[40];
        site.contents[&id].clone()
    });
    let pages = all(fake.source.pages_in(&space, Want::Bodies)).await.unwrap();
    let page = pages.into_iter().find(|page| page.node.id == page_id(truth.id)).unwrap();
    let node = page.node;
    assert_eq!(node.title, truth.title);
    assert_eq!(node.parent, truth.parent.id().map(page_id));
    assert_eq!(node.version, u32::try_from(truth.version).unwrap());
    assert_eq!(node.created.unwrap().to_string(), truth.created.trim_end_matches('0').to_owned().replace(".Z", "Z"));
    assert_eq!(node.author, Some(AccountId::from(truth.author)));
    assert_eq!(node.editor, Some(AccountId::from(truth.editor)));
    assert_eq!((node.kind, node.status), (NodeKind::Page, PageStatus::Current));
    let address = node.web_url.unwrap();
    assert!(address.starts_with(&format!("{}/wiki/spaces/DOCS/pages/{}/", fake.server.url(), truth.id)), "{address}");
    let body = page.body.unwrap();
    assert_eq!((body.kind, body.text), (BodyKind::Storage, truth.body));
}

#[tokio::test]
async fn an_empty_storage_body_is_read_in_the_other_format_and_a_blank_page_stays_blank() {
    let mut site = Site::generate(SMALL);
    let ids = site.ids("DOCS", Kind::Page);
    let (document, blank) = (ids[3], ids[4]);
    site.adf_only.insert(document);
    site.contents.get_mut(&blank).unwrap().body.clear();
    let fake = Fake::start(site, ServerOptions::default()).await;
    let pages = all(fake.source.pages_in(&fake.space().await, Want::Bodies)).await.unwrap();
    let body = |id| pages.iter().find(|page| page.node.id == page_id(id)).unwrap().body.clone().unwrap();
    assert_eq!(body(document).kind, BodyKind::Adf);
    assert!(body(document).text.contains("\"doc\""));
    assert_eq!((body(blank).kind, body(blank).text.as_str()), (BodyKind::Storage, ""));
    assert_eq!(fake.count("GET /wiki/api/v2/pages"), 1, "both are asked for together");
    let again = fake.source.pages(&[page_id(document)], Want::Bodies).await.unwrap();
    assert_eq!(again[0].body.as_ref().unwrap().kind, BodyKind::Adf);
}

#[tokio::test]
async fn live_docs_and_archived_pages_are_told_from_others() {
    let mut site = Site::generate(SMALL);
    let ids = site.ids("DOCS", Kind::Page);
    let (live, archived) = (ids[5], ids[6]);
    site.live.insert(live);
    site.archived.insert(archived);
    let fake = Fake::start(site, ServerOptions::default()).await;
    let pages = all(fake.source.pages_in(&fake.space().await, Want::Metadata)).await.unwrap();
    let kind = |id| pages.iter().find(|page| page.node.id == page_id(id)).map(|page| page.node.kind);
    assert_eq!((kind(live), kind(archived)), (Some(NodeKind::LiveDoc), None));
    let found = fake.source.pages(&[page_id(archived)], Want::Metadata).await.unwrap();
    assert_eq!(found[0].node.status, PageStatus::Archived);
}

#[tokio::test]
async fn any_number_of_pages_is_read_by_id_and_what_is_missing_is_left_out() {
    let options = pagelift_fake::GeneratorOptions { pages: 600, attachments: 0, seed: 1, depth: 2 };
    let fake = Fake::start(Site::generate(options), ServerOptions::default()).await;
    let expected = fake.server.change(|site| site.ids("DOCS", Kind::Page));
    let mut wanted: Vec<PageId> = expected.iter().map(|id| page_id(*id)).collect();
    wanted.push(page_id(1));
    wanted.push(PageId::from("no number"));
    let mut found = ids(&fake.source.pages(&wanted, Want::Bodies).await.unwrap());
    found.sort_unstable();
    assert_eq!(found, expected);
    assert!(fake.source.requests() <= 6, "{} requests", fake.source.requests());
}

#[tokio::test]
async fn archived_spaces_are_listed_and_found() {
    let mut site = Site::generate(SMALL);
    let id = site.space("TEAM").unwrap().id;
    site.archived_spaces.insert(id);
    let fake = Fake::start(site, ServerOptions::default()).await;
    let spaces = fake.source.spaces().await.unwrap();
    let names: Vec<&str> = spaces.iter().map(|space| space.name.as_str()).collect();
    assert_eq!(names, ["Ada Example", "Documentation & guides", "Team"]);
    assert_eq!(spaces[2].status, SpaceStatus::Archived);
    let found = fake.source.spaces_by_key(&["TEAM".into(), "DOCS".into()]).await.unwrap();
    assert_eq!(found.iter().map(|space| space.key.as_str()).collect::<Vec<_>>(), ["TEAM", "DOCS"]);
}

#[tokio::test]
async fn an_unknown_space_is_named() {
    let fake = Fake::small().await;
    let key = SpaceKey::from("NOPE");
    let error = fake.source.spaces_by_key(&["DOCS".into(), key.clone()]).await.unwrap_err();
    assert_eq!(error, SourceError::SpaceUnknown { key: key.clone() });
    let mut gone = fake.space().await;
    gone.id = "1".into();
    gone.key = key.clone();
    let error = all(fake.source.pages_in(&gone, Want::Metadata)).await.unwrap_err();
    assert_eq!(error, SourceError::SpaceUnknown { key });
}

#[tokio::test]
async fn names_of_people_come_in_one_request_and_unknown_ids_are_left_out() {
    let fake = Fake::small().await;
    let mut ids: Vec<AccountId> =
        fake.server.change(|site| site.users.iter().map(|user| AccountId::from(user.account.as_str())).collect());
    let known = ids.len();
    ids.push(AccountId::from("nobody"));
    let people = fake.source.people(&ids).await.unwrap();
    assert_eq!(people.len(), known);
    assert!(people.iter().any(|person| person.name == "Bo Müller"));
    assert_eq!(fake.source.requests(), 1);
}

#[tokio::test]
async fn through_the_gateway_everything_is_found_and_page_addresses_stay_those_of_the_site() {
    let fake = Fake::with(ServerOptions { gateway_only: true, ..ServerOptions::default() }).await;
    let source = fake.through_gateway();
    assert_eq!(source.check().await.unwrap(), "Ada Example");
    let space = space(&source).await;
    let pages = all(source.pages_in(&space, Want::Bodies)).await.unwrap();
    assert_eq!(ids(&pages), fake.server.change(|site| site.ids("DOCS", Kind::Page)));
    let site = format!("{}/wiki/spaces/", fake.server.url());
    assert!(pages.iter().all(|page| page.node.web_url.as_ref().unwrap().starts_with(&site)));
    assert_eq!(all(source.extras_in(&space)).await.unwrap().len(), pages.len() + 3);
    let error = fake.source.check().await.unwrap_err();
    assert!(matches!(error, SourceError::SignInRejected { .. }), "{error:?}");
}
