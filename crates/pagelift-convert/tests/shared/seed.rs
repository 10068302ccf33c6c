//! Random input that is the same each time.

use proptest::test_runner::{Config as ProptestConfig, RngSeed};

/// The same pages in every run, so that a change does not fail for what another one did; `PROPTEST_RNG_SEED` asks for
/// others.
pub fn runs(cases: u32) -> ProptestConfig {
    let chosen = ProptestConfig::default();
    let rng_seed = if chosen.rng_seed == RngSeed::Random { RngSeed::Fixed(7) } else { chosen.rng_seed };
    ProptestConfig { cases, failure_persistence: None, rng_seed, ..chosen }
}
