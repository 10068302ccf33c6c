//! Proof keys: the challenge of the authorization request and the verifier of the token request.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

/// A challenge as it came with the authorization request.
#[derive(Debug, Clone)]
pub(crate) struct Challenge {
    value: String,
    is_plain: bool,
}

impl Challenge {
    /// Nothing when the method is unknown; without one it is `plain`. The case of the method is of no account.
    pub(crate) fn of(value: &str, method: Option<&str>) -> Option<Self> {
        let method = method.unwrap_or("plain");
        let is_plain = method.eq_ignore_ascii_case("plain");
        (is_plain || method.eq_ignore_ascii_case("S256")).then(|| Self { value: value.to_owned(), is_plain })
    }
}

/// Whether the verifier belongs to the challenge; none of both fits as well.
pub(crate) fn matches(challenge: Option<&Challenge>, verifier: Option<&str>) -> bool {
    let (Some(challenge), Some(verifier)) = (challenge, verifier) else {
        return challenge.is_none() && verifier.is_none();
    };
    let is_unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    if !(43..=128).contains(&verifier.len()) || !verifier.bytes().all(is_unreserved) {
        return false;
    }
    if challenge.is_plain {
        return verifier == challenge.value;
    }
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes())) == challenge.value
}
