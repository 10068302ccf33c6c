//! What converting a large page costs, measured against merely parsing the same bytes.
//!
//! Both are measured in one run, so that their ratio says something on any computer. `cargo xtask bench` prints it.

mod body;

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use pagelift_convert::{ConvertOptions, NoContext, convert};
use pagelift_model::BodyKind;
use quick_xml::Reader;
use quick_xml::events::Event;

/// Size of the body, in bytes.
const SIZE: usize = 1 << 20;

/// Reads every event and looks at none.
fn read_only(body: &str) -> usize {
    let mut reader = Reader::from_str(body);
    let mut events = 0;
    loop {
        let event = reader.read_event();
        assert!(event.is_ok(), "the body of the bench is no XML: {event:?}");
        if matches!(event, Ok(Event::Eof) | Err(_)) {
            return events;
        }
        let _ = black_box(&event);
        events += 1;
    }
}

fn storage(criterion: &mut Criterion) {
    let body = body::page(SIZE);
    let options = ConvertOptions::default();
    let converted = convert(&body, BodyKind::Storage, &NoContext, &options);
    assert!(converted.markdown.len() > SIZE / 4, "most of the body has to come through for its cost to mean anything");

    let mut group = criterion.benchmark_group("storage");
    group.throughput(Throughput::Bytes(body.len() as u64));
    group.sample_size(20);
    group.bench_function("quick-xml", |bencher| bencher.iter(|| read_only(black_box(&body))));
    group.bench_function("convert", |bencher| {
        bencher.iter(|| convert(black_box(&body), BodyKind::Storage, &NoContext, &options));
    });
    group.finish();
}

criterion_group!(benches, storage);
criterion_main!(benches);
