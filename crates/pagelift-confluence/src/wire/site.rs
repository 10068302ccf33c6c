//! Spaces and people.

use pagelift_model::{AccountId, PageId, Person, Space, SpaceId, SpaceKey, SpaceKind, SpaceStatus};
use serde::{Deserialize, Serialize};

use super::lenient;
use crate::paging::Listed;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
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
    #[serde(default, deserialize_with = "lenient::text")]
    homepage_id: Option<String>,
}

impl Listed for WireSpace {
    fn id(&self) -> &str {
        &self.id
    }
}

impl WireSpace {
    pub(crate) fn into_space(self) -> Space {
        let is_personal = self.kind.as_deref() == Some("personal") || self.key.starts_with('~');
        let is_archived = self.status.as_deref() == Some("archived");
        Space {
            id: SpaceId::from(self.id),
            name: self.name.unwrap_or_else(|| self.key.clone()),
            key: SpaceKey::from(self.key),
            kind: if is_personal { SpaceKind::Personal } else { SpaceKind::Team },
            status: if is_archived { SpaceStatus::Archived } else { SpaceStatus::Current },
            homepage: self.homepage_id.filter(|id| !id.is_empty()).map(PageId::from),
        }
    }
}

/// A person, in a list or as the one who is signed in.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct WirePerson {
    #[serde(deserialize_with = "lenient::text")]
    account_id: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    display_name: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    public_name: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    email: Option<String>,
    #[serde(rename = "type", deserialize_with = "lenient::text")]
    kind: Option<String>,
}

impl WirePerson {
    /// Whether nobody is signed in: some sites answer so instead of refusing a wrong token.
    pub(crate) fn is_anonymous(&self) -> bool {
        self.kind.as_deref() == Some("anonymous") || self.account_id.as_ref().is_none_or(String::is_empty)
    }

    pub(crate) fn email(&self) -> Option<String> {
        self.email.clone().filter(|email| !email.is_empty())
    }

    pub(crate) fn name(self) -> Option<String> {
        [self.display_name, self.public_name, self.email].into_iter().flatten().find(|name| !name.trim().is_empty())
    }

    pub(crate) fn into_person(self) -> Option<Person> {
        let id = AccountId::from(self.account_id.clone()?);
        Some(Person { id, name: self.name()? })
    }
}

#[derive(Debug, Deserialize)]
pub(crate) struct WirePeople {
    pub(crate) results: Vec<WirePerson>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AskPeople<'a> {
    pub(crate) account_ids: &'a [AccountId],
}
