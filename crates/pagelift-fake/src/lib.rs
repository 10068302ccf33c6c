//! A fake Confluence, Cloud or Data Center, over real HTTP, for tests and benches.
//!
//! [`Site::generate`] makes deterministic content from a seed, [`Site::read`] takes it from a folder, and [`Server::start`] serves
//! it on `127.0.0.1`, with tokens or, where [`ServerOptions::oauth`] says so, with sign-in in the browser as well.

mod access;
mod bytes;
mod cql;
mod data_center;
mod data_center_json;
mod entry;
mod faults;
mod folder;
mod forge;
mod generate;
mod json;
mod manifest;
mod media;
mod oauth;
mod paging;
mod port;
mod routes;
mod server;
mod site;

pub use data_center::{DataCenterOptions, Next, Scan};
pub use faults::{Fault, Place, Trouble};
pub use forge::{APPROVAL_APP, ECHO_APP, ECHO_SCOPE, EXPORTER_APP, ForgeFault, ForgeOptions, ZipEntry, zip};
pub use generate::GeneratorOptions;
pub use oauth::{
    CLIENT_ID, CLIENT_SECRET, Client, Consent, OAuthLog, OAuthOptions, PASSWORD, Pkce, Resources, TokenFault,
};
pub use port::free_port;
pub use server::{EmptyTail, LoginPage, Server, ServerOptions};
pub use site::{Attachment, Comment, Content, Folder, Kind, Label, Parent, Site, Space, User};
