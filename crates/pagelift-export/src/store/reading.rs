//! What a review read, for the run that follows it: without it everything would be read twice.

use std::path::Path;

use super::{LAYOUT, Result, Store, StoreError};

/// What speaks of one run.
pub(super) const OF_A_RUN: [&str; 11] = [
    "place",
    "picked",
    "unread",
    "wanted",
    "move",
    "shown",
    "foreign_name",
    "foreign_file",
    "listed",
    "outcome",
    "failure",
];

/// What speaks of the destination, which a review only imagines.
const OF_THE_DESTINATION: [&str; 3] = ["record", "intent", "in_the_way"];

impl Store {
    /// Takes over what the store at `path` has of the site, in place of what this one has. The other store is not changed.
    pub fn take_reading_of(&self, path: &Path) -> Result<()> {
        self.db.execute("attach database ?1 as other", [path.to_string_lossy()])?;
        let taken = self.take_tables();
        self.db.execute_batch("detach database other")?;
        taken
    }

    fn take_tables(&self) -> Result<()> {
        let layout: i64 = self.db.query_row("pragma other.user_version", [], |row| row.get(0))?;
        if layout != LAYOUT {
            return Err(StoreError::Damaged("the other store has another layout".to_owned()));
        }
        let sql = "select name from main.sqlite_master where type = 'table' and name not like 'sqlite_%'";
        let names: Vec<String> = self.all(sql, [], |row| row.get(0))?;
        let stays = |name: &str| OF_A_RUN.contains(&name) || OF_THE_DESTINATION.contains(&name);
        self.together(|| {
            for name in names.iter().filter(|name| !stays(name)) {
                self.db.execute_batch(&format!(
                    "delete from main.\"{name}\"; insert into main.\"{name}\" select * from other.\"{name}\";"
                ))?;
            }
            Ok(())
        })
    }
}
