//! What an archive says of itself, twice: in its list of entries and before each of them. Both have to agree, since programs differ
//! in which of them they believe.

use std::io::{Read, Seek, SeekFrom};

use super::{ArchiveError, ArchiveLimits};

/// The longest end of an archive: a comment, and what stands before it.
const LONGEST_END: u64 = 65_535 + 22;

/// Bytes of a list of entries that are accepted for each of them.
const ROOM: usize = 2048;

/// Flag: encrypted.
const ENCRYPTED: u16 = 1 | 1 << 6 | 1 << 13;

/// Flag: sizes and sum stand behind the data.
const STREAMED: u16 = 1 << 3;

/// An entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) name: Vec<u8>,
    flags: u16,
    method: u16,
    crc: u32,
    packed: u32,
    pub(super) size: u32,
    made_on: u8,
    attributes: u32,
    offset: u32,
    local_name: Vec<u8>,
    local: Header,
    data: u64,
}

/// What stands in both places.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Header {
    flags: u16,
    method: u16,
    crc: u32,
    packed: u32,
    size: u32,
}

/// All entries, in their order.
pub(super) struct Census {
    pub(super) entries: Vec<Entry>,
}

impl Census {
    pub(super) fn take(source: &mut (impl Read + Seek), limits: &ArchiveLimits) -> Result<Self, ArchiveError> {
        let length = source.seek(SeekFrom::End(0)).map_err(unreadable)?;
        let end = End::find(source, length)?;
        if usize::from(end.count) > limits.entries {
            return Err(ArchiveError::Unsafe { why: "it has more entries than are accepted", name: None });
        }
        if u64::from(end.begin) + u64::from(end.size) != end.at || end.size as usize > ROOM * usize::from(end.count) {
            return Err(ArchiveError::Damaged("its list of entries is not where it should be"));
        }
        let list = read_at(source, end.begin.into(), end.size as usize)?;
        let mut rest = list.as_slice();
        let mut entries = Vec::new();
        for _ in 0..end.count {
            entries.push(Entry::read(&mut rest)?);
        }
        if !rest.is_empty() {
            return Err(ArchiveError::Damaged("its list has more entries than it says"));
        }
        for entry in &mut entries {
            entry.look(source)?;
        }
        // Data that several entries share is how little becomes much.
        let mut places: Vec<(u64, u64)> =
            entries.iter().map(|entry| (entry.offset.into(), entry.data + u64::from(entry.packed))).collect();
        places.sort_unstable();
        let ends = places.iter().map(|place| place.1).chain([end.begin.into()]);
        let begins = places.iter().skip(1).map(|place| place.0).chain([u64::from(end.begin)]);
        if ends.zip(begins).any(|(end, next)| end > next) {
            return Err(ArchiveError::Unsafe { why: "two entries have the same data", name: None });
        }
        Ok(Self { entries })
    }
}

struct End {
    at: u64,
    count: u16,
    size: u32,
    begin: u32,
}

impl End {
    /// The end that the archive has, which reaches to the last byte.
    fn find(source: &mut (impl Read + Seek), length: u64) -> Result<Self, ArchiveError> {
        let from = length.saturating_sub(LONGEST_END);
        let tail = read_at(source, from, (length - from) as usize)?;
        let none = ArchiveError::Damaged("it does not end as an archive does");
        let found = tail.windows(4).enumerate().rev().filter(|(_, four)| *four == b"PK\x05\x06").find_map(|(at, _)| {
            let mut rest = tail.get(at + 4..)?;
            let (disk, first, here, count) =
                (short(&mut rest)?, short(&mut rest)?, short(&mut rest)?, short(&mut rest)?);
            let (size, begin, comment) = (long(&mut rest)?, long(&mut rest)?, short(&mut rest)?);
            let is_it = rest.len() == usize::from(comment) && disk == 0 && first == 0 && here == count;
            is_it.then_some(Self { at: from + at as u64, count, size, begin })
        });
        match found {
            Some(end) if end.count == u16::MAX || end.begin == u32::MAX => {
                Err(ArchiveError::Unsafe { why: "it is of the kind for very large archives", name: None })
            }
            found => found.ok_or(none),
        }
    }
}

impl Entry {
    fn read(list: &mut &[u8]) -> Result<Self, ArchiveError> {
        Self::parse(list).ok_or(ArchiveError::Damaged("its list of entries breaks off"))
    }

