//! A small site, written down in a test: titles, bodies and files, nothing else.

use std::collections::BTreeMap;
use std::path::Path;

use pagelift_fake::{Attachment, Content, Folder, Kind, Label, Parent, Server, ServerOptions, Site, Space, User};

/// The key of the space that [`SmallSite::new`] makes.
pub const SPACE: &str = "DOC";

/// The account that wrote everything.
const AUTHOR: &str = "557058:ada";

const CREATED: &str = "2025-01-02T03:04:05.000Z";
const EDITED: &str = "2026-02-03T04:05:06.000Z";

/// A site with one space, `DOC`, that is still being written down.
///
/// Pages are named by their titles from the top: `Home/Plans` is the page `Plans` below the page or folder `Home`.
#[derive(Debug)]
pub struct SmallSite {
    site: Site,
    ids: BTreeMap<String, u64>,
    next_id: u64,
    space: u64,
}

impl SmallSite {
    /// An empty space.
    pub fn new() -> Self {
        let mut site = Self { site: Site::default(), ids: BTreeMap::new(), next_id: 100, space: 0 };
        site.site.users.push(User { account: AUTHOR.to_owned(), name: "Ada Example".to_owned() });
        site.space = site.id();
        let space = Space {
            id: site.space,
            key: SPACE.to_owned(),
            name: "Documentation".to_owned(),
            kind: "global".to_owned(),
            homepage: None,
            created: CREATED.to_owned(),
        };
        site.site.spaces.insert(site.space, space);
        site
    }

    fn id(&mut self) -> u64 {
        self.next_id += 1;
        self.next_id
    }

    /// The id of what stands at `path`.
    fn known(&self, path: &str) -> u64 {
        *self.ids.get(path).unwrap_or_else(|| panic!("the site of this test has nothing at `{path}`"))
    }

    fn parent_of(&self, path: &str) -> Parent {
        let Some((above, _)) = path.rsplit_once('/') else { return Parent::None };
        let id = self.known(above);
        if self.site.folders.contains_key(&id) { Parent::Folder(id) } else { Parent::Page(id) }
    }

    fn add(&mut self, kind: Kind, path: &str, body: &str) {
        let (id, parent) = (self.id(), self.parent_of(path));
        let content = Content {
            id,
            kind,
            space: self.space,
            title: title_of(path),
            parent,
            position: id,
            author: AUTHOR.to_owned(),
            editor: AUTHOR.to_owned(),
            created: CREATED.to_owned(),
            modified: CREATED.to_owned(),
            version: 1,
            body: body.to_owned(),
            labels: Vec::new(),
        };
        self.site.contents.insert(id, content);
        self.ids.insert(path.to_owned(), id);
    }

    /// Adds a page with a body in storage format.
    #[must_use]
    pub fn page(mut self, path: &str, body: &str) -> Self {
        self.add(Kind::Page, path, body);
        self
    }

    /// Adds a blog post of 2 January 2025.
    #[must_use]
    pub fn blog_post(mut self, title: &str, body: &str) -> Self {
        self.add(Kind::BlogPost, title, body);
        self
    }

    /// Adds a folder.
    #[must_use]
    pub fn folder(mut self, path: &str) -> Self {
        let (id, parent) = (self.id(), self.parent_of(path));
        let folder = Folder {
            id,
            space: self.space,
            title: title_of(path),
            parent,
            author: AUTHOR.to_owned(),
            created: CREATED.to_owned(),
        };
        self.site.folders.insert(id, folder);
        self.ids.insert(path.to_owned(), id);
        self
    }

    /// Attaches a file to the page at `path`.
    #[must_use]
    pub fn file(mut self, path: &str, name: &str, bytes: &[u8]) -> Self {
        let (id, content) = (self.id(), self.known(path));
        let media_type = if Path::new(name).extension().is_some_and(|kind| kind == "png") {
            "image/png"
        } else {
            "application/octet-stream"
        };
        let attachment = Attachment {
            id,
            content,
            title: name.to_owned(),
            media_type: media_type.to_owned(),
            file_id: format!("00000000-0000-4000-8000-{id:012}"),
            version: 1,
            author: AUTHOR.to_owned(),
            created: CREATED.to_owned(),
            bytes: bytes.to_vec(),
        };
        self.site.attachments.insert(id, attachment);
        self.site.files.entry(content).or_default().push(id);
        self
    }

    /// Labels the page at `path`.
    #[must_use]
    pub fn label(mut self, path: &str, name: &str) -> Self {
        let (id, page) = (self.id(), self.known(path));
        if let Some(content) = self.site.contents.get_mut(&page) {
            content.labels.push(Label { id, name: name.to_owned() });
        }
        self
    }

    /// Serves the site on this computer.
    pub async fn start(self) -> SiteTest {
        self.start_with(ServerOptions::default()).await
    }

    /// Serves the site with faults.
    pub async fn start_with(self, options: ServerOptions) -> SiteTest {
        SiteTest { server: serve(self.site, options).await, ids: self.ids }
    }
}

impl Default for SmallSite {
    fn default() -> Self {
        Self::new()
    }
}

/// Serves any site.
pub async fn serve(site: Site, options: ServerOptions) -> Server {
    Server::start(site, options).await.unwrap_or_else(|error| panic!("the fake site cannot be served: {error}"))
}

fn title_of(path: &str) -> String {
    path.rsplit('/').next().unwrap_or_default().to_owned()
}

/// A small site that is being served, and can be changed as people change it.
#[derive(Debug)]
pub struct SiteTest {
    /// The server, for its counters.
    pub server: Server,
    ids: BTreeMap<String, u64>,
}

impl SiteTest {
    /// The id of the page at `path`, where it was at the start.
    pub fn page_id(&self, path: &str) -> u64 {
        *self.ids.get(path).unwrap_or_else(|| panic!("the site of this test has nothing at `{path}`"))
    }

    fn change(&self, path: &str, change: impl FnOnce(&mut Content)) {
        let id = self.page_id(path);
        self.server.change(|site| {
            let content = site.contents.get_mut(&id).unwrap_or_else(|| panic!("`{path}` is gone"));
            content.version += 1;
            EDITED.clone_into(&mut content.modified);
            change(content);
        });
    }

    /// Gives a page another body.
    pub fn edit(&self, path: &str, body: &str) {
        self.change(path, |content| body.clone_into(&mut content.body));
    }

    /// Gives a page another title.
    pub fn rename(&self, path: &str, title: &str) {
        self.change(path, |content| title.clone_into(&mut content.title));
    }

    /// Moves a page below another one, or to the top.
    pub fn move_below(&self, path: &str, parent: Option<&str>) {
        let parent = parent.map_or(Parent::None, |parent| Parent::Page(self.page_id(parent)));
        self.change(path, |content| content.parent = parent);
    }

    /// Takes a page away, or the right to see it: for whoever asks, both look the same.
    pub fn hide(&self, path: &str) {
        let id = self.page_id(path);
        self.server.change(|site| site.remove(id));
    }

    /// Takes a file away.
    pub fn lose_file(&self, name: &str) {
        self.server.change(|site| {
            let id = site.attachments.values().find(|file| file.title == name).map(|file| file.id);
            let id = id.unwrap_or_else(|| panic!("the site of this test has no file `{name}`"));
            site.attachments.remove(&id);
        });
    }
}
