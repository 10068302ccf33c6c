//! Unpacks a ZIP archive that somebody else made. Everything is judged before anything is written: the list of entries, what stands
//! before each of them, and the whole of their content, read once without being kept. Only then it is read again and written, through
//! [`Sink`], which never follows a link.

mod census;

use std::collections::BTreeSet;
use std::io::{Read, Seek};

use pagelift_model::{ErrorCode, RelPath, Sink, SinkError};
use zip::ZipArchive;

use crate::names;
use census::{Census, Entry};

/// Bytes that are read at a time.
const PIECE: usize = 64 << 10;

/// How much of an archive is accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ArchiveLimits {
    /// Entries.
    pub entries: usize,
    /// Bytes of all entries together, unpacked.
    pub bytes: u64,
    /// Bytes of one name.
    pub name: usize,
}

impl Default for ArchiveLimits {
    fn default() -> Self {
        Self { entries: 20_000, bytes: 256 << 20, name: 1024 }
    }
}

/// What was unpacked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Unpacked {
    /// The files, in the order of the archive.
    pub files: Vec<RelPath>,
    /// Bytes of all of them.
    pub bytes: u64,
}

/// Why an archive is not unpacked. Nothing was written, unless the destination itself failed.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// It is no archive, or not a whole one.
    #[error("the archive is damaged: {0}")]
    Damaged(&'static str),
    /// It would do harm.
    #[error("the archive is not safe to unpack: {why}{}", name.as_ref().map(|name| format!(", at `{name}`")).unwrap_or_default())]
    Unsafe {
        /// What is wrong.
        why: &'static str,
        /// The entry, as far as it can be shown.
        name: Option<String>,
    },
    /// Something is in the destination already.
    #[error("`{0}` is there already; nothing is written over")]
    Taken(RelPath),
    /// It cannot be read.
    #[error("the archive cannot be read: {0}")]
    Read(String),
    /// The destination.
    #[error(transparent)]
    Sink(#[from] SinkError),
}

impl ArchiveError {
    /// The code by which front ends choose words and exit codes.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Damaged(_) | Self::Read(_) => ErrorCode::ArchiveDamaged,
            Self::Unsafe { .. } => ErrorCode::ArchiveUnsafe,
            Self::Taken(_) => ErrorCode::FolderUnwritable,
            Self::Sink(error) => error.code(),
        }
    }

    fn unsafe_at(why: &'static str, entry: &Entry) -> Self {
        Self::Unsafe { why, name: Some(shown(&entry.name)) }
    }
}

/// An archive that was judged and can be unpacked.
pub struct Archive<R> {
    zip: ZipArchive<R>,
    files: Vec<(usize, RelPath, u64)>,
}

impl<R: Read + Seek> Archive<R> {
    /// Judges the names, and reads everything once.
    pub fn open(mut source: R, limits: &ArchiveLimits) -> Result<Self, ArchiveError> {
        let census = Census::take(&mut source, limits)?;
        let paths = judged(&census, limits)?;
        let zip = ZipArchive::new(source).map_err(|_| ArchiveError::Damaged("its list of entries cannot be read"))?;
        if zip.len() != census.entries.len() {
            return Err(ArchiveError::Unsafe { why: "two entries have the same name", name: None });
        }
        let files = census.entries.iter().enumerate().zip(paths);
        let files = files.filter_map(|((at, entry), path)| Some((at, path?, u64::from(entry.size))));
        let mut archive = Self { zip, files: files.collect() };
        for (at, path, size) in archive.files.clone() {
            archive.each_piece(at, &path, size, &mut |_| Ok(()))?;
        }
        Ok(archive)
    }

    /// The files, in the order of the archive, and their sizes.
    pub fn files(&self) -> impl Iterator<Item = (&RelPath, u64)> {
        self.files.iter().map(|(_, path, size)| (path, *size))
    }

    /// The content of a file.
    pub fn content(&mut self, path: &RelPath) -> Result<Option<Vec<u8>>, ArchiveError> {
        let Some((at, path, size)) = self.files.iter().find(|(_, known, _)| known == path).cloned() else {
            return Ok(None);
        };
        let mut content = Vec::new();
        self.each_piece(at, &path, size, &mut |piece| {
            content.extend_from_slice(piece);
            Ok(())
        })?;
        Ok(Some(content))
    }

    /// Writes every file. What is in the destination stays.
    pub fn unpack(self, sink: &dyn Sink) -> Result<Unpacked, ArchiveError> {
        self.unpack_below(sink, "")
    }

