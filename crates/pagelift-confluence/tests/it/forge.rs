//! Calls to apps through the gateway and through the site.

use std::sync::Arc;
use std::time::Duration;

use pagelift_confluence::Limits;
use pagelift_confluence::forge::{
    AppEnvironment, ApprovalFlow, BulkScope, BulkWish, ChangeSetDraft, ChangeSetEdit, ForgeAddress, ForgeCause,
    ForgeClient, ForgeError, ForgeMethod, ForgeRequest, MarkdownExporter, Rollup,
};
use pagelift_fake::{
    APPROVAL_APP, ECHO_APP, EXPORTER_APP, ForgeFault, ForgeOptions, GeneratorOptions, Kind, Server, ServerOptions, Site,
};
use pagelift_model::{ErrorCode, Secret, SiteAddress};
use serde_json::{Value, json};

use crate::harness::{Fixed, SMALL, quick};

const TOKEN: &str = "an-access-token";

struct Place {
    server: Server,
    options: fn() -> Limits,
}

impl Place {
    async fn with(forge: ForgeOptions) -> Self {
        let forge = forge.with_token(TOKEN, ForgeOptions::ALL_SCOPES);
        let options = ServerOptions { forge: Some(forge), ..ServerOptions::default() };
        let site = Site::generate(GeneratorOptions { pages: 30, ..SMALL });
        Self { server: Server::start(site, options).await.unwrap(), options: quick }
    }

    async fn start() -> Self {
        Self::with(ForgeOptions::default()).await
    }

    fn base(&self, app: &str, at_site: bool) -> ForgeAddress {
        let app = AppEnvironment::parse(app).unwrap();
        let url = SiteAddress::parse(self.server.url()).unwrap();
        if at_site {
            ForgeAddress::at_site(&url, app)
        } else {
            ForgeAddress::at_gateway(url.url(), self.server.cloud_id(), app)
        }
    }

    fn signed(&self, app: &str, token: &str) -> ForgeClient {
        let token = Secret::new(token.to_owned());
        ForgeClient::with_token(self.base(app, false), "The app", &token, Arc::new(Fixed), (self.options)()).unwrap()
    }

    fn client(&self, app: &str) -> ForgeClient {
        self.signed(app, TOKEN)
    }

    fn space(&self) -> u64 {
        self.server.change(|site| site.space("DOCS").unwrap().id)
    }

    fn pages(&self) -> Vec<u64> {
        self.server.change(|site| site.ids("DOCS", Kind::Page))
    }
}

fn cause(error: &ForgeError) -> Option<ForgeCause> {
    match error {
        ForgeError::App { cause, .. } => Some(*cause),
        ForgeError::Source(_) | ForgeError::Invalid { .. } => None,
    }
}

#[tokio::test]
async fn exact_and_starred_addresses_are_reached_in_both_ways_with_query_headers_and_body() {
    let place = Place::start().await;
    for at_site in [false, true] {
        let token = Secret::new(TOKEN.to_owned());
        let base = place.base(ECHO_APP, at_site);
        let client = ForgeClient::with_token(base, "Echo", &token, Arc::new(Fixed), quick()).unwrap();
        for (path, route) in [("echo", "/echo"), ("/one/a b", "/one/*"), ("deep/a/b/c", "/deep/**")] {
            for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
                let method = ForgeMethod::parse(method).unwrap();
                let mut request = ForgeRequest::new(method, path).with_query("q", "1 & 2").with_query("q", "3");
                request.headers.push(("X-Mine".to_owned(), "yes".to_owned()));
                request.body = (method != ForgeMethod::Get).then(|| json!({"a": [1]}));
                let heard: Value = client.ask(&request).await.unwrap();
                assert_eq!(heard["route"], route, "{heard}");
                assert_eq!(heard["query"], json!([["q", "1 & 2"], ["q", "3"]]));
                assert!(heard["headers"].as_array().unwrap().contains(&json!(["x-mine", "yes"])));
                assert_eq!(heard["body"].is_null(), method == ForgeMethod::Get);
            }
        }
    }
}

