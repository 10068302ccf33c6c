//! What converting a large page costs, measured against merely parsing the same bytes and against another converter.
//!
//! All are measured in one run, so that their ratios say something on any computer. `cargo xtask bench` prints them.

mod body;

use std::hint::black_box;
use std::path::Path;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use pagelift_convert::{ConvertOptions, NoContext, convert};
use pagelift_model::BodyKind;
use quick_xml::Reader;
use quick_xml::events::Event;

const MEGABYTE: usize = 1 << 20;

/// Sizes in MB of which each but the first two is twice an earlier one.
const GROWING: [usize; 8] = [1, 25, 2, 4, 8, 16, 32, 50];

/// Reads every event and looks at none.
fn read_only(body: &str) -> usize {
    let mut reader = Reader::from_str(body);
    // Bodies of real pages are not always well formed.
    reader.config_mut().check_end_names = false;
    reader.config_mut().allow_unmatched_ends = true;
    let mut events = 0;
    loop {
        let event = reader.read_event();
        if matches!(event, Ok(Event::Eof) | Err(_)) {
            return events;
        }
        let _ = black_box(&event);
        events += 1;
    }
}

/// How many bytes of Markdown a body becomes.
fn converted(body: &str) -> usize {
    convert(black_box(body), BodyKind::Storage, &NoContext, &ConvertOptions::default()).markdown.len()
}

fn storage(criterion: &mut Criterion) {
    let body = body::page(MEGABYTE);
    assert!(converted(&body) > MEGABYTE / 4, "most of the body has to come through for its cost to mean anything");
    if let Some(file) = std::env::var_os("PAGELIFT_BENCH_BODY") {
        keep(&body, Path::new(&file));
    }
    let mut group = criterion.benchmark_group("storage");
    group.throughput(Throughput::Bytes(body.len() as u64));
    group.sample_size(20);
    group.bench_function("quick-xml", |bencher| bencher.iter(|| read_only(black_box(&body))));
    group.bench_function("convert", |bencher| bencher.iter(|| converted(&body)));
    #[cfg(feature = "compare")]
    group.sample_size(10).bench_function("htmd", |bencher| bencher.iter(|| htmd::convert(black_box(&body))));
    group.finish();
}

/// Writes the body down, so that other programs can be measured with it.
#[allow(clippy::disallowed_methods, reason = "nobody reads the file before this ends")]
fn keep(body: &str, file: &Path) {
    assert!(std::fs::write(file, body).is_ok(), "the body cannot be written to {}", file.display());
}

/// Bodies of real pages, where there are any.
fn corpus(criterion: &mut Criterion) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus");
    let mut bodies = Vec::new();
    for tool in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let files = std::fs::read_dir(tool.path()).into_iter().flatten().flatten();
        let storage = files.filter(|file| file.path().extension().is_some_and(|ending| ending == "xml"));
        bodies.extend(storage.filter_map(|file| std::fs::read_to_string(file.path()).ok()));
    }
    if bodies.is_empty() {
        return;
    }
    let mut group = criterion.benchmark_group("corpus");
    group.throughput(Throughput::Bytes(bodies.iter().map(|body| body.len() as u64).sum()));
    group.sample_size(20);
    group.bench_function("quick-xml", |bencher| bencher.iter(|| bodies.iter().map(|b| read_only(b)).sum::<usize>()));
    group.bench_function("convert", |bencher| bencher.iter(|| bodies.iter().map(|b| converted(b)).sum::<usize>()));
    group.finish();
}

/// Whether a body of twice the size takes twice the time.
fn growing(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("growing");
    group.sample_size(10);
    for size in GROWING {
        let body = body::page(size * MEGABYTE);
        group.throughput(Throughput::Bytes(body.len() as u64));
        group.bench_function(BenchmarkId::from_parameter(size), |bencher| bencher.iter(|| converted(&body)));
    }
    group.finish();
}

criterion_group!(benches, storage, corpus, growing);
criterion_main!(benches);
