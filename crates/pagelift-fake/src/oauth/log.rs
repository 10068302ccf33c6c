//! What was asked of the OAuth endpoints.

use std::collections::BTreeMap;

use serde::Serialize;

/// Counts of what was asked of the OAuth endpoints, and of what became of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct OAuthLog {
    /// Authorization requests.
    pub authorizations: u64,
    /// Authorization requests that ended on a page of the server, without a way back.
    pub refused_authorizations: u64,
    /// The parameters of the latest authorization request.
    pub latest_authorization: BTreeMap<String, String>,
    /// Consents that were given.
    pub consents: u64,
    /// Consents that were refused.
    pub cancels: u64,
    /// Requests to the token endpoint.
    pub token_calls: u64,
    /// Codes that were exchanged.
    pub exchanges: u64,
    /// Refresh tokens that were exchanged.
    pub renewals: u64,
    /// Refused requests to the token endpoint, by their `error`.
    pub token_errors: BTreeMap<String, u64>,
    /// Codes that came a second time.
    pub code_reuses: u64,
    /// Refresh tokens that came again within the leeway.
    pub leeway_uses: u64,
    /// Refresh tokens that came again after the leeway.
    pub reuses: u64,
    /// Requests to revoke a token.
    pub revocations: u64,
    /// Requests for the sites of a grant.
    pub resources: u64,
    /// Requests for the profile of the account.
    pub profiles: u64,
    /// Requests with an access token that is unknown, too old or revoked.
    pub dead_tokens: u64,
    /// Requests with an access token that lacks the scope.
    pub scope_mismatches: u64,
    /// Token requests with parameters in the address.
    pub token_queries: u64,
    /// Requests that reached the place to which a token request was led astray.
    pub astray: u64,
    /// Requests for pictures that carried credentials.
    pub pictures_with_credentials: u64,
}
