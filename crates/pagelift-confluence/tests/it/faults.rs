//! Sites that are busy, sick or broken.

use std::time::Duration;

use pagelift_confluence::Limits;
use pagelift_fake::{Kind, ServerOptions};
use pagelift_model::{Clock as _, PageSource as _, SourceError, Want};

use crate::harness::{Fake, Fixed, Scripted, TOKEN, all, connection, json, quick, reply, source};

const ACCOUNT: &str = r#"{"type":"known","accountId":"1","displayName":"Ada"}"#;

/// Reads all there is and compares it with what the site has.
async fn loses_nothing(options: ServerOptions) -> Fake {
    let fake = Fake::with(options).await;
    let space = fake.space().await;
    let pages = all(fake.source.pages_in(&space, Want::Bodies)).await.unwrap();
    let found: Vec<u64> = pages.iter().map(|page| page.node.id.as_str().parse().unwrap()).collect();
    assert_eq!(found, fake.server.change(|site| site.ids("DOCS", Kind::Page)));
    let posts = all(fake.source.blog_posts_in(&space, Want::Bodies)).await.unwrap();
    let extras = all(fake.source.extras_in(&space)).await.unwrap();
    assert_eq!(extras.len(), pages.len() + posts.len());
    fake
}

#[tokio::test]
async fn a_busy_site_is_asked_again_when_it_says_so() {
    for retry_after in [Some("0"), Some("1"), Some("Wed, 01 Jan 2020 00:00:00 GMT"), None] {
        let retry_after = retry_after.map(str::to_owned);
        loses_nothing(ServerOptions { throttle_every: 3, retry_after, ..ServerOptions::default() }).await;
    }
}

#[tokio::test]
async fn errors_that_heal_lose_nothing() {
    loses_nothing(ServerOptions { flaky_every: 2, ..ServerOptions::default() }).await;
    loses_nothing(ServerOptions { failing_every: 3, ..ServerOptions::default() }).await;
    loses_nothing(ServerOptions { cut_every: 3, ..ServerOptions::default() }).await;
}

#[tokio::test]
async fn a_list_that_is_too_long_for_the_site_is_asked_for_in_smaller_parts() {
    for timeout_above in [100, 30, 6] {
        let fake = loses_nothing(ServerOptions { timeout_above, ..ServerOptions::default() }).await;
        let most = 130 / timeout_above as u64 * 2 + 20;
        assert!(fake.server.requests() <= most, "{} requests at {timeout_above}", fake.server.requests());
    }
}

#[tokio::test]
async fn a_site_that_only_fails_is_left_alone_soon() {
    let site = Scripted::start(|_, _| reply("503 Service Unavailable", "", "")).await;
    let client = site.source();
    for _ in 0..20 {
        let error = client.spaces().await.unwrap_err();
        assert!(matches!(error, SourceError::SiteFailed { status: 503, .. }), "{error:?}");
    }
    assert!(site.heads().len() <= 60, "{} requests", site.heads().len());
}

#[tokio::test]
async fn the_last_error_is_the_one_that_is_told() {
    let site = Scripted::start(|_, number| {
        reply(if number == 1 { "500 Internal Server Error" } else { "502 Bad Gateway" }, "", "")
    })
    .await;
    let error = site.source().check().await.unwrap_err();
    assert!(matches!(error, SourceError::SiteFailed { status: 502, .. }), "{error:?}");
    assert_eq!(site.heads().len(), 6);
}

#[tokio::test]
async fn a_pause_of_a_day_is_not_waited_for_and_holds_for_the_whole_site() {
    let site = Scripted::start(|_, _| reply("429 Too Many Requests", "Retry-After: 86400\r\n", "")).await;
    let client = site.source();
    let error = client.check().await.unwrap_err();
    let SourceError::RateLimited { until: Some(until), .. } = error else { panic!("{error:?}") };
    assert!(until >= "2026-11-02T12:00:00Z".parse().unwrap(), "{until}");
    assert_eq!(client.waiting_until(), Some(until));
    assert!(matches!(client.spaces().await, Err(SourceError::RateLimited { .. })));
    assert_eq!(site.heads().len(), 1);
}

