//! What a run keeps on this computer, outside the destination: raw bodies as they came, the nodes of the tree, what belongs
//! to pages, people, the record of files, and the outcomes of the last run. One store per pair of site and destination.
//!
//! `SQLite` in WAL mode: a process that dies leaves a store that opens. The store can be thrown away; the next run reads
//! everything again.

use std::path::Path;

use pagelift_model::{
    AccountId, Attachment, Body, BodyKind, ContentHash, FetchedPage, ItemOutcome, NodeKind, PageExtras, PageId,
    PageNode, RelPath, Space, SpaceId, SpaceKey,
};
use rusqlite::{Connection, OptionalExtension, Row, params};

/// The layout of the tables. A store of another layout is emptied when it is opened.
const LAYOUT: i64 = 1;

const TABLES: &str = "
    create table space(id text primary key, key text not null, json text not null, whole integer not null default 0);
    create table node(id text primary key, space text not null, parent text, kind text not null, title text not null,
        folded text not null, day text, version integer not null, position integer, json text not null,
        seen integer not null);
    create index node_title on node(space, folded);
    create index node_parent on node(parent);
    create table body(id text primary key, version integer not null, kind text not null, text text not null);
    create table extras(page text primary key, labels text not null, attachments text not null, restricted integer,
        seen integer not null);
    create table person(id text primary key, name text, asked integer not null default 0);
    create table place(id text primary key, path text not null, stem text not null, taken integer not null);
    create index place_path on place(path);
    create table record(kind text not null, id text not null, page text, path text not null, stem text, version integer,
        size integer, hash text, primary key(kind, id));
    create index record_path on record(path);
    create table intent(path text primary key, hash text not null);
    create table wanted(attachment text primary key, page text not null, path text not null unique, json text not null);
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

impl From<serde_json::Error> for StoreError {
    fn from(error: serde_json::Error) -> Self {
        Self::Damaged(error.to_string())
    }
}

type Result<T> = std::result::Result<T, StoreError>;

/// What a record is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordKind {
    /// The folder of a space.
    Space,
    /// A folder, or a page of which only the folder exists.
    Folder,
    /// The file of a page.
    Page,
    /// The file of an attachment.
    Attachment,
}

impl RecordKind {
    /// The name in the manifest.
    pub fn name(self) -> &'static str {
        match self {
            Self::Space => "space",
            Self::Folder => "folder",
            Self::Page => "page",
            Self::Attachment => "attachment",
        }
    }

    /// The kind of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Space, Self::Folder, Self::Page, Self::Attachment].into_iter().find(|kind| kind.name() == name)
    }
}

/// One thing that the destination holds for us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// What it is about.
    pub kind: RecordKind,
    /// Space id, content id or attachment id.
    pub id: String,
    /// The page an attachment belongs to.
    pub page: Option<PageId>,
    /// The file, or the folder.
    pub path: RelPath,
    /// The stem of the title when the name was given.
    pub stem: Option<String>,
    /// The version that the file was made from.
    pub version: Option<u32>,
    /// Bytes of an attachment's file.
    pub size: Option<u64>,
    /// The file's content as we wrote it.
    pub hash: Option<ContentHash>,
}

/// A page in the order of writing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    /// The page.
    pub id: PageId,
    /// Its file.
    pub path: RelPath,
    /// The stem of its title.
    pub stem: String,
}

/// An attachment that some page of this run refers to, and where it goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// The attachment.
    pub attachment: Attachment,
    /// The page that asked for it first.
    pub page: PageId,
    /// Its file.
    pub path: RelPath,
}

/// An open store.
#[derive(Debug)]
pub struct Store {
    db: Connection,
}

fn rel_path(text: &str) -> Result<RelPath> {
    RelPath::new(text).map_err(|error| StoreError::Damaged(error.to_string()))
}

fn kind_name(kind: NodeKind) -> Result<String> {
    Ok(serde_json::to_string(&kind)?.trim_matches('"').to_owned())
}

