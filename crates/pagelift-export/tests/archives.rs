//! Archives that somebody else made, most of them with bad intentions.
#![allow(clippy::unwrap_used, clippy::panic, reason = "what a test cannot do without may fail loudly")]

use std::fs;
use std::io::{Cursor, Write as _};
use std::path::Path;

use pagelift_export::{Archive, ArchiveError, ArchiveLimits, DiskSink, MemorySink, Unpacked};
use pagelift_fake::{ZipEntry, zip};
use pagelift_model::{ErrorCode, RelPath, Sink as _};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

const LIMITS: ArchiveLimits = ArchiveLimits { entries: 100, bytes: 1 << 20, name: 300 };

fn unpack(bytes: &[u8], to: &Path) -> Result<Unpacked, ArchiveError> {
    let archive = Archive::open(Cursor::new(bytes.to_vec()), &LIMITS)?;
    archive.unpack(&DiskSink::open(to).unwrap())
}

/// A real archive, deflated, with folders.
fn sound() -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    writer.add_directory("Space/", options).unwrap();
    for (name, content) in [("Space/Home.md", "# Home\n".repeat(500)), ("Space/attachments/1/a.png", "png".to_owned())]
    {
        writer.start_file(name, options).unwrap();
        writer.write_all(content.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[test]
fn what_an_app_makes_is_unpacked_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let unpacked = unpack(&sound(), folder.path()).unwrap();
    assert_eq!(
        unpacked.files.iter().map(RelPath::as_str).collect::<Vec<_>>(),
        ["Space/Home.md", "Space/attachments/1/a.png"]
    );
    assert_eq!(fs::read_to_string(folder.path().join("Space/Home.md")).unwrap(), "# Home\n".repeat(500));
    let stored = zip(&[ZipEntry::file("Ünïcode – page.md", "text"), ZipEntry::file("empty.md", "")]);
    assert_eq!(unpack(&stored, folder.path()).unwrap().bytes, 4);
    assert_eq!(unpack(&zip(&[]), folder.path()).unwrap(), Unpacked::default());
}

#[test]
fn nothing_is_written_over() {
    let sink = MemorySink::new();
    let mine = RelPath::new("Space/attachments/1/a.png").unwrap();
    sink.write(&mine, b"mine").unwrap();
    let error = Archive::open(Cursor::new(sound()), &LIMITS).unwrap().unpack(&sink).unwrap_err();
    assert!(matches!(error, ArchiveError::Taken(path) if path == mine));
    assert!(!sink.exists(&RelPath::new("Space/Home.md").unwrap()).unwrap());
    assert_eq!(sink.read(&mine).unwrap().unwrap(), b"mine");
}

#[test]
#[cfg(unix)]
fn a_link_that_is_in_the_folder_is_not_followed() {
    let (folder, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    std::os::unix::fs::symlink(outside.path(), folder.path().join("Space")).unwrap();
    assert_eq!(unpack(&sound(), folder.path()).unwrap_err().code(), ErrorCode::FolderUnwritable);
    assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 0);
}

fn names() -> Vec<Vec<u8>> {
    let mut names: Vec<Vec<u8>> = [
        "../a",
        "../../a",
        "a/../../b",
        "a/..",
        "..",
        ".",
        "./a",
        "a/./b",
        "a//b",
        "/a",
        "//a",
        "/",
        "",
        "a/../b",
        "\\a",
        "a\\b",
        "..\\a",
        "..\\..\\a",
        "C:\\a",
        "C:a",
        "C:/a",
        "c:/windows/a",
        "\\\\server\\share\\a",
        "//server/share/a",
        "\\\\?\\C:\\a",
        "a\0b",
        "a/\0",
        "a\nb",
        "a\tb",
        "a\u{1b}[2Jb",
        "a\u{7f}",
        "a\u{202e}dm.exe",
        "a\u{200f}b",
        "a\u{feff}",
        "a\u{2066}b",
        "a:b",
        "a.md:stream",
        "a<b",
        "a>b",
        "a\"b",
        "a|b",
        "a?b",
        "a*b",
        "~/../a",
        "a.",
        "a ",
        " a",
        "a/b./c",
        "a/b /c",
        "a/ /b",
        "...",
        "a/.../b",
        ".pagelift/manifest.json",
        ".PAGELIFT/x",
        "x/.pagelift/y",
        "%2e%2e/../a",
        "..%2f/../a",
        "a/b/../../../c",
    ]
    .iter()
    .map(|name| name.as_bytes().to_vec())
    .collect();
    for device in [
        "CON",
        "con",
        "PRN",
        "AUX",
        "NUL",
        "nul.txt",
        "COM1",
        "com9.md",
        "LPT1",
        "LPT9.tar.gz",
        "CONIN$",
        "CONOUT$",
        "COM¹",
        "NUL .md",
    ] {
        names.push(device.as_bytes().to_vec());
        names.push(format!("folder/{device}").into_bytes());
        names.push(format!("{device}/inside.md").into_bytes());
    }
    names.extend([
        vec![0xFF, 0xFE],
        vec![b'a', 0xC0, 0xAF, b'b'],
        vec![b'a'; 301],
        [b"a/", [b'b'; 256].as_slice()].concat(),
    ]);
    names.push("é".repeat(140).into_bytes());
    names
}

fn hostile() -> Vec<(String, Vec<u8>)> {
    let mut all: Vec<(String, Vec<u8>)> = Vec::new();
    let mut add = |what: String, bytes: Vec<u8>| all.push((what, bytes));
    let good = || ZipEntry::file("good.md", "good");
    for name in names() {
        add(format!("name {:?}", String::from_utf8_lossy(&name)), zip(&[good(), ZipEntry::file(&name, "bad")]));
    }
    for (one, two) in [
        ("a.md", "a.md"),
        ("a.md", "A.MD"),
        ("é.md", "e\u{301}.md"),
        ("a", "a/b"),
        ("a/b", "a"),
        ("A/b", "a"),
        ("a/", "A"),
        ("a", "a/"),
    ] {
        add(
            format!("{one} and {two}"),
            zip(&[ZipEntry::file(one, "").folder_if_named(), ZipEntry::file(two, "").folder_if_named()]),
        );
    }
    for mode in [0o120_777, 0o010_644, 0o020_644, 0o060_644, 0o140_644, 0o040_755, 0o170_000] {
        add(format!("mode {mode:o}"), zip(&[good(), ZipEntry { mode, ..ZipEntry::file("link", "/etc/passwd") }]));
    }
    add("folder that is a file".into(), zip(&[good(), ZipEntry::file("folder/", "")]));
    add("folder with content".into(), zip(&[good(), ZipEntry { mode: 0o040_755, ..ZipEntry::file("folder/", "x") }]));
    for flags in [1, 1 << 6 | 1, 1 << 13] {
        add(format!("encrypted {flags}"), zip(&[good(), ZipEntry { flags, ..ZipEntry::file("a", "secret") }]));
    }
    for method in [1, 6, 9, 12, 14, 93, 95, 97, 98, 99, 65_535] {
        add(format!("method {method}"), zip(&[good(), ZipEntry { method, ..ZipEntry::file("a", "x") }]));
    }
    for local in ["../a", "b", "A", "a\0", ""] {
        let local_name = Some(local.as_bytes().to_vec());
        add(format!("local name {local:?}"), zip(&[good(), ZipEntry { local_name, ..ZipEntry::file("a", "x") }]));
    }
    for crc in [0, 1, u32::MAX] {
        add(format!("sum {crc}"), zip(&[good(), ZipEntry { crc: Some(crc), ..ZipEntry::file("a", "x") }]));
    }
    for size in [0, 1, 9, 1 << 30, u32::MAX] {
        add(format!("stored size {size}"), zip(&[good(), ZipEntry { size: Some(size), ..ZipEntry::file("a", "xy") }]));
    }
    for offset in [1, 7, 1 << 20, u32::MAX] {
        add(format!("offset {offset}"), zip(&[good(), ZipEntry { offset: Some(offset), ..ZipEntry::file("a", "x") }]));
    }
    add("shared data".into(), zip(&[good(), ZipEntry { offset: Some(0), ..good() }]));
    add("too many".into(), zip(&(0..101).map(|at| ZipEntry::file(format!("{at}"), "")).collect::<Vec<_>>()));
    add(
        "too much".into(),
        zip(&(0..3).map(|at| ZipEntry::file(format!("{at}"), vec![0; 400_000])).collect::<Vec<_>>()),
    );
    add("announced too much".into(), bomb(2 << 20, None));
    for announced in [0, 1, 1000, (900 << 10) - 1, 1 << 20] {
        add(format!("bomb that announces {announced}"), bomb(900 << 10, Some(announced)));
    }
    let whole = sound();
    for end in [0, 1, 3, 21, 22, 40, whole.len() / 2, whole.len() - 23, whole.len() - 22, whole.len() - 1] {
        add(format!("cut at {end}"), whole[..end].to_vec());
    }
    add("something behind".into(), [whole.as_slice(), b"tail"].concat());
    add("something before".into(), [b"MZ program".as_slice(), &whole].concat());
    add("text".into(), b"# no archive".to_vec());
    add("very large kind".into(), {
        let mut bytes = zip(&[good()]);
        let at = bytes.len() - 22;
        bytes[at + 8..at + 12].fill(0xFF);
        bytes
    });
    all
}

trait FolderIfNamed {
    fn folder_if_named(self) -> Self;
}

impl FolderIfNamed for ZipEntry {
    fn folder_if_named(self) -> Self {
        let mode = if self.name.ends_with(b"/") { 0o040_755 } else { self.mode };
        Self { mode, ..self }
    }
}

/// So many zeros, packed, with another size announced.
fn bomb(size: usize, announced: Option<u32>) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer.start_file("zeros", SimpleFileOptions::default()).unwrap();
    writer.write_all(&vec![0; size]).unwrap();
    let mut bytes = writer.finish().unwrap().into_inner();
    if let Some(announced) = announced {
        let listed = bytes.windows(4).rposition(|four| four == b"PK\x01\x02").unwrap();
        for at in [22, listed + 24] {
            bytes[at..at + 4].copy_from_slice(&announced.to_le_bytes());
        }
    }
    bytes
}

