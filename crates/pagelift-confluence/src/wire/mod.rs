//! The JSON of both API versions, read with tolerance: what an export can do without may be absent or odd.

pub(crate) mod comments;
pub(crate) mod content;
pub(crate) mod data_center;
pub(crate) mod lenient;
pub(crate) mod oauth;
pub(crate) mod search;
pub(crate) mod site;

use pagelift_model::{Fate, NodeKind, PageStatus, SpaceId};

/// The names of things in a tree, in both API versions.
pub(crate) fn node_kind(name: &str) -> Option<NodeKind> {
    Some(match name {
        "page" => NodeKind::Page,
        "blogpost" => NodeKind::BlogPost,
        "folder" => NodeKind::Folder,
        "whiteboard" => NodeKind::Whiteboard,
        "database" => NodeKind::Database,
        "embed" => NodeKind::Embed,
        _ => return None,
    })
}

fn page_status(name: &str) -> PageStatus {
    match name {
        "archived" => PageStatus::Archived,
        "draft" => PageStatus::Draft,
        "trashed" | "deleted" => PageStatus::Trashed,
        _ => PageStatus::Current,
    }
}

/// What a state means for whoever looks for a page.
fn fate(status: Option<&str>, space: Option<String>) -> Fate {
    match status {
        Some("archived") => Fate::Archived,
        Some("trashed") => Fate::Trashed,
        Some("deleted") => Fate::Deleted,
        _ => Fate::Current { space: space.filter(|id| !id.is_empty()).map(SpaceId::from) },
    }
}
