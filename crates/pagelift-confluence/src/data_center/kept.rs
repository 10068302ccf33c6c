//! What a walk through a space has told besides the pages, kept until it is asked for: asking the site again would take a second
//! walk.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use pagelift_model::{NodeKind, SpaceId};
use tokio::time::Instant;

use super::extras::Told;

/// Pages and files that are kept of one walk. A larger space is walked through again, so that memory does not grow with it.
const MOST: usize = 25_000;

/// Walks that are kept at a time.
const WALKS: usize = 4;

/// Who asks so long after the walk wants to know it anew.
const FRESH: Duration = Duration::from_mins(15);

/// The labels and attachments that one walk told; nothing once there are too many of them.
pub(super) struct Harvest {
    told: Option<Vec<Told>>,
    size: usize,
}

impl Default for Harvest {
    fn default() -> Self {
        Self { told: Some(Vec::new()), size: 0 }
    }
}

impl Harvest {
    pub(super) fn add(&mut self, told: Told) {
        self.size += 1 + told.extras.attachments.len();
        if self.size > MOST {
            self.told = None;
        }
        if let Some(all) = &mut self.told {
            all.push(told);
        }
    }
}

struct Kept {
    space: SpaceId,
    kind: NodeKind,
    since: Instant,
    told: Vec<Told>,
}

/// What the last walks told. Each is handed out once.
#[derive(Default)]
pub(super) struct Harvests(Mutex<VecDeque<Kept>>);

impl Harvests {
    pub(super) fn put(&self, space: &SpaceId, kind: NodeKind, harvest: Harvest) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|kept| (&kept.space, kept.kind) != (space, kind));
        if let Some(told) = harvest.told {
            all.push_back(Kept { space: space.clone(), kind, since: Instant::now(), told });
        }
        if all.len() > WALKS {
            all.pop_front();
        }
    }

    pub(super) fn take(&self, space: &SpaceId, kind: NodeKind) -> Option<Vec<Told>> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let at = all.iter().position(|kept| (&kept.space, kept.kind) == (space, kind))?;
        all.remove(at).filter(|kept| kept.since.elapsed() < FRESH).map(|kept| kept.told)
    }
}
