//! Who signs requests. Each request asks anew, since a signature may last for no more than an hour.

use async_trait::async_trait;
use pagelift_model::{Secret, SourceError};
use reqwest::header::HeaderValue;

/// Signs the requests to one site.
#[async_trait]
pub trait Signer: Send + Sync {
    /// The signature of a request that is sent now. Renews first what is about to expire.
    async fn signature(&self) -> Result<Signature, SourceError>;

    /// Told that the site refused a request: with 401, or with 403 or 404 on Cloud, which answers so near the end of a signature.
    /// `used` is the [`Signature::serial`] that the request had. True when another signature is to be had now, so that the
    /// request is sent once more.
    async fn refused(&self, used: u64, status: u16) -> Result<bool, SourceError>;

    /// Whether somebody can sign in again while the site is open, so that waiting for it makes sense.
    fn may_change(&self) -> bool {
        true
    }
}

/// What signs a request.
#[derive(Debug, Clone)]
pub struct Signature {
    /// The value of the `Authorization` header: `Bearer …`.
    pub header: Secret,
    /// Differs from that of every other signature of the same signer.
    pub serial: u64,
}

impl Signature {
    /// The header; `None` when it cannot be sent.
    pub(crate) fn value(&self) -> Option<HeaderValue> {
        let mut value = HeaderValue::from_str(self.header.expose()).ok()?;
        value.set_sensitive(true);
        Some(value)
    }
}

/// Signs with a token that a person made, which nobody can renew.
pub(crate) struct Fixed(Signature);

impl Fixed {
    /// `None` when the header cannot be sent.
    pub(crate) fn new(header: Secret) -> Option<Self> {
        let signature = Signature { header, serial: 0 };
        signature.value().is_some().then_some(Self(signature))
    }
}

#[async_trait]
impl Signer for Fixed {
    async fn signature(&self) -> Result<Signature, SourceError> {
        Ok(self.0.clone())
    }

    async fn refused(&self, _: u64, _: u16) -> Result<bool, SourceError> {
        Ok(false)
    }

    fn may_change(&self) -> bool {
        false
    }
}
