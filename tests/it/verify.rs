//! A folder that is compared with its record, and with the site.
#![allow(clippy::disallowed_methods, reason = "what happens to files is not done by Pagelift")]

use std::fs;

use pagelift_model::{AttachmentChoice, FileFault};
use pagelift_tests::{ExportTest, SiteTest, SmallSite};

async fn site() -> SiteTest {
    let long = "<p>Work &amp; rest.</p>".repeat(40);
    SmallSite::new()
        .page("Handbook", r#"<p><ac:image><ri:attachment ri:filename="a.bin" /></ac:image></p>"#)
        .page("Handbook/Plans", &long)
        .page("Handbook/Plans/Budget", "<p>None.</p>")
        .blog_post("News", "<p>New.</p>")
        .file("Handbook", "a.bin", &[7; 900])
        .start()
        .await
}

/// The same numbers at every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }
}

#[tokio::test]
async fn every_single_mishap_of_a_thousand_is_found_and_nothing_else() {
    let site = site().await;
    let test = ExportTest::on(&site.server).with_attachments(AttachmentChoice::All);
    test.export().await;
    assert_eq!(test.verify(), []);
    let tree = test.tree();
    let files: Vec<String> =
        tree.paths().into_iter().filter(|path| !path.starts_with(".pagelift")).map(str::to_owned).collect();
    assert!(files.len() >= 5, "{files:?}");
    let mut numbers = Numbers(1);
    for round in 0..1_000 {
        let name = &files[numbers.below(files.len())];
        let path = test.file(name);
        let bytes = fs::read(&path).expect("a file");
        let (expected, extra) = match round % 5 {
            0 => {
                let mut other = bytes.clone();
                other[numbers.below(bytes.len())] ^= 1 << numbers.below(8);
                fs::write(&path, other).expect("written");
                (vec![FileFault::Changed], None)
            }
            1 => {
                fs::write(&path, &bytes[..numbers.below(bytes.len())]).expect("written");
                (vec![FileFault::Cut, FileFault::Changed], None)
            }
            2 => {
                fs::remove_file(&path).expect("removed");
                (vec![FileFault::Missing], None)
            }
            3 => {
                fs::remove_file(&path).expect("removed");
                fs::create_dir(&path).expect("made");
                (vec![FileFault::Replaced], None)
            }
            _ => {
                let extra = format!("{name}.{round}");
                fs::write(test.file(&extra), &bytes).expect("written");
                (vec![FileFault::Extra], Some(extra))
            }
        };
        let found = test.verify();
        let [(at, fault)] = found.as_slice() else { panic!("round {round}, {name}: {found:?}") };
        assert_eq!(at, extra.as_ref().unwrap_or(name), "round {round}");
        assert!(expected.contains(fault), "round {round}, {name}: {fault:?}");
        if path.is_dir() {
            fs::remove_dir(&path).expect("removed");
        }
        fs::write(&path, &bytes).expect("written");
        if let Some(extra) = extra {
            fs::remove_file(test.file(&extra)).expect("removed");
        }
    }
    assert_eq!(test.verify(), []);
}

#[tokio::test]
async fn what_other_programs_keep_beside_an_export_is_passed_over() {
    let site = site().await;
    let test = ExportTest::on(&site.server);
    test.export().await;
    test.put(".obsidian/workspace.json", "{}");
    test.put(".git/HEAD", "ref: refs/heads/main");
    test.put(".DS_Store", "");
    assert_eq!(test.verify(), []);
    test.put("Handbook/notes.txt", "mine");
    assert_eq!(test.verify(), [("Handbook/notes.txt".to_owned(), FileFault::Extra)]);
}

#[cfg(unix)]
#[tokio::test]
async fn a_link_is_never_followed() {
    let site = site().await;
    let test = ExportTest::on(&site.server);
    test.export().await;
    let own = test.tree().paths().into_iter().find(|path| path.ends_with("Budget.md")).expect("a page").to_owned();
    let elsewhere = test.folder().with_file_name("elsewhere");
    fs::create_dir(&elsewhere).expect("made");
    fs::rename(test.file(&own), elsewhere.join("Budget.md")).expect("moved");
    std::os::unix::fs::symlink(elsewhere.join("Budget.md"), test.file(&own)).expect("a link");
    std::os::unix::fs::symlink(&elsewhere, test.file("linked")).expect("a link");
    let expected = [(own, FileFault::Replaced), ("linked".to_owned(), FileFault::Extra)];
    assert_eq!(test.verify(), expected);
}

#[tokio::test]
async fn pages_that_the_site_has_in_a_newer_version_or_no_longer_are_named() {
    let site = site().await;
    let test = ExportTest::on(&site.server);
    test.export().await;
    assert_eq!(test.compare().await, []);

    site.edit("Handbook/Plans", "<p>Other.</p>");
    site.hide("Handbook/Plans/Budget");
    site.server.reset_counters();
    let found = test.compare().await;
    let named: Vec<(&str, FileFault)> =
        found.iter().map(|(path, fault)| (path.rsplit('/').next().unwrap_or(path), *fault)).collect();
    assert_eq!(named, [("Plans.md", FileFault::Behind), ("Budget.md", FileFault::Gone)]);
    assert!(site.server.requests() <= 4, "{:?}", site.server.counters());
}
