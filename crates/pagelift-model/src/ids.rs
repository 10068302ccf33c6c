//! Identifiers. Confluence calls them strings in every answer, and they stay strings here: an id is compared and ordered,
//! never computed with.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        #[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(type = "string"))]
        pub struct $name(Arc<str>);

        impl $name {
            /// Takes the id as the server wrote it.
            pub fn new(id: impl Into<Arc<str>>) -> Self {
                Self(id.into())
            }

            /// The id as the server wrote it.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }

        impl From<&str> for $name {
            fn from(id: &str) -> Self {
                Self::new(id)
            }
        }

        impl From<String> for $name {
            fn from(id: String) -> Self {
                Self::new(id)
            }
        }

        /// Numeric order for ids that are numbers (`"9"` before `"10"`), text order otherwise.
        impl Ord for $name {
            fn cmp(&self, other: &Self) -> Ordering {
                let key = |id: &str| (id.bytes().any(|b| !b.is_ascii_digit()), id.len());
                match (key(&self.0), key(&other.0)) {
                    ((false, a), (false, b)) => a.cmp(&b).then_with(|| self.0.cmp(&other.0)),
                    ((a, _), (b, _)) => a.cmp(&b).then_with(|| self.0.cmp(&other.0)),
                }
            }
        }

        impl PartialOrd for $name {
            fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
                Some(self.cmp(other))
            }
        }
    };
}

id!(
    /// The content id of anything that has a place in a page tree: page, blog post, folder, whiteboard, database, embed.
    PageId
);
id!(
    /// The numeric id of a space, which the content API wants where people see the key.
    SpaceId
);
id!(
    /// The short key of a space, as in an address: `DOC`, or `~7120…` for a personal space.
    SpaceKey
);
id!(
    /// The id of an attachment; Cloud ids begin with `att`.
    AttachmentId
);
id!(
    /// The account id of a person (Cloud), or the user key (Data Center).
    AccountId
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numeric_ids_sort_as_numbers_and_before_other_ids() {
        let mut ids: Vec<PageId> = ["100", "att7", "9", "20"].map(PageId::from).into();
        ids.sort();
        assert_eq!(ids, ["9", "20", "100", "att7"].map(PageId::from));
    }
}
