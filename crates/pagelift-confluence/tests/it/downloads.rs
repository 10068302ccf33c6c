//! The bytes of attachments.

use futures::TryStreamExt as _;
use pagelift_confluence::CloudSite;
use pagelift_fake::{LoginPage, ServerOptions};
use pagelift_model::{Attachment, PageSource as _, SourceError};

use crate::harness::{Fake, Scripted, reply};

async fn bytes(source: &CloudSite, file: &Attachment) -> Result<Vec<u8>, SourceError> {
    let pieces: Vec<_> = source.download(file).await?.try_collect().await?;
    Ok(pieces.concat())
}

/// Files as the site lists them, with their bytes.
fn files(fake: &Fake, count: usize) -> Vec<(Attachment, Vec<u8>)> {
    let listed = |file: &pagelift_fake::Attachment| Attachment {
        id: format!("att{}", file.id).into(),
        page: file.content.to_string().into(),
        title: file.title.clone(),
        media_type: file.media_type.clone(),
        size: file.bytes.len() as u64,
        version: u32::try_from(file.version).unwrap(),
        file_id: Some(file.file_id.clone()),
    };
    fake.server
        .change(|site| site.attachments.values().take(count).map(|file| (listed(file), file.bytes.clone())).collect())
}

fn small_file() -> Attachment {
    Attachment {
        id: "att7".into(),
        page: "1".into(),
        title: "plan.txt".to_owned(),
        media_type: "text/plain".to_owned(),
        size: 5,
        version: 2,
        file_id: None,
    }
}

#[tokio::test]
async fn files_come_from_another_host_that_gets_no_credentials() {
    let fake = Fake::small().await;
    for (file, expected) in files(&fake, 20) {
        assert_eq!(bytes(&fake.source, &file).await, Ok(expected));
    }
    assert_eq!(fake.count("GET /media"), 20);
    assert_eq!(fake.source.requests(), 20, "one download counts as one");
    let through_gateway = fake.through_gateway();
    let (file, expected) = files(&fake, 1).remove(0);
    assert_eq!(bytes(&through_gateway, &file).await, Ok(expected));
}

#[tokio::test]
async fn a_file_that_breaks_off_is_taken_up_where_it_ended() {
    for whole_files_only in [false, true] {
        let options = ServerOptions { cut_files_every: 2, whole_files_only, ..ServerOptions::default() };
        let fake = Fake::with(options).await;
        for (file, expected) in files(&fake, 10) {
            assert_eq!(bytes(&fake.source, &file).await, Ok(expected), "{}", file.title);
        }
        assert!(fake.count("GET /media") > 10);
    }
}

#[tokio::test]
async fn a_file_that_always_breaks_off_is_an_error_and_not_a_shorter_file() {
    let fake =
        Fake::with(ServerOptions { cut_files_every: 1, whole_files_only: true, ..ServerOptions::default() }).await;
    let (file, expected) = files(&fake, 1).remove(0);
    let error = bytes(&fake.source, &file).await.unwrap_err();
    let SourceError::DownloadIncomplete { name, expected: announced, received } = error else { panic!("{error:?}") };
    assert_eq!((name, announced), (file.title, expected.len() as u64));
    assert!(received < announced);
}

#[tokio::test]
async fn a_page_for_signing_in_is_no_file() {
    let fake = Fake::with(ServerOptions { login_page: LoginPage::Files, ..ServerOptions::default() }).await;
    let (file, _) = files(&fake, 1).remove(0);
    let error = bytes(&fake.source, &Attachment { size: 0, ..file }).await.unwrap_err();
    assert!(matches!(error, SourceError::AnswerUnreadable { .. }), "{error:?}");
}

#[tokio::test]
async fn a_file_of_another_length_than_listed_is_fetched_once_more_and_then_refused() {
    let media = Scripted::start(|_, _| reply("200 OK", "Content-Type: text/plain\r\n", "four")).await;
    let location = format!("Location: {}/f?token=t\r\n", media.url);
    let site = Scripted::start(move |_, _| reply("302 Found", &location, "")).await;
    let error = bytes(&site.source(), &small_file()).await.unwrap_err();
    let expected = SourceError::DownloadIncomplete { name: "plan.txt".to_owned(), expected: 5, received: 4 };
    assert_eq!(error, expected);
    assert_eq!(media.heads().len(), 2);
    assert!(media.heads().iter().all(|head| !head.to_ascii_lowercase().contains("authorization")));
    assert!(site.heads().iter().all(|head| head.contains("/child/attachment/att7/download?version=2 ")));
}

