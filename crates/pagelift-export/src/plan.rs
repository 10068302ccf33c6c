//! Where every page goes.
//!
//! [`plan`] is a pure function of the tree, the spaces, the names given before, the format and the options. The order of its
//! input makes no difference.

mod dirs;
mod order;

use std::collections::{BTreeMap, HashMap, HashSet};

use pagelift_convert::Format;
use pagelift_model::{NodeKind, PageId, PageNode, RelPath, RelPathError, Space, SpaceId};

use self::dirs::Dirs;
use self::order::{Mark, Marks};
use crate::options::{FileOptions, Renamed, SpaceFolder};
use crate::outline::{Outline, Sketch};
use crate::scheme::{Ending, Scheme};

/// No component is shortened below this, in UTF-16 units.
const SHORTEST: usize = 24;

/// Room that a short name asks for beyond its own length, so that a suffix fits.
const SUFFIX_ROOM: usize = 5;

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
    format: Format,
    options: &FileOptions,
) -> Result<Plan, RelPathError> {
    let mut outline = Outline::default();
    for node in tree {
        outline.push(&Sketch::of(node));
    }
    outline.settle();
    let mut pages = Vec::new();
    let scheme = Scheme::new(format, options);
    let spaces = plan_outline(&outline, spaces, previous, scheme, |page| {
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
    scheme: Scheme,
    mut put: impl FnMut(PlannedPage) -> Result<(), E>,
) -> Result<Vec<(SpaceId, Given)>, E> {
    let marks = Marks::new(tree, spaces, names, scheme);
    let mut dirs = Dirs::new(scheme, names);
    let (tops, folders) = space_folders(tree, spaces, names, &scheme, &mut dirs)?;
    let has_home = scheme.dialect.space_folders || spaces.len() < 2;
    let mut planner = Planner { tree, names, scheme, marks, dirs, tops, blogs: HashMap::new(), has_home };
    for i in planner.marks.order() {
        if let Some(page) = planner.next(i)? {
            put(page)?;
        }
    }
    Ok(folders)
}

/// A plan while it is made.
struct Planner<'a> {
    tree: &'a Outline,
    names: &'a dyn Names,
    scheme: Scheme,
    marks: Marks,
    dirs: Dirs,
    /// The directory of every space, by its number in the outline.
    tops: Vec<usize>,
    /// The directories of blog posts, by their paths.
    blogs: HashMap<String, usize>,
    /// Whether home pages have the name that the format has for them.
    has_home: bool,
}

impl Planner<'_> {
    /// Places one node. What is above it is placed already.
    fn next(&mut self, i: usize) -> Result<Option<PlannedPage>, RelPathError> {
        let (Some(node), Some(mark)) = (self.tree.get(i), self.marks.get(i)) else { return Ok(None) };
        let Some(&top) = self.tops.get(node.space as usize) else { return Ok(None) };
        let dir = match mark.parent() {
            Some(parent) => self.marks.folder(parent).unwrap_or(top),
            None if node.kind == NodeKind::BlogPost => self.blog_folder(node.day, top),
            None => top,
        };
        let (stem, held) = self.marks.name_of(self.tree, i, self.names);
        let page = |id: &str, path: &str, stem: String| {
            Ok(Some(PlannedPage { id: id.into(), path: RelPath::new(path)?, stem, shortened: false, lifted: false }))
        };
        let id = self.tree.id(i);
        let home = self.scheme.dialect.home.filter(|_| mark.is_home && self.has_home);
        if let Some(home) = home.filter(|home| self.dirs.take_fixed(top, home)) {
            self.marks.set_folder(i, top);
            return page(id, &Ending::Extension.path(&self.dirs.path_of(top, home), home), stem);
        }
        if self.scheme.is_flat() && node.kind == NodeKind::Folder {
            self.marks.set_folder(i, dir);
            return page(id, &self.dirs.path_of(dir, &stem), stem);
        }
        self.place(i, node.kind, mark, (dir, top), stem, held).map(Some)
    }

    /// Gives a node a name in `dir`, and what is below it a directory.
    fn place(
        &mut self,
        i: usize,
        kind: NodeKind,
        mark: Mark,
        (dir, top): (usize, usize),
        stem: String,
        held: Option<String>,
    ) -> Result<PlannedPage, RelPathError> {
        let Self { tree, scheme, dirs, marks, .. } = self;
        let parent = mark.parent().filter(|_| scheme.is_flat());
        let parent = parent.map(|parent| scheme.rule.stem(tree.title(parent), tree.id(parent)));
        // A home page has what is below it beside it.
        let ending = scheme.ending(mark.has_children && !mark.is_home);
        let claim = Claim { stem: &stem, held, parent: parent.as_deref(), below: mark.below(), ending };
        let Placed { dir, name, shortened, lifted } = place(claim, dir, scheme, dirs);
        let folder_path = dirs.path_of(dir, &name);
        let path = if kind == NodeKind::Folder { folder_path.clone() } else { ending.path(&folder_path, &name) };
        if mark.is_home {
            marks.set_folder(i, top);
        } else if scheme.is_flat() {
            marks.set_folder(i, dir);
        } else if mark.has_children {
            let folder = dirs.add(Some(dir), folder_path, false);
            if ending == Ending::Note {
                dirs.take_fixed(folder, &name);
            }
            marks.set_folder(i, folder);
        }
        Ok(PlannedPage { id: tree.id(i).into(), path: RelPath::new(&path)?, stem, shortened, lifted })
    }

    /// The directory of a blog post of this day.
    fn blog_folder(&mut self, day: u32, top: usize) -> usize {
        let Some(below) = self.scheme.blog_folder(day) else { return top };
        let path = self.dirs.path_of(top, &below);
        if let Some(&dir) = self.blogs.get(&path) {
            return dir;
        }
        let dir = self.dirs.add(Some(top), path.clone(), false);
        self.blogs.insert(path, dir);
        dir
    }
}

