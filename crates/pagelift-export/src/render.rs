//! One page as its file will be: the same code for a run and for a preview, up to the write.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};

use pagelift_convert::{ConvertOptions, Document, Format, Heading, PropertyValue, convert};
use pagelift_model::{
    AccountId, AttachmentChoice, BodyKind, ConvertWarning, PageExtras, PageId, PageNode, RelPath, RelPathError,
    SiteAddress, Space,
};
use percent_encoding::percent_decode_str;

use crate::attachments;
use crate::comments::Pieces;
use crate::details::{PageDetails, head, id_in};
use crate::dialect::{AttachmentFolder, Heading as TitleHeading};
use crate::lookup::PageLookup;
use crate::options::FileOptions;
use crate::plan::{Previous, plan};
use crate::scheme::{Scheme, is_index};
use crate::store::{Placed, Store, StoreError, Wanted};

/// A page as its file will be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenderedPage {
    /// The whole file: details, title, text.
    pub content: String,
    /// The file without the details at its head.
    pub markdown: String,
    /// The whole file of its comments, where that is one of its own.
    pub comments: Option<String>,
    /// What had no full equivalent. Lines count from the top of `markdown`.
    pub warnings: Vec<ConvertWarning>,
    /// The attachments that the file refers to or that are wanted anyway, with their files.
    pub wanted: Vec<Wanted>,
    /// Pages that it shows or links into, and whose text is not in the store.
    pub unread: Vec<PageId>,
    /// The page's labels, in the server's order.
    pub labels: Vec<String>,
    /// The version it was made from.
    pub version: u32,
}

/// Why there is no file for a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotRendered {
    /// Its body is not in the store, or only that of an older version.
    NoBody,
    /// The conversion met a bug.
    Panicked,
}

/// Makes files of pages in the store.
#[derive(Debug)]
pub struct Renderer {
    pub(crate) site: SiteAddress,
    pub(crate) convert: ConvertOptions,
    pub(crate) files: FileOptions,
    pub(crate) scheme: Scheme,
    pub(crate) headings: RefCell<HashMap<PageId, Vec<Heading>>>,
}

impl Renderer {
    /// For pages of `site`, in this flavour, with default choices.
    pub fn new(site: SiteAddress, format: Format) -> Self {
        Self::with(site, ConvertOptions { format, ..ConvertOptions::default() }, FileOptions::default())
    }

    /// For pages of `site`, as somebody chose.
    pub fn with(site: SiteAddress, convert: ConvertOptions, files: FileOptions) -> Self {
        let scheme = Scheme::new(convert.format, &files);
        Self { site, convert, files, scheme, headings: RefCell::default() }
    }

    /// The content id that a file says it has.
    pub(crate) fn id_in(&self, file: &str) -> Option<String> {
        let key = self.files.fields.get("id").and_then(Option::as_deref);
        id_in(file, key).map(str::to_owned)
    }

    /// Whether the files of pages say which pages they are.
    pub(crate) fn has_ids(&self) -> bool {
        self.files.details
            && self.files.fields.get("id") != Some(&None)
            && self.scheme.dialect.details.iter().any(|(field, _)| *field == "id")
    }

    /// The title that a page has in its text, when its file is at `path`; `None` where it is not repeated there.
    pub(crate) fn title_heading(&self, title: &str, path: &RelPath) -> Option<String> {
        let written = self.files.title_heading.unwrap_or_else(|| match self.scheme.dialect.heading {
            TitleHeading::Always => true,
            // Without details nothing else would say it.
            TitleHeading::Never => !self.files.details || self.files.fields.get("title") == Some(&None),
            TitleHeading::UnlessNamed => self.shown(path) != title,
        });
        written.then(|| title.to_owned())
    }

    /// The title that a program shows for the file at `path`.
    fn shown(&self, path: &RelPath) -> String {
        self.scheme.rule.shown(page_name(path))
    }

