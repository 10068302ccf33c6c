use super::*;

fn site(id: &str, grant: Option<&str>) -> KnownSite {
    KnownSite {
        id: id.to_owned(),
        name: id.to_owned(),
        kind: SiteKind::Cloud,
        address: format!("https://{id}.atlassian.net/wiki"),
        method: SignInMethod::Browser,
        cloud_id: Some("c1".to_owned()),
        grant: grant.map(str::to_owned),
        account: KnownAccount { id: "a".to_owned(), name: "Ada".to_owned(), email: None, picture: None },
        scopes: Vec::new(),
        ended: false,
        until_quit: false,
        more: Map::new(),
    }
}

fn grant(id: &str) -> KnownGrant {
    let server = KnownServer::Cloud { auth: "https://auth.example".to_owned(), api: "https://api.example".to_owned() };
    KnownGrant {
        id: id.to_owned(),
        integration: KnownIntegration {
            app: None,
            server,
            client_id: "c".to_owned(),
            redirect: "http://localhost:1/x".to_owned(),
            pkce: Pkce::default(),
        },
        account: "a".to_owned(),
        signed_in: Timestamp::UNIX_EPOCH,
        renewed: Timestamp::UNIX_EPOCH,
        ended: false,
        until_quit: false,
        more: Map::new(),
    }
}

fn ids(entries: &Entries) -> Vec<&str> {
    entries.sites.iter().map(|site| site.id.as_str()).collect()
}

#[test]
fn sites_are_there_again_and_what_a_newer_pagelift_wrote_survives() {
    let home = tempfile::tempdir().unwrap();
    let folders = Folders::below(home.path());
    let odd = json!({ "id": "odd", "method": "telepathy" });
    let mut known = json!(site("one", Some("g")));
    known["colour"] = "blue".into();
    let file = json!({ "version": 9, "theme": "x", "sites": [known, odd], "grants": [json!(grant("g"))] });
    settings::write(&folders.sites(), &file).unwrap();
    let store = SiteStore::new(&folders);
    store.change(|entries| entries.put_site(site("two", None))).unwrap();
    let again = SiteStore::new(&folders).read().unwrap();
    assert_eq!((ids(&again), again.grants.len()), (vec!["one", "two"], 1));
    let file = settings::read(&folders.sites()).unwrap();
    assert_eq!(
        (&file["version"], &file["theme"], &file["sites"][0]["colour"]),
        (&9.into(), &"x".into(), &"blue".into())
    );
    assert_eq!(file["sites"][2], odd);
}

#[test]
fn what_is_kept_until_the_end_is_listed_and_not_written() {
    let home = tempfile::tempdir().unwrap();
    let folders = Folders::below(home.path());
    let store = SiteStore::new(&folders);
    store.change(|entries| entries.put_site(site("kept", None))).unwrap();
    store.change(|entries| entries.put_site(KnownSite { until_quit: true, ..site("passing", None) })).unwrap();
    assert_eq!(ids(&store.read().unwrap()), ["kept", "passing"]);
    assert_eq!(ids(&SiteStore::new(&folders).read().unwrap()), ["kept"]);
    // What is in the file is there again afterwards, though something else stands in its place until then.
    let other = KnownSite { until_quit: true, name: "other".to_owned(), ..site("kept", None) };
    store.change(|entries| entries.put_site(other)).unwrap();
    assert_eq!(store.read().unwrap().sites[0].name, "other");
    assert_eq!(SiteStore::new(&folders).read().unwrap().sites[0].name, "kept");
    store.change(|entries| entries.sites.iter_mut().for_each(|site| site.until_quit = false)).unwrap();
    assert_eq!(SiteStore::new(&folders).read().unwrap(), store.read().unwrap());
    store.change(|entries| entries.sites.clear()).unwrap();
    assert!(store.read().unwrap().sites.is_empty());
}

#[test]
fn a_damaged_file_is_put_aside_before_it_is_written_over() {
    let home = tempfile::tempdir().unwrap();
    let folders = Folders::below(home.path());
    make_private_folder(&folders.config).unwrap();
    crate::files::write_whole(&folders.sites(), b"{ \"sites\": [").unwrap();
    let store = SiteStore::new(&folders);
    assert!(store.read().unwrap().sites.is_empty());
    store.change(|entries| entries.put_site(site("one", None))).unwrap();
    assert_eq!(fs::read(folders.config.join("sites.damaged.json")).unwrap(), b"{ \"sites\": [");
    assert_eq!(ids(&store.read().unwrap()), ["one"]);
}

#[test]
fn a_grant_goes_with_the_last_site_that_it_opens() {
    let mut entries = Entries { sites: vec![site("one", Some("g")), site("two", Some("g"))], grants: vec![grant("g")] };
    entries.sites.retain(|site| site.id != "one");
    assert!(entries.drop_unused_grants().is_empty());
    entries.sites.clear();
    assert_eq!(entries.drop_unused_grants().len(), 1);
    assert!(entries.grants.is_empty());
}
