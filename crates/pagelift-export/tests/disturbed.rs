//! A destination that fails at its nth operation, once or for good: nothing of a person's is harmed, the totals are honest, and
//! a later run ends where an undisturbed one would have.
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic, reason = "a failed expectation fails the test")]

mod wiki;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use pagelift_export::{MemorySink, Store};
use pagelift_model::{ContentHash, PendingFile, RelPath, Sink, SinkError};

use wiki::{Desk, Told, Wiki, small};

#[derive(Clone, Copy, PartialEq, Debug)]
enum Fault {
    /// One operation fails, as where another program holds the file.
    Once,
    /// The disk is full from here on.
    Full,
    /// The operation is done, and the process dies before it learns of that.
    DoneAndDead,
}

struct Shaky {
    inner: MemorySink,
    left: Arc<AtomicUsize>,
    fault: Fault,
}

fn strike(left: &AtomicUsize, fault: Fault, path: &str) -> Result<bool, SinkError> {
    let before = left.load(Ordering::Relaxed);
    left.store(before.saturating_sub(1), Ordering::Relaxed);
    match (before, fault) {
        (1, Fault::Once) => Err(SinkError::Unwritable { path: path.to_owned(), detail: "held".to_owned() }),
        (0 | 1, Fault::Full) => Err(SinkError::DiskFull { path: path.to_owned() }),
        // Dead: nothing is done any more.
        (0, Fault::DoneAndDead) => Err(SinkError::FolderMissing { folder: String::new() }),
        (1, Fault::DoneAndDead) => Ok(false),
        _ => Ok(true),
    }
}

impl Shaky {
    fn change(&self, path: &RelPath, act: impl FnOnce() -> Result<(), SinkError>) -> Result<(), SinkError> {
        let lives = strike(&self.left, self.fault, path.as_str())?;
        act()?;
        if lives { Ok(()) } else { Err(SinkError::FolderMissing { folder: String::new() }) }
    }
}

struct ShakyFile(Box<dyn PendingFile>, Arc<AtomicUsize>, Fault);

impl PendingFile for ShakyFile {
    fn write(&mut self, bytes: &[u8]) -> Result<(), SinkError> {
        strike(&self.1, self.2, "pending")?;
        self.0.write(bytes)
    }

    fn commit(self: Box<Self>) -> Result<(u64, ContentHash), SinkError> {
        let lives = strike(&self.1, self.2, "pending")?;
        let done = self.0.commit()?;
        if lives { Ok(done) } else { Err(SinkError::FolderMissing { folder: String::new() }) }
    }
}

impl Sink for Shaky {
    fn hash(&self, path: &RelPath) -> Result<Option<ContentHash>, SinkError> {
        self.inner.hash(path)
    }

    fn read(&self, path: &RelPath) -> Result<Option<Vec<u8>>, SinkError> {
        self.inner.read(path)
    }

    fn write(&self, path: &RelPath, bytes: &[u8]) -> Result<(), SinkError> {
        self.change(path, || self.inner.write(path, bytes))
    }

    fn begin(&self, path: &RelPath) -> Result<Box<dyn PendingFile>, SinkError> {
        strike(&self.left, self.fault, path.as_str())?;
        Ok(Box::new(ShakyFile(self.inner.begin(path)?, Arc::clone(&self.left), self.fault)))
    }

    fn rename(&self, from: &RelPath, to: &RelPath) -> Result<(), SinkError> {
        self.change(to, || self.inner.rename(from, to))
    }

    fn remove(&self, path: &RelPath) -> Result<(), SinkError> {
        self.change(path, || self.inner.remove(path))
    }

    fn names_in(&self, folder: &str) -> Result<Vec<String>, SinkError> {
        self.inner.names_in(folder)
    }

    fn sync(&self) -> Result<(), SinkError> {
        strike(&self.left, self.fault, "sync").map(|_| ())
    }
}

/// The site before and after: new text, swapped titles, a moved page, a new picture, a page that goes away.
fn sites() -> (Wiki, Wiki) {
    let mut later = small();
    later.edit(3, "<p>Set up anew</p>");
    later.retitle(2, "Teardown");
    later.retitle(4, "Guide");
    later.page(4).node.parent = Some("1".into());
    later.attach("att1", 2, "plan.png", b"better picture");
    later.attach("att2", 4, "new.png", b"new");
    later.edit(4, "<ac:image><ri:attachment ri:filename=\"new.png\" /></ac:image>");
    (small(), later)
}

fn text(desk: &Desk) -> BTreeMap<String, String> {
    let files = desk.sink.files().into_iter();
    files.map(|(path, bytes)| (path, String::from_utf8_lossy(&bytes).into_owned())).collect()
}

/// A run that meets the fault at operation `nth`, then one that meets none. Answers the tree, and whether the fault was met.
fn disturbed(nth: usize, fault: Fault, fresh: bool, lose_store: bool) -> (BTreeMap<String, String>, bool) {
    let (before, after) = sites();
    let mut desk = Desk::new();
    desk.put("Docs/Guide (2).md", "a person's own");
    if !fresh {
        desk.run(&before);
    }
    let left = Arc::new(AtomicUsize::new(nth));
    let shaky = Shaky { inner: desk.sink.clone(), left: Arc::clone(&left), fault };
    match desk.try_run_into(&shaky, &after, &Told::default()) {
        Ok(finished) => assert!(finished.totals.add_up()),
        Err(error) => assert!(matches!(error, pagelift_export::ExportError::Sink(_)), "{error}"),
    }
    let met = left.load(Ordering::Relaxed) == 0;
    if lose_store {
        desk.store = Store::in_memory().unwrap();
    }
    desk.run(&after);
    (text(&desk), met)
}

#[test]
fn every_failure_is_made_good_by_the_next_run() {
    for fresh in [true, false] {
        let (undisturbed, _) = disturbed(usize::MAX, Fault::Once, fresh, false);
        assert_eq!(undisturbed["Docs/Guide (2).md"], "a person's own");
        for fault in [Fault::Once, Fault::Full, Fault::DoneAndDead] {
            for lose_store in [false, true] {
                let mut nth = 1;
                loop {
                    let (tree, met) = disturbed(nth, fault, fresh, lose_store);
                    if !met {
                        break;
                    }
                    let differ: Vec<_> =
                        tree.iter().filter(|(path, text)| undisturbed.get(*path) != Some(text)).collect();
                    assert!(
                        tree == undisturbed,
                        "{fault:?} at {nth}, fresh {fresh}, store lost {lose_store}: {differ:#?}\n{:?}",
                        undisturbed.keys().collect::<Vec<_>>()
                    );
                    nth += 1;
                }
                assert!(nth > 5, "the fault was met {nth} times");
            }
        }
    }
}