    /// The file of one page that has a place.
    pub fn page(
        &self,
        store: &Store,
        space: &Space,
        node: &PageNode,
        placed: &Placed,
        choice: AttachmentChoice,
    ) -> Result<Result<RenderedPage, NotRendered>, StoreError> {
        // The text of an older version under the details of this one would be a lie.
        let body = store.body(&node.id)?.filter(|(version, _)| *version == node.version);
        let Some((version, body)) = body else { return Ok(Err(NotRendered::NoBody)) };
        let extras = store.extras(&node.id)?;
        let own = extras.as_ref().map(|extras| extras.attachments.as_slice()).unwrap_or_default();
        let place = self.scheme.dialect.attachments;
        let shared = matches!(place, AttachmentFolder::Shared(_));
        let files = if shared {
            Vec::new()
        } else {
            attachments::files(place, &placed.path, own, &self.foreign_beside(store, &placed.path)?)
        };
        let lookup = PageLookup {
            store,
            renderer: self,
            choice,
            space,
            node,
            path: &placed.path,
            extras: extras.as_ref(),
            files: &files,
            failed: RefCell::default(),
            asked: RefCell::default(),
            unread: RefCell::default(),
        };
        let options = ConvertOptions { title: self.title_heading(&node.title, &placed.path), ..self.convert.clone() };
        let comments = self.comments_of(store, &node.id, &body)?;
        let beside = !comments.is_empty() && self.comments_are_beside(store, &placed.path)?;
        let converted = catch_unwind(AssertUnwindSafe(|| {
            let document = convert(&body.text, body.kind, &lookup, &options);
            let said =
                if comments.is_empty() { Ok(None) } else { self.comments(&lookup, &comments, !beside).map(Some) };
            (document, said)
        }));
        if choice == AttachmentChoice::All {
            for attachment in own {
                lookup.file_of(attachment);
            }
        }
        if let Some(error) = lookup.failed.take() {
            return Err(error);
        }
        let Ok((document, said)) = converted else { return Ok(Err(NotRendered::Panicked)) };
        let Document { markdown, warnings, properties, .. } = document;
        let mut text = Pieces { markdown, warnings };
        let mut details = self.details(store, space, node, extras.as_ref(), properties)?;
        details.is_renamed = self.shown(&placed.path) != node.title;
        let head_of = |details: &PageDetails| head(node, details, self.scheme.dialect, &self.files);
        let page_head = head_of(&details);
        let labels = std::mem::take(&mut details.labels);
        let mut comments = None;
        match said? {
            Some(said) if beside => {
                let details = PageDetails { properties: Vec::new(), labels: labels.clone(), ..details };
                comments = Some(format!("{}{}", head_of(&details), said.markdown));
            }
            Some(said) => text.append(self.gap(), said),
            None => {}
        }
        Ok(Ok(RenderedPage {
            content: format!("{page_head}{}", text.markdown),
            markdown: text.markdown,
            warnings: text.warnings,
            comments,
            wanted: lookup.asked.take(),
            unread: lookup.unread.take(),
            labels,
            version,
        }))
    }

    /// The names of files that are not ours where the attachments of the page at `path` go.
    pub(crate) fn foreign_beside(&self, store: &Store, path: &RelPath) -> Result<Vec<String>, StoreError> {
        let mut names = Vec::new();
        for folder in attachments::folders(self.scheme.dialect.attachments, path) {
            names.extend(store.foreign_names(&folder)?);
        }
        Ok(names)
    }

    /// One line of text in storage format as it stands in the file at `path`, which is no page's.
    pub(crate) fn line(
        &self,
        store: &Store,
        space: &Space,
        node: &PageNode,
        path: &RelPath,
        body: &str,
    ) -> Result<String, StoreError> {
        let lookup = PageLookup {
            store,
            renderer: self,
            choice: AttachmentChoice::None,
            space,
            node,
            path,
            extras: None,
            files: &[],
            failed: RefCell::default(),
            asked: RefCell::default(),
            unread: RefCell::default(),
        };
        let options = ConvertOptions { format: self.convert.format, ..ConvertOptions::default() };
        let document = convert(body, BodyKind::Storage, &lookup, &options);
        lookup.failed.take().map_or(Ok(document.markdown.trim_end().to_owned()), Err)
    }

