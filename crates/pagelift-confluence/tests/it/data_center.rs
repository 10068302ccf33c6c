//! A Data Center site, and the ways in which real ones mislead.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use futures::TryStreamExt as _;
use pagelift_confluence::{DataCenterSite, Limits};
use pagelift_fake::{DataCenterOptions, GeneratorOptions, Kind, LoginPage, Next, Scan, Server, ServerOptions, Site};
use pagelift_model::{
    AccountId, Attachment, FetchedPage, NodeKind, PageExtras, PageId, PageSource as _, Secret, SiteAddress, SiteKind,
    SourceError, Space, SpaceKey, Want,
};

use crate::harness::{Fixed, SMALL, Scripted, TOKEN, all, json, quick, reply};

/// A Data Center site and a client of it.
pub struct Wiki {
    server: Server,
    pub source: DataCenterSite,
}

fn client(address: &str, token: &str, limits: Limits) -> DataCenterSite {
    let (address, token) = (SiteAddress::parse(address).unwrap(), Secret::new(token.to_owned()));
    DataCenterSite::with_limits(&address, &token, Arc::new(Fixed), limits).unwrap()
}

impl Wiki {
    pub async fn start(site: Site, data_center: DataCenterOptions, options: ServerOptions) -> Self {
        let address = data_center.context.clone();
        let options = ServerOptions { data_center: Some(data_center), ..options };
        let server = Server::start(site, options).await.unwrap();
        let source = client(&format!("{}{address}", server.url()), TOKEN, quick());
        Self { server, source }
    }

    async fn with(options: DataCenterOptions) -> Self {
        Self::start(Site::generate(SMALL), options, ServerOptions::default()).await
    }

    async fn misled(options: ServerOptions) -> Self {
        Self::start(Site::generate(SMALL), DataCenterOptions::default(), options).await
    }

    async fn space(&self) -> Space {
        self.source.spaces_by_key(&[SpaceKey::from("DOCS")]).await.unwrap().remove(0)
    }

    async fn pages(&self, want: Want) -> Vec<FetchedPage> {
        all(self.source.pages_in(&self.space().await, want)).await.unwrap()
    }

    async fn posts(&self) -> Vec<FetchedPage> {
        all(self.source.blog_posts_in(&self.space().await, Want::Bodies)).await.unwrap()
    }

    async fn extras(&self) -> BTreeMap<PageId, PageExtras> {
        let found = all(self.source.extras_in(&self.space().await)).await.unwrap();
        found.into_iter().map(|extras| (extras.page.clone(), extras)).collect()
    }

    /// Ids of what the space really holds.
    fn ids(&self, kind: Kind) -> Vec<String> {
        self.server.change(|site| site.ids("DOCS", kind).iter().map(u64::to_string).collect())
    }

    async fn a_file(&self) -> Attachment {
        let extras = self.extras().await;
        extras.into_values().flat_map(|extras| extras.attachments).next().unwrap()
    }

    async fn read(&self, file: &Attachment) -> Result<Vec<u8>, SourceError> {
        let pieces: Vec<_> = self.source.download(file).await?.try_collect().await?;
        Ok(pieces.concat())
    }

    fn requests_to(&self, route: &str) -> u64 {
        let counters = self.server.counters();
        counters.iter().filter(|(name, _)| name.contains(route)).map(|(_, count)| count).sum()
    }
}

fn ids(pages: &[FetchedPage]) -> Vec<String> {
    pages.iter().map(|page| page.node.id.to_string()).collect()
}

#[tokio::test]
async fn any_address_on_the_site_will_do_whatever_path_it_lies_below() {
    for context in ["", "/confluence", "/tools/wiki"] {
        let options = DataCenterOptions { context: context.to_owned(), ..DataCenterOptions::default() };
        let wiki = Wiki::with(options).await;
        let base = format!("{}{context}", wiki.server.url());
        for page in ["", "/", "/display/DOCS/Home", "/pages/viewpage.action?pageId=1", "/spaces/DOCS/pages/1/Home"] {
            let source = client(&format!("{base}{page}"), TOKEN, quick());
            assert_eq!(source.check().await.unwrap(), "Ada Example", "{page}");
            let site = source.site();
            assert_eq!((site.kind, site.address.as_str()), (SiteKind::DataCenter, base.as_str()));
        }
        let pages = wiki.pages(Want::Metadata).await;
        let url = pages[0].node.web_url.clone().unwrap();
        assert_eq!(url, format!("{base}/pages/viewpage.action?pageId={}", pages[0].node.id));
    }
}

