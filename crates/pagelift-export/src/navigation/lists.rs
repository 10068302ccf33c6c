//! The whole tree in one file: as a list of links, or as the `nav` of `MkDocs`.

use pagelift_model::{NodeKind, PageId, PageNode, PageStatus, RelPath, Space, Totals};

use super::Take;
use crate::comments::escaped;
use crate::run::{CHUNK, Export, ExportError};
use crate::store::{Branch, RecordKind};
use crate::yaml::Yaml;

/// What blog posts stand under.
const BLOG: &str = "Blog";

/// One line of the tree.
struct Entry<'a> {
    depth: usize,
    title: &'a str,
    /// The page, where its file is there.
    page: Option<&'a Branch>,
    has_children: bool,
}

impl Export<'_> {
    /// Shows the exported tree of all spaces from the top: every page before what is below it.
    fn each_entry(
        &self,
        spaces: &[Space],
        see: &mut dyn FnMut(&Space, &Entry<'_>) -> Result<(), ExportError>,
    ) -> Result<(), ExportError> {
        let has_folder = |space: &Space| self.store.record(RecordKind::Space, space.id.as_str());
        for space in spaces {
            let titled = spaces.len() > 1 || has_folder(space)?.is_some();
            if titled {
                see(space, &Entry { depth: 0, title: &space.name, page: None, has_children: true })?;
            }
            self.each_in_space(space, usize::from(titled), see)?;
        }
        Ok(())
    }

    fn each_in_space(
        &self,
        space: &Space,
        depth: usize,
        see: &mut dyn FnMut(&Space, &Entry<'_>) -> Result<(), ExportError>,
    ) -> Result<(), ExportError> {
        let mut roots = self.store.roots(&space.id)?;
        // What is below a home page stands beside it.
        if let Some(at) = roots.iter().position(|root| Some(root) == space.homepage.as_ref()) {
            let home = roots.remove(at);
            let below = self.store.below(&space.id, &home)?;
            if let Some(home) = self.store.branch(&home)?.filter(|home| home.written) {
                see(space, &Entry { depth, title: &home.title, page: Some(&home), has_children: false })?;
            }
            roots.splice(0..0, below);
        }
        let mut levels = vec![roots.into_iter()];
        while let Some(level) = levels.last_mut() {
            let Some(id) = level.next() else {
                levels.pop();
                continue;
            };
            let below = self.store.below(&space.id, &id)?;
            let Some(branch) = self.store.branch(&id)? else { continue };
            let page = branch.written.then_some(&branch);
            if page.is_some() || !below.is_empty() {
                let depth = depth + levels.len() - 1;
                see(space, &Entry { depth, title: &branch.title, page, has_children: !below.is_empty() })?;
            }
            levels.push(below.into_iter());
        }
        self.each_post(space, depth, see)
    }

    fn each_post(
        &self,
        space: &Space,
        depth: usize,
        see: &mut dyn FnMut(&Space, &Entry<'_>) -> Result<(), ExportError>,
    ) -> Result<(), ExportError> {
        let mut after = String::new();
        let mut begun = false;
        loop {
            let posts = self.store.posts_after(&space.id, &after, CHUNK)?;
            let Some(last) = posts.last() else { return Ok(()) };
            last.path.as_str().clone_into(&mut after);
            for post in posts.iter().filter(|post| post.written) {
                if !begun {
                    see(space, &Entry { depth, title: BLOG, page: None, has_children: true })?;
                    begun = true;
                }
                see(space, &Entry { depth: depth + 1, title: &post.title, page: Some(post), has_children: false })?;
            }
        }
    }

    /// A page with the tree as a list of links, named `name`.
    pub(super) fn write_list(
        &self,
        spaces: &[Space],
        name: &str,
        title: Option<&str>,
        totals: &mut Totals,
    ) -> Result<(), ExportError> {
        let path = format!("{name}.md");
        let file = RelPath::new(&path)?;
        self.put_shown(&path, totals, &|take| {
            if let Some(title) = title {
                take(&format!("# {title}\n\n"))?;
            }
            self.each_entry(spaces, &mut |space, entry| {
                let line = self.renderer.line(self.store, space, &unnamed(space), &file, &link_to(entry))?;
                take(&format!("{}- {}\n", "  ".repeat(entry.depth), line))
            })
        })
    }

    /// `nav.yml`, whose content goes into the configuration of the site.
    pub(super) fn write_nav(&self, spaces: &[Space], totals: &mut Totals) -> Result<(), ExportError> {
        self.put_shown("nav.yml", totals, &|take| {
            take("nav:\n")?;
            self.each_entry(spaces, &mut |_, entry| nav_lines(entry, take))
        })
    }
}

/// What a line of the tree is made of, in storage format.
fn link_to(entry: &Entry<'_>) -> String {
    let title = escaped(entry.title);
    match entry.page {
        Some(page) => format!(
            "<p><ac:link><ri:content-entity ri:content-id=\"{}\" /><ac:link-body>{title}</ac:link-body></ac:link></p>",
            page.id.as_str().replace(['"', '<', '&'], "")
        ),
        None => format!("<p>{title}</p>"),
    }
}

/// The page of a list of links, which is no page of the site.
fn unnamed(space: &Space) -> PageNode {
    PageNode {
        id: PageId::from(""),
        space: space.id.clone(),
        kind: NodeKind::Page,
        title: String::new(),
        parent: None,
        parent_kind: None,
        position: None,
        status: PageStatus::Current,
        version: 1,
        created: None,
        modified: None,
        author: None,
        editor: None,
        web_url: None,
        restricted: None,
    }
}

/// A page, or a section that begins with its page.
fn nav_lines(entry: &Entry<'_>, take: &mut Take<'_>) -> Result<(), ExportError> {
    let indent = |depth: usize| " ".repeat(2 + 4 * depth) + "- ";
    let mut yaml = Yaml(indent(entry.depth));
    yaml.scalar(entry.title);
    yaml.0.push(':');
    if let Some(page) = entry.page {
        if entry.has_children {
            yaml.0.push('\n');
            yaml.0.push_str(&indent(entry.depth + 1));
        } else {
            yaml.0.push(' ');
        }
        yaml.scalar(page.path.as_str());
    }
    yaml.0.push('\n');
    take(&yaml.0)
}
