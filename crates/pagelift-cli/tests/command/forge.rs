//! Apps of a site: calls, approvals, archives and exports through them.

use std::io::Write as _;
use std::process::{Command, Output, Stdio};

use pagelift_fake::{
    APPROVAL_APP, Client, ECHO_APP, EXPORTER_APP, ForgeFault, ForgeOptions, GeneratorOptions, Kind, OAuthOptions,
    ServerOptions, ZipEntry, zip,
};
use serde_json::{Value, json};

use crate::cloud::Cloud;
use crate::site::{Begun, Place, visit};
use crate::{Desk, code, counts, events, files, is_page, sentence, text};

const TOKEN: &str = "an-access-token";

/// A site with apps, and tokens from elsewhere.
struct Apps {
    desk: Desk,
    site: Cloud,
}

impl Apps {
    fn start(pages: usize) -> Self {
        let forge = ForgeOptions { pages_in_time: 8, ..ForgeOptions::default() };
        let forge = forge.with_token(TOKEN, ForgeOptions::ALL_SCOPES);
        let options = ServerOptions { forge: Some(forge), ..ServerOptions::default() };
        let content = GeneratorOptions { pages, attachments: 6, seed: 1, depth: 4 };
        Self { desk: Desk::new(), site: Cloud::start(content, options) }
    }

