//! Every adapter of the port through which pages come keeps the same promises.

use std::sync::Arc;

use jiff::Timestamp;
use pagelift_app::SampleSite;
use pagelift_confluence::{CloudSite, Connection, DataCenterSite};
use pagelift_fake::{DataCenterOptions, GeneratorOptions, Server, ServerOptions, Site};
use pagelift_model::{Clock, Secret, SiteAddress};
use pagelift_tests::source_contract::keeps_every_promise;

/// A time after everything that the fake site dates.
struct Fixed;

impl Clock for Fixed {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(1_793_534_400).expect("a time")
    }
}

#[tokio::test]
async fn the_sample_site_keeps_every_promise() {
    keeps_every_promise(&SampleSite::new()).await;
}

#[tokio::test]
async fn a_cloud_site_keeps_every_promise() {
    let site = Site::generate(GeneratorOptions { pages: 130, attachments: 700, seed: 7, depth: 4 });
    let server = Server::start(site, ServerOptions::default()).await.expect("the fake starts");
    let address = SiteAddress::parse(server.url()).expect("an address");
    let connection = Connection::new(address, "ada@example.com", Secret::new("secret-token".to_owned()));
    keeps_every_promise(&CloudSite::new(connection, Arc::new(Fixed)).expect("a client")).await;
}

#[tokio::test]
async fn a_data_center_site_keeps_every_promise() {
    let site = Site::generate(GeneratorOptions { pages: 130, attachments: 700, seed: 7, depth: 4 });
    let options = ServerOptions { data_center: Some(DataCenterOptions::default()), ..ServerOptions::default() };
    let server = Server::start(site, options).await.expect("the fake starts");
    let address = SiteAddress::parse(&format!("{}/confluence", server.url())).expect("an address");
    let token = Secret::new("secret-token".to_owned());
    keeps_every_promise(&DataCenterSite::new(&address, &token, Arc::new(Fixed)).expect("a client")).await;
}
