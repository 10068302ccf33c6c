//! Version 1: the comments of a page, the same in Cloud's search and on Data Center.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::Timestamp;
use pagelift_model::{AccountId, Body, BodyKind, Comment, Marked, PageId, Remark};
use serde::Deserialize;

use super::lenient;
use crate::paging::Listed;

/// What a row is to hold.
pub(crate) const EXPAND: &str =
    "body.storage,version,history,ancestors,extensions.inlineProperties,extensions.resolution";

/// Who wrote something: an account on Cloud, a user on Data Center.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Author {
    #[serde(deserialize_with = "lenient::text")]
    account_id: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    user_key: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    username: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Version {
    #[serde(deserialize_with = "lenient::or_default")]
    by: Author,
    #[serde(deserialize_with = "lenient::time")]
    when: Option<Timestamp>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct History {
    #[serde(deserialize_with = "lenient::or_default")]
    created_by: Author,
    #[serde(deserialize_with = "lenient::time")]
    created_date: Option<Timestamp>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Above {
    #[serde(deserialize_with = "lenient::text")]
    id: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Bodies {
    #[serde(deserialize_with = "lenient::or_default")]
    storage: Stored,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Stored {
    #[serde(deserialize_with = "lenient::text")]
    value: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Extensions {
    #[serde(deserialize_with = "lenient::or_default")]
    inline_properties: Inline,
    #[serde(deserialize_with = "lenient::or_default")]
    resolution: Resolution,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Inline {
    #[serde(deserialize_with = "lenient::text")]
    marker_ref: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    original_selection: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Resolution {
    #[serde(deserialize_with = "lenient::text")]
    status: Option<String>,
}

/// A comment, or an answer to one.
#[derive(Debug, Deserialize)]
pub(crate) struct WireComment {
    #[serde(deserialize_with = "lenient::id")]
    id: String,
    /// The page it is about, where that was asked for.
    #[serde(default, deserialize_with = "lenient::or_default")]
    container: Above,
    /// The comments above it, the first one first.
    #[serde(default, deserialize_with = "lenient::or_default")]
    ancestors: Vec<Above>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    history: History,
    #[serde(default, deserialize_with = "lenient::or_default")]
    version: Version,
    #[serde(default, deserialize_with = "lenient::or_default")]
    body: Bodies,
    #[serde(default, deserialize_with = "lenient::or_default")]
    extensions: Extensions,
}

impl Listed for WireComment {
    fn id(&self) -> &str {
        &self.id
    }
}

impl Author {
    fn id(&self) -> Option<AccountId> {
        let ids = [&self.account_id, &self.user_key, &self.username];
        ids.into_iter().flatten().find(|id| !id.is_empty()).map(|id| AccountId::from(id.as_str()))
    }
}

impl WireComment {
    fn remark(&mut self) -> Remark {
        Remark {
            author: self.history.created_by.id().or_else(|| self.version.by.id()),
            created: self.history.created_date.or(self.version.when),
            body: Body { kind: BodyKind::Storage, text: self.body.storage.value.take().unwrap_or_default() },
        }
    }

    fn into_comment(mut self) -> Comment {
        let first = self.remark();
        let Inline { marker_ref, original_selection } = self.extensions.inline_properties;
        Comment {
            first,
            marked: marker_ref
                .filter(|marker| !marker.is_empty())
                .map(|marker| Marked { marker, text: original_selection.unwrap_or_default() }),
            resolved: self.extensions.resolution.status.as_deref() == Some("resolved"),
            replies: Vec::new(),
            id: self.id,
        }
    }
}

/// Puts answers below what they answer; one to something that is gone stands for itself.
pub(crate) fn threads(mut rows: Vec<WireComment>) -> Vec<Comment> {
    rows.sort_by_cached_key(|row| (row.history.created_date.or(row.version.when), row.id.clone()));
    let known: HashSet<String> = rows.iter().map(|row| row.id.clone()).collect();
    let mut comments: Vec<Comment> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut answers: Vec<(String, Remark)> = Vec::new();
    for mut row in rows {
        let mut above = row.ancestors.iter().filter_map(|above| above.id.as_deref());
        if let Some(first) = above.find(|id| known.contains(*id) && *id != row.id).map(str::to_owned) {
            answers.push((first, row.remark()));
        } else {
            places.insert(row.id.clone(), comments.len());
            comments.push(row.into_comment());
        }
    }
    for (first, remark) in answers {
        if let Some(comment) = places.get(&first).and_then(|place| comments.get_mut(*place)) {
            comment.replies.push(remark);
        }
    }
    comments
}

/// The same for the comments of many pages.
pub(crate) fn threads_by_page(rows: Vec<WireComment>) -> Vec<(PageId, Vec<Comment>)> {
    let mut by_page: BTreeMap<String, Vec<WireComment>> = BTreeMap::new();
    for row in rows {
        if let Some(page) = row.container.id.clone() {
            by_page.entry(page).or_default().push(row);
        }
    }
    by_page.into_iter().map(|(page, rows)| (PageId::from(page), threads(rows))).collect()
}
