//! What the fake site holds.

use std::collections::{BTreeMap, BTreeSet};

/// A space.
#[derive(Debug, Clone)]
pub struct Space {
    /// The id.
    pub id: u64,
    /// The key, as it stands in links.
    pub key: String,
    /// The name.
    pub name: String,
    /// `global`, `collaboration`, `personal`…
    pub kind: String,
    /// The home page, when the space has one.
    pub homepage: Option<u64>,
    /// When it was made.
    pub created: String,
}

/// Page or blog post.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A page.
    Page,
    /// A blog post.
    BlogPost,
}

/// The parent of a page or folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parent {
    /// Top level of the space.
    None,
    /// A page.
    Page(u64),
    /// A folder.
    Folder(u64),
}

impl Parent {
    /// The parent's id.
    pub fn id(self) -> Option<u64> {
        match self {
            Self::None => None,
            Self::Page(id) | Self::Folder(id) => Some(id),
        }
    }

    /// The name of the parent's type.
    pub fn type_name(self) -> Option<&'static str> {
        match self {
            Self::None => None,
            Self::Page(_) => Some("page"),
            Self::Folder(_) => Some("folder"),
        }
    }
}

/// A label.
#[derive(Debug, Clone)]
pub struct Label {
    /// The id.
    pub id: u64,
    /// The name.
    pub name: String,
}

/// A page or a blog post.
#[derive(Debug, Clone)]
pub struct Content {
    /// The id.
    pub id: u64,
    /// Page or blog post.
    pub kind: Kind,
    /// The space's id.
    pub space: u64,
    /// The title, unique in its space.
    pub title: String,
    /// The parent; always [`Parent::None`] for a blog post.
    pub parent: Parent,
    /// Place among its siblings.
    pub position: u64,
    /// Account id of the author.
    pub author: String,
    /// Account id of the last editor.
    pub editor: String,
    /// When it was made.
    pub created: String,
    /// When the current version was made.
    pub modified: String,
    /// The current version.
    pub version: u64,
    /// The storage body.
    pub body: String,
    /// The labels.
    pub labels: Vec<Label>,
}

/// A folder.
#[derive(Debug, Clone)]
pub struct Folder {
    /// The id.
    pub id: u64,
    /// The space's id.
    pub space: u64,
    /// The title.
    pub title: String,
    /// The parent.
    pub parent: Parent,
    /// Account id of the author.
    pub author: String,
    /// When it was made.
    pub created: String,
}

/// An attachment.
#[derive(Debug, Clone)]
pub struct Attachment {
    /// The id without the `att` prefix.
    pub id: u64,
    /// The page or blog post it hangs on.
    pub content: u64,
    /// The file name.
    pub title: String,
    /// The media type.
    pub media_type: String,
    /// The id at the media service.
    pub file_id: String,
    /// The current version.
    pub version: u64,
    /// Account id of the uploader.
    pub author: String,
    /// When the current version was made.
    pub created: String,
    /// The bytes of the file.
    pub bytes: Vec<u8>,
}

/// A comment on a page or blog post, or an answer to one.
#[derive(Debug, Clone, Default)]
pub struct Comment {
    /// The id.
    pub id: u64,
    /// The comment that it answers.
    pub parent: Option<u64>,
    /// Account id of the author.
    pub author: String,
    /// When it was made.
    pub created: String,
    /// The storage body.
    pub body: String,
    /// For inline ones: the name of the marker in the page's body, and the text that was marked.
    pub marked: Option<(String, String)>,
    /// Whether it was resolved.
    pub resolved: bool,
}

/// A user.
#[derive(Debug, Clone)]
pub struct User {
    /// The account id.
    pub account: String,
    /// The display name.
    pub name: String,
}

/// Everything the fake serves.
#[derive(Debug, Clone, Default)]
pub struct Site {
    /// The spaces by id.
    pub spaces: BTreeMap<u64, Space>,
    /// Pages and blog posts by id.
    pub contents: BTreeMap<u64, Content>,
    /// Folders by id.
    pub folders: BTreeMap<u64, Folder>,
    /// Attachments by id.
    pub attachments: BTreeMap<u64, Attachment>,
    /// The attachments of each page and blog post.
    pub files: BTreeMap<u64, Vec<u64>>,
    /// The comments of pages and blog posts, by those.
    pub comments: BTreeMap<u64, Vec<Comment>>,
    /// The users.
    pub users: Vec<User>,
    /// Ids of pages that are live docs.
    pub live: BTreeSet<u64>,
    /// Ids of pages that are archived.
    pub archived: BTreeSet<u64>,
    /// Ids of pages and blog posts that lie in the trash.
    pub trashed: BTreeSet<u64>,
    /// Ids of pages and blog posts that were removed for good, of which the site still knows that.
    pub deleted: BTreeSet<u64>,
    /// Ids of spaces that are archived.
    pub archived_spaces: BTreeSet<u64>,
    /// Ids of pages and blog posts that not everybody may read.
    pub restricted: BTreeSet<u64>,
    /// Ids of pages and blog posts whose storage body is empty although there is a document in ADF.
    pub adf_only: BTreeSet<u64>,
    /// Ids of pages, blog posts, folders and attachments that the search does not know yet.
    pub unindexed: BTreeSet<u64>,
}

impl Site {
    /// The space with this key.
    pub fn space(&self, key: &str) -> Option<&Space> {
        self.spaces.values().find(|space| space.key == key)
    }

    /// Ids of the pages or blog posts of a space, ascending; empty for an unknown key.
    pub fn ids(&self, key: &str, kind: Kind) -> Vec<u64> {
        let Some(space) = self.space(key) else { return Vec::new() };
        self.contents.values().filter(|one| one.space == space.id && one.kind == kind).map(|one| one.id).collect()
    }

    /// The attachments of a page or blog post.
    pub fn attachments_of(&self, content: u64) -> Vec<&Attachment> {
        self.files.get(&content).into_iter().flatten().filter_map(|id| self.attachments.get(id)).collect()
    }

    /// Whether a page or blog post is in use: neither archived nor thrown away.
    pub fn is_current(&self, id: u64) -> bool {
        ![&self.archived, &self.trashed, &self.deleted].iter().any(|aside| aside.contains(&id))
    }

    /// Appends a paragraph to a page and raises its version; `false` when there is no such page.
    pub fn edit(&mut self, id: u64, modified: &str) -> bool {
        let Some(content) = self.contents.get_mut(&id) else { return false };
        content.version += 1;
        modified.clone_into(&mut content.modified);
        content.body.push_str("<p>Edited.</p>");
        true
    }

    /// Removes a page or blog post and its files; its children move to the top level.
    pub fn remove(&mut self, id: u64) -> bool {
        if self.contents.remove(&id).is_none() {
            return false;
        }
        for file in self.files.remove(&id).unwrap_or_default() {
            self.attachments.remove(&file);
        }
        for content in self.contents.values_mut().filter(|one| one.parent == Parent::Page(id)) {
            content.parent = Parent::None;
        }
        for folder in self.folders.values_mut().filter(|one| one.parent == Parent::Page(id)) {
            folder.parent = Parent::None;
        }
        true
    }
}