/// Names the folder of every space that has nodes or is listed. Answers the folder of each space of the outline, by its number
/// there, and all names in the order of ids.
#[allow(clippy::type_complexity, reason = "two answers that are used once")]
fn space_folders(
    tree: &Outline,
    spaces: &[Space],
    names: &dyn Names,
    scheme: &Scheme,
    dirs: &mut Dirs,
) -> Result<(Vec<usize>, Vec<(SpaceId, Given)>), RelPathError> {
    // A space that is not listed is named by its id.
    let mut titles: BTreeMap<&SpaceId, &str> = tree.spaces().iter().map(|space| (space, space.as_str())).collect();
    for space in spaces {
        let by_key = scheme.space_folder == SpaceFolder::Key;
        titles.insert(&space.id, if by_key { space.key.as_str() } else { &space.name });
    }
    let bare = scheme.space_folder == SpaceFolder::None && titles.len() == 1 || !scheme.dialect.space_folders;
    let root = dirs.add(None, scheme.dialect.top.to_owned(), bare);
    if bare {
        return Ok((vec![root; tree.spaces().len()], Vec::new()));
    }
    let mut claims: Vec<(u8, &SpaceId, String, Option<String>)> = titles
        .into_iter()
        .map(|(id, title)| {
            let own = scheme.space_stem(title, id);
            let given = names.space(id);
            let given = given.filter(|given| scheme.renamed == Renamed::Keep || given.stem == own);
            match given.and_then(|given| Some((given.stem.clone(), scheme.held_name(&given, true)?))) {
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
            _ => dirs.take_numbered(root, &stem, None, scheme.max / 2),
        };
        let path = dirs.path_of(root, &name);
        folders.push((id.clone(), Given { path: RelPath::new(&name)?, stem }));
        tops.insert(id, dirs.add(Some(root), path, true));
    }
    folders.sort_by(|a, b| a.0.cmp(&b.0));
    Ok((tree.spaces().iter().map(|space| tops.get(space).copied().unwrap_or(root)).collect(), folders))
}

/// What a node needs of its name.
struct Claim<'a> {
    stem: &'a str,
    /// The name that it had.
    held: Option<String>,
    /// The name of the node above, where that may set it apart from others.
    parent: Option<&'a str>,
    /// The room that what is below it needs at the least.
    below: usize,
    ending: Ending,
}

/// Where a node came to be.
struct Placed {
    dir: usize,
    name: String,
    shortened: bool,
    lifted: bool,
}

/// Gives a node a name in `dir`, or in the nearest folder above where its path is short enough.
fn place(claim: Claim<'_>, dir: usize, scheme: &Scheme, dirs: &mut Dirs) -> Placed {
    let Claim { stem, held, parent, below, ending } = claim;
    let wanted = (scheme.measure(stem) + SUFFIX_ROOM).min(SHORTEST);
    let room_in = |dirs: &Dirs, dir: usize| ending.room(scheme.max.saturating_sub(dirs.units(dir)));
    let mut at = dir;
    while room_in(dirs, at) < wanted
        && let Some(above) = dirs.above(at)
    {
        at = above;
    }
    let lifted = at != dir;
    let room = room_in(dirs, at);
    if let Some(held) = held
        && scheme.measure(&held) <= room
        && dirs.take(at, &held)
    {
        let shortened = scheme.measure(&held) < scheme.measure(stem);
        return Placed { dir: at, name: held, shortened, lifted };
    }
    let below = below.saturating_sub(ending.length(0));
    let units = room.saturating_sub(below).max(wanted).min(room);
    let shortened = scheme.measure(stem) > units;
    Placed { dir: at, name: dirs.take_numbered(at, stem, parent, units), shortened, lifted }
}