    pub(crate) fn details(
        &self,
        store: &Store,
        space: &Space,
        node: &PageNode,
        extras: Option<&PageExtras>,
        properties: Vec<(String, PropertyValue)>,
    ) -> Result<PageDetails, StoreError> {
        let person = |id: &Option<AccountId>| match id {
            Some(id) => store.person(id.as_str()),
            None => Ok(None),
        };
        let mut path = Vec::new();
        let mut seen = HashSet::from([node.id.clone()]);
        let mut above = node.parent.clone();
        while let Some(id) = above.filter(|id| seen.insert(id.clone())) {
            let Some(parent) = store.node(&id)? else { break };
            path.push(parent.title);
            above = parent.parent;
        }
        path.reverse();
        Ok(PageDetails {
            space: space.key.to_string(),
            space_name: space.name.clone(),
            url: Some(node.web_url.clone().unwrap_or_else(|| self.site.page_url(&space.key, &node.id))),
            author: person(&node.author)?,
            editor: person(&node.editor)?,
            labels: extras.map(|extras| extras.labels.clone()).unwrap_or_default(),
            path,
            restricted: extras.and_then(|extras| extras.restricted).or(node.restricted),
            properties,
            is_renamed: false,
        })
    }
}

/// The name of a page by its file: that of the folder, for the page of a folder.
fn page_name(path: &RelPath) -> &str {
    let name = path.file_name().strip_suffix(".md").unwrap_or(path.file_name());
    if is_index(name) { path.folder().rsplit('/').next().unwrap_or(name) } else { name }
}

/// Gives every page of a space in the store the place that it would have in an empty destination, as for a preview.
pub fn place_whole_space(
    store: &Store,
    space: &Space,
    format: Format,
    options: &FileOptions,
) -> Result<(), PlaceError> {
    let tree = store.tree(&space.id)?;
    let made = plan(&tree, std::slice::from_ref(space), &Previous::default(), format, options)?;
    let bodies: HashSet<&PageId> = tree.iter().filter(|node| node.kind.has_body()).map(|node| &node.id).collect();
    store.together(|| {
        for page in made.pages {
            let taken = bodies.contains(&page.id);
            store.put_place(&Placed { id: page.id, path: page.path, stem: page.stem }, taken)?;
        }
        Ok(())
    })
}

/// Why pages could not be given places.
#[derive(Debug, thiserror::Error)]
pub enum PlaceError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A name of ours is no path: a bug.
    #[error(transparent)]
    Path(#[from] RelPathError),
}

/// The web address of a file that stands in Markdown as `link`, seen from the page at `from`: the file inside the destination,
/// or `None` for what leads elsewhere.
pub fn linked_file(from: &RelPath, link: &str) -> Option<RelPath> {
    let path = link.split(['#', '?']).next().unwrap_or_default();
    let decoded = percent_decode_str(path).decode_utf8().ok()?;
    if decoded.contains(':') {
        return None;
    }
    // Some formats count from the top.
    let from = if decoded.starts_with('/') { "" } else { from.folder() };
    let mut parts: Vec<&str> = from.split('/').filter(|part| !part.is_empty()).collect();
    for part in decoded.split('/') {
        match part {
            ".." => {
                parts.pop()?;
            }
            "." | "" => {}
            name => parts.push(name),
        }
    }
    RelPath::new(&parts.join("/")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_lead_back_to_the_files_they_were_made_from() {
        let from = RelPath::new("Docs/Guide/Start.md").expect("sound");
        let file = |link: &str| linked_file(&from, link).map(|path| path.to_string());
        assert_eq!(
            file("attachments/Start/a%20%28b%29.png").as_deref(),
            Some("Docs/Guide/attachments/Start/a (b).png")
        );
        assert_eq!(file("../FAQ.md#top").as_deref(), Some("Docs/FAQ.md"));
        assert_eq!(file("/.attachments/Start%20-%20a.png").as_deref(), Some(".attachments/Start - a.png"));
        assert_eq!(file("../../../x"), None);
        assert_eq!(file("https://example.com/a.png"), None);
    }
}
