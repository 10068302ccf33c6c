//! Lists of pages and files that the context can make.

use std::collections::HashSet;

use pagelift_model::{PageId, SpaceKey, WarningCode};

use crate::build::{Around, Builder, Flow};
use crate::images::{PICTURES, stem};
use crate::links::encode;
use crate::target::Target;
use crate::tree::{Block, Item, Leaf, Piece, STRONG, leaf, picture, text};
use crate::{AttachmentEntry, PageTarget, text as words};

/// A tree of pages is never deeper, nor larger, in one page's list.
const TREE_DEPTH: usize = 100;
const TREE_SIZE: usize = 10_000;

/// All lists of a page together are hardly longer.
const MOST_LISTED: usize = 50_000;

/// How the pages of a level are put in order.
struct Order {
    by: String,
    reverse: bool,
}

impl<'a> Builder<'a> {
    /// The link to a page, where it has an address.
    pub(crate) fn page_link(&mut self, page: &PageTarget) -> Option<usize> {
        let web = || {
            let href = encode(page.web_url.as_deref()?, false);
            Some(Target::web(href, page.file.is_none()))
        };
        let target = Target::page(page, None, self.style).or_else(web);
        target.map(|target| self.add_link(target, "", None))
    }

    /// The pages below, where they are known.
    pub(crate) fn page_tree(&mut self, id: usize, name: &str, flow: &mut Flow<'a>) -> bool {
        if self.listed > MOST_LISTED {
            return false;
        }
        let Some((root, mut pages)) = self.roots(id, if name == "children" { "page" } else { "root" }) else {
            return false;
        };
        let whole = name != "children" || self.parameter(id, "all") == "true";
        let depth = self.parameter(id, "depth").parse().ok().filter(|&depth| depth > 0);
        let depth = depth.unwrap_or(if whole { TREE_DEPTH } else { 1 }).min(TREE_DEPTH);
        let by = self.parameter(id, "sort").to_lowercase();
        let order = Order { by, reverse: self.parameter(id, "reverse") == "true" };
        self.arrange(&mut pages, &order);
        if let Ok(first) = self.parameter(id, "first").parse::<usize>() {
            pages.truncate(first.max(1));
        }
        let mut seen: HashSet<PageId> = root.into_iter().collect();
        let items = self.page_items(pages, depth, &order, &mut seen);
        self.listed += seen.len();
        flow.block(Block::para(vec![leaf(Piece::Marker(self.marker(id, name)))]));
        flow.list(None, items);
        if seen.len() > TREE_SIZE {
            self.warn(WarningCode::MacroDynamic, name, "cut");
            self.placeholder(id, "Page tree", "more pages", Around::default(), flow);
        }
        true
    }

    /// The page that a list begins at, and the pages right below it.
    fn roots(&mut self, id: usize, parameter: &str) -> Option<(Option<PageId>, Vec<PageTarget>)> {
        let root = self.parameter_node(id, parameter);
        let asked = root.map(|node| self.xml.all_text(node).trim().to_owned()).unwrap_or_default();
        let page = match root.and_then(|node| self.resource(node)) {
            Some(target) if self.xml.attr(target, "content-title") == Some("@none") => {
                return Some((None, self.context.top_pages(None)?));
            }
            Some(target) => self.page_of(target)?,
            None => match asked.as_str() {
                "" | "@self" => return Some((None, self.context.children(None)?)),
                "@none" => return Some((None, self.context.top_pages(None)?)),
                "@parent" => self.context.parent_page()?,
                "@home" => self.context.space(&SpaceKey::new(self.own_space()?))?,
                title => self.page_named(title)?,
            },
        };
        let below = self.context.children(Some(page.id.as_ref()?))?;
        Some((page.id, below))
    }

    fn arrange(&self, pages: &mut [PageTarget], order: &Order) {
        match order.by.as_str() {
            "title" => pages.sort_by_cached_key(|page| page.title.to_lowercase()),
            "creation" | "modified" => {
                let date = |page: &PageTarget| {
                    let dates = page.id.as_ref().and_then(|id| self.context.dates(id)).unwrap_or_default();
                    if order.by == "creation" { dates.created } else { dates.modified }
                };
                pages.sort_by_cached_key(date);
            }
            _ => {}
        }
        if order.reverse {
            pages.reverse();
        }
    }

