//! No body makes the converter fail, and none leaves Confluence markup behind.

use std::path::Path;

use pagelift_convert::{ConvertOptions, Document, NoContext, convert};
use pagelift_model::{BodyKind, WarningCode};

fn document(body: &str) -> Document {
    convert(body, BodyKind::Storage, &NoContext, &ConvertOptions::default())
}

/// The lines outside fenced code, code spans gone.
fn prose(markdown: &str) -> String {
    let mut fence: Option<String> = None;
    let mut out = String::new();
    for line in markdown.lines() {
        let text = line.trim_start_matches([' ', '>', '-', '*']);
        let ticks: String = text.chars().take_while(|&c| c == '`').collect();
        match &fence {
            Some(open) if text == open => fence = None,
            Some(_) => {}
            None if ticks.len() >= 3 => fence = Some(ticks),
            None => out.extend(line.split('`').step_by(2).chain(["\n"])),
        }
    }
    out
}

fn bodies(folder: &Path, found: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            bodies(&path, found);
        } else if path.extension().is_some_and(|e| e == "xml") {
            found.push(path);
        }
    }
}

#[test]
fn corpus_leaves_no_markup() {
    let mut files = Vec::new();
    bodies(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus"), &mut files);
    if files.is_empty() {
        println!("skipped: no corpus");
    }
    for file in files {
        let Ok(bytes) = std::fs::read(&file) else { continue };
        let found = document(&String::from_utf8_lossy(&bytes)).markdown;
        let prose = prose(&found);
        assert!(!prose.contains("<ac:") && !prose.contains("<ri:"), "{}\n{found}", file.display());
    }
}

#[test]
fn deep_nesting_is_cut() {
    for tag in [
        "div",
        "ul><li",
        "blockquote",
        "strong",
        "a href=\"#x\"",
        "ac:structured-macro ac:name=\"expand\"><ac:rich-text-body",
        "table><tr><td",
        "table><tr><td><ul><li><ac:structured-macro ac:name=\"info\"><ac:rich-text-body",
        "ac:structured-macro ac:name=\"panel\"><ac:rich-text-body><ol><li><strong><a href=\"#x\"",
        "ac:task-list><ac:task><ac:task-body",
        "ac:layout><ac:layout-section><ac:layout-cell",
        "ac:link><ac:link-body",
        "ac:adf-extension><ac:adf-node type=\"panel\"><ac:adf-content",
        "ac:structured-macro ac:name=\"ui-steps\"><ac:rich-text-body",
        "ac:image><ac:caption",
        "dl><dd",
        "h2",
        "details",
        "q",
        "code",
    ] {
        let body = format!("<{tag}>").repeat(100_000) + "x";
        let found = document(&body);
        assert!(found.markdown.contains('x'));
        assert!(found.warnings.iter().any(|w| w.code == WarningCode::DepthCut));
    }
}

#[test]
fn truncations_do_not_fail() {
    let body = "<p>a &amp; <strong>b</strong> ü</p><ac:structured-macro ac:name=\"code\"><ac:parameter \
                ac:name=\"language\">c#</ac:parameter><ac:plain-text-body><![CDATA[x]]]]><![CDATA[>y]]>\
                </ac:plain-text-body></ac:structured-macro><table><tr><td colspan=\"2\">1</td></tr><tr><td \
                rowspan='9'>2</td></tr></table><!-- c --><ac:link><ri:page ri:content-title=\"T\"/></ac:link>";
    for end in 0..=body.len() {
        let _ = document(&String::from_utf8_lossy(&body.as_bytes()[..end]));
        let _ = document(&String::from_utf8_lossy(&body.as_bytes()[end..]));
    }
}

#[test]
fn a_tag_is_read_however_it_is_written() {
    for tag in [
        "<a href=\"https://e.com/x\">",
        "<a href='https://e.com/x'>",
        "<A HREF=\"https://e.com/x\">",
        "<a\n\thref = \"https://e.com/x\" >",
        "<a href=https://e.com/x>",
        "<a data-x href=\"https://e.com/x\">",
        "<a class=\"a > b\"href=\"https://e.com/x\">",
        "<a x:href=\"https://e.com/x\" title=\"\">",
        "<a größe=\"1\" href=\"https://e.com/x\">",
    ] {
        assert_eq!(document(&format!("<p>{tag}text</a></p>")).markdown, "[text](https://e.com/x)\n", "{tag}");
    }
    let own = "<c:structured-macro xmlns:c=\"http://atlassian.com/content\" c:name=\"info\"><c:rich-text-body>x\
               </c:rich-text-body></c:structured-macro>";
    assert_eq!(document(own).markdown, "> [!NOTE]\n> x\n");
}

#[test]
fn spaces_without_a_width_go_only_beside_spaces() {
    let found = document("<p>a\u{200b}b \u{200b}c\u{200b} d\u{feff}e\u{200b}\u{a0}f  g<em> h </em>i</p>").markdown;
    assert_eq!(found, "a\u{200b}b c de f g *h* i\n");
}
