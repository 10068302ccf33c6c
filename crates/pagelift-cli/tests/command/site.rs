//! Signing in from the command, and using what is stored.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, ChildStdin, ChildStdout, Command, Output, Stdio};
use std::time::Duration;

use pagelift_fake::{
    CLIENT_ID, CLIENT_SECRET, Consent, DataCenterOptions, ForgeOptions, GeneratorOptions, OAuthOptions, ServerOptions,
    TokenFault, free_port,
};

use crate::cloud::Cloud;
use crate::keyring::Keyring;
use crate::{Desk, code, counts, events, files, sentence, text};

const CONTENT: GeneratorOptions = GeneratorOptions { pages: 12, attachments: 3, seed: 1, depth: 3 };

/// A computer with a keychain, and a site with sign-in.
pub struct Place {
    pub desk: Desk,
    keyring: Keyring,
    pub site: Cloud,
    pub redirect: String,
    is_cloud: bool,
}

impl Place {
    fn on(is_cloud: bool, oauth: OAuthOptions) -> Option<Self> {
        Self::serving(is_cloud, oauth, None)
    }

    /// The same with apps.
    pub fn with_apps(oauth: OAuthOptions, forge: ForgeOptions) -> Option<Self> {
        Self::serving(true, oauth, Some(forge))
    }

    /// The base address of an app at the gateway.
    pub fn app_base(&self, app: &str) -> String {
        let server = &self.site.server;
        format!("{}/svc/confluence/{}/apps/{app}", server.url(), server.cloud_id())
    }

    fn serving(is_cloud: bool, oauth: OAuthOptions, forge: Option<ForgeOptions>) -> Option<Self> {
        let keyring = Keyring::start()?;
        let redirect = format!("http://localhost:{}/oauth/callback", free_port());
        let consent = Consent::Accept { account: 0, sites: Vec::new() };
        let oauth = OAuthOptions { consent, ..oauth }.returning_to(&redirect);
        let data_center = (!is_cloud).then(DataCenterOptions::default);
        let options = ServerOptions { oauth: Some(oauth), data_center, forge, ..ServerOptions::default() };
        Some(Self { desk: Desk::new(), keyring, site: Cloud::start(CONTENT, options), redirect, is_cloud })
    }

    fn cloud() -> Option<Self> {
        Self::on(true, OAuthOptions::cloud())
    }

