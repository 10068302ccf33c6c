//! What a site holds: spaces, the nodes of their trees, bodies, attachments, people.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{AccountId, AttachmentId, PageId, SiteAddress, SpaceId, SpaceKey};

/// The kind of system behind a [`crate::PageSource`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum SiteKind {
    /// Confluence Cloud.
    Cloud,
    /// Confluence Data Center.
    DataCenter,
    /// The built-in sample, which needs no network.
    Sample,
}

/// A site as a source describes itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteInfo {
    /// What kind of system it is.
    pub kind: SiteKind,
    /// Its base address, from which page addresses are made.
    pub address: SiteAddress,
    /// The name of the signed-in account, where one is known.
    pub account: Option<String>,
}

/// The type of a space.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum SpaceKind {
    /// A team space of any sort (`global`, `collaboration`, `knowledge_base`, …).
    Team,
    /// One person's own space; its key begins with `~`.
    Personal,
}

/// Whether a space is in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum SpaceStatus {
    /// In use.
    Current,
    /// Archived: readable, no longer listed by default.
    Archived,
}

/// A space.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Space {
    /// Numeric id.
    pub id: SpaceId,
    /// Key, as in addresses.
    pub key: SpaceKey,
    /// Name, as people see it.
    pub name: String,
    /// Team or personal.
    pub kind: SpaceKind,
    /// Current or archived.
    pub status: SpaceStatus,
    /// The home page, where the space has one.
    pub homepage: Option<PageId>,
}

/// What sort of thing a node of a page tree is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum NodeKind {
    /// An ordinary page.
    Page,
    /// A blog post: dated, outside the tree.
    BlogPost,
    /// A live doc: a page that is edited without publishing.
    LiveDoc,
    /// A folder: a title and children, never a body.
    Folder,
    /// A whiteboard: a link, its content cannot be read.
    Whiteboard,
    /// A database: a link, its content cannot be read.
    Database,
    /// An embedded outside page: a link.
    Embed,
}

impl NodeKind {
    /// Whether a body can be read for a node of this kind.
    pub fn has_body(self) -> bool {
        match self {
            Self::Page | Self::BlogPost | Self::LiveDoc => true,
            Self::Folder | Self::Whiteboard | Self::Database | Self::Embed => false,
        }
    }
}

/// Whether a page is in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum PageStatus {
    /// Published.
    Current,
    /// Archived: readable, out of the tree.
    Archived,
    /// Never published, or an unpublished change.
    Draft,
    /// In the trash.
    Trashed,
}

/// What has become of a page or blog post that a walk through its space did not bring.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "fate")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum Fate {
    /// It is in use, in this space, which may be another one than before.
    Current {
        /// Where it is now; `None` where the site does not tell.
        space: Option<SpaceId>,
    },
    /// It was archived.
    Archived,
    /// It is in the trash, from where it can come back.
    Trashed,
    /// It was removed for good, and the site still says so.
    Deleted,
    /// It is not there for this account: removed, or not to be seen any more. Sites do not tell these apart.
    Hidden,
}

impl Fate {
    /// Whether the site itself says that the page was taken away. Only then has a file of it lost what it is a copy of.
    pub fn is_removed(&self) -> bool {
        match self {
            Self::Trashed | Self::Deleted => true,
            Self::Current { .. } | Self::Archived | Self::Hidden => false,
        }
    }
}

/// One node of a page tree, without its body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageNode {
    /// Content id.
    pub id: PageId,
    /// The space it is in.
    pub space: SpaceId,
    /// What sort of thing it is.
    pub kind: NodeKind,
    /// Title, exactly as the server has it.
    pub title: String,
    /// The node above it; `None` at the top level of the space and for blog posts.
    pub parent: Option<PageId>,
    /// The kind of the node above, which says how that one can be looked up.
    pub parent_kind: Option<NodeKind>,
    /// Order among siblings; nodes without one come last, by title.
    pub position: Option<i64>,
    /// Whether it is in use.
    pub status: PageStatus,
    /// Version number, from 1.
    pub version: u32,
    /// When version 1 was made.
    pub created: Option<Timestamp>,
    /// When this version was made.
    pub modified: Option<Timestamp>,
    /// Who made version 1.
    pub author: Option<AccountId>,
    /// Who made this version.
    pub editor: Option<AccountId>,
    /// The address a browser can open.
    pub web_url: Option<String>,
    /// Whether reading is limited to some people; `None` when not known.
    pub restricted: Option<bool>,
}

/// The two forms in which Confluence hands out a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BodyKind {
    /// Storage format: XHTML with `ac:` and `ri:` elements.
    Storage,
    /// Atlassian Document Format: JSON.
    Adf,
}

/// A raw body.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Body {
    /// Which form it is in.
    pub kind: BodyKind,
    /// The text exactly as the server sent it.
    pub text: String,
}

impl std::fmt::Debug for Body {
    /// Shows the size only: page content has no place in logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Body({:?}, {} bytes)", self.kind, self.text.len())
    }
}

/// A node together with its body, when bodies were asked for and it has one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchedPage {
    /// The node.
    pub node: PageNode,
    /// The body. `None` when only metadata was wanted, or the node's kind has none.
    pub body: Option<Body>,
}

/// Whether a walk brings bodies along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Want {
    /// Ids, titles, parents, versions.
    Metadata,
    /// The same, and the raw bodies.
    Bodies,
}

/// A file attached to a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// Attachment id.
    pub id: AttachmentId,
    /// The page or blog post it belongs to.
    pub page: PageId,
    /// File name, as bodies refer to it.
    pub title: String,
    /// Media type, such as `image/png`.
    pub media_type: String,
    /// Size in bytes, as listed.
    pub size: u64,
    /// Version number, from 1.
    pub version: u32,
    /// The media id by which ADF refers to the file.
    pub file_id: Option<String>,
}

/// What belongs to a page and does not come with the page list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageExtras {
    /// The page.
    pub page: PageId,
    /// Label names without prefix, in the order of the server.
    pub labels: Vec<String>,
    /// The page's attachments, all of them.
    pub attachments: Vec<Attachment>,
    /// Whether reading is limited to some people; `None` when not known.
    pub restricted: Option<bool>,
    /// The version of the page that this was told with, where it was: an index may be behind.
    pub version: Option<u32>,
}

/// A person's public data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Account id.
    pub id: AccountId,
    /// Name to show.
    pub name: String,
}
