//! ZIP archives, sound ones and others, made byte by byte.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::bytes::crc32;

/// An entry of an archive. Each part can be made to lie.
#[derive(Debug, Clone, Default)]
pub struct ZipEntry {
    /// The name in the list of all entries.
    pub name: Vec<u8>,
    /// The name before the data, where it is another one.
    pub local_name: Option<Vec<u8>>,
    /// The bytes as they are stored.
    pub data: Vec<u8>,
    /// 0 for stored, 8 for deflated.
    pub method: u16,
    /// Added to the flags of both headers.
    pub flags: u16,
    /// The size when unpacked, where it is not the number of stored bytes.
    pub size: Option<u32>,
    /// The checksum that is told, where it is not the right one of stored bytes.
    pub crc: Option<u32>,
    /// The kind of file and its rights on Unix.
    pub mode: u32,
    /// The offset of the data that is told, where it is another one.
    pub offset: Option<u32>,
}

impl ZipEntry {
    /// A stored file.
    pub fn file(name: impl AsRef<[u8]>, data: impl AsRef<[u8]>) -> Self {
        Self { name: name.as_ref().to_vec(), data: data.as_ref().to_vec(), mode: 0o100_644, ..Self::default() }
    }

    fn header(&self, name: &[u8]) -> Vec<u8> {
        let flags = self.flags | 0x0800;
        let crc = self.crc.unwrap_or_else(|| crc32(&self.data));
        let size = self.size.unwrap_or(self.data.len() as u32);
        let mut out = Vec::new();
        for word in [20, flags, self.method, 0, 0x5A21] {
            out.extend_from_slice(&word.to_le_bytes());
        }
        for long in [crc, self.data.len() as u32, size] {
            out.extend_from_slice(&long.to_le_bytes());
        }
        out.extend_from_slice(&(name.len() as u16).to_le_bytes());
        out.extend_from_slice(&0_u16.to_le_bytes());
        out
    }
}

/// An archive of these entries.
pub fn zip(entries: &[ZipEntry]) -> Vec<u8> {
    let (mut out, mut list) = (Vec::new(), Vec::new());
    for entry in entries {
        let offset = entry.offset.unwrap_or(out.len() as u32);
        let local = entry.local_name.as_ref().unwrap_or(&entry.name);
        out.extend_from_slice(b"PK\x03\x04");
        out.extend_from_slice(&entry.header(local));
        out.extend_from_slice(local);
        out.extend_from_slice(&entry.data);
        list.extend_from_slice(b"PK\x01\x02");
        list.extend_from_slice(&0x0314_u16.to_le_bytes());
        list.extend_from_slice(&entry.header(&entry.name));
        list.extend_from_slice(&[0; 6]);
        list.extend_from_slice(&(entry.mode << 16).to_le_bytes());
        list.extend_from_slice(&offset.to_le_bytes());
        list.extend_from_slice(&entry.name);
    }
    let begin = out.len() as u32;
    let count = (entries.len() as u16).to_le_bytes();
    out.extend_from_slice(&list);
    out.extend_from_slice(b"PK\x05\x06\0\0\0\0");
    out.extend_from_slice(&count);
    out.extend_from_slice(&count);
    out.extend_from_slice(&(list.len() as u32).to_le_bytes());
    out.extend_from_slice(&begin.to_le_bytes());
    out.extend_from_slice(&[0, 0]);
    out
}

pub(super) fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}
