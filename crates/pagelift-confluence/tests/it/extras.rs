//! Labels, attachments, restrictions.

use std::collections::BTreeMap;

use pagelift_fake::{GeneratorOptions, Kind, ServerOptions, Site};
use pagelift_model::{NodeKind, PageExtras, PageId, PageSource as _};

use crate::harness::{Fake, SMALL, all};

/// What the site itself has: for each page of the space its labels and the ids of its files.
fn truth(fake: &Fake) -> BTreeMap<String, (Vec<String>, Vec<String>)> {
    fake.server.change(|site| {
        let pages = site.ids("DOCS", Kind::Page);
        let all = pages.into_iter().chain(site.ids("DOCS", Kind::BlogPost));
        all.map(|id| {
            let labels = site.contents[&id].labels.iter().map(|label| label.name.clone()).collect();
            let mut files: Vec<String> = site.attachments_of(id).iter().map(|file| format!("att{}", file.id)).collect();
            files.sort();
            (id.to_string(), (labels, files))
        })
        .collect()
    })
}

fn told(extras: &[PageExtras]) -> BTreeMap<String, (Vec<String>, Vec<String>)> {
    let rows = extras.iter().map(|extras| {
        let mut files: Vec<String> = extras.attachments.iter().map(|file| file.id.to_string()).collect();
        files.sort();
        (extras.page.to_string(), (extras.labels.clone(), files))
    });
    let map: BTreeMap<_, _> = rows.collect();
    assert_eq!(map.len(), extras.len(), "a page came twice");
    map
}

#[tokio::test]
async fn one_walk_tells_all_labels_and_all_files_also_of_pages_with_many() {
    for attachments in [70, 700] {
        let site = Site::generate(GeneratorOptions { attachments, ..SMALL });
        let fake = Fake::start(site, ServerOptions::default()).await;
        let extras = all(fake.source.extras_in(&fake.space().await)).await.unwrap();
        assert_eq!(told(&extras), truth(&fake));
        assert!(fake.source.requests() <= 4, "{} requests for {attachments} files", fake.source.requests());
    }
}

#[tokio::test]
async fn small_search_pages_lose_nothing() {
    let site = Site::generate(GeneratorOptions { attachments: 700, ..SMALL });
    let fake = Fake::start(site, ServerOptions { search_page_limit: 9, ..ServerOptions::default() }).await;
    let extras = all(fake.source.extras_in(&fake.space().await)).await.unwrap();
    assert_eq!(told(&extras), truth(&fake));
}

#[tokio::test]
async fn a_file_that_the_index_does_not_know_yet_is_found_on_a_page_that_changed_lately() {
    let mut site = Site::generate(GeneratorOptions { attachments: 700, ..SMALL });
    let pages = site.ids("DOCS", Kind::Page);
    let many: Vec<u64> = pages.into_iter().filter(|id| site.attachments_of(*id).len() > 25).collect();
    let newest = site.attachments_of(many[0]).last().unwrap().id;
    site.unindexed.insert(newest);
    assert!(site.edit(many[0], "2026-11-01T11:58:00.000Z"));
    let fake = Fake::start(site, ServerOptions::default()).await;
    let extras = all(fake.source.extras_in(&fake.space().await)).await.unwrap();
    assert_eq!(told(&extras), truth(&fake));
}

#[tokio::test]
async fn a_page_that_the_index_does_not_know_yet_is_told_by_the_database() {
    let mut site = Site::generate(SMALL);
    let page = *site.ids("DOCS", Kind::Page).iter().max_by_key(|id| site.attachments_of(**id).len()).unwrap();
    let post = site.ids("DOCS", Kind::BlogPost)[0];
    site.unindexed.extend([page, post]);
    let fake = Fake::start(site, ServerOptions::default()).await;
    let walked = all(fake.source.extras_in(&fake.space().await)).await.unwrap();
    let id = |id: u64| PageId::from(id.to_string());
    assert!(walked.iter().all(|extras| extras.page != id(page) && extras.page != id(post)));
    let wanted = [(id(page), NodeKind::Page), (id(post), NodeKind::BlogPost), (id(1), NodeKind::Page)];
    let mut all = fake.source.extras(&wanted).await.unwrap();
    assert_eq!(all.len(), 2, "what is missing is left out");
    all.extend(walked);
    assert_eq!(told(&all), truth(&fake));
}

#[tokio::test]
async fn restricted_pages_are_told_from_open_ones() {
    let mut site = Site::generate(SMALL);
    let page = site.ids("DOCS", Kind::Page)[2];
    site.restricted.insert(page);
    let fake = Fake::start(site, ServerOptions::default()).await;
    for extras in all(fake.source.extras_in(&fake.space().await)).await.unwrap() {
        assert_eq!(extras.restricted, Some(extras.page.as_str() == page.to_string()));
    }
}
