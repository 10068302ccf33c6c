//! Folders, whiteboards, databases and embeds: no list has them, so each is asked for by its id.

use std::collections::{HashMap, HashSet};

use pagelift_model::{NodeKind, PageId, PageNode, SourceError};

use super::CloudSite;
use crate::failure::{Failure, Kind};
use crate::http::{Ask, side_by_side};
use crate::paging::{Sizes, Walk};
use crate::wire::content::WireNode;
use crate::wire::search::Hit;

/// Ids in one search.
const IDS: usize = 200;

/// So many are asked for one by one.
const FEW: usize = 4;

/// The path of the endpoint and the name in searches.
fn names(kind: NodeKind) -> Option<(&'static str, &'static str)> {
    match kind {
        NodeKind::Folder => Some(("folders", "folder")),
        NodeKind::Whiteboard => Some(("whiteboards", "whiteboard")),
        NodeKind::Database => Some(("databases", "database")),
        NodeKind::Embed => Some(("embeds", "embed")),
        NodeKind::Page | NodeKind::BlogPost | NodeKind::LiveDoc => None,
    }
}

impl CloudSite {
    pub(super) async fn nodes_by_id(&self, ids: &[(PageId, NodeKind)]) -> Result<Vec<PageNode>, SourceError> {
        let mut seen = HashSet::new();
        let mut wanted: Vec<&(PageId, NodeKind)> = ids.iter().filter(|(id, _)| seen.insert(id)).collect();
        let mut found = if wanted.len() > FEW { self.nodes_from_index(&wanted).await? } else { Vec::new() };
        let known: HashSet<&PageId> = found.iter().map(|node| &node.id).collect();
        wanted.retain(|(id, _)| !known.contains(id));
        let requests = wanted.into_iter().map(|(id, kind)| self.node(id, *kind)).collect();
        found.extend(side_by_side(requests, self.http.limits.lists).await?.into_iter().flatten());
        Ok(found)
    }

    /// What the search tells of many at once, as far as it tells their places among their siblings too.
    async fn nodes_from_index(&self, wanted: &[&(PageId, NodeKind)]) -> Result<Vec<PageNode>, SourceError> {
        let kinds: HashMap<&PageId, NodeKind> = wanted.iter().map(|(id, kind)| (id, *kind)).collect();
        let mut found = Vec::new();
        for some in wanted.chunks(IDS) {
            let ids: Vec<&str> = some.iter().map(|(id, _)| id.as_str()).collect();
            let names: Vec<&str> = some.iter().filter_map(|(_, kind)| Some(names(*kind)?.1)).collect();
            let hits = match self.search_types(&ids, names).await {
                Ok(hits) => hits,
                Err(failure) if failure.error.ends_run() => return Err(failure.error),
                Err(_) => continue,
            };
            let node = |(id, hit): (PageId, Hit)| hit.into_node(*kinds.get(&id)?, &self.address);
            found.extend(hits.into_iter().filter_map(node));
        }
        Ok(found)
    }

    /// One node; `None` when it cannot be read, for whatever reason that does not doom every other request too. Some tenants
    /// answer these endpoints with errors, and some tokens cannot have the permission for them.
    async fn node(&self, id: &PageId, kind: NodeKind) -> Result<Option<PageNode>, SourceError> {
        let Some((path, _)) = names(kind) else { return Ok(None) };
        let ask = Ask::get(format!("api/v2/{path}/{id}"), "a folder");
        match self.http.json::<WireNode>(&ask).await {
            Ok(node) => Ok(Some(node.into_node(kind, &self.address))),
            Err(failure) if failure.error.ends_run() => Err(failure.error),
            Err(failure) => {
                tracing::warn!(%id, error = %failure.error, "a folder cannot be read");
                Ok(None)
            }
        }
    }

    /// Searches for all of them at once and looks up only what differs, or what the search does not know.
    pub(super) async fn nodes_that_changed(&self, known: &[PageNode]) -> Result<Vec<PageNode>, SourceError> {
        let mut doubtful: Vec<(PageId, NodeKind)> = Vec::new();
        for some in known.chunks(IDS) {
            let hits = match self.search_nodes(some).await {
                Ok(hits) => hits,
                Err(failure) if failure.error.ends_run() => return Err(failure.error),
                Err(_) => HashMap::new(),
            };
            let is_same = |node: &PageNode| hits.get(&node.id).is_some_and(|hit| is_unchanged(node, hit));
            doubtful.extend(some.iter().filter(|node| !is_same(node)).map(|node| (node.id.clone(), node.kind)));
        }
        self.nodes_by_id(&doubtful).await
    }

    async fn search_nodes(&self, known: &[PageNode]) -> Result<HashMap<PageId, Hit>, Failure> {
        let ids: Vec<&str> = known.iter().map(|node| node.id.as_str()).collect();
        self.search_types(&ids, known.iter().filter_map(|node| Some(names(node.kind)?.1)).collect()).await
    }

    async fn search_types(&self, ids: &[&str], mut types: Vec<&str>) -> Result<HashMap<PageId, Hit>, Failure> {
        types.sort_unstable();
        types.dedup();
        match self.search_by_id(ids, &types).await {
            // Searching for folders is known to work, for the others it is not.
            Err(failure) if failure.kind == Kind::Refused && types.len() > 1 && types.contains(&"folder") => {
                self.search_by_id(ids, &["folder"]).await
            }
            found => found,
        }
    }

    async fn search_by_id(&self, ids: &[&str], types: &[&str]) -> Result<HashMap<PageId, Hit>, Failure> {
        let cql = format!("id in ({}) and type in ({})", ids.join(","), types.join(","));
        let ask = Ask::get("rest/api/content/search", "the search for folders")
            .with("cql", cql)
            .with("expand", "version,ancestors,history,space,extensions.position")
            .searching();
        let hits: Vec<Hit> = Walk::new(&self.http, ask, Sizes { first: IDS, most: IDS }).at_most(ids.len()).await?;
        Ok(hits.into_iter().map(|hit| (hit.page(), hit)).collect())
    }
}

fn is_unchanged(node: &PageNode, hit: &Hit) -> bool {
    hit.title() == Some(node.title.as_str())
        && hit.version() == Some(node.version)
        && hit.is_below(node.parent.as_ref().map(PageId::as_str))
}
