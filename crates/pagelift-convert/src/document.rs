//! What goes into a conversion besides the body, and what comes out.

use pagelift_model::{ConvertWarning, PageId, SpaceKey};

use crate::Heading;

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

/// What a comment on the page is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommentMark {
    /// The mark that the comment names.
    pub reference: String,
    /// The text, on one line.
    pub text: String,
}

/// The value of a field of a page-properties table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PropertyValue {
    /// The text of its cell.
    Text(String),
    /// The items of the list that its cell is.
    List(Vec<String>),
}

impl From<String> for PropertyValue {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
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
    pub properties: Vec<(String, PropertyValue)>,
    /// The texts that comments are about, in page order.
    pub comment_marks: Vec<CommentMark>,
}
