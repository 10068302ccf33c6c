//! Writes the document tree as GitHub Markdown.

use crate::Heading;
use crate::escape::Place;
use crate::inline;
use crate::slug::{Slugs, fold, slug};
use crate::tree::{Block, Callout, Item, Link, STRONG, text};

pub(crate) struct Writer<'a> {
    pub(crate) links: &'a [Link],
    pub(crate) headings: &'a [Heading],
}

/// The slug of the heading or anchor a fragment means.
pub(crate) fn resolve_anchor(anchor: &str, headings: &[Heading]) -> Option<String> {
    let find = |name: &str, skip: usize| {
        let wanted = fold(name);
        headings.iter().filter(|h| fold(&h.text) == wanted).nth(skip).map(|h| h.slug.clone())
    };
    find(anchor, 0).or_else(|| {
        let (name, number) = anchor.rsplit_once('.')?;
        find(name, number.parse().ok()?)
    })
}

/// The headings outside tables, in order.
pub(crate) fn headings(blocks: &[Block]) -> Vec<Heading> {
    let mut out = Vec::new();
    collect(blocks, &mut Slugs::default(), &mut out);
    out
}

fn collect(blocks: &[Block], slugs: &mut Slugs, out: &mut Vec<Heading>) {
    for block in blocks {
        match block {
            Block::Heading(level, leaves) => {
                let text = inline::plain(&inline::normalise(leaves));
                let slug = slugs.next(&text);
                out.push(Heading { level: *level, text, slug });
            }
            Block::Quote(inner) | Block::Callout(_, _, inner) | Block::Details(_, inner) => collect(inner, slugs, out),
            Block::List(_, items) => items.iter().for_each(|item| collect(&item.blocks, slugs, out)),
            _ => {}
        }
    }
}

