//! Exports into a ZIP file.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Read as _;
use std::path::Path;

use zip::ZipArchive;

use crate::{Desk, code, events, files, is_page, sentence, text};

const TO_ZIP: [&str; 8] = ["export", "--site", "sample", "--all", "--blogs", "--json", "--to", "out.zip"];

/// Every file in an archive, with its content.
fn entries(path: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut zip = ZipArchive::new(File::open(path).unwrap()).unwrap();
    let mut found = BTreeMap::new();
    for number in 0..zip.len() {
        let mut entry = zip.by_index(number).unwrap();
        assert!(entry.last_modified().unwrap().year() > 1980, "the time of a page");
        let mut content = Vec::new();
        entry.read_to_end(&mut content).unwrap();
        found.insert(entry.name().unwrap().into_owned(), content);
    }
    found
}

/// The archive without a file, or with one more or another.
fn rewrite(path: &Path, change: impl FnOnce(&mut BTreeMap<String, Vec<u8>>)) {
    let mut all = entries(path);
    change(&mut all);
    let mut zip = zip::ZipWriter::new(File::create(path).unwrap());
    for (name, content) in all {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        std::io::Write::write_all(&mut zip, &content).unwrap();
    }
    zip.finish().unwrap();
}

#[test]
fn an_archive_holds_the_tree_of_a_folder_and_the_same_site_makes_the_same_bytes() {
    let desk = Desk::new();
    let output = desk.run(&TO_ZIP);
    assert_eq!(code(&output), 0, "{output:?}");
    let mut to_folder = TO_ZIP;
    to_folder[7] = "folder";
    assert_eq!(code(&desk.run(&to_folder)), 0);
    assert_eq!(entries(&desk.path("out.zip")), files(&desk.path("folder")));
    let mut to_other = TO_ZIP;
    to_other[7] = "other.ZIP";
    assert_eq!(code(&desk.run(&to_other)), 0);
    let first = fs::read(desk.path("out.zip")).unwrap();
    assert!(first == fs::read(desk.path("other.ZIP")).unwrap());

    let again = desk.run(&TO_ZIP);
    let last = events(&again).pop().unwrap();
    assert_eq!((code(&again), last["written"].as_u64(), last["unchanged"] == last["selected"]), (0, Some(0), true));
    assert!(first == fs::read(desk.path("out.zip")).unwrap());
    let names: Vec<String> =
        fs::read_dir(desk.path("")).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(names.len(), 3, "nothing unfinished is left: {names:?}");
}

#[test]
fn what_a_person_changed_or_put_into_an_archive_stays_in_it() {
    let desk = Desk::new();
    assert_eq!(code(&desk.run(&TO_ZIP)), 0);
    let path = desk.path("out.zip");
    let page = entries(&path).into_keys().find(|name| is_page(name) && name.contains('/')).unwrap();
    let lost = entries(&path).into_keys().filter(|name| is_page(name) && name.contains('/')).nth(1).unwrap();
    rewrite(&path, |all| {
        all.insert(page.clone(), b"mine".to_vec());
        all.insert("notes/mine.txt".to_owned(), b"also mine".to_vec());
        all.remove(&lost);
    });
    let again = desk.run(&TO_ZIP);
    assert_eq!(code(&again), 0, "{again:?}");
    let found = entries(&path);
    assert_eq!((found[&page].as_slice(), found["notes/mine.txt"].as_slice()), (&b"mine"[..], &b"also mine"[..]));
    assert!(found.contains_key(&lost));
}

#[test]
fn an_archive_of_somebody_else_is_never_replaced() {
    let desk = Desk::new();
    fs::File::create(desk.path("out.zip")).unwrap();
    let output = desk.run(&TO_ZIP);
    assert_eq!((code(&output), fs::metadata(desk.path("out.zip")).unwrap().len()), (2, 0));
    assert!(sentence(&output).contains("choose another name"), "{output:?}");
    let dry = desk.run(&["export", "--site", "sample", "--all", "--to", "new.zip", "--dry-run"]);
    assert_eq!((code(&dry), desk.path("new.zip").exists()), (0, false), "{dry:?}");
    assert!(text(&dry.stdout).contains("new      "));
}
