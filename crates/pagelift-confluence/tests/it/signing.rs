//! Signatures that end while they are used.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use futures::TryStreamExt as _;
use pagelift_confluence::{CloudSite, DataCenterSite, Signature, Signer};
use pagelift_model::{Attachment, PageSource as _, Secret, SiteAddress, SourceError};

use crate::harness::{Fixed, Scripted, json, quick, reply};

const ACCOUNT: &str = r#"{"type":"known","accountId":"1","userKey":"1","displayName":"Ada"}"#;

/// What a signer does when it is told of a refusal.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Then {
    SignAnew,
    Keep,
    End,
}

/// A signer that notes what it is told.
struct Noting {
    then: Then,
    serial: AtomicU64,
    told: Mutex<Vec<(u64, u16)>>,
}

impl Noting {
    fn new(then: Then) -> Arc<Self> {
        Arc::new(Self { then, serial: AtomicU64::new(1), told: Mutex::default() })
    }

    fn told(&self) -> Vec<(u64, u16)> {
        self.told.lock().unwrap().clone()
    }
}

#[async_trait]
impl Signer for Noting {
    async fn signature(&self) -> Result<Signature, SourceError> {
        let serial = self.serial.load(Ordering::Relaxed);
        Ok(Signature { header: Secret::new(format!("Bearer token-{serial}")), serial })
    }

    async fn refused(&self, used: u64, status: u16) -> Result<bool, SourceError> {
        self.told.lock().unwrap().push((used, status));
        match self.then {
            Then::SignAnew => {
                self.serial.fetch_add(1, Ordering::Relaxed);
                Ok(true)
            }
            Then::Keep => Ok(false),
            Then::End => Err(SourceError::SignInEnded { site: "the site".to_owned() }),
        }
    }
}

/// A signer that has nothing to sign with.
struct Failing(SourceError);

#[async_trait]
impl Signer for Failing {
    async fn signature(&self) -> Result<Signature, SourceError> {
        Err(self.0.clone())
    }

    async fn refused(&self, _: u64, _: u16) -> Result<bool, SourceError> {
        Ok(false)
    }
}

fn address(site: &Scripted) -> SiteAddress {
    SiteAddress::parse(&site.url).unwrap()
}

fn cloud(site: &Scripted, signer: Arc<dyn Signer>) -> CloudSite {
    CloudSite::signed_with_limits(&address(site), None, signer, Arc::new(Fixed), quick()).unwrap()
}

fn data_center(site: &Scripted, signer: Arc<dyn Signer>) -> DataCenterSite {
    DataCenterSite::signed_with_limits(&address(site), signer, Arc::new(Fixed), quick()).unwrap()
}

/// The serials of the signatures that requests had; 0 for those without.
fn serials(site: &Scripted) -> Vec<u64> {
    let serial = |head: &String| {
        let at = head.find("Bearer token-").map(|at| &head[at + 13..]);
        at.map_or(0, |rest| rest.split_whitespace().next().unwrap().parse().unwrap())
    };
    site.heads().iter().map(serial).collect()
}

