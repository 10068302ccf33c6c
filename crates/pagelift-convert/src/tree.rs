//! The document tree both body formats are read into.

use std::borrow::Cow;
use std::ops::Deref;

use crate::target::Target;

pub(crate) const STRONG: u16 = 1;
pub(crate) const EM: u16 = 2;
pub(crate) const STRIKE: u16 = 4;
pub(crate) const UNDERLINE: u16 = 8;
pub(crate) const SUB: u16 = 16;
pub(crate) const SUP: u16 = 32;
pub(crate) const KBD: u16 = 64;
pub(crate) const HIGHLIGHT: u16 = 128;
/// Every mark, outermost first.
pub(crate) const MARKS: [u16; 8] = [STRONG, EM, STRIKE, HIGHLIGHT, UNDERLINE, SUB, SUP, KBD];

/// One piece of inline content. Text borrows from the body wherever it can.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece<'a> {
    /// Text, escaped when written.
    Text(Cow<'a, str>),
    /// A code span.
    Code(Cow<'a, str>),
    /// A hard break.
    Break,
    /// A picture. Boxed, like what follows, for it is rare and every leaf is as large as the largest.
    Image(Box<Picture>),
    /// A status lozenge: its text, and the name of its colour.
    Status(Box<(String, String)>),
    /// A formula, on one line.
    Maths(String),
    /// A named place.
    Anchor(String),
    /// The sign of a footnote, by its number.
    Note(usize),
    /// What a comment of ours says, after the mark that it is one.
    Marker(String),
    /// A tag of HTML that no mark stands for.
    Html(Cow<'a, str>),
    /// Markdown, written as it is.
    Raw(Cow<'a, str>),
}

impl Piece<'_> {
    /// Whether it is neither text nor a picture.
    pub(crate) fn is_markup(&self) -> bool {
        matches!(
            self,
            Self::Maths(_) | Self::Anchor(_) | Self::Note(_) | Self::Marker(_) | Self::Html(_) | Self::Raw(_)
        )
    }
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Picture {
    pub(crate) alt: String,
    /// Where it is, encoded.
    pub(crate) href: String,
    pub(crate) title: String,
    /// What stands in the double brackets of the wiki form.
    pub(crate) wiki: Option<String>,
    /// Whole pixels.
    pub(crate) width: Option<u32>,
    pub(crate) height: Option<u32>,
}

/// A piece with its marks and the index of its link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Leaf<'a> {
    pub(crate) piece: Piece<'a>,
    pub(crate) marks: u16,
    pub(crate) link: Option<usize>,
}

/// The inline content of a block.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Inline<'a> {
    leaves: Vec<Leaf<'a>>,
    /// Whether it was normalised, so that nobody has to look at all of its text again to know.
    normal: bool,
}

impl<'a> Inline<'a> {
    /// Content that was normalised.
    pub(crate) fn normal(leaves: Vec<Leaf<'a>>) -> Self {
        Self { leaves, normal: true }
    }

    pub(crate) fn is_normal(&self) -> bool {
        self.normal
    }

    /// The leaves, which may be no longer normal afterwards.
    pub(crate) fn change(&mut self) -> &mut Vec<Leaf<'a>> {
        self.normal = false;
        &mut self.leaves
    }

    pub(crate) fn into_leaves(self) -> Vec<Leaf<'a>> {
        self.leaves
    }
}

impl<'a> From<Vec<Leaf<'a>>> for Inline<'a> {
    fn from(leaves: Vec<Leaf<'a>>) -> Self {
        Self { leaves, normal: false }
    }
}

impl<'a> Deref for Inline<'a> {
    type Target = [Leaf<'a>];

    fn deref(&self) -> &Self::Target {
        &self.leaves
    }
}

/// The target of a link, kept apart from the text that leads there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Link {
    pub(crate) href: String,
    pub(crate) title: String,
    /// A place on this page, resolved once the headings are known.
    pub(crate) anchor: Option<String>,
    /// What stands in the double brackets of the wiki form, where it can have one.
    pub(crate) wiki: Option<String>,
    /// Whether it leads to a page that is not exported.
    pub(crate) outside: bool,
}

