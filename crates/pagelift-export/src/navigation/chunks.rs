//! The text of all pages in pieces for programs that search by meaning: one JSON object a line, cut at headings and, where a
//! part is long, between paragraphs.

use std::collections::HashMap;

use pagelift_model::{PageId, RelPath, Space, Totals};
use serde::Serialize;

use crate::run::{CHUNK, Export, ExportError};
use crate::store::{Branch, StoreError};

/// From this size on a piece ends with its paragraph, in bytes.
const LONG: usize = 4_000;

/// One piece of a page.
#[derive(Serialize)]
struct Piece<'a> {
    /// The page's id and the number of the piece.
    id: String,
    page: &'a PageId,
    title: &'a str,
    path: &'a RelPath,
    url: Option<String>,
    /// The headings that it is under, the highest first.
    headings: &'a [String],
    text: &'a str,
}

impl Export<'_> {
    pub(super) fn write_chunks(&self, spaces: &[Space], totals: &mut Totals) -> Result<(), ExportError> {
        let by_id: HashMap<&str, &Space> = spaces.iter().map(|space| (space.id.as_str(), space)).collect();
        self.put_shown("chunks.jsonl", totals, &|take| self.each_chunk(&by_id, take))
    }

    fn each_chunk(&self, spaces: &HashMap<&str, &Space>, take: &mut super::Take<'_>) -> Result<(), ExportError> {
        let mut after = String::new();
        loop {
            let pages = self.store.written_after(&after, CHUNK)?;
            let Some(last) = pages.last() else { return Ok(()) };
            last.path.as_str().clone_into(&mut after);
            for Branch { id, title, path, .. } in pages {
                // A destination that only imagines its files cannot say what is in them.
                let Ok(Some(content)) = self.sink.read(&path) else { continue };
                let node = self.store.node(&id)?;
                let space = node.as_ref().and_then(|node| spaces.get(node.space.as_str()));
                let address = space.map(|space| self.site.page_url(&space.key, &id));
                let url = node.and_then(|node| node.web_url).or(address);
                for (number, section) in sections(&String::from_utf8_lossy(&content)).iter().enumerate() {
                    let piece = Piece {
                        id: format!("{id}-{}", number + 1),
                        page: &id,
                        title: &title,
                        path: &path,
                        url: url.clone(),
                        headings: &section.headings,
                        text: &section.text,
                    };
                    take(&(serde_json::to_string(&piece).map_err(StoreError::from)? + "\n"))?;
                }
            }
        }
    }
}

/// A part of a page.
#[derive(Debug, Default, PartialEq, Eq)]
struct Section {
    headings: Vec<String>,
    text: String,
}

/// The parts of a page, without the details at its head. A heading that nothing stands under is in those of the next part.
fn sections(file: &str) -> Vec<Section> {
    let body = file.strip_prefix("---\n").and_then(|rest| rest.split_once("\n---\n")).map_or(file, |(_, body)| body);
    let mut sections = Vec::new();
    let mut headings: Vec<(usize, String)> = Vec::new();
    let mut text = String::new();
    let mut fence: Option<&str> = None;
    let mut end = |text: &mut String, headings: &[(usize, String)]| {
        let whole = std::mem::take(text);
        if !whole.trim().is_empty() {
            let headings = headings.iter().map(|(_, heading)| heading.clone()).collect();
            sections.push(Section { headings, text: whole.trim().to_owned() });
        }
    };
    for line in body.lines() {
        let is_fence = fence_of(line);
        match (fence, is_fence) {
            (None, Some(opened)) => fence = Some(opened),
            (Some(opened), Some(closing)) if closing.starts_with(opened) && line.trim() == closing => fence = None,
            _ => {}
        }
        if fence.is_none()
            && let Some((level, heading)) = heading_of(line)
        {
            end(&mut text, &headings);
            headings.retain(|(above, _)| *above < level);
            headings.push((level, heading.to_owned()));
            continue;
        }
        if fence.is_none() && line.trim().is_empty() && text.len() >= LONG {
            end(&mut text, &headings);
        }
        text.push_str(line);
        text.push('\n');
    }
    end(&mut text, &headings);
    sections
}

/// The marks of a line that begins or ends a code block.
fn fence_of(line: &str) -> Option<&str> {
    let line = line.trim_start();
    ['`', '~'].into_iter().find_map(|mark| {
        let marks = line.len() - line.trim_start_matches(mark).len();
        line.get(..marks).filter(|_| marks >= 3)
    })
}

/// The level and the text of a heading that is in nothing else.
fn heading_of(line: &str) -> Option<(usize, &str)> {
    let text = line.trim_start_matches('#');
    let level = line.len() - text.len();
    text.strip_prefix(' ').filter(|_| (1..=6).contains(&level)).map(|text| (level, text.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(file: &str) -> Vec<(String, String)> {
        sections(file).into_iter().map(|section| (section.headings.join(" > "), section.text)).collect()
    }

    #[test]
    fn pages_are_cut_at_headings_and_not_inside_code() {
        let file =
            "---\ntitle: A\n---\n\n# A\n\nIntro\n\n## B\n\n```sh\n# no heading\n```\n\n### C\n\nx\n\n## D\n\ny\n";
        let expected = [("A", "Intro"), ("A > B", "```sh\n# no heading\n```"), ("A > B > C", "x"), ("A > D", "y")];
        assert_eq!(shown(file), expected.map(|(headings, text)| (headings.to_owned(), text.to_owned())));
    }

    #[test]
    fn a_long_part_is_cut_between_paragraphs_and_nothing_is_lost() {
        let paragraph = "word ".repeat(200);
        let file = format!("# A\n\n{}", format!("{paragraph}\n\n").repeat(12));
        let pieces = shown(&file);
        assert!(pieces.len() > 2 && pieces.iter().all(|(headings, text)| headings == "A" && text.len() < LONG + 1_100));
        let words: usize = pieces.iter().map(|(_, text)| text.split_whitespace().count()).sum();
        assert_eq!(words, 2_400);
    }
}