impl Writer<'_> {
    /// Blocks one after another; `top` where callouts may be alerts.
    pub(crate) fn blocks(&self, blocks: &[Block], top: bool) -> String {
        let mut out = String::new();
        let mut alternate = false;
        let mut previous: Option<&Block> = None;
        for block in blocks {
            let next_to = match (previous, block) {
                (Some(Block::List(a, _)), Block::List(b, _)) => a.is_some() == b.is_some(),
                _ => false,
            };
            let flip = next_to && !alternate;
            let text = self.block(block, top, flip);
            if text.is_empty() {
                continue;
            }
            alternate = flip;
            previous = Some(block);
            if !out.is_empty() {
                out.push_str("\n\n");
            }
            out.push_str(&text);
        }
        out
    }

    fn block(&self, block: &Block, top: bool, alternate: bool) -> String {
        match block {
            Block::Heading(level, leaves) => {
                let text = inline::write(leaves, self.links, Place::Heading);
                format!("{} {text}", "#".repeat(usize::from(*level)))
            }
            Block::Para(leaves) => inline::write(leaves, self.links, Place::Block),
            Block::Placeholder(leaves) => quote(&inline::write(leaves, self.links, Place::Block)),
            Block::Quote(inner) => quote(&self.blocks(inner, false)),
            Block::Code(language, text) => fence(language, text),
            Block::Rule => "---".to_owned(),
            Block::List(start, items) => self.list(*start, items, alternate),
            Block::Table(rows) => crate::table::table(self, rows),
            Block::Callout(kind, title, body) => self.callout(*kind, title, body, top),
            Block::Details(title, body) => self.details(title, body, top),
            Block::Toc { min, max, flat } => self.toc(*min, *max, *flat),
            Block::Raw(raw) => raw.clone(),
        }
    }

    fn callout(&self, kind: Option<Callout>, title: &str, body: &[Block], top: bool) -> String {
        let title = if title.is_empty() {
            String::new()
        } else {
            inline::write(&[text(title, STRONG)], self.links, Place::Block)
        };
        let inner = self.blocks(body, false);
        let mut parts: Vec<String> = Vec::new();
        match kind {
            Some(kind) if top => {
                let rest = [title, inner].into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join("\n\n");
                parts.push(format!("{}\n{rest}", kind.alert()));
            }
            Some(kind) if title.is_empty() => parts.extend([format!("**{}**", kind.label()), inner]),
            Some(kind) => {
                let label = title.strip_prefix("**").unwrap_or(&title);
                parts.extend([format!("**{}: {label}", kind.label()), inner]);
            }
            None => parts.extend([title, inner]),
        }
        parts.retain(|part| !part.is_empty());
        quote(&parts.join("\n\n"))
    }

    fn details(&self, title: &str, body: &[Block], top: bool) -> String {
        let title = if title.trim().is_empty() { "Click here to expand…" } else { title.trim() };
        let body = self.blocks(body, top);
        let gap = if body.is_empty() { "" } else { "\n\n" };
        format!("<details>\n<summary>{}</summary>\n\n{body}{gap}</details>", crate::table::html_text(title))
    }

    fn toc(&self, min: u8, max: u8, flat: bool) -> String {
        let shown: Vec<&Heading> = self.headings.iter().filter(|h| h.level >= min && h.level <= max).collect();
        let base = shown.iter().map(|h| h.level).min().unwrap_or(1);
        let link = |h: &Heading| {
            let links = [Link { href: format!("#{}", h.slug), ..Link::default() }];
            let leaf = crate::tree::Leaf { link: Some(0), ..text(&h.text, 0) };
            inline::write(&[leaf], &links, Place::Block)
        };
        if flat {
            return shown.iter().map(|h| link(h)).collect::<Vec<_>>().join(" | ");
        }
        let mut lines = Vec::new();
        let mut depth = 0;
        for heading in shown {
            let wanted = usize::from(heading.level - base);
            depth = if lines.is_empty() { 0 } else { wanted.min(depth + 1) };
            lines.push(format!("{}- {}", "  ".repeat(depth), link(heading)));
        }
        lines.join("\n")
    }

    fn list(&self, start: Option<u32>, items: &[Item], alternate: bool) -> String {
        let mut out = Vec::new();
        let mut number = start.unwrap_or(1);
        for item in items {
            let marker = match (start.is_some(), alternate) {
                (true, false) => format!("{number}. "),
                (true, true) => format!("{number}) "),
                (false, false) => "- ".to_owned(),
                (false, true) => "* ".to_owned(),
            };
            let body = self.item(item);
            if body.is_empty() {
                continue;
            }
            number = number.saturating_add(1);
            let lead = match item.task {
                Some(true) => "[x] ",
                Some(false) => "[ ] ",
                None => "",
            };
            let bare = item.task.is_none() && matches!(item.blocks.first(), Some(Block::List(..)));
            let text = indent(&body, marker.len());
            out.push(if bare {
                format!("{}\n{}{text}", marker.trim_end(), " ".repeat(marker.len()))
            } else {
                format!("{marker}{lead}{text}")
            });
        }
        out.join("\n")
    }

    fn item(&self, item: &Item) -> String {
        let mut out = String::new();
        let mut previous: Option<&Block> = None;
        let mut alternate = false;
        for block in &item.blocks {
            let both = matches!((previous, block), (Some(Block::List(..)), Block::List(..)));
            let text = match block {
                Block::Para(leaves) if out.is_empty() && item.task.is_none() => {
                    inline::write(leaves, self.links, Place::Item)
                }
                _ => self.block(block, false, both && !alternate),
            };
            if text.is_empty() {
                continue;
            }
            alternate = both && !alternate;
            if !out.is_empty() {
                let tight = matches!(block, Block::List(None | Some(1), _)) && !both;
                out.push_str(if tight { "\n" } else { "\n\n" });
            }
            out.push_str(&text);
            previous = Some(block);
        }
        out
    }
}

fn quote(body: &str) -> String {
    let line = |line: &str| if line.is_empty() { ">".to_owned() } else { format!("> {line}") };
    body.split('\n').map(line).collect::<Vec<_>>().join("\n")
}

fn indent(body: &str, width: usize) -> String {
    let pad = " ".repeat(width);
    let mut lines = body.split('\n');
    let mut out = lines.next().unwrap_or("").to_owned();
    for line in lines {
        out.push('\n');
        if !line.is_empty() {
            out.push_str(&pad);
            out.push_str(line);
        }
    }
    out
}

/// A fenced block.
pub(crate) fn fence(language: &str, text: &str) -> String {
    let longest = text.lines().map(|line| line.trim_start().chars().take_while(|&c| c == '`').count()).max();
    let fence = "`".repeat((longest.unwrap_or(0) + 1).max(3));
    let newline = if text.ends_with('\n') { "" } else { "\n" };
    format!("{fence}{language}\n{text}{newline}{fence}")
}

/// Fills in the links to places on this page; the fragments that mean nothing are returned.
pub(crate) fn resolve_links(links: &mut [Link], headings: &[Heading], anchors: &[String]) -> Vec<String> {
    let mut lost = Vec::new();
    for link in links {
        let Some(anchor) = &link.anchor else { continue };
        let own = anchors.iter().find(|name| fold(name) == fold(anchor));
        let found = own.cloned().or_else(|| resolve_anchor(anchor, headings));
        let place = found.unwrap_or_else(|| {
            lost.push(anchor.clone());
            slug(anchor)
        });
        link.href = format!("#{}", crate::links::encode(&place, true));
    }
    lost
}
