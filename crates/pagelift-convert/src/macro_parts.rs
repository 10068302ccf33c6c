//! Parameters and bodies of macros, and the marks that stand for what was not carried over.

use std::fmt::Write as _;

use pagelift_model::WarningCode;

use crate::build::{Around, Builder, Flow, comment_value};
use crate::tree::{Block, EM, Leaf, Piece, STRONG, leaf, text};

/// Parameters that say how a macro looks, or which copy of it this is.
const PRESENTATION: &[&str] = &["atlassian-macro-output-type", "breakoutwidth", "breakoutmode"];

impl Builder<'_> {
    /// The element of a parameter; the default one has no name.
    pub(crate) fn parameter_node(&self, id: usize, name: &str) -> Option<usize> {
        let xml = self.xml;
        xml.node(id).children.iter().copied().find(|&child| {
            let node = xml.node(child);
            (node.name == "ac:parameter" && xml.attr(child, "name").unwrap_or("").eq_ignore_ascii_case(name))
                || (name.is_empty() && node.name == "ac:default-parameter")
        })
    }

    pub(crate) fn parameter(&self, id: usize, name: &str) -> String {
        let found = self.parameter_node(id, name);
        found.map(|found| self.xml.all_text(found).trim().to_owned()).unwrap_or_default()
    }

    /// The text of a parameter that is shown: one line.
    pub(crate) fn title_of(&self, id: usize) -> String {
        self.parameter(id, "title").split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// The first of these parameters that says something; a resource gives its name or address.
    pub(crate) fn first_of(&self, id: usize, names: &[&str]) -> String {
        let values = names.iter().filter_map(|name| self.parameter_node(id, name)).map(|node| self.value(node));
        values.map(|value| value.trim().to_owned()).find(|value| !value.is_empty()).unwrap_or_default()
    }

    pub(crate) fn marker(&self, id: usize, name: &str) -> String {
        let xml = self.xml;
        let mut out = format!("<!-- pagelift: macro name=\"{}\"", comment_value(name));
        for &child in &xml.node(id).children {
            if !matches!(xml.node(child).name.as_ref(), "ac:parameter" | "ac:default-parameter") {
                continue;
            }
            let key = xml.attr(child, "name").unwrap_or("");
            if PRESENTATION.contains(&key.to_ascii_lowercase().as_str()) {
                continue;
            }
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
                keys.iter()
                    .chain(&["content-id", "key"])
                    .find_map(|k| self.xml.attr(target, k))
                    .unwrap_or("")
                    .to_owned()
            },
        )
    }

    /// The first `ri:` element in a parameter.
    pub(crate) fn resource(&self, id: usize) -> Option<usize> {
        self.xml.find(id, |node| node.name.starts_with("ri:"))
    }

    pub(crate) fn plain_body(&self, id: usize) -> Option<String> {
        let body = self.xml.child(id, "ac:plain-text-body")?;
        let text = self.xml.all_text(body);
        Some(text.strip_prefix('\n').map(str::to_owned).unwrap_or(text))
    }

    pub(crate) fn rich_node(&self, id: usize) -> Option<usize> {
        self.xml.child(id, "ac:rich-text-body")
    }

    pub(crate) fn rich_body(&mut self, id: usize) -> Vec<Block> {
        self.rich_node(id).map(|body| self.blocks(body)).unwrap_or_default()
    }

    /// The body of a macro as ordinary content, in the line or as blocks.
    pub(crate) fn body_as_it_is(&mut self, id: usize, around: Around, flow: &mut Flow) {
        if let Some(body) = self.rich_node(id) {
            self.children(body, around, flow);
        }
    }

    /// A macro that is not known: what it holds is kept, and a mark says where it was.
    pub(crate) fn other_macro(&mut self, id: usize, name: &str, around: Around, flow: &mut Flow) {
        let marker = self.marker(id, name);
        if self.rich_node(id).is_some() {
            self.warn(WarningCode::MacroUnknownBodyKept, name, "");
            if !self.in_text(id) && around.link.is_none() {
                flow.flush();
            }
            flow.comment(marker, around);
            return self.body_as_it_is(id, around, flow);
        }
        if let Some(body) = self.plain_body(id) {
            self.warn(WarningCode::MacroUnknownBodyKept, name, "");
            flow.block(Block::Para(vec![leaf(Piece::Raw(marker))]));
            return flow.blocks.push(Block::Code(String::new(), body));
        }
        self.warn(WarningCode::MacroUnknown, name, "");
        self.placeholder(id, name, "add-on content", around, flow);
    }

    /// What stands for a macro without content of its own.
    pub(crate) fn placeholder(&mut self, id: usize, shown: &str, what: &str, around: Around, flow: &mut Flow) {
        let name = self.xml.attr(id, "name").unwrap_or("").to_owned();
        let marker = leaf(Piece::Raw(self.marker(id, &name)));
        if flow.one_line || around.link.is_some() || self.in_text(id) {
            let emphasis = Around { marks: around.marks | EM, ..around };
            flow.inline(Piece::Text(format!("{shown}: not copied")), emphasis);
            flow.inline(marker.piece, around);
            return;
        }
        let mut leaves = vec![text(shown, STRONG), text(&format!(": {what}, not copied. "), 0)];
        for target in self.targets(id) {
            let (title, href) = self.target(target, None);
            let link = href.map(|href| self.add_link(href, "", None));
            leaves.extend([Leaf { link, ..text(&title, 0) }, text(" ", 0)]);
        }
        if let Some(url) = self.context.page_url() {
            let link = self.add_link(crate::address::encode(&url, false), "", None);
            leaves.extend([Leaf { link: Some(link), ..text("Open page", 0) }, text(" ", 0)]);
        }
        leaves.push(marker);
        flow.block(Block::Placeholder(leaves));
    }

    /// The pages, files and addresses among the parameters of a macro.
    fn targets(&self, id: usize) -> Vec<usize> {
        let xml = self.xml;
        let parameters = xml.node(id).children.iter().filter(|&&child| xml.node(child).name == "ac:parameter");
        let found = parameters.filter_map(|&child| self.resource(child));
        found.filter(|&target| !matches!(xml.node(target).name.as_ref(), "ri:user" | "ri:space")).collect()
    }
}
