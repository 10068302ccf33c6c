//! What sets one format apart from the others where files are concerned, as facts: names, folders, page details and
//! navigation ask these and never the format's name.

use pagelift_convert::Format;

use crate::naming::Rule;
use crate::options::Layout;

/// Where the files of attachments are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AttachmentFolder {
    /// In a folder of this name beside the page, and in it one for the page.
    Beside(&'static str),
    /// In one folder for all pages, with the page's name in front of their own.
    Shared(&'static str),
    /// In the page's own folder, with the page's file.
    Bundle,
    /// In a folder beside the page, under names that the program can find: without some marks, and with an extension where
    /// the attachment has none.
    Named {
        /// The folder.
        folder: &'static str,
        /// What a name may not hold.
        without: &'static [char],
        /// The extension of a file without one, with its dot.
        extension: &'static str,
    },
}

/// Where blog posts are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Posts {
    /// `blog/2026/07/Name.md`
    ByMonth,
    /// `_posts/2026-07-01-name.md`
    Dated,
}

/// Whether the title is written as the first heading where nobody chose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Heading {
    Always,
    /// The page's details say it, and the program shows it from there.
    Never,
    /// The program shows the file's name as the title.
    UnlessNamed,
}

/// The notation of the page's details.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Notation {
    /// None at all.
    None,
    /// YAML between two `---` lines.
    Yaml,
    /// `key:: value` lines.
    Properties,
}

/// The files by which a program shows the tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Navigation {
    None,
    /// Pages with the whole tree as a list of links, by the names of their files and their titles. A page of this name that
    /// is exported stands in the place of the list.
    Lists(&'static [(&'static str, Option<&'static str>)]),
    /// `_category_.json` in every folder.
    Categories,
    /// `.order` in every folder.
    Orders,
    /// `nav.yml`
    Nav,
    /// `manifest.jsonl`
    Manifest,
}

/// The facts of one format.
#[derive(Debug)]
#[allow(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub(crate) struct Dialect {
    /// The layouts that the format can have, the usual one first.
    pub layouts: &'static [Layout],
    /// Whether a page without children has a folder of its own too, in the index layout.
    pub folders: bool,
    /// The name of a folder's own page, in the index layout.
    pub index: &'static str,
    /// The name of a space's home page, where it is not its title.
    pub home: Option<&'static str>,
    /// What all pages are in.
    pub top: &'static str,
    /// What stands for the slash between folder and name, where the levels of the tree are parts of a name.
    pub joint: Option<&'static str>,
    /// Whether a space has a folder.
    pub space_folders: bool,
    pub rule: Rule,
    /// Whether people may choose names in lower case without spaces.
    pub slugs: bool,
    /// Names that no page gets, folded, besides those of every format.
    pub reserved: &'static [&'static str],
    /// The longest path, in UTF-16 units.
    pub units: usize,
    pub posts: Posts,
    pub attachments: AttachmentFolder,
    /// Whether links can be bare names, which lead to whatever file has that name.
    pub bare_links: bool,
    pub heading: Heading,
    pub notation: Notation,
    /// What the page's details hold: the name of each in Pagelift and in the file. A dot stands before a key inside a map.
    pub details: &'static [(&'static str, &'static str)],
    pub navigation: Navigation,
}

const ALL_LAYOUTS: &[Layout] = &[Layout::Sibling, Layout::Index, Layout::FolderNote, Layout::Flat];

/// The details that every format with details has, as far as it does not have another name for them.
const DETAILS: &[(&str, &str)] = &[
    ("title", "title"),
    ("id", "id"),
    ("type", "type"),
    ("space", "space"),
    ("space_name", "space_name"),
    ("url", "url"),
    ("status", "status"),
    ("author", "author"),
    ("created", "created"),
    ("updated_by", "updated_by"),
    ("updated", "updated"),
    ("version", "version"),
    ("labels", "labels"),
    ("parent", "parent"),
    ("parent_id", "parent_id"),
    ("path", "path"),
    ("position", "position"),
    ("restricted", "restricted"),
    ("properties", "properties"),
];

