//! Where in the Markdown a warning is about.

use std::collections::{HashMap, VecDeque};

use pagelift_model::{ConvertWarning, WarningCode};

use crate::build::comment_value;

/// What stands between the beginning of a mark and the name of what was not carried over.
const MARKS: &[&str] = &["macro name=\"", "hidden name=\"", "element name=\""];

/// Gives each warning that has a mark in the Markdown the line of its mark.
pub(crate) fn fill(warnings: &mut [ConvertWarning], markdown: &str) {
    if !warnings.iter().any(|warning| has_mark(warning.code)) {
        return;
    }
    let mut lines: HashMap<&str, VecDeque<u32>> = HashMap::new();
    for (number, line) in (1..).zip(markdown.lines()) {
        let mut rest = line;
        while let Some((_, tail)) = rest.split_once("<!-- pagelift: ") {
            rest = tail;
            let mut marks = MARKS.iter();
            if let Some(name) = marks.find_map(|mark| tail.strip_prefix(mark)) {
                lines.entry(name.split('"').next().unwrap_or("")).or_default().push_back(number);
            }
        }
    }
    for warning in warnings.iter_mut().filter(|warning| has_mark(warning.code)) {
        let found = lines.get_mut(comment_value(&warning.name).as_str()).and_then(VecDeque::pop_front);
        warning.line = found.unwrap_or(0);
    }
}

fn has_mark(code: WarningCode) -> bool {
    matches!(
        code,
        WarningCode::MacroUnknown
            | WarningCode::MacroDynamic
            | WarningCode::MacroUnknownBodyKept
            | WarningCode::IncludeLinked
            | WarningCode::HiddenContent
            | WarningCode::ElementUnknown
    )
}
