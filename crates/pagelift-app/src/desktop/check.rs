//! Looking back at runs: whether a folder still holds what was written, and reports as files.

use std::path::Path;
use std::sync::Arc;

use pagelift_model::{ErrorCode, FileFinding};

use super::{Answer, Desktop, ShownSite};
use crate::ipc::FolderCheck;
use crate::report::report_path;
use crate::{AppError, ReportForm, compare_with_site, shelf, verify_folder, write_report};

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

    /// Writes the report of a run to the file at `to`, which a person chose: as what its ending says, and as a page to read else.
    pub fn save_report(&self, run: &str, about: &str, to: &Path) -> Answer<()> {
        self.0.runs.flush(run);
        let Some(from) = report_path(&self.0.folders, run)? else {
            return Err(AppError::refused(ErrorCode::UsageInvalid, "there is no report of this run").into());
        };
        Ok(write_report(&from, ReportForm::of(to).unwrap_or(ReportForm::Html), to, about)?)
    }

    /// The open site with this base address.
    fn at(&self, address: &str) -> Option<Arc<ShownSite>> {
        let is_there = |shown: &&Arc<ShownSite>| shown.site.source().site().address.as_str() == address;
        self.shown().iter().find(is_there).cloned()
    }
}
