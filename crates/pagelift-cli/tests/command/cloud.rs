//! A Cloud site over HTTP.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Output, Stdio};
use std::time::Duration;

use pagelift_fake::{GeneratorOptions, Server, ServerOptions, Site};
use tokio::runtime::Runtime;

use crate::{Desk, code, counts, events, files, is_page, sentence, text};

/// A server, and the runtime it lives in.
pub struct Cloud {
    pub server: Server,
    _runtime: Runtime,
}

impl Cloud {
    pub fn start(content: GeneratorOptions, options: ServerOptions) -> Self {
        let runtime = Runtime::new().unwrap();
        let server = runtime.block_on(Server::start(Site::generate(content), options)).unwrap();
        Self { server, _runtime: runtime }
    }

    fn small() -> Self {
        Self::start(
            GeneratorOptions { pages: 30, attachments: 10, ..GeneratorOptions::default() },
            ServerOptions::default(),
        )
    }

    pub fn command(&self, desk: &Desk, arguments: &[&str]) -> std::process::Command {
        let options = ServerOptions::default();
        let mut command = desk.command(arguments);
        command.args(["--url", self.server.url()]);
        command.env("PAGELIFT_EMAIL", options.email).env("PAGELIFT_TOKEN", options.token);
        command
    }

    fn run(&self, desk: &Desk, arguments: &[&str]) -> Output {
        self.command(desk, arguments).output().unwrap()
    }

    /// Requests since the counters were last put back, without downloads and look-ups of folders.
    pub fn budgeted(&self) -> u64 {
        let other = |route: &str| route.contains("download") || route.contains("folders") || route.contains("media");
        self.server.counters().iter().filter(|(route, _)| !other(route)).map(|(_, count)| count).sum()
    }
}

#[test]
fn a_large_space_takes_few_requests_and_a_second_run_takes_fewer_and_writes_nothing() {
    let content = GeneratorOptions { pages: 2000, attachments: 100, ..GeneratorOptions::default() };
    let (cloud, desk) = (Cloud::start(content, ServerOptions::default()), Desk::new());
    let export = ["export", "--space", "DOCS", "--to", "out", "--json"];
    let first = cloud.run(&desk, &export);
    assert_eq!(code(&first), 0, "{}", text(&first.stderr));
    assert!(cloud.budgeted() <= 60, "{:?}", cloud.server.counters());
    let found = files(&desk.path("out"));
    let last = events(&first).pop().unwrap();
    let (pages, attachments) = counts(&found);
    assert_eq!(
        (&last["selected"], &last["written"], &last["attachments"]),
        (&2000.into(), &pages.into(), &attachments.into())
    );
    // A download counts once, though it goes on to another host.
    let gone_on = cloud.server.counters().get("GET /media").copied().unwrap_or_default();
    assert_eq!(last["requests"], cloud.server.requests() - gone_on);

    cloud.server.reset_counters();
    let second = cloud.run(&desk, &export);
    assert_eq!(code(&second), 0, "{}", text(&second.stderr));
    assert!(cloud.server.requests() <= 25, "{:?}", cloud.server.counters());
    let last = events(&second).pop().unwrap();
    assert_eq!((&last["written"], &last["unchanged"], &last["bytes"]), (&0.into(), &2000.into(), &0.into()));
    assert_eq!(files(&desk.path("out")), found);
}

#[test]
fn spaces_and_trees_are_listed() {
    let (cloud, desk) = (Cloud::small(), Desk::new());
    let spaces = cloud.run(&desk, &["spaces"]);
    assert!(text(&spaces.stdout).lines().any(|line| line.starts_with("DOCS\t")), "{spaces:?}");
    let tree = cloud.run(&desk, &["tree", "--space", "DOCS"]);
    assert_eq!(text(&tree.stdout).lines().filter(|line| line.ends_with("\tpage")).count(), 30, "{tree:?}");
}

#[test]
fn a_wrong_token_is_said_in_one_sentence_and_leaves_nothing_behind() {
    let (cloud, desk) = (Cloud::small(), Desk::new());
    for arguments in [
        &["export", "--space", "DOCS", "--to", "out", "--json"] as &[&str],
        &["export", "--all", "--to", "out"],
        &["spaces"],
        &["tree", "--space", "DOCS"],
    ] {
        let output = cloud.command(&desk, arguments).env("PAGELIFT_TOKEN", "stale-token").output().unwrap();
        assert_eq!(code(&output), 3, "{output:?}");
        assert!(sentence(&output).contains("PAGELIFT_TOKEN"), "{output:?}");
        assert!(!text(&output.stderr).contains("stale-token") && !text(&output.stdout).contains("stale-token"));
        assert!(!desk.path("out").exists());
    }
}

#[test]
fn a_missing_sign_in_says_what_to_set() {
    let desk = Desk::new();
    let site = ["spaces", "--url", "https://acme.atlassian.net"];
    let none = desk.run(&site);
    assert_eq!((code(&none), sentence(&none).contains("PAGELIFT_TOKEN")), (3, true));
    let token = desk.command(&site).env("PAGELIFT_TOKEN", "t").output().unwrap();
    assert_eq!((code(&token), sentence(&token).contains("e-mail address")), (2, true));
    assert_eq!(code(&desk.run(&["spaces", "--url", "http://wiki.example.com"])), 2);
}

#[test]
fn an_unknown_space_and_an_unreachable_host_are_told_apart() {
    let (cloud, desk) = (Cloud::small(), Desk::new());
    let unknown = cloud.run(&desk, &["export", "--space", "NOPE", "--to", "out"]);
    assert_eq!((code(&unknown), sentence(&unknown).contains("`NOPE`")), (2, true), "{unknown:?}");
    // No server of a test is given this port.
    let mut command = desk.command(&["export", "--url", "http://127.0.0.1:1", "--space", "DOCS", "--to", "out"]);
    let output = command.env("PAGELIFT_EMAIL", "a@b.example").env("PAGELIFT_TOKEN", "t").output().unwrap();
    assert_eq!((code(&output), sentence(&output).contains("network")), (4, true), "{output:?}");
    assert!(!desk.path("out").exists());
}

