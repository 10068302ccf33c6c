//! What is nobody's fault holds a run up and does not end it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use pagelift_app::{OpenSite, SystemClock};
use pagelift_confluence::{CloudSite, Signature, Signer};
use pagelift_fake::{Fault, Place, Trouble};
use pagelift_model::{ErrorCode, ExportEvent, Holdup, Phase, Secret, SiteAddress, SourceError};
use pagelift_tests::ExportTest;

use crate::plans::{Sort, limits};

const AN_HOUR: Duration = Duration::from_hours(1);

/// What held a run up, in order; `None` where it went on.
fn holdups(events: &[ExportEvent]) -> Vec<Option<Holdup>> {
    let told = events.iter().filter_map(|event| match event {
        ExportEvent::HeldUp { why } => Some(Some(*why)),
        ExportEvent::GoesOn => Some(None),
        _ => None,
    });
    told.collect()
}

#[tokio::test]
async fn a_network_that_is_lost_is_waited_for_with_one_quiet_request_at_a_time() {
    for sort in [Sort::Cloud, Sort::DataCenter] {
        let (expected, calm) = sort.calm().await;
        let server = sort.serve(vec![Fault::burst(4, u64::MAX, Place::Api, Trouble::Reset)]).await;
        let test = ExportTest::over(sort.open(&server), &server, "DOCS").patient(AN_HOUR);
        let run = test
            .export_while(|event, _| {
                if matches!(event, ExportEvent::HeldUp { .. }) {
                    server.heal();
                }
            })
            .await;
        assert_eq!(run.counts(), calm.counts(), "{sort:?}");
        assert_eq!(holdups(&run.events), [Some(Holdup::NoNetwork), None], "{sort:?}");
        test.tree().assert_same(&expected);
    }
}

#[tokio::test]
async fn without_patience_a_network_that_is_lost_ends_the_run() {
    let server = Sort::Cloud.serve(vec![Fault::burst(4, u64::MAX, Place::Api, Trouble::Reset)]).await;
    let test = ExportTest::over(Sort::Cloud.open(&server), &server, "DOCS");
    assert_eq!(test.export().await.error(), ErrorCode::SiteUnreachable);
}

/// Signs with a token for as long as it is the same; another serial is another sign-in.
struct Person(AtomicU64);

#[async_trait]
impl Signer for Person {
    async fn signature(&self) -> Result<Signature, SourceError> {
        let header = Secret::new("Basic YWRhQGV4YW1wbGUuY29tOnNlY3JldC10b2tlbg==".to_owned());
        Ok(Signature { header, serial: self.0.load(Ordering::Relaxed) })
    }

    async fn refused(&self, used: u64, _: u16) -> Result<bool, SourceError> {
        Ok(self.0.load(Ordering::Relaxed) != used)
    }
}

#[tokio::test]
async fn a_sign_in_that_ends_is_waited_for_and_the_run_goes_on_where_it_was() {
    let (expected, calm) = Sort::Cloud.calm().await;
    let server = Sort::Cloud.serve(vec![Fault::burst(4, u64::MAX, Place::Api, Trouble::Status(401))]).await;
    let person = Arc::new(Person(AtomicU64::new(1)));
    let address = SiteAddress::parse(server.url()).expect("an address");
    let signer: Arc<dyn Signer> = Arc::<Person>::clone(&person);
    let site = CloudSite::signed_with_limits(&address, None, signer, Arc::new(SystemClock), limits()).expect("a site");
    let site = OpenSite::new(Arc::new(site), "test".to_owned());
    let test = ExportTest::over(site, &server, "DOCS").patient(AN_HOUR);
    let run = test
        .export_while(|event, _| {
            if matches!(event, ExportEvent::HeldUp { .. }) {
                server.heal();
                person.0.fetch_add(1, Ordering::Relaxed);
            }
        })
        .await;
    assert_eq!(holdups(&run.events), [Some(Holdup::SignInEnded), None]);
    assert_eq!(run.counts(), calm.counts());
    assert!(run.totals().requests <= calm.totals().requests + 6, "nothing is read twice: {:?}", run.totals());
    test.tree().assert_same(&expected);
}

#[tokio::test]
async fn a_stop_ends_the_wait_for_a_network() {
    let server = Sort::Cloud.serve(vec![Fault::burst(4, u64::MAX, Place::Api, Trouble::Reset)]).await;
    let test = ExportTest::over(Sort::Cloud.open(&server), &server, "DOCS").patient(AN_HOUR);
    let run = test
        .export_while(|event, stop| {
            if matches!(event, ExportEvent::HeldUp { .. }) {
                stop.cancel();
            }
        })
        .await;
    assert!(run.finished().stopped);
}

#[tokio::test]
async fn a_run_pauses_in_each_of_its_parts_and_goes_on() {
    let (expected, calm) = Sort::Cloud.calm().await;
    for part in [Phase::Reading, Phase::Writing, Phase::Downloading] {
        let server = Sort::Cloud.serve(Vec::new()).await;
        let test = ExportTest::over(Sort::Cloud.open(&server), &server, "DOCS");
        let run = test
            .export_while(|event, _| match event {
                ExportEvent::PhaseStarted { phase, .. } if *phase == part => test.pause.pause(),
                ExportEvent::HeldUp { .. } => test.pause.resume(),
                _ => {}
            })
            .await;
        assert_eq!(holdups(&run.events), [Some(Holdup::Paused), None], "{part:?}");
        assert_eq!(run.counts(), calm.counts(), "{part:?}");
        test.tree().assert_same(&expected);
    }
}

#[tokio::test]
async fn a_run_that_pauses_can_be_stopped() {
    let server = Sort::Cloud.serve(Vec::new()).await;
    let test = ExportTest::over(Sort::Cloud.open(&server), &server, "DOCS");
    let run = test
        .export_while(|event, stop| match event {
            ExportEvent::PhaseStarted { phase: Phase::Writing, .. } => test.pause.pause(),
            ExportEvent::HeldUp { .. } => stop.cancel(),
            _ => {}
        })
        .await;
    assert!(run.finished().stopped);
    assert_eq!(run.counts(), [run.totals().selected, 0, 0, run.totals().selected, 0]);
}
