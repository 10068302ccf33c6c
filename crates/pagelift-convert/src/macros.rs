//! Macros of storage format.

use pagelift_model::WarningCode;

use crate::build::{Around, Builder, Flow, comment_value};
use crate::tree::{Block, Callout, EM, Leaf, Piece, STRONG, leaf, text};

const DYNAMIC: &[(&str, &str)] = &[
    ("recently-updated", "Recently updated"),
    ("children", "Child pages"),
    ("pagetree", "Page tree"),
    ("content-tree", "Page tree"),
    ("attachments", "Attachments"),
    ("gallery", "Gallery"),
    ("detailssummary", "Page properties report"),
    ("contentbylabel", "Content by label"),
    ("blog-posts", "Blog posts"),
    ("tasks-report-macro", "Task report"),
    ("livesearch", "Live search"),
    ("contributors", "Contributors"),
    ("change-history", "Change history"),
    ("listlabels", "Labels"),
    ("index", "Page index"),
];

const TRANSPARENT: &[&str] = &[
    "excerpt",
    "details",
    "section",
    "column",
    "align",
    "center",
    "div",
    "span",
    "scroll-landscape",
    "scroll-portrait",
    "table-filter",
    "tableenhancer",
    "table-joiner",
    "pivot-table",
    "table-chart",
    "multiexcerpt",
    "multiexcerpt-macro",
    "show-if",
    "hide-if",
    "scroll-only",
    "scroll-ignore",
    "ui-text-box",
    "legend",
    "sv-translation",
    "shared-block",
];