#[tokio::test]
async fn a_missing_file_is_named() {
    let fake = Fake::small().await;
    let error = bytes(&fake.source, &small_file()).await.unwrap_err();
    assert_eq!(error, SourceError::AttachmentMissing { name: "plan.txt".to_owned() });
}

#[tokio::test]
async fn downloads_are_followed_to_safe_addresses_only() {
    for location in ["file:///etc/passwd", "http://example.com/f", "http://me:pw@127.0.0.1/f", "http://10.0.0.1/f", ""]
    {
        let header = format!("Location: {location}\r\n");
        let site = Scripted::start(move |_, _| reply("302 Found", &header, "")).await;
        let error = bytes(&site.source(), &small_file()).await.unwrap_err();
        assert!(matches!(error, SourceError::AnswerUnreadable { .. }), "{location}: {error:?}");
        assert_eq!(site.heads().len(), 1);
    }
}

#[tokio::test]
async fn a_refusal_of_the_media_host_costs_one_file_and_is_no_lost_sign_in() {
    for status in ["401 Unauthorized", "403 Forbidden", "404 Not Found"] {
        let media = Scripted::start(move |_, _| reply(status, "", "")).await;
        let location = format!("Location: {}/f?token=t\r\n", media.url);
        let site = Scripted::start(move |_, _| reply("302 Found", &location, "")).await;
        let error = bytes(&site.source(), &small_file()).await.unwrap_err();
        assert_eq!(error, SourceError::AttachmentMissing { name: "plan.txt".to_owned() });
        assert_eq!(site.heads().len(), 2, "a fresh signature is asked for once");
    }
}

#[tokio::test]
async fn a_file_that_lies_elsewhere_on_the_site_is_fetched_with_credentials_only_when_it_needs_them() {
    for refusals in [0, 1] {
        let site = Scripted::start(move |line, number| {
            if line.contains("/child/attachment/") {
                return reply("302 Found", "Location: /files/f?token=t\r\n", "");
            }
            let status = if number < 2 + refusals { "401 Unauthorized" } else { "200 OK" };
            reply(status, "Content-Type: text/plain\r\n", "hello")
        })
        .await;
        assert_eq!(bytes(&site.source(), &small_file()).await, Ok(b"hello".to_vec()));
        let signed: Vec<bool> =
            site.heads().iter().map(|head| head.to_ascii_lowercase().contains("authorization")).collect();
        assert_eq!(signed, if refusals == 0 { vec![true, false] } else { vec![true, false, true] });
    }
}

#[tokio::test]
async fn a_file_behind_a_page_for_signing_in_is_not_fetched() {
    let site = Scripted::start(|_, _| reply("302 Found", "Location: /login.action?os_destination=f\r\n", "")).await;
    let error = bytes(&site.source(), &small_file()).await.unwrap_err();
    assert!(matches!(error, SourceError::AnswerUnreadable { .. }), "{error:?}");
    assert_eq!(site.heads().len(), 1);
}

#[tokio::test]
async fn redirects_in_a_circle_come_to_an_end() {
    let second = std::sync::Arc::new(std::sync::OnceLock::<String>::new());
    let target = std::sync::Arc::clone(&second);
    let media = Scripted::start(move |_, _| {
        let location = format!("Location: {}/again\r\n", target.get().unwrap());
        reply("307 Temporary Redirect", &location, "")
    })
    .await;
    second.set(media.url.clone()).unwrap();
    let location = format!("Location: {}/f\r\n", media.url);
    let site = Scripted::start(move |_, _| reply("302 Found", &location, "")).await;
    let error = bytes(&site.source(), &small_file()).await.unwrap_err();
    assert!(matches!(error, SourceError::AnswerUnreadable { .. }), "{error:?}");
    assert!(media.heads().len() <= 5);
}

#[tokio::test]
async fn the_address_of_a_signed_download_is_in_no_error() {
    let media = Scripted::start(|_, _| Vec::new()).await;
    let location = format!("Location: {}/f?token=signed-by-the-site\r\n", media.url);
    let site = Scripted::start(move |_, _| reply("302 Found", &location, "")).await;
    let error = bytes(&site.source(), &small_file()).await.unwrap_err();
    let shown = format!("{error} {error:?}");
    assert!(!shown.contains("signed-by-the-site"), "{shown}");
}
