//! Where every page goes: the `sibling` layout, in which a page with children is `Name.md` beside a folder `Name`.
//!
//! [`plan`] is a pure function of the tree, the spaces, the names given before, and the options. The order of its input
//! makes no difference.

use std::collections::{BTreeMap, HashMap, HashSet};

use pagelift_model::{NodeKind, PageId, PageNode, RelPath, RelPathError, Space, SpaceId};

use crate::names::{component, fold, stem, suffix, utf16};

/// What every page's file ends with.
const EXTENSION: &str = ".md";

/// No component is shortened below this, in UTF-16 units.
const SHORTEST: usize = 24;

/// Room that a short name asks for beyond its own length, so that a suffix fits.
const SUFFIX_ROOM: usize = 5;

/// Names that no page and no folder gets, folded.
const RESERVED: [&str; 12] = [
    "attachments",
    "img",
    ".pagelift",
    "index",
    "_index",
    "readme",
    "home",
    "_sidebar",
    "_category_.json",
    ".order",
    "thumbs.db",
    "desktop.ini",
];

/// Where the blog posts of a space are.
const BLOG: &str = "blog";

/// What two names in one directory must differ in: the folder `A.md` would stand where the file of the page `A` is.
fn clash_key(name: &str) -> String {
    let mut key = fold(name);
    key.truncate(key.trim_end_matches(EXTENSION).len());
    key
}

/// How names are chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanOptions {
    /// What the folder of a space is named by.
    pub space_folder: SpaceFolder,
    /// What becomes of the file when the title changes.
    pub renamed: Renamed,
    /// The longest path relative to the destination, in UTF-16 units.
    pub max_units: usize,
}

impl Default for PlanOptions {
    fn default() -> Self {
        Self { space_folder: SpaceFolder::Name, renamed: Renamed::Follow, max_units: 200 }
    }
}

/// What the folder of a space is named by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SpaceFolder {
    /// Its name.
    Name,
    /// Its key.
    Key,
    /// No folder; with more than one space as [`SpaceFolder::Name`].
    None,
}

/// What becomes of a file when the title of its page changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Renamed {
    /// The name follows the title.
    Follow,
    /// The first name stays.
    Keep,
}

/// The name that an earlier plan gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// The path of the file; of the folder, for folders and spaces.
    pub path: RelPath,
    /// The stem that the title had then.
    pub stem: String,
}

/// The names that earlier plans gave.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Previous {
    /// By content id.
    pub pages: HashMap<PageId, Given>,
    /// By space id; spaces without a folder are not in it.
    pub spaces: HashMap<SpaceId, Given>,
    /// Paths where a file stands that is no page of this plan, folded with [`fold`]. No page is put there.
    pub occupied: HashSet<String>,
}

/// The place of one node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedPage {
    /// The node.
    pub id: PageId,
    /// Its file; for a folder, the directory.
    pub path: RelPath,
    /// The stem of its title, uncut by the path limit and without a suffix.
    pub stem: String,
    /// Whether its name was cut because the path would have been too long.
    pub shortened: bool,
    /// Whether it is in a folder further up because the path would have been too long.
    pub lifted: bool,
}

/// The places of all nodes and spaces.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// Every node, in the order of ids.
    pub pages: Vec<PlannedPage>,
    /// The folder of every space that has one, in the order of ids.
    pub spaces: Vec<(SpaceId, Given)>,
}

impl Plan {
    /// What a later plan has to know of this one.
    #[must_use]
    pub fn names(&self) -> Previous {
        let given = |page: &PlannedPage| Given { path: page.path.clone(), stem: page.stem.clone() };
        Previous {
            pages: self.pages.iter().map(|page| (page.id.clone(), given(page))).collect(),
            spaces: self.spaces.iter().cloned().collect(),
            occupied: HashSet::new(),
        }
    }
}

