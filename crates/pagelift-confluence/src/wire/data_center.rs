//! Data Center's own parts of version 1. What its rows have in common with Cloud's search is read as a [`Hit`].

use jiff::Timestamp;
use pagelift_model::{
    AccountId, Body, BodyKind, Fate, FetchedPage, NodeKind, PageId, PageNode, Person, SiteAddress, Space, SpaceId,
    SpaceKey, SpaceKind, SpaceStatus, Want,
};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::oauth::WirePicture;
use super::search::Hit;
use super::{lenient, page_status};
use crate::paging::Listed;

/// A person: one who wrote something, or the one who is signed in.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct WireUser {
    #[serde(rename = "type", deserialize_with = "lenient::text")]
    kind: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    user_key: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    username: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    display_name: Option<String>,
    #[serde(deserialize_with = "lenient::or_default")]
    profile_picture: WirePicture,
}

impl WireUser {
    /// The key by which bodies mention the person.
    fn id(&self) -> Option<AccountId> {
        let names = [&self.user_key, &self.username];
        let name = names.into_iter().flatten().find(|name| !name.is_empty())?;
        Some(AccountId::from(name.as_str()))
    }

    /// Whether nobody is signed in: a site that lets everybody in takes a wrong token for nobody.
    pub(crate) fn is_anonymous(&self) -> bool {
        self.kind.as_deref() == Some("anonymous") || self.id().is_none()
    }

    pub(crate) fn name(&self) -> Option<String> {
        let names = [&self.display_name, &self.username];
        names.into_iter().flatten().find(|name| !name.trim().is_empty()).cloned()
    }

    /// The path of the person's picture.
    pub(crate) fn picture(&self) -> Option<&str> {
        self.profile_picture.path.as_deref().filter(|path| !path.is_empty())
    }

    pub(crate) fn person(&self) -> Option<Person> {
        Some(Person { id: self.id()?, name: self.name()? })
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct WireHomepage {
    #[serde(deserialize_with = "lenient::text")]
    id: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct WireSpace {
    #[serde(deserialize_with = "lenient::id")]
    id: String,
    key: String,
    #[serde(default, deserialize_with = "lenient::text")]
    name: Option<String>,
    #[serde(default, rename = "type", deserialize_with = "lenient::text")]
    kind: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    status: Option<String>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    homepage: WireHomepage,
}

impl Listed for WireSpace {
    fn id(&self) -> &str {
        &self.id
    }
}

impl WireSpace {
    pub(crate) fn into_space(self) -> Space {
        let is_personal = self.kind.as_deref() == Some("personal") || self.key.starts_with('~');
        let is_archived = self.status.is_some_and(|status| status.eq_ignore_ascii_case("archived"));
        Space {
            id: SpaceId::from(self.id),
            name: self.name.unwrap_or_else(|| self.key.clone()),
            key: SpaceKey::from(self.key),
            kind: if is_personal { SpaceKind::Personal } else { SpaceKind::Team },
            status: if is_archived { SpaceStatus::Archived } else { SpaceStatus::Current },
            homepage: self.homepage.id.filter(|id| !id.is_empty()).map(PageId::from),
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct WireVersion {
    #[serde(deserialize_with = "lenient::or_default")]
    by: WireUser,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct WireHistory {
    #[serde(deserialize_with = "lenient::or_default")]
    created_by: WireUser,
    #[serde(deserialize_with = "lenient::time")]
    created_date: Option<Timestamp>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Extensions {
    /// A number, or `"none"`.
    #[serde(deserialize_with = "lenient::number")]
    position: Option<i64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct WireLinks {
    #[serde(deserialize_with = "lenient::text")]
    webui: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Place {
    #[serde(deserialize_with = "lenient::text")]
    id: Option<String>,
}

/// What a row has besides the parts of a [`Hit`].
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct More {
    #[serde(deserialize_with = "lenient::text")]
    status: Option<String>,
    #[serde(deserialize_with = "lenient::or_default")]
    version: WireVersion,
    #[serde(deserialize_with = "lenient::or_default")]
    history: WireHistory,
    #[serde(deserialize_with = "lenient::or_default")]
    ancestors: Vec<Place>,
    #[serde(deserialize_with = "lenient::or_default")]
    space: Place,
    #[serde(deserialize_with = "lenient::or_default")]
    extensions: Extensions,
    /// Newer releases have it here; -1 stands for none.
    #[serde(deserialize_with = "lenient::number")]
    position: Option<i64>,
    #[serde(rename = "_links", deserialize_with = "lenient::or_default")]
    links: WireLinks,
}

/// A page or a blog post with whatever was expanded.
pub(crate) struct Row {
    pub(crate) hit: Hit,
    more: More,
    body: Option<String>,
}

impl<'de> Deserialize<'de> for Row {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut value = Value::deserialize(deserializer)?;
        let body = match value.pointer_mut("/body/storage/value").map(Value::take) {
            Some(Value::String(text)) => Some(text),
            _ => None,
        };
        let more = More::deserialize(&value).unwrap_or_default();
        let hit = Hit::deserialize(value).map_err(serde::de::Error::custom)?;
        Ok(Self { hit, more, body })
    }
}

impl Listed for Row {
    fn id(&self) -> &str {
        self.hit.id()
    }
}

impl Row {
    /// Those who made the page and its present version, as far as they have names.
    pub(crate) fn people(&self) -> impl Iterator<Item = Person> {
        [&self.more.history.created_by, &self.more.version.by].into_iter().filter_map(WireUser::person)
    }

    /// The state it is in.
    pub(crate) fn fate(self) -> Fate {
        super::fate(self.more.status.as_deref(), self.more.space.id)
    }

    /// The page. `space` is the one that was asked for, where it was.
    pub(crate) fn into_page(self, space: Option<&SpaceId>, want: Want, site: &SiteAddress) -> FetchedPage {
        let (hit, more) = (self.hit, self.more);
        let kind = hit.kind();
        let parent = more.ancestors.into_iter().next_back().and_then(|place| place.id);
        let parent = parent.filter(|id| !id.is_empty() && kind != NodeKind::BlogPost);
        let position = more.extensions.position.or(more.position);
        let space = space.cloned().or_else(|| more.space.id.map(SpaceId::from));
        let node = PageNode {
            id: hit.page(),
            space: space.unwrap_or_else(|| SpaceId::from("")),
            kind,
            title: hit.title().unwrap_or_default().to_owned(),
            parent_kind: parent.as_ref().map(|_| NodeKind::Page),
            parent: parent.map(PageId::from),
            position: position.filter(|position| *position >= 0 && kind != NodeKind::BlogPost),
            status: page_status(more.status.as_deref().unwrap_or_default()),
            version: hit.version().unwrap_or(1),
            created: more.history.created_date,
            modified: hit.modified(),
            author: more.history.created_by.id(),
            editor: more.version.by.id(),
            web_url: more.links.webui.filter(|path| path.starts_with('/')).map(|path| site.join(&path)),
            restricted: None,
        };
        // A row whose body was left out has none, which is not the same as a blank page.
        let body = self.body.filter(|_| want == Want::Bodies).map(|text| Body { kind: BodyKind::Storage, text });
        FetchedPage { node, body }
    }
}