#[test]
fn a_pause_that_the_site_asks_for_is_told_while_it_lasts() {
    let throttled = ServerOptions { throttle_every: 3, ..ServerOptions::default() };
    let (cloud, desk) = (
        Cloud::start(GeneratorOptions { pages: 5, attachments: 0, ..GeneratorOptions::default() }, throttled),
        Desk::new(),
    );
    let output = cloud.run(&desk, &["export", "--space", "TEAM", "--to", "out", "--json"]);
    assert_eq!(code(&output), 0, "{output:?}");
    assert!(events(&output).iter().any(|event| event["event"] == "waiting"), "{output:?}");
}

#[test]
fn an_address_without_confluence_is_said_to_be_one() {
    let desk = Desk::new();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
        }
    });
    for arguments in [&["spaces"] as &[&str], &["export", "--space", "DOCS", "--to", "out"]] {
        let mut command = desk.command(arguments);
        command.args(["--url", &address]).env("PAGELIFT_EMAIL", "a@b.example").env("PAGELIFT_TOKEN", "t");
        let output = command.output().unwrap();
        assert_eq!((code(&output), sentence(&output).contains("no Confluence")), (4, true), "{output:?}");
    }
}

#[test]
fn a_folder_is_exported_with_what_is_in_it() {
    let content = GeneratorOptions { pages: 200, ..GeneratorOptions::default() };
    let (cloud, desk) = (Cloud::start(content, ServerOptions::default()), Desk::new());
    let tree = cloud.run(&desk, &["tree", "--space", "DOCS"]);
    let folder = text(&tree.stdout).lines().find_map(|line| line.strip_suffix("\tfolder")).expect("a folder");
    let folder = folder.rsplit_once('\t').unwrap().1;
    let alone = cloud.run(&desk, &["export", "--page", folder, "--to", "out"]);
    assert_eq!((code(&alone), sentence(&alone).contains("--descendants")), (2, true), "{alone:?}");
    let whole = cloud.run(&desk, &["export", "--page", folder, "--descendants", "--to", "out"]);
    assert_eq!(code(&whole), 0, "{whole:?}");
    assert!(counts(&files(&desk.path("out"))).0 > 0);
}

#[test]
#[cfg(unix)]
fn a_reader_that_hangs_up_does_not_end_an_export() {
    let (cloud, desk) = (Cloud::small(), Desk::new());
    let mut command = cloud.command(&desk, &["export", "--space", "DOCS", "--to", "out"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop((child.stdout.take(), child.stderr.take()));
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert_eq!(counts(&files(&desk.path("out"))).0, 30);
}

#[test]
fn what_a_run_that_died_left_beside_attachments_is_gone_after_the_next() {
    let (cloud, desk) = (Cloud::small(), Desk::new());
    let export = ["export", "--space", "DOCS", "--to", "out", "--attachments", "all"];
    assert_eq!(code(&cloud.run(&desk, &export)), 0);
    let whole = files(&desk.path("out"));
    let attachment = whole.keys().find(|name| !is_page(name) && !name.starts_with(".pagelift/")).unwrap();
    let left = desk.path("out").join(attachment).with_file_name(".pagelift-tmp-0123456789abcdef");
    std::fs::File::create(&left).unwrap();
    assert_eq!(code(&cloud.run(&desk, &export)), 0);
    assert_eq!(files(&desk.path("out")), whole);
}

#[test]
fn a_gateway_is_used_when_a_cloud_id_is_given() {
    let (cloud, desk) = (Cloud::small(), Desk::new());
    let nowhere = "http://127.0.0.1:1";
    let mut command = cloud.command(&desk, &["spaces"]);
    let output = command.env("PAGELIFT_CLOUD_ID", "c1").env("PAGELIFT_API_ORIGIN", nowhere).output().unwrap();
    assert_eq!(code(&output), 4, "{output:?}");
    assert_eq!(cloud.server.requests(), 0);
}

#[test]
#[cfg(unix)]
fn ctrl_c_stops_in_good_order_and_the_next_run_goes_on() {
    let content = GeneratorOptions { pages: 400, attachments: 200, ..GeneratorOptions::default() };
    let slow = ServerOptions { latency: Duration::from_millis(150), ..ServerOptions::default() };
    let (cloud, desk) = (Cloud::start(content, slow), Desk::new());
    let export = ["export", "--space", "DOCS", "--to", "out", "--json", "--attachments", "all"];
    let mut child = cloud.command(&desk, &export).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let begun = lines.by_ref().map_while(Result::ok).any(|line| line.contains("\"downloading\""));
    assert!(begun);
    let interrupted = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(interrupted.success());
    let last: serde_json::Value = serde_json::from_str(&lines.map_while(Result::ok).last().unwrap()).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert_eq!((&last["event"], &last["stopped"]), (&"finished".into(), &true.into()));
    let part = files(&desk.path("out"));
    assert!(part.keys().all(|name| !name.contains(".pagelift-tmp-")));
    assert_eq!(counts(&part).0, last["written"].as_u64().unwrap());

    let rest = cloud.run(&desk, &export);
    assert_eq!(code(&rest), 0, "{}", text(&rest.stderr));
    let rest = events(&rest).pop().unwrap();
    assert_eq!(rest["unchanged"].as_u64().unwrap(), counts(&part).0);
    assert!(counts(&files(&desk.path("out"))).1 > counts(&part).1);
}
