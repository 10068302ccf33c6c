//! What authorization servers answer, read with tolerance. The types have the traits that `oauth2` asks for.

use std::fmt;
use std::time::Duration;

use oauth2::basic::BasicTokenType;
use oauth2::{AccessToken, RefreshToken, Scope, TokenResponse};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::lenient;

/// A sign-in.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct TokenAnswer {
    access_token: AccessToken,
    // Cloud's documentation leaves it out.
    #[serde(default = "bearer", deserialize_with = "token_type")]
    token_type: BasicTokenType,
    #[serde(default, deserialize_with = "lenient::number")]
    expires_in: Option<i64>,
    #[serde(default)]
    refresh_token: Option<RefreshToken>,
    #[serde(default, deserialize_with = "scopes")]
    scope: Option<Vec<Scope>>,
}

fn bearer() -> BasicTokenType {
    BasicTokenType::Bearer
}

fn token_type<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BasicTokenType, D::Error> {
    let name = lenient::text(deserializer)?;
    Ok(match name {
        Some(name) if !name.eq_ignore_ascii_case("bearer") => BasicTokenType::Extension(name),
        _ => bearer(),
    })
}

/// Permissions in one text, as the standard has it, or in a list.
fn scopes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<Scope>>, D::Error> {
    let names: Vec<String> = match Value::deserialize(deserializer)? {
        Value::String(text) => text.split_whitespace().map(str::to_owned).collect(),
        Value::Array(list) => list.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    };
    Ok(Some(names.into_iter().map(Scope::new).collect::<Vec<_>>()).filter(|names| !names.is_empty()))
}

impl TokenResponse for TokenAnswer {
    type TokenType = BasicTokenType;

    fn access_token(&self) -> &AccessToken {
        &self.access_token
    }

    fn token_type(&self) -> &BasicTokenType {
        &self.token_type
    }

    /// Nothing where the server says nothing that makes sense.
    fn expires_in(&self) -> Option<Duration> {
        self.expires_in
            .and_then(|seconds| u64::try_from(seconds).ok())
            .filter(|&seconds| seconds > 0)
            .map(Duration::from_secs)
    }

    fn refresh_token(&self) -> Option<&RefreshToken> {
        self.refresh_token.as_ref().filter(|token| !token.secret().is_empty())
    }

    fn scopes(&self) -> Option<&Vec<Scope>> {
        self.scope.as_ref()
    }
}

/// Why there is none. Every field may be absent or of another shape.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct TokenRefusal {
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) error: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    error_description: Option<String>,
}

impl TokenRefusal {
    /// Whether it is the refresh token that is not accepted: nothing but the description tells, on Cloud.
    pub(crate) fn speaks_of_refresh_token(&self) -> bool {
        let text = self.error_description.as_deref().unwrap_or_default().to_ascii_lowercase();
        text.contains("refresh_token") || text.contains("refresh token")
    }
}

impl fmt::Display for TokenRefusal {
    /// What a server says is not repeated.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("refused")
    }
}

impl oauth2::ErrorResponse for TokenRefusal {}

/// A site that a sign-in opens, or a part of one.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WireResource {
    #[serde(deserialize_with = "lenient::id")]
    pub(crate) id: String,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(crate) name: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(crate) url: Option<String>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub(crate) scopes: Vec<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(crate) avatar_url: Option<String>,
}

/// The profile of an Atlassian account.
#[derive(Debug, Deserialize)]
pub(crate) struct WireProfile {
    #[serde(deserialize_with = "lenient::id")]
    pub(crate) account_id: String,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(crate) name: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(crate) nickname: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(crate) email: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(crate) picture: Option<String>,
}

/// Where the picture of a person is.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct WirePicture {
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) path: Option<String>,
}
