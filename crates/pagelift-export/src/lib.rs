//! From a page tree to files: names that are valid everywhere, the path of every page, and the destinations written to.
//!
//! [`names`] and [`plan`] are pure: no clock, no file system, the same answer on every computer. [`DiskSink`] and
//! [`MemorySink`] are the two destinations, and both pass the same contract test.

pub mod disk;
pub mod memory;
pub mod names;
pub mod plan;

pub use disk::DiskSink;
pub use memory::MemorySink;
