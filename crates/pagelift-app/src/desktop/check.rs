//! Checking a folder of the shelf.

use std::sync::Arc;

use pagelift_model::{ErrorCode, FileFinding};

use super::{Answer, Desktop, ShownSite};
use crate::ipc::FolderCheck;
use crate::{AppError, compare_with_site, shelf, verify_folder};

/// Most findings that are shown.
const MAX_FINDINGS: usize = 1000;

impl Desktop {
    /// Reads every file of a folder on the shelf again and answers what is not as it was written; `with_site` compares the pages
    /// with those of the site too, which must be open. Blocks on the disk while it reads.
    pub async fn check_folder(&self, destination: &str, with_site: bool) -> Answer<FolderCheck> {
        let path = shelf::destination_path(&self.0.folders, destination)?;
        let mut check = FolderCheck::default();
        let mut see = |finding: FileFinding| {
            check.count += 1;
            if check.findings.len() < MAX_FINDINGS {
                check.findings.push(finding);
            }
            true
        };
        let verified = verify_folder(&path, &self.0.folders, &mut see)?;
        let shown = self.at(&verified.site);
        if with_site {
            let Some(shown) = &shown else {
                let message = format!("the folder was exported from {}, which is not open here", verified.site);
                return Err(AppError::refused(ErrorCode::SignInNeeded, message).into());
            };
            compare_with_site(&shown.site, &verified, &mut see).await?;
        }
        check.files = verified.files;
        check.site = shown.map(|shown| shown.summary.name.clone());
        Ok(check)
    }

    /// The open site with this base address.
    fn at(&self, address: &str) -> Option<Arc<ShownSite>> {
        let is_there = |shown: &&Arc<ShownSite>| shown.site.source().site().address.as_str() == address;
        self.shown().iter().find(is_there).cloned()
    }
}
