//! Stopping, and going on later.

use pagelift_fake::{GeneratorOptions, Server, ServerOptions, Site};
use pagelift_model::{ExportEvent, Outcome, Phase, SkipReason};
use pagelift_tests::{ExportTest, serve};

async fn generated() -> Server {
    let options = GeneratorOptions { pages: 120, attachments: 40, seed: 3, depth: 4 };
    serve(Site::generate(options), ServerOptions::default()).await
}

#[tokio::test]
async fn a_stopped_run_goes_on_to_the_same_files_as_one_that_was_never_stopped() {
    let server = generated().await;
    let expected = ExportTest::of(&server, "DOCS");
    let whole = expected.export().await;

    let test = ExportTest::of(&server, "DOCS");
    let stopped = test.export_stopped_after(40).await;
    assert!(stopped.finished().stopped);
    let [selected, written, unchanged, skipped, failed] = stopped.counts();
    assert_eq!((selected, unchanged, failed), (whole.totals().selected, 0, 0));
    assert!(written >= 40 && skipped > 0, "{written} pages written, {skipped} left for later");
    let left = stopped.events.iter().filter(|event| {
        matches!(event, ExportEvent::PageDone(item)
            if item.outcome == Outcome::Skipped { reason: SkipReason::Stopped })
    });
    assert_eq!(left.count() as u64, skipped, "each is named");

    let rest = test.export().await;
    assert_eq!(rest.counts(), [selected, skipped, written, 0, 0]);
    test.tree().assert_same(&expected.tree());
}

#[tokio::test]
async fn a_run_stopped_in_any_part_is_finished_by_the_next_one() {
    let server = generated().await;
    let expected = ExportTest::of(&server, "DOCS");
    expected.export().await;
    for phase in [Phase::Reading, Phase::Planning, Phase::Writing, Phase::Downloading] {
        let test = ExportTest::of(&server, "DOCS");
        assert!(test.export_stopped_in(phase).await.finished().stopped, "{phase:?}");
        let rest = test.export().await;
        assert!(!rest.finished().stopped);
        assert_eq!(rest.totals().failed, 0, "{phase:?}");
        test.tree().assert_same(&expected.tree());
    }
}
