//! One walk through a space that brings everything: nodes, bodies, labels, attachments.

use std::sync::atomic::Ordering;

use futures::stream::{self, BoxStream, StreamExt as _};
use pagelift_model::{FetchedPage, NodeKind, SourceError, Space, Want};

use super::DataCenterSite;
use super::extras::Told;
use super::kept::Harvest;
use super::list::List;
use crate::failure::{Failure, Kind};
use crate::http::Ask;
use crate::paging::{Sizes, Walk};
use crate::wire::data_center::Row;

/// Rows to ask for; a site gives fewer when bodies are among them.
const ROWS: usize = 200;

/// What is told of a page besides its body.
pub(super) const DETAILS: &str = "version,history,ancestors,extensions.position,metadata.labels,\
    children.attachment.version,restrictions.read.restrictions.user,restrictions.read.restrictions.group";

pub(super) fn expand(want: Want) -> String {
    match want {
        Want::Metadata => DETAILS.to_owned(),
        Want::Bodies => format!("body.storage,{DETAILS}"),
    }
}

pub(super) fn type_name(kind: NodeKind) -> &'static str {
    if kind == NodeKind::BlogPost { "blogpost" } else { "page" }
}

/// The two ways through a space.
enum Rows<'a> {
    /// From row to row, whatever changes on the way. Release 7.18 and later; for blog posts 8.3 and later.
    Scan(Walk<'a>),
    /// Counted from the beginning.
    List(List<'a>),
}

impl Rows<'_> {
    async fn next(&mut self) -> Result<Option<Vec<Row>>, Failure> {
        match self {
            Self::Scan(walk) => walk.next().await,
            Self::List(list) => list.next().await,
        }
    }

    fn ask(&mut self) -> &mut Ask {
        match self {
            Self::Scan(walk) => walk.ask_mut(),
            Self::List(list) => &mut list.ask,
        }
    }

    fn expand(&mut self, wanted: &str) {
        for (name, value) in &mut self.ask().query {
            if *name == "expand" {
                wanted.clone_into(value);
            }
        }
    }
}

/// A walk through the pages or the blog posts of one space.
pub(super) struct SpaceWalk<'a> {
    site: &'a DataCenterSite,
    space: &'a Space,
    kind: NodeKind,
    want: Want,
    rows: Rows<'a>,
    has_begun: bool,
}

impl<'a> SpaceWalk<'a> {
    /// Sends nothing yet.
    pub(super) fn new(site: &'a DataCenterSite, space: &'a Space, kind: NodeKind, want: Want) -> Self {
        let is_known_to_fail = site.cannot_scan(kind).load(Ordering::Relaxed);
        let rows = if is_known_to_fail { list(site, space, kind, want) } else { scan(site, space, kind, want) };
        Self { site, space, kind, want, rows, has_begun: false }
    }

    /// The next rows; `None` at the end.
    pub(super) async fn next(&mut self) -> Result<Option<Vec<Row>>, SourceError> {
        self.site.signed_in().await?;
        loop {
            let is_first_scan = !self.has_begun && matches!(self.rows, Rows::Scan(_));
            let rows = match self.rows.next().await {
                Ok(None) => return Ok(None),
                Ok(Some(rows)) => rows,
                Err(failure) if is_first_scan && matches!(failure.kind, Kind::Missing | Kind::Refused) => {
                    self.do_without_scan();
                    continue;
                }
                Err(failure) if failure.kind == Kind::Heavy && self.want == Want::Bodies => {
                    self.without_bodies(failure).await?
                }
                Err(failure) if failure.is_missing() => {
                    return Err(SourceError::SpaceUnknown { key: self.space.key.clone() });
                }
                Err(failure) => return Err(failure.error),
            };
            let own: Vec<Row> = rows.into_iter().filter(|row| row.hit.kind() == self.kind).collect();
            if own.is_empty() && is_first_scan {
                // A scan that knows pages only may answer with pages.
                self.do_without_scan();
                continue;
            }
            self.has_begun = true;
            if !own.is_empty() {
                self.site.note_people(own.iter().flat_map(Row::people));
                return Ok(Some(own));
            }
        }
    }

    fn do_without_scan(&mut self) {
        self.site.cannot_scan(self.kind).store(true, Ordering::Relaxed);
        self.rows = list(self.site, self.space, self.kind, self.want);
    }

    /// The next rows without their bodies, since one of these bodies is more than the site can deliver. Whoever walks asks for
    /// them by id, one by one, and loses only that one.
    async fn without_bodies(&mut self, failure: Failure) -> Result<Vec<Row>, SourceError> {
        if failure.error.ends_run() || !self.site.http.pacer.is_patient() {
            return Err(failure.error);
        }
        self.rows.expand(&expand(Want::Metadata));
        let rows = self.rows.next().await?;
        self.rows.expand(&expand(self.want));
        Ok(rows.unwrap_or_default())
    }
}

fn ask(path: &'static str, space: &Space, kind: NodeKind, want: Want) -> Ask {
    let what = if kind == NodeKind::BlogPost { "the list of blog posts" } else { "the page list" };
    Ask::get(path, what)
        .with("spaceKey", space.key.as_str())
        .with("type", type_name(kind))
        .with("status", "current")
        .with("expand", expand(want))
}

fn scan<'a>(site: &'a DataCenterSite, space: &Space, kind: NodeKind, want: Want) -> Rows<'a> {
    let ask = ask("rest/api/content/scan", space, kind, want);
    Rows::Scan(Walk::new(&site.http, ask, Sizes { first: ROWS, most: ROWS }))
}

fn list<'a>(site: &'a DataCenterSite, space: &Space, kind: NodeKind, want: Want) -> Rows<'a> {
    Rows::List(List::new(&site.http, ask("rest/api/content", space, kind, want), ROWS))
}

impl DataCenterSite {
    pub(super) fn walk_pages<'a>(
        &'a self,
        space: &'a Space,
        kind: NodeKind,
        want: Want,
    ) -> BoxStream<'a, Result<Vec<FetchedPage>, SourceError>> {
        let start = (SpaceWalk::new(self, space, kind, want), Harvest::default());
        stream::try_unfold(start, move |(mut walk, mut harvest)| async move {
            let Some(rows) = walk.next().await? else {
                self.harvests.put(&space.id, kind, harvest);
                return Ok(None);
            };
            let mut pages = Vec::with_capacity(rows.len());
            for mut row in rows {
                harvest.add(Told::of(&mut row.hit));
                pages.push(row.into_page(Some(&space.id), want, &self.address));
            }
            Ok(Some((pages, (walk, harvest))))
        })
        .boxed()
    }
}
