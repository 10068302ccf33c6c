//! Export through Markdown Exporter: pages as that app converts them, in archives of the app's own layout. The app takes no more than
//! a hundred pages at once and runs out of time long before, so that a space is taken apart along its tree.

use std::io::{Seek as _, SeekFrom};

use pagelift_confluence::forge::{BulkExport, BulkScope, BulkWish, ForgeClient, MarkdownExporter};
use pagelift_export::{Archive, ArchiveError, ArchiveLimits, DiskSink, names, reason};
use pagelift_model::{NodeKind, PageId, PageNode, PageSource, Space};

use crate::tree::{in_order, read_tree};
use crate::{AppError, Unpacked};

/// How many pages are asked for at once in the beginning.
const FIRST: usize = 50;

/// One archive that the app made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppArchive {
    /// By what the app's own history knows it.
    pub export_id: String,
    /// The page that it begins with.
    pub page: PageId,
    /// Pages that are in it.
    pub pages: usize,
    /// The folder that it was unpacked to, below the destination.
    pub folder: String,
    /// Files that were written.
    pub files: usize,
    /// Bytes of them.
    pub bytes: u64,
}

/// Pages that did not come.
#[derive(Debug)]
pub struct AppFailure {
    /// The page that they begin with.
    pub page: PageId,
    /// Its title.
    pub title: String,
    /// How many they are.
    pub pages: usize,
    /// Why.
    pub error: AppError,
}

/// What came of an export through the app.
#[derive(Debug, Default)]
pub struct AppExport {
    /// The archives, in their order.
    pub archives: Vec<AppArchive>,
    /// What did not come.
    pub failures: Vec<AppFailure>,
}

impl AppExport {
    /// Pages that came.
    pub fn pages(&self) -> usize {
        self.archives.iter().map(|archive| archive.pages).sum()
    }
}

/// Exports a whole space into `sink`. `tell` is told of each archive. Ends early only where every later call would fail too.
pub async fn export_space_with_app(
    client: &ForgeClient,
    source: &dyn PageSource,
    space: &Space,
    with_attachments: bool,
    sink: &DiskSink,
    tell: &mut (dyn FnMut(&AppArchive) + Send),
) -> Result<AppExport, AppError> {
    let mut nodes = Vec::new();
    read_tree(source, space, |batch| nodes.extend(batch)).await?;
    let tree = Tree(in_order(&nodes));
    let (mut done, mut most) = (AppExport::default(), FIRST);
    let mut rest = tree.roots();
    rest.reverse();
    while let Some(part) = rest.pop() {
        let pages = tree.pages(part);
        if pages == 0 {
            continue;
        }
        let Some(root) = tree.page(part.0).filter(|_| pages <= most && tree.is_of_pages(part)) else {
            rest.extend(tree.apart(part).into_iter().rev());
            continue;
        };
        let wish = BulkWish {
            what: BulkScope::Page { id: root.id.clone(), descendants: part.1 > part.0 + 1 },
            max_pages: u32::try_from(pages).unwrap_or(BulkWish::MOST_PAGES),
            attachments: with_attachments,
        };
        let failed = |pages, error| AppFailure { page: root.id.clone(), title: root.title.clone(), pages, error };
        match taken(client, &wish, &tree.folder(part.0), root, sink).await {
            Ok((export, folder, unpacked)) => {
                let came = export.pages as usize;
                let archive = AppArchive {
                    export_id: export.export_id,
                    page: root.id.clone(),
                    pages: came,
                    folder,
                    files: unpacked.files.len(),
                    bytes: unpacked.bytes,
                };
                tell(&archive);
                done.archives.push(archive);
                if came < pages {
                    done.failures.push(failed(pages - came, missing()));
                }
            }
            // Half as much may work, from now on.
            Err(AppError::Forge(error)) if error.is_too_much() && pages > 1 => {
                most = (pages / 2).max(1);
                rest.push(part);
            }
            Err(AppError::Forge(error)) if error.ends_run() => return Err(error.into()),
            Err(AppError::Archive(ArchiveError::Sink(error))) if error.ends_run() => return Err(error.into()),
            Err(error) => done.failures.push(failed(pages, error)),
        }
    }
    Ok(done)
}

