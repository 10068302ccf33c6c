//! What every source of pages promises, as checks that each adapter of the port has to pass.
//!
//! The site behind the source must have at least two spaces, and one with pages in folders where the site knows folders, blog posts and
//! attachments.
#![allow(clippy::expect_used, clippy::panic, reason = "a promise that is broken fails the test that asked for it")]

use std::collections::{BTreeMap, BTreeSet, HashSet};

use futures::TryStreamExt as _;
use futures::stream::BoxStream;
use pagelift_model::{
    AccountId, Attachment, AttachmentId, Fate, FetchedPage, NodeKind, PageExtras, PageId, PageNode, PageSource,
    PageStatus, SiteKind, SourceError, Space, SpaceKey, Want,
};

/// An id that no site has.
const NO_ID: &str = "99999999999999";

/// Checks every promise.
pub async fn keeps_every_promise(source: &dyn PageSource) {
    the_sign_in_works_and_names_the_account(source).await;
    spaces_come_by_name_and_are_found_by_key(source).await;
    pages_come_once_in_the_order_of_ids(source).await;
    blog_posts_are_outside_the_tree(source).await;
    pages_are_found_by_id(source).await;
    if source.site().kind == SiteKind::DataCenter {
        without_folders_pages_are_below_pages(source).await;
    } else {
        folders_are_found_by_id(source).await;
        only_changed_folders_are_told(source).await;
    }
    labels_and_attachments_agree_both_ways(source).await;
    the_fate_of_pages_is_told(source).await;
    people_have_names(source).await;
    attachments_arrive_whole(source).await;
}

async fn all<T>(walk: BoxStream<'_, Result<Vec<T>, SourceError>>) -> Vec<T> {
    let batches: Vec<Vec<T>> = walk.try_collect().await.expect("the walk comes to its end");
    batches.into_iter().flatten().collect()
}

async fn spaces(source: &dyn PageSource) -> Vec<Space> {
    source.spaces().await.expect("spaces can be listed")
}

async fn pages(source: &dyn PageSource, want: Want) -> Vec<FetchedPage> {
    let mut pages = Vec::new();
    for space in spaces(source).await {
        pages.extend(all(source.pages_in(&space, want)).await);
    }
    assert!(pages.len() > 1, "the site has pages");
    pages
}

async fn blog_posts(source: &dyn PageSource) -> Vec<FetchedPage> {
    let mut posts = Vec::new();
    for space in spaces(source).await {
        posts.extend(all(source.blog_posts_in(&space, Want::Bodies)).await);
    }
    assert!(!posts.is_empty(), "the site has blog posts");
    posts
}

async fn extras(source: &dyn PageSource) -> BTreeMap<PageId, PageExtras> {
    let mut found = BTreeMap::new();
    for space in spaces(source).await {
        for extras in all(source.extras_in(&space)).await {
            let page = extras.page.clone();
            assert!(found.insert(page.clone(), extras).is_none(), "page {page} is told of twice");
        }
    }
    found
}

/// Everything without a body that pages are in, and what that is in.
async fn folders(source: &dyn PageSource) -> Vec<PageNode> {
    let mut found: Vec<PageNode> = Vec::new();
    let mut asked: BTreeSet<PageId> = BTreeSet::new();
    let mut above: Vec<PageNode> = pages(source, Want::Metadata).await.into_iter().map(|page| page.node).collect();
    while !above.is_empty() {
        let parents = above.iter().filter_map(|node| Some((node.parent.clone()?, node.parent_kind?)));
        let wanted: Vec<(PageId, NodeKind)> =
            parents.filter(|(id, kind)| !kind.has_body() && asked.insert(id.clone())).collect();
        above = source.nodes(&wanted).await.expect("folders can be read");
        found.extend(above.iter().cloned());
    }
    assert_eq!(found.len(), asked.len(), "each folder that pages are in can be read");
    assert!(!found.is_empty(), "the site has folders");
    found
}

/// `check` answers a name, and the site knows it from then on.
pub async fn the_sign_in_works_and_names_the_account(source: &dyn PageSource) {
    let name = source.check().await.expect("the sign-in works");
    assert!(!name.is_empty());
    assert_eq!(source.site().account.as_deref(), Some(name.as_str()));
    assert_eq!(source.waiting_until(), None);
}

