//! Walks through lists.
//!
//! Of the address of the next page only the cursor is taken: what stands around it is relative to three different things,
//! depending on the endpoint and on the way the request went.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::time::Duration;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::failure::{Failure, Kind};
use crate::http::{Ask, Http, Tries};

/// No list takes more.
pub(crate) const MOST: usize = 250;

/// Below this, asking for less does not help.
pub(crate) const LEAST: usize = 5;

/// A walk begins anew at most so often.
const RESTARTS: u32 = 3;

/// Fast answers after which a number of rows that failed is tried again.
const FORGIVEN_AFTER: u32 = 5;

/// One page of a list.
#[derive(Debug, Deserialize)]
struct Envelope<T> {
    results: Vec<T>,
    #[serde(default, rename = "_links")]
    links: Links,
}

#[derive(Debug, Default, Deserialize)]
struct Links {
    #[serde(default)]
    next: Option<String>,
}

/// A row of a list.
pub(crate) trait Listed: DeserializeOwned {
    fn id(&self) -> &str;
}

/// The cursor inside an address, wherever it stands.
fn cursor(next: &str) -> Option<String> {
    let (_, query) = next.split_once('?')?;
    let query = query.split('#').next().unwrap_or_default();
    url::form_urlencoded::parse(query.as_bytes())
        .find(|(name, value)| name == "cursor" && !value.is_empty())
        // A plus sign that was not encoded reads as a space, which no cursor has.
        .map(|(_, value)| value.replace(' ', "+"))
}

/// Eight bytes instead of an id, so that long walks take little memory.
pub(crate) fn mark(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

/// How many rows to ask for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sizes {
    pub(crate) first: usize,
    pub(crate) most: usize,
}

/// A walk through one list, page by page, each row once.
pub(crate) struct Walk<'a> {
    http: &'a Http,
    ask: Ask,
    cursor: Option<String>,
    limit: usize,
    sizes: Sizes,
    /// The most to ask for at present.
    most: usize,
    /// The largest number of rows that has worked.
    proven: usize,
    /// Fast answers since the last one that failed.
    fast: u32,
    seen: HashSet<u64>,
    seen_cursors: HashSet<u64>,
    restarts: u32,
    /// Pages that may still bring nothing new, after the walk began anew.
    known_pages: usize,
    is_over: bool,
}

impl<'a> Walk<'a> {
    pub(crate) fn new(http: &'a Http, mut ask: Ask, sizes: Sizes) -> Self {
        ask.shrinks = true;
        Self {
            http,
            ask,
            cursor: None,
            limit: sizes.first,
            sizes,
            most: sizes.most,
            proven: 0,
            fast: 0,
            seen: HashSet::new(),
            seen_cursors: HashSet::new(),
            restarts: 0,
            known_pages: 0,
            is_over: false,
        }
    }

    /// What is asked, to ask for more or less of each row from now on.
    pub(crate) fn ask_mut(&mut self) -> &mut Ask {
        &mut self.ask
    }

    /// The next rows that are new; `None` at the end.
    pub(crate) async fn next<T: Listed>(&mut self) -> Result<Option<Vec<T>>, Failure> {
        while !self.is_over {
            let page: Envelope<T> = self.page().await?;
            let is_empty = page.results.is_empty();
            let rows: Vec<T> = page.results.into_iter().filter(|row| self.seen.insert(mark(row.id()))).collect();
            let brings_nothing = rows.is_empty() && self.known_pages == 0;
            self.known_pages = if rows.is_empty() { self.known_pages.saturating_sub(1) } else { 0 };
            self.cursor = page.links.next.as_deref().and_then(cursor);
            let is_new = self.cursor.as_deref().is_some_and(|cursor| self.seen_cursors.insert(mark(cursor)));
            if !rows.is_empty() && self.cursor.is_some() && !is_new {
                // The list goes on and says no more where: to end here would lose the rest without a word.
                return Err(self.http.unreadable(&self.ask, "the list leads back to a page that it has been at"));
            }
            // An empty page ends the list even where it names a next one, and so does one that only repeats: some lists never
            // say that they are over.
            self.is_over = is_empty || !is_new || brings_nothing;
            if !rows.is_empty() {
                return Ok(Some(rows));
            }
        }
        Ok(None)
    }

    /// All rows.
    pub(crate) async fn all<T: Listed>(self) -> Result<Vec<T>, Failure> {
        self.at_most(usize::MAX).await
    }

    /// All rows of a list that is known to have no more than `count`.
    pub(crate) async fn at_most<T: Listed>(mut self, count: usize) -> Result<Vec<T>, Failure> {
        let mut all = Vec::new();
        while all.len() < count
            && let Some(rows) = self.next().await?
        {
            all.extend(rows);
        }
        Ok(all)
    }

    /// Asks for more next time when the site has time to spare.
    fn answered(&mut self, took: Duration) {
        self.proven = self.proven.max(self.limit);
        if took >= self.http.limits.fast_answer {
            return;
        }
        self.fast += 1;
        if self.fast.is_multiple_of(FORGIVEN_AFTER) {
            self.most = (self.most * 2).min(self.sizes.most);
        }
        self.limit = if self.limit >= 100 { self.most } else { (self.limit * 2).min(self.most) };
    }

    async fn page<T: Listed>(&mut self) -> Result<Envelope<T>, Failure> {
        let mut tries = Tries::default();
        loop {
            let mut ask = self.ask.clone().with("limit", self.limit.to_string());
            ask.shrinks = self.limit > LEAST;
            if let Some(cursor) = &self.cursor {
                ask = ask.with("cursor", cursor.clone());
            }
            match self.http.timed(&ask).await {
                Ok((page, took)) => {
                    self.answered(took);
                    return Ok(page);
                }
                Err(failure) if failure.kind == Kind::Heavy && self.limit > LEAST && self.http.pacer.is_patient() => {
                    let proven = if self.proven < self.limit { self.proven } else { 0 };
                    self.limit = (self.limit / 2).max(proven).max(LEAST);
                    self.most = self.limit;
                    self.fast = 0;
                    self.http.breathe(&mut tries).await;
                }
                Err(failure) if failure.kind == Kind::Refused && self.cursor.is_some() => {
                    self.restarts += 1;
                    if self.restarts > RESTARTS {
                        return Err(failure);
                    }
                    // The cursor is no longer understood: from the beginning, past what is known.
                    self.cursor = None;
                    self.seen_cursors.clear();
                    self.known_pages = self.seen.len() / LEAST + 1;
                }
                Err(failure) => return Err(failure),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::cursor;

    #[test]
    fn the_cursor_is_found_wherever_it_stands() {
        assert_eq!(cursor("/wiki/api/v2/pages?cursor=eyJ9&limit=5").as_deref(), Some("eyJ9"));
        assert_eq!(cursor("/wiki/api/v2/pages?limit=5&cursor=eyJ9PQ%3D%3D").as_deref(), Some("eyJ9PQ=="));
        assert_eq!(cursor("/wiki/api/v2/pages?limit=5&cursor=eyJ9PQ==&sort=id").as_deref(), Some("eyJ9PQ=="));
        assert_eq!(cursor("/wiki/api/v2/pages?limit=5"), None);
        assert_eq!(cursor("/wiki/api/v2/pages?cursor=&limit=5"), None);
    }
}
