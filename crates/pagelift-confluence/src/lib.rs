//! Speaks to Confluence: paging, pacing, retries, and wire JSON to the shared vocabulary.
//!
//! [`CloudSite`] and [`DataCenterSite`] are the adapters of [`pagelift_model::PageSource`] for Confluence Cloud and Confluence Data
//! Center. Below them lie, from the outside in: the operations of the port (`cloud`, `data_center`), walks through lists (`paging`),
//! requests with everything that makes them polite and stubborn (`http`, `pacer`), and the shapes of the JSON (`wire`). A [`Signer`]
//! signs each request. Beside them, with single requests (`call`), [`oauth`] signs people in with the browser, and [`detect`] finds
//! out what is at an address.
//!
//! Credentials go to one origin only, the site's or the gateway's. Redirects are followed by hand, for downloads and pictures alone,
//! and without credentials. No error, log line or debug output holds a token, a page body or the address of a signed download.

mod answer;
mod call;
mod cloud;
mod connection;
mod data_center;
mod detection;
mod download;
mod failure;
pub mod forge;
mod headers;
mod http;
mod lane;
mod limits;
mod neighbours;
pub mod oauth;
mod pacer;
mod paging;
mod patience;
mod signer;
mod wire;

pub use cloud::CloudSite;
pub use connection::{Connection, Gateway};
pub use data_center::DataCenterSite;
pub use detection::{Detection, NotAnAddress, detect, detect_within};
pub use limits::Limits;
pub use patience::patiently;
pub use signer::{Signature, Signer};