/// What two titles must share to be the same title for the server: letters, whatever their case.
fn folded(title: &str) -> String {
    crate::names::fold(title)
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

    // Nodes and bodies.

    /// The number by which this run marks what it sees.
    pub fn next_walk(&self) -> Result<i64> {
        Ok(self.count("select coalesce(max(seen), 0) + 1 from node", [])?.cast_signed())
    }

    /// Keeps a node as seen in `walk`.
    pub fn put_node(&self, node: &PageNode, walk: i64) -> Result<()> {
        let json = serde_json::to_string(node)?;
        let day =
            node.created.map(|created| created.to_string().chars().take(10).collect::<String>().replace('-', "/"));
        let sql =
            "insert or replace into node(id, space, parent, kind, title, folded, day, version, position, json, seen)
            values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
        self.run(
            sql,
            params![
                node.id.as_str(),
                node.space.as_str(),
                node.parent.as_ref().map(PageId::as_str),
                kind_name(node.kind)?,
                node.title,
                folded(&node.title),
                day,
                node.version,
                node.position,
                json,
                walk
            ],
        )?;
        Ok(())
    }

    /// Keeps a page with the body that came along.
    pub fn put_page(&self, page: &FetchedPage, walk: i64) -> Result<()> {
        self.put_node(&page.node, walk)?;
        if let Some(body) = &page.body {
            let kind = match body.kind {
                BodyKind::Storage => "storage",
                BodyKind::Adf => "adf",
            };
            let sql = "insert or replace into body(id, version, kind, text) values (?1, ?2, ?3, ?4)";
            self.run(sql, params![page.node.id.as_str(), page.node.version, kind, body.text])?;
        }
        Ok(())
    }

    /// Forgets the nodes of a space that `walk` did not see.
    pub fn forget_unseen(&self, space: &SpaceId, walk: i64) -> Result<()> {
        let values = params![space.as_str(), walk];
        for sql in [
            "delete from body where id in (select id from node where space = ?1 and seen <> ?2)",
            "delete from extras where page in (select id from node where space = ?1 and seen <> ?2)",
            "delete from node where space = ?1 and seen <> ?2",
        ] {
            self.run(sql, values)?;
        }
        Ok(())
    }

    /// The node of this id.
    pub fn node(&self, id: &PageId) -> Result<Option<PageNode>> {
        let json: Option<String> = self.one("select json from node where id = ?1", [id.as_str()], |row| row.get(0))?;
        Ok(json.map(|json| serde_json::from_str(&json)).transpose()?)
    }

    /// Every node of a space with what a plan needs: people and addresses are left out.
    pub fn tree(&self, space: &SpaceId) -> Result<Vec<PageNode>> {
        let mut statement = self.db.prepare_cached("select json from node where space = ?1")?;
        let mut rows = statement.query([space.as_str()])?;
        let mut nodes = Vec::new();
        while let Some(row) = rows.next()? {
            let json = row.get_ref(0)?.as_str().map_err(|error| StoreError::Damaged(error.to_string()))?;
            let mut node: PageNode = serde_json::from_str(json)?;
            node.web_url = None;
            node.author = None;
            node.editor = None;
            node.space = space.clone();
            nodes.push(node);
        }
        Ok(nodes)
    }

    /// Ids and kinds of parents that no node of the space is yet, those that have no body only.
    pub fn missing_parents(&self, space: &SpaceId) -> Result<Vec<(PageId, NodeKind)>> {
        let sql = "select distinct child.parent, child.json from node as child
            left join node as above on above.id = child.parent
            where child.space = ?1 and child.parent is not null and above.id is null group by child.parent";
        let rows: Vec<(String, String)> = self.all(sql, [space.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let mut missing = Vec::new();
        for (parent, json) in rows {
            let child: PageNode = serde_json::from_str(&json)?;
            if let Some(kind) = child.parent_kind.filter(|kind| !kind.has_body()) {
                missing.push((PageId::from(parent), kind));
            }
        }
        Ok(missing)
    }

    /// The nodes without a body that are known in a space: folders and the like.
    pub fn bodiless(&self, space: &SpaceId) -> Result<Vec<PageNode>> {
        let sql = "select json from node where space = ?1 and kind in ('folder', 'whiteboard', 'database', 'embed')";
        let rows: Vec<String> = self.all(sql, [space.as_str()], |row| row.get(0))?;
        rows.iter().map(|json| Ok(serde_json::from_str(json)?)).collect()
    }

    /// Marks a node as seen in `walk` as it is.
    pub fn touch_node(&self, id: &PageId, walk: i64) -> Result<()> {
        self.run("update node set seen = ?2 where id = ?1", params![id.as_str(), walk])?;
        Ok(())
    }

    /// Whether the body of this version is here.
    pub fn has_body(&self, id: &PageId, version: u32) -> Result<bool> {
        Ok(self.count("select count(*) from body where id = ?1 and version = ?2", params![id.as_str(), version])? > 0)
    }

    /// The body of a page and the version it is of.
    pub fn body(&self, id: &PageId) -> Result<Option<(u32, Body)>> {
        self.one("select version, kind, text from body where id = ?1", [id.as_str()], |row| {
            let kind: String = row.get(1)?;
            let kind = if kind == "adf" { BodyKind::Adf } else { BodyKind::Storage };
            Ok((row.get(0)?, Body { kind, text: row.get(2)? }))
        })
    }

    /// The page of this title, or else the blog post, compared without regard to case; the exact title wins.
    pub fn page_by_title(&self, space: &SpaceId, title: &str, blog_day: Option<&str>) -> Result<Option<PageId>> {
        let sql = "select id from node where space = ?1 and folded = ?2
            and kind in ('page', 'live-doc', 'blog-post', 'whiteboard', 'database')
            and (?4 is null or (kind = 'blog-post' and (?4 = '' or day = ?4)))
            order by title <> ?3, kind = 'blog-post' and ?4 is null, length(id), id limit 1";
        let id: Option<String> =
            self.one(sql, params![space.as_str(), folded(title), title, blog_day], |row| row.get(0))?;
        Ok(id.map(PageId::from))
    }

    /// The children of a node, in the order of the tree.
    pub fn children(&self, id: &PageId) -> Result<Vec<PageId>> {
        let sql = "select id from node where parent = ?1 order by position is null, position, title";
        let ids: Vec<String> = self.all(sql, [id.as_str()], |row| row.get(0))?;
        Ok(ids.into_iter().map(PageId::from).collect())
    }

    // What belongs to pages.

    /// Keeps labels and attachments of a page, as seen in `walk`.
    pub fn put_extras(&self, extras: &PageExtras, walk: i64) -> Result<()> {
        let labels = serde_json::to_string(&extras.labels)?;
        let attachments = serde_json::to_string(&extras.attachments)?;
        let sql =
            "insert or replace into extras(page, labels, attachments, restricted, seen) values (?1, ?2, ?3, ?4, ?5)";
        self.run(sql, params![extras.page.as_str(), labels, attachments, extras.restricted, walk])?;
        Ok(())
    }

    /// Whether `walk` saw labels and attachments of a page.
    pub fn has_extras(&self, page: &PageId, walk: i64) -> Result<bool> {
        Ok(self.count("select count(*) from extras where page = ?1 and seen = ?2", params![page.as_str(), walk])? > 0)
    }

    /// Labels and attachments of a page, where they are known.
    pub fn extras(&self, page: &PageId) -> Result<Option<PageExtras>> {
        let sql = "select labels, attachments, restricted from extras where page = ?1";
        let row: Option<(String, String, Option<bool>)> =
            self.one(sql, [page.as_str()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        let Some((labels, attachments, restricted)) = row else { return Ok(None) };
        Ok(Some(PageExtras {
            page: page.clone(),
            labels: serde_json::from_str(&labels)?,
            attachments: serde_json::from_str(&attachments)?,
            restricted,
        }))
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

    // Places of this run.

    /// Begins a run: places, wanted attachments and outcomes of the last one are gone.
    pub fn clear_run(&self) -> Result<()> {
        for table in ["place", "wanted", "outcome", "failure"] {
            self.run(&format!("delete from {table}"), [])?;
        }
        Ok(())
    }

    /// Keeps the place of a node; `taken` when the page is written, not only a folder above one that is.
    pub fn put_place(&self, placed: &Placed, taken: bool) -> Result<()> {
        let sql = "insert or replace into place(id, path, stem, taken) values (?1, ?2, ?3, ?4)";
        self.run(sql, params![placed.id.as_str(), placed.path.as_str(), placed.stem, taken])?;
        Ok(())
    }

    /// The file of a page that this run exports.
    pub fn place(&self, id: &PageId) -> Result<Option<RelPath>> {
        let sql = "select path from place where id = ?1 and taken = 1";
        let path: Option<String> = self.one(sql, [id.as_str()], |row| row.get(0))?;
        path.as_deref().map(rel_path).transpose()
    }

    /// How many pages this run exports.
    pub fn places(&self) -> Result<u64> {
        self.count("select count(*) from place where taken = 1", [])
    }

    /// Up to `limit` exported pages behind `after`, in the order of paths.
    pub fn places_after(&self, after: &str, limit: u32) -> Result<Vec<Placed>> {
        let sql = "select id, path, stem from place where taken = 1 and path > ?1 order by path limit ?2";
        let rows: Vec<(String, String, String)> =
            self.all(sql, params![after, limit], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        rows.into_iter().map(|(id, path, stem)| Ok(Placed { id: id.into(), path: rel_path(&path)?, stem })).collect()
    }

    // The record of files, which mirrors the manifest.

    /// Forgets all records, before the manifest is read again.
    pub fn clear_records(&self) -> Result<()> {
        self.run("delete from record", [])?;
        Ok(())
    }

    /// Keeps a record.
    pub fn put_record(&self, record: &Record) -> Result<()> {
        let sql = "insert or replace into record(kind, id, page, path, stem, version, size, hash)
            values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
        self.run(
            sql,
            params![
                record.kind.name(),
                record.id,
                record.page.as_ref().map(PageId::as_str),
                record.path.as_str(),
                record.stem,
                record.version,
                record.size.map(u64::cast_signed),
                record.hash.as_ref().map(|hash| &hash.0)
            ],
        )?;
        Ok(())
    }

    const RECORD: &'static str = "select kind, id, page, path, stem, version, size, hash from record";

    fn read_record(row: &Row<'_>) -> rusqlite::Result<Result<Record>> {
        let kind: String = row.get(0)?;
        let path: String = row.get(3)?;
        let (id, page): (String, Option<String>) = (row.get(1)?, row.get(2)?);
        let (stem, version) = (row.get(4)?, row.get(5)?);
        let (size, hash): (Option<i64>, Option<String>) = (row.get(6)?, row.get(7)?);
        let known = RecordKind::from_name(&kind).ok_or_else(|| StoreError::Damaged(format!("record kind {kind}")));
        Ok(known.and_then(|kind| {
            Ok(Record {
                kind,
                id,
                page: page.map(PageId::from),
                path: rel_path(&path)?,
                stem,
                version,
                size: size.map(i64::cast_unsigned),
                hash: hash.map(ContentHash),
            })
        }))
    }

    /// The record of this kind and id.
    pub fn record(&self, kind: RecordKind, id: &str) -> Result<Option<Record>> {
        let sql = format!("{} where kind = ?1 and id = ?2", Self::RECORD);
        self.one(&sql, params![kind.name(), id], Self::read_record)?.transpose()
    }

    /// Forgets one record.
    pub fn drop_record(&self, kind: RecordKind, id: &str) -> Result<()> {
        self.run("delete from record where kind = ?1 and id = ?2", params![kind.name(), id])?;
        Ok(())
    }

    /// Whether a file of ours, of whatever page, is recorded at this path.
    pub fn is_recorded(&self, path: &RelPath) -> Result<bool> {
        let sql = "select count(*) from record where path = ?1 and hash is not null";
        Ok(self.count(sql, [path.as_str()])? > 0)
    }

    /// Shows every record in a stable order: spaces, folders, pages, attachments, each by path.
    pub fn each_record<E: From<StoreError>>(
        &self,
        mut see: impl FnMut(&Record) -> std::result::Result<(), E>,
    ) -> std::result::Result<(), E> {
        let sql = format!(
            "{} order by case kind when 'space' then 0 when 'folder' then 1 when 'page' then 2 else 3 end, path, id",
            Self::RECORD
        );
        let mut statement = self.db.prepare(&sql).map_err(StoreError::from)?;
        let mut rows = statement.query([]).map_err(StoreError::from)?;
        while let Some(row) = rows.next().map_err(StoreError::from)? {
            see(&Self::read_record(row).map_err(StoreError::from)??)?;
        }
        Ok(())
    }

    /// Records of pages and attachments whose file is to be somewhere else now: the record and the new path.
    pub fn moved_pages(&self) -> Result<Vec<(Record, RelPath)>> {
        let sql = "select r.kind, r.id, r.page, r.path, r.stem, r.version, r.size, r.hash, p.path
            from record as r join place as p on p.id = r.id
            where r.kind = 'page' and p.taken = 1 and p.path <> r.path order by r.path";
        let rows = self.all(sql, [], |row| Ok((Self::read_record(row)?, row.get::<_, String>(8)?)))?;
        rows.into_iter().map(|(record, path)| Ok((record?, rel_path(&path)?))).collect()
    }

    /// Paths of page files on record whose pages this run does not export.
    pub fn left_alone(&self) -> Result<Vec<String>> {
        let sql = "select path from record where kind = 'page' and hash is not null
            and id not in (select id from place where taken = 1)";
        self.all(sql, [], |row| row.get(0))
    }

    /// Says that a file with this content is about to be put at `path`.
    pub fn intend(&self, path: &RelPath, hash: &ContentHash) -> Result<()> {
        self.run("insert or replace into intent(path, hash) values (?1, ?2)", params![path.as_str(), hash.0])?;
        Ok(())
    }

    /// What a run that did not end was about to put at `path`.
    pub fn intended(&self, path: &RelPath) -> Result<Option<ContentHash>> {
        let hash: Option<String> =
            self.one("select hash from intent where path = ?1", [path.as_str()], |row| row.get(0))?;
        Ok(hash.map(ContentHash))
    }

    /// Forgets all intentions: the manifest tells everything.
    pub fn clear_intents(&self) -> Result<()> {
        self.run("delete from intent", [])?;
        Ok(())
    }

    // Attachments of this run.

    /// Where an attachment goes in this run, when some page asked for it.
    pub fn wanted_path(&self, attachment: &str) -> Result<Option<RelPath>> {
        let sql = "select path from wanted where attachment = ?1";
        let path: Option<String> = self.one(sql, [attachment], |row| row.get(0))?;
        path.as_deref().map(rel_path).transpose()
    }

    /// Asks for an attachment; the first to ask decides.
    pub fn want(&self, wanted: &Wanted) -> Result<()> {
        let json = serde_json::to_string(&wanted.attachment)?;
        let sql = "insert or ignore into wanted(attachment, page, path, json) values (?1, ?2, ?3, ?4)";
        self.run(sql, params![wanted.attachment.id.as_str(), wanted.page.as_str(), wanted.path.as_str(), json])?;
        Ok(())
    }

    /// How many attachments were asked for.
    pub fn wanted_count(&self) -> Result<u64> {
        self.count("select count(*) from wanted", [])
    }

    /// Up to `limit` attachments behind `after`, in the order of paths.
    pub fn wanted_after(&self, after: &str, limit: u32) -> Result<Vec<Wanted>> {
        let sql = "select json, page, path from wanted where path > ?1 order by path limit ?2";
        let rows: Vec<(String, String, String)> =
            self.all(sql, params![after, limit], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        rows.into_iter()
            .map(|(json, page, path)| {
                Ok(Wanted { attachment: serde_json::from_str(&json)?, page: page.into(), path: rel_path(&path)? })
            })
            .collect()
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
