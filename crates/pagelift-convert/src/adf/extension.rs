//! Macros and other extensions, and nodes that stand for content of other times and places.

use std::borrow::Cow;

use super::json::{Id, Kind};
use super::lowering::{Lowering, Place};
use crate::elements::Tag;

/// Macros whose content is no rich text.
const PLAIN: &[&str] = &[
    "code",
    "noformat",
    "html",
    "markdown",
    "mermaid",
    "plantuml",
    "plantumlrender",
    "puml",
    "latex",
    "mathblock",
    "css",
    "style",
    "json",
    "csv",
    "yaml",
];

/// Extensions of apps that are macros of the same name, by the last part of their key, where they hold the source.
const SOURCES: &[&str] = &[
    "mermaid",
    "mermaid-macro",
    "mermaidjs",
    "mermaid-diagram",
    "plantuml",
    "plantuml-macro",
    "puml",
    "zenuml",
    "markdown",
    "markdown-macro",
];

/// The settings that hold it.
const SOURCE: &[&str] =
    &["__bodyContent", "source", "code", "diagram", "mermaid", "plantuml", "markdown", "content", "text", "definition"];

/// Extensions of apps that hold a formula, by the last part of their key.
const MATHS: &[&str] = &[
    "mathinline",
    "mathblock",
    "eazy-math-inline",
    "easy-math-inline",
    "easy-math-block",
    "latex-inline",
    "latex-block",
    "latex-formatting",
    "latex",
    "eazy-math-block",
    "katex-block",
];

