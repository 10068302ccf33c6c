//! The facts of every flavour.

use super::{
    Apart, Boxes, Callouts, Comments, Contents, Dialect, Embeds, Expand, Extra, FileLinks, HardBreak, Html,
    PictureSize, SlugRule, Strike, Tables, Tabs,
};
use crate::Format;

const GFM: Dialect = Dialect {
    hard_break: HardBreak::Backslash,
    tables: Tables::Pipe,
    strike: Strike::Tildes,
    wide_items: false,
    lists: Apart::Marker,
    tables_in_quotes: true,
    callouts: Callouts { form: Boxes::Alert, names: ["NOTE", "TIP", "IMPORTANT", "WARNING", "CAUTION", ""] },
    expand: Expand::Details("<details>"),
    file_links: FileLinks::Relative,
    wiki_pictures: false,
    contents: Contents::Generate,
    maths: true,
    dollars: "$",
    comments: Comments::Html,
    html: Html::AsIs,
    blocks_in_lines: true,
    rich_cells: true,
    footnotes: true,
    highlight: false,
    picture_size: PictureSize::Nowhere,
    embeds: Embeds::Link,
    tabs: Tabs::Bold,
    definition_lists: false,
    code_titles: false,
    autolinks: true,
    mermaid_container: false,
    outline: false,
    plain_status: false,
    slugs: SlugRule::Github,
    extra: Extra::None,
};

const QUOTES: Callouts = Callouts { form: Boxes::Quote, names: ["Info", "Tip", "Note", "Warning", "Caution", ""] };

const COMMON_MARK: Dialect =
    Dialect { tables: Tables::Html, strike: Strike::Html, callouts: QUOTES, maths: false, footnotes: false, ..GFM };

const OBSIDIAN: Dialect = Dialect {
    callouts: Callouts { form: Boxes::Titled, names: ["info", "tip", "note", "warning", "danger", "quote"] },
    expand: Expand::Folded,
    file_links: FileLinks::Wiki,
    wiki_pictures: true,
    contents: Contents::Omit,
    highlight: true,
    picture_size: PictureSize::Alt,
    embeds: Embeds::Wiki,
    slugs: SlugRule::Text,
    extra: Extra::Obsidian,
    ..GFM
};

const DOCUSAURUS: Dialect = Dialect {
    callouts: Callouts { form: Boxes::Directive, names: ["info", "tip", "note", "warning", "danger", "note"] },
    file_links: FileLinks::Dotted,
    contents: Contents::Omit,
    comments: Comments::Jsx,
    html: Html::Jsx,
    embeds: Embeds::Video,
    tabs: Tabs::Component,
    code_titles: true,
    autolinks: false,
    extra: Extra::Mdx,
    ..GFM
};

const MKDOCS: Dialect = Dialect {
    hard_break: HardBreak::TwoSpaces,
    wide_items: true,
    lists: Apart::Comment,
    callouts: Callouts { form: Boxes::Admonition, names: ["info", "tip", "note", "warning", "danger", "quote"] },
    expand: Expand::Admonition,
    contents: Contents::Native("[TOC]"),
    picture_size: PictureSize::AttributeList,
    embeds: Embeds::Video,
    tabs: Tabs::Tabbed,
    definition_lists: true,
    code_titles: true,
    slugs: SlugRule::PythonMarkdown,
    extra: Extra::PythonMarkdown,
    ..GFM
};

const AZURE: Dialect = Dialect {
    hard_break: HardBreak::TwoSpaces,
    tables_in_quotes: false,
    callouts: QUOTES,
    expand: Expand::Bold,
    file_links: FileLinks::Absolute,
    contents: Contents::Native("[[_TOC_]]"),
    footnotes: false,
    picture_size: PictureSize::Destination,
    mermaid_container: true,
    extra: Extra::Azure,
    ..GFM
};

const GITHUB_WIKI: Dialect = Dialect { file_links: FileLinks::Name, extra: Extra::GithubWiki, ..GFM };

const GITLAB_WIKI: Dialect = Dialect {
    file_links: FileLinks::RelativeWithoutExtension,
    contents: Contents::Native("[[_TOC_]]"),
    slugs: SlugRule::Gitlab,
    extra: Extra::GitlabWiki,
    ..GFM
};

const HUGO: Dialect = Dialect { callouts: QUOTES, file_links: FileLinks::Folder, extra: Extra::Hugo, ..GFM };

const JEKYLL: Dialect = Dialect {
    hard_break: HardBreak::TwoSpaces,
    lists: Apart::Comment,
    callouts: QUOTES,
    expand: Expand::Details("<details markdown=\"1\">"),
    blocks_in_lines: false,
    contents: Contents::Native("* TOC\n{:toc}"),
    dollars: "$$",
    picture_size: PictureSize::Kramdown,
    extra: Extra::Jekyll,
    ..GFM
};

const LOGSEQ: Dialect = Dialect {
    hard_break: HardBreak::Newline,
    callouts: Callouts { form: Boxes::Begin, names: ["NOTE", "TIP", "IMPORTANT", "WARNING", "CAUTION", "QUOTE"] },
    expand: Expand::Bold,
    file_links: FileLinks::Namespace,
    contents: Contents::Omit,
    highlight: true,
    outline: true,
    blocks_in_lines: false,
    rich_cells: false,
    slugs: SlugRule::Text,
    extra: Extra::Logseq,
    ..GFM
};

const AI: Dialect = Dialect {
    strike: Strike::Plain,
    callouts: QUOTES,
    expand: Expand::Bold,
    file_links: FileLinks::Web,
    contents: Contents::Omit,
    comments: Comments::None,
    html: Html::None,
    blocks_in_lines: false,
    rich_cells: false,
    plain_status: true,
    ..GFM
};

impl Dialect {
    /// The facts of a format.
    pub(crate) fn of(format: Format) -> &'static Self {
        match format {
            Format::Gfm => &GFM,
            Format::CommonMark => &COMMON_MARK,
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
