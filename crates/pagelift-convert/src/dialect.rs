//! What sets one Markdown flavour apart from the others, as facts: the writers ask these and never the format's name.

mod flavours;

use crate::tree::{self, Callout};
use crate::{Anchors, CellLists, Colours, ConvertOptions, Markers, MergedCells, StatusStyle, TocStyle, Underline};

/// How a line ends inside a paragraph.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HardBreak {
    Backslash,
    TwoSpaces,
    /// Lines end where they end.
    Newline,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tables {
    Pipe,
    Html,
}

/// Struck-out text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Strike {
    Tildes,
    Html,
    /// The text alone.
    Plain,
}

/// How info, tip, note, warning and error boxes are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Boxes {
    /// `> [!NOTE]`, at the top of a page and in expandable parts only; elsewhere a quote with a label.
    Alert,
    /// `> [!info] Title`, anywhere.
    Titled,
    /// `:::info[Title]`
    Directive,
    /// `!!! info "Title"`
    Admonition,
    /// `> **Info: Title**`
    Quote,
    /// `#+BEGIN_NOTE`
    Begin,
}

/// Boxes, and what they are called: blue, green, purple, yellow, red, and a panel without a kind.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Callouts {
    pub(crate) form: Boxes,
    names: [&'static str; 6],
}

impl Callouts {
    /// Whether a word names a callout, in upper case or lower case.
    pub(crate) fn has_name(&self, word: &str) -> bool {
        !word.is_empty() && self.names.iter().any(|name| name.eq_ignore_ascii_case(word))
    }

    pub(crate) fn name(&self, kind: Option<Callout>) -> &'static str {
        let at = match kind {
            Some(Callout::Note) => 0,
            Some(Callout::Tip) => 1,
            Some(Callout::Important) => 2,
            Some(Callout::Warning) => 3,
            Some(Callout::Caution) => 4,
            None => 5,
        };
        self.names.get(at).copied().unwrap_or_default()
    }
}

/// A part that opens when it is clicked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Expand {
    /// The tag that opens it.
    Details(&'static str),
    /// `??? note "Title"`
    Admonition,
    /// `> [!note]- Title`
    Folded,
    /// A bold title, then the body.
    Bold,
}

/// What keeps a list apart from the list before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Apart {
    /// Another marker.
    Marker,
    /// An empty comment.
    Comment,
}

/// Links to exported files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FileLinks {
    /// The way from this file.
    Relative,
    /// The same, beginning with a dot.
    Dotted,
    /// The same without `.md`.
    RelativeWithoutExtension,
    /// The way to the folder that a page has for itself, which is its address.
    Folder,
    /// The bare name of a page, for all lie in one folder.
    Name,
    /// From the top, without `.md`.
    Absolute,
    /// `[[path|text]]`
    Wiki,
    /// `[[namespace/name]]`
    Namespace,
    /// The web address, for the files are read apart from each other.
    Web,
}

/// Contents lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Contents {
    Generate,
    Omit,
    /// The format's own mark.
    Native(&'static str),
}

/// Comments that a reader does not see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Comments {
    /// `<!-- -->`
    Html,
    /// `{/* */}`
    Jsx,
    None,
}

/// HTML in Markdown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Html {
    AsIs,
    /// Every tag closed, attributes as in JSX.
    Jsx,
    /// None at all: the text it would hold.
    None,
}

/// Where the size of a picture is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PictureSize {
    Nowhere,
    /// `![alt|427](…)`, `![[file|427]]`
    Alt,
    /// `{ width="427" }`
    AttributeList,
    /// `{: width="427"}`
    Kramdown,
    /// `(path =427x)`
    Destination,
}

/// Files that are no pictures, shown in the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Embeds {
    /// A link.
    Link,
    /// `![[file]]`
    Wiki,
    /// `<video>` for films, a link for the rest.
    Video,
}

/// Tabs, of which one is seen at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tabs {
    /// A bold title before each body.
    Bold,
    /// `=== "Title"`
    Tabbed,
    /// `<Tabs>`
    Component,
}

/// How the text of a heading becomes the name of its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SlugRule {
    Github,
    /// As GitHub, runs of dashes made one.
    Gitlab,
    /// ASCII only, one dash for any run of spaces and dashes, repeats with `_1`.
    PythonMarkdown,
    /// The text itself.
    Text,
}

/// Characters that mean something in this flavour and nothing in GitHub's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extra {
    /// Nothing more.
    None,
    /// `==`, `%%`, `[[`, `#tag`, `^block`
    Obsidian,
    /// `{`, `}`, every `<`, `import`, `export`, `:::`
    Mdx,
    /// `!!!`, `???`, `===`, `[TOC]`, `{: }`, `*[abbr]:`
    PythonMarkdown,
    /// `#42`, `[[_TOC_]]`, `:::`
    Azure,
    /// `[[name]]`
    GithubWiki,
    /// `[[_TOC_]]`, `[[name]]`, `:::`
    GitlabWiki,
    /// `{{<`, `{{%`
    Hugo,
    /// `{{`, `{%`, and kramdown's `{:`, `$$`, `|`
    Jekyll,
    /// `[[`, `((`, `#tag`, `key::`, `TODO`, `==`, `^^`
    Logseq,
}

