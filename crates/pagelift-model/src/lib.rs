//! The vocabulary every part of Pagelift shares: ids, page and space data, selections, plans, outcomes, events, error
//! codes, and the ports through which the parts meet.
//!
//! This crate does no I/O and knows no wire format, no Markdown and no file system. Whatever two other crates must agree
//! on stands here; whatever only one of them needs stands there.

/// By what name systems know Pagelift: its entries in keychains, and the scheme of links that end a sign-in.
pub const APP_ID: &str = "app.pagelift";

mod address;
mod check;
mod comment;
mod error;
mod event;
mod fidelity;
mod ids;
mod plan;
mod ports;
mod report;
mod secret;
mod selection;
mod site;
mod verify;

pub use address::SiteAddress;
pub use check::{CheckOutcome, SiteCheck, SiteCheckKind};
pub use comment::{Comment, Marked, Remark};
pub use error::{ErrorCode, SecretStoreError, SinkError, SourceError};
pub use event::{ExportEvent, Holdup, Phase};
pub use fidelity::{ConvertWarning, Severity, WarningCode};
pub use ids::{AccountId, AttachmentId, PageId, SpaceId, SpaceKey};
pub use plan::{AttachmentChoice, ContentHash, RelPath, RelPathError};
pub use ports::{Bin, Clock, EventSink, PageSource, PendingFile, SecretStore, Sink};
pub use report::{GonePage, ItemOutcome, Outcome, Removal, SkipReason, Totals};
pub use secret::Secret;
pub use selection::{Effect, Reach, Rule, Selection, SpaceSelection, Target};
pub use site::{
    Attachment, Body, BodyKind, Fate, FetchedPage, NodeKind, PageExtras, PageNode, PageStatus, Person, SiteInfo,
    SiteKind, Space, SpaceKind, SpaceStatus, Want,
};
pub use verify::{FileFault, FileFinding};
