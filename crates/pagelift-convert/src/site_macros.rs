//! Macros whose content is elsewhere: on other pages, in Jira, or made by the server.

use std::collections::HashSet;

use pagelift_model::{PageId, WarningCode};

use crate::address::encode;
use crate::build::{Around, Builder, Flow};
use crate::tree::{Block, Item, Leaf, Piece, STRONG, leaf, text};
use crate::{PageTarget, text as words};

/// Macros that the server fills, and what people call them.
const DYNAMIC: &[(&str, &str)] = &[
    ("attachments", "Attachments"),
    ("blog-posts", "Blog posts"),
    ("bookmarks", "Bookmarks"),
    ("calendar", "Calendar"),
    ("change-history", "Change history"),
    ("cheese", "Cheese"),
    ("children", "Child pages"),
    ("confluence-list", "Content list"),
    ("content-report-table", "Content report"),
    ("content-tree", "Page tree"),
    ("contentbylabel", "Content by label"),
    ("contentreporttable", "Content report"),
    ("contributors", "Contributors"),
    ("contributors-summary", "Contributors summary"),
    ("create-from-template", "Create from template"),
    ("create-space-button", "Create space"),
    ("detailssummary", "Page properties report"),
    ("favpages", "Favourite pages"),
    ("gadget", "Gadget"),
    ("gallery", "Gallery"),
    ("global-reports", "Global reports"),
    ("incoming-links", "Incoming links"),
    ("index", "Page index"),
    ("labels-list", "Labels"),
    ("listlabels", "Labels"),
    ("livesearch", "Live search"),
    ("navmap", "Label map"),
    ("network", "Network"),
    ("outgoing-links", "Outgoing links"),
    ("pagetree", "Page tree"),
    ("pagetreesearch", "Page tree search"),
    ("popular-labels", "Popular labels"),
    ("profile-picture", "Profile picture"),
    ("recently-updated", "Recently updated"),
    ("recently-updated-dashboard", "Recently updated"),
    ("related-labels", "Related labels"),
    ("roadmap", "Roadmap"),
    ("search", "Search results"),
    ("space-details", "Space details"),
    ("spaces", "Spaces"),
    ("spaces-list", "Spaces"),
    ("tasks-report-macro", "Task report"),
    ("team-calendar", "Team calendar"),
    ("userlister", "Users"),
    ("viewtracker", "View tracker"),
];

/// A tree of pages is never deeper, nor larger, in one page's list.
const TREE_DEPTH: usize = 20;
const TREE_SIZE: usize = 5_000;