/// One directory while names are given out.
#[derive(Default)]
struct Dir {
    /// Without a closing slash; empty for the destination itself.
    path: String,
    /// Length of `path` with a closing slash, in UTF-16 units.
    units: usize,
    above: Option<usize>,
    top_of_space: bool,
    taken: HashSet<String>,
    /// The number to try next, by folded name.
    next: HashMap<String, usize>,
}

impl Dir {
    fn path_of(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}/{name}", self.path) }
    }

    fn is_free(&self, folded: &str) -> bool {
        let reserved = RESERVED.contains(&folded) || (self.top_of_space && folded == BLOG);
        !reserved && !self.taken.contains(folded)
    }

    /// Takes `name` if nobody has it.
    fn take(&mut self, name: &str) -> bool {
        let folded = clash_key(name);
        self.is_free(&folded) && self.taken.insert(folded)
    }

    /// Takes `stem` with the first free number, within `units`.
    fn take_numbered(&mut self, stem: &str, units: usize) -> String {
        let plain = component(stem, "", EXTENSION, units.saturating_add(EXTENSION.len()));
        let plain = plain.strip_suffix(EXTENSION).unwrap_or(&plain).to_owned();
        let key = clash_key(&plain);
        let mut number = self.next.get(&key).copied().unwrap_or(1);
        loop {
            let name = component(stem, &suffix(number), EXTENSION, units.saturating_add(EXTENSION.len()));
            let name = name.strip_suffix(EXTENSION).unwrap_or(&name).to_owned();
            number += 1;
            if self.take(&name) {
                self.next.insert(key, number);
                return name;
            }
        }
    }
}

/// All directories, and the names that are taken in some from the start, by folded path.
struct Dirs(Vec<Dir>, HashMap<String, HashSet<String>>);

impl Dirs {
    fn new(occupied: &HashSet<String>) -> Self {
        let mut taken: HashMap<String, HashSet<String>> = HashMap::new();
        for path in occupied {
            let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
            taken.entry(folder.to_owned()).or_default().insert(clash_key(name));
        }
        Self(Vec::new(), taken)
    }

    fn add(&mut self, above: Option<usize>, path: String, top_of_space: bool) -> usize {
        let units = if path.is_empty() { 0 } else { utf16(&path) + 1 };
        let taken = if self.1.is_empty() { None } else { self.1.get(&fold(&path)).cloned() };
        self.0.push(Dir { path, units, above, top_of_space, taken: taken.unwrap_or_default(), ..Dir::default() });
        self.0.len() - 1
    }
}

/// One node while names are given out.
struct Node<'a> {
    page: &'a PageNode,
    stem: String,
    /// The name given before, when it still holds.
    held: Option<String>,
    class: u8,
    parent: Option<usize>,
    /// Room that what is below needs at the least, behind this node's own name.
    below: usize,
    /// The folder of what is below, made when it is asked for.
    folder: Option<usize>,
}

/// Gives every node of `tree` its path.
///
/// The work is near-linear in the number of nodes, and nothing recurses. Of several nodes with one id, one is planned. Parents
/// that are missing, in another space or in a circle leave a node at the top of its space. The error cannot arise from
/// names made here, and is handed on rather than hidden.
pub fn plan(
    tree: &[PageNode],
    spaces: &[Space],
    previous: &Previous,
    options: &PlanOptions,
) -> Result<Plan, RelPathError> {
    let homes: HashSet<&PageId> = spaces.iter().filter_map(|space| space.homepage.as_ref()).collect();
    let mut nodes = nodes(tree, &homes, previous, options);
    let order = link(&mut nodes, &homes);
    measure(&mut nodes, &order, &homes);

    let mut dirs = Dirs::new(&previous.occupied);
    let mut result = Plan::default();
    let tops = space_folders(&nodes, spaces, previous, options, &mut dirs, &mut result)?;
    let mut blogs: HashMap<String, usize> = HashMap::new();
    for &i in &order {
        let Some(node) = nodes.get(i) else { continue };
        let Some(&top) = tops.get(&node.page.space) else { continue };
        let dir = match node.parent {
            Some(parent) => nodes.get(parent).and_then(|parent| parent.folder).unwrap_or(top),
            None if node.page.kind == NodeKind::BlogPost => blog_folder(node.page, top, &mut dirs, &mut blogs),
            None => top,
        };
        let placed = place(node, dir, options, &mut dirs);
        let is_home = homes.contains(&node.page.id);
        let Some(dir) = dirs.0.get(placed.dir) else { continue };
        let folder_path = dir.path_of(&placed.name);
        let path = if node.page.kind == NodeKind::Folder {
            RelPath::new(&folder_path)?
        } else {
            RelPath::new(&format!("{folder_path}{EXTENSION}"))?
        };
        result.pages.push(PlannedPage {
            id: node.page.id.clone(),
            path,
            stem: node.stem.clone(),
            shortened: placed.shortened,
            lifted: placed.lifted,
        });
        let folder = if is_home { top } else { dirs.add(Some(placed.dir), folder_path, false) };
        if let Some(node) = nodes.get_mut(i) {
            node.folder = Some(folder);
        }
    }
    result.pages.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(result)
}

