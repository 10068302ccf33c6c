//! Where files go and what is known of those that are there: places, records, moves, attachments that are wanted.

use pagelift_model::{Attachment, ContentHash, PageId, RelPath, SpaceId};
use rusqlite::{Row, params};

use super::reading::OF_A_RUN;
use super::{Result, Store, StoreError, rel_path};
use crate::names::fold;

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
    /// A file that is made of others or belongs to one: by which a program shows the tree, or with the comments of a page.
    Derived,
    /// What the site has of a page whose own file a person changed, in a file beside that one.
    Beside,
}

impl RecordKind {
    const ALL: [Self; 6] = [Self::Space, Self::Folder, Self::Page, Self::Attachment, Self::Derived, Self::Beside];

    /// The name in the manifest.
    pub fn name(self) -> &'static str {
        match self {
            Self::Space => "space",
            Self::Folder => "folder",
            Self::Page => "page",
            Self::Attachment => "attachment",
            Self::Derived => "derived",
            Self::Beside => "beside",
        }
    }

    /// The kind of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// One thing that the destination holds for us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// What it is about.
    pub kind: RecordKind,
    /// Space id, content id or attachment id; of what belongs to no content, the path.
    pub id: String,
    /// The page an attachment belongs to.
    pub page: Option<PageId>,
    /// The file, or the folder.
    pub path: RelPath,
    /// The stem of the title when the name was given.
    pub stem: Option<String>,
    /// The title of a page, where its stem is another.
    pub title: Option<String>,
    /// The space of a page.
    pub space: Option<SpaceId>,
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

/// A file of ours that is to be somewhere else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Move {
    /// The file as it is on record.
    pub record: Record,
    /// Where it is to be.
    pub target: RelPath,
}

impl Store {
    // Places of this run.

    /// Begins a run: places, wanted attachments and outcomes of the last one are gone.
    pub fn clear_run(&self) -> Result<()> {
        for table in OF_A_RUN {
            self.run(&format!("delete from {table}"), [])?;
        }
        Ok(())
    }