    fn url(&self) -> String {
        let path = if self.is_cloud { "/wiki" } else { "/confluence/display/DOCS" };
        format!("{}{path}", self.site.server.url())
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.desk.command(arguments);
        self.keyring.lend(&mut command);
        command.env("PAGELIFT_AUTH_ORIGIN", self.site.server.url());
        command.env("PAGELIFT_API_ORIGIN", self.site.server.url());
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Begins to sign in with the browser.
    fn begin(&self, more: &[&str]) -> Begun {
        let means = if self.is_cloud { "cloud-oauth" } else { "data-center-oauth" };
        let url = self.url();
        let fixed = ["site", "add", means, "--url", &url, "--client-id", CLIENT_ID, "--no-browser"];
        let callback = ["--callback", &self.redirect];
        let arguments = [&fixed[..], &callback, more].concat();
        let mut command = self.command(&arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        Begun::of(command.spawn().unwrap())
    }

    /// Signs in with the browser.
    pub fn sign_in(&self) -> Output {
        let begun = self.begin(&[]);
        let back = visit(&visit(&begun.address).location);
        assert_eq!(back.status, 303);
        begun.end()
    }

    /// Nothing that the server handed out, and no secret, is in any file of Pagelift's or in what was printed.
    pub fn keeps_its_secrets(&self, printed: &[&Output]) {
        let mut secrets = self.site.server.issued_secrets();
        assert!(secrets.len() >= 3, "codes and tokens");
        secrets.push(CLIENT_SECRET.to_owned());
        let everything = files(self.desk.0.path());
        assert!(everything.keys().any(|name| name.ends_with("vault")), "{:?}", everything.keys());
        for secret in &secrets {
            let holds = |bytes: &[u8]| bytes.windows(secret.len()).any(|part| part == secret.as_bytes());
            for (name, bytes) in &everything {
                assert!(!holds(bytes), "a secret is in {name}");
            }
            assert!(printed.iter().all(|output| !holds(&output.stdout) && !holds(&output.stderr)));
        }
    }
}

/// A command that waits for the browser.
pub struct Begun {
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    pub address: String,
}

impl Begun {
    pub fn of(mut process: Child) -> Self {
        let mut input = process.stdin.take().unwrap();
        writeln!(input, "{CLIENT_SECRET}").unwrap();
        let mut output = BufReader::new(process.stdout.take().unwrap());
        let mut address = String::new();
        output.read_line(&mut address).unwrap();
        assert!(!address.is_empty(), "{:?}", process.wait_with_output());
        Self { process, input, output, address: address.trim().to_owned() }
    }

    pub fn end(mut self) -> Output {
        drop(self.input);
        let mut rest = Vec::new();
        self.output.read_to_end(&mut rest).unwrap();
        let ended = self.process.wait_with_output().unwrap();
        Output { stdout: rest, ..ended }
    }
}

pub struct Shown {
    status: u16,
    pub location: String,
}

/// Opens one address, as a browser does.
pub fn visit(address: &str) -> Shown {
    let url = url::Url::parse(address).unwrap();
    let mut stream = TcpStream::connect((url.host_str().unwrap(), url.port().unwrap())).unwrap();
    let target = &url[url::Position::BeforePath..];
    let host = format!("{}:{}", url.host_str().unwrap(), url.port().unwrap());
    write!(stream, "GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let location = answer.lines().find_map(|line| line.strip_prefix("location: ").or(line.strip_prefix("Location: ")));
    let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
    Shown { status, location: location.unwrap_or_default().to_owned() }
}

#[test]
fn somebody_signs_in_with_the_browser_and_exports_without_leaving_a_secret_anywhere() {
    for is_cloud in [true, false] {
        let options = if is_cloud { OAuthOptions::cloud() } else { OAuthOptions::data_center() };
        let Some(place) = Place::on(is_cloud, options) else { return };
        let signed_in = place.sign_in();
        assert_eq!(code(&signed_in), 0, "{}", text(&signed_in.stderr));
        assert!(text(&signed_in.stdout).contains("as Ada Example."), "{}", text(&signed_in.stdout));
        let listed = place.run(&["site", "list"]);
        let row: Vec<&str> = text(&listed.stdout).trim().split('\t').collect();
        let kind = if is_cloud { "cloud" } else { "data center" };
        assert_eq!((row[1], row[3], row[4], row[5]), (kind, "Ada Example", "browser", "signed in"));
        let exported = place.run(&["export", "--site", row[0], "--space", "DOCS", "--to", "out", "--json"]);
        assert_eq!(code(&exported), 0, "{}", text(&exported.stderr));
        assert_eq!(events(&exported).pop().unwrap()["failed"], 0);
        assert!(counts(&files(&place.desk.path("out"))).0 >= 12);
        // By its id, and by the address alone, it is the same site.
        assert_eq!(code(&place.run(&["spaces", "--site", row[6]])), 0);
        let tree = place.run(&["tree", "--url", &place.url(), "--space", "DOCS"]);
        assert_eq!(code(&tree), 0, "{}", text(&tree.stderr));
        let tested = place.run(&["site", "test"]);
        assert_eq!((code(&tested), text(&tested.stdout).contains("signed in as Ada Example")), (0, true));
        place.keeps_its_secrets(&[&signed_in, &listed, &exported, &tree, &tested]);
        let removed = place.run(&["site", "remove", row[0]]);
        assert_eq!(code(&removed), 0, "{}", text(&removed.stderr));
        assert!(place.run(&["site", "list"]).stdout.is_empty());
        assert_eq!(place.site.server.oauth_log().revocations, u64::from(!is_cloud));
        assert!(!files(place.desk.0.path()).keys().any(|name| name.ends_with("vault") || name.ends_with("previous")));
    }
}

#[test]
fn the_address_at_which_the_browser_ended_can_be_pasted() {
    let Some(place) = Place::cloud() else { return };
    let mut begun = place.begin(&["--return", "paste"]);
    let callback = visit(&begun.address).location;
    writeln!(begun.input, "https://example.com/?code=x&state=y\n{callback}").unwrap();
    let ended = begun.end();
    assert_eq!(code(&ended), 0, "{}", text(&ended.stderr));
    assert!(text(&ended.stderr).contains("this is not the address"), "{}", text(&ended.stderr));
    assert_eq!(code(&place.run(&["spaces", "--url", &place.url()])), 0);
    place.keeps_its_secrets(&[&ended]);
}

#[test]
fn a_port_that_another_program_has_leaves_the_way_by_hand() {
    let Some(place) = Place::cloud() else { return };
    assert_eq!(code(&place.sign_in()), 0);
    let port = url::Url::parse(&place.redirect).unwrap().port().unwrap();
    let _other_program = TcpListener::bind(("127.0.0.1", port)).unwrap();
    let (url, fixed) = (place.url(), ["site", "add", "cloud-oauth", "--no-browser", "--url"]);
    let mut again = place.command(&[&fixed[..], &[&url]].concat());
    again.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    for mut begun in [place.begin(&[]), Begun::of(again.spawn().unwrap())] {
        let callback = visit(&begun.address).location;
        writeln!(begun.input, "{callback}").unwrap();
        let ended = begun.end();
        assert_eq!(code(&ended), 0, "{}", text(&ended.stderr));
        assert!(text(&ended.stderr).contains("is taken by another program"), "{}", text(&ended.stderr));
    }
}

#[test]
fn a_sign_in_that_ended_is_made_again_without_the_secret() {
    let Some(place) = Place::cloud() else { return };
    assert_eq!(code(&place.sign_in()), 0);
    place.site.server.revoke_grants(None);
    let url = place.url();
    let ended = place.run(&["spaces", "--url", &url]);
    assert_eq!(code(&ended), 3);
    assert!(sentence(&ended).contains("pagelift site add"), "{}", sentence(&ended));
    assert!(text(&place.run(&["site", "list"]).stdout).contains("sign-in ended"));
    let mut command = place.command(&["site", "add", "cloud-oauth", "--url", &url, "--no-browser"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let begun = Begun::of(command.spawn().unwrap());
    visit(&visit(&begun.address).location);
    let again = begun.end();
    assert_eq!(code(&again), 0, "{}", text(&again.stderr));
    assert_eq!(code(&place.run(&["spaces", "--url", &url])), 0);
    assert_eq!(text(&place.run(&["site", "list"]).stdout).lines().count(), 1);
}

#[test]
fn whoever_does_not_agree_is_not_signed_in() {
    let Some(place) = Place::cloud() else { return };
    place.site.server.set_consent(Consent::Cancel);
    let cancelled = place.sign_in();
    assert_eq!(code(&cancelled), 3, "{}", text(&cancelled.stderr));
    assert!(place.run(&["site", "list"]).stdout.is_empty());
}

#[test]
fn a_token_is_read_from_standard_input_and_stored() {
    for is_cloud in [true, false] {
        let options = if is_cloud { OAuthOptions::cloud() } else { OAuthOptions::data_center() };
        let Some(place) = Place::on(is_cloud, options) else { return };
        let (means, url) = (if is_cloud { "cloud-token" } else { "data-center-token" }, place.url());
        let mut arguments = vec!["site", "add", means, "--url", &url, "--name", "Our wiki"];
        if is_cloud {
            assert_eq!(code(&place.run(&arguments)), 2, "the e-mail address is missing");
            arguments.extend(["--email", "ada@example.com"]);
        }
        let given = |token: &str| {
            let mut command = place.command(&arguments);
            let mut process =
                command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
            writeln!(process.stdin.take().unwrap(), "{token}").unwrap();
            process.wait_with_output().unwrap()
        };
        let wrong = given("not the token");
        assert_eq!(code(&wrong), 3);
        assert!(sentence(&wrong).contains("check the token"), "{}", sentence(&wrong));
        let right = given(&ServerOptions::default().token);
        assert_eq!(code(&right), 0, "{}", text(&right.stderr));
        assert_eq!(code(&place.run(&["spaces", "--site", "Our wiki"])), 0);
        let token = ServerOptions::default().token;
        for (name, bytes) in files(place.desk.0.path()) {
            assert!(!bytes.windows(token.len()).any(|part| part == token.as_bytes()), "the token is in {name}");
        }
        assert_eq!(code(&place.run(&["site", "remove", "Our wiki"])), 0);
        assert_eq!(code(&place.run(&["spaces", "--site", "Our wiki"])), 2);
    }
}

#[test]
fn without_a_keychain_nothing_is_stored_and_the_sentence_says_what_works() {
    let Some(place) = Place::cloud() else { return };
    let (url, mut command) = (place.url(), place.desk.command(&[]));
    command.args(["site", "add", "cloud-token", "--url", &url, "--email", "ada@example.com"]);
    let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    writeln!(process.stdin.take().unwrap(), "{}", ServerOptions::default().token).unwrap();
    let ended = process.wait_with_output().unwrap();
    assert_eq!(code(&ended), 4);
    assert!(sentence(&ended).contains("keychain") && sentence(&ended).contains("PAGELIFT_TOKEN"));
    assert!(place.run(&["site", "list"]).stdout.is_empty());
}

#[test]
fn what_cannot_work_is_said_before_anything_is_asked() {
    let desk = Desk::new();
    let add = |more: &[&str]| {
        let fixed = ["site", "add", "cloud-oauth", "--url", "https://acme.atlassian.net"];
        desk.run(&[&fixed[..], more].concat())
    };
    let linked = add(&["--client-id", "x", "--return", "deep-link"]);
    assert_eq!((code(&linked), sentence(&linked).contains("--return paste")), (2, true));
    let nothing = add(&[]);
    assert_eq!((code(&nothing), sentence(&nothing).contains("--client-id")), (2, true));
    for arguments in [["spaces", "--site", "nowhere"], ["site", "remove", "nowhere"], ["site", "test", "nowhere"]] {
        assert_eq!(code(&desk.run(&arguments)), 2, "{arguments:?}");
    }
}

#[test]
fn several_commands_at_once_renew_once() {
    let Some(place) = Place::on(true, OAuthOptions { leeway: Duration::ZERO, ..OAuthOptions::cloud() }) else { return };
    assert_eq!(code(&place.sign_in()), 0);
    for round in 1..=3 {
        place.site.server.end_access_tokens();
        let start = |_| {
            let mut command = place.command(&["spaces", "--url", &place.url()]);
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
        };
        let running: Vec<Child> = (0..4).map(start).collect();
        for process in running {
            let ended = process.wait_with_output().unwrap();
            assert_eq!(code(&ended), 0, "{}", text(&ended.stderr));
        }
        let log = place.site.server.oauth_log();
        assert_eq!((log.renewals, log.reuses), (round, 0));
    }
}

#[test]
fn a_command_that_is_killed_while_it_renews_loses_no_sign_in() {
    let Some(place) = Place::cloud() else { return };
    assert_eq!(code(&place.sign_in()), 0);
    for round in 1..=5 {
        place.site.server.end_access_tokens();
        place.site.server.fail_token_calls(&[TokenFault::Slow(60_000)]);
        let mut command = place.command(&["spaces", "--url", &place.url()]);
        let mut killed = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        // The server has done its part, and the answer is on its way.
        while place.site.server.oauth_log().renewals < 2 * round - 1 {
            std::thread::yield_now();
        }
        killed.kill().unwrap();
        killed.wait().unwrap();
        let next = place.run(&["spaces", "--url", &place.url()]);
        assert_eq!(code(&next), 0, "{}", text(&next.stderr));
        assert_eq!(place.site.server.oauth_log().renewals, 2 * round);
    }
    assert_eq!(place.site.server.oauth_log().reuses, 0);
}

#[cfg(unix)]
#[test]
fn a_command_that_is_stopped_while_it_renews_keeps_what_the_server_gave() {
    let Some(place) = Place::on(true, OAuthOptions { leeway: Duration::ZERO, ..OAuthOptions::cloud() }) else { return };
    assert_eq!(code(&place.sign_in()), 0);
    place.site.server.end_access_tokens();
    place.site.server.fail_token_calls(&[TokenFault::Slow(500)]);
    let mut command = place.command(&["spaces", "--url", &place.url()]);
    let process = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    while place.site.server.oauth_log().renewals == 0 {
        std::thread::yield_now();
    }
    assert!(Command::new("kill").args(["-INT", &process.id().to_string()]).status().unwrap().success());
    let stopped = process.wait_with_output().unwrap();
    assert_eq!(code(&stopped), 130, "{}", text(&stopped.stderr));
    assert_eq!(code(&place.run(&["spaces", "--url", &place.url()])), 0);
    let log = place.site.server.oauth_log();
    assert_eq!((log.renewals, log.reuses), (1, 0));
}