#[tokio::test]
async fn a_wrong_token_is_refused_even_where_everybody_may_read() {
    for anonymous in [false, true] {
        let wiki = Wiki::misled(ServerOptions { anonymous, ..ServerOptions::default() }).await;
        let address = format!("{}/confluence", wiki.server.url());
        let wrong = || client(&address, "wrong-token", quick());
        let refused = |error: SourceError| assert!(matches!(error, SourceError::SignInRejected { .. }), "{error:?}");
        refused(wrong().check().await.unwrap_err());
        refused(wrong().spaces().await.unwrap_err());
        refused(wrong().spaces_by_key(&["DOCS".into()]).await.unwrap_err());
        refused(wrong().pages(&["1".into()], Want::Bodies).await.unwrap_err());
        let source = wrong();
        let space = wiki.space().await;
        refused(all(source.pages_in(&space, Want::Bodies)).await.unwrap_err());
        assert_eq!(source.requests(), 1, "nothing is asked twice");
        let shown = format!("{source:?} {:?}", source.check().await);
        assert!(!shown.contains("wrong-token") && !shown.contains("Bearer"), "{shown}");
    }
}

#[tokio::test]
async fn a_token_that_expires_on_the_way_does_not_make_a_site_look_empty() {
    let body = r#"{"type":"known","username":"ada","userKey":"8a","displayName":"Ada"}"#;
    let site = Scripted::start(move |line, _| {
        if line.contains("user/current") {
            return json(body);
        }
        reply(
            "200 OK",
            "Content-Type: application/json\r\nX-AUSERNAME: anonymous\r\n",
            r#"{"results":[],"start":0,"limit":25,"size":0}"#,
        )
    })
    .await;
    let source = client(&site.url, TOKEN, quick());
    source.check().await.unwrap();
    let error = source.spaces().await.unwrap_err();
    assert!(matches!(error, SourceError::SignInRejected { .. }), "{error:?}");
    let head = site.heads().remove(0).to_ascii_lowercase();
    assert!(head.contains("authorization: bearer secret-token"), "{head}");
    assert!(!head.contains("cookie"), "{head}");
}

#[tokio::test]
async fn a_page_for_signing_in_and_a_wrong_path_are_told_apart() {
    let wiki = Wiki::misled(ServerOptions { login_page: LoginPage::Api, ..ServerOptions::default() }).await;
    let error = wiki.source.check().await.unwrap_err();
    assert!(matches!(error, SourceError::AnswerUnreadable { .. }), "{error:?}");
    let elsewhere = client(&format!("{}/elsewhere", wiki.server.url()), TOKEN, quick());
    let SourceError::AnswerUnreadable { detail, .. } = elsewhere.check().await.unwrap_err() else { panic!() };
    assert!(detail.contains("no Confluence at this address"), "{detail}");
}

#[tokio::test]
async fn every_release_hands_out_every_page_once() {
    for scan in [Scan::All, Scan::Pages, Scan::None] {
        for next in [Next::Right, Next::Skips, Next::Missing, Next::Endless] {
            let wiki = Wiki::with(DataCenterOptions { scan, next, ..DataCenterOptions::default() }).await;
            let pages = wiki.pages(Want::Bodies).await;
            assert_eq!(ids(&pages), wiki.ids(Kind::Page), "{scan:?} {next:?}");
            assert!(pages.iter().all(|page| page.body.is_some() && page.node.kind == NodeKind::Page));
            let posts = wiki.posts().await;
            assert_eq!(ids(&posts), wiki.ids(Kind::BlogPost), "{scan:?} {next:?}");
            let extras = wiki.extras().await;
            assert_eq!(extras.len(), pages.len() + posts.len());
            // What is not there is asked for once.
            let scans = wiki.requests_to("content/scan");
            wiki.pages(Want::Bodies).await;
            assert!(scan != Scan::None || wiki.requests_to("content/scan") == scans, "{next:?}");
        }
    }
}

