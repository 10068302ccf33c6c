//! What codes and tokens look like.

use std::iter;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;

/// A random word of letters and digits.
pub(crate) fn word(length: usize) -> String {
    iter::repeat_with(fastrand::alphanumeric).take(length).collect()
}

/// A token of Cloud: long, and in the shape of a JWT. It is as long as asked for, or as long as it has to be.
pub(crate) fn cloud(use_: &str, size: usize) -> String {
    let head = URL_SAFE_NO_PAD.encode(r#"{"alg":"RS256","typ":"JWT"}"#);
    let claims = json!({"jti": word(36), "use": use_, "iss": "https://auth.example"}).to_string();
    let front = format!("{head}.{}.", URL_SAFE_NO_PAD.encode(claims));
    let signature = word(size.saturating_sub(front.len()).max(43));
    front + &signature
}

/// A token of Data Center: short, in the shape of a JWT.
pub(crate) fn data_center() -> String {
    let head = URL_SAFE_NO_PAD.encode(r#"{"alg":"HS256"}"#);
    let claims = URL_SAFE_NO_PAD.encode(json!({"id": word(32)}).to_string());
    format!("{head}.{claims}.{}", word(43))
}
