//! Looks at the room on a disk before it is full: other programs need some too, and a full disk damages what they write.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

/// Bytes that are written between two looks.
const STEP: u64 = 256 << 20;

/// What is left free, at least.
const LEAST: u64 = 200 << 20;

/// The disk of one destination.
#[derive(Debug, Default)]
pub(crate) struct Room {
    /// Bytes that may be written before the next look.
    looked_for: AtomicU64,
}

impl Room {
    /// Whether so many bytes more may be written below `folder`. A disk that cannot be asked says no when it is full.
    pub(crate) fn has(&self, folder: &Path, bytes: u64) -> bool {
        let spend = |left: u64| left.checked_sub(bytes);
        if self.looked_for.fetch_update(Ordering::Relaxed, Ordering::Relaxed, spend).is_ok() {
            return true;
        }
        let (Ok(free), Ok(total)) = (fs4::available_space(folder), fs4::total_space(folder)) else { return true };
        let spare = free.saturating_sub(kept_free(total));
        if spare < bytes {
            return false;
        }
        self.looked_for.store((spare - bytes).min(STEP), Ordering::Relaxed);
        true
    }
}

/// What is left free of a disk: 200 MiB or a hundredth of it, whichever is more; of a small one no more than a tenth.
fn kept_free(total: u64) -> u64 {
    LEAST.max(total / 100).min(total / 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_room_is_left_on_every_disk() {
        assert_eq!(kept_free(64 << 20), (64 << 20) / 10);
        assert_eq!(kept_free(10 << 30), LEAST);
        assert_eq!(kept_free(1 << 40), (1 << 40) / 100);
    }

    #[test]
    fn more_than_the_disk_has_is_not_begun() {
        let folder = tempfile::tempdir().unwrap();
        let room = Room::default();
        assert!(!room.has(folder.path(), u64::MAX));
        assert!(room.has(folder.path(), 1));
        assert!(room.has(folder.path(), 1000), "it is not looked again for each file");
    }
}