    fn base(&self, app: &str, at_site: bool) -> String {
        let server = &self.site.server;
        if at_site {
            return format!("{}/gateway/api/svc/confluence/apps/{app}", server.url());
        }
        format!("{}/svc/confluence/{}/apps/{app}", server.url(), server.cloud_id())
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let options = ServerOptions::default();
        let mut command = self.desk.command(arguments);
        command.env("PAGELIFT_APP_TOKEN", TOKEN).env("PAGELIFT_API_ORIGIN", self.site.server.url());
        command.env("PAGELIFT_EMAIL", options.email).env("PAGELIFT_TOKEN", options.token);
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    fn approvals(&self, arguments: &[&str]) -> Output {
        let base = self.base(APPROVAL_APP, false);
        self.run(&[&["approvals", "--base", &base], arguments].concat())
    }
}

fn ok(output: &Output) -> &str {
    assert_eq!(code(output), 0, "{}", text(&output.stderr));
    text(&output.stdout)
}

#[test]
fn a_call_reaches_every_kind_of_address_in_both_ways() {
    let apps = Apps::start(5);
    std::fs::File::create(apps.desk.path("body.json")).unwrap().write_all(br#"{"a":[1,2]}"#).unwrap();
    for at_site in [false, true] {
        let base = apps.base(ECHO_APP, at_site);
        for (path, route) in [("echo", "/echo"), ("/one/x", "/one/*"), ("deep/a/b/c", "/deep/**")] {
            let plain = apps.run(&["forge", "call", "--base", &base, path, "--query", "q=a b", "-H", "X-Mine: yes"]);
            let heard: Value = serde_json::from_str(ok(&plain)).unwrap();
            assert_eq!((&heard["route"], &heard["method"]), (&json!(route), &json!("GET")));
            assert_eq!(heard["query"], json!([["q", "a b"]]));
            assert!(heard["headers"].as_array().unwrap().contains(&json!(["x-mine", "yes"])));
            for (method, data) in [("PUT", "@body.json"), ("PATCH", r#"{"a":[1,2]}"#)] {
                let sent = apps.run(&["forge", "call", "--base", &base, "-X", method, "--data", data, path]);
                let heard: Value = serde_json::from_str(ok(&sent)).unwrap();
                assert_eq!((&heard["method"], &heard["body"]), (&json!(method), &json!({"a": [1, 2]})));
            }
        }
        let made = apps.run(&["forge", "call", "--base", &base, "-i", "-X", "DELETE", "created"]);
        assert!(
            ok(&made).starts_with("HTTP 201\n") && ok(&made).contains("x-made: yes") && ok(&made).ends_with("\n\nmade")
        );
    }
}

#[test]
fn what_an_app_refuses_is_said_with_the_step_that_cures_it() {
    let apps = Apps::start(5);
    let base = apps.base(ECHO_APP, false);
    let call = ["forge", "call", "--base", &base, "echo", "--data", "{}"];
    for (fault, expected, words) in [
        (ForgeFault::Gateway(403, "Forbidden"), 4, "enable App REST APIs"),
        (ForgeFault::Gateway(403, "scope missing"), 3, "read:forge-app:confluence"),
        (ForgeFault::Gateway(404, "not installed"), 4, "have it installed"),
        (ForgeFault::Gateway(404, "no such environment"), 4, "base address anew"),
        (ForgeFault::Gateway(404, "no route"), 2, "check the method and the path"),
        (ForgeFault::Says(403, "License is not active"), 4, "renew the app's licence"),
        (ForgeFault::Says(400, "title is required"), 2, "title is required"),
        (ForgeFault::TooLarge, 4, "less at a time"),
        (ForgeFault::TimeOut, 4, "less at a time"),
        (ForgeFault::Crash, 4, "trace id 4f3c2b1a"),
    ] {
        apps.site.server.fail_forge_calls(&[fault]);
        let refused = apps.run(&call);
        assert_eq!(code(&refused), expected, "{refused:?}");
        assert!(sentence(&refused).contains(words), "{}", sentence(&refused));
        assert!(!text(&refused.stderr).contains(TOKEN));
    }
    let refused = |arguments: &[&str]| {
        let output = apps.run(&[&["forge", "call", "--base", &base], arguments].concat());
        assert_eq!(code(&output), 2, "{output:?}");
    };
    refused(&["../x"]);
    refused(&["echo", "-H", "Authorization: Bearer x"]);
    refused(&["echo", "-X", "TRACE"]);
    refused(&["echo", "--data", "{no json"]);
    apps.site.server.reset_counters();
    let elsewhere = format!("https://wiki.example.com/gateway/api/svc/confluence/apps/{ECHO_APP}");
    assert_eq!(code(&apps.run(&["forge", "call", "--base", &elsewhere, "echo"])), 2);
    let nobody = apps.command(&["forge", "call", "--base", &base, "echo"]).env_remove("PAGELIFT_APP_TOKEN").output();
    assert_eq!(code(&nobody.unwrap()), 3);
    assert_eq!(apps.site.server.requests(), 0);
}

#[test]
fn approvals_are_made_looked_at_and_exported() {
    let apps = Apps::start(30);
    let server = &apps.site.server;
    let space = server.change(|site| site.space("DOCS").unwrap().id).to_string();
    let pages = server.change(|site| site.ids("DOCS", Kind::Page));
    let (stuck, free): (Vec<u64>, Vec<u64>) = pages.iter().partition(|page| page.is_multiple_of(7));
    let [one, two, three] = [free[0], free[1], stuck[0]].map(|page| page.to_string());
    let made = apps.approvals(&["create", "--space-id", &space, "--title", "Release", "--page", &one, &two, &three]);
    let set = ok(&made).trim().to_owned();
    let listed = apps.approvals(&["list", "--space-id", &space]);
    assert_eq!(ok(&listed), format!("{set}\topen\topen\t3\tRelease\n"));
    let preflight = apps.approvals(&["preflight", &set]);
    assert_eq!(code(&preflight), 1);
    assert!(text(&preflight.stdout).contains(&format!("{three}\tblocked\tNo workflow assigned to page")));
    assert_eq!(code(&apps.approvals(&["submit", &set])), 1);
    assert_eq!(code(&apps.approvals(&["preflight", "--page", &three])), 1);
    assert!(ok(&apps.approvals(&["submit", "--page", &free[2].to_string()])).contains("submitted"));
    ok(&apps.approvals(&["update", &set, "--summary", "What is new"]));
    server.decide_approval(free[0], true);
    server.decide_approval(free[1], true);
    server.change(|site| site.edit(free[1], "2026-10-01T00:00:00.000Z"));
    let shown = apps.approvals(&["show", &set]);
    assert!(ok(&shown).starts_with("Release\tstale\topen\nWhat is new\n"), "{}", ok(&shown));
    let told: Value = serde_json::from_str(ok(&apps.approvals(&["show", &set, "--json"]))).unwrap();
    assert_eq!((&told["state"], &told["pages"][0]["approved"]), (&json!("stale"), &json!(true)));
    let badges = apps.approvals(&["pages", "--space-id", &space]);
    let badge = |page: &str| ok(&badges).lines().find(|row| row.starts_with(page)).unwrap().split('\t').nth(1);
    assert_eq!(
        [&one, &two, &three].map(|page| badge(page)),
        ["approved", "changed after approval", "not approved"].map(Some)
    );

    let (url, base) = (server.url().to_owned(), apps.base(APPROVAL_APP, false));
    let site = ["export", "--url", &url, "--approvals", &base, "--json", "--to"];
    let approved = apps.run(&[&site[..], &["approved", "--space", "DOCS", "--approved-only"]].concat());
    ok(&approved);
    assert_eq!(events(&approved).pop().unwrap()["selected"], 1);
    let bundle = apps.run(&[&site[..], &["bundle", "--change-set", &set]].concat());
    ok(&bundle);
    assert_eq!(
        (events(&bundle).pop().unwrap()["selected"].clone(), counts(&files(&apps.desk.path("bundle"))).0),
        (json!(3), 3)
    );

    ok(&apps.approvals(&["archive", &set]));
    let late = apps.approvals(&["update", &set, "--title", "Late"]);
    assert_eq!((code(&late), sentence(&late).contains("archived")), (2, true));
}

#[test]
fn a_large_space_comes_through_the_app_in_parts_that_it_can_take() {
    let apps = Apps::start(250);
    let (url, base) = (apps.site.server.url().to_owned(), apps.base(EXPORTER_APP, false));
    let export = ["forge", "export", "--url", &url, "--base", &base, "--space", "DOCS", "--attachments", "--to"];
    let done = apps.run(&[&export[..], &["out"]].concat());
    let rows: Vec<Vec<&str>> = ok(&done).lines().map(|row| row.split('\t').collect()).collect();
    assert_eq!(rows.iter().map(|row| row[2].parse::<usize>().unwrap()).sum::<usize>(), 250);
    assert!(rows.iter().all(|row| row[1].len() == 36));
    let found = files(&apps.desk.path("out"));
    assert_eq!(found.keys().filter(|name| is_page(name)).count(), 250);
    assert!(found.keys().any(|name| name.contains("attachments/")));
    // What takes too long is asked for in halves.
    let asked = apps.site.server.bulk_exports();
    let most = asked.iter().max().copied().unwrap();
    assert!((9..=50).contains(&most) && rows.iter().all(|row| row[2].parse::<usize>().unwrap() <= 8), "{asked:?}");

    let evil = zip(&[ZipEntry::file("good.md", "good"), ZipEntry::file("../../evil.md", "evil")]);
    apps.site.server.fail_forge_calls(&[ForgeFault::Archive(evil)]);
    let second = apps.run(&[&export[..], &["second"]].concat());
    assert_eq!((code(&second), text(&second.stderr).contains("not safe")), (1, true), "{}", text(&second.stderr));
    assert!(!files(apps.desk.0.path()).keys().any(|name| name.ends_with("evil.md") || name.ends_with("good.md")));
}

#[test]
fn an_archive_is_unpacked_or_nothing_is() {
    let desk = Desk::new();
    let put = |name: &str, bytes: Vec<u8>| std::fs::File::create(desk.path(name)).unwrap().write_all(&bytes).unwrap();
    put("good.zip", zip(&[ZipEntry::file("a/b.md", "text")]));
    put("evil.zip", zip(&[ZipEntry::file("a.md", "text"), ZipEntry::file("../b.md", "text")]));
    assert_eq!(ok(&desk.run(&["unpack", "good.zip", "--to", "out"])), "a/b.md\n");
    let again = desk.run(&["unpack", "good.zip", "--to", "out"]);
    assert_eq!((code(&again), sentence(&again).contains("there already")), (4, true));
    let evil = desk.run(&["unpack", "evil.zip", "--to", "other"]);
    assert_eq!((code(&evil), sentence(&evil).contains("not safe")), (4, true));
    assert_eq!(code(&desk.run(&["unpack", "none.zip", "--to", "other"])), 4);
    assert!(!desk.path("other").exists() && !desk.path("b.md").exists());
}

#[test]
fn an_app_is_connected_with_a_consent_of_its_own_and_forgotten_with_its_site() {
    for lasting in [true, false] {
        let mut oauth = OAuthOptions::cloud();
        let first = oauth.clients[0].clone();
        oauth.clients.extend(["two", "three"].map(|id| Client { id: id.to_owned(), ..first.clone() }));
        let Some(place) = Place::with_apps(oauth, ForgeOptions::default()) else { return };
        ok(&place.sign_in());
        let name = text(&place.run(&["site", "list"]).stdout).split('\t').next().unwrap().to_owned();
        let missing = place.run(&["forge", "call", "--site", &name, "--app", "markdown-exporter", "singleExport"]);
        assert_eq!((code(&missing), sentence(&missing).contains("connect-app")), (3, true), "{missing:?}");
        for (app, client, more) in [
            ("markdown-exporter".to_owned(), pagelift_fake::CLIENT_ID, &[] as &[&str]),
            (place.app_base(APPROVAL_APP), "two", &["--name", "approvalflow", "--write"]),
            (ECHO_APP.to_owned(), "three", &["--name", "echo", "--scope", "use:echo:custom", "--through", "site"]),
        ] {
            let fixed = ["site", "connect-app", &name, "--app", &app, "--client-id", client];
            let rest = ["--callback", &place.redirect, "--no-browser"];
            let short: &[&str] = if lasting { &[] } else { &["--without-refresh"] };
            let mut command = place.command(&[&fixed[..], &rest, more, short].concat());
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
            let begun = Begun::of(command.spawn().unwrap());
            assert!(begun.address.contains("sns="), "{}", begun.address);
            visit(&visit(&begun.address).location);
            let ended = begun.end();
            assert!(ok(&ended).starts_with("Connected "), "{ended:?}");
        }
        let taken =
            ["site", "connect-app", &name, "--app", ECHO_APP, "--scope", "use:echo:custom", "--client-id", "two"];
        let taken = place.run(&taken);
        assert_eq!((code(&taken), sentence(&taken).contains("approvalflow already")), (2, true), "{taken:?}");
        let heard = place.run(&["forge", "call", "--site", &name, "--app", "echo", "deep/a/b"]);
        assert!(ok(&heard).contains("/deep/**"));
        let tested = place.run(&["site", "apps", "--test"]);
        assert_eq!(code(&tested), 0, "{}", text(&tested.stdout));
        assert_eq!(ok(&tested).lines().filter(|row| row.ends_with("\tanswers")).count(), 3, "{}", ok(&tested));
        let listed = place.run(&["approvals", "--site", &name, "list", "--space", "DOCS"]);
        assert_eq!(ok(&listed), "");
        // The consent of an app takes nothing from the site.
        ok(&place.run(&["spaces", "--site", &name]));
        place.site.server.advance_clock(std::time::Duration::from_hours(2));
        let later = place.run(&["forge", "call", "--site", &name, "--app", "echo", "echo"]);
        if lasting {
            ok(&later);
        } else {
            assert_eq!(code(&later), 3, "{later:?}");
        }
        place.keeps_its_secrets(&[&heard, &tested, &listed, &later]);
        place.site.server.switch_app(EXPORTER_APP, false);
        if lasting {
            let off = place.run(&["site", "apps", "--test"]);
            assert_eq!(code(&off), 4);
            assert!(text(&off.stdout).contains("enable App REST APIs"), "{}", text(&off.stdout));
        }
        ok(&place.run(&["site", "disconnect-app", &name, "--app", "echo"]));
        assert_eq!(ok(&place.run(&["site", "apps"])).lines().count(), 2);
        ok(&place.run(&["site", "remove", &name]));
        assert_eq!(ok(&place.run(&["site", "apps"])), "");
    }
}