#[tokio::test]
async fn a_page_tells_its_place_its_dates_and_who_wrote_it() {
    let wiki = Wiki::with(DataCenterOptions::default()).await;
    let pages = wiki.pages(Want::Bodies).await;
    let space = wiki.space().await;
    let known: BTreeSet<PageId> = pages.iter().map(|page| page.node.id.clone()).collect();
    let below: Vec<_> = pages.iter().filter_map(|page| page.node.parent.clone()).collect();
    assert!(below.len() > pages.len() / 2 && below.iter().all(|parent| known.contains(parent)));
    for page in &pages {
        let node = &page.node;
        assert_eq!(node.space, space.id);
        assert!(node.position.is_some() && node.created.is_some() && node.modified.is_some(), "{node:?}");
        let body = page.body.as_ref().unwrap();
        assert!(!body.text.contains("ri:account-id"));
    }
    // Those who wrote pages are known by then.
    let authors: BTreeSet<AccountId> = pages.iter().filter_map(|page| page.node.author.clone()).collect();
    let authors: Vec<AccountId> = authors.into_iter().collect();
    let before = wiki.source.requests();
    assert_eq!(wiki.source.people(&authors).await.unwrap().len(), authors.len());
    assert_eq!(wiki.source.requests(), before);
}

#[tokio::test]
async fn those_who_are_only_mentioned_are_asked_for_unless_profiles_are_hidden() {
    for hides_profiles in [false, true] {
        let wiki = Wiki::with(DataCenterOptions { hides_profiles, ..DataCenterOptions::default() }).await;
        let pages = wiki.pages(Want::Metadata).await;
        let key = pages.iter().find_map(|page| page.node.author.clone()).unwrap();
        let fresh = client(&format!("{}/confluence", wiki.server.url()), TOKEN, quick());
        let nobodies = ["nobody", "noone", "nemo"].map(AccountId::from);
        let people = fresh.people(&[std::slice::from_ref(&key), nobodies.as_slice()].concat()).await.unwrap();
        let found: Vec<&AccountId> = people.iter().map(|person| &person.id).collect();
        assert_eq!(found, if hides_profiles { vec![] } else { vec![&key] });
    }
}

#[tokio::test]
async fn pages_that_the_search_does_not_know_are_found_one_by_one() {
    let wiki = Wiki::with(DataCenterOptions::default()).await;
    let mut wanted = wiki.ids(Kind::Page);
    for id in &wanted[3..6] {
        let id = id.parse().unwrap();
        wiki.server.change(|site| site.unindexed.insert(id));
    }
    wanted.push("99999999999999".to_owned());
    wanted.push("no number".to_owned());
    let asked: Vec<PageId> = wanted.iter().map(|id| id.as_str().into()).collect();
    wiki.server.reset_counters();
    let mut found = ids(&wiki.source.pages(&asked, Want::Bodies).await.unwrap());
    found.sort_by_key(|id| id.parse::<u64>().unwrap());
    assert_eq!(found, wiki.ids(Kind::Page));
    // Three that are not in the index, and one that is nowhere, which is asked for twice.
    assert_eq!((wiki.requests_to("content/search"), wiki.requests_to("content/{id}")), (3, 5));
}

#[tokio::test]
async fn one_body_that_the_site_cannot_deliver_costs_that_page_alone() {
    let site = Site::generate(SMALL);
    let bad = site.ids("DOCS", Kind::Page)[40];
    for scan in [Scan::All, Scan::None] {
        let options = DataCenterOptions { poisoned: BTreeSet::from([bad]), scan, ..DataCenterOptions::default() };
        let wiki = Wiki::start(site.clone(), options, ServerOptions::default()).await;
        let pages = wiki.pages(Want::Bodies).await;
        assert_eq!(ids(&pages), wiki.ids(Kind::Page), "{scan:?}");
        let without: Vec<PageId> =
            pages.iter().filter(|page| page.body.is_none()).map(|page| page.node.id.clone()).collect();
        assert!((1..=5).contains(&without.len()), "{without:?}");
        let found = wiki.source.pages(&without, Want::Bodies).await.unwrap();
        let missing: Vec<&PageId> = without.iter().filter(|id| found.iter().all(|page| page.node.id != **id)).collect();
        assert_eq!(missing, [&PageId::from(bad.to_string())]);
    }
}

