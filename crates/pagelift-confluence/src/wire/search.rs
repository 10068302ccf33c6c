//! Version 1: the rows of a search.

use jiff::{SignedDuration, Timestamp};
use pagelift_model::{
    AccountId, Attachment, AttachmentId, NodeKind, PageId, PageNode, PageStatus, SiteAddress, SpaceId, SpaceKey,
};
use serde::Deserialize;
use serde_json::Value;

use super::content::WireLabel;
use super::lenient;
use crate::paging::Listed;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct WireVersion {
    #[serde(deserialize_with = "lenient::number")]
    number: Option<i64>,
    #[serde(deserialize_with = "lenient::time")]
    when: Option<Timestamp>,
    #[serde(deserialize_with = "lenient::or_default")]
    by: Person,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Extensions {
    #[serde(deserialize_with = "lenient::text")]
    media_type: Option<String>,
    #[serde(deserialize_with = "lenient::number")]
    file_size: Option<i64>,
    #[serde(deserialize_with = "lenient::text")]
    file_id: Option<String>,
    /// A number, or `"none"`.
    #[serde(deserialize_with = "lenient::number")]
    position: Option<i64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct History {
    #[serde(deserialize_with = "lenient::or_default")]
    created_by: Person,
    #[serde(deserialize_with = "lenient::time")]
    created_date: Option<Timestamp>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Person {
    #[serde(deserialize_with = "lenient::text")]
    account_id: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct WireLinks {
    #[serde(deserialize_with = "lenient::text")]
    webui: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    next: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    download: Option<String>,
}

/// A list inside a row.
#[derive(Debug, Deserialize)]
struct Inner<T> {
    results: Vec<T>,
    #[serde(default, deserialize_with = "lenient::number")]
    limit: Option<i64>,
    #[serde(default, rename = "_links", deserialize_with = "lenient::or_default")]
    links: WireLinks,
}

#[derive(Debug, Deserialize)]
struct Metadata {
    labels: Option<Inner<WireLabel>>,
}

#[derive(Debug, Deserialize)]
struct Children {
    attachment: Option<Inner<Hit>>,
}

/// The parts of `restrictions.read.restrictions` that tell whether anybody is named.
#[derive(Debug, Deserialize)]
struct Restrictions {
    read: ReadRestriction,
}

#[derive(Debug, Deserialize)]
struct ReadRestriction {
    restrictions: Named,
}

#[derive(Debug, Deserialize)]
struct Named {
    user: Option<Inner<Value>>,
    group: Option<Inner<Value>>,
}

/// What something is in or below.
#[derive(Debug, Deserialize)]
struct Ancestor {
    #[serde(deserialize_with = "lenient::id")]
    id: String,
    #[serde(default, rename = "type", deserialize_with = "lenient::text")]
    kind: Option<String>,
}

/// A row: a page, a blog post, a folder or an attachment.
#[derive(Debug, Deserialize)]
pub(crate) struct Hit {
    #[serde(deserialize_with = "lenient::id")]
    id: String,
    #[serde(default, rename = "type", deserialize_with = "lenient::text")]
    kind: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    title: Option<String>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    version: WireVersion,
    #[serde(default, deserialize_with = "lenient::or_default")]
    extensions: Extensions,
    #[serde(default, deserialize_with = "lenient::or_default")]
    metadata: Option<Metadata>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    children: Option<Children>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    restrictions: Option<Restrictions>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    ancestors: Option<Vec<Ancestor>>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    container: Option<Ancestor>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    space: Option<Ancestor>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    history: History,
    #[serde(default, rename = "_links", deserialize_with = "lenient::or_default")]
    links: WireLinks,
}

impl Listed for Hit {
    fn id(&self) -> &str {
        &self.id
    }
}

/// A time for a search, which understands it in the time zone of whoever asks: a day earlier, so that nothing is left out.
pub(crate) fn cql_day(since: Timestamp) -> String {
    since
        .saturating_sub(SignedDuration::from_hours(24))
        .unwrap_or(Timestamp::MIN)
        .strftime("%Y-%m-%d %H:%M")
        .to_string()
}

/// A space key as it stands in a search.
pub(crate) fn quoted(key: &SpaceKey) -> String {
    format!("\"{}\"", key.as_str().replace('\\', "\\\\").replace('"', "\\\""))
}

/// The search for the attachments of a space that changed since.
pub(crate) fn changed_files_cql(key: &SpaceKey, since: Timestamp) -> String {
    format!("space = {} and type = attachment and lastmodified >= \"{}\"", quoted(key), cql_day(since))
}

/// The search for the comments of a space, or those that changed since.
pub(crate) fn comments_cql(key: &SpaceKey, since: Option<Timestamp>) -> String {
    let all = format!("space = {} and type = comment", quoted(key));
    since.map_or_else(|| all.clone(), |since| format!("{all} and lastmodified >= \"{}\"", cql_day(since)))
}

/// What a row tells of a page's files.
pub(crate) enum Files {
    /// All of them.
    All(Vec<Attachment>),
    /// Some of them: the list was cut.
    Some(Vec<Attachment>),
    /// Nothing.
    Unknown,
}

impl Hit {
    pub(crate) fn page(&self) -> PageId {
        PageId::from(self.id.as_str())
    }

    /// What the row is; a page where that is not told.
    pub(crate) fn kind(&self) -> NodeKind {
        self.kind.as_deref().and_then(super::node_kind).unwrap_or(NodeKind::Page)
    }

    pub(crate) fn title(&self) -> Option<&str> {
        self.title.as_deref()
    }

    pub(crate) fn version(&self) -> Option<u32> {
        self.version.number.and_then(|number| u32::try_from(number).ok())
    }

    pub(crate) fn modified(&self) -> Option<Timestamp> {
        self.version.when
    }

    /// A folder or the like; `None` when the row does not tell where it stands.
    pub(crate) fn into_node(self, kind: NodeKind, site: &SiteAddress) -> Option<PageNode> {
        let position = self.extensions.position?;
        let (space, ancestors) = (self.space?, self.ancestors?);
        let parent = ancestors.into_iter().next_back();
        Some(PageNode {
            id: PageId::from(self.id),
            space: SpaceId::from(space.id),
            kind,
            title: self.title?,
            parent_kind: parent.as_ref().and_then(|parent| super::node_kind(parent.kind.as_deref()?)),
            parent: parent.map(|parent| PageId::from(parent.id)),
            position: Some(position),
            status: PageStatus::Current,
            version: self.version.number.and_then(|number| u32::try_from(number).ok())?,
            created: self.history.created_date,
            modified: self.version.when,
            author: self.history.created_by.account_id.map(AccountId::from),
            editor: self.version.by.account_id.map(AccountId::from),
            web_url: self.links.webui.filter(|path| path.starts_with('/')).map(|path| site.join(&path)),
            restricted: None,
        })
    }

    /// Whether the row tells that this node is right above, or that none is.
    pub(crate) fn is_below(&self, parent: Option<&str>) -> bool {
        let told = self.ancestors.as_ref();
        told.is_some_and(|ancestors| ancestors.last().map(|ancestor| ancestor.id.as_str()) == parent)
    }

    /// The labels; `None` when the row does not tell all.
    pub(crate) fn take_labels(&mut self) -> Option<Vec<String>> {
        let labels = self.metadata.take()?.labels?;
        if labels.is_cut() {
            return None;
        }
        Some(labels.results.into_iter().filter_map(WireLabel::into_name).collect())
    }

    pub(crate) fn take_files(&mut self) -> Files {
        let Some(files) = self.children.take().and_then(|children| children.attachment) else { return Files::Unknown };
        let is_cut = files.is_cut();
        let page = self.page();
        let rows = files.results.into_iter();
        let listed: Option<Vec<Attachment>> = rows.map(|hit| hit.into_attachment(page.clone())).collect();
        match listed {
            Some(listed) if is_cut => Files::Some(listed),
            Some(listed) => Files::All(listed),
            None => Files::Unknown,
        }
    }

    /// Whether reading is limited to some people.
    pub(crate) fn is_restricted(&self) -> Option<bool> {
        let named = &self.restrictions.as_ref()?.read.restrictions;
        let some = |list: &Option<Inner<Value>>| list.as_ref().map(|list| !list.results.is_empty());
        Some(some(&named.user)? | some(&named.group)?)
    }

    /// The path of the file's old address, `/download/attachments/{page}/{name}?version={number}`, which tells both.
    fn download(&self) -> Option<(PageId, Option<u32>)> {
        let (path, query) = self.links.download.as_deref()?.split_once('?')?;
        let (_, rest) = path.split_once("/download/attachments/")?;
        let (page, _) = rest.split_once('/')?;
        let version = url::form_urlencoded::parse(query.as_bytes())
            .find(|(name, _)| name == "version")
            .and_then(|(_, value)| value.parse().ok());
        Some((PageId::from(page), version))
    }

    /// The page that a row of a flat list of attachments belongs to.
    pub(crate) fn container(&self) -> Option<PageId> {
        let told = self.container.as_ref().map(|container| PageId::from(container.id.as_str()));
        told.or_else(|| self.download().map(|(page, _)| page))
    }

    /// The attachment; `None` when the row does not tell its version.
    pub(crate) fn into_attachment(self, page: PageId) -> Option<Attachment> {
        let version = self.version().or_else(|| self.download()?.1)?;
        Some(Attachment {
            id: AttachmentId::from(self.id),
            page,
            title: self.title.unwrap_or_default(),
            media_type: self.extensions.media_type.unwrap_or_default(),
            size: self.extensions.file_size.and_then(|size| u64::try_from(size).ok()).unwrap_or(0),
            version,
            file_id: self.extensions.file_id,
        })
    }
}

impl<T> Inner<T> {
    /// Whether there are more than came. A full list may be all there is, and may not.
    fn is_cut(&self) -> bool {
        let limit = self.limit.and_then(|limit| usize::try_from(limit).ok());
        let is_full = limit.is_some_and(|limit| limit > 0 && self.results.len() >= limit);
        self.links.next.is_some() || is_full
    }
}

/// A row with the rendered view of a page.
#[derive(Deserialize)]
pub(crate) struct View {
    #[serde(deserialize_with = "lenient::id")]
    id: String,
    #[serde(default, deserialize_with = "lenient::or_default")]
    body: ViewBody,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ViewBody {
    #[serde(deserialize_with = "lenient::or_default")]
    export_view: ViewText,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ViewText {
    #[serde(deserialize_with = "lenient::text")]
    value: Option<String>,
}

impl Listed for View {
    fn id(&self) -> &str {
        &self.id
    }
}

impl View {
    /// The page and its view, where there is one.
    pub(crate) fn into_html(self) -> Option<(PageId, String)> {
        Some((PageId::from(self.id), self.body.export_view.value?))
    }
}
