//! From a selection to files: read the site into a store, plan the names, convert, write, download, record.
//!
//! [`names`] and [`plan`] are pure: no clock, no file system, the same answer on every computer. [`DiskSink`] and
//! [`MemorySink`] are the two destinations, and both pass the same contract test. [`Export`] is one run.

mod archive;
mod attachments;
mod comments;
mod details;
mod dialect;
pub mod disk;
mod download;
mod edited;
mod foreign;
mod gone;
mod keep;
mod lookup;
mod manifest;
pub mod memory;
mod moves;
pub mod names;
mod naming;
mod navigation;
mod options;
mod outline;
mod pause;
pub mod plan;
mod read;
mod render;
mod room;
mod run;
mod scheme;
mod store;
mod verify;
mod write;
mod yaml;

pub use archive::{Archive, ArchiveError, ArchiveLimits, Unpacked};
pub use disk::{DiskSink, reason};
pub use keep::{Answers, Edited, Gone};
pub use manifest::{ASKED_PATH, ManifestError, PATH as MANIFEST_PATH};
pub use memory::MemorySink;
pub use navigation::navigation_files;
pub use options::{Comments, FileOptions, Layout, PropertyFields, Renamed, SpaceFolder};
pub use pause::Pause;
pub use read::people_in;
pub use render::{NotRendered, PlaceError, RenderedPage, Renderer, linked_file, place_whole_space};
pub use run::{Export, ExportError, ExportOptions, Finished};
pub use store::{Placed, Store, StoreError, Wanted};
pub use verify::{RecordedPage, Verified, verify};
