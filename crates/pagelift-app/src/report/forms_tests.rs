use pagelift_model::{ErrorCode, PageId, RelPath};

use super::*;

fn item(id: &str, title: &str, outcome: Outcome) -> ItemOutcome {
    let path = RelPath::new(&format!("{id}.md")).ok();
    ItemOutcome { id: PageId::from(id), title: title.to_owned(), path, outcome, warnings: 0, size: 7 }
}

/// A report of three pages and an attachment, with titles that mean harm.
fn written() -> tempfile::NamedTempFile {
    let failed = Outcome::Failed { code: ErrorCode::PageHidden, message: "not \"readable\", <b>".to_owned() };
    let mut totals = Totals { attachments_failed: 1, ..Totals::default() };
    let items = [
        item("1", "=1+1", Outcome::Created),
        item("2", "<script>x</script>", Outcome::Unchanged),
        item("3", "C, D", failed),
    ];
    let mut lines = String::new();
    for item in items {
        totals.selected += 1;
        totals.count(&item.outcome);
        lines += &(serde_json::to_string(&ExportEvent::PageDone(item)).unwrap() + "\n");
    }
    let (name, page) = ("a.png".to_owned(), "@home".to_owned());
    let event =
        ExportEvent::AttachmentFailed { name, page, code: ErrorCode::AttachmentMissing, message: "gone".to_owned() };
    lines += &(serde_json::to_string(&event).unwrap() + "\n");
    lines += &(serde_json::to_string(&ExportEvent::Finished { totals, stopped: false }).unwrap() + "\n");
    let file = tempfile::NamedTempFile::new().unwrap();
    write_whole(file.path(), lines.as_bytes()).unwrap();
    file
}

#[test]
fn a_table_for_spreadsheets_holds_no_formula_and_every_page() {
    let text = report_text(written().path(), ReportForm::Csv, "").unwrap();
    let lines: Vec<&str> = text.trim_end().split("\r\n").collect();
    assert_eq!(lines.len(), 5);
    assert!(lines[0].starts_with("\u{feff}kind,title"));
    assert_eq!(lines[1], "page,\"'=1+1\",1.md,created,,0,7,1");
    assert_eq!(lines[3], "page,\"C, D\",3.md,failed,\"not \"\"readable\"\", <b>\",0,7,3");
    assert_eq!(lines[4], "attachment,a.png,\"'@home\",failed,gone,,,");
}

#[test]
fn a_page_to_read_is_inert_and_its_sum_adds_up() {
    let text = report_text(written().path(), ReportForm::Html, "Vault & <Co>").unwrap();
    assert!(text.contains("3 selected = 1 written + 1 unchanged + 0 left alone + 1 not readable"), "{text}");
    assert!(!text.contains("<script") && !text.contains("<b>") && text.contains("&lt;script&gt;"));
    assert!(text.contains("<h1>Vault &amp; &lt;Co&gt;</h1>") && text.contains("<h2>Needs attention (2)</h2>"));
}

#[test]
fn data_for_programs_holds_everything() {
    let value: Value = serde_json::from_str(&report_text(written().path(), ReportForm::Json, "x").unwrap()).unwrap();
    assert_eq!(value["pages"].as_array().unwrap().len(), 3);
    assert_eq!((&value["totals"]["failed"], &value["attachments_failed"][0]["name"]), (&1.into(), &"a.png".into()));
}

#[test]
fn the_name_of_a_file_says_its_form() {
    assert_eq!(ReportForm::of(Path::new("a/Report.HTML")), Some(ReportForm::Html));
    assert_eq!(ReportForm::of(Path::new("report.txt")), None);
}
