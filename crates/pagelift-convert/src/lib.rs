//! Turns one page body into Markdown, the references it makes, and warnings about what had no equivalent.
//!
//! Pure and synchronous: no network, disk, clock or randomness, and no panics on any input. Everything about the world
//! outside the body comes in through [`Lookup`].

mod context;
mod document;

pub use context::{AttachmentTarget, Heading, Lookup, NoContext, PageTarget};
pub use document::{ConvertOptions, Document, Format, Reference};
