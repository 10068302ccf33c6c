//! The texts that comments on the page are about.

use crate::CommentMark;
use crate::build::Builder;
use crate::elements::Tag;

/// A quote of a text is never longer, in bytes, nor looked for in more elements.
const LONGEST: usize = 2_000;
const MOST: usize = 5_000;

impl Builder<'_> {
    /// Notes the text in a comment marker. One comment may have several, in a row or in different blocks.
    pub(crate) fn comment_mark(&mut self, id: usize) {
        let xml = self.xml;
        let Some(reference) = xml.attr(id, "ref").filter(|reference| !reference.is_empty()) else { return };
        let own = self.guests.is_empty() && !self.viewed;
        if !own || self.above(id).any(|above| xml.attr(above, "ref") == Some(reference)) {
            return;
        }
        let block = self.above(id).find(|&above| !xml.tag(above).is_inline()).unwrap_or(0);
        let words = self.marked_text(id);
        let next = self.comment_marks.len();
        let (at, last) = *self.comment_refs.entry(reference.to_owned()).or_insert((next, block));
        if at == next {
            self.comment_marks.push(CommentMark { reference: reference.to_owned(), text: words });
            return;
        }
        self.comment_refs.insert(reference.to_owned(), (at, block));
        if let Some(mark) = self.comment_marks.get_mut(at).filter(|mark| mark.text.len() < LONGEST) {
            if block != last {
                mark.text.push(' ');
            }
            mark.text.push_str(&words);
        }
    }

    /// The elements around an element, the nearest first.
    fn above(&self, id: usize) -> impl Iterator<Item = usize> {
        let xml = self.xml;
        let next = move |&id: &usize| Some(xml.parent(id)).filter(|&parent| parent != id);
        std::iter::successors(Some(id), next).skip(1)
    }

    /// What an element shows, as text.
    fn marked_text(&self, id: usize) -> String {
        let xml = self.xml;
        let mut out = String::new();
        let mut next = Some(id);
        let mut seen = 0;
        while let Some(at) = next.filter(|_| out.len() < LONGEST && seen < MOST) {
            seen += 1;
            next = xml.beyond(at, id);
            let attr = |name: &str| xml.attr(at, name).unwrap_or("");
            let text = xml.text(at);
            out.push_str(text.get(..text.floor_char_boundary(LONGEST)).unwrap_or(text));
            match xml.tag(at) {
                Tag::AcParameter | Tag::AcDefaultParameter => {
                    let status = xml.attr(xml.parent(at), "name") == Some("status");
                    if !(status && attr("name") == "title") {
                        continue;
                    }
                }
                Tag::AcTaskId | Tag::AcTaskUuid | Tag::AcTaskStatus | Tag::AcPlaceholder | Tag::Script | Tag::Style => {
                    continue;
                }
                Tag::AcEmoticon => out.push_str(attr("emoji-fallback")),
                Tag::Time if xml.last_child(at).is_none() => out.push_str(attr("datetime")),
                Tag::AdfMention => out.push_str(attr("text")),
                Tag::Br | Tag::P | Tag::Li | Tag::Td | Tag::Th if !out.is_empty() => out.push(' '),
                _ => {}
            }
            next = xml.next(at, id);
        }
        out
    }
}

/// The marks with their texts on one line.
pub(crate) fn tidy(marks: Vec<CommentMark>) -> Vec<CommentMark> {
    let line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    marks.into_iter().map(|mark| CommentMark { text: line(&mark.text), ..mark }).collect()
}
