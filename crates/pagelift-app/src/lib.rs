//! The use cases that every front end of Pagelift calls. A front end parses what a person asked for, calls one function here
//! and shows the answer; it holds no logic of its own.

mod accounts;
mod address;
mod body;
mod card;
mod clock;
pub mod desktop;
mod destination;
mod detection;
mod dry_run;
mod error;
mod files;
mod folders;
pub mod ipc;
mod keychain;
mod library;
mod output;
#[cfg(test)]
mod output_names;
mod pace;
mod preview;
mod renewal;
mod report;
mod run;
mod sample;
mod sealing;
mod settings;
mod setup_guide;
mod shelf;
mod sign_in;
mod sites;
mod tree;
mod vault;
mod wish;

pub use accounts::Accounts;
pub use address::PageAddress;
pub use body::{ConversionReport, ConvertedBody, ReportedReference, ReportedWarning, convert_body};
pub use clock::SystemClock;
pub use dry_run::dry_run;
pub use error::AppError;
pub use files::write_whole;
pub use folders::Folders;
pub use keychain::{Keychain, MemoryStore};
pub use output::{NamedOption, Way, format_named, named_options};
pub use pace::Pace;
pub use pagelift_export::FileOptions;
pub use pagelift_export::Pause;
pub use pagelift_export::reason;
pub use preview::preview_html;
pub use report::ReportFile;
pub use run::{Run, RunOptions};
pub use sample::SampleSite;
pub use sites::{OpenSite, SAMPLE, SignIn, site_address};
pub use tree::{in_order, read_tree};
pub use wish::{Wish, selection};
