//! The system's bin.

use std::path::Path;

use pagelift_model::Bin;

/// The bin that this system has, where it has one.
#[derive(Debug)]
pub(crate) struct SystemBin;

impl Bin for SystemBin {
    fn take(&self, file: &Path) -> bool {
        match trash::delete(file) {
            Ok(()) => true,
            Err(error) => {
                tracing::info!(%error, "the system's bin does not take files of this folder");
                false
            }
        }
    }
}
