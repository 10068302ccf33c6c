//! The choices that a person has about files, whatever the format.

use std::collections::BTreeMap;

use pagelift_convert::{BadOption, Format, OptionInfo};

use crate::dialect::{Dialect, Navigation, Notation};

/// Where pages go that others are below.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// `Name.md` beside the folder `Name`.
    Sibling,
    /// `Name/index.md`.
    Index,
    /// `Name/Name.md`.
    FolderNote,
    /// All in one folder.
    Flat,
}

/// What the folder of a space is named by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum SpaceFolder {
    /// Its name.
    #[default]
    Name,
    /// Its key.
    Key,
    /// No folder; with more than one space as [`SpaceFolder::Name`].
    None,
}

/// What becomes of a file when the title of its page changes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Renamed {
    /// The name follows the title.
    #[default]
    Follow,
    /// The first name stays.
    Keep,
}

/// Where the fields of page-properties tables go.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum PropertyFields {
    /// Into one map of their own.
    #[default]
    Map,
    /// Among the other details.
    Fields,
}

/// Which comments come with a page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Comments {
    /// None.
    #[default]
    None,
    /// Those that nobody resolved.
    Open,
    /// All of them.
    All,
}

/// How files are named, where they go, and what stands in them besides the page's content.
///
/// `None` in an option means: as is usual in the format. A layout that a format cannot have is not used.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools, reason = "each is a choice of its own")]
pub struct FileOptions {
    /// Where pages go that others are below.
    pub layout: Option<Layout>,
    /// Whether pages without children have folders too, in the index layout.
    pub folders: Option<bool>,
    /// Whether names are in lower case without spaces, in formats that leave it open.
    pub slugs: bool,
    /// Whether names begin with a number, in the order of the tree.
    pub numbered: bool,
    /// What the folder of a space is named by.
    pub space_folder: SpaceFolder,
    /// What becomes of a file when the title changes.
    pub renamed: Renamed,
    /// Whether the title stands in the text as its first heading.
    pub title_heading: Option<bool>,
    /// Whether the page's details stand at the head of the file.
    pub details: bool,
    /// Details that are left out or have another name: by their names in Pagelift.
    pub fields: BTreeMap<String, Option<String>>,
    /// Where the fields of page-properties tables go.
    pub properties: PropertyFields,
    /// Which comments come with a page.
    pub comments: Comments,
    /// Whether comments stand in a file beside the page's, and not at its end.
    pub comments_beside: bool,
    /// Whether the files are written by which a program shows the tree.
    pub navigation: bool,
    /// Whether the text of all pages comes in pieces too, in the format for language models.
    pub chunks: bool,
}

impl Default for FileOptions {
    fn default() -> Self {
        Self {
            layout: None,
            folders: None,
            slugs: false,
            numbered: false,
            space_folder: SpaceFolder::default(),
            renamed: Renamed::default(),
            title_heading: None,
            details: true,
            fields: BTreeMap::new(),
            properties: PropertyFields::default(),
            comments: Comments::default(),
            comments_beside: false,
            navigation: true,
            chunks: false,
        }
    }
}

type Set = fn(&mut FileOptions, usize);

