//! The account and the spaces it can see.

use std::collections::HashSet;

use pagelift_model::{SourceError, Space, SpaceKey};

use super::CloudSite;
use crate::answer::Place;
use crate::http::Ask;
use crate::paging::{MOST, Sizes, Walk};
use crate::wire::site::{WirePerson, WireSpace};

/// Lists without bodies are asked for in the largest pieces at once.
const SIZES: Sizes = Sizes { first: MOST, most: MOST };

/// Left out, the status means one thing or another; so it is always said.
const STATUSES: [&str; 2] = ["current", "archived"];

impl CloudSite {
    /// The name of the account.
    pub(super) async fn current_user(&self) -> Result<String, SourceError> {
        let ask = Ask::get("rest/api/user/current", "the account");
        let person: WirePerson = self.http.json(&ask).await.map_err(|failure| {
            if failure.is_missing() {
                let place = Place { site: self.http.site(), what: ask.what };
                return place.unreadable("there is no Confluence at this address");
            }
            failure.error
        })?;
        let site = self.http.site().to_owned();
        if person.is_anonymous() {
            return Err(SourceError::SignInRejected { site });
        }
        person.name().ok_or(SourceError::SignInRejected { site })
    }

    pub(super) async fn all_spaces(&self) -> Result<Vec<Space>, SourceError> {
        let mut spaces = Vec::new();
        for status in STATUSES {
            // Without a type: ordinary team spaces come in several.
            let ask = Ask::get("api/v2/spaces", "the list of spaces").with("status", status);
            let rows: Vec<WireSpace> = Walk::new(&self.http, ask, SIZES).all().await?;
            spaces.extend(rows.into_iter().map(WireSpace::into_space));
        }
        let mut seen = HashSet::new();
        spaces.retain(|space| seen.insert(space.id.clone()));
        spaces.sort_by_cached_key(|space| (space.name.to_lowercase(), space.key.clone()));
        Ok(spaces)
    }

    /// The spaces with these keys, in their order.
    pub(super) async fn some_spaces(&self, keys: &[SpaceKey]) -> Result<Vec<Space>, SourceError> {
        let mut found: Vec<Space> = Vec::new();
        for status in STATUSES {
            let missing: Vec<&str> =
                keys.iter().filter(|key| find(&found, key).is_none()).map(SpaceKey::as_str).collect();
            for some in missing.chunks(MOST) {
                let ask =
                    Ask::get("api/v2/spaces", "the list of spaces").with("keys", some.join(",")).with("status", status);
                let rows: Vec<WireSpace> = Walk::new(&self.http, ask, SIZES).all().await?;
                found.extend(rows.into_iter().map(WireSpace::into_space));
            }
        }
        keys.iter()
            .map(|key| find(&found, key).cloned().ok_or_else(|| SourceError::SpaceUnknown { key: key.clone() }))
            .collect()
    }
}

/// The space with this key; letters may differ in case, as in addresses that people type.
fn find<'a>(spaces: &'a [Space], key: &SpaceKey) -> Option<&'a Space> {
    let exact = spaces.iter().find(|space| space.key == *key);
    exact.or_else(|| spaces.iter().find(|space| space.key.as_str().eq_ignore_ascii_case(key.as_str())))
}
