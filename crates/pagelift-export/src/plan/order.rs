//! In what order nodes claim their names, and how much room each has to leave.

use std::collections::HashSet;

use pagelift_model::{NodeKind, PageId, Space};

use super::{EXTENSION, Given, Names, PlanOptions, Renamed, SHORTEST, SUFFIX_ROOM, held_name};
use crate::names::{stem, utf16};
use crate::outline::Outline;

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
}

impl Marks {
    /// Orders the nodes of `tree` and measures them.
    pub fn new(tree: &Outline, spaces: &[Space], names: &dyn Names, options: &PlanOptions) -> Self {
        let homes: HashSet<&str> =
            spaces.iter().filter_map(|space| space.homepage.as_ref()).map(PageId::as_str).collect();
        let mut marks = Self { all: Vec::with_capacity(tree.len()), order: Vec::new() };
        for i in 0..tree.len() {
            marks.all.push(first_mark(tree, i, &homes, names, options));
        }
        marks.link();
        marks.order = (0..marks.all.len() as u32).collect();
        let key = |i: u32| marks.all.get(i as usize).map(|mark| (mark.depth, mark.class));
        marks.order.sort_by_key(|&i| (key(i), i));
        marks.measure();
        marks
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
    fn measure(&mut self) {
        for at in (0..self.order.len()).rev() {
            let Some(mark) = self.order.get(at).and_then(|&i| self.all.get(i as usize)).copied() else { continue };
            let need = (1 + mark.least).saturating_add(mark.below.max(EXTENSION.len() as u32));
            if let Some(above) =
                mark.parent().and_then(|parent| self.all.get_mut(parent)).filter(|above| !above.is_home)
            {
                above.below = above.below.max(need);
            }
        }
    }
}

/// A node with all that does not depend on others being marked.
fn first_mark(tree: &Outline, i: usize, homes: &HashSet<&str>, names: &dyn Names, options: &PlanOptions) -> Mark {
    let kind = tree.get(i).map_or(NodeKind::Page, |node| node.kind);
    let is_home = homes.contains(tree.id(i));
    let beside = kind == NodeKind::BlogPost || is_home;
    let parent = tree.above(i).filter(|&above| !beside && tree.space_of(above) == tree.space_of(i));
    let given = names.page(tree.id(i));
    let (stem, held) = resolve(tree, i, given.as_ref(), options);
    let class = match (&given, &held) {
        (Some(given), Some(_)) => u8::from(!stays(tree, i, kind, given, homes, names)),
        _ if stem == tree.title(i) => 2,
        _ => 3,
    };
    let least = held.map_or_else(|| (utf16(&stem) + SUFFIX_ROOM).min(SHORTEST), |held| utf16(&held));
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

/// The stem of a node and, where it still holds, the name given before.
pub(super) fn name_of(tree: &Outline, i: usize, names: &dyn Names, options: &PlanOptions) -> (String, Option<String>) {
    resolve(tree, i, names.page(tree.id(i)).as_ref(), options)
}

fn resolve(tree: &Outline, i: usize, given: Option<&Given>, options: &PlanOptions) -> (String, Option<String>) {
    let own = stem(tree.title(i));
    let given = given.filter(|given| options.renamed == Renamed::Keep || given.stem == own);
    let is_folder = tree.get(i).is_some_and(|node| node.kind == NodeKind::Folder);
    match given.and_then(|given| Some((given, held_name(given, is_folder)?))) {
        Some((given, held)) => (given.stem.clone(), Some(held)),
        None => (own, None),
    }
}

/// Whether the folder of a node is the one it was in before.
fn stays(tree: &Outline, i: usize, kind: NodeKind, given: &Given, homes: &HashSet<&str>, names: &dyn Names) -> bool {
    if kind == NodeKind::BlogPost {
        return true;
    }
    let parent = tree.above(i).map(|above| tree.id(above)).filter(|above| !homes.contains(above));
    let parent = parent.filter(|_| !homes.contains(tree.id(i))).and_then(|parent| names.page(parent));
    let folder = given.path.folder();
    if let Some(parent) = parent {
        let above = parent.path.as_str();
        return above.strip_suffix(EXTENSION).unwrap_or(above) == folder;
    }
    let top = tree.space_of(i).and_then(|space| names.space(space));
    top.as_ref().map_or("", |top| top.path.as_str()) == folder
}