impl Builder<'_> {
    fn parameter(&self, id: usize, name: &str) -> String {
        let xml = self.xml;
        let found = xml.node(id).children.iter().find(|&&c| {
            (xml.node(c).name == "ac:parameter" && xml.attr(c, "name").unwrap_or("") == name)
                || (name.is_empty() && xml.node(c).name == "ac:default-parameter")
        });
        found.map(|&c| xml.all_text(c).trim().to_owned()).unwrap_or_default()
    }

    fn marker(&self, id: usize, name: &str) -> String {
        use std::fmt::Write as _;
        let xml = self.xml;
        let mut out = format!("<!-- pagelift: macro name=\"{}\"", comment_value(name));
        for &child in &xml.node(id).children {
            if xml.node(child).name != "ac:parameter" {
                continue;
            }
            let key = xml.attr(child, "name").unwrap_or("");
            let key = match key {
                "" if name.contains("include") => "page".to_owned(),
                "" => "default".to_owned(),
                key => key.replace(|c: char| !(c.is_alphanumeric() || "_.:-".contains(c)), "_").replace("--", "__"),
            };
            let lower = key.to_lowercase();
            let secret = ["password", "token", "secret", "apikey"].iter().any(|word| lower.contains(word));
            let value = if secret { "***".to_owned() } else { comment_value(&self.value(child)) };
            let _ = write!(out, " {key}=\"{value}\"");
        }
        out + " -->"
    }

    fn value(&self, id: usize) -> String {
        self.resource(id).map_or_else(
            || self.xml.all_text(id),
            |target| {
                let keys = ["content-title", "filename", "value", "account-id", "userkey", "username", "space-key"];
                keys.iter().find_map(|k| self.xml.attr(target, k)).unwrap_or("").to_owned()
            },
        )
    }

    /// The first `ri:` element in a parameter.
    fn resource(&self, id: usize) -> Option<usize> {
        let xml = self.xml;
        let mut stack = vec![id];
        while let Some(at) = stack.pop() {
            if xml.node(at).name.starts_with("ri:") {
                return Some(at);
            }
            stack.extend(xml.node(at).children.iter().rev().copied());
        }
        None
    }

    fn plain_body(&self, id: usize) -> Option<String> {
        let body = self.xml.child(id, "ac:plain-text-body")?;
        let text = self.xml.all_text(body).replace('\r', "\n");
        Some(text.strip_prefix('\n').map(str::to_owned).unwrap_or(text))
    }

    fn rich_body(&mut self, id: usize) -> Vec<Block> {
        let body = self.xml.child(id, "ac:rich-text-body");
        body.map(|body| self.blocks(body)).unwrap_or_default()
    }

    pub(crate) fn macro_node(&mut self, id: usize, around: Around, flow: &mut Flow) {
        let name = self.xml.attr(id, "name").unwrap_or("").to_owned();
        let lower = name.to_lowercase();
        match lower.as_str() {
            "code" | "noformat" | "paste-code-macro" | "codeblock" | "code-block" | "snippet" => {
                self.code_macro(id, &lower, flow);
            }
            "info" => self.callout(id, Some(Callout::Note), flow),
            "tip" => self.callout(id, Some(Callout::Tip), flow),
            "note" => self.callout(id, Some(Callout::Warning), flow),
            "warning" => self.callout(id, Some(Callout::Caution), flow),
            "panel" => self.callout(id, None, flow),
            "expand" | "ui-expand" => {
                let title = self.parameter(id, "title");
                let body = self.rich_body(id);
                flow.block(Block::Details(title, body));
            }
            "toc" => {
                let level = |name: &str, or: u8| self.parameter(id, name).parse().unwrap_or(or);
                let flat = self.parameter(id, "type") == "flat";
                flow.block(Block::Toc { min: level("minLevel", 1), max: level("maxLevel", 7), flat });
            }
            "anchor" => {
                let name = crate::links::attribute(&self.parameter(id, ""));
                flow.inline(Piece::Raw(format!("<a id=\"{name}\"></a>")), around);
            }
            "status" => self.status(id, around, flow),
            "jira" | "jiraissues" => self.jira(id, &name, around, flow),
            "include" | "excerpt-include" => self.include(id, &lower, flow),
            "mathinline" | "eazy-math-inline" | "easy-math-inline" | "latex-inline" => {
                let body = self.plain_body(id).unwrap_or_else(|| self.parameter(id, "body"));
                flow.inline(Piece::Raw(format!("${}$", body.trim())), around);
            }
            "mathblock" | "easy-math-block" | "latex" | "latex-block" | "latex-formatting" | "katex-block" => {
                let body = self.plain_body(id).unwrap_or_else(|| self.parameter(id, "body"));
                flow.block(Block::Raw(format!("$$\n{}\n$$", body.trim_end())));
            }
            "plantuml" | "plantumlrender" | "puml" | "mermaid" | "mermaid-macro" | "mermaidjs" | "mermaid-diagram"
                if self.plain_body(id).is_some() =>
            {
                let language = if lower.starts_with('m') { "mermaid" } else { "plantuml" };
                let body = self.plain_body(id).unwrap_or_default();
                flow.block(Block::Code(language.to_owned(), body));
            }
            "html" | "html-bobswift" | "html-macro" if self.plain_body(id).is_some() => {
                self.warn(WarningCode::HtmlMacro, &name, "");
                let body = self.plain_body(id).unwrap_or_default();
                flow.block(Block::Code("html".to_owned(), body));
            }
            _ if TRANSPARENT.contains(&lower.as_str()) && self.xml.child(id, "ac:rich-text-body").is_some() => {
                let body = self.xml.child(id, "ac:rich-text-body").unwrap_or(id);
                if lower == "section" || lower == "column" {
                    flow.flush();
                }
                self.children(body, around, flow);
            }
            _ => self.other_macro(id, &name, around, flow),
        }
    }

    fn code_macro(&mut self, id: usize, name: &str, flow: &mut Flow) {
        let body = self.plain_body(id).unwrap_or_default();
        if body.is_empty() {
            return self.warn(WarningCode::MacroEmpty, name, "");
        }
        if body.contains('\u{a0}') {
            self.warn(WarningCode::CodeNbsp, "", "");
        }
        let title = self.parameter(id, "title");
        flow.flush();
        if !title.is_empty() {
            flow.blocks.push(Block::Para(vec![text(&title, STRONG)]));
        }
        let names = ["language", "lang", ""];
        let language = names.iter().map(|n| self.parameter(id, n)).find(|l| !l.is_empty()).unwrap_or_default();
        let language = if name == "noformat" { String::new() } else { crate::language::info(&language) };
        flow.blocks.push(Block::Code(language, body));
    }

    fn callout(&mut self, id: usize, kind: Option<Callout>, flow: &mut Flow) {
        let title = self.parameter(id, "title");
        let body = self.rich_body(id);
        if title.is_empty() && body.is_empty() {
            return self.warn(WarningCode::MacroEmpty, "panel", "");
        }
        if !self.parameter(id, "bgColor").is_empty() {
            self.warn(WarningCode::StyleColour, "", "");
        }
        flow.block(Block::Callout(kind, title, body));
    }

    fn status(&mut self, id: usize, around: Around, flow: &mut Flow) {
        let title = self.parameter(id, "title");
        let title = if title.is_empty() { self.parameter(id, "colour") } else { title };
        if title.is_empty() {
            return;
        }
        self.warn(WarningCode::StyleStatus, "", "");
        if matches!(flow.cur.last(), Some(Leaf { piece: Piece::Code(_), .. })) {
            flow.inline(Piece::Text(" ".to_owned()), Around::default());
        }
        flow.inline(Piece::Code(title), around);
    }

    fn jira(&mut self, id: usize, name: &str, around: Around, flow: &mut Flow) {
        let key = self.parameter(id, "key");
        let base = self.context.jira_base(&self.parameter(id, "serverId"));
        if !key.is_empty() {
            let link = base.map(|base| self.add_link(format!("{base}/browse/{key}"), "", None));
            return flow.inline(Piece::Text(key), Around { link: link.or(around.link), ..around });
        }
        let query = ["jqlQuery", "url"].iter().map(|n| self.parameter(id, n)).find(|q| !q.is_empty());
        let query = query.unwrap_or_default();
        let link = base.map(|base| {
            let jql = crate::links::encode(&query, true).replace('=', "%3D").replace('&', "%26").replace('+', "%2B");
            self.add_link(format!("{base}/issues/?jql={jql}"), "", None)
        });
        self.warn(WarningCode::MacroDynamic, name, &query);
        flow.block(Block::Placeholder(vec![
            text("Jira issues: ", 0),
            Leaf { link, ..text(&query, 0) },
            text(" ", 0),
            leaf(Piece::Raw(self.marker(id, name))),
        ]));
    }

    fn include(&mut self, id: usize, name: &str, flow: &mut Flow) {
        let (title, link) = if let Some(target) = self.resource(id) {
            let (title, href) = self.target(target, None);
            (title, Some(self.add_link(href, "", None)))
        } else {
            (self.parameter(id, ""), None)
        };
        self.warn(WarningCode::IncludeLinked, name, &title);
        let label = if name == "include" { "Included page: " } else { "Excerpt: " };
        flow.block(Block::Placeholder(vec![
            text(label, 0),
            Leaf { link, ..text(&title, 0) },
            text(" ", 0),
            leaf(Piece::Raw(self.marker(id, name))),
        ]));
    }

    fn other_macro(&mut self, id: usize, name: &str, around: Around, flow: &mut Flow) {
        let marker = self.marker(id, name);
        if self.xml.child(id, "ac:rich-text-body").is_some() {
            self.warn(WarningCode::MacroUnknownBodyKept, name, "");
            flow.block(Block::Para(vec![leaf(Piece::Raw(marker))]));
            let body = self.rich_body(id);
            return flow.blocks.extend(body);
        }
        if let Some(body) = self.plain_body(id) {
            self.warn(WarningCode::MacroUnknownBodyKept, name, "");
            flow.block(Block::Para(vec![leaf(Piece::Raw(marker))]));
            return flow.blocks.push(Block::Code(String::new(), body));
        }
        let dynamic = DYNAMIC.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
        let shown = dynamic.map_or(name, |(_, shown)| shown);
        self.warn(if dynamic.is_some() { WarningCode::MacroDynamic } else { WarningCode::MacroUnknown }, name, "");
        if crate::inline::normalise(&flow.cur).is_empty() {
            let what = if dynamic.is_some() { "list made by Confluence" } else { "add-on content" };
            return flow.block(Block::Placeholder(vec![
                text(shown, STRONG),
                text(&format!(": {what}, not copied. "), 0),
                leaf(Piece::Raw(marker)),
            ]));
        }
        flow.inline(Piece::Text(format!("{shown}: not copied")), Around { marks: around.marks | EM, ..around });
        flow.inline(Piece::Raw(marker), around);
    }
}
