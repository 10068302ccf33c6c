//! Comments of pages, on both sorts of sites.

use pagelift_fake::{Comment as Said, DataCenterOptions, Kind, ServerOptions, Site};
use pagelift_model::{AccountId, Comment, Marked, PageId, PageSource as _};

use crate::data_center::Wiki;
use crate::harness::{Fake, SMALL};

/// A site with a conversation on its first page; answers also with the id of that page.
fn site() -> (Site, PageId) {
    let mut site = Site::generate(SMALL);
    let page = site.ids("DOCS", Kind::Page)[0];
    let [ada, bob] = [site.users[0].account.clone(), site.users[1].account.clone()];
    let said = |id: u64, parent: Option<u64>, author: &str, body: &str| Said {
        id,
        parent,
        author: author.to_owned(),
        created: format!("2026-03-{:02}T10:00:00.000Z", id - 900),
        body: format!("<p>{body}</p>"),
        ..Said::default()
    };
    let mention = format!("Ask <ac:link><ri:user ri:account-id=\"{bob}\" /></ac:link>");
    let marked = Some(("m-1".to_owned(), "this sentence".to_owned()));
    site.comments.insert(
        page,
        vec![
            said(903, Some(902), &ada, "No."),
            said(901, None, &ada, &mention),
            said(902, Some(901), &bob, "Is it?"),
            Said { marked, ..said(904, None, &bob, "Which?") },
            Said { resolved: true, ..said(905, None, &bob, "Done.") },
            said(906, Some(899), &ada, "An answer to something that is gone."),
        ],
    );
    (site, PageId::from(page.to_string()))
}

fn assert_told(comments: &[Comment]) {
    let ids: Vec<&str> = comments.iter().map(|comment| comment.id.as_str()).collect();
    assert_eq!(ids, ["901", "904", "905", "906"]);
    let [thread, marked, resolved, _] = comments else { panic!("{comments:?}") };
    let replies: Vec<&str> = thread.replies.iter().map(|reply| reply.body.text.as_str()).collect();
    assert_eq!(replies, ["<p>Is it?</p>", "<p>No.</p>"]);
    assert_eq!(thread.first.created.unwrap().to_string(), "2026-03-01T10:00:00Z");
    assert_ne!(thread.first.author, thread.replies[0].author);
    assert_eq!(marked.marked, Some(Marked { marker: "m-1".to_owned(), text: "this sentence".to_owned() }));
    assert_eq!((thread.resolved, resolved.resolved), (false, true));
}

#[tokio::test]
async fn a_conversation_on_cloud_comes_with_its_answers_in_one_request() {
    let (site, page) = site();
    let ada = AccountId::from(site.users[0].account.as_str());
    let fake = Fake::start(site, ServerOptions::default()).await;
    let comments = fake.source.comments(&page).await.unwrap();
    assert_told(&comments);
    assert_eq!((comments[0].first.author.clone(), fake.source.requests()), (Some(ada), 1));
    assert!(fake.source.comments(&PageId::from("1")).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_conversation_on_data_center_comes_with_people_by_their_keys() {
    let (site, page) = site();
    let wiki = Wiki::start(site, DataCenterOptions::default(), ServerOptions::default()).await;
    let comments = wiki.source.comments(&page).await.unwrap();
    assert_told(&comments);
    assert!(comments[0].first.body.text.contains("ri:userkey="));
}

#[tokio::test]
async fn a_long_conversation_comes_whole_however_little_comes_at_a_time() {
    let (mut site, page) = site();
    let id = page.as_str().parse().unwrap();
    let many = (0..130).map(|at| Said {
        id: 2000 + at,
        created: "2026-04-01T10:00:00.000Z".to_owned(),
        body: "<p>And another thing.</p>".to_owned(),
        ..Said::default()
    });
    site.comments.insert(id, many.collect());
    let options = DataCenterOptions { rows_with_bodies: 25, ..DataCenterOptions::default() };
    let wiki = Wiki::start(site.clone(), options, ServerOptions::default()).await;
    assert_eq!(wiki.source.comments(&page).await.unwrap().len(), 130);
    let fake = Fake::start(site, ServerOptions { search_page_limit: 30, ..ServerOptions::default() }).await;
    assert_eq!(fake.source.comments(&page).await.unwrap().len(), 130);
}
