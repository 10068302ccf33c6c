//! Names and layout of one export: what the format says, with what a person chose.

use pagelift_convert::Format;
use pagelift_model::{NodeKind, SpaceId};

use crate::dialect::{Dialect, Posts};
use crate::names::{MAX_BYTES, utf16};
use crate::naming::Rule;
use crate::options::{FileOptions, Layout, Renamed, SpaceFolder};
use crate::plan::Given;

/// What every page's file ends with.
pub(crate) const EXTENSION: &str = ".md";

/// The name of the file of a page without others below it, where that has a folder of its own.
const LEAF: &str = "index";

/// How names are made and where they go.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scheme {
    pub dialect: &'static Dialect,
    pub layout: Layout,
    pub rule: Rule,
    pub folders: bool,
    pub numbered: bool,
    pub space_folder: SpaceFolder,
    pub renamed: Renamed,
    /// The longest path: of the whole, or where levels are parts of a name, of the name.
    pub max: usize,
}

/// What follows the name of a page in its path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    /// `.md`
    Extension,
    /// `/index.md`, by the name of that file.
    Inside(&'static str),
    /// `/Name.md`
    Note,
}

impl Scheme {
    pub fn new(format: Format, options: &FileOptions) -> Self {
        let dialect = Dialect::of(format);
        let usual = dialect.layouts.first().copied().unwrap_or(Layout::Sibling);
        Self {
            dialect,
            layout: options.layout.filter(|layout| dialect.layouts.contains(layout)).unwrap_or(usual),
            rule: if options.slugs && dialect.slugs { Rule::Slug } else { dialect.rule },
            folders: options.folders.unwrap_or(dialect.folders),
            numbered: options.numbered,
            space_folder: options.space_folder,
            renamed: options.renamed,
            max: match dialect.joint {
                Some(_) => MAX_BYTES,
                None => dialect.units,
            },
        }
    }

    /// Whether all pages of a space are in one folder, with nothing in their names of where they are in the tree.
    pub fn is_flat(&self) -> bool {
        self.layout == Layout::Flat && self.dialect.joint.is_none()
    }

    /// The length of a text, as it counts against [`Scheme::max`].
    pub fn measure(&self, text: &str) -> usize {
        if self.dialect.joint.is_some() { text.len() } else { utf16(text) }
    }

    /// A name of at most `room`, made of a stem and a suffix.
    pub fn component(&self, stem: &str, suffix: &str, room: usize) -> String {
        let bytes = MAX_BYTES - EXTENSION.len();
        match self.dialect.joint {
            Some(_) => self.rule.component(stem, suffix, bytes.min(room), usize::MAX),
            None => self.rule.component(stem, suffix, bytes, room),
        }
    }

    /// The stem of the folder of a space.
    pub fn space_stem(&self, title: &str, id: &SpaceId) -> String {
        let rule = if self.rule == Rule::Numbered { Rule::Title } else { self.rule };
        rule.stem(title, id.as_str())
    }

    /// What follows the name of a node in the path of its file.
    pub fn ending(&self, has_children: bool) -> Ending {
        match self.layout {
            Layout::Index if has_children => Ending::Inside(self.dialect.index),
            Layout::Index if self.folders => Ending::Inside(LEAF),
            Layout::FolderNote if has_children => Ending::Note,
            _ => Ending::Extension,
        }
    }

