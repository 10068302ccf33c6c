//! Where every page goes: the `sibling` layout, in which a page with children is `Name.md` beside a folder `Name`.
//!
//! [`plan`] is a pure function of the tree, the spaces, the names given before, and the options. The order of its input
//! makes no difference.

mod dirs;
mod order;

use std::collections::{BTreeMap, HashMap, HashSet};

use pagelift_model::{NodeKind, PageId, PageNode, RelPath, RelPathError, Space, SpaceId};

use self::dirs::Dirs;
use self::order::Marks;
use crate::names::{component, stem, utf16};
use crate::outline::{Outline, Sketch};

/// What every page's file ends with.
const EXTENSION: &str = ".md";

/// No component is shortened below this, in UTF-16 units.
const SHORTEST: usize = 24;

/// Room that a short name asks for beyond its own length, so that a suffix fits.
const SUFFIX_ROOM: usize = 5;

/// Where the blog posts of a space are.
const BLOG: &str = "blog";

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

/// What a plan asks about the names that earlier plans gave.
pub(crate) trait Names {
    /// The name of a node.
    fn page(&self, id: &str) -> Option<Given>;
    /// The name of a space's folder.
    fn space(&self, id: &SpaceId) -> Option<Given>;
    /// Shows every path where a file stands that is no page of the plan, folded.
    fn each_occupied(&self, see: &mut dyn FnMut(&str));
}

impl Names for Previous {
    fn page(&self, id: &str) -> Option<Given> {
        self.pages.get(&PageId::from(id)).cloned()
    }

    fn space(&self, id: &SpaceId) -> Option<Given> {
        self.spaces.get(id).cloned()
    }

    fn each_occupied(&self, see: &mut dyn FnMut(&str)) {
        self.occupied.iter().for_each(|path| see(path));
    }
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
    let mut outline = Outline::default();
    for node in tree {
        outline.push(&Sketch::of(node));
    }
    outline.settle();
    let mut pages = Vec::new();
    let spaces = plan_outline(&outline, spaces, previous, options, |page| {
        pages.push(page);
        Ok::<(), RelPathError>(())
    })?;
    pages.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(Plan { pages, spaces })
}

