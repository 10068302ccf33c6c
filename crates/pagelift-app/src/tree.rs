//! Reading the whole tree of a space: pages, blog posts, and the folders above them.

use std::collections::{HashMap, HashSet};

use futures::TryStreamExt as _;
use pagelift_model::{NodeKind, PageId, PageNode, PageSource, SourceError, Space, Want};

/// Folders inside folders are looked up at most this often.
const MAX_LEVELS: usize = 100;

/// What is above the nodes that came and has not come itself.
#[derive(Default)]
struct Above {
    known: HashSet<PageId>,
    wanted: HashMap<PageId, NodeKind>,
}

impl Above {
    fn note(&mut self, nodes: &[PageNode]) {
        for node in nodes {
            self.known.insert(node.id.clone());
            self.wanted.remove(&node.id);
            if let (Some(parent), Some(kind)) = (&node.parent, node.parent_kind)
                && !kind.has_body()
                && !self.known.contains(parent)
            {
                self.wanted.insert(parent.clone(), kind);
            }
        }
    }

    /// What to look up next. Nothing is looked up twice.
    fn take(&mut self) -> Vec<(PageId, NodeKind)> {
        let mut wanted: Vec<(PageId, NodeKind)> = self.wanted.drain().collect();
        wanted.sort_by(|a, b| a.0.cmp(&b.0));
        self.known.extend(wanted.iter().map(|(id, _)| id.clone()));
        wanted
    }
}

/// Reads every node of a space and hands them on in batches, in no particular order.
pub async fn read_tree(
    source: &dyn PageSource,
    space: &Space,
    mut take: impl FnMut(Vec<PageNode>) + Send,
) -> Result<(), SourceError> {
    let mut above = Above::default();
    for blog in [false, true] {
        let mut batches =
            if blog { source.blog_posts_in(space, Want::Metadata) } else { source.pages_in(space, Want::Metadata) };
        while let Some(batch) = batches.try_next().await? {
            let nodes: Vec<PageNode> = batch.into_iter().map(|page| page.node).collect();
            above.note(&nodes);
            take(nodes);
        }
    }
    for _ in 0..MAX_LEVELS {
        let wanted = above.take();
        if wanted.is_empty() {
            break;
        }
        let mut nodes = source.nodes(&wanted).await?;
        for node in &mut nodes {
            // The site does not say it of all kinds.
            node.space = space.id.clone();
        }
        above.note(&nodes);
        take(nodes);
    }
    Ok(())
}

/// The order in which siblings are shown: by position, then those without one, by title.
fn sibling_order(a: &PageNode, b: &PageNode) -> std::cmp::Ordering {
    let key = |node: &PageNode| (node.position.is_none(), node.position);
    key(a).cmp(&key(b)).then_with(|| a.title.cmp(&b.title)).then_with(|| a.id.cmp(&b.id))
}

/// A tree in the order in which it is shown, each node with its depth: pages and what is below them, then blog posts. What
/// hangs below something unknown, or in a circle, is at the top.
pub fn in_order(nodes: &[PageNode]) -> Vec<(usize, &PageNode)> {
    let ids: HashSet<&PageId> = nodes.iter().map(|node| &node.id).collect();
    let mut below: HashMap<Option<&PageId>, Vec<&PageNode>> = HashMap::new();
    for node in nodes {
        let parent = node.parent.as_ref().filter(|parent| ids.contains(parent) && node.kind != NodeKind::BlogPost);
        below.entry(parent).or_default().push(node);
    }
    for siblings in below.values_mut() {
        siblings.sort_by(|a, b| {
            (a.kind == NodeKind::BlogPost).cmp(&(b.kind == NodeKind::BlogPost)).then_with(|| sibling_order(a, b))
        });
    }
    let mut order = Vec::with_capacity(nodes.len());
    let mut seen = HashSet::new();
    let tops = below.remove(&None).unwrap_or_default();
    // Nodes of a circle are reached from no top and come last.
    for start in tops.into_iter().chain(nodes) {
        let mut open = vec![(0, start)];
        while let Some((depth, node)) = open.pop() {
            if seen.insert(&node.id) {
                order.push((depth, node));
                let children = below.get(&Some(&node.id)).into_iter().flatten().rev();
                open.extend(children.map(|child| (depth + 1, *child)));
            }
        }
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SampleSite;

    #[tokio::test]
    async fn the_sample_comes_whole_with_folders_and_every_parent() {
        let site = SampleSite::new();
        for space in site.spaces().await.unwrap() {
            let mut nodes = Vec::new();
            read_tree(&site, &space, |batch| nodes.extend(batch)).await.unwrap();
            let ids: HashSet<&PageId> = nodes.iter().map(|node| &node.id).collect();
            assert_eq!(ids.len(), nodes.len(), "{} comes once each", space.key);
            for node in &nodes {
                if let Some(parent) = &node.parent {
                    assert!(ids.contains(parent), "`{}` hangs in the air", node.title);
                }
            }
            assert_eq!(in_order(&nodes).len(), nodes.len());
        }
    }

    #[test]
    fn order_is_by_position_and_circles_and_orphans_are_shown() {
        let node = |id: &str, parent: Option<&str>, position: Option<i64>| PageNode {
            id: id.into(),
            space: "1".into(),
            kind: NodeKind::Page,
            title: format!("T{id}"),
            parent: parent.map(PageId::from),
            parent_kind: None,
            position,
            status: pagelift_model::PageStatus::Current,
            version: 1,
            created: None,
            modified: None,
            author: None,
            editor: None,
            web_url: None,
            restricted: None,
        };
        let nodes = [
            node("1", None, Some(5)),
            node("2", Some("1"), Some(9)),
            node("3", Some("1"), Some(2)),
            node("4", Some("gone"), Some(1)),
            node("5", Some("6"), None),
            node("6", Some("5"), None),
        ];
        let shown: Vec<(usize, &str)> = in_order(&nodes).into_iter().map(|(depth, n)| (depth, n.id.as_str())).collect();
        assert_eq!(shown, [(0, "4"), (0, "1"), (1, "3"), (1, "2"), (0, "5"), (1, "6")]);
    }
}
