//! Where in the Markdown the marks stand of what was not carried over.

use std::collections::{HashMap, VecDeque};

use pagelift_model::{ConvertWarning, WarningCode};

use crate::build::comment_value;
use crate::tree::{Leaf, Piece};

/// What stands between the beginning of a mark and the name of what was not carried over.
const NAMED: &[&str] = &["macro name=\"", "element name=\"", "node name=\""];

/// The marks in the order of the page, whether or not their comments are written: name, place, and how many lines
/// below that.
#[derive(Debug, Default)]
pub(crate) struct Marks {
    found: Vec<(String, usize, u32)>,
    /// The table that is being written, and the line of it.
    pub(super) row: (usize, u32),
}

impl Marks {
    /// Notes the marks of inline content that is written at this place.
    pub(super) fn see(&mut self, leaves: &[Leaf], place: usize) {
        let mut below = 0;
        for leaf in leaves {
            match &leaf.piece {
                Piece::Break => below += 1,
                Piece::Marker(says) => {
                    let name = NAMED.iter().find_map(|named| says.strip_prefix(named));
                    let name = name.and_then(|tail| tail.split('"').next());
                    self.found.extend(name.map(|name| (name.to_owned(), place, below)));
                }
                _ => {}
            }
        }
    }

    /// Notes a part that is hidden, and all that is in it, at the beginning of the part.
    pub(super) fn hide(&mut self, name: &str, inside: Self, place: usize) {
        self.found.push((comment_value(name), place, 0));
        self.found.extend(inside.found.into_iter().map(|(name, ..)| (name, place, 0)));
    }

    /// Notes what was written on its own for a cell.
    pub(super) fn take_in_row(&mut self, inside: Self) {
        let (start, line) = self.row;
        self.found.extend(inside.found.into_iter().map(|(name, ..)| (name, start, line)));
    }

    /// Notes the marks of inline content in a cell.
    pub(super) fn see_in_row(&mut self, leaves: &[Leaf]) {
        let known = self.found.len();
        let (start, line) = self.row;
        self.see(leaves, start);
        self.found.iter_mut().skip(known).for_each(|(_, _, below)| *below = line);
    }

    /// Gives each warning that has a mark in the Markdown the line of its mark.
    pub(crate) fn fill(self, warnings: &mut [ConvertWarning], markdown: &str) {
        if self.found.is_empty() || !warnings.iter().any(|warning| has_mark(warning.code)) {
            return;
        }
        let mut lines: HashMap<String, VecDeque<u32>> = HashMap::new();
        let (mut line, mut from) = (1_u32, 0);
        let last = u32::try_from(markdown.lines().count()).unwrap_or(u32::MAX);
        for (name, place, below) in self.found {
            let passed = markdown.get(from..place).unwrap_or_default();
            line += u32::try_from(passed.matches('\n').count()).unwrap_or(0);
            from = from.max(place);
            lines.entry(name).or_default().push_back((line + below).min(last));
        }
        for warning in warnings.iter_mut().filter(|warning| has_mark(warning.code)) {
            let found = lines.get_mut(comment_value(&warning.name).as_str()).and_then(VecDeque::pop_front);
            warning.line = found.unwrap_or(0);
        }
    }
}

fn has_mark(code: WarningCode) -> bool {
    matches!(
        code,
        WarningCode::MacroUnknown
            | WarningCode::MacroDynamic
            | WarningCode::MacroUnknownBodyKept
            | WarningCode::IncludeLinked
            | WarningCode::IncludeCycle
            | WarningCode::NodeUnknown
            | WarningCode::HiddenContent
            | WarningCode::ElementUnknown
    )
}
