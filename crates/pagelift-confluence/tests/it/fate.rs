//! What has become of pages that are not listed any more.

use std::sync::Arc;

use pagelift_confluence::DataCenterSite;
use pagelift_fake::{DataCenterOptions, Kind, Server, ServerOptions, Site};
use pagelift_model::{Fate, PageId, PageSource, Secret, SiteAddress};

use crate::harness::{Fake, Fixed, SMALL, TOKEN, quick};

/// A site where pages have met every fate, and those pages.
fn site() -> (Site, Vec<(PageId, Fate)>) {
    let mut site = Site::generate(SMALL);
    let ids = site.ids("DOCS", Kind::Page);
    let post = site.ids("DOCS", Kind::BlogPost)[0];
    let (docs, team) = (site.space("DOCS").unwrap().id, site.space("TEAM").unwrap().id);
    site.contents.get_mut(&ids[0]).unwrap().space = team;
    site.archived.insert(ids[1]);
    site.trashed.extend([ids[2], post]);
    site.deleted.insert(ids[3]);
    site.remove(ids[4]);
    let current = |space: u64| Fate::Current { space: Some(space.to_string().into()) };
    let fates = [
        (ids[5], current(docs)),
        (ids[0], current(team)),
        (ids[1], Fate::Archived),
        (ids[4], Fate::Hidden),
        (ids[2], Fate::Trashed),
        (post, Fate::Trashed),
        (ids[3], Fate::Deleted),
    ];
    (site, fates.into_iter().map(|(id, fate)| (PageId::from(id.to_string()), fate)).collect())
}

fn ids(fates: &[(PageId, Fate)]) -> Vec<PageId> {
    fates.iter().map(|(id, _)| id.clone()).collect()
}

#[tokio::test]
async fn cloud_tells_the_trash_from_what_cannot_be_seen_and_asks_for_all_at_once() {
    let (site, expected) = site();
    let fake = Fake::start(site, ServerOptions::default()).await;
    assert_eq!(fake.source.fate(&ids(&expected)).await, Ok(expected.clone()));
    assert_eq!(fake.server.requests(), 2, "{:?}", fake.server.counters());
    // Under load, sites have denied things that exist.
    let (site, _) = self::site();
    let fake = Fake::start(site, ServerOptions { flaky_every: 1, ..ServerOptions::default() }).await;
    assert_eq!(fake.source.fate(&ids(&expected)).await, Ok(expected));
}

#[tokio::test]
async fn data_center_tells_the_trash_from_what_cannot_be_seen() {
    let (site, mut expected) = site();
    let options = ServerOptions { data_center: Some(DataCenterOptions::default()), ..ServerOptions::default() };
    let server = Server::start(site, options).await.unwrap();
    let address = SiteAddress::parse(&format!("{}/confluence", server.url())).unwrap();
    let token = Secret::new(TOKEN.to_owned());
    let source = DataCenterSite::with_limits(&address, &token, Arc::new(Fixed), quick()).unwrap();
    // What was removed for good leaves no trace there.
    expected.last_mut().unwrap().1 = Fate::Hidden;
    assert_eq!(source.fate(&ids(&expected)).await, Ok(expected));
}

#[tokio::test]
async fn a_site_that_fails_is_an_error_and_no_fate() {
    let (site, expected) = site();
    let fake = Fake::start(site, ServerOptions { failing_every: 1, ..ServerOptions::default() }).await;
    assert!(fake.source.fate(&ids(&expected)).await.is_err());
}