#[tokio::test]
async fn each_step_that_is_missing_is_told_apart() {
    let place = Place::with(ForgeOptions {
        unlicensed: vec![EXPORTER_APP.to_owned()],
        ..ForgeOptions::default()
            .with_token("bare", "read:page:confluence")
            .with_token("product", "read:forge-app:confluence")
    })
    .await;
    let request = ForgeRequest::new(ForgeMethod::Get, "echo");
    let failed = async |client: ForgeClient| client.ask::<Value>(&request).await.unwrap_err();
    place.server.switch_app(ECHO_APP, false);
    assert_eq!(cause(&failed(place.client(ECHO_APP)).await), Some(ForgeCause::SwitchedOff));
    place.server.switch_app(ECHO_APP, true);
    assert_eq!(cause(&failed(place.signed(ECHO_APP, "bare")).await), Some(ForgeCause::ScopeMissing));
    assert_eq!(cause(&failed(place.signed(ECHO_APP, "product")).await), Some(ForgeCause::ScopeMissing));
    assert_eq!(failed(place.signed(ECHO_APP, "stale")).await.code(), ErrorCode::SignInRejected);
    assert_eq!(cause(&failed(place.client(EXPORTER_APP)).await), Some(ForgeCause::Unlicensed));
    let other = ECHO_APP.replace("dddddddd", "eeeeeeee");
    assert_eq!(cause(&failed(place.client(&other)).await), Some(ForgeCause::EnvironmentWrong));
    let none = "99999999-0000-4000-8000-000000000003_dddddddd-0000-4000-8000-000000000004";
    assert_eq!(cause(&failed(place.client(none)).await), Some(ForgeCause::NotInstalled));
    let unknown = ForgeRequest::new(ForgeMethod::Get, "nowhere");
    let error = place.client(ECHO_APP).ask::<Value>(&unknown).await.unwrap_err();
    assert_eq!(cause(&error), Some(ForgeCause::RouteUnknown));
}

#[tokio::test]
async fn what_changes_something_is_sent_once_and_reading_again() {
    let place = Place::start().await;
    let client = place.client(ECHO_APP);
    let (get, post) = (ForgeRequest::new(ForgeMethod::Get, "echo"), ForgeRequest::post("echo", json!({})));
    place.server.fail_forge_calls(&[ForgeFault::Crash, ForgeFault::TimeOut]);
    client.ask::<Value>(&get).await.unwrap();
    for (fault, expected) in [(ForgeFault::Crash, ForgeCause::Failed), (ForgeFault::TimeOut, ForgeCause::TimedOut)] {
        place.server.reset_counters();
        place.server.fail_forge_calls(&[fault]);
        let error = client.ask::<Value>(&post).await.unwrap_err();
        assert_eq!((cause(&error), place.server.requests()), (Some(expected), 1), "{error}");
    }
    place.server.fail_forge_calls(&[ForgeFault::Crash]);
    let said = client.ask::<Value>(&post).await.unwrap_err().to_string();
    assert!(said.contains("Invocation failed") && said.contains("trace id 4f3c2b1a"), "{said}");
    // What met a limit was not carried out.
    place.server.fail_forge_calls(&[ForgeFault::Throttled(Some(0)), ForgeFault::Throttled(None)]);
    client.ask::<Value>(&post).await.unwrap();
    place.server.fail_forge_calls(&[ForgeFault::Throttled(Some(100_000))]);
    assert_eq!(client.ask::<Value>(&post).await.unwrap_err().code(), ErrorCode::RateLimited);
    place.server.fail_forge_calls(&[ForgeFault::Html]);
    assert_eq!(client.ask::<Value>(&post).await.unwrap_err().code(), ErrorCode::AnswerUnreadable);
}

#[tokio::test]
async fn an_app_that_says_nothing_has_run_out_of_time() {
    let place =
        Place { options: || Limits { answer_timeout: Duration::from_millis(60), ..quick() }, ..Place::start().await };
    place.server.fail_forge_calls(&[ForgeFault::Slow(5_000)]);
    let error = place.client(ECHO_APP).ask::<Value>(&ForgeRequest::post("echo", json!({}))).await.unwrap_err();
    assert_eq!(cause(&error), Some(ForgeCause::TimedOut));
}

#[tokio::test]
async fn a_page_comes_as_the_app_converts_it_in_either_form() {
    for single_as_json in [false, true] {
        let place = Place::with(ForgeOptions { single_as_json, ..ForgeOptions::default() }).await;
        let (client, page) = (place.client(EXPORTER_APP), place.pages()[0]);
        let title = place.server.change(|site| site.contents[&page].title.clone());
        let text = MarkdownExporter(&client).single(&page.to_string().into()).await.unwrap();
        assert!(text.starts_with(&format!("# {title}\n")), "{text}");
        let gone = MarkdownExporter(&client).single(&"99".into()).await.unwrap_err();
        assert_eq!(gone.code(), ErrorCode::AppRefused);
        assert!(gone.to_string().contains("Page not found"));
    }
}

