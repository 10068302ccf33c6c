//! Which pages on record the site does not show any more, and what belongs to them.

use pagelift_model::{PageId, SpaceId};
use rusqlite::params;

use super::{Record, Result, Store};

impl Store {
    /// Up to `limit` pages on record behind `after` that none of these spaces showed in this run, and that were not asked for by
    /// name. Of pages whose space is not on record it is not known whether one of these had them.
    pub(crate) fn vanished_after(&self, spaces: &[SpaceId], after: &str, limit: u32) -> Result<Vec<Record>> {
        let spaces = serde_json::to_string(spaces)?;
        let sql = format!(
            "{} where kind = 'page' and hash is not null and id > ?2
                and (space is null or space in (select value from json_each(?1)))
                and id not in (select id from node) and id not in (select id from unread) order by id limit ?3",
            Self::RECORD
        );
        self.all(&sql, params![spaces, after, limit], Self::read_record)?.into_iter().collect()
    }

    /// The files besides its own that belong to a page alone: attachments that this run does not want, and what lies beside it.
    pub(crate) fn belongings(&self, page: &PageId) -> Result<Vec<Record>> {
        let sql = format!(
            "{} where page = ?1 and kind in ('attachment', 'beside') and hash is not null
                and not (kind = 'attachment' and id in (select attachment from wanted)) order by path",
            Self::RECORD
        );
        self.all(&sql, [page.as_str()], Self::read_record)?.into_iter().collect()
    }

    /// How many files are on record.
    pub(crate) fn files_on_record(&self) -> Result<u64> {
        self.count("select count(*) from record where hash is not null", [])
    }
}