    /// What stands between the path of a folder and a name in it; `is_top` for the folder that all others are in.
    pub fn joint(&self, is_top: bool) -> &'static str {
        self.dialect.joint.filter(|_| !is_top).unwrap_or("/")
    }

    /// The folder of a post of this day (`20260701`), below the folder of its space; `None` where it is that folder itself.
    pub fn blog_folder(&self, day: u32) -> Option<String> {
        let (year, month) = (day / 10_000, day / 100 % 100);
        let joint = self.joint(false);
        match (self.dialect.posts, day) {
            _ if self.is_flat() => None,
            (_, 0) => Some(format!("blog{joint}undated")),
            (Posts::ByMonth, _) => Some(format!("blog{joint}{year:04}{joint}{month:02}")),
            (Posts::Dated, _) => Some("_posts".to_owned()),
        }
    }

    /// What stands before the name of a node of this kind and day.
    pub fn prefix(&self, kind: NodeKind, day: u32) -> String {
        match (kind, self.dialect.posts) {
            (NodeKind::BlogPost, Posts::Dated) if day > 0 => {
                format!("{:04}-{:02}-{:02}-", day / 10_000, day / 100 % 100, day % 100)
            }
            _ => String::new(),
        }
    }

    /// The name that a plan gave, if it is one that it could have made of the stem that it had then.
    pub fn held_name(&self, given: &Given, is_folder: bool) -> Option<String> {
        let last = given.path.file_name();
        // What is a folder now may have been a file then.
        let is_folder = is_folder && (!last.ends_with(EXTENSION) || given.stem.contains(EXTENSION));
        let file = if is_folder { last } else { last.strip_suffix(EXTENSION)? };
        let above = given.path.folder().rsplit('/').next().filter(|_| is_index(file));
        let level = file.rsplit("___").next().unwrap_or(file);
        let sound = |name: &&str| {
            crate::names::stem(name) == *name
                && name.len() + EXTENSION.len() <= MAX_BYTES
                && self.rule.made(name, &given.stem)
        };
        [above, Some(file), Some(level)].into_iter().flatten().find(sound).map(str::to_owned)
    }

    /// The folder in which a name was claimed, by the path that it led to.
    pub fn claimed_in<'a>(&self, given: &'a Given) -> &'a str {
        let (path, folder) = (given.path.as_str(), given.path.folder());
        let file = given.path.file_name().strip_suffix(EXTENSION).unwrap_or(given.path.file_name());
        let own_folder = match self.layout {
            Layout::Index => is_index(file),
            Layout::FolderNote => folder.rsplit('/').next() == Some(file),
            _ => false,
        };
        match self.dialect.joint {
            Some(joint) => path.rsplit_once(joint).map_or(folder, |(above, _)| above),
            None if own_folder => folder.rsplit_once('/').map_or("", |(above, _)| above),
            None => folder,
        }
    }

    /// The folder of what is below a page or folder, by the path that it had.
    pub fn folder_of(&self, given: &Given) -> String {
        let path = given.path.as_str();
        let path = path.strip_suffix(EXTENSION).unwrap_or(path);
        let own = given.path.folder();
        match self.layout {
            Layout::Flat if self.dialect.joint.is_none() => own.to_owned(),
            Layout::Index if is_index(path.rsplit('/').next().unwrap_or(path)) => own.to_owned(),
            Layout::FolderNote if own.rsplit('/').next() == path.rsplit('/').next() => own.to_owned(),
            _ => path.to_owned(),
        }
    }

    /// The folder of a space, by its name.
    pub fn top(&self, space: Option<&Given>) -> String {
        let top = self.dialect.top;
        match space.map(|space| space.path.as_str()) {
            None => top.to_owned(),
            Some(name) if top.is_empty() => name.to_owned(),
            Some(name) => format!("{top}/{name}"),
        }
    }
}

/// Whether a file of this name is the page of the folder that it is in, in some format.
pub(crate) fn is_index(name: &str) -> bool {
    matches!(name, "index" | "_index")
}

impl Ending {
    /// The path of a file, by the path of the folder that it has or could have.
    pub fn path(self, folder: &str, name: &str) -> String {
        match self {
            Self::Extension => format!("{folder}{EXTENSION}"),
            Self::Inside(index) => format!("{folder}/{index}{EXTENSION}"),
            Self::Note => format!("{folder}/{name}{EXTENSION}"),
        }
    }

    /// How long the name can be where `left` are left for all.
    pub fn room(self, left: usize) -> usize {
        match self {
            Self::Extension => left.saturating_sub(EXTENSION.len()),
            Self::Inside(index) => left.saturating_sub(1 + index.len() + EXTENSION.len()),
            Self::Note => left.saturating_sub(1 + EXTENSION.len()) / 2,
        }
    }

    /// How much follows a name that is `name` long.
    pub fn length(self, name: usize) -> usize {
        match self {
            Self::Extension => EXTENSION.len(),
            Self::Inside(index) => 1 + index.len() + EXTENSION.len(),
            Self::Note => 1 + name + EXTENSION.len(),
        }
    }
}