impl Link {
    /// Whether the format has no place to lead to: the text stands alone.
    pub(crate) fn leads_nowhere(&self) -> bool {
        self.href.is_empty() && self.wiki.is_none()
    }
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
pub(crate) struct Item<'a> {
    pub(crate) task: Option<bool>,
    pub(crate) blocks: Vec<Block<'a>>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Cell<'a> {
    pub(crate) header: bool,
    pub(crate) colspan: usize,
    pub(crate) rowspan: usize,
    pub(crate) align: Option<char>,
    pub(crate) blocks: Vec<Block<'a>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Block<'a> {
    Heading(u8, Inline<'a>),
    Para(Inline<'a>),
    Quote(Vec<Block<'a>>),
    Code(Code),
    /// A formula on its own.
    Maths(String),
    Rule,
    /// `Some(start)` for ordered lists.
    List(Option<u32>, Vec<Item<'a>>),
    Table(Vec<Vec<Cell<'a>>>),
    Callout(Option<Callout>, String, Vec<Block<'a>>),
    Details(String, Vec<Block<'a>>),
    Toc {
        min: u8,
        max: u8,
        flat: bool,
        /// Patterns that the text of a heading must match, or must not.
        include: Option<String>,
        exclude: Option<String>,
        /// What a comment of ours says where the list is left out.
        marker: String,
    },
    /// Bodies of which one is seen at a time, each with its title.
    Tabs(Vec<(String, Vec<Block<'a>>)>),
    /// Terms, each with what it means.
    Definitions(Vec<Definition<'a>>),
    /// Not shown on the page; its name and what it holds.
    Hidden(String, Vec<Block<'a>>),
    /// The text of a footnote, by its number.
    Footnote(usize, Vec<Block<'a>>),
    /// Written as it is.
    Raw(String),
    /// A quote of one line: placeholder text and its marker.
    Placeholder(Inline<'a>),
}

/// A term of a list of definitions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Definition<'a> {
    pub(crate) term: Inline<'a>,
    pub(crate) meanings: Vec<Vec<Block<'a>>>,
}

/// A block of code.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Code {
    /// The info string; empty without a language.
    pub(crate) language: String,
    pub(crate) text: String,
    /// Empty where it has none.
    pub(crate) title: String,
}

impl<'a> Block<'a> {
    /// The blocks inside it, part by part; those of tables are cells and not among them.
    pub(crate) fn inner(&self) -> impl Iterator<Item = &[Block<'a>]> {
        let whole: &[Block<'a>] = match self {
            Self::Quote(inner)
            | Self::Callout(_, _, inner)
            | Self::Details(_, inner)
            | Self::Hidden(_, inner)
            | Self::Footnote(_, inner) => inner,
            _ => &[],
        };
        let items: &[Item<'a>] = if let Self::List(_, items) = self { items } else { &[] };
        let tabs: &[(String, Vec<Block<'a>>)] = if let Self::Tabs(tabs) = self { tabs } else { &[] };
        let terms: &[Definition<'a>] = if let Self::Definitions(terms) = self { terms } else { &[] };
        let meanings = terms.iter().flat_map(|term| &term.meanings).map(Vec::as_slice);
        std::iter::once(whole)
            .chain(items.iter().map(|item| item.blocks.as_slice()))
            .chain(tabs.iter().map(|(_, body)| body.as_slice()))
            .chain(meanings)
    }

    /// A paragraph of what nobody has normalised yet.
    pub(crate) fn para(leaves: Vec<Leaf<'a>>) -> Self {
        Self::Para(leaves.into())
    }

    /// Code without a title.
    pub(crate) fn code(language: &str, text: String) -> Self {
        Self::Code(Code { language: language.to_owned(), text, title: String::new() })
    }
}

/// A leaf without marks.
pub(crate) fn leaf(piece: Piece<'_>) -> Leaf<'_> {
    Leaf { piece, marks: 0, link: None }
}

/// A picture without a size.
pub(crate) fn picture<'a>(alt: &str, target: impl Into<Target>, title: String) -> Piece<'a> {
    let Target { href, wiki, .. } = target.into();
    // It stands on one line, whatever line that is.
    let alt = if alt.contains('\n') { alt.split_whitespace().collect::<Vec<_>>().join(" ") } else { alt.to_owned() };
    Piece::Image(Box::new(Picture { alt, href, title, wiki, ..Picture::default() }))
}

/// A text leaf with marks.
pub(crate) fn text<'a>(value: &str, marks: u16) -> Leaf<'a> {
    Leaf { piece: Piece::Text(Cow::Owned(value.to_owned())), marks, link: None }
}

/// The text of blocks on one line.
pub(crate) fn plain(blocks: &[Block]) -> String {
    let mut parts: Vec<String> = Vec::new();
    for block in blocks {
        parts.push(match block {
            Block::Para(leaves) | Block::Heading(_, leaves) | Block::Placeholder(leaves) => crate::text::plain(leaves),
            Block::Quote(inner) | Block::Callout(_, _, inner) | Block::Details(_, inner) => plain(inner),
            Block::Code(code) => code.text.split_whitespace().collect::<Vec<_>>().join(" "),
            Block::List(_, items) => items.iter().map(|item| plain(&item.blocks)).collect::<Vec<_>>().join(", "),
            Block::Tabs(tabs) => tabs.iter().map(|(_, body)| plain(body)).collect::<Vec<_>>().join(", "),
            Block::Definitions(terms) => {
                let meaning = |term: &Definition| term.meanings.iter().map(|body| plain(body)).collect::<Vec<_>>();
                let line =
                    |term: &Definition| format!("{}: {}", crate::text::plain(&term.term), meaning(term).join(", "));
                terms.iter().map(line).collect::<Vec<_>>().join(", ")
            }
            _ => String::new(),
        });
    }
    parts.retain(|part| !part.trim().is_empty());
    parts.join(", ").trim().to_owned()
}
