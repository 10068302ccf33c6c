//! The account and the spaces it can see.

use std::collections::HashSet;

use pagelift_model::{SourceError, Space, SpaceKey};

use super::DataCenterSite;
use super::list::List;
use crate::answer::Place;
use crate::cloud::find_space;
use crate::http::Ask;
use crate::wire::data_center::{WireSpace, WireUser};

/// Rows of one list.
const ROWS: usize = 200;

/// Keys in one request.
const KEYS: usize = 50;

/// Left out, the status means one thing or another; so it is always said.
const STATUSES: [&str; 2] = ["current", "archived"];

impl DataCenterSite {
    /// The name of the account. A token that is not valid is no error for a site that lets everybody in.
    pub(super) async fn current_user(&self) -> Result<String, SourceError> {
        let ask = Ask::get("rest/api/user/current", "the account");
        let user: WireUser = self.http.json(&ask).await.map_err(|failure| {
            if failure.is_missing() {
                let place = Place { site: self.http.site(), what: ask.what };
                return place.unreadable(
                    "there is no Confluence at this address; it may have a path, as in https://wiki.example.com/confluence",
                );
            }
            failure.error
        })?;
        let rejected = || SourceError::SignInRejected { site: self.http.site().to_owned() };
        if user.is_anonymous() {
            return Err(rejected());
        }
        user.name().ok_or_else(rejected)
    }

    pub(super) async fn all_spaces(&self) -> Result<Vec<Space>, SourceError> {
        self.signed_in().await?;
        let mut spaces = Vec::new();
        for status in STATUSES {
            spaces.extend(self.list_spaces(status, &[]).await?);
        }
        let mut seen = HashSet::new();
        spaces.retain(|space| seen.insert(space.id.clone()));
        spaces.sort_by_cached_key(|space| (space.name.to_lowercase(), space.key.clone()));
        Ok(spaces)
    }

    /// The spaces with these keys, in their order.
    pub(super) async fn some_spaces(&self, keys: &[SpaceKey]) -> Result<Vec<Space>, SourceError> {
        self.signed_in().await?;
        let mut found: Vec<Space> = Vec::new();
        for status in STATUSES {
            let missing: Vec<&SpaceKey> = keys.iter().filter(|key| find_space(&found, key).is_none()).collect();
            for some in missing.chunks(KEYS) {
                found.extend(self.list_spaces(status, some).await?);
            }
        }
        keys.iter()
            .map(|key| find_space(&found, key).cloned().ok_or_else(|| SourceError::SpaceUnknown { key: key.clone() }))
            .collect()
    }

    /// The spaces of this status, all or those with these keys.
    async fn list_spaces(&self, status: &str, keys: &[&SpaceKey]) -> Result<Vec<Space>, SourceError> {
        let mut ask =
            Ask::get("rest/api/space", "the list of spaces").with("status", status).with("expand", "homepage");
        for key in keys {
            ask = ask.with("spaceKey", key.as_str());
        }
        let rows: Vec<WireSpace> = match List::new(&self.http, ask, ROWS).all().await {
            Ok(rows) => rows,
            // Some releases answer so when none of the keys is known.
            Err(failure) if failure.is_missing() && !keys.is_empty() => Vec::new(),
            Err(failure) => return Err(failure.error),
        };
        Ok(rows.into_iter().map(WireSpace::into_space).collect())
    }
}
