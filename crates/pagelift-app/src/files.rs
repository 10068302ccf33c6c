//! Files of Pagelift's own: replaced in one step, locked against a second process, in folders that only their owner reads.

use std::fs::{self, File, TryLockError};
use std::io::{self, Write as _};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use pagelift_export::disk::{TEMPORARY_PREFIX, sync_folder};
use sha2::{Digest as _, Sha256};
use tempfile::NamedTempFile;

/// How long it takes before what another process was in the way of is tried again.
const PAUSE: Duration = Duration::from_millis(20);

/// How long another process may look at a file that is to be replaced.
const LOOK_LIMIT: Duration = Duration::from_secs(2);

/// Puts `bytes` at `path` in one step and for good, so that the old or the new content is there and never a part, even after a power
/// cut. What is no file, such as a pipe or `/dev/null`, is written to and not replaced.
pub fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if fs::metadata(path).is_ok_and(|there| !there.is_file()) {
        return File::options().write(true).open(path)?.write_all(bytes);
    }
    let folder = folder_of(path);
    let mut file = tempfile::Builder::new().prefix(&temporary_prefix(path)).tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    persist(file, path)?;
    sync_folder(folder)
}

/// Gives a finished file its name. On Windows somebody who looks at what stands there, such as a virus scanner, is waited for.
pub(crate) fn persist(mut file: NamedTempFile, path: &Path) -> io::Result<()> {
    // ERROR_ACCESS_DENIED, ERROR_SHARING_VIOLATION
    let is_looked_at = |error: &io::Error| cfg!(windows) && matches!(error.raw_os_error(), Some(5 | 32));
    let begin = Instant::now();
    loop {
        match file.persist(path) {
            Ok(_) => return Ok(()),
            Err(failed) if is_looked_at(&failed.error) && begin.elapsed() < LOOK_LIMIT => file = failed.file,
            Err(failed) => return Err(failed.error),
        }
        thread::sleep(PAUSE);
    }
}

/// Removes what writers of `path` that died have left of unfinished files. Only for whoever knows that no other writer is at work.
pub(crate) fn sweep_beside(path: &Path) {
    let prefix = temporary_prefix(path);
    for entry in fs::read_dir(folder_of(path)).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with(&prefix)
            && let Err(error) = fs::remove_file(entry.path())
        {
            tracing::warn!(path = %entry.path().display(), %error, "an unfinished file stays");
        }
    }
}

pub(crate) fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."))
}

/// How the names of unfinished files of `path` begin. A long name is cut, or there would be no room for the rest.
pub(crate) fn temporary_prefix(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    format!("{TEMPORARY_PREFIX}{}-", name.chars().take(40).collect::<String>())
}

/// Makes a folder and those above it, for this account only.
pub(crate) fn make_private_folder(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Holds the lock of `file` until it is dropped. `None` when another process has it.
pub(crate) fn lock(file: File) -> io::Result<Option<File>> {
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// Holds the lock of the file at `path`, which is made where it is missing, until that is dropped. `None` when another process has
/// it for longer than `limit`.
pub(crate) fn lock_within(path: &Path, limit: Duration) -> io::Result<Option<File>> {
    let begin = Instant::now();
    loop {
        let file = File::options().create(true).truncate(false).write(true).open(path)?;
        match lock(file)? {
            None if begin.elapsed() < limit => thread::sleep(PAUSE),
            other => return Ok(other),
        }
    }
}

/// A short name that differs where the parts differ.
pub(crate) fn short_name(parts: &[&str]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    hexadecimal(hasher).chars().take(16).collect()
}

/// The sum in lower-case hexadecimal.
pub(crate) fn hexadecimal(hasher: Sha256) -> String {
    hexadecimal_of(&hasher.finalize())
}

/// Bytes in lower-case hexadecimal.
pub(crate) fn hexadecimal_of(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        for digit in [byte >> 4, byte & 15] {
            text.extend(char::from_digit(digit.into(), 16));
        }
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_that_another_has_is_not_waited_for_beyond_the_limit() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        let mine = lock_within(&path, Duration::ZERO).unwrap().unwrap();
        assert!(lock_within(&path, Duration::ZERO).unwrap().is_none());
        drop(mine);
        assert!(lock_within(&path, Duration::ZERO).unwrap().is_some());
    }

    #[test]
    fn only_what_was_left_of_the_same_file_is_swept_away() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        for name in ["vault", ".pagelift-tmp-vault-1", ".pagelift-tmp-other-1", &"n".repeat(240)] {
            write_whole(&path(name), b"x").unwrap();
        }
        sweep_beside(&path("vault"));
        assert!(path("vault").exists() && path(".pagelift-tmp-other-1").exists());
        assert!(!path(".pagelift-tmp-vault-1").exists());
    }
}
