//! Ports for what a test lets another program listen at.

use std::net::TcpListener;
use std::process;
use std::sync::atomic::{AtomicU16, Ordering};

/// A free port that no other test of this process is given, below those that systems hand to whoever asks for any: nothing else
/// takes it before the program under test does. Where a thousand in a row are taken, it is one of them.
pub fn free_port() -> u16 {
    static GIVEN: AtomicU16 = AtomicU16::new(0);
    let first = 20_000 + (process::id() % 10_000) as u16;
    let free = |port: &u16| TcpListener::bind(("127.0.0.1", *port)).is_ok();
    let mut ports = (0..1_000).map(|_| first + GIVEN.fetch_add(1, Ordering::SeqCst));
    ports.find(free).unwrap_or(first)
}
