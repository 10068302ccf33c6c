//! What a person asks to export, in the words of a command, as rules.

use std::collections::HashSet;

use pagelift_model::{
    Effect, ErrorCode, NodeKind, PageId, PageNode, PageSource, PageStatus, Reach, Rule, Selection, SourceError,
    SpaceKey, SpaceSelection, Target, Want,
};

use crate::AppError;

/// What to export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wish {
    /// These spaces.
    Spaces(Vec<SpaceKey>),
    /// These pages.
    Pages {
        /// Their ids.
        ids: Vec<PageId>,
        /// Whether what is below them comes too.
        descendants: bool,
    },
    /// Every space that the account can see.
    All,
}

/// The rules that say what is wished, and whether a blog post is among what is wished by name.
pub async fn selection(source: &dyn PageSource, wish: &Wish) -> Result<(Selection, bool), AppError> {
    match wish {
        Wish::Spaces(keys) => {
            let mut seen = HashSet::new();
            let keys = keys.iter().filter(|key| seen.insert(*key)).cloned();
            Ok((Selection { spaces: keys.map(SpaceSelection::whole).collect() }, false))
        }
        Wish::All => {
            let spaces = source.spaces().await?;
            if spaces.is_empty() {
                let message = "this account can see no space; ask an admin of the site for access";
                return Err(AppError::refused(ErrorCode::PermissionMissing, message));
            }
            Ok((
                Selection { spaces: spaces.into_iter().map(|space| SpaceSelection::whole(space.key)).collect() },
                false,
            ))
        }
        Wish::Pages { ids, descendants } => {
            let nodes = nodes(source, ids, *descendants).await?;
            let posts = nodes.iter().any(|node| node.kind == NodeKind::BlogPost);
            Ok((of_pages(source, &nodes, *descendants).await?, posts))
        }
    }
}

/// The nodes of these ids, all of them.
async fn nodes(source: &dyn PageSource, ids: &[PageId], descendants: bool) -> Result<Vec<PageNode>, AppError> {
    let mut found: Vec<PageNode> = source.pages(ids, Want::Metadata).await?.into_iter().map(|page| page.node).collect();
    let mut known: HashSet<PageId> = found.iter().map(|node| node.id.clone()).collect();
    let rest: Vec<PageId> = ids.iter().filter(|id| !known.contains(*id)).cloned().collect();
    if !rest.is_empty() {
        let posts = source.blog_posts(&rest, Want::Metadata).await?;
        known.extend(posts.iter().map(|post| post.node.id.clone()));
        found.extend(posts.into_iter().map(|post| post.node));
    }
    let rest: Vec<(PageId, NodeKind)> =
        ids.iter().filter(|id| !known.contains(*id)).map(|id| (id.clone(), NodeKind::Folder)).collect();
    if !rest.is_empty() {
        let folders = source.nodes(&rest).await?;
        if let Some(folder) = folders.first().filter(|_| !descendants) {
            let message = format!("`{}` is a folder; add --descendants to export the pages in it", folder.id);
            return Err(AppError::refused(ErrorCode::UsageInvalid, message));
        }
        known.extend(folders.iter().map(|folder| folder.id.clone()));
        found.extend(folders);
    }
    if let Some(id) = ids.iter().find(|id| !known.contains(*id)) {
        return Err(SourceError::PageHidden { id: id.clone() }.into());
    }
    if let Some(node) = found.iter().find(|node| node.status != PageStatus::Current) {
        let message =
            format!("page `{}` is archived or not published; restore it in Confluence or leave it out", node.id);
        return Err(AppError::refused(ErrorCode::PageHidden, message));
    }
    Ok(found)
}

async fn of_pages(source: &dyn PageSource, nodes: &[PageNode], descendants: bool) -> Result<Selection, AppError> {
    let reach = if descendants { Reach::Subtree } else { Reach::Node };
    let mut selection = Selection::default();
    for space in source.spaces().await? {
        let own = nodes.iter().filter(|node| node.space == space.id);
        let rules: Vec<Rule> =
            own.map(|node| Rule { target: Target::Node(node.id.clone()), reach, effect: Effect::Include }).collect();
        if !rules.is_empty() {
            selection.spaces.push(SpaceSelection { space: space.key, rules });
        }
    }
    let reached: usize = selection.spaces.iter().map(|space| space.rules.len()).sum();
    if reached < nodes.len() {
        let message = "the space of a page is not visible to this account; ask an admin of the space for access";
        return Err(AppError::refused(ErrorCode::PermissionMissing, message));
    }
    Ok(selection)
}
