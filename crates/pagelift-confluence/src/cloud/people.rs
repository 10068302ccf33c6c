//! Names of people.

use pagelift_model::{AccountId, Person, SourceError};

use super::CloudSite;
use crate::failure::Kind;
use crate::http::Ask;
use crate::paging::MOST;
use crate::wire::site::{AskPeople, WirePeople, WirePerson};

/// Requests that are spent on finding ids which a site refuses.
const DETOURS: usize = 24;

impl CloudSite {
    pub(super) async fn people_by_id(&self, ids: &[AccountId]) -> Result<Vec<Person>, SourceError> {
        let mut people = Vec::new();
        let mut detours = DETOURS;
        let mut parts: Vec<&[AccountId]> = ids.chunks(MOST).collect();
        while let Some(part) = parts.pop() {
            let mut ask = Ask::get("api/v2/users-bulk", "the names of people");
            ask.body = serde_json::to_value(AskPeople { account_ids: part }).ok();
            match self.http.json::<WirePeople>(&ask).await {
                Ok(found) => people.extend(found.results.into_iter().filter_map(WirePerson::into_person)),
                // One id that a page made up is enough to have all refused.
                Err(failure) if matches!(failure.kind, Kind::Refused | Kind::Missing) => {
                    if part.len() > 1 && detours > 0 {
                        detours -= 1;
                        let (first, second) = part.split_at(part.len() / 2);
                        parts.extend([first, second]);
                    }
                }
                Err(failure) => return Err(failure.error),
            }
        }
        Ok(people)
    }
}
