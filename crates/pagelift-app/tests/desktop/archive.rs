//! An archive that somebody changes while an export into it goes on.

use std::fs;

use pagelift_app::{Folders, OpenSite, Run, RunOptions, SystemClock};
use pagelift_model::{ErrorCode, EventSink, ExportEvent, Selection, SpaceSelection};
use tokio_util::sync::CancellationToken;

struct Nobody;

impl EventSink for Nobody {
    fn send(&self, _: ExportEvent) {}
}

async fn export(run: Run) -> Option<ErrorCode> {
    let options = RunOptions::new(Selection { spaces: vec![SpaceSelection::whole("DOCS".into())] });
    let ended = run.export(&options, &Nobody, &SystemClock, &CancellationToken::new()).await;
    ended.err().map(|error| error.code())
}

#[tokio::test]
async fn an_archive_that_changes_during_an_export_stays_and_the_next_export_goes_on_from_it() {
    let home = tempfile::tempdir().unwrap();
    let folders = Folders::below(&home.path().join("own"));
    let file = home.path().join("docs.zip");
    let prepared = || Run::prepare(OpenSite::sample(), &file, true, &folders, &SystemClock).unwrap();
    assert_eq!(export(prepared()).await, None);
    let whole = fs::read(&file).unwrap();

    let run = prepared();
    let mine = home.path().join("mine");
    fs::copy(&file, &mine).unwrap();
    fs::File::options().append(true).open(&mine).and_then(|mine| mine.set_len(whole.len() as u64 - 1)).unwrap();
    fs::remove_file(&file).unwrap();
    fs::copy(&mine, &file).unwrap();
    assert_eq!(export(run).await, Some(ErrorCode::UsageInvalid));
    assert_eq!(fs::read(&file).unwrap().len(), whole.len() - 1, "what somebody put there stays");

    fs::remove_file(&file).unwrap();
    assert_eq!(export(prepared()).await, None);
    assert_eq!(fs::read(&file).unwrap(), whole);
}
