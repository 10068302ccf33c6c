//! Pictures of previewed pages.

use futures::TryStreamExt as _;
use pagelift_model::{Attachment, AttachmentId, ErrorCode, PageId, SourceError};
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::AppError;
use crate::library::Library;

/// The largest picture that a preview shows, in bytes.
const MAX_BYTES: u64 = 32 * 1024 * 1024;

/// The bytes of a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Media {
    /// The whole file.
    pub bytes: Vec<u8>,
    /// What the site says it is.
    pub media_type: String,
}

/// What an address of a picture names.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) site: String,
    page: PageId,
    attachment: AttachmentId,
}

/// The address of a picture below the address of its site.
pub(super) fn address(site: &str, attachment: &Attachment) -> String {
    let encoded = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    format!("{site}/{}/{}", encoded(attachment.page.as_str()), encoded(attachment.id.as_str()))
}

fn missing() -> AppError {
    AppError::refused(ErrorCode::AttachmentMissing, "there is no such picture")
}

/// Reads `site/page/attachment`, each part percent-encoded.
pub(super) fn place(path: &str) -> Result<Place, AppError> {
    let decoded = |part: &str| percent_decode_str(part).decode_utf8().map(String::from).map_err(|_| missing());
    match path.split('/').collect::<Vec<_>>().as_slice() {
        [site, page, attachment] => {
            Ok(Place { site: decoded(site)?, page: decoded(page)?.into(), attachment: decoded(attachment)?.into() })
        }
        _ => Err(missing()),
    }
}

/// Fetches a picture of a page that was previewed.
pub(super) async fn fetch(library: &Library, place: &Place) -> Result<Media, AppError> {
    let attachment = library.attachment(&place.page, &place.attachment)?.ok_or_else(missing)?;
    let too_large = || SourceError::AnswerTooLarge {
        site: library.source().site().address.host(),
        request: format!("picture `{}`", attachment.title),
        limit: MAX_BYTES,
    };
    if attachment.size > MAX_BYTES {
        return Err(too_large().into());
    }
    let mut stream = library.source().download(&attachment).await?;
    let mut bytes = Vec::with_capacity(attachment.size as usize);
    while let Some(chunk) = stream.try_next().await? {
        if (bytes.len() + chunk.len()) as u64 > MAX_BYTES {
            return Err(too_large().into());
        }
        bytes.extend_from_slice(&chunk);
    }
    let media_type = media_type(&attachment).to_owned();
    Ok(Media { bytes, media_type })
}

/// What the site says of a file; where that is nothing, what its name says.
fn media_type(attachment: &Attachment) -> &str {
    let stated = attachment.media_type.as_str();
    if !stated.is_empty() && stated != "application/octet-stream" {
        return stated;
    }
    let ending = attachment.title.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    match ending.as_deref() {
        Some("png") => "image/png",
        Some("jpg" | "jpeg") => "image/jpeg",
        Some("gif") => "image/gif",
        Some("webp") => "image/webp",
        Some("svg") => "image/svg+xml",
        _ => stated,
    }
}
