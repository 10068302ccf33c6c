//! What a run keeps on this computer, outside the destination: raw bodies as they came, the nodes of the tree, what belongs
//! to pages, people, the record of files, and the outcomes of the last run. One store per pair of site and destination.
//!
//! `SQLite` in WAL mode: a process that dies leaves a store that opens. The store can be thrown away; the next run reads
//! everything again.

mod files;
mod foreign;
mod gone;
mod reading;
mod shown;
mod tree;

use std::path::Path;

use jiff::Timestamp;
use pagelift_model::{AccountId, ErrorCode, ItemOutcome, RelPath, Space, SpaceId, SpaceKey};
use rusqlite::{Connection, OptionalExtension, Row, params};

pub use self::files::{Move, Placed, Record, RecordKind, Wanted};
pub(crate) use self::shown::Branch;

/// The layout of the tables. A store of another layout is emptied when it is opened.
const LAYOUT: i64 = 5;

const TABLES: &str = "
    create table space(id text primary key, key text not null, json text not null, whole integer not null default 0,
        tree_at text, details_at text, files_at text);
    create table node(id text primary key, space text not null, parent text, kind text not null, title text not null,
        folded text not null, day text, version integer not null, position integer, json text not null,
        seen integer not null);
    create index node_title on node(space, folded);
    create index node_parent on node(parent);
    create table body(id text primary key, version integer not null, kind text not null, text text not null);
    create table extras(page text primary key, labels text not null, attachments text not null, restricted integer,
        version integer not null, seen integer not null);
    create table file(attachment text primary key, page text not null, bare text not null) without rowid;
    create index file_page on file(page);
    create index file_bare on file(bare);
    create table comment(page text primary key, json text not null) without rowid;
    create table view(page text primary key, version integer not null, html text not null) without rowid;
    create table person(id text primary key, name text, asked integer not null default 0);
    create table picked(id text primary key, space text not null, taken integer not null) without rowid;
    create table unread(id text primary key, code text not null, message text not null) without rowid;
    create table place(id text primary key, path text not null, folder text not null, folded text not null,
        bare text not null, stem text not null, taken integer not null);
    create index place_path on place(path);
    create index place_folder on place(folder);
    create index place_folded on place(folded);
    create index place_bare on place(bare);
    create table record(kind text not null, id text not null, page text, path text not null, folded text not null,
        bare text not null, stem text, title text, space text, version integer, size integer, hash text,
        primary key(kind, id));
    create index record_path on record(path, kind, id);
    create index record_order on record(kind, path, id);
    create index record_folded on record(folded);
    create index record_bare on record(bare);
    create table move(kind text not null, id text not null, source text not null, source_folded text not null,
        target text not null, target_folded text not null, primary key(kind, id)) without rowid;
    create index move_source on move(source_folded);
    create index move_target on move(target_folded);
    create table intent(path text not null, hash text not null, primary key(path, hash)) without rowid;
    create table wanted(attachment text primary key, page text not null, path text not null unique, folded text not null,
        json text not null);
    create index wanted_folded on wanted(folded);
    create table shown(path text primary key) without rowid;
    create table foreign_name(folder text not null, name text not null, primary key(folder, name)) without rowid;
    create table in_the_way(path text primary key) without rowid;
    create table foreign_file(bare text primary key) without rowid;
    create table listed(id text primary key, path text not null, folder text not null, written integer not null);
    create index listed_path on listed(path);
    create index listed_folder on listed(folder);
    create table outcome(seq integer primary key, class text not null, warnings integer not null, json text not null);
    create table failure(seq integer primary key, json text not null);
";

/// Why the store failed: the disk, or a file that is no store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database refused.
    #[error("the local store failed: {0}")]
    Database(#[from] rusqlite::Error),
    /// A row holds something unreadable.
    #[error("the local store is damaged: {0}")]
    Damaged(String),
}

impl StoreError {
    /// The code by which front ends choose words and exit codes.
    pub fn code(&self) -> ErrorCode {
        let database = match self {
            Self::Database(error) => error.sqlite_error_code(),
            Self::Damaged(_) => None,
        };
        match database {
            Some(rusqlite::ErrorCode::DiskFull) => ErrorCode::DiskFull,
            _ => ErrorCode::Internal,
        }
    }
}

impl From<serde_json::Error> for StoreError {
    fn from(error: serde_json::Error) -> Self {
        Self::Damaged(error.to_string())
    }
}

