//! A page tree with little memory for each node: all text in one piece, nodes that point to each other by number.
//!
//! A space may have a hundred thousand pages, and a run must not need more memory for them than for a few.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use pagelift_model::{Effect, NodeKind, PageId, PageNode, SpaceId, SpaceSelection, Target};

/// A stretch of the text of an [`Outline`].
#[derive(Debug, Clone, Copy, Default)]
struct Span {
    at: u32,
    length: u32,
}

/// One node.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entry {
    id: Span,
    title: Span,
    above: Span,
    /// The space, by its number in [`Outline::spaces`].
    pub space: u32,
    /// The day on which it was made, as `20260701`; 0 where that is not known.
    pub day: u32,
    /// Order among siblings; those without one come last.
    pub position: i64,
    pub kind: NodeKind,
}

/// A tree of nodes, of one or more spaces.
#[derive(Debug, Default)]
pub(crate) struct Outline {
    text: String,
    nodes: Vec<Entry>,
    spaces: Vec<SpaceId>,
}

/// What [`Outline::push`] takes of a node.
pub(crate) struct Sketch<'a> {
    pub id: &'a str,
    pub space: &'a str,
    pub kind: NodeKind,
    pub title: &'a str,
    pub parent: Option<&'a str>,
    pub day: u32,
    pub position: Option<i64>,
}

impl<'a> Sketch<'a> {
    pub fn of(node: &'a PageNode) -> Self {
        let date = node.created.map(|created| created.to_string()).unwrap_or_default();
        Self {
            id: node.id.as_str(),
            space: node.space.as_str(),
            kind: node.kind,
            title: &node.title,
            parent: node.parent.as_ref().map(PageId::as_str),
            day: day_of(&date),
            position: node.position,
        }
    }
}

/// A day that begins `2026-07-01` or `2026/07/01`, as `20260701`; 0 where it begins otherwise.
pub(crate) fn day_of(date: &str) -> u32 {
    let mut parts = date.get(..10).unwrap_or_default().split(['-', '/']);
    match (parts.next(), parts.next(), parts.next()) {
        (Some(year), Some(month), Some(day)) if year.len() == 4 && month.len() == 2 && day.len() == 2 => {
            [year, month, day].concat().parse().unwrap_or_default()
        }
        _ => 0,
    }
}

/// The order of [`PageId`], without making one.
fn compare_ids(a: &str, b: &str) -> Ordering {
    let key = |id: &str| (id.bytes().any(|byte| !byte.is_ascii_digit()), id.len());
    key(a).cmp(&key(b)).then_with(|| a.cmp(b))
}

impl Outline {
    pub fn push(&mut self, node: &Sketch<'_>) {
        let space = self.spaces.iter().position(|known| known.as_str() == node.space).unwrap_or_else(|| {
            self.spaces.push(node.space.into());
            self.spaces.len() - 1
        });
        let entry = Entry {
            id: self.add(node.id),
            title: self.add(node.title),
            above: self.add(node.parent.unwrap_or_default()),
            space: space as u32,
            day: node.day,
            position: node.position.unwrap_or(i64::MAX),
            kind: node.kind,
        };
        self.nodes.push(entry);
    }

    fn add(&mut self, text: &str) -> Span {
        let at = self.text.len() as u32;
        self.text.push_str(text);
        Span { at, length: text.len() as u32 }
    }

    fn text(&self, span: Span) -> &str {
        let at = span.at as usize;
        self.text.get(at..at + span.length as usize).unwrap_or_default()
    }

    /// Puts the nodes in the order of ids, one for each id. Their numbers hold from here on.
    pub fn settle(&mut self) {
        let mut nodes = std::mem::take(&mut self.nodes);
        nodes.sort_unstable_by(|a, b| {
            let rest = |one: &Entry| {
                (self.spaces.get(one.space as usize), self.text(one.title), self.text(one.above), one.day, one.position)
            };
            compare_ids(self.text(a.id), self.text(b.id))
                .then_with(|| rest(a).cmp(&rest(b)))
                .then_with(|| (a.kind as u8).cmp(&(b.kind as u8)))
        });
        nodes.dedup_by(|a, b| self.text(a.id) == self.text(b.id));
        self.nodes = nodes;
    }

    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    pub fn get(&self, i: usize) -> Option<Entry> {
        self.nodes.get(i).copied()
    }

    pub fn id(&self, i: usize) -> &str {
        self.nodes.get(i).map_or("", |node| self.text(node.id))
    }

    pub fn title(&self, i: usize) -> &str {
        self.nodes.get(i).map_or("", |node| self.text(node.title))
    }

    pub fn space_of(&self, i: usize) -> Option<&SpaceId> {
        self.spaces.get(self.nodes.get(i)?.space as usize)
    }

    /// All spaces that nodes are in.
    pub fn spaces(&self) -> &[SpaceId] {
        &self.spaces
    }

    /// The number of the node with this id, in a settled outline.
    pub fn find(&self, id: &str) -> Option<usize> {
        self.nodes.binary_search_by(|node| compare_ids(self.text(node.id), id)).ok()
    }