/// All spaces in the order of their names, and each by its key.
pub async fn spaces_come_by_name_and_are_found_by_key(source: &dyn PageSource) {
    let spaces = spaces(source).await;
    assert!(spaces.len() > 1, "the site has spaces");
    let names: Vec<String> = spaces.iter().map(|space| space.name.to_lowercase()).collect();
    assert!(names.is_sorted(), "spaces are not in the order of their names: {names:?}");
    let mut keys: Vec<SpaceKey> = spaces.iter().map(|space| space.key.clone()).collect();
    keys.reverse();
    let found = source.spaces_by_key(&keys).await.expect("each key is known");
    assert_eq!(found.iter().map(|space| space.key.clone()).collect::<Vec<_>>(), keys);
    let unknown = SpaceKey::from("NOSUCHSPACE");
    keys.push(unknown.clone());
    let error = source.spaces_by_key(&keys).await.expect_err("one key is unknown");
    assert_eq!(error, SourceError::SpaceUnknown { key: unknown });
}

/// A walk brings each current page of its space once, in the order of ids, with a body only when wanted.
pub async fn pages_come_once_in_the_order_of_ids(source: &dyn PageSource) {
    for space in spaces(source).await {
        let full = all(source.pages_in(&space, Want::Bodies)).await;
        let ids: Vec<&PageId> = full.iter().map(|page| &page.node.id).collect();
        assert!(ids.is_sorted_by(|a, b| a < b), "pages of {} are not in order, or not once", space.key);
        for page in &full {
            let node = &page.node;
            assert!(matches!(node.kind, NodeKind::Page | NodeKind::LiveDoc), "{node:?}");
            assert_eq!((node.status, &node.space), (PageStatus::Current, &space.id));
            assert!(page.body.is_some() && !node.title.is_empty(), "{node:?}");
        }
        let bare = all(source.pages_in(&space, Want::Metadata)).await;
        assert!(bare.iter().all(|page| page.body.is_none()));
        let nodes = |pages: Vec<FetchedPage>| pages.into_iter().map(|page| page.node).collect::<Vec<_>>();
        assert_eq!(nodes(bare), nodes(full), "the walk without bodies tells the same of {}", space.key);
    }
}

/// Blog posts have bodies and no parents.
pub async fn blog_posts_are_outside_the_tree(source: &dyn PageSource) {
    for post in blog_posts(source).await {
        assert_eq!((post.node.kind, post.node.parent), (NodeKind::BlogPost, None));
        assert!(post.body.is_some());
    }
}

/// Pages by id are those of the walk; ids that are unknown or of another kind are left out, and none comes twice.
pub async fn pages_are_found_by_id(source: &dyn PageSource) {
    let walked = pages(source, Want::Bodies).await;
    let posts = blog_posts(source).await;
    let mut ids: Vec<PageId> = walked.iter().rev().map(|page| page.node.id.clone()).collect();
    ids.extend(posts.iter().map(|post| post.node.id.clone()));
    ids.push(PageId::from(NO_ID));
    ids.extend(walked.first().map(|page| page.node.id.clone()));
    let by_id = |pages: Vec<FetchedPage>| {
        let count = pages.len();
        let map: BTreeMap<PageId, FetchedPage> = pages.into_iter().map(|page| (page.node.id.clone(), page)).collect();
        assert_eq!(map.len(), count, "a page came twice");
        map
    };
    let found = source.pages(&ids, Want::Bodies).await.expect("pages can be read");
    assert_eq!(by_id(found), by_id(walked));
    let found = source.blog_posts(&ids, Want::Bodies).await.expect("blog posts can be read");
    assert_eq!(by_id(found), by_id(posts));
    assert_eq!(source.pages(&[], Want::Bodies).await, Ok(Vec::new()));
}

/// Every parent is a page of the same space.
pub async fn without_folders_pages_are_below_pages(source: &dyn PageSource) {
    let pages = pages(source, Want::Metadata).await;
    let ids: HashSet<&PageId> = pages.iter().map(|page| &page.node.id).collect();
    let parents: Vec<_> =
        pages.iter().filter_map(|page| Some((page.node.parent.as_ref()?, page.node.parent_kind))).collect();
    assert!(!parents.is_empty(), "the site has a tree");
    assert!(parents.iter().all(|(id, kind)| ids.contains(id) && *kind == Some(NodeKind::Page)), "{parents:?}");
    assert_eq!(source.nodes(&[(PageId::from(NO_ID), NodeKind::Folder)]).await, Ok(Vec::new()));
}

/// The way from every page to the top of its space can be read; what is unknown is left out.
pub async fn folders_are_found_by_id(source: &dyn PageSource) {
    let folders = folders(source).await;
    assert!(folders.iter().all(|node| !node.kind.has_body() && !node.title.is_empty()));
    let unknown = [(PageId::from(NO_ID), NodeKind::Folder)];
    assert_eq!(source.nodes(&unknown).await, Ok(Vec::new()));
}

