//! What is known of files in the destination that are not ours.

use pagelift_model::{ContentHash, RelPath};
use rusqlite::params;

use super::{Result, Store};
use crate::names::fold;

impl Store {
    /// Whether a file of ours is at `path`, will be, or was about to be when a run ended early.
    pub(crate) fn is_known_path(&self, path: &RelPath) -> Result<bool> {
        let sql = "select exists(select 1 from record where path = ?1 and hash is not null)
            or exists(select 1 from place where path = ?1 and taken = 1)
            or exists(select 1 from intent where path = ?1)";
        Ok(self.count(sql, [path.as_str()])? > 0)
    }

    /// Remembers the name of a file that is not ours.
    pub(crate) fn note_foreign(&self, path: &RelPath) -> Result<()> {
        self.run("insert or ignore into foreign_file(bare) values (?1)", [fold(path.file_name())])?;
        Ok(())
    }

    /// Remembers that a file of this name, which is not ours, is in a folder of attachments.
    pub(crate) fn note_foreign_name(&self, path: &RelPath) -> Result<()> {
        let sql = "insert or ignore into foreign_name(folder, name) values (?1, ?2)";
        self.run(sql, params![fold(path.folder()), fold(path.file_name())])?;
        Ok(())
    }

    /// The folded names of files in a folder of attachments that are not ours.
    pub(crate) fn foreign_names(&self, folder: &str) -> Result<Vec<String>> {
        self.all("select name from foreign_name where folder = ?1", [fold(folder)], |row| row.get(0))
    }

    /// Whether an attachment on record has this content.
    pub(crate) fn is_content_on_record(&self, hash: &ContentHash) -> Result<bool> {
        let sql = "select exists(select 1 from record where kind = 'attachment' and hash = ?1)";
        Ok(self.count(sql, [&hash.0])? > 0)
    }

    /// Remembers, for later runs too, that the file at `path` is not ours, whatever it looks like.
    pub(crate) fn note_in_the_way(&self, path: &RelPath) -> Result<()> {
        self.run("insert or ignore into in_the_way(path) values (?1)", [path.as_str()])?;
        Ok(())
    }

    /// Whether an earlier run found out that the file at `path` is not ours.
    pub(crate) fn is_in_the_way(&self, path: &RelPath) -> Result<bool> {
        Ok(self.count("select count(*) from in_the_way where path = ?1", [path.as_str()])? > 0)
    }
}
