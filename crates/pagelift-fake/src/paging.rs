//! Parameters of requests, and the pages of lists.

use std::collections::BTreeSet;

use axum::http::request::Parts;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE;
use serde_json::{Value, json};

use crate::server::EmptyTail;

/// The parameters of a request.
pub(crate) struct Params(Vec<(String, String)>);

impl Params {
    pub(crate) fn of(parts: &Parts) -> Self {
        let query = parts.uri.query().unwrap_or("");
        Self(url::form_urlencoded::parse(query.as_bytes()).into_owned().collect())
    }

    pub(crate) fn of_pairs(pairs: Vec<(String, String)>) -> Self {
        Self(pairs)
    }

    /// The fields of a form that was sent.
    pub(crate) fn of_form(body: &[u8]) -> Self {
        Self(url::form_urlencoded::parse(body).into_owned().collect())
    }

    pub(crate) fn pairs(&self) -> impl Iterator<Item = &(String, String)> {
        self.0.iter()
    }

    /// A name that is there twice.
    pub(crate) fn repeated(&self) -> Option<&str> {
        let mut seen = BTreeSet::new();
        self.0.iter().map(|(name, _)| name.as_str()).find(|name| !seen.insert(*name))
    }

    pub(crate) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Values of a comma list or of a repeated parameter; `None` when it is absent.
    pub(crate) fn list(&self, name: &str) -> Option<Vec<&str>> {
        self.get(name)?;
        let named = self.0.iter().filter(|(key, _)| key == name);
        Some(named.flat_map(|(_, value)| value.split(',')).map(str::trim).filter(|one| !one.is_empty()).collect())
    }

    /// All parameters but the cursor, encoded.
    pub(crate) fn without_cursor(&self) -> String {
        let mut out = url::form_urlencoded::Serializer::new(String::new());
        for (key, value) in self.0.iter().filter(|(key, _)| key != "cursor" && key != "start") {
            out.append_pair(key, value);
        }
        out.finish()
    }
}

/// The cursor always ends in `=`, as a client must be able to bear.
pub(crate) fn encode_cursor(offset: usize) -> String {
    let mut text = json!({"id": offset.to_string(), "contentOrder": "id", "contentOrderValue": offset}).to_string();
    while text.len().is_multiple_of(3) {
        text.push(' ');
    }
    URL_SAFE.encode(text)
}

pub(crate) fn decode_cursor(cursor: &str) -> Option<usize> {
    let bytes = URL_SAFE.decode(cursor).ok()?;
    let value: Value = serde_json::from_slice(&bytes).ok()?;
    usize::try_from(value.get("contentOrderValue")?.as_u64()?).ok()
}

/// One page of a list.
pub(crate) struct Slice {
    pub(crate) from: usize,
    pub(crate) to: usize,
    pub(crate) next: Option<usize>,
}

pub(crate) fn slice(total: usize, offset: usize, limit: usize, tail: EmptyTail) -> Slice {
    let mut from = offset.min(total);
    let to = (from + limit).min(total);
    let is_endless = matches!(tail, EmptyTail::Endless | EmptyTail::Repeating) && total > 0;
    let has_tail = match tail {
        EmptyTail::Never => false,
        EmptyTail::WhenFull => total > 0 && total.is_multiple_of(limit),
        EmptyTail::Always | EmptyTail::Endless | EmptyTail::Repeating => total > 0,
    };
    if tail == EmptyTail::Repeating && offset >= total {
        from = total.saturating_sub(limit);
    }
    // Offset `total` is the empty page that still has `next`, `total + 1` the one without.
    let next = if to < total {
        Some(to)
    } else if has_tail && offset < total {
        Some(total)
    } else if is_endless || (has_tail && offset == total) {
        Some(offset + 1)
    } else {
        None
    };
    Slice { from, to, next }
}