impl Builder<'_> {
    pub(crate) fn site_macro(&mut self, id: usize, name: &str, around: Around, flow: &mut Flow) -> bool {
        match name {
            "include" | "excerpt-include" | "include-shared-block" => self.include(id, name, flow),
            _ if name.starts_with("multiexcerpt-include") => self.include(id, name, flow),
            "jira" | "jiraissues" => self.jira(id, name, around, flow),
            "profile" => return self.profile(id, around, flow),
            "redirect" | "viewport-redirect" => self.redirect(id, name, flow),
            "roadmap" if self.roadmap(id, flow) => {}
            "children" | "pagetree" | "content-tree" if self.page_tree(id, name, flow) => {}
            _ => {
                let Ok(at) = DYNAMIC.binary_search_by_key(&name, |(key, _)| key) else { return false };
                let shown = DYNAMIC.get(at).map_or(name, |(_, shown)| shown);
                let label = self.parameter(id, "buttonLabel");
                let shown = if label.is_empty() { shown.to_owned() } else { format!("{shown} ({label})") };
                self.warn(WarningCode::MacroDynamic, name, "");
                self.placeholder(id, &shown, "list made by Confluence", around, flow);
            }
        }
        true
    }

    fn jira(&mut self, id: usize, name: &str, around: Around, flow: &mut Flow) {
        let key = self.first_of(id, &["key", "issueKey"]);
        let base = self.context.jira_base(&self.parameter(id, "serverId"));
        if !key.is_empty() {
            let link = base.map(|base| self.add_link(format!("{base}/browse/{}", encode(&key, true)), "", None));
            return flow.inline(Piece::Text(key), Around { link: link.or(around.link), ..around });
        }
        let query = self.first_of(id, &["jqlQuery", "jql", "url", ""]);
        let link = if query.starts_with("http://") || query.starts_with("https://") {
            Some(self.add_link(encode(&query, false), "", None))
        } else {
            base.map(|base| {
                let jql = encode(&query, true).replace('=', "%3D").replace('&', "%26").replace('+', "%2B");
                self.add_link(format!("{base}/issues/?jql={jql}"), "", None)
            })
        };
        self.warn(WarningCode::MacroDynamic, name, &query);
        self.one_line_quote("Jira issues: ", &query, link, id, name, flow);
    }

    fn one_line_quote(
        &mut self,
        label: &str,
        shown: &str,
        link: Option<usize>,
        id: usize,
        name: &str,
        flow: &mut Flow,
    ) {
        flow.block(Block::Placeholder(vec![
            text(label, 0),
            Leaf { link, ..text(shown, 0) },
            text(" ", 0),
            leaf(Piece::Raw(self.marker(id, name))),
        ]));
    }

    fn include(&mut self, id: usize, name: &str, flow: &mut Flow) {
        let target = ["", "page", "PageWithExcerpt", "pageTitle"].iter().find_map(|n| self.parameter_node(id, n));
        let target = target.and_then(|node| self.resource(node)).or_else(|| self.resource(id));
        let (title, link) = if let Some(target) = target {
            let (title, href) = self.target(target, None);
            (title, href.map(|href| self.add_link(href, "", None)))
        } else {
            (self.first_of(id, &["", "page", "PageWithExcerpt", "pageTitle", "shared-block-key"]), None)
        };
        self.warn(WarningCode::IncludeLinked, name, &title);
        let label = if name == "include" { "Included page: " } else { "Excerpt: " };
        self.one_line_quote(label, &title, link, id, name, flow);
    }

    fn profile(&mut self, id: usize, around: Around, flow: &mut Flow) -> bool {
        let Some(user) = self.parameter_node(id, "user").and_then(|node| self.resource(node)) else { return false };
        let name = self.person(user);
        self.warn(WarningCode::MacroEffectDropped, "profile", "");
        flow.inline(Piece::Text(format!("@{name}")), around);
        true
    }

    fn redirect(&mut self, id: usize, name: &str, flow: &mut Flow) {
        let node = self.parameter_node(id, "location").or_else(|| self.parameter_node(id, ""));
        let target = node.and_then(|node| self.resource(node));
        let (shown, link) = if let Some(target) = target {
            let (title, href) = self.target(target, None);
            (title, href.map(|href| self.add_link(href, "", None)))
        } else {
            let address = node.map(|node| self.xml.all_text(node).trim().to_owned()).unwrap_or_default();
            let web = address.starts_with("http://") || address.starts_with("https://");
            let link = web.then(|| self.add_link(encode(&address, false), "", None));
            (address, link)
        };
        self.one_line_quote("Redirects to ", &shown, link, id, name, flow);
    }

    /// The pages below, where they are known.
    fn page_tree(&mut self, id: usize, name: &str, flow: &mut Flow) -> bool {
        let root = self.parameter_node(id, if name == "children" { "page" } else { "root" });
        let asked = root.map(|node| self.xml.all_text(node).trim().to_owned()).unwrap_or_default();
        let page = match root.and_then(|node| self.resource(node)) {
            Some(target) => {
                let kind = self.xml.node(target).name.to_string();
                let Some(page) = self.page_of(target, &kind).and_then(|page| page.id) else { return false };
                Some(page)
            }
            None if matches!(asked.as_str(), "" | "@self") => None,
            None => return false,
        };
        let whole = name != "children" || self.parameter(id, "all") == "true";
        let depth = self.parameter(id, "depth").parse().ok().filter(|&depth| depth > 0);
        let depth = depth.unwrap_or(if whole { TREE_DEPTH } else { 1 }).min(TREE_DEPTH);
        let Some(mut pages) = self.context.children(page.as_ref()) else { return false };
        if self.parameter(id, "sort") == "title" {
            pages.sort_by_key(|page| page.title.to_lowercase());
        }
        if self.parameter(id, "reverse") == "true" {
            pages.reverse();
        }
        if let Ok(first) = self.parameter(id, "first").parse::<usize>() {
            pages.truncate(first.max(1));
        }
        let mut seen: HashSet<PageId> = page.into_iter().collect();
        let items = self.page_items(pages, depth, &mut seen);
        flow.block(Block::Para(vec![leaf(Piece::Raw(self.marker(id, name)))]));
        flow.list(None, items);
        true
    }

    fn page_items(&mut self, pages: Vec<PageTarget>, depth: usize, seen: &mut HashSet<PageId>) -> Vec<Item> {
        let mut items = Vec::new();
        for page in pages {
            let fresh = page.id.as_ref().is_none_or(|id| seen.insert(id.clone()));
            if !fresh || seen.len() > TREE_SIZE {
                continue;
            }
            let href = page.relative_path.as_deref().map(|path| encode(path, true));
            let href = href.or_else(|| page.web_url.as_deref().map(|url| encode(url, false)));
            let link = href.map(|href| self.add_link(href, "", None));
            let mut blocks = vec![Block::Para(vec![Leaf { link, ..text(&words::composed(&page.title), 0) }])];
            if depth > 1
                && let Some(id) = &page.id
            {
                let below = self.context.children(Some(id)).unwrap_or_default();
                let inner = self.page_items(below, depth - 1, seen);
                blocks.extend((!inner.is_empty()).then_some(Block::List(None, inner)));
            }
            items.push(Item { task: None, blocks });
        }
        items
    }

    /// The lanes of a road map with their bars; they stand percent-encoded in a parameter.
    fn roadmap(&mut self, id: usize, flow: &mut Flow) -> bool {
        let source = crate::anchors::decode(&self.parameter(id, "source"));
        let Ok(plan) = serde_json::from_str::<serde_json::Value>(&source) else { return false };
        let Some(lanes) = plan.get("lanes").and_then(serde_json::Value::as_array) else { return false };
        let field = |of: &serde_json::Value, name: &str| match of.get(name) {
            Some(serde_json::Value::String(text)) => text.trim().to_owned(),
            Some(serde_json::Value::Number(number)) => number.to_string(),
            _ => String::new(),
        };
        let line = |words: &str| Block::Para(vec![text(words, 0)]);
        let mut items = Vec::new();
        for lane in lanes {
            let mut bars = Vec::new();
            for bar in lane.get("bars").and_then(serde_json::Value::as_array).into_iter().flatten() {
                let (start, months) = (field(bar, "startDate"), field(bar, "duration"));
                let start = start.split(' ').next().unwrap_or("");
                let mut blocks = vec![line(&format!("{} ({start}, {months} months)", field(bar, "title")))];
                let more = field(bar, "description");
                blocks.extend((!more.is_empty()).then(|| line(&more)));
                bars.push(Item { task: None, blocks });
            }
            let blocks = [line(&field(lane, "title")), Block::List(None, bars)];
            items.push(Item { task: None, blocks: blocks.into() });
        }
        let titles = [self.title_of(id), field(&plan, "title")];
        let title = titles.into_iter().find(|title| !title.is_empty()).unwrap_or_else(|| "Roadmap".to_owned());
        flow.block(Block::Para(vec![text(&title, STRONG)]));
        flow.list(None, items);
        true
    }
}
