//! Labels and attachments: from one walk through the search index, or page by page from the database.

use std::collections::HashMap;

use futures::future::try_join;
use futures::stream::{self, BoxStream, StreamExt as _, TryStreamExt as _};
use jiff::{SignedDuration, Timestamp};
use pagelift_model::{Attachment, NodeKind, PageExtras, PageId, SourceError, Space};

use super::CloudSite;
use crate::failure::Failure;
use crate::http::{Ask, side_by_side};
use crate::paging::{MOST, Sizes, Walk};
use crate::wire::content::{WireAttachment, WireLabel};
use crate::wire::search::{Files, Hit, changed_files_cql, quoted};

/// Rows of one search with expansions.
const ROWS: Sizes = Sizes { first: 200, most: 200 };

/// Rows of one search without.
const BARE_ROWS: Sizes = Sizes { first: 1000, most: 1000 };

/// Pages whose cut lists are completed together.
const TOGETHER: usize = 50;

/// A page that changed this recently is not left to the index, which lags behind.
const LAG: SignedDuration = SignedDuration::from_mins(15);

const EXPAND: &str = "version,metadata.labels,children.attachment.version";
const EXPAND_RESTRICTIONS: &str = "restrictions.read.restrictions.user,restrictions.read.restrictions.group";

/// A page of which a search told too little.
struct Cut {
    extras: PageExtras,
    kind: NodeKind,
    /// Whether the labels are all there and can be relied on.
    has_labels: bool,
}

/// How far the walk through a space is.
struct Progress<'a> {
    walk: Walk<'a>,
    cql: String,
    cut: Vec<Cut>,
    is_over: bool,
    /// Whether rows have come, after which the question is known to be understood.
    has_begun: bool,
    has_restrictions: bool,
}

fn path(kind: NodeKind) -> &'static str {
    if kind == NodeKind::BlogPost { "blogposts" } else { "pages" }
}

