//! What is known of one open site: its spaces, the trees that were looked at, and single pages for the preview.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use pagelift_convert::{ConvertOptions, Format};
use pagelift_export::names::stem;
use pagelift_export::{
    Comments, FileOptions, NotRendered, Placed, RenderedPage, Renderer, Store, navigation_files, people_in,
    place_whole_space,
};
use pagelift_model::{
    AccountId, Attachment, AttachmentId, ErrorCode, FetchedPage, NodeKind, PageId, PageNode, PageSource, RelPath,
    Remark, SourceError, Space, SpaceKey, Want,
};

use crate::ipc::{Output, OutputLayout};
use crate::tree::{in_order, read_tree};
use crate::{AppError, Way};

/// The format that the preview can show as it will look. Others have marks of their own, for programs of their own.
const READABLE: Format = Format::Gfm;

/// How many pages are read besides the one that is shown.
const MOST_BESIDES: usize = 30;

/// How many pages a layout shows.
const SHOWN: usize = 60;

/// How many nodes of a known tree are handed on at once.
const BATCH: usize = 1000;

/// One site as it was read since it was opened. Nothing of it outlives the process.
pub(crate) struct Library {
    source: Arc<dyn PageSource>,
    store: Mutex<Store>,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    spaces: Option<Arc<Vec<Space>>>,
    trees: HashMap<SpaceKey, Arc<Tree>>,
    /// Trees that are being read: whoever wants one too waits for it.
    loading: HashMap<SpaceKey, Arc<Turn>>,
    /// Pages whose labels and attachments were asked for, with their versions.
    extras: HashSet<(PageId, u32)>,
    /// How the pages in the store have their places; `None` when they need new ones.
    placed: Option<(Format, FileOptions)>,
}

/// Held while something is read that others may want at the same time.
type Turn = tokio::sync::Mutex<()>;

/// The whole tree of a space.
struct Tree {
    nodes: Vec<PageNode>,
    /// The mark by which the store knows what was seen together.
    walk: i64,
}

/// A page as its file would be in an empty folder.
#[derive(Debug, Clone)]
pub(crate) struct PageInPlace {
    /// The page.
    pub(crate) node: PageNode,
    /// Its file.
    pub(crate) path: RelPath,
    /// Its content.
    pub(crate) page: RenderedPage,
    /// The same in marks that the preview can show; `None` where `page` has no others.
    pub(crate) readable: Option<RenderedPage>,
    /// The name of who changed it last.
    pub(crate) editor: Option<String>,
}

impl Library {
    /// An empty library of a site.
    pub(crate) fn new(source: Arc<dyn PageSource>) -> Result<Self, AppError> {
        Ok(Self { source, store: Mutex::new(Store::in_memory()?), known: Mutex::default() })
    }

    fn store(&self) -> MutexGuard<'_, Store> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The site's pages.
    pub(crate) fn source(&self) -> &Arc<dyn PageSource> {
        &self.source
    }

    /// Asks for all spaces anew. Trees are read anew too when they are wanted next.
    pub(crate) async fn reload(&self) -> Result<Arc<Vec<Space>>, AppError> {
        let spaces = Arc::new(self.source.spaces().await?);
        let store = self.store();
        for space in spaces.iter() {
            store.put_space(space)?;
        }
        drop(store);
        let mut known = self.known();
        known.trees.clear();
        known.extras.clear();
        known.spaces = Some(Arc::clone(&spaces));
        Ok(spaces)
    }

    /// All spaces, asked for once.
    pub(crate) async fn spaces(&self) -> Result<Arc<Vec<Space>>, AppError> {
        let known = self.known().spaces.clone();
        match known {
            Some(spaces) => Ok(spaces),
            None => self.reload().await,
        }
    }

    /// The space of this key.
    pub(crate) async fn space(&self, key: &SpaceKey) -> Result<Space, AppError> {
        let found = self.spaces().await?.iter().find(|space| space.key == *key).cloned();
        Ok(found.ok_or_else(|| SourceError::SpaceUnknown { key: key.clone() })?)
    }

    /// The whole tree of a space, in batches as they come. A tree that was read before is not asked for again.
    pub(crate) async fn tree(&self, space: &Space, take: impl Fn(&[PageNode]) + Send + Sync) -> Result<(), AppError> {
        let turn = Arc::clone(self.known().loading.entry(space.key.clone()).or_default());
        let _mine = turn.lock().await;
        let known = self.known().trees.get(&space.key).cloned();
        if let Some(tree) = known {
            tree.nodes.chunks(BATCH).for_each(take);
            return Ok(());
        }
        let walk = self.store().next_walk()?;
        let mut nodes: Vec<PageNode> = Vec::new();
        let mut kept = Ok(());
        read_tree(self.source.as_ref(), space, |batch| {
            take(&batch);
            if kept.is_ok() {
                kept = self.keep(&batch, walk);
            }
            nodes.extend(batch);
        })
        .await?;
        kept?;
        let store = self.store();
        store.forget_unseen(&space.id, walk)?;
        let mut known = self.known();
        known.trees.insert(space.key.clone(), Arc::new(Tree { nodes, walk }));
        known.placed = None;
        Ok(())
    }

