//! Names of people. Those who write come with what they wrote; only those who are mentioned are asked for, one by one.

use std::collections::HashMap;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicBool, Ordering};

use pagelift_model::{AccountId, Person, SourceError};

use super::DataCenterSite;
use crate::failure::Kind;
use crate::http::{Ask, side_by_side};
use crate::wire::data_center::WireUser;

impl DataCenterSite {
    pub(super) fn note_people(&self, people: impl Iterator<Item = Person>) {
        let mut names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        for person in people {
            names.insert(person.id, person.name);
        }
    }

    pub(super) async fn people_by_id(&self, ids: &[AccountId]) -> Result<Vec<Person>, SourceError> {
        let mut found: HashMap<AccountId, String> = {
            let names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
            ids.iter().filter_map(|id| Some((id.clone(), names.get(id)?.clone()))).collect()
        };
        let asked: Vec<&AccountId> = ids.iter().filter(|id| !found.contains_key(*id)).collect();
        if !asked.is_empty() {
            self.signed_in().await?;
            // Who may not look at one profile may look at none.
            let is_barred = AtomicBool::new(false);
            let requests = asked.into_iter().map(|id| self.person(id, &is_barred)).collect();
            let people = side_by_side(requests, self.http.limits.lists).await?;
            found.extend(people.into_iter().flatten().map(|person| (person.id, person.name)));
        }
        let mut people: Vec<Person> = found.into_iter().map(|(id, name)| Person { id, name }).collect();
        people.sort_by(|a, b| a.id.cmp(&b.id));
        self.note_people(people.iter().cloned());
        Ok(people)
    }

    async fn person(&self, id: &AccountId, is_barred: &AtomicBool) -> Result<Option<Person>, SourceError> {
        if is_barred.load(Ordering::Relaxed) {
            return Ok(None);
        }
        let ask = Ask::get("rest/api/user", "the names of people").with("key", id.as_str());
        match self.http.json::<WireUser>(&ask).await {
            Ok(user) => Ok(user.name().map(|name| Person { id: id.clone(), name })),
            Err(failure) if matches!(failure.kind, Kind::Missing | Kind::Refused) => Ok(None),
            Err(failure) if matches!(failure.error, SourceError::PermissionMissing { .. }) => {
                is_barred.store(true, Ordering::Relaxed);
                Ok(None)
            }
            Err(failure) => Err(failure.error),
        }
    }
}
