//! The Markdown flavours, and the choices that a person has in each.

use std::fmt;

/// The Markdown flavour to write.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Format {
    /// GitHub Flavored Markdown, shown to people as Plain.
    #[default]
    Gfm,
    /// Markdown that every `CommonMark` parser reads.
    CommonMark,
    /// An Obsidian vault.
    Obsidian,
    /// A Docusaurus site; its pages are MDX.
    Docusaurus,
    /// An `MkDocs` site with the Material theme.
    MkDocs,
    /// An Azure DevOps wiki.
    Azure,
    /// A GitHub wiki.
    GithubWiki,
    /// A GitLab wiki.
    GitlabWiki,
    /// A Hugo site.
    Hugo,
    /// A Jekyll site.
    Jekyll,
    /// A Logseq graph.
    Logseq,
    /// Plain text for language models.
    Ai,
}

impl Format {
    /// Every format, in the order in which people see them.
    pub const ALL: &[Self] = &[
        Self::Gfm,
        Self::Obsidian,
        Self::Docusaurus,
        Self::MkDocs,
        Self::Azure,
        Self::GithubWiki,
        Self::GitlabWiki,
        Self::Hugo,
        Self::Jekyll,
        Self::Logseq,
        Self::Ai,
        Self::CommonMark,
    ];

    /// The name in settings and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Gfm => "gfm",
            Self::CommonMark => "commonmark",
            Self::Obsidian => "obsidian",
            Self::Docusaurus => "docusaurus",
            Self::MkDocs => "mkdocs",
            Self::Azure => "azure",
            Self::GithubWiki => "github-wiki",
            Self::GitlabWiki => "gitlab-wiki",
            Self::Hugo => "hugo",
            Self::Jekyll => "jekyll",
            Self::Logseq => "logseq",
            Self::Ai => "ai",
        }
    }

    /// The format of this name; `plain` is another name of `gfm`.
    pub fn from_name(name: &str) -> Option<Self> {
        let name = if name == "plain" { "gfm" } else { name };
        Self::ALL.iter().copied().find(|format| format.name() == name)
    }
}

/// An option that takes one of a few words.
trait Choice: Sized + Copy + PartialEq + 'static {
    const ALL: &'static [(&'static str, Self)];

    fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().find(|(name, _)| *name == word).map(|(_, value)| *value)
    }

    fn words() -> Vec<&'static str> {
        Self::ALL.iter().map(|(name, _)| *name).collect()
    }
}

/// Declares an option: its values, the first being what is done when nobody chose.
macro_rules! choice {
    ($(#[$about:meta])* $name:ident { $($(#[$doc:meta])* $value:ident = $word:literal),+ $(,)? }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$doc])* $value),+
        }

        impl Choice for $name {
            const ALL: &'static [(&'static str, Self)] = &[$(($word, Self::$value)),+];
        }
    };
}

