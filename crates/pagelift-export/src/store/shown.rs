//! The tree of what the destination holds, as programs show it: what is below what, in the order of the site's tree. Pages of
//! earlier runs that take no part in this one are in it too.

use pagelift_model::{NodeKind, PageId, RelPath, Space, SpaceId};
use rusqlite::{Row, params};

use super::tree::kind_of;
use super::{Result, Store, rel_path};

/// One node of the tree as it is exported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Branch {
    pub id: PageId,
    pub title: String,
    pub kind: NodeKind,
    pub position: Option<i64>,
    /// Its file, or its folder.
    pub path: RelPath,
    /// Whether the file is there.
    pub written: bool,
}

/// A node that is listed, `l`.
const BRANCH: &str = "select n.id, n.title, n.kind, n.position, l.path, l.written
    from listed as l join node as n on n.id = l.id";

/// Its id alone, of which many can be held.
const ID: &str = "select n.id from listed as l join node as n on n.id = l.id";

/// The order of the tree.
const ORDER: &str = "n.position is null, n.position, n.title, length(n.id), n.id";

/// Every page whose file is where it belongs.
const LIST_WRITTEN: &str = "insert into listed(id, path, folder, written)
    select r.id, r.path, rtrim(rtrim(r.path, replace(r.path, '/', '')), '/'), 1
    from record as r join node as n on n.id = r.id
    where r.kind = 'page' and r.hash is not null
        and not exists(select 1 from place as p where p.id = r.id and p.taken = 1 and p.path <> r.path)";

/// What is above something that is listed, one level at a time.
const LIST_ABOVE: &str = "insert or ignore into listed(id, path, folder, written)
    select id, path, rtrim(rtrim(path, replace(path, '/', '')), '/'), 0 from (
        select distinct a.id as id, coalesce(p.path, r.path) as path
        from listed as l join node as c on c.id = l.id join node as a on a.id = c.parent and a.space = c.space
        left join place as p on p.id = a.id
        left join record as r on r.kind = 'folder' and r.id = a.id
        where c.kind <> 'blog-post' and a.id not in (select id from listed))
    where path is not null";

fn read_id(row: &Row<'_>) -> rusqlite::Result<PageId> {
    let id: String = row.get(0)?;
    Ok(id.into())
}

fn read_branch(row: &Row<'_>) -> rusqlite::Result<Result<Branch>> {
    let (id, kind, path): (String, String, String) = (row.get(0)?, row.get(2)?, row.get(4)?);
    let (title, position, written) = (row.get(1)?, row.get(3)?, row.get(5)?);
    let branch = |path| Branch { id: id.into(), title, kind: kind_of(&kind), position, path, written };
    Ok(rel_path(&path).map(branch))
}

impl Store {
    /// Lists the pages whose files are there, and what is above them. Answers how many pages those are.
    pub(crate) fn list_written(&self) -> Result<u64> {
        self.run("delete from listed", [])?;
        let pages = self.run(LIST_WRITTEN, [])?;
        while self.run(LIST_ABOVE, [])? > 0 {}
        Ok(pages as u64)
    }

    /// The spaces that something is listed of, in the order of their names.
    pub(crate) fn listed_spaces(&self) -> Result<Vec<Space>> {
        let sql = "select json from space as s
            where exists(select 1 from listed as l join node as n on n.id = l.id where n.space = s.id)";
        let rows: Vec<String> = self.all(sql, [], |row| row.get(0))?;
        let mut spaces: Vec<Space> = rows.iter().map(|json| Ok(serde_json::from_str(json)?)).collect::<Result<_>>()?;
        spaces.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
        Ok(spaces)
    }

    fn branches(&self, sql: &str, values: impl rusqlite::Params) -> Result<Vec<Branch>> {
        self.all(sql, values, read_branch)?.into_iter().collect()
    }

    /// The node of this id.
    pub(crate) fn branch(&self, id: &PageId) -> Result<Option<Branch>> {
        self.one(&format!("{BRANCH} where l.id = ?1"), [id.as_str()], read_branch)?.transpose()
    }

    /// What is at the top of a space, without blog posts.
    pub(crate) fn roots(&self, space: &SpaceId) -> Result<Vec<PageId>> {
        let sql = format!(
            "{ID} where n.space = ?1 and n.kind <> 'blog-post' and not exists(select 1 from listed as q
                join node as above on above.id = q.id where q.id = n.parent and above.space = ?1) order by {ORDER}"
        );
        self.all(&sql, [space.as_str()], read_id)
    }

    /// What is below a node of a space, without blog posts.
    pub(crate) fn below(&self, space: &SpaceId, id: &PageId) -> Result<Vec<PageId>> {
        let sql = format!("{ID} where n.parent = ?2 and n.space = ?1 and n.kind <> 'blog-post' order by {ORDER}");
        self.all(&sql, params![space.as_str(), id.as_str()], read_id)
    }

    /// Up to `limit` blog posts of a space behind the path `after`.
    pub(crate) fn posts_after(&self, space: &SpaceId, after: &str, limit: u32) -> Result<Vec<Branch>> {
        let sql =
            format!("{BRANCH} where n.space = ?1 and n.kind = 'blog-post' and l.path > ?2 order by l.path limit ?3");
        self.branches(&sql, params![space.as_str(), after, limit])
    }

    /// Up to `limit` pages behind the path `after` whose files are there.
    pub(crate) fn written_after(&self, after: &str, limit: u32) -> Result<Vec<Branch>> {
        let sql = format!("{BRANCH} where l.path > ?1 and l.written = 1 order by l.path limit ?2");
        self.branches(&sql, params![after, limit])
    }

    /// Up to `limit` nodes behind the path `after` that others are below.
    pub(crate) fn parents_after(&self, after: &str, limit: u32) -> Result<Vec<Branch>> {
        let sql = format!(
            "{BRANCH} where l.path > ?1 and exists(select 1 from node as c join listed as q on q.id = c.id
                where c.parent = n.id and c.space = n.space and c.kind <> 'blog-post') order by l.path limit ?2"
        );
        self.branches(&sql, params![after, limit])
    }

    /// Shows what lies directly in `folder`, in the order of the tree: a home page first, and then what is below it.
    pub(crate) fn each_in(&self, folder: &str, mut see: impl FnMut(&Branch)) -> Result<()> {
        let home = "(select json_extract(s.json, '$.homepage') from space as s where s.id = n.space)";
        let sql = format!("{BRANCH} where l.folder = ?1 order by n.id is not {home}, n.parent is not {home}, {ORDER}");
        let mut statement = self.db.prepare_cached(&sql)?;
        let mut rows = statement.query([folder])?;
        while let Some(row) = rows.next()? {
            see(&read_branch(row)??);
        }
        Ok(())
    }

    /// The folders that something listed lies in, behind `after`.
    pub(crate) fn listed_folders_after(&self, after: Option<&str>, limit: u32) -> Result<Vec<String>> {
        let sql = "select distinct folder from listed where ?1 is null or folder > ?1 order by folder limit ?2";
        self.all(sql, params![after, limit], |row| row.get(0))
    }

    /// Remembers that this run has a file of ours, which is no page's, at `path`.
    pub(crate) fn note_shown(&self, path: &RelPath) -> Result<()> {
        self.run("insert or ignore into shown(path) values (?1)", [path.as_str()])?;
        Ok(())
    }

    /// Such a file that is on record and that this run does not have any more.
    pub(crate) fn no_longer_shown(&self) -> Result<Option<String>> {
        let sql = "select id from record where kind = 'derived' and id not in (select path from shown) limit 1";
        self.one(sql, [], |row| row.get(0))
    }
}