#[tokio::test]
async fn long_lists_of_files_are_whole_although_rows_cut_them() {
    for next in [Next::Right, Next::Skips, Next::Endless] {
        let content = GeneratorOptions { pages: 30, attachments: 240, seed: 3, depth: 2 };
        let options = DataCenterOptions { next, ..DataCenterOptions::default() };
        let wiki = Wiki::start(Site::generate(content), options, ServerOptions::default()).await;
        let expected: BTreeMap<String, usize> = wiki.server.change(|site| {
            let contents = site.ids("DOCS", Kind::Page).into_iter().chain(site.ids("DOCS", Kind::BlogPost));
            contents.map(|id| (id.to_string(), site.attachments_of(id).len())).collect()
        });
        assert!(expected.values().any(|count| *count > 25));
        let told: BTreeMap<String, usize> = wiki
            .extras()
            .await
            .into_iter()
            .map(|(page, extras)| (page.to_string(), extras.attachments.len()))
            .collect();
        assert_eq!(told, expected, "{next:?}");
    }
}

#[tokio::test]
async fn what_a_walk_told_is_not_asked_for_again_and_is_not_told_twice() {
    let wiki = Wiki::with(DataCenterOptions::default()).await;
    let (pages, _) = (wiki.pages(Want::Bodies).await, wiki.posts().await);
    let walks = wiki.requests_to("content/scan");
    let first = wiki.extras().await;
    assert_eq!(wiki.requests_to("content/scan"), walks);
    let id: u64 = pages[0].node.id.as_str().parse().unwrap();
    wiki.server.change(|site| site.contents.get_mut(&id).unwrap().labels.clear());
    let second = wiki.extras().await;
    assert_eq!(second.len(), first.len());
    assert!(second[&pages[0].node.id].labels.is_empty(), "a later question gets a later answer");
}

#[tokio::test]
async fn restrictions_and_archived_spaces_are_told() {
    let wiki = Wiki::with(DataCenterOptions::default()).await;
    let id: u64 = wiki.ids(Kind::Page)[2].parse().unwrap();
    let team = wiki.server.change(|site| {
        site.restricted.insert(id);
        site.space("TEAM").unwrap().id
    });
    wiki.server.change(|site| site.archived_spaces.insert(team));
    let extras = wiki.extras().await;
    let restricted: Vec<String> = extras
        .values()
        .filter(|extras| extras.restricted == Some(true))
        .map(|extras| extras.page.to_string())
        .collect();
    assert_eq!(restricted, [id.to_string()]);
    let archived = wiki.source.spaces_by_key(&["TEAM".into(), "DOCS".into()]).await.unwrap();
    assert_eq!(archived[0].status, pagelift_model::SpaceStatus::Archived);
    let missing = wiki.source.spaces_by_key(&["NOPE".into()]).await;
    assert_eq!(missing, Err(SourceError::SpaceUnknown { key: "NOPE".into() }));
}

#[tokio::test]
async fn files_with_odd_names_arrive_whole_and_broken_ones_are_continued() {
    let names = ["a+b & 100% of it.png", "übersicht #1?.png", "50%25.csv", "설계 메모.png"];
    let options = ServerOptions { cut_files_every: 2, ..ServerOptions::default() };
    let wiki = Wiki::misled(options).await;
    wiki.server.change(|site| {
        for (file, name) in site.attachments.values_mut().zip(names) {
            name.clone_into(&mut file.title);
        }
    });
    let files: Vec<Attachment> = wiki.extras().await.into_values().flat_map(|extras| extras.attachments).collect();
    let mut odd = 0;
    for file in &files {
        odd += usize::from(names.contains(&file.title.as_str()));
        assert_eq!(wiki.read(file).await.unwrap().len() as u64, file.size, "{}", file.title);
    }
    assert_eq!(odd, names.len());
    let gone = Attachment { title: "gone.png".to_owned(), ..files[0].clone() };
    assert_eq!(wiki.read(&gone).await, Err(SourceError::AttachmentMissing { name: "gone.png".to_owned() }));
}

