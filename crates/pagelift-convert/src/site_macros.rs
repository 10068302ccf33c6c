//! Macros whose content is elsewhere: on other pages, in Jira, or made by the server.

use pagelift_model::WarningCode;

use crate::address::encode;
use crate::build::{Around, Builder, Flow};
use crate::tree::{Block, Item, Piece, STRONG, text};

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
    ("datasource", "List"),
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
    ("profile", "Profile"),
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

impl<'a> Builder<'a> {
    pub(crate) fn site_macro(&mut self, id: usize, name: &str, around: Around, flow: &mut Flow<'a>) -> bool {
        match name {
            "include" | "excerpt-include" | "include-shared-block" => self.include(id, name, around, flow),
            _ if name.starts_with("multiexcerpt-include") => self.include(id, name, around, flow),
            "jira" | "jiraissues" => self.jira(id, name, around, flow),
            "profile" if self.profile(id, around, flow) => {}
            "redirect" | "viewport-redirect" => self.redirect(id, name, around, flow),
            "roadmap" if self.roadmap(id, flow) => {}
            "children" | "pagetree" | "content-tree" if self.page_tree(id, name, flow) => {}
            "attachments" if self.attachment_list(id, name, flow) => {}
            "gallery" if self.gallery(id, name, flow) => {}
            _ => {
                let Ok(at) = DYNAMIC.binary_search_by_key(&name, |(key, _)| key) else { return false };
                if !self.rendered(id, name, around, flow) {
                    let shown = DYNAMIC.get(at).map_or(name, |(_, shown)| shown);
                    self.unanswered(id, name, shown, around, flow);
                }
            }
        }
        true
    }

    fn jira(&mut self, id: usize, name: &str, around: Around, flow: &mut Flow<'a>) {
        let key = self.first_of(id, &["key", "issueKey"]);
        let base = self.context.jira_base(&self.parameter(id, "serverId"));
        if !key.is_empty() {
            return self.jira_issue(id, &key, base, around, flow);
        }
        if self.rendered(id, name, around, flow) {
            return;
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
        let detail = self.details_of(id, name);
        self.warn(WarningCode::MacroDynamic, name, &detail);
        self.quoted_link("Jira issues: ", &query, link, (id, name), around, flow);
    }

    /// An issue by its key, with what it says and how it stands where that is known.
    fn jira_issue(&mut self, id: usize, key: &str, base: Option<String>, around: Around, flow: &mut Flow<'a>) {
        let issue = self.issue(id).unwrap_or_default();
        let web = issue.address.starts_with("https://") || issue.address.starts_with("http://");
        let address = base.map(|base| format!("{base}/browse/{}", encode(key, true)));
        let address = address.or_else(|| web.then(|| encode(&issue.address, false)));
        let link = address.map(|address| self.add_link(address, "", None));
        let summary = if self.parameter(id, "showSummary") == "false" { "" } else { issue.summary.as_str() };
        let shown = if summary.is_empty() { key.to_owned() } else { format!("{key}: {summary}") };
        flow.inline(Piece::Text(shown.into()), Around { link: link.or(around.link), ..around });
        if !issue.status.is_empty() {
            self.warn(WarningCode::StyleStatus, "", "");
            flow.inline(Piece::Text(" ".into()), around);
            flow.inline(Piece::Status(Box::new((issue.status, issue.colour.to_owned()))), around);
        }
    }

    fn profile(&mut self, id: usize, around: Around, flow: &mut Flow<'a>) -> bool {
        let Some(user) = self.parameter_node(id, "user").and_then(|node| self.resource(node)) else { return false };
        let name = self.person(user);
        self.warn(WarningCode::MacroEffectDropped, "profile", "");
        flow.inline(Piece::Text(format!("@{name}").into()), around);
        true
    }

    fn redirect(&mut self, id: usize, name: &str, around: Around, flow: &mut Flow<'a>) {
        let node = self.parameter_node(id, "location").or_else(|| self.parameter_node(id, ""));
        let target = node.and_then(|node| self.resource(node));
        let (shown, link) = if let Some(target) = target {
            let (title, href) = self.target(target, None);
            (title, href.map(|href| self.add_link(href, "", None)))
        } else {
            let address = node.map(|node| self.xml.all_text(node).trim().to_owned()).unwrap_or_default();
            let web = address.starts_with("http://") || address.starts_with("https://") || address.starts_with('/');
            let link = if web && self.is_linkable(&address) {
                Some(self.html_target(&address).1)
            } else {
                self.page_named(&address).and_then(|page| self.page_link(&page))
            };
            (address, link)
        };
        self.quoted_link("Redirects to ", &shown, link, (id, name), around, flow);
    }

    /// The lanes of a road map with their bars; they stand percent-encoded in a parameter.
    fn roadmap(&mut self, id: usize, flow: &mut Flow<'a>) -> bool {
        let source = crate::anchors::decode(&self.parameter(id, "source"));
        let Ok(plan) = serde_json::from_str::<serde_json::Value>(&source) else { return false };
        let Some(lanes) = plan.get("lanes").and_then(serde_json::Value::as_array) else { return false };
        let field = |of: &serde_json::Value, name: &str| match of.get(name) {
            Some(serde_json::Value::String(text)) => text.trim().to_owned(),
            Some(serde_json::Value::Number(number)) => number.to_string(),
            _ => String::new(),
        };
        let line = |words: &str| Block::para(vec![text(words, 0)]);
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
        flow.block(Block::para(vec![text(&title, STRONG)]));
        flow.list(None, items);
        true
    }
}
