//! The contract of a destination, run against every one of them.
#![allow(clippy::expect_used, reason = "a failed expectation fails the test")]

use pagelift_export::{DiskSink, MemorySink};
use pagelift_model::{RelPath, Sink, SinkError};

fn path(text: &str) -> RelPath {
    RelPath::new(text).expect("a sound path")
}

fn contract(sink: &dyn Sink) {
    let page = path("Space/Parent/Page.md");
    assert_eq!(sink.read(&page), Ok(None));
    assert_eq!(sink.hash(&page), Ok(None));
    assert_eq!(sink.names_in(""), Ok(vec![]));
    assert_eq!(sink.names_in("Space"), Ok(vec![]));

    sink.write(&page, b"abc").expect("written");
    sink.write(&page, b"").expect("replaced");
    sink.write(&page, b"abc").expect("replaced");
    assert_eq!(sink.read(&page), Ok(Some(b"abc".to_vec())));
    let hash = sink.hash(&page).expect("readable").expect("there");
    assert_eq!(hash.0, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_eq!(sink.names_in("Space/Parent"), Ok(vec!["Page.md".to_owned()]));

    let mut dropped = sink.begin(&path("Space/a.png")).expect("begun");
    dropped.write(b"half").expect("written");
    assert_eq!(sink.read(&path("Space/a.png")), Ok(None));
    drop(dropped);
    assert_eq!(sink.names_in("Space"), Ok(vec!["Parent".to_owned()]));

    let mut pending = sink.begin(&path("Space/a.png")).expect("begun");
    pending.write(b"a").expect("written");
    pending.write(b"bc").expect("written");
    assert_eq!(sink.names_in("Space"), Ok(vec!["Parent".to_owned()]));
    assert_eq!(pending.commit(), Ok((3, hash)));
    assert_eq!(sink.read(&path("Space/a.png")), Ok(Some(b"abc".to_vec())));

    sink.write(&path("Space/b.md"), b"b").expect("written");
    sink.rename(&path("Space/b.md"), &path("Space/B.md")).expect("only the case");
    assert_eq!(sink.names_in("Space"), Ok(["B.md", "Parent", "a.png"].map(str::to_owned).to_vec()));
    sink.rename(&path("Space/B.md"), &path("New/Deep/Page.md")).expect("moved");
    sink.rename(&path("New/Deep/Page.md"), &page).expect("replaced");
    assert_eq!(sink.read(&page), Ok(Some(b"b".to_vec())));
    assert!(matches!(sink.rename(&path("gone.md"), &path("x.md")), Err(SinkError::Io { .. })));

    let several =
        [(path("Space/c.md"), b"c".to_vec()), (path("Space"), b"x".to_vec()), (path("Space/d.md"), b"d".to_vec())];
    let written = sink.write_all(&several);
    assert_eq!(written, [Ok(()), Err(SinkError::Escapes { path: path("Space") }), Ok(())]);
    assert_eq!((sink.exists(&path("Space/c.md")), sink.exists(&path("Space/no.md"))), (Ok(true), Ok(false)));
    let mut seen = Vec::new();
    let there = sink.pieces(&path("Space/d.md"), &mut |piece| {
        seen.extend_from_slice(piece);
        true
    });
    assert_eq!((there, seen), (Ok(true), b"d".to_vec()));
    assert_eq!(sink.pieces(&path("Space/no.md"), &mut |_| false), Ok(false));
    sink.remove(&path("Space/d.md")).expect("removed");
    sink.remove(&path("Space/d.md")).expect("nothing to do");
    assert_eq!(sink.exists(&path("Space/d.md")), Ok(false));
    sink.prune("Space").expect("nothing to do");
    sink.sweep("Space").expect("nothing to do");
    assert_eq!(sink.names_in("Space"), Ok(["Parent", "a.png", "c.md"].map(str::to_owned).to_vec()));

    for wrong in ["Space", "Space/a.png/b.md"] {
        let wrong = path(wrong);
        assert_eq!(sink.write(&wrong, b"x"), Err(SinkError::Escapes { path: wrong.clone() }));
        assert!(matches!(sink.begin(&wrong), Err(SinkError::Escapes { .. })));
        assert_eq!(sink.rename(&page, &wrong), Err(SinkError::Escapes { path: wrong.clone() }));
    }
    assert_eq!(sink.read(&page), Ok(Some(b"b".to_vec())));
    assert_eq!(sink.sync(), Ok(()));
}

#[test]
fn memory_keeps_the_contract() {
    contract(&MemorySink::new());
}

#[test]
fn disk_keeps_the_contract() {
    let folder = tempfile::tempdir().expect("a folder");
    contract(&DiskSink::open(folder.path()).expect("open"));
}

#[test]
fn a_missing_destination_is_never_made() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path().join("out");
    assert!(matches!(DiskSink::open(&root), Err(SinkError::FolderMissing { .. })));
    std::fs::create_dir(&root).expect("made");
    let sink = DiskSink::open(&root).expect("open");
    std::fs::remove_dir(&root).expect("removed");
    assert!(matches!(sink.write(&path("a.md"), b"x"), Err(SinkError::FolderMissing { .. })));
    assert!(!root.exists());
}

#[cfg(unix)]
#[test]
fn links_are_refused_and_nothing_outside_changes() {
    let folder = tempfile::tempdir().expect("a folder");
    let (root, outside) = (folder.path().join("out"), folder.path().join("out-evil"));
    std::fs::create_dir(&root).expect("made");
    std::fs::create_dir(&outside).expect("made");
    std::fs::File::create(outside.join("canary.md")).expect("made");
    std::os::unix::fs::symlink(&outside, root.join("Space")).expect("linked");
    std::os::unix::fs::symlink(outside.join("canary.md"), root.join("Page.md")).expect("linked");
    let sink = DiskSink::open(&root).expect("open");
    sink.write(&path("own.md"), b"own").expect("written");
    for wrong in ["Space/a.md", "Space/Deep/a.md", "Page.md", "Space"] {
        let wrong = path(wrong);
        assert!(matches!(sink.write(&wrong, b"x"), Err(SinkError::Escapes { .. })), "{wrong}");
        assert!(matches!(sink.read(&wrong), Err(SinkError::Escapes { .. })), "{wrong}");
        assert!(matches!(sink.rename(&path("own.md"), &wrong), Err(SinkError::Escapes { .. })), "{wrong}");
    }
    assert!(matches!(sink.names_in("Space"), Err(SinkError::Escapes { .. })));
    let left: Vec<_> = std::fs::read_dir(&outside).expect("readable").collect();
    assert_eq!(left.len(), 1);
    assert_eq!(std::fs::read(outside.join("canary.md")).expect("readable"), b"");
}
