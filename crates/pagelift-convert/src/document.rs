//! What goes into a conversion besides the body, and what comes out.

use pagelift_model::{ConvertWarning, PageId, SpaceKey};

use crate::Heading;

/// The Markdown flavour to write.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Format {
    /// GitHub Flavored Markdown, shown to people as Plain.
    #[default]
    Gfm,
}

impl Format {
    /// Every format, in the order in which people see them.
    pub const ALL: &[Self] = &[Self::Gfm];

    /// The name in settings and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Gfm => "gfm",
        }
    }

    /// The format of this name; `plain` is another name of `gfm`.
    pub fn from_name(name: &str) -> Option<Self> {
        let name = if name == "plain" { "gfm" } else { name };
        Self::ALL.iter().copied().find(|format| format.name() == name)
    }
}

/// How to convert.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConvertOptions {
    /// The flavour.
    pub format: Format,
    /// The page's title, written as the first heading of the file; none without one.
    pub title: Option<String>,
}

/// Something the Markdown points to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Reference {
    /// A page by id.
    Page(PageId),
    /// A page by title.
    PageTitle {
        /// The space; `None` for the page's own.
        space: Option<SpaceKey>,
        /// The title.
        title: String,
    },
    /// An attachment; `page` is `None` for the page's own.
    Attachment {
        /// The page it is on.
        page: Option<PageId>,
        /// File name.
        name: String,
    },
    /// A person by account id.
    Person(String),
    /// A picture on another host.
    Image(String),
}

/// A converted page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Document {
    /// The Markdown, without front matter; empty, or ending in exactly one newline.
    pub markdown: String,
    /// What it points to, each once, in order of first mention.
    pub references: Vec<Reference>,
    /// What had no full equivalent, in page order.
    pub warnings: Vec<ConvertWarning>,
    /// The page's headings, for links from other pages.
    pub headings: Vec<Heading>,
    /// The fields of page-properties tables, in page order.
    pub properties: Vec<(String, String)>,
}