    /// Every node's place among those with the same node above, from 1, and how many there are.
    pub fn ranks(&self) -> Vec<(u32, u32)> {
        let mut order: Vec<usize> = (0..self.nodes.len()).collect();
        let siblings = |i: &usize| self.nodes.get(*i).map(|node| (node.space, self.text(node.above)));
        let place = |i: &usize| (siblings(i), self.nodes.get(*i).map(|node| node.position), self.title(*i));
        order.sort_by(|a, b| place(a).cmp(&place(b)));
        let mut ranks = vec![(0, 0); self.nodes.len()];
        for group in order.chunk_by(|a, b| siblings(a) == siblings(b)) {
            for (at, &i) in group.iter().enumerate() {
                if let Some(rank) = ranks.get_mut(i) {
                    *rank = (at as u32 + 1, group.len() as u32);
                }
            }
        }
        ranks
    }

    /// The node above, in a settled outline; `None` where that is not in it.
    pub fn above(&self, i: usize) -> Option<usize> {
        let above = self.text(self.nodes.get(i)?.above);
        if above.is_empty() { None } else { self.find(above) }
    }
}

/// What a selection takes of a settled outline of one space.
pub(crate) struct Picked {
    /// For every node: whether it is exported.
    pub taken: Vec<bool>,
    /// For every node: whether it is exported or above one that is.
    pub kept: Vec<bool>,
    /// Nodes that the selection names and that are not in the outline.
    pub missing: Vec<PageId>,
}

/// Decides which nodes are exported, and keeps those and what is above them.
pub(crate) fn pick(tree: &Outline, selection: &SpaceSelection) -> Picked {
    let mut named: BTreeMap<usize, &PageId> = BTreeMap::new();
    let mut missing = Vec::new();
    for rule in &selection.rules {
        let Target::Node(id) = &rule.target else { continue };
        match tree.find(id.as_str()) {
            Some(i) => {
                named.insert(i, id);
            }
            None if rule.effect == Effect::Include => missing.push(id.clone()),
            None => {}
        }
    }
    missing.sort();
    missing.dedup();
    let nobody = PageId::from("");
    let mut taken = vec![false; tree.len()];
    let mut kept = vec![false; tree.len()];
    let above: Vec<Option<u32>> = (0..tree.len()).map(|i| tree.above(i).map(|above| above as u32)).collect();
    let above = |i: usize| above.get(i).copied().flatten().map(|above| above as usize);
    // The walk that came by a node last, so that a circle of parents ends where it began.
    let mut seen = vec![u32::MAX; tree.len()];
    for i in 0..tree.len() {
        if !tree.get(i).is_some_and(|node| node.kind.has_body()) {
            continue;
        }
        // Only nodes that a rule names can decide: the others on the way say nothing.
        let mut way = vec![named.get(&i).copied().unwrap_or(&nobody)];
        if !named.is_empty() {
            each_above(i, above, &mut seen, |step| way.extend(named.get(&step).copied()));
        }
        if selection.decide(way.iter().rev().copied()) {
            for marks in [&mut taken, &mut kept] {
                if let Some(mark) = marks.get_mut(i) {
                    *mark = true;
                }
            }
        }
    }
    for i in 0..tree.len() {
        if taken.get(i) == Some(&true) {
            let mut at = above(i);
            while let Some(mark) = at.and_then(|at| kept.get_mut(at)).filter(|mark| !**mark) {
                *mark = true;
                at = at.and_then(above);
            }
        }
    }
    Picked { taken, kept, missing }
}

/// Shows every node above `start`, each once.
fn each_above(start: usize, above: impl Fn(usize) -> Option<usize>, seen: &mut [u32], mut see: impl FnMut(usize)) {
    let mut at = Some(start);
    while let Some(i) = at {
        match seen.get_mut(i) {
            Some(mark) if *mark != start as u32 => *mark = start as u32,
            _ => return,
        }
        if i != start {
            see(i);
        }
        at = above(i);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pagelift_model::{Reach, Rule};

    fn tree(nodes: &[(&str, Option<&str>)]) -> Outline {
        let mut tree = Outline::default();
        for &(id, parent) in nodes {
            tree.push(&Sketch { id, space: "1", kind: NodeKind::Page, title: id, parent, day: 0, position: None });
        }
        tree.settle();
        tree
    }

    fn rule(id: &str, reach: Reach, effect: Effect) -> Rule {
        Rule { target: Target::Node(id.into()), reach, effect }
    }

    #[test]
    fn rules_reach_down_the_tree_and_what_is_above_is_kept() {
        let tree = tree(&[("1", None), ("2", Some("1")), ("3", Some("2")), ("10", Some("3")), ("11", Some("3"))]);
        let rules = vec![
            rule("3", Reach::Below, Effect::Include),
            rule("11", Reach::Node, Effect::Exclude),
            rule("77", Reach::Node, Effect::Include),
        ];
        let picked = pick(&tree, &SpaceSelection { space: "DOC".into(), rules });
        assert_eq!(picked.taken, [false, false, false, true, false]);
        assert_eq!(picked.kept, [true, true, true, true, false]);
        assert_eq!(picked.missing, [PageId::from("77")]);
    }

    #[test]
    fn a_circle_of_parents_is_walked_once() {
        let tree = tree(&[("1", Some("2")), ("2", Some("1")), ("3", Some("2"))]);
        let rules = vec![rule("1", Reach::Subtree, Effect::Include)];
        let picked = pick(&tree, &SpaceSelection { space: "DOC".into(), rules });
        assert_eq!(picked.taken, [true, true, true]);
        assert!(pick(&tree, &SpaceSelection::whole("DOC".into())).kept.iter().all(|kept| *kept));
    }
}
