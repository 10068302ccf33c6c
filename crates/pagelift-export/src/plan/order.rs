//! In what order nodes claim their names, and how much room each has to leave.

use std::collections::HashSet;

use pagelift_model::{NodeKind, PageId, Space};

use super::{Given, Names, SHORTEST, SUFFIX_ROOM};
use crate::options::Renamed;
use crate::outline::Outline;
use crate::scheme::Scheme;

const NONE: u32 = u32::MAX;

/// One node while names are given out.
#[derive(Clone, Copy)]
pub(super) struct Mark {
    parent: u32,
    /// Level in the tree, from 1; 0 while not known.
    depth: u32,
    /// Room that what is below needs at the least, behind this node's own name.
    below: u32,
    /// How long its own name has to be at the least.
    least: u32,
    /// The directory of what is below, once it is made.
    folder: u32,
    /// Who claims first: names that stay where they are, names that move, titles that needed no change, the rest.
    class: u8,
    /// Whether it is the home page of its space.
    pub is_home: bool,
    /// Whether other nodes go into a folder of it.
    pub has_children: bool,
}

impl Mark {
    /// The node above, if it is in the plan.
    pub fn parent(&self) -> Option<usize> {
        (self.parent != NONE).then_some(self.parent as usize)
    }

    /// See [`Mark`].
    pub fn below(&self) -> usize {
        self.below as usize
    }
}

/// All nodes, by their number in the outline.
pub(super) struct Marks {
    all: Vec<Mark>,
    order: Vec<u32>,
    stems: Stems,
}

/// Makes the stems of nodes.
struct Stems {
    scheme: Scheme,
    /// For every node: its place among its siblings, and how many those are, where names begin with a number.
    ranks: Option<Vec<(u32, u32)>>,
}

impl Marks {
    /// Orders the nodes of `tree` and measures them.
    pub fn new(tree: &Outline, spaces: &[Space], names: &dyn Names, scheme: Scheme) -> Self {
        let homes: HashSet<&str> =
            spaces.iter().filter_map(|space| space.homepage.as_ref()).map(PageId::as_str).collect();
        let stems = Stems { scheme, ranks: scheme.numbered.then(|| tree.ranks()) };
        let mut marks = Self { all: Vec::with_capacity(tree.len()), order: Vec::new(), stems };
        for i in 0..tree.len() {
            let mark = first_mark(tree, i, &homes, names, &marks.stems);
            marks.all.push(mark);
        }
        marks.link();
        marks.order = (0..marks.all.len() as u32).collect();
        // In one folder, who has a name comes before who has none, on whatever level.
        let level = |mark: &Mark| if scheme.is_flat() { 0 } else { mark.depth };
        let key = |i: u32| marks.all.get(i as usize).map(|mark| (level(mark), mark.class));
        marks.order.sort_by_key(|&i| (key(i), i));
        if !scheme.is_flat() {
            marks.measure(&scheme);
        }
        marks
    }

    /// The stem of a node and, where it still holds, the name given before.
    pub fn name_of(&self, tree: &Outline, i: usize, names: &dyn Names) -> (String, Option<String>) {
        let is_home = self.get(i).is_some_and(|mark| mark.is_home);
        self.stems.resolve(tree, i, is_home, names.page(tree.id(i)).as_ref())
    }

    /// The nodes in the order of claims: level by level, in each by class and id.
    pub fn order(&mut self) -> impl Iterator<Item = usize> + use<> {
        std::mem::take(&mut self.order).into_iter().map(|i| i as usize)
    }

    pub fn get(&self, i: usize) -> Option<Mark> {
        self.all.get(i).copied()
    }

    /// The directory of what is below a node.
    pub fn folder(&self, i: usize) -> Option<usize> {
        let folder = self.all.get(i)?.folder;
        (folder != NONE).then_some(folder as usize)
    }

    pub fn set_folder(&mut self, i: usize, folder: usize) {
        if let Some(mark) = self.all.get_mut(i) {
            mark.folder = folder as u32;
        }
    }

    fn parent(&self, i: usize) -> Option<usize> {
        self.all.get(i)?.parent()
    }

    fn depth(&self, i: usize) -> u32 {
        self.all.get(i).map_or(0, |mark| mark.depth)
    }

    /// Finds the level of every node, and opens circles at their smallest id.
    fn link(&mut self) {
        let mut on_way = vec![false; self.all.len()];
        for start in 0..self.all.len() {
            let mut way = Vec::new();
            let mut at = Some(start);
            while let Some(i) = at.filter(|&i| self.depth(i) == 0) {
                if on_way.get(i).copied().unwrap_or_default() {
                    self.open_circle(&mut way, i);
                    break;
                }
                if let Some(mark) = on_way.get_mut(i) {
                    *mark = true;
                }
                way.push(i);
                at = self.parent(i);
            }
            while let Some(i) = way.pop() {
                // What is below a home page stands beside it, on one level with it.
                let above = self.parent(i).and_then(|parent| self.all.get(parent));
                let above = above.filter(|above| !above.is_home).map_or(0, |above| above.depth);
                if let Some(mark) = self.all.get_mut(i) {
                    mark.depth = above + 1;
                }
            }
        }
        for i in 0..self.all.len() {
            if let Some(above) = self.parent(i).and_then(|parent| self.all.get_mut(parent)) {
                above.has_children = true;
            }
        }
    }