#[tokio::test]
async fn nothing_is_sent_before_the_pause_is_over() {
    let site = Scripted::start(|_, number| match number {
        1 => json(ACCOUNT),
        2 => reply("429 Too Many Requests", "Retry-After: 1\r\n", ""),
        _ => json(r#"{"results":[]}"#),
    })
    .await;
    let client = site.source();
    client.check().await.unwrap();
    assert_eq!(client.waiting_until(), None);
    let mut spaces = std::pin::pin!(client.spaces());
    while client.waiting_until().is_none() {
        assert!(futures::poll!(spaces.as_mut()).is_pending());
        tokio::task::yield_now().await;
    }
    assert_eq!(site.heads().len(), 2);
    assert_eq!(spaces.await, Ok(Vec::new()));
    assert_eq!((client.waiting_until(), site.heads().len()), (None, 4));
}

#[tokio::test]
async fn a_denial_after_success_is_doubted_once() {
    let site = Scripted::start(|_, number| match number {
        2 => reply("403 Forbidden", "", ""),
        3 => json(r#"{"results":[]}"#),
        _ if number > 4 => reply("403 Forbidden", "", ""),
        _ => json(if number == 1 { ACCOUNT } else { r#"{"results":[]}"# }),
    })
    .await;
    let client = site.source();
    client.check().await.unwrap();
    assert_eq!(client.spaces().await, Ok(Vec::new()));
    let error = client.spaces().await.unwrap_err();
    assert!(matches!(error, SourceError::PermissionMissing { .. }), "{error:?}");
    assert_eq!(site.heads().len(), 6);
}

#[tokio::test]
async fn an_answer_of_another_shape_is_told_at_once() {
    let site = Scripted::start(|_, _| json(r#"{"rows":[]}"#)).await;
    let error = site.source().spaces().await.unwrap_err();
    assert!(matches!(error, SourceError::AnswerUnreadable { .. }), "{error:?}");
    assert_eq!(site.heads().len(), 1);
}

#[tokio::test]
async fn an_answer_that_is_too_large_is_refused() {
    let site = Scripted::start(|_, _| json(&format!("{{\"pad\":\"{}\"}}", "x".repeat(4096)))).await;
    let client = source(connection(&site.url, TOKEN), Limits { largest_answer: 1024, ..quick() });
    let error = client.check().await.unwrap_err();
    assert!(matches!(error, SourceError::AnswerTooLarge { limit: 1024, .. }), "{error:?}");
}

#[tokio::test]
async fn a_host_that_says_nothing_is_given_up() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let limits = Limits { answer_timeout: Duration::from_millis(20), ..quick() };
    let error = source(connection(&address, TOKEN), limits).check().await.unwrap_err();
    let SourceError::Unreachable { detail, .. } = error else { panic!("{error:?}") };
    assert_eq!(detail, "it did not answer in time");
}

#[tokio::test]
async fn a_cursor_that_is_no_longer_understood_begins_the_walk_anew() {
    let page = |ids: &[u32], next: &str| {
        let rows: Vec<String> =
            ids.iter().map(|id| format!(r#"{{"id":"{id}","key":"K{id}","name":"{id}"}}"#)).collect();
        let next = if next.is_empty() { String::new() } else { format!(r#""next":"/wiki/x?cursor={next}""#) };
        json(&format!(r#"{{"results":[{}],"_links":{{{next}}}}}"#, rows.join(",")))
    };
    let site = Scripted::start(move |line, number| match number {
        _ if line.contains("status=archived") => page(&[], ""),
        1 => page(&[1, 2], "a"),
        2 => reply("400 Bad Request", "", r#"{"errors":[]}"#),
        3 => page(&[1, 2], "b"),
        _ => page(&[2, 3], ""),
    })
    .await;
    let spaces = site.source().spaces().await.unwrap();
    let names: Vec<&str> = spaces.iter().map(|space| space.name.as_str()).collect();
    assert_eq!(names, ["1", "2", "3"]);
}

#[tokio::test]
async fn a_list_that_leads_back_to_where_it_was_is_an_error_and_no_end() {
    let site = Scripted::start(|_, number| {
        json(&format!(
            r#"{{"results":[{{"id":"{number}","key":"K{number}","name":"N"}}],"_links":{{"next":"/wiki/x?cursor=same"}}}}"#
        ))
    })
    .await;
    let error = site.source().spaces().await.unwrap_err();
    assert!(matches!(error, SourceError::AnswerUnreadable { .. }), "{error:?}");
    assert!(site.heads().len() <= 4, "{}", site.heads().len());
}

#[tokio::test]
async fn an_hourly_allowance_that_is_used_up_is_waited_for_until_the_time_that_is_told() {
    let quota = "RateLimit-Reason: confluence-quota-global-based\r\nRetry-After: 3000\r\n";
    let site = Scripted::start(move |_, _| reply("429 Too Many Requests", quota, "")).await;
    let client =
        source(connection(&site.url, TOKEN), Limits { longest_wait: Limits::default().longest_wait, ..quick() });
    let mut check = std::pin::pin!(client.check());
    while client.waiting_until().is_none() {
        tokio::select! {
            ended = &mut check => panic!("{ended:?}"),
            () = tokio::task::yield_now() => {}
        }
    }
    let until = client.waiting_until().unwrap();
    assert!(until >= Fixed.now() + jiff::SignedDuration::from_secs(3000), "{until}");
    assert_eq!(site.heads().len(), 1, "nobody asks in between");
}
