//! Every plan of faults, on Cloud and on Data Center: what can heal leads to the same files, what cannot ends with its reason, and
//! the next run finishes the work.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use pagelift_app::{AppError, OpenSite, SystemClock};
use pagelift_confluence::{CloudSite, Connection, DataCenterSite, Limits};
use pagelift_fake::{DataCenterOptions, Fault, GeneratorOptions, Place, Server, ServerOptions, Site, Trouble};
use pagelift_model::{ErrorCode, ExportEvent, PageSource, Secret, SiteAddress};
use pagelift_tests::{ExportTest, RunTest, SPACE, SmallSite, Tree, serve};

use Place::{Api, Files};
use Trouble::{Cut, Edited, Half, Late, LoginPage, OtherTag, Padded, Reset, Reversed, Status, Throttled, Trickle};

const A_MOMENT: Duration = Duration::from_millis(5);
const FOREVER: u64 = u64::MAX;

/// How a run ends under a plan.
#[derive(Debug, Clone, Copy)]
enum End {
    /// As without it.
    Same,
    /// For this reason.
    Because(ErrorCode),
}

struct Plan {
    name: &'static str,
    faults: Vec<Fault>,
    end: End,
}

fn plan(name: &'static str, faults: &[Fault], end: End) -> Plan {
    Plan { name, faults: faults.to_vec(), end }
}

fn plans() -> Vec<Plan> {
    // One in seven: the same request does not meet six of them in a row, which would be one too many.
    let healing = [
        ("429 without a time", Fault::every(7, Api, Throttled(None))),
        ("429 with a time", Fault::burst(3, 1, Api, Throttled(Some(1)))),
        ("503 now and then", Fault::every(7, Api, Status(503))),
        ("a burst of 502", Fault::burst(2, 4, Api, Status(502))),
        ("connections that break", Fault::every(7, Api, Reset)),
        ("answers that break off", Fault::every(7, Api, Cut(8))),
        ("half answers", Fault::every(7, Api, Half)),
        ("late answers", Fault::every(2, Api, Late(A_MOMENT))),
        ("answers that trickle", Fault::every(2, Api, Trickle(A_MOMENT))),
        ("lists in another order", Fault::every(1, Api, Reversed)),
        ("429 for files", Fault::every(7, Files, Throttled(None))),
        ("503 for files", Fault::every(7, Files, Status(503))),
        ("files that break off", Fault::every(2, Files, Cut(5))),
        ("files that do not begin", Fault::every(7, Files, Reset)),
        ("files that trickle", Fault::every(7, Files, Trickle(A_MOMENT))),
        ("half a file", Fault::burst(2, 1, Files, Half)),
        ("a file with more than its bytes", Fault::burst(2, 1, Files, Padded)),
        ("a file that changes while it comes", Fault::burst(2, 1, Files, OtherTag)),
        ("a sign-in page for one file", Fault::burst(2, 1, Files, LoginPage)),
    ];
    let ending = [
        ("503 for good", Fault::burst(3, FOREVER, Api, Status(503)), ErrorCode::SiteFailed),
        ("a sign-in page for good", Fault::burst(3, FOREVER, Api, LoginPage), ErrorCode::AnswerUnreadable),
        ("401 in the midst", Fault::burst(3, FOREVER, Api, Status(401)), ErrorCode::SignInRejected),
        ("a network that is lost", Fault::burst(3, FOREVER, Api, Reset), ErrorCode::SiteUnreachable),
        ("a pause of a day", Fault::burst(3, FOREVER, Api, Throttled(Some(86_400))), ErrorCode::RateLimited),
    ];
    let healing = healing.into_iter().map(|(name, fault)| plan(name, &[fault], End::Same));
    let ending = ending.into_iter().map(|(name, fault, code)| plan(name, &[fault], End::Because(code)));
    healing.chain(ending).collect()
}