    /// The same below a folder of the destination.
    pub fn unpack_below(mut self, sink: &dyn Sink, folder: &str) -> Result<Unpacked, ArchiveError> {
        if !folder.is_empty() {
            for (_, path, _) in &mut self.files {
                let lies =
                    |_| ArchiveError::Unsafe { why: "a name leads elsewhere", name: Some(shown(folder.as_bytes())) };
                *path = RelPath::new(&format!("{folder}/{path}")).map_err(lies)?;
            }
        }
        for (_, path, _) in &self.files {
            if sink.exists(path)? {
                return Err(ArchiveError::Taken(path.clone()));
            }
        }
        let mut done = Unpacked::default();
        for (at, path, size) in self.files.clone() {
            let mut file = sink.begin(&path)?;
            self.each_piece(at, &path, size, &mut |piece| Ok(file.write(piece)?))?;
            let (written, _) = file.commit()?;
            done.bytes += written;
            done.files.push(path);
        }
        sink.sync()?;
        Ok(done)
    }

    /// Shows the content of an entry piece by piece: as many bytes as announced, with the sum that was announced.
    fn each_piece(
        &mut self,
        at: usize,
        path: &RelPath,
        size: u64,
        see: &mut dyn FnMut(&[u8]) -> Result<(), ArchiveError>,
    ) -> Result<(), ArchiveError> {
        let lies = |why| ArchiveError::Unsafe { why, name: Some(path.to_string()) };
        let mut entry = self.zip.by_index(at).map_err(|_| lies("it cannot be unpacked"))?;
        let (mut seen, mut piece) = (0, vec![0; PIECE]);
        loop {
            let read = match entry.read(&mut piece) {
                Ok(0) => break,
                Ok(read) => read,
                Err(_) => return Err(lies("its content is not what its checksum says")),
            };
            seen += read as u64;
            if seen > size {
                return Err(lies("it is larger than announced"));
            }
            see(piece.get(..read).unwrap_or_default())?;
        }
        if seen == size { Ok(()) } else { Err(lies("it is smaller than announced")) }
    }
}

/// The path of each entry, `None` for folders; or what is wrong with one of them.
fn judged(census: &Census, limits: &ArchiveLimits) -> Result<Vec<Option<RelPath>>, ArchiveError> {
    let (mut files, mut folders) = (BTreeSet::new(), BTreeSet::new());
    let (mut paths, mut bytes) = (Vec::new(), 0_u64);
    for entry in &census.entries {
        let refuse = |why| ArchiveError::unsafe_at(why, entry);
        entry.objection().map_or(Ok(()), |why| Err(refuse(why)))?;
        let name = std::str::from_utf8(&entry.name).map_err(|_| refuse("a name is no UTF-8"))?;
        if name.len() > limits.name {
            return Err(refuse("a name is too long"));
        }
        let is_folder = name.ends_with('/');
        let path =
            RelPath::new(name.strip_suffix('/').unwrap_or(name)).map_err(|_| refuse("a name leads elsewhere"))?;
        path.components().find_map(unfit).map_or(Ok(()), |why| Err(refuse(why)))?;
        bytes += u64::from(entry.size);
        if bytes > limits.bytes {
            return Err(ArchiveError::Unsafe { why: "it holds more than is accepted", name: None });
        }
        let mut above = names::fold(path.as_str());
        let is_new = if is_folder {
            !files.contains(&above) && folders.insert(above.clone())
        } else {
            files.insert(above.clone())
        };
        if !is_new {
            return Err(refuse("two entries have the same name"));
        }
        while let Some((folder, _)) = above.rsplit_once('/') {
            above = folder.to_owned();
            folders.insert(above.clone());
        }
        if is_folder && entry.size > 0 {
            return Err(refuse("a folder has content"));
        }
        paths.push((!is_folder).then_some(path));
    }
    // A folder entry may come once more after the files in it.
    match files.iter().find(|file| folders.contains(*file)) {
        Some(file) => Err(ArchiveError::Unsafe {
            why: "a file and a folder have the same name",
            name: Some(shown(file.as_bytes())),
        }),
        None => Ok(paths),
    }
}

/// Why a name cannot be written on every system.
fn unfit(part: &str) -> Option<&'static str> {
    let stem = part.split('.').next().unwrap_or_default().trim_end();
    if part.chars().any(|letter| letter.is_control() || "<>:\"|?*".contains(letter)) {
        return Some("a name has letters that no file may have");
    }
    if part.ends_with(['.', ' ']) || part.starts_with(' ') {
        return Some("a name begins or ends with a space or a full stop");
    }
    if names::is_device(stem) {
        return Some("a name is that of a device");
    }
    if part.chars().any(is_turning) {
        return Some("a name turns the direction of writing");
    }
    if part.eq_ignore_ascii_case(".pagelift") {
        return Some("a name is one of Pagelift's own");
    }
    (names::utf16(part) > 255 || part.len() > 255).then_some("a name is too long")
}

fn is_turning(letter: char) -> bool {
    matches!(letter, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{200E}' | '\u{200F}' | '\u{FEFF}')
}

fn shown(name: &[u8]) -> String {
    let name: String = String::from_utf8_lossy(name).chars().take(120).collect();
    name.escape_debug().to_string()
}