/// What is as it was is not told; what is known wrongly is told as it is.
pub async fn only_changed_folders_are_told(source: &dyn PageSource) {
    let folders = folders(source).await;
    assert_eq!(source.changed_nodes(&folders).await, Ok(Vec::new()));
    let truth = folders.first().expect("a folder").clone();
    let mut known = folders.clone();
    for node in known.iter_mut().take(1) {
        "An older title".clone_into(&mut node.title);
    }
    assert_eq!(source.changed_nodes(&known).await, Ok(vec![truth.clone()]));
    let mut known = folders;
    for node in known.iter_mut().take(1) {
        node.parent = Some(PageId::from(NO_ID));
    }
    assert_eq!(source.changed_nodes(&known).await, Ok(vec![truth]));
}

/// The walk and the single questions tell the same of a page.
pub async fn labels_and_attachments_agree_both_ways(source: &dyn PageSource) {
    let walked = extras(source).await;
    let nodes = pages(source, Want::Metadata).await.into_iter().chain(blog_posts(source).await).map(|page| page.node);
    let ids: Vec<(PageId, NodeKind)> = nodes.map(|node| (node.id, node.kind)).collect();
    let missing: Vec<_> = ids.iter().filter(|(id, _)| !walked.contains_key(id)).collect();
    assert!(missing.is_empty(), "the walk left out {missing:?}");
    let most = walked.values().max_by_key(|extras| extras.attachments.len()).map(|extras| extras.page.clone());
    let some: Vec<(PageId, NodeKind)> =
        ids.iter().take(5).chain(ids.iter().filter(|(id, _)| Some(id) == most.as_ref())).cloned().collect();
    let single = source.extras(&some).await.expect("labels and attachments can be read");
    let told = |extras: &PageExtras| {
        let labels: BTreeSet<String> = extras.labels.iter().cloned().collect();
        let files: BTreeMap<AttachmentId, Attachment> =
            extras.attachments.iter().map(|file| (file.id.clone(), file.clone())).collect();
        assert_eq!(files.len(), extras.attachments.len(), "a file is told of twice");
        (labels, files)
    };
    for extras in single {
        assert_eq!(Some(told(&extras)), walked.get(&extras.page).map(told));
        assert!(extras.attachments.iter().all(|file| file.page == extras.page));
    }
    let unknown = [(PageId::from(NO_ID), NodeKind::Page)];
    assert_eq!(source.extras(&unknown).await, Ok(Vec::new()));
}

/// Each id gets its answer, in the order of the question: pages and blog posts that are there, and where; what is unknown is hidden.
pub async fn the_fate_of_pages_is_told(source: &dyn PageSource) {
    let mut nodes: Vec<PageNode> = pages(source, Want::Metadata).await.into_iter().map(|page| page.node).collect();
    nodes.truncate(3);
    nodes.extend(blog_posts(source).await.into_iter().map(|post| post.node).take(1));
    let mut expected: Vec<(PageId, Fate)> =
        nodes.into_iter().map(|node| (node.id, Fate::Current { space: Some(node.space) })).collect();
    expected.insert(1, (PageId::from(NO_ID), Fate::Hidden));
    let ids: Vec<PageId> = expected.iter().map(|(id, _)| id.clone()).collect();
    assert_eq!(source.fate(&ids).await, Ok(expected));
    assert_eq!(source.fate(&[]).await, Ok(Vec::new()));
}

/// Those who wrote pages have names, and nobody else comes along.
pub async fn people_have_names(source: &dyn PageSource) {
    let pages = pages(source, Want::Metadata).await;
    let authors = pages.iter().filter_map(|page| page.node.author.clone());
    let mut ids: Vec<AccountId> = authors.collect::<HashSet<_>>().into_iter().collect();
    ids.push(AccountId::from("nobody"));
    let people = source.people(&ids).await.expect("people can be asked for");
    assert!(!people.is_empty());
    assert!(people.iter().all(|person| !person.name.is_empty() && ids.contains(&person.id)));
    assert!(people.iter().all(|person| person.id.as_str() != "nobody"));
}

/// A download has as many bytes as listed; a file that is not there is an error.
pub async fn attachments_arrive_whole(source: &dyn PageSource) {
    let extras = extras(source).await;
    let files: Vec<&Attachment> = extras.values().flat_map(|extras| &extras.attachments).collect();
    assert!(!files.is_empty(), "the site has attachments");
    for file in files.iter().take(10) {
        let stream = source.download(file).await.expect("the file is there");
        let pieces: Vec<_> = stream.try_collect().await.expect("the file comes whole");
        assert_eq!(pieces.iter().map(|piece| piece.len() as u64).sum::<u64>(), file.size, "{}", file.title);
    }
    let (id, title) = (AttachmentId::from("att99999999999999"), "no such file.png".to_owned());
    let gone = files.first().map(|file| Attachment { id, title, ..(*file).clone() });
    let gone = gone.expect("a file");
    let error = source.download(&gone).await.err().expect("the file is not there");
    assert_eq!(error, SourceError::AttachmentMissing { name: gone.title });
}