/// The nodes in the order of ids, one for each id, with what the manifest holds for them.
fn nodes<'a>(
    tree: &'a [PageNode],
    homes: &HashSet<&PageId>,
    previous: &Previous,
    options: &PlanOptions,
) -> Vec<Node<'a>> {
    let mut pages: Vec<&PageNode> = tree.iter().collect();
    pages.sort_by(|a, b| {
        let rest = |page: &'a PageNode| (&page.space, &page.title, &page.parent, page.version);
        a.id.cmp(&b.id).then_with(|| rest(a).cmp(&rest(b)))
    });
    pages.dedup_by(|a, b| a.id == b.id);
    // Where the folder of a page was before, and so where its children were.
    let parent_of: HashMap<&PageId, Option<&PageId>> =
        pages.iter().map(|page| (&page.id, page.parent.as_ref())).collect();
    pages
        .iter()
        .map(|page| {
            let mut own = stem(&page.title);
            let given = previous.pages.get(&page.id);
            let given = given.filter(|given| options.renamed == Renamed::Keep || given.stem == own);
            let held = given.and_then(|given| held_name(given, page.kind == NodeKind::Folder));
            let class = match (given, &held) {
                (Some(given), Some(_)) => {
                    let parent = parent_of.get(&page.id).copied().flatten();
                    let parent = parent.filter(|_| !homes.contains(&page.id)).filter(|parent| !homes.contains(parent));
                    let parent = parent.and_then(|parent| previous.pages.get(parent));
                    let top = previous.spaces.get(&page.space).map_or("", |top| top.path.as_str());
                    let folder = parent.map_or(top, |parent| {
                        let above = parent.path.as_str();
                        above.strip_suffix(EXTENSION).unwrap_or(above)
                    });
                    let stays = page.kind == NodeKind::BlogPost || folder == given.path.folder();
                    u8::from(!stays)
                }
                _ if own == page.title => 2,
                _ => 3,
            };
            if let (Some(given), Some(_)) = (given, &held) {
                given.stem.clone_into(&mut own);
            }
            Node { page, stem: own, held, class, parent: None, below: 0, folder: None }
        })
        .collect()
}

/// The name in a path given before, if it is one that could have been made here.
fn held_name(given: &Given, is_folder: bool) -> Option<String> {
    let name = given.path.file_name();
    // What is a folder now may have been a file then.
    let is_folder = is_folder && (!name.ends_with(EXTENSION) || given.stem.contains(EXTENSION));
    let name = if is_folder { name } else { name.strip_suffix(EXTENSION)? };
    (stem(name) == name && component(name, "", EXTENSION, usize::MAX).len() == name.len() + EXTENSION.len())
        .then(|| name.to_owned())
}

