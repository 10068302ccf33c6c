//! Taking in an archive that an app or somebody else made.

use std::fs::{self, File};
use std::io::BufReader;
use std::path::Path;

use pagelift_export::{Archive, ArchiveError, ArchiveLimits, DiskSink, Unpacked, reason};

use crate::AppError;

/// Unpacks the archive at `from` into the folder `to`, which is made when it is not there. Nothing is written over, and nothing is
/// written at all when the archive is not safe.
pub fn unpack(from: &Path, to: &Path) -> Result<Unpacked, AppError> {
    let file = File::open(from).map_err(|error| ArchiveError::Read(reason(&error)))?;
    let archive = Archive::open(BufReader::new(file), &ArchiveLimits::default())?;
    fs::create_dir_all(to).map_err(|error| AppError::own_file(to, &error))?;
    Ok(archive.unpack(&DiskSink::open(to)?)?)
}