    /// Keeps the place of a node; `taken` when the page is written, not only a folder above one that is.
    pub fn put_place(&self, placed: &Placed, taken: bool) -> Result<()> {
        let sql = "insert or replace into place(id, path, folder, folded, bare, stem, taken)
            values (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
        let (path, folder) = (placed.path.as_str(), placed.path.folder());
        let bare = fold(placed.path.file_name());
        self.run(sql, params![placed.id.as_str(), path, folder, fold(path), bare, placed.stem, taken])?;
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

    /// Keeps a record of the name of every node that has a place and no file of its own.
    pub fn record_untaken(&self) -> Result<()> {
        let sql = "insert or replace into record(kind, id, path, folded, bare, stem)
            select 'folder', id, path, folded, bare, stem from place where taken = 0";
        self.run(sql, [])?;
        Ok(())
    }

    /// Whether this run exports a page.
    pub fn is_taken(&self, id: &PageId) -> Result<bool> {
        Ok(self.count("select count(*) from picked where id = ?1 and taken = 1", [id.as_str()])? > 0)
    }

    /// Up to `limit` exported pages behind `after`, in the order of paths.
    pub fn places_after(&self, after: &str, limit: u32) -> Result<Vec<Placed>> {
        let sql = "select id, path, stem from place where taken = 1 and path > ?1 order by path limit ?2";
        let rows: Vec<(String, String, String)> =
            self.all(sql, params![after, limit], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        rows.into_iter().map(|(id, path, stem)| Ok(Placed { id: id.into(), path: rel_path(&path)?, stem })).collect()
    }

    /// Forgets all places, before a plan is made anew.
    pub fn clear_places(&self) -> Result<()> {
        self.run("delete from place", [])?;
        Ok(())
    }

    /// The folders that pages of this run go into, behind `after`.
    pub fn folders_after(&self, after: Option<&str>, limit: u32) -> Result<Vec<String>> {
        let sql = "select distinct folder from place where taken = 1 and (?1 is null or folder > ?1)
            order by folder limit ?2";
        self.all(sql, params![after, limit], |row| row.get(0))
    }

    /// The page of this run whose path folds to this.
    pub fn placed_at(&self, folded: &str) -> Result<Option<PageId>> {
        let sql = "select id from place where folded = ?1 and taken = 1 limit 1";
        let id: Option<String> = self.one(sql, [folded], |row| row.get(0))?;
        Ok(id.map(PageId::from))
    }

    // The record of files, which mirrors the manifest.

    /// Forgets all records, before the manifest is read again.
    pub fn clear_records(&self) -> Result<()> {
        self.run("delete from record", [])?;
        Ok(())
    }

    /// Keeps a record.
    pub fn put_record(&self, record: &Record) -> Result<()> {
        let sql = "insert or replace into record(kind, id, page, path, folded, bare, stem, version, size, hash,
            title, space) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";
        self.run(
            sql,
            params![
                record.kind.name(),
                record.id,
                record.page.as_ref().map(PageId::as_str),
                record.path.as_str(),
                fold(record.path.as_str()),
                fold(record.path.file_name()),
                record.stem,
                record.version,
                record.size.map(u64::cast_signed),
                record.hash.as_ref().map(|hash| &hash.0),
                record.title,
                record.space.as_ref().map(SpaceId::as_str)
            ],
        )?;
        Ok(())
    }

    pub(super) const RECORD: &'static str =
        "select kind, id, page, path, stem, version, size, hash, title, space from record";

    pub(super) fn read_record(row: &Row<'_>) -> rusqlite::Result<Result<Record>> {
        let kind: String = row.get(0)?;
        let path: String = row.get(3)?;
        let (id, page): (String, Option<String>) = (row.get(1)?, row.get(2)?);
        let (stem, version) = (row.get(4)?, row.get(5)?);
        let (size, hash): (Option<i64>, Option<String>) = (row.get(6)?, row.get(7)?);
        let (title, space): (Option<String>, Option<String>) = (row.get(8)?, row.get(9)?);
        let known = RecordKind::from_name(&kind).ok_or_else(|| StoreError::Damaged(format!("record kind {kind}")));
        Ok(known.and_then(|kind| {
            Ok(Record {
                kind,
                id,
                page: page.map(PageId::from),
                path: rel_path(&path)?,
                stem,
                title,
                space: space.map(SpaceId::from),
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

    /// Whether the file at this path is that of a page which is above others in this run and is not written itself.
    pub fn is_left_alone(&self, path: &RelPath) -> Result<bool> {
        let sql = "select count(*) from record as r join picked as k on k.id = r.id and k.taken = 0
            where r.path = ?1 and r.kind = 'page' and r.hash is not null";
        Ok(self.count(sql, [path.as_str()])? > 0)
    }

    /// Shows every record in a stable order: spaces, folders, pages, attachments, each by path.
    pub fn each_record<E: From<StoreError>>(
        &self,
        mut see: impl FnMut(&Record) -> std::result::Result<(), E>,
    ) -> std::result::Result<(), E> {
        let sql = format!("{} where kind = ?1 order by path, id", Self::RECORD);
        for kind in RecordKind::ALL {
            let mut statement = self.db.prepare_cached(&sql).map_err(StoreError::from)?;
            let mut rows = statement.query([kind.name()]).map_err(StoreError::from)?;
            while let Some(row) = rows.next().map_err(StoreError::from)? {
                see(&Self::read_record(row).map_err(StoreError::from)??)?;
            }
        }
        Ok(())
    }

    /// The name that an earlier plan gave a page or a folder.
    pub fn given(&self, id: &str) -> Result<Option<(RelPath, String)>> {
        let sql = "select path, stem from record where kind in ('page', 'folder') and id = ?1 and stem is not null
            order by kind = 'folder' limit 1";
        let row: Option<(String, String)> = self.one(sql, [id], |row| Ok((row.get(0)?, row.get(1)?)))?;
        row.map(|(path, stem)| Ok((rel_path(&path)?, stem))).transpose()
    }

    /// Shows the path of every page file on record whose page takes no part in this run, not even as one above others, and of
    /// every file that lies beside one that a person changed.
    pub fn each_occupied(&self, mut see: impl FnMut(&str)) -> Result<()> {
        let sql = "select path from record where kind = 'page' and stem is not null
            and id not in (select id from picked) or kind = 'beside'";
        let mut statement = self.db.prepare_cached(sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            see(row.get_ref(0)?.as_str().map_err(|error| StoreError::Damaged(error.to_string()))?);
        }
        Ok(())
    }

    /// Whether no other file of the destination, as far as we know it, has the name of `path`. `id` is the page or the
    /// attachment of that file.
    pub fn is_only_name(&self, id: &str, path: &RelPath) -> Result<bool> {
        let sql = "select exists(select 1 from place where bare = ?1 and taken = 1 and id <> ?2)
            or exists(select 1 from foreign_file where bare = ?1)
            or exists(select 1 from file as f join place as p on p.id = f.page and p.taken = 1
                where f.bare = ?1 and f.attachment <> ?2)
            or exists(select 1 from record as r where r.bare = ?1 and r.id <> ?2 and r.hash is not null
                and not (r.kind = 'page' and exists(select 1 from place as p where p.id = r.id and p.taken = 1))
                and not (r.kind = 'attachment' and exists(select 1 from file as f
                    join place as p on p.id = f.page and p.taken = 1 where f.attachment = r.id)))";
        Ok(self.count(sql, params![fold(path.file_name()), id])? == 0)
    }

    /// Whether no file of ours is at `path` or will be.
    pub(crate) fn is_free(&self, path: &RelPath) -> Result<bool> {
        let sql = "select exists(select 1 from place where folded = ?1 and taken = 1)
            or exists(select 1 from record where folded = ?1)";
        Ok(self.count(sql, [fold(path.as_str())])? == 0)
    }

    /// Whether the file of another attachment is, or will be, at `path`.
    pub fn is_of_another(&self, attachment: &str, path: &str) -> Result<bool> {
        let sql = "select exists(select 1 from wanted where folded = ?1 and attachment <> ?2)
            or exists(select 1 from record where folded = ?1 and kind = 'attachment' and id <> ?2)";
        Ok(self.count(sql, params![fold(path), attachment])? > 0)
    }

    /// Whether the content of this hash is that of another file on record.
    pub fn is_content_of_another(&self, record: &Record, hash: &ContentHash) -> Result<bool> {
        let sql = "select exists(select 1 from record where hash = ?1 and not (kind = ?2 and id = ?3))";
        Ok(self.count(sql, params![hash.0, record.kind.name(), record.id])? > 0)
    }

    /// Says that a file with this content is about to be put at `path`.
    pub fn intend(&self, path: &RelPath, hash: &ContentHash) -> Result<()> {
        self.run("insert or replace into intent(path, hash) values (?1, ?2)", params![path.as_str(), hash.0])?;
        Ok(())
    }

    /// Whether a run that did not end was about to put a file with this content at `path`.
    pub fn intended(&self, path: &RelPath, hash: &ContentHash) -> Result<bool> {
        let sql = "select count(*) from intent where path = ?1 and hash = ?2";
        Ok(self.count(sql, params![path.as_str(), hash.0])? > 0)
    }

    /// Forgets all intentions: the manifest tells everything.
    pub fn clear_intents(&self) -> Result<()> {
        self.run("delete from intent", [])?;
        Ok(())
    }

    // Moves.

    /// Lists the files on record of one kind that are to be somewhere else now, and answers whether there are any.
    pub fn list_moves(&self, kind: RecordKind) -> Result<bool> {
        self.run("delete from move", [])?;
        let sql = match kind {
            RecordKind::Attachment => {
                "select r.id, r.path, w.path from record as r join wanted as w on w.attachment = r.id
                where r.kind = 'attachment' and w.path <> r.path"
            }
            _ => {
                "select r.id, r.path, p.path from record as r join place as p on p.id = r.id
                where r.kind = 'page' and p.taken = 1 and p.path <> r.path"
            }
        };
        let mut statement = self.db.prepare_cached(sql)?;
        let mut rows = statement.query([])?;
        let mut any = false;
        while let Some(row) = rows.next()? {
            let (id, source, target): (String, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
            self.run(
                "insert into move(kind, id, source, source_folded, target, target_folded) values (?1, ?2, ?3, ?4, ?5, ?6)",
                params![kind.name(), id, source, fold(&source), target, fold(&target)],
            )?;
            any = true;
        }
        Ok(any)
    }

    /// Up to `limit` moves behind the one of the id `after`, with the record as it is now: all of them, or only those whose
    /// file stands where the file of another move goes.
    pub fn moves_after(&self, after: &str, in_the_way: bool, limit: u32) -> Result<Vec<Move>> {
        let sql = "select r.kind, r.id, r.page, r.path, r.stem, r.version, r.size, r.hash, r.title, r.space, m.target
            from move as m join record as r on r.kind = m.kind and r.id = m.id
            where m.id > ?1 and (?2 = 0 or exists (select 1 from move as other
                where other.target_folded = m.source_folded and other.id <> m.id))
            order by m.id limit ?3";
        let rows = self.all(sql, params![after, in_the_way, limit], |row| {
            Ok((Self::read_record(row)?, row.get::<_, String>(10)?))
        })?;
        rows.into_iter().map(|(record, target)| Ok(Move { record: record?, target: rel_path(&target)? })).collect()
    }

    /// Where the file of a page was before this run moved it.
    pub fn moved_from(&self, page: &PageId) -> Result<Option<RelPath>> {
        let sql = "select source from move where kind = 'page' and id = ?1";
        let path: Option<String> = self.one(sql, [page.as_str()], |row| row.get(0))?;
        path.as_deref().map(rel_path).transpose()
    }

    /// Takes a move from the list.
    pub fn drop_move(&self, record: &Record) -> Result<()> {
        self.run("delete from move where kind = ?1 and id = ?2", params![record.kind.name(), record.id])?;
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
        let sql = "insert or ignore into wanted(attachment, page, path, folded, json) values (?1, ?2, ?3, ?4, ?5)";
        let path = wanted.path.as_str();
        self.run(sql, params![wanted.attachment.id.as_str(), wanted.page.as_str(), path, fold(path), json])?;
        Ok(())
    }

    /// Takes back what was asked for, and answers it.
    pub fn unwant(&self, attachment: &str) -> Result<Option<Wanted>> {
        let sql = "delete from wanted where attachment = ?1 returning json, page, path";
        let row: Option<(String, String, String)> =
            self.one(sql, [attachment], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        row.map(|(json, page, path)| {
            Ok(Wanted { attachment: serde_json::from_str(&json)?, page: page.into(), path: rel_path(&path)? })
        })
        .transpose()
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
}
