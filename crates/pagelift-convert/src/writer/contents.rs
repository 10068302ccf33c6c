//! Headings of a page, and lists of them.

use super::{At, Writer, put};
use crate::dialect::{Contents, Extra, Style};
use crate::escape::Place;
use crate::inline::{self, Pen};
use crate::slug::Slugs;
use crate::target::Target;
use crate::tree::{Block, Leaf, Link, Piece, text};
use crate::{Heading, HiddenContent, TocStyle};

/// The headings outside tables, in order.
pub(crate) fn headings(blocks: &[Block], style: Style<'_>) -> Vec<Heading> {
    let mut out = Vec::new();
    collect(blocks, style, &mut Slugs::new(style.dialect.slugs), &mut out);
    out
}

fn collect(blocks: &[Block], style: Style<'_>, slugs: &mut Slugs, out: &mut Vec<Heading>) {
    for block in blocks {
        match block {
            Block::Heading(level, leaves) => {
                let text = shown(&inline::normalised(leaves), style);
                let slug = slugs.next(&text);
                out.push(Heading { level: *level, text, slug });
            }
            Block::Table(_) | Block::Footnote(..) => {}
            Block::Hidden(..) if style.options.hidden_content != HiddenContent::Show => {}
            _ => block.inner().for_each(|inner| collect(inner, style, slugs, out)),
        }
    }
}

/// The text of a heading as it is shown.
fn shown(leaves: &[Leaf], style: Style<'_>) -> String {
    let status = |leaf: &Leaf| matches!(leaf.piece, Piece::Status(_));
    if !leaves.iter().any(status) {
        return inline::plain(leaves);
    }
    let words = leaves.iter().map(|leaf| match &leaf.piece {
        Piece::Status(status) => text(&style.status_words(status), 0),
        _ => leaf.clone(),
    });
    inline::plain(&words.collect::<Vec<_>>())
}

impl Writer<'_> {
    pub(super) fn toc(&self, toc: &Block, at: At<'_>, out: &mut String) {
        let Block::Toc { flat, marker, .. } = toc else { return };
        let dialect = self.pen.style.dialect;
        match (self.pen.style.contents(), dialect.contents) {
            (TocStyle::Omit, _) => self.marker(marker, at, out),
            // Inside of other blocks the mark is not sure to work.
            (TocStyle::Native, Contents::Native(mark)) if at.prefix.is_empty() && !self.listed.replace(true) => {
                put(mark, at.prefix, out);
            }
            _ if *flat => {
                // In some formats a bar makes a table wherever it stands.
                let bar = if dialect.extra == Extra::Jekyll { " \\| " } else { " | " };
                let links: Vec<String> = self.toc_links(toc, Place::Block).into_iter().map(|(_, link)| link).collect();
                put(&links.join(bar), at.prefix, out);
            }
            _ => {
                let indent = if dialect.wide_items { 4 } else { 2 };
                let marker = if at.alternate { '*' } else { '-' };
                let rows: Vec<String> = self
                    .toc_items(toc)
                    .into_iter()
                    .map(|(depth, link)| format!("{}{marker} {link}", " ".repeat(indent * depth)))
                    .collect();
                put(&rows.join("\n"), at.prefix, out);
            }
        }
    }

    /// The items of a contents list, each at most one level below the one before.
    pub(super) fn toc_items(&self, toc: &Block) -> Vec<(usize, String)> {
        let mut depth = None;
        let mut links = self.toc_links(toc, Place::Item);
        for (level, _) in &mut links {
            *level = depth.map_or(0, |depth: usize| (*level).min(depth + 1));
            depth = Some(*level);
        }
        links
    }

    /// The links of a contents list that is written out, with the level of each below the highest one.
    pub(crate) fn toc_links(&self, toc: &Block, place: Place) -> Vec<(usize, String)> {
        let shown = self.toc_headings(toc);
        let base = shown.iter().map(|h| h.level).min().unwrap_or(1);
        let link = |h: &Heading| {
            let Target { href, wiki, .. } = Target::place(&h.slug, true, self.pen.style);
            let links = [Link { href, wiki, ..Link::default() }];
            let leaf = Leaf { link: Some(0), ..text(&h.text, 0) };
            inline::written(&vec![leaf].into(), Pen { links: &links, ..self.pen }, place)
        };
        shown.into_iter().map(|h| (usize::from(h.level - base), link(h))).collect()
    }

    /// The headings that a contents list shows.
    pub(crate) fn toc_headings(&self, toc: &Block) -> Vec<&Heading> {
        let Block::Toc { min, max, include, exclude, .. } = toc else { return Vec::new() };
        let pattern = |text: &Option<String>| regex_lite::Regex::new(&format!("^(?:{})$", text.as_ref()?)).ok();
        let (include, exclude) = (pattern(include), pattern(exclude));
        let lowered = self.pen.style.options.heading_offset;
        let wanted = |h: &&Heading| {
            (*min..=*max).contains(&h.level.saturating_sub(lowered))
                && include.as_ref().is_none_or(|pattern| pattern.is_match(&h.text))
                && !exclude.as_ref().is_some_and(|pattern| pattern.is_match(&h.text))
        };
        self.headings.iter().filter(wanted).collect()
    }
}