#[tokio::test]
async fn a_page_for_signing_in_is_never_taken_for_a_file() {
    let insists = Wiki::with(DataCenterOptions { files_need_basic: true, ..DataCenterOptions::default() }).await;
    let file = insists.a_file().await;
    assert_eq!(insists.read(&file).await.unwrap().len() as u64, file.size);

    let closed = Wiki::misled(ServerOptions { login_page: LoginPage::Files, ..ServerOptions::default() }).await;
    let error = closed.read(&closed.a_file().await).await.unwrap_err();
    assert!(matches!(error, SourceError::PermissionMissing { .. }), "{error:?}");
    assert!(!error.ends_run(), "the pages can be had all the same");
}

#[tokio::test]
async fn a_file_that_lies_on_another_host_is_fetched_there_without_credentials() {
    let store = Scripted::start(|_, _| reply("200 OK", "Content-Type: image/png\r\n", "1234")).await;
    let location = format!("Location: {}/signed?a=b\r\n", store.url);
    let site = Scripted::start(move |line, _| {
        if line.contains("/download/") {
            return reply("302 Found", &location, "");
        }
        json(r#"{"type":"known","username":"ada","userKey":"8a","displayName":"Ada"}"#)
    })
    .await;
    let source = client(&site.url, TOKEN, quick());
    let (id, page, title, media_type) = ("att1".into(), "7".into(), "a b.png".to_owned(), "image/png".to_owned());
    let file = Attachment { id, page, title, media_type, size: 4, version: 3, file_id: None };
    let pieces: Vec<_> = source.download(&file).await.unwrap().try_collect().await.unwrap();
    assert_eq!(pieces.concat(), b"1234");
    let head = site.heads().pop().unwrap().to_ascii_lowercase();
    assert!(head.starts_with("get /download/attachments/7/a%20b.png?version=3 http/1.1"), "{head}");
    assert!(head.contains("authorization: bearer") && head.contains("accept-encoding: identity"), "{head}");
    let head = store.heads().remove(0).to_ascii_lowercase();
    assert!(!head.contains("authorization") && !head.contains("bearer") && !head.contains("referer"), "{head}");
}

#[tokio::test]
async fn faults_that_heal_lose_nothing() {
    let shaky = [
        ServerOptions { throttle_every: 3, retry_after: Some("0".to_owned()), ..ServerOptions::default() },
        ServerOptions { failing_every: 3, ..ServerOptions::default() },
        ServerOptions { cut_every: 3, ..ServerOptions::default() },
    ];
    for options in shaky {
        let wiki = Wiki::misled(options).await;
        assert_eq!(ids(&wiki.pages(Want::Bodies).await), wiki.ids(Kind::Page));
    }
}

#[tokio::test]
async fn a_thousand_pages_take_few_requests_and_a_second_look_fewer() {
    let content = GeneratorOptions { pages: 1000, attachments: 2000, seed: 1, depth: 4 };
    let wiki = Wiki::start(Site::generate(content), DataCenterOptions::default(), ServerOptions::default()).await;
    wiki.source.check().await.unwrap();
    let pages = wiki.pages(Want::Bodies).await;
    let posts = wiki.posts().await;
    let extras = wiki.extras().await;
    assert_eq!((pages.len(), extras.len()), (1000, pages.len() + posts.len()));
    assert!(wiki.server.requests() <= 80, "{:?}", wiki.server.counters());
    assert_eq!(wiki.source.requests(), wiki.server.requests());

    wiki.server.reset_counters();
    wiki.source.check().await.unwrap();
    wiki.pages(Want::Metadata).await;
    all(wiki.source.blog_posts_in(&wiki.space().await, Want::Metadata)).await.unwrap();
    wiki.extras().await;
    assert!(wiki.server.requests() <= 25, "{:?}", wiki.server.counters());
}
