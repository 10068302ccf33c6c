//! Approvals of pages by ApprovalFlow: what stands where, and what may be exported.

use std::collections::BTreeMap;

use pagelift_confluence::forge::{ForgeClient, KnownApp};
use pagelift_model::{ErrorCode, PageId, PageSource, SpaceId, SpaceKey};

use crate::AppError;

pub use pagelift_confluence::forge::{
    ApprovalFlow, ChangeSet, ChangeSetDraft, ChangeSetEdit, ChangedPage, PageVerdict, Preflight, Rollup, Submission,
};

/// The name by which commands know the app.
pub fn app_name() -> &'static str {
    KnownApp::ApprovalFlow.word()
}

/// Where a page stands, as far as change sets tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageApproval {
    /// What is to be said of it.
    pub badge: Badge,
    /// The version that was approved last.
    pub approved_version: Option<u64>,
    /// How many versions came since.
    pub versions_since: u64,
    /// The titles of the change sets that it is in.
    pub change_sets: Vec<String>,
}

/// What is to be said of the approval of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Badge {
    /// Nobody approved it.
    NotApproved,
    /// It changed after its approval.
    Changed,
    /// What it holds now is approved.
    Approved,
}

impl Badge {
    /// Its word.
    pub fn word(self) -> &'static str {
        match self {
            Self::NotApproved => "not approved",
            Self::Changed => "changed after approval",
            Self::Approved => "approved",
        }
    }
}

/// Where the pages of a space stand that are in a change set. Asks once for the list and once for each change set that is not put away
/// or holds an approval.
pub async fn page_approvals(client: &ForgeClient, space: &SpaceId) -> Result<BTreeMap<PageId, PageApproval>, AppError> {
    let flow = ApprovalFlow(client);
    let mut pages: BTreeMap<PageId, PageApproval> = BTreeMap::new();
    for listed in flow.change_sets(space).await? {
        let set = flow.change_set(&listed.id).await?;
        for page in &set.page_refs {
            let new = approval(page);
            let known = pages.entry(page.page_id.clone()).or_insert_with(|| new.clone());
            known.change_sets.push(set.title.clone());
            if (new.badge, new.approved_version) > (known.badge, known.approved_version) {
                let change_sets = std::mem::take(&mut known.change_sets);
                *known = PageApproval { change_sets, ..new };
            }
        }
    }
    Ok(pages)
}

fn approval(page: &ChangedPage) -> PageApproval {
    let badge = match () {
        () if page.is_approved() => Badge::Approved,
        () if page.has_changed() => Badge::Changed,
        () => Badge::NotApproved,
    };
    let behind = page.approved_at_version.zip(page.current_page_version);
    let versions_since = behind.map_or(0, |(then, now)| now.saturating_sub(then));
    PageApproval { badge, approved_version: page.approved_at_version, versions_since, change_sets: Vec::new() }
}

/// The pages of these spaces that hold what was approved.
pub async fn approved_pages(
    client: &ForgeClient,
    source: &dyn PageSource,
    spaces: &[SpaceKey],
) -> Result<Vec<PageId>, AppError> {
    let mut approved = Vec::new();
    for space in source.spaces_by_key(spaces).await? {
        let pages = page_approvals(client, &space.id).await?;
        approved.extend(pages.into_iter().filter(|(_, page)| page.badge == Badge::Approved).map(|(id, _)| id));
    }
    if approved.is_empty() {
        let message = "no page of this selection is approved at its present version";
        return Err(AppError::refused(ErrorCode::PageHidden, message));
    }
    Ok(approved)
}

/// The pages of a change set.
pub async fn pages_of(client: &ForgeClient, change_set: &str) -> Result<Vec<PageId>, AppError> {
    let set = ApprovalFlow(client).change_set(change_set).await?;
    let pages: Vec<PageId> = set.page_refs.into_iter().map(|page| page.page_id).collect();
    if pages.is_empty() {
        return Err(AppError::refused(ErrorCode::PageHidden, format!("the change set `{}` has no pages", set.title)));
    }
    Ok(pages)
}