    fn parse(list: &mut &[u8]) -> Option<Self> {
        if take(list, 4)? != b"PK\x01\x02" {
            return None;
        }
        let made = short(list)?;
        short(list)?;
        let (flags, method) = (short(list)?, short(list)?);
        long(list)?;
        let (crc, packed, size) = (long(list)?, long(list)?, long(list)?);
        let (name, extra, comment) = (short(list)?, short(list)?, short(list)?);
        let (disk, _, attributes, offset) = (short(list)?, short(list)?, long(list)?, long(list)?);
        let name = take(list, name.into())?.to_vec();
        take(list, usize::from(extra) + usize::from(comment))?;
        let local = Header { flags, method, crc, packed, size };
        let made_on = made.to_be_bytes()[0];
        (disk == 0).then_some(Self {
            local_name: name.clone(),
            name,
            flags,
            method,
            crc,
            packed,
            size,
            made_on,
            attributes,
            offset,
            local,
            data: 0,
        })
    }

    /// Reads what stands before the data.
    fn look(&mut self, source: &mut (impl Read + Seek)) -> Result<(), ArchiveError> {
        let damaged = || ArchiveError::Damaged("an entry is not where it should be");
        let head = read_at(source, self.offset.into(), 30)?;
        let mut rest = head.as_slice();
        let parsed = (|| {
            let is_entry = take(&mut rest, 4)? == b"PK\x03\x04";
            short(&mut rest)?;
            let (flags, method) = (short(&mut rest)?, short(&mut rest)?);
            long(&mut rest)?;
            let (crc, packed, size) = (long(&mut rest)?, long(&mut rest)?, long(&mut rest)?);
            let (name, extra) = (short(&mut rest)?, short(&mut rest)?);
            is_entry.then_some((Header { flags, method, crc, packed, size }, name, extra))
        })();
        let (local, name, extra) = parsed.ok_or_else(damaged)?;
        self.local = local;
        self.local_name = read_at(source, u64::from(self.offset) + 30, name.into())?;
        self.data = u64::from(self.offset) + 30 + u64::from(name) + u64::from(extra);
        Ok(())
    }

    /// What is wrong with it, apart from its name.
    pub(super) fn objection(&self) -> Option<&'static str> {
        let is_streamed = self.flags & STREAMED != 0;
        let listed =
            Header { flags: self.flags, method: self.method, crc: self.crc, packed: self.packed, size: self.size };
        let blank = Header { crc: 0, packed: 0, size: 0, ..listed };
        if self.flags & ENCRYPTED != 0 || self.local.flags & ENCRYPTED != 0 {
            return Some("it is encrypted");
        }
        if self.name != self.local_name {
            return Some("an entry has two names");
        }
        if self.local != listed && !(is_streamed && self.local == blank) {
            return Some("an entry is described in two ways");
        }
        if self.method != 0 && self.method != 8 {
            return Some("it is packed in an unusual way");
        }
        if self.method == 0 && self.packed != self.size {
            return Some("an entry has two sizes");
        }
        if [self.packed, self.size, self.offset].contains(&u32::MAX) {
            return Some("it is of the kind for very large archives");
        }
        self.is_special().then_some("it holds a link or a special file")
    }

    /// Whether it is neither a file nor a folder, by the rights that some systems keep.
    fn is_special(&self) -> bool {
        let kind = (self.attributes >> 16) & 0o170_000;
        let is_ordinary = match kind {
            0 => true,
            0o100_000 => !self.name.ends_with(b"/"),
            0o040_000 => self.name.ends_with(b"/"),
            _ => false,
        };
        // On Windows and its like, the bit of a reparse point makes a link.
        let is_reparse = matches!(self.made_on, 0 | 10 | 11 | 14) && self.attributes & 0x400 != 0;
        !is_ordinary || is_reparse
    }
}

fn take<'a>(from: &mut &'a [u8], count: usize) -> Option<&'a [u8]> {
    let (taken, rest) = from.split_at_checked(count)?;
    *from = rest;
    Some(taken)
}

fn short(from: &mut &[u8]) -> Option<u16> {
    Some(u16::from_le_bytes(take(from, 2)?.try_into().ok()?))
}

fn long(from: &mut &[u8]) -> Option<u32> {
    Some(u32::from_le_bytes(take(from, 4)?.try_into().ok()?))
}

fn read_at(source: &mut (impl Read + Seek), at: u64, count: usize) -> Result<Vec<u8>, ArchiveError> {
    let mut bytes = vec![0; count];
    source.seek(SeekFrom::Start(at)).map_err(unreadable)?;
    match source.read_exact(&mut bytes) {
        Ok(()) => Ok(bytes),
        Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => Err(ArchiveError::Damaged("it breaks off")),
        Err(error) => Err(unreadable(error)),
    }
}

#[allow(clippy::needless_pass_by_value, reason = "maps an error")]
fn unreadable(error: std::io::Error) -> ArchiveError {
    ArchiveError::Read(crate::disk::reason(&error))
}