pub fn limits() -> Limits {
    Limits {
        probe_pause: A_MOMENT,
        sign_in_pause: A_MOMENT,
        first_pause: Duration::from_millis(2),
        longest_pause: Duration::from_millis(20),
        answer_timeout: Duration::from_secs(20),
        idle_timeout: Duration::from_secs(20),
        ..Limits::default()
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Sort {
    Cloud,
    DataCenter,
}

impl Sort {
    fn options(self, faults: Vec<Fault>) -> ServerOptions {
        let data_center = (self == Self::DataCenter).then(DataCenterOptions::default);
        ServerOptions { data_center, faults, ..ServerOptions::default() }
    }

    pub fn open(self, server: &Server) -> OpenSite {
        let token = Secret::new("secret-token".to_owned());
        let source: Arc<dyn PageSource> = match self {
            Self::Cloud => {
                let address = SiteAddress::parse(server.url()).expect("an address");
                let connection = Connection::new(address, "ada@example.com", token);
                Arc::new(CloudSite::with_limits(connection, Arc::new(SystemClock), limits()).expect("a site"))
            }
            Self::DataCenter => {
                let address = SiteAddress::parse(&format!("{}/confluence", server.url())).expect("an address");
                let site = DataCenterSite::with_limits(&address, &token, Arc::new(SystemClock), limits());
                Arc::new(site.expect("a site"))
            }
        };
        OpenSite::new(source, "test".to_owned())
    }

    pub async fn serve(self, faults: Vec<Fault>) -> Server {
        let site = Site::generate(GeneratorOptions { pages: 60, attachments: 24, seed: 5, depth: 3 });
        serve(site, self.options(faults)).await
    }

    pub async fn calm(self) -> (Tree, RunTest) {
        let server = self.serve(Vec::new()).await;
        let test = ExportTest::over(self.open(&server), &server, "DOCS");
        let run = test.export().await;
        (test.tree(), run)
    }
}

/// Under a plan: the end is the right one, nothing is torn or lost, and the next run brings what is missing.
async fn withstand(sort: Sort, plan: Plan, expected: &Tree, calm: &RunTest) {
    let told = format!("{} ({sort:?})", plan.name);
    let server = sort.serve(plan.faults).await;
    let test = ExportTest::over(sort.open(&server), &server, "DOCS");
    let run = test.export().await;
    match plan.end {
        End::Same => {
            assert_eq!(run.counts(), calm.counts(), "{told}");
            assert_eq!(run.missing_attachments(), [], "{told}");
        }
        End::Because(code) => {
            assert_eq!(run.ended.as_ref().err().map(AppError::code), Some(code), "{told}: {:?}", run.ended);
            assert!(server.requests() <= 60, "{told}: {} requests", server.requests());
            server.heal();
            let test = test.reopened(sort.open(&server));
            let rest = test.export().await;
            assert_eq!(rest.totals().selected, calm.totals().selected, "{told}");
            test.tree().assert_same(expected);
            return;
        }
    }
    test.tree().assert_same(expected);
}

async fn withstand_all(sort: Sort) {
    let (expected, calm) = sort.calm().await;
    for plan in plans() {
        withstand(sort, plan, &expected, &calm).await;
    }
}

#[tokio::test]
async fn cloud_under_every_plan() {
    withstand_all(Sort::Cloud).await;
}

#[tokio::test]
async fn data_center_under_every_plan() {
    withstand_all(Sort::DataCenter).await;
}

/// The versions on record, by the paths of pages.
fn recorded(folder: &Path) -> BTreeMap<String, u64> {
    let manifest = std::fs::read_to_string(folder.join(".pagelift/manifest.jsonl")).expect("a manifest");
    let lines = manifest.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    let pages = lines.filter(|line| line["kind"] == "page");
    pages.filter_map(|line| Some((line["path"].as_str()?.to_owned(), line["version"].as_u64()?))).collect()
}

#[tokio::test]
async fn a_page_that_changes_during_the_walk_is_never_mixed_of_two_versions() {
    for sort in [Sort::Cloud, Sort::DataCenter] {
        let pages =
            (1..=80).fold(SmallSite::new(), |site, n| site.page(&format!("Page {n}"), "<p>This is version 1.</p>"));
        let mut options = sort.options(vec![Fault::every(1, Api, Edited)]);
        options.list_page_limit = 9;
        let site = pages.start_with(options).await;
        let test = ExportTest::over(sort.open(&site.server), &site.server, SPACE);
        for round in 0..3 {
            let run = test.export().await;
            let [selected, written, unchanged, skipped, failed] = run.counts();
            assert_eq!((selected, skipped, failed), (80, 0, 0), "{sort:?}, round {round}");
            assert_eq!(written + unchanged, 80, "{sort:?}, round {round}");
            let done = run.events.iter().filter(|event| matches!(event, ExportEvent::PageDone(_))).count();
            assert_eq!(done, 80, "{sort:?}: each page is told of once");
            let tree = test.tree();
            for (path, version) in recorded(&test.folder()) {
                assert!(
                    tree.text(&path).contains(&format!("This is version {version}.")),
                    "{sort:?}: `{path}` is mixed"
                );
            }
        }
        site.server.heal();
        test.export().await;
        let fresh = ExportTest::over(sort.open(&site.server), &site.server, SPACE);
        fresh.export().await;
        test.tree().assert_same(&fresh.tree());
    }
}