choice! {
    /// What stands where a cell covers several positions of a table.
    MergedCells {
        /// Its value, in each of them.
        #[default]
        Repeat = "repeat",
        /// The table becomes HTML.
        Html = "html",
        /// Its value once; the others stay blank.
        Blank = "blank",
    }
}
choice! {
    /// A list in a cell.
    CellLists {
        /// As HTML.
        #[default]
        Html = "html",
        /// With bullets and line breaks.
        Bullets = "bullets",
    }
}
choice! {
    /// A table without a header row.
    HeaderlessTable {
        /// Gets one that is empty.
        #[default]
        EmptyHeader = "empty-header",
        /// Makes its first row one.
        PromoteFirstRow = "promote-first-row",
    }
}
choice! {
    /// The source of a table.
    TableStyle {
        /// One space around each value.
        #[default]
        Compact = "compact",
        /// Columns below each other.
        Aligned = "aligned",
    }
}
choice! {
    /// Colours of text.
    Colours {
        /// Are left out, except highlighting where the format has it.
        #[default]
        Drop = "drop",
        /// Stand as HTML.
        Html = "html",
    }
}
choice! {
    /// Underlined text.
    Underline {
        /// `<u>`.
        #[default]
        Html = "html",
        /// As it is without the line.
        Drop = "drop",
    }
}
choice! {
    /// A status lozenge.
    StatusStyle {
        /// A code span.
        #[default]
        Code = "code",
        /// Bold.
        Bold = "bold",
        /// A coloured circle before its text.
        Emoji = "emoji",
        /// Its text.
        Text = "text",
    }
}
choice! {
    /// The size that somebody gave to a picture.
    ImageSize {
        /// Is kept where the format has a way to say it.
        #[default]
        Format = "format",
        /// Is left out.
        Drop = "drop",
    }
}
choice! {
    /// A contents list.
    TocStyle {
        /// A list of links.
        #[default]
        Generate = "generate",
        /// The format's own mark, where it has one.
        Native = "native",
        /// Left out: the format shows one beside every page.
        Omit = "omit",
    }
}
choice! {
    /// A page, or a part of one, that is shown in another.
    Includes {
        /// Its content, where it can be read.
        #[default]
        Inline = "inline",
        /// A link to it.
        Link = "link",
    }
}
choice! {
    /// A link to a page that is not exported.
    OutsideLinks {
        /// Leads to the web address.
        #[default]
        Web = "web",
        /// Its text, and the address in a comment.
        Mark = "mark",
        /// Its text.
        Text = "text",
    }
}
choice! {
    /// Content that the page hides.
    HiddenContent {
        /// In a comment.
        #[default]
        Comment = "comment",
        /// Like the rest of the page.
        Show = "show",
        /// Left out.
        Drop = "drop",
    }
}
choice! {
    /// The table of a page-properties macro.
    PageProperties {
        /// In the text and as fields.
        #[default]
        Both = "both",
        /// In the text.
        Table = "table",
        /// As fields.
        Details = "details",
    }
}
choice! {
    /// The source of an HTML macro.
    HtmlMacro {
        /// A code block.
        #[default]
        Code = "code",
        /// The HTML itself.
        Raw = "raw",
    }
}
choice! {
    /// Fixed spaces.
    Nbsp {
        /// Are plain spaces.
        #[default]
        Space = "space",
        /// Stay.
        Keep = "keep",
    }
}
choice! {
    /// Named places.
    Anchors {
        /// `<a id>`.
        #[default]
        All = "all",
        /// Left out.
        None = "none",
    }
}
choice! {
    /// Comments that say what had no equivalent.
    Markers {
        /// Stand in the file.
        #[default]
        Comment = "comment",
        /// Left out. Placeholders stay.
        None = "none",
    }
}

/// How to convert.
///
/// `None` in an option means: as the format is usually written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConvertOptions {
    /// The flavour.
    pub format: Format,
    /// The page's title, written as the first heading of the file; none without one.
    pub title: Option<String>,
    /// Merged cells.
    pub merged_cells: MergedCells,
    /// Lists in cells.
    pub cell_lists: Option<CellLists>,
    /// Tables without a header row.
    pub headerless_table: HeaderlessTable,
    /// The source of tables.
    pub table_style: TableStyle,
    /// Colours.
    pub colours: Colours,
    /// Underlined text.
    pub underline: Underline,
    /// Status lozenges.
    pub status: Option<StatusStyle>,
    /// Sizes of pictures.
    pub image_size: ImageSize,
    /// Contents lists.
    pub toc: Option<TocStyle>,
    /// Included pages.
    pub includes: Includes,
    /// Links to pages that are not exported.
    pub outside_links: OutsideLinks,
    /// Hidden content.
    pub hidden_content: HiddenContent,
    /// Page-properties tables.
    pub page_properties: PageProperties,
    /// HTML macros.
    pub html_macro: HtmlMacro,
    /// Fixed spaces.
    pub nbsp: Nbsp,
    /// Named places.
    pub anchors: Anchors,
    /// Marker comments.
    pub markers: Option<Markers>,
    /// How many levels every heading is lowered, 0 to 5.
    pub heading_offset: u8,
}