    fn keep(&self, nodes: &[PageNode], walk: i64) -> Result<(), AppError> {
        let store = self.store();
        store.together(|| nodes.iter().try_for_each(|node| Ok(store.put_node(node, walk)?)))
    }

    /// A page as its file would be, fetched as it is now.
    pub(crate) async fn page(&self, space: &Space, id: &PageId, output: &Output) -> Result<PageInPlace, AppError> {
        self.tree(space, |_| {}).await?;
        let walk = self.known().trees.get(&space.key).map_or(0, |tree| tree.walk);
        let fetched = self.fetch(id).await?;
        let node = fetched.node.clone();
        let mut people: Vec<AccountId> = node.author.iter().chain(&node.editor).cloned().collect();
        if let Some(body) = &fetched.body {
            people.extend(people_in(&body.text).map(AccountId::from));
        }
        {
            let store = self.store();
            store.put_page(&fetched, walk)?;
        }
        self.fetch_extras(&node, walk).await?;
        if output.way()?.files.comments != Comments::None {
            people.extend(self.fetch_comments(id).await?);
        }
        self.fetch_people(people).await?;
        let mut asked = HashSet::new();
        loop {
            let page = self.render(space, node.clone(), output)?;
            let unread = page.page.unread.iter().filter(|id| asked.len() < MOST_BESIDES && asked.insert((*id).clone()));
            let unread: Vec<PageId> = unread.cloned().collect();
            if unread.is_empty() {
                return Ok(page);
            }
            self.fetch_besides(&unread, walk).await?;
        }
    }

    async fn fetch(&self, id: &PageId) -> Result<FetchedPage, AppError> {
        let ids = std::slice::from_ref(id);
        let known = self.store().node(id)?.map(|node| node.kind);
        let fetched = match known {
            Some(NodeKind::BlogPost) => self.source.blog_posts(ids, Want::Bodies).await?,
            Some(kind) if !kind.has_body() => {
                let message = "this has no text of its own; open it in Confluence";
                return Err(AppError::refused(ErrorCode::PageHidden, message));
            }
            _ => self.source.pages(ids, Want::Bodies).await?,
        };
        Ok(fetched.into_iter().next().ok_or_else(|| SourceError::PageHidden { id: id.clone() })?)
    }