    /// `way` leads round to `again`: the circle opens above its smallest id, which is its smallest number.
    fn open_circle(&mut self, way: &mut Vec<usize>, again: usize) {
        let from = way.iter().position(|&step| step == again).unwrap_or_default();
        let circle = way.split_off(from);
        let smallest = circle.iter().copied().min().unwrap_or(again);
        let place = circle.iter().position(|&step| step == smallest).unwrap_or_default();
        let (upper, lower) = circle.split_at(place + 1);
        way.extend(lower.iter().chain(upper).copied());
        if let Some(mark) = self.all.get_mut(smallest) {
            mark.parent = NONE;
        }
    }

    /// Computes from the leaves upwards what each node's folder has to leave room for.
    fn measure(&mut self, scheme: &Scheme) {
        for at in (0..self.order.len()).rev() {
            let Some(mark) = self.order.get(at).and_then(|&i| self.all.get(i as usize)).copied() else { continue };
            let own = scheme.ending(mark.has_children).length(mark.least as usize) as u32;
            let need = (scheme.joint(false).len() as u32 + mark.least).saturating_add(mark.below.max(own));
            if let Some(above) =
                mark.parent().and_then(|parent| self.all.get_mut(parent)).filter(|above| !above.is_home)
            {
                above.below = above.below.max(need);
            }
        }
    }
}

/// A node with all that does not depend on others being marked.
fn first_mark(tree: &Outline, i: usize, homes: &HashSet<&str>, names: &dyn Names, stems: &Stems) -> Mark {
    let kind = tree.get(i).map_or(NodeKind::Page, |node| node.kind);
    let is_home = homes.contains(tree.id(i));
    let beside = kind == NodeKind::BlogPost || is_home;
    let parent = tree.above(i).filter(|&above| !beside && tree.space_of(above) == tree.space_of(i));
    let given = names.page(tree.id(i));
    let (stem, held) = stems.resolve(tree, i, is_home, given.as_ref());
    let class = match (&given, &held) {
        (Some(given), Some(_)) => u8::from(!stays(tree, i, kind, given, homes, names, &stems.scheme)),
        _ if stem == tree.title(i) => 2,
        _ => 3,
    };
    let measured = |text: &str| stems.scheme.measure(text);
    let least = held.map_or_else(|| (measured(&stem) + SUFFIX_ROOM).min(SHORTEST), |held| measured(&held));
    Mark {
        parent: parent.map_or(NONE, |parent| parent as u32),
        depth: 0,
        below: 0,
        least: least as u32,
        folder: NONE,
        class,
        is_home,
        has_children: false,
    }
}

impl Stems {
    /// The stem of a node and, where it still holds, the name given before.
    fn resolve(&self, tree: &Outline, i: usize, is_home: bool, given: Option<&Given>) -> (String, Option<String>) {
        let own = self.own(tree, i, is_home);
        let given = given.filter(|given| self.scheme.renamed == Renamed::Keep || given.stem == own);
        let is_folder = tree.get(i).is_some_and(|node| node.kind == NodeKind::Folder);
        match given.and_then(|given| Some((given, self.scheme.held_name(given, is_folder)?))) {
            Some((given, held)) => (given.stem.clone(), Some(held)),
            None => (own, None),
        }
    }

    fn own(&self, tree: &Outline, i: usize, is_home: bool) -> String {
        let rule = self.scheme.rule;
        let stem = rule.stem(tree.title(i), tree.id(i));
        let Some(node) = tree.get(i) else { return stem };
        let prefix = self.scheme.prefix(node.kind, node.day);
        let numbered = !is_home && node.kind != NodeKind::BlogPost;
        match self.ranks.as_ref().and_then(|ranks| ranks.get(i)).filter(|_| numbered) {
            Some((rank, all)) => {
                let width = all.to_string().len().max(2);
                rule.finished(&format!("{rank:0width$}{}{stem}", rule.space()))
            }
            None if prefix.is_empty() => stem,
            None => rule.finished(&format!("{prefix}{stem}")),
        }
    }
}

/// Whether the folder of a node is the one it was in before.
fn stays(
    tree: &Outline,
    i: usize,
    kind: NodeKind,
    given: &Given,
    homes: &HashSet<&str>,
    names: &dyn Names,
    scheme: &Scheme,
) -> bool {
    if kind == NodeKind::BlogPost {
        return true;
    }
    let parent = tree.above(i).map(|above| tree.id(above)).filter(|above| !homes.contains(above));
    let parent = parent.filter(|_| !homes.contains(tree.id(i))).and_then(|parent| names.page(parent));
    let folder = scheme.claimed_in(given);
    if let Some(parent) = parent {
        return scheme.folder_of(&parent) == folder;
    }
    let top = tree.space_of(i).and_then(|space| names.space(space));
    scheme.top(top.as_ref()) == folder
}