    fn page_items(
        &mut self,
        pages: Vec<PageTarget>,
        depth: usize,
        order: &Order,
        seen: &mut HashSet<PageId>,
    ) -> Vec<Item<'a>> {
        let mut items = Vec::new();
        for page in pages {
            let fresh = page.id.as_ref().is_none_or(|id| seen.insert(id.clone()));
            if !fresh || seen.len() > TREE_SIZE {
                continue;
            }
            let link = self.page_link(&page);
            let mut blocks = vec![Block::para(vec![Leaf { link, ..text(&words::composed(&page.title), 0) }])];
            if depth > 1
                && let Some(id) = &page.id
            {
                let mut below = self.context.children(Some(id)).unwrap_or_default();
                self.arrange(&mut below, order);
                let inner = self.page_items(below, depth - 1, order, seen);
                blocks.extend((!inner.is_empty()).then_some(Block::List(None, inner)));
            }
            items.push(Item { task: None, blocks });
        }
        items
    }

    /// The files of a page as a list of links.
    pub(crate) fn attachment_list(&mut self, id: usize, name: &str, flow: &mut Flow<'a>) -> bool {
        let Some((page, mut files)) = self.files(id) else { return false };
        let patterns = list(&self.parameter(id, "patterns"));
        let labels = list(&self.parameter(id, "labels"));
        files.retain(|file| {
            (patterns.is_empty() || patterns.iter().any(|pattern| fits(pattern, &file.name)))
                && labels.iter().all(|label| file.labels.contains(label))
        });
        sort_files(&mut files, &self.parameter(id, "sortBy"));
        // The server shows dates with the latest first unless asked otherwise, as the context lists them.
        if self.parameter(id, "sortOrder").to_lowercase().starts_with("desc")
            && !self.parameter(id, "sortBy").is_empty()
        {
            files.reverse();
        }
        let mut items = Vec::new();
        for file in files {
            let link = self.attachment(page.as_ref(), &file.name, true).map(|target| self.add_link(target, "", None));
            let blocks = vec![Block::para(vec![Leaf { link, ..text(&words::composed(&file.name), 0) }])];
            items.push(Item { task: None, blocks });
        }
        flow.block(Block::para(vec![leaf(Piece::Marker(self.marker(id, name)))]));
        flow.list(None, items);
        true
    }

    /// The pictures of a page, one below the other.
    pub(crate) fn gallery(&mut self, id: usize, name: &str, flow: &mut Flow<'a>) -> bool {
        let Some((page, mut files)) = self.files(id) else { return false };
        let [include, exclude, labels, unwanted] =
            ["include", "exclude", "includeLabel", "excludeLabel"].map(|name| list(&self.parameter(id, name)));
        files.retain(|file| {
            let named = |list: &[String]| list.iter().any(|wanted| fits(wanted, &file.name));
            is_picture(file)
                && (include.is_empty() || named(&include))
                && !named(&exclude)
                && labels.iter().all(|label| file.labels.contains(label))
                && !unwanted.iter().any(|label| file.labels.contains(label))
        });
        sort_files(&mut files, &self.parameter(id, "sort"));
        if self.parameter(id, "reverse") == "true" {
            files.reverse();
        }
        let title = self.title_of(id);
        flow.block(Block::para(vec![leaf(Piece::Marker(self.marker(id, name)))]));
        flow.blocks.extend((!title.is_empty()).then(|| Block::para(vec![text(&title, STRONG)])));
        for file in files {
            if let Some(target) = self.attachment(page.as_ref(), &file.name, true) {
                let alt = words::composed(stem(&file.name)).into_owned();
                flow.blocks.push(Block::para(vec![leaf(picture(&alt, target, String::new()))]));
            }
        }
        true
    }

    /// The files of the page that a macro names, or of this one.
    fn files(&mut self, id: usize) -> Option<(Option<PageId>, Vec<AttachmentEntry>)> {
        if self.listed > MOST_LISTED {
            return None;
        }
        let node = self.parameter_node(id, "page");
        let page = match node.and_then(|node| self.resource(node)) {
            Some(target) => Some(self.page_of(target)?.id?),
            None => match node.map(|node| self.xml.all_text(node)).unwrap_or_default().trim() {
                "" | "@self" => None,
                title => Some(self.page_named(title)?.id?),
            },
        };
        let files = self.context.attachments(page.as_ref())?;
        self.listed += files.len();
        Some((page, files))
    }

    /// The table of the fields of other pages, as the server made it; and what a macro is that has no answer.
    pub(crate) fn unanswered(&mut self, id: usize, name: &str, shown: &str, around: Around, flow: &mut Flow<'a>) {
        let label = self.parameter(id, "buttonLabel");
        let shown = if label.is_empty() { shown.to_owned() } else { format!("{shown} ({label})") };
        let detail = self.details_of(id, name);
        self.warn(WarningCode::MacroDynamic, name, &detail);
        self.placeholder(id, &shown, "list made by Confluence", around, flow);
    }
}

fn list(value: &str) -> Vec<String> {
    value.split([',', ';']).map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()
}

fn is_picture(file: &AttachmentEntry) -> bool {
    let ending = file.name.rsplit_once('.').map_or("", |(_, ending)| ending).to_ascii_lowercase();
    file.media_type.starts_with("image/") || PICTURES.contains(&ending.as_str())
}

/// Whether a file name fits a pattern: one of file names, or the expression that the server takes.
fn fits(pattern: &str, name: &str) -> bool {
    let escaped = |c: char| match c {
        '*' => ".*".to_owned(),
        '?' => ".".to_owned(),
        c if c.is_alphanumeric() || c == ' ' => c.to_string(),
        c => format!("\\{c}"),
    };
    let glob: String = pattern.chars().map(escaped).collect();
    [glob.as_str(), pattern].iter().any(|expression| {
        regex_lite::Regex::new(&format!("(?i)^(?:{expression})$")).is_ok_and(|expression| expression.is_match(name))
    })
}

fn sort_files(files: &mut [AttachmentEntry], by: &str) {
    match by.to_lowercase().as_str() {
        "name" | "title" => files.sort_by_cached_key(|file| file.name.to_lowercase()),
        "size" => files.sort_by_key(|file| file.size),
        "date" | "created date" | "createddate" | "modified" => files.sort_by(|a, b| a.modified.cmp(&b.modified)),
        _ => {}
    }
}
