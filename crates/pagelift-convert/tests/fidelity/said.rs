//! What a body says, whichever language it is written in: both sides of a conversion are read into this and compared.

use std::collections::HashSet;

use unicode_normalization::UnicodeNormalization as _;

/// How an item of a list is marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    Bullet,
    Number,
    Task(bool),
}

/// What a part is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Kind {
    /// Text and what stands in it.
    #[default]
    Inline,
    /// Stands apart from what is before and behind.
    Block,
    Heading(u8),
    List,
    Item(Mark),
    Table,
    Row {
        /// In the head of the table.
        head: bool,
    },
    Cell {
        header: bool,
        across: usize,
        down: usize,
    },
    /// Code in a language.
    Code(String),
    Link(String),
    Picture,
    /// Shows something, in words of the converter's choice.
    Shown,
    /// A list of the page's headings.
    Contents,
    /// Shows nothing, but holds the place where it stands: a target of links, a comment.
    Unseen,
    /// Shows nothing.
    Gone,
}

/// A piece of a body: its text, or what it is made of.
#[derive(Debug, Clone, Default)]
pub struct Part {
    pub kind: Kind,
    pub text: String,
    pub parts: Vec<Part>,
}

impl Part {
    pub fn new(kind: Kind, parts: Vec<Self>) -> Self {
        Self { kind, text: String::new(), parts }
    }

    pub fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// Whether a reader of the page sees anything of it.
    pub fn is_shown(&self) -> bool {
        match &self.kind {
            Kind::Gone => false,
            Kind::Picture | Kind::Shown | Kind::Unseen => true,
            // A break at the edge of code is content.
            Kind::Code(_) => !self.written().trim_matches('\n').is_empty(),
            _ => !tokens(&self.text).is_empty() || self.parts.iter().any(Self::is_shown),
        }
    }

    /// Whether it shows more than pictures.
    fn has_words(&self) -> bool {
        match &self.kind {
            Kind::Gone | Kind::Picture | Kind::Unseen => false,
            Kind::Shown => true,
            _ => !tokens(&self.text).is_empty() || self.parts.iter().any(Self::has_words),
        }
    }

    fn has_contents(&self) -> bool {
        self.kind == Kind::Contents || self.parts.iter().any(Self::has_contents)
    }

    /// Its text as it is, for code.
    pub fn written(&self) -> String {
        let inner: String = self.parts.iter().map(Self::written).collect();
        format!("{}{inner}", self.text)
    }

    /// Its text, with spaces where its blocks meet, and seams where its pieces do.
    fn spoken(&self) -> String {
        let mut out = String::new();
        self.speak(&mut out);
        out
    }

    fn speak(&self, out: &mut String) {
        // The words of a picture are not shown beside it.
        if matches!(self.kind, Kind::Gone | Kind::Picture | Kind::Unseen) {
            return;
        }
        let apart = !matches!(self.kind, Kind::Inline | Kind::Link(_));
        out.push(if apart { ' ' } else { SEAM });
        out.push_str(&self.text);
        self.parts.iter().for_each(|part| part.speak(out));
        out.push(if apart { ' ' } else { SEAM });
    }
}

/// Stands between pieces of text that may or may not be one word.
const SEAM: char = '\u{1}';

/// The words of a text, and every other visible character by itself. An address may begin in a word, behind letters that are not
/// ASCII: there the word is two, as it is where the address is read apart.
pub fn tokens(text: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut open = None;
    for c in text.nfc() {
        if c.is_alphanumeric() {
            match out.last_mut().filter(|_| open == Some(c.is_ascii())) {
                Some(word) => word.push(c),
                None => out.push(c.to_string()),
            }
            open = Some(c.is_ascii());
            continue;
        }
        open = None;
        let nothing =
            c.is_whitespace() || c.is_control() || matches!(c, '\u{200b}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}');
        if !nothing {
            out.push(c.to_string());
        }
    }
    out
}

/// A table: its rows of cells, each with the words of it that are known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Grid {
    pub rows: Vec<Vec<Vec<String>>>,
    /// Whether its first row is a header.
    pub header: bool,
}