impl<'a> Lowering<'a, '_> {
    pub(super) fn extension_node(&mut self, id: Id, kind: &str, at: Place) -> bool {
        match kind {
            "extension" | "inlineExtension" | "bodiedExtension" | "multiBodiedExtension" => {
                self.extension(id, at);
            }
            "blockCard" | "embedCard" => self.block_card(id, kind, at),
            "syncBlock" | "bodiedSyncBlock" => {
                let resource = self.attr_text(id, "resourceId");
                let element = self.element_with(at, "@sync-block", [("resource", resource)]);
                self.fill(id, element);
            }
            "unsupportedBlock" | "unsupportedInline" | "confluenceUnsupportedBlock" | "confluenceUnsupportedInline" => {
                let storage = self.attr(id, "cxhtml").filter(|&value| self.json.kind(value) == Kind::String);
                let original = self.attr(id, "originalValue").filter(|&value| self.json.kind(value) == Kind::Object);
                match (storage, original) {
                    (Some(storage), _) => self.storage(storage, at),
                    (None, Some(original)) => self.put(&[original], at),
                    (None, None) => return false,
                }
            }
            "confluenceJiraIssue" => {
                let key = self.attr_text(id, "issueKey");
                let element = self.macro_element(at, "jira");
                self.parameter(element, "key", key);
            }
            "applicationCard" => self.application_card(id, at),
            _ => return false,
        }
        true
    }

    fn extension(&mut self, id: Id, at: Place) {
        let extension = self.attr_text(id, "extensionType");
        let key = self.attr_text(id, "extensionKey");
        let parameters = self.attr(id, "parameters");
        if let Some(storage) = parameters.and_then(|parameters| self.json.get(parameters, "cxhtml")) {
            self.storage(storage, at);
            return self.fill(id, at);
        }
        let settings = parameters.and_then(|parameters| self.json.get(parameters, "macroParams"));
        if settings.is_some() || extension.starts_with("com.atlassian.confluence.") {
            return self.macro_node(id, key, settings, at);
        }
        let settings = parameters.and_then(|parameters| self.json.get(parameters, "guestParams"));
        let last = key.rsplit('/').next().unwrap_or("");
        if MATHS.contains(&last) {
            return self.macro_node(id, last.to_owned().into(), settings.or(parameters), at);
        }
        if SOURCES.contains(&last)
            && let Some(source) = self.source_text(settings)
        {
            let name = last.trim_end_matches("-macro");
            let element = self.macro_element(at, name.to_owned());
            return self.plain_body(element, source);
        }
        let titles = ["extensionTitle", "title"].map(|name| self.field(parameters, name));
        let title = titles.into_iter().find(|title| !title.is_empty()).unwrap_or_else(|| last.to_owned().into());
        let title = if title.is_empty() { extension.clone() } else { title };
        let name = if key.is_empty() { extension } else { key };
        let element = self.element_with(at, "@extension", [("name", name.clone()), ("title", title)]);
        self.parameters(element, &name, settings);
        if !self.content(id).is_empty() {
            let body = self.element(element, "ac:rich-text-body");
            self.fill(id, body);
        }
    }

    fn field(&self, of: Option<Id>, name: &str) -> Cow<'a, str> {
        of.and_then(|of| self.json.get(of, name)).map_or(Cow::Borrowed(""), |value| self.json.text(value))
    }

    /// The source of a diagram among the settings of an extension.
    fn source_text(&self, settings: Option<Id>) -> Option<Cow<'a, str>> {
        let found = SOURCE.iter().filter_map(|name| self.json.get(settings?, name));
        let mut texts = found.filter(|&value| self.json.kind(value) == Kind::String).map(|value| self.json.text(value));
        texts.find(|text| !text.trim().is_empty())
    }

    fn macro_node(&mut self, id: Id, name: Cow<'a, str>, settings: Option<Id>, at: Place) {
        let lower = name.to_lowercase();
        let metadata = self.attr(id, "parameters").and_then(|parameters| self.json.get(parameters, "macroMetadata"));
        let macro_id = metadata.and_then(|metadata| self.json.get(metadata, "macroId"));
        let macro_id = macro_id.and_then(|macro_id| self.json.get(macro_id, "value").or(Some(macro_id)));
        let macro_id = macro_id.map_or(Cow::Borrowed(""), |macro_id| self.json.text(macro_id));
        let element = self.element_with(at, "ac:structured-macro", [("ac:name", name), ("ac:macro-id", macro_id)]);
        let plain = self.parameters(element, &lower, settings);
        if let Some(plain) = plain {
            self.plain_body(element, plain);
        } else if PLAIN.contains(&lower.as_str())
            && let Some(content) = self.json.get(id, "content")
        {
            let text = self.all_text(content);
            return self.plain_body(element, text.into());
        }
        if !self.content(id).is_empty() {
            let body = self.element(element, "ac:rich-text-body");
            self.fill(id, body);
        }
    }

    /// The parameters of a macro of this name in lower case, the default one first; what remains is its text.
    fn parameters(&mut self, at: Place, name: &str, settings: Option<Id>) -> Option<Cow<'a, str>> {
        let json = self.json;
        let value = |id: Id| match json.get(id, "value") {
            Some(value) => json.text(value),
            None if json.kind(id) == Kind::Object => Cow::Borrowed(""),
            None => json.text(id),
        };
        let mut all: Vec<(Cow<'a, str>, Cow<'a, str>)> = settings
            .into_iter()
            .flat_map(|settings| json.items(settings))
            .map(|id| (json.key(id), value(id)))
            .collect();
        all.sort_by_key(|(key, _)| !key.is_empty());
        let mut plain = None;
        for (key, value) in all {
            match key.as_ref() {
                "__bodyContent" => plain = Some(value),
                _ if key.starts_with("__") => {}
                "" | "page" | "PageWithExcerpt" if name.contains("include") && !value.is_empty() => {
                    self.page_parameter(at, key, &value);
                }
                "user" if name == "profile" && !value.is_empty() => {
                    let parameter = self.element_with(at, "ac:parameter", [("ac:name", "user".into())]);
                    self.element_with(parameter, "ri:user", [("ri:account-id", value)]);
                }
                _ if self.inside(at) == Tag::AdfExtension && is_address(&value) => {
                    let parameter = self.element_with(at, "ac:parameter", [("ac:name", key)]);
                    self.element_with(parameter, "ri:url", [("ri:value", value)]);
                }
                _ => self.parameter(at, key, value),
            }
        }
        plain
    }

    /// A page as `Title` or `KEY:Title`.
    fn page_parameter(&mut self, at: Place, key: Cow<'a, str>, value: &str) {
        let (space, title) = match value.split_once(':') {
            Some((space, title))
                if !title.starts_with(char::is_whitespace)
                    && !space.is_empty()
                    && space.chars().all(|c| c.is_ascii_alphanumeric() || "~_-.".contains(c)) =>
            {
                (space, title)
            }
            _ => ("", value),
        };
        let parameter = self.element_with(at, "ac:parameter", [("ac:name", key)]);
        let link = self.element(parameter, "ac:link");
        let page = [("ri:content-title", title.to_owned().into()), ("ri:space-key", space.to_owned().into())];
        self.element_with(link, "ri:page", page);
    }

    fn block_card(&mut self, id: Id, kind: &str, at: Place) {
        if let Some(source) = self.attr(id, "datasource") {
            return self.datasource(id, source, at);
        }
        let appearance = if kind == "embedCard" { "embed" } else { "block" };
        let paragraph = self.element(at, "p");
        if appearance == "embed" {
            self.element(paragraph, "@embed");
        }
        let inner = self.marked(id, paragraph, true).0;
        self.card(id, appearance, inner);
    }

    /// A list that another system makes, as the link that storage format has for it.
    fn datasource(&mut self, id: Id, source: Id, at: Place) {
        let url = self.attr_text(id, "url");
        if url.is_empty() {
            let query = self.field(self.json.get(source, "parameters"), "jql");
            if query.is_empty() {
                self.macro_element(at, "datasource");
                return;
            }
            let element = self.macro_element(at, "jira");
            return self.parameter(element, "jqlQuery", query);
        }
        let data = self.json.text(source);
        let attrs = [("href", url.clone()), ("data-card-appearance", "block".into()), ("data-datasource", data)];
        let link = self.element_with(at, "a", attrs);
        self.text(link, url);
    }

    fn application_card(&mut self, id: Id, at: Place) {
        let field = |node: Option<Id>, name: &str| node.and_then(|node| self.json.get(node, name));
        let text = |node: Option<Id>| node.map_or(Cow::Borrowed(""), |node| self.json.text(node));
        let title = self.attr(id, "title");
        let title = text(field(title, "text").or(title.filter(|&title| self.json.kind(title) == Kind::String)));
        let url = text(field(self.attr(id, "link"), "url"));
        let description = text(field(self.attr(id, "description"), "text"));
        let shown = if title.is_empty() { self.attr_text(id, "text") } else { title };
        let paragraph = self.element(at, "p");
        let link = if url.is_empty() { paragraph } else { self.element_with(paragraph, "a", [("href", url)]) };
        self.text(link, shown);
        if !description.is_empty() {
            let paragraph = self.element(at, "p");
            self.text(paragraph, description);
        }
    }
}

fn is_address(value: &str) -> bool {
    let web = value.starts_with("https://") || value.starts_with("http://");
    web && !value.contains(char::is_whitespace)
}
