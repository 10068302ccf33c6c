//! How the gateway to Forge apps behaves.

use std::collections::BTreeMap;

/// Markdown Exporter in production.
pub const EXPORTER_APP: &str = "0def1d4f-1593-4dd0-99a3-a098b3959067_796457c9-9c03-4382-b44f-d19571068ece";

/// ApprovalFlow.
pub const APPROVAL_APP: &str = "aaaaaaaa-0000-4000-8000-000000000001_bbbbbbbb-0000-4000-8000-000000000002";

/// An app of one's own, which answers with what it was asked: at `/echo`, `/one/*` and `/deep/**`.
pub const ECHO_APP: &str = "cccccccc-0000-4000-8000-000000000003_dddddddd-0000-4000-8000-000000000004";

/// The permission that [`ECHO_APP`] asks for.
pub const ECHO_SCOPE: &str = "use:echo:custom";

/// What goes wrong with a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ForgeFault {
    /// The function breaks down: 424 with a trace id.
    Crash,
    /// The function runs out of time: 504.
    TimeOut,
    /// 429, with `Retry-After` where there is one.
    Throttled(Option<u64>),
    /// 413.
    TooLarge,
    /// A web page in place of an answer.
    Html,
    /// The app itself says no, with this status and text.
    Says(u16, &'static str),
    /// The gateway says no, with this status and text.
    Gateway(u16, &'static str),
    /// The archive is no Base64.
    BrokenBase64,
    /// These bytes stand in place of the archive.
    Archive(Vec<u8>),
    /// Nothing comes for so many milliseconds.
    Slow(u64),
}

/// How the gateway behaves.
#[derive(Debug, Clone)]
pub struct ForgeOptions {
    /// Tokens that are good without a sign-in, and their permissions, with spaces in between.
    pub tokens: BTreeMap<String, String>,
    /// Apps for which an admin has switched App REST APIs off.
    pub switched_off: Vec<String>,
    /// Apps without a licence.
    pub unlicensed: Vec<String>,
    /// Markdown Exporter runs out of time when an archive has more pages.
    pub pages_in_time: usize,
    /// Markdown Exporter answers with JSON in place of plain text.
    pub single_as_json: bool,
}

impl Default for ForgeOptions {
    fn default() -> Self {
        Self {
            tokens: BTreeMap::new(),
            switched_off: Vec::new(),
            unlicensed: Vec::new(),
            pages_in_time: 60,
            single_as_json: false,
        }
    }
}

impl ForgeOptions {
    /// Every permission of the three apps.
    pub const ALL_SCOPES: &'static str = "read:forge-app:confluence export:markdown:custom read:change-set:custom \
        write:change-set:custom read:approval:custom write:approval:custom use:echo:custom";

    /// The same with a token that is good for `scopes`.
    #[must_use]
    pub fn with_token(mut self, token: &str, scopes: &str) -> Self {
        self.tokens.insert(token.to_owned(), scopes.to_owned());
        self
    }
}
