//! A site that somebody wrote, read from a folder: `site.json` lists its spaces and pages, each body is a file beside it.

use std::collections::BTreeMap;
use std::path::Path;
use std::{fs, io};

use serde::Deserialize;

use crate::bytes;
use crate::site::{Attachment, Content, Kind, Label, Parent, Site, Space, User};

/// What lists the pages.
const LIST: &str = "site.json";

/// When everything was made and changed.
const TIME: &str = "2026-07-01T09:30:00.000Z";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Listed {
    users: Vec<ListedUser>,
    spaces: Vec<ListedSpace>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ListedUser {
    account: String,
    name: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ListedSpace {
    key: String,
    name: String,
    /// The first one without a parent is the home page of the space.
    pages: Vec<ListedPage>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ListedPage {
    title: String,
    /// Title of a page that comes before it.
    parent: Option<String>,
    /// Name of the file with the storage body; without one, the body is empty.
    body: Option<String>,
    #[serde(default)]
    blog: bool,
    #[serde(default)]
    labels: Vec<String>,
    /// Names of attachments; `.png` gives a picture, anything else text.
    #[serde(default)]
    files: Vec<String>,
}

struct Reader<'a> {
    folder: &'a Path,
    site: Site,
    author: String,
    last_id: u64,
}

impl Site {
    /// Reads the site that `site.json` in this folder describes.
    pub fn read(folder: &Path) -> io::Result<Self> {
        let listed: Listed = serde_json::from_slice(&fs::read(folder.join(LIST))?).map_err(io::Error::other)?;
        let author = listed.users.first().map(|user| user.account.clone()).unwrap_or_default();
        let mut reader = Reader { folder, site: Self::default(), author, last_id: 65_536 };
        let users = listed.users.into_iter();
        reader.site.users = users.map(|user| User { account: user.account, name: user.name }).collect();
        for space in listed.spaces {
            reader.space(space)?;
        }
        Ok(reader.site)
    }
}

impl Reader<'_> {
    fn id(&mut self) -> u64 {
        self.last_id += 1;
        self.last_id
    }

    fn space(&mut self, listed: ListedSpace) -> io::Result<()> {
        let id = self.id();
        let mut homepage = None;
        let mut known = BTreeMap::new();
        for (position, page) in (0..).zip(listed.pages) {
            let parent = match &page.parent {
                Some(title) => Parent::Page(*known.get(title).ok_or_else(|| unknown_parent(&page.title, title))?),
                None => Parent::None,
            };
            let title = page.title.clone();
            let is_home = homepage.is_none() && parent == Parent::None && !page.blog;
            let page = self.page(id, page, parent, position)?;
            if is_home {
                homepage = Some(page);
            }
            known.insert(title, page);
        }
        let (key, name, kind) = (listed.key, listed.name, "global".to_owned());
        self.site.spaces.insert(id, Space { id, key, name, kind, homepage, created: TIME.to_owned() });
        Ok(())
    }

    fn page(&mut self, space: u64, listed: ListedPage, parent: Parent, position: u64) -> io::Result<u64> {
        let body = match listed.body {
            Some(file) => fs::read_to_string(self.folder.join(&file))
                .map_err(|error| io::Error::new(error.kind(), format!("`{file}`: {error}")))?,
            None => String::new(),
        };
        let id = self.id();
        let labels = (900..).zip(listed.labels).map(|(id, name)| Label { id, name }).collect();
        let content = Content {
            id,
            kind: if listed.blog { Kind::BlogPost } else { Kind::Page },
            space,
            title: listed.title,
            parent,
            position,
            author: self.author.clone(),
            editor: self.author.clone(),
            created: TIME.to_owned(),
            modified: TIME.to_owned(),
            version: 1,
            body,
            labels,
        };
        self.site.contents.insert(id, content);
        for title in listed.files {
            self.file(id, title);
        }
        Ok(id)
    }

    fn file(&mut self, content: u64, title: String) {
        let id = self.id();
        let is_picture = Path::new(&title).extension().is_some_and(|extension| extension == "png");
        let (media_type, bytes) =
            if is_picture { ("image/png", bytes::png(id)) } else { ("text/plain", bytes::text(id)) };
        let attachment = Attachment {
            id,
            content,
            title,
            media_type: media_type.to_owned(),
            file_id: format!("00000000-0000-4000-8000-{id:012x}"),
            version: 1,
            author: self.author.clone(),
            created: TIME.to_owned(),
            bytes,
        };
        self.site.attachments.insert(id, attachment);
        self.site.files.entry(content).or_default().push(id);
    }
}

fn unknown_parent(title: &str, parent: &str) -> io::Error {
    io::Error::other(format!("no page before `{title}` is called `{parent}`"))
}