fn denied(status: &str) -> Vec<u8> {
    reply(status, "Content-Type: application/json\r\n", r#"{"message":"Unauthorized"}"#)
}

#[tokio::test]
async fn a_refused_request_is_sent_once_more_with_another_signature() {
    let site = Scripted::start(|_, number| if number == 1 { denied("401 Unauthorized") } else { json(ACCOUNT) }).await;
    let signer = Noting::new(Then::SignAnew);
    assert_eq!(cloud(&site, Arc::clone(&signer) as _).check().await.unwrap(), "Ada");
    assert_eq!((signer.told(), serials(&site)), (vec![(1, 401)], vec![1, 2]));
}

#[tokio::test]
async fn a_new_signature_that_is_refused_too_ends_the_sign_in() {
    let site = Scripted::start(|_, _| denied("401 Unauthorized")).await;
    let signer = Noting::new(Then::SignAnew);
    let error = cloud(&site, Arc::clone(&signer) as _).check().await.unwrap_err();
    assert!(matches!(error, SourceError::SignInEnded { .. }), "{error:?}");
    assert_eq!((signer.told(), serials(&site)), (vec![(1, 401)], vec![1, 2]));
}

#[tokio::test]
async fn without_another_signature_the_answer_stands() {
    let site = Scripted::start(|_, _| denied("401 Unauthorized")).await;
    let signer = Noting::new(Then::Keep);
    let error = cloud(&site, Arc::clone(&signer) as _).check().await.unwrap_err();
    assert!(matches!(error, SourceError::SignInRejected { .. }), "{error:?}");
    assert_eq!(serials(&site), [1]);
}

#[tokio::test]
async fn the_end_of_a_sign_in_passes_through_as_it_is() {
    let site = Scripted::start(|_, _| denied("401 Unauthorized")).await;
    let ended = SourceError::SignInEnded { site: "the site".to_owned() };
    assert_eq!(cloud(&site, Noting::new(Then::End)).check().await, Err(ended.clone()));
    assert_eq!(site.heads().len(), 1);
    assert_eq!(cloud(&site, Arc::new(Failing(ended.clone()))).check().await, Err(ended));
    assert_eq!(site.heads().len(), 1);
}

#[tokio::test]
async fn a_missing_permission_is_no_reason_to_sign_anew() {
    let body = r#"{"code":401,"message":"Unauthorized; scope does not match"}"#;
    let site = Scripted::start(move |_, _| reply("401 Unauthorized", "Content-Type: application/json\r\n", body)).await;
    let signer = Noting::new(Then::SignAnew);
    let error = cloud(&site, Arc::clone(&signer) as _).spaces().await.unwrap_err();
    assert!(matches!(error, SourceError::PermissionMissing { .. }), "{error:?}");
    assert_eq!((signer.told(), site.heads().len()), (vec![], 1));
}

#[tokio::test]
async fn cloud_s_denials_are_doubted_near_the_end_of_a_signature() {
    for (status, number) in [("403 Forbidden", 403), ("404 Not Found", 404)] {
        let site = Scripted::start(move |_, count| if count == 1 { denied(status) } else { json(ACCOUNT) }).await;
        let signer = Noting::new(Then::SignAnew);
        assert_eq!(cloud(&site, Arc::clone(&signer) as _).check().await.unwrap(), "Ada");
        assert_eq!((signer.told(), serials(&site)), (vec![(1, number)], vec![1, 2]));
    }
}

#[tokio::test]
async fn data_center_s_denials_are_believed() {
    for status in ["403 Forbidden", "404 Not Found"] {
        let site = Scripted::start(move |_, _| denied(status)).await;
        let signer = Noting::new(Then::SignAnew);
        assert!(data_center(&site, Arc::clone(&signer) as _).check().await.is_err());
        assert_eq!(signer.told(), [], "{status}");
    }
}

#[tokio::test]
async fn a_site_that_takes_an_old_signature_for_nobody_gets_a_new_one() {
    let site = Scripted::start(|_, number| {
        let user = if number == 1 { "anonymous" } else { "ada" };
        reply("200 OK", &format!("Content-Type: application/json\r\nX-AUSERNAME: {user}\r\n"), ACCOUNT)
    })
    .await;
    let signer = Noting::new(Then::SignAnew);
    assert_eq!(data_center(&site, Arc::clone(&signer) as _).check().await.unwrap(), "Ada");
    assert_eq!((signer.told(), serials(&site)), (vec![(1, 401)], vec![1, 2]));
}

fn attachment() -> Attachment {
    Attachment {
        id: "att1".into(),
        page: "1".into(),
        title: "a.txt".to_owned(),
        media_type: "text/plain".to_owned(),
        size: 5,
        version: 1,
        file_id: None,
    }
}

async fn bytes(source: &dyn pagelift_model::PageSource) -> Result<Vec<u8>, SourceError> {
    let parts: Vec<_> = source.download(&attachment()).await?.try_collect().await?;
    Ok(parts.concat())
}

fn file() -> Vec<u8> {
    reply("200 OK", "Content-Type: text/plain\r\n", "hello")
}

#[tokio::test]
async fn a_download_is_signed_anew_and_media_hosts_see_no_signature() {
    let media = Scripted::start(|_, _| file()).await;
    let location = format!("Location: {}/file\r\n", media.url);
    let site =
        Scripted::start(
            move |_, number| {
                if number == 1 { denied("401 Unauthorized") } else { reply("302 Found", &location, "") }
            },
        )
        .await;
    let signer = Noting::new(Then::SignAnew);
    assert_eq!(bytes(&cloud(&site, Arc::clone(&signer) as _)).await.unwrap(), b"hello");
    assert_eq!((signer.told(), serials(&site), serials(&media)), (vec![(1, 401)], vec![1, 2], vec![0]));
}

#[tokio::test]
async fn a_data_center_file_is_signed_anew_when_insisting_does_not_help() {
    let site = Scripted::start(|line, number| match number {
        _ if line.contains("user/current") => json(ACCOUNT),
        2 | 3 => denied("401 Unauthorized"),
        _ => file(),
    })
    .await;
    let signer = Noting::new(Then::SignAnew);
    assert_eq!(bytes(&data_center(&site, Arc::clone(&signer) as _)).await.unwrap(), b"hello");
    assert_eq!((signer.told(), serials(&site)), (vec![(1, 401)], vec![1, 1, 1, 2]));
}

#[tokio::test]
async fn files_that_are_barred_do_not_cost_a_signature_each() {
    let site = Scripted::start(
        |line, _| {
            if line.contains("user/current") { json(ACCOUNT) } else { denied("401 Unauthorized") }
        },
    )
    .await;
    let signer = Noting::new(Then::SignAnew);
    let source = data_center(&site, Arc::clone(&signer) as _);
    for _ in 0..3 {
        let error = bytes(&source).await.unwrap_err();
        assert!(matches!(error, SourceError::PermissionMissing { .. }), "{error:?}");
    }
    assert_eq!(signer.told(), [(1, 401)]);
}

#[tokio::test]
async fn a_file_is_not_missing_because_the_sign_in_could_not_be_renewed() {
    let site = Scripted::start(|_, _| file()).await;
    for error in [
        SourceError::Unreachable { site: "auth.example.com".to_owned(), detail: "it is away".to_owned() },
        SourceError::SignInEnded { site: "the site".to_owned() },
    ] {
        let source = cloud(&site, Arc::new(Failing(error.clone())));
        assert_eq!(bytes(&source).await, Err(error));
    }
    assert!(site.heads().is_empty());
}

#[tokio::test]
async fn the_gateway_gets_the_signature_and_the_site_does_not() {
    let site = Scripted::start(|_, _| json(ACCOUNT)).await;
    let gate = Scripted::start(|_, _| json(ACCOUNT)).await;
    let gateway = pagelift_confluence::Gateway { api_origin: gate.url.parse().unwrap(), cloud_id: "c1".to_owned() };
    let signer = Noting::new(Then::Keep);
    let source =
        CloudSite::signed_with_limits(&address(&site), Some(&gateway), signer, Arc::new(Fixed), quick()).unwrap();
    source.check().await.unwrap();
    assert!(gate.heads()[0].starts_with("GET /ex/confluence/c1/wiki/rest/api/user/current "));
    assert_eq!((serials(&gate), site.heads().len()), (vec![1], 0));
}
