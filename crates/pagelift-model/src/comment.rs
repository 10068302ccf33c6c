//! Comments on pages.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{AccountId, Body};

/// One thing that somebody said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remark {
    /// Who said it.
    pub author: Option<AccountId>,
    /// When.
    pub created: Option<Timestamp>,
    /// What.
    pub body: Body,
}

/// The text of a page that an inline comment is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marked {
    /// The name by which the page's body marks the text.
    pub marker: String,
    /// The text when the comment was made.
    pub text: String,
}

/// A comment on a page, with everything that was answered to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comment {
    /// Comment id.
    pub id: String,
    /// What was said first.
    pub first: Remark,
    /// The text that it is about; `None` for a comment on the page as a whole.
    pub marked: Option<Marked>,
    /// Whether it was resolved.
    pub resolved: bool,
    /// The answers, the oldest first.
    pub replies: Vec<Remark>,
}