#[tokio::test]
async fn an_archive_comes_whole_or_not_at_all() {
    let place = Place::start().await;
    let client = place.client(EXPORTER_APP);
    let wish = BulkWish { what: BulkScope::Space("DOCS".into()), max_pages: 20, attachments: true };
    let mut bytes = Vec::new();
    let export = MarkdownExporter(&client).bulk(&wish, &mut bytes).await.unwrap();
    assert_eq!((export.pages, export.bytes, export.may_be_cut(&wish)), (20, bytes.len() as u64, true));
    assert!(bytes.starts_with(b"PK\x03\x04") && export.export_id.len() == 36);
    let too_many = BulkWish { max_pages: 101, ..wish.clone() };
    let refused = MarkdownExporter(&client).bulk(&too_many, &mut Vec::new()).await.unwrap_err();
    assert_eq!(refused.code(), ErrorCode::AppRefused);
    for (fault, code, is_too_much) in [
        (ForgeFault::BrokenBase64, ErrorCode::AnswerUnreadable, false),
        (ForgeFault::TimeOut, ErrorCode::AppTimedOut, true),
        (ForgeFault::TooLarge, ErrorCode::AppTooLarge, true),
        (ForgeFault::Crash, ErrorCode::AppFailed, true),
        (ForgeFault::Says(200, "No"), ErrorCode::AppRefused, false),
    ] {
        place.server.fail_forge_calls(&[fault]);
        let error = MarkdownExporter(&client).bulk(&wish, &mut Vec::new()).await.unwrap_err();
        assert_eq!((error.code(), error.is_too_much()), (code, is_too_much), "{error}");
    }
}

#[tokio::test]
async fn a_change_set_goes_from_its_making_to_its_end() {
    let place = Place::start().await;
    let client = place.client(APPROVAL_APP);
    let flow = ApprovalFlow(&client);
    let (space, pages) = (place.space().to_string(), place.pages());
    let (stuck, free): (Vec<u64>, Vec<u64>) = pages.iter().partition(|page| page.is_multiple_of(7));
    let ids = [free[0], free[1], stuck[0]].map(|page| page.to_string().as_str().into());
    let draft = ChangeSetDraft {
        space: space.as_str().into(),
        title: "Release 7".to_owned(),
        summary: Some("What is new".to_owned()),
        reference_url: None,
        pages: ids.to_vec(),
    };
    let made = flow.create(&draft).await.unwrap();
    assert_eq!((made.title.as_str(), made.page_refs.len(), made.rollup_state), ("Release 7", 3, Rollup::Open));
    let preflight = flow.preflight(&made.id).await.unwrap();
    let blocked: Vec<_> = preflight.pages.iter().filter(|page| !page.can_submit).collect();
    assert_eq!(blocked.len(), 1);
    assert_eq!(blocked[0].reason.as_deref(), Some("No workflow assigned to page"));
    let submission = flow.submit(&made.id).await.unwrap();
    assert_eq!(submission.pages.iter().filter(|page| page.can_submit).count(), 2);
    assert_eq!(flow.change_set(&made.id).await.unwrap().rollup_state, Rollup::InReview);

    place.server.decide_approval(free[0], true);
    assert_eq!(flow.change_set(&made.id).await.unwrap().rollup_state, Rollup::PartiallyApproved);
    place.server.decide_approval(free[1], true);
    place.server.change(|site| site.edit(free[1], "2026-10-01T00:00:00.000Z"));
    let set = flow.change_set(&made.id).await.unwrap();
    assert_eq!(set.rollup_state, Rollup::Stale);
    let state = |page: u64| set.page_refs.iter().find(|one| one.page_id.as_str() == page.to_string()).unwrap();
    assert!(state(free[0]).is_approved() && !state(free[0]).has_changed());
    assert!(!state(free[1]).is_approved() && state(free[1]).has_changed());
    assert!(!state(stuck[0]).is_approved() && !state(stuck[0]).has_changed());
    place.server.decide_approval(free[0], false);
    assert_eq!(flow.change_sets(&space.as_str().into()).await.unwrap()[0].rollup_state, Rollup::HasRejections);

    let only = vec![ids[0].clone()];
    place.server.decide_approval(free[0], true);
    let edit = ChangeSetEdit { title: Some("Release 8".to_owned()), pages: Some(only), ..ChangeSetEdit::default() };
    flow.update(&made.id, &edit).await.unwrap();
    let set = flow.change_set(&made.id).await.unwrap();
    assert_eq!((set.title.as_str(), set.page_refs.len(), set.rollup_state), ("Release 8", 1, Rollup::AllApproved));
    assert_eq!(set.summary.as_deref(), Some("What is new"));

    assert!(flow.page_preflight(&free[2].to_string().into()).await.unwrap().pages[0].can_submit);
    assert!(flow.submit_page(&free[2].to_string().into()).await.unwrap().pages[0].can_submit);
    let again = flow.submit_page(&free[2].to_string().into()).await.unwrap();
    assert_eq!(again.pages[0].reason.as_deref(), Some("Page already has a pending approval"));
    assert_eq!(again.pages[0].page_id.as_ref().unwrap().as_str(), free[2].to_string());

    flow.archive(&made.id).await.unwrap();
    let late = flow.submit(&made.id).await.unwrap_err();
    assert!(late.code() == ErrorCode::AppRefused && late.to_string().contains("archived"), "{late}");
}

