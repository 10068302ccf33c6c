//! Apps on Atlassian's Forge platform that publish addresses of their own: calls to any of them, and the two that Pagelift knows.
//!
//! A [`ForgeAddress`] is where one app in one environment answers; both forms of it that Atlassian has are understood. A
//! [`ForgeClient`] sends [`ForgeRequest`]s there and nowhere else. What comes back that is no success becomes a [`ForgeError`], which
//! names the step that cures it. [`MarkdownExporter`] and [`ApprovalFlow`] say in types what those two apps take and give.

mod address;
mod allowance;
mod approvals;
mod client;
mod error;
mod exporter;
mod known;
mod request;

pub use address::{AppEnvironment, ForgeAddress};
pub use approvals::{
    ApprovalFlow, ChangeSet, ChangeSetDraft, ChangeSetEdit, ChangedPage, PageVerdict, Preflight, Rollup, Submission,
};
pub use client::{ForgeAnswer, ForgeClient};
pub use error::{ForgeCause, ForgeError};
pub use exporter::{BulkExport, BulkScope, BulkWish, MarkdownExporter};
pub use known::KnownApp;
pub use request::{ForgeMethod, ForgeRequest};

/// The permission of the product that every call to an app needs besides the app's own ones.
pub const FORGE_SCOPE: &str = "read:forge-app:confluence";
