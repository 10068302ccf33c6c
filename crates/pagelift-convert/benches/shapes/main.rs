//! Whether any shape of body takes time out of proportion to its size.

mod bodies;

use std::hint::black_box;
use std::time::{Duration, Instant};

use pagelift_convert::{ConvertOptions, NoContext, convert};
use pagelift_model::BodyKind;

/// Sixteen times the size may take this many times as long: in proportion it is 16, growing with the square it is 256. The
/// memory of a computer alone, slower the more of it is used, makes it 30.
const MOST: f64 = 64.0;

/// The shortest of three runs: whatever disturbs one makes it longer.
fn shortest(body: &str) -> Duration {
    let run = || {
        let start = Instant::now();
        black_box(convert(black_box(body), BodyKind::Storage, &NoContext, &ConvertOptions::default()));
        start.elapsed()
    };
    (0..3).map(|_| run()).min().unwrap_or_default()
}

fn main() {
    let mut slow = Vec::new();
    for shape in bodies::SHAPES {
        let [small, large] = [1 << 15, 1 << 19].map(|size| shortest(&bodies::body(shape, size)).as_secs_f64());
        let ratio = large / small.max(1e-6);
        println!("{:32} {:>8.1} ms for 512 KB, {ratio:>5.1} times 32 KB", shape.0, large * 1e3);
        if ratio > MOST {
            slow.push(shape.0);
        }
    }
    assert!(slow.is_empty(), "these take time out of proportion: {}", slow.join(", "));
}