/// The facts of one flavour.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own, true or not")]
pub(crate) struct Dialect {
    pub(crate) hard_break: HardBreak,
    pub(crate) tables: Tables,
    pub(crate) strike: Strike,
    /// Whether what stands in an item is indented by four spaces, whatever its marker.
    pub(crate) wide_items: bool,
    pub(crate) lists: Apart,
    /// Whether a quote can hold a table.
    pub(crate) tables_in_quotes: bool,
    pub(crate) callouts: Callouts,
    pub(crate) expand: Expand,
    pub(crate) file_links: FileLinks,
    /// Whether exported pictures are `![[file]]`.
    pub(crate) wiki_pictures: bool,
    pub(crate) contents: Contents,
    /// Whether there are formulas.
    pub(crate) maths: bool,
    /// What stands on both sides of a formula in a line.
    pub(crate) dollars: &'static str,
    pub(crate) comments: Comments,
    pub(crate) html: Html,
    /// Whether lists and other blocks of HTML can stand in a line of text, as in a cell.
    pub(crate) blocks_in_lines: bool,
    /// Whether any HTML can stand in a cell, and a bar, which needs an escape.
    pub(crate) rich_cells: bool,
    /// Whether there are footnotes; otherwise their text stands in brackets.
    pub(crate) footnotes: bool,
    /// Whether there is `==x==`.
    pub(crate) highlight: bool,
    pub(crate) picture_size: PictureSize,
    pub(crate) embeds: Embeds,
    pub(crate) tabs: Tabs,
    /// Whether a term can be followed by lines that begin with `:`.
    pub(crate) definition_lists: bool,
    /// Whether the title of a code block stands in its info string.
    pub(crate) code_titles: bool,
    /// Whether an address that is its own text can stand in angle brackets.
    pub(crate) autolinks: bool,
    /// Whether a Mermaid diagram is a container, not a code block.
    pub(crate) mermaid_container: bool,
    /// Whether every block is an item of an outline.
    pub(crate) outline: bool,
    /// Whether a status is plain text, unless a person chose.
    pub(crate) plain_status: bool,
    pub(crate) slugs: SlugRule,
    pub(crate) extra: Extra,
}

/// A flavour, and what a person chose in it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Style<'o> {
    pub(crate) dialect: &'static Dialect,
    pub(crate) options: &'o ConvertOptions,
}

impl<'o> Style<'o> {
    pub(crate) fn new(options: &'o ConvertOptions) -> Self {
        Self { dialect: Dialect::of(options.format), options }
    }

    pub(crate) fn cell_lists(self) -> CellLists {
        let chosen = self.options.cell_lists.unwrap_or_default();
        if self.dialect.blocks_in_lines { chosen } else { CellLists::Bullets }
    }

    pub(crate) fn status(self) -> StatusStyle {
        let usual = if self.dialect.plain_status { StatusStyle::Text } else { StatusStyle::Code };
        self.options.status.unwrap_or(usual)
    }

    /// The words of a status: its text, and before it a circle where colours are shown that way.
    pub(crate) fn status_words(self, (text, colour): &(String, String)) -> String {
        if self.status() != StatusStyle::Emoji {
            return text.clone();
        }
        let circle = match colour.to_ascii_lowercase().as_str() {
            "green" => '🟢',
            "yellow" => '🟡',
            "red" => '🔴',
            "blue" => '🔵',
            "purple" => '🟣',
            _ => '⚪',
        };
        format!("{circle} {text}")
    }

    pub(crate) fn contents(self) -> TocStyle {
        self.options.toc.unwrap_or(match self.dialect.contents {
            Contents::Generate => TocStyle::Generate,
            Contents::Omit => TocStyle::Omit,
            Contents::Native(_) => TocStyle::Native,
        })
    }

    /// The marks that are written; the others are lost.
    pub(crate) fn kept(self, marks: u16) -> u16 {
        let mut lost = 0;
        if self.dialect.html == Html::None {
            lost |= tree::SUB | tree::SUP | tree::KBD;
        }
        if self.dialect.html == Html::None || self.options.underline == Underline::Drop {
            lost |= tree::UNDERLINE;
        }
        if self.dialect.strike == Strike::Plain {
            lost |= tree::STRIKE;
        }
        if !self.dialect.highlight && !self.colours() {
            lost |= tree::HIGHLIGHT;
        }
        marks & !lost
    }

    /// Whether colours are written, as HTML.
    pub(crate) fn colours(self) -> bool {
        self.options.colours == Colours::Html && self.dialect.html != Html::None
    }

    /// Whether tables with merged cells become HTML.
    pub(crate) fn merged_as_html(self) -> bool {
        self.options.merged_cells == MergedCells::Html && self.dialect.html != Html::None
    }

    /// A tag without an end.
    pub(crate) fn tag(self, name: &str) -> String {
        if self.dialect.html == Html::Jsx { format!("<{name} />") } else { format!("<{name}>") }
    }

    /// The name of the place of a heading, repeats not counted.
    pub(crate) fn slug(self, heading: &str) -> String {
        crate::slug::slug(heading, self.dialect.slugs)
    }

    /// Whether named places are written.
    pub(crate) fn anchors(self) -> bool {
        self.options.anchors == Anchors::All && self.has_places()
    }

    /// Whether a place that is no heading can have a name.
    pub(crate) fn has_places(self) -> bool {
        self.dialect.html != Html::None && !self.dialect.outline
    }

    /// Whether comments of ours stand in the file.
    pub(crate) fn markers(self) -> bool {
        self.dialect.comments != Comments::None && self.options.markers != Some(Markers::None)
    }
}
