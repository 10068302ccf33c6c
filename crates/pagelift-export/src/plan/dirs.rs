//! Directories while names are given out, and which names in them are taken.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher as _};

use super::{BLOG, EXTENSION, Names};
use crate::names::{component, fold, suffix, utf16};

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

/// A name in a directory as a number. Should two names ever share one, the later of them gets a suffix that it did not need.
fn mark(folder: &str, key: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    (folder, key).hash(&mut hasher);
    hasher.finish()
}

struct Dir {
    /// Without a closing slash; empty for the destination itself.
    path: Box<str>,
    /// `path` folded, where that differs.
    folded: Option<Box<str>>,
    /// Length of `path` with a closing slash, in UTF-16 units.
    units: usize,
    above: Option<usize>,
    top_of_space: bool,
}

/// All directories of a plan.
pub(super) struct Dirs {
    all: Vec<Dir>,
    taken: HashSet<u64>,
    /// The number to try next, for names that clashed.
    next: HashMap<u64, usize>,
}

impl Dirs {
    /// No directories yet; what stands where a file is that is no page is taken.
    pub fn new(names: &dyn Names) -> Self {
        let mut taken = HashSet::new();
        names.each_occupied(&mut |path| {
            let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
            taken.insert(mark(folder, &clash_key(name)));
        });
        Self { all: Vec::new(), taken, next: HashMap::new() }
    }

    /// Adds a directory below `above`; names go no further up than the top of a space.
    pub fn add(&mut self, above: Option<usize>, path: String, top_of_space: bool) -> usize {
        let units = if path.is_empty() { 0 } else { utf16(&path) + 1 };
        let folded = Some(fold(&path)).filter(|folded| *folded != path).map(String::into_boxed_str);
        self.all.push(Dir { path: path.into_boxed_str(), folded, units, above, top_of_space });
        self.all.len() - 1
    }

    pub fn units(&self, dir: usize) -> usize {
        self.all.get(dir).map_or(0, |dir| dir.units)
    }

    /// The directory into which a page may be lifted out of `dir`.
    pub fn above(&self, dir: usize) -> Option<usize> {
        self.all.get(dir).filter(|dir| !dir.top_of_space)?.above
    }

    pub fn path_of(&self, dir: usize, name: &str) -> String {
        match self.all.get(dir) {
            Some(dir) if !dir.path.is_empty() => format!("{}/{name}", dir.path),
            _ => name.to_owned(),
        }
    }

    /// Takes `name` if nobody has it.
    pub fn take(&mut self, dir: usize, name: &str) -> bool {
        let key = clash_key(name);
        let Some(dir) = self.all.get(dir) else { return false };
        let reserved = RESERVED.contains(&key.as_str()) || (dir.top_of_space && key == BLOG);
        !reserved && self.taken.insert(mark(dir.folded.as_ref().unwrap_or(&dir.path), &key))
    }

    /// Takes `stem` with the first free number, within `units`.
    pub fn take_numbered(&mut self, dir: usize, stem: &str, units: usize) -> String {
        let named = |number: usize| {
            let name = component(stem, &suffix(number), EXTENSION, units.saturating_add(EXTENSION.len()));
            name.strip_suffix(EXTENSION).unwrap_or(&name).to_owned()
        };
        let plain = named(1);
        if self.take(dir, &plain) {
            return plain;
        }
        let folder = self.all.get(dir).map_or("", |dir| dir.folded.as_ref().unwrap_or(&dir.path));
        let counter = mark(folder, &clash_key(&plain));
        let mut number = self.next.get(&counter).copied().unwrap_or(2);
        loop {
            let name = named(number);
            number += 1;
            // Without the directory no name would ever be free.
            if self.take(dir, &name) || self.all.get(dir).is_none() {
                self.next.insert(counter, number);
                return name;
            }
        }
    }
}
