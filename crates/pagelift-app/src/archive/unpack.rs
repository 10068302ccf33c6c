//! From an archive of ours to a folder. Nothing in it is trusted: names that are no paths inside a folder, links, secret entries and
//! sizes that are not true refuse the whole archive.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

use pagelift_export::{DiskSink, MANIFEST_PATH};
use pagelift_model::{ErrorCode, PendingFile, RelPath, Sink as _, SinkError};
use zip::ZipArchive;
use zip::read::ZipFile;

use crate::AppError;

/// Bytes that are read at a time.
const PIECE: usize = 64 * 1024;

/// Most bytes of a file that is read into memory.
const SMALL: u64 = 16 << 20;

/// The content of one small file; `None` where there is no such file.
pub(super) fn read(file: File, path: &Path, name: &str) -> Result<Option<Vec<u8>>, AppError> {
    let mut zip = ZipArchive::new(BufReader::new(file)).map_err(|_| not_ours(path))?;
    let Some(number) = zip.index_for_name(name) else { return Ok(None) };
    let entry = zip.by_index(number).map_err(|error| damaged(path, &error.to_string()))?;
    let mut content = Vec::new();
    let read = entry.take(SMALL + 1).read_to_end(&mut content).map_err(|error| damaged(path, &error.to_string()))?;
    if read as u64 > SMALL {
        return Err(damaged(path, &format!("`{name}` is too large")));
    }
    Ok(Some(content))
}

/// Puts every file of the archive into the folder.
pub(super) fn unpack(file: File, path: &Path, sink: &DiskSink) -> Result<(), AppError> {
    let length = file.metadata().map_err(|error| super::failed(path, &error))?.len();
    let mut zip = ZipArchive::new(BufReader::new(file)).map_err(|_| not_ours(path))?;
    if zip.index_for_name(MANIFEST_PATH).is_none() {
        return Err(not_ours(path));
    }
    // Entries that share bytes can unpack to any size.
    let mut packed: u64 = 0;
    for number in 0..zip.len() {
        let mut entry = zip.by_index(number).map_err(|error| damaged(path, &error.to_string()))?;
        packed = packed.saturating_add(entry.compressed_size());
        if packed > length {
            return Err(damaged(path, "its entries are larger than the file"));
        }
        if entry.is_dir() {
            continue;
        }
        let name = entry.name().map_err(|error| damaged(path, &error.to_string()))?.into_owned();
        let name = RelPath::new(&name).map_err(|error| damaged(path, &error.to_string()))?;
        if entry.is_symlink() {
            return Err(damaged(path, &format!("`{name}` is a link")));
        }
        if sink.exists(&name)? {
            return Err(damaged(path, &format!("`{name}` is in it twice")));
        }
        let mut new = sink.begin(&name)?;
        copy(&mut entry, new.as_mut()).map_err(|error| match error {
            CopyError::Read(error) => damaged(path, &format!("`{name}`: {error}")),
            CopyError::Write(error) => error.into(),
        })?;
        new.commit()?;
    }
    Ok(())
}

enum CopyError {
    Read(io::Error),
    Write(SinkError),
}

/// No more than the size that the entry states; its checksum is looked at by the reader.
fn copy<R: Read>(entry: &mut ZipFile<'_, R>, to: &mut dyn PendingFile) -> Result<(), CopyError> {
    let mut left = entry.size();
    let mut buffer = vec![0; PIECE];
    loop {
        let count = entry.read(&mut buffer).map_err(CopyError::Read)?;
        if count == 0 {
            return Ok(());
        }
        left = left
            .checked_sub(count as u64)
            .ok_or_else(|| CopyError::Read(io::Error::other("it is larger than it says")))?;
        to.write(buffer.get(..count).unwrap_or_default()).map_err(CopyError::Write)?;
    }
}

fn not_ours(path: &Path) -> AppError {
    let message = format!("`{}` is there and no archive of Pagelift's; choose another name", path.display());
    AppError::refused(ErrorCode::UsageInvalid, message)
}

fn damaged(path: &Path, detail: &str) -> AppError {
    let message = format!("`{}` cannot be read: {detail}; move it away or choose another name", path.display());
    AppError::refused(ErrorCode::RecordDamaged, message)
}