/// When the readings of a space began that came to their end.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Reading {
    /// The last one.
    pub tree: Option<Timestamp>,
    /// The last one that asked for labels, restrictions and the lists of attachments of all its pages.
    pub details: Option<Timestamp>,
    /// The last one that asked which attachments changed.
    pub files: Option<Timestamp>,
}

type Result<T> = std::result::Result<T, StoreError>;

/// An open store.
#[derive(Debug)]
pub struct Store {
    db: Connection,
}

fn rel_path(text: &str) -> Result<RelPath> {
    RelPath::new(text).map_err(|error| StoreError::Damaged(error.to_string()))
}

impl Store {
    /// Opens the store at `path`, or makes it. A store of another layout is replaced by an empty one.
    pub fn open(path: &Path) -> Result<Self> {
        Self::prepared(Connection::open(path)?)
    }

    /// A store that lives in memory.
    pub fn in_memory() -> Result<Self> {
        Self::prepared(Connection::open_in_memory()?)
    }

    fn prepared(db: Connection) -> Result<Self> {
        db.busy_timeout(std::time::Duration::from_secs(10))?;
        db.set_prepared_statement_cache_capacity(64);
        db.execute_batch("pragma journal_mode = wal; pragma synchronous = normal; pragma cache_size = -2000;")?;
        let layout: i64 = db.query_row("pragma user_version", [], |row| row.get(0))?;
        if layout != LAYOUT {
            let names: Vec<String> = db
                .prepare("select name from sqlite_master where type = 'table' and name not like 'sqlite_%'")?
                .query_map([], |row| row.get(0))?
                .collect::<rusqlite::Result<_>>()?;
            for name in names {
                db.execute_batch(&format!("drop table \"{}\"", name.replace('"', "\"\"")))?;
            }
            db.execute_batch(TABLES)?;
            db.pragma_update(None, "user_version", LAYOUT)?;
        }
        Ok(Self { db })
    }

    fn run(&self, sql: &str, values: impl rusqlite::Params) -> Result<usize> {
        Ok(self.db.prepare_cached(sql)?.execute(values)?)
    }

