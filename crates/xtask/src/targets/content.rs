//! What is read from the HTML of a page: its text, the places that links can lead to, and the addresses of its own links.

use std::collections::{BTreeMap, BTreeSet};

use scraper::{ElementRef, Html, Node, Selector};

use super::slug::Slugs;

/// Elements that stand in a line of text.
const INLINE: &[&str] = &[
    "a", "abbr", "b", "bdi", "bdo", "cite", "code", "del", "dfn", "em", "font", "i", "input", "ins", "kbd", "mark",
    "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr",
];

/// What is no text of the page: what runs, what is drawn, and what only moves about.
const SKIPPED: &str = "script, style, template, noscript, svg, button, nav, .hash-link, .headerlink, a.anchor, .footnote-backref, \
    .data-footnote-backref, .reversefootnote, .sr-only, .toc, sup a[href^='#fn'], sup a[href^='#user-content-fn'], \
    a.footnote-ref, .footnote-ref, .footnotes-sep, [data-skipped]";

/// Texts of footnotes.
const NOTES: &str = ".footnotes li, .footnote li, li[id^='fn']";

/// Parts of which one is seen at a time, and whose titles a page may have in a row before them.
const TABS: &str = ".tabbed-set, [role=tablist]";

/// The text that somebody sees in a page, with a space between blocks.
pub fn text(document: &Html, content: &str) -> String {
    let (Ok(content), Some(collector)) = (Selector::parse(content), Collector::new()) else { return String::new() };
    let mut text = String::new();
    for part in document.select(&content) {
        collector.collect(part, &mut text);
        text.push(' ');
    }
    text
}

/// The texts of the footnotes of a page.
pub fn notes(document: &Html) -> Vec<String> {
    let (Ok(notes), Some(collector)) = (Selector::parse(NOTES), Collector::new()) else { return Vec::new() };
    document.select(&notes).map(|note| collector.text(note)).collect()
}

/// The words that stand for the pictures of a page.
pub fn pictures(document: &Html) -> Vec<String> {
    let Ok(pictures) = Selector::parse("img[alt]") else { return Vec::new() };
    document.select(&pictures).filter_map(|picture| picture.attr("alt").map(str::to_owned)).collect()
}

/// Whether a page has tabs.
pub fn has_tabs(document: &Html) -> bool {
    Selector::parse(TABS).is_ok_and(|tabs| document.select(&tabs).next().is_some())
}

/// The places in a page that a link can lead to.
pub fn anchors(document: &Html, slugs: Slugs) -> BTreeSet<String> {
    let mut anchors = BTreeSet::new();
    let Ok(every) = Selector::parse("[id], a[name]") else { return anchors };
    for element in document.select(&every) {
        anchors.extend(["id", "name"].iter().filter_map(|name| element.attr(name)).map(str::to_owned));
    }
    let (Ok(headings), Some(collector)) = (Selector::parse("h1, h2, h3, h4, h5, h6"), Collector::new()) else {
        return anchors;
    };
    let mut taken = BTreeSet::new();
    for heading in document.select(&headings) {
        let slug = slugs.of(collector.text(heading).trim());
        let mut numbered = (0..).map(|number| if number == 0 { slug.clone() } else { format!("{slug}-{number}") });
        let free = numbered.find(|name| !taken.contains(name));
        taken.extend(free);
    }
    anchors.extend(taken);
    anchors
}

/// The addresses that the links, pictures and other files in a page's content have, each once.
pub fn addresses(document: &Html, content: &str) -> BTreeSet<String> {
    let every = "a[href], img[src], video[src], audio[src], source[src], iframe[src]";
    let (Ok(content), Ok(every)) = (Selector::parse(content), Selector::parse(every)) else { return BTreeSet::new() };
    let address = |element: ElementRef| element.attr("href").or_else(|| element.attr("src")).map(str::to_owned);
    document.select(&content).flat_map(|part| part.select(&every).filter_map(address).collect::<Vec<_>>()).collect()
}

struct Collector {
    skipped: Selector,
    spans: Selector,
    rows: Selector,
}

impl Collector {
    fn new() -> Option<Self> {
        let [skipped, spans, rows] = [SKIPPED, "td[rowspan], td[colspan], th[rowspan], th[colspan]", "tr"]
            .map(|text| Selector::parse(text).ok());
        Some(Self { skipped: skipped?, spans: spans?, rows: rows? })
    }

    fn text(&self, element: ElementRef) -> String {
        let mut text = String::new();
        self.collect(element, &mut text);
        text
    }

    fn collect(&self, element: ElementRef, text: &mut String) {
        for child in element.children() {
            match child.value() {
                Node::Text(piece) => text.push_str(piece),
                Node::Element(value) => {
                    let Some(child) = ElementRef::wrap(child) else { continue };
                    if self.skipped.matches(&child) {
                        continue;
                    }
                    let is_inline = INLINE.contains(&value.name());
                    if !is_inline {
                        text.push(' ');
                    }
                    if value.name() == "table" && child.select(&self.spans).next().is_some() {
                        self.grid(child, text);
                    } else {
                        self.collect(child, text);
                    }
                    if !is_inline {
                        text.push(' ');
                    }
                }
                _ => {}
            }
        }
    }

    /// A table with merged cells, the text of each in every place that it covers, as formats without merged cells have it.
    fn grid(&self, table: ElementRef, text: &mut String) {
        let mut covered: BTreeMap<(usize, usize), String> = BTreeMap::new();
        let rows: Vec<ElementRef> = table.select(&self.rows).filter(|row| is_row_of(*row, table)).collect();
        for (down, row) in rows.iter().enumerate() {
            let mut across = 0;
            for cell in row.children().filter_map(ElementRef::wrap) {
                while covered.contains_key(&(down, across)) {
                    across += 1;
                }
                let span = |name| cell.attr(name).and_then(|span| span.parse::<usize>().ok()).unwrap_or(1);
                let words = self.text(cell);
                for (row, column) in
                    (0..span("rowspan")).flat_map(|row| (0..span("colspan")).map(move |column| (row, column)))
                {
                    covered.insert((down + row, across + column), words.clone());
                }
            }
        }
        for words in covered.into_iter().filter(|((down, _), _)| *down < rows.len()).map(|(_, words)| words) {
            text.push(' ');
            text.push_str(&words);
        }
    }
}

/// Whether a row is one of the table itself, and not of a table in one of its cells.
fn is_row_of(row: ElementRef, table: ElementRef) -> bool {
    let mut above = row.ancestors().filter_map(ElementRef::wrap);
    above.find(|above| above.value().name() == "table") == Some(table)
}
