//! Directories while names are given out, and which names in them are taken.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher as _};

use super::Names;
use crate::names::fold;
use crate::options::Layout;
use crate::scheme::{EXTENSION, Scheme};

/// Where the blog posts of a space are.
const BLOG: &str = "blog";

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

/// What two names in one directory must differ in: the folder `A.md` would stand where the file of the page `A` is.
fn clash_key(name: &str) -> String {
    let mut key = fold(name);
    key.truncate(key.trim_end_matches(EXTENSION).len());
    key
}

/// A folded path without `.md` as a number. Should two paths ever share one, the later of them gets a suffix that it did not
/// need.
fn mark(path: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    path.hash(&mut hasher);
    hasher.finish()
}

struct Dir {
    /// Without a closing slash; empty for the destination itself.
    path: Box<str>,
    /// `path` folded, where that differs.
    folded: Option<Box<str>>,
    /// Length of what stands before a name in it, as it counts against the longest path.
    units: usize,
    above: Option<usize>,
    top_of_space: bool,
}

/// All directories of a plan.
pub(super) struct Dirs {
    scheme: Scheme,
    all: Vec<Dir>,
    taken: HashSet<u64>,
    /// The number to try next, for names that clashed.
    next: HashMap<u64, usize>,
}

impl Dirs {
    /// No directories yet; what stands where a file is that is no page is taken.
    pub fn new(scheme: Scheme, names: &dyn Names) -> Self {
        let mut taken = HashSet::new();
        names.each_occupied(&mut |path| {
            taken.insert(mark(path.trim_end_matches(EXTENSION)));
        });
        Self { scheme, all: Vec::new(), taken, next: HashMap::new() }
    }

    /// Adds a directory below `above`; names go no further up than the top of a space.
    pub fn add(&mut self, above: Option<usize>, path: String, top_of_space: bool) -> usize {
        let scheme = &self.scheme;
        let counted = match scheme.dialect.joint {
            Some(_) => path.strip_prefix(scheme.dialect.top).unwrap_or(&path).trim_start_matches('/'),
            None => &path,
        };
        let joint = scheme.joint(above.is_none()).len();
        let units = if counted.is_empty() { 0 } else { scheme.measure(counted) + joint };
        let folded = Some(fold(&path)).filter(|folded| *folded != path).map(String::into_boxed_str);
        self.all.push(Dir { path: path.into_boxed_str(), folded, units, above, top_of_space });
        self.all.len() - 1
    }

    /// How much stands before a name in `dir`.
    pub fn units(&self, dir: usize) -> usize {
        self.all.get(dir).map_or(0, |dir| dir.units)
    }

    /// The directory into which a page may be lifted out of `dir`.
    pub fn above(&self, dir: usize) -> Option<usize> {
        self.all.get(dir).filter(|dir| !dir.top_of_space)?.above
    }

    pub fn path_of(&self, dir: usize, name: &str) -> String {
        self.joined(dir, name, |dir| &dir.path)
    }

    /// The folded path of a name that is folded.
    fn folded(&self, dir: usize, key: &str) -> String {
        self.joined(dir, key, |dir| dir.folded.as_ref().unwrap_or(&dir.path))
    }

    fn joined(&self, dir: usize, name: &str, path: impl Fn(&Dir) -> &str) -> String {
        match self.all.get(dir) {
            Some(dir) if !dir.path.is_empty() => {
                format!("{}{}{name}", path(dir), self.scheme.joint(dir.above.is_none()))
            }
            _ => name.to_owned(),
        }
    }

    /// Takes `name` if nobody has it.
    pub fn take(&mut self, dir: usize, name: &str) -> bool {
        let key = clash_key(name);
        let Some((top_of_space, above)) = self.all.get(dir).map(|dir| (dir.top_of_space, dir.above)) else {
            return false;
        };
        let own = self.scheme.dialect.reserved;
        let reserved = RESERVED.contains(&key.as_str()) || own.contains(&key.as_str()) || (top_of_space && key == BLOG);
        // A space is no page, and its folder may hold whatever it likes.
        let is_space = above.is_none() && !top_of_space;
        !reserved && (is_space || !self.is_taken_inside(dir, &key)) && self.take_fixed(dir, name)
    }

    /// Takes a name that the format gives to one page alone, if nobody has it.
    pub fn take_fixed(&mut self, dir: usize, name: &str) -> bool {
        let path = self.folded(dir, &clash_key(name));
        self.taken.insert(mark(&path))
    }

    /// Whether something stands where the page of the folder `key` would be.
    fn is_taken_inside(&self, dir: usize, key: &str) -> bool {
        let inside = |name: &str| self.taken.contains(&mark(&format!("{}/{name}", self.folded(dir, key))));
        match self.scheme.layout {
            Layout::Index => inside("index") || inside("_index"),
            Layout::FolderNote => inside(key),
            Layout::Sibling | Layout::Flat => false,
        }
    }

    /// Takes `stem` within `room`: as it is, or with the name of the parent where that is given, or with the first free number.
    pub fn take_numbered(&mut self, dir: usize, stem: &str, parent: Option<&str>, room: usize) -> String {
        let scheme = self.scheme;
        let plain = scheme.component(stem, "", room);
        if self.take(dir, &plain) {
            return plain;
        }
        if let Some(parent) = parent {
            let name = scheme.component(stem, &scheme.rule.suffix(parent), room);
            if name.starts_with(&plain) && self.take(dir, &name) {
                return name;
            }
        }
        let counter = mark(&self.folded(dir, &clash_key(&plain)));
        let mut number = self.next.get(&counter).copied().unwrap_or(2);
        loop {
            let name = scheme.component(stem, &scheme.rule.suffix(&number.to_string()), room);
            number += 1;
            // Without the directory no name would ever be free.
            if self.take(dir, &name) || self.all.get(dir).is_none() {
                self.next.insert(counter, number);
                return name;
            }
        }
    }
}