const PLAIN: Dialect = Dialect {
    layouts: ALL_LAYOUTS,
    folders: false,
    index: "index",
    home: None,
    top: "",
    joint: None,
    space_folders: true,
    rule: Rule::Title,
    slugs: false,
    reserved: &[],
    units: 200,
    posts: Posts::ByMonth,
    attachments: AttachmentFolder::Beside("attachments"),
    bare_links: false,
    heading: Heading::Always,
    notation: Notation::Yaml,
    details: DETAILS,
    navigation: Navigation::Lists(&[("index", Some("Contents"))]),
};

const OBSIDIAN: Dialect = Dialect {
    rule: Rule::Obsidian,
    bare_links: true,
    heading: Heading::Never,
    details: &[
        ("title", "title"),
        ("aliases", "aliases"),
        ("id", "id"),
        ("type", "type"),
        ("space", "space"),
        ("space_name", "space_name"),
        ("url", "url"),
        ("status", "status"),
        ("author", "author"),
        ("created", "created"),
        ("updated_by", "updated_by"),
        ("updated", "updated"),
        ("version", "version"),
        ("labels", "tags"),
        ("parent", "parent"),
        ("parent_id", "parent_id"),
        ("path", "path"),
        ("position", "position"),
        ("restricted", "restricted"),
        ("properties", "properties"),
    ],
    navigation: Navigation::None,
    ..PLAIN
};

const DOCUSAURUS: Dialect = Dialect {
    layouts: &[Layout::Index, Layout::Sibling],
    home: Some("index"),
    rule: Rule::Docusaurus,
    slugs: true,
    // A file is loaded by its name, in which `!` stands for more, and one without an extension is taken for a page.
    attachments: AttachmentFolder::Named { folder: "img", without: &['!'], extension: ".bin" },
    heading: Heading::Never,
    // `id` would be part of the page's address there.
    details: &[
        ("title", "title"),
        ("id", "confluence_id"),
        ("type", "type"),
        ("space", "space"),
        ("space_name", "space_name"),
        ("url", "url"),
        ("status", "status"),
        ("author", "author"),
        ("created", "created"),
        ("updated", "last_update.date"),
        ("updated_by", "last_update.author"),
        ("version", "version"),
        ("labels", "tags"),
        ("parent", "parent"),
        ("parent_id", "parent_id"),
        ("path", "path"),
        ("position", "sidebar_position"),
        ("restricted", "restricted"),
        ("properties", "properties"),
    ],
    navigation: Navigation::Categories,
    ..PLAIN
};

const MKDOCS: Dialect = Dialect {
    layouts: &[Layout::Index, Layout::Sibling],
    home: Some("index"),
    slugs: true,
    navigation: Navigation::Nav,
    ..PLAIN
};

const AZURE: Dialect = Dialect {
    layouts: &[Layout::Sibling],
    rule: Rule::Azure,
    units: 235,
    attachments: AttachmentFolder::Shared(".attachments"),
    heading: Heading::UnlessNamed,
    notation: Notation::None,
    details: &[],
    navigation: Navigation::Orders,
    ..PLAIN
};

const GITHUB_WIKI: Dialect = Dialect {
    layouts: &[Layout::Flat],
    home: Some("Home"),
    space_folders: false,
    rule: Rule::Dashes,
    reserved: &["_footer", "_header"],
    heading: Heading::UnlessNamed,
    notation: Notation::None,
    details: &[],
    navigation: Navigation::Lists(&[("Home", Some("Home")), ("_Sidebar", None)]),
    ..PLAIN
};

const GITLAB_WIKI: Dialect = Dialect {
    layouts: &[Layout::Sibling],
    home: Some("home"),
    rule: Rule::Slug,
    reserved: &["uploads"],
    attachments: AttachmentFolder::Shared("uploads"),
    heading: Heading::Never,
    details: &[("title", "title")],
    navigation: Navigation::Lists(&[("home", Some("Home")), ("_sidebar", None)]),
    ..PLAIN
};