/// Everything a body says that a conversion has to keep.
#[derive(Debug, Clone, Default)]
pub struct Said {
    pub tokens: Vec<String>,
    pub headings: Vec<(u8, Vec<String>)>,
    /// Depth and mark of each item.
    pub items: Vec<(usize, Mark)>,
    pub tables: Vec<Grid>,
    pub code: Vec<(String, String)>,
    pub links: Vec<String>,
    pub pictures: usize,
    /// Things shown in words, or pictures, of the converter's choice.
    pub shown: usize,
    /// Whether a list of headings is among the items.
    pub contents: bool,
    /// The words of cells that stand in several places.
    pub repeated: HashSet<String>,
}

/// Where a part stands.
#[derive(Clone, Copy, Default)]
struct At {
    depth: usize,
    in_cell: bool,
}

impl Said {
    /// What a body says.
    pub fn of(part: &Part) -> Self {
        let mut said = Self { tokens: tokens(&part.spoken()), contents: part.has_contents(), ..Self::default() };
        said.add(part, At::default());
        said
    }

    /// Leaves out everything but letters and digits.
    pub fn keep_words(&mut self) {
        let only = |tokens: &mut Vec<String>| tokens.retain(|token| token.chars().all(char::is_alphanumeric));
        only(&mut self.tokens);
        self.headings.iter_mut().for_each(|(_, words)| only(words));
        self.tables.iter_mut().flat_map(|table| &mut table.rows).flatten().for_each(only);
    }

    fn add(&mut self, part: &Part, at: At) {
        let mut inner = at;
        match &part.kind {
            Kind::Gone => return,
            Kind::Heading(level) if !at.in_cell && part.has_words() => {
                self.headings.push((*level, tokens(&part.spoken())));
            }
            Kind::Item(mark) if !at.in_cell => {
                if !part.is_shown() {
                    return;
                }
                self.items.push((at.depth, *mark));
                inner.depth += 1;
            }
            Kind::Table if !part.is_shown() => return,
            Kind::Table if !at.in_cell => self.tables.push(grid(part)),
            Kind::Cell { across, down, .. } => {
                inner.in_cell = true;
                if across * down > 1 {
                    self.repeated.extend(tokens(&part.spoken()));
                }
            }
            Kind::Code(language) if !at.in_cell && part.is_shown() => {
                let mut text = part.written();
                if !text.ends_with('\n') {
                    text.push('\n');
                }
                self.code.push((language.clone(), text));
            }
            Kind::Link(href) => self.links.push(href.clone()),
            Kind::Picture => self.pictures += 1,
            Kind::Shown => self.shown += 1,
            _ => {}
        }
        part.parts.iter().for_each(|part| self.add(part, inner));
    }
}

/// Lays out a table as HTML does: each cell takes the first free place of its row.
fn grid(table: &Part) -> Grid {
    let mut rows: Vec<&Part> = Vec::new();
    collect_rows(table, &mut rows);
    let mut filled: Vec<Vec<Option<Vec<String>>>> = vec![Vec::new(); rows.len()];
    for (y, row) in rows.iter().enumerate() {
        let mut x = 0;
        for cell in &row.parts {
            let Kind::Cell { across, down, .. } = cell.kind else { continue };
            while filled[y].get(x).is_some_and(Option::is_some) {
                x += 1;
            }
            for line in filled.iter_mut().skip(y).take(down) {
                if line.len() < x + across {
                    line.resize(x + across, None);
                }
                line[x..x + across].iter_mut().for_each(|place| *place = Some(Vec::new()));
            }
            filled[y][x] = Some(tokens(&cell.spoken()));
            x += across;
        }
    }
    let width = filled.iter().map(Vec::len).max().unwrap_or(0);
    let rows_of_words = filled.into_iter().map(|mut row| {
        row.resize(width, None);
        row.into_iter().map(Option::unwrap_or_default).collect()
    });
    let header = rows.first().is_some_and(|row| {
        let Kind::Row { head } = row.kind else { return false };
        head || row.parts.iter().all(|cell| matches!(cell.kind, Kind::Cell { header: true, .. }))
    });
    Grid { rows: rows_of_words.collect(), header }
}

fn collect_rows<'a>(part: &'a Part, rows: &mut Vec<&'a Part>) {
    for inner in &part.parts {
        match inner.kind {
            Kind::Row { .. } => rows.push(inner),
            Kind::Cell { .. } | Kind::Table => {}
            _ => collect_rows(inner, rows),
        }
    }
}
