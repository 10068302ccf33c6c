//! One page as its file will be: the same code for a run and for a preview, up to the write.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};

use pagelift_convert::{ConvertOptions, Format, Heading, convert};
use pagelift_model::{
    AccountId, AttachmentChoice, ConvertWarning, PageExtras, PageId, PageNode, RelPath, RelPathError, SiteAddress,
    Space,
};
use percent_encoding::percent_decode_str;

use crate::attachments;
use crate::front_matter::{PageDetails, front_matter};
use crate::lookup::PageLookup;
use crate::plan::{PlanOptions, Previous, plan};
use crate::store::{Placed, Store, StoreError, Wanted};

/// A page as its file will be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenderedPage {
    /// The whole file: front matter, title, text.
    pub content: String,
    /// The file without its front matter.
    pub markdown: String,
    /// What had no full equivalent. Lines count from the top of `markdown`.
    pub warnings: Vec<ConvertWarning>,
    /// The attachments that the file refers to or that are wanted anyway, with their files.
    pub wanted: Vec<Wanted>,
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
    site: SiteAddress,
    format: Format,
    headings: RefCell<HashMap<PageId, Vec<Heading>>>,
}

impl Renderer {
    /// For pages of `site`, in this flavour.
    pub fn new(site: SiteAddress, format: Format) -> Self {
        Self { site, format, headings: RefCell::default() }
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
        let files = attachments::files(&placed.path, own);
        let lookup = PageLookup {
            store,
            site: &self.site,
            choice,
            space,
            node,
            path: &placed.path,
            extras: extras.as_ref(),
            files: &files,
            headings: &self.headings,
            failed: RefCell::default(),
            asked: RefCell::default(),
        };
        let options = ConvertOptions { format: self.format, title: Some(node.title.clone()) };
        let converted = catch_unwind(AssertUnwindSafe(|| convert(&body.text, body.kind, &lookup, &options)));
        if let Some(error) = lookup.failed.take() {
            return Err(error);
        }
        let Ok(document) = converted else { return Ok(Err(NotRendered::Panicked)) };
        let mut wanted = lookup.asked.take();
        if choice == AttachmentChoice::All {
            wanted.extend(own.iter().zip(&files).map(|(attachment, path)| Wanted {
                attachment: attachment.clone(),
                page: node.id.clone(),
                path: path.clone(),
            }));
        }
        let details = self.details(store, space, node, extras.as_ref(), document.properties)?;
        Ok(Ok(RenderedPage {
            content: format!("{}\n{}", front_matter(node, &details), document.markdown),
            markdown: document.markdown,
            warnings: document.warnings,
            wanted,
            labels: details.labels,
            version,
        }))
    }

    fn details(
        &self,
        store: &Store,
        space: &Space,
        node: &PageNode,
        extras: Option<&PageExtras>,
        properties: Vec<(String, String)>,
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
        })
    }
}

/// Gives every page of a space in the store the place that it would have in an empty destination, as for a preview.
pub fn place_whole_space(store: &Store, space: &Space) -> Result<(), PlaceError> {
    let tree = store.tree(&space.id)?;
    let made = plan(&tree, std::slice::from_ref(space), &Previous::default(), &PlanOptions::default())?;
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
    let mut parts: Vec<&str> = from.folder().split('/').filter(|part| !part.is_empty()).collect();
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
        assert_eq!(file("../../../x"), None);
        assert_eq!(file("https://example.com/a.png"), None);
    }
}
