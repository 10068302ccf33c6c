use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, TestRunner, TestRng, RngAlgorithm};
use crate::bodies::*;
use std::collections::BTreeMap;
use pagelift_convert::Format;
pub fn sift<S: Strategy>(strategy: S, verdict: impl Fn(&S::Value) -> Option<(String, String)>) {
    let seed: u8 = std::env::var("SEED").ok().and_then(|s| s.parse().ok()).unwrap_or(1);
    let n: usize = std::env::var("N").ok().and_then(|s| s.parse().ok()).unwrap_or(1000);
    let mut runner = TestRunner::new_with_rng(Config::default(), TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]));
    let mut found: Vec<String> = Vec::new();
    for _ in 0..n {
        let mut tree = strategy.new_tree(&mut runner).unwrap();
        let Some((_, mut e)) = verdict(&tree.current()) else { continue };
        for _ in 0..1500 {
            if !tree.simplify() { break }
            loop {
                match verdict(&tree.current()) {
                    Some((_, e2)) => { e = e2; break }
                    _ => if !tree.complicate() { break }
                }
            }
        }
        if !found.contains(&e) { found.push(e); }
        if found.len() > 40 { break }
    }
    found.sort_by_key(String::len);
    for e in found { println!("=== {e}"); }
}
#[test]
#[ignore]
fn vain() { sift(proptest::collection::vec(text(),1..5), |line| { let body = format!("<p>{}</p>", line.iter().map(|s| s.storage(Style::default())).collect::<String>()); let f = crate::stable::gfm(&body); crate::stable::idle_backslash(&f).map(|e| (String::new(), format!("{body}\n{f}{e}"))) }); }
#[test]
#[ignore]
fn again() { sift(plain_blocks(), |b| { let body = storage(b, Style::default()); let once = crate::stable::gfm(&body); let twice = crate::stable::gfm(&crate::stable::page(&once)); (once != twice).then(|| (String::new(), format!("{body}\n{once}----\n{twice}"))) }); }
fn verdict(blocks: &[Block], format: Format) -> Option<(String, String)> {
    let exact = crate::reading::has_exact_text(format);
    let body = storage(blocks, Style { tame: !exact, ..Style::default() });
    if std::env::var_os("NOMATH").is_some() && (body.contains("mathinline") || body.contains("$")) { return None }
    let r = std::panic::catch_unwind(|| {
        crate::generated::check_storage(&body, format).and_then(|()| if exact && are_common(blocks) { crate::generated::check_adf(&adf(blocks), format) } else { Ok(()) })
    }).unwrap_or_else(|_| Err("panic\n".to_owned() + &body));
    r.err().map(|e| { let first = e.lines().next().unwrap().to_owned();
        let kind = if first.contains("is lost, in") { "lost".to_owned() } else if first.contains("more often") { "more often".to_owned() } else { first.chars().take(24).collect() };
        (format!("{}: {kind}", format.name()), e) })
}
#[test]
#[ignore]
fn survey() {
    let seed: u8 = std::env::var("SEED").ok().and_then(|s| s.parse().ok()).unwrap_or(1);
    let n: usize = std::env::var("N").ok().and_then(|s| s.parse().ok()).unwrap_or(1000);
    let only = std::env::var("ONLY").ok();
    let formats: Vec<Format> = std::env::var("F").map(|f| f.split(',').map(|f| Format::from_name(f).unwrap()).collect()).unwrap_or(Format::ALL.to_vec());
    std::panic::set_hook(Box::new(|_| {}));
    let mut runner = TestRunner::new_with_rng(Config::default(), TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]));
    let mut found: BTreeMap<String, (usize, String)> = BTreeMap::new();
    for _ in 0..n {
        let mut tree = proptest::collection::vec(block(), 1..2).new_tree(&mut runner).unwrap();
        for &format in &formats {
            let Some((key, mut e)) = verdict(&tree.current(), format) else { continue };
            if only.as_ref().is_some_and(|o| !key.contains(o.as_str())) { continue }
            if found.get(&key).is_none_or(|(n, _)| *n < 4) {
                for _ in 0..1500 {
                    if !tree.simplify() { break }
                    loop {
                        match verdict(&tree.current(), format) {
                            Some((k, e2)) if k == key => { e = e2; break }
                            _ => if !tree.complicate() { break }
                        }
                    }
                }
            }
            let entry = found.entry(key).or_insert((0, e.clone()));
            entry.0 += 1;
            if e.len() < entry.1.len() { entry.1 = e; }
            break;
        }
    }
    for (k, (n, e)) in found { println!("=== {n} x {k}\n{e}"); }
}