/// The same for a settled outline, one place after the other; answers the folders of spaces.
pub(crate) fn plan_outline<E: From<RelPathError>>(
    tree: &Outline,
    spaces: &[Space],
    names: &dyn Names,
    options: &PlanOptions,
    mut put: impl FnMut(PlannedPage) -> Result<(), E>,
) -> Result<Vec<(SpaceId, Given)>, E> {
    let mut marks = Marks::new(tree, spaces, names, options);
    let mut dirs = Dirs::new(names);
    let (tops, folders) = space_folders(tree, spaces, names, options, &mut dirs)?;
    let mut blogs: HashMap<String, usize> = HashMap::new();
    for i in marks.order() {
        let (Some(node), Some(mark)) = (tree.get(i), marks.get(i)) else { continue };
        let Some(&top) = tops.get(node.space as usize) else { continue };
        let dir = match mark.parent() {
            Some(parent) => marks.folder(parent).unwrap_or(top),
            None if node.kind == NodeKind::BlogPost => blog_folder(node.month, top, &mut dirs, &mut blogs),
            None => top,
        };
        let (stem, held) = order::name_of(tree, i, names, options);
        let placed = place(&stem, held, mark.below(), dir, options, &mut dirs);
        let folder_path = dirs.path_of(placed.dir, &placed.name);
        let path = if node.kind == NodeKind::Folder {
            RelPath::new(&folder_path)?
        } else {
            RelPath::new(&format!("{folder_path}{EXTENSION}"))?
        };
        let id = PageId::from(tree.id(i));
        put(PlannedPage { id, path, stem, shortened: placed.shortened, lifted: placed.lifted })?;
        if mark.is_home {
            marks.set_folder(i, top);
        } else if mark.has_children {
            marks.set_folder(i, dirs.add(Some(placed.dir), folder_path, false));
        }
    }
    Ok(folders)
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

/// Names the folder of every space that has nodes or is listed. Answers the folder of each space of the outline, by its number
/// there, and all names in the order of ids.
#[allow(clippy::type_complexity, reason = "two answers that are used once")]
fn space_folders(
    tree: &Outline,
    spaces: &[Space],
    names: &dyn Names,
    options: &PlanOptions,
    dirs: &mut Dirs,
) -> Result<(Vec<usize>, Vec<(SpaceId, Given)>), RelPathError> {
    // A space that is not listed is named by its id.
    let mut titles: BTreeMap<&SpaceId, &str> = tree.spaces().iter().map(|space| (space, space.as_str())).collect();
    for space in spaces {
        let by_key = options.space_folder == SpaceFolder::Key;
        titles.insert(&space.id, if by_key { space.key.as_str() } else { &space.name });
    }
    let bare = options.space_folder == SpaceFolder::None && titles.len() == 1;
    let root = dirs.add(None, String::new(), bare);
    if bare {
        return Ok((vec![root; tree.spaces().len()], Vec::new()));
    }
    let mut claims: Vec<(u8, &SpaceId, String, Option<String>)> = titles
        .into_iter()
        .map(|(id, title)| {
            let own = stem(title);
            let given = names.space(id);
            let given = given.filter(|given| options.renamed == Renamed::Keep || given.stem == own);
            match given.and_then(|given| Some((given.stem.clone(), held_name(&given, true)?))) {
                Some((stem, held)) => (1, id, stem, Some(held)),
                None => (if own == title { 2 } else { 3 }, id, own, None),
            }
        })
        .collect();
    claims.sort();
    let mut tops = HashMap::new();
    let mut folders = Vec::new();
    for (_, id, stem, held) in claims {
        let name = match held {
            Some(name) if dirs.take(root, &name) => name,
            _ => dirs.take_numbered(root, &stem, options.max_units / 2),
        };
        folders.push((id.clone(), Given { path: RelPath::new(&name)?, stem }));
        tops.insert(id, dirs.add(Some(root), name, true));
    }
    folders.sort_by(|a, b| a.0.cmp(&b.0));
    Ok((tree.spaces().iter().map(|space| tops.get(space).copied().unwrap_or(root)).collect(), folders))
}

/// The folder of a blog post: `blog/2026/07`, or `blog/undated`.
fn blog_folder(month: u32, top: usize, dirs: &mut Dirs, blogs: &mut HashMap<String, usize>) -> usize {
    let below = match month {
        0 => format!("{BLOG}/undated"),
        month => format!("{BLOG}/{:04}/{:02}", month / 100, month % 100),
    };
    let path = dirs.path_of(top, &below);
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

/// Gives a node a name in `dir`, or in the nearest folder above where its path is short enough. `below` is the room that
/// what is below it needs at the least.
fn place(stem: &str, held: Option<String>, below: usize, dir: usize, options: &PlanOptions, dirs: &mut Dirs) -> Placed {
    let wanted = (utf16(stem) + SUFFIX_ROOM).min(SHORTEST);
    let room_in = |dirs: &Dirs, dir: usize| options.max_units.saturating_sub(dirs.units(dir) + EXTENSION.len());
    let mut at = dir;
    while room_in(dirs, at) < wanted
        && let Some(above) = dirs.above(at)
    {
        at = above;
    }
    let lifted = at != dir;
    let room = room_in(dirs, at);
    if let Some(held) = held
        && utf16(&held) <= room
        && dirs.take(at, &held)
    {
        let shortened = utf16(&held) < utf16(stem);
        return Placed { dir: at, name: held, shortened, lifted };
    }
    let below = below.saturating_sub(EXTENSION.len());
    let units = room.saturating_sub(below).max(wanted).min(room);
    let shortened = utf16(stem) > units;
    Placed { dir: at, name: dirs.take_numbered(at, stem, units), shortened, lifted }
}