/// One of the calls, and what came of it.
async fn asked(which: usize, exporter: &ForgeClient, approvals: &ForgeClient) -> Result<(), ForgeError> {
    let (flow, app) = (ApprovalFlow(approvals), MarkdownExporter(exporter));
    let page = "7".into();
    let wish = BulkWish { what: BulkScope::Space("DOCS".into()), max_pages: 5, attachments: false };
    let draft = ChangeSetDraft {
        space: "1".into(),
        title: "t".to_owned(),
        summary: None,
        reference_url: None,
        pages: vec!["7".into()],
    };
    match which {
        0 => flow.change_sets(&"1".into()).await.map(drop),
        1 => flow.change_set("cs").await.map(drop),
        2 => flow.create(&draft).await.map(drop),
        3 => flow.update("cs", &ChangeSetEdit::default()).await,
        4 => flow.archive("cs").await,
        5 => flow.submit("cs").await.map(drop),
        6 => flow.preflight("cs").await.map(drop),
        7 => flow.page_preflight(&page).await.map(drop),
        8 => flow.submit_page(&page).await.map(drop),
        9 => app.single(&page).await.map(drop),
        _ => app.bulk(&wish, &mut Vec::new()).await.map(drop),
    }
}

#[tokio::test]
async fn every_call_tells_every_documented_error() {
    let place = Place::start().await;
    let (exporter, approvals) = (place.client(EXPORTER_APP), place.client(APPROVAL_APP));
    let faults = [
        (ForgeFault::Says(200, "Something is wrong"), ErrorCode::AppRefused),
        (ForgeFault::Says(400, "Invalid parameter"), ErrorCode::AppRefused),
        (ForgeFault::Says(403, "License is not active"), ErrorCode::AppUnlicensed),
        (ForgeFault::Says(403, "OAuth scope missing"), ErrorCode::AppPermissionMissing),
        (ForgeFault::Says(500, "Internal error"), ErrorCode::AppFailed),
        (ForgeFault::Gateway(401, "Unauthorized"), ErrorCode::SignInRejected),
        (ForgeFault::Gateway(403, "Forbidden"), ErrorCode::AppSwitchedOff),
        (ForgeFault::Gateway(403, "scope does not match"), ErrorCode::AppPermissionMissing),
        (ForgeFault::Gateway(404, "The app is not installed"), ErrorCode::AppNotInstalled),
        (ForgeFault::Gateway(404, "Unknown environment"), ErrorCode::AppEnvironmentWrong),
        (ForgeFault::Gateway(404, "No route matches"), ErrorCode::AppRouteUnknown),
        (ForgeFault::Gateway(405, "Method not allowed"), ErrorCode::AppRouteUnknown),
        (ForgeFault::TooLarge, ErrorCode::AppTooLarge),
        (ForgeFault::Crash, ErrorCode::AppFailed),
        (ForgeFault::TimeOut, ErrorCode::AppTimedOut),
        (ForgeFault::Throttled(Some(100_000)), ErrorCode::RateLimited),
        (ForgeFault::Html, ErrorCode::AnswerUnreadable),
    ];
    for which in 0..11 {
        for (fault, code) in &faults {
            place.server.fail_forge_calls(&[fault.clone(), fault.clone(), fault.clone()]);
            let error = asked(which, &exporter, &approvals).await.unwrap_err();
            assert_eq!(error.code(), *code, "call {which}, {fault:?}: {error}");
            assert!(!error.to_string().contains(TOKEN));
        }
        place.server.fail_forge_calls(&[]);
    }
}

#[tokio::test]
async fn each_call_asks_for_its_own_permission() {
    let all: Vec<&str> = ForgeOptions::ALL_SCOPES.split_whitespace().collect();
    let mut options = ForgeOptions::default();
    for scope in &all {
        let others: Vec<&str> = all.iter().copied().filter(|one| one != scope).collect();
        options = options.with_token(&format!("without-{scope}"), &others.join(" "));
    }
    let place = Place::with(options).await;
    let needed = |which: usize| match which {
        0 | 1 | 6 => "read:change-set:custom",
        2..=5 => "write:change-set:custom",
        7 => "read:approval:custom",
        8 => "write:approval:custom",
        _ => "export:markdown:custom",
    };
    for which in 0..11 {
        for scope in &all {
            let token = format!("without-{scope}");
            let (exporter, approvals) = (place.signed(EXPORTER_APP, &token), place.signed(APPROVAL_APP, &token));
            let failed = asked(which, &exporter, &approvals).await.err().and_then(|error| cause(&error));
            let is_needed = *scope == needed(which) || *scope == "read:forge-app:confluence";
            assert_eq!(failed == Some(ForgeCause::ScopeMissing), is_needed, "call {which} without {scope}");
        }
    }
}