/// Finds the parents, opens circles at their smallest id, and answers the order of claims: level by level, in each by
/// class and id.
fn link(nodes: &mut [Node<'_>], homes: &HashSet<&PageId>) -> Vec<usize> {
    let by_id: HashMap<&PageId, usize> = nodes.iter().enumerate().map(|(i, node)| (&node.page.id, i)).collect();
    let mut parents: Vec<Option<usize>> = nodes
        .iter()
        .map(|node| {
            let page = node.page;
            if page.kind == NodeKind::BlogPost || homes.contains(&page.id) {
                return None;
            }
            let parent = *by_id.get(page.parent.as_ref()?)?;
            nodes.get(parent).filter(|above| above.page.space == page.space).map(|_| parent)
        })
        .collect();
    let is_home = |i: usize| nodes.get(i).is_some_and(|node| homes.contains(&node.page.id));
    // Depth of every node; 0 is unknown, so that levels begin with 1.
    let mut depths = vec![0_usize; nodes.len()];
    let mut on_way = vec![false; nodes.len()];
    for start in 0..nodes.len() {
        let mut way = Vec::new();
        let mut at = Some(start);
        while let Some(i) = at {
            let known = depths.get(i).copied().unwrap_or_default();
            if known > 0 {
                break;
            }
            if on_way.get(i).copied().unwrap_or_default() {
                // A circle: the part of the way from `i` on. It opens above its smallest id, which is its smallest index.
                let from = way.iter().position(|&step| step == i).unwrap_or_default();
                let circle = way.split_off(from);
                let smallest = circle.iter().copied().min().unwrap_or(i);
                let place = circle.iter().position(|&step| step == smallest).unwrap_or_default();
                let (upper, lower) = circle.split_at(place + 1);
                let turned: Vec<usize> = lower.iter().chain(upper).copied().collect();
                way.extend(turned);
                if let Some(parent) = parents.get_mut(smallest) {
                    *parent = None;
                }
                break;
            }
            if let Some(mark) = on_way.get_mut(i) {
                *mark = true;
            }
            way.push(i);
            at = parents.get(i).copied().flatten();
        }
        while let Some(i) = way.pop() {
            // What is below a home page stands beside it, on one level with it.
            let above = parents.get(i).copied().flatten().filter(|&parent| !is_home(parent));
            let above = above.and_then(|parent| depths.get(parent).copied());
            if let Some(slot) = depths.get_mut(i) {
                *slot = above.unwrap_or(0) + 1;
            }
        }
    }
    for (node, parent) in nodes.iter_mut().zip(parents) {
        node.parent = parent;
    }
    let mut order: Vec<usize> = (0..nodes.len()).collect();
    let class = |i: usize| nodes.get(i).map(|node| node.class);
    order.sort_by_key(|&i| (depths.get(i).copied(), class(i), i));
    order
}

/// How long a node's name has to be at the least.
fn least(node: &Node<'_>) -> usize {
    match &node.held {
        Some(name) => utf16(name),
        None => (utf16(&node.stem) + SUFFIX_ROOM).min(SHORTEST),
    }
}

/// Computes from the leaves upwards what each node's folder has to leave room for.
fn measure(nodes: &mut [Node<'_>], order: &[usize], homes: &HashSet<&PageId>) {
    for &i in order.iter().rev() {
        let Some(node) = nodes.get(i) else { continue };
        let Some(parent) = node.parent else { continue };
        let need = 1 + least(node) + node.below.max(EXTENSION.len());
        if let Some(above) = nodes.get_mut(parent)
            && !homes.contains(&above.page.id)
        {
            above.below = above.below.max(need);
        }
    }
}

/// Names the folder of every space that has nodes or is listed.
fn space_folders(
    nodes: &[Node<'_>],
    spaces: &[Space],
    previous: &Previous,
    options: &PlanOptions,
    dirs: &mut Dirs,
    result: &mut Plan,
) -> Result<HashMap<SpaceId, usize>, RelPathError> {
    // A space that is not listed is named by its id.
    let mut titles: BTreeMap<&SpaceId, &str> =
        nodes.iter().map(|node| (&node.page.space, node.page.space.as_str())).collect();
    for space in spaces {
        let by_key = options.space_folder == SpaceFolder::Key;
        titles.insert(&space.id, if by_key { space.key.as_str() } else { &space.name });
    }
    let bare = options.space_folder == SpaceFolder::None && titles.len() == 1;
    let root = dirs.add(None, String::new(), bare);
    if bare {
        return Ok(titles.into_keys().map(|id| (id.clone(), root)).collect());
    }
    let mut claims: Vec<(u8, &SpaceId, String, Option<String>)> = titles
        .into_iter()
        .map(|(id, title)| {
            let own = stem(title);
            let given = previous.spaces.get(id);
            let given = given.filter(|given| options.renamed == Renamed::Keep || given.stem == own);
            match given.and_then(|given| Some((given.stem.clone(), held_name(given, true)?))) {
                Some((stem, held)) => (1, id, stem, Some(held)),
                None => (if own == title { 2 } else { 3 }, id, own, None),
            }
        })
        .collect();
    claims.sort();
    let mut tops = HashMap::new();
    for (_, id, stem, held) in claims {
        let Some(dir) = dirs.0.get_mut(root) else { continue };
        let name = match held {
            Some(name) if dir.take(&name) => name,
            _ => dir.take_numbered(&stem, options.max_units / 2),
        };
        result.spaces.push((id.clone(), Given { path: RelPath::new(&name)?, stem }));
        tops.insert(id.clone(), dirs.add(Some(root), name, true));
    }
    result.spaces.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(tops)
}

/// The folder of a blog post: `blog/2026/07`, or `blog/undated`.
fn blog_folder(page: &PageNode, top: usize, dirs: &mut Dirs, blogs: &mut HashMap<String, usize>) -> usize {
    let date = page.created.map(|created| created.to_string()).unwrap_or_default();
    let mut parts = date.split('-');
    let below = match (parts.next(), parts.next()) {
        (Some(year), Some(month)) if year.len() == 4 && month.len() == 2 => format!("{BLOG}/{year}/{month}"),
        _ => format!("{BLOG}/undated"),
    };
    let path = dirs.0.get(top).map(|dir| dir.path_of(&below)).unwrap_or_default();
    if let Some(&dir) = blogs.get(&path) {
        return dir;
    }
    let dir = dirs.add(Some(top), path.clone(), false);
    blogs.insert(path, dir);
    dir
}

/// Where a node came to be.
struct Placed {
    dir: usize,
    name: String,
    shortened: bool,
    lifted: bool,
}

/// Gives `node` a name in `dir`, or in the nearest folder above where its path is short enough.
fn place(node: &Node<'_>, dir: usize, options: &PlanOptions, dirs: &mut Dirs) -> Placed {
    let wanted = (utf16(&node.stem) + SUFFIX_ROOM).min(SHORTEST);
    let room_in = |dir: &Dir| options.max_units.saturating_sub(dir.units + EXTENSION.len());
    let mut at = dir;
    while let Some(here) = dirs.0.get(at) {
        match here.above {
            Some(above) if room_in(here) < wanted && !here.top_of_space => at = above,
            _ => break,
        }
    }
    let lifted = at != dir;
    let Some(here) = dirs.0.get_mut(at) else {
        return Placed { dir: at, name: node.stem.clone(), shortened: false, lifted };
    };
    let room = room_in(here);
    if let Some(held) = &node.held
        && utf16(held) <= room
        && here.take(held)
    {
        let shortened = utf16(held) < utf16(&node.stem);
        return Placed { dir: at, name: held.clone(), shortened, lifted };
    }
    let below = node.below.saturating_sub(EXTENSION.len());
    let units = room.saturating_sub(below).max(wanted).min(room);
    let shortened = utf16(&node.stem) > units;
    Placed { dir: at, name: here.take_numbered(&node.stem, units), shortened, lifted }
}