fn missing() -> AppError {
    AppError::refused(pagelift_model::ErrorCode::AppFailed, "the app left pages out, and does not say which")
}

/// Has the app make an archive, and unpacks it.
async fn taken(
    client: &ForgeClient,
    wish: &BulkWish,
    folder: &str,
    root: &PageNode,
    sink: &DiskSink,
) -> Result<(BulkExport, String, Unpacked), AppError> {
    let unkept = |error: std::io::Error| ArchiveError::Read(reason(&error));
    let mut file = tempfile::tempfile().map_err(unkept)?;
    let export = MarkdownExporter(client).bulk(wish, &mut file).await?;
    // A folder of its own where another archive has files of the same names.
    let own = format!("{} {}", names::stem(&root.title), root.id);
    let other = if folder.is_empty() { own } else { format!("{folder}/{own}") };
    let mut failure = None;
    for below in [folder, &other] {
        file.seek(SeekFrom::Start(0)).map_err(unkept)?;
        let again = file.try_clone().map_err(unkept)?;
        match Archive::open(again, &ArchiveLimits::default())?.unpack_below(sink, below) {
            Ok(unpacked) => return Ok((export, below.to_owned(), unpacked)),
            Err(error @ ArchiveError::Taken(_)) => failure = Some(error),
            Err(error) => return Err(error.into()),
        }
    }
    Err(failure.map_or_else(missing, AppError::from))
}

/// Nodes in the order of reading, each with how deep it lies.
struct Tree<'a>(Vec<(usize, &'a PageNode)>);

/// A node and what is below it: from here up to there.
type Part = (usize, usize);

impl<'a> Tree<'a> {
    fn end(&self, at: usize) -> usize {
        let depth = self.0.get(at).map_or(0, |(depth, _)| *depth);
        let below = self.0.iter().skip(at + 1).take_while(|(other, _)| *other > depth).count();
        at + 1 + below
    }

    fn parts(&self, mut from: usize, to: usize) -> Vec<Part> {
        let mut parts = Vec::new();
        while from < to {
            parts.push((from, self.end(from)));
            from = self.end(from);
        }
        parts
    }

    fn roots(&self) -> Vec<Part> {
        self.parts(0, self.0.len())
    }

    /// The node alone, and each of those right below it.
    fn apart(&self, (from, to): Part) -> Vec<Part> {
        let own = self.page(from).map(|_| (from, from + 1));
        own.into_iter().chain(self.parts(from + 1, to)).collect()
    }

    /// The node here, where the app can begin with it.
    fn page(&self, at: usize) -> Option<&'a PageNode> {
        let is_page = |node: &&PageNode| matches!(node.kind, NodeKind::Page | NodeKind::LiveDoc);
        self.0.get(at).map(|(_, node)| *node).filter(is_page)
    }

    fn pages(&self, (from, to): Part) -> usize {
        (from..to).filter(|at| self.page(*at).is_some()).count()
    }

    /// Whether no folder or the like is in it. Whether the app looks below those, it does not say.
    fn is_of_pages(&self, (from, to): Part) -> bool {
        (from..to).all(|at| self.page(at).is_some())
    }

    /// The folder of what is above a node.
    fn folder(&self, at: usize) -> String {
        let Some((mut depth, _)) = self.0.get(at).copied() else { return String::new() };
        let mut names = Vec::new();
        for (other, node) in self.0.iter().take(at).rev() {
            if *other < depth {
                depth = *other;
                names.push(names::stem(&node.title));
            }
        }
        names.reverse();
        names.join("/")
    }
}