/// An option by name: what it takes, and what is done when nobody chose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OptionInfo {
    /// Its name in settings and on the command line.
    pub name: &'static str,
    /// What it takes, the usual value first.
    pub values: Vec<&'static str>,
}

/// Why an option was not set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BadOption {
    /// There is none of this name.
    Unknown {
        /// What was asked for.
        name: String,
    },
    /// It does not take this value.
    Value {
        /// The option.
        name: &'static str,
        /// What it takes.
        values: Vec<&'static str>,
    },
}

impl fmt::Display for BadOption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown { name } => write!(f, "there is no conversion option `{name}`"),
            Self::Value { name, values } => write!(f, "`{name}` takes one of: {}", values.join(", ")),
        }
    }
}

impl std::error::Error for BadOption {}

/// Sets a field from a word; the words it takes where that is none of them.
fn take<T: Choice>(field: &mut T, word: &str) -> Result<(), Vec<&'static str>> {
    *field = T::from_word(word).ok_or_else(T::words)?;
    Ok(())
}

fn take_some<T: Choice>(field: &mut Option<T>, word: &str) -> Result<(), Vec<&'static str>> {
    *field = Some(T::from_word(word).ok_or_else(T::words)?);
    Ok(())
}

type Set = fn(&mut ConvertOptions, &str) -> Result<(), Vec<&'static str>>;

/// Every option that takes a word, in the order of the reference.
const SETTERS: &[(&str, Set)] = &[
    ("merged_cells", |o, word| take(&mut o.merged_cells, word)),
    ("cell_lists", |o, word| take_some(&mut o.cell_lists, word)),
    ("headerless_table", |o, word| take(&mut o.headerless_table, word)),
    ("table_style", |o, word| take(&mut o.table_style, word)),
    ("colours", |o, word| take(&mut o.colours, word)),
    ("underline", |o, word| take(&mut o.underline, word)),
    ("status", |o, word| take_some(&mut o.status, word)),
    ("image_size", |o, word| take(&mut o.image_size, word)),
    ("toc", |o, word| take_some(&mut o.toc, word)),
    ("includes", |o, word| take(&mut o.includes, word)),
    ("outside_links", |o, word| take(&mut o.outside_links, word)),
    ("hidden_content", |o, word| take(&mut o.hidden_content, word)),
    ("page_properties", |o, word| take(&mut o.page_properties, word)),
    ("html_macro", |o, word| take(&mut o.html_macro, word)),
    ("nbsp", |o, word| take(&mut o.nbsp, word)),
    ("anchors", |o, word| take(&mut o.anchors, word)),
    ("markers", |o, word| take_some(&mut o.markers, word)),
    ("heading_offset", |o, word| {
        let levels = ["0", "1", "2", "3", "4", "5"];
        let at = levels.iter().position(|level| *level == word).ok_or_else(|| levels.to_vec())?;
        o.heading_offset = u8::try_from(at).unwrap_or(0);
        Ok(())
    }),
];

impl ConvertOptions {
    /// Sets one option by the name and value it has in settings files.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), BadOption> {
        let Some((name, set)) = SETTERS.iter().find(|(known, _)| *known == name) else {
            return Err(BadOption::Unknown { name: name.to_owned() });
        };
        set(self, value).map_err(|values| BadOption::Value { name, values })
    }

    /// Every option that can be set by name.
    pub fn all() -> Vec<OptionInfo> {
        let mut scratch = Self::default();
        SETTERS
            .iter()
            .map(|(name, set)| OptionInfo { name, values: set(&mut scratch, "").err().unwrap_or_default() })
            .collect()
    }
}