const HUGO: Dialect = Dialect {
    layouts: &[Layout::Index],
    folders: true,
    index: "_index",
    home: Some("_index"),
    rule: Rule::Slug,
    attachments: AttachmentFolder::Bundle,
    heading: Heading::Never,
    // `url`, `type` and `path` would decide about the page itself there.
    details: &[
        ("title", "title"),
        ("created", "date"),
        ("updated", "lastmod"),
        ("position", "weight"),
        ("labels", "tags"),
        ("id", "params.id"),
        ("type", "params.type"),
        ("space", "params.space"),
        ("space_name", "params.space_name"),
        ("url", "params.url"),
        ("status", "params.status"),
        ("author", "params.author"),
        ("updated_by", "params.updated_by"),
        ("version", "params.version"),
        ("parent", "params.parent"),
        ("parent_id", "params.parent_id"),
        ("path", "params.path"),
        ("restricted", "params.restricted"),
        ("properties", "params.properties"),
    ],
    navigation: Navigation::None,
    ..PLAIN
};

const JEKYLL: Dialect = Dialect {
    layouts: &[Layout::Index, Layout::Sibling],
    home: Some("index"),
    rule: Rule::Slug,
    posts: Posts::Dated,
    // Links between files are made anew there, and lose the code of this mark.
    attachments: AttachmentFolder::Named { folder: "attachments", without: &['#'], extension: "" },
    heading: Heading::Never,
    // `url`, `id` and `path` of a page are the program's own there, whatever the file says.
    details: &[
        ("layout", "layout"),
        ("title", "title"),
        ("parent", "parent"),
        ("position", "nav_order"),
        ("id", "confluence_id"),
        ("type", "type"),
        ("space", "space"),
        ("space_name", "space_name"),
        ("url", "confluence_url"),
        ("status", "status"),
        ("author", "author"),
        ("created", "created"),
        ("updated_by", "updated_by"),
        ("updated", "updated"),
        ("version", "version"),
        ("labels", "labels"),
        ("parent_id", "parent_id"),
        ("path", "confluence_path"),
        ("restricted", "restricted"),
        ("properties", "properties"),
    ],
    navigation: Navigation::None,
    ..PLAIN
};

const LOGSEQ: Dialect = Dialect {
    layouts: &[Layout::Flat],
    top: "pages",
    joint: Some("___"),
    rule: Rule::Logseq,
    attachments: AttachmentFolder::Shared("assets"),
    heading: Heading::UnlessNamed,
    notation: Notation::Properties,
    // `title` would be the name of the page there, without those above it, and `id` one of a block.
    details: &[
        ("title", "page-title"),
        ("id", "confluence-id"),
        ("type", "type"),
        ("space", "space"),
        ("space_name", "space-name"),
        ("url", "url"),
        ("status", "status"),
        ("author", "author"),
        ("created", "created"),
        ("updated_by", "updated-by"),
        ("updated", "updated"),
        ("version", "version"),
        ("labels", "tags"),
        ("parent", "parent"),
        ("parent_id", "parent-id"),
        ("position", "position"),
        ("restricted", "restricted"),
        ("properties", "properties"),
    ],
    navigation: Navigation::None,
    ..PLAIN
};

const AI: Dialect = Dialect {
    layouts: &[Layout::Sibling, Layout::Flat],
    rule: Rule::Numbered,
    navigation: Navigation::Manifest,
    ..PLAIN
};

impl Dialect {
    /// The facts of `format`.
    pub fn of(format: Format) -> &'static Self {
        match format {
            Format::Gfm | Format::CommonMark => &PLAIN,
            Format::Obsidian => &OBSIDIAN,
            Format::Docusaurus => &DOCUSAURUS,
            Format::MkDocs => &MKDOCS,
            Format::Azure => &AZURE,
            Format::GithubWiki => &GITHUB_WIKI,
            Format::GitlabWiki => &GITLAB_WIKI,
            Format::Hugo => &HUGO,
            Format::Jekyll => &JEKYLL,
            Format::Logseq => &LOGSEQ,
            Format::Ai => &AI,
        }
    }
}
