//! Whether a folder holds what was written into it, and whether the site has something newer.

use std::collections::HashMap;
use std::path::Path;

use pagelift_export::{DiskSink, ExportError, Verified, verify};
use pagelift_model::{ErrorCode, FileFault, FileFinding, PageId, Want};

use crate::destination::lock_folder;
use crate::sites::OpenSite;
use crate::{AppError, Folders};

/// Pages that are asked for at a time, so that memory does not grow with their number.
const BATCH: usize = 1000;

/// Reads every file of the folder at `path` again, and tells `see` what is not as it was written, until that answers false. Writes
/// nothing, and needs no sign-in. No run can begin in the meantime.
pub fn verify_folder(
    path: &Path,
    folders: &Folders,
    see: &mut dyn FnMut(FileFinding) -> bool,
) -> Result<Verified, AppError> {
    let shown = path.display();
    if path.is_file() {
        let message = format!("`{shown}` is a file; give the folder of an export");
        return Err(AppError::refused(ErrorCode::UsageInvalid, message));
    }
    if !path.exists() {
        return Err(AppError::refused(ErrorCode::FolderMissing, format!("the folder `{shown}` is not there")));
    }
    let sink = DiskSink::open(path)?;
    let _locks = lock_folder(path, sink.root(), folders)?;
    let verified = verify(&sink, see).map_err(ExportError::from)?;
    verified.ok_or_else(|| {
        let message = format!("nothing was exported to `{shown}`: it has no record of Pagelift's");
        AppError::refused(ErrorCode::UsageInvalid, message)
    })
}

/// Compares the pages on record with those of `site`, and tells `see` which ones it has in a newer version or has no longer. Sends
/// one request for hundreds of pages, and fetches no content.
pub async fn compare_with_site(
    site: &OpenSite,
    verified: &Verified,
    see: &mut dyn FnMut(FileFinding) -> bool,
) -> Result<(), AppError> {
    let source = site.source().as_ref();
    let address = source.site().address;
    if address.as_str() != verified.site {
        let message = format!("the folder holds an export of {}, and not of {address}", verified.site);
        return Err(AppError::refused(ErrorCode::UsageInvalid, message));
    }
    source.check().await?;
    for some in verified.pages.chunks(BATCH) {
        let ids: Vec<PageId> = some.iter().map(|page| page.id.clone()).collect();
        let mut there = HashMap::new();
        for found in source.pages(&ids, Want::Metadata).await? {
            there.insert(found.node.id, found.node.version);
        }
        let rest: Vec<PageId> = ids.into_iter().filter(|id| !there.contains_key(id)).collect();
        if !rest.is_empty() {
            for found in source.blog_posts(&rest, Want::Metadata).await? {
                there.insert(found.node.id, found.node.version);
            }
        }
        for page in some {
            let fault = match there.get(&page.id) {
                None => FileFault::Gone,
                Some(version) if page.version.is_some_and(|known| *version > known) => FileFault::Behind,
                Some(_) => continue,
            };
            if !see(FileFinding { path: page.path.to_string(), fault, page: Some(page.id.clone()) }) {
                return Ok(());
            }
        }
    }
    Ok(())
}
