//! The account and the spaces it can see.

use std::collections::HashSet;

use pagelift_model::{SourceError, Space, SpaceKey};

use super::CloudSite;
use crate::answer::Place;
use crate::failure::Failure;
use crate::http::Ask;
use crate::paging::{MOST, Sizes, Walk};
use crate::wire::site::{WirePerson, WireSpace};

/// Lists without bodies are asked for in the largest pieces at once.
const SIZES: Sizes = Sizes { first: MOST, most: MOST };

/// What is asked for.
const SPACES: &str = "the list of spaces";

/// Left out, the status means one thing or another; so it is always said.
const STATUSES: [&str; 2] = ["current", "archived"];

impl CloudSite {
    /// The name of the account.
    pub(super) async fn current_user(&self) -> Result<String, SourceError> {
        let ask = Ask::get("rest/api/user/current", "the account");
        let person: WirePerson = self.http.json(&ask).await.map_err(|failure| self.absent(failure, ask.what))?;
        let site = self.http.site().to_owned();
        if person.is_anonymous() {
            return Err(SourceError::SignInRejected { site });
        }
        person.name().ok_or(SourceError::SignInRejected { site })
    }

    /// The error for something that every Confluence has.
    fn absent(&self, failure: Failure, what: &'static str) -> SourceError {
        if failure.is_missing() {
            return Place { site: self.http.site(), what }.unreadable("there is no Confluence at this address");
        }
        failure.error
    }

    pub(super) async fn all_spaces(&self) -> Result<Vec<Space>, SourceError> {
        let mut spaces = Vec::new();
        for status in STATUSES {
            // Without a type: ordinary team spaces come in several.
            let ask = Ask::get("api/v2/spaces", SPACES).with("status", status);
            let rows: Vec<WireSpace> =
                Walk::new(&self.http, ask, SIZES).all().await.map_err(|failure| self.absent(failure, SPACES))?;
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
                let ask = Ask::get("api/v2/spaces", SPACES).with("keys", some.join(",")).with("status", status);
                let rows: Vec<WireSpace> =
                    Walk::new(&self.http, ask, SIZES).all().await.map_err(|failure| self.absent(failure, SPACES))?;
                found.extend(rows.into_iter().map(WireSpace::into_space));
            }
        }
        keys.iter()
            .map(|key| find(&found, key).cloned().ok_or_else(|| SourceError::SpaceUnknown { key: key.clone() }))
            .collect()
    }
}

/// The space with this key; letters may differ in case, as in addresses that people type.
pub(crate) fn find<'a>(spaces: &'a [Space], key: &SpaceKey) -> Option<&'a Space> {
    let exact = spaces.iter().find(|space| space.key == *key);
    exact.or_else(|| spaces.iter().find(|space| space.key.as_str().eq_ignore_ascii_case(key.as_str())))
}
