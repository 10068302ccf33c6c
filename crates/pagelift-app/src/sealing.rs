//! Secret bytes made unreadable: XChaCha20-Poly1305 with a nonce of its own each time, which is long enough to be drawn by chance.

use chacha20poly1305::aead::{AeadInOut, KeyInit};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use pagelift_model::ErrorCode;
use zeroize::Zeroizing;

use crate::AppError;

/// The length of a key.
pub(crate) const KEY: usize = 32;

/// The length of a nonce.
pub(crate) const NONCE: usize = 24;

/// By how much sealing makes bytes longer.
pub(crate) const TAG: usize = 16;

/// A key. It cannot be printed, and its memory is overwritten when it is dropped.
#[derive(Clone)]
pub(crate) struct Key(Zeroizing<[u8; KEY]>);

impl Key {
    /// A key that nobody has had before.
    pub(crate) fn new() -> Result<Self, AppError> {
        let mut key = Self::empty();
        fill(key.bytes_mut())?;
        Ok(key)
    }

    /// A key that is yet to be filled.
    pub(crate) fn empty() -> Self {
        Self(Zeroizing::new([0; KEY]))
    }

    /// The bytes, for whoever keeps them.
    pub(crate) fn bytes(&self) -> &[u8] {
        self.0.as_slice()
    }

    /// The bytes, for whoever fills them.
    pub(crate) fn bytes_mut(&mut self) -> &mut [u8] {
        self.0.as_mut_slice()
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new((&*self.0).into())
    }
}

/// Seals `plain`, so that it opens with this key, this nonce and the same `associated` bytes only. `plain` has room for [`TAG`] more
/// bytes, or moving it would leave a copy behind.
pub(crate) fn seal(
    key: &Key,
    associated: &[u8],
    mut plain: Zeroizing<Vec<u8>>,
) -> Result<([u8; NONCE], Vec<u8>), AppError> {
    let nonce = random()?;
    let sealed = key.cipher().encrypt_in_place(&XNonce::from(nonce), associated, &mut *plain);
    sealed.map_err(|_| AppError::refused(ErrorCode::Internal, "there is more to seal than the cipher takes"))?;
    Ok((nonce, std::mem::take(&mut *plain)))
}

/// Opens what was sealed. `None` when anything of it is not as it was, or the key is another.
pub(crate) fn open(key: &Key, nonce: &[u8; NONCE], associated: &[u8], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let mut plain = Zeroizing::new(sealed.to_vec());
    key.cipher().decrypt_in_place(&XNonce::from(*nonce), associated, &mut *plain).ok()?;
    Some(plain)
}

/// Bytes that nobody can guess.
pub(crate) fn random<const LENGTH: usize>() -> Result<[u8; LENGTH], AppError> {
    let mut bytes = [0; LENGTH];
    fill(&mut bytes)?;
    Ok(bytes)
}

fn fill(bytes: &mut [u8]) -> Result<(), AppError> {
    getrandom::fill(bytes)
        .map_err(|error| AppError::refused(ErrorCode::Internal, format!("the system gives no random numbers: {error}")))
}
