//! What was read from the site: nodes, bodies, what belongs to pages, and what of it this run exports.

use std::collections::BTreeMap;

use pagelift_model::{
    Attachment, Body, BodyKind, Comment, ErrorCode, FetchedPage, NodeKind, PageExtras, PageId, PageNode, SpaceId,
};
use rusqlite::params;

use super::{Result, Store, StoreError};
use crate::names::{attachment_name, fold};
use crate::outline::{Outline, Sketch, day_of};

fn kind_name(kind: NodeKind) -> &'static str {
    match kind {
        NodeKind::Page => "page",
        NodeKind::BlogPost => "blog-post",
        NodeKind::LiveDoc => "live-doc",
        NodeKind::Folder => "folder",
        NodeKind::Whiteboard => "whiteboard",
        NodeKind::Database => "database",
        NodeKind::Embed => "embed",
    }
}

pub(super) fn kind_of(name: &str) -> NodeKind {
    match name {
        "blog-post" => NodeKind::BlogPost,
        "live-doc" => NodeKind::LiveDoc,
        "folder" => NodeKind::Folder,
        "whiteboard" => NodeKind::Whiteboard,
        "database" => NodeKind::Database,
        "embed" => NodeKind::Embed,
        _ => NodeKind::Page,
    }
}

impl Store {
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
                kind_name(node.kind),
                node.title,
                fold(&node.title),
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
            "delete from view where page in (select id from node where space = ?1 and seen <> ?2)",
            "delete from comment where page in (select id from node where space = ?1 and seen <> ?2)",
            "delete from file where page in (select id from node where space = ?1 and seen <> ?2)",
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
            self.one(sql, params![space.as_str(), fold(title), title, blog_day], |row| row.get(0))?;
        Ok(id.map(PageId::from))
    }

    /// The children of a node, in the order of the tree.
    pub fn children(&self, id: &PageId) -> Result<Vec<PageId>> {
        let sql = "select id from node where parent = ?1 order by position is null, position, title";
        let ids: Vec<String> = self.all(sql, [id.as_str()], |row| row.get(0))?;
        Ok(ids.into_iter().map(PageId::from).collect())
    }

    /// The nodes of a space that have none above them, in the order of the tree.
    pub fn top_nodes(&self, space: &SpaceId) -> Result<Vec<PageId>> {
        let sql = "select id from node where space = ?1 and parent is null and kind <> ?2
            order by position is null, position, title";
        let blog_post = kind_name(NodeKind::BlogPost);
        let ids: Vec<String> = self.all(sql, params![space.as_str(), blog_post], |row| row.get(0))?;
        Ok(ids.into_iter().map(PageId::from).collect())
    }

    // What belongs to pages.

    /// Keeps labels and attachments of a page, as seen in `walk`.
    pub fn put_extras(&self, extras: &PageExtras, walk: i64) -> Result<()> {
        let labels = serde_json::to_string(&extras.labels)?;
        let attachments = serde_json::to_string(&extras.attachments)?;
        let sql =
            "insert or replace into extras(page, labels, attachments, restricted, version, seen) values (?1, ?2, ?3, ?4,
            coalesce(?5, (select version from node where id = ?1), 0), ?6)";
        self.run(sql, params![extras.page.as_str(), labels, attachments, extras.restricted, extras.version, walk])?;
        self.run("delete from file where page = ?1", [extras.page.as_str()])?;
        for attachment in &extras.attachments {
            let sql = "insert or replace into file(attachment, page, bare) values (?1, ?2, ?3)";
            let bare = fold(&attachment_name(&attachment.title));
            self.run(sql, params![attachment.id.as_str(), extras.page.as_str(), bare])?;
        }
        Ok(())
    }

    /// Adds attachments to the lists of their pages, or puts them in the place of older versions. Pages without a list are left
    /// alone: theirs is still to be read.
    pub(crate) fn merge_attachments(&self, changed: Vec<Attachment>) -> Result<()> {
        let mut by_page: BTreeMap<PageId, Vec<Attachment>> = BTreeMap::new();
        for attachment in changed {
            by_page.entry(attachment.page.clone()).or_default().push(attachment);
        }
        for (page, changed) in by_page {
            let Some(mut extras) = self.extras(&page)? else { continue };
            let before = extras.attachments.clone();
            for attachment in changed {
                match extras.attachments.iter_mut().find(|known| known.id == attachment.id) {
                    // An index that is behind must not bring an older version back.
                    Some(known) if known.version <= attachment.version => *known = attachment,
                    Some(_) => {}
                    None => extras.attachments.push(attachment),
                }
            }
            if extras.attachments != before {
                let seen: Option<i64> =
                    self.one("select seen from extras where page = ?1", [page.as_str()], |row| row.get(0))?;
                self.put_extras(&extras, seen.unwrap_or_default())?;
            }
        }
        Ok(())
    }

    /// Labels and attachments of a page, where they are known.
    pub fn extras(&self, page: &PageId) -> Result<Option<PageExtras>> {
        let sql = "select labels, attachments, restricted, version from extras where page = ?1";
        let row: Option<(String, String, Option<bool>, u32)> =
            self.one(sql, [page.as_str()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?;
        let Some((labels, attachments, restricted, version)) = row else { return Ok(None) };
        Ok(Some(PageExtras {
            page: page.clone(),
            labels: serde_json::from_str(&labels)?,
            attachments: serde_json::from_str(&attachments)?,
            restricted,
            version: Some(version),
        }))
    }

    /// Keeps the comments of a page.
    pub fn put_comments(&self, page: &PageId, comments: &[Comment]) -> Result<()> {
        self.run("delete from comment where page = ?1", [page.as_str()])?;
        if !comments.is_empty() {
            let json = serde_json::to_string(comments)?;
            self.run("insert into comment(page, json) values (?1, ?2)", params![page.as_str(), json])?;
        }
        Ok(())
    }

    /// The comments of a page, as far as they were read.
    pub fn comments(&self, page: &PageId) -> Result<Vec<Comment>> {
        let json: Option<String> =
            self.one("select json from comment where page = ?1", [page.as_str()], |row| row.get(0))?;
        Ok(json.map(|json| serde_json::from_str(&json)).transpose()?.unwrap_or_default())
    }

    /// Keeps what the site makes of a version of a page.
    pub(crate) fn put_view(&self, page: &PageId, html: &str) -> Result<()> {
        let sql = "insert or replace into view(page, version, html) select id, version, ?2 from node where id = ?1";
        self.run(sql, params![page.as_str(), html])?;
        Ok(())
    }

    /// What the site makes of a page, where that is known of its present version.
    pub(crate) fn view(&self, page: &PageId) -> Result<Option<String>> {
        let sql = "select v.html from view as v join node as n on n.id = v.page and n.version = v.version
            where v.page = ?1";
        self.one(sql, [page.as_str()], |row| row.get(0))
    }

    /// Forgets what the site makes of pages.
    pub(crate) fn clear_views(&self) -> Result<()> {
        self.run("delete from view", [])?;
        Ok(())
    }

    // What this run exports.

    /// Up to `limit` exported pages of a space behind `after`, in the order of ids as texts.
    pub(crate) fn taken_after(&self, space: &SpaceId, after: &str, limit: u32) -> Result<Vec<PageId>> {
        let sql = "select id from picked where space = ?1 and taken = 1 and id > ?2 order by id limit ?3";
        let ids: Vec<String> = self.all(sql, params![space.as_str(), after, limit], |row| row.get(0))?;
        Ok(ids.into_iter().map(PageId::from).collect())
    }

    /// The tree of a space, or what of it is picked, as far as a plan needs it.
    pub(crate) fn outline(&self, space: &SpaceId, only_picked: bool, into: &mut Outline) -> Result<()> {
        let sql = "select id, kind, title, parent, day, position from node where space = ?1
            and (?2 = 0 or id in (select id from picked))";
        let mut statement = self.db.prepare_cached(sql)?;
        let mut rows = statement.query(params![space.as_str(), only_picked])?;
        let damaged = |error: rusqlite::types::FromSqlError| StoreError::Damaged(error.to_string());
        while let Some(row) = rows.next()? {
            let kind = kind_of(row.get_ref(1)?.as_str().map_err(damaged)?);
            into.push(&Sketch {
                id: row.get_ref(0)?.as_str().map_err(damaged)?,
                space: space.as_str(),
                kind,
                title: row.get_ref(2)?.as_str().map_err(damaged)?,
                parent: row.get_ref(3)?.as_str_or_null().map_err(damaged)?,
                day: day_of(row.get_ref(4)?.as_str_or_null().map_err(damaged)?.unwrap_or_default()),
                position: row.get(5)?,
            });
        }
        Ok(())
    }

    /// Remembers which nodes of a space this run exports or goes through.
    pub(crate) fn pick<'a>(&self, space: &SpaceId, picks: impl Iterator<Item = (&'a str, bool)>) -> Result<()> {
        self.run("delete from picked where space = ?1", [space.as_str()])?;
        for (id, taken) in picks {
            let sql = "insert or replace into picked(id, space, taken) values (?1, ?2, ?3)";
            self.run(sql, params![id, space.as_str(), taken])?;
        }
        Ok(())
    }

    /// How many nodes of a space are picked, and how many of those are exported.
    pub(crate) fn picked(&self, space: &SpaceId) -> Result<(u64, u64)> {
        let sql = "select count(*), coalesce(sum(taken), 0) from picked where space = ?1";
        let row: Option<(i64, i64)> = self.one(sql, [space.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(row.map_or((0, 0), |(all, taken)| (all.unsigned_abs(), taken.unsigned_abs())))
    }

    /// Up to `limit` exported pages (or blog posts) of a space behind `after` whose body is not here in the current version.
    pub(crate) fn without_body(&self, space: &SpaceId, blog: bool, after: &str, limit: u32) -> Result<Vec<PageId>> {
        let sql = "select p.id from picked as p join node as n on n.id = p.id
            left join body as b on b.id = p.id and b.version = n.version
            where p.space = ?1 and p.taken = 1 and b.id is null and (n.kind = 'blog-post') = ?2 and p.id > ?3
            order by p.id limit ?4";
        let ids: Vec<String> = self.all(sql, params![space.as_str(), blog, after, limit], |row| row.get(0))?;
        Ok(ids.into_iter().map(PageId::from).collect())
    }

    /// Up to `limit` exported pages of a space behind `after` whose labels and attachments are not known for their version, or
    /// were not seen in `walk`, where one is named.
    pub(crate) fn without_extras(
        &self,
        space: &SpaceId,
        walk: Option<i64>,
        after: &str,
        limit: u32,
    ) -> Result<Vec<(PageId, NodeKind)>> {
        let sql = "select p.id, n.kind from picked as p join node as n on n.id = p.id
            left join extras as e on e.page = p.id and e.version >= n.version and (?2 is null or e.seen = ?2)
            where p.space = ?1 and p.taken = 1 and e.page is null and n.kind in ('page', 'live-doc', 'blog-post')
            and p.id > ?3 order by p.id limit ?4";
        let rows: Vec<(String, String)> =
            self.all(sql, params![space.as_str(), walk, after, limit], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.into_iter().map(|(id, kind)| (PageId::from(id), kind_of(&kind))).collect())
    }

    /// Remembers why a page could not be read in this run.
    pub(crate) fn put_unread(&self, id: &PageId, code: ErrorCode, message: &str) -> Result<()> {
        let code = serde_json::to_string(&code)?;
        let sql = "insert or ignore into unread(id, code, message) values (?1, ?2, ?3)";
        self.run(sql, params![id.as_str(), code, message])?;
        Ok(())
    }

    /// Why a page could not be read in this run.
    pub(crate) fn unread(&self, id: &PageId) -> Result<Option<(ErrorCode, String)>> {
        let sql = "select code, message from unread where id = ?1";
        let row: Option<(String, String)> = self.one(sql, [id.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))?;
        row.map(|(code, message)| Ok((serde_json::from_str(&code)?, message))).transpose()
    }

    /// Pages that failed before they had a place.
    pub(crate) fn unplaced(&self) -> Result<Vec<(PageId, ErrorCode, String)>> {
        let sql =
            "select id, code, message from unread where id not in (select id from place where taken = 1) order by id";
        let rows: Vec<(String, String, String)> =
            self.all(sql, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        let read = |(id, code, message): (String, String, String)| {
            Ok((PageId::from(id), serde_json::from_str(&code)?, message))
        };
        rows.into_iter().map(read).collect()
    }
}