    fn one<T>(
        &self,
        sql: &str,
        values: impl rusqlite::Params,
        read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>> {
        Ok(self.db.prepare_cached(sql)?.query_row(values, read).optional()?)
    }

    fn all<T>(
        &self,
        sql: &str,
        values: impl rusqlite::Params,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>> {
        Ok(self.db.prepare_cached(sql)?.query_map(values, read)?.collect::<rusqlite::Result<_>>()?)
    }

    fn count(&self, sql: &str, values: impl rusqlite::Params) -> Result<u64> {
        let count: i64 = self.db.prepare_cached(sql)?.query_row(values, |row| row.get(0))?;
        Ok(count.unsigned_abs())
    }

    /// Runs `work` as one transaction.
    pub fn together<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce() -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        self.db.execute_batch("begin").map_err(StoreError::from)?;
        match work() {
            Ok(done) => {
                self.db.execute_batch("commit").map_err(StoreError::from)?;
                Ok(done)
            }
            Err(error) => {
                // The first error is the one to tell.
                let _ = self.db.execute_batch("rollback");
                Err(error)
            }
        }
    }

    // Spaces.

    /// Keeps what is known of a space.
    pub fn put_space(&self, space: &Space) -> Result<()> {
        let json = serde_json::to_string(space)?;
        let sql = "insert into space(id, key, json) values (?1, ?2, ?3)
            on conflict(id) do update set key = excluded.key, json = excluded.json";
        self.run(sql, params![space.id.as_str(), space.key.as_str(), json])?;
        Ok(())
    }

    /// The space of this key.
    pub fn space_by_key(&self, key: &SpaceKey) -> Result<Option<Space>> {
        let json: Option<String> =
            self.one("select json from space where key = ?1", [key.as_str()], |row| row.get(0))?;
        Ok(json.map(|json| serde_json::from_str(&json)).transpose()?)
    }

    /// The space of this id.
    pub fn space(&self, id: &SpaceId) -> Result<Option<Space>> {
        let json: Option<String> = self.one("select json from space where id = ?1", [id.as_str()], |row| row.get(0))?;
        Ok(json.map(|json| serde_json::from_str(&json)).transpose()?)
    }

    /// Whether every body of the space was read once.
    pub fn is_whole(&self, space: &SpaceId) -> Result<bool> {
        Ok(self.count("select coalesce(max(whole), 0) from space where id = ?1", [space.as_str()])? > 0)
    }

    /// Remembers that every body of the space was read.
    pub fn set_whole(&self, space: &SpaceId) -> Result<()> {
        self.run("update space set whole = 1 where id = ?1", [space.as_str()])?;
        Ok(())
    }

    /// When the space was read to the end, if ever.
    pub(crate) fn reading(&self, space: &SpaceId) -> Result<Reading> {
        let sql = "select tree_at, details_at, files_at from space where id = ?1";
        let row: Option<[Option<String>; 3]> =
            self.one(sql, [space.as_str()], |row| Ok([row.get(0)?, row.get(1)?, row.get(2)?]))?;
        let time = |text: Option<String>| text.and_then(|text| text.parse().ok());
        let [tree, details, files] = row.unwrap_or_default().map(time);
        Ok(Reading { tree, details, files })
    }

    /// Remembers readings of the space that came to their end.
    pub(crate) fn put_reading(&self, space: &SpaceId, reading: Reading) -> Result<()> {
        let text = |time: Option<Timestamp>| time.map(|time| time.to_string());
        let sql = "update space set tree_at = ?2, details_at = ?3, files_at = ?4 where id = ?1";
        self.run(sql, params![space.as_str(), text(reading.tree), text(reading.details), text(reading.files)])?;
        Ok(())
    }

    /// Makes known that these people occur.
    pub fn note_person(&self, id: &AccountId) -> Result<()> {
        self.run("insert or ignore into person(id) values (?1)", [id.as_str()])?;
        Ok(())
    }

    /// People that occur and were never asked for.
    pub fn people_to_ask(&self) -> Result<Vec<AccountId>> {
        let ids: Vec<String> = self.all("select id from person where asked = 0 order by id", [], |row| row.get(0))?;
        Ok(ids.into_iter().map(AccountId::from).collect())
    }

    /// Keeps a name; `None` where the site knows nobody.
    pub fn put_person(&self, id: &AccountId, name: Option<&str>) -> Result<()> {
        let sql = "insert or replace into person(id, name, asked) values (?1, ?2, 1)";
        self.run(sql, params![id.as_str(), name])?;
        Ok(())
    }

    /// The name of a person.
    pub fn person(&self, id: &str) -> Result<Option<String>> {
        Ok(self.one("select name from person where id = ?1", [id], |row| row.get(0))?.flatten())
    }

    // Outcomes of the last run.

    /// Keeps how a page ended; `class` is the word by which reports are filtered.
    pub fn put_outcome(&self, class: &str, outcome: &ItemOutcome) -> Result<()> {
        let json = serde_json::to_string(outcome)?;
        let sql = "insert into outcome(class, warnings, json) values (?1, ?2, ?3)";
        self.run(sql, params![class, outcome.warnings, json])?;
        Ok(())
    }

    /// Outcomes of the last run: those of `class` (all without one), only those with notes when asked, from `offset` on; and
    /// how many there are in all.
    pub fn outcomes(
        &self,
        class: Option<&str>,
        with_notes: bool,
        offset: u64,
        limit: u64,
    ) -> Result<(u64, Vec<ItemOutcome>)> {
        let matches = "from outcome where (?1 is null or class = ?1) and warnings >= ?2";
        let least = i64::from(with_notes);
        let count = self.count(&format!("select count(*) {matches}"), params![class, least])?;
        let sql = format!("select json {matches} order by seq limit ?3 offset ?4");
        let rows: Vec<String> =
            self.all(&sql, params![class, least, limit.cast_signed(), offset.cast_signed()], |row| row.get(0))?;
        let items = rows.iter().map(|json| Ok(serde_json::from_str(json)?)).collect::<Result<_>>()?;
        Ok((count, items))
    }

    /// Keeps an attachment that could not be had, as the event that told it.
    pub fn put_failure(&self, json: &str) -> Result<()> {
        self.run("insert into failure(json) values (?1)", [json])?;
        Ok(())
    }

    /// The attachments that could not be had in the last run, at most `limit`.
    pub fn failures(&self, limit: u64) -> Result<Vec<String>> {
        self.all("select json from failure order by seq limit ?1", [limit.cast_signed()], |row| row.get(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_without_room_says_so() {
        let store = Store::in_memory().unwrap();
        store.db.execute_batch("pragma max_page_count = 1").unwrap();
        let space = Space {
            id: "1".into(),
            key: "DOC".into(),
            name: "x".repeat(1 << 20),
            kind: pagelift_model::SpaceKind::Team,
            status: pagelift_model::SpaceStatus::Current,
            homepage: None,
        };
        assert_eq!(store.put_space(&space).unwrap_err().code(), ErrorCode::DiskFull);
    }
}
