//! The picture of a person or a site.

use std::time::Duration;

use pagelift_model::{Secret, SiteAddress};
use reqwest::header::{AUTHORIZATION, LOCATION};
use url::Url;

use super::limits;
use crate::call::Call;
use crate::connection::bearer;
use crate::http::is_loopback;
use crate::limits::Limits;
use crate::neighbours;
use crate::signer::Signature;

/// The largest picture that is taken.
const LARGEST: u64 = 256 << 10;

/// Addresses that may be asked for one picture.
const HOPS: usize = 4;

/// A picture that a window can show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// Its media type: `image/png`, `image/jpeg`, `image/gif` or `image/webp`.
    pub media_type: &'static str,
    /// The picture.
    pub bytes: Vec<u8>,
}

/// Brings a picture, or nothing where that is more than a simple matter. `site` is the place of the sign-in: nobody else gets
/// `access`, and nobody else may be on this computer or in its network.
pub async fn picture(url: &Url, site: &SiteAddress, access: &Secret) -> Option<Picture> {
    let limits = Limits { largest_answer: LARGEST, answer_timeout: Duration::from_secs(10), ..limits() };
    let mut url = url.clone();
    for _ in 0..HOPS {
        let is_own = url.origin() == site.url().origin();
        let is_local = is_loopback(site.url()) && is_loopback(&url);
        if !url.username().is_empty() || url.password().is_some() || !(is_own || is_local || neighbours::is_far(&url)) {
            return None;
        }
        let call = if is_own || is_local {
            Call::to(&url, "a picture", &limits).ok()?
        } else {
            Call::far(&url, "a picture", &limits).ok()?
        };
        let mut request = call.get(url.clone());
        if is_own {
            request = request.header(AUTHORIZATION, Signature { header: bearer(access)?, serial: 0 }.value()?);
        }
        let answer = call.send(request).await.ok()?;
        if answer.status.is_success() {
            return Some(Picture { media_type: media_type(&answer.body)?, bytes: answer.body });
        }
        let location = answer.headers.get(LOCATION).filter(|_| answer.status.is_redirection())?;
        url = url.join(location.to_str().ok()?).ok()?;
    }
    None
}

/// What the bytes themselves say they are. Drawings, which can hold programs, are not among it.
fn media_type(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some("image/png"),
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some("image/gif"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pictures_that_run_nothing_are_pictures() {
        assert_eq!(media_type(b"\x89PNG\r\n\x1a\n...."), Some("image/png"));
        assert_eq!(media_type(b"\xff\xd8\xff\xe0...."), Some("image/jpeg"));
        assert_eq!(media_type(b"GIF89a...."), Some("image/gif"));
        assert_eq!(media_type(b"RIFF\x10\x00\x00\x00WEBPVP8 "), Some("image/webp"));
        for other in [&b"<svg xmlns='http://www.w3.org/2000/svg'/>"[..], b"<html>", b"", b"GIF", b"RIFF....WAVE"] {
            assert_eq!(media_type(other), None);
        }
    }
}
