//! Walks through lists that are counted from their beginning.
//!
//! The address of the next page is not followed: where a site gives fewer rows than were asked for, it may skip some. Neither is
//! it relied on: some sites leave it out, and some never do.

use std::collections::HashSet;

use serde::Deserialize;

use crate::failure::{Failure, Kind};
use crate::http::{Ask, Http, Tries};
use crate::paging::{LEAST, Listed, mark};

/// Sites cut their lists at multiples of this.
const ROUND: usize = 25;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Envelope<T> {
    results: Vec<T>,
    #[serde(default)]
    limit: Option<usize>,
    #[serde(default)]
    total_count: Option<usize>,
    #[serde(default)]
    total_size: Option<usize>,
    #[serde(default, rename = "_links")]
    links: Links,
}

#[derive(Default, Deserialize)]
struct Links {
    #[serde(default)]
    next: Option<String>,
}

impl<T> Envelope<T> {
    /// Whether there may be more behind the first `end` rows.
    fn may_go_on(&self, end: usize) -> bool {
        let came = self.results.len();
        let total = self.total_count.or(self.total_size);
        self.links.next.is_some()
            || total.is_some_and(|total| total > end)
            || self.limit.is_some_and(|limit| came >= limit)
            || came.is_multiple_of(ROUND)
    }
}

/// A walk through one list, each row once.
pub(super) struct List<'a> {
    http: &'a Http,
    pub(super) ask: Ask,
    start: usize,
    limit: usize,
    seen: HashSet<u64>,
    is_over: bool,
}

impl<'a> List<'a> {
    /// Asks for `limit` rows at a time, and takes what comes.
    pub(super) fn new(http: &'a Http, ask: Ask, limit: usize) -> Self {
        Self { http, ask, start: 0, limit, seen: HashSet::new(), is_over: false }
    }

    /// The next rows that are new; `None` at the end.
    pub(super) async fn next<T: Listed>(&mut self) -> Result<Option<Vec<T>>, Failure> {
        if self.is_over {
            return Ok(None);
        }
        let page: Envelope<T> = self.page().await?;
        self.start += page.results.len();
        self.is_over = !page.may_go_on(self.start);
        let rows: Vec<T> = page.results.into_iter().filter(|row| self.seen.insert(mark(row.id()))).collect();
        // Nothing new is the end, whatever is said about a next page: some lists repeat themselves for ever.
        self.is_over |= rows.is_empty();
        Ok(Some(rows).filter(|rows| !rows.is_empty()))
    }

    /// All rows.
    pub(super) async fn all<T: Listed>(mut self) -> Result<Vec<T>, Failure> {
        let mut all = Vec::new();
        while let Some(rows) = self.next().await? {
            all.extend(rows);
        }
        Ok(all)
    }

    async fn page<T: Listed>(&mut self) -> Result<Envelope<T>, Failure> {
        let mut tries = Tries::default();
        loop {
            let mut ask = self.ask.clone().with("limit", self.limit.to_string()).with("start", self.start.to_string());
            ask.shrinks = self.limit > LEAST;
            match self.http.json(&ask).await {
                Err(failure) if failure.kind == Kind::Heavy && ask.shrinks && self.http.pacer.is_patient() => {
                    self.limit = (self.limit / 2).max(LEAST);
                    self.http.breathe(&mut tries).await;
                }
                answer => return answer,
            }
        }
    }
}
