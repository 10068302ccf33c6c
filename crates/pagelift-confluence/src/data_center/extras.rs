//! Labels and attachments: they come with the walk through a space, or with a page by its id.

use std::vec;

use futures::stream::{self, BoxStream, StreamExt as _};
use pagelift_model::{Attachment, NodeKind, PageExtras, PageId, SourceError, Space, Want};

use super::DataCenterSite;
use super::list::List;
use super::walk::{DETAILS, SpaceWalk};
use crate::failure::Failure;
use crate::http::{Ask, side_by_side};
use crate::wire::content::WireLabel;
use crate::wire::search::{Files, Hit};

/// Rows of one list.
const ROWS: usize = 200;

/// Pages in one batch of those that were kept.
const BATCH: usize = 200;

/// What a row tells of a page; sites cut the lists inside rows.
pub(super) struct Told {
    pub(super) extras: PageExtras,
    lacks_labels: bool,
    lacks_files: bool,
}

impl Told {
    pub(super) fn of(hit: &mut Hit) -> Self {
        let labels = hit.take_labels();
        let (attachments, lacks_files) = match hit.take_files() {
            Files::All(all) => (all, false),
            Files::Some(_) | Files::Unknown => (Vec::new(), true),
        };
        let lacks_labels = labels.is_none();
        let (page, labels, restricted) = (hit.page(), labels.unwrap_or_default(), hit.is_restricted());
        let extras = PageExtras { page, labels, attachments, restricted, version: hit.version() };
        Self { extras, lacks_labels, lacks_files }
    }
}

/// Where the labels and attachments of the pages or blog posts of a space come from.
enum Part<'a> {
    Kept(vec::IntoIter<Told>),
    Walk(Box<SpaceWalk<'a>>),
}

/// How far the walk through a space is.
struct Progress<'a> {
    part: Part<'a>,
    left: vec::IntoIter<NodeKind>,
}

impl DataCenterSite {
    pub(super) fn walk_extras<'a>(&'a self, space: &'a Space) -> BoxStream<'a, Result<Vec<PageExtras>, SourceError>> {
        let left = vec![NodeKind::Page, NodeKind::BlogPost].into_iter();
        let start = Progress { part: Part::Kept(Vec::new().into_iter()), left };
        stream::try_unfold(start, move |mut progress| async move {
            loop {
                let told = match &mut progress.part {
                    Part::Kept(kept) => kept.by_ref().take(BATCH).collect(),
                    Part::Walk(walk) => tell(walk).await?,
                };
                if !told.is_empty() {
                    return Ok(Some((self.complete(told).await?, progress)));
                }
                let Some(kind) = progress.left.next() else { return Ok(None) };
                progress.part = match self.harvests.take(&space.id, kind) {
                    Some(kept) => Part::Kept(kept.into_iter()),
                    None => Part::Walk(Box::new(SpaceWalk::new(self, space, kind, Want::Metadata))),
                };
            }
        })
        .boxed()
    }

    pub(super) async fn complete(&self, told: Vec<Told>) -> Result<Vec<PageExtras>, SourceError> {
        let requests = told.into_iter().map(|told| self.complete_one(told)).collect();
        let whole = side_by_side(requests, self.http.limits.lists).await?;
        Ok(whole.into_iter().flatten().collect())
    }

    /// Fetches what was cut off; `None` when the page is gone.
    async fn complete_one(&self, told: Told) -> Result<Option<PageExtras>, SourceError> {
        let mut extras = told.extras;
        let read = async {
            if told.lacks_labels {
                extras.labels = self.labels_of(&extras.page).await?;
            }
            if told.lacks_files {
                extras.attachments = self.files_of(&extras.page).await?;
            }
            Ok(extras)
        };
        match read.await {
            Ok(extras) => Ok(Some(extras)),
            Err(failure) if Failure::is_missing(&failure) => Ok(None),
            Err(failure) => Err(failure.error),
        }
    }

    pub(super) async fn extras_by_id(&self, ids: &[(PageId, NodeKind)]) -> Result<Vec<PageExtras>, SourceError> {
        self.signed_in().await?;
        let wanted = ids.iter().filter(|(_, kind)| kind.has_body());
        let requests = wanted.map(|(page, _)| self.extras_of(page)).collect();
        let found = side_by_side(requests, self.http.limits.lists).await?;
        Ok(found.into_iter().flatten().collect())
    }

    /// One page's labels and attachments; `None` when it is gone.
    async fn extras_of(&self, page: &PageId) -> Result<Option<PageExtras>, SourceError> {
        let ask = Ask::get(format!("rest/api/content/{page}"), "labels and attachments").with("expand", DETAILS);
        match self.http.json::<Hit>(&ask).await {
            Ok(mut hit) => self.complete_one(Told::of(&mut hit)).await,
            Err(failure) if failure.is_missing() => Ok(None),
            Err(failure) => Err(failure.error),
        }
    }

    async fn labels_of(&self, page: &PageId) -> Result<Vec<String>, Failure> {
        let ask = Ask::get(format!("rest/api/content/{page}/label"), "the labels of a page");
        let rows: Vec<WireLabel> = List::new(&self.http, ask, ROWS).all().await?;
        Ok(rows.into_iter().filter_map(WireLabel::into_name).collect())
    }

    async fn files_of(&self, page: &PageId) -> Result<Vec<Attachment>, Failure> {
        let path = format!("rest/api/content/{page}/child/attachment");
        let ask = Ask::get(path, "the attachments of a page").with("expand", "version");
        let rows: Vec<Hit> = List::new(&self.http, ask, ROWS).all().await?;
        Ok(rows.into_iter().filter_map(|row| row.into_attachment(page.clone())).collect())
    }
}

async fn tell(walk: &mut SpaceWalk<'_>) -> Result<Vec<Told>, SourceError> {
    let rows = walk.next().await?.unwrap_or_default();
    Ok(rows.into_iter().map(|mut row| Told::of(&mut row.hit)).collect())
}
