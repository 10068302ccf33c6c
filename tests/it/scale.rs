//! A space of 2,000 pages: how often the site is asked, and that everything arrives.

use std::collections::BTreeMap;

use pagelift_fake::{GeneratorOptions, ServerOptions, Site};
use pagelift_tests::{ExportTest, serve};

const PAGES: u64 = 2_000;

/// Requests that are neither downloads nor look-ups of folders, as the server counted them.
fn api_requests(counters: &BTreeMap<String, u64>) -> u64 {
    let others = ["/download", "/media", "/folders/"];
    let counted = counters.iter().filter(|(route, _)| !others.iter().any(|other| route.contains(other)));
    counted.map(|(_, count)| count).sum()
}

#[tokio::test]
async fn two_thousand_pages_take_few_requests_and_a_second_run_takes_fewer() {
    let options = GeneratorOptions { pages: 2_000, attachments: 200, seed: 1, depth: 5 };
    let server = serve(Site::generate(options), ServerOptions::default()).await;
    let test = ExportTest::of(&server, "DOCS");

    let first = test.export().await;
    assert!(first.totals().written >= PAGES, "{:?}", first.totals());
    assert_eq!(first.totals().written, first.totals().selected);
    let counters = server.counters();
    assert!(api_requests(&counters) <= 60, "{counters:#?}");
    // The site sends each download on to a host for files, which is no further request to the site.
    let sent: u64 = counters.iter().filter(|(route, _)| *route != "GET /media").map(|(_, count)| count).sum();
    assert_eq!(first.totals().requests, sent, "what is told is what was sent");
    let is_page = |path: &&str| path.ends_with(".md") && *path != "index.md";
    let pages = test.tree().paths().into_iter().filter(|path| is_page(path)).count() as u64;
    assert_eq!(pages, first.totals().written);

    server.reset_counters();
    let second = test.export().await;
    assert_eq!(second.totals().unchanged, second.totals().selected);
    assert_eq!((second.totals().bytes, second.totals().attachments), (0, 0));
    assert!(server.requests() <= 25, "{:#?}", server.counters());
}