/// An option: its name, the words it takes, and what each does. The usual word comes first.
struct Setting(&'static str, &'static [&'static str], Set);

const NO_YES: &[&str] = &["no", "yes"];
const YES_NO: &[&str] = &["yes", "no"];
const FORMAT_YES_NO: &[&str] = &["format", "yes", "no"];

/// What [`FORMAT_YES_NO`] means.
fn chosen(word: usize) -> Option<bool> {
    match word {
        0 => None,
        word => Some(word == 1),
    }
}

const SETTINGS: &[Setting] = &[
    Setting("layout", &["format", "sibling", "index", "folder-note", "flat"], |o, word| {
        o.layout = match word {
            1 => Some(Layout::Sibling),
            2 => Some(Layout::Index),
            3 => Some(Layout::FolderNote),
            4 => Some(Layout::Flat),
            _ => None,
        }
    }),
    Setting("folders", FORMAT_YES_NO, |o, word| o.folders = chosen(word)),
    Setting("slugs", NO_YES, |o, word| o.slugs = word == 1),
    Setting("numbered", NO_YES, |o, word| o.numbered = word == 1),
    Setting("space_folder", &["name", "key", "none"], |o, word| {
        o.space_folder = match word {
            1 => SpaceFolder::Key,
            2 => SpaceFolder::None,
            _ => SpaceFolder::Name,
        }
    }),
    Setting("renamed", &["follow", "keep"], |o, word| {
        o.renamed = if word == 1 { Renamed::Keep } else { Renamed::Follow }
    }),
    Setting("title_heading", FORMAT_YES_NO, |o, word| o.title_heading = chosen(word)),
    Setting("details", YES_NO, |o, word| o.details = word == 0),
    Setting("property_fields", &["map", "fields"], |o, word| {
        o.properties = if word == 1 { PropertyFields::Fields } else { PropertyFields::Map }
    }),
    Setting("comments", &["none", "open", "all"], |o, word| {
        o.comments = match word {
            1 => Comments::Open,
            2 => Comments::All,
            _ => Comments::None,
        }
    }),
    Setting("comment_place", &["page", "file"], |o, word| o.comments_beside = word == 1),
    Setting("navigation", YES_NO, |o, word| o.navigation = word == 0),
    Setting("chunks", NO_YES, |o, word| o.chunks = word == 1),
];

/// How the name of an option begins that is about one detail: `field.labels`.
const FIELD: &str = "field.";

/// The value that leaves a detail out.
const OFF: &str = "off";

impl FileOptions {
    /// Sets one option by the name and value it has in settings files. `field.NAME` takes `on`, `off`, or the name that the
    /// detail has in the file.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), BadOption> {
        if let Some(field) = name.strip_prefix(FIELD) {
            return self.set_field(field, value).ok_or_else(|| BadOption::Unknown { name: name.to_owned() });
        }
        let Some(Setting(name, words, set)) = SETTINGS.iter().find(|Setting(known, ..)| *known == name) else {
            return Err(BadOption::Unknown { name: name.to_owned() });
        };
        match words.iter().position(|word| *word == value) {
            Some(word) => {
                set(self, word);
                Ok(())
            }
            None => Err(BadOption::Value { name, values: words.to_vec() }),
        }
    }

    fn set_field(&mut self, field: &str, value: &str) -> Option<()> {
        let known = Self::fields().contains(&field);
        let sound = !value.is_empty() && value.chars().all(|c| c.is_ascii_alphanumeric() || "_-".contains(c));
        if !known || !sound {
            return None;
        }
        match value {
            "on" => self.fields.remove(field),
            OFF => self.fields.insert(field.to_owned(), None),
            name => self.fields.insert(field.to_owned(), Some(name.to_owned())),
        };
        Some(())
    }

    /// Every option that can be set by name and takes one of a few words.
    pub fn all() -> Vec<OptionInfo> {
        SETTINGS.iter().map(|Setting(name, words, _)| OptionInfo { name, values: words.to_vec() }).collect()
    }

    /// Whether an option changes anything in a format. Of a layout that it cannot have, see [`FileOptions::layouts`].
    pub fn matters(format: Format, name: &str) -> bool {
        let dialect = Dialect::of(format);
        match name {
            "layout" => dialect.layouts.len() > 1,
            "folders" => dialect.layouts.contains(&Layout::Index),
            "slugs" => dialect.slugs,
            "space_folder" => dialect.space_folders,
            "details" | "property_fields" => dialect.notation != Notation::None,
            "navigation" => dialect.navigation != Navigation::None,
            "chunks" => dialect.navigation == Navigation::Manifest,
            _ => name.strip_prefix(FIELD).is_none_or(|field| dialect.details.iter().any(|(known, _)| *known == field)),
        }
    }

    /// The layouts that a format can have, by the words that `layout` takes.
    pub fn layouts(format: Format) -> Vec<&'static str> {
        let word = |layout: &Layout| match layout {
            Layout::Sibling => "sibling",
            Layout::Index => "index",
            Layout::FolderNote => "folder-note",
            Layout::Flat => "flat",
        };
        Dialect::of(format).layouts.iter().map(word).collect()
    }

    /// Every detail that `field.NAME` can be set for.
    pub fn fields() -> &'static [&'static str] {
        crate::details::FIELDS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_option_takes_each_of_its_words_and_the_first_is_what_is_done_anyway() {
        for OptionInfo { name, values } in FileOptions::all() {
            let mut options = FileOptions::default();
            for value in values.iter().rev() {
                options.set(name, value).unwrap_or_else(|error| panic!("{name} {value}: {error}"));
            }
            assert_eq!(options, FileOptions::default(), "{name}");
            assert!(options.set(name, "nonsense").is_err());
        }
    }

    #[test]
    fn details_can_be_renamed_left_out_and_brought_back() {
        let mut options = FileOptions::default();
        options.set("field.labels", "tags").expect("a name");
        options.set("field.author", "off").expect("off");
        assert_eq!(options.fields.get("labels"), Some(&Some("tags".to_owned())));
        assert_eq!(options.fields.get("author"), Some(&None));
        options.set("field.author", "on").expect("on");
        assert_eq!(options.fields.get("author"), None);
        for (name, value) in [("field.nothing", "off"), ("field.labels", "a: b"), ("field.labels", "")] {
            assert!(options.set(name, value).is_err(), "{name} {value}");
        }
    }
}
