use std::io::{Cursor, Write as _};

use pagelift_export::MANIFEST_PATH;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::*;

fn named(folder: &Path) -> Result<Option<Archive>, AppError> {
    Archive::named(&folder.join("out.zip"), &Folders::below(&folder.join("own")))
}

fn put_zip(folder: &Path, add: impl FnOnce(&mut ZipWriter<Cursor<Vec<u8>>>)) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    add(&mut zip);
    let bytes = zip.finish().unwrap().into_inner();
    write_whole(&folder.join("out.zip"), &bytes).unwrap();
    bytes
}

fn file(zip: &mut ZipWriter<Cursor<Vec<u8>>>, name: &str, content: &[u8]) {
    zip.start_file(name, SimpleFileOptions::default()).unwrap();
    zip.write_all(content).unwrap();
}

#[test]
fn what_is_no_archive_of_ours_is_refused_and_stays() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.zip");
    write_whole(&path, b"letters to my aunt").unwrap();
    assert_eq!(named(folder.path()).unwrap_err().code(), ErrorCode::UsageInvalid);
    assert_eq!(fs::read(&path).unwrap(), b"letters to my aunt");
    let bytes = put_zip(folder.path(), |zip| file(zip, "photos/aunt.txt", b"x"));
    assert_eq!(named(folder.path()).unwrap_err().code(), ErrorCode::UsageInvalid);
    assert_eq!(fs::read(&path).unwrap(), bytes);
    assert_eq!(fs::read_dir(folder.path().join("own/cache/archives")).unwrap().count(), 1, "a lock alone");
}

#[test]
fn names_that_lead_elsewhere_and_links_refuse_the_whole_archive() {
    for (name, is_link) in [("../out.md", false), ("/out.md", false), ("a\\..\\b.md", false), ("b.md", true)] {
        let folder = tempfile::tempdir().unwrap();
        put_zip(folder.path(), |zip| {
            file(zip, MANIFEST_PATH, b"{}");
            if is_link {
                zip.add_symlink(name, "/etc/passwd", SimpleFileOptions::default()).unwrap();
            } else {
                file(zip, name, b"x");
            }
        });
        assert_eq!(named(folder.path()).unwrap_err().code(), ErrorCode::RecordDamaged, "{name}");
        let out = walk(folder.path());
        assert!(!out.iter().any(|path| path.ends_with("out.md") || path.ends_with("b.md")), "{out:?}");
    }
}

#[test]
fn an_archive_that_is_being_written_is_left_to_its_writer() {
    let folder = tempfile::tempdir().unwrap();
    let first = named(folder.path()).unwrap().unwrap();
    assert_eq!(named(folder.path()).unwrap_err().code(), ErrorCode::FolderBusy);
    drop(first);
    assert!(named(folder.path()).unwrap().is_some());
}

#[test]
fn what_an_ended_run_left_is_gone_on_with_as_long_as_the_archive_is_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let begun = named(folder.path()).unwrap().unwrap();
    write_whole(&begun.folder().join("half.md"), b"x").unwrap();
    drop(begun);
    let again = named(folder.path()).unwrap().unwrap();
    assert!(again.folder().join("half.md").exists());
    drop(again);
    put_zip(folder.path(), |zip| file(zip, MANIFEST_PATH, b"{}"));
    let other = named(folder.path()).unwrap().unwrap();
    assert!(!other.folder().join("half.md").exists() && other.folder().join(MANIFEST_PATH).exists());
}

#[test]
fn a_folder_of_that_name_is_a_folder_and_one_that_is_not_there_is_said() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("out.zip")).unwrap();
    assert!(named(folder.path()).unwrap().is_none());
    let nowhere = folder.path().join("none");
    assert_eq!(named(&nowhere).unwrap_err().code(), ErrorCode::FolderMissing);
}

fn walk(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(folder) = waiting.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { waiting.push(path) } else { found.push(path) }
        }
    }
    found
}