    /// Reads pages that another one shows or links into, as far as they can be read.
    async fn fetch_besides(&self, ids: &[PageId], walk: i64) -> Result<(), AppError> {
        let pages = match self.source.pages(ids, Want::Bodies).await {
            Ok(pages) => pages,
            // The page is shown without them.
            Err(error) if !error.ends_run() => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        for page in pages {
            self.store().put_page(&page, walk)?;
            self.fetch_extras(&page.node, walk).await?;
            let people = page.body.iter().flat_map(|body| people_in(&body.text)).map(AccountId::from);
            self.fetch_people(people.collect()).await?;
        }
        Ok(())
    }

    /// Reads the comments of a page. Answers with everybody in them.
    async fn fetch_comments(&self, page: &PageId) -> Result<Vec<AccountId>, AppError> {
        let comments = self.source.comments(page).await?;
        self.store().put_comments(page, &comments)?;
        let remarks = comments.iter().flat_map(|comment| std::iter::once(&comment.first).chain(&comment.replies));
        let people = |remark: &Remark| {
            let mentioned = people_in(&remark.body.text).map(AccountId::from);
            remark.author.iter().cloned().chain(mentioned).collect::<Vec<_>>()
        };
        Ok(remarks.flat_map(people).collect())
    }

    async fn fetch_extras(&self, node: &PageNode, walk: i64) -> Result<(), AppError> {
        let which = (node.id.clone(), node.version);
        if self.known().extras.contains(&which) {
            return Ok(());
        }
        match self.source.extras(&[(node.id.clone(), node.kind)]).await {
            Ok(found) => {
                let store = self.store();
                found.iter().try_for_each(|extras| store.put_extras(extras, walk))?;
                drop(store);
                // Not before: whoever asks for the same page meanwhile would show it without its pictures.
                self.known().extras.insert(which);
                Ok(())
            }
            // A page can be shown without them.
            Err(error) if !error.ends_run() => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    async fn fetch_people(&self, ids: Vec<AccountId>) -> Result<(), AppError> {
        let wanted = {
            let store = self.store();
            ids.iter().try_for_each(|id| store.note_person(id))?;
            store.people_to_ask()?
        };
        if wanted.is_empty() {
            return Ok(());
        }
        match self.source.people(&wanted).await {
            Ok(found) => {
                let store = self.store();
                let name = |id: &AccountId| found.iter().find(|person| person.id == *id).map(|one| one.name.as_str());
                Ok(wanted.iter().try_for_each(|id| store.put_person(id, name(id)))?)
            }
            // Ids stand in the place of names.
            Err(error) if !error.ends_run() => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Gives the pages of all trees their places, and `page` one too: it may be archived, and in no tree.
    fn place(&self, store: &Store, space: &Space, page: &PageId, way: &Way) -> Result<(), AppError> {
        let mut known = self.known();
        let (format, files) = (way.convert.format, &way.files);
        let are_placed = known.placed.as_ref().is_some_and(|(placed, as_in)| (*placed, as_in) == (format, files));
        if !are_placed {
            store.clear_places()?;
            let spaces = known.spaces.iter().flat_map(|spaces| spaces.iter());
            for space in spaces.filter(|space| known.trees.contains_key(&space.key)) {
                place_whole_space(store, space, format, files)?;
            }
            known.placed = Some((format, files.clone()));
        } else if store.place(page)?.is_none() {
            place_whole_space(store, space, format, files)?;
        }
        Ok(())
    }

    fn render(&self, space: &Space, node: PageNode, output: &Output) -> Result<PageInPlace, AppError> {
        let way = output.way()?;
        let store = self.store();
        self.place(&store, space, &node.id, &way)?;
        let hidden = || AppError::from(SourceError::PageHidden { id: node.id.clone() });
        let path = store.place(&node.id)?.ok_or_else(hidden)?;
        let placed = Placed { id: node.id.clone(), path: path.clone(), stem: stem(&node.title) };
        let rendered = |convert: ConvertOptions| {
            let renderer = Renderer::with(self.source.site().address, convert, way.files.clone());
            match renderer.page(&store, space, &node, &placed, output.attachments)? {
                Ok(page) => Ok(page),
                Err(NotRendered::NoBody) => Err(hidden()),
                Err(NotRendered::Panicked) => {
                    let message = format!("page `{}` could not be converted", node.title);
                    Err(AppError::refused(ErrorCode::ConversionFailed, message))
                }
            }
        };
        let page = rendered(way.convert.clone())?;
        let readable = match way.convert.format {
            READABLE => None,
            _ => Some(rendered(ConvertOptions { format: READABLE, ..way.convert.clone() })?),
        };
        let editor = match &node.editor {
            Some(editor) => store.person(editor.as_str())?,
            None => None,
        };
        Ok(PageInPlace { node, path, page, readable, editor })
    }

    /// Where the files of a space would lie: the first of them, and those of `page`.
    pub(crate) async fn layout(
        &self,
        space: &Space,
        page: Option<&PageId>,
        output: &Output,
    ) -> Result<OutputLayout, AppError> {
        self.tree(space, |_| {}).await?;
        let Some(tree) = self.known().trees.get(&space.key).cloned() else { return Ok(OutputLayout::default()) };
        let pages: Vec<&PageNode> =
            in_order(&tree.nodes).into_iter().map(|(_, node)| node).filter(|node| node.kind.has_body()).collect();
        let shown = page.and_then(|page| pages.iter().find(|node| node.id == *page).copied());
        let first = pages.iter().take(SHOWN).copied();
        let way = output.way()?;
        let mut places = BTreeSet::new();
        {
            let store = self.store();
            for node in first.chain(shown) {
                self.place(&store, space, &node.id, &way)?;
                places.extend(store.place(&node.id)?);
            }
        }
        let more = pages.len().saturating_sub(places.len()) as u64;
        let mut paths = navigation_files(way.convert.format, &way.files, places.iter());
        paths.extend(places.iter().map(RelPath::to_string));
        // The pictures of the page are shown with it, when it was read before.
        if let Some(shown) = shown.and_then(|node| self.render(space, node.clone(), output).ok()) {
            paths.extend(shown.page.wanted.iter().map(|wanted| wanted.path.to_string()));
        }
        Ok(OutputLayout { paths: paths.into_iter().collect(), more })
    }

    /// An attachment of a page that was looked at.
    pub(crate) fn attachment(&self, page: &PageId, id: &AttachmentId) -> Result<Option<Attachment>, AppError> {
        let extras = self.store().extras(page)?;
        Ok(extras.and_then(|extras| extras.attachments.into_iter().find(|attachment| attachment.id == *id)))
    }

    /// The key of the space of a page, and whether there is such a page.
    pub(crate) async fn space_of(&self, id: &PageId) -> Result<Option<SpaceKey>, AppError> {
        let ids = std::slice::from_ref(id);
        let known = self.store().node(id)?;
        let node = match known {
            Some(node) => Some(node),
            None => match self.source.pages(ids, Want::Metadata).await?.into_iter().next() {
                Some(page) => Some(page.node),
                None => self.source.blog_posts(ids, Want::Metadata).await?.into_iter().next().map(|post| post.node),
            },
        };
        let Some(node) = node else { return Ok(None) };
        Ok(self.spaces().await?.iter().find(|space| space.id == node.space).map(|space| space.key.clone()))
    }

    /// The page of this title in a space.
    pub(crate) async fn page_by_title(&self, space: &Space, title: &str) -> Result<Option<PageId>, AppError> {
        self.tree(space, |_| {}).await?;
        Ok(self.store().page_by_title(&space.id, title, None)?)
    }
}