#[test]
fn hostile_archives_write_nothing_at_all() {
    let all = hostile();
    assert!(all.len() >= 140, "{}", all.len());
    let outside = tempfile::tempdir().unwrap();
    for (what, bytes) in all {
        let to = outside.path().join("inside");
        fs::create_dir(&to).unwrap();
        let Err(error) = unpack(&bytes, &to) else { panic!("{what} was unpacked") };
        let code = error.code();
        assert!(matches!(code, ErrorCode::ArchiveUnsafe | ErrorCode::ArchiveDamaged), "{what}: {error}");
        assert!(error.to_string().chars().all(|letter| !letter.is_control()), "{what}: {error}");
        assert_eq!(fs::read_dir(&to).unwrap().count(), 0, "{what}");
        fs::remove_dir(&to).unwrap();
        assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 0, "{what}");
    }
}

#[test]
fn any_change_of_a_byte_is_refused_or_harmless() {
    let whole = sound();
    let folder = tempfile::tempdir().unwrap();
    for at in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x41;
        let to = folder.path().join("to");
        fs::create_dir(&to).unwrap();
        if unpack(&bytes, &to).is_err() {
            assert_eq!(fs::read_dir(&to).unwrap().count(), 0, "byte {at}");
        }
        fs::remove_dir_all(&to).unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "byte {at}");
    }
}
