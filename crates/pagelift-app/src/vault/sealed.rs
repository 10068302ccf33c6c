//! The vault as a file: a header that everybody may read, and what the key opens.
//!
//! ```text
//! magic 8 | format version 2 | installation 16 | check of these 6 | nonce 24 | sealed
//! ```
//!
//! All formats to come keep the first 32 bytes. So a vault of a newer Pagelift is told from a damaged one and left alone.

use sha2::{Digest as _, Sha256};

use super::secrets::{Secrets, from_bytes, to_bytes};
use crate::AppError;
use crate::files::hexadecimal_of;
use crate::sealing::{self, Key, NONCE};
use pagelift_model::ErrorCode;

const MAGIC: [u8; 8] = *b"pagelift";

/// The format of this Pagelift.
pub(super) const FORMAT: u16 = 1;

const HEADER: usize = 32;

/// What tells the vaults of different folders and computers apart.
pub(super) type Installation = [u8; 16];

/// Why a file could not be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unreadable {
    /// It is no whole vault, or the key does not fit.
    Damaged,
    /// It is one of a newer Pagelift.
    Newer,
}

/// A vault as it lies on the disk.
pub(super) struct Sealed<'a> {
    /// Whose it is.
    pub(super) installation: Installation,
    format: u16,
    header: &'a [u8],
    nonce: &'a [u8; NONCE],
    inside: &'a [u8],
}

impl<'a> Sealed<'a> {
    /// Reads the header.
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self, Unreadable> {
        let whole = || {
            let (header, rest) = bytes.split_at_checked(HEADER)?;
            let (magic, fields) = header.split_first_chunk::<8>()?;
            let (format, fields) = fields.split_first_chunk::<2>()?;
            let (installation, check) = fields.split_first_chunk::<16>()?;
            let format = u16::from_le_bytes(*format);
            let is_whole = *magic == MAGIC && format > 0 && *check == check_of(format, installation);
            is_whole.then_some((format, *installation, header, rest))
        };
        let (format, installation, header, rest) = whole().ok_or(Unreadable::Damaged)?;
        if format > FORMAT {
            return Err(Unreadable::Newer);
        }
        let (nonce, inside) = rest.split_first_chunk().ok_or(Unreadable::Damaged)?;
        Ok(Self { installation, format, header, nonce, inside })
    }

    /// Opens it: the generation and the secrets. Each format that ever was is read here; written is only the newest.
    pub(super) fn open(&self, key: &Key) -> Result<(u64, Secrets), Unreadable> {
        let inside = sealing::open(key, self.nonce, self.header, self.inside).ok_or(Unreadable::Damaged)?;
        match self.format {
            1 => from_bytes(&inside).ok_or(Unreadable::Damaged),
            _ => Err(Unreadable::Damaged),
        }
    }
}

/// A whole vault.
pub(super) fn seal(
    installation: &Installation,
    key: &Key,
    generation: u64,
    secrets: &Secrets,
) -> Result<Vec<u8>, AppError> {
    let inside = to_bytes(generation, secrets)
        .map_err(|_| AppError::refused(ErrorCode::Internal, "the sign-ins cannot be written down"))?;
    let header = header(FORMAT, installation);
    let (nonce, sealed) = sealing::seal(key, &header, inside)?;
    Ok([header.as_slice(), &nonce, &sealed].concat())
}

/// Under which name the keychain has the key.
pub(super) fn key_name(installation: &Installation) -> String {
    format!("vault/{}", hexadecimal_of(installation))
}

pub(super) fn header(format: u16, installation: &Installation) -> Vec<u8> {
    let check = check_of(format, installation);
    [MAGIC.as_slice(), &format.to_le_bytes(), installation, &check].concat()
}

fn check_of(format: u16, installation: &Installation) -> [u8; 6] {
    let sum =
        Sha256::new().chain_update(MAGIC).chain_update(format.to_le_bytes()).chain_update(installation).finalize();
    let mut check = [0; 6];
    check.iter_mut().zip(sum).for_each(|(byte, from)| *byte = from);
    check
}