impl CloudSite {
    pub(super) fn walk_extras<'a>(&'a self, space: &Space) -> BoxStream<'a, Result<Vec<PageExtras>, SourceError>> {
        self.extras_of_hits(format!("space = {} and type in (page, blogpost)", quoted(&space.key)))
    }

    /// What the index knows of these pages.
    pub(super) async fn extras_from_index(&self, ids: &[(PageId, NodeKind)]) -> Result<Vec<PageExtras>, SourceError> {
        let mut found = Vec::new();
        for some in ids.chunks(ROWS.first) {
            let asked: Vec<&str> = some.iter().map(|(id, _)| id.as_str()).collect();
            let batches: Vec<Vec<PageExtras>> =
                self.extras_of_hits(format!("id in ({})", asked.join(","))).try_collect().await?;
            found.extend(batches.into_iter().flatten());
        }
        Ok(found)
    }

    /// Labels and attachments of every page that a search finds.
    fn extras_of_hits(&self, cql: String) -> BoxStream<'_, Result<Vec<PageExtras>, SourceError>> {
        let walk = self.extras_walk(&cql, true);
        let start = Progress { walk, cql, cut: Vec::new(), is_over: false, has_begun: false, has_restrictions: true };
        stream::try_unfold(start, move |mut progress| async move {
            while !progress.is_over || !progress.cut.is_empty() {
                let batch = self.next_extras(&mut progress).await?;
                if !batch.is_empty() {
                    return Ok(Some((batch, progress)));
                }
            }
            Ok(None)
        })
        .boxed()
    }

    fn recent(&self) -> Timestamp {
        self.http.pacer.now().saturating_sub(LAG).unwrap_or(Timestamp::MIN)
    }

    fn extras_walk(&self, cql: &str, with_restrictions: bool) -> Walk<'_> {
        let expand = if with_restrictions { format!("{EXPAND},{EXPAND_RESTRICTIONS}") } else { EXPAND.to_owned() };
        let ask = Ask::get("rest/api/content/search", "labels and attachments")
            .with("cql", cql)
            .with("expand", expand)
            .searching();
        Walk::new(&self.http, ask, ROWS)
    }

    /// The attachments of a space that the index knows as added or changed since.
    pub(super) async fn files_since(&self, space: &Space, since: Timestamp) -> Result<Vec<Attachment>, SourceError> {
        let ask = Ask::get("rest/api/content/search", "attachments that changed")
            .with("cql", changed_files_cql(&space.key, since))
            .with("expand", "version,container")
            .searching();
        let hits: Vec<Hit> = Walk::new(&self.http, ask, ROWS).all().await?;
        Ok(hits.into_iter().filter_map(|hit| hit.container().and_then(|page| hit.into_attachment(page))).collect())
    }

    async fn next_extras<'a>(&'a self, progress: &mut Progress<'a>) -> Result<Vec<PageExtras>, SourceError> {
        if progress.is_over || progress.cut.len() >= TOGETHER {
            return self.complete(std::mem::take(&mut progress.cut)).await;
        }
        let rows = match progress.walk.next::<Hit>().await {
            Ok(rows) => rows,
            // Who may see a page is worth a question, and not worth losing the rest for.
            Err(failure) if progress.has_restrictions && !progress.has_begun && !failure.error.ends_run() => {
                progress.has_restrictions = false;
                progress.walk = self.extras_walk(&progress.cql, false);
                return Ok(Vec::new());
            }
            Err(failure) => return Err(failure.error),
        };
        progress.has_begun = true;
        progress.is_over = rows.is_none();
        let mut whole = Vec::new();
        let recent = self.recent();
        for mut hit in rows.into_iter().flatten() {
            let labels = hit.take_labels();
            let files = hit.take_files();
            // What changed a moment ago may have changed more than the index knows.
            let is_settled = hit.modified().is_some_and(|modified| modified < recent);
            let has_labels = labels.is_some() && is_settled;
            let is_whole = has_labels && matches!(files, Files::All(_));
            let attachments = match files {
                Files::All(some) | Files::Some(some) => some,
                Files::Unknown => Vec::new(),
            };
            let extras = PageExtras {
                page: hit.page(),
                labels: labels.unwrap_or_default(),
                attachments,
                restricted: hit.is_restricted(),
                version: hit.version(),
            };
            if is_whole {
                whole.push(extras);
            } else {
                progress.cut.push(Cut { extras, kind: hit.kind(), has_labels });
            }
        }
        Ok(whole)
    }

    /// Fetches what a search cut off: all pages with one flat list of their files, or from the database, page by page, where that
    /// list cannot be relied on.
    async fn complete(&self, cut: Vec<Cut>) -> Result<Vec<PageExtras>, SourceError> {
        let settled: Vec<PageId> = cut.iter().filter(|cut| cut.has_labels).map(|cut| cut.extras.page.clone()).collect();
        let mut flat = if settled.len() > 1 { self.flat_files(&settled).await? } else { HashMap::new() };
        let mut whole = Vec::new();
        let mut rest = Vec::new();
        for mut cut in cut {
            let files = flat.remove(&cut.extras.page).unwrap_or_default();
            if has_all(&files, &cut.extras.attachments) {
                cut.extras.attachments = files;
                whole.push(cut.extras);
            } else {
                rest.push(cut);
            }
        }
        let requests = rest.into_iter().map(|cut| self.complete_one(cut)).collect();
        let completed = side_by_side(requests, self.http.limits.lists).await?;
        whole.extend(completed.into_iter().flatten());
        Ok(whole)
    }

    /// One page's list from the database; `None` when the page is gone.
    async fn complete_one(&self, cut: Cut) -> Result<Option<PageExtras>, SourceError> {
        let mut extras = cut.extras;
        let read = async {
            if !cut.has_labels {
                extras.labels = self.labels_of(&extras.page, cut.kind).await?;
            }
            extras.attachments = self.files_of(&extras.page, cut.kind).await?;
            Ok(extras)
        };
        present(read.await)
    }

    /// The files of these pages, as far as the index knows them; nothing when it cannot be asked.
    async fn flat_files(&self, pages: &[PageId]) -> Result<HashMap<PageId, Vec<Attachment>>, SourceError> {
        let ids: Vec<&str> = pages.iter().map(PageId::as_str).collect();
        let ask = Ask::get("rest/api/content/search", "attachments")
            .with("cql", format!("type = attachment and container in ({})", ids.join(",")))
            .searching();
        let hits: Vec<Hit> = match Walk::new(&self.http, ask, BARE_ROWS).all().await {
            Ok(hits) => hits,
            Err(failure) if failure.error.ends_run() => return Err(failure.error),
            Err(_) => return Ok(HashMap::new()),
        };
        let mut files: HashMap<PageId, Vec<Attachment>> = HashMap::new();
        for hit in hits {
            if let Some(page) = hit.container()
                && let Some(file) = hit.into_attachment(page.clone())
            {
                files.entry(page).or_default().push(file);
            }
        }
        Ok(files)
    }

    pub(super) async fn extras_by_id(&self, ids: &[(PageId, NodeKind)]) -> Result<Vec<PageExtras>, SourceError> {
        let requests = ids.iter().map(|(page, kind)| self.extras_of(page, *kind)).collect();
        let found = side_by_side(requests, self.http.limits.lists).await?;
        Ok(found.into_iter().flatten().collect())
    }

    /// One page's labels and attachments; `None` when it is gone or has none because of its kind.
    async fn extras_of(&self, page: &PageId, kind: NodeKind) -> Result<Option<PageExtras>, SourceError> {
        if !kind.has_body() {
            return Ok(None);
        }
        let both = try_join(self.labels_of(page, kind), self.files_of(page, kind)).await;
        let page = page.clone();
        present(both.map(|(labels, attachments)| PageExtras {
            page,
            labels,
            attachments,
            restricted: None,
            version: None,
        }))
    }

    async fn labels_of(&self, page: &PageId, kind: NodeKind) -> Result<Vec<String>, Failure> {
        let ask = Ask::get(format!("api/v2/{}/{page}/labels", path(kind)), "the labels of a page");
        let rows: Vec<WireLabel> = Walk::new(&self.http, ask, Sizes { first: MOST, most: MOST }).all().await?;
        Ok(rows.into_iter().filter_map(WireLabel::into_name).collect())
    }

    async fn files_of(&self, page: &PageId, kind: NodeKind) -> Result<Vec<Attachment>, Failure> {
        let ask = Ask::get(format!("api/v2/{}/{page}/attachments", path(kind)), "the attachments of a page")
            .with("status", "current");
        let rows: Vec<WireAttachment> = Walk::new(&self.http, ask, Sizes { first: MOST, most: MOST }).all().await?;
        Ok(rows.into_iter().filter(WireAttachment::is_current).map(|row| row.into_attachment(page)).collect())
    }
}

/// Makes nothing of a page that is not there.
fn present(read: Result<PageExtras, Failure>) -> Result<Option<PageExtras>, SourceError> {
    match read {
        Ok(extras) => Ok(Some(extras)),
        Err(failure) if failure.is_missing() => Ok(None),
        Err(failure) => Err(failure.error),
    }
}

/// Whether the flat list holds everything that the cut list began with, and more.
fn has_all(flat: &[Attachment], cut: &[Attachment]) -> bool {
    let same = |one: &Attachment| flat.iter().any(|other| other.id == one.id && other.version == one.version);
    flat.len() >= cut.len() && !flat.is_empty() && cut.iter().all(same)
}
