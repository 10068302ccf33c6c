//! The document tree both body formats are read into.

pub(crate) const STRONG: u16 = 1;
pub(crate) const EM: u16 = 2;
pub(crate) const STRIKE: u16 = 4;
pub(crate) const UNDERLINE: u16 = 8;
pub(crate) const SUB: u16 = 16;
pub(crate) const SUP: u16 = 32;
pub(crate) const KBD: u16 = 64;
/// Every mark, outermost first.
pub(crate) const MARKS: [u16; 7] = [STRONG, EM, STRIKE, UNDERLINE, SUB, SUP, KBD];

/// One piece of inline content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    /// Text, escaped when written.
    Text(String),
    /// A code span.
    Code(String),
    /// Written as it is.
    Raw(String),
    /// A hard break.
    Break,
    /// A picture. Boxed, for pictures are rare and every leaf is as large as the largest.
    Image(Box<Picture>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Picture {
    pub(crate) alt: String,
    pub(crate) href: String,
    pub(crate) title: String,
}

/// A piece with its marks and the index of its link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Leaf {
    pub(crate) piece: Piece,
    pub(crate) marks: u16,
    pub(crate) link: Option<usize>,
}

/// The target of a link, kept apart from the text that leads there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Link {
    pub(crate) href: String,
    pub(crate) title: String,
    /// A place on this page, resolved once the headings are known.
    pub(crate) anchor: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Callout {
    Note,
    Tip,
    Important,
    Warning,
    Caution,
}

impl Callout {
    pub(crate) fn alert(self) -> &'static str {
        match self {
            Self::Note => "[!NOTE]",
            Self::Tip => "[!TIP]",
            Self::Important => "[!IMPORTANT]",
            Self::Warning => "[!WARNING]",
            Self::Caution => "[!CAUTION]",
        }
    }

    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Note => "Info",
            Self::Tip => "Tip",
            Self::Important => "Note",
            Self::Warning => "Warning",
            Self::Caution => "Caution",
        }
    }
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Item {
    pub(crate) task: Option<bool>,
    pub(crate) blocks: Vec<Block>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Cell {
    pub(crate) header: bool,
    pub(crate) colspan: usize,
    pub(crate) rowspan: usize,
    pub(crate) align: Option<char>,
    pub(crate) blocks: Vec<Block>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Block {
    Heading(u8, Vec<Leaf>),
    Para(Vec<Leaf>),
    Quote(Vec<Block>),
    Code(String, String),
    Rule,
    /// `Some(start)` for ordered lists.
    List(Option<u32>, Vec<Item>),
    Table(Vec<Vec<Cell>>),
    Callout(Option<Callout>, String, Vec<Block>),
    Details(String, Vec<Block>),
    Toc {
        min: u8,
        max: u8,
        flat: bool,
        /// Patterns that the text of a heading must match, or must not.
        include: Option<String>,
        exclude: Option<String>,
    },
    /// Not shown on the page; its name and what it holds.
    Hidden(String, Vec<Block>),
    /// The text of a footnote, by its number.
    Footnote(usize, Vec<Block>),
    /// Written as it is.
    Raw(String),
    /// A quote of one line: placeholder text and its marker.
    Placeholder(Vec<Leaf>),
}

/// A leaf without marks.
pub(crate) fn leaf(piece: Piece) -> Leaf {
    Leaf { piece, marks: 0, link: None }
}

/// A picture.
pub(crate) fn picture(alt: &str, href: String, title: String) -> Piece {
    Piece::Image(Box::new(Picture { alt: alt.to_owned(), href, title }))
}

/// A text leaf with marks.
pub(crate) fn text(value: &str, marks: u16) -> Leaf {
    Leaf { piece: Piece::Text(value.to_owned()), marks, link: None }
}

/// The text of blocks on one line.
pub(crate) fn plain(blocks: &[Block]) -> String {
    let mut parts: Vec<String> = Vec::new();
    for block in blocks {
        parts.push(match block {
            Block::Para(leaves) | Block::Heading(_, leaves) | Block::Placeholder(leaves) => crate::text::plain(leaves),
            Block::Quote(inner) | Block::Callout(_, _, inner) | Block::Details(_, inner) => plain(inner),
            Block::Code(_, text) => text.split_whitespace().collect::<Vec<_>>().join(" "),
            Block::List(_, items) => items.iter().map(|item| plain(&item.blocks)).collect::<Vec<_>>().join(", "),
            _ => String::new(),
        });
    }
    parts.retain(|part| !part.trim().is_empty());
    parts.join(", ").trim().to_owned()
}
